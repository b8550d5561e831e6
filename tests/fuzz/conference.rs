//! Conferences: blocks, broadcasts, packets, frames and messages from strangers. Whatever comes in, a value or a typed error.

use std::cell::RefCell;
use tgcall::conference::chain::block::{Block, to_server_form};
use tgcall::conference::chain::build;
use tgcall::conference::chain::state::State;
use tgcall::conference::codec::{h264_prefix, long_start_codes, open_frame, opus_trailer, plain_frame, vp8_prefix};
use tgcall::conference::error::Reject;
use tgcall::conference::member::{Elements, Input, Member, Timing};
use tgcall::conference::message::Message;
use tgcall::conference::verify::Broadcast;
use tgcall::conference::{Conference, genesis, self_add};
use tgcall::crypto::sign::KeyPair;
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::time::Time;
use tgcall::transform::{Codec, Level};
use tgcall::types::UserId;

fn keys(seed: u8) -> KeyPair {
    KeyPair::from_seed(&Secret::take(&mut [seed; 32]))
}

fn server(block: &[u8]) -> Vec<u8> {
    to_server_form(block).expect("a block of ours")
}

/// Users 1 and 2 at the same block; always the same.
fn two() -> [Conference; 2] {
    let mut random = Random::from_seed(1);
    let members = vec![build::member(UserId(1), &keys(1)), build::member(UserId(2), &keys(2))];
    let block = server(build::genesis(members, &keys(1), &mut random).expect("a block").bytes());
    [1u8, 2].map(|user| {
        let random = Random::from_seed(u64::from(user));
        Conference::create(Time::ZERO, UserId(user.into()), keys(user), &block, random).expect("a member")
    })
}

thread_local! {
    static TWO: RefCell<[Conference; 2]> = RefCell::new(two());
}

/// Honest inputs of every kind, for the mutations to begin with.
pub fn corpus() -> Vec<Vec<u8>> {
    let [mut one, mut two] = two();
    let mut all = vec![one.remove(&[UserId(2)]).expect("a block"), two.change(Vec::new()).unwrap_or_default()];
    all.push(genesis(UserId(7), &keys(7), &mut Random::from_seed(7)).expect("a block"));
    all.extend(std::iter::from_fn(|| two.poll_outbound()));
    let marked: Vec<Vec<u8>> = all.iter().filter_map(|sent| to_server_form(sent).ok()).collect();
    all.extend(marked);
    for (size, prefix) in [(0, 0), (3, 3), (160, 0), (400, 17)] {
        all.push(one.encrypt(Time::ZERO, 0, &vec![5; size], prefix).expect("a packet"));
    }
    all.push(Message { random_id: 5, text: "hello".into(), entities: Vec::new() }.to_json(128).expect("a message"));
    all.push(Message::reaction(6, "👍", Some(8)).to_json(128).expect("a message"));
    all.push(vec![0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3, 0, 0, 1, 0x65, 0x88, 0x80, 9, 0, 0, 3, 1]);
    all
}

/// A block is written as it was read, and nobody follows a stranger's.
pub fn block(data: &[u8]) {
    if let Ok(block) = Block::parse(data) {
        let hashed = block.clone().hashed();
        assert!(hashed.bytes().len() <= data.len() + 4, "what is written grows");
        assert_eq!(Block::parse(hashed.bytes()), Ok(block), "what was written reads back the same");
        let again = Block::parse(hashed.bytes()).expect("just read").hashed();
        assert_eq!(again.hash, hashed.hash);
        let _ = State::empty().apply(again);
        if let Ok(state) = State::from_block(hashed) {
            assert!(state.height >= 0);
        }
    }
    let mut random = Random::from_seed(3);
    if let Ok(joined) = self_add(data, UserId(9), &keys(9), &mut random) {
        Conference::create(Time::ZERO, UserId(9), keys(9), &server(&joined), random)
            .expect("a block of ours lets us in");
    }
    let _ = Conference::create(Time::ZERO, UserId(1), keys(1), data, Random::from_seed(4));
    let [mut call, _] = two();
    let before = call.state().clone();
    if call.apply_block(Time::ZERO, data).is_err() {
        assert!(call.failure().is_some() || *call.state() == before, "a refused block moved something");
    }
}

/// A broadcast that is taken was signed by a member.
pub fn broadcast(data: &[u8]) {
    if let Ok(broadcast) = Broadcast::parse_from_server(data) {
        assert_eq!(server(&broadcast.to_bytes()), data);
    }
    let [mut call, _] = two();
    let phase = call.phase();
    if call.receive_broadcast(data).is_err() {
        assert_eq!(call.phase(), phase, "a refused broadcast moved something");
    }
    assert!(call.failure().is_none());
}

/// A packet opens only for the bytes that were sealed.
pub fn packet(data: &[u8]) {
    TWO.with_borrow_mut(|two| {
        let [one, two] = two;
        for sender in [1, 2, 3] {
            for call in [&mut *one, &mut *two] {
                if let Ok(opened) = call.decrypt(Time::ZERO, UserId(sender), data) {
                    assert!(opened.frame.len() < data.len());
                }
            }
        }
        let _ = open_frame(two, Time::ZERO, UserId(1), Codec::Opus, data);
        let _ = open_frame(two, Time::ZERO, UserId(1), Codec::H264, data);
    });
}

/// Whatever an encoder yields is carried, and comes back.
pub fn frame(data: &[u8]) {
    assert!(vp8_prefix(data) <= data.len() && h264_prefix(data) <= data.len());
    let long = long_start_codes(data);
    assert_eq!(long_start_codes(&long), long);
    let _ = opus_trailer(&mut data.to_vec());
    let (plain, prefix) = plain_frame(Codec::Opus, data, Level { speech: true, below_full: 9 });
    assert_eq!(prefix, 0);
    let mut plain = plain.into_owned();
    assert_eq!(opus_trailer(&mut plain), Ok(Some(Level { speech: true, below_full: 9 })));
    assert_eq!(plain, data);
    let [mut one, mut two] = self::two();
    for codec in [Codec::Vp8, Codec::H264] {
        let (plain, prefix) = plain_frame(codec, data, Level::default());
        match one.encrypt(Time::ZERO, 0, &plain, prefix) {
            Ok(packet) => {
                assert_eq!(two.decrypt(Time::ZERO, UserId(1), &packet).expect("just sealed").frame, &*plain);
            }
            Err(reject) => assert_eq!(reject, Reject::PrefixLength, "only an endless prefix cannot be sent"),
        }
    }
}

/// A message that reads is written in a form that reads the same, unless it holds what is only read.
pub fn message(data: &[u8]) {
    if let Ok(message) = Message::from_json(data) {
        assert_ne!(message.random_id, 0);
        if let Ok(json) = message.to_json(usize::MAX) {
            assert_eq!(Message::from_json(&json), Ok(message));
        }
    }
}

/// Elements as an update brings them: each in its place, on each sub-chain.
pub fn member(data: &[u8]) {
    let mut member = Member::new(UserId(1), Timing::default(), Random::from_seed(6));
    let elements =
        |sub_chain, next_offset| Elements { sub_chain, next_offset, elements: vec![data.to_vec(), data.to_vec()] };
    let _ = member.step(Time::ZERO, Input::Join);
    let _ = member.step(Time::ZERO, Input::Newest(vec![data.to_vec()]));
    let _ = member.step(Time::ZERO, Input::Taken { main: elements(0, 2), broadcasts: elements(1, 2) });
    let number = data.first_chunk().map_or(0, |bytes| i32::from_le_bytes(*bytes));
    for sub_chain in [0, 1, 2, -1, number] {
        for next_offset in [2, 3, 4, number] {
            let _ = member.step(Time::ZERO, Input::Elements(elements(sub_chain, next_offset)));
        }
    }
    let _ = member.step(Time::ZERO, Input::Timeout);
}
