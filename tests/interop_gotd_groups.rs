//! A group call with gotd's `telegram/calls`, which stands on pion and which others wrote, through the media server of `tgcall-sim`. Its
//! package `tg` takes minutes to compile, so this is for `make interop`.
//!
//! It is heard, leaves, comes again and follows who is there; to hear others is beyond it (`clients/gotd/group/main.go`).
//!
//! gotd asks servers of Google's where it is: it runs in a network namespace that leads nowhere but here. Says SKIPPED without Go or root.
#![cfg(all(feature = "media", feature = "opus", feature = "sim"))]
// Real processes: here the clock is read.
#![allow(clippy::disallowed_methods)]

#[path = "common/guest.rs"]
mod guest;
mod interop;
#[path = "common/process.rs"]
mod process;
#[path = "common/voice.rs"]
mod voice;

use guest::{Guest, host, visitor};
use interop::lines::Lines;
use interop::netns::Alone;
use interop::toolchain::{root, scratch};
use interop::{say, skipped};
use process::{Process, Program};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration as Wall, Instant};
use tgcall::media::audio::codec::Encoder;
use tgcall::sim::encoder::Value;
use tgcall::sim::frame::Kind;
use tgcall::time::Duration;
use voice::Room;

const RATE: usize = 48_000;
/// As `gotd`'s schema has it.
const LAYER: u32 = 228;
const GOTD: i64 = 1003;
const GOTD_HZ: f64 = 1000.0;
const OURS_HZ: [f64; 2] = [440.0, 610.0];

/// The program, built; the error is the reason why there is none.
fn build() -> Result<PathBuf, String> {
    let program = root().join("target/clients/gotd-group");
    let built = Command::new("go")
        .args(["build", "-o", &program.to_string_lossy(), "./group"])
        .current_dir(root().join("tests/clients/gotd"))
        .output()
        .map_err(|why| format!("no Go: {why}"))?;
    if built.status.success() { Ok(program) } else { Err(String::from_utf8_lossy(&built.stderr).trim().to_owned()) }
}

/// A tone in packets of 20 ms, each behind its size: as long as whole waves fit.
fn packets(path: &Path) {
    let mut encoder = Encoder::new(64_000, 1).unwrap();
    let sine = |at: usize| (6000.0 * (at as f64 * GOTD_HZ * std::f64::consts::TAU / RATE as f64).sin()) as i16;
    let mut file = Vec::new();
    for number in 0..500 {
        let samples: Vec<i16> = (number * 960..(number + 1) * 960).map(sine).collect();
        let packet = encoder.encode(&samples).unwrap();
        file.extend((packet.len() as u16).to_le_bytes());
        file.extend(packet);
    }
    std::fs::write(path, file).unwrap();
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A gotd in the call, and what speaks with Telegram for it.
struct Gotd {
    lines: Lines,
    telegram: Program,
    told: Vec<Json>,
}

impl Gotd {
    fn start(sim: &Process, alone: &Alone, program: &Path, call: guest::CallName) -> Gotd {
        let sound = scratch("gotd-group").join("tone.opus-packets");
        packets(&sound);
        let mut command = alone.command(program);
        command.args([call.id.to_string(), call.access_hash.to_string()]).arg(sound);
        let lines = Lines::start("gotd", &mut command).unwrap();
        let telegram = sim.log_in_with(GOTD, 1, Some(LAYER));
        Gotd { lines, telegram, told: Vec::new() }
    }

    fn turn(&mut self) {
        while let Some(event) = self.lines.poll(Wall::ZERO) {
            match event["ev"].as_str() {
                Some("ask") => {
                    let id = event["id"].as_u64().unwrap();
                    self.telegram.send(Kind::Request, id, &unhex(event["hex"].as_str().unwrap()));
                }
                Some("failed" | "garbage") => panic!("{event}"),
                _ => self.told.push(event),
            }
        }
        while let Some(frame) = self.telegram.update(Wall::from_millis(1)) {
            let cmd = if frame.kind == Kind::Answer { "answer" } else { "update" };
            self.lines.send(&json!({"cmd": cmd, "id": frame.request, "hex": hex(&frame.body)}));
        }
    }

    /// Runs the room until it says so.
    fn wait(&mut self, room: &mut Room, event: &str) {
        let begun = Instant::now();
        while !self.told.iter().any(|told| told["ev"] == event) {
            assert!(begun.elapsed() < Wall::from_secs(40), "no {event}: {:?}", self.told);
            self.run(room, Duration::from_millis(20));
        }
    }

    fn run(&mut self, room: &mut Room, time: Duration) {
        let pieces = (time.as_millis() / 20).max(1);
        for _ in 0..pieces {
            room.run(Duration::from_millis(20));
            self.turn();
        }
    }
}

/// Whether the room hears gotd and each other.
#[track_caller]
fn assert_room(room: &Room, hears_gotd: bool) {
    room.assert_hears(0, &[1]);
    room.assert_hears(1, &[0]);
    for voice in &room.voices {
        let loudness = voice.loudness(GOTD_HZ);
        assert_eq!(loudness > 1500.0, hears_gotd, "{loudness:.0}");
        assert!(hears_gotd || loudness < 150.0, "{loudness:.0}");
    }
}

fn is_in(guest: &mut Guest) -> bool {
    guest.participant(GOTD).is_some()
}

#[test]
#[ignore = "takes minutes to compile: make interop"]
fn gotd_is_heard_in_a_group_call_of_ours() {
    let test = "gotd_is_heard_in_a_group_call_of_ours";
    let made = build().and_then(|program| Alone::new().map(|alone| (program, alone)));
    let (program, alone) = match made {
        Ok(made) => made,
        Err(why) => return skipped(test, &why),
    };
    let sim = Process::at(alone.here(), &[]);
    let mut room = Room::new(alone.here());
    let mut guest = host(&sim, 1, "Friends");
    room.enter(&mut guest, OURS_HZ[0]);
    room.enter(&mut visitor(&sim, 1002, "Friends"), OURS_HZ[1]);
    room.run(Duration::from_secs(2));
    assert_room(&room, false);
    for round in 1..=2 {
        let name = visitor(&sim, GOTD, "Friends").call;
        let mut gotd = Gotd::start(&sim, &alone, &program, name);
        gotd.wait(&mut room, "connected");
        gotd.run(&mut room, Duration::from_secs(4));
        assert!(is_in(&mut guest));
        assert_room(&room, true);
        say(&format!("round {round}: gotd is heard with an amplitude of {:.0}", room.voices[0].loudness(GOTD_HZ)));
        // And follows who is there.
        let account = guest.account;
        guest.edit(account, |request| request.with("muted", Value::Bool(round == 1))).unwrap();
        gotd.wait(&mut room, "people");
        gotd.lines.send(&json!({"cmd": "leave"}));
        gotd.wait(&mut room, "left");
        gotd.run(&mut room, Duration::from_secs(2));
        assert!(!is_in(&mut guest));
        assert_room(&room, false);
    }
}
