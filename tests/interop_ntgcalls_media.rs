//! Media with ntgcalls 3.0.5, which stands on libwebrtc: called by us and calling us, in each of its versions, a tone each
//! way, mute both ways. Signaling, negotiation and transport are ours; the client that joins them has tests of its own.
//!
//! Says SKIPPED where the wheel, Python or a network interface is missing.
#![cfg(all(feature = "media", feature = "opus"))]
// Real sockets and a real peer: here the clock is read.
#![allow(clippy::disallowed_methods)]

mod interop;

use interop::{Peer, bytes, hex, skipped};
use serde_json::json;
use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::net::{IpAddr, UdpSocket};
use std::time::Instant;
use tgcall::media::audio::codec::{Decoder, Encoder};
use tgcall::media::{
    self, Extensions, Feedback, Output, RemoteSetup, Setup, State, Stream, Transport, TransportConfig,
};
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::signaling::Signaling;
use tgcall::signaling::message::{Candidate, Content, MediaKind, Message};
use tgcall::signaling::negotiation::{self, LocalTransport, Negotiation, Receivable, audio_content};
use tgcall::signaling::version::{CustomParameters, Version};
use tgcall::time::{Duration, Time};
use tgcall::types::{CallId, Protocol, Role, SocketId, Ssrc};

const OURS_HZ: f64 = 1000.0;
const THEIRS_HZ: f64 = 440.0;

/// The address other hosts see; libwebrtc leaves loopback alone.
fn interface() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("198.51.100.200:9").ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

struct Engine {
    start: Instant,
    signaling: Signaling,
    negotiation: Negotiation,
    transport: Transport,
    sockets: BTreeMap<SocketId, UdpSocket>,
    encoder: Encoder,
    decoder: Decoder,
    sent_frames: u32,
    talking_since: Option<Time>,
    /// Decoded, and the state of the peer's microphone.
    heard: Vec<i16>,
    peer_muted: Option<bool>,
    data_open: bool,
}

fn stream(content: &Content) -> Stream {
    let mut extensions = Extensions::default();
    for extension in &content.extensions {
        extensions.set(&extension.uri, extension.id);
    }
    let codecs = content.payload_types.iter().filter(|codec| codec.is_named("opus")).map(|codec| media::Codec {
        payload_type: codec.id,
        clock_rate: codec.clock_rate,
        rtx: None,
        feedback: Feedback { transport_cc: true, ..Feedback::default() },
    });
    Stream { kind: media::MediaKind::Audio, ssrc: content.ssrc, rtx_ssrc: None, codecs: codecs.collect(), extensions }
}

fn audio(contents: &[Content]) -> Vec<Stream> {
    contents.iter().filter(|content| content.kind == MediaKind::Audio).map(stream).collect()
}

impl Engine {
    fn new(role: Role, version: &str, key: &Secret<256>, ip: IpAddr) -> Engine {
        let start = Instant::now();
        let now = Time::from_nanos(1_000_000_000);
        let mut random = Random::from_seed(u64::from(std::process::id()));
        let parameters = CustomParameters::parse("");
        let version = Version::parse(version).unwrap();
        let mut config = TransportConfig::new(CallId(1), role);
        config.interfaces = vec![ip];
        let transport = Transport::new(now, random.fork(), config);
        let setup = transport.local_setup();
        let negotiated = negotiation::Config {
            role,
            transport: LocalTransport {
                ufrag: setup.ufrag,
                pwd: setup.password.to_string(),
                fingerprint: setup.fingerprint,
            },
            receivable: Receivable::default(),
            reliable: version.dialect(&parameters).is_reliable(),
            dtls: true,
        };
        let ssrc = Ssrc(random.u32().max(1));
        Engine {
            start,
            signaling: Signaling::new(now, random.fork(), key, role, version, &parameters),
            negotiation: Negotiation::new(now, random.fork(), negotiated, vec![audio_content(ssrc)]),
            transport,
            sockets: BTreeMap::new(),
            encoder: Encoder::new(32_000).unwrap(),
            decoder: Decoder::new(1).unwrap(),
            sent_frames: 0,
            talking_since: None,
            heard: Vec::new(),
            peer_muted: None,
            data_open: false,
        }
    }

    fn now(&self) -> Time {
        Time::from_nanos(1_000_000_000) + self.start.elapsed()
    }

    /// One turn of the loop, at most a few milliseconds long.
    fn turn(&mut self, peer: &mut Peer) -> Option<serde_json::Value> {
        let now = self.now();
        let event = peer.poll(std::time::Duration::from_millis(1));
        if let Some(event) = &event
            && event["ev"] == "signaling"
        {
            self.signaling.handle_packet(now, &bytes(event, "data"));
        }
        let mut buffer = [0; 2048];
        for (id, socket) in &self.sockets {
            while let Ok((size, from)) = socket.recv_from(&mut buffer) {
                self.transport.handle_datagram(now, *id, from, &buffer[..size]);
            }
        }
        self.signaling.handle_timeout(now);
        self.negotiation.handle_timeout(now);
        self.transport.handle_timeout(now);
        self.speak(now);
        self.pump(now, peer);
        event
    }

    fn speak(&mut self, now: Time) {
        let Some(since) = self.talking_since else { return };
        while now.since(since) >= Duration::from_millis(20) * self.sent_frames {
            let frame: Vec<i16> = (0..960)
                .map(|i| {
                    let t = f64::from(self.sent_frames * 960 + i) / 48_000.0;
                    (8000.0 * (TAU * OURS_HZ * t).sin()) as i16
                })
                .collect();
            let packet = self.encoder.encode(&frame).unwrap();
            let first = self.sent_frames == 0;
            self.transport.send_audio(now, &packet, self.sent_frames * 960, first).unwrap();
            self.sent_frames += 1;
        }
    }

    fn pump(&mut self, now: Time, peer: &mut Peer) {
        loop {
            let mut moved = false;
            while let Some(message) = self.signaling.poll_message() {
                moved = true;
                self.negotiation.handle_message(now, message);
            }
            while let Some(output) = self.negotiation.poll_output() {
                moved = true;
                match output {
                    negotiation::Output::Send(message) => self.signaling.send(now, &message).unwrap(),
                    negotiation::Output::RemoteTransport(setup) => {
                        let first = setup.fingerprints.first();
                        self.transport.set_remote_setup(
                            now,
                            &RemoteSetup {
                                ufrag: setup.ufrag.clone(),
                                password: setup.pwd.clone().into(),
                                fingerprint: first.map(|f| f.fingerprint.clone()),
                                setup: first.map_or(Setup::Actpass, |f| Setup::parse(&f.setup)),
                            },
                        );
                    }
                    negotiation::Output::RemoteCandidate(Candidate(line)) => {
                        self.transport.add_remote_candidate(now, &line);
                    }
                    negotiation::Output::Incoming(contents) => {
                        self.transport.set_receive_streams(&audio(&contents)).unwrap();
                    }
                    negotiation::Output::Outgoing(contents) => {
                        self.transport.set_send_streams(&audio(&contents)).unwrap();
                    }
                    negotiation::Output::MediaState(state) => self.peer_muted = Some(state.muted),
                }
            }
            while let Some(output) = self.transport.poll_output() {
                moved = true;
                self.handle_output(now, output);
            }
            if !moved {
                break;
            }
        }
        while let Some(packet) = self.signaling.poll_packet() {
            peer.send(&json!({"cmd": "signaling", "data": hex(&packet)}));
        }
    }

    fn handle_output(&mut self, now: Time, output: Output) {
        match output {
            Output::OpenSocket { socket, protocol: Protocol::Udp, local, .. } => match UdpSocket::bind(local) {
                Ok(bound) => {
                    bound.set_nonblocking(true).unwrap();
                    let local = bound.local_addr().unwrap();
                    self.sockets.insert(socket, bound);
                    self.transport.handle_opened(now, socket, local);
                }
                Err(_) => self.transport.handle_closed(now, socket),
            },
            Output::OpenSocket { socket, .. } => self.transport.handle_closed(now, socket),
            Output::CloseSocket { socket } => drop(self.sockets.remove(&socket)),
            Output::Transmit { socket, remote, bytes } => {
                if let (Some(socket), Some(remote)) = (self.sockets.get(&socket), remote) {
                    let _ = socket.send_to(&bytes, remote);
                }
            }
            Output::LocalCandidate(line) => self.negotiation.add_candidate(Candidate(line)),
            Output::DataOpen => {
                self.data_open = true;
                // As every client does; only a change is news.
                self.mute(false);
            }
            Output::DataMessage(text) => {
                if let Ok(Message::MediaState(state)) = Message::parse(text.as_bytes()) {
                    self.peer_muted = Some(state.muted);
                }
            }
            Output::Received(received) => {
                let mut samples = [0; 5760];
                let size = tgcall::media::audio::packet::duration(&received.payload).unwrap_or(0) as usize;
                if size > 0 && size <= 5760 && self.decoder.decode(&received.payload, &mut samples[..size]) {
                    self.heard.extend_from_slice(&samples[..size]);
                }
            }
            Output::StateChanged { .. } | Output::RouteChanged { .. } | Output::KeyFrameWanted { .. } => {}
        }
    }

    fn run_until(
        &mut self,
        peer: &mut Peer,
        seconds: f64,
        mut done: impl FnMut(&Engine, Option<&serde_json::Value>) -> bool,
    ) -> bool {
        let end = Instant::now() + std::time::Duration::from_secs_f64(seconds);
        while Instant::now() < end {
            let event = self.turn(peer);
            if done(self, event.as_ref()) {
                return true;
            }
        }
        false
    }

    fn mute(&mut self, muted: bool) {
        let now = self.now();
        let message = format!(
            "{{\"@type\": \"MediaState\", \"muted\": {muted}, \"lowBattery\": false, \"videoState\": \"inactive\", \
             \"videoRotation\": 0, \"screencastState\": \"inactive\"}}"
        );
        self.transport.send_data(now, &message).unwrap();
    }
}

/// The power of a tone beside all the rest, in dB.
fn tone_to_rest(samples: &[i16], hz: f64) -> f64 {
    let (mut sine, mut cosine, mut all) = (0.0, 0.0, 0.0);
    for (i, sample) in samples.iter().enumerate() {
        let (phase, value) = (TAU * hz * i as f64 / 48_000.0, f64::from(*sample));
        sine += value * phase.sin();
        cosine += value * phase.cos();
        all += value * value;
    }
    let tone = 2.0 * (sine * sine + cosine * cosine) / samples.len() as f64;
    10.0 * (tone / (all - tone).max(1.0)).log10()
}

fn call(version: &str, role: Role, ip: IpAddr) -> Result<(), String> {
    let mut peer = Peer::start(&["--max-seconds", "60"])?;
    let key: [u8; 256] = std::array::from_fn(|i| (i * 7 + 1) as u8);
    let their_role = if role == Role::Caller { "callee" } else { "caller" };
    peer.command(json!({"cmd": "skip", "role": their_role, "key": hex(&key), "expect": OURS_HZ}));
    let mut engine = Engine::new(role, version, &Secret::from_slice(&key).unwrap(), ip);
    peer.command(json!({"cmd": "connect", "servers": [], "versions": [version], "p2p": true}));
    let connected = engine.run_until(&mut peer, 10.0, |e, _| e.transport.state() == State::Connected);
    let report = |engine: &Engine| engine.transport.report().to_text(true);
    assert!(connected, "{version} {role:?}: not connected\n{}", report(&engine));
    let took = engine.transport.connect_time().unwrap();
    let agreed = engine.run_until(&mut peer, 5.0, |e, _| !e.negotiation.outgoing().is_empty());
    assert!(agreed, "{version} {role:?}: our stream was not answered");
    engine.talking_since = Some(engine.now());
    peer.command(json!({"cmd": "tone", "freq": THEIRS_HZ}));
    engine.run_until(&mut peer, 6.5, |_, _| false);
    let stats = peer.command(json!({"cmd": "stats", "final": true}));

    // What we heard: the last five seconds, whole and pure.
    assert!(engine.heard.len() > 5 * 48_000, "{version} {role:?}: {} samples\n{}", engine.heard.len(), report(&engine));
    let purity = tone_to_rest(&engine.heard[engine.heard.len() - 48_000..], THEIRS_HZ);
    assert!(purity > 15.0, "{version} {role:?}: {purity} dB");
    // What they heard.
    let (freq, snr) = (stats["freq"].as_f64().unwrap_or(0.0), stats["snr_db"].as_f64().unwrap_or(0.0));
    assert!((freq - OURS_HZ).abs() < 5.0 && snr > 15.0, "{version} {role:?}: {stats}\n{}", report(&engine));
    let ours = engine.transport.stats();
    assert!(ours.rtp.feedback_arrived > 100, "their transport-cc feedback: {}", report(&engine));

    // Mute, both ways, by the data channel.
    assert!(
        engine.run_until(&mut peer, 3.0, |e, _| e.data_open),
        "{version} {role:?}: no data channel\n{}",
        report(&engine)
    );
    engine.mute(true);
    let seen = engine.run_until(&mut peer, 4.0, |_, event| {
        event.is_some_and(|e| e["ev"] == "remote_source" && e["device"] == "MICROPHONE" && e["state"] == "IDLING")
    });
    assert!(seen, "{version} {role:?}: our mute was not seen");
    peer.command(json!({"cmd": "mute"}));
    let seen = engine.run_until(&mut peer, 4.0, |e, _| e.peer_muted == Some(true));
    assert!(seen, "{version} {role:?}: their mute was not seen");
    peer.command(json!({"cmd": "stop"}));
    let now = engine.now();
    engine.transport.close(now);
    println!("{version} {role:?}: connected in {took:?}, they hear {snr} dB, we hear {purity:.1} dB");
    Ok(())
}

#[test]
fn ntgcalls_and_we_hear_each_other_in_every_version_and_role() {
    const NAME: &str = "ntgcalls_and_we_hear_each_other_in_every_version_and_role";
    let Some(ip) = interface() else { return skipped(NAME, "no network interface but loopback") };
    for version in ["8.0.0", "9.0.0", "12.0.0", "13.0.0"] {
        for role in [Role::Caller, Role::Callee] {
            if let Err(why) = call(version, role, ip) {
                return skipped(NAME, &why);
            }
        }
    }
}
