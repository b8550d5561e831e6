//! End-to-end encrypted conferences between ntgcalls 3.0.5 and our own, through `tgcall-sim`: the same keys, the same emoji, and sound.
//!
//! Says SKIPPED where the wheel, Python or a network interface is missing.
#![cfg(all(feature = "media", feature = "opus", feature = "sim", feature = "conference"))]
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

use guest::{CallName, Guest, pictures, updates};
use interop::{Peer, bytes, hex, interface, lines, skipped};
use member::OurMember;
use process::Process;
use serde_json::{Value as Json, json};
use std::net::IpAddr;
use std::time::{Duration, Instant};
use tgcall::sim::encoder::{Object, Value};

/// Of what is heard of a tone, beside all the rest.
const LEAST_DB: f64 = 20.0;
/// Longer than any verification takes.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pictures a second.
const RATE: u64 = 15;
const ACCOUNTS: [i64; 4] = [1001, 1002, 1003, 1004];

/// An ntgcalls in a conference.
struct Member {
    guest: Guest,
    peer: Peer,
    hz: f64,
    source: i32,
}

struct Conference {
    sim: Process,
    slug: String,
    members: Vec<Member>,
}

fn text(object: &Object, field: &str) -> String {
    String::from_utf8_lossy(object.bytes(field).unwrap_or_default()).into_owned()
}

/// The stretches of sub-chains that an answer or an update brings, blocks before broadcasts.
fn chains(object: &Object) -> Vec<(i32, i32, Vec<Vec<u8>>)> {
    let stretch = |update: &&Object| {
        let blocks = update.list("blocks").iter().filter_map(|one| match one {
            Value::Bytes(block) => Some(block.clone()),
            _ => None,
        });
        (update.int("sub_chain_id").unwrap(), update.int("next_offset").unwrap(), blocks.collect())
    };
    let found = updates(object);
    let mut chains: Vec<_> = found.iter().filter(|one| one.name == "updateGroupCallChainBlocks").map(stretch).collect();
    chains.sort_by_key(|(sub_chain, ..)| *sub_chain);
    chains
}

impl Conference {
    /// `Err`: why there is none on this machine.
    fn start() -> Result<Conference, String> {
        let Some(IpAddr::V4(ip)) = interface() else { return Err("no network interface".into()) };
        // On a machine that is busy 20 ms are not enough for it.
        let sim = Process::at(ip, &["--knob", "sfu-answer-ms=100"]);
        let mut program = sim.log_in(ACCOUNTS[0], 2);
        let answer = program.invoke(&Object::new("phone.createConferenceCall").with("random_id", 1));
        let update = updates(&answer).into_iter().find(|one| one.name == "updateGroupCall").expect("a call is made");
        let link = text(update.child("call").expect("it says which"), "invite_link");
        let slug = link.rsplit('/').next().expect("a link has an end").to_owned();
        Ok(Conference { sim, slug, members: Vec::new() })
    }

    /// The next account, which knows the conference by its link.
    fn guest(&self, number: usize) -> Guest {
        let account = ACCOUNTS[number];
        let mut program = self.sim.log_in(account, 1);
        let slug = Object::new("inputGroupCallSlug").with("slug", self.slug.as_str());
        let answer = program.invoke(&Object::new("phone.getGroupCall").with("call", slug).with("limit", 5));
        let call = answer.child("call").unwrap_or_else(|| panic!("{answer:?}"));
        let call = CallName { id: call.long("id").unwrap(), access_hash: call.long("access_hash").unwrap() };
        Guest { account, program, call }
    }

    /// One more ntgcalls joins and says its tone.
    fn add(&mut self) -> Result<usize, String> {
        self.add_with(json!({}))
    }

    /// The same with this media.
    fn add_with(&mut self, media: Json) -> Result<usize, String> {
        let peer = Peer::start_for_groups(&["--max-seconds", "120", "--keep", "2"])?;
        let number = self.members.len();
        let guest = self.guest(number);
        self.members.push(Member { guest, peer, hz: 440.0 + 170.0 * number as f64, source: 0 });
        self.join(number, media);
        Ok(number)
    }

    fn join(&mut self, number: usize, mut media: Json) {
        let Member { guest, peer, hz, source } = &mut self.members[number];
        let newest = guest.blocks(0, -1, 1);
        let last = newest.first().and_then(|(.., blocks)| blocks.first()).map(|block| hex(block));
        media["cmd"] = json!("conference");
        media["user"] = json!(guest.account);
        media["last_block"] = json!(last);
        let reply = peer.command(media);
        let payload = reply["payload"].as_str().unwrap().to_owned();
        *source = serde_json::from_str::<Json>(&payload).unwrap()["ssrc"].as_i64().unwrap() as i32;
        let params = Object::new("dataJSON").with("data", payload.as_str());
        let (key, block) = (bytes(&reply, "public_key"), bytes(&reply, "block"));
        let answer = guest.ask("phone.joinGroupCall", |request| {
            let request = request.with("join_as", Object::new("inputPeerSelf")).with("params", params);
            request.with("public_key", &key[..]).with("block", &block[..])
        });
        let answer = answer.expect("its block is taken");
        for (sub_chain, next, blocks) in chains(&answer) {
            feed(peer, sub_chain, next, &blocks, true);
        }
        let found = updates(&answer);
        let connection = found.iter().find(|one| one.name == "updateGroupCallConnection").expect("a connection");
        let params: Json = serde_json::from_str(&text(connection.child("params").expect("JSON"), "data")).unwrap();
        peer.command(json!({"cmd": "connect", "params": params}));
        peer.command(json!({"cmd": "tone", "freq": hz}));
    }

    /// Carries between each ntgcalls and Telegram what it asks for and what comes, for so long.
    fn run(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            for member in &mut self.members {
                member.turn();
            }
        }
    }

    /// Lets so much time pass, and forgets what was heard before.
    fn talk(&mut self, time: Duration) {
        for member in &mut self.members {
            member.peer.try_command(json!({"cmd": "stats"}));
        }
        self.run(time);
    }

    fn emoji(&mut self, number: usize) -> String {
        let reply = self.members[number].peer.command(json!({"cmd": "emojis"}));
        reply["emojis"].as_str().unwrap_or_default().to_owned()
    }

    /// Runs until all have the same emoji.
    fn verify(&mut self) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            self.run(Duration::from_millis(300));
            let told: Vec<String> = (0..self.members.len()).map(|number| self.emoji(number)).collect();
            if !told[0].is_empty() && told.iter().all(|one| *one == told[0]) {
                return told[0].clone();
            }
            assert!(Instant::now() < end, "{told:?}");
        }
    }

    /// The same with ours.
    fn agree(&mut self, ours: &mut [OurMember]) {
        let end = Instant::now() + PATIENCE;
        loop {
            self.run(Duration::from_millis(300));
            let mut told: Vec<String> = (0..self.members.len()).map(|number| self.emoji(number)).collect();
            told.extend(ours.iter_mut().map(OurMember::emoji));
            if !told[0].is_empty() && told.iter().all(|one| *one == told[0]) {
                return;
            }
            assert!(Instant::now() < end, "{told:?}");
        }
    }

    /// Everybody hears everybody else, ntgcalls each by himself and ours the sum.
    fn assert_all_hear(&mut self, ours: &mut [OurMember], tones: &[f64]) {
        self.talk(Duration::from_secs(3));
        let list = self.members[0].guest.participants();
        let source_of = |account: i64| list.iter().find(|(one, _)| *one == account).unwrap().1.int("source").unwrap();
        for listener in 0..self.members.len() {
            for other in (0..self.members.len()).filter(|other| *other != listener) {
                self.assert_hears(listener, self.members[other].source, self.members[other].hz);
            }
            for (at, hz) in tones.iter().enumerate() {
                self.assert_hears(listener, source_of(ACCOUNTS[2 + at]), *hz);
            }
        }
        for (at, one) in ours.iter_mut().enumerate() {
            let said = self.members.iter().map(|member| member.hz).chain(tones.iter().copied());
            let own = tones[at];
            for hz in said.filter(|hz| *hz != own) {
                let share = one.hears(hz);
                // ntgcalls says its tones nearly three times as loud.
                assert!(share > 0.03, "ours {at} hears {hz} Hz: {share}");
            }
            assert!(one.hears(own) < 0.003, "nobody hears himself");
        }
    }

    /// An ntgcalls shows its camera, of this brightness.
    fn shoot(&mut self, number: usize, luma: u32) {
        let Member { guest, peer, .. } = &mut self.members[number];
        guest.edit(guest.account, |request| request.with("video_stopped", Value::Bool(false))).unwrap();
        let (width, height) = member::SIZE;
        peer.command(json!({"cmd": "video", "width": width, "height": height, "fps": RATE, "luma": luma}));
    }

    /// An ntgcalls wants the camera of somebody; what it says of it.
    fn look(&mut self, number: usize, account: i64) -> Json {
        let Member { guest, peer, .. } = &mut self.members[number];
        let entry = guest.participant(account).expect("he is in");
        let (endpoint, groups) = pictures(&entry, "video").expect("he shows something");
        peer.command(json!({"cmd": "add_video", "user": account, "endpoint": endpoint, "source_groups": groups}))
    }

    /// What one hears of a tone by a source.
    fn assert_hears(&mut self, listener: usize, source: i32, hz: f64) {
        let stats = self.members[listener].peer.command(json!({"cmd": "stats", "reset": false}));
        let heard = &stats["audio"][source.to_string()];
        let (found, snr) = (heard["freq"].as_f64().unwrap_or(0.0), heard["snr_db"].as_f64().unwrap_or(0.0));
        assert!((found - hz).abs() < 3.0 && snr >= LEAST_DB, "{listener} hears {hz} Hz: {heard} of {}", stats["audio"]);
    }
}

fn feed(peer: &mut Peer, sub_chain: i32, next: i32, blocks: &[Vec<u8>], is_answer: bool) {
    let blocks: Vec<String> = blocks.iter().map(|block| hex(block)).collect();
    peer.try_command(json!({
        "cmd": "blocks", "subchain": sub_chain, "next_offset": next, "blocks": blocks, "from_short_poll": is_answer
    }));
}

impl Member {
    fn turn(&mut self) {
        self.handle_updates();
        let Member { guest, peer, .. } = self;
        let Some(event) = peer.poll(Duration::from_millis(1)) else { return };
        match event["ev"].as_str() {
            Some("outbound_block") => {
                let block = bytes(&event, "block");
                let _ = guest.ask("phone.sendConferenceCallBroadcast", |request| request.with("block", &block[..]));
            }
            Some("subchain_request") => {
                let number = |field: &str| event[field].as_i64().unwrap() as i32;
                let sub_chain = number("subchain");
                let answer = guest.blocks(sub_chain, number("height"), number("limit"));
                // What came before the answer: it loses for good a broadcast that it has before its block.
                self.handle_updates();
                for (sub_chain, next, blocks) in answer {
                    feed(&mut self.peer, sub_chain, next, &blocks, true);
                }
                self.peer.try_command(json!({"cmd": "finish_subchain", "subchain": sub_chain}));
            }
            Some("request_participants") => self.map(),
            _ => {}
        }
    }

    fn handle_updates(&mut self) {
        while let Some(frame) = self.guest.program.update(Duration::from_millis(1)) {
            let update = self.guest.program.object(&frame);
            for (sub_chain, next, blocks) in chains(&update) {
                feed(&mut self.peer, sub_chain, next, &blocks, false);
            }
            if updates(&update).iter().any(|one| one.name == "updateGroupCallParticipants") {
                self.map();
            }
        }
    }

    /// Whose each source is.
    fn map(&mut self) {
        let source = |entry: &Object| entry.int("source").unwrap_or(0);
        let list = self.guest.try_participants().unwrap_or_default();
        let all: Vec<Json> = list.iter().map(|(user, entry)| json!({"user": user, "ssrc": source(entry)})).collect();
        self.peer.try_command(json!({"cmd": "mapping", "mapping": all}));
    }
}

impl Guest {
    fn blocks(&mut self, sub_chain: i32, offset: i32, limit: i32) -> Vec<(i32, i32, Vec<Vec<u8>>)> {
        let answer = self.ask("phone.getGroupCallChainBlocks", |request| {
            request.with("sub_chain_id", sub_chain).with("offset", offset).with("limit", limit)
        });
        answer.as_ref().map(chains).unwrap_or_default()
    }
}

/// `make interop`.
#[test]
#[ignore = "takes longer than make test has"]
fn two_ntgcalls_verify_and_hear_each_other_in_a_conference() {
    let run = || -> Result<(), String> {
        let mut call = Conference::start()?;
        call.add()?;
        call.add()?;
        call.verify();
        call.talk(Duration::from_secs(3));
        for (listener, other) in [(0, 1), (1, 0)] {
            let (source, hz) = (call.members[other].source, call.members[other].hz);
            call.assert_hears(listener, source, hz);
        }
        Ok(())
    };
    if let Err(why) = run() {
        skipped("two_ntgcalls_verify_and_hear_each_other_in_a_conference", &why);
    }
}

/// `make interop`.
#[test]
#[ignore = "takes longer than make test has"]
fn two_ntgcalls_and_two_programs_on_our_library_meet_in_a_conference() {
    let run = || -> Result<(), String> {
        let mut call = Conference::start()?;
        let link = format!("https://t.me/call/{}", call.slug);
        call.add()?;
        let tones = [900.0, 1100.0];
        let mut ours = vec![OurMember::start(&call.sim, ACCOUNTS[2], &link, tones[0], None)?];
        call.run(Duration::from_secs(1));
        call.add()?;
        ours.push(OurMember::start(&call.sim, ACCOUNTS[3], &link, tones[1], None)?);
        call.agree(&mut ours);
        call.assert_all_hear(&mut ours, &tones);

        // One leaves and comes back, with another key.
        ours.pop().unwrap().stop();
        call.run(Duration::from_secs(3));
        ours.push(OurMember::start(&call.sim, ACCOUNTS[3], &link, tones[1], None)?);
        call.agree(&mut ours);
        call.assert_all_hear(&mut ours, &tones);

        // One is removed: it hears nothing that is said from then on.
        ours[0].remove(ACCOUNTS[1]);
        call.run(Duration::from_secs(2));
        call.talk(Duration::from_secs(2));
        let stats = call.members[1].peer.try_command(json!({"cmd": "stats"}));
        let is_silent = |(_, heard): (&String, &Json)| heard["rms"].as_f64().unwrap_or(0.0) < 0.01;
        assert!(stats["audio"].as_object().is_none_or(|all| all.iter().all(is_silent)), "{stats}");
        let (source, hz) = (call.members[0].source, call.members[0].hz);
        assert!(ours[0].hears(hz) > 0.2 && ours[1].hears(hz) > 0.2, "the others of {source} go on");
        Ok(())
    };
    if let Err(why) = run() {
        skipped("two_ntgcalls_and_two_programs_on_our_library_meet_in_a_conference", &why);
    }
}

/// `make interop`. 3.0.5 shows its camera in one layer, of H.264, and sees ours of VP8, of which it takes a lower layer: 150 pictures in the
/// 10 s of the first run, each as bright as it was shot.
#[test]
#[ignore = "takes longer than make test has"]
fn ntgcalls_and_a_program_on_our_library_see_each_other_in_a_conference() {
    const THEIRS: u32 = 190;
    const OURS: u8 = 60;
    let run = || -> Result<(), String> {
        let mut call = Conference::start()?;
        let link = format!("https://t.me/call/{}", call.slug);
        let (width, height) = member::SIZE;
        let camera = json!({"width": width, "height": height, "fps": RATE});
        call.add_with(json!({"camera": camera, "recv_video": true}))?;
        let mut ours = vec![OurMember::start(&call.sim, ACCOUNTS[2], &link, 900.0, Some(OURS))?];
        call.agree(&mut ours);
        call.shoot(0, THEIRS);
        let source = call.look(0, ACCOUNTS[2])["ssrc"].as_i64().unwrap();
        call.talk(Duration::from_secs(10));
        let stats = call.members[0].peer.command(json!({"cmd": "stats", "reset": false}));
        let shown = &stats["video"][format!("{source}/CAMERA")];
        let (frames, shade) = (shown["frames"].as_u64().unwrap_or(0), shown["luma"].as_f64().unwrap_or(0.0));
        assert!(frames >= 4 * RATE && (shade - f64::from(OURS)).abs() < 6.0, "{shown} of {}", stats["video"]);
        let seen = ours.pop().unwrap().stop().brightness(ACCOUNTS[0], "CAMERA");
        assert!(seen.len() as u64 >= 4 * RATE, "{} pictures of theirs", seen.len());
        assert!(seen.iter().all(|shade| (shade - f64::from(THEIRS)).abs() < 6.0), "{seen:?}");
        Ok(())
    };
    if let Err(why) = run() {
        skipped("ntgcalls_and_a_program_on_our_library_see_each_other_in_a_conference", &why);
    }
}
