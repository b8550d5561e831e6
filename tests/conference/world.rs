//! Devices, a chain server and a bad network between them, in virtual time. One seed is one trace.
//!
//! A world of its own, as no client, no socket and no server of private calls is in it: what goes to and fro are requests about a
//! chain of blocks, and what is to be seen is who agrees with whom.

#![allow(dead_code, reason = "each test program uses its part")]

#[path = "../common/flight.rs"]
mod flight;

use flight::Flight;
use tgcall::conference::member::{Effect, Elements, End, Input, Member, Refusal, Timing};
use tgcall::random::Random;
use tgcall::sim::chain::{Chain, Knobs, Told, Update};
use tgcall::time::{Duration, Time};
use tgcall::types::UserId;

/// What the network does, in percent.
#[derive(Clone, Copy, Default)]
pub struct Network {
    /// Updates that get lost, come twice, come late.
    pub lose_updates: u64,
    pub double_updates: u64,
    pub delay_updates: u64,
    /// Requests that never arrive, and answers that never come back.
    pub lose_requests: u64,
    pub lose_answers: u64,
}

impl Network {
    pub fn bad(percent: u64) -> Network {
        Network {
            lose_updates: percent,
            double_updates: percent,
            delay_updates: percent,
            lose_requests: percent / 2,
            lose_answers: percent / 2,
        }
    }
}

enum Message {
    Request(usize, Effect),
    Input(usize, Input),
}

pub struct Device {
    pub member: Member,
    pub effects: Vec<Effect>,
    /// Says and hears nothing: a client that was stopped, or one that does as it likes.
    pub frozen: bool,
}

impl Device {
    pub fn ended(&self) -> Option<End> {
        self.effects.iter().find_map(|effect| if let Effect::Ended(end) = effect { Some(*end) } else { None })
    }

    pub fn count(&self, matches: impl Fn(&Effect) -> bool) -> usize {
        self.effects.iter().filter(|effect| matches(effect)).count()
    }
}

/// Which requests of a device are meant.
pub type Matches = fn(&Effect) -> bool;

pub struct World {
    pub now: Time,
    pub server: Chain,
    pub devices: Vec<Device>,
    pub network: Network,
    pub timing: Timing,
    pub random: Random,
    /// Answers that requests get instead of the server's, by their kind.
    pub planned: Vec<(Matches, Option<&'static str>)>,
    queue: Flight<Message>,
}

impl World {
    pub fn new(seed: u64, knobs: Knobs) -> World {
        let mut random = Random::from_seed(seed);
        World {
            now: Time::from_nanos(1),
            server: Chain::new(knobs, random.fork()),
            devices: Vec::new(),
            network: Network::default(),
            timing: Timing::default(),
            random,
            planned: Vec::new(),
            queue: Flight::default(),
        }
    }

    pub fn add(&mut self, user: i64) -> usize {
        let member = Member::new(UserId(user), self.timing.clone(), self.random.fork());
        self.devices.push(Device { member, effects: Vec::new(), frozen: false });
        self.devices.len() - 1
    }

    /// Adds users 1 to `count`; the first creates, the others join one after the other.
    pub fn gather(&mut self, count: i64) {
        for user in 1..=count {
            let device = self.add(user);
            self.input(device, if user == 1 { Input::Create } else { Input::Join });
            self.until(300, |world| world.devices[device].member.is_joined());
        }
    }

    pub fn input(&mut self, device: usize, input: Input) {
        let effects = self.devices[device].member.step(self.now, input).expect("the wish makes sense");
        for effect in effects {
            self.devices[device].effects.push(effect.clone());
            let request = matches!(
                effect,
                Effect::FetchNewest
                    | Effect::Join { .. }
                    | Effect::Create { .. }
                    | Effect::Fetch { .. }
                    | Effect::SendBroadcast(_)
                    | Effect::Remove { .. }
                    | Effect::Leave
            );
            if request && !self.chance(self.network.lose_requests) {
                self.send(Message::Request(device, effect));
            }
        }
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        percent > 0 && self.random.below(100) < percent
    }

    fn send(&mut self, message: Message) {
        let latency = Duration::from_micros(10_000 + self.random.below(40_000));
        self.send_after(latency, message);
    }

    fn send_after(&mut self, latency: Duration, message: Message) {
        self.queue.send(self.now + latency, message);
    }

    /// Updates to all devices of the users that are told.
    pub fn tell(&mut self, told: Told) {
        for (user, update) in told {
            for device in 0..self.devices.len() {
                if self.devices[device].member.user() != user || self.chance(self.network.lose_updates) {
                    continue;
                }
                let input = || Message::Input(device, Input::Elements(elements(&update)));
                if self.chance(self.network.double_updates) {
                    self.send(input());
                }
                if self.chance(self.network.delay_updates) {
                    let latency = Duration::from_millis(self.random.below(3000));
                    self.send_after(latency, input());
                } else {
                    self.send(input());
                }
            }
        }
    }

    fn serve(&mut self, device: usize, request: Effect) {
        let user = self.devices[device].member.user();
        if let Some(place) = self.planned.iter().position(|(matches, _)| matches(&request)) {
            let (_, answer) = self.planned.remove(place);
            if let Some(error) = answer {
                self.answer(device, &request, Err(error));
            } // else it is lost
            return;
        }
        let lost_after = self.chance(self.network.lose_answers);
        let result = match &request {
            Effect::FetchNewest => self.server.read(user, 0, -1, 1).map(|update| Input::Newest(update.blocks)),
            Effect::Fetch { sub_chain, offset, limit } => {
                self.server.read(user, *sub_chain, *offset, *limit).map(|update| Input::Elements(elements(&update)))
            }
            Effect::Join { public_key, block, .. } | Effect::Create { public_key, block } => {
                self.server.join(user, *public_key, block).map(|(taken, told)| {
                    self.tell(told);
                    Input::Taken { main: elements(&taken.main), broadcasts: elements(&taken.broadcasts) }
                })
            }
            Effect::SendBroadcast(bytes) => self.server.broadcast(user, bytes).map(|told| {
                self.tell(told);
                Input::BroadcastAnswered(Ok(()))
            }),
            Effect::Remove { users, kick, block } => self.server.remove(user, users, *kick, block).map(|told| {
                self.tell(told);
                Input::RemoveAnswered(Ok(()))
            }),
            Effect::Leave => {
                self.server.leave(user);
                self.announce_leaver(user);
                return;
            }
            other => panic!("no request: {other:?}"),
        };
        if !lost_after {
            self.answer(device, &request, result);
        }
    }

    fn answer(&mut self, device: usize, request: &Effect, result: Result<Input, &'static str>) {
        let input = result.unwrap_or_else(|error| {
            let refusal = Refusal::of(error);
            match request {
                Effect::Fetch { .. } => Input::FetchRefused(refusal),
                Effect::SendBroadcast(_) => Input::BroadcastAnswered(Err(refusal)),
                Effect::Remove { .. } => Input::RemoveAnswered(Err(refusal)),
                _ => Input::Refused(refusal),
            }
        });
        self.send(Message::Input(device, input));
    }

    fn announce_leaver(&mut self, user: UserId) {
        for device in 0..self.devices.len() {
            if self.devices[device].member.user() != user && !self.chance(self.network.lose_updates) {
                self.send(Message::Input(device, Input::UsersLeft(vec![user])));
            }
        }
    }

    /// Gives everybody the server's full list, as a client asks for from time to time.
    pub fn roster(&mut self) {
        let present: Vec<UserId> = self.server.members().collect();
        for device in 0..self.devices.len() {
            self.send(Message::Input(device, Input::Roster(present.clone())));
        }
    }

    /// The next thing that happens, if it does before `end`.
    pub fn turn(&mut self, end: Time) -> bool {
        let message = self.queue.next_timeout();
        let alive = self.devices.iter().enumerate().filter(|(_, device)| !device.frozen);
        let timer = alive.filter_map(|(index, device)| Some((device.member.next_timeout()?, index))).min();
        let next = message.into_iter().chain(timer.map(|(at, _)| at)).min();
        let Some(next) = next.filter(|next| *next <= end) else {
            self.now = self.now.max(end);
            return false;
        };
        self.now = self.now.max(next);
        if message == Some(next) {
            match self.queue.poll(next).expect("just seen").1 {
                Message::Request(device, request) => self.serve(device, request),
                Message::Input(device, _) if self.devices[device].frozen => {}
                Message::Input(device, input) => self.input(device, input),
            }
        } else if let Some((_, device)) = timer {
            self.input(device, Input::Timeout);
        }
        true
    }

    pub fn run(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        while self.turn(end) {}
    }

    pub fn until(&mut self, seconds: u64, done: impl Fn(&World) -> bool) {
        let end = self.now + Duration::from_secs(seconds);
        while !done(self) {
            assert!(self.turn(end), "not within {seconds} s: {:?}", self.overview());
        }
    }

    pub fn overview(&mut self) -> Vec<String> {
        let height = self.server.state().height;
        let users: Vec<UserId> = self.server.state().group.participants.iter().map(|p| p.user).collect();
        let describe = |device: &mut Device| {
            let state = device.member.conference().map(|call| (call.state().height, call.phase()));
            format!("{:?} {state:?} of {height}, frozen {}", device.member, device.frozen)
        };
        let devices = self.devices.iter_mut().filter(|device| !device.member.has_ended());
        devices.map(describe).chain([format!("in the chain: {users:?}")]).collect()
    }

    /// Everybody is in who did not end, with the server's state and the same emoji, and nobody else is in the chain.
    pub fn agrees(&mut self) -> bool {
        let state = self.server.state().clone();
        let mut inside = 0;
        let mut emoji = None;
        for device in self.devices.iter_mut().filter(|device| !device.frozen) {
            if device.member.has_ended() {
                continue;
            }
            let Some(call) = device.member.conference() else { return false };
            inside += 1;
            if *call.state() != state || call.emoji_hash().is_none() {
                return false;
            }
            let own = call.emoji_hash().copied();
            if *emoji.get_or_insert(own) != own {
                return false;
            }
        }
        inside == state.group.participants.len()
    }

    pub fn until_agreed(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        while !self.agrees() {
            assert!(self.turn(end), "no agreement within {seconds} s: {:#?}", self.overview());
        }
    }

    /// Everybody hears everybody.
    pub fn everybody_hears_everybody(&mut self) {
        let inside = |device: &Device| device.member.is_joined() && !device.frozen;
        let inside: Vec<usize> = (0..self.devices.len()).filter(|i| inside(&self.devices[*i])).collect();
        let now = self.now;
        for sender in &inside {
            let user = self.devices[*sender].member.user();
            let words = format!("I am {user}");
            let call = self.devices[*sender].member.conference().expect("inside");
            let packet = call.encrypt(now, 0, words.as_bytes(), 2).expect("inside");
            for receiver in inside.iter().filter(|receiver| *receiver != sender) {
                let call = self.devices[*receiver].member.conference().expect("inside");
                let opened = call.decrypt(now, user, &packet).unwrap_or_else(|reject| panic!("{user}: {reject}"));
                assert_eq!(opened.frame, words.as_bytes());
            }
        }
    }
}

pub fn elements(update: &Update) -> Elements {
    Elements { sub_chain: update.sub_chain, next_offset: update.next_offset, elements: update.blocks.clone() }
}
