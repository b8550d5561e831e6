//! Tells live sound that stands in the queue, as its host's clock is fast, from sound that came in a burst.
//!
//! One look at the queue tells nothing: a host that hands over 500 ms at once every 500 ms is exactly on time. What tells is
//! how long packets have been held back without a break. Sound leaves a little faster than real time
//! ([`FASTER_PERCENT`]), so what a gap between two pushes has heaped up is gone after a while that follows from the gap; what
//! stood there for the whole of that while is more than any gap explains.

use super::RATE;
use super::send_clock::{BURST, FASTER_PERCENT};
use crate::time::{Duration, Time};

/// The longest gap that is believed to be made up for by what follows: bursts of 500 ms, and their jitter.
const MAX_GAP: Duration = Duration::from_millis(600);
/// Nothing is thrown away before sound was held back for so long: what one push brings is no news.
const LEAST: Duration = Duration::from_millis(60);
/// Before a host has pushed for so long, it may be one that pushes in bursts.
const UNKNOWN: Duration = Duration::from_secs(2);
/// The longest gap of the last one to two of these is remembered, which is longer than any is allowed to stay.
const SPAN: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub struct Backlog {
    pushed: u64,
    first_at: Option<Time>,
    pushed_at: Option<Time>,
    /// The longest of this span and of the one before.
    gaps: [Duration; 2],
    span_from: Option<Time>,
    /// Since when packets are held back, and the least that stood behind them.
    held: Option<(Time, u64)>,
}

impl Backlog {
    /// So many samples have been pushed in all.
    pub fn note(&mut self, now: Time, pushed: u64) {
        if now.since(*self.span_from.get_or_insert(now)) >= SPAN {
            self.span_from = Some(now);
            self.gaps = [Duration::ZERO, self.gaps[0]];
        }
        if pushed != self.pushed {
            self.pushed = pushed;
            self.first_at.get_or_insert(now);
            let gap = self.pushed_at.replace(now).map_or(Duration::ZERO, |last| now.since(last));
            self.gaps[0] = self.gaps[0].max(gap);
        }
    }

    /// What was noted last.
    pub fn pushed(&self) -> u64 {
        self.pushed
    }

    /// When something was pushed last, as far as we looked.
    pub fn pushed_at(&self) -> Option<Time> {
        self.pushed_at
    }

    /// Nothing is held back.
    pub fn flows(&mut self) {
        self.held = None;
    }

    /// A packet is held back, and so many samples stand behind it. How many of them are there for good, and are to be thrown
    /// away: what stood there all the time, or more than the longest gap brings.
    pub fn is_held(&mut self, now: Time, behind: u64) -> u64 {
        if behind == 0 {
            self.held = None;
            return 0;
        }
        let (since, least) = self.held.get_or_insert((now, behind));
        *least = behind.min(*least);
        let (since, least) = (*since, *least);
        if now.since(since) < self.patience(now) {
            return 0;
        }
        self.held = None;
        let burst = self.gap(now).as_millis() as u64 * u64::from(RATE / 1000);
        least.max(behind.saturating_sub(burst))
    }

    fn gap(&self, now: Time) -> Duration {
        if self.first_at.is_none_or(|first| now.since(first) < UNKNOWN) {
            return MAX_GAP;
        }
        let current = self.pushed_at.map_or(Duration::ZERO, |last| now.since(last));
        self.gaps[0].max(self.gaps[1]).max(current).min(MAX_GAP)
    }

    /// How long what the longest gap has heaped up takes to drain.
    fn patience(&self, now: Time) -> Duration {
        LEAST.max(self.gap(now).saturating_sub(BURST) * (100 / FASTER_PERCENT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Time {
        Time::ZERO + Duration::from_millis(ms)
    }

    #[test]
    fn what_stands_without_a_gap_is_too_much() {
        let mut backlog = Backlog::default();
        let thrown: Vec<_> = (0..200u64)
            .map(|step| {
                backlog.note(ms(step * 20), step + 1);
                if step < 100 { 0 } else { backlog.is_held(ms(step * 20), 3000 + step) }
            })
            .enumerate()
            .filter(|(_, thrown)| *thrown > 0)
            .collect();
        // The least of the time, or what is beyond a push of 20 ms.
        assert_eq!(thrown[..2], [(103, 3100), (107, 3104)]);
    }

    #[test]
    fn what_a_gap_explains_is_left_to_drain() {
        let mut backlog = Backlog::default();
        (0..200u64).for_each(|step| backlog.note(ms(step * 20), step + 1));
        // A gap of 400 ms and then none: of what it has heaped up 100 ms leave at once, the rest at 5 % above real time.
        for step in 0..300u64 {
            backlog.note(ms(4400 + step * 20), 300 + step);
            assert_eq!(backlog.is_held(ms(4400 + step * 20), 300 * 48 - step * 48), 0, "{step}");
        }
        assert_eq!(backlog.is_held(ms(10_400), 0), 0);
        // The same that does not drain is thrown away once it had the time to.
        let held = |step: u64, backlog: &mut Backlog| {
            backlog.note(ms(11_000 + step * 20), 1000 + step);
            backlog.is_held(ms(11_000 + step * 20), 300 * 48)
        };
        let thrown = (0..1000).find(|step| held(*step, &mut backlog) > 0).unwrap();
        assert!((300..=650).contains(&thrown), "after {thrown} packets");
    }

    #[test]
    fn the_first_burst_of_a_call_explains_itself_and_a_gap_is_forgotten() {
        let mut backlog = Backlog::default();
        for step in 0..50u64 {
            backlog.note(ms(step * 10), 1);
            assert_eq!(backlog.is_held(ms(step * 10), 48 * (400 - step * 5)), 0, "at {} ms", step * 10);
        }
        backlog.flows();
        (0..1100u64).for_each(|step| backlog.note(ms(500 + step * 20), 2 + step));
        assert_eq!(backlog.patience(ms(22_500)), LEAST);
    }
}
