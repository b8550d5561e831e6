//! The engine of a private call: joins signaling, transport and sound.
//!
//! ```text
//!   Telegram ⇄ Signaling ⇄ Negotiation ⇄ Transport ⇄ Wire ⇄ sockets
//!                                            ⇅
//!                                     AudioEngine ⇄ AudioPort ⇄ host
//!                                     VideoEngine ⇄ VideoPort ⇄ host
//! ```
//!
//! Everything that is handed in is followed by [`PrivateEngine::pump`], which carries what came out of one part to the next until all
//! are quiet. The parts bound what they produce, so it ends.

mod pictures;
mod state;
mod translate;

use super::group::GroupEngine;
use super::{Engine, EngineOutput};
use crate::call::news::Link;
use crate::client::config::{P2p, VideoCodecs};
use crate::client::figures::{Figures, Ignored, MediaReport};
use crate::client::video::Wishes;
use crate::media::audio::{AudioConfig, AudioEngine, AudioPort};
use crate::media::patience::Patience;
use crate::media::socks5::Proxy;
use crate::media::video::{Budget, Codec, VideoEngine};
use crate::media::wire::{self, SocketNews, Wire};
use crate::media::{self, Failure, Output, Route, RouteChange, Transport, Ways};
use crate::random::Random;
use crate::secret::Secret;
use crate::signaling::Signaling;
use crate::signaling::message::{Candidate, Content, MediaState, Message};
use crate::signaling::negotiation::{self, Negotiation, Receivable, audio_content};
use crate::signaling::version::{CustomParameters, Version};
use crate::time::{Duration, Time};
use crate::types::{MediaKind, Role, SocketAddr, SocketId, Ssrc};
use pictures::{video_of, wanted};
use state::PeerState;
use std::collections::VecDeque;
use std::sync::Arc;
use translate::{link_config, silent_state, streams, switches, ways};

/// What an engine is made of.
pub struct PrivateConfig<'a> {
    /// Among the engines of the client; its sockets' ids begin with it.
    pub number: u32,
    pub role: Role,
    pub key: &'a Secret<256>,
    pub version: Version,
    pub link: &'a Link,
    pub p2p: P2p,
    pub proxy: Option<Proxy>,
    pub interfaces: &'a [SocketAddr],
    /// The host's end of the sound.
    pub port: &'a Arc<AudioPort>,
    pub audio: AudioConfig,
    /// What the host encodes and decodes; nothing of both: the call has no pictures.
    pub codecs: &'a VideoCodecs,
    /// What it shows from the first offer on.
    pub wishes: &'a Wishes,
    pub low_data: bool,
    /// Of all unfinished pictures of the client.
    pub budget: &'a Budget,
}

pub struct PrivateEngine {
    signaling: Signaling,
    negotiation: Negotiation,
    transport: Box<Transport>,
    audio: AudioEngine,
    /// None in a call without pictures.
    video: Option<Box<VideoEngine>>,
    /// What pictures are encoded with, preferred first.
    encoded: Vec<Codec>,
    wire: Wire,
    patience: Patience,
    /// Whether Telegram allows direct ways, and the user.
    p2p_allowed: bool,
    p2p: P2p,
    /// What we tell of ourselves.
    local: MediaState,
    remote: PeerState,
    had_route: bool,
    outputs: VecDeque<EngineOutput>,
    /// Messages of ours that no signaling packet took, as the other side confirms nothing.
    unsent: u64,
    /// When anything came last by the way the media takes, and whether that is too long ago.
    heard_at: Time,
    silent: bool,
    ignored: Ignored,
    /// When the encoder is told next how much of our sound the other side misses.
    tell_loss_at: Time,
    /// What the transport was told that our pictures are worth.
    demand: u64,
    /// When the clocks of sound and pictures are brought together next.
    align_at: Time,
}

/// In a call something comes several times a second: when nothing has for so long, sound is lost.
const OUTAGE: Duration = Duration::from_millis(1500);
/// The other side reports about as often.
const TELL_LOSS: Duration = Duration::from_secs(1);

/// In a box, and not in line: as it is made it passes through its maker's stack several times over, which has to be gone before the rest
/// of the engine does.
#[inline(never)]
fn transport_of(
    now: Time,
    random: Random,
    config: &PrivateConfig<'_>,
    parameters: &CustomParameters,
) -> Box<Transport> {
    Box::new(Transport::new(now, random, link_config(config, parameters)))
}

impl PrivateEngine {
    /// In a box, so that no caller carries its 14 kB on the stack of a thread of the host's.
    #[inline(never)]
    pub fn new(now: Time, random: &mut Random, config: &PrivateConfig<'_>) -> Box<PrivateEngine> {
        let parameters = CustomParameters::parse(config.link.custom_parameters.as_deref().unwrap_or_default());
        let transport = transport_of(now, random.fork(), config, &parameters);
        let negotiated = negotiation::Config {
            role: config.role,
            transport: transport.local_setup(),
            receivable: Receivable::with_pictures(config.codecs.decoded.clone()),
            encoded: config.codecs.encoded.clone(),
            wanted: wanted(config.wishes),
            reliable: config.version.dialect(&parameters).is_reliable(),
            dtls: !parameters.use_mtproto,
        };
        let audio = audio_content(Ssrc(random.u32().max(1)));
        let mut engine = Box::new(PrivateEngine {
            signaling: Signaling::new(now, random.fork(), config.key, config.role, config.version, &parameters),
            negotiation: Negotiation::new(now, random.fork(), negotiated, vec![audio]),
            transport,
            audio: AudioEngine::new(now, config.port, random.fork(), config.audio),
            video: video_of(now, random, config),
            encoded: config.codecs.encoded.clone(),
            wire: Wire::new(config.proxy.clone()),
            patience: Patience::new(now),
            p2p_allowed: config.link.p2p_allowed,
            p2p: config.p2p,
            local: MediaState {
                muted: config.port.is_muted(),
                low_battery: config.wishes.low_battery,
                ..silent_state()
            },
            remote: PeerState::default(),
            had_route: false,
            outputs: VecDeque::new(),
            unsent: 0,
            heard_at: now,
            silent: false,
            ignored: Ignored::default(),
            tell_loss_at: now + TELL_LOSS,
            demand: 0,
            align_at: now,
        });
        engine.pump(now);
        engine
    }

    /// A signaling packet of the other side.
    pub fn handle_signaling(&mut self, now: Time, packet: &[u8]) {
        self.signaling.handle_packet(now, packet);
        self.pump(now);
    }

    /// See [`Negotiation::restart`].
    #[cfg(feature = "internals")]
    pub fn restart_ice(&mut self, now: Time) {
        self.transport.restart_ice();
        self.negotiation.restart(now, self.transport.local_setup());
        self.pump(now);
    }

    /// Sends the sound as another stream. For tests.
    #[cfg(feature = "internals")]
    pub fn renew_stream(&mut self, now: Time, ssrc: Ssrc) {
        self.negotiation.set_streams(now, vec![audio_content(ssrc)]);
        self.pump(now);
    }

    /// See [`Negotiation::show_two`].
    #[cfg(feature = "internals")]
    pub fn show_two(&mut self, now: Time) {
        self.negotiation.show_two(now);
        self.pump(now);
    }

    fn ways(&self) -> Ways {
        ways(self.p2p_allowed, self.p2p, self.wire.is_proxied())
    }

    /// Carries what came out of one part to the next, until all are quiet.
    fn pump(&mut self, now: Time) {
        loop {
            let moved = self.pump_signaling(now)
                | self.pump_negotiation(now)
                | self.pump_audio(now)
                | self.pump_video(now)
                | self.pump_transport(now);
            if !moved {
                return;
            }
        }
    }

    fn pump_signaling(&mut self, now: Time) -> bool {
        let mut moved = false;
        while let Some(message) = self.signaling.poll_message() {
            self.negotiation.handle_message(now, message);
            moved = true;
        }
        while let Some(packet) = self.signaling.poll_packet() {
            self.outputs.push_back(EngineOutput::Signaling(packet));
        }
        moved
    }

    fn pump_negotiation(&mut self, now: Time) -> bool {
        let mut moved = false;
        while let Some(output) = self.negotiation.poll_output() {
            moved = true;
            match output {
                negotiation::Output::Send(message) => self.send(now, &message),
                negotiation::Output::RemoteTransport(setup) => {
                    self.transport.set_remote_setup(now, &setup);
                }
                negotiation::Output::RemoteCandidate(Candidate(line)) => {
                    self.transport.add_remote_candidate(now, &line);
                }
                negotiation::Output::Incoming(contents) => {
                    // What is announced twice or impossibly is not received; the rest of the call goes on.
                    let refused = self.transport.set_receive_streams(&streams(&contents));
                    self.ignored.streams += refused.len() as u64;
                    self.follow_incoming(now, &contents);
                }
                negotiation::Output::Outgoing(contents) => {
                    let refused = self.transport.set_send_streams(&streams(&contents));
                    self.ignored.streams += refused.len() as u64;
                    self.follow_outgoing(now, &contents);
                }
                negotiation::Output::MediaState(state) => {
                    let is_news = self.remote.hear_signaling(now, state);
                    self.tell_peer(now, is_news, &state);
                }
            }
        }
        moved
    }

    fn pump_audio(&mut self, now: Time) -> bool {
        let mut moved = false;
        // No timer of its own: a call that sends sound turns here for each packet, whoever woke it.
        if now >= self.tell_loss_at {
            self.tell_loss_at = now + TELL_LOSS;
            self.audio.set_loss(u32::from(self.transport.stats().rtp.remote_loss_permille) / 10);
        }
        while let Some(packet) = self.audio.poll_packet(now) {
            moved = true;
            // Before the other side has agreed to our stream there is nowhere to send it.
            let sent = self.transport.send_audio(now, &packet.payload, packet.timestamp, packet.marker);
            self.ignored.sound += u64::from(sent.is_err());
        }
        while let Some(event) = self.audio.poll_event() {
            self.outputs.push_back(EngineOutput::Audio(event));
        }
        moved
    }

    /// Whether a packet is of the sound that we agreed to receive.
    fn is_sound(&self, ssrc: Ssrc, payload_type: u8) -> bool {
        let is_it = |content: &Content| {
            content.kind == MediaKind::Audio
                && content.ssrc == ssrc
                && content.payload_types.iter().any(|codec| codec.id == payload_type)
        };
        self.negotiation.incoming().iter().any(is_it)
    }

    fn pump_transport(&mut self, now: Time) -> bool {
        let mut moved = false;
        while let Some(output) = self.transport.poll_output() {
            moved = true;
            match output {
                Output::OpenSocket { .. } | Output::CloseSocket { .. } | Output::Transmit { .. } => {
                    self.outputs.extend(self.wire.handle_output(output).map(EngineOutput::Socket));
                }
                Output::LocalCandidate(line) => self.negotiation.add_candidate(now, Candidate(line)),
                Output::LocalCandidateGone(line) => self.negotiation.remove_candidate(&Candidate(line)),
                Output::StateChanged { old: _, new } => self.handle_state(now, new),
                Output::RouteChanged { route, why } => self.handle_route(route, why),
                // Signaling was told when the media connected; again, it would be a late word against a newer one of the channel.
                Output::DataOpen => self.tell_state_by_channel(now),
                Output::DataMessage(text) => self.hear_data(now, &text),
                Output::Received(packet) if self.is_sound(packet.ssrc, packet.payload_type) => {
                    let media::Received { ssrc, sequence, timestamp, payload, .. } = &packet;
                    self.audio.handle_packet(now, *ssrc, *sequence, *timestamp, payload);
                    self.transport.give_back(packet.payload);
                }
                Output::Received(packet) => {
                    let is_picture = self.video.as_mut().is_some_and(|video| video.handle_packet(now, &packet));
                    self.ignored.media += u64::from(!is_picture);
                    self.transport.give_back(packet.payload);
                }
                Output::KeyFrameWanted { ssrc } => {
                    if let Some(video) = &mut self.video {
                        video.handle_key_frame_wanted(now, ssrc);
                    }
                }
                Output::GivenUp { ssrc, sequence } => {
                    if let Some(video) = &mut self.video {
                        video.handle_given_up(now, ssrc, sequence);
                    }
                }
                Output::VideoRate { bits_per_s } => {
                    if let Some(video) = &mut self.video {
                        video.set_rate(now, bits_per_s.into());
                    }
                }
                // A private call hears nobody whom signaling does not name.
                Output::UnknownSource { .. } => {}
            }
        }
        while let Some(output) = self.wire.poll_output() {
            self.outputs.push_back(EngineOutput::Socket(output));
        }
        moved
    }

    fn handle_state(&mut self, now: Time, state: media::State) {
        self.patience.note(now, state);
        self.audio.set_active(now, state == media::State::Connected);
        if let Some(video) = &mut self.video {
            video.set_active(now, state == media::State::Connected);
        }
        let output = match state {
            media::State::Connecting => return,
            media::State::Connected => {
                // Through Telegram as well: the data channel may never come up.
                self.tell_state(now);
                EngineOutput::Connected
            }
            media::State::Reconnecting => EngineOutput::Lost,
            media::State::Failed(Failure::Timeout) => EngineOutput::Failed("no path to them was found in time".into()),
            media::State::Failed(Failure::Handshake) => EngineOutput::Failed("the DTLS handshake broke off".into()),
            media::State::Failed(Failure::Fingerprint) => {
                EngineOutput::Insecure("their certificate is not the one they announced".into())
            }
        };
        self.outputs.push_back(output);
    }

    /// The first way is no news, and that there is none is told by the state.
    fn handle_route(&mut self, route: Option<Route>, why: RouteChange) {
        let Some(route) = route else { return };
        if core::mem::replace(&mut self.had_route, true) {
            self.outputs.push_back(EngineOutput::Route(route, why));
        }
    }

    fn send(&mut self, now: Time, message: &Message) {
        if self.signaling.send(now, message).is_err() {
            self.unsent += 1;
        }
    }

    /// Tells the other side our switches, both ways: official clients listen to both, web clients to either.
    fn tell_state(&mut self, now: Time) {
        if self.transport.is_data_open() {
            self.tell_state_by_channel(now);
        }
        self.send(now, &Message::MediaState(self.local));
    }

    fn tell_state_by_channel(&mut self, now: Time) {
        // Without room for it signaling carries it.
        let _ = self.transport.send_data(now, &Message::MediaState(self.local).to_json());
    }

    fn hear_data(&mut self, now: Time, text: &str) {
        // Anything else has no business there, and is ignored like what cannot be read.
        match Message::parse(text.as_bytes()) {
            Ok(Message::MediaState(state)) => {
                let is_news = self.remote.hear_channel(now, state);
                self.tell_peer(now, is_news, &state);
            }
            _ => self.ignored.data += 1,
        }
    }

    fn tell_peer(&mut self, now: Time, is_news: bool, state: &MediaState) {
        if is_news {
            self.outputs.push_back(EngineOutput::Peer(switches(state), state.rotation.into()));
            self.follow_sources(now);
        }
    }
}

impl Engine for PrivateEngine {
    fn handle_socket(&mut self, now: Time, socket: SocketId, news: SocketNews<'_>) {
        self.wire.handle(now, &mut self.transport, socket, news);
        self.pump(now);
    }

    fn handle_timeout(&mut self, now: Time) {
        if self.signaling.next_timeout().is_some_and(|at| at <= now) {
            self.signaling.handle_timeout(now);
        }
        if self.negotiation.next_timeout().is_some_and(|at| at <= now) {
            self.negotiation.handle_timeout(now);
        }
        if self.transport.next_timeout().is_some_and(|at| at <= now) {
            self.transport.handle_timeout(now);
        }
        if self.audio.next_timeout().is_some_and(|at| at <= now) {
            self.audio.handle_timeout(now);
        }
        // Without a way it stays as it was.
        if let Some(silence) = self.transport.silence(now) {
            self.silent = silence >= OUTAGE;
            if !self.silent {
                self.heard_at = Time::from_nanos(now.as_nanos().saturating_sub(silence.as_nanos() as u64));
            }
        }
        if self.silent {
            self.audio.note_silence(now, self.heard_at);
        }
        if let Some(video) = &mut self.video
            && video.next_timeout().is_some_and(|at| at <= now)
        {
            video.handle_timeout(now);
        }
        self.pump(now);
        if self.patience.is_over(now) {
            self.transport.give_up(now);
            self.pump(now);
        }
    }

    fn next_timeout(&self) -> Option<Time> {
        let timeouts = [
            self.signaling.next_timeout(),
            self.negotiation.next_timeout(),
            self.transport.next_timeout(),
            self.audio.next_timeout(),
            self.video.as_ref().and_then(|video| video.next_timeout()),
            self.patience.next_timeout(),
        ];
        timeouts.into_iter().flatten().min()
    }

    fn poll_output(&mut self) -> Option<EngineOutput> {
        self.outputs.pop_front()
    }

    fn handle_host(&mut self, now: Time) {
        if let Some(video) = &mut self.video {
            video.handle_host(now);
        }
        self.pump(now);
    }

    fn shed_sound(&mut self) {
        self.audio.shed();
    }

    fn count_undelivered(&mut self, ms: u64) {
        self.audio.count_undelivered(ms);
    }

    fn set_muted(&mut self, now: Time, muted: bool) {
        self.change_state(now, |state| state.muted = muted);
        self.pump(now);
    }

    fn set_audio(&mut self, now: Time, audio: AudioConfig) {
        self.audio.set_config(audio);
        self.pump(now);
    }

    fn set_low_data(&mut self, now: Time, low_data: bool) {
        if let Some(video) = &mut self.video {
            video.set_low_data(now, low_data);
        }
        self.pump(now);
    }

    fn set_interfaces(&mut self, now: Time, interfaces: &[SocketAddr]) {
        self.transport.set_interfaces(now, &wire::addresses(interfaces));
        self.pump(now);
    }

    /// For the transport that is another network.
    fn set_proxy(&mut self, now: Time, number: u32, proxy: Option<Proxy>) {
        // Past a proxy nothing goes, not even a good-bye.
        self.transport.leave_sockets(now, proxy.is_some());
        // By the old way, and so before there is a new one.
        self.pump(now);
        self.wire = Wire::new(proxy);
        self.transport.reopen(now, number, self.ways());
        self.pump(now);
    }

    fn set_p2p(&mut self, now: Time, p2p: P2p) {
        self.p2p = p2p;
        self.transport.set_ways(now, self.ways());
        self.pump(now);
    }

    fn report(&self) -> MediaReport {
        MediaReport {
            transport: self.transport.report(),
            interfaces_note: None,
            proxy: self.wire.report(),
            signaling: *self.signaling.counters(),
            unsent: self.unsent,
            ignored: self.ignored,
            negotiation_ignored: self.negotiation.ignored(),
            audio: self.audio.stats(),
            sources: self.audio.sources().collect(),
            pictures: self.pictures(),
            stream: None,
        }
    }

    fn figures(&self) -> Figures {
        let (transport, streams) = (self.transport.stats(), self.transport.streams());
        let (audio, sources) = (self.audio.stats(), self.audio.sources().collect());
        Figures { transport, streams, audio, sources, pictures: self.pictures(), stream: None }
    }

    fn close(&mut self, now: Time) {
        self.transport.close(now);
        self.pump(now);
    }

    fn as_private(&mut self) -> Option<&mut PrivateEngine> {
        Some(self)
    }

    fn as_group(&mut self) -> Option<&mut GroupEngine> {
        None
    }
}

impl core::fmt::Debug for PrivateEngine {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PrivateEngine({:?})", self.transport.state())
    }
}
