//! The field of Curve25519, as far as the way from an Ed25519 `y` to an X25519 `u` needs it.
//!
//! Curve crates convert one point at a time, with an inversion each. A block for 200 participants converts 200 points, and
//! one inversion serves them all.

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

const MASK: u64 = (1 << 51) - 1;

/// An element of GF(2^255 - 19): five limbs of 51 bits, each below 2^52 between operations. Every operation takes the same
/// time whatever the value.
#[derive(Clone, Copy)]
struct Element([u64; 5]);

impl Element {
    const ZERO: Element = Element([0; 5]);
    const ONE: Element = Element([1, 0, 0, 0, 0]);

    /// Little-endian; the top bit is ignored, and values from p up are taken modulo p.
    fn from_bytes(bytes: &[u8; 32]) -> Element {
        let mut words = [0u64; 4];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = chunk.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
        }
        let [a, b, c, d] = words;
        Element([
            a & MASK,
            (a >> 51 | b << 13) & MASK,
            (b >> 38 | c << 26) & MASK,
            (c >> 25 | d << 39) & MASK,
            (d >> 12) & MASK,
        ])
    }

    /// The one encoding below p.
    fn to_bytes(self) -> [u8; 32] {
        let Element(mut l) = self.carried().carried();
        // Now the value is below 2^255 + a little: subtract p if it is not below p.
        let mut quotient = (l[0] + 19) >> 51;
        for limb in &l[1..] {
            quotient = (limb + quotient) >> 51;
        }
        l[0] += 19 * quotient;
        for i in 0..4 {
            l[i + 1] += l[i] >> 51;
            l[i] &= MASK;
        }
        l[4] &= MASK;
        let words = [l[0] | l[1] << 51, l[1] >> 13 | l[2] << 38, l[2] >> 26 | l[3] << 25, l[3] >> 39 | l[4] << 12];
        let mut bytes = [0; 32];
        for (chunk, word) in bytes.chunks_exact_mut(8).zip(words) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    fn carried(self) -> Element {
        let Element(mut l) = self;
        for i in 0..4 {
            l[i + 1] += l[i] >> 51;
            l[i] &= MASK;
        }
        l[0] += 19 * (l[4] >> 51);
        l[4] &= MASK;
        Element(l)
    }

    fn plus(self, other: Element) -> Element {
        Element(core::array::from_fn(|i| self.0[i] + other.0[i])).carried()
    }

    fn minus(self, other: Element) -> Element {
        // 4p added first, so that no limb goes below zero.
        const FOUR_P: [u64; 5] = [4 * (MASK - 18), 4 * MASK, 4 * MASK, 4 * MASK, 4 * MASK];
        Element(core::array::from_fn(|i| self.0[i] + FOUR_P[i] - other.0[i])).carried()
    }

    fn times(self, other: Element) -> Element {
        let wide = |a: u64, b: u64| u128::from(a) * u128::from(b);
        let (a, b) = (self.0, other.0);
        let [_, b1, b2, b3, b4] = b.map(|limb| 19 * limb);
        let mut r = [
            wide(a[0], b[0]) + wide(a[1], b4) + wide(a[2], b3) + wide(a[3], b2) + wide(a[4], b1),
            wide(a[0], b[1]) + wide(a[1], b[0]) + wide(a[2], b4) + wide(a[3], b3) + wide(a[4], b2),
            wide(a[0], b[2]) + wide(a[1], b[1]) + wide(a[2], b[0]) + wide(a[3], b4) + wide(a[4], b3),
            wide(a[0], b[3]) + wide(a[1], b[2]) + wide(a[2], b[1]) + wide(a[3], b[0]) + wide(a[4], b4),
            wide(a[0], b[4]) + wide(a[1], b[3]) + wide(a[2], b[2]) + wide(a[3], b[1]) + wide(a[4], b[0]),
        ];
        for i in 0..4 {
            r[i + 1] += r[i] >> 51;
            r[i] &= u128::from(MASK);
        }
        let top = (r[4] >> 51) as u64;
        let mut limbs = r.map(|limb| limb as u64 & MASK);
        limbs[0] += 19 * top;
        limbs[1] += limbs[0] >> 51;
        limbs[0] &= MASK;
        Element(limbs)
    }

    /// 1/x by Fermat; 0 for 0.
    fn inverted(self) -> Element {
        // p - 2 = 2^255 - 21: all bits set but bits 2 and 4.
        let mut result = Element::ONE;
        for bit in (0..255).rev() {
            result = result.times(result);
            if bit != 2 && bit != 4 {
                result = result.times(self);
            }
        }
        result
    }

    fn is_zero(self) -> Choice {
        self.to_bytes().ct_eq(&[0; 32])
    }
}

impl ConditionallySelectable for Element {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Element(core::array::from_fn(|i| u64::conditional_select(&a.0[i], &b.0[i], choice)))
    }
}

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// Turns each `y` of an Edwards point, in place, into the `u = (1 + y) / (1 - y)` of the same point on the Montgomery curve.
/// The top bit, the sign of `x`, is ignored. `y = 1`, which has no `u`, becomes 0.
// Not once more in each of its callers: it is large.
#[inline(never)]
pub fn montgomery(points: &mut [[u8; 32]]) {
    // Montgomery's trick: products of all denominators up to each, one inversion, then back.
    let mut products = Vec::with_capacity(points.len());
    let mut product = Element::ONE;
    for point in points.iter() {
        products.push(product);
        product = product.times(denominator(point).0);
    }
    let mut inverse = product.inverted();
    for (point, before) in points.iter_mut().zip(&products).rev() {
        let (denominator, none) = denominator(point);
        let u = Element::ONE.plus(Element::from_bytes(point)).times(inverse.times(*before));
        inverse = inverse.times(denominator);
        *point = Element::conditional_select(&u, &Element::ZERO, none).to_bytes();
    }
    products.zeroize();
    product.zeroize();
    inverse.zeroize();
}

/// 1 - y, or 1 in its place and true if it is 0.
fn denominator(point: &[u8; 32]) -> (Element, Choice) {
    let difference = Element::ONE.minus(Element::from_bytes(point));
    let none = difference.is_zero();
    (Element::conditional_select(&difference, &Element::ONE, none), none)
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;

    fn p() -> BigUint {
        (BigUint::from(1u8) << 255) - 19u8
    }

    fn number(bytes: &[u8]) -> BigUint {
        let mut bytes = bytes.to_vec();
        bytes[31] &= 0x7f;
        BigUint::from_bytes_le(&bytes) % p()
    }

    fn expected(y: &[u8; 32]) -> BigUint {
        let y = number(y);
        (&y + 1u8) * ((p() + 1u8 - y) % p()).modpow(&(p() - 2u8), &p()) % p()
    }

    #[test]
    fn a_batch_agrees_with_big_integers_also_at_the_edges() {
        let mut random = crate::random::Random::from_seed(25519);
        let mut points: Vec<[u8; 32]> = (0..100).map(|_| random.bytes()).collect();
        for low in [0u8, 1, 2, 0x12, 0xeb, 0xec, 0xed, 0xee, 0xef, 0xff] {
            let mut high = [0xff; 32];
            high[0] = low;
            points.push(high);
            high[31] = 0x7f;
            points.push(high);
            let mut small = [0; 32];
            small[0] = low;
            points.push(small);
        }
        let wanted: Vec<BigUint> = points.iter().map(expected).collect();
        montgomery(&mut points);
        for (point, wanted) in points.iter().zip(&wanted) {
            assert_eq!(&BigUint::from_bytes_le(point), wanted);
        }
    }

    #[test]
    fn the_identity_has_no_u_and_does_not_spoil_the_batch() {
        let mut one = [0; 32];
        one[0] = 1;
        let mut points = [[9; 32], one, [9; 32]];
        montgomery(&mut points);
        assert_eq!(points[1], [0; 32]);
        assert_eq!(points[0], points[2]);
        assert_eq!(BigUint::from_bytes_le(&points[0]), expected(&[9; 32]));
    }
}
