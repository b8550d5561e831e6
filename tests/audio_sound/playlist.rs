//! Sound that is queued and sent at its pace.

use crate::world::*;
use std::f64::consts::TAU;
use std::sync::Arc;
use tgcall::media::audio::{AudioConfig, AudioEngine, AudioEvent, AudioPort, Coding, Encoded};
use tgcall::random::Random;

#[test]
fn a_playlist_is_kept_until_the_call_is_active_and_played_at_its_pace() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    port.set_queue(10_000).unwrap();
    for _ in 0..500 {
        port.push(48_000, 1, &[500i16; 960]).unwrap();
    }
    assert!(port.push(48_000, 1, &[500i16; 960]).is_err(), "10 s are full");
    assert_eq!(port.queued_ms(), 10_000);
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    assert_eq!((engine.poll_packet(us(0)), engine.next_timeout().is_none()), (None, true));
    engine.set_active(us(500_000), true);
    let mut sent = Vec::new();
    let mut played = None;
    let mut now = 500_000;
    while now < 12_000_000 {
        let due = engine.next_timeout().unwrap();
        now = now.max(due.as_nanos() / 1000);
        engine.handle_timeout(us(now));
        sent.extend(std::iter::from_fn(|| engine.poll_packet(us(now))).map(|_| now));
        if engine.poll_event() == Some(AudioEvent::Played) {
            played = Some(now);
        }
    }
    assert_eq!(sent.len(), 500);
    assert!(sent.windows(2).all(|pair| (20_000..20_100).contains(&(pair[1] - pair[0]))));
    // A packet's time after the last one has sounded: a host that is exactly on time would have pushed by then.
    assert_eq!(played, Some(10_520_000));
    assert_eq!(port.queued_ms(), 0);
    // What comes later is played too.
    port.push(48_000, 1, &[500i16; 480]).unwrap();
    assert_eq!(engine.poll_packet(us(now)), None, "more may follow");
    assert!(engine.poll_packet(us(now + 20_000)).is_some(), "also a part of a packet");
}

#[test]
fn clearing_a_playlist_makes_room_at_once() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    port.set_queue(1000).unwrap();
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(us(0), true);
    for round in 0..20 {
        for _ in 0..50 {
            port.push(48_000, 1, &[round as i16 * 100; 960]).unwrap();
        }
        assert!(port.push(48_000, 1, &[0i16; 960]).is_err());
        port.clear();
        assert_eq!(port.queued_ms(), 0);
    }
    port.push(48_000, 1, &[77i16; 960]).unwrap();
    assert_eq!(port.queued_ms(), 20);
    assert!(engine.poll_packet(us(1000)).is_some());
    assert_eq!(engine.poll_packet(us(1000)), None);
    assert_eq!(port.queued_ms(), 0);
}

#[test]
fn an_encoded_playlist_is_sent_by_its_timestamps() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    port.set_coding(Coding::Opus, Coding::Opus).unwrap();
    port.set_queue(5000).unwrap();
    for i in 0..100u32 {
        let pause = if i >= 50 { 48_000 } else { 0 };
        port.push_opus(1000 + i * 960 + pause, &[8, 0, 0]).unwrap();
    }
    assert_eq!(port.queued_ms(), 2000);
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(us(0), true);
    let mut sent = Vec::new();
    let mut played = None;
    for now in (0..5_000_000).step_by(1000) {
        if engine.next_timeout().is_some_and(|at| at <= us(now)) {
            engine.handle_timeout(us(now));
        }
        sent.extend(std::iter::from_fn(|| engine.poll_packet(us(now))).map(|_| now / 1000));
        played = played.or(engine.poll_event().map(|_| now / 1000));
    }
    assert_eq!(sent.len(), 100);
    assert_eq!((sent[0], sent[49], sent[50], sent[99]), (0, 980, 2000, 2980));
    assert_eq!(played, Some(3020));
}

/// What a bot says: a piece a second. What is heard of it, the packets, and when all was told to be played.
fn say(
    rate: u32,
    packet_ms: u32,
    push_ms: u32,
    pieces: u32,
    piece_ms: u32,
) -> (Vec<i16>, Vec<(u64, Encoded)>, Vec<u64>) {
    let port = Arc::new(AudioPort::new(Arc::default()));
    port.set_queue(2000).unwrap();
    let config = AudioConfig { packet_ms, ..AudioConfig::default() };
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), config);
    engine.set_active(us(0), true);
    let mut decoder = opus::Decoder::new(48_000, opus::Channels::Mono).unwrap();
    let (mut sent, mut played, mut sound) = (Vec::new(), Vec::new(), Vec::new());
    let frames = rate * push_ms / 1000;
    // A piece a second; its pushes come in half of the time that they last, each for itself.
    for now in 0..u64::from(pieces) * 1000 {
        let at = (now % 1000) as u32;
        let push = at / (push_ms / 2);
        if at.is_multiple_of(push_ms / 2) && push < piece_ms / push_ms {
            let tone = |i: u32| {
                let at = f64::from(push * frames + i) / f64::from(rate);
                ((at * 500.0 * TAU).cos() * 12_000.0) as i16
            };
            port.push(rate, 1, &(0..frames).map(tone).collect::<Vec<_>>()).unwrap();
        }
        if engine.next_timeout().is_some_and(|at| at <= us(now * 1000)) {
            engine.handle_timeout(us(now * 1000));
        }
        while let Some(packet) = engine.poll_packet(us(now * 1000)) {
            let mut frame = vec![0; packet.duration as usize];
            assert_eq!(decoder.decode(&packet.payload, &mut frame, false).unwrap(), frame.len());
            sound.extend(frame);
            sent.push((now, packet));
        }
        played.extend(std::iter::from_fn(|| engine.poll_event()).map(|_| now));
    }
    (sound, sent, played)
}

#[test]
fn pieces_of_a_playlist_have_neither_holes_nor_silence_at_their_beginning() {
    for (rate, packet_ms, push_ms) in
        [(48_000, 60, 20), (48_000, 20, 10), (24_000, 20, 20), (24_000, 60, 20), (8000, 20, 20), (44_100, 40, 10)]
    {
        let (sound, sent, played) = say(rate, packet_ms, push_ms, 4, 360);
        let context = format!("{rate} Hz, {packet_ms} ms, pushes of {push_ms} ms");
        // Nothing but whole packets of sound, and of each piece as many as it has: not one for what the filter kept.
        assert_eq!(sent.len() as u32, 4 * 360u32.div_ceil(packet_ms), "{context}");
        assert_eq!(sound.len(), 4 * 360 * 48, "{context}");
        assert_eq!(played.len(), 4, "{context}: {played:?}");
        // In each piece the packets leave at their pace.
        for piece in sent.chunks(360usize.div_ceil(packet_ms as usize)) {
            let late = piece.windows(2).filter(|pair| pair[1].0 - pair[0].0 > u64::from(packet_ms) + 1).count();
            assert_eq!(late, 0, "{context}: {:?}", piece.iter().map(|(at, _)| at).collect::<Vec<_>>());
        }
        // Opus takes 6.5 ms; then there is not a piece of 5 ms without the tone.
        for piece in 0..4 {
            let sound = &sound[piece * 360 * 48..][10 * 48..350 * 48];
            assert_eq!(holes(sound, 48_000), 0, "{context}, piece {piece}");
        }
    }
}

#[test]
fn a_part_of_a_packet_is_padded_only_when_nothing_follows_for_a_packets_time() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    port.set_queue(2000).unwrap();
    let config = AudioConfig { packet_ms: 60, ..AudioConfig::default() };
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), config);
    engine.set_active(us(0), true);
    let turn = |engine: &mut AudioEngine, ms: u64| {
        engine.handle_timeout(us(ms * 1000));
        engine.poll_packet(us(ms * 1000)).is_some()
    };
    port.push(48_000, 1, &[500i16; 960]).unwrap();
    assert!(!turn(&mut engine, 0));
    assert!(!turn(&mut engine, 59));
    // More came within the packet's time: it begins anew.
    port.push(48_000, 1, &[500i16; 960]).unwrap();
    assert!(!turn(&mut engine, 60) && !turn(&mut engine, 119));
    assert!(turn(&mut engine, 120), "40 ms of sound, and 20 of silence");
    assert_eq!(port.queued_ms(), 0);
    assert_eq!(engine.poll_event(), None);
    assert!(!turn(&mut engine, 239));
    assert_eq!(engine.poll_event(), None, "the packet sounds till 180, and then a packet's time is waited");
    assert!(!turn(&mut engine, 240));
    assert_eq!(engine.poll_event(), Some(AudioEvent::Played));
}

#[test]
fn a_producer_that_is_exactly_on_time_is_not_told_that_all_is_played() {
    for (push_ms, late_us) in [(20u64, 0), (20, 900), (10, 500), (60, 1500)] {
        let port = Arc::new(AudioPort::new(Arc::default()));
        port.set_queue(2000).unwrap();
        let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
        engine.set_active(us(0), true);
        let (mut pushes, mut sent, mut played) = (0, 0, Vec::new());
        for now in (0..3_000_000u64).step_by(500) {
            // The network looks first, as it does when both are due at once.
            if engine.next_timeout().is_some_and(|at| at <= us(now)) {
                engine.handle_timeout(us(now));
                sent += std::iter::from_fn(|| engine.poll_packet(us(now))).count();
            }
            played.extend(engine.poll_event().map(|_| now / 1000));
            while pushes < 2000 / push_ms && pushes * push_ms * 1000 + (pushes % 3) * late_us <= now {
                port.push(48_000, 1, &vec![500i16; push_ms as usize * 48]).unwrap();
                pushes += 1;
            }
        }
        assert_eq!((sent as u64, played.len()), (2000 / push_ms * push_ms / 20, 1), "{push_ms} ms: {played:?}");
    }
}
