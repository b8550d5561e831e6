//! `examples-c/conference.c`, compiled as C99 against the header and run: it checks itself.

#![cfg(feature = "conference")]

#[path = "c/toolchain.rs"]
mod toolchain;

use std::process::Command;
use toolchain::{cc, libraries, root, run, scratch};

#[test]
fn three_devices_confer_in_c_and_the_removed_one_hears_nothing() {
    let folder = scratch("conference");
    let (program, libraries) = (folder.join("conference"), libraries(&folder));
    run(Command::new(cc())
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I"])
        .arg(root().join("include"))
        .arg(root().join("examples-c/conference.c"))
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(libraries)
        .arg(format!("-Wl,-rpath,{}", libraries.display()))
        .arg("-ltgcall"));
    let said = run(&mut Command::new(&program));
    println!("{said}");
    assert_eq!(said.matches("hello everybody").count(), 2, "{said}");
    assert_eq!(said.matches("Cleo  hears nothing").count(), 2, "{said}");
    assert_eq!(said.matches("under new keys only").count(), 1, "{said}");
}
