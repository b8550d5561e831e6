//! The media server of group calls: one UDP socket, and a thread that owns the server behind it. Telegram's half of it stays with
//! Telegram and sends commands.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::Write;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tgcall::random::Random;
use tgcall::sim::group::server::{self, Joined, Leg, Media, Refused};
use tgcall::sim::machine::{Emit, Endpoint, Machine};
use tgcall::sim::sfu::{Carried, Command, Desk, Face, LegId, MAX_SAID, Said, Sfu, SfuKnobs};
use tgcall::time::Time;

/// Most commands that wait for the server, which looks at them before each packet.
const QUEUE: usize = 1024;
/// How late a timer of the server's may be while anybody is there.
const TICK: Duration = Duration::from_millis(2);
/// How often is told when each was heard last.
const TELL_HEARD: Duration = Duration::from_millis(250);

/// What Telegram is told: when each was heard last, and what was said in rooms that are listened to.
#[derive(Default)]
struct Told {
    heard: BTreeMap<LegId, Time>,
    said: VecDeque<Said>,
}

type Heard = Arc<Mutex<Told>>;

/// Telegram's half, which says by what address the other one is reached.
pub struct Link {
    desk: Desk,
    commands: SyncSender<Command>,
    heard: Heard,
    /// An empty datagram wakes the other half.
    waker: UdpSocket,
    address: SocketAddr,
}

/// Starts the server on `ip`, on a port that the system picks. What it carries is written to `record`.
pub fn start(ip: IpAddr, seed: u64, knobs: SfuKnobs, start: Instant, record: Option<File>) -> std::io::Result<Link> {
    let socket = UdpSocket::bind((ip, 0))?;
    let address = socket.local_addr()?;
    let (commands, receiver) = sync_channel(QUEUE);
    let (sender, face) = sync_channel::<Face>(1);
    let heard = Heard::default();
    let (told, mut random) = (heard.clone(), Random::from_seed(seed ^ 0x0073_6675));
    let desk_random = random.fork();
    // What does the handshakes belongs to the thread that has made it.
    std::thread::spawn(move || {
        let mut sfu = Sfu::new(Time::ZERO + start.elapsed(), random);
        sfu.knobs = knobs;
        if record.is_some() {
            sfu.record();
        }
        if sender.send(sfu.face(&[address])).is_ok() {
            Half { sfu, socket, commands: receiver, heard: told, start, record }.run();
        }
    });
    let face = face.recv().map_err(|_| std::io::Error::other("the media server has not started"))?;
    Ok(Link { desk: Desk::new(face, desk_random), commands, heard, waker: UdpSocket::bind((ip, 0))?, address })
}

fn lock(heard: &Heard) -> MutexGuard<'_, Told> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Link {
    /// Passes on what the desk wants done.
    fn pass_on(&mut self) {
        let mut has_news = false;
        while let Some(command) = self.desk.poll_command() {
            has_news |= self.commands.send(command).is_ok();
        }
        if has_news {
            let _ = self.waker.send_to(&[], self.address);
        }
    }
}

impl Media for Link {
    fn join(&mut self, now: Time, room: i64, payload: &str) -> Result<Joined, Refused> {
        let joined = Media::join(&mut self.desk, now, room, payload);
        self.pass_on();
        joined
    }

    fn join_presentation(&mut self, now: Time, room: i64, main: Leg, payload: &str) -> Result<Joined, Refused> {
        let joined = self.desk.join_presentation(now, room, main, payload);
        self.pass_on();
        joined
    }

    fn leave(&mut self, leg: Leg) {
        Media::leave(&mut self.desk, leg);
        self.pass_on();
    }

    fn set_muted(&mut self, leg: Leg, muted: bool) {
        Media::set_muted(&mut self.desk, leg, muted);
        self.pass_on();
    }

    fn last_heard(&self, leg: Leg) -> Option<Time> {
        Some(lock(&self.heard).heard.get(&LegId(leg.0)).copied().unwrap_or(Time::ZERO))
    }

    fn set_listened(&mut self, room: i64, listened: bool) {
        self.desk.set_listened(room, listened);
        self.pass_on();
    }

    fn take_told(&mut self, room: i64) -> Vec<server::Told> {
        let said = std::mem::take(&mut lock(&self.heard).said);
        self.desk.note_said(said);
        self.desk.take_told(room)
    }
}

/// The half where the packets are.
struct Half {
    sfu: Sfu,
    socket: UdpSocket,
    commands: Receiver<Command>,
    heard: Heard,
    start: Instant,
    record: Option<File>,
}

impl Half {
    fn run(mut self) {
        let mut buffer = vec![0; 65_536];
        let (mut is_waiting, mut tick_at, mut tell_at) = (None, Time::ZERO, Time::ZERO);
        loop {
            // Without anybody there nothing is due, and a command comes with a datagram.
            let wait = (!self.sfu.is_idle()).then_some(TICK);
            if is_waiting != Some(wait) && self.socket.set_read_timeout(wait).is_ok() {
                is_waiting = Some(wait);
            }
            let received = self.socket.recv_from(&mut buffer);
            let now = Time::ZERO + self.start.elapsed();
            while let Ok(command) = self.commands.try_recv() {
                let emits = self.sfu.command(now, command);
                self.emit(emits);
            }
            // Otherwise it was woken, or nothing came. An ICMP answer to something sent earlier is an error of the next receive, and
            // no reason to stop.
            if let Ok((size @ 1.., from)) = received {
                let emits = self.sfu.datagram(now, from, from, &buffer[..size]);
                self.emit(emits);
            }
            if now >= tick_at {
                tick_at = now + TICK;
                let emits = self.sfu.timeout(now);
                self.emit(emits);
            }
            if now >= tell_at {
                tell_at = now + TELL_HEARD;
                lock(&self.heard).heard = self.sfu.heard().collect();
            }
            if let Some(record) = &mut self.record {
                let bytes: Vec<u8> = self.sfu.take_carried().iter().flat_map(Carried::to_bytes).collect();
                // A disk that is full stops no call.
                let _ = record.write_all(&bytes);
            }
            let said = self.sfu.take_said();
            if !said.is_empty() {
                let mut told = lock(&self.heard);
                let room = MAX_SAID.saturating_sub(told.said.len());
                told.said.extend(said.into_iter().take(room));
            }
        }
    }

    /// What cannot be sent is lost, as on any network.
    fn emit(&self, emits: Vec<Emit>) {
        for emit in emits {
            if let Emit::Client { to: Endpoint::Udp(to), bytes } = emit {
                let _ = self.socket.send_to(&bytes, to);
            }
        }
    }
}
