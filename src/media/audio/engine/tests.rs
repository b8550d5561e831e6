//! The very samples that the encoder is given.

use super::*;
use crate::media::audio::resample::Resampler;

fn ms(ms: u64) -> Time {
    Time::ZERO + Duration::from_millis(ms)
}

fn sample(at: u32) -> i16 {
    (at.wrapping_mul(2_654_435_761) >> 20) as i16 + 100
}

/// Pushes a piece, every push in half of its time, and lets it play to its end: all that the encoder was given.
fn play(engine: &mut AudioEngine, from: u64, rate: u32, push_ms: u32, piece: &[i16]) -> Vec<i16> {
    let port = engine.port.clone();
    let mut pushes = piece.chunks((rate * push_ms / 1000) as usize);
    let mut given: Vec<i16> = Vec::new();
    for now in from..from + 1000 {
        if (now - from).is_multiple_of(u64::from(push_ms) / 2)
            && let Some(samples) = pushes.next()
        {
            port.push(rate, 1, samples).unwrap();
        }
        engine.handle_timeout(ms(now));
        while engine.poll_packet(ms(now)).is_some() {
            given.extend(&engine.frame);
        }
    }
    assert_eq!(engine.poll_event(), Some(AudioEvent::Played));
    assert_eq!((engine.poll_event(), port.queued_ms()), (None, 0));
    given
}

/// The same at 48 kHz, all at once.
fn resampled(rate: u32, piece: &[i16]) -> Vec<i16> {
    let mut resampler = Resampler::new(rate, RATE, 1, piece.len());
    resampler.extend(piece.len()).copy_from_slice(piece);
    resampler.flush();
    let mut out = Vec::new();
    resampler.read(|samples| out.extend_from_slice(samples), usize::MAX);
    out
}

#[test]
fn a_playlist_is_sent_sample_by_sample() {
    for (rate, packet_ms, push_ms) in
        [(48_000, 60, 20), (48_000, 20, 10), (24_000, 20, 20), (24_000, 60, 10), (8000, 20, 20), (44_100, 40, 20)]
    {
        let port = Arc::new(AudioPort::new(Arc::default()));
        port.set_queue(2000).unwrap();
        let config = AudioConfig { packet_ms, ..AudioConfig::default() };
        let mut engine = AudioEngine::new(ms(0), &port, Random::from_seed(1), config);
        engine.set_active(ms(0), true);
        // The second is no whole number of packets.
        for (from, length_ms) in [(0, 240), (1000, 250), (2000, 240)] {
            let piece: Vec<i16> = (0..rate * length_ms / 1000).map(sample).collect();
            let given = play(&mut engine, from, rate, push_ms, &piece);
            let mut expected = if rate == RATE { piece } else { resampled(rate, &piece) };
            assert_eq!(expected.len() as u32, length_ms * 48, "all of it, and no more");
            expected.resize(expected.len().next_multiple_of(packet_ms as usize * 48), 0);
            assert!(given == expected, "{rate} Hz, {packet_ms} ms, pushes of {push_ms} ms, from {from}");
        }
    }
}

#[test]
fn another_rate_within_a_playlist_tears_nothing() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    port.set_queue(2000).unwrap();
    let mut engine = AudioEngine::new(ms(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(ms(0), true);
    let mut expected = Vec::new();
    for rate in [8000, 48_000, 24_000, 16_000] {
        let piece: Vec<i16> = (0..rate / 50).map(sample).collect();
        port.push(rate, 1, &piece).unwrap();
        expected.extend(if rate == RATE { piece } else { resampled(rate, &piece) });
    }
    let mut given: Vec<i16> = Vec::new();
    for now in 0..200 {
        engine.handle_timeout(ms(now));
        while engine.poll_packet(ms(now)).is_some() {
            given.extend(&engine.frame);
        }
    }
    assert!(given == expected, "{} samples of {}", given.len(), expected.len());
}

#[test]
fn live_sound_of_another_rate_leaves_with_the_push_that_completes_it() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    let mut engine = AudioEngine::new(ms(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(ms(0), true);
    for (round, rate) in [8000, 24_000, 44_100].into_iter().enumerate() {
        for step in round as u64 * 10..(round as u64 + 1) * 10 {
            port.push(rate, 1, &vec![500; rate as usize / 50]).unwrap();
            assert!(engine.poll_packet(ms(step * 20)).is_some(), "{rate} Hz, {step}");
        }
    }
}

#[test]
fn live_sound_that_waited_for_a_slow_machine_goes_but_the_newest_packet_and_a_playlist_stays() {
    let pushed = |queue_ms: u32, length_ms: usize| {
        let port = Arc::new(AudioPort::new(Arc::default()));
        port.set_queue(queue_ms).unwrap();
        let mut engine = AudioEngine::new(ms(0), &port, Random::from_seed(1), AudioConfig::default());
        engine.set_active(ms(0), true);
        (0..length_ms / 10).for_each(|_| port.push(RATE, 1, &[1000; 10 * MS]).unwrap());
        engine.shed();
        (port.queued_ms(), engine.stats().dropped.late_ms)
    };
    // A packet and what may wait stay as they are, as do the pieces of a playlist.
    assert_eq!((pushed(0, 80), pushed(0, 90), pushed(0, 400)), ((80, 0), (20, 70), (20, 380)));
    assert_eq!(pushed(2000, 400), (400, 0));
}
