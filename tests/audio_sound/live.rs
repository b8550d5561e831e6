//! A host that keeps the pace, more or less: bursts, fast and slow clocks, what is thrown away.

use crate::world::*;
use std::sync::Arc;
use tgcall::media::audio::{AudioConfig, AudioEngine, AudioPort, Bell, Coding, SoundDropped};
use tgcall::random::Random;

#[test]
fn what_a_host_pushes_too_fast_gives_way_and_adds_no_delay() {
    let hosts = Hosts { push_ppm: 400_000, ..HOSTS };
    let mut world = World::new(Link { delay_us: 10_000, ..Link::default() }, hosts, 20, 3);
    world.run(10_000);
    assert!(world.ports[0].queued_ms() <= 90, "{} ms wait", world.ports[0].queued_ms());
    let sent = world.engines[0].stats().packets_sent;
    assert!((480..=540).contains(&sent), "{sent} packets in 10 s");
    assert!(*world.delays.last().unwrap() < 350, "{:?}", world.delays.last());
}

#[test]
fn a_pause_shows_in_the_timestamps_and_the_marker() {
    let mut world = World::new(Link::default(), HOSTS, 20, 3);
    let mut packets = Vec::new();
    for step in 0..300u64 {
        let now = us(step * 20_000);
        if !(100..200).contains(&step) {
            world.ports[0].push(48_000, 1, &[1000i16; 960]).unwrap();
        }
        packets.extend(std::iter::from_fn(|| world.engines[0].poll_packet(now)));
    }
    assert_eq!(packets.len(), 200);
    assert_eq!(packets.iter().filter(|packet| packet.marker).count(), 2);
    let steps: Vec<u32> = packets.windows(2).map(|pair| pair[1].timestamp.wrapping_sub(pair[0].timestamp)).collect();
    assert!(steps.iter().enumerate().all(|(i, step)| *step == if i == 99 { 960 * 101 } else { 960 }), "{steps:?}");
}

#[test]
fn muted_sound_is_thrown_away_at_its_pace() {
    let mut world = World::new(Link::default(), HOSTS, 20, 3);
    world.run(1000);
    world.ports[0].set_muted(true);
    world.run(100);
    let sent = world.engines[0].stats().packets_sent;
    world.run(2000);
    assert_eq!(world.engines[0].stats().packets_sent, sent);
    assert!(world.ports[0].queued_ms() <= 20);
    assert!(rms(world.last(500)) < 10.0);
    world.ports[0].set_muted(false);
    world.run(2000);
    assert!(snr(world.last(1000), 48_000, 440.0) > 20.0);
}

#[test]
fn live_sound_is_not_kept_before_the_call_is_active() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    for _ in 0..100 {
        port.push(48_000, 1, &[500i16; 960]).unwrap();
    }
    assert_eq!(port.queued_ms(), 0);
    engine.set_active(us(0), true);
    assert_eq!(engine.poll_packet(us(0)), None);
    port.push(48_000, 1, &[500i16; 960]).unwrap();
    assert!(engine.poll_packet(us(0)).is_some());
}

#[test]
fn the_network_is_woken_when_a_packet_is_full_and_not_before() {
    let bell = Arc::new(Bell::default());
    let port = Arc::new(AudioPort::new(bell.clone()));
    bell.set_heard(true);
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(us(0), true);
    assert_eq!(engine.poll_packet(us(0)), None);
    assert_eq!(engine.next_timeout(), None, "nothing to do until then");
    bell.take_alarm();
    for step in 1..=10u64 {
        port.push(48_000, 1, &[500i16; 480]).unwrap();
        assert_eq!(bell.take_alarm(), step % 2 == 0);
        assert!(!bell.take_alarm(), "once is enough");
        if step % 2 == 0 {
            assert!(engine.next_timeout().is_some());
            assert!(engine.poll_packet(us(step * 10_000)).is_some());
            assert_eq!(engine.poll_packet(us(step * 10_000)), None);
        }
    }
}

/// What became of sound that was pushed in bursts, in ms.
#[derive(Debug)]
struct Pushed {
    pushed: u64,
    sent: u64,
    dropped: SoundDropped,
    /// The most that waited, in all and when the host had been known for 20 s, and what waits in the end.
    most: u64,
    most_later: u64,
    waits: u64,
}

/// A host that pushes `burst_ms` at once, at the pace of its clock.
fn push_in_bursts(burst_ms: u64, ppm: i64, seconds: u64, coding: Coding) -> Pushed {
    let port = Arc::new(AudioPort::new(Arc::default()));
    port.set_coding(coding, coding).unwrap();
    // Ten minutes of Opus take their time, and say nothing about the queue: then it is muted sound.
    port.set_muted(seconds >= 600);
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(us(0), true);
    let (mut bursts, mut most, mut most_later, mut timestamp) = (0, 0, 0, 0u32);
    for now in (0..seconds * 1_000_000).step_by(1000) {
        while World::host_time(bursts * burst_ms, ppm) <= now {
            for _ in 0..burst_ms / 20 {
                match coding {
                    Coding::Pcm => port.push(48_000, 1, &[500i16; 960]).unwrap(),
                    Coding::Opus => port.push_opus(timestamp, &[8; 160]).unwrap(),
                }
                timestamp = timestamp.wrapping_add(960);
            }
            bursts += 1;
            most = most.max(port.queued_ms().into());
            most_later = if now > 20_000_000 { most_later.max(port.queued_ms().into()) } else { 0 };
        }
        if engine.next_timeout().is_some_and(|at| at <= us(now)) {
            engine.handle_timeout(us(now));
            while engine.poll_packet(us(now)).is_some() {}
        }
    }
    let stats = engine.stats();
    let (pushed, waits) = (bursts * burst_ms, port.queued_ms().into());
    Pushed { pushed, sent: stats.packets_sent * 20, dropped: stats.dropped, most, most_later, waits }
}

#[test]
fn bursts_at_the_right_pace_lose_nothing() {
    for coding in [Coding::Pcm, Coding::Opus] {
        for burst_ms in [20, 60, 100, 200, 400, 500] {
            let was = push_in_bursts(burst_ms, 0, 30, coding);
            assert_eq!(was.dropped, SoundDropped::default(), "{coding:?}, {burst_ms} ms");
            assert_eq!(was.sent + was.waits, was.pushed, "{coding:?}, {burst_ms} ms: {was:?}");
            assert!(was.most <= burst_ms + 60, "{coding:?}, {burst_ms} ms: {was:?}");
        }
    }
}

#[test]
fn bursts_are_heard_at_the_other_end() {
    for burst in [5, 10, 20, 25] {
        let mut world = World::new(Link { delay_us: 20_000, ..Link::default() }, HOSTS, 20, 3);
        world.burst = burst;
        world.run(20_000);
        let sound = world.last(15_000);
        let (holes, snr) = (holes(sound, 48_000), snr(sound, 48_000, 440.0));
        // 5 ms each: less than one of a hundred.
        assert!(holes <= 30 && snr > 18.0, "{} ms: {holes} holes, {snr:.1} dB", burst * 20);
        assert_eq!(world.missing(), 0);
    }
}

#[test]
fn a_fast_or_slow_clock_never_queues_more_than_a_burst_and_sixty_milliseconds() {
    for burst_ms in [20, 100, 500] {
        for ppm in [1000, -1000] {
            let was = push_in_bursts(burst_ms, ppm, 600, Coding::Pcm);
            assert!(was.most <= burst_ms + 60, "{burst_ms} ms, {ppm} ppm: {was:?}");
            assert_eq!(was.dropped, SoundDropped::default(), "{burst_ms} ms, {ppm} ppm");
        }
    }
}

/// Far beyond what any clock is off by: it gives way, it is counted, and the sum is right.
#[test]
fn what_is_thrown_away_is_counted() {
    for coding in [Coding::Pcm, Coding::Opus] {
        for (burst_ms, most) in [(20, 110), (60, 200)] {
            let was = push_in_bursts(burst_ms, 300_000, 60, coding);
            assert!(was.most_later <= most, "{coding:?}, {burst_ms} ms: {was:?}");
            assert!(was.dropped.while_active() > 10_000, "{was:?}");
            let accounted = was.sent + was.dropped.while_active() + was.waits;
            assert!(accounted.abs_diff(was.pushed) <= 3, "{coding:?}, {burst_ms} ms: {accounted}, {was:?}");
        }
    }
}

/// The network's thread stands still for two seconds: the newest is what is heard then.
#[test]
fn an_overflow_drops_the_oldest() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(us(0), true);
    for step in 0..100 {
        let level = if step < 64 { 20_000i16 } else { 0 };
        port.push(48_000, 1, &[level; 960]).unwrap();
    }
    assert!(engine.poll_packet(us(2_000_000)).is_some());
    // Everything that is left is from the end of it: 720 ms.
    assert_eq!(engine.stats().dropped.overflow_ms, 2000 - 720);
    for now in (2_000_000..2_800_000).step_by(1000) {
        while engine.poll_packet(us(now)).is_some() {}
    }
    assert_eq!(port.levels().0, 0);
}
