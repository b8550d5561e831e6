//! Where a call is, how it ends, and what is left for the host to do.

use core::fmt;

/// Where a call is, as the host sees it. The numbers are those of the C API and never change.
///
/// ```text
/// Caller:   Requesting > Waiting > Ringing > [Accepted >] Confirming > Connecting > Active <> Reconnecting
/// Callee:                          Ringing > Confirming > Connecting > Active <> Reconnecting
/// Attached:                                  Attached   > Connecting > Active <> Reconnecting
/// Group:    [Requesting >] Open > Joining >                Connecting > Active <> Reconnecting
/// From any of them: [Ending >] Ended.
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum CallState {
    /// Before the first state of a call.
    #[default]
    None = 0,
    /// Telegram is asked.
    Requesting = 1,
    /// Telegram knows, no device of theirs has shown up.
    Waiting = 2,
    /// There, or here.
    Ringing = 3,
    /// They took it; `confirm` is awaited. Only without automatic confirmation.
    Accepted = 4,
    /// The key is being agreed on.
    Confirming = 5,
    /// The host brought the key; `connect` is awaited.
    Attached = 6,
    /// Key agreed, emoji known; looking for a path.
    Connecting = 7,
    /// Sound flows both ways.
    Active = 8,
    /// Nothing heard for a while; looking for another path.
    Reconnecting = 9,
    /// Telegram is being told.
    Ending = 10,
    /// Kept for the rating and the report.
    Ended = 11,
    /// A group call that has a name; `join_group` is awaited.
    Open = 12,
    /// Going into a group call, or waiting for its start.
    Joining = 13,
}

impl fmt::Display for CallState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CallState::None => "none",
            CallState::Requesting => "requesting",
            CallState::Waiting => "waiting",
            CallState::Ringing => "ringing",
            CallState::Accepted => "accepted",
            CallState::Confirming => "confirming",
            CallState::Attached => "attached",
            CallState::Connecting => "connecting",
            CallState::Active => "active",
            CallState::Reconnecting => "reconnecting",
            CallState::Ending => "ending",
            CallState::Ended => "ended",
            CallState::Open => "open",
            CallState::Joining => "joining",
        })
    }
}

/// Why a call ended. The numbers are those of the C API and never change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum EndReason {
    #[default]
    None = 0,
    LocalHangup = 1,
    RemoteHangup = 2,
    /// They declined, or are in another call.
    Busy = 3,
    /// Nobody answered.
    Missed = 4,
    /// We declined, or were in another call.
    Declined = 5,
    /// Answered or declined on another device of this account.
    Elsewhere = 6,
    /// Goes on as the conference of the slug.
    Migrated = 7,
    /// They lost the connection.
    Disconnected = 8,
    /// No path to them in 20 s, or none for 30 s after there was one.
    NoPath = 9,
    /// Telegram or they fell silent while the key was agreed on.
    Timeout = 10,
    /// Key, commitment or fingerprint did not match; somebody may be in between.
    Insecure = 11,
    /// No version in common; the text has both lists.
    Incompatible = 12,
    /// They take no calls from us, or blocked us; of a group call: we may not be in it, or were removed.
    Privacy = 13,
    /// Their app is too old.
    Outdated = 14,
    /// No such user, or deleted.
    NoUser = 15,
    /// Too many calls; see `retry_after_s`.
    Flood = 16,
    /// Another server error; the text has its name.
    Server = 17,
}

/// What is left for the host to do. The numbers are those of the C API and never change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Action {
    #[default]
    None = 0,
    /// Another try will end the same way.
    TellUser = 1,
    /// One more try may work.
    Retry = 2,
    /// Not before `retry_after_s`.
    RetryAfter = 3,
    /// Telegram finds fault with the request: configuration, or our defect.
    Fix = 4,
    /// The account is not, or no longer, signed in.
    LogIn = 5,
}

/// Why a call is discarded, as the other side gets to see it. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum DiscardReason {
    /// Ours to choose: what fits the state. In news from Telegram: none was given.
    #[default]
    Auto = 0,
    Missed = 1,
    Disconnect = 2,
    Hangup = 3,
    Busy = 4,
}

impl DiscardReason {
    /// The choice behind a number of the C API.
    pub fn from_number(number: u32) -> Option<DiscardReason> {
        Some(match number {
            0 => DiscardReason::Auto,
            1 => DiscardReason::Missed,
            2 => DiscardReason::Disconnect,
            3 => DiscardReason::Hangup,
            4 => DiscardReason::Busy,
            _ => return None,
        })
    }

    /// The host's choice, or what fits the state.
    pub fn or(self, fitting: DiscardReason) -> DiscardReason {
        if self == DiscardReason::Auto { fitting } else { self }
    }
}

/// How a call ended, in full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub reason: EndReason,
    pub action: Action,
    /// With [`Action::RetryAfter`].
    pub retry_after_s: u32,
    /// The story, for a developer.
    pub text: String,
    /// Of the conversation; 0 if there was none.
    pub duration_s: u32,
    /// `need_rating` of `phoneCallDiscarded`.
    pub wants_rating: bool,
    /// `need_debug` of `phoneCallDiscarded`.
    pub wants_report: bool,
    /// With [`EndReason::Migrated`].
    pub slug: String,
}

impl Outcome {
    pub fn new(reason: EndReason, action: Action, text: impl Into<String>) -> Outcome {
        Outcome { reason, action, text: text.into(), ..Outcome::default() }
    }
}
