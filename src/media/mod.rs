//! Packets, no sockets: a thin coat over the chosen crates, so that each can be replaced.

pub mod socks5;

/// The most stream bytes anybody hands in at once.
pub const MAX_STREAM_READ: usize = 64 * 1024;
