//! What a thread is inside of. See the module of the C API for what a thread-local of ours may be.

use super::tgcall_client;
use core::cell::Cell;
use core::ptr::null;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// So many different clients may be inside each other's callbacks on one thread; a host has no use for two.
const NESTED: usize = 8;

/// Counted for each client rather than kept as a chain of frames: a host that changes stacks inside a callback (fibers,
/// greenlets) leaves our functions in another order than it entered them.
struct Marks {
    under_lock: Cell<bool>,
    token: Cell<u64>,
    inside: [Cell<Inside>; NESTED],
    freed: Cell<*const tgcall_client>,
    lost: Cell<*const AtomicBool>,
}

/// A thread is inside so many functions of a client, and so many times inside its `wake`.
#[derive(Clone, Copy)]
pub struct Inside {
    pub client: *const tgcall_client,
    pub frames: u32,
    pub wakes: u32,
}

const NOWHERE: Inside = Inside { client: null(), frames: 0, wakes: 0 };

thread_local! {
    static MARKS: Marks = const {
        Marks {
            under_lock: Cell::new(false),
            token: Cell::new(0),
            inside: [const { Cell::new(NOWHERE) }; NESTED],
            freed: Cell::new(null()),
            lost: Cell::new(null()),
        }
    };
}
const _: () = assert!(!core::mem::needs_drop::<Marks>());

impl Marks {
    fn of(&self, client: *const tgcall_client) -> Option<&Cell<Inside>> {
        self.inside.iter().find(|mark| mark.get().client == client && mark.get().frames > 0)
    }
}

/// `otherwise`: where thread-locals are not the compiler's own, the last callbacks of a thread that ends may find none.
fn marks<R>(look: impl FnOnce(&Marks) -> R, otherwise: R) -> R {
    MARKS.try_with(look).unwrap_or(otherwise)
}

/// A number of this thread's own, which fits an atomic. 0 is no thread.
pub fn token() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let look = |marks: &Marks| {
        if marks.token.get() == 0 {
            marks.token.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        marks.token.get()
    };
    marks(look, u64::MAX)
}

/// Whether this thread holds the lock of a client or conference, so that host code which runs now must not call back.
pub fn is_under_lock() -> bool {
    marks(|marks| marks.under_lock.get(), false)
}

/// Notes that host code called from here runs under the lock.
pub struct UnderLock(bool);

impl UnderLock {
    pub fn mark() -> UnderLock {
        UnderLock(marks(|marks| marks.under_lock.replace(true), false))
    }
}

impl Drop for UnderLock {
    fn drop(&mut self) {
        marks(|marks| marks.under_lock.set(self.0), ());
    }
}

/// This thread enters a function of the client. `false`: it is inside too many others.
pub fn enter(client: *const tgcall_client) -> bool {
    let look = |marks: &Marks| {
        let free = || marks.inside.iter().find(|mark| mark.get().frames == 0);
        let Some(mark) = marks.of(client).or_else(free) else { return false };
        mark.set(Inside { client, frames: mark.get().frames + 1, ..mark.get() });
        true
    };
    marks(look, true)
}

/// This thread leaves a function of the client. `true`: it is inside no other of it.
pub fn leave(client: *const tgcall_client) -> bool {
    let look = |marks: &Marks| {
        let Some(mark) = marks.of(client) else { return true };
        let frames = mark.get().frames - 1;
        mark.set(if frames == 0 { NOWHERE } else { Inside { frames, ..mark.get() } });
        frames == 0
    };
    marks(look, true)
}

/// Whether this thread is inside a function of the client.
pub fn is_inside(client: *const tgcall_client) -> bool {
    marks(|marks| marks.of(client).is_some(), false)
}

/// This thread, inside of a function of the client, enters its `wake` or leaves it.
pub fn count_wake(client: *const tgcall_client, enters: bool) {
    let look = |marks: &Marks| {
        if let Some(mark) = marks.of(client) {
            let wakes = mark.get().wakes;
            mark.set(Inside { wakes: if enters { wakes + 1 } else { wakes.saturating_sub(1) }, ..mark.get() });
        }
    };
    marks(look, ());
}

/// What this thread is inside of, which it leaves without a word.
pub fn take_inside() -> [Inside; NESTED] {
    let look = |marks: &Marks| {
        marks.under_lock.set(false);
        core::array::from_fn(|at| marks.inside[at].replace(NOWHERE))
    };
    marks(look, [NOWHERE; NESTED])
}

/// Exchanges what is to be told if this thread ends under the lock that it holds.
pub fn replace_lost(lost: *const AtomicBool) -> *const AtomicBool {
    marks(|marks| marks.lost.replace(lost), lost)
}

/// Exchanges the first of the clients that were freed under another's lock, and are to be ended when that is left.
pub fn replace_freed(client: *const tgcall_client) -> *const tgcall_client {
    marks(|marks| marks.freed.replace(client), null())
}
