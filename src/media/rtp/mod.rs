//! RTP and RTCP of one call: streams told apart by SSRC, with the payload types and extension ids of their own direction.
//!
//! Ours rather than a crate's: audio needs a tenth of what those do, and six allocations per packet fewer.

pub mod buffers;
pub mod estimate;
pub mod extension;
pub mod feedback;
pub mod history;
mod newcomers;
mod outbound;
pub mod pacer;
pub mod packet;
pub mod pictures;
pub mod probe;
pub mod queueing;
pub mod receive;
pub mod rtcp;
pub mod send;
pub mod stats;
pub mod streams;
pub mod throughput;
pub mod unknown;

use super::config::{Newcomers, Stream};
use super::output::Received;
use crate::error::Error;
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::{MediaKind, Ssrc};
use buffers::Buffers;
use extension::{ExtensionKind, ExtensionValues, Extensions};
use feedback::{Arrivals, Flight};
use newcomers::Welcome;
use pacer::{Pacer, Waiting};
use packet::Packet;
use pictures::Pictures;
use receive::{Placed, ReceiveStream};
use rtcp::{Block, Compound, Item};
use send::SendStream;
pub use stats::{Direction, RtpStats, StreamStats};
use std::collections::{BTreeMap, VecDeque};
pub use streams::Refused;
use streams::{Configured, MAX_STREAMS, Streams};
use unknown::UnknownSources;

/// What protection may add to a packet.
const ROOM: usize = 32;
/// Sender and receiver reports.
const REPORT: Duration = Duration::from_secs(1);
/// Waiting for the application; more means it does not look.
const MAX_QUEUE: usize = 512;
/// So many lost packets are looked for because of one RTCP packet, whatever it asks for.
const MAX_REPEATS: usize = 256;
/// Sources of ours whose numbers are remembered after their end.
const MAX_ENDED: usize = 64;
/// Who reports and sends nothing goes by this.
pub const NOBODY: Ssrc = Ssrc(1);
const NAME: &str = "cname";
const MAX_PAYLOAD: usize = 1400;
/// Taken for the round trip before there is one (`video.md` 5.2).
const FIRST_ROUND_TRIP: Duration = Duration::from_millis(100);

/// A packet to protect and send.
#[derive(Debug, PartialEq, Eq)]
pub enum Outgoing {
    Rtp(Vec<u8>),
    Rtcp(Vec<u8>),
}

#[derive(Debug)]
pub struct Session {
    sends: Streams<SendStream>,
    receives: Streams<ReceiveStream>,
    /// The next numbers of sources that are gone: SRTP takes none twice should they come back.
    ended: BTreeMap<Ssrc, u64>,
    unknown: UnknownSources,
    /// For those who come unannounced.
    welcome: Option<Box<Welcome>>,
    /// Who we are in RTCP.
    reporter: Ssrc,
    arrivals: Arrivals,
    flight: Flight,
    report_at: Time,
    random: Random,
    pacer: Pacer,
    received: VecDeque<Received>,
    key_frames: VecDeque<Ssrc>,
    /// Once there were any.
    pictures: Option<Box<Pictures>>,
    buffers: Buffers,
    /// The id of transport-cc in what the peer sends, also of sources that nobody has announced.
    transport_cc: Extensions,
    stats: RtpStats,
    /// What streams that are gone had counted.
    past: RtpStats,
}

impl Session {
    #[cfg(test)]
    pub fn new(now: Time, random: Random) -> Session {
        Session::with_newcomers(now, random, None)
    }

    /// What comes unannounced begins a stream, if it may.
    pub fn with_newcomers(now: Time, mut random: Random, newcomers: Option<Newcomers>) -> Session {
        let most = newcomers.as_ref().map_or(0, |newcomers| newcomers.most);
        Session {
            sends: Streams::new(MAX_STREAMS),
            receives: Streams::new(MAX_STREAMS + most),
            ended: BTreeMap::new(),
            unknown: UnknownSources::default(),
            transport_cc: newcomers.as_ref().map_or_else(Extensions::default, |of| only_transport_cc(&of.extensions)),
            welcome: newcomers.map(|of| Box::new(Welcome::new(of))),
            reporter: NOBODY,
            arrivals: Arrivals::new(now),
            flight: Flight::new(&mut random),
            report_at: now + REPORT,
            random,
            pacer: Pacer::default(),
            received: VecDeque::new(),
            key_frames: VecDeque::new(),
            pictures: None,
            buffers: Buffers::default(),
            stats: RtpStats::default(),
            past: RtpStats::default(),
        }
    }

    /// Under which source we report about what the peer sends: one of our streams, or [`NOBODY`].
    pub fn set_reporter(&mut self, ssrc: Ssrc) {
        self.reporter = ssrc;
    }

    /// Adds a stream of ours, or changes the one with this source. On an error nothing has changed.
    #[cfg_attr(not(feature = "internals"), allow(dead_code, reason = "groups change singly; today its tests"))]
    pub fn add_send_stream(&mut self, config: Stream) -> Result<(), Error> {
        let Session { sends, ended, random, .. } = self;
        sends.put(config, |config| begin(config, ended, random))
    }

    #[cfg_attr(not(feature = "internals"), allow(dead_code, reason = "groups change singly; today its tests"))]
    pub fn remove_send_stream(&mut self, ssrc: Ssrc) {
        if let Some(stream) = self.sends.remove(ssrc) {
            self.end(&stream);
        }
    }

    /// Makes these all the streams we send. Those that cannot be carried are told; the others are not touched by that.
    #[must_use]
    pub fn set_send_streams(&mut self, streams: &[Stream]) -> Vec<Refused> {
        let Session { sends, ended, random, .. } = self;
        let (gone, refused) = sends.replace(streams, |config| begin(config, ended, random));
        gone.iter().for_each(|stream| self.end(stream));
        refused
    }

    fn end(&mut self, stream: &SendStream) {
        self.past.add(&stream.stats());
        self.ended.extend(stream.numbers());
        while self.ended.len() > MAX_ENDED {
            self.ended.pop_first();
        }
    }

    /// Adds a stream of the peer's, or changes the one with this source. On an error nothing has changed.
    pub fn add_receive_stream(&mut self, config: Stream) -> Result<(), Error> {
        let sources = [Some(config.ssrc), config.rtx_ssrc];
        self.receives.put(config, ReceiveStream::new)?;
        self.note_extensions();
        sources.into_iter().flatten().for_each(|ssrc| self.note_announced(ssrc));
        Ok(())
    }

    pub fn remove_receive_stream(&mut self, ssrc: Ssrc) {
        if let Some(stream) = self.receives.remove(ssrc) {
            self.past.add(&stream.stats());
        }
    }

    /// Makes these all the streams the peer may send. Those that cannot be carried are told; the others are not touched by that.
    #[must_use]
    pub fn set_receive_streams(&mut self, streams: &[Stream]) -> Vec<Refused> {
        let (gone, refused) = self.receives.replace(streams, ReceiveStream::new);
        gone.iter().for_each(|stream| self.past.add(&stream.stats()));
        self.note_extensions();
        for stream in streams {
            [Some(stream.ssrc), stream.rtx_ssrc].into_iter().flatten().for_each(|ssrc| self.note_announced(ssrc));
        }
        refused
    }

    fn note_announced(&mut self, ssrc: Ssrc) {
        self.unknown.forget(ssrc);
        if let Some(welcome) = &mut self.welcome {
            welcome.forget(ssrc);
        }
    }

    /// All streams of a direction have one number for it.
    fn note_extensions(&mut self) {
        let id = |stream: &&ReceiveStream| stream.config().extensions.id(ExtensionKind::TransportCc);
        if let Some(stream) = self.receives.iter().find(|stream| id(stream).is_some()) {
            self.transport_cc = only_transport_cc(&stream.config().extensions);
        }
    }

    /// A source that was not announced may begin a stream.
    fn welcome(&mut self, now: Time, packet: &Packet<'_>) {
        let Session { welcome: Some(welcome), receives, past, .. } = self else { return };
        if let Some(gone) = welcome.note(now, receives, Ssrc(packet.ssrc), packet.payload_type) {
            past.add(&gone.stats());
        }
    }

    /// Whether this source was announced.
    pub fn knows(&self, ssrc: u32) -> bool {
        self.receives.knows(Ssrc(ssrc))
    }

    /// Of a stream of the peer's: a moment of its NTP clock, and the timestamp of it, as it reported last.
    pub fn sender_report(&self, ssrc: Ssrc) -> Option<(u64, u32)> {
        self.receives.iter().find(|stream| stream.config().ssrc == ssrc)?.sender_report()
    }

    fn note_ignored(&mut self) {
        self.stats.packets_ignored += 1;
    }

    /// A decrypted RTP packet.
    pub fn handle_rtp(&mut self, now: Time, bytes: &[u8]) {
        let Some(packet) = Packet::parse(bytes) else { return self.note_ignored() };
        let source = Ssrc(packet.ssrc);
        self.welcome(now, &packet);
        let Some((stream, is_rtx)) = self.receives.find(source) else {
            // It takes its room on the link, whoever knows it: the peer's estimate needs it.
            if let Some(number) = ExtensionValues::read(&packet, &self.transport_cc).transport_cc() {
                self.arrivals.note(now, number, source);
            }
            self.unknown.note(source, packet.payload_type);
            return self.note_ignored();
        };
        let values = ExtensionValues::read(&packet, &stream.config().extensions);
        if let Some(number) = values.transport_cc() {
            self.arrivals.note(now, number, source);
        }
        let (payload_type, sequence, payload) = if is_rtx {
            // RFC 4588: the original sequence number stands before the payload. Without one it is a probe.
            let Some((original, payload)) = packet.payload.split_first_chunk::<2>() else {
                self.stats.padding_received += 1;
                return;
            };
            let Some(codec) = stream.codec_of_rtx(packet.payload_type).filter(|_| !payload.is_empty()) else {
                return self.note_ignored();
            };
            (codec.payload_type, u16::from_be_bytes(*original), payload)
        } else {
            if stream.codec(packet.payload_type).is_none() {
                return self.note_ignored();
            }
            if !packet.payload.is_empty() {
                stream.note_arrival(now, &packet);
            }
            (packet.payload_type, packet.sequence, packet.payload)
        };
        match stream.place(now, sequence, payload.len(), is_rtx) {
            Placed::New => {}
            Placed::Repeat => return self.note_ignored(),
        }
        let ssrc = stream.config().ssrc;
        let must_ask = stream.takes_overflow(now);
        // Handed on all the same: its number in the sequence is not a loss.
        self.stats.padding_received += u64::from(payload.is_empty());
        if self.received.len() >= MAX_QUEUE
            && let Some(oldest) = self.received.pop_front()
        {
            self.buffers.give_back(oldest.payload);
        }
        let mut copy = self.buffers.take();
        copy.extend_from_slice(payload);
        self.received.push_back(Received {
            ssrc,
            payload_type,
            sequence,
            timestamp: packet.timestamp,
            marker: packet.marker,
            arrived_at: now,
            extensions: values,
            payload: copy,
        });
        if must_ask {
            self.request_key_frame(ssrc);
        }
    }

    /// A decrypted RTCP packet.
    pub fn handle_rtcp(&mut self, now: Time, bytes: &[u8]) {
        let mut repeats = MAX_REPEATS;
        if !rtcp::parse(bytes, &mut |item| self.handle_item(now, item, &mut repeats)) {
            self.stats.reports_malformed += 1;
        }
    }

    /// `repeats`: so many lost packets may still be looked for.
    fn handle_item(&mut self, now: Time, item: Item<'_>, repeats: &mut usize) {
        match item {
            Item::SenderReport { ssrc, ntp, timestamp } => {
                if let Some(stream) = self.receives.get_mut(Ssrc(ssrc)) {
                    stream.note_sender_report(now, ntp, timestamp);
                }
            }
            Item::Block(block) => {
                let Some(stream) = self.sends.get_mut(Ssrc(block.ssrc)) else { return };
                let round_trip = ((ntp(now) >> 16) as u32).wrapping_sub(block.last_report).wrapping_sub(block.delay);
                // Half the range and more is a clock that ran backwards.
                let is_known = block.last_report != 0 && round_trip < 1 << 22;
                let round_trip = is_known.then(|| Duration::from_micros(u64::from(round_trip) * 1_000_000 / 65_536));
                stream.note_report(block, round_trip);
                if stream.is_video()
                    && let Some(pictures) = &mut self.pictures
                {
                    pictures.note_report(now, block.fraction_lost, self.stats.remb);
                }
                self.stats.round_trip = round_trip.or(self.stats.round_trip);
            }
            Item::Nack { ssrc, lost } => {
                let ssrc = Ssrc(ssrc);
                let (Some(stream), Some(pictures)) = (self.sends.get_mut(ssrc), &mut self.pictures) else { return };
                for lost in lost.into_iter().take(*repeats) {
                    *repeats -= 1;
                    if let Some((sequence, size)) = stream.lost(now, lost)
                        && !pictures.queue.push(Waiting { ssrc, sequence, is_again: true, size })
                    {
                        return;
                    }
                }
            }
            Item::TransportCc(feedback) => {
                self.handle_feedback(now, (feedback.base, feedback.count), feedback.arrivals())
            }
            Item::KeyFrameWanted { ssrc, fir } => {
                let ssrc = Ssrc(ssrc);
                if let Some(stream) = self.sends.get_mut(ssrc)
                    && stream.is_new_request(now, fir)
                    && !self.key_frames.contains(&ssrc)
                {
                    self.key_frames.push_back(ssrc);
                }
            }
            Item::Remb(bitrate) => self.stats.remb = Some(bitrate),
        }
    }

    /// Packets of this stream of the peer's below this number are needed no more: what is missing of them is not asked for again.
    pub fn set_floor(&mut self, ssrc: Ssrc, sequence: u16) {
        if let Some(stream) = self.receives.get_mut(ssrc) {
            stream.set_floor(sequence);
        }
    }

    /// A stream of the peer's of which packets were asked for in vain, and the highest number of them.
    pub fn poll_given_up(&mut self) -> Option<(Ssrc, u16)> {
        self.receives.iter_mut().find_map(|stream| Some((stream.config().ssrc, stream.take_given_up()?)))
    }

    /// What the peer tells of our packets. See [`Flight::handle`].
    fn handle_feedback(&mut self, now: Time, range: (u16, u16), arrivals: impl Iterator<Item = (u16, i64)>) {
        let Session { flight, pictures, .. } = self;
        flight.handle(now, range, arrivals, |told| {
            if let Some(pictures) = pictures {
                pictures.note_told(now, told);
            }
        });
        if let Some(pictures) = pictures {
            pictures.update(now, flight.round_trip().unwrap_or_default());
        }
    }

    /// Asks the peer for a key frame, by PLI or FIR, whatever was agreed on.
    pub fn request_key_frame(&mut self, ssrc: Ssrc) {
        let own = self.reporter.0;
        let Some(stream) = self.receives.get_mut(ssrc) else { return };
        let (pli, fir) =
            stream.config().codecs.iter().fold((false, false), |(p, f), c| (p || c.feedback.pli, f || c.feedback.fir));
        let mut compound = Compound::from(self.buffers.take());
        if pli {
            compound.pli(own, ssrc.0);
        } else if fir {
            stream.key_frame_number = stream.key_frame_number.wrapping_add(1);
            compound.fir(own, ssrc.0, stream.key_frame_number);
        } else {
            return;
        }
        self.send_rtcp(compound.finish());
    }

    pub fn handle_timeout(&mut self, now: Time) {
        if let Some(feedback) = self.arrivals.poll(now, self.reporter, &mut self.buffers) {
            self.stats.transport_cc_sent += 1;
            self.send_rtcp(feedback);
        }
        self.send_nacks(now);
        if self.report_at <= now {
            self.report_at = now + REPORT;
            self.send_reports(now);
        }
        if let Some(pictures) = &mut self.pictures {
            pictures.handle_timeout(now);
        }
    }

    fn send_rtcp(&mut self, bytes: Vec<u8>) {
        self.pacer.push(Outgoing::Rtcp(bytes), None);
    }

    fn send_nacks(&mut self, now: Time) {
        let own = self.reporter.0;
        let again =
            self.stats.round_trip.unwrap_or(FIRST_ROUND_TRIP).clamp(Duration::from_millis(50), Duration::from_secs(1))
                + Duration::from_millis(20);
        for stream in self.receives.iter_mut() {
            let lost = stream.due_nacks(now, again);
            if !lost.is_empty() {
                let mut compound = Compound::from(self.buffers.take());
                compound.nack(own, stream.config().ssrc.0, &lost);
                self.stats.nacks_sent += 1;
                self.pacer.push(Outgoing::Rtcp(compound.finish()), None);
            }
        }
    }

    /// A sender report for each stream that sent, all report blocks with the first; else a receiver report.
    fn send_reports(&mut self, now: Time) {
        if self.sends.is_empty() && self.receives.is_empty() {
            return;
        }
        let own = self.reporter.0;
        let mut blocks = [Block::default(); MAX_STREAMS];
        let reports = self.receives.iter_mut().filter_map(|stream| stream.report(now));
        let count = blocks.iter_mut().zip(reports).map(|(place, block)| *place = block).count();
        let mut blocks = &blocks[..count];
        let mut compound = Compound::from(self.buffers.take());
        for stream in self.sends.iter_mut() {
            if let Some(info) = stream.report(now, ntp(now)) {
                let ssrc = stream.config().ssrc.0;
                compound.report(ssrc, Some(info), core::mem::take(&mut blocks));
                compound.description(ssrc, NAME);
            }
        }
        if compound.is_empty() || !blocks.is_empty() {
            compound.report(own, None, blocks);
            compound.description(own, NAME);
        }
        self.send_rtcp(compound.finish());
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let nacks = self.receives.iter().filter_map(ReceiveStream::next_nack);
        let pictures = self.pictures.as_ref().and_then(|pictures| pictures.next_timeout());
        nacks.chain(self.arrivals.next_timeout()).chain(pictures).chain([self.report_at]).min()
    }

    pub fn poll_received(&mut self) -> Option<Received> {
        self.received.pop_front()
    }

    /// A source that nobody announced has been heard, with this payload type. Each is told once.
    pub fn poll_unknown(&mut self) -> Option<(Ssrc, u8)> {
        self.unknown.poll()
    }

    /// The figures of each stream there is: first what we send.
    pub fn streams(&self) -> impl Iterator<Item = StreamStats> {
        self.sends.iter().map(SendStream::stats).chain(self.receives.iter().map(ReceiveStream::stats))
    }

    pub fn stats(&self) -> RtpStats {
        let RtpStats { packets_sent, bytes_sent, packets_received, bytes_received, packets_lost, sound_lost, .. } =
            self.past;
        let (feedback_arrived, feedback_missing) = self.flight.counts();
        let mut stats = RtpStats {
            packets_sent,
            bytes_sent,
            packets_received,
            bytes_received,
            packets_lost,
            sound_lost,
            feedback_arrived,
            feedback_missing,
            feedback_round_trip: self.flight.round_trip(),
            feedback_bit_rate: self.flight.bit_rate(),
            ..self.stats
        };
        self.streams().for_each(|stream| stats.add(&stream));
        let is_audio = |config: &Stream| config.kind == MediaKind::Audio;
        let sounds = self.receives.iter().filter(|s| is_audio(s.config()));
        stats.jitter = sounds.map(ReceiveStream::jitter).max().unwrap_or_default();
        if let Some(stream) = self.sends.iter().find(|s| is_audio(s.config()))
            && let Some(permille) = stream.remote_loss_permille()
        {
            stats.remote_loss_permille = permille;
            stats.remote_jitter = stream.remote_jitter();
        }
        stats
    }
}

/// A stream of ours. Its sources go on where they ended, if they have been before.
fn begin(config: Stream, ended: &mut BTreeMap<Ssrc, u64>, random: &mut Random) -> SendStream {
    // Far from the wrap, so that the two ends agree on how often there was one.
    let [sequence, rtx_sequence] = [Some(config.ssrc), config.rtx_ssrc].map(|ssrc| {
        let first = u64::from(random.u32() & 0x7fff);
        ssrc.and_then(|ssrc| ended.remove(&ssrc)).unwrap_or(first)
    });
    SendStream::new(config, sequence, rtx_sequence)
}

/// The number of transport-cc alone.
fn only_transport_cc(extensions: &Extensions) -> Extensions {
    let mut only = Extensions::default();
    if let Some(id) = extensions.id(ExtensionKind::TransportCc) {
        only.set(ExtensionKind::TransportCc.uri(), id);
    }
    only
}

/// In units of which a second has so many; wraps around.
fn ticks(now: Time, per_s: u32) -> u32 {
    let (seconds, rest) = (now.as_nanos() / 1_000_000_000, now.as_nanos() % 1_000_000_000);
    seconds.wrapping_mul(u64::from(per_s)).wrapping_add(rest * u64::from(per_s) / 1_000_000_000) as u32
}

/// NTP's format on our own clock; only differences are ever used.
fn ntp(now: Time) -> u64 {
    ((u128::from(now.as_nanos()) << 32) / 1_000_000_000) as u64
}

#[cfg(test)]
mod tests;
