//! Servers that forward packets between two peers that cannot reach each other.

pub mod reflector;
pub mod turn;
