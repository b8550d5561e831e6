//! Both sides once the key is agreed on: media connects, is lost, comes back. The last rows of the table of section 6.1, which
//! 6.2 shares.

use super::closing::{self, discard_after, end};
use super::exchange;
use super::news::{Confirmed, Discarded, Link, News};
use super::protocol::{self, Version};
use super::refusal::{Cause, Method, Refusal};
use super::state::{Effect, Facts, Input, PATH_LIMIT, Request, Step, Talk, is_due};
use crate::outcome::{Action, CallState, DiscardReason, EndReason, Outcome};
use crate::time::Time;

type Full = super::state::State;

/// From the agreed key to the end.
#[derive(Debug)]
pub enum State {
    /// The host brought the key; servers and version are awaited.
    Attached { talk: Box<Talk> },
    /// The key was agreed on by decoded news; servers and version are awaited.
    Keyed { talk: Box<Talk>, give_up_at: Time },
    /// Media looks for a first path.
    Connecting { talk: Box<Talk>, give_up_at: Time },
    /// Sound flows.
    Established { talk: Box<Talk> },
    /// Media looks for another path.
    Reconnecting { talk: Box<Talk>, give_up_at: Time },
}

impl State {
    pub fn shown(&self) -> CallState {
        match self {
            State::Attached { .. } => CallState::Attached,
            State::Keyed { .. } | State::Connecting { .. } => CallState::Connecting,
            State::Established { .. } => CallState::Active,
            State::Reconnecting { .. } => CallState::Reconnecting,
        }
    }

    pub fn deadline(&self) -> Option<Time> {
        match self {
            State::Attached { .. } | State::Established { .. } => None,
            State::Keyed { give_up_at, .. }
            | State::Connecting { give_up_at, .. }
            | State::Reconnecting { give_up_at, .. } => Some(*give_up_at),
        }
    }

    pub fn talk(&self) -> &Talk {
        match self {
            State::Attached { talk }
            | State::Keyed { talk, .. }
            | State::Connecting { talk, .. }
            | State::Established { talk }
            | State::Reconnecting { talk, .. } => talk,
        }
    }

    pub fn talk_mut(&mut self) -> &mut Talk {
        match self {
            State::Attached { talk }
            | State::Keyed { talk, .. }
            | State::Connecting { talk, .. }
            | State::Established { talk }
            | State::Reconnecting { talk, .. } => talk,
        }
    }

    /// Whether servers may still be added and `connect` is awaited.
    pub fn is_open(&self) -> bool {
        match self {
            State::Attached { .. } | State::Keyed { .. } => true,
            State::Connecting { .. } | State::Established { .. } | State::Reconnecting { .. } => false,
        }
    }
}

fn to(state: State, effects: Vec<Effect>) -> Step {
    Step::To(Full::Talk(state), effects)
}

fn stay(state: State) -> Step {
    to(state, vec![])
}

fn wrong(state: State) -> Step {
    Step::Wrong(Full::Talk(state))
}

/// The key is agreed on, and nothing speaks against it: pick the version and start the engine.
pub fn begin(facts: &mut Facts, now: Time, key: exchange::SharedKey, confirmed: Confirmed) -> Step {
    let give_up_at = now + PATH_LIMIT;
    let mut effects = vec![Effect::Agreed(key.emoji())];
    let mut talk = Talk { key: key.into_key(), version: None, link: Link::default(), since: None, is_attached: false };
    let Some(link) = confirmed.link else {
        if facts.rules.host_media {
            effects.extend(facts.take_early());
        }
        return to(State::Keyed { talk: Box::new(talk), give_up_at }, effects);
    };
    let Some(version) = protocol::choose(&link.versions, &facts.rules.versions) else {
        let text = protocol::no_common_version(&link.versions, &facts.rules.versions);
        let outcome = Outcome::new(EndReason::Incompatible, Action::TellUser, text);
        return closing::discard(facts, now, DiscardReason::Disconnect, outcome);
    };
    talk.version = Some(version);
    talk.link = link;
    effects.push(Effect::StartMedia);
    effects.extend(facts.take_early());
    to(State::Connecting { talk: Box::new(talk), give_up_at }, effects)
}

pub fn step(state: State, facts: &mut Facts, now: Time, input: Input) -> Step {
    use Input::*;
    use State::*;
    match (state, input) {
        // In every state
        (state, HangUp(reason)) => {
            let outcome = Outcome::new(EndReason::LocalHangup, Action::None, "hung up here");
            discard_after(state.talk(), facts, now, reason.or(DiscardReason::Hangup), outcome)
        }
        (state, Told(News::Discarded(discarded))) => over(state.talk(), now, ended_by_them(discarded)),
        (state, Told(News::Empty)) => over(state.talk(), now, closing::finished()),
        (state, Refused(Method::SendSignalingData, refusal)) => packet_refused(state, facts, now, &refusal),
        // Stale, late, or a timer of a state that is gone.
        (
            state,
            Told(News::Waiting(_) | News::Requested(_) | News::Accepted(_) | News::Confirmed(_))
            | Done(_)
            | Refused(..)
            | Offered(..)
            | Answered(_)
            | Unfit(_),
        ) => stay(state),
        (state, Timeout) if !is_due(state.deadline(), now) => stay(state),
        // The host's mistakes.
        (state, Accept | Confirm) => wrong(state),

        // Attached, Keyed: the host has all of it now
        (Attached { talk } | Keyed { talk, .. }, Connect(version, link)) => connect(talk, facts, now, version, *link),

        // Keyed, Connecting
        (Keyed { mut talk, .. } | Connecting { mut talk, .. }, MediaConnected) => {
            talk.since = Some(now);
            stay(Established { talk })
        }
        (Keyed { talk, .. } | Connecting { talk, .. }, Timeout) => fail(&talk, facts, now, "no path to them was found"),

        // Established, Reconnecting
        (Established { talk }, MediaLost) => {
            stay(Reconnecting { talk, give_up_at: now + facts.rules.repath_limit() })
        }
        (Reconnecting { talk, .. }, MediaConnected) => stay(Established { talk }),
        (Reconnecting { talk, .. }, Timeout) => {
            fail(&talk, facts, now, "the path to them was lost, and no other was found")
        }

        // The engine, and signaling for it: a host's takes it as soon as there is a key
        (
            Keyed { talk, .. } | Connecting { talk, .. } | Established { talk } | Reconnecting { talk, .. },
            MediaFailed(why),
        ) => fail(&talk, facts, now, &why),
        (
            Keyed { talk, .. } | Connecting { talk, .. } | Established { talk } | Reconnecting { talk, .. },
            MediaInsecure(why),
        ) => {
            let outcome = Outcome::new(EndReason::Insecure, Action::TellUser, why);
            discard_after(&talk, facts, now, DiscardReason::Hangup, outcome)
        }
        (
            state @ (Keyed { .. } | Connecting { .. } | Established { .. } | Reconnecting { .. }),
            SignalingOut(packet),
        ) => send(state, packet),
        (state @ Keyed { .. }, Signaling(packet)) if facts.rules.host_media => {
            to(state, vec![Effect::Signaling(packet)])
        }
        (state @ (Connecting { .. } | Established { .. } | Reconnecting { .. }), Signaling(packet)) => {
            to(state, vec![Effect::Signaling(packet)])
        }
        (state @ (Attached { .. } | Keyed { .. }), Signaling(packet)) => {
            facts.keep_early(packet);
            stay(state)
        }

        // Nothing new.
        (state @ Established { .. }, MediaConnected)
        | (state @ (Keyed { .. } | Connecting { .. } | Reconnecting { .. }), MediaLost)
        // These two have no timer.
        | (state @ (Attached { .. } | Established { .. }), Timeout) => stay(state),
        // The host's mistakes.
        (state @ Attached { .. }, MediaConnected | MediaLost | MediaFailed(_) | MediaInsecure(_) | SignalingOut(_))
        | (state @ (Connecting { .. } | Established { .. } | Reconnecting { .. }), Connect(..)) => wrong(state),
    }
}

/// It is over, as Telegram says.
fn over(talk: &Talk, now: Time, outcome: Outcome) -> Step {
    end(Outcome { duration_s: talk.duration_s(now), ..outcome }, vec![Effect::StopMedia])
}

/// Section 3.8: 7.0.0 never sends a packet twice, so a lost one is fatal; the others repair it.
fn packet_refused(state: State, facts: &Facts, now: Time, refusal: &Refusal) -> Step {
    let talk = state.talk();
    if refusal.cause == Cause::Gone {
        over(talk, now, refusal.outcome())
    } else if talk.version == Some(Version::V7_0_0) {
        discard_after(talk, facts, now, DiscardReason::Disconnect, refusal.outcome())
    } else {
        stay(state)
    }
}

fn send(state: State, packet: Vec<u8>) -> Step {
    let effect = if state.talk().is_attached {
        Effect::SendSignaling(packet)
    } else {
        Effect::Invoke(Request::SendSignalingData { packet })
    };
    to(state, vec![effect])
}

/// The media can start. The 20 s count from here: before, nobody was looking.
fn connect(mut talk: Box<Talk>, facts: &mut Facts, now: Time, version: Version, mut link: Link) -> Step {
    link.servers = core::mem::take(&mut talk.link.servers);
    talk.version = Some(version);
    talk.link = link;
    let mut effects = vec![Effect::StartMedia];
    effects.extend(facts.take_early());
    to(State::Connecting { talk, give_up_at: now + PATH_LIMIT }, effects)
}

fn fail(talk: &Talk, facts: &mut Facts, now: Time, why: &str) -> Step {
    let outcome = Outcome::new(EndReason::NoPath, Action::Retry, why);
    discard_after(talk, facts, now, DiscardReason::Disconnect, outcome)
}

/// What a received reason says once there was a key (7.2).
fn ended_by_them(discarded: Discarded) -> Outcome {
    closing::told(discarded, |reason| match reason {
        closing::Plain::Hangup | closing::Plain::Absent | closing::Plain::Busy | closing::Plain::Missed => {
            (EndReason::RemoteHangup, "they hung up")
        }
    })
}
