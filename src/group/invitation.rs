//! What a service message says of an invitation to a conference (`conference-flow.md` 3.1).

use crate::tl::{Lazy, enums};
use crate::types::UserId;

/// What has become of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It rings.
    Ringing,
    /// Somebody has joined by it.
    Active,
    /// Declined, taken back, never answered, or all is over.
    Missed,
}

/// `messageActionConferenceCall` in a chat of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its number in our mailbox.
    pub message: i32,
    /// Telegram's id of the conference.
    pub conference: i64,
    /// We have invited him, or he has invited us.
    pub is_own: bool,
    pub other: UserId,
    pub is_video: bool,
    pub date_s: i32,
    pub stage: Stage,
}

impl Invitation {
    /// `None`: the message is about something else, or cannot be read.
    pub fn read(message: &Lazy<'_, enums::Message<'_>>) -> Option<Invitation> {
        let Ok(enums::Message::Service(message)) = message.get() else { return None };
        let Ok(enums::MessageAction::ConferenceCall(action)) = message.action.get() else { return None };
        // Where two talk, and nowhere else.
        let enums::Peer::User(other) = &message.peer_id else { return None };
        let stage = match (action.missed, action.active, action.duration) {
            (true, _, _) | (false, false, Some(_)) => Stage::Missed,
            (false, true, _) => Stage::Active,
            (false, false, None) => Stage::Ringing,
        };
        (message.id > 0 && action.call_id != 0 && other.user_id > 0).then_some(Invitation {
            message: message.id,
            conference: action.call_id,
            is_own: message.out,
            other: UserId(other.user_id),
            is_video: action.video,
            date_s: message.date,
            stage,
        })
    }
}
