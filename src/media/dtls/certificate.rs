//! One self-signed certificate per call, and as much of DER as that takes.

use crate::random::Random;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use zeroize::Zeroizing;

/// An ECDSA P-256 key and a certificate that nobody but the peer's fingerprint check looks at.
#[derive(Clone)]
pub struct Certificate {
    pub der: Vec<u8>,
    /// PKCS #8.
    pub private_key: Zeroizing<Vec<u8>>,
}

impl core::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Certificate")
    }
}

impl Certificate {
    /// `None` if the operating system has no randomness.
    pub fn generate(random: &mut Random) -> Option<Certificate> {
        let system = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &system).ok()?;
        let private_key = Zeroizing::new(pkcs8.as_ref().to_vec());
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &private_key, &system).ok()?;
        let mut serial: [u8; 8] = random.bytes();
        // Positive, and as short as DER wants it.
        serial[0] = serial[0] & 0x3f | 0x40;
        let body = to_be_signed(&serial, pair.public_key().as_ref());
        let signature = pair.sign(&system, &body).ok()?;
        let der = tlv(SEQUENCE, &[&body, ECDSA_WITH_SHA256, &tlv(BIT_STRING, &[&[0], signature.as_ref()])]);
        Some(Certificate { der, private_key })
    }

    pub fn fingerprint(&self) -> [u8; 32] {
        fingerprint(&self.der)
    }
}

pub fn fingerprint(der: &[u8]) -> [u8; 32] {
    crate::crypto::hash::sha256(&[der])
}

/// Upper-case hexadecimal, joined by colons.
pub fn format_fingerprint(fingerprint: &[u8; 32]) -> String {
    let bytes: Vec<String> = fingerprint.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

/// The bytes of a fingerprint, colons or not, in either case.
pub fn parse_fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text.trim().bytes().filter(|&b| b != b':').take(65).collect();
    if digits.len() != 64 {
        return None;
    }
    let mut fingerprint = [0; 32];
    for (byte, pair) in fingerprint.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |b: u8| char::from(b).to_digit(16);
        *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
    }
    Some(fingerprint)
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_ID: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const VERSION: u8 = 0xa0;

/// SEQUENCE { ecdsa-with-SHA256 }
const ECDSA_WITH_SHA256: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const ID_EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ID_P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const ID_P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const ID_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const ID_ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const ID_COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let size: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    match size {
        0..=127 => out.push(size as u8),
        128..=255 => out.extend_from_slice(&[0x81, size as u8]),
        _ => out.extend_from_slice(&[0x82, (size >> 8) as u8, size as u8]),
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

fn to_be_signed(serial: &[u8], public_key: &[u8]) -> Vec<u8> {
    let attribute = tlv(SEQUENCE, &[&tlv(OBJECT_ID, &[ID_COMMON_NAME]), &tlv(UTF8_STRING, &[b"WebRTC"])]);
    let name = tlv(SEQUENCE, &[&tlv(SET, &[&attribute])]);
    // There is no calendar here, and nobody checks the dates: these include every call.
    let validity = tlv(SEQUENCE, &[&tlv(UTC_TIME, &[b"200101000000Z"]), &tlv(UTC_TIME, &[b"491231235959Z"])]);
    let algorithm = tlv(SEQUENCE, &[&tlv(OBJECT_ID, &[ID_EC_PUBLIC_KEY]), &tlv(OBJECT_ID, &[ID_P256])]);
    let key = tlv(SEQUENCE, &[&algorithm, &tlv(BIT_STRING, &[&[0], public_key])]);
    let version = tlv(VERSION, &[&tlv(INTEGER, &[&[2]])]);
    tlv(SEQUENCE, &[&version, &tlv(INTEGER, &[serial]), ECDSA_WITH_SHA256, &name, &validity, &name, &key])
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    P256,
    P384,
}

/// The EC public key in a certificate; `None` for any other key, and for what is no certificate.
pub fn public_key(certificate: &[u8]) -> Option<(Curve, &[u8])> {
    let (id, parameters, key) = any_key(certificate)?;
    if id != ID_EC_PUBLIC_KEY {
        return None;
    }
    let curve = match read(parameters, OBJECT_ID)?.0 {
        id if id == ID_P256 => Curve::P256,
        id if id == ID_P384 => Curve::P384,
        _ => return None,
    };
    Some((curve, key))
}

/// What a certificate has instead of a key that [`public_key`] reads, in words.
pub fn unknown_key(certificate: &[u8]) -> Option<&'static str> {
    if public_key(certificate).is_some() {
        return None;
    }
    Some(match any_key(certificate) {
        Some((id, ..)) if id == ID_RSA => "an RSA key",
        Some((id, ..)) if id == ID_ED25519 => "an Ed25519 key",
        Some((id, ..)) if id == ID_EC_PUBLIC_KEY => "an ECDSA key on another curve",
        Some(_) => "a key of an unknown kind",
        None => "no key that can be read",
    })
}

/// Algorithm, its parameters, and the key.
fn any_key(certificate: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (certificate, _) = read(certificate, SEQUENCE)?;
    let (mut body, _) = read(certificate, SEQUENCE)?;
    if let Some((_, rest)) = read(body, VERSION) {
        body = rest;
    }
    // Serial, signature algorithm, issuer, validity, subject.
    for tag in [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] {
        body = read(body, tag)?.1;
    }
    let (key, _) = read(body, SEQUENCE)?;
    let (algorithm, rest) = read(key, SEQUENCE)?;
    let (id, parameters) = read(algorithm, OBJECT_ID)?;
    let (bits, _) = read(rest, BIT_STRING)?;
    let (unused, key) = bits.split_first()?;
    (*unused == 0).then_some((id, parameters, key))
}

/// The content of the first element, which must have this tag, and what follows it.
fn read(data: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, data) = data.split_first()?;
    let (&first, mut data) = data.split_first()?;
    let size = match first {
        0..=127 => usize::from(first),
        0x81..=0x83 => {
            let (digits, rest) = data.split_at_checked(usize::from(first & 0x7f))?;
            data = rest;
            digits.iter().fold(0, |size, &digit| size << 8 | usize::from(digit))
        }
        _ => return None,
    };
    (found == tag).then(|| data.split_at_checked(size)).flatten()
}

/// For `tests/fuzz`.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    assert_eq!(public_key(data).is_none(), unknown_key(data).is_some());
    super::gate::fuzz(data);
    if let Ok(text) = core::str::from_utf8(data)
        && let Some(fingerprint) = parse_fingerprint(text)
    {
        assert_eq!(parse_fingerprint(&format_fingerprint(&fingerprint)), Some(fingerprint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};

    #[test]
    fn a_certificate_holds_its_key_and_is_signed_with_it() {
        let certificate = Certificate::generate(&mut Random::from_seed(1)).unwrap();
        let (curve, key) = public_key(&certificate.der).unwrap();
        assert_eq!((curve, key.len(), key[0]), (Curve::P256, 65, 4));
        let (inner, _) = read(&certificate.der, SEQUENCE).unwrap();
        let body = &inner[..inner.len() - read(inner, SEQUENCE).unwrap().1.len()];
        let (_, rest) = read(read(inner, SEQUENCE).unwrap().1, SEQUENCE).unwrap();
        let (signature, _) = read(rest, BIT_STRING).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key).verify(body, &signature[1..]).unwrap();
    }

    #[test]
    fn the_kind_of_a_key_that_is_not_ours_is_told() {
        let with_key = |id: &[u8], parameters: &[u8]| {
            let algorithm = tlv(SEQUENCE, &[&tlv(OBJECT_ID, &[id]), parameters]);
            let key = tlv(SEQUENCE, &[&algorithm, &tlv(BIT_STRING, &[&[0], &[7; 270]])]);
            let empty = tlv(SEQUENCE, &[]);
            let body = tlv(SEQUENCE, &[&tlv(INTEGER, &[&[1]]), &empty, &empty, &empty, &empty, &key]);
            tlv(SEQUENCE, &[&body])
        };
        assert_eq!(unknown_key(&with_key(ID_RSA, &[5, 0])), Some("an RSA key"));
        assert_eq!(unknown_key(&with_key(ID_ED25519, &[])), Some("an Ed25519 key"));
        let other_curve = tlv(OBJECT_ID, &[&[0x2b, 0x81, 0x04, 0x00, 0x23]]);
        assert_eq!(unknown_key(&with_key(ID_EC_PUBLIC_KEY, &other_curve)), Some("an ECDSA key on another curve"));
        assert_eq!(unknown_key(&with_key(&[1], &[])), Some("a key of an unknown kind"));
        assert_eq!(unknown_key(b"no certificate"), Some("no key that can be read"));
        assert_eq!(unknown_key(&Certificate::generate(&mut Random::from_seed(1)).unwrap().der), None);
    }

    #[test]
    fn cut_and_changed_certificates_are_read_without_harm() {
        let certificate = Certificate::generate(&mut Random::from_seed(1)).unwrap();
        for i in 0..certificate.der.len() {
            let _ = public_key(&certificate.der[..i]);
            let mut changed = certificate.der.clone();
            changed[i] ^= 0x80;
            let _ = public_key(&changed);
        }
    }

    #[test]
    fn fingerprints_are_read_as_they_are_written() {
        let fingerprint: [u8; 32] = core::array::from_fn(|i| i as u8 * 7);
        let text = format_fingerprint(&fingerprint);
        assert!(text.starts_with("00:07:0E:") && text.len() == 95);
        assert_eq!(parse_fingerprint(&text), Some(fingerprint));
        assert_eq!(parse_fingerprint(&text.to_lowercase()), Some(fingerprint));
        for wrong in ["", "00", &text[1..], &format!("{text}:00"), &text.replace('7', "g")] {
            assert_eq!(parse_fingerprint(wrong), None, "{wrong}");
        }
    }
}
