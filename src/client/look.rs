//! Looking at a call, at any time: what a screen that is built anew has to show.

use super::Client;
use super::entry::{Kind, is_up};
use super::event::EndReason;
use crate::error::Error;
use crate::time::Time;
use crate::types::{CallId, UserId};

/// What kind of call it is. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum CallKind {
    /// Between two.
    Private = 1,
    /// Between many.
    Group = 2,
}

/// Who called. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Direction {
    /// We did.
    Outgoing = 1,
    /// They did.
    Incoming = 2,
}

/// What one side of a call has switched on or off, as bits. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Switches(pub u32);

impl Switches {
    /// The microphone is off.
    pub const MUTED: Switches = Switches(1);
    /// The camera is on, be it paused.
    pub const CAMERA: Switches = Switches(2);
    pub const CAMERA_PAUSED: Switches = Switches(4);
    /// The screen is shown, be it paused.
    pub const SCREEN: Switches = Switches(8);
    pub const SCREEN_PAUSED: Switches = Switches(16);
    /// The battery of the device is low.
    pub const LOW_BATTERY: Switches = Switches(32);

    /// Whether any of `switches` is set.
    pub fn has(self, switches: Switches) -> bool {
        self.0 & switches.0 != 0
    }

    /// These, with `switches` set or not.
    #[must_use]
    #[cfg(feature = "media")]
    pub(crate) fn with(self, switches: Switches, on: bool) -> Switches {
        Switches(if on { self.0 | switches.0 } else { self.0 & !switches.0 })
    }

    /// These and `switches`, if `on`.
    #[must_use]
    #[cfg(feature = "media")]
    pub(crate) fn and(self, switches: Switches, on: bool) -> Switches {
        if on { Switches(self.0 | switches.0) } else { self }
    }
}

impl Client {
    /// The calls that are up, oldest first: from their first event until they are ending.
    pub fn calls(&self) -> Vec<CallId> {
        self.ledger.iter().filter(|(_, entry)| is_up(entry.shown())).map(|(id, _)| id).collect()
    }

    pub fn kind(&self, call: CallId) -> Result<CallKind, Error> {
        Ok(match &self.ledger.get(call)?.kind {
            Kind::Private(_) => CallKind::Private,
            #[cfg(feature = "media")]
            Kind::Group(_) => CallKind::Group,
        })
    }

    /// The other side of a private call.
    ///
    /// # Errors
    /// State: it is attached, so the host alone knows.
    pub fn user(&self, call: CallId) -> Result<UserId, Error> {
        let private = self.ledger.private(call)?;
        if private.is_attached {
            return Err(Error::state(format!("call {call} is attached: whom it is with nobody has told")));
        }
        Ok(if private.is_outgoing { private.callee.user } else { private.call.facts().admin })
    }

    /// Who called.
    ///
    /// # Errors
    /// State: nobody called, as it is a group call.
    pub fn direction(&self, call: CallId) -> Result<Direction, Error> {
        let is_outgoing = self.ledger.private(call)?.is_outgoing;
        Ok(if is_outgoing { Direction::Outgoing } else { Direction::Incoming })
    }

    /// What Telegram calls the call by: its id, which both sides share, and our access hash.
    ///
    /// # Errors
    /// State: Telegram has not said yet, or has no part in it (attached).
    pub fn telegram_id(&self, call: CallId) -> Result<(i64, i64), Error> {
        let named = match &self.ledger.get(call)?.kind {
            Kind::Private(private) => private.call.facts().peer.map(|peer| (peer.id, peer.access_hash)),
            #[cfg(feature = "media")]
            Kind::Group(group) => group.name().map(|name| (name.id, name.access_hash)),
        };
        named.ok_or_else(|| Error::state(format!("call {call} has no id from Telegram")))
    }

    /// Whole seconds of the conversation: 0 before there was a path, the whole of it after the end.
    pub fn duration_s(&self, now: Time, call: CallId) -> Result<u32, Error> {
        let entry = self.ledger.get(call)?;
        if let Some(outcome) = &entry.outcome {
            return Ok(outcome.duration_s);
        }
        Ok(match &entry.kind {
            Kind::Private(private) => private.call.duration_s(now),
            #[cfg(feature = "media")]
            Kind::Group(group) => group.duration_s(now),
        })
    }

    /// The switches of ours and of theirs, as they were last; with the host's engine none are known here.
    pub fn switches(&self, call: CallId) -> Result<(Switches, Switches), Error> {
        let entry = self.ledger.get(call)?;
        Ok((entry.own, entry.theirs))
    }

    /// Why a call ended.
    ///
    /// # Errors
    /// State: it has not.
    pub fn end(&self, call: CallId) -> Result<EndReason, Error> {
        let outcome = &self.ledger.get(call)?.outcome;
        let outcome = outcome.as_ref().ok_or_else(|| Error::state(format!("call {call} has not ended")))?;
        Ok(outcome.reason)
    }
}
