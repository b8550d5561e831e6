//! Group calls in a client: what is kept of one around its [state machine](crate::group::state), what its requests are for, and
//! everything that happens to it.
//!
//! `calls`, `attached` and `wishes` are what hosts ask for; `inlet` and `answers` what Telegram says; `media` what is heard, `pictures` what
//! is seen, `screen` what is shown beside the camera; `drive` brings all of it
//! to the state machine, the list of people and the switch of the microphone, and carries out what these want.

mod answers;
mod attached;
mod calls;
#[cfg(feature = "conference")]
mod conference;
mod drive;
mod heard;
mod inlet;
mod live;
mod media;
mod peer;
mod pictures;
mod report;
mod requests;
pub mod route;
mod screen;
mod view;
mod wishes;

pub use attached::{Payload, Shown as ShownVideo};
pub use live::PartOutcome;
pub use pictures::Quality;
pub use view::{Mode, View};
pub use wishes::Recording;

use super::entry::{Entry, Kind};
use super::peer::Peer;
use crate::group::info::{Info, Name};
use crate::group::presentation::Presentation;
use crate::group::refusal::Method;
use crate::group::roster::{Roster, Wanted};
use crate::group::showing::Showing;
use crate::group::state::{Call, Request, Shown};
use crate::group::voice::Voice;
use crate::outcome::CallState;
use crate::time::Time;
use crate::tl::enums::InputGroupCall;
use heard::Heard;
use live::{Live, Sought};
use pictures::Watch;
use std::sync::Arc;
pub use wishes::Wish;

/// Group calls of one client that may be up.
pub const MOST_CALLS: u32 = 16;

/// What only a group call has.
#[derive(Debug)]
pub struct Group {
    call: Call,
    /// Telegram's, once it has one.
    name: Option<Name>,
    info: Option<Arc<Info>>,
    roster: Roster,
    voice: Voice,
    showing: Showing,
    /// The screen that we share.
    screen: Presentation,
    join_as: Peer,
    invite_hash: Option<String>,
    /// What only a conference has; `None` as long as it is not known to be one.
    #[cfg(feature = "conference")]
    conference: Option<Box<conference::Conference>>,
    /// The host wants to know who speaks how loud.
    tells_levels: bool,
    heard: Heard,
    /// The pictures that the host wants.
    watch: Watch,
    mode: Mode,
    live: Live,
    /// The latest moment that Telegram has named, and when it did, for a host that has not told us Telegram's clock.
    clock: (Time, i32),
    /// Attached: an offer that the host has not had answered.
    waiting: attached::Waiting,
    /// Requests of the host's that are not answered.
    wishes: u32,
    /// Of a call that is over: how many people there were, how many were known, and news of them that were dropped.
    in_the_end: (usize, usize, u64),
}

impl Group {
    /// The entry of a new one.
    fn entry(now: Time, call: Call, name: Option<Name>) -> Entry {
        Group::new(now, call, name).into_entry(now)
    }

    fn into_entry(self, now: Time) -> Entry {
        Entry::new(now, Kind::Group(Box::new(self)))
    }

    fn new(now: Time, call: Call, name: Option<Name>) -> Group {
        Group {
            call,
            name,
            info: None,
            roster: Roster::default(),
            voice: Voice::new(true),
            showing: Showing::default(),
            screen: Presentation::default(),
            join_as: Peer::Myself,
            invite_hash: None,
            #[cfg(feature = "conference")]
            conference: None,
            tells_levels: false,
            heard: Heard::default(),
            watch: Watch::new(),
            mode: Mode::None,
            live: Live::default(),
            clock: (now, 0),
            waiting: attached::Waiting::default(),
            wishes: 0,
            in_the_end: (0, 0, 0),
        }
    }

    pub fn shown(&self) -> CallState {
        match self.call.shown() {
            Shown::Creating => CallState::Requesting,
            Shown::Open => CallState::Open,
            Shown::Joining => CallState::Joining,
            Shown::Connecting => CallState::Connecting,
            Shown::Active => CallState::Active,
            Shown::Reconnecting => CallState::Reconnecting,
            Shown::Ending => CallState::Ending,
            Shown::Ended => CallState::Ended,
        }
    }

    /// When something of it is due, besides its media.
    pub fn deadline(&self) -> Option<Time> {
        let switches = [self.voice.next_timeout(), self.showing.next_timeout(), self.screen.deadline()];
        #[cfg(feature = "conference")]
        let keys = self.conference.as_ref().and_then(|conference| conference.next_timeout());
        #[cfg(not(feature = "conference"))]
        let keys = None;
        switches.into_iter().chain([self.call.deadline(), self.roster.next_timeout(), keys]).flatten().min()
    }

    pub fn is_attached(&self) -> bool {
        self.call.is_attached()
    }

    pub fn name(&self) -> Option<Name> {
        self.name
    }

    /// Whether nothing of it may go or be heard that is not sealed. What is once said to be a conference stays one.
    fn is_conference(&self) -> bool {
        #[cfg(feature = "conference")]
        if self.conference.is_some() {
            return true;
        }
        self.info.as_ref().is_some_and(|info| info.is_conference)
    }

    /// How we come in.
    fn switches(&self) -> requests::Switches {
        requests::Switches { is_muted: self.voice.is_muted(), shows_camera: self.showing.shows_camera() }
    }

    /// How Telegram finds the call.
    fn input(&self) -> Option<InputGroupCall<'_>> {
        self.name.map(requests::input).or_else(|| self.alias())
    }

    /// How it finds the way in: who came by a link or an invitation may come in by that, and perhaps by nothing else.
    fn entrance(&self) -> Option<InputGroupCall<'_>> {
        self.alias().or_else(|| self.name.map(requests::input))
    }

    fn alias(&self) -> Option<InputGroupCall<'_>> {
        #[cfg(feature = "conference")]
        return self.conference.as_ref()?.alias();
        #[cfg(not(feature = "conference"))]
        None
    }

    pub fn duration_s(&self, now: Time) -> u32 {
        self.call.duration_s(now)
    }

    /// Telegram's clock as far as its own news tell it.
    fn learnt_unix_s(&self, now: Time) -> i32 {
        let (at, unix_s) = self.clock;
        let passed = i32::try_from(now.since(at).as_secs()).unwrap_or(i32::MAX);
        if unix_s == 0 { 0 } else { unix_s.saturating_add(passed) }
    }

    /// Telegram has named a moment that is past.
    fn learn_clock(&mut self, now: Time, unix_s: i32) {
        if unix_s > self.learnt_unix_s(now) {
            self.clock = (now, unix_s);
        }
    }
}

/// What a request of a group call is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A step of the call; its answer is an input of the state machine.
    Step(Request),
    /// The way into a conference that is made with it; else as [`Request::Join`].
    #[cfg(feature = "conference")]
    Found { attempt: u32 },
    /// Of the chain of a conference, by whoever came in at that attempt.
    #[cfg(feature = "conference")]
    Chain { attempt: u32, asked: conference::Asked },
    /// A piece of the list.
    Want(Wanted),
    /// A part of the stream, or where that is.
    Part { number: u64, sought: Sought },
    /// Our own switch.
    Voice,
    /// Those of our pictures.
    Showing,
    /// The second connection, for our screen.
    Screen { attempt: u32 },
    /// What the host has asked for: the answer is told.
    Wish(Wish),
    /// Something said to Telegram about a call that is over for us. The answer changes nothing here.
    Farewell(Method),
}

impl Purpose {
    pub fn method(&self) -> Method {
        match self {
            Purpose::Step(request) => method(*request),
            #[cfg(feature = "conference")]
            Purpose::Found { .. } => Method::CreateConferenceCall,
            #[cfg(feature = "conference")]
            Purpose::Chain { asked, .. } => asked.method(),
            Purpose::Want(Wanted::First) => Method::GetGroupCall,
            Purpose::Want(Wanted::Next(_) | Wanted::Of { .. }) => Method::GetGroupParticipants,
            Purpose::Part { sought, .. } => sought.method(),
            Purpose::Voice | Purpose::Showing => Method::EditGroupCallParticipant,
            Purpose::Screen { .. } => Method::JoinGroupCallPresentation,
            Purpose::Wish(wish) => wish.method,
            Purpose::Farewell(method) => *method,
        }
    }

    /// What the answer is good for when the call has ended meanwhile. What is said in parting must still be said.
    fn after_the_end(&self) -> Option<Purpose> {
        match self {
            Purpose::Step(Request::Leave) => Some(Purpose::Farewell(Method::LeaveGroupCall)),
            #[cfg(feature = "conference")]
            Purpose::Found { .. } | Purpose::Chain { .. } => None,
            Purpose::Step(_)
            | Purpose::Want(_)
            | Purpose::Part { .. }
            | Purpose::Voice
            | Purpose::Showing
            | Purpose::Screen { .. }
            | Purpose::Wish(_)
            | Purpose::Farewell(_) => None,
        }
    }
}

fn method(request: Request) -> Method {
    match request {
        Request::Create => Method::CreateGroupCall,
        Request::Look => Method::GetGroupCall,
        Request::Join { .. } => Method::JoinGroupCall,
        Request::Leave => Method::LeaveGroupCall,
        Request::Check => Method::CheckGroupCall,
        Request::OfMember(method) => method,
    }
}
