//! Our own engines in the calls of a client: started and stopped by the state machine, fed from sockets and signaling.

use super::engine::private::{PrivateConfig, PrivateEngine};
use super::engine::{Engine, EngineOutput};
use super::entry::Kind;
use super::event::{Event, EventKind};
use super::{Client, Media, Switches};
use crate::call::state::Input;
use crate::error::Error;
use crate::media::Output;
use crate::media::audio::{AudioConfig, AudioEvent, AudioPorts};
use crate::media::report::route_name;
use crate::media::socks5::{Login, Proxy};
use crate::media::video::{Encode, Origin, Shape, VideoEvent};
use crate::media::wire::SocketNews;
use crate::time::Time;
use crate::types::{CallId, PeerId, Role, SocketId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// What becomes of a connection.
enum MediaNews {
    Connected,
    Lost,
    Failed(String),
    Insecure(String),
}

/// The calls of the engines that run, by what the ids of an engine's sockets begin with: `engine << 16 | n`. Counted by
/// themselves, as the id of a call has no room for more.
#[derive(Debug, Default)]
pub struct Engines {
    last: u32,
    calls: BTreeMap<u32, CallId>,
}

impl Engines {
    /// A number for one more engine.
    pub fn add(&mut self, call: CallId) -> u32 {
        loop {
            self.last = self.last.checked_add(1).unwrap_or(1);
            if let Entry::Vacant(free) = self.calls.entry(self.last) {
                free.insert(call);
                return self.last;
            }
        }
    }

    /// Another number for one that goes on with other sockets.
    fn renew(&mut self, number: u32, call: CallId) -> u32 {
        self.calls.remove(&number);
        self.add(call)
    }

    fn remove(&mut self, number: u32) {
        self.calls.remove(&number);
    }

    /// The engine that a socket belongs to, and its call.
    fn find(&self, socket: SocketId) -> Option<(u32, CallId)> {
        let number = u32::try_from(socket.0 >> 16).ok()?;
        self.calls.get(&number).map(|call| (number, *call))
    }
}

impl Client {
    /// The key, the version and the servers of a call are known: its engine starts.
    pub(super) fn start_engine(&mut self, now: Time, id: CallId) {
        if self.config.media == Media::Host {
            return; // it starts by itself when it sees `CallState::Connecting`
        }
        let proxy = self.config.proxy.as_ref().map(socks5_proxy);
        let Ok(codecs) = self.video_codecs(id).cloned() else { return };
        let Ok(entry) = self.ledger.get_mut(id) else { return };
        let Kind::Private(private) = &entry.kind else { return };
        let role = if private.is_outgoing { Role::Caller } else { Role::Callee };
        let Some((talk, version)) = private.call.talk().and_then(|talk| Some((talk, talk.version?))) else { return };
        let port = self.audio.open(id);
        let number = self.engines.add(id);
        let wishes = entry.wishes.clone().unwrap_or_default();
        let config = PrivateConfig {
            number,
            role,
            key: &talk.key,
            version,
            link: &talk.link,
            p2p: self.config.p2p,
            proxy,
            interfaces: &self.interfaces,
            port: &port,
            audio: audio_config(&self.config),
            codecs: &codecs,
            wishes: &wishes,
            low_data: self.config.low_data,
            budget: &self.budget,
        };
        entry.engines.add(number, PrivateEngine::new(now, &mut self.random, &config));
        self.drain_engines(now, id);
    }

    /// Nothing of the engines may follow but their good-byes.
    pub(super) fn stop_engines(&mut self, now: Time, id: CallId) {
        self.stop_engines_that(now, id, |_| true);
    }

    /// The same of some of them.
    pub(super) fn stop_engines_that(&mut self, now: Time, id: CallId, which: impl FnMut(&mut dyn Engine) -> bool) {
        let Ok(entry) = self.ledger.get_mut(id) else { return };
        for mut running in entry.engines.stop(which) {
            running.engine.close(now);
            self.engines.remove(running.number);
            while let Some(output) = running.engine.poll_output() {
                match output {
                    EngineOutput::Socket(output) => self.push_socket(id, output),
                    // The host's encoders stop.
                    EngineOutput::Video(event @ VideoEvent::Encode(_)) => self.push_picture(id, event),
                    _ => {}
                }
            }
        }
    }

    /// One input for each engine of a call, with all that follows from it.
    fn drive_engines(&mut self, now: Time, id: CallId, mut input: impl FnMut(&mut dyn Engine)) {
        let Ok(entry) = self.ledger.get_mut(id) else { return };
        entry.engines.running_mut().iter_mut().for_each(|running| input(&mut *running.engine));
        self.drain_engines(now, id);
    }

    /// One for the engine of a private call.
    pub(super) fn drive_private(&mut self, now: Time, id: CallId, input: impl FnOnce(&mut PrivateEngine)) {
        if let Some(engine) = self.ledger.get_mut(id).ok().and_then(|entry| entry.engines.private()) {
            input(engine);
            self.drain_engines(now, id);
        }
    }

    /// Takes the engines' outputs where they belong. They may end the call, and the engines with it.
    pub(super) fn drain_engines(&mut self, now: Time, id: CallId) {
        self.lend_transform(now, id);
        while let Some(output) = self.poll_engines(id) {
            match output {
                EngineOutput::Signaling(packet) => self.tell(now, id, Input::SignalingOut(packet)),
                EngineOutput::Connected => self.tell_of_media(now, id, MediaNews::Connected),
                EngineOutput::Lost => self.tell_of_media(now, id, MediaNews::Lost),
                EngineOutput::Route(route, why) => {
                    let text = format!("call {id}: now {}: {}", route_name(route), why.name());
                    self.push(id, text, EventKind::CallRoute { is_relayed: route.is_relayed() });
                }
                EngineOutput::Failed(why) => self.tell_of_media(now, id, MediaNews::Failed(why)),
                EngineOutput::Insecure(why) => self.tell_of_media(now, id, MediaNews::Insecure(why)),
                EngineOutput::Peer(theirs, rotation) => {
                    self.update(id, |entry| entry.theirs = theirs);
                    let is_muted = theirs.has(Switches::MUTED);
                    let is_video = theirs.has(Switches::CAMERA) || theirs.has(Switches::SCREEN);
                    let switch = |name, on| format!("{name} {}", if on { "on" } else { "off" });
                    let text =
                        format!("call {id}: their {}, {}", switch("sound", !is_muted), switch("video", is_video));
                    self.push(id, text, EventKind::CallMedia { switches: theirs, rotation });
                }
                EngineOutput::Group(news) => self.take_group_news(now, id, news),
                EngineOutput::Stream(news) => self.take_stream_news(id, &news),
                EngineOutput::Audio(AudioEvent::Ready) => {
                    self.push(id, format!("call {id}: encoded sound waits"), EventKind::AudioReady);
                }
                EngineOutput::Audio(AudioEvent::Frame { key, samples, rate, channels }) => {
                    self.push_frame(id, key, samples, rate, channels);
                }
                EngineOutput::Audio(AudioEvent::Played) => {
                    self.push(id, format!("call {id}: all sound is played"), EventKind::AudioPlayed);
                }
                EngineOutput::Video(event) => self.push_picture(id, event),
                EngineOutput::Socket(output) => self.push_socket(id, output),
            }
        }
        self.ledger.reschedule(id);
    }

    /// The connection of a call has changed, whatever its kind.
    #[inline(never)]
    fn tell_of_media(&mut self, now: Time, id: CallId, news: MediaNews) {
        use crate::group::state::Input as Group;
        match self.ledger.get(id).map(|entry| &entry.kind) {
            Ok(Kind::Private(_)) => {
                let input = match news {
                    MediaNews::Connected => Input::MediaConnected,
                    MediaNews::Lost => Input::MediaLost,
                    MediaNews::Failed(why) => Input::MediaFailed(why),
                    MediaNews::Insecure(why) => Input::MediaInsecure(why),
                };
                self.tell(now, id, input);
            }
            Ok(Kind::Group(_)) => {
                let input = match news {
                    MediaNews::Connected => Group::MediaConnected,
                    MediaNews::Lost => Group::MediaLost,
                    // Telegram names the server anew with each way in.
                    MediaNews::Failed(why) | MediaNews::Insecure(why) => Group::MediaFailed(why),
                };
                self.tell_group(now, id, input);
            }
            Err(_) => {}
        }
    }

    /// A number for the engine of a call.
    pub(super) fn number_engine(&mut self, id: CallId) -> u32 {
        self.engines.add(id)
    }

    /// What media go through.
    pub(super) fn socks5(&self) -> Option<Proxy> {
        self.config.proxy.as_ref().map(socks5_proxy)
    }

    /// How sound is encoded where the host asked for nothing else.
    pub(super) fn audio_config(&self) -> AudioConfig {
        audio_config(&self.config)
    }

    fn poll_engines(&mut self, id: CallId) -> Option<EngineOutput> {
        self.ledger.get_mut(id).ok()?.engines.poll_output()
    }

    /// Sound to hand over. For a host that takes nothing a second of it waits, and the oldest gives way.
    fn push_frame(&mut self, id: CallId, key: Option<u64>, samples: Vec<i16>, rate: u32, channels: u32) {
        let peer = key.map(PeerId::of_key);
        let is_of_it = |event: &Event| {
            event.call == id && matches!(&event.kind, EventKind::AudioFrame { peer: whose, .. } if *whose == peer)
        };
        let ms = samples.len() as u64 * 1000 / u64::from(rate * channels);
        let waiting = self.events.iter().filter(|event| is_of_it(event)).count() as u64;
        if (waiting + 1) * ms > 1000
            && let Some(oldest) = self.events.iter().position(is_of_it)
        {
            self.events.remove(oldest);
            if let Ok(entry) = self.ledger.get_mut(id)
                && let Some(first) = entry.engines.running_mut().first_mut()
            {
                first.engine.count_undelivered(ms);
            }
        }
        // No text: there may be a hundred of these a second.
        self.push(id, String::new(), EventKind::AudioFrame { peer, samples, rate, channels });
    }

    /// News of pictures. What waits for a host that takes nothing is brought up to date, so that it does not grow.
    fn push_picture(&mut self, id: CallId, event: VideoEvent) {
        let number = |layer: usize| u32::try_from(layer).unwrap_or(u32::MAX);
        let (kind, text) = match event {
            VideoEvent::Encode(encode) => {
                let Encode { source, layer, codec, shape, bits_per_s } = encode;
                let layer = number(layer);
                let Shape { width, height, frames_per_s } = shape;
                let what = format!("{width}x{height} as {}, {frames_per_s}/s, {bits_per_s} bit/s", codec.name());
                let text = format!("call {id}: {source:?} {layer}: encode {what}");
                let kind = EventKind::VideoEncode { source, layer, codec, width, height, bits_per_s, frames_per_s };
                (kind, text)
            }
            VideoEvent::KeyFrame(source, layer) => (
                EventKind::VideoKeyFrame { source, layer: number(layer) },
                format!("call {id}: {source:?} {layer}: a key frame is wanted"),
            ),
            VideoEvent::Ready(Origin { whose, source }) => (
                EventKind::VideoReady { peer: whose.map(PeerId::of_key), source },
                format!("call {id}: {source:?}: a frame waits"),
            ),
        };
        let is_same = |old: &EventKind| match (old, &kind) {
            (
                EventKind::VideoEncode { source: old, layer: old_layer, .. },
                EventKind::VideoEncode { source, layer, .. },
            )
            | (
                EventKind::VideoKeyFrame { source: old, layer: old_layer },
                EventKind::VideoKeyFrame { source, layer },
            ) => (old, old_layer) == (source, layer),
            (EventKind::VideoReady { .. }, EventKind::VideoReady { .. }) => *old == kind,
            _ => false,
        };
        if let Some(old) = self.events.iter().position(|event| event.call == id && is_same(&event.kind)) {
            self.events.remove(old);
        }
        self.push(id, text, kind);
    }

    fn push_socket(&mut self, id: CallId, output: Output) {
        // No text: there may be a hundred of these a second.
        let kind = match output {
            Output::OpenSocket { socket, protocol, local, remote } => {
                EventKind::SocketOpen { socket, protocol, local, remote }
            }
            Output::CloseSocket { socket } => EventKind::SocketClose { socket },
            Output::Transmit { socket, remote, bytes } => EventKind::Transmit { socket, remote, bytes },
            Output::LocalCandidate(_)
            | Output::StateChanged { .. }
            | Output::RouteChanged { .. }
            | Output::DataMessage(_)
            | Output::DataOpen
            | Output::Received(_)
            | Output::LocalCandidateGone(_)
            | Output::UnknownSource { .. }
            | Output::KeyFrameWanted { .. }
            | Output::GivenUp { .. }
            | Output::VideoRate { .. } => return,
        };
        self.push(id, String::new(), kind);
    }

    pub(super) fn feed_signaling(&mut self, now: Time, id: CallId, packet: &[u8]) {
        self.drive_private(now, id, |engine| engine.handle_signaling(now, packet));
    }

    /// Something of the call is due: each looks by itself whether it is something of its own.
    pub(super) fn expire_engines(&mut self, now: Time, id: CallId) {
        self.drive_engines(now, id, |engine| engine.handle_timeout(now));
    }

    pub(super) fn announce_interfaces(&mut self, now: Time) {
        let interfaces = self.interfaces.clone();
        for id in self.ledger.with_engines() {
            self.drive_engines(now, id, |engine| engine.set_interfaces(now, &interfaces));
        }
    }

    pub(super) fn announce_proxy(&mut self, now: Time) {
        let proxy = self.config.proxy.as_ref().map(socks5_proxy);
        for id in self.ledger.with_engines() {
            let Ok(entry) = self.ledger.get_mut(id) else { continue };
            for running in entry.engines.running_mut() {
                running.number = self.engines.renew(running.number, id);
                running.engine.set_proxy(now, running.number, proxy.clone());
            }
            self.drain_engines(now, id);
        }
    }

    pub(super) fn announce_p2p(&mut self, now: Time) {
        let p2p = self.config.p2p;
        for id in self.ledger.with_engines() {
            self.drive_engines(now, id, |engine| engine.set_p2p(now, p2p));
        }
    }

    pub(super) fn announce_low_data(&mut self, now: Time) {
        let (audio, low_data) = (audio_config(&self.config), self.config.low_data);
        for id in self.ledger.with_engines() {
            self.drive_engines(now, id, |engine| {
                engine.set_audio(now, audio);
                engine.set_low_data(now, low_data);
            });
        }
    }

    /// The engine that a socket belongs to hears of it.
    pub(super) fn feed_socket(&mut self, now: Time, socket: SocketId, news: SocketNews<'_>) -> Result<(), Error> {
        self.at(now);
        let Some((number, call)) = self.engines.find(socket) else { return Err(super::unknown_socket(socket)) };
        let engine = self.ledger.get_mut(call).ok().and_then(|entry| entry.engines.get_mut(number));
        engine.ok_or_else(|| super::unknown_socket(socket))?.handle_socket(now, socket, news);
        self.drain_engines(now, call);
        Ok(())
    }

    /// Where the host's threads push and pull the sound of the calls, without this client's lock.
    pub fn audio(&self) -> Arc<AudioPorts> {
        self.audio.clone()
    }

    /// Whether the host carries the sound of all calls.
    pub fn has_hosts_sound(&self) -> bool {
        self.config.media == Media::Host
    }

    /// Mutes what we send: pushed sound is thrown away at its pace, and the other side is told.
    ///
    /// # Errors
    /// Unsupported: the host carries the sound. State: the call is over, or an admin of the group has muted us.
    pub fn set_muted(&mut self, now: Time, call: CallId, muted: bool) -> Result<(), Error> {
        self.at(now);
        self.ledger.get(call)?;
        if self.has_hosts_sound() {
            return Err(Error::unsupported("the host's engine carries the sound"));
        }
        let port = self.audio.get(call).ok_or_else(|| Error::state(format!("call {call} is over")))?;
        if self.ledger.group(call).is_ok() {
            return self.mute_group(now, call, muted);
        }
        port.set_muted(muted);
        self.update(call, |entry| entry.own = entry.own.with(Switches::MUTED, muted));
        self.drive_engines(now, call, |engine| engine.set_muted(now, muted));
        Ok(())
    }

    /// Restarts ICE, as web peers do and we never. For tests.
    #[cfg(feature = "internals")]
    #[doc(hidden)]
    pub fn restart_ice(&mut self, now: Time, call: CallId) {
        self.drive_private(now, call, |engine| engine.restart_ice(now));
    }

    /// Sends the sound as another stream, which has to be negotiated. For tests.
    #[cfg(feature = "internals")]
    #[doc(hidden)]
    pub fn renew_stream(&mut self, now: Time, call: CallId, ssrc: crate::types::Ssrc) {
        self.drive_private(now, call, |engine| engine.renew_stream(now, ssrc));
    }

    /// Shows a camera and a screen at once, as web clients do. For tests.
    #[cfg(feature = "internals")]
    #[doc(hidden)]
    pub fn show_two(&mut self, now: Time, call: CallId) {
        self.drive_private(now, call, |engine| engine.show_two(now));
    }

    /// A call has begun: its sound may be pushed.
    pub(super) fn open_audio(&mut self, id: CallId) {
        if self.config.media == Media::Library {
            self.audio.open(id);
        }
    }

    /// Takes what hosts' threads have pushed, if any has.
    pub(super) fn hear_bell(&mut self, now: Time) {
        let (mut rounds, audio) = (core::mem::take(&mut self.rounds), self.audio.clone());
        rounds.turn(now, &audio, |id, is_behind| {
            self.drive_engines(now, id, |engine| {
                if is_behind {
                    engine.shed_sound();
                }
                engine.handle_host(now);
            });
        });
        self.rounds = rounds;
    }
}

/// What is sent of sound where every byte costs: speech that is still good, and a third of the headers.
const LOW_DATA: AudioConfig = AudioConfig { packet_ms: 60, bit_rate: 20_000 };

fn audio_config(config: &super::Config) -> AudioConfig {
    if config.low_data { LOW_DATA } else { AudioConfig::default() }
}

fn socks5_proxy(proxy: &super::Proxy) -> Proxy {
    let login = !proxy.username.is_empty();
    let login = login.then(|| Login {
        name: proxy.username.clone().into_bytes().into(),
        password: proxy.password.expose().as_bytes().to_vec().into(),
    });
    Proxy { addr: proxy.addr, login }
}
