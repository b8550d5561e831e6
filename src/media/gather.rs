//! Sockets, servers, and the channels they make: local candidates are gathered here, and relays wrapped and unwrapped.
//!
//! There is one UDP socket per local interface, shared by the peer-to-peer path, STUN servers, TURN allocations and
//! reflectors, which are told apart by address and content; and one TCP socket per interface and relay, once UDP has not
//! found a route in time.

mod leaving;
mod policy;
mod query;
mod relays;
mod report;
mod server;
mod sockets;
mod streams;
#[cfg(test)]
mod tests;

pub use report::ServerReport;

use super::candidate::{Candidate, Target, canonical};
use super::ice::{ChannelId, Reach};
use super::output::{Output, Route, RouteKind};
use super::{FixedTags, GatherPolicy, LinkConfig, Server, Ways};
use crate::ordered;
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::{IpAddr, Protocol, SocketAddr, SocketId};
use leaving::Leaving;
use query::Query;
use relays::{Relay, RelayState};
use server::{Entry, entries};
use sockets::{Socket, SocketState};
use std::collections::VecDeque;

const MAX_INTERFACES: usize = 16;
const MAX_SOCKETS: usize = 64;
const MAX_RELAYS: usize = 96;
/// Whoever opens sockets has so long to say what came of one.
const OPENING: Duration = Duration::from_secs(10);
/// A stream that has brought nothing since the route was lost this long ago is dead, though nobody said so.
const STREAM_SILENCE: Duration = Duration::from_secs(4);

/// What became known about our own ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Up {
        channel: ChannelId,
        reach: Reach,
        priority: u32,
    },
    Down {
        channel: ChannelId,
    },
    /// To be signalled; it is good for as long as its channel is up.
    Candidate {
        channel: ChannelId,
        candidate: Candidate,
        network: u16,
    },
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
pub struct Gatherer {
    /// What the ids of our sockets begin with.
    number: u32,
    ways: Ways,
    fixed_tags: Option<FixedTags>,
    servers: Vec<Server>,
    entries: Vec<Entry>,
    interfaces: Vec<IpAddr>,
    sockets: Vec<Socket>,
    queries: Vec<Query>,
    relays: Vec<Relay>,
    leaving: Vec<Leaving>,
    next_socket: u16,
    next_channel: u16,
    next_network: u16,
    tcp_after: Duration,
    tcp_at: Option<Time>,
    tcp_started: bool,
    has_route: bool,
    /// Since when there is no route, or the streams have been looked at since.
    lost_at: Option<Time>,
    /// Our tags at the reflectors, by entry, network and protocol.
    tags: Vec<((usize, u16, Protocol), u32)>,
    /// What the host told of its addresses, in its order, and what of that has no socket.
    told: Vec<IpAddr>,
    left_out: Vec<IpAddr>,
    /// Servers that there is no room for.
    unused: Vec<Entry>,
    random: Random,
    out: VecDeque<Output>,
    events: VecDeque<Event>,
    /// Packets for a channel that was not there.
    pub unsent: u64,
}

impl Gatherer {
    pub fn new(now: Time, config: &LinkConfig, random: Random) -> Gatherer {
        let GatherPolicy { servers, ways, interfaces, tags } = &config.gather;
        let (entries, unused) = entries(servers);
        let mut gatherer = Gatherer {
            number: config.number,
            ways: *ways,
            fixed_tags: *tags,
            servers: servers.clone(),
            entries,
            interfaces: Vec::new(),
            sockets: Vec::new(),
            queries: Vec::new(),
            relays: Vec::new(),
            leaving: Vec::new(),
            next_socket: 0,
            next_channel: 0,
            next_network: 0,
            tcp_after: config.timing.tcp_after,
            tcp_at: None,
            tcp_started: false,
            has_route: false,
            lost_at: None,
            tags: Vec::new(),
            told: Vec::new(),
            left_out: Vec::new(),
            unused,
            random,
            out: VecDeque::new(),
            events: VecDeque::new(),
            unsent: 0,
        };
        gatherer.expect_tcp(now);
        gatherer.set_interfaces(now, interfaces);
        gatherer
    }

    /// When relays over TCP are tried. Nothing is waited for where UDP cannot work.
    fn expect_tcp(&mut self, now: Time) {
        let is_needed = !self.ways.are_direct() && !self.entries.iter().any(|e| e.kind.uses(Protocol::Udp));
        self.tcp_at = Some(if is_needed { now } else { now + self.tcp_after });
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

    /// A route has been found: TCP is not needed.
    pub fn cancel_tcp(&mut self) {
        self.tcp_at = None;
        self.lost_at = None;
        self.has_route = true;
    }

    /// The route is lost: what is believed of the servers is asked for, and whatever failed is tried again now, TCP included after a while.
    pub fn retry(&mut self, now: Time) {
        self.lost_at = Some(now);
        self.has_route = false;
        if !self.tcp_started && self.tcp_at.is_none() {
            // The silence was wait enough.
            self.tcp_at = Some(now + self.tcp_after / 3);
        }
        for relay in &mut self.relays {
            if relay.retry_at.is_some() {
                relay.retry_at = Some(now);
            }
            match &mut relay.state {
                RelayState::Reflector { next_hello, backoff, .. } => {
                    *next_hello = now;
                    backoff.reset();
                }
                RelayState::Turn(turn) => turn.probe(now),
            }
        }
        self.handle_relays(now);
        for socket in &mut self.sockets {
            if let SocketState::Closed { retry_at, .. } = &mut socket.state {
                *retry_at = now;
            }
        }
        for query in &mut self.queries {
            query.backoff.reset();
            query.again_at = Some(now);
        }
    }

    fn transmit(&mut self, socket: SocketId, remote: Option<SocketAddr>, bytes: Vec<u8>) {
        self.out.push_back(Output::Transmit { socket, remote, bytes });
    }

    /// One datagram of an open UDP socket.
    pub fn handle_datagram<'a>(&mut self, now: Time, id: SocketId, from: SocketAddr, bytes: &'a [u8]) -> Arrived<'a> {
        let from = canonical(from);
        if self.handle_left(now, id, from, bytes) == Arrived::Server {
            return Arrived::Server;
        }
        let Some(socket) = self.sockets.iter().find(|s| s.id == id && s.is_open() && s.protocol == Protocol::Udp)
        else {
            return Arrived::Nothing;
        };
        let direct = socket.direct;
        self.note_success(now, id);
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
                break;
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
            self.start_tcp(now);
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
        self.retry_relays(now);
        self.retry_sockets(now);
        self.handle_leaving(now);
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let sockets = self.sockets.iter().filter_map(|s| match s.state {
            SocketState::Closed { retry_at } => Some(retry_at),
            SocketState::Opening(until) => Some(until),
            SocketState::Open(_) | SocketState::Unsupported => None,
        });
        let relays = self.relays.iter().filter_map(|relay| match &relay.state {
            RelayState::Turn(turn) => turn.next_timeout().into_iter().chain(relay.retry_at).min(),
            RelayState::Reflector { next_hello, .. } => Some(*next_hello),
        });
        let queries = self.queries.iter().filter_map(|q| q.again_at);
        let streams = self.lost_at.map(|at| at + STREAM_SILENCE);
        let others = [self.tcp_at, streams, self.next_leaving()].into_iter().flatten();
        sockets.chain(relays).chain(queries).chain(others).min()
    }

    /// Gives allocations back and closes the sockets.
    pub fn close(&mut self, now: Time) {
        for id in self.sockets.iter().map(|s| s.id).collect::<Vec<_>>() {
            self.release_relays(now, id);
        }
        // Nothing is waited for any more.
        let held = self.sockets.iter().filter(|s| s.is_held()).map(|s| s.id);
        let held = ordered::set(held.chain(self.leaving.iter().map(|leaving| leaving.socket)));
        self.out.extend(held.into_iter().map(|socket| Output::CloseSocket { socket }));
        self.sockets.clear();
        self.relays.clear();
        self.leaving.clear();
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

    #[cfg(test)]
    pub fn open_sockets(&self) -> usize {
        self.sockets.iter().filter(|s| s.is_open()).count()
    }
}

/// Higher for earlier interfaces; IPv4 and IPv6 differ, so that no two are the same.
fn local_preference(base: u16, network: u16, ip: IpAddr) -> u16 {
    base - network.min(5000) * 2 - u16::from(ip.is_ipv6())
}
