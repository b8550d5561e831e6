//! A cursor over the bytes of a block. As [`crate::tl`]'s, but each failure is a [`Reject`] and vectors are bare.

use super::super::error::Reject;

pub struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Cursor(bytes)
    }

    /// The end of the object must be the end of the input.
    pub fn finish(&self) -> Result<(), Reject> {
        if self.0.is_empty() { Ok(()) } else { Err(Reject::Trailing) }
    }

    pub fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Reject> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Reject::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn u32(&mut self) -> Result<u32, Reject> {
        self.array().map(|bytes| u32::from_le_bytes(*bytes))
    }

    pub fn i32(&mut self) -> Result<i32, Reject> {
        self.array().map(|bytes| i32::from_le_bytes(*bytes))
    }

    pub fn i64(&mut self) -> Result<i64, Reject> {
        self.array().map(|bytes| i64::from_le_bytes(*bytes))
    }

    pub fn expect(&mut self, id: u32) -> Result<(), Reject> {
        if self.u32()? == id { Ok(()) } else { Err(Reject::WrongType) }
    }

    /// A `#` word, which is never negative.
    pub fn flags(&mut self) -> Result<u32, Reject> {
        self.u32().and_then(|flags| if flags >> 31 == 0 { Ok(flags) } else { Err(Reject::NegativeFlags) })
    }

    /// The count of a bare vector whose elements take at least `size` bytes. What it announces must be there; the size of
    /// the whole is the only limit.
    pub fn count(&mut self, size: usize) -> Result<usize, Reject> {
        let count = self.u32()? as usize;
        if count > self.0.len() / size { Err(Reject::TooMany) } else { Ok(count) }
    }

    /// A string: length, content, padding to four, whose value is not looked at. A length may be written in more bytes than
    /// it needs.
    pub fn bytes(&mut self) -> Result<&'a [u8], Reject> {
        let (head, length) = match *self.0.first_chunk::<4>().ok_or(Reject::Truncated)? {
            [0xff, ..] => {
                let length = u64::from_le_bytes(*self.0.first_chunk().ok_or(Reject::Truncated)?) >> 8;
                let length = usize::try_from(length).ok().filter(|length| *length <= self.0.len());
                (8, length.ok_or(Reject::BadString)?)
            }
            [0xfe, a, b, c] => (4, u32::from_le_bytes([a, b, c, 0]) as usize),
            [short, ..] => (1, usize::from(short)),
        };
        let (taken, rest) = self.0.split_at_checked((head + length).next_multiple_of(4)).ok_or(Reject::Truncated)?;
        self.0 = rest;
        taken.get(head..head + length).ok_or(Reject::Truncated)
    }
}

/// Appends a string of less than 2^24 bytes, which [`super::block::MAX_BLOCK`] sees to.
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    match u8::try_from(bytes.len()) {
        Ok(length @ ..0xfe) => out.push(length),
        _ => out.extend_from_slice(&((bytes.len() as u32) << 8 | 0xfe).to_le_bytes()),
    }
    out.extend_from_slice(bytes);
    out.resize(start + (out.len() - start).next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_every_length_come_back_and_no_prefix_does() {
        for length in (0..300).chain([65_535, 65_536]) {
            let content: Vec<u8> = (0..length).map(|i| i as u8).collect();
            let mut out = Vec::new();
            put_bytes(&mut out, &content);
            assert_eq!(out.len() % 4, 0);
            let mut cursor = Cursor::new(&out);
            assert_eq!(cursor.bytes(), Ok(&content[..]));
            assert_eq!(cursor.finish(), Ok(()));
            assert_eq!(Cursor::new(&out[..out.len() - 1]).bytes(), Err(Reject::Truncated));
        }
    }

    #[test]
    fn a_length_of_seven_bytes_is_read() {
        for length in [0_usize, 3, 4, 253, 300] {
            let mut long = vec![0xff];
            long.extend_from_slice(&(length as u64).to_le_bytes()[..7]);
            long.resize(8 + length, 5);
            long.resize((8 + length).next_multiple_of(4), 0);
            let mut cursor = Cursor::new(&long);
            assert_eq!(cursor.bytes(), Ok(&vec![5; length][..]));
            assert_eq!(cursor.finish(), Ok(()));
            for size in 0..long.len() {
                assert!(matches!(Cursor::new(&long[..size]).bytes(), Err(Reject::Truncated | Reject::BadString)));
            }
        }
        assert_eq!(Cursor::new(&[&[0xff; 8][..], &[0; 64]].concat()).bytes(), Err(Reject::BadString));
    }

    #[test]
    fn announced_counts_are_not_believed() {
        let mut bytes = 3u32.to_le_bytes().to_vec();
        bytes.extend([0; 11]);
        assert_eq!(Cursor::new(&bytes).count(4), Err(Reject::TooMany));
        bytes.push(0);
        assert_eq!(Cursor::new(&bytes).count(4), Ok(3));
        assert_eq!(Cursor::new(&[0xff; 8]).bytes(), Err(Reject::BadString));
        assert_eq!(Cursor::new(&[0, 0, 0, 0x80]).flags(), Err(Reject::NegativeFlags));
    }
}
