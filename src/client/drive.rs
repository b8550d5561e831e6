//! What every kind of call does with its effects: events for the host, requests for Telegram.

use super::entry::{Entry, Kind, line};
use super::event::{Event, EventKind};
use super::queue::PACKETS_PER_CALL;
use super::rpc::Pending;
use super::{Client, LogLevel, Purpose};
use crate::outcome::CallState;
use crate::time::Time;
use crate::types::{CallId, RequestId};

/// The data centre of the account itself, where all calls are.
const OWN_DC: u32 = 0;

impl Client {
    /// Hands a request to the host.
    pub(super) fn invoke(&mut self, pending: Pending<Purpose>, bytes: Vec<u8>) -> RequestId {
        self.invoke_at(OWN_DC, pending, bytes)
    }

    /// The same for one that has to go to another data centre.
    pub(super) fn invoke_at(&mut self, dc: u32, pending: Pending<Purpose>, bytes: Vec<u8>) -> RequestId {
        let Pending { owner, method, .. } = pending;
        let request = self.rpc.add(pending);
        self.update(owner, |entry| entry.requests.push(request));
        let text =
            if owner == CallId(0) { format!("request {request}: {method}") } else { format!("call {owner}: {method}") };
        self.log(LogLevel::Debug, owner, || format!("{text} is request {request}"));
        self.push(owner, text, EventKind::Invoke { request, method, dc, bytes });
        self.tell_forgotten();
        request
    }

    /// The host need not wait either.
    pub(super) fn tell_forgotten(&mut self) {
        for (request, call) in self.rpc.take_forgotten() {
            let text = format!("nobody waits for request {request} any more");
            self.log(LogLevel::Debug, call, || text.clone());
            self.push(call, text, EventKind::Cancel { request });
        }
    }

    /// A request is answered.
    pub(super) fn settle(&mut self, request: RequestId, owner: CallId) {
        self.rpc.remove(request);
        self.update(owner, |entry| entry.forget_request(request));
    }

    /// A timer of this call is due.
    pub(super) fn expire(&mut self, now: Time, id: CallId) {
        let Ok(entry) = self.ledger.get(id) else { return };
        match &entry.kind {
            Kind::Private(_) => self.expire_private(now, id),
            #[cfg(feature = "media")]
            Kind::Group(_) => self.expire_group(now, id),
        }
        // Each brings the list of timers up to date in the end.
        #[cfg(feature = "media")]
        self.expire_engines(now, id);
        #[cfg(not(feature = "media"))]
        self.ledger.reschedule(id);
    }

    pub(super) fn push(&mut self, call: CallId, text: String, kind: EventKind) {
        let most_packets = (self.ledger.all_up().max(1) as usize).saturating_mul(PACKETS_PER_CALL);
        if let Some(loser) = self.events.push(Event { call, text, kind }, most_packets) {
            self.update(loser, |entry| entry.packets_dropped += 1);
        }
    }

    /// What a step has changed of the state that is shown: it is noted, logged and told. The end is told by whoever knows why. Without a
    /// cause nothing is written of a step that changes nothing.
    pub(super) fn tell_step(&mut self, now: Time, id: CallId, [old, new]: [CallState; 2], cause: String) {
        if new != old && new != CallState::Ended {
            let text = line(id, old, new, &cause);
            self.log(LogLevel::Info, id, || text.clone());
            self.push(id, text, EventKind::CallState { old, new });
        } else if new == old && !cause.is_empty() {
            self.log(LogLevel::Debug, id, || format!("call {id}: {old}: {cause}"));
        }
        if new != old {
            self.update(id, |entry| entry.diary.note(now, new, cause));
        }
    }

    /// Changes a call that may be gone.
    pub(super) fn update(&mut self, id: CallId, change: impl FnOnce(&mut Entry)) {
        if let Ok(entry) = self.ledger.get_mut(id) {
            change(entry);
        }
    }
}
