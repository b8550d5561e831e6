//! The one source of entropy.

use crate::secret::Secret;
use sha2::{Digest, Sha256};

/// Where random bytes come from: the operating system, the host's own generator, or a seed.
///
/// A source that cannot deliver must not return: there is no call without entropy. The C API turns the panic into
/// `TGCALL_ERR_INTERNAL`.
pub trait RandomSource: Send {
    fn fill(&mut self, buffer: &mut [u8]);
}

/// The entropy of one client. Everything random in it is drawn from here, so one seed is one trace.
pub struct Random(Box<dyn RandomSource>);

impl Random {
    pub fn new(source: impl RandomSource + 'static) -> Random {
        Random(Box::new(source))
    }

    /// A reproducible stream, for tests and the simulator: SHA-256 in counter mode.
    pub fn from_seed(seed: u64) -> Random {
        Random::new(Seeded { seed, counter: 0 })
    }

    /// An independent generator, seeded from this one.
    pub fn fork(&mut self) -> Random {
        let mut key = Secret::<32>::zeroed();
        self.fill(key.expose_mut());
        Random::new(Forked { key, counter: 0 })
    }

    pub fn fill(&mut self, buffer: &mut [u8]) {
        self.0.fill(buffer);
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    pub fn secret<const N: usize>(&mut self) -> Secret<N> {
        let mut secret = Secret::zeroed();
        self.fill(secret.expose_mut());
        secret
    }

    pub fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.bytes())
    }

    pub fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    /// A number below `bound`, which is not zero. The bias is below `bound / 2^64`.
    pub fn below(&mut self, bound: u64) -> u64 {
        debug_assert!(bound != 0);
        ((u128::from(self.u64()) * u128::from(bound)) >> 64) as u64
    }
}

impl core::fmt::Debug for Random {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Random")
    }
}

struct Seeded {
    seed: u64,
    counter: u64,
}

impl RandomSource for Seeded {
    fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let block = Sha256::new().chain_update(self.seed.to_le_bytes()).chain_update(self.counter.to_le_bytes());
            chunk.copy_from_slice(&block.finalize()[..chunk.len()]);
            self.counter += 1;
        }
    }
}

struct Forked {
    key: Secret<32>,
    counter: u64,
}

impl RandomSource for Forked {
    fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let block = Sha256::new().chain_update(self.key.expose()).chain_update(self.counter.to_le_bytes());
            chunk.copy_from_slice(&block.finalize()[..chunk.len()]);
            self.counter += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_trace() {
        let (mut a, mut b, mut c) = (Random::from_seed(1), Random::from_seed(1), Random::from_seed(2));
        assert_eq!(a.bytes::<70>(), b.bytes::<70>());
        assert_eq!(a.u64(), b.u64());
        assert_ne!(a.bytes::<8>(), c.bytes::<8>());
    }

    #[test]
    fn below_stays_below_and_reaches_every_number() {
        let mut random = Random::from_seed(3);
        let mut seen = [false; 7];
        for _ in 0..500 {
            seen[random.below(7) as usize] = true;
        }
        assert_eq!(seen, [true; 7]);
        assert_eq!(random.below(1), 0);
    }
}
