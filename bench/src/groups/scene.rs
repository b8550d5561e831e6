//! A call, who speaks in it, and who listens: processes of their own.

use super::SPEAKERS;
use crate::guest::{Guest, host, visitor};
use crate::lines::Lines;
use crate::process::Process;
use crate::voice::pair::compiled;
use crate::voice::usage::Usage;
use serde_json::{Value, json};
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

pub const CHAT: i64 = 6000;
const TITLE: &str = "Crowd";
/// The first account; the first ones speak.
pub const FIRST: i64 = 2000;
const ACCOUNTS: i64 = 75;
/// Pieces of 10 ms that a mix has in a second, packets of 60 or 20 ms that a speaker sends at least.
const PIECES_PER_S: f64 = 100.0;

/// The server, the call, and accounts that are not in it yet.
pub struct Scene {
    pub sim: Process,
    _host: Guest,
    speakers: Option<Lines>,
    next: i64,
}

impl Scene {
    /// A server that is so late with its first answer to a connection.
    pub fn new(late: Duration) -> Scene {
        let script = folder().join("crowd.txt");
        let accounts: Vec<String> = (FIRST..FIRST + ACCOUNTS).map(|account| account.to_string()).collect();
        let mut file = std::fs::File::create(&script).expect("the target folder is ours");
        for account in &accounts {
            writeln!(file, "user {account} name A").expect("the target folder is ours");
        }
        write!(
            file,
            "chat {CHAT} title {TITLE}\nchat {CHAT} members 1001,{}\nchat {CHAT} admins 1001\n",
            accounts.join(",")
        )
        .expect("the target folder is ours");
        let knob = format!("sfu-answer-ms={}", late.as_millis());
        let sim = Process::of(simulator(), address(), &["--script", &script.display().to_string(), "--knob", &knob]);
        let host = host(&sim, 1, TITLE);
        Scene { sim, _host: host, speakers: None, next: FIRST + SPEAKERS as i64 }
    }

    /// Ten accounts of ours speak from now on.
    pub fn speak(&mut self) {
        let (mut speakers, _) = member(&self.sim, &CHAT.to_string(), FIRST, SPEAKERS, "speak");
        speakers.send(&"join");
        (0..SPEAKERS).for_each(|_| _ = speakers.wait(|event| words(event)[0] == "in"));
        self.speakers = Some(speakers);
    }

    fn account(&mut self) -> i64 {
        self.next += 1;
        assert!(self.next <= FIRST + ACCOUNTS, "there are so many accounts");
        self.next - 1
    }
}

/// One who listens.
pub struct Listener {
    kind: Kind,
    lines: Lines,
    /// From the answer of the server to the path; `None`: it did not say that it is in.
    pub connected_ms: Option<f64>,
    /// Before it joined.
    pub before: Usage,
    asked: Instant,
}

enum Kind {
    Ours,
    Recorder,
    Theirs(#[allow(dead_code, reason = "it stays logged in")] Box<Guest>),
}

impl Listener {
    pub fn ours(scene: &mut Scene) -> Listener {
        Listener::member(scene, "listen", Kind::Ours)
    }

    /// Who takes the packets of each speaker as they are.
    pub fn recorder(scene: &mut Scene) -> Listener {
        Listener::member(scene, "record", Kind::Recorder)
    }

    fn member(scene: &mut Scene, mode: &str, kind: Kind) -> Listener {
        let account = scene.account();
        let (mut lines, before) = member(&scene.sim, &CHAT.to_string(), account, 1, mode);
        lines.send(&"join");
        let event = lines.wait(|event| words(event)[0] == "in");
        let connected_ms = words(&event)[1].parse().ok();
        Listener { kind, lines, connected_ms, before, asked: Instant::now() }
    }

    pub fn theirs(scene: &mut Scene, python: &Path) -> Listener {
        let script = interop().join("ntg_group.py");
        let mut command = Command::new(python);
        command.arg(script).args(["--no-pcm", "--max-seconds", "600"]).env("PYTHONDONTWRITEBYTECODE", "1");
        let mut lines = Lines::start("ntgcalls", &mut command).expect("it was there");
        lines.wait(|event| event["ev"] == "ready");
        let before = Usage::of_one(lines.process_id());
        let account = scene.account();
        let mut guest = visitor(&scene.sim, account, TITLE);
        let reply = ask(&mut lines, json!({"cmd": "create", "capture": false}));
        let params = guest.join(true, reply["payload"].as_str().expect("a payload")).expect("it is taken");
        let start = Instant::now();
        lines.send(&json!({"cmd": "connect", "params": params, "id": 2}));
        let mut connected_ms = None;
        while connected_ms.is_none() && start.elapsed() < Duration::from_secs(3) {
            let event = lines.poll(Duration::from_millis(100));
            if event.is_some_and(|event| event["state"] == "CONNECTED") {
                connected_ms = Some(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        Listener { kind: Kind::Theirs(Box::new(guest)), lines, connected_ms, before, asked: Instant::now() }
    }

    pub fn process(&self) -> u32 {
        self.lines.process_id()
    }

    /// How much of the sound has not come since this was asked last.
    pub fn missing(&mut self) -> f64 {
        let seconds = self.asked.elapsed().as_secs_f64();
        self.asked = Instant::now();
        match self.kind {
            Kind::Ours => {
                let [pieces, silent] = self.heard();
                silent / pieces.max(1.0)
            }
            // Of each speaker a packet every 20 ms.
            Kind::Recorder => 1.0 - self.heard()[0] / (seconds * SPEAKERS as f64 * PIECES_PER_S / 2.0),
            Kind::Theirs(_) => {
                let stats = ask(&mut self.lines, json!({"cmd": "stats"}));
                let sources = stats["audio"].as_object().into_iter().flatten();
                let frames: f64 = sources.filter_map(|(_, source)| source["frames"].as_f64()).sum();
                1.0 - frames / (seconds * SPEAKERS as f64 * PIECES_PER_S)
            }
        }
    }

    fn heard(&mut self) -> [f64; 2] {
        self.lines.send(&"stats");
        let event = self.lines.wait(|event| words(event)[0] == "heard");
        let words = words(&event);
        [1, 2].map(|at: usize| words[at].parse().expect("a number"))
    }
}

/// Sends a command to ntgcalls and waits for its reply.
fn ask(lines: &mut Lines, mut command: Value) -> Value {
    command["id"] = json!(1);
    lines.send(&command);
    lines.wait(|event| event["id"] == 1)
}

pub fn words(event: &Value) -> Vec<String> {
    let line = event["line"].as_str().unwrap_or("-");
    line.split_whitespace().map(str::to_owned).collect()
}

/// Members of ours, ready to join, and what their process uses.
pub fn member(sim: &Process, call: &str, first: i64, count: usize, mode: &str) -> (Lines, Usage) {
    let mut command = Command::new(program());
    command.arg(sim.ip.to_string()).arg(sim.port.to_string()).arg(call);
    command.arg(first.to_string()).arg(count.to_string()).arg(mode);
    let mut lines = Lines::start("member", &mut command).expect("it was just compiled");
    lines.wait(|event| words(event)[0] == "ready");
    let before = Usage::of_one(lines.process_id());
    (lines, before)
}

/// The Python that has ntgcalls; the error says why there is none.
pub fn theirs() -> Result<PathBuf, String> {
    let script = Command::new(interop().join("ntgcalls-python.sh")).output().map_err(|error| error.to_string())?;
    if !script.status.success() {
        return Err(String::from_utf8_lossy(&script.stderr).trim().to_owned());
    }
    Ok(String::from_utf8_lossy(&script.stdout).trim().into())
}

fn interop() -> PathBuf {
    root().join("tests/interop")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/groups");
    std::fs::create_dir_all(&folder).expect("the target folder is ours");
    folder
}

/// That of the network interface, as ntgcalls uses no other; nothing is sent there to find it.
fn address() -> Ipv4Addr {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 255), 9))?;
        socket.local_addr()
    });
    match socket.map(|address| address.ip()) {
        Ok(IpAddr::V4(ip)) => ip,
        _ => Ipv4Addr::LOCALHOST,
    }
}

/// `member.c` on the library as it ships.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| compiled("groups", &root(), &crate::size::shipped(), "bench/src/groups/member.c"))
}

/// `tgcall-sim` in a release build, so that it is not the limit.
fn simulator() -> &'static Path {
    static SIMULATOR: OnceLock<PathBuf> = OnceLock::new();
    SIMULATOR.get_or_init(|| {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/sim");
        let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .current_dir(root())
            .args([
                "build",
                "--quiet",
                "--locked",
                "--release",
                "--features",
                "sim",
                "--bin",
                "tgcall-sim",
                "--target-dir",
            ])
            .arg(&target)
            .status()
            .expect("cargo is there");
        assert!(status.success(), "tgcall-sim builds");
        target.join("release/tgcall-sim")
    })
}
