//! Inside: whether we still are (`group-calls.md` sections 4 to 6).

use super::joining;
use super::leaving;
use super::participant::Entry;
use super::refusal::{Cause, Refusal};
use super::state::{
    Effect, Facts, Input, Request, Shown, State, Step, end, end_for_all, end_refused, end_with_farewell, gone, is_due,
    pause_of, stop, try_again,
};
use crate::outcome::{Action, EndReason, Outcome};
use crate::time::{Duration, Time};
use crate::types::Ssrc;

/// How often Telegram is asked whether we are in.
pub const CHECK_EVERY: Duration = Duration::from_secs(10);
/// The same while there is no path.
pub const CHECK_WITHOUT_PATH: Duration = Duration::from_secs(4);
/// After an answer that said nothing.
pub const CHECK_AGAIN: Duration = Duration::from_secs(1);
/// An answer to a check that takes longer is none.
const CHECK_LIMIT: Duration = Duration::from_secs(10);

/// How sound comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Connecting,
    Connected,
    Lost,
    /// It comes in parts, and none goes.
    Stream,
}

/// A membership.
#[derive(Debug)]
pub struct Inside {
    pub source: Ssrc,
    link: Link,
    /// The version by which our entry with this source came. News of another device count from there on.
    entered: Option<i32>,
    check_at: Time,
    /// A check is on its way, and its answer counts until then.
    checking: Option<Time>,
    /// Refusals of a check, in a row, that nobody can explain.
    failures: u32,
}

impl Inside {
    pub fn connecting(now: Time, source: Ssrc) -> Inside {
        let check_at = now + CHECK_WITHOUT_PATH;
        Inside { source, link: Link::Connecting, entered: None, check_at, checking: None, failures: 0 }
    }

    pub fn watching(now: Time, source: Ssrc) -> Inside {
        Inside { link: Link::Stream, check_at: now + CHECK_EVERY, ..Inside::connecting(now, source) }
    }

    pub fn shown(&self, facts: &Facts) -> Shown {
        match self.link {
            Link::Connecting if facts.since.is_none() => Shown::Connecting,
            Link::Connecting | Link::Lost => Shown::Reconnecting,
            Link::Connected | Link::Stream => Shown::Active,
        }
    }

    pub fn deadline(&self) -> Time {
        self.checking.unwrap_or(self.check_at)
    }

    fn works(&self) -> bool {
        match self.link {
            Link::Connected | Link::Stream => true,
            Link::Connecting | Link::Lost => false,
        }
    }

    /// The check is over; the next one is due when it always is, or after `pause`.
    fn checked(&mut self, now: Time, pause: Option<Duration>) {
        self.checking = None;
        let usual = if self.works() { CHECK_EVERY } else { CHECK_WITHOUT_PATH };
        self.check_at = now + pause.unwrap_or(usual);
    }
}

fn keep(inside: Inside, effects: Vec<Effect>) -> Step {
    Step::To(State::Inside(inside), effects)
}

/// We are not in any more: in again.
fn again(facts: &mut Facts, now: Time, outcome: Outcome) -> Step {
    try_again(facts, now, Duration::ZERO, outcome, vec![])
}

pub fn step(mut inside: Inside, facts: &mut Facts, now: Time, input: Input) -> Step {
    use Input::*;
    match input {
        Join { .. } if facts.is_attached => joining::anew(facts),
        Join { .. } => Step::Wrong(State::Inside(inside)),
        Leave if facts.is_attached => end_with_farewell(facts, now),
        Leave => leaving::at_once(facts, now, inside.source),
        // The stream goes on until there is a connection.
        Speak if inside.link == Link::Stream => joining::begin(facts),
        Discarded => end_for_all(facts, now),
        MediaConnected if inside.link != Link::Stream => {
            inside.link = Link::Connected;
            facts.since.get_or_insert(now);
            inside.check_at = now + CHECK_EVERY;
            // Nobody else will say so.
            if facts.is_attached {
                facts.is_well();
            }
            let effects = core::mem::take(&mut facts.is_watching).then_some(Effect::StopWatching);
            keep(inside, effects.into_iter().collect())
        }
        MediaLost if inside.link == Link::Connected => {
            inside.link = Link::Lost;
            inside.check_at = now + CHECK_WITHOUT_PATH;
            keep(inside, vec![])
        }
        MediaFailed(why) if inside.link != Link::Stream => {
            again(facts, now, Outcome::new(EndReason::NoPath, Action::Retry, why))
        }
        // Whoever hears others is in.
        Heard if inside.works() => {
            facts.is_well();
            if inside.checking.is_none() {
                inside.check_at = now + CHECK_EVERY;
            }
            keep(inside, vec![])
        }
        Doubted => {
            inside.check_at = now;
            keep(inside, vec![])
        }
        // Telegram may still have us in the call; the next way in takes that place.
        Excluded(why) => again(facts, now, gone(&why)),
        Replaced => taken_over(facts, now),
        Checked(sources) => checked(inside, facts, now, &sources),
        Refused(Request::Check, refusal) => refused_check(inside, facts, now, &refusal),
        Refused(Request::OfMember(_), refusal) => match refusal.cause {
            Cause::JoinMissing => again(facts, now, refusal.outcome()),
            Cause::Forbidden => forbidden(facts, now, &refusal),
            Cause::Over => end_refused(facts, now, &refusal),
            Cause::NoAnswer
            | Cause::Flood
            | Cause::SourceTaken
            | Cause::Overtaken
            | Cause::Already
            | Cause::Passing
            | Cause::Final
            | Cause::Unknown => keep(inside, vec![]),
        },
        Myself { entry, version } => myself(inside, facts, now, &entry, version),
        Timeout if is_due(inside.checking, now) => {
            inside.checked(now, Some(CHECK_AGAIN));
            keep(inside, vec![])
        }
        Timeout if inside.checking.is_none() && is_due(Some(inside.check_at), now) => {
            inside.checking = Some(now + CHECK_LIMIT);
            let sources = [inside.source].into_iter().chain(facts.screen).collect();
            keep(inside, vec![Effect::Check { sources }])
        }
        // Of an earlier way in; or it changes nothing here.
        Speak
        | MediaConnected
        | MediaLost
        | MediaFailed(_)
        | Heard
        | Timeout
        | Created(_)
        | Looked { .. }
        | Started { .. }
        | Offered(_)
        | Joined { .. }
        | Left
        | Withdrawn(..)
        | Refused(Request::Create | Request::Look | Request::Join { .. } | Request::Leave, _) => keep(inside, vec![]),
    }
}

fn checked(mut inside: Inside, facts: &mut Facts, now: Time, sources: &[Ssrc]) -> Step {
    if !sources.contains(&inside.source) {
        return again(facts, now, gone("phone.checkGroupCall does not know us any more"));
    }
    inside.failures = 0;
    inside.checked(now, None);
    if inside.works() {
        facts.is_well();
    }
    let is_screen_gone = facts.screen.is_some_and(|screen| !sources.contains(&screen));
    keep(inside, is_screen_gone.then_some(Effect::ScreenGone).into_iter().collect())
}

fn refused_check(mut inside: Inside, facts: &mut Facts, now: Time, refusal: &Refusal) -> Step {
    match refusal.cause {
        Cause::JoinMissing => again(facts, now, refusal.outcome()),
        Cause::Forbidden => forbidden(facts, now, refusal),
        Cause::Over => end_refused(facts, now, refusal),
        // Telegram is far away; that says nothing about us.
        Cause::NoAnswer | Cause::Passing => {
            inside.checked(now, Some(CHECK_AGAIN));
            keep(inside, vec![])
        }
        Cause::Flood => {
            inside.checked(now, Some(pause_of(refusal).unwrap_or(CHECK_EVERY).max(CHECK_EVERY)));
            keep(inside, vec![])
        }
        Cause::SourceTaken | Cause::Overtaken | Cause::Already | Cause::Final | Cause::Unknown => {
            inside.failures += 1;
            if inside.failures > 1 {
                return again(facts, now, refusal.outcome());
            }
            inside.checked(now, Some(CHECK_AGAIN));
            keep(inside, vec![])
        }
    }
}

/// Thrown out of the call, or out of the chat. Once it is worth a try: the next way in says which.
fn forbidden(facts: &mut Facts, now: Time, refusal: &Refusal) -> Step {
    if core::mem::replace(&mut facts.was_forbidden, true) {
        return end_refused(facts, now, refusal);
    }
    again(facts, now, refusal.outcome())
}

/// Another device of this account has our place. Taking it back would only throw that one out.
fn taken_over(facts: &mut Facts, now: Time) -> Step {
    let effects = stop(facts);
    let text = "another device of this account has taken over";
    end(facts, now, Outcome::new(EndReason::Elsewhere, Action::None, text), effects)
}

fn myself(mut inside: Inside, facts: &mut Facts, now: Time, entry: &Entry, version: i32) -> Step {
    let source = entry.participant.source;
    match (source == inside.source, entry.has_left) {
        (true, true) if entry.counts() => again(facts, now, gone("Telegram says that we have left")),
        (true, false) => {
            inside.entered = Some(inside.entered.map_or(version, |entered| entered.min(version)));
            keep(inside, vec![])
        }
        // Another device of this account came after us.
        (false, false)
            if entry.counts() && !facts.is_own(source) && inside.entered.is_some_and(|entered| version > entered) =>
        {
            taken_over(facts, now)
        }
        // What is not counted may be old; so may be an own source that is not the present one.
        (true | false, true) | (false, false) => keep(inside, vec![]),
    }
}
