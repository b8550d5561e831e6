//! Multiplication modulo a number of 2048 bits, after Montgomery, without a branch or an address that depends on a factor.
//!
//! `crypto-bigint` has the same, but squares by multiplying and takes one word at a time: on this and the next call it would
//! cost 1.5 times what OpenSSL takes. A square here computes each mixed product once, and both multiply two words at a
//! time, which gives the processor two chains of carries to work on. It stays the source of the constants, and the tests
//! compare.
//!
//! Between `enter` and `leave` a number x stands for x / 2^2048. It may exceed the modulus as long as it fits in its words
//! (S. Gueron, "Efficient Software Implementations of Modular Exponentiation": almost Montgomery multiplication).

use crypto_bigint::modular::FixedMontyParams;
use crypto_bigint::{Odd, U2048};
use zeroize::Zeroize;

/// Words of a number, lowest first. They have 64 bits on every target.
const WORDS: usize = 2048 / 64;

#[derive(Clone, Copy)]
pub struct Words([u64; WORDS]);

impl Default for Words {
    fn default() -> Words {
        Words([0; WORDS])
    }
}

impl Words {
    pub fn iter_mut(&mut self) -> core::slice::IterMut<'_, u64> {
        self.0.iter_mut()
    }

    fn new(value: &U2048) -> Words {
        let mut words = [0; WORDS];
        for (word, bytes) in words.iter_mut().zip(value.to_le_bytes().as_ref().as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        Words(words)
    }

    fn value(&self) -> U2048 {
        let mut bytes = [0; WORDS * 8];
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(&self.0) {
            *bytes = word.to_le_bytes();
        }
        let value = U2048::from_le_slice(&bytes);
        bytes.zeroize();
        value
    }
}

impl<'a> IntoIterator for &'a Words {
    type Item = &'a u64;
    type IntoIter = core::slice::Iter<'a, u64>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Zeroize for Words {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// Where products grow, one for all multiplications of an exponentiation. Wiped on drop.
pub struct Scratch([u64; 2 * WORDS]);

impl Default for Scratch {
    fn default() -> Scratch {
        Scratch([0; 2 * WORDS])
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// An odd number of exactly 2048 bits to calculate modulo.
pub struct Modulus {
    value: U2048,
    n: Words,
    /// -1/n modulo 2^64.
    inverse: u64,
    /// 1 and 2^2048, as they stand between `enter` and `leave`.
    one: Words,
    square: Words,
}

impl Modulus {
    /// Of an even number, which is no modulus here, the next odd one is taken: callers pass primes.
    pub fn new(value: &U2048) -> Modulus {
        let odd = Odd::new(value.bitor(&U2048::ONE)).expect("its lowest bit was just set");
        let params = FixedMontyParams::new_vartime(odd);
        let inverse = params.mod_inv().to_le_bytes();
        Modulus {
            value: *params.modulus().as_ref(),
            n: Words::new(params.modulus().as_ref()),
            inverse: u64::from_le_bytes(inverse.into()).wrapping_neg(),
            one: Words::new(params.one()),
            square: Words::new(params.r2()),
        }
    }

    pub fn value(&self) -> &U2048 {
        &self.value
    }

    pub fn one(&self) -> &Words {
        &self.one
    }

    pub fn enter(&self, value: &U2048, scratch: &mut Scratch) -> Words {
        self.mul(&Words::new(value), &self.square, scratch)
    }

    pub fn leave(&self, words: &Words, scratch: &mut Scratch) -> U2048 {
        let mut one = Words::default();
        one.0[0] = 1;
        let mut reduced = self.mul(words, &one, scratch);
        // A product with 1 is at most n; this makes n zero.
        let mut less = reduced;
        let borrow = subtract(&mut less.0, &self.n.0, u64::MAX);
        let keep = borrow.wrapping_neg();
        for (word, less) in reduced.0.iter_mut().zip(&less.0) {
            *word = (*word & keep) | (less & !keep);
        }
        less.zeroize();
        let value = reduced.value();
        reduced.zeroize();
        value
    }

    pub fn mul(&self, a: &Words, b: &Words, scratch: &mut Scratch) -> Words {
        scratch.0.fill(0);
        for (i, pair) in a.0.as_chunks::<2>().0.iter().enumerate() {
            // The sum so far and the product fit below the carry: it is 0.
            add_product(rows(&mut scratch.0, 2 * i), &b.0, *pair);
        }
        self.reduce(scratch)
    }

    pub fn square(&self, a: &Words, scratch: &mut Scratch) -> Words {
        mixed_products(&mut scratch.0, &a.0);
        double_and_add_squares(&mut scratch.0, &a.0);
        self.reduce(scratch)
    }

    /// The number in `scratch` divided by 2^2048: multiples of n are added until its lower half is zero.
    fn reduce(&self, scratch: &mut Scratch) -> Words {
        let n = &self.n.0;
        let mut carry = 0;
        for i in (0..WORDS).step_by(2) {
            let window = rows(&mut scratch.0, i);
            let low = window[0].wrapping_mul(self.inverse);
            let (_, middle) = multiply_add(low, n[0], window[0], 0);
            let (next, _) = multiply_add(low, n[1], window[1], middle);
            let over = add_product(window, n, [low, next.wrapping_mul(self.inverse)]);
            // The carry of the pair before belongs to the two words on top.
            let (word, more) = window[WORDS].overflowing_add(carry);
            window[WORDS] = word;
            let (word, more) = window[WORDS + 1].overflowing_add(u64::from(more));
            window[WORDS + 1] = word;
            // The whole is less than 2^4097: together they are 0 or 1.
            carry = over + u64::from(more);
        }
        let mut result = Words::default();
        result.0.copy_from_slice(&scratch.0[WORDS..]);
        subtract(&mut result.0, n, carry.wrapping_neg());
        result
    }
}

/// The words that `add_product` touches when it starts at word `at`.
#[inline(always)]
fn rows(words: &mut [u64; 2 * WORDS], at: usize) -> &mut [u64; WORDS + 2] {
    words[at..].first_chunk_mut().expect("no pair starts in the last WORDS + 1 words")
}

/// `a * b + c + d`, low and high. The order of the additions keeps `d`, which is the carry, off the multiplication.
#[inline(always)]
fn multiply_add(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    let product = u128::from(a) * u128::from(b);
    let (low, carry) = (product as u64).overflowing_add(c);
    let high = (product >> 64) as u64 + u64::from(carry);
    let (low, carry) = low.overflowing_add(d);
    (low, high + u64::from(carry))
}

/// Adds `b * pair` to `sum` and returns the carry out of it.
#[inline(always)]
fn add_product(sum: &mut [u64; WORDS + 2], b: &[u64; WORDS], pair: [u64; 2]) -> u64 {
    let (mut carry, mut previous) = ([0, 0], 0);
    let (chunks, top) = sum.as_chunks_mut::<4>();
    for (sum, b) in chunks.iter_mut().zip(b.as_chunks::<4>().0) {
        for (sum, b) in sum.iter_mut().zip(b) {
            step(sum, *b, &mut previous, pair, &mut carry);
        }
    }
    let (low, high) = multiply_add(pair[1], previous, top[0], carry[1]);
    let (low, more) = low.overflowing_add(carry[0]);
    let (high, over) = high.overflowing_add(u64::from(more));
    let (high, more) = high.overflowing_add(top[1]);
    (top[0], top[1]) = (low, high);
    u64::from(over) + u64::from(more)
}

/// One word of the sum of two rows: the first row is at `b`, the second, one word higher, at the word before.
#[inline(always)]
fn step(sum: &mut u64, b: u64, previous: &mut u64, pair: [u64; 2], carry: &mut [u64; 2]) {
    let low;
    (low, carry[0]) = multiply_add(pair[0], b, *sum, carry[0]);
    (*sum, carry[1]) = multiply_add(pair[1], *previous, low, carry[1]);
    *previous = b;
}

/// The sum of all a[i] * a[j] with i < j.
#[inline(always)]
fn mixed_products(sum: &mut [u64; 2 * WORDS], a: &[u64; WORDS]) {
    sum.fill(0);
    for i in (0..WORDS).step_by(2) {
        let (pair, rest) = ([a[i], a[i + 1]], &a[i + 2..]);
        let (mut carry, mut previous) = ([0, 0], 0);
        (sum[2 * i + 1], carry[0]) = multiply_add(pair[0], pair[1], sum[2 * i + 1], 0);
        let (row, top) = sum[2 * i + 2..].split_at_mut(rest.len());
        let ((rows, row), (chunks, rest)) = (row.as_chunks_mut::<4>(), rest.as_chunks::<4>());
        for (sum, b) in rows.iter_mut().zip(chunks) {
            for (sum, b) in sum.iter_mut().zip(b) {
                step(sum, *b, &mut previous, pair, &mut carry);
            }
        }
        for (sum, b) in row.iter_mut().zip(rest) {
            step(sum, *b, &mut previous, pair, &mut carry);
        }
        // Nothing was here yet.
        (top[0], top[1]) = multiply_add(pair[1], previous, carry[0], carry[1]);
    }
}

/// Twice `sum` plus all a[i] * a[i], which is the square and fits.
#[inline(always)]
fn double_and_add_squares(sum: &mut [u64; 2 * WORDS], a: &[u64; WORDS]) {
    let (mut shifted, mut carry) = (0, false);
    for (sum, a) in sum.as_chunks_mut::<2>().0.iter_mut().zip(a) {
        let square = u128::from(*a) * u128::from(*a);
        let doubled = [sum[0] << 1 | shifted, sum[1] << 1 | sum[0] >> 63];
        shifted = sum[1] >> 63;
        let (low, first) = doubled[0].overflowing_add(square as u64);
        let (low, second) = low.overflowing_add(u64::from(carry));
        let (high, third) = doubled[1].overflowing_add((square >> 64) as u64);
        let (high, fourth) = high.overflowing_add(u64::from(first | second));
        *sum = [low, high];
        carry = third | fourth;
    }
}

/// Subtracts `n & mask` and returns the borrow.
#[inline(always)]
fn subtract(from: &mut [u64; WORDS], n: &[u64; WORDS], mask: u64) -> u64 {
    let mut borrow = false;
    for (word, n) in from.iter_mut().zip(n) {
        let (less, first) = word.overflowing_sub(n & mask);
        let (less, second) = less.overflowing_sub(u64::from(borrow));
        *word = less;
        borrow = first | second;
    }
    u64::from(borrow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use num_bigint::BigUint;

    fn number(words: &Words) -> BigUint {
        words.0.iter().rev().fold(BigUint::ZERO, |number, word| (number << 64) + word)
    }

    /// Words that make carries: all ones, all zeros, single bits, and random ones.
    fn operands(random: &mut Random) -> Vec<Words> {
        let pattern = |f: fn(usize) -> u64| Words(core::array::from_fn(f));
        let mut operands = vec![
            pattern(|_| 0),
            pattern(|_| u64::MAX),
            pattern(|i| if i % 2 == 0 { u64::MAX } else { 0 }),
            pattern(|i| if i % 2 == 1 { u64::MAX } else { 0 }),
            pattern(|i| u64::from(i == 0)),
            pattern(|i| u64::from(i == WORDS - 1) << 63),
            pattern(|i| if i < WORDS / 2 { u64::MAX } else { 0 }),
            pattern(|i| if i >= WORDS / 2 { u64::MAX } else { 0 }),
            pattern(|i| if i >= 2 { u64::MAX } else { 0 }),
            pattern(|_| u64::MAX - 1),
            pattern(|_| 1),
        ];
        operands.extend((0..8).map(|_| Words(core::array::from_fn(|_| random.u64()))));
        // Long runs of ones and zeros.
        operands.extend((0..8).map(|_| Words(core::array::from_fn(|_| u64::MAX * random.below(2)))));
        operands
    }

    #[test]
    fn products_and_squares_agree_with_another_library_for_every_pattern_of_carries() {
        let mut random = Random::from_seed(4);
        let mut scratch = Scratch::default();
        let operands = operands(&mut random);
        for n in &operands {
            let mut n = *n;
            n.0[0] |= 1;
            n.0[WORDS - 1] |= 1 << 63;
            let modulus = Modulus::new(&n.value());
            let n = number(&n);
            // 1 / 2^2048 modulo n is 1 after one reduction.
            let inverse = (BigUint::from(1u8) << 2048u32).modinv(&n).unwrap();
            for a in &operands {
                let check = |product: &Words, b: &Words| {
                    let expected = number(a) * number(b) * &inverse % &n;
                    assert_eq!(number(product) % &n, expected, "{n:x}: {:x} * {:x}", number(a), number(b));
                };
                check(&modulus.square(a, &mut scratch), a);
                for b in &operands {
                    check(&modulus.mul(a, b, &mut scratch), b);
                }
                let value = modulus.leave(a, &mut scratch);
                assert_eq!(number(&Words::new(&value)), number(a) * &inverse % &n, "reduced to the last");
            }
        }
    }
}
