//! The simulated Telegram as a process, for programs in any language. `docs/tgcall-sim.md` says how to talk to it.

// This is a program, not the library: it has a clock and threads.
#![allow(clippy::disallowed_methods)]

mod relays;
mod sfu;

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use tgcall::sim::frame::{self, Contact, Frame, Group, Kind, Login};
use tgcall::sim::group::{Chat, Sort};
use tgcall::sim::script::{LIMIT, Script};
use tgcall::sim::server::{AnswerId, Body, EPOCH, Server};
use tgcall::sim::sfu::{Carried, sounds, wav};
use tgcall::time::Time;

const USAGE: &str = "\
usage: tgcall-sim [--ip ADDRESS] [--port N] [--seed N] [--script FILE] [--knob NAME=VALUE]... [--rule LINE]...
                  [--record FILE] [--verbose]
       tgcall-sim --listen FILE FOLDER

  --ip ADDRESS        listen there, and let the relays that calls are told of be there. Default 127.0.0.1
  --port N            listen on this port; 0, the default, picks one. The first line printed is the port.
  --seed N            the seed of everything random; odd ones have negative access hashes. Default 0.
  --script FILE       accounts, chats, knobs and fault rules
  --knob NAME=VALUE   one knob, as in a script: --knob users=full --knob need-rating=on --knob tamper=g_a
  --rule LINE         one line of a script: --rule 'update phoneCallRequested drop'
  --record FILE       write every packet that the media server carries
  --verbose           print what arrives and leaves
  --listen FILE FOLDER  takes all that is in such a record for Opus, and writes what each source sounds like: FOLDER/SSRC.wav

docs/tgcall-sim.md has the rest.";

/// Most connections at once.
const CONNECTIONS: usize = 256;
/// Most messages from the connections that wait for the server.
const QUEUE: usize = 1024;
/// Most requests of one connection without an answer.
const OPEN_REQUESTS: usize = 10_000;
/// How many requests are remembered; also after their answer, which may come twice.
const ANSWERS: usize = 100_000;
/// How long the media server lets the first check of a connection wait: `SfuKnobs::answer_after` says for whom.
const FIRST_ANSWER: Duration = Duration::from_millis(20);
/// How long a program may take to read what it is sent, and to say hello.
const PATIENCE: Duration = Duration::from_secs(5);

struct Options {
    ip: Ipv4Addr,
    port: u16,
    seed: u64,
    is_verbose: bool,
    record: Option<String>,
    script: Script,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [listen, record, folder] = &*args
        && listen == "--listen"
    {
        return done(listen_to(record, folder));
    }
    let options = match options(args.into_iter()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("tgcall-sim: {why}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    done(serve(options))
}

fn done(result: std::io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("tgcall-sim: {why}");
            ExitCode::FAILURE
        }
    }
}

/// What somebody at the media server hears.
fn listen_to(record: &str, folder: &str) -> std::io::Result<()> {
    let carried = Carried::read(&std::fs::read(record)?).ok_or_else(|| Error::other(format!("{record}: no record")))?;
    println!("{} packets", carried.len());
    let sounds = sounds(carried).map_err(|error| Error::other(error.text().to_owned()))?;
    for (ssrc, sound) in sounds {
        std::fs::write(format!("{folder}/{ssrc}.wav"), wav(&sound))?;
    }
    Ok(())
}

fn options(mut args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        ip: Ipv4Addr::LOCALHOST,
        port: 0,
        seed: 0,
        is_verbose: false,
        record: None,
        script: Script::with_default_accounts(),
    };
    options.script.knobs.latency = Duration::ZERO;
    options.script.sfu_knobs.answer_after = FIRST_ANSWER;
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--help" | "-h" => return Ok(None),
            "--verbose" => options.is_verbose = true,
            "--ip" => options.ip = number(&arg, &value()?)?,
            "--port" => options.port = number(&arg, &value()?)?,
            "--seed" => options.seed = number(&arg, &value()?)?,
            "--record" => options.record = Some(value()?),
            "--script" => options.script.read(&text_of(&value()?)?)?,
            "--rule" => options.script.read(&value()?)?,
            "--knob" => {
                let knob = value()?;
                let (name, value) = knob.split_once('=').ok_or_else(|| format!("{knob}: NAME=VALUE is expected"))?;
                options.script.set_knob(name, value)?;
            }
            _ => return Err(format!("{arg}: unknown")),
        }
    }
    Ok(Some(options))
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{name} {value}: does not fit"))
}

fn text_of(path: &str) -> Result<String, String> {
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|why| format!("{path}: {why}"))?;
    file.take(LIMIT as u64 + 1).read_to_string(&mut text).map_err(|why| format!("{path}: {why}"))?;
    Ok(text)
}

/// What a connection's thread tells the server.
enum News {
    Hello { connection: u64, login: Login, request: u64, stream: TcpStream },
    Request { connection: u64, request: u64, body: Vec<u8> },
    Closed { connection: u64, why: String },
}

fn serve(mut options: Options) -> std::io::Result<()> {
    let listener = TcpListener::bind((options.ip, options.port))?;
    let ports = relays::start(options.ip.into(), options.seed)?;
    let connections = &mut options.script.knobs.connections;
    (connections.reflector_port, connections.turn_port) = (ports.reflector, ports.turn);
    connections.ip = options.ip.to_string();
    println!("{}", listener.local_addr()?.port());
    std::io::stdout().flush()?;
    let start = Instant::now();
    let record = options.record.as_deref().map(std::fs::File::create).transpose()?;
    let media = sfu::start(options.ip.into(), options.seed, options.script.sfu_knobs, start, record)?;
    let (sender, receiver) = sync_channel(QUEUE);
    std::thread::spawn(move || accept(&listener, &sender));
    let mut server = options.script.server(options.seed);
    server.is_talkative = options.is_verbose;
    server.groups.set_media(Box::new(media));
    Front::new(server, start, options.is_verbose).run(&receiver);
    Ok(())
}

fn accept(listener: &TcpListener, sender: &SyncSender<News>) {
    let open = Arc::new(AtomicUsize::new(0));
    for (connection, stream) in (1..).zip(listener.incoming()) {
        let Ok(stream) = stream else { continue };
        if open.fetch_add(1, Ordering::Relaxed) >= CONNECTIONS {
            open.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (sender, open) = (sender.clone(), open.clone());
        std::thread::spawn(move || {
            let why = listen(connection, stream, &sender).err().unwrap_or_else(|| "closed".into());
            let _ = sender.send(News::Closed { connection, why });
            open.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

/// Reads one connection until it ends. `Err` says what was wrong with it.
fn listen(connection: u64, mut stream: TcpStream, sender: &SyncSender<News>) -> Result<(), String> {
    let broken = |why: std::io::Error| why.to_string();
    stream.set_nodelay(true).map_err(broken)?;
    stream.set_write_timeout(Some(PATIENCE)).map_err(broken)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(broken)?;
    let (mut buffer, mut chunk, mut is_known) = (Vec::new(), vec![0; 64 << 10], false);
    loop {
        let mut start = 0;
        while let Some((frame, size)) = Frame::read(&buffer[start..])? {
            start += size;
            let news = match (frame.kind, is_known) {
                (Kind::Hello, false) => {
                    let login = frame::read_hello(&frame.body).ok_or("hello has 12 or 16 bytes")?;
                    is_known = true;
                    stream.set_read_timeout(None).map_err(broken)?;
                    let stream = stream.try_clone().map_err(broken)?;
                    News::Hello { connection, login, request: frame.request, stream }
                }
                (Kind::Request, true) => News::Request { connection, request: frame.request, body: frame.body },
                (Kind::Request, false) => return Err("hello comes first".into()),
                _ => return Err("a program sends one hello, then requests".into()),
            };
            if sender.send(news).is_err() {
                return Ok(());
            }
        }
        buffer.drain(..start);
        match stream.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(size) => buffer.extend_from_slice(&chunk[..size]),
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            Err(why) => return Err(why.to_string()),
        }
    }
}

/// One logged-in device.
struct Connection {
    account: i64,
    device: u32,
    stream: TcpStream,
    open_requests: usize,
}

/// The server and those who talk to it.
struct Front {
    server: Server,
    start: Instant,
    connections: BTreeMap<u64, Connection>,
    /// Whose request an answer belongs to.
    requests: BTreeMap<AnswerId, (u64, u64)>,
    is_verbose: bool,
    log_seen: usize,
}

impl Front {
    fn new(server: Server, start: Instant, is_verbose: bool) -> Front {
        Front { server, start, connections: BTreeMap::new(), requests: BTreeMap::new(), is_verbose, log_seen: 0 }
    }

    fn now(&self) -> Time {
        Time::ZERO + self.start.elapsed()
    }

    fn run(mut self, receiver: &Receiver<News>) {
        loop {
            let wait = self.server.next_timeout().map(|due| due.since(self.now()));
            let news = match wait {
                Some(wait) => receiver.recv_timeout(wait),
                None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match news {
                Ok(news) => self.handle(news),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let now = self.now();
            self.server.handle_timeout(now);
            while let Some(output) = self.server.poll_output() {
                self.send(output.account, output.device, output.body);
            }
            if self.is_verbose {
                self.print_log();
            }
        }
    }

    fn handle(&mut self, news: News) {
        match news {
            News::Hello { connection, login: Login { account, device, layer }, request, stream } => {
                self.hello(connection, Connection { account, device, stream, open_requests: 0 }, layer, request);
            }
            News::Request { connection, request, body } => {
                let now = self.now();
                let Some(from) = self.connections.get_mut(&connection) else { return };
                if from.open_requests >= OPEN_REQUESTS {
                    return self.close(connection, "too many requests without an answer");
                }
                from.open_requests += 1;
                let answer = self.server.handle(now, from.account, from.device, &body);
                self.requests.insert(answer, (connection, request));
                if self.requests.len() > ANSWERS {
                    self.requests.pop_first();
                }
            }
            News::Closed { connection, why } => self.close(connection, &why),
        }
    }

    fn hello(&mut self, connection: u64, new: Connection, layer: Option<u32>, request: u64) {
        let (account, device) = (new.account, new.device);
        let is_known = self.server.accounts().any(|one| one.id == account && one.devices.contains_key(&device));
        if !is_known {
            eprintln!("tgcall-sim: there is no device {device} of account {account}");
            let _ = new.stream.shutdown(std::net::Shutdown::Both);
            return;
        }
        let old = self.connections.iter().find(|(_, one)| one.account == account && one.device == device);
        if let Some(old) = old.map(|(old, _)| *old) {
            self.close(old, "the device has connected again");
        }
        if let Some(layer) = layer {
            self.server.declare_layer(account, device, layer);
        }
        let contacts: Vec<Contact> = self
            .server
            .accounts()
            .map(|one| Contact {
                id: one.id,
                access_hash: self.server.user_hash(account, one.id),
                name: one.name.clone(),
                username: one.username(),
            })
            .collect();
        let unix_s = i64::from(EPOCH) + self.start.elapsed().as_secs() as i64;
        let chats = self.server.groups.chats().filter(|chat| chat.members.contains(&account));
        let groups: Vec<Group> = chats.map(|chat| self.group(account, chat)).collect();
        let body = frame::write_hello(unix_s, &contacts, &groups);
        self.connections.insert(connection, new);
        self.write(connection, &Frame { kind: Kind::Hello, request, body });
    }

    /// A chat as an account sees it.
    fn group(&self, account: i64, chat: &Chat) -> Group {
        let is_channel = chat.sort == Sort::Channel;
        Group {
            is_channel,
            id: chat.id,
            access_hash: if is_channel { self.server.channel_hash(account, chat.id) } else { 0 },
            call: chat.call.map_or((0, 0), |call| (call, self.server.group_hash(account, call))),
            title: chat.title.clone(),
        }
    }

    fn send(&mut self, account: i64, device: u32, body: Body) {
        match body {
            Body::Answer { id, bytes } => {
                // A second answer to the same request goes the same way; it is how duplicates look.
                let Some(&(connection, request)) = self.requests.get(&id) else { return };
                if let Some(to) = self.connections.get_mut(&connection) {
                    to.open_requests = to.open_requests.saturating_sub(1);
                    self.write(connection, &Frame { kind: Kind::Answer, request, body: bytes });
                }
            }
            Body::Update { bytes } => {
                let to = self.connections.iter().find(|(_, one)| one.account == account && one.device == device);
                if let Some(connection) = to.map(|(connection, _)| *connection) {
                    self.write(connection, &Frame { kind: Kind::Update, request: 0, body: bytes });
                }
            }
        }
    }

    fn write(&mut self, connection: u64, frame: &Frame) {
        let Some(to) = self.connections.get_mut(&connection) else { return };
        if let Err(why) = to.stream.write_all(&frame.to_bytes()) {
            self.close(connection, &why.to_string());
        }
    }

    fn close(&mut self, connection: u64, why: &str) {
        self.requests.retain(|_, (whose, _)| *whose != connection);
        if let Some(closed) = self.connections.remove(&connection) {
            let _ = closed.stream.shutdown(std::net::Shutdown::Both);
            if self.is_verbose {
                eprintln!("{}/{} has left: {why}", closed.account, closed.device);
            }
        }
    }

    fn print_log(&mut self) {
        let lines: Vec<&str> = self.server.log().collect();
        // The server forgets old lines; after so many nobody reads on from a terminal anyway.
        for line in lines.iter().skip(self.log_seen) {
            eprintln!("{line}");
        }
        self.log_seen = lines.len();
    }
}
