//! One connection of a member, seen from the server.

use super::desk::Opening;
use super::forward::{OPUS, extensions};
use super::layer::{Kept, Layer};
use super::watch::Watch;
use super::{LegId, LegKind, colibri};
use crate::media::clock::Clock;
use crate::media::config::{Codec, Feedback, Stream};
use crate::media::data_channel::{self, DataChannel};
use crate::media::dtls::certificate::{Certificate, parse_fingerprint};
use crate::media::dtls::{self, Dtls};
use crate::media::rtp::buffers::Buffers;
use crate::media::rtp::extension::{Extension, ExtensionValues};
use crate::media::rtp::feedback::Arrivals;
use crate::media::rtp::packet::{Header, Packet};
use crate::media::rtp::receive::{Placed, ReceiveStream};
use crate::media::rtp::rtcp::{Compound, SenderInfo};
use crate::media::srtp::{self, Memory, Profile};
use crate::media::{Setup, TransportSetup};
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::{MediaKind, Ssrc};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

/// Texts of a leg's channel that are kept.
pub const MAX_TEXTS: usize = 64;
/// Streams that are seen no more, and remembered.
const MAX_UNWATCHED: usize = 64;
/// Answers to checks that wait.
const MAX_ANSWERS: usize = 64;
/// DTLS packets that came before the first check.
const MAX_EARLY: usize = 12;
/// Texts of the channel that wait to be heard.
const MAX_SAID: usize = 16;
const REPORT: Duration = Duration::from_secs(1);
/// What was asked for once more, and has not come, is asked for again.
const NACK_AGAIN: Duration = Duration::from_millis(50);
/// Who we are in RTCP.
const OWN: u32 = 1;
const NAME: &str = "sfu";
/// What protection may add to a packet.
const ROOM: usize = 32;

/// What is counted of a leg.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LegStats {
    /// Checks that were answered, and how many of them came from who says that the server is to choose.
    pub checks: u64,
    pub controlled_checks: u64,
    /// Media packets of the leg's, of all its sources.
    pub received: u64,
    /// Of sound of others that were sent to it.
    pub forwarded: u64,
    /// Of pictures of others, and how many of these were sent once more.
    pub shown: u64,
    pub shown_again: u64,
    /// Key frames that it was asked for.
    pub key_frames: u64,
    /// Packets of RTCP.
    pub reports: u64,
    /// Texts on the channel.
    pub texts: u64,
    /// How often the channel came up.
    pub channels: u64,
    /// Whether there are keys.
    pub is_secure: bool,
}

pub struct Leg {
    opening: Opening,
    pub is_muted: bool,
    /// Its pictures, the smallest first.
    pub layers: Vec<Layer>,
    /// Which pictures it wants, and those that it gets.
    pub wanted: BTreeMap<String, u32>,
    pub watches: BTreeMap<LegId, Watch>,
    /// What is seen no more, by what it came as: it goes on where it ended, as no number is used twice.
    unwatched: BTreeMap<u32, Watch>,
    /// How high its own are wanted.
    pub ideal: u32,
    /// How they are turned, and when was told last that there are some.
    pub orientation: u8,
    pub told_at: Option<Time>,
    /// What it has said, and nobody has heard yet.
    said: VecDeque<String>,
    /// Where packets are sent, and when something authentic came from there.
    address: Option<(SocketAddr, Time)>,
    /// Where its checks came from, oldest first.
    addresses: VecDeque<SocketAddr>,
    heard_at: Option<Time>,
    /// Whether a check was answered: before that nothing else of ours is believed.
    has_answered: bool,
    dtls: Option<Dtls>,
    early: VecDeque<Vec<u8>>,
    keys: Option<(srtp::Sender, srtp::Receiver)>,
    data: DataChannel,
    random: Random,
    pub arrivals: Arrivals,
    buffers: Buffers,
    /// Of the next packet to it.
    number: u16,
    receives: BTreeMap<u32, ReceiveStream>,
    report_at: Option<Time>,
    /// The loudest that it was lately, in dB below full scale, and since when.
    loudness: Option<(u8, Time)>,
    spoke_at: Option<Time>,
    answers: VecDeque<(Time, SocketAddr, Vec<u8>)>,
    texts: VecDeque<String>,
    out: Vec<Vec<u8>>,
    stats: LegStats,
}

impl core::fmt::Debug for Leg {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Leg").field("id", &self.opening.leg).field("address", &self.address).finish_non_exhaustive()
    }
}

impl Leg {
    pub fn new(now: Time, opening: Opening, mut random: Random) -> Leg {
        Leg {
            layers: opening.layers.iter().map(|(primary, repair)| Layer::new(*primary, *repair)).collect(),
            opening,
            is_muted: false,
            wanted: BTreeMap::new(),
            watches: BTreeMap::new(),
            unwatched: BTreeMap::new(),
            ideal: 0,
            orientation: 0,
            told_at: None,
            said: VecDeque::new(),
            address: None,
            addresses: VecDeque::new(),
            heard_at: None,
            has_answered: false,
            dtls: None,
            early: VecDeque::new(),
            keys: None,
            data: DataChannel::new(now, false, false, random.fork()),
            number: random.u32() as u16,
            random,
            arrivals: Arrivals::new(now),
            buffers: Buffers::default(),
            receives: BTreeMap::new(),
            report_at: None,
            loudness: None,
            spoke_at: None,
            answers: VecDeque::new(),
            texts: VecDeque::new(),
            out: Vec::new(),
            stats: LegStats::default(),
        }
    }

    pub fn id(&self) -> LegId {
        self.opening.leg
    }

    pub fn room(&self) -> u64 {
        self.opening.room
    }

    pub fn kind(&self) -> LegKind {
        self.opening.kind
    }

    /// The halves of its checks' user names.
    pub fn name(&self) -> &str {
        &self.opening.local.ufrag
    }

    pub fn their_name(&self) -> &str {
        &self.opening.remote.credentials.ufrag
    }

    pub fn password(&self) -> &[u8] {
        self.opening.local.password.expose().as_bytes()
    }

    pub fn endpoint(&self) -> &str {
        &self.opening.endpoint
    }

    pub fn audio(&self) -> Option<u32> {
        self.opening.audio
    }

    pub fn announced(&self, ssrc: u32) -> bool {
        self.opening.audio == Some(ssrc) || self.opening.video.contains(&ssrc)
    }

    pub fn address(&self) -> Option<SocketAddr> {
        self.address.map(|(address, _)| address)
    }

    pub fn heard_at(&self) -> Option<Time> {
        self.heard_at
    }

    pub fn stats(&self) -> LegStats {
        LegStats { is_secure: self.keys.is_some(), ..self.stats }
    }

    pub fn texts(&self) -> impl Iterator<Item = &String> {
        self.texts.iter()
    }

    // ---- The way

    pub fn note_check(&mut self, is_controlled: bool) {
        self.stats.checks += 1;
        self.stats.controlled_checks += u64::from(is_controlled);
    }

    pub fn answer(&mut self, at: Time, to: SocketAddr, bytes: Vec<u8>) {
        if self.answers.len() < MAX_ANSWERS {
            self.answers.push_back((at, to, bytes));
        }
    }

    pub fn has_answered(&self) -> bool {
        self.has_answered
    }

    pub fn due_answers(&mut self, now: Time) -> Vec<(SocketAddr, Vec<u8>)> {
        let mut due = Vec::new();
        while self.answers.front().is_some_and(|(at, ..)| *at <= now) {
            due.extend(self.answers.pop_front().map(|(_, to, bytes)| (to, bytes)));
            self.has_answered = true;
        }
        due
    }

    /// Something authentic came from there. `moves`: it says that this is the way.
    pub fn hear(&mut self, now: Time, from: SocketAddr, moves: bool, fresh: Duration) {
        self.heard_at = Some(now);
        match &mut self.address {
            Some((address, at)) if *address == from => *at = now,
            Some((_, at)) if !moves && now.since(*at) < fresh => {}
            address => *address = Some((from, now)),
        }
    }

    /// Remembers where it comes from; the address that is forgotten for that.
    pub fn note_address(&mut self, from: SocketAddr, most: usize) -> Option<SocketAddr> {
        if self.addresses.contains(&from) {
            return None;
        }
        self.addresses.push_back(from);
        if self.addresses.len() > most { self.addresses.pop_front() } else { None }
    }

    // ---- The handshake, and what is carried by it

    pub fn handle_dtls(&mut self, now: Time, bytes: &[u8]) {
        match &mut self.dtls {
            Some(dtls) => dtls.handle_packet(now, bytes),
            None if self.early.len() < MAX_EARLY => self.early.push_back(bytes.to_vec()),
            None => {}
        }
    }

    fn begin_dtls(&mut self, now: Time, clock: Clock, certificate: &Certificate) {
        if self.dtls.is_some() || self.address.is_none() || !self.has_answered {
            return;
        }
        let TransportSetup { fingerprint, setup, .. } = &self.opening.remote;
        let role = if *setup == Setup::Active { dtls::Role::Server } else { dtls::Role::Client };
        let Some(expected) = fingerprint.as_deref().and_then(parse_fingerprint) else { return };
        let mut dtls = Dtls::new(now, clock, role, certificate, expected, self.random.u64());
        for packet in core::mem::take(&mut self.early) {
            dtls.handle_packet(now, &packet);
        }
        self.dtls = Some(dtls);
    }

    /// Carries what came out of one part to the next, until all are quiet.
    pub fn turn(&mut self, now: Time, clock: Clock, certificate: &Certificate) {
        self.begin_dtls(now, clock, certificate);
        loop {
            let mut is_quiet = true;
            while let Some(event) = self.dtls.as_mut().and_then(Dtls::poll_event) {
                is_quiet = false;
                match event {
                    dtls::Event::Packet(packet) => self.out.push(packet),
                    dtls::Event::Keys { profile: Some(profile), material } => self.take_keys(profile, &material),
                    dtls::Event::Connected => {
                        self.data.connect(now);
                        self.report_at = Some(now + REPORT);
                    }
                    dtls::Event::Data(data) => self.data.handle_packet(now, &data),
                    dtls::Event::Keys { profile: None, .. }
                    | dtls::Event::Closed
                    | dtls::Event::WrongFingerprint
                    | dtls::Event::Broken(_) => self.keys = None,
                }
            }
            while let Some(event) = self.data.poll_event() {
                is_quiet = false;
                match event {
                    data_channel::Event::Opened => {
                        self.stats.channels += 1;
                        if !self.layers.is_empty() {
                            self.data.send(now, &colibri::ideal(self.ideal));
                        }
                    }
                    data_channel::Event::Text(text) => {
                        self.stats.texts += 1;
                        if self.texts.len() >= MAX_TEXTS {
                            self.texts.pop_front();
                        }
                        if self.said.len() < MAX_SAID {
                            self.said.push_back(text.clone());
                        }
                        self.texts.push_back(text);
                    }
                }
            }
            while let Some(packet) = self.data.poll_packet() {
                is_quiet = false;
                if let Some(dtls) = &mut self.dtls {
                    dtls.send(now, &packet);
                }
            }
            if is_quiet {
                return;
            }
        }
    }

    pub fn take_keys(&mut self, profile: Profile, material: &[u8]) {
        let Some([client, server]) = srtp::split_keying_material(profile, material) else { return };
        let is_client = self.dtls.as_ref().is_some_and(|dtls| dtls.role() == dtls::Role::Client);
        let (ours, theirs) = if is_client { (client, server) } else { (server, client) };
        self.keys = Some((srtp::Sender::new(&ours), srtp::Receiver::new(&theirs, Memory::OF_ONE)));
    }

    pub fn say(&mut self, now: Time, text: &str) {
        self.data.send(now, text);
    }

    pub fn take_said(&mut self) -> VecDeque<String> {
        core::mem::take(&mut self.said)
    }

    pub fn close_channel(&mut self, now: Time, whole: bool) {
        if whole {
            self.data.close(now);
        } else {
            self.data.close_stream(now);
        }
    }

    pub fn close(&mut self, now: Time) {
        if let Some(dtls) = &mut self.dtls {
            dtls.close(now);
        }
    }

    // ---- Media

    pub fn open_rtp(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (_, receiver) = self.keys.as_mut()?;
        let mut packet = bytes.to_vec();
        let Opening { audio, video, .. } = &self.opening;
        receiver.unprotect_rtp(&mut packet, |ssrc| *audio == Some(ssrc) || video.contains(&ssrc)).then_some(packet)
    }

    pub fn open_rtcp(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (_, receiver) = self.keys.as_mut()?;
        let mut packet = bytes.to_vec();
        self.stats.reports += 1;
        receiver.unprotect_rtcp(&mut packet, |_| true).then_some(packet)
    }

    /// Counts a packet of the leg's sound, for our reports.
    pub fn place_sound(&mut self, now: Time, packet: &Packet<'_>) {
        self.place(now, packet, (MediaKind::Audio, OPUS, 48_000), false);
    }

    /// The same of its pictures, of which what is missing is asked for; whether it is there for the first time.
    pub fn place_picture(&mut self, now: Time, packet: &Packet<'_>, is_repair: bool) -> bool {
        self.place(now, packet, (MediaKind::Video, packet.payload_type, 90_000), is_repair) == Placed::New
    }

    fn place(&mut self, now: Time, packet: &Packet<'_>, of: (MediaKind, u8, u32), is_repair: bool) -> Placed {
        self.stats.received += 1;
        let stream = self.receives.entry(packet.ssrc).or_insert_with(|| {
            let (kind, payload_type, clock_rate) = of;
            let feedback = Feedback { nack: kind == MediaKind::Video, ..Feedback::default() };
            let codec = Codec { payload_type, clock_rate, rtx: None, feedback };
            let (ssrc, codecs) = (Ssrc(packet.ssrc), vec![codec]);
            ReceiveStream::new(Stream { kind, ssrc, rtx_ssrc: None, codecs, extensions: extensions() })
        });
        let placed = stream.place(now, packet.sequence, packet.payload.len(), is_repair);
        if !is_repair {
            stream.note_arrival(now, packet);
        }
        placed
    }

    pub fn note_report(&mut self, now: Time, ssrc: u32, ntp: u64, timestamp: u32) {
        if let Some(stream) = self.receives.get_mut(&ssrc) {
            stream.note_sender_report(now, ntp, timestamp);
        }
    }

    /// It says something, so loud.
    pub fn speak(&mut self, now: Time, below_full: u8) {
        const WINDOW: Duration = Duration::from_millis(400);
        self.spoke_at = Some(now);
        match &mut self.loudness {
            Some((loudest, since)) if now.since(*since) < WINDOW && *loudest <= below_full => {}
            loudness => *loudness = Some((below_full, now)),
        }
    }

    /// How loud it was lately, if it spoke: dB below full scale.
    pub fn loudness(&self, now: Time, speaking: Duration) -> Option<u8> {
        let is_speaking = self.spoke_at.is_some_and(|at| now.since(at) < speaking);
        self.loudness.filter(|_| is_speaking).map(|(loudness, _)| loudness)
    }

    /// A packet of somebody else's sound, to be sent to this one.
    pub fn forward(&mut self, now: Time, packet: &Packet<'_>, values: ExtensionValues) {
        let Packet { marker, payload_type, sequence, timestamp, ssrc, .. } = *packet;
        let header = Header { marker, payload_type, sequence, timestamp, ssrc };
        self.stats.forwarded += u64::from(self.send_rtp(now, header, values, &[packet.payload]));
    }

    fn send_rtp(&mut self, now: Time, header: Header, mut values: ExtensionValues, parts: &[&[u8]]) -> bool {
        let Some((sender, _)) = &mut self.keys else { return false };
        let time = (u128::from(now.as_nanos()) << 18) / 1_000_000_000;
        values.set(Extension::AbsSendTime(time as u32));
        values.set(Extension::TransportCc(self.number));
        let mut bytes = Vec::new();
        header.write_to(&mut bytes, &extensions(), &values, parts, ROOM);
        let is_sent = sender.protect_forwarded(&mut bytes);
        if is_sent {
            self.number = self.number.wrapping_add(1);
            self.out.push(bytes);
        }
        is_sent
    }

    // ---- Pictures

    /// It sees this no more.
    pub fn unwatch(&mut self, sender: LegId) {
        let Some(watch) = self.watches.remove(&sender) else { return };
        if self.unwatched.len() >= MAX_UNWATCHED {
            self.unwatched.pop_first();
        }
        self.unwatched.insert(watch.primary, watch);
    }

    /// It wants to see somebody, no higher than that.
    pub fn watch(&mut self, sender: LegId, primary: u32, repair: Option<u32>, most: u32) {
        let number = self.random.u32() as u16;
        let before = self.unwatched.remove(&primary);
        let new = || before.map_or_else(|| Watch::new(primary, repair, most, number), Watch::anew);
        self.watches.entry(sender).or_insert_with(new).most = most;
    }

    /// A packet of a layer of somebody's, if it is the one that is seen.
    pub fn show(
        &mut self,
        now: Time,
        sender: LegId,
        layer: usize,
        packet: &Packet<'_>,
        orientation: Option<u8>,
    ) -> bool {
        let Some(watch) = self.watches.get_mut(&sender) else { return false };
        let Some(shown) = watch.show(now, layer, packet) else { return false };
        let Packet { marker, payload_type, .. } = *packet;
        let (sequence, timestamp, ssrc) = (shown.number, shown.timestamp, watch.primary);
        let header = Header { marker, payload_type, sequence, timestamp, ssrc };
        let is_sent = self.send_rtp(now, header, turned(orientation), &[&shown.payload]);
        self.stats.shown += u64::from(is_sent);
        is_sent
    }

    /// A packet once more, as a repair.
    pub fn show_again(&mut self, now: Time, sender: LegId, number: u16, kept: &Kept) {
        let Some(watch) = self.watches.get_mut(&sender) else { return };
        let again = watch.again(number, kept.timestamp, kept.payload_type, &kept.payload);
        let (Some(ssrc), Some(shown)) = (watch.repair, again) else { return };
        let sequence = watch.repair_number;
        watch.repair_number = sequence.wrapping_add(1);
        let (marker, payload_type, timestamp) = (kept.marker, kept.payload_type + 1, shown.timestamp);
        let header = Header { marker, payload_type, sequence, timestamp, ssrc };
        let parts = [&shown.number.to_be_bytes()[..], &shown.payload];
        self.stats.shown_again += u64::from(self.send_rtp(now, header, turned(kept.orientation), &parts));
    }

    pub fn ask_key_frame(&mut self, primary: u32) {
        self.stats.key_frames += 1;
        let mut compound = Compound::default();
        compound.pli(OWN, primary);
        self.send_rtcp(compound.finish());
    }

    pub fn forward_report(&mut self, ssrc: u32, ntp: u64, timestamp: u32) {
        let mut compound = Compound::default();
        compound.report(ssrc, Some(SenderInfo { ntp, timestamp, packets: 0, octets: 0 }), &[]);
        compound.description(ssrc, NAME);
        self.send_rtcp(compound.finish());
    }

    pub fn forge(&mut self, mut packet: Vec<u8>) {
        if let Some((sender, _)) = &mut self.keys
            && sender.protect_forwarded(&mut packet)
        {
            self.out.push(packet);
        }
    }

    pub fn send_rtcp(&mut self, mut packet: Vec<u8>) {
        if let Some((sender, _)) = &mut self.keys
            && sender.protect_rtcp(&mut packet)
        {
            self.out.push(packet);
        }
    }

    pub fn take_packets(&mut self) -> impl Iterator<Item = Vec<u8>> {
        core::mem::take(&mut self.out).into_iter()
    }

    // ---- Time

    pub fn handle_timeout(&mut self, now: Time) {
        if let Some(dtls) = &mut self.dtls
            && dtls.next_timeout().is_some_and(|at| at <= now)
        {
            dtls.handle_timeout(now);
        }
        if self.data.next_timeout().is_some_and(|at| at <= now) {
            self.data.handle_timeout(now);
        }
        if let Some(feedback) = self.arrivals.poll(now, Ssrc(OWN), &mut self.buffers) {
            self.send_rtcp(feedback);
        }
        let mut compound = Compound::default();
        for (ssrc, stream) in &mut self.receives {
            let missing = stream.due_nacks(now, NACK_AGAIN);
            if !missing.is_empty() {
                compound.nack(OWN, *ssrc, &missing);
            }
        }
        if !compound.is_empty() {
            self.send_rtcp(compound.finish());
        }
        if self.report_at.is_some_and(|at| at <= now) {
            self.report_at = Some(now + REPORT);
            let blocks: Vec<_> = self.receives.values_mut().filter_map(|stream| stream.report(now)).collect();
            let mut compound = Compound::default();
            compound.report(OWN, None, &blocks);
            compound.description(OWN, NAME);
            self.send_rtcp(compound.finish());
        }
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let timeouts = [
            self.dtls.as_ref().and_then(Dtls::next_timeout),
            self.dtls.as_ref().and(self.data.next_timeout()),
            self.arrivals.next_timeout(),
            self.receives.values().filter_map(ReceiveStream::next_nack).min(),
            self.report_at,
            self.answers.front().map(|(at, ..)| *at),
        ];
        timeouts.into_iter().flatten().min()
    }
}

/// How a picture is turned, where that is told.
fn turned(orientation: Option<u8>) -> ExtensionValues {
    let mut values = ExtensionValues::default();
    if let Some(byte) = orientation {
        values.set(Extension::VideoOrientation(byte));
    }
    values
}
