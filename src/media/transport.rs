//! The media transport: ICE, relays, DTLS-SRTP, RTP and the data channel, joined.

mod arrivals;
mod connection;
mod flow;
mod keys;
mod listed;
mod pictures;
mod policy;
mod protection;
mod story;

use super::candidate::{Candidate, Kind, Target, Unusable};
use super::clock::Clock;
use super::data_channel::{self, DataChannel};
use super::dtls::certificate::{Certificate, format_fingerprint, parse_fingerprint};
use super::dtls::{self, Dtls};
use super::gather::Gatherer;
use super::ice::{Agent, ChannelId};
use super::report::{CandidateReport, Dropped};
use super::rtp::extension::Extension;
use super::rtp::{self, Refused, Session};
use super::srtp;
use super::{IceRole, LinkConfig, Output, Seal, Setup, State, Stream, TransportSetup, Ways};
use crate::error::Error;
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::{IpAddr, SocketAddr, SocketId, Ssrc};
use listed::Listed;
use protection::Protection;
use std::collections::VecDeque;

/// DTLS packets kept until the peer's setup and a route are there.
const MAX_EARLY: usize = 12;
/// The longest datagram that is looked at.
const MAX_DATAGRAM: usize = 4096;

/// The link to one peer. See [`crate::media`].
///
/// What the network hands in is never an error: it is used, or dropped and counted.
#[derive(Debug)]
pub struct Transport {
    setup: Setup,
    ways: Ways,
    start: Time,
    clock: Clock,
    /// None under `network_use_mtproto`, where any fingerprint does.
    certificate: Option<Certificate>,
    profiles: &'static [srtp::Profile],
    fingerprint: [u8; 32],
    /// What of sources is remembered against replay.
    memory: srtp::Memory,
    random: Random,
    gather: Gatherer,
    agent: Agent,
    /// The peer's fingerprint and setup, from its first InitialSetup on.
    remote: Option<(Option<[u8; 32]>, Setup)>,
    early: VecDeque<Vec<u8>>,
    protection: Protection,
    rtp: Session,
    data: DataChannel,
    data_started: bool,
    route: Option<(ChannelId, Target)>,
    route_changes: u32,
    state: State,
    connected_after: Option<Duration>,
    lost_for: Duration,
    lost_at: Option<Time>,
    closed: bool,
    dropped: Dropped,
    listed: Listed,
    /// What the peer told of itself, while only relays may be used.
    withheld: VecDeque<Candidate>,
    broken: Option<String>,
    /// The last stream that could not be carried, and why.
    refused: Option<Refused>,
    bytes_sent: u64,
    bytes_received: u64,
    /// When anything but packets of media is due, as of the last time that anything but these came or went.
    others_at: Option<Time>,
    out: VecDeque<Output>,
}

impl Transport {
    /// Begins to gather candidates at once.
    ///
    /// # Panics
    /// If the operating system has no randomness: there is no call without it.
    pub fn new(now: Time, mut random: Random, config: LinkConfig) -> Transport {
        let gather = Gatherer::new(now, &config, random.fork());
        let agent = Agent::new(config.ice == IceRole::Controlling, config.timing, random.fork());
        let make = |random: &mut Random| Certificate::generate(random).expect("the operating system has randomness");
        let (protection, certificate, profiles) = match config.seal {
            Seal::Dtls { profiles } => (Protection::Handshake(None), Some(make(&mut random)), profiles),
            Seal::Mtproto(cipher) => (Protection::Mtproto(cipher), None, &[][..]),
        };
        let fingerprint = certificate.as_ref().map_or_else(|| random.bytes(), Certificate::fingerprint);
        let mut transport = Transport {
            setup: config.setup,
            ways: config.gather.ways,
            start: now,
            clock: Clock::new(now),
            certificate,
            profiles,
            fingerprint,
            memory: if config.newcomers.is_some() { srtp::Memory::OF_MANY } else { srtp::Memory::OF_ONE },
            gather,
            agent,
            remote: None,
            early: VecDeque::new(),
            protection,
            rtp: Session::with_newcomers(now, random.fork(), config.newcomers),
            data: DataChannel::new(now, config.opens_channel, config.keeps_channel, random.fork()),
            random,
            data_started: false,
            route: None,
            route_changes: 0,
            state: State::Connecting,
            connected_after: None,
            lost_for: Duration::ZERO,
            lost_at: None,
            closed: false,
            dropped: Dropped::default(),
            listed: Listed::default(),
            withheld: VecDeque::new(),
            broken: None,
            refused: None,
            bytes_sent: 0,
            bytes_received: 0,
            others_at: None,
            out: VecDeque::new(),
        };
        transport.turn(now);
        transport
    }

    /// For our InitialSetup; the same for the whole call.
    pub fn local_setup(&self) -> TransportSetup {
        TransportSetup {
            credentials: self.agent.local_credentials().clone(),
            fingerprint: Some(format_fingerprint(&self.fingerprint)),
            setup: self.setup,
        }
    }

    /// See [`Agent::restart`].
    #[cfg(any(test, feature = "internals"))]
    pub fn restart_ice(&mut self) {
        self.agent.restart();
    }

    /// The peer's InitialSetup, each time one comes. Other credentials than before are an ICE restart of the peer; the
    /// fingerprint and the setup of the first one count for the whole call. One that cannot be used is counted.
    pub fn set_remote_setup(&mut self, now: Time, setup: &TransportSetup) {
        let fingerprint = setup.fingerprint.as_deref().and_then(parse_fingerprint);
        let needs_fingerprint = !matches!(self.protection, Protection::Mtproto(_));
        let usable = setup.credentials.is_acceptable() && (fingerprint.is_some() || !needs_fingerprint);
        if !usable || self.is_over() {
            self.dropped.setups += 1;
            return;
        }
        self.remote.get_or_insert((fingerprint, setup.setup));
        self.agent.set_remote(now, setup.credentials.clone());
        self.turn(now);
    }

    /// A candidate of the peer, before or after its InitialSetup. One that cannot be used is counted.
    pub fn add_remote_candidate(&mut self, now: Time, text: &str) {
        if self.is_over() {
            return;
        }
        let parsed = Candidate::parse(text);
        let (candidate, note) = match parsed {
            // Who is not to be seen does not answer checks at home either, nor lets the peer's address matter.
            Ok(c) if !self.ways.are_direct() && c.kind != Kind::Relay => {
                self.withhold(c);
                (Some(c), policy::RELAYS_ONLY)
            }
            Ok(c) if self.agent.add_remote(now, c) => {
                if c.kind == Kind::Relay {
                    self.gather.permit(now, c.target);
                }
                (Some(c), "")
            }
            Ok(c) => (Some(c), "not used: too many"),
            Err(why) => {
                self.dropped.candidates += 1;
                let note = match why {
                    Unusable::Malformed => "not used: malformed",
                    Unusable::Protocol => "not used: not UDP",
                    Unusable::Name => "not used: a host name",
                    Unusable::Address => "not used: no address to send to",
                };
                (None, note)
            }
        };
        let (kind, target) = (candidate.map(|c| c.kind), candidate.map(|c| c.target));
        self.listed.add_remote(CandidateReport { kind, target, note });
        self.turn(now);
    }

    /// All streams we may send, as the peer answered; replaces those of before. A stream that stays keeps its counters.
    ///
    /// Those that negotiation must have refused are told and left out: no codec, payload types that pass for RTCP, a source
    /// twice, too many. We report under the first.
    #[must_use]
    pub fn set_send_streams(&mut self, streams: &[Stream]) -> Vec<Refused> {
        self.rtp.set_reporter(streams.first().map_or(rtp::NOBODY, |stream| stream.ssrc));
        let refused = self.rtp.set_send_streams(streams);
        self.note_refused(refused)
    }

    /// All streams the peer may send, as we answered; replaces those of before.
    #[must_use]
    pub fn set_receive_streams(&mut self, streams: &[Stream]) -> Vec<Refused> {
        let refused = self.rtp.set_receive_streams(streams);
        self.note_refused(refused)
    }

    /// One more stream that the peer may send, or another shape of one that it may. On an error nothing has changed.
    pub fn add_receive_stream(&mut self, stream: Stream) -> Result<(), Error> {
        self.rtp.add_receive_stream(stream)
    }

    /// One that it may send no more.
    pub fn remove_receive_stream(&mut self, ssrc: Ssrc) {
        self.rtp.remove_receive_stream(ssrc);
    }

    fn note_refused(&mut self, refused: Vec<Refused>) -> Vec<Refused> {
        self.refused = refused.last().cloned().or(self.refused.take());
        refused
    }

    /// Sends one encoded audio packet on our audio stream; dropped and counted unless [`State::Connected`].
    pub fn send_audio(&mut self, now: Time, payload: &[u8], timestamp: u32, marker: bool) -> Result<(), Error> {
        if self.state != State::Connected {
            self.dropped.unsent += 1;
            return Ok(());
        }
        self.rtp.send_audio(now, payload, timestamp, marker)?;
        self.flush_sent(now);
        Ok(())
    }

    /// Sends one packet of any stream of ours.
    #[allow(clippy::too_many_arguments)]
    pub fn send_rtp(
        &mut self,
        now: Time,
        ssrc: Ssrc,
        payload_type: u8,
        timestamp: u32,
        marker: bool,
        extensions: &[Extension],
        payload: &[u8],
    ) -> Result<(), Error> {
        if self.state != State::Connected {
            self.dropped.unsent += 1;
            return Ok(());
        }
        self.rtp.send(now, ssrc, payload_type, timestamp, marker, extensions, payload)?;
        self.flush_sent(now);
        Ok(())
    }

    /// Sends a text message on the data channel; it is kept until the channel is open.
    pub fn send_data(&mut self, now: Time, text: &str) -> Result<(), Error> {
        if text.len() > data_channel::MAX_MESSAGE {
            return Err(Error::limit("a message has at most 262144 bytes"));
        }
        if !self.data.send(now, text) {
            return Err(Error::limit("the data channel does not take more"));
        }
        self.turn(now);
        Ok(())
    }

    /// Whether the data channel is up. One that broke is made anew, and [`Output::DataOpen`] tells of each.
    pub fn is_data_open(&self) -> bool {
        self.data.is_up()
    }

    /// The local interfaces have changed.
    pub fn set_interfaces(&mut self, now: Time, interfaces: &[IpAddr]) {
        if !self.is_over() {
            self.gather.set_interfaces(now, interfaces);
            self.turn(now);
        }
    }

    /// A socket of [`Output::OpenSocket`] is bound or connected at `local`. One we do not know is ignored.
    pub fn handle_opened(&mut self, now: Time, socket: SocketId, local: SocketAddr) {
        self.gather.handle_opened(now, socket, local);
        self.turn(now);
    }

    /// It could not be opened, or it broke.
    pub fn handle_closed(&mut self, now: Time, socket: SocketId) {
        self.gather.handle_closed(now, socket);
        self.turn(now);
    }

    /// It cannot be had on this network, as its proxy knows no such thing.
    pub fn handle_unsupported(&mut self, now: Time, socket: SocketId) {
        self.gather.handle_unsupported(now, socket);
        self.turn(now);
    }

    pub fn handle_datagram(&mut self, now: Time, socket: SocketId, from: SocketAddr, bytes: &[u8]) {
        if self.is_over() {
            return;
        }
        if bytes.len() > MAX_DATAGRAM {
            self.dropped.malformed += 1;
            return;
        }
        let arrived = self.gather.handle_datagram(now, socket, from, bytes);
        if self.handle_arrived(now, &arrived) && !self.is_relayed() {
            self.flush_media(now);
        } else {
            self.turn(now);
        }
    }

    /// The next bytes of a TCP stream, cut anywhere.
    pub fn handle_stream(&mut self, now: Time, socket: SocketId, bytes: &[u8]) {
        if self.is_over() {
            return;
        }
        for chunk in bytes.chunks(super::MAX_STREAM_READ) {
            self.gather.handle_stream(now, socket, chunk);
            while let Some(frame) = self.gather.next_frame(now, socket) {
                // Borrowed from the frame, not from the gatherer.
                let arrived = self.gather.handle_frame(now, socket, &frame);
                self.handle_arrived(now, &arrived);
            }
        }
        self.turn(now);
    }

    pub fn handle_timeout(&mut self, now: Time) {
        if self.is_over() {
            return;
        }
        if self.state == State::Connected && self.others_at.is_none_or(|at| at > now) && !self.is_relayed() {
            self.rtp.handle_timeout(now);
            return self.flush_media(now);
        }
        self.gather.handle_timeout(now);
        self.agent.handle_timeout(now);
        if let Some(dtls) = self.protection.dtls_mut()
            && dtls.next_timeout().is_some_and(|at| at <= now)
        {
            dtls.handle_timeout(now);
        }
        if self.data_started && self.data.next_timeout().is_some_and(|at| at <= now) {
            self.data.handle_timeout(now);
        }
        if self.state == State::Connected {
            self.rtp.handle_timeout(now);
        }
        self.turn(now);
    }

    /// When [`Self::handle_timeout`] is wanted, at the latest; always `None` when it is over.
    pub fn next_timeout(&self) -> Option<Time> {
        if self.is_over() {
            return None;
        }
        let rtp = if self.state == State::Connected { self.rtp.next_timeout() } else { None };
        rtp.into_iter().chain(self.others_at).min()
    }

    fn next_other(&self) -> Option<Time> {
        let data = if self.data_started { self.data.next_timeout() } else { None };
        let dtls = self.protection.dtls().and_then(Dtls::next_timeout);
        [data, dtls, self.gather.next_timeout(), self.agent.next_timeout()].into_iter().flatten().min()
    }

    /// Relays have timers that go by what is sent and received.
    fn is_relayed(&self) -> bool {
        self.route.is_some_and(|(channel, _)| self.gather.route(channel).is_relayed())
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// Closes everything: DTLS says good-bye, TURN gives its allocations back, the sockets close. Poll once more.
    pub fn close(&mut self, now: Time) {
        if core::mem::replace(&mut self.closed, true) {
            return;
        }
        if let Some(mut dtls) = self.protection.take_dtls() {
            dtls.close(now);
            while let Some(event) = dtls.poll_event() {
                if let dtls::Event::Packet(packet) = event {
                    self.send(now, packet);
                }
            }
        }
        self.gather.close(now);
        self.flush_gather();
        self.route = None;
        self.early.clear();
        self.protection = Protection::Handshake(None);
    }

    pub fn state(&self) -> State {
        self.state
    }

    fn is_over(&self) -> bool {
        self.closed || matches!(self.state, State::Failed(_))
    }

    /// Sends by the route, if there is one.
    fn send(&mut self, now: Time, packet: Vec<u8>) {
        match self.route {
            Some((channel, target)) => {
                self.bytes_sent += packet.len() as u64;
                self.gather.send(now, channel, target, packet, true);
            }
            None => self.dropped.unsent += 1,
        }
    }

    /// After each input: carries what one part says to the others, then looks where that leaves us.
    fn turn(&mut self, now: Time) {
        if self.is_over() {
            return;
        }
        self.pump(now);
        // New pairs want their first check at once.
        if self.agent.next_timeout().is_some_and(|at| at <= now) {
            self.agent.handle_timeout(now);
            self.pump(now);
        }
        self.others_at = self.next_other();
    }
}
