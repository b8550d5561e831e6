//! Functions over bytes. Nothing here knows a protocol.

pub mod aes;
pub mod dh;
pub mod emoji;
#[cfg(feature = "conference")]
mod field;
pub mod hash;
#[cfg(feature = "media")]
pub mod kdf;
#[cfg(feature = "media")]
pub mod packet;
#[cfg(feature = "conference")]
pub mod sign;
