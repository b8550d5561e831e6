//! Where the payloads of a frame are put, and how something is cut into about equal parts.

use super::packetizer::Unpackable;
use core::ops::Range;

/// Frames of more packets are not sent: no receiver keeps so many.
pub const MAX_PACKETS: usize = 8192;
/// What a buffer keeps from one frame to the next.
const KEPT: usize = 256 * 1024;

/// Payloads one behind the other, in a buffer that is used again.
#[derive(Debug, Default)]
pub struct Pieces {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Pieces {
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.bytes.shrink_to(KEPT);
    }

    /// One payload of these parts.
    pub fn push(&mut self, parts: &[&[u8]]) {
        parts.iter().for_each(|part| self.bytes.extend_from_slice(part));
        self.ends.push(self.bytes.len());
    }

    /// The bytes, for one payload that is written piece by piece and [`Pieces::finish`]ed.
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    pub fn finish(&mut self) {
        self.ends.push(self.bytes.len());
    }

    pub fn parts(&self) -> (&[u8], &[usize]) {
        (&self.bytes, &self.ends)
    }
}

/// So many bytes in as few parts of at most `most` as there can be, which differ by at most one byte.
pub fn even(size: usize, most: usize) -> Result<impl ExactSizeIterator<Item = Range<usize>>, Unpackable> {
    let count = if most == 0 { usize::MAX } else { size.div_ceil(most) };
    if count > MAX_PACKETS {
        return Err(Unpackable::TooLarge);
    }
    let (each, more) = (size / count.max(1), size % count.max(1));
    let start = move |i: usize| i * each + i.min(more);
    Ok((0..count).map(move |i| start(i)..start(i + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_everything_and_are_about_equal() {
        for size in (1..60).chain([1199, 1200, 1201, 100_000]) {
            for most in [1, 2, 7, 50, 1200] {
                let Ok(parts) = even(size, most) else {
                    assert!(size.div_ceil(most) > MAX_PACKETS);
                    continue;
                };
                let parts: Vec<_> = parts.collect();
                assert_eq!(parts.len(), size.div_ceil(most));
                assert_eq!((parts[0].start, parts.last().unwrap().end), (0, size));
                assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
                let sizes = || parts.iter().map(Range::len);
                assert!(sizes().max().unwrap() <= most && sizes().max().unwrap() - sizes().min().unwrap() <= 1);
            }
        }
        assert!(even(5, 0).is_err() && even(0, 9).unwrap().count() == 0);
    }
}
