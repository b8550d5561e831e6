//! What arrives, how late and how whole: through loss, jitter, outages and clocks that differ.

use crate::world::*;

#[test]
fn a_tone_arrives_clean_at_every_rate_and_packet_length() {
    for (rate, channels, packet_ms) in [
        (8000, 1, 20),
        (16_000, 2, 40),
        (11_025, 1, 60),
        (22_050, 1, 20),
        (32_000, 2, 20),
        (44_100, 2, 20),
        (48_000, 2, 60),
    ] {
        let hosts = Hosts { push_rate: rate, pull_rate: rate, channels, ..HOSTS };
        let mut world = World::new(Link { delay_us: 20_000, ..Link::default() }, hosts, packet_ms, 1);
        world.run(4000);
        let sound = world.last(3000);
        let snr = snr(sound, rate, 440.0);
        assert!(snr > 20.0, "{rate} Hz, {channels} channels, {packet_ms} ms: {snr:.1} dB");
        assert_eq!(holes(sound, rate), 0, "{rate} Hz");
        assert!((rms(sound) / (0.4 * 32_768.0 / 2f64.sqrt()) - 1.0).abs() < 0.1, "{rate} Hz: {}", rms(sound));
        assert_eq!(world.missing(), 0);
    }
}

/// From the push of a click to its pull.
fn click_latency(packet_ms: u32, pull_ms: u32, seed: u64) -> f64 {
    let hosts = Hosts { push_ms: 10, pull_ms, ..HOSTS };
    let mut world = World::new(Link { delay_us: 500, jitter_us: 500, ..Link::default() }, hosts, packet_ms, seed);
    // The click is a burst of 2 ms at second 3, in silence.
    world.source = |at| if (3.0..3.002).contains(&at) { 0.9 } else { 0.0 };
    world.run(4000);
    let peak = world.sound.iter().position(|sample| sample.unsigned_abs() > 4000).expect("the click is heard");
    // The pull of sample n happens at 3 ms plus n; the push of the click at 3 s.
    3.0 + peak as f64 / 48.0 - 3000.0
}

#[test]
fn a_click_takes_less_than_sixty_milliseconds() {
    for seed in 0..5 {
        let latency = click_latency(20, 10, seed);
        assert!((10.0..60.0).contains(&latency), "{latency:.1} ms");
    }
    assert!(click_latency(60, 20, 1) < 130.0);
}

#[test]
fn jitter_is_absorbed_and_the_delay_follows_it() {
    for (jitter_ms, most) in [(0, 60), (20, 90), (60, 150), (150, 280)] {
        for seed in 0..3 {
            let link = Link { delay_us: 30_000, jitter_us: jitter_ms * 1000, ..Link::default() };
            let mut world = World::new(link, HOSTS, 20, seed);
            world.run(5000);
            world.run(15_000);
            let sound = world.last(12_000);
            let (holes, snr) = (holes(sound, 48_000), snr(sound, 48_000, 440.0));
            assert!(holes <= 12, "{jitter_ms} ms, seed {seed}: {holes} holes of 5 ms in 12 s");
            assert!(snr > 15.0, "{jitter_ms} ms, seed {seed}: {snr:.1} dB");
            let delays = &world.delays[world.delays.len() / 2..];
            let mean = delays.iter().sum::<u32>() / delays.len() as u32;
            assert!(mean < most, "{jitter_ms} ms, seed {seed}: {mean} ms");
        }
    }
}

#[test]
fn the_delay_shrinks_again_when_the_network_calms_down() {
    let mut world = World::new(Link { delay_us: 30_000, jitter_us: 150_000, ..Link::default() }, HOSTS, 20, 4);
    world.run(8000);
    let before = *world.delays.last().unwrap();
    world.link.jitter_us = 0;
    world.run(20_000);
    let after = *world.delays.last().unwrap();
    assert!(before > 80 && after < 60, "{before} ms, then {after} ms");
    assert_eq!(holes(world.last(10_000), 48_000), 0);
}

#[test]
fn clocks_that_differ_neither_grow_the_delay_nor_tear_the_sound() {
    for (push_ppm, pull_ppm) in [(300, 0), (-300, 0), (0, 300), (0, -300), (2000, -2000), (-2000, 2000)] {
        let hosts = Hosts { push_ppm, pull_ppm, ..HOSTS };
        let mut world = World::new(Link { delay_us: 20_000, jitter_us: 5000, ..Link::default() }, hosts, 20, 7);
        world.run(60_000);
        let context = format!("{push_ppm} and {pull_ppm} ppm");
        let late = &world.delays[world.delays.len() * 3 / 4..];
        assert!(late.iter().all(|delay| *delay < 110), "{context}: {:?} ms", late.iter().max());
        let sound = world.last(50_000);
        assert!(holes(sound, 48_000) <= 4, "{context}: {} holes", holes(sound, 48_000));
        assert!(snr(sound, 48_000, 440.0) > 18.0, "{context}");
        let stats = world.engines[1].stats();
        assert!(stats.received.concealed_ms < 400, "{context}: {stats:?}");
        assert!(world.ports[0].queued_ms() <= 40, "{context}: {} ms wait to be sent", world.ports[0].queued_ms());
    }
}

#[test]
fn lost_packets_are_made_up_for() {
    for (lost, least_snr) in [(20, 18.0), (100, 6.0), (200, 3.0)] {
        let mut world = World::new(Link { lost, delay_us: 20_000, jitter_us: 3000 }, HOSTS, 20, 9);
        world.engines[0].set_loss(lost as u32 / 10);
        world.run(20_000);
        let stats = world.engines[1].stats();
        let sound = world.last(15_000);
        assert!(u64::from(stats.received.loss_permille).abs_diff(lost) <= 90, "{stats:?}");
        assert!(world.missing().abs_diff(lost) <= lost, "about one in {}: {stats:?}", 1000 / lost);
        assert!(
            snr(sound, 48_000, 440.0) > least_snr,
            "{lost} per mille: {:.1} dB, {stats:?}",
            snr(sound, 48_000, 440.0)
        );
        // Silence only where much was lost in a row.
        let (holes, unknown_ms) = (holes(sound, 48_000), stats.received.concealed_ms - stats.received.recovered_ms);
        assert!(holes as u64 * 5 <= unknown_ms, "{lost} per mille: {holes}, {stats:?}");
        assert!(lost > 100 || holes < 30, "{lost} per mille: {holes}");
        assert!(stats.received.delay_ms < 150, "{stats:?}");
    }
}

#[test]
fn an_outage_fades_out_and_the_sound_comes_back_without_its_delay() {
    let mut world = World::new(Link { delay_us: 20_000, ..Link::default() }, HOSTS, 20, 3);
    world.run(2000);
    world.link.delay_us = 3_000_000;
    world.run(1000);
    assert!(rms(world.last(300)) < 100.0, "it fades to silence: {}", rms(world.last(300)));
    // Everything that was held up arrives at once.
    world.flying.hurry(us(world.now));
    world.link.delay_us = 20_000;
    world.run(6000);
    assert!(snr(world.last(2000), 48_000, 440.0) > 20.0);
    assert!(*world.delays.last().unwrap() < 300, "{:?}", world.delays.last());
    world.run(15_000);
    assert!(*world.delays.last().unwrap() < 80, "{:?}", world.delays.last());
}

/// libwebrtc probes a path with packets of the sound's stream that are nothing but padding.
#[test]
fn padding_is_not_lost_sound() {
    let mut world = World::new(Link { delay_us: 10_000, ..Link::default() }, HOSTS, 20, 3);
    for _ in 0..30 {
        world.run(200);
        world.sequence = world.sequence.wrapping_add(1);
        let sequence = world.sequence;
        world.engines[1].handle_packet(us(world.now), PEER, sequence, 0, &[]);
    }
    let stats = world.engines[1].stats();
    assert_eq!((world.missing(), stats.received.loss_permille, stats.received.concealed_ms), (0, 0, 0), "{stats:?}");
    assert_eq!(holes(world.last(5000), 48_000), 0);
}

#[test]
fn levels_tell_what_is_sent_and_heard_and_fall_to_nothing() {
    let mut world = World::new(Link { delay_us: 5000, ..Link::default() }, HOSTS, 20, 3);
    world.run(2000);
    let expected = (0.4 * 32_767.0 / 2f64.sqrt()) as u32;
    assert!(world.ports[0].levels().0.abs_diff(expected) < 200, "{:?}", world.ports[0].levels());
    assert!(world.ports[1].levels().1.abs_diff(expected) < 600, "{:?}", world.ports[1].levels());
    world.pushing = false;
    world.run(1500);
    assert_eq!(world.ports[0].levels().0, 0);
    assert_eq!(world.ports[1].levels().1, 0);
}

#[test]
fn a_host_that_pulls_late_does_not_hear_old_sound() {
    let mut world = World::new(Link::default(), HOSTS, 20, 3);
    // Nobody pulls for 10 s, while the tone comes in.
    world.pulled = 1000;
    world.run(10_000);
    world.source = |_| 0.0;
    world.run(2000);
    assert!(rms(world.last(1000)) < 50.0, "{}", rms(world.last(1000)));
    assert!(*world.delays.last().unwrap() < 100);
}

/// A machine that is too busy: the host does not come to pull for a while, and then goes on.
#[test]
fn a_host_that_was_away_in_the_middle_of_the_sound_hears_it_again_at_once() {
    for away in (100..=3000).step_by(100) {
        let mut world = World::new(Link::default(), HOSTS, 20, 3);
        world.run(2000);
        world.pulled += away / u64::from(HOSTS.pull_ms);
        world.run(away + 2000);
        let (clean, delay) = (snr(world.last(1000), 48_000, 440.0), *world.delays.last().unwrap());
        assert!(clean > 20.0 && holes(world.last(1000), 48_000) == 0, "after {away} ms: {clean} dB");
        assert!(delay < 300, "after {away} ms: {delay} ms behind");
    }
}
