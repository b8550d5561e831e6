//! The servers that calls are told of: a reflector and a STUN and TURN server, each on UDP and TCP. [`tgcall::sim::relay`]
//! decides what they answer; here are their sockets, a thread for each.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tgcall::random::Random;
use tgcall::sim::relay::{Emit, Endpoint, Reflector, TurnServer};
use tgcall::time::Time;

/// What a TURN client has to know; `phoneConnectionWebrtc` says it.
const USERNAME: &str = "user";
const PASSWORD: &str = "secret";
/// Most connections at once, and most lent addresses.
const CONNECTIONS: usize = 256;
const LENT: usize = 256;
/// How often a lent socket looks whether it is still lent, and how long a client may take to read.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone, Copy)]
enum Service {
    Reflector,
    Turn,
}

/// Where they listen.
pub struct Ports {
    pub reflector: u16,
    pub turn: u16,
}

struct Relays {
    start: Instant,
    reflector: Reflector,
    turn: TurnServer,
    reflector_socket: UdpSocket,
    turn_socket: UdpSocket,
    streams: BTreeMap<u64, TcpStream>,
    next_connection: u64,
    lent: BTreeMap<SocketAddr, Arc<UdpSocket>>,
    /// Bound, and offered to the TURN server to be lent next.
    spare: Option<(SocketAddr, Arc<UdpSocket>)>,
}

type Shared = Arc<Mutex<Relays>>;

/// Starts them on `ip`, on ports that the system picks.
pub fn start(ip: IpAddr, seed: u64) -> std::io::Result<Ports> {
    let (reflector_socket, reflector_listener) = pair(ip)?;
    let (turn_socket, turn_listener) = pair(ip)?;
    let ports = Ports { reflector: reflector_socket.local_addr()?.port(), turn: turn_socket.local_addr()?.port() };
    let relays = Arc::new(Mutex::new(Relays {
        start: Instant::now(),
        reflector: Reflector::default(),
        turn: TurnServer::new(ip, USERNAME, PASSWORD, Random::from_seed(seed)),
        reflector_socket: reflector_socket.try_clone()?,
        turn_socket: turn_socket.try_clone()?,
        streams: BTreeMap::new(),
        next_connection: 0,
        lent: BTreeMap::new(),
        spare: None,
    }));
    for (service, socket, listener) in
        [(Service::Reflector, reflector_socket, reflector_listener), (Service::Turn, turn_socket, turn_listener)]
    {
        let shared = relays.clone();
        std::thread::spawn(move || receive(&shared, service, &socket));
        let shared = relays.clone();
        std::thread::spawn(move || accept(&shared, service, &listener));
    }
    Ok(ports)
}

/// One port on both protocols.
fn pair(ip: IpAddr) -> std::io::Result<(UdpSocket, TcpListener)> {
    let mut last = None;
    for _ in 0..16 {
        let listener = TcpListener::bind((ip, 0))?;
        match UdpSocket::bind(listener.local_addr()?) {
            Ok(socket) => return Ok((socket, listener)),
            Err(why) => last = Some(why),
        }
    }
    Err(last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into()))
}

fn lock(shared: &Shared) -> MutexGuard<'_, Relays> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn receive(shared: &Shared, service: Service, socket: &UdpSocket) {
    let mut buffer = vec![0; 65_536];
    loop {
        // An ICMP answer to something sent earlier is an error of the next receive, and no reason to stop.
        let Ok((size, from)) = socket.recv_from(&mut buffer) else { continue };
        let mut relays = lock(shared);
        let emits = relays.handle_datagram(service, from, &buffer[..size]);
        relays.send(shared, service, emits);
    }
}

fn accept(shared: &Shared, service: Service, listener: &TcpListener) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        let Some((number, reader)) = lock(shared).admit(stream) else { continue };
        let shared = shared.clone();
        std::thread::spawn(move || {
            read(&shared, service, number, reader);
            lock(&shared).forget(service, number);
        });
    }
}

fn read(shared: &Shared, service: Service, number: u64, mut stream: TcpStream) {
    let mut buffer = vec![0; 65_536];
    while let Ok(size @ 1..) = stream.read(&mut buffer) {
        let mut relays = lock(shared);
        let emits = relays.handle_stream(service, number, &buffer[..size]);
        relays.send(shared, service, emits);
    }
}

/// What comes to a lent address, while it is lent.
fn relay(shared: &Shared, relayed: SocketAddr, socket: &UdpSocket) {
    let mut buffer = vec![0; 65_536];
    loop {
        let received = socket.recv_from(&mut buffer);
        let mut relays = lock(shared);
        let now = relays.now();
        if relays.turn.allocations(now) == 0 || !relays.turn.lends(relayed) {
            relays.lent.remove(&relayed);
            return;
        }
        if let Ok((size, from)) = received {
            let emits = relays.turn.handle_peer(now, relayed, from, &buffer[..size]);
            relays.send(shared, Service::Turn, emits);
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

    fn forget(&mut self, service: Service, number: u64) {
        if let Some(stream) = self.streams.remove(&number) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        match service {
            Service::Reflector => self.reflector.handle_closed(number),
            Service::Turn => self.turn.handle_closed(number),
        }
    }

    fn handle_datagram(&mut self, service: Service, from: SocketAddr, bytes: &[u8]) -> Vec<Emit> {
        let now = self.now();
        match service {
            Service::Reflector => self.reflector.handle_datagram(from, bytes),
            Service::Turn => {
                self.offer();
                self.turn.handle_datagram(now, from, bytes)
            }
        }
    }

    fn handle_stream(&mut self, service: Service, number: u64, bytes: &[u8]) -> Vec<Emit> {
        let now = self.now();
        match service {
            Service::Reflector => self.reflector.handle_stream(number, bytes),
            Service::Turn => {
                self.offer();
                self.turn.handle_stream(now, number, bytes)
            }
        }
    }

    /// The TURN server counts its ports up; here it takes one that is bound already.
    fn offer(&mut self) {
        if self.spare.is_none() && self.lent.len() < LENT {
            self.spare = UdpSocket::bind((self.turn.ip, 0)).and_then(|s| Ok((s.local_addr()?, Arc::new(s)))).ok();
        }
        self.turn.next_port = self.spare.as_ref().map_or(0, |(address, _)| address.port());
    }

    fn send(&mut self, shared: &Shared, service: Service, emits: Vec<Emit>) {
        if let Some((address, socket)) = self.spare.take_if(|(address, _)| self.turn.lends(*address)) {
            let _ = socket.set_read_timeout(Some(PATIENCE));
            self.lent.insert(address, socket.clone());
            let shared = shared.clone();
            std::thread::spawn(move || relay(&shared, address, &socket));
        }
        for emit in emits {
            self.emit(service, emit);
        }
    }

    /// What cannot be sent is lost, as on any network.
    fn emit(&mut self, service: Service, emit: Emit) {
        match emit {
            Emit::Client { to: Endpoint::Tcp(number), bytes } => {
                if let Some(stream) = self.streams.get_mut(&number)
                    && stream.write_all(&bytes).is_err()
                {
                    let _ = stream.shutdown(Shutdown::Both);
                }
            }
            Emit::Client { to: Endpoint::Udp(to), bytes } => {
                let socket = match service {
                    Service::Reflector => &self.reflector_socket,
                    Service::Turn => &self.turn_socket,
                };
                let _ = socket.send_to(&bytes, to);
            }
            Emit::Relayed { from, to, bytes } => {
                if let Some(socket) = self.lent.get(&from) {
                    let _ = socket.send_to(&bytes, to);
                }
            }
        }
    }
}
