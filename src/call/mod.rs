//! Private calls.

pub mod outcome;
pub mod protocol;
