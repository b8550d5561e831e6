//! Whole clients, the network and the Telegram between them, their hosts' microphones and loudspeakers, and a clock that
//! jumps to the next thing to do.
//!
//! The clients are embedded: the world is their host. It opens their sockets on the virtual network, carries their signaling,
//! and pushes and pulls their sound. Whatever goes wrong is drawn from the seed.

use crate::hosts::{Hosts, Opening};
use crate::middle::{Change, Middle};
use crate::pictures::{Pictures, show};
use crate::post::Post;
pub use crate::setting::*;
pub use crate::side::{Line, Side};
use crate::telegram::Telegram;
use crate::tone::Heard;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::ops::Range;
use tgcall::client::{
    CallState, Client, Event, EventKind, Reflector as ReflectorEntry, ReportFormat, Stat, StreamId, Switches, Webrtc,
};
use tgcall::error::ErrorKind;
use tgcall::random::Random;
use tgcall::sim::fault::Rule;
use tgcall::sim::network::{Arrival, ServerId};
use tgcall::sim::relay::{Reflector, TurnServer};
use tgcall::time::{Duration, Time};
use tgcall::types::{CallId, Protocol};

/// Hashes over what happened, as it happens.
#[derive(Default)]
struct Traces {
    trace: Sha256,
    shape: Sha256,
}

pub struct World {
    pub now: Time,
    pub start: Time,
    pub network: Hosts,
    pub post: Post,
    pub sides: Vec<Side>,
    /// Who calls whom. A call's number is its place here.
    calls: Vec<[usize; 2]>,
    pub turn: Option<ServerId>,
    pub reflectors: Option<[ServerId; 2]>,
    /// Between the two of the first call.
    middle: Option<Middle>,
    telegram: Option<Telegram>,
    traces: Option<Traces>,
    /// See [`Setting::is_dual_stack`].
    is_dual_stack: bool,
    /// Somebody on the way writes down the checks, and where they went.
    pub listens: bool,
    pub overheard: Vec<(SocketAddr, Vec<u8>)>,
    /// How often the hosts' loops turn; zero: whenever there is something to do.
    pub lag: Duration,
    /// What a failure tells of the test.
    pub story: Vec<String>,
}

impl World {
    /// The two of each call have the key and connect; nothing has happened yet.
    pub fn new(setting: Setting) -> World {
        let (mut world, mut random) = World::empty(&setting);
        let keys: Vec<[u8; 256]> = setting.calls.iter().map(|_| random.bytes()).collect();
        world.begin(&setting, &keys);
        world
    }

    /// As [`World::new`], with somebody between who has the key.
    pub fn with_middle(setting: Setting, change: Change) -> World {
        let (mut world, mut random) = World::empty(&setting);
        let key: [u8; 256] = random.bytes();
        world.middle = Some(Middle::new(world.start, &mut random, &key, setting.version, setting.parameters, change));
        world.begin(&setting, &[key]);
        world
    }

    /// The callers call, and the callees answer when it rings.
    pub fn through_telegram(mut setting: Setting, rules: Vec<Rule>) -> World {
        setting.is_telegram = true;
        let (mut world, _) = World::empty(&setting);
        world.telegram = Some(Telegram::new(&setting, rules));
        for (number, [caller, callee]) in setting.calls.into_iter().enumerate() {
            let (now, (user, hash)) = (world.now, world.telegram().user(callee, caller));
            let side = &mut world.sides[caller];
            let call = side.client.request(now, user, hash, false).unwrap();
            side.add_line(number, callee, call);
            world.flush();
        }
        world
    }

    fn empty(setting: &Setting) -> (World, Random) {
        let mut random = Random::from_seed(setting.seed);
        let mut network = Hosts::new(random.fork());
        let start = Time::from_nanos(1_000_000_000_000);
        let Servers { turn, reflector_udp, reflector_tcp } = setting.servers;
        let turn = turn.then(|| {
            let server = TurnServer::new(at(TURN).ip(), "user", "secret", random.fork());
            network.add_server(&[at(TURN)], true, true, server)
        });
        let reflectors = (reflector_udp || reflector_tcp).then(|| {
            REFLECTORS.map(|address| {
                let mut addresses = vec![at(address)];
                if setting.is_telegram && address == REFLECTORS[0] {
                    // All its servers are one machine.
                    addresses.push((at(TURN).ip(), at(address).port()).into());
                }
                network.add_server(&addresses, true, true, Reflector::default())
            })
        });
        let sides = 0..setting.hosts.len();
        let sides = sides.map(|side| Side::new(setting, side, &mut network, start, random.fork())).collect();
        let post = Post::new(setting.post, random.fork());
        let (middle, telegram, story) = (None, None, Vec::new());
        let (traces, lag) = (setting.is_traced.then(Traces::default), setting.lag);
        let (listens, overheard) = (false, Vec::new());
        (
            World {
                now: start,
                start,
                network,
                post,
                sides,
                calls: setting.calls.clone(),
                turn,
                reflectors,
                middle,
                telegram,
                traces,
                is_dual_stack: setting.is_dual_stack,
                listens,
                overheard,
                lag,
                story,
            },
            random,
        )
    }

    fn begin(&mut self, setting: &Setting, keys: &[[u8; 256]]) {
        for (number, key) in keys.iter().enumerate() {
            for end in [CALLER, CALLEE] {
                self.attach(setting, number, end, key);
            }
        }
        self.connect_media(setting, CALLER);
        self.run(setting.callee_late);
        self.connect_media(setting, CALLEE);
    }

    fn attach(&mut self, setting: &Setting, number: usize, end: usize, key: &[u8]) {
        let (now, side, peer) = (self.now, self.calls[number][end], self.calls[number][other(end)]);
        let client = &mut self.sides[side].client;
        let call = client.attach(now, end == CALLER, key).unwrap();
        let Servers { turn, reflector_udp, reflector_tcp } = setting.servers;
        for is_tcp in [(reflector_udp, false), (reflector_tcp, true)].into_iter().filter(|r| r.0).map(|r| r.1) {
            for (id, address) in [40, -5].into_iter().zip(REFLECTORS.map(at)) {
                let ([ip, ipv6], port) = (&self.written(address), address.port());
                // Both ends have the same tag, each call its own.
                let peer_tag = &[b'a' + number as u8; 16];
                self.sides[side]
                    .client
                    .add_reflector(call, &ReflectorEntry { id, ip, ipv6, port, peer_tag, is_tcp })
                    .unwrap();
            }
        }
        if turn {
            let ([ip, ipv6], port) = (&self.written(at(TURN)), at(TURN).port());
            let (username, password) = ("user", "secret");
            let entry = Webrtc { id: 1, ip, ipv6, port, username, password, is_turn: true, is_stun: true };
            self.sides[side].client.add_webrtc(call, &entry).unwrap();
        }
        self.sides[side].add_line(number, peer, call);
        for (_, source) in setting.shows.iter().filter(|(who, _)| *who == side) {
            show(&mut self.sides[side].client, now, call, *source);
        }
        self.flush();
    }

    /// A server's `ip` and `ipv6`, as Telegram writes them.
    fn written(&self, address: SocketAddr) -> [String; 2] {
        match self.is_dual_stack {
            true => [String::new(), mapped(address).ip().to_string()],
            false => [address.ip().to_string(), String::new()],
        }
    }

    /// All callers or all callees begin.
    fn connect_media(&mut self, setting: &Setting, end: usize) {
        let now = self.now;
        for number in 0..self.calls.len() {
            let side = self.calls[number][end];
            let odd = setting.odd_parameters.filter(|(odd, _)| *odd == side);
            let parameters = odd.map_or(setting.parameters, |(_, parameters)| parameters);
            let call = self.sides[side].end_of(number).expect("it is attached").call;
            let client = &mut self.sides[side].client;
            client.connect(now, call, setting.version, setting.p2p_allowed, parameters).unwrap();
            self.flush();
        }
    }

    // ---- Time

    /// Does the next thing, if it is due before `until`.
    fn step(&mut self, until: Time) -> bool {
        self.flush();
        let sound = self.sides.iter().map(|side| side.next_chunk).min();
        let pictures = self.sides.iter().filter_map(Side::next_frame).min();
        let others = self.next_turn();
        let Some(next) = others.into_iter().chain(sound).chain(pictures).min().filter(|next| *next <= until) else {
            self.now = until;
            return false;
        };
        self.now = self.now.max(next);
        // The sound has a thread of its own.
        for side in &mut self.sides {
            side.turn_sound(self.now);
            side.turn_pictures(self.now);
        }
        if others.is_some_and(|others| others <= self.now) {
            self.turn_network();
            self.turn_signaling();
            self.turn_telegram();
        }
        for side in self.everyone() {
            let client = &mut self.sides[side].client;
            if self.lag.is_zero() || others.is_some_and(|others| others <= self.now) {
                if client.next_timeout().is_some_and(|due| due <= self.now) {
                    client.handle_timeout(self.now);
                }
                self.flush();
            }
        }
        true
    }

    /// When the hosts' loops have something to do and come to it.
    fn next_turn(&self) -> Option<Time> {
        let clients = self.sides.iter().filter_map(|side| side.client.next_timeout());
        let middle = self.middle.as_ref().and_then(Middle::next_timeout);
        let telegram = self.telegram.as_ref().and_then(|telegram| telegram.server.next_timeout());
        let others = [self.network.next_timeout(), self.post.next_timeout(), middle, telegram];
        let next = clients.chain(others.into_iter().flatten()).min()?;
        let lag = self.lag.as_nanos() as u64;
        Some(if lag == 0 { next } else { Time::from_nanos(next.as_nanos().next_multiple_of(lag)) })
    }

    fn turn_network(&mut self) {
        let now = self.now;
        let write = if self.is_dual_stack { mapped } else { |address| address };
        while let Some((side, socket, arrival)) = self.network.receive(now) {
            let client = &mut self.sides[side].client;
            let outcome = match arrival {
                Arrival::Opened(local) => client.handle_opened(now, socket, write(local)),
                Arrival::Datagram { from, bytes } => client.handle_datagram(now, socket, write(from), &bytes),
                // A stream is cut anywhere.
                Arrival::Stream(bytes) => {
                    bytes.chunks(701).try_for_each(|part| client.handle_stream(now, socket, part))
                }
                Arrival::Closed => client.handle_closed(now, socket),
            };
            // What was on its way when its socket was closed belongs to no call any more.
            assert!(outcome.is_ok() || outcome.unwrap_err().kind() == ErrorKind::NotFound);
            self.flush();
        }
    }

    fn turn_signaling(&mut self) {
        let now = self.now;
        while let Some(packet) = self.post.poll(now) {
            let side = &mut self.sides[packet.to];
            let call = side.end_of(packet.call).expect("both have it").call;
            side.client.handle_signaling(now, call, &packet.bytes).unwrap();
            self.flush();
        }
        if let Some(middle) = &mut self.middle {
            middle.handle_timeout(now);
            self.pass_on();
        }
    }

    fn turn_telegram(&mut self) {
        let now = self.now;
        while let Some(telegram) = &mut self.telegram
            && let Some((side, body)) = telegram.poll(now)
        {
            telegram.deliver(now, side, &mut self.sides[side].client, &body);
            self.flush();
        }
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
            let is_up = |side: usize, number: usize| {
                world.sides[side].end_of(number).is_some_and(|line| line.state() == CallState::Active)
            };
            world.calls.iter().enumerate().all(|(number, sides)| sides.iter().all(|side| is_up(*side, number)))
        });
        self.now.since(self.start)
    }

    /// Does what the clients want done.
    fn flush(&mut self) {
        for side in self.everyone() {
            while let Some(event) = self.sides[side].client.poll_event() {
                if let Some(traces) = &mut self.traces {
                    traces.trace.update(format!("{:?} {side} {event:?}", self.now));
                }
                self.happen(side, event);
            }
            // As the C API does after each call; else some lines of it are kept.
            while self.sides[side].client.poll_log().is_some() {}
        }
    }

    fn happen(&mut self, side: usize, event: Event) {
        let now = self.now;
        let Side { client, lines, opened, sent_to, events, .. } = &mut self.sides[side];
        *opened += u32::from(matches!(event.kind, EventKind::SocketOpen { .. }));
        let line = lines.iter().position(|line| line.call == event.call);
        if let Some(line) = line {
            let Line { pictures, port, .. } = &mut lines[line];
            if pictures.handle(now, &event.kind, port) {
                return;
            }
        }
        match event.kind {
            EventKind::SocketOpen { socket, protocol, local, remote } => {
                let (local, remote) = (canonical(local), remote.map(canonical));
                sent_to.extend(remote.filter(|_| protocol == Protocol::Tcp).map(|remote| (protocol, remote)));
                match self.network.open(now, side, socket, protocol, local, remote) {
                    Opening::Bound(bound) => {
                        let bound = if self.is_dual_stack { mapped(bound) } else { bound };
                        client.handle_opened(now, socket, bound).unwrap();
                    }
                    Opening::Refused => client.handle_closed(now, socket).unwrap(),
                    Opening::Pending => {}
                }
            }
            EventKind::SocketClose { socket } => self.network.close(side, socket),
            EventKind::Transmit { socket, remote, bytes } => {
                let remote = remote.map(canonical);
                if self.listens && bytes[..2] == [0, 1] {
                    self.overheard.extend(remote.map(|remote| (remote, bytes.clone())));
                }
                if let Some(traces) = &mut self.traces {
                    traces.trace.update(&bytes);
                    traces.shape.update(format!("{now:?} {side} {socket} {remote:?}"));
                    traces.shape.update(in_the_open(&bytes));
                }
                sent_to.extend(remote.map(|remote| (Protocol::Udp, remote)));
                self.network.send(now, side, socket, remote, bytes);
            }
            EventKind::SignalingSend { bytes } => {
                if let Some(traces) = &mut self.traces {
                    traces.trace.update(&bytes);
                }
                match &mut self.middle {
                    None => {
                        let Line { number, peer, .. } = lines[line.expect("of a call")];
                        self.post.send(now, peer, number, bytes);
                    }
                    Some(middle) => {
                        middle.handle(now, side, &bytes);
                        self.pass_on();
                    }
                }
            }
            EventKind::Invoke { request, bytes, .. } => {
                self.telegram.as_mut().expect("attached calls ask nobody").invoke(now, side, request, &bytes);
            }
            EventKind::CallIncoming { user, .. } => {
                let from = Telegram::side_of(user);
                let is_new = |line: &&Line| line.peer == side && self.sides[side].end_of(line.number).is_none();
                let number = self.sides[from].lines.iter().find(is_new).expect("somebody calls").number;
                self.sides[side].add_line(number, from, event.call);
                self.sides[side].client.accept(now, event.call).unwrap();
            }
            EventKind::CallState { new, .. } => {
                // The first one comes while the call is made.
                if let Some(line) = line {
                    lines[line].states.push((now, new));
                }
            }
            EventKind::CallEnded(end) => lines[line.expect("of a call")].end = Some((now, end)),
            EventKind::CallMedia { switches, .. } => {
                lines[line.expect("of a call")].muted.push((now, switches.has(Switches::MUTED)));
            }
            other => events.push((now, event.call, format!("{other:?}"))),
        }
    }

    /// What whoever is between has to say, in the first call.
    fn pass_on(&mut self) {
        while let Some((to, packet)) = self.middle.as_mut().and_then(Middle::poll_packet) {
            self.post.send(self.now, to, 0, packet);
        }
    }

    // ---- What tests ask

    pub fn everyone(&self) -> Range<usize> {
        0..self.sides.len()
    }

    /// The answer of each side.
    pub fn each<T>(&self, ask: impl FnMut(usize) -> T) -> Vec<T> {
        self.everyone().map(ask).collect()
    }

    /// A side's first call.
    pub fn line(&self, side: usize) -> &Line {
        &self.sides[side].lines[0]
    }

    pub fn state(&self, side: usize) -> CallState {
        self.line(side).state()
    }

    pub fn stat(&self, side: usize, stat: Stat) -> Option<i64> {
        self.sides[side].client.call_stats(self.line(side).call, StreamId::CALL).unwrap().get(stat)
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

    /// The tone that is sent to this end of a call.
    fn tone_for(&self, line: &Line) -> f64 {
        self.sides[line.peer].end_of(line.number).expect("a call has two ends").frequency
    }

    /// The two of each call speak for so long, and hear each other without a break and nothing else.
    #[track_caller]
    pub fn talk(&mut self, duration: Duration) {
        // What is on its way, and what the jitter buffers hold.
        self.run(ms(400) + duration);
        for side in self.everyone() {
            for line in 0..self.sides[side].lines.len() {
                let tone = self.tone_for(&self.sides[side].lines[line]);
                let heard = self.sides[side].heard(line, duration);
                let (audible, frequency, level) = (heard.audible(tone), heard.frequency(tone), heard.level());
                if audible < 990 || (frequency - tone).abs() > 1.0 || !(0.85..1.15).contains(&level) {
                    let what = format!("{side} hears {audible} of 1000 at {frequency} Hz for {tone}, level {level:.2}");
                    self.panic(&what);
                }
            }
        }
    }

    /// Whether a side has heard each of its calls just now.
    fn hears_all(&self, side: usize) -> bool {
        let side = &self.sides[side];
        let hears = |line: usize| side.heard(line, ms(300)).audible(self.tone_for(&side.lines[line])) >= 1000;
        (0..side.lines.len()).all(hears)
    }

    /// Runs until the two of each call hear each other.
    #[track_caller]
    pub fn until_heard(&mut self, limit: Duration) {
        let until = self.now + limit;
        while !self.everyone().all(|side| self.hears_all(side)) {
            self.run(ms(100));
            if self.now >= until {
                self.panic(&format!("not heard within {limit:?}"));
            }
        }
    }

    /// A hash over everything that was sent and told, and when.
    pub fn trace(&self) -> [u8; 32] {
        self.traces.as_ref().expect("it is traced").trace.clone().finalize().into()
    }

    /// The same over what can be read of datagrams without a key.
    pub fn shape(&self) -> [u8; 32] {
        self.traces.as_ref().expect("it is traced").shape.clone().finalize().into()
    }

    // ---- What tests do

    /// The audio devices stand still, so that hours pass quickly. Nothing is pushed or pulled until [`World::resume_sound`].
    pub fn pause_sound(&mut self) {
        self.sides.iter_mut().for_each(|side| side.next_chunk = Time::from_nanos(u64::MAX));
    }

    pub fn resume_sound(&mut self) {
        let now = self.now;
        self.sides.iter_mut().for_each(|side| side.next_chunk = now);
    }

    /// A side does something with its first call.
    pub fn wish<T>(&mut self, side: usize, wish: impl FnOnce(&mut Client, Time, CallId) -> T) -> T {
        let (now, call) = (self.now, self.line(side).call);
        let done = wish(&mut self.sides[side].client, now, call);
        self.flush();
        done
    }

    pub fn pictures(&mut self, side: usize) -> &mut Pictures {
        &mut self.sides[side].lines[0].pictures
    }

    pub fn mute(&mut self, side: usize, muted: bool) {
        let (now, call) = (self.now, self.line(side).call);
        self.sides[side].client.set_muted(now, call, muted).unwrap();
        self.flush();
    }

    pub fn telegram(&mut self) -> &mut Telegram {
        self.telegram.as_mut().expect("the call goes through it")
    }

    pub fn turn(&mut self) -> &mut TurnServer {
        self.network.machine_mut(self.turn.expect("there is one"))
    }

    pub fn reflector(&mut self, number: usize) -> &mut Reflector {
        self.network.machine_mut(self.reflectors.expect("there are some")[number])
    }

    #[track_caller]
    pub fn panic(&self, what: &str) -> ! {
        for side in &self.sides {
            for line in side.lines.iter().take(2) {
                println!("{:?}, end {:?}", line.states, line.end);
                println!("{}", side.client.report(line.call, ReportFormat::Text, true).unwrap());
            }
        }
        println!("{}", self.story.join("\n"));
        panic!("{what}, {:?} after the start", self.now.since(self.start));
    }
}

/// What of a datagram does not depend on the keys of DTLS: STUN whole, the header and the size of RTP and RTCP, that it is DTLS.
fn in_the_open(bytes: &[u8]) -> Vec<u8> {
    match bytes[0] {
        0..=3 => bytes.to_vec(),
        128..=191 => {
            let header = if (192..=223).contains(&bytes[1]) { 8 } else { 12 };
            [&bytes[..header], &bytes.len().to_be_bytes()].concat()
        }
        _ => vec![20],
    }
}
