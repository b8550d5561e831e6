//! The public Rust API: a `Client` owns every call of one account.

mod answer;
pub mod config;
mod drive;
#[cfg(feature = "media")]
mod engine;
mod entry;
pub mod event;
#[cfg(feature = "media")]
mod figures;
#[cfg(feature = "media")]
pub mod group;
mod inlet;
mod ledger;
pub mod log;
mod look;
#[cfg(feature = "media")]
mod media;
mod peer;
mod private;
mod queue;
#[cfg(feature = "media")]
mod rounds;
mod route;
mod rpc;
pub mod stats;
#[cfg(all(feature = "media", feature = "conference"))]
mod upgrade;
#[cfg(feature = "media")]
mod video;

pub use answer::{Answer, Content, Donor};
pub use config::{Config, Media, P2p, Proxy, Timers, VideoCodecs};
pub use event::{Action, CallEnd, CallState, Change, DiscardReason, EndReason, Event, EventKind, Loudness};
#[cfg(feature = "media")]
pub use group::{Mode, Quality, Recording, View};
pub use log::{LogLevel, LogLine};
pub use look::{CallKind, Direction, Switches};
pub use peer::Peer;
pub use private::{Reflector, Requested, Webrtc};
pub use stats::{CallStats, Stat, StreamId, StreamKind};

use crate::call::state::Rules;
use crate::crypto::dh::Groups;
use crate::crypto::emoji;
use crate::error::Error;
#[cfg(feature = "media")]
use crate::media::wire::SocketNews;
use crate::random::Random;
use crate::time::Time;
use crate::types::{CallId, RequestId, SocketAddr, SocketId, UserId};
use core::ffi::CStr;
use entry::{Kind, Purpose};
use ledger::Ledger;
use private::dh::DhConfigs;
use private::{Early, Names};
use queue::Events;
use rpc::{Pending, Rpc};
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
    rpc: Rpc<Purpose>,
    names: Names,
    /// The group calls that are up, by Telegram's ids.
    #[cfg(feature = "media")]
    group_names: std::collections::BTreeMap<i64, CallId>,
    /// Private calls on their way into a conference: of each call one at most.
    #[cfg(all(feature = "media", feature = "conference"))]
    moves: Vec<upgrade::Move>,
    /// Conferences that ring, the oldest first.
    #[cfg(all(feature = "media", feature = "conference"))]
    ringing: Vec<CallId>,
    early: Early,
    events: Events,
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
    #[cfg(feature = "media")]
    rounds: rounds::Rounds,
    #[cfg(feature = "media")]
    engines: media::Engines,
    /// What the unfinished pictures of all calls may take together.
    #[cfg(feature = "media")]
    budget: crate::media::video::Budget,
    /// Which function is to have a defect. For tests of what a defect does.
    #[cfg(test)]
    pub(crate) defect: Option<&'static str>,
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
            names: Names::default(),
            #[cfg(feature = "media")]
            group_names: Default::default(),
            #[cfg(all(feature = "media", feature = "conference"))]
            moves: vec![],
            #[cfg(all(feature = "media", feature = "conference"))]
            ringing: Vec::new(),
            early: Early::default(),
            events: Events::default(),
            lines: VecDeque::new(),
            updates_dropped: 0,
            lines_lost: 0,
            interfaces: vec![],
            interfaces_note: None,
            latest: now,
            #[cfg(feature = "media")]
            audio: Arc::default(),
            #[cfg(feature = "media")]
            rounds: rounds::Rounds::default(),
            #[cfg(feature = "media")]
            engines: media::Engines::default(),
            #[cfg(feature = "media")]
            budget: crate::media::video::Budget::default(),
            #[cfg(test)]
            defect: None,
        })
    }

    #[cfg(test)]
    fn may_break(&self, function: &str) {
        assert!(self.defect != Some(function), "a defect in {function}");
    }

    /// Shares the verdicts on primes with the other clients of the process.
    pub(crate) fn share_groups(&mut self, groups: Arc<Groups>) {
        self.dh.share(groups);
    }

    /// How many secrets are alive in all calls: exponents, keys, random bytes on their way into an exponent. For tests.
    #[cfg(any(test, feature = "internals"))]
    #[doc(hidden)]
    pub fn secrets(&self) -> usize {
        let secrets = |entry: &entry::Entry| match &entry.kind {
            Kind::Private(private) => private.call.state().secrets(),
            #[cfg(feature = "media")]
            Kind::Group(_) => 0,
        };
        self.ledger.iter().map(|(_, entry)| secrets(entry)).sum::<usize>() + self.dh.waiting()
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
        if !self.rpc.is_naming() && !self.names.has_unnamed() {
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

    fn pending(&self, request: RequestId) -> Result<&Pending<Purpose>, Error> {
        self.rpc.get(request).ok_or_else(|| Error::not_found(format!("nobody waits for request {request}")))
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

    /// Sends as little as makes sense from now on, also in calls that are up: sound of 20 kbit/s in packets of 60 ms, and
    /// pictures of at most 300 kbit/s.
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
        self.feed_socket(now, socket, SocketNews::Opened(local))
    }

    /// A socket could not be opened, or broke.
    #[cfg(feature = "media")]
    pub fn handle_closed(&mut self, now: Time, socket: SocketId) -> Result<(), Error> {
        self.feed_socket(now, socket, SocketNews::Closed)
    }

    /// One UDP datagram.
    #[cfg(feature = "media")]
    pub fn handle_datagram(&mut self, now: Time, socket: SocketId, from: SocketAddr, data: &[u8]) -> Result<(), Error> {
        self.feed_socket(now, socket, SocketNews::Datagram(from, data))
    }

    /// The next bytes of a TCP stream.
    #[cfg(feature = "media")]
    pub fn handle_stream(&mut self, now: Time, socket: SocketId, data: &[u8]) -> Result<(), Error> {
        self.feed_socket(now, socket, SocketNews::Stream(data))
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
        #[cfg(test)]
        self.may_break("poll_event");
        self.events.pop()
    }

    /// Whether [`Client::poll_event`] has something.
    pub fn has_events(&self) -> bool {
        #[cfg(test)]
        self.may_break("has_events");
        !self.events.is_empty()
    }

    /// The next line for the log, if one is kept. The oldest give way when nobody fetches them, and a line says how many did.
    pub fn poll_log(&mut self) -> Option<LogLine> {
        #[cfg(test)]
        self.may_break("poll_log");
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
        #[cfg(test)]
        self.may_break("next_timeout");
        #[cfg(feature = "media")]
        if self.audio.bell().is_rung() || !self.rounds.is_over() {
            return Some(self.latest);
        }
        // A slice of a prime's check is always due.
        if self.dh.is_checking() { Some(self.latest) } else { self.ledger.next_deadline() }
    }

    /// Runs the timers that are due.
    pub fn handle_timeout(&mut self, now: Time) {
        #[cfg(test)]
        self.may_break("handle_timeout");
        self.at(now);
        if let Some((verdict, draws)) = self.dh.step(&mut self.random) {
            for draw in &draws {
                self.draw(now, &verdict, draw);
            }
        }
        #[cfg(feature = "media")]
        self.hear_bell(now);
        while let Some(call) = self.ledger.pop_due(now) {
            self.expire(now, call);
        }
        self.tidy();
    }

    // ---- Looking at a call ----

    pub fn state(&self, call: CallId) -> Result<CallState, Error> {
        Ok(self.ledger.get(call)?.shown())
    }

    /// The four emoji that users compare: both of a private call, from [`CallState::Connecting`] on and also after the end; all of a
    /// conference, while [`EventKind::GroupVerified`] said that they are there.
    ///
    /// # Errors
    /// State: there is no key yet, or the host made it.
    pub fn emoji(&self, call: CallId) -> Result<[&'static CStr; 4], Error> {
        let emoji = match &self.ledger.get(call)?.kind {
            Kind::Private(private) => private.emoji(),
            #[cfg(all(feature = "media", feature = "conference"))]
            Kind::Group(group) => group.emoji(),
            #[cfg(all(feature = "media", not(feature = "conference")))]
            Kind::Group(_) => None,
        };
        let emoji = emoji.ok_or_else(|| Error::state(format!("call {call} has no emoji")))?;
        Ok(emoji.map(emoji::c_str))
    }

    /// Why is it silent? Versions, each path tried with the step that failed; never a key.
    pub fn report(&self, call: CallId, format: ReportFormat, addresses: bool) -> Result<String, Error> {
        match &self.ledger.get(call)?.kind {
            Kind::Private(_) => self.report_private(call, format, addresses),
            #[cfg(feature = "media")]
            Kind::Group(_) => self.report_group(call, format, addresses),
        }
    }
}

fn unknown_socket(socket: SocketId) -> Error {
    Error::not_found(format!("socket {socket} is not one of ours"))
}

#[cfg(test)]
mod tests;
