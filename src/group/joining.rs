//! The way in: a connection is made and offered, and again after a pause if that comes to nothing.

use super::inside::Inside;
use super::join::{Answer, BadAnswer};
use super::leaving;
use super::refusal::{Cause, Refusal};
use super::state::{
    ANSWER_LIMIT, Effect, Facts, Input, Request, Step, end_for_all, end_refused, end_with_farewell, is_due, pause_of,
    silent, try_again,
};
use crate::outcome::{Action, EndReason, Outcome};
use crate::time::{Duration, Time};
use crate::types::Ssrc;

type Full = super::state::State;

/// One try, and the pause before the next one.
#[derive(Debug)]
pub enum State {
    /// A connection is being made, to offer it.
    Preparing,
    /// `phone.joinGroupCall` is on its way.
    Asking { attempt: u32, source: Ssrc, give_up_at: Time },
    /// Until the next try.
    Paused { until: Time },
}

impl State {
    pub fn deadline(&self) -> Option<Time> {
        match self {
            State::Preparing => None,
            State::Asking { give_up_at, .. } => Some(*give_up_at),
            State::Paused { until } => Some(*until),
        }
    }

    /// What is offered.
    pub fn source(&self) -> Option<Ssrc> {
        match self {
            State::Asking { source, .. } => Some(*source),
            State::Preparing | State::Paused { .. } => None,
        }
    }
}

fn to(state: State, effects: Vec<Effect>) -> Step {
    Step::To(Full::Joining(state), effects)
}

fn stay(state: State) -> Step {
    to(state, vec![])
}

/// A new connection, as the first step of a way in.
pub fn begin(facts: &mut Facts) -> Step {
    facts.try_once();
    to(State::Preparing, vec![Effect::Prepare])
}

/// The same because the host wants it: no pause of ours, and no count.
pub fn anew(facts: &mut Facts) -> Step {
    facts.is_well();
    begin(facts)
}

pub fn step(state: State, facts: &mut Facts, now: Time, input: Input) -> Step {
    use Input::*;
    use State::*;
    match (state, input) {
        // In every state.
        (state, Timeout) if !is_due(state.deadline(), now) => stay(state),
        (_, Discarded) => end_for_all(facts, now),
        (_, Join { .. }) if facts.is_attached => anew(facts),
        (state, Join { .. }) => Step::Wrong(Full::Joining(state)),
        // The next request says what the host wishes by then.
        (state, Speak) => stay(state),

        // Preparing
        (Preparing, Offered(offer)) => {
            let (attempt, source) = (facts.next_attempt(), offer.sources.audio);
            facts.own(source);
            let give_up_at = now + ANSWER_LIMIT;
            to(Asking { attempt, source, give_up_at }, vec![Effect::Join { attempt, offer }])
        }

        // Asking
        (Asking { attempt, source, .. }, Joined { attempt: answered, answer }) if attempt == answered => {
            enter(facts, now, source, answer)
        }
        (Asking { attempt, .. }, Refused(Request::Join { attempt: refused }, refusal)) if attempt == refused => {
            refused_join(facts, now, &refusal)
        }
        (Asking { .. }, Timeout) => try_again(facts, now, Duration::ZERO, silent("phone.joinGroupCall"), vec![]),
        (Asking { .. }, Leave) if facts.is_attached => end_with_farewell(facts, now),
        (Asking { attempt, source, .. }, Leave) => leaving::once_answered(facts, now, attempt, source),
        (Preparing | Asking { .. }, MediaFailed(why)) => {
            let outcome = Outcome::new(EndReason::NoPath, Action::Retry, why);
            try_again(facts, now, Duration::ZERO, outcome, vec![])
        }

        // Paused
        (Paused { .. }, Timeout) => begin(facts),

        // Not asked yet, or not any more; but of an earlier way in we may still be in.
        (Preparing | Paused { .. }, Leave) => end_with_farewell(facts, now),

        // Of an earlier way in, or of none.
        (state @ (Asking { .. } | Paused { .. }), Offered(_))
        | (state @ Preparing, Timeout)
        | (state @ Paused { .. }, MediaFailed(_))
        | (
            state,
            Created(_)
            | Looked { .. }
            | Started { .. }
            | Joined { .. }
            | Refused(..)
            | Left
            | Checked(_)
            | Myself { .. }
            | Heard
            | Doubted
            | Excluded(_)
            | Replaced
            | Withdrawn(..)
            | MediaConnected
            | MediaLost,
        ) => stay(state),
    }
}

/// What the answer to a join says.
fn enter(facts: &mut Facts, now: Time, source: Ssrc, answer: Option<Result<Answer, BadAnswer>>) -> Step {
    let bad = |facts: &mut Facts, why: String| {
        let outcome = Outcome::new(EndReason::Server, Action::Retry, why);
        try_again(facts, now, Duration::ZERO, outcome, vec![])
    };
    match answer {
        None => bad(facts, "phone.joinGroupCall was answered without a connection".into()),
        Some(Err(why)) => bad(facts, why.to_string()),
        Some(Ok(Answer::Connection(side))) => {
            Step::To(Full::Inside(Inside::connecting(now, source)), vec![Effect::Connect(side), Effect::Entered])
        }
        Some(Ok(Answer::Stream(stream))) => {
            facts.is_watching = true;
            facts.since.get_or_insert(now);
            let effects = vec![Effect::StopMedia, Effect::Watch(stream), Effect::Entered];
            Step::To(Full::Inside(Inside::watching(now, source)), effects)
        }
    }
}

fn refused_join(facts: &mut Facts, now: Time, refusal: &Refusal) -> Step {
    let again = |facts: &mut Facts, pause| try_again(facts, now, pause, refusal.outcome(), vec![]);
    match refusal.cause {
        // Other sources, and there is nothing to wait for.
        Cause::SourceTaken if facts.may_try() => begin(facts),
        Cause::NoAnswer | Cause::Passing | Cause::JoinMissing | Cause::SourceTaken | Cause::Overtaken => {
            again(facts, Duration::ZERO)
        }
        Cause::Unknown if refusal.action == Action::Retry => again(facts, Duration::ZERO),
        Cause::Flood => match pause_of(refusal) {
            Some(pause) => again(facts, pause),
            None => end_refused(facts, now, refusal),
        },
        Cause::Forbidden | Cause::Over | Cause::Already | Cause::Final | Cause::Unknown => {
            end_refused(facts, now, refusal)
        }
    }
}
