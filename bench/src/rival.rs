//! Code that grammers generates from our schema (see build.rs).

#![allow(warnings, clippy::all)]

include!(concat!(env!("OUT_DIR"), "/common.rs"));

pub mod types {
    include!(concat!(env!("OUT_DIR"), "/types.rs"));
}

pub mod enums {
    include!(concat!(env!("OUT_DIR"), "/enums.rs"));
}
