//! Group calls as the server sees them (`test-server.md`, *Group calls*; `test-server-rules.md` 3.1 to 3.3).
//!
//! A call belongs to a chat, or it is a conference. Its version counts who comes and goes and every change that all have to see; news go to every device
//! that is in. What each has set for himself is his alone.

mod broadcast;
pub mod conference;
mod knobs;
mod life;
mod objects;
mod ogg;
pub mod request;
mod roster;
pub mod server;
mod settings;
mod still;
pub mod stream;
mod unified;

use super::account::{Opens, access_hash};
use super::encoder::{Object, Value};
use super::server::{Answer, Failure, Server, fail};
use crate::time::{Duration, Time};
use crate::types::PeerId;
pub use knobs::GroupKnobs;
use request::{Group, Named, Somebody};
use server::{Leg, Media};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What a chat is to Telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Basic,
    /// Of a supergroup, or a channel with a livestream.
    Channel,
}

/// Where a call can be.
#[derive(Clone, Debug)]
pub struct Chat {
    pub id: i64,
    pub sort: Sort,
    pub title: String,
    pub members: BTreeSet<i64>,
    pub admins: BTreeSet<i64>,
    /// A link to it, and to calls in it, can be made.
    pub is_public: bool,
    /// The call that is up.
    pub call: Option<i64>,
    /// As whom each joins by default.
    join_as: BTreeMap<i64, PeerId>,
    stream_key: u64,
}

impl Chat {
    pub fn new(id: i64, sort: Sort, title: &str, members: impl IntoIterator<Item = i64>) -> Chat {
        Chat {
            id,
            sort,
            title: title.into(),
            members: members.into_iter().collect(),
            admins: BTreeSet::new(),
            is_public: false,
            call: None,
            join_as: BTreeMap::new(),
            stream_key: 1,
        }
    }

    /// The same with an admin, who is a member.
    #[must_use]
    pub fn with_admin(mut self, account: i64) -> Chat {
        self.members.insert(account);
        self.admins.insert(account);
        self
    }

    pub fn peer(&self) -> PeerId {
        match self.sort {
            Sort::Basic => PeerId::Chat(self.id),
            Sort::Channel => PeerId::Channel(self.id),
        }
    }
}

/// What of somebody is one viewer's alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Personal {
    pub is_muted: bool,
    pub volume: Option<i32>,
}

/// Somebody in a call.
#[derive(Clone, Debug)]
pub struct Member {
    pub account: i64,
    pub device: u32,
    pub peer: PeerId,
    pub source: i32,
    /// `None`: he gets a stream.
    leg: Option<Leg>,
    /// When he showed by his requests that he is there.
    told_at: Time,
    pub date: i32,
    pub active_date: Option<i32>,
    pub is_muted: bool,
    pub can_self_unmute: bool,
    /// An admin's, for everybody.
    pub volume: Option<i32>,
    pub hand: Option<i64>,
    pub video_stopped: bool,
    pub video_paused: bool,
    pub presentation: Option<Presentation>,
    pub(in crate::sim) endpoint: String,
    pub(in crate::sim) groups: Vec<server::SourceGroup>,
    personal: BTreeMap<i64, Personal>,
    joined_at: Time,
}

impl Member {
    /// His connections to the media server.
    fn legs(&self) -> impl Iterator<Item = Leg> + use<> {
        [self.leg, self.presentation.as_ref().map(|screen| screen.leg)].into_iter().flatten()
    }
}

/// The screen that somebody shares.
#[derive(Clone, Debug)]
pub struct Presentation {
    pub source: i32,
    leg: Leg,
    endpoint: String,
    groups: Vec<server::SourceGroup>,
    is_paused: bool,
}

/// A group call.
#[derive(Clone, Debug)]
pub struct GroupCall {
    pub id: i64,
    /// A conference has none.
    pub chat: Option<i64>,
    pub creator: i64,
    pub title: Option<String>,
    /// Not started yet.
    pub schedule_date: Option<i32>,
    pub start_date: i32,
    pub is_rtmp: bool,
    pub join_muted: bool,
    pub messages_enabled: bool,
    pub record_start_date: Option<i32>,
    pub is_video_recorded: bool,
    pub version: i32,
    pub members: BTreeMap<PeerId, Member>,
    /// Who may unmute himself by it.
    pub invite_hash: String,
    pub is_over: bool,
    subscribers: BTreeSet<i64>,
    messages: BTreeMap<i32, PeerId>,
    next_message: i32,
    hands: i64,
    random_id: i32,
}

impl GroupCall {
    /// One that nobody is in yet.
    fn new(id: i64, chat: Option<i64>, creator: i64, start_date: i32, random_id: i32) -> GroupCall {
        GroupCall {
            id,
            chat,
            creator,
            title: None,
            schedule_date: None,
            start_date,
            is_rtmp: false,
            join_muted: false,
            messages_enabled: true,
            record_start_date: None,
            is_video_recorded: false,
            version: 1,
            members: BTreeMap::new(),
            invite_hash: String::new(),
            is_over: false,
            subscribers: BTreeSet::new(),
            messages: BTreeMap::new(),
            next_message: 1,
            hands: 0,
            random_id,
        }
    }
}

/// With what somebody joins.
struct Joining<'a> {
    muted: bool,
    join_as: Somebody,
    invite_hash: Option<&'a str>,
    /// For conferences: a public key, and a block.
    key: Option<([u8; 32], &'a [u8])>,
    params: &'a str,
}

/// The group calls of a server.
pub struct Groups {
    pub knobs: GroupKnobs,
    pub conferences: conference::Conferences,
    chats: BTreeMap<i64, Chat>,
    calls: BTreeMap<i64, GroupCall>,
    media: Box<dyn Media>,
    /// When to look next for those who have fallen silent.
    look_at: Option<Time>,
    /// Those that have ended, oldest first.
    over: VecDeque<i64>,
    /// Of calls that somebody gets as a stream.
    broadcasts: BTreeMap<i64, broadcast::Broadcast>,
}

impl Default for Groups {
    fn default() -> Groups {
        Groups {
            knobs: GroupKnobs::default(),
            conferences: conference::Conferences::default(),
            chats: BTreeMap::new(),
            calls: BTreeMap::new(),
            media: Box::<server::PaperOnly>::default(),
            look_at: None,
            over: VecDeque::new(),
            broadcasts: BTreeMap::new(),
        }
    }
}

/// How often the silent are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Calls that are remembered after their end.
const OVER: usize = 1000;

impl Groups {
    /// Sound is another machine's from now on.
    pub fn set_media(&mut self, media: Box<dyn Media>) {
        self.media = media;
    }

    pub fn call(&self, id: i64) -> Option<&GroupCall> {
        self.calls.get(&id)
    }

    pub fn chat(&self, id: i64) -> Option<&Chat> {
        self.chats.get(&id)
    }

    pub fn chats(&self) -> impl Iterator<Item = &Chat> {
        self.chats.values()
    }

    /// A call has ended. Who asks for one that ended long ago is told that there is none.
    fn remember_over(&mut self, id: i64) {
        self.over.push_back(id);
        if self.over.len() > OVER
            && let Some(oldest) = self.over.pop_front()
        {
            self.calls.remove(&oldest);
            self.conferences.forget(oldest);
        }
    }

    /// The chat that a call is in.
    fn chat_around(&self, call: i64) -> Option<&Chat> {
        self.chats.get(&self.calls.get(&call)?.chat?)
    }

    pub(super) fn deadline(&self) -> Option<Time> {
        self.look_at.into_iter().chain(self.conferences.deadline()).min()
    }

    /// Whether nobody is in any call.
    pub(super) fn is_idle(&self) -> bool {
        self.calls.values().all(|call| call.members.is_empty())
    }
}

/// Who has to hear of a change.
type Devices = BTreeSet<(i64, u32)>;

impl Server {
    pub fn add_chat(&mut self, chat: Chat) {
        self.groups.chats.insert(chat.id, chat);
    }

    /// The hash by which `viewer` names a channel.
    pub fn channel_hash(&self, viewer: i64, channel: i64) -> i64 {
        access_hash(self.seed, viewer, Opens::Channel(channel))
    }

    /// The hash by which `viewer` names a group call.
    pub fn group_hash(&self, viewer: i64, call: i64) -> i64 {
        access_hash(self.seed, viewer, Opens::GroupCall(call))
    }

    pub(super) fn group_method(&mut self, now: Time, account: i64, device: u32, request: &Group) -> Answer {
        if let Some(call) = request.needs_chat()
            && self.group_of(account, call).is_ok_and(|id| self.groups.conferences.is_one(id))
        {
            return fail(400, "TEST_NOT_IN_CONFERENCES");
        }
        match request {
            Group::Create { is_rtmp, peer, random_id, title, schedule_date } => {
                let wish = life::NewCall {
                    is_rtmp: *is_rtmp,
                    random_id: *random_id,
                    title: title.clone(),
                    schedule_date: *schedule_date,
                };
                self.create_group(now, account, *peer, wish)
            }
            Group::Start { call } => self.start_group(now, account, *call),
            Group::Subscribe { call, subscribed } => self.subscribe_group(now, account, *call, *subscribed),
            Group::Join { call, muted, join_as, invite_hash, key, params } => {
                let joining = Joining {
                    muted: *muted,
                    join_as: *join_as,
                    invite_hash: invite_hash.as_deref(),
                    key: key.as_ref().map(|(key, block)| (*key, block.as_slice())),
                    params,
                };
                let id = self.group_by_any_name(account, *call)?;
                self.join_group(now, (account, device), id, &joining)
            }
            Group::Leave { call, source } => self.leave_group(now, account, *call, *source),
            Group::Discard { call } => self.discard_group(now, account, *call),
            Group::JoinPresentation { call, params } => self.join_presentation(now, account, *call, params),
            Group::LeavePresentation { call } => self.leave_presentation(now, account, *call),
            Group::Get { call, limit } => {
                let id = self.group_by_any_name(account, *call)?;
                self.get_group(account, id, *limit)
            }
            Group::Participants { call, ids, sources, offset, limit } => {
                self.group_participants(account, *call, ids, sources, offset, *limit)
            }
            Group::Check { call, sources } => self.check_group(now, account, *call, sources),
            Group::Edit { call, participant, edit } => self.edit_member(now, account, *call, *participant, *edit),
            Group::Invite { call, users } => self.invite_to_group(now, account, *call, users),
            Group::Export { call, can_self_unmute } => self.export_group(account, *call, *can_self_unmute),
            Group::Settings { call, reset_invite_hash, join_muted, messages_enabled } => {
                self.set_group(now, account, *call, *reset_invite_hash, *join_muted, *messages_enabled)
            }
            Group::Title { call, title } => self.title_group(now, account, *call, title),
            Group::Record { call, start, video } => self.record_group(now, account, *call, *start, *video),
            Group::GetJoinAs { peer } => self.join_as_peers(account, *peer),
            Group::SaveJoinAs { peer, join_as } => self.save_join_as(account, *peer, *join_as),
            Group::StreamChannels { call } => self.stream_channels(now, account, *call),
            Group::Part(wanted) => self.stream_part(now, account, wanted),
            Group::RtmpUrl { peer, revoke } => self.rtmp_url(account, *peer, *revoke),
            Group::SendMessage { call, text, stars } => self.group_message(now, account, *call, text, *stars),
            Group::DeleteMessages { call, ids } => self.delete_messages(now, account, *call, ids),
            Group::DeleteMessagesOf { call, participant } => self.delete_messages_of(now, account, *call, *participant),
            Group::Stars { call } => self.group_stars(account, *call),
            Group::SaveSendAs { call, send_as } => self.save_send_as(account, *call, *send_as),
            Group::Conference(request) => self.conference_method(now, (account, device), request),
        }
    }

    // ---- What several methods need

    /// The chat that somebody names, if he is in it.
    fn chat_of(&self, account: i64, peer: Somebody) -> Result<i64, Failure> {
        let id = match peer {
            Somebody::Other(PeerId::Chat(id), _) => id,
            Somebody::Other(PeerId::Channel(id), hash) if hash == self.channel_hash(account, id) => id,
            Somebody::Other(..) | Somebody::Myself | Somebody::Nobody => return fail(400, "PEER_ID_INVALID"),
        };
        match self.groups.chats.get(&id) {
            Some(chat) if chat.members.contains(&account) => Ok(id),
            Some(_) => fail(400, "CHANNEL_PRIVATE"),
            None => fail(400, "PEER_ID_INVALID"),
        }
    }

    /// The call that somebody names. Who is not in its chat may not be in it; in a conference, who was thrown out of it.
    fn group_of(&self, account: i64, call: Named) -> Result<i64, Failure> {
        let Named::Id { id, access_hash } = call else { return fail(400, "GROUPCALL_INVALID") };
        let Some(known) = self.groups.calls.get(&id) else { return fail(400, "GROUPCALL_INVALID") };
        if access_hash != self.group_hash(account, id) || known.is_over {
            return fail(400, "GROUPCALL_INVALID");
        }
        if known.chat.is_none() {
            return self.conference_for(account, id);
        }
        if !self.groups.chat_around(id).is_some_and(|chat| chat.members.contains(&account)) {
            return fail(403, "GROUPCALL_FORBIDDEN");
        }
        Ok(id)
    }

    /// The same, for an admin.
    fn group_of_admin(&self, account: i64, call: Named) -> Result<i64, Failure> {
        let id = self.group_of(account, call)?;
        if self.is_group_admin(account, id) { Ok(id) } else { fail(403, "GROUPCALL_FORBIDDEN") }
    }

    /// An admin of the chat, or who has made the conference.
    fn is_group_admin(&self, account: i64, call: i64) -> bool {
        match self.groups.chat_around(call) {
            Some(chat) => chat.admins.contains(&account),
            None => self.groups.calls.get(&call).is_some_and(|call| call.creator == account),
        }
    }

    /// As whom somebody is in a call.
    fn peer_in(&self, account: i64, call: i64) -> Option<PeerId> {
        let members = &self.groups.calls.get(&call)?.members;
        members.values().find(|member| member.account == account).map(|member| member.peer)
    }

    fn devices_in(&self, call: i64) -> Devices {
        let members = self.groups.calls.get(&call).map(|call| &call.members);
        members.into_iter().flatten().map(|(_, member)| (member.account, member.device)).collect()
    }

    /// All devices of all members of the chat; of a conference, of those who are in.
    fn devices_around(&self, call: i64) -> Devices {
        let members: BTreeSet<i64> = match self.groups.chat_around(call) {
            Some(chat) => chat.members.clone(),
            None => self.devices_in(call).into_iter().map(|(account, _)| account).collect(),
        };
        members.into_iter().flat_map(|one| self.devices_of(one).into_iter().map(move |device| (one, device))).collect()
    }

    /// Tells devices something that each sees in his own way. Who has asked for it gets it as his answer.
    fn tell(&mut self, now: Time, to: &Devices, except: Option<i64>, update: impl Fn(&Server, i64) -> Vec<Object>) {
        for (account, device) in to {
            if except != Some(*account) {
                let updates = update(self, *account);
                self.post(now, *account, *device, updates);
            }
        }
    }

    /// News of some people, to all who are in, and as the answer to who has caused it. `counts`: one more version.
    fn news_of(&mut self, now: Time, id: i64, peers: &[PeerId], how: objects::How, asked_by: Option<i64>) -> Value {
        if let Some(call) = self.groups.calls.get_mut(&id)
            && how.counts()
        {
            call.version += 1;
        }
        let devices = self.devices_in(id);
        let peers = peers.to_vec();
        let update = |server: &Server, viewer: i64| vec![server.participants_update(viewer, id, &peers, how)];
        self.tell(now, &devices, asked_by, update);
        let own = asked_by.map(|account| update(self, account)).unwrap_or_default();
        self.updates(now, asked_by.unwrap_or(0), own)
    }

    /// News of the call itself, to all who are in; `around`: to the whole chat.
    fn news_of_call(&mut self, now: Time, id: i64, asked_by: i64, around: bool) -> Value {
        let devices = if around { self.devices_around(id) } else { self.devices_in(id) };
        let update = |server: &Server, viewer: i64| vec![server.call_update(viewer, id)];
        self.tell(now, &devices, Some(asked_by), update);
        let own = update(self, asked_by);
        self.updates(now, asked_by, own)
    }

    /// Throws out those whom the media server has not heard for too long.
    pub(super) fn expire_groups(&mut self, now: Time) {
        self.expire_invitations(now);
        if self.groups.look_at.is_none_or(|at| at > now) {
            return;
        }
        self.turn_broadcasts(now);
        let silence = self.groups.knobs.silence;
        let media = &self.groups.media;
        let is_silent = |member: &Member| {
            // Who gets a stream is heard by what he asks.
            let heard_at = member.leg.map_or(Some(member.told_at), |leg| media.last_heard(leg));
            heard_at.is_some_and(|at| now.since(at.max(member.joined_at)) >= silence)
        };
        let silent: Vec<(i64, PeerId)> = self
            .groups
            .calls
            .values()
            .flat_map(|call| call.members.values().filter(|one| is_silent(one)).map(|one| (call.id, one.peer)))
            .collect();
        for (call, peer) in silent {
            self.note(now, format!("{peer:?} is not heard in group call {call} any more"));
            self.throw_out(now, call, peer);
        }
        self.groups.look_at = (!self.groups.is_idle()).then(|| now + LOOK_EVERY);
    }

    /// Somebody is taken out of a call, and out of the chat if he is not to come back.
    pub fn kick(&mut self, now: Time, call: i64, account: i64, for_ever: bool) {
        let Some(peer) = self.peer_in(account, call) else { return };
        if for_ever {
            let chat = self.groups.calls.get(&call).and_then(|call| call.chat);
            if let Some(chat) = chat.and_then(|chat| self.groups.chats.get_mut(&chat)) {
                chat.members.remove(&account);
            }
        }
        self.throw_out(now, call, peer);
    }
}
