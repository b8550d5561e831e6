//! One stream of ours: numbering, what may have to be sent again, and what the peer says about it.

use super::packet::{Extension, Header};
use super::rtcp::{Block, SenderInfo};
use crate::media::config::{MediaKind, Stream};
use crate::random::Random;
use crate::time::{Duration, Time};
use std::collections::VecDeque;

/// Packets kept for retransmission, by number and age.
const HISTORY: usize = 512;
const HISTORY_AGE: Duration = Duration::from_secs(1);
/// A packet is not sent again twice within this.
const RESEND_PAUSE: Duration = Duration::from_millis(20);

#[derive(Debug)]
struct Sent {
    header: Header,
    payload: Vec<u8>,
    at: Time,
    resent_at: Option<Time>,
}

#[derive(Debug)]
pub struct SendStream {
    pub config: Stream,
    sequence: u16,
    rtx_sequence: u16,
    pub packets: u64,
    pub bytes: u64,
    reported: u64,
    last: Option<(u32, Time)>,
    history: VecDeque<Sent>,
    /// The last word of the peer about this stream.
    pub remote: Option<Block>,
    fir: Option<u8>,
    pub resent: u64,
}

impl SendStream {
    pub fn new(config: Stream, random: &mut Random) -> SendStream {
        SendStream {
            config,
            // Far from the wrap, so that the two ends agree on how often there was one.
            sequence: (random.u32() & 0x7fff) as u16,
            rtx_sequence: (random.u32() & 0x7fff) as u16,
            packets: 0,
            bytes: 0,
            reported: 0,
            last: None,
            history: VecDeque::new(),
            remote: None,
            fir: None,
            resent: 0,
        }
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
        extensions: &[Extension],
        payload: &[u8],
        room: usize,
    ) -> Vec<u8> {
        let header = Header { marker, payload_type, sequence: self.sequence, timestamp, ssrc: self.config.ssrc.0 };
        self.sequence = self.sequence.wrapping_add(1);
        self.packets += 1;
        self.bytes += payload.len() as u64;
        self.last = Some((timestamp, now));
        if self.can_resend(payload_type) {
            while self.history.len() >= HISTORY || self.history.front().is_some_and(|s| now.since(s.at) > HISTORY_AGE) {
                self.history.pop_front();
            }
            self.history.push_back(Sent { header, payload: payload.to_vec(), at: now, resent_at: None });
        }
        header.write(extensions, &[payload], room)
    }

    /// The retransmission (RFC 4588) of a packet, if it is still there.
    pub fn retransmission(&mut self, now: Time, lost: u16, extensions: &[Extension], room: usize) -> Option<Vec<u8>> {
        let ssrc = self.config.rtx_ssrc?.0;
        let sent = self.history.iter_mut().rev().find(|s| s.header.sequence == lost)?;
        if sent.resent_at.is_some_and(|at| now.since(at) < RESEND_PAUSE) {
            return None;
        }
        let codec = self.config.codecs.iter().find(|c| c.payload_type == sent.header.payload_type)?;
        let header = Header { payload_type: codec.rtx?, sequence: self.rtx_sequence, ssrc, ..sent.header };
        sent.resent_at = Some(now);
        self.rtx_sequence = self.rtx_sequence.wrapping_add(1);
        self.resent += 1;
        Some(header.write(extensions, &[&lost.to_be_bytes(), &sent.payload], room))
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

    /// Whether a request for a key frame is new.
    pub fn is_new_request(&mut self, fir: Option<u8>) -> bool {
        self.config.kind == MediaKind::Video && (fir.is_none() || core::mem::replace(&mut self.fir, fir) != fir)
    }
}
