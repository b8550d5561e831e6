#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tgcall::media::container::fuzz::movie(data));
