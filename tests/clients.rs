//! Telethon, kurigram, gotd, mtcute and GramJS, unchanged, call each other through tests/gateway: a call for each neighbouring
//! pair, and conferences of the first two. `make clients` is longer.

#[path = "c/toolchain.rs"]
mod toolchain;

use std::process::Command;
use toolchain::{library, root, run, scratch};

#[test]
fn client_libraries_call_each_other() {
    let text = run(Command::new(root().join("scripts/clients.sh"))
        .arg("--quick")
        .env("TGCALL_SIM", env!("CARGO_BIN_EXE_tgcall-sim"))
        .env("LIBTGCALL_LIBRARY", library())
        // Where tests/python.rs has them.
        .env("TGCALL_CLIENTS_VENV", scratch("python-clients")));
    for line in text.lines() {
        eprintln!("{line}");
    }
    let is_sound = text.matches("passed, 0 failed").count() == 2;
    assert!(is_sound || text.contains("SKIPPED: calls between client libraries"), "{text}");
}
