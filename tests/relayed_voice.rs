//! Calls with sound between two C processes over the relays of `tgcall-sim`, each kind alone, on real sockets.
#![cfg(unix)]
#![allow(clippy::disallowed_methods)] // Real processes on real sockets have real time.

#[path = "c/toolchain.rs"]
mod toolchain;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use toolchain::{cc, libraries, root, run, scratch};

/// Killed when the test is over, however it ends.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    /// Starts it, and what it prints can be read.
    fn start(command: &mut Command) -> (Process, impl BufRead + use<>) {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap_or_else(|why| panic!("{command:?}: {why}"));
        let output = BufReader::new(child.stdout.take().unwrap());
        (Process(child), output)
    }
}

/// `voice`, `wav-tool` and two seconds of sound.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = scratch("relayed_voice");
        let libraries = libraries(&folder);
        let compile = |source: &str, program: &str| {
            let mut command = Command::new(cc());
            command
                .args(["-std=c11", "-O1", "-I"])
                .arg(root().join("include"))
                .arg("-I")
                .arg(root().join("examples-c"));
            command.arg(root().join(source)).arg("-o").arg(folder.join(program)).arg("-L").arg(libraries);
            run(command.arg(format!("-Wl,-rpath,{}", libraries.display())).args(["-ltgcall", "-lm"]));
        };
        compile("examples-c/voice.c", "voice");
        compile("scripts/wav-tool.c", "wav-tool");
        run(Command::new(folder.join("wav-tool")).arg("make").arg(folder.join("in.wav")).arg("2"));
        folder
    })
}

/// Alice plays to Bob, who tells nobody his address, where the server names only `connections`.
fn call_over(connections: &str, route: &str) {
    let folder = folder();
    let mut sim = Command::new(env!("CARGO_BIN_EXE_tgcall-sim"));
    sim.args(["--rule", "user 1002 p2p nobody", "--knob", &format!("connections={connections}")]);
    let (_sim, mut lines) = Process::start(&mut sim);
    let mut port = String::new();
    lines.read_line(&mut port).unwrap();
    let voice = |account: &str, file: &Path| {
        let mut command = Command::new(folder.join("voice"));
        command.args([port.trim(), account]).arg(file).env("REPORT", "1");
        command
    };
    let recorded = folder.join(format!("{connections}.wav"));
    let (mut callee, mut said) = Process::start(&mut voice("1002", &recorded));
    let mut waiting = String::new();
    said.read_line(&mut waiting).unwrap();
    assert_eq!(waiting, "waiting for a call\n");
    let caller = run(voice("1001", &folder.join("in.wav")).arg("1002"));
    assert!(callee.0.wait().unwrap().success(), "the callee had a conversation");
    let mut callee = String::new();
    said.read_to_string(&mut callee).unwrap();
    for report in [&caller, &callee] {
        assert!(report.contains("relayed path"), "{report}");
        assert!(report.contains(&format!("route: {route}, 1 changes")), "{report}");
        assert!(!report.contains("direct 1"), "no direct path was tried:\n{report}");
    }
    let in_wav = folder.join("in.wav");
    run(Command::new(folder.join("wav-tool")).arg("alike").args([&in_wav, &recorded]));
}

#[test]
fn a_reflector_over_udp_carries_sound() {
    call_over("reflector-udp", "reflector 1 over udp");
}

#[test]
fn a_reflector_over_tcp_carries_sound() {
    call_over("reflector-tcp", "reflector 1 over tcp");
}

#[test]
fn a_turn_server_carries_sound() {
    call_over("stun,turn", "turn over udp");
}
