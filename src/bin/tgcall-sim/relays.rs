//! The servers that calls are told of: a reflector and a STUN and TURN server, each on UDP and TCP. As
//! [`tgcall::sim::machine`]s they decide what they answer; here are their sockets, a thread for each.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tgcall::random::Random;
use tgcall::sim::machine::{Emit, Endpoint, Machine};
use tgcall::sim::relay::{Reflector, TurnServer};
use tgcall::time::Time;

/// What a TURN client has to know; `phoneConnectionWebrtc` says it.
const USERNAME: &str = "user";
const PASSWORD: &str = "secret";
/// Most connections at once, and most lent addresses.
const CONNECTIONS: usize = 256;
const LENT: usize = 256;
/// How often a lent socket looks whether it is still lent, and how long a client may take to read.
const PATIENCE: Duration = Duration::from_secs(5);

/// The places of the stations.
const REFLECTOR: usize = 0;
const TURN: usize = 1;

/// A machine where it listens.
struct Station {
    machine: Box<dyn Machine + Send>,
    address: SocketAddr,
    socket: UdpSocket,
}

/// Where they listen.
pub struct Ports {
    pub reflector: u16,
    pub turn: u16,
}

struct Relays {
    start: Instant,
    stations: [Station; 2],
    streams: BTreeMap<u64, TcpStream>,
    next_connection: u64,
    lent: BTreeMap<SocketAddr, Arc<UdpSocket>>,
    /// Bound, and offered to the TURN server to be lent next.
    spare: Option<(SocketAddr, Arc<UdpSocket>)>,
}

type Shared = Arc<Mutex<Relays>>;

/// Starts them on `ip`, on ports that the system picks.
pub fn start(ip: IpAddr, seed: u64) -> std::io::Result<Ports> {
    let turn = TurnServer::new(ip, USERNAME, PASSWORD, Random::from_seed(seed));
    let (reflector, reflector_listener) = station(ip, Reflector::default())?;
    let (turn, turn_listener) = station(ip, turn)?;
    let ports = Ports { reflector: reflector.address.port(), turn: turn.address.port() };
    let sockets = [reflector.socket.try_clone()?, turn.socket.try_clone()?];
    let relays = Arc::new(Mutex::new(Relays {
        start: Instant::now(),
        stations: [reflector, turn],
        streams: BTreeMap::new(),
        next_connection: 0,
        lent: BTreeMap::new(),
        spare: None,
    }));
    let listeners = [reflector_listener, turn_listener];
    for ((place, socket), listener) in [REFLECTOR, TURN].into_iter().zip(sockets).zip(listeners) {
        let shared = relays.clone();
        std::thread::spawn(move || receive(&shared, place, &socket));
        let shared = relays.clone();
        std::thread::spawn(move || accept(&shared, place, &listener));
    }
    Ok(ports)
}

/// A machine at one port of both protocols.
fn station(ip: IpAddr, machine: impl Machine + Send) -> std::io::Result<(Station, TcpListener)> {
    let mut last = None;
    for _ in 0..16 {
        let listener = TcpListener::bind((ip, 0))?;
        let address = listener.local_addr()?;
        match UdpSocket::bind(address) {
            Ok(socket) => return Ok((Station { machine: Box::new(machine), address, socket }, listener)),
            Err(why) => last = Some(why),
        }
    }
    Err(last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into()))
}

fn lock(shared: &Shared) -> MutexGuard<'_, Relays> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn receive(shared: &Shared, place: usize, socket: &UdpSocket) {
    let mut buffer = vec![0; 65_536];
    loop {
        // An ICMP answer to something sent earlier is an error of the next receive, and no reason to stop.
        let Ok((size, from)) = socket.recv_from(&mut buffer) else { continue };
        let mut relays = lock(shared);
        let to = relays.stations[place].address;
        relays.handle(shared, place, |machine, now| machine.datagram(now, to, from, &buffer[..size]));
    }
}

fn accept(shared: &Shared, place: usize, listener: &TcpListener) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        let Some((number, reader)) = lock(shared).admit(stream) else { continue };
        let shared = shared.clone();
        std::thread::spawn(move || {
            read(&shared, place, number, reader);
            lock(&shared).forget(place, number);
        });
    }
}

fn read(shared: &Shared, place: usize, number: u64, mut stream: TcpStream) {
    let mut buffer = vec![0; 65_536];
    while let Ok(size @ 1..) = stream.read(&mut buffer) {
        lock(shared).handle(shared, place, |machine, now| machine.stream(now, number, &buffer[..size]));
    }
}

/// What comes to a lent address, while it is lent.
fn relay(shared: &Shared, relayed: SocketAddr, socket: &UdpSocket) {
    let mut buffer = vec![0; 65_536];
    loop {
        let received = socket.recv_from(&mut buffer);
        let mut relays = lock(shared);
        // What was lent too long ago goes back.
        relays.handle(shared, TURN, |_, _| Vec::new());
        if !relays.stations[TURN].machine.lends(relayed) {
            relays.lent.remove(&relayed);
            return;
        }
        if let Ok((size, from)) = received {
            relays.handle(shared, TURN, |machine, now| machine.datagram(now, relayed, from, &buffer[..size]));
        }
    }
}

impl Relays {
    fn now(&self) -> Time {
        Time::ZERO + self.start.elapsed()
    }

    fn admit(&mut self, stream: TcpStream) -> Option<(u64, TcpStream)> {
        if self.streams.len() >= CONNECTIONS {
            return None;
        }
        stream.set_nodelay(true).ok()?;
        stream.set_write_timeout(Some(PATIENCE)).ok()?;
        let reader = stream.try_clone().ok()?;
        self.next_connection += 1;
        self.streams.insert(self.next_connection, stream);
        Some((self.next_connection, reader))
    }

    fn forget(&mut self, place: usize, number: u64) {
        if let Some(stream) = self.streams.remove(&number) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.stations[place].machine.closed(number);
    }

    /// Hands something in to a machine, after what is due by now, and does what it says.
    fn handle(&mut self, shared: &Shared, place: usize, input: impl FnOnce(&mut dyn Machine, Time) -> Vec<Emit>) {
        let now = self.now();
        if place == TURN {
            self.offer();
        }
        let machine = &mut *self.stations[place].machine;
        let mut emits = machine.timeout(now);
        emits.extend(input(machine, now));
        self.lend(shared);
        for emit in emits {
            self.emit(place, emit);
        }
    }

    /// The TURN server counts its ports up; here it takes one that is bound already.
    fn offer(&mut self) {
        if self.spare.is_none() && self.lent.len() < LENT {
            let ip = self.stations[TURN].address.ip();
            self.spare = UdpSocket::bind((ip, 0)).and_then(|s| Ok((s.local_addr()?, Arc::new(s)))).ok();
        }
        let machine: &mut dyn Machine = &mut *self.stations[TURN].machine;
        let turn: &mut TurnServer = machine.known_as();
        turn.next_port = self.spare.as_ref().map_or(0, |(address, _)| address.port());
    }

    /// Listens where the TURN server has just lent an address.
    fn lend(&mut self, shared: &Shared) {
        let turn = &self.stations[TURN].machine;
        if let Some((address, socket)) = self.spare.take_if(|(address, _)| turn.lends(*address)) {
            let _ = socket.set_read_timeout(Some(PATIENCE));
            self.lent.insert(address, socket.clone());
            let shared = shared.clone();
            std::thread::spawn(move || relay(&shared, address, &socket));
        }
    }

    /// What cannot be sent is lost, as on any network.
    fn emit(&mut self, place: usize, emit: Emit) {
        match emit {
            Emit::Client { to: Endpoint::Tcp(number), bytes } => {
                if let Some(stream) = self.streams.get_mut(&number)
                    && stream.write_all(&bytes).is_err()
                {
                    let _ = stream.shutdown(Shutdown::Both);
                }
            }
            Emit::Client { to: Endpoint::Udp(to), bytes } => {
                let _ = self.stations[place].socket.send_to(&bytes, to);
            }
            Emit::Relayed { from, to, bytes } => {
                if let Some(socket) = self.lent.get(&from) {
                    let _ = socket.send_to(&bytes, to);
                }
            }
            // No proxy stands here.
            Emit::Connect { .. } => {}
        }
    }
}
