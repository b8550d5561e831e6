//! How a packet's cipher key follows from the call key: `signaling-encryption.md` section 2.

use crate::crypto::hash::sha256;
use zeroize::Zeroizing;

/// Where a sender's part of the call key begins. Each direction and each purpose has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset(usize);

impl Offset {
    /// The highest byte of the call key that is used is `88 + 136 + 31 = 255`.
    const MAX: usize = 136;

    pub const SIGNALING_CALLER: Offset = Offset(128);
    pub const SIGNALING_CALLEE: Offset = Offset(Self::MAX);
    pub const MEDIA_CALLER: Offset = Offset(0);
    pub const MEDIA_CALLEE: Offset = Offset(8);

    /// `N` bytes of the call key, `at` bytes behind the offset.
    fn part<const N: usize>(self, key: &[u8; 256], at: usize) -> &[u8] {
        &key[at + self.0..at + self.0 + N]
    }
}

/// The message key: the middle 128 bits of a hash over a part of the call key and the plaintext. It authenticates the
/// plaintext and makes the cipher key unique.
pub fn message_key(key: &[u8; 256], offset: Offset, plaintext: &[u8]) -> [u8; 16] {
    let large = sha256(&[offset.part::<32>(key, 88), plaintext]);
    let mut message_key = [0; 16];
    message_key.copy_from_slice(&large[8..24]);
    message_key
}

/// AES-256 key and the initial counter of one packet.
pub struct CipherKey {
    pub key: Zeroizing<[u8; 32]>,
    pub iv: Zeroizing<[u8; 16]>,
}

/// The cipher key that belongs to a message key.
pub fn cipher_key(key: &[u8; 256], offset: Offset, message_key: &[u8; 16]) -> CipherKey {
    let a = Zeroizing::new(sha256(&[message_key, offset.part::<36>(key, 0)]));
    let b = Zeroizing::new(sha256(&[offset.part::<36>(key, 40), message_key]));
    let mut cipher = CipherKey { key: Zeroizing::new([0; 32]), iv: Zeroizing::new([0; 16]) };
    cipher.key[..8].copy_from_slice(&a[..8]);
    cipher.key[8..24].copy_from_slice(&b[8..24]);
    cipher.key[24..].copy_from_slice(&a[24..]);
    cipher.iv[..4].copy_from_slice(&b[..4]);
    cipher.iv[4..12].copy_from_slice(&a[8..16]);
    cipher.iv[12..].copy_from_slice(&b[24..28]);
    cipher
}
