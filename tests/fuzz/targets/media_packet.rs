#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tgcall::media::rtp::packet::fuzz(data));
