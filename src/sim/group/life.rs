//! A call begins, people come and go, and it ends.

use super::objects::How;
use super::request::{Named, Somebody};
use super::server::{self, Joined, Leg, Refused};
use super::{GroupCall, Joining, LOOK_EVERY, Member, Presentation};
use crate::sim::encoder::{Object, Value};
use crate::sim::server::{Answer, Failure, Server, fail};
use crate::time::Time;
use crate::types::PeerId;

/// The longest title.
pub const TITLE: usize = 64;
/// How far ahead a call may be scheduled, in seconds.
const SCHEDULE: core::ops::RangeInclusive<i32> = 10..=8 * 86_400;

/// What `phone.createGroupCall` wants.
pub struct NewCall {
    pub is_rtmp: bool,
    pub random_id: i32,
    pub title: Option<String>,
    pub schedule_date: Option<i32>,
}

fn data_json(text: &str) -> Object {
    Object::new("dataJSON").with("data", text)
}

fn connection(params: &str, is_presentation: bool) -> Object {
    Object::new("updateGroupCallConnection").flag("presentation", is_presentation).with("params", data_json(params))
}

impl Server {
    pub(super) fn create_group(&mut self, now: Time, account: i64, peer: Somebody, wish: NewCall) -> Answer {
        let chat = self.chat_of(account, peer)?;
        if !self.groups.chats.get(&chat).is_some_and(|chat| chat.admins.contains(&account)) {
            return fail(400, "CHAT_ADMIN_REQUIRED");
        }
        let NewCall { is_rtmp, random_id, title, schedule_date } = wish;
        if let Some(date) = schedule_date
            && !SCHEDULE.contains(&date.saturating_sub(self.date(now)))
        {
            return fail(400, "SCHEDULE_DATE_INVALID");
        }
        // The same request once more makes no second call; a new one ends the old.
        let up = self.groups.chats.get(&chat).and_then(|chat| chat.call);
        if let Some(up) = up {
            if self.groups.calls.get(&up).is_some_and(|call| call.random_id == random_id && call.creator == account) {
                let update = self.call_update(account, up);
                return Ok(self.updates(now, account, vec![update]));
            }
            self.end_group(now, account, up);
        }
        let id = self.new_group_id();
        let call = GroupCall {
            title: title.filter(|title| !title.is_empty()).map(|title| title.chars().take(TITLE).collect()),
            schedule_date,
            is_rtmp,
            invite_hash: format!("{:016x}", self.random.u64()),
            ..GroupCall::new(id, Some(chat), account, self.date(now), random_id)
        };
        self.groups.calls.insert(id, call);
        if let Some(chat) = self.groups.chats.get_mut(&chat) {
            chat.call = Some(id);
        }
        Ok(self.news_of_call(now, id, account, true))
    }

    pub(super) fn new_group_id(&mut self) -> i64 {
        loop {
            let id = (self.random.u64() >> 1) as i64;
            if id != 0 && !self.groups.calls.contains_key(&id) {
                return id;
            }
        }
    }

    pub(super) fn start_group(&mut self, now: Time, account: i64, call: Named) -> Answer {
        let id = self.group_of_admin(account, call)?;
        let date = self.date(now);
        let Some(call) = self.groups.calls.get_mut(&id) else { return fail(400, "GROUPCALL_INVALID") };
        if call.schedule_date.take().is_none() {
            return fail(403, "GROUPCALL_ALREADY_STARTED");
        }
        call.start_date = date;
        call.version += 1;
        Ok(self.news_of_call(now, id, account, true))
    }

    pub(super) fn subscribe_group(&mut self, now: Time, account: i64, call: Named, subscribed: bool) -> Answer {
        let id = self.group_of(account, call)?;
        let Some(call) = self.groups.calls.get_mut(&id) else { return fail(400, "GROUPCALL_INVALID") };
        if call.schedule_date.is_none() {
            return fail(403, "GROUPCALL_ALREADY_STARTED");
        }
        let is_new = if subscribed { call.subscribers.insert(account) } else { call.subscribers.remove(&account) };
        if !is_new {
            return fail(400, "GROUPCALL_NOT_MODIFIED");
        }
        let update = self.call_update(account, id);
        Ok(self.updates(now, account, vec![update]))
    }

    pub(super) fn join_group(
        &mut self,
        now: Time,
        (account, device): (i64, u32),
        id: i64,
        &Joining { muted, join_as, invite_hash, key, params }: &Joining<'_>,
    ) -> Answer {
        let peer = self.join_peer(account, id, join_as)?;
        let key = self.judge_join(account, id, key)?;
        let is_admin = self.is_group_admin(account, id);
        let Some(call) = self.groups.calls.get(&id) else { return fail(400, "GROUPCALL_INVALID") };
        if call.schedule_date.is_some() {
            return fail(400, "GROUPCALL_INVALID");
        }
        let may_speak = is_admin || !call.join_muted || invite_hash.is_some_and(|hash| hash == call.invite_hash);
        let is_listener = muted && key.is_none() && call.members.len() >= self.groups.knobs.stream_from;
        let (is_rtmp, room) = (call.is_rtmp, id);
        // Whoever was in already as this peer makes room; his sources are free again.
        let before = call.members.get(&peer).map(|member| (member.account, member.device));
        let legs: Vec<Leg> = call.members.get(&peer).into_iter().flat_map(Member::legs).collect();
        let also = call.members.values().find(|one| one.account == account && one.peer != peer).map(|one| one.peer);
        legs.into_iter().for_each(|leg| self.groups.media.leave(leg));
        if let Some(other) = also {
            self.throw_out(now, id, other);
        }
        let is_stream = is_rtmp || is_listener;
        let (leg, joined) = if is_stream {
            // No connection is his: he fetches what is said.
            let (source, groups) = server::read(params).ok_or(refused(Refused::Malformed))?;
            let answer = if is_rtmp { r#"{"stream":true,"rtmp":true}"# } else { r#"{"stream":true}"# };
            let (endpoint, params) = (String::new(), answer.to_owned());
            (None, Joined { leg: Leg::default(), source, groups, endpoint, params })
        } else {
            let joined = self.groups.media.join(now, room, params).map_err(refused)?;
            (Some(joined.leg), joined)
        };
        let Joined { source, groups, endpoint, params, .. } = joined;
        if is_stream {
            self.begin_broadcast(now, id, is_rtmp);
        }
        let date = self.date(now);
        let Some(call) = self.groups.calls.get_mut(&id) else { return fail(400, "GROUPCALL_INVALID") };
        let kept = call.members.get(&peer);
        let member = Member {
            account,
            device,
            peer,
            source,
            leg,
            told_at: now,
            date: kept.map_or(date, |kept| kept.date),
            active_date: kept.and_then(|kept| kept.active_date),
            is_muted: muted || !may_speak || is_rtmp,
            can_self_unmute: may_speak && !is_rtmp,
            volume: kept.and_then(|kept| kept.volume),
            hand: None,
            video_stopped: true,
            video_paused: false,
            presentation: None,
            endpoint,
            groups,
            personal: kept.map(|kept| kept.personal.clone()).unwrap_or_default(),
            joined_at: now,
        };
        if let Some(leg) = leg {
            self.groups.media.set_muted(leg, !may_speak);
        }
        call.members.insert(peer, member);
        self.groups.look_at.get_or_insert(now + LOOK_EVERY);
        // The device that was in before is told, too: it sees its own entry with a source that is not its own.
        self.news_of(now, id, &[peer], How::Came, Some(account));
        if let Some((old_account, old_device)) = before
            && (old_account, old_device) != (account, device)
        {
            let update = self.participants_update(old_account, id, &[peer], How::Came);
            self.post(now, old_account, old_device, vec![update]);
        }
        let own = self.participants_update(account, id, &[peer], How::Came);
        let mut updates: Vec<Object> = vec![connection(&params, false); self.groups.knobs.connections];
        if let Some(key) = key {
            updates.extend(self.enter_chain(now, account, id, &key)?);
            self.answer_invitations(now, account, id);
        }
        updates.extend([own, self.call_update(account, id)]);
        if self.groups.knobs.shuffle {
            updates.reverse();
        }
        Ok(self.updates(now, account, updates))
    }

    /// As whom somebody may join.
    pub(super) fn join_peer(&self, account: i64, id: i64, join_as: Somebody) -> Result<PeerId, Failure> {
        let chat = self.groups.chat_around(id);
        match join_as {
            Somebody::Myself => Ok(PeerId::User(account)),
            Somebody::Other(PeerId::User(user), _) if user == account => Ok(PeerId::User(account)),
            Somebody::Other(peer, _)
                if chat.is_some_and(|chat| chat.peer() == peer && chat.admins.contains(&account)) =>
            {
                Ok(peer)
            }
            // His own channels, where there is a chat.
            Somebody::Other(PeerId::Channel(id), hash)
                if chat.is_some()
                    && hash == self.channel_hash(account, id)
                    && self.groups.chats.get(&id).is_some_and(|chat| chat.admins.contains(&account)) =>
            {
                Ok(PeerId::Channel(id))
            }
            Somebody::Other(..) | Somebody::Nobody => fail(400, "JOIN_AS_PEER_INVALID"),
        }
    }

    pub(super) fn leave_group(&mut self, now: Time, account: i64, call: Named, source: i32) -> Answer {
        let id = self.group_of(account, call)?;
        let members = self.groups.calls.get(&id).map(|call| &call.members);
        let leaving = members.and_then(|members| {
            members.values().find(|one| one.account == account && (source == 0 || one.source == source))
        });
        // By the source of another device nobody leaves.
        let Some(peer) = leaving.map(|one| one.peer) else { return Ok(self.updates(now, account, vec![])) };
        let answer = self.news_of(now, id, &[peer], How::Left, Some(account));
        self.forget_member(id, peer);
        Ok(answer)
    }

    /// Out, and everybody is told, he as well.
    pub(super) fn throw_out(&mut self, now: Time, id: i64, peer: PeerId) {
        self.news_of(now, id, &[peer], How::Left, None);
        self.forget_member(id, peer);
    }

    fn forget_member(&mut self, id: i64, peer: PeerId) {
        let member = self.groups.calls.get_mut(&id).and_then(|call| call.members.remove(&peer));
        member.iter().flat_map(Member::legs).for_each(|leg| self.groups.media.leave(leg));
        self.leave_chain(id, peer);
    }

    pub(super) fn discard_group(&mut self, now: Time, account: i64, call: Named) -> Answer {
        if let Named::Id { id, access_hash } = call
            && self.groups.calls.get(&id).is_some_and(|known| known.is_over)
            && access_hash == self.group_hash(account, id)
        {
            return fail(400, "GROUPCALL_ALREADY_DISCARDED");
        }
        let id = self.group_of_admin(account, call)?;
        Ok(self.end_group(now, account, id))
    }

    fn end_group(&mut self, now: Time, account: i64, id: i64) -> Value {
        let date = self.date(now);
        let mut legs = Vec::new();
        let around = self.devices_around(id);
        if let Some(call) = self.groups.calls.get_mut(&id) {
            call.is_over = true;
            // From here on the length of the call.
            call.start_date = date - call.start_date;
            legs.extend(call.members.values().flat_map(Member::legs));
            call.members.clear();
            call.messages.clear();
            if let Some(chat) = call.chat.and_then(|chat| self.groups.chats.get_mut(&chat)) {
                chat.call = None;
            }
        }
        legs.into_iter().for_each(|leg| self.groups.media.leave(leg));
        let update = |server: &Server, viewer: i64| vec![server.call_update(viewer, id)];
        self.tell(now, &around, Some(account), update);
        let own = update(self, account);
        self.end_broadcast(id);
        self.end_conference(now, id);
        self.groups.remember_over(id);
        self.updates(now, account, own)
    }

    pub(super) fn join_presentation(&mut self, now: Time, account: i64, call: Named, params: &str) -> Answer {
        let id = self.group_of(account, call)?;
        let Some(peer) = self.peer_in(account, id) else { return fail(400, "PARTICIPANT_JOIN_MISSING") };
        let Some(main) = self.leg_of(id, peer) else { return fail(400, "PARTICIPANT_JOIN_MISSING") };
        let joined = self.groups.media.join_presentation(now, id, main, params).map_err(refused)?;
        let Joined { leg, source, groups, endpoint, params } = joined;
        let before = self.member_mut(id, peer).and_then(|member| {
            member.presentation.replace(Presentation { source, leg, endpoint, groups, is_paused: false })
        });
        if let Some(before) = before {
            self.groups.media.leave(before.leg);
        }
        self.news_of(now, id, &[peer], How::Changed, Some(account));
        let own = self.participants_update(account, id, &[peer], How::Changed);
        Ok(self.updates(now, account, vec![connection(&params, true), own]))
    }

    pub(super) fn leave_presentation(&mut self, now: Time, account: i64, call: Named) -> Answer {
        let id = self.group_of(account, call)?;
        let Some(peer) = self.peer_in(account, id) else { return fail(400, "PARTICIPANT_JOIN_MISSING") };
        let Some(screen) = self.member_mut(id, peer).and_then(|member| member.presentation.take()) else {
            return fail(400, "PARTICIPANT_PRESENTATION_MISSING");
        };
        self.groups.media.leave(screen.leg);
        Ok(self.news_of(now, id, &[peer], How::Changed, Some(account)))
    }

    pub(super) fn member_mut(&mut self, id: i64, peer: PeerId) -> Option<&mut Member> {
        self.groups.calls.get_mut(&id)?.members.get_mut(&peer)
    }

    /// Legs, for what is done to one by the media server.
    pub(super) fn leg_of(&self, id: i64, peer: PeerId) -> Option<Leg> {
        self.groups.calls.get(&id)?.members.get(&peer)?.leg
    }
}

fn refused(why: Refused) -> Failure {
    let name = match why {
        Refused::Malformed => "DATA_JSON_INVALID",
        Refused::SourceTaken => "GROUPCALL_SSRC_DUPLICATE_MUCH",
    };
    Failure { code: 400, name: name.into() }
}
