//! Two whole clients, the network and the Telegram between them, their hosts' microphones and loudspeakers, and a clock that
//! jumps to the next thing to do.
//!
//! Both clients are embedded: the world is their host. It opens their sockets on the virtual network, carries their signaling,
//! and pushes and pulls their sound. Whatever goes wrong is drawn from the seed.

use crate::middle::{Change, Middle};
use crate::post::{Faults, Post};
use crate::tone::{Heard, tone};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tgcall::client::{
    CallEnd, CallState, Client, Config, Event, EventKind, Proxy, Reflector, ReportFormat, Stat, Webrtc,
};
use tgcall::error::ErrorKind;
use tgcall::media::audio::{AudioPort, Coding};
use tgcall::random::Random;
use tgcall::sim::network::{Arrival, HostId, Link, NatKind, Network, Server, ServerId};
use tgcall::sim::relay::{Reflector as ReflectorServer, TurnServer};
use tgcall::sim::socks::SocksServer;
use tgcall::time::{Duration, Time};
use tgcall::types::{CallId, Protocol};

pub const CALLER: usize = 0;
pub const CALLEE: usize = 1;
pub const BOTH: [usize; 2] = [CALLER, CALLEE];
/// The tone each side sends.
pub const TONES: [f64; 2] = [440.0, 620.0];
pub const TURN: &str = "192.0.2.20:3478";
pub const REFLECTORS: [&str; 2] = ["192.0.2.10:599", "192.0.2.11:599"];
pub const PROXIES: [&str; 2] = ["192.0.2.30:1080", "192.0.2.31:1080"];
const PUBLIC: [&str; 2] = ["100.64.0.1", "100.64.0.2"];

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

/// The servers of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Servers {
    pub turn: bool,
    pub reflector_udp: bool,
    pub reflector_tcp: bool,
}

/// A SOCKS5 proxy in front of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyKind {
    /// It relays datagrams, and wants a name and a password.
    Udp,
    TcpOnly,
}

/// How a host handles sound.
#[derive(Clone, Copy, Debug)]
pub struct Sound {
    pub rate: u32,
    pub channels: u32,
    /// Pushed and pulled at a time.
    pub chunk_ms: u32,
}

impl Default for Sound {
    fn default() -> Sound {
        Sound { rate: 16_000, channels: 1, chunk_ms: 20 }
    }
}

/// How a world is made.
#[derive(Clone)]
pub struct Setting {
    pub seed: u64,
    pub version: &'static str,
    pub parameters: &'static str,
    pub p2p_allowed: bool,
    pub servers: Servers,
    pub hosts: [Vec<IpAddr>; 2],
    pub nat: [Option<NatKind>; 2],
    pub no_udp: [bool; 2],
    pub link: Link,
    pub post: Faults,
    pub proxy: [Option<ProxyKind>; 2],
    /// Calls between the two.
    pub lines: usize,
    pub sound: [Sound; 2],
    pub configure: fn(usize, &mut Config),
    /// The callee's host starts its media so much later than the caller's.
    pub callee_late: Duration,
}

impl Default for Setting {
    fn default() -> Setting {
        Setting {
            seed: 7,
            version: "9.0.0",
            parameters: "",
            p2p_allowed: true,
            servers: Servers::default(),
            hosts: [vec![ip("198.51.100.1")], vec![ip("203.0.113.1")]],
            nat: [None, None],
            no_udp: [false, false],
            link: Link::default(),
            post: Faults::default(),
            proxy: [None, None],
            lines: 1,
            sound: [Sound::default(); 2],
            configure: |_, _| {},
            callee_late: Duration::ZERO,
        }
    }
}

/// One end of one call, with what its host was told.
pub struct Line {
    pub call: CallId,
    pub port: Arc<AudioPort>,
    pub states: Vec<(Time, CallState)>,
    pub end: Option<(Time, CallEnd)>,
    /// The other side's microphone, as it was told.
    pub muted: Vec<(Time, bool)>,
    pub frequency: f64,
    pub speaks: bool,
    pushed: u64,
    heard: Vec<i16>,
}

/// A client with its host.
pub struct Side {
    pub client: Client,
    pub host: HostId,
    pub sound: Sound,
    pub lines: Vec<Line>,
    pub sockets: BTreeSet<u64>,
    /// Everything it has sent to, or connected to.
    pub sent_to: BTreeSet<(Protocol, SocketAddr)>,
    /// Other events, by name.
    pub events: Vec<(Time, CallId, String)>,
    next_chunk: Time,
}

pub struct World {
    pub now: Time,
    pub start: Time,
    pub network: Network,
    pub post: Post,
    pub sides: [Side; 2],
    pub turn: Option<ServerId>,
    pub reflectors: Option<[ServerId; 2]>,
    /// Between the sides of the first call.
    middle: Option<Middle>,
    trace: Sha256,
}

impl World {
    /// Both sides have the key and connect; nothing has happened yet.
    pub fn new(setting: Setting) -> World {
        World::make(setting, None)
    }

    /// As [`World::new`], with somebody between who has the key.
    pub fn with_middle(setting: Setting, change: Change) -> World {
        World::make(setting, Some(change))
    }

    fn make(setting: Setting, change: Option<Change>) -> World {
        let mut random = Random::from_seed(setting.seed);
        let mut network = Network::new(random.fork());
        let start = Time::from_nanos(1_000_000_000_000);
        let Servers { turn, reflector_udp, reflector_tcp } = setting.servers;
        let turn = turn.then(|| {
            let server = TurnServer::new(at(TURN).ip(), "user", "secret", random.fork());
            network.add_server(&[at(TURN)], true, true, Server::Turn(server))
        });
        let reflectors = (reflector_udp || reflector_tcp).then(|| {
            REFLECTORS.map(|address| {
                network.add_server(&[at(address)], true, true, Server::Reflector(ReflectorServer::default()))
            })
        });
        let sides = BOTH.map(|side| {
            let mut client = new_side(&setting, side, &mut network, start, random.fork());
            client.next_chunk = start + ms(3 * side as u64);
            client
        });
        let post = Post::new(setting.post, random.fork());
        let (middle, trace) = (None, Sha256::new());
        let mut world = World { now: start, start, network, post, sides, turn, reflectors, middle, trace };
        let keys: Vec<[u8; 256]> = (0..setting.lines).map(|_| random.bytes()).collect();
        world.middle =
            change.map(|change| Middle::new(start, &mut random, &keys[0], setting.version, setting.parameters, change));
        for (line, key) in keys.iter().enumerate() {
            for side in BOTH {
                world.attach(&setting, side, line, key);
            }
        }
        world.connect_media(&setting, CALLER);
        world.run(setting.callee_late);
        world.connect_media(&setting, CALLEE);
        world
    }

    fn attach(&mut self, setting: &Setting, side: usize, line: usize, key: &[u8]) {
        let now = self.now;
        let client = &mut self.sides[side].client;
        let call = client.attach(now, side == CALLER, key).unwrap();
        let Servers { turn, reflector_udp, reflector_tcp } = setting.servers;
        for is_tcp in [(reflector_udp, false), (reflector_tcp, true)].into_iter().filter(|r| r.0).map(|r| r.1) {
            for (id, address) in [40, -5].into_iter().zip(REFLECTORS.map(at)) {
                let (ip, port) = (&*address.ip().to_string(), address.port());
                // Both sides have the same tag, each call its own.
                let peer_tag = &[b'a' + line as u8; 16];
                client.add_reflector(call, &Reflector { id, ip, ipv6: "", port, peer_tag, is_tcp }).unwrap();
            }
        }
        if turn {
            let (ip, port) = (&*at(TURN).ip().to_string(), at(TURN).port());
            let (username, password, ipv6) = ("user", "secret", "");
            let entry = Webrtc { id: 1, ip, ipv6, port, username, password, is_turn: true, is_stun: true };
            client.add_webrtc(call, &entry).unwrap();
        }
        let port = client.audio().get(call).expect("a call that is up has sound");
        let frequency = TONES[side] + 40.0 * line as f64;
        self.sides[side].lines.push(Line {
            call,
            port,
            states: Vec::new(),
            end: None,
            muted: Vec::new(),
            frequency,
            speaks: true,
            pushed: 0,
            heard: Vec::new(),
        });
        self.flush();
    }

    fn connect_media(&mut self, setting: &Setting, side: usize) {
        let now = self.now;
        for line in 0..self.sides[side].lines.len() {
            let Side { client, lines, .. } = &mut self.sides[side];
            client.connect(now, lines[line].call, setting.version, setting.p2p_allowed, setting.parameters).unwrap();
            self.flush();
        }
    }

    // ---- Time

    /// Does the next thing, if it is due before `until`.
    fn step(&mut self, until: Time) -> bool {
        self.flush();
        let clients = self.sides.iter().filter_map(|side| side.client.next_timeout());
        let sound = self.sides.iter().map(|side| side.next_chunk);
        let middle = self.middle.as_ref().and_then(Middle::next_timeout);
        let others = [self.network.next_timeout(), self.post.next_timeout(), middle].into_iter().flatten();
        let next = clients.chain(sound).chain(others).min().filter(|next| *next <= until);
        let Some(next) = next else {
            self.now = until;
            return false;
        };
        self.now = self.now.max(next);
        let now = self.now;
        while let Some((host, socket, arrival)) = self.network.poll(now) {
            let side = usize::from(self.sides[CALLER].host != host);
            let client = &mut self.sides[side].client;
            let outcome = match arrival {
                Arrival::Opened(local) => client.handle_opened(now, socket, local),
                Arrival::Datagram { from, bytes } => client.handle_datagram(now, socket, from, &bytes),
                // A stream is cut anywhere.
                Arrival::Stream(bytes) => {
                    bytes.chunks(701).try_for_each(|part| client.handle_stream(now, socket, part))
                }
                Arrival::Closed => {
                    self.sides[side].sockets.remove(&socket.0);
                    self.sides[side].client.handle_closed(now, socket)
                }
            };
            // What was on its way when its socket was closed belongs to no call any more.
            assert!(outcome.is_ok() || outcome.unwrap_err().kind() == ErrorKind::NotFound);
            self.flush();
        }
        while let Some(packet) = self.post.poll(now) {
            let Side { client, lines, .. } = &mut self.sides[packet.to];
            client.handle_signaling(now, lines[packet.line].call, &packet.bytes).unwrap();
            self.flush();
        }
        if let Some(middle) = &mut self.middle {
            middle.handle_timeout(now);
            self.pass_on();
        }
        for side in BOTH {
            self.sides[side].turn_sound(now);
            if self.sides[side].client.next_timeout().is_some_and(|due| due <= now) {
                self.sides[side].client.handle_timeout(now);
            }
            self.flush();
        }
        true
    }

    pub fn run(&mut self, duration: Duration) {
        let until = self.now + duration;
        while self.step(until) {}
    }

    pub fn run_until(&mut self, limit: Duration, what: &str, mut condition: impl FnMut(&World) -> bool) {
        let until = self.now + limit;
        while !condition(self) {
            if !self.step(until) {
                self.panic(&format!("{what}: not within {limit:?}"));
            }
        }
    }

    /// Runs until all calls are active; how long it took.
    #[track_caller]
    pub fn connect(&mut self) -> Duration {
        self.run_until(secs(25), "connected", |world| {
            world.sides.iter().flat_map(|side| &side.lines).all(|line| line.state() == CallState::Active)
        });
        self.now.since(self.start)
    }

    /// Does what the clients want done.
    fn flush(&mut self) {
        for side in BOTH {
            while let Some(event) = self.sides[side].client.poll_event() {
                self.trace.update(format!("{:?} {side} {event:?}", self.now));
                self.happen(side, event);
            }
        }
    }

    fn happen(&mut self, side: usize, event: Event) {
        let now = self.now;
        let Side { client, host, lines, sockets, sent_to, events, .. } = &mut self.sides[side];
        let line = lines.iter().position(|line| line.call == event.call);
        match event.kind {
            EventKind::SocketOpen { socket, protocol: Protocol::Udp, local, .. } => {
                match self.network.open_udp(*host, socket, local) {
                    Some(bound) => {
                        sockets.insert(socket.0);
                        client.handle_opened(now, socket, bound).unwrap();
                    }
                    None => client.handle_closed(now, socket).unwrap(),
                }
            }
            EventKind::SocketOpen { socket, protocol: Protocol::Tcp, local, remote } => {
                let remote = remote.expect("TCP goes somewhere");
                sockets.insert(socket.0);
                sent_to.insert((Protocol::Tcp, remote));
                self.network.open_tcp(now, *host, socket, local, remote);
            }
            EventKind::SocketClose { socket } => {
                assert!(sockets.remove(&socket.0), "closed twice, or never opened");
                self.network.close(*host, socket);
            }
            EventKind::Transmit { socket, remote, bytes } => {
                self.trace.update(&bytes);
                sent_to.extend(remote.map(|remote| (Protocol::Udp, remote)));
                self.network.transmit(now, *host, socket, remote, bytes);
            }
            EventKind::SignalingSend { bytes } => {
                self.trace.update(&bytes);
                match &mut self.middle {
                    None => self.post.send(now, 1 - side, line.expect("of a call"), bytes),
                    Some(middle) => {
                        middle.handle(now, side, &bytes);
                        self.pass_on();
                    }
                }
            }
            EventKind::CallState { new, .. } => {
                // The first one comes while the call is made.
                if let Some(line) = line {
                    lines[line].states.push((now, new));
                }
            }
            EventKind::CallEnded(end) => lines[line.expect("of a call")].end = Some((now, end)),
            EventKind::CallMedia { is_muted, .. } => {
                lines[line.expect("of a call")].muted.push((now, is_muted));
            }
            other => events.push((now, event.call, format!("{other:?}"))),
        }
    }

    /// What whoever is between has to say.
    fn pass_on(&mut self) {
        while let Some((to, packet)) = self.middle.as_mut().and_then(Middle::poll_packet) {
            self.post.send(self.now, to, 0, packet);
        }
    }

    // ---- What tests ask

    pub fn line(&self, side: usize) -> &Line {
        &self.sides[side].lines[0]
    }

    pub fn state(&self, side: usize) -> CallState {
        self.line(side).state()
    }

    pub fn stat(&self, side: usize, stat: Stat) -> Option<i64> {
        self.sides[side].client.stat(self.line(side).call, stat).unwrap()
    }

    /// The report of a side's first call, with addresses.
    pub fn report(&self, side: usize) -> serde_json::Value {
        self.report_of(side, 0)
    }

    pub fn report_of(&self, side: usize, line: usize) -> serde_json::Value {
        let call = self.sides[side].lines[line].call;
        let json = self.sides[side].client.report(call, ReportFormat::Json, true).unwrap();
        serde_json::from_str(&json).unwrap()
    }

    /// The report of a side's first call as text.
    pub fn text(&self, side: usize) -> String {
        self.sides[side].client.report(self.line(side).call, ReportFormat::Text, true).unwrap()
    }

    /// The way the sound takes, in the words of the report.
    pub fn route(&self, side: usize) -> String {
        self.report(side)["media"]["transport"]["route"].as_str().unwrap_or("none").to_owned()
    }

    /// What a side has heard in the last `duration`.
    pub fn heard(&self, side: usize, duration: Duration) -> Heard<'_> {
        self.sides[side].heard(0, duration)
    }

    /// Both speak for so long, and hear each other without a break and nothing else.
    #[track_caller]
    pub fn talk(&mut self, duration: Duration) {
        // What is on its way, and what the jitter buffers hold.
        self.run(ms(400) + duration);
        for side in BOTH {
            for line in 0..self.sides[side].lines.len() {
                let tone = self.sides[1 - side].lines[line].frequency;
                let heard = self.sides[side].heard(line, duration);
                let (audible, frequency, level) = (heard.audible(tone), heard.frequency(tone), heard.level());
                if audible < 990 || (frequency - tone).abs() > 1.0 || !(0.85..1.15).contains(&level) {
                    let what = format!("{side} hears {audible} of 1000 at {frequency} Hz for {tone}, level {level:.2}");
                    self.panic(&what);
                }
            }
        }
    }

    /// Runs until both hear each other.
    #[track_caller]
    pub fn until_heard(&mut self, limit: Duration) {
        let until = self.now + limit;
        while BOTH.iter().any(|side| self.heard(*side, ms(300)).audible(self.line(1 - side).frequency) < 1000) {
            self.run(ms(100));
            if self.now >= until {
                self.panic(&format!("not heard within {limit:?}"));
            }
        }
    }

    /// A hash over everything that was sent and told, and when.
    pub fn trace(&self) -> [u8; 32] {
        self.trace.clone().finalize().into()
    }

    // ---- What tests do

    pub fn mute(&mut self, side: usize, muted: bool) {
        let (now, call) = (self.now, self.line(side).call);
        self.sides[side].client.set_muted(now, call, muted).unwrap();
        self.flush();
    }

    pub fn turn(&mut self) -> &mut TurnServer {
        match self.network.server_mut(self.turn.expect("there is one")) {
            Server::Turn(turn) => turn,
            _ => unreachable!(),
        }
    }

    pub fn reflector(&mut self, number: usize) -> &mut ReflectorServer {
        match self.network.server_mut(self.reflectors.expect("there are some")[number]) {
            Server::Reflector(reflector) => reflector,
            _ => unreachable!(),
        }
    }

    #[track_caller]
    pub fn panic(&self, what: &str) -> ! {
        for side in &self.sides {
            for line in side.lines.iter().take(2) {
                println!("{:?}, end {:?}", line.states, line.end);
                println!("{}", side.client.report(line.call, ReportFormat::Text, true).unwrap());
            }
        }
        panic!("{what}, {:?} after the start", self.now.since(self.start));
    }
}

fn new_side(setting: &Setting, side: usize, network: &mut Network, now: Time, random: Random) -> Side {
    let addresses = &setting.hosts[side];
    let host = match setting.nat[side] {
        Some(kind) => network.add_host_behind(addresses, kind, ip(PUBLIC[side])),
        None => network.add_host(addresses),
    };
    *network.link_mut(host) = setting.link;
    if setting.no_udp[side] {
        network.block_udp(host);
    }
    let mut config = Config::new();
    if let Some(kind) = setting.proxy[side] {
        config.set_proxy(Some(add_proxy(network, at(PROXIES[side]), kind))).unwrap();
    }
    config.set_max_calls(setting.lines as u32).unwrap();
    (setting.configure)(side, &mut config);
    let mut client = Client::new(now, config, random).unwrap();
    let interfaces: Vec<SocketAddr> = addresses.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
    client.set_interfaces(now, &interfaces).unwrap();
    Side {
        client,
        host,
        sound: setting.sound[side],
        lines: Vec::new(),
        sockets: BTreeSet::new(),
        sent_to: BTreeSet::new(),
        events: Vec::new(),
        next_chunk: now,
    }
}

fn add_proxy(network: &mut Network, address: SocketAddr, kind: ProxyKind) -> Proxy {
    let login = (kind == ProxyKind::Udp).then(|| ("name".to_owned(), "word".to_owned()));
    let server = SocksServer::new(address.ip(), kind == ProxyKind::Udp, login.clone());
    network.add_server(&[address], false, true, Server::Socks(server));
    let (username, password) = login.unwrap_or_default();
    Proxy { addr: address, username, password }
}

impl Side {
    /// The host's audio device: it takes and gives a chunk at a time, whatever the call is doing.
    fn turn_sound(&mut self, now: Time) {
        let Sound { rate, channels, chunk_ms } = self.sound;
        while self.next_chunk <= now {
            self.next_chunk += ms(u64::from(chunk_ms));
            let frames = (rate * chunk_ms / 1000) as usize;
            for line in self.lines.iter_mut().filter(|line| line.port.coding() == Coding::Pcm) {
                if line.speaks {
                    let samples = tone(line.frequency, rate, channels, line.pushed, frames);
                    line.port.push(rate, channels, &samples).unwrap();
                }
                line.pushed += frames as u64;
                let mut samples = vec![1i16; frames * channels as usize];
                line.port.pull(rate, channels, &mut samples).unwrap();
                line.heard.extend(samples.iter().step_by(channels as usize));
            }
        }
    }

    pub fn heard(&self, line: usize, duration: Duration) -> Heard<'_> {
        let samples = &self.lines[line].heard;
        let count = (u64::from(self.sound.rate) * duration.as_millis() as u64 / 1000) as usize;
        Heard { rate: self.sound.rate, samples: &samples[samples.len().saturating_sub(count)..] }
    }
}

impl Line {
    pub fn state(&self) -> CallState {
        match self.end {
            Some(_) => CallState::Ended,
            None => self.states.last().map_or(CallState::Attached, |(_, state)| *state),
        }
    }

    /// The states since the media started, without their times.
    pub fn path(&self) -> Vec<CallState> {
        self.states.iter().map(|(_, state)| *state).filter(|state| *state != CallState::Attached).collect()
    }
}
