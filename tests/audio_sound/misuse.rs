//! What hosts and peers should not do.

use crate::world::*;
use std::sync::Arc;
use tgcall::media::audio::{AudioConfig, AudioEngine, AudioPort};
use tgcall::random::Random;

#[test]
fn misuse_is_refused_and_pull_still_fills_the_buffer() {
    let port = AudioPort::new(Arc::default());
    for (rate, channels, count) in
        [(7999, 1, 80), (48_001, 1, 480), (48_000, 0, 480), (48_000, 3, 480), (8000, 1, 481), (48_000, 2, 961)]
    {
        assert!(port.push(rate, channels, &vec![0i16; count]).is_err(), "{rate} {channels} {count}");
        let mut samples = vec![7i16; count];
        assert!(port.pull(rate, channels, &mut samples).is_err());
        assert!(samples.iter().all(|sample| *sample == 0));
    }
    assert!(port.set_queue(60_001).is_err());
    let mut samples = [0.5f32; 480];
    assert_eq!(port.pull(48_000, 1, &mut samples), Ok(false), "nothing has arrived");
    assert_eq!(samples, [0.0; 480]);
}

#[test]
fn samples_beyond_the_range_are_clipped_and_what_is_no_number_is_silence() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(us(0), true);
    for step in 0..20u64 {
        let samples = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 5.0, -5.0, 1e-40].repeat(160);
        port.push(48_000, 1, &samples).unwrap();
        assert!(engine.poll_packet(us(step * 20_000)).is_some());
    }
    assert!(port.levels().0 > 20_000);
}

/// Whatever arrives as Opus: no panic, bounded delay, and the buffer always full.
#[test]
fn hostile_packets_do_no_harm() {
    for seed in 0..20 {
        let mut dice = Random::from_seed(seed);
        let port = Arc::new(AudioPort::new(Arc::default()));
        let mut engine = AudioEngine::new(us(0), &port, dice.fork(), AudioConfig::default());
        engine.set_active(us(0), true);
        let mut timestamp = dice.u32();
        for step in 0..2000u64 {
            for _ in 0..dice.below(4) {
                let mut payload = vec![0; dice.below(300) as usize];
                dice.fill(&mut payload);
                timestamp = match dice.below(20) {
                    0 => dice.u32(),
                    1 => timestamp.wrapping_sub(5000),
                    _ => timestamp.wrapping_add(dice.below(3000) as u32),
                };
                let sequence = if dice.below(10) == 0 { dice.u32() as u16 } else { step as u16 };
                engine.handle_packet(us(step * 10_000), PEER, sequence, timestamp, &payload);
            }
            let (rate, channels) = if step / 500 % 2 == 0 { (48_000, 1) } else { (8000, 2) };
            let mut samples = vec![1i16; (rate / 100 * channels) as usize];
            port.pull(rate, channels, &mut samples).unwrap();
            assert!(engine.stats().received.delay_ms < 1500, "{}", engine.stats().received.delay_ms);
        }
    }
}
