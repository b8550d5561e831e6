//! Every call of a client: by our id, by Telegram's, and by when it wants to be looked at.

use super::entry::Entry;
use crate::error::Error;
use crate::time::Time;
use crate::types::{CallId, RequestId, UserId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Ended calls that can still be rated and reported (section 6.5: as many as TDLib keeps).
const KEPT: usize = 10;
/// The same while their log is on its way.
const KEPT_PENDING: usize = 64;
/// Telegram's ids of calls that are over, to tell their late news from news of a new call.
const RECENT: usize = 512;

#[derive(Debug, Default)]
pub struct Ledger {
    /// The number of the client, which every id begins with.
    client: u32,
    last: u32,
    calls: BTreeMap<CallId, Box<Entry>>,
    by_telegram_id: BTreeMap<i64, CallId>,
    timers: BTreeSet<(Time, CallId)>,
    /// Ended calls, oldest first.
    kept: VecDeque<CallId>,
    recent: BTreeSet<i64>,
    recent_order: VecDeque<i64>,
    /// Calls whose `phone.requestCall` was answered while the answer's content comes another way.
    unnamed: BTreeMap<UserId, CallId>,
    /// How many calls keep the line busy.
    pub up: u32,
}

impl Ledger {
    pub fn new(client: u32) -> Ledger {
        Ledger { client, ..Ledger::default() }
    }

    pub fn add(&mut self, entry: Entry) -> CallId {
        self.last = self.last.checked_add(1).unwrap_or(1);
        let id = CallId(u64::from(self.client) << 32 | u64::from(self.last));
        self.calls.insert(id, Box::new(entry));
        id
    }

    pub fn get(&self, id: CallId) -> Result<&Entry, Error> {
        self.calls.get(&id).map(|entry| &**entry).ok_or_else(|| unknown(id))
    }

    pub fn get_mut(&mut self, id: CallId) -> Result<&mut Entry, Error> {
        self.calls.get_mut(&id).map(|entry| &mut **entry).ok_or_else(|| unknown(id))
    }

    /// The call that Telegram knows by this id.
    pub fn find(&self, telegram_id: i64) -> Option<CallId> {
        self.by_telegram_id.get(&telegram_id).copied()
    }

    /// Telegram has named a call. The first to get an id keeps it.
    pub fn name(&mut self, id: CallId, telegram_id: i64) {
        self.by_telegram_id.entry(telegram_id).or_insert(id);
        self.no_longer_unnamed(id);
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
    pub fn expect_name(&mut self, user: UserId, id: CallId) {
        self.unnamed.insert(user, id);
    }

    pub fn has_unnamed(&self) -> bool {
        !self.unnamed.is_empty()
    }

    /// The call to this user that waits for an id.
    pub fn unnamed(&self, user: UserId) -> Option<CallId> {
        self.unnamed.get(&user).copied()
    }

    fn no_longer_unnamed(&mut self, id: CallId) {
        if let Some(entry) = self.calls.get(&id)
            && self.unnamed.get(&entry.callee.user) == Some(&id)
        {
            self.unnamed.remove(&entry.callee.user);
        }
    }

    /// A call is over: only what rating and report need stays. The requests of those that are forgotten for it.
    #[must_use]
    pub fn retire(&mut self, id: CallId) -> Vec<RequestId> {
        if let Some(entry) = self.calls.get(&id)
            && let Some(peer) = entry.call.facts().peer
        {
            if self.by_telegram_id.get(&peer.id) == Some(&id) {
                self.by_telegram_id.remove(&peer.id);
            }
            self.remember(peer.id);
        }
        self.no_longer_unnamed(id);
        self.reschedule(id);
        self.kept.push_back(id);
        self.forget_old()
    }

    fn forget_old(&mut self) -> Vec<RequestId> {
        let mut requests = Vec::new();
        while self.kept.len() > KEPT {
            let is_pending = |id: &CallId| self.calls.get(id).is_some_and(|entry| !entry.requests.is_empty());
            let oldest =
                if self.kept.len() > KEPT_PENDING { Some(0) } else { self.kept.iter().position(|id| !is_pending(id)) };
            let Some(id) = oldest.and_then(|oldest| self.kept.remove(oldest)) else { break };
            requests.extend(self.calls.remove(&id).into_iter().flat_map(|entry| entry.requests));
        }
        requests
    }

    /// Brings the list of timers up to date with a call.
    pub fn reschedule(&mut self, id: CallId) {
        let Some(entry) = self.calls.get_mut(&id) else { return };
        let deadline = entry.deadline();
        if entry.scheduled == deadline {
            return;
        }
        if let Some(old) = core::mem::replace(&mut entry.scheduled, deadline) {
            self.timers.remove(&(old, id));
        }
        if let Some(new) = deadline {
            self.timers.insert((new, id));
        }
    }

    /// All that are kept, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (CallId, &Entry)> {
        self.calls.iter().map(|(id, entry)| (*id, &**entry))
    }

    /// The calls whose media is ours and runs.
    #[cfg(feature = "media")]
    pub fn with_engine(&self) -> Vec<CallId> {
        let running = self.calls.iter().filter(|(_, entry)| entry.engine.is_some());
        running.map(|(id, _)| *id).collect()
    }

    pub fn next_deadline(&self) -> Option<Time> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Takes out a call whose time has come; it has to be rescheduled.
    pub fn pop_due(&mut self, now: Time) -> Option<CallId> {
        let (at, id) = *self.timers.first()?;
        if at > now {
            return None;
        }
        self.timers.pop_first();
        if let Some(entry) = self.calls.get_mut(&id) {
            entry.scheduled = None;
        }
        Some(id)
    }
}

fn unknown(id: CallId) -> Error {
    Error::not_found(format!("call {id} is not known, or forgotten"))
}
