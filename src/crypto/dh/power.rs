//! Modular exponentiation with secret exponents: the same instructions and the same memory accesses for every exponent.
//!
//! Windows for a base that is new, a comb for one that comes again. The multiplication below them is [`montgomery`].

mod montgomery;

use super::SIZE;
use crate::secret::Secret;
use crypto_bigint::{NonZero, U64, U2048};
pub use montgomery::Modulus;
use montgomery::{Scratch, Words};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

const BITS: usize = SIZE * 8;

/// Bits of the exponent that are used at once: 2^5 powers of the base are 8 KB, which stay in the nearest cache.
const WINDOW: usize = 5;

/// `base^exponent` for a secret exponent.
pub fn pow(modulus: &Modulus, base: &U2048, exponent: &Secret<SIZE>) -> U2048 {
    let mut scratch = Scratch::default();
    let base = modulus.enter(base, &mut scratch);
    let mut powers = [*modulus.one(); 1 << WINDOW];
    for i in 1..powers.len() {
        powers[i] = modulus.mul(&powers[i - 1], &base, &mut scratch);
    }
    let digit = |window: usize| bits(exponent.expose(), (0..WINDOW).map(|i| window * WINDOW + i));
    let windows = BITS.div_ceil(WINDOW);
    let mut power = select(&powers, digit(windows - 1));
    for window in (0..windows - 1).rev() {
        for _ in 0..WINDOW {
            power = modulus.square(&power, &mut scratch);
        }
        let mut factor = select(&powers, digit(window));
        power = modulus.mul(&power, &factor, &mut scratch);
        factor.zeroize();
    }
    let result = modulus.leave(&power, &mut scratch);
    power.zeroize();
    result
}

/// Teeth of the comb: so many bits of the exponent are used at once.
const TEETH: usize = 6;
/// Tables: the comb is applied at so many places of the exponent between two squarings.
const TABLES: usize = 2;
/// Bits from one table's place to the next, and the number of squarings.
const COLUMNS: usize = BITS.div_ceil(TEETH * TABLES);
/// Bits from one tooth to the next.
const SPACING: usize = COLUMNS * TABLES;

/// Powers of a fixed base for many exponentiations (Lim and Lee's comb): 32 KB make 171 squarings of 2047.
pub struct Comb(Vec<[Words; 1 << TEETH]>);

impl Comb {
    /// Takes as long as an exponentiation.
    pub fn new(modulus: &Modulus, base: u8) -> Comb {
        let mut scratch = Scratch::default();
        // teeth[t][i] = base^(2^(t * COLUMNS + i * SPACING))
        let mut teeth = [[*modulus.one(); TEETH]; TABLES];
        let mut power = modulus.enter(&U2048::from_u8(base), &mut scratch);
        for i in 0..TEETH {
            for table in &mut teeth {
                table[i] = power;
                for _ in 0..COLUMNS {
                    power = modulus.square(&power, &mut scratch);
                }
            }
        }
        Comb(teeth.iter().map(|teeth| products(modulus, teeth, &mut scratch)).collect())
    }

    /// `base^exponent` for a secret exponent.
    pub fn pow(&self, modulus: &Modulus, exponent: &Secret<SIZE>) -> U2048 {
        let mut scratch = Scratch::default();
        let mut power = *modulus.one();
        for column in (0..COLUMNS).rev() {
            power = modulus.square(&power, &mut scratch);
            for (place, table) in self.0.iter().enumerate() {
                let teeth = (0..TEETH).map(|tooth| tooth * SPACING + place * COLUMNS + column);
                let mut factor = select(table, bits(exponent.expose(), teeth));
                power = modulus.mul(&power, &factor, &mut scratch);
                factor.zeroize();
            }
        }
        let result = modulus.leave(&power, &mut scratch);
        power.zeroize();
        result
    }
}

/// All products of some of `teeth`: bit i of the index says whether tooth i is in it.
fn products(modulus: &Modulus, teeth: &[Words; TEETH], scratch: &mut Scratch) -> [Words; 1 << TEETH] {
    let mut table = [*modulus.one(); 1 << TEETH];
    for (i, tooth) in teeth.iter().enumerate() {
        for low in 0..1 << i {
            table[(1 << i) | low] = modulus.mul(&table[low], tooth, scratch);
        }
    }
    table
}

/// The bits of the exponent at these places, the first as the lowest. Which bytes are read is public.
fn bits(exponent: &[u8; SIZE], places: impl Iterator<Item = usize>) -> u64 {
    places.enumerate().fold(0, |bits, (i, place)| {
        let bit = if place < BITS { exponent[SIZE - 1 - place / 8] >> (place % 8) & 1 } else { 0 };
        bits | u64::from(bit) << i
    })
}

/// `table[index]`, reading all of the table whatever the index.
fn select(table: &[Words], index: u64) -> Words {
    let mut chosen = Words::default();
    for (i, entry) in (0u64..).zip(table) {
        let mask = u64::from(i.ct_eq(&index).unwrap_u8()).wrapping_neg();
        for (chosen, word) in chosen.iter_mut().zip(entry) {
            *chosen |= word & mask;
        }
    }
    chosen
}

/// `value mod m`, for public numbers.
pub fn residue(value: &U2048, m: u64) -> u64 {
    let Some(m) = Option::<NonZero<U64>>::from(NonZero::new(U64::from_u64(m))) else { return 0 };
    u64::from(value.rem_vartime(&m))
}

pub fn to_bytes(value: &U2048) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    bytes.copy_from_slice(value.to_be_bytes().as_ref());
    bytes
}
