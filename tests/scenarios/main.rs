//! Scenarios: two whole clients with their sound, in virtual time, over every path, in every version and role, through loss,
//! outages, restarts and crossed offers.
#![cfg(feature = "opus")]

mod calls;
mod changes;
mod crowd;
mod drawn;
mod figures;
#[path = "../common/flight.rs"]
mod flight;
mod foreign;
#[path = "../common/hosts.rs"]
mod hosts;
mod loss;
mod middle;
mod moves;
mod outage;
mod paths;
mod pictures;
mod post;
#[path = "../common/requests.rs"]
mod requests;
mod restart;
mod setting;
mod side;
mod signaling;
mod sound;
mod telegram;
mod tone;
mod turn;
mod versions;
mod video;
mod video_peers;
mod video_ways;
mod wishes;
mod world;
