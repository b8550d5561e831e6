//! The C++ layer as C++ sees it, by GCC and by Clang where both are here: its programs under ASan and UBSan where the compiler has
//! them, its headers alone and in newer languages, the call of its README, and calls between two accounts of `tgcall-sim`.
#![cfg(unix)]
#![allow(clippy::disallowed_methods)] // Real processes on real sockets have real time.

#[path = "c/toolchain.rs"]
mod toolchain;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use toolchain::{compiler, libraries, root, run, sanitizers, scratch};

const WARNINGS: &[&str] =
    &["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Werror", "-g", "-O1", "-pthread"];

/// `None` without a C++ compiler, which is said.
fn cxx() -> Option<String> {
    let found = compiler("CXX", &["c++", "g++", "clang++"]);
    if found.is_none() {
        eprintln!("SKIPPED: there is no C++ compiler");
    }
    found
}

/// The compiler that was asked for, or the system's, and the first of another kind. What is missing is said once.
fn compilers() -> &'static [String] {
    static FOUND: OnceLock<Vec<String>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let is_clang = |name: &String| {
            let told = Command::new(name).arg("--version").output().unwrap();
            String::from_utf8_lossy(&told.stdout).contains("clang")
        };
        let Some(first) = cxx() else { return vec![] };
        let other = if is_clang(&first) { "g++" } else { "clang++" };
        let other = compiler("", &[other]).filter(|name| is_clang(name) != is_clang(&first)).or_else(|| {
            eprintln!("SKIPPED: the C++ layer by {other} as well, which is not here");
            None
        });
        [first].into_iter().chain(other).collect()
    })
}

fn folder() -> PathBuf {
    root().join("bindings/cpp")
}

/// The compiler with what every program needs.
fn command(cxx: &str, standard: &str) -> Command {
    let mut command = Command::new(cxx);
    command.arg(format!("-std={standard}")).args(WARNINGS).arg("-I").arg(folder().join("include"));
    command.arg("-I").arg(root().join("include"));
    command
}

fn linked(command: &mut Command, program: &Path) {
    let libraries = libraries(&scratch("cpp"));
    command.arg("-o").arg(program).arg("-L").arg(libraries);
    run(command.arg(format!("-Wl,-rpath,{}", libraries.display())).arg("-ltgcall"));
}

macro_rules! programs {
    ($($name:ident($($option:literal)*))*) => {
        $(#[test] fn $name() { run_program(stringify!($name), &[$($option),*], &[]); })*

        #[test]
        fn every_program_is_run() {
            let listed = [$(concat!(stringify!($name), ".cpp"),)* "pictures.cpp", "groups.cpp"];
            for entry in fs::read_dir(folder().join("tests")).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                assert!(!name.ends_with(".cpp") || listed.contains(&&*name), "{name} is not listed in tests/cpp.rs");
            }
        }
    };
}

programs! {
    conference() forked() objects() sound() throwing()
    returning("-fno-exceptions" "-fno-rtti")
}

#[test]
fn a_picture_goes_from_one_account_to_the_other() {
    if compilers().is_empty() {
        return;
    }
    let (_sim, port) = simulator();
    run_program("pictures", &[], &[&port]);
}

#[test]
fn two_accounts_hear_each_other_in_a_group_call() {
    if compilers().is_empty() {
        return;
    }
    let (_sim, port) = simulator();
    run_program("groups", &[], &[&port]);
}

/// By all compilers, the second one in a newer language.
fn run_program(name: &str, options: &[&str], arguments: &[&str]) {
    for (cxx, standard) in compilers().iter().zip(["gnu++17", "gnu++20"]) {
        let scratch = scratch("cpp");
        let program = scratch.join(format!("{name}-{standard}"));
        let mut command = command(cxx, standard);
        command.args(options).args(sanitizers(cxx, &scratch, name)).arg("-I").arg(root().join("tests/c"));
        command.arg("-I").arg(folder().join("examples"));
        command.arg(folder().join(format!("tests/{name}.cpp")));
        linked(&mut command, &program);
        let mut program = Command::new(&program);
        program.args(arguments).env("ASAN_OPTIONS", "detect_leaks=1").env("UBSAN_OPTIONS", "print_stacktrace=1");
        assert_eq!(run(&mut program), "", "a test program that succeeds is silent");
    }
}

/// What no single header shows: all that is instantiated, in every language and by every compiler.
#[test]
fn its_templates_compile_in_every_language() {
    for cxx in compilers() {
        for (standard, program) in
            [("c++17", "conference"), ("c++20", "objects"), ("c++2b", "objects"), ("c++2b", "conference")]
        {
            run(command(cxx, standard)
                .arg("-I")
                .arg(root().join("tests/c"))
                .arg("-fsyntax-only")
                .arg(folder().join(format!("tests/{program}.cpp"))));
        }
    }
}

/// Each header alone and twice, as C++17 and newer.
#[test]
fn headers_stand_alone() {
    let Some(cxx) = cxx() else { return };
    let mut headers = vec!["tgcall.hpp".to_owned()];
    for entry in fs::read_dir(folder().join("include/tgcall")).unwrap() {
        headers.push(format!("tgcall/{}", entry.unwrap().file_name().to_str().unwrap()));
    }
    let source = scratch("cpp").join("alone.cpp");
    for header in &headers {
        fs::write(&source, format!("#include <{header}>\n#include <{header}>\n")).unwrap();
        run(command(&cxx, "c++17").arg("-fsyntax-only").arg(&source));
    }
    fs::write(&source, "#include <tgcall.hpp>\n").unwrap();
    for options in [["c++17", "-fno-exceptions"], ["c++20", "-fshort-enums"], ["c++2b", "-fno-rtti"]] {
        run(command(&cxx, options[0]).arg(options[1]).arg("-fsyntax-only").arg(&source));
    }
}

/// What the README shows compiles, and is as short as it says.
#[test]
fn the_first_call_of_the_readme_compiles() {
    let Some(cxx) = cxx() else { return };
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let code = readme.split("```cpp\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(code.lines().filter(|line| !line.is_empty()).count() <= 10, "a call is ten lines");
    let source = scratch("cpp").join("readme.cpp");
    let host = "#include <tgcall.hpp>\n#include <cstdio>\nvoid telegram_send(std::uint64_t, tgcall::bytes);\n";
    let body =
        format!("{host}void call(std::int64_t me, std::int64_t friend_id, std::int64_t friend_hash) {{\n{code}}}\n");
    fs::write(&source, body).unwrap();
    run(command(&cxx, "c++17").arg("-fsyntax-only").arg(source));
}

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

/// A simulated Telegram, and its port.
fn simulator() -> (Process, String) {
    let (sim, mut lines) = Process::start(Command::new(env!("CARGO_BIN_EXE_tgcall-sim")).args(["--port", "0"]));
    let mut port = String::new();
    lines.read_line(&mut port).unwrap();
    (sim, port.trim().to_owned())
}

#[test]
fn two_accounts_call_each_other() {
    let Some(cxx) = cxx() else { return };
    let program = scratch("cpp").join("call");
    let mut command = command(&cxx, "c++17");
    command.arg(folder().join("examples/call.cpp"));
    linked(&mut command, &program);

    let (_sim, port) = simulator();
    let call = |account: &str| {
        let mut command = Command::new(&program);
        command.args([&port, account]);
        command
    };
    let (mut callee, mut said) = Process::start(&mut call("1002"));
    let mut waiting = String::new();
    said.read_line(&mut waiting).unwrap();
    assert!(waiting.contains("waits"), "{waiting}");
    let caller = run(call("1001").arg("1002"));
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(callee.0.wait().unwrap().success(), "{rest}");
    let emoji = |said: &str| said.lines().find_map(|line| line.split_once("emoji").map(|(_, emoji)| emoji.to_owned()));
    assert!(emoji(&caller).is_some() && emoji(&caller) == emoji(&rest), "{caller}\n{rest}");
    for said in [&caller, &rest] {
        let heard = said.lines().find_map(|line| line.split_once("heard").map(|(_, heard)| heard.trim().to_owned()));
        let heard_ms: u32 = heard.and_then(|heard| heard.split(' ').next().unwrap().parse().ok()).expect(said);
        assert!(heard_ms >= 500, "{said}");
        assert!(said.contains("ended"), "{said}");
    }

    // Carol takes no calls: the host is told why, and the status says that there was no conversation.
    let output = call("1001").arg("1003").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).contains("USER_PRIVACY_RESTRICTED"), "{output:?}");
}
