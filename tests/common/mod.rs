//! Two or more clients, a simulated Telegram between them, and a clock that jumps to the next thing to do.
//!
//! It has no network, and is a world of its own for that: the sound is the host's, who only says whether there is a path, so that
//! a call from the ring to the report is all there is, thousands of them in a test. Whole clients with their sound, on a virtual
//! network, are in `tests/scenarios`. What all worlds have in common stands beside this file: `flight`, `hosts` and `requests`.

#![allow(dead_code, reason = "each test program uses its part")]

mod requests;

use requests::Requests;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tgcall::client::{CallEnd, CallState, Client, Config, DiscardReason, EndReason, EventKind, Media};
use tgcall::random::Random;
use tgcall::sim::account::Account;
use tgcall::sim::call::Call;
use tgcall::sim::encoder::Object;
use tgcall::sim::fault::Rule;
use tgcall::sim::knobs::Knobs;
use tgcall::sim::request::{Private, Reason, Request};
use tgcall::sim::schema::Schema;
use tgcall::sim::script::Script;
use tgcall::sim::server::{Body, EPOCH, Server};
use tgcall::time::{Duration, Time};
use tgcall::types::{CallId, UserId};

pub const ALICE: usize = 0;
pub const BOB: usize = 1;
pub const ALICE_ID: i64 = 1001;
pub const BOB_ID: i64 = 1002;

pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// The seed of a test: its own, or the one in `TGCALL_SEED`.
#[derive(Clone, Copy, Debug)]
pub struct Seed(pub u64);

impl Seed {
    pub fn from_env(own: u64) -> Seed {
        Seed(std::env::var("TGCALL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(own))
    }
}

/// What a client was told about one of its calls, in order.
#[derive(Clone, Debug, Default)]
pub struct History {
    pub is_incoming: bool,
    pub is_video: bool,
    pub user: i64,
    /// All states it went through, the first one excluded.
    pub states: Vec<CallState>,
    pub end: Option<CallEnd>,
    pub ended_at: Option<Time>,
    pub signaling: Vec<Vec<u8>>,
    pub emoji: Option<Vec<String>>,
    pub key: Option<Vec<u8>>,
    /// Events after the end other than the requests that may follow it.
    pub after_end: usize,
}

impl History {
    pub fn was(&self, state: CallState) -> bool {
        self.states.contains(&state)
    }

    pub fn reason(&self) -> EndReason {
        self.end.as_ref().map(|end| end.reason).unwrap_or_default()
    }
}

/// A client with its host.
pub struct Peer {
    pub account: i64,
    pub device: u32,
    pub client: Client,
    pub calls: BTreeMap<CallId, History>,
    pub last_call: CallId,
    /// Every request the client made.
    pub invoked: Vec<&'static str>,
    /// Accepts whatever rings.
    pub accepts: bool,
    requests: Requests,
}

pub struct World {
    pub seed: u64,
    pub server: Server,
    pub peers: Vec<Peer>,
    pub now: Time,
    /// Whether a call whose two ends are looking for each other finds a path.
    pub has_media: bool,
    /// Prints everything when the test fails.
    pub is_loud: bool,
    schema: Schema,
    random: Random,
    trace: Sha256,
    /// Ends that have heard nothing from the other one, and since when.
    silent: BTreeMap<(usize, CallId), Time>,
}

/// How long an engine hears nothing before it says so.
const SILENCE: Duration = Duration::from_secs(3);

/// A client as the tests want it: the sound is ours to declare.
pub fn config(account: i64) -> Config {
    let mut config = Config::new();
    config.set_user_id(UserId(account)).unwrap();
    config.set_media(Media::Host);
    config
}

impl World {
    /// Alice and Bob, one device each, and a server with its defaults.
    pub fn new(seed: Seed) -> World {
        World::with_knobs(seed, Knobs::default())
    }

    pub fn with_knobs(seed: Seed, knobs: Knobs) -> World {
        let mut world = World::empty(seed, knobs);
        world.join(ALICE_ID, 1);
        world.join(BOB_ID, 1);
        world
    }

    /// Alice and Bob, a server with its defaults, and rules.
    pub fn with_rules(seed: Seed, rules: impl IntoIterator<Item = Rule>) -> World {
        let mut world = World::new(seed);
        for rule in rules {
            world.server.add_rule(rule);
        }
        world
    }

    /// The accounts of `tgcall-sim`, and nobody logged in.
    pub fn empty(seed: Seed, knobs: Knobs) -> World {
        let mut script = Script::with_default_accounts();
        script.knobs = knobs;
        // Only the devices that are here: nobody answers for the others.
        for account in &mut script.accounts {
            *account = account.clone().with_devices(1);
        }
        let mut server = script.server(seed.0);
        server.is_talkative = std::env::var_os("TGCALL_QUIET").is_none();
        World {
            seed: seed.0,
            server,
            peers: Vec::new(),
            now: Time::ZERO,
            has_media: true,
            is_loud: true,
            schema: Schema::of_layer(223),
            random: Random::from_seed(seed.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            trace: Sha256::new(),
            silent: BTreeMap::new(),
        }
    }

    /// Logs a device in; returns its place.
    pub fn join(&mut self, account: i64, device: u32) -> usize {
        self.join_with(account, device, config(account))
    }

    pub fn join_with(&mut self, account: i64, device: u32, config: Config) -> usize {
        if self.server.account_mut(account).is_none() {
            self.server.add_account(Account::new(account, &format!("User {account}")));
        }
        let known = self.server.account_mut(account).expect("it was just added");
        known.devices.entry(device).or_default();
        let random = self.random.fork();
        let mut client = Client::new(self.now, config, random).expect("the configuration is good");
        let unix_s = i64::from(EPOCH) + self.now.since(Time::ZERO).as_secs() as i64;
        client.set_server_time(self.now, unix_s).expect("a clock is always welcome");
        self.peers.push(Peer {
            account,
            device,
            client,
            calls: BTreeMap::new(),
            last_call: CallId(0),
            invoked: Vec::new(),
            accepts: false,
            requests: Requests::default(),
        });
        self.peers.len() - 1
    }

    // ---- What users do

    /// `from` calls the account of `to`.
    pub fn call(&mut self, from: usize, to: usize) -> CallId {
        let user = self.peers[to].account;
        self.call_user(from, user, false)
    }

    pub fn call_user(&mut self, from: usize, user: i64, video: bool) -> CallId {
        let hash = self.server.user_hash(self.peers[from].account, user);
        let now = self.now;
        let peer = &mut self.peers[from];
        let call = peer.client.request(now, UserId(user), hash, video).expect("nothing is in the way of the call");
        peer.last_call = call;
        peer.calls.insert(call, History { is_video: video, user, ..History::default() });
        self.pump();
        call
    }

    pub fn accept(&mut self, who: usize) {
        let call = self.peers[who].last_call;
        let now = self.now;
        self.peers[who].client.accept(now, call).expect("it rings");
        self.pump();
    }

    pub fn discard(&mut self, who: usize) {
        self.discard_for(who, DiscardReason::Auto);
    }

    pub fn discard_for(&mut self, who: usize, reason: DiscardReason) {
        let call = self.peers[who].last_call;
        let now = self.now;
        self.peers[who].client.discard(now, call, reason).expect("the call is up");
        self.pump();
    }

    pub fn signal(&mut self, who: usize, packet: &[u8]) {
        let call = self.peers[who].last_call;
        let now = self.now;
        self.peers[who].client.send_signaling(now, call, packet).expect("there is a key");
        self.pump();
    }

    // What a user may try who does not look first.

    pub fn try_call(&mut self, from: usize, to: usize) {
        let user = self.peers[to].account;
        let hash = self.server.user_hash(self.peers[from].account, user);
        let now = self.now;
        let peer = &mut self.peers[from];
        if let Ok(call) = peer.client.request(now, UserId(user), hash, false) {
            peer.last_call = call;
            peer.calls.insert(call, History { user, ..History::default() });
        }
        self.pump();
    }

    pub fn try_accept(&mut self, who: usize) {
        let (now, call) = (self.now, self.peers[who].last_call);
        let _ = self.peers[who].client.accept(now, call);
        self.pump();
    }

    pub fn try_discard(&mut self, who: usize) {
        let (now, call) = (self.now, self.peers[who].last_call);
        let _ = self.peers[who].client.discard(now, call, DiscardReason::Auto);
        self.pump();
    }

    pub fn try_signal(&mut self, who: usize, packet: &[u8]) {
        let (now, call) = (self.now, self.peers[who].last_call);
        let _ = self.peers[who].client.send_signaling(now, call, packet);
        self.pump();
    }

    pub fn try_rate(&mut self, who: usize) {
        let (now, call) = (self.now, self.peers[who].last_call);
        let _ = self.peers[who].client.rate(now, call, 4, "it worked");
        self.pump();
    }

    pub fn try_report(&mut self, who: usize) {
        let (now, call) = (self.now, self.peers[who].last_call);
        let _ = self.peers[who].client.send_report(now, call);
        self.pump();
    }

    /// Calls, waits until it rings, accepts, waits until both are active.
    pub fn establish(&mut self, from: usize, to: usize) -> CallId {
        let call = self.call(from, to);
        self.until_state(to, CallState::Ringing);
        self.accept(to);
        self.until_state(from, CallState::Active);
        self.until_state(to, CallState::Active);
        call
    }

    // ---- What tests ask

    pub fn state(&self, who: usize) -> CallState {
        let peer = &self.peers[who];
        peer.client.state(peer.last_call).unwrap_or_default()
    }

    /// The history of the last call of a client.
    pub fn history(&self, who: usize) -> &History {
        static NONE: History = History {
            is_incoming: false,
            is_video: false,
            user: 0,
            states: Vec::new(),
            end: None,
            ended_at: None,
            signaling: Vec::new(),
            emoji: None,
            key: None,
            after_end: 0,
        };
        self.peers[who].calls.get(&self.peers[who].last_call).unwrap_or(&NONE)
    }

    pub fn end(&self, who: usize) -> &CallEnd {
        self.history(who).end.as_ref().unwrap_or_else(|| panic!("the call of {who} is {:?}", self.state(who)))
    }

    pub fn reason(&self, who: usize) -> EndReason {
        self.end(who).reason
    }

    /// How often the server was asked.
    pub fn count(&self, who: usize, method: &str) -> usize {
        self.server.count(self.peers[who].account, method)
    }

    /// With what words a client has discarded calls: reason and duration.
    pub fn discards(&self, who: usize) -> Vec<(Reason, i32)> {
        let account = self.peers[who].account;
        let device = self.peers[who].device;
        let mine = self.server.received().iter().filter(|one| one.account == account && one.device == device);
        mine.filter_map(|one| match &one.request {
            Some(Request::Private(Private::DiscardCall { reason, duration, .. })) => Some((reason.clone(), *duration)),
            _ => None,
        })
        .collect()
    }

    /// The server's view of the call made last.
    pub fn server_call(&self) -> &Call {
        self.server.calls().max_by_key(|call| (call.date, call.id)).expect("there is a call")
    }

    /// A call object arrives at a client out of nowhere.
    pub fn inject(&mut self, who: usize, call: Object) {
        let update = Object::new("updatePhoneCall").with("phone_call", call);
        self.inject_update(who, update);
    }

    pub fn inject_update(&mut self, who: usize, update: Object) {
        let short = Object::new("updateShort").with("update", update).with("date", EPOCH);
        let bytes = self.schema.encode(&short).expect("the test sends what the schema has");
        let now = self.now;
        self.peers[who].client.handle_update(now, &bytes).expect("bytes from the network are never misuse");
        self.pump();
    }

    /// A hash over everything that happened, and when.
    pub fn trace(&self) -> [u8; 32] {
        let mut hash = self.trace.clone();
        hash.update(self.server.trace());
        hash.finalize().into()
    }

    // ---- Time

    /// Runs until the condition holds.
    pub fn run_until(&mut self, limit: Duration, what: &str, mut condition: impl FnMut(&World) -> bool) {
        let end = self.now + limit;
        while !condition(self) {
            match self.next() {
                Some(next) if next <= end => self.step_to(next),
                _ => panic!("{what}: not within {limit:?}; states are {:?}", self.states()),
            }
        }
    }

    pub fn until_state(&mut self, who: usize, state: CallState) {
        let what = format!("client {who} {state:?}");
        self.run_until(secs(300), &what, |world| world.state(who) == state);
    }

    pub fn until_ended(&mut self, who: &[usize]) {
        self.run_until(secs(600), "the end", |world| who.iter().all(|who| world.history(*who).end.is_some()));
    }

    pub fn run_for(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(next) = self.next().filter(|next| *next <= end) {
            self.step_to(next);
        }
        self.step_to(end);
    }

    /// Runs until nobody has anything left to do.
    pub fn settle(&mut self) {
        let end = self.now + secs(3600);
        while let Some(next) = self.next() {
            assert!(next <= end, "something still runs after an hour; states are {:?}", self.states());
            self.step_to(next);
        }
    }

    /// Both ends have ended, and nothing of the call is left: no timer, no secret, no event.
    pub fn assert_all_over(&mut self) {
        self.settle();
        for (who, peer) in self.peers.iter().enumerate() {
            for (call, history) in &peer.calls {
                assert!(history.end.is_some(), "call {call} of {who} is still {:?}", peer.client.state(*call));
                assert_eq!(history.after_end, 0, "events after the end of call {call} of {who}");
                assert!(peer.client.key(*call).is_err(), "the key of call {call} of {who} is still there");
            }
            assert_eq!(peer.client.next_timeout(), None, "a timer of {who} is left");
            assert!(!peer.client.has_events());
            assert_eq!(peer.client.secrets(), 0, "secrets of {who} are left");
        }
        assert!(self.server.calls().all(|call| call.is_over()), "the server still has a call");
    }

    fn states(&self) -> Vec<(CallState, Option<EndReason>)> {
        (0..self.peers.len())
            .map(|who| (self.state(who), self.history(who).end.as_ref().map(|end| end.reason)))
            .collect()
    }

    fn next(&self) -> Option<Time> {
        let silence = self.silent.values().map(|since| *since + SILENCE);
        let clients = self.peers.iter().filter_map(|peer| peer.client.next_timeout());
        clients.chain(self.server.next_timeout()).chain(silence).min()
    }

    fn step_to(&mut self, time: Time) {
        self.now = self.now.max(time);
        self.server.handle_timeout(self.now);
        while let Some(output) = self.server.poll_output() {
            let to = self.peers.iter().position(|one| one.account == output.account && one.device == output.device);
            if let Some(to) = to {
                self.deliver(to, output.body);
                self.pump();
            }
        }
        for who in 0..self.peers.len() {
            let peer = &mut self.peers[who];
            if peer.client.next_timeout().is_some_and(|due| due <= self.now) {
                peer.client.handle_timeout(self.now);
            }
        }
        self.pump();
    }

    fn deliver(&mut self, to: usize, body: Body) {
        let now = self.now;
        let peer = &mut self.peers[to];
        peer.requests.deliver(now, &mut peer.client, &body);
    }

    /// Takes all events out, hands requests to the server, lets the two ends of a call find each other.
    pub fn pump(&mut self) {
        loop {
            let mut is_quiet = true;
            for who in 0..self.peers.len() {
                while let Some(event) = self.peers[who].client.poll_event() {
                    is_quiet = false;
                    self.trace.update(format!("{:?} {who} {event:?}", self.now));
                    self.happen(who, event.call, event.kind);
                }
            }
            let connected = self.connect_media();
            if is_quiet && !connected {
                return;
            }
        }
    }

    fn happen(&mut self, who: usize, call: CallId, kind: EventKind) {
        let now = self.now;
        let peer = &mut self.peers[who];
        let is_over = peer.calls.get(&call).is_some_and(|history| history.end.is_some());
        if is_over && !matches!(kind, EventKind::Invoke { .. }) {
            peer.calls.get_mut(&call).expect("it is over, so it is known").after_end += 1;
        }
        match kind {
            EventKind::Invoke { request, method, bytes, .. } => {
                peer.invoked.push(method);
                peer.requests.ask(&mut self.server, now, (peer.account, peer.device), request, &bytes);
            }
            EventKind::CallIncoming { user, is_video } => {
                let history = History { is_incoming: true, is_video, user: user.0, ..History::default() };
                let old = peer.calls.insert(call, history);
                assert!(old.is_none(), "call {call} came in twice");
                peer.last_call = call;
                if peer.accepts {
                    peer.client.accept(now, call).expect("it rings");
                }
            }
            EventKind::CallState { old, new } => {
                let history = peer.calls.entry(call).or_default();
                if let Some(last) = history.states.last() {
                    assert_eq!(*last, old, "states of call {call} of {who} do not follow from each other");
                }
                history.states.push(new);
                if let Ok(emoji) = peer.client.emoji(call) {
                    history.emoji = Some(emoji.iter().map(|text| text.to_str().unwrap().to_owned()).collect());
                }
                if let Ok(key) = peer.client.key(call) {
                    history.key = Some(key.expose().to_vec());
                }
            }
            EventKind::CallEnded(end) => {
                let history = peer.calls.entry(call).or_default();
                assert!(history.end.is_none(), "call {call} of {who} ended twice");
                history.end = Some(end);
                history.ended_at = Some(now);
            }
            EventKind::SignalingReceived { bytes } => peer.calls.entry(call).or_default().signaling.push(bytes),
            _ => {}
        }
    }

    /// The path between two ends is up while both look for it with the same key. It is down at once without `has_media`, and
    /// falls silent when one end is gone.
    fn connect_media(&mut self) -> bool {
        let mut ends: BTreeMap<Vec<u8>, Vec<(usize, CallId, CallState)>> = BTreeMap::new();
        for (who, peer) in self.peers.iter().enumerate() {
            for call in peer.calls.iter().filter(|(_, history)| history.end.is_none()).map(|(call, _)| *call) {
                let state = peer.client.state(call).unwrap_or_default();
                if matches!(state, CallState::Connecting | CallState::Active | CallState::Reconnecting)
                    && let Ok(key) = peer.client.key(call)
                {
                    ends.entry(key.expose().to_vec()).or_default().push((who, call, state));
                }
            }
        }
        let (now, mut changed) = (self.now, false);
        let mut silent = BTreeMap::new();
        for end in ends.values() {
            let is_up = end.len() == 2 && self.has_media;
            for &(who, call, state) in end {
                let tell = match state {
                    CallState::Active if !is_up => {
                        let since = *self.silent.get(&(who, call)).unwrap_or(&now);
                        let is_told = !self.has_media || now.since(since) >= SILENCE;
                        if !is_told {
                            silent.insert((who, call), since);
                        }
                        is_told
                    }
                    CallState::Active => false,
                    _ => is_up,
                };
                if tell {
                    self.peers[who].client.set_connected(now, call, is_up).expect("it has a key");
                    changed = true;
                }
            }
        }
        self.silent = silent;
        changed
    }
}

/// What a failed test leaves behind.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() && self.is_loud {
            eprintln!("TGCALL_SEED={} at {:.3} s; the server saw:", self.seed, self.now.as_nanos() as f64 / 1e9);
            let lines: Vec<&str> = self.server.log().collect();
            for line in &lines[lines.len().saturating_sub(120)..] {
                eprintln!("{}", line.chars().take(400).collect::<String>());
            }
        }
    }
}
