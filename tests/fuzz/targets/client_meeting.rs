#![no_main]

#[path = "../meeting.rs"]
mod meeting;

libfuzzer_sys::fuzz_target!(|data: &[u8]| meeting::meeting(data));
