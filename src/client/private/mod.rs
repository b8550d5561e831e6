//! Private calls in a client: what is kept of one around its [state machine](crate::call), what its requests are for, and
//! everything that happens to it.
//!
//! `calls`, `attached`, `decoded` and `hosted` are what hosts ask for; `inlet` and `answers` what Telegram says; `drive` brings both to the
//! state machine and carries out its effects.

mod after;
mod answers;
mod attached;
mod calls;
mod decoded;
pub mod dh;
mod drive;
mod early;
mod hosted;
mod inlet;
mod names;
mod outbox;
mod requests;
pub mod route;

pub use attached::{Reflector, Webrtc};
pub use decoded::Requested;
pub use early::Early;
pub use names::Names;
pub use requests::Callee;
#[cfg(all(feature = "media", feature = "conference"))]
pub use requests::moved;

use super::entry::{Entry, Kind};
use crate::call::refusal::Method;
use crate::call::report::{Signaling, Summary};
use crate::call::state::{Call, Emoji};
use crate::outcome::CallState;
use crate::time::Time;
use outbox::Outbox;

/// What only a private call has.
#[derive(Debug)]
pub struct Private {
    pub call: Call,
    /// Whom a `phone.requestCall` names; for an incoming call only `is_video` means something.
    pub callee: Callee,
    pub is_outgoing: bool,
    pub is_attached: bool,
    /// There while Telegram wants a pause.
    outbox: Option<Box<Outbox>>,
    emoji: Option<Box<Emoji>>,
    summary: Option<Box<Summary>>,
    signaling: Signaling,
    upload: Option<Box<Upload>>,
    /// It has become a conference, and is kept until that is heard, or until then.
    #[cfg(all(feature = "media", feature = "conference"))]
    pub kept_until: Option<Time>,
}

/// The log of an ended call on its way to Telegram.
#[derive(Debug)]
struct Upload {
    file_id: i64,
    parts: i32,
    /// Parts that are not yet acknowledged.
    missing: i32,
}

impl Private {
    /// The entry of a new one.
    fn entry(now: Time, call: Call, callee: Callee, is_outgoing: bool, is_attached: bool) -> Entry {
        let private = Private {
            call,
            callee,
            is_outgoing,
            is_attached,
            outbox: None,
            emoji: None,
            summary: None,
            signaling: Signaling::default(),
            upload: None,
            #[cfg(all(feature = "media", feature = "conference"))]
            kept_until: None,
        };
        Entry::new(now, Kind::Private(Box::new(private)))
    }

    pub fn shown(&self) -> CallState {
        self.call.state().shown()
    }

    /// What both users compare, once there is a key.
    pub fn emoji(&self) -> Option<Emoji> {
        self.emoji.as_deref().copied()
    }

    /// When something of it is due, besides its media.
    pub fn deadline(&self) -> Option<Time> {
        let outbox = self.outbox.as_ref().map(|outbox| outbox.open_at);
        #[cfg(all(feature = "media", feature = "conference"))]
        let kept_until = self.kept_until;
        #[cfg(not(all(feature = "media", feature = "conference")))]
        let kept_until = None;
        [self.call.state().deadline(), outbox, kept_until].into_iter().flatten().min()
    }
}

/// What a request of a private call is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A step of the call; its answer is an input of the state machine.
    Step(Method),
    /// A signaling packet, kept to be sent once more.
    Signaling { packet: Vec<u8>, again: bool },
    /// Something said to Telegram about a call that is over, or never was one here. The answer changes nothing.
    Farewell(Method),
    /// `phone.discardCall` of one that goes on as a conference.
    #[cfg(all(feature = "media", feature = "conference"))]
    Moved,
    /// `phone.requestCall` of a call that has ended meanwhile: as soon as it has an id it is discarded.
    Orphan,
    /// `phone.setCallRating`.
    Rating,
    /// `phone.saveCallDebug`.
    Debug,
    /// `upload.saveFilePart` of the log.
    LogPart,
    /// `phone.saveCallLog`.
    Log,
}

impl Purpose {
    pub fn method(&self) -> Method {
        match self {
            Purpose::Step(method) | Purpose::Farewell(method) => *method,
            Purpose::Signaling { .. } => Method::SendSignalingData,
            #[cfg(all(feature = "media", feature = "conference"))]
            Purpose::Moved => Method::DiscardCall,
            Purpose::Orphan => Method::RequestCall,
            Purpose::Rating => Method::SetCallRating,
            Purpose::Debug => Method::SaveCallDebug,
            Purpose::LogPart => Method::SaveFilePart,
            Purpose::Log => Method::SaveCallLog,
        }
    }

    /// Whether the answer may tell the id of a call that is up.
    fn names_call(&self) -> bool {
        *self == Purpose::Step(Method::RequestCall)
    }

    /// What the answer is good for when the call has ended meanwhile. What may have reached Telegram under no id yet must not ring on.
    fn after_the_end(&self) -> Option<Purpose> {
        self.names_call().then_some(Purpose::Orphan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_call_that_may_yet_get_an_id_outlives_its_end() {
        let signaling = Purpose::Signaling { packet: vec![1], again: false };
        let others = [Purpose::Orphan, Purpose::Rating, Purpose::Debug, Purpose::LogPart, Purpose::Log, signaling];
        let steps = Method::ALL.map(Purpose::Step).into_iter().chain(Method::ALL.map(Purpose::Farewell));
        for purpose in steps.chain(others) {
            let wanted = (purpose == Purpose::Step(Method::RequestCall)).then_some(Purpose::Orphan);
            assert_eq!(purpose.after_the_end(), wanted, "{purpose:?}");
        }
    }
}
