//! What Telegram calls private calls by.

use crate::call::news::Peer;
use crate::types::{CallId, UserId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Telegram's ids of calls that are over, to tell their late news from news of a new call.
const RECENT: usize = 512;

#[derive(Debug, Default)]
pub struct Names {
    calls: BTreeMap<i64, CallId>,
    recent: BTreeSet<i64>,
    recent_order: VecDeque<i64>,
    /// Calls whose `phone.requestCall` was answered while the answer's content comes another way.
    unnamed: BTreeMap<UserId, CallId>,
}

impl Names {
    /// The call that Telegram knows by this id.
    pub fn find(&self, telegram_id: i64) -> Option<CallId> {
        self.calls.get(&telegram_id).copied()
    }

    /// Telegram has named the call to `user`. The first to get an id keeps it.
    pub fn name(&mut self, call: CallId, user: UserId, telegram_id: i64) {
        self.calls.entry(telegram_id).or_insert(call);
        self.no_longer_unnamed(call, user);
    }

    /// Whether the id is one of a call that is over.
    pub fn is_recent(&self, telegram_id: i64) -> bool {
        self.recent.contains(&telegram_id)
    }

    /// Remembers the id of a call that is over, or never was one here.
    pub fn remember(&mut self, telegram_id: i64) {
        if self.recent.insert(telegram_id) {
            self.recent_order.push_back(telegram_id);
            if self.recent_order.len() > RECENT
                && let Some(oldest) = self.recent_order.pop_front()
            {
                self.recent.remove(&oldest);
            }
        }
    }

    /// A call waits for an id that comes without the answer.
    pub fn expect(&mut self, call: CallId, user: UserId) {
        self.unnamed.insert(user, call);
    }

    pub fn has_unnamed(&self) -> bool {
        !self.unnamed.is_empty()
    }

    /// The call to this user that waits for an id.
    pub fn unnamed(&self, user: UserId) -> Option<CallId> {
        self.unnamed.get(&user).copied()
    }

    fn no_longer_unnamed(&mut self, call: CallId, user: UserId) {
        if self.unnamed.get(&user) == Some(&call) {
            self.unnamed.remove(&user);
        }
    }

    /// The call to `user` is over.
    pub fn retire(&mut self, call: CallId, user: UserId, peer: Option<Peer>) {
        if let Some(peer) = peer {
            if self.calls.get(&peer.id) == Some(&call) {
                self.calls.remove(&peer.id);
            }
            self.remember(peer.id);
        }
        self.no_longer_unnamed(call, user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: UserId = UserId(5);

    #[test]
    fn a_call_is_found_by_its_name_until_it_is_over() {
        let mut names = Names::default();
        names.expect(CallId(1), USER);
        assert_eq!(names.unnamed(USER), Some(CallId(1)));
        names.name(CallId(1), USER, 70);
        names.name(CallId(2), UserId(6), 70);
        assert_eq!((names.find(70), names.has_unnamed()), (Some(CallId(1)), false), "the first keeps it");
        for call in [CallId(2), CallId(1)] {
            names.retire(call, USER, Some(Peer { id: 70, access_hash: 0 }));
            assert_eq!(names.find(70), (call == CallId(2)).then_some(CallId(1)));
            assert!(names.is_recent(70));
        }
    }

    #[test]
    fn ids_of_calls_that_are_over_are_bounded() {
        let mut names = Names::default();
        for id in 0..=RECENT as i64 {
            names.remember(id);
        }
        assert!(!names.is_recent(0) && names.is_recent(1) && names.is_recent(RECENT as i64));
    }
}
