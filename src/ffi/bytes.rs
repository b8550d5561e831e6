//! Bytes and text across the border: lent on the way out, borrowed for the length of a call on the way in.

use crate::error::Error;
use core::ffi::{CStr, c_char};

/// Bytes lent to the host; the function that lends them says until when.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tgcall_bytes {
    pub data: *const u8,
    pub size: usize,
}

/// Text lent to the host: UTF-8, `data` never NULL, and a NUL follows that `size` does not count.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tgcall_text {
    pub data: *const c_char,
    pub size: usize,
}

impl Default for tgcall_bytes {
    fn default() -> tgcall_bytes {
        tgcall_bytes::EMPTY
    }
}

impl Default for tgcall_text {
    fn default() -> tgcall_text {
        tgcall_text::empty()
    }
}

impl tgcall_bytes {
    pub const EMPTY: tgcall_bytes = tgcall_bytes { data: core::ptr::null(), size: 0 };

    /// Lends `bytes`; the caller sees to it that they live as long as the header says. Nothing at all is (NULL, 0).
    pub fn lend(bytes: &[u8]) -> tgcall_bytes {
        if bytes.is_empty() { tgcall_bytes::EMPTY } else { tgcall_bytes { data: bytes.as_ptr(), size: bytes.len() } }
    }
}

impl tgcall_text {
    /// Text that ends with a NUL, as a literal or from a table.
    pub const fn from_static(text: &'static str) -> tgcall_text {
        assert!(!text.is_empty() && text.as_bytes()[text.len() - 1] == 0, "lent text ends with a NUL");
        tgcall_text { data: text.as_ptr().cast(), size: text.len() - 1 }
    }

    /// Text of ours that lives for ever.
    pub const fn from_c_str(text: &'static CStr) -> tgcall_text {
        tgcall_text { data: text.as_ptr(), size: text.count_bytes() }
    }

    /// Lends text; the caller sees to it that it lives as long as the header says.
    #[cfg(feature = "media")]
    pub fn lend(text: &CStr) -> tgcall_text {
        tgcall_text { data: text.as_ptr(), size: text.count_bytes() }
    }

    /// A secret of ours with a NUL at its end.
    pub fn from_secret(secret: &crate::secret::SecretText) -> tgcall_text {
        tgcall_text { data: secret.expose().as_ptr().cast(), size: secret.len().saturating_sub(1) }
    }

    pub const fn empty() -> tgcall_text {
        tgcall_text::from_static("\0")
    }

    /// # Safety
    /// The lent text is still alive.
    #[cfg(test)]
    pub unsafe fn as_str<'a>(self) -> &'a str {
        // SAFETY: the caller promises that the text lives; we only ever lend UTF-8.
        unsafe { core::str::from_utf8_unchecked(core::slice::from_raw_parts(self.data.cast(), self.size)) }
    }
}

/// Text of ours with a NUL behind it, ready to be lent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(Vec<u8>);

impl Text {
    pub fn new(text: impl Into<String>) -> Text {
        let mut text = text.into().into_bytes();
        // The empty text is shared: most events that carry packets have no words.
        if !text.is_empty() {
            text.push(0);
        }
        Text(text)
    }

    pub fn lend(&self) -> tgcall_text {
        match self.0.len() {
            0 => tgcall_text::empty(),
            size => tgcall_text { data: self.0.as_ptr().cast(), size: size - 1 },
        }
    }
}

/// Bytes from the host: `(NULL, 0)` is empty.
///
/// # Safety
/// As [`items_in`].
pub unsafe fn bytes_in<'a>(data: *const u8, size: usize, name: &str) -> Result<&'a [u8], Error> {
    // SAFETY: as the caller promises.
    unsafe { items_in(data, size, name) }
}

/// A list from the host: `(NULL, 0)` is empty.
///
/// # Safety
/// `items` is null, or aligned and readable for `count` of them until the function that was called returns.
pub unsafe fn items_in<'a, T>(items: *const T, count: usize, name: &str) -> Result<&'a [T], Error> {
    match (items.is_null(), count) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(Error::argument(format!("{name} is NULL, its size is not 0"))),
        (false, count) if count > isize::MAX as usize / size_of::<T>() => {
            Err(Error::argument(format!("the size of {name} is impossible")))
        }
        // SAFETY: not null, and the caller promises `count` readable ones.
        (false, count) => Ok(unsafe { core::slice::from_raw_parts(items, count) }),
    }
}

/// Text from the host: UTF-8 up to a NUL; NULL is empty.
///
/// # Safety
/// `text` is null or ends with a NUL, and stays until the function that was called returns.
pub unsafe fn text_in<'a>(text: *const c_char, name: &str) -> Result<&'a str, Error> {
    if text.is_null() {
        return Ok("");
    }
    // SAFETY: not null, and the caller promises a NUL at its end.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map_err(|_| Error::argument(format!("{name} is not UTF-8")))
}

/// A place for a result, which must not be NULL.
///
/// # Safety
/// `out` is null, or aligned and writable until the function that was called returns.
pub unsafe fn out<T>(out: *mut T, name: &str) -> Result<Out<T>, Error> {
    if out.is_null() { Err(Error::argument(format!("{name} is NULL"))) } else { Ok(Out(out)) }
}

/// Not a reference, because what is behind it may be uninitialised.
pub struct Out<T>(*mut T);

impl<T> Out<T> {
    pub fn set(&self, value: T) {
        // SAFETY: `out` checked that it is not null; its caller promised that it can be written.
        unsafe { self.0.write(value) }
    }
}

/// Copies a result into the host's buffer, or tells its size: `(NULL, 0)` asks for the size alone; a buffer that is too
/// small stays as it is.
///
/// # Safety
/// `buffer` is null or writable for `capacity` of them.
pub unsafe fn copy_out<T: Copy>(
    bytes: &[T],
    buffer: *mut T,
    capacity: usize,
    size_out: &Out<usize>,
) -> Result<(), Error> {
    size_out.set(bytes.len());
    match (buffer.is_null(), capacity) {
        (true, 0) => Ok(()),
        (true, _) => Err(Error::argument("buffer is NULL, its capacity is not 0")),
        (false, capacity) if capacity < bytes.len() => {
            Err(Error::buffer(format!("{} do not fit into the room for {capacity}", bytes.len())))
        }
        (false, _) => {
            // SAFETY: the host promises room for `capacity` of them, which is enough, and does not own ours.
            unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len()) };
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use core::ptr::{null, null_mut};

    #[test]
    fn lent_text_has_a_nul_that_its_size_does_not_count() {
        let text = Text::new("ringing");
        let lent = text.lend();
        assert_eq!(lent.size, 7);
        // SAFETY: `text` is alive, and the NUL belongs to it.
        assert_eq!(unsafe { CStr::from_ptr(lent.data) }.to_str(), Ok("ringing"));
        let nothing = Text::default().lend();
        assert!(!nothing.data.is_null());
        assert_eq!(nothing.size, 0);
    }

    #[test]
    fn bytes_come_in_with_a_pointer_or_not_at_all() {
        // SAFETY: the pointers are null or of the given sizes.
        unsafe {
            assert_eq!(bytes_in(null(), 0, "update"), Ok(&[][..]));
            assert_eq!(bytes_in([1, 2].as_ptr(), 2, "update"), Ok(&[1, 2][..]));
            assert_eq!(bytes_in(null(), 1, "update").unwrap_err().kind(), ErrorKind::Argument);
            assert_eq!(bytes_in([1].as_ptr(), usize::MAX, "update").unwrap_err().kind(), ErrorKind::Argument);
            assert_eq!(text_in(null(), "comment"), Ok(""));
            assert_eq!(text_in(c"fine".as_ptr(), "comment"), Ok("fine"));
            assert_eq!(text_in(c"\xff".as_ptr(), "comment").unwrap_err().kind(), ErrorKind::Argument);
            assert!(out::<u64>(null_mut(), "call_id_out").is_err());
        }
    }

    #[test]
    fn a_buffer_too_small_is_untouched_and_the_size_is_told() {
        let (mut buffer, mut size) = ([9u8; 4], 0usize);
        // SAFETY: the buffer and the size are ours.
        unsafe {
            let size_out = out(&mut size, "size_out").unwrap();
            assert_eq!(copy_out(b"12345", null_mut(), 0, &size_out), Ok(()));
            assert_eq!(size, 5);
            let refused = copy_out(b"12345", buffer.as_mut_ptr(), 4, &size_out).unwrap_err();
            assert_eq!((refused.kind(), buffer), (ErrorKind::Buffer, [9; 4]));
            assert_eq!(copy_out(b"1234", null_mut(), 4, &size_out).unwrap_err().kind(), ErrorKind::Argument);
            assert_eq!(copy_out(b"123", buffer.as_mut_ptr(), 4, &size_out), Ok(()));
        }
        assert_eq!((size, buffer), (3, *b"123\x09"));
    }
}
