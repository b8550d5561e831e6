//! Verification words: a block hash that people can read to each other (conference-e2e.md, section 9).

use super::chain::block::Hash;
use crate::crypto::hash::hmac_sha512;

/// The English list of BIP-39, a word per line.
const LIST: &str = include_str!("words.txt");
/// How many words a hash becomes.
pub const COUNT: usize = 24;

/// Where the words of a block are in the list.
pub fn indexes(block: &Hash) -> [usize; COUNT] {
    let hash = hmac_sha512(b"MnemonicVerificationWords", &[block]);
    // Eleven bits each, least significant first: they always lie within three bytes.
    core::array::from_fn(|word| {
        let (byte, shift) = (11 * word / 8, 11 * word % 8);
        let bytes = hash.iter().skip(byte).take(3).rev();
        bytes.fold(0usize, |bits, byte| bits << 8 | usize::from(*byte)) >> shift & 0x7ff
    })
}

/// The words of a block.
pub fn words(block: &Hash) -> [&'static str; COUNT] {
    let list: Vec<&str> = LIST.lines().collect();
    indexes(block).map(|index| list.get(index).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_published_one() {
        let hash = crate::crypto::hash::sha256(&[LIST.as_bytes()]);
        assert_eq!(hash[..4], [0x2f, 0x5e, 0xed, 0x53]);
        assert_eq!(LIST.lines().count(), 2048);
    }
}
