//! Every call of a client: by our id, and by when it wants to be looked at.

use super::entry::{Entry, Kind};
#[cfg(feature = "media")]
use super::group::Group;
use super::private::Private;
use crate::error::Error;
use crate::time::Time;
use crate::types::{CallId, RequestId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Ended calls that can still be rated and reported (section 6.5: as many as TDLib keeps).
const KEPT: usize = 10;
/// The same while their log is on its way.
const KEPT_PENDING: usize = 64;

#[derive(Debug, Default)]
pub struct Ledger {
    /// The number of the client, which every id begins with.
    client: u32,
    last: u32,
    calls: BTreeMap<CallId, Box<Entry>>,
    timers: BTreeSet<(Time, CallId)>,
    /// Ended calls, oldest first.
    kept: VecDeque<CallId>,
    /// How many private calls keep the line busy.
    pub up: u32,
    /// How many group calls are up.
    #[cfg(feature = "media")]
    pub groups_up: u32,
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

    /// What makes a call a private one.
    pub fn private(&self, id: CallId) -> Result<&Private, Error> {
        match &self.get(id)?.kind {
            Kind::Private(private) => Ok(private),
            #[cfg(feature = "media")]
            Kind::Group(_) => Err(no_private(id)),
        }
    }

    pub fn private_mut(&mut self, id: CallId) -> Result<&mut Private, Error> {
        match &mut self.get_mut(id)?.kind {
            Kind::Private(private) => Ok(private),
            #[cfg(feature = "media")]
            Kind::Group(_) => Err(no_private(id)),
        }
    }

    /// What makes a call a group call.
    #[cfg(feature = "media")]
    pub fn group(&self, id: CallId) -> Result<&Group, Error> {
        match &self.get(id)?.kind {
            Kind::Group(group) => Ok(group),
            Kind::Private(_) => Err(Error::state(format!("call {id} is no group call"))),
        }
    }

    #[cfg(feature = "media")]
    pub fn group_mut(&mut self, id: CallId) -> Result<&mut Group, Error> {
        match &mut self.get_mut(id)?.kind {
            Kind::Group(group) => Ok(group),
            Kind::Private(_) => Err(Error::state(format!("call {id} is no group call"))),
        }
    }

    /// How many calls are up, of whatever kind.
    pub fn all_up(&self) -> u32 {
        #[cfg(feature = "media")]
        return self.up + self.groups_up;
        #[cfg(not(feature = "media"))]
        self.up
    }

    /// A call is over: only what rating and report need stays. The requests of those that are forgotten for it.
    #[must_use]
    pub fn retire(&mut self, id: CallId) -> Vec<RequestId> {
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
    pub fn with_engines(&self) -> Vec<CallId> {
        let running = self.calls.iter().filter(|(_, entry)| !entry.engines.running().is_empty());
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

#[cfg(feature = "media")]
fn no_private(id: CallId) -> Error {
    Error::state(format!("call {id} is a group call"))
}

fn unknown(id: CallId) -> Error {
    Error::not_found(format!("call {id} is not known, or forgotten"))
}
