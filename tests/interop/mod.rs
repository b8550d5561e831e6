//! A peer written by others: `ntg_peer.py` in a process of its own, told what to do in lines of JSON (see README.md).
//!
//! A test that needs it takes [`Peer::start`] and, if that gives a reason instead, says [`skipped`] and returns.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test program uses its part; a test has threads and a clock"
)]

#[path = "../c/toolchain.rs"]
pub mod toolchain;

pub mod carry;
pub mod coturn;
pub mod endpoint;
pub mod lines;
pub mod netns;
pub mod pair;
pub mod tone;

use lines::Lines;
use serde_json::{Value, json};
use std::io::Write;
use std::net::{IpAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop")
}

/// A line of the test's output, even when the test harness captures what tests print.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Says that a test was left out, and why.
pub fn skipped(test: &str, why: &str) {
    say(&format!("SKIPPED {test}: {why}"));
}

/// The address other hosts see; libwebrtc leaves loopback alone.
pub fn interface() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("198.51.100.200:9").ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

/// A running ntgcalls. Its process ends with it.
pub struct Peer {
    lines: Lines,
    next_id: u64,
}

impl Peer {
    /// Starts it with further options of `ntg_peer.py`; the error is the reason why there is none on this machine.
    pub fn start(options: &[&str]) -> Result<Peer, String> {
        Peer::start_as("ntg_peer.py", options)
    }

    /// The same for group calls, with options of `ntg_group.py`.
    pub fn start_for_groups(options: &[&str]) -> Result<Peer, String> {
        Peer::start_as("ntg_group.py", options)
    }

    fn start_as(program: &str, options: &[&str]) -> Result<Peer, String> {
        let script = Command::new(folder().join("ntgcalls-python.sh")).output().map_err(|error| error.to_string())?;
        if !script.status.success() {
            return Err(String::from_utf8_lossy(&script.stderr).trim().to_owned());
        }
        let python = String::from_utf8_lossy(&script.stdout).trim().to_owned();
        let mut command = Command::new(python);
        command.arg(folder().join(program)).args(options).env("PYTHONDONTWRITEBYTECODE", "1");
        let mut peer = Peer { lines: Lines::start("ntgcalls", &mut command)?, next_id: 1 };
        peer.wait(|event| event["ev"] == "ready");
        Ok(peer)
    }

    /// Sends a command and waits for its reply, which may be an error event.
    pub fn try_command(&mut self, mut command: Value) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        command["id"] = json!(id);
        self.send(&command);
        self.wait(|event| event["id"] == id && (event["ev"] == "ok" || event["ev"] == "error"))
    }

    /// Sends a command that has to succeed.
    pub fn command(&mut self, command: Value) -> Value {
        let reply = self.try_command(command.clone());
        assert_eq!(reply["ev"], "ok", "{command} was answered by {reply}");
        reply
    }

    /// Sends a command that has no reply.
    pub fn send(&mut self, command: &Value) {
        self.lines.send(command);
    }

    /// The first event, of those not given out yet, that is wanted.
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.lines.wait(wanted)
    }

    /// The next event that has come within `patience`, if any.
    pub fn poll(&mut self, patience: Duration) -> Option<Value> {
        self.lines.poll(patience)
    }

    /// The id of its process, for tests that kill it or read its usage.
    pub fn process_id(&self) -> u32 {
        self.lines.process_id()
    }

    /// Ends it, and says how it ended.
    pub fn quit(mut self) -> ExitStatus {
        self.command(json!({"cmd": "quit"}));
        self.lines.exit_status()
    }
}

/// A binary field of a reply.
pub fn bytes(reply: &Value, field: &str) -> Vec<u8> {
    let text = reply[field].as_str().unwrap_or_else(|| panic!("no {field} in {reply}"));
    base64(text).unwrap_or_else(|| panic!("{field} is not base64 in {reply}"))
}

/// Bytes as commands take them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("hex:"), |text, byte| text + &format!("{byte:02x}"))
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut number = 0u32;
        for letter in group {
            let digit = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            number = number << 6 | u32::from(digit);
        }
        number <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&number.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}
