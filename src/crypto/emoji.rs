//! The emoji that both users of a call compare: the key's fingerprint for people.

use super::hash::sha256;
use core::ffi::CStr;

/// The list, in its wire order: one emoji a line, without variation selectors. Some fonts want U+FE0F added for display.
const LIST: &str = include_str!("emoji.txt");

/// How many emoji there are to choose from.
pub const COUNT: u64 = 333;

/// The four emoji of a private call. Both sides hash the `g_a` of the *caller*, in the bytes it had on the wire.
/// (Section 8.6 of the notes on one-to-one signaling.)
pub fn of_call(key: &[u8; 256], g_a: &[u8]) -> [&'static str; 4] {
    of_hash(&sha256(&[key, g_a]))
}

/// The four emoji of a hash; conferences make theirs from one of their own.
pub fn of_hash(hash: &[u8; 32]) -> [&'static str; 4] {
    let (words, _) = hash.as_chunks::<8>();
    let mut emoji = [""; 4];
    for (emoji, word) in emoji.iter_mut().zip(words) {
        *emoji = at(index(*word));
    }
    emoji
}

/// Where in the list eight bytes of a hash point: the top bit does not count.
pub fn index(word: [u8; 8]) -> u64 {
    (u64::from_be_bytes(word) & (u64::MAX >> 1)) % COUNT
}

/// The emoji at this place of the list; nothing beyond its end.
pub fn at(index: u64) -> &'static str {
    LIST.lines().nth(index as usize).unwrap_or_default()
}

/// The list with a NUL behind each entry.
static C_LIST: [u8; LIST.len() + 1] = {
    let (bytes, mut list, mut i) = (LIST.as_bytes(), [0; LIST.len() + 1], 0);
    while i < bytes.len() {
        list[i] = if bytes[i] == b'\n' { 0 } else { bytes[i] };
        i += 1;
    }
    list
};

/// An emoji of the list as C wants it, for ever. Empty for what is not in the list.
pub fn c_str(emoji: &str) -> &'static CStr {
    let mut entries =
        C_LIST.split_inclusive(|byte| *byte == 0).filter_map(|entry| CStr::from_bytes_with_nul(entry).ok());
    entries.find(|entry| entry.to_bytes() == emoji.as_bytes()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_entry_has_a_form_for_c() {
        // Each is looked for from the first on, which Miri does a thousand times slower.
        let step = if cfg!(miri) { 83 } else { 1 };
        assert!(LIST.lines().step_by(step).all(|emoji| c_str(emoji).to_str() == Ok(emoji)));
        assert_eq!(c_str("x"), c"");
    }

    #[test]
    fn the_list_has_333_different_entries_from_first_to_last() {
        let all: BTreeSet<&str> = LIST.lines().collect();
        assert_eq!((LIST.lines().count() as u64, all.len() as u64), (COUNT, COUNT));
        assert_eq!((at(0), at(COUNT - 1)), ("😉", "🔷"));
        assert!(all.iter().all(|emoji| !emoji.is_empty() && !emoji.contains('\u{fe0f}')));
        assert!((301..=310).all(|i| at(i).chars().count() == 2), "flags are two regional indicators");
        assert!((311..=320).all(|i| at(i).ends_with('\u{20e3}')), "keycaps");
    }

    #[test]
    fn the_top_bit_of_a_word_does_not_count() {
        assert_eq!(index([0xff; 8]), index([0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
        assert_eq!(index((333u64 + 5).to_be_bytes()), 5);
    }
}
