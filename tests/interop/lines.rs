//! A process that takes commands as lines and tells what happens as lines of JSON.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test program uses its part; a test has threads and a clock"
)]

use serde_json::{Value, json};
use std::fmt::Display;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ends with its handle.
pub struct Lines {
    name: &'static str,
    process: Child,
    input: ChildStdin,
    lines: Receiver<Value>,
    /// What came while something else was waited for, oldest first.
    events: Vec<Value>,
}

impl Lines {
    pub fn start(name: &'static str, command: &mut Command) -> Result<Lines, String> {
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = spawned.map_err(|error| format!("{name}: {error}"))?;
        let input = process.stdin.take().expect("it was piped");
        let output = BufReader::new(process.stdout.take().expect("it was piped"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let event = serde_json::from_str(&line).unwrap_or_else(|_| json!({"ev": "garbage", "line": line}));
                if sender.send(event).is_err() {
                    break;
                }
            }
        });
        Ok(Lines { name, process, input, lines, events: Vec::new() })
    }

    pub fn send(&mut self, line: &impl Display) {
        let sent = writeln!(self.input, "{line}").and_then(|()| self.input.flush());
        sent.unwrap_or_else(|error| panic!("{} takes no commands: {error}; before: {:?}", self.name, self.events));
    }

    /// The first event, of those not given out yet, that is wanted.
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.events.iter().position(&wanted) {
            return self.events.remove(at);
        }
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(event) if wanted(&event) => return event,
                Ok(event) => self.events.push(event),
                Err(RecvTimeoutError::Timeout) => panic!("{} is silent; before: {:?}", self.name, self.events),
                Err(RecvTimeoutError::Disconnected) => panic!("{} has ended; before: {:?}", self.name, self.events),
            }
        }
    }

    /// The next event that has come within `patience`, if any.
    pub fn poll(&mut self, patience: Duration) -> Option<Value> {
        if self.events.is_empty() { self.lines.recv_timeout(patience).ok() } else { Some(self.events.remove(0)) }
    }

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// How the process ended, which it is to do by itself.
    pub fn exit_status(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("it is our child") {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "{} does not end", self.name);
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
