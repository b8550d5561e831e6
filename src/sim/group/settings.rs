//! Titles, links, records, messages.

use super::life::TITLE;
use super::objects::peer_object;
use super::request::{Named, Somebody};
use crate::sim::encoder::{Object, Value};
use crate::sim::people;
use crate::sim::server::{Answer, Server, fail};
use crate::time::Time;
use crate::types::PeerId;

/// The longest message.
const MESSAGE: usize = 128;
/// Messages of a call whose authors are remembered.
const MESSAGES: usize = 1000;

impl Server {
    pub(super) fn set_group(
        &mut self,
        now: Time,
        account: i64,
        call: Named,
        reset_invite_hash: bool,
        join_muted: Option<bool>,
        messages_enabled: Option<bool>,
    ) -> Answer {
        let id = self.group_of_admin(account, call)?;
        let hash = format!("{:016x}", self.random.u64());
        let Some(call) = self.groups.calls.get_mut(&id) else { return fail(400, "GROUPCALL_INVALID") };
        let wanted = (join_muted.unwrap_or(call.join_muted), messages_enabled.unwrap_or(call.messages_enabled));
        if wanted == (call.join_muted, call.messages_enabled) && !reset_invite_hash {
            return fail(400, "GROUPCALL_NOT_MODIFIED");
        }
        (call.join_muted, call.messages_enabled) = wanted;
        if reset_invite_hash {
            call.invite_hash = hash;
            self.reset_slug(id);
        }
        Ok(self.news_of_call(now, id, account, false))
    }

    pub(super) fn title_group(&mut self, now: Time, account: i64, call: Named, title: &str) -> Answer {
        let id = self.group_of_admin(account, call)?;
        let Some(call) = self.groups.calls.get_mut(&id) else { return fail(400, "GROUPCALL_INVALID") };
        let title: String = title.chars().take(TITLE).collect();
        let title = (!title.is_empty()).then_some(title);
        if call.title == title {
            return fail(400, "GROUPCALL_NOT_MODIFIED");
        }
        call.title = title;
        Ok(self.news_of_call(now, id, account, false))
    }

    pub(super) fn record_group(&mut self, now: Time, account: i64, call: Named, start: bool, video: bool) -> Answer {
        let id = self.group_of_admin(account, call)?;
        let date = self.date(now);
        let Some(call) = self.groups.calls.get_mut(&id) else { return fail(400, "GROUPCALL_INVALID") };
        if call.record_start_date.is_some() == start {
            return fail(400, "GROUPCALL_NOT_MODIFIED");
        }
        call.record_start_date = start.then_some(date);
        call.is_video_recorded = start && video;
        Ok(self.news_of_call(now, id, account, false))
    }

    pub(super) fn invite_to_group(&mut self, now: Time, account: i64, call: Named, users: &[Somebody]) -> Answer {
        let id = self.group_of(account, call)?;
        let chat = self.groups.chat_around(id);
        for user in users {
            match user {
                Somebody::Other(PeerId::User(user), hash) if *hash == self.user_hash(account, *user) => {
                    if !chat.is_some_and(|chat| chat.members.contains(user)) {
                        return fail(403, "USER_NOT_PARTICIPANT");
                    }
                }
                Somebody::Myself | Somebody::Other(..) | Somebody::Nobody => return fail(400, "USER_ID_INVALID"),
            }
        }
        Ok(self.updates(now, account, vec![]))
    }

    pub(super) fn export_group(&mut self, account: i64, call: Named, can_self_unmute: bool) -> Answer {
        let id = self.group_of(account, call)?;
        let Some(call) = self.groups.calls.get(&id) else { return fail(400, "GROUPCALL_INVALID") };
        let link = match (self.groups.conferences.link(id), self.groups.chat_around(id)) {
            (Some(link), _) => link,
            (None, Some(chat)) if chat.is_public => {
                let base = format!("https://t.me/chat_{}?voicechat", chat.id);
                let speaks = can_self_unmute && self.is_group_admin(account, id);
                if speaks { format!("{base}={}", call.invite_hash) } else { base }
            }
            (None, _) => return fail(403, "PUBLIC_CHANNEL_MISSING"),
        };
        Ok(Object::new("phone.exportedGroupCallInvite").with("link", link.as_str()).into())
    }

    pub(super) fn join_as_peers(&mut self, account: i64, peer: Somebody) -> Answer {
        let chat = self.chat_of(account, peer)?;
        let mut peers = vec![PeerId::User(account)];
        for other in self.groups.chats.values() {
            let is_anonymous = other.id == chat;
            let is_own = matches!(other.peer(), PeerId::Channel(_));
            if other.admins.contains(&account) && (is_anonymous || is_own) {
                peers.push(other.peer());
            }
        }
        let peers: Vec<Value> = peers.into_iter().map(|peer| peer_object(peer).into()).collect();
        let accounts: Vec<_> = self.accounts.get(&account).into_iter().collect();
        Ok(Object::new("phone.joinAsPeers")
            .with("peers", peers)
            .with("chats", people::chats(self.knobs.users))
            .with("users", people::users(self.seed, self.knobs.users, account, &accounts))
            .into())
    }

    pub(super) fn save_join_as(&mut self, account: i64, peer: Somebody, join_as: Somebody) -> Answer {
        let id = self.chat_of(account, peer)?;
        let own = match join_as {
            Somebody::Myself => PeerId::User(account),
            Somebody::Other(peer @ (PeerId::Chat(one) | PeerId::Channel(one)), _)
                if self.groups.chats.get(&one).is_some_and(|chat| chat.admins.contains(&account)) =>
            {
                peer
            }
            Somebody::Other(PeerId::User(user), _) if user == account => PeerId::User(account),
            Somebody::Other(..) | Somebody::Nobody => return fail(400, "JOIN_AS_PEER_INVALID"),
        };
        if let Some(chat) = self.groups.chats.get_mut(&id) {
            chat.join_as.insert(account, own);
        }
        Ok(Value::Bool(true))
    }

    pub(super) fn rtmp_url(&mut self, account: i64, peer: Somebody, revoke: bool) -> Answer {
        let id = self.chat_of(account, peer)?;
        let fresh = self.random.u64();
        let Some(chat) = self.groups.chats.get_mut(&id) else { return fail(400, "PEER_ID_INVALID") };
        if !chat.admins.contains(&account) {
            return fail(400, "CHAT_ADMIN_REQUIRED");
        }
        if revoke {
            chat.stream_key = fresh;
        }
        let key = format!("{}:{:016x}", chat.id, chat.stream_key);
        Ok(Object::new("phone.groupCallStreamRtmpUrl")
            .with("url", "rtmps://127.0.0.1/s/")
            .with("key", key.as_str())
            .into())
    }

    pub(super) fn group_message(
        &mut self,
        now: Time,
        account: i64,
        call: Named,
        text: &str,
        stars: Option<i64>,
    ) -> Answer {
        let id = self.group_of(account, call)?;
        let Some(peer) = self.peer_in(account, id) else { return fail(400, "GROUPCALL_JOIN_MISSING") };
        // Nobody here has any.
        if stars.is_some_and(|stars| stars > 0) {
            return fail(400, "BALANCE_TOO_LOW");
        }
        let is_admin = self.is_group_admin(account, id);
        let date = self.date(now);
        let Some(call) = self.groups.calls.get_mut(&id) else { return fail(400, "GROUPCALL_INVALID") };
        if !call.messages_enabled || text.is_empty() || text.chars().count() > MESSAGE {
            return fail(400, "GROUPCALL_INVALID");
        }
        let number = call.next_message;
        call.next_message += 1;
        call.messages.insert(number, peer);
        if call.messages.len() > MESSAGES {
            call.messages.pop_first();
        }
        let written = Object::new("textWithEntities").with("text", text).with("entities", Vec::new());
        let message = Object::new("groupCallMessage")
            .flag("from_admin", is_admin)
            .with("id", number)
            .with("from_id", peer_object(peer))
            .with("date", date)
            .with("message", written);
        let devices = self.devices_in(id);
        let update = |server: &Server, viewer: i64| {
            let call = server.group_name(viewer, id);
            vec![Object::new("updateGroupCallMessage").with("call", call).with("message", message.clone())]
        };
        self.tell(now, &devices, Some(account), update);
        let own = update(self, account);
        Ok(self.updates(now, account, own))
    }

    pub(super) fn delete_messages(&mut self, now: Time, account: i64, call: Named, ids: &[i32]) -> Answer {
        let id = self.group_of(account, call)?;
        let (me, is_admin) = (self.peer_in(account, id), self.is_group_admin(account, id));
        let may = |author: &PeerId| is_admin || me == Some(*author);
        let messages = self.groups.calls.get(&id).map(|call| &call.messages);
        let is_his = |number: &&i32| messages.and_then(|all| all.get(*number)).is_some_and(may);
        let gone: Vec<i32> = ids.iter().filter(is_his).copied().collect();
        Ok(self.messages_gone(now, account, id, &gone))
    }

    pub(super) fn delete_messages_of(&mut self, now: Time, account: i64, call: Named, whose: Somebody) -> Answer {
        let id = self.group_of_admin(account, call)?;
        let Somebody::Other(author, _) = whose else { return fail(400, "PEER_ID_INVALID") };
        let messages = self.groups.calls.get(&id).map(|call| &call.messages);
        let gone = messages.into_iter().flatten().filter(|(_, one)| **one == author).map(|(number, _)| *number);
        let gone: Vec<i32> = gone.collect();
        Ok(self.messages_gone(now, account, id, &gone))
    }

    fn messages_gone(&mut self, now: Time, account: i64, id: i64, gone: &[i32]) -> Value {
        if let Some(call) = self.groups.calls.get_mut(&id) {
            call.messages.retain(|number, _| !gone.contains(number));
        }
        let devices = self.devices_in(id);
        let numbers: Vec<Value> = gone.iter().map(|number| Value::Int(*number)).collect();
        let update = |server: &Server, viewer: i64| {
            let call = server.group_name(viewer, id);
            vec![Object::new("updateDeleteGroupCallMessages").with("call", call).with("messages", numbers.clone())]
        };
        self.tell(now, &devices, Some(account), update);
        let own = update(self, account);
        self.updates(now, account, own)
    }

    pub(super) fn group_stars(&self, account: i64, call: Named) -> Answer {
        self.group_of(account, call)?;
        Ok(Object::new("phone.groupCallStars")
            .with("total_stars", 0i64)
            .with("top_donors", Vec::new())
            .with("chats", Vec::new())
            .with("users", Vec::new())
            .into())
    }

    pub(super) fn save_send_as(&self, account: i64, call: Named, send_as: Somebody) -> Answer {
        let id = self.group_of(account, call)?;
        if self.join_peer(account, id, send_as).is_err() {
            return fail(400, "SEND_AS_PEER_INVALID");
        }
        Ok(Value::Bool(true))
    }
}
