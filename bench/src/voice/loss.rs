//! Sound through a relay that loses packets, from ntgcalls to libtgcall and to ntgcalls at the same time: how much of it is missing,
//! and how late it is.

use super::pair::{Pair, Side};
use super::relay::{Loss, Relay};
use super::{Folder, sides, sound};
use crate::Target;
use serde_json::json;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const LOSSES: [Loss; 5] = [Loss::Random(3), Loss::Random(10), Loss::Random(20), Loss::Bursts(60), Loss::Bursts(120)];
const RUNS: usize = 7;
const SETTLE: Duration = Duration::from_secs(4);
const LISTEN: Duration = Duration::from_secs(8);
const CLICKS_MS: usize = 510;
/// Between one click and the ear for the next one, so that what is left of the first is not taken for it.
const DEAF: Duration = Duration::from_millis(200);
/// A click that is heard later was another.
const LATEST_S: f64 = 0.45;
/// What ours may be worse: points of a hundred, and ms.
const POINTS: f64 = 1.0;
const MS: f64 = 10.0;
const SECONDS: usize = 40;

/// A figure of each loss, of each receiver; ours first.
type Figures = [[f64; LOSSES.len()]; 2];

pub fn run() -> Vec<Target> {
    let [Some(ours), Some(theirs)] = sides() else {
        println!("sound under loss is NOT MEASURED: without ntgcalls there is nothing to send or to compare with");
        return vec![Target::at_most("sound under loss", 0.0, f64::NAN)];
    };
    let runs = std::env::var("TGCALL_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);
    println!(
        "calls through a relay that loses sound, from ntgcalls to either: pieces of 10 ms that are more than 6 dB down, in percent, \
         and a click from mouth to ear, in ms; medians of {runs} runs of {} s; load {:.2}",
        LISTEN.as_secs(),
        super::load()
    );
    let folder = Folder::new();
    let mut sounds = vec![("tone", sound::tone(SECONDS)), ("buzz", sound::buzz(SECONDS))];
    match speech() {
        Some(speech) => sounds.push(("speech", speech)),
        None => println!("  SKIPPED: speech, as there is no espeak-ng"),
    }
    let mut targets = Vec::new();
    for (name, samples) in &sounds {
        let file = folder.path.join(format!("{name}.pcm"));
        sound::write(&file, samples);
        let figures = medians(runs, |run| shares(&folder, &file, samples, *name == "speech", [ours, theirs], run));
        targets.extend(compare(name, "% down", figures, POINTS));
    }
    let figures = medians(runs, |run| clicks([ours.clone(), theirs.clone()], run));
    targets.extend(compare("click", "ms", figures, MS));
    targets
}

fn medians(runs: usize, mut measure: impl FnMut(u64) -> Figures) -> Figures {
    let all: Vec<Figures> = (0..runs as u64).map(&mut measure).collect();
    let mut medians = [[0.0; LOSSES.len()]; 2];
    for (side, row) in medians.iter_mut().enumerate() {
        for (loss, median) in row.iter_mut().enumerate() {
            let mut values: Vec<f64> = all.iter().map(|figures| figures[side][loss]).collect();
            values.sort_by(f64::total_cmp);
            *median = super::median(&values);
        }
    }
    medians
}

fn compare(name: &str, unit: &str, figures: Figures, allowed: f64) -> Vec<Target> {
    let [ours, theirs] = figures;
    let row = |loss: (usize, &Loss)| {
        let (at, loss) = loss;
        println!("  {name:<6} {loss:>6}: tgcall {:>6.1} {unit}, ntgcalls {:>6.1} {unit}", ours[at], theirs[at]);
        Target::at_most(format!("{unit} of {name} at {loss} lost"), theirs[at] + allowed, ours[at])
    };
    LOSSES.iter().enumerate().map(row).collect()
}

/// The calls of a run to both receivers: one for each loss.
fn connect(
    pairs: &mut [Pair; 2],
    relay: &Relay,
    sent: Option<&Path>,
    heard: impl Fn(usize, usize) -> std::path::PathBuf,
) {
    for (side, pair) in pairs.iter_mut().enumerate() {
        for call in 0..LOSSES.len() {
            let files = [
                sent.map(|sent| (sent, heard(side, call).with_extension("back"))),
                sent.map(|sent| (sent, heard(side, call))),
            ];
            // Both have to say something; what comes back is not listened to.
            if pair.connect_by(call, &files, Some((relay.address, Relay::tag(call, side)))).is_none() {
                println!("  call {call} to {} does not connect", ["tgcall", "ntgcalls"][side]);
            }
        }
    }
}

fn shares(folder: &Folder, file: &Path, sent: &[i16], is_speech: bool, sides: [&Side; 2], run: u64) -> Figures {
    let relay = Relay::start(&LOSSES, run);
    let [ours, theirs] = sides;
    let sender = theirs.clone().lean();
    let mut pairs = [Pair::between([&sender, ours]), Pair::between([&sender, &sender])];
    let path = |side: usize, call: usize| folder.path.join(format!("{side}-{call}.pcm"));
    connect(&mut pairs, &relay, Some(file), path);
    let start = Instant::now();
    while start.elapsed() < SETTLE + LISTEN {
        for pair in &mut pairs {
            pair.wait(Duration::from_millis(50));
        }
    }
    let mut figures = [[f64::NAN; LOSSES.len()]; 2];
    for (side, row) in figures.iter_mut().enumerate() {
        for (call, share) in row.iter_mut().enumerate() {
            let heard = sound::read_last(&path(side, call), LISTEN);
            *share = 100.0 * if is_speech { sound::down_beside(sent, &heard) } else { sound::down(&heard) };
        }
    }
    figures
}

/// The median click of each call of a run.
fn clicks(sides: [Side; 2], run: u64) -> Figures {
    let relay = Relay::start(&LOSSES, run);
    let [ours, theirs] = &sides;
    let mut pairs = [Pair::between([theirs, ours]), Pair::between([theirs, theirs])];
    connect(&mut pairs, &relay, None, |_, _| std::path::PathBuf::new());
    let count = (SETTLE + LISTEN).as_millis() as usize / CLICKS_MS;
    for pair in &mut pairs {
        for call in 0..LOSSES.len() {
            pair.send(0, json!({"cmd": "click", "call": call, "count": count, "every": CLICKS_MS as f64 / 1e3}));
        }
    }
    let mut ears = [[(); LOSSES.len()]; 2].map(|row| row.map(|()| Ear::default()));
    let start = Instant::now();
    while start.elapsed() < SETTLE + LISTEN {
        for (pair, ears) in pairs.iter_mut().zip(&mut ears) {
            for (call, ear) in ears.iter_mut().enumerate() {
                if start.elapsed() > SETTLE && ear.listens_from.is_some_and(|from| from <= Instant::now()) {
                    ear.listens_from = None;
                    pair.send(1, json!({"cmd": "listen", "call": call}));
                }
            }
            pair.relay(Duration::from_millis(20), |_, event| {
                if let Some(ear) = event["call"].as_u64().and_then(|call| ears.get_mut(call as usize)) {
                    ear.note(event);
                }
                false
            });
        }
    }
    ears.map(|row| row.map(Ear::median_ms))
}

struct Ear {
    listens_from: Option<Instant>,
    sent: Vec<f64>,
    heard: Vec<f64>,
}

impl Default for Ear {
    fn default() -> Ear {
        Ear { listens_from: Some(Instant::now()), sent: Vec::new(), heard: Vec::new() }
    }
}

impl Ear {
    fn note(&mut self, event: &serde_json::Value) {
        match event["ev"].as_str() {
            Some("click_sent") => self.sent.extend(event["at"].as_f64()),
            Some("click_heard") => {
                self.heard.extend(event["delivered"].as_f64());
                self.listens_from = Some(Instant::now() + DEAF);
            }
            _ => {}
        }
    }

    /// Each click that was heard, after the last one that was sent before it.
    fn median_ms(self) -> f64 {
        let delay = |heard: &f64| self.sent.iter().rev().find(|sent| *sent < heard).map(|sent| heard - sent);
        let mut delays: Vec<f64> = self.heard.iter().filter_map(delay).filter(|delay| *delay < LATEST_S).collect();
        delays.sort_by(f64::total_cmp);
        super::median(&delays) * 1e3
    }
}

/// A voice, if there is one on this machine.
fn speech() -> Option<Vec<i16>> {
    const TEXT: &str = "The quick brown fox jumps over the lazy dog. She sells sea shells by the sea shore, and the shells she sells are \
                        sea shells for sure. We were away a year ago, and our aim is on an early morning.";
    let need = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/need.sh");
    let _ = Command::new(need).args(["--optional", "espeak-ng"]).status();
    let wave = Command::new("espeak-ng").args(["--stdout", TEXT]).output().ok()?.stdout;
    sound::from_wave(&wave, SECONDS)
}
