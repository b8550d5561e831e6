//! Gives the shared library its name inside: the one that programs linked against it will look for.

use std::env::var;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Unloaded, it would take the code away from under its threads, and from under what it told the system to call at a fork.
    // macOS keeps every library that has thread-locals, and Windows has never been tried.
    if matches!(var("CARGO_CFG_TARGET_OS").unwrap().as_str(), "android" | "linux" | "freebsd" | "netbsd" | "openbsd") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    let (major, minor) = (var("CARGO_PKG_VERSION_MAJOR").unwrap(), var("CARGO_PKG_VERSION_MINOR").unwrap());
    // Before 1.0 a minor release may break the ABI, so it changes the name.
    let abi = if major == "0" { format!("0.{minor}") } else { major };
    match var("CARGO_CFG_TARGET_OS").unwrap().as_str() {
        // An app carries its own copy, and its loader wants the plain name.
        "android" => println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libtgcall.so"),
        "linux" | "freebsd" | "netbsd" | "openbsd" => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libtgcall.so.{abi}");
        }
        "macos" => println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libtgcall.{abi}.dylib"),
        _ => {} // Windows has no such name; iOS gets a static library
    }
}
