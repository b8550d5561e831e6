//! Requests in flight: whose they are. What they are for is their senders' business.

use crate::types::{CallId, RequestId};
use std::collections::{BTreeMap, BTreeSet};

/// A request in flight, for a purpose `P`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending<P> {
    /// `CallId(0)`: of none.
    pub owner: CallId,
    /// Telegram's name for what is asked.
    pub method: &'static str,
    /// Whether the answer may tell an id that news may name before.
    pub names_call: bool,
    pub purpose: P,
}

/// Requests of no call that may be in flight before the oldest is forgotten. Their answers change nothing.
const LOOSE: usize = 256;

/// Every request in flight.
#[derive(Debug)]
pub struct Rpc<P> {
    last: u64,
    pending: BTreeMap<RequestId, Pending<P>>,
    /// Those of no call.
    loose: BTreeSet<RequestId>,
    /// How many may name a call.
    naming: usize,
    /// Those that were forgotten without an answer, each with its call, and nobody was told yet.
    forgotten: Vec<(RequestId, CallId)>,
}

impl<P> Default for Rpc<P> {
    fn default() -> Rpc<P> {
        Rpc { last: 0, pending: BTreeMap::new(), loose: BTreeSet::new(), naming: 0, forgotten: vec![] }
    }
}

impl<P> Rpc<P> {
    /// A number that no request has.
    #[cfg(all(feature = "media", feature = "conference"))]
    pub fn number(&mut self) -> RequestId {
        self.last += 1;
        RequestId(self.last)
    }

    /// Registers a request.
    pub fn add(&mut self, pending: Pending<P>) -> RequestId {
        self.last += 1;
        let id = RequestId(self.last);
        self.insert(id, pending);
        id
    }

    fn insert(&mut self, id: RequestId, pending: Pending<P>) {
        let is_loose = pending.owner == CallId(0);
        self.naming += usize::from(pending.names_call);
        self.pending.insert(id, pending);
        if is_loose {
            self.loose.insert(id);
            if self.loose.len() > LOOSE
                && let Some(oldest) = self.loose.first().copied()
            {
                self.forget(oldest);
            }
        }
    }

    pub fn get(&self, id: RequestId) -> Option<&Pending<P>> {
        self.pending.get(&id)
    }

    pub fn remove(&mut self, id: RequestId) -> Option<Pending<P>> {
        self.loose.remove(&id);
        let pending = self.pending.remove(&id)?;
        self.naming -= usize::from(pending.names_call);
        Some(pending)
    }

    /// Nobody waits for this one any more, though it has no answer yet.
    pub fn forget(&mut self, id: RequestId) {
        if let Some(pending) = self.remove(id) {
            self.forgotten.push((id, pending.owner));
        }
    }

    /// The owner of a request is over, and its answer serves another purpose from now on.
    pub fn disown(&mut self, id: RequestId, purpose: P) {
        if let Some(pending) = self.remove(id) {
            self.insert(id, Pending { owner: CallId(0), names_call: false, purpose, ..pending });
        }
    }

    /// Those that were forgotten since this was asked last.
    pub fn take_forgotten(&mut self) -> Vec<(RequestId, CallId)> {
        core::mem::take(&mut self.forgotten)
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn len(&self) -> usize {
        self.pending.len()
    }

    /// Whether a call may get its id any moment.
    pub fn is_naming(&self) -> bool {
        self.naming > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(owner: u64, names_call: bool, purpose: &'static str) -> Pending<&'static str> {
        Pending { owner: CallId(owner), method: "x.y", names_call, purpose }
    }

    #[test]
    fn a_request_is_known_until_it_is_answered() {
        let mut rpc = Rpc::default();
        let id = rpc.add(of(1, false, "rating"));
        assert_eq!(rpc.remove(id).map(|pending| pending.purpose), Some("rating"));
        assert_eq!(rpc.remove(id), None);
        assert_ne!(rpc.add(of(1, false, "rating")), id);
    }

    #[test]
    fn who_waits_for_a_request_that_is_forgotten_is_told_once() {
        let mut rpc = Rpc::default();
        let (orphan, accept) = (rpc.add(of(1, true, "request")), rpc.add(of(1, false, "accept")));
        assert!(rpc.is_naming());
        rpc.disown(orphan, "discard");
        rpc.forget(accept);
        assert_eq!(rpc.get(orphan), Some(&of(0, false, "discard")));
        assert_eq!((rpc.get(accept), rpc.is_naming()), (None, false), "no call waits for its id");
        assert_eq!(rpc.take_forgotten(), [(accept, CallId(1))]);
        assert_eq!(rpc.take_forgotten(), []);
    }

    #[test]
    fn farewells_that_are_never_answered_do_not_pile_up() {
        let mut rpc = Rpc::default();
        let first = rpc.add(of(0, false, "discard"));
        for _ in 0..LOOSE {
            rpc.add(of(0, false, "discard"));
        }
        assert_eq!(rpc.get(first), None);
        assert_eq!(rpc.take_forgotten(), [(first, CallId(0))]);
        assert_eq!(rpc.pending.len(), LOOSE);
    }
}
