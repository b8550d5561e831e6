//! THIRD-PARTY-NOTICES: whose code is linked into the library that ships, and on what terms.
//!
//! Asked of `cargo metadata` for the default features on Linux; what other platforms add is of the same kinds. Where a crate
//! offers a choice, MIT is taken, as the shortest; its text is printed once for all crates that word it the same.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Terms that a closed program can keep by shipping this file. deny.toml says the same to cargo-deny.
const ALLOWED: &[&str] = &["MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "Unicode-3.0", "Zlib", "0BSD"];

#[test]
fn the_notices_are_fresh() {
    super::check("THIRD-PARTY-NOTICES", &render());
}

struct Crate {
    name: String,
    version: String,
    license: String,
    folder: String,
}

fn render() -> String {
    let crates = linked();
    let mut text =
        "libtgcall is MIT OR Apache-2.0; see LICENSE-MIT and LICENSE-APACHE. Linked into it is the work of others:\n\n"
            .to_owned();
    let mut texts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for krate in &crates {
        assert!(is_allowed(&krate.license), "{} is {}", krate.name, krate.license);
        writeln!(text, "{} {}: {}", krate.name, krate.version, krate.license).unwrap();
        let found = license_texts(krate);
        assert!(!found.is_empty(), "{} has no licence text", krate.name);
        for license in found {
            texts.entry(license).or_default().insert(&krate.name);
        }
    }
    for (license, names) in texts {
        let names: Vec<_> = names.into_iter().collect();
        write!(text, "\n{}\n{}\n\n{license}\n", "=".repeat(120), names.join(", ")).unwrap();
    }
    text
}

/// The crates of the library, not those that only build it: procedural macros, and what only they use, stay out.
fn linked() -> Vec<Crate> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let by_id = |list: &Value| -> BTreeMap<String, Value> {
        list.as_array().unwrap().iter().map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry.clone())).collect()
    };
    let (packages, nodes) = (by_id(&metadata["packages"]), by_id(&metadata["resolve"]["nodes"]));
    let root = metadata["resolve"]["root"].as_str().unwrap();
    let (mut seen, mut todo) = (BTreeSet::new(), vec![root.to_owned()]);
    while let Some(id) = todo.pop() {
        let is_macro =
            packages[&id]["targets"].as_array().unwrap().iter().any(|target| target["kind"][0] == "proc-macro");
        if is_macro || !seen.insert(id.clone()) {
            continue;
        }
        for dependency in nodes[&id]["deps"].as_array().unwrap() {
            // A dependency of kind null is a normal one.
            if dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null()) {
                todo.push(dependency["pkg"].as_str().unwrap().to_owned());
            }
        }
    }
    seen.remove(root);
    let mut crates: Vec<Crate> = seen.iter().map(|id| read(&packages[id])).collect();
    crates.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    crates
}

fn read(package: &Value) -> Crate {
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let manifest = text("manifest_path");
    Crate {
        name: text("name"),
        version: text("version"),
        license: text("license").replace('/', " OR "),
        folder: Path::new(&manifest).parent().unwrap().to_str().unwrap().to_owned(),
    }
}

/// Whether every part that binds offers terms we can keep.
fn is_allowed(license: &str) -> bool {
    license.split(" AND ").all(|part| {
        let part = part.trim_matches(['(', ')']);
        part.split(" OR ").any(|choice| ALLOWED.contains(&choice.trim_matches(['(', ')'])))
    })
}

/// The texts to reproduce: MIT's alone where MIT is offered, else all there are, with those of the C code inside.
fn license_texts(krate: &Crate) -> BTreeSet<String> {
    let mut files: Vec<_> = ["", "opus"]
        .iter()
        .filter_map(|inner| fs::read_dir(Path::new(&krate.folder).join(inner)).ok())
        .flat_map(|entries| entries.map(|entry| entry.unwrap().path()))
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().to_uppercase();
            path.is_file() && ["LICENSE", "LICENCE", "COPYING"].iter().any(|start| name.starts_with(start))
        })
        .collect();
    files.sort();
    let is_mit = |path: &std::path::PathBuf| path.file_name().unwrap().to_string_lossy().to_uppercase().contains("MIT");
    if krate.license.contains("MIT") && !krate.license.contains("AND") && files.iter().any(is_mit) {
        files.retain(is_mit);
    }
    let text = |path| String::from_utf8_lossy(&fs::read(path).unwrap()).replace('\r', "");
    let lines = |text: String| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned();
    files.iter().map(|path| lines(text(path))).collect()
}
