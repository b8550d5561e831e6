//! Invitations to conferences, ours and those of others (`conference-flow.md` 3).

use super::{Alias, Conference};
use crate::client::event::EventKind;
use crate::client::group::{Group, Peer, requests};
use crate::client::{Client, Handled};
use crate::error::Error;
use crate::group::invitation::{Invitation, Stage};
use crate::group::refusal::Method;
use crate::group::state::{Call, Input};
use crate::outcome::{CallState, EndReason};
use crate::time::{Duration, Time};
use crate::types::{CallId, PeerId, RequestId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// Conferences that ring at a time, besides those that are up. Anybody may invite, so an older one gives way to a newer one, first of
/// whoever makes most of them ring.
const MOST_RINGING: usize = 4;
/// Messages of one conference that rings, and users whom we have invited to one. Of more, the oldest are forgotten.
const MESSAGES: usize = 64;
const INVITED: usize = 256;

/// A conference that rings: all messages by which we are invited to it are one ringing.
#[derive(Debug)]
pub struct Ringing {
    /// Telegram's id.
    conference: i64,
    /// Who invited first.
    inviter: UserId,
    messages: BTreeSet<i32>,
    until: Time,
}

/// Whom we have invited, and by which message.
#[derive(Debug, Default)]
pub struct Invited(BTreeMap<UserId, i32>);

impl Invited {
    fn note(&mut self, user: UserId, message: i32) {
        self.0.insert(user, message);
        while self.0.len() > INVITED
            && let Some(oldest) = self.0.iter().min_by_key(|(_, message)| **message).map(|(user, _)| *user)
        {
            self.0.remove(&oldest);
        }
    }
}

impl Ringing {
    pub fn until(&self) -> Time {
        self.until
    }
}

impl Client {
    // ---- What Telegram says ----

    /// A message about an invitation has come, or was edited.
    pub(in crate::client::group) fn take_invitation(&mut self, now: Time, one: Invitation, is_new: bool) -> Handled {
        match (one.is_own, one.stage) {
            (true, Stage::Ringing) => self.note_invited(&one),
            (true, Stage::Active | Stage::Missed) => self.forget_invited(one.message),
            (false, Stage::Ringing) if is_new => return self.ring(now, &one),
            // It rings as it did.
            (false, Stage::Ringing) => {}
            (false, Stage::Active) => {
                self.stop_message(now, one.message, EndReason::Elsewhere, "answered on another device");
            }
            (false, Stage::Missed) => self.stop_message(now, one.message, EndReason::Missed, "the invitation is over"),
        }
        Handled::Done
    }

    /// Messages are deleted. Whether any of them was an invitation that counts.
    pub(in crate::client::group) fn take_deleted(&mut self, now: Time, messages: impl Iterator<Item = i32>) -> Handled {
        let mut handled = Handled::Empty("messages that are no invitations are deleted".into());
        let calls: Vec<CallId> = self.group_names.values().copied().collect();
        let invites =
            |call: &CallId| self.conference_of(*call).is_some_and(|conference| !conference.invited.0.is_empty());
        let invites = calls.iter().any(invites);
        if self.ringing.is_empty() && !invites {
            return handled;
        }
        for message in messages {
            if self.ringing_by(message).is_some() {
                handled = Handled::Done;
            }
            self.stop_message(now, message, EndReason::Missed, "the invitation is deleted");
            self.forget_invited(message);
        }
        handled
    }

    /// Somebody invites us.
    fn ring(&mut self, now: Time, one: &Invitation) -> Handled {
        if let Some(call) = self.group_names.get(&one.conference) {
            return Handled::Empty(format!("an invitation to call {call}").into());
        }
        if let Err(error) = self.check_conference() {
            return Handled::Empty(error.text().to_owned().into());
        }
        let rings = self.config.timers.ring;
        let unix_s = self.unix_s(now, CallId(0));
        // Without Telegram's clock it is as new as it looks.
        let age_s = if unix_s > 0 { unix_s.saturating_sub(one.date_s).max(0) } else { 0 };
        let age = Duration::from_secs(u64::from(age_s.unsigned_abs()));
        let Some(left) = rings.checked_sub(age).filter(|left| !left.is_zero()) else {
            self.decline(one.message);
            return Handled::Done;
        };
        let until = now + left;
        let same = self
            .ringing
            .iter()
            .copied()
            .find(|call| self.ringing_of(*call).is_some_and(|ringing| ringing.conference == one.conference));
        if let Some(call) = same {
            if let Some(ringing) = self.conference_mut(call).and_then(|conference| conference.ringing.as_mut()) {
                ringing.messages.insert(one.message);
                if ringing.messages.len() > MESSAGES {
                    ringing.messages.pop_first();
                }
                ringing.until = ringing.until.max(until);
            }
            self.ledger.reschedule(call);
            return Handled::Done;
        }
        if self.ringing.len() >= MOST_RINGING
            && let Some(first) = self.first_to_give_way(one.other)
        {
            self.withdraw(now, first, EndReason::Missed, "others ring");
        }
        let (inviter, messages) = (one.other, BTreeSet::from([one.message]));
        let ringing = Ringing { conference: one.conference, inviter, messages, until };
        let conference = Conference { ringing: Some(ringing), ..Conference::of(Alias::Invitation(one.message)) };
        let call = self.add_group_beyond(Group::conference_entry(now, Call::open(), conference));
        self.ringing.push(call);
        let (user, message_id, is_video) = (one.other, one.message, one.is_video);
        self.push(call, format!("call {call}: an invitation"), EventKind::GroupInvited { user, message_id, is_video });
        self.begin_group(now, call, CallState::Open, "an invitation");
        self.ledger.reschedule(call);
        Handled::Done
    }

    /// The oldest of whoever makes most ring, with the next one, which is this user's.
    fn first_to_give_way(&self, next: UserId) -> Option<CallId> {
        let inviter = |call: CallId| self.ringing_of(call).map(|ringing| ringing.inviter);
        let count = |of: Option<UserId>| {
            self.ringing.iter().filter(|call| inviter(**call) == of).count() + usize::from(of == Some(next))
        };
        let most = self.ringing.iter().map(|call| count(inviter(*call))).max()?;
        self.ringing.iter().copied().find(|call| count(inviter(*call)) == most)
    }

    fn ringing_of(&self, call: CallId) -> Option<&Ringing> {
        self.conference_of(call)?.ringing.as_ref()
    }

    fn conference_of(&self, call: CallId) -> Option<&Conference> {
        self.ledger.group(call).ok()?.conference.as_deref()
    }

    /// The call that rings by this message.
    pub(super) fn ringing_by(&self, message: i32) -> Option<CallId> {
        let rings_by = |call: &CallId| self.ringing_of(*call).is_some_and(|one| one.messages.contains(&message));
        self.ringing.iter().copied().find(rings_by)
    }

    /// One message does not ring any more; with the last one the call ends.
    fn stop_message(&mut self, now: Time, message: i32, reason: EndReason, why: &str) {
        let Some(call) = self.ringing_by(message) else { return };
        let Some(conference) = self.conference_mut(call) else { return };
        let Some(ringing) = &mut conference.ringing else { return };
        ringing.messages.remove(&message);
        match ringing.messages.first() {
            // Answered by one of them, answered by all.
            Some(other) if reason != EndReason::Elsewhere => conference.alias = Some(Alias::Invitation(*other)),
            Some(_) | None => self.withdraw(now, call, reason, why),
        }
    }

    fn withdraw(&mut self, now: Time, call: CallId, reason: EndReason, why: &str) {
        self.tell_group(now, call, Input::Withdrawn(reason, why.into()));
        self.ringing.retain(|one| *one != call);
    }

    /// It is answered, or over.
    pub(in crate::client::group) fn stop_ringing(&mut self, call: CallId) -> Vec<i32> {
        self.ringing.retain(|one| *one != call);
        let ringing = self.conference_mut(call).and_then(|conference| conference.ringing.take());
        ringing.map(|ringing| ringing.messages.into_iter().collect()).unwrap_or_default()
    }

    /// The host does not want to come: all who have invited us are told.
    pub(in crate::client::group) fn decline_all(&mut self, now: Time, call: CallId) -> bool {
        let Ok(group) = self.ledger.group(call) else { return false };
        let Some(conference) = group.conference.as_deref().filter(|_| group.shown() == CallState::Open) else {
            return false;
        };
        let alias = match conference.alias {
            Some(Alias::Invitation(message)) => message,
            Some(Alias::Slug(_)) | None => return false,
        };
        let mut messages = self.stop_ringing(call);
        if messages.is_empty() {
            messages.push(alias);
        }
        messages.into_iter().for_each(|message| self.decline(message));
        self.tell_group(now, call, Input::Withdrawn(EndReason::Declined, "declined".into()));
        true
    }

    fn decline(&mut self, message: i32) {
        self.say_farewell(Method::DeclineConferenceCallInvite, requests::decline(message));
    }

    pub(super) fn expire_ringing(&mut self, now: Time, call: CallId) {
        if self.ringing_of(call).is_some_and(|ringing| ringing.until <= now) {
            self.withdraw(now, call, EndReason::Missed, "it rang for too long");
        }
    }

    fn note_invited(&mut self, one: &Invitation) {
        let Some(call) = self.group_names.get(&one.conference).copied() else { return };
        if let Some(conference) = self.conference_mut(call) {
            conference.invited.note(one.other, one.message);
        }
    }

    fn forget_invited(&mut self, message: i32) {
        let calls: Vec<CallId> = self.group_names.values().copied().collect();
        for call in calls {
            if let Some(conference) = self.conference_mut(call) {
                conference.invited.0.retain(|_, known| *known != message);
            }
        }
    }

    // ---- What hosts do ----

    /// Rings a user: he is invited to a conference that we are in. `is_video`: we show ourselves.
    ///
    /// # Errors
    /// Argument: no user, or ourselves. State: no conference, or we are not in. Limit: 256 requests of the call wait for their answers.
    pub fn invite_user(&mut self, now: Time, call: CallId, user: Peer, is_video: bool) -> Result<RequestId, Error> {
        self.at(now);
        self.other_user(user)?;
        let input = user.input_user().ok_or_else(|| Error::argument("users are invited"))?;
        self.inside(call)?;
        self.wish_of_group(now, call, Method::InviteConferenceCallParticipant, |name| {
            requests::invite_user(name, input, is_video)
        })
    }

    /// Takes an invitation of ours back: it does not ring any more.
    ///
    /// # Errors
    /// NotFound: he is not invited, or has answered. Else as [`Client::invite_user`].
    pub fn cancel_invite(&mut self, now: Time, call: CallId, user: Peer) -> Result<RequestId, Error> {
        self.at(now);
        let user = self.other_user(user)?;
        let message = self.inside(call)?.invited.0.get(&user).copied();
        let message = message.ok_or_else(|| Error::not_found("he is not invited, or has answered"))?;
        self.wish_of_group(now, call, Method::DeclineConferenceCallInvite, |_| requests::decline(message))
    }

    /// Users are in conferences, and we are there already.
    pub(super) fn other_user(&self, user: Peer) -> Result<UserId, Error> {
        match user.checked()?.id() {
            Some(PeerId::User(user)) if UserId(user) != self.me => Ok(UserId(user)),
            Some(PeerId::User(_)) | None => Err(Error::argument("that is ourselves")),
            Some(PeerId::Chat(_) | PeerId::Channel(_)) => Err(Error::argument("users are in a conference")),
        }
    }

    fn inside(&self, call: CallId) -> Result<&Conference, Error> {
        let conference = self.ledger.group(call)?.conference.as_deref();
        let inside = conference.filter(|conference| conference.core().is_some());
        inside.ok_or_else(|| Error::state(format!("we are not in call {call}, or it is no conference")))
    }
}
