//! Every parser against hostile input: the corpus first, then a few thousand seeded mutations of it, on any toolchain.
//!
//! A target is a plain `fn(&[u8])` in `tests/fuzz/<area>.rs`, named in [`TARGETS`]; it panics when something is wrong. The same
//! functions run under cargo-fuzz by `make fuzz`: a wrapper of three lines in `tests/fuzz/targets/`, a `[[bin]]` in
//! `tests/fuzz/Cargo.toml`. `TGCALL_FUZZ_ROUNDS` sets the mutations per target, `TGCALL_FUZZ_SEED` the seed;
//! `TGCALL_FUZZ_CORPUS` names a folder that the corpus is written to, for cargo-fuzz to start from.

#[path = "fuzz/client.rs"]
mod client;
#[path = "fuzz/corpus.rs"]
mod corpus;
#[cfg(feature = "media")]
#[path = "fuzz/group.rs"]
mod group;
#[cfg(all(feature = "media", feature = "conference"))]
#[path = "fuzz/meeting.rs"]
mod meeting;
#[cfg(feature = "media")]
#[path = "fuzz/signaling.rs"]
mod signaling;
#[path = "fuzz/tl.rs"]
mod tl;

use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(feature = "media")]
use tgcall::media::container::fuzz as container;
#[cfg(feature = "media")]
use tgcall::media::video::fuzz as video;

/// A target: its name, the function, and where its inputs begin.
type Target = (&'static str, fn(&[u8]), fn() -> Vec<Vec<u8>>);

const TARGETS: &[Target] = &[
    ("tl_inlets", tl::inlets, corpus::tl),
    ("tl_round_trip", tl::round_trip, corpus::tl),
    ("tl_skip", tl::skip, corpus::tl),
    ("tl_chain", tl::chain, corpus::tl_chain),
    ("client_updates", client::updates, corpus::tl),
    #[cfg(feature = "media")]
    ("group_answer", group::answer, corpus::join_answers),
    #[cfg(feature = "media")]
    ("group_people", group::people, corpus::group_news),
    #[cfg(feature = "media")]
    ("group_joined", group::joined, corpus::group_news),
    #[cfg(all(feature = "media", feature = "conference"))]
    ("client_meeting", meeting::meeting, meeting::corpus),
    #[cfg(feature = "media")]
    ("signaling_message", signaling::message, corpus::signaling_messages),
    #[cfg(feature = "media")]
    ("signaling_plaintext", signaling::plaintext, corpus::signaling_plaintexts),
    #[cfg(feature = "media")]
    ("signaling_sctp", signaling::sctp, corpus::signaling_sctp),
    #[cfg(feature = "media")]
    ("signaling_jitter", signaling::jitter, corpus::jitter),
    #[cfg(feature = "media")]
    ("stream_voices", container::voices, container::seeds_of_voices),
    #[cfg(feature = "media")]
    ("stream_program", container::program, container::seeds_of_programs),
    #[cfg(feature = "media")]
    ("stream_movie", container::movie, container::seeds_of_movies),
    #[cfg(feature = "media")]
    ("video_vp8", video::vp8, || corpus::video("vp8")),
    #[cfg(feature = "media")]
    ("video_vp9", video::vp9, || corpus::video("vp9")),
    #[cfg(feature = "media")]
    ("video_h264", video::h264, || corpus::video("h264")),
    #[cfg(feature = "media")]
    ("video_h265", video::h265, || corpus::video("h265")),
    #[cfg(feature = "media")]
    ("video_av1", video::av1, || corpus::video("av1")),
    #[cfg(feature = "media")]
    ("video_assembler", video::assembler, corpus::video_streams),
];

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn no_parser_falls_over_its_corpus_or_what_is_made_of_it() {
    let (rounds, seed) = (number("TGCALL_FUZZ_ROUNDS", 50_000), number("TGCALL_FUZZ_SEED", 1));
    for (name, target, corpus) in TARGETS {
        let corpus = corpus();
        assert!(!corpus.is_empty(), "{name} has no corpus");
        write_out(name, &corpus);
        for input in &corpus {
            attempt(name, *target, input);
        }
        let mut dice = Dice(seed);
        for _ in 0..rounds {
            let input = mutate(&mut dice, &corpus);
            attempt(name, *target, &input);
        }
    }
}

fn attempt(name: &str, target: fn(&[u8]), input: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(input))) {
        let hex: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
        eprintln!("{name} fell over {hex}");
        std::panic::resume_unwind(panic);
    }
}

fn write_out(name: &str, corpus: &[Vec<u8>]) {
    let Some(folder) = std::env::var_os("TGCALL_FUZZ_CORPUS") else { return };
    let folder = std::path::Path::new(&folder).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for (at, input) in corpus.iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{at:04}")), input).unwrap();
    }
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit.max(1) as u64) as usize
    }
}

/// An input of the corpus with one to four things done to it.
fn mutate(dice: &mut Dice, corpus: &[Vec<u8>]) -> Vec<u8> {
    const WORDS: [u32; 10] = [0, 1, 2, 0xff, 0xfe, 0x7fff_ffff, 0x8000_0000, u32::MAX, 0x1cb5_c415, 0x00ff_ffff];
    let mut input = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(4) {
        let at = dice.below(input.len());
        match dice.below(9) {
            0 if !input.is_empty() => input[at] ^= 1 << dice.below(8),
            1 if !input.is_empty() => input[at] = dice.roll() as u8,
            2 => input.truncate(at),
            3 => drop(input.splice(at..at, (0..dice.below(9)).map(|_| dice.roll() as u8).collect::<Vec<_>>())),
            4 => drop(input.drain(at..(at + dice.below(9)).min(input.len()))),
            5 if input.len() >= 4 => {
                let at = dice.below(input.len() / 4) * 4;
                let word = WORDS[dice.below(WORDS.len())];
                input[at..at + 4].copy_from_slice(&word.to_le_bytes());
            }
            6 => {
                let end = (at + 4 * dice.below(16)).min(input.len());
                let piece = input[at..end].to_vec();
                drop(input.splice(at..at, piece));
            }
            7 => {
                let other = &corpus[dice.below(corpus.len())];
                let from = dice.below(other.len()) & !3;
                input.truncate(at & !3);
                input.extend(&other[from.min(other.len())..]);
            }
            8 if input.len() >= 8 => {
                // A value that stands somewhere in another input: ids mostly.
                let other = &corpus[dice.below(corpus.len())];
                if other.len() >= 4 {
                    let from = dice.below(other.len() / 4) * 4;
                    let to = dice.below(input.len() / 4) * 4;
                    input[to..to + 4].copy_from_slice(&other[from..from + 4]);
                }
            }
            _ => {}
        }
    }
    input.truncate(1 << 16);
    input
}
