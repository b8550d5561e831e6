//! The ABI: symbols and numbers are append-only, layouts are frozen, the header is C and C++ of every vintage.

#[path = "c/toolchain.rs"]
mod toolchain;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use toolchain::{cc, compiler, library, root, run, scratch};

const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// `tests/abi/symbols.txt`, without its comments.
fn listed() -> Vec<String> {
    let text = fs::read_to_string(root().join("tests/abi/symbols.txt")).unwrap();
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect()
}

/// The functions that the header declares.
fn declared() -> Vec<String> {
    let header = fs::read_to_string(root().join("include/tgcall.h")).unwrap();
    let code = header.lines().filter(|line| !line.starts_with([' ', '/', '#', '}']) && !line.starts_with("typedef"));
    let mut names: Vec<String> = code
        .filter_map(|line| line.split_once('('))
        .map(|(before, _)| before.rsplit([' ', '*']).next().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn the_library_exports_exactly_the_listed_symbols() {
    let symbols = run(Command::new("nm").args(["-D", "--defined-only"]).arg(library()));
    let mut exported: Vec<String> = symbols.lines().map(|line| line.rsplit(' ').next().unwrap().to_owned()).collect();
    exported.sort();
    assert_eq!(exported, listed(), "exported, and listed in tests/abi/symbols.txt");
}

#[test]
fn the_header_declares_exactly_the_listed_symbols() {
    let listed = listed();
    assert!(listed.is_sorted(), "tests/abi/symbols.txt is kept sorted");
    assert_eq!(declared(), listed, "declared, and listed in tests/abi/symbols.txt");
}

/// docs/api-names.md is the table by which names were chosen: none is added, renamed or removed past it.
#[test]
fn every_symbol_has_its_row_in_the_table_of_names() {
    let table = fs::read_to_string(root().join("docs/api-names.md")).unwrap();
    let functions = table.split("\n## ").filter(|part| part.split('\n').next().unwrap().ends_with("unctions"));
    let mut named = BTreeSet::new();
    for row in functions.flat_map(str::lines).filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        // (before, now, why) of what there was, (now, why) of what is new.
        let now = if cells.len() == 2 || cells[1] == "as it was" { cells[0] } else { cells[1] };
        for name in now.split(", ") {
            assert!(named.insert(name.trim_matches('`').to_owned()), "{name} has two rows");
        }
    }
    let named: Vec<String> = named.into_iter().collect();
    assert_eq!(named, listed(), "named in docs/api-names.md, and listed in tests/abi/symbols.txt");
}

/// Also for a program whose enums are as short as they can be, as those of some embedded systems are.
#[test]
fn layouts_and_numbers_are_the_frozen_ones() {
    let folder = scratch("abi");
    let program = folder.join("layout");
    for enums in ["-fno-short-enums", "-fshort-enums"] {
        run(Command::new(cc())
            .args(["-std=c11", enums])
            .args(WARNINGS)
            .arg("-I")
            .arg(root().join("include"))
            .arg(root().join("tests/abi/layout.c"))
            .arg("-o")
            .arg(&program));
        run(&mut Command::new(&program));
    }
}

/// Rust sees the same layouts and numbers as C: the compiler checked the C side above, from the same file.
#[test]
fn every_enumerator_of_the_header_is_frozen() {
    let header = fs::read_to_string(root().join("include/tgcall.h")).unwrap();
    let frozen = fs::read_to_string(root().join("tests/abi/layout.c")).unwrap();
    let enumerators: Vec<&str> = header
        .lines()
        .filter(|line| line.starts_with("    TGCALL_"))
        .map(|line| line.trim().split(' ').next().unwrap())
        .collect();
    assert!(enumerators.len() > 80);
    let missing: Vec<_> = enumerators.iter().filter(|name| !frozen.contains(&format!("NUMBER({name}, "))).collect();
    assert!(missing.is_empty(), "not frozen in tests/abi/layout.c: {missing:?}");
}

#[test]
fn the_header_compiles_alone_and_twice() {
    let folder = scratch("header");
    let once = "#include <tgcall.h>\n";
    let source = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text + "int unused_main(void);\nint unused_main(void) { return TGCALL_OK; }\n").unwrap();
        path
    };
    let c = [source("once.c", once.into()), source("twice.c", once.repeat(2))];
    let cpp = [source("once.cpp", once.into()), source("twice.cpp", once.repeat(2))];
    for path in &c {
        for standard in ["c99", "c11", "c17"] {
            run(Command::new(cc())
                .arg(format!("-std={standard}"))
                .args(WARNINGS)
                .args(["-fsyntax-only", "-I"])
                .arg(root().join("include"))
                .arg(path));
        }
    }
    let Some(cxx) = compiler("CXX", &["c++", "g++", "clang++"]) else {
        eprintln!("SKIPPED: C++17, as there is no C++ compiler");
        return;
    };
    for path in &cpp {
        run(Command::new(&cxx)
            .arg("-std=c++17")
            .args(WARNINGS)
            .args(["-fsyntax-only", "-I"])
            .arg(root().join("include"))
            .arg(path));
    }
}

#[test]
fn the_header_says_the_version_of_the_package() {
    let header = fs::read_to_string(root().join("include/tgcall.h")).unwrap();
    let number = |part: &str| {
        let line = header.lines().find_map(|line| line.strip_prefix(&format!("#define TGCALL_VERSION_{part} ")));
        line.unwrap().parse::<u32>().unwrap()
    };
    let version = format!("{}.{}.{}", number("MAJOR"), number("MINOR"), number("PATCH"));
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    // tgcall_version() is compared with the macros by tests/c/version.c.
}

#[cfg(target_os = "linux")]
#[test]
fn the_library_is_named_after_its_abi() {
    let dynamic = run(Command::new("readelf").arg("-d").arg(library()));
    let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
    let abi = if major == "0" { format!("0.{minor}") } else { major.to_owned() };
    assert!(dynamic.contains(&format!("soname: [libtgcall.so.{abi}]")), "{dynamic}");
}
