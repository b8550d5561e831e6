//! Who is in a call, and what each may change about whom.

use super::Member;
use super::objects::How;
use super::request::{Edit, Named, Somebody};
use crate::sim::encoder::{Object, Value};
use crate::sim::people;
use crate::sim::server::{Answer, Server, fail};
use crate::time::Time;
use crate::types::PeerId;

/// At least so many people come with `phone.getGroupCall`, whatever it asks for.
const AT_LEAST: usize = 3;

impl Server {
    pub(super) fn get_group(&self, account: i64, id: i64, limit: i32) -> Answer {
        let Some(call) = self.groups.calls.get(&id) else { return fail(400, "GROUPCALL_INVALID") };
        let limit = usize::try_from(limit).unwrap_or(0).min(self.groups.knobs.page);
        let shown = self.listed(account, call.members.values().take(limit.max(AT_LEAST)));
        // It points behind the limit-th, however many came.
        let next = self.offset_behind(id, limit);
        Ok(Object::new("phone.groupCall")
            .with("call", self.group_object(account, call))
            .with("participants", shown.0)
            .with("participants_next_offset", next.as_str())
            .with("chats", people::chats(self.knobs.users))
            .with("users", shown.1)
            .into())
    }

    pub(super) fn group_participants(
        &self,
        account: i64,
        call: Named,
        ids: &[Somebody],
        sources: &[i32],
        offset: &str,
        limit: i32,
    ) -> Answer {
        let id = self.group_of(account, call)?;
        let Some(call) = self.groups.calls.get(&id) else { return fail(400, "GROUPCALL_INVALID") };
        let is_named = |one: &Member| {
            let is_he = |somebody: &Somebody| match somebody {
                Somebody::Myself => one.account == account,
                Somebody::Other(peer, _) => one.peer == *peer,
                Somebody::Nobody => false,
            };
            ids.iter().any(is_he)
                || sources.contains(&one.source)
                || one.presentation.as_ref().is_some_and(|screen| sources.contains(&screen.source))
        };
        let (shown, next) = if ids.is_empty() && sources.is_empty() {
            let from = if offset.is_empty() {
                0
            } else {
                offset.strip_prefix('p').and_then(|at| at.parse().ok()).unwrap_or(usize::MAX)
            };
            let limit = usize::try_from(limit).unwrap_or(0).clamp(1, self.groups.knobs.page);
            let shown = self.listed(account, call.members.values().skip(from).take(limit));
            (shown, self.offset_behind(id, from.saturating_add(limit)))
        } else {
            (self.listed(account, call.members.values().filter(|one| is_named(one))), String::new())
        };
        Ok(Object::new("phone.groupParticipants")
            .with("count", i32::try_from(call.members.len()).unwrap_or(i32::MAX))
            .with("participants", shown.0)
            .with("next_offset", next.as_str())
            .with("chats", people::chats(self.knobs.users))
            .with("users", shown.1)
            .with("version", call.version)
            .into())
    }

    /// The name of the page behind so many; empty at the end.
    fn offset_behind(&self, id: i64, behind: usize) -> String {
        let count = self.groups.calls.get(&id).map_or(0, |call| call.members.len());
        if behind < count { format!("p{behind}") } else { String::new() }
    }

    /// Entries of the list, and the users in them.
    fn listed<'a>(&self, viewer: i64, members: impl Iterator<Item = &'a Member>) -> (Vec<Value>, Vec<Value>) {
        let (mut entries, mut accounts) = (Vec::new(), Vec::new());
        for member in members {
            entries.push(self.participant(viewer, member, How::Listed).into());
            accounts.extend(self.accounts.get(&member.account));
        }
        (entries, people::users(self.seed, self.knobs.users, viewer, &accounts))
    }

    pub(super) fn check_group(&mut self, now: Time, account: i64, call: Named, sources: &[i32]) -> Answer {
        let id = self.group_of(account, call)?;
        let members = self.groups.calls.get_mut(&id).map(|call| &mut call.members);
        let mine = members.and_then(|members| members.values_mut().find(|one| one.account == account));
        let Some(mine) = mine else { return fail(400, "GROUPCALL_JOIN_MISSING") };
        mine.told_at = now;
        let screen = mine.presentation.as_ref().map(|screen| screen.source);
        let is_there = |source: &&i32| **source == mine.source || screen == Some(**source);
        Ok(Value::List(sources.iter().filter(is_there).map(|source| Value::Int(*source)).collect()))
    }

    pub(super) fn edit_member(
        &mut self,
        now: Time,
        account: i64,
        call: Named,
        participant: Somebody,
        edit: Edit,
    ) -> Answer {
        let id = self.group_of(account, call)?;
        let Some(me) = self.peer_in(account, id) else { return fail(400, "PARTICIPANT_JOIN_MISSING") };
        let peer = match participant {
            Somebody::Myself => me,
            Somebody::Other(PeerId::User(user), _) if user == account => me,
            Somebody::Other(peer, _) => peer,
            Somebody::Nobody => return fail(400, "USER_ID_INVALID"),
        };
        if edit.volume.is_some_and(|volume| !(1..=20_000).contains(&volume)) {
            return fail(400, "USER_VOLUME_INVALID");
        }
        let is_admin = self.is_group_admin(account, id);
        let is_target_admin = {
            let target = self.groups.calls.get(&id).and_then(|call| call.members.get(&peer));
            let Some(target) = target else { return fail(400, "USER_ID_INVALID") };
            self.is_group_admin(target.account, id)
        };
        let Some(call) = self.groups.calls.get_mut(&id) else { return fail(400, "GROUPCALL_INVALID") };
        let hands = &mut call.hands;
        let Some(member) = call.members.get_mut(&peer) else { return fail(400, "USER_ID_INVALID") };
        let before = format!("{member:?}");
        let mut how = How::Switched;
        if peer == me {
            if let Some(muted) = edit.muted {
                if !muted && !member.can_self_unmute {
                    return fail(403, "GROUPCALL_FORBIDDEN");
                }
                member.is_muted = muted;
            }
            match edit.raise_hand {
                Some(true) if !member.is_muted || member.can_self_unmute => return fail(400, "RAISE_HAND_FORBIDDEN"),
                Some(true) => {
                    *hands += 1;
                    member.hand = Some(1_000_000 - *hands);
                    how = How::Changed;
                }
                Some(false) => {
                    member.hand = None;
                    how = How::Changed;
                }
                None => {}
            }
            if let Some(stopped) = edit.video_stopped {
                member.video_stopped = stopped;
                how = How::Changed;
            }
            member.video_paused = edit.video_paused.unwrap_or(member.video_paused);
            if let (Some(paused), Some(screen)) = (edit.presentation_paused, &mut member.presentation) {
                screen.is_paused = paused;
            }
        } else if is_admin {
            match edit.muted {
                // He may unmute himself.
                Some(true) if is_target_admin => member.is_muted = true,
                Some(true) => {
                    (member.is_muted, member.can_self_unmute) = (true, false);
                    how = How::Changed;
                }
                // No admin opens somebody else's microphone.
                Some(false) => {
                    member.can_self_unmute = true;
                    member.hand = None;
                    how = How::Changed;
                }
                None => {}
            }
            member.volume = edit.volume.or(member.volume);
            if edit.raise_hand == Some(false) {
                member.hand = None;
                how = How::Changed;
            }
        } else {
            let personal = member.personal.entry(account).or_default();
            personal.is_muted = edit.muted.unwrap_or(personal.is_muted);
            personal.volume = edit.volume.or(personal.volume);
        }
        if format!("{member:?}") == before {
            return fail(400, "GROUPCALL_NOT_MODIFIED");
        }
        let is_silenced = member.is_muted && !member.can_self_unmute;
        if peer != me
            && is_admin
            && let Some(leg) = self.leg_of(id, peer)
        {
            self.groups.media.set_muted(leg, is_silenced);
        }
        // What is the asker's own is told to nobody else.
        if peer != me && !is_admin {
            let own = self.participants_update(account, id, &[peer], How::Switched);
            return Ok(self.updates(now, account, vec![own]));
        }
        Ok(self.news_of(now, id, &[peer], how, Some(account)))
    }
}
