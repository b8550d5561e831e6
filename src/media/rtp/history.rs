//! The packets of one stream of pictures: those that wait to leave, and those that may be asked for again.

use super::extension::ExtensionValues;
use crate::time::{Duration, Time};
use std::collections::VecDeque;

/// So long a packet is kept once it has left, and three round trips at least (`video.md` 5.2)…
const AGE: Duration = Duration::from_secs(1);
/// … but the last ones always.
const KEPT: usize = 600;
/// Never more; at most 1400 bytes each.
const MAX_KEPT: usize = 2048;

#[derive(Debug)]
pub struct Kept {
    pub timestamp: u32,
    pub payload_type: u8,
    pub marker: bool,
    /// What was given with it; when and as which one it leaves is written then.
    pub extensions: ExtensionValues,
    pub payload: Vec<u8>,
    /// `None`: it waits.
    pub left_at: Option<Time>,
    pub resent_at: Option<Time>,
}

/// A ring by sequence number, whose buffers are used again.
#[derive(Debug, Default)]
pub struct History {
    /// The number of the first.
    first: u64,
    kept: VecDeque<Kept>,
}

impl History {
    /// Keeps a packet with the next number, made of a copy of its payload. `lasting`: also once it has left.
    pub fn push(
        &mut self,
        now: Time,
        number: u64,
        payload: &[u8],
        lasting: Option<Duration>,
        packet: impl FnOnce(Vec<u8>) -> Kept,
    ) {
        if self.kept.is_empty() || self.first + self.kept.len() as u64 != number {
            self.kept.clear();
            self.first = number;
        }
        let (count, age) = lasting.map_or((0, Duration::ZERO), |round_trip| (KEPT, AGE.max(3 * round_trip)));
        let mut buffer = Vec::new();
        while self.kept.len() >= MAX_KEPT
            || (self.kept.len() >= count.max(1)
                && self.kept.front().and_then(|kept| kept.left_at).is_some_and(|at| now.since(at) >= age))
        {
            let Some(old) = self.kept.pop_front() else { break };
            self.first += 1;
            buffer = old.payload;
        }
        buffer.clear();
        buffer.extend_from_slice(payload);
        self.kept.push_back(packet(buffer));
    }

    /// Those from this one on are gone.
    pub fn truncate(&mut self, number: u64) {
        self.kept.truncate(usize::try_from(number.saturating_sub(self.first)).unwrap_or(usize::MAX));
    }

    pub fn get_mut(&mut self, number: u64) -> Option<&mut Kept> {
        self.kept.get_mut(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.kept.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Time {
        Time::ZERO + Duration::from_millis(ms)
    }

    fn push(history: &mut History, now: Time, number: u64, lasting: Option<Duration>) {
        history.push(now, number, &number.to_be_bytes(), lasting, |payload| Kept {
            timestamp: 0,
            payload_type: 96,
            marker: false,
            extensions: ExtensionValues::default(),
            payload,
            left_at: None,
            resent_at: None,
        });
        history.get_mut(number).unwrap().left_at = Some(now);
    }

    #[test]
    fn it_keeps_a_second_and_six_hundred_and_finds_by_number() {
        let mut history = History::default();
        for number in 0..5000_u64 {
            // A thousand packets a second.
            push(&mut history, at(number), number + 70_000, Some(Duration::from_millis(50)));
        }
        assert_eq!(history.len(), 1000);
        assert_eq!(history.get_mut(74_999).unwrap().payload, 74_999_u64.to_be_bytes());
        assert!(history.get_mut(74_000).is_some() && history.get_mut(73_999).is_none());
        assert!(history.get_mut(75_000).is_none() && history.get_mut(0).is_none());
        // One a second from here on.
        (0..2000).for_each(|i| push(&mut history, at(5000 + 1000 * i), 75_000 + i, Some(Duration::from_millis(50))));
        assert_eq!(history.len(), KEPT);
        // All at once.
        (0..9000).for_each(|i| push(&mut history, at(3_000_000), 77_000 + i, Some(Duration::from_millis(50))));
        assert_eq!(history.len(), MAX_KEPT);
        // Who can send nothing again keeps what waits.
        (0..10).for_each(|i| push(&mut history, at(3_002_000), 86_000 + i, None));
        assert_eq!(history.len(), 1);
    }
}
