//! How long the owner of a transport waits for a connection, if it gives up at all.

use super::State;
use crate::time::{Duration, Time};

/// Without a first connection after this, a call has failed (`media-transport.md` section 9).
const CONNECT: Duration = Duration::from_secs(20);
/// Without a connection for this long after there was one, likewise.
const RECONNECT: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Patience {
    /// `None` while there is nothing to wait for.
    until: Option<Time>,
}

impl Patience {
    /// The transport begins.
    pub fn new(now: Time) -> Patience {
        Patience { until: Some(now + CONNECT) }
    }

    /// What became of the transport.
    pub fn note(&mut self, now: Time, state: State) {
        match state {
            State::Connecting => {}
            State::Connected | State::Failed(_) => self.until = None,
            State::Reconnecting => self.until = Some(now + RECONNECT),
        }
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.until
    }

    /// Whether it is time for [`super::Transport::give_up`].
    pub fn is_over(&self, now: Time) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}
