//! H.264 in RTP (RFC 6184): packetization mode 1 is sent; modes 0 and 1 are received.

use super::Reason;
use super::access_unit::{self, Format, Joiner, Kind, Unit};
use super::annex_b::{START, nals};
use super::bits::BitReader;
use super::packetizer::Unpackable;
use super::pieces::Pieces;
use super::sps;
use super::window::Peek;

const SLICE: u8 = 1;
const IDR: u8 = 5;
const SPS: u8 = 7;
const PPS: u8 = 8;
const SEI: u8 = 6;
const DELIMITER: u8 = 9;
const FILLER: u8 = 12;
const SPS_EXTENSION: u8 = 13;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;
const TYPE: u8 = 0x1f;
/// Of a fragment: the first of its unit, the last.
const FIRST: u8 = 0x80;
const LAST: u8 = 0x40;

pub fn peek(payload: &[u8]) -> Result<Peek, Reason> {
    let (&first, rest) = payload.split_first().ok_or(Reason::Truncated)?;
    let opens = |kind: u8| kind == SPS || kind == DELIMITER;
    let (begins, is_key) = match first & TYPE {
        kind @ 1..=23 => (opens(kind), kind == IDR),
        STAP_A => {
            let mut units = rest;
            let (mut begins, mut is_key) = (None, false);
            while let Some((size, after)) = units.split_first_chunk() {
                let (nal, after) = after.split_at_checked(u16::from_be_bytes(*size).into()).ok_or(Reason::Truncated)?;
                let kind = nal.first().ok_or(Reason::Truncated)? & TYPE;
                begins = begins.or(Some(opens(kind)));
                is_key |= kind == IDR;
                units = after;
            }
            (begins.ok_or(Reason::Truncated)?, is_key)
        }
        FU_A => {
            let header = rest.first().ok_or(Reason::Truncated)?;
            let starts = header & FIRST != 0;
            (starts && opens(header & TYPE), starts && header & TYPE == IDR)
        }
        _ => return Err(Reason::Unsupported),
    };
    Ok(Peek { begins, is_key, position: None })
}

/// Puts an access unit together from its payloads.
pub fn assemble<'a>(payloads: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) -> Result<(), Reason> {
    let mut units = Joiner::new(out);
    for payload in payloads {
        let (&first, rest) = payload.split_first().ok_or(Reason::Truncated)?;
        match first & TYPE {
            1..=23 => units.whole(payload)?,
            STAP_A => units.aggregate(rest, |nal| match nal.first().ok_or(Reason::Truncated)? & TYPE {
                1..=23 => Ok(()),
                _ => Err(Reason::Unsupported),
            })?,
            FU_A => {
                let (&header, data) = rest.split_first().ok_or(Reason::Truncated)?;
                let unit = first & !TYPE | header & TYPE;
                units.fragment(header & FIRST != 0, header & LAST != 0, &[unit], data)?;
            }
            _ => return Err(Reason::Unsupported),
        }
    }
    units.finish()
}

pub fn inspect(data: &[u8]) -> super::Head {
    access_unit::inspect(super::Codec::H264, data)
}

pub fn classify(nal: &[u8]) -> Unit {
    let Some((&first, rest)) = nal.split_first() else { return Unit::Other };
    let mut reader = BitReader::of_nal(rest);
    match first & TYPE {
        DELIMITER => Unit::Delimiter,
        // Behind profile, constraints and level.
        SPS => match reader.skip(24).and_then(|()| reader.exp_golomb()) {
            Some(id) => Unit::Set { kind: Kind::Sequence, id, needs: None },
            None => Unit::Other,
        },
        PPS => match reader.exp_golomb().zip(reader.exp_golomb()) {
            Some((id, sequence)) => Unit::Set { kind: Kind::Picture, id, needs: Some(sequence) },
            None => Unit::Other,
        },
        kind @ (SLICE | 2 | IDR) => {
            // first_mb_in_slice, slice_type, pic_parameter_set_id.
            let parameters = [(); 3].map(|()| reader.exp_golomb())[2];
            Unit::Slice { is_key: kind == IDR, parameters }
        }
        _ => Unit::Other,
    }
}

/// The size of the picture that a sequence parameter set describes, section 7.3.2.1.1.
pub fn size(nal: &[u8]) -> Option<(u16, u16)> {
    const WITH_CHROMA_FORMAT: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
    let mut reader = BitReader::of_nal(nal.get(1..)?);
    let profile = reader.bits(8)?;
    reader.skip(16)?;
    reader.exp_golomb()?;
    let (mut chroma, mut separate) = (1, false);
    if WITH_CHROMA_FORMAT.contains(&profile) {
        chroma = reader.exp_golomb()?;
        if chroma == 3 {
            separate = reader.bit()?;
        }
        reader.exp_golomb()?;
        reader.exp_golomb()?;
        reader.skip(1)?;
        if reader.bit()? {
            for i in 0..if chroma == 3 { 12 } else { 8 } {
                if reader.bit()? {
                    skip_scaling_list(&mut reader, if i < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    reader.exp_golomb()?;
    match reader.exp_golomb()? {
        0 => drop(reader.exp_golomb()?),
        1 => {
            reader.skip(1)?;
            reader.signed_exp_golomb()?;
            reader.signed_exp_golomb()?;
            for _ in 0..reader.exp_golomb().filter(|count| *count < 256)? {
                reader.signed_exp_golomb()?;
            }
        }
        _ => {}
    }
    reader.exp_golomb()?;
    reader.skip(1)?;
    let width = u64::from(reader.exp_golomb()?) + 1;
    let height = u64::from(reader.exp_golomb()?) + 1;
    let frame_only = reader.bit()?;
    if !frame_only {
        reader.skip(1)?;
    }
    reader.skip(1)?;
    let mut crop = [0; 4];
    if reader.bit()? {
        for side in &mut crop {
            *side = u64::from(reader.exp_golomb()?);
        }
    }
    let fields = if frame_only { 1 } else { 2 };
    let (unit_x, unit_y) = match chroma {
        1 if !separate => (2, 2 * fields),
        2 if !separate => (2, fields),
        _ => (1, fields),
    };
    let width = (16 * width).checked_sub(unit_x * (crop[0] + crop[1]))?;
    let height = (16 * fields * height).checked_sub(unit_y * (crop[2] + crop[3]))?;
    Some((u16::try_from(width).ok()?, u16::try_from(height).ok()?)).filter(|size| size.0 > 0 && size.1 > 0)
}

fn skip_scaling_list(reader: &mut BitReader<'_>, size: usize) -> Option<()> {
    let (mut last, mut next) = (8i32, 8i32);
    for _ in 0..size {
        if next != 0 {
            next = last.wrapping_add(reader.signed_exp_golomb()?).wrapping_add(256) & 0xff;
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

const FORMAT: Format = Format {
    header: 1,
    is_plain: |nal| (1..=23).contains(&(nal[0] & TYPE)),
    aggregation: |group, out| {
        // Forbidden if one is, as important as the most important.
        let forbidden = group.iter().fold(0, |all, nal| all | nal[0] & 0x80);
        let importance = group.iter().map(|nal| nal[0] & 0x60).max().unwrap_or(0);
        out.push(forbidden | importance | STAP_A);
    },
    fragment: |nal, first, last, out| {
        let ends = if first { FIRST } else { 0 } | if last { LAST } else { 0 };
        out.extend_from_slice(&[nal[0] & !TYPE | FU_A, ends | nal[0] & TYPE]);
    },
};

pub fn packetize(frame: &[u8], most: usize, out: &mut Pieces) -> Result<(), Unpackable> {
    access_unit::packetize(&FORMAT, frame, most, out)
}

/// An access unit as it has to be before it is sealed, so that whoever receives it finds nothing to change in what stays readable.
///
/// Readable is all before the first slice, so nothing of a picture may stand there: `None`.
pub fn settled(frame: &[u8], is_key: bool) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(frame.len() + 64);
    let mut has_slice = false;
    for nal in nals(frame) {
        let mut push = |nal: &[u8]| {
            out.extend_from_slice(&START);
            out.extend_from_slice(nal);
        };
        match nal[0] & TYPE {
            _ if has_slice => push(nal),
            SLICE | IDR => {
                has_slice = true;
                push(nal);
            }
            SPS => push(&sps::settled(nal).unwrap_or_else(|| nal.to_vec())),
            // Compat: native senders take it out of key frames.
            DELIMITER if is_key => {}
            DELIMITER | PPS | SPS_EXTENSION => push(nal),
            // What is said beside the picture, captions and all, would be readable too, and no decoder needs it.
            SEI | FILLER => {}
            _ => return None,
        }
    }
    has_slice.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_it_is_sealed_a_unit_has_nothing_readable_but_its_parameters() {
        // Delimiter, parameter sets, what is said beside the picture, two slices with start codes of both kinds.
        let frame = [
            &[0, 0, 0, 1, 0x09, 0xf0][..],
            &[0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x0d],
            &[0, 0, 1, 0x68, 0xce, 0, 0],
            &[0, 0, 0, 1, 0x06, 0x04, 0x02, b'h', b'i', 0x80],
            &[0, 0, 1, 0x65, 0x88, 0x84, 7, 7],
            &[0, 0, 1, 0x65, 0x44, 0x84, 8, 8],
        ]
        .concat();
        let expected = [
            &[0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x0d][..],
            &[0, 0, 0, 1, 0x68, 0xce, 0, 0],
            &[0, 0, 0, 1, 0x65, 0x88, 0x84, 7, 7],
            &[0, 0, 0, 1, 0x65, 0x44, 0x84, 8, 8],
        ]
        .concat();
        assert_eq!(settled(&frame, true), Some(expected));
        let delta = [0, 0, 0, 1, 0x09, 0xf0, 0, 0, 0, 1, 0x41, 0x9a, 1];
        assert_eq!(settled(&delta, false).as_deref(), Some(&delta[..]));
    }

    #[test]
    fn what_would_stay_readable_of_a_picture_is_not_sealed_at_all() {
        let slice = [0, 0, 0, 1, 0x41, 0x9a, 1];
        for kind in (0..32).filter(|kind| ![SLICE, IDR, SEI, SPS, PPS, DELIMITER, FILLER, SPS_EXTENSION].contains(kind))
        {
            let frame = [&[0, 0, 0, 1, 0x60 | kind, 1, 2, 3][..], &slice].concat();
            assert_eq!(settled(&frame, false), None, "{kind}");
            // Behind the first slice everything is sealed.
            assert!(settled(&[&slice[..], &frame].concat(), false).is_some());
        }
        for none in [&[][..], &[1, 2, 3], &[0, 0, 0, 1, 0x67, 1, 2]] {
            assert_eq!(settled(none, true), None);
        }
    }
}
