//! Two media transports, the virtual network between them, and the way of their candidates through Telegram.
//!
//! Below clients, so that a test can say what a client never would, and see what a client keeps for itself. The network and the
//! numbers of the sides are those of `tests/scenarios`.

use crate::flight::Flight;
use crate::hosts::{Hosts, Opening};
use std::net::{IpAddr, SocketAddr};
use tgcall::crypto::packet::MediaCipher;
use tgcall::media::patience::Patience;
use tgcall::media::srtp::Profile;
use tgcall::media::{
    Codec, ExtensionKind, Extensions, Feedback, FixedTags, LinkConfig, MediaKind, Output, Received, Route, RouteChange,
    Seal, Server, Setup, State, Stream, Transport, TransportSetup, Ways,
};
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::sim::network::{Arrival, HostId, NatKind, ServerId};
use tgcall::sim::relay::{Reflector, TurnServer};
use tgcall::time::{Duration, Time};
use tgcall::types::{Protocol, Role, Ssrc};

pub const CALLER: usize = 0;
pub const CALLEE: usize = 1;
/// A message through Telegram.
pub const SIGNALING: Duration = Duration::from_millis(80);
pub const FRAME: Duration = Duration::from_millis(20);

pub fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

pub fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub struct Peer {
    pub host: HostId,
    pub transport: Transport,
    /// That of the transport's owner.
    pub patience: Patience,
    pub routes: Vec<(Time, Option<Route>, RouteChange)>,
    pub states: Vec<(Time, State)>,
    pub received: Vec<(Time, Received)>,
    pub texts: Vec<String>,
    pub candidates: Vec<String>,
    pub unknown: Vec<(Ssrc, u8)>,
    pub key_frames: usize,
    pub rates: Vec<u32>,
    pub sent: u32,
}

pub struct World {
    pub now: Time,
    pub start: Time,
    pub network: Hosts,
    pub peers: [Peer; 2],
    /// Candidates on their way through Telegram.
    pub signaling: Flight<(usize, String)>,
    /// Both sides speak, 20 ms at a time.
    pub talking: bool,
    pub next_frame: Time,
    /// Somebody on the way who spoils the handshake, and what has been sent of it by each side.
    pub attacker: Option<(Random, [Vec<Vec<u8>>; 2])>,
}

/// How a world is made.
pub struct Setting {
    pub seed: u64,
    pub servers: Vec<Server>,
    pub hosts: [Vec<IpAddr>; 2],
    pub nat: [Option<NatKind>; 2],
    pub p2p: bool,
    pub mtproto: bool,
    pub standalone: bool,
    /// Instead of what our own would say.
    pub setups: [Option<Setup>; 2],
    pub wrong_fingerprint: Option<usize>,
    /// With which the callee lets media be protected.
    pub profiles: &'static [Profile],
    pub no_udp: [bool; 2],
    /// The two cannot reach each other directly.
    pub cut: bool,
}

impl Default for Setting {
    fn default() -> Setting {
        Setting {
            seed: 7,
            servers: Vec::new(),
            hosts: [vec![ip("198.51.100.1")], vec![ip("203.0.113.1")]],
            nat: [None, None],
            p2p: true,
            mtproto: false,
            standalone: false,
            setups: [None, None],
            wrong_fingerprint: None,
            profiles: &Profile::ALL,
            no_udp: [false, false],
            cut: false,
        }
    }
}

/// Each direction has numbers of its own.
pub fn stream(of: usize, kind: MediaKind) -> Stream {
    let base = 100 * (of as u32 + 1);
    let feedback = Feedback { transport_cc: true, nack: kind == MediaKind::Video, pli: true, fir: true, remb: true };
    let (payload_type, rtx, clock_rate) = match (kind, of) {
        (MediaKind::Audio, CALLER) => (111, None, 48_000),
        (MediaKind::Audio, _) => (96, None, 48_000),
        (MediaKind::Video, CALLER) => (96, Some(97), 90_000),
        (MediaKind::Video, _) => (102, Some(111), 90_000),
    };
    let numbers = [
        (ExtensionKind::AbsSendTime, 2 + 2 * of as u8),
        (ExtensionKind::TransportCc, 5 - 2 * of as u8),
        (ExtensionKind::VideoOrientation, 13 - of as u8),
    ];
    Stream {
        kind,
        ssrc: Ssrc(base + u32::from(kind == MediaKind::Video)),
        rtx_ssrc: rtx.map(|_| Ssrc(base + 2)),
        codecs: vec![Codec { payload_type, clock_rate, rtx, feedback }],
        extensions: Extensions::of(match kind {
            MediaKind::Audio => &numbers[..2],
            MediaKind::Video => &numbers,
        }),
    }
}

/// What somebody who can write from the peer's address puts before a packet of the handshake: alerts, what the receiver has
/// sent itself, and now and then more fragments than a queue holds.
pub fn forged_dtls(random: &mut Random, sent: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let alert = vec![21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40];
    let fragment = |offset: u8| {
        let mut fragment =
            vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 1, offset, 0, 22, 20, 0, 0, 100, 0, 9, 0, 0, offset, 0, 0, 10];
        fragment.extend([7; 10]);
        fragment
    };
    match random.below(12) {
        0 => (0..40).map(fragment).collect(),
        1..6 => vec![alert],
        6..10 => sent.to_vec(),
        _ => Vec::new(),
    }
}

impl World {
    pub fn new(setting: Setting) -> World {
        let mut random = Random::from_seed(setting.seed);
        let mut network = Hosts::new(random.fork());
        let start = Time::from_nanos(1_000_000_000_000);
        let peers = [CALLER, CALLEE].map(|side| {
            let addresses = &setting.hosts[side];
            let nat = setting.nat[side].map(|kind| (kind, ip(["100.64.0.1", "100.64.0.2"][side])));
            let host = network.add(addresses, nat);
            let role = [Role::Caller, Role::Callee][side];
            let mut config = LinkConfig::to_peer(3 + side as u32, role);
            config.gather.servers = setting.servers.clone();
            config.gather.ways = if setting.p2p { Ways::All } else { Ways::Relays };
            config.gather.interfaces = addresses.clone();
            config.gather.tags = setting.standalone.then(|| FixedTags::of(role));
            if side == CALLEE {
                config.seal = Seal::Dtls { profiles: setting.profiles };
            }
            if setting.mtproto {
                let key = Secret::take(&mut std::array::from_fn(|i| i as u8));
                config.seal = Seal::Mtproto(MediaCipher::new(&key, role));
            }
            let mut transport = Transport::new(start, random.fork(), config);
            let kinds = [MediaKind::Audio, MediaKind::Video];
            assert!(transport.set_send_streams(&kinds.map(|kind| stream(side, kind))).is_empty());
            assert!(transport.set_receive_streams(&kinds.map(|kind| stream(1 - side, kind))).is_empty());
            Peer {
                host,
                transport,
                patience: Patience::new(start),
                routes: Vec::new(),
                states: Vec::new(),
                received: Vec::new(),
                texts: Vec::new(),
                candidates: Vec::new(),
                unknown: Vec::new(),
                key_frames: 0,
                rates: Vec::new(),
                sent: 0,
            }
        });
        for side in [CALLER, CALLEE] {
            if setting.no_udp[side] {
                network.block_udp(peers[side].host);
            }
        }
        network.set_cut(peers[CALLER].host, peers[CALLEE].host, setting.cut);
        let mut world = World {
            now: start,
            start,
            network,
            peers,
            signaling: Flight::default(),
            talking: false,
            next_frame: start,
            attacker: None,
        };
        // The callee learns of the call first, so its answer comes a round trip later.
        for (side, delay) in [(CALLEE, SIGNALING), (CALLER, SIGNALING * 2)] {
            let local = world.peers[1 - side].transport.local_setup();
            let mut fingerprint = local.fingerprint.filter(|_| !setting.mtproto);
            if setting.wrong_fingerprint == Some(side) {
                fingerprint = fingerprint.map(|fingerprint| fingerprint.replace(['0', '1', '2', '3'], "4"));
            }
            let setup = setting.setups[1 - side].unwrap_or(local.setup);
            let setup = TransportSetup { credentials: local.credentials, fingerprint, setup };
            let now = world.now + delay;
            world.run_until_time(now);
            world.peers[side].transport.set_remote_setup(now, &setup);
        }
        world
    }

    /// Does what a transport wants done.
    pub fn flush(&mut self, side: usize) {
        while let Some(output) = self.peers[side].transport.poll_output() {
            let now = self.now;
            match output {
                Output::OpenSocket { socket, protocol, local, remote } => {
                    assert_eq!((socket.0 >> 16, remote.is_some()), (3 + side as u64, protocol == Protocol::Tcp));
                    match self.network.open(now, side, socket, protocol, local, remote) {
                        Opening::Bound(bound) => self.peers[side].transport.handle_opened(now, socket, bound),
                        Opening::Refused => self.peers[side].transport.handle_closed(now, socket),
                        Opening::Pending => {}
                    }
                }
                Output::CloseSocket { socket } => self.network.close(side, socket),
                Output::Transmit { socket, remote, bytes } => {
                    if let Some((_, sent)) = &mut self.attacker
                        && (20..64).contains(&bytes[0])
                    {
                        sent[side].push(bytes.clone());
                    }
                    self.network.send(now, side, socket, remote, bytes);
                }
                Output::LocalCandidate(text) => {
                    self.signaling.send(now + SIGNALING, (1 - side, text.clone()));
                    self.peers[side].candidates.push(text);
                }
                Output::StateChanged { new, .. } => {
                    self.peers[side].states.push((now, new));
                    self.peers[side].patience.note(now, new);
                }
                Output::RouteChanged { route, why } => self.peers[side].routes.push((now, route, why)),
                Output::DataMessage(text) => self.peers[side].texts.push(text),
                Output::DataOpen => {}
                Output::Received(received) => self.peers[side].received.push((now, received)),
                Output::LocalCandidateGone(text) => self.peers[side].candidates.retain(|known| *known != text),
                Output::UnknownSource { ssrc, payload_type } => self.peers[side].unknown.push((ssrc, payload_type)),
                Output::KeyFrameWanted { .. } => self.peers[side].key_frames += 1,
                Output::VideoRate { bits_per_s } => self.peers[side].rates.push(bits_per_s),
                Output::GivenUp { .. } => {}
            }
        }
    }

    pub fn step(&mut self, until: Time) -> bool {
        for side in [CALLER, CALLEE] {
            self.flush(side);
        }
        let timers = self.peers.iter().flat_map(|p| [p.transport.next_timeout(), p.patience.next_timeout()]);
        let timers = timers.flatten().min();
        let frame = self.talking.then_some(self.next_frame);
        let next =
            [timers, self.signaling.next_timeout(), frame, self.network.next_timeout()].into_iter().flatten().min();
        let Some(next) = next.filter(|next| *next <= until) else {
            self.now = until;
            return false;
        };
        self.now = self.now.max(next);
        let now = self.now;
        while let Some((side, socket, arrival)) = self.network.receive(now) {
            let transport = &mut self.peers[side].transport;
            match arrival {
                Arrival::Opened(local) => transport.handle_opened(now, socket, local),
                Arrival::Closed => transport.handle_closed(now, socket),
                Arrival::Datagram { from, bytes } => {
                    if let Some((random, sent)) = &mut self.attacker
                        && (20..64).contains(&bytes[0])
                    {
                        for forged in forged_dtls(random, &sent[side]) {
                            transport.handle_datagram(now, socket, from, &forged);
                        }
                    }
                    transport.handle_datagram(now, socket, from, &bytes);
                }
                Arrival::Stream(bytes) => {
                    // Cut anywhere.
                    for part in bytes.chunks(7) {
                        transport.handle_stream(now, socket, part);
                    }
                }
            }
            self.flush(side);
        }
        while let Some((_, (side, text))) = self.signaling.poll(now) {
            self.peers[side].transport.add_remote_candidate(now, &text);
        }
        if self.talking && self.next_frame <= now {
            self.next_frame += FRAME;
            for peer in &mut self.peers {
                let payload = peer.sent.to_be_bytes();
                peer.transport.send_audio(now, &payload, peer.sent * 960, peer.sent == 0).unwrap();
                peer.sent += 1;
            }
        }
        for side in [CALLER, CALLEE] {
            if self.peers[side].transport.next_timeout().is_some_and(|at| at <= now) {
                self.peers[side].transport.handle_timeout(now);
            }
            self.flush(side);
            if self.peers[side].patience.is_over(now) {
                self.peers[side].transport.give_up(now);
                self.flush(side);
            }
        }
        true
    }

    pub fn run_until_time(&mut self, until: Time) {
        while self.step(until) {}
    }

    pub fn run(&mut self, duration: Duration) {
        self.run_until_time(self.now + duration);
    }

    /// How long it took until both were connected, from the start.
    pub fn connect(&mut self) -> Duration {
        let deadline = self.now + secs(25);
        while !self.peers.iter().all(|p| p.transport.state() == State::Connected) {
            if !self.step(deadline) {
                for peer in &self.peers {
                    println!("{}", peer.transport.report().to_text(true));
                }
                panic!("not connected");
            }
        }
        self.now.since(self.start)
    }

    pub fn route(&self, side: usize) -> Route {
        self.peers[side].transport.stats().route.expect("there is a route")
    }

    /// Talks for a while; how many of each side's packets the other got, of 1000.
    pub fn talk(&mut self, duration: Duration) -> [u64; 2] {
        self.talking = false;
        self.run(ms(500));
        let before: Vec<(u32, usize)> = self.peers.iter().map(|p| (p.sent, p.received.len())).collect();
        self.talking = true;
        self.next_frame = self.now;
        self.run(duration);
        self.talking = false;
        self.run(ms(500));
        [CALLER, CALLEE].map(|side| {
            let sent = u64::from(self.peers[side].sent - before[side].0);
            let got = (self.peers[1 - side].received.len() - before[1 - side].1) as u64;
            got * 1000 / sent.max(1)
        })
    }

    pub fn talk_is_fine(&mut self) {
        assert_eq!(self.talk(secs(2)), [1000, 1000]);
    }
}

pub fn reflector_entries(tcp: bool) -> Vec<Server> {
    [(40, "192.0.2.10"), (-5, "192.0.2.11")]
        .map(|(id, ip)| Server::reflector(id, ip, "", 599, b"0123456789abcdef", tcp))
        .into()
}

pub fn add_reflectors(world: &mut World) -> [ServerId; 2] {
    ["192.0.2.10:599", "192.0.2.11:599"].map(|a| world.network.add_server(&[at(a)], true, true, Reflector::default()))
}

pub fn turn_entry() -> Server {
    Server::webrtc(1, "192.0.2.20", "", 3478, "user", "secret", true, true)
}

pub fn add_turn(world: &mut World) -> ServerId {
    let turn = TurnServer::new(ip("192.0.2.20"), "user", "secret", Random::from_seed(5));
    world.network.add_server(&[at("192.0.2.20:3478")], true, true, turn)
}

pub fn turn(world: &mut World, id: ServerId) -> &mut TurnServer {
    world.network.machine_mut(id)
}

pub fn reflector(world: &mut World, id: ServerId) -> &mut Reflector {
    world.network.machine_mut(id)
}
