use super::*;
use crate::crypto::dh::{GroupError, Groups, Opening};

const PRIME_OF_THE_VECTORS: &str = include_str!("../../../tests/vectors/dh_checks.json");

fn group() -> Group {
    let json: serde_json::Value = serde_json::from_str(PRIME_OF_THE_VECTORS).unwrap();
    let hex = json["p"].as_str().unwrap().as_bytes();
    let p: Vec<u8> =
        hex.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
    match Groups::new().open(&p, 3) {
        Ok(Opening::Ready(group)) => group,
        Ok(Opening::Check(_)) | Err(GroupError::Random) => panic!("the prime of the vectors is known"),
        Err(why) => panic!("{why}"),
    }
}

struct Two {
    caller: Caller,
    callee: Callee,
}

fn two(seed: u64) -> Two {
    let (group, mut random) = (group(), Random::from_seed(seed));
    let caller = Caller::new(&group, &[1; 256], &mut random).unwrap();
    let callee = Commitment::new(caller.g_a_hash()).unwrap().answer(&group, &[2; 256], &mut random).unwrap();
    Two { caller, callee }
}

#[test]
fn both_sides_have_the_same_key_fingerprint_and_emoji() {
    let Two { caller, callee } = two(1);
    let (g_a, ours) = caller.agree(&callee.g_b()).unwrap();
    let theirs = callee.agree(&g_a, ours.fingerprint()).unwrap();
    assert_eq!(ours, theirs);
    assert_eq!(ours.verify(theirs.fingerprint()), Ok(()));
    assert_eq!(ours.verify(theirs.fingerprint() ^ 1), Err(ExchangeError::Fingerprint));
    assert_eq!(ours.emoji(), theirs.emoji());
    assert_eq!(ours.into_key(), *theirs.key());
}

#[test]
fn another_g_a_than_the_promised_one_is_refused_before_it_is_used() {
    let Two { caller, callee } = two(2);
    let (mut g_a, key) = caller.agree(&callee.g_b()).unwrap();
    let fingerprint = key.fingerprint();
    assert_eq!(callee.agree(&[&[0], &g_a[..]].concat(), fingerprint), Err(ExchangeError::Commitment));
    assert_eq!(callee.agree(&[], fingerprint), Err(ExchangeError::Commitment));
    for byte in [0, 100, 255] {
        g_a[byte] ^= 1;
        assert_eq!(callee.agree(&g_a, fingerprint), Err(ExchangeError::Commitment));
        g_a[byte] ^= 1;
    }
    assert_eq!(callee.agree(&g_a, fingerprint), Ok(key));
}

#[test]
fn a_promised_g_a_out_of_range_is_refused_all_the_same() {
    let group = group();
    let p = group.p();
    let mut minus_one = p;
    minus_one[255] -= 1;
    let cases: [(&[u8], ValueError); 6] = [
        (&[], ValueError::TooSmall),
        (&[0; 256], ValueError::TooSmall),
        (&[1], ValueError::TooSmall),
        (&p, ValueError::TooLarge),
        (&minus_one, ValueError::TooLarge),
        (&[1; 257], ValueError::TooLong),
    ];
    for (g_a, why) in cases {
        let commitment = Commitment::new(&hash::sha256(&[g_a])).unwrap();
        let callee = commitment.answer(&group, &[], &mut Random::from_seed(3)).unwrap();
        assert_eq!(callee.agree(g_a, 0), Err(ExchangeError::GA(why)));
        let caller = Caller::new(&group, &[], &mut Random::from_seed(4)).unwrap();
        assert_eq!(caller.agree(g_a).unwrap_err(), ExchangeError::GB(why));
    }
}

#[test]
fn a_wrong_fingerprint_is_refused() {
    let Two { caller, callee } = two(5);
    let (g_a, key) = caller.agree(&callee.g_b()).unwrap();
    assert_eq!(callee.agree(&g_a, key.fingerprint().wrapping_add(1)), Err(ExchangeError::Fingerprint));
    assert_eq!(callee.agree(&g_a, 0), Err(ExchangeError::Fingerprint));
}

#[test]
fn a_commitment_has_32_bytes() {
    for size in [0, 31, 33, 256] {
        assert_eq!(Commitment::new(&vec![0; size]), Err(ExchangeError::CommitmentSize));
    }
}

#[test]
fn the_callers_g_a_always_fills_256_bytes() {
    let group = group();
    for seed in 0..300 {
        let caller = Caller::new(&group, &[], &mut Random::from_seed(seed)).unwrap();
        assert_ne!(caller.g_a.padded()[0], 0, "seed {seed}");
    }
}

#[test]
fn nothing_secret_is_shown() {
    let Two { caller, callee } = two(6);
    let (_, key) = caller.agree(&callee.g_b()).unwrap();
    let shown = format!("{caller:?} {callee:?} {key:?}");
    assert!(shown.contains("Secret<256>"));
    assert!(!shown.contains(&format!("{:?}", &key.key().expose()[..4])));
}

#[test]
fn a_waiting_exchange_takes_less_than_a_kilobyte() {
    // On the heap: the exponent and the public value.
    assert!(size_of::<Caller>().max(size_of::<Callee>()) + 2 * 256 < 700);
}
