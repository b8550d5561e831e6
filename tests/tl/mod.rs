//! JSON objects as the vectors write them, to and from the library's views.

#![allow(dead_code, reason = "each test program uses its part")]

pub mod alloc;
#[rustfmt::skip]
pub mod convert;
pub mod json;
mod properties;
