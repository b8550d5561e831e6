//! Between our time and that of crates that insist on [`Instant`].

use crate::time::Time;
use std::time::Instant;

/// Maps a [`Time`] to an [`Instant`] and back. Only differences count, so any instant serves as the beginning.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    base: Instant,
    start: Time,
}

impl Clock {
    pub fn new(start: Time) -> Clock {
        // An instant cannot be had otherwise. What it is does not matter: nothing here depends on it.
        #[allow(clippy::disallowed_methods)]
        let base = Instant::now();
        Clock { base, start }
    }

    pub fn instant(&self, time: Time) -> Instant {
        self.base + time.since(self.start)
    }

    pub fn time(&self, instant: Instant) -> Time {
        self.start + instant.saturating_duration_since(self.base)
    }
}
