//! `tgcall-sim` as a process: two programs on loopback TCP, and what breaks the framing.

#![allow(clippy::disallowed_methods)] // A real process on real sockets has real time.

#[path = "common/process.rs"]
mod process;

use process::{Process, Program};
use std::io::Write;
use std::process::Command;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::frame::{Frame, Kind};
use tgcall::sim::schema::Schema;

fn request_call(program: &Program, user: i64) -> Object {
    let input = Object::new("inputUser").with("user_id", user).with("access_hash", program.hash_of(user));
    let protocol = Object::new("phoneCallProtocol")
        .flag("udp_p2p", true)
        .flag("udp_reflector", true)
        .with("min_layer", 65)
        .with("max_layer", 92)
        .with("library_versions", vec![Value::text("9.0.0")]);
    Object::new("phone.requestCall")
        .with("user_id", input)
        .with("random_id", 1)
        .with("g_a_hash", &[1u8; 32][..])
        .with("protocol", protocol)
}

#[test]
fn two_programs_meet_and_the_refusals_have_names() {
    let sim = Process::new(&["--port", "0", "--seed", "5", "--verbose"]);
    let (mut alice, mut bob) = (sim.log_in(1001, 1), sim.log_in(1002, 1));
    let request = request_call(&alice, 1003);
    alice.ask(7, &request);
    let frame = alice.receive().unwrap();
    assert_eq!((frame.kind, frame.request), (Kind::Answer, 7));
    assert_eq!(alice.object(&frame).bytes("error_message"), Some(&b"USER_PRIVACY_RESTRICTED"[..]));
    let request = request_call(&alice, 1002);
    alice.ask(8, &request);
    let frame = alice.receive().unwrap();
    assert_eq!(alice.object(&frame).child("phone_call").unwrap().name, "phoneCallWaiting");
    let frame = bob.receive().unwrap();
    assert_eq!((frame.kind, frame.request), (Kind::Update, 0));
}

#[test]
fn a_hello_tells_who_one_is_and_in_which_layer_one_is_spoken_to() {
    let sim = Process::new(&[]);
    let (mut alice, mut bob) = (sim.log_in(1001, 1), sim.log_in_with(1002, 1, Some(198)));
    assert_ne!(alice.hash_of(1001), 0, "the own account is in the list");
    let usernames = alice.usernames();
    assert_eq!((usernames.len(), &usernames[..2]), (8, &["alice_1001".to_owned(), "bob_1002".to_owned()][..]));
    assert!(usernames.iter().all(|name| name.len() >= 5));
    let chats = alice.chats();
    assert_eq!(chats.iter().map(|chat| &*chat.title).collect::<Vec<_>>(), ["Friends", "Family", "News"]);
    assert!(chats.iter().all(|chat| (chat.access_hash != 0) == chat.is_channel && chat.call == 0));
    assert_ne!(chats[0].access_hash, bob.chats()[0].access_hash);
    let request = request_call(&alice, 1002);
    alice.ask(1, &request);
    let frame = bob.receive().unwrap();
    let update = bob.object(&frame);
    let call =
        update.child("update").or_else(|| update.list("updates")[0].object()).unwrap().child("phone_call").unwrap();
    assert_eq!(call.name, "phoneCallRequested", "in the form of layer 198");
    assert!(Schema::of_layer(223).decode(&frame.body).is_err());
    let mut nobody = sim.connect();
    nobody.send(Kind::Hello, 1, &[&1003i64.to_le_bytes()[..], &1u32.to_le_bytes(), &[1, 2]].concat());
    assert_eq!(nobody.receive(), None, "a layer has four bytes");
}

#[test]
fn a_script_sets_the_stage() {
    let script = std::env::temp_dir().join(format!("tgcall-sim-{}.script", std::process::id()));
    std::fs::write(&script, "user 5000 name Zoe\nuser 1002 calls nobody # for now\n").unwrap();
    let sim =
        Process::new(&["--script", script.to_str().unwrap(), "--rule", "request help.getConfig fail 500 TEST_NO"]);
    let (mut alice, _zoe) = (sim.log_in(1001, 1), sim.log_in(5000, 1));
    let request = request_call(&alice, 1002);
    alice.ask(1, &request);
    let frame = alice.receive().unwrap();
    assert_eq!(alice.object(&frame).bytes("error_message"), Some(&b"USER_PRIVACY_RESTRICTED"[..]));
    alice.ask(2, &Object::new("help.getConfig"));
    let frame = alice.receive().unwrap();
    assert_eq!(alice.object(&frame).bytes("error_message"), Some(&b"TEST_NO"[..]));
    alice.ask(3, &Object::new("help.getConfig"));
    let frame = alice.receive().unwrap();
    assert_eq!(alice.object(&frame).name, "config");
    std::fs::remove_file(&script).unwrap();
}

#[test]
fn whoever_breaks_the_framing_is_disconnected_and_nobody_else() {
    let sim = Process::new(&[]);
    let mut alice = sim.log_in(1001, 1);
    for bad in [
        &8u32.to_le_bytes()[..],                                             // too short to be a frame
        &u32::MAX.to_le_bytes(),                                             // too long
        &Frame { kind: Kind::Request, request: 1, body: vec![] }.to_bytes(), // before hello
        &Frame { kind: Kind::Hello, request: 1, body: vec![1, 2, 3] }.to_bytes(),
        &Frame { kind: Kind::Update, request: 1, body: vec![] }.to_bytes(),
        &[9, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 0], // no such kind
    ] {
        let mut other = sim.connect();
        other.stream.write_all(bad).unwrap();
        assert_eq!(other.receive(), None, "{bad:?}");
    }
    let mut nobody = sim.connect();
    nobody.send(Kind::Hello, 1, &[&4711i64.to_le_bytes()[..], &1u32.to_le_bytes()].concat());
    assert_eq!(nobody.receive(), None, "there is no such account");
    alice.ask(3, &Object::new("help.getConfig"));
    assert_eq!(alice.receive().unwrap().request, 3);
    let mut again = sim.log_in(1001, 1);
    assert_eq!(alice.receive(), None, "the same device has connected again");
    again.ask(4, &Object::new("help.getConfig"));
    assert_eq!(again.receive().unwrap().request, 4);
}

#[test]
fn a_wrong_command_line_is_explained() {
    for args in
        [&["--knob", "users=everybody"][..], &["--port", "70000"], &["--rule", "nonsense"], &["--what"], &["--seed"]]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_tgcall-sim")).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("usage"), "{args:?}");
    }
    assert!(Command::new(env!("CARGO_BIN_EXE_tgcall-sim")).arg("--help").output().unwrap().status.success());
}
