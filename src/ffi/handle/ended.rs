//! A thread that the host ends from inside one of its functions, where that unwinds nothing.
//!
//! glibc unwinds such a thread, and what it unwinds through cleans up, where C has unwind tables by default. Where it has none, as on
//! 32-bit ARM and RISC-V, unwinding ends at the host's function. There, and with musl, Android and Apple's systems, only the destructors
//! of thread-specific data run: no frame is left by then, so that of a key of ours does the same by the [`marks`]. The key has no value
//! but that there is one, so setting it allocates nothing where it matters.

use super::end::{finish, finish_freed};
use super::marks::{self, token};
use super::tgcall_client;
use core::ptr::null;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether frames clean up. On Windows none does and nothing here can: a destructor runs under the loader's lock, where it must
/// wait for nobody.
pub const UNWINDS: bool = cfg!(any(
    not(unix),
    all(
        target_os = "linux",
        target_env = "gnu",
        any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64")
    )
));

/// This thread is about to call a function of the host's, and may not come back.
pub fn watch() {
    #[cfg(unix)]
    if !UNWINDS {
        use std::sync::OnceLock;
        unsafe extern "C" fn ended(_: *mut core::ffi::c_void) {
            clean_up();
        }
        static KEY: OnceLock<Option<libc::pthread_key_t>> = OnceLock::new();
        let make = || {
            let mut key = 0;
            // SAFETY: a place of ours. `ended` stays callable: the library is never unloaded (`nodelete` in build.rs).
            (unsafe { libc::pthread_key_create(&raw mut key, Some(ended)) } == 0).then_some(key)
        };
        if let Some(key) = KEY.get_or_init(make) {
            // SAFETY: a key of ours; nobody looks behind the pointer.
            unsafe { libc::pthread_setspecific(*key, core::ptr::dangling()) };
        }
    }
}

/// Runs host code under a lock that is lost, as `lost` then says, if its thread ends inside.
pub fn under_lock<R>(lost: &Arc<AtomicBool>, run: impl FnOnce() -> R) -> R {
    if UNWINDS {
        return run();
    }
    replace_lost(Arc::into_raw(lost.clone()));
    let result = run();
    replace_lost(null());
    result
}

/// What was there comes out, but for a thread whose marks are gone: nothing was kept then.
fn replace_lost(lost: *const AtomicBool) -> Option<Arc<AtomicBool>> {
    let before = marks::replace_lost(lost);
    // SAFETY: all that is put there comes from `Arc::into_raw`, and is taken out once.
    (!before.is_null()).then(|| unsafe { Arc::from_raw(before) })
}

/// The last that a thread does which was ended inside something.
#[cfg_attr(not(unix), allow(dead_code, reason = "no thread is noticed"))]
fn clean_up() {
    if let Some(lost) = replace_lost(null()) {
        lost.store(true, Ordering::Release);
    }
    for inside in marks::take_inside().into_iter().filter(|inside| inside.frames > 0) {
        // SAFETY: the reference that belongs to the mark.
        let handle = unsafe { Arc::from_raw(inside.client) };
        if handle.process.is_current() {
            handle.leave_behind(inside.wakes);
        }
    }
    finish_freed();
}

impl tgcall_client {
    /// A thread has ended inside functions of the client, and does not leave them any more.
    fn leave_behind(self: &Arc<Self>, wakes: u32) {
        self.waking.fetch_sub(wakes, Ordering::SeqCst);
        #[cfg(feature = "runtime")]
        if self.own_thread.load(Ordering::Acquire) == token() {
            return self.lose_thread();
        }
        self.end_turn_of(token());
        if self.free_later.swap(false, Ordering::AcqRel) {
            finish(Arc::as_ptr(self));
        }
    }
}
