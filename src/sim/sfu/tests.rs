//! Transports of ours towards the server, in virtual time.

mod channel;
#[cfg(feature = "opus")]
mod crowd;
mod desk;
mod hearing;
mod link;
mod pictures;
#[cfg(feature = "opus")]
mod voices;
mod world;
