//! The callee's side until the key is agreed on: the table of section 6.2, row by row. The first row, `Idle`, is the client's:
//! it validates `phoneCallRequested` and answers busy.

use super::closing::{self, discard, end, insecure};
use super::exchange;
use super::news::{Confirmed, Discarded, News};
use super::refusal::{Cause, Method, Refusal};
use super::state::{CLOSE_LIMIT, Effect, Facts, Input, Request, Rules, Step, is_due};
use super::talk;
use crate::outcome::{Action, CallState, DiscardReason, EndReason, Outcome};
use crate::time::Time;

type Full = super::state::State;

/// From the ringing until the key is agreed on.
#[derive(Debug)]
pub enum State {
    /// It rings here.
    Incoming { commitment: exchange::Commitment, told_again: bool, give_up_at: Time },
    /// The user accepted: the group is fetched and verified, `b` is drawn.
    Fetching { commitment: exchange::Commitment, asked_again: bool, give_up_at: Time },
    /// `phone.acceptCall` is on its way.
    Accepting { answer: exchange::Callee, sent_again: bool, give_up_at: Time },
    /// Telegram has `g_b`; the caller's `g_a` is awaited.
    WaitingKey { answer: exchange::Callee, give_up_at: Time },
}

impl State {
    pub fn ring(now: Time, rules: &Rules, commitment: exchange::Commitment) -> (State, Vec<Effect>) {
        let effects = if rules.announce { vec![Effect::Invoke(Request::ReceivedCall)] } else { vec![] };
        (State::Incoming { commitment, told_again: false, give_up_at: now + rules.ring }, effects)
    }

    pub fn shown(&self) -> CallState {
        match self {
            State::Incoming { .. } => CallState::Ringing,
            State::Fetching { .. } | State::Accepting { .. } | State::WaitingKey { .. } => CallState::Confirming,
        }
    }

    pub fn deadline(&self) -> Option<Time> {
        match self {
            State::Incoming { give_up_at, .. }
            | State::Fetching { give_up_at, .. }
            | State::Accepting { give_up_at, .. }
            | State::WaitingKey { give_up_at, .. } => Some(*give_up_at),
        }
    }
}

fn to(state: State, effects: Vec<Effect>) -> Step {
    Step::To(Full::Callee(state), effects)
}

fn stay(state: State) -> Step {
    to(state, vec![])
}

fn wrong(state: State) -> Step {
    Step::Wrong(Full::Callee(state))
}

pub fn step(state: State, facts: &mut Facts, now: Time, input: Input) -> Step {
    use Input::*;
    use State::*;
    match (state, input) {
        // In every state
        (_, Told(News::Empty)) => end(closing::finished(), vec![]),
        // The caller's engine may be ahead of our key (6.4).
        (state, Signaling(packet)) => {
            facts.keep_early(packet);
            stay(state)
        }
        // Repeated; and nobody but a caller makes an offer.
        (state, Told(News::Requested(_)) | Offered(..)) => stay(state),
        // A timer of a state that is gone.
        (state, Timeout) if !is_due(state.deadline(), now) => stay(state),
        // The host's mistakes.
        (
            state,
            Confirm | Connect(..) | MediaConnected | MediaLost | MediaFailed(_) | MediaInsecure(_) | SignalingOut(_),
        ) => wrong(state),

        // Incoming
        (Incoming { commitment, .. }, Accept) => {
            let give_up_at = now + facts.rules.receive;
            to(Fetching { commitment, asked_again: false, give_up_at }, vec![Effect::Draw])
        }
        (Incoming { .. }, HangUp(reason)) => {
            let outcome = Outcome::new(EndReason::Declined, Action::None, "declined here");
            discard(facts, now, reason.or(DiscardReason::Busy), outcome)
        }
        (Incoming { .. }, Timeout) => {
            let outcome = Outcome::new(EndReason::Missed, Action::None, "nobody answered here");
            discard(facts, now, DiscardReason::Missed, outcome)
        }
        (Incoming { commitment, told_again, give_up_at }, Refused(Method::ReceivedCall, refusal)) => {
            received_refused(commitment, told_again, give_up_at, facts, now, &refusal)
        }

        // Fetching: the user has accepted, Telegram does not know yet
        (Fetching { .. }, Answered(answer)) => {
            let effects = vec![accept(&answer)];
            to(Accepting { answer, sent_again: false, give_up_at: now + facts.rules.receive }, effects)
        }
        (Fetching { .. }, Unfit(why)) => insecure(facts, now, &why),
        (Fetching { commitment, asked_again: false, give_up_at }, Refused(Method::GetDhConfig, refusal))
            if refusal.cause == Cause::NoAnswer =>
        {
            to(Fetching { commitment, asked_again: true, give_up_at }, vec![Effect::Draw])
        }
        (Fetching { .. }, Refused(Method::GetDhConfig, refusal)) => {
            discard(facts, now, DiscardReason::Disconnect, refusal.outcome())
        }

        // Accepting
        (Accepting { answer, give_up_at, .. }, Done(Method::AcceptCall)) => stay(WaitingKey { answer, give_up_at }),
        // The result of acceptCall, whose constructor says no more than that the server took g_b (section 1).
        (Accepting { answer, give_up_at, .. }, Told(News::Waiting(_) | News::Accepted(_))) => {
            stay(WaitingKey { answer, give_up_at })
        }
        (Accepting { answer, sent_again, give_up_at }, Refused(Method::AcceptCall, refusal)) => {
            accept_refused(answer, sent_again, give_up_at, facts, now, &refusal)
        }
        // "Compensating discard": a discard that overtakes acceptCall would be refused.
        (Accepting { .. }, HangUp(reason)) => {
            closing::abort(Method::AcceptCall, reason.or(DiscardReason::Hangup), hung_up(), now + CLOSE_LIMIT)
        }

        // Accepting, WaitingKey: `phoneCall` may come before the result of acceptCall
        (Accepting { answer, .. } | WaitingKey { answer, .. }, Told(News::Confirmed(confirmed))) => {
            agree(&answer, facts, now, *confirmed)
        }

        // Fetching, Accepting, WaitingKey: the key exchange
        (Fetching { .. } | WaitingKey { .. }, HangUp(reason)) => {
            discard(facts, now, reason.or(DiscardReason::Hangup), hung_up())
        }
        (Fetching { .. } | Accepting { .. } | WaitingKey { .. }, Timeout) => {
            let outcome = Outcome::new(EndReason::Timeout, Action::Retry, "the key exchange got stuck");
            discard(facts, now, DiscardReason::Disconnect, outcome)
        }

        // Whose call it was
        (Incoming { .. } | Fetching { .. } | Accepting { .. }, Told(News::Discarded(discarded))) => {
            end(ended_before_ours(discarded), vec![])
        }
        (WaitingKey { .. }, Told(News::Discarded(discarded))) => end(ended_by_them(discarded), vec![]),

        // Stale, meant for another device, or answers nobody waits for in this state: only forward transitions count (6.3). A refused
        // receivedCall no longer matters once we have accepted: acceptCall gets the same answer.
        (
            state @ (Incoming { .. } | Fetching { .. } | Accepting { .. } | WaitingKey { .. }),
            Told(News::Waiting(_) | News::Accepted(_) | News::Confirmed(_))
            | Done(_)
            | Refused(..)
            | Answered(_)
            | Unfit(_),
        ) => stay(state),
        // The host's mistake.
        (state @ (Fetching { .. } | Accepting { .. } | WaitingKey { .. }), Accept) => wrong(state),
    }
}

fn received_refused(
    commitment: exchange::Commitment,
    told_again: bool,
    give_up_at: Time,
    facts: &mut Facts,
    now: Time,
    refusal: &Refusal,
) -> Step {
    match refusal.cause {
        Cause::NoAnswer if !told_again => {
            let effects = vec![Effect::Invoke(Request::ReceivedCall)];
            to(State::Incoming { commitment, told_again: true, give_up_at }, effects)
        }
        // The caller may be left at "waiting"; the user can answer all the same.
        Cause::NoAnswer => stay(State::Incoming { commitment, told_again, give_up_at }),
        Cause::AlreadyDeclined | Cause::AlreadyAccepted | Cause::Gone => end(refusal.outcome(), vec![]),
        Cause::Occupied | Cause::RandomId | Cause::Flood | Cause::Final | Cause::Unknown => {
            discard(facts, now, DiscardReason::Disconnect, refusal.outcome())
        }
    }
}

fn accept(answer: &exchange::Callee) -> Effect {
    Effect::Invoke(Request::AcceptCall { g_b: answer.g_b() })
}

fn accept_refused(
    answer: exchange::Callee,
    sent_again: bool,
    give_up_at: Time,
    facts: &mut Facts,
    now: Time,
    refusal: &Refusal,
) -> Step {
    match refusal.cause {
        Cause::NoAnswer if !sent_again => {
            let effects = vec![accept(&answer)];
            to(State::Accepting { answer, sent_again: true, give_up_at }, effects)
        }
        // Perhaps it was taken: `phoneCall` comes, or time runs out.
        Cause::NoAnswer => stay(State::Accepting { answer, sent_again, give_up_at }),
        // Our own first attempt got through.
        Cause::AlreadyAccepted if sent_again => stay(State::WaitingKey { answer, give_up_at }),
        Cause::AlreadyAccepted | Cause::AlreadyDeclined | Cause::Gone => end(refusal.outcome(), vec![]),
        Cause::Occupied => discard(facts, now, DiscardReason::Busy, refusal.outcome()),
        Cause::RandomId | Cause::Flood | Cause::Final | Cause::Unknown => {
            discard(facts, now, DiscardReason::Disconnect, refusal.outcome())
        }
    }
}

/// The caller's `g_a` makes the key, if it is the one that was promised.
fn agree(answer: &exchange::Callee, facts: &mut Facts, now: Time, confirmed: Confirmed) -> Step {
    if !facts.fits(&confirmed.claims) {
        return insecure(facts, now, "phoneCall names other users or another access hash");
    }
    match answer.agree(&confirmed.g_a_or_b, confirmed.key_fingerprint) {
        Ok(key) => talk::begin(facts, now, key, confirmed),
        Err(why) => insecure(facts, now, &why.to_string()),
    }
}

fn hung_up() -> Outcome {
    Outcome::new(EndReason::LocalHangup, Action::None, "hung up during the key exchange")
}

/// The end of a call that Telegram has not yet given to us (7.2, 6.5). Nobody but another device of this account can have
/// answered it without a reason, or declined it; a caller who gives up says so.
fn ended_before_ours(discarded: Discarded) -> Outcome {
    closing::told(discarded, |reason| match reason {
        closing::Plain::Absent => (EndReason::Elsewhere, "answered on another device"),
        closing::Plain::Busy => (EndReason::Elsewhere, "declined on another device"),
        closing::Plain::Missed => (EndReason::Missed, "nobody answered"),
        closing::Plain::Hangup => (EndReason::RemoteHangup, "the caller hung up"),
    })
}

/// The end of a call that is ours, before there was a key (7.2).
fn ended_by_them(discarded: Discarded) -> Outcome {
    closing::told(discarded, |reason| match reason {
        closing::Plain::Missed => (EndReason::Missed, "the caller gave up"),
        closing::Plain::Busy | closing::Plain::Hangup | closing::Plain::Absent => {
            (EndReason::RemoteHangup, "the caller hung up")
        }
    })
}
