//! Where end-to-end encryption plugs into media: between encoder and packetizer, and back.
//!
//! Media knows only this trait, conferences implement it; neither needs the other.

use crate::time::Time;
use crate::types::UserId;

/// What an encoded frame is, as far as encryption must know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    Opus,
    Vp8,
    /// Annex B.
    H264,
}

/// How loud an audio frame is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// Somebody speaks.
    pub speech: bool,
    /// dB below full scale: 0 is loud, 127 silent.
    pub below_full: u8,
}

/// Frames to packets, and packets to frames. `None` means: drop it.
///
/// It is lent for each frame by whoever owns media and conference: the numbers of a channel are given once, and nobody has to
/// be kept away from them.
pub trait FrameTransform {
    /// Each stream of ours has a channel of its own. The level counts for audio only.
    fn seal(&mut self, now: Time, channel: i32, codec: Codec, frame: &[u8], level: Level) -> Option<Vec<u8>>;

    /// The sender is the user whose SSRC the packet came with. The level is there for audio, if the sender gave one.
    fn open(&mut self, now: Time, sender: UserId, codec: Codec, packet: &[u8]) -> Option<(Vec<u8>, Option<Level>)>;
}
