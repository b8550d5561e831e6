//! A bounds-checked cursor over borrowed bytes.

use super::error::DecodeError;
use super::seq::Seq;
use super::skip::{self, Walked};
use super::{Decode, Unread, VECTOR_ID};

/// Reads values from the front of its input. Every read is checked; a failed one leaves the cursor where it pleases, so the
/// caller gives up.
///
/// A *lenient* reader, used by the inlets, does not give up where a constructor of another layer stands in a place that the
/// call can do without: it notes the place in [`Reader::unread`] and fills what follows with nothing.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    total: usize,
    lenient: bool,
    unread: Option<Unread>,
}

type Result<T> = core::result::Result<T, DecodeError>;

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes, total: bytes.len(), lenient: false, unread: None }
    }

    pub fn lenient(bytes: &'a [u8]) -> Self {
        Reader { lenient: true, ..Self::new(bytes) }
    }

    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn offset(&self) -> usize {
        self.total.saturating_sub(self.rest.len())
    }

    /// The first place that could not be read, if any.
    pub fn unread(&self) -> Option<Unread> {
        self.unread
    }

    /// True once a part was unreadable: nothing behind it can be found from the front.
    pub fn is_lost(&self) -> bool {
        self.unread.is_some()
    }

    /// The end of the object must be the end of the input.
    pub fn finish(&self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(DecodeError::Trailing { offset: self.offset() }) }
    }

    fn truncated(&self) -> DecodeError {
        DecodeError::Truncated { offset: self.offset() }
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(|| self.truncated())?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<&'a [u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or_else(|| self.truncated())?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn u32(&mut self) -> Result<u32> {
        self.array().map(|bytes| u32::from_le_bytes(*bytes))
    }

    pub fn i32(&mut self) -> Result<i32> {
        self.array().map(|bytes| i32::from_le_bytes(*bytes))
    }

    pub fn i64(&mut self) -> Result<i64> {
        self.array().map(|bytes| i64::from_le_bytes(*bytes))
    }

    pub fn f64(&mut self) -> Result<f64> {
        self.array().map(|bytes| f64::from_le_bytes(*bytes))
    }

    pub fn bool(&mut self) -> Result<bool> {
        match self.u32()? {
            super::TRUE_ID => Ok(true),
            super::FALSE_ID => Ok(false),
            id => Err(self.unexpected(id)),
        }
    }

    /// A string or bytes: length, content, padding to four. The value of the padding is not looked at.
    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        let (head, length) = match self.rest.first_chunk::<4>() {
            Some(&[0xfe, a, b, c]) => (4, u32::from_le_bytes([a, b, c, 0]) as usize),
            Some(&[0xff, ..]) => return Err(DecodeError::Length { offset: self.offset() }),
            Some(&[short, ..]) => (1, usize::from(short)),
            None => return Err(self.truncated()),
        };
        let padded = (head + length).next_multiple_of(4);
        let (taken, rest) = self.rest.split_at_checked(padded).ok_or_else(|| self.truncated())?;
        let content = taken.get(head..head + length).ok_or_else(|| self.truncated())?;
        self.rest = rest;
        Ok(content)
    }

    /// The id in front of a boxed object must be this one.
    pub fn expect(&mut self, id: u32) -> Result<()> {
        let found = self.u32()?;
        if found == id { Ok(()) } else { Err(self.unexpected(found)) }
    }

    /// The error for a constructor id that was just read and is not one of those due.
    pub fn unexpected(&self, id: u32) -> DecodeError {
        let offset = self.offset().saturating_sub(4);
        if skip::is_known(id) { DecodeError::Unexpected { id, offset } } else { DecodeError::Unknown { id, offset } }
    }

    /// Steps over one value of the kind `code` and returns its bytes.
    pub fn raw(&mut self, code: u32) -> Result<&'a [u8]> {
        let length = skip::walk(self.rest, code).map_err(|e| self.at_offset(e))?;
        self.take(length)
    }

    /// A vector: its bytes are checked and stepped over now, its elements are decoded as they are iterated.
    pub fn seq<T: Decode<'a>>(&mut self) -> Result<Seq<'a, T>> {
        self.expect(VECTOR_ID)?;
        self.bare_seq()
    }

    /// A vector that may have at most `max` elements, because they outlive the message.
    pub fn seq_max<T: Decode<'a>>(&mut self, max: u32) -> Result<Seq<'a, T>> {
        let mut ahead = *self;
        ahead.expect(VECTOR_ID)?;
        let count = ahead.u32()?;
        if count > max && count as usize <= ahead.rest.len() / skip::min_size(T::CODE) {
            return Err(DecodeError::TooMany { count, offset: self.offset() });
        }
        self.seq()
    }

    /// A vector without its id.
    pub fn bare_seq<T: Decode<'a>>(&mut self) -> Result<Seq<'a, T>> {
        let (count, walked) = self.walk_elements(T::CODE)?;
        match walked {
            Walked { error: None, length, .. } => Ok(Seq::wire(self.take(length)?, count)),
            Walked { error: Some(error), .. } => Err(self.at_offset(error)),
        }
    }

    /// A vector that the call can do without: a lenient reader keeps the elements in front of an unreadable one. Behind an
    /// unreadable place there is none.
    pub fn soft_seq<T: Decode<'a>>(&mut self) -> Result<Seq<'a, T>> {
        if self.is_lost() {
            return Ok(Seq::unread());
        }
        if !self.lenient {
            return self.seq();
        }
        self.expect(VECTOR_ID)?;
        let (count, walked) = self.walk_elements(T::CODE)?;
        let Some(error) = walked.error else {
            return Ok(Seq::wire(self.take(walked.length)?, count));
        };
        let unread = self.forgive(self.at_offset(error))?;
        let from = self.rest;
        let readable = self.take(walked.readable)?;
        // The element that stopped the walk may itself be one that can do without a part: a call with a list of servers.
        let mut last = Reader { unread: None, ..*self };
        let with_last = T::read(&mut last).is_ok() && last.is_lost();
        self.unread = Some(unread);
        let bytes = if with_last { from } else { readable };
        Ok(Seq::cut(bytes, walked.done + usize::from(with_last)))
    }

    /// As [`Reader::soft_seq`], for a vector with at most `max` elements.
    pub fn soft_seq_max<T: Decode<'a>>(&mut self, max: u32) -> Result<Seq<'a, T>> {
        let before = *self;
        let seq = self.soft_seq()?;
        if seq.len() > max as usize {
            return Err(DecodeError::TooMany { count: seq.len() as u32, offset: before.offset() });
        }
        Ok(seq)
    }

    /// An object that the call can do without.
    pub fn soft<T: Decode<'a>>(&mut self) -> Result<Option<T>> {
        if self.is_lost() {
            return Ok(None);
        }
        let mut ahead = *self;
        match T::read(&mut ahead) {
            Ok(value) => {
                *self = ahead;
                Ok(Some(value))
            }
            Err(error) => {
                self.unread = Some(self.forgive(error)?);
                Ok(None)
            }
        }
    }

    /// A number behind a part that may be unreadable; then it is 0. It could be read from the end of the input only if nothing
    /// followed the object, and MTProto's padding may: a wrong number is worse than none.
    pub fn soft_i32(&mut self) -> Result<i32> {
        if self.is_lost() { Ok(0) } else { self.i32() }
    }

    /// Notes that the rest of the message is unreadable, if the reader puts up with the error.
    pub(super) fn give_up(&mut self, error: DecodeError) -> Result<()> {
        self.unread = Some(self.forgive(error)?);
        Ok(())
    }

    /// What a lenient reader puts up with: constructors it does not know, and nesting too deep to follow.
    fn forgive(&self, error: DecodeError) -> Result<Unread> {
        match error {
            DecodeError::Unknown { id, offset } if self.lenient => Ok(Unread { id: Some(id), offset }),
            DecodeError::TooDeep { offset } if self.lenient => Ok(Unread { id: None, offset }),
            error => Err(error),
        }
    }

    /// Reads a count and walks over that many elements, without moving past them.
    fn walk_elements(&mut self, code: u32) -> Result<(usize, Walked)> {
        let count = self.u32()?;
        if count as usize > self.rest.len() / skip::min_size(code) {
            return Err(DecodeError::Count { count, offset: self.offset().saturating_sub(4) });
        }
        Ok((count as usize, skip::walk_many(self.rest, code, count)))
    }

    /// Makes an offset that counts from the cursor count from the start of the input.
    fn at_offset(&self, error: DecodeError) -> DecodeError {
        use DecodeError::*;
        let base = self.offset();
        match error {
            Truncated { offset } => Truncated { offset: base + offset },
            Unknown { id, offset } => Unknown { id, offset: base + offset },
            Unexpected { id, offset } => Unexpected { id, offset: base + offset },
            Length { offset } => Length { offset: base + offset },
            Count { count, offset } => Count { count, offset: base + offset },
            TooMany { count, offset } => TooMany { count, offset: base + offset },
            TooDeep { offset } => TooDeep { offset: base + offset },
            Trailing { offset } => Trailing { offset: base + offset },
            TooLong { length } => TooLong { length },
        }
    }
}
