//! A network in virtual time: hosts with interfaces, NATs in front of them, links that lose, delay and reorder, and machines
//! at addresses of their own. Sockets are those of [`crate::media::Output`]: what a transport asks for is done here, and what
//! arrives is handed back to it.

use super::machine::{Emit, Endpoint, Machine};
use super::nat::Nat;
pub use super::nat::NatKind;
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::SocketId;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostId(pub usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerId(pub usize);

/// How one host is connected, in each direction.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    pub loss_permille: u32,
    pub delay: Duration,
    /// Up to this much more, differently for each datagram.
    pub jitter: Duration,
    /// How many datagrams wait for one that was sent later.
    pub reorder_permille: u32,
    pub duplicate_permille: u32,
    /// What it carries away from the host. What would wait for its turn for longer than 200 ms is dropped. 0: anything.
    pub bits_per_s: u32,
}

/// The longest queue of a link that carries so much.
const QUEUE: Duration = Duration::from_millis(200);

impl Default for Link {
    fn default() -> Link {
        Link {
            loss_permille: 0,
            delay: Duration::from_millis(10),
            jitter: Duration::ZERO,
            reorder_permille: 0,
            duplicate_permille: 0,
            bits_per_s: 0,
        }
    }
}

#[derive(Debug)]
struct Host {
    addresses: Vec<IpAddr>,
    nat: Option<Nat>,
    link: Link,
    /// When it has carried away what waits.
    free_at: Time,
    down: BTreeSet<IpAddr>,
    blocks_udp: bool,
    next_port: u16,
    sockets: BTreeMap<SocketAddr, SocketId>,
    connections: BTreeMap<SocketId, u64>,
}

impl Host {
    /// When a datagram that is sent now has left. `None`: too many wait.
    fn turn(&mut self, now: Time, size: usize) -> Option<Time> {
        if self.link.bits_per_s == 0 {
            return Some(now);
        }
        let begins = self.free_at.max(now);
        let takes = Duration::from_secs_f64(size as f64 * 8.0 / f64::from(self.link.bits_per_s));
        (begins.since(now) <= QUEUE).then(|| {
            self.free_at = begins + takes;
            self.free_at
        })
    }
}

#[derive(Debug)]
struct Connection {
    host: HostId,
    socket: SocketId,
    local: IpAddr,
    server: ServerId,
    /// Nothing overtakes on a stream: the last delivery in each direction.
    last_up: Time,
    last_down: Time,
    is_forgotten: bool,
}

#[derive(Debug)]
struct Listener {
    /// Where it listens, UDP and TCP.
    addresses: Vec<SocketAddr>,
    machine: Box<dyn Machine>,
    udp: bool,
    tcp: bool,
}

/// What arrives at a host's socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    Opened(SocketAddr),
    Closed,
    Datagram { from: SocketAddr, bytes: Vec<u8> },
    Stream(Vec<u8>),
}

#[derive(Debug)]
enum Flight {
    Datagram {
        from: SocketAddr,
        to: SocketAddr,
        bytes: Vec<u8>,
    },
    /// To a host's socket; nothing can stop it any more.
    Arrival {
        host: HostId,
        socket: SocketId,
        arrival: Arrival,
    },
    Upstream {
        connection: u64,
        bytes: Vec<u8>,
    },
    Downstream {
        connection: u64,
        bytes: Vec<u8>,
    },
    Hangup {
        connection: u64,
    },
}

/// The network and everything on it.
#[derive(Debug)]
pub struct Network {
    hosts: Vec<Host>,
    servers: Vec<Listener>,
    connections: BTreeMap<u64, Connection>,
    next_connection: u64,
    flights: BTreeMap<(Time, u64), Flight>,
    sequence: u64,
    /// Pairs of hosts that cannot reach each other, while each reaches the servers.
    cuts: BTreeSet<(HostId, HostId)>,
    random: Random,
    /// Everything a host or server sent as a datagram, and what of that never arrived.
    pub sent: u64,
    pub lost: u64,
}

impl Network {
    pub fn new(random: Random) -> Network {
        Network {
            hosts: Vec::new(),
            servers: Vec::new(),
            connections: BTreeMap::new(),
            next_connection: 0,
            flights: BTreeMap::new(),
            sequence: 0,
            cuts: BTreeSet::new(),
            random,
            sent: 0,
            lost: 0,
        }
    }

    /// A host on the open internet.
    pub fn add_host(&mut self, addresses: &[IpAddr]) -> HostId {
        self.hosts.push(Host {
            addresses: addresses.to_vec(),
            nat: None,
            link: Link::default(),
            free_at: Time::ZERO,
            down: BTreeSet::new(),
            blocks_udp: false,
            next_port: 40_000,
            sockets: BTreeMap::new(),
            connections: BTreeMap::new(),
        });
        HostId(self.hosts.len() - 1)
    }

    /// A host whose IPv4 goes through a NAT. Hosts behind one public address share a local network.
    pub fn add_host_behind(&mut self, addresses: &[IpAddr], kind: NatKind, public: IpAddr) -> HostId {
        let id = self.add_host(addresses);
        let next_port = 20_000 + 1000 * id.0 as u16;
        self.hosts[id.0].nat = Some(Nat::new(kind, public, next_port));
        id
    }

    /// A machine that listens on UDP, TCP or both.
    pub fn add_server(&mut self, addresses: &[SocketAddr], udp: bool, tcp: bool, machine: impl Machine) -> ServerId {
        self.servers.push(Listener { addresses: addresses.to_vec(), machine: Box::new(machine), udp, tcp });
        ServerId(self.servers.len() - 1)
    }

    /// A machine as what it was added as.
    pub fn machine_mut<M: Machine>(&mut self, id: ServerId) -> &mut M {
        self.servers[id.0].machine.known_as()
    }

    pub fn link_mut(&mut self, host: HostId) -> &mut Link {
        &mut self.hosts[host.0].link
    }

    pub fn addresses(&self, host: HostId) -> &[IpAddr] {
        &self.hosts[host.0].addresses
    }

    /// A dead interface: nothing leaves by it and nothing arrives, and nobody is told.
    pub fn set_down(&mut self, host: HostId, ip: IpAddr, down: bool) {
        let host = &mut self.hosts[host.0];
        if down {
            host.down.insert(ip);
        } else {
            host.down.remove(&ip);
        }
    }

    /// The way between two hosts breaks, or heals; relays still reach both.
    pub fn set_cut(&mut self, a: HostId, b: HostId, cut: bool) {
        for pair in [(a, b), (b, a)] {
            if cut {
                self.cuts.insert(pair);
            } else {
                self.cuts.remove(&pair);
            }
        }
    }

    /// What one host sends directly to the other is lost; the other direction passes.
    pub fn cut_one_way(&mut self, from: HostId, to: HostId) {
        self.cuts.insert((from, to));
    }

    /// The NAT in front of a host starts anew, see `Nat::rebind`.
    pub fn rebind(&mut self, host: HostId) {
        if let Some(nat) = &mut self.hosts[host.0].nat {
            nat.rebind();
        }
    }

    /// A firewall that lets no UDP through.
    pub fn block_udp(&mut self, host: HostId) {
        self.hosts[host.0].blocks_udp = true;
    }

    /// The host gets another address, as when it changes networks; sockets of the old one are dead.
    pub fn set_addresses(&mut self, host: HostId, addresses: &[IpAddr]) {
        self.hosts[host.0].addresses = addresses.to_vec();
    }

    /// [`crate::media::Output::OpenSocket`] over UDP: the bound address, or `None` if the host has no such interface.
    pub fn open_udp(&mut self, host: HostId, socket: SocketId, local: SocketAddr) -> Option<SocketAddr> {
        let host = &mut self.hosts[host.0];
        let ip = if local.ip().is_unspecified() {
            *host.addresses.iter().find(|ip| ip.is_ipv4() == local.is_ipv4())?
        } else {
            local.ip()
        };
        if !host.addresses.contains(&ip) {
            return None;
        }
        host.next_port += 1;
        let bound = SocketAddr::new(ip, host.next_port);
        host.sockets.insert(bound, socket);
        Some(bound)
    }

    /// The same over TCP. The answer, open or closed, comes as an [`Arrival`].
    pub fn open_tcp(&mut self, now: Time, id: HostId, socket: SocketId, local: SocketAddr, remote: SocketAddr) {
        let server = self.servers.iter().position(|s| s.tcp && s.addresses.contains(&remote));
        let host = &mut self.hosts[id.0];
        let delay = host.link.delay * 2;
        let ip = host.addresses.iter().find(|ip| {
            ip.is_ipv4() == remote.is_ipv4()
                && (local.ip().is_unspecified() || **ip == local.ip())
                && !host.down.contains(ip)
        });
        let (Some(server), Some(&ip)) = (server, ip) else {
            self.fly(now + delay, Flight::Arrival { host: id, socket, arrival: Arrival::Closed });
            return;
        };
        host.next_port += 1;
        let bound = SocketAddr::new(ip, host.next_port);
        self.next_connection += 1;
        let number = self.next_connection;
        host.connections.insert(socket, number);
        let (last_up, last_down) = (now + delay, now + delay);
        let connection = Connection {
            host: id,
            socket,
            local: ip,
            server: ServerId(server),
            last_up,
            last_down,
            is_forgotten: false,
        };
        self.connections.insert(number, connection);
        self.fly(now + delay, Flight::Arrival { host: id, socket, arrival: Arrival::Opened(bound) });
    }

    pub fn close(&mut self, host: HostId, socket: SocketId) {
        let host = &mut self.hosts[host.0];
        host.sockets.retain(|_, id| *id != socket);
        if let Some(number) = host.connections.remove(&socket)
            && let Some(connection) = self.connections.remove(&number)
        {
            self.servers[connection.server.0].machine.closed(number);
        }
    }

    /// Something on the way forgets every connection of a host; nobody is told.
    pub fn forget_connections(&mut self, id: HostId) {
        for number in self.hosts[id.0].connections.values() {
            if let Some(connection) = self.connections.get_mut(number) {
                connection.is_forgotten = true;
            }
        }
    }

    /// The server, or something on the way, resets every connection of a host.
    pub fn reset_connections(&mut self, now: Time, host: HostId) {
        let numbers: Vec<u64> = self.hosts[host.0].connections.values().copied().collect();
        for connection in numbers {
            self.fly(now, Flight::Hangup { connection });
        }
    }

    /// Somebody who can write any sender on it sends a datagram.
    pub fn inject(&mut self, at: Time, from: SocketAddr, to: SocketAddr, bytes: Vec<u8>) {
        self.fly(at, Flight::Datagram { from, to, bytes });
    }

    /// [`crate::media::Output::Transmit`].
    pub fn transmit(&mut self, now: Time, id: HostId, socket: SocketId, remote: Option<SocketAddr>, bytes: Vec<u8>) {
        match remote {
            Some(to) => self.send_datagram(now, id, socket, to, bytes),
            None => {
                let Some(&number) = self.hosts[id.0].connections.get(&socket) else { return };
                let delay = self.hosts[id.0].link.delay;
                let Some(connection) = self.connections.get_mut(&number) else { return };
                // A dead interface is noticed by nobody; the stream simply stops.
                let host = &self.hosts[id.0];
                let is_gone = host.down.contains(&connection.local) || !host.addresses.contains(&connection.local);
                if is_gone || connection.is_forgotten {
                    return;
                }
                connection.last_up = connection.last_up.max(now + delay);
                let at = connection.last_up;
                self.fly(at, Flight::Upstream { connection: number, bytes });
            }
        }
    }

    fn send_datagram(&mut self, now: Time, id: HostId, socket: SocketId, to: SocketAddr, bytes: Vec<u8>) {
        self.sent += 1;
        let host = &self.hosts[id.0];
        let from = host.sockets.iter().find(|(_, s)| **s == socket).map(|(local, _)| *local);
        let Some(from) =
            from.filter(|f| !host.blocks_udp && !host.down.contains(&f.ip()) && host.addresses.contains(&f.ip()))
        else {
            self.lost += 1;
            return;
        };
        // Within a local network there is no NAT between.
        let is_near = self.hosts.iter().any(|other| {
            other.addresses.contains(&to.ip())
                && matches!((&other.nat, &host.nat), (Some(a), Some(b)) if a.public == b.public)
        });
        let from = match &mut self.hosts[id.0].nat {
            Some(nat) if to.is_ipv4() && !is_near => nat.outbound(from, to),
            _ => from,
        };
        let host = &mut self.hosts[id.0];
        let (link, Some(leaves_at)) = (host.link, host.turn(now, bytes.len())) else {
            self.lost += 1;
            return;
        };
        self.launch(leaves_at, link, from, to, bytes);
    }

    /// One leg over a link.
    fn launch(&mut self, now: Time, link: Link, from: SocketAddr, to: SocketAddr, bytes: Vec<u8>) {
        let mut chance = |permille: u32| permille > 0 && self.random.below(1000) < u64::from(permille);
        if chance(link.loss_permille) {
            self.lost += 1;
            return;
        }
        let (late, twice) = (chance(link.reorder_permille), chance(link.duplicate_permille));
        let jitter = match link.jitter.as_micros() as u64 {
            0 => 0,
            micros => self.random.below(micros),
        };
        let mut at = now + link.delay + Duration::from_micros(jitter);
        if late {
            at += link.delay + Duration::from_millis(5);
        }
        if twice {
            self.fly(at + Duration::from_millis(1), Flight::Datagram { from, to, bytes: bytes.clone() });
        }
        self.fly(at, Flight::Datagram { from, to, bytes });
    }

    fn fly(&mut self, at: Time, flight: Flight) {
        self.sequence += 1;
        self.flights.insert((at, self.sequence), flight);
    }

    /// When the next thing arrives, or a machine has something to do.
    pub fn next_timeout(&self) -> Option<Time> {
        let timer = self.next_timer().map(|(at, _)| at);
        self.next_landing().into_iter().chain(timer).min()
    }

    fn next_landing(&self) -> Option<Time> {
        self.flights.first_key_value().map(|((at, _), _)| *at)
    }

    fn next_timer(&self) -> Option<(Time, usize)> {
        let timers = self.servers.iter().enumerate();
        timers.filter_map(|(server, listener)| Some((listener.machine.next_timeout()?, server))).min()
    }

    /// The next arrival at a host that is due. Machines do what is due before it.
    pub fn poll(&mut self, now: Time) -> Option<(HostId, SocketId, Arrival)> {
        loop {
            let landing = self.next_landing().filter(|at| *at <= now);
            if let Some((at, server)) = self.next_timer()
                && at <= landing.unwrap_or(now)
            {
                let emits = self.servers[server].machine.timeout(at);
                self.emit(at, ServerId(server), emits);
                continue;
            }
            landing?;
            let ((at, _), flight) = self.flights.pop_first()?;
            if let Some(arrival) = self.land(at, flight) {
                return Some(arrival);
            }
        }
    }

    fn land(&mut self, now: Time, flight: Flight) -> Option<(HostId, SocketId, Arrival)> {
        match flight {
            Flight::Arrival { host, socket, arrival } => Some((host, socket, arrival)),
            Flight::Datagram { from, to, bytes } => self.land_datagram(now, from, to, bytes),
            Flight::Upstream { connection, bytes } => {
                let server = self.connections.get(&connection)?.server;
                let emits = self.servers[server.0].machine.stream(now, connection, &bytes);
                self.emit(now, server, emits);
                None
            }
            Flight::Downstream { connection, bytes } => {
                let connection = self.connections.get(&connection)?;
                let host = &self.hosts[connection.host.0];
                let is_gone = host.down.contains(&connection.local) || !host.addresses.contains(&connection.local);
                if is_gone || connection.is_forgotten {
                    return None;
                }
                Some((connection.host, connection.socket, Arrival::Stream(bytes)))
            }
            Flight::Hangup { connection: number } => {
                let connection = self.connections.remove(&number)?;
                self.hosts[connection.host.0].connections.remove(&connection.socket);
                self.servers[connection.server.0].machine.closed(number);
                Some((connection.host, connection.socket, Arrival::Closed))
            }
        }
    }

    fn land_datagram(
        &mut self,
        now: Time,
        from: SocketAddr,
        to: SocketAddr,
        bytes: Vec<u8>,
    ) -> Option<(HostId, SocketId, Arrival)> {
        let is_for =
            |listener: &Listener| listener.udp && listener.addresses.contains(&to) || listener.machine.lends(to);
        if let Some(server) = self.servers.iter().position(is_for) {
            let emits = self.servers[server].machine.datagram(now, to, from, &bytes);
            self.emit(now, ServerId(server), emits);
            return None;
        }
        let found = self.hosts.iter().position(|host| match &host.nat {
            Some(nat) if to.is_ipv4() => nat.public == to.ip() && nat.inbound(to.port(), from).is_some(),
            _ => host.addresses.contains(&to.ip()),
        });
        // From within the same local network.
        let near = |host: &Host| {
            host.addresses.contains(&to.ip())
                && host.nat.as_ref().is_some_and(|nat| {
                    self.hosts.iter().any(|o| {
                        o.addresses.contains(&from.ip()) && o.nat.as_ref().is_some_and(|n| n.public == nat.public)
                    })
                })
        };
        let index = found.or_else(|| self.hosts.iter().position(near));
        let sender = self.hosts.iter().position(|host| {
            host.addresses.contains(&from.ip()) || host.nat.as_ref().is_some_and(|nat| nat.public == from.ip())
        });
        let is_cut = |index: usize| sender.is_some_and(|sender| self.cuts.contains(&(HostId(sender), HostId(index))));
        let index = index.filter(|index| !is_cut(*index));
        let arrival = index.and_then(|index| {
            let host = &self.hosts[index];
            let local = match &host.nat {
                Some(nat) if to.is_ipv4() && nat.public == to.ip() => nat.inbound(to.port(), from)?,
                _ => to,
            };
            let lost = host.blocks_udp
                || host.down.contains(&local.ip())
                || !host.addresses.contains(&local.ip())
                || host.link.loss_permille > 0 && self.random.below(1000) < u64::from(host.link.loss_permille);
            let socket = *host.sockets.get(&local).filter(|_| !lost)?;
            Some((HostId(index), socket, host.link.delay))
        });
        let Some((host, socket, delay)) = arrival else {
            self.lost += 1;
            return None;
        };
        self.fly(now + delay, Flight::Arrival { host, socket, arrival: Arrival::Datagram { from, bytes } });
        None
    }

    fn emit(&mut self, now: Time, server: ServerId, emits: Vec<Emit>) {
        // Servers are where the fibres meet.
        let link = Link { delay: Duration::from_millis(1), ..Link::default() };
        for emit in emits {
            match emit {
                Emit::Client { to: Endpoint::Udp(to), bytes } => {
                    self.sent += 1;
                    let from = self.servers[server.0].addresses.iter().find(|a| a.is_ipv4() == to.is_ipv4());
                    let Some(&from) = from else { continue };
                    self.launch(now, link, from, to, bytes);
                }
                Emit::Client { to: Endpoint::Tcp(number), bytes } => {
                    let Some(connection) = self.connections.get_mut(&number) else { continue };
                    let delay = self.hosts[connection.host.0].link.delay;
                    connection.last_down = connection.last_down.max(now + delay);
                    let at = connection.last_down;
                    self.fly(at, Flight::Downstream { connection: number, bytes });
                }
                Emit::Relayed { from, to, bytes } => {
                    self.sent += 1;
                    self.launch(now, link, from, to, bytes);
                }
                Emit::Connect { connection: number, to } => {
                    let found = self.servers.iter().position(|s| s.tcp && s.addresses.contains(&to));
                    if let (Some(found), Some(connection)) = (found, self.connections.get_mut(&number)) {
                        connection.server = ServerId(found);
                    }
                    let emits = self.servers[server.0].machine.connected(number, found.is_some());
                    self.emit(now, server, emits);
                }
            }
        }
    }
}
