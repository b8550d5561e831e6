//! TURN allocations and reflectors: how they are asked for, kept, and what comes through them.

use super::server::EntryKind;
use super::{Arrival, Arrived, Event, Gatherer, MAX_RELAYS, canonical, local_preference};
use crate::backoff::Backoff;
use crate::media::Server;
use crate::media::candidate::{self, Candidate, Kind, Target, priority};
use crate::media::ice::{ChannelId, Reach};
use crate::media::output::Output;
use crate::media::relay::reflector::{self, Endpoint, Opened};
use crate::media::relay::turn::{self, Turn};
use crate::time::{Duration, Time};
use crate::types::{Ipv4Addr, Protocol, SocketAddr, SocketId};

/// A reflector is asked after this, and more and more rarely until it answers; without a route not so rarely.
const HELLO: Duration = Duration::from_millis(500);
const MAX_HELLO_LOST: Duration = Duration::from_secs(1);
/// Then it is asked this often, to keep the way open.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// A reflector that has not answered for this long after hellos is gone.
const REFLECTOR_LIMIT: Duration = Duration::from_secs(35);
/// An allocation that was there for this long was a success: when it is lost, there is nothing to wait for.
const SETTLED: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub enum RelayState {
    Turn(Box<Turn>),
    Reflector { endpoint: Endpoint, number: u8, ready: bool, next_hello: Time, backoff: Backoff, heard: Time },
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
    /// The next attempt has to come from another port of ours.
    wants_port: bool,
    backoff: Backoff,
    pub entry: usize,
    pub state: RelayState,
}

impl Gatherer {
    pub fn start_relay(
        &mut self,
        now: Time,
        socket: SocketId,
        protocol: Protocol,
        network: u16,
        entry: usize,
        backoff: Backoff,
    ) {
        if self.relays.len() >= MAX_RELAYS && !self.make_room_for_relay(now, socket) {
            return;
        }
        let server = self.entries[entry].address;
        let kind = self.entries[entry].kind.clone();
        let state = match &kind {
            EntryKind::Stun => return,
            EntryKind::Turn { server } => {
                let Some(Server::Webrtc { username, password, .. }) = self.servers.get(*server) else { return };
                let random = self.random.fork();
                let (tcp, in_haste) = (protocol == Protocol::Tcp, !self.has_route);
                RelayState::Turn(Box::new(Turn::new(now, tcp, username, password.expose(), random, in_haste)))
            }
            EntryKind::Reflector { number, tag, .. } => {
                let local_tag = match self.fixed_tags {
                    Some(tags) => tags.ours,
                    None => self.tag(entry, network, protocol),
                };
                let endpoint = Endpoint::new(tag, local_tag);
                let backoff = Backoff::new(HELLO, KEEP_ALIVE);
                RelayState::Reflector { endpoint, number: *number, ready: false, next_hello: now, backoff, heard: now }
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
            wants_port: false,
            backoff,
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

    /// Takes out a relay of the last interface, if that comes after the one of this socket.
    fn make_room_for_relay(&mut self, now: Time, socket: SocketId) -> bool {
        let rank = |id| self.sockets.iter().find(|s| s.id == id).map_or(usize::MAX, |s| self.rank(s.local));
        let worst = self.relays.iter().enumerate().max_by_key(|(_, relay)| rank(relay.socket));
        match worst.map(|(index, relay)| (index, rank(relay.socket))) {
            Some((index, worst)) if worst > rank(socket) => {
                self.release_relay(now, index);
                true
            }
            _ => false,
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
        let most = if self.has_route { KEEP_ALIVE } else { MAX_HELLO_LOST };
        let relay = &mut self.relays[index];
        let (socket, server, protocol) = (relay.socket, relay.server, relay.protocol);
        let RelayState::Reflector { endpoint, ready, next_hello, backoff, .. } = &mut relay.state else { return };
        let is_answered = *ready || protocol == Protocol::Tcp;
        *next_hello = now + if is_answered { KEEP_ALIVE } else { backoff.fail().min(most) };
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
        let fixed_tags = self.fixed_tags;
        let relay = &mut self.relays[index];
        let RelayState::Reflector { endpoint, number, ready, next_hello, backoff, heard } = &mut relay.state else {
            return;
        };
        *heard = now;
        backoff.reset();
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
        self.events.push_back(match fixed_tags {
            Some(tags) => Event::Remote(candidate(tags.theirs)),
            None => Event::Candidate { channel: relay.channel, candidate: candidate(tag), network: relay.network },
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
                    let relayed = canonical(relayed);
                    let preference = if protocol == Protocol::Tcp { 1 } else { 2 };
                    let priority = priority(preference, local_preference(45_000, relay.network, server.ip()));
                    let reach = Reach::Turn { v6: relayed.is_ipv6() };
                    self.events.push_back(Event::Up { channel: relay.channel, reach, priority });
                    if candidate::is_reachable(relayed) {
                        let target = Target::Address(relayed);
                        // Who must not be found peer to peer does not tell its address either.
                        let hidden = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 9);
                        let related = Some(if self.ways.are_direct() { mapped.unwrap_or(hidden) } else { hidden });
                        let candidate = Candidate { kind: Kind::Relay, target, priority, related };
                        let (channel, network) = (relay.channel, relay.network);
                        self.events.push_back(Event::Candidate { channel, candidate, network });
                    }
                    self.note_success(now, socket);
                }
                turn::State::Allocated { .. } | turn::State::Leaving | turn::State::Gone => {}
                turn::State::Failed(failure) if relay.retry_at.is_none() => self.relay_failed(now, index, failure),
                turn::State::Failed(_) => {}
            }
        }
    }

    fn relay_failed(&mut self, now: Time, index: usize, failure: turn::Failure) {
        let is_lost = !self.has_route;
        let relay = &mut self.relays[index];
        let was_ready = relay.ready_after.take().is_some();
        if was_ready {
            self.events.push_back(Event::Down { channel: relay.channel });
        }
        let wait = if was_ready && now.since(relay.started) >= SETTLED {
            relay.backoff.reset();
            Duration::ZERO
        } else {
            super::sockets::wait(&mut relay.backoff, is_lost)
        };
        relay.retry_at = Some(now + wait);
        // The server may still hold an allocation for this port of ours, or something on the way has come to hold against it.
        relay.wants_port = failure == turn::Failure::Refused(turn::MISMATCH)
            || matches!(&relay.state, RelayState::Turn(turn) if turn.may_hold());
    }

    /// TURN allocations that failed.
    pub fn retry_relays(&mut self, now: Time) {
        while let Some(index) = self.relays.iter().position(|r| r.retry_at.is_some_and(|at| at <= now)) {
            let Relay { socket, protocol, network, entry, backoff, wants_port, channel, .. } = self.relays[index];
            let Some(own) = self.sockets.iter().find(|s| s.id == socket) else {
                self.relays.remove(index);
                continue;
            };
            let (local, is_alone) = (own.local, own.relay.is_some());
            if wants_port && protocol == Protocol::Tcp {
                self.break_stream(now, socket);
                continue;
            }
            if wants_port && self.open(now, Protocol::Udp, local, network, Some(entry), backoff) {
                if let Some(index) = self.relays.iter().position(|r| r.channel == channel) {
                    self.release_relay(now, index);
                }
                if is_alone {
                    self.leave_socket(now, socket);
                }
                continue;
            }
            // Where there is no room for another socket, the old one will have to do; there a good-bye would hit what follows.
            self.relays.remove(index);
            self.start_relay(now, socket, protocol, network, entry, backoff);
        }
    }

    pub fn handle_relay<'a>(&mut self, now: Time, index: usize, bytes: &'a [u8]) -> Arrived<'a> {
        let relay = &mut self.relays[index];
        let (channel, port) = (relay.channel, relay.server.port());
        match &mut relay.state {
            RelayState::Reflector { endpoint, number, .. } => {
                let (server, socket) = (*number, relay.socket);
                let opened = endpoint.open(bytes);
                if opened.is_some() {
                    self.note_success(now, socket);
                }
                match opened {
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
