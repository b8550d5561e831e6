//! Vectors and objects that are decoded when they are looked at.

use core::fmt;
use core::marker::PhantomData;

use super::error::DecodeError;
use super::reader::Reader;
use super::{Decode, EncodeError};

/// A vector: either bytes that were checked when the message was read and are decoded as they are iterated, or a slice of
/// values to be written.
#[derive(Clone, Copy)]
pub struct Seq<'a, T> {
    form: Form<'a, T>,
}

#[derive(Clone, Copy)]
enum Form<'a, T> {
    Wire { bytes: &'a [u8], count: usize, whole: bool },
    Items(&'a [T]),
}

impl<'a, T> Seq<'a, T> {
    /// A vector of these values, to be written.
    pub const fn of(items: &'a [T]) -> Self {
        Seq { form: Form::Items(items) }
    }

    pub const fn empty() -> Self {
        Seq { form: Form::Items(&[]) }
    }

    pub(super) fn wire(bytes: &'a [u8], count: usize) -> Self {
        Seq { form: Form::Wire { bytes, count, whole: true } }
    }

    /// The readable beginning of a vector with an unreadable element.
    pub(super) fn cut(bytes: &'a [u8], count: usize) -> Self {
        Seq { form: Form::Wire { bytes, count, whole: false } }
    }

    /// A vector behind an unreadable place: whether it has elements is not known.
    pub(super) fn unread() -> Self {
        Self::cut(&[], 0)
    }

    /// How many elements can be iterated.
    pub fn len(&self) -> usize {
        match self.form {
            Form::Wire { count, .. } => count,
            Form::Items(items) => items.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// False if the message had more elements than can be iterated, or if that is not known.
    pub fn is_whole(&self) -> bool {
        !matches!(self.form, Form::Wire { whole: false, .. })
    }

    /// The elements as they came, for a host with its own parser; empty for a vector that was not read from bytes.
    pub fn raw(&self) -> &'a [u8] {
        match self.form {
            Form::Wire { bytes, .. } => bytes,
            Form::Items(_) => &[],
        }
    }

    pub(super) fn form(&self) -> Result<(Option<&'a [u8]>, &'a [T]), EncodeError> {
        match self.form {
            Form::Wire { bytes, whole: true, .. } => Ok((Some(bytes), &[])),
            Form::Wire { whole: false, .. } => Err(EncodeError::Unread),
            Form::Items(items) => Ok((None, items)),
        }
    }
}

impl<'a, T: Decode<'a> + Copy> Seq<'a, T> {
    /// The elements, in order. After an error there are no more; what a whole message gave does not fail.
    pub fn iter(&self) -> SeqIter<'a, T> {
        match self.form {
            Form::Wire { bytes, count, whole } => {
                let reader = if whole { Reader::new(bytes) } else { Reader::lenient(bytes) };
                SeqIter { reader, left: count, items: &[], of: PhantomData }
            }
            Form::Items(items) => SeqIter { reader: Reader::new(&[]), left: 0, items, of: PhantomData },
        }
    }

    pub fn first(&self) -> Option<Result<T, DecodeError>> {
        self.iter().next()
    }
}

impl<T> Default for Seq<'_, T> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<'a, T> From<&'a [T]> for Seq<'a, T> {
    fn from(items: &'a [T]) -> Self {
        Self::of(items)
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for Seq<'a, T> {
    fn from(items: &'a [T; N]) -> Self {
        Self::of(items)
    }
}

impl<'a, T: Decode<'a> + Copy> IntoIterator for Seq<'a, T> {
    type Item = Result<T, DecodeError>;
    type IntoIter = SeqIter<'a, T>;

    fn into_iter(self) -> SeqIter<'a, T> {
        self.iter()
    }
}

impl<'a, T: Decode<'a> + Copy + PartialEq> PartialEq for Seq<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.is_whole() == other.is_whole() && self.iter().eq(other.iter())
    }
}

impl<'a, T: Decode<'a> + Copy + fmt::Debug> fmt::Debug for Seq<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for item in self.iter() {
            match item {
                Ok(item) => list.entry(&item),
                Err(error) => list.entry(&error),
            };
        }
        if self.is_whole() { list.finish() } else { list.finish_non_exhaustive() }
    }
}

/// Iterates over a [`Seq`].
#[derive(Clone, Debug)]
pub struct SeqIter<'a, T> {
    reader: Reader<'a>,
    left: usize,
    items: &'a [T],
    of: PhantomData<T>,
}

impl<'a, T: Decode<'a> + Copy> Iterator for SeqIter<'a, T> {
    type Item = Result<T, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some((first, rest)) = self.items.split_first() {
            self.items = rest;
            return Some(Ok(*first));
        }
        self.left = self.left.checked_sub(1)?;
        let item = T::read(&mut self.reader);
        if item.is_err() || self.reader.is_lost() {
            self.left = 0;
        }
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left + self.items.len()))
    }
}

/// An object inside another that is large, seldom needed, or may nest without bound: it is decoded by [`Lazy::get`].
#[derive(Clone, Copy)]
pub struct Lazy<'a, T> {
    form: LazyForm<'a, T>,
}

#[derive(Clone, Copy)]
enum LazyForm<'a, T> {
    Wire(&'a [u8]),
    Value(&'a T),
}

impl<'a, T> Lazy<'a, T> {
    /// This value, to be written.
    pub const fn of(value: &'a T) -> Self {
        Lazy { form: LazyForm::Value(value) }
    }

    pub(super) fn form(&self) -> Result<&'a [u8], &'a T> {
        match self.form {
            LazyForm::Wire(bytes) => Ok(bytes),
            LazyForm::Value(value) => Err(value),
        }
    }
}

impl<'a, T: Decode<'a> + Copy> Lazy<'a, T> {
    pub fn get(&self) -> Result<T, DecodeError> {
        match self.form {
            LazyForm::Wire(bytes) => T::read(&mut Reader::new(bytes)),
            LazyForm::Value(value) => Ok(*value),
        }
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Lazy<'a, T> {
    const CODE: u32 = T::CODE;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        Ok(Lazy { form: LazyForm::Wire(r.raw(T::CODE)?) })
    }
}

impl<'a, T: Decode<'a> + Copy + PartialEq> PartialEq for Lazy<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<'a, T: Decode<'a> + Copy + fmt::Debug> fmt::Debug for Lazy<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Ok(value) => value.fmt(f),
            Err(error) => error.fmt(f),
        }
    }
}
