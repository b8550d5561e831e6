//! Scenarios: two whole clients with their sound, in virtual time, over every path, in every version and role, through loss,
//! outages, restarts and crossed offers.
#![cfg(feature = "opus")]

mod crowd;
mod foreign;
mod loss;
mod middle;
mod outage;
mod paths;
mod post;
mod restart;
mod signaling;
mod sound;
mod tone;
mod versions;
mod world;
