//! Whole clients in one group call: the simulated Telegram, its media server, and a network, all virtual. Each host does no more than
//! what it is told by events.

#[path = "../common/hosts.rs"]
mod hosts;
#[path = "../common/requests.rs"]
pub mod requests;

use crate::attached::Library;
use crate::film::Film;
use crate::world::{CHAT, ms};
use hosts::{Hosts, Opening};
use requests::Requests;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use tgcall::client::{Answer, CallEnd, CallState, Client, Config, DiscardReason, EventKind, Peer};
use tgcall::media::audio::AudioPort;
use tgcall::random::Random;
use tgcall::sim::account::Account;
use tgcall::sim::group::server::{Joined, Leg, Media, Refused, Told};
use tgcall::sim::group::{Chat, GroupCall, Sort};
use tgcall::sim::knobs::Knobs;
use tgcall::sim::network::{Arrival, HostId, ServerId};
use tgcall::sim::server::Server;
use tgcall::sim::sfu::{Desk, Sfu};
use tgcall::time::{Duration, Time};
use tgcall::types::{CallId, PeerId, RequestId, UserId};

const SERVER: &str = "203.0.113.9:32001";
/// Samples at 48 kHz of 10 ms.
pub const PIECE: usize = 480;

/// The half of the media server that Telegram asks, also in the hands of the world.
#[derive(Clone)]
struct Shared(Arc<Mutex<Desk>>);

impl Media for Shared {
    fn join(&mut self, now: Time, room: i64, payload: &str) -> Result<Joined, Refused> {
        Media::join(&mut *self.0.lock().unwrap(), now, room, payload)
    }

    fn join_presentation(&mut self, now: Time, room: i64, main: Leg, payload: &str) -> Result<Joined, Refused> {
        Media::join_presentation(&mut *self.0.lock().unwrap(), now, room, main, payload)
    }

    fn leave(&mut self, leg: Leg) {
        Media::leave(&mut *self.0.lock().unwrap(), leg);
    }

    fn set_muted(&mut self, leg: Leg, muted: bool) {
        Media::set_muted(&mut *self.0.lock().unwrap(), leg, muted);
    }

    fn last_heard(&self, leg: Leg) -> Option<Time> {
        self.0.lock().unwrap().last_heard(leg)
    }

    fn set_listened(&mut self, room: i64, listened: bool) {
        Media::set_listened(&mut *self.0.lock().unwrap(), room, listened);
    }

    fn take_told(&mut self, room: i64) -> Vec<Told> {
        Media::take_told(&mut *self.0.lock().unwrap(), room)
    }
}

/// A conference that somebody is invited to.
pub struct Ring {
    pub call: CallId,
    pub user: UserId,
    pub message_id: i32,
    pub is_video: bool,
    pub end: Option<CallEnd>,
}

/// A client with its host.
pub struct Side {
    pub account: i64,
    pub device: u32,
    pub client: Client,
    pub call: CallId,
    pub port: Option<Arc<AudioPort>>,
    /// Of a call that has ended: nothing comes by it.
    gone: Option<Arc<AudioPort>>,
    /// A private call that has become this one, until it ends, and how it has.
    pub old: Option<(CallId, Arc<AudioPort>)>,
    pub old_end: Option<CallEnd>,
    /// Other calls of its may end, too.
    pub is_lenient: bool,
    pub states: Vec<CallState>,
    pub end: Option<CallEnd>,
    pub answers: Vec<Answer>,
    pub rings: Vec<Ring>,
    /// Its cameras, and what it sees.
    pub film: Film,
    /// What else it was told, but sockets and requests.
    pub events: Vec<EventKind>,
    /// The methods it was asked to send, in order.
    pub methods: Vec<&'static str>,
    /// The data centres that parts of a stream were asked of.
    pub dcs: BTreeSet<u32>,
    /// What is answered to these methods, or an error, instead of what Telegram says; nothing: they are not answered at all.
    pub instead: Vec<(&'static str, Vec<u8>)>,
    pub heard: Vec<i16>,
    /// What speaks with Telegram for an attached call.
    pub library: Option<Library>,
    phase: u64,
    requests: Requests,
}

pub struct Clients {
    pub server: Server,
    pub sides: Vec<Side>,
    pub now: Time,
    /// What they are in instead of the chat's call.
    pub conference: Option<i64>,
    hosts: Hosts,
    media: ServerId,
    desk: Shared,
}

fn address(side: usize) -> IpAddr {
    format!("198.51.100.{}", side + 1).parse().unwrap()
}

/// What a side says all the time.
pub fn tone(side: usize) -> f64 {
    300.0 + 170.0 * side as f64
}

/// The amplitude of a sine in some sound.
pub fn amplitude(samples: &[i16], hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (at, sample) in samples.iter().enumerate() {
        let angle = at as f64 * hz * std::f64::consts::TAU / 48_000.0;
        re += f64::from(*sample) * angle.cos();
        im += f64::from(*sample) * angle.sin();
    }
    2.0 * f64::hypot(re, im) / samples.len().max(1) as f64
}

impl Clients {
    /// A supergroup of so many people, each a side. Number 1 runs it. Nobody has a call.
    pub fn new(seed: u64, people: i64) -> Clients {
        Clients::with(seed, people, &Config::new())
    }

    /// The same with clients that are made so.
    pub fn with(seed: u64, people: i64, config: &Config) -> Clients {
        let mut server = Server::new(seed, Knobs::default());
        for id in 1..=people {
            server.add_account(Account::new(id, "Somebody").with_devices(1));
        }
        server.add_chat(Chat::new(CHAT, Sort::Channel, "Friends", 1..=people).with_admin(1));
        let (now, mut random) = (Time::from_nanos(1), Random::from_seed(seed ^ 0x61_6972));
        let mut hosts = Hosts::new(random.fork());
        let sfu = Sfu::new(now, random.fork());
        let addresses: [SocketAddr; 1] = [SERVER.parse().unwrap()];
        let desk = Shared(Arc::new(Mutex::new(Desk::new(sfu.face(&addresses), random.fork()))));
        let media = hosts.add_server(&addresses, true, false, sfu);
        server.groups.set_media(Box::new(desk.clone()));
        let sides = (1..=people)
            .map(|account| Side::new(&mut hosts, now, account as usize - 1, account, config, random.fork()));
        let sides = sides.collect();
        Clients { server, sides, now, conference: None, hosts, media, desk }
    }

    /// The second device of somebody, as one more side.
    pub fn add_device(&mut self, account: i64) -> usize {
        self.server.account_mut(account).unwrap().devices.entry(2).or_default();
        let (side, random) = (self.sides.len(), Random::from_seed(account as u64 ^ 0x7365_636f_6e64));
        let other = Side::new(&mut self.hosts, self.now, side, account, &Config::new(), random);
        self.sides.push(Side { device: 2, ..other });
        side
    }

    /// The call of the chat, made by its first member, in which everybody is and speaks.
    pub fn crowd(seed: u64, people: i64) -> Clients {
        Clients::crowd_with(seed, people, &Config::new())
    }

    pub fn crowd_with(seed: u64, people: i64, config: &Config) -> Clients {
        let mut clients = Clients::with(seed, people, config);
        clients.create(0);
        for side in 0..people as usize {
            if side > 0 {
                clients.open(side);
            }
            clients.join(side, false);
        }
        clients.run(Duration::from_secs(3));
        for side in 0..people as usize {
            assert_eq!(clients.state(side), CallState::Active, "side {side}: {}", clients.report(side));
        }
        clients
    }

    // ---- What hosts do

    pub fn chat(&self, side: usize) -> Peer {
        let access_hash = self.server.channel_hash(self.sides[side].account, CHAT);
        Peer::Channel { id: CHAT, access_hash }
    }

    /// Somebody, as a side names him.
    pub fn peer(&self, side: usize, other: usize) -> Peer {
        let id = self.sides[other].account;
        Peer::User { id, access_hash: self.server.user_hash(self.sides[side].account, id) }
    }

    /// Has Telegram make a call in the chat.
    pub fn create(&mut self, side: usize) {
        self.create_as(side, false);
    }

    /// The same of a call that a broadcaster sends to, if that is said.
    pub fn create_as(&mut self, side: usize, is_rtmp: bool) {
        let chat = self.chat(side);
        let call = self.sides[side].client.create_group(self.now, chat, "Evening", 0, is_rtmp).unwrap();
        self.begin(side, call);
        self.run(ms(200));
        assert_eq!(self.state(side), CallState::Open);
    }

    pub fn telegram_id(&self) -> i64 {
        self.conference.unwrap_or_else(|| self.server.groups.chat(CHAT).unwrap().call.unwrap())
    }

    pub fn open(&mut self, side: usize) {
        let id = self.telegram_id();
        let hash = self.server.group_hash(self.sides[side].account, id);
        let call = self.sides[side].client.open_group(self.now, id, hash).unwrap();
        self.begin(side, call);
    }

    pub fn begin(&mut self, side: usize, call: CallId) {
        let one = &mut self.sides[side];
        (one.call, one.end, one.port) = (call, None, one.client.audio().get(call));
        one.states.clear();
        self.turn();
    }

    pub fn join(&mut self, side: usize, muted: bool) {
        let one = &mut self.sides[side];
        one.client.join_group(self.now, one.call, muted).unwrap();
        self.turn();
    }

    pub fn leave(&mut self, side: usize) {
        let one = &mut self.sides[side];
        one.client.discard(self.now, one.call, DiscardReason::Auto).unwrap();
        self.turn();
    }

    pub fn set_muted(&mut self, side: usize, muted: bool) {
        let one = &mut self.sides[side];
        one.client.set_muted(self.now, one.call, muted).unwrap();
        self.turn();
    }

    /// Asks Telegram for something, and waits until that is answered.
    #[track_caller]
    pub fn wish(
        &mut self,
        side: usize,
        ask: impl FnOnce(&mut Client, Time, CallId) -> Result<RequestId, tgcall::error::Error>,
    ) -> Answer {
        let one = &mut self.sides[side];
        let request = ask(&mut one.client, self.now, one.call).unwrap();
        self.run(ms(500));
        let found = self.sides[side].answers.iter().find(|answer| answer.request == request);
        found.expect("every wish is answered").clone()
    }

    // ---- What is seen

    pub fn state(&self, side: usize) -> CallState {
        let one = &self.sides[side];
        one.client.state(one.call).unwrap_or(CallState::Ended)
    }

    pub fn report(&self, side: usize) -> String {
        let one = &self.sides[side];
        one.client.report(one.call, tgcall::client::ReportFormat::Text, true).unwrap_or_default()
    }

    pub fn server_call(&self) -> &GroupCall {
        self.server.groups.call(self.telegram_id()).unwrap()
    }

    pub fn joins(&self, side: usize) -> usize {
        self.sides[side].methods.iter().filter(|method| **method == "phone.joinGroupCall").count()
    }

    /// By which source somebody who is in sends his sound, as the server has it.
    pub fn source(&self, side: usize) -> i32 {
        self.server_call().members[&PeerId::User(self.sides[side].account)].source
    }

    /// Whether all who are in know the list as the server has it.
    pub fn all_agree(&self) {
        let server = self.server_call();
        for (at, side) in self.sides.iter().enumerate().filter(|(at, _)| self.state(*at) == CallState::Active) {
            let people = side.client.roster(side.call).unwrap().people;
            assert_eq!((people.len(), people.total()), (server.members.len(), server.members.len()), "side {at}");
            for (peer, member) in &server.members {
                let known = people.find(*peer).unwrap_or_else(|| panic!("side {at}: {peer:?} is missing"));
                assert_eq!(known.source.0.cast_signed(), member.source, "side {at}: {peer:?}");
                assert_eq!(known.is_self, *peer == PeerId::User(side.account));
            }
        }
    }

    /// How loud each side's tone was to this one, in the last second.
    pub fn loudness(&self, side: usize) -> Vec<f64> {
        let heard = &self.sides[side].heard;
        let last = &heard[heard.len().saturating_sub(48_000)..];
        (0..self.sides.len()).map(|other| amplitude(last, tone(other))).collect()
    }

    /// It hears these, and nobody else.
    #[track_caller]
    pub fn assert_hears(&self, side: usize, others: &[usize]) {
        let loud = self.loudness(side);
        for (other, amplitude) in loud.iter().enumerate() {
            let is_heard = others.contains(&other);
            let is_right = if is_heard { *amplitude > 1500.0 } else { *amplitude < 150.0 };
            assert!(is_right, "{side} hears {other}: {loud:.0?}\n{}", self.report(side));
        }
    }

    // ---- The network

    pub fn host(&self, side: usize) -> HostId {
        self.hosts.of(side)
    }

    pub fn hosts(&mut self) -> &mut Hosts {
        &mut self.hosts
    }

    pub fn sockets(&self, side: usize) -> usize {
        self.hosts.sockets(side).len()
    }

    pub fn sfu(&mut self) -> &mut Sfu {
        self.hosts.machine_mut(self.media)
    }

    /// Nothing leaves a side and nothing arrives there.
    pub fn set_cut_off(&mut self, side: usize, is_cut_off: bool) {
        let host = self.hosts.of(side);
        self.hosts.set_down(host, address(side), is_cut_off);
    }

    /// All hosts know which of their requests get no answer.
    pub fn give_up(&mut self) {
        for side in &mut self.sides {
            side.requests.give_up(self.now, &mut side.client);
        }
        self.turn();
    }

    // ---- Time

    /// Everybody says his tone and hears what comes. What was heard before is gone.
    pub fn talk_aloud(&mut self, time: Duration) {
        self.sides.iter_mut().for_each(|side| side.heard.clear());
        self.talk(time, |side| {
            let mut samples = [0i16; PIECE];
            if let Some(port) = side.port.as_ref().or(side.gone.as_ref()) {
                port.pull(48_000, 1, &mut samples).unwrap();
            }
            side.heard.extend(samples);
        });
    }

    /// Everybody says his tone, and does something else every 10 ms.
    pub fn talk(&mut self, time: Duration, mut also: impl FnMut(&mut Side)) {
        let end = self.now + time;
        while self.now < end {
            for (at, side) in self.sides.iter_mut().enumerate() {
                side.say(tone(at));
                also(side);
            }
            self.run(ms(10));
        }
    }

    pub fn run(&mut self, time: Duration) {
        let until = self.now + time;
        self.turn();
        while let Some(next) = self.next().filter(|at| *at <= until) {
            self.now = self.now.max(next);
            self.turn();
        }
        self.now = until;
        self.turn();
    }

    fn next(&self) -> Option<Time> {
        let sides = self.sides.iter().filter_map(|side| side.client.next_timeout());
        sides.chain(self.server.next_timeout()).chain(self.hosts.next_timeout()).min()
    }

    fn turn(&mut self) {
        let now = self.now;
        loop {
            let mut is_quiet = true;
            self.server.handle_timeout(now);
            while let Some(output) = self.server.poll_output() {
                is_quiet = false;
                if let Some(side) = self.sides.iter_mut().find(|side| side.is_at(output.account, output.device)) {
                    match &mut side.library {
                        Some(library) => library.deliver(now, &mut self.server, &mut side.client, &output.body),
                        None => side.requests.deliver(now, &mut side.client, &output.body),
                    }
                }
            }
            self.turn_media();
            while let Some((side, socket, arrival)) = self.hosts.receive(now) {
                is_quiet = false;
                let client = &mut self.sides[side].client;
                let taken = match arrival {
                    Arrival::Opened(local) => client.handle_opened(now, socket, local),
                    Arrival::Closed => client.handle_closed(now, socket),
                    Arrival::Datagram { from, bytes } => client.handle_datagram(now, socket, from, &bytes),
                    Arrival::Stream(bytes) => client.handle_stream(now, socket, &bytes),
                };
                // It may have come for a socket that was closed meanwhile.
                let _ = taken;
            }
            for side in 0..self.sides.len() {
                let client = &mut self.sides[side].client;
                if client.next_timeout().is_some_and(|at| at <= now) {
                    client.handle_timeout(now);
                }
                while let Some(event) = self.sides[side].client.poll_event() {
                    is_quiet = false;
                    self.handle(side, event.call, event.kind);
                }
            }
            if is_quiet {
                return;
            }
        }
    }

    fn turn_media(&mut self) {
        let mut desk = self.desk.0.lock().unwrap();
        while let Some(command) = desk.poll_command() {
            // A good-bye that nobody waits for is lost.
            let _ = self.hosts.machine_mut::<Sfu>(self.media).command(self.now, command);
        }
        let said = self.hosts.machine_mut::<Sfu>(self.media).take_said();
        desk.note_said(said);
        let legs: Vec<_> = desk.legs().collect();
        for leg in legs {
            if let Some(at) = self.hosts.machine_mut::<Sfu>(self.media).heard_at(leg) {
                desk.note_heard(leg, at);
            }
        }
    }

    fn handle(&mut self, side: usize, call: CallId, kind: EventKind) {
        let now = self.now;
        let one = &mut self.sides[side];
        match kind {
            EventKind::Invoke { request, method, dc, bytes } => {
                match method {
                    "upload.getFile" | "phone.getGroupCallStreamChannels" => drop(one.dcs.insert(dc)),
                    _ => assert_eq!(dc, 0),
                }
                one.methods.push(method);
                match one.instead.iter().position(|(instead, _)| *instead == method) {
                    Some(at) => {
                        let (_, answer) = one.instead.remove(at);
                        if !answer.is_empty() {
                            requests::answer(now, &mut one.client, request, &answer).unwrap();
                        }
                    }
                    None => one.requests.ask(&mut self.server, now, (one.account, one.device), request, &bytes),
                }
            }
            EventKind::SocketOpen { socket, protocol, local, remote } => {
                match self.hosts.open(now, side, socket, protocol, local, remote) {
                    Opening::Bound(bound) => one.client.handle_opened(now, socket, bound).unwrap(),
                    Opening::Refused => one.client.handle_closed(now, socket).unwrap(),
                    Opening::Pending => {}
                }
            }
            EventKind::SocketClose { socket } => self.hosts.close(side, socket),
            EventKind::Transmit { socket, remote, bytes } => self.hosts.send(now, side, socket, remote, bytes),
            EventKind::CallState { new, .. } if call == one.call => one.states.push(new),
            EventKind::CallState { .. } => {}
            EventKind::GroupInvited { user, message_id, is_video } => {
                one.rings.push(Ring { call, user, message_id, is_video, end: None });
            }
            EventKind::CallEnded(end) if one.rings.iter().any(|ring| ring.call == call) && call != one.call => {
                let ring = one.rings.iter_mut().find(|ring| ring.call == call);
                ring.expect("just seen").end = Some(end);
            }
            EventKind::CallIncoming { .. } => (one.call, one.port) = (call, one.client.audio().get(call)),
            EventKind::CallMigrated { new, .. } => {
                one.old = one.client.audio().get(call).map(|port| (call, port));
                (one.call, one.port) = (new, one.client.audio().get(new));
                one.states.clear();
            }
            EventKind::CallEnded(end) if one.old.as_ref().is_some_and(|(old, _)| *old == call) => {
                (one.old, one.old_end) = (None, Some(end));
            }
            EventKind::CallEnded(_) if one.is_lenient && call != one.call => {}
            EventKind::CallEnded(end) => {
                assert_eq!(call, one.call);
                one.states.push(CallState::Ended);
                (one.end, one.gone) = (Some(end), one.port.take());
            }
            EventKind::GroupJoin { screen } => {
                if let Some(library) = &mut one.library {
                    library.join(now, &mut self.server, &one.client, screen.is_some());
                }
            }
            EventKind::StreamPart { request, time_ms, scale: _, video } => {
                if let Some(library) = &mut one.library {
                    library.fetch(now, &mut self.server, request, time_ms, video);
                }
            }
            EventKind::GroupAnswer(answer) => one.answers.push(*answer),
            other => {
                // The private call that it has been is not filmed.
                if one.client.telegram_id(call).is_ok() || one.library.is_some() {
                    one.film.handle(&other);
                }
                one.events.push(other);
            }
        }
    }
}

fn hosts_of(hosts: &mut Hosts, side: usize) -> SocketAddr {
    hosts.add(&[address(side)], None);
    SocketAddr::new(address(side), 0)
}

impl Side {
    fn new(hosts: &mut Hosts, now: Time, side: usize, account: i64, config: &Config, random: Random) -> Side {
        let at = hosts_of(hosts, side);
        let mut config = config.clone();
        config.set_user_id(UserId(account)).unwrap();
        let mut client = Client::new(now, config, random).unwrap();
        client.set_interfaces(now, &[at]).unwrap();
        Side {
            account,
            device: 1,
            client,
            call: CallId(0),
            port: None,
            gone: None,
            old: None,
            old_end: None,
            is_lenient: false,
            states: vec![],
            end: None,
            answers: vec![],
            rings: vec![],
            film: Film::default(),
            events: vec![],
            methods: vec![],
            dcs: BTreeSet::new(),
            instead: vec![],
            heard: vec![],
            library: None,
            phase: 0,
            requests: Requests::default(),
        }
    }

    fn is_at(&self, account: i64, device: u32) -> bool {
        (self.account, self.device) == (account, device)
    }

    fn say(&mut self, hz: f64) {
        let sine = |at: u64| (3000.0 * (at as f64 * hz * std::f64::consts::TAU / 48_000.0).sin()) as i16;
        let samples: Vec<i16> = (self.phase..self.phase + PIECE as u64).map(sine).collect();
        self.phase += PIECE as u64;
        for port in self.port.iter().chain(self.old.as_ref().map(|(_, port)| port)) {
            port.push(48_000, 1, &samples).unwrap();
        }
    }

    /// The last events of a kind that it was told, and they are forgotten.
    pub fn take_events<T>(&mut self, mut pick: impl FnMut(&EventKind) -> Option<T>) -> Vec<T> {
        let picked = self.events.iter().filter_map(&mut pick).collect();
        self.events.clear();
        picked
    }
}
