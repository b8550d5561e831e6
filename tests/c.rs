//! The C API as C sees it: every program in `tests/c/`, under ASan and UBSan where the compiler has them.

#[path = "c/toolchain.rs"]
mod toolchain;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use toolchain::{cc, compiler, libraries, library, root, run, sanitizers, scratch};

/// With enums as short as they can be: what the header says of numbers does not hang on the compiler's.
const WARNINGS: &[&str] =
    &["-std=gnu11", "-fshort-enums", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-O1", "-pthread"];

macro_rules! programs {
    ($($(#[$meta:meta])* $name:ident)*) => {
        $(#[test] $(#[$meta])* fn $name() { run_program(stringify!($name)); })*

        #[test]
        fn every_program_is_run() {
            let listed = [$(concat!(stringify!($name), ".c")),*];
            for path in sources("c") {
                let name = path.file_name().unwrap().to_str().unwrap();
                assert!(listed.contains(&name), "tests/c/{name} is not listed in tests/c.rs");
            }
        }
    };
}

programs! {
    arguments attach audio call callbacks clock conference death ending faults figures forked group group_attach kept logger poll pool
    reentry retained silent sockets sound stack started threads unload version video
}

/// Objects of C++ that outlive `main` or their thread.
#[test]
fn objects() {
    let Some(compiler) = compiler("CXX", &["c++", "g++", "clang++"]) else {
        return eprintln!("SKIPPED: objects of C++, as there is no C++ compiler");
    };
    run_built("objects", Command::new(compiler).args(["-std=gnu++17"]).args(&WARNINGS[1..]), "objects.cpp", &[]);
}

#[test]
fn every_exported_function_is_called_from_c() {
    let programs: String =
        sources("c").iter().chain(&sources("h")).map(|path| fs::read_to_string(path).unwrap()).collect();
    let symbols = fs::read_to_string(root().join("tests/abi/symbols.txt")).unwrap();
    let symbols = symbols.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let missing: Vec<_> = symbols.filter(|symbol| !programs.contains(&format!("{symbol}("))).collect();
    assert!(missing.is_empty(), "called by no program in tests/c: {missing:?}");
}

/// What the README shows is C that compiles.
#[test]
fn the_first_call_of_the_readme_compiles() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let code = readme.split("```c\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(code.lines().count() <= 40, "a first call is about thirty lines");
    let source = scratch("c").join("readme.c");
    fs::write(&source, code).unwrap();
    run(Command::new(cc())
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wno-unused-function", "-fsyntax-only", "-I"])
        .arg(root().join("include"))
        .arg(source));
}

fn sources(extension: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(root().join("tests/c")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

fn run_program(name: &str) {
    let arguments: &[PathBuf] = if name == UNLINKED { &[library()] } else { &[] };
    run_built(name, Command::new(cc()).args(WARNINGS), &format!("{name}.c"), arguments);
}

/// It opens the library by the path that it is given.
const UNLINKED: &str = "unload";

fn run_built(name: &str, compiler: &mut Command, source: &str, arguments: &[PathBuf]) {
    let folder = scratch("c");
    let program = folder.join(name);
    compiler.args(sanitizers(&cc(), &folder, name)).arg("-I").arg(root().join("include"));
    compiler.arg(root().join("tests/c").join(source)).arg("-o").arg(&program);
    if name == UNLINKED {
        compiler.arg("-ldl");
    } else {
        let libraries = libraries(&folder);
        compiler.arg("-L").arg(libraries).arg(format!("-Wl,-rpath,{}", libraries.display())).arg("-ltgcall");
    }
    run(compiler);
    let mut program = Command::new(&program);
    program.args(arguments).env("ASAN_OPTIONS", "detect_leaks=1").env("UBSAN_OPTIONS", "print_stacktrace=1");
    assert_eq!(run(&mut program), "", "a test program that succeeds is silent");
}
