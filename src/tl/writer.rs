//! Values to bytes: once to count, once to write.

use zeroize::Zeroizing;

use super::error::EncodeError;
use super::seq::{Lazy, Seq};
use super::{Encode, FALSE_ID, TRUE_ID, VECTOR_ID};

/// Where a value is written to: a counter first, then a buffer of exactly that size.
pub trait Sink {
    fn raw(&mut self, bytes: &[u8]);
    /// The value has no encoding; the first reason is kept.
    fn fail(&mut self, error: EncodeError);

    fn u32(&mut self, value: u32) {
        self.raw(&value.to_le_bytes());
    }

    fn i32(&mut self, value: i32) {
        self.raw(&value.to_le_bytes());
    }

    fn i64(&mut self, value: i64) {
        self.raw(&value.to_le_bytes());
    }

    fn f64(&mut self, value: f64) {
        self.raw(&value.to_le_bytes());
    }

    fn bool(&mut self, value: bool) {
        self.u32(if value { TRUE_ID } else { FALSE_ID });
    }

    /// A string or bytes: length, content, padding to four.
    fn bytes(&mut self, content: &[u8]) {
        let length = content.len();
        let head = match length {
            0..=253 => {
                self.raw(&[length as u8]);
                1
            }
            254..=0xff_ffff => {
                self.u32((length as u32) << 8 | 0xfe);
                4
            }
            _ => return self.fail(EncodeError::Length),
        };
        self.raw(content);
        self.raw([0u8; 3].get(..(head + length).wrapping_neg() % 4).unwrap_or(&[]));
    }

    fn seq<T: Encode>(&mut self, seq: &Seq<'_, T>)
    where
        Self: Sized,
    {
        self.u32(VECTOR_ID);
        self.bare_seq(seq);
    }

    fn bare_seq<T: Encode>(&mut self, seq: &Seq<'_, T>)
    where
        Self: Sized,
    {
        match i32::try_from(seq.len()) {
            Ok(count) => self.i32(count),
            Err(_) => return self.fail(EncodeError::Length),
        }
        match seq.form() {
            Ok((Some(bytes), _)) => self.raw(bytes),
            Ok((None, items)) => items.iter().for_each(|item| item.write(self)),
            Err(error) => self.fail(error),
        }
    }
}

#[derive(Default)]
struct Counter {
    size: usize,
    error: Option<EncodeError>,
}

impl Sink for Counter {
    fn raw(&mut self, bytes: &[u8]) {
        self.size += bytes.len();
    }

    fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }
}

impl Sink for Vec<u8> {
    fn raw(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn fail(&mut self, _: EncodeError) {}
}

/// The size of the encoding.
pub fn size<T: Encode + ?Sized>(value: &T) -> Result<usize, EncodeError> {
    let mut counter = Counter::default();
    value.write(&mut counter);
    counter.error.map_or(Ok(counter.size), Err)
}

/// The bytes of a value. One allocation of the exact size.
pub fn encode<T: Encode + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let size = size(value)?;
    let mut out = Vec::with_capacity(size);
    value.write(&mut out);
    assert_eq!(out.len(), size, "the counter and the writer run the same code");
    Ok(out)
}

/// The bytes of a value that has something secret in it: the buffer never moves and wipes itself.
pub fn encode_secret<T: Encode + ?Sized>(value: &T) -> Result<Zeroizing<Vec<u8>>, EncodeError> {
    encode(value).map(Zeroizing::new)
}

impl Encode for i32 {
    fn write<S: Sink>(&self, s: &mut S) {
        s.i32(*self);
    }
}

impl Encode for i64 {
    fn write<S: Sink>(&self, s: &mut S) {
        s.i64(*self);
    }
}

impl Encode for bool {
    fn write<S: Sink>(&self, s: &mut S) {
        s.bool(*self);
    }
}

impl Encode for &[u8] {
    fn write<S: Sink>(&self, s: &mut S) {
        s.bytes(self);
    }
}

impl<const N: usize> Encode for &[u8; N] {
    fn write<S: Sink>(&self, s: &mut S) {
        s.raw(*self);
    }
}

impl<T: Encode> Encode for Seq<'_, T> {
    fn write<S: Sink>(&self, s: &mut S) {
        s.seq(self);
    }
}

impl<T: Encode> Encode for Lazy<'_, T> {
    fn write<S: Sink>(&self, s: &mut S) {
        match self.form() {
            Ok(bytes) => s.raw(bytes),
            Err(value) => value.write(s),
        }
    }
}
