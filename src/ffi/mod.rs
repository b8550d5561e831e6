//! The C API: the only unsafe code. One file per C noun, each function thin: convert, forward, convert back.
//!
//! # The safety contract
//!
//! Every function here is called by C. What the caller promises, and nothing more, is relied on:
//!
//! - A handle is null or comes from its `_new` and has not been freed, unless it is a client that is retained. Handles may be used by any thread at any time;
//!   only `_free` must be the last use. A configuration belongs to one thread at a time while it is being set.
//! - A pointer with a size is readable (or, for a buffer, writable) for that many bytes during the call; a null pointer
//!   goes with size 0. Text ends with a NUL. An `_out` pointer is writable.
//! - A callback is a function of the declared type. It returns, and throws no exception: one that does ends the process. It may
//!   end its thread (`pthread_exit`): see `callback`.
//!
//! Null where a pointer is needed is answered, not trusted. So is any integer: choices arrive as `u32`, never as a Rust
//! enum. `handle::with_client` alone turns a client pointer into a reference, takes the lock, catches panics and
//! decides about re-entrancy. `ffi` reads the clock and the operating system's randomness; nothing below it does.
//!
//! # The end of things
//!
//! Hosts call while a thread ends (destructors of thread-locals and pthread keys), while the process ends (static objects,
//! `atexit`), and in forked children; device callbacks must not allocate. So a thread-local of ours is allowed in two places,
//! `handle/marks.rs` and `status.rs`, and it is constant at birth and has no destructor, which both assert: it allocates nothing
//! and is there to the last instruction of its thread. `tests/layering.rs` finds any other. For the same reason nothing here asks
//! for `std::thread::current`, which is gone before the thread is. Where no frame is left when a host ends a thread from inside one of
//! its functions, a pthread key notices (`handle/ended.rs`). What the process made knows its process (`process`).
//!
//! Names are spelled as C spells them, here already, so that one search finds both ends.

#![allow(non_camel_case_types, clippy::missing_safety_doc)]

mod addr;
mod attach;
mod audio;
mod bytes;
mod call;
mod callback;
mod choice;
mod client;
mod conference;
mod config;
mod decoded;
mod engine;
mod event;
mod group;
mod group_attach;
mod group_conference;
mod handle;
mod log;
mod peer;
mod process;
mod report;
mod roster;
#[cfg(feature = "runtime")]
mod started;
mod status;
mod version;
mod video;
mod watch;
mod wishes;

/// What a function does, and what it answers in a build without media, where the parameters named are of no use.
macro_rules! media {
    ($does:expr, else ($($unused:ident),*) $answers:expr) => {{
        #[cfg(feature = "media")]
        {
            $does
        }
        #[cfg(not(feature = "media"))]
        {
            let _ = ($($unused),*);
            $answers
        }
    }};
}
use media;
