//! `tgcall-sim` as a process: two programs on loopback TCP, and what breaks the framing.

#![allow(clippy::disallowed_methods)] // A real process on real sockets has real time.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::frame::{Frame, Kind};
use tgcall::sim::schema::Schema;

struct Process {
    child: Child,
    port: u16,
}

impl Process {
    fn new(args: &[&str]) -> Process {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tgcall-sim"))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the simulator starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the first line is the port");
        Process { child, port }
    }

    fn connect(&self) -> Program {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Program { stream, buffer: Vec::new(), hello: Vec::new(), schema: Schema::of_layer(223) }
    }

    fn log_in(&self, account: i64, device: u32) -> Program {
        self.log_in_with(account, device, None)
    }

    fn log_in_with(&self, account: i64, device: u32, layer: Option<u32>) -> Program {
        let mut program = self.connect();
        program.schema = Schema::of_layer(layer.unwrap_or(223));
        let layer: Vec<u8> = layer.into_iter().flat_map(u32::to_le_bytes).collect();
        let body = [&account.to_le_bytes()[..], &device.to_le_bytes(), &layer].concat();
        program.send(Kind::Hello, 77, &body);
        let hello = program.receive().expect("a hello comes back");
        assert_eq!((hello.kind, hello.request), (Kind::Hello, 77));
        program.hello = hello.body;
        program
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Program {
    stream: TcpStream,
    buffer: Vec<u8>,
    hello: Vec<u8>,
    schema: Schema,
}

impl Program {
    fn send(&mut self, kind: Kind, request: u64, body: &[u8]) {
        let frame = Frame { kind, request, body: body.to_vec() };
        self.stream.write_all(&frame.to_bytes()).unwrap();
    }

    fn ask(&mut self, request: u64, method: &Object) {
        let bytes = self.schema.encode(method).unwrap();
        self.send(Kind::Request, request, &bytes);
    }

    /// The next frame; `None` when the connection is closed.
    fn receive(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, size)) = Frame::read(&self.buffer).unwrap() {
                self.buffer.drain(..size);
                return Some(frame);
            }
            let mut chunk = [0; 4096];
            match self.stream.read(&mut chunk) {
                Ok(0) => return None,
                Ok(size) => self.buffer.extend_from_slice(&chunk[..size]),
                Err(why) if why.kind() == std::io::ErrorKind::ConnectionReset => return None,
                Err(why) => panic!("nothing came: {why}"),
            }
        }
    }

    fn object(&self, frame: &Frame) -> Object {
        match self.schema.decode(&frame.body).unwrap() {
            Value::Object(object) => object,
            other => panic!("{other:?}"),
        }
    }

    /// The access hash the hello names for a user.
    fn hash_of(&self, user: i64) -> i64 {
        let long = |at: usize| i64::from_le_bytes(self.hello[at..at + 8].try_into().unwrap());
        let word = |at: usize| u32::from_le_bytes(self.hello[at..at + 4].try_into().unwrap()) as usize;
        let mut at = 12;
        for _ in 0..word(8) {
            if long(at) == user {
                return long(at + 8);
            }
            at += 20 + word(at + 16);
        }
        panic!("{user} is not in the hello");
    }

    /// The usernames that stand behind the names, in the same order.
    fn usernames(&self) -> Vec<String> {
        let word = |at: usize| u32::from_le_bytes(self.hello[at..at + 4].try_into().unwrap()) as usize;
        let mut at = 12;
        (0..word(8)).for_each(|_| at += 20 + word(at + 16));
        let mut usernames = Vec::new();
        while at < self.hello.len() {
            usernames.push(String::from_utf8(self.hello[at + 4..at + 4 + word(at)].to_vec()).unwrap());
            at += 4 + word(at);
        }
        usernames
    }

    fn request_call(&self, user: i64) -> Object {
        let input = Object::new("inputUser").with("user_id", user).with("access_hash", self.hash_of(user));
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
}

#[test]
fn two_programs_meet_and_the_refusals_have_names() {
    let sim = Process::new(&["--port", "0", "--seed", "5", "--verbose"]);
    let (mut alice, mut bob) = (sim.log_in(1001, 1), sim.log_in(1002, 1));
    let request = alice.request_call(1003);
    alice.ask(7, &request);
    let frame = alice.receive().unwrap();
    assert_eq!((frame.kind, frame.request), (Kind::Answer, 7));
    assert_eq!(alice.object(&frame).bytes("error_message"), Some(&b"USER_PRIVACY_RESTRICTED"[..]));
    let request = alice.request_call(1002);
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
    let request = alice.request_call(1002);
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
    let request = alice.request_call(1002);
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
