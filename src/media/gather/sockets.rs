//! Our own ends: a UDP socket per interface, a TCP socket per interface and relay, and what becomes of them as networks come and
//! go.

use super::server::{Entry, EntryKind, reaches};
use super::streams::Stream;
use super::{Event, Gatherer, MAX_INTERFACES, MAX_SOCKETS, OPENING, canonical, local_preference};
use crate::backoff::Backoff;
use crate::media::Ways;
use crate::media::candidate::{Candidate, Kind, Target, is_reachable, priority};
use crate::media::ice::{ChannelId, Reach};
use crate::media::output::Output;
use crate::time::{Duration, Time};
use crate::types::{IpAddr, Ipv4Addr, Ipv6Addr, Protocol, SocketAddr, SocketId};

/// Before a socket or relay that failed is tried again; doubles up to the second.
const RETRY: Duration = Duration::from_secs(2);
const MAX_RETRY: Duration = Duration::from_secs(32);
/// Without a route there is no time for that.
const MAX_RETRY_LOST: Duration = Duration::from_secs(3);
/// Of each family so many interfaces are kept, however many the other has.
const KEPT_OF_FAMILY: usize = 4;

pub const fn retries() -> Backoff {
    Backoff::new(RETRY, MAX_RETRY)
}

#[derive(Debug)]
pub enum SocketState {
    /// Whoever opens sockets has not said what came of it; he has until then.
    Opening(Time),
    Open(SocketAddr),
    Closed {
        retry_at: Time,
    },
    /// It cannot be had on this network.
    Unsupported,
}

#[derive(Debug)]
pub struct Socket {
    pub id: SocketId,
    pub protocol: Protocol,
    /// The interface, unspecified if unknown.
    pub local: IpAddr,
    /// Counts interfaces from 1.
    pub network: u16,
    pub state: SocketState,
    /// The entry of the relay that it is for alone: over TCP, or where the server wants another port of ours.
    pub relay: Option<usize>,
    /// Of that relay, as it goes on from one socket to the next.
    pub relay_backoff: Backoff,
    /// TCP: what has come and is no whole frame yet.
    pub stream: Stream,
    /// When something came last.
    pub heard: Option<Time>,
    pub direct: Option<ChannelId>,
    pub backoff: Backoff,
}

impl Socket {
    pub fn is_open(&self) -> bool {
        matches!(self.state, SocketState::Open(_))
    }

    /// Whoever opens sockets has, or may have, one by this number.
    pub fn is_held(&self) -> bool {
        matches!(self.state, SocketState::Opening(_) | SocketState::Open(_))
    }
}

/// Those of the host's addresses that sockets are opened on, the host's order kept, and those left out: what is of little use goes
/// first, then the last, but not a whole family.
fn choose(told: &[IpAddr]) -> (Vec<IpAddr>, Vec<IpAddr>) {
    let is_poor = |ip: &&IpAddr| match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback(),
    };
    let ranked: Vec<IpAddr> =
        told.iter().filter(|ip| !is_poor(ip)).chain(told.iter().filter(is_poor)).copied().collect();
    let kept_of = |is_v4: bool| ranked.iter().filter(move |ip| ip.is_ipv4() == is_v4).take(KEPT_OF_FAMILY);
    let kept: Vec<IpAddr> = kept_of(true).chain(kept_of(false)).copied().collect();
    let mut room = MAX_INTERFACES - kept.len();
    ranked.into_iter().partition(|ip| {
        let is_kept = kept.contains(ip);
        let is_taken = is_kept || room > 0;
        room -= usize::from(is_taken && !is_kept);
        is_taken
    })
}

impl Gatherer {
    /// Opens sockets on what is new, and closes those on what is gone. The order is the host's: what matters most comes first.
    pub fn set_interfaces(&mut self, now: Time, interfaces: &[IpAddr]) {
        let mut told: Vec<IpAddr> = Vec::new();
        for ip in interfaces.iter().map(IpAddr::to_canonical) {
            let is_usable = match ip {
                IpAddr::V4(ip) => !ip.is_multicast() && !ip.is_broadcast(),
                IpAddr::V6(ip) => !ip.is_multicast() && !ip.is_unicast_link_local(),
            };
            if is_usable && !told.contains(&ip) {
                told.push(ip);
            }
        }
        let is_real = |ip: &IpAddr| !ip.is_loopback() && !ip.is_unspecified();
        if !told.iter().any(is_real) && self.told.iter().any(is_real) {
            // No network at all is an outage, not another network. What was there is most often what comes back, and what is
            // there meanwhile is of no use to a peer.
            return;
        }
        let is_proxied = self.ways == Ways::Proxy;
        let (mut wanted, left_out) = if is_proxied { (Vec::new(), Vec::new()) } else { choose(&told) };
        if wanted.is_empty() {
            wanted = vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
        }
        let has_changed = self.told != told;
        // What goes to a proxy went out by the address that is gone, whichever it was.
        let has_moved = is_proxied && self.told.iter().any(|ip| !told.contains(ip));
        (self.told, self.left_out) = (told, left_out);
        if has_moved {
            self.interfaces.clear();
        }
        let gone = self.sockets.iter().filter(|s| has_moved || !wanted.contains(&s.local));
        for id in gone.map(|s| s.id).collect::<Vec<_>>() {
            self.leave_socket(now, id);
        }
        for socket in &mut self.sockets {
            if has_changed && matches!(socket.state, SocketState::Closed { .. } | SocketState::Unsupported) {
                socket.state = SocketState::Closed { retry_at: now };
            }
        }
        let new: Vec<IpAddr> = wanted.iter().filter(|ip| !self.interfaces.contains(ip)).copied().collect();
        self.interfaces = wanted;
        for ip in new {
            self.next_network = self.next_network.wrapping_add(1).max(1);
            let network = self.next_network;
            self.open(now, Protocol::Udp, ip, network, None, retries());
            if self.tcp_started {
                self.open_tcp(now, ip, network);
            }
        }
    }

    /// How late an interface is in the host's order.
    pub fn rank(&self, ip: IpAddr) -> usize {
        self.interfaces.iter().position(|known| *known == ip).unwrap_or(usize::MAX)
    }

    /// `false`: there is no room, and nothing of less worth gives way.
    pub fn open(
        &mut self,
        now: Time,
        protocol: Protocol,
        local: IpAddr,
        network: u16,
        relay: Option<usize>,
        relay_backoff: Backoff,
    ) -> bool {
        if self.sockets.len() >= MAX_SOCKETS && !self.make_room(now, local, relay.is_none()) {
            return false;
        }
        let socket = Socket {
            id: self.new_socket_id(),
            protocol,
            local,
            network,
            state: SocketState::Opening(now + OPENING),
            relay,
            relay_backoff,
            stream: Stream::default(),
            heard: None,
            direct: None,
            backoff: retries(),
        };
        self.announce(&socket);
        self.sockets.push(socket);
        true
    }

    /// Closes the socket of least worth, if it is worth less than one on this interface: of a later one, or for one relay alone.
    fn make_room(&mut self, now: Time, local: IpAddr, is_shared: bool) -> bool {
        let worth = |rank: usize, is_shared: bool| (!is_shared, rank);
        let worst = self.sockets.iter().max_by_key(|s| worth(self.rank(s.local), s.relay.is_none()));
        let Some((id, worst)) = worst.map(|s| (s.id, worth(self.rank(s.local), s.relay.is_none()))) else {
            return false;
        };
        if worst <= worth(self.rank(local), is_shared) {
            return false;
        }
        self.leave_socket(now, id);
        true
    }

    fn announce(&mut self, socket: &Socket) {
        let local = SocketAddr::new(socket.local, 0);
        let remote = socket.relay.filter(|_| socket.protocol == Protocol::Tcp).map(|entry| self.entries[entry].address);
        self.out.push_back(Output::OpenSocket { socket: socket.id, protocol: socket.protocol, local, remote });
    }

    fn new_socket_id(&mut self) -> SocketId {
        loop {
            self.next_socket = self.next_socket.checked_add(1).unwrap_or(1);
            let id = SocketId(u64::from(self.number) << 16 | u64::from(self.next_socket));
            if !self.sockets.iter().any(|s| s.id == id) && !self.leaving.iter().any(|l| l.socket == id) {
                return id;
            }
        }
    }

    fn open_tcp(&mut self, now: Time, local: IpAddr, network: u16) {
        for entry in 0..self.entries.len() {
            let Entry { address, kind } = &self.entries[entry];
            if kind.uses(Protocol::Tcp) && reaches(local, address.ip()) {
                self.open(now, Protocol::Tcp, local, network, Some(entry), retries());
            }
        }
    }

    /// Tries relays over TCP from now on.
    pub fn start_tcp(&mut self, now: Time) {
        self.tcp_at = None;
        if core::mem::replace(&mut self.tcp_started, true) {
            return;
        }
        for index in 0..self.interfaces.len() {
            let ip = self.interfaces[index];
            let network = self.sockets.iter().find(|s| s.local == ip).map_or(1, |s| s.network);
            self.open_tcp(now, ip, network);
        }
    }

    pub fn handle_opened(&mut self, now: Time, id: SocketId, local: SocketAddr) {
        let local = canonical(local);
        let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id) else { return };
        if !matches!(socket.state, SocketState::Opening(_)) {
            return;
        }
        socket.state = SocketState::Open(local);
        let (protocol, ip, network, backoff) = (socket.protocol, socket.local, socket.network, socket.relay_backoff);
        match socket.relay {
            Some(entry) => self.start_relay(now, id, protocol, network, entry, backoff),
            None => self.start_udp(now, id, local, ip, network),
        }
    }

    fn start_udp(&mut self, now: Time, id: SocketId, local: SocketAddr, ip: IpAddr, network: u16) {
        // The address the system chose says which interface this is, if we did not know.
        let ip = if ip.is_unspecified() { local.ip() } else { ip };
        if self.ways.are_direct() {
            self.start_direct(id, local, ip, network);
        }
        for index in 0..self.entries.len() {
            let Entry { address, kind } = self.entries[index].clone();
            if !reaches(ip, address.ip()) || !kind.uses(Protocol::Udp) || self.has_own_socket(index, network) {
                continue;
            }
            match kind {
                EntryKind::Stun if self.ways.are_direct() => self.query(now, id, address),
                EntryKind::Stun => {}
                _ => self.start_relay(now, id, Protocol::Udp, network, index, retries()),
            }
        }
    }

    /// A socket that is open is an end of direct ways too.
    pub fn start_direct(&mut self, id: SocketId, local: SocketAddr, ip: IpAddr, network: u16) {
        let channel = self.new_channel_id();
        if let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id) {
            socket.direct = Some(channel);
        }
        let priority = priority(126, local_preference(60_000, network, ip));
        self.events.push_back(Event::Up { channel, reach: Reach::Direct(ip), priority });
        let address = SocketAddr::new(ip, local.port());
        if is_reachable(address) {
            let candidate = Candidate { kind: Kind::Host, target: Target::Address(address), priority, related: None };
            self.events.push_back(Event::Candidate { channel, candidate, network });
        }
    }

    /// It is none any more.
    pub fn drop_direct(&mut self, id: SocketId) {
        if let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id)
            && let Some(channel) = socket.direct.take()
        {
            self.events.push_back(Event::Down { channel });
        }
        self.queries.retain(|q| q.socket != id);
    }

    /// Whether a relay over UDP has a socket to itself on this network.
    fn has_own_socket(&self, entry: usize, network: u16) -> bool {
        let is_it = |s: &super::Socket| s.protocol == Protocol::Udp && s.relay == Some(entry) && s.network == network;
        self.sockets.iter().any(is_it)
    }

    /// A socket could not be opened, or broke.
    pub fn handle_closed(&mut self, now: Time, id: SocketId) {
        self.leaving.retain(|leaving| leaving.socket != id);
        self.fall_silent(now, id, false);
    }

    /// A socket cannot be had on this network: nothing is to be gained by asking again.
    pub fn handle_unsupported(&mut self, now: Time, id: SocketId) {
        self.fall_silent(now, id, true);
    }

    fn fall_silent(&mut self, now: Time, id: SocketId, is_final: bool) {
        if !self.sockets.iter().any(|s| s.id == id && s.is_held()) {
            return;
        }
        self.drop_channels(id);
        let is_lost = !self.has_route;
        let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id) else { return };
        socket.stream = Stream::default();
        socket.state = if is_final {
            SocketState::Unsupported
        } else {
            SocketState::Closed { retry_at: now + wait(&mut socket.backoff, is_lost) }
        };
        if self.ways == Ways::Proxy && socket.protocol == Protocol::Udp {
            self.start_tcp(now);
        }
    }

    /// The other end of a socket was heard, and it was who we wanted.
    pub fn note_success(&mut self, now: Time, id: SocketId) {
        if let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id) {
            socket.heard = Some(now);
            socket.backoff.reset();
        }
    }

    /// A socket is not wanted any more.
    pub fn leave_socket(&mut self, now: Time, id: SocketId) {
        let is_held = self.sockets.iter().any(|s| s.id == id && s.is_held());
        let stays = self.release_relays(now, id);
        self.drop_channels(id);
        self.sockets.retain(|s| s.id != id);
        // One that could not be opened, or broke, is closed already: its number may be another's by now.
        if is_held && !stays {
            self.out.push_back(Output::CloseSocket { socket: id });
        }
    }

    pub fn drop_channels(&mut self, id: SocketId) {
        self.drop_direct(id);
        let events = &mut self.events;
        self.relays.retain(|relay| {
            let gone = relay.socket == id;
            if gone && relay.ready_after.is_some() {
                events.push_back(Event::Down { channel: relay.channel });
            }
            !gone
        });
    }

    /// Sockets that were not opened in time, and those that are to be tried again.
    pub fn retry_sockets(&mut self, now: Time) {
        let is_late = |s: &&Socket| matches!(s.state, SocketState::Opening(until) if until <= now);
        for id in self.sockets.iter().filter(is_late).map(|s| s.id).collect::<Vec<_>>() {
            self.out.push_back(Output::CloseSocket { socket: id });
            self.fall_silent(now, id, false);
        }
        for index in 0..self.sockets.len() {
            if !matches!(self.sockets[index].state, SocketState::Closed { retry_at } if retry_at <= now) {
                continue;
            }
            // A new id, since the host may have forgotten the old one.
            let id = self.new_socket_id();
            let socket = &mut self.sockets[index];
            socket.id = id;
            socket.heard = None;
            socket.state = SocketState::Opening(now + OPENING);
            let local = SocketAddr::new(socket.local, 0);
            let remote =
                socket.relay.filter(|_| socket.protocol == Protocol::Tcp).map(|entry| self.entries[entry].address);
            let protocol = socket.protocol;
            self.out.push_back(Output::OpenSocket { socket: id, protocol, local, remote });
        }
    }
}

/// How long to wait after a failure.
pub fn wait(backoff: &mut Backoff, is_lost: bool) -> Duration {
    let wait = backoff.fail();
    if is_lost { wait.min(MAX_RETRY_LOST) } else { wait }
}
