//! The way out.

use super::refusal::Cause;
use super::state::{Effect, Facts, Input, LEAVE_LIMIT, Request, Shown, Step, finish, hung_up, is_due, stop};
use crate::outcome::Outcome;
use crate::time::Time;
use crate::types::Ssrc;

type Full = super::state::State;

/// From the decision to leave to the end.
#[derive(Debug)]
pub enum State {
    /// What `phone.joinGroupCall` is answered says whether there is something to leave.
    Awaiting {
        attempt: u32,
        source: Ssrc,
        outcome: Box<Outcome>,
        give_up_at: Time,
    },
    /// `phone.leaveGroupCall` is on its way.
    Leaving {
        outcome: Box<Outcome>,
        give_up_at: Time,
    },
    Ended,
}

impl State {
    pub fn shown(&self) -> Shown {
        match self {
            State::Awaiting { .. } | State::Leaving { .. } => Shown::Ending,
            State::Ended => Shown::Ended,
        }
    }

    pub fn deadline(&self) -> Option<Time> {
        match self {
            State::Awaiting { give_up_at, .. } | State::Leaving { give_up_at, .. } => Some(*give_up_at),
            State::Ended => None,
        }
    }
}

fn to(state: State, effects: Vec<Effect>) -> Step {
    Step::To(Full::Leaving(state), effects)
}

fn stay(state: State) -> Step {
    to(state, vec![])
}

fn own_wish(facts: &Facts, now: Time) -> Box<Outcome> {
    Box::new(Outcome { duration_s: facts.duration_s(now), ..hung_up() })
}

/// We are in, and go.
pub fn at_once(facts: &mut Facts, now: Time, source: Ssrc) -> Step {
    let mut effects = stop(facts);
    effects.push(Effect::Leave { source, is_farewell: false });
    to(State::Leaving { outcome: own_wish(facts, now), give_up_at: now + LEAVE_LIMIT }, effects)
}

/// We may be in any moment, and go then.
pub fn once_answered(facts: &mut Facts, now: Time, attempt: u32, source: Ssrc) -> Step {
    let effects = stop(facts);
    let outcome = own_wish(facts, now);
    to(State::Awaiting { attempt, source, outcome, give_up_at: now + LEAVE_LIMIT }, effects)
}

pub fn step(state: State, now: Time, input: Input) -> Step {
    use Input::*;
    use State::*;
    match (state, input) {
        (state, Timeout) if !is_due(state.deadline(), now) => stay(state),
        (state, Join { .. } | Leave | Speak) => Step::Wrong(Full::Leaving(state)),

        // Awaiting
        (Awaiting { attempt, source, outcome, give_up_at }, Joined { attempt: answered, .. })
            if attempt == answered =>
        {
            to(Leaving { outcome, give_up_at }, vec![Effect::Leave { source, is_farewell: false }])
        }
        (Awaiting { attempt, source, outcome, .. }, Refused(Request::Join { attempt: refused }, refusal))
            if attempt == refused =>
        {
            match refusal.cause {
                Cause::NoAnswer => leave_and_end(source, *outcome),
                Cause::Flood
                | Cause::SourceTaken
                | Cause::Overtaken
                | Cause::JoinMissing
                | Cause::Forbidden
                | Cause::Over
                | Cause::Already
                | Cause::Passing
                | Cause::Final
                | Cause::Unknown => finish(*outcome, vec![]),
            }
        }
        (Awaiting { source, outcome, .. }, Timeout) => leave_and_end(source, *outcome),

        // Leaving
        (Leaving { outcome, .. }, Left | Refused(Request::Leave, _) | Timeout)
        | (Awaiting { outcome, .. } | Leaving { outcome, .. }, Discarded) => finish(*outcome, vec![]),

        // Nothing that comes now changes anything.
        (state @ (Awaiting { .. } | Ended), Left)
        | (state @ Ended, Discarded | Timeout)
        | (
            state,
            Created(_)
            | Looked { .. }
            | Started { .. }
            | Offered(_)
            | Joined { .. }
            | Refused(..)
            | Checked(_)
            | Myself { .. }
            | Heard
            | Doubted
            | Excluded(_)
            | Replaced
            | Withdrawn(..)
            | MediaConnected
            | MediaLost
            | MediaFailed(_),
        ) => stay(state),
    }
}

fn leave_and_end(source: Ssrc, outcome: Outcome) -> Step {
    finish(outcome, vec![Effect::Leave { source, is_farewell: true }])
}
