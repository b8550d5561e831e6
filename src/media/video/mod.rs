//! Encoded pictures in packets: frames to payloads, and payloads back to frames. Nothing is encoded or decoded here.
//!
//! ```text
//!  frame ─▶ FrameTransform ─▶ Packetizer ─▶ payloads ─▶ RTP … RTP ─▶ Assembler ─▶ FrameTransform ─▶ frame
//! ```
//!
//! A stream that is sent has one [`Packetizer`], a source that is received one [`Assembler`]; so has each layer of a simulcast.
//! Both are pure: time and randomness are arguments. Formats, a file each: VP8 (RFC 7741), VP9 (RFC 9628), H.264 (RFC 6184),
//! H.265 (RFC 7798), AV1 (the payload format of the Alliance for Open Media).
//!
//! A frame is what one timestamp says: of H.264 and H.265 one access unit in Annex B, whose start codes come out with four
//! bytes; of VP8 and VP9 one frame, of VP9 with all its spatial layers; of AV1 one temporal unit whose OBUs have sizes and
//! which has no temporal delimiter.

mod access_unit;
mod annex_b;
mod assembler;
mod av1;
mod bits;
mod budget;
mod continuity;
mod counts;
mod engine;
#[cfg(any(test, feature = "internals"))]
pub mod fuzz;
mod h264;
mod h265;
mod packetizer;
mod pieces;
mod port;
mod sps;
mod vp8;
mod vp9;
mod window;

pub use crate::types::VideoCodec as Codec;
pub use assembler::{Arrival, Assembler, Content};
pub use budget::Budget;
pub use counts::{Counts, Reason};
pub use engine::{
    Agreed, Announced, CAMERA_LAYERS, Encode, Packed, PictureStats, SCREEN_LAYERS, Shape, Shown, VideoEngine,
    VideoEvent,
};
#[cfg(any(test, feature = "internals"))]
pub use packetizer::Unpackable;
pub use packetizer::{Packetizer, Payloads};
pub use port::{Origin, PulledFrame, Pushed, Ring, VideoPort};

/// A frame of more bytes is neither sent nor received.
pub const MAX_FRAME: usize = 4 << 20;

/// How the receiver has to turn the picture, clockwise, before it shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Rotation {
    #[default]
    None = 0,
    Quarter = 1,
    Half = 2,
    ThreeQuarters = 3,
}

impl Rotation {
    /// Of the byte of the header extension, 3GPP TS 26.114. Compat: which camera it is and whether it is mirrored is what
    /// libwebrtc neither writes nor reads.
    pub fn from_orientation(byte: u8) -> Rotation {
        [Rotation::None, Rotation::Quarter, Rotation::Half, Rotation::ThreeQuarters][usize::from(byte & 3)]
    }

    pub fn orientation(self) -> u8 {
        self as u8
    }

    /// `None`: not a multiple of 90 below 360.
    pub fn from_degrees(degrees: u32) -> Option<Rotation> {
        (degrees.is_multiple_of(90) && degrees < 360).then(|| Rotation::from_orientation((degrees / 90) as u8))
    }

    pub fn degrees(self) -> u16 {
        u16::from(self as u8) * 90
    }
}

/// Which frames of a stream we send carry their rotation. The extension goes into the last packet of the frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct SentRotation {
    last: Rotation,
}

impl SentRotation {
    /// The byte to send with this frame: with key frames, when it changes, and always when the picture is turned
    /// (`video.md` 5).
    pub fn next(&mut self, rotation: Rotation, is_key: bool) -> Option<u8> {
        let changed = core::mem::replace(&mut self.last, rotation) != rotation;
        (is_key || changed || rotation != Rotation::None).then(|| rotation.orientation())
    }
}

/// One encoded picture, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub codec: Codec,
    /// Of its packets, at 90 kHz.
    pub timestamp: u32,
    pub rotation: Rotation,
    /// Nothing before it is needed to decode it.
    pub is_key: bool,
    /// Width and height, where the frame itself says: in key frames.
    pub size: Option<(u16, u16)>,
    pub data: Vec<u8>,
}

/// What the head of a frame says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub is_key: bool,
    pub size: Option<(u16, u16)>,
}

/// Reads the head of a frame that is not sealed. What cannot be read is no key frame and has no size.
pub fn inspect(codec: Codec, data: &[u8]) -> Head {
    match codec {
        Codec::Vp8 => vp8::inspect(data),
        Codec::Vp9 => vp9::inspect(data),
        Codec::H264 => h264::inspect(data),
        Codec::H265 => h265::inspect(data),
        Codec::Av1 => av1::inspect(data),
    }
}

#[cfg(test)]
mod tests;
