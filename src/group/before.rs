//! Before the first way in: the call is made, named, and has started.

use super::joining;
use super::refusal::Cause;
use super::state::{
    ANSWER_LIMIT, Effect, Facts, Input, Request, Shown, Step, end, end_for_all, end_refused, hung_up, is_due, silent,
};
use crate::outcome::{Action, Outcome};
use crate::time::Time;

type Full = super::state::State;

/// From the wish for a call until the first way in.
#[derive(Debug)]
pub enum State {
    /// Telegram makes it.
    Creating { give_up_at: Time },
    /// Named; nothing is asked.
    Open,
    /// Whether it has started is being asked.
    Looking { give_up_at: Time },
    /// It has not started; we go in when it does.
    Scheduled,
}

impl State {
    pub fn create(now: Time) -> State {
        State::Creating { give_up_at: now + ANSWER_LIMIT }
    }

    pub fn shown(&self) -> Shown {
        match self {
            State::Creating { .. } => Shown::Creating,
            State::Open => Shown::Open,
            State::Looking { .. } | State::Scheduled => Shown::Joining,
        }
    }

    pub fn deadline(&self) -> Option<Time> {
        match self {
            State::Creating { give_up_at } | State::Looking { give_up_at } => Some(*give_up_at),
            State::Open | State::Scheduled => None,
        }
    }
}

fn to(state: State, effects: Vec<Effect>) -> Step {
    Step::To(Full::Before(state), effects)
}

fn stay(state: State) -> Step {
    to(state, vec![])
}

fn wrong(state: State) -> Step {
    Step::Wrong(Full::Before(state))
}

/// In, if it has started.
fn begin_when_started(facts: &mut Facts, is_scheduled: bool) -> Step {
    if is_scheduled { stay(State::Scheduled) } else { joining::begin(facts) }
}

pub fn step(state: State, facts: &mut Facts, now: Time, input: Input) -> Step {
    use Input::*;
    use State::*;
    match (state, input) {
        // In every state.
        (state, Timeout) if !is_due(state.deadline(), now) => stay(state),
        (_, Discarded) => end_for_all(facts, now),
        (_, Leave) => end(facts, now, hung_up(), vec![]),

        // Creating
        (Creating { .. }, Created(name)) => to(Open, vec![Effect::Named(name)]),
        (Creating { .. }, Refused(Request::Create, refusal)) => end(facts, now, refusal.outcome(), vec![]),
        (Creating { .. }, Timeout) => end(facts, now, silent("phone.createGroupCall"), vec![]),

        // Open
        (Open, Withdrawn(reason, why)) => end(facts, now, Outcome::new(reason, Action::None, why), vec![]),
        (Open, Join { is_scheduled: None }) => to(Looking { give_up_at: now + ANSWER_LIMIT }, vec![Effect::Look]),
        (Open, Join { is_scheduled: Some(is_scheduled) }) => begin_when_started(facts, is_scheduled),

        // Looking. What could not be found out will be told by the answer to the join.
        (Looking { .. } | Scheduled, Looked { is_scheduled } | Started { is_scheduled }) => {
            begin_when_started(facts, is_scheduled)
        }
        (Looking { .. }, Refused(Request::Look, refusal)) => match refusal.cause {
            Cause::Over | Cause::Forbidden => end_refused(facts, now, &refusal),
            Cause::NoAnswer
            | Cause::Flood
            | Cause::SourceTaken
            | Cause::Overtaken
            | Cause::JoinMissing
            | Cause::Already
            | Cause::Passing
            | Cause::Final
            | Cause::Unknown => joining::begin(facts),
        },
        (Looking { .. }, Timeout) => joining::begin(facts),

        // The host's mistakes.
        (state, Join { .. } | Speak) => wrong(state),

        // What belongs to another state, or comes too late.
        (state @ (Creating { .. } | Open), Looked { .. } | Started { .. })
        | (state @ (Open | Looking { .. } | Scheduled), Created(_))
        | (state @ (Open | Scheduled), Timeout)
        | (
            state,
            Refused(..)
            | Offered(_)
            | Joined { .. }
            | Left
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
