//! What became of each server.

use super::relays::RelayState;
use super::server::{Entry, reaches};
use super::{Gatherer, SocketState};
use crate::media::relay::turn;
use crate::types::{IpAddr, Protocol, SocketAddr};

/// So many of the servers that there is no room for are told of.
const MAX_UNUSED: usize = 16;

/// What became of one server, for the report.
#[derive(Clone, Debug)]
pub struct ServerReport {
    pub address: SocketAddr,
    pub protocol: Protocol,
    pub kind: &'static str,
    /// In words.
    pub outcome: String,
}

impl Gatherer {
    pub fn reports(&self) -> Vec<ServerReport> {
        let queries = self.queries.iter().map(|query| ServerReport {
            address: query.server,
            protocol: Protocol::Udp,
            kind: "stun",
            outcome: match (query.mapped, query.again_at) {
                (Some(_), _) => "answered".into(),
                (None, Some(_)) => "asked, no answer yet".into(),
                (None, None) => "no answer".into(),
            },
        });
        let relays = self.relays.iter().map(|relay| ServerReport {
            address: relay.server,
            protocol: relay.protocol,
            kind: if matches!(relay.state, RelayState::Turn(_)) { "turn" } else { "reflector" },
            outcome: match (&relay.state, relay.ready_after) {
                (RelayState::Turn(turn), Some(after)) => {
                    let (granted, asked) = turn.permissions();
                    format!("allocated after {} ms, {granted} of {asked} permissions", after.as_millis())
                }
                (_, Some(after)) => format!("ready after {} ms", after.as_millis()),
                (RelayState::Turn(turn), None) => match turn.state() {
                    turn::State::Failed(turn::Failure::NoAnswer) => "no answer".into(),
                    turn::State::Failed(turn::Failure::Refused(code)) => format!("refused with {code}"),
                    turn::State::Failed(turn::Failure::Malformed) => "unreadable answer".into(),
                    _ => "asked, no answer yet".into(),
                },
                (RelayState::Reflector { .. }, None) => "no answer to hello".into(),
            },
        });
        let closed =
            self.sockets.iter().filter(|s| !s.is_open() && s.protocol == Protocol::Tcp).map(|socket| ServerReport {
                address: self.entries[socket.relay.unwrap_or(0)].address,
                protocol: Protocol::Tcp,
                kind: "relay",
                outcome: match socket.state {
                    SocketState::Opening(_) => "connecting",
                    SocketState::Unsupported => "the proxy has no streams",
                    SocketState::Open(_) | SocketState::Closed { .. } => "no connection",
                }
                .into(),
            });
        let is_strange = |ip| !self.sockets.iter().any(|socket| reaches(socket.local, ip));
        let strange = self.entries.iter().filter(|entry| is_strange(entry.address.ip()));
        let not_asked = |entry: &Entry, why: &str| ServerReport {
            address: entry.address,
            protocol: if entry.kind.uses(Protocol::Udp) { Protocol::Udp } else { Protocol::Tcp },
            kind: entry.kind.name(),
            outcome: format!("not asked: {why}"),
        };
        let strange = strange.map(|entry| not_asked(entry, "none of our addresses reaches it"));
        let unused = self.unused.iter().take(MAX_UNUSED).map(|entry| not_asked(entry, "there are too many"));
        queries.chain(relays).chain(closed).chain(strange).chain(unused).collect()
    }

    /// The host's addresses that there is no room for.
    pub fn left_out(&self) -> &[IpAddr] {
        &self.left_out
    }
}
