//! From Telegram's objects to news about a group call, as much of them as a call can have.

use super::info::{Info, Name, Told};
use super::join::{Answer, BadAnswer, MAX_GROUP, Semantics, SourceGroup, unsigned};
use super::participant::{Entry, Participant, Pictures};
use super::roster::{News, Page};
use crate::tl::{Batch, Seq, enums, types};
use crate::types::PeerId;

/// The longest text of a call or a participant that is kept: a title has 64 characters, a bio 140.
const TEXT: usize = 1024;
/// The longest name of a picture.
pub const ENDPOINT: usize = 256;

/// What is said about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallNews {
    Told(Box<Told>),
    /// It is over for all, after so many seconds.
    Discarded {
        duration_s: i32,
    },
}

pub fn peer(peer: &enums::Peer) -> PeerId {
    match peer {
        enums::Peer::User(peer) => PeerId::User(peer.user_id),
        enums::Peer::Chat(peer) => PeerId::Chat(peer.chat_id),
        enums::Peer::Channel(peer) => PeerId::Channel(peer.channel_id),
    }
}

/// The name of a call; `None` for a conference that is named in another way.
pub fn name(call: &enums::InputGroupCall<'_>) -> Option<Name> {
    match call {
        enums::InputGroupCall::InputGroupCall(call) => Some(Name { id: call.id, access_hash: call.access_hash }),
        enums::InputGroupCall::InviteMessage(_) | enums::InputGroupCall::Slug(_) => None,
    }
}

/// `GroupCall`: which call, and what of it.
pub fn call(call: &enums::GroupCall<'_>) -> (Name, CallNews) {
    match call {
        enums::GroupCall::Discarded(call) => {
            let types::GroupCallDiscarded { id, access_hash, duration } = *call;
            (Name { id, access_hash }, CallNews::Discarded { duration_s: duration })
        }
        enums::GroupCall::GroupCall(call) => {
            let told = Told { info: info(call), is_min: call.min };
            (Name { id: call.id, access_hash: call.access_hash }, CallNews::Told(Box::new(told)))
        }
    }
}

fn info(call: &types::GroupCall<'_>) -> Info {
    Info {
        version: call.version,
        people: call.participants_count,
        title: call.title.and_then(text),
        join_muted: call.join_muted,
        can_change_join_muted: call.can_change_join_muted,
        join_date_ascending: call.join_date_asc,
        schedule_date: call.schedule_date,
        start_subscribed: call.schedule_start_subscribed,
        can_start_video: call.can_start_video,
        unmuted_video_count: call.unmuted_video_count,
        unmuted_video_limit: call.unmuted_video_limit,
        record_start_date: call.record_start_date,
        is_video_recorded: call.record_video_active,
        is_rtmp: call.rtmp_stream,
        stream_dc: call.stream_dc_id,
        are_listeners_hidden: call.listeners_hidden,
        is_conference: call.conference,
        is_creator: call.creator,
        messages_enabled: call.messages_enabled,
        can_change_messages_enabled: call.can_change_messages_enabled,
        paid_stars: call.send_paid_messages_stars,
        invite_link: call.invite_link.and_then(text),
        default_send_as: call.default_send_as.as_ref().map(peer),
    }
}

/// `updateGroupCallParticipants`, without the name of the call.
pub fn people(update: &types::UpdateGroupCallParticipants<'_>) -> News {
    News { version: update.version, entries: entries(&update.participants) }
}

/// `phone.groupCall`: the first page of its people. Those of an ended call are none.
pub fn first_page(answer: &types::PhoneGroupCall<'_>) -> Page {
    let (version, total) = match &answer.call {
        enums::GroupCall::GroupCall(call) => (call.version, call.participants_count),
        enums::GroupCall::Discarded(_) => (0, 0),
    };
    let next_offset = String::from_utf8_lossy(answer.participants_next_offset).into_owned();
    Page { version, total, entries: entries(&answer.participants), next_offset }
}

/// `phone.groupParticipants`.
pub fn page(answer: &types::PhoneGroupParticipants<'_>) -> Page {
    Page {
        version: answer.version,
        total: answer.count,
        entries: entries(&answer.participants),
        next_offset: String::from_utf8_lossy(answer.next_offset).into_owned(),
    }
}

/// What the answer to a join says: `None` if there is no `updateGroupCallConnection` in it. Of two the first counts.
pub fn connection(batch: &Batch<'_>, of_screen: bool) -> Option<Result<Answer, BadAnswer>> {
    let params = batch.updates().filter_map(Result::ok).find_map(|update| match update {
        enums::Update::GroupCallConnection(update) if update.presentation == of_screen => Some(update.params.data),
        _ => None,
    });
    params.map(Answer::parse)
}

fn entries(list: &Seq<'_, types::GroupCallParticipant<'_>>) -> Vec<Entry> {
    list.iter().map_while(Result::ok).map(|one| entry(&one)).collect()
}

/// `groupCallParticipant`.
pub fn entry(one: &types::GroupCallParticipant<'_>) -> Entry {
    let participant = Participant {
        peer: peer(&one.peer),
        date: one.date,
        active_date: one.active_date.unwrap_or(0),
        source: unsigned(one.source),
        is_muted: one.muted,
        can_self_unmute: one.can_self_unmute,
        is_muted_for_me: one.muted_by_you,
        volume: one.volume.and_then(|volume| u32::try_from(volume).ok()),
        is_volume_by_admin: one.volume_by_admin,
        is_self: one.self_,
        is_video_joined: one.video_joined,
        hand: one.raise_hand_rating.unwrap_or(0),
        about: one.about.and_then(text).map(String::into_boxed_str),
        camera: one.video.as_ref().and_then(pictures),
        screen: one.presentation.as_ref().and_then(pictures),
        paid_stars: one.paid_stars_total.unwrap_or(0),
        version: 0,
    };
    Entry {
        participant,
        has_left: one.left,
        has_just_joined: one.just_joined,
        is_versioned: one.versioned,
        is_min: one.min,
    }
}

/// `None` for pictures that could not be asked for.
fn pictures(video: &types::GroupCallParticipantVideo<'_>) -> Option<Box<Pictures>> {
    if video.endpoint.len() > ENDPOINT {
        return None;
    }
    let group = |group: types::GroupCallParticipantVideoSourceGroup<'_>| {
        let sources = group.sources.iter().map_while(Result::ok).take(MAX_GROUP).map(unsigned).collect();
        Some(SourceGroup { semantics: Semantics::parse(group.semantics)?, sources })
    };
    Some(Box::new(Pictures {
        is_paused: video.paused,
        endpoint: core::str::from_utf8(video.endpoint).ok()?.into(),
        groups: video.source_groups.iter().map_while(Result::ok).take(MAX_GROUP).filter_map(group).collect(),
        audio: video.audio_source.map(unsigned),
    }))
}

/// Text that is not too long, as readable as it is.
fn text(bytes: &[u8]) -> Option<String> {
    (bytes.len() <= TEXT).then(|| String::from_utf8_lossy(bytes).into_owned())
}
