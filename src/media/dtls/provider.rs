//! The cryptography of DTLS, from `ring`.
//!
//! Randomness is the one exception to "everything random comes from [`crate::random::Random`]": `ring` draws the keys of
//! ECDSA and ECDH from the operating system and from nowhere else. Nothing but the bytes on the wire depends on it.

use super::certificate::{Curve, public_key};
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use core::fmt;
use dimpl::crypto::{
    Aad, ActiveKeyExchange, Buf, Cipher, CryptoProvider, Dtls12CipherSuite, Dtls13CipherSuite, HashAlgorithm,
    HashContext, HashProvider, HmacProvider, KeyProvider, NamedGroup, Nonce, SecureRandom, SignatureAlgorithm,
    SignatureVerifier, SigningKey, SupportedDtls12CipherSuite, SupportedDtls13CipherSuite, SupportedKxGroup, TmpBuf,
};
use dimpl::{CryptoError, CryptoOperation};
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::{aead, agreement, digest, hmac, signature};

/// What `dimpl` is to use. DTLS 1.3 is there because it insists on a suite; it is never negotiated.
pub fn provider() -> CryptoProvider {
    CryptoProvider {
        kx_groups: GROUPS,
        signature_verification: &Verifier,
        key_provider: &Keys,
        secure_random: &System,
        hash_provider: &Hashes,
        hmac_provider: &Hmacs,
        cipher_suites: SUITES,
        dtls13_cipher_suites: SUITES_13,
    }
}

static GROUPS: &[&dyn SupportedKxGroup] =
    &[&Group(NamedGroup::X25519), &Group(NamedGroup::Secp256r1), &Group(NamedGroup::Secp384r1)];
static SUITES: &[&dyn SupportedDtls12CipherSuite] = &[&AES_128, &AES_256, &CHACHA];
static SUITES_13: &[&dyn SupportedDtls13CipherSuite] = &[&Suite13];

fn failed<E>(operation: CryptoOperation) -> impl FnOnce(E) -> CryptoError {
    move |_| CryptoError::OperationFailed(operation)
}

struct Aead(aead::LessSafeKey);

impl fmt::Debug for Aead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Aead")
    }
}

impl Cipher for Aead {
    fn encrypt(&mut self, plaintext: &mut Buf, aad: Aad, nonce: Nonce) -> Result<(), CryptoError> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce.0);
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, aead::Aad::from(&aad.0[..]), plaintext.as_mut())
            .map_err(failed(CryptoOperation::Encrypt))?;
        plaintext.extend_from_slice(tag.as_ref());
        Ok(())
    }

    fn decrypt(&mut self, ciphertext: &mut TmpBuf, aad: Aad, nonce: Nonce) -> Result<(), CryptoError> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce.0);
        let size = self
            .0
            .open_in_place(nonce, aead::Aad::from(&aad.0[..]), ciphertext.as_mut())
            .map_err(failed(CryptoOperation::Decrypt))?
            .len();
        ciphertext.truncate(size);
        Ok(())
    }
}

fn create(algorithm: &'static aead::Algorithm, key: &[u8]) -> Result<Box<dyn Cipher>, CryptoError> {
    let key = aead::UnboundKey::new(algorithm, key).map_err(failed(CryptoOperation::CreateCipher))?;
    Ok(Box::new(Aead(aead::LessSafeKey::new(key))))
}

#[derive(Debug)]
struct Suite {
    suite: Dtls12CipherSuite,
    hash: HashAlgorithm,
    algorithm: &'static aead::Algorithm,
    key: usize,
    fixed_iv: usize,
    explicit_nonce: usize,
}

static AES_128: Suite = Suite {
    suite: Dtls12CipherSuite::ECDHE_ECDSA_AES128_GCM_SHA256,
    hash: HashAlgorithm::SHA256,
    algorithm: &aead::AES_128_GCM,
    key: 16,
    fixed_iv: 4,
    explicit_nonce: 8,
};
static AES_256: Suite = Suite {
    suite: Dtls12CipherSuite::ECDHE_ECDSA_AES256_GCM_SHA384,
    hash: HashAlgorithm::SHA384,
    algorithm: &aead::AES_256_GCM,
    key: 32,
    fixed_iv: 4,
    explicit_nonce: 8,
};
static CHACHA: Suite = Suite {
    suite: Dtls12CipherSuite::ECDHE_ECDSA_CHACHA20_POLY1305_SHA256,
    hash: HashAlgorithm::SHA256,
    algorithm: &aead::CHACHA20_POLY1305,
    key: 32,
    fixed_iv: 12,
    explicit_nonce: 0,
};

impl SupportedDtls12CipherSuite for Suite {
    fn suite(&self) -> Dtls12CipherSuite {
        self.suite
    }

    fn hash_algorithm(&self) -> HashAlgorithm {
        self.hash
    }

    fn key_lengths(&self) -> (usize, usize, usize) {
        (0, self.key, self.fixed_iv)
    }

    fn explicit_nonce_len(&self) -> usize {
        self.explicit_nonce
    }

    fn tag_len(&self) -> usize {
        16
    }

    fn create_cipher(&self, key: &[u8]) -> Result<Box<dyn Cipher>, CryptoError> {
        create(self.algorithm, key)
    }
}

#[derive(Debug)]
struct Suite13;

impl SupportedDtls13CipherSuite for Suite13 {
    fn suite(&self) -> Dtls13CipherSuite {
        Dtls13CipherSuite::AES_128_GCM_SHA256
    }

    fn hash_algorithm(&self) -> HashAlgorithm {
        HashAlgorithm::SHA256
    }

    fn key_len(&self) -> usize {
        16
    }

    fn iv_len(&self) -> usize {
        12
    }

    fn tag_len(&self) -> usize {
        16
    }

    fn create_cipher(&self, key: &[u8]) -> Result<Box<dyn Cipher>, CryptoError> {
        create(&aead::AES_128_GCM, key)
    }

    fn encrypt_sn(&self, key: &[u8], sample: &[u8; 16]) -> [u8; 16] {
        let mut block = Array::from(*sample);
        if let Ok(aes) = aes::Aes128::new_from_slice(key) {
            aes.encrypt_block(&mut block);
        }
        block.into()
    }
}

#[derive(Debug)]
struct Group(NamedGroup);

impl Group {
    fn algorithm(&self) -> &'static agreement::Algorithm {
        match self.0 {
            NamedGroup::X25519 => &agreement::X25519,
            NamedGroup::Secp384r1 => &agreement::ECDH_P384,
            _ => &agreement::ECDH_P256,
        }
    }
}

impl SupportedKxGroup for Group {
    fn name(&self) -> NamedGroup {
        self.0
    }

    fn start_exchange(&self, mut public: Buf) -> Result<Box<dyn ActiveKeyExchange>, CryptoError> {
        let operation = CryptoOperation::GenerateEphemeralKey;
        let private = agreement::EphemeralPrivateKey::generate(self.algorithm(), &SystemRandom::new());
        let private = private.map_err(failed(operation))?;
        let key = private.compute_public_key().map_err(failed(CryptoOperation::GenerateEphemeralKey))?;
        public.clear();
        public.extend_from_slice(key.as_ref());
        Ok(Box::new(Exchange { group: Group(self.0), private, public }))
    }
}

struct Exchange {
    group: Group,
    private: agreement::EphemeralPrivateKey,
    public: Buf,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exchange")
    }
}

impl ActiveKeyExchange for Exchange {
    fn pub_key(&self) -> &[u8] {
        &self.public
    }

    fn complete(self: Box<Self>, peer: &[u8], out: &mut Buf) -> Result<(), CryptoError> {
        let peer = agreement::UnparsedPublicKey::new(self.group.algorithm(), peer);
        agreement::agree_ephemeral(self.private, &peer, |shared| {
            out.clear();
            out.extend_from_slice(shared);
        })
        .map_err(failed(CryptoOperation::GenerateEphemeralKey))
    }

    fn group(&self) -> NamedGroup {
        self.group.0
    }
}

#[derive(Debug)]
struct Verifier;

impl SignatureVerifier for Verifier {
    fn verify_signature(
        &self,
        certificate: &[u8],
        data: &[u8],
        signature: &[u8],
        hash: HashAlgorithm,
        algorithm: SignatureAlgorithm,
    ) -> Result<(), CryptoError> {
        let (curve, key) = public_key(certificate).ok_or(CryptoError::CertificateParseFailed)?;
        let verification: &'static dyn signature::VerificationAlgorithm = match (algorithm, curve, hash) {
            (SignatureAlgorithm::ECDSA, Curve::P256, HashAlgorithm::SHA256) => &signature::ECDSA_P256_SHA256_ASN1,
            (SignatureAlgorithm::ECDSA, Curve::P256, HashAlgorithm::SHA384) => &signature::ECDSA_P256_SHA384_ASN1,
            (SignatureAlgorithm::ECDSA, Curve::P384, HashAlgorithm::SHA256) => &signature::ECDSA_P384_SHA256_ASN1,
            (SignatureAlgorithm::ECDSA, Curve::P384, HashAlgorithm::SHA384) => &signature::ECDSA_P384_SHA384_ASN1,
            _ => return Err(CryptoError::CertificateParseFailed),
        };
        signature::UnparsedPublicKey::new(verification, key)
            .verify(data, signature)
            .map_err(|_| CryptoError::CertificateParseFailed)
    }
}

#[derive(Debug)]
struct Keys;

impl KeyProvider for Keys {
    fn load_private_key(&self, pkcs8: &[u8]) -> Result<Box<dyn SigningKey>, CryptoError> {
        let algorithm = &signature::ECDSA_P256_SHA256_ASN1_SIGNING;
        let pair = signature::EcdsaKeyPair::from_pkcs8(algorithm, pkcs8, &SystemRandom::new());
        Ok(Box::new(Signer(pair.map_err(|_| CryptoError::InvalidPrivateKey)?)))
    }
}

struct Signer(signature::EcdsaKeyPair);

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

impl SigningKey for Signer {
    fn sign(&mut self, data: &[u8], hash: HashAlgorithm, out: &mut Buf) -> Result<(), CryptoError> {
        if hash != HashAlgorithm::SHA256 {
            return Err(CryptoError::OperationFailed(CryptoOperation::Sign));
        }
        let signed = self.0.sign(&SystemRandom::new(), data).map_err(failed(CryptoOperation::Sign))?;
        out.clear();
        out.extend_from_slice(signed.as_ref());
        Ok(())
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }

    fn hash_algorithm(&self) -> HashAlgorithm {
        HashAlgorithm::SHA256
    }

    fn supported_hash_algorithms(&self) -> &[HashAlgorithm] {
        &[HashAlgorithm::SHA256]
    }
}

#[derive(Debug)]
struct System;

impl SecureRandom for System {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), CryptoError> {
        SystemRandom::new().fill(buffer).map_err(failed(CryptoOperation::FillRandom))
    }
}

#[derive(Debug)]
struct Hashes;

impl HashProvider for Hashes {
    fn create_hash(&self, algorithm: HashAlgorithm) -> Box<dyn HashContext> {
        let algorithm = if algorithm == HashAlgorithm::SHA384 { &digest::SHA384 } else { &digest::SHA256 };
        Box::new(Hash(digest::Context::new(algorithm)))
    }
}

struct Hash(digest::Context);

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hash")
    }
}

impl HashContext for Hash {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn clone_and_finalize(&self, out: &mut Buf) {
        out.clear();
        out.extend_from_slice(self.0.clone().finish().as_ref());
    }
}

#[derive(Debug)]
struct Hmacs;

impl HmacProvider for Hmacs {
    fn hmac(&self, hash: HashAlgorithm, key: &[u8], data: &[u8], out: &mut [u8]) -> Result<usize, CryptoError> {
        let algorithm = if hash == HashAlgorithm::SHA384 { hmac::HMAC_SHA384 } else { hmac::HMAC_SHA256 };
        let tag = hmac::sign(&hmac::Key::new(algorithm, key), data);
        let tag = tag.as_ref();
        let room = out.get_mut(..tag.len()).ok_or(CryptoError::OperationFailed(CryptoOperation::Sign))?;
        room.copy_from_slice(tag);
        Ok(tag.len())
    }
}
