//! The public Rust API: a `Client` owns every call of one account.

pub mod config;
pub mod event;
pub mod log;
pub mod stats;

pub use config::{Config, Media, P2p, Proxy, Timers};
pub use event::{Action, CallEnd, CallState, DiscardReason, EndReason, Event, EventKind};
pub use log::{LogLevel, LogLine};
pub use stats::Stat;

use crate::error::Error;
use crate::random::Random;
use crate::secret::Secret;
use crate::time::Time;
use crate::types::{CallId, RequestId, SocketAddr, SocketId, UserId};
use core::ffi::CStr;
use std::collections::VecDeque;

/// What became of news from Telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It was about calls.
    Done,
    /// Nothing in it was for us, or it was not readable, which is counted. The text says which; for a developer.
    Empty(std::borrow::Cow<'static, str>),
}

/// `phoneCallRequested`, field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requested<'a> {
    pub telegram_id: i64,
    pub access_hash: i64,
    pub admin_id: i64,
    /// Unix time on Telegram's clock.
    pub date_s: i32,
    pub is_video: bool,
    pub g_a_hash: &'a [u8],
}

/// `phoneConnection`, field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reflector<'a> {
    pub id: i64,
    pub ip: &'a str,
    pub ipv6: &'a str,
    pub port: u16,
    pub peer_tag: &'a [u8],
    pub is_tcp: bool,
}

/// `phoneConnectionWebrtc`, field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Webrtc<'a> {
    pub id: i64,
    pub ip: &'a str,
    pub ipv6: &'a str,
    pub port: u16,
    pub username: &'a str,
    pub password: &'a str,
    pub is_turn: bool,
    pub is_stun: bool,
}

/// How a report is written. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum ReportFormat {
    Text = 1,
    Json = 2,
}

impl ReportFormat {
    /// The choice behind a number of the C API.
    pub fn from_number(number: u32) -> Option<ReportFormat> {
        [ReportFormat::Text, ReportFormat::Json].into_iter().find(|format| *format as u32 == number)
    }
}

/// One Telegram account and all its calls.
///
/// No thread, no socket, no clock: hand in what happened and when, take out [events](Client::poll_event), sleep until
/// [`next_timeout`](Client::next_timeout). After an error nothing has changed. A call that is not known, or is forgotten
/// (the last 10 ended ones are kept), is `NotFound`.
pub struct Client {
    config: Config,
    events: VecDeque<Event>,
}

fn todo<T>() -> Result<T, Error> {
    Err(Error::unsupported("not built yet"))
}

#[allow(unused_variables)]
impl Client {
    /// Makes the client of one account.
    ///
    /// # Errors
    /// None today; a later configuration may not fit together.
    pub fn new(now: Time, config: Config, random: Random) -> Result<Client, Error> {
        Ok(Client { config, events: VecDeque::new() })
    }

    // ---- Private calls ----

    /// Calls a user. Telegram is asked through [`EventKind::Invoke`].
    ///
    /// # Errors
    /// Limit: as many calls are up as the configuration allows. Argument: no such user id.
    pub fn request(&mut self, now: Time, user: UserId, access_hash: i64, video: bool) -> Result<CallId, Error> {
        todo()
    }

    /// Answers an incoming call.
    ///
    /// # Errors
    /// State: it is not ringing here.
    pub fn accept(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        todo()
    }

    /// Sends our half of the key.
    ///
    /// # Errors
    /// State: not in [`CallState::Accepted`], which only comes without automatic confirmation.
    pub fn confirm(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        todo()
    }

    /// Ends a call: cancels, declines or hangs up. [`EventKind::CallEnded`] follows when Telegram has been told, after 5 s
    /// at the latest; at once if attached.
    ///
    /// # Errors
    /// State: it is ending or has ended.
    pub fn discard(&mut self, now: Time, call: CallId, reason: DiscardReason) -> Result<(), Error> {
        todo()
    }

    /// Rates an ended call with 1 to 5 stars and the user's words.
    ///
    /// # Errors
    /// Argument: stars. State: the call is up, was never answered, or was attached.
    pub fn rate(&mut self, now: Time, call: CallId, stars: u32, comment: &str) -> Result<(), Error> {
        todo()
    }

    /// Gives Telegram the report of an ended call, without addresses, and the log if it asks for it.
    ///
    /// # Errors
    /// State: the call is up, was never answered, or was attached.
    pub fn send_report(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        todo()
    }

    // ---- A call whose key the host made ----

    /// Takes over a call for which the host's Telegram library agreed on the key: attach, add each server, connect.
    ///
    /// # Errors
    /// Argument: the key has not 256 bytes. Limit: as many calls are up as the configuration allows.
    pub fn attach(&mut self, now: Time, outgoing: bool, key: &[u8]) -> Result<CallId, Error> {
        todo()
    }

    /// Adds a relay, until [`Client::connect`].
    ///
    /// # Errors
    /// State: the servers of this call are known already, or not yet asked for. Argument: an address or the peer tag.
    /// Limit: more than 64 servers.
    pub fn add_reflector(&mut self, call: CallId, reflector: &Reflector<'_>) -> Result<(), Error> {
        todo()
    }

    /// Adds a STUN or TURN server, until [`Client::connect`]. Errors as [`Client::add_reflector`].
    pub fn add_webrtc(&mut self, call: CallId, webrtc: &Webrtc<'_>) -> Result<(), Error> {
        todo()
    }

    /// Starts the media of an attached call, or after [`Client::handle_confirmed`].
    ///
    /// # Errors
    /// State: not [`CallState::Attached`], or [`CallState::Connecting`] without media. Unsupported: we do not speak the
    /// version; the call has to be discarded.
    pub fn connect(
        &mut self,
        now: Time,
        call: CallId,
        version: &str,
        p2p_allowed: bool,
        custom_parameters: &str,
    ) -> Result<(), Error> {
        todo()
    }

    /// A signaling packet from the other side. [`Handled::Empty`] for one that is dropped, which is counted.
    pub fn handle_signaling(&mut self, now: Time, call: CallId, packet: &[u8]) -> Result<Handled, Error> {
        todo()
    }

    // ---- Telegram ----

    /// Telegram's update, in whatever shape it came: an `Updates`, an `Update`, a `phone.PhoneCall`. Feed them all.
    pub fn handle_update(&mut self, now: Time, update: &[u8]) -> Result<Handled, Error> {
        todo()
    }

    /// The answer to an [`EventKind::Invoke`]. An empty one stands for `boolTrue`, and for one whose content comes decoded.
    ///
    /// # Errors
    /// NotFound: nobody waits for it any more.
    pub fn handle_answer(&mut self, now: Time, request: RequestId, answer: &[u8]) -> Result<Handled, Error> {
        todo()
    }

    /// The `rpc_error` to an [`EventKind::Invoke`]. Code 0 stands for a request that got no answer at all, as after a lost
    /// connection.
    ///
    /// # Errors
    /// NotFound: nobody waits for it any more.
    pub fn handle_error(&mut self, now: Time, request: RequestId, code: i32, text: &str) -> Result<(), Error> {
        todo()
    }

    /// Telegram's clock, which tells an old incoming call from a new one. Never set: all count as new.
    pub fn set_server_time(&mut self, now: Time, unix_s: i64) -> Result<(), Error> {
        todo()
    }

    /// The `library_versions` to offer, by index.
    pub fn version(&self, index: usize) -> Option<&'static CStr> {
        self.config.versions.get(index).map(|version| version.c_name())
    }

    /// `messages.dhConfig`, the answer to a request; an empty `p` is `messages.dhConfigNotModified`.
    ///
    /// # Errors
    /// NotFound: nobody waits for it any more. Argument: the request asked for something else.
    pub fn handle_dh_config(
        &mut self,
        now: Time,
        request: RequestId,
        g: i32,
        p: &[u8],
        version: i32,
        random: &[u8],
    ) -> Result<(), Error> {
        todo()
    }

    /// `phoneCallRequested`. `None`: it is ignored (known, stale, not for us) or answered busy.
    pub fn handle_requested(&mut self, now: Time, requested: &Requested<'_>) -> Result<Option<CallId>, Error> {
        todo()
    }

    /// `phoneCallWaiting`. `receive_date_s` 0: there is none.
    pub fn handle_waiting(
        &mut self,
        now: Time,
        call: CallId,
        telegram_id: i64,
        access_hash: i64,
        receive_date_s: i32,
    ) -> Result<Handled, Error> {
        todo()
    }

    /// `phoneCallAccepted`.
    pub fn handle_accepted(&mut self, now: Time, call: CallId, g_b: &[u8]) -> Result<Handled, Error> {
        todo()
    }

    /// `phoneCall`; then its servers, then [`Client::connect`].
    pub fn handle_confirmed(
        &mut self,
        now: Time,
        call: CallId,
        g_a_or_b: &[u8],
        key_fingerprint: i64,
    ) -> Result<Handled, Error> {
        todo()
    }

    /// `phoneCallDiscarded`. [`DiscardReason::Auto`]: no reason was given.
    pub fn handle_discarded(
        &mut self,
        now: Time,
        call: CallId,
        reason: DiscardReason,
        need_rating: bool,
        need_debug: bool,
    ) -> Result<Handled, Error> {
        todo()
    }

    // ---- The host's own media engine ----

    /// The key. Valid from [`CallState::Connecting`] until the end.
    ///
    /// # Errors
    /// State: there is none.
    pub fn key(&self, call: CallId) -> Result<&Secret<256>, Error> {
        todo()
    }

    /// The final `phoneCall` with its servers, as TL bytes. Valid as [`Client::key`]; not for a call that came decoded.
    pub fn phone_call(&self, call: CallId) -> Result<&[u8], Error> {
        todo()
    }

    /// Takes a packet of the host's engine to the other side.
    ///
    /// # Errors
    /// State: no key yet, or the call is over. Unsupported: the sound is ours.
    pub fn send_signaling(&mut self, now: Time, call: CallId, packet: &[u8]) -> Result<(), Error> {
        todo()
    }

    /// Tells whether the host's engine is connected. Errors as [`Client::send_signaling`].
    pub fn set_connected(&mut self, now: Time, call: CallId, connected: bool) -> Result<(), Error> {
        todo()
    }

    // ---- Sockets ----

    /// The addresses of this machine that calls may use.
    pub fn set_interfaces(&mut self, now: Time, interfaces: &[SocketAddr]) -> Result<(), Error> {
        todo()
    }

    /// The socket of an [`EventKind::SocketOpen`] is bound (UDP) or connected (TCP) at `local`.
    pub fn handle_opened(&mut self, now: Time, socket: SocketId, local: SocketAddr) -> Result<(), Error> {
        Err(Error::not_found("no such socket"))
    }

    /// A socket could not be opened, or broke.
    pub fn handle_closed(&mut self, now: Time, socket: SocketId) -> Result<(), Error> {
        Err(Error::not_found("no such socket"))
    }

    /// One UDP datagram.
    pub fn handle_datagram(&mut self, now: Time, socket: SocketId, from: SocketAddr, data: &[u8]) -> Result<(), Error> {
        Err(Error::not_found("no such socket"))
    }

    /// The next bytes of a TCP stream.
    pub fn handle_stream(&mut self, now: Time, socket: SocketId, data: &[u8]) -> Result<(), Error> {
        Err(Error::not_found("no such socket"))
    }

    // ---- Out ----

    /// The next event, in the order things happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether [`Client::poll_event`] has something.
    pub fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// The next line for the log, if one is kept. The oldest give way when nobody fetches them.
    pub fn poll_log(&mut self) -> Option<LogLine> {
        None
    }

    /// When to call [`Client::handle_timeout`] next.
    pub fn next_timeout(&self) -> Option<Time> {
        None
    }

    /// Runs the timers that are due.
    pub fn handle_timeout(&mut self, now: Time) {}

    // ---- Looking at a call ----

    pub fn state(&self, call: CallId) -> Result<CallState, Error> {
        todo()
    }

    /// A number of the host's, kept with the call and never looked at. 0 at first.
    pub fn set_userdata(&mut self, call: CallId, userdata: u64) -> Result<(), Error> {
        todo()
    }

    /// The number given with [`Client::set_userdata`].
    pub fn userdata(&self, call: CallId) -> Result<u64, Error> {
        todo()
    }

    /// The four emoji both users compare. Valid from [`CallState::Connecting`] on, also after the end.
    ///
    /// # Errors
    /// State: there is no key yet, or the host made it.
    pub fn emoji(&self, call: CallId) -> Result<[&'static CStr; 4], Error> {
        todo()
    }

    /// One figure; `CallId(0)` asks the client. `None`: not known yet.
    pub fn stat(&self, call: CallId, stat: Stat) -> Result<Option<i64>, Error> {
        todo()
    }

    /// Why is it silent? Versions, each path tried with the step that failed; never a key.
    pub fn report(&self, call: CallId, format: ReportFormat, addresses: bool) -> Result<String, Error> {
        todo()
    }
}
