//! A connection of a conference: what is said and shown goes out sealed, and what comes is opened, by what the owner of the connection
//! lends it for a moment ([`GroupMedia::carry`]). Nothing goes past that: without it what is to be sent is thrown away, and what has come
//! waits a little.

use super::connection::{GroupMedia, GroupOutput};
use super::speakers::Sound;
use crate::media::video::Packed;
use crate::time::{Duration, Time};
use crate::transform::{Codec, FrameTransform, Level, Unopened};
use crate::types::{PeerId, Ssrc, UserId};
use std::collections::VecDeque;

/// Of all that a device sends. Compat: some use another one for the screen; of what comes the packet says by which.
const CHANNEL: i32 = 0;
/// So long sound of an epoch that is not known waits for it.
const KEPT: Duration = Duration::from_secs(1);
/// What may wait: of one source so many packets, which is more than that time of usual ones, and so many bytes of all of them.
const MAX_KEPT: usize = 64;
const MAX_KEPT_BYTES: usize = 256 * 1024;
/// So long after the last try the newest of what waits is tried: whoever learns of us late has said something by epochs from before we
/// came, which never open, and what he says since is not to wait behind it.
const LOOK_AHEAD: Duration = Duration::from_millis(250);
/// That an epoch is missing is told no more often.
const TELL_EPOCH: Duration = Duration::from_secs(1);

/// What was not sealed, and not opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SealedCounted {
    /// Packets of our sound that nobody sealed.
    pub unsealed: u64,
    /// Packets of others that do not open.
    pub refused: u64,
    /// Those that waited too long for their epoch, or found no room.
    pub expired: u64,
}

/// What a sealed connection has beside others.
#[derive(Debug, Default)]
pub(super) struct Sealing {
    /// Of those whose epoch is not known, and of all between two moments.
    waiting: Vec<Waiting>,
    shown: ShownLevel,
    was_lent: bool,
    epoch_told_at: Option<Time>,
    pub counted: SealedCounted,
}

#[derive(Debug)]
struct Waiting {
    ssrc: Ssrc,
    sounds: VecDeque<Sound>,
    /// The first is of an epoch that is not known, as was tried then.
    held_at: Option<Time>,
}

/// The level that the server is shown: coarse, and another only when speech begins or ends (`conference-flow.md` 4.1), so that it tells
/// little of what is said.
#[derive(Debug, Default)]
struct ShownLevel(Option<Level>);

impl ShownLevel {
    fn next(&mut self, level: Level) -> Level {
        let last = self.0.filter(|last| last.speech == level.speech);
        let below_full = match level.below_full {
            ..47 => 0,
            47..107 => 106,
            107.. => 127,
        };
        *self.0.insert(last.unwrap_or(Level { below_full, ..level }))
    }
}

impl Sealing {
    /// A packet of somebody who is known. It is what came last that counts.
    pub fn keep(&mut self, ssrc: Ssrc, sound: Sound) -> Vec<Sound> {
        let at = self.waiting.iter().position(|waiting| waiting.ssrc == ssrc).unwrap_or_else(|| {
            self.waiting.push(Waiting { ssrc, sounds: VecDeque::new(), held_at: None });
            self.waiting.len() - 1
        });
        self.waiting[at].sounds.push_back(sound);
        let mut given_up = Vec::new();
        if self.waiting[at].sounds.len() > MAX_KEPT {
            given_up.extend(self.waiting[at].sounds.pop_front());
        }
        let size = |waiting: &Waiting| waiting.sounds.iter().map(|sound| sound.payload.len()).sum::<usize>();
        while self.waiting.iter().map(size).sum::<usize>() > MAX_KEPT_BYTES {
            // Who sends most does not crowd out the others.
            let largest = self.waiting.iter_mut().max_by_key(|waiting| size(waiting));
            let Some(sound) = largest.and_then(|waiting| waiting.sounds.pop_front()) else { break };
            given_up.push(sound);
        }
        self.counted.expired += given_up.len() as u64;
        given_up
    }

    fn expire(&mut self, now: Time) -> Vec<Sound> {
        let mut given_up = Vec::new();
        for waiting in &mut self.waiting {
            while waiting.sounds.front().is_some_and(|sound| now.since(sound.arrived_at) >= KEPT) {
                given_up.extend(waiting.sounds.pop_front());
                waiting.held_at = None;
            }
        }
        self.waiting.retain(|waiting| !waiting.sounds.is_empty());
        self.counted.expired += given_up.len() as u64;
        given_up
    }

    fn handle_new_epoch(&mut self) {
        self.waiting.iter_mut().for_each(|waiting| waiting.held_at = None);
    }

    /// When something has waited too long.
    pub fn next_timeout(&self) -> Option<Time> {
        self.waiting.iter().filter_map(|waiting| Some(waiting.sounds.front()?.arrived_at + KEPT)).min()
    }
}

/// A conference is of users.
fn user_of(key: u64) -> Option<UserId> {
    match PeerId::of_key(key) {
        PeerId::User(id) => Some(UserId(id)),
        PeerId::Chat(_) | PeerId::Channel(_) => None,
    }
}

impl GroupMedia {
    /// What there is goes out, and what has come is heard and shown, through `transform`; `None`: there is none now. To be called after
    /// each input, before outputs are polled. Where nothing is sealed it does nothing.
    pub fn carry(&mut self, now: Time, mut transform: Option<&mut dyn FrameTransform>) {
        let Some(sealing) = &mut self.sealing else { return };
        let is_lent = transform.is_some();
        if !core::mem::replace(&mut sealing.was_lent, is_lent) && is_lent {
            self.handle_new_epoch();
        }
        self.give_up_sounds(now);
        loop {
            let moved = match &mut transform {
                Some(transform) => {
                    let transform = &mut **transform;
                    self.seal_sound(now, transform)
                        | self.seal_pictures(now, transform)
                        | self.open_sounds(now, transform)
                        | self.open_pictures(now, transform)
                }
                None => self.drop_unsealed(now),
            };
            self.pump(now);
            if !moved {
                return;
            }
        }
    }

    /// The chain has moved: what waits for an epoch is tried again when [`Self::carry`] is called next.
    pub fn handle_new_epoch(&mut self) {
        if let Some(sealing) = &mut self.sealing {
            sealing.handle_new_epoch();
        }
        if let Some(pictures) = &mut self.pictures {
            pictures.engine().handle_new_epoch();
        }
    }

    fn give_up_sounds(&mut self, now: Time) {
        let given_up = self.sealing.as_mut().map(|sealing| sealing.expire(now));
        given_up.into_iter().flatten().for_each(|sound| self.transport.give_back(sound.payload));
    }

    fn seal_sound(&mut self, now: Time, transform: &mut dyn FrameTransform) -> bool {
        let mut moved = false;
        while let Some(packet) = self.audio.poll_packet(now)
            && let Some(sealing) = &mut self.sealing
        {
            moved = true;
            let Some(payload) = transform.seal(now, CHANNEL, Codec::Opus, &packet.payload, packet.level) else {
                sealing.counted.unsealed += 1;
                continue;
            };
            let shown = sealing.shown.next(packet.level);
            self.send_sound(now, &packet, shown, &payload);
            self.speakers.note_own(now, packet.level);
        }
        moved
    }

    fn seal_pictures(&mut self, now: Time, transform: &mut dyn FrameTransform) -> bool {
        let GroupMedia { pictures: Some(pictures), transport, counted, .. } = self else { return false };
        let mut seal = |codec: Codec, frame: &[u8]| transform.seal(now, CHANNEL, codec, frame, Level::default());
        let mut send =
            |packed: &Packed<'_>| counted.pictures += u64::from(!super::pictures::send(now, transport, packed));
        let mut moved = false;
        while pictures.engine().pack_sealed(now, &mut seal, &mut send) {
            moved = true;
        }
        moved
    }

    /// Nobody seals: nothing is sent, and nothing waits until somebody does.
    fn drop_unsealed(&mut self, now: Time) -> bool {
        let mut moved = false;
        while self.audio.poll_packet(now).is_some() {
            moved = true;
            self.sealing.iter_mut().for_each(|sealing| sealing.counted.unsealed += 1);
        }
        if let Some(pictures) = &mut self.pictures {
            while pictures.engine().pack_sealed(now, &mut |_, _| None, |_| {}) {
                moved = true;
            }
        }
        moved
    }

    fn open_sounds(&mut self, now: Time, transform: &mut dyn FrameTransform) -> bool {
        let Some(sealing) = &mut self.sealing else { return false };
        let (mut moved, mut is_unknown) = (false, false);
        for waiting in &mut sealing.waiting {
            let owner = self.speakers.owner(waiting.ssrc);
            let sender = owner.and_then(|owner| user_of(owner.key));
            let mut open = |sound: &Sound| {
                sender.map_or(Err(Unopened::Refused), |sender| transform.open(now, sender, Codec::Opus, &sound.payload))
            };
            loop {
                let is_ahead = match waiting.held_at {
                    None => false,
                    Some(at) if now.since(at) >= LOOK_AHEAD && waiting.sounds.len() > 1 => true,
                    Some(_) => break,
                };
                let next = if is_ahead { waiting.sounds.pop_back() } else { waiting.sounds.pop_front() };
                let Some(sound) = next else { break };
                moved = true;
                match open(&sound) {
                    Ok((payload, level)) => {
                        if is_ahead {
                            sealing.counted.expired += waiting.sounds.len() as u64;
                            waiting.sounds.drain(..).for_each(|old| self.transport.give_back(old.payload));
                        }
                        waiting.held_at = None;
                        self.transport.give_back(sound.payload);
                        self.speakers.handle(now, waiting.ssrc, level, Sound { payload, ..sound });
                    }
                    Err(Unopened::UnknownEpoch) => {
                        (waiting.held_at, is_unknown) = (Some(now), true);
                        if is_ahead { waiting.sounds.push_back(sound) } else { waiting.sounds.push_front(sound) }
                    }
                    Err(Unopened::Refused) => {
                        sealing.counted.refused += 1;
                        self.transport.give_back(sound.payload);
                    }
                }
            }
        }
        sealing.waiting.retain(|waiting| !waiting.sounds.is_empty());
        self.tell_epoch(now, is_unknown);
        moved
    }

    fn open_pictures(&mut self, now: Time, transform: &mut dyn FrameTransform) -> bool {
        let Some(pictures) = &mut self.pictures else { return false };
        let is_unknown = pictures.engine().open(now, &mut |origin, codec, packet| {
            let sender = origin.whose.and_then(user_of).ok_or(Unopened::Refused)?;
            transform.open(now, sender, codec, packet).map(|(frame, _)| frame)
        });
        self.tell_epoch(now, is_unknown);
        // What follows from it, the pump finds.
        false
    }

    fn tell_epoch(&mut self, now: Time, is_unknown: bool) {
        let Some(sealing) = self.sealing.as_mut().filter(|_| is_unknown) else { return };
        if sealing.epoch_told_at.is_none_or(|at| now.since(at) >= TELL_EPOCH) {
            sealing.epoch_told_at = Some(now);
            self.outputs.push_back(GroupOutput::UnknownEpoch);
        }
    }
}

#[cfg(test)]
mod tests;
