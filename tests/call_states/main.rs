//! The two state tables of `one-to-one-signaling.md`, row by row: 6.1 for the caller, 6.2 for the callee.

#[path = "../common/mod.rs"]
mod common;

mod callee;
mod caller;
mod worlds;
