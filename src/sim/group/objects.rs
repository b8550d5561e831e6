//! The objects of a group call, as one viewer sees them.

use super::{GroupCall, Member, Presentation};
use crate::sim::encoder::{Object, Value};
use crate::sim::server::Server;
use crate::types::PeerId;

/// What news of somebody say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Came,
    Left,
    /// For all to see: one more version.
    Changed,
    /// Sound and wishes, which no version counts.
    Switched,
    /// No news: an entry of the list.
    Listed,
}

impl How {
    pub fn counts(self) -> bool {
        match self {
            How::Came | How::Left | How::Changed => true,
            How::Switched | How::Listed => false,
        }
    }
}

pub fn peer_object(peer: PeerId) -> Object {
    match peer {
        PeerId::User(id) => Object::new("peerUser").with("user_id", id),
        PeerId::Chat(id) => Object::new("peerChat").with("chat_id", id),
        PeerId::Channel(id) => Object::new("peerChannel").with("channel_id", id),
    }
}

impl Server {
    /// `inputGroupCall` as the viewer would name it, which updates use, too.
    pub(super) fn group_name(&self, viewer: i64, id: i64) -> Object {
        Object::new("inputGroupCall").with("id", id).with("access_hash", self.group_hash(viewer, id))
    }

    /// `groupCall` or `groupCallDiscarded`.
    pub(super) fn group_object(&self, viewer: i64, call: &GroupCall) -> Object {
        let hash = self.group_hash(viewer, call.id);
        if call.is_over {
            let duration = call.start_date.max(1);
            return Object::new("groupCallDiscarded")
                .with("id", call.id)
                .with("access_hash", hash)
                .with("duration", duration);
        }
        let is_admin = self.is_group_admin(viewer, call.id);
        let is_conference = call.chat.is_none();
        Object::new("groupCall")
            .flag("join_muted", call.join_muted)
            .flag("can_change_join_muted", is_admin && !is_conference)
            .flag("schedule_start_subscribed", call.subscribers.contains(&viewer))
            .flag("can_start_video", true)
            .flag("record_video_active", call.is_video_recorded)
            .flag("rtmp_stream", call.is_rtmp)
            .flag("conference", is_conference)
            .flag("creator", call.creator == viewer)
            .flag("messages_enabled", call.messages_enabled)
            .flag("can_change_messages_enabled", is_admin)
            .with("id", call.id)
            .with("access_hash", hash)
            .with("participants_count", i32::try_from(call.members.len()).unwrap_or(i32::MAX))
            .with_some("title", call.title.as_deref())
            .with_some("stream_dc_id", call.is_rtmp.then_some(2))
            .with_some("record_start_date", call.record_start_date)
            .with_some("schedule_date", call.schedule_date)
            .with("unmuted_video_limit", 30)
            .with("version", call.version)
            .with_some("invite_link", self.groups.conferences.link(call.id).as_deref())
    }

    pub(super) fn call_update(&self, viewer: i64, id: i64) -> Object {
        let Some(call) = self.groups.calls.get(&id) else { return Object::new("updateConfig") };
        let peer = self.groups.chat_around(id).map(|chat| peer_object(chat.peer()));
        Object::new("updateGroupCall").with_some("peer", peer).with("call", self.group_object(viewer, call))
    }

    pub(super) fn participants_update(&self, viewer: i64, id: i64, peers: &[PeerId], how: How) -> Object {
        let call = self.groups.calls.get(&id);
        let members = peers.iter().filter_map(|peer| call?.members.get(peer));
        let participants: Vec<Value> = members.map(|one| self.participant(viewer, one, how).into()).collect();
        Object::new("updateGroupCallParticipants")
            .with("call", self.group_name(viewer, id))
            .with("participants", participants)
            .with("version", call.map_or(0, |call| call.version))
    }

    pub(super) fn participant(&self, viewer: i64, member: &Member, how: How) -> Object {
        let is_self = member.account == viewer;
        let is_min = self.groups.knobs.min_news && !is_self && how != How::Listed;
        let personal = member.personal.get(&viewer).copied().unwrap_or_default();
        let personal = if is_min { Default::default() } else { personal };
        let volume = personal.volume.or(member.volume);
        let camera = (!member.video_stopped && !member.groups.is_empty())
            .then(|| pictures(&member.endpoint, &member.groups, member.video_paused, None));
        let screen = member.presentation.as_ref().map(|screen| {
            let Presentation { source, endpoint, groups, is_paused, .. } = screen;
            pictures(endpoint, groups, *is_paused, Some(*source).filter(|source| *source != 0))
        });
        Object::new("groupCallParticipant")
            .flag("muted", member.is_muted)
            .flag("left", how == How::Left)
            .flag("can_self_unmute", member.can_self_unmute)
            .flag("just_joined", how == How::Came)
            .flag("versioned", how.counts())
            .flag("min", is_min)
            .flag("muted_by_you", personal.is_muted)
            .flag("volume_by_admin", volume.is_some() && personal.volume.is_none())
            .flag("self", is_self)
            .flag("video_joined", camera.is_some())
            .with("peer", peer_object(member.peer))
            .with("date", member.date)
            .with_some("active_date", member.active_date)
            .with("source", member.source)
            .with_some("volume", volume)
            .with_some("raise_hand_rating", member.hand)
            .with_some("video", camera)
            .with_some("presentation", screen)
    }
}

fn pictures(endpoint: &str, groups: &[super::server::SourceGroup], is_paused: bool, audio: Option<i32>) -> Object {
    let groups: Vec<Value> = groups
        .iter()
        .map(|group| {
            let sources: Vec<Value> = group.sources.iter().map(|source| Value::Int(*source)).collect();
            Object::new("groupCallParticipantVideoSourceGroup")
                .with("semantics", group.semantics.as_str())
                .with("sources", sources)
                .into()
        })
        .collect();
    Object::new("groupCallParticipantVideo")
        .flag("paused", is_paused)
        .with("endpoint", endpoint)
        .with("source_groups", groups)
        .with_some("audio_source", audio)
}
