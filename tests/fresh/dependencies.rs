//! docs/dependencies.md: every crate that Cargo.toml names, in its order, with a reason; and the source uses it.

use std::fs;
use std::path::{Path, PathBuf};

/// The lists of Cargo.toml with the headings of the document.
const LISTS: &[(&str, &str)] =
    &[("[dependencies]", "## In the library"), ("[dev-dependencies]", "## For building and testing")];

#[test]
fn every_dependency_has_its_reason() {
    let (manifest, document) = (read("Cargo.toml"), read("docs/dependencies.md"));
    for (table, heading) in LISTS {
        let named = named(&manifest, table);
        assert!(named.len() > 3, "{table} was not found");
        let reasons = reasons(&document, heading);
        assert_eq!(
            named,
            reasons.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            "{table} and docs/dependencies.md"
        );
        let silent: Vec<_> = reasons.iter().filter(|(_, why)| !why.ends_with('.')).collect();
        assert!(silent.is_empty(), "no reason: {silent:?}");
    }
    // Nothing hides in a table of its own.
    let others: Vec<_> =
        manifest.lines().filter(|line| line.starts_with('[') && line.contains("dependencies")).collect();
    assert_eq!(others, LISTS.iter().map(|(table, _)| *table).collect::<Vec<_>>());
}

#[test]
fn every_dependency_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = |folder: &str| -> String {
        let mut files = Vec::new();
        find(&root.join(folder), &mut files);
        files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
    };
    let manifest = read("Cargo.toml");
    let source = text("src");
    let mut unused: Vec<_> =
        named(&manifest, "[dependencies]").into_iter().filter(|name| !uses(&source, name)).collect();
    let everything = source + &text("tests");
    unused.extend(named(&manifest, "[dev-dependencies]").into_iter().filter(|name| !uses(&everything, name)));
    assert!(unused.is_empty(), "in Cargo.toml, used nowhere: {unused:?}");
}

#[test]
fn a_name_within_another_is_no_use() {
    assert!(uses("use ring::rand;", "ring") && uses("let a = crc32fast::hash(b);", "crc32fast"));
    assert!(uses("use num_bigint::BigUint;", "num-bigint") && uses("md5::Md5", "md-5"));
    assert!(!uses("String::new()", "ring") && !uses("// ring", "ring") && !uses("substring::ring()", "ring"));
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The names in a table of Cargo.toml.
fn named<'a>(manifest: &'a str, table: &str) -> Vec<&'a str> {
    let lines = manifest.lines().skip_while(|line| *line != table).skip(1).take_while(|line| !line.starts_with('['));
    lines.filter(|line| !line.starts_with('#')).filter_map(|line| Some(line.split_once(" = ")?.0)).collect()
}

/// The rows of the table under a heading.
fn reasons<'a>(document: &'a str, heading: &str) -> Vec<(&'a str, &'a str)> {
    let lines =
        document.lines().skip_while(|line| *line != heading).skip(1).take_while(|line| !line.starts_with("## "));
    let cells = lines.filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "));
    cells.collect()
}

/// Whether a path begins with the crate's name, as the source spells it.
fn uses(text: &str, name: &str) -> bool {
    let name = if name == "md-5" { "md5".to_owned() } else { name.replace('-', "_") };
    text.match_indices(&format!("{name}::"))
        .any(|(at, _)| !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
