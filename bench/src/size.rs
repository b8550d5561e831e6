//! The shared libraries, built as they ship (`cargo rustc --release --lib --crate-type cdylib`), and their size.

use crate::Target;
use crate::machine::grouped;
use std::path::{Path, PathBuf};
use std::process::Command;

pub fn run() -> Vec<Target> {
    println!("size of the stripped library");
    let all = size("with everything", &shipped());
    let signalling = size("signalling only", &build("signalling", &["--no-default-features"]));
    let mega = |size: usize| size as f64 / 1e6;
    vec![
        Target::at_most("MB of the library with everything", 5.6, mega(all)),
        Target::at_most("MB of the signalling-only library", 1.1, mega(signalling)),
    ]
}

/// The library with everything.
pub fn shipped() -> PathBuf {
    build("size", &[])
}

/// Each kind in a folder of its own, so that the next run finds it there.
fn build(folder: &str, options: &[&str]) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    build_of(&here.join(".."), &here.join("target").join(folder), options)
}

/// The library of the checkout `root`, built in `target`.
pub fn build_of(root: &Path, target: &Path, options: &[&str]) -> PathBuf {
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(root)
        .args(["rustc", "--quiet", "--locked", "--release", "--lib", "--crate-type", "cdylib", "--target-dir"])
        .arg(target)
        .args(options)
        .status()
        .expect("cargo is there");
    assert!(status.success(), "the library builds");
    target.join("release").join(format!("{}tgcall{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX))
}

fn size(what: &str, library: &Path) -> usize {
    let size = std::fs::metadata(library).expect("it was just built").len() as usize;
    println!("  {what:<16} {:>10} bytes", grouped(size));
    size
}
