//! The key exchange with the public ntgcalls 3.0.5, which we did not write, in both roles.
//!
//! `TGCALL_EXCHANGES` says how many of each role: 200 by default, which is three seconds, and enough to meet the one value in
//! 256 that is short and the one key in 256 that begins with zeros. Says SKIPPED where the wheel cannot be had.

mod interop;

use interop::{Peer, bytes, hex, skipped};
use serde_json::{Value, json};
use std::io::Write;
use tgcall::call::exchange::{Caller, Commitment, ExchangeError, SharedKey};
use tgcall::crypto::dh::{Group, Groups, Opening};
use tgcall::crypto::{emoji, hash};
use tgcall::random::Random;

/// ntgcalls and what our side of a call needs.
struct Lab {
    peer: Peer,
    group: Group,
    random: Random,
    calls: u64,
}

impl Lab {
    fn open(test: &str) -> Option<Lab> {
        match Peer::start(&["--no-pcm", "--stats-every", "0", "--max-seconds", "300"]) {
            Ok(peer) => Some(Lab { peer, group: group(), random: Random::from_seed(seed()), calls: 0 }),
            Err(why) => {
                skipped(test, &why);
                None
            }
        }
    }

    /// A new call in ntgcalls, which makes its half of the exchange.
    fn init(&mut self, role: &str, server_random: &[u8], g_a_hash: Option<&[u8; 32]>) -> (u64, Value) {
        self.calls += 1;
        let reply = self.peer.command(json!({
            "cmd": "init", "call": self.calls, "role": role, "capture": false, "playback": false,
            "g": self.group.g(), "p": hex(&self.group.p()), "random": hex(server_random),
            "g_a_hash": g_a_hash.map(|hash| hex(hash)),
        }));
        (self.calls, reply)
    }

    fn stop(&mut self, call: u64) {
        self.peer.command(json!({"cmd": "stop", "call": call}));
    }
}

fn seed() -> u64 {
    std::env::var("TGCALL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

fn exchanges() -> usize {
    std::env::var("TGCALL_EXCHANGES").ok().and_then(|count| count.parse().ok()).unwrap_or(200)
}

fn group() -> Group {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/dh_checks.json")).unwrap();
    let file: Value = serde_json::from_str(&file).unwrap();
    let hex = file["p"].as_str().unwrap();
    let p: Vec<u8> = (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect();
    match Groups::new().open(&p, 3) {
        Ok(Opening::Ready(group)) => group,
        _ => panic!("the prime of the vectors is known"),
    }
}

fn fingerprint(reply: &Value) -> i64 {
    reply["fingerprint"].as_str().and_then(|text| text.parse().ok()).expect("a fingerprint in decimal")
}

/// ntgcalls 3.0.5 hashes the key without its leading zeros, so its emoji differ from everybody else's when there are some.
fn expected_emoji(key: &SharedKey, g_a: &[u8]) -> String {
    let bytes = key.key().expose();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    if zeros == 0 {
        return key.emoji().concat();
    }
    let hash = hash::sha256(&[&bytes[zeros..], g_a]);
    hash.chunks(8).map(|word| emoji::at(emoji::index(word.try_into().unwrap()))).collect()
}

/// What is rare and should be met once in a while.
#[derive(Default)]
struct Met {
    short_values: usize,
    short_keys: usize,
}

impl Met {
    fn count(&mut self, theirs: &[u8], key: &SharedKey) {
        self.short_values += usize::from(theirs.len() < 256);
        self.short_keys += usize::from(key.key().expose()[0] == 0);
    }

    fn tell(&self, role: &str) {
        let (values, keys) = (self.short_values, self.short_keys);
        // Not captured by the test harness: how much was proved is part of the result.
        let out = std::io::stdout();
        let _ = writeln!(
            out.lock(),
            "ntgcalls as {role}: {} exchanges, {values} short values, {keys} short keys",
            exchanges()
        );
    }
}

#[test]
fn we_call_ntgcalls_and_have_its_key_and_emoji() {
    let Some(mut lab) = Lab::open("we_call_ntgcalls_and_have_its_key_and_emoji") else { return };
    let mut met = Met::default();
    for _ in 0..exchanges() {
        let server_random = lab.random.bytes::<256>();
        let caller = Caller::new(&lab.group, &server_random, &mut lab.random).unwrap();
        let (call, reply) = lab.init("callee", &server_random, Some(caller.g_a_hash()));
        let g_b = bytes(&reply, "g_b");
        let (g_a, key) = caller.agree(&g_b).expect("its g_b is good");
        met.count(&g_b, &key);
        let confirm =
            json!({"cmd": "exchange", "call": call, "g_a": hex(&g_a), "fingerprint": key.fingerprint().to_string()});
        let reply = lab.peer.command(confirm);
        assert_eq!(key.verify(fingerprint(&reply)), Ok(()));
        assert_eq!(reply["emojis"], expected_emoji(&key, &g_a));
        lab.stop(call);
    }
    met.tell("callee");
}

#[test]
fn ntgcalls_calls_us_and_has_our_key_and_emoji() {
    let Some(mut lab) = Lab::open("ntgcalls_calls_us_and_has_our_key_and_emoji") else { return };
    let mut met = Met::default();
    for _ in 0..exchanges() {
        let server_random = lab.random.bytes::<256>();
        let (call, reply) = lab.init("caller", &server_random, None);
        let commitment = Commitment::new(&bytes(&reply, "g_a_hash")).unwrap();
        let callee = commitment.answer(&lab.group, &server_random, &mut lab.random).unwrap();
        let reply = lab.peer.command(json!({"cmd": "exchange", "call": call, "g_b": hex(&callee.g_b())}));
        let g_a = bytes(&reply, "g_a");
        let key = callee.agree(&g_a, fingerprint(&reply)).expect("its values are good");
        met.count(&g_a, &key);
        assert_eq!(reply["emojis"], expected_emoji(&key, &g_a));
        lab.stop(call);
    }
    met.tell("caller");
}

#[test]
fn tampered_values_of_ntgcalls_are_refused() {
    let Some(mut lab) = Lab::open("tampered_values_of_ntgcalls_are_refused") else { return };
    let server_random = lab.random.bytes::<256>();
    let (call, reply) = lab.init("caller", &server_random, None);
    let promised = bytes(&reply, "g_a_hash");
    let callee = Commitment::new(&promised).unwrap().answer(&lab.group, &server_random, &mut lab.random).unwrap();
    let reply = lab.peer.command(json!({"cmd": "exchange", "call": call, "g_b": hex(&callee.g_b())}));
    let (g_a, stated) = (bytes(&reply, "g_a"), fingerprint(&reply));

    let mut other = g_a.clone();
    other[100] ^= 1;
    assert_eq!(callee.agree(&other, stated), Err(ExchangeError::Commitment));
    assert_eq!(callee.agree(&[&[0], &g_a[..]].concat(), stated), Err(ExchangeError::Commitment));
    assert_eq!(callee.agree(&g_a, stated ^ 1), Err(ExchangeError::Fingerprint));
    // A promise that somebody exchanged on the way: the true g_a does not match it, nor does his own fit the key.
    let stranger = Caller::new(&lab.group, &[], &mut lab.random).unwrap();
    let fooled = Commitment::new(stranger.g_a_hash()).unwrap().answer(&lab.group, &[], &mut lab.random).unwrap();
    assert_eq!(fooled.agree(&g_a, stated), Err(ExchangeError::Commitment));
    let (strangers, _) = stranger.agree(&fooled.g_b()).unwrap();
    assert_eq!(fooled.agree(&strangers, stated), Err(ExchangeError::Fingerprint));
    assert!(callee.agree(&g_a, stated).is_ok(), "the true values still are good");

    // As its caller: a g_b changed on the way leads to another key, which the fingerprint shows.
    let caller = Caller::new(&lab.group, &server_random, &mut lab.random).unwrap();
    let (call, reply) = lab.init("callee", &server_random, Some(caller.g_a_hash()));
    let g_b = bytes(&reply, "g_b");
    let (g_a, key) = caller.agree(&g_b).unwrap();
    let mut other = g_b.clone();
    other[100] ^= 1;
    let (_, wrong) = caller.agree(&other).unwrap();
    let confirm = |fingerprint: i64| json!({"cmd": "exchange", "call": call, "g_a": hex(&g_a), "fingerprint": fingerprint.to_string()});
    assert_eq!(lab.peer.try_command(confirm(wrong.fingerprint()))["ev"], "error", "ntgcalls notices as well");
    assert_ne!(wrong.fingerprint(), key.fingerprint());
}

#[test]
fn ntgcalls_refuses_our_values_when_they_are_tampered_with() {
    let Some(mut lab) = Lab::open("ntgcalls_refuses_our_values_when_they_are_tampered_with") else { return };
    for tampered in ["g_a", "fingerprint"] {
        let caller = Caller::new(&lab.group, &[], &mut lab.random).unwrap();
        let (call, reply) = lab.init("callee", &[0; 256], Some(caller.g_a_hash()));
        let (mut g_a, key) = caller.agree(&bytes(&reply, "g_b")).unwrap();
        let mut fingerprint = key.fingerprint();
        match tampered {
            "g_a" => g_a[100] ^= 1,
            _ => fingerprint ^= 1,
        }
        let reply = lab.peer.try_command(
            json!({"cmd": "exchange", "call": call, "g_a": hex(&g_a), "fingerprint": fingerprint.to_string()}),
        );
        assert_eq!(reply["ev"], "error", "{tampered}: {reply}");
    }
}
