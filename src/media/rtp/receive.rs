//! One stream of the peer: what has arrived, what is missing, and how evenly it came.

use super::packet::Packet;
use super::rtcp::Block;
use super::stats::{Direction, StreamStats};
use super::streams::Configured;
use super::ticks;
use crate::media::config::{Codec, Stream};
use crate::sequence::extend;
use crate::time::{Duration, Time};
use std::collections::BTreeMap;

/// So many packets are looked for, and none that lies so far back (`video.md` 5.2). Beyond, a key frame is of more use.
const MISSING_LIMIT: usize = 1000;
const MISSING_SPAN: u64 = 10_000;
/// After one for that reason there is none for so long.
const OVERFLOW_PAUSE: Duration = Duration::from_millis(300);
/// A packet that is not there is asked for after this, since it may only be late, and then again and again.
const FIRST_NACK: Duration = Duration::from_millis(10);
const MAX_NACKS: u8 = 10;
/// Nobody waits for it any more.
const GIVEN_UP: u8 = MAX_NACKS + 1;
/// A jump ahead this big is another beginning, not a loss.
const MAX_JUMP: u64 = 3000;

/// A gap in the sequence.
#[derive(Clone, Copy, Debug)]
struct Missing {
    nack_at: Time,
    nacks: u8,
}

#[derive(Debug)]
pub struct ReceiveStream {
    config: Stream,
    /// The extended sequence number of the first packet and of the highest.
    first: Option<u64>,
    highest: u64,
    received: u64,
    bytes: u64,
    missing: BTreeMap<u64, Missing>,
    /// What is missing below is of no use to who puts frames together.
    floor: u64,
    /// The highest that was asked for in vain, until that is told.
    given_up: Option<u64>,
    /// No packet is to be asked for before.
    next_nack: Option<Time>,
    has_overflowed: bool,
    overflowed_at: Option<Time>,
    /// As of the last report.
    expected_before: u64,
    received_before: u64,
    /// In units of the clock, times 16 (RFC 3550 appendix A.8).
    jitter: u32,
    transit: Option<u32>,
    /// The middle of the last sender report's NTP time, and when it came.
    last_report: Option<(u32, Time)>,
    /// Its NTP time, and the timestamp of it.
    clock: Option<(u64, u32)>,
    pub key_frame_number: u8,
}

/// What a packet is, once it has been placed in its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    New,
    Repeat,
}

impl Configured for ReceiveStream {
    fn config(&self) -> &Stream {
        &self.config
    }

    fn set_config(&mut self, config: Stream) {
        self.config = config;
    }
}

impl ReceiveStream {
    pub fn new(config: Stream) -> ReceiveStream {
        ReceiveStream {
            config,
            first: None,
            highest: 0,
            received: 0,
            bytes: 0,
            missing: BTreeMap::new(),
            floor: 0,
            given_up: None,
            next_nack: None,
            has_overflowed: false,
            overflowed_at: None,
            expected_before: 0,
            received_before: 0,
            jitter: 0,
            transit: None,
            last_report: None,
            clock: None,
            key_frame_number: 0,
        }
    }

    pub fn codec(&self, payload_type: u8) -> Option<&Codec> {
        self.config.codecs.iter().find(|c| c.payload_type == payload_type)
    }

    /// The codec whose retransmissions have this payload type.
    pub fn codec_of_rtx(&self, payload_type: u8) -> Option<&Codec> {
        self.config.codecs.iter().find(|c| c.rtx == Some(payload_type))
    }

    fn wants_nack(&self) -> bool {
        self.config.codecs.iter().any(|c| c.feedback.nack)
    }

    /// Accounts for a packet, `recovered` if it came as a retransmission.
    pub fn place(&mut self, now: Time, sequence: u16, size: usize, recovered: bool) -> Placed {
        let Some(first) = self.first else {
            // Leaves room below for what comes out of order at the start.
            self.highest = 1 << 16 | u64::from(sequence);
            self.first = Some(self.highest);
            return self.count(size);
        };
        // Never below 0, where the room is.
        let extended = extend(self.highest, sequence).unwrap_or(0);
        if extended > self.highest {
            let ahead = extended - self.highest;
            if ahead > MAX_JUMP {
                // A retransmission begins nothing anew.
                if recovered {
                    return Placed::Repeat;
                }
                self.missing.clear();
                self.first = Some(first.saturating_add(ahead - 1));
            } else if ahead > 1 {
                self.miss(now, self.highest + 1, extended);
            }
            self.highest = extended;
            return self.count(size);
        }
        if self.missing.remove(&extended).is_some() {
            return self.count(size);
        }
        if extended < first && first - extended < 64 && !recovered {
            self.first = Some(extended);
            self.missing.extend((extended + 1..first).map(|s| (s, Missing { nack_at: now, nacks: GIVEN_UP })));
            return self.count(size);
        }
        Placed::Repeat
    }

    /// These are not there, and the next one is.
    fn miss(&mut self, now: Time, from: u64, to: u64) {
        let nack_at = now + FIRST_NACK;
        self.missing.extend((from..to).map(|sequence| (sequence, Missing { nack_at, nacks: 0 })));
        self.next_nack = Some(self.next_nack.map_or(nack_at, |at| at.min(nack_at)));
        let is_old = |(sequence, _): (&u64, &Missing)| sequence + MISSING_SPAN < to;
        while self.missing.first_key_value().is_some_and(is_old) {
            self.missing.pop_first();
        }
        if self.missing.len() > MISSING_LIMIT {
            self.has_overflowed = self.wants_nack();
            while self.missing.len() > MISSING_LIMIT {
                let (sequence, _) = self.missing.pop_first().expect("there are more than so many");
                self.given_up = self.given_up.max(Some(sequence));
            }
        }
    }

    /// What is missing below this number is of no use: nobody is asked for it any more.
    pub fn set_floor(&mut self, sequence: u16) {
        if self.first.is_some() {
            self.floor = self.floor.max(extend(self.highest, sequence).unwrap_or(0));
        }
    }

    /// The highest number that was asked for in vain, once: neither it nor what is missing below will come.
    pub fn take_given_up(&mut self) -> Option<u16> {
        self.given_up.take().filter(|_| self.wants_nack()).map(|sequence| sequence as u16)
    }

    /// More is missing than is looked for: only a key frame helps.
    pub fn takes_overflow(&mut self, now: Time) -> bool {
        let has = core::mem::take(&mut self.has_overflowed);
        if !has || self.overflowed_at.is_some_and(|at| now.since(at) < OVERFLOW_PAUSE) {
            return false;
        }
        self.overflowed_at = Some(now);
        true
    }

    fn count(&mut self, size: usize) -> Placed {
        self.received += 1;
        self.bytes += size as u64;
        Placed::New
    }

    /// RFC 3550 section 6.4.1. Not for retransmissions and padding, whose timestamp is not that of their sending.
    pub fn note_arrival(&mut self, now: Time, packet: &Packet<'_>) {
        let Some(clock_rate) = self.codec(packet.payload_type).map(|c| c.clock_rate) else { return };
        let arrival = ticks(now, clock_rate);
        let transit = arrival.wrapping_sub(packet.timestamp);
        if let Some(before) = self.transit.replace(transit) {
            let difference = (transit.wrapping_sub(before) as i32).unsigned_abs();
            // A pause of the sender, or another timeline, is not jitter.
            if difference < clock_rate {
                let before = self.jitter.saturating_add(8) >> 4;
                self.jitter = self.jitter.saturating_add(difference).saturating_sub(before);
            }
        }
    }

    pub fn jitter(&self) -> Duration {
        let clock_rate = self.config.codecs.first().map_or(48_000, |c| c.clock_rate).max(1);
        Duration::from_micros(u64::from(self.jitter >> 4) * 1_000_000 / u64::from(clock_rate))
    }

    pub fn expected(&self) -> u64 {
        self.first.map_or(0, |first| self.highest - first + 1)
    }

    pub fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }

    pub fn stats(&self) -> StreamStats {
        StreamStats {
            ssrc: self.config.ssrc,
            kind: self.config.kind,
            direction: Direction::Received,
            packets: self.received,
            bytes: self.bytes,
            lost: Some(self.lost()),
            loss_permille: None,
            jitter: self.first.map(|_| self.jitter()),
            round_trip: None,
        }
    }

    pub fn note_sender_report(&mut self, now: Time, ntp: u64, timestamp: u32) {
        self.last_report = Some(((ntp >> 16) as u32, now));
        self.clock = Some((ntp, timestamp));
    }

    /// The moment of the last sender report, and the timestamp of it.
    pub fn sender_report(&self) -> Option<(u64, u32)> {
        self.clock
    }

    /// The report block since the last one; `None` before the first packet.
    pub fn report(&mut self, now: Time) -> Option<Block> {
        self.first?;
        let expected = self.expected() - self.expected_before.min(self.expected());
        let received = self.received - self.received_before;
        self.expected_before = self.expected();
        self.received_before = self.received;
        let lost = expected.saturating_sub(received);
        let fraction_lost = (lost * 256).checked_div(expected).map_or(0, |fraction| fraction.min(255) as u8);
        let (last_report, delay) = match self.last_report {
            Some((ntp, at)) => (ntp, (now.since(at).as_micros() * 65_536 / 1_000_000).min(u128::from(u32::MAX)) as u32),
            None => (0, 0),
        };
        let total = i64::try_from(self.expected()).unwrap_or(i64::MAX) - i64::try_from(self.received).unwrap_or(0);
        Some(Block {
            ssrc: self.config.ssrc.0,
            fraction_lost,
            lost: total.clamp(-0x80_0000, 0x7f_ffff) as i32,
            highest: (self.highest - (1 << 16)) as u32,
            jitter: self.jitter >> 4,
            last_report,
            delay,
        })
    }

    /// The packets to ask for now, ascending. `again`: how long to wait for them before asking again.
    pub fn due_nacks(&mut self, now: Time, again: Duration) -> Vec<u16> {
        if !self.wants_nack() || self.next_nack.is_none_or(|at| now < at) {
            return Vec::new();
        }
        let (mut due, mut next) = (Vec::new(), None);
        let waiting = self.missing.range_mut(self.floor..).filter(|(_, missing)| missing.nacks < GIVEN_UP);
        for (&sequence, missing) in waiting {
            if missing.nack_at <= now && due.len() < 256 {
                missing.nacks += 1;
                if missing.nacks == GIVEN_UP {
                    self.given_up = self.given_up.max(Some(sequence));
                    continue;
                }
                missing.nack_at = now + again;
                due.push(sequence as u16);
            }
            next = Some(next.map_or(missing.nack_at, |at: Time| at.min(missing.nack_at)));
        }
        self.next_nack = next;
        due
    }

    pub fn next_nack(&self) -> Option<Time> {
        let is_needed = self.missing.last_key_value().is_some_and(|(sequence, _)| *sequence >= self.floor);
        self.next_nack.filter(|_| self.wants_nack() && is_needed)
    }
}
