//! The virtual network of a world with any number of sides. Each side is a host on it, with sockets, and is known by its number.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::ops::{Deref, DerefMut};
use tgcall::random::Random;
use tgcall::sim::network::{Arrival, HostId, NatKind, Network};
use tgcall::time::Time;
use tgcall::types::{Protocol, SocketId};

/// The network with its sides; all else that can be done to it is the network's.
pub struct Hosts {
    network: Network,
    hosts: Vec<HostId>,
    sockets: Vec<BTreeSet<SocketId>>,
}

/// What became of a wish for a socket.
pub enum Opening {
    /// It is open, at this address.
    Bound(SocketAddr),
    /// It cannot be.
    Refused,
    /// It is told when it is connected, or why not.
    Pending,
}

impl Hosts {
    pub fn new(random: Random) -> Hosts {
        Hosts { network: Network::new(random), hosts: Vec::new(), sockets: Vec::new() }
    }

    /// The next side: a host with these addresses, behind a NAT with this public one if it has any.
    pub fn add(&mut self, addresses: &[IpAddr], nat: Option<(NatKind, IpAddr)>) -> HostId {
        let host = match nat {
            Some((kind, public)) => self.network.add_host_behind(addresses, kind, public),
            None => self.network.add_host(addresses),
        };
        self.hosts.push(host);
        self.sockets.push(BTreeSet::new());
        host
    }

    /// The host of a side.
    #[allow(dead_code, reason = "each world uses its part")]
    pub fn of(&self, side: usize) -> HostId {
        self.hosts[side]
    }

    /// The sockets that a side has open, or is opening.
    #[allow(dead_code, reason = "each world uses its part")]
    pub fn sockets(&self, side: usize) -> &BTreeSet<SocketId> {
        &self.sockets[side]
    }

    pub fn open(
        &mut self,
        now: Time,
        side: usize,
        socket: SocketId,
        protocol: Protocol,
        local: SocketAddr,
        remote: Option<SocketAddr>,
    ) -> Opening {
        let host = self.hosts[side];
        let opening = match protocol {
            Protocol::Udp => self.network.open_udp(host, socket, local).map_or(Opening::Refused, Opening::Bound),
            Protocol::Tcp => {
                self.network.open_tcp(now, host, socket, local, remote.expect("TCP goes somewhere"));
                Opening::Pending
            }
        };
        if !matches!(opening, Opening::Refused) {
            self.sockets[side].insert(socket);
        }
        opening
    }

    pub fn close(&mut self, side: usize, socket: SocketId) {
        assert!(self.sockets[side].remove(&socket), "closed twice, or never opened");
        self.network.close(self.hosts[side], socket);
    }

    pub fn send(&mut self, now: Time, side: usize, socket: SocketId, remote: Option<SocketAddr>, bytes: Vec<u8>) {
        self.network.transmit(now, self.hosts[side], socket, remote, bytes);
    }

    /// What arrives at which side.
    pub fn receive(&mut self, now: Time) -> Option<(usize, SocketId, Arrival)> {
        let (host, socket, arrival) = self.network.poll(now)?;
        let side = self.hosts.iter().position(|one| *one == host).expect("each host is a side's");
        if matches!(arrival, Arrival::Closed) {
            self.sockets[side].remove(&socket);
        }
        Some((side, socket, arrival))
    }
}

impl Deref for Hosts {
    type Target = Network;

    fn deref(&self) -> &Network {
        &self.network
    }
}

impl DerefMut for Hosts {
    fn deref_mut(&mut self) -> &mut Network {
        &mut self.network
    }
}
