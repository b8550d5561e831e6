//! Sound from one host's push to the other's pull, in virtual time: quality, delay, loss, jitter, clocks, playlists.

#![cfg(feature = "opus")]

use std::f64::consts::TAU;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tgcall::media::audio::{AudioConfig, AudioEngine, AudioEvent, AudioPort, Bell, Coding, Encoded, SoundDropped};
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::types::Ssrc;

fn us(micros: u64) -> Time {
    Time::ZERO + Duration::from_micros(micros)
}

/// Whose sound it is.
const PEER: Ssrc = Ssrc(1);

/// The network between the two, one way.
#[derive(Clone, Copy, Default)]
struct Link {
    /// Per mille.
    lost: u64,
    delay_us: u64,
    jitter_us: u64,
}

/// A host that pushes and one that pulls, each with a clock of its own.
#[derive(Clone, Copy)]
struct Hosts {
    push_rate: u32,
    push_ms: u32,
    /// How much faster the clock runs, in parts per million.
    push_ppm: i64,
    pull_rate: u32,
    pull_ms: u32,
    pull_ppm: i64,
    channels: u32,
}

const HOSTS: Hosts =
    Hosts { push_rate: 48_000, push_ms: 20, push_ppm: 0, pull_rate: 48_000, pull_ms: 10, pull_ppm: 0, channels: 1 };

struct World {
    now: u64,
    link: Link,
    hosts: Hosts,
    dice: Random,
    ports: [Arc<AudioPort>; 2],
    engines: [AudioEngine; 2],
    flying: Vec<(u64, u16, Encoded)>,
    sequence: u16,
    pushed: u64,
    pulled: u64,
    sound: Vec<i16>,
    delays: Vec<u32>,
    /// The sound that is pushed, by sample.
    source: fn(f64) -> f64,
    pushing: bool,
    /// Pushes that come at once.
    burst: u64,
}

fn tone(at: f64) -> f64 {
    (at * 440.0 * TAU).sin() * 0.4
}

impl World {
    fn new(link: Link, hosts: Hosts, packet_ms: u32, seed: u64) -> World {
        let mut dice = Random::from_seed(seed);
        let ports = [0, 1].map(|_| Arc::new(AudioPort::new(Arc::default())));
        let config = AudioConfig { packet_ms, ..AudioConfig::default() };
        let mut engines = [0, 1].map(|side| AudioEngine::new(us(0), &ports[side], dice.fork(), config));
        for engine in &mut engines {
            engine.set_active(us(0), true);
        }
        World {
            now: 0,
            link,
            hosts,
            dice,
            ports,
            engines,
            flying: Vec::new(),
            sequence: 65_500,
            pushed: 0,
            pulled: 0,
            sound: Vec::new(),
            delays: Vec::new(),
            source: tone,
            pushing: true,
            burst: 1,
        }
    }

    /// When a host's clock has counted so many milliseconds.
    fn host_time(ms: u64, ppm: i64) -> u64 {
        let us = ms as i64 * 1000;
        (us - us * ppm / 1_000_000) as u64
    }

    fn run(&mut self, ms: u64) {
        let end = self.now + ms * 1000;
        while self.now < end {
            self.turn();
            self.now += 500;
        }
    }

    fn turn(&mut self) {
        let hosts = self.hosts;
        while Self::host_time(self.pushed / self.burst * self.burst * u64::from(hosts.push_ms), hosts.push_ppm)
            <= self.now
        {
            let frames = u64::from(hosts.push_rate * hosts.push_ms / 1000);
            let first = self.pushed * frames;
            let sample = |i: u64| (self.source)((first + i) as f64 / f64::from(hosts.push_rate)) as f32;
            let samples: Vec<f32> = (0..frames).flat_map(|i| vec![sample(i); hosts.channels as usize]).collect();
            if self.pushing {
                self.ports[0].push(hosts.push_rate, hosts.channels, &samples).unwrap();
            }
            self.pushed += 1;
        }
        let now = us(self.now);
        self.deliver();
        for engine in &mut self.engines {
            if engine.next_timeout().is_some_and(|at| at <= now) {
                engine.handle_timeout(now);
            }
        }
        while let Some(packet) = self.engines[0].poll_packet(now) {
            self.sequence = self.sequence.wrapping_add(1);
            if self.dice.below(1000) >= self.link.lost {
                let at = self.now + self.link.delay_us + self.dice.below(self.link.jitter_us + 1);
                self.flying.push((at, self.sequence, packet));
            }
        }
        self.deliver();
        while Self::host_time(self.pulled * u64::from(hosts.pull_ms), hosts.pull_ppm) + 3000 <= self.now {
            let frames = (hosts.pull_rate * hosts.pull_ms / 1000) as usize;
            let mut samples = vec![1i16; frames * hosts.channels as usize];
            self.ports[1].pull(hosts.pull_rate, hosts.channels, &mut samples).unwrap();
            self.sound.extend(samples.iter().step_by(hosts.channels as usize));
            self.delays.push(self.engines[1].stats().received.delay_ms);
            self.pulled += 1;
        }
    }

    fn deliver(&mut self) {
        let mut landed: Vec<_> = self.flying.extract_if(.., |(at, ..)| *at <= self.now).collect();
        landed.sort_by_key(|(at, sequence, _)| (*at, *sequence));
        for (at, sequence, packet) in landed {
            self.engines[1].handle_packet(us(at), PEER, sequence, packet.timestamp, &packet.payload);
        }
    }

    /// Packets with sound that were sent and did not come, but for those on their way.
    fn missing(&self) -> u64 {
        let [sent, received] =
            [self.engines[0].stats().packets_sent, self.engines[1].stats().received.packets_received];
        sent - received - self.flying.len() as u64
    }

    fn last(&self, ms: u32) -> &[i16] {
        &self.sound[self.sound.len() - (self.hosts.pull_rate / 1000 * ms) as usize..]
    }
}

/// How much of the sound is the tone of this frequency, in dB against all the rest, in pieces of 100 ms so that a shift
/// of the phase does not count: the median.
fn snr(samples: &[i16], rate: u32, frequency: f64) -> f64 {
    let mut pieces: Vec<f64> = samples
        .chunks_exact(rate as usize / 10)
        .map(|piece| {
            let (mut sine, mut cosine, mut total) = (0.0, 0.0, 0.0);
            for (i, sample) in piece.iter().enumerate() {
                let (s, c) = (i as f64 / f64::from(rate) * frequency * TAU).sin_cos();
                sine += f64::from(*sample) * s;
                cosine += f64::from(*sample) * c;
                total += f64::from(*sample).powi(2);
            }
            let tone = 2.0 * (sine * sine + cosine * cosine) / piece.len() as f64;
            10.0 * ((tone + 1.0) / (total - tone).max(1.0)).log10()
        })
        .collect();
    pieces.sort_by(f64::total_cmp);
    pieces[pieces.len() / 2]
}

fn rms(samples: &[i16]) -> f64 {
    (samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
}

/// Stretches of 5 ms in which nothing is to be heard.
fn holes(samples: &[i16], rate: u32) -> usize {
    samples.chunks_exact(rate as usize / 200).filter(|piece| rms(piece) < 200.0).count()
}

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
    world.flying.iter_mut().for_each(|(at, ..)| *at = world.now);
    world.link.delay_us = 20_000;
    world.run(6000);
    assert!(snr(world.last(2000), 48_000, 440.0) > 20.0);
    assert!(*world.delays.last().unwrap() < 300, "{:?}", world.delays.last());
    world.run(15_000);
    assert!(*world.delays.last().unwrap() < 80, "{:?}", world.delays.last());
}

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
    let woken = Arc::new(AtomicU32::new(0));
    let count = woken.clone();
    bell.set_wake(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    bell.set_heard(true);
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(us(0), true);
    assert_eq!(engine.poll_packet(us(0)), None);
    assert_eq!(engine.next_timeout(), None, "nothing to do until then");
    for step in 1..=10u64 {
        port.push(48_000, 1, &[500i16; 480]).unwrap();
        assert_eq!(u64::from(woken.load(Ordering::Relaxed)), step / 2);
        if step % 2 == 0 {
            assert!(engine.next_timeout().is_some());
            assert!(engine.poll_packet(us(step * 10_000)).is_some());
            assert_eq!(engine.poll_packet(us(step * 10_000)), None);
        }
    }
}

#[test]
fn encoded_sound_passes_through_untouched_both_ways() {
    let mut world = World::new(Link::default(), HOSTS, 20, 3);
    for port in &world.ports {
        port.set_coding(Coding::Opus, Coding::Opus).unwrap();
    }
    assert!(world.ports[0].push(48_000, 1, &[0i16; 960]).is_err(), "the call is on Opus");
    assert!(world.ports[1].pull(48_000, 1, &mut [0i16; 960]).is_err());
    assert!(world.ports[0].push_opus(0, &[]).is_err());
    // 20 ms of SILK each; the fifth comes after a pause of 40 ms.
    let packets: Vec<(u32, Vec<u8>)> =
        (0..10u32).map(|i| (i * 960 + if i >= 5 { 1920 } else { 0 }, vec![8, i as u8, 1, 2, 3])).collect();
    let mut sent = Vec::new();
    for (index, (timestamp, packet)) in packets.iter().enumerate() {
        let now = us(index as u64 * 20_000);
        world.ports[0].push_opus(*timestamp, packet).unwrap();
        sent.extend(std::iter::from_fn(|| world.engines[0].poll_packet(now)));
    }
    assert_eq!(
        sent.iter().map(|packet| &packet.payload).collect::<Vec<_>>(),
        packets.iter().map(|(_, p)| p).collect::<Vec<_>>()
    );
    assert_eq!(
        sent.iter().map(|packet| packet.marker).collect::<Vec<_>>(),
        (0..10).map(|i| i == 0 || i == 5).collect::<Vec<_>>()
    );
    let base = sent[0].timestamp;
    for (index, sent) in sent.iter().enumerate() {
        assert_eq!(sent.timestamp.wrapping_sub(base), packets[index].0);
    }
    // They arrive with the second and the third exchanged, and one doubled.
    let mut buffer = [0; 1275];
    assert_eq!(world.ports[1].pull_opus(&mut buffer).unwrap(), None);
    let engine = &mut world.engines[1];
    for index in [0usize, 2, 1, 1, 3] {
        engine.handle_packet(us(0), PEER, index as u16, sent[index].timestamp, &sent[index].payload);
    }
    assert_eq!((engine.poll_event(), engine.poll_event()), (Some(AudioEvent::Ready), None), "told once");
    assert!(world.ports[1].pull_opus(&mut [0; 4]).is_err(), "the buffer is too small, and the packet stays");
    for index in 0..4 {
        let (size, timestamp) = world.ports[1].pull_opus(&mut buffer).unwrap().unwrap();
        assert_eq!((&buffer[..size], timestamp), (&packets[index].1[..], sent[index].timestamp));
    }
    assert_eq!(world.ports[1].pull_opus(&mut buffer).unwrap(), None);
    world.engines[1].handle_packet(us(0), PEER, 4, sent[4].timestamp, &sent[4].payload);
    assert_eq!(world.engines[1].poll_event(), Some(AudioEvent::Ready), "told again");
}

#[test]
fn each_direction_has_a_coding_of_its_own() {
    let mut world = World::new(Link::default(), HOSTS, 20, 3);
    world.ports[0].set_coding(Coding::Opus, Coding::Pcm).unwrap();
    world.ports[1].set_coding(Coding::Pcm, Coding::Opus).unwrap();
    assert_eq!(world.ports[0].codings(), (Coding::Opus, Coding::Pcm));
    assert!(world.ports[0].push(48_000, 1, &[0i16; 960]).is_err(), "Opus is to be pushed here");
    assert!(world.ports[1].push_opus(0, &[8, 0, 0]).is_err(), "and PCM there");
    let mut buffer = [0; 100];
    assert!(world.ports[0].pull_opus(&mut buffer).is_err());
    assert!(world.ports[1].pull(48_000, 1, &mut [0i16; 960]).is_err());
    let mut heard = false;
    for step in 0..20u16 {
        let now = us(u64::from(step) * 20_000);
        world.ports[0].push_opus(u32::from(step) * 960, &[8, step as u8, 9]).unwrap();
        let packet = world.engines[0].poll_packet(now).unwrap();
        assert_eq!(packet.payload, [8, step as u8, 9]);
        world.engines[1].handle_packet(now, PEER, step, packet.timestamp, &packet.payload);
        assert_eq!(world.engines[1].poll_event(), Some(AudioEvent::Ready));
        assert_eq!(world.ports[1].pull_opus(&mut buffer).unwrap(), Some((3, packet.timestamp)));
        assert_eq!(world.ports[1].pull_opus(&mut buffer).unwrap(), None);
        world.ports[1].push(48_000, 1, &[9000i16, -9000].repeat(480)).unwrap();
        let packet = world.engines[1].poll_packet(now).unwrap();
        world.engines[0].handle_packet(now, PEER, step, packet.timestamp, &packet.payload);
        assert_eq!(world.engines[0].poll_event(), None, "PCM is pulled at the host's pace");
        heard |= world.ports[0].pull(48_000, 1, &mut [0i16; 960]).unwrap();
    }
    assert!(heard);
    // What waits of the other coding goes, and nothing else does.
    world.ports[0].push_opus(20 * 960, &[8, 0, 9]).unwrap();
    world.ports[0].set_coding(Coding::Opus, Coding::Opus).unwrap();
    assert_eq!(world.ports[0].queued_ms(), 20);
    world.ports[0].set_coding(Coding::Pcm, Coding::Opus).unwrap();
    assert_eq!(world.ports[0].queued_ms(), 0);
    assert_eq!(world.engines[0].poll_packet(us(400_000)), None);
}

#[test]
fn the_encoding_changes_within_a_call_from_the_next_packet_on() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    // Before there is an engine.
    port.set_encoding(64_000, 40, 0).unwrap();
    for (bits_per_s, packet_ms, channels) in [(5999, 0, 0), (510_001, 0, 0), (0, 10, 0), (0, 21, 0), (0, 0, 3)] {
        assert!(port.set_encoding(bits_per_s, packet_ms, channels).is_err());
    }
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(us(0), true);
    let mut dice = Random::from_seed(2);
    let mut step = 0;
    let mut talk = |set: (u32, u32, u32)| {
        port.set_encoding(set.0, set.1, set.2).unwrap();
        let mut packets = Vec::new();
        for _ in 0..120 {
            let samples: Vec<i16> = (0..1920).map(|_| dice.u32() as i16 / 4).collect();
            port.push(48_000, 2, &samples).unwrap();
            packets.extend(std::iter::from_fn(|| engine.poll_packet(us(step * 20_000))));
            step += 1;
        }
        // What was pushed and what is sent is as long, whatever changes in between.
        assert!(packets.windows(2).all(|two| two[1].timestamp.wrapping_sub(two[0].timestamp) == two[0].duration));
        let last = packets.last().unwrap();
        let bytes: usize = packets[packets.len() / 2..].iter().map(|packet| packet.payload.len()).sum();
        let samples: u32 = packets[packets.len() / 2..].iter().map(|packet| packet.duration).sum();
        (bytes as u64 * 8 * 48_000 / u64::from(samples), last.duration / 48, last.payload[0] >> 2 & 1)
    };
    for (set, rate, packet_ms, stereo) in [
        ((0, 0, 0), 64_000, 40, 0),
        ((16_000, 60, 0), 16_000, 60, 0),
        ((96_000, 20, 2), 96_000, 20, 1),
        ((48_000, 0, 0), 48_000, 20, 1),
        ((0, 0, 1), 48_000, 20, 0),
    ] {
        let (told, length, is_stereo) = talk(set);
        assert!(told.abs_diff(rate) < rate / 4, "{set:?}: {told} bits per second");
        assert_eq!((length, u32::from(is_stereo)), (packet_ms, stereo), "{set:?}");
    }
}

/// Left sounds, right does not.
#[test]
fn stereo_arrives_as_stereo_where_it_was_asked_for() {
    for (channels, rate) in [(1, 48_000), (2, 48_000), (2, 44_100)] {
        let mut world = World::new(Link::default(), HOSTS, 20, 3);
        world.ports[0].set_encoding(64_000, 0, channels).unwrap();
        let mut heard = [Vec::new(), Vec::new()];
        for step in 0..100u64 {
            let frames = u64::from(rate) / 50;
            let sample = |i| (tone((step * frames + i) as f64 / f64::from(rate)) * 32_767.0) as i16;
            let samples: Vec<i16> = (0..frames).flat_map(|i| [sample(i), 0]).collect();
            world.ports[0].push(rate, 2, &samples).unwrap();
            while let Some(packet) = world.engines[0].poll_packet(us(step * 20_000)) {
                world.engines[1].handle_packet(us(step * 20_000), PEER, step as u16, packet.timestamp, &packet.payload);
            }
            let mut pulled = [0i16; 1920];
            world.ports[1].pull(48_000, 2, &mut pulled).unwrap();
            pulled.chunks_exact(2).for_each(|frame| (0..2).for_each(|side| heard[side].push(frame[side])));
        }
        let [left, right] = heard.each_ref().map(|side| rms(&side[48_000..]));
        let expected = if channels == 1 { 4633.0 } else { 9267.0 };
        assert!((left / expected - 1.0).abs() < 0.1, "{channels} channels: left {left}");
        assert!(if channels == 1 { (right / left - 1.0).abs() < 0.01 } else { right < left / 10.0 }, "right {right}");
    }
}

/// The same call twice: once the host pulls every 20 ms, once it is handed over.
#[test]
fn what_is_delivered_comes_no_later_than_what_is_pulled_at_that_pace() {
    let [pulled, delivered] = [false, true].map(|delivered| {
        let mut world = World::new(Link::default(), HOSTS, 20, 3);
        let port = world.ports[1].clone();
        if delivered {
            port.set_delivery(20, 48_000, 1).unwrap();
            assert!(port.pull(48_000, 1, &mut [0i16; 960]).is_err());
            assert!(port.set_coding(Coding::Pcm, Coding::Opus).is_err());
            world.engines[1].set_active(us(0), true);
        }
        let (mut heard, mut samples) = (None, 0u64);
        for ms in 0..4000u64 {
            let now = us(ms * 1000);
            if ms % 20 == 0 {
                let level = if ms >= 2000 { 12_000 } else { 0 };
                let sound: Vec<i16> = (0..960).map(|i| if i / 24 % 2 == 0 { level } else { -level }).collect();
                world.ports[0].push(48_000, 1, &sound).unwrap();
            }
            while let Some(packet) = world.engines[0].poll_packet(now) {
                world.sequence = world.sequence.wrapping_add(1);
                world.engines[1].handle_packet(now, PEER, world.sequence, packet.timestamp, &packet.payload);
            }
            let mut frames = Vec::new();
            if delivered {
                if world.engines[1].next_timeout().is_some_and(|at| at <= now) {
                    world.engines[1].handle_timeout(now);
                }
                while let Some(event) = world.engines[1].poll_event() {
                    let AudioEvent::Frame { samples, rate: 48_000, channels: 1 } = event else { panic!("{event:?}") };
                    frames.push(samples);
                }
                assert_eq!(frames.len(), usize::from(ms % 20 == 0 && ms > 0), "at {ms} ms");
            } else if ms % 20 == 0 && ms > 0 {
                let mut samples = vec![0; 960];
                port.pull(48_000, 1, &mut samples).unwrap();
                frames.push(samples);
            }
            for frame in frames {
                assert_eq!(frame.len(), 960);
                samples += 960;
                let loud = frame.iter().position(|sample| sample.unsigned_abs() > 3000);
                // When it is played, if it is played from this moment on.
                heard = heard.or(loud.filter(|_| ms > 2000).map(|at| ms * 48 + at as u64));
            }
        }
        assert_eq!(samples, 199 * 960, "silence included");
        heard.unwrap() - 2000 * 48
    });
    assert!(pulled <= 60 * 48, "{pulled} samples");
    assert!(delivered <= pulled + 10 * 48, "{delivered} samples, pulled {pulled}");
}

#[test]
fn a_host_that_holds_us_up_gets_a_second_and_no_more() {
    let port = Arc::new(AudioPort::new(Arc::default()));
    let mut engine = AudioEngine::new(us(0), &port, Random::from_seed(1), AudioConfig::default());
    port.set_delivery(40, 8000, 2).unwrap();
    let frames = |engine: &mut AudioEngine, at_ms: u64| {
        engine.handle_timeout(us(at_ms * 1000));
        std::iter::from_fn(|| engine.poll_event()).count()
    };
    assert_eq!((frames(&mut engine, 500), engine.stats().undelivered_ms), (0, 0), "there is no path yet");
    engine.set_active(us(1_000_000), true);
    assert!(engine.next_timeout().is_some_and(|at| at <= us(1_040_000)));
    assert_eq!((frames(&mut engine, 1039), frames(&mut engine, 1040)), (0, 1));
    // While another path is looked for it goes on.
    engine.set_active(us(1_050_000), false);
    assert_eq!(engine.next_timeout(), Some(us(1_080_000)));
    assert_eq!((frames(&mut engine, 1440), engine.stats().undelivered_ms), (10, 0), "late, and all of it");
    assert_eq!((frames(&mut engine, 11_440), engine.stats().undelivered_ms), (25, 9000));
    assert_eq!((frames(&mut engine, 11_479), frames(&mut engine, 11_480)), (0, 1));
    // An hour and a day later it is done as soon.
    assert_eq!(frames(&mut engine, 11_480 + 90_000_000), 25);
    port.set_delivery(0, 0, 0).unwrap();
    assert_eq!((engine.poll_packet(us(200_000_000_000)), frames(&mut engine, 200_000_000)), (None, 0));
    assert_eq!(port.pull(8000, 1, &mut [0i16; 80]).ok(), Some(false), "it is pulled again");
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
