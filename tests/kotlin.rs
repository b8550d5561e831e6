//! The binding for Kotlin: its own tests on a JVM, by Maven, and its example out of the jar.

// A real process: here the clock is read.
#![allow(clippy::disallowed_methods)]

#[path = "c/toolchain.rs"]
mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use toolchain::{libraries, root, run, scratch};

/// Maven with a repository that has yet to be filled takes minutes.
const AT_MOST: Duration = Duration::from_secs(900);

/// What the layer by hand leaves alone, as it has another way.
const NOT_NEEDED: &[&str] = &[
    "clientPoll",   // clientDrain
    "clientRetain", // nobody is inside when a client is freed: Handle.kt
    "clientRelease",
    "eventCopy", // events are read into objects
    "eventFree",
    "addrFromSockaddr", // InetSocketAddress
    "addrToSockaddr",
    "statusGetName", // enum class Status
];

#[test]
fn no_function_is_left_out_of_the_layer_by_hand() {
    let folder = root().join("bindings/kotlin/src/main/kotlin/org/tgcall");
    let raw = fs::read_to_string(folder.join("Raw.kt")).unwrap();
    let by_hand: String = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name != "Raw.kt"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let functions: Vec<_> =
        raw.lines().filter_map(|line| line.trim().strip_prefix("external fun ")?.split('(').next()).collect();
    assert!(functions.len() > 100, "Raw.kt is read wrongly");
    for function in functions {
        let is_used = ["(", "\n", " ", ")"].iter().any(|end| by_hand.contains(&format!("Raw.{function}{end}")))
            || by_hand.contains(&format!("Raw::{function}"));
        let is_needed = !NOT_NEEDED.contains(&function);
        assert_eq!(is_used, is_needed, "{function}");
    }
}

/// Every line is one of a function that is compiled with the tests.
#[test]
fn the_call_of_the_readme_is_compiled() {
    let folder = root().join("bindings/kotlin");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let code = readme.split("```kotlin\n").nth(1).unwrap().split("```").next().unwrap();
    let compiled = fs::read_to_string(folder.join("src/test/kotlin/Readme.kt")).unwrap();
    let lines: Vec<_> = code.lines().filter_map(|line| line.split(" //").next()).map(str::trim).collect();
    assert!(lines.iter().filter(|line| !line.is_empty()).count() <= 10, "a call is ten lines");
    for line in lines {
        assert!(compiled.contains(line), "not in Readme.kt: {line}");
    }
}

#[test]
fn its_tests_hold_and_the_example_runs_from_the_jar() {
    let Some(java) = tools() else { return };
    let build = scratch("kotlin");
    let natives = build.join("natives");
    run(Command::new(root().join("bindings/kotlin/natives.sh"))
        .arg(libraries(&build).join("libtgcall.so"))
        .arg(&natives));
    let sim = env!("CARGO_BIN_EXE_tgcall-sim");
    let maven = || {
        let child = Command::new("mvn")
            .args(["-q", "-B", "package"])
            .arg(format!("-Dtgcall.build={}", build.display()))
            .arg(format!("-Dtgcall.sim={sim}"))
            .current_dir(root().join("bindings/kotlin"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        finished(child)
    };
    let (mut is_success, mut text) = maven();
    if !is_success && is_download(&text) {
        eprintln!("RETRIED: Maven, as something could not be downloaded");
        (is_success, text) = maven();
    }
    if !is_success && is_download(&text) {
        return eprintln!("SKIPPED: Kotlin, as Maven Central does not answer");
    }
    assert!(is_success, "{text}");
    example(&java, &build, sim);
}

/// Whether it was the way to Maven Central that failed, and nothing of ours.
fn is_download(text: &str) -> bool {
    ["Could not resolve", "Could not transfer", "could not be resolved"].iter().any(|no| text.contains(no))
}

/// A JDK and Maven.
fn tools() -> Option<PathBuf> {
    for (tool, version) in [("javac", "-version"), ("mvn", "-version")] {
        if !Command::new(tool).arg(version).output().is_ok_and(|output| output.status.success()) {
            eprintln!("SKIPPED: Kotlin, as there is no {tool}");
            return None;
        }
    }
    Some(PathBuf::from("java"))
}

/// Both sides of a call are programs of their own, with nothing but the jar and what it depends on.
fn example(java: &Path, build: &Path, sim: &str) {
    let jar = build.join("tgcall-0.1.0.jar");
    let classes = build.join("test-classes");
    let needed = fs::read_to_string(classes.join("classpath.txt")).unwrap();
    let path = format!("{}:{}:{}", jar.display(), classes.display(), needed.trim());
    let mut server = Command::new(sim).stdout(Stdio::piped()).spawn().unwrap();
    let mut port = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(server.stdout.as_mut().unwrap()), &mut port).unwrap();
    let talk = |arguments: &[&str]| {
        Command::new(java)
            .args(["-XX:TieredStopAtLevel=1", "-cp", &path, "TalkKt", port.trim()])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    // Who is called has to be there: updates for a device that is not connected are gone.
    let mut bob = talk(&["1002"]);
    let mut waits = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(bob.stdout.as_mut().unwrap()), &mut waits).unwrap();
    let alice = talk(&["1001", "1002"]);
    let ended = [finished(alice), finished(bob)];
    server.kill().unwrap();
    server.wait().unwrap();
    for (is_success, text) in ended {
        assert!(is_success && text.contains("the tone was heard"), "{text}");
    }
}

fn finished(mut child: Child) -> (bool, String) {
    let end = Instant::now() + AT_MOST;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > end {
            child.kill().unwrap();
            panic!("it hangs: {:?}", child.wait_with_output());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    (status.success(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}
