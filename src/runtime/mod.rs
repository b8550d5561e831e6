//! The one place with a thread, sockets and the clock: runs a client for hosts that want that.

#[allow(unsafe_code)]
mod os;
mod sockets;
