//! Whether there is a connection: a way, and keys.

use super::Transport;
use crate::media::dtls::Dtls;
use crate::media::{Failure, Output, State};
use crate::time::Time;

impl Transport {
    pub fn evaluate(&mut self, now: Time) {
        let connected = self.route.is_some() && self.protection.is_secure();
        let new = match (self.state, connected) {
            (State::Connecting | State::Reconnecting, true) => State::Connected,
            (State::Connected, false) => State::Reconnecting,
            (state @ (State::Connecting | State::Reconnecting | State::Failed(_)), false)
            | (state @ (State::Connected | State::Failed(_)), true) => state,
        };
        if new == self.state {
            return;
        }
        match new {
            State::Connected => {
                self.connected_after.get_or_insert(now.since(self.start));
                if let Some(at) = self.lost_at.take() {
                    self.lost_for += now.since(at);
                }
                if !core::mem::replace(&mut self.data_started, true) || !self.data.is_up() {
                    self.data.connect(now);
                }
            }
            State::Reconnecting => self.lost_at = Some(now),
            State::Connecting | State::Failed(_) => {}
        }
        let old = core::mem::replace(&mut self.state, new);
        self.out.push_back(Output::StateChanged { old, new });
    }

    /// Ends it for want of a connection. How long is too long, its owner knows.
    pub fn give_up(&mut self, now: Time) {
        if self.is_over() {
            return;
        }
        // A way that was there and a handshake that was spoilt again and again is another failure than no way.
        let is_spoilt = self.route.is_some() && !self.protection.is_secure();
        let trouble = self.protection.dtls().filter(|_| is_spoilt).and_then(Dtls::trouble);
        self.fail(now, if trouble.is_some() { Failure::Handshake } else { Failure::Timeout });
        self.broken = trouble.or(self.broken.take());
    }

    pub fn fail(&mut self, now: Time, failure: Failure) {
        if self.is_over() {
            return;
        }
        let old = self.state;
        if failure != Failure::Timeout {
            // Neither a key nor a word for somebody in between.
            drop(self.protection.take_dtls());
        }
        self.close(now);
        self.closed = false;
        self.state = State::Failed(failure);
        self.out.push_back(Output::StateChanged { old, new: self.state });
    }
}
