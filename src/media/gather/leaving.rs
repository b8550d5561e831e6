//! TURN allocations that are given back: the good-bye may be refused for a stale nonce, or be lost, so it is waited for, and the
//! socket it goes by stays open that long.
//!
//! Not at the end of a call, which closes its sockets at once: the end is the last that hosts hear of a call, and no socket of it
//! may want something of them after that. Should just that good-bye be lost or refused, the server's clock ends the allocation.

use super::relays::RelayState;
use super::{Arrived, Gatherer};
use crate::media::output::Output;
use crate::media::relay::turn::{self, Turn};
use crate::time::Time;
use crate::types::{Protocol, SocketAddr, SocketId};

/// As many good-byes are waited for; then the first is given up.
const MAX_LEAVING: usize = 16;

#[derive(Debug)]
pub struct Leaving {
    pub socket: SocketId,
    server: SocketAddr,
    turn: Box<Turn>,
}

impl Gatherer {
    /// Gives back the allocations that were made by this socket. Whether it has to stay open for that.
    pub fn release_relays(&mut self, now: Time, socket: SocketId) -> bool {
        while let Some(index) = self.relays.iter().position(|r| r.socket == socket) {
            self.release_relay(now, index);
        }
        self.leaving.iter().any(|leaving| leaving.socket == socket)
    }

    /// Takes a relay out, and gives its allocation back.
    pub fn release_relay(&mut self, now: Time, index: usize) {
        let relay = self.relays.remove(index);
        if relay.ready_after.is_some() {
            self.events.push_back(super::Event::Down { channel: relay.channel });
        }
        let RelayState::Turn(mut turn) = relay.state else { return };
        turn.release(now);
        let remote = (relay.protocol == Protocol::Udp).then_some(relay.server);
        while let Some(bytes) = turn.poll_transmit() {
            self.out.push_back(Output::Transmit { socket: relay.socket, remote, bytes });
        }
        // The end of a stream is good-bye enough.
        if turn.state() == turn::State::Leaving && relay.protocol == Protocol::Udp {
            if self.leaving.len() >= MAX_LEAVING {
                let first = self.leaving.remove(0);
                self.close_if_left(first.socket);
            }
            self.leaving.push(Leaving { socket: relay.socket, server: relay.server, turn });
        }
    }

    /// Closes a socket that was kept for a good-bye only.
    fn close_if_left(&mut self, socket: SocketId) {
        let is_wanted = self.sockets.iter().any(|s| s.id == socket) || self.leaving.iter().any(|l| l.socket == socket);
        if !is_wanted {
            self.out.push_back(Output::CloseSocket { socket });
        }
    }

    /// `Nothing`: it is no answer to a good-bye.
    pub fn handle_left(&mut self, now: Time, socket: SocketId, from: SocketAddr, bytes: &[u8]) -> Arrived<'static> {
        let found = self.leaving.iter_mut().find(|l| l.socket == socket && l.server == from);
        match found.map(|leaving| leaving.turn.open(now, bytes)) {
            Some(Some(turn::Opened::Control)) => {
                self.handle_leaving(now);
                Arrived::Server
            }
            // What still comes through it is too late.
            Some(Some(turn::Opened::Data { .. })) if !self.sockets.iter().any(|s| s.id == socket) => Arrived::Server,
            _ => Arrived::Nothing,
        }
    }

    pub fn handle_leaving(&mut self, now: Time) {
        for leaving in &mut self.leaving {
            leaving.turn.handle_timeout(now);
            while let Some(bytes) = leaving.turn.poll_transmit() {
                let (socket, remote) = (leaving.socket, Some(leaving.server));
                self.out.push_back(Output::Transmit { socket, remote, bytes });
            }
        }
        while let Some(index) = self.leaving.iter().position(|l| l.turn.state() != turn::State::Leaving) {
            let socket = self.leaving.remove(index).socket;
            self.close_if_left(socket);
        }
    }

    pub fn next_leaving(&self) -> Option<Time> {
        self.leaving.iter().filter_map(|leaving| leaving.turn.next_timeout()).min()
    }
}
