//! Functions over bytes. Nothing here knows a protocol.

pub mod aes;
pub mod dh;
pub mod emoji;
pub mod hash;
pub mod kdf;
#[cfg(feature = "conference")]
pub mod sign;
