//! Whether an unknown `p` is a safe prime, found out in slices so short that nobody waits for them.

use super::{DRAWS, Group, GroupError, Groups, Prime, SIZE};
use crate::random::Random;
use core::task::Poll;
use crypto_bigint::{Odd, U2048};
use crypto_primes::hazmat::{AStarBase, LucasCheck, MillerRabin, lucas_test};
use std::sync::Arc;

/// Miller-Rabin rounds with random bases for each of `p` and `(p - 1) / 2`: each catches a composite with 3 in 4, so a
/// number chosen to deceive passes with 1 in 2^128.
const ROUNDS: usize = 64;

/// A running check of one prime.
pub struct PrimeCheck {
    p: U2048,
    g: i32,
    p_test: MillerRabin<U2048>,
    half_test: MillerRabin<U2048>,
    done: usize,
}

/// Base 2 and Lucas for both (the test of Baillie, Pomerance, Selfridge and Wagstaff, which needs no luck and no good random
/// source), then the random bases of both.
const SLICES: usize = 4 + 2 * ROUNDS;

impl PrimeCheck {
    /// An even `p`, or an even `(p - 1) / 2`, is refused at once.
    pub(super) fn new(p: &[u8; SIZE], g: i32) -> Result<PrimeCheck, GroupError> {
        let p = U2048::from_be_slice(p);
        let odd = |n: U2048| Option::<Odd<U2048>>::from(Odd::new(n));
        let p_test = MillerRabin::new(odd(p).ok_or(GroupError::Composite)?);
        let half_test = MillerRabin::new(odd(p.shr_vartime(1)).ok_or(GroupError::NotSafe)?);
        Ok(PrimeCheck { p, g, p_test, half_test, done: 0 })
    }

    /// Does one slice of the work, about 4 ms (twice 14 ms in the whole check), of half a second in all. Pending: come again.
    /// Whoever finishes first keeps the verdict in `groups`, where other checks of the same prime find it.
    pub fn step(&mut self, groups: &Groups, random: &mut Random) -> Poll<Result<Group, GroupError>> {
        if let Some(verdict) = groups.verdict(&super::power::to_bytes(&self.p)) {
            return Poll::Ready(verdict.and_then(|prime| Group::new(prime, self.g)));
        }
        if let Err(why) = self.slice(random) {
            if why != GroupError::Random {
                groups.keep(&self.p, Err(why));
            }
            return Poll::Ready(Err(why));
        }
        self.done += 1;
        if self.done < SLICES {
            return Poll::Pending;
        }
        let prime = Arc::new(Prime::trusted(&self.p));
        groups.keep(&self.p, Ok(&prime));
        Poll::Ready(Group::new(prime, self.g))
    }

    fn slice(&self, random: &mut Random) -> Result<(), GroupError> {
        let half = self.p.shr_vartime(1);
        let lucas = |n: U2048| {
            let odd = Option::<Odd<U2048>>::from(Odd::new(n));
            odd.is_some_and(|n| lucas_test(n, AStarBase, LucasCheck::Bpsw21).is_probably_prime())
        };
        let (passed, refusal) = match self.done {
            0 => (self.p_test.test_base_two().is_probably_prime(), GroupError::Composite),
            1 => (lucas(self.p), GroupError::Composite),
            2 => (self.half_test.test_base_two().is_probably_prime(), GroupError::NotSafe),
            3 => (lucas(half), GroupError::NotSafe),
            round if round < 4 + ROUNDS => {
                (self.p_test.test(&base(&self.p, random)?).is_probably_prime(), GroupError::Composite)
            }
            _ => (self.half_test.test(&base(&half, random)?).is_probably_prime(), GroupError::NotSafe),
        };
        if passed { Ok(()) } else { Err(refusal) }
    }
}

/// A number from 2 to n - 2, each as likely as another: draws that lie outside are thrown away.
fn base(n: &U2048, random: &mut Random) -> Result<U2048, GroupError> {
    let excess = U2048::BITS - n.bits_vartime();
    let largest = n.wrapping_sub(&U2048::from_u8(2));
    // Half of the draws or more fit.
    for _ in 0..8 * DRAWS {
        let base = U2048::from_be_slice(&random.bytes::<SIZE>()).shr_vartime(excess);
        if base > U2048::ONE && base <= largest {
            return Ok(base);
        }
    }
    Err(GroupError::Random)
}
