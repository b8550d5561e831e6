//! AV1 in RTP: the payload format of the Alliance for Open Media, version 1.0.

use super::bits::{BitReader, leb128, leb128_size, push_leb128};
use super::packetizer::Unpackable;
use super::pieces::{MAX_PACKETS, Pieces};
use super::window::Peek;
use super::{Head, Reason};
use core::ops::Range;

/// The first element goes on with the last one of the packet before; the last one goes on in the next packet.
const CONTINUES: u8 = 0x80;
const CONTINUED: u8 = 0x40;
/// The first packet of a coded video sequence.
const NEW: u8 = 0x08;

const HAS_EXTENSION: u8 = 0x04;
const HAS_SIZE: u8 = 0x02;
const SEQUENCE_HEADER: u8 = 1;
const TEMPORAL_DELIMITER: u8 = 2;
const FRAME_HEADER: u8 = 3;
const FRAME: u8 = 6;
const TILE_LIST: u8 = 8;

/// An open bitstream unit: one or two bytes of header, and what follows its size.
#[derive(Clone, Copy)]
struct Obu<'a> {
    /// Without the flag that a size follows.
    header: [u8; 2],
    header_size: usize,
    data: &'a [u8],
}

impl<'a> Obu<'a> {
    /// The first of these bytes, and what follows. Without a size it takes everything.
    fn parse(bytes: &'a [u8]) -> Option<(Obu<'a>, &'a [u8])> {
        let (&first, mut rest) = bytes.split_first()?;
        let mut header = [first & !HAS_SIZE, 0];
        let mut header_size = 1;
        if first & HAS_EXTENSION != 0 {
            (header[1], rest) = rest.split_first().map(|(byte, rest)| (*byte, rest))?;
            header_size = 2;
        }
        let (data, rest) = if first & HAS_SIZE != 0 {
            let (size, rest) = leb128(rest)?;
            rest.split_at_checked(size)?
        } else {
            (rest, &[][..])
        };
        Some((Obu { header, header_size, data }, rest))
    }

    fn kind(&self) -> u8 {
        self.header[0] >> 3 & 15
    }

    /// Neither delimiters nor lists of tiles travel.
    fn travels(&self) -> bool {
        ![TEMPORAL_DELIMITER, TILE_LIST].contains(&self.kind())
    }

    fn size(&self) -> usize {
        self.header_size + self.data.len()
    }

    /// This range of the unit without its size.
    fn push(&self, range: Range<usize>, out: &mut Vec<u8>) {
        let header = &self.header[..self.header_size];
        out.extend_from_slice(&header[range.start.min(self.header_size)..range.end.min(self.header_size)]);
        let from = |at: usize| at.saturating_sub(self.header_size);
        out.extend_from_slice(&self.data[from(range.start)..from(range.end)]);
    }
}

/// The units of a temporal unit; `None` where it cannot be read.
fn obus(mut bytes: &[u8]) -> impl Iterator<Item = Option<Obu<'_>>> {
    core::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let parsed = Obu::parse(bytes);
        bytes = parsed.map_or(&[], |(_, rest)| rest);
        Some(parsed.map(|(obu, _)| obu))
    })
}

/// The elements of a payload behind its aggregation header.
fn elements(payload: &[u8]) -> Option<impl Iterator<Item = Option<&[u8]>>> {
    let (&header, mut rest) = payload.split_first()?;
    let count = header >> 4 & 3;
    let mut taken = 0;
    Some(core::iter::from_fn(move || {
        if rest.is_empty() {
            // Fewer than were promised.
            let lacks = taken < count;
            taken = u8::MAX;
            return lacks.then_some(None);
        }
        taken = taken.saturating_add(1);
        if count != 0 && taken == count {
            return Some(Some(core::mem::take(&mut rest)));
        }
        let element = leb128(rest).and_then(|(size, after)| after.split_at_checked(size));
        taken = if element.is_none() { u8::MAX } else { taken };
        let (element, after) = element.map_or((None, &[][..]), |(element, after)| (Some(element), after));
        rest = after;
        Some(element)
    }))
}

pub fn peek(payload: &[u8]) -> Result<Peek, Reason> {
    let mut all = elements(payload).ok_or(Reason::Truncated)?;
    let first = all.next().flatten().and_then(|element| element.first()).ok_or(Reason::Truncated)?;
    // Compat: who does not say that a sequence begins, sends its header all the same.
    let opens = payload[0] & CONTINUES == 0 && (payload[0] & NEW != 0 || first >> 3 & 15 == SEQUENCE_HEADER);
    Ok(Peek { begins: opens, is_key: opens, position: None })
}

/// Puts a temporal unit together from its payloads; each unit gets its size.
pub fn assemble<'a>(payloads: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) -> Result<Head, Reason> {
    // What has come of a unit that goes on.
    let mut open = Vec::new();
    let mut goes_on = false;
    for payload in payloads {
        let header = *payload.first().ok_or(Reason::Truncated)?;
        if (header & CONTINUES != 0) != goes_on {
            return Err(Reason::Fragments);
        }
        let mut all = elements(payload).ok_or(Reason::Truncated)?.peekable();
        all.peek().ok_or(Reason::Truncated)?;
        let mut continues = goes_on;
        while let Some(element) = all.next() {
            let element = element.filter(|element| !element.is_empty()).ok_or(Reason::Truncated)?;
            goes_on = all.peek().is_none() && header & CONTINUED != 0;
            if continues || goes_on {
                open.extend_from_slice(element);
                if !goes_on {
                    push_sized(&open, out)?;
                    open.clear();
                }
            } else {
                push_sized(element, out)?;
            }
            continues = false;
        }
    }
    if goes_on { Err(Reason::Fragments) } else { Ok(inspect(out)) }
}

fn push_sized(element: &[u8], out: &mut Vec<u8>) -> Result<(), Reason> {
    let (obu, _) = Obu::parse(element).ok_or(Reason::Truncated)?;
    if obu.travels() {
        out.push(obu.header[0] | HAS_SIZE);
        out.extend_from_slice(&obu.header[1..obu.header_size]);
        push_leb128(out, obu.data.len());
        out.extend_from_slice(obu.data);
    }
    Ok(())
}

/// The sequence header, and the first frame's type.
pub fn inspect(data: &[u8]) -> Head {
    let mut sequence = None;
    for obu in obus(data) {
        let Some(obu) = obu else { break };
        match obu.kind() {
            SEQUENCE_HEADER => sequence = self::sequence(obu.data),
            FRAME_HEADER | FRAME => {
                let Some((still, size)) = sequence else { break };
                let mut reader = BitReader::new(obu.data);
                // show_existing_frame and frame_type: a key frame is all zeros.
                let is_key = still || reader.bits(3) == Some(0);
                return Head { is_key, size: size.filter(|_| is_key) };
            }
            _ => {}
        }
    }
    Head::default()
}

/// Whether frames have a reduced header, and how large they are at most: section 5.5 of the bitstream specification.
fn sequence(data: &[u8]) -> Option<(bool, Option<(u16, u16)>)> {
    let mut reader = BitReader::new(data);
    reader.skip(4)?;
    let still = reader.bit()?;
    let size = operating_points(&mut reader, still).and_then(|()| {
        let (width_bits, height_bits) = (reader.bits(4)? + 1, reader.bits(4)? + 1);
        let (width, height) = (reader.bits(width_bits)? + 1, reader.bits(height_bits)? + 1);
        Some((u16::try_from(width).ok()?, u16::try_from(height).ok()?))
    });
    Some((still, size))
}

fn operating_points(reader: &mut BitReader<'_>, still: bool) -> Option<()> {
    if still {
        return reader.skip(5);
    }
    let mut delay_bits = None;
    if reader.bit()? {
        reader.skip(64)?;
        if reader.bit()? {
            // uvlc: as ue(v), and whatever it is.
            reader.exp_golomb()?;
        }
        if reader.bit()? {
            delay_bits = Some(reader.bits(5)? + 1);
            reader.skip(42)?;
        }
    }
    let display_delay = reader.bit()?;
    for _ in 0..=reader.bits(5)? {
        reader.skip(12)?;
        if reader.bits(5)? > 7 {
            reader.skip(1)?;
        }
        if let Some(bits) = delay_bits
            && reader.bit()?
        {
            reader.skip(2 * bits + 1)?;
        }
        if display_delay && reader.bit()? {
            reader.skip(4)?;
        }
    }
    Some(())
}

/// An element of the next packet: of this unit, this range.
type Element<'a> = (Obu<'a>, Range<usize>);

pub fn packetize(frame: &[u8], is_key: bool, most: usize, out: &mut Pieces) -> Result<(), Unpackable> {
    if obus(frame).any(|obu| obu.is_none()) || !obus(frame).flatten().any(|obu| obu.travels()) {
        return Err(Unpackable::Unreadable);
    }
    let mut elements = Vec::new();
    let mut count = |most| {
        let mut count = 0;
        lay_out(frame, most, &mut elements, |_, _| count += 1);
        count
    };
    let least = count(most);
    if least > MAX_PACKETS {
        return Err(Unpackable::TooLarge);
    }
    // About equal: the smallest size with which there are not more packets.
    let (mut low, mut high) = (1, most);
    while least > 1 && low < high {
        let middle = low + (high - low) / 2;
        if middle >= LEAST && count(middle) <= least {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let (mut first, mut continues) = (true, false);
    lay_out(frame, high, &mut elements, |elements, continued| {
        let sized = if elements.len() > 3 { elements.len() } else { elements.len() - 1 };
        let count = if elements.len() > 3 { 0 } else { elements.len() as u8 };
        let bit = |condition, bit| if condition { bit } else { 0 };
        let header = bit(continues, CONTINUES) | bit(continued, CONTINUED) | bit(first && is_key, NEW) | count << 4;
        out.bytes().push(header);
        for (i, (obu, range)) in elements.iter().enumerate() {
            if i < sized {
                push_leb128(out.bytes(), range.len());
            }
            obu.push(range.clone(), out.bytes());
        }
        out.finish();
        (first, continues) = (false, continued);
    });
    Ok(())
}

/// Below this nothing is gained by a packet.
const LEAST: usize = 8;

/// Fills packets of at most so many bytes, and says of each what is in it and whether the last element goes on in the next.
fn lay_out<'a>(
    frame: &'a [u8],
    most: usize,
    elements: &mut Vec<Element<'a>>,
    mut packet: impl FnMut(&[Element<'a>], bool),
) {
    elements.clear();
    let mut room = most - 1;
    for obu in obus(frame).flatten().filter(Obu::travels) {
        let mut from = 0;
        while from < obu.size() {
            if room < LEAST - 1 && !elements.is_empty() {
                packet(elements, false);
                elements.clear();
                room = most - 1;
            }
            let rest = obu.size() - from;
            let part = rest.min(room - leb128_size(room.min(rest)));
            elements.push((obu, from..from + part));
            from += part;
            room -= part + leb128_size(part);
            if from < obu.size() {
                packet(elements, true);
                elements.clear();
                room = most - 1;
            }
        }
    }
    if !elements.is_empty() {
        packet(elements, false);
    }
}
