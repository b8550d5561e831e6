//! Frames to payloads.

use super::pieces::{MAX_PACKETS, Pieces};
use super::{Codec, MAX_FRAME, av1, h264, h265, vp8, vp9};
use crate::random::Random;

/// The smallest payload that is worth it.
const MIN_PAYLOAD: usize = 64;

/// Why a frame cannot be sent. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpackable {
    Empty,
    /// More than [`MAX_FRAME`] bytes, or more packets than a receiver keeps.
    TooLarge,
    /// Payloads of so few bytes hold nothing: it takes 64.
    TooSmallPayload,
    /// Not a frame of this codec, as far as it must be read to be packed.
    Unreadable,
}

/// The payloads of one frame, in order. The packet of the last one has the marker.
#[derive(Clone, Debug)]
pub struct Payloads<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
    start: usize,
}

impl<'a> Iterator for Payloads<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (&end, rest) = self.ends.split_first()?;
        let payload = &self.bytes[self.start..end];
        (self.ends, self.start) = (rest, end);
        Some(payload)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.ends.len(), Some(self.ends.len()))
    }
}

impl ExactSizeIterator for Payloads<'_> {}

/// What one stream that is sent knows between its frames.
#[derive(Debug)]
pub struct Packetizer {
    codec: Codec,
    /// Of the next frame, 15 bits.
    picture_id: u16,
    pieces: Pieces,
}

impl Packetizer {
    /// Picture ids begin somewhere.
    pub fn new(codec: Codec, random: &mut Random) -> Packetizer {
        Packetizer { codec, picture_id: random.u32() as u16 & 0x7fff, pieces: Pieces::default() }
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// Cuts a frame into payloads of at most `max_payload` bytes, about equal in size. They are lent until the next frame: the
    /// buffer is kept, so that a stream allocates nothing per frame.
    ///
    /// `is_key` is what the encoder says, since a sealed frame does not tell.
    pub fn packetize(&mut self, frame: &[u8], is_key: bool, max_payload: usize) -> Result<Payloads<'_>, Unpackable> {
        if frame.is_empty() {
            return Err(Unpackable::Empty);
        } else if frame.len() > MAX_FRAME {
            return Err(Unpackable::TooLarge);
        } else if max_payload < MIN_PAYLOAD {
            return Err(Unpackable::TooSmallPayload);
        }
        // A length of a unit inside a packet has 16 bits.
        let most = max_payload.min(u16::MAX.into());
        let (pieces, id) = (&mut self.pieces, self.picture_id);
        pieces.clear();
        match self.codec {
            Codec::Vp8 => vp8::packetize(frame, id, most, pieces),
            Codec::Vp9 => vp9::packetize(frame, is_key, id, most, pieces),
            Codec::H264 => h264::packetize(frame, most, pieces),
            Codec::H265 => h265::packetize(frame, most, pieces),
            Codec::Av1 => av1::packetize(frame, is_key, most, pieces),
        }?;
        let (bytes, ends) = self.pieces.parts();
        if ends.len() > MAX_PACKETS {
            return Err(Unpackable::TooLarge);
        }
        self.picture_id = (self.picture_id + 1) & 0x7fff;
        Ok(Payloads { bytes, ends, start: 0 })
    }
}
