//! Packets, no sockets: a thin coat over the chosen crates, so that each can be replaced.
