//! SHA-1, SHA-256 and HMAC over a list of parts, so that nobody has to join secrets in a buffer first.

use sha1::Sha1;
use sha2::{Digest, Sha256};

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

/// HMAC-SHA-1 with a key that is used for each packet. Wiped on drop, as its parts are.
#[cfg(feature = "media")]
#[derive(Clone)]
pub struct KeyedHmacSha1(hmac::Hmac<Sha1>);

#[cfg(feature = "media")]
impl KeyedHmacSha1 {
    pub fn new(key: &[u8]) -> Self {
        KeyedHmacSha1(hmac::KeyInit::new_from_slice(key).expect("HMAC takes a key of any size"))
    }

    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 20] {
        let mut mac = self.0.clone();
        parts.iter().for_each(|part| hmac::Mac::update(&mut mac, part));
        hmac::Mac::finalize(mac).into_bytes().into()
    }
}

/// For TURN's long-term credentials and nothing else: it is broken as a hash.
#[cfg(feature = "media")]
pub fn md5(parts: &[&[u8]]) -> [u8; 16] {
    parts.iter().fold(md5::Md5::new(), |hash, part| hash.chain_update(part)).finalize().into()
}
