//! Sockets, servers, and the channels they make: local candidates are gathered here, and relays wrapped and unwrapped.
//!
//! There is one UDP socket per local interface, shared by the peer-to-peer path, STUN servers, TURN allocations and
//! reflectors, which are told apart by address and content; and one TCP socket per interface and relay, once UDP has not
//! found a route in time.

mod query;
mod relays;
mod report;
mod server;
mod streams;

pub use report::ServerReport;

use query::Query;
use relays::{Relay, RelayState};
use server::{Entry, EntryKind, entries, reaches};
use super::candidate::{Candidate, Kind, Target, priority};
use super::ice::{ChannelId, Reach};
use super::output::{Output, Route, RouteKind};
use super::{Server, TransportConfig};
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::{IpAddr, Ipv4Addr, Ipv6Addr, Protocol, Role, SocketAddr, SocketId};
use std::collections::VecDeque;

const MAX_INTERFACES: usize = 16;
const MAX_SOCKETS: usize = 64;
const MAX_RELAYS: usize = 96;
/// Before a socket or relay that failed is tried again; doubles up to the second.
const RETRY: Duration = Duration::from_secs(2);
const MAX_RETRY: Duration = Duration::from_secs(32);
/// Without a route there is no time for that.
const MAX_RETRY_LOST: Duration = Duration::from_secs(3);
/// A stream that has brought nothing since the route was lost this long ago is dead, though nobody said so.
const STREAM_SILENCE: Duration = Duration::from_secs(4);

/// What became known about our own ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Up { channel: ChannelId, reach: Reach, priority: u32 },
    Down { channel: ChannelId },
    /// To be signalled.
    Candidate { candidate: Candidate, network: u16 },
    /// The other end of a reflector, where the tags are fixed and not signalled.
    Remote(Candidate),
}

/// A packet of the peer, or of somebody who pretends.
#[derive(Debug, PartialEq, Eq)]
pub struct Arrival<'a> {
    pub channel: ChannelId,
    pub target: Target,
    pub payload: &'a [u8],
}

/// What handing in a packet came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrived<'a> {
    Peer(Arrival<'a>),
    /// A server's; it is dealt with.
    Server,
    Nothing,
}

#[derive(Debug)]
enum SocketState {
    Opening,
    Open(SocketAddr),
    Closed { retry_at: Time, tries: u32 },
}

#[derive(Debug)]
struct Socket {
    id: SocketId,
    protocol: Protocol,
    /// The interface, unspecified if unknown.
    local: IpAddr,
    /// Counts interfaces from 1.
    network: u16,
    state: SocketState,
    /// TCP: which relay entry it is for.
    relay: Option<usize>,
    /// TCP: what has come and is no whole frame yet.
    stream: Vec<u8>,
    /// TCP: when something came last.
    heard: Option<Time>,
    direct: Option<ChannelId>,
}

impl Socket {
    fn is_open(&self) -> bool {
        matches!(self.state, SocketState::Open(_))
    }
}

#[derive(Debug)]
pub struct Gatherer {
    call: u64,
    role: Role,
    direct: bool,
    proxy: bool,
    standalone: bool,
    servers: Vec<Server>,
    entries: Vec<Entry>,
    interfaces: Vec<IpAddr>,
    sockets: Vec<Socket>,
    queries: Vec<Query>,
    relays: Vec<Relay>,
    next_socket: u16,
    next_channel: u16,
    next_network: u16,
    tcp_at: Option<Time>,
    tcp_started: bool,
    /// Since when there is no route, or the streams have been looked at since.
    lost_at: Option<Time>,
    /// Our tags at the reflectors, by entry, network and protocol.
    tags: Vec<((usize, u16, Protocol), u32)>,
    /// What the host told of its addresses.
    told: Vec<IpAddr>,
    random: Random,
    out: VecDeque<Output>,
    events: VecDeque<Event>,
    /// Packets for a channel that was not there.
    pub unsent: u64,
}

impl Gatherer {
    pub fn new(now: Time, config: &TransportConfig, random: Random) -> Gatherer {
        let entries = entries(&config.servers);
        let no_udp = !entries.iter().any(|e| e.kind.uses(Protocol::Udp));
        let mut gatherer = Gatherer {
            call: config.call.0,
            role: config.role,
            direct: config.p2p_allowed && !config.proxy,
            proxy: config.proxy,
            standalone: config.standalone_reflectors,
            servers: config.servers.clone(),
            entries,
            interfaces: Vec::new(),
            sockets: Vec::new(),
            queries: Vec::new(),
            relays: Vec::new(),
            next_socket: 0,
            next_channel: 0,
            next_network: 0,
            // Nothing to wait for where UDP cannot work.
            tcp_at: Some(if no_udp && (config.proxy || !config.p2p_allowed) {
                now
            } else {
                now + config.timing.tcp_after
            }),
            tcp_started: false,
            lost_at: None,
            tags: Vec::new(),
            told: Vec::new(),
            random,
            out: VecDeque::new(),
            events: VecDeque::new(),
            unsent: 0,
        };
        gatherer.set_interfaces(&config.interfaces);
        gatherer
    }

    /// Opens sockets on what is new, and closes those on what is gone.
    pub fn set_interfaces(&mut self, interfaces: &[IpAddr]) {
        let usable = |ip: &&IpAddr| match ip {
            IpAddr::V4(ip) => !ip.is_multicast() && !ip.is_broadcast(),
            IpAddr::V6(ip) => !ip.is_multicast() && !ip.is_unicast_link_local(),
        };
        let mut wanted: Vec<IpAddr> = Vec::new();
        if !self.proxy {
            for ip in interfaces.iter().filter(usable) {
                if !wanted.contains(ip) && wanted.len() < MAX_INTERFACES {
                    wanted.push(*ip);
                }
            }
        }
        if wanted.is_empty() {
            wanted = vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
        }
        // What goes to a proxy went out by the address that is gone, whichever it was.
        let has_moved = self.proxy && self.told.iter().any(|ip| !interfaces.contains(ip));
        self.told = interfaces.to_vec();
        if has_moved {
            self.interfaces.clear();
        }
        let gone = self.sockets.iter().filter(|s| has_moved || !wanted.contains(&s.local));
        let gone: Vec<(SocketId, bool)> =
            gone.map(|s| (s.id, matches!(s.state, SocketState::Closed { .. }))).collect();
        for (id, is_closed) in gone {
            // One that could not be opened, or broke, is closed already: its number may be another's by now.
            if !is_closed {
                self.out.push_back(Output::CloseSocket { socket: id });
            }
            self.drop_socket(id);
        }
        let new: Vec<IpAddr> = wanted.iter().filter(|ip| !self.interfaces.contains(ip)).copied().collect();
        self.interfaces = wanted;
        for ip in new {
            self.next_network = self.next_network.wrapping_add(1).max(1);
            let network = self.next_network;
            self.open(Protocol::Udp, ip, network, None);
            if self.tcp_started {
                self.open_tcp(ip, network);
            }
        }
    }

    fn open(&mut self, protocol: Protocol, local: IpAddr, network: u16, relay: Option<usize>) {
        let Some(id) = self.new_socket_id() else { return };
        let socket = Socket {
            id,
            protocol,
            local,
            network,
            state: SocketState::Opening,
            relay,
            stream: Vec::new(),
            heard: None,
            direct: None,
        };
        self.announce(&socket);
        self.sockets.push(socket);
    }

    fn announce(&mut self, socket: &Socket) {
        let local = SocketAddr::new(socket.local, 0);
        let remote = socket.relay.map(|entry| self.entries[entry].address);
        self.out.push_back(Output::OpenSocket { socket: socket.id, protocol: socket.protocol, local, remote });
    }

    fn new_socket_id(&mut self) -> Option<SocketId> {
        if self.sockets.len() >= MAX_SOCKETS {
            return None;
        }
        loop {
            self.next_socket = self.next_socket.checked_add(1).unwrap_or(1);
            let id = SocketId(self.call << 16 | u64::from(self.next_socket));
            if !self.sockets.iter().any(|s| s.id == id) {
                return Some(id);
            }
        }
    }

    fn new_channel_id(&mut self) -> ChannelId {
        loop {
            self.next_channel = self.next_channel.wrapping_add(1);
            let id = ChannelId(self.next_channel);
            let taken =
                self.relays.iter().any(|r| r.channel == id) || self.sockets.iter().any(|s| s.direct == Some(id));
            if !taken {
                return id;
            }
        }
    }

    fn open_tcp(&mut self, local: IpAddr, network: u16) {
        for entry in 0..self.entries.len() {
            let Entry { address, kind } = &self.entries[entry];
            if kind.uses(Protocol::Tcp) && reaches(local, address.ip()) {
                self.open(Protocol::Tcp, local, network, Some(entry));
            }
        }
    }

    /// Tries relays over TCP from now on.
    pub fn start_tcp(&mut self) {
        self.tcp_at = None;
        if core::mem::replace(&mut self.tcp_started, true) {
            return;
        }
        for index in 0..self.interfaces.len() {
            let ip = self.interfaces[index];
            let network = self.sockets.iter().find(|s| s.local == ip).map_or(1, |s| s.network);
            self.open_tcp(ip, network);
        }
    }

    /// A route has been found: TCP is not needed.
    pub fn cancel_tcp(&mut self) {
        self.tcp_at = None;
        self.lost_at = None;
    }

    /// The route is lost: whatever failed is tried again now, TCP included after a while.
    pub fn retry(&mut self, now: Time, tcp_after: Duration) {
        self.lost_at = Some(now);
        if !self.tcp_started && self.tcp_at.is_none() {
            self.tcp_at = Some(now + tcp_after);
        }
        for relay in &mut self.relays {
            if relay.retry_at.is_some() {
                relay.retry_at = Some(now);
            }
            if let RelayState::Reflector { next_hello, .. } = &mut relay.state {
                *next_hello = now;
            }
        }
        for socket in &mut self.sockets {
            if let SocketState::Closed { retry_at, .. } = &mut socket.state {
                *retry_at = now;
            }
        }
        for query in &mut self.queries {
            query.sent = 0;
            query.again_at = Some(now);
        }
    }

    pub fn handle_opened(&mut self, now: Time, id: SocketId, local: SocketAddr) {
        let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id) else { return };
        if !matches!(socket.state, SocketState::Opening) {
            return;
        }
        socket.state = SocketState::Open(local);
        let (protocol, ip, network, relay) = (socket.protocol, socket.local, socket.network, socket.relay);
        match relay {
            Some(entry) => self.start_relay(now, id, protocol, network, entry, 0),
            None => self.start_udp(now, id, local, ip, network),
        }
    }

    fn start_udp(&mut self, now: Time, id: SocketId, local: SocketAddr, ip: IpAddr, network: u16) {
        // The address the system chose says which interface this is, if we did not know.
        let ip = if ip.is_unspecified() { local.ip() } else { ip };
        if self.direct {
            let channel = self.new_channel_id();
            if let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id) {
                socket.direct = Some(channel);
            }
            let priority = priority(126, local_preference(60_000, network, ip));
            self.events.push_back(Event::Up { channel, reach: Reach::Direct(ip), priority });
            let address = SocketAddr::new(ip, local.port());
            if super::candidate::is_reachable(address) {
                let candidate =
                    Candidate { kind: Kind::Host, target: Target::Address(address), priority, related: None };
                self.events.push_back(Event::Candidate { candidate, network });
            }
        }
        for index in 0..self.entries.len() {
            let Entry { address, kind } = self.entries[index].clone();
            if !reaches(ip, address.ip()) || !kind.uses(Protocol::Udp) {
                continue;
            }
            match kind {
                EntryKind::Stun if self.direct => self.query(now, id, address),
                EntryKind::Stun => {}
                _ => self.start_relay(now, id, Protocol::Udp, network, index, 0),
            }
        }
    }

    fn transmit(&mut self, socket: SocketId, remote: Option<SocketAddr>, bytes: Vec<u8>) {
        self.out.push_back(Output::Transmit { socket, remote, bytes });
    }

    /// A socket could not be opened, or broke.
    pub fn handle_closed(&mut self, now: Time, id: SocketId) {
        let Some(index) = self.sockets.iter().position(|s| s.id == id) else { return };
        self.drop_channels(id);
        let socket = &mut self.sockets[index];
        let tries = match socket.state {
            SocketState::Closed { tries, .. } => tries,
            _ => 0,
        };
        socket.stream = Vec::new();
        let wait = if self.lost_at.is_some() { backoff(tries).min(MAX_RETRY_LOST) } else { backoff(tries) };
        socket.state = SocketState::Closed { retry_at: now + wait, tries: tries + 1 };
        if self.proxy && socket.protocol == Protocol::Udp {
            self.start_tcp();
        }
    }

    fn drop_socket(&mut self, id: SocketId) {
        self.drop_channels(id);
        self.sockets.retain(|s| s.id != id);
    }

    fn drop_channels(&mut self, id: SocketId) {
        if let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id)
            && let Some(channel) = socket.direct.take()
        {
            self.events.push_back(Event::Down { channel });
        }
        self.queries.retain(|q| q.socket != id);
        let events = &mut self.events;
        self.relays.retain(|relay| {
            let gone = relay.socket == id;
            if gone && relay.ready_after.is_some() {
                events.push_back(Event::Down { channel: relay.channel });
            }
            !gone
        });
    }

    /// One datagram of an open UDP socket.
    pub fn handle_datagram<'a>(&mut self, now: Time, id: SocketId, from: SocketAddr, bytes: &'a [u8]) -> Arrived<'a> {
        let from = SocketAddr::new(from.ip().to_canonical(), from.port());
        let Some(socket) = self.sockets.iter().find(|s| s.id == id && s.is_open() && s.protocol == Protocol::Udp) else {
            return Arrived::Nothing;
        };
        let direct = socket.direct;
        if self.is_query_answer(id, from, bytes) {
            return Arrived::Server;
        }
        let mut is_relay = false;
        for index in 0..self.relays.len() {
            let relay = &self.relays[index];
            if relay.socket == id && relay.server == from {
                is_relay = true;
                match self.handle_relay(now, index, bytes) {
                    Arrived::Nothing => {}
                    arrived => return arrived,
                }
            }
        }
        match direct {
            Some(channel) if !is_relay => {
                Arrived::Peer(Arrival { channel, target: Target::Address(from), payload: bytes })
            }
            _ => Arrived::Nothing,
        }
    }

    /// Sends a packet of the peer-to-peer protocols. `keep`: more will follow on this path.
    pub fn send(&mut self, now: Time, channel: ChannelId, target: Target, payload: Vec<u8>, keep: bool) {
        if let Some(socket) = self.sockets.iter().find(|s| s.direct == Some(channel)) {
            let Target::Address(address) = target else { return };
            let id = socket.id;
            return self.transmit(id, Some(address), payload);
        }
        let Some(relay) = self.relays.iter_mut().find(|r| r.channel == channel) else {
            self.unsent += 1;
            return;
        };
        let (socket, server, tcp) = (relay.socket, relay.server, relay.protocol == Protocol::Tcp);
        let remote = (!tcp).then_some(server);
        let sealed = match (&mut relay.state, target) {
            (RelayState::Turn(turn), Target::Address(peer)) => {
                let sealed = turn.seal(now, peer, &payload, keep);
                while let Some(bytes) = turn.poll_transmit() {
                    self.out.push_back(Output::Transmit { socket, remote, bytes });
                }
                sealed
            }
            (RelayState::Reflector { endpoint, .. }, Target::Reflector { tag, .. }) => {
                let mut packet = endpoint.seal(tag, &payload, if tcp { 4 } else { 0 });
                if tcp {
                    let size = (packet.len() - 4) as u32;
                    packet[..4].copy_from_slice(&size.to_le_bytes());
                }
                Some(packet)
            }
            _ => None,
        };
        match sealed {
            Some(bytes) => self.transmit(socket, remote, bytes),
            None => self.unsent += 1,
        }
    }

    pub fn handle_timeout(&mut self, now: Time) {
        if self.tcp_at.is_some_and(|at| at <= now) {
            self.start_tcp();
        }
        if let Some(lost_at) = self.lost_at
            && now.since(lost_at) >= STREAM_SILENCE
        {
            self.lost_at = Some(now);
            self.leave_dead_streams(now, lost_at);
        }
        self.handle_queries(now);
        self.handle_hellos(now);
        for relay in &mut self.relays {
            if let RelayState::Turn(turn) = &mut relay.state {
                turn.handle_timeout(now);
            }
        }
        self.handle_relays(now);
        self.handle_retries(now);
    }

    /// Sockets and TURN allocations that failed.
    fn handle_retries(&mut self, now: Time) {
        for index in 0..self.relays.len() {
            let relay = &self.relays[index];
            if relay.retry_at.is_some_and(|at| at <= now) {
                let relay = self.relays.remove(index);
                self.start_relay(now, relay.socket, relay.protocol, relay.network, relay.entry, relay.tries + 1);
                // The list has changed; the rest comes with the next timeout.
                break;
            }
        }
        for index in 0..self.sockets.len() {
            let SocketState::Closed { retry_at, .. } = self.sockets[index].state else { continue };
            if retry_at > now {
                continue;
            }
            // A new id, since the host may have forgotten the old one.
            let Some(id) = self.new_socket_id() else { continue };
            let socket = &mut self.sockets[index];
            socket.id = id;
            socket.heard = None;
            socket.state = SocketState::Opening;
            let local = SocketAddr::new(socket.local, 0);
            let remote = socket.relay.map(|entry| self.entries[entry].address);
            let protocol = socket.protocol;
            self.out.push_back(Output::OpenSocket { socket: id, protocol, local, remote });
        }
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let sockets = self.sockets.iter().filter_map(|s| match s.state {
            SocketState::Closed { retry_at, .. } => Some(retry_at),
            _ => None,
        });
        let relays = self.relays.iter().filter_map(|relay| match &relay.state {
            RelayState::Turn(turn) => turn.next_timeout().into_iter().chain(relay.retry_at).min(),
            RelayState::Reflector { next_hello, .. } => Some(*next_hello),
        });
        let queries = self.queries.iter().filter_map(|q| q.again_at);
        let streams = self.lost_at.map(|at| at + STREAM_SILENCE);
        sockets.chain(relays).chain(queries).chain(self.tcp_at).chain(streams).min()
    }

    /// Gives allocations back and closes the sockets.
    pub fn close(&mut self, now: Time) {
        for relay in &mut self.relays {
            if let RelayState::Turn(turn) = &mut relay.state {
                turn.release(now);
            }
        }
        self.handle_relays(now);
        for socket in core::mem::take(&mut self.sockets) {
            if !matches!(socket.state, SocketState::Closed { .. }) {
                self.out.push_back(Output::CloseSocket { socket: socket.id });
            }
        }
        self.relays.clear();
        self.queries.clear();
        self.events.clear();
        self.tcp_at = None;
        self.lost_at = None;
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// What kind of way a channel is.
    pub fn route(&self, channel: ChannelId) -> Route {
        match self.relays.iter().find(|r| r.channel == channel) {
            None => Route { kind: RouteKind::Direct, tcp: false },
            Some(relay) => {
                let kind = match relay.state {
                    RelayState::Turn(_) => RouteKind::Turn,
                    RelayState::Reflector { number, .. } => RouteKind::Reflector(number),
                };
                Route { kind, tcp: relay.protocol == Protocol::Tcp }
            }
        }
    }

    /// Our end of a channel, for the report.
    pub fn local_address(&self, channel: ChannelId) -> Option<SocketAddr> {
        let socket = self.relays.iter().find(|r| r.channel == channel).map(|r| r.socket);
        let socket = self.sockets.iter().find(|s| socket.map_or(s.direct == Some(channel), |id| s.id == id))?;
        match socket.state {
            SocketState::Open(local) => Some(local),
            _ => None,
        }
    }

    pub fn open_sockets(&self) -> usize {
        self.sockets.iter().filter(|s| s.is_open()).count()
    }
}

fn backoff(tries: u32) -> Duration {
    (RETRY * (1 << tries.min(5))).min(MAX_RETRY)
}

/// Higher for earlier interfaces; IPv4 and IPv6 differ, so that no two are the same.
fn local_preference(base: u16, network: u16, ip: IpAddr) -> u16 {
    base - network.min(5000) * 2 - u16::from(ip.is_ipv6())
}
