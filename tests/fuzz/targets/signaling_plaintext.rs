#![no_main]

#[path = "../signaling.rs"]
#[allow(dead_code, reason = "each target is one function of it")]
mod signaling;

libfuzzer_sys::fuzz_target!(|data: &[u8]| signaling::plaintext(data));
