//! Generated files are what their sources say. `TGCALL_BLESS=1 cargo test --test fresh` rewrites them.

#[path = "fresh/api.rs"]
mod api;
#[path = "fresh/cpp.rs"]
mod cpp;
#[path = "fresh/dependencies.rs"]
mod dependencies;
#[path = "fresh/description.rs"]
mod description;
#[path = "fresh/ffi.rs"]
mod ffi;
#[path = "fresh/header.rs"]
mod header;
#[path = "fresh/kotlin.rs"]
mod kotlin;
#[path = "fresh/notices.rs"]
mod notices;
#[path = "fresh/python.rs"]
mod python;
#[path = "fresh/reading.rs"]
mod reading;
#[path = "fresh/swift.rs"]
mod swift;
#[path = "fresh/swift_events.rs"]
mod swift_events;
#[path = "fresh/tl.rs"]
mod tl;
mod tlgen;

/// Compares a generated file, or rewrites it when asked to.
fn check(path: &str, fresh: &str) {
    let full = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let kept = std::fs::read_to_string(&full).unwrap_or_default();
    if std::env::var_os("TGCALL_BLESS").is_some() {
        if kept != fresh {
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(&full, fresh).unwrap();
        }
        return;
    }
    let line = 1 + kept.lines().zip(fresh.lines()).take_while(|(kept, fresh)| kept == fresh).count();
    assert!(kept == fresh, "{path} is stale from line {line} on; run TGCALL_BLESS=1 cargo test --test fresh");
}

/// `tests/abi/symbols.txt`: what every binding has to have.
fn symbols() -> std::collections::BTreeSet<&'static str> {
    let listed = include_str!("abi/symbols.txt").lines();
    listed.filter(|line| !line.starts_with('#') && !line.is_empty()).collect()
}
