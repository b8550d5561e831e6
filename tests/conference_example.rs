//! `examples-c/conference.c`, compiled as C99 against the header and run: it checks itself.

#![cfg(feature = "conference")]

#[path = "c/toolchain.rs"]
mod toolchain;

use std::process::Command;
use toolchain::{cc, library, root, run, scratch};

#[test]
fn three_devices_confer_in_c_and_the_removed_one_hears_nothing() {
    let (folder, library) = (scratch("conference"), library());
    let program = folder.join("conference");
    // Under the name that programs look for.
    let version = concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
    std::fs::copy(&library, folder.join(format!("libtgcall.so.{version}"))).unwrap();
    let rpath = format!("-Wl,-rpath,{}", folder.display());
    run(Command::new(cc())
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I"])
        .arg(root().join("include"))
        .arg(root().join("examples-c/conference.c"))
        .arg(&library)
        .arg(rpath)
        .arg("-o")
        .arg(&program));
    let said = run(Command::new(&program).env("DYLD_LIBRARY_PATH", library.parent().unwrap()));
    println!("{said}");
    assert_eq!(said.matches("hello everybody").count(), 2, "{said}");
    assert_eq!(said.matches("Cleo  hears nothing").count(), 2, "{said}");
    assert_eq!(said.matches("under new keys only").count(), 1, "{said}");
}
