//! What address do we have outside? STUN binding requests (RFC 8489).

use super::{Event, Gatherer, SocketState, canonical, local_preference};
use crate::backoff::Backoff;
use crate::media::candidate::{self, Candidate, Kind, Target, priority};
use crate::media::output::Output;
use crate::media::stun::{Builder, Class, Message, Method, Transaction, attribute};
use crate::time::{Duration, Time};
use crate::types::{SocketAddr, SocketId};

/// STUN binding requests: RFC 8489's, but giving up after seven.
const STUN_WAIT: Duration = Duration::from_millis(250);
const MAX_STUN_WAIT: Duration = Duration::from_secs(16);
const STUN_SENT: u32 = 7;

#[derive(Debug)]
pub struct Query {
    pub socket: SocketId,
    pub server: SocketAddr,
    pub transaction: Transaction,
    pub backoff: Backoff,
    pub again_at: Option<Time>,
    pub mapped: Option<SocketAddr>,
}

impl Gatherer {
    pub fn query(&mut self, now: Time, socket: SocketId, server: SocketAddr) {
        let transaction = self.random.bytes();
        let backoff = Backoff::new(STUN_WAIT, MAX_STUN_WAIT);
        self.queries.push(Query { socket, server, transaction, backoff, again_at: Some(now), mapped: None });
        self.handle_queries(now);
    }

    pub fn is_query_answer(&mut self, id: SocketId, from: SocketAddr, bytes: &[u8]) -> bool {
        if !self.queries.iter().any(|q| q.socket == id && q.server == from) {
            return false;
        }
        let Some(message) = Message::parse(bytes) else { return false };
        let Some(query) = self
            .queries
            .iter_mut()
            .find(|q| q.socket == id && q.server == from && q.transaction == *message.transaction)
        else {
            return false;
        };
        query.again_at = None;
        query.backoff.reset();
        let Some(mapped) = message.get_address(attribute::XOR_MAPPED_ADDRESS) else { return true };
        let mapped = canonical(mapped);
        if message.class != Class::Success || query.mapped == Some(mapped) {
            return true;
        }
        query.mapped = Some(mapped);
        let Some(socket) = self.sockets.iter().find(|s| s.id == id) else { return true };
        let SocketState::Open(local) = socket.state else { return true };
        let base = SocketAddr::new(if socket.local.is_unspecified() { local.ip() } else { socket.local }, local.port());
        let known = self.queries.iter().filter(|q| q.socket == id && q.mapped == Some(mapped)).count() > 1;
        if let Some(channel) = socket.direct
            && mapped != base
            && !known
            && candidate::is_reachable(mapped)
        {
            let priority = priority(100, local_preference(60_000, socket.network, base.ip()));
            let candidate = Candidate {
                kind: Kind::ServerReflexive,
                target: Target::Address(mapped),
                priority,
                related: Some(base),
            };
            self.events.push_back(Event::Candidate { channel, candidate, network: socket.network });
        }
        true
    }

    pub fn handle_queries(&mut self, now: Time) {
        for query in &mut self.queries {
            if query.again_at.is_none_or(|at| at > now) {
                continue;
            }
            if query.backoff.failures() >= STUN_SENT {
                query.again_at = None;
                continue;
            }
            query.again_at = Some(now + query.backoff.fail());
            let bytes = Builder::new(Class::Request, Method::Binding, &query.transaction).fingerprint().finish();
            self.out.push_back(Output::Transmit { socket: query.socket, remote: Some(query.server), bytes });
        }
    }
}
