//! What the unfinished pictures of one client may take together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A client's.
const LIMIT: usize = 64 << 20;

/// Shared by all streams of one client; a clone is the same budget.
///
/// Each stream has an equal share and takes no more, so that nobody's fragments are in the way of somebody else's pictures.
#[derive(Clone, Debug)]
pub struct Budget {
    limit: usize,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    streams: AtomicUsize,
    used: AtomicUsize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::new(LIMIT)
    }
}

impl Budget {
    pub fn new(limit: usize) -> Budget {
        Budget { limit, shared: Arc::default() }
    }

    /// Bytes that all streams hold now.
    #[cfg(any(test, feature = "internals"))]
    pub fn used(&self) -> usize {
        self.shared.used.load(Relaxed)
    }

    pub(super) fn open(&self) -> Account {
        self.shared.streams.fetch_add(1, Relaxed);
        Account { budget: self.clone(), held: 0 }
    }
}

/// What one stream holds; given back with it.
#[derive(Debug)]
pub(super) struct Account {
    budget: Budget,
    held: usize,
}

impl Account {
    /// Says what the stream holds now. No: it is more than it may, and has to let go of something.
    pub fn hold(&mut self, bytes: usize) -> bool {
        let shared = &self.budget.shared;
        let others = shared.used.fetch_sub(self.held, Relaxed).saturating_sub(self.held);
        shared.used.fetch_add(bytes, Relaxed);
        self.held = bytes;
        let share = self.budget.limit / shared.streams.load(Relaxed).max(1);
        // Others may still hold what was theirs before this stream came.
        bytes <= share && others.saturating_add(bytes) <= self.budget.limit
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.budget.shared.used.fetch_sub(self.held, Relaxed);
        self.budget.shared.streams.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_what_the_others_cannot_take() {
        let budget = Budget::new(1000);
        let mut first = budget.open();
        assert!(first.hold(1000) && !first.hold(1001) && first.hold(900));
        let mut second = budget.open();
        // For once the first holds more than its half, until its next packet.
        assert!(second.hold(100) && !second.hold(101) && !first.hold(501) && first.hold(500));
        assert!(second.hold(500) && !second.hold(501));
        assert_eq!(budget.used(), 1001);
        drop(second);
        assert_eq!(budget.used(), 500);
        assert!(first.hold(1000));
        drop(first);
        assert_eq!(budget.used(), 0);
    }
}
