//! A Telegram to test against: virtual time for tests, loopback TCP for programs.

pub mod account;
pub mod call;
pub mod chain;
mod devices;
pub mod dh;
pub mod encoder;
pub mod fault;
pub mod frame;
#[cfg(feature = "media")]
pub mod group;
mod json;
pub mod knobs;
#[cfg(feature = "media")]
pub mod machine;
mod md5;
#[cfg(feature = "media")]
mod nat;
pub mod negotiate;
#[cfg(feature = "media")]
pub mod network;
mod people;
#[cfg(feature = "media")]
pub mod relay;
pub mod request;
mod rpc;
pub mod schema;
pub mod script;
pub mod server;
#[cfg(feature = "media")]
pub mod sfu;
#[cfg(feature = "media")]
pub mod socks;
mod updates;
