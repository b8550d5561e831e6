//! Ed25519 signatures (RFC 8032) and the X25519 agreement made with the same keys (conference-e2e.md, section 4).

use super::field;
use crate::random::Random;
use crate::secret::Secret;
use core::fmt;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use ed25519_dalek::VerifyingKey;
use ed25519_dalek::ed25519::signature::MultipartVerifier;
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign_byupdate};
use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// 64 bytes, deterministic, without context or prehash.
pub type Signature = [u8; 64];

/// A public key as it goes over the wire: any 32 bytes. Whether they are a point is seen when they are used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey(pub [u8; 32]);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "PublicKey({a:02x}{b:02x}{c:02x}{d:02x}…)")
    }
}

/// A private key with everything that would be computed again for each signature.
pub struct KeyPair {
    seed: Secret<32>,
    /// SHA-512(seed)[0:32]; clamped where it is used.
    scalar: Secret<32>,
    signing: Box<ExpandedSecretKey>,
    verifying: VerifyingKey,
}

impl KeyPair {
    pub fn generate(random: &mut Random) -> KeyPair {
        KeyPair::from_seed(&random.secret())
    }

    pub fn from_seed(seed: &Secret<32>) -> KeyPair {
        let hash = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(seed.expose())));
        let mut scalar = Secret::zeroed();
        scalar.expose_mut().copy_from_slice(&hash[..32]);
        let signing = Box::new(ExpandedSecretKey::from_bytes(&hash));
        let verifying = VerifyingKey::from(&*signing);
        KeyPair { seed: seed.clone(), scalar, signing, verifying }
    }

    /// The private key; the caller's to wipe.
    #[cfg_attr(not(feature = "internals"), allow(dead_code, reason = "a key leaves us nowhere but in tests"))]
    pub fn seed(&self) -> &Secret<32> {
        &self.seed
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.verifying.to_bytes())
    }

    /// Signs the parts as if they were one message.
    pub fn sign(&self, parts: &[&[u8]]) -> Signature {
        let message = |hash: &mut Sha512| {
            parts.iter().for_each(|part| hash.update(part));
            Ok(())
        };
        raw_sign_byupdate::<Sha512, _>(&self.signing, message, &self.verifying)
            .map_or([0; 64], |signature| signature.to_bytes())
    }

    /// X25519 between this key and each of `others`, in order; `None` where the result would be zero, or `y = 1`.
    pub fn agree_all(&self, others: &[PublicKey]) -> Vec<Option<Secret<32>>> {
        // On the Edwards curve the product is the same and much faster; the ladder serves for bytes that are no point of
        // it, where X25519 works on the twist.
        let (mut points, mut off_curve) = (Vec::with_capacity(others.len()), Vec::new());
        for (index, other) in others.iter().enumerate() {
            match CompressedEdwardsY(other.0).decompress() {
                Some(point) => points.push(point.mul_clamped(*self.scalar.expose())),
                None => off_curve.push(index),
            }
        }
        let mut products: Vec<[u8; 32]> =
            EdwardsPoint::compress_batch_alloc(&points).into_iter().map(|point| point.0).collect();
        points.zeroize();
        field::montgomery(&mut products);
        for index in off_curve {
            let mut u = others.get(index).map_or([0; 32], |other| other.0);
            field::montgomery(core::slice::from_mut(&mut u));
            products.insert(index.min(products.len()), x25519_dalek::x25519(*self.scalar.expose(), u));
        }
        let secret =
            |product: &mut [u8; 32]| Some(Secret::take(product)).filter(|s| bool::from(s.expose().ct_ne(&[0; 32])));
        let secrets = products.iter_mut().map(secret).collect();
        products.zeroize();
        secrets
    }

    /// X25519 with one other key.
    pub fn agree(&self, other: &PublicKey) -> Option<Secret<32>> {
        self.agree_all(core::slice::from_ref(other)).pop().flatten()
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({:?})", self.public())
    }
}

/// A public key made ready to check signatures. Worth keeping: making it costs a seventh of a check.
///
/// Compat: like OpenSSL, no cofactor, S below the group order, R compared as bytes, small and non-canonical keys allowed.
#[derive(Clone, Debug)]
pub struct Verifier(VerifyingKey);

impl Verifier {
    /// `None` if the bytes are no point of the curve: then no signature is valid.
    pub fn new(key: &PublicKey) -> Option<Verifier> {
        VerifyingKey::from_bytes(&key.0).ok().map(Verifier)
    }

    /// Whether this is the parts' signature, as if they were one message.
    #[must_use]
    pub fn verify(&self, parts: &[&[u8]], signature: &Signature) -> bool {
        self.0.multipart_verify(parts, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

/// One check, for keys that are not worth keeping.
#[cfg_attr(
    not(any(feature = "internals", feature = "sim")),
    allow(dead_code, reason = "the simulator checks so; and tests")
)]
#[must_use]
pub fn verify(key: &PublicKey, parts: &[&[u8]], signature: &Signature) -> bool {
    Verifier::new(key).is_some_and(|verifier| verifier.verify(parts, signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> KeyPair {
        KeyPair::from_seed(&Secret::take(&mut [seed; 32]))
    }

    #[test]
    fn a_signature_over_parts_is_the_one_over_the_whole_and_dies_with_any_bit() {
        let pair = key(1);
        let signature = pair.sign(&[b"whole ", b"", b"message"]);
        assert_eq!(signature, pair.sign(&[b"whole message"]));
        assert!(verify(&pair.public(), &[b"whole", b" message"], &signature));
        assert!(!verify(&pair.public(), &[b"whole massage"], &signature));
        assert!(!verify(&key(2).public(), &[b"whole message"], &signature));
        for bit in 0..512 {
            let mut wrong = signature;
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify(&pair.public(), &[b"whole message"], &wrong), "bit {bit}");
        }
    }

    #[test]
    fn agreement_is_mutual_and_equals_x25519_also_off_the_curve() {
        let pair = key(3);
        let mut random = Random::from_seed(4);
        let mut others: Vec<PublicKey> = (0..20).map(|_| PublicKey(random.bytes())).collect();
        others.extend((10..15).map(|seed| key(seed).public()));
        let off_curve = others.iter().filter(|other| Verifier::new(other).is_none()).count();
        assert!(off_curve > 0 && off_curve < others.len());
        for (other, secret) in others.iter().zip(pair.agree_all(&others)) {
            let mut u = other.0;
            field::montgomery(core::slice::from_mut(&mut u));
            let ladder = x25519_dalek::x25519(*pair.scalar.expose(), u);
            assert_eq!(secret.unwrap().expose(), &ladder);
        }
        assert_eq!(pair.agree(&key(5).public()), key(5).agree(&pair.public()));
    }

    #[test]
    fn points_of_small_order_agree_on_nothing_and_leave_the_others_alone() {
        let mut one = [0; 32];
        one[0] = 1;
        let others = [key(1).public(), PublicKey(one), key(2).public(), PublicKey([0; 32])];
        let secrets = key(3).agree_all(&others);
        assert!(secrets[1].is_none() && secrets[3].is_none());
        assert_eq!(secrets[2], key(2).agree(&key(3).public()));
    }

    #[test]
    fn debug_keeps_the_private_key() {
        assert_eq!(format!("{:?}", key(7)), format!("KeyPair({:?})", key(7).public()));
    }
}
