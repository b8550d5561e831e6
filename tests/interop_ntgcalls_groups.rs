//! Group calls between ntgcalls 3.0.5, which stands on libwebrtc, and the library's own media, all through the media server of
//! `tgcall-sim`. `make test` has two of them and one of ours; `make interop` has more of them, muting, leaving and coming again.
//!
//! Says SKIPPED where the wheel, Python or a network interface is missing.
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
use interop::{Peer, interface, skipped};
use process::Process;
use serde_json::{Value as Json, json};
use std::net::IpAddr;
use tgcall::sim::encoder::Value;
use tgcall::time::Duration;
use voice::Room;

/// Of what is heard of a tone, beside all the rest.
const LEAST_DB: f64 = 20.0;
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
        let Some(IpAddr::V4(ip)) = interface() else { return Err("no network interface".into()) };
        Ok(Call { sim: Process::at(ip, &[]), members: Vec::new(), room: Room::new(ip) })
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
        peer.wait(|event| event["ev"] == "state" && event["state"] == "CONNECTED");
        peer.command(json!({"cmd": "tone", "freq": hz}));
        *source = serde_json::from_str::<Json>(payload).unwrap()["ssrc"].as_i64().unwrap() as i32;
    }

    fn leave(&mut self, number: usize) {
        let Member { guest, peer, .. } = &mut self.members[number];
        guest.leave();
        peer.command(json!({"cmd": "stop"}));
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
                    if is_heard { loudness > 3000.0 } else { loudness < 300.0 },
                    "ours {at} hears {other}: {loudness}"
                );
            }
        }
    }
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
