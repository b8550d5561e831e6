//! Pictures of private calls: in every version and role, from the first offer and in the middle, through losses, and with hosts
//! that do not do what they should.

use crate::pictures::show;
use crate::post::Faults;
use crate::world::*;
use tgcall::client::{CallState, Config, Stat, StreamId, StreamKind, Switches};
use tgcall::sim::network::Link;
use tgcall::types::VideoCodec::{H264, Vp8};
use tgcall::types::VideoSource::{self, Camera, Screen};

pub const VERSIONS: [&str; 5] = ["7.0.0", "8.0.0", "9.0.0", "12.0.0", "13.0.0"];

/// Both encode VP8 and decode it.
fn both(_: usize, config: &mut Config) {
    config.set_video_codecs(&[Vp8], &[H264, Vp8]).unwrap();
}

/// The caller does, the callee has never heard of pictures.
fn caller_only(side: usize, config: &mut Config) {
    if side == CALLER {
        both(side, config);
    }
}

pub fn setting() -> Setting {
    Setting { configure: both, ..Setting::default() }
}

/// Runs until a side sees so many more frames of a source.
#[track_caller]
pub fn until_seen(world: &mut World, side: usize, source: VideoSource, more: usize, within: std::time::Duration) {
    let wanted = world.pictures(side).count(source) + more;
    world.run_until(within, &format!("{side} sees {source:?}"), |world| {
        world.line(side).pictures.count(source) >= wanted
    });
}

#[track_caller]
pub fn sees(world: &mut World, side: usize, switches: Switches) {
    let told = world.pictures(side).theirs.last().map(|theirs| theirs.1);
    assert_eq!(told.unwrap_or_default(), switches, "what {side} was told");
    let call = world.line(side).call;
    assert_eq!(world.sides[side].client.switches(call).unwrap().1, switches);
}

#[test]
fn a_camera_is_seen_from_the_first_offer_on_in_each_version_and_role() {
    for version in VERSIONS {
        for showing in [vec![CALLER], vec![CALLEE], vec![CALLER, CALLEE]] {
            let shows = showing.iter().map(|side| (*side, Camera)).collect();
            let mut world = World::new(Setting { version, shows, ..setting() });
            world.connect();
            for side in &showing {
                until_seen(&mut world, other(*side), Camera, 30, secs(5));
                sees(&mut world, other(*side), Switches::CAMERA);
            }
            world.talk(secs(1));
            for side in world.everyone().filter(|side| !showing.contains(side)) {
                assert!(world.pictures(other(side)).seen.is_empty(), "{version}");
                sees(&mut world, other(side), Switches::default());
            }
        }
    }
}

#[test]
fn a_camera_is_switched_on_and_off_in_the_middle_by_either_and_by_both_at_once() {
    for version in VERSIONS {
        for showing in [vec![CALLER], vec![CALLEE], vec![CALLER, CALLEE]] {
            let mut world = World::new(Setting { version, ..setting() });
            world.connect();
            world.run(secs(2));
            for _ in 0..2 {
                for side in &showing {
                    world.wish(*side, |client, now, call| show(client, now, call, Camera));
                }
                for side in &showing {
                    until_seen(&mut world, other(*side), Camera, 20, secs(12));
                    sees(&mut world, other(*side), Switches::CAMERA);
                }
                for side in &showing {
                    world.wish(*side, |client, now, call| client.stop_video(now, call, Camera)).unwrap();
                }
                world.run(secs(4));
                for side in world.everyone() {
                    sees(&mut world, side, Switches::default());
                    assert_eq!(world.pictures(side).asked_now(Camera), None, "{version}");
                }
            }
            world.talk(secs(1));
        }
    }
}

#[test]
fn the_screen_takes_the_place_of_the_camera_and_gives_it_back() {
    let mut world = World::new(Setting { shows: vec![(CALLEE, Camera)], ..setting() });
    world.connect();
    until_seen(&mut world, CALLER, Camera, 20, secs(5));
    world.wish(CALLEE, |client, now, call| show(client, now, call, Screen));
    until_seen(&mut world, CALLER, Screen, 20, secs(8));
    sees(&mut world, CALLER, Switches::SCREEN);
    assert_eq!(world.pictures(CALLEE).asked_now(Camera), None);
    let own = world.wish(CALLEE, |client, _, call| client.switches(call)).unwrap().0;
    assert!(own.has(Switches::CAMERA) && own.has(Switches::SCREEN), "the host has not switched it off");
    let cameras = world.pictures(CALLER).count(Camera);
    world.run(secs(1));
    assert_eq!(world.pictures(CALLER).count(Camera), cameras);
    world.wish(CALLEE, |client, now, call| client.stop_video(now, call, Screen)).unwrap();
    until_seen(&mut world, CALLER, Camera, 20, secs(8));
    sees(&mut world, CALLER, Switches::CAMERA);
    world.talk(secs(1));
}

#[test]
fn a_pause_a_rotation_and_a_low_battery_reach_the_other_side() {
    let mut world = World::new(Setting { shows: vec![(CALLER, Camera)], ..setting() });
    world.connect();
    until_seen(&mut world, CALLEE, Camera, 20, secs(5));
    for degrees in [90, 180, 270, 0] {
        world.wish(CALLER, |client, now, call| client.set_video_rotation(now, call, Camera, degrees)).unwrap();
        world.run(ms(300));
        let seen = world.pictures(CALLEE).seen.last().copied().unwrap();
        assert_eq!(u32::from(seen.rotation), degrees);
        assert_eq!(world.pictures(CALLEE).theirs.last().map(|theirs| theirs.2), Some(degrees));
    }
    world.mute(CALLER, true);
    world.wish(CALLER, |client, now, call| client.set_low_battery(now, call, true)).unwrap();
    world.wish(CALLER, |client, now, call| client.set_video_paused(now, call, Camera, true)).unwrap();
    world.run(secs(1));
    let all = Switches::CAMERA.0 | Switches::CAMERA_PAUSED.0 | Switches::MUTED.0 | Switches::LOW_BATTERY.0;
    sees(&mut world, CALLEE, Switches(all));
    let before = world.pictures(CALLEE).seen.len();
    world.run(secs(1));
    assert_eq!(world.pictures(CALLEE).seen.len(), before, "it is paused");
    world.wish(CALLER, |client, now, call| client.set_video_paused(now, call, Camera, false)).unwrap();
    world.mute(CALLER, false);
    until_seen(&mut world, CALLEE, Camera, 20, secs(3));
    sees(&mut world, CALLEE, Switches(Switches::CAMERA.0 | Switches::LOW_BATTERY.0));
}

#[test]
fn who_has_no_codec_never_claims_to_see_and_a_camera_costs_it_nothing() {
    for shows in [vec![(CALLER, Camera)], vec![]] {
        let mut world = World::new(Setting { configure: caller_only, shows, ..Setting::default() });
        world.connect();
        world.run(secs(4));
        world.wish(CALLER, |client, now, call| show(client, now, call, Camera));
        world.run(secs(4));
        assert!(world.pictures(CALLER).asked.is_empty(), "nobody sees it");
        sees(&mut world, CALLEE, Switches::default());
        let call = world.line(CALLEE).call;
        let streams = world.sides[CALLEE].client.streams(call).unwrap();
        assert!(streams.iter().all(|stream| stream.0 >> 32 != StreamKind::VideoReceived as u64));
        world.talk(secs(1));
    }
}

#[test]
fn a_first_key_frame_that_is_lost_is_asked_for_again() {
    for showing in [CALLER, CALLEE] {
        let mut world = World::new(setting());
        world.connect();
        world.run(secs(4));
        world.wish(showing, |client, now, call| show(client, now, call, Camera));
        world.run_until(secs(10), "encodes", |world| world.line(showing).pictures.asked_now(Camera).is_some());
        // Nothing gets through while the first frames are sent.
        let host = world.sides[showing].host;
        world.network.link_mut(host).loss_permille = 1000;
        world.run(ms(1500));
        assert!(world.pictures(other(showing)).seen.is_empty());
        world.network.link_mut(host).loss_permille = 0;
        until_seen(&mut world, other(showing), Camera, 30, secs(5));
        assert!(world.pictures(showing).key_frames_wanted > 0);
        world.run(secs(1));
        world.talk(secs(1));
    }
}

#[test]
fn frames_are_seen_in_order_through_loss_and_reordering() {
    for (loss_permille, least) in [(10, 270), (50, 240), (100, 200), (200, 60)] {
        // Each datagram crosses two links.
        let loss = loss_permille / 2;
        let link = Link { loss_permille: loss, delay: ms(20), jitter: ms(10), reorder_permille: 50, ..Link::default() };
        let post = Faults::default();
        let mut world =
            World::new(Setting { link, post, shows: vec![(CALLER, Camera), (CALLEE, Camera)], ..setting() });
        world.connect();
        world.run(secs(3));
        let before = world.each(|side| world.line(side).pictures.seen.len());
        world.run(secs(10));
        for side in world.everyone() {
            // That each stands on the one before is looked at as it is pulled.
            let seen = world.pictures(side).seen.len() - before[side];
            assert!(seen >= least, "{loss_permille}: {side} has seen {seen} in 10 s");
            assert_eq!(world.state(side), CallState::Active);
        }
    }
}

#[test]
fn a_host_that_never_pulls_keeps_two_seconds_and_begins_anew_when_it_does() {
    let mut world = World::new(Setting { shows: vec![(CALLER, Camera)], ..setting() });
    world.pictures(CALLEE).looks_away = true;
    world.connect();
    world.run(secs(5));
    let wanted = world.pictures(CALLER).key_frames_wanted;
    world.run(secs(20));
    assert_eq!(world.pictures(CALLER).key_frames_wanted, wanted, "nobody looks, so nobody asks");
    let (now, port) = (world.now, world.line(CALLEE).port.clone());
    let pictures = world.pictures(CALLEE);
    pictures.looks_away = false;
    pictures.look(now, Camera, &port);
    let kept = pictures.seen.len();
    assert!(kept <= 64, "{kept} frames were kept");
    until_seen(&mut world, CALLEE, Camera, 30, secs(3));
    let call = world.line(CALLEE).call;
    let client = &world.sides[CALLEE].client;
    let stream = client.streams(call).unwrap().into_iter().find(|s| s.0 >> 32 == StreamKind::VideoReceived as u64);
    let stats = client.call_stats(call, stream.unwrap()).unwrap();
    assert!(stats.get(Stat::FramesDropped) >= Some(500) && stats.get(Stat::Frames) >= Some(600), "{stats:?}");
    assert_eq!(stats.get(Stat::PacketsDropped), Some(0));
}

#[test]
fn a_host_that_pushes_garbage_harms_nobody_and_may_come_to_its_senses() {
    let mut world = World::new(Setting { shows: vec![(CALLER, Camera)], ..setting() });
    world.pictures(CALLER).is_broken = true;
    world.pictures(CALLEE).looks_away = true;
    world.connect();
    world.run(secs(5));
    world.talk(secs(1));
    world.pictures(CALLER).is_broken = false;
    let (port, now) = (world.line(CALLEE).port.clone(), world.now);
    // What came of it is thrown away.
    while port.pull_frame(Camera).is_some() {}
    port.want_key_frame(Camera);
    world.pictures(CALLEE).looks_away = false;
    world.run(ms(300));
    world.pictures(CALLEE).look(now, Camera, &port);
    until_seen(&mut world, CALLEE, Camera, 30, secs(5));
    let call = world.line(CALLER).call;
    let call_stats = world.sides[CALLER].client.call_stats(call, StreamId::CALL).unwrap();
    assert_eq!(call_stats.get(Stat::Frames), None, "a figure of streams");
    world.talk(secs(1));
}

#[test]
fn a_picture_is_told_how_far_it_is_behind_its_sound() {
    for (delay, jitter) in [(ms(30), ms(0)), (ms(80), ms(5))] {
        let link = Link { delay, jitter, ..Link::default() };
        let mut world = World::new(Setting { link, shows: vec![(CALLER, Camera)], ..setting() });
        world.sides[CALLER].lines[0].speaks = false;
        world.connect();
        until_seen(&mut world, CALLEE, Camera, 20, secs(5));
        // The first word after a silence tells which of the samples that are heard were said when: a chunk that is pushed was
        // said in the 20 ms before.
        let before = world.sides[CALLEE].samples(0).len();
        world.sides[CALLER].lines[0].speaks = true;
        let said_ns = world.sides[CALLER].next_chunk.as_nanos() - 20_000_000;
        world.run(secs(3));
        let from = world.now;
        world.run(secs(5));
        let samples = world.sides[CALLEE].samples(0);
        let first = before + samples[before..].iter().position(|sample| sample.unsigned_abs() > 500).unwrap();
        let (all, last_pull) = (samples.len() as u64, world.sides[CALLEE].next_chunk.as_nanos() - 20_000_000);
        let (pushed, seen) = (world.line(CALLER).pictures.pushed.clone(), world.line(CALLEE).pictures.seen.clone());
        let (mut worst, mut count) = (0, 0);
        for seen in seen.iter().filter(|seen| seen.at >= from) {
            let told = seen.delay_ms.expect("both have reported");
            // How much had been pulled by then: 320 samples each 20 ms.
            let at = seen.at.as_nanos();
            let later = if last_pull > at { (last_pull - at) / 20_000_000 + 1 } else { 0 };
            let pulled = all - 320 * later - first as u64;
            let sound = (said_ns + pulled * 62_500) as i64;
            let is = (sound - pushed[&(Camera, seen.number)].as_nanos() as i64) / 1_000_000;
            worst = worst.max((i64::from(told) - is).abs());
            count += 1;
        }
        assert!(count > 100 && worst <= 40, "{delay:?}, {jitter:?}: {worst} ms apart in {count} frames");
        println!("{delay:?}, {jitter:?}: at most {worst} ms apart in {count} frames");
    }
}
