//! Sound and pictures of conferences: sealed by whoever speaks, opened by those who are in, and by nobody else.
#![cfg(all(feature = "conference", feature = "media"))]

mod world;

use std::collections::BTreeSet;
use tgcall::media::video::Content;
use tgcall::media::video::Content::Sealed;
use tgcall::time::Duration;
use tgcall::transform::Codec;
use tgcall::types::{UserId, VideoCodec};
use world::{World, amplitude, ms, tone_of, vp8};

const NONE: &[VideoCodec] = &[];
const VP8: &[VideoCodec] = &[VideoCodec::Vp8];

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// So many who talk in one conference.
fn meeting(seed: u64, members: usize) -> World {
    let mut world = World::new(seed);
    let all: Vec<usize> = (0..members).map(|_| world.add(Sealed, VP8)).collect();
    world.meet(&all);
    world.connect_all();
    world
}

/// Whether some of these bytes are in those, eight of them in a row.
fn shows(carried: &[u8], plain: &[u8]) -> bool {
    let windows: BTreeSet<&[u8]> = carried.windows(8).collect();
    plain.windows(8).any(|window| windows.contains(window))
}

#[test]
fn all_who_are_in_hear_each_other() {
    let mut world = meeting(1, 3);
    world.talk(secs(2));
    world.assert_hears(0, &[1, 2]);
    world.assert_hears(1, &[0, 2]);
    world.assert_hears(2, &[0, 1]);
    for member in &world.members {
        assert_eq!((member.tap.refused, member.tap.unknown), (0, 0));
        assert!(member.tap.opened > 150, "{}", member.tap.opened);
        assert_eq!(member.media.counted().sealed, Default::default());
    }
}

#[test]
fn what_the_server_carries_shows_nothing_of_what_was_said_and_the_level_hardly() {
    let mut world = meeting(2, 2);
    world.talk(secs(2));
    let plain: Vec<&Vec<u8>> = world.members[0].tap.plain.iter().filter(|frame| frame.len() >= 16).collect();
    let carried = &world.members[1].tap.carried;
    assert!(plain.len() > 80 && carried.len() > 80);
    for (codec, packet) in carried {
        assert_eq!(*codec, Codec::Opus);
        assert!(packet.len() >= 160, "no frame of Opus is sealed in less: {}", packet.len());
        assert!(!plain.iter().any(|plain| shows(packet, plain)));
    }
    // The level is the one from inside, to the dB, and not the one that the server is shown.
    let levels = world.members[1].levels.iter().filter(|level| level.source.is_some());
    let told: BTreeSet<u8> = levels.map(|level| level.level.below_full).collect();
    assert!(!told.is_empty() && told.iter().all(|level| ![0, 106, 127].contains(level)), "{told:?}");
}

#[test]
fn what_is_lost_on_the_way_is_a_gap_and_no_more() {
    let mut world = meeting(3, 2);
    for member in 0..2 {
        let host = world.members[member].host;
        world.network.link_mut(host).loss_permille = 50;
        world.network.link_mut(host).jitter = ms(15);
    }
    world.talk(secs(3));
    world.assert_hears(0, &[1]);
    world.assert_hears(1, &[0]);
    assert!(world.members.iter().all(|member| member.tap.refused == 0), "packets that overtake are no replays");
}

#[test]
fn who_is_in_no_conference_neither_hears_nor_is_heard() {
    let mut world = meeting(4, 2);
    // One who knows nothing of seals, one whose conference is yet to begin, and one whose media are lent nothing.
    let plain = world.add(Content::Plain, NONE);
    let waiting = world.add(Sealed, NONE);
    let alone = world.add(Sealed, NONE);
    world.members[alone].is_lent = false;
    world.connect_all();
    world.talk(secs(2));
    world.assert_hears(0, &[1]);
    world.assert_hears(1, &[0]);
    world.assert_hears(waiting, &[]);
    world.assert_hears(alone, &[]);
    // What is sealed sounds like noise to who plays it, and not like a tone.
    let heard = &world.members[plain].heard;
    assert!((0..2).all(|other| amplitude(heard, tone_of(other)) < 150.0));
    for dumb in [waiting, alone] {
        let counted = world.members[dumb].media.counted();
        assert!(counted.sealed.unsealed > 90, "{counted:?}");
        assert!(counted.sealed.expired > 0, "what cannot be opened is not kept for ever: {counted:?}");
        assert_eq!(world.members[dumb].media.audio().stats().packets_sent, counted.sealed.unsealed);
    }
    let sent = world.members[0].media.counted().speakers.unknown + world.members[0].media.counted().sealed.refused;
    assert!(sent > 0, "what comes in the clear is not played: {:?}", world.members[0].media.counted());
}

#[test]
fn who_is_removed_hears_nothing_any_more_and_is_heard_by_nobody() {
    let mut world = meeting(5, 3);
    world.talk(secs(1));
    world.assert_hears(0, &[1, 2]);
    world.remove(0, 2);
    world.tell(1);
    world.tell(2);
    // Until its epoch is over, ten seconds later, what he says can still be read (`conference-e2e.md` 8).
    world.talk(secs(12));
    world.assert_hears(0, &[1]);
    world.assert_hears(1, &[0]);
    world.assert_hears(2, &[]);
    // Who kept his keys is not told of the next ones.
    let kept = world.members[2].tap.carried.last().cloned().unwrap();
    assert!(!shows(&kept.1, world.members[0].tap.plain.last().unwrap()));
    // And who comes back with another key is heard at once.
    world.join(2);
    world.tell(0);
    world.tell(1);
    world.members[2].media.handle_new_epoch();
    world.talk(secs(2));
    world.assert_hears(0, &[1, 2]);
    world.assert_hears(2, &[0, 1]);
}

#[test]
fn while_the_keys_change_nobody_falls_silent() {
    let mut world = meeting(6, 3);
    world.talk(secs(1));
    for round in 0..4 {
        // Somebody comes again, and the block reaches the others one after the other.
        world.join(2);
        world.members[2].media.handle_new_epoch();
        world.talk(ms(150));
        world.tell(round % 2);
        world.talk(ms(150));
        world.tell((round + 1) % 2);
        world.talk(ms(1200));
        let quiet = world.members[0].heard.chunks(4800).filter(|piece| amplitude(piece, tone_of(1)) < 700.0).count();
        assert_eq!(quiet, 0, "what those say who stay is heard all the time");
        world.assert_hears(0, &[1, 2]);
        world.assert_hears(1, &[0, 2]);
    }
}

#[test]
fn what_somebody_says_before_his_block_has_come_is_heard_when_it_has() {
    let mut world = meeting(7, 2);
    let late = world.add(Sealed, NONE);
    world.connect_all();
    world.talk(ms(500));
    world.join(late);
    world.talk(ms(400));
    world.assert_hears(0, &[1]);
    let asked = &world.members[0].unknown_epochs;
    assert_eq!(asked.len(), 1, "the chain is to be asked, once");
    assert!(world.members[0].tap.unknown <= 2, "and nothing is tried before it has moved");
    let opened = world.members[0].tap.opened;
    world.tell(0);
    assert!(world.members[0].tap.opened >= opened + 15, "all that waited is opened");
    world.talk(secs(1));
    world.assert_hears(0, &[1, late]);
    // What waits longer than a second is of no use, and the question is asked again.
    let before = world.members[1].media.counted().sealed.expired;
    world.talk(secs(3));
    assert!(world.members[1].media.counted().sealed.expired > before + 90);
    assert!((3..=6).contains(&world.members[1].unknown_epochs.len()), "{:?}", world.members[1].unknown_epochs);
    world.tell(1);
    world.talk(secs(1));
    world.assert_hears(1, &[0, late]);
}

#[test]
fn what_is_said_with_keys_of_before_does_not_hold_up_what_is_said_with_new_ones() {
    let mut world = meeting(14, 2);
    let late = world.add(Sealed, NONE);
    world.connect_all();
    world.join(late);
    // They do not know of him yet, and what they say he will never read.
    world.talk(ms(400));
    assert_eq!(world.members[late].tap.opened, 0);
    world.tell(0);
    world.tell(1);
    world.talk(ms(350));
    assert!(world.members[late].tap.opened >= 6, "{}", world.members[late].tap.opened);
    world.talk(secs(1));
    world.assert_hears(late, &[0, 1]);
}

/// What a member pushed of a layer that another has seen: all of it, from a key frame on.
fn assert_sees(world: &World, member: usize, other: usize, least: usize) {
    let user = UserId(other as i64 + 1);
    let seen = world.members[member].seen.get(&user).map_or(&[][..], |seen| &seen[..]);
    assert!(seen.len() >= least, "{member} sees {} frames of {other}", seen.len());
    assert!(seen[0].is_key);
    for frame in seen {
        assert!(world.members[other].pushed.iter().any(|(_, data)| *data == frame.data), "to the byte");
    }
}

#[test]
fn pictures_of_all_layers_are_sealed_each_by_itself_and_seen_to_the_byte() {
    let mut world = meeting(8, 2);
    world.show(0);
    world.watch(1, &[0]);
    world.talk(secs(12));
    assert_sees(&world, 1, 0, 150);
    let layers: BTreeSet<usize> = world.members[0].pushed.iter().map(|(layer, _)| *layer).collect();
    assert!(layers.len() > 1, "{layers:?}");
    // What is readable of a frame is its head.
    let pictures = world.members[1].tap.carried.iter().filter(|(codec, _)| *codec == Codec::Vp8);
    let mut count = 0;
    for (_, packet) in pictures {
        count += 1;
        let is_key = packet[0] & 1 == 0;
        let readable = if is_key { 10 } else { 1 };
        for (_, data) in world.members[0].pushed.iter().filter(|(_, data)| data[0] == packet[0]).take(40) {
            assert!(!shows(&packet[readable..], &data[readable..]));
        }
    }
    assert!(count > 150);
}

#[test]
fn lost_packets_of_pictures_are_repaired_below_the_seal() {
    let mut world = meeting(9, 2);
    let host = world.members[1].host;
    world.network.link_mut(host).loss_permille = 30;
    world.show(0);
    world.watch(1, &[0]);
    world.talk(secs(10));
    assert_sees(&world, 1, 0, 100);
    assert_eq!(world.members[1].tap.refused, 0);
}

#[test]
fn a_picture_whose_epoch_comes_too_late_is_followed_by_a_key_frame() {
    let mut world = meeting(10, 2);
    let late = world.add(Sealed, VP8);
    world.connect_all();
    world.join(late);
    world.show(late);
    world.watch(0, &[late]);
    world.talk(ms(700));
    assert!(world.members[0].seen.is_empty());
    // Within a second nothing is lost: what was shown before the block came is seen.
    let before = world.members[late].pushed.clone();
    world.tell(0);
    world.talk(ms(500));
    assert_sees(&world, 0, late, 10);
    let first = &world.members[0].seen[&UserId(3)][0];
    assert!(before.iter().any(|(_, data)| *data == first.data));
    // After it, all has to begin anew, which is asked for ever less often.
    world.watch(1, &[late]);
    world.talk(secs(12));
    assert!(world.members[1].seen.is_empty());
    let asked: u64 = world.members[1].media.pictures().iter().map(|(_, stats)| stats.key_frames_asked).sum();
    assert!((2..=6).contains(&asked), "{asked}");
    world.tell(1);
    world.talk(secs(10));
    assert_sees(&world, 1, late, 20);
}

/// A key frame of H.264 as an encoder makes it that reorders: its parameters would be rewritten on the way. Two slices, whose second
/// start code is the short one.
fn h264(member: usize, layer: usize, number: u64, is_key: bool) -> Vec<u8> {
    const SETS: &[u8] = &[
        0, 0, 0, 1, 0x09, 0xf0, 0, 0, 0, 1, 0x67, 0x64, 0x00, 0x0d, 0xac, 0xd9, 0x41, 0x60, 0x96, 0xc0, 0x44, 0x00,
        0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x03, 0x00, 0xc8, 0x3c, 0x50, 0xa6, 0x58, 0, 0, 1, 0x68, 0xe8, 0x43, 0x8f,
        0, 0, 1, 0x06, 4, 6, b's', b'e', b'c', b'r', b'e', b't', 0x80,
    ];
    let kind = if is_key { 0x65 } else { 0x41 };
    let mut body = vp8(member, layer, number, is_key)[10..].to_vec();
    // No start code in what no encoder would leave unescaped.
    body.iter_mut().filter(|byte| **byte < 4).for_each(|byte| *byte = 4);
    let (first, second) = body.split_at(body.len() / 2);
    // first_mb_in_slice 0, slice_type 7 or 5, pic_parameter_set_id 0.
    let head = if is_key { 0x88 } else { 0x9a };
    let slices = [&[0, 0, 1, kind, head, 0x84][..], first, &[0, 0, 1, kind, 0x44, 0x84], second, &[0x80]].concat();
    if is_key { [SETS, &slices].concat() } else { slices }
}

/// What is between the start codes of a frame's slices.
fn slices(frame: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> =
        (0..frame.len() - 3).filter(|at| frame[*at..at + 3] == [0, 0, 1]).map(|at| at + 3).collect();
    let ends = starts.iter().skip(1).map(|start| start - 3).chain([frame.len()]);
    let nals = starts.iter().zip(ends).map(|(start, end)| &frame[*start..end]);
    nals.filter(|nal| matches!(nal[0], 0x65 | 0x41)).map(|nal| nal.strip_suffix(&[0]).unwrap_or(nal)).collect()
}

#[test]
fn h264_comes_through_with_parameters_that_nobody_has_to_rewrite() {
    let mut world = World::new(11);
    world.picture = h264;
    let all = [world.add(Sealed, &[VideoCodec::H264]), world.add(Sealed, NONE)];
    world.meet(&all);
    world.connect_all();
    world.show(0);
    world.watch(1, &[0]);
    world.talk(secs(8));
    let seen = &world.members[1].seen[&UserId(1)];
    assert!(seen.len() > 100, "{}", seen.len());
    assert!(seen[0].is_key);
    let (mut keys, mut numbers) = (0, Vec::new());
    for frame in seen {
        let pushed = world.members[0].pushed.iter().position(|(_, data)| slices(data) == slices(&frame.data));
        numbers.push(pushed.expect("to the byte"));
        if frame.is_key {
            keys += 1;
            // Reordering 0, all else as it was; no delimiter, nothing said beside the picture.
            assert!(frame.data.starts_with(&[0, 0, 0, 1, 0x67, 0x64]));
            assert_eq!(frame.data[26..29], [0x50, 0xa9, 0x60]);
            assert!(!frame.data.windows(6).any(|six| six == b"secret"));
        }
    }
    assert!(keys > 0 && numbers.is_sorted());
    for (codec, packet) in world.members[1].tap.carried.iter().filter(|(codec, _)| *codec == Codec::H264) {
        assert_eq!(*codec, Codec::H264);
        assert!(!packet.windows(6).any(|six| six == b"secret"));
    }
    assert_eq!(world.members[1].tap.refused, 0);
}

#[test]
fn of_several_codecs_the_one_is_sent_that_all_can_open() {
    for (encoded, sent) in [
        (&[VideoCodec::H264, VideoCodec::Vp8][..], Some(VideoCodec::Vp8)),
        (&[VideoCodec::Vp9, VideoCodec::H264], Some(VideoCodec::H264)),
        (&[VideoCodec::Vp9], None),
    ] {
        let mut world = World::new(12);
        world.picture = if sent == Some(VideoCodec::H264) { h264 } else { vp8 };
        let all = [world.add(Sealed, encoded), world.add(Sealed, NONE)];
        world.meet(&all);
        world.connect_all();
        world.show(0);
        world.watch(1, &[0]);
        world.talk(secs(1));
        let mut codecs: Vec<Codec> = world.members[0].tap.sealed.iter().map(|(codec, _)| *codec).collect();
        codecs.retain(|codec| *codec != Codec::Opus);
        codecs.dedup();
        let expected = sent.map(|sent| if sent == VideoCodec::Vp8 { Codec::Vp8 } else { Codec::H264 });
        assert_eq!(codecs, expected.into_iter().collect::<Vec<_>>(), "{encoded:?}");
    }
}

#[test]
fn who_is_named_for_what_another_sealed_is_not_heard() {
    let mut world = World::new(13);
    let all: Vec<usize> = (0..3).map(|_| world.add(Sealed, NONE)).collect();
    world.meet(&all);
    // The server says that the source of the first is the third's.
    world.claims.insert(0, UserId(3));
    world.connect_all();
    world.talk(secs(2));
    world.assert_hears(1, &[2]);
    assert!(world.members[1].tap.refused > 90);
    assert!(world.members[1].media.counted().sealed.refused > 90);
}
