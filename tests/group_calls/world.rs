//! The world: a server, devices, and the wires between them.

mod client;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tgcall::group::info::Info;
use tgcall::group::join::signed;
use tgcall::group::participant::Participant;
use tgcall::group::roster::{Roster, Wanted};
use tgcall::group::state::{Call, Input, Request, Shown};
use tgcall::group::voice::{self, Voice};
use tgcall::outcome::Outcome;
use tgcall::random::Random;
use tgcall::sim::account::Account;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::group::server::{Joined, Leg, Media, PaperOnly, Refused};
use tgcall::sim::group::{Chat, GroupCall, Sort};
use tgcall::sim::knobs::Knobs;
use tgcall::sim::schema::Schema;
use tgcall::sim::server::{AnswerId, Body, EPOCH, Server};
use tgcall::time::{Duration, Time};
use tgcall::types::PeerId;

pub const CHAT: i64 = 77;
/// How long a connection takes to come about.
const CONNECT: Duration = Duration::from_millis(60);

pub fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A media server that hears everybody, unless it is told to be deaf.
#[derive(Clone, Default)]
pub struct Ears(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    paper: PaperOnly,
    now: Time,
    deaf_since: Option<Time>,
}

impl Ears {
    pub fn set_deaf(&self, deaf: bool) {
        let mut heard = self.0.lock().unwrap();
        heard.deaf_since = deaf.then_some(heard.now);
    }

    fn is_deaf(&self) -> bool {
        self.0.lock().unwrap().deaf_since.is_some()
    }

    fn set_now(&self, now: Time) {
        self.0.lock().unwrap().now = now;
    }
}

impl Media for Ears {
    fn join(&mut self, now: Time, room: i64, payload: &str) -> Result<Joined, Refused> {
        self.0.lock().unwrap().paper.join(now, room, payload)
    }

    fn leave(&mut self, leg: Leg) {
        self.0.lock().unwrap().paper.leave(leg);
    }

    fn set_muted(&mut self, _leg: Leg, _muted: bool) {}

    fn last_heard(&self, _leg: Leg) -> Option<Time> {
        let heard = self.0.lock().unwrap();
        Some(heard.deaf_since.unwrap_or(heard.now))
    }
}

/// What a request of a side is for.
#[derive(Clone, Debug)]
enum Purpose {
    Step(Request),
    Want(Wanted),
    Voice,
    /// A wish of the test's own.
    Wish,
}

/// One device of an account, with the library's cores in it.
pub struct Side {
    pub account: i64,
    pub device: u32,
    pub call: Call,
    pub roster: Roster,
    pub info: Option<Info>,
    pub voice: Voice,
    pub is_on: bool,
    pub is_watching: bool,
    pub end: Option<Outcome>,
    /// What a wish was answered: nothing, or an error.
    pub answers: Vec<String>,
    pub joins: usize,
    connected_at: Option<Time>,
    pending: BTreeMap<AnswerId, Purpose>,
}

pub struct World {
    pub server: Server,
    pub ears: Ears,
    pub now: Time,
    pub call: i64,
    pub sides: Vec<Side>,
    schema: Schema,
    random: Random,
    /// Sound flows from everybody to everybody.
    pub is_loud: bool,
}

impl World {
    /// A supergroup of so many people. Number 1 runs it.
    pub fn of(seed: u64, people: i64) -> World {
        World::of_admins(seed, people, &[1])
    }

    /// The same, run by these, of whom number 1 is one.
    pub fn of_admins(seed: u64, people: i64, admins: &[i64]) -> World {
        let mut server = Server::new(seed, Knobs::default());
        let ids = 1..=people;
        for id in ids.clone() {
            server.add_account(Account::new(id, "Somebody").with_devices(2));
        }
        let chat = Chat::new(CHAT, Sort::Channel, "Friends", ids);
        server.add_chat(admins.iter().fold(chat, |chat, admin| chat.with_admin(*admin)));
        let ears = Ears::default();
        server.groups.set_media(Box::new(ears.clone()));
        let mut world = World {
            server,
            ears,
            now: Time::from_nanos(1),
            call: 0,
            sides: vec![],
            schema: Schema::of_layer(223),
            random: Random::from_seed(seed),
            is_loud: false,
        };
        world.create(None);
        world
    }

    /// Makes another call of the chat, by a device that is nobody's side.
    pub fn create(&mut self, in_seconds: Option<i32>) {
        let hash = self.server.channel_hash(1, CHAT);
        let peer = Object::new("inputPeerChannel").with("channel_id", CHAT).with("access_hash", hash);
        let date = in_seconds.map(|seconds| self.unix() + seconds);
        let request = Object::new("phone.createGroupCall")
            .with("peer", peer)
            .with("random_id", self.random.u32().cast_signed())
            .with_some("schedule_date", date);
        self.server.handle(self.now, 1, 2, &self.schema.encode(&request).unwrap());
        self.run(ms(100));
        let chat = self.server.groups.chat(CHAT).unwrap();
        self.call = chat.call.unwrap();
    }

    fn unix(&self) -> i32 {
        EPOCH + self.now.since(Time::ZERO).as_secs() as i32
    }

    /// A device that has opened the call.
    pub fn side(&mut self, account: i64, device: u32) -> usize {
        self.sides.push(Side {
            account,
            device,
            call: Call::open(),
            roster: Roster::default(),
            info: None,
            voice: Voice::new(true),
            is_on: false,
            is_watching: false,
            end: None,
            answers: vec![],
            joins: 0,
            connected_at: None,
            pending: BTreeMap::new(),
        });
        self.sides.len() - 1
    }

    /// The first devices of accounts 1 to `count`, all in and speaking.
    pub fn talk(seed: u64, count: i64) -> World {
        let mut world = World::of(seed, count.max(1));
        for account in 1..=count {
            let side = world.side(account, 1);
            world.join(side, false);
        }
        world.run(secs(3));
        for side in &world.sides {
            assert_eq!(side.call.shown(), Shown::Active);
        }
        world
    }

    // ---- What hosts do

    pub fn join(&mut self, side: usize, is_muted: bool) {
        let outputs = self.sides[side].voice.set_muted(is_muted).unwrap();
        self.voice_outputs(side, outputs);
        let is_scheduled = self.sides[side].info.as_ref().map(Info::is_scheduled);
        self.input(side, Input::Join { is_scheduled });
    }

    pub fn leave(&mut self, side: usize) {
        self.input(side, Input::Leave);
    }

    pub fn set_muted(&mut self, side: usize, is_muted: bool) -> Result<(), voice::MutedByAdmin> {
        let outputs = self.sides[side].voice.set_muted(is_muted)?;
        self.voice_outputs(side, outputs);
        if !is_muted {
            self.input(side, Input::Speak);
        }
        Ok(())
    }

    /// A request about somebody else, or about the call.
    pub fn wish(&mut self, side: usize, method: &str, build: impl FnOnce(Object) -> Object) {
        let request = build(Object::new(method).with("call", self.name(side)));
        self.send(side, Purpose::Wish, &request);
    }

    pub fn edit(&mut self, side: usize, account: i64, build: impl FnOnce(Object) -> Object) {
        let hash = self.server.user_hash(self.sides[side].account, account);
        let peer = Object::new("inputPeerUser").with("user_id", account).with("access_hash", hash);
        self.wish(side, "phone.editGroupCallParticipant", |request| build(request.with("participant", peer)));
    }

    /// A change that is counted: whoever has missed something notices by it.
    pub fn stir(&mut self) {
        for may_speak in [false, true] {
            self.edit(0, 2, |request| request.with("muted", Value::Bool(!may_speak)));
            self.run(secs(3));
        }
    }

    pub fn kick(&mut self, account: i64, for_ever: bool) {
        self.server.kick(self.now, self.call, account, for_ever);
    }

    // ---- What is seen

    pub fn shown(&self, side: usize) -> Shown {
        self.sides[side].call.shown()
    }

    pub fn server_call(&self) -> &GroupCall {
        self.server.groups.call(self.call).unwrap()
    }

    pub fn entry(&self, side: usize, account: i64) -> Option<&Participant> {
        self.sides[side].roster.get(PeerId::User(account)).map(|one| &**one)
    }

    /// Whether a side knows the list as the server has it, as far as versions count.
    pub fn agrees(&self, side: usize) -> Result<(), String> {
        let (roster, call) = (&self.sides[side].roster, self.server_call());
        if !roster.is_settled() || roster.version() != Some(call.version) {
            return Err(format!("version {:?} of {}", roster.version(), call.version));
        }
        let snapshot = roster.snapshot();
        if snapshot.len() != call.members.len() || snapshot.total() != call.members.len() {
            return Err(format!("{} of {} people", snapshot.len(), call.members.len()));
        }
        for (peer, member) in &call.members {
            let Some(known) = snapshot.find(*peer) else { return Err(format!("{peer:?} is missing")) };
            let ours = (signed(known.source), known.hand, known.is_muted_by_admin());
            let theirs = (member.source, member.hand.unwrap_or(0), member.is_muted && !member.can_self_unmute);
            if ours != theirs {
                return Err(format!("{peer:?} is {theirs:?} and not {ours:?}"));
            }
        }
        Ok(())
    }

    pub fn all_agree(&self) {
        for (at, side) in self.sides.iter().enumerate() {
            if side.call.shown() == Shown::Active {
                self.agrees(at).unwrap_or_else(|why| panic!("side {at}: {why}"));
            }
        }
    }

    // ---- Time

    /// Runs for so long.
    pub fn run(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            let next = self.next().filter(|at| *at <= until);
            let Some(next) = next else { break };
            self.now = self.now.max(next);
            self.turn();
        }
        self.now = until;
        self.turn();
    }

    fn next(&self) -> Option<Time> {
        let sides = self.sides.iter().flat_map(|side| {
            let ours = [side.call.deadline(), side.roster.next_timeout(), side.voice.next_timeout()];
            ours.into_iter().chain([side.connected_at]).flatten()
        });
        self.server.next_timeout().into_iter().chain(sides).min()
    }

    fn turn(&mut self) {
        self.ears.set_now(self.now);
        self.server.handle_timeout(self.now);
        while let Some(output) = self.server.poll_output() {
            let is_for = |side: &Side| side.account == output.account && side.device == output.device;
            let sides: Vec<usize> = (0..self.sides.len()).filter(|at| is_for(&self.sides[*at])).collect();
            match output.body {
                Body::Answer { id, bytes } => {
                    for side in sides {
                        self.answer(side, id, &bytes);
                    }
                }
                Body::Update { bytes } => {
                    for side in sides {
                        self.update(side, &bytes);
                    }
                }
            }
        }
        for side in 0..self.sides.len() {
            if self.sides[side].connected_at.is_some_and(|at| at <= self.now) {
                self.sides[side].connected_at = None;
                if self.ears.is_deaf() {
                    // Once more later: the server does not answer.
                    self.sides[side].connected_at = Some(self.now + secs(1));
                } else {
                    self.input(side, Input::MediaConnected);
                }
            }
            if self.sides[side].call.deadline().is_some_and(|at| at <= self.now) {
                self.input(side, Input::Timeout);
            }
            let outputs = self.sides[side].voice.handle_timeout(self.now);
            self.voice_outputs(side, outputs);
            let unix = self.unix();
            self.sides[side].roster.handle_timeout(self.now, unix);
            self.roster_outputs(side);
        }
    }

    /// The link to the media server breaks for all, and comes back.
    pub fn set_deaf(&mut self, deaf: bool) {
        self.ears.set_now(self.now);
        self.ears.set_deaf(deaf);
        for side in 0..self.sides.len() {
            if deaf {
                self.input(side, Input::MediaLost);
                self.sides[side].connected_at = Some(self.now + secs(1));
            }
        }
    }
}
