//! How fast our packets arrive, by what the peer tells.

use std::collections::VecDeque;

/// Arrivals of so long are kept, in units of 250 us…
const MEMORY: i64 = 4000;
/// … and never more.
const MAX_KEPT: usize = 1024;

#[derive(Debug, Default)]
pub struct Throughput {
    /// When, and how many bytes; the newest last.
    arrivals: VecDeque<(i64, u32)>,
}

impl Throughput {
    pub fn note(&mut self, arrived_at: i64, bytes: u32) {
        // What overtook another is put behind it; a clock that ran backwards begins anew.
        let newest = self.newest().unwrap_or(arrived_at);
        if newest.saturating_sub(arrived_at) > MEMORY {
            self.arrivals.clear();
        }
        let at = arrived_at.max(self.newest().unwrap_or(arrived_at));
        while self.arrivals.len() >= MAX_KEPT
            || self.arrivals.front().is_some_and(|(first, _)| at.saturating_sub(*first) > MEMORY)
        {
            self.arrivals.pop_front();
        }
        self.arrivals.push_back((at, bytes));
    }

    pub fn newest(&self) -> Option<i64> {
        self.arrivals.back().map(|(at, _)| *at)
    }

    /// In bit/s, between the first arrival after `since` and the last. `None`: too few.
    pub fn rate(&self, since: i64) -> Option<f64> {
        let start = self.arrivals.partition_point(|(at, _)| *at < since);
        let mut arrivals = self.arrivals.range(start..);
        // It began to arrive before the time that is looked at.
        let (first, _) = *arrivals.next()?;
        let bytes: u64 = arrivals.map(|(_, bytes)| u64::from(*bytes)).sum();
        let ticks = self.newest()? - first;
        (ticks > 0 && bytes > 0).then(|| bytes as f64 * 8.0 * 4000.0 / ticks as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_time_that_is_looked_at() {
        let mut throughput = Throughput::default();
        assert_eq!((throughput.rate(0), throughput.newest()), (None, None));
        // 1000 bytes each 10 ms for a second, then each 40 ms.
        (0..100).for_each(|i| throughput.note(40 * i, 1000));
        assert_eq!(throughput.rate(2000), Some(800_000.0));
        (0..10).for_each(|i| throughput.note(3960 + 160 * (i + 1), 1000));
        assert_eq!(throughput.rate(3960), Some(200_000.0));
        assert_eq!((throughput.rate(5600), throughput.rate(3960 + 1600)), (None, None));
        // Nothing a peer tells makes it grow.
        for at in [i64::MIN, 0, i64::MAX, 5, i64::MAX] {
            (0..2000).for_each(|_| throughput.note(at, u32::MAX));
            let _ = throughput.rate(i64::MIN);
        }
        assert!(throughput.arrivals.len() <= MAX_KEPT);
    }
}
