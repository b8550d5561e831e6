//! The way out: Telegram is told, or has told us.

use super::news::{Discarded, News, Reason};
use super::refusal::{Cause, Method};
use super::state::{CLOSE_LIMIT, Effect, Facts, Input, Request, Step, Talk, is_due};
use crate::outcome::{Action, CallState, DiscardReason, EndReason, Outcome};
use crate::time::Time;

type Full = super::state::State;

/// From the decision to end to the end.
#[derive(Debug)]
pub enum State {
    /// The user hung up while a request was on its way that cannot be taken back; its answer is awaited, then the call is
    /// discarded.
    Aborting { awaited: Method, reason: DiscardReason, outcome: Box<Outcome>, give_up_at: Time },
    /// `phone.discardCall` is on its way.
    Ending { reason: DiscardReason, sent_again: bool, outcome: Box<Outcome>, give_up_at: Time },
    /// Over.
    Ended,
}

impl State {
    pub fn shown(&self) -> CallState {
        match self {
            State::Aborting { .. } | State::Ending { .. } => CallState::Ending,
            State::Ended => CallState::Ended,
        }
    }

    /// Whole seconds of the conversation that is over.
    pub fn duration_s(&self) -> u32 {
        match self {
            State::Aborting { outcome, .. } | State::Ending { outcome, .. } => outcome.duration_s,
            State::Ended => 0,
        }
    }

    pub fn deadline(&self) -> Option<Time> {
        match self {
            State::Aborting { give_up_at, .. } | State::Ending { give_up_at, .. } => Some(*give_up_at),
            State::Ended => None,
        }
    }
}

fn to(state: State, effects: Vec<Effect>) -> Step {
    Step::To(Full::Closing(state), effects)
}

fn stay(state: State) -> Step {
    to(state, vec![])
}

fn wrong(state: State) -> Step {
    Step::Wrong(Full::Closing(state))
}

/// It is over, and Telegram need not be told.
pub fn end(outcome: Outcome, mut effects: Vec<Effect>) -> Step {
    effects.push(Effect::End(outcome));
    to(State::Ended, effects)
}

/// Waits for the answer of a request that is on its way, to discard the call then.
pub fn abort(awaited: Method, reason: DiscardReason, outcome: Outcome, give_up_at: Time) -> Step {
    stay(State::Aborting { awaited, reason, outcome: Box::new(outcome), give_up_at })
}

/// Tells Telegram that it is over, before there was a conversation.
pub fn discard(facts: &Facts, now: Time, reason: DiscardReason, outcome: Outcome) -> Step {
    discard_until(facts, reason, outcome, now + CLOSE_LIMIT, vec![])
}

/// Tells Telegram that it is over, once there was a key. An attached call is the host's to end.
pub fn discard_after(talk: &Talk, facts: &Facts, now: Time, reason: DiscardReason, mut outcome: Outcome) -> Step {
    outcome.duration_s = talk.duration_s(now);
    discard_until(facts, reason, outcome, now + CLOSE_LIMIT, vec![Effect::StopMedia])
}

/// A check has failed, and somebody may be in between (decision 13: the reason is Hangup).
pub fn insecure(facts: &Facts, now: Time, why: &str) -> Step {
    discard(facts, now, DiscardReason::Hangup, Outcome::new(EndReason::Insecure, Action::TellUser, why))
}

fn discard_until(
    facts: &Facts,
    reason: DiscardReason,
    outcome: Outcome,
    give_up_at: Time,
    mut effects: Vec<Effect>,
) -> Step {
    if facts.peer.is_none() {
        return end(outcome, effects);
    }
    effects.push(Effect::Invoke(Request::DiscardCall { reason, duration_s: outcome.duration_s }));
    to(State::Ending { reason, sent_again: false, outcome: Box::new(outcome), give_up_at }, effects)
}

pub fn step(state: State, facts: &mut Facts, now: Time, input: Input) -> Step {
    use Input::*;
    use State::*;
    match (state, input) {
        // In every state: nothing that comes now changes anything, a timer of a state that is gone least of all
        (state, Told(News::Requested(_) | News::Accepted(_)) | Signaling(_) | Offered(..) | Answered(_) | Unfit(_)) => {
            stay(state)
        }
        (state, Timeout) if !is_due(state.deadline(), now) => stay(state),
        // The host's mistakes.
        (
            state,
            Accept | Confirm | HangUp(_) | Connect(..) | MediaConnected | MediaLost | MediaFailed(_) | MediaInsecure(_)
            | SignalingOut(_),
        ) => wrong(state),

        // Aborting
        (Aborting { awaited: Method::RequestCall, reason, outcome, give_up_at }, Told(News::Waiting(waiting))) => {
            facts.peer = Some(waiting.peer);
            discard_until(facts, reason, *outcome, give_up_at, vec![Effect::Named(waiting.peer)])
        }
        (
            Aborting { awaited: Method::AcceptCall, reason, outcome, give_up_at },
            Done(Method::AcceptCall) | Told(News::Confirmed(_)),
        ) => discard_until(facts, reason, *outcome, give_up_at, vec![]),
        (Aborting { awaited: Method::RequestCall, outcome, .. }, Refused(Method::RequestCall, _)) => {
            end(*outcome, vec![])
        }
        (
            Aborting { awaited: Method::AcceptCall, reason, outcome, give_up_at },
            Refused(Method::AcceptCall, refusal),
        ) => match refusal.cause {
            // There is nothing left that we could discard.
            Cause::AlreadyAccepted | Cause::AlreadyDeclined | Cause::Gone => end(*outcome, vec![]),
            Cause::NoAnswer | Cause::Occupied | Cause::RandomId | Cause::Flood | Cause::Final | Cause::Unknown => {
                discard_until(facts, reason, *outcome, give_up_at, vec![])
            }
        },
        // The last chance to tell Telegram, should it have taken the request.
        (Aborting { reason, outcome, .. }, Timeout) => {
            let tell = Effect::Invoke(Request::DiscardCall { reason, duration_s: 0 });
            end(*outcome, if facts.peer.is_some() { vec![tell] } else { vec![] })
        }

        // Ending
        (Ending { outcome, .. }, Done(Method::DiscardCall)) => end(*outcome, vec![]),
        (Ending { reason, sent_again: false, outcome, give_up_at }, Refused(Method::DiscardCall, refusal))
            if refusal.cause == Cause::NoAnswer =>
        {
            let request = Request::DiscardCall { reason, duration_s: outcome.duration_s };
            to(Ending { reason, sent_again: true, outcome, give_up_at }, vec![Effect::Invoke(request)])
        }
        // Over already, or another device holds it: the same to us (section 13).
        (Ending { outcome, .. }, Refused(Method::DiscardCall, _)) => end(*outcome, vec![]),
        (Ending { outcome, .. }, Timeout) => end(*outcome, vec![]),

        // Aborting, Ending
        (Aborting { mut outcome, .. } | Ending { mut outcome, .. }, Told(News::Discarded(discarded))) => {
            outcome.wants_rating = discarded.need_rating;
            outcome.wants_report = discarded.need_debug;
            end(*outcome, vec![])
        }
        (Aborting { outcome, .. } | Ending { outcome, .. }, Told(News::Empty)) => end(*outcome, vec![]),

        // Late, or of another request.
        (
            state @ (Aborting { .. } | Ending { .. } | Ended),
            Told(News::Waiting(_) | News::Confirmed(_)) | Done(_) | Refused(..),
        )
        | (state @ Ended, Told(News::Empty | News::Discarded(_)) | Timeout) => stay(state),
    }
}

/// `phoneCallEmpty`.
pub fn finished() -> Outcome {
    Outcome::new(EndReason::Server, Action::Retry, "the call does not exist any more (phoneCallEmpty)")
}

/// The reasons whose meaning depends on the side and on how far the call got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    Absent,
    Missed,
    Hangup,
    Busy,
}

/// What `phoneCallDiscarded` means (7.2); `plain` reads what is not the same for all.
pub fn told(discarded: Discarded, plain: impl FnOnce(Plain) -> (EndReason, &'static str)) -> Outcome {
    let plain = |reason| {
        let (reason, text) = plain(reason);
        Outcome::new(reason, Action::None, text)
    };
    let outcome = match discarded.reason {
        Reason::Migrate { slug } => {
            let moved = Outcome::new(EndReason::Migrated, Action::None, "the call goes on as a conference");
            Outcome { slug, ..moved }
        }
        Reason::Disconnect => Outcome::new(EndReason::Disconnected, Action::Retry, "they lost the connection"),
        Reason::Absent => plain(Plain::Absent),
        Reason::Missed => plain(Plain::Missed),
        Reason::Hangup => plain(Plain::Hangup),
        Reason::Busy => plain(Plain::Busy),
    };
    Outcome { wants_rating: discarded.need_rating, wants_report: discarded.need_debug, ..outcome }
}
