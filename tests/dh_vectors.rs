//! Key exchange, group checks and emoji against known answers made with two other big-integer implementations.
//!
//! Reads `dh_*.json` and `emoji.json` of the folder in `TGCALL_VECTORS`, by default the project's own copy, and prints how
//! many cases of each file it ran.

use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use tgcall::call::exchange::{Callee, Caller, Commitment, ExchangeError};
use tgcall::crypto::dh::{Exponent, Group, Groups, Opening, SIZE, fingerprint};
use tgcall::crypto::{emoji, hash};
use tgcall::random::{Random, RandomSource};
use tgcall::secret::Secret;

fn folder() -> PathBuf {
    match std::env::var_os("TGCALL_VECTORS") {
        Some(folder) => folder.into(),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors"),
    }
}

fn load(file: &str) -> Value {
    let path = folder().join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn ran(file: &str, cases: usize) {
    assert!(cases != 0, "{file} has no cases");
    // Past the test harness, which captures what is printed.
    let _ = writeln!(std::io::stdout().lock(), "{file}: {cases} cases");
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no text {field} in {value}"))
}

fn unhex(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2), "odd hex");
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).expect("hex")).collect()
}

fn bytes(value: &Value, field: &str) -> Vec<u8> {
    unhex(text(value, field))
}

/// A number of the vectors in 256 bytes.
fn exponent(value: &Value, field: &str) -> Secret<SIZE> {
    let bytes = bytes(value, field);
    let mut secret = Secret::zeroed();
    secret.expose_mut()[SIZE - bytes.len()..].copy_from_slice(&bytes);
    secret
}

/// The group `p`, `g`; a prime that is not built in is put through its check.
fn group(groups: &Groups, p: &[u8], g: i64) -> Option<Group> {
    let mut random = Random::from_seed(1);
    match groups.open(p, i32::try_from(g).ok()?).ok()? {
        Opening::Ready(group) => Some(group),
        Opening::Check(mut check) => loop {
            if let std::task::Poll::Ready(verdict) = check.step(groups, &mut random) {
                return verdict.ok();
            }
        },
    }
}

/// Delivers one prepared block; a second draw means that a value was refused.
struct Once(Option<Secret<SIZE>>);

impl RandomSource for Once {
    fn fill(&mut self, buffer: &mut [u8]) {
        buffer.copy_from_slice(self.0.take().expect("the vector's exponent is to be drawn once").expose());
    }
}

fn emoji_of(case: &Value) -> Vec<&str> {
    case.as_array().expect("a list of emoji").iter().map(|emoji| emoji.as_str().expect("text")).collect()
}

#[test]
fn key_exchanges_give_the_known_keys() {
    let file = load("dh_key_exchange.json");
    let groups = Groups::new();
    let group = group(&groups, &bytes(&file, "p"), file["g"].as_i64().unwrap()).expect("the group is good");
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let name = text(case, "name");
        let (a, b) = (exponent(case, "a"), exponent(case, "b"));
        let (g_a, g_b) = (bytes(case, "g_a_wire"), bytes(case, "g_b_wire"));
        let key = exponent(case, "shared_key_256");
        let wanted_fingerprint: i64 = text(case, "key_fingerprint_int64").parse().unwrap();

        // The arithmetic, from both ends.
        assert_eq!(group.raise(&Exponent::new(a.clone())).minimal(), g_a, "{name}");
        assert_eq!(group.raise(&Exponent::new(b.clone())).minimal(), g_b, "{name}");
        assert_eq!(group.agree(&group.read(&g_b).unwrap(), &Exponent::new(a.clone())), key, "{name}");
        assert_eq!(group.agree(&group.read(&g_a).unwrap(), &Exponent::new(b.clone())), key, "{name}");
        assert_eq!(fingerprint(&key), wanted_fingerprint, "{name}");
        assert_eq!(hash::sha1(&[key.expose()])[12..], bytes(case, "key_fingerprint_wire_bytes"), "{name}");
        let g_a_hash = hash::sha256(&[&g_a]);
        assert_eq!(g_a_hash.as_slice(), bytes(case, "g_a_hash_sha256_of_wire"), "{name}");
        assert_eq!(emoji::of_call(key.expose(), &g_a).to_vec(), emoji_of(&case["emoji"]["emoji"]), "{name}");

        // The two state machines.
        let zeros = [0; SIZE];
        let commitment = Commitment::new(&g_a_hash).unwrap();
        let callee = commitment.answer(&group, &zeros, &mut Random::new(Once(Some(b)))).unwrap();
        assert_eq!(callee.g_b(), g_b, "{name}");
        let agreed = callee.agree(&g_a, wanted_fingerprint).unwrap();
        assert_eq!((agreed.key(), agreed.fingerprint()), (&key, wanted_fingerprint), "{name}");
        assert_eq!(agreed.emoji().to_vec(), emoji_of(&case["emoji"]["emoji"]), "{name}");
        assert_eq!(callee.agree(&g_a, !wanted_fingerprint), Err(ExchangeError::Fingerprint), "{name}");
        tampered_values_are_refused(&callee, &g_a, wanted_fingerprint);
        // Our own caller draws again rather than send a short g_a.
        if g_a.len() == SIZE {
            let caller = Caller::new(&group, &zeros, &mut Random::new(Once(Some(a)))).unwrap();
            assert_eq!(caller.g_a_hash(), &g_a_hash, "{name}");
            let (sent, agreed) = caller.agree(&g_b).unwrap();
            assert_eq!((sent.as_slice(), agreed.key()), (&g_a[..], &key), "{name}");
        }
    }
    ran("dh_key_exchange.json", cases.len());
}

fn tampered_values_are_refused(callee: &Callee, g_a: &[u8], fingerprint: i64) {
    let mut other = g_a.to_vec();
    other[7] ^= 0x10;
    assert_eq!(callee.agree(&other, fingerprint), Err(ExchangeError::Commitment));
    // The same number in another form is not the promised bytes.
    assert_eq!(callee.agree(&[&[0], g_a].concat(), fingerprint), Err(ExchangeError::Commitment));
}

#[test]
fn ranges_and_generators_are_judged_as_known() {
    let file = load("dh_checks.json");
    let groups = Groups::new();
    let p = bytes(&file, "p");
    let mut cases = 0;
    for case in file["generator"].as_array().unwrap() {
        let g = case["g"].as_i64().unwrap();
        assert_eq!(group(&groups, &p, g).is_some(), case["accept"].as_bool().unwrap(), "g = {g}");
        cases += 1;
    }
    let any = group(&groups, &p, 4).expect("4 generates in every safe prime");
    for case in file["range"].as_array().unwrap() {
        let value = bytes(case, "value");
        assert_eq!(any.read(&value).is_ok(), case["accept"].as_bool().unwrap(), "{}", text(case, "name"));
        cases += 1;
    }
    if let Some(example) = file["bit_length_variant"]["example"].as_str() {
        assert!(any.read(&unhex(example)).is_err(), "the strict form of the range is ours");
        cases += 1;
    }
    ran("dh_checks.json", cases);
}

#[test]
fn exponents_are_local_random_xor_server_random() {
    let file = load("dh_random_mix.json");
    let (local, server) = (exponent(&file, "local_random"), bytes(&file, "server_random"));
    let groups = Groups::new();
    let checks = load("dh_checks.json");
    let group = group(&groups, &bytes(&checks, "p"), 3).unwrap();
    let wanted = group.raise(&Exponent::new(exponent(&file, "exponent"))).minimal();
    let commitment = Commitment::new(&[0; 32]).unwrap();
    let callee = commitment.answer(&group, &server, &mut Random::new(Once(Some(local)))).unwrap();
    assert_eq!(callee.g_b(), wanted);
    ran("dh_random_mix.json", 1);
}

#[test]
fn emoji_are_the_known_ones() {
    let file = load("emoji.json");
    let list = include_bytes!("../src/crypto/emoji.txt");
    assert_eq!(hash::sha256(&[list]).as_slice(), bytes(&file, "list_sha256"));
    assert_eq!(file["count"].as_u64().unwrap(), emoji::COUNT);
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let key = exponent(case, "key");
        let shown = emoji::of_call(key.expose(), &bytes(case, "g_a"));
        assert_eq!(shown.to_vec(), emoji_of(&case["emoji"]), "{}", text(case, "name"));
    }
    ran("emoji.json", cases.len());
}
