//! What devices ask about group calls, decoded and owned.

use super::conference;
use super::conference::request::Conference;
use super::stream::Wanted;
use crate::sim::request::{Unreadable, read, text};
use crate::tl::{enums, functions, types};
use crate::types::PeerId;

/// What the link of a conference ends in. All that are given out are of one length.
pub type Slug = [u8; 22];

/// `InputGroupCall`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    Id {
        id: i64,
        access_hash: i64,
    },
    /// A conference, by its link.
    Slug(Slug),
    /// A conference, by the number that the message of an invitation has for who asks.
    Message(i32),
    /// What can be the name of none.
    Nothing,
}

/// `InputPeer` and `InputUser`, as far as they name somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Somebody {
    Myself,
    Other(PeerId, i64),
    Nobody,
}

/// About a group call.
#[derive(Clone, Debug, PartialEq)]
pub enum Group {
    Create {
        is_rtmp: bool,
        peer: Somebody,
        random_id: i32,
        title: Option<String>,
        schedule_date: Option<i32>,
    },
    Start {
        call: Named,
    },
    Subscribe {
        call: Named,
        subscribed: bool,
    },
    Join {
        call: Named,
        muted: bool,
        join_as: Somebody,
        invite_hash: Option<String>,
        /// A public key, and the block that lets its owner in.
        key: Option<([u8; 32], Vec<u8>)>,
        params: String,
    },
    Leave {
        call: Named,
        source: i32,
    },
    Discard {
        call: Named,
    },
    Invite {
        call: Named,
        users: Vec<Somebody>,
    },
    Export {
        call: Named,
        can_self_unmute: bool,
    },
    Settings {
        call: Named,
        reset_invite_hash: bool,
        join_muted: Option<bool>,
        messages_enabled: Option<bool>,
    },
    Title {
        call: Named,
        title: String,
    },
    Get {
        call: Named,
        limit: i32,
    },
    Participants {
        call: Named,
        ids: Vec<Somebody>,
        sources: Vec<i32>,
        offset: String,
        limit: i32,
    },
    Check {
        call: Named,
        sources: Vec<i32>,
    },
    Record {
        call: Named,
        start: bool,
        video: bool,
    },
    Edit {
        call: Named,
        participant: Somebody,
        edit: Edit,
    },
    GetJoinAs {
        peer: Somebody,
    },
    SaveJoinAs {
        peer: Somebody,
        join_as: Somebody,
    },
    JoinPresentation {
        call: Named,
        params: String,
    },
    LeavePresentation {
        call: Named,
    },
    StreamChannels {
        call: Named,
    },
    /// A part of a stream.
    Part(Wanted),
    RtmpUrl {
        peer: Somebody,
        revoke: bool,
    },
    SendMessage {
        call: Named,
        text: String,
        stars: Option<i64>,
    },
    DeleteMessages {
        call: Named,
        ids: Vec<i32>,
    },
    DeleteMessagesOf {
        call: Named,
        participant: Somebody,
    },
    Stars {
        call: Named,
    },
    SaveSendAs {
        call: Named,
        send_as: Somebody,
    },
    Conference(Conference),
}

/// What `phone.editGroupCallParticipant` wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    pub muted: Option<bool>,
    pub volume: Option<i32>,
    pub raise_hand: Option<bool>,
    pub video_stopped: Option<bool>,
    pub video_paused: Option<bool>,
    pub presentation_paused: Option<bool>,
}

impl Group {
    /// The method's name in the schema.
    pub fn method(&self) -> &'static str {
        match self {
            Group::Create { .. } => "phone.createGroupCall",
            Group::Start { .. } => "phone.startScheduledGroupCall",
            Group::Subscribe { .. } => "phone.toggleGroupCallStartSubscription",
            Group::Join { .. } => "phone.joinGroupCall",
            Group::Leave { .. } => "phone.leaveGroupCall",
            Group::Discard { .. } => "phone.discardGroupCall",
            Group::Invite { .. } => "phone.inviteToGroupCall",
            Group::Export { .. } => "phone.exportGroupCallInvite",
            Group::Settings { .. } => "phone.toggleGroupCallSettings",
            Group::Title { .. } => "phone.editGroupCallTitle",
            Group::Get { .. } => "phone.getGroupCall",
            Group::Participants { .. } => "phone.getGroupParticipants",
            Group::Check { .. } => "phone.checkGroupCall",
            Group::Record { .. } => "phone.toggleGroupCallRecord",
            Group::Edit { .. } => "phone.editGroupCallParticipant",
            Group::GetJoinAs { .. } => "phone.getGroupCallJoinAs",
            Group::SaveJoinAs { .. } => "phone.saveDefaultGroupCallJoinAs",
            Group::JoinPresentation { .. } => "phone.joinGroupCallPresentation",
            Group::LeavePresentation { .. } => "phone.leaveGroupCallPresentation",
            Group::StreamChannels { .. } => "phone.getGroupCallStreamChannels",
            Group::Part(_) => "upload.getFile",
            Group::RtmpUrl { .. } => "phone.getGroupCallStreamRtmpUrl",
            Group::SendMessage { .. } => "phone.sendGroupCallMessage",
            Group::DeleteMessages { .. } => "phone.deleteGroupCallMessages",
            Group::DeleteMessagesOf { .. } => "phone.deleteGroupCallParticipantMessages",
            Group::Stars { .. } => "phone.getGroupCallStars",
            Group::SaveSendAs { .. } => "phone.saveDefaultSendAs",
            Group::Conference(request) => request.method(),
        }
    }

    /// The call that is meant by what only calls of chats have.
    pub(super) fn needs_chat(&self) -> Option<Named> {
        match self {
            Group::Start { call }
            | Group::Subscribe { call, .. }
            | Group::Invite { call, .. }
            | Group::Title { call, .. }
            | Group::Record { call, .. }
            | Group::StreamChannels { call }
            | Group::SendMessage { call, .. }
            | Group::DeleteMessages { call, .. }
            | Group::DeleteMessagesOf { call, .. }
            | Group::Stars { call }
            | Group::SaveSendAs { call, .. }
            | Group::Part(Wanted { call, .. }) => Some(*call),
            _ => None,
        }
    }
}

/// Reads a request; `None` if it is about something else.
pub fn decode(id: u32, bytes: &[u8]) -> Result<Option<Group>, Unreadable> {
    Ok(Some(match id {
        functions::PhoneCreateGroupCall::ID => {
            let request: functions::PhoneCreateGroupCall<'_> = read(bytes)?;
            Group::Create {
                is_rtmp: request.rtmp_stream,
                peer: peer(&request.peer),
                random_id: request.random_id,
                title: request.title.map(text),
                schedule_date: request.schedule_date,
            }
        }
        functions::PhoneStartScheduledGroupCall::ID => {
            let request: functions::PhoneStartScheduledGroupCall<'_> = read(bytes)?;
            Group::Start { call: named(&request.call) }
        }
        functions::PhoneToggleGroupCallStartSubscription::ID => {
            let request: functions::PhoneToggleGroupCallStartSubscription<'_> = read(bytes)?;
            Group::Subscribe { call: named(&request.call), subscribed: request.subscribed }
        }
        functions::PhoneJoinGroupCall::ID => {
            let request: functions::PhoneJoinGroupCall<'_> = read(bytes)?;
            Group::Join {
                call: named(&request.call),
                muted: request.muted,
                join_as: peer(&request.join_as),
                invite_hash: request.invite_hash.map(text),
                key: request.key.map(|key| (*key.public_key, key.block.to_vec())),
                params: text(request.params.data),
            }
        }
        functions::PhoneLeaveGroupCall::ID => {
            let request: functions::PhoneLeaveGroupCall<'_> = read(bytes)?;
            Group::Leave { call: named(&request.call), source: request.source }
        }
        functions::PhoneDiscardGroupCall::ID => {
            let request: functions::PhoneDiscardGroupCall<'_> = read(bytes)?;
            Group::Discard { call: named(&request.call) }
        }
        functions::PhoneGetGroupCall::ID => {
            let request: functions::PhoneGetGroupCall<'_> = read(bytes)?;
            Group::Get { call: named(&request.call), limit: request.limit }
        }
        functions::PhoneGetGroupParticipants::ID => {
            let request: functions::PhoneGetGroupParticipants<'_> = read(bytes)?;
            Group::Participants {
                call: named(&request.call),
                ids: request.ids.iter().map_while(Result::ok).map(|one| peer(&one)).collect(),
                sources: request.sources.iter().map_while(Result::ok).collect(),
                offset: text(request.offset),
                limit: request.limit,
            }
        }
        functions::PhoneCheckGroupCall::ID => {
            let request: functions::PhoneCheckGroupCall<'_> = read(bytes)?;
            Group::Check { call: named(&request.call), sources: request.sources.iter().map_while(Result::ok).collect() }
        }
        functions::PhoneEditGroupCallParticipant::ID => {
            let request: functions::PhoneEditGroupCallParticipant<'_> = read(bytes)?;
            Group::Edit {
                call: named(&request.call),
                participant: peer(&request.participant),
                edit: Edit {
                    muted: request.muted,
                    volume: request.volume,
                    raise_hand: request.raise_hand,
                    video_stopped: request.video_stopped,
                    video_paused: request.video_paused,
                    presentation_paused: request.presentation_paused,
                },
            }
        }
        _ => return settings(id, bytes),
    }))
}

fn settings(id: u32, bytes: &[u8]) -> Result<Option<Group>, Unreadable> {
    Ok(Some(match id {
        functions::PhoneInviteToGroupCall::ID => {
            let request: functions::PhoneInviteToGroupCall<'_> = read(bytes)?;
            Group::Invite {
                call: named(&request.call),
                users: request.users.iter().map_while(Result::ok).map(|one| user(&one)).collect(),
            }
        }
        functions::PhoneExportGroupCallInvite::ID => {
            let request: functions::PhoneExportGroupCallInvite<'_> = read(bytes)?;
            Group::Export { call: named(&request.call), can_self_unmute: request.can_self_unmute }
        }
        functions::PhoneToggleGroupCallSettings::ID => {
            let request: functions::PhoneToggleGroupCallSettings<'_> = read(bytes)?;
            Group::Settings {
                call: named(&request.call),
                reset_invite_hash: request.reset_invite_hash,
                join_muted: request.join_muted,
                messages_enabled: request.messages_enabled,
            }
        }
        functions::PhoneEditGroupCallTitle::ID => {
            let request: functions::PhoneEditGroupCallTitle<'_> = read(bytes)?;
            Group::Title { call: named(&request.call), title: text(request.title) }
        }
        functions::PhoneToggleGroupCallRecord::ID => {
            let request: functions::PhoneToggleGroupCallRecord<'_> = read(bytes)?;
            Group::Record { call: named(&request.call), start: request.start, video: request.video() }
        }
        functions::PhoneGetGroupCallJoinAs::ID => {
            let request: functions::PhoneGetGroupCallJoinAs<'_> = read(bytes)?;
            Group::GetJoinAs { peer: peer(&request.peer) }
        }
        functions::PhoneSaveDefaultGroupCallJoinAs::ID => {
            let request: functions::PhoneSaveDefaultGroupCallJoinAs<'_> = read(bytes)?;
            Group::SaveJoinAs { peer: peer(&request.peer), join_as: peer(&request.join_as) }
        }
        functions::PhoneJoinGroupCallPresentation::ID => {
            let request: functions::PhoneJoinGroupCallPresentation<'_> = read(bytes)?;
            Group::JoinPresentation { call: named(&request.call), params: text(request.params.data) }
        }
        functions::PhoneLeaveGroupCallPresentation::ID => {
            let request: functions::PhoneLeaveGroupCallPresentation<'_> = read(bytes)?;
            Group::LeavePresentation { call: named(&request.call) }
        }
        functions::PhoneGetGroupCallStreamChannels::ID => {
            let request: functions::PhoneGetGroupCallStreamChannels<'_> = read(bytes)?;
            Group::StreamChannels { call: named(&request.call) }
        }
        functions::UploadGetFile::ID => {
            let request: functions::UploadGetFile<'_> = read(bytes)?;
            // Nobody has other files.
            let enums::InputFileLocation::InputGroupCallStream(stream) = &request.location else {
                return Err(Unreadable::UnknownMethod(id));
            };
            Group::Part(Wanted {
                call: named(&stream.call),
                time_ms: stream.time_ms,
                scale: stream.scale,
                video: stream.video.map(|video| (video.video_channel, video.video_quality)),
                offset: request.offset,
                limit: request.limit,
            })
        }
        functions::PhoneGetGroupCallStreamRtmpUrl::ID => {
            let request: functions::PhoneGetGroupCallStreamRtmpUrl<'_> = read(bytes)?;
            Group::RtmpUrl { peer: peer(&request.peer), revoke: request.revoke }
        }
        _ => return messages(id, bytes),
    }))
}

fn messages(id: u32, bytes: &[u8]) -> Result<Option<Group>, Unreadable> {
    Ok(Some(match id {
        functions::PhoneSendGroupCallMessage::ID => {
            let request: functions::PhoneSendGroupCallMessage<'_> = read(bytes)?;
            Group::SendMessage {
                call: named(&request.call),
                text: text(request.message.text),
                stars: request.allow_paid_stars,
            }
        }
        functions::PhoneDeleteGroupCallMessages::ID => {
            let request: functions::PhoneDeleteGroupCallMessages<'_> = read(bytes)?;
            Group::DeleteMessages {
                call: named(&request.call),
                ids: request.messages.iter().map_while(Result::ok).collect(),
            }
        }
        functions::PhoneDeleteGroupCallParticipantMessages::ID => {
            let request: functions::PhoneDeleteGroupCallParticipantMessages<'_> = read(bytes)?;
            Group::DeleteMessagesOf { call: named(&request.call), participant: peer(&request.participant) }
        }
        functions::PhoneGetGroupCallStars::ID => {
            let request: functions::PhoneGetGroupCallStars<'_> = read(bytes)?;
            Group::Stars { call: named(&request.call) }
        }
        functions::PhoneSaveDefaultSendAs::ID => {
            let request: functions::PhoneSaveDefaultSendAs<'_> = read(bytes)?;
            Group::SaveSendAs { call: named(&request.call), send_as: peer(&request.send_as) }
        }
        _ => return Ok(conference::request::decode(id, bytes)?.map(Group::Conference)),
    }))
}

pub(super) fn named(call: &enums::InputGroupCall<'_>) -> Named {
    match call {
        enums::InputGroupCall::InputGroupCall(call) => Named::Id { id: call.id, access_hash: call.access_hash },
        enums::InputGroupCall::Slug(call) => Slug::try_from(call.slug).map_or(Named::Nothing, Named::Slug),
        enums::InputGroupCall::InviteMessage(call) => Named::Message(call.msg_id),
    }
}

fn peer(peer: &enums::InputPeer<'_>) -> Somebody {
    match peer {
        enums::InputPeer::Self_ => Somebody::Myself,
        enums::InputPeer::User(types::InputPeerUser { user_id, access_hash }) => {
            Somebody::Other(PeerId::User(*user_id), *access_hash)
        }
        enums::InputPeer::Chat(types::InputPeerChat { chat_id }) => Somebody::Other(PeerId::Chat(*chat_id), 0),
        enums::InputPeer::Channel(types::InputPeerChannel { channel_id, access_hash }) => {
            Somebody::Other(PeerId::Channel(*channel_id), *access_hash)
        }
        _ => Somebody::Nobody,
    }
}

pub(super) fn user(user: &enums::InputUser<'_>) -> Somebody {
    match user {
        enums::InputUser::Self_ => Somebody::Myself,
        enums::InputUser::InputUser(user) => Somebody::Other(PeerId::User(user.user_id), user.access_hash),
        _ => Somebody::Nobody,
    }
}
