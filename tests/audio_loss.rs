//! Sound of which packets are missing, in virtual time: what is heard in their place, how late it is, and what is counted.

#![cfg(feature = "opus")]

use std::f64::consts::TAU;
use std::sync::Arc;
use tgcall::media::audio::{AudioConfig, AudioEngine, AudioPort, AudioStats};
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::types::Ssrc;

const RATE: usize = 48_000;
const SECONDS: usize = 12;

fn us(micros: u64) -> Time {
    Time::ZERO + Duration::from_micros(micros)
}

fn sound(sample: impl Fn(f64) -> f64) -> Vec<i16> {
    (0..SECONDS * RATE).map(|i| sample(i as f64 / RATE as f64) as i16).collect()
}

fn tone() -> Vec<i16> {
    sound(|at| 8192.0 * (at * 440.0 * TAU).sin())
}

/// 150 Hz with overtones, equally loud at all times.
fn buzz() -> Vec<i16> {
    let overtone = |at: f64, k: f64| ((k * at * 150.0 + k * k / 40.0) * TAU).cos() / k.sqrt();
    sound(|at| 4096.0 * (1..=20).map(|k| overtone(at, f64::from(k))).sum::<f64>())
}

/// Something like a sung "ah": the pulses of a voice, which wavers between 105 and 135 Hz, through the resonances of a mouth.
fn vowel() -> Vec<i16> {
    let mut phase = 0.0;
    let mut pulses: Vec<f64> = (0..SECONDS * RATE)
        .map(|i| {
            let at = i as f64 / RATE as f64;
            let before = phase;
            phase += (120.0 + 15.0 * (at * 0.7 * TAU).sin()) / RATE as f64;
            if f64::floor(phase) > f64::floor(before) { 1.0 } else { 0.0 }
        })
        .collect();
    for (hertz, width) in [(700.0, 80.0), (1220.0, 90.0), (2600.0, 120.0)] {
        let radius = (-width / RATE as f64 * TAU / 2.0).exp();
        let (a, b) = (2.0 * radius * (hertz / RATE as f64 * TAU).cos(), -radius * radius);
        let (mut one, mut two) = (0.0, 0.0);
        for sample in &mut pulses {
            let out = *sample + a * one + b * two;
            (two, one) = (one, out);
            *sample = out;
        }
    }
    let loudest = pulses.iter().fold(0.0, |most: f64, sample| most.max(sample.abs()));
    pulses.iter().map(|sample| (sample / loudest * 16_000.0) as i16).collect()
}

#[derive(Clone, Copy, Debug)]
enum Codec {
    Celt,
    SilkWithFec,
}

fn encode(samples: &[i16], ms: usize, codec: Codec) -> Vec<Vec<u8>> {
    let (application, fec) = match codec {
        Codec::Celt => (opus::Application::LowDelay, false),
        Codec::SilkWithFec => (opus::Application::Voip, true),
    };
    let mut encoder = opus::Encoder::new(RATE as u32, opus::Channels::Mono, application).unwrap();
    encoder.set_bitrate(opus::Bitrate::Bits(32_000)).unwrap();
    encoder.set_inband_fec(fec).unwrap();
    encoder.set_packet_loss_perc(if fec { 20 } else { 0 }).unwrap();
    samples.chunks_exact(ms * RATE / 1000).map(|frame| encoder.encode_vec(frame, 1275).unwrap()).collect()
}

/// Which packets are lost: each with this probability in percent, or a row of them in each second, for so many ms.
#[derive(Clone, Copy, Debug)]
enum Loss {
    Random(u64),
    Bursts(usize),
}

fn lost(loss: Loss, count: usize, ms: usize) -> Vec<bool> {
    let mut dice = Random::from_seed(7);
    let one = |i: usize| match loss {
        Loss::Random(percent) => dice.below(100) < percent,
        Loss::Bursts(length) => i * ms >= 1000 && i * ms % 1000 < length,
    };
    (0..count).map(one).collect()
}

/// What a host hears that pulls 10 ms at a time, the mean delay, and what was counted.
fn listen(packets: &[Vec<u8>], ms: usize, lost: &[bool]) -> (Vec<i16>, u64, AudioStats) {
    let mut dice = Random::from_seed(3);
    let port = Arc::new(AudioPort::new(Arc::default()));
    let mut engine = AudioEngine::new(us(0), &port, dice.fork(), AudioConfig::default());
    engine.set_active(us(0), true);
    let mut flying: Vec<(u64, usize)> = (0..packets.len())
        .filter(|i| !lost[*i])
        .map(|i| ((i * ms) as u64 * 1000 + 20_000 + dice.below(2000), i))
        .collect();
    flying.sort_unstable();
    let mut flying = flying.into_iter().peekable();
    let (mut sound, mut delays) = (Vec::new(), 0);
    let pulls = (packets.len() * ms / 10) as u64;
    for pull in 0..pulls {
        while let Some((at, i)) = flying.next_if(|(at, _)| *at <= pull * 10_000) {
            engine.handle_packet(us(at), Ssrc(1), i as u16, (i * ms * 48) as u32, &packets[i]);
        }
        let mut samples = [0i16; RATE / 100];
        port.pull(RATE as u32, 1, &mut samples).unwrap();
        sound.extend(samples);
        delays += u64::from(engine.stats().received.delay_ms);
    }
    (sound, delays / pulls, engine.stats())
}

/// What libopus makes of the same by itself.
fn bare(packets: &[Vec<u8>], ms: usize, lost: &[bool]) -> Vec<i16> {
    let mut decoder = opus::Decoder::new(RATE as u32, opus::Channels::Mono).unwrap();
    let mut decode = |(packet, lost): (&Vec<u8>, &bool)| {
        let mut samples = vec![0; ms * RATE / 1000];
        decoder.decode(if *lost { &[] } else { packet }, &mut samples, false).unwrap();
        samples
    };
    packets.iter().zip(lost).flat_map(&mut decode).collect()
}

/// The share of pieces of 10 ms that are more than 6 dB softer than the usual one, in per mille.
fn down(sound: &[i16]) -> usize {
    let power = |piece: &[i16]| piece.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
    let pieces: Vec<f64> = sound[RATE..].chunks_exact(RATE / 100).map(power).collect();
    let mut sorted = pieces.clone();
    sorted.sort_by(f64::total_cmp);
    let usual = sorted[sorted.len() / 2];
    pieces.iter().filter(|piece| **piece < usual / 4.0).count() * 1000 / pieces.len()
}

const LOSSES: [Loss; 5] = [Loss::Random(3), Loss::Random(10), Loss::Random(20), Loss::Bursts(60), Loss::Bursts(120)];

#[test]
fn what_is_lost_of_an_even_sound_is_hardly_missed() {
    // Beside libopus by itself, which does not keep what is asked for here.
    let (mut worst, mut worst_bare) = (0, 0);
    for (name, sound) in [("tone", tone()), ("buzz", buzz()), ("vowel", vowel())] {
        for (codec, ms) in [(Codec::Celt, 20), (Codec::Celt, 60), (Codec::SilkWithFec, 60)] {
            let packets = encode(&sound, ms, codec);
            for loss in LOSSES {
                let lost = lost(loss, packets.len(), ms);
                let (ours, bare) = (down(&listen(&packets, ms, &lost).0), down(&bare(&packets, ms, &lost)));
                let context = format!("{name}, {codec:?}, {ms} ms, {loss:?}: {ours} per mille down, by itself {bare}");
                // With 20 % some packets of 60 ms are the third in a row or later: there it may fade.
                assert!(ours <= if matches!(loss, Loss::Random(20)) { 20 } else { 8 }, "{context}");
                worst = worst.max(ours);
                worst_bare = worst_bare.max(bare);
            }
        }
    }
    assert!(worst_bare > 10 * worst.max(8), "{worst} and {worst_bare}");
}

#[test]
fn nothing_clicks_where_sound_is_made_up_and_where_it_is_known_again() {
    // A tone never changes by more than this from one sample to the next.
    let most = 8192.0 * 440.0 * TAU / RATE as f64;
    for ms in [20, 60] {
        let packets = encode(&tone(), ms, Codec::Celt);
        for loss in LOSSES {
            let (sound, ..) = listen(&packets, ms, &lost(loss, packets.len(), ms));
            let step = sound[RATE..].windows(2).map(|pair| pair[1].abs_diff(pair[0])).max().unwrap();
            assert!(f64::from(step) < most * 1.25, "{ms} ms, {loss:?}: {step}, and {most:.0} of its own");
        }
    }
}

#[test]
fn a_sound_that_does_not_come_back_fades_and_is_gone_after_170_ms() {
    let packets = encode(&tone(), 20, Codec::Celt);
    let lost: Vec<bool> = (0..packets.len()).map(|i| i >= 500).collect();
    let (sound, ..) = listen(&packets, 20, &lost);
    let rms = |from_ms: usize| {
        let piece = &sound[from_ms * 48..(from_ms + 20) * 48];
        (piece.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / piece.len() as f64).sqrt()
    };
    // The last packet leaves at 9.98 s, and is heard from about 10.02 s on.
    assert!(rms(10_080) > 5000.0, "it goes on: {}", rms(10_080));
    assert!((500.0..5000.0).contains(&rms(10_150)), "it fades: {}", rms(10_150));
    assert_eq!(rms(10_230), 0.0, "it is gone");
}

#[test]
fn nobody_waits_for_what_cannot_come() {
    let hear = |codec, ms| {
        // In syllables: Opus repeats only what it takes for speech.
        let syllable = |i: usize| (i as f64 / RATE as f64 * 3.0 * TAU / 2.0).sin().abs();
        let speech: Vec<i16> = vowel().iter().enumerate().map(|(i, s)| (f64::from(*s) * syllable(i)) as i16).collect();
        let packets = encode(&speech, ms, codec);
        let (_, calm, _) = listen(&packets, ms, &lost(Loss::Random(0), packets.len(), ms));
        let (_, lossy, stats) = listen(&packets, ms, &lost(Loss::Random(10), packets.len(), ms));
        (lossy.saturating_sub(calm), stats.received.recovered_ms)
    };
    for ms in [20, 60] {
        let (later, recovered_ms) = hear(Codec::Celt, ms);
        assert!(later <= 5 && recovered_ms == 0, "{ms} ms: {later} ms later, {recovered_ms} ms recovered");
    }
    let (later, recovered_ms) = hear(Codec::SilkWithFec, 60);
    assert!(later >= 8 && recovered_ms > 300, "{later} ms later, {recovered_ms} ms recovered");
}

#[test]
fn another_source_is_heard_at_once_and_counted_anew() {
    let packets = encode(&tone(), 20, Codec::Celt);
    for (sequence, timestamp) in [(30_000u16, 5u32), (3, 0u32.wrapping_sub(3 * 48_000)), (65_000, 20 * 48_000)] {
        let port = Arc::new(AudioPort::new(Arc::default()));
        let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
        engine.set_active(us(0), true);
        let mut silent = 0;
        for (step, packet) in packets.iter().enumerate().take(200) {
            let second = step >= 100;
            let source = Ssrc(if second { 2 } else { 1 });
            let (number, time) = if second { (sequence, timestamp) } else { (100, 0) };
            let (number, time) = (number.wrapping_add(step as u16), time.wrapping_add(step as u32 * 960));
            engine.handle_packet(us(step as u64 * 20_000), source, number, time, packet);
            for _ in 0..2 {
                let mut samples = [0i16; 480];
                let heard = port.pull(48_000, 1, &mut samples).unwrap();
                silent += usize::from(step > 10 && !heard);
            }
        }
        let stats = engine.stats();
        assert!(silent <= 4, "{timestamp}: {silent} pieces of silence");
        assert_eq!(stats.received.loss_permille, 0, "{stats:?}");
        assert!(stats.received.late <= 1, "{stats:?}");
    }
}
