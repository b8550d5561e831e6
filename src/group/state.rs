//! The state machine of a group call: whether we are in it, and how we stay in (`group-calls.md` sections 4 and 6, `sfu.md` 10).
//!
//! ```text
//!  Creating ──created──► Open
//!                          │ join                    [Looking: phone.getGroupCall, if nothing is known of the call]
//!                          ▼
//!                  Looking ──► [Scheduled ── it starts ──►]
//!                          │
//!         ┌────────────────▼
//!         │            Preparing    a new connection: sources, credentials, certificate
//!         │                │ offered: phone.joinGroupCall
//!         │                ▼
//!         │             Asking ──refused──► Paused ── 1 s to 30 s ──┐
//!         │                │ params            ▲                    │
//!         │                ▼                   │ gone, refused      │
//!         │             Inside ────────────────┘                    │
//!         │        phone.checkGroupCall                             │
//!         └─────────────────────────────────────────────────────────┘   five times in a row, then Ended
//!
//!  any state ── ended for all, forbidden, elsewhere ──► Ended ◄── left, or 5 s ── Leaving ◄── leave
//! ```
//!
//! Whoever is inside is inside by one audio source. Each way in has new ones, so news of an old one say nothing.
//!
//! Attached: the host's own library joins, checks and leaves. Then `Asking` lasts until the host hands in what it was answered, and nothing
//! is asked or said to Telegram; that we are out, the host says by [`Input::Join`], in every state.

use super::before;
use super::info::Name;
use super::inside::{self, Inside};
use super::join::{Answer, BadAnswer, Offer, ServerSide, Stream};
use super::joining;
use super::leaving;
use super::participant::Entry;
use super::refusal::{Cause, Method, Refusal};
use crate::backoff::Backoff;
use crate::outcome::{Action, EndReason, Outcome};
use crate::time::{Duration, Time};
use crate::types::Ssrc;
use core::fmt;
use std::collections::VecDeque;

/// How long any request may take before it counts as not answered.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// How long a call that is left waits for Telegram's answer.
pub const LEAVE_LIMIT: Duration = Duration::from_secs(5);
/// So often in a row a way in is tried.
pub const TRIES: u32 = 5;
/// Before the second try, and before any later one at most. A pause that Telegram wants is kept if it is not longer.
pub const FIRST_PAUSE: Duration = Duration::from_secs(1);
pub const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// So many of our sources are remembered as ours.
const OWN_SOURCES: usize = 16;

/// Where a call is.
#[derive(Debug)]
pub enum State {
    Before(before::State),
    Joining(joining::State),
    Inside(Inside),
    Leaving(leaving::State),
}

/// What the host sees of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shown {
    Creating,
    Open,
    Joining,
    Connecting,
    Active,
    Reconnecting,
    Ending,
    Ended,
}

/// What happened to a call.
#[derive(Clone, Debug)]
pub enum Input {
    /// The host: go in. `None`: nothing is known of the call.
    Join { is_scheduled: Option<bool> },
    /// The host: go out.
    Leave,
    /// The host: speak, where so far there is only a stream to watch. The next way in is one of a speaker.
    Speak,
    /// Telegram: `phone.createGroupCall` made this call.
    Created(Name),
    /// Telegram: `phone.getGroupCall` is answered, and what it says of the call is known; or it could not be.
    Looked { is_scheduled: bool },
    /// Telegram: the call has started, or is put off.
    Started { is_scheduled: bool },
    /// Telegram: `groupCallDiscarded`.
    Discarded,
    /// The media engine: a new connection is made, but not connected to anything.
    Offered(Box<Offer>),
    /// Telegram: `phone.joinGroupCall` is answered. Without `updateGroupCallConnection` in it, none.
    Joined { attempt: u32, answer: Option<Result<Answer, BadAnswer>> },
    /// Telegram: a request is refused, or was not answered.
    Refused(Request, Refusal),
    /// Telegram: `phone.leaveGroupCall` is answered.
    Left,
    /// Telegram: `phone.checkGroupCall`: these are still there.
    Checked(Vec<Ssrc>),
    /// Telegram: news of our own entry in the list of people, of this version.
    Myself { entry: Box<Entry>, version: i32 },
    /// Somebody else is heard, or a part of the stream came.
    Heard,
    /// A request that only people inside may make was refused: perhaps we are not.
    Doubted,
    /// The keys of a conference: we are not among those who have them, or cannot follow how they change.
    Excluded(String),
    /// The keys of a conference: another device of this account has our place.
    #[cfg_attr(not(feature = "conference"), allow(dead_code, reason = "said of conferences alone"))]
    Replaced,
    /// Telegram: nobody waits for us there any more, who have not answered an invitation.
    #[cfg_attr(not(feature = "conference"), allow(dead_code, reason = "said of conferences alone"))]
    Withdrawn(EndReason, String),
    /// The media engine: there is a path.
    MediaConnected,
    /// The media engine: the path is gone, another is looked for.
    MediaLost,
    /// The media engine: it gave up, and why.
    MediaFailed(String),
    /// The clock.
    Timeout,
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Join { .. } => f.write_str("join"),
            Input::Leave => f.write_str("leave"),
            Input::Speak => f.write_str("speak"),
            Input::Created(_) => f.write_str("answer to phone.createGroupCall"),
            Input::Looked { .. } => f.write_str("answer to phone.getGroupCall"),
            Input::Started { is_scheduled: false } => f.write_str("it has started"),
            Input::Started { is_scheduled: true } => f.write_str("it has not started"),
            Input::Discarded => f.write_str("groupCallDiscarded"),
            Input::Offered(_) => f.write_str("a connection to offer"),
            Input::Joined { .. } => f.write_str("answer to phone.joinGroupCall"),
            Input::Refused(_, refusal) => f.write_str(&refusal.text),
            Input::Left => f.write_str("answer to phone.leaveGroupCall"),
            Input::Checked(_) => f.write_str("answer to phone.checkGroupCall"),
            Input::Myself { .. } => f.write_str("news of our own entry"),
            Input::Heard => f.write_str("somebody is heard"),
            Input::Doubted => f.write_str("a request of somebody inside was refused"),
            Input::Excluded(why) => f.write_str(why),
            Input::Replaced => f.write_str("another device of this account has joined"),
            Input::Withdrawn(_, why) => f.write_str(why),
            Input::MediaConnected => f.write_str("media has a path"),
            Input::MediaLost => f.write_str("media lost its path"),
            Input::MediaFailed(why) => write!(f, "media failed: {why}"),
            Input::Timeout => f.write_str("time is up"),
        }
    }
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    Create,
    Look,
    Join {
        attempt: u32,
    },
    Leave,
    Check,
    /// Our own switches, or a part of the stream: what only somebody inside may ask for.
    OfMember(Method),
}

/// What is to be done about it, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Telegram has made the call: this is its name.
    Named(Name),
    /// `phone.getGroupCall`, with the first people in it: [`Input::Looked`].
    Look,
    /// Make a connection: [`Input::Offered`]. One that there is goes.
    Prepare,
    /// `phone.joinGroupCall`: [`Input::Joined`].
    Join { attempt: u32, offer: Box<Offer> },
    /// `phone.leaveGroupCall`: [`Input::Left`], or nobody waits for the answer.
    Leave { source: Ssrc, is_farewell: bool },
    /// `phone.checkGroupCall`: [`Input::Checked`].
    Check { sources: Vec<Ssrc> },
    /// The server's end is known: connect.
    Connect(Box<ServerSide>),
    /// There is no connection, but a stream.
    Watch(Stream),
    /// The stream has served: the connection has taken over, or all is over.
    StopWatching,
    /// The connection goes.
    StopMedia,
    /// We are in, by the first way or by a new one: see that the list of people is known.
    Entered,
    /// The server knows nothing of the screen that we share any more.
    ScreenGone,
    /// It is over. The last effect of a call.
    End(Outcome),
}

/// The input is not valid in this state. Only what the host does can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongState;

/// A next state with its effects; or the old one, when nothing moved.
pub enum Step {
    To(State, Vec<Effect>),
    Wrong(State),
}

/// What a call knows in every state.
#[derive(Debug)]
pub struct Facts {
    /// Counts ways in, so that late answers are told from good ones.
    attempts: u32,
    /// Ways in that were tried since we were last known to be in.
    tries: u32,
    backoff: Backoff,
    own: VecDeque<Ssrc>,
    /// `GROUPCALL_FORBIDDEN` came once since we were last known to be in.
    pub was_forbidden: bool,
    /// When sound first flowed: the duration counts from here.
    pub since: Option<Time>,
    /// There is a stream to watch until a connection takes over.
    pub is_watching: bool,
    /// Of a screen that is shared, to be asked about with ours.
    pub screen: Option<Ssrc>,
    /// The host's own library speaks with Telegram.
    pub is_attached: bool,
}

impl Facts {
    fn new() -> Facts {
        Facts {
            is_attached: false,
            attempts: 0,
            tries: 0,
            backoff: Backoff::new(FIRST_PAUSE, LONGEST_PAUSE),
            own: VecDeque::new(),
            was_forbidden: false,
            since: None,
            is_watching: false,
            screen: None,
        }
    }

    /// The number of the next way in.
    pub fn next_attempt(&mut self) -> u32 {
        self.attempts += 1;
        self.attempts
    }

    /// From now on this is a source of ours.
    pub fn own(&mut self, source: Ssrc) {
        if self.own.len() == OWN_SOURCES {
            self.own.pop_front();
        }
        self.own.push_back(source);
    }

    pub fn is_own(&self, source: Ssrc) -> bool {
        self.own.contains(&source)
    }

    /// The source by which we were in last, or may be.
    pub fn last_own(&self) -> Option<Ssrc> {
        self.own.back().copied()
    }

    /// One more way in is tried.
    pub fn try_once(&mut self) {
        self.tries += 1;
    }

    pub fn may_try(&self) -> bool {
        self.tries < TRIES
    }

    /// We are in, and it works.
    pub fn is_well(&mut self) {
        self.tries = 0;
        self.backoff.reset();
        self.was_forbidden = false;
    }

    /// How long to wait before the next try; none if there were enough.
    pub fn next_pause(&mut self) -> Option<Duration> {
        self.may_try().then(|| self.backoff.fail())
    }

    /// Whole seconds since sound first flowed.
    pub fn duration_s(&self, now: Time) -> u32 {
        self.since.map_or(0, |since| u32::try_from(now.since(since).as_secs()).unwrap_or(u32::MAX))
    }
}

/// How a request without an answer is told.
pub fn silent(method: &str) -> Outcome {
    Outcome::new(EndReason::Timeout, Action::Retry, format!("no answer to {method}"))
}

/// Whether the deadline has come: a timer may fire early, or for a state that is gone.
pub fn is_due(deadline: Option<Time>, now: Time) -> bool {
    deadline.is_some_and(|at| now >= at)
}

/// Another way in after a pause, if there were not too many; `outcome` is the end otherwise. `pause`: at least so long.
pub fn try_again(facts: &mut Facts, now: Time, pause: Duration, outcome: Outcome, mut effects: Vec<Effect>) -> Step {
    match facts.next_pause() {
        Some(own) => Step::To(State::Joining(joining::State::Paused { until: now + own.max(pause) }), effects),
        None => {
            let text = format!("given up after {TRIES} tries: {}", outcome.text);
            effects.extend(stop(facts));
            end(facts, now, Outcome { text, ..outcome }, effects)
        }
    }
}

/// Nothing of the media may follow.
pub fn stop(facts: &mut Facts) -> Vec<Effect> {
    let watching = core::mem::take(&mut facts.is_watching).then_some(Effect::StopWatching);
    watching.into_iter().chain([Effect::StopMedia]).collect()
}

/// It is over, and Telegram need not be told.
pub fn end(facts: &Facts, now: Time, outcome: Outcome, effects: Vec<Effect>) -> Step {
    finish(Outcome { duration_s: facts.duration_s(now), ..outcome }, effects)
}

/// The same, once it is known how long it was.
pub fn finish(outcome: Outcome, mut effects: Vec<Effect>) -> Step {
    effects.push(Effect::End(outcome));
    Step::To(State::Leaving(leaving::State::Ended), effects)
}

/// It is over because of what Telegram says.
pub fn end_refused(facts: &mut Facts, now: Time, refusal: &Refusal) -> Step {
    let effects = stop(facts);
    end(facts, now, refusal.outcome(), effects)
}

/// `groupCallDiscarded`.
pub fn end_for_all(facts: &mut Facts, now: Time) -> Step {
    let effects = stop(facts);
    end(facts, now, Outcome::new(EndReason::RemoteHangup, Action::None, "the call is over for all"), effects)
}

/// We go, and nothing is to be waited for. Telegram may still have us in the call.
pub fn end_with_farewell(facts: &mut Facts, now: Time) -> Step {
    let mut effects = stop(facts);
    let left = facts.last_own().filter(|_| !facts.is_attached);
    effects.extend(left.map(|source| Effect::Leave { source, is_farewell: true }));
    end(facts, now, hung_up(), effects)
}

/// What the host wanted.
pub fn hung_up() -> Outcome {
    Outcome::new(EndReason::LocalHangup, Action::None, "left")
}

/// How a refusal that says "not inside" is told where there is no refusal.
pub fn gone(text: &str) -> Outcome {
    Outcome::new(EndReason::Disconnected, Action::Retry, text)
}

impl State {
    /// What the host sees of it.
    pub fn shown(&self, facts: &Facts) -> Shown {
        match self {
            State::Before(state) => state.shown(),
            State::Joining(_) if facts.since.is_some() => Shown::Reconnecting,
            State::Joining(_) => Shown::Joining,
            State::Inside(inside) => inside.shown(facts),
            State::Leaving(state) => state.shown(),
        }
    }

    /// When [`Input::Timeout`] is due.
    fn deadline(&self, facts: &Facts) -> Option<Time> {
        match self {
            // Nobody of ours has asked Telegram anything, or is going to.
            State::Joining(joining::State::Asking { .. }) | State::Inside(_) if facts.is_attached => None,
            State::Before(state) => state.deadline(),
            State::Joining(state) => state.deadline(),
            State::Inside(inside) => Some(inside.deadline()),
            State::Leaving(state) => state.deadline(),
        }
    }
}

/// A group call, from its name to its end.
#[derive(Debug)]
pub struct Call {
    state: State,
    facts: Facts,
}

impl Call {
    /// A call that has a name.
    pub fn open() -> Call {
        Call { state: State::Before(before::State::Open), facts: Facts::new() }
    }

    /// A call that Telegram is asked to make, by `phone.createGroupCall`.
    pub fn create(now: Time) -> Call {
        Call { state: State::Before(before::State::create(now)), facts: Facts::new() }
    }

    /// A call that the host's own library joins.
    pub fn attach() -> Call {
        Call { facts: Facts { is_attached: true, ..Facts::new() }, ..Call::open() }
    }

    pub fn is_attached(&self) -> bool {
        self.facts.is_attached
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn shown(&self) -> Shown {
        self.state.shown(&self.facts)
    }

    pub fn deadline(&self) -> Option<Time> {
        self.state.deadline(&self.facts)
    }

    /// The source by which we are in, or want to be.
    pub fn source(&self) -> Option<Ssrc> {
        match &self.state {
            State::Joining(state) => state.source(),
            State::Inside(inside) => Some(inside.source),
            State::Before(_) | State::Leaving(_) => None,
        }
    }

    pub fn duration_s(&self, now: Time) -> u32 {
        self.facts.duration_s(now)
    }

    /// By what we are in, while we are.
    pub fn inside(&self) -> Option<Ssrc> {
        match &self.state {
            State::Inside(inside) => Some(inside.source),
            State::Before(_) | State::Joining(_) | State::Leaving(_) => None,
        }
    }

    /// The source of a screen that is shared, so that its membership is looked after as well.
    pub fn set_screen(&mut self, source: Option<Ssrc>) {
        self.facts.screen = source;
    }

    /// One input in, its effects out. On `Err` nothing moved.
    pub fn step(&mut self, now: Time, input: Input) -> Result<Vec<Effect>, WrongState> {
        if self.facts.is_attached && matches!(input, Input::Timeout) && !is_due(self.deadline(), now) {
            return Ok(vec![]);
        }
        let state = core::mem::replace(&mut self.state, State::Leaving(leaving::State::Ended));
        let facts = &mut self.facts;
        let step = match state {
            State::Before(state) => before::step(state, facts, now, input),
            State::Joining(state) => joining::step(state, facts, now, input),
            State::Inside(inside) => inside::step(inside, facts, now, input),
            State::Leaving(state) => leaving::step(state, now, input),
        };
        match step {
            Step::To(state, effects) => {
                self.state = state;
                Ok(effects)
            }
            Step::Wrong(state) => {
                self.state = state;
                Err(WrongState)
            }
        }
    }
}

/// How long Telegram wants to be left alone; none if that is longer than anybody waits.
pub fn pause_of(refusal: &Refusal) -> Option<Duration> {
    let wanted = Duration::from_secs(refusal.retry_after_s.into());
    (refusal.cause != Cause::Flood || wanted <= LONGEST_PAUSE).then_some(wanted)
}

#[cfg(test)]
mod tests;
