#![no_main]

#[path = "../tl.rs"]
#[allow(dead_code, reason = "each target is one function of it")]
mod tl;

libfuzzer_sys::fuzz_target!(|data: &[u8]| tl::inlets(data));
