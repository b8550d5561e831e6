//! How conferences encrypt: a padded message under a secret, and its secret under the keys of others
//! (conference-e2e.md, section 4).

use crate::crypto::aes::{cbc256_decrypt, cbc256_encrypt};
use crate::crypto::hash::{KeyedHmacSha512, hmac_sha256, hmac_sha512};
use crate::random::Random;
use core::ops::Range;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The full MAC of a message. Its first half goes over the wire as the message's id; all of it is what is signed.
pub type LargeId = [u8; 32];
/// The first 16 bytes of a sealed message.
pub type MessageId = [u8; 16];

/// What [`seal_data`] appends for so many bytes.
pub const fn sealed_size(length: usize) -> usize {
    16 + length + pad_size(length)
}

/// Random bytes in front of the data: at least 16, and so many that the whole fills blocks.
const fn pad_size(length: usize) -> usize {
    ((16 + 15 + length) & !15) - length
}

/// `KDF(secret, label)` of section 4.
fn derive(secret: &[u8], label: &[u8]) -> Zeroizing<[u8; 64]> {
    Zeroizing::new(hmac_sha512(secret, &[label]))
}

/// Key and IV for one message.
struct Cipher(Zeroizing<[u8; 64]>);

impl Cipher {
    fn key(&self) -> (&[u8; 32], &[u8; 16]) {
        let (key, rest) = self.0.split_first_chunk().expect("64 bytes hold 32");
        (key, rest.first_chunk().expect("32 bytes hold 16"))
    }

    fn encrypt(&self, blocks: &mut [u8]) {
        let (key, iv) = self.key();
        let whole = cbc256_encrypt(key, iv, blocks);
        debug_assert!(whole, "callers pad to whole blocks");
    }

    /// False if these are not whole blocks.
    fn decrypt(&self, blocks: &mut [u8]) -> bool {
        let (key, iv) = self.key();
        cbc256_decrypt(key, iv, blocks)
    }
}

/// The keys of one sealed message.
struct DataKey(Zeroizing<[u8; 64]>);

impl DataKey {
    fn new(secret: &[u8]) -> DataKey {
        DataKey(derive(secret, b"tde2e_encrypt_data"))
    }

    fn large_id(&self, padded: &[u8], extra: &[&[u8]]) -> LargeId {
        let length: usize = extra.iter().map(|part| part.len()).sum();
        let length = (length as u32).to_le_bytes();
        // Packets have three parts, shared keys none.
        let [a, b, c] = core::array::from_fn(|i| extra.get(i).copied().unwrap_or_default());
        debug_assert!(extra.len() <= 3);
        hmac_sha256(&self.0[32..], &[padded, a, b, c, &length])
    }

    fn cipher(&self, id: &MessageId) -> Cipher {
        Cipher(Zeroizing::new(hmac_sha512(&self.0[..32], &[id])))
    }
}

/// Seals `data`, given in parts, and appends it: id and ciphertext. `extra`, at most three parts, is authenticated only.
pub fn seal_data(out: &mut Vec<u8>, secret: &[u8], data: &[&[u8]], extra: &[&[u8]], random: &mut Random) -> LargeId {
    let key = DataKey::new(secret);
    let length = data.iter().map(|part| part.len()).sum();
    let pad = pad_size(length);
    out.reserve(16 + pad + length);
    let start = out.len();
    out.resize(start + 16 + pad, 0);
    if let Some(padding) = out.get_mut(start + 16..) {
        random.fill(padding);
        if let Some(first) = padding.first_mut() {
            *first = pad as u8;
        }
    }
    for part in data {
        out.extend_from_slice(part);
    }
    let sealed = out.get_mut(start..).unwrap_or_default();
    let Some((id, padded)) = sealed.split_first_chunk_mut::<16>() else { return [0; 32] };
    let large = key.large_id(padded, extra);
    id.copy_from_slice(&large[..16]);
    key.cipher(id).encrypt(padded);
    large
}

/// The id at the head of a sealed message, which its header is bound to.
pub fn message_id(sealed: &[u8]) -> Option<MessageId> {
    sealed.first_chunk().copied()
}

/// Opens a sealed message where it lies; tells where in it the data is now. What is there after `None` is garbage.
pub fn open_data(sealed: &mut [u8], secret: &[u8], extra: &[&[u8]]) -> Option<(Range<usize>, LargeId)> {
    let size = sealed.len();
    let (id, padded) = sealed.split_first_chunk_mut::<16>()?;
    let key = DataKey::new(secret);
    if !key.cipher(id).decrypt(padded) {
        return None;
    }
    let large = key.large_id(padded, extra);
    if bool::from(large[..16].ct_ne(&id[..])) {
        return None;
    }
    // The writer pads with 16 to 31 bytes; more is read, as the reference does.
    let pad = usize::from(*padded.first()?);
    (16..=padded.len()).contains(&pad).then_some((16 + pad..size, large))
}

/// A secret under which one-time secrets are encrypted, ready for use.
pub struct HeaderKey(KeyedHmacSha512);

impl HeaderKey {
    pub fn new(secret: &[u8]) -> HeaderKey {
        HeaderKey(KeyedHmacSha512::new(&derive(secret, b"tde2e_encrypt_header")[..32]))
    }

    fn cipher(&self, id: &MessageId) -> Cipher {
        Cipher(Zeroizing::new(self.0.mac(&[id])))
    }

    /// Encrypts the secret of the message with that id.
    pub fn seal(&self, one: &[u8; 32], id: &MessageId) -> [u8; 32] {
        let mut header = *one;
        self.cipher(id).encrypt(&mut header);
        header
    }

    /// The inverse. There is no MAC: with a wrong key the message will not open.
    pub fn open(&self, header: &[u8; 32], id: &MessageId) -> [u8; 32] {
        let mut one = *header;
        let whole = self.cipher(id).decrypt(&mut one);
        debug_assert!(whole, "a header is two blocks");
        one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_secret_its_extra_and_untouched_only() {
        for length in 0..70 {
            let data: Vec<u8> = (0..length).map(|i| i as u8).collect();
            let mut sealed = vec![0xaa; 3];
            let large = seal_data(
                &mut sealed,
                b"secret",
                &[&data[..length / 2], &data[length / 2..]],
                &[b"extra"],
                &mut Random::from_seed(1),
            );
            assert_eq!(sealed.len(), 3 + sealed_size(length));
            let sealed = &sealed[3..];
            let open = |bytes: &[u8], secret: &[u8], extra: &[u8]| {
                let mut bytes = bytes.to_vec();
                open_data(&mut bytes, secret, &[extra]).map(|(range, large)| (bytes[range].to_vec(), large))
            };
            assert_eq!(open(sealed, b"secret", b"extra"), Some((data, large)));
            assert_eq!(open(sealed, b"secre7", b"extra"), None);
            assert_eq!(open(sealed, b"secret", b"extr4"), None);
            assert_eq!(open(&sealed[..sealed.len() - 1], b"secret", b"extra"), None);
            let mut wrong = sealed.to_vec();
            wrong[length % 48] ^= 1;
            assert_eq!(open(&wrong, b"secret", b"extra"), None);
        }
    }

    #[test]
    fn nothing_short_opens() {
        for length in 0..=32 {
            assert!(open_data(&mut vec![1; length], b"secret", &[]).is_none());
        }
    }
}
