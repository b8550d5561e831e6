//! The one source of entropy.

use crate::secret::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

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

    /// An independent generator, seeded from this one. Whoever sees its state learns nothing of what it has given before.
    pub fn fork(&mut self) -> Random {
        let mut key = Secret::<32>::zeroed();
        self.fill(key.expose_mut());
        Random::new(Forked { key })
    }

    /// Lends entropy to what draws from the thread's `fastrand` generator, as some crates do: one seed is to be one trace.
    #[cfg(feature = "media")]
    #[must_use]
    pub fn lend_to_thread(&mut self) -> Lent {
        let lent = Lent { before: fastrand::get_seed() };
        fastrand::seed(self.u64());
        lent
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

/// Entropy lent to the thread. The thread is the host's, and so is its generator: when this is dropped it goes on as if
/// nothing had been.
#[cfg(feature = "media")]
pub struct Lent {
    before: u64,
}

#[cfg(feature = "media")]
impl Drop for Lent {
    fn drop(&mut self) {
        fastrand::seed(self.before);
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

/// SHA-256 in counter mode, where block 0 of each request becomes the next key and the one before is wiped: what has been
/// given cannot be computed from what is left.
struct Forked {
    key: Secret<32>,
}

impl Forked {
    fn block(&self, counter: u64, out: &mut [u8]) {
        let mut block = Sha256::new().chain_update(self.key.expose()).chain_update(counter.to_le_bytes()).finalize();
        out.copy_from_slice(&block[..out.len()]);
        block.zeroize();
    }
}

impl RandomSource for Forked {
    fn fill(&mut self, buffer: &mut [u8]) {
        for (counter, chunk) in (1..).zip(buffer.chunks_mut(32)) {
            self.block(counter, chunk);
        }
        let mut next = Secret::zeroed();
        self.block(0, next.expose_mut());
        self.key = next;
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
    fn a_fork_cannot_be_wound_back() {
        let mut forked = Forked { key: Secret::take(&mut [7; 32]) };
        let (mut first, mut second) = ([0; 70], [0; 70]);
        forked.fill(&mut first);
        let key = *forked.key.expose();
        // The key is erased with each request, and nothing given is the key.
        assert!(key != [7; 32] && !first.windows(32).any(|given| given == key));
        let mut again = Forked { key: Secret::take(&mut key.clone()) };
        let mut twice = [0; 70];
        forked.fill(&mut second);
        again.fill(&mut twice);
        assert!(second == twice && second != first);
    }

    #[cfg(feature = "media")]
    #[test]
    fn the_generator_of_the_thread_goes_on_as_if_nothing_had_been() {
        fastrand::seed(5);
        let expected = (fastrand::u64(..), fastrand::u64(..));
        fastrand::seed(5);
        let first = fastrand::u64(..);
        let lent = |seed| {
            let _lent = Random::from_seed(seed).lend_to_thread();
            fastrand::u64(..)
        };
        let one = lent(1);
        assert_eq!((first, fastrand::u64(..)), expected);
        assert_eq!(lent(1), one);
        assert_ne!(lent(2), one);
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
