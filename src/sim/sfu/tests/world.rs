//! Members on a virtual network, each with a transport and nothing above it, and a server between them.

use crate::media::Setup;
use crate::media::ice::Credentials;
use crate::media::rtp::extension::Extension;
use crate::media::{
    Codec, Feedback, LinkConfig, MediaKind, Newcomers, Output, Received, State, Stream, Transport, TransportSetup,
};
use crate::random::Random;
use crate::secret::SecretText;
use crate::sim::machine::Emit;
use crate::sim::network::{Arrival, HostId, Network, ServerId};
use crate::sim::sfu::forward::extensions;
use crate::sim::sfu::{Desk, Joined, LegId, LegKind, Sfu};
use crate::time::{Duration, Time};
use crate::transform::Level;
use crate::types::{Protocol, SocketId, Ssrc};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

pub const SFU: &str = "203.0.113.9:32001";
pub const SFU6: &str = "[2001:db8::9]:32001";
pub const ROOM: u64 = 7;

pub fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn opus() -> Codec {
    Codec {
        payload_type: 111,
        clock_rate: 48_000,
        rtx: None,
        feedback: Feedback { transport_cc: true, ..Default::default() },
    }
}

pub fn newcomers(most: usize) -> Newcomers {
    Newcomers { kind: MediaKind::Audio, codecs: vec![opus()], extensions: extensions(), most }
}

/// VP8 as all of them send it.
pub fn picture_stream(ssrc: u32, repair: u32) -> Stream {
    let feedback = Feedback { transport_cc: true, nack: true, pli: true, ..Feedback::default() };
    let codec = Codec { payload_type: 100, clock_rate: 90_000, rtx: Some(101), feedback };
    Stream {
        kind: MediaKind::Video,
        ssrc: Ssrc(ssrc),
        rtx_ssrc: Some(Ssrc(repair)),
        codecs: vec![codec],
        extensions: extensions(),
    }
}

pub struct Side {
    pub transport: Transport,
    pub host: HostId,
    pub ssrc: u32,
    pub leg: LegId,
    pub states: Vec<(Time, State)>,
    pub received: Vec<Received>,
    pub unknown: Vec<(Ssrc, u8)>,
    /// Of which of its layers key frames were asked for.
    pub key_frames: Vec<u32>,
    /// What its pictures are asked for by, and what they come as: each with its repairs, the smallest first.
    pub endpoint: String,
    pub layers: Vec<(u32, u32)>,
    pub texts: Vec<String>,
    pub opened: usize,
    sent: u32,
    sockets: BTreeSet<SocketId>,
}

impl Side {
    pub fn sources(&self) -> BTreeSet<u32> {
        self.received.iter().map(|packet| packet.ssrc.0).collect()
    }
}

pub struct World {
    pub now: Time,
    pub network: Network,
    pub desk: Desk,
    pub sides: Vec<Side>,
    pub server: ServerId,
    random: Random,
}

/// The payload of `sfu.md` 1.
pub fn payload(local: &TransportSetup, ssrc: u32) -> Value {
    json!({
        "ssrc": ssrc.cast_signed(), "ufrag": local.credentials.ufrag, "pwd": local.credentials.password.expose(),
        "fingerprints": [
            {"hash": "sha-256", "setup": local.setup.name(), "fingerprint": local.fingerprint.as_deref().unwrap()},
        ],
    })
}

impl World {
    pub fn new(seed: u64) -> World {
        let mut random = Random::from_seed(seed);
        let mut network = Network::new(random.fork());
        let addresses = [SFU, SFU6].map(|text| text.parse::<SocketAddr>().unwrap());
        let sfu = Sfu::new(Time::ZERO, random.fork());
        let desk = Desk::new(sfu.face(&addresses), random.fork());
        let server = network.add_server(&addresses, true, false, sfu);
        World { now: Time::ZERO, network, desk, sides: Vec::new(), server, random }
    }

    pub fn sfu(&mut self) -> &mut Sfu {
        self.network.machine_mut(self.server)
    }

    /// The next member, from an address of its own.
    pub fn add(&mut self) -> usize {
        self.add_with(ROOM, &[], |_| {})
    }

    pub fn add_with(&mut self, room: u64, addresses: &[IpAddr], change: impl FnOnce(&mut LinkConfig)) -> usize {
        let number = self.sides.len() as u32 + 1;
        let own: Vec<IpAddr> = vec![format!("198.51.100.{number}").parse().unwrap()];
        let addresses = if addresses.is_empty() { &own[..] } else { addresses };
        let host = self.network.add_host(addresses);
        self.add_on(room, host, addresses, change)
    }

    pub fn add_on(
        &mut self,
        room: u64,
        host: HostId,
        addresses: &[IpAddr],
        change: impl FnOnce(&mut LinkConfig),
    ) -> usize {
        self.add_as(room, LegKind::Main, 0, host, addresses, change)
    }

    /// One that shows pictures of so many sizes.
    pub fn add_showing(&mut self, kind: LegKind, layers: u32) -> usize {
        let own: IpAddr = format!("198.51.100.{}", self.sides.len() + 1).parse().unwrap();
        let host = self.network.add_host(&[own]);
        self.add_as(ROOM, kind, layers, host, &[own], |_| {})
    }

    fn add_as(
        &mut self,
        room: u64,
        kind: LegKind,
        layers: u32,
        host: HostId,
        addresses: &[IpAddr],
        change: impl FnOnce(&mut LinkConfig),
    ) -> usize {
        let number = self.sides.len() as u32 + 1;
        let mut config = LinkConfig::to_server(number, newcomers(16));
        config.gather.interfaces = addresses.to_vec();
        change(&mut config);
        let mut transport = Transport::new(self.now, self.random.fork(), config);
        let ssrc = 0x8000_0000 | number;
        let layers: Vec<(u32, u32)> =
            (0..layers).map(|layer| number << 8 | layer << 1).map(|first| (first, first | 1)).collect();
        let mut text = payload(&transport.local_setup(), ssrc);
        if !layers.is_empty() {
            let pair = |(first, repair): &(u32, u32)| json!({"semantics": "FID", "sources": [first, repair]});
            let sizes: Vec<u32> = layers.iter().map(|(first, _)| *first).collect();
            let groups = [json!({"semantics": "SIM", "sources": sizes})].into_iter().chain(layers.iter().map(pair));
            text["ssrc-groups"] = groups.collect();
        }
        let joined = self.desk.join(room, kind, &text.to_string()).expect("a good payload");
        let Joined { leg, params, endpoint, .. } = joined;
        let (setup, candidates) = answer(&params);
        transport.set_remote_setup(self.now, &setup);
        candidates.iter().for_each(|line| transport.add_remote_candidate(self.now, line));
        let stream = Stream {
            kind: MediaKind::Audio,
            ssrc: Ssrc(ssrc),
            rtx_ssrc: None,
            codecs: vec![opus()],
            extensions: extensions(),
        };
        let pictures = layers.iter().map(|(first, repair)| picture_stream(*first, *repair));
        let streams: Vec<Stream> = [stream].into_iter().chain(pictures).collect();
        assert!(transport.set_send_streams(&streams).is_empty());
        self.sides.push(Side {
            transport,
            host,
            ssrc,
            leg,
            states: Vec::new(),
            received: Vec::new(),
            unknown: Vec::new(),
            key_frames: Vec::new(),
            endpoint,
            layers,
            texts: Vec::new(),
            opened: 0,
            sent: 0,
            sockets: BTreeSet::new(),
        });
        self.pump();
        self.sides.len() - 1
    }

    /// A packet of 20 ms of sound, as loud as that.
    pub fn speak(&mut self, side: usize, below_full: u8) {
        let side = &mut self.sides[side];
        let level = Extension::AudioLevel(Level { speech: true, below_full });
        let (timestamp, marker) = (side.sent * 960, side.sent == 0);
        let payload = [side.sent as u8, side.ssrc as u8, 0xfc];
        side.transport.send_rtp(self.now, Ssrc(side.ssrc), 111, timestamp, marker, &[level], &payload).unwrap();
        side.sent += 1;
        self.pump();
    }

    /// All of them speak for so long.
    pub fn talk(&mut self, speakers: &[usize], time: Duration) {
        let end = self.now + time;
        while self.now < end {
            speakers.iter().for_each(|side| self.speak(*side, 30));
            self.run_for(ms(20));
        }
    }

    pub fn carry_out(&mut self, emits: Vec<Emit>) {
        for emit in emits {
            if let Emit::Client { to: crate::sim::machine::Endpoint::Udp(to), bytes } = emit {
                let from = if to.is_ipv4() { SFU } else { SFU6 };
                self.network.inject(self.now + ms(1), from.parse().unwrap(), to, bytes);
            }
        }
    }

    /// The server does something to one leg.
    pub fn serve(&mut self, act: impl FnOnce(&mut Sfu, Time) -> Vec<Emit>) {
        let now = self.now;
        let emits = act(self.sfu(), now);
        self.carry_out(emits);
    }

    pub fn is_connected(&self, side: usize) -> bool {
        self.sides[side].transport.state() == State::Connected
    }

    pub fn connect_all(&mut self) {
        self.run_until(secs(5), "all connected", |world| {
            (0..world.sides.len()).all(|side| world.is_connected(side) && world.sides[side].opened > 0)
        });
    }

    pub fn run_until(&mut self, limit: Duration, what: &str, mut condition: impl FnMut(&World) -> bool) {
        let end = self.now + limit;
        while !condition(self) {
            let next = self.next().filter(|next| *next <= end);
            let Some(next) = next else {
                let report = self.sides[0].transport.report();
                panic!("{what}: not within {limit:?}; {report:?}; {:?}", self.sfu())
            };
            self.step_to(next);
        }
    }

    pub fn run_for(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(next) = self.next().filter(|next| *next <= end) {
            self.step_to(next);
        }
        self.step_to(end);
    }

    fn next(&self) -> Option<Time> {
        self.sides.iter().filter_map(|side| side.transport.next_timeout()).chain(self.network.next_timeout()).min()
    }

    fn step_to(&mut self, time: Time) {
        self.now = self.now.max(time);
        let now = self.now;
        while let Some((host, socket, arrival)) = self.network.poll(now) {
            let Some(side) = self.sides.iter_mut().find(|side| side.host == host && side.sockets.contains(&socket))
            else {
                continue;
            };
            match arrival {
                Arrival::Opened(local) => side.transport.handle_opened(now, socket, local),
                Arrival::Closed => side.transport.handle_closed(now, socket),
                Arrival::Datagram { from, bytes } => side.transport.handle_datagram(now, socket, from, &bytes),
                Arrival::Stream(bytes) => side.transport.handle_stream(now, socket, &bytes),
            }
            self.pump();
        }
        for side in &mut self.sides {
            if side.transport.next_timeout().is_some_and(|at| at <= now) {
                side.transport.handle_timeout(now);
            }
        }
        self.pump();
    }

    pub fn pump(&mut self) {
        let now = self.now;
        while let Some(command) = self.desk.poll_command() {
            let emits = self.sfu().command(now, command);
            self.carry_out(emits);
        }
        for side in &mut self.sides {
            while let Some(output) = side.transport.poll_output() {
                match output {
                    Output::OpenSocket { socket, protocol: Protocol::Udp, local, .. } => {
                        side.sockets.insert(socket);
                        match self.network.open_udp(side.host, socket, local) {
                            Some(bound) => side.transport.handle_opened(now, socket, bound),
                            None => side.transport.handle_closed(now, socket),
                        }
                    }
                    Output::OpenSocket { socket, .. } => side.transport.handle_closed(now, socket),
                    Output::CloseSocket { socket } => self.network.close(side.host, socket),
                    Output::Transmit { socket, remote, bytes } => {
                        self.network.transmit(now, side.host, socket, remote, bytes);
                    }
                    Output::StateChanged { new, .. } => side.states.push((now, new)),
                    Output::DataMessage(text) => side.texts.push(text),
                    Output::DataOpen => side.opened += 1,
                    Output::Received(received) => side.received.push(received),
                    Output::UnknownSource { ssrc, payload_type } => side.unknown.push((ssrc, payload_type)),
                    Output::KeyFrameWanted { ssrc } => side.key_frames.push(ssrc.0),
                    Output::LocalCandidate(_)
                    | Output::LocalCandidateGone(_)
                    | Output::RouteChanged { .. }
                    | Output::GivenUp { .. }
                    | Output::VideoRate { .. } => {}
                }
            }
        }
    }
}

/// What the JSON of the answer says of the transport.
pub fn answer(params: &str) -> (TransportSetup, Vec<String>) {
    let value: Value = serde_json::from_str(params).unwrap();
    let transport = &value["transport"];
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let print = &transport["fingerprints"][0];
    let setup = TransportSetup {
        credentials: Credentials {
            ufrag: text(transport, "ufrag"),
            password: SecretText::from(text(transport, "pwd")),
        },
        fingerprint: Some(text(print, "fingerprint")),
        setup: Setup::parse(&text(print, "setup")),
    };
    let line = |one: &Value| {
        let [foundation, component, protocol, priority, ip, port, kind] =
            ["foundation", "component", "protocol", "priority", "ip", "port", "type"].map(|key| text(one, key));
        format!("candidate:{foundation} {component} {protocol} {priority} {ip} {port} typ {kind}")
    };
    (setup, transport["candidates"].as_array().unwrap().iter().map(line).collect())
}
