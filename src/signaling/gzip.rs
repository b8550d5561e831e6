//! Compression of messages: `signaling-encryption.md` section 6.

use flate2::{Compression, GzBuilder, read::GzDecoder, read::ZlibDecoder};
use std::borrow::Cow;
use std::io::{Read, Write};

/// The most that a compressed message may hold, whatever it says about itself.
pub const MAX_INFLATED: usize = 2 * 1024 * 1024;

/// The gzip form that every peer reads; web clients read no other.
pub fn compress(text: &[u8]) -> Vec<u8> {
    // 3 is Unix, as the official clients write.
    let mut encoder = GzBuilder::new().operating_system(3).write(Vec::new(), Compression::best());
    encoder.write_all(text).expect("a Vec takes every write");
    encoder.finish().expect("a Vec takes every write")
}

/// The message in a payload: inflated if it is gzip or zlib, else as it is. `None` if it does not inflate or is too long.
///
/// JSON starts with a brace, so the first two bytes say what it is.
pub fn expand(payload: &[u8]) -> Option<Cow<'_, [u8]>> {
    match payload {
        [0x1f, 0x8b, ..] => inflate(GzDecoder::new(payload)).map(Cow::Owned),
        [0x78, 0x9c, ..] => inflate(ZlibDecoder::new(payload)).map(Cow::Owned),
        _ if payload.len() > MAX_INFLATED => None,
        _ => Some(Cow::Borrowed(payload)),
    }
}

fn inflate(decoder: impl Read) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    // One byte more than allowed tells a text of just the limit from one that goes on.
    decoder.take(MAX_INFLATED as u64 + 1).read_to_end(&mut text).ok()?;
    (text.len() <= MAX_INFLATED).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_and_looks_like_the_official_ones() {
        let packed = compress(b"{\"@type\": \"x\"}");
        assert_eq!(packed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]);
        assert_eq!(expand(&packed).unwrap().as_ref(), b"{\"@type\": \"x\"}");
    }

    #[test]
    fn the_limit_counts_what_comes_out() {
        let most = compress(&vec![b' '; MAX_INFLATED]);
        assert!(most.len() < 10_000);
        assert_eq!(expand(&most).unwrap().len(), MAX_INFLATED);
        assert!(expand(&compress(&vec![b' '; MAX_INFLATED + 1])).is_none());
    }

    #[test]
    fn a_size_field_that_lies_changes_nothing() {
        let mut packed = compress(b"{}");
        let end = packed.len();
        packed[end - 4..].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(expand(&packed).is_none());
    }

    #[test]
    fn broken_streams_are_refused_at_every_cut() {
        let packed = compress(br#"{"@type": "Candidates", "candidates": []}"#);
        for size in 2..packed.len() {
            assert!(expand(&packed[..size]).is_none(), "{size}");
        }
        assert_eq!(expand(&packed[..1]).unwrap().as_ref(), [0x1f]);
        assert_eq!(expand(b"").unwrap().as_ref(), b"");
    }
}
