//! Two media transports on a virtual network: every kind of path, both roles, loss, paths that die, and hostile bytes.
#![cfg(feature = "media")]

mod changes;
#[path = "../common/flight.rs"]
mod flight;
mod hostile;
#[path = "../common/hosts.rs"]
mod hosts;
mod paths;
mod pictures;
mod world;
