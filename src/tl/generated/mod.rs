//! Rendered from `tl/schema` by `tests/tlgen`; `cargo test --test fresh` compares.

#[cfg(feature = "conference")]
#[rustfmt::skip]
pub mod e2e;
#[rustfmt::skip]
pub mod phone;
#[rustfmt::skip]
pub mod skip;
