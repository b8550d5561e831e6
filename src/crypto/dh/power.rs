//! Modular exponentiation with secret exponents: the same instructions and the same memory accesses for every exponent.

use super::SIZE;
use crate::secret::Secret;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{CtAssign, CtEq, NonZero, Odd, U2048, U64};

type Form = FixedMontyForm<{ U2048::LIMBS }>;
type Params = FixedMontyParams<{ U2048::LIMBS }>;

/// An odd number to calculate modulo, with Montgomery's constants for it.
pub struct Modulus(Params);

impl Modulus {
    /// Of an even number, which is no modulus here, the next odd one is taken: callers pass primes.
    pub fn new(value: &U2048) -> Modulus {
        let odd = Odd::new(value.bitor(&U2048::ONE)).expect("its lowest bit was just set");
        Modulus(Params::new_vartime(odd))
    }

    pub fn value(&self) -> &U2048 {
        self.0.modulus().as_ref()
    }

    /// `base^exponent` for a secret exponent.
    pub fn pow(&self, base: &U2048, exponent: &Secret<SIZE>) -> U2048 {
        let exponent = zeroize::Zeroizing::new(U2048::from_be_slice(exponent.expose()));
        Form::new(base, &self.0).pow_amm(&exponent).retrieve()
    }
}

/// Teeth of the comb: so many bits of the exponent are used at once.
const TEETH: usize = 6;
/// Tables: the comb is applied at so many places of the exponent between two squarings.
const TABLES: usize = 2;
/// Bits from one tooth to the next.
const SPACING: usize = (SIZE * 8).div_ceil(TEETH * TABLES) * TABLES;
/// Bits from one table's place to the next, and the number of squarings.
const COLUMNS: usize = SPACING / TABLES;

/// Powers of a fixed base for many exponentiations (Lim and Lee's comb): 32 KB for 171 squarings instead of 2047.
pub struct Comb(Vec<[U2048; 1 << TEETH]>);

impl Comb {
    pub fn new(modulus: &Modulus, base: u8) -> Comb {
        let params = &modulus.0;
        // teeth[t][i] = base^(2^(t * COLUMNS + i * SPACING))
        let mut teeth = [[Form::one(params); TEETH]; TABLES];
        let mut power = Form::new(&U2048::from_u8(base), params);
        for i in 0..TEETH {
            for table in &mut teeth {
                table[i] = power;
                for _ in 0..COLUMNS {
                    power = power.square();
                }
            }
        }
        Comb(teeth.iter().map(|teeth| products(teeth, params)).collect())
    }

    /// `base^exponent` for a secret exponent.
    pub fn pow(&self, modulus: &Modulus, exponent: &Secret<SIZE>) -> U2048 {
        let params = &modulus.0;
        let mut result = Form::one(params);
        for column in (0..COLUMNS).rev() {
            result = result.square();
            for (place, table) in self.0.iter().enumerate() {
                let index = comb_index(exponent.expose(), place * COLUMNS + column);
                result *= &Form::from_montgomery(select(table, index), params);
            }
        }
        result.retrieve()
    }
}

/// All products of some of `teeth`: bit i of the index says whether tooth i is in it.
fn products(teeth: &[Form; TEETH], params: &Params) -> [U2048; 1 << TEETH] {
    let mut table = [*params.one(); 1 << TEETH];
    for (i, tooth) in teeth.iter().enumerate() {
        for low in 0..1 << i {
            table[(1 << i) | low] = (Form::from_montgomery(table[low], params) * tooth).to_montgomery();
        }
    }
    table
}

/// The bits of the exponent under the comb's teeth when the first stands at `bit`. Which bytes are read is public.
fn comb_index(exponent: &[u8; SIZE], bit: usize) -> u64 {
    (0..TEETH).fold(0, |index, tooth| {
        let bit = bit + tooth * SPACING;
        let set = if bit < SIZE * 8 { exponent[SIZE - 1 - bit / 8] >> (bit % 8) & 1 } else { 0 };
        index | u64::from(set) << tooth
    })
}

/// `table[index]`, reading all of the table whatever the index.
fn select(table: &[U2048], index: u64) -> U2048 {
    let mut chosen = U2048::ZERO;
    for (i, entry) in (0u64..).zip(table) {
        chosen.ct_assign(entry, i.ct_eq(&index));
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
