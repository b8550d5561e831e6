#![no_main]

#[path = "../conference.rs"]
#[allow(dead_code, reason = "each target is one function of it")]
mod conference;

libfuzzer_sys::fuzz_target!(|data: &[u8]| conference::member(data));
