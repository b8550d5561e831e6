//! One stream of ours: numbering, what may have to be sent again, and what the peer says about it.

use super::extension::ExtensionValues;
use super::packet::Header;
use super::rtcp::{Block, SenderInfo};
use super::stats::{Direction, StreamStats};
use super::streams::Configured;
use crate::media::config::Stream;
use crate::sequence::extend;
use crate::time::{Duration, Time};
use crate::types::{MediaKind, Ssrc};
use std::collections::BTreeMap;

/// Packets kept for retransmission, by number and age.
const HISTORY: usize = 512;
const HISTORY_AGE: Duration = Duration::from_secs(1);
/// A packet is not sent again twice within this.
const RESEND_PAUSE: Duration = Duration::from_millis(20);

/// Requests for a key frame within this are one (`video.md` 4).
const KEY_FRAME_PAUSE: Duration = Duration::from_millis(300);

#[derive(Debug)]
struct Sent {
    header: Header,
    payload: Vec<u8>,
    at: Time,
    resent_at: Option<Time>,
}

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
    history: BTreeMap<u64, Sent>,
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
            history: BTreeMap::new(),
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
        let codec = self.config.codecs.iter().find(|c| c.payload_type == payload_type);
        self.config.rtx_ssrc.is_some() && codec.is_some_and(|c| c.feedback.nack && c.rtx.is_some())
    }

    /// The next packet, without protection.
    #[allow(clippy::too_many_arguments)]
    pub fn packet(
        &mut self,
        now: Time,
        payload_type: u8,
        timestamp: u32,
        marker: bool,
        extensions: &ExtensionValues,
        payload: &[u8],
        room: usize,
    ) -> Vec<u8> {
        let header =
            Header { marker, payload_type, sequence: self.sequence as u16, timestamp, ssrc: self.config.ssrc.0 };
        self.packets += 1;
        self.bytes += payload.len() as u64;
        self.last = Some((timestamp, now));
        if self.can_resend(payload_type) {
            let is_old = |(_, sent): (&u64, &Sent)| now.since(sent.at) > HISTORY_AGE;
            while self.history.len() >= HISTORY || self.history.first_key_value().is_some_and(is_old) {
                self.history.pop_first();
            }
            self.history.insert(self.sequence, Sent { header, payload: payload.to_vec(), at: now, resent_at: None });
        }
        self.sequence += 1;
        header.write(&self.config.extensions, extensions, &[payload], room)
    }

    /// The packet with this number and its payload type in a retransmission, if it is still there and was not sent again just
    /// now.
    fn lost(&mut self, now: Time, lost: u16) -> Option<(&mut Sent, u8)> {
        let sent = self.history.get_mut(&extend(self.sequence, lost)?)?;
        let codec = self.config.codecs.iter().find(|c| c.payload_type == sent.header.payload_type)?;
        (sent.resent_at.is_none_or(|at| now.since(at) >= RESEND_PAUSE)).then_some((sent, codec.rtx?))
    }

    /// Whether there is a [`Self::retransmission`] of a packet.
    pub fn has(&mut self, now: Time, lost: u16) -> bool {
        self.config.rtx_ssrc.is_some() && self.lost(now, lost).is_some()
    }

    /// The retransmission (RFC 4588) of a packet.
    pub fn retransmission(
        &mut self,
        now: Time,
        lost: u16,
        extensions: &ExtensionValues,
        room: usize,
    ) -> Option<Vec<u8>> {
        let (ssrc, ids, sequence) = (self.config.rtx_ssrc?.0, self.config.extensions, self.rtx_sequence as u16);
        let (sent, payload_type) = self.lost(now, lost)?;
        sent.resent_at = Some(now);
        let header = Header { payload_type, sequence, ssrc, ..sent.header };
        let packet = header.write(&ids, extensions, &[&lost.to_be_bytes(), &sent.payload], room);
        self.rtx_sequence += 1;
        Some(packet)
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
