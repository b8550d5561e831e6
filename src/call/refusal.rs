//! What a server error means for a call.
//!
//! Every error known for a family of methods is in its table, so that none gets its meaning by accident.

use crate::outcome::{Action, EndReason};
use crate::refusal::{self, General, Known, known};
use core::fmt;

/// The methods a call asks Telegram for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    GetDhConfig,
    RequestCall,
    ReceivedCall,
    AcceptCall,
    ConfirmCall,
    DiscardCall,
    SendSignalingData,
    SetCallRating,
    SaveCallDebug,
    SaveFilePart,
    SaveCallLog,
}

impl Method {
    #[cfg(test)]
    pub const ALL: [Method; 11] = [
        Method::GetDhConfig,
        Method::RequestCall,
        Method::ReceivedCall,
        Method::AcceptCall,
        Method::ConfirmCall,
        Method::DiscardCall,
        Method::SendSignalingData,
        Method::SetCallRating,
        Method::SaveCallDebug,
        Method::SaveFilePart,
        Method::SaveCallLog,
    ];

    /// Telegram's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Method::GetDhConfig => "messages.getDhConfig",
            Method::RequestCall => "phone.requestCall",
            Method::ReceivedCall => "phone.receivedCall",
            Method::AcceptCall => "phone.acceptCall",
            Method::ConfirmCall => "phone.confirmCall",
            Method::DiscardCall => "phone.discardCall",
            Method::SendSignalingData => "phone.sendSignalingData",
            Method::SetCallRating => "phone.setCallRating",
            Method::SaveCallDebug => "phone.saveCallDebug",
            Method::SaveFilePart => "upload.saveFilePart",
            Method::SaveCallLog => "phone.saveCallLog",
        }
    }

    /// The errors that only methods like it answer.
    fn family(self) -> &'static [Known<Cause>] {
        match self {
            Method::GetDhConfig => KEY_EXCHANGE,
            Method::RequestCall
            | Method::ReceivedCall
            | Method::AcceptCall
            | Method::ConfirmCall
            | Method::DiscardCall
            | Method::SendSignalingData
            | Method::SetCallRating
            | Method::SaveCallDebug
            | Method::SaveCallLog => CALL,
            Method::SaveFilePart => &[],
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a refusal says about the call, as far as the state machine asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No answer came, so nobody knows whether the request was carried out.
    NoAnswer,
    /// `CALL_ALREADY_ACCEPTED`: another device of ours has the call, or an earlier request of ours got through.
    AlreadyAccepted,
    /// `CALL_ALREADY_DECLINED`: the other side hung up, or another device of ours declined.
    AlreadyDeclined,
    /// `CALL_OCCUPY_FAILED`: this account is in another call.
    Occupied,
    /// `CALL_PEER_INVALID`, `CALL_NOT_ACTIVE`: Telegram knows no such call, or not any more.
    Gone,
    /// `RANDOM_ID_DUPLICATE`.
    RandomId,
    /// Telegram wants a pause.
    Flood,
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

/// `messages.getDhConfig`.
const KEY_EXCHANGE: &[Known<Cause>] = &[known("RANDOM_LENGTH_INVALID", Cause::Final, EndReason::Server, Action::Fix)];

/// `phone.*` of a private call (section 13).
const CALL: &[Known<Cause>] = &[
    known("CALL_PROTOCOL_FLAGS_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("CALL_PROTOCOL_LAYER_INVALID", Cause::Final, EndReason::Server, Action::Fix),
    known("CALL_PROTOCOL_COMPAT_LAYER_INVALID", Cause::Final, EndReason::Incompatible, Action::TellUser),
    known("INPUT_USER_DEACTIVATED", Cause::Final, EndReason::NoUser, Action::TellUser),
    known("USER_ID_INVALID", Cause::Final, EndReason::NoUser, Action::TellUser),
    known("PARTICIPANT_VERSION_OUTDATED", Cause::Final, EndReason::Outdated, Action::TellUser),
    known("USER_IS_BLOCKED", Cause::Final, EndReason::Privacy, Action::TellUser),
    known("USER_PRIVACY_RESTRICTED", Cause::Final, EndReason::Privacy, Action::TellUser),
    known("PARTICIPANT_CALL_FAILED", Cause::Final, EndReason::Server, Action::Retry),
    known("RANDOM_ID_DUPLICATE", Cause::RandomId, EndReason::Server, Action::Retry),
    known("CALL_ALREADY_DECLINED", Cause::AlreadyDeclined, EndReason::RemoteHangup, Action::None),
    known("CALL_ALREADY_ACCEPTED", Cause::AlreadyAccepted, EndReason::Elsewhere, Action::None),
    known("CALL_PEER_INVALID", Cause::Gone, EndReason::RemoteHangup, Action::None),
    known("CALL_NOT_ACTIVE", Cause::Gone, EndReason::RemoteHangup, Action::None),
    known("CALL_OCCUPY_FAILED", Cause::Occupied, EndReason::Declined, Action::None),
    known("DATA_JSON_INVALID", Cause::Final, EndReason::Server, Action::Fix),
];

impl Refusal {
    /// What the error `code` and `name` to `method` means. Code 0: there was no answer at all.
    pub fn new(method: Method, code: i32, name: &str) -> Refusal {
        Refusal::understand(method.name(), method.family(), code, name)
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
        assert!(checked >= 32 + 7 * Method::ALL.len(), "only {checked} errors were checked");
    }

    #[test]
    fn the_name_decides_and_not_the_code() {
        for code in [400, 403, 500, 420, -503] {
            assert_eq!(Refusal::new(Method::RequestCall, code, "USER_IS_BLOCKED").reason, EndReason::Privacy);
        }
    }

    #[test]
    fn a_name_means_what_it_means_for_its_family_of_methods() {
        for method in Method::ALL {
            let cause = |name| Refusal::new(method, 400, name).cause;
            let is_of_calls = method.name().starts_with("phone.");
            assert_eq!(cause("CALL_PEER_INVALID") == Cause::Gone, is_of_calls, "{method}");
            assert_eq!(cause("RANDOM_LENGTH_INVALID") == Cause::Final, method == Method::GetDhConfig, "{method}");
            assert_eq!(cause("FLOOD_WAIT_1"), Cause::Flood, "{method}");
        }
    }

    #[test]
    fn an_unknown_error_keeps_its_text() {
        let refusal = Refusal::new(Method::AcceptCall, 400, "MOON_PHASE_INVALID");
        assert_eq!((refusal.cause, refusal.reason), (Cause::Unknown, EndReason::Server));
        assert_eq!(refusal.text, "phone.acceptCall: 400 MOON_PHASE_INVALID");
    }

    #[test]
    fn the_code_hints_at_what_to_do_about_an_unknown_error() {
        let action = |code| Refusal::new(Method::RequestCall, code, "NEW_NAME").action;
        assert_eq!(
            [400, 401, 403, 406, 500, -404].map(action),
            [Action::Fix, Action::LogIn, Action::TellUser, Action::TellUser, Action::Retry, Action::Retry]
        );
    }

    #[test]
    fn pauses_are_read_from_the_name() {
        let wait = |name| Refusal::new(Method::RequestCall, 420, name).retry_after_s;
        assert_eq!(wait("FLOOD_WAIT_3"), 3);
        assert_eq!(wait("FLOOD_PREMIUM_WAIT_86400"), 86400);
        assert_eq!(wait("FLOOD_WAIT_99999999999999"), u32::MAX);
        assert_eq!(wait("FLOOD_WAIT_"), 0);
        assert_eq!(wait("FLOOD_WAIT_-7"), 0);
    }

    #[test]
    fn silence_is_told_from_an_answer() {
        assert_eq!(Refusal::new(Method::AcceptCall, 0, "").cause, Cause::NoAnswer);
        assert_eq!(Refusal::new(Method::AcceptCall, 0, "connection lost").cause, Cause::NoAnswer);
        assert_eq!(Refusal::new(Method::AcceptCall, -503, "Timeout").cause, Cause::NoAnswer);
        assert_eq!(Refusal::new(Method::AcceptCall, 500, "TIMEOUT_ELSEWHERE").cause, Cause::Unknown);
    }

    #[test]
    fn what_only_starts_like_a_known_name_is_another_error() {
        assert_eq!(Refusal::new(Method::AcceptCall, 400, "CALL_PEER_INVALID_2").cause, Cause::Unknown);
        assert_eq!(Refusal::new(Method::AcceptCall, 400, "XFLOOD_WAIT_3").cause, Cause::Unknown);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let refusal = Refusal::new(Method::AcceptCall, 400, &"ё".repeat(5000));
        assert!(refusal.text.len() < 250);
    }
}
