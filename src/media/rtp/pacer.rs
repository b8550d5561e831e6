//! Where packets wait for their turn to leave: sound and RTCP first and at once, then what is sent again, then pictures, as fast
//! as the link carries them.

use super::Outgoing;
use super::estimate::OVERHEAD;
use crate::time::{Duration, Time};
use crate::types::Ssrc;
use std::collections::VecDeque;

/// Who looks at the clock late may send what it has missed of so long.
const CATCH_UP: Duration = Duration::from_millis(10);
/// So many packets wait to be sent again.
const MAX_AGAIN: usize = 256;
/// And so many of pictures: two of the largest frames.
const MAX_WAITING: usize = 2048;

/// A packet, with its transport-cc number if it has one: when it leaves is told to who estimates by it.
#[derive(Debug)]
pub struct Paced {
    pub outgoing: Outgoing,
    pub number: Option<u64>,
}

/// What waits for nothing.
#[derive(Debug, Default)]
pub struct Pacer {
    queue: VecDeque<Paced>,
}

impl Pacer {
    pub fn push(&mut self, outgoing: Outgoing, number: Option<u64>) {
        self.queue.push_back(Paced { outgoing, number });
    }

    pub fn poll(&mut self) -> Option<Paced> {
        self.queue.pop_front()
    }
}

/// A packet in the history of its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub ssrc: Ssrc,
    pub sequence: u64,
    pub is_again: bool,
    /// Of the payload.
    pub size: usize,
}

/// What leaves at a rate.
#[derive(Debug, Default)]
pub struct PictureQueue {
    again: VecDeque<Waiting>,
    waiting: VecDeque<Waiting>,
    bytes: usize,
    next_at: Time,
}

impl PictureQueue {
    /// `false`: there are too many.
    #[must_use]
    pub fn push(&mut self, packet: Waiting) -> bool {
        let (list, most) =
            if packet.is_again { (&mut self.again, MAX_AGAIN) } else { (&mut self.waiting, MAX_WAITING) };
        if list.len() >= most {
            return false;
        }
        list.push_back(packet);
        self.bytes += packet.size + OVERHEAD;
        true
    }

    pub fn room(&self) -> usize {
        MAX_WAITING - self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.again.is_empty() && self.waiting.is_empty()
    }

    /// When the next packet may leave.
    pub fn next_at(&self) -> Option<Time> {
        (!self.is_empty()).then_some(self.next_at)
    }

    pub fn pop(&mut self) -> Option<Waiting> {
        let packet = self.again.pop_front().or_else(|| self.waiting.pop_front())?;
        self.bytes -= packet.size + OVERHEAD;
        Some(packet)
    }

    /// So many bytes have left; the next may after that at this rate.
    pub fn note_left(&mut self, now: Time, bytes: usize, rate: f64) {
        let earliest = Time::ZERO + now.since(Time::ZERO + CATCH_UP);
        let takes = Duration::from_secs_f64((bytes as f64 * 8.0 / rate).min(1.0));
        self.next_at = self.next_at.max(earliest) + takes;
    }

    /// How long it takes until all has left.
    pub fn delay(&self, now: Time, rate: f64) -> Duration {
        if self.is_empty() {
            return Duration::ZERO;
        }
        self.next_at.since(now) + Duration::from_secs_f64((self.bytes as f64 * 8.0 / rate).min(60.0))
    }

    /// Drops everything. Whose packets waited for the first time.
    pub fn clear(&mut self) -> impl Iterator<Item = Ssrc> + '_ {
        self.bytes = 0;
        self.again.clear();
        self.waiting.drain(..).map(|packet| packet.ssrc)
    }
}
