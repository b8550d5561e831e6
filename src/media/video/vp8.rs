//! VP8 in RTP (RFC 7741).

use super::continuity::{Places, Position};
use super::packetizer::Unpackable;
use super::pieces::{Pieces, even};
use super::window::Peek;
use super::{Head, Reason};

const EXTENDED: u8 = 0x80;
/// The first packet of a partition; of partition 0 it is that of the frame.
const START: u8 = 0x10;
const PARTITION: u8 = 0x07;
const PICTURE_ID: u8 = 0x80;
const TL0PICIDX: u8 = 0x40;
const TID: u8 = 0x20;
const KEYIDX: u8 = 0x10;

struct Descriptor<'a> {
    /// The first packet of a frame.
    begins: bool,
    position: Position,
    data: &'a [u8],
}

fn parse(payload: &[u8]) -> Option<Descriptor<'_>> {
    let (&first, mut rest) = payload.split_first()?;
    let mut next = || {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        Some(byte)
    };
    let mut position = Position::default();
    if first & EXTENDED != 0 {
        let extension = next()?;
        if extension & PICTURE_ID != 0 {
            let id = next()?;
            position.picture_id = Some(match id & 0x80 {
                0 => (u16::from(id), 7),
                _ => (u16::from(id & 0x7f) << 8 | u16::from(next()?), 15),
            });
        }
        if extension & TL0PICIDX != 0 {
            position.tl0 = Some(next()?);
        }
        if extension & (TID | KEYIDX) != 0 {
            let layer = next()?;
            if extension & TID != 0 {
                position.layer = layer >> 6;
                position.places = if layer & 0x20 != 0 { Places::OnBase } else { Places::OnLower };
            }
        }
    }
    Some(Descriptor { begins: first & START != 0 && first & PARTITION == 0, position, data: rest })
        .filter(|descriptor| !descriptor.data.is_empty())
}

pub fn peek(payload: &[u8]) -> Result<Peek, Reason> {
    let Descriptor { begins, position, data } = parse(payload).ok_or(Reason::Truncated)?;
    Ok(Peek { begins, is_key: begins && data[0] & 1 == 0, position: Some(position) })
}

/// Puts a frame together from its payloads.
pub fn assemble<'a>(payloads: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) -> Result<Head, Reason> {
    for (i, payload) in payloads.enumerate() {
        let descriptor = parse(payload).ok_or(Reason::Truncated)?;
        if descriptor.begins != (i == 0) {
            return Err(Reason::Fragments);
        }
        out.extend_from_slice(descriptor.data);
    }
    Ok(inspect(out))
}

/// RFC 6386, 9.1.
pub fn inspect(data: &[u8]) -> Head {
    match data {
        [tag, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] if tag & 1 == 0 => {
            let size = |low: u8, high: u8| u16::from_le_bytes([low, high]) & 0x3fff;
            Head { is_key: true, size: Some((size(*w0, *w1), size(*h0, *h1))).filter(|size| size.0 > 0 && size.1 > 0) }
        }
        _ => Head::default(),
    }
}

/// Compat: libwebrtc always sends a picture id of 15 bits and, without temporal layers, nothing else.
pub fn packetize(frame: &[u8], picture_id: u16, most: usize, out: &mut Pieces) -> Result<(), Unpackable> {
    const SIZE: usize = 4;
    let [high, low] = (picture_id | 0x8000).to_be_bytes();
    for (i, part) in even(frame.len(), most.saturating_sub(SIZE))?.enumerate() {
        let first = EXTENDED | if i == 0 { START } else { 0 };
        out.push(&[&[first, PICTURE_ID, high, low], &frame[part]]);
    }
    Ok(())
}
