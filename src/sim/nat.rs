//! Network address translation in the virtual network.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

/// What a NAT lets in: from anybody, from addresses that were sent to, from addresses and ports that were sent to; and
/// whether it uses another port for each target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NatKind {
    FullCone,
    AddressRestricted,
    PortRestricted,
    Symmetric,
}

/// Between a host's IPv4 addresses and the internet.
#[derive(Debug)]
pub struct Nat {
    kind: NatKind,
    pub public: IpAddr,
    /// Inside address, and for a symmetric one the target, → outside port.
    mappings: BTreeMap<(SocketAddr, Option<SocketAddr>), u16>,
    sent_to: BTreeSet<(u16, SocketAddr)>,
    next_port: u16,
}

impl Nat {
    /// Its ports are given away from `next_port` on.
    pub fn new(kind: NatKind, public: IpAddr, next_port: u16) -> Nat {
        Nat { kind, public, mappings: BTreeMap::new(), sent_to: BTreeSet::new(), next_port }
    }

    /// It forgets everything, as a router that starts anew: whatever goes out from now on goes out by another port.
    pub fn rebind(&mut self) {
        self.mappings.clear();
        self.sent_to.clear();
    }

    pub fn outbound(&mut self, from: SocketAddr, to: SocketAddr) -> SocketAddr {
        let key = (from, (self.kind == NatKind::Symmetric).then_some(to));
        let next = &mut self.next_port;
        let port = *self.mappings.entry(key).or_insert_with(|| {
            *next += 1;
            *next
        });
        self.sent_to.insert((port, to));
        SocketAddr::new(self.public, port)
    }

    pub fn inbound(&self, port: u16, from: SocketAddr) -> Option<SocketAddr> {
        let (&(inside, _), _) = self.mappings.iter().find(|(_, mapped)| **mapped == port)?;
        let known = match self.kind {
            NatKind::FullCone => true,
            NatKind::AddressRestricted => self.sent_to.iter().any(|(p, to)| *p == port && to.ip() == from.ip()),
            NatKind::PortRestricted | NatKind::Symmetric => self.sent_to.contains(&(port, from)),
        };
        known.then_some(inside)
    }
}
