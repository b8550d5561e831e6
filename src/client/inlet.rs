//! What Telegram says: to which call it belongs, and what becomes of it otherwise.

use super::entry::Entry;
use super::event::EventKind;
use super::groups::Waiting;
use super::route::{self, Routed, Shape, Update};
use super::rpc::{self, Callee, Pending, Purpose};
use super::{Client, Handled, LogLevel};
use crate::call::exchange::Commitment;
use crate::call::news::{News, Peer, Requested};
use crate::call::outcome::{CallState, DiscardReason};
use crate::call::refusal::{Cause, Method, Refusal};
use crate::call::state::{Call, Input};
use crate::time::Time;
use crate::tl::{self, enums, functions};
use crate::types::{CallId, RequestId, UserId};
use zeroize::Zeroizing;

/// Longest signaling packet that is taken; tgcalls sends at most 16 384 bytes (section 11).
pub const PACKET: usize = 64 << 10;

const NOT_OURS: &str = "not about calls";
const UNKNOWN_CALL: &str = "about a call that is not known";

impl Client {
    pub(super) fn take_update(&mut self, now: Time, bytes: &[u8]) -> Handled {
        match route::shape(bytes, self.keeps_objects()) {
            Ok(Shape::Batch(batch)) => self.take_batch(now, &batch),
            Ok(Shape::One(update)) => self.take_one(now, update),
            Err(error) => self.dropped(format!("unreadable update: {error}")),
        }
    }

    /// Only the host's own engine asks for the bytes of a `phoneCall`.
    fn keeps_objects(&self) -> bool {
        self.config.media == super::Media::Host
    }

    /// Everything in a container that is about calls, as far as it is readable.
    fn take_batch(&mut self, now: Time, batch: &tl::Batch<'_>) -> Handled {
        let mut handled = Handled::Empty(NOT_OURS.into());
        for update in batch.updates() {
            let one = match update {
                Ok(update) => self.take_one(now, route::update(&update, self.keeps_objects())),
                Err(error) => self.dropped(format!("unreadable update: {error}")),
            };
            let says_more = one == Handled::Done || handled == Handled::Empty(NOT_OURS.into());
            if handled != Handled::Done && says_more {
                handled = one;
            }
        }
        if let Some(unread) = batch.unread {
            let id = unread.id.map_or("an object nested too deep".into(), |id| format!("constructor {id:08x}"));
            let text = format!("{id} at byte {}: what follows is unread, fetch the difference", unread.offset);
            let lost = self.dropped(text);
            if handled != Handled::Done {
                handled = lost;
            }
        }
        handled
    }

    fn take_one(&mut self, now: Time, update: Update<'_>) -> Handled {
        match update {
            Update::Call(routed) => self.take_news(now, *routed),
            Update::Signaling { id, packet } => match self.ledger.find(id) {
                Some(call) => self.take_packet(now, call, packet),
                None => self.dropped(UNKNOWN_CALL),
            },
            Update::Other => Handled::Empty(NOT_OURS.into()),
        }
    }

    /// A signaling packet for a call that is known.
    pub(super) fn take_packet(&mut self, now: Time, call: CallId, packet: &[u8]) -> Handled {
        if packet.is_empty() || packet.len() > PACKET {
            self.update(call, |entry| entry.signaling.dropped += 1);
            return self.dropped(format!("a signaling packet of {} bytes", packet.len()));
        }
        if !self.ledger.get(call).is_ok_and(|entry| super::entry::is_up(entry.shown())) {
            self.update(call, |entry| entry.signaling.dropped += 1);
            return Handled::Empty("the call is over".into());
        }
        self.tell(now, call, Input::Signaling(packet.to_vec()));
        Handled::Done
    }

    /// A `PhoneCall` object from an update (section 6.4).
    fn take_news(&mut self, now: Time, routed: Routed) -> Handled {
        if let Some(call) = self.ledger.find(routed.id) {
            self.tell(now, call, Input::Told(routed.news));
            return Handled::Done;
        }
        if self.ledger.is_recent(routed.id) {
            self.log(LogLevel::Debug, CallId(0), || format!("{}: stale, that call is over", routed.news));
            return Handled::Done;
        }
        match routed.news {
            News::Requested(requested) => self.take_request(now, requested).0,
            news => self.take_unknown(now, routed.id, news),
        }
    }

    /// News of an id that nobody knows: of a call whose id is on its way, or of none.
    fn take_unknown(&mut self, now: Time, id: i64, news: News) -> Handled {
        if let News::Waiting(waiting) = &news
            && let Some(call) = waiting.claims.participant.and_then(|user| self.ledger.unnamed(user))
        {
            self.tell(now, call, Input::Told(news));
            return Handled::Done;
        }
        if !self.rpc.is_requesting() && !self.ledger.has_unnamed() {
            return self.dropped(UNKNOWN_CALL);
        }
        self.log(LogLevel::Debug, CallId(0), || format!("{news}: kept, its call may be on its way"));
        self.updates_dropped += self.early.keep(now, id, news);
        Handled::Done
    }

    /// `phoneCallRequested` with an id that is not known: the row `Idle` of section 6.2.
    pub(super) fn take_request(&mut self, now: Time, requested: Requested) -> (Handled, Option<CallId>) {
        let Requested { peer, admin, participant, date_s, is_video, g_a_hash } = requested;
        if self.me != UserId(0) && participant.is_some_and(|participant| participant != self.me) {
            return (self.dropped("a call for another account"), None);
        }
        if self.is_stale(now, date_s) {
            self.log(LogLevel::Info, CallId(0), || "an incoming call is ignored: it is too old".into());
            return (Handled::Done, None);
        }
        if self.me == UserId(0) {
            self.me = participant.unwrap_or_default();
        }
        let Ok(commitment) = Commitment::new(&g_a_hash) else {
            self.turn_away(peer, DiscardReason::Disconnect, is_video);
            return (self.dropped("an incoming call whose g_a_hash does not have 32 bytes"), None);
        };
        let is_self = admin == self.me && admin != UserId(0);
        if is_self || self.ledger.up >= self.config.max_calls {
            let why = if is_self { "it comes from ourselves" } else { "another call is up" };
            self.log(LogLevel::Info, CallId(0), || format!("an incoming call is answered busy: {why}"));
            self.turn_away(peer, DiscardReason::Busy, is_video);
            return (Handled::Done, None);
        }
        (Handled::Done, Some(self.ring_here(now, peer, admin, is_video, commitment)))
    }

    /// Whether an incoming call is older than it may ring (section 5). Without Telegram's clock nobody can tell.
    fn is_stale(&self, now: Time, date_s: i32) -> bool {
        let Some((set_at, unix_s)) = self.server_time else { return false };
        let seconds = |duration: crate::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        let server_now = unix_s.saturating_add(seconds(now.since(set_at)));
        i64::from(date_s).saturating_add(seconds(self.rules.ring)) < server_now
    }

    /// Discards a call that never becomes one here.
    fn turn_away(&mut self, peer: Peer, reason: DiscardReason, is_video: bool) {
        self.ledger.remember(peer.id);
        self.farewell(Method::DiscardCall, rpc::discard(peer, reason, 0, is_video));
    }

    fn ring_here(&mut self, now: Time, peer: Peer, admin: UserId, is_video: bool, commitment: Commitment) -> CallId {
        let (call, effects) = Call::incoming(now, self.rules.clone(), peer, admin, self.me, commitment);
        let callee = Callee { user: self.me, access_hash: 0, is_video };
        let id = self.ledger.add(Entry::new(now, call, callee, false, false));
        self.ledger.name(id, peer.id);
        self.ledger.up += 1;
        let kind = if is_video { "video call" } else { "call" };
        self.push(id, format!("call {id}: incoming {kind}"), EventKind::CallIncoming { user: admin, is_video });
        self.begin(now, id, CallState::Ringing, "phoneCallRequested", effects);
        id
    }

    // ---- Answers ----

    pub(super) fn take_answer(&mut self, now: Time, request: RequestId, pending: Pending, answer: &[u8]) -> Handled {
        // The content comes by `handle_dh_config`, under the same request.
        if pending.purpose == Purpose::Step(Method::GetDhConfig) && answer.is_empty() {
            return Handled::Done;
        }
        self.settle(request, pending.call);
        let call = pending.call;
        match pending.purpose {
            Purpose::Step(Method::GetDhConfig) => self.answer_dh_config(now, call, answer),
            Purpose::Step(Method::RequestCall) => self.answer_request_call(now, call, answer),
            Purpose::Step(method @ (Method::AcceptCall | Method::ConfirmCall)) => {
                let handled = self.answer_phone_call(now, call, answer);
                self.tell(now, call, Input::Done(method));
                handled
            }
            Purpose::Step(Method::DiscardCall) => {
                let handled = self.answer_updates(now, answer);
                self.tell(now, call, Input::Done(Method::DiscardCall));
                handled
            }
            Purpose::Step(Method::ReceivedCall) => {
                let (handled, is_true) = self.answer_bool(answer);
                let gone = || Refusal::new(Method::ReceivedCall, 400, "CALL_PEER_INVALID");
                let input = if is_true {
                    Input::Done(Method::ReceivedCall)
                } else {
                    Input::Refused(
                        Method::ReceivedCall,
                        Refusal { text: "phone.receivedCall: boolFalse".into(), ..gone() },
                    )
                };
                self.tell(now, call, input);
                handled
            }
            Purpose::Signaling { .. } => {
                let (handled, is_true) = self.answer_bool(answer);
                if !is_true {
                    let refusal = Refusal::new(Method::SendSignalingData, 500, "boolFalse");
                    self.update(call, |entry| entry.signaling.dropped += 1);
                    self.tell(now, call, Input::Refused(Method::SendSignalingData, refusal));
                }
                handled
            }
            Purpose::Farewell(Method::DiscardCall) | Purpose::Rating => self.answer_updates(now, answer),
            Purpose::Orphan => self.answer_orphan(answer),
            Purpose::Debug | Purpose::LogPart | Purpose::Log => {
                let (handled, is_true) = self.answer_bool(answer);
                self.report_taken(call, &pending.purpose, is_true);
                handled
            }
            // The state machine asks for nothing else.
            Purpose::Step(
                Method::SendSignalingData
                | Method::SetCallRating
                | Method::SaveCallDebug
                | Method::SaveFilePart
                | Method::SaveCallLog,
            )
            | Purpose::Farewell(_) => Handled::Done,
        }
    }

    pub(super) fn take_error(&mut self, now: Time, request: RequestId, pending: Pending, code: i32, name: &str) {
        self.settle(request, pending.call);
        let call = pending.call;
        let refusal = Refusal::new(pending.purpose.method(), code, name);
        let level = if refusal.cause == Cause::Unknown { LogLevel::Warning } else { LogLevel::Info };
        self.log(level, call, || refusal.text.clone());
        match pending.purpose {
            Purpose::Step(method) => self.tell(now, call, Input::Refused(method, refusal)),
            Purpose::Signaling { packet, again } => self.packet_refused(now, call, packet, again, refusal),
            // Ignored (section 13).
            Purpose::Rating | Purpose::Debug | Purpose::LogPart | Purpose::Log => {
                self.report_taken(call, &pending.purpose, true);
            }
            Purpose::Farewell(_) | Purpose::Orphan => {}
        }
    }

    /// A request is answered.
    fn settle(&mut self, request: RequestId, call: CallId) {
        self.rpc.remove(request);
        self.update(call, |entry| entry.forget_request(request));
    }

    fn answer_dh_config(&mut self, now: Time, call: CallId, answer: &[u8]) -> Handled {
        let decoded = tl::decode_result::<functions::MessagesGetDhConfig>(answer);
        match decoded.map(|decoded| decoded.value) {
            Ok(enums::MessagesDhConfig::MessagesDhConfig(config)) => {
                self.take_dh_config(now, call, config.g, config.p, config.version, config.random);
                Handled::Done
            }
            Ok(enums::MessagesDhConfig::NotModified(config)) => {
                self.take_dh_config(now, call, 0, &[], 0, config.random);
                Handled::Done
            }
            Err(error) => self.unreadable(now, call, Method::GetDhConfig, error),
        }
    }

    /// `messages.dhConfig`; with an empty `p`, `messages.dhConfigNotModified`.
    pub(super) fn take_dh_config(&mut self, now: Time, call: CallId, g: i32, p: &[u8], version: i32, random: &[u8]) {
        // What is mixed into an exponent has the size of one; more of it would only be carried along.
        let random = Zeroizing::new(random.get(..256).unwrap_or(random).to_vec());
        let waiting = Waiting { call, random };
        if p.is_empty() {
            let verdict = self.dh.unchanged();
            return self.draw(now, &verdict, &waiting);
        }
        match self.dh.changed(version, g, p, waiting) {
            Some((verdict, waiting)) => self.draw(now, &verdict, &waiting),
            None => self.log(LogLevel::Info, call, || "an unknown prime is being checked".into()),
        }
    }

    fn answer_request_call(&mut self, now: Time, call: CallId, answer: &[u8]) -> Handled {
        if answer.is_empty() {
            self.adopt_early(now, call);
            self.tell(now, call, Input::Done(Method::RequestCall));
            return Handled::Done;
        }
        let object = match route::phone_call_answer(answer) {
            Ok(object) => object,
            Err(error) => return self.unreadable(now, call, Method::RequestCall, error),
        };
        let routed = route::news(&object, self.keeps_objects());
        // Whatever it is, it names the call first; then it counts like an update.
        if let Some(peer) = routed.peer
            && !matches!(routed.news, News::Waiting(_))
        {
            let waiting = crate::call::news::Waiting { peer, claims: routed.claims, is_received: false };
            self.tell(now, call, Input::Told(News::Waiting(waiting)));
        }
        self.tell(now, call, Input::Told(routed.news));
        self.tell(now, call, Input::Done(Method::RequestCall));
        Handled::Done
    }

    /// The answer of `acceptCall` or `confirmCall`: an object of this call, or it does not count (section 6.3).
    fn answer_phone_call(&mut self, now: Time, call: CallId, answer: &[u8]) -> Handled {
        if answer.is_empty() {
            return Handled::Done;
        }
        let object = match route::phone_call_answer(answer) {
            Ok(object) => object,
            Err(error) => return self.dropped(format!("unreadable answer: {error}")),
        };
        let routed = route::news(&object, self.keeps_objects());
        let ours = self.ledger.get(call).ok().and_then(|entry| entry.call.facts().peer);
        if ours.is_some_and(|peer| peer.id != routed.id) {
            return self.dropped("an answer about another call");
        }
        self.tell(now, call, Input::Told(routed.news));
        Handled::Done
    }

    /// A call ended before `phone.requestCall` had been answered: it must not ring on.
    fn answer_orphan(&mut self, answer: &[u8]) -> Handled {
        let object = match route::phone_call_answer(answer) {
            Ok(object) => object,
            Err(error) => return self.dropped(format!("unreadable answer: {error}")),
        };
        if let Some(peer) = route::news(&object, false).peer {
            self.turn_away(peer, DiscardReason::Missed, false);
        }
        Handled::Done
    }

    /// An answer that holds updates.
    fn answer_updates(&mut self, now: Time, answer: &[u8]) -> Handled {
        if answer.is_empty() {
            return Handled::Done;
        }
        match tl::decode_updates(answer) {
            Ok(batch) => {
                self.take_batch(now, &batch);
                Handled::Done
            }
            Err(error) => self.dropped(format!("unreadable answer: {error}")),
        }
    }

    /// A `Bool`. What cannot be read is taken for true: the request was answered, and not refused.
    fn answer_bool(&mut self, answer: &[u8]) -> (Handled, bool) {
        if answer.is_empty() {
            return (Handled::Done, true);
        }
        match tl::decode_lenient::<bool>(answer) {
            Ok(decoded) => (Handled::Done, decoded.value),
            Err(error) => (self.dropped(format!("unreadable answer: {error}")), true),
        }
    }

    /// An answer that the call cannot go on without.
    fn unreadable(&mut self, now: Time, call: CallId, method: Method, error: tl::DecodeError) -> Handled {
        let text = format!("unreadable answer to {method}: {error}");
        let refusal = Refusal { text: text.clone(), ..Refusal::new(method, 500, "") };
        self.tell(now, call, Input::Refused(method, refusal));
        self.dropped(text)
    }

    /// Something from the network is dropped and counted.
    pub(super) fn dropped(&mut self, why: impl Into<std::borrow::Cow<'static, str>>) -> Handled {
        let why = why.into();
        self.updates_dropped += 1;
        self.log(LogLevel::Warning, CallId(0), || why.to_string());
        Handled::Empty(why)
    }
}
