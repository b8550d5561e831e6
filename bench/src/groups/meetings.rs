//! Whole clients in end-to-end encrypted conferences, through `tgcall-sim`: how long it takes to hear somebody, what sealing and opening cost
//! beside the same call in the clear, and whether anybody falls silent while the keys change.

use super::SPEAKERS;
use super::scene::{CHAT, FIRST, Scene, member, words};
use crate::Target;
use crate::lines::Lines;
use crate::machine::median;
use crate::voice::usage::{Usage, load};
use std::time::{Duration, Instant};

const SIZES: [usize; 3] = [2, 10, 50];
const JOINS: usize = 7;
/// What a chain takes to be calm again after somebody has gone.
const CALM: Duration = Duration::from_secs(2);
const SETTLE: Duration = Duration::from_secs(3);
const WINDOW: Duration = Duration::from_secs(6);
const ROUNDS: usize = 3;
/// So many come and go while all talk.
const CHANGES: usize = 5;

pub fn run() -> Vec<Target> {
    println!("conferences of whole clients, through tgcall-sim (a release build); load {:.2}", load());
    for size in SIZES {
        first_sound(size);
    }
    let mut targets = cost();
    targets.extend(gaps());
    targets
}

/// Who is in a call: each line a process.
struct Meeting {
    scene: Scene,
    /// What the others join by.
    call: String,
    members: Vec<Lines>,
    next: i64,
}

impl Meeting {
    /// A conference in which one talks, or is silent and listens.
    fn new(mode: &str) -> Meeting {
        let scene = Scene::new(Duration::ZERO);
        let (mut host, _) = member(&scene.sim, "new", FIRST, 1, mode);
        host.send(&"join");
        let link = host.wait(|event| words(event)[0] == "link");
        host.wait(|event| words(event)[0] == "in");
        Meeting { scene, call: words(&link)[1].clone(), members: vec![host], next: FIRST + 1 }
    }

    /// The same of a call in the clear.
    fn plain(mode: &str) -> Meeting {
        let scene = Scene::new(Duration::ZERO);
        let mut meeting = Meeting { scene, call: CHAT.to_string(), members: vec![], next: FIRST };
        meeting.join(1, mode);
        meeting
    }

    /// So many more, one after the other, in one process.
    fn join(&mut self, count: usize, mode: &str) {
        let (mut lines, _) = member(&self.scene.sim, &self.call, self.next, count, mode);
        for _ in 0..count {
            lines.send(&"next");
            lines.wait(|event| words(event)[0] == "in");
        }
        self.next += count as i64;
        self.members.push(lines);
    }

    /// One comes, hears somebody and goes; how long it took to hear him, and of that to be connected from the server's answer on, in ms.
    fn visit(&mut self) -> (f64, f64) {
        let (mut lines, _) = member(&self.scene.sim, &self.call, self.next, 1, "listen");
        lines.send(&"join");
        let ms = |lines: &mut Lines, what: &str| {
            let event = lines.wait(|event| words(event)[0] == what);
            words(&event)[1].parse::<f64>().expect("a number")
        };
        let (connected, heard) = (ms(&mut lines, "in"), ms(&mut lines, "first"));
        lines.send(&"leave");
        lines.wait(|event| words(event)[0] == "out");
        (heard, connected)
    }
}

fn first_sound(size: usize) {
    let mut meeting = Meeting::new("speak");
    if size > 2 {
        meeting.join(size - 2, "listen");
    }
    let visits: Vec<(f64, f64)> = (0..JOINS)
        .map(|_| {
            std::thread::sleep(CALM);
            meeting.visit()
        })
        .collect();
    let of = |which: fn(&(f64, f64)) -> f64| visits.iter().map(which).collect::<Vec<f64>>();
    let worst = of(|visit| visit.0).into_iter().fold(0.0, f64::max);
    println!(
        "  the {size}. to join hears the one who speaks after {:.0} ms (the worst of {JOINS}: {worst:.0}), {:.0} ms of them from the server's answer to connected",
        median(of(|visit| visit.0)),
        median(of(|visit| visit.1)),
    );
}

/// What one who listens and those who talk use, of one processor.
fn use_of(mut meeting: Meeting) -> [f64; 2] {
    meeting.join(SPEAKERS - 1, "talk");
    meeting.join(1, "listen");
    std::thread::sleep(SETTLE);
    let usage = |meeting: &Meeting| {
        let [first, others, listener] = [0, 1, 2].map(|at: usize| meeting.members[at].process_id());
        [Usage::of_one(listener).processor_s, Usage::of([first, others]).processor_s]
    };
    let (before, start) = (usage(&meeting), Instant::now());
    std::thread::sleep(WINDOW);
    let (after, seconds) = (usage(&meeting), start.elapsed().as_secs_f64());
    [0, 1].map(|at| (after[at] - before[at]) / seconds)
}

fn cost() -> Vec<Target> {
    // By turns, so that a busy machine troubles both alike.
    let rounds: Vec<[[f64; 2]; 2]> =
        (0..ROUNDS).map(|_| [use_of(Meeting::plain("talk")), use_of(Meeting::new("talk"))]).collect();
    let of = |which: usize, who: usize| median(rounds.iter().map(|round| round[which][who]).collect());
    let mut targets = Vec::new();
    for (who, what) in ["one who listens to ten", "ten who talk and listen"].into_iter().enumerate() {
        let (plain, sealed) = (of(0, who), of(1, who));
        println!(
            "  {what}: {:.2} % of a processor in a conference, {:.2} % in the clear",
            100.0 * sealed,
            100.0 * plain
        );
        targets.push(Target::at_most(format!("processor time of {what}, of that in the clear"), 1.3, sealed / plain));
    }
    targets
}

fn gaps() -> Vec<Target> {
    let mut meeting = Meeting::new("talk");
    meeting.join(SPEAKERS - 1, "talk");
    meeting.join(1, "watch");
    let longest = |meeting: &mut Meeting| {
        let watcher = meeting.members.last_mut().expect("he has just come");
        watcher.send(&"stats");
        let event = watcher.wait(|event| words(event)[0] == "gap");
        words(&event)[1].parse::<f64>().expect("a number")
    };
    let mark = |meeting: &mut Meeting| meeting.members.last_mut().expect("he has just come").send(&"mark");
    std::thread::sleep(SETTLE);
    mark(&mut meeting);
    std::thread::sleep(SETTLE);
    mark(&mut meeting);
    std::thread::sleep(2 * CHANGES as u32 * CALM);
    let calm = longest(&mut meeting);
    mark(&mut meeting);
    for _ in 0..CHANGES {
        meeting.visit();
        std::thread::sleep(2 * CALM);
    }
    let changing = longest(&mut meeting);
    println!(
        "  the longest gap in what ten say: {changing:.0} ms while {CHANGES} come and go and the keys change, {calm:.0} ms in as much time without"
    );
    vec![Target::at_most("longest gap in the sound while the keys change, ms", 200.0, changing)]
}
