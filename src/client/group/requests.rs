//! The bytes of a group call's requests.

use super::{Peer, Recording};
use crate::client::engine::stream::MAX_PART;
use crate::group::info::Name;
use crate::group::join::{Offer, signed};
use crate::group::roster::Wanted;
use crate::group::showing::Tell;
use crate::tl::{self, Encode, Seq, enums, functions, types};
use crate::types::Ssrc;
#[cfg(feature = "conference")]
use crate::types::UserId;

/// How many people a page of the list has.
const PAGE: i32 = 100;

/// Nothing that we send comes near the lengths TL cannot hold: the inlets of the API see to that.
fn bytes(request: &impl Encode) -> Vec<u8> {
    tl::encode(request).expect("every field of a request is bounded when it is taken in")
}

pub fn input(name: Name) -> enums::InputGroupCall<'static> {
    enums::InputGroupCall::InputGroupCall(types::InputGroupCall { id: name.id, access_hash: name.access_hash })
}

/// `phone.createGroupCall`.
pub fn create(chat: Peer, random_id: i32, title: &str, schedule_date: Option<i32>, is_rtmp: bool) -> Vec<u8> {
    bytes(&functions::PhoneCreateGroupCall {
        rtmp_stream: is_rtmp,
        peer: chat.input(),
        random_id,
        title: (!title.is_empty()).then_some(title.as_bytes()),
        schedule_date,
    })
}

/// `phone.createConferenceCall`. Without `entry` nobody is in it.
#[cfg(feature = "conference")]
pub fn create_conference(random_id: i32, entry: Option<(&BlockAndKey<'_>, Switches, &Offer)>) -> Vec<u8> {
    let params = entry.map(|(_, _, offer)| offer.to_json());
    let (is_muted, shows_camera) =
        entry.map_or((false, false), |(_, switches, _)| (switches.is_muted, switches.shows_camera));
    bytes(&functions::PhoneCreateConferenceCall {
        muted: is_muted,
        video_stopped: entry.is_some() && !shows_camera,
        random_id,
        join: entry.zip(params.as_ref()).map(|((BlockAndKey { public_key, block }, ..), params)| {
            functions::ConferenceJoin { public_key, block, params: types::DataJSON { data: params.as_bytes() } }
        }),
    })
}

/// With what somebody comes into a conference.
#[derive(Clone, Copy)]
pub struct BlockAndKey<'a> {
    pub public_key: &'a [u8; 32],
    pub block: &'a [u8],
}

/// How somebody comes in.
#[derive(Clone, Copy)]
pub struct Switches {
    pub is_muted: bool,
    pub shows_camera: bool,
}

/// `phone.joinGroupCall`. The offer holds a password, and so do the bytes: as long as any request they live.
pub fn join(
    call: enums::InputGroupCall<'_>,
    join_as: Peer,
    invite_hash: Option<&str>,
    switches: Switches,
    key: Option<BlockAndKey<'_>>,
    offer: &Offer,
) -> Vec<u8> {
    let params = offer.to_json();
    bytes(&functions::PhoneJoinGroupCall {
        muted: switches.is_muted,
        video_stopped: !switches.shows_camera,
        call,
        join_as: join_as.input(),
        invite_hash: invite_hash.map(str::as_bytes),
        key: key.map(|BlockAndKey { public_key, block }| functions::JoinKey { public_key, block }),
        params: types::DataJSON { data: params.as_bytes() },
    })
}

/// `phone.joinGroupCallPresentation`. As [`join`].
pub fn join_presentation(name: Name, offer: &Offer) -> Vec<u8> {
    let params = offer.to_json();
    bytes(&functions::PhoneJoinGroupCallPresentation {
        call: input(name),
        params: types::DataJSON { data: params.as_bytes() },
    })
}

/// `phone.leaveGroupCallPresentation`.
pub fn leave_presentation(name: Name) -> Vec<u8> {
    bytes(&functions::PhoneLeaveGroupCallPresentation { call: input(name) })
}

/// `phone.leaveGroupCall`.
pub fn leave(name: Name, source: Ssrc) -> Vec<u8> {
    bytes(&functions::PhoneLeaveGroupCall { call: input(name), source: signed(source) })
}

/// `phone.checkGroupCall`.
pub fn check(name: Name, sources: &[Ssrc]) -> Vec<u8> {
    let sources: Vec<i32> = sources.iter().copied().map(signed).collect();
    bytes(&functions::PhoneCheckGroupCall { call: input(name), sources: Seq::of(&sources) })
}

/// `phone.getGroupCall`, or `phone.getGroupParticipants`.
pub fn want(call: enums::InputGroupCall<'_>, wanted: &Wanted) -> Vec<u8> {
    let people = |sources: &[i32], offset: &str| {
        bytes(&functions::PhoneGetGroupParticipants {
            call,
            ids: Seq::empty(),
            sources: Seq::of(sources),
            offset: offset.as_bytes(),
            limit: PAGE,
        })
    };
    match wanted {
        Wanted::First => bytes(&functions::PhoneGetGroupCall { call, limit: PAGE }),
        Wanted::Next(offset) => people(&[], offset),
        Wanted::Of { peers, sources } => {
            let all: Vec<i32> =
                peers.iter().map(|(_, source)| *source).chain(sources.iter().copied()).map(signed).collect();
            people(&all, "")
        }
    }
}

/// `phone.getGroupCallChainBlocks`. Offset -1: the newest.
#[cfg(feature = "conference")]
pub fn chain(call: enums::InputGroupCall<'_>, sub_chain_id: i32, offset: i32, limit: i32) -> Vec<u8> {
    bytes(&functions::PhoneGetGroupCallChainBlocks { call, sub_chain_id, offset, limit })
}

/// `phone.sendConferenceCallBroadcast`.
#[cfg(feature = "conference")]
pub fn broadcast(name: Name, broadcast: &[u8]) -> Vec<u8> {
    bytes(&functions::PhoneSendConferenceCallBroadcast { call: input(name), block: broadcast })
}

/// `phone.deleteConferenceCallParticipants`: those who have left, or, with `kick`, whoever they are, for ever.
#[cfg(feature = "conference")]
pub fn remove(name: Name, users: &[UserId], kick: bool, block: &[u8]) -> Vec<u8> {
    let ids: Vec<i64> = users.iter().map(|user| user.0).collect();
    bytes(&functions::PhoneDeleteConferenceCallParticipants {
        only_left: !kick,
        kick,
        call: input(name),
        ids: Seq::of(&ids),
        block,
    })
}

/// `upload.getFile` of a part of a stream, of one second. `video`: channel and quality.
pub fn part(name: Name, time_ms: i64, scale: i32, video: Option<(i32, i32)>) -> Vec<u8> {
    let video = video.map(|(video_channel, video_quality)| types::StreamVideo { video_channel, video_quality });
    let location = types::InputGroupCallStream { call: input(name), time_ms, scale, video };
    bytes(&functions::UploadGetFile {
        precise: false,
        cdn_supported: false,
        location: enums::InputFileLocation::InputGroupCallStream(location),
        offset: 0,
        limit: MAX_PART as i32,
    })
}

/// `phone.getGroupCallStreamChannels`.
pub fn channels(name: Name) -> Vec<u8> {
    bytes(&functions::PhoneGetGroupCallStreamChannels { call: input(name) })
}

/// What `phone.editGroupCallParticipant` is to change: one thing at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    Muted(bool),
    Volume(u32),
    Hand(bool),
    Pictures(Tell),
}

/// `phone.editGroupCallParticipant`.
pub fn edit(name: Name, participant: Peer, edit: Edit) -> Vec<u8> {
    let (mut muted, mut volume, mut raise_hand) = (None, None, None);
    let mut pictures = Tell::default();
    match edit {
        Edit::Muted(is_muted) => muted = Some(is_muted),
        Edit::Volume(wanted) => volume = i32::try_from(wanted).ok(),
        Edit::Hand(is_raised) => raise_hand = Some(is_raised),
        Edit::Pictures(tell) => pictures = tell,
    }
    bytes(&functions::PhoneEditGroupCallParticipant {
        call: input(name),
        participant: participant.input(),
        muted,
        volume,
        raise_hand,
        video_stopped: pictures.video_stopped,
        video_paused: pictures.video_paused,
        presentation_paused: pictures.presentation_paused,
    })
}

/// `phone.discardGroupCall`.
pub fn discard(name: Name) -> Vec<u8> {
    bytes(&functions::PhoneDiscardGroupCall { call: input(name) })
}

/// `phone.editGroupCallTitle`.
pub fn title(name: Name, title: &str) -> Vec<u8> {
    bytes(&functions::PhoneEditGroupCallTitle { call: input(name), title: title.as_bytes() })
}

/// `phone.startScheduledGroupCall`.
pub fn start(name: Name) -> Vec<u8> {
    bytes(&functions::PhoneStartScheduledGroupCall { call: input(name) })
}

/// `phone.toggleGroupCallStartSubscription`.
pub fn subscribe(name: Name, subscribed: bool) -> Vec<u8> {
    bytes(&functions::PhoneToggleGroupCallStartSubscription { call: input(name), subscribed })
}

/// What `phone.toggleGroupCallSettings` is to change: one thing at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    JoinMuted(bool),
    MessagesEnabled(bool),
    PaidStars(i64),
    ResetLink,
}

/// `phone.toggleGroupCallSettings`.
pub fn settings(name: Name, setting: Setting) -> Vec<u8> {
    let (mut join_muted, mut messages_enabled, mut send_paid_messages_stars) = (None, None, None);
    match setting {
        Setting::JoinMuted(on) => join_muted = Some(on),
        Setting::MessagesEnabled(on) => messages_enabled = Some(on),
        Setting::PaidStars(stars) => send_paid_messages_stars = Some(stars),
        Setting::ResetLink => {}
    }
    bytes(&functions::PhoneToggleGroupCallSettings {
        reset_invite_hash: setting == Setting::ResetLink,
        call: input(name),
        join_muted,
        messages_enabled,
        send_paid_messages_stars,
    })
}

/// `phone.toggleGroupCallRecord`.
pub fn record(name: Name, recording: Option<Recording>, title: &str) -> Vec<u8> {
    let video_portrait = match recording {
        None | Some(Recording::Sound) => None,
        Some(Recording::Landscape) => Some(false),
        Some(Recording::Portrait) => Some(true),
    };
    bytes(&functions::PhoneToggleGroupCallRecord {
        start: recording.is_some(),
        call: input(name),
        title: (recording.is_some() && !title.is_empty()).then_some(title.as_bytes()),
        video_portrait,
    })
}

/// `phone.inviteToGroupCall`.
pub fn invite(name: Name, users: &[enums::InputUser<'_>]) -> Vec<u8> {
    bytes(&functions::PhoneInviteToGroupCall { call: input(name), users: Seq::of(users) })
}

/// `phone.inviteConferenceCallParticipant`.
#[cfg(feature = "conference")]
pub fn invite_user(name: Name, user_id: enums::InputUser<'_>, video: bool) -> Vec<u8> {
    bytes(&functions::PhoneInviteConferenceCallParticipant { video, call: input(name), user_id })
}

/// `phone.declineConferenceCallInvite`.
#[cfg(feature = "conference")]
pub fn decline(msg_id: i32) -> Vec<u8> {
    bytes(&functions::PhoneDeclineConferenceCallInvite { msg_id })
}

/// `phone.sendGroupCallEncryptedMessage`.
#[cfg(feature = "conference")]
pub fn sealed_message(name: Name, encrypted_message: &[u8]) -> Vec<u8> {
    bytes(&functions::PhoneSendGroupCallEncryptedMessage { call: input(name), encrypted_message })
}

/// `phone.exportGroupCallInvite`.
pub fn export_link(name: Name, can_self_unmute: bool) -> Vec<u8> {
    bytes(&functions::PhoneExportGroupCallInvite { can_self_unmute, call: input(name) })
}

/// `phone.getGroupCallJoinAs`.
pub fn join_as(chat: Peer) -> Vec<u8> {
    bytes(&functions::PhoneGetGroupCallJoinAs { peer: chat.input() })
}

/// `phone.saveDefaultGroupCallJoinAs`.
pub fn save_join_as(chat: Peer, join_as: Peer) -> Vec<u8> {
    bytes(&functions::PhoneSaveDefaultGroupCallJoinAs { peer: chat.input(), join_as: join_as.input() })
}

/// `phone.getGroupCallStreamRtmpUrl`.
pub fn rtmp(peer: Peer, is_story: bool, revoke: bool) -> Vec<u8> {
    bytes(&functions::PhoneGetGroupCallStreamRtmpUrl { live_story: is_story, peer: peer.input(), revoke })
}

/// `phone.sendGroupCallMessage`.
pub fn message(name: Name, random_id: i64, text: &str, paid_stars: Option<i64>) -> Vec<u8> {
    bytes(&functions::PhoneSendGroupCallMessage {
        call: input(name),
        random_id,
        message: types::TextWithEntities { text: text.as_bytes(), entities: Seq::empty() },
        allow_paid_stars: paid_stars,
        send_as: None,
    })
}

/// `phone.deleteGroupCallMessages`.
pub fn delete_messages(name: Name, ids: &[i32], report_spam: bool) -> Vec<u8> {
    bytes(&functions::PhoneDeleteGroupCallMessages { report_spam, call: input(name), messages: Seq::of(ids) })
}

/// `phone.deleteGroupCallParticipantMessages`.
pub fn delete_messages_of(name: Name, participant: Peer, report_spam: bool) -> Vec<u8> {
    bytes(&functions::PhoneDeleteGroupCallParticipantMessages {
        report_spam,
        call: input(name),
        participant: participant.input(),
    })
}

/// `phone.getGroupCallStars`.
pub fn stars(name: Name) -> Vec<u8> {
    bytes(&functions::PhoneGetGroupCallStars { call: input(name) })
}

/// `phone.saveDefaultSendAs`.
pub fn save_send_as(name: Name, peer: Peer) -> Vec<u8> {
    bytes(&functions::PhoneSaveDefaultSendAs { call: input(name), send_as: peer.input() })
}
