//! Sound from one host's push to the other's pull, in virtual time: quality, delay, loss, jitter, clocks, playlists.
#![cfg(feature = "opus")]

mod coding;
#[path = "../common/flight.rs"]
mod flight;
mod live;
mod misuse;
mod playlist;
mod quality;
mod world;
