//! Two processes with a library each, which call each other: `endpoint.c` on our own, or `ntg_peer.py` on ntgcalls. Both take the same
//! lines of JSON, and what one of them signals is carried to the other here.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);
/// No part of the benchmark takes longer.
const LONGEST_S: u32 = 600;
pub const VERSION: &str = "9.0.0";

/// How an endpoint is started.
#[derive(Clone)]
pub struct Side {
    pub name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
}

impl Side {
    /// The C program of the checkout `root`, compiled against its header and its library as they ship.
    pub fn ours(name: &'static str, root: &Path, library: &Path) -> Side {
        let program = compiled(name, root, library, "bench/src/voice/endpoint.c");
        Side { name, program, arguments: Vec::new() }
    }

    /// ntgcalls; the error says why there is none on this machine.
    pub fn theirs() -> Result<Side, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/interop");
        let script = Command::new(folder.join("ntgcalls-python.sh")).output().map_err(|error| error.to_string())?;
        if !script.status.success() {
            return Err(String::from_utf8_lossy(&script.stderr).trim().to_owned());
        }
        let python = String::from_utf8_lossy(&script.stdout).trim().to_owned();
        let peer = folder.join("ntg_peer.py").display().to_string();
        let arguments = [&peer, "--stats-every", "0", "--max-seconds", &LONGEST_S.to_string()].map(str::to_owned);
        Ok(Side { name: "ntgcalls", program: python.into(), arguments: arguments.into() })
    }

    /// Ours, with a host that has what it hears delivered.
    pub fn delivering(mut self) -> Side {
        self.name = "delivered";
        self.arguments = vec!["deliver".to_owned()];
        self
    }

    /// Ours, with a host that sends pictures (`show`) or takes them (`watch`).
    pub fn with(mut self, argument: &str) -> Side {
        self.arguments = vec![argument.to_owned()];
        self
    }

    /// Without looking at sound in Python, and without numpy in its memory.
    pub fn lean(mut self) -> Side {
        if !self.arguments.is_empty() {
            self.arguments.push("--no-pcm".into());
        }
        self
    }
}

/// A C program of the checkout `root`, compiled against its header and its library as they ship, in a folder of this name.
pub fn compiled(name: &str, root: &Path, library: &Path, source: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/voice").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder is ours");
    // By the name that the library has inside, as an installation does it.
    for name in ["libtgcall.so".to_owned(), format!("libtgcall.so.{}", abi(root))] {
        std::fs::copy(library, folder.join(name)).expect("it was just built");
    }
    let program = folder.join("program");
    let compiled = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()))
        .args(["-O2", "-Wall", "-Wextra", "-o"])
        .arg(&program)
        .arg(root.join(source))
        .args(["-I", "include", "-I", "examples-c"])
        .current_dir(root)
        .arg("-L")
        .arg(&folder)
        .args(["-ltgcall", "-lpthread", "-lm"])
        .arg(format!("-Wl,-rpath,{}", folder.display()))
        .status()
        .expect("there is a C compiler");
    assert!(compiled.success(), "{source} compiles");
    program
}

/// What the library's name ends with; see its build.rs.
fn abi(root: &Path) -> String {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).expect("a checkout has one");
    let version =
        manifest.lines().find_map(|line| line.strip_prefix("version = ")).expect("it has one").trim_matches('"');
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some("0"), Some(minor)) => format!("0.{minor}"),
        (Some(major), _) => major.to_owned(),
        (None, _) => panic!("no version"),
    }
}

/// Bytes as both kinds of endpoint read them; ntgcalls' writes base64.
fn hex(data: &str) -> String {
    if data.starts_with("hex:") {
        return data.to_owned();
    }
    let (mut text, mut bits, mut count) = (String::from("hex:"), 0u32, 0);
    for letter in data.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            text.push_str(&format!("{:02x}", bits >> count & 0xff));
        }
    }
    text
}

/// What a call says and where to put what it hears, of each of the two ends.
pub type Files<'a> = [Option<(&'a Path, PathBuf)>; 2];

pub struct Pair {
    ends: [End; 2],
    events: Receiver<(usize, Value)>,
    next_id: u64,
}

struct End {
    process: Child,
    input: ChildStdin,
}

impl Pair {
    pub fn start(side: &Side) -> Pair {
        Pair::between([side, side])
    }

    pub fn between(sides: [&Side; 2]) -> Pair {
        let (sender, events) = channel();
        let ends = [0, 1].map(|end| {
            let side = sides[end];
            let mut process = Command::new(&side.program)
                .args(&side.arguments)
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("the endpoint starts");
            let input = process.stdin.take().expect("it was piped");
            let output = BufReader::new(process.stdout.take().expect("it was piped"));
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in output.lines().map_while(Result::ok) {
                    let event = serde_json::from_str(&line).unwrap_or_else(|_| json!({"ev": "garbage", "line": line}));
                    if sender.send((end, event)).is_err() {
                        break;
                    }
                }
            });
            End { process, input }
        });
        let mut pair = Pair { ends, events, next_id: 1 };
        let mut ready = [false; 2];
        pair.relay(PATIENCE, |end, event| {
            ready[end] |= event["ev"] == "ready";
            ready == [true; 2]
        });
        assert_eq!(ready, [true; 2], "{} and {} start", sides[0].name, sides[1].name);
        pair
    }

    pub fn process_ids(&self) -> [u32; 2] {
        [0, 1].map(|end: usize| self.ends[end].process.id())
    }

    /// Begins a call and waits until both ends say that they are connected: the seconds that took the slower of them.
    pub fn connect(&mut self, call: usize, files: &Files<'_>) -> Option<f64> {
        self.connect_by(call, files, None)
    }

    /// The same by a relay alone, with the tag of the call there, if there is one.
    pub fn connect_by(&mut self, call: usize, files: &Files<'_>, relay: Option<(SocketAddr, String)>) -> Option<f64> {
        let key = format!("hex:{}", format!("{:02x}", call % 251 + 1).repeat(256));
        for (end, role) in ["caller", "callee"].into_iter().enumerate() {
            let mut command = json!({"cmd": "skip", "call": call, "role": role, "key": key});
            if let Some((sound, heard)) = &files[end] {
                command["capture_file"] = json!(sound);
                command["playback_file"] = json!(heard);
            }
            if !self.command(end, command) {
                return None;
            }
        }
        let servers: Vec<Value> = relay
            .iter()
            .map(|(at, tag)| json!({"id": 1, "ip": at.ip().to_string(), "port": at.port(), "peer_tag": tag}))
            .collect();
        let connect =
            json!({"cmd": "connect", "call": call, "versions": [VERSION], "p2p": relay.is_none(), "servers": servers});
        for end in [0, 1] {
            self.send(end, connect.clone());
        }
        let mut connected = [None; 2];
        self.relay(PATIENCE, |end, event| {
            if event["ev"] == "state" && event["state"] == "CONNECTED" && event["call"] == call {
                connected[end] = event["connect_s"].as_f64();
            }
            connected.iter().all(Option::is_some)
        });
        connected.into_iter().try_fold(0.0, |most, one| Some(f64::max(most, one?)))
    }

    /// Ends a call on both sides.
    pub fn stop(&mut self, call: usize) {
        for end in [0, 1] {
            self.command(end, json!({"cmd": "stop", "call": call}));
        }
    }

    /// Sends a command and waits for its reply: whether it was obeyed.
    pub fn command(&mut self, end: usize, command: Value) -> bool {
        let id = self.send(end, command);
        let mut obeyed = false;
        self.relay(PATIENCE, |from, event| {
            let is_reply = from == end && event["id"].as_f64() == Some(id as f64);
            obeyed |= is_reply && event["ev"] == "ok";
            is_reply
        });
        obeyed
    }

    /// Sends a command and does not wait; its number.
    pub fn send(&mut self, end: usize, mut command: Value) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        command["id"] = json!(id);
        self.write(end, &command);
        id
    }

    fn write(&mut self, end: usize, command: &Value) {
        let input = &mut self.ends[end].input;
        // A process that has died is noticed by what it does not say.
        let _ = writeln!(input, "{command}").and_then(|()| input.flush());
    }

    /// Carries signaling and shows all else to `done`, until it says so; `false` if it did not in time.
    pub fn relay(&mut self, patience: Duration, mut done: impl FnMut(usize, &Value) -> bool) -> bool {
        let end_at = Instant::now() + patience;
        loop {
            match self.events.recv_timeout(end_at.saturating_duration_since(Instant::now())) {
                Ok((end, event)) if event["ev"] == "signaling" => {
                    let data = hex(event["data"].as_str().unwrap_or_default());
                    let packet = json!({"cmd": "signaling", "call": event["call"], "data": data});
                    self.write(1 - end, &packet);
                }
                Ok((end, event)) if done(end, &event) => return true,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// Lets calls go on for a while.
    pub fn wait(&mut self, time: Duration) {
        self.relay(time, |_, _| false);
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for end in &mut self.ends {
            let _ = end.process.kill();
            let _ = end.process.wait();
        }
    }
}
