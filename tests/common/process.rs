//! `tgcall-sim` as a process, and programs that talk to it over its framing.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test program uses its part; a real process has real time"
)]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::frame::{Frame, Kind};
use tgcall::sim::schema::Schema;

pub struct Process {
    pub child: Child,
    pub ip: Ipv4Addr,
    pub port: u16,
}

impl Process {
    pub fn new(args: &[&str]) -> Process {
        Process::at(Ipv4Addr::LOCALHOST, args)
    }

    /// One that listens at this address.
    pub fn at(ip: Ipv4Addr, args: &[&str]) -> Process {
        let built = option_env!("CARGO_BIN_EXE_tgcall-sim");
        Process::of(built.map(Path::new).expect("cargo builds it for tests"), ip, args)
    }

    /// The same of another build of it.
    pub fn of(program: &Path, ip: Ipv4Addr, args: &[&str]) -> Process {
        let mut child = Command::new(program)
            .args(["--ip", &ip.to_string()])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the simulator starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the first line is the port");
        Process { child, ip, port }
    }

    pub fn connect(&self) -> Program {
        let stream = TcpStream::connect((self.ip, self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Program {
            stream,
            schema: Schema::of_layer(223),
            buffer: Vec::new(),
            hello: Vec::new(),
            updates: VecDeque::new(),
            last_request: 1 << 32,
        }
    }

    pub fn log_in(&self, account: i64, device: u32) -> Program {
        self.log_in_with(account, device, None)
    }

    pub fn log_in_with(&self, account: i64, device: u32, layer: Option<u32>) -> Program {
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

pub struct Program {
    pub stream: TcpStream,
    pub schema: Schema,
    buffer: Vec<u8>,
    hello: Vec<u8>,
    /// Updates that came while an answer was waited for.
    updates: VecDeque<Frame>,
    last_request: u64,
}

/// A chat that the hello lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    pub is_channel: bool,
    pub id: i64,
    pub access_hash: i64,
    pub call: i64,
    pub call_hash: i64,
    pub title: String,
}

impl Program {
    pub fn send(&mut self, kind: Kind, request: u64, body: &[u8]) {
        let frame = Frame { kind, request, body: body.to_vec() };
        self.stream.write_all(&frame.to_bytes()).unwrap();
    }

    pub fn ask(&mut self, request: u64, method: &Object) {
        let bytes = self.schema.encode(method).unwrap();
        self.send(Kind::Request, request, &bytes);
    }

    /// The next frame; `None` when the connection is closed.
    pub fn receive(&mut self) -> Option<Frame> {
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

    pub fn object(&self, frame: &Frame) -> Object {
        match self.schema.decode(&frame.body).unwrap() {
            Value::Object(object) => object,
            other => panic!("{other:?}"),
        }
    }

    /// The access hash the hello names for a user.
    pub fn hash_of(&self, user: i64) -> i64 {
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

    /// When the hello was said, in seconds since 1970 by Telegram's clock.
    pub fn server_time(&self) -> i64 {
        i64::from_le_bytes(self.hello[..8].try_into().unwrap())
    }

    /// The usernames that stand behind the names, in the same order.
    pub fn usernames(&self) -> Vec<String> {
        let word = |at: usize| u32::from_le_bytes(self.hello[at..at + 4].try_into().unwrap()) as usize;
        let mut at = 12;
        (0..word(8)).for_each(|_| at += 20 + word(at + 16));
        let username = |at: usize| String::from_utf8(self.hello[at + 4..at + 4 + word(at)].to_vec()).unwrap();
        (0..word(8))
            .map(|_| {
                let name = username(at);
                at += 4 + name.len();
                name
            })
            .collect()
    }

    /// The chats that stand behind the usernames.
    pub fn chats(&self) -> Vec<Chat> {
        let word = |at: usize| u32::from_le_bytes(self.hello[at..at + 4].try_into().unwrap()) as usize;
        let long = |at: usize| i64::from_le_bytes(self.hello[at..at + 8].try_into().unwrap());
        let mut at = 12;
        (0..word(8)).for_each(|_| at += 20 + word(at + 16));
        (0..word(8)).for_each(|_| at += 4 + word(at));
        let count = word(at);
        at += 4;
        let mut chats = Vec::new();
        for _ in 0..count {
            let size = word(at + 33);
            chats.push(Chat {
                is_channel: self.hello[at] != 0,
                id: long(at + 1),
                access_hash: long(at + 9),
                call: long(at + 17),
                call_hash: long(at + 25),
                title: String::from_utf8(self.hello[at + 37..at + 37 + size].to_vec()).unwrap(),
            });
            at += 37 + size;
        }
        assert_eq!(at, self.hello.len(), "nothing stands behind them");
        chats
    }

    /// Asks, and waits for the answer, which may be an `rpc_error`. Updates that come before it are kept.
    pub fn invoke(&mut self, method: &Object) -> Object {
        self.last_request += 1;
        let request = self.last_request;
        self.ask(request, method);
        loop {
            let frame = self.receive().expect("the simulator is there");
            if (frame.kind, frame.request) == (Kind::Answer, request) {
                return self.object(&frame);
            }
            self.updates.push_back(frame);
        }
    }

    /// The next update that is there within so long, the kept ones first.
    pub fn update(&mut self, patience: Duration) -> Option<Frame> {
        if let Some(frame) = self.updates.pop_front() {
            return Some(frame);
        }
        let end = Instant::now() + patience;
        self.stream.set_nonblocking(false).unwrap();
        loop {
            if let Some((frame, size)) = Frame::read(&self.buffer).unwrap() {
                self.buffer.drain(..size);
                return Some(frame);
            }
            let left = end.saturating_duration_since(Instant::now());
            self.stream.set_read_timeout(Some(left.max(Duration::from_millis(1)))).unwrap();
            let mut chunk = [0; 4096];
            let read = self.stream.read(&mut chunk);
            self.stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            match read {
                Ok(0) | Err(_) => return None,
                Ok(size) => self.buffer.extend_from_slice(&chunk[..size]),
            }
        }
    }
}
