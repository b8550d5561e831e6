//! The Python package: its tests, on every Python from 3.9 on that this machine has, and its types.

#[path = "c/toolchain.rs"]
mod toolchain;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use toolchain::{library, root, run, scratch};

/// On the machine that CI runs on, Python is there.
fn skip(what: &str) {
    eprintln!("SKIPPED: {what}");
    assert!(std::env::var_os("CI").is_none_or(|value| value != "true"), "{what}, although this is CI");
}

/// The interpreter of a minor version: on the path, or one of pyenv's.
fn python(minor: u32) -> Option<PathBuf> {
    let name = format!("python3.{minor}");
    let home = std::env::var_os("PYENV_ROOT").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".pyenv")));
    let installed = home.and_then(|home| home.join("versions").read_dir().ok()).into_iter().flatten().flatten();
    let installed = installed.map(|version| version.path().join("bin").join(&name));
    let works = |path: &PathBuf| Command::new(path).arg("--version").output().is_ok_and(|told| told.status.success());
    installed.chain([PathBuf::from(&name)]).find(works)
}

fn package() -> PathBuf {
    root().join("bindings/python")
}

/// All of it takes a minute, most of that in calls and in programs that end with calls up: the oldest and the newest Python that are
/// here do that, those in between what is quick.
const QUICK: &[&str] =
    &["-m", "unittest", "tests.test_api", "tests.test_errors", "tests.test_mtproto", "tests.test_report"];
const ALL: &[&str] = &["-m", "unittest", "discover", "-s", "tests", "-t", "."];

fn tests(minor: u32) {
    let Some(found) = python(minor) else {
        eprintln!("SKIPPED: the Python package on 3.{minor}, which is not here");
        return;
    };
    let is_between =
        (9..minor).any(|older| python(older).is_some()) && (minor + 1..=14).any(|newer| python(newer).is_some());
    run_tests(&found, if is_between { QUICK } else { ALL }, &format!("on 3.{minor}"));
}

/// What they printed.
fn run_tests(python: &Path, tests: &[&str], which: &str) -> String {
    let mut command = Command::new(python);
    command
        .args(["-X", "faulthandler"])
        .args(tests)
        .current_dir(package())
        .env("PYTHONPATH", package().join("src"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LIBTGCALL_LIBRARY", library())
        .env("TGCALL_SIM", env!("CARGO_BIN_EXE_tgcall-sim"));
    // A file, as what a Python that crashed has left running would keep a pipe open.
    let log = scratch("python-tests").join(format!("{which}.log"));
    let mut attempt = || {
        let file = std::fs::File::create(&log).unwrap();
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        (status, String::from_utf8_lossy(&std::fs::read(&log).unwrap()).into_owned())
    };
    let (mut status, mut text) = attempt();
    // What they need is not there, which is a status of its own since Python 3.12.
    if status.code() == Some(5) && text.contains("\nNO TESTS RAN (skipped=") {
        eprintln!("SKIPPED: {}", text.lines().next().unwrap_or(which));
        return text;
    }
    if !status.success() {
        // Calls between real processes in real time: one retry is allowed, and printed.
        eprintln!("RETRY: the Python package {which}: {status}\n{}", what_failed(&text));
        (status, text) = attempt();
    }
    assert!(status.success() && text.contains("\nOK"), "{status}\n{}", what_failed(&text));
    text
}

/// From the first failure on; of a program that has crashed, its last words.
fn what_failed(text: &str) -> &str {
    let from = text.find("\n=====").unwrap_or(text.len().saturating_sub(4000));
    let from = (from..).find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    &text[from..]
}

#[test]
fn there_is_a_python() {
    if !(9..=14).any(|minor| python(minor).is_some()) {
        skip("the Python package, as there is no Python from 3.9 to 3.14");
    }
}

#[test]
fn it_works_on_every_python_that_is_here() {
    (9..=14).for_each(tests);
}

/// An environment of its own, with these packages in it, of the newest Python up to this one.
fn environment(folder: &Path, wanted: &[&str], newest: u32) -> Option<PathBuf> {
    let python = (9..=newest).rev().find_map(python)?;
    let inside = folder.join("bin/python");
    let made =
        inside.exists() || Command::new(python).args(["-m", "venv"]).arg(folder).status().is_ok_and(|s| s.success());
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let ready = made && Command::new(&inside).args(install).args(wanted).status().is_ok_and(|status| status.success());
    ready.then_some(inside)
}

#[test]
fn arrays_of_numpy_are_not_copied() {
    let Some(python) = environment(&scratch("python-numpy"), &["numpy"], 14) else {
        return eprintln!("SKIPPED: sound in arrays of numpy, which cannot be had");
    };
    let text = run_tests(&python, &["-m", "unittest", "-v", "tests.test_errors.Buffers"], "with numpy");
    assert!(!text.contains("skipped"), "{text}");
}

#[test]
fn its_types_are_strict() {
    let Some(python) = environment(&scratch("python-types"), &["mypy"], 14) else {
        eprintln!("SKIPPED: the types of the Python package, as mypy cannot be had");
        return;
    };
    run(Command::new(python).args(["-m", "mypy", "--no-incremental"]).current_dir(package()));
}

/// Versions on which the adapters are known to work; docs/clients.md names them.
const CLIENTS: &[&str] = &["telethon==1.45.0", "kurigram==2.2.26"];

#[test]
fn its_adapters_carry_calls_of_other_libraries() {
    if !Command::new("go").arg("version").output().is_ok_and(|told| told.status.success()) {
        eprintln!("SKIPPED: the adapters of the Python package, as there is no Go to build tests/gateway");
        return;
    }
    let Some(python) = environment(&scratch("python-clients"), CLIENTS, 14) else {
        eprintln!("SKIPPED: the adapters of the Python package, as {CLIENTS:?} cannot be had");
        return;
    };
    let tests =
        ["telethon", "pyrogram", "libraries", "voice_bot", "music_bot"].map(|name| format!("tests.test_{name}"));
    let tests: Vec<_> = ["-m", "unittest", "-v"].into_iter().chain(tests.iter().map(String::as_str)).collect();
    let text = run_tests(&python, &tests, "with Telethon and kurigram");
    if text.contains("skipped=") {
        let why = text.lines().find(|line| line.contains("skipped '")).unwrap_or(&text);
        skip(&format!("the adapters of the Python package: {why}"));
    }
}

/// The version on which examples/sip_gateway.py is known to work; its wheels are for Python up to 3.12.
const PJSUA2: &[&str] = &["pjsua2-python==2.15.1.post1"];

#[test]
fn its_gateway_carries_calls_between_sip_and_telegram() {
    let Some(python) = environment(&scratch("python-sip"), PJSUA2, 12) else {
        eprintln!("SKIPPED: the SIP gateway, as {PJSUA2:?} cannot be had");
        return;
    };
    let text = run_tests(&python, &["-m", "unittest", "-v", "tests.test_sip_gateway"], "with PJSUA2");
    if text.contains("skipped=") {
        let why = text.lines().find(|line| line.contains("skipped '")).unwrap_or(&text);
        eprintln!("SKIPPED: the SIP gateway: {why}");
    }
}
