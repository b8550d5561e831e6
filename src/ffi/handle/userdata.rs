//! What the host hung on its calls.

use super::super::event::tgcall_event;
use super::tgcall_client;
use crate::error::Error;
use crate::types::CallId;
use core::ffi::c_void;
use std::collections::{BTreeMap, VecDeque};

/// How many ended calls are known not to take userdata any more; the client itself remembers fewer.
pub(super) const ENDED_KEPT: usize = 32;

/// What the host hung on its calls, until it has been told of their end. It has a lock of its own, because events ask for it and
/// never wait.
#[derive(Default)]
pub(super) struct Userdata {
    pub(super) of: BTreeMap<CallId, usize>,
    pub(super) told: VecDeque<CallId>,
}

impl tgcall_client {
    /// Keeps what the host hangs on a call that is known.
    ///
    /// # Errors
    /// State: the host has been told that the call ended.
    pub fn set_userdata(&self, call: CallId, userdata: *mut c_void) -> Result<(), Error> {
        let mut kept = self.userdata.lock();
        if kept.told.contains(&call) {
            return Err(Error::state("the call has ended, and its userdata with it"));
        }
        kept.of.insert(call, userdata.expose_provenance());
        Ok(())
    }

    /// What the host hung on a call.
    pub fn userdata(&self, call: CallId) -> *mut c_void {
        if !self.process.is_current() {
            return core::ptr::null_mut();
        }
        let userdata = self.userdata.lock().of.get(&call).copied().unwrap_or(0);
        core::ptr::with_exposed_provenance_mut(userdata)
    }

    /// A call goes on as another, which has nothing of its own yet.
    pub fn hand_over_userdata(&self, old: CallId, new: CallId) {
        let mut kept = self.userdata.lock();
        if kept.of.get(&new).is_none_or(|known| *known == 0)
            && !kept.told.contains(&new)
            && let Some(userdata) = kept.of.remove(&old)
        {
            kept.of.insert(new, userdata);
        }
    }

    /// The host has been told: what it hung on a call that ended is its own again.
    pub(super) fn told(&self, event: &tgcall_event) {
        let Some(call) = event.ended_call() else { return };
        let mut userdata = self.userdata.lock();
        userdata.of.remove(&call);
        userdata.told.push_back(call);
        if userdata.told.len() > ENDED_KEPT {
            userdata.told.pop_front();
        }
    }
}
