//! The sound of calls, which is pushed and pulled past the client's lock.

use super::super::status::{self, tgcall_status, tgcall_status::*};
#[cfg(feature = "runtime")]
use super::DEAF;
use super::sealed::{Dead, panic_text};
use super::{Outcome, Told, tgcall_client};
use crate::error::Error;
use crate::media::audio::{AudioPort, AudioPorts};
use crate::types::CallId;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What push and pull need to know of the client.
pub(super) struct Sound {
    pub(super) ports: Arc<AudioPorts>,
    /// `TGCALL_MEDIA_HOST`: there are no ports.
    pub(super) is_hosts: bool,
    pub(super) dead: Arc<AtomicBool>,
}

impl tgcall_client {
    /// Runs `run` on the sound of a call, past the client's lock.
    pub fn with_port<T: Outcome>(
        &self,
        call: CallId,
        run: impl FnOnce(&AudioPort) -> Result<T, Error>,
    ) -> tgcall_status {
        let mut run = Some(run);
        self.answer_of_port(call, &mut |port| Some(run.take()?(port).map(Outcome::told)))
    }

    #[inline(never)]
    fn answer_of_port(
        &self,
        call: CallId,
        run: &mut dyn FnMut(&AudioPort) -> Option<Result<Told, Error>>,
    ) -> tgcall_status {
        if self.sound.dead.load(Ordering::Acquire) {
            return status::fail(TGCALL_ERR_INTERNAL, "the client is dead");
        }
        if self.sound.is_hosts {
            return status::fail(TGCALL_ERR_UNSUPPORTED, "the host's engine carries the sound");
        }
        let Some(port) = self.sound.ports.get(call) else {
            return status::fail(TGCALL_ERR_NOT_FOUND, "no such call");
        };
        let ran = catch_unwind(AssertUnwindSafe(|| run(&port)));
        // Not from inside, where a host that ends its thread would unwind into that, or keep locks of the port for good.
        if self.sound.ports.bell().take_alarm() {
            self.ring();
        }
        #[cfg(feature = "runtime")]
        if self.deaf.swap(false, Ordering::Relaxed) {
            self.kill(DEAF);
        }
        match ran {
            Ok(Some(Ok(done))) => done.into(),
            Ok(Some(Err(error))) => error.into(),
            Ok(None) => TGCALL_ERR_INTERNAL,
            Err(panic) => {
                let story = panic_text(&*panic);
                self.kill(story.as_str());
                self.alarm();
                Dead(story).into()
            }
        }
    }

    /// Makes whoever sleeps turn the loop, from an audio device's callback, which waits for nothing.
    fn ring(&self) {
        #[cfg(feature = "runtime")]
        if let Some(runtime) = self.runtime.try_read()
            && let Some(runtime) = &*runtime
        {
            if runtime.wake().is_err() {
                self.deaf.store(true, Ordering::Relaxed);
            }
            return;
        }
        self.wake_host();
    }
}
