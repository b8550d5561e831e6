//! Which updates are about group calls.

#[cfg(feature = "conference")]
use crate::group::invitation::Invitation;
use crate::tl::{enums, types};

/// An update about a group call.
#[derive(Debug)]
pub enum Update<'a> {
    Call(enums::GroupCall<'a>),
    People(types::UpdateGroupCallParticipants<'a>),
    Message(types::UpdateGroupCallMessage<'a>),
    MessagesDeleted(types::UpdateDeleteGroupCallMessages<'a>),
    #[cfg(feature = "conference")]
    Chain(types::UpdateGroupCallChainBlocks<'a>),
    #[cfg(feature = "conference")]
    Sealed(types::UpdateGroupCallEncryptedMessage<'a>),
    /// `is_new`: the message has come; else it was edited.
    #[cfg(feature = "conference")]
    Invitation {
        invitation: Invitation,
        is_new: bool,
    },
    /// Messages of the account's own, invitations or others.
    #[cfg(feature = "conference")]
    Deleted(types::UpdateDeleteMessages<'a>),
}

/// What of an `Update` is about group calls. `updateGroupCallConnection` names no call, and counts in an answer only.
pub fn update<'a>(update: &enums::Update<'a>) -> Option<Update<'a>> {
    Some(match update {
        enums::Update::GroupCall(update) => Update::Call(update.call),
        enums::Update::GroupCallParticipants(update) => Update::People(*update),
        enums::Update::GroupCallMessage(update) => Update::Message(*update),
        enums::Update::DeleteGroupCallMessages(update) => Update::MessagesDeleted(*update),
        #[cfg(feature = "conference")]
        enums::Update::GroupCallChainBlocks(update) => Update::Chain(*update),
        #[cfg(feature = "conference")]
        enums::Update::GroupCallEncryptedMessage(update) => Update::Sealed(*update),
        #[cfg(feature = "conference")]
        enums::Update::NewMessage(update) => {
            Update::Invitation { invitation: Invitation::read(&update.message)?, is_new: true }
        }
        #[cfg(feature = "conference")]
        enums::Update::EditMessage(update) => {
            Update::Invitation { invitation: Invitation::read(&update.message)?, is_new: false }
        }
        #[cfg(feature = "conference")]
        enums::Update::DeleteMessages(update) => Update::Deleted(*update),
        _ => return None,
    })
}
