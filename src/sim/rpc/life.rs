//! The life of a call, from the request to the end.

use super::super::account::Kind;
use super::super::call::{Call, End, State, connection_objects};
use super::super::encoder::{Object, Value};
use super::super::knobs::{AcceptAnswer, BusyAnswer, RepeatedDiscard};
use super::super::negotiate::{self, Protocol};
use super::super::request::{Callee, Peer, Reason};
use super::super::server::{Answer, Server, fail};
use super::{bool_true, update_phone_call};
use crate::time::{Duration, Time};

/// Most calls that are up at once.
const CALLS: usize = 20_000;
/// Signaling still passes so long after a call has moved to a conference.
const MIGRATION: Duration = Duration::from_secs(5);

/// What `requestCall` says besides whom it is for.
pub(super) struct Wish<'a> {
    pub is_video: bool,
    pub random_id: i32,
    pub g_a_hash: &'a [u8],
    pub protocol: &'a Protocol,
    /// The whole request.
    pub bytes: &'a [u8],
}

impl Server {
    pub(super) fn request_call(
        &mut self,
        now: Time,
        caller: i64,
        device: u32,
        callee: Callee,
        wish: &Wish<'_>,
    ) -> Answer {
        let callee = match callee {
            Callee::User { id, access_hash } if access_hash == self.user_hash(caller, id) => id,
            Callee::Myself => caller,
            _ => return fail(400, "USER_ID_INVALID"),
        };
        let Some(other) = self.accounts.get(&callee).filter(|_| callee != caller) else {
            return fail(400, "USER_ID_INVALID");
        };
        match other.kind {
            Kind::Deleted => return fail(400, "INPUT_USER_DEACTIVATED"),
            Kind::Bot => return fail(400, "USER_ID_INVALID"),
            Kind::User => {}
        }
        if other.blocked.contains(&caller) {
            return fail(403, "USER_IS_BLOCKED");
        }
        if !other.calls.allows(caller) {
            return fail(403, "USER_PRIVACY_RESTRICTED");
        }
        if let Err((code, name)) = negotiate::check(wish.protocol) {
            return fail(code, name);
        }
        if wish.g_a_hash.len() != 32 {
            return fail(400, "TEST_G_A_HASH_INVALID");
        }
        let versions = &wish.protocol.library_versions;
        if !other.versions.is_empty() && !other.versions.iter().any(|name| versions.contains(name)) {
            return fail(400, "PARTICIPANT_VERSION_OUTDATED");
        }
        let same = |call: &&Call| call.caller == caller && call.random_id == wish.random_id && !call.is_over();
        match self.calls.values().find(same) {
            Some(call) if call.request == wish.bytes => {
                let object = call.waiting(self.call_hash(caller, call.id), caller);
                return Ok(self.phone_call(caller, object));
            }
            Some(_) => return fail(500, "RANDOM_ID_DUPLICATE"),
            None => {}
        }
        if self.calls.values().filter(|call| !call.is_over()).count() >= CALLS {
            return fail(500, "PARTICIPANT_CALL_FAILED");
        }
        let id = self.place(now, caller, device, callee, wish);
        if self.is_busy(callee, id) {
            self.turn_away(now, id)
        } else {
            let call = &self.calls[&id];
            let requested = call.requested(self.call_hash(callee, id));
            let waiting = call.waiting(self.call_hash(caller, id), caller);
            self.tell_all(now, callee, None, &requested);
            Ok(self.phone_call(caller, waiting))
        }
    }

    /// Makes the call; returns its id.
    fn place(&mut self, now: Time, caller: i64, caller_device: u32, callee: i64, wish: &Wish<'_>) -> i64 {
        let id = loop {
            let id = (self.random.u64() >> 1) as i64;
            if id != 0 && !self.calls.contains_key(&id) {
                break id;
            }
        };
        if self.calls.len() >= 2 * CALLS {
            // Old ends are forgotten; nobody rates a call that long ago.
            self.calls.retain(|_, call| !call.is_over());
        }
        let session = self.random.bytes();
        let allows = |one: i64, other: i64| self.accounts.get(&one).is_some_and(|account| account.p2p.allows(other));
        let call = Call {
            id,
            caller,
            caller_device,
            callee,
            callee_device: None,
            state: State::Requested,
            is_video: wish.is_video,
            random_id: wish.random_id,
            request: wish.bytes.to_vec(),
            g_a_hash: wish.g_a_hash.to_vec(),
            g_a: Vec::new(),
            g_b: Vec::new(),
            key_fingerprint: 0,
            caller_protocol: wish.protocol.clone(),
            callee_protocol: Protocol::default(),
            agreed: Protocol::default(),
            date: self.date(now),
            receive_date: None,
            start_date: 0,
            deadline: self.deadline(now, self.knobs.timers.receive_ms),
            end: None,
            tamper: self.accounts.get(&callee).and_then(|account| account.tamper).or(self.knobs.tamper),
            message_id: 0,
            connections: connection_objects(&self.knobs.connections, session),
            p2p_allowed: allows(caller, callee) && allows(callee, caller),
            conference_supported: self.knobs.conference_supported,
            custom_parameters: self.knobs.custom_parameters.clone(),
            need_rating: self.knobs.need_rating,
            need_debug: self.knobs.need_debug,
        };
        self.calls.insert(id, call);
        id
    }

    /// Whether `account` is in a call other than `except`: one that rings there and is known to, or one it has taken.
    fn is_busy(&self, account: i64, except: i64) -> bool {
        self.knobs.occupy
            && self.calls.values().any(|call| {
                let is_in = match call.state {
                    State::Requested | State::Discarded => false,
                    State::Received => call.callee == account,
                    State::Accepted | State::Confirmed => call.callee == account || call.caller == account,
                };
                is_in && call.id != except
            })
    }

    fn turn_away(&mut self, now: Time, id: i64) -> Answer {
        let caller = self.calls[&id].caller;
        let waiting = self.calls[&id].waiting(self.call_hash(caller, id), caller);
        self.finish(now, id, Some(Reason::Busy), None);
        let discarded = self.calls[&id].discarded();
        match self.knobs.busy_answer {
            BusyAnswer::Answer => Ok(self.phone_call(caller, discarded)),
            BusyAnswer::Update => {
                let device = self.calls[&id].caller_device;
                self.post(now, caller, device, vec![update_phone_call(discarded)]);
                Ok(self.phone_call(caller, waiting))
            }
        }
    }

    pub(super) fn received_call(&mut self, now: Time, account: i64, peer: Peer) -> Answer {
        let id = self.call_of(account, peer)?;
        let date = self.date(now);
        let deadline = self.deadline(now, self.knobs.timers.ring_ms);
        let hash = self.call_hash(self.calls[&id].caller, id);
        let Some(call) = self.calls.get_mut(&id) else { return fail(400, "CALL_PEER_INVALID") };
        if call.is_over() {
            return fail(400, "CALL_ALREADY_DECLINED");
        }
        if call.callee != account {
            return fail(400, "CALL_PEER_INVALID");
        }
        if call.state == State::Requested {
            call.state = State::Received;
            call.receive_date = Some(date);
            call.deadline = deadline;
            let (caller, device) = (call.caller, call.caller_device);
            let waiting = call.waiting(hash, caller);
            self.post(now, caller, device, vec![update_phone_call(waiting)]);
        }
        bool_true()
    }

    pub(super) fn accept_call(
        &mut self,
        now: Time,
        account: i64,
        device: u32,
        peer: Peer,
        g_b: &[u8],
        protocol: &Protocol,
    ) -> Answer {
        let id = self.call_of(account, peer)?;
        let call = &self.calls[&id];
        match call.state {
            _ if call.callee != account => return fail(400, "CALL_PEER_INVALID"),
            State::Accepted | State::Confirmed => return fail(400, "CALL_ALREADY_ACCEPTED"),
            State::Discarded => return fail(400, "CALL_ALREADY_DECLINED"),
            State::Requested | State::Received => {}
        }
        if self.is_busy(account, id) {
            return fail(500, "CALL_OCCUPY_FAILED");
        }
        if !(1..=256).contains(&g_b.len()) {
            return fail(400, "TEST_G_B_INVALID");
        }
        if let Err((code, name)) = negotiate::check(protocol) {
            return fail(code, name);
        }
        let agreed = match negotiate::agree(&self.knobs, &call.caller_protocol, protocol) {
            Ok(agreed) => agreed,
            Err((code, name)) => return fail(code, name),
        };
        if call.receive_date.is_none() {
            self.doubt(format!("call {id} accepted without receivedCall"));
        }
        let deadline = self.deadline(now, self.knobs.timers.receive_ms);
        let Some(call) = self.calls.get_mut(&id) else { return fail(400, "CALL_PEER_INVALID") };
        call.state = State::Accepted;
        call.callee_device = Some(device);
        call.g_b = g_b.to_vec();
        call.callee_protocol = protocol.clone();
        call.agreed = agreed;
        call.deadline = deadline;
        let call = &self.calls[&id];
        let (caller, caller_device) = (call.caller, call.caller_device);
        let to_caller = call.accepted(self.call_hash(caller, id));
        let elsewhere = call.answered_elsewhere();
        let hash = self.call_hash(account, id);
        let answer = match self.knobs.accept_answer {
            AcceptAnswer::Waiting => call.waiting(hash, account),
            AcceptAnswer::Accepted => call.accepted(hash),
        };
        self.post(now, caller, caller_device, vec![update_phone_call(to_caller)]);
        self.tell_all(now, account, Some(device), &elsewhere);
        Ok(self.phone_call(account, answer))
    }

    #[allow(clippy::too_many_arguments)] // The method has as many.
    pub(super) fn confirm_call(
        &mut self,
        now: Time,
        account: i64,
        device: u32,
        peer: Peer,
        g_a: &[u8],
        key_fingerprint: i64,
        protocol: &Protocol,
    ) -> Answer {
        let id = self.call_of(account, peer)?;
        let call = &self.calls[&id];
        if call.caller != account || call.caller_device != device {
            return fail(400, "CALL_PEER_INVALID");
        }
        match call.state {
            State::Requested | State::Received => return fail(400, "TEST_CALL_NOT_ACCEPTED"),
            State::Confirmed => return fail(400, "CALL_ALREADY_ACCEPTED"),
            State::Discarded => return fail(400, "CALL_ALREADY_DECLINED"),
            State::Accepted => {}
        }
        if crate::crypto::hash::sha256(&[g_a]).as_slice() != call.g_a_hash.as_slice() {
            return fail(400, "TEST_G_A_HASH_INVALID");
        }
        if *protocol != call.caller_protocol {
            self.doubt(format!("call {id} confirmed with another protocol than it was requested with"));
        }
        let start_date = self.date(now);
        let Some(call) = self.calls.get_mut(&id) else { return fail(400, "CALL_PEER_INVALID") };
        call.state = State::Confirmed;
        call.g_a = g_a.to_vec();
        call.key_fingerprint = key_fingerprint;
        call.start_date = start_date;
        call.deadline = None;
        let call = &self.calls[&id];
        let callee = call.callee;
        let to_callee = call.confirmed(self.call_hash(callee, id), callee);
        let answer = call.confirmed(self.call_hash(account, id), account);
        if let Some(device) = call.callee_device {
            self.post(now, callee, device, vec![update_phone_call(to_callee)]);
        }
        Ok(self.phone_call(account, answer))
    }

    pub(super) fn send_signaling(&mut self, now: Time, account: i64, device: u32, peer: Peer, data: &[u8]) -> Answer {
        let id = self.call_of(account, peer)?;
        let call = &self.calls[&id];
        let has_just_moved = call.end.as_ref().is_some_and(|end| {
            end.was_confirmed && matches!(end.reason, Some(Reason::Migrate { .. })) && now.since(end.at) <= MIGRATION
        });
        if call.state != State::Confirmed && !has_just_moved {
            return fail(400, "CALL_NOT_ACTIVE");
        }
        if call.device_of(account) != Some(device) {
            return fail(400, "CALL_PEER_INVALID");
        }
        if data.len() > self.knobs.signaling_limit {
            return fail(400, "TEST_SIGNALING_TOO_BIG");
        }
        let other = call.peer_of(account);
        if let Some(to) = call.device_of(other) {
            let update = Object::new("updatePhoneCallSignalingData").with("phone_call_id", id).with("data", data);
            self.post(now, other, to, vec![update]);
        }
        bool_true()
    }

    #[allow(clippy::too_many_arguments)] // The method has as many.
    pub(super) fn discard_call(
        &mut self,
        now: Time,
        account: i64,
        device: u32,
        peer: Peer,
        is_video: bool,
        duration: i32,
        reason: &Reason,
    ) -> Answer {
        let id = self.call_of(account, peer)?;
        let call = &self.calls[&id];
        let owner = call.device_of(account);
        if call.state >= State::Accepted && owner != Some(device) && (!call.is_over() || owner.is_some()) {
            return fail(400, "CALL_ALREADY_ACCEPTED");
        }
        if call.is_over() {
            return match self.knobs.repeated_discard {
                RepeatedDiscard::Same => Ok(self.end_for(now, account, id)),
                RepeatedDiscard::Empty => Ok(self.updates(now, account, Vec::new())),
                RepeatedDiscard::Error => fail(400, "CALL_ALREADY_DECLINED"),
            };
        }
        let was_confirmed = call.state == State::Confirmed;
        let was_video = call.is_video;
        if !was_confirmed && duration != 0 {
            self.doubt(format!("call {id} discarded with duration {duration}, though it was never confirmed"));
        }
        if is_video && !was_video && !was_confirmed {
            self.doubt(format!("call {id} discarded as a video call"));
        }
        #[cfg(feature = "media")]
        if let Reason::Migrate { slug } = reason
            && !self.groups.conferences.has_slug(slug)
        {
            self.doubt(format!("call {id} goes on in a conference that there is not"));
        }
        self.finish(now, id, Some(reason.clone()), was_confirmed.then_some(duration.max(0)));
        self.tell_end(now, id, Some((account, device)));
        Ok(self.end_for(now, account, id))
    }

    /// Ends calls that are stuck.
    pub(in crate::sim) fn expire(&mut self, now: Time) {
        let due = |call: &&Call| call.deadline.is_some_and(|deadline| deadline <= now);
        let Some((id, state)) = self.calls.values().find(due).map(|call| (call.id, call.state)) else { return };
        let reason = match state {
            State::Requested | State::Received => Reason::Missed,
            State::Accepted | State::Confirmed | State::Discarded => Reason::Disconnect,
        };
        self.note(now, format!("the server gives up on call {id}: {reason:?}"));
        self.finish(now, id, Some(reason), None);
        self.tell_end(now, id, None);
    }

    fn finish(&mut self, now: Time, id: i64, reason: Option<Reason>, duration: Option<i32>) {
        self.message_ids += 1;
        let message_id = self.message_ids;
        let Some(call) = self.calls.get_mut(&id) else { return };
        let was_confirmed = call.state == State::Confirmed;
        call.state = State::Discarded;
        call.deadline = None;
        call.message_id = message_id;
        call.end = Some(End { reason, duration, at: now, was_confirmed });
        let date = self.date(now);
        let Some(call) = self.calls.get(&id) else { return };
        for member in [call.caller, call.callee] {
            if let Some(account) = self.accounts.get_mut(&member) {
                account.mailbox.add(call.message(member, date));
            }
        }
    }

    /// Tells all devices of both sides, but the one that knows already.
    fn tell_end(&mut self, now: Time, id: i64, except: Option<(i64, u32)>) {
        let (caller, callee) = (self.calls[&id].caller, self.calls[&id].callee);
        for member in [caller, callee] {
            let updates = self.end_updates(member, id);
            for device in self.devices_of(member) {
                if except != Some((member, device)) {
                    self.post(now, member, device, updates.clone());
                }
            }
        }
    }

    fn end_updates(&self, viewer: i64, id: i64) -> Vec<Object> {
        let call = &self.calls[&id];
        let message = self.accounts.get(&viewer).and_then(|account| account.mailbox.update(call.message_id));
        core::iter::once(update_phone_call(call.discarded())).chain(message).collect()
    }

    fn end_for(&self, now: Time, viewer: i64, id: i64) -> Value {
        self.updates(now, viewer, self.end_updates(viewer, id))
    }
}
