//! Our own end of calls: `endpoint.c` against the C library of this test run, in a process of its own (see README.md).

#![allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test program uses its part; a test has threads and a clock"
)]

use super::lines::Lines;
use super::tone::Tone;
use super::toolchain::{cc, libraries, root, run, sanitizers, scratch};
use serde_json::Value;
use std::fmt::Display;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub const RATE: usize = 48_000;

/// The program, compiled once per test run.
pub fn program() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = scratch(env!("CARGO_CRATE_NAME"));
        let (program, libraries) = (folder.join("endpoint"), libraries(&folder));
        run(Command::new(cc())
            .args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-pthread"])
            .args(sanitizers(&cc(), &folder, "endpoint"))
            .args([
                "-I".into(),
                root().join("include"),
                root().join("tests/interop/endpoint.c"),
                "-o".into(),
                program.clone(),
            ])
            .arg("-L")
            .arg(libraries)
            .arg(format!("-Wl,-rpath,{}", libraries.display()))
            .args(["-ltgcall", "-lm"]));
        program
    })
}

/// A running endpoint; its calls are numbered by whoever commands it.
pub struct Endpoint {
    lines: Lines,
    files: Vec<PathBuf>,
}

impl Endpoint {
    /// Starts it as it is, or through another program, such as `ip netns exec NAME`.
    pub fn start(wrapper: &[&str]) -> Endpoint {
        let mut words: Vec<String> = wrapper.iter().map(|word| (*word).to_owned()).collect();
        words.push(program().to_string_lossy().into_owned());
        let mut command = Command::new(&words[0]);
        // What is freed is not kept for long, so that a test may look at the process's memory.
        command.args(&words[1..]).env("ASAN_OPTIONS", "detect_leaks=1:quarantine_size_mb=1");
        let lines = Lines::start("endpoint", &mut command).unwrap();
        Endpoint { lines, files: Vec::new() }
    }

    /// A command of README.md.
    pub fn send(&mut self, line: impl Display) {
        self.lines.send(&line);
    }

    /// Takes over call `number` with a ready key.
    pub fn attach(&mut self, number: usize, outgoing: bool, key: &[u8; 256]) {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let file = scratch(env!("CARGO_CRATE_NAME")).join(format!("heard-{next}.pcm"));
        let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        self.send(format_args!("attach {number} {} {key} {}", u8::from(outgoing), file.display()));
        self.files.resize(self.files.len().max(number + 1), PathBuf::new());
        self.files[number] = file;
    }

    pub fn poll(&mut self, patience: Duration) -> Option<Value> {
        self.lines.poll(patience)
    }

    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.lines.wait(wanted)
    }

    /// What the library has to say about a call: `relayed`, `json`, `text`.
    pub fn report(&mut self, number: usize) -> Value {
        self.send(format_args!("report {number}"));
        self.wait(|event| event["ev"] == "report" && event["call"] == number)
    }

    /// The last seconds of what was heard in a call.
    pub fn heard(&self, number: usize, seconds: usize, hz: f64) -> Tone {
        let bytes = std::fs::read(&self.files[number]).unwrap_or_default();
        let samples: Vec<i16> = bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
        let from = samples.len().saturating_sub(seconds * RATE);
        Tone::measure(&samples[from..], RATE, hz)
    }

    pub fn process_id(&self) -> u32 {
        self.lines.process_id()
    }

    /// How many files and sockets it has open.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.process_id())).unwrap().count()
    }

    /// The processor time it has used.
    pub fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process_id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        // utime and stime, in hundredths of a second on every Linux.
        Duration::from_millis(10 * fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum::<u64>())
    }

    /// Ends it, and says how it ended.
    pub fn quit(mut self) -> ExitStatus {
        self.send("quit");
        self.lines.exit_status()
    }
}
