//! The Swift layer: what it calls of C, what its README shows, and, where there is a Swift, its own tests and its example.
#![cfg(unix)]

#[path = "c/toolchain.rs"]
mod toolchain;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use toolchain::{library, root, run};

/// What Swift does not call, and why it lacks nothing.
const NOT_CALLED: &[(&str, &str)] = &[
    ("tgcall_client_poll", "`drain` hands over the same events"),
    ("tgcall_client_retain", "nobody is inside when a client is freed: Handle.swift"),
    ("tgcall_client_release", "as tgcall_client_retain"),
    ("tgcall_event_copy", "an Event is a copy"),
    ("tgcall_event_free", "an Event is a copy, which Swift frees"),
    ("tgcall_event_get_call_userdata", "a Call is found by its id, and closures carry what they need"),
    ("tgcall_call_set_userdata", "as tgcall_event_get_call_userdata"),
];

#[test]
fn swift_calls_every_function() {
    let swift = sources(&root().join("bindings/swift/Sources/Tgcall"));
    let symbols = fs::read_to_string(root().join("tests/abi/symbols.txt")).unwrap();
    let symbols = symbols.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let missing = symbols.filter(|symbol| !swift.contains(&format!("{symbol}(")));
    let missing: BTreeSet<_> = missing.collect();
    let expected: BTreeSet<_> = NOT_CALLED.iter().map(|(symbol, _)| *symbol).collect();
    assert_eq!(missing, expected);
}

fn sources(folder: &Path) -> String {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// Every line is one of a test that is compiled.
#[test]
fn the_call_of_the_readme_is_that_of_a_test() {
    let readme = fs::read_to_string(root().join("bindings/swift/README.md")).unwrap();
    let code = readme.split("```swift\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(code.lines().count() <= 10, "a call is ten lines");
    let test = fs::read_to_string(root().join("bindings/swift/Tests/TgcallTests/ReadmeTests.swift")).unwrap();
    for line in code.lines() {
        let line = line.split(" //").next().unwrap().trim();
        assert!(test.contains(line), "in no test: {line}");
    }
}

#[test]
fn the_package_holds() {
    let present = Command::new(root().join("scripts/with-swift.sh")).arg("--present").output().unwrap();
    if !present.status.success() {
        return eprintln!("SKIPPED: the Swift package: {}", String::from_utf8_lossy(&present.stdout).trim());
    }
    let mut script = Command::new(root().join("scripts/test-swift.sh"));
    run(script.arg(library()).arg(env!("CARGO_BIN_EXE_tgcall-sim")));
}
