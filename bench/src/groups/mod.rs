//! Group calls with ten who speak, through the media server of `tgcall-sim`: what one who listens costs, of our library and of ntgcalls in
//! the same call. Both are given each 10 ms of sound as a device would ask for it: ours as the mix, ntgcalls' host each speaker by
//! himself, as it mixes none.

pub mod meetings;
mod scene;

use crate::Target;
use crate::machine::median;
use crate::voice::usage::{Usage, load};
use scene::{Listener, Scene};
use std::time::{Duration, Instant};

pub const SPEAKERS: usize = 10;
const CONNECTS: usize = 15;
/// What sound takes to settle.
const SETTLE: Duration = Duration::from_secs(3);
const WINDOW: Duration = Duration::from_secs(8);
/// A host of ntgcalls needs a media server that is late with its first answer, or it is not told that it is in (`sfu.md`); that is
/// taken off.
const LATE: Duration = Duration::from_millis(20);
/// Of the sound that should have been heard.
const BROKEN: f64 = 0.01;
const TRIES: [usize; 5] = [4, 8, 16, 32, 64];

pub fn run() -> Vec<Target> {
    println!(
        "group calls of {SPEAKERS} who speak, through the media server of tgcall-sim (a release build); load {:.2}",
        load()
    );
    let theirs = scene::theirs().inspect_err(|why| {
        println!("ntgcalls is NOT MEASURED, and nothing is compared with it: {why}");
    });
    let ratio = |what: &str, bound: f64, ours: f64, theirs: Option<f64>| {
        Target::at_most(format!("{what}, of ntgcalls'"), bound, ours / theirs.unwrap_or(f64::NAN))
    };
    let mut targets = Vec::new();

    let ours_ms = connect("tgcall", &mut Scene::new(Duration::ZERO), Listener::ours);
    let theirs_ms = theirs.as_ref().ok().map(|python| {
        let ms = connect("ntgcalls", &mut Scene::new(LATE), |scene| Listener::theirs(scene, python));
        ms - LATE.as_secs_f64() * 1e3
    });
    targets.push(ratio("time from the server's answer to connected", 0.5, ours_ms, theirs_ms));

    let mut scene = Scene::new(LATE);
    scene.speak();
    let ours = listen("tgcall", &mut scene, Listener::ours);
    let recorder = listen("recorder", &mut scene, Listener::recorder);
    let theirs_cost =
        theirs.as_ref().ok().map(|python| listen("ntgcalls", &mut scene, |scene| Listener::theirs(scene, python)));
    targets.push(ratio("processor time of a listener", 0.5, ours.processor, theirs_cost.map(|cost| cost.processor)));
    targets.push(ratio("memory that a call adds to a listener", 0.25, ours.kb, theirs_cost.map(|cost| cost.kb)));
    targets.push(Target::at_most("threads that a call adds to a started client", 0.0, ours.threads));
    targets.push(Target::at_most("sound that did not come to a listener", BROKEN, ours.missing));
    targets.push(Target::at_most("packets that did not come to a recorder", BROKEN, recorder.missing));
    drop(scene);

    let ours = capacity("tgcall", Listener::ours);
    let theirs = theirs.as_ref().ok().map(|python| capacity("ntgcalls", |scene| Listener::theirs(scene, python)));
    println!(
        "  so many listeners two cores carry beside {SPEAKERS} speakers and the server: tgcall {ours}, ntgcalls {}",
        theirs.map_or("not measured".to_owned(), |count| count.to_string())
    );
    targets
}

/// The median time in ms.
fn connect(name: &str, scene: &mut Scene, mut join: impl FnMut(&mut Scene) -> Listener) -> f64 {
    let times: Vec<f64> = (0..CONNECTS).filter_map(|_| join(scene).connected_ms).collect();
    let ms = median(times.clone());
    println!("  {name:<9} connected after {ms:.1} ms, the median of {} that said so of {CONNECTS}", times.len());
    ms
}

#[derive(Clone, Copy)]
struct Cost {
    /// Of one processor.
    processor: f64,
    kb: f64,
    threads: f64,
    missing: f64,
}

fn listen(name: &str, scene: &mut Scene, join: impl FnOnce(&mut Scene) -> Listener) -> Cost {
    let mut listener = join(scene);
    std::thread::sleep(SETTLE);
    listener.missing();
    let (before, server, start) =
        (Usage::of_one(listener.process()), Usage::of_one(scene.sim.child.id()), Instant::now());
    std::thread::sleep(WINDOW);
    let now = Usage::of_one(listener.process());
    let (seconds, served) = (start.elapsed().as_secs_f64(), Usage::of_one(scene.sim.child.id()));
    let cost = Cost {
        processor: (now.processor_s - before.processor_s) / seconds,
        kb: now.resident_kb - listener.before.resident_kb,
        threads: now.threads - listener.before.threads,
        missing: listener.missing(),
    };
    println!(
        "  {name:<9} {:>5.2} % of a processor, {:>6.0} kB and {:.0} threads more than before, {:.1} % of the sound missing; the server {:.1} %",
        100.0 * cost.processor,
        cost.kb,
        cost.threads,
        100.0 * cost.missing,
        100.0 * (served.processor_s - server.processor_s) / seconds,
    );
    cost
}

/// How many listeners hear all.
fn capacity(name: &str, mut join: impl FnMut(&mut Scene) -> Listener) -> usize {
    let mut scene = Scene::new(LATE);
    scene.speak();
    let (mut listeners, mut most): (Vec<Listener>, usize) = (Vec::new(), 0);
    for count in TRIES {
        while listeners.len() < count {
            listeners.push(join(&mut scene));
        }
        std::thread::sleep(SETTLE);
        listeners.iter_mut().for_each(|listener| _ = listener.missing());
        std::thread::sleep(WINDOW / 2);
        let worst = listeners.iter_mut().map(Listener::missing).fold(0.0, f64::max);
        let server = Usage::of_one(scene.sim.child.id());
        println!(
            "  {name:<9} {count:>2} listeners: {:.1} % of the sound of the worst one missing (the server so far {:.1} s)",
            100.0 * worst,
            server.processor_s
        );
        if worst > BROKEN {
            break;
        }
        most = count;
    }
    most
}
