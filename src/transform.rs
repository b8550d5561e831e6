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

/// Why a packet does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// Its epoch is not known: it may be a moment later, when the chain has caught up.
    UnknownEpoch,
    /// It will never open.
    Refused,
}

/// Frames to packets, and packets to frames.
///
/// It is lent for each frame by whoever owns media and conference: the numbers of a channel are given once, and nobody has to
/// be kept away from them.
pub trait FrameTransform {
    /// All that a device sends by one channel is numbered as one. The level counts for audio only. `None`: it is not to be sent.
    fn seal(&mut self, now: Time, channel: i32, codec: Codec, frame: &[u8], level: Level) -> Option<Vec<u8>>;

    /// The sender is the user whose SSRC the packet came with. The level is there for audio, if the sender gave one.
    fn open(
        &mut self,
        now: Time,
        sender: UserId,
        codec: Codec,
        packet: &[u8],
    ) -> Result<(Vec<u8>, Option<Level>), Unopened>;
}
