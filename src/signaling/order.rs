//! Puts packets back into the order in which they were sent, where nothing else does.
//!
//! The peer's offer behind its answer is welcome; the same offer before the answer looks like one that crossed ours, and
//! is lost for good (`signaling-encryption.md` section 8.5). The counters of the raw framing tell the two apart.

use crate::time::{Duration, Time};
use std::collections::BTreeMap;

/// How long a packet waits for the ones before it. Longer than Telegram's own reordering, shorter than anybody notices.
const HOLD: Duration = Duration::from_millis(400);
const MAX_HELD: usize = 64;
const MAX_HELD_BYTES: usize = 1 << 20;

#[derive(Debug)]
pub struct Order {
    next: u32,
    held: BTreeMap<u32, (Time, Vec<u8>)>,
    bytes: usize,
}

impl Default for Order {
    fn default() -> Order {
        // Counters begin with 1.
        Order { next: 1, held: BTreeMap::new(), bytes: 0 }
    }
}

impl Order {
    pub fn add(&mut self, now: Time, counter: u32, payload: Vec<u8>) {
        self.bytes += payload.len();
        // The replay window lets no counter in twice; where it did, the first would be forgotten.
        if let Some((_, again)) = self.held.insert(counter, (now, payload)) {
            self.bytes -= again.len();
        }
    }

    /// The next payload: in order, or because one of them is out of patience.
    pub fn poll(&mut self, now: Time) -> Option<Vec<u8>> {
        let counter = *self.held.first_key_value()?.0;
        let is_full = self.held.len() > MAX_HELD || self.bytes > MAX_HELD_BYTES;
        if counter > self.next && !is_full && self.next_timeout().is_some_and(|at| at > now) {
            return None;
        }
        self.next = self.next.max(counter.saturating_add(1));
        let (_, (_, payload)) = self.held.pop_first()?;
        self.bytes -= payload.len();
        Some(payload)
    }

    /// When the one that has waited longest is out of patience.
    pub fn next_timeout(&self) -> Option<Time> {
        self.held.values().map(|(at, _)| *at + HOLD).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Time {
        Time::ZERO + Duration::from_millis(millis)
    }

    #[test]
    fn what_comes_early_waits_for_what_was_sent_before() {
        let mut order = Order::default();
        order.add(ms(0), 2, vec![2]);
        assert_eq!(order.poll(ms(0)), None);
        assert_eq!(order.next_timeout(), Some(ms(400)));
        order.add(ms(10), 1, vec![1]);
        assert_eq!((order.poll(ms(10)), order.poll(ms(10)), order.poll(ms(10))), (Some(vec![1]), Some(vec![2]), None));
    }

    #[test]
    fn what_is_lost_is_not_waited_for_long_and_may_still_come() {
        let mut order = Order::default();
        order.add(ms(0), 3, vec![3]);
        assert_eq!(order.poll(ms(399)), None);
        assert_eq!(order.poll(ms(400)), Some(vec![3]));
        order.add(ms(500), 2, vec![2]);
        assert_eq!(order.poll(ms(500)), Some(vec![2]));
        order.add(ms(500), 4, vec![4]);
        assert_eq!(order.poll(ms(500)), Some(vec![4]));
    }

    #[test]
    fn one_that_comes_late_makes_the_others_wait_no_longer() {
        let mut order = Order::default();
        order.add(ms(0), 9, vec![9]);
        order.add(ms(390), 5, vec![5]);
        assert_eq!((order.poll(ms(399)), order.next_timeout()), (None, Some(ms(400))));
        assert_eq!(
            (order.poll(ms(400)), order.poll(ms(400)), order.poll(ms(400))),
            (Some(vec![5]), Some(vec![9]), None)
        );
    }

    #[test]
    fn long_payloads_are_handed_on_sooner_and_none_is_lost() {
        let mut order = Order::default();
        let mut polled = 0;
        for counter in 2..42 {
            order.add(ms(0), counter, vec![0; 100_000]);
            polled += core::iter::from_fn(|| order.poll(ms(0))).count();
            assert!(order.bytes <= MAX_HELD_BYTES);
        }
        polled += core::iter::from_fn(|| order.poll(ms(400))).count();
        assert_eq!((polled, order.bytes), (40, 0));
    }

    #[test]
    fn no_more_is_held_than_the_replay_window_lets_in() {
        let mut order = Order::default();
        for counter in 2..200 {
            order.add(ms(0), counter, vec![0]);
            while order.poll(ms(0)).is_some() {}
            assert!(order.held.len() <= MAX_HELD);
        }
    }
}
