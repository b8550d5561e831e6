//! The key exchange of a private call: `g_a_hash → g_b → g_a → key`, and every check on the way.
//!
//! ```text
//! caller                                                   callee
//! Caller::new ── g_a_hash ──► requestCall ──────────────►  Commitment::new(g_a_hash)
//! Caller::agree(g_b) ◄── phoneCallAccepted ◄── g_b ──────  Commitment::answer ──► Callee
//!   └─► g_a, SharedKey ── g_a, fingerprint ── confirm ──►  Callee::agree(g_a, fingerprint) ──► SharedKey
//! ```
//!
//! The order is in the types: the callee has no `g_b` before it holds the commitment, and the caller's `g_a` comes out only
//! in return for a `g_b` (8.5). Secrets are wiped when their owner is dropped.

use crate::crypto::dh::{self, BrokenRandom, Exponent, Fit, Group, Public, ValueError};
use crate::crypto::{emoji, hash};
use crate::random::Random;
use crate::secret::Secret;
use core::fmt;
use subtle::ConstantTimeEq;

/// Why an exchange failed; no key came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeError {
    /// The random source repeats itself.
    Random,
    /// `g_a_hash` is not a SHA-256.
    CommitmentSize,
    /// The `g_a` that came is not the one that was promised: somebody sits in between.
    Commitment,
    /// The caller's value is out of its range.
    GA(ValueError),
    /// The callee's value is out of its range.
    GB(ValueError),
    /// The two sides do not have the same key.
    Fingerprint,
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExchangeError::Random => f.write_str("the random source is broken"),
            ExchangeError::CommitmentSize => f.write_str("g_a_hash does not have 32 bytes"),
            ExchangeError::Commitment => f.write_str("g_a does not match g_a_hash"),
            ExchangeError::GA(why) => write!(f, "g_a is {why}"),
            ExchangeError::GB(why) => write!(f, "g_b is {why}"),
            ExchangeError::Fingerprint => f.write_str("key_fingerprint does not match the key"),
        }
    }
}

impl From<BrokenRandom> for ExchangeError {
    fn from(_: BrokenRandom) -> ExchangeError {
        ExchangeError::Random
    }
}

/// The key both sides have, and what may be shown of it.
#[derive(Debug, PartialEq, Eq)]
pub struct SharedKey {
    key: Secret<{ dh::SIZE }>,
    fingerprint: i64,
    emoji: [&'static str; 4],
}

impl SharedKey {
    fn new(key: Secret<{ dh::SIZE }>, g_a: &[u8]) -> SharedKey {
        let (fingerprint, emoji) = (dh::fingerprint(&key), emoji::of_call(key.expose(), g_a));
        SharedKey { key, fingerprint, emoji }
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn key(&self) -> &Secret<{ dh::SIZE }> {
        &self.key
    }

    /// Moves the key out.
    pub fn into_key(self) -> Secret<{ dh::SIZE }> {
        self.key
    }

    pub fn fingerprint(&self) -> i64 {
        self.fingerprint
    }

    pub fn emoji(&self) -> [&'static str; 4] {
        self.emoji
    }

    /// Compares what the other side, or the server's echo of it, says about the key.
    pub fn verify(&self, fingerprint: i64) -> Result<(), ExchangeError> {
        if self.fingerprint == fingerprint { Ok(()) } else { Err(ExchangeError::Fingerprint) }
    }
}

/// The caller's side, from the request to the other's answer.
#[derive(Debug)]
pub struct Caller {
    group: Group,
    a: Exponent,
    g_a: Box<Public>,
    g_a_hash: [u8; 32],
}

impl Caller {
    /// Draws `a`. `server_random` is that of the `dhConfig`.
    pub fn new(group: &Group, server_random: &[u8], random: &mut Random) -> Result<Caller, ExchangeError> {
        let (a, g_a) = group.draw(server_random, random, Fit::Full)?;
        let g_a_hash = hash::sha256(&[&g_a.padded()]);
        Ok(Caller { group: group.clone(), a, g_a: Box::new(g_a), g_a_hash })
    }

    /// What `phone.requestCall` promises.
    pub fn g_a_hash(&self) -> &[u8; 32] {
        &self.g_a_hash
    }

    /// The callee's `g_b` makes the key. The `g_a` that comes with it is for `phone.confirmCall`.
    pub fn agree(&self, g_b: &[u8]) -> Result<([u8; dh::SIZE], SharedKey), ExchangeError> {
        let theirs = self.group.read(g_b).map_err(ExchangeError::GB)?;
        let g_a = self.g_a.padded();
        let key = SharedKey::new(self.group.agree(&theirs, &self.a), &g_a);
        Ok((g_a, key))
    }
}

/// The hash of a `g_a` that the callee has not seen yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment([u8; 32]);

impl Commitment {
    /// `g_a_hash` of `phoneCallRequested`.
    pub fn new(g_a_hash: &[u8]) -> Result<Commitment, ExchangeError> {
        g_a_hash.try_into().map(Commitment).map_err(|_| ExchangeError::CommitmentSize)
    }

    /// Draws `b`. `server_random` is that of the `dhConfig`.
    pub fn answer(self, group: &Group, server_random: &[u8], random: &mut Random) -> Result<Callee, ExchangeError> {
        let (b, g_b) = group.draw(server_random, random, Fit::Range)?;
        Ok(Callee { group: group.clone(), commitment: self, b, g_b: Box::new(g_b) })
    }

    fn holds(&self, g_a: &[u8]) -> bool {
        hash::sha256(&[g_a]).ct_eq(&self.0).into()
    }
}

/// The callee's side, from the answer to the caller's confirmation.
#[derive(Debug)]
pub struct Callee {
    group: Group,
    commitment: Commitment,
    b: Exponent,
    g_b: Box<Public>,
}

impl Callee {
    /// What `phone.acceptCall` sends, without zeros in front.
    pub fn g_b(&self) -> Vec<u8> {
        self.g_b.minimal()
    }

    /// The caller's `g_a` makes the key, if it is the promised one, in range, and leads to the caller's fingerprint. The
    /// bytes count as they came: hash and emoji are taken of them unchanged (8.4).
    pub fn agree(&self, g_a: &[u8], fingerprint: i64) -> Result<SharedKey, ExchangeError> {
        if !self.commitment.holds(g_a) {
            return Err(ExchangeError::Commitment);
        }
        let theirs = self.group.read(g_a).map_err(ExchangeError::GA)?;
        let key = SharedKey::new(self.group.agree(&theirs, &self.b), g_a);
        key.verify(fingerprint)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests;
