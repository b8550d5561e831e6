//! What devices ask about conferences, decoded and owned.

use crate::sim::group::request::{Named, Somebody, named, user};
use crate::sim::request::{Unreadable, read, text};
use crate::tl::functions;

/// So many messages are deleted at once.
const DELETED: usize = 100;

/// With what somebody joins a conference that he makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstJoin {
    pub key: [u8; 32],
    pub block: Vec<u8>,
    pub params: String,
}

/// About a conference, beside what is asked about all group calls.
#[derive(Clone, Debug, PartialEq)]
pub enum Conference {
    Create {
        muted: bool,
        random_id: i32,
        join: Option<FirstJoin>,
    },
    Remove {
        call: Named,
        only_left: bool,
        kick: bool,
        users: Vec<i64>,
        block: Vec<u8>,
    },
    Broadcast {
        call: Named,
        block: Vec<u8>,
    },
    Blocks {
        call: Named,
        sub_chain: i32,
        offset: i32,
        limit: i32,
    },
    Invite {
        call: Named,
        user: Somebody,
        is_video: bool,
    },
    Decline {
        message: i32,
    },
    SendMessage {
        call: Named,
        message: Vec<u8>,
    },
    /// Of the account's own, which the server has none of but about calls.
    DeleteMessages {
        messages: Vec<i32>,
        is_for_both: bool,
    },
}

impl Conference {
    /// The method's name in the schema.
    pub fn method(&self) -> &'static str {
        match self {
            Conference::Create { .. } => "phone.createConferenceCall",
            Conference::Remove { .. } => "phone.deleteConferenceCallParticipants",
            Conference::Broadcast { .. } => "phone.sendConferenceCallBroadcast",
            Conference::Blocks { .. } => "phone.getGroupCallChainBlocks",
            Conference::Invite { .. } => "phone.inviteConferenceCallParticipant",
            Conference::Decline { .. } => "phone.declineConferenceCallInvite",
            Conference::SendMessage { .. } => "phone.sendGroupCallEncryptedMessage",
            Conference::DeleteMessages { .. } => "messages.deleteMessages",
        }
    }
}

/// Reads a request; `None` if it is about something else.
pub fn decode(id: u32, bytes: &[u8]) -> Result<Option<Conference>, Unreadable> {
    Ok(Some(match id {
        functions::PhoneCreateConferenceCall::ID => {
            let request: functions::PhoneCreateConferenceCall<'_> = read(bytes)?;
            let join = request.join.map(|join| FirstJoin {
                key: *join.public_key,
                block: join.block.to_vec(),
                params: text(join.params.data),
            });
            Conference::Create { muted: request.muted, random_id: request.random_id, join }
        }
        functions::PhoneDeleteConferenceCallParticipants::ID => {
            let request: functions::PhoneDeleteConferenceCallParticipants<'_> = read(bytes)?;
            Conference::Remove {
                call: named(&request.call),
                only_left: request.only_left,
                kick: request.kick,
                users: request.ids.iter().map_while(Result::ok).collect(),
                block: request.block.to_vec(),
            }
        }
        functions::PhoneSendConferenceCallBroadcast::ID => {
            let request: functions::PhoneSendConferenceCallBroadcast<'_> = read(bytes)?;
            Conference::Broadcast { call: named(&request.call), block: request.block.to_vec() }
        }
        functions::PhoneGetGroupCallChainBlocks::ID => {
            let request: functions::PhoneGetGroupCallChainBlocks<'_> = read(bytes)?;
            Conference::Blocks {
                call: named(&request.call),
                sub_chain: request.sub_chain_id,
                offset: request.offset,
                limit: request.limit,
            }
        }
        functions::PhoneInviteConferenceCallParticipant::ID => {
            let request: functions::PhoneInviteConferenceCallParticipant<'_> = read(bytes)?;
            Conference::Invite { call: named(&request.call), user: user(&request.user_id), is_video: request.video }
        }
        functions::PhoneDeclineConferenceCallInvite::ID => {
            let request: functions::PhoneDeclineConferenceCallInvite = read(bytes)?;
            Conference::Decline { message: request.msg_id }
        }
        functions::PhoneSendGroupCallEncryptedMessage::ID => {
            let request: functions::PhoneSendGroupCallEncryptedMessage<'_> = read(bytes)?;
            Conference::SendMessage { call: named(&request.call), message: request.encrypted_message.to_vec() }
        }
        functions::MessagesDeleteMessages::ID => {
            let request: functions::MessagesDeleteMessages<'_> = read(bytes)?;
            let messages = request.id.iter().map_while(Result::ok).take(DELETED).collect();
            Conference::DeleteMessages { messages, is_for_both: request.revoke }
        }
        _ => return Ok(None),
    }))
}
