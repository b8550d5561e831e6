#![no_main]

#[path = "../conference.rs"]
#[allow(dead_code)]
mod conference;

libfuzzer_sys::fuzz_target!(|data: &[u8]| conference::message(data));
