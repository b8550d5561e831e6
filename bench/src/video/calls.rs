//! Whole calls with a picture: 1080p of 4 Mbit/s and 30 frames a second, from one process to another on this machine, by the library as it
//! ships. The frames are encoded nowhere: what the library costs is measured, and nothing else.

use crate::Target;
use crate::voice::pair::Pair;
use crate::voice::usage::{Usage, load};
use serde_json::json;
use std::time::{Duration, Instant};

/// Until the sender has found that the way carries it.
const PATIENCE: Duration = Duration::from_secs(40);
const WANTED: f64 = 4e6;
const WINDOW: Duration = Duration::from_secs(10);
const MORE_CALLS: usize = 4;
const ENDS: [&str; 2] = ["sender", "receiver"];

pub fn run() -> Vec<Target> {
    println!("a picture of 1080p, 4 Mbit/s, 30 frames a second, and sound both ways, per process; load {:.2}", load());
    let side = crate::voice::ours();
    let mut pair = Pair::between([&side.clone().with("show"), &side.with("watch")]);
    assert!(pair.connect(1, &[None, None]).is_some(), "the two find each other");
    let begun = Instant::now();
    pair.relay(PATIENCE, |_, event| event["ev"] == "encode" && event["bits_per_s"].as_f64() >= Some(WANTED));
    println!("  the link was found to carry it after {:.1} s", begun.elapsed().as_secs_f64());
    let before = pictures(&mut pair);
    let (used, start) = (each(&pair), Instant::now());
    pair.wait(WINDOW);
    let seconds = start.elapsed().as_secs_f64();
    let now = each(&pair);
    let shown = pictures(&mut pair);
    let per_s = [0, 1].map(|end| (shown[end] - before[end]) / seconds);
    for end in [0, 1] {
        let share = (now[end].processor_s - used[end].processor_s) / seconds * 100.0;
        println!(
            "  {:<8} {share:>5.1} % of a processor, {:>6.0} kB resident, {:.1} frames a second",
            ENDS[end], now[end].resident_kb, per_s[end]
        );
    }
    for call in 2..2 + MORE_CALLS {
        assert!(pair.connect(call, &[None, None]).is_some(), "one more call");
    }
    pair.wait(WINDOW);
    let more = each(&pair);
    for end in [0, 1] {
        let kb = (more[end].resident_kb - now[end].resident_kb) / MORE_CALLS as f64;
        println!("  {:<8} {kb:>5.0} kB per further call with a picture", ENDS[end]);
    }
    vec![
        Target::at_least("frames a second that were sent", 29.0, per_s[0]),
        Target::at_least("frames a second that arrived whole, of those sent", 0.98, per_s[1] / per_s[0]),
    ]
}

fn each(pair: &Pair) -> [Usage; 2] {
    pair.process_ids().map(Usage::of_one)
}

/// Frames so far: sent, received.
fn pictures(pair: &mut Pair) -> [f64; 2] {
    [0, 1].map(|end| {
        pair.send(end, json!({"cmd": "pictures", "call": 1}));
        let mut frames = 0.0;
        pair.relay(Duration::from_secs(5), |from, event| {
            let is_it = from == end && event["ev"] == "pictures";
            if is_it {
                frames = event["pictures"].as_f64().unwrap_or(0.0);
            }
            is_it
        });
        frames
    })
}
