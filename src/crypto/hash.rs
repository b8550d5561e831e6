//! SHA-1, SHA-256 and HMAC over a list of parts, so that nobody has to join secrets in a buffer first.

use sha1::Sha1;
#[cfg(feature = "media")]
use sha1::block_api::compress;
use sha2::{Digest, Sha256};
#[cfg(feature = "media")]
use zeroize::Zeroizing;

pub fn sha1(parts: &[&[u8]]) -> [u8; 20] {
    parts.iter().fold(Sha1::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

#[cfg(any(feature = "media", feature = "conference"))]
fn hmac<M: hmac::Mac + hmac::KeyInit>(key: &[u8], parts: &[&[u8]]) -> hmac::digest::Output<M> {
    // HMAC takes a key of any size; `new_from_slice` errs only for MACs that do not.
    let mut mac = <M as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes a key of any size");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes()
}

#[cfg(feature = "media")]
pub fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> [u8; 20] {
    hmac::<hmac::Hmac<Sha1>>(key, parts).into()
}

#[cfg(feature = "conference")]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    hmac::<hmac::Hmac<Sha256>>(key, parts).into()
}

#[cfg(feature = "conference")]
pub fn hmac_sha512(key: &[u8], parts: &[&[u8]]) -> [u8; 64] {
    hmac::<hmac::Hmac<sha2::Sha512>>(key, parts).into()
}

/// HMAC-SHA-512 with a key that is used again: half the work is done once.
#[cfg(feature = "conference")]
#[derive(Clone)]
pub struct KeyedHmacSha512(hmac::Hmac<sha2::Sha512>);

#[cfg(feature = "conference")]
impl KeyedHmacSha512 {
    pub fn new(key: &[u8]) -> Self {
        KeyedHmacSha512(hmac::KeyInit::new_from_slice(key).expect("HMAC takes a key of any size"))
    }

    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 64] {
        let mut mac = self.0.clone();
        parts.iter().for_each(|part| hmac::Mac::update(&mut mac, part));
        hmac::Mac::finalize(mac).into_bytes().into()
    }
}

/// HMAC-SHA-1 (RFC 2104) with a key that is used for each packet: what the hash makes of its two blocks is kept. The crate `hmac` takes a
/// packet through a buffer and wipes it each time, a twentieth of all that sending a packet takes; this hashes it where it is. Wiped on drop.
#[cfg(feature = "media")]
#[derive(Clone)]
pub struct KeyedHmacSha1 {
    inner: Zeroizing<[u32; 5]>,
    outer: Zeroizing<[u32; 5]>,
}

#[cfg(feature = "media")]
impl KeyedHmacSha1 {
    const BLOCK: usize = 64;
    /// FIPS 180-4 section 5.3.1.
    const INITIAL: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

    pub fn new(key: &[u8; 20]) -> Self {
        let keyed = |pad: u8| {
            let mut block = Zeroizing::new([pad; Self::BLOCK]);
            block.iter_mut().zip(key).for_each(|(a, b)| *a ^= b);
            let mut state = Zeroizing::new(Self::INITIAL);
            compress(&mut state, core::slice::from_ref(&*block));
            state
        };
        KeyedHmacSha1 { inner: keyed(0x36), outer: keyed(0x5c) }
    }

    /// Of these bytes and a few more behind them.
    pub fn mac<const N: usize>(&self, data: &[u8], behind: &[u8; N]) -> [u8; 20] {
        const {
            assert!(
                N <= Self::BLOCK - size_of::<u64>(),
                "two blocks have room for what is left, for this and for the end"
            )
        };
        let (blocks, rest) = data.as_chunks();
        let mut state = *self.inner;
        compress(&mut state, blocks);
        let mut last = [0; 2 * Self::BLOCK];
        let size = rest.len() + N;
        last[..rest.len()].copy_from_slice(rest);
        last[rest.len()..size].copy_from_slice(behind);
        compress(&mut state, Self::end(&mut last, size, data.len() + N));
        let hash = bytes_of(state);
        let mut last = [0; 2 * Self::BLOCK];
        last[..hash.len()].copy_from_slice(&hash);
        let mut state = *self.outer;
        compress(&mut state, Self::end(&mut last, hash.len(), hash.len()));
        bytes_of(state)
    }

    /// FIPS 180-4 section 5.1.1: the last blocks, of which so many bytes are written. `all`: as many were hashed behind the key's block.
    fn end(last: &mut [u8; 2 * Self::BLOCK], written: usize, all: usize) -> &[[u8; Self::BLOCK]] {
        let end = (written + 1 + size_of::<u64>()).next_multiple_of(Self::BLOCK);
        last[written] = 0x80;
        last[end - size_of::<u64>()..end].copy_from_slice(&(8 * (Self::BLOCK + all) as u64).to_be_bytes());
        last[..end].as_chunks().0
    }
}

#[cfg(feature = "media")]
fn bytes_of(state: [u32; 5]) -> [u8; 20] {
    let mut hash = [0; 20];
    hash.as_chunks_mut().0.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    hash
}

/// For TURN's long-term credentials and nothing else: it is broken as a hash.
#[cfg(feature = "media")]
pub fn md5(parts: &[&[u8]]) -> [u8; 16] {
    parts.iter().fold(md5::Md5::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

#[cfg(all(test, feature = "media"))]
mod tests {
    use super::*;

    #[test]
    fn the_keyed_hmac_is_that_of_rfc_2202_and_of_the_crate() {
        let hash = KeyedHmacSha1::new(&[0x0b; 20]).mac(b"Hi There", b"");
        assert_eq!(hash[..8], 0xb617_3186_5505_7264_u64.to_be_bytes());
        assert_eq!(hash[8..16], 0xe28b_c0b6_fb37_8c8e_u64.to_be_bytes());
        assert_eq!(hash[16..], 0xf146_be00_u32.to_be_bytes());
        // Every way in which what is left, what is behind it and the end share their blocks.
        let key = core::array::from_fn(|i| i as u8 ^ 0x5a);
        let (keyed, data) = (KeyedHmacSha1::new(&key), core::array::from_fn::<u8, 200, _>(|i| i as u8));
        for size in 0..data.len() {
            let data = &data[..size];
            assert_eq!(keyed.mac(data, b""), hmac_sha1(&key, &[data]), "{size}");
            assert_eq!(keyed.mac(data, b"four"), hmac_sha1(&key, &[data, b"four"]), "{size}");
            assert_eq!(keyed.mac(data, &[7; 56]), hmac_sha1(&key, &[data, &[7; 56]]), "{size}");
        }
    }
}
