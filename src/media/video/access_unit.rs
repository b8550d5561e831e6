//! What H.264 and H.265 have in common: an access unit, the parameters its pictures need, and its way into packets.

use super::annex_b::{START, nals};
use super::packetizer::Unpackable;
use super::pieces::{MAX_PACKETS, Pieces, even};
use super::{Codec, Content, Head, Reason, h264, h265};
use std::collections::VecDeque;

/// Parameter sets of one stream. Real streams have three; the oldest gives way.
const MAX_SETS: usize = 64;
const MAX_SET_BYTES: usize = 64 * 1024;
/// Units that go into one aggregation packet.
const MAX_GROUP: usize = 16;

/// A video, sequence or picture parameter set, in the order in which they build on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Video,
    Sequence,
    Picture,
}

/// What a NAL unit is, as far as its head must be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Delimiter,
    /// `needs`: which set of the kind before it.
    Set {
        kind: Kind,
        id: u32,
        needs: Option<u32>,
    },
    /// `parameters`: which picture parameter set; `None`: that cannot be read.
    Slice {
        is_key: bool,
        parameters: Option<u32>,
    },
    Other,
}

fn classify(codec: Codec, nal: &[u8]) -> Unit {
    if codec == Codec::H265 { h265::classify(nal) } else { h264::classify(nal) }
}

fn size(codec: Codec, nal: &[u8]) -> Option<(u16, u16)> {
    if codec == Codec::H265 { h265::size(nal) } else { h264::size(nal) }
}

pub fn inspect(codec: Codec, data: &[u8]) -> Head {
    let mut head = Head::default();
    for nal in nals(data) {
        match classify(codec, nal) {
            Unit::Set { kind: Kind::Sequence, .. } => head.size = size(codec, nal),
            Unit::Slice { is_key, .. } => return Head { is_key, size: head.size.filter(|_| is_key) },
            _ => {}
        }
    }
    Head::default()
}

#[derive(Debug)]
pub(super) struct Set {
    kind: Kind,
    id: u32,
    needs: Option<u32>,
    /// The access unit it came with.
    unit: u64,
    nal: Vec<u8>,
}

/// The parameter sets that a stream has sent, and what else it has sent ahead of its pictures.
#[derive(Debug, Default)]
pub struct Parameters {
    pub(super) sets: VecDeque<Set>,
    pub(super) bytes: usize,
    unit: u64,
    /// Access units without a picture, which belong to the next one.
    pub(super) ahead: Vec<u8>,
}

impl Parameters {
    fn store(&mut self, kind: Kind, id: u32, needs: Option<u32>, nal: &[u8]) {
        if nal.len() > MAX_SET_BYTES / 4 {
            return;
        }
        if let Some(at) = self.sets.iter().position(|set| (set.kind, set.id) == (kind, id)) {
            self.bytes -= self.sets.remove(at).map_or(0, |set| set.nal.len());
        }
        self.bytes += nal.len();
        self.sets.push_back(Set { kind, id, needs, unit: self.unit, nal: nal.to_vec() });
        while self.sets.len() > MAX_SETS || self.bytes > MAX_SET_BYTES {
            self.bytes -= self.sets.pop_front().map_or(0, |set| set.nal.len());
        }
    }

    fn find(&self, kind: Kind, id: u32) -> Option<&Set> {
        self.sets.iter().find(|set| (set.kind, set.id) == (kind, id))
    }

    /// The sets that a picture stands on, the lowest first. `None`: one was never seen.
    fn chain(&self, picture: u32) -> Option<[Option<&Set>; 3]> {
        let picture = self.find(Kind::Picture, picture)?;
        let sequence = self.find(Kind::Sequence, picture.needs?)?;
        let video = match sequence.needs {
            Some(id) => Some(self.find(Kind::Video, id)?),
            None => None,
        };
        Some([video, Some(sequence), Some(picture)])
    }

    /// Looks over an access unit that was put together. `None`: it has no picture, and goes in front of the next one.
    ///
    /// A key frame gets the sets in front that came before it, so that a decoder can begin with it. A sealed frame is not
    /// touched: it would not open again.
    pub fn complete(&mut self, codec: Codec, content: Content, data: &mut Vec<u8>) -> Result<Option<Head>, Reason> {
        let (mut first, mut front) = (true, 0);
        let mut slice = None;
        for nal in nals(data) {
            match classify(codec, nal) {
                Unit::Delimiter if first => front = START.len() + nal.len(),
                Unit::Set { kind, id, needs } => self.store(kind, id, needs, nal),
                Unit::Slice { is_key, parameters } => {
                    slice = Some((is_key, parameters));
                    break;
                }
                Unit::Delimiter | Unit::Other => {}
            }
            first = false;
        }
        let Some((is_key, parameters)) = slice else {
            if content == Content::Sealed {
                return Ok(Some(Head::default()));
            }
            if self.ahead.len() + data.len() > MAX_SET_BYTES {
                self.ahead.clear();
                return Err(Reason::NoPicture);
            }
            self.ahead.append(data);
            return Ok(None);
        };
        let unit = self.unit;
        self.unit += 1;
        let ahead = core::mem::take(&mut self.ahead);
        if !is_key {
            if !ahead.is_empty() {
                data.splice(front..front, ahead);
            }
            return Ok(Some(Head::default()));
        }
        let chain = self.chain(parameters.ok_or(Reason::NoPicture)?).ok_or(Reason::NoParameters)?;
        let size = chain[1].and_then(|set| size(codec, &set.nal));
        if content == Content::Plain {
            let mut before = Vec::new();
            for set in chain.into_iter().flatten().filter(|set| set.unit != unit) {
                before.extend_from_slice(&START);
                before.extend_from_slice(&set.nal);
            }
            before.extend_from_slice(&ahead);
            if !before.is_empty() {
                data.splice(front..front, before);
            }
        }
        Ok(Some(Head { is_key, size }))
    }
}

/// NAL units on their way out of packets.
#[derive(Debug)]
pub struct Joiner<'a> {
    out: &'a mut Vec<u8>,
    /// Inside a unit that comes in fragments.
    open: bool,
}

impl<'a> Joiner<'a> {
    pub fn new(out: &'a mut Vec<u8>) -> Joiner<'a> {
        Joiner { out, open: false }
    }

    pub fn whole(&mut self, nal: &[u8]) -> Result<(), Reason> {
        if self.open {
            return Err(Reason::Fragments);
        }
        self.out.extend_from_slice(&START);
        self.out.extend_from_slice(nal);
        Ok(())
    }

    /// Units behind their lengths of 16 bits; `check` says whether one may stand there.
    pub fn aggregate(&mut self, mut units: &[u8], check: impl Fn(&[u8]) -> Result<(), Reason>) -> Result<(), Reason> {
        loop {
            let (size, rest) = units.split_first_chunk().ok_or(Reason::Truncated)?;
            let (nal, rest) = rest.split_at_checked(u16::from_be_bytes(*size).into()).ok_or(Reason::Truncated)?;
            check(nal)?;
            self.whole(nal)?;
            units = rest;
            if units.is_empty() {
                return Ok(());
            }
        }
    }

    /// A fragment; `header` is that of the unit, which the first one begins with.
    pub fn fragment(&mut self, starts: bool, ends: bool, header: &[u8], data: &[u8]) -> Result<(), Reason> {
        if self.open == starts {
            return Err(Reason::Fragments);
        }
        if starts {
            self.out.extend_from_slice(&START);
            self.out.extend_from_slice(header);
        }
        self.out.extend_from_slice(data);
        self.open = !ends;
        Ok(())
    }

    pub fn finish(self) -> Result<(), Reason> {
        if self.open { Err(Reason::Fragments) } else { Ok(()) }
    }
}

/// How a codec writes its packets.
pub struct Format {
    /// Bytes of a unit's header.
    pub header: usize,
    /// Whether a unit can go as it is.
    pub is_plain: fn(&[u8]) -> bool,
    /// The header of a packet of several units.
    pub aggregation: fn(&[&[u8]], &mut Vec<u8>),
    /// What stands before a fragment: of this unit, whether it is the first or the last.
    pub fragment: fn(&[u8], bool, bool, &mut Vec<u8>),
}

/// Units that fit go together as long as they do; larger ones go in about equal fragments.
pub fn packetize(format: &Format, frame: &[u8], most: usize, out: &mut Pieces) -> Result<(), Unpackable> {
    let mut group: [&[u8]; MAX_GROUP] = [&[]; MAX_GROUP];
    let (mut count, mut bytes) = (0, 0);
    let mut any = false;
    for nal in nals(frame) {
        if nal.len() < format.header || !(format.is_plain)(nal) {
            return Err(Unpackable::Unreadable);
        }
        any = true;
        if count > 0 && (count == MAX_GROUP || format.header + bytes + 2 + nal.len() > most) {
            flush(format, &group[..count], out);
            (count, bytes) = (0, 0);
        }
        if nal.len() <= most {
            group[count] = nal;
            (count, bytes) = (count + 1, bytes + 2 + nal.len());
        } else {
            let data = &nal[format.header..];
            let parts = even(data.len(), most.saturating_sub(format.header + 1))?;
            let last = parts.len() - 1;
            for (i, part) in parts.enumerate() {
                (format.fragment)(nal, i == 0, i == last, out.bytes());
                out.push(&[&data[part]]);
            }
        }
        if out.parts().1.len() > MAX_PACKETS {
            return Err(Unpackable::TooLarge);
        }
    }
    if count > 0 {
        flush(format, &group[..count], out);
    }
    if any { Ok(()) } else { Err(Unpackable::Unreadable) }
}

fn flush(format: &Format, group: &[&[u8]], out: &mut Pieces) {
    if let [nal] = group {
        return out.push(&[nal]);
    }
    (format.aggregation)(group, out.bytes());
    for nal in group {
        out.bytes().extend_from_slice(&(nal.len() as u16).to_be_bytes());
        out.bytes().extend_from_slice(nal);
    }
    out.finish();
}
