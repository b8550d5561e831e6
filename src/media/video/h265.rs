//! H.265 in RTP (RFC 7798), without decoding order numbers (`sprop-max-don-diff` is not agreed on).

use super::Reason;
use super::access_unit::{self, Format, Joiner, Kind, Unit};
use super::bits::BitReader;
use super::packetizer::Unpackable;
use super::pieces::Pieces;
use super::window::Peek;

const VPS: u8 = 32;
const SPS: u8 = 33;
const PPS: u8 = 34;
const DELIMITER: u8 = 35;
const AGGREGATION: u8 = 48;
const FRAGMENT: u8 = 49;
const HEADER: usize = 2;
const FIRST: u8 = 0x80;
const LAST: u8 = 0x40;

fn kind(nal: &[u8]) -> Option<u8> {
    (nal.len() >= HEADER).then(|| nal[0] >> 1 & 0x3f)
}

/// Pictures at which decoding may begin: IDR, BLA, CRA.
fn is_key(kind: u8) -> bool {
    (16..=21).contains(&kind)
}

pub fn peek(payload: &[u8]) -> Result<Peek, Reason> {
    let opens = |kind: u8| [VPS, SPS, DELIMITER].contains(&kind);
    let (begins, key) = match kind(payload).ok_or(Reason::Truncated)? {
        plain @ 0..AGGREGATION => (opens(plain), is_key(plain)),
        AGGREGATION => {
            let mut units = &payload[HEADER..];
            let (mut begins, mut key) = (None, false);
            while let Some((size, after)) = units.split_first_chunk() {
                let (nal, after) = after.split_at_checked(u16::from_be_bytes(*size).into()).ok_or(Reason::Truncated)?;
                let kind = kind(nal).ok_or(Reason::Truncated)?;
                begins = begins.or(Some(opens(kind)));
                key |= is_key(kind);
                units = after;
            }
            (begins.ok_or(Reason::Truncated)?, key)
        }
        FRAGMENT => {
            let header = payload.get(HEADER).ok_or(Reason::Truncated)?;
            let starts = header & FIRST != 0;
            (starts && opens(header & 0x3f), starts && is_key(header & 0x3f))
        }
        _ => return Err(Reason::Unsupported),
    };
    Ok(Peek { begins, is_key: key, position: None })
}

/// Puts an access unit together from its payloads.
pub fn assemble<'a>(payloads: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) -> Result<(), Reason> {
    let mut units = Joiner::new(out);
    for payload in payloads {
        let rest = payload.get(HEADER..).ok_or(Reason::Truncated)?;
        match kind(payload).ok_or(Reason::Truncated)? {
            0..AGGREGATION => units.whole(payload)?,
            AGGREGATION => units.aggregate(rest, |nal| match kind(nal).ok_or(Reason::Truncated)? {
                0..AGGREGATION => Ok(()),
                _ => Err(Reason::Unsupported),
            })?,
            FRAGMENT => {
                let (&header, data) = rest.split_first().ok_or(Reason::Truncated)?;
                let unit = [payload[0] & 0x81 | (header & 0x3f) << 1, payload[1]];
                units.fragment(header & FIRST != 0, header & LAST != 0, &unit, data)?;
            }
            _ => return Err(Reason::Unsupported),
        }
    }
    units.finish()
}

pub fn inspect(data: &[u8]) -> super::Head {
    access_unit::inspect(super::Codec::H265, data)
}

pub fn classify(nal: &[u8]) -> Unit {
    let Some(kind) = kind(nal) else { return Unit::Other };
    let mut reader = BitReader::of_nal(&nal[HEADER..]);
    let set = match kind {
        VPS => reader.bits(4).map(|id| Unit::Set { kind: Kind::Video, id, needs: None }),
        SPS => sequence(&mut reader).map(|(video, id)| Unit::Set { kind: Kind::Sequence, id, needs: Some(video) }),
        PPS => reader.exp_golomb().zip(reader.exp_golomb()).map(|(id, sequence)| Unit::Set {
            kind: Kind::Picture,
            id,
            needs: Some(sequence),
        }),
        DELIMITER => Some(Unit::Delimiter),
        0..=31 => Some(Unit::Slice { is_key: is_key(kind), parameters: slice(&mut reader, kind) }),
        _ => None,
    };
    set.unwrap_or(Unit::Other)
}

/// Which picture parameter set a slice names, section 7.3.6.1.
fn slice(reader: &mut BitReader<'_>, kind: u8) -> Option<u32> {
    reader.skip(1)?;
    if (16..=23).contains(&kind) {
        reader.skip(1)?;
    }
    reader.exp_golomb()
}

/// The numbers of the video parameter set and of the sequence parameter set itself, section 7.3.2.2.
fn sequence(reader: &mut BitReader<'_>) -> Option<(u32, u32)> {
    const PROFILE: u32 = 88;
    const LEVEL: u32 = 8;
    let video = reader.bits(4)?;
    let sub_layers = reader.bits(3)?;
    reader.skip(1 + PROFILE + LEVEL)?;
    let mut present = [(false, false); 8];
    for flags in present.iter_mut().take(sub_layers as usize) {
        *flags = (reader.bit()?, reader.bit()?);
    }
    if sub_layers > 0 {
        reader.skip(2 * (8 - sub_layers))?;
    }
    for (profile, level) in present {
        reader.skip(if profile { PROFILE } else { 0 } + if level { LEVEL } else { 0 })?;
    }
    Some((video, reader.exp_golomb()?))
}

/// The size of the picture that a sequence parameter set describes.
pub fn size(nal: &[u8]) -> Option<(u16, u16)> {
    let mut reader = BitReader::of_nal(nal.get(HEADER..)?);
    sequence(&mut reader)?;
    let chroma = reader.exp_golomb()?;
    let separate = chroma == 3 && reader.bit()?;
    let (width, height) = (u64::from(reader.exp_golomb()?), u64::from(reader.exp_golomb()?));
    let mut crop = [0; 4];
    if reader.bit()? {
        for side in &mut crop {
            *side = u64::from(reader.exp_golomb()?);
        }
    }
    let (unit_x, unit_y) = match chroma {
        1 if !separate => (2, 2),
        2 if !separate => (2, 1),
        _ => (1, 1),
    };
    let width = width.checked_sub(unit_x * (crop[0] + crop[1]))?;
    let height = height.checked_sub(unit_y * (crop[2] + crop[3]))?;
    Some((u16::try_from(width).ok()?, u16::try_from(height).ok()?)).filter(|size| size.0 > 0 && size.1 > 0)
}

const FORMAT: Format = Format {
    header: HEADER,
    is_plain: |nal| nal[0] >> 1 & 0x3f < AGGREGATION,
    aggregation: |group, out| {
        // Forbidden if one is; the lowest layer and the lowest temporal layer of all.
        let forbidden = group.iter().fold(0, |all, nal| all | nal[0] & 0x80);
        let layer = group.iter().map(|nal| (nal[0] & 1) << 5 | nal[1] >> 3).min().unwrap_or(0);
        let temporal = group.iter().map(|nal| nal[1] & 7).min().unwrap_or(1);
        out.extend_from_slice(&[forbidden | AGGREGATION << 1 | layer >> 5, layer << 3 | temporal]);
    },
    fragment: |nal, first, last, out| {
        let ends = if first { FIRST } else { 0 } | if last { LAST } else { 0 };
        out.extend_from_slice(&[nal[0] & 0x81 | FRAGMENT << 1, nal[1], ends | nal[0] >> 1 & 0x3f]);
    },
};

pub fn packetize(frame: &[u8], most: usize, out: &mut Pieces) -> Result<(), Unpackable> {
    access_unit::packetize(&FORMAT, frame, most, out)
}
