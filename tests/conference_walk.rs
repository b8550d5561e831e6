//! Random walks: devices come, go, are kicked, freeze and return, while strangers forge blocks, broadcasts and packets and the
//! network loses, doubles and reorders. When it calms down, all honest devices have the same state, key and emoji, and nobody
//! who was removed can read what follows.
//!
//! `TGCALL_SOAK=1` walks further; `TGCALL_SEED=n` walks one seed.

#![cfg(feature = "conference")]

#[path = "conference/world.rs"]
mod world;

use std::collections::BTreeMap;
use tgcall::conference::Conference;
use tgcall::conference::chain::block::Block;
use tgcall::conference::chain::key;
use tgcall::conference::error::Reject;
use tgcall::conference::member::{Elements, Input};
use tgcall::conference::verify::{Broadcast, Kind};
use tgcall::crypto::sign::KeyPair;
use tgcall::random::Random;
use tgcall::sim::chain::Knobs;
use tgcall::time::Duration;
use tgcall::types::UserId;
use world::{Network, World};

struct Walk {
    world: World,
    random: Random,
    largest: usize,
    next_user: i64,
    /// A stranger who is not in the chain and signs what he likes.
    stranger: KeyPair,
    tally: BTreeMap<&'static str, u32>,
}

impl Walk {
    fn new(seed: u64, largest: usize) -> Walk {
        let mut world = World::new(seed, Knobs::nasty(5));
        world.network = Network::bad(6);
        let mut random = Random::from_seed(seed ^ 0xabcd);
        let stranger = KeyPair::generate(&mut random);
        let mut walk = Walk { world, random, largest, next_user: 1, stranger, tally: BTreeMap::new() };
        walk.come();
        walk.world.until(600, |world| world.devices[0].member.is_joined());
        // Large ones begin large; the walk then goes up to the brim.
        for _ in 0..largest.saturating_sub(12) {
            walk.come();
        }
        walk
    }

    fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    fn active(&self) -> Vec<usize> {
        (0..self.world.devices.len()).filter(|i| !self.world.devices[*i].member.has_ended()).collect()
    }

    fn joined(&self) -> Vec<usize> {
        self.active()
            .into_iter()
            .filter(|i| self.world.devices[*i].member.is_joined() && !self.world.devices[*i].frozen)
            .collect()
    }

    fn pick(&mut self, from: &[usize]) -> Option<usize> {
        (!from.is_empty()).then(|| from[self.random.below(from.len() as u64) as usize])
    }

    fn come(&mut self) {
        let device = self.world.add(self.next_user);
        let wish = if self.next_user == 1 { Input::Create } else { Input::Join };
        self.next_user += 1;
        self.world.input(device, wish);
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..12 if self.active().len() < self.largest => {
                self.count("come");
                self.come();
            }
            12..18 => {
                let joined = self.joined();
                // The creator stays, so that there always is a conference.
                if let Some(device) = self.pick(&joined).filter(|device| *device != 0) {
                    self.count("leave");
                    self.world.input(device, Input::Leave);
                }
            }
            18..22 => {
                let joined = self.joined();
                if let (Some(by), Some(victim)) = (self.pick(&joined), self.pick(&joined))
                    && victim != 0
                    && by != victim
                {
                    self.count("kick");
                    // It goes on listening with what it has.
                    self.world.devices[victim].frozen = self.random.below(2) == 0;
                    let user = self.world.devices[victim].member.user();
                    self.world.input(by, Input::Kick(vec![user]));
                }
            }
            22..25 => {
                let joined = self.joined();
                if let Some(device) = self.pick(&joined).filter(|device| *device != 0) {
                    // A second device of the same user.
                    self.count("replace");
                    let user = self.world.devices[device].member.user().0;
                    let second = self.world.add(user);
                    self.world.input(second, Input::Join);
                }
            }
            25..35 => self.forge_block(),
            35..45 => self.forge_broadcast(),
            45..75 => self.talk(),
            75..78 => {
                self.count("roster");
                self.world.roster();
            }
            _ => {}
        }
        let pause = Duration::from_millis(self.random.below(800));
        let end = self.world.now + pause;
        while self.world.turn(end) {}
    }

    /// A block that a stranger made, or an honest one with a bit turned: the strict server takes neither, and a device that
    /// gets it by force does not follow.
    fn forge_block(&mut self) {
        let joined = self.joined();
        let Some(device) = self.pick(&joined) else { return };
        self.count("forged block");
        let user = self.world.devices[device].member.user();
        let call = self.world.devices[device].member.conference().expect("joined");
        let mut participants = call.state().group.participants.clone();
        let height = call.state().height;
        participants.rotate_left(1);
        let mut block = call.change(participants).expect("a member may");
        let (hash, key) = (call.state().hash, call.public_key());
        let honest = block.clone();
        let bit = self.random.below(block.len() as u64 * 8) as usize;
        block[bit / 8] ^= 1 << (bit % 8);
        let hash_of = |bytes: &[u8]| Block::parse(bytes).map(|block| block.hashed().hash);
        if hash_of(&block) == hash_of(&honest) {
            // A byte of padding or an unknown flag: blocks are signed without them, so it is the honest block still.
            return;
        }
        assert!(self.world.server.remove(user, &[UserId(-1)], true, &block).is_err());
        assert!(self.world.server.join(UserId(-7), self.stranger.public(), &block).is_err());
        // What a server that forges would deliver: unless it does not even look like a block, the device looks for a new place.
        if self.random.below(10) == 0 && device != 0 {
            self.count("forced block");
            block[0] = block[0].wrapping_add(1);
            let update = Elements { sub_chain: 0, next_offset: height + 2, elements: vec![block] };
            self.world.input(device, Input::Elements(update));
            if let Some(call) = self.world.devices[device].member.conference()
                && call.public_key() == key
            {
                assert_eq!((call.state().height, call.state().hash), (height, hash), "a forged block was followed");
            }
        }
    }

    /// A broadcast signed by the wrong one, or damaged.
    fn forge_broadcast(&mut self) {
        let joined = self.joined();
        let Some(device) = self.pick(&joined) else { return };
        self.count("forged broadcast");
        let user = self.world.devices[device].member.user();
        let call = self.world.devices[device].member.conference().expect("joined");
        let (height, block) = (call.state().height, call.state().hash);
        let kind = if self.random.below(2) == 0 { Kind::Commit } else { Kind::Reveal };
        let value = self.random.bytes();
        let mut broadcast = Broadcast { kind, signature: [0; 64], user, height, block, value };
        let bytes = broadcast.to_bytes();
        broadcast.signature = self.stranger.sign(&[&bytes[..4], &[0; 64], &bytes[68..]]);
        let bytes = broadcast.to_bytes();
        assert!(self.world.server.broadcast(user, &bytes).is_err());
        // As the server would deliver it, beyond what is due or in its place: refused, and the feed heals by itself.
        let marked = tgcall::conference::chain::block::to_server_form(&bytes).expect("a broadcast");
        let call = self.world.devices[device].member.conference().expect("joined");
        assert!(call.receive_broadcast(&marked).is_err());
    }

    /// A frame to all: those at the same block read it, forged copies nobody.
    fn talk(&mut self) {
        let joined = self.joined();
        let Some(sender) = self.pick(&joined) else { return };
        self.count("talk");
        let now = self.world.now;
        let length = self.random.below(300) as usize;
        let frame: Vec<u8> = (0..length).map(|i| i as u8).collect();
        let prefix = self.random.below(length as u64 + 1) as usize;
        let user = self.world.devices[sender].member.user();
        let call = self.world.devices[sender].member.conference().expect("joined");
        let hash = call.state().hash;
        let packet = call.encrypt(now, 0, &frame, prefix).expect("joined");
        let mut forged = packet.clone();
        // Not in the boxes of other epochs, which only their readers check.
        let place = self.random.below(64 + 16) as usize + 4;
        let place = forged.len() - 1 - place;
        forged[place] ^= 0x10;
        for receiver in joined.into_iter().filter(|receiver| *receiver != sender) {
            let own = self.world.devices[receiver].member.user();
            let call = self.world.devices[receiver].member.conference().expect("joined");
            if call.state().hash != hash || own == user {
                continue;
            }
            assert!(call.decrypt(now, user, &forged).is_err(), "a forged packet was read");
            assert_eq!(call.decrypt(now, user, &packet).map(|opened| opened.frame), Ok(frame.clone()));
            assert_eq!(call.decrypt(now, user, &packet), Err(Reject::Replayed));
        }
    }

    /// The network calms down; whoever is honest and inside agrees.
    fn settle(&mut self) {
        self.world.network = Network::default();
        self.world.server.knobs = Knobs::default();
        self.world.run(15);
        // Clients compare with the roster every ten seconds.
        for _ in 0..30 {
            self.drop_the_silent();
            self.world.roster();
            self.world.run(10);
            if self.world.agrees() {
                break;
            }
        }
        self.world.until_agreed(10);
        self.world.everybody_hears_everybody();
        // The keys before the last block live on for ten seconds, with those who have them.
        self.world.run(11);
        self.nobody_outside_reads();
        self.world.network = Network::bad(6);
        self.world.server.knobs = Knobs::nasty(5);
    }

    /// Who froze, or whose leaving got lost, sends no media and is dropped by the server.
    fn drop_the_silent(&mut self) {
        let active = self.world.devices.iter().filter(|device| !device.frozen && !device.member.has_ended());
        let active: Vec<UserId> = active.map(|device| device.member.user()).collect();
        let silent: Vec<UserId> = self.world.server.members().filter(|user| !active.contains(user)).collect();
        for user in silent {
            self.world.server.leave(user);
        }
    }

    fn nobody_outside_reads(&mut self) {
        let now = self.world.now;
        let packet =
            self.world.devices[0].member.conference().expect("inside").encrypt(now, 3, b"for us", 0).expect("inside");
        let inside: Vec<_> = self.world.server.state().group.participants.iter().map(|p| p.key).collect();
        for device in self.world.devices.iter_mut() {
            let user = device.member.user();
            let Some(call) = device.member.conference() else { continue };
            if !inside.contains(&call.public_key()) {
                assert!(device.frozen, "only who was stopped is inside without being in the chain");
                assert!(call.decrypt(now, UserId(1), &packet).is_err(), "user {user} still reads");
            }
        }
        // Neither does a stranger with the whole chain in his hands.
        let newest = self.world.server.element(0, self.world.server.len(0) - 1).expect("a block");
        let stolen = KeyPair::from_seed(self.stranger.seed());
        for user in [1, 2, 999] {
            let stolen = KeyPair::from_seed(stolen.seed());
            assert!(key::of_state(self.world.server.state(), UserId(user), &stolen).is_err());
            assert!(Conference::create(now, UserId(user), stolen, newest, Random::from_seed(1)).is_err());
        }
    }
}

fn walk(seed: u64, largest: usize, rounds: usize, steps: usize) {
    let mut walk = Walk::new(seed, largest);
    for _ in 0..rounds {
        for _ in 0..steps {
            walk.step();
        }
        walk.settle();
    }
    let blocks = walk.world.server.len(0);
    println!("seed {seed}: {} steps, {blocks} blocks, {:?}", rounds * steps, walk.tally);
    assert!(blocks > rounds, "nothing happened");
}

fn further() -> bool {
    std::env::var_os("TGCALL_SOAK").is_some()
}

fn seeds(count: u64) -> std::ops::Range<u64> {
    match std::env::var("TGCALL_SEED").ok().and_then(|seed| seed.parse().ok()) {
        Some(seed) => seed..seed + 1,
        None => 1..1 + count * if further() { 10 } else { 1 },
    }
}

#[test]
fn honest_devices_agree_in_small_conferences() {
    for seed in seeds(4) {
        walk(seed, 2 + seed as usize % 7, 4, if further() { 500 } else { 250 });
    }
}

#[test]
fn honest_devices_agree_in_large_conferences() {
    for seed in seeds(1) {
        walk(100 + seed, 50, 2, if further() { 500 } else { 60 });
    }
}
