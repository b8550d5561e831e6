//! One stream of ours: numbering, what may have to be sent again, and what the peer says about it.

use super::ROOM;
use super::extension::{ExtensionKind, ExtensionValues};
use super::history::{History, Kept};
use super::packet::Header;
use super::rtcp::{Block, SenderInfo};
use super::stats::{Direction, StreamStats};
use super::streams::Configured;
use crate::media::config::Stream;
use crate::sequence::extend;
use crate::time::{Duration, Time};
use crate::types::{MediaKind, Ssrc};

/// A packet is not sent again twice within this, nor within most of a round trip: nobody can know yet that it is needed.
const RESEND_PAUSE: Duration = Duration::from_millis(20);
const MOST_RESEND_PAUSE: Duration = Duration::from_millis(500);
/// What is sent again is no more than what was sent, with so many bytes on account.
const RESEND_ACCOUNT: usize = 128 * 1024;
/// In front of a payload, about.
const HEADERS: usize = 28;
/// Requests for a key frame within this are one (`video.md` 4).
const KEY_FRAME_PAUSE: Duration = Duration::from_millis(300);

#[derive(Debug)]
pub struct SendStream {
    config: Stream,
    /// Of the next packet, continued beyond its 16 bits.
    sequence: u64,
    rtx_sequence: u64,
    packets: u64,
    bytes: u64,
    reported: u64,
    last: Option<(u32, Time)>,
    /// Of a stream of pictures.
    history: Option<Box<History>>,
    resend_account: usize,
    /// The last word of the peer about this stream.
    pub remote: Option<Block>,
    round_trip: Option<Duration>,
    fir: Option<u8>,
    /// When a key frame was asked for.
    asked_at: Option<Time>,
}

impl Configured for SendStream {
    fn config(&self) -> &Stream {
        &self.config
    }

    fn set_config(&mut self, config: Stream) {
        self.config = config;
    }
}

impl SendStream {
    /// `sequence` and `rtx_sequence` are the numbers of the first packets.
    pub fn new(config: Stream, sequence: u64, rtx_sequence: u64) -> SendStream {
        SendStream {
            config,
            sequence,
            rtx_sequence,
            packets: 0,
            bytes: 0,
            reported: 0,
            last: None,
            history: None,
            resend_account: 0,
            remote: None,
            round_trip: None,
            fir: None,
            asked_at: None,
        }
    }

    /// Its sources, and the numbers of their next packets.
    pub fn numbers(&self) -> impl Iterator<Item = (Ssrc, u64)> {
        [(self.config.ssrc, self.sequence)].into_iter().chain(self.config.rtx_ssrc.map(|rtx| (rtx, self.rtx_sequence)))
    }

    fn can_resend(&self, payload_type: u8) -> bool {
        self.config.rtx_ssrc.is_some() && rtx_of(&self.config, payload_type).is_some()
    }

    pub fn is_video(&self) -> bool {
        self.config.kind == MediaKind::Video
    }

    /// The next packet of a stream of sound, without protection.
    pub fn packet(
        &mut self,
        now: Time,
        header: Header,
        extensions: &ExtensionValues,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) {
        let header = Header { sequence: self.sequence as u16, ssrc: self.config.ssrc.0, ..header };
        self.sequence += 1;
        self.last = Some((header.timestamp, now));
        self.count(payload.len());
        header.write_to(out, &self.config.extensions, extensions, &[payload], ROOM);
    }

    fn count(&mut self, size: usize) {
        self.packets += 1;
        self.bytes += size as u64;
    }

    /// Keeps the next packet of a stream of pictures until it leaves, and longer if it may have to leave again. Its number.
    pub fn keep(&mut self, now: Time, header: Header, extensions: ExtensionValues, payload: &[u8]) -> u64 {
        let number = self.sequence;
        self.sequence += 1;
        self.last = Some((header.timestamp, now));
        let lasting = self.can_resend(header.payload_type).then(|| self.round_trip.unwrap_or_default());
        let Header { timestamp, payload_type, marker, .. } = header;
        let packet =
            |payload| Kept { timestamp, payload_type, marker, extensions, payload, left_at: None, resent_at: None };
        self.history.get_or_insert_default().push(now, number, payload, lasting, packet);
        number
    }

    /// What was given with a packet that is to leave, for the first time or again, and the size of its payload. `None`: it cannot.
    pub fn kept(&mut self, number: u64, is_again: bool) -> Option<(ExtensionValues, usize)> {
        let kept = self.history.as_mut()?.get_mut(number)?;
        if is_again {
            self.config.rtx_ssrc.and_then(|_| rtx_of(&self.config, kept.payload_type))?;
        }
        Some((kept.extensions, kept.payload.len()))
    }

    /// That of the next packet.
    pub fn next_number(&self) -> u64 {
        self.sequence
    }

    /// The packets from this one on, which were kept last, are not to leave.
    pub fn take_back(&mut self, number: u64) {
        self.sequence = number;
        if let Some(history) = &mut self.history {
            history.truncate(number);
        }
    }

    /// A packet that was kept leaves now.
    pub fn write(&mut self, now: Time, number: u64, extensions: &ExtensionValues, out: &mut Vec<u8>) {
        let Some(kept) = self.history.as_mut().and_then(|history| history.get_mut(number)) else { return };
        kept.left_at = Some(now);
        let size = kept.payload.len();
        let header = Header {
            marker: kept.marker,
            payload_type: kept.payload_type,
            sequence: number as u16,
            timestamp: kept.timestamp,
            ssrc: self.config.ssrc.0,
        };
        header.write_to(out, &self.config.extensions, extensions, &[&kept.payload], ROOM);
        self.resend_account = (self.resend_account + size + HEADERS).min(RESEND_ACCOUNT);
        self.count(size);
    }

    /// It leaves again, as a retransmission (RFC 4588).
    pub fn write_again(&mut self, number: u64, extensions: &ExtensionValues, out: &mut Vec<u8>) {
        let (Some(ssrc), Some(history)) = (self.config.rtx_ssrc, &mut self.history) else { return };
        let Some(kept) = history.get_mut(number) else { return };
        let Some(payload_type) = rtx_of(&self.config, kept.payload_type) else { return };
        let (marker, timestamp) = (kept.marker, kept.timestamp);
        let header = Header { marker, payload_type, sequence: self.rtx_sequence as u16, timestamp, ssrc: ssrc.0 };
        self.rtx_sequence += 1;
        let original = (number as u16).to_be_bytes();
        header.write_to(out, &self.config.extensions, extensions, &[&original, &kept.payload], ROOM);
    }

    fn padding_source(&self) -> Option<(Ssrc, u8)> {
        Some((self.config.rtx_ssrc?, self.config.codecs.iter().find_map(|codec| codec.rtx)?))
    }

    /// Whether there is a source for packets of nothing but padding, of which the peer tells.
    pub fn can_pad(&self) -> bool {
        let is_told_of = self.config.extensions.id(ExtensionKind::TransportCc).is_some();
        self.is_video() && is_told_of && self.padding_source().is_some()
    }

    /// Nothing but padding, from where retransmissions come, as a probe.
    pub fn write_padding(&mut self, extensions: &ExtensionValues, padding: &[u8], out: &mut Vec<u8>) {
        let Some((ssrc, payload_type)) = self.padding_source() else { return };
        let timestamp = self.last.map_or(0, |(timestamp, _)| timestamp);
        let header =
            Header { marker: false, payload_type, sequence: self.rtx_sequence as u16, timestamp, ssrc: ssrc.0 };
        self.rtx_sequence += 1;
        header.write_to(out, &self.config.extensions, extensions, &[padding], ROOM);
        out[0] |= 0x20;
    }

    /// The peer misses a packet: its number and size, if it is to leave again.
    pub fn lost(&mut self, now: Time, lost: u16) -> Option<(u64, usize)> {
        let number = extend(self.sequence, lost)?;
        self.config.rtx_ssrc?;
        let pause = (self.round_trip.unwrap_or_default() * 3 / 4).clamp(RESEND_PAUSE, MOST_RESEND_PAUSE);
        let kept = self.history.as_mut()?.get_mut(number)?;
        rtx_of(&self.config, kept.payload_type)?;
        kept.left_at?;
        let size = kept.payload.len();
        if kept.resent_at.is_some_and(|at| now.since(at) < pause) || self.resend_account < size + HEADERS {
            return None;
        }
        kept.resent_at = Some(now);
        self.resend_account -= size + HEADERS;
        Some((number, size))
    }

    /// What the peer reports about this stream.
    pub fn note_report(&mut self, block: Block, round_trip: Option<Duration>) {
        self.remote = Some(block);
        self.round_trip = round_trip.or(self.round_trip);
    }

    /// What the peer missed between its last two reports.
    pub fn remote_loss_permille(&self) -> Option<u16> {
        self.remote.map(|block| (u32::from(block.fraction_lost) * 1000 / 256) as u16)
    }

    /// As the peer measures it.
    pub fn remote_jitter(&self) -> Duration {
        let clock_rate = self.config.codecs.first().map_or(48_000, |c| c.clock_rate).max(1);
        let jitter = self.remote.map_or(0, |block| block.jitter);
        Duration::from_micros(u64::from(jitter) * 1_000_000 / u64::from(clock_rate))
    }

    pub fn stats(&self) -> StreamStats {
        StreamStats {
            ssrc: self.config.ssrc,
            kind: self.config.kind,
            direction: Direction::Sent,
            packets: self.packets,
            bytes: self.bytes,
            lost: self.remote.map(|block| u64::try_from(block.lost).unwrap_or(0)),
            loss_permille: self.remote_loss_permille(),
            jitter: self.remote.map(|_| self.remote_jitter()),
            round_trip: self.round_trip,
        }
    }

    /// The last packet holds so much of the timeline, which has gone by: reports tell which moment a timestamp was.
    pub fn note_duration(&mut self, duration: u32) {
        if let Some((timestamp, _)) = &mut self.last {
            *timestamp = timestamp.wrapping_add(duration);
        }
    }

    /// The sender's part of a report, if something was sent since the last one.
    pub fn report(&mut self, now: Time, ntp: u64) -> Option<SenderInfo> {
        let (timestamp, at) = self.last.filter(|_| self.packets > self.reported)?;
        self.reported = self.packets;
        let clock_rate = self.config.codecs.first().map_or(48_000, |c| c.clock_rate);
        let since = (now.since(at).as_micros() * u128::from(clock_rate) / 1_000_000) as u32;
        Some(SenderInfo {
            ntp,
            timestamp: timestamp.wrapping_add(since),
            packets: self.packets as u32,
            octets: self.bytes as u32,
        })
    }

    /// Whether a request for a key frame is new: not the last full intra request once more, and not soon after another.
    pub fn is_new_request(&mut self, now: Time, fir: Option<u8>) -> bool {
        if self.config.kind != MediaKind::Video || (fir.is_some() && core::mem::replace(&mut self.fir, fir) == fir) {
            return false;
        }
        let is_new = self.asked_at.is_none_or(|at| now.since(at) >= KEY_FRAME_PAUSE);
        if is_new {
            self.asked_at = Some(now);
        }
        is_new
    }
}

/// The payload type of retransmissions, if they were agreed on.
fn rtx_of(config: &Stream, payload_type: u8) -> Option<u8> {
    config.codecs.iter().find(|codec| codec.payload_type == payload_type && codec.feedback.nack)?.rtx
}
