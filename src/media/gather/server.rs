//! The servers of a call, each address and protocol once.

use super::MAX_RELAYS;
use crate::media::Server;
use crate::media::relay::reflector;
use crate::types::{IpAddr, Protocol, SocketAddr};

/// A relay as the servers name it: one per address and protocol.
#[derive(Clone, Debug)]
pub struct Entry {
    pub address: SocketAddr,
    pub kind: EntryKind,
}

#[derive(Clone, Debug)]
pub enum EntryKind {
    Stun,
    /// Index of its credentials in the configuration.
    Turn {
        server: usize,
    },
    Reflector {
        number: u8,
        tag: [u8; reflector::PEER_TAG],
        tcp: bool,
    },
}

impl EntryKind {
    pub fn name(&self) -> &'static str {
        match self {
            EntryKind::Stun => "stun",
            EntryKind::Turn { .. } => "turn",
            EntryKind::Reflector { .. } => "reflector",
        }
    }

    pub fn uses(&self, protocol: Protocol) -> bool {
        match self {
            EntryKind::Stun => protocol == Protocol::Udp,
            EntryKind::Turn { .. } => true,
            EntryKind::Reflector { tcp, .. } => *tcp == (protocol == Protocol::Tcp),
        }
    }
}

/// Whether a server can be reached from a socket on this address, as far as one can tell: a server on this very machine
/// from every one of its addresses, but nothing else from loopback.
pub fn reaches(local: IpAddr, server: IpAddr) -> bool {
    local.is_ipv4() == server.is_ipv4() && (!local.is_loopback() || server.is_loopback())
}

/// Every server by address, each once.
pub fn entries(servers: &[Server]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut add = |address: SocketAddr, kind: EntryKind| {
        let known = entries.iter().any(|e| {
            e.address == address
                && match (&e.kind, &kind) {
                    (EntryKind::Reflector { tcp: a, .. }, EntryKind::Reflector { tcp: b, .. }) => a == b,
                    (a, b) => core::mem::discriminant(a) == core::mem::discriminant(b),
                }
        });
        if !known && entries.len() < MAX_RELAYS {
            entries.push(Entry { address, kind });
        }
    };
    for (index, server) in servers.iter().enumerate() {
        for ip in server.addresses().filter(|ip| !ip.is_unspecified() && !ip.is_multicast()) {
            match server {
                Server::Reflector { id, port, peer_tag, tcp, .. } => {
                    let port = if *port == 0 { reflector::DEFAULT_PORT } else { *port };
                    let (Ok(tag), Some(number)) = (peer_tag[..].try_into(), reflector::number(servers, *id)) else {
                        continue;
                    };
                    add(SocketAddr::new(ip, port), EntryKind::Reflector { number, tag, tcp: *tcp });
                }
                Server::Webrtc { port, username, password, turn, stun, .. } if *port != 0 => {
                    if *stun {
                        add(SocketAddr::new(ip, *port), EntryKind::Stun);
                    }
                    if *turn && !username.is_empty() && !password.is_empty() {
                        add(SocketAddr::new(ip, *port), EntryKind::Turn { server: index });
                    }
                }
                Server::Webrtc { .. } => {}
            }
        }
    }
    entries
}
