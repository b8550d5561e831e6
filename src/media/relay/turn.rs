//! A TURN client (RFC 8656) for one allocation, over UDP or TCP.
//!
//! ```text
//! Asking ──401──> Asking with credentials ──success──> Allocated ──437, refresh refused or not answered──> Failed
//!    │                                                    │                                                  ^
//!    ├────────────────────────────no answer, refused──────│──────────────────────────────────────────────────┘
//!    └──────────────────────────────release───────────────┴──release──> Leaving ──answered, or not in time──> Gone
//! ```
//!
//! Data goes in Send indications (36 bytes more) until a channel to that peer is bound (4 bytes more).
//!
//! That an allocation was made is no proof that it still is: a server that starts anew forgets it, and a NAT that gives us
//! another port makes us a stranger. Nothing we send would be answered, so whoever misses the peer asks with
//! [`Turn::probe`].

mod answers;
mod upkeep;

use crate::backoff::Backoff;
use crate::media::stun::{Builder, Class, Method, Transaction, attribute};
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::{IpAddr, SocketAddr};
use std::collections::VecDeque;
use zeroize::Zeroizing;

/// The numbers of channels.
const CHANNELS: core::ops::RangeInclusive<u16> = 0x4000..=0x4fff;
const MAX_CHANNELS: usize = 64;
const MAX_PERMISSIONS: usize = 64;
const LIFETIME_S: u32 = 600;
/// A permission lasts 300 s and a channel 600 s; both are renewed in time.
const PERMISSION_REFRESH: Duration = Duration::from_secs(240);
const CHANNEL_REFRESH: Duration = Duration::from_secs(240);
/// What has not been used for so long is not renewed. Checks that are not answered come every 10 s.
const UNUSED: Duration = Duration::from_secs(60);
/// A request is repeated over UDP after 250 ms, then twice that, and given up after the seventh.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const MAX_WAIT: Duration = Duration::from_secs(16);
/// No longer than this where there is no time to lose.
const MAX_WAIT_IN_HASTE: Duration = Duration::from_secs(2);
/// Over TCP nothing is repeated.
const TCP_WAIT: Duration = Duration::from_secs(10);
/// There is no allocation for this socket, or there is one and should be none.
pub const MISMATCH: u16 = 437;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Asking,
    Allocated {
        relayed: SocketAddr,
        mapped: Option<SocketAddr>,
    },
    Failed(Failure),
    /// The good-bye is under way.
    Leaving,
    /// The server holds nothing for us any more, as far as we can tell.
    Gone,
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
    /// The good-bye: a refresh with a lifetime of nothing.
    Release,
    Permission(IpAddr),
    Channel(SocketAddr, u16),
}

#[derive(Debug)]
struct Request {
    purpose: Purpose,
    transaction: Transaction,
    bytes: Vec<u8>,
    backoff: Backoff,
    again_at: Time,
    refusals: u32,
    /// Which of the server's nonces it was sent with.
    nonce: u32,
    /// It was asked anew because the allocation showed that it lives.
    is_revived: bool,
}

#[derive(Debug)]
struct Permission {
    ip: IpAddr,
    refresh_at: Time,
    granted: bool,
    /// When it was asked for or sent to.
    used: Time,
    /// When something came from there.
    heard: Option<Time>,
}

#[derive(Debug)]
struct Channel {
    peer: SocketAddr,
    number: u16,
    bound: bool,
    used: Time,
    heard: Option<Time>,
    next: NextStep,
}

/// What becomes of a channel.
#[derive(Clone, Copy, Debug)]
enum NextStep {
    Refresh(Time),
    /// It is not renewed any more.
    Forget(Time),
}

impl NextStep {
    fn at(self) -> Time {
        let (NextStep::Refresh(at) | NextStep::Forget(at)) = self;
        at
    }
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
    /// How many there were before this one.
    nonces: u32,
    key: Zeroizing<[u8; 16]>,
    requests: Vec<Request>,
    permissions: Vec<Permission>,
    channels: Vec<Channel>,
    next_channel: u16,
    refresh_at: Option<Time>,
    /// Whether the call has no other way.
    in_haste: bool,
    random: Random,
    out: VecDeque<Vec<u8>>,
}

impl core::fmt::Debug for Turn {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Turn").field("tcp", &self.tcp).finish_non_exhaustive()
    }
}

impl Turn {
    /// Asks for an allocation at once. `in_haste`: see [`Turn::probe`].
    pub fn new(now: Time, tcp: bool, username: &str, password: &str, random: Random, in_haste: bool) -> Turn {
        let mut turn = Turn {
            tcp,
            username: Zeroizing::new(username.to_owned()),
            password: Zeroizing::new(password.to_owned()),
            state: State::Asking,
            realm: Vec::new(),
            nonce: Vec::new(),
            nonces: 0,
            key: Zeroizing::new([0; 16]),
            requests: Vec::new(),
            permissions: Vec::new(),
            channels: Vec::new(),
            next_channel: *CHANNELS.start(),
            refresh_at: None,
            in_haste,
            random,
            out: VecDeque::new(),
        };
        turn.request(now, Purpose::Allocate, 0);
        turn
    }

    pub fn state(&self) -> State {
        self.state
    }

    fn is_allocated(&self) -> bool {
        matches!(self.state, State::Allocated { .. })
    }

    fn request(&mut self, now: Time, purpose: Purpose, refusals: u32) {
        let transaction: Transaction = self.random.bytes();
        let method = match purpose {
            Purpose::Allocate => Method::Allocate,
            Purpose::Refresh | Purpose::Release => Method::Refresh,
            Purpose::Permission(_) => Method::CreatePermission,
            Purpose::Channel(..) => Method::ChannelBind,
        };
        let mut message = Builder::new(Class::Request, method, &transaction);
        message = match purpose {
            Purpose::Allocate => message
                .attribute(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0])
                .attribute(attribute::LIFETIME, &LIFETIME_S.to_be_bytes()),
            Purpose::Refresh => message.attribute(attribute::LIFETIME, &LIFETIME_S.to_be_bytes()),
            Purpose::Release => message.attribute(attribute::LIFETIME, &[0; 4]),
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
        let mut backoff = self.backoff();
        let again_at = now + if self.tcp { TCP_WAIT } else { backoff.fail() };
        let nonce = self.nonces;
        let is_revived = false;
        self.requests.push(Request { purpose, transaction, bytes, backoff, again_at, refusals, nonce, is_revived });
    }

    fn backoff(&self) -> Backoff {
        Backoff::new(FIRST_WAIT, if self.in_haste { MAX_WAIT_IN_HASTE } else { MAX_WAIT })
    }

    fn is_asked(&self, purpose: Purpose) -> bool {
        self.requests.iter().any(|request| request.purpose == purpose)
    }

    /// Nothing is heard any more, and there is no other way: does the server still know us? What is being asked is asked again
    /// at once. Over TCP the stream tells.
    pub fn probe(&mut self, now: Time) {
        if self.tcp || !matches!(self.state, State::Asking | State::Allocated { .. }) {
            return;
        }
        self.in_haste = true;
        let backoff = self.backoff();
        for request in &mut self.requests {
            request.backoff = backoff;
            request.again_at = now;
        }
        if self.is_allocated() && !self.is_asked(Purpose::Refresh) {
            self.request(now, Purpose::Refresh, 0);
        }
        self.handle_timeout(now);
    }

    /// Something has come through the allocation, so there is one, and the server is there: what was asked in vain is asked as
    /// if for the first time. Once, as anybody may send under the server's name.
    fn note_life(&mut self, now: Time) {
        if self.tcp || !self.is_allocated() {
            return;
        }
        let backoff = self.backoff();
        let in_vain = |request: &&mut Request| request.backoff.failures() > 1 && !request.is_revived;
        for request in self.requests.iter_mut().filter(in_vain) {
            (request.is_revived, request.backoff, request.again_at) = (true, backoff, now);
        }
    }

    /// Lets packets from this address through, for as long as it is used.
    pub fn permit(&mut self, now: Time, ip: IpAddr) {
        if let Some(known) = self.permissions.iter_mut().find(|p| p.ip == ip) {
            known.used = now;
            return;
        }
        // Who was heard lately stays, then who was asked for lately.
        let worst = self.permissions.iter().enumerate().min_by_key(|(_, p)| (p.heard, p.used)).map(|(index, _)| index);
        if let Some(index) = worst.filter(|_| self.permissions.len() >= MAX_PERMISSIONS) {
            let ip = self.permissions.swap_remove(index).ip;
            self.requests.retain(|request| request.purpose != Purpose::Permission(ip));
        }
        let refresh_at = now + PERMISSION_REFRESH;
        self.permissions.push(Permission { ip, refresh_at, granted: false, used: now, heard: None });
        if self.is_allocated() {
            self.request(now, Purpose::Permission(ip), 0);
        }
    }

    /// The packet that takes this payload to the peer; `None` while there is no allocation. Data that will go on, unlike
    /// checks, is worth a channel.
    pub fn seal(&mut self, now: Time, peer: SocketAddr, payload: &[u8], keep: bool) -> Option<Vec<u8>> {
        let State::Allocated { relayed, .. } = self.state else { return None };
        if relayed.is_ipv4() != peer.is_ipv4() {
            return None;
        }
        if let Some(permission) = self.permissions.iter_mut().find(|p| p.ip == peer.ip()) {
            permission.used = now;
        } else if self.has_room(now) {
            // It was not used for a while. One that is in use does not give way to it.
            self.permit(now, peer.ip());
        }
        match self.channels.iter_mut().find(|c| c.peer == peer) {
            Some(channel) if channel.bound => {
                channel.used = now;
                let mut packet = Vec::with_capacity(4 + payload.len() + 3);
                packet.extend_from_slice(&channel.number.to_be_bytes());
                packet.extend_from_slice(&(payload.len() as u16).to_be_bytes());
                packet.extend_from_slice(payload);
                if self.tcp {
                    packet.resize(packet.len().next_multiple_of(4), 0);
                }
                return Some(packet);
            }
            Some(channel) if keep => {
                channel.used = now;
                // It was not renewed: the same number is the only one that the server takes for this peer.
                if matches!(channel.next, NextStep::Forget(_)) {
                    channel.next = NextStep::Refresh(now + CHANNEL_REFRESH);
                    let number = channel.number;
                    self.request(now, Purpose::Channel(peer, number), 0);
                }
            }
            None if keep => self.bind(now, peer),
            Some(_) | None => {}
        }
        let transaction: Transaction = self.random.bytes();
        let message = Builder::new(Class::Indication, Method::Send, &transaction)
            .address(attribute::XOR_PEER_ADDRESS, peer)
            .attribute(attribute::DATA, payload);
        Some(message.finish())
    }

    fn has_room(&self, now: Time) -> bool {
        let is_idle = |p: &Permission| now.since(p.heard.unwrap_or(Time::ZERO).max(p.used)) >= UNUSED;
        self.permissions.len() < MAX_PERMISSIONS || self.permissions.iter().any(is_idle)
    }

    /// A channel to this peer, with a number that was nobody's for long enough. Without one its packets are just longer.
    fn bind(&mut self, now: Time, peer: SocketAddr) {
        if self.channels.len() >= MAX_CHANNELS {
            return;
        }
        let number = loop {
            let number = self.next_channel;
            self.next_channel = if number == *CHANNELS.end() { *CHANNELS.start() } else { number + 1 };
            if !self.channels.iter().any(|channel| channel.number == number) {
                break number;
            }
        };
        let next = NextStep::Refresh(now + CHANNEL_REFRESH);
        self.channels.push(Channel { peer, number, bound: false, used: now, heard: None, next });
        self.request(now, Purpose::Channel(peer, number), 0);
    }

    /// Whether the server has, or may have, an allocation for us.
    pub fn may_hold(&self) -> bool {
        match self.state {
            // Unless it knows who we are there is none.
            State::Asking | State::Failed(Failure::NoAnswer) => !self.nonce.is_empty(),
            State::Allocated { .. } => true,
            State::Failed(_) | State::Leaving | State::Gone => false,
        }
    }

    /// Gives back what the server holds for us, or may hold. Goes on until it is [`State::Gone`], if somebody carries the packets.
    pub fn release(&mut self, now: Time) {
        // An allocation that is being asked for may be made after this: then it is given back when we hear of it, and if we
        // do not wait for that, by this word, which comes after the first.
        let may_hold = self.may_hold();
        if self.state == State::Leaving {
            return;
        }
        self.requests.retain(|request| may_hold && request.purpose == Purpose::Allocate);
        self.refresh_at = None;
        self.in_haste = false;
        self.state = if may_hold { State::Leaving } else { State::Gone };
        if may_hold {
            self.request(now, Purpose::Release, 0);
        }
    }

    fn leave_if_quiet(&mut self) {
        if self.requests.is_empty() {
            self.state = State::Gone;
        }
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let requests = self.requests.iter().map(|r| r.again_at).min();
        let State::Allocated { .. } = self.state else { return requests };
        let permissions = self.permissions.iter().map(|p| p.refresh_at).min();
        let channels = self.channels.iter().map(|c| c.next.at()).min();
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
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    let mut turn = Turn::new(Time::ZERO, false, "user", "password", Random::from_seed(1), false);
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
    turn.release(Time::from_nanos(1_000_000_000));
    let _ = frame_size(data);
}

#[cfg(test)]
mod tests;
