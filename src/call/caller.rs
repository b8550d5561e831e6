//! The caller's side until the key is agreed on: the table of section 6.1, row by row.

use super::closing::{self, discard, end, insecure};
use super::exchange;
use super::news::{Accepted, Confirmed, Discarded, News, Waiting};
use super::refusal::{Cause, Method, Refusal};
use super::state::{CLOSE_LIMIT, Effect, Facts, Input, Request, Rules, Step, is_due};
use super::talk;
use crate::outcome::{Action, CallState, DiscardReason, EndReason, Outcome};
use crate::time::Time;

type Full = super::state::State;

/// From the wish to call until the key is agreed on.
#[derive(Debug)]
pub enum State {
    /// The group is fetched and verified, `a` is drawn.
    Preparing { asked_again: bool, give_up_at: Time },
    /// `phone.requestCall` is on its way; there is no id yet.
    Requesting { offer: exchange::Caller, random_ids: [i32; 2], attempt: Attempt, give_up_at: Time },
    /// Telegram knows the call; no device of theirs has shown up.
    Waiting { offer: exchange::Caller, give_up_at: Time },
    /// A device of theirs rings.
    Ringing { offer: exchange::Caller, give_up_at: Time },
    /// They took it and the key is computed; the host has to confirm.
    Accepted { g_a: Box<[u8; 256]>, key: exchange::SharedKey, give_up_at: Time },
    /// `phone.confirmCall` is on its way.
    Confirming { g_a: Box<[u8; 256]>, key: exchange::SharedKey, sent_again: bool, give_up_at: Time },
}

/// How `phone.requestCall` has been tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    First,
    /// There was no answer: the same again, which Telegram knows by its `random_id`.
    Again,
    /// `RANDOM_ID_DUPLICATE`: with another `random_id`.
    Renumbered,
}

impl State {
    pub fn prepare(now: Time, rules: &Rules) -> State {
        State::Preparing { asked_again: false, give_up_at: now + rules.receive }
    }

    pub fn shown(&self) -> CallState {
        match self {
            State::Preparing { .. } | State::Requesting { .. } => CallState::Requesting,
            State::Waiting { .. } => CallState::Waiting,
            State::Ringing { .. } => CallState::Ringing,
            State::Accepted { .. } => CallState::Accepted,
            State::Confirming { .. } => CallState::Confirming,
        }
    }

    pub fn deadline(&self) -> Option<Time> {
        match self {
            State::Preparing { give_up_at, .. }
            | State::Requesting { give_up_at, .. }
            | State::Waiting { give_up_at, .. }
            | State::Ringing { give_up_at, .. }
            | State::Accepted { give_up_at, .. }
            | State::Confirming { give_up_at, .. } => Some(*give_up_at),
        }
    }
}

fn to(state: State, effects: Vec<Effect>) -> Step {
    Step::To(Full::Caller(state), effects)
}

fn stay(state: State) -> Step {
    to(state, vec![])
}

fn wrong(state: State) -> Step {
    Step::Wrong(Full::Caller(state))
}

pub fn step(state: State, facts: &mut Facts, now: Time, input: Input) -> Step {
    use Input::*;
    use State::*;
    match (state, input) {
        // In every state
        (_, Told(News::Discarded(discarded))) => end(ended_by_them(discarded), vec![]),
        (_, Told(News::Empty)) => end(closing::finished(), vec![]),
        // It may overtake `phoneCall` (6.4).
        (state, Signaling(packet)) => {
            facts.keep_early(packet);
            stay(state)
        }
        // Answers carry their content as news; nobody called us, and nobody but a callee answers with a draw.
        (state, Done(_) | Answered(_) | Told(News::Requested(_))) => stay(state),
        // A timer of a state that is gone.
        (state, Timeout) if !is_due(state.deadline(), now) => stay(state),
        // The host's mistakes.
        (
            state,
            Accept | Connect(..) | MediaConnected | MediaLost | MediaFailed(_) | MediaInsecure(_) | SignalingOut(_),
        ) => wrong(state),

        // Preparing
        (Preparing { .. }, Offered(offer, random_ids)) => ask(offer, random_ids, facts, now),
        (Preparing { .. }, Unfit(why)) => end(Outcome::new(EndReason::Insecure, Action::TellUser, why), vec![]),
        (Preparing { .. }, HangUp(_)) => end(cancelled(), vec![]),
        (Preparing { asked_again: false, give_up_at }, Refused(Method::GetDhConfig, refusal))
            if refusal.cause == Cause::NoAnswer =>
        {
            to(Preparing { asked_again: true, give_up_at }, vec![Effect::Draw])
        }
        (Preparing { .. }, Refused(Method::GetDhConfig, refusal)) => end(refusal.outcome(), vec![]),
        (Preparing { .. }, Timeout) => end(silent("Telegram did not answer messages.getDhConfig"), vec![]),

        // Requesting
        (Requesting { offer, .. }, Told(News::Waiting(waiting))) => named(offer, facts, now, waiting),
        // Cannot be: the id comes with the answer. End it as any other refusal.
        (Requesting { .. }, Refused(Method::RequestCall, refusal)) if facts.peer.is_some() => {
            end(refusal.outcome(), vec![])
        }
        (Requesting { offer, random_ids, attempt, give_up_at }, Refused(Method::RequestCall, refusal)) => {
            request_refused(offer, random_ids, attempt, give_up_at, refusal)
        }
        // Preferred over ending at once: the callee would ring on until the server gives up.
        (Requesting { .. }, HangUp(reason)) => abort(reason.or(DiscardReason::Missed), cancelled(), now),
        (Requesting { .. }, Timeout) => {
            abort(DiscardReason::Missed, silent("Telegram did not answer phone.requestCall"), now)
        }

        // Waiting, Ringing
        (Waiting { offer, .. }, Told(News::Waiting(waiting))) if waiting.is_received => {
            to(Ringing { offer, give_up_at: now + facts.rules.ring }, vec![])
        }
        (Waiting { offer, .. } | Ringing { offer, .. }, Told(News::Accepted(accepted))) => {
            agree(&offer, facts, now, &accepted)
        }
        (Waiting { .. }, Timeout) => missed(facts, now, "no device of theirs has shown up"),
        (Ringing { .. }, Timeout) => missed(facts, now, "they did not answer"),
        (Waiting { .. } | Ringing { .. }, HangUp(reason)) => {
            discard(facts, now, reason.or(DiscardReason::Missed), cancelled())
        }

        // Accepted: between the rows of the table, when the host wants to confirm itself
        (Accepted { g_a, key, .. }, Confirm) => confirm(g_a, key, facts, now),

        // Confirming
        (Confirming { key, .. }, Told(News::Confirmed(confirmed))) => concluded(key, facts, now, *confirmed),
        (Confirming { g_a, key, sent_again, give_up_at }, Refused(Method::ConfirmCall, refusal)) => {
            confirm_refused(g_a, key, sent_again, give_up_at, facts, now, &refusal)
        }

        // Accepted, Confirming: the key exchange
        (Accepted { .. } | Confirming { .. }, Timeout) => {
            discard(facts, now, DiscardReason::Disconnect, silent("the key exchange got stuck"))
        }
        (Accepted { .. } | Confirming { .. }, HangUp(reason)) => {
            let outcome = Outcome::new(EndReason::LocalHangup, Action::None, "hung up during the key exchange");
            discard(facts, now, reason.or(DiscardReason::Hangup), outcome)
        }

        // Stale, or ahead of its time: only forward transitions count (6.3). A second phoneCallAccepted is among them, a second
        // draw, and the refusal of what this state does not wait for.
        (
            state @ (Preparing { .. }
            | Requesting { .. }
            | Waiting { .. }
            | Ringing { .. }
            | Accepted { .. }
            | Confirming { .. }),
            Told(News::Waiting(_) | News::Accepted(_) | News::Confirmed(_)) | Refused(..) | Offered(..) | Unfit(_),
        ) => stay(state),
        // The host's mistake.
        (
            state @ (Preparing { .. } | Requesting { .. } | Waiting { .. } | Ringing { .. } | Confirming { .. }),
            Confirm,
        ) => wrong(state),
    }
}

/// `a` is drawn: Telegram is asked to call.
fn ask(offer: exchange::Caller, random_ids: [i32; 2], facts: &Facts, now: Time) -> Step {
    let effects = vec![request(&offer, random_ids[0])];
    let give_up_at = now + facts.rules.request_limit();
    to(State::Requesting { offer, random_ids, attempt: Attempt::First, give_up_at }, effects)
}

/// As soon as the call has an id it is discarded.
fn abort(reason: DiscardReason, outcome: Outcome, now: Time) -> Step {
    closing::abort(Method::RequestCall, reason, outcome, now + CLOSE_LIMIT)
}

fn missed(facts: &Facts, now: Time, why: &str) -> Step {
    discard(facts, now, DiscardReason::Missed, Outcome::new(EndReason::Missed, Action::None, why))
}

fn request(offer: &exchange::Caller, random_id: i32) -> Effect {
    Effect::Invoke(Request::RequestCall { random_id, g_a_hash: *offer.g_a_hash() })
}

/// The answer to `phone.requestCall` gives the call its id.
fn named(offer: exchange::Caller, facts: &mut Facts, now: Time, waiting: Waiting) -> Step {
    let fits = facts.fits(&waiting.claims);
    facts.peer = Some(waiting.peer);
    if !fits {
        let failed = insecure(facts, now, "phoneCallWaiting names other users");
        return match failed {
            Step::To(state, mut effects) => {
                effects.insert(0, Effect::Named(waiting.peer));
                Step::To(state, effects)
            }
            Step::Wrong(state) => Step::Wrong(state),
        };
    }
    if let Some(admin) = waiting.claims.admin {
        facts.admin = admin;
    }
    let next = if waiting.is_received {
        State::Ringing { offer, give_up_at: now + facts.rules.ring }
    } else {
        State::Waiting { offer, give_up_at: now + facts.rules.receive }
    };
    to(next, vec![Effect::Named(waiting.peer)])
}

fn request_refused(
    offer: exchange::Caller,
    random_ids: [i32; 2],
    attempt: Attempt,
    give_up_at: Time,
    refusal: Refusal,
) -> Step {
    let (attempt, random_id) = match (attempt, refusal.cause) {
        (Attempt::First, Cause::NoAnswer) => (Attempt::Again, random_ids[0]),
        (Attempt::First, Cause::RandomId) => (Attempt::Renumbered, random_ids[1]),
        // After `Again` a duplicate is our own first attempt, which lives: another number would make a second call of it.
        (
            Attempt::First | Attempt::Again | Attempt::Renumbered,
            Cause::NoAnswer
            | Cause::RandomId
            | Cause::AlreadyAccepted
            | Cause::AlreadyDeclined
            | Cause::Occupied
            | Cause::Gone
            | Cause::Flood
            | Cause::Final
            | Cause::Unknown,
        ) => return end(refusal.outcome(), vec![]),
    };
    let effects = vec![request(&offer, random_id)];
    to(State::Requesting { offer, random_ids, attempt, give_up_at }, effects)
}

/// They took the call: `g_b` makes the key.
fn agree(offer: &exchange::Caller, facts: &mut Facts, now: Time, accepted: &Accepted) -> Step {
    if !facts.fits(&accepted.claims) {
        return insecure(facts, now, "phoneCallAccepted names other users or another access hash");
    }
    match offer.agree(&accepted.g_b) {
        Ok((g_a, key)) if facts.rules.auto_confirm => confirm(Box::new(g_a), key, facts, now),
        Ok((g_a, key)) => {
            to(State::Accepted { g_a: Box::new(g_a), key, give_up_at: now + facts.rules.receive }, vec![])
        }
        Err(why) => insecure(facts, now, &why.to_string()),
    }
}

fn confirm(g_a: Box<[u8; 256]>, key: exchange::SharedKey, facts: &Facts, now: Time) -> Step {
    let request = Request::ConfirmCall { g_a: g_a.clone(), key_fingerprint: key.fingerprint() };
    let give_up_at = now + facts.rules.receive;
    to(State::Confirming { g_a, key, sent_again: false, give_up_at }, vec![Effect::Invoke(request)])
}

/// Telegram's last word on the key exchange.
fn concluded(key: exchange::SharedKey, facts: &mut Facts, now: Time, confirmed: Confirmed) -> Step {
    if !facts.fits(&confirmed.claims) {
        return insecure(facts, now, "phoneCall names other users or another access hash");
    }
    match key.verify(confirmed.key_fingerprint) {
        Ok(()) => talk::begin(facts, now, key, confirmed),
        Err(why) => insecure(facts, now, &why.to_string()),
    }
}

fn confirm_refused(
    g_a: Box<[u8; 256]>,
    key: exchange::SharedKey,
    sent_again: bool,
    give_up_at: Time,
    facts: &mut Facts,
    now: Time,
    refusal: &Refusal,
) -> Step {
    match refusal.cause {
        Cause::NoAnswer if !sent_again => {
            let request = Request::ConfirmCall { g_a: g_a.clone(), key_fingerprint: key.fingerprint() };
            to(State::Confirming { g_a, key, sent_again: true, give_up_at }, vec![Effect::Invoke(request)])
        }
        // Confirmed twice, or perhaps confirmed: `phoneCall` comes as an update, or time runs out.
        Cause::NoAnswer | Cause::AlreadyAccepted => stay(State::Confirming { g_a, key, sent_again, give_up_at }),
        Cause::AlreadyDeclined | Cause::Gone => end(refusal.outcome(), vec![]),
        Cause::Occupied | Cause::RandomId | Cause::Flood | Cause::Final | Cause::Unknown => {
            discard(facts, now, DiscardReason::Disconnect, refusal.outcome())
        }
    }
}

fn cancelled() -> Outcome {
    Outcome::new(EndReason::LocalHangup, Action::None, "cancelled before it was answered")
}

fn silent(text: &str) -> Outcome {
    Outcome::new(EndReason::Timeout, Action::Retry, text)
}

/// What a received reason says to the caller (7.2).
fn ended_by_them(discarded: Discarded) -> Outcome {
    closing::told(discarded, |reason| match reason {
        closing::Plain::Busy => (EndReason::Busy, "they declined, or are in another call"),
        closing::Plain::Missed => (EndReason::Missed, "they did not answer"),
        closing::Plain::Hangup => (EndReason::RemoteHangup, "they hung up"),
        closing::Plain::Absent => (EndReason::RemoteHangup, "Telegram ended the call without a reason"),
    })
}
