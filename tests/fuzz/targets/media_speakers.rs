#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tgcall::media::group::speakers::fuzz(data));
