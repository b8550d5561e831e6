//! What is on its way between the sides of a world. It arrives when its time has come, and what comes at the same time in the
//! order in which it was sent.

#![allow(dead_code, reason = "each world uses its part")]

use std::collections::BTreeMap;
use tgcall::time::Time;

pub struct Flight<T> {
    sent: u64,
    flying: BTreeMap<(Time, u64), T>,
}

impl<T> Default for Flight<T> {
    fn default() -> Flight<T> {
        Flight { sent: 0, flying: BTreeMap::new() }
    }
}

impl<T> Flight<T> {
    pub fn send(&mut self, at: Time, what: T) {
        self.sent += 1;
        self.flying.insert((at, self.sent), what);
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.flying.first_key_value().map(|((at, _), _)| *at)
    }

    /// What has arrived, and when.
    pub fn poll(&mut self, now: Time) -> Option<(Time, T)> {
        let ((at, _), what) = self.flying.first_entry().filter(|entry| entry.key().0 <= now)?.remove_entry();
        Some((at, what))
    }

    /// All that is on its way arrives at once, in the order in which it was sent.
    pub fn hurry(&mut self, at: Time) {
        let flying = core::mem::take(&mut self.flying);
        self.flying = flying.into_iter().map(|((_, number), what)| ((at, number), what)).collect();
    }

    /// What has not arrived yet.
    pub fn waiting(&self) -> impl ExactSizeIterator<Item = &T> {
        self.flying.values()
    }
}
