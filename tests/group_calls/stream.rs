//! Calls that are watched as live streams, by whole clients: what is said in them, and what a broadcaster sends.

#[path = "../interop/tone.rs"]
mod tone_of;

use super::clients::requests::refusal;
use super::clients::{Clients, PIECE, tone};
use super::world::{ms, secs};
use std::collections::BTreeMap;
use tgcall::client::group::Mode;
use tgcall::client::stats::{Stat, StreamId};
use tgcall::client::{CallState, Config, EventKind};
use tgcall::media::audio::AudioPort;
use tgcall::media::video::{Codec, PulledFrame, Rotation};
use tgcall::tl::{self, enums, types};
use tgcall::types::{PeerId, VideoSource};
use tone_of::Tone;

/// So many speak, and one more listens, who gets a stream.
pub fn watched(seed: u64, speakers: i64) -> (Clients, usize) {
    watched_with(seed, speakers, &Config::new())
}

pub fn watched_with(seed: u64, speakers: i64, config: &Config) -> (Clients, usize) {
    let mut clients = Clients::with(seed, speakers + 1, config);
    clients.server.groups.knobs.stream_from = speakers as usize;
    clients.create(0);
    for side in 0..speakers as usize {
        if side > 0 {
            clients.open(side);
        }
        clients.join(side, false);
    }
    clients.run(secs(3));
    let listener = speakers as usize;
    clients.open(listener);
    clients.join(listener, true);
    clients.run(ms(500));
    assert_eq!((clients.state(listener), mode(&clients, listener)), (CallState::Active, Mode::Stream));
    (clients, listener)
}

pub fn mode(clients: &Clients, side: usize) -> Mode {
    let side = &clients.sides[side];
    side.client.group_mode(side.call).unwrap()
}

pub fn stat(clients: &Clients, side: usize, stat: Stat) -> Option<i64> {
    let side = &clients.sides[side];
    side.client.call_stats(side.call, StreamId::CALL).unwrap().get(stat)
}

pub fn asks(clients: &Clients, side: usize) -> usize {
    clients.sides[side].methods.iter().filter(|method| **method == "upload.getFile").count()
}

fn snr(samples: &[i16], hz: f64) -> f64 {
    Tone::measure(samples, 48_000, hz).snr_db
}

/// A part as Telegram's answer to `upload.getFile`.
fn file(bytes: &[u8]) -> Vec<u8> {
    let file = types::UploadFile { type_: enums::StorageFileType::StorageFileMov, mtime: 0, bytes };
    tl::encode(&enums::UploadFile::UploadFile(file)).unwrap()
}

#[test]
fn who_listens_hears_all_who_speak_some_seconds_later() {
    let (mut clients, listener) = watched(40, 3);
    clients.talk_aloud(secs(10));
    clients.assert_hears(listener, &[0, 1, 2]);
    let delay = stat(&clients, listener, Stat::StreamDelayMs).unwrap();
    assert!((2500..=5500).contains(&delay), "{delay} ms");
    assert_eq!(clients.joins(listener), 1);
    assert_eq!(clients.sockets(listener), 0, "a stream has none");
    let report = clients.report(listener);
    assert!(report.contains("sound from: a stream") && report.contains("stream: "), "{report}");
    // Ten times a second at the most, once it goes on.
    let before = asks(&clients, listener);
    clients.talk_aloud(secs(10));
    assert!(asks(&clients, listener) - before <= 100, "{}", asks(&clients, listener) - before);
    clients.assert_hears(listener, &[0, 1, 2]);
    assert_eq!(clients.joins(listener), 1, "parts are a sign of life");
}

/// What a side has of each, when each is pulled by himself.
fn each_of(clients: &mut Clients, listener: usize, seconds: u64) -> BTreeMap<usize, Vec<i16>> {
    let mut heard: BTreeMap<usize, Vec<i16>> = BTreeMap::new();
    let accounts: Vec<i64> = clients.sides.iter().map(|side| side.account).collect();
    let own = accounts[listener];
    clients.talk(secs(seconds), |side| {
        if side.account != own {
            return;
        }
        let port = side.port.clone().unwrap();
        for (at, account) in accounts.iter().enumerate() {
            let mut samples = [0i16; PIECE];
            port.pull_of(PeerId::User(*account).key(), 48_000, 1, &mut samples).unwrap();
            heard.entry(at).or_default().extend(samples);
        }
    });
    heard
}

#[test]
fn each_voice_of_a_stream_is_pulled_by_itself_and_is_clean() {
    let (mut clients, listener) = watched(41, 3);
    let (side, now) = (&mut clients.sides[listener], clients.now);
    side.client.set_separate(now, side.call, true).unwrap();
    side.client.set_group_levels(now, side.call, true).unwrap();
    each_of(&mut clients, listener, 6);
    let heard = each_of(&mut clients, listener, 5);
    for at in 0..3 {
        let (own, hz) = (snr(&heard[&at], tone(at)), tone(at));
        assert!(own >= 20.0, "{at} at {hz} Hz: {own:.1} dB\n{}", clients.report(listener));
    }
    assert!(heard[&listener].iter().all(|sample| *sample == 0), "who says nothing");
    let levels = clients.sides[listener].events.iter().rev().find_map(|event| match event {
        EventKind::GroupLevels { levels } if levels.len() == 3 => Some(levels.clone()),
        _ => None,
    });
    let levels = levels.expect("all of them speak");
    assert!(levels.iter().all(|one| one.speaks && one.level > 1000 && one.peer.is_some()), "{levels:?}");
}

#[test]
fn a_listener_becomes_a_speaker_and_hears_on_meanwhile() {
    let (mut clients, listener) = watched(42, 2);
    clients.talk_aloud(secs(8));
    clients.assert_hears(listener, &[0, 1]);
    clients.set_muted(listener, false);
    clients.talk_aloud(secs(4));
    assert_eq!(mode(&clients, listener), Mode::Connected);
    for (side, others) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
        clients.assert_hears(side, &others);
    }
    assert_eq!((clients.joins(listener), stat(&clients, listener, Stat::StreamDelayMs)), (2, None));
    // Nothing more is asked for.
    let before = asks(&clients, listener);
    clients.run(secs(3));
    assert_eq!(asks(&clients, listener), before);
    // And back: whoever comes as a listener is sent to the stream again.
    clients.leave(listener);
    clients.run(secs(1));
    clients.open(listener);
    clients.join(listener, true);
    clients.talk_aloud(secs(8));
    assert_eq!(mode(&clients, listener), Mode::Stream);
    clients.assert_hears(listener, &[0, 1]);
}

#[test]
fn a_stream_that_is_disturbed_in_every_way_goes_on() {
    let (mut clients, listener) = watched(43, 2);
    clients.talk_aloud(secs(8));
    // Elsewhere, which parts never are.
    clients.server.groups.knobs.is_on_cdn = true;
    let before = asks(&clients, listener);
    clients.talk_aloud(secs(5));
    let asked = asks(&clients, listener) - before;
    assert!((1..=40).contains(&asked), "it is asked for slower and slower: {asked}");
    clients.server.groups.knobs.is_on_cdn = false;
    clients.talk_aloud(secs(14));
    clients.assert_hears(listener, &[0, 1]);
    assert!(stat(&clients, listener, Stat::StreamDelayMs).is_some_and(|ms| (2000..=6000).contains(&ms)));
    // What is no part at all, and what is one and lies.
    let voices = include_bytes!("../vectors/stream/voices8.ogg");
    let mut lying = voices.to_vec();
    lying[60..3000].fill(0xff);
    for bytes in [&b"OggS"[..], &[0; 1000], &voices[..9000], &lying, &vec![7; (1 << 20) + 1]] {
        clients.sides[listener].instead.push(("upload.getFile", file(bytes)));
    }
    clients.sides[listener].instead.push(("upload.getFile", vec![1, 2, 3, 4]));
    clients.talk_aloud(secs(8));
    assert!(stat(&clients, listener, Stat::PacketsDropped).unwrap() >= 4, "{}", clients.report(listener));
    clients.talk_aloud(secs(8));
    clients.assert_hears(listener, &[0, 1]);
    // One is never answered.
    clients.sides[listener].instead.push(("upload.getFile", vec![]));
    clients.talk_aloud(secs(45));
    clients.assert_hears(listener, &[0, 1]);
    assert_eq!((clients.joins(listener), clients.state(listener)), (1, CallState::Active));
    assert!(clients.sides[listener].events.iter().any(|event| matches!(event, EventKind::Cancel { .. })));
}

#[test]
fn who_is_dropped_joins_anew_and_the_stream_goes_on() {
    let (mut clients, listener) = watched(44, 2);
    clients.talk_aloud(secs(8));
    let (now, call, account) = (clients.now, clients.telegram_id(), clients.sides[listener].account);
    clients.server.kick(now, call, account, false);
    clients.talk_aloud(secs(12));
    assert_eq!((clients.joins(listener), mode(&clients, listener)), (2, Mode::Stream));
    clients.assert_hears(listener, &[0, 1]);
}

/// A call that a broadcaster sends to, and who watches it.
fn program(seed: u64) -> Clients {
    let mut clients = Clients::new(seed, 2);
    clients.create_as(0, true);
    clients.open(1);
    clients.join(1, true);
    clients.run(ms(500));
    assert_eq!((clients.state(1), mode(&clients, 1)), (CallState::Active, Mode::Rtmp), "{}", clients.report(1));
    clients
}

fn watch(clients: &mut Clients, seconds: u64) -> (Vec<i16>, Vec<PulledFrame>) {
    let (sound, frames, _) = watch_closely(clients, seconds);
    (sound, frames)
}

/// The same, and how far each picture was behind the sound when it was pulled.
fn watch_closely(clients: &mut Clients, seconds: u64) -> (Vec<i16>, Vec<PulledFrame>, Vec<Option<i32>>) {
    let (mut sound, mut frames, mut delays) = (Vec::new(), Vec::new(), Vec::new());
    clients.talk(secs(seconds), |side| {
        if side.account == 2 {
            let port: &AudioPort = side.port.as_ref().unwrap();
            let mut samples = [0i16; PIECE];
            port.pull(48_000, 1, &mut samples).unwrap();
            sound.extend(samples);
            let pulled: Vec<PulledFrame> = std::iter::from_fn(|| port.pull_frame(VideoSource::Camera)).collect();
            delays.extend(pulled.iter().map(PulledFrame::delay_ms));
            frames.extend(pulled);
        }
    });
    (sound, frames, delays)
}

#[test]
fn a_program_is_seen_and_heard_as_it_was_sent() {
    let mut clients = program(45);
    watch(&mut clients, 7);
    let (sound, frames, delays) = watch_closely(&mut clients, 10);
    let heard = Tone::measure(&sound, 48_000, 440.0);
    assert!(heard.snr_db >= 20.0 && heard.silence_ms == 0, "{heard:?}\n{}", clients.report(1));
    assert!((98..=102).contains(&frames.len()), "ten a second: {}", frames.len());
    // Sound waits a little for who pulls it, and pictures do not.
    assert!(delays.iter().all(|delay| delay.is_some_and(|ms| (-120..=0).contains(&ms))), "{delays:?}");
    for pair in frames.windows(2) {
        let step = pair[1].frame.timestamp.wrapping_sub(pair[0].frame.timestamp);
        assert_eq!(step, 9000, "none is missing, and none is twice");
    }
    for PulledFrame { frame, endpoint, .. } in &frames {
        assert_eq!((frame.codec, frame.rotation, endpoint.as_deref()), (Codec::H264, Rotation::None, Some(c"1")));
        assert_eq!(frame.is_key, frame.timestamp % 90_000 == keys(&frames) % 90_000);
        if frame.is_key {
            assert_eq!(frame.size, Some((128, 128)));
            // Grey as its second: the picture stands in it as it is.
            let most =
                (0..=255u8).max_by_key(|byte| frame.data.iter().filter(|one| *one == byte && **one != 128).count());
            assert!(most.is_some_and(|luma| (60..=160).contains(&luma) && luma % 20 == 0), "{most:?}");
        }
    }
    let lumas: Vec<u8> = frames.iter().filter(|one| one.frame.is_key).map(|one| luma(&one.frame.data)).collect();
    assert!(lumas.windows(2).all(|pair| pair[1] == pair[0] + 20 || (pair[0], pair[1]) == (160, 60)), "{lumas:?}");
    assert!(clients.sides[1].events.iter().any(|event| matches!(event, EventKind::VideoReady { .. })));
    assert_eq!(clients.sides[1].dcs.iter().copied().collect::<Vec<_>>(), [2], "where the call says its parts are");
    let delay = stat(&clients, 1, Stat::StreamDelayMs).unwrap();
    assert!((1500..=5500).contains(&delay), "{delay} ms");
}

fn keys(frames: &[PulledFrame]) -> u32 {
    frames.iter().find(|one| one.frame.is_key).unwrap().frame.timestamp
}

pub fn luma(data: &[u8]) -> u8 {
    (0..=255u8).max_by_key(|byte| data.iter().filter(|one| *one == byte && **one != 128).count()).unwrap()
}

#[test]
fn a_program_that_pauses_is_waited_for() {
    let mut clients = program(46);
    watch(&mut clients, 8);
    clients.server.groups.knobs.is_streaming = false;
    watch(&mut clients, 10);
    let asked = asks(&clients, 1);
    let (sound, frames) = watch(&mut clients, 20);
    assert!(frames.is_empty() && sound.iter().all(|sample| *sample == 0));
    assert!(asks(&clients, 1) - asked <= 110, "after a while only its channels are asked for");
    clients.server.groups.knobs.is_streaming = true;
    watch(&mut clients, 8);
    let (sound, frames) = watch(&mut clients, 5);
    assert!(snr(&sound, 440.0) >= 20.0 && frames.len() >= 48, "{}", clients.report(1));
    assert_eq!((clients.state(1), clients.joins(1)), (CallState::Active, 1));
}

#[test]
fn a_program_in_shorter_or_longer_parts_is_seen_and_heard_as_any() {
    for (seed, scale) in [(49, 1), (50, -1)] {
        let mut clients = Clients::new(seed, 2);
        clients.server.groups.knobs.stream_scale = scale;
        clients.create_as(0, true);
        clients.open(1);
        clients.join(1, true);
        watch(&mut clients, 14);
        let (sound, frames) = watch(&mut clients, 10);
        let heard = Tone::measure(&sound, 48_000, 440.0);
        assert!(heard.snr_db >= 20.0 && heard.silence_ms == 0, "{scale}: {heard:?}\n{}", clients.report(1));
        assert!((98..=102).contains(&frames.len()), "{scale}: {}", frames.len());
        let keys = frames.iter().filter(|one| one.frame.is_key).count();
        assert!(keys.abs_diff(if scale == 1 { 20 } else { 5 }) <= 1, "{scale}: a part begins with each: {keys}");
        let most = if scale == 1 { 5000 } else { 10_000 };
        assert!(stat(&clients, 1, Stat::StreamDelayMs).is_some_and(|ms| (1500..=most).contains(&ms)));
        assert_eq!(clients.joins(1), 1);
    }
}

/// `stream.md` 2.1, row by row: what each answer that is no part does to the sound.
#[test]
fn each_answer_that_is_no_part_means_what_it_says() {
    let (mut clients, listener) = watched(51, 2);
    clients.talk_aloud(secs(8));
    let mut joins = 1;
    for (code, name, times, dc, joins_anew) in [
        (400, "TIME_TOO_BIG", 8, 0, false),
        (420, "FLOOD_WAIT_3", 3, 0, false),
        (420, "FLOOD_PREMIUM_WAIT_5", 1, 0, false),
        (400, "TIME_TOO_SMALL", 2, 0, false),
        (400, "TIME_INVALID", 2, 0, false),
        (400, "VIDEO_CHANNEL_INVALID", 1, 0, false),
        (-503, "Timeout", 2, 0, false),
        (500, "SOMETHING_NEW", 1, 0, false),
        (303, "FILE_MIGRATE_4", 1, 4, false),
        // Around in a circle: after three of them it is a failure like others.
        (303, "FILE_MIGRATE_5", 8, 5, false),
        (400, "GROUPCALL_JOIN_MISSING", 1, 0, true),
        (403, "GROUPCALL_FORBIDDEN", 1, 0, true),
    ] {
        let side = &mut clients.sides[listener];
        side.dcs.clear();
        side.instead.extend((0..times).map(|_| ("upload.getFile", refusal(code, name))));
        clients.talk_aloud(secs(22));
        assert!(clients.sides[listener].instead.is_empty(), "{name}");
        joins += usize::from(joins_anew);
        assert_eq!((clients.joins(listener), clients.state(listener)), (joins, CallState::Active), "{name}");
        clients.talk_aloud(secs(2));
        clients.assert_hears(listener, &[0, 1]);
        assert!(dc == 0 || clients.sides[listener].dcs.contains(&dc), "{name}: {:?}", clients.sides[listener].dcs);
    }
    // And one that is over is over.
    clients.sides[listener].instead.push(("upload.getFile", refusal(400, "GROUPCALL_INVALID")));
    clients.talk_aloud(secs(3));
    assert_eq!(clients.state(listener), CallState::Ended);
}
