//! The public Rust API: a `Client` owns every call of one account.

mod after;
pub mod config;
mod drive;
mod early;
#[cfg(feature = "media")]
mod engine;
mod entry;
pub mod event;
#[cfg(feature = "media")]
mod figures;
mod groups;
mod inlet;
mod ledger;
pub mod log;
mod look;
#[cfg(feature = "media")]
mod media;
mod outbox;
mod route;
mod rpc;
pub mod stats;

pub use config::{Config, Media, P2p, Proxy, Timers};
pub use event::{Action, CallEnd, CallState, DiscardReason, EndReason, Event, EventKind};
pub use log::{LogLevel, LogLine};
pub use look::{CallKind, Direction, Switches};
pub use stats::Stat;

use crate::call::news::{self, Accepted, Claims, Confirmed, Discarded, Link, News, Peer, Reason, Server};
use crate::call::protocol::Version;
use crate::call::refusal::Method;
use crate::call::state::{Call, Effect, Input, Rules, State};
use crate::crypto::dh::Groups;
use crate::crypto::emoji;
use crate::error::Error;
use crate::random::Random;
use crate::secret::Secret;
use crate::time::Time;
use crate::types::{CallId, RequestId, SocketAddr, SocketId, UserId};
use core::ffi::CStr;
use early::Early;
use entry::Entry;
use groups::DhConfigs;
use ledger::Ledger;
use rpc::{Callee, Purpose, Rpc};
use std::collections::VecDeque;
use std::sync::Arc;

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
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Reflector<'a> {
    pub id: i64,
    pub ip: &'a str,
    pub ipv6: &'a str,
    pub port: u16,
    pub peer_tag: &'a [u8],
    pub is_tcp: bool,
}

/// Without the tag.
impl core::fmt::Debug for Reflector<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Reflector { id, ip, ipv6, port, peer_tag: _, is_tcp } = self;
        write!(f, "Reflector {{ id: {id}, ip: {ip:?}, ipv6: {ipv6:?}, port: {port}, is_tcp: {is_tcp} }}")
    }
}

/// `phoneConnectionWebrtc`, field by field.
#[derive(Clone, Copy, PartialEq, Eq)]
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

/// Without name and password.
impl core::fmt::Debug for Webrtc<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Webrtc { id, ip, ipv6, port, username: _, password: _, is_turn, is_stun } = self;
        write!(f, "Webrtc {{ id: {id}, ip: {ip:?}, ipv6: {ipv6:?}, port: {port}, ")?;
        write!(f, "is_turn: {is_turn}, is_stun: {is_stun} }}")
    }
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
    rules: Arc<Rules>,
    random: Random,
    dh: DhConfigs,
    /// Our own user id; 0 until it is configured or learnt.
    me: UserId,
    /// Telegram's clock, and when it was set.
    server_time: Option<(Time, i64)>,
    ledger: Ledger,
    rpc: Rpc,
    early: Early,
    events: VecDeque<Event>,
    lines: VecDeque<LogLine>,
    updates_dropped: u64,
    /// Lines of the log that gave way to newer ones and were not told of.
    lines_lost: u64,
    /// What media may bind to.
    interfaces: Vec<SocketAddr>,
    /// What stood in the way of finding these, for the report.
    interfaces_note: Option<String>,
    /// The time of the last input, when work that is due at once was due.
    latest: Time,
    /// The hosts' ends of the sound.
    #[cfg(feature = "media")]
    audio: Arc<crate::media::audio::AudioPorts>,
    /// Room for the calls whose hosts have pushed sound.
    #[cfg(feature = "media")]
    rung: Vec<CallId>,
    #[cfg(feature = "media")]
    engines: media::Engines,
}

/// Lines of the log that are kept for a host that does not fetch them.
const LINES: usize = 256;

impl core::fmt::Debug for Client {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Client {{ {} calls up }}", self.ledger.up)
    }
}

impl Client {
    /// Makes the client of one account.
    ///
    /// # Errors
    /// Unsupported: the configuration wants sound from a library that was built without it.
    pub fn new(now: Time, config: Config, random: Random) -> Result<Client, Error> {
        if config.media == Media::Library && !cfg!(feature = "media") {
            return Err(Error::unsupported("this library carries no sound: choose the host's engine"));
        }
        let rules = Rules {
            receive: config.timers.receive,
            ring: config.timers.ring,
            auto_confirm: config.auto_confirm,
            announce: config.max_calls == 1,
            host_media: config.media == Media::Host,
            versions: config.versions.clone(),
        };
        Ok(Client {
            me: config.user,
            ledger: Ledger::new(config.number),
            config,
            rules: Arc::new(rules),
            random,
            dh: DhConfigs::new(Arc::new(Groups::new())),
            server_time: None,
            rpc: Rpc::default(),
            early: Early::default(),
            events: VecDeque::new(),
            lines: VecDeque::new(),
            updates_dropped: 0,
            lines_lost: 0,
            interfaces: vec![],
            interfaces_note: None,
            latest: now,
            #[cfg(feature = "media")]
            audio: Arc::default(),
            #[cfg(feature = "media")]
            rung: Vec::new(),
            #[cfg(feature = "media")]
            engines: media::Engines::default(),
        })
    }

    /// Shares the verdicts on primes with the other clients of the process.
    pub(crate) fn share_groups(&mut self, groups: Arc<Groups>) {
        self.dh.share(groups);
    }

    /// How many secrets are alive in all calls: exponents, keys, random bytes on their way into an exponent. For tests.
    #[cfg(any(test, feature = "internals"))]
    #[doc(hidden)]
    pub fn secrets(&self) -> usize {
        self.ledger.iter().map(|(_, entry)| entry.call.state().secrets()).sum::<usize>() + self.dh.waiting()
    }

    /// How many requests are expected to be answered. For tests.
    #[cfg(any(test, feature = "internals"))]
    #[doc(hidden)]
    pub fn requests_in_flight(&self) -> usize {
        self.rpc.len()
    }

    /// Every inlet that reads the clock comes by here.
    fn at(&mut self, now: Time) {
        self.latest = self.latest.max(now);
    }

    /// After news from Telegram: without a request in flight nothing has to be kept for unknown ids.
    fn tidy(&mut self) {
        if !self.rpc.is_requesting() && !self.ledger.has_unnamed() {
            self.updates_dropped += self.early.clear();
        }
    }

    /// How much is logged from now on.
    pub fn set_log_level(&mut self, level: LogLevel) {
        self.config.log_level = level;
    }

    fn log(&mut self, level: LogLevel, call: CallId, text: impl FnOnce() -> String) {
        if level > self.config.log_level {
            return;
        }
        // The line that tells how many are lost counts, too.
        while self.lines.len() + usize::from(self.lines_lost > 0) >= LINES {
            self.lines.pop_front();
            self.lines_lost += 1;
        }
        self.lines.push_back(LogLine { level, call, text: text() });
    }

    fn check_room(&self) -> Result<(), Error> {
        let (up, most) = (self.ledger.up, self.config.max_calls);
        if up >= most { Err(Error::limit(format!("{up} calls are up, and {most} may be"))) } else { Ok(()) }
    }

    /// The first state of a call, and its first effects.
    fn begin(&mut self, now: Time, call: CallId, state: CallState, cause: &str, effects: Vec<Effect>) {
        let text = entry::line(call, CallState::None, state, cause);
        self.update(call, |entry| entry.diary.note(now, state, cause.to_owned()));
        self.log(LogLevel::Info, call, || text.clone());
        self.push(call, text, EventKind::CallState { old: CallState::None, new: state });
        #[cfg(feature = "media")]
        self.open_audio(call);
        self.run(now, call, state, effects);
    }

    // ---- Private calls ----

    /// Calls a user. Telegram is asked through [`EventKind::Invoke`].
    ///
    /// # Errors
    /// Limit: as many calls are up as the configuration allows. Argument: no user id, or our own.
    pub fn request(&mut self, now: Time, user: UserId, access_hash: i64, video: bool) -> Result<CallId, Error> {
        self.at(now);
        if user.0 <= 0 {
            return Err(Error::argument("a user id is positive"));
        }
        if user == self.me {
            return Err(Error::argument("that is our own user id"));
        }
        self.check_room()?;
        let (call, effects) = Call::request(now, self.rules.clone(), self.me, user);
        let callee = Callee { user, access_hash, is_video: video };
        let id = self.ledger.add(Entry::new(now, call, callee, true, false));
        self.ledger.up += 1;
        self.begin(now, id, CallState::Requesting, "request", effects);
        Ok(id)
    }

    /// Answers an incoming call.
    ///
    /// # Errors
    /// State: it is not ringing here.
    pub fn accept(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        self.at(now);
        self.apply(now, call, Input::Accept)
    }

    /// Sends our half of the key.
    ///
    /// # Errors
    /// State: not in [`CallState::Accepted`], which only comes without automatic confirmation.
    pub fn confirm(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        self.at(now);
        self.apply(now, call, Input::Confirm)
    }

    /// Ends a call: cancels, declines or hangs up. [`EventKind::CallEnded`] follows when Telegram has been told, after 5 s
    /// at the latest; at once if attached.
    ///
    /// # Errors
    /// State: it is ending or has ended.
    pub fn discard(&mut self, now: Time, call: CallId, reason: DiscardReason) -> Result<(), Error> {
        self.at(now);
        self.apply(now, call, Input::HangUp(reason))?;
        self.tidy();
        Ok(())
    }

    /// Rates an ended call with 1 to 5 stars and the user's words.
    ///
    /// # Errors
    /// Argument: stars. State: the call is up, was never answered, or was attached.
    pub fn rate(&mut self, now: Time, call: CallId, stars: u32, comment: &str) -> Result<(), Error> {
        self.at(now);
        self.send_rating(call, stars, comment)
    }

    /// Gives Telegram the report of an ended call, without addresses, and the log if it asks for it.
    ///
    /// # Errors
    /// State: the call is up, was never answered, or was attached.
    pub fn send_report(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        self.at(now);
        self.send_debug(call)
    }

    // ---- A call whose key the host made ----

    /// Takes over a call for which the host's Telegram library agreed on the key: attach, add each server, connect.
    ///
    /// # Errors
    /// Argument: the key has not 256 bytes. Limit: as many calls are up as the configuration allows. Unsupported: the
    /// sound is the host's.
    pub fn attach(&mut self, now: Time, outgoing: bool, key: &[u8]) -> Result<CallId, Error> {
        self.at(now);
        if self.config.media == Media::Host {
            return Err(Error::unsupported("the sound is the host's: there is nothing to attach"));
        }
        let key = Secret::from_slice(key).ok_or_else(|| Error::argument("a key has 256 bytes"))?;
        self.check_room()?;
        let call = Call::attach(self.rules.clone(), key);
        let callee = Callee { user: UserId(0), access_hash: 0, is_video: false };
        let id = self.ledger.add(Entry::new(now, call, callee, outgoing, true));
        self.ledger.up += 1;
        self.begin(now, id, CallState::Attached, "attach", vec![]);
        Ok(id)
    }

    /// Adds a relay, until [`Client::connect`]. One that cannot be used is taken all the same: both sides number them.
    ///
    /// # Errors
    /// State: the servers of this call are known already, or not yet asked for. Limit: more than 64 servers.
    pub fn add_reflector(&mut self, call: CallId, reflector: &Reflector<'_>) -> Result<(), Error> {
        let (ip, ipv6) = (reflector.ip.parse().ok(), reflector.ipv6.parse().ok());
        let Reflector { id, ip: _, ipv6: _, port, peer_tag, is_tcp } = *reflector;
        // Useless ones count when both sides number them.
        let server = match Secret::from_slice(peer_tag) {
            Some(peer_tag) => Server::Reflector { id, ip, ipv6, port, peer_tag, is_tcp },
            None => Server::Unusable { id },
        };
        self.add_server(call, server)
    }

    /// Adds a STUN or TURN server, until [`Client::connect`]. Errors as [`Client::add_reflector`].
    pub fn add_webrtc(&mut self, call: CallId, webrtc: &Webrtc<'_>) -> Result<(), Error> {
        let (ip, ipv6) = (webrtc.ip.parse().ok(), webrtc.ipv6.parse().ok());
        let Webrtc { id, ip: _, ipv6: _, port, username, password, is_turn, is_stun } = *webrtc;
        let (username, password) = (username.to_owned(), password.into());
        self.add_server(call, Server::Webrtc { id, ip, ipv6, port, username, password, is_turn, is_stun })
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
        self.at(now);
        self.open_call(call)?;
        let version = Version::from_name(version)
            .ok_or_else(|| Error::unsupported(format!("we do not speak library version {version:?}")))?;
        if custom_parameters.len() > route::CUSTOM_PARAMETERS {
            return Err(Error::limit("custom_parameters are too long"));
        }
        let link = Link {
            versions: vec![version.name().to_owned()],
            p2p_allowed,
            custom_parameters: (!custom_parameters.is_empty()).then(|| custom_parameters.to_owned()),
            ..Link::default()
        };
        self.apply(now, call, Input::Connect(version, Box::new(link)))
    }

    /// A signaling packet from the other side. [`Handled::Empty`] for one that is dropped, which is counted.
    pub fn handle_signaling(&mut self, now: Time, call: CallId, packet: &[u8]) -> Result<Handled, Error> {
        self.at(now);
        self.ledger.get(call)?;
        Ok(self.take_packet(now, call, packet))
    }

    // ---- Telegram ----

    /// Telegram's update, in whatever shape it came: an `Updates`, an `Update`, a `phone.PhoneCall`. Feed them all.
    pub fn handle_update(&mut self, now: Time, update: &[u8]) -> Result<Handled, Error> {
        self.at(now);
        let handled = self.take_update(now, update);
        self.tidy();
        Ok(handled)
    }

    /// The answer to an [`EventKind::Invoke`]. An empty one stands for `boolTrue`, and for one whose content comes decoded.
    ///
    /// # Errors
    /// NotFound: nobody waits for it any more.
    pub fn handle_answer(&mut self, now: Time, request: RequestId, answer: &[u8]) -> Result<Handled, Error> {
        self.at(now);
        let pending = self.pending(request)?.clone();
        let handled = self.take_answer(now, request, pending, answer);
        self.tidy();
        Ok(handled)
    }

    /// The `rpc_error` to an [`EventKind::Invoke`]. Code 0 stands for a request that got no answer at all, as after a lost
    /// connection.
    ///
    /// # Errors
    /// NotFound: nobody waits for it any more.
    pub fn handle_error(&mut self, now: Time, request: RequestId, code: i32, text: &str) -> Result<(), Error> {
        self.at(now);
        let pending = self.pending(request)?.clone();
        self.take_error(now, request, pending, code, text);
        self.tidy();
        Ok(())
    }

    /// Telegram's clock, which tells an old incoming call from a new one. Never set: all count as new.
    pub fn set_server_time(&mut self, now: Time, unix_s: i64) -> Result<(), Error> {
        self.at(now);
        if unix_s < 0 {
            return Err(Error::argument("Telegram's clock is past 1970"));
        }
        self.server_time = Some((now, unix_s));
        Ok(())
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
        self.at(now);
        let pending = self.pending(request)?;
        if pending.purpose != Purpose::Step(Method::GetDhConfig) {
            return Err(Error::argument(format!("request {request} was {}", pending.purpose.method())));
        }
        let call = pending.call;
        self.rpc.remove(request);
        self.update(call, |entry| entry.forget_request(request));
        self.take_dh_config(now, call, g, p, version, random);
        self.tidy();
        Ok(())
    }

    /// `phoneCallRequested`. `None`: it is ignored (known, stale, not for us) or answered busy.
    pub fn handle_requested(&mut self, now: Time, requested: &Requested<'_>) -> Result<Option<CallId>, Error> {
        self.at(now);
        let Requested { telegram_id, access_hash, admin_id, date_s, is_video, g_a_hash } = *requested;
        if self.ledger.find(telegram_id).is_some() || self.ledger.is_recent(telegram_id) {
            return Ok(None);
        }
        let peer = Peer { id: telegram_id, access_hash };
        let (admin, g_a_hash) = (UserId(admin_id), g_a_hash.to_vec());
        let requested = news::Requested { peer, admin, participant: None, date_s, is_video, g_a_hash };
        Ok(self.take_request(now, requested).1)
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
        let peer = Peer { id: telegram_id, access_hash };
        let claims = Claims { access_hash: Some(access_hash), ..Claims::default() };
        let is_received = receive_date_s != 0;
        let ours = self.ledger.get(call)?.call.facts().peer;
        if ours.is_some_and(|ours| ours != peer) {
            return Ok(self.dropped("phoneCallWaiting of another call"));
        }
        self.told(now, call, News::Waiting(news::Waiting { peer, claims, is_received }))
    }

    /// `phoneCallAccepted`.
    pub fn handle_accepted(&mut self, now: Time, call: CallId, g_b: &[u8]) -> Result<Handled, Error> {
        self.told(now, call, News::Accepted(Accepted { claims: Claims::default(), g_b: g_b.to_vec() }))
    }

    /// `phoneCall`; then its servers, then [`Client::connect`].
    pub fn handle_confirmed(
        &mut self,
        now: Time,
        call: CallId,
        g_a_or_b: &[u8],
        key_fingerprint: i64,
    ) -> Result<Handled, Error> {
        let g_a_or_b = g_a_or_b.to_vec();
        let confirmed = Confirmed { claims: Claims::default(), g_a_or_b, key_fingerprint, link: None };
        self.told(now, call, News::Confirmed(Box::new(confirmed)))
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
        let reason = match reason {
            DiscardReason::Auto => Reason::Absent,
            DiscardReason::Missed => Reason::Missed,
            DiscardReason::Disconnect => Reason::Disconnect,
            DiscardReason::Hangup => Reason::Hangup,
            DiscardReason::Busy => Reason::Busy,
        };
        self.told(now, call, News::Discarded(Discarded { reason, need_rating, need_debug }))
    }

    // ---- The host's own media engine ----

    /// The key. Valid from [`CallState::Connecting`] until the end.
    ///
    /// # Errors
    /// State: there is none.
    pub fn key(&self, call: CallId) -> Result<&Secret<256>, Error> {
        match self.ledger.get(call)?.call.state() {
            State::Talk(talk) if talk.shown() != CallState::Attached => Ok(&talk.talk().key),
            State::Talk(_) | State::Caller(_) | State::Callee(_) | State::Closing(_) => {
                Err(Error::state(format!("call {call} has no key yet, or no longer")))
            }
        }
    }

    /// The final `phoneCall` with its servers, as TL bytes. Valid as [`Client::key`]; not for a call that came decoded.
    pub fn phone_call(&self, call: CallId) -> Result<&[u8], Error> {
        let talk = self.ledger.get(call)?.call.talk();
        match talk.map(|talk| talk.link.object.as_slice()) {
            None | Some([]) => Err(Error::state(format!("call {call} has no final phoneCall in bytes"))),
            Some(object) => Ok(object),
        }
    }

    /// Takes a packet of the host's engine to the other side.
    ///
    /// # Errors
    /// State: no key yet, the call is over, or the sound is ours. Argument, Limit: an empty or a huge packet.
    pub fn send_signaling(&mut self, now: Time, call: CallId, packet: &[u8]) -> Result<(), Error> {
        self.at(now);
        self.host_engine(call)?;
        if packet.is_empty() {
            return Err(Error::argument("a signaling packet is not empty"));
        }
        if packet.len() > inlet::PACKET {
            return Err(Error::limit(format!("a signaling packet has at most {} bytes", inlet::PACKET)));
        }
        self.apply(now, call, Input::SignalingOut(packet.to_vec()))
    }

    /// Tells whether the host's engine is connected.
    ///
    /// # Errors
    /// State: no key yet, the call is over, or the sound is ours.
    pub fn set_connected(&mut self, now: Time, call: CallId, connected: bool) -> Result<(), Error> {
        self.at(now);
        self.host_engine(call)?;
        self.apply(now, call, if connected { Input::MediaConnected } else { Input::MediaLost })
    }

    fn pending(&self, request: RequestId) -> Result<&rpc::Pending, Error> {
        self.rpc.get(request).ok_or_else(|| Error::not_found(format!("nobody waits for request {request}")))
    }

    /// Decoded news for a call of ours.
    fn told(&mut self, now: Time, call: CallId, news: News) -> Result<Handled, Error> {
        self.at(now);
        if self.ledger.get(call)?.is_attached {
            return Err(Error::state(format!("call {call} is attached: Telegram has no news of it for us")));
        }
        self.tell(now, call, Input::Told(news));
        self.tidy();
        Ok(Handled::Done)
    }

    /// A call whose servers and version are still to come.
    fn open_call(&mut self, call: CallId) -> Result<&mut Entry, Error> {
        let entry = self.ledger.get_mut(call)?;
        let is_open = matches!(entry.call.state(), State::Talk(talk) if talk.is_open());
        if is_open {
            Ok(entry)
        } else {
            Err(Error::state(format!("call {call} is {}: not the time for that", entry.shown())))
        }
    }

    fn add_server(&mut self, call: CallId, server: Server) -> Result<(), Error> {
        let entry = self.open_call(call)?;
        let Some(talk) = entry.call.talk_mut() else { return Ok(()) };
        if talk.link.servers.len() >= route::SERVERS {
            return Err(Error::limit(format!("a call has at most {} servers", route::SERVERS)));
        }
        talk.link.servers.push(server);
        Ok(())
    }

    fn host_engine(&self, call: CallId) -> Result<(), Error> {
        self.ledger.get(call)?;
        match self.config.media {
            Media::Host => Ok(()),
            Media::Library => Err(Error::state("the sound is ours, not the host's")),
        }
    }

    // ---- Settings at run time ----

    /// Sends media through another SOCKS5 proxy from now on, or through none, as [`Config::set_proxy`]. It reaches calls that are
    /// up: for them it is another network.
    ///
    /// # Errors
    /// Argument: as [`Config::set_proxy`].
    pub fn set_proxy(&mut self, now: Time, proxy: Option<Proxy>) -> Result<(), Error> {
        self.at(now);
        if self.config.proxy == proxy {
            return Ok(());
        }
        self.config.set_proxy(proxy)?;
        #[cfg(feature = "media")]
        self.announce_proxy(now);
        Ok(())
    }

    /// Whether direct paths are used from now on, also by calls that are up.
    pub fn set_p2p(&mut self, now: Time, p2p: P2p) {
        self.at(now);
        self.config.set_p2p(p2p);
        #[cfg(feature = "media")]
        self.announce_p2p(now);
    }

    /// Sends as little as makes sense from now on, also in calls that are up: sound of 20 kbit/s in packets of 60 ms.
    pub fn set_low_data(&mut self, now: Time, low_data: bool) {
        self.at(now);
        self.config.low_data = low_data;
        #[cfg(feature = "media")]
        self.announce_low_data(now);
    }

    // ---- Sockets ----

    /// The addresses of this machine that calls may use.
    pub fn set_interfaces(&mut self, now: Time, interfaces: &[SocketAddr]) -> Result<(), Error> {
        self.at(now);
        self.interfaces = interfaces.to_vec();
        self.interfaces_note = None;
        #[cfg(feature = "media")]
        self.announce_interfaces(now);
        Ok(())
    }

    /// What stood in the way of finding the addresses of [`Self::set_interfaces`]; the report tells it.
    pub fn note_interfaces(&mut self, note: Option<String>) {
        self.interfaces_note = note;
    }

    /// The socket of an [`EventKind::SocketOpen`] is bound (UDP) or connected (TCP) at `local`.
    ///
    /// # Errors
    /// NotFound: no call has this socket, or no longer. The same for the next three.
    #[cfg(feature = "media")]
    pub fn handle_opened(&mut self, now: Time, socket: SocketId, local: SocketAddr) -> Result<(), Error> {
        self.feed_socket(now, socket, |engine| engine.handle_opened(now, socket, local))
    }

    /// A socket could not be opened, or broke.
    #[cfg(feature = "media")]
    pub fn handle_closed(&mut self, now: Time, socket: SocketId) -> Result<(), Error> {
        self.feed_socket(now, socket, |engine| engine.handle_closed(now, socket))
    }

    /// One UDP datagram.
    #[cfg(feature = "media")]
    pub fn handle_datagram(&mut self, now: Time, socket: SocketId, from: SocketAddr, data: &[u8]) -> Result<(), Error> {
        self.feed_socket(now, socket, |engine| engine.handle_datagram(now, socket, from, data))
    }

    /// The next bytes of a TCP stream.
    #[cfg(feature = "media")]
    pub fn handle_stream(&mut self, now: Time, socket: SocketId, data: &[u8]) -> Result<(), Error> {
        self.feed_socket(now, socket, |engine| engine.handle_stream(now, socket, data))
    }

    /// Without media no call has a socket.
    #[cfg(not(feature = "media"))]
    pub fn handle_opened(&mut self, _now: Time, socket: SocketId, _local: SocketAddr) -> Result<(), Error> {
        Err(unknown_socket(socket))
    }

    /// As [`Client::handle_opened`].
    #[cfg(not(feature = "media"))]
    pub fn handle_closed(&mut self, _now: Time, socket: SocketId) -> Result<(), Error> {
        Err(unknown_socket(socket))
    }

    /// As [`Client::handle_opened`].
    #[cfg(not(feature = "media"))]
    pub fn handle_datagram(&mut self, _: Time, socket: SocketId, _: SocketAddr, _: &[u8]) -> Result<(), Error> {
        Err(unknown_socket(socket))
    }

    /// As [`Client::handle_opened`].
    #[cfg(not(feature = "media"))]
    pub fn handle_stream(&mut self, _now: Time, socket: SocketId, _data: &[u8]) -> Result<(), Error> {
        Err(unknown_socket(socket))
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

    /// The next line for the log, if one is kept. The oldest give way when nobody fetches them, and a line says how many did.
    pub fn poll_log(&mut self) -> Option<LogLine> {
        match core::mem::take(&mut self.lines_lost) {
            0 => self.lines.pop_front(),
            lost => {
                let text = format!("{lost} lines of the log are lost: nobody fetched them");
                Some(LogLine { level: LogLevel::Warning, call: CallId(0), text })
            }
        }
    }

    /// When to call [`Client::handle_timeout`] next.
    pub fn next_timeout(&self) -> Option<Time> {
        #[cfg(feature = "media")]
        if self.audio.bell().is_rung() {
            return Some(self.latest);
        }
        // A slice of a prime's check is always due.
        if self.dh.is_checking() { Some(self.latest) } else { self.ledger.next_deadline() }
    }

    /// Runs the timers that are due.
    pub fn handle_timeout(&mut self, now: Time) {
        self.at(now);
        if let Some((verdict, waiting)) = self.dh.step(&mut self.random) {
            for waiting in &waiting {
                self.draw(now, &verdict, waiting);
            }
        }
        #[cfg(feature = "media")]
        self.hear_bell(now);
        while let Some(call) = self.ledger.pop_due(now) {
            self.ring(now, call);
        }
        self.tidy();
    }

    // ---- Looking at a call ----

    pub fn state(&self, call: CallId) -> Result<CallState, Error> {
        Ok(self.ledger.get(call)?.shown())
    }

    /// The four emoji both users compare. Valid from [`CallState::Connecting`] on, also after the end.
    ///
    /// # Errors
    /// State: there is no key yet, or the host made it.
    pub fn emoji(&self, call: CallId) -> Result<[&'static CStr; 4], Error> {
        let emoji = self.ledger.get(call)?.emoji;
        let emoji = emoji.ok_or_else(|| Error::state(format!("call {call} has no emoji")))?;
        Ok(emoji.map(emoji::c_str))
    }

    /// One figure; `CallId(0)` asks the client. `None`: not known yet.
    pub fn stat(&self, call: CallId, stat: Stat) -> Result<Option<i64>, Error> {
        if call == CallId(0) {
            return Ok(match stat {
                Stat::UpdatesDropped => Some(i64::try_from(self.updates_dropped).unwrap_or(i64::MAX)),
                Stat::Calls => Some(i64::from(self.ledger.up)),
                _ => None,
            });
        }
        let entry = self.ledger.get(call)?;
        Ok(if stat == Stat::ConnectMs { entry.connect_ms() } else { entry.media_stat(stat) })
    }

    /// Why is it silent? Versions, each path tried with the step that failed; never a key.
    pub fn report(&self, call: CallId, format: ReportFormat, addresses: bool) -> Result<String, Error> {
        self.write_report(call, format, addresses)
    }
}

fn unknown_socket(socket: SocketId) -> Error {
    Error::not_found(format!("socket {socket} is not one of ours"))
}

#[cfg(test)]
mod tests;
