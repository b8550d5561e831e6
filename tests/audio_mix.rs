//! Several who are heard at once, in virtual time: what a host hears is the saturated sum of what it would hear of each alone, and
//! each is counted by itself.

#![cfg(feature = "opus")]

use std::f64::consts::TAU;
use std::sync::Arc;
use tgcall::media::audio::{AudioConfig, AudioEngine, AudioPort, SourceStats};
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::types::Ssrc;

fn us(micros: u64) -> Time {
    Time::ZERO + Duration::from_micros(micros)
}

/// A packet on its way.
struct Packet {
    at: u64,
    source: Ssrc,
    sequence: u16,
    timestamp: u32,
    payload: Vec<u8>,
}

/// Three seconds of a tone, from this moment on, in packets of this length; every 13th is lost.
fn speak(source: Ssrc, from_ms: u64, packet_ms: u32, hertz: f64) -> Vec<Packet> {
    let mut dice = Random::from_seed(source.0.into());
    let port = Arc::new(AudioPort::new(Arc::default()));
    let config = AudioConfig { packet_ms, ..AudioConfig::default() };
    let mut engine = AudioEngine::new(us(0), &port, dice.fork(), config);
    engine.set_active(us(0), true);
    let mut packets = Vec::new();
    for step in 0..150u64 {
        let now = (from_ms + step * 20) * 1000;
        let sample = |i: u64| (27_000.0 * ((step * 960 + i) as f64 * hertz * TAU / 48_000.0).sin()) as i16;
        port.push(48_000, 1, &(0..960).map(sample).collect::<Vec<_>>()).unwrap();
        while let Some(packet) = engine.poll_packet(us(now)) {
            let at = now + 20_000 + dice.below(8000);
            let sequence = 65_500u16.wrapping_add(packets.len() as u16);
            packets.push(Packet { at, source, sequence, timestamp: packet.timestamp, payload: packet.payload });
        }
    }
    let mut number = 0;
    packets.retain(|_| {
        number += 1;
        number % 13 != 0
    });
    packets
}

/// What a host hears that pulls 10 ms at a time, of at most so many at once.
fn listen(sources: usize, packets: &[&[Packet]]) -> (Vec<i16>, AudioEngine) {
    let port = Arc::new(AudioPort::new(Arc::default()));
    let mut engine = AudioEngine::with_sources(us(0), &port, Random::from_seed(1), AudioConfig::default(), sources);
    engine.set_active(us(0), true);
    let mut packets: Vec<&Packet> = packets.iter().copied().flatten().collect();
    packets.sort_by_key(|packet| packet.at);
    let (mut packets, mut sound) = (packets.into_iter().peekable(), Vec::new());
    for pull in 0..450u64 {
        let now = pull * 10_000 + 3000;
        while let Some(packet) = packets.next_if(|packet| packet.at <= now) {
            let Packet { at, source, sequence, timestamp, payload } = packet;
            engine.handle_packet(us(*at), *source, *sequence, *timestamp, payload);
        }
        engine.handle_timeout(us(now));
        let mut samples = [1i16; 480];
        port.pull(48_000, 1, &mut samples).unwrap();
        sound.extend(samples);
    }
    (sound, engine)
}

fn of_each(engine: &AudioEngine) -> Vec<(Ssrc, SourceStats)> {
    engine.sources().collect()
}

#[test]
fn two_are_heard_as_the_saturated_sum_of_each() {
    let (one, two) = (speak(Ssrc(1), 0, 20, 440.0), speak(Ssrc(2), 700, 60, 311.0));
    let [(first, alone_one), (second, alone_two)] = [&one, &two].map(|packets| listen(1, &[packets]));
    let (both, together) = listen(2, &[&one, &two]);
    let sum = |(one, two): (&i16, &i16)| one.saturating_add(*two);
    let expected: Vec<i16> = first.iter().zip(&second).map(sum).collect();
    assert!(both == expected);
    assert!(both.contains(&i16::MAX) && both.contains(&i16::MIN), "some of it is too loud");

    let stats = [alone_one, alone_two].map(|engine| of_each(&engine)[0].1);
    // Of 150 packets and of 50, every 13th is lost: 77 of 1000, give or take one of them in the last two seconds.
    assert_eq!(stats.map(|stats| stats.packets_received), [150 - 11, 50 - 3], "{stats:?}");
    assert!(stats.iter().all(|stats| (50..=110).contains(&stats.loss_permille)), "{stats:?}");
    assert!(stats.iter().all(|stats| stats.concealed_ms > 20), "{stats:?}");
    assert_eq!(of_each(&together), [(Ssrc(1), stats[0]), (Ssrc(2), stats[1])]);
    let (all, [one, two]) = (together.stats(), stats);
    assert_eq!(all.received.packets_received, one.packets_received + two.packets_received);
    assert_eq!(all.received.concealed_ms, one.concealed_ms + two.concealed_ms);
    assert_eq!(all.received.delay_ms, one.delay_ms.max(two.delay_ms));
}

#[test]
fn one_of_several_possible_is_heard_as_one_alone() {
    let one = speak(Ssrc(1), 0, 20, 440.0);
    let (alone, engine) = listen(1, &[&one]);
    let (first, possible) = listen(5, &[&one]);
    assert!(first == alone && alone.iter().any(|sample| *sample > 20_000));
    assert_eq!(possible.stats(), engine.stats());
}
