//! A server of group media (`sfu.md`): ICE-lite, DTLS-SRTP, sound forwarded by source to those who are in the same room, pictures
//! to those who ask for them on the Colibri channel.
//!
//! It is in two halves. The [`Desk`] is where Telegram is: it takes join payloads, says by what a member reaches the server, and
//! names what the other half is to do. The [`Sfu`] is where the packets are, a [`Machine`] on a network. Between them go
//! [`Command`]s and nothing else, so that they may be in different threads.

mod colibri;
mod desk;
mod forward;
mod layer;
mod leg;
mod lite;
mod pictures;
mod sound;
mod watch;

pub use desk::{Desk, Face, Joined, Opening, Refused};
pub use leg::{LegStats, MAX_TEXTS};
pub use sound::{sounds, wav};

use super::group::server::Told;
use super::machine::{Emit, Endpoint, Machine};
use crate::media::clock::Clock;
use crate::media::demux::{Content, classify, rtp_or_rtcp};
use crate::media::dtls::certificate::{Certificate, format_fingerprint};
use crate::media::rtp::packet::Packet;
use crate::random::Random;
use crate::time::{Duration, Time};
use leg::Leg;
use pictures::Views;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};

/// One connection of a member, as both halves know it. Never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LegId(pub u64);

/// Which of a member's connections it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegKind {
    /// Speaks and hears.
    Main,
    /// Shows the screen of who speaks by the other leg, and hears nothing.
    Presentation(LegId),
}

/// What the desk wants of the server.
#[derive(Clone, Debug)]
pub enum Command {
    Open(Box<Opening>),
    Close(LegId),
    /// Muted by an admin: nothing of it is forwarded.
    Mute(LegId, bool),
    /// Whether what is said and shown in a room is to be told.
    Listen(u64, bool),
}

/// Sound that was forwarded, or a picture that came, with its room.
pub type Said = (u64, Told);
/// Of which so much waits to be taken.
pub const MAX_SAID: usize = 4000;

/// A packet that it carried, as whoever runs the server sees it: without the protection of the way to the server and from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    pub ssrc: u32,
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub payload: Vec<u8>,
}
/// Of which so many wait to be taken; then the oldest are lost.
pub const MAX_CARRIED: usize = 4000;

impl Carried {
    /// As `tgcall-sim --record` writes it, all numbers little-endian: SSRC, payload type, a zero, sequence number, timestamp, size, payload.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.ssrc.to_le_bytes().to_vec();
        bytes.extend([self.payload_type, 0]);
        bytes.extend(self.sequence.to_le_bytes());
        bytes.extend(self.timestamp.to_le_bytes());
        bytes.extend((self.payload.len() as u32).to_le_bytes());
        bytes.extend(&self.payload);
        bytes
    }

    /// All of a record. `None`: it is none.
    pub fn read(mut record: &[u8]) -> Option<Vec<Carried>> {
        let mut all = vec![];
        while let Some((head, rest)) = record.split_first_chunk::<16>() {
            let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
            let (payload, rest) = rest.split_at_checked(number(12) as usize)?;
            record = rest;
            all.push(Carried {
                ssrc: number(0),
                payload_type: head[4],
                sequence: u16::from_le_bytes([head[6], head[7]]),
                timestamp: number(8),
                payload: payload.to_vec(),
            });
        }
        record.is_empty().then_some(all)
    }
}

/// What a test may turn.
#[derive(Clone, Copy, Debug)]
pub struct SfuKnobs {
    /// How long the first answer to a leg's checks waits. `corrections.md` 5.12: ntgcalls misses one that comes at once.
    pub answer_after: Duration,
    /// So many checks of a controlled client are answered with 487.
    pub conflicts: u32,
    /// Sound whose packets tell no level is not forwarded (`sfu.md` 4).
    pub wants_level: bool,
    /// Of so many of a room the sound is forwarded at a time: the loudest.
    pub speakers: usize,
    /// What comes from there is lost, as if that half of the way were broken.
    pub deaf_to: Option<IpAddr>,
}

impl Default for SfuKnobs {
    fn default() -> SfuKnobs {
        SfuKnobs { answer_after: Duration::ZERO, conflicts: 0, wants_level: true, speakers: 10, deaf_to: None }
    }
}

impl SfuKnobs {
    /// Turns one knob, by the words of a script line; `None`: there is none of this name here.
    pub fn set(&mut self, name: &str, value: &str) -> Option<Result<(), String>> {
        let number = || value.parse::<u32>().map_err(|_| format!("{name} takes a number, not {value}"));
        Some(match name {
            "sfu-answer-ms" => number().map(|ms| self.answer_after = Duration::from_millis(ms.min(10_000).into())),
            "sfu-conflicts" => number().map(|count| self.conflicts = count),
            "sfu-speakers" => number().map(|count| self.speakers = count as usize),
            "sfu-wants-level" if matches!(value, "on" | "off") => {
                self.wants_level = value == "on";
                Ok(())
            }
            "sfu-wants-level" => Err(format!("{name} is on or off, not {value}")),
            _ => return None,
        })
    }
}

/// What came and was of no use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SfuDropped {
    /// Checks that are not authentic or name nobody, and other STUN.
    pub checks: u64,
    /// From where no check has come.
    pub foreign: u64,
    /// Packets that are forged, repeated or no packets.
    pub packets: u64,
    /// Of a source that its sender did not announce.
    pub sources: u64,
    /// Of sound that tells no level.
    pub unlevelled: u64,
    /// Of who is muted by an admin.
    pub muted: u64,
    /// Of who is not among the loudest.
    pub quiet: u64,
}

#[derive(Debug)]
pub struct Sfu {
    pub knobs: SfuKnobs,
    pub dropped: SfuDropped,
    clock: Clock,
    certificate: Certificate,
    random: Random,
    legs: BTreeMap<LegId, Leg>,
    /// By the first half of a check's user name.
    names: BTreeMap<String, LegId>,
    /// Where authentic checks came from.
    addresses: BTreeMap<SocketAddr, LegId>,
    views: Views,
    /// The rooms of which is told what is said and shown, and what was.
    listened: BTreeSet<u64>,
    said: VecDeque<Said>,
    /// `None`: nobody asks what it carries.
    carried: Option<VecDeque<Carried>>,
    /// What has something to send.
    unsent: BTreeSet<LegId>,
    emits: Vec<Emit>,
}

impl Sfu {
    /// # Panics
    /// If the operating system has no randomness.
    pub fn new(now: Time, mut random: Random) -> Sfu {
        Sfu {
            knobs: SfuKnobs::default(),
            dropped: SfuDropped::default(),
            clock: Clock::new(now),
            certificate: Certificate::generate(&mut random).expect("the operating system has randomness"),
            random,
            legs: BTreeMap::new(),
            names: BTreeMap::new(),
            addresses: BTreeMap::new(),
            views: Views::default(),
            listened: BTreeSet::new(),
            said: VecDeque::new(),
            carried: None,
            unsent: BTreeSet::new(),
            emits: Vec::new(),
        }
    }

    /// What a desk tells of it, at these addresses.
    pub fn face(&self, addresses: &[SocketAddr]) -> Face {
        Face { addresses: addresses.to_vec(), fingerprint: format_fingerprint(&self.certificate.fingerprint()) }
    }

    /// What it is told to do, and what leaves because of that.
    pub fn command(&mut self, now: Time, command: Command) -> Vec<Emit> {
        match command {
            Command::Open(opening) => {
                self.names.insert(opening.local.ufrag.clone(), opening.leg);
                let leg = Leg::new(now, *opening, self.random.fork());
                let id = leg.id();
                self.legs.insert(id, leg);
                self.note_shower(now, id);
            }
            Command::Close(id) => {
                self.forget_views(now, id);
                if let Some(leg) = self.legs.get_mut(&id) {
                    leg.close(now);
                }
                self.flush(now, id);
                if let Some(leg) = self.legs.remove(&id) {
                    self.names.remove(leg.name());
                    self.addresses.retain(|_, of| *of != id);
                }
            }
            Command::Mute(id, is_muted) => {
                if let Some(leg) = self.legs.get_mut(&id) {
                    leg.is_muted = is_muted;
                }
            }
            Command::Listen(room, is_listened) => self.listen(now, room, is_listened),
        }
        self.flush_all(now);
        core::mem::take(&mut self.emits)
    }

    /// What was said and shown in the rooms that are listened to, since the last time.
    pub fn take_said(&mut self) -> VecDeque<Said> {
        core::mem::take(&mut self.said)
    }

    /// From now on it remembers what it carries.
    pub fn record(&mut self) {
        self.carried.get_or_insert_default();
    }

    /// All RTP of members since the last time.
    pub fn take_carried(&mut self) -> VecDeque<Carried> {
        self.carried.as_mut().map(core::mem::take).unwrap_or_default()
    }

    fn note_carried(&mut self, packet: &Packet<'_>) {
        let Some(carried) = &mut self.carried else { return };
        if carried.len() == MAX_CARRIED {
            carried.pop_front();
        }
        let Packet { ssrc, payload_type, sequence, timestamp, payload, .. } = *packet;
        carried.push_back(Carried { ssrc, payload_type, sequence, timestamp, payload: payload.to_vec() });
    }

    /// When something authentic came last of each leg, if ever.
    pub fn heard(&self) -> impl Iterator<Item = (LegId, Time)> {
        self.legs.values().filter_map(|leg| Some((leg.id(), leg.heard_at()?)))
    }

    /// Whether there is no leg.
    pub fn is_idle(&self) -> bool {
        self.legs.is_empty()
    }

    /// When something authentic came last of a leg. `None`: never, or there is no such leg.
    pub fn heard_at(&self, leg: LegId) -> Option<Time> {
        self.legs.get(&leg)?.heard_at()
    }

    /// What is counted of a leg.
    pub fn stats(&self, leg: LegId) -> Option<LegStats> {
        self.legs.get(&leg).map(Leg::stats)
    }

    /// What a leg has said on its channel, oldest first: the last [`MAX_TEXTS`].
    pub fn texts(&self, leg: LegId) -> Vec<String> {
        self.legs.get(&leg).map(|leg| leg.texts().cloned().collect()).unwrap_or_default()
    }

    /// Says a text on a leg's channel.
    pub fn say(&mut self, now: Time, leg: LegId, text: &str) -> Vec<Emit> {
        self.act(now, leg, |leg| leg.say(now, text))
    }

    /// Closes a leg's channel: its association, or the stream alone.
    pub fn close_channel(&mut self, now: Time, leg: LegId, whole: bool) -> Vec<Emit> {
        self.act(now, leg, |leg| leg.close_channel(now, whole))
    }

    /// Media of a leg goes on with these keys, whatever was agreed on: the two ends would choose GCM, and there are others.
    pub fn set_keys(&mut self, leg: LegId, profile: crate::media::srtp::Profile, material: &[u8]) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.take_keys(profile, material);
        }
    }

    /// A packet to a leg that no member has sent, protected as all are: RTP, or RTCP.
    pub fn forge(&mut self, now: Time, leg: LegId, packet: &[u8]) -> Vec<Emit> {
        let is_rtcp = packet.get(1).is_some_and(|second| rtp_or_rtcp(*second) == Content::Rtcp);
        self.act(now, leg, |leg| if is_rtcp { leg.send_rtcp(packet.to_vec()) } else { leg.forge(packet.to_vec()) })
    }

    fn act(&mut self, now: Time, id: LegId, act: impl FnOnce(&mut Leg)) -> Vec<Emit> {
        if let Some(leg) = self.legs.get_mut(&id) {
            act(leg);
        }
        self.flush(now, id);
        core::mem::take(&mut self.emits)
    }

    /// Sends what a leg has to send, and what others have because of that.
    fn flush(&mut self, now: Time, id: LegId) {
        self.unsent.insert(id);
        self.flush_all(now);
    }

    /// Ends, as each text of a member's is heard once.
    fn flush_all(&mut self, now: Time) {
        while let Some(id) = self.unsent.pop_first() {
            let Some(leg) = self.legs.get_mut(&id) else { continue };
            leg.turn(now, self.clock, &self.certificate);
            let said = leg.take_said();
            let to = leg.address();
            let packets = leg.take_packets();
            self.emits.extend(packets.filter_map(|bytes| to.map(|to| Emit::Client { to: Endpoint::Udp(to), bytes })));
            said.iter().for_each(|text| self.hear_text(now, id, text));
        }
    }
}

impl Machine for Sfu {
    fn datagram(&mut self, now: Time, _to: SocketAddr, from: SocketAddr, bytes: &[u8]) -> Vec<Emit> {
        if self.knobs.deaf_to == Some(from.ip()) {
            return Vec::new();
        }
        let content = classify(bytes);
        if content == Content::Stun {
            self.handle_check(now, from, bytes);
            return core::mem::take(&mut self.emits);
        }
        let Some(&id) = self.addresses.get(&from) else {
            self.dropped.foreign += 1;
            return Vec::new();
        };
        let Some(leg) = self.legs.get_mut(&id) else { return Vec::new() };
        match content {
            Content::Dtls => leg.handle_dtls(now, bytes),
            Content::Rtp => self.handle_rtp(now, id, from, bytes),
            Content::Rtcp => self.handle_rtcp(now, id, from, bytes),
            Content::Stun | Content::Unknown => self.dropped.packets += 1,
        }
        self.flush(now, id);
        core::mem::take(&mut self.emits)
    }

    fn stream(&mut self, _now: Time, _connection: u64, _bytes: &[u8]) -> Vec<Emit> {
        Vec::new()
    }

    fn closed(&mut self, _connection: u64) {}

    fn timeout(&mut self, now: Time) -> Vec<Emit> {
        let due: Vec<LegId> =
            self.legs.values().filter(|leg| leg.next_timeout().is_some_and(|at| at <= now)).map(Leg::id).collect();
        for id in due {
            if let Some(leg) = self.legs.get_mut(&id) {
                for (to, bytes) in leg.due_answers(now) {
                    self.emits.push(Emit::Client { to: Endpoint::Udp(to), bytes });
                }
                leg.handle_timeout(now);
            }
            self.flush(now, id);
        }
        self.review(now);
        self.flush_all(now);
        core::mem::take(&mut self.emits)
    }

    fn next_timeout(&self) -> Option<Time> {
        self.legs.values().filter_map(Leg::next_timeout).chain(self.views.next_timeout()).min()
    }
}

#[cfg(test)]
mod tests;
