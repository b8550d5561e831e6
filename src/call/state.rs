//! The state machine of a private call: states, inputs, effects, and `step`, which leads from one to the next.
//!
//! ```text
//!  caller.rs (6.1)                                            callee.rs (6.2)
//!
//!  Preparing ──drawn──► Requesting ──hang up──┐               Incoming ──decline──────────────┐
//!                           │ phoneCallWaiting│                  │ accept                     │
//!                           ▼                 ▼                  ▼                            │
//!                        Waiting          Aborting            Fetching                        │
//!                           │ receive_date    │ its answer       │ drawn: acceptCall          │
//!                           ▼                 │                  ▼                            │
//!                        Ringing              │               Accepting ──hang up─► Aborting  │
//!                           │ phoneCallAccepted                  │ its answer        │        │
//!                           ▼                 │                  ▼                   │        │
//!                       [Accepted]            │               WaitingKey             │        │
//!                           │ confirm: confirmCall               │                   │        │
//!                           ▼                 │                  │                   │        │
//!                       Confirming            │                  │                   │        │
//!                           │ phoneCall       │                  │ phoneCall         │        │
//!  talk.rs (both)           ▼                 │                  ▼                   │        │
//!                       [Keyed ──connect──►] Connecting ◄──┐◄────┘                   │        │
//!                       Attached ─connect──►     │ media   │ again                   │        │
//!                                                ▼         │                         │        │
//!                                           Established ──► Reconnecting             │        │
//!  closing.rs (both)                             │ hang up, 20 s without a path      │        │
//!                                                ▼                                   ▼        ▼
//!      any state ── phoneCallDiscarded ──► Ended ◄── discarded, or 5 s ── Ending ◄────────────┘
//! ```
//!
//! Square brackets: `Accepted` only without automatic confirmation, `Keyed` only when Telegram's news come decoded.

use super::exchange;
use super::news::{Claims, Link, News, Peer};
use super::protocol::Version;
use super::refusal::{Method, Refusal};
use super::{callee, caller, closing, talk};
use crate::outcome::{CallState, DiscardReason, Outcome};
use crate::secret::Secret;
use crate::time::{Duration, Time};
use crate::types::UserId;
use core::fmt;
use std::collections::VecDeque;
use std::sync::Arc;

/// The limits and habits of a client's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// `call_receive_timeout_ms`.
    pub receive: Duration,
    /// `call_ring_timeout_ms`.
    pub ring: Duration,
    /// Whether `phone.confirmCall` is sent without asking the host.
    pub auto_confirm: bool,
    /// Whether Telegram is told that an incoming call rings here, which makes the account busy for others (3.4).
    pub announce: bool,
    /// Whether the host's engine carries the sound; it takes signaling as soon as there is a key.
    pub host_media: bool,
    /// What we offer, preferred first.
    pub versions: Vec<Version>,
}

/// Without a first media path for so long a call is over; without another one likewise, if the engine is the host's
/// (section 5; fixed by tgcalls).
pub const PATH_LIMIT: Duration = Duration::from_secs(20);
/// Our own engine needs longer to be sure that there is no other path (`media-transport.md` section 9).
pub const REPATH_LIMIT: Duration = Duration::from_secs(30);
/// How long a discarded call waits for Telegram's answer (section 5).
pub const CLOSE_LIMIT: Duration = Duration::from_secs(5);

impl Rules {
    /// How long a call may go without the path it had.
    pub fn repath_limit(&self) -> Duration {
        if self.host_media { PATH_LIMIT } else { REPATH_LIMIT }
    }

    /// How long `phone.requestCall` may take (section 5, as TDLib computes it, in whole seconds).
    pub fn request_limit(&self) -> Duration {
        let ms = u64::try_from(self.receive.as_millis()).unwrap_or(u64::MAX).saturating_add(999).clamp(10_000, 100_000);
        Duration::from_secs(ms / 1000)
    }
}

/// Where a call is. A deadline is the state's own: it dies with it.
#[derive(Debug)]
pub enum State {
    Caller(caller::State),
    Callee(callee::State),
    Talk(talk::State),
    Closing(closing::State),
}

impl State {
    /// What the host sees of it.
    pub fn shown(&self) -> CallState {
        match self {
            State::Caller(state) => state.shown(),
            State::Callee(state) => state.shown(),
            State::Talk(state) => state.shown(),
            State::Closing(state) => state.shown(),
        }
    }

    /// When [`Input::Timeout`] is due.
    pub fn deadline(&self) -> Option<Time> {
        match self {
            State::Caller(state) => state.deadline(),
            State::Callee(state) => state.deadline(),
            State::Talk(state) => state.deadline(),
            State::Closing(state) => state.deadline(),
        }
    }
}

#[cfg(any(test, feature = "internals"))]
impl State {
    /// How many secrets this state holds: exponents and keys.
    pub fn secrets(&self) -> usize {
        match self {
            State::Caller(caller::State::Preparing { .. })
            | State::Callee(callee::State::Incoming { .. } | callee::State::Fetching { .. })
            | State::Closing(_) => 0,
            State::Caller(_) | State::Callee(_) | State::Talk(_) => 1,
        }
    }
}

/// What happened to a call.
#[derive(Debug)]
pub enum Input {
    /// The host: `accept`.
    Accept,
    /// The host: `confirm`.
    Confirm,
    /// The host: `discard`.
    HangUp(DiscardReason),
    /// The host: `connect`. The version is one we speak.
    Connect(Version, Box<Link>),
    /// The client, after `messages.dhConfig`: the caller's half of the exchange, and a `random_id` for two attempts.
    Offered(exchange::Caller, [i32; 2]),
    /// The client, after `messages.dhConfig`: the callee's half of the exchange.
    Answered(exchange::Callee),
    /// The client, after `messages.dhConfig`: the group is not safe, or nothing could be drawn from it.
    Unfit(String),
    /// Telegram: a `PhoneCall` object with the id of this call, by update, as an answer, or decoded.
    Told(News),
    /// Telegram: `updatePhoneCallSignalingData`; or the host's library, for an attached call.
    Signaling(Vec<u8>),
    /// Telegram: the method was answered. Its content, if any, came before as [`Input::Told`].
    Done(Method),
    /// Telegram: the method was refused; or no answer came.
    Refused(Method, Refusal),
    /// The media engine: there is a path.
    MediaConnected,
    /// The media engine: the path is gone, another is looked for.
    MediaLost,
    /// The media engine: it gave up, and why.
    #[cfg_attr(not(feature = "media"), allow(dead_code, reason = "a host's engine only says that it is not connected"))]
    MediaFailed(String),
    /// The media engine: the other end of the path is not who holds the key.
    #[cfg_attr(not(feature = "media"), allow(dead_code, reason = "a host's engine only says that it is not connected"))]
    MediaInsecure(String),
    /// The media engine: a packet for the other side.
    SignalingOut(Vec<u8>),
    /// The clock.
    Timeout,
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Accept => f.write_str("accept"),
            Input::Confirm => f.write_str("confirm"),
            Input::HangUp(_) => f.write_str("discard"),
            Input::Connect(version, _) => write!(f, "connect with {}", version.name()),
            Input::Offered(..) | Input::Answered(_) => f.write_str("dhConfig"),
            Input::Unfit(why) => f.write_str(why),
            Input::Told(news) => news.fmt(f),
            Input::Signaling(_) => f.write_str("signaling from the other side"),
            Input::Done(method) => write!(f, "answer to {method}"),
            Input::Refused(_, refusal) => f.write_str(&refusal.text),
            Input::MediaConnected => f.write_str("media has a path"),
            Input::MediaLost => f.write_str("media lost its path"),
            Input::MediaFailed(why) => write!(f, "media failed: {why}"),
            Input::MediaInsecure(why) => write!(f, "media is insecure: {why}"),
            Input::SignalingOut(_) => f.write_str("signaling to the other side"),
            Input::Timeout => f.write_str("time is up"),
        }
    }
}

/// The four emoji both users compare.
pub type Emoji = [&'static str; 4];

/// A request for Telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::enum_variant_names, reason = "named as the methods are")]
pub enum Request {
    RequestCall {
        random_id: i32,
        g_a_hash: [u8; 32],
    },
    ReceivedCall,
    AcceptCall {
        g_b: Vec<u8>,
    },
    ConfirmCall {
        g_a: Box<[u8; 256]>,
        key_fingerprint: i64,
    },
    /// `reason` is never [`DiscardReason::Auto`].
    DiscardCall {
        reason: DiscardReason,
        duration_s: u32,
    },
    SendSignalingData {
        packet: Vec<u8>,
    },
}

/// What is to be done about it, in this order.
#[derive(Debug)]
pub enum Effect {
    /// Ask for `messages.dhConfig`, verify the group, draw from it: [`Input::Offered`], [`Input::Answered`] or
    /// [`Input::Unfit`].
    Draw,
    /// The key is agreed on; these are its emoji.
    Agreed(Emoji),
    /// Telegram has named the call: what came too early for this id is to be played back (6.4).
    Named(Peer),
    Invoke(Request),
    /// The key, the version and the servers are known: start the engine.
    StartMedia,
    /// Stop the engine; nothing of it may follow.
    StopMedia,
    /// For the engine.
    Signaling(Vec<u8>),
    /// Attached call: for the other side, through the host's library.
    SendSignaling(Vec<u8>),
    /// It is over. The last effect of a call.
    End(Outcome),
}

/// The input is not valid in this state. Only what the host does can be wrong; Telegram and the clock are never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongState;

/// A next state with its effects; or the old one, when nothing moved.
pub enum Step {
    To(State, Vec<Effect>),
    Wrong(State),
}

/// Whether the deadline of a state has come: a timer may fire early, or for a state that is gone.
pub fn is_due(deadline: Option<Time>, now: Time) -> bool {
    deadline.is_some_and(|at| now >= at)
}

/// The key and what came with it.
pub struct Talk {
    pub key: Secret<256>,
    /// `None` until [`Input::Connect`] says it.
    pub version: Option<Version>,
    pub link: Link,
    /// When media connected for the first time: the duration counts from here.
    pub since: Option<Time>,
    /// Whether Telegram carries this call; else the host's library does, and asks us nothing about it.
    pub is_attached: bool,
}

impl fmt::Debug for Talk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Talk({:?})", self.version)
    }
}

impl Talk {
    /// Whole seconds of the conversation until now.
    pub fn duration_s(&self, now: Time) -> u32 {
        self.since.map_or(0, |since| u32::try_from(now.since(since).as_secs()).unwrap_or(u32::MAX))
    }
}

/// What a call knows in every state.
#[derive(Debug)]
pub struct Facts {
    pub rules: Arc<Rules>,
    /// Telegram's name for the call, once it has told us.
    pub peer: Option<Peer>,
    /// The caller; 0 as long as that is us and nobody has told us who we are.
    pub admin: UserId,
    /// The callee; 0 likewise.
    pub participant: UserId,
    /// Signaling that came before the key was ready (6.4).
    early: VecDeque<Vec<u8>>,
    /// How many of them had to give way.
    pub early_dropped: u32,
}

/// How many signaling packets wait for the key (6.4: as many as Web K keeps).
const EARLY_PACKETS: usize = 64;

impl Facts {
    pub fn new(rules: Arc<Rules>, peer: Option<Peer>, admin: UserId, participant: UserId) -> Facts {
        Facts { rules, peer, admin, participant, early: VecDeque::new(), early_dropped: 0 }
    }

    /// Whether an object with our id is about our call (6.3). What either side does not know is not compared.
    pub fn fits(&self, claims: &Claims) -> bool {
        fn same<T: PartialEq>(known: Option<T>, claimed: Option<T>) -> bool {
            match (known, claimed) {
                (Some(known), Some(claimed)) => known == claimed,
                (None, _) | (_, None) => true,
            }
        }
        let known = |user: UserId| (user != UserId(0)).then_some(user);
        same(self.peer.map(|peer| peer.access_hash), claims.access_hash)
            && same(known(self.admin), claims.admin)
            && same(known(self.participant), claims.participant)
    }

    /// Keeps a signaling packet until there is a key; the oldest gives way.
    pub fn keep_early(&mut self, packet: Vec<u8>) {
        if self.early.len() == EARLY_PACKETS {
            self.early.pop_front();
            self.early_dropped = self.early_dropped.saturating_add(1);
        }
        self.early.push_back(packet);
    }

    /// Hands out what was kept, in its order.
    pub fn take_early(&mut self) -> impl Iterator<Item = Effect> + use<> {
        core::mem::take(&mut self.early).into_iter().map(Effect::Signaling)
    }
}

/// A private call, from the first wish to the end.
#[derive(Debug)]
pub struct Call {
    facts: Facts,
    state: State,
}

impl Call {
    /// We call a user. The first effect is [`Effect::Draw`].
    pub fn outgoing(now: Time, rules: Arc<Rules>, me: UserId, user: UserId) -> (Call, Vec<Effect>) {
        let state = caller::State::prepare(now, &rules);
        (Call { facts: Facts::new(rules, None, me, user), state: State::Caller(state) }, vec![Effect::Draw])
    }

    /// Somebody calls. The request has been validated.
    pub fn incoming(
        now: Time,
        rules: Arc<Rules>,
        peer: Peer,
        admin: UserId,
        participant: UserId,
        commitment: exchange::Commitment,
    ) -> (Call, Vec<Effect>) {
        let (state, effects) = callee::State::ring(now, &rules, commitment);
        (Call { facts: Facts::new(rules, Some(peer), admin, participant), state: State::Callee(state) }, effects)
    }

    /// The host's library made the key; we carry the sound.
    pub fn attach(rules: Arc<Rules>, key: Secret<256>) -> Call {
        let talk = Talk { key, version: None, link: Link::default(), since: None, is_attached: true };
        let facts = Facts::new(rules, None, UserId(0), UserId(0));
        Call { facts, state: State::Talk(talk::State::Attached { talk: Box::new(talk) }) }
    }

    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    /// The key and what came with it, from `Connecting` on; for an attached call from the start.
    pub fn talk(&self) -> Option<&Talk> {
        match &self.state {
            State::Talk(state) => Some(state.talk()),
            State::Caller(_) | State::Callee(_) | State::Closing(_) => None,
        }
    }

    /// As [`Call::talk`], to add servers.
    pub fn talk_mut(&mut self) -> Option<&mut Talk> {
        match &mut self.state {
            State::Talk(state) => Some(state.talk_mut()),
            State::Caller(_) | State::Callee(_) | State::Closing(_) => None,
        }
    }

    /// Whole seconds of the conversation until now.
    pub fn duration_s(&self, now: Time) -> u32 {
        match &self.state {
            State::Talk(state) => state.talk().duration_s(now),
            State::Closing(state) => state.duration_s(),
            State::Caller(_) | State::Callee(_) => 0,
        }
    }

    /// One input in, its effects out. On `Err` nothing moved.
    pub fn step(&mut self, now: Time, input: Input) -> Result<Vec<Effect>, WrongState> {
        let state = core::mem::replace(&mut self.state, State::Closing(closing::State::Ended));
        let facts = &mut self.facts;
        let step = match state {
            State::Caller(state) => caller::step(state, facts, now, input),
            State::Callee(state) => callee::step(state, facts, now, input),
            State::Talk(state) => talk::step(state, facts, now, input),
            State::Closing(state) => closing::step(state, facts, now, input),
        };
        match step {
            Step::To(state, effects) => {
                self.state = state;
                Ok(effects)
            }
            Step::Wrong(state) => {
                self.state = state;
                Err(WrongState)
            }
        }
    }
}

#[cfg(test)]
mod tests;
