//! Two media transports on a virtual network: every kind of path, both roles, loss, paths that die, and hostile bytes.
#![cfg(feature = "media")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use tgcall::crypto::packet::MediaCipher;
use tgcall::media::patience::Patience;
use tgcall::media::srtp::Profile;
use tgcall::media::{
    Codec, Extension, ExtensionKind, Extensions, Failure, Feedback, FixedTags, LinkConfig, MediaKind, Output, Received,
    Route, RouteChange, RouteKind, Seal, Server, Setup, State, Stream, Transport, TransportSetup, Ways,
};
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::sim::network::{Arrival, HostId, NatKind, Network, ServerId};
use tgcall::sim::relay::{Reflector, TurnServer};
use tgcall::time::{Duration, Time};
use tgcall::types::{Protocol, Role, SocketId, Ssrc};

const CALLER: usize = 0;
const CALLEE: usize = 1;
/// A message through Telegram.
const SIGNALING: Duration = Duration::from_millis(80);
const FRAME: Duration = Duration::from_millis(20);

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct Peer {
    host: HostId,
    transport: Transport,
    /// That of the transport's owner.
    patience: Patience,
    routes: Vec<(Time, Option<Route>, RouteChange)>,
    states: Vec<(Time, State)>,
    received: Vec<(Time, Received)>,
    texts: Vec<String>,
    candidates: Vec<String>,
    unknown: Vec<(Ssrc, u8)>,
    key_frames: usize,
    rates: Vec<u32>,
    sent: u32,
    sockets: BTreeSet<SocketId>,
}

struct World {
    now: Time,
    start: Time,
    network: Network,
    peers: [Peer; 2],
    /// Candidates on their way through Telegram.
    signaling: BTreeMap<(Time, usize), (usize, String)>,
    messages: usize,
    /// Both sides speak, 20 ms at a time.
    talking: bool,
    next_frame: Time,
    /// Somebody on the way who spoils the handshake, and what has been sent of it by each side.
    attacker: Option<(Random, [Vec<Vec<u8>>; 2])>,
}

/// How a world is made.
struct Setting {
    seed: u64,
    servers: Vec<Server>,
    hosts: [Vec<IpAddr>; 2],
    nat: [Option<NatKind>; 2],
    p2p: bool,
    mtproto: bool,
    standalone: bool,
    /// Instead of what our own would say.
    setups: [Option<Setup>; 2],
    wrong_fingerprint: Option<usize>,
    /// With which the callee lets media be protected.
    profiles: &'static [Profile],
    no_udp: [bool; 2],
    /// The two cannot reach each other directly.
    cut: bool,
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
fn stream(of: usize, kind: MediaKind) -> Stream {
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
fn forged_dtls(random: &mut Random, sent: &[Vec<u8>]) -> Vec<Vec<u8>> {
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
    fn new(setting: Setting) -> World {
        let mut random = Random::from_seed(setting.seed);
        let mut network = Network::new(random.fork());
        let start = Time::from_nanos(1_000_000_000_000);
        let peers = [CALLER, CALLEE].map(|side| {
            let addresses = &setting.hosts[side];
            let host = match setting.nat[side] {
                Some(kind) => network.add_host_behind(addresses, kind, ip(["100.64.0.1", "100.64.0.2"][side])),
                None => network.add_host(addresses),
            };
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
                sockets: BTreeSet::new(),
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
            signaling: BTreeMap::new(),
            messages: 0,
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
    fn flush(&mut self, side: usize) {
        while let Some(output) = self.peers[side].transport.poll_output() {
            let (now, host) = (self.now, self.peers[side].host);
            match output {
                Output::OpenSocket { socket, protocol: Protocol::Udp, local, remote } => {
                    assert_eq!((socket.0 >> 16, remote), (3 + side as u64, None));
                    match self.network.open_udp(host, socket, local) {
                        Some(bound) => {
                            self.peers[side].sockets.insert(socket);
                            self.peers[side].transport.handle_opened(now, socket, bound);
                        }
                        None => self.peers[side].transport.handle_closed(now, socket),
                    }
                }
                Output::OpenSocket { socket, protocol: Protocol::Tcp, local, remote } => {
                    self.peers[side].sockets.insert(socket);
                    self.network.open_tcp(now, host, socket, local, remote.unwrap());
                }
                Output::CloseSocket { socket } => {
                    assert!(self.peers[side].sockets.remove(&socket), "closed twice, or never opened");
                    self.network.close(host, socket);
                }
                Output::Transmit { socket, remote, bytes } => {
                    if let Some((_, sent)) = &mut self.attacker
                        && (20..64).contains(&bytes[0])
                    {
                        sent[side].push(bytes.clone());
                    }
                    self.network.transmit(now, host, socket, remote, bytes);
                }
                Output::LocalCandidate(text) => {
                    self.messages += 1;
                    self.signaling.insert((now + SIGNALING, self.messages), (1 - side, text.clone()));
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
            }
        }
    }

    fn step(&mut self, until: Time) -> bool {
        for side in [CALLER, CALLEE] {
            self.flush(side);
        }
        let timers = self.peers.iter().flat_map(|p| [p.transport.next_timeout(), p.patience.next_timeout()]);
        let timers = timers.flatten().min();
        let signaling = self.signaling.first_key_value().map(|((at, _), _)| *at);
        let frame = self.talking.then_some(self.next_frame);
        let next = [timers, signaling, frame, self.network.next_timeout()].into_iter().flatten().min();
        let Some(next) = next.filter(|next| *next <= until) else {
            self.now = until;
            return false;
        };
        self.now = self.now.max(next);
        let now = self.now;
        while let Some((host, socket, arrival)) = self.network.poll(now) {
            let side = self.peers.iter().position(|p| p.host == host).unwrap();
            let transport = &mut self.peers[side].transport;
            match arrival {
                Arrival::Opened(local) => transport.handle_opened(now, socket, local),
                Arrival::Closed => {
                    self.peers[side].sockets.remove(&socket);
                    self.peers[side].transport.handle_closed(now, socket);
                }
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
        while let Some(entry) = self.signaling.first_entry()
            && entry.key().0 <= now
        {
            let (side, text) = entry.remove();
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

    fn run_until_time(&mut self, until: Time) {
        while self.step(until) {}
    }

    fn run(&mut self, duration: Duration) {
        self.run_until_time(self.now + duration);
    }

    /// How long it took until both were connected, from the start.
    fn connect(&mut self) -> Duration {
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

    fn route(&self, side: usize) -> Route {
        self.peers[side].transport.stats().route.expect("there is a route")
    }

    /// Talks for a while; how many of each side's packets the other got, of 1000.
    fn talk(&mut self, duration: Duration) -> [u64; 2] {
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

    fn talk_is_fine(&mut self) {
        assert_eq!(self.talk(secs(2)), [1000, 1000]);
    }
}

fn reflector_entries(tcp: bool) -> Vec<Server> {
    [(40, "192.0.2.10"), (-5, "192.0.2.11")]
        .map(|(id, ip)| Server::reflector(id, ip, "", 599, b"0123456789abcdef", tcp))
        .into()
}

fn add_reflectors(world: &mut World) -> [ServerId; 2] {
    ["192.0.2.10:599", "192.0.2.11:599"].map(|a| world.network.add_server(&[at(a)], true, true, Reflector::default()))
}

fn turn_entry() -> Server {
    Server::webrtc(1, "192.0.2.20", "", 3478, "user", "secret", true, true)
}

fn add_turn(world: &mut World) -> ServerId {
    let turn = TurnServer::new(ip("192.0.2.20"), "user", "secret", Random::from_seed(5));
    world.network.add_server(&[at("192.0.2.20:3478")], true, true, turn)
}

fn turn(world: &mut World, id: ServerId) -> &mut TurnServer {
    world.network.machine_mut(id)
}

fn reflector(world: &mut World, id: ServerId) -> &mut Reflector {
    world.network.machine_mut(id)
}

#[test]
fn two_hosts_on_the_open_internet_connect_at_once_over_ipv4_and_ipv6() {
    for hosts in [["198.51.100.1", "203.0.113.1"], ["2001:db8::1", "2001:db8::2"]] {
        let mut world = World::new(Setting { hosts: hosts.map(|h| vec![ip(h)]), ..Setting::default() });
        let took = world.connect();
        assert!(took < ms(600), "{took:?}");
        for side in [CALLER, CALLEE] {
            assert_eq!(world.route(side), Route { kind: RouteKind::Direct, tcp: false });
            assert!(world.peers[side].candidates[0].contains("typ host"));
        }
        world.talk_is_fine();
        let received = &world.peers[CALLEE].received;
        assert!(received.iter().all(|(_, r)| r.ssrc == Ssrc(100) && r.payload_type == 111));
        let received = &world.peers[CALLER].received;
        assert!(received.iter().all(|(_, r)| r.ssrc == Ssrc(200) && r.payload_type == 96));
        assert!(received[0].1.marker);
    }
}

#[test]
fn the_data_channel_carries_texts_both_ways() {
    for mtproto in [false, true] {
        let mut world = World::new(Setting { mtproto, ..Setting::default() });
        let now = world.now;
        world.peers[CALLER].transport.send_data(now, "kept until it is open").unwrap();
        world.connect();
        world.run(secs(2));
        let now = world.now;
        world.peers[CALLEE].transport.send_data(now, "{\"@type\": \"MediaState\"}").unwrap();
        world.run(secs(1));
        assert_eq!(world.peers[CALLEE].texts, ["kept until it is open"], "mtproto {mtproto}");
        assert_eq!(world.peers[CALLER].texts, ["{\"@type\": \"MediaState\"}"]);
    }
}

#[test]
fn network_use_mtproto_carries_media_without_dtls() {
    let mut world = World::new(Setting { mtproto: true, ..Setting::default() });
    world.connect();
    world.talk_is_fine();
    let report = world.peers[CALLER].transport.report();
    assert_eq!((report.protection, report.dtls_role), ("MTProto", None));
}

#[test]
fn the_setup_of_the_peer_decides_who_begins_the_handshake() {
    for setups in [[None, None], [None, Some(Setup::Active)], [Some(Setup::Active), Some(Setup::Passive)]] {
        let mut world = World::new(Setting { setups, ..Setting::default() });
        // Where the callee claims to be active the caller must be the server, and then the callee has to believe it too.
        if setups[1] == Some(Setup::Active) {
            world = World::new(Setting { setups: [Some(Setup::Passive), Some(Setup::Active)], ..Setting::default() });
        }
        world.connect();
        world.talk_is_fine();
        let roles = [CALLER, CALLEE].map(|side| world.peers[side].transport.report().dtls_role.unwrap());
        assert_ne!(roles[0], roles[1]);
        let caller_is_server = setups[1] == Some(Setup::Active);
        assert_eq!(format!("{:?}", roles[CALLER]) == "Server", caller_is_server);
    }
}

#[test]
fn nats_are_crossed_with_a_stun_server_and_symmetric_ones_by_a_relay() {
    use NatKind::*;
    let private = [vec![ip("10.0.0.2")], vec![ip("10.1.0.2")]];
    for (kinds, expected) in [
        ([FullCone, FullCone], RouteKind::Direct),
        ([AddressRestricted, PortRestricted], RouteKind::Direct),
        ([PortRestricted, PortRestricted], RouteKind::Direct),
        ([Symmetric, FullCone], RouteKind::Direct),
        ([Symmetric, Symmetric], RouteKind::Turn),
    ] {
        let mut world = World::new(Setting {
            servers: vec![turn_entry()],
            hosts: private.clone(),
            nat: kinds.map(Some),
            ..Setting::default()
        });
        add_turn(&mut world);
        world.connect();
        world.run(secs(3));
        assert_eq!(world.route(CALLER).kind, expected, "{kinds:?}");
        world.talk_is_fine();
        assert!(world.peers[CALLER].candidates.iter().any(|c| c.contains("typ srflx raddr 10.0.0.2")));
    }
}

#[test]
fn a_relayed_call_shows_no_address_and_takes_only_relays() {
    let mut world = World::new(Setting { p2p: false, servers: vec![turn_entry()], ..Setting::default() });
    let id = add_turn(&mut world);
    world.connect();
    world.talk_is_fine();
    for side in [CALLER, CALLEE] {
        assert_eq!(world.route(side), Route { kind: RouteKind::Turn, tcp: false });
        let candidates = &world.peers[side].candidates;
        assert!(
            candidates.iter().all(|c| c.contains("typ relay") && !c.contains("198.51.") && !c.contains("203.0.113."))
        );
    }
    let before = world.peers[CALLER].transport.report().paths.len();
    let now = world.now;
    let host = "candidate:1 1 udp 2113937151 203.0.113.77 5000 typ host generation 0";
    world.peers[CALLER].transport.add_remote_candidate(now, host);
    assert_eq!(world.peers[CALLER].transport.report().paths.len(), before);
    for side in [CALLER, CALLEE] {
        let now = world.now;
        world.peers[side].transport.close(now);
    }
    world.run(secs(1));
    let now = world.now;
    assert_eq!(turn(&mut world, id).allocations(now), 0, "allocations are given back");
    assert!(world.peers.iter().all(|p| p.sockets.is_empty() && p.transport.next_timeout().is_none()));
}

#[test]
fn a_turn_call_outlives_its_allocation_permissions_channels_and_nonces() {
    let mut world = World::new(Setting { p2p: false, servers: vec![turn_entry()], ..Setting::default() });
    let id = add_turn(&mut world);
    turn(&mut world, id).nonce_lifetime = secs(90);
    world.connect();
    for _ in 0..7 {
        world.run(secs(180));
        world.talk_is_fine();
    }
    let errors = turn(&mut world, id).errors.clone();
    assert_eq!(errors.get(&401), Some(&2), "once per client");
    assert!(errors.get(&438).is_some_and(|n| *n > 5), "{errors:?}");
    assert!(errors.keys().all(|code| [401, 438].contains(code)), "{errors:?}");
    assert!(world.peers.iter().all(|p| p.routes.len() == 1), "the route never changed");
}

#[test]
fn a_wrong_turn_password_is_told_in_the_report() {
    let mut world = World::new(Setting {
        servers: vec![Server::webrtc(1, "192.0.2.20", "", 3478, "user", "wrong", true, false)],
        ..Setting::default()
    });
    add_turn(&mut world);
    world.connect();
    world.run(secs(1));
    let text = world.peers[CALLER].transport.report().to_text(false);
    assert!(text.contains("turn over udp: refused with 401"), "{text}");
    assert!(!text.contains("192.0.2.20") && !text.contains("198.51.100.1"), "{text}");
    let text = world.peers[CALLER].transport.report().to_text(true);
    assert!(text.contains("192.0.2.20:3478") && text.contains("198.51.100.1"), "{text}");
}

#[test]
fn where_udp_is_blocked_turn_over_tcp_is_tried_after_three_seconds() {
    for p2p in [true, false] {
        let no_udp = [true, true];
        let mut world = World::new(Setting { p2p, no_udp, servers: vec![turn_entry()], ..Setting::default() });
        add_turn(&mut world);
        let took = world.connect();
        assert!((secs(3)..secs(5)).contains(&took), "{took:?}");
        assert_eq!(world.route(CALLER), Route { kind: RouteKind::Turn, tcp: true });
        world.talk_is_fine();
    }
}

#[test]
fn reflectors_carry_a_call_over_udp_over_tcp_and_mixed() {
    for blocked in [[false, false], [true, true], [true, false], [false, true]] {
        for standalone in [false, true] {
            let servers = [reflector_entries(false), reflector_entries(true)].concat();
            let setting = Setting { p2p: false, servers, standalone, no_udp: blocked, ..Setting::default() };
            let mut world = World::new(setting);
            let ids = add_reflectors(&mut world);
            world.connect();
            world.run(secs(1));
            for side in [CALLER, CALLEE] {
                let route = world.route(side);
                // By ascending ids, the one with -5 is number 1; both numbers are as good.
                assert!(matches!(route.kind, RouteKind::Reflector(1 | 2)), "{route:?}");
                // With fixed tags, UDP and TCP are one to the reflector: whichever said hello last.
                assert!(standalone || route.tcp == blocked[side], "{blocked:?}");
                let candidates = &world.peers[side].candidates;
                assert_eq!(candidates.is_empty(), standalone);
                assert!(candidates.iter().all(|c| c.contains(".reflector 599 typ relay generation")), "{candidates:?}");
            }
            world.talk_is_fine();
            assert!(ids.iter().map(|id| reflector(&mut world, *id).forwarded).sum::<u64>() > 100);
        }
    }
}

#[test]
fn many_reflectors_do_not_crowd_each_other_out() {
    let mut servers = Vec::new();
    for n in 1..=12_u8 {
        servers.push(Server::reflector(i64::from(n), &format!("192.0.2.{n}"), "", 599, b"0123456789abcdef", false));
    }
    let mut world = World::new(Setting { p2p: false, servers, ..Setting::default() });
    // Only the last of them is there.
    world.network.add_server(&[at("192.0.2.12:599")], true, false, Reflector::default());
    let took = world.connect();
    assert!(took < secs(2), "{took:?}");
    assert_eq!(world.route(CALLEE).kind, RouteKind::Reflector(12));
}

#[test]
fn a_call_connects_and_holds_through_loss_jitter_and_reordering() {
    for (loss, seed) in [(20, 1), (50, 2), (100, 3), (200, 4), (200, 5), (200, 6)] {
        let mut world = World::new(Setting { seed, ..Setting::default() });
        for side in [CALLER, CALLEE] {
            let host = world.peers[side].host;
            let link = world.network.link_mut(host);
            // Each datagram crosses two links.
            (link.loss_permille, link.jitter, link.reorder_permille, link.duplicate_permille) =
                (loss / 2, ms(15), 30, 20);
        }
        world.connect();
        let arrived = world.talk(secs(60));
        for share in arrived {
            assert!((1000 - u64::from(loss) - 40..1000 - u64::from(loss) + 40).contains(&share), "{loss}: {arrived:?}");
        }
        for peer in &world.peers {
            assert_eq!(peer.states.len(), 1, "{loss}, seed {seed}: {:?}", peer.states);
            let numbers: BTreeSet<u16> = peer.received.iter().map(|(_, r)| r.sequence).collect();
            assert_eq!(numbers.len(), peer.received.len(), "nothing is handed on twice");
            let stats = peer.transport.stats();
            let lost = stats.rtp.packets_lost * 1000 / (stats.rtp.packets_lost + stats.rtp.packets_received);
            assert!(lost.abs_diff(u64::from(loss)) < 40, "{lost} reported for {loss}");
            assert!(stats.rtp.jitter > ms(1) && stats.rtp.jitter < ms(30), "{:?}", stats.rtp.jitter);
            assert!(
                stats.round_trip.unwrap() > ms(35) && stats.round_trip.unwrap() < ms(200),
                "{:?}",
                stats.round_trip
            );
            assert!(stats.rtp.transport_cc_sent > 500, "every 50 to 100 ms");
            assert!(stats.rtp.feedback_arrived > 0 && stats.rtp.remote_loss_permille < 500);
            let feedback = stats.rtp.feedback_round_trip.unwrap();
            assert!(feedback > ms(35) && feedback < ms(400), "{feedback:?}");
            let rate = stats.rtp.feedback_bit_rate.unwrap();
            assert!((3000..20_000).contains(&rate), "28 bytes 50 times a second, less what is lost: {rate}");
        }
    }
}

#[test]
fn lost_video_packets_are_sent_again_whatever_their_numbers() {
    for loss in [0, 20, 50, 100] {
        let mut world = World::new(Setting { seed: 9, ..Setting::default() });
        world.connect();
        for side in [CALLER, CALLEE] {
            let host = world.peers[side].host;
            world.network.link_mut(host).loss_permille = loss / 2;
        }
        for i in 0..1500_u32 {
            for side in [CALLER, CALLEE] {
                let (now, stream) = (world.now, stream(side, MediaKind::Video));
                let payload_type = stream.codecs[0].payload_type;
                let payload = i.to_be_bytes();
                let transport = &mut world.peers[side].transport;
                transport
                    .send_rtp(
                        now,
                        stream.ssrc,
                        payload_type,
                        i * 900,
                        true,
                        &[Extension::VideoOrientation(2)],
                        &payload,
                    )
                    .unwrap();
            }
            world.run(ms(10));
        }
        for side in [CALLER, CALLEE] {
            let host = world.peers[side].host;
            world.network.link_mut(host).loss_permille = 0;
        }
        world.run(secs(2));
        for side in [CALLER, CALLEE] {
            let peer = &world.peers[side];
            let got: BTreeSet<u32> =
                peer.received.iter().map(|(_, r)| u32::from_be_bytes(r.payload[..].try_into().unwrap())).collect();
            assert!(got.len() >= 1499, "loss {loss}: {} of 1500", got.len());
            assert_eq!(got.len(), peer.received.len(), "none twice");
            let expected = stream(1 - side, MediaKind::Video).codecs[0].payload_type;
            assert!(peer.received.iter().all(|(_, r)| r.payload_type == expected && r.marker));
            let resent = peer.transport.stats().rtp.packets_resent;
            assert!(resent <= 1500 * u64::from(loss) * 2 / 1000, "loss {loss}: {resent} sent again");
        }
    }
}

#[test]
fn a_frame_arrives_with_its_marker_and_its_rotation_on_the_last_packet() {
    let mut world = World::new(Setting::default());
    world.connect();
    let (now, camera) = (world.now, stream(CALLER, MediaKind::Video));
    let transport = &mut world.peers[CALLER].transport;
    transport.set_picture_demand(now, 1_000_000);
    let payloads = [&[1; 1000][..], &[2; 1000], &[3; 500]];
    let turned = [Extension::VideoOrientation(1)];
    let payload_type = camera.codecs[0].payload_type;
    transport.send_picture(now, camera.ssrc, payload_type, 90, &turned, payloads.into_iter()).unwrap();
    assert!(transport.send_picture(now, camera.ssrc, 0, 90, &turned, payloads.into_iter()).is_err());
    world.run(secs(1));
    let received: Vec<&Received> =
        world.peers[CALLEE].received.iter().map(|(_, r)| r).filter(|r| r.ssrc == camera.ssrc).collect();
    assert_eq!(
        received.iter().map(|r| (&r.payload[..], r.marker)).collect::<Vec<_>>(),
        [(payloads[0], false), (payloads[1], false), (payloads[2], true)]
    );
    let rotation = |r: &Received| r.extensions.get(ExtensionKind::VideoOrientation);
    assert_eq!(received.iter().map(|r| rotation(r)).collect::<Vec<_>>(), [None, None, Some(turned[0])]);
    let (now, caller) = (world.now, &mut world.peers[CALLER]);
    assert!(caller.rates[0] > 100_000, "{:?}", caller.rates);
    assert_eq!(caller.transport.picture_delay(now), Duration::ZERO, "all has left");
    caller.transport.set_picture_demand(now, 0);
    world.run(secs(1));
    assert_eq!(world.peers[CALLER].rates.last(), Some(&0));
}

#[test]
fn key_frames_are_asked_for_and_the_request_is_handed_on() {
    let mut world = World::new(Setting::default());
    world.connect();
    let now = world.now;
    world.peers[CALLER].transport.request_key_frame(now, stream(CALLEE, MediaKind::Video).ssrc);
    world.run(ms(300));
    assert_eq!((world.peers[CALLER].key_frames, world.peers[CALLEE].key_frames), (0, 1));
}

#[test]
fn a_source_that_was_not_announced_is_told_if_it_is_the_peers() {
    for mtproto in [false, true] {
        let mut world = World::new(Setting { mtproto, ..Setting::default() });
        world.connect();
        let mut announced = stream(CALLER, MediaKind::Audio);
        announced.ssrc = Ssrc(9000);
        let own = [MediaKind::Audio, MediaKind::Video].map(|kind| stream(CALLER, kind));
        let (now, transport) = (world.now, &mut world.peers[CALLER].transport);
        assert!(transport.set_send_streams(&[own[0].clone(), own[1].clone(), announced.clone()]).is_empty());
        for i in 0..5 {
            transport.send_rtp(now, Ssrc(9000), 111, i * 960, false, &[], b"x").unwrap();
        }
        world.run(ms(300));
        let callee = &world.peers[CALLEE];
        assert_eq!((&callee.unknown[..], callee.received.len()), (&[(Ssrc(9000), 111)][..], 0));
        assert_eq!(callee.transport.stats().rtp.packets_ignored, 5);
        // From the moment it is announced it is heard, from the next packet on.
        let mut theirs = own.to_vec();
        theirs.push(announced);
        let now = world.now;
        assert!(world.peers[CALLEE].transport.set_receive_streams(&theirs).is_empty());
        world.peers[CALLER].transport.send_rtp(now, Ssrc(9000), 111, 4800, false, &[], b"x").unwrap();
        world.run(ms(300));
        assert_eq!((world.peers[CALLEE].unknown.len(), world.peers[CALLEE].received.len()), (1, 1));
    }
}

/// Two interfaces each, of which the first ones are preferred.
fn two_interfaces() -> [Vec<IpAddr>; 2] {
    [vec![ip("198.51.100.1"), ip("198.51.100.129")], vec![ip("203.0.113.1")]]
}

#[test]
fn a_dead_interface_is_left_within_three_seconds_and_the_host_told() {
    for (side, talking) in [(CALLER, true), (CALLER, false), (CALLEE, true)] {
        let mut hosts = two_interfaces();
        if side == CALLEE {
            hosts.swap(0, 1);
        }
        let dying = hosts[side][0];
        let mut world = World::new(Setting { hosts, ..Setting::default() });
        world.connect();
        world.talking = talking;
        world.next_frame = world.now;
        world.run(secs(20));
        let host = world.peers[side].host;
        let died = world.now;
        // Whichever the call is on.
        let local = world.peers[side].transport.report().paths.iter().find(|p| p.path.selected).unwrap().local.unwrap();
        world.network.set_down(host, local.ip(), true);
        world.run(secs(4));
        for peer in &world.peers {
            let (when, route, why) = *peer.routes.last().unwrap();
            assert!(when > died && when.since(died) <= secs(3), "left after {:?}", when.since(died));
            assert!(route.is_some(), "{:?}", peer.routes);
            assert!(matches!(why, RouteChange::Silent | RouteChange::Selected));
            assert_eq!(peer.transport.state(), State::Connected);
        }
        world.talking = false;
        world.talk_is_fine();
        let _ = dying;
    }
}

#[test]
fn a_broken_direct_way_is_left_for_a_relay_and_taken_again_when_it_heals() {
    for servers in [vec![turn_entry()], reflector_entries(false)] {
        let mut world = World::new(Setting { servers, ..Setting::default() });
        add_turn(&mut world);
        add_reflectors(&mut world);
        world.connect();
        world.talking = true;
        world.next_frame = world.now;
        world.run(secs(10));
        assert_eq!(world.route(CALLER).kind, RouteKind::Direct);
        let (a, b) = (world.peers[CALLER].host, world.peers[CALLEE].host);
        let broke = world.now;
        world.network.set_cut(a, b, true);
        world.run(secs(5));
        for side in [CALLER, CALLEE] {
            assert!(world.route(side).is_relayed(), "{:?}", world.peers[side].routes);
            let left = world.peers[side].routes.iter().find(|(when, ..)| *when > broke).unwrap();
            // Who is controlled may hear of the other way before it has noticed the silence itself.
            let is_right = left.2 == RouteChange::Silent || side == CALLEE && left.2 == RouteChange::Selected;
            assert!(left.0.since(broke) <= secs(3) && is_right, "{left:?}");
            assert_eq!(world.peers[side].states.len(), 1, "never lost the connection");
        }
        world.network.set_cut(a, b, false);
        world.run(secs(40));
        assert_eq!([CALLER, CALLEE].map(|side| world.route(side).kind), [RouteKind::Direct; 2]);
        world.talking = false;
        world.talk_is_fine();
    }
}

#[test]
fn a_network_that_is_gone_for_a_while_means_reconnecting_and_one_gone_for_long_the_end() {
    for (gone, survives) in [(1, true), (10, true), (25, true), (60, false)] {
        let mut world = World::new(Setting { servers: vec![turn_entry()], ..Setting::default() });
        add_turn(&mut world);
        world.connect();
        world.talking = true;
        world.next_frame = world.now;
        world.run(secs(5));
        let host = world.peers[CALLEE].host;
        let down_at = world.now;
        world.network.set_down(host, ip("203.0.113.1"), true);
        world.run(secs(gone));
        world.network.set_down(host, ip("203.0.113.1"), false);
        world.run(secs(12));
        for peer in &world.peers {
            let states: Vec<State> = peer.states.iter().map(|s| s.1).collect();
            match (gone, survives) {
                (1, _) => assert_eq!(states, [State::Connected]),
                (_, true) => assert_eq!(states, [State::Connected, State::Reconnecting, State::Connected], "{gone} s"),
                (_, false) => {
                    let failed = State::Failed(Failure::Timeout);
                    assert_eq!(states, [State::Connected, State::Reconnecting, failed]);
                    let took = peer.states[2].0.since(down_at);
                    assert!((secs(30)..secs(38)).contains(&took), "{took:?}");
                    assert_eq!(peer.transport.next_timeout(), None);
                }
            }
        }
        world.talking = false;
        if survives {
            world.talk_is_fine();
        }
    }
}

#[test]
fn without_any_way_the_call_has_failed_after_twenty_seconds() {
    let mut world = World::new(Setting { cut: true, ..Setting::default() });
    let start = world.start;
    world.run(secs(30));
    for peer in &mut world.peers {
        assert_eq!(peer.states, [(start + secs(20), State::Failed(Failure::Timeout))]);
        assert!(peer.sockets.is_empty(), "everything is closed");
        let text = peer.transport.report().to_text(false);
        assert!(text.contains("direct to host: checks not answered"), "{text}");
        let now = start + secs(60);
        peer.transport.handle_timeout(now);
        peer.transport.set_interfaces(now, &[ip("192.0.2.200")]);
        peer.transport.send_audio(now, b"x", 0, false).unwrap();
        assert_eq!(peer.transport.poll_output(), None, "nothing after the end");
    }
}

#[test]
fn a_wrong_fingerprint_ends_it_before_any_key_is_used() {
    for victim in [CALLER, CALLEE] {
        let mut world = World::new(Setting { wrong_fingerprint: Some(victim), ..Setting::default() });
        world.talking = true;
        world.run(secs(5));
        let states: Vec<State> = world.peers[victim].states.iter().map(|s| s.1).collect();
        assert_eq!(states, [State::Failed(Failure::Fingerprint)]);
        assert!(world.peers[victim].received.is_empty());
        assert_eq!(world.peers[victim].transport.report().protection, "none");
        assert_eq!(world.peers[victim].transport.stats().rtp.packets_sent, 0);
    }
}

#[test]
fn a_link_takes_no_protection_that_it_does_not_want() {
    let wants = |profiles| World::new(Setting { profiles, ..Setting::default() });
    let mut world = wants(&[Profile::AeadAes128Gcm, Profile::AeadAes256Gcm]);
    world.connect();
    assert_eq!(world.peers[CALLEE].transport.report().protection, "AEAD_AES_256_GCM");
    world.talk_is_fine();
    let mut world = wants(&[Profile::Aes128CmSha1_80]);
    world.talking = true;
    world.run(secs(5));
    let Peer { states, received, transport, .. } = &world.peers[CALLEE];
    assert_eq!(states.iter().map(|state| state.1).collect::<Vec<_>>(), [State::Failed(Failure::Handshake)]);
    assert!(received.is_empty());
    assert_eq!((transport.report().protection, transport.stats().rtp.packets_sent), ("none", 0));
    let why = transport.report().dtls_error.unwrap();
    assert!(why.contains("AEAD_AES_256_GCM"), "{why}");
}

#[test]
fn interfaces_come_and_go_and_the_call_stays() {
    let mut world = World::new(Setting::default());
    world.connect();
    world.talk_is_fine();
    let (host, new) = (world.peers[CALLER].host, ip("198.51.100.200"));
    world.network.set_addresses(host, &[new]);
    let now = world.now;
    world.peers[CALLER].transport.set_interfaces(now, &[new]);
    world.run(secs(4));
    assert_eq!(world.peers[CALLER].transport.state(), State::Connected);
    assert!(world.peers[CALLER].states.iter().any(|s| s.1 == State::Reconnecting));
    assert!(world.peers[CALLER].candidates.last().unwrap().contains("198.51.100.200"));
    world.talk_is_fine();
    assert_eq!(world.peers[CALLER].sockets.len(), 1);
}

#[test]
fn what_others_send_is_counted_and_changes_nothing() {
    let mut world = World::new(Setting { servers: vec![turn_entry()], ..Setting::default() });
    add_turn(&mut world);
    world.connect();
    world.talk_is_fine();
    let socket = *world.peers[CALLER].sockets.first().unwrap();
    let route = world.route(CALLER);
    let mut random = Random::from_seed(11);
    for i in 0..4000_u32 {
        let mut bytes = vec![0; random.below(200) as usize];
        random.fill(&mut bytes);
        if let Some(first) = bytes.first_mut() {
            *first = [0, 1, 22, 23, 64, 128, 144, 255][i as usize % 8];
        }
        if i % 3 == 0 && bytes.len() >= 8 {
            bytes[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
        }
        // From a stranger, from the peer's own address, from the server's.
        let from = [at("192.0.2.66:6"), at("203.0.113.1:40001"), at("192.0.2.20:3478")][i as usize % 3];
        let now = world.now;
        world.peers[CALLER].transport.handle_datagram(now, socket, from, &bytes);
        world.peers[CALLER].transport.handle_stream(now, socket, &bytes);
        world.flush(CALLER);
    }
    let stats = world.peers[CALLER].transport.stats();
    assert!(stats.dropped.received() + stats.rtp.packets_ignored >= 3500, "{:?}", stats.dropped);
    assert_eq!((world.route(CALLER), stats.route_changes), (route, 1));
    world.run(secs(1));
    assert_eq!(world.peers[CALLER].transport.state(), State::Connected);
    world.talk_is_fine();
}

#[test]
fn replayed_datagrams_are_dropped_and_counted() {
    for mtproto in [false, true] {
        let mut world = World::new(Setting { mtproto, ..Setting::default() });
        for side in [CALLER, CALLEE] {
            let host = world.peers[side].host;
            world.network.link_mut(host).duplicate_permille = 1000;
        }
        world.connect();
        world.talk_is_fine();
        let dropped = world.peers[CALLER].transport.stats().dropped;
        assert!(dropped.rtp + dropped.mtproto >= 100, "{dropped:?}");
    }
}

#[test]
fn candidates_of_the_peer_are_bounded_and_the_useless_counted() {
    let mut world = World::new(Setting::default());
    world.connect();
    let now = world.now;
    let transport = &mut world.peers[CALLER].transport;
    for i in 0..2000_u32 {
        transport
            .add_remote_candidate(now, &format!("candidate:1 1 udp 1 10.9.{}.{} 5 typ host", i / 250, i % 250 + 1));
        transport.add_remote_candidate(now, "candidate:1 1 udp 1 some.name 5 typ host");
    }
    let report = transport.report();
    assert!(report.paths.len() <= 256 && report.remote_candidates.len() <= 64);
    assert_eq!(transport.stats().dropped.candidates, 2000);
    world.flush(CALLER);
    world.talk_is_fine();
}

#[test]
fn a_proxy_means_relays_only_and_tcp_as_soon_as_udp_is_refused() {
    let mut config = LinkConfig::to_peer(1, Role::Caller);
    config.gather.servers = vec![turn_entry()];
    config.gather.ways = Ways::Proxy;
    config.gather.interfaces = vec![ip("198.51.100.1")];
    let now = Time::from_nanos(1);
    let mut transport = Transport::new(now, Random::from_seed(1), config);
    let mut opened = Vec::new();
    while let Some(output) = transport.poll_output() {
        if let Output::OpenSocket { socket, protocol, local, .. } = output {
            assert!(local.ip().is_unspecified(), "the proxy chooses the interface");
            opened.push((socket, protocol));
        }
    }
    assert_eq!(opened.len(), 2, "one per family");
    transport.handle_closed(now, opened[0].0);
    let tcp = std::iter::from_fn(|| transport.poll_output())
        .filter(|o| matches!(o, Output::OpenSocket { protocol: Protocol::Tcp, remote: Some(_), .. }))
        .count();
    assert_eq!(tcp, 1);
}

#[test]
fn the_report_is_json_too_and_hides_addresses() {
    let mut world = World::new(Setting { servers: vec![turn_entry()], ..Setting::default() });
    add_turn(&mut world);
    world.connect();
    world.talk_is_fine();
    let report = world.peers[CALLER].transport.report();
    let json = report.to_json(false);
    assert_eq!(json["state"], "connected");
    assert!(json["paths"].as_array().unwrap().iter().any(|p| p["step"] == "in use" && p["remote"].is_null()));
    assert!(json["round_trip_ms"].as_f64().unwrap() > 30.0);
    assert!(!json.to_string().contains("198.51.100") && report.to_json(true).to_string().contains("198.51.100"));
}

#[test]
fn nobody_on_the_way_can_end_a_call_by_spoiling_its_handshake() {
    for seed in 0..12 {
        let mut world = World::new(Setting { seed, ..Setting::default() });
        world.attacker = Some((Random::from_seed(seed), Default::default()));
        let took = world.connect();
        assert!(took < secs(20), "seed {seed}: {took:?}");
        assert_eq!(world.talk(secs(3)), [1000, 1000], "seed {seed}");
    }
}
