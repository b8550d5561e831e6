//! The servers of a call, each address and protocol once.

use super::{MAX_RELAYS, canonical};
use crate::media::Server;
use crate::media::relay::reflector;
use crate::types::{IpAddr, Protocol, SocketAddr};
use std::collections::BTreeSet;

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

    fn is_stun(&self) -> bool {
        matches!(self, EntryKind::Stun)
    }

    fn is_turn(&self) -> bool {
        matches!(self, EntryKind::Turn { .. })
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

/// Every server by address, each once, and those that there is no room for: of many that only tell us our address, no relay falls
/// out.
pub fn entries(servers: &[Server]) -> (Vec<Entry>, Vec<Entry>) {
    let mut entries: Vec<Entry> = Vec::new();
    let mut known = BTreeSet::new();
    let mut add = |ip: IpAddr, port: u16, kind: EntryKind| {
        let address = canonical(SocketAddr::new(ip, port));
        let is_usable = !address.ip().is_unspecified() && !address.ip().is_multicast();
        if is_usable && known.insert((address, kind.name(), kind.uses(Protocol::Udp))) {
            entries.push(Entry { address, kind });
        }
    };
    for (index, server) in servers.iter().enumerate() {
        for ip in server.addresses() {
            match server {
                Server::Reflector { id, port, peer_tag, is_tcp, .. } => {
                    let port = if *port == 0 { reflector::DEFAULT_PORT } else { *port };
                    let Some(number) = reflector::number(servers, *id) else { continue };
                    let tag = *peer_tag.expose();
                    add(ip, port, EntryKind::Reflector { number, tag, tcp: *is_tcp });
                }
                Server::Webrtc { port, username, password, is_turn, is_stun, .. } if *port != 0 => {
                    if *is_stun {
                        add(ip, *port, EntryKind::Stun);
                    }
                    if *is_turn && !username.is_empty() && !password.is_empty() {
                        add(ip, *port, EntryKind::Turn { server: index });
                    }
                }
                Server::Webrtc { .. } | Server::Unusable { .. } => {}
            }
        }
    }
    if entries.len() > MAX_RELAYS {
        // The order within each kind is the server's; one after the other, so that none of the kinds falls out.
        let mut rest = core::mem::take(&mut entries);
        while !rest.is_empty() {
            let mut has = [false; 3];
            entries.extend(rest.extract_if(.., |entry| {
                let kind = usize::from(entry.kind.is_stun()) + 2 * usize::from(entry.kind.is_turn());
                !core::mem::replace(&mut has[kind], true)
            }));
        }
    }
    let unused = entries.split_off(entries.len().min(MAX_RELAYS));
    (entries, unused)
}
