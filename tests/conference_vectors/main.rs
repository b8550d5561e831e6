//! The reference implementation's decisions about conferences, case by case.
//!
//! Reads `e2e-*.json` of the folder in `TGCALL_VECTORS`, by default the project's own copy, and prints how many cases of each
//! file it ran. Format: conference-e2e.md, section 14. What is deterministic is compared byte for byte, what is invalid error
//! for error; steps marked `quirk` are run but may differ.
#![cfg(feature = "conference")]

mod cases;
mod chains;
mod sealed;
