//! A Python host, by ctypes: the interpreter ends while callbacks are due, or forks. None of it ends the process in another way.

// A real process: here the clock is read.
#![allow(clippy::disallowed_methods)]

#[path = "c/toolchain.rs"]
mod toolchain;

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use toolchain::{library, root};

/// Where a race with the interpreter's end is what is tested.
const TRIES: usize = 8;

fn python() -> Option<&'static str> {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("SKIPPED: a Python host, as there is no python3");
    }
    found.then_some("python3")
}

fn run(case: &str, code: i32) {
    let Some(python) = python() else { return };
    let output = finished(
        Command::new(python)
            .arg(root().join("tests/interop/python_exit.py"))
            .arg(library())
            .arg(case)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let status = output.status;
    assert_eq!(status.code(), Some(code), "{case}: signal {:?}\n{text}", status.signal());
    assert_eq!(text, if code == 0 { "done\n" } else { "" }, "{case}");
}

/// Waits for it, a minute at most.
fn finished(mut child: Child) -> Output {
    let end = Instant::now() + Duration::from_secs(60);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > end {
            child.kill().unwrap();
            panic!("the interpreter hangs: {:?}", child.wait_with_output());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn it_ends_while_events_come() {
    (0..TRIES).for_each(|_| run("callbacks", 0));
}

#[test]
fn it_ends_while_lines_are_logged() {
    (0..TRIES).for_each(|_| run("logger", 0));
}

#[test]
fn it_ends_and_collects_its_wrappers() {
    (0..TRIES).for_each(|_| run("collected", 0));
}

#[test]
fn it_ends_by_an_exception() {
    run("raised", 5);
}

#[test]
fn it_forks_and_the_child_frees_its_copy() {
    run("forked", 0);
}
