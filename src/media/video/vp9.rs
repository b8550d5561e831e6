//! VP9 in RTP (RFC 9628), flexible mode and the other. A picture with spatial layers is one frame.

use super::bits::BitReader;
use super::continuity::{Places, Position};
use super::packetizer::Unpackable;
use super::pieces::{Pieces, even};
use super::window::Peek;
use super::{Head, Reason};

const PICTURE_ID: u8 = 0x80;
const PREDICTED: u8 = 0x40;
const LAYERS: u8 = 0x20;
const FLEXIBLE: u8 = 0x10;
/// The first and the last packet of a layer's frame.
const BEGIN: u8 = 0x08;
const END: u8 = 0x04;
const STRUCTURE: u8 = 0x02;

struct Descriptor<'a> {
    flags: u8,
    spatial: u8,
    position: Position,
    data: &'a [u8],
}

fn parse(payload: &[u8]) -> Option<Descriptor<'_>> {
    let mut rest = payload;
    let mut next = || {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        Some(byte)
    };
    let flags = next()?;
    let (mut position, mut spatial) = (Position::default(), 0);
    if flags & PICTURE_ID != 0 {
        let id = next()?;
        position.picture_id = Some(match id & 0x80 {
            0 => (u16::from(id), 7),
            _ => (u16::from(id & 0x7f) << 8 | u16::from(next()?), 15),
        });
    }
    if flags & LAYERS != 0 {
        let layer = next()?;
        (position.layer, spatial) = (layer >> 5, layer >> 1 & 7);
        position.places = if layer & 0x10 != 0 { Places::SwitchUp } else { Places::OnLower };
        if flags & FLEXIBLE == 0 {
            position.tl0 = Some(next()?);
        }
    }
    if flags & FLEXIBLE != 0 {
        let mut differences = 0;
        if flags & PREDICTED != 0 {
            for i in 0..3 {
                let reference = next()?;
                differences |= 1 << (reference >> 1);
                if reference & 1 == 0 {
                    break;
                }
                if i == 2 {
                    return None;
                }
            }
        }
        position.references = Some(differences);
    }
    if flags & STRUCTURE != 0 {
        let structure = next()?;
        if structure & 0x10 != 0 {
            (0..4 * (u32::from(structure >> 5) + 1)).try_for_each(|_| next().map(drop))?;
        }
        if structure & 0x08 != 0 {
            for _ in 0..next()? {
                let references = next()? >> 2 & 3;
                (0..references).try_for_each(|_| next().map(drop))?;
            }
        }
    }
    Some(Descriptor { flags, spatial, position, data: rest }).filter(|descriptor| !descriptor.data.is_empty())
}

pub fn peek(payload: &[u8]) -> Result<Peek, Reason> {
    let Descriptor { flags, spatial, position, data } = parse(payload).ok_or(Reason::Truncated)?;
    let begins = flags & BEGIN != 0 && spatial == 0;
    // Compat: ffmpeg never says that a picture is predicted, so the picture is asked too.
    let is_key = begins && flags & PREDICTED == 0 && is_key(data);
    Ok(Peek { begins, is_key, position: Some(position) })
}

/// Puts a picture together from its payloads, the layers one behind the other.
pub fn assemble<'a>(payloads: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) -> Result<Head, Reason> {
    // Inside a layer's frame, or between two.
    let mut open = false;
    for payload in payloads {
        let descriptor = parse(payload).ok_or(Reason::Truncated)?;
        if (descriptor.flags & BEGIN != 0) == open {
            return Err(Reason::Fragments);
        }
        open = descriptor.flags & END == 0;
        out.extend_from_slice(descriptor.data);
    }
    if open { Err(Reason::Fragments) } else { Ok(inspect(out)) }
}

/// The first bits of the uncompressed header, up to the frame's type.
fn start(data: &[u8]) -> Option<(bool, u32, BitReader<'_>)> {
    let mut reader = BitReader::new(data);
    if reader.bits(2)? != 2 {
        return None;
    }
    let profile = reader.bits(1)? | reader.bits(1)? << 1;
    if profile == 3 && reader.bit()? {
        return None;
    }
    let shows_existing = reader.bit()?;
    let is_key = !shows_existing && !reader.bit()?;
    Some((is_key, profile, reader))
}

fn is_key(data: &[u8]) -> bool {
    start(data).is_some_and(|(is_key, ..)| is_key)
}

/// The uncompressed header, section 6.2 of the bitstream specification.
pub fn inspect(data: &[u8]) -> Head {
    Head { is_key: is_key(data), size: size(data) }
}

fn size(data: &[u8]) -> Option<(u16, u16)> {
    const RGB: u32 = 7;
    let (is_key, profile, mut reader) = start(data)?;
    reader.skip(2)?;
    if !is_key || reader.bits(24)? != 0x49_83_42 {
        return None;
    }
    if profile >= 2 {
        reader.skip(1)?;
    }
    let subsampled = profile == 1 || profile == 3;
    if reader.bits(3)? != RGB {
        reader.skip(if subsampled { 4 } else { 1 })?;
    } else if subsampled {
        reader.skip(1)?;
    } else {
        return None;
    }
    let mut side = || u16::try_from(reader.bits(16)? + 1).ok();
    Some((side()?, side()?))
}

/// Not flexible, one layer: what libwebrtc sends without layers. Key frames carry the structure with the size of the picture.
pub fn packetize(frame: &[u8], is_key: bool, picture_id: u16, most: usize, out: &mut Pieces) -> Result<(), Unpackable> {
    let [high, low] = (picture_id | 0x8000).to_be_bytes();
    let flags = PICTURE_ID | if is_key { 0 } else { PREDICTED };
    let mut structure = Vec::new();
    if let Some((width, height)) = size(frame).filter(|_| is_key) {
        structure.push(0x10);
        structure.extend_from_slice(&width.to_be_bytes());
        structure.extend_from_slice(&height.to_be_bytes());
    }
    // The structure is cut off from the first part as if it were of the frame: so the parts stay equal.
    let total = structure.len() + frame.len();
    let parts = even(total, most.saturating_sub(3))?;
    let last = parts.len() - 1;
    for (i, part) in parts.enumerate() {
        let flags = flags | if i == 0 { BEGIN } else { 0 } | if i == last { END } else { 0 };
        let from = part.start.saturating_sub(structure.len());
        let data = &frame[from..part.end - structure.len()];
        if i == 0 && !structure.is_empty() {
            out.push(&[&[flags | STRUCTURE, high, low], &structure, data]);
        } else {
            out.push(&[&[flags, high, low], data]);
        }
    }
    Ok(())
}
