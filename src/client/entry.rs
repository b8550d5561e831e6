//! One call of a client: what is kept of every call, and what only its kind has.

#[cfg(feature = "media")]
use super::engine::CallEngines;
#[cfg(feature = "media")]
use super::figures::{Figures, MediaReport};
#[cfg(feature = "media")]
use super::group::{self, Group};
use super::look::Switches;
use super::private::{self, Private};
#[cfg(feature = "media")]
use super::video::Wishes;
use crate::call::report::Diary;
use crate::outcome::{CallState, Outcome};
use crate::time::Time;
use crate::types::{CallId, RequestId};

#[derive(Debug)]
pub struct Entry {
    pub kind: Kind,
    /// Our switches, and theirs as they told them last.
    pub own: Switches,
    pub theirs: Switches,
    /// The time under which this call stands in the list of timers.
    pub scheduled: Option<Time>,
    /// Requests in flight, to be forgotten with the call.
    pub requests: Vec<RequestId>,
    pub diary: Diary,
    /// Packets for its sockets that the host did not take in time.
    pub packets_dropped: u64,
    /// How it ended.
    pub outcome: Option<Box<Outcome>>,
    /// Our own engines, while the call has media, and what they had to say in the end.
    #[cfg(feature = "media")]
    pub engines: CallEngines,
    /// What the host wishes of its pictures, once it has wished for anything.
    #[cfg(feature = "media")]
    pub wishes: Option<Box<Wishes>>,
}

/// The kinds of calls, each with its state machine and what belongs to it. Boxed, as they differ in size.
#[derive(Debug)]
pub enum Kind {
    Private(Box<Private>),
    #[cfg(feature = "media")]
    Group(Box<Group>),
}

/// What a request in flight is for, in the words of the kind of call that sent it. Boxed where it is larger than those of private
/// calls, of which there are many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    Private(private::Purpose),
    #[cfg(feature = "media")]
    Group(Box<group::Purpose>),
}

impl Entry {
    pub fn new(now: Time, kind: Kind) -> Entry {
        Entry {
            kind,
            own: Switches::default(),
            theirs: Switches::default(),
            scheduled: None,
            requests: vec![],
            diary: Diary::new(now),
            packets_dropped: 0,
            outcome: None,
            #[cfg(feature = "media")]
            engines: CallEngines::default(),
            #[cfg(feature = "media")]
            wishes: None,
        }
    }

    pub fn shown(&self) -> CallState {
        match &self.kind {
            Kind::Private(private) => private.shown(),
            #[cfg(feature = "media")]
            Kind::Group(group) => group.shown(),
        }
    }

    /// When something of this call is due.
    pub fn deadline(&self) -> Option<Time> {
        let kind = match &self.kind {
            Kind::Private(private) => private.deadline(),
            #[cfg(feature = "media")]
            Kind::Group(group) => group.deadline(),
        };
        #[cfg(feature = "media")]
        let engines = self.engines.next_timeout();
        #[cfg(not(feature = "media"))]
        let engines = None;
        [kind, engines].into_iter().flatten().min()
    }

    /// What our own engine has to say, or had.
    pub fn media_report(&self) -> Option<MediaReport> {
        #[cfg(feature = "media")]
        return self.engines.report();
        #[cfg(not(feature = "media"))]
        None
    }

    /// What our own engine counts, or had counted.
    #[cfg(feature = "media")]
    pub fn figures(&self) -> Option<Figures> {
        self.engines.figures()
    }

    pub fn forget_request(&mut self, request: RequestId) {
        self.requests.retain(|known| *known != request);
    }

    /// How long the first path took, from the agreed key on.
    pub fn connect_ms(&self) -> Option<i64> {
        let connecting = self.diary.first(CallState::Connecting)?;
        let active = self.diary.first(CallState::Active)?;
        i64::try_from(active.since(connecting).as_millis()).ok()
    }
}

/// Without sound there is nothing to tell of it.
#[cfg(not(feature = "media"))]
#[derive(Clone, Debug)]
pub enum MediaReport {}

#[cfg(not(feature = "media"))]
impl crate::call::report::Story for MediaReport {
    fn text(&self, _addresses: bool) -> String {
        match *self {}
    }

    fn json(&self, _addresses: bool) -> String {
        match *self {}
    }
}

/// Whether a call in this state keeps the line busy.
pub fn is_up(state: CallState) -> bool {
    match state {
        CallState::None | CallState::Ending | CallState::Ended => false,
        CallState::Requesting
        | CallState::Waiting
        | CallState::Ringing
        | CallState::Accepted
        | CallState::Confirming
        | CallState::Attached
        | CallState::Connecting
        | CallState::Active
        | CallState::Reconnecting
        | CallState::Open
        | CallState::Joining => true,
    }
}

/// Text in front of every line about a call.
pub fn line(call: CallId, old: CallState, new: CallState, cause: &str) -> String {
    format!("call {call}: {old} > {new}: {cause}")
}
