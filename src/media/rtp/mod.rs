//! RTP and RTCP of one call: streams told apart by SSRC, with the payload types and extension ids of their own direction.
//!
//! Ours rather than a crate's: audio needs a tenth of what those do, and six allocations per packet fewer.

pub mod packet;
pub mod receive;
pub mod rtcp;
pub mod send;

use super::config::{MediaKind, Stream};
use super::output::Received;
use crate::error::Error;
use crate::random::Random;
use crate::sequence::extend;
use crate::time::{Duration, Time};
use crate::types::Ssrc;
use packet::{Extension, Packet};
use receive::{Placed, ReceiveStream};
use rtcp::{Compound, Item};
use send::SendStream;
use std::collections::{BTreeMap, VecDeque};

/// What protection may add to a packet.
const ROOM: usize = 32;
/// Streams of one direction; an honest peer has three.
const MAX_STREAMS: usize = 16;
const MAX_CODECS: usize = 64;
/// Sender and receiver reports.
const REPORT: Duration = Duration::from_secs(1);
const TRANSPORT_CC: Duration = Duration::from_millis(90);
/// Arrivals kept for one feedback; at 90 ms nobody sends as many.
const MAX_ARRIVALS: usize = 400;
/// Waiting for the application; more means it does not look.
const MAX_QUEUE: usize = 512;
const NAME: &str = "cname";
const MAX_PAYLOAD: usize = 1400;

/// A packet to protect and send.
#[derive(Debug, PartialEq, Eq)]
pub enum Outgoing {
    Rtp(Vec<u8>),
    Rtcp(Vec<u8>),
}

/// Figures of all streams together, or of the audio where they are about one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RtpStats {
    pub packets_sent: u64,
    pub bytes_sent: u64,
    pub packets_received: u64,
    pub bytes_received: u64,
    /// Of the peer's streams, so far.
    pub packets_lost: u64,
    /// Probes and other packets without a payload.
    pub padding_received: u64,
    /// Of streams nobody announced, of payload types nobody agreed on, repeats.
    pub packets_ignored: u64,
    /// RTCP that could not be read to its end.
    pub reports_malformed: u64,
    pub packets_resent: u64,
    pub nacks_sent: u64,
    pub transport_cc_sent: u64,
    pub jitter: Duration,
    /// Of 1000 of our packets, as the peer last reported.
    pub remote_loss_permille: u16,
    pub remote_jitter: Duration,
    /// By RTCP.
    pub round_trip: Option<Duration>,
    /// By the peer's transport-cc feedback: our packets that arrived and that did not.
    pub feedback_arrived: u64,
    pub feedback_missing: u64,
    /// The last receiver estimate of the peer, in bit/s.
    pub remb: Option<u64>,
}

#[derive(Debug)]
pub struct Session {
    sends: Vec<SendStream>,
    receives: Vec<ReceiveStream>,
    transport_sequence: u16,
    /// Of packets with the transport-cc extension: unwrapped number → when it came, in units of 250 us.
    arrivals: BTreeMap<u64, u64>,
    highest_arrival: Option<u64>,
    feedback_number: u8,
    feedback_at: Option<Time>,
    /// The stream the arrivals are about, as far as feedback names one.
    feedback_ssrc: u32,
    report_at: Time,
    start: Time,
    random: Random,
    out: VecDeque<Outgoing>,
    received: VecDeque<Received>,
    key_frames: VecDeque<Ssrc>,
    stats: RtpStats,
    /// What streams that are gone had counted.
    past: RtpStats,
}

impl Session {
    pub fn new(now: Time, mut random: Random) -> Session {
        Session {
            sends: Vec::new(),
            receives: Vec::new(),
            transport_sequence: (random.u32() & 0x7fff) as u16,
            arrivals: BTreeMap::new(),
            highest_arrival: None,
            feedback_number: 0,
            feedback_at: None,
            feedback_ssrc: 0,
            report_at: now + REPORT,
            start: now,
            random,
            out: VecDeque::new(),
            received: VecDeque::new(),
            key_frames: VecDeque::new(),
            stats: RtpStats::default(),
            past: RtpStats::default(),
        }
    }

    pub fn set_send_streams(&mut self, streams: &[Stream]) -> Result<(), Error> {
        check(streams)?;
        let mut old = core::mem::take(&mut self.sends);
        for config in streams {
            let known = old.iter().position(|s| s.config.ssrc == config.ssrc && s.config.rtx_ssrc == config.rtx_ssrc);
            self.sends.push(match known {
                Some(index) => {
                    let mut stream = old.swap_remove(index);
                    stream.config = config.clone();
                    stream
                }
                None => SendStream::new(config.clone(), &mut self.random),
            });
        }
        for stream in old {
            self.past.packets_sent += stream.packets;
            self.past.bytes_sent += stream.bytes;
            self.past.packets_resent += stream.resent;
        }
        Ok(())
    }

    pub fn set_receive_streams(&mut self, streams: &[Stream]) -> Result<(), Error> {
        check(streams)?;
        let mut old = core::mem::take(&mut self.receives);
        for config in streams {
            self.receives.push(match old.iter().position(|s| s.config.ssrc == config.ssrc) {
                Some(index) => {
                    let mut stream = old.swap_remove(index);
                    stream.config = config.clone();
                    stream
                }
                None => ReceiveStream::new(config.clone()),
            });
        }
        for stream in old {
            self.past.packets_received += stream.received;
            self.past.bytes_received += stream.bytes;
            self.past.packets_lost += stream.lost();
        }
        Ok(())
    }

    /// Whether this source was announced; what was not, need not even be decrypted.
    pub fn knows(&self, ssrc: u32) -> bool {
        self.receives.iter().any(|s| s.config.ssrc.0 == ssrc || s.config.rtx_ssrc.is_some_and(|rtx| rtx.0 == ssrc))
    }

    pub fn note_ignored(&mut self) {
        self.stats.packets_ignored += 1;
    }

    /// Sends on the audio stream, with its first codec.
    pub fn send_audio(&mut self, now: Time, payload: &[u8], timestamp: u32, marker: bool) -> Result<(), Error> {
        let stream = self.sends.iter().find(|s| s.config.kind == MediaKind::Audio);
        let stream = stream.ok_or_else(|| Error::state("no audio stream has been agreed on"))?;
        let (ssrc, payload_type) = (stream.config.ssrc, stream.config.codecs[0].payload_type);
        self.send(now, ssrc, payload_type, timestamp, marker, None, payload)
    }

    #[allow(clippy::too_many_arguments)]
    pub fn send(
        &mut self,
        now: Time,
        ssrc: Ssrc,
        payload_type: u8,
        timestamp: u32,
        marker: bool,
        orientation: Option<u8>,
        payload: &[u8],
    ) -> Result<(), Error> {
        if payload.is_empty() || payload.len() > MAX_PAYLOAD {
            return Err(Error::argument("a payload has 1 to 1400 bytes"));
        }
        let index = self.sends.iter().position(|s| s.config.ssrc == ssrc);
        let index = index.ok_or_else(|| Error::argument("no such stream of ours"))?;
        if !self.sends[index].config.codecs.iter().any(|c| c.payload_type == payload_type) {
            return Err(Error::argument("the payload type was not agreed on"));
        }
        let extensions = self.extensions(now, index, orientation);
        let packet = self.sends[index].packet(now, payload_type, timestamp, marker, &extensions, payload, ROOM);
        self.out.push_back(Outgoing::Rtp(packet));
        Ok(())
    }

    fn extensions(&mut self, now: Time, index: usize, orientation: Option<u8>) -> [Extension; 3] {
        let ids = self.sends[index].config.extensions;
        let transport_cc = ids.transport_cc.map(|id| {
            let [high, low] = self.transport_sequence.to_be_bytes();
            self.transport_sequence = self.transport_sequence.wrapping_add(1);
            (id, [high, low, 0], 2)
        });
        let send_time = ids.abs_send_time.map(|id| {
            // 24 bits in units of 1/2^18 s.
            let time = (u128::from(now.as_nanos()) << 18) / 1_000_000_000;
            (id, [(time >> 16) as u8, (time >> 8) as u8, time as u8], 3)
        });
        let orientation = ids.video_orientation.zip(orientation).map(|(id, value)| (id, [value, 0, 0], 1));
        [send_time, transport_cc, orientation]
    }

    /// A decrypted RTP packet of an announced source.
    pub fn handle_rtp(&mut self, now: Time, bytes: &[u8]) {
        let Some(packet) = Packet::parse(bytes) else { return self.note_ignored() };
        let is_rtx = |stream: &ReceiveStream| stream.config.rtx_ssrc.is_some_and(|rtx| rtx.0 == packet.ssrc);
        let found = self.receives.iter_mut().position(|s| s.config.ssrc.0 == packet.ssrc || is_rtx(s));
        let Some(index) = found else { return self.note_ignored() };
        let rtx = is_rtx(&self.receives[index]);
        if let Some(number) = self.receives[index].config.extensions.transport_cc.and_then(|id| packet.extension_u16(id)) {
            self.note_transport_sequence(now, number, packet.ssrc);
        }
        if rtx {
            self.handle_rtx(now, index, &packet);
        } else {
            self.handle_primary(now, index, &packet);
        }
    }

    fn handle_primary(&mut self, now: Time, index: usize, packet: &Packet<'_>) {
        let stream = &mut self.receives[index];
        if stream.codec(packet.payload_type).is_none() {
            return self.note_ignored();
        }
        stream.note_arrival(now, packet);
        if stream.place(now, packet.sequence, packet.payload.len(), false) == Placed::Repeat {
            return self.note_ignored();
        }
        // Handed on all the same: its number in the sequence is not a loss.
        self.stats.padding_received += u64::from(packet.payload.is_empty());
        let sequence = packet.sequence;
        self.deliver(index, packet, packet.payload_type, sequence, packet.payload);
    }

    /// RFC 4588: the original sequence number stands before the payload. Without one it is a probe.
    fn handle_rtx(&mut self, now: Time, index: usize, packet: &Packet<'_>) {
        let Some((original, payload)) = packet.payload.split_first_chunk::<2>() else {
            self.stats.padding_received += 1;
            return;
        };
        let stream = &mut self.receives[index];
        let Some(payload_type) = stream.codec_of_rtx(packet.payload_type).map(|c| c.payload_type) else {
            return self.note_ignored();
        };
        let sequence = u16::from_be_bytes(*original);
        if payload.is_empty() || stream.place(now, sequence, payload.len(), true) == Placed::Repeat {
            return self.note_ignored();
        }
        self.deliver(index, packet, payload_type, sequence, payload);
    }

    fn deliver(&mut self, index: usize, packet: &Packet<'_>, payload_type: u8, sequence: u16, payload: &[u8]) {
        let config = &self.receives[index].config;
        let orientation = config.extensions.video_orientation.and_then(|id| packet.extension(id)?.first().copied());
        if self.received.len() >= MAX_QUEUE {
            self.received.pop_front();
        }
        self.received.push_back(Received {
            ssrc: config.ssrc,
            payload_type,
            sequence,
            timestamp: packet.timestamp,
            marker: packet.marker,
            orientation,
            payload: payload.to_vec(),
        });
    }

    fn note_transport_sequence(&mut self, now: Time, number: u16, ssrc: u32) {
        let highest = self.highest_arrival.unwrap_or(1 << 16 | u64::from(number));
        let unwrapped = extend(highest, number).unwrap_or(0);
        self.highest_arrival = Some(highest.max(unwrapped));
        // What is far off would make a feedback of nothing but gaps.
        if unwrapped + (MAX_ARRIVALS as u64) < highest {
            return;
        }
        let at = (now.since(self.start).as_micros() / 250) as u64;
        self.arrivals.entry(unwrapped).or_insert(at);
        while self.arrivals.len() > MAX_ARRIVALS {
            self.arrivals.pop_first();
        }
        self.feedback_ssrc = ssrc;
        self.feedback_at.get_or_insert(now + TRANSPORT_CC);
    }

    /// A decrypted RTCP packet.
    pub fn handle_rtcp(&mut self, now: Time, bytes: &[u8]) {
        let mut items = Vec::new();
        if !rtcp::parse(bytes, &mut |item| items.push(item)) {
            self.stats.reports_malformed += 1;
        }
        for item in items {
            self.handle_item(now, item);
        }
    }

    fn handle_item(&mut self, now: Time, item: Item) {
        match item {
            Item::SenderReport { ssrc, ntp } => {
                if let Some(stream) = self.receives.iter_mut().find(|s| s.config.ssrc.0 == ssrc) {
                    stream.note_sender_report(now, ntp);
                }
            }
            Item::Block(block) => {
                let Some(stream) = self.sends.iter_mut().find(|s| s.config.ssrc.0 == block.ssrc) else { return };
                stream.remote = Some(block);
                if block.last_report != 0 {
                    let now = (ntp(now) >> 16) as u32;
                    let round_trip = now.wrapping_sub(block.last_report).wrapping_sub(block.delay);
                    // Half the range and more is a clock that ran backwards.
                    if round_trip < 1 << 22 {
                        let micros = u64::from(round_trip) * 1_000_000 / 65_536;
                        self.stats.round_trip = Some(Duration::from_micros(micros));
                    }
                }
            }
            Item::Nack { ssrc, lost } => {
                let Some(index) = self.sends.iter().position(|s| s.config.ssrc.0 == ssrc) else { return };
                for sequence in lost {
                    // Whether it is there decides before a transport-cc number is spent on it.
                    let extensions = self.extensions(now, index, None);
                    match self.sends[index].retransmission(now, sequence, &extensions, ROOM) {
                        Some(packet) => self.out.push_back(Outgoing::Rtp(packet)),
                        None if extensions[1].is_some() => {
                            self.transport_sequence = self.transport_sequence.wrapping_sub(1);
                        }
                        None => {}
                    }
                }
            }
            Item::TransportCc { arrived, missing } => {
                self.stats.feedback_arrived += u64::from(arrived);
                self.stats.feedback_missing += u64::from(missing);
            }
            Item::KeyFrameWanted { ssrc, fir } => {
                let stream = self.sends.iter_mut().find(|s| s.config.ssrc.0 == ssrc);
                if let Some(stream) = stream
                    && stream.is_new_request(fir)
                    && !self.key_frames.contains(&stream.config.ssrc)
                {
                    self.key_frames.push_back(stream.config.ssrc);
                }
            }
            Item::Remb(bitrate) => self.stats.remb = Some(bitrate),
        }
    }

    /// Asks the peer for a key frame, by PLI or FIR, whatever was agreed on.
    pub fn request_key_frame(&mut self, ssrc: Ssrc) {
        let own = self.own_ssrc();
        let Some(stream) = self.receives.iter_mut().find(|s| s.config.ssrc == ssrc) else { return };
        let (pli, fir) =
            stream.config.codecs.iter().fold((false, false), |(p, f), c| (p || c.feedback.pli, f || c.feedback.fir));
        let mut compound = Compound::default();
        if pli {
            compound.pli(own, ssrc.0);
        } else if fir {
            stream.key_frame_number = stream.key_frame_number.wrapping_add(1);
            compound.fir(own, ssrc.0, stream.key_frame_number);
        } else {
            return;
        }
        self.out.push_back(Outgoing::Rtcp(compound.finish()));
    }

    /// Who we are in RTCP.
    fn own_ssrc(&self) -> u32 {
        self.sends.first().map_or(1, |s| s.config.ssrc.0)
    }

    pub fn handle_timeout(&mut self, now: Time) {
        if self.feedback_at.is_some_and(|at| at <= now) {
            self.send_feedback();
        }
        self.send_nacks(now);
        if self.report_at <= now {
            self.report_at = now + REPORT;
            self.send_reports(now);
        }
    }

    fn send_feedback(&mut self) {
        self.feedback_at = None;
        let arrivals = core::mem::take(&mut self.arrivals);
        let Some((&base, _)) = arrivals.first_key_value() else { return };
        let mut list: Vec<Option<u64>> = Vec::new();
        for (number, at) in arrivals {
            let place = (number - base) as usize;
            // Too wide a gap for one packet; the rest is told as lost by not being told.
            if place >= 2 * MAX_ARRIVALS {
                break;
            }
            list.resize(place, None);
            list.push(Some(at));
        }
        let mut compound = Compound::default();
        compound.transport_cc(self.own_ssrc(), self.feedback_ssrc, base as u16, &list, self.feedback_number);
        self.feedback_number = self.feedback_number.wrapping_add(1);
        self.stats.transport_cc_sent += 1;
        self.out.push_back(Outgoing::Rtcp(compound.finish()));
    }

    fn send_nacks(&mut self, now: Time) {
        let own = self.own_ssrc();
        let again = self.stats.round_trip.unwrap_or_default().clamp(Duration::from_millis(50), Duration::from_secs(1))
            + Duration::from_millis(20);
        for stream in &mut self.receives {
            let lost = stream.due_nacks(now, again);
            if !lost.is_empty() {
                let mut compound = Compound::default();
                compound.nack(own, stream.config.ssrc.0, &lost);
                self.stats.nacks_sent += 1;
                self.out.push_back(Outgoing::Rtcp(compound.finish()));
            }
        }
    }

    /// A sender report for each stream that sent, all report blocks with the first; else a receiver report.
    fn send_reports(&mut self, now: Time) {
        if self.sends.is_empty() && self.receives.is_empty() {
            return;
        }
        let own = self.own_ssrc();
        let mut blocks: Vec<_> = self.receives.iter_mut().filter_map(|s| s.report(now)).collect();
        let mut compound = Compound::default();
        for stream in &mut self.sends {
            if let Some(info) = stream.report(now, ntp(now)) {
                let ssrc = stream.config.ssrc.0;
                compound.report(ssrc, Some(info), &core::mem::take(&mut blocks));
                compound.description(ssrc, NAME);
            }
        }
        if compound.is_empty() || !blocks.is_empty() {
            compound.report(own, None, &blocks);
            compound.description(own, NAME);
        }
        self.out.push_back(Outgoing::Rtcp(compound.finish()));
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let nacks = self.receives.iter().filter_map(ReceiveStream::next_nack);
        nacks.chain(self.feedback_at).chain([self.report_at]).min()
    }

    pub fn poll_outgoing(&mut self) -> Option<Outgoing> {
        self.out.pop_front()
    }

    pub fn poll_received(&mut self) -> Option<Received> {
        self.received.pop_front()
    }

    pub fn poll_key_frame_request(&mut self) -> Option<Ssrc> {
        self.key_frames.pop_front()
    }

    pub fn stats(&self) -> RtpStats {
        let mut stats = self.stats;
        stats.packets_sent = self.past.packets_sent + self.sends.iter().map(|s| s.packets).sum::<u64>();
        stats.bytes_sent = self.past.bytes_sent + self.sends.iter().map(|s| s.bytes).sum::<u64>();
        stats.packets_resent = self.past.packets_resent + self.sends.iter().map(|s| s.resent).sum::<u64>();
        stats.packets_received = self.past.packets_received + self.receives.iter().map(|s| s.received).sum::<u64>();
        stats.bytes_received = self.past.bytes_received + self.receives.iter().map(|s| s.bytes).sum::<u64>();
        stats.packets_lost = self.past.packets_lost + self.receives.iter().map(ReceiveStream::lost).sum::<u64>();
        if let Some(stream) = self.receives.iter().find(|s| s.config.kind == MediaKind::Audio) {
            stats.jitter = stream.jitter();
        }
        if let Some(stream) = self.sends.iter().find(|s| s.config.kind == MediaKind::Audio)
            && let Some(block) = stream.remote
        {
            stats.remote_loss_permille = (u32::from(block.fraction_lost) * 1000 / 256) as u16;
            let clock_rate = u64::from(stream.config.codecs[0].clock_rate.max(1));
            stats.remote_jitter = Duration::from_micros(u64::from(block.jitter) * 1_000_000 / clock_rate);
        }
        stats
    }
}

/// NTP's format on our own clock; only differences are ever used.
fn ntp(now: Time) -> u64 {
    ((u128::from(now.as_nanos()) << 32) / 1_000_000_000) as u64
}

/// What negotiation must not hand down.
fn check(streams: &[Stream]) -> Result<(), Error> {
    if streams.len() > MAX_STREAMS {
        return Err(Error::limit("too many streams"));
    }
    let mut sources = std::collections::BTreeSet::new();
    for stream in streams {
        if stream.codecs.is_empty() || stream.codecs.len() > MAX_CODECS {
            return Err(Error::argument("a stream needs a codec, and not dozens"));
        }
        for codec in &stream.codecs {
            // 64 to 95 would be taken for RTCP.
            let types = [Some(codec.payload_type), codec.rtx];
            if types.into_iter().flatten().any(|t| t > 127 || (64..96).contains(&t)) || codec.clock_rate == 0 {
                return Err(Error::argument("no RTP payload type, or no clock rate"));
            }
        }
        if ![Some(stream.ssrc), stream.rtx_ssrc].into_iter().flatten().all(|ssrc| sources.insert(ssrc)) {
            return Err(Error::argument("two streams with one source"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
