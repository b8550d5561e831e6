//! What can reach what.

use crate::media::candidate::{Candidate, Kind, Target};
use core::net::{IpAddr, SocketAddr};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChannelId(pub u16);

/// What a channel can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A socket on this address, which is unspecified where it is not known.
    Direct(IpAddr),
    /// A TURN allocation with a relayed address of this family.
    Turn { v6: bool },
    /// A tag on this reflector, whose address the peer is told in responses, as it expects one.
    Reflector { server: u8, port: u16, address: SocketAddr },
}

impl Reach {
    pub fn fits(self, target: &Candidate) -> bool {
        match (self, target.target) {
            (Reach::Direct(local), Target::Address(remote)) => {
                target.kind != Kind::Relay
                    && local.is_ipv4() == remote.is_ipv4()
                    && (local.is_unspecified() || local.is_loopback() == remote.ip().is_loopback())
            }
            (Reach::Turn { v6 }, Target::Address(remote)) => target.kind == Kind::Relay && v6 == remote.is_ipv6(),
            (Reach::Reflector { server, port, .. }, Target::Reflector { server: theirs, port: their_port, .. }) => {
                server == theirs && port == their_port
            }
            _ => false,
        }
    }

    /// An IPv4 address written as an IPv6 one is the IPv4 address: nothing else would be paired with it.
    pub fn to_canonical(self) -> Reach {
        match self {
            Reach::Direct(ip) => Reach::Direct(ip.to_canonical()),
            Reach::Turn { .. } | Reach::Reflector { .. } => self,
        }
    }
}

/// A kind of way to the peer. What fails on one says nothing about the others, so none may crowd another out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    Direct { v6: bool },
    Turn { v6: bool },
    Reflector(u8),
}

impl Way {
    /// The one that leads to this candidate.
    pub fn to(remote: &Candidate) -> Way {
        match remote.target {
            Target::Reflector { server, .. } => Way::Reflector(server),
            Target::Address(address) if remote.kind == Kind::Relay => Way::Turn { v6: address.is_ipv6() },
            Target::Address(address) => Way::Direct { v6: address.is_ipv6() },
        }
    }

    pub fn is_relayed(self) -> bool {
        !matches!(self, Way::Direct { .. })
    }
}
