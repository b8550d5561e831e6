//! Packets, no sockets: a thin coat over the chosen crates, so that each can be replaced.
//!
//! A [`Transport`] is the link to one peer (`media-transport.md`), made as its owner says by a [`LinkConfig`]. It is told what
//! arrived on which socket and what time it is, and says through [`Transport::poll_output`] which sockets to open and what to send.

pub mod audio;
pub mod candidate;
pub mod clock;
pub mod config;
pub mod container;
pub mod data_channel;
pub mod demux;
pub mod dtls;
pub mod gather;
pub mod group;
pub mod ice;
pub mod lip_sync;
pub mod output;
pub mod patience;
pub mod proxy;
pub mod relay;
pub mod report;
pub mod rtp;
pub mod socks5;
pub mod srtp;
pub mod stream;
pub mod stun;
mod transport;
pub mod video;
pub mod wire;

pub use crate::server::Server;
pub use crate::setup::{Setup, TransportSetup};
pub use crate::types::MediaKind;
pub use config::{Codec, Feedback, FixedTags, GatherPolicy, IceRole, LinkConfig, Newcomers, Seal, Stream, Ways};
#[cfg(any(test, feature = "internals"))]
pub use output::RouteKind;
pub use output::{Failure, Output, Received, Route, RouteChange, State};
pub use rtp::extension::Extensions;
#[cfg(any(test, feature = "internals"))]
pub use rtp::extension::{Extension, ExtensionKind, ExtensionValues};
pub use transport::Transport;

/// The most stream bytes anybody hands in at once.
pub const MAX_STREAM_READ: usize = 64 * 1024;
