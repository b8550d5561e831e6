//! Group calls in `tgcall-sim` as a process: members with the library's own media on real sockets, and what the process says to
//! the programs.

#![cfg(all(feature = "media", feature = "opus"))]
#![allow(clippy::disallowed_methods)] // A real process on real sockets has real time.

#[path = "common/guest.rs"]
mod guest;
#[path = "common/process.rs"]
mod process;
#[path = "common/voice.rs"]
mod voice;

use guest::{host, visitor};
use process::Process;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use tgcall::conference::{genesis, self_add};
use tgcall::crypto::sign::KeyPair;
use tgcall::media::audio::codec::Decoder;
use tgcall::random::Random;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::sfu;
use tgcall::time::Duration;
use tgcall::types::UserId;
use voice::{Room, Voice};

#[test]
fn members_hear_each_other_through_the_process_and_not_those_of_another_call() {
    let file = std::env::temp_dir().join(format!("tgcall-carried-{}", std::process::id()));
    let sim = Process::new(&["--seed", "3", "--record", file.to_str().unwrap()]);
    let mut room = Room::new(Ipv4Addr::LOCALHOST);
    let mut alice = host(&sim, 1, "Friends");
    let mut bob = visitor(&sim, 1002, "Friends");
    let mut carol = visitor(&sim, 1003, "Friends");
    room.enter(&mut alice, 440.0);
    room.enter(&mut bob, 620.0);
    room.enter(&mut carol, 830.0);
    room.run(Duration::from_secs(3));
    assert!(room.voices.iter().all(|voice| voice.is_connected && voice.lost == 0));
    room.assert_hears(0, &[1, 2]);
    room.assert_hears(1, &[0, 2]);
    room.assert_hears(2, &[0, 1]);
    assert!(loudest_at(&file, room.voices[0].ssrc.0, 440.0) > 2000.0, "the server can hear what is not sealed");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(room.voices[0].asked.len(), 2, "each was asked for once: {:?}", room.voices[0].asked);

    // An admin's word is the media server's, too.
    alice.edit(1003, |request| request.with("muted", Value::Bool(true))).unwrap();
    carol.wait_for("updateGroupCallParticipants", |update| {
        update.list("participants").iter().filter_map(Value::object).any(|one| one.get("muted").is_some())
    });
    room.run(Duration::from_secs(2));
    room.assert_hears(0, &[1]);
    room.assert_hears(1, &[0]);
    assert!(carol.participant(1003).unwrap().get("can_self_unmute").is_none());

    // Who leaves is gone, and a call of another chat is another one.
    bob.leave();
    let mut family = host(&sim, 2, "Family");
    room.enter(&mut family, 1000.0);
    room.run(Duration::from_secs(2));
    room.assert_hears(0, &[]);
    room.assert_hears(3, &[]);
    assert!(room.voices[3].is_connected);
    let who = |people: Vec<(i64, Object)>| people.into_iter().map(|(account, _)| account).collect::<Vec<_>>();
    assert_eq!((who(family.participants()), who(alice.participants())), (vec![1001], vec![1001, 1003]));
    let check = |request: Object| request.with("sources", Vec::<Value>::new());
    assert_eq!(bob.ask("phone.checkGroupCall", check).unwrap_err(), "GROUPCALL_JOIN_MISSING");
}

/// How loud a tone is in what `tgcall-sim --listen` makes of a source in a record, at its loudest.
fn loudest_at(record: &Path, ssrc: u32, tone: f64) -> f64 {
    let folder = record.with_extension("wav");
    std::fs::create_dir(&folder).unwrap();
    let listen =
        Command::new(env!("CARGO_BIN_EXE_tgcall-sim")).arg("--listen").args([record, &*folder]).output().unwrap();
    assert!(listen.status.success(), "{}", String::from_utf8_lossy(&listen.stderr));
    let wav = std::fs::read(folder.join(format!("{ssrc}.wav"))).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let (head, sound) = wav.split_at(44);
    assert_eq!(head, sfu::wav(&vec![0; sound.len() / 2]).split_at(44).0);
    let samples: Vec<i16> = sound.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
    samples.chunks_exact(960).map(|piece| voice::amplitude(piece, tone)).fold(0.0, f64::max)
}

#[test]
fn rules_and_knobs_of_a_script_act_on_group_calls() {
    let lines = [
        "request phone.joinGroupCall fail 400 GROUPCALL_SSRC_DUPLICATE_MUCH",
        "update updateGroupCallParticipants drop",
    ];
    let [join, news] = lines.map(|line| ["--rule", line]);
    let knobs = ["--knob", "group-silence-ms=1500", "--knob", "group-shuffle=on"];
    let sim = Process::new(&[&join[..], &news, &knobs].concat());
    let (mut alice, mut bob) = (host(&sim, 1, "News"), visitor(&sim, 1002, "News"));
    let mut room = Room::new(Ipv4Addr::LOCALHOST);
    let (_, payload) = Voice::new(room.now(), room.ip, 9, 500.0);
    assert_eq!(alice.join(false, &payload).unwrap_err(), "GROUPCALL_SSRC_DUPLICATE_MUCH");
    assert_eq!(alice.join(false, "{}").unwrap_err(), "DATA_JSON_INVALID");
    room.enter(&mut alice, 440.0);
    // A payload behind which there is nobody.
    bob.join(true, &payload).unwrap();
    assert_eq!(bob.participants().len(), 2);
    room.run(Duration::from_millis(3500));
    let is_gone = |update: &Object| {
        let mut entries = update.list("participants").iter().filter_map(Value::object);
        entries.any(|one| one.get("left").is_some())
    };
    // That he came was news, too, which the rule has dropped.
    alice.wait_for("updateGroupCallParticipants", is_gone);
    assert_eq!(alice.participants().len(), 1, "who is not heard is thrown out");
    assert!(room.voices[0].is_connected, "and nobody else");
    assert_eq!(bob.join(true, "[").unwrap_err(), "DATA_JSON_INVALID", "he may come back");
}

/// The packets of an OGG file, and the sum of each page checked.
fn ogg(mut file: &[u8]) -> Vec<Vec<u8>> {
    let (mut packets, mut packet) = (Vec::new(), Vec::new());
    while !file.is_empty() {
        assert_eq!(&file[..5], b"OggS\0");
        let count = usize::from(file[26]);
        let (head, rest) = file.split_at(27 + count);
        let mut body = rest;
        for lace in &head[27..] {
            let (piece, after) = body.split_at((*lace).into());
            packet.extend_from_slice(piece);
            body = after;
            if *lace < 255 {
                packets.push(std::mem::take(&mut packet));
            }
        }
        file = body;
    }
    packets
}

#[test]
fn who_listens_to_a_stream_gets_what_is_said_part_by_part() {
    let sim = Process::new(&["--knob", "group-stream-from=1"]);
    let (mut alice, mut bob) = (host(&sim, 1, "News"), visitor(&sim, 1002, "News"));
    let mut room = Room::new(Ipv4Addr::LOCALHOST);
    room.enter(&mut alice, 440.0);
    let (_, payload) = Voice::new(room.now(), room.ip, 9, 500.0);
    let now = bob.login_ms();
    assert_eq!(bob.part(now, None).unwrap_err(), "GROUPCALL_JOIN_MISSING");
    assert_eq!(bob.join(true, &payload).unwrap(), serde_json::json!({"stream": true}));
    room.run(Duration::from_millis(4500));

    let mut file = Vec::new();
    let mut time = now;
    loop {
        match bob.part(time, None) {
            Ok(part) if !part.is_empty() => file = part,
            Ok(_) => {}
            Err(why) if why == "TIME_TOO_BIG" => break,
            Err(why) => assert_eq!(why, "TIME_TOO_SMALL", "{time}"),
        }
        time += 1000;
    }
    assert!((2000..=6000).contains(&(time - now)), "parts come about when they are over: {}", time - now);
    let packets = ogg(&file);
    assert!(packets[0].starts_with(b"OpusHead\x01\x01"), "one channel");
    let tags = String::from_utf8_lossy(&packets[1]).into_owned();
    let meta: Vec<u8> =
        [1, 1, 0, 0, room.voices[0].ssrc.0.cast_signed()].iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut expected = String::new();
    for group in meta.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        (0..=group.len()).for_each(|at| expected.push(char::from(letters[(bits >> (18 - 6 * at) & 63) as usize])));
    }
    assert!(tags.contains(&format!("TG_META={expected}")), "{tags} has not {expected}");
    let mut decoder = Decoder::new(1).unwrap();
    let mut sound = Vec::new();
    for packet in &packets[2..] {
        let mut samples = [0; 960];
        assert!(decoder.decode(packet, &mut samples));
        sound.extend(samples);
    }
    assert_eq!(sound.len(), 48_960, "a second, and what the encoder is behind");
    let loudness = voice::amplitude(&sound[4800..48_000], 440.0);
    assert!((2000.0..4000.0).contains(&loudness), "{loudness}");

    for (time, video, error) in [
        (now + 1, None, "TIME_INVALID"),
        (-1000, None, "TIME_INVALID"),
        (now - 60_000, None, "TIME_TOO_SMALL"),
        (now + 1_000_000, None, "TIME_TOO_BIG"),
        (now, Some((1, 2)), "VIDEO_CHANNEL_INVALID"),
    ] {
        assert_eq!(bob.part(time, video).unwrap_err(), error, "{time} {video:?}");
    }
    bob.leave();
    assert_eq!(bob.part(now, None).unwrap_err(), "GROUPCALL_JOIN_MISSING");
}

#[test]
fn a_conference_is_served_with_its_knobs_and_who_is_invited_hears_of_it() {
    let sim =
        Process::new(&["--knob", "conference-size=1", "--rule", "update updateGroupCallChainBlocks nth every drop"]);
    let (mut alice, mut bob) = (sim.log_in(1001, 1), sim.log_in(1002, 1));
    let room = Room::new(Ipv4Addr::LOCALHOST);
    let mut random = Random::from_seed(5);
    let keys = [1001, 1002].map(|user| (UserId(user), KeyPair::generate(&mut random)));
    let payload =
        |source: u32| Object::new("dataJSON").with("data", &*Voice::new(room.now(), room.ip, source, 500.0).1);
    let first = genesis(keys[0].0, &keys[0].1, &mut random).unwrap();
    let request = Object::new("phone.createConferenceCall")
        .flag("join", true)
        .with("random_id", 1)
        .with("public_key", &keys[0].1.public().0[..])
        .with("block", &first[..])
        .with("params", payload(7));
    let made = alice.invoke(&request);
    let update =
        guest::updates(&made).into_iter().find(|one| one.name == "updateGroupCall").expect("it is made").clone();
    let call = update.child("call").unwrap();
    let link = String::from_utf8(call.bytes("invite_link").unwrap().to_vec()).unwrap();
    let name = |id: &Object| {
        let (id, hash) = (id.long("id").unwrap(), id.long("access_hash").unwrap());
        Object::new("inputGroupCall").with("id", id).with("access_hash", hash)
    };

    // Bob is rung, and the link leads him to the block to build on; but it is full.
    let user = Object::new("inputUser").with("user_id", 1002i64).with("access_hash", alice.hash_of(1002));
    let invite = Object::new("phone.inviteConferenceCallParticipant").with("call", name(call)).with("user_id", user);
    assert_eq!(alice.invoke(&invite).name, "updates");
    let frame = bob.update(std::time::Duration::from_secs(10)).expect("he is told");
    let told = bob.object(&frame);
    let action = guest::updates(&told)[0].child("message").unwrap().child("action").unwrap();
    assert_eq!(action.long("call_id"), call.long("id"));
    let slug = Object::new("inputGroupCallSlug").with("slug", link.rsplit('/').next().unwrap());
    let read = Object::new("phone.getGroupCallChainBlocks").with("call", slug.clone());
    let read = bob.invoke(&read.with("sub_chain_id", 0).with("offset", -1).with("limit", 1));
    let blocks = guest::updates(&read)[0].list("blocks").to_vec();
    let [Value::Bytes(newest)] = &blocks[..] else { panic!("{blocks:?}") };
    let block = self_add(newest, keys[1].0, &keys[1].1, &mut random).unwrap();
    let join = Object::new("phone.joinGroupCall")
        .with("call", slug)
        .with("join_as", Object::new("inputPeerSelf"))
        .with("public_key", &keys[1].1.public().0[..])
        .with("block", &block[..])
        .with("params", payload(9));
    let refused = bob.invoke(&join);
    assert_eq!(refused.bytes("error_message"), Some(&b"TEST_CONFERENCE_FULL"[..]));
}
