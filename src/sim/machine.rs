//! What stands at an address: a relay, a proxy, a server of media. Sans-IO, so that each serves a virtual network and loopback
//! sockets alike.

use crate::time::Time;
use std::any::Any;
use std::net::SocketAddr;

/// Who a machine talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    Udp(SocketAddr),
    /// A connection, by the number its owner gave it.
    Tcp(u64),
}

/// What a machine does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Emit {
    /// A datagram, or bytes of a stream, to a client.
    Client { to: Endpoint, bytes: Vec<u8> },
    /// A datagram from an address that it lent.
    Relayed { from: SocketAddr, to: SocketAddr, bytes: Vec<u8> },
    /// It wants this connection to go on to another machine, and is told by [`Machine::connected`].
    Connect { connection: u64, to: SocketAddr },
}

/// One machine on a network. Whoever owns its sockets hands in what comes, and carries out what it emits.
pub trait Machine: Any + core::fmt::Debug {
    /// A datagram has come to `to`: an address of its own, or one that it has lent.
    fn datagram(&mut self, now: Time, to: SocketAddr, from: SocketAddr, bytes: &[u8]) -> Vec<Emit>;

    /// Bytes of a connection, cut anywhere.
    fn stream(&mut self, now: Time, connection: u64, bytes: &[u8]) -> Vec<Emit>;

    /// A connection is over.
    fn closed(&mut self, connection: u64);

    /// What [`Emit::Connect`] wanted is there, and what comes from now on is the other machine's; or it cannot be had.
    fn connected(&mut self, _connection: u64, _is_there: bool) -> Vec<Emit> {
        Vec::new()
    }

    /// What is due by now.
    fn timeout(&mut self, _now: Time) -> Vec<Emit> {
        Vec::new()
    }

    /// When [`Machine::timeout`] has something to do.
    fn next_timeout(&self) -> Option<Time> {
        None
    }

    /// Whether it has lent this address to a client: what comes there is for it.
    fn lends(&self, _address: SocketAddr) -> bool {
        false
    }
}

impl dyn Machine {
    /// The machine as what it is, for tests that turn its knobs.
    ///
    /// # Panics
    /// It is something else.
    pub fn known_as<M: Machine>(&mut self) -> &mut M {
        let any: &mut dyn Any = self;
        any.downcast_mut().expect("the machine that was put there")
    }
}
