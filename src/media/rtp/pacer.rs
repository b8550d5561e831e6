//! Where packets wait for their turn to leave.
//!
//! None waits today: sound is thin enough to leave as it comes. Whoever has to spread pictures over time does it here, between
//! who makes packets and who protects them.

use super::Outgoing;
use crate::time::Time;
use std::collections::VecDeque;

/// A packet, with its transport-cc number if it has one: when it leaves is told to who estimates by it.
#[derive(Debug)]
pub struct Paced {
    pub outgoing: Outgoing,
    pub number: Option<u64>,
}

#[derive(Debug, Default)]
pub struct Pacer {
    queue: VecDeque<Paced>,
}

impl Pacer {
    pub fn push(&mut self, outgoing: Outgoing, number: Option<u64>) {
        self.queue.push_back(Paced { outgoing, number });
    }

    /// The next packet that may leave by now.
    pub fn poll(&mut self, _now: Time) -> Option<Paced> {
        self.queue.pop_front()
    }
}
