//! The files that the parts of a live stream are: taken apart, nothing decoded (`stream.md` 4 and 5).
//!
//! ```text
//! sound of voices  ─▶ ogg ─▶ voices: packets, and whose they are
//! picture, program ─▶ program: Telegram's header ─▶ mp4: access units and packets with their times
//! ```
//!
//! All of it comes from the network. A file is as long as it is, and no number in it makes anything longer: tables are read where they
//! lie, what they point at is looked for in the file, and there are bounds on how much of anything a part may have.

mod avc;
mod cursor;
#[cfg(any(test, feature = "internals"))]
pub mod fuzz;
mod layout;
mod mp4;
mod ogg;
mod program;
mod voices;

pub use avc::Avc;
pub use layout::{Layout, MAX_CHANNELS, split};
pub use mp4::{Movie, Sample};
pub use program::Program;
#[cfg(any(test, feature = "internals"))]
pub use voices::Entry;
pub use voices::Voices;

use core::fmt;

/// Why a part cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// It does not begin as it should.
    Foreign,
    /// It ends in the middle of something.
    Cut,
    /// A page is not what was written.
    Sum,
    /// It points at what is not in it.
    Beyond,
    /// A codec that no part has.
    Codec,
    /// A number of channels or of streams that no part has.
    Channels,
    /// More of something than a part has.
    TooMany,
    /// What has to be in it is not.
    Missing,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::Foreign => "it is no such file",
            Fault::Cut => "it is cut off",
            Fault::Sum => "its sum is wrong",
            Fault::Beyond => "it points beyond itself",
            Fault::Codec => "an unknown codec",
            Fault::Channels => "an impossible number of channels",
            Fault::TooMany => "more than a part has",
            Fault::Missing => "something is missing",
        })
    }
}
