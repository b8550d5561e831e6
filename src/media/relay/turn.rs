//! A TURN client (RFC 8656) for one allocation, over UDP or TCP.
//!
//! ```text
//! Asking ──401──> Asking with credentials ──success──> Allocated ──refresh refused, no answer──> Failed
//!    └───────────────no answer, refused────────────────────────────────────────────────────────────┘
//! ```
//!
//! Data goes in Send indications (36 bytes more) until a channel to that peer is bound (4 bytes more).

use crate::crypto::hash::md5;
use crate::media::stun::{Builder, Class, Message, Method, Transaction, attribute, is_stun};
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::{IpAddr, SocketAddr};
use std::collections::VecDeque;
use zeroize::Zeroizing;

const FIRST_CHANNEL: u16 = 0x4000;
const MAX_CHANNELS: usize = 64;
const MAX_PERMISSIONS: usize = 64;
const LIFETIME_S: u32 = 600;
/// A permission lasts 300 s and a channel 600 s; both are renewed in time.
const PERMISSION_REFRESH: Duration = Duration::from_secs(240);
const CHANNEL_REFRESH: Duration = Duration::from_secs(240);
/// A request is repeated over UDP after 250 ms, then twice that, and given up after the seventh.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const MAX_SENT: u32 = 7;
/// Over TCP nothing is repeated.
const TCP_WAIT: Duration = Duration::from_secs(10);
/// Nonces may grow stale, but not every time.
const MAX_REFUSALS: u32 = 4;
/// RFC 8656 asks for less than 763 characters.
const MAX_TEXT: usize = 763;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Asking,
    Allocated { relayed: SocketAddr, mapped: Option<SocketAddr> },
    Failed(Failure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    NoAnswer,
    /// By this error code.
    Refused(u16),
    Malformed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Allocate,
    Refresh,
    Permission(IpAddr),
    Channel(SocketAddr, u16),
}

#[derive(Debug)]
struct Request {
    purpose: Purpose,
    transaction: Transaction,
    bytes: Vec<u8>,
    sent: u32,
    again_at: Time,
    refusals: u32,
}

#[derive(Debug)]
struct Permission {
    ip: IpAddr,
    refresh_at: Time,
    granted: bool,
}

#[derive(Debug)]
struct Channel {
    peer: SocketAddr,
    number: u16,
    refresh_at: Time,
    bound: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Opened<'a> {
    Data {
        peer: SocketAddr,
        payload: &'a [u8],
    },
    /// Part of our dialogue with the server.
    Control,
}

/// One allocation.
pub struct Turn {
    tcp: bool,
    username: Zeroizing<String>,
    password: Zeroizing<String>,
    state: State,
    realm: Vec<u8>,
    nonce: Vec<u8>,
    key: Zeroizing<[u8; 16]>,
    requests: Vec<Request>,
    permissions: Vec<Permission>,
    channels: Vec<Channel>,
    refresh_at: Option<Time>,
    random: Random,
    out: VecDeque<Vec<u8>>,
}

impl core::fmt::Debug for Turn {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Turn").field("tcp", &self.tcp).finish_non_exhaustive()
    }
}

impl Turn {
    /// Asks for an allocation at once.
    pub fn new(now: Time, tcp: bool, username: &str, password: &str, random: Random) -> Turn {
        let mut turn = Turn {
            tcp,
            username: Zeroizing::new(username.to_owned()),
            password: Zeroizing::new(password.to_owned()),
            state: State::Asking,
            realm: Vec::new(),
            nonce: Vec::new(),
            key: Zeroizing::new([0; 16]),
            requests: Vec::new(),
            permissions: Vec::new(),
            channels: Vec::new(),
            refresh_at: None,
            random,
            out: VecDeque::new(),
        };
        turn.request(now, Purpose::Allocate, LIFETIME_S, 0);
        turn
    }

    pub fn state(&self) -> State {
        self.state
    }

    fn request(&mut self, now: Time, purpose: Purpose, lifetime_s: u32, refusals: u32) {
        let transaction: Transaction = self.random.bytes();
        let method = match purpose {
            Purpose::Allocate => Method::Allocate,
            Purpose::Refresh => Method::Refresh,
            Purpose::Permission(_) => Method::CreatePermission,
            Purpose::Channel(..) => Method::ChannelBind,
        };
        let mut message = Builder::new(Class::Request, method, &transaction);
        message = match purpose {
            Purpose::Allocate => message
                .attribute(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0])
                .attribute(attribute::LIFETIME, &lifetime_s.to_be_bytes()),
            Purpose::Refresh => message.attribute(attribute::LIFETIME, &lifetime_s.to_be_bytes()),
            Purpose::Permission(ip) => message.address(attribute::XOR_PEER_ADDRESS, SocketAddr::new(ip, 0)),
            Purpose::Channel(peer, number) => message
                .attribute(attribute::CHANNEL_NUMBER, &[(number >> 8) as u8, number as u8, 0, 0])
                .address(attribute::XOR_PEER_ADDRESS, peer),
        };
        if !self.nonce.is_empty() {
            message = message
                .attribute(attribute::USERNAME, self.username.as_bytes())
                .attribute(attribute::REALM, &self.realm)
                .attribute(attribute::NONCE, &self.nonce)
                .integrity(&*self.key);
        }
        let bytes = message.fingerprint().finish();
        self.out.push_back(bytes.clone());
        let again_at = now + if self.tcp { TCP_WAIT } else { FIRST_WAIT };
        self.requests.push(Request { purpose, transaction, bytes, sent: 1, again_at, refusals });
    }

    /// Lets packets from this address through, now and for as long as the allocation lives.
    pub fn permit(&mut self, now: Time, ip: IpAddr) {
        let known = self.permissions.iter().any(|p| p.ip == ip);
        if known || self.permissions.len() >= MAX_PERMISSIONS {
            return;
        }
        self.permissions.push(Permission { ip, refresh_at: now + PERMISSION_REFRESH, granted: false });
        if matches!(self.state, State::Allocated { .. }) {
            self.request(now, Purpose::Permission(ip), 0, 0);
        }
    }

    /// The packet that takes this payload to the peer; `None` while there is no allocation. Data that will go on, unlike
    /// checks, is worth a channel.
    pub fn seal(&mut self, now: Time, peer: SocketAddr, payload: &[u8], keep: bool) -> Option<Vec<u8>> {
        let State::Allocated { relayed, .. } = self.state else { return None };
        if relayed.is_ipv4() != peer.is_ipv4() {
            return None;
        }
        match self.channels.iter().find(|c| c.peer == peer) {
            Some(channel) if channel.bound => {
                let mut packet = Vec::with_capacity(4 + payload.len() + 3);
                packet.extend_from_slice(&channel.number.to_be_bytes());
                packet.extend_from_slice(&(payload.len() as u16).to_be_bytes());
                packet.extend_from_slice(payload);
                if self.tcp {
                    packet.resize(packet.len().next_multiple_of(4), 0);
                }
                return Some(packet);
            }
            None if keep && self.channels.len() < MAX_CHANNELS => {
                let number = FIRST_CHANNEL + self.channels.len() as u16;
                self.channels.push(Channel { peer, number, refresh_at: now + CHANNEL_REFRESH, bound: false });
                self.request(now, Purpose::Channel(peer, number), 0, 0);
            }
            _ => {}
        }
        let transaction: Transaction = self.random.bytes();
        let message = Builder::new(Class::Indication, Method::Send, &transaction)
            .address(attribute::XOR_PEER_ADDRESS, peer)
            .attribute(attribute::DATA, payload);
        Some(message.finish())
    }

    /// A packet from the server; `None` if it is none of TURN's business.
    pub fn open<'a>(&mut self, now: Time, packet: &'a [u8]) -> Option<Opened<'a>> {
        if !is_stun(packet) {
            let (head, rest) = packet.split_first_chunk::<4>()?;
            let (number, size) = (u16::from_be_bytes([head[0], head[1]]), u16::from_be_bytes([head[2], head[3]]));
            let channel = self.channels.iter().find(|c| c.number == number)?;
            let payload = rest.get(..usize::from(size))?;
            return Some(Opened::Data { peer: channel.peer, payload });
        }
        let message = Message::parse(packet)?;
        match (message.class, message.method) {
            (Class::Indication, Method::Data) => {
                let peer = message.get_address(attribute::XOR_PEER_ADDRESS)?;
                // Nothing may pass for the peer's that we have not let through.
                self.permissions.iter().find(|p| p.ip == peer.ip())?;
                Some(Opened::Data { peer, payload: message.get(attribute::DATA)? })
            }
            (Class::Success | Class::Error, _) => {
                let index = self.requests.iter().position(|r| r.transaction == *message.transaction)?;
                // Once we have a key, an unauthenticated success is somebody else's; an error may come without.
                let authentic = message.is_authentic(&*self.key);
                let keyed = !self.nonce.is_empty();
                if keyed && !authentic && (message.class == Class::Success || message.has_integrity()) {
                    return None;
                }
                let request = self.requests.swap_remove(index);
                self.answered(now, &request, &message);
                Some(Opened::Control)
            }
            _ => None,
        }
    }

    fn answered(&mut self, now: Time, request: &Request, message: &Message<'_>) {
        if message.class == Class::Error {
            return self.refused(now, request, message);
        }
        let lifetime_s = message.get_u32(attribute::LIFETIME).unwrap_or(LIFETIME_S).clamp(30, 3600);
        // A minute early, or halfway if that is not much.
        let refresh = Duration::from_secs(u64::from(lifetime_s.saturating_sub(60).max(lifetime_s / 2)));
        match request.purpose {
            Purpose::Allocate => {
                let Some(relayed) = message.get_address(attribute::XOR_RELAYED_ADDRESS) else {
                    self.state = State::Failed(Failure::Malformed);
                    return;
                };
                let mapped = message.get_address(attribute::XOR_MAPPED_ADDRESS);
                self.state = State::Allocated { relayed, mapped };
                self.refresh_at = Some(now + refresh);
                for index in 0..self.permissions.len() {
                    let ip = self.permissions[index].ip;
                    self.permissions[index].refresh_at = now + PERMISSION_REFRESH;
                    self.request(now, Purpose::Permission(ip), 0, 0);
                }
            }
            Purpose::Refresh => self.refresh_at = Some(now + refresh),
            Purpose::Permission(ip) => {
                if let Some(permission) = self.permissions.iter_mut().find(|p| p.ip == ip) {
                    permission.granted = true;
                }
            }
            Purpose::Channel(_, number) => {
                if let Some(channel) = self.channels.iter_mut().find(|c| c.number == number) {
                    channel.bound = true;
                }
            }
        }
    }

    fn refused(&mut self, now: Time, request: &Request, message: &Message<'_>) {
        let code = message.error_code().unwrap_or(0);
        let (realm, nonce) = (message.get(attribute::REALM), message.get(attribute::NONCE));
        let fits = |text: &&[u8]| !text.is_empty() && text.len() <= MAX_TEXT;
        let retry = match (code, realm.filter(fits), nonce.filter(fits)) {
            // The first word of the server: who are you?
            (401, Some(realm), Some(nonce)) if self.nonce.is_empty() => {
                self.realm = realm.to_vec();
                self.nonce = nonce.to_vec();
                let (username, password) = (self.username.as_bytes(), self.password.as_bytes());
                self.key = Zeroizing::new(md5(&[username, b":", realm, b":", password]));
                true
            }
            (438, _, Some(nonce)) => {
                self.nonce = nonce.to_vec();
                true
            }
            _ => false,
        };
        if retry && request.refusals < MAX_REFUSALS {
            return self.request(now, request.purpose, LIFETIME_S, request.refusals + 1);
        }
        self.failed(request.purpose, Failure::Refused(code));
    }

    fn failed(&mut self, purpose: Purpose, failure: Failure) {
        match purpose {
            Purpose::Allocate | Purpose::Refresh => {
                self.state = State::Failed(failure);
                self.requests.clear();
                self.refresh_at = None;
            }
            // The permission stays asked for; it is tried again with the next refresh.
            Purpose::Permission(ip) => {
                if let Some(permission) = self.permissions.iter_mut().find(|p| p.ip == ip) {
                    permission.granted = false;
                }
            }
            // The number stays taken: it must not name another peer for a while.
            Purpose::Channel(_, number) => {
                if let Some(channel) = self.channels.iter_mut().find(|c| c.number == number) {
                    channel.bound = false;
                }
            }
        }
    }

    /// Gives the allocation back.
    pub fn release(&mut self, now: Time) {
        if matches!(self.state, State::Allocated { .. }) {
            self.request(now, Purpose::Refresh, 0, 0);
            self.requests.clear();
            self.refresh_at = None;
        }
    }

    pub fn handle_timeout(&mut self, now: Time) {
        let mut index = 0;
        while index < self.requests.len() {
            let request = &mut self.requests[index];
            if request.again_at > now {
                index += 1;
            } else if self.tcp || request.sent >= MAX_SENT {
                let purpose = self.requests.swap_remove(index).purpose;
                self.failed(purpose, Failure::NoAnswer);
            } else {
                request.again_at = now + FIRST_WAIT * (1 << request.sent);
                request.sent += 1;
                self.out.push_back(request.bytes.clone());
                index += 1;
            }
        }
        if !matches!(self.state, State::Allocated { .. }) {
            return;
        }
        if self.refresh_at.is_some_and(|at| at <= now) {
            self.refresh_at = None;
            self.request(now, Purpose::Refresh, LIFETIME_S, 0);
        }
        for index in 0..self.permissions.len() {
            if self.permissions[index].refresh_at <= now {
                self.permissions[index].refresh_at = now + PERMISSION_REFRESH;
                self.request(now, Purpose::Permission(self.permissions[index].ip), 0, 0);
            }
        }
        for index in 0..self.channels.len() {
            if self.channels[index].refresh_at <= now {
                self.channels[index].refresh_at = now + CHANNEL_REFRESH;
                let Channel { peer, number, .. } = self.channels[index];
                self.request(now, Purpose::Channel(peer, number), 0, 0);
            }
        }
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let requests = self.requests.iter().map(|r| r.again_at).min();
        let State::Allocated { .. } = self.state else { return requests };
        let permissions = self.permissions.iter().map(|p| p.refresh_at).min();
        let channels = self.channels.iter().map(|c| c.refresh_at).min();
        [requests, permissions, channels, self.refresh_at].into_iter().flatten().min()
    }

    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    /// How many of the peers' addresses the server lets through, of how many that were asked for.
    pub fn permissions(&self) -> (usize, usize) {
        (self.permissions.iter().filter(|p| p.granted).count(), self.permissions.len())
    }
}

/// The size of the first message in a stream: `None` if that cannot be said yet, `Err` if it is neither STUN nor channel data.
#[allow(clippy::result_unit_err, reason = "it has one meaning: the stream cannot be followed any further")]
pub fn frame_size(stream: &[u8]) -> Result<Option<usize>, ()> {
    let Some(head) = stream.first_chunk::<4>() else { return Ok(None) };
    let size = usize::from(u16::from_be_bytes([head[2], head[3]]));
    match head[0] >> 6 {
        0 => Ok(Some(20 + size)),
        1 => Ok(Some(4 + size.next_multiple_of(4))),
        _ => Err(()),
    }
}

/// For `tests/fuzz`: whatever the server says.
pub fn fuzz(data: &[u8]) {
    let mut turn = Turn::new(Time::ZERO, false, "user", "password", Random::from_seed(1));
    turn.permit(Time::ZERO, IpAddr::from([192, 0, 2, 1]));
    let _ = turn.open(Time::ZERO, data);
    // The same as an answer to what was asked.
    if let (Some(request), Some(body)) = (turn.poll_transmit(), data.get(20..)) {
        let mut answer = data[..8].to_vec();
        answer.extend_from_slice(&request[8..20]);
        answer.extend_from_slice(body);
        let _ = turn.open(Time::ZERO, &answer);
    }
    turn.handle_timeout(Time::from_nanos(1_000_000_000));
    let _ = frame_size(data);
}
