//! The client behind the lock, and its death.

use super::super::callback::{Clock, Logger};
use super::super::status::{self, tgcall_status, tgcall_status::*};
use super::marks::UnderLock;
use crate::client::{Client, LogLevel, LogLine};
use crate::time::Time;
use crate::types::CallId;
use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(feature = "media")]
use std::sync::Arc;
#[cfg(feature = "media")]
use std::sync::atomic::{AtomicBool, Ordering};

pub struct Core {
    /// `None`: freed, or dead.
    pub(super) client: Option<Sealed>,
    /// The story of the death, and whether the host has been told by an event.
    death: Option<(String, bool)>,
    clock: Clock,
    logger: Logger,
    /// The time the host or our thread sleeps until.
    pub(super) sleeps_until: Option<Time>,
    /// The same as `death`, for those that do not lock.
    #[cfg(feature = "media")]
    dead: Arc<AtomicBool>,
}

/// The client, which one thread at a time looks into.
pub struct Sealed(pub(super) Client);

// SAFETY: the client is not `Send` by itself only because the SCTP engine counts references without atomics. All of those stay
// inside the client, which moves as one, under its lock.
unsafe impl Send for Sealed {}

/// The client is dead, and why.
pub struct Dead(pub String);

impl From<Dead> for tgcall_status {
    fn from(Dead(story): Dead) -> tgcall_status {
        status::fail(TGCALL_ERR_INTERNAL, story)
    }
}

impl Core {
    pub fn new(client: Client, clock: Clock, logger: Logger, #[cfg(feature = "media")] dead: Arc<AtomicBool>) -> Core {
        Core {
            client: Some(Sealed(client)),
            death: None,
            clock,
            logger,
            sleeps_until: None,
            #[cfg(feature = "media")]
            dead,
        }
    }

    /// Runs `run` on the client, and hands on what it logged, while host code is kept from calling back. A panic is the client's
    /// death.
    pub fn run<T>(&mut self, run: impl FnOnce(&mut Client, Time) -> T) -> Result<T, Dead> {
        let _under = UnderLock::mark();
        if let Some((story, _)) = &self.death {
            return Err(Dead(story.clone()));
        }
        let Some(Sealed(client)) = &mut self.client else { return Err(Dead("the client was freed".to_owned())) };
        let now = self.clock.now();
        let logger = &self.logger;
        let ran = catch_unwind(AssertUnwindSafe(|| {
            let result = run(client, now);
            while let Some(line) = client.poll_log() {
                logger.log(&line);
            }
            result
        }));
        ran.map_err(|panic| self.die(panic_text(&*panic)))
    }

    /// The client is not to be trusted any more: it goes, with its keys, and only its story stays.
    pub fn die(&mut self, story: String) -> Dead {
        let _under = UnderLock::mark();
        let line = LogLine { level: LogLevel::Error, call: CallId(0), text: story.clone() };
        let _ = catch_unwind(AssertUnwindSafe(|| self.logger.log(&line)));
        if let Some(client) = self.client.take() {
            // A client that is half way through something may well panic again.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(client)));
        }
        self.bury(story.clone());
        Dead(story)
    }

    /// Only the story of a death, where no host code may run: the client goes when it is freed.
    pub fn bury(&mut self, story: String) {
        #[cfg(feature = "media")]
        self.dead.store(true, Ordering::Release);
        self.death.get_or_insert((story, false));
    }

    #[cfg(any(feature = "media", feature = "runtime"))]
    pub fn is_dead(&self) -> bool {
        self.death.is_some()
    }

    /// Dead, and the host has not been told.
    pub fn has_untold_death(&self) -> bool {
        matches!(self.death, Some((_, false)))
    }

    /// Whether the host is still to be told of the death; once.
    pub fn tell_death(&mut self) -> bool {
        self.death.as_mut().is_some_and(|(_, told)| !core::mem::replace(told, true))
    }

    /// Whether a sleeping loop has to turn for a timer, as it is sooner than the one it sleeps until.
    pub fn is_sooner(&self, next: Option<Time>) -> bool {
        match (next, self.sleeps_until) {
            (Some(next), Some(until)) => next < until,
            (next, None) => next.is_some(),
            (None, Some(_)) => false,
        }
    }
}

pub fn panic_text(panic: &(dyn core::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the client is dead by a defect of ours: {}", text.unwrap_or("a panic without words"))
}
