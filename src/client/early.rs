//! News about ids that nobody knows yet (section 6.4): an update may overtake the answer that tells the id.

use crate::call::news::News;
use crate::time::{Duration, Time};
use std::collections::{BTreeMap, VecDeque};

/// Objects kept for one id, and for how long.
const OBJECTS: usize = 16;
const KEPT: Duration = Duration::from_secs(60);
/// Ids kept at most, however many requests are in flight.
const IDS: usize = 1024;

/// What came for ids that an answer still in flight may be about. Nothing here has a timer: what is too old is dropped when it
/// is looked at, and all of it when no request is in flight any more.
#[derive(Debug, Default)]
pub struct Early {
    waiting: BTreeMap<i64, VecDeque<(Time, News)>>,
    /// The ids in the order they came, to know which is the oldest.
    order: VecDeque<i64>,
}

impl Early {
    /// Keeps news of an unknown id. Returns how much had to give way.
    pub fn keep(&mut self, now: Time, id: i64, news: News) -> u64 {
        let mut dropped = 0;
        if !self.waiting.contains_key(&id) {
            self.order.push_back(id);
            if self.order.len() > IDS
                && let Some(oldest) = self.order.pop_front()
            {
                dropped += self.waiting.remove(&oldest).map_or(0, |queue| queue.len() as u64);
            }
        }
        let queue = self.waiting.entry(id).or_default();
        if queue.len() == OBJECTS {
            queue.pop_front();
            dropped += 1;
        }
        queue.push_back((now, news));
        dropped
    }

    /// What is kept for an id that has become known, in its order.
    pub fn take(&mut self, now: Time, id: i64) -> Vec<News> {
        let Some(queue) = self.waiting.remove(&id) else { return vec![] };
        self.order.retain(|known| *known != id);
        queue.into_iter().filter(|(came, _)| now.since(*came) <= KEPT).map(|(_, news)| news).collect()
    }

    /// The id of the first kept object for which `wanted` holds.
    pub fn find(&self, wanted: impl Fn(&News) -> bool) -> Option<i64> {
        self.order
            .iter()
            .copied()
            .find(|id| self.waiting.get(id).is_some_and(|queue| queue.iter().any(|(_, news)| wanted(news))))
    }

    /// No request is in flight: none of these ids will become ours. Returns how many objects are dropped.
    pub fn clear(&mut self) -> u64 {
        self.order.clear();
        core::mem::take(&mut self.waiting).values().map(|queue| queue.len() as u64).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Time {
        Time::ZERO + Duration::from_secs(seconds)
    }

    #[test]
    fn news_come_back_in_their_order_and_once() {
        let mut early = Early::default();
        early.keep(at(0), 7, News::Empty);
        early.keep(at(1), 7, News::Discarded(Default::default()));
        early.keep(at(1), 8, News::Empty);
        assert_eq!(early.take(at(2), 7), [News::Empty, News::Discarded(Default::default())]);
        assert_eq!(early.take(at(2), 7), []);
        assert_eq!(early.clear(), 1);
    }

    #[test]
    fn the_oldest_of_17_objects_gives_way() {
        let mut early = Early::default();
        early.keep(at(0), 7, News::Discarded(Default::default()));
        let dropped: u64 = (0..16).map(|_| early.keep(at(0), 7, News::Empty)).sum();
        assert_eq!(dropped, 1);
        assert_eq!(early.take(at(0), 7), vec![News::Empty; 16]);
    }

    #[test]
    fn after_a_minute_news_are_stale() {
        let mut early = Early::default();
        early.keep(at(0), 7, News::Empty);
        early.keep(at(1), 7, News::Empty);
        assert_eq!(early.take(at(61), 7).len(), 1);
    }

    #[test]
    fn ids_are_bounded() {
        let mut early = Early::default();
        let dropped: u64 = (0..2000).map(|id| early.keep(at(0), id, News::Empty)).sum();
        assert_eq!(dropped, 2000 - IDS as u64);
        assert_eq!(early.take(at(0), 0), []);
        assert_eq!(early.take(at(0), 1999).len(), 1);
    }
}
