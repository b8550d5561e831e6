//! Diffie-Hellman in the 2048-bit group that Telegram names: checks, exponents, the shared key and its fingerprint.
//!
//! ```text
//! Groups::open(p, g) ── known prime, or one seen before ──► Group
//!        └── another prime ──► PrimeCheck::step … step ──► Group, and the verdict is kept in Groups
//! Group::draw(server random) ──► Exponent, public value        Group::agree(their value, Exponent) ──► the shared key
//! ```
//!
//! Section numbers are those of the notes on one-to-one signaling (8: key exchange).

mod power;
mod prime;
#[cfg(test)]
mod tests;

pub use prime::PrimeCheck;

use super::hash::{sha1, sha256};
use crate::random::Random;
use crate::secret::Secret;
use core::fmt;
use crypto_bigint::U2048;
use once_cell::race::OnceBox;
use power::{Comb, Modulus};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Bytes of the prime, of an exponent and of the shared key.
pub const SIZE: usize = 256;

/// The prime that Telegram has used for years.
const KNOWN_PRIME: U2048 = U2048::from_be_hex(concat!(
    "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4db",
    "fa336f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64",
    "2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b41",
    "0dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4",
    "e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf",
    "6f4fadf034b10403119cd8e3b92fcc5b",
));

/// How many verdicts on primes of each kind are kept. Telegram has used one prime for years; more than these are judged anew.
const VERDICTS: usize = 4;

/// How often a value is drawn again before the random source is called broken. Of 256 honest draws one has to be repeated,
/// so this many in a row do not happen.
const DRAWS: usize = 16;

/// Why `p` and `g` of a `dhConfig` are refused, in the order of the checks (8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupError {
    /// `p` has not exactly 2048 bits in 256 bytes.
    Size,
    /// `p` is not prime.
    Composite,
    /// `(p - 1) / 2` is not prime.
    NotSafe,
    /// `g` is not one of 2..=7 or does not generate the subgroup of order `(p - 1) / 2`.
    Generator,
    /// The random source repeats itself; nothing was proved.
    Random,
}

impl fmt::Display for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GroupError::Size => "the prime does not have 2048 bits",
            GroupError::Composite => "the modulus is not a prime",
            GroupError::NotSafe => "the prime is not a safe prime",
            GroupError::Generator => "the generator does not generate the subgroup of prime order",
            GroupError::Random => "the random source is broken",
        })
    }
}

/// Why a `g_a` or `g_b` is refused (8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::enum_variant_names, reason = "too long, too small, too large: that is what can be wrong")]
pub enum ValueError {
    /// Longer than the prime.
    TooLong,
    /// Below 2^1984.
    TooSmall,
    /// Above p - 2^1984.
    TooLarge,
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ValueError::TooLong => "longer than 256 bytes",
            ValueError::TooSmall => "below 2^1984",
            ValueError::TooLarge => "above p - 2^1984",
        })
    }
}

/// A random source that gave the same unusable value again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenRandom;

/// The primes this process has judged, with what is precomputed for them. Made once and shared by all clients: the core has
/// no globals, so its owner hands it in.
///
/// Every cell is written once, and nobody waits for another who is about to: two threads that want the same table make it
/// twice, and one of them is kept. A thread that is ended in the middle, or stays behind in the parent of a fork, would hold
/// up everybody else for ever. The number of cells is the bound.
#[derive(Default)]
pub struct Groups {
    known: OnceBox<Arc<Prime>>,
    accepted: [OnceBox<Arc<Prime>>; VERDICTS],
    /// SHA-256 of a refused `p`, and why.
    refused: [OnceBox<([u8; 32], GroupError)>; VERDICTS],
}

/// What [`Groups::open`] finds.
pub enum Opening {
    Ready(Group),
    /// A prime nobody here has seen: [`PrimeCheck::step`] until it answers.
    Check(Box<PrimeCheck>),
}

impl Groups {
    pub const fn new() -> Groups {
        Groups {
            known: OnceBox::new(),
            accepted: [const { OnceBox::new() }; VERDICTS],
            refused: [const { OnceBox::new() }; VERDICTS],
        }
    }

    /// Checks `p` and `g` as far as that is instant.
    pub fn open(&self, p: &[u8], g: i32) -> Result<Opening, GroupError> {
        let bytes: &[u8; SIZE] = p.try_into().map_err(|_| GroupError::Size)?;
        if bytes[0] & 0x80 == 0 {
            return Err(GroupError::Size);
        }
        match self.verdict(bytes) {
            Some(verdict) => Group::new(verdict?, g).map(Opening::Ready),
            None => PrimeCheck::new(bytes, g).map(Box::new).map(Opening::Check),
        }
    }

    fn verdict(&self, p: &[u8; SIZE]) -> Option<Result<Arc<Prime>, GroupError>> {
        let number = U2048::from_be_slice(p);
        if number == KNOWN_PRIME {
            return Some(Ok(Arc::clone(self.known.get_or_init(|| Box::new(Arc::new(Prime::trusted(&number)))))));
        }
        if let Some(prime) = self.accepted.iter().filter_map(OnceBox::get).find(|prime| prime.p() == &number) {
            return Some(Ok(Arc::clone(prime)));
        }
        let hash = sha256(&[p]);
        self.refused.iter().filter_map(OnceBox::get).find(|(refused, _)| *refused == hash).map(|(_, why)| Err(*why))
    }

    /// Keeps a verdict, if there is room. Another thread may have come to the same one meanwhile; twice does no harm.
    fn keep(&self, p: &U2048, verdict: Result<&Arc<Prime>, GroupError>) {
        match verdict {
            Ok(prime) => {
                let _full = self.accepted.iter().try_for_each(|cell| match cell.set(Box::new(Arc::clone(prime))) {
                    Ok(()) => Err(()),
                    Err(_) => Ok(()),
                });
            }
            Err(why) => {
                let entry = (sha256(&[&power::to_bytes(p)]), why);
                let _full = self.refused.iter().try_for_each(|cell| match cell.set(Box::new(entry)) {
                    Ok(()) => Err(()),
                    Err(_) => Ok(()),
                });
            }
        }
    }
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Groups")
    }
}

/// A safe prime of 2048 bits, with its tables.
struct Prime {
    modulus: Modulus,
    /// One per generator from 2 to 7, made when first used.
    combs: [OnceBox<Comb>; 6],
}

impl Prime {
    /// The caller knows `p` to be a safe prime.
    fn trusted(p: &U2048) -> Prime {
        Prime { modulus: Modulus::new(p), combs: [const { OnceBox::new() }; 6] }
    }

    fn p(&self) -> &U2048 {
        self.modulus.value()
    }
}

/// A group that has passed every check of 8.1. Cheap to clone.
#[derive(Clone)]
pub struct Group {
    prime: Arc<Prime>,
    g: u8,
}

impl Group {
    fn new(prime: Arc<Prime>, g: i32) -> Result<Group, GroupError> {
        match u8::try_from(g) {
            Ok(g) if generates(prime.p(), g) => Ok(Group { prime, g }),
            _ => Err(GroupError::Generator),
        }
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn p(&self) -> [u8; SIZE] {
        power::to_bytes(self.prime.p())
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn g(&self) -> i32 {
        i32::from(self.g)
    }

    /// `g^x`, in constant time.
    pub fn raise(&self, exponent: &Exponent) -> Public {
        let table = usize::from(self.g - 2);
        let comb = self.prime.combs[table].get_or_init(|| Box::new(Comb::new(&self.prime.modulus, self.g)));
        Public(comb.pow(&self.prime.modulus, &exponent.0))
    }

    /// An exponent nobody else can know and its public value, which is drawn again until it is fit to be sent (8.2).
    pub fn draw(&self, server: &[u8], random: &mut Random, fit: Fit) -> Result<(Exponent, Public), BrokenRandom> {
        for _ in 0..DRAWS {
            let exponent = Exponent::mix(random.secret(), server);
            let public = self.raise(&exponent);
            if self.check(&public.0).is_ok() && (fit == Fit::Range || public.is_full()) {
                return Ok((exponent, public));
            }
        }
        Err(BrokenRandom)
    }

    /// The value the other side sent, if it may be used (8.3).
    pub fn read(&self, bytes: &[u8]) -> Result<Public, ValueError> {
        if bytes.len() > SIZE {
            return Err(ValueError::TooLong);
        }
        let mut padded = [0; SIZE];
        padded[SIZE - bytes.len()..].copy_from_slice(bytes);
        let value = U2048::from_be_slice(&padded);
        self.check(&value).map(|()| Public(value))
    }

    fn check(&self, value: &U2048) -> Result<(), ValueError> {
        let margin = U2048::ONE.shl_vartime(1984);
        if *value < margin {
            Err(ValueError::TooSmall)
        } else if *value > self.prime.p().wrapping_sub(&margin) {
            Err(ValueError::TooLarge)
        } else {
            Ok(())
        }
    }

    /// The shared key, in constant time (8.5): all 256 bytes, zeros in front included.
    pub fn agree(&self, theirs: &Public, exponent: &Exponent) -> Secret<SIZE> {
        let number = Zeroizing::new(power::pow(&self.prime.modulus, &theirs.0, &exponent.0));
        Secret::take(&mut power::to_bytes(&number))
    }
}

impl PartialEq for Group {
    fn eq(&self, other: &Group) -> bool {
        self.g == other.g && self.prime.p() == other.prime.p()
    }
}

impl Eq for Group {}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Group(g = {})", self.g)
    }
}

/// Whether `g` generates the subgroup of order `(p - 1) / 2` of a safe prime, that is, whether it is a quadratic residue: a
/// matter of a few residues of `p`, by quadratic reciprocity.
fn generates(p: &U2048, g: u8) -> bool {
    let residue = |m: u64| power::residue(p, m);
    match g {
        2 => residue(8) == 7,
        3 => residue(3) == 2,
        4 => true,
        5 => matches!(residue(5), 1 | 4),
        6 => matches!(residue(24), 19 | 23),
        7 => matches!(residue(7), 3 | 5 | 6),
        _ => false,
    }
}

/// What a drawn value has to satisfy besides being in range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Nothing: `g_b` is hashed nowhere.
    Range,
    /// It needs all 256 bytes, so that nobody can disagree about its byte form in hash and emoji: `g_a` (8.2).
    Full,
}

/// A private exponent.
#[derive(Debug)]
pub struct Exponent(Secret<SIZE>);

impl Exponent {
    /// The exponent of these very bytes, for known answers.
    #[cfg(any(test, feature = "internals"))]
    pub fn new(bytes: Secret<SIZE>) -> Exponent {
        Exponent(bytes)
    }

    /// Local random XOR the server's. The server is asked for 256 bytes and sends them. If it sends another number they are
    /// additional entropy, as for TDLib: stretched by SHA-256. Neither can make the exponent weaker than the local random.
    fn mix(mut local: Secret<SIZE>, server: &[u8]) -> Exponent {
        let mut xor =
            |bytes: &[u8]| local.expose_mut().iter_mut().zip(bytes).for_each(|(ours, theirs)| *ours ^= theirs);
        match server.len() {
            0 => {}
            SIZE => xor(server),
            _ => {
                let seed = sha256(&[server]);
                let mut stretched = Zeroizing::new([0; SIZE]);
                for (counter, block) in (0u32..).zip(stretched.as_chunks_mut::<32>().0) {
                    *block = sha256(&[&seed, &counter.to_be_bytes()]);
                }
                xor(&*stretched);
            }
        }
        Exponent(local)
    }
}

/// A `g_a` or `g_b`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Public(U2048);

impl Public {
    /// Whether it needs all 256 bytes: not below 2^2040.
    pub fn is_full(&self) -> bool {
        self.padded()[0] != 0
    }

    /// Big-endian in 256 bytes.
    pub fn padded(&self) -> [u8; SIZE] {
        power::to_bytes(&self.0)
    }

    /// Big-endian without zeros in front: as TDLib and Telegram Desktop send it (8.4).
    pub fn minimal(&self) -> Vec<u8> {
        let bytes = self.padded();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes[zeros..].to_vec()
    }
}

impl fmt::Debug for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Public")
    }
}

/// What identifies a key without giving it away: the last eight bytes of its SHA-1 as TL reads a `long` (8.5).
pub fn fingerprint(key: &Secret<SIZE>) -> i64 {
    let hash = sha1(&[key.expose()]);
    i64::from_le_bytes([hash[12], hash[13], hash[14], hash[15], hash[16], hash[17], hash[18], hash[19]])
}
