//! Puts packets back into the order in which they were sent, where nothing else does.
//!
//! The peer's offer behind its answer is welcome; the same offer before the answer looks like one that crossed ours, and
//! is lost for good (`signaling-encryption.md` section 8.5). The counters of the raw framing tell the two apart.

use crate::time::{Duration, Time};
use std::collections::BTreeMap;

/// How long a packet waits for the ones before it. Longer than Telegram's own reordering, shorter than anybody notices.
const HOLD: Duration = Duration::from_millis(400);
const MAX_HELD: usize = 64;

#[derive(Debug)]
pub struct Order {
    next: u32,
    held: BTreeMap<u32, (Time, Vec<u8>)>,
}

impl Default for Order {
    fn default() -> Order {
        // Counters begin with 1.
        Order { next: 1, held: BTreeMap::new() }
    }
}

impl Order {
    pub fn add(&mut self, now: Time, counter: u32, payload: Vec<u8>) {
        self.held.insert(counter, (now, payload));
    }

    /// The next payload: in order, or out of patience.
    pub fn poll(&mut self, now: Time) -> Option<Vec<u8>> {
        let entry = self.held.first_entry()?;
        let (counter, (at, _)) = (*entry.key(), entry.get());
        if counter > self.next && *at + HOLD > now && self.held.len() <= MAX_HELD {
            return None;
        }
        self.next = self.next.max(counter.saturating_add(1));
        self.held.pop_first().map(|(_, (_, payload))| payload)
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.held.values().next().map(|(at, _)| *at + HOLD)
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
    fn no_more_is_held_than_the_replay_window_lets_in() {
        let mut order = Order::default();
        for counter in 2..200 {
            order.add(ms(0), counter, vec![0]);
            while order.poll(ms(0)).is_some() {}
            assert!(order.held.len() <= MAX_HELD);
        }
    }
}
