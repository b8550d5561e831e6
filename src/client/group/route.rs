//! Which updates are about group calls.

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
        _ => return None,
    })
}
