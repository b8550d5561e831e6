//! Group calls: what one call knows and does, without packets and without bytes of TL. Which call an update belongs to, and
//! what requests look like on the wire, is the [client](crate::client)'s.

pub mod before;
pub mod chunked;
pub mod info;
pub mod inside;
#[cfg(feature = "conference")]
pub mod invitation;
pub mod join;
pub mod joining;
pub mod leaving;
pub mod participant;
pub mod presentation;
pub mod refusal;
mod reminder;
pub mod roster;
pub mod showing;
pub mod state;
pub mod stream;
pub mod voice;
pub mod wire;
