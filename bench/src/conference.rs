//! The core of conferences: making and applying blocks, packets, memory, for up to 200 participants.
//!
//! There is no rival to run beside it: the official one is a part of a messenger. The targets are plain numbers, so each figure
//! is the fastest of many short batches: what the machine does for others meanwhile is not ours.

use crate::Target;
use crate::machine::{allocations, live_bytes};
use std::hint::black_box;
use std::time::{Duration, Instant};
use tgcall::conference::chain::block::{Block, Participant, parse_from_server, permission, to_server_form};
use tgcall::conference::chain::build;
use tgcall::conference::chain::state::State;
use tgcall::conference::{Conference, self_add};
use tgcall::crypto::sign::KeyPair;
use tgcall::random::{Random, RandomSource};
use tgcall::time::Time;
use tgcall::types::UserId;

/// Randomness that costs next to nothing, so that only our own work is measured.
struct Cheap(u64);

impl RandomSource for Cheap {
    fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let mixed = (self.0 ^ self.0 >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
    }
}

fn cheap(seed: u64) -> Random {
    Random::new(Cheap(seed))
}

pub fn run() -> Vec<Target> {
    let mut targets = blocks();
    targets.extend(packets());
    targets
}

/// The fastest of many short batches: what the machine does for others meanwhile is not ours.
fn time<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut repeats = 1u32;
    let mut batch = |repeats: u32| {
        let start = Instant::now();
        for _ in 0..repeats {
            black_box(work());
        }
        start.elapsed() / repeats
    };
    while batch(repeats) * repeats < Duration::from_millis(1) {
        repeats *= 2;
    }
    (0..200).map(|_| batch(repeats)).min().expect("batches")
}

fn server(block: Vec<u8>) -> Vec<u8> {
    to_server_form(&block).expect("a block")
}

/// The keys of users 1 to `count`, and the first block with all of them in it.
fn crowd(count: usize) -> (Vec<KeyPair>, Vec<u8>) {
    let mut random = cheap(count as u64);
    let keys: Vec<KeyPair> = (0..count).map(|_| KeyPair::generate(&mut random)).collect();
    let participant = |(index, keys): (usize, &KeyPair)| Participant {
        user: UserId(index as i64 + 1),
        key: keys.public(),
        flags: permission::CALL,
        version: 0,
    };
    let participants = keys.iter().enumerate().map(participant).collect();
    let block = build::genesis(participants, &keys[0], &mut random).expect("a block").into_bytes();
    (keys, server(block))
}

fn blocks() -> Vec<Target> {
    let mut targets = Vec::new();
    println!("blocks: participants, bytes, self-add ms, create ms, apply ms (state alone), memory per participant");
    for count in [2, 10, 50, 200] {
        let (keys, block) = crowd(count);
        let last = KeyPair::from_seed(keys[count - 1].seed());
        let joiner = KeyPair::generate(&mut cheap(7));
        let mut random = cheap(8);
        let add = time(|| self_add(&block, UserId(5000), &joiner, &mut random).expect("a block"));
        let own = KeyPair::from_seed(last.seed());
        let before = live_bytes();
        let call = Conference::create(Time::ZERO, UserId(count as i64), own, &block, cheap(9)).expect("a call");
        let memory = live_bytes() - before;
        drop(call);
        let create = time(|| {
            let own = KeyPair::from_seed(last.seed());
            Conference::create(Time::ZERO, UserId(count as i64), own, &block, cheap(9)).expect("a call")
        });
        // A device applies a block once: a chain of them for one call, each signed by the last user.
        let state = State::from_block(parse_from_server(&block).expect("a block").hashed()).expect("a state");
        let (mut chain, mut state_now) = (Vec::new(), state.clone());
        for _ in 0..200 {
            let made =
                build::change(&state_now, state_now.group.participants.clone(), &last, &mut random).expect("a block");
            state_now = state_now.apply(Block::parse(made.bytes()).expect("a block").hashed()).expect("valid");
            chain.push(server(made.into_bytes()));
        }
        let mut call = Conference::create(Time::ZERO, UserId(1), KeyPair::from_seed(keys[0].seed()), &block, cheap(9))
            .expect("a call");
        let mut now = Time::ZERO;
        let mut applied: Vec<Duration> = chain
            .iter()
            .map(|block| {
                now += Duration::from_secs(11);
                let start = Instant::now();
                call.apply_block(now, block).expect("valid");
                start.elapsed()
            })
            .collect();
        applied.sort();
        let first = parse_from_server(&chain[0]).expect("a block");
        let alone = time(|| state.apply(first.clone().hashed()).expect("valid"));
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        let apply = applied[applied.len() / 2];
        println!(
            "  {count:4} {:6} {:8.3} {:8.3} {:8.3} ({:.3}) {:8} B",
            block.len(),
            ms(add),
            ms(create),
            ms(apply),
            ms(alone),
            memory / count
        );
        if count == 200 {
            targets.push(Target::at_most("self-add of 200 participants, ms", 8.0, ms(add)));
            targets.push(Target::at_most("applying a block of 200, ms", 0.6, ms(apply)));
        }
    }
    targets
}

fn packets() -> Vec<Target> {
    let (mut targets, mut most) = (Vec::new(), 0);
    println!("packets: bytes, epochs, packet size, encrypt/s, decrypt/s, allocations per encrypt and decrypt");
    for (length, epochs) in [(160, 1), (1200, 1), (160, 5), (1200, 5)] {
        let (keys, block) = crowd(2);
        let call = |index: usize| {
            let own = KeyPair::from_seed(keys[index].seed());
            Conference::create(Time::ZERO, UserId(index as i64 + 1), own, &block, cheap(index as u64)).expect("a call")
        };
        let (mut one, mut two) = (call(0), call(1));
        for _ in 1..epochs {
            let participants = one.state().group.participants.clone();
            let next = server(one.change(participants).expect("a block"));
            one.apply_block(Time::ZERO, &next).expect("valid");
            two.apply_block(Time::ZERO, &next).expect("valid");
        }
        let frame = vec![7u8; length];
        let packet = one.encrypt(Time::ZERO, 0, &frame, 0).expect("a packet");
        two.decrypt(Time::ZERO, UserId(1), &packet).expect("a frame");
        let encrypt = time(|| one.encrypt(Time::ZERO, 0, &frame, 0).expect("a packet"));
        // A packet is read once, so each batch has its own.
        let mut decrypt = Duration::MAX;
        for _ in 0..200 {
            let batch: Vec<Vec<u8>> =
                (0..50).map(|_| one.encrypt(Time::ZERO, 0, &frame, 0).expect("a packet")).collect();
            let start = Instant::now();
            for packet in &batch {
                black_box(two.decrypt(Time::ZERO, UserId(1), packet).expect("a frame"));
            }
            decrypt = decrypt.min(start.elapsed() / 50);
        }
        let encrypting = allocations(|| one.encrypt(Time::ZERO, 0, &frame, 0).expect("a packet"));
        let sealed = one.encrypt(Time::ZERO, 0, &frame, 0).expect("a packet");
        let decrypting = allocations(|| two.decrypt(Time::ZERO, UserId(1), &sealed).expect("a frame"));
        let rate = |duration: Duration| 1.0 / duration.as_secs_f64();
        println!(
            "  {length:5} {epochs:2} {:6} {:9.0} {:9.0}  {encrypting} {decrypting}",
            packet.len(),
            rate(encrypt),
            rate(decrypt)
        );
        if (length, epochs) == (160, 1) {
            targets.push(Target::at_least("160-byte packets encrypted per second and core", 35_000.0, rate(encrypt)));
            targets.push(Target::at_least("160-byte packets decrypted per second and core", 18_000.0, rate(decrypt)));
        }
        most = most.max(encrypting).max(decrypting);
    }
    targets.push(Target::at_most("allocations per packet", 1.0, most as f64));
    targets
}
