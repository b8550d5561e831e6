//! What hosts do with the sound of a call: every rate, every packet length, Opus untouched, and the microphone's switch.

use crate::post::Faults;
use crate::tone::tone;
use crate::world::*;
use std::time::Duration;
use tgcall::client::{CallState, Stat};
use tgcall::media::audio::Coding;
use tgcall::sim::network::Link;

const ALL: Servers = Servers { turn: true, reflector_udp: true, reflector_tcp: true };
const RELAY_TCP: Servers = Servers { turn: false, reflector_udp: false, reflector_tcp: true };
const VERSIONS: [&str; 5] = ["7.0.0", "8.0.0", "9.0.0", "12.0.0", "13.0.0"];

/// Everybody's packets hold so much.
fn set_packets(world: &World, packet_ms: u32) {
    world.everyone().for_each(|side| world.line(side).port.set_encoding(0, packet_ms, 0).unwrap());
}

#[test]
fn every_rate_and_packet_length_carries_the_tone() {
    let sound = |rate, channels, chunk_ms| Sound { rate, channels, chunk_ms };
    let pairs = [
        [sound(8_000, 1, 20), sound(48_000, 2, 10)],
        [sound(16_000, 2, 10), sound(8_000, 2, 60)],
        [sound(48_000, 1, 20), sound(16_000, 1, 20)],
        [sound(44_100, 2, 20), sound(48_000, 1, 30)],
    ];
    for pair in pairs {
        for packet_ms in [20, 60] {
            let mut world = World::new(Setting { sound: pair.into(), ..Setting::default() });
            set_packets(&world, packet_ms);
            world.connect();
            world.run(secs(1));
            world.talk(secs(2));
            let sent = world.each(|side| world.stat(side, Stat::PacketsSent).unwrap());
            world.run(secs(3));
            for side in world.everyone() {
                let rate = world.stat(side, Stat::PacketsSent).unwrap() - sent[side];
                assert!((149..=151).contains(&rate) || (49..=51).contains(&rate), "{pair:?}: {rate} packets in 3 s");
            }
        }
    }
}

/// Whether and how long after `world.now` the other side was told that we are (not) muted.
fn told(world: &World, side: usize, muted: bool, since: tgcall::time::Time) -> Option<Duration> {
    let (when, what) = *world.line(other(side)).muted.last()?;
    (what == muted && when >= since).then(|| when.since(since))
}

#[test]
fn the_microphones_switch_is_seen_by_the_other_side_over_either_way() {
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Way {
        Both,
        /// Nothing passes through Telegram.
        DataChannel,
        /// Nothing passes through the network.
        Signaling,
    }
    for version in VERSIONS {
        for (side, way) in
            [CALLER, CALLEE].into_iter().flat_map(|s| [Way::Both, Way::DataChannel, Way::Signaling].map(|w| (s, w)))
        {
            let context = format!("{version}, {side}, {way:?}");
            let mut world = World::new(Setting { version, ..Setting::default() });
            world.connect();
            world.run(secs(2));
            assert_eq!(
                world.line(other(side)).muted.last().map(|(_, muted)| *muted),
                Some(false),
                "{context}: at first"
            );
            match way {
                Way::Both => {}
                Way::DataChannel => world.post.faults = Faults { lost_percent: 100, ..Faults::default() },
                Way::Signaling => {
                    let hosts = world.each(|side| world.sides[side].host);
                    world.network.set_cut(hosts[0], hosts[1], true);
                }
            }
            for muted in [true, false] {
                let (now, count) = (world.now, world.line(other(side)).muted.len());
                world.mute(side, muted);
                world.run(ms(900));
                let after = told(&world, side, muted, now).unwrap_or_else(|| world.panic(&context));
                assert!(after <= ms(100), "{context}: told after {after:?}");
                assert_eq!(world.line(other(side)).muted.len(), count + 1, "{context}: told once");
                if way != Way::Signaling {
                    let audible = world.heard(other(side), ms(400)).audible(tone_of(side));
                    assert!(if muted { audible == 0 } else { audible >= 990 }, "{context}: {audible}");
                    // The other direction goes on.
                    assert!(world.heard(side, ms(400)).audible(tone_of(other(side))) >= 990, "{context}");
                }
            }
        }
    }
}

#[test]
fn an_old_word_that_signaling_brings_late_does_not_mute_again() {
    for version in VERSIONS {
        let mut world = World::new(Setting { version, ..Setting::default() });
        world.connect();
        world.run(secs(2));
        world.post.faults.delay = secs(1);
        for muted in [true, false, true, false] {
            world.mute(CALLER, muted);
            world.run(ms(300));
        }
        world.run(secs(5));
        let told: Vec<bool> = world.line(CALLEE).muted.iter().map(|(_, muted)| *muted).collect();
        assert_eq!(told, [false, true, false, true, false], "{version}");
    }
}

#[test]
fn who_is_muted_from_the_start_is_known_to_be() {
    for version in VERSIONS {
        let mut world = World::new(Setting { version, ..Setting::default() });
        world.mute(CALLEE, true);
        world.connect();
        world.run(secs(2));
        let told: Vec<bool> = world.line(CALLER).muted.iter().map(|(_, muted)| *muted).collect();
        assert_eq!(told, [true], "{version}");
        assert_eq!(world.stat(CALLEE, Stat::PacketsSent), Some(0), "{version}");
        world.mute(CALLEE, false);
        world.talk(secs(1));
    }
}

#[test]
fn sound_of_the_host_that_is_thrown_away_is_told() {
    let mut world = World::new(Setting::default());
    world.connect();
    world.run(secs(1));
    let before = world.report(CALLER)["media"]["sound"]["dropped_ms"].clone();
    assert!(before["inactive"].as_u64().unwrap() > 100, "while there was no way: {before}");
    assert_eq!(world.stat(CALLER, Stat::SoundDroppedMs), Some(0), "{before}");
    // 2 s at once are far more than any burst.
    let port = world.line(CALLER).port.clone();
    for chunk in 0..100 {
        port.push(16_000, 1, &tone(tone_of(CALLER), 16_000, 1, chunk * 320, 320)).unwrap();
    }
    world.run(secs(1));
    let overflow = world.report(CALLER)["media"]["sound"]["dropped_ms"]["overflow"].as_u64().unwrap();
    assert!((1200..=1400).contains(&overflow), "{overflow} ms of 2 s where 720 ms fit");
    assert!(world.stat(CALLER, Stat::SoundDroppedMs).unwrap() >= overflow as i64);
    let words = format!("{overflow} ms more than the queue holds");
    assert!(world.text(CALLER).contains(&words), "{words}: {}", world.text(CALLER));
    assert_eq!(world.stat(CALLEE, Stat::SoundDroppedMs), Some(0), "nobody pushed too much there");
}

#[test]
fn a_playlist_waits_for_the_call_and_its_end_is_told() {
    for packet_ms in [20, 40, 60] {
        let mut world = World::new(Setting::default());
        set_packets(&world, packet_ms);
        let port = world.line(CALLER).port.clone();
        world.sides[CALLER].lines[0].speaks = false;
        port.set_queue(3000).unwrap();
        // 2.4 s before there is any way.
        for chunk in 0..120 {
            port.push(16_000, 1, &tone(tone_of(CALLER), 16_000, 1, chunk * 320, 320)).unwrap();
        }
        world.connect();
        let connected = world.now;
        world.run(secs(4));
        let audible = world.heard(CALLEE, secs(4)).audible(tone_of(CALLER));
        // 2.4 s, and what is made up until it is clear that nothing follows.
        assert!((595..=640).contains(&audible), "{packet_ms} ms: {audible} of 1000 of 4 s");
        let played: Vec<Duration> = world.sides[CALLER]
            .events
            .iter()
            .filter(|(.., what)| what == "AudioPlayed")
            .map(|(when, ..)| when.since(connected))
            .collect();
        assert_eq!(played.len(), 1, "{packet_ms} ms: {played:?}");
        assert!((ms(2340)..ms(2500)).contains(&played[0]), "{packet_ms} ms: {played:?}");
    }
}

#[test]
fn a_playlist_waits_while_there_is_no_way() {
    let mut world = World::new(Setting::default());
    let port = world.line(CALLER).port.clone();
    world.sides[CALLER].lines[0].speaks = false;
    port.set_queue(8000).unwrap();
    world.connect();
    for chunk in 0..300 {
        port.push(16_000, 1, &tone(tone_of(CALLER), 16_000, 1, chunk * 320, 320)).unwrap();
    }
    world.run(secs(2));
    let (host, address) = (world.sides[CALLEE].host, ip("203.0.113.1"));
    world.network.set_down(host, address, true);
    world.run(secs(10));
    assert!(port.queued_ms() > 1000, "{} ms are left of 6000", port.queued_ms());
    world.network.set_down(host, address, false);
    world.run(secs(8));
    assert_eq!(port.queued_ms(), 0);
    // 6 s, less the 2.5 s that were sent before the silence was noticed.
    let heard_ms = world.heard(CALLEE, secs(21)).audible(tone_of(CALLER)) * 21;
    assert!((3300..=4000).contains(&heard_ms), "{heard_ms} ms were heard");
}

#[test]
fn a_way_that_becomes_shorter_is_hardly_heard() {
    // From relays on other continents to the next room: what is on its way arrives after what is sent later.
    for delay in [40, 80, 150] {
        let link = Link { delay: ms(delay), jitter: ms(5), ..Link::default() };
        let mut world = World::new(Setting { link, ..Setting::default() });
        world.connect();
        world.run(secs(5));
        for side in world.everyone() {
            *world.network.link_mut(world.sides[side].host) = Link::default();
        }
        world.run(secs(3));
        for side in world.everyone() {
            let audible = world.heard(side, secs(3)).audible(tone_of(other(side)));
            assert!(audible >= 980, "from {delay} ms, side {side}: {audible} of 1000");
        }
    }
}

#[test]
fn a_host_whose_loop_turns_seldom_has_a_call_all_the_same() {
    for (lag, servers) in [(20, Servers::default()), (50, ALL), (100, Servers::default()), (100, RELAY_TCP)] {
        let setting = Setting { lag: ms(lag), p2p_allowed: servers != RELAY_TCP, servers, ..Setting::default() };
        let mut world = World::new(setting);
        let took = world.connect();
        assert!(took < secs(2), "{lag} ms: {took:?}");
        // The jitter buffer has to find out how much it takes.
        world.run(secs(3));
        for side in world.everyone() {
            world.run(secs(3));
            let audible = world.heard(side, secs(3)).audible(tone_of(other(side)));
            assert!(audible >= 980, "{lag} ms, side {side}: {audible} of 1000");
            assert_eq!(world.line(side).path(), [CallState::Connecting, CallState::Active], "{lag} ms");
        }
    }
}

#[test]
fn the_microphones_switch_is_seen_through_loss() {
    let link = Link { loss_permille: 100, ..Link::default() };
    let mut world = World::new(Setting { link, ..Setting::default() });
    world.connect();
    world.run(secs(2));
    world.post.faults = Faults { lost_percent: 100, ..Faults::default() };
    for round in 0..6 {
        let (side, muted, now) = (round % 2, round / 2 % 2 == 0, world.now);
        world.mute(side, muted);
        world.run_until(secs(4), "told of the microphone", |world| told(world, side, muted, now).is_some());
    }
}

#[test]
fn encoded_sound_passes_through_a_call_untouched() {
    for version in ["9.0.0", "13.0.0"] {
        let mut world = World::new(Setting { version, ..Setting::default() });
        for side in world.everyone() {
            world.line(side).port.set_coding(Coding::Opus, Coding::Opus).unwrap();
        }
        world.connect();
        // 20 ms of SILK each; the side and the number are in it.
        let packet = |side: usize, number: u32| [&[8, side as u8][..], &number.to_be_bytes()].concat();
        let mut received = [Vec::new(), Vec::new()];
        for number in 0..200 {
            for side in world.everyone() {
                world.line(side).port.push_opus(number * 960, &packet(side, number)).unwrap();
            }
            world.run(ms(20));
            for side in world.everyone() {
                let mut buffer = [0; 1275];
                while let Some((size, timestamp)) = world.line(side).port.pull_opus(&mut buffer).unwrap() {
                    received[side].push((timestamp, buffer[..size].to_vec()));
                }
            }
        }
        for side in world.everyone() {
            let is_ready = |event: &&(_, _, String)| event.2 == "AudioReady";
            assert!(world.sides[side].events.iter().filter(is_ready).count() > 150, "told each time");
            // The last are on their way.
            assert!(received[side].len() >= 196, "{version}: {}", received[side].len());
            let first = received[side][0].0;
            for (index, (timestamp, bytes)) in received[side].iter().enumerate() {
                assert_eq!(bytes, &packet(other(side), index as u32), "{version}");
                assert_eq!(timestamp.wrapping_sub(first), index as u32 * 960, "{version}");
            }
        }
    }
}

#[test]
fn delivered_sound_comes_at_its_pace_and_a_second_of_it_waits() {
    let mut world = World::new(Setting::default());
    let port = world.line(CALLER).port.clone();
    // What this host sends is encoded, and it has no device that pulls.
    port.set_coding(Coding::Opus, Coding::Pcm).unwrap();
    port.set_delivery(20, 16_000, 1).unwrap();
    world.connect();
    let frames = |world: &World| {
        let is_frame = |event: &&(_, _, String)| event.2 == "AudioFrame { 320 samples, 16000 Hz, 1 channels }";
        world.sides[CALLER].events.iter().filter(is_frame).count()
    };
    let before = frames(&world);
    world.run(secs(3));
    assert!((149..=151).contains(&(frames(&world) - before)), "{}", frames(&world) - before);
    assert!(world.stat(CALLER, Stat::SoundUndeliveredMs).is_some_and(|ms| ms == 0));
    // A host that runs the timers and takes no events.
    let now = world.now;
    let client = &mut world.sides[CALLER].client;
    while client.poll_event().is_some() {}
    (1..=250).for_each(|step| client.handle_timeout(now + ms(step * 20)));
    let mut last = Vec::new();
    while let Some(event) = client.poll_event() {
        if let tgcall::client::EventKind::AudioFrame { samples, .. } = event.kind {
            last.push(samples);
        }
    }
    assert_eq!(last.len(), 50);
    assert_eq!(world.stat(CALLER, Stat::SoundUndeliveredMs), Some(4000));
}
