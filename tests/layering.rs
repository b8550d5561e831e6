//! Dependencies between the modules point down, and siblings do not see each other.
//!
//! `ffi → runtime → client → call | group | conference → signaling | media → crypto | tl → base`. The simulator may use
//! `tl`, `crypto`, `media` and the conference's chain; nothing uses the simulator.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the bottom up. Modules of one layer are siblings, except in the base, where all share everything.
const LAYERS: &[&[&str]] = &[
    &[
        "time",
        "random",
        "types",
        "secret",
        "error",
        "backoff",
        "ordered",
        "outcome",
        "refusal",
        "sequence",
        "server",
        "setup",
        "transform",
        "version",
    ],
    &["crypto", "tl"],
    &["signaling", "media"],
    &["call", "group", "conference"],
    &["client"],
    &["runtime"],
    &["ffi"],
];

const SIM_MAY_USE: &[&str] = &["tl", "crypto", "media", "conference"];

#[test]
fn dependencies_point_down() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in rust_files(&src) {
        let from = module_of(file.strip_prefix(&src).unwrap());
        let text = fs::read_to_string(&file).unwrap();
        for (to, line) in crate_paths(&text) {
            seen += 1;
            if !may_use(&from, &to) {
                wrong.push(format!("{}:{line}: {from} uses {to}", file.display()));
            }
        }
    }
    assert!(seen > 20, "no paths were found, so nothing was checked");
    assert!(wrong.is_empty(), "dependencies that do not point down:\n{}", wrong.join("\n"));
}

#[test]
fn the_rule_knows_down_from_up_and_from_aside() {
    assert!(may_use("ffi", "client") && may_use("client", "tl") && may_use("time", "random") && may_use("sim", "tl"));
    assert!(may_use("call", "call"));
    assert!(!may_use("client", "ffi") && !may_use("call", "conference") && !may_use("crypto", "media"));
    assert!(!may_use("sim", "client") && !may_use("client", "sim"));
    let text = "use crate::{time::Time, tl::{self, Reader}};\n// crate::sim\nfn f() { crate::call::g() }\n";
    let expected = [("time", 1), ("tl", 1), ("call", 3)].map(|(to, line)| (to.to_owned(), line));
    assert_eq!(crate_paths(text), expected);
}

/// Why, is said in the module of the C API.
#[test]
fn thread_locals_are_where_they_are_allowed() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let with = |file: &Path| fs::read_to_string(file).unwrap().contains("thread_local!");
    let mut found: Vec<_> = rust_files(&src).into_iter().filter(|file| with(file)).collect();
    found.sort();
    assert_eq!(found, ["ffi/handle/marks.rs", "ffi/status.rs"].map(|file| src.join(file)));
}

/// The core waits for nobody. Where the host's sound threads meet a call there are locks, and what they guard is said there.
#[test]
fn locks_are_where_they_are_allowed() {
    const LOCKS: &[&str] = &["parking_lot", "Mutex", "RwLock", "Condvar", "OnceLock", "LazyLock"];
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let is_core = |file: &Path| {
        let from = module_of(file.strip_prefix(&src).unwrap());
        !["bin", "ffi", "runtime"].contains(&&*from) && !file.iter().any(|part| part == "tests" || part == "tests.rs")
    };
    let with = |file: &Path| {
        let text = fs::read_to_string(file).unwrap();
        let mut code = text.lines().map(|line| line.split("//").next().unwrap());
        code.any(|line| LOCKS.iter().any(|lock| line.contains(lock)))
    };
    let mut found: Vec<_> = rust_files(&src).into_iter().filter(|file| is_core(file) && with(file)).collect();
    found.sort();
    let allowed =
        ["media/audio/port.rs", "media/audio/ports.rs", "media/video/port/receive.rs", "media/video/port/send.rs"];
    assert_eq!(found, allowed.map(|file| src.join(file)));
}

/// A module that hides what is dead hides it for good. The reader of TL is generated for more than we send and read.
#[test]
fn what_is_dead_is_allowed_item_by_item() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let of_module =
        |text: &str| text.split("#![").skip(1).any(|rest| rest.split(")]").next().unwrap().contains("dead_code"));
    assert!(
        of_module("#![cfg_attr(\n    test,\n    allow(dead_code)\n)]")
            && !of_module("#![deny(x)]\n#[allow(dead_code)]")
    );
    let with = |file: &PathBuf| of_module(&fs::read_to_string(file).unwrap()) && !file.starts_with(src.join("tl"));
    let found: Vec<_> = rust_files(&src).into_iter().filter(with).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Who allows what is dead says why.
#[test]
fn what_is_dead_has_its_reason() {
    // Up to the end of the attribute; no reason has a bracket in it.
    let without = |text: &str| {
        let code: String = text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n");
        let attributes = code.split("#[").chain(code.split("#![")).skip(1).map(|rest| rest.split(']').next().unwrap());
        attributes.filter(|one| one.contains("dead_code") && !one.contains("reason =")).count()
    };
    assert!(
        without("#[allow(dead_code)]\nfn f() {}") > 0 && without("#[cfg_attr(\n    x,\n    allow(dead_code)\n)]") > 0
    );
    assert_eq!(without("#[allow(dead_code, reason = \"its time comes\")]\n// #[allow(dead_code)]"), 0);
    let found: Vec<_> = ours(&["rs"], |file, text| {
        // Where the attribute is part of what is written or looked for.
        !["tests/layering.rs", "tests/tlgen/emit.rs"].iter().any(|name| file.ends_with(name)) && without(text) > 0
    });
    assert!(found.is_empty(), "dead for no reason: {found:?}");
}

/// What nobody wants to read to its end is two files, or says near its head why it is one: `Long: the reason.`
#[test]
fn no_file_is_long_without_a_reason() {
    const LIMIT: usize = 600;
    let is_long =
        |text: &str| text.lines().count() > LIMIT && !text.lines().take(40).any(|line| line.contains("Long: "));
    let lines = "x\n".repeat(LIMIT);
    assert!(!is_long(&lines) && is_long(&format!("{lines}x")) && !is_long(&format!("// Long: a table.\n{lines}")));
    let kinds = ["rs", "c", "h", "cpp", "hpp", "py", "kt", "kts", "swift", "java", "sh"];
    let found = ours(&kinds, |_, text| is_long(text));
    assert!(found.is_empty(), "longer than {LIMIT} lines, and without a reason: {found:?}");
}

/// The files with these extensions that somebody has written, and of which `wanted` says so.
fn ours(extensions: &[&str], wanted: impl Fn(&Path, &str) -> bool) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found, mut seen) = (vec![root.to_owned()], Vec::new(), 0);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_string_lossy();
            // What is built, downloaded or installed stands beside the sources of the bindings, too.
            let is_built = ["target", "build", "dist", "out", "node_modules", "venv", "__pycache__"].contains(&&*name);
            if path.is_symlink() || name.starts_with('.') || is_built {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| extensions.iter().any(|one| *one == end)) {
                let Ok(text) = fs::read_to_string(&path) else { continue };
                let is_made =
                    |line: &str| ["Generated from", "Generated by", "Made from"].iter().any(|made| line.contains(made));
                if !text.lines().take(8).any(is_made) {
                    seen += 1;
                    found.extend(wanted(&path, &text).then(|| path.strip_prefix(root).unwrap().to_owned()));
                }
            }
        }
    }
    assert!(seen > 10, "no files were found, so nothing was checked");
    found.sort();
    found
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn may_use(from: &str, to: &str) -> bool {
    if from == to {
        return true;
    }
    match (layer(from), layer(to)) {
        (Some(from), Some(to)) => to < from || (from == 0 && to == 0),
        (None, Some(to_layer)) if from == "sim" => to_layer == 0 || SIM_MAY_USE.contains(&to),
        _ => false,
    }
}

/// The module at the root of the crate that a file belongs to.
fn module_of(path: &Path) -> String {
    let first = path.iter().next().unwrap().to_str().unwrap();
    first.strip_suffix(".rs").unwrap_or(first).to_owned()
}

/// The first segment behind each `crate::`, with its line. Comments and macro definitions of lib.rs are not paths.
fn crate_paths(text: &str) -> Vec<(String, usize)> {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap()).collect();
    let lines: BTreeMap<usize, usize> = code
        .iter()
        .scan(0, |offset, line| {
            let start = *offset;
            *offset += line.len() + 1;
            Some(start)
        })
        .enumerate()
        .map(|(number, start)| (start, number + 1))
        .collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let line = *lines.range(..=at).next_back().unwrap().1;
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(top_names(group).into_iter().map(|name| (name, line))),
            None => found.push((name_at(rest), line)),
        }
    }
    found
}

/// The names that `{…}` lists at its own level.
fn top_names(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut start) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            c if start && !c.is_whitespace() => {
                names.push(name_at(&group[at..]));
                start = false;
            }
            _ => {}
        }
    }
    names
}

fn name_at(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Every source but the root of the crate and the programs, which are above all layers.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("src/bin") {
                files.extend(rust_files(&path));
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("src/lib.rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
