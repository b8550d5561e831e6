//! Sources that nobody has announced, for who learns of streams by their packets.

use crate::types::Ssrc;
use std::collections::VecDeque;

/// So many are remembered as told; then the oldest is forgotten, and told again if it is heard again.
const MAX_TOLD: usize = 64;

/// Each source is told once with each of its payload types, not with each of its packets.
#[derive(Debug, Default)]
pub struct UnknownSources {
    /// In the order of their telling.
    told: VecDeque<(Ssrc, u8)>,
    /// How many of the last of them wait to be told.
    waiting: usize,
}

impl UnknownSources {
    pub fn note(&mut self, ssrc: Ssrc, payload_type: u8) {
        if self.told.contains(&(ssrc, payload_type)) {
            return;
        }
        if self.told.len() >= MAX_TOLD {
            self.told.pop_front();
        }
        self.told.push_back((ssrc, payload_type));
        self.waiting = (self.waiting + 1).min(self.told.len());
    }

    /// It is announced now; when that is over, it is news again.
    pub fn forget(&mut self, ssrc: Ssrc) {
        let first_waiting = self.told.len() - self.waiting;
        self.waiting -= self.told.range(first_waiting..).filter(|(told, _)| *told == ssrc).count();
        self.told.retain(|(told, _)| *told != ssrc);
    }

    pub fn poll(&mut self) -> Option<(Ssrc, u8)> {
        let next = self.told.len() - self.waiting;
        self.waiting = self.waiting.saturating_sub(1);
        self.told.get(next).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(unknown: &mut UnknownSources) -> Vec<(u32, u8)> {
        std::iter::from_fn(|| unknown.poll()).map(|(ssrc, payload_type)| (ssrc.0, payload_type)).collect()
    }

    #[test]
    fn each_is_told_once_until_it_is_announced_or_forgotten() {
        let mut unknown = UnknownSources::default();
        for ssrc in [1, 2, 1, 3, 2] {
            unknown.note(Ssrc(ssrc), 111);
        }
        unknown.forget(Ssrc(2));
        assert_eq!(all(&mut unknown), [(1, 111), (3, 111)]);
        unknown.note(Ssrc(1), 111);
        unknown.note(Ssrc(1), 63);
        unknown.note(Ssrc(2), 111);
        assert_eq!(all(&mut unknown), [(1, 63), (2, 111)]);
        assert_eq!(unknown.poll(), None);
    }

    #[test]
    fn whoever_invents_sources_fills_no_more_than_the_room_and_the_newest_is_told() {
        let mut unknown = UnknownSources::default();
        (0..10_000).for_each(|ssrc| unknown.note(Ssrc(ssrc), 111));
        let told = all(&mut unknown);
        assert_eq!((told.len(), told.last()), (MAX_TOLD, Some(&(9_999, 111))));
    }
}
