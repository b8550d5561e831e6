//! An allocator that counts, per thread: what a piece of code holds at most.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

pub struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

fn note(change: isize) {
    // A thread that is being torn down has nothing left to count with.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + change);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
    if change > 0 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
    }
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size() as isize);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        note(-(layout.size() as isize));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What this thread holds now: all that it took, less all that it gave back.
#[allow(dead_code, reason = "each test program uses its part")]
pub fn held() -> isize {
    HELD.with(Cell::get)
}

/// Runs `work`; gives its result, the most bytes it held beyond what was held before, and how often it allocated.
#[allow(dead_code, reason = "each test program uses its part")]
pub fn measure<T>(work: impl FnOnce() -> T) -> (T, usize, u64) {
    let before = HELD.with(Cell::get);
    PEAK.with(|peak| peak.set(before));
    let count = COUNT.with(Cell::get);
    let out = work();
    let peak = PEAK.with(Cell::get) - before;
    (out, peak.max(0) as usize, COUNT.with(Cell::get) - count)
}
