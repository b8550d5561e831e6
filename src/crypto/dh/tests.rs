use super::*;
use crate::random::RandomSource;
use core::task::Poll;
use num_bigint::BigUint;

/// The 2048-bit MODP group of RFC 3526: a safe prime other than Telegram's, with p mod 8 = 7.
const MODP_2048: &str = concat!(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd",
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed",
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f",
    "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b",
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510",
    "15728e5a8aacaa68ffffffffffffffff",
);

fn bytes(hex: &str) -> [u8; SIZE] {
    power::to_bytes(&U2048::from_be_hex(hex))
}

fn known() -> [u8; SIZE] {
    power::to_bytes(&KNOWN_PRIME)
}

fn open(groups: &Groups, p: &[u8], g: i32) -> Result<Group, GroupError> {
    match groups.open(p, g)? {
        Opening::Ready(group) => Ok(group),
        Opening::Check(_) => panic!("a check is due"),
    }
}

/// Runs a check to its end; the verdict and how many slices it took.
fn check(groups: &Groups, p: &[u8], g: i32, random: &mut Random) -> (Result<Group, GroupError>, usize) {
    let mut check = match groups.open(p, g) {
        Ok(Opening::Check(check)) => check,
        Ok(Opening::Ready(_)) => panic!("known already"),
        Err(why) => return (Err(why), 0),
    };
    for slice in 1.. {
        if let Poll::Ready(verdict) = check.step(groups, random) {
            return (verdict, slice);
        }
    }
    unreachable!()
}

fn secret(random: &mut Random) -> Secret<SIZE> {
    random.secret()
}

#[test]
fn powers_are_those_of_another_big_integer_library() {
    let groups = Groups::new();
    let group = open(&groups, &known(), 3).unwrap();
    let p = BigUint::from_bytes_be(&known());
    let mut random = Random::from_seed(8);
    let mut exponents: Vec<Secret<SIZE>> = (0..12).map(|_| secret(&mut random)).collect();
    exponents.push(Secret::zeroed());
    exponents.push(Secret::take(&mut [0xff; SIZE]));
    for bit in [0, 1, 63, 64, 341, 342, 1023, 2047] {
        let mut one_bit = Secret::zeroed();
        one_bit.expose_mut()[SIZE - 1 - bit / 8] = 1 << (bit % 8);
        exponents.push(one_bit);
    }
    for g in [3, 4, 7] {
        let group = open(&groups, &known(), g).unwrap();
        for exponent in &exponents {
            let expected = BigUint::from(g as u32).modpow(&BigUint::from_bytes_be(exponent.expose()), &p);
            let public = group.raise(&Exponent(exponent.clone()));
            assert_eq!(BigUint::from_bytes_be(&public.padded()), expected, "{g}^{:02x?}", exponent.expose());
        }
    }
    let bases = [
        KNOWN_PRIME.wrapping_sub(&U2048::ONE),
        U2048::ONE,
        U2048::from_u8(2),
        U2048::from_be_slice(&random.bytes::<SIZE>()),
    ];
    for base in bases {
        for exponent in &exponents {
            let expected =
                BigUint::from_bytes_be(&power::to_bytes(&base)).modpow(&BigUint::from_bytes_be(exponent.expose()), &p);
            let key = group.agree(&Public(base), &Exponent(exponent.clone()));
            assert_eq!(BigUint::from_bytes_be(key.expose()), expected);
        }
    }
}

#[test]
fn a_prime_of_the_wrong_size_is_refused_before_anything_else() {
    let groups = Groups::new();
    for p in [&[][..], &known()[1..], &[&[0], &known()[..]].concat(), &[&[0x7f], &known()[1..]].concat()] {
        assert_eq!(open(&groups, p, 0).unwrap_err(), GroupError::Size);
    }
}

#[test]
fn the_known_prime_needs_no_check_and_takes_the_generators_it_has() {
    let groups = Groups::new();
    for g in -1..10 {
        let fits = [3, 4, 7].contains(&g);
        assert_eq!(
            open(&groups, &known(), g).map(|group| group.g()),
            if fits { Ok(g) } else { Err(GroupError::Generator) }
        );
    }
    assert_eq!(open(&groups, &known(), 3 + 256).unwrap_err(), GroupError::Generator);
    assert_eq!(open(&groups, &known(), i32::MIN).unwrap_err(), GroupError::Generator);
}

#[test]
fn an_allowed_generator_is_a_quadratic_residue() {
    // Euler's criterion is another way to the table of 8.1. These primes differ modulo 8, 3, 5 and 7.
    for p in [KNOWN_PRIME, U2048::from_be_hex(MODP_2048)] {
        let n = BigUint::from_bytes_be(&power::to_bytes(&p));
        for g in 2..8u8 {
            let residue = BigUint::from(g).modpow(&((&n - 1u8) >> 1), &n) == BigUint::from(1u8);
            assert_eq!(generates(&p, g), residue, "g = {g}");
        }
        assert!(!generates(&p, 0) && !generates(&p, 1) && !generates(&p, 8));
    }
}

#[test]
fn another_safe_prime_is_accepted_after_all_rounds_and_remembered() {
    let (groups, mut random) = (Groups::new(), Random::from_seed(1));
    let p = bytes(MODP_2048);
    let (verdict, slices) = check(&groups, &p, 2, &mut random);
    assert_eq!((verdict.unwrap().g(), slices), (2, 4 + 2 * 64));
    assert_eq!(open(&groups, &p, 2).unwrap().p(), p);
    assert_eq!(open(&groups, &p, 1).unwrap_err(), GroupError::Generator);
}

#[test]
fn a_check_ends_early_when_another_has_the_verdict() {
    let (groups, mut random) = (Groups::new(), Random::from_seed(1));
    let p = bytes(MODP_2048);
    let Ok(Opening::Check(mut late)) = groups.open(&p, 2) else { panic!("a check is due") };
    assert!(late.step(&groups, &mut random).is_pending());
    check(&groups, &p, 2, &mut random).0.unwrap();
    assert!(matches!(late.step(&groups, &mut random), Poll::Ready(Ok(_))));
}

#[test]
fn composites_and_unsafe_primes_are_told_apart_and_remembered() {
    let (groups, mut random) = (Groups::new(), Random::from_seed(2));
    let add = |n: u64| power::to_bytes(&KNOWN_PRIME.wrapping_add(&U2048::from_u64(n)));
    let even = add(1);
    assert_eq!(check(&groups, &even, 3, &mut random), (Err(GroupError::Composite), 0));
    let composite = add(4);
    assert_eq!(check(&groups, &composite, 3, &mut random), (Err(GroupError::Composite), 1));
    assert_eq!(open(&groups, &composite, 3).unwrap_err(), GroupError::Composite);
    // The first primes above Telegram's; neither is safe. One has an odd half, the other an even one.
    let (odd_half, even_half) = (add(UNSAFE_PRIME_ODD_HALF), add(UNSAFE_PRIME_EVEN_HALF));
    assert_eq!(check(&groups, &odd_half, 3, &mut random), (Err(GroupError::NotSafe), 3));
    assert_eq!(open(&groups, &odd_half, 3).unwrap_err(), GroupError::NotSafe);
    assert_eq!(check(&groups, &even_half, 3, &mut random), (Err(GroupError::NotSafe), 0));
}

/// Found with a Miller-Rabin test in Python: the first primes above the known one whose halves are odd and even.
const UNSAFE_PRIME_ODD_HALF: u64 = 2076;
const UNSAFE_PRIME_EVEN_HALF: u64 = 570;

#[test]
fn the_memory_of_verdicts_is_bounded() {
    let (groups, mut random) = (Groups::new(), Random::from_seed(2));
    for i in 1..20u64 {
        let p = power::to_bytes(&KNOWN_PRIME.wrapping_add(&U2048::from_u64(4 * i)));
        let _ = check(&groups, &p, 3, &mut random);
    }
    assert!(groups.refused.iter().all(|cell| cell.get().is_some()));
    assert_eq!(groups.refused.len(), VERDICTS);
}

/// A source that gives the same byte for ever.
struct Stuck(u8);

impl RandomSource for Stuck {
    fn fill(&mut self, buffer: &mut [u8]) {
        buffer.fill(self.0);
    }
}

#[test]
fn a_broken_random_source_ends_every_loop() {
    let groups = Groups::new();
    let group = open(&groups, &known(), 3).unwrap();
    assert_eq!(group.draw(&[], &mut Random::new(Stuck(0)), Fit::Range).unwrap_err(), BrokenRandom);
    let (verdict, slices) = check(&groups, &bytes(MODP_2048), 2, &mut Random::new(Stuck(0)));
    assert_eq!((verdict.unwrap_err(), slices), (GroupError::Random, 5));
    assert!(matches!(groups.open(&bytes(MODP_2048), 2), Ok(Opening::Check(_))), "nothing was proved, nothing is kept");
}

#[test]
fn the_borders_of_the_range_belong_to_it() {
    let group = open(&Groups::new(), &known(), 3).unwrap();
    let low = U2048::ONE.shl_vartime(1984);
    let high = KNOWN_PRIME.wrapping_sub(&low);
    let read = |value: U2048| group.read(&Public(value).minimal()).map(|_| ());
    assert_eq!(read(low.wrapping_sub(&U2048::ONE)), Err(ValueError::TooSmall));
    assert_eq!(read(low), Ok(()));
    assert_eq!(read(high), Ok(()));
    assert_eq!(read(high.wrapping_add(&U2048::ONE)), Err(ValueError::TooLarge));
    assert_eq!(group.read(&[]).unwrap_err(), ValueError::TooSmall);
    assert_eq!(group.read(&[&[0], &power::to_bytes(&high)[..]].concat()).unwrap_err(), ValueError::TooLong);
    assert_eq!(group.read(&[0; 257]).unwrap_err(), ValueError::TooLong);
}

/// Gives out prepared blocks of 256 bytes, and panics when there are no more.
struct Prepared(Vec<Secret<SIZE>>);

impl RandomSource for Prepared {
    fn fill(&mut self, buffer: &mut [u8]) {
        buffer.copy_from_slice(self.0.remove(0).expose());
    }
}

#[test]
fn a_value_is_drawn_again_until_it_fits() {
    let group = open(&Groups::new(), &known(), 3).unwrap();
    let mut random = Random::from_seed(5);
    // Some exponent in 256 gives a value below 2^2040.
    let short = (0..4000).map(|_| secret(&mut random)).find(|x| !group.raise(&Exponent(x.clone())).is_full()).unwrap();
    let full = (0..10).map(|_| secret(&mut random)).find(|x| group.raise(&Exponent(x.clone())).is_full()).unwrap();
    let draw = |fit| {
        let source = Prepared(vec![Secret::zeroed(), short.clone(), full.clone()]);
        group.draw(&[0; SIZE], &mut Random::new(source), fit).unwrap().0.0
    };
    assert_eq!(draw(Fit::Full), full);
    assert_eq!(draw(Fit::Range), short, "g^0 is out of range");
}

#[test]
fn the_servers_random_is_mixed_in_whatever_its_length() {
    let mix = |server: &[u8]| Exponent::mix(Secret::take(&mut [0x5a; SIZE]), server).0;
    assert_eq!(mix(&[]).expose(), &[0x5a; SIZE]);
    assert_eq!(mix(&[0xff; SIZE]).expose(), &[0xa5; SIZE]);
    let lengths = [1, 16, 255, 257, 1024];
    let mixed: Vec<_> = lengths.iter().map(|length| mix(&vec![7; *length])).collect();
    for (i, one) in mixed.iter().enumerate() {
        assert!(mixed[..i].iter().all(|other| other != one));
        assert!(one.expose().iter().all(|byte| *byte != 0x5a) || one.expose()[224..] != [0x5a; 32]);
    }
}

#[test]
fn minimal_bytes_have_no_zeros_in_front_and_mean_the_same() {
    let group = open(&Groups::new(), &known(), 3).unwrap();
    let value = Public(U2048::ONE.shl_vartime(2030));
    assert_eq!((value.minimal().len(), value.is_full()), (254, false));
    assert_eq!(group.read(&value.minimal()), group.read(&value.padded()));
    assert!(Public(U2048::ONE.shl_vartime(2040)).is_full());
}

#[test]
fn threads_that_race_for_a_table_agree_on_one() {
    let groups = Groups::new();
    let start = std::sync::Barrier::new(4);
    let race = || {
        start.wait();
        let group = open(&groups, &known(), 3).unwrap();
        let public = group.raise(&Exponent::new(Secret::take(&mut [7; SIZE])));
        (group, public)
    };
    let found: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(race)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (first, public) = &found[0];
    for (group, value) in &found {
        assert!(Arc::ptr_eq(&group.prime, &first.prime));
        assert_eq!(value, public);
    }
    assert!(first.prime.combs[1].get().is_some(), "the comb of 3 is kept with the prime");
}
