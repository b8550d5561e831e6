//! Conferences against hostile input: the targets of `tests/fuzz/conference.rs` on their corpus and on mutations of it, and what
//! bounds the work of a block.
//!
//! `TGCALL_FUZZ_ROUNDS` sets the mutations per target, `TGCALL_FUZZ_SEED` the seed.

#![cfg(feature = "conference")]

#[path = "fuzz/conference.rs"]
mod targets;

use tgcall::conference::chain::block::{Block, Change, GroupState, MAX_BLOCK, Participant, StateProof};
use tgcall::conference::chain::state::State;
use tgcall::conference::error::Reject;
use tgcall::crypto::sign::PublicKey;
use tgcall::random::Random;
use tgcall::types::UserId;

type Target = fn(&[u8]);

const TARGETS: &[(&str, Target)] = &[
    ("conference_block", targets::block),
    ("conference_broadcast", targets::broadcast),
    ("conference_packet", targets::packet),
    ("conference_frame", targets::frame),
    ("conference_message", targets::message),
    ("conference_member", targets::member),
];

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn attempt(name: &str, target: fn(&[u8]), input: &[u8]) {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| target(input)));
    if let Err(panic) = outcome {
        let hex: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
        eprintln!("{name} fell over {hex}");
        std::panic::resume_unwind(panic);
    }
}

fn mutate(random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut input = corpus[random.below(corpus.len() as u64) as usize].clone();
    for _ in 0..=random.below(3) {
        let at = random.below(input.len() as u64 + 1) as usize;
        match random.below(6) {
            0 | 1 if at < input.len() => input[at] ^= 1 << random.below(8),
            2 => input.truncate(at),
            3 => drop(input.splice(at..at, random.bytes::<4>())),
            4 if at + 4 <= input.len() => {
                let word: u32 = [0, 1, 3, 0xff, 0x7fff_ffff, 0x8000_0000, u32::MAX][random.below(7) as usize];
                input[at..at + 4].copy_from_slice(&word.to_le_bytes());
            }
            5 => {
                let other = &corpus[random.below(corpus.len() as u64) as usize];
                input.truncate(at & !3);
                input.extend(&other[(at & !3).min(other.len())..]);
            }
            _ => {}
        }
    }
    input
}

#[test]
fn no_parser_falls_over_its_corpus_or_what_is_made_of_it() {
    let (rounds, seed) = (number("TGCALL_FUZZ_ROUNDS", 1500), number("TGCALL_FUZZ_SEED", 1));
    let corpus = targets::corpus();
    for (name, target) in TARGETS {
        let mut random = Random::from_seed(seed);
        corpus.iter().for_each(|input| attempt(name, *target, input));
        for _ in 0..rounds {
            attempt(name, *target, &mutate(&mut random, &corpus));
        }
    }
}

#[test]
fn every_proper_prefix_of_every_honest_input_is_refused() {
    for input in targets::corpus() {
        for (name, target) in TARGETS.iter().filter(|(name, _)| !name.ends_with("frame") && !name.ends_with("member")) {
            for length in (0..input.len().min(300)).chain([input.len().saturating_sub(1)]) {
                attempt(name, *target, &input[..length.min(input.len())]);
            }
        }
        if let Ok(block) = Block::parse(&input) {
            assert!((0..input.len()).all(|length| Block::parse(&input[..length]).is_err()));
            assert_eq!(Block::parse(&[&input[..], &[0; 4]].concat()), Err(Reject::Trailing));
            assert_eq!(block.to_bytes(), input);
        }
    }
}

fn crowded(count: usize) -> Block {
    let participant = |index: usize| {
        let mut key = [9; 32];
        key[..8].copy_from_slice(&index.to_le_bytes());
        Participant { user: UserId(index as i64), key: PublicKey(key), flags: 3, version: 0 }
    };
    let group = GroupState { participants: (0..count).map(participant).collect(), external: 3 };
    Block {
        signature: [1; 64],
        previous: [0; 32],
        changes: vec![Change::SetGroupState(group)],
        height: 0,
        proof: StateProof::default(),
        signer: Some(PublicKey([9; 32])),
    }
}

#[test]
fn size_is_refused_before_anything_is_computed_and_counts_that_fit_are_not() {
    assert!(Block::parse(&crowded(5000).to_bytes()).is_ok());
    assert_eq!(Block::parse(&crowded(5100).to_bytes()), Err(Reject::TooLarge));
    let mut many = crowded(1);
    many.changes = vec![Change::Noop { nonce: [0; 32] }; 7000];
    assert!(Block::parse(&many.to_bytes()).is_ok());
    assert_eq!(Block::parse(&vec![0xb6; MAX_BLOCK + 1]), Err(Reject::TooLarge));
    // The cheap checks come first: with wrong height, hash and signature, it is the height that is told.
    let state = State { height: 5, ..State::empty() };
    assert_eq!(state.apply(crowded(3).hashed()), Err(Reject::Height));
    assert_eq!(State { hash: [1; 32], ..State::empty() }.apply(crowded(3).hashed()), Err(Reject::PreviousHash));
    assert_eq!(State::empty().apply(crowded(3).hashed()), Err(Reject::Signature));
}

#[test]
fn a_value_whose_key_is_not_32_bytes_or_zero_is_refused_where_the_reference_aborts() {
    for (key, refused) in
        [(vec![0; 32], true), (vec![1; 31], true), (vec![1; 33], true), (vec![], true), (vec![1; 32], false)]
    {
        let change = Change::SetValue { key, value: vec![1] };
        let result = State::empty().change(&PublicKey([1; 32]), change);
        assert_eq!(result, if refused { Err(Reject::ValueKey) } else { Ok(()) });
    }
}
