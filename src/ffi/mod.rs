//! The C API: the only unsafe code. One file per C noun, each function thin: convert, forward, convert back.
//!
//! # The safety contract
//!
//! Every function here is called by C. What the caller promises, and nothing more, is relied on:
//!
//! - A handle is null or comes from its `_new` and has not been freed. Handles may be used by any thread at any time;
//!   only `_free` must be the last use. A configuration belongs to one thread at a time while it is being set.
//! - A pointer with a size is readable (or, for a buffer, writable) for that many bytes during the call; a null pointer
//!   goes with size 0. Text ends with a NUL. An `_out` pointer is writable.
//! - A callback is a function of the declared type that returns, and does not unwind.
//!
//! Null where a pointer is needed is answered, not trusted. So is any integer: choices arrive as `u32`, never as a Rust
//! enum. `handle::with_client` alone turns a client pointer into a reference, takes the lock, catches panics and
//! decides about re-entrancy. `ffi` reads the clock and the operating system's randomness; nothing below it does.
//!
//! Names are spelled as C spells them, here already, so that one search finds both ends.

#![allow(non_camel_case_types, clippy::missing_safety_doc)]

mod addr;
mod attach;
mod audio;
mod bytes;
mod call;
mod callback;
mod client;
mod conference;
mod config;
mod decoded;
mod engine;
mod event;
mod handle;
mod log;
mod report;
#[cfg(feature = "runtime")]
mod started;
mod status;
mod version;
