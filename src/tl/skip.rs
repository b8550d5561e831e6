//! Steps over values by table, without looking at what they say.
//!
//! A loop with an explicit stack of [`MAX_DEPTH`] frames: 14 types of the schema contain themselves, so a peer decides how deep
//! they nest. Every id, length and count is checked on the way; nothing is allocated. Each step consumes at least four bytes
//! or one field of a fixed table row, so the work is bounded by the input.

use super::MAX_DEPTH;
use super::error::DecodeError;
use super::generated::skip::{CONSTRUCTORS, FIELDS, ROWS, TYPE_MIN, TYPES};

/// What a field is, in one number:
/// bits 0–11 argument (size, type, constructor, flag word), 12–15 kind, 16–17 vector (0 none, 1 boxed, 2 bare),
/// 18 optional, 19–24 which bit says so, counted through both flag words.
pub type Code = u32;

/// So many bytes, whatever they say; neighbours are one field.
pub const FIXED: Code = 1 << 12;
pub const BYTES: Code = 2 << 12;
pub const BOOL: Code = 3 << 12;
/// A flag word, to be remembered.
pub const FLAGS: Code = 4 << 12;
/// An object with its id: any constructor of the type.
pub const BOXED: Code = 5 << 12;
/// An object without its id: this constructor.
pub const BARE: Code = 6 << 12;
pub const VECTOR: Code = 1 << 16;
pub const BARE_VECTOR: Code = 2 << 16;
pub const OPTIONAL: Code = 1 << 18;

const ARGUMENT: Code = 0xfff;
const KIND: Code = 0xf000;
const VECTOR_MASK: Code = 3 << 16;
const ELEMENT: Code = 0xffff;

/// The smallest encoding of a value of this kind; never 0.
pub fn min_size(code: Code) -> usize {
    if code & VECTOR_MASK != 0 {
        return 4;
    }
    match code & KIND {
        FIXED => ((code & ARGUMENT) as usize).max(1),
        BOXED => TYPE_MIN.get((code & ARGUMENT) as usize).map_or(4, |&min| usize::from(min)),
        _ => 4,
    }
}

/// True for the id of any constructor in the table.
///
/// Only asked on the way to an error, so a plain search is good enough.
pub fn is_known(id: u32) -> bool {
    CONSTRUCTORS.contains(&id) || matches!(id, super::VECTOR_ID | super::TRUE_ID | super::FALSE_ID)
}

/// How far [`walk_many`] came.
pub struct Walked {
    /// Bytes walked over, all elements together.
    pub length: usize,
    /// Elements that were whole, and their bytes.
    pub done: usize,
    pub readable: usize,
    pub error: Option<DecodeError>,
}

/// The size of the value at the front of `bytes`. Offsets in errors count from there.
pub fn walk(bytes: &[u8], code: Code) -> Result<usize, DecodeError> {
    let mut walk = Walk::new(bytes);
    walk.value(code)?;
    walk.run()?;
    Ok(walk.offset())
}

/// Walks over `count` elements.
pub fn walk_many(bytes: &[u8], code: Code, count: u32) -> Walked {
    let mut walk = Walk::new(bytes);
    let error = walk.elements(code & ELEMENT, count).and_then(|()| walk.run()).err();
    let length = walk.offset();
    match error {
        None => Walked { length, done: count as usize, readable: length, error },
        Some(_) => Walked { length, done: walk.done, readable: walk.readable, error },
    }
}

/// The size of the string at the front, padding included.
#[inline(always)]
fn string_size(rest: &[u8]) -> Option<usize> {
    let length = match *rest.first_chunk::<4>()? {
        [0xff, ..] => return None,
        [0xfe, a, b, c] => 4 + u32::from_le_bytes([a, b, c, 0]) as usize,
        [short, ..] => 1 + usize::from(short),
    };
    Some((length + 3) & !3)
}

#[derive(Clone, Copy)]
struct Frame {
    next: u16,
    end: u16,
    /// Both flag words, the first in the low half.
    flags: u64,
    /// More elements of a vector that follow this object, and what they are.
    left: u32,
    element: Code,
}

struct Walk<'a> {
    bytes: &'a [u8],
    rest: &'a [u8],
    frames: [Frame; MAX_DEPTH],
    depth: usize,
    /// Elements of the outermost vector that are whole, and where the last of them ends.
    done: usize,
    readable: usize,
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        const EMPTY: Frame = Frame { next: 0, end: 0, flags: 0, left: 0, element: 0 };
        Walk { bytes, rest: bytes, frames: [EMPTY; MAX_DEPTH], depth: 0, done: 0, readable: 0 }
    }

    fn offset(&self) -> usize {
        self.bytes.len().saturating_sub(self.rest.len())
    }

    fn truncated(&self) -> DecodeError {
        DecodeError::Truncated { offset: self.offset() }
    }

    #[inline]
    fn advance(&mut self, count: usize) -> Result<(), DecodeError> {
        match self.rest.get(count..) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Err(self.truncated()),
        }
    }

    #[inline]
    fn u32(&mut self) -> Result<u32, DecodeError> {
        match self.rest.split_first_chunk::<4>() {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(u32::from_le_bytes(*head))
            }
            None => Err(self.truncated()),
        }
    }

    #[inline]
    fn string(&mut self) -> Result<(), DecodeError> {
        match string_size(self.rest).and_then(|size| self.rest.get(size..)) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Err(self.bad_string()),
        }
    }

    #[cold]
    fn bad_string(&self) -> DecodeError {
        let offset = self.offset();
        match self.rest {
            [0xff, _, _, _, ..] => DecodeError::Length { offset },
            _ => DecodeError::Truncated { offset },
        }
    }

    /// Steps over what needs no frame, and opens a frame for what does.
    #[inline]
    fn value(&mut self, code: Code) -> Result<(), DecodeError> {
        match code & VECTOR_MASK {
            0 => self.element(code, 0),
            VECTOR => {
                let offset = self.offset();
                match self.u32()? {
                    super::VECTOR_ID => self.vector(code),
                    id if is_known(id) => Err(DecodeError::Unexpected { id, offset }),
                    id => Err(DecodeError::Unknown { id, offset }),
                }
            }
            _ => self.vector(code),
        }
    }

    fn vector(&mut self, code: Code) -> Result<(), DecodeError> {
        let offset = self.offset();
        let count = self.u32()?;
        if count as usize > self.rest.len() / min_size(code & ELEMENT) {
            return Err(DecodeError::Count { count, offset });
        }
        self.elements(code & ELEMENT, count)
    }

    fn elements(&mut self, element: Code, count: u32) -> Result<(), DecodeError> {
        match element & KIND {
            FIXED => self.advance((element & ARGUMENT) as usize * count as usize),
            BOXED | BARE if count > 0 => self.element(element, count - 1),
            BOXED | BARE => Ok(()),
            _ => (0..count).try_for_each(|_| self.element(element, 0)),
        }
    }

    /// One element, with `left` more of its kind behind it if it is an object.
    #[inline]
    fn element(&mut self, code: Code, left: u32) -> Result<(), DecodeError> {
        match code & KIND {
            FIXED => self.advance((code & ARGUMENT) as usize),
            BYTES => self.string(),
            BOXED | BARE => self.open(code, left),
            BOOL => {
                let offset = self.offset();
                match self.u32()? {
                    super::TRUE_ID | super::FALSE_ID => Ok(()),
                    id if is_known(id) => Err(DecodeError::Unexpected { id, offset }),
                    id => Err(DecodeError::Unknown { id, offset }),
                }
            }
            _ => self.advance(4),
        }
    }

    /// The fields of the object at the front: as a row of [`FIELDS`].
    #[inline]
    fn object(&mut self, code: Code) -> Result<(u16, u16), DecodeError> {
        let argument = (code & ARGUMENT) as usize;
        let row = if code & KIND == BARE {
            argument
        } else {
            let offset = self.offset();
            let id = self.u32()?;
            match find(argument, id) {
                Some(row) => row,
                None if is_known(id) => return Err(DecodeError::Unexpected { id, offset }),
                None => return Err(DecodeError::Unknown { id, offset }),
            }
        };
        match ROWS.get(row..row + 2) {
            Some(&[start, end]) => Ok((start, end)),
            _ => Ok((0, 0)),
        }
    }

    /// Steps over an object, or as much of it as needs no frame, and lays a frame down for the rest.
    fn open(&mut self, code: Code, left: u32) -> Result<(), DecodeError> {
        let offset = self.offset();
        if self.depth >= MAX_DEPTH {
            return Err(DecodeError::TooDeep { offset });
        }
        let (start, end) = self.object(code)?;
        let mut flags = 0;
        let next = self.flat(start, end, &mut flags)?;
        if next == end && left == 0 {
            return Ok(());
        }
        if let Some(frame) = self.frames.get_mut(self.depth) {
            *frame = Frame { next, end, flags, left, element: code };
            self.depth += 1;
        }
        Ok(())
    }

    fn run(&mut self) -> Result<(), DecodeError> {
        while let Some(top) = self.depth.checked_sub(1) {
            let Some(&Frame { next, end, mut flags, left, element }) = self.frames.get(top) else { break };
            let next = self.flat(next, end, &mut flags)?;
            let Some(&code) = FIELDS.get(usize::from(next)).filter(|_| next != end) else {
                self.close(top, left, element)?;
                continue;
            };
            // The frame must be up to date before another is laid on it.
            if let Some(frame) = self.frames.get_mut(top) {
                frame.next = next + 1;
                frame.flags = flags;
            }
            self.value(code)?;
        }
        Ok(())
    }

    /// Walks over fields that need no frame; stops in front of the first that may, or at the end of the row.
    #[inline]
    fn flat(&mut self, start: u16, end: u16, flags: &mut u64) -> Result<u16, DecodeError> {
        let row = FIELDS.get(usize::from(start)..usize::from(end)).unwrap_or(&[]);
        let (mut rest, mut present) = (self.rest, *flags);
        for (at, &code) in row.iter().enumerate() {
            if code & OPTIONAL != 0 && present >> (code >> 19 & 63) & 1 == 0 {
                continue;
            }
            let behind = match code & (KIND | VECTOR_MASK) {
                FIXED => rest.get((code & ARGUMENT) as usize..),
                BYTES => string_size(rest).and_then(|size| rest.get(size..)),
                FLAGS => rest.split_first_chunk::<4>().map(|(word, rest)| {
                    present |= u64::from(u32::from_le_bytes(*word)) << (32 * (code & 1));
                    rest
                }),
                _ => {
                    self.rest = rest;
                    *flags = present;
                    return Ok(start + at as u16);
                }
            };
            match behind {
                Some(behind) => rest = behind,
                None => {
                    self.rest = rest;
                    return Err(if code & KIND == BYTES { self.bad_string() } else { self.truncated() });
                }
            }
        }
        self.rest = rest;
        *flags = present;
        Ok(end)
    }

    /// An object has ended: the next element of its vector takes its frame, or the frame goes.
    fn close(&mut self, top: usize, left: u32, element: Code) -> Result<(), DecodeError> {
        if top == 0 {
            self.done += 1;
            self.readable = self.offset();
        }
        if left == 0 {
            self.depth = top;
            return Ok(());
        }
        let (next, end) = self.object(element)?;
        if let Some(frame) = self.frames.get_mut(top) {
            *frame = Frame { next, end, flags: 0, left: left - 1, element };
        }
        Ok(())
    }
}

/// Whether two constructors of a type have the same first `count` fields.
pub fn same_beginning(code: Code, one: u32, other: u32, count: usize) -> bool {
    let fields = |id| {
        let row = find((code & ARGUMENT) as usize, id)?;
        let &[start, end] = ROWS.get(row..row + 2)? else { return None };
        FIELDS.get(usize::from(start)..usize::from(end))?.get(..count)
    };
    matches!((fields(one), fields(other)), (Some(one), Some(other)) if one == other)
}

/// The row of the constructor `id` of a type. Within a type the ids are in order.
#[inline]
fn find(kind: usize, id: u32) -> Option<usize> {
    let &[start, end] = TYPES.get(kind..kind + 2)? else { return None };
    let ids = CONSTRUCTORS.get(usize::from(start)..usize::from(end))?;
    let at = if ids.len() <= 8 { ids.iter().position(|&known| known == id) } else { ids.binary_search(&id).ok() };
    at.map(|at| usize::from(start) + at)
}
