//! What goes wrong around a call, as its users see it: processes in C with the real library, under ASan, UBSan and the leak sanitizer
//! where the compiler has them. A process is killed, a disk is full, a callback is slow, Telegram is gone, a relay dies.
#![cfg(all(target_os = "linux", feature = "sim", feature = "media", feature = "opus", feature = "runtime"))]
// Real processes: here the clock is read.
#![allow(clippy::disallowed_methods)]

mod interop;

use interop::coturn::{self, Coturn};
use interop::endpoint::Endpoint;
use interop::pair::{ACTIVE, LOCAL_HANGUP, Pair, RECONNECTING};
use interop::skipped;
use interop::toolchain::{cc, libraries, root, run, sanitizers, scratch};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// `voice` and `wav-tool`.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = scratch("fault_processes");
        let libraries = libraries(&folder);
        for (source, program) in [("examples-c/voice.c", "voice"), ("scripts/wav-tool.c", "wav-tool")] {
            run(Command::new(cc())
                .args(["-std=gnu11", "-O1", "-g"])
                .args(sanitizers(&cc(), &folder, "faults"))
                .args([
                    "-I".into(),
                    root().join("include"),
                    "-I".into(),
                    root().join("examples-c"),
                    root().join(source),
                ])
                .args(["-o".into(), folder.join(program), "-L".into(), libraries.to_owned()])
                .arg(format!("-Wl,-rpath,{}", libraries.display()))
                .args(["-ltgcall", "-lm"]));
        }
        folder
    })
}

fn wav(name: &str, seconds: u32) -> PathBuf {
    let file = folder().join(name);
    run(Command::new(folder().join("wav-tool")).arg("make").arg(&file).arg(seconds.to_string()));
    file
}

/// A process whose output is read line by line; killed when the test is over, however it ends.
struct Process {
    name: &'static str,
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl Process {
    fn start(name: &'static str, command: &mut Command) -> Process {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap_or_else(|why| panic!("{command:?}: {why}"));
        let (sender, lines) = channel();
        let outputs: [Option<Box<dyn Read + Send>>; 2] =
            [child.stdout.take().map(|out| Box::new(out) as _), child.stderr.take().map(|out| Box::new(out) as _)];
        for output in outputs.into_iter().flatten() {
            let sender = sender.clone();
            std::thread::spawn(move || {
                BufReader::new(output).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
            });
        }
        Process { name, child, lines, said: vec![] }
    }

    /// Waits for a line with this in it.
    fn says(&mut self, what: &str, patience: Duration) {
        let end = Instant::now() + patience;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let found = line.contains(what);
                    self.said.push(line);
                    if found {
                        return;
                    }
                }
                Err(_) => panic!("{} did not say {what:?} within {patience:?}, but {:#?}", self.name, self.said),
            }
        }
    }

    /// The status it ends with, by itself; then all it said is there.
    fn ends(&mut self, patience: Duration) -> i32 {
        let end = Instant::now() + patience;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.said.extend(self.lines.iter());
                return status.code().unwrap_or_else(|| panic!("{}: {status}, {:#?}", self.name, self.said));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{} has not ended within {patience:?}: {:#?}", self.name, self.said);
    }

    fn has_said(&self, what: &str) -> bool {
        self.said.iter().any(|line| line.contains(what))
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Telegram of the test's own, Alice who plays a file, and Bob who records one.
struct Talk {
    sim: Process,
    alice: Process,
    bob: Process,
    recorded: PathBuf,
}

/// How a side is started, if not as always.
struct Start<'a> {
    /// A shell's words before the program.
    within: &'a str,
    recorded: &'a Path,
    alice_says_to: Stdio,
}

impl Talk {
    fn begin(name: &str, played: &Path) -> Talk {
        let recorded = folder().join(format!("{name}.wav"));
        Talk::begin_as(played, Start { within: "", recorded: &recorded, alice_says_to: Stdio::piped() })
    }

    /// Both are started, and the call is up.
    fn begin_as(played: &Path, start: Start) -> Talk {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tgcall-sim"));
        let sim = Process::start("tgcall-sim", command.stdout(Stdio::piped()));
        let port = sim.lines.recv_timeout(seconds(10)).expect("the first line is the port");
        let voice = folder().join("voice");
        let script = format!("{} exec \"$@\"", start.within);
        let mut bob = Command::new("unshare");
        if start.within.is_empty() {
            bob = Command::new(&voice);
        } else {
            bob.args(["--mount", "sh", "-ec", &script, "sh"]).arg(&voice);
        }
        let mut bob = Process::start("Bob", bob.args([&port, "1002"]).arg(start.recorded).stdout(Stdio::piped()));
        bob.says("waiting for a call", seconds(10));
        let mut alice = Command::new(&voice);
        alice.args([&port, "1001"]).arg(played).arg("1002").stdout(start.alice_says_to);
        let alice = Process::start("Alice", &mut alice);
        Talk { sim, alice, bob, recorded: start.recorded.to_owned() }
    }

    fn is_up(&mut self) {
        self.bob.says("> active", seconds(20));
        self.alice.says("> active", seconds(5));
    }
}

/// The one who stays is told at once, and that it is over when nobody came back; its recording is whole up to there.
fn alice_is_killed() {
    let mut talk = Talk::begin("alice_is_killed", &wav("killed.wav", 20));
    talk.is_up();
    std::thread::sleep(seconds(1));
    talk.alice.kill();
    talk.bob.says("> reconnecting", Duration::from_millis(4500));
    talk.bob.says("the path to them was lost, and no other was found", seconds(33));
    assert_eq!(talk.bob.ends(seconds(10)), 0, "{:#?}", talk.bob.said);
    let bytes = fs::read(&talk.recorded).unwrap();
    let size = u32::from_le_bytes(bytes[40..44].try_into().unwrap()) as usize;
    assert!(bytes.len() == 44 + size && size > 48_000 * 2 / 2, "{size} of {} bytes", bytes.len());
}

fn bob_is_killed() {
    let mut talk = Talk::begin("bob_is_killed", &wav("bob_is_killed_in.wav", 20));
    talk.is_up();
    std::thread::sleep(seconds(1));
    talk.bob.kill();
    talk.alice.says("> reconnecting", Duration::from_millis(4500));
    talk.alice.says("the path to them was lost, and no other was found", seconds(33));
    assert_eq!(talk.alice.ends(seconds(10)), 0, "{:#?}", talk.alice.said);
}

/// The sound needs no Telegram; only that Alice hangs up does not arrive, and Bob notices by the silence.
fn telegram_is_killed() {
    let played = wav("telegram_in.wav", 5);
    let mut talk = Talk::begin("telegram_is_killed", &played);
    talk.is_up();
    std::thread::sleep(seconds(1));
    talk.sim.kill();
    talk.alice.says("no connection to Telegram: the call goes on without", seconds(2));
    talk.bob.says("no connection to Telegram: the call goes on without", seconds(2));
    assert_eq!(talk.alice.ends(seconds(15)), 0, "{:#?}", talk.alice.said);
    assert!(!talk.alice.has_said("reconnecting"), "{:#?}", talk.alice.said);
    talk.bob.says("> reconnecting", seconds(5));
    assert_eq!(talk.bob.ends(seconds(36)), 0, "{:#?}", talk.bob.said);
    run(Command::new(folder().join("wav-tool")).arg("alike").args([&played, &talk.recorded]));
}

/// Whoever cannot write says so, ends the call for both, and has a status of its own.
fn a_full_disk() {
    let recorded = Path::new("/dev/full");
    let start = Start { within: "", recorded, alice_says_to: Stdio::piped() };
    let mut talk = Talk::begin_as(&wav("full_in.wav", 20), start);
    assert_eq!(talk.bob.ends(seconds(15)), 3, "{:#?}", talk.bob.said);
    assert!(talk.bob.has_said("cannot write: No space left on device"), "{:#?}", talk.bob.said);
    assert_eq!(talk.alice.ends(seconds(10)), 0, "{:#?}", talk.alice.said);
    assert!(talk.alice.has_said("> ended: they hung up"), "{:#?}", talk.alice.said);
}

/// The same with room for two seconds of sound, which takes a file system of its own.
fn a_disk_that_becomes_full() {
    let mount = "mount -t tmpfs -o size=200k tmpfs /mnt;";
    let probe = Command::new("unshare").args(["--mount", "sh", "-ec", mount]).output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        return skipped("a_disk_that_becomes_full", "no file system may be mounted here");
    }
    let start = Start { within: mount, recorded: Path::new("/mnt/out.wav"), alice_says_to: Stdio::piped() };
    let mut talk = Talk::begin_as(&wav("small_in.wav", 20), start);
    talk.is_up();
    assert_eq!(talk.bob.ends(seconds(15)), 3, "{:#?}", talk.bob.said);
    assert!(talk.bob.has_said("cannot write: No space left on device"), "{:#?}", talk.bob.said);
    assert_eq!(talk.alice.ends(seconds(10)), 0, "{:#?}", talk.alice.said);
}

/// What a program prints may go to a full disk as well.
fn a_log_on_a_full_disk() {
    let recorded = folder().join("log.wav");
    let full = File::options().write(true).open("/dev/full").unwrap();
    let start = Start { within: "", recorded: &recorded, alice_says_to: full.into() };
    let mut talk = Talk::begin_as(&wav("log_in.wav", 20), start);
    assert_eq!(talk.alice.ends(seconds(20)), 3, "{:#?}", talk.alice.said);
    assert!(talk.alice.has_said("cannot write: No space left on device"), "{:#?}", talk.alice.said);
}

#[test]
fn processes_that_are_killed_and_disks_that_are_full_end_calls_cleanly() {
    folder();
    std::thread::scope(|scope| {
        for scenario in [alice_is_killed, bob_is_killed, telegram_is_killed] {
            scope.spawn(scenario);
        }
        for scenario in [a_full_disk, a_disk_that_becomes_full, a_log_on_a_full_disk] {
            scope.spawn(scenario);
        }
    });
}

fn resident_kb(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// While a callback sleeps no sound moves, in no call of its client, as the header says; but nobody takes that for a silent network,
/// nothing piles up, and afterwards the sound of all of them is whole.
#[test]
fn a_slow_callback_holds_the_sound_up_and_nothing_else() {
    let mut pair = Pair::new([Endpoint::start(&[]), Endpoint::start(&[])]);
    pair.send("max_calls 2");
    pair.connect(&[], true);
    pair.both(ACTIVE, seconds(10));
    for (side, end) in pair.ends.iter_mut().enumerate() {
        end.attach(2, side == 0, &[9; 256]);
    }
    pair.send("connect 2 9.0.0 1");
    pair.both(ACTIVE, seconds(10));
    pair.talk();
    pair.send("tone 2 700");
    let second_call = |pair: &Pair| [0, 1].map(|side| pair.ends[side].heard(2, 2, 700.0));
    pair.run(seconds(3));
    pair.assert_heard(2);
    assert!(second_call(&pair).iter().all(|tone| tone.snr_db > 12.0), "{:?}", second_call(&pair));
    let states = |pair: &Pair| pair.told[0].iter().filter(|event| event["ev"] == "state").count();
    let (before, memory) = (states(&pair), resident_kb(pair.ends[0].process_id()));
    // Each switch of the other side is an event; the last two naps, one after the other, are longer than what counts as silence.
    for (nap_ms, switches) in [(200, 6), (2000, 2)] {
        pair.ends[0].send(format_args!("slow {nap_ms}"));
        for switch in 0..switches {
            pair.ends[1].send(format_args!("mute 1 {}", (switch + 1) % 2));
            pair.run(Duration::from_millis(100));
        }
        pair.run(Duration::from_millis(nap_ms * switches + 300));
    }
    pair.ends[0].send("slow 0");
    pair.run(seconds(4));
    assert_eq!(states(&pair), before, "{}", pair.story());
    pair.assert_heard(2);
    assert!(second_call(&pair).iter().all(|tone| tone.snr_db > 12.0), "{:?}", second_call(&pair));
    let grown = resident_kb(pair.ends[0].process_id()).saturating_sub(memory);
    println!("{grown} kB more");
    assert!(grown < 4096, "{grown} kB more");
    pair.quit();
}

/// Writing into a connection that is gone raises no signal and blocks nobody. And a client that is freed in the middle of a call is
/// gone at once, for the other side by its silence.
#[test]
fn a_relay_that_dies_and_a_client_that_is_freed_leave_the_other_side_well() {
    const TEST: &str = "a_relay_that_dies_and_a_client_that_is_freed_leave_the_other_side_well";
    let free = || {
        let mut pair = Pair::new([Endpoint::start(&[]), Endpoint::start(&[])]);
        pair.connect(&[], true);
        pair.both(ACTIVE, seconds(10));
        pair.talk();
        pair.run(seconds(1));
        let [freed, mut left] = pair.ends;
        assert!(freed.quit().success());
        left.wait(|event| event["ev"] == "state" && event["number"] == RECONNECTING);
        left.send("discard 1");
        left.wait(|event| event["ev"] == "ended" && event["number"] == LOCAL_HANGUP);
        assert!(left.quit().success());
    };
    let relay = || {
        let Some(coturn) = Coturn::start("127.0.0.1", &["--no-udp"]) else { return skipped(TEST, "no coturn") };
        let mut pair = Pair::new([Endpoint::start(&[]), Endpoint::start(&[])]);
        let turn = format!("turn 1 7 127.0.0.1 {} {} {}", coturn.port, coturn::USER, coturn::PASSWORD);
        pair.connect(&[turn], false);
        pair.both(ACTIVE, seconds(15));
        pair.talk();
        pair.run(seconds(3));
        pair.assert_heard(2);
        for report in pair.reports() {
            assert_eq!(report["json"]["media"]["transport"]["route"], "turn over tcp", "{}", report["text"]);
        }
        drop(coturn);
        pair.both(RECONNECTING, seconds(4));
        pair.run(seconds(2));
        pair.quit();
    };
    std::thread::scope(|scope| {
        scope.spawn(free);
        scope.spawn(relay);
    });
}
