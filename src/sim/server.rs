//! The server: requests in, answers and updates out, all in virtual time.

mod delivery;

use super::account::{Account, Opens, access_hash};
use super::call::Call;
use super::encoder::Value;
use super::fault::{self, Do, Faults, Passing, Rule};
use super::knobs::Knobs;
use super::request::{Request, Unreadable, Unwrapped, decode};
use super::schema::Schema;
use super::updates::Container;
use crate::crypto::hash::sha256;
use crate::random::Random;
use crate::time::{Duration, Time};
use std::collections::{BTreeMap, VecDeque};

/// Unix time at the server's start.
pub const EPOCH: i32 = 1_780_000_000;
/// How long an update waits for another to change places with.
const SWAP_LIMIT: Duration = Duration::from_secs(10);
/// By how much updates overtake answers with `updates_first`.
const OVERTAKE: Duration = Duration::from_millis(50);
/// Lines of the log that are kept.
const LOG_LINES: usize = 100_000;
/// Bytes of requests that are remembered; then the older half is forgotten. No test comes near it, a process may.
const REMEMBERED: usize = 64 << 20;

/// Names the answer to a request until it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AnswerId(pub u64);

/// What leaves the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    pub account: i64,
    pub device: u32,
    pub at: Time,
    pub body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The result of a method, or an `rpc_error`.
    Answer { id: AnswerId, bytes: Vec<u8> },
    /// An `Updates`.
    Update { bytes: Vec<u8> },
}

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    pub at: Time,
    pub account: i64,
    pub device: u32,
    /// Empty: not one we know.
    pub method: &'static str,
    /// `None`: not readable.
    pub request: Option<Request>,
    /// The error that was answered; empty: none.
    pub error: String,
}

/// What a method answers.
pub(super) type Answer = Result<Value, Failure>;

/// An `rpc_error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub code: i32,
    pub name: String,
}

pub(super) fn fail<T>(code: i32, name: &str) -> Result<T, Failure> {
    Err(Failure { code, name: name.into() })
}

struct Arrival {
    account: i64,
    device: u32,
    answer: AnswerId,
    bytes: Vec<u8>,
    /// The rules have seen it already.
    is_delayed: bool,
}

/// An answer or update on its way through the rules.
struct Parcel {
    account: i64,
    device: u32,
    body: Body,
    at: Time,
    /// Its place among what leaves at the same moment.
    order: u64,
}

/// A device fault for these devices.
struct Planned {
    account: Option<i64>,
    device: Option<u32>,
    action: Do,
}

/// A file in parts, as `upload.saveFilePart` left it.
pub(super) type Parts = BTreeMap<i32, Vec<u8>>;

/// A Telegram that knows private calls and group calls.
pub struct Server {
    pub(super) seed: u64,
    pub knobs: Knobs,
    pub(super) random: Random,
    pub(super) accounts: BTreeMap<i64, Account>,
    pub(super) calls: BTreeMap<i64, Call>,
    #[cfg(feature = "media")]
    pub groups: super::group::Groups,
    pub(super) files: BTreeMap<(i64, i64), Parts>,
    pub(super) message_ids: i32,
    faults: Faults,
    schemas: BTreeMap<u32, Schema>,
    answers: u64,
    sequence: u64,
    pub(super) container: Container,
    inbox: BTreeMap<(Time, u64), Arrival>,
    pub(super) outbox: BTreeMap<(Time, u64), Output>,
    ready: VecDeque<Output>,
    /// Device faults that are due at a time.
    planned: BTreeMap<(Time, u64), Planned>,
    held: Vec<(String, Parcel)>,
    swapped: Vec<Parcel>,
    received: Vec<Received>,
    received_bytes: usize,
    doubts: Vec<String>,
    /// Whether the log has what was in the messages. Costs time.
    pub is_talkative: bool,
    log: VecDeque<String>,
    trace: [u8; 32],
}

impl Server {
    pub fn new(seed: u64, knobs: Knobs) -> Server {
        Server {
            seed,
            knobs,
            random: Random::from_seed(seed ^ 0x7467_6361_6c6c),
            accounts: BTreeMap::new(),
            calls: BTreeMap::new(),
            #[cfg(feature = "media")]
            groups: super::group::Groups::default(),
            files: BTreeMap::new(),
            message_ids: 1,
            faults: Faults::default(),
            schemas: BTreeMap::new(),
            answers: 0,
            sequence: 0,
            container: Container::Short,
            inbox: BTreeMap::new(),
            outbox: BTreeMap::new(),
            ready: VecDeque::new(),
            planned: BTreeMap::new(),
            held: Vec::new(),
            swapped: Vec::new(),
            received: Vec::new(),
            received_bytes: 0,
            doubts: Vec::new(),
            is_talkative: false,
            log: VecDeque::new(),
            trace: [0; 32],
        }
    }

    pub fn add_account(&mut self, account: Account) {
        self.accounts.insert(account.id, account);
    }

    pub fn account_mut(&mut self, id: i64) -> Option<&mut Account> {
        self.accounts.get_mut(&id)
    }

    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// Adds a rule. Rules are tried in the order in which they came.
    pub fn add_rule(&mut self, rule: Rule) {
        self.note(Time::ZERO, format!("rule {rule}"));
        match rule.on {
            fault::On::At(moment) => {
                let key = (Time::ZERO + moment, self.next_sequence());
                self.planned.insert(key, Planned { account: rule.account, device: rule.device, action: rule.action });
            }
            _ => self.faults.add(rule),
        }
    }

    /// Adds 1 to `most` rules for these accounts, drawn from the seed, and logs them.
    pub fn add_random_rules(&mut self, most: u64, accounts: &[i64]) -> Vec<Rule> {
        let rules = fault::draw(&mut self.random.fork(), most, accounts);
        for rule in &rules {
            self.add_rule(rule.clone());
        }
        rules
    }

    /// Nothing goes wrong from now on. What is late already comes late: by the moment that is returned all of it has.
    pub fn stop_faults(&mut self) -> Time {
        self.faults = Faults::default();
        self.planned.clear();
        let on_the_way = self.inbox.keys().chain(self.outbox.keys()).map(|key| key.0);
        let swapped = self.swapped.iter().map(|parcel| parcel.at + SWAP_LIMIT);
        on_the_way.chain(swapped).max().unwrap_or(Time::ZERO)
    }

    /// The hash by which `viewer` names the user `user`.
    pub fn user_hash(&self, viewer: i64, user: i64) -> i64 {
        access_hash(self.seed, viewer, Opens::User(user))
    }

    /// The hash by which `viewer` names the call `call`.
    pub fn call_hash(&self, viewer: i64, call: i64) -> i64 {
        access_hash(self.seed, viewer, Opens::Call(call))
    }

    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.values()
    }

    /// Everything that arrived, in order; of a server that has run for long, the later part.
    pub fn received(&self) -> &[Received] {
        &self.received
    }

    /// How often `account` has asked for `method`.
    pub fn count(&self, account: i64, method: &str) -> usize {
        self.received.iter().filter(|one| one.account == account && one.method == method).count()
    }

    /// What looked wrong in strict mode without being known to be refused.
    pub fn doubts(&self) -> &[String] {
        &self.doubts
    }

    pub(super) fn doubt(&mut self, text: String) {
        if self.knobs.strict {
            self.doubts.push(text);
        }
    }

    /// The last lines of the log.
    pub fn log(&self) -> impl Iterator<Item = &str> {
        self.log.iter().map(String::as_str)
    }

    /// A hash over everything that came, went, and when: the same for the same seed and script.
    pub fn trace(&self) -> [u8; 32] {
        self.trace
    }

    // ---- In

    /// A request leaves a device. Its answer, if one comes, is a later [`Output`].
    pub fn handle(&mut self, now: Time, account: i64, device: u32, request: &[u8]) -> AnswerId {
        self.answers += 1;
        let answer = AnswerId(self.answers);
        let at = self.connected_at(now, account, device) + self.knobs.latency;
        let arrival = Arrival { account, device, answer, bytes: request.to_vec(), is_delayed: false };
        let key = (at, self.next_sequence());
        self.inbox.insert(key, arrival);
        answer
    }

    /// Runs everything that is due.
    pub fn handle_timeout(&mut self, now: Time) {
        while let Some(due) = self.next_internal().filter(|due| *due <= now) {
            self.run(due);
        }
        while let Some(entry) = self.outbox.first_entry().filter(|entry| entry.key().0 <= now) {
            let output = entry.remove();
            self.record(&output);
            self.ready.push_back(output);
        }
    }

    /// The next thing that leaves the server now.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.ready.pop_front()
    }

    /// When [`Server::handle_timeout`] has something to do next.
    pub fn next_timeout(&self) -> Option<Time> {
        let out = self.outbox.keys().next().map(|key| key.0);
        self.ready.front().map(|output| output.at).into_iter().chain(out).chain(self.next_internal()).min()
    }

    /// Whether nothing is on its way and no call is up.
    pub fn is_idle(&self) -> bool {
        self.inbox.is_empty()
            && self.outbox.is_empty()
            && self.ready.is_empty()
            && self.calls.values().all(Call::is_over)
            && self.is_quiet()
    }

    /// Whether nobody is in a group call.
    fn is_quiet(&self) -> bool {
        #[cfg(feature = "media")]
        return self.groups.is_idle();
        #[cfg(not(feature = "media"))]
        true
    }

    fn groups_deadline(&self) -> Option<Time> {
        #[cfg(feature = "media")]
        return self.groups.deadline();
        #[cfg(not(feature = "media"))]
        None
    }

    fn next_internal(&self) -> Option<Time> {
        let inbox = self.inbox.keys().next().map(|key| key.0);
        let planned = self.planned.keys().next().map(|key| key.0);
        let calls = self.calls.values().filter_map(|call| call.deadline).min();
        let reconnect = self.accounts.values().flat_map(|account| account.devices.values());
        let reconnect = reconnect.filter_map(|device| device.offline_until).min();
        let swapped = self.swapped.iter().map(|parcel| parcel.at + SWAP_LIMIT).min();
        [inbox, planned, calls, reconnect, swapped, self.groups_deadline()].into_iter().flatten().min()
    }

    /// One step of what is due at `now`.
    fn run(&mut self, now: Time) {
        if let Some(entry) = self.planned.first_entry().filter(|entry| entry.key().0 <= now) {
            let Planned { account, device, action } = entry.remove();
            self.device_fault(now, account, device, &action);
        } else if let Some(entry) = self.inbox.first_entry().filter(|entry| entry.key().0 <= now) {
            let arrival = entry.remove();
            self.arrive(now, arrival);
        } else if let Some(at) = self.swapped.iter().position(|parcel| parcel.at + SWAP_LIMIT <= now) {
            let parcel = self.swapped.remove(at);
            self.deliver_late(now, parcel);
        } else {
            self.reconnect_due(now);
            self.expire(now);
            #[cfg(feature = "media")]
            self.expire_groups(now);
        }
    }

    // ---- Requests

    fn arrive(&mut self, now: Time, arrival: Arrival) {
        let Arrival { account, device, answer, bytes, is_delayed } = arrival;
        let known = self.device(account, device).is_some();
        let decoded = if known { decode(&bytes) } else { Err(Unreadable::Malformed) };
        let method = decoded.as_ref().map_or("", |unwrapped| unwrapped.request.method());
        let actions = if is_delayed { Vec::new() } else { self.faults.on(account, device, Passing::Request(method)) };
        self.note_bytes(now, format!("{account}/{device} > {method}"), &bytes);
        let mut failure = None;
        let (mut lost, mut unheard, mut twice, mut delay) = (false, false, false, None);
        for action in &actions {
            self.note(now, format!("fault: {action:?} on {method} of {account}/{device}"));
            match action {
                Do::Fail { code, name } => failure = Some(Failure { code: *code, name: name.clone() }),
                Do::Lose | Do::Drop => lost = true,
                Do::LoseAnswer => unheard = true,
                Do::Twice | Do::Duplicate => twice = true,
                Do::Delay(time) => delay = Some(*time),
                action => self.device_fault(now, Some(account), Some(device), action),
            }
        }
        if lost {
            return;
        }
        if let Some(delay) = delay {
            let key = (now + delay, self.next_sequence());
            self.inbox.insert(key, Arrival { account, device, answer, bytes, is_delayed: true });
            return;
        }
        for _ in 0..if twice { 2 } else { 1 } {
            // The answer goes first, also before the updates that the request causes.
            let order = self.next_sequence();
            let result = match (&failure, &decoded) {
                _ if !known => fail(401, "AUTH_KEY_UNREGISTERED"),
                (Some(failure), _) => Err(failure.clone()),
                (None, Ok(unwrapped)) => self.perform(now, account, device, unwrapped, &bytes),
                (None, Err(Unreadable::UnknownMethod(_))) => fail(400, "INPUT_METHOD_INVALID"),
                (None, Err(Unreadable::Malformed)) => fail(400, "INPUT_FETCH_ERROR"),
            };
            self.remember(bytes.len());
            self.received.push(Received {
                at: now,
                account,
                device,
                method,
                request: decoded.as_ref().ok().map(|unwrapped| unwrapped.request.clone()),
                error: result.as_ref().err().map(|failure| failure.name.clone()).unwrap_or_default(),
            });
            if !unheard {
                self.send_answer(now, (account, device), (answer, order), method, result);
            }
        }
        self.release(now, method);
    }

    /// Makes room for a request of so many bytes.
    fn remember(&mut self, size: usize) {
        self.received_bytes += size + size_of::<Received>();
        if self.received_bytes > REMEMBERED {
            self.received.drain(..self.received.len() / 2);
            self.received_bytes /= 2;
        }
    }

    fn perform(&mut self, now: Time, account: i64, device: u32, unwrapped: &Unwrapped, bytes: &[u8]) -> Answer {
        if let Some(layer) = unwrapped.layer {
            self.declare_layer(account, device, layer);
        }
        let answer = self.method(now, account, device, &unwrapped.request, bytes);
        if let Err(failure) = &answer {
            self.note(now, format!("{account}/{device} is refused: {} {}", failure.code, failure.name));
        }
        answer
    }

    // ---- Small things

    pub(super) fn date(&self, now: Time) -> i32 {
        EPOCH.saturating_add(i32::try_from(now.since(Time::ZERO).as_secs()).unwrap_or(i32::MAX))
    }

    fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    fn record(&mut self, output: &Output) {
        let (kind, bytes) = match &output.body {
            Body::Answer { id, bytes } => (format!("answer {}", id.0), bytes),
            Body::Update { bytes } => ("update".to_owned(), bytes),
        };
        self.note_bytes(output.at, format!("{}/{} < {kind}", output.account, output.device), bytes);
    }

    pub(super) fn note(&mut self, now: Time, line: String) {
        self.note_bytes(now, line, &[]);
    }

    fn note_bytes(&mut self, now: Time, line: String, bytes: &[u8]) {
        let nanos = now.as_nanos();
        self.trace = sha256(&[&self.trace, &nanos.to_le_bytes(), line.as_bytes(), bytes]);
        if self.log.len() == LOG_LINES {
            self.log.pop_front();
        }
        let seconds = nanos as f64 / 1e9;
        let line = match bytes {
            bytes if bytes.is_empty() || !self.is_talkative => format!("{seconds:9.3}  {line}"),
            bytes => format!("{seconds:9.3}  {line}  {}", self.readable(bytes)),
        };
        self.log.push_back(line);
    }

    /// The bytes as a tree, where they can be read.
    fn readable(&mut self, bytes: &[u8]) -> String {
        let layer = self.knobs.layer;
        let schema = self.schemas.entry(layer).or_insert_with(|| Schema::of_layer(layer));
        match schema.decode(bytes) {
            Ok(value) => format!("{value:?}"),
            Err(why) => format!("{} bytes: {why}", bytes.len()),
        }
    }
}
