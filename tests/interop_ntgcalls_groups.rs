//! Group calls between ntgcalls 3.0.5, which stands on libwebrtc, and the library's own media, all through the media server of
//! `tgcall-sim`. `make test` has two of them and one of ours, and a camera; `make interop` has
//! more of them, muting, leaving and coming again, cameras both ways and a screen.
//!
//! Says SKIPPED where the wheel, Python or a network interface is missing.
#![cfg(all(feature = "media", feature = "opus", feature = "sim"))]
// Real processes: here the clock is read.
#![allow(clippy::disallowed_methods)]

#[path = "interop/film.rs"]
mod film;
#[path = "common/guest.rs"]
mod guest;
mod interop;
#[path = "interop/member.rs"]
mod member;
#[path = "common/process.rs"]
mod process;
#[path = "common/voice.rs"]
mod voice;

use guest::{Guest, host, pictures, visitor};
use interop::{Peer, hex, interface, lines, skipped};
use member::OurMember;
use process::Process;
use serde_json::{Value as Json, json};
use std::net::IpAddr;
use std::time::{Instant, SystemTime};
use tgcall::sim::encoder::Value;
use tgcall::time::Duration;
use voice::Room;

/// Of what is heard of a tone, beside all the rest.
const LEAST_DB: f64 = 20.0;
/// Pictures a second.
const RATE: u64 = 15;
const ACCOUNTS: [i64; 6] = [1001, 1002, 1003, 1004, 1007, 1008];

/// An ntgcalls in a call.
struct Member {
    guest: Guest,
    peer: Peer,
    hz: f64,
    source: i32,
}

/// The call, who is in it, and members of ours.
struct Call {
    sim: Process,
    members: Vec<Member>,
    room: Room,
}

fn tone(number: usize) -> f64 {
    440.0 + 170.0 * number as f64
}

impl Call {
    /// `Err`: why there is no such call on this machine.
    fn start() -> Result<Call, String> {
        Call::start_with(&[])
    }

    /// The same with options of `tgcall-sim`.
    fn start_with(options: &[&str]) -> Result<Call, String> {
        let Some(IpAddr::V4(ip)) = interface() else { return Err("no network interface".into()) };
        // On a machine that is busy 20 ms are not enough for it.
        let options = [&["--knob", "sfu-answer-ms=100"], options].concat();
        Ok(Call { sim: Process::at(ip, &options), members: Vec::new(), room: Room::new(ip) })
    }

    /// The next account, which makes the call if it is the first.
    fn guest(&self) -> Guest {
        match self.members.len() + self.room.voices.len() {
            0 => host(&self.sim, 1, "Friends"),
            number => visitor(&self.sim, ACCOUNTS[number], "Friends"),
        }
    }

    /// One more ntgcalls, with this media, joins and says its tone.
    fn add(&mut self, media: Json) -> Result<usize, String> {
        let peer = Peer::start_for_groups(&["--max-seconds", "120", "--keep", "2"])?;
        let number = self.members.len();
        let guest = self.guest();
        self.members.push(Member { guest, peer, hz: tone(number), source: 0 });
        self.join(number, media);
        Ok(number)
    }

    fn join(&mut self, number: usize, media: Json) {
        let Member { guest, peer, hz, source } = &mut self.members[number];
        let mut create = media;
        create["cmd"] = json!("create");
        let reply = peer.command(create);
        let payload = reply["payload"].as_str().unwrap();
        let params = guest.join(false, payload).expect("its payload is taken");
        peer.command(json!({"cmd": "connect", "params": params}));
        // Its CONNECTED is lost now and then (README.md), also where it hears already.
        peer.wait(|event| event["state"] == "CONNECTED" || event["ev"] == "first_audio");
        peer.command(json!({"cmd": "tone", "freq": hz}));
        *source = serde_json::from_str::<Json>(payload).unwrap()["ssrc"].as_i64().unwrap() as i32;
    }

    /// One that only listens, and is answered by a stream.
    fn listen(&mut self, mut guest: Guest, answer: Json) -> Result<(Guest, Peer), String> {
        let mut peer = Peer::start_for_groups(&["--max-seconds", "120", "--keep", "2"])?;
        let reply = peer.command(json!({"cmd": "create", "capture": false, "recv_video": true}));
        let params = guest.join(true, reply["payload"].as_str().unwrap()).expect("its payload is taken");
        assert_eq!(params, answer);
        peer.command(json!({"cmd": "connect", "params": params}));
        Ok((guest, peer))
    }

    /// Gives a listener the parts that it asks for, by the clock of its machine, for so long.
    fn serve(&mut self, guest: &mut Guest, peer: &mut Peer, login: Instant, time: Duration) -> usize {
        let (end, mut parts) = (Instant::now() + time, 0);
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as i64;
        let ahead = guest.login_ms() + login.elapsed().as_millis() as i64 - wall;
        while Instant::now() < end {
            self.room.run(Duration::from_millis(10));
            let Some(event) = peer.poll(Duration::from_millis(1)) else { continue };
            if event["ev"] == "request_timestamp" {
                let last = guest.last_timestamp().unwrap_or(0);
                peer.send(&json!({"cmd": "timestamp", "timestamp": last, "quiet": true}));
            }
            if event["ev"] != "request_part" {
                continue;
            }
            // Of a broadcast it takes the time from its own clock, otherwise from the channel.
            let channel = event["channel_id"].as_i64().unwrap() as i32;
            let ahead = if channel == 0 { ahead.div_euclid(1000) * 1000 } else { 0 };
            let time = event["timestamp"].as_i64().unwrap() + ahead;
            let video = (channel > 0).then_some((channel, 2));
            let mut part = event.clone();
            part["cmd"] = json!("part");
            match guest.part(time, video) {
                Ok(bytes) => {
                    parts += usize::from(!bytes.is_empty());
                    part["data"] = json!(hex(&bytes));
                }
                Err(why) => part["status"] = json!(if why == "TIME_TOO_BIG" { "NOT_READY" } else { "RESYNC_NEEDED" }),
            }
            part["quiet"] = json!(true);
            peer.send(&part);
        }
        parts
    }

    fn leave(&mut self, number: usize) {
        let Member { guest, peer, .. } = &mut self.members[number];
        guest.leave();
        peer.command(json!({"cmd": "stop"}));
    }

    /// One shows its camera or its screen, of this brightness, and those who may see it are told so.
    fn shoot(&mut self, number: usize, screen: bool, size: (usize, usize), luma: u32) {
        let Member { guest, peer, .. } = &mut self.members[number];
        if !screen {
            guest.edit(guest.account, |request| request.with("video_stopped", Value::Bool(false))).unwrap();
        }
        let (width, height) = size;
        peer.command(
            json!({"cmd": "video", "screen": screen, "width": width, "height": height, "fps": RATE, "luma": luma}),
        );
    }

    /// One begins to show a screen beside its camera.
    fn present(&mut self, number: usize, camera: &Json) {
        let Member { guest, peer, .. } = &mut self.members[number];
        let reply = peer.command(json!({"cmd": "presentation"}));
        let params = guest.present(reply["payload"].as_str().unwrap()).expect("a screen may be shown");
        peer.command(json!({"cmd": "connect", "params": params, "presentation": true}));
        peer.wait(|event| event["ev"] == "state" && event["state"] == "CONNECTED" && event["kind"] == "PRESENTATION");
        peer.command(
            json!({"cmd": "sources", "camera": camera, "recv_video": true, "recv_screen": true, "screen": camera}),
        );
    }

    /// One wants to see another.
    fn look(&mut self, viewer: usize, other: usize, which: &str) -> i64 {
        let account = self.members[other].guest.account;
        self.look_at(viewer, account, which)
    }

    fn look_at(&mut self, viewer: usize, account: i64, which: &str) -> i64 {
        let Member { guest, peer, .. } = &mut self.members[viewer];
        let entry = guest.participant(account).expect("he is in");
        let (endpoint, groups) = pictures(&entry, which).expect("he shows something");
        let reply =
            peer.command(json!({"cmd": "add_video", "user": account, "endpoint": endpoint, "source_groups": groups}));
        reply["ssrc"].as_i64().unwrap()
    }

    /// What one sees by a source: pictures of this brightness, and of this size or one of its lower layers, which is all that is sent on a
    /// machine that has no time for more; in so many seconds.
    #[track_caller]
    fn assert_sees(&mut self, viewer: usize, source: i64, device: &str, size: (usize, usize), luma: u32, seconds: u64) {
        self.members[viewer].peer.command(json!({"cmd": "stats"}));
        self.room.run(Duration::from_secs(seconds));
        // Its sound goes on being kept for who asks for that next.
        let stats = self.members[viewer].peer.command(json!({"cmd": "stats", "reset": false}));
        let shown = &stats["video"][format!("{source}/{device}")];
        let rate = shown["window"].as_u64().unwrap_or(0) / seconds;
        let brightness = shown["luma"].as_f64().unwrap_or(0.0);
        let is_good = rate >= RATE / 2 && is_layer_of(shown, size) && (brightness - f64::from(luma)).abs() < 6.0;
        assert!(is_good, "{viewer} sees {source}/{device}: {shown} of {}", stats["video"]);
    }

    /// Lets so much time pass, and forgets what was heard before.
    fn talk(&mut self, time: Duration) {
        for member in &mut self.members {
            // Who has left knows of no call.
            member.peer.try_command(json!({"cmd": "stats"}));
        }
        self.room.run(time);
    }

    /// Of all but these each hears all others of them, and nobody else; ours as well.
    fn assert_all_hear(&mut self, but: &[usize], silent: &[usize]) {
        let said: Vec<(usize, i32, f64)> =
            self.members.iter().enumerate().map(|(at, one)| (at, one.source, one.hz)).collect();
        let ours: Vec<(i32, f64)> =
            self.room.voices.iter().map(|voice| (voice.ssrc.0.cast_signed(), voice.hz)).collect();
        for number in (0..self.members.len()).filter(|number| !but.contains(number)) {
            let stats = self.members[number].peer.command(json!({"cmd": "stats"}));
            let is_said = |(other, ..): &&(usize, i32, f64)| *other != number;
            for (other, source, hz) in said.iter().filter(is_said) {
                let is_heard = !but.contains(other) && !silent.contains(other);
                check(&stats, &format!("{number} hears {other}"), *source, *hz, is_heard);
            }
            for (source, hz) in &ours {
                check(&stats, &format!("{number} hears one of ours"), *source, *hz, true);
            }
        }
        for (at, voice) in self.room.voices.iter().enumerate() {
            for (other, _, hz) in &said {
                let is_heard = !but.contains(other) && !silent.contains(other);
                let loudness = voice.loudness(*hz);
                assert!(
                    if is_heard { loudness > 2000.0 } else { loudness < 200.0 },
                    "ours {at} hears {other}: {loudness}"
                );
            }
        }
    }
}

/// Whether pictures have this size, half or a quarter of it.
fn is_layer_of(shown: &Json, size: (usize, usize)) -> bool {
    [1, 2, 4].iter().any(|scale| shown["info"][0] == size.0 / scale && shown["info"][1] == size.1 / scale)
}

/// What an ntgcalls says of one source.
fn check(stats: &Json, what: &str, source: i32, hz: f64, is_heard: bool) {
    let heard = &stats["audio"][source.to_string()];
    if !is_heard {
        let rms = heard["rms"].as_f64().unwrap_or(0.0);
        assert!(rms < 0.01, "{what}: {heard}");
        return;
    }
    let (found, snr) = (heard["freq"].as_f64().unwrap_or(0.0), heard["snr_db"].as_f64().unwrap_or(0.0));
    assert!((found - hz).abs() < 3.0 && snr >= LEAST_DB, "{what} at {hz} Hz: {heard} of {}", stats["audio"]);
}

#[test]
fn two_ntgcalls_and_one_of_ours_hear_each_other() {
    let run = || -> Result<(), String> {
        let mut call = Call::start()?;
        call.add(json!({}))?;
        call.add(json!({}))?;
        let mut ours = call.guest();
        call.room.enter(&mut ours, tone(2));
        call.talk(Duration::from_secs(2));
        call.talk(Duration::from_secs(3));
        call.assert_all_hear(&[], &[]);
        assert_eq!(ours.participants().len(), 3);
        Ok(())
    };
    if let Err(why) = run() {
        skipped("two_ntgcalls_and_one_of_ours_hear_each_other", &why);
    }
}

#[test]
fn one_ntgcalls_sees_the_camera_of_another() {
    let run = || -> Result<(), String> {
        let mut call = Call::start()?;
        let size = (640, 360);
        let camera = json!({"camera": {"width": size.0, "height": size.1, "fps": RATE}});
        let (shower, viewer) = (call.add(camera)?, call.add(json!({"recv_video": true}))?);
        call.shoot(shower, false, size, 90);
        let source = call.look(viewer, shower, "video");
        call.talk(Duration::from_secs(4));
        call.assert_sees(viewer, source, "CAMERA", size, 90, 3);
        call.assert_all_hear(&[], &[]);
        Ok(())
    };
    if let Err(why) = run() {
        skipped("one_ntgcalls_sees_the_camera_of_another", &why);
    }
}

/// `make interop`.
#[test]
#[ignore = "takes longer than make test has"]
fn an_ntgcalls_and_a_program_on_our_whole_library_see_and_hear_each_other() {
    let run = || -> Result<(), String> {
        let mut call = Call::start()?;
        let size = member::SIZE;
        let camera = json!({"width": size.0, "height": size.1, "fps": RATE});
        let theirs = call.add(json!({"camera": camera, "recv_video": true}))?;
        call.shoot(theirs, false, size, 90);
        let ours = OurMember::start(&call.sim, ACCOUNTS[1], "Friends", 900.0, Some(150))?;
        call.talk(Duration::from_secs(1));
        let picture = call.look_at(theirs, ACCOUNTS[1], "video");
        call.talk(Duration::from_secs(4));
        call.assert_sees(theirs, picture, "CAMERA", size, 150, 3);
        let Member { guest, peer, .. } = &mut call.members[theirs];
        let Some(Value::Int(source)) = guest.participant(ACCOUNTS[1]).unwrap().get("source").cloned() else { panic!() };
        let stats = peer.command(json!({"cmd": "stats"}));
        check(&stats, "an ntgcalls hears a program of ours", source, 900.0, true);
        call.present(theirs, &camera);
        call.shoot(theirs, true, size, 200);
        call.talk(Duration::from_secs(5));
        let seen = ours.stop();
        for (source, luma, seconds) in [("CAMERA", 90.0, 8), ("SCREEN", 200.0, 3)] {
            let shown = seen.brightness(ACCOUNTS[0], source);
            assert!(shown.len() as u64 >= seconds * RATE / 2, "{} pictures of {source}", shown.len());
            assert!(shown.iter().all(|shade| (shade - luma).abs() < 6.0), "{source}: {shown:?}");
        }
        Ok(())
    };
    if let Err(why) = run() {
        skipped("an_ntgcalls_and_a_program_on_our_whole_library_see_and_hear_each_other", &why);
    }
}

/// `make interop`.
#[test]
#[ignore = "takes longer than make test has"]
fn ntgcalls_see_cameras_both_ways_and_a_screen_with_them() {
    let run = || -> Result<(), String> {
        let mut call = Call::start()?;
        let size = (1280, 720);
        let camera = json!({"width": size.0, "height": size.1, "fps": RATE});
        let both = json!({"camera": camera, "recv_video": true, "recv_screen": true});
        let (first, second) = (call.add(both.clone())?, call.add(both)?);
        call.shoot(first, false, size, 90);
        call.shoot(second, false, size, 150);
        let of_first = call.look(second, first, "video");
        let of_second = call.look(first, second, "video");
        call.talk(Duration::from_secs(8));
        call.assert_sees(second, of_first, "CAMERA", size, 90, 3);
        call.assert_sees(first, of_second, "CAMERA", size, 150, 3);

        call.present(first, &camera);
        call.shoot(first, true, size, 200);
        let screen = call.look(second, first, "presentation");
        call.talk(Duration::from_secs(5));
        call.assert_sees(second, screen, "SCREEN", size, 200, 3);
        call.assert_sees(second, of_first, "CAMERA", size, 90, 3);
        call.assert_all_hear(&[], &[]);

        let Member { guest, peer, .. } = &mut call.members[first];
        peer.command(json!({"cmd": "stop_presentation"}));
        guest.ask("phone.leaveGroupCallPresentation", |request| request).unwrap();
        let account = guest.account;
        let entry = call.members[second].guest.participant(account).unwrap();
        assert!(pictures(&entry, "presentation").is_none() && pictures(&entry, "video").is_some());
        call.talk(Duration::from_secs(2));
        call.assert_sees(second, of_first, "CAMERA", size, 90, 3);
        Ok(())
    };
    if let Err(why) = run() {
        skipped("ntgcalls_see_cameras_both_ways_and_a_screen_with_them", &why);
    }
}

/// `make interop`.
#[test]
#[ignore = "takes longer than make test has"]
fn three_ntgcalls_and_two_of_ours_hear_each_other_through_mute_leave_and_rejoin() {
    let run = || -> Result<(), String> {
        let mut call = Call::start()?;
        for _ in 0..3 {
            call.add(json!({}))?;
        }
        let mut ours = Vec::new();
        for number in 3..5 {
            let mut guest = call.guest();
            call.room.enter(&mut guest, tone(number));
            ours.push(guest);
        }
        call.talk(Duration::from_secs(2));
        call.talk(Duration::from_secs(3));
        call.assert_all_hear(&[], &[]);

        // By himself.
        call.members[1].peer.command(json!({"cmd": "mute"}));
        call.talk(Duration::from_secs(2));
        call.talk(Duration::from_secs(2));
        call.assert_all_hear(&[], &[1]);
        call.members[1].peer.command(json!({"cmd": "unmute"}));
        // By an admin, whatever he sends.
        let account = call.members[2].guest.account;
        call.members[0].guest.edit(account, |request| request.with("muted", Value::Bool(true))).unwrap();
        call.talk(Duration::from_secs(2));
        call.talk(Duration::from_secs(2));
        call.assert_all_hear(&[], &[2]);
        call.members[0].guest.edit(account, |request| request.with("muted", Value::Bool(false))).unwrap();
        call.members[2].guest.edit(account, |request| request.with("muted", Value::Bool(false))).unwrap();
        call.talk(Duration::from_secs(2));
        call.talk(Duration::from_secs(3));
        call.assert_all_hear(&[], &[]);

        // One goes, and comes again as somebody new.
        let before = call.members[1].source;
        call.leave(1);
        call.talk(Duration::from_secs(2));
        call.talk(Duration::from_secs(2));
        call.assert_all_hear(&[1], &[]);
        assert_eq!(ours[0].participants().len(), 4);
        call.join(1, json!({}));
        assert_ne!(call.members[1].source, before);
        call.talk(Duration::from_secs(2));
        call.talk(Duration::from_secs(3));
        call.assert_all_hear(&[], &[]);
        Ok(())
    };
    if let Err(why) = run() {
        skipped("three_ntgcalls_and_two_of_ours_hear_each_other_through_mute_leave_and_rejoin", &why);
    }
}

/// `make interop`.
#[test]
#[ignore = "takes longer than make test has"]
fn an_ntgcalls_listens_to_a_stream_of_what_two_others_say() {
    let run = || -> Result<(), String> {
        let mut call = Call::start_with(&["--knob", "group-stream-from=2"])?;
        call.add(json!({}))?;
        let mut ours = call.guest();
        call.room.enter(&mut ours, tone(1));
        let (login, guest) = (Instant::now(), call.guest());
        let (mut guest, mut peer) = call.listen(guest, json!({"stream": true}))?;
        let parts = call.serve(&mut guest, &mut peer, login, Duration::from_secs(12));
        assert!(parts >= 5, "{parts} parts in 12 s");
        let stats = peer.command(json!({"cmd": "stats"}));
        check(&stats, "the listener hears an ntgcalls", call.members[0].source, tone(0), true);
        check(&stats, "the listener hears ours", call.room.voices[0].ssrc.0.cast_signed(), tone(1), true);
        assert_eq!(peer.command(json!({"cmd": "state"}))["mode"], "STREAM");
        Ok(())
    };
    if let Err(why) = run() {
        skipped("an_ntgcalls_listens_to_a_stream_of_what_two_others_say", &why);
    }
}

/// `make interop`.
#[test]
#[ignore = "takes longer than make test has"]
fn an_ntgcalls_watches_a_call_by_rtmp() {
    let run = || -> Result<(), String> {
        let mut call = Call::start()?;
        let (login, guest) = (Instant::now(), guest::streamer(&call.sim, 1, "News"));
        let (mut guest, mut peer) = call.listen(guest, json!({"stream": true, "rtmp": true}))?;
        let parts = call.serve(&mut guest, &mut peer, login, Duration::from_secs(10));
        assert!(parts >= 5, "{parts} parts in 10 s");
        let stats = peer.command(json!({"cmd": "stats"}));
        check(&stats, "the viewer hears it", 1, 440.0, true);
        let shown = &stats["video"]["1/CAMERA"];
        assert!(shown["frames"].as_u64().unwrap_or(0) > 30 && shown["info"][0] == 128, "{stats}");
        let brightness = shown["luma"].as_f64().unwrap_or(0.0);
        assert!((0..6).any(|step| (brightness - f64::from(60 + 20 * step)).abs() < 2.0), "{shown}");
        Ok(())
    };
    if let Err(why) = run() {
        skipped("an_ntgcalls_watches_a_call_by_rtmp", &why);
    }
}
