//! Private calls.

pub mod exchange;
pub mod outcome;
pub mod protocol;
