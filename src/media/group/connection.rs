//! One connection of a member to a group's server: joins transport, sound, speakers and the channel.
//!
//! Everything that is handed in is followed by [`GroupMedia::pump`], which carries what came out of one part to the next until all are
//! quiet. The parts bound what they produce, so it ends.

use super::colibri::{self, Counted, Message, Wanted};
use super::pictures::{GroupPictures, Pictures};
use super::sealed::{SealedCounted, Sealing};
use super::speakers::{Owner, Sound, SpeakerLevel, Speakers, SpeakersCounted, Step};
use super::{OPUS, newcomers, sound};
use crate::media::audio::{AudioConfig, AudioEngine, AudioEvent, AudioPort, Encoded};
use crate::media::proxy::ProxyReport;
use crate::media::rtp::extension::{Extension, ExtensionKind};
use crate::media::socks5::Proxy;
use crate::media::video::{Content, PictureStats, VideoEngine, VideoEvent};
use crate::media::wire::{self, SocketNews, Wire};
use crate::media::{
    Failure, GatherPolicy, LinkConfig, Output, Received, Route, RouteChange, Setup, State, Transport, TransportSetup,
    Ways,
};
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::transform::Level;
use crate::types::{IpAddr, SocketAddr, SocketId, Ssrc};
use std::collections::VecDeque;
use std::sync::Arc;

/// So many are heard at a time: of all as one, and where each is by himself.
const PLACES: usize = 10;
const SEPARATE_PLACES: usize = 24;
/// What is wanted is said again that often (`sfu.md` 8.1), while anything is.
const SAY_AGAIN: Duration = Duration::from_secs(5);
/// When nothing has come for so long, sound is lost.
const OUTAGE: Duration = Duration::from_millis(1500);
/// How often the encoder is told how much of our sound is lost. The server reports about as often.
const TELL_LOSS: Duration = Duration::from_secs(1);

/// What a connection is made of.
pub struct GroupConfig<'a> {
    /// Among the engines of the client; its sockets' ids begin with it.
    pub number: u32,
    /// What our sound is sent as.
    pub ssrc: Ssrc,
    pub proxy: Option<Proxy>,
    pub interfaces: &'a [SocketAddr],
    /// The host's end of the sound.
    pub port: &'a Arc<AudioPort>,
    pub audio: AudioConfig,
    /// `None`: it has none.
    pub pictures: Option<GroupPictures<'a>>,
    /// Whether all is sealed end to end, as in a conference: then nothing is sent, heard or shown but by [`GroupMedia::carry`].
    pub content: Content,
    /// Whether what others say comes by it. It does not by one that only shows a screen.
    pub hears: bool,
}

/// The server, as the answer to a join tells of it.
#[derive(Clone, Debug)]
pub struct ServerSide {
    pub setup: TransportSetup,
    /// As lines of SDP.
    pub candidates: Vec<String>,
}

/// What a connection wants done, in order.
#[derive(Debug)]
pub enum GroupOutput {
    /// There is a path.
    Connected,
    /// The path is gone; it is looked for without end.
    Lost,
    /// The sound takes another way than before, and why.
    Route(Route, RouteChange),
    /// The handshake broke off for good.
    Failed(String),
    /// The server is not who it should be.
    Insecure(String),
    /// Somebody speaks by this source; [`GroupMedia::set_speaker`] wants to know who.
    WhoIs(Ssrc),
    /// Something has come of an epoch that is not known. When the chain has moved, [`GroupMedia::handle_new_epoch`] has it tried again.
    UnknownEpoch,
    /// How loud those were who spoke in the last 100 ms, also ourselves; nobody: silence has begun.
    Levels(Vec<SpeakerLevel>),
    Audio(AudioEvent),
    Video(VideoEvent),
    /// Sockets to open, to close and to send on; nothing else.
    Socket(Output),
}

/// What was not used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupCounted {
    pub speakers: SpeakersCounted,
    pub colibri: Counted,
    /// Packets of sources and payload types that nobody wants.
    pub media: u64,
    /// Packets of our sound that could not be sent after all.
    pub sound: u64,
    /// Frames of ours that could not be sent after all.
    pub pictures: u64,
    /// Streams of pictures that could not be had beside others.
    pub streams: u64,
    pub sealed: SealedCounted,
}

#[derive(Debug)]
pub struct GroupMedia {
    ssrc: Ssrc,
    pub(super) transport: Box<Transport>,
    pub(super) audio: AudioEngine,
    /// None where the host neither encodes nor decodes any.
    pub(super) pictures: Option<Box<Pictures>>,
    wire: Wire,
    pub(super) speakers: Speakers,
    /// Where all is sealed.
    pub(super) sealing: Option<Sealing>,
    hears: bool,
    is_separate: bool,
    wanted: Vec<Wanted>,
    say_at: Option<Time>,
    had_route: bool,
    pub(super) outputs: VecDeque<GroupOutput>,
    /// When anything came last by the way the media takes, and whether that is too long ago.
    heard_at: Time,
    silent: bool,
    tell_loss_at: Time,
    pub(super) counted: GroupCounted,
}

impl GroupMedia {
    /// In a box, so that no caller carries it on the stack of a thread of the host's.
    ///
    /// Sockets are opened at once; nothing is sent before [`Self::connect`].
    #[inline(never)]
    pub fn new(now: Time, random: &mut Random, config: &GroupConfig<'_>) -> Box<GroupMedia> {
        let mut media = Box::new(GroupMedia {
            ssrc: config.ssrc,
            transport: transport_of(now, random.fork(), config),
            audio: AudioEngine::with_sources(now, config.port, random.fork(), config.audio, PLACES),
            pictures: None,
            wire: Wire::new(config.proxy.clone()),
            speakers: match config.content {
                Content::Plain => Speakers::new(config.ssrc, PLACES),
                Content::Sealed => Speakers::of_sealed(config.ssrc, PLACES),
            },
            sealing: (config.content == Content::Sealed).then(Sealing::default),
            hears: config.hears,
            is_separate: false,
            wanted: Vec::new(),
            say_at: None,
            had_route: false,
            outputs: VecDeque::new(),
            heard_at: now,
            silent: false,
            tell_loss_at: now + TELL_LOSS,
            counted: GroupCounted::default(),
        });
        let mut streams = vec![sound(config.ssrc)];
        let pictures =
            config.pictures.as_ref().and_then(|of| Pictures::new(now, random, config.port, of, config.content));
        if let Some((pictures, layers)) = pictures {
            media.pictures = Some(pictures);
            streams.extend(layers);
        }
        let refused = media.transport.set_send_streams(&streams);
        debug_assert!(refused.is_empty(), "sound and three layers are never too many");
        media.pump(now);
        media
    }

    /// What a join is to say of us.
    pub fn local(&self) -> TransportSetup {
        TransportSetup { setup: Setup::Passive, ..self.transport.local_setup() }
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn state(&self) -> State {
        self.transport.state()
    }

    /// The join was answered. Once; what it says later counts for nothing.
    pub fn connect(&mut self, now: Time, server: &ServerSide) {
        self.transport.set_remote_setup(now, &server.setup);
        server.candidates.iter().for_each(|line| self.transport.add_remote_candidate(now, line));
        self.pump(now);
    }

    /// Whose a source is, and how loud it is to be; again when that has changed. `None`: nobody's, also of who has left.
    /// Of a source that has not spoken nothing is remembered: whoever speaks is asked for.
    pub fn set_speaker(&mut self, now: Time, source: Ssrc, owner: Option<Owner>) {
        self.speakers.set_owner(now, source, owner);
        if let Some(owner) = owner {
            self.audio.set_volume(source, owner.volume);
        }
        self.pump(now);
    }

    /// Whether [`GroupOutput::Levels`] are told.
    pub fn set_levels(&mut self, tells: bool) {
        self.speakers.set_levels(tells);
    }

    /// What the server is told from now on of the pictures that we want.
    pub fn set_wanted(&mut self, now: Time, wanted: Vec<Wanted>) {
        if self.wanted != wanted {
            self.wanted = wanted;
            self.say_wanted(now);
            self.pump(now);
        }
    }

    fn say_wanted(&mut self, now: Time) {
        self.say_at = Some(now + SAY_AGAIN).filter(|_| !self.wanted.is_empty());
        if self.transport.is_data_open() {
            // Without room for it the next one says it.
            let _ = self.transport.send_data(now, &colibri::receiver_constraints(&self.wanted));
        }
    }

    /// Carries what came out of one part to the next, until all are quiet.
    pub(super) fn pump(&mut self, now: Time) {
        while self.pump_audio(now) | self.pump_pictures(now) | self.pump_transport(now) | self.pump_speakers() {}
    }

    fn pump_audio(&mut self, now: Time) -> bool {
        let mut moved = false;
        self.follow_mode(now);
        if now >= self.tell_loss_at {
            self.tell_loss_at = now + TELL_LOSS;
            self.audio.set_loss(u32::from(self.transport.stats().rtp.remote_loss_permille) / 10);
        }
        while self.sealing.is_none()
            && let Some(packet) = self.audio.poll_packet(now)
        {
            moved = true;
            self.send_sound(now, &packet, packet.level, &packet.payload);
            self.speakers.note_own(now, packet.level);
        }
        while let Some(event) = self.audio.poll_event() {
            self.outputs.push_back(GroupOutput::Audio(event));
        }
        moved
    }

    /// As loud as the server is to take it for.
    pub(super) fn send_sound(&mut self, now: Time, packet: &Encoded, level: Level, payload: &[u8]) {
        let Encoded { timestamp, marker, .. } = *packet;
        let level = Extension::AudioLevel(level);
        let sent = self.transport.send_rtp(now, self.ssrc, OPUS, timestamp, marker, &[level], payload);
        self.counted.sound += u64::from(sent.is_err());
    }

    /// Whether all are heard as one, or each by himself, is the host's to say at any time.
    fn follow_mode(&mut self, now: Time) {
        let is_separate = self.audio.is_separate();
        if core::mem::replace(&mut self.is_separate, is_separate) != is_separate {
            let places = if is_separate { SEPARATE_PLACES } else { PLACES };
            self.audio.set_places(places);
            self.speakers.set_places(now, places);
        }
    }

    fn pump_transport(&mut self, now: Time) -> bool {
        let mut moved = false;
        while let Some(output) = self.transport.poll_output() {
            moved = true;
            match output {
                Output::OpenSocket { .. } | Output::CloseSocket { .. } | Output::Transmit { .. } => {
                    self.outputs.extend(self.wire.handle_output(output).map(GroupOutput::Socket));
                }
                // A server looks for nobody.
                Output::LocalCandidate(_) | Output::LocalCandidateGone(_) => {}
                Output::StateChanged { old: _, new } => self.handle_state(now, new),
                Output::RouteChanged { route, why } => self.handle_route(route, why),
                Output::DataOpen => self.say_wanted(now),
                Output::DataMessage(text) => self.hear_data(now, &text),
                Output::Received(packet) => self.handle_packet(now, packet),
                Output::UnknownSource { .. } => self.counted.media += 1,
                Output::KeyFrameWanted { ssrc } => {
                    self.with_pictures(|pictures| pictures.handle_key_frame_wanted(now, ssrc));
                }
                Output::GivenUp { ssrc, sequence } => {
                    self.with_pictures(|pictures| pictures.handle_given_up(now, ssrc, sequence));
                }
                Output::VideoRate { bits_per_s } => {
                    self.with_pictures(|pictures| pictures.set_rate(now, bits_per_s.into()));
                }
            }
        }
        while let Some(output) = self.wire.poll_output() {
            self.outputs.push_back(GroupOutput::Socket(output));
        }
        moved
    }

    fn with_pictures(&mut self, input: impl FnOnce(&mut VideoEngine)) {
        if let Some(pictures) = &mut self.pictures {
            input(pictures.engine());
        }
    }

    fn handle_packet(&mut self, now: Time, packet: Received) {
        if !self.hears {
            self.counted.media += 1;
            return self.transport.give_back(packet.payload);
        }
        if packet.payload_type != OPUS {
            let pictures = self.pictures.as_mut();
            let is_picture = pictures.is_some_and(|pictures| pictures.engine().handle_packet(now, &packet));
            self.counted.media += u64::from(!is_picture);
            return self.transport.give_back(packet.payload);
        }
        let Received { ssrc, sequence, timestamp, payload, extensions, .. } = packet;
        if payload.is_empty() {
            return self.transport.give_back(payload);
        }
        let sound = Sound { arrived_at: now, sequence, timestamp, payload };
        if self.sealing.is_some() {
            return self.speakers.handle_sealed(now, ssrc, sound);
        }
        let level = match extensions.get(ExtensionKind::AudioLevel) {
            Some(Extension::AudioLevel(level)) => Some(level),
            _ => None,
        };
        self.speakers.handle(now, ssrc, level, sound);
    }

    fn pump_speakers(&mut self) -> bool {
        let mut moved = false;
        while let Some(step) = self.speakers.poll_step() {
            moved = true;
            match step {
                Step::Ask(ssrc) => self.outputs.push_back(GroupOutput::WhoIs(ssrc)),
                Step::GiveWay(ssrc) => self.audio.leave(ssrc),
                Step::Enter(ssrc, owner) => self.audio.enter(ssrc, owner.key, owner.volume),
                Step::Play(ssrc, sound) => {
                    let Sound { arrived_at, sequence, timestamp, payload } = sound;
                    self.audio.handle_packet(arrived_at, ssrc, sequence, timestamp, &payload);
                    self.transport.give_back(payload);
                }
                Step::Open(ssrc, sound) => {
                    let given_up = self.sealing.as_mut().map(|sealing| sealing.keep(ssrc, sound));
                    given_up.into_iter().flatten().for_each(|sound| self.transport.give_back(sound.payload));
                }
                Step::GiveBack(payload) => self.transport.give_back(payload),
            }
        }
        moved
    }

    fn handle_state(&mut self, now: Time, state: State) {
        self.audio.set_active(now, state == State::Connected);
        self.with_pictures(|pictures| pictures.set_active(now, state == State::Connected));
        let output = match state {
            State::Connecting => return,
            State::Connected => GroupOutput::Connected,
            State::Reconnecting => GroupOutput::Lost,
            State::Failed(Failure::Fingerprint) => {
                GroupOutput::Insecure("the server's certificate is not the one it announced".into())
            }
            // Nobody gives up here.
            State::Failed(Failure::Timeout | Failure::Handshake) => {
                GroupOutput::Failed("the DTLS handshake broke off".into())
            }
        };
        self.outputs.push_back(output);
    }

    /// The first way is no news, and that there is none is told by the state.
    fn handle_route(&mut self, route: Option<Route>, why: RouteChange) {
        let Some(route) = route else { return };
        if core::mem::replace(&mut self.had_route, true) {
            self.outputs.push_back(GroupOutput::Route(route, why));
        }
    }

    fn hear_data(&mut self, now: Time, text: &str) {
        let counted = &mut self.counted.colibri;
        counted.messages += 1;
        match colibri::parse(text) {
            Some(Message::SenderConstraints { ideal_height }) => {
                self.with_pictures(|pictures| pictures.set_ideal(now, ideal_height));
            }
            Some(Message::Other) => counted.other += 1,
            None => counted.malformed += 1,
        }
    }

    // ---- As every engine

    pub fn handle_socket(&mut self, now: Time, socket: SocketId, news: SocketNews<'_>) {
        self.wire.handle(now, &mut self.transport, socket, news);
        self.pump(now);
    }

    pub fn handle_timeout(&mut self, now: Time) {
        if self.transport.next_timeout().is_some_and(|at| at <= now) {
            self.transport.handle_timeout(now);
        }
        if self.audio.next_timeout().is_some_and(|at| at <= now) {
            self.audio.handle_timeout(now);
        }
        if self.pictures.as_ref().and_then(|pictures| pictures.next_timeout()).is_some_and(|at| at <= now) {
            self.with_pictures(|pictures| pictures.handle_timeout(now));
        }
        if self.say_at.is_some_and(|at| at <= now) {
            self.say_wanted(now);
        }
        if let Some(levels) = self.speakers.levels(now) {
            self.outputs.push_back(GroupOutput::Levels(levels));
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
        self.pump(now);
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let pictures = self.pictures.as_ref().and_then(|pictures| pictures.next_timeout());
        let sound = [self.audio.next_timeout(), self.speakers.next_timeout()];
        let sealing = self.sealing.as_ref().and_then(Sealing::next_timeout);
        [self.transport.next_timeout(), pictures, self.say_at, sealing].into_iter().chain(sound).flatten().min()
    }

    pub fn poll_output(&mut self) -> Option<GroupOutput> {
        self.outputs.pop_front()
    }

    /// The host has pushed sound, or changed what becomes of it.
    pub fn handle_host(&mut self, now: Time) {
        self.pump(now);
    }

    /// We are behind with our work: see [`AudioEngine::shed`].
    pub fn shed_sound(&mut self) {
        self.audio.shed();
    }

    pub fn count_undelivered(&mut self, ms: u64) {
        self.audio.count_undelivered(ms);
    }

    pub fn set_audio(&mut self, now: Time, audio: AudioConfig) {
        self.audio.set_config(audio);
        self.pump(now);
    }

    pub fn set_interfaces(&mut self, now: Time, interfaces: &[SocketAddr]) {
        self.transport.set_interfaces(now, &addresses(interfaces, self.wire.is_proxied()));
        self.pump(now);
    }

    /// For the transport that is another network.
    pub fn set_proxy(&mut self, now: Time, number: u32, proxy: Option<Proxy>, interfaces: &[SocketAddr]) {
        // Past a proxy nothing goes, not even a good-bye.
        self.transport.leave_sockets(now, proxy.is_some());
        // By the old way, and so before there is a new one.
        self.pump(now);
        self.wire = Wire::new(proxy);
        self.transport.reopen(now, number, Ways::All);
        self.set_interfaces(now, interfaces);
    }

    pub fn close(&mut self, now: Time) {
        // What is encoded is encoded for nobody.
        self.with_pictures(|pictures| pictures.set_active(now, false));
        self.transport.close(now);
        self.pump(now);
    }

    // ---- What there is to say about it

    pub fn counted(&self) -> GroupCounted {
        let streams = self.pictures.as_ref().map_or(0, |pictures| pictures.refused());
        let sealed = self.sealing.as_ref().map_or_else(SealedCounted::default, |sealing| sealing.counted);
        GroupCounted { speakers: self.speakers.counted(), streams, sealed, ..self.counted }
    }

    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// What became of the pictures of each stream.
    pub fn pictures(&self) -> Vec<(Ssrc, PictureStats)> {
        self.pictures.as_ref().map_or_else(Vec::new, |pictures| pictures.stats())
    }

    pub fn audio(&self) -> &AudioEngine {
        &self.audio
    }

    pub fn proxy(&self) -> Option<ProxyReport> {
        self.wire.report()
    }
}

/// Through a proxy it is of no matter by which of our addresses.
fn addresses(interfaces: &[SocketAddr], is_proxied: bool) -> Vec<IpAddr> {
    if is_proxied { Vec::new() } else { wire::addresses(interfaces) }
}

/// In a box, and not in line: as it is made it passes through its maker's stack several times over.
#[inline(never)]
fn transport_of(now: Time, random: Random, config: &GroupConfig<'_>) -> Box<Transport> {
    let interfaces = addresses(config.interfaces, config.proxy.is_some());
    let gather = GatherPolicy { servers: Vec::new(), ways: Ways::All, interfaces, tags: None };
    Box::new(Transport::new(now, random, LinkConfig { gather, ..LinkConfig::to_server(config.number, newcomers()) }))
}
