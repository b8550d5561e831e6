//! A screen that is shared: a second connection with sources of its own, which lives as long as the first (`group-calls.md` section 4,
//! `sfu.md` section 10).
//!
//! ```text
//!  Off ──start──► Waiting ── we are in ──► Preparing ──offered──► Asking ──params──► Shared
//!   ▲                ▲                         ▲                     │                 │
//!   │ stop, or       │ we are not in           └──── Paused ◄────────┘ refused         │ gone
//!   │ it failed      │ any more                         ▲────────────────────────────-┘
//!   └── any state ───┘
//! ```

use super::join::{Answer, BadAnswer, Offer, ServerSide};
use super::refusal::{Cause, Refusal};
use super::state::{ANSWER_LIMIT, FIRST_PAUSE, LONGEST_PAUSE, TRIES, gone, is_due, pause_of, silent};
use crate::backoff::Backoff;
use crate::outcome::{Action, EndReason, Outcome};
use crate::time::{Duration, Time};
use crate::types::Ssrc;

/// Where it is.
#[derive(Debug)]
enum State {
    Off,
    /// It is to be shared as soon as we are in.
    Waiting,
    /// A connection is being made, to offer it.
    Preparing,
    /// `phone.joinGroupCallPresentation` is on its way, for who is in by `main`.
    Asking {
        attempt: u32,
        source: Ssrc,
        main: Ssrc,
        give_up_at: Time,
    },
    /// Until the next try.
    Paused {
        until: Time,
    },
    Shared {
        source: Ssrc,
    },
}

/// What happened to it.
#[derive(Clone, Debug)]
pub enum Input {
    /// The host: share.
    Start,
    /// The host: no more.
    Stop,
    /// We are in the call, by this source.
    Entered(Ssrc),
    /// We are not in the call at the moment.
    Out,
    /// The media engine: a new connection is made, but not connected to anything.
    Offered(Box<Offer>),
    /// Telegram: `phone.joinGroupCallPresentation` is answered. Without `updateGroupCallConnection` in it, none.
    Joined { attempt: u32, answer: Option<Result<Answer, BadAnswer>> },
    /// Telegram: it is refused, or was not answered.
    Refused { attempt: u32, refusal: Refusal },
    /// Telegram: `phone.checkGroupCall` does not know it any more.
    Gone,
    /// The media engine: there is a path.
    MediaConnected,
    /// The media engine: it gave up, and why.
    MediaFailed(String),
    /// The clock.
    Timeout,
}

/// What is to be done about it, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Make a connection: [`Input::Offered`]. One that there is goes.
    Prepare,
    /// `phone.joinGroupCallPresentation`.
    Join { attempt: u32, offer: Box<Offer> },
    /// The server's end is known: connect.
    Connect(Box<ServerSide>),
    /// `phone.leaveGroupCallPresentation`; nobody waits for the answer.
    Leave,
    /// The connection goes.
    StopMedia,
    /// It cannot be shared. The host may start it once more.
    Failed(Outcome),
}

/// The second connection.
#[derive(Debug)]
pub struct Presentation {
    state: State,
    /// By which we are in the call.
    main: Option<Ssrc>,
    attempts: u32,
    /// Ways in that were tried since it was last seen to work.
    tries: u32,
    backoff: Backoff,
}

impl Default for Presentation {
    fn default() -> Presentation {
        let backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        Presentation { state: State::Off, main: None, attempts: 0, tries: 0, backoff }
    }
}

impl Presentation {
    /// Whether the host shares, or wants to.
    #[cfg(any(test, feature = "internals"))]
    pub fn is_wanted(&self) -> bool {
        !matches!(self.state, State::Off)
    }

    /// By what source we are in, as it was told last.
    pub fn main(&self) -> Option<Ssrc> {
        self.main
    }

    /// The source by which the server knows it: whoever checks the membership asks about it as well.
    pub fn source(&self) -> Option<Ssrc> {
        match self.state {
            State::Shared { source } => Some(source),
            State::Off | State::Waiting | State::Preparing | State::Asking { .. } | State::Paused { .. } => None,
        }
    }

    /// The way in that waits to be answered.
    pub fn asks(&self) -> Option<u32> {
        match self.state {
            State::Asking { attempt, .. } => Some(attempt),
            State::Off | State::Waiting | State::Preparing | State::Paused { .. } | State::Shared { .. } => None,
        }
    }

    /// When [`Input::Timeout`] is due.
    pub fn deadline(&self) -> Option<Time> {
        match self.state {
            State::Asking { give_up_at, .. } => Some(give_up_at),
            State::Paused { until } => Some(until),
            State::Off | State::Waiting | State::Preparing | State::Shared { .. } => None,
        }
    }

    /// One input in, its effects out. Nothing can be wrong: who shares already goes on, and who does not has nothing to stop.
    pub fn step(&mut self, now: Time, input: Input) -> Vec<Effect> {
        use Input::*;
        use State::*;
        match (&self.state, input) {
            // The host
            (Off, Start) => {
                self.tries = 0;
                self.backoff.reset();
                self.begin()
            }
            (Waiting | Preparing | Asking { .. } | Paused { .. } | Shared { .. }, Start) => vec![],
            (Off, Stop) => vec![],
            (Waiting | Paused { .. }, Stop) => self.to(Off, vec![Effect::StopMedia]),
            (Preparing, Stop) => self.to(Off, vec![Effect::StopMedia]),
            // Behind the join, if that is still on its way: Telegram hears both in this order.
            (Asking { .. } | Shared { .. }, Stop) => self.to(Off, vec![Effect::StopMedia, Effect::Leave]),

            // The first connection. Whoever goes in anew has left the second one behind.
            (_, Entered(main)) => {
                let is_new = self.main.replace(main) != Some(main);
                match self.state {
                    Off => vec![],
                    Waiting => self.begin(),
                    Preparing | Asking { .. } | Paused { .. } | Shared { .. } if is_new => self.begin(),
                    Preparing | Asking { .. } | Paused { .. } | Shared { .. } => vec![],
                }
            }
            (Off, Out) => {
                self.main = None;
                vec![]
            }
            (_, Out) => {
                self.main = None;
                self.to(Waiting, vec![Effect::StopMedia])
            }

            (Preparing, Offered(offer)) => {
                let Some(main) = self.main else { return self.to(Waiting, vec![Effect::StopMedia]) };
                self.attempts += 1;
                let (attempt, source) = (self.attempts, offer.sources.audio);
                let state = Asking { attempt, source, main, give_up_at: now + ANSWER_LIMIT };
                self.to(state, vec![Effect::Join { attempt, offer }])
            }

            (Asking { attempt, source, .. }, Joined { attempt: answered, answer }) if *attempt == answered => {
                let source = *source;
                match answer {
                    Some(Ok(Answer::Connection(side))) => self.to(Shared { source }, vec![Effect::Connect(side)]),
                    Some(Ok(Answer::Stream(_))) | None => self.again(now, Duration::ZERO, unfit("no connection")),
                    Some(Err(why)) => self.again(now, Duration::ZERO, unfit(&why.to_string())),
                }
            }
            (Asking { attempt, main, .. }, Refused { attempt: refused, refusal }) if *attempt == refused => {
                let has_moved = self.main != Some(*main);
                self.refused(now, &refusal, has_moved)
            }
            (Asking { .. }, Timeout) if is_due(self.deadline(), now) => {
                self.again(now, Duration::ZERO, silent("phone.joinGroupCallPresentation"))
            }
            (Paused { .. }, Timeout) if is_due(self.deadline(), now) => self.begin(),
            (Shared { .. }, Gone) => {
                self.again(now, Duration::ZERO, gone("Telegram does not know the screen any more"))
            }
            (Shared { .. }, MediaConnected) => {
                self.tries = 0;
                self.backoff.reset();
                vec![]
            }
            (Preparing | Asking { .. } | Shared { .. }, MediaFailed(why)) => {
                self.again(now, Duration::ZERO, Outcome::new(EndReason::NoPath, Action::Retry, why))
            }

            // Of a way in that is over.
            (
                Off | Waiting | Preparing | Asking { .. } | Paused { .. } | Shared { .. },
                Offered(_) | Joined { .. } | Refused { .. } | Gone | MediaConnected | MediaFailed(_) | Timeout,
            ) => vec![],
        }
    }

    fn to(&mut self, state: State, effects: Vec<Effect>) -> Vec<Effect> {
        self.state = state;
        effects
    }

    /// A new connection, once we are in.
    fn begin(&mut self) -> Vec<Effect> {
        if self.main.is_none() {
            return self.to(State::Waiting, vec![]);
        }
        self.tries += 1;
        self.to(State::Preparing, vec![Effect::Prepare])
    }

    fn again(&mut self, now: Time, pause: Duration, outcome: Outcome) -> Vec<Effect> {
        if self.tries >= TRIES {
            let text = format!("given up after {TRIES} tries: {}", outcome.text);
            return self.fail(Outcome { text, ..outcome });
        }
        let until = now + self.backoff.fail().max(pause);
        self.to(State::Paused { until }, vec![])
    }

    fn fail(&mut self, outcome: Outcome) -> Vec<Effect> {
        self.to(State::Off, vec![Effect::StopMedia, Effect::Failed(outcome)])
    }

    fn refused(&mut self, now: Time, refusal: &Refusal, has_moved: bool) -> Vec<Effect> {
        match refusal.cause {
            Cause::SourceTaken if self.tries < TRIES => self.begin(),
            // Said of a membership that is over.
            Cause::JoinMissing | Cause::Forbidden if has_moved => self.begin(),
            Cause::NoAnswer | Cause::Passing | Cause::SourceTaken | Cause::Overtaken => {
                self.again(now, Duration::ZERO, refusal.outcome())
            }
            Cause::Unknown if refusal.action == Action::Retry => self.again(now, Duration::ZERO, refusal.outcome()),
            Cause::Flood => match pause_of(refusal) {
                Some(pause) => self.again(now, pause, refusal.outcome()),
                None => self.fail(refusal.outcome()),
            },
            Cause::JoinMissing | Cause::Forbidden | Cause::Over | Cause::Already | Cause::Final | Cause::Unknown => {
                self.fail(refusal.outcome())
            }
        }
    }
}

fn unfit(why: &str) -> Outcome {
    Outcome::new(EndReason::Server, Action::Retry, format!("phone.joinGroupCallPresentation: {why}"))
}

#[cfg(test)]
mod tests;
