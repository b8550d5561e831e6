//! A process that forks: what a child inherits are copies, whose thread, sockets and sequence numbers are its parent's.

use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many forks lie between this process and the one that loaded the library. Counted rather than asked for by `getpid`, as
/// every push and pull of sound looks at it: one load of memory instead of a call of the system.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// The process that made something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process(u32);

impl Process {
    /// This one.
    pub fn current() -> Process {
        static WATCH: Once = Once::new();
        WATCH.call_once(watch);
        Process(FORKS.load(Ordering::Relaxed))
    }

    /// Whether we are still in it; `false` in a forked child.
    pub fn is_current(self) -> bool {
        FORKS.load(Ordering::Relaxed) == self.0
    }
}

#[cfg(unix)]
fn watch() {
    unsafe extern "C" fn forked() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }
    // SAFETY: `forked` may run in a child that a process with many threads made: it takes no lock and allocates nothing. It stays
    // callable: the library is never unloaded (`nodelete` in build.rs). Without memory for the entry, which is the one error,
    // forks are not noticed.
    unsafe { libc::pthread_atfork(None, None, Some(forked)) };
}

#[cfg(not(unix))]
fn watch() {}
