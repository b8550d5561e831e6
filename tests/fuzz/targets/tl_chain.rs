#![no_main]

#[path = "../tl.rs"]
#[allow(dead_code)]
mod tl;

libfuzzer_sys::fuzz_target!(|data: &[u8]| tl::chain(data));
