//! Byte streams of NAL units: start codes.

use core::iter;

/// What stands in front of each NAL unit that comes out.
pub const START: [u8; 4] = [0, 0, 0, 1];

/// The NAL units of a byte stream, without start codes, of three bytes or four. What stands before the first is left out.
///
/// Of the zeros before a start code only one is taken to be the code's, and those at the end are kept: a sealed frame may
/// contain zeros and ends with some (`conference-flow.md` 4.3).
pub fn nals(stream: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let mut rest = find(stream).map(|at| &stream[at + 3..]);
    iter::from_fn(move || {
        let bytes = rest?;
        let (nal, after) = match find(bytes) {
            Some(at) => (&bytes[..at], Some(&bytes[at + 3..])),
            None => (bytes, None),
        };
        rest = after;
        Some(if after.is_some() { nal.strip_suffix(&[0]).unwrap_or(nal) } else { nal })
    })
    .filter(|nal| !nal.is_empty())
}

/// The next 00 00 01.
fn find(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            0 => at += 1,
            1 if bytes[at - 2..at] == [0, 0] => return Some(at - 2),
            // No start code has this byte as its first or second.
            _ => at += 3,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(stream: &[u8]) -> Vec<&[u8]> {
        nals(stream).collect()
    }

    #[test]
    fn start_codes_have_three_bytes_or_four() {
        assert_eq!(split(&[0, 0, 1, 5, 6, 0, 0, 0, 1, 7, 0, 0, 1, 8]), [&[5, 6][..], &[7], &[8]]);
        assert_eq!(split(&[9, 9, 0, 0, 0, 1, 5]), [&[5]]);
        assert!(split(&[0, 0, 0, 1]).is_empty());
        assert_eq!(split(&[0, 0, 1, 0, 0, 1, 5]), [&[5]]);
        for none in [&[][..], &[0], &[0, 0], &[5, 6, 7], &[0, 0, 2, 1]] {
            assert!(split(none).is_empty(), "{none:?}");
        }
    }

    #[test]
    fn zeros_inside_and_at_the_end_stay() {
        assert_eq!(split(&[0, 0, 1, 5, 0, 0, 0, 2, 0, 0, 3, 0, 0, 0]), [&[5, 0, 0, 0, 2, 0, 0, 3, 0, 0, 0]]);
        assert_eq!(split(&[0, 0, 1, 5, 0, 0, 0, 0, 1, 6]), [&[5, 0][..], &[6]]);
    }

    #[test]
    fn every_start_code_is_found_wherever_it_stands() {
        for before in 0..9 {
            for filler in [1, 2, 0xff] {
                let mut stream = vec![0, 0, 1, 5];
                stream.resize(4 + before, filler);
                stream.extend([0, 0, 1, 6]);
                let (first, second) = (&stream[3..4 + before], &[6][..]);
                assert_eq!(split(&stream), [first, second], "{before} times {filler}");
            }
        }
    }
}
