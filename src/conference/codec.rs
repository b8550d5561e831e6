//! How each codec's frames become packets (conference-e2e.md, section 10.1): what is appended, what stays readable for the
//! server's packetizers, and what the receiver takes off again.

use super::Conference;
use super::error::Reject;
use crate::time::Time;
use crate::transform::{Codec, FrameTransform, Level, Unopened};
use crate::types::UserId;
use std::borrow::Cow;

/// How often an H.264 frame is encrypted before it is given up: see [`seal_plain`].
const ATTEMPTS: usize = 4;
/// VP8 keeps the frame tag, start code and dimensions of a key frame readable, and one byte otherwise.
const VP8_KEY_PREFIX: usize = 10;

/// Speech bit and level as they trail an Opus payload.
fn level_byte(level: Level) -> u8 {
    u8::from(level.speech) << 7 | level.below_full.min(127)
}

/// An encoded frame as it is given to [`Conference::encrypt`], and how much of it stays readable.
pub fn plain_frame(codec: Codec, frame: &[u8], level: Level) -> (Cow<'_, [u8]>, usize) {
    match codec {
        Codec::Opus => (Cow::Owned([frame, &[0x01, level_byte(level)]].concat()), 0),
        Codec::Vp8 => (Cow::Borrowed(frame), vp8_prefix(frame)),
        Codec::H264 => {
            let frame = long_start_codes(frame);
            let prefix = h264_prefix(&frame);
            (Cow::Owned(frame), prefix)
        }
    }
}

/// Encrypts what [`plain_frame`] made.
///
/// An H.264 packet must not contain a start code behind its prefix, or the packetizer would cut it there. That is luck, one
/// in some 10 000 for a large frame: it is then encrypted again with fresh randomness. No randomness helps where the hash of the
/// oldest epoch in use begins with 1, behind the zeros of their count: while it is, one in 256, no frame of H.264 is sent, by the
/// official engine neither. VP8 has no such trouble.
pub fn seal_plain(
    conference: &mut Conference,
    now: Time,
    channel: i32,
    codec: Codec,
    plain: &[u8],
    prefix: usize,
) -> Result<Vec<u8>, Reject> {
    for _ in 0..ATTEMPTS {
        let packet = conference.encrypt(now, channel, plain, prefix)?;
        if codec != Codec::H264 || !has_start_code(packet.get(prefix.saturating_sub(2)..).unwrap_or_default()) {
            return Ok(packet);
        }
    }
    Err(Reject::StartCode)
}

/// Decrypts a frame of that user. The level is that of an Opus frame, where the sender gave one.
///
/// The prefix length of video comes with the packet, so the codec only decides whether there is a trailer.
pub fn open_frame(
    conference: &mut Conference,
    now: Time,
    sender: UserId,
    codec: Codec,
    packet: &[u8],
) -> Result<(Vec<u8>, Option<Level>), Reject> {
    let mut frame = conference.decrypt(now, sender, packet)?.frame;
    match codec {
        Codec::Vp8 | Codec::H264 => Ok((frame, None)),
        Codec::Opus => {
            let level = opus_trailer(&mut frame)?;
            Ok((frame, level))
        }
    }
}

/// Takes the trailer off an Opus frame: a level if the second-to-last byte has bit 0 set, else only one byte.
pub fn opus_trailer(frame: &mut Vec<u8>) -> Result<Option<Level>, Reject> {
    match *frame.as_slice() {
        [.., kind, level] if kind & 1 != 0 => {
            frame.truncate(frame.len() - 2);
            Ok(Some(Level { speech: level >> 7 != 0, below_full: level & 0x7f }))
        }
        [.., _] => {
            frame.truncate(frame.len() - 1);
            Ok(None)
        }
        [] => Err(Reject::Truncated),
    }
}

/// Bit 0 of the first byte is 0 in a key frame.
pub fn vp8_prefix(frame: &[u8]) -> usize {
    match frame.first() {
        Some(first) if first & 1 == 0 => frame.len().min(VP8_KEY_PREFIX),
        Some(_) => 1,
        None => 0,
    }
}

/// Annex B with every start code in its four-byte form, which is what the receiver's depacketizer makes.
pub fn long_start_codes(frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(frame.len() + 16);
    let mut rest = frame;
    while let Some(start) = find_start_code(rest) {
        let (before, after) = rest.split_at(start);
        out.extend_from_slice(before.strip_suffix(&[0]).unwrap_or(before));
        out.extend_from_slice(&[0, 0, 0, 1]);
        rest = after.get(3..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

/// Where the next `00 00 01` begins.
fn find_start_code(bytes: &[u8]) -> Option<usize> {
    bytes.windows(3).position(|window| window == [0, 0, 1])
}

fn has_start_code(bytes: &[u8]) -> bool {
    find_start_code(bytes).is_some()
}

/// How much of an Annex B frame stays readable: everything up to the first slice, and of that the header up to the id of its
/// parameter set, to the byte, plus one. A frame without a slice stays readable as a whole.
pub fn h264_prefix(frame: &[u8]) -> usize {
    let mut place = 0;
    while let Some(start) = frame.get(place..).and_then(find_start_code) {
        let unit = place + start + 3;
        let Some((header, payload)) = frame.get(unit..).and_then(<[u8]>::split_first) else { break };
        if matches!(header & 0x1f, 1 | 5) {
            // Compat: three bytes where the header cannot be parsed, as the reference does.
            let kept = slice_header(payload).map_or(3, |size| size + 1);
            return (unit + 1 + kept).min(frame.len());
        }
        place = unit;
    }
    frame.len()
}

/// How many bytes of a slice hold first_mb_in_slice, slice_type and pic_parameter_set_id, emulation bytes included.
fn slice_header(payload: &[u8]) -> Option<usize> {
    let mut bits = Bits { bytes: payload, byte: 0, bit: 0, zeros: 0 };
    for _ in 0..3 {
        bits.exp_golomb()?;
    }
    Some(bits.byte + usize::from(bits.bit > 0))
}

/// A bit reader that steps over emulation prevention bytes.
struct Bits<'a> {
    bytes: &'a [u8],
    byte: usize,
    bit: u8,
    /// How many zero bytes in a row lie before `byte`.
    zeros: u8,
}

impl Bits<'_> {
    fn next(&mut self) -> Option<u8> {
        if self.bit == 0 && self.zeros >= 2 && self.bytes.get(self.byte) == Some(&3) {
            self.byte += 1;
            self.zeros = 0;
        }
        let byte = *self.bytes.get(self.byte)?;
        let bit = byte >> (7 - self.bit) & 1;
        self.bit += 1;
        if self.bit == 8 {
            self.bit = 0;
            self.byte += 1;
            self.zeros = if byte == 0 { (self.zeros + 1).min(2) } else { 0 };
        }
        Some(bit)
    }

    /// Steps over a `ue(v)` of at most 32 leading zeros.
    fn exp_golomb(&mut self) -> Option<()> {
        let mut zeros = 0;
        while self.next()? == 0 {
            zeros += 1;
            if zeros > 32 {
                return None;
            }
        }
        (0..zeros).try_for_each(|_| self.next().map(drop))
    }
}

/// What is refused is dropped; of packets the conference counts why.
impl FrameTransform for Conference {
    fn seal(&mut self, now: Time, channel: i32, codec: Codec, frame: &[u8], level: Level) -> Option<Vec<u8>> {
        let (plain, prefix) = plain_frame(codec, frame, level);
        seal_plain(self, now, channel, codec, &plain, prefix).ok()
    }

    fn open(
        &mut self,
        now: Time,
        sender: UserId,
        codec: Codec,
        packet: &[u8],
    ) -> Result<(Vec<u8>, Option<Level>), Unopened> {
        open_frame(self, now, sender, codec, packet).map_err(|reject| match reject {
            Reject::NoKnownEpoch => Unopened::UnknownEpoch,
            _ => Unopened::Refused,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opus_frame_carries_its_level_and_loses_it_again() {
        let level = Level { speech: true, below_full: 33 };
        let (plain, prefix) = plain_frame(Codec::Opus, b"opus", level);
        assert_eq!((&*plain, prefix), (&b"opus\x01\xa1"[..], 0));
        let mut plain = plain.into_owned();
        assert_eq!(opus_trailer(&mut plain), Ok(Some(level)));
        assert_eq!(plain, b"opus");
        // Without bit 0 there is no level, and only one byte goes.
        let mut other = b"opus\x02\x00".to_vec();
        assert_eq!(opus_trailer(&mut other), Ok(None));
        assert_eq!(other, b"opus\x02");
        assert_eq!(opus_trailer(&mut vec![1]), Ok(None));
        assert_eq!(opus_trailer(&mut Vec::new()), Err(Reject::Truncated));
        assert_eq!(level_byte(Level { speech: false, below_full: 200 }), 127);
    }

    #[test]
    fn vp8_shows_ten_bytes_of_a_key_frame_and_one_of_others() {
        assert_eq!(vp8_prefix(&[0x10; 40]), 10);
        assert_eq!(vp8_prefix(&[0x10; 4]), 4);
        assert_eq!(vp8_prefix(&[0x11; 40]), 1);
        assert_eq!(vp8_prefix(&[]), 0);
    }

    #[test]
    fn start_codes_become_long_and_long_ones_stay() {
        assert_eq!(
            long_start_codes(&[0, 0, 1, 9, 8, 0, 0, 0, 1, 7, 0, 0, 1]),
            [0, 0, 0, 1, 9, 8, 0, 0, 0, 1, 7, 0, 0, 0, 1]
        );
        assert_eq!(long_start_codes(&[1, 2, 3]), [1, 2, 3]);
        assert_eq!(long_start_codes(&[0, 0]), [0, 0]);
        let once = long_start_codes(&[5, 0, 0, 1, 1, 0, 0, 1, 2]);
        assert_eq!(long_start_codes(&once), once);
    }

    #[test]
    fn parameter_sets_stay_readable_and_of_the_slice_its_first_fields() {
        // SPS, PPS; then an IDR slice: ue 0, ue 7 (0001000), ue 0 = 9 bits, two bytes.
        let mut frame = vec![0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 0, 1, 0x68, 4, 0, 0, 0, 1, 0x65];
        let slice = frame.len();
        frame.extend([0b1000_1000, 0b1111_1111, 9, 9, 9, 9]);
        assert_eq!(h264_prefix(&frame), slice + 2 + 1);
        // All three in three bits.
        frame[slice] = 0b1110_0000;
        assert_eq!(h264_prefix(&frame), slice + 1 + 1);
        // An emulation byte within counts as a byte but not as bits: 33 bits of zero are no number.
        frame.truncate(slice);
        frame.extend([0, 0, 3, 0, 0, 3, 0, 9]);
        assert_eq!(h264_prefix(&frame), slice + 3);
        frame.truncate(slice);
        // 16 zeros, a stuffed byte, then 1 and 16 bits; two more fields.
        frame.extend([0, 0, 3, 0x80, 0, 0x60, 0, 9, 9]);
        assert_eq!(h264_prefix(&frame), slice + 6 + 1);
    }

    #[test]
    fn a_short_or_sliceless_frame_has_a_prefix_within_it() {
        assert_eq!(h264_prefix(&[0, 0, 0, 1, 0x65]), 5);
        assert_eq!(h264_prefix(&[0, 0, 0, 1, 0x65, 0]), 6);
        assert_eq!(h264_prefix(&[0, 0, 0, 1, 0x67, 1, 2]), 7);
        assert_eq!(h264_prefix(&[0, 0, 0, 1]), 4);
        assert_eq!(h264_prefix(&[]), 0);
    }
}
