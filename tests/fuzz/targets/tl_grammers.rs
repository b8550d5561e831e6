#![no_main]

#[path = "../grammers.rs"]
mod grammers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| grammers::differential(data));
