//! The main chain: who is in the call, with which key, and a group key per block.
//!
//! A block goes `bytes → `[`block::Block`]` → `[`state::State::apply`]; [`build`] makes those that we send, [`key`] puts the
//! group key into them and takes it out.

pub mod apply;
pub mod block;
pub mod build;
pub mod bytes;
pub mod key;
pub mod proof;
pub mod state;
