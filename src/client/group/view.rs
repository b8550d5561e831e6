//! A call and who is in it, at one moment.

use crate::group::info::Info;
use crate::group::roster::Snapshot;
use std::sync::Arc;

/// How the sound of a call comes. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Mode {
    /// We have not been let in yet.
    #[default]
    None = 0,
    /// From a media server, and ours goes there.
    Connected = 1,
    /// In parts, of what is said; nothing of ours goes.
    Stream = 2,
    /// In parts, of one program.
    Rtmp = 3,
}

/// The call itself, as far as Telegram has told of it, and its people. It is shared with the client and costs little to take.
#[derive(Clone, Debug)]
pub struct View {
    /// `None`: nothing is known of it.
    pub info: Option<Arc<Info>>,
    pub people: Snapshot,
}
