//! TURN allocations and reflectors: how they are asked for, kept, and what comes through them.

use super::server::EntryKind;
use super::{Arrival, Arrived, Event, Gatherer, MAX_RELAYS, backoff, local_preference};
use crate::media::Server;
use crate::media::candidate::{self, Candidate, Kind, Target, priority};
use crate::media::ice::{ChannelId, Reach};
use crate::media::output::Output;
use crate::media::relay::reflector::{self, Endpoint, Opened};
use crate::media::relay::turn::{self, Turn};
use crate::time::{Duration, Time};
use crate::types::{Ipv4Addr, Protocol, Role, SocketAddr, SocketId};

/// A reflector is asked this often until it answers, and then to keep the way open.
const HELLO: Duration = Duration::from_millis(500);
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// A reflector that has not answered for this long after hellos is gone.
const REFLECTOR_LIMIT: Duration = Duration::from_secs(35);

#[derive(Debug)]
pub enum RelayState {
    Turn(Box<Turn>),
    Reflector { endpoint: Endpoint, number: u8, ready: bool, next_hello: Time, heard: Time },
}

#[derive(Debug)]
pub struct Relay {
    pub socket: SocketId,
    pub protocol: Protocol,
    pub server: SocketAddr,
    pub network: u16,
    pub channel: ChannelId,
    pub started: Time,
    /// When it became usable.
    pub ready_after: Option<Duration>,
    pub retry_at: Option<Time>,
    pub tries: u32,
    pub entry: usize,
    pub state: RelayState,
}

impl Gatherer {
    pub fn start_relay(&mut self, now: Time, socket: SocketId, protocol: Protocol, network: u16, entry: usize, tries: u32) {
        if self.relays.len() >= MAX_RELAYS {
            return;
        }
        let server = self.entries[entry].address;
        let kind = self.entries[entry].kind.clone();
        let state = match &kind {
            EntryKind::Stun => return,
            EntryKind::Turn { server } => {
                let Some(Server::Webrtc { username, password, .. }) = self.servers.get(*server) else { return };
                let random = self.random.fork();
                RelayState::Turn(Box::new(Turn::new(now, protocol == Protocol::Tcp, username, password, random)))
            }
            EntryKind::Reflector { number, tag, .. } => {
                let local_tag = match (self.standalone, self.role) {
                    (true, Role::Caller) => 1,
                    (true, Role::Callee) => 2,
                    (false, _) => self.tag(entry, network, protocol),
                };
                let endpoint = Endpoint::new(tag, local_tag);
                RelayState::Reflector { endpoint, number: *number, ready: false, next_hello: now, heard: now }
            }
        };
        let channel = self.new_channel_id();
        self.relays.push(Relay {
            socket,
            protocol,
            server,
            network,
            channel,
            started: now,
            ready_after: None,
            retry_at: None,
            tries,
            entry,
            state,
        });
        let index = self.relays.len() - 1;
        if protocol == Protocol::Tcp && matches!(self.relays[index].state, RelayState::Reflector { .. }) {
            self.transmit(socket, None, reflector::TCP_PROLOGUE.to_vec());
            // A connection is all it takes.
            self.hello(now, index);
            self.reflector_ready(now, index);
        } else {
            self.handle_relays(now);
        }
    }

    /// Our tag at a reflector: when its stream is opened anew the peer need not be told of another.
    fn tag(&mut self, entry: usize, network: u16, protocol: Protocol) -> u32 {
        let place = (entry, network, protocol);
        if let Some((_, tag)) = self.tags.iter().find(|(known, _)| *known == place) {
            return *tag;
        }
        if self.tags.len() >= MAX_RELAYS {
            self.tags.remove(0);
        }
        let tag = self.random.u32().max(1);
        self.tags.push((place, tag));
        tag
    }

    pub fn hello(&mut self, now: Time, index: usize) {
        let relay = &mut self.relays[index];
        let (socket, server, protocol) = (relay.socket, relay.server, relay.protocol);
        let RelayState::Reflector { endpoint, ready, next_hello, .. } = &mut relay.state else { return };
        *next_hello = now + if *ready || protocol == Protocol::Tcp { KEEP_ALIVE } else { HELLO };
        match protocol {
            Protocol::Udp => {
                let bytes = endpoint.hello_udp();
                self.transmit(socket, Some(server), bytes);
            }
            Protocol::Tcp => {
                let bytes = reflector::frame_tcp(&endpoint.hello_tcp());
                self.transmit(socket, None, bytes);
            }
        }
    }

    pub fn reflector_ready(&mut self, now: Time, index: usize) {
        let (standalone, role) = (self.standalone, self.role);
        let relay = &mut self.relays[index];
        let RelayState::Reflector { endpoint, number, ready, next_hello, heard } = &mut relay.state else { return };
        *heard = now;
        if core::mem::replace(ready, true) {
            return;
        }
        *next_hello = now + KEEP_ALIVE;
        relay.ready_after = Some(now.since(relay.started));
        let (server, address, port, tag) = (*number, relay.server, relay.server.port(), endpoint.tag());
        let preference = if relay.protocol == Protocol::Tcp { 1 } else { 2 };
        let priority = priority(preference, local_preference(30_000, relay.network, address.ip()) - u16::from(server));
        let reach = Reach::Reflector { server, port, address };
        self.events.push_back(Event::Up { channel: relay.channel, reach, priority });
        let candidate = |tag| Candidate {
            kind: Kind::Relay,
            target: Target::Reflector { server, tag, port },
            priority,
            related: None,
        };
        self.events.push_back(if standalone {
            Event::Remote(candidate(if role == Role::Caller { 2 } else { 1 }))
        } else {
            Event::Candidate { candidate: candidate(tag), network: relay.network }
        });
    }

    /// What a TURN server thinks of us has changed, or may have; sends what is to be sent.
    pub fn handle_relays(&mut self, now: Time) {
        for index in 0..self.relays.len() {
            let relay = &mut self.relays[index];
            let (socket, server, protocol) = (relay.socket, relay.server, relay.protocol);
            let RelayState::Turn(turn) = &mut relay.state else { continue };
            let remote = (protocol == Protocol::Udp).then_some(server);
            while let Some(bytes) = turn.poll_transmit() {
                self.out.push_back(Output::Transmit { socket, remote, bytes });
            }
            match turn.state() {
                turn::State::Asking => {}
                turn::State::Allocated { relayed, mapped } if relay.ready_after.is_none() => {
                    relay.ready_after = Some(now.since(relay.started));
                    let relayed = SocketAddr::new(relayed.ip().to_canonical(), relayed.port());
                    let preference = if protocol == Protocol::Tcp { 1 } else { 2 };
                    let priority = priority(preference, local_preference(45_000, relay.network, server.ip()));
                    let reach = Reach::Turn { v6: relayed.is_ipv6() };
                    self.events.push_back(Event::Up { channel: relay.channel, reach, priority });
                    if candidate::is_reachable(relayed) {
                        let target = Target::Address(relayed);
                        // Who must not be found peer to peer does not tell its address either.
                        let hidden = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 9);
                        let related = Some(if self.direct { mapped.unwrap_or(hidden) } else { hidden });
                        let candidate = Candidate { kind: Kind::Relay, target, priority, related };
                        self.events.push_back(Event::Candidate { candidate, network: relay.network });
                    }
                }
                turn::State::Allocated { .. } => {}
                turn::State::Failed(_) => {
                    if relay.retry_at.is_none() {
                        relay.retry_at = Some(now + backoff(relay.tries));
                        if relay.ready_after.take().is_some() {
                            self.events.push_back(Event::Down { channel: relay.channel });
                        }
                    }
                }
            }
        }
    }

    pub fn handle_relay<'a>(&mut self, now: Time, index: usize, bytes: &'a [u8]) -> Arrived<'a> {
        let relay = &mut self.relays[index];
        let (channel, port) = (relay.channel, relay.server.port());
        match &mut relay.state {
            RelayState::Reflector { endpoint, number, .. } => {
                let server = *number;
                match endpoint.open(bytes) {
                    Some(Opened::Data { tag, payload }) => {
                        self.reflector_ready(now, index);
                        Arrived::Peer(Arrival { channel, target: Target::Reflector { server, tag, port }, payload })
                    }
                    Some(Opened::Special) => {
                        self.reflector_ready(now, index);
                        Arrived::Server
                    }
                    None => Arrived::Nothing,
                }
            }
            RelayState::Turn(turn) => match turn.open(now, bytes) {
                Some(turn::Opened::Data { peer, payload }) => {
                    Arrived::Peer(Arrival { channel, target: Target::Address(peer), payload })
                }
                Some(turn::Opened::Control) => {
                    self.handle_relays(now);
                    Arrived::Server
                }
                None => Arrived::Nothing,
            },
        }
    }

    pub fn handle_hellos(&mut self, now: Time) {
        for index in 0..self.relays.len() {
            let relay = &mut self.relays[index];
            let RelayState::Reflector { ready, next_hello, heard, .. } = &mut relay.state else { continue };
            if *next_hello > now {
                continue;
            }
            if *ready && relay.protocol == Protocol::Udp && now.since(*heard) >= REFLECTOR_LIMIT {
                *ready = false;
                relay.ready_after = None;
                self.events.push_back(Event::Down { channel: relay.channel });
            }
            self.hello(now, index);
        }
    }

    /// Lets the peer's relay through at our TURN servers.
    pub fn permit(&mut self, now: Time, target: Target) {
        let Target::Address(address) = target else { return };
        for relay in &mut self.relays {
            if let RelayState::Turn(turn) = &mut relay.state {
                turn.permit(now, address.ip());
            }
        }
        self.handle_relays(now);
    }
}
