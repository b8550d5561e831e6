//! The answers to a private call's requests.

use super::Purpose;
use super::dh::Draw;
use super::route;
use crate::call::news::News;
use crate::call::refusal::{Cause, Method, Refusal};
use crate::call::state::Input;
use crate::client::{Client, Handled, LogLevel};
use crate::outcome::DiscardReason;
use crate::time::Time;
use crate::tl::{self, enums, functions};
use crate::types::{CallId, RequestId};
use zeroize::Zeroizing;

impl Client {
    pub(in crate::client) fn answer_private(
        &mut self,
        now: Time,
        request: RequestId,
        call: CallId,
        purpose: Purpose,
        answer: &[u8],
    ) -> Handled {
        // The content comes by `handle_dh_config`, under the same request.
        if purpose == Purpose::Step(Method::GetDhConfig) && answer.is_empty() {
            return Handled::Done;
        }
        self.settle(request, call);
        match purpose {
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
                    self.update_private(call, |private| private.signaling.dropped += 1);
                    self.tell(now, call, Input::Refused(Method::SendSignalingData, refusal));
                }
                handled
            }
            Purpose::Farewell(Method::DiscardCall) | Purpose::Rating => self.answer_updates(now, answer),
            #[cfg(all(feature = "media", feature = "conference"))]
            Purpose::Moved => {
                self.stop_telling(call);
                self.answer_updates(now, answer)
            }
            Purpose::Orphan => self.answer_orphan(answer),
            Purpose::Debug | Purpose::LogPart | Purpose::Log => {
                let (handled, is_true) = self.answer_bool(answer);
                self.report_taken(call, &purpose, is_true);
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

    pub(in crate::client) fn refuse_private(
        &mut self,
        now: Time,
        call: CallId,
        purpose: Purpose,
        code: i32,
        name: &str,
    ) {
        let refusal = Refusal::new(purpose.method(), code, name);
        let level = if refusal.cause == Cause::Unknown { LogLevel::Warning } else { LogLevel::Info };
        self.log(level, call, || refusal.text.clone());
        match purpose {
            Purpose::Step(method) => self.tell(now, call, Input::Refused(method, refusal)),
            Purpose::Signaling { packet, again } => self.packet_refused(now, call, packet, again, refusal),
            // Ignored (section 13).
            Purpose::Rating | Purpose::Debug | Purpose::LogPart | Purpose::Log => {
                self.report_taken(call, &purpose, true);
            }
            #[cfg(all(feature = "media", feature = "conference"))]
            Purpose::Moved => self.is_not_told(now, call, &refusal),
            Purpose::Farewell(_) | Purpose::Orphan => {}
        }
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
        let draw = Draw { call, random };
        if p.is_empty() {
            let verdict = self.dh.unchanged();
            return self.draw(now, &verdict, &draw);
        }
        match self.dh.changed(version, g, p, draw) {
            Some((verdict, draw)) => self.draw(now, &verdict, &draw),
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
        let ours = self.ledger.private(call).ok().and_then(|private| private.call.facts().peer);
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
}
