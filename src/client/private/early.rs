//! News about ids that nobody knows yet (section 6.4): an update may overtake the answer that tells the id.

use crate::call::news::{Accepted, Confirmed, Discarded, Link, News, Reason, Requested, Server};
use crate::time::{Duration, Time};
use std::collections::{BTreeMap, VecDeque};

/// Objects kept for one id, and for how long.
const OBJECTS: usize = 16;
const KEPT: Duration = Duration::from_secs(60);
/// Ids kept at most, however many requests are in flight.
const IDS: usize = 1024;
/// What all of it may weigh. The update that is waited for has a few thousand bytes at most.
const BYTES: usize = 1 << 20;

/// What came for ids that an answer still in flight may be about. Nothing here has a timer: what is too old is dropped when it
/// is looked at, and all of it when no request is in flight any more.
#[derive(Debug, Default)]
pub struct Early {
    waiting: BTreeMap<i64, Kept>,
    /// The ids in the order they came, to know which is the oldest.
    order: VecDeque<i64>,
    bytes: usize,
}

/// What is kept for one id.
#[derive(Debug, Default)]
struct Kept {
    news: VecDeque<(Time, News)>,
    bytes: usize,
}

impl Early {
    /// Keeps news of an unknown id. Returns how much had to give way.
    pub fn keep(&mut self, now: Time, id: i64, news: News) -> u64 {
        let mut dropped = 0;
        if !self.waiting.contains_key(&id) {
            self.order.push_back(id);
            if self.order.len() > IDS
                && let Some(oldest) = self.order.front().copied()
            {
                dropped += self.forget(oldest);
            }
        }
        let kept = self.waiting.entry(id).or_default();
        if kept.news.len() == OBJECTS
            && let Some((_, oldest)) = kept.news.pop_front()
        {
            kept.bytes -= weight(&oldest);
            self.bytes -= weight(&oldest);
            dropped += 1;
        }
        kept.bytes += weight(&news);
        self.bytes += weight(&news);
        kept.news.push_back((now, news));
        // The heaviest gives way, as what is waited for is light: a flood of long objects drives out itself.
        while self.bytes > BYTES
            && let Some(heaviest) =
                self.order.iter().copied().rev().max_by_key(|id| self.waiting.get(id).map(|kept| kept.bytes))
        {
            dropped += self.forget(heaviest);
        }
        dropped
    }

    /// What is kept for an id that has become known, in its order.
    pub fn take(&mut self, now: Time, id: i64) -> Vec<News> {
        let kept = self.remove(id);
        kept.news.into_iter().filter(|(came, _)| now.since(*came) <= KEPT).map(|(_, news)| news).collect()
    }

    fn forget(&mut self, id: i64) -> u64 {
        self.remove(id).news.len() as u64
    }

    fn remove(&mut self, id: i64) -> Kept {
        let kept = self.waiting.remove(&id).unwrap_or_default();
        self.order.retain(|known| *known != id);
        self.bytes -= kept.bytes;
        kept
    }

    /// The id of the first kept object for which `wanted` holds.
    pub fn find(&self, wanted: impl Fn(&News) -> bool) -> Option<i64> {
        self.order
            .iter()
            .copied()
            .find(|id| self.waiting.get(id).is_some_and(|kept| kept.news.iter().any(|(_, news)| wanted(news))))
    }

    /// No request is in flight: none of these ids will become ours. Returns how many objects are dropped.
    pub fn clear(&mut self) -> u64 {
        core::mem::take(self).waiting.values().map(|kept| kept.news.len() as u64).sum()
    }
}

/// The memory that news take, about.
fn weight(news: &News) -> usize {
    size_of::<(Time, News)>()
        + match news {
            News::Empty | News::Waiting(_) => 0,
            News::Requested(Requested { g_a_hash, .. }) => g_a_hash.len(),
            News::Accepted(Accepted { g_b, .. }) => g_b.len(),
            News::Confirmed(confirmed) => {
                let Confirmed { g_a_or_b, link, .. } = &**confirmed;
                size_of::<Confirmed>() + g_a_or_b.len() + link.as_ref().map_or(0, link_weight)
            }
            News::Discarded(Discarded { reason: Reason::Migrate { slug }, .. }) => slug.len(),
            News::Discarded(_) => 0,
        }
}

fn link_weight(link: &Link) -> usize {
    let Link { versions, servers, custom_parameters, object, .. } = link;
    let server = |server: &Server| {
        size_of::<Server>()
            + match server {
                Server::Webrtc { username, password, .. } => username.len() + password.len(),
                Server::Reflector { .. } | Server::Unusable { .. } => 0,
            }
    };
    versions.iter().map(|version| size_of::<String>() + version.len()).sum::<usize>()
        + servers.iter().map(server).sum::<usize>()
        + custom_parameters.as_ref().map_or(0, String::len)
        + object.len()
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

    /// `phoneCall` with parameters of so many bytes.
    fn confirmed(size: usize) -> News {
        let link = Link { custom_parameters: Some(" ".repeat(size)), ..Link::default() };
        let (claims, g_a_or_b, key_fingerprint) = (Default::default(), vec![1; 256], 7);
        News::Confirmed(Box::new(Confirmed { claims, g_a_or_b, key_fingerprint, link: Some(link) }))
    }

    #[test]
    fn bytes_are_bounded_and_what_is_waited_for_gets_in() {
        let mut early = Early::default();
        early.keep(at(0), 5, News::Discarded(Discarded::default()));
        early.keep(at(0), 6, confirmed(900));
        let mut dropped = 0;
        for id in 1000..1500 {
            for _ in 0..OBJECTS {
                dropped += early.keep(at(1), id, confirmed(60_000));
                assert!(early.bytes <= BYTES);
            }
        }
        assert!(dropped > 500 * OBJECTS as u64 - 20);
        // What came before the flood, what came in it, and what comes after it.
        early.keep(at(2), 7, confirmed(900));
        assert_eq!(early.take(at(3), 5), [News::Discarded(Discarded::default())]);
        assert_eq!(early.take(at(3), 6), [confirmed(900)]);
        assert_eq!(early.take(at(3), 7), [confirmed(900)]);
        early.clear();
        assert_eq!(early.bytes, 0);
    }

    #[test]
    fn one_object_that_is_longer_than_all_of_it_is_dropped() {
        let mut early = Early::default();
        early.keep(at(0), 5, confirmed(10));
        assert_eq!(early.keep(at(0), 6, confirmed(BYTES)), 1);
        assert_eq!(early.take(at(0), 5).len(), 1);
        assert_eq!(early.bytes, 0);
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
