//! The end of a client: freed, freed from inside one of its callbacks, left behind by a thread, copied by a fork.

use super::marks::{self, UnderLock};
use super::{Stage, tgcall_client};
use core::ptr::null;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How often somebody who waits looks whether whom he waits for is gone for good.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// `tgcall_client_free`: at once, or when the callback it is called from returns.
pub fn free(client: *mut tgcall_client) {
    if client.is_null() {
        return;
    }
    // SAFETY: the host promises a client that is alive, and gives up its reference only below.
    let handle = unsafe { &*client };
    if !handle.process.is_current() {
        forget_copy(client);
    } else if marks::is_inside(client) {
        handle.delivery.lock().closing = true;
        handle.free_later.store(true, Ordering::Release);
    } else if marks::is_under_lock() {
        // Another client's logger, clock or random source: to wait under that lock for a callback of ours could be for ever.
        handle.delivery.lock().closing = true;
        if !handle.free_later.swap(true, Ordering::AcqRel) {
            handle.next_freed.store(marks::replace_freed(client).cast_mut(), Ordering::Release);
        }
    } else {
        finish(client);
    }
}

/// Ends those that were freed under a lock, now that this thread holds none.
pub fn finish_freed() {
    loop {
        let client = marks::replace_freed(null());
        if client.is_null() {
            return;
        }
        // SAFETY: on the list since `free`, and so alive until `finish`.
        marks::replace_freed(unsafe { &*client }.next_freed.load(Ordering::Acquire));
        finish(client);
    }
}

/// Lets the last callback return, ends the thread, and gives back the host's reference.
pub fn finish(client: *const tgcall_client) {
    // SAFETY: the host's reference, which it gives up with `tgcall_client_free`.
    let handle = unsafe { Arc::from_raw(client) };
    let me = marks::token();
    handle.delivery.lock().closing = true;
    handle.stage.store(Stage::Ending as u8, Ordering::SeqCst);
    #[cfg(feature = "runtime")]
    let runtime = { handle.runtime.write().take() };
    // A thread that cannot be woken is left to itself: it starts no callback any more.
    #[cfg(feature = "runtime")]
    let is_awaited = handle.own_thread.load(Ordering::Acquire) != me
        && runtime.as_ref().is_some_and(|runtime| runtime.stop().is_ok());
    #[cfg(not(feature = "runtime"))]
    let is_awaited = false;
    let mut delivery = handle.delivery.lock();
    while !handle.lost.is_set()
        && (delivery.by.is_some_and(|by| by != me)
            || is_awaited && delivery.has_thread
            || handle.waking.load(Ordering::SeqCst) > 0)
    {
        handle.delivered.wait_for(&mut delivery, LOOK_EVERY);
    }
    #[cfg(feature = "runtime")]
    let has_ended = is_awaited && !delivery.is_parked && !handle.lost.is_set();
    drop(delivery);
    #[cfg(feature = "runtime")]
    if let Some(runtime) = runtime.filter(|_| has_ended) {
        runtime.join();
    }
    // Nothing is left that could be told; what the client holds is wiped now, even if a stray frame keeps the handle.
    let core = handle.lock();
    handle.stage.store(Stage::Freed as u8, Ordering::Release);
    let Ok(mut core) = core else { return };
    let _under = UnderLock::mark();
    if let Some(client) = core.client.take() {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(client)));
    }
}

/// `tgcall_client_retain`: one more reference to the handle.
pub fn retain(client: *const tgcall_client) {
    if !client.is_null() {
        // SAFETY: the host promises a client that is alive or retained; its pointer came from `Arc::into_raw`.
        unsafe { Arc::increment_strong_count(client) };
    }
}

/// `tgcall_client_release`: gives it back.
pub fn release(client: *const tgcall_client) {
    if !client.is_null() {
        let _under = UnderLock::mark();
        // SAFETY: the reference of a `retain`, which the host gives up.
        unsafe { Arc::decrement_strong_count(client) };
    }
}

/// A forked child gives up its copy of a client. Only memory goes: thread and sockets are its parent's. What another thread was
/// changing while the process forked is half done for ever, and stays.
fn forget_copy(client: *const tgcall_client) {
    // SAFETY: the host's reference, which it gives up with `tgcall_client_free`.
    let handle = unsafe { Arc::from_raw(client) };
    if let Some(mut core) = handle.core.try_lock()
        && let Some(client) = core.client.take()
    {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(client)));
    }
    #[cfg(feature = "runtime")]
    match handle.runtime.try_write() {
        Some(mut runtime) => core::mem::forget(runtime.take()),
        None => core::mem::forget(handle.clone()),
    }
}

impl tgcall_client {
    /// A callback on our thread does not come back: the host ended the thread from inside it. The thread stays where it is, and
    /// the client cannot go on without it.
    #[cfg(feature = "runtime")]
    pub(super) fn lose_thread(self: &Arc<Self>) {
        if let Ok(mut core) = self.lock() {
            core.bury("the client is dead: a callback of the host ended the thread that it ran on".to_owned());
        }
        let mut delivery = self.delivery.lock();
        delivery.by = None;
        delivery.is_parked = true;
        delivery.has_thread = false;
        drop(delivery);
        self.delivered.notify_all();
        // What it was to free when it returned goes now.
        if self.free_later.swap(false, Ordering::AcqRel) {
            finish(Arc::as_ptr(self));
        }
    }
}
