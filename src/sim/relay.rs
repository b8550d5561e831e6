//! Machines between two peers: a Telegram reflector, and a STUN and TURN server good enough for scenarios.
//!
//! They are written from the protocols' side, not with the client's code: frames are taken apart here a second time, so a
//! client and a server of one misunderstanding cannot agree. Only the STUN codec, which has vectors of its own, is shared.

use super::machine::{Emit, Endpoint, Machine};
use crate::crypto::hash::md5;
use crate::media::stun::{Builder, Class, Message, Method, attribute, is_stun};
use crate::random::Random;
use crate::time::{Duration, Time};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// What has come on a connection and is no whole frame yet.
type Streams = BTreeMap<u64, Vec<u8>>;

/// Forwards between sockets whose tags share their first twelve bytes.
#[derive(Debug, Default)]
pub struct Reflector {
    clients: BTreeMap<[u8; 16], Endpoint>,
    streams: Streams,
    /// Connections that have said `eeeeeeee`.
    greeted: BTreeMap<u64, bool>,
    /// Forwards nothing and answers nothing, as a machine that is gone.
    pub is_dead: bool,
    pub forwarded: u64,
    pub refused: u64,
}

impl Machine for Reflector {
    fn datagram(&mut self, _: Time, _: SocketAddr, from: SocketAddr, bytes: &[u8]) -> Vec<Emit> {
        if self.is_dead || !bytes.len().is_multiple_of(4) {
            self.refused += 1;
            return Vec::new();
        }
        self.handle(Endpoint::Udp(from), bytes)
    }

    fn stream(&mut self, _: Time, connection: u64, bytes: &[u8]) -> Vec<Emit> {
        if self.is_dead {
            return Vec::new();
        }
        let mut stream = self.streams.remove(&connection).unwrap_or_default();
        stream.extend_from_slice(bytes);
        let mut emits = Vec::new();
        if !self.greeted.contains_key(&connection) && stream.len() >= 4 {
            let is_greeting = stream[..4] == [0xee; 4];
            self.greeted.insert(connection, is_greeting);
            stream.drain(..4);
        }
        if self.greeted.get(&connection) == Some(&false) {
            return emits;
        }
        if self.greeted.contains_key(&connection) {
            while stream.len() >= 4 {
                let size = u32::from_le_bytes([stream[0], stream[1], stream[2], stream[3]]) as usize;
                if size > 65_536 {
                    // No frame is that long; what follows is not read.
                    self.greeted.insert(connection, false);
                    stream.clear();
                    break;
                }
                if stream.len() < 4 + size {
                    break;
                }
                let frame = stream[4..4 + size].to_vec();
                stream.drain(..4 + size);
                emits.extend(self.handle(Endpoint::Tcp(connection), &frame));
            }
        }
        self.streams.insert(connection, stream);
        emits
    }

    fn closed(&mut self, connection: u64) {
        self.streams.remove(&connection);
        self.greeted.remove(&connection);
        self.clients.retain(|_, endpoint| *endpoint != Endpoint::Tcp(connection));
    }
}

impl Reflector {
    fn handle(&mut self, from: Endpoint, packet: &[u8]) -> Vec<Emit> {
        let Some(tag) = packet.first_chunk::<16>() else {
            self.refused += 1;
            return Vec::new();
        };
        let is_hello = match from {
            Endpoint::Udp(_) => packet.len() == 40 && packet[16..28] == [0xff; 12],
            Endpoint::Tcp(_) => packet.len() == 20 && packet[16..20] == [0; 4],
        };
        if is_hello {
            self.clients.insert(*tag, from);
            // The self info of libtgvoip, with the client's address blanked.
            let mut answer = packet[..16].to_vec();
            answer.extend_from_slice(&[0xff; 12]);
            answer.extend_from_slice(&0xc015_72c7_u32.to_le_bytes());
            answer.resize(64, 0);
            return vec![self.emit(from, answer)];
        }
        if packet.len() < 24 {
            self.refused += 1;
            return Vec::new();
        }
        // Only who has said hello may send, and only who has said hello receives.
        let mut sender = *tag;
        sender[12..].copy_from_slice(&packet[16..20]);
        match (self.clients.get(&sender) == Some(&from), self.clients.get(tag)) {
            (true, Some(&to)) => {
                self.forwarded += 1;
                vec![self.emit(to, packet.to_vec())]
            }
            _ => {
                self.refused += 1;
                Vec::new()
            }
        }
    }

    fn emit(&self, to: Endpoint, packet: Vec<u8>) -> Emit {
        let bytes = match to {
            Endpoint::Udp(_) => packet,
            Endpoint::Tcp(_) => {
                let mut frame = (packet.len() as u32).to_le_bytes().to_vec();
                frame.extend_from_slice(&packet);
                frame
            }
        };
        Emit::Client { to, bytes }
    }
}

#[derive(Debug)]
struct Allocation {
    relayed: SocketAddr,
    /// The request that made it: repeated, it is answered as before.
    transaction: [u8; 12],
    expires: Time,
    permissions: BTreeMap<IpAddr, Time>,
    channels: BTreeMap<u16, (SocketAddr, Time)>,
}

/// Answers binding requests, and lends addresses to who knows the password (RFC 8489, RFC 8656).
#[derive(Debug)]
pub struct TurnServer {
    /// The address relayed ones are lent on.
    pub ip: IpAddr,
    pub username: String,
    pub password: String,
    pub realm: String,
    nonce: String,
    nonce_made: Time,
    /// After this a nonce is stale.
    pub nonce_lifetime: Duration,
    /// What a stale nonce is answered with: 438, or by some servers 401.
    pub stale_code: u16,
    allocations: BTreeMap<Endpoint, Allocation>,
    streams: Streams,
    /// The port lent next; counts up. 0: there is none left (508).
    pub next_port: u16,
    random: Random,
    pub is_dead: bool,
    /// How many allocations were made, ever.
    pub allocated: u64,
    /// How many requests were answered with each error code.
    pub errors: BTreeMap<u16, u64>,
    pub forwarded: u64,
    pub bindings: u64,
}

impl Machine for TurnServer {
    fn datagram(&mut self, now: Time, to: SocketAddr, from: SocketAddr, bytes: &[u8]) -> Vec<Emit> {
        if self.lends(to) {
            self.handle_peer(now, to, from, bytes)
        } else {
            self.handle(now, Endpoint::Udp(from), Some(from), bytes)
        }
    }

    fn stream(&mut self, now: Time, connection: u64, bytes: &[u8]) -> Vec<Emit> {
        let mut stream = self.streams.remove(&connection).unwrap_or_default();
        stream.extend_from_slice(bytes);
        let mut emits = Vec::new();
        while stream.len() >= 4 {
            let length = usize::from(u16::from_be_bytes([stream[2], stream[3]]));
            let size = if stream[0] < 0x40 { 20 + length } else { 4 + length.next_multiple_of(4) };
            if stream.len() < size {
                break;
            }
            let frame: Vec<u8> = stream.drain(..size).collect();
            emits.extend(self.handle(now, Endpoint::Tcp(connection), None, &frame));
        }
        self.streams.insert(connection, stream);
        emits
    }

    fn closed(&mut self, connection: u64) {
        self.streams.remove(&connection);
        self.allocations.remove(&Endpoint::Tcp(connection));
    }

    /// What was lent and not asked for again goes back.
    fn timeout(&mut self, now: Time) -> Vec<Emit> {
        self.expire(now);
        Vec::new()
    }

    fn next_timeout(&self) -> Option<Time> {
        self.allocations.values().map(|allocation| allocation.expires).min()
    }

    fn lends(&self, address: SocketAddr) -> bool {
        address.ip() == self.ip && self.allocations.values().any(|allocation| allocation.relayed == address)
    }
}

const PERMISSION: Duration = Duration::from_secs(300);
const CHANNEL: Duration = Duration::from_secs(600);
const MAX_LIFETIME_S: u32 = 600;

impl TurnServer {
    pub fn new(ip: IpAddr, username: &str, password: &str, random: Random) -> TurnServer {
        TurnServer {
            ip,
            username: username.into(),
            password: password.into(),
            realm: "sim".into(),
            nonce: String::new(),
            nonce_made: Time::ZERO,
            nonce_lifetime: Duration::from_secs(3600),
            stale_code: 438,
            allocations: BTreeMap::new(),
            streams: Streams::new(),
            next_port: 49_152,
            random,
            is_dead: false,
            allocated: 0,
            errors: BTreeMap::new(),
            forwarded: 0,
            bindings: 0,
        }
    }

    /// How many allocations live.
    pub fn allocations(&mut self, now: Time) -> usize {
        self.expire(now);
        self.allocations.len()
    }

    fn expire(&mut self, now: Time) {
        self.allocations.retain(|_, allocation| allocation.expires > now);
    }

    /// The machine starts anew: it knows of nobody, and has forgotten its nonces.
    pub fn restart(&mut self) {
        self.allocations.clear();
        self.streams.clear();
        self.nonce.clear();
    }

    fn handle(&mut self, now: Time, from: Endpoint, address: Option<SocketAddr>, bytes: &[u8]) -> Vec<Emit> {
        if self.is_dead {
            return Vec::new();
        }
        if !is_stun(bytes) {
            return self.handle_channel_data(now, from, bytes);
        }
        let Some(message) = Message::parse(bytes) else { return Vec::new() };
        // Over TCP there is an address too, but no client here needs it.
        let mapped = address.unwrap_or_else(|| SocketAddr::from(([192, 0, 2, 99], 9)));
        match (message.class, message.method) {
            (Class::Request, Method::Binding) => {
                self.bindings += 1;
                let answer = Builder::new(Class::Success, Method::Binding, message.transaction)
                    .address(attribute::XOR_MAPPED_ADDRESS, mapped)
                    .fingerprint();
                vec![Emit::Client { to: from, bytes: answer.finish() }]
            }
            (Class::Request, _) => {
                let bytes = self.handle_request(now, from, mapped, &message);
                vec![Emit::Client { to: from, bytes }]
            }
            (Class::Indication, Method::Send) => self.handle_send(now, from, &message),
            _ => Vec::new(),
        }
    }

    fn key(&self) -> [u8; 16] {
        md5(&[self.username.as_bytes(), b":", self.realm.as_bytes(), b":", self.password.as_bytes()])
    }

    fn refuse(&mut self, message: &Message<'_>, code: u16, reason: &str) -> Vec<u8> {
        *self.errors.entry(code).or_default() += 1;
        let mut answer = Builder::new(Class::Error, message.method, message.transaction).error(code, reason);
        if matches!(code, 401 | 438) {
            answer = answer
                .attribute(attribute::REALM, self.realm.as_bytes())
                .attribute(attribute::NONCE, self.nonce.as_bytes());
        }
        answer.finish()
    }

    fn handle_request(&mut self, now: Time, from: Endpoint, mapped: SocketAddr, message: &Message<'_>) -> Vec<u8> {
        if self.nonce.is_empty() || now.since(self.nonce_made) >= self.nonce_lifetime {
            self.nonce = format!("{:016x}", self.random.u64());
            self.nonce_made = now;
        }
        let key = self.key();
        if message.get(attribute::USERNAME) != Some(self.username.as_bytes()) || !message.is_authentic(&key) {
            return self.refuse(message, 401, "Unauthorized");
        }
        if message.get(attribute::NONCE) != Some(self.nonce.as_bytes()) {
            return self.refuse(message, self.stale_code, "Stale Nonce");
        }
        self.expire(now);
        let lifetime = message.get_u32(attribute::LIFETIME).unwrap_or(MAX_LIFETIME_S).min(MAX_LIFETIME_S);
        let success = Builder::new(Class::Success, message.method, message.transaction);
        let answer = match message.method {
            Method::Allocate => {
                if message.get(attribute::REQUESTED_TRANSPORT).is_none_or(|t| t.first() != Some(&17)) {
                    return self.refuse(message, 442, "Unsupported Transport Protocol");
                }
                let known = self.allocations.get(&from).map(|known| (known.transaction, known.relayed));
                let relayed = match known {
                    Some((transaction, relayed)) if transaction == *message.transaction => relayed,
                    Some(_) => return self.refuse(message, 437, "Allocation Mismatch"),
                    None if self.next_port == 0 => return self.refuse(message, 508, "Insufficient Capacity"),
                    None => self.allocate(now, from, message, lifetime),
                };
                success
                    .address(attribute::XOR_RELAYED_ADDRESS, relayed)
                    .address(attribute::XOR_MAPPED_ADDRESS, mapped)
                    .attribute(attribute::LIFETIME, &lifetime.to_be_bytes())
            }
            _ => {
                let Some(allocation) = self.allocations.get_mut(&from) else {
                    return self.refuse(message, 437, "Allocation Mismatch");
                };
                let peer = message.get_address(attribute::XOR_PEER_ADDRESS);
                match (message.method, peer) {
                    (Method::Refresh, _) => {
                        allocation.expires = now + Duration::from_secs(u64::from(lifetime));
                        success.attribute(attribute::LIFETIME, &lifetime.to_be_bytes())
                    }
                    (Method::CreatePermission, Some(peer)) => {
                        allocation.permissions.insert(peer.ip(), now + PERMISSION);
                        success
                    }
                    (Method::ChannelBind, Some(peer)) => {
                        let number = message.get(attribute::CHANNEL_NUMBER).and_then(|n| n.first_chunk::<2>());
                        let number = number.map_or(0, |n| u16::from_be_bytes(*n));
                        let is_other = |(n, (p, until)): (&u16, &(SocketAddr, Time))| {
                            *until > now && (*n == number) != (*p == peer)
                        };
                        let taken = allocation.channels.iter().any(is_other);
                        if !(0x4000..0x8000).contains(&number) || taken {
                            return self.refuse(message, 400, "Bad Request");
                        }
                        allocation.channels.insert(number, (peer, now + CHANNEL));
                        allocation.permissions.insert(peer.ip(), now + PERMISSION);
                        success
                    }
                    _ => return self.refuse(message, 400, "Bad Request"),
                }
            }
        };
        answer.integrity(&key).fingerprint().finish()
    }

    fn allocate(&mut self, now: Time, from: Endpoint, message: &Message<'_>, lifetime_s: u32) -> SocketAddr {
        let relayed = SocketAddr::new(self.ip, self.next_port);
        self.next_port = self.next_port.checked_add(1).unwrap_or(49_152);
        let expires = now + Duration::from_secs(u64::from(lifetime_s));
        let (permissions, channels, transaction) = (BTreeMap::new(), BTreeMap::new(), *message.transaction);
        self.allocations.insert(from, Allocation { relayed, transaction, expires, permissions, channels });
        self.allocated += 1;
        relayed
    }

    fn handle_send(&mut self, now: Time, from: Endpoint, message: &Message<'_>) -> Vec<Emit> {
        let (Some(to), Some(data)) = (message.get_address(attribute::XOR_PEER_ADDRESS), message.get(attribute::DATA))
        else {
            return Vec::new();
        };
        self.relay(now, from, to, data)
    }

    fn handle_channel_data(&mut self, now: Time, from: Endpoint, bytes: &[u8]) -> Vec<Emit> {
        let Some((head, rest)) = bytes.split_first_chunk::<4>() else { return Vec::new() };
        let (number, size) = (u16::from_be_bytes([head[0], head[1]]), u16::from_be_bytes([head[2], head[3]]));
        let channel = self.allocations.get(&from).and_then(|a| a.channels.get(&number)).filter(|c| c.1 > now);
        match (channel.map(|c| c.0), rest.get(..usize::from(size))) {
            (Some(to), Some(data)) => self.relay(now, from, to, data),
            _ => Vec::new(),
        }
    }

    fn relay(&mut self, now: Time, from: Endpoint, to: SocketAddr, data: &[u8]) -> Vec<Emit> {
        let Some(allocation) = self.allocations.get(&from).filter(|a| a.expires > now) else { return Vec::new() };
        if allocation.permissions.get(&to.ip()).is_none_or(|until| *until <= now) {
            return Vec::new();
        }
        self.forwarded += 1;
        vec![Emit::Relayed { from: allocation.relayed, to, bytes: data.to_vec() }]
    }

    /// A datagram that has come to an address we lent.
    fn handle_peer(&mut self, now: Time, relayed: SocketAddr, from: SocketAddr, bytes: &[u8]) -> Vec<Emit> {
        if self.is_dead {
            return Vec::new();
        }
        let Some((&client, allocation)) =
            self.allocations.iter().find(|(_, a)| a.relayed == relayed && a.expires > now)
        else {
            return Vec::new();
        };
        if allocation.permissions.get(&from.ip()).is_none_or(|until| *until <= now) {
            return Vec::new();
        }
        self.forwarded += 1;
        let channel = allocation.channels.iter().find(|(_, (peer, until))| *peer == from && *until > now);
        let bytes = match channel {
            Some((number, _)) => {
                let mut packet = number.to_be_bytes().to_vec();
                packet.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
                packet.extend_from_slice(bytes);
                if matches!(client, Endpoint::Tcp(_)) {
                    packet.resize(packet.len().next_multiple_of(4), 0);
                }
                packet
            }
            None => Builder::new(Class::Indication, Method::Data, &self.random.bytes())
                .address(attribute::XOR_PEER_ADDRESS, from)
                .attribute(attribute::DATA, bytes)
                .finish(),
        };
        vec![Emit::Client { to: client, bytes }]
    }
}
