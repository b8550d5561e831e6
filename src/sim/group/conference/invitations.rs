//! Invitations to conferences: messages between two, which ring, and say afterwards what has become of them.

use super::{Conferences, Server};
use crate::sim::account::Kind;
use crate::sim::encoder::{Object, Value};
use crate::sim::group::objects::peer_object;
use crate::sim::group::request::{Named, Somebody};
use crate::sim::server::{Answer, fail};
use crate::time::{Duration, Time};
use crate::types::{PeerId, UserId};

/// Invitations that are remembered. Who answers an older one is told that there is none.
const REMEMBERED: usize = 1000;

/// How far an invitation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ringing {
        /// `None`: until it is answered.
        until: Option<Time>,
    },
    /// Declined, taken back, or never answered.
    Missed,
    /// The one who was invited has come.
    Active,
    /// He had come, and the conference is over.
    Over { duration: i32 },
}

/// The message of it is one of two mailboxes, each of which has a number of its own for it.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub(super) call: i64,
    inviter: i64,
    invitee: i64,
    inviters_message: i32,
    invitees_message: i32,
    is_video: bool,
    date: i32,
    /// Who was there, but the inviter.
    others: Vec<i64>,
    state: State,
}

impl Invitation {
    fn number(&self, account: i64) -> i32 {
        if account == self.inviter { self.inviters_message } else { self.invitees_message }
    }

    fn is_message(&self, account: i64, message: i32) -> bool {
        (account == self.inviter || account == self.invitee) && self.number(account) == message
    }

    /// As one of the two sees it.
    fn message(&self, viewer: i64) -> Object {
        let peer = |user: i64| peer_object(PeerId::User(user));
        let duration = if let State::Over { duration } = self.state { Some(duration) } else { None };
        let mut action = Object::new("messageActionConferenceCall")
            .flag("missed", self.state == State::Missed)
            .flag("active", self.state == State::Active)
            .flag("video", self.is_video)
            .with("call_id", self.call)
            .with_some("duration", duration);
        if !self.others.is_empty() {
            let others: Vec<Value> = self.others.iter().map(|user| peer(*user).into()).collect();
            action.set("other_participants", others);
        }
        Object::new("messageService")
            .flag("out", viewer == self.inviter)
            .with("id", self.number(viewer))
            .with("from_id", peer(self.inviter))
            .with("peer_id", peer(if viewer == self.inviter { self.invitee } else { self.inviter }))
            .with("date", self.date)
            .with("action", action)
    }
}

impl Conferences {
    /// The conference that a message of this account's invites him to.
    pub(super) fn invited_to(&self, account: i64, message: i32) -> Option<i64> {
        let is_it = |one: &&Invitation| one.invitee == account && one.is_message(account, message);
        self.invitations.iter().find(is_it).map(|one| one.call)
    }

    /// When the next one has rung for long enough.
    pub(in crate::sim) fn deadline(&self) -> Option<Time> {
        let ends = self.invitations.iter().filter_map(|one| match one.state {
            State::Ringing { until } => until,
            State::Missed | State::Active | State::Over { .. } => None,
        });
        ends.min()
    }
}

impl Server {
    pub(super) fn invite_to_conference(
        &mut self,
        now: Time,
        (account, device): (i64, u32),
        call: Named,
        user: Somebody,
        is_video: bool,
    ) -> Answer {
        let id = self.conference_of(account, call)?;
        if self.peer_in(account, id).is_none() {
            return fail(403, "GROUPCALL_FORBIDDEN");
        }
        let user = match user {
            Somebody::Other(PeerId::User(user), hash) if hash == self.user_hash(account, user) && user != account => {
                user
            }
            Somebody::Other(..) | Somebody::Myself | Somebody::Nobody => return fail(400, "USER_ID_INVALID"),
        };
        let Some(invitee) = self.accounts.get(&user) else { return fail(400, "USER_ID_INVALID") };
        match invitee.kind {
            Kind::User => {}
            Kind::Bot => return fail(400, "USER_ID_INVALID"),
            Kind::Deleted => return fail(400, "INPUT_USER_DEACTIVATED"),
        }
        if invitee.blocked.contains(&account) || !invitee.calls.allows(account) {
            return fail(403, "USER_PRIVACY_RESTRICTED");
        }
        if self.peer_in(user, id).is_some() {
            return fail(400, "USER_ALREADY_PARTICIPANT");
        }
        if self.groups.conferences.chain(id).is_some_and(|chain| chain.is_banned(UserId(user))) {
            return fail(400, "USER_WAS_KICKED");
        }
        let timers = self.knobs.timers;
        let rings = Duration::from_millis(u64::from(timers.ring_ms) + u64::from(timers.grace_ms));
        let others = self.devices_in(id).into_iter().map(|(one, _)| one).filter(|one| *one != account);
        let invitation = Invitation {
            call: id,
            inviter: account,
            invitee: user,
            inviters_message: self.message_ids + 1,
            invitees_message: self.message_ids + 2,
            is_video,
            date: self.date(now),
            others: others.collect(),
            state: State::Ringing { until: timers.server_ends_calls.then(|| now + rings) },
        };
        self.message_ids += 2;
        for viewer in [account, user] {
            let message = invitation.message(viewer);
            if let Some(account) = self.accounts.get_mut(&viewer) {
                account.mailbox.add(message);
            }
        }
        let invitations = &mut self.groups.conferences.invitations;
        if invitations.len() >= REMEMBERED {
            invitations.pop_front();
        }
        invitations.push_back(invitation.clone());
        let own = self.tell_of_invitation(now, &invitation, Some((account, device)));
        Ok(self.updates(now, account, own))
    }

    /// Tells both sides what has happened to the message last. What the asker is told is his answer.
    fn tell_of_invitation(&mut self, now: Time, one: &Invitation, asked_by: Option<(i64, u32)>) -> Vec<Object> {
        let mut own = Vec::new();
        for viewer in [one.inviter, one.invitee] {
            let mailbox = self.accounts.get(&viewer).map(|account| &account.mailbox);
            let Some(update) = mailbox.and_then(|mailbox| mailbox.update(one.number(viewer))) else { continue };
            for device in self.devices_of(viewer) {
                if asked_by == Some((viewer, device)) {
                    own.push(update.clone());
                } else {
                    self.post(now, viewer, device, vec![update.clone()]);
                }
            }
        }
        own
    }

    /// Something has become of some invitations. What the asker is told is his answer.
    fn turn_invitations(
        &mut self,
        now: Time,
        state: State,
        asked_by: Option<(i64, u32)>,
        is_meant: impl Fn(&Invitation) -> bool,
    ) -> Vec<Object> {
        let mut turned = Vec::new();
        for one in self.groups.conferences.invitations.iter_mut().filter(|one| is_meant(one)) {
            one.state = state;
            turned.push(one.clone());
        }
        let mut own = Vec::new();
        for one in turned {
            for viewer in [one.inviter, one.invitee] {
                if let Some(account) = self.accounts.get_mut(&viewer) {
                    account.mailbox.edit(one.message(viewer));
                }
            }
            own.extend(self.tell_of_invitation(now, &one, asked_by));
        }
        own
    }

    /// By the one who was invited, or taken back by who has invited him.
    pub(super) fn decline_invitation(&mut self, now: Time, (account, device): (i64, u32), message: i32) -> Answer {
        let is_it = |one: &Invitation| one.is_message(account, message);
        let known = self.groups.conferences.invitations.iter().find(|one| is_it(one)).map(|one| one.state);
        let own = match known {
            Some(State::Ringing { .. }) => self.turn_invitations(now, State::Missed, Some((account, device)), is_it),
            // The same once more.
            Some(State::Missed) => Vec::new(),
            Some(State::Active | State::Over { .. }) | None => return fail(400, "MESSAGE_ID_INVALID"),
        };
        Ok(self.updates(now, account, own))
    }

    /// Somebody has come to a conference, by whatever name: nothing rings for it at his devices any more.
    pub(in crate::sim::group) fn answer_invitations(&mut self, now: Time, account: i64, id: i64) {
        self.turn_invitations(now, State::Active, None, |one| {
            one.call == id && one.invitee == account && matches!(one.state, State::Ringing { .. })
        });
    }

    pub(super) fn end_invitations(&mut self, now: Time, id: i64) {
        // From its end on this is the length of a call.
        let duration = self.groups.calls.get(&id).map_or(0, |call| call.start_date);
        self.turn_invitations(now, State::Missed, None, |one| {
            one.call == id && matches!(one.state, State::Ringing { .. })
        });
        self.turn_invitations(now, State::Over { duration }, None, |one| one.call == id && one.state == State::Active);
    }

    /// What has rung for long enough is missed.
    pub(in crate::sim) fn expire_invitations(&mut self, now: Time) {
        self.turn_invitations(
            now,
            State::Missed,
            None,
            |one| matches!(one.state, State::Ringing { until: Some(until) } if until <= now),
        );
    }

    /// `messages.deleteMessages`: for both where a message is an invitation.
    pub(super) fn delete_messages_of_account(
        &mut self,
        now: Time,
        (account, device): (i64, u32),
        messages: &[i32],
        is_for_both: bool,
    ) -> Answer {
        let mut count = 0;
        for message in messages {
            let is_it = |one: &&Invitation| one.is_message(account, *message);
            let known = self.groups.conferences.invitations.iter().find(is_it).cloned();
            let theirs = known.filter(|_| is_for_both).map(|one| {
                let other = if account == one.inviter { one.invitee } else { one.inviter };
                (other, one.number(other))
            });
            for (owner, message) in [(account, *message)].into_iter().chain(theirs) {
                let mailbox = self.accounts.get_mut(&owner).map(|account| &mut account.mailbox);
                let Some(mailbox) = mailbox else { continue };
                if !mailbox.delete(message) {
                    continue;
                }
                count += i32::from(owner == account);
                let Some(update) = mailbox.update(message) else { continue };
                for other in self.devices_of(owner) {
                    if (owner, other) != (account, device) {
                        self.post(now, owner, other, vec![update.clone()]);
                    }
                }
            }
            if is_for_both {
                self.groups.conferences.invitations.retain(|one| !one.is_message(account, *message));
            }
        }
        let pts = self.accounts.get(&account).map_or(0, |account| account.mailbox.pts());
        Ok(Object::new("messages.affectedMessages").with("pts", pts).with("pts_count", count).into())
    }
}
