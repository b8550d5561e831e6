//! PCM and Opus, how it is encoded, and delivery at our pace.

use crate::world::*;
use std::sync::Arc;
use tgcall::media::audio::{AudioConfig, AudioEngine, AudioEvent, AudioPort, Coding};
use tgcall::random::Random;

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
                    let AudioEvent::Frame { key: None, samples, rate: 48_000, channels: 1 } = event else {
                        panic!("{event:?}")
                    };
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
