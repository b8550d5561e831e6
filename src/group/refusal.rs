//! What a server error means for a group call.
//!
//! Every error known for its methods is in the table, so that none gets its meaning by accident.

use crate::outcome::{Action, EndReason};
use crate::refusal::{self, General, Known, known};
use core::fmt;

/// The methods a group call asks Telegram for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    CheckGroupCall,
    CreateConferenceCall,
    CreateGroupCall,
    DeclineConferenceCallInvite,
    DeleteConferenceCallParticipants,
    DeleteGroupCallMessages,
    DeleteGroupCallParticipantMessages,
    DiscardGroupCall,
    EditGroupCallParticipant,
    EditGroupCallTitle,
    ExportGroupCallInvite,
    /// Of a part of a stream.
    GetFile,
    GetGroupCall,
    GetGroupCallChainBlocks,
    GetGroupCallJoinAs,
    GetGroupCallStars,
    GetGroupCallStreamChannels,
    GetGroupCallStreamRtmpUrl,
    GetGroupParticipants,
    InviteConferenceCallParticipant,
    InviteToGroupCall,
    JoinGroupCall,
    JoinGroupCallPresentation,
    LeaveGroupCall,
    LeaveGroupCallPresentation,
    SaveDefaultGroupCallJoinAs,
    SaveDefaultSendAs,
    SendConferenceCallBroadcast,
    SendGroupCallEncryptedMessage,
    SendGroupCallMessage,
    StartScheduledGroupCall,
    ToggleGroupCallRecord,
    ToggleGroupCallSettings,
    ToggleGroupCallStartSubscription,
}

impl Method {
    #[cfg(test)]
    pub const ALL: [Method; 34] = [
        Method::CheckGroupCall,
        Method::CreateConferenceCall,
        Method::CreateGroupCall,
        Method::DeclineConferenceCallInvite,
        Method::DeleteConferenceCallParticipants,
        Method::DeleteGroupCallMessages,
        Method::DeleteGroupCallParticipantMessages,
        Method::DiscardGroupCall,
        Method::EditGroupCallParticipant,
        Method::EditGroupCallTitle,
        Method::ExportGroupCallInvite,
        Method::GetFile,
        Method::GetGroupCall,
        Method::GetGroupCallChainBlocks,
        Method::GetGroupCallJoinAs,
        Method::GetGroupCallStars,
        Method::GetGroupCallStreamChannels,
        Method::GetGroupCallStreamRtmpUrl,
        Method::GetGroupParticipants,
        Method::InviteConferenceCallParticipant,
        Method::InviteToGroupCall,
        Method::JoinGroupCall,
        Method::JoinGroupCallPresentation,
        Method::LeaveGroupCall,
        Method::LeaveGroupCallPresentation,
        Method::SaveDefaultGroupCallJoinAs,
        Method::SaveDefaultSendAs,
        Method::SendConferenceCallBroadcast,
        Method::SendGroupCallEncryptedMessage,
        Method::SendGroupCallMessage,
        Method::StartScheduledGroupCall,
        Method::ToggleGroupCallRecord,
        Method::ToggleGroupCallSettings,
        Method::ToggleGroupCallStartSubscription,
    ];

    /// Telegram's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Method::CheckGroupCall => "phone.checkGroupCall",
            Method::CreateConferenceCall => "phone.createConferenceCall",
            Method::CreateGroupCall => "phone.createGroupCall",
            Method::DeclineConferenceCallInvite => "phone.declineConferenceCallInvite",
            Method::DeleteConferenceCallParticipants => "phone.deleteConferenceCallParticipants",
            Method::DeleteGroupCallMessages => "phone.deleteGroupCallMessages",
            Method::DeleteGroupCallParticipantMessages => "phone.deleteGroupCallParticipantMessages",
            Method::DiscardGroupCall => "phone.discardGroupCall",
            Method::EditGroupCallParticipant => "phone.editGroupCallParticipant",
            Method::EditGroupCallTitle => "phone.editGroupCallTitle",
            Method::ExportGroupCallInvite => "phone.exportGroupCallInvite",
            Method::GetFile => "upload.getFile",
            Method::GetGroupCall => "phone.getGroupCall",
            Method::GetGroupCallChainBlocks => "phone.getGroupCallChainBlocks",
            Method::GetGroupCallJoinAs => "phone.getGroupCallJoinAs",
            Method::GetGroupCallStars => "phone.getGroupCallStars",
            Method::GetGroupCallStreamChannels => "phone.getGroupCallStreamChannels",
            Method::GetGroupCallStreamRtmpUrl => "phone.getGroupCallStreamRtmpUrl",
            Method::GetGroupParticipants => "phone.getGroupParticipants",
            Method::InviteConferenceCallParticipant => "phone.inviteConferenceCallParticipant",
            Method::InviteToGroupCall => "phone.inviteToGroupCall",
            Method::JoinGroupCall => "phone.joinGroupCall",
            Method::JoinGroupCallPresentation => "phone.joinGroupCallPresentation",
            Method::LeaveGroupCall => "phone.leaveGroupCall",
            Method::LeaveGroupCallPresentation => "phone.leaveGroupCallPresentation",
            Method::SaveDefaultGroupCallJoinAs => "phone.saveDefaultGroupCallJoinAs",
            Method::SaveDefaultSendAs => "phone.saveDefaultSendAs",
            Method::SendConferenceCallBroadcast => "phone.sendConferenceCallBroadcast",
            Method::SendGroupCallEncryptedMessage => "phone.sendGroupCallEncryptedMessage",
            Method::SendGroupCallMessage => "phone.sendGroupCallMessage",
            Method::StartScheduledGroupCall => "phone.startScheduledGroupCall",
            Method::ToggleGroupCallRecord => "phone.toggleGroupCallRecord",
            Method::ToggleGroupCallSettings => "phone.toggleGroupCallSettings",
            Method::ToggleGroupCallStartSubscription => "phone.toggleGroupCallStartSubscription",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a refusal says about the call, as far as the state machines ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No answer came, so nobody knows whether the request was carried out.
    NoAnswer,
    /// Telegram wants a pause.
    Flood,
    /// `GROUPCALL_SSRC_DUPLICATE_MUCH`: somebody in the call has a source of ours.
    SourceTaken,
    /// `CONF_WRITE_CHAIN_INVALID`: a block is not built on the newest one, as somebody was faster.
    Overtaken,
    /// `GROUPCALL_JOIN_MISSING`, `PARTICIPANT_JOIN_MISSING`, `NOT_PARTICIPANT`: we are not in the call, but may join.
    JoinMissing,
    /// `GROUPCALL_FORBIDDEN`: we may not be in the call, or not any more.
    Forbidden,
    /// `GROUPCALL_INVALID`, `GROUPCALL_ALREADY_DISCARDED`: there is no such call, or not any more.
    Over,
    /// What was asked for is so already.
    Already,
    /// The server has failed at it, and may not the next time.
    Passing,
    /// Anything that ends the attempt and nothing else.
    Final,
    /// Not in any list.
    Unknown,
}

impl From<General> for Cause {
    fn from(general: General) -> Cause {
        match general {
            General::NoAnswer => Cause::NoAnswer,
            General::Flood => Cause::Flood,
            General::Final => Cause::Final,
            General::Unknown => Cause::Unknown,
        }
    }
}

/// A server error, understood.
pub type Refusal = refusal::Refusal<Cause>;

/// `phone.*` of a group call (`group-calls.md` sections 3 and 4).
const GROUP: &[Known<Cause>] = &[
    known("GROUPCALL_SSRC_DUPLICATE_MUCH", Cause::SourceTaken, EndReason::Server, Action::Retry),
    known("GROUPCALL_JOIN_MISSING", Cause::JoinMissing, EndReason::Disconnected, Action::Retry),
    known("PARTICIPANT_JOIN_MISSING", Cause::JoinMissing, EndReason::Disconnected, Action::Retry),
    known("NOT_PARTICIPANT", Cause::JoinMissing, EndReason::Disconnected, Action::Retry),
    known("GROUPCALL_FORBIDDEN", Cause::Forbidden, EndReason::Privacy, Action::TellUser),
    known("GROUPCALL_INVALID", Cause::Over, EndReason::RemoteHangup, Action::None),
    known("GROUPCALL_ALREADY_DISCARDED", Cause::Over, EndReason::RemoteHangup, Action::None),
    known("GROUPCALL_NOT_MODIFIED", Cause::Already, EndReason::Server, Action::None),
    known("GROUPCALL_ALREADY_STARTED", Cause::Already, EndReason::Server, Action::None),
    known("PARTICIPANT_PRESENTATION_MISSING", Cause::Already, EndReason::Server, Action::None),
    known("GROUPCALL_ADD_PARTICIPANTS_FAILED", Cause::Passing, EndReason::Server, Action::Retry),
    known("CREATE_CALL_FAILED", Cause::Passing, EndReason::Server, Action::Retry),
    known("DATA_JSON_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("JOIN_AS_PEER_INVALID", Cause::Final, EndReason::Privacy, Action::TellUser),
    known("SEND_AS_PEER_INVALID", Cause::Final, EndReason::Privacy, Action::TellUser),
    known("CHAT_ADMIN_REQUIRED", Cause::Final, EndReason::Privacy, Action::TellUser),
    known("CHAT_WRITE_FORBIDDEN", Cause::Final, EndReason::Privacy, Action::TellUser),
    known("CHANNEL_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("CHANNEL_PRIVATE", Cause::Final, EndReason::Privacy, Action::TellUser),
    known("CHAT_ID_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("CHAT_TYPE_INVALID", Cause::Final, EndReason::Server, Action::TellUser),
    known("PEER_ID_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("USER_ID_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("SCHEDULE_DATE_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("PUBLIC_CHANNEL_MISSING", Cause::Final, EndReason::Server, Action::TellUser),
    known("PUBLIC_KEY_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("CONF_WRITE_CHAIN_INVALID*", Cause::Overtaken, EndReason::Server, Action::Retry),
    known("BLOCK_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("RAISE_HAND_FORBIDDEN", Cause::Final, EndReason::Server, Action::TellUser),
    known("USER_VOLUME_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("VIDEO_PAUSE_FORBIDDEN", Cause::Final, EndReason::Server, Action::TellUser),
    known("VIDEO_STOP_FORBIDDEN", Cause::Final, EndReason::Server, Action::TellUser),
    known("GROUPCALL_CHANGE_FORBIDDEN", Cause::Final, EndReason::Privacy, Action::TellUser),
    known("INVITE_FORBIDDEN_WITH_JOINAS", Cause::Final, EndReason::Privacy, Action::TellUser),
    known("USER_ALREADY_INVITED", Cause::Already, EndReason::Server, Action::None),
    known("USER_ALREADY_PARTICIPANT", Cause::Already, EndReason::Server, Action::None),
    known("USER_PRIVACY_RESTRICTED", Cause::Final, EndReason::Privacy, Action::TellUser),
    known("USER_WAS_KICKED", Cause::Final, EndReason::Privacy, Action::TellUser),
    // There is no such invitation any more, which is what was wanted.
    known("MESSAGE_ID_INVALID", Cause::Already, EndReason::Server, Action::None),
    known("USER_NOT_PARTICIPANT", Cause::Final, EndReason::Server, Action::TellUser),
    // Of parts of a stream, which take care of them (`stream.md` 2.1).
    known("TIME_TOO_BIG", Cause::Passing, EndReason::Server, Action::Retry),
    known("TIME_TOO_SMALL", Cause::Passing, EndReason::Server, Action::Retry),
    known("TIME_INVALID", Cause::Passing, EndReason::Server, Action::Retry),
    known("VIDEO_CHANNEL_INVALID", Cause::Passing, EndReason::Server, Action::Retry),
    known("BALANCE_TOO_LOW", Cause::Final, EndReason::Server, Action::TellUser),
];

impl Refusal {
    /// What the error `code` and `name` to `method` means. Code 0: there was no answer at all.
    pub fn new(method: Method, code: i32, name: &str) -> Refusal {
        Refusal::understand(method.name(), GROUP, code, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_listed_for_these_methods_is_classified_on_purpose() {
        let names = Method::ALL.map(Method::name);
        let checked = crate::refusal::tests::check_every_listed(&names, |place, code, name| {
            Refusal::new(Method::ALL[place], code, name)
        });
        assert!(checked >= 70 + 7 * Method::ALL.len(), "only {checked} errors were checked");
    }

    #[test]
    fn the_errors_that_move_a_call_are_told_from_those_that_end_a_request() {
        let cause = |code, name| Refusal::new(Method::CheckGroupCall, code, name).cause;
        assert_eq!(cause(400, "GROUPCALL_JOIN_MISSING"), Cause::JoinMissing);
        assert_eq!(cause(403, "PARTICIPANT_JOIN_MISSING"), Cause::JoinMissing);
        assert_eq!(cause(400, "GROUPCALL_FORBIDDEN"), Cause::Forbidden);
        assert_eq!(cause(400, "GROUPCALL_INVALID"), Cause::Over);
        assert_eq!(cause(400, "GROUPCALL_NOT_MODIFIED"), Cause::Already);
        assert_eq!(cause(0, ""), Cause::NoAnswer);
        assert_eq!(cause(-503, "Timeout"), Cause::NoAnswer);
        assert_eq!(cause(420, "FLOOD_WAIT_7"), Cause::Flood);
        assert_eq!(cause(400, "GROUPCALL_FORBIDDEN_2"), Cause::Unknown);
    }
}
