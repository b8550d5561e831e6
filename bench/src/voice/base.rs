//! This checkout beside an older commit of its own: the figures of the README's table of costs, by turns, so that a busy machine
//! troubles both alike.

use super::{FIRST_TRY, MORE, click_ms, connect_ms, median, most_calls, root, steady_costs};
use crate::Target;
use crate::size::{build_of, shipped};
use crate::voice::pair::Side;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An odd number, so that a median is one of them.
const ROUNDS: usize = 5;
/// Calls that connect one after the other, each time. Whether a check of ICE comes before or after the answer that it needs is a matter
/// of luck and of milliseconds, so it takes many.
const CONNECTS: usize = 60;
/// How much finer the number of calls is looked for than against ntgcalls, and from where on.
const CLOSER: f64 = 1.05;
const FROM: f64 = 0.8;
/// What may get worse.
const WORSE: f64 = 1.05;
const WORSE_KB: f64 = 15.0;

/// The figures of one side, a median each.
#[derive(Default)]
struct Costs {
    connect_ms: Vec<f64>,
    kb: Vec<f64>,
    processor_s: Vec<f64>,
    click_ms: Vec<f64>,
    calls: Vec<f64>,
}

/// The table of `commit` and of what is checked out here, or the rows of it that are wanted.
pub fn against(commit: &str, wants: impl Fn(&str) -> bool) -> Vec<Target> {
    let before = check_out(commit);
    let built = build_of(&before, &before.join("target/base"), &[]);
    let libraries = [shipped(), built];
    let sides =
        [Side::ours("now", &root(), &libraries[0]), Side::ours("before", &before, &libraries[1])].map(Side::lean);
    println!("this checkout (now) and {commit} (before), by turns, medians of {ROUNDS}");
    let [connect, steady, latency, capacity] = ["connect", "steady", "latency", "capacity"].map(&wants);
    let from = if capacity { (most_calls(&sides[0], FIRST_TRY, MORE) * FROM) as usize } else { 0 };
    let mut costs = [Costs::default(), Costs::default()];
    for round in 0..ROUNDS {
        // Each goes first as often as the other, as far as an odd number allows.
        for place in [round % 2, 1 - round % 2] {
            let (side, costs) = (&sides[place], &mut costs[place]);
            if connect {
                costs.connect_ms.push(connect_ms(side, CONNECTS));
            }
            if steady {
                let steady = steady_costs(side);
                costs.kb.push(steady.kb);
                costs.processor_s.push(steady.processor_s);
            }
            if latency {
                costs.click_ms.push(click_ms(side));
            }
            if capacity {
                costs.calls.push(most_calls(side, from.max(1), CLOSER));
            }
        }
    }
    let [now, before] = costs;
    let row = |what: &str, [now, before]: [f64; 2]| {
        println!("  {what:<44} {now:>10.2} now, {before:>10.2} before");
        now / before
    };
    let medians = |now: Vec<f64>, before: Vec<f64>| [now, before].map(middle);
    let mut targets = Vec::new();
    if connect {
        let ratio = row("ms to connect", medians(now.connect_ms, before.connect_ms));
        targets.push(Target::at_most("time to connect, of before's", WORSE, ratio));
    }
    if steady {
        let memory = medians(now.kb, before.kb);
        row("kB per further call", memory);
        targets.push(Target::at_most("kB more per further call", WORSE_KB, memory[0] - memory[1]));
        let ratio = row("s of a processor per call and minute", medians(now.processor_s, before.processor_s));
        targets.push(Target::at_most("processor time per call, of before's", WORSE, ratio));
    }
    if latency {
        let ratio = row("ms from mouth to ear", medians(now.click_ms, before.click_ms));
        targets.push(Target::at_most("mouth to ear, of before's", WORSE, ratio));
    }
    if capacity {
        let ratio = row("calls that hold", medians(now.calls, before.calls));
        targets.push(Target::at_least("calls, times before's", 1.0 / WORSE, ratio));
    }
    if wants("size") {
        let bytes = libraries.map(|library| std::fs::metadata(library).expect("it was built").len() as f64);
        targets.push(Target::at_most("size of the library, of before's", WORSE, row("bytes of the library", bytes)));
    }
    targets
}

fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    median(&figures)
}

/// The files of a commit, in a folder of their own that is kept.
fn check_out(commit: &str) -> PathBuf {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").current_dir(root()).args(arguments).output().expect("there is git");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let id = String::from_utf8(git(&["rev-parse", "--verify", &format!("{commit}^{{commit}}")])).expect("hex");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/base").join(id.trim());
    if !folder.join("Cargo.toml").exists() {
        std::fs::create_dir_all(&folder).expect("the target folder is ours");
        let archive = folder.join("files.tar");
        let path = archive.display().to_string();
        git(&["archive", "--output", &path, id.trim()]);
        let unpacked = Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&folder).status();
        assert!(unpacked.is_ok_and(|status| status.success()), "tar unpacks what git packed");
    }
    folder
}
