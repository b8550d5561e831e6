//! Pictures between our C library, started, in a process of its own, and ntgcalls 3.0.5, which stands on libwebrtc: ours that it
//! decodes, and its own that ffmpeg decodes to what was sent. `make test` sends one each way; `make interop` sends VP8 and H.264 each
//! way in each of its versions, direct without and with 5 % loss, and over coturn with 5 % loss.
//!
//! Says SKIPPED where the wheel, Python, ffmpeg, coturn or a network interface is missing.
#![cfg(all(feature = "media", feature = "opus", feature = "runtime"))]
// Real processes: here the clock is read.
#![allow(clippy::disallowed_methods)]

#[path = "interop/camera.rs"]
mod camera;
#[path = "interop/film.rs"]
mod film;
mod interop;

use camera::Camera;
use interop::carry::carry;
use interop::coturn::{self, Coturn};
use interop::endpoint::Endpoint;
use interop::toolchain::scratch;
use interop::{Peer, bytes, hex, interface, say, skipped};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tgcall::media::video::{Arrival, Assembler, Budget, Content, Reason, Rotation};
use tgcall::media::{Extension, ExtensionKind};
use tgcall::sequence;
use tgcall::time::Time;
use tgcall::types::{Role, VideoCodec};

const VERSIONS: [&str; 4] = ["8.0.0", "9.0.0", "12.0.0", "13.0.0"];
const KEY: [u8; 256] = [42; 256];
const WIDTH: usize = 320;
const HEIGHT: usize = 240;
const RATE: usize = 15;
/// Each picture of a film stays for so many frames.
const HOLD: usize = 3;
/// How long pictures are looked at once they come.
const LOOK: Duration = Duration::from_secs(4);
/// The least that counts as the picture that was sent.
const LEAST_DB: f64 = 28.0;
/// What an encoder may add to the brightness of a picture.
const SHADE: f64 = 3.0;
const ACTIVE: u64 = 8;

/// How the two are joined.
#[derive(Clone, Copy)]
struct Joined<'a> {
    relay: Option<&'a Coturn>,
    /// Of the datagrams, each way.
    lost_permille: usize,
}

const DIRECT: Joined = Joined { relay: None, lost_permille: 0 };

/// A file of this test run that no other call writes.
fn file(name: &str) -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    scratch(env!("CARGO_CRATE_NAME")).join(format!("{}-{name}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// One call between the two processes, which see each other only through it.
struct Call {
    name: String,
    ours: Endpoint,
    theirs: Peer,
}

impl Call {
    /// `codecs`: what we encode and decode, as the header numbers it.
    fn start(name: String, version: &str, we_call: bool, joined: Joined, codecs: [&str; 2]) -> Result<Call, String> {
        let theirs = Peer::start(&["--max-seconds", "60", "--stats-every", "0"])?;
        let mut call = Call { name, ours: Endpoint::start(&[]), theirs };
        let their_role = if we_call { "callee" } else { "caller" };
        let mut init = json!({"cmd": "skip", "role": their_role, "key": hex(&KEY)});
        if codecs[0] == "-" {
            init["video"] = json!({"width": WIDTH, "height": HEIGHT, "fps": RATE});
        } else {
            init["recv_video"] = json!(true);
        }
        call.theirs.command(init);
        call.ours.send("start");
        call.ours.attach(1, we_call, &KEY);
        call.ours.send(format_args!("codecs 1 {} {}", codecs[0], codecs[1]));
        let mut servers = vec![];
        if let Some(Coturn { ip, port, .. }) = joined.relay {
            let (user, password) = (coturn::USER, coturn::PASSWORD);
            call.ours.send(format_args!("turn 1 7 {ip} {port} {user} {password}"));
            servers
                .push(json!({"id": 7, "ip": ip, "port": port, "username": user, "password": password, "turn": true}));
        }
        call.ours.send(format_args!("lose {}", joined.lost_permille));
        let p2p = joined.relay.is_none();
        call.ours.send(format_args!("connect 1 {version} {}", u8::from(p2p)));
        call.theirs.command(json!({"cmd": "connect", "servers": servers, "versions": [version], "p2p": p2p}));
        Ok(call)
    }

    /// See [`carry`].
    fn run_until(&mut self, patience: Duration, wanted: impl FnMut(&Value) -> bool) -> bool {
        carry(&self.name, &mut self.ours, &mut self.theirs, patience, wanted).0
    }

    fn connect(&mut self) {
        if !self.run_until(Duration::from_secs(10), |event| event["ev"] == "state" && event["number"] == ACTIVE) {
            panic!("{}: no connection\n{}", self.name, self.ours.report(1)["text"].as_str().unwrap());
        }
        self.theirs.command(json!({"cmd": "tone", "freq": 440}));
        self.ours.send("tone 1 1000");
    }

    /// Their process is killed: when it ends by itself it may crash (README.md), which is its own affair and takes a while.
    fn end(self) {
        let Call { name, ours, theirs } = self;
        drop(theirs);
        assert!(ours.quit().success(), "{name}: our process did not end well");
    }
}

/// As the header numbers it.
fn number(codec: VideoCodec) -> String {
    (codec as u32).to_string()
}

fn name(what: &str, version: &str, codec: VideoCodec, joined: Joined) -> String {
    let way = if joined.relay.is_some() { "over coturn" } else { "direct" };
    format!("{what} {}, {version}, {way}, {} permille lost", codec.name(), joined.lost_permille)
}

/// They encode a known film, we record what comes, and ffmpeg shows it.
fn they_show(version: &str, codec: VideoCodec, joined: Joined) -> Result<(), String> {
    let name = name("they show", version, codec, joined);
    let (film, shown) = (file("film.yuv"), file("shown"));
    std::fs::write(&film, film::film(WIDTH, HEIGHT, HOLD)).unwrap();
    let mut call = Call::start(name.clone(), version, true, joined, ["-", &number(codec)])?;
    call.ours.send(format_args!("record 1 {}", shown.display()));
    call.connect();
    call.theirs.command(json!({"cmd": "video", "file": film, "width": WIDTH, "height": HEIGHT, "fps": RATE}));
    let begun = Instant::now();
    let is_there = || std::fs::metadata(&shown).is_ok_and(|file| file.len() > 0);
    while !is_there() {
        assert!(begun.elapsed() < Duration::from_secs(8), "{name}: no picture\n{}", call.ours.report(1)["text"]);
        call.run_until(Duration::from_millis(50), |_| false);
    }
    let first_after = begun.elapsed();
    call.run_until(LOOK, |_| false);
    let report = call.ours.report(1);
    call.end();

    let frames = frames(&std::fs::read(&shown).unwrap());
    assert!(frames[0].is_key, "{name}: it begins with a key frame");
    assert!(frames.iter().all(|frame| frame.codec == codec as u32 && frame.rotation == 0), "{name}");
    let (extension, bytes) = film::file(codec, frames.iter().map(|frame| &frame.data[..]));
    let encoded = file(&format!("shown.{extension}"));
    std::fs::write(&encoded, bytes).unwrap();
    let pictures = film::decode(&encoded, WIDTH, HEIGHT);
    let judged: Vec<(usize, f64)> = pictures.iter().map(|picture| film::judge(WIDTH, HEIGHT, picture)).collect();
    let (numbers, decibels): (Vec<usize>, Vec<f64>) = judged.into_iter().unzip();
    let worst = decibels.iter().copied().fold(f64::INFINITY, f64::min);
    let mean = decibels.iter().sum::<f64>() / decibels.len() as f64;
    say(&format!(
        "{name}: first after {first_after:.2?}, {} frames, {} pictures, {mean:.1} dB, at least {worst:.1}",
        frames.len(),
        pictures.len()
    ));
    let story = format!("{name}: {numbers:?} {decibels:.1?}\n{}", report["text"].as_str().unwrap());
    assert!(pictures.len() + 1 >= frames.len(), "every frame is a picture; {story}");
    let wanted = LOOK.as_secs() as usize * RATE;
    assert!(frames.len() * 10 >= wanted * if joined.lost_permille > 0 { 5 } else { 8 }, "{story}");
    assert!(worst >= LEAST_DB, "{story}");
    // A loss that cannot be mended skips to the next key frame.
    assert!(film::is_in_order(&numbers, if joined.lost_permille > 0 { 8 } else { 1 }), "{story}");
    check_path(&name, &report, joined);
    Ok(())
}

/// We send a film that ffmpeg encoded, and they tell what they show of it.
fn we_show(version: &str, codec: VideoCodec, joined: Joined) -> Result<(), String> {
    let name = name("we show", version, codec, joined);
    let options: &[&str] = match codec {
        VideoCodec::H264 => &[
            "-profile:v",
            "baseline",
            "-tune",
            "zerolatency",
            "-b:v",
            "80k",
            "-maxrate",
            "80k",
            "-bufsize",
            "40k",
            "-g",
            "15",
            "-x264-params",
            "aud=1:repeat-headers=1",
        ],
        _ => &[
            "-b:v",
            "80k",
            "-maxrate",
            "80k",
            "-bufsize",
            "40k",
            "-qmin",
            "30",
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
            "-g",
            "15",
            "-auto-alt-ref",
            "0",
        ],
    };
    let film = file("film");
    let encoded = film::encode(codec, &film::shades(WIDTH, HEIGHT, HOLD), WIDTH, HEIGHT, RATE, options);
    assert_eq!(encoded.len(), film::PICTURES * HOLD);
    let list = encoded.iter().flat_map(|(is_key, frame)| {
        let head = [frame.len() as u32, codec as u32, 0, 0, u32::from(*is_key), 0, 0];
        [&head.map(u32::to_ne_bytes).concat()[..], frame].concat()
    });
    std::fs::write(&film, list.collect::<Vec<u8>>()).unwrap();
    let mut call = Call::start(name.clone(), version, false, joined, [&number(codec), "-"])?;
    call.ours.send(format_args!("show 1 {} {WIDTH} {HEIGHT} {RATE}", film.display()));
    call.connect();
    let begun = Instant::now();
    let mut pictures: Vec<Value> = Vec::new();
    let mut first_after = None;
    while first_after.is_none_or(|first| begun.elapsed() < first + LOOK) {
        call.run_until(Duration::from_millis(200), |_| false);
        let reply = call.theirs.command(json!({"cmd": "pictures"}));
        pictures.extend(reply["pictures"].as_array().unwrap().iter().cloned());
        if !pictures.is_empty() {
            first_after.get_or_insert(begun.elapsed());
        }
        assert!(begun.elapsed() < Duration::from_secs(14), "{name}: no picture\n{}", call.ours.report(1)["text"]);
    }
    let report = call.ours.report(1);
    call.ours.send("pictures 1");
    let pushed = call.ours.wait(|event| event["ev"] == "pictures")["number"].as_u64().unwrap() as usize;
    let full = call.ours.wait(|event| event["ev"] == "full")["number"].as_u64().unwrap();
    call.end();

    let luma = |picture: &Value| picture[4].as_f64().unwrap();
    let nearest = |luma: f64| ((luma - film::level(0)) / 10.0).round().clamp(0.0, film::PICTURES as f64 - 1.0) as usize;
    let numbers: Vec<usize> = pictures.iter().map(|picture| nearest(luma(picture))).collect();
    let far =
        pictures.iter().map(|picture| (luma(picture) - film::level(nearest(luma(picture)))).abs()).fold(0.0, f64::max);
    say(&format!(
        "{name}: first after {:.2?}, {pushed} frames pushed, {full} times full, {} pictures shown, brightness within {far:.1}",
        first_after.unwrap(),
        pictures.len()
    ));
    let story = format!("{name}: {numbers:?} {pictures:?}\n{}", report["text"].as_str().unwrap());
    assert!(pictures.iter().all(|p| p[1] == WIDTH && p[2] == HEIGHT && p[3] == 0), "{story}");
    assert!(far <= SHADE, "{story}");
    let wanted = LOOK.as_secs() as usize * RATE;
    assert!(pictures.len() * 10 >= wanted * if joined.lost_permille > 0 { 5 } else { 8 }, "{story}");
    assert!(film::is_in_order(&numbers, if joined.lost_permille > 0 { 8 } else { 2 }), "{story}");
    check_path(&name, &report, joined);
    Ok(())
}

fn check_path(name: &str, report: &Value, joined: Joined) {
    let transport = &report["json"]["media"]["transport"];
    let route = if joined.relay.is_some() { "turn over udp" } else { "direct" };
    assert_eq!(transport["route"], route, "{name}: {transport}");
}

/// A frame of a file of `pictures.h`.
struct Frame {
    codec: u32,
    rotation: u32,
    is_key: bool,
    data: Vec<u8>,
}

fn frames(mut file: &[u8]) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let Some((head, rest)) = file.split_first_chunk::<28>() {
        let number = |at: usize| u32::from_ne_bytes(head[4 * at..4 * at + 4].try_into().unwrap());
        let (data, rest) = rest.split_at(number(0) as usize);
        frames.push(Frame { codec: number(1), rotation: number(3), is_key: number(4) == 1, data: data.to_vec() });
        file = rest;
    }
    frames
}

/// A call of two processes on a machine that does other things too may fail once for none of their faults.
fn twice(mut attempt: impl FnMut() -> Result<(), String>) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(&mut attempt)).unwrap_or_else(|_| {
        say("RETRY: the first call failed, see above");
        attempt()
    })
}

/// Why there is nothing to try here.
fn missing() -> Option<&'static str> {
    match (interface(), film::ffmpeg()) {
        (None, _) => Some("no network interface but loopback"),
        (_, None) => Some("no ffmpeg; install the package ffmpeg"),
        _ => None,
    }
}

#[test]
fn what_ntgcalls_shows_is_what_was_sent_and_what_we_record_too() {
    const NAME: &str = "what_ntgcalls_shows_is_what_was_sent_and_what_we_record_too";
    if let Some(why) = missing() {
        return skipped(NAME, why);
    }
    let both = twice(|| they_show("13.0.0", VideoCodec::Vp8, DIRECT))
        .and_then(|()| twice(|| we_show("9.0.0", VideoCodec::H264, DIRECT)));
    if let Err(why) = both {
        skipped(NAME, &why);
    }
}

#[test]
#[ignore = "make interop: some eight minutes"]
fn pictures_in_every_version_and_by_every_way() {
    const NAME: &str = "pictures_in_every_version_and_by_every_way";
    if let Some(why) = missing() {
        return skipped(NAME, why);
    }
    let coturn = Coturn::start(&interface().unwrap().to_string(), &[]);
    let mut ways = vec![DIRECT, Joined { lost_permille: 50, ..DIRECT }];
    match &coturn {
        Some(relay) => ways.push(Joined { relay: Some(relay), lost_permille: 50 }),
        None => skipped(&format!("{NAME} over coturn"), "no coturn; install the package coturn"),
    }
    let mut failed = Vec::new();
    for version in VERSIONS {
        for way in &ways {
            for codec in [VideoCodec::Vp8, VideoCodec::H264] {
                for show in [they_show, we_show] {
                    match catch_unwind(AssertUnwindSafe(|| twice(|| show(version, codec, *way)))) {
                        Ok(Ok(())) => {}
                        Ok(Err(why)) => return skipped(NAME, &why),
                        Err(_) => failed.push(name("", version, codec, *way)),
                    }
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// The recordings of [`record`]: our assembler makes whole frames of them, in order, which ffmpeg shows as the film that was sent.
#[test]
fn what_was_recorded_comes_out_whole_and_is_what_was_sent() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/video");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let call: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let codec = VideoCodec::from_name(call["codec"].as_str().unwrap()).unwrap();
        let [width, height] = ["width", "height"].map(|side| call[side].as_u64().unwrap() as usize);
        let rows = call["packets"].as_array().unwrap();
        let mut assembler = Assembler::new(Time::ZERO, Content::Plain, &Budget::default());
        let (mut frames, mut highest) = (Vec::new(), 1 << 16 | rows[0][0].as_u64().unwrap());
        for (at, row) in rows.iter().enumerate() {
            let now = Time::ZERO + Duration::from_millis(at as u64);
            let payload = unhex(row[4].as_str().unwrap());
            let number = sequence::extend(highest, row[0].as_u64().unwrap() as u16).unwrap();
            highest = highest.max(number);
            let packet = Arrival {
                number,
                timestamp: row[1].as_u64().unwrap() as u32,
                marker: row[2].as_bool().unwrap(),
                codec,
                orientation: row[3].as_u64().map(|byte| byte as u8),
                payload: &payload,
            };
            assembler.handle_packet(now, &packet);
            frames.extend(std::iter::from_fn(|| assembler.poll_frame(now)));
        }
        let context = format!("{codec:?}: {} frames of {} packets, {:?}", frames.len(), rows.len(), assembler.counts());
        // Each timestamp is a frame; the last need not have ended with the recording.
        let sent: BTreeSet<u64> = rows.iter().map(|row| row[1].as_u64().unwrap()).collect();
        assert!((sent.len() - 1..=sent.len()).contains(&frames.len()) && frames.len() > 15, "{context}");
        assert!(frames[0].is_key && frames[0].size == Some((width as u16, height as u16)), "{context}");
        assert!(frames.iter().all(|frame| frame.is_key == frame.size.is_some()), "{context}");
        assert!(frames.iter().all(|frame| frame.rotation == Rotation::None), "{context}");
        assert!(frames.windows(2).all(|pair| pair[1].timestamp.wrapping_sub(pair[0].timestamp) < 90_000), "{context}");
        let dropped: u64 = Reason::ALL.iter().map(|reason| assembler.counts().dropped(*reason)).sum();
        assert_eq!((dropped, assembler.counts().losses), (0, 0), "{context}");
        seen += 1;
        if film::ffmpeg().is_none() {
            say(&format!("SKIPPED what {codec:?} looks like: no ffmpeg; install the package ffmpeg"));
            continue;
        }
        let (extension, bytes) = film::file(codec, frames.iter().map(|frame| &frame.data[..]));
        let encoded = file(&format!("recorded.{extension}"));
        std::fs::write(&encoded, bytes).unwrap();
        let pictures = film::decode(&encoded, width, height);
        let judged = pictures.iter().map(|picture| film::judge(width, height, picture));
        let (numbers, decibels): (Vec<usize>, Vec<f64>) = judged.unzip();
        assert!(pictures.len() + 1 >= frames.len(), "{context}, {numbers:?}");
        assert!(decibels.iter().all(|decibels| *decibels >= LEAST_DB), "{context}, {decibels:.1?}");
        assert!(film::is_in_order(&numbers, 1), "{context}, {numbers:?}");
    }
    assert_eq!(seen, 4);
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Records what ntgcalls sends as VP8, VP9, H.264 and AV1 into `tests/captures/video/`: the packets of two seconds, decrypted and each
/// once, as they came. `cargo test --all-features --test interop_ntgcalls_video record -- --ignored` makes them anew.
#[test]
#[ignore = "makes tests/captures/video"]
fn record() {
    const SIZE: (usize, usize) = (480, 320);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/video");
    std::fs::create_dir_all(&folder).unwrap();
    let film = file("film.yuv");
    std::fs::write(&film, film::film(SIZE.0, SIZE.1, 2)).unwrap();
    for codec in [VideoCodec::Vp8, VideoCodec::Vp9, VideoCodec::H264, VideoCodec::Av1] {
        let mut theirs = Peer::start(&["--max-seconds", "60", "--stats-every", "0"]).unwrap();
        let mut ours = Camera::new("9.0.0", Role::Callee, &KEY, interface().unwrap(), &[codec]);
        let video = json!({"width": SIZE.0, "height": SIZE.1, "fps": 10});
        theirs.command(json!({"cmd": "skip", "role": "caller", "key": hex(&KEY), "video": video}));
        theirs.command(json!({"cmd": "connect", "servers": [], "versions": ["9.0.0"], "p2p": true}));
        theirs.command(json!({"cmd": "tone", "freq": 440}));
        let mut video = video;
        video["cmd"] = json!("video");
        video["file"] = json!(film);
        theirs.command(video);
        let (begun, mut first) = (Instant::now(), None);
        while first.is_none_or(|first: Instant| first.elapsed() < Duration::from_secs(2)) {
            assert!(begun.elapsed() < Duration::from_secs(20), "{codec:?}: no picture comes");
            ours.turn();
            for packet in std::mem::take(&mut ours.outbox) {
                theirs.send(&json!({"cmd": "signaling", "data": hex(&packet)}));
            }
            if let Some(event) = theirs.poll(Duration::from_millis(1))
                && event["ev"] == "signaling"
            {
                ours.handle_signaling(&bytes(&event, "data"));
            }
            if first.is_none() && !ours.packets.is_empty() {
                first = Some(Instant::now());
            }
        }
        let rows: Vec<String> = ours
            .packets
            .iter()
            .map(|packet| {
                let orientation = match packet.extensions.get(ExtensionKind::VideoOrientation) {
                    Some(Extension::VideoOrientation(byte)) => json!(byte),
                    _ => Value::Null,
                };
                let payload = &hex(&packet.payload)[4..];
                json!([packet.sequence, packet.timestamp, packet.marker, orientation, payload]).to_string()
            })
            .collect();
        let text = format!(
            "{{\n\"producer\": \"ntgcalls 3.0.5, recorded by tests/interop_ntgcalls_video.rs\",\n\"codec\": \"{}\",\n\"width\": {},\n\
             \"height\": {},\n\"packets\": [\n{}\n]\n}}\n",
            codec.name(),
            SIZE.0,
            SIZE.1,
            rows.join(",\n")
        );
        std::fs::write(folder.join(format!("ntgcalls-{}.json", codec.name().to_lowercase())), text).unwrap();
        say(&format!("{codec:?}: {} packets", rows.len()));
    }
}
