//! Telegram calls: private calls, group calls, end-to-end encrypted conferences.
//!
//! The product is the C library; see `include/tgcall.h`. From Rust the same is [`client::Client`].
//!
//! A [`client::Client`] is one Telegram account with all its calls. It has no thread, no socket and no clock: its owner
//! hands in what happened and at what time, takes out what is to be done, and sleeps until the next timeout.
//!
//! ```text
//! loop {
//!     client.handle_timeout(now);
//!     while let Some(event) = client.poll_event() { … }       // requests for Telegram, state changes, datagrams
//!     sleep until client.next_timeout(), an update, an answer or a datagram; hand it in
//! }
//! ```
//!
//! How a private call flows, with Telegram on the left, the network on the right and the host below:
//!
//! ```text
//!                   ┌ client ────────────────────────────────────────────────┐
//!  updates, answers ┼──▶ inlet ─▶ route ─▶ call: step(state, news) → effects │
//!  requests, events ┼◀── outbox ◀──────────────────┤                         │
//!                   │                              │ key, servers            │
//!                   │  engine                      ▼                         │
//!         signaling ┼◀─▶ signaling ◀─▶ negotiation ◀─▶ media: transport ◀───▶┼ datagrams, streams
//!                   │                                    ▲           ▲       │
//!                   │                            packets │           │ rate  │
//!                   │                                    ▼           ▼       │
//!                   │                        audio: engine   video: engine   │
//!                   └────────────────────────────────────▲───────────▲───────┘
//!                                                  rings ▼           ▼ frames
//!            threads of the host: push, pull ◀─▶ audio: port   video: port
//! ```
//!
//! The state machine of a call knows no packets, media know no Telegram; the engine carries what comes out of one part to the next
//! until all are quiet. Only rings, and the queue of pictures that were received, lie between threads.
//!
//! How a group call does: through the same doors. The other side is a server, so joining and its answer are the negotiation, and a
//! roster says whose sound a source is. A conference is a group call with a chain of blocks, whose keys seal each frame:
//!
//! ```text
//!                   ┌ client ────────────────────────────────────────────────┐
//!  updates, answers ┼──▶ inlet ─▶ route ─▶ group: step(state, news) → effects│
//!  requests, events ┼◀── outbox ◀──────────────────┤                         │
//!                   │                              │ join's answer, roster   │
//!                   │  engine                      ▼                         │
//!            blocks ┼◀─▶ conference: chain, keys   media: transport ◀───────▶┼ datagrams, streams
//!                   │              │                         ▲               │
//!                   │              │ &mut dyn FrameTransform ▼               │
//!                   │              └────────────────▶ seal and open          │
//!                   │                                        ▲               │
//!                   │                                        ▼               │
//!                   │                        audio: a source each ─▶ mix     │
//!                   └────────────────────────────────────────▲───────────────┘
//!                                                            ▼ rings
//!            threads of the host: push, pull ◀────────▶ audio: port
//! ```
//!
//! Dependencies between the modules point down:
//! `ffi → runtime → client → call | group | conference → signaling | media → crypto | tl → base`
//! (`time`, `random`, `types`, `secret`, `error`, `backoff`, `ordered`, `outcome`, `refusal`, `sequence`, `server`, `setup`, `transform`, `version`). `tests/layering.rs` holds them to it.

#![deny(unsafe_code)]
#![warn(clippy::undocumented_unsafe_blocks, clippy::disallowed_methods, clippy::disallowed_types)]

/// A module that is the crate's own, but open to tests, benches and the simulator under `internals`.
macro_rules! internal {
    ($($(#[$meta:meta])* mod $name:ident;)*) => {
        $(
            #[cfg(feature = "internals")]
            #[doc(hidden)]
            $(#[$meta])*
            pub mod $name;
            #[cfg(not(feature = "internals"))]
            $(#[$meta])*
            pub(crate) mod $name;
        )*
    };
}

pub mod client;
pub mod error;
pub mod random;
pub mod secret;
pub mod time;
pub mod transform;
pub mod types;

internal! {
    #[cfg(feature = "media")]
    mod backoff;
    mod call;
    #[cfg(feature = "conference")]
    mod conference;
    mod crypto;
    #[cfg(feature = "media")]
    mod group;
    #[cfg(feature = "media")]
    mod media;
    #[cfg(any(feature = "media", feature = "conference"))]
    mod ordered;
    mod outcome;
    mod refusal;
    #[cfg(feature = "media")]
    mod sequence;
    mod server;
    #[cfg(feature = "media")]
    mod setup;
    #[cfg(feature = "media")]
    mod signaling;
    mod tl;
    mod version;
}

#[cfg(feature = "runtime")]
pub(crate) mod runtime;

#[cfg(feature = "sim")]
pub mod sim;

#[allow(unsafe_code)]
pub mod ffi;
