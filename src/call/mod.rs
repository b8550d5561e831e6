//! Private calls: the state machine of one call, and what it is made of. Which call an update belongs to, and the bytes on the
//! wire, are the [client](crate::client)'s.

pub mod callee;
pub mod caller;
pub mod closing;
pub mod exchange;
pub mod news;
pub mod protocol;
pub mod refusal;
pub mod report;
pub mod state;
pub mod talk;
