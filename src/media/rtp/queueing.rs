//! How long our packets wait on their way, by when they left and when the peer says they came.

use crate::time::{Duration, Time};

/// Units of an arrival.
const TICK_US: i64 = 250;
/// The shortest way is that of so long; the clocks drift apart, and the way may become longer.
const MEMORY: Duration = Duration::from_secs(10);
/// A step of one of the clocks.
const JUMP_US: i64 = 10_000_000;

/// The part of the delay that queues make: what a packet took longer than the fastest lately. The two clocks need not agree.
#[derive(Debug, Default)]
pub struct Queueing {
    /// When the first packet left: what the times here are relative to.
    start: Option<Time>,
    last_us: i64,
    /// The least of this period and of the one before.
    least_us: [i64; 2],
    period: Time,
}

impl Queueing {
    /// In microseconds.
    pub fn note(&mut self, sent_at: Time, arrived_at: i64) -> i64 {
        let start = *self.start.get_or_insert(sent_at);
        let took = arrived_at.saturating_mul(TICK_US).saturating_sub(sent_at.since(start).as_micros() as i64);
        let is_first = self.period == Time::ZERO;
        if is_first || took.abs_diff(self.last_us) > JUMP_US as u64 {
            (self.least_us, self.period) = ([took; 2], sent_at);
        }
        self.last_us = took;
        if sent_at.since(self.period) > MEMORY / 2 {
            (self.least_us, self.period) = ([took, self.least_us[0]], sent_at);
        }
        self.least_us[0] = self.least_us[0].min(took);
        took.saturating_sub(self.least_us[0].min(self.least_us[1]))
    }

    /// Packets take another way.
    pub fn reset(&mut self) {
        *self = Queueing::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Time {
        Time::ZERO + Duration::from_millis(ms)
    }

    #[test]
    fn what_took_longer_than_the_fastest_waited() {
        let mut queueing = Queueing::default();
        // The peer's clock stands at an hour.
        let took = |ms: u64, extra: i64| 4 * (3_600_000 + ms as i64 + extra);
        let waited: Vec<i64> = [0, 3, 1, 50, 0, -2, 0]
            .iter()
            .zip(1_u64..)
            .map(|(extra, i)| queueing.note(at(100 * i), took(100 * i, *extra)))
            .collect();
        assert_eq!(waited, [0, 3000, 1000, 50_000, 0, 0, 2000]);
        // A longer way is the way, after a while.
        let waited: Vec<i64> = (0..200).map(|i| queueing.note(at(1000 + 100 * i), took(1000 + 100 * i, 80))).collect();
        assert_eq!((waited[0], waited[40], waited[199]), (82_000, 82_000, 0));
        // A clock that jumps, and the ends of the range.
        assert_eq!(queueing.note(at(30_000), took(90_000, 0)), 0);
        for arrived_at in [i64::MAX, i64::MIN, 0, i64::MAX] {
            queueing.note(at(30_001), arrived_at);
        }
    }
}
