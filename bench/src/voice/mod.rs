//! Whole calls with sound, libtgcall to libtgcall and ntgcalls to ntgcalls: two processes on this machine, over the address of its network
//! interface, 48 kHz mono, version 9.0.0. Both libraries do the same: each end of a call says a tone from a file and writes what it
//! hears to another, 10 ms at a time.

mod base;
pub mod loss;
pub mod pair;
mod relay;
mod sound;
pub mod usage;

use crate::Target;
pub use base::against;
use pair::{Files, Pair, Side};
use serde_json::json;
use sound::{Heard, TONES};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use usage::{Usage, load};

const CONNECTS: usize = 15;
const STEPS: [usize; 4] = [1, 5, 10, 20];
const CLICKS: usize = 20;
/// An odd number of pieces, so that clicks fall into both halves of a packet.
const CLICK_EVERY_MS: usize = 510;
/// What a call's sound takes to settle.
const SETTLE: Duration = Duration::from_secs(2);
const STEADY: Duration = Duration::from_secs(8);
/// How many calls are tried: the first number, and how much more each time.
const FIRST_TRY: usize = 15;
const MORE: f64 = 1.2;
const MOST_CALLS: usize = 500;
const WINDOW: Duration = Duration::from_secs(4);
/// Of the pieces of 10 ms that should have been heard.
const BROKEN: f64 = 0.01;
/// The longest run of any part, so a tone lasts.
const TONE_S: usize = 300;

type Sides = [Option<Side>; 2];

/// Both sides, found once.
fn sides() -> &'static Sides {
    static SIDES: OnceLock<Sides> = OnceLock::new();
    SIDES.get_or_init(|| {
        let theirs = Side::theirs().inspect_err(|why| {
            println!("ntgcalls is NOT MEASURED, and nothing is compared with it: {why}");
        });
        [Some(ours()), theirs.ok()]
    })
}

/// Our own side alone, built once.
pub fn ours() -> Side {
    static OURS: OnceLock<Side> = OnceLock::new();
    OURS.get_or_init(|| Side::ours("tgcall", &root(), &crate::size::shipped())).clone()
}

/// Where this checkout is.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// One figure of each side, ours first.
fn each<T>(mut measure: impl FnMut(&Side) -> T) -> [Option<T>; 2] {
    sides().each_ref().map(|side| side.as_ref().map(&mut measure))
}

pub fn connect() -> Vec<Target> {
    println!(
        "calls: from connect to connected on both ends, the median of {CONNECTS} calls one after the other; load {:.2}",
        load()
    );
    compared("time to connect, of ntgcalls'", Bound::AtMost(0.5), each(|side| connect_ms(side, CONNECTS)))
}

fn connect_ms(side: &Side, calls: usize) -> f64 {
    let mut pair = Pair::start(side);
    let mut times: Vec<f64> = (1..=calls)
        .map(|call| {
            let took = pair.connect(call, &[None, None]).unwrap_or(f64::INFINITY) * 1e3;
            pair.stop(call);
            took
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("  {:<9} {:>6.1} ms (from {:.1} to {:.1})", side.name, median(&times), times[0], times[calls - 1]);
    median(&times)
}

/// Memory, threads and processor time with more and more calls.
pub fn steady() -> Vec<Target> {
    println!("calls with tones both ways, per process (the mean of the two ends); load {:.2}", load());
    let figures = each(steady_costs);
    let ours = figures[0].expect("ours is always measured");
    let mut targets = vec![
        Target::at_most("kB of memory per further call", 150.0, ours.kb),
        Target::at_most("threads per further call", 0.0, ours.threads),
    ];
    targets.extend(compared(
        "processor time per call, of ntgcalls'",
        Bound::AtMost(0.5),
        figures.map(|one| one.map(|costs| costs.processor_s)),
    ));
    targets
}

/// What a further call costs.
#[derive(Clone, Copy)]
struct Steady {
    kb: f64,
    threads: f64,
    /// Per minute, with the most calls.
    processor_s: f64,
}

fn steady_costs(side: &Side) -> Steady {
    let folder = Folder::new();
    let mut pair = Pair::start(&side.clone().lean());
    let mut rows = Vec::new();
    for calls in STEPS {
        for call in rows.last().map_or(0, |row: &Row| row.calls)..calls {
            if pair.connect(call, &folder.files(call)).is_none() {
                println!("  {:<9} call {call} does not connect", side.name);
            }
        }
        pair.wait(SETTLE);
        let (before, start) = (Usage::of(pair.process_ids()), Instant::now());
        pair.wait(STEADY);
        let now = Usage::of(pair.process_ids());
        let call_minutes = calls as f64 * start.elapsed().as_secs_f64() / 60.0;
        let row = Row {
            calls,
            resident_kb: now.resident_kb / 2.0,
            threads: now.threads / 2.0,
            processor_s: (now.processor_s - before.processor_s) / 2.0 / call_minutes,
        };
        println!(
            "  {:<9} {calls:>2} calls: {:>8.0} kB resident, {:>3.0} threads, {:.2} s of a processor per call and minute",
            side.name, row.resident_kb, row.threads, row.processor_s
        );
        rows.push(row);
    }
    let (first, last) = (&rows[0], &rows[rows.len() - 1]);
    let more = (last.calls - first.calls) as f64;
    let kb = (last.resident_kb - first.resident_kb) / more;
    let threads = (last.threads - first.threads) / more;
    println!("  {:<9} per further call: {kb:.0} kB, {threads:.1} threads", side.name);
    Steady { kb, threads, processor_s: last.processor_s }
}

struct Row {
    calls: usize,
    resident_kb: f64,
    threads: f64,
    processor_s: f64,
}

/// From the moment the host hands over 10 ms that begin with a click to the moment the other host holds the 10 ms in which it is: as it
/// pulled them, and as they were delivered to it.
pub fn latency() -> Vec<Target> {
    println!("calls: a click from mouth to ear, in pieces of 10 ms, {CLICKS} times; load {:.2}", load());
    let figures = each(click_ms);
    let pulled = figures[0].expect("ours is always measured");
    let ours = sides()[0].clone().expect("ours is always there");
    let delivered = click_ms(&ours.delivering());
    vec![
        Target::at_most("ms from mouth to ear", 60.0, pulled),
        Target::at_most("ms more if it is delivered than if it is pulled", 10.0, delivered - pulled),
    ]
}

fn click_ms(side: &Side) -> f64 {
    let mut pair = Pair::start(side);
    let _ = pair.connect(1, &[None, None]);
    pair.wait(SETTLE);
    let seconds = CLICK_EVERY_MS as f64 / 1e3;
    let click = json!({"cmd": "click", "call": 1, "count": CLICKS, "every": seconds, "every_ms": CLICK_EVERY_MS});
    pair.command(1, json!({"cmd": "listen", "call": 1}));
    pair.command(0, click);
    let mut times = Vec::new();
    for _ in 0..CLICKS {
        let (mut sent, mut heard) = (None, None);
        pair.relay(Duration::from_secs(2), |_, event| {
            match event["ev"].as_str() {
                Some("click_sent") => sent = event["at"].as_f64(),
                Some("click_heard") => heard = event["delivered"].as_f64(),
                _ => {}
            }
            sent.is_some() && heard.is_some()
        });
        times.extend(sent.zip(heard).map(|(sent, heard)| (heard - sent) * 1e3));
        // The click may lie on the edge of two pieces: only the first counts.
        pair.wait(Duration::from_millis(200));
        pair.send(1, json!({"cmd": "listen", "call": 1}));
    }
    times.sort_by(f64::total_cmp);
    let worst = times.last().copied().unwrap_or(f64::INFINITY);
    println!(
        "  {:<9} median {:.0} ms, worst {worst:.0} ms, {} of {CLICKS} heard",
        side.name,
        median(&times),
        times.len()
    );
    median(&times)
}

/// How many calls both ways until more than one piece in a hundred is not the tone that was said, or comes at another time: what
/// was held up and then heard at once is as broken.
pub fn capacity() -> Vec<Target> {
    println!(
        "calls both ways until more than {:.0} % of what should be heard in {} s is not the tone or is late, twice in a row; load {:.2}",
        BROKEN * 100.0,
        WINDOW.as_secs(),
        load()
    );
    let figures = each(|side| most_calls(side, FIRST_TRY, MORE));
    compared("calls, times ntgcalls'", Bound::AtLeast(3.0), figures)
}

/// How many calls hold: `first` are tried, then `more` times as many, and so on.
fn most_calls(side: &Side, first: usize, more: f64) -> f64 {
    let folder = Folder::new();
    let mut pair = Pair::start(&side.clone().lean());
    let (mut calls, mut held, mut heard) = (0, 0, Vec::new());
    let mut wanted = first;
    while wanted <= MOST_CALLS {
        while calls < wanted && pair.connect(calls, &folder.files(calls)).is_some() {
            heard.extend(folder.heard(calls));
            calls += 1;
        }
        if calls < wanted {
            println!("  {:<9} call {} does not connect", side.name, calls + 1);
            break;
        }
        pair.wait(SETTLE);
        let mut missing = share_missing(&mut pair, &mut heard);
        if missing > BROKEN {
            missing = missing.min(share_missing(&mut pair, &mut heard));
        }
        println!("  {:<9} {calls:>3} calls: {:>5.2} % missing, load {:.2}", side.name, missing * 100.0, load());
        if missing > BROKEN {
            break;
        }
        held = calls;
        wanted = (wanted as f64 * more).round() as usize;
    }
    held as f64
}

fn share_missing(pair: &mut Pair, heard: &mut [Heard]) -> f64 {
    heard.iter_mut().for_each(Heard::begin);
    let start = Instant::now();
    pair.wait(WINDOW);
    let expected = start.elapsed().as_secs_f64() * 100.0 * heard.len() as f64;
    heard.iter_mut().for_each(Heard::end);
    let good: usize = heard.iter().map(Heard::count).sum();
    (1.0 - good as f64 / expected).abs()
}

enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// Ours in relation to theirs; no number if there is nothing to compare with.
fn compared(what: &'static str, bound: Bound, figures: [Option<f64>; 2]) -> Vec<Target> {
    let [ours, theirs] = figures.map(|figure| figure.unwrap_or(f64::NAN));
    vec![match bound {
        Bound::AtMost(bound) => Target::at_most(what, bound, ours / theirs),
        Bound::AtLeast(bound) => Target::at_least(what, bound, ours / theirs),
    }]
}

fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::INFINITY)
}

/// Where the tones lie: in memory, so that no disk is measured.
struct Folder {
    path: PathBuf,
    tones: [PathBuf; 2],
}

impl Folder {
    fn new() -> Folder {
        let shared = Path::new("/dev/shm");
        let parent = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let path = parent.join(format!("tgcall-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("there is room for sound");
        let tones = TONES.map(|hertz| {
            let tone = path.join(format!("{hertz}.pcm"));
            sound::write_tone(&tone, hertz, TONE_S);
            tone
        });
        Folder { path, tones }
    }

    /// The caller says the first tone, the callee the second.
    fn files(&self, call: usize) -> Files<'_> {
        [0, 1].map(|end| Some((self.tones[end].as_path(), self.path.join(format!("{call}-{end}.pcm")))))
    }

    fn heard(&self, call: usize) -> [Heard; 2] {
        [0, 1].map(|end| Heard::new(self.path.join(format!("{call}-{end}.pcm")), TONES[1 - end]))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
