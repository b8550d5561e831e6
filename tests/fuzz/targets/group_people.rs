#![no_main]

#[path = "../group.rs"]
#[allow(dead_code, reason = "each target is one function of it")]
mod group;

libfuzzer_sys::fuzz_target!(|data: &[u8]| group::people(data));
