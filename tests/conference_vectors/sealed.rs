//! Broadcasts, packets, the primitives below them, and random cases.

use crate::cases::*;
use serde_json::Value;
use std::collections::BTreeMap;
use tgcall::conference::chain::key;
use tgcall::conference::seal::{self, HeaderKey};
use tgcall::conference::verify::{Broadcast, Kind, emoji_hash};
use tgcall::conference::window::Window;
use tgcall::conference::{Conference, emoji_of, words};
use tgcall::crypto::sign::{KeyPair, PublicKey, verify};
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::types::UserId;

#[test]
fn broadcasts_are_taken_in_their_phase() {
    let Some(file) = load("e2e-broadcasts.json") else { return };
    let mut report = Report::new("e2e-broadcasts.json");
    for sequence in list(&file["sequences"]) {
        let name = text(&sequence["name"]);
        let own = list(&file["users"]).iter().find(|user| user["user_id"] == sequence["user_id"]).expect("the user");
        let steps = list(&sequence["steps"]);
        // The own nonces: what the reference itself revealed.
        let pulled = steps.iter().filter(|step| step["do"] == "pull").flat_map(|step| list(&step["out"]));
        let pulled = pulled.map(|out| Broadcast::parse_from_server(&server(&hex(out))).expect("a broadcast"));
        let nonces: BTreeMap<i32, [u8; 32]> =
            pulled.filter(|out| out.kind == Kind::Reveal).map(|out| (out.height, out.value)).collect();
        let script = Script::default();
        let height_of = |block: &[u8]| {
            let mut plain = block.to_vec();
            plain[0] -= 1;
            parse(&plain).block.height
        };
        let nonce_for = |block: &[u8]| nonces.get(&height_of(block)).copied().unwrap_or([7; 32]);
        let mut blocks = list(&sequence["blocks"]).iter().map(hex);
        let first = blocks.next().expect("a block");
        script.put(&nonce_for(&first));
        let mut call =
            Conference::create(Time::ZERO, user(&own["user_id"]), pair(own), &first, script.random()).expect(name);
        for block in blocks {
            script.put(&nonce_for(&block));
            call.apply_block(Time::ZERO, &block).expect(name);
        }
        for (place, step) in steps.iter().enumerate() {
            report.case();
            let at = format!("{name}: step {place} {}", text(&step["note"]));
            match text(&step["do"]) {
                "pull" => {
                    let out: Vec<Vec<u8>> = std::iter::from_fn(|| call.poll_outbound()).collect();
                    let kinds =
                        out.iter().map(|bytes| if bytes[0] == 0xe7 { "commit" } else { "reveal" }).collect::<Vec<_>>();
                    report.same(&at, kinds, list(&step["kinds"]).iter().map(text).collect());
                    if nonces.contains_key(&call.state().height) {
                        report.same(&at, out, list(&step["out"]).iter().map(hex).collect());
                    }
                }
                "receive" => {
                    let result = call.receive_broadcast(&hex(&step["message"]));
                    if step["quirk"].is_null() {
                        report.same(&at, code(&result), int(&step["error"]));
                        report.same(&at, i64::from(call.state().height), int(&step["height"]));
                        let hash = (!step["emoji_hash"].is_null()).then(|| hex(&step["emoji_hash"]));
                        report.same(&at, call.emoji_hash().map(|hash| hash.to_vec()), hash);
                    }
                }
                "apply" => {
                    let block = hex(&step["block"]);
                    script.put(&nonce_for(&block));
                    report.same(&at, code(&call.apply_block(Time::ZERO, &block)), int(&step["error"]));
                }
                other => panic!("unknown step {other}"),
            }
        }
    }
    report.end();
}

#[test]
fn packet_sequences_are_accepted_and_refused_alike() {
    let Some(file) = load("e2e-packet-sequences.json") else { return };
    let mut report = Report::new("e2e-packet-sequences.json");
    for sequence in list(&file["sequences"]) {
        let name = text(&sequence["name"]);
        let own = list(&file["users"]).iter().find(|user| user["user_id"] == sequence["user_id"]).expect("the user");
        let mut now = Time::from_nanos(1);
        let mut blocks = list(&sequence["blocks"]).iter().map(hex);
        let first = blocks.next().expect("a block");
        let mut call =
            Conference::create(now, user(&own["user_id"]), pair(own), &first, Random::from_seed(1)).expect(name);
        for block in blocks {
            call.apply_block(now, &block).expect(name);
        }
        for epoch in list(&file["epochs"]) {
            let found = call.epochs().find(&bytes(&epoch["hash"]));
            report.holds(
                &format!("{name}: epoch height"),
                found.is_none_or(|found| i64::from(found.height) == int(&epoch["height"])),
            );
        }
        for (place, step) in list(&sequence["steps"]).iter().enumerate() {
            report.case();
            match text(&step["do"]) {
                "wait" => now += Duration::from_secs_f64(step["seconds"].as_f64().expect("seconds")),
                "decrypt" => {
                    let result = call.decrypt(now, user(&step["sender"]), &hex(&step["packet"]));
                    if step["quirk"].is_null() {
                        let at = format!("{name}: step {place} {}", text(&step["note"]));
                        report.same(&at, code(&result), int(&step["error"]));
                        let output = (!step["output"].is_null()).then(|| hex(&step["output"]));
                        report.same(&at, result.ok().map(|opened| opened.frame), output);
                    }
                }
                other => panic!("unknown step {other}"),
            }
        }
    }
    report.end();
}

fn encrypted(secret: &[u8], data: &[u8], extra: &[u8], padding: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let script = Script::default();
    script.put(padding);
    let mut out = Vec::new();
    let large = seal::seal_data(&mut out, secret, &[data], &[extra], &mut script.random());
    (out, large.to_vec())
}

fn decrypted(secret: &[u8], sealed: &[u8], extra: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut sealed = sealed.to_vec();
    let (content, large) = seal::open_data(&mut sealed, secret, &[extra])?;
    Some((sealed[content].to_vec(), large.to_vec()))
}

#[test]
fn primitives_give_the_same_bytes() {
    let Some(file) = load("e2e-primitives.json") else { return };
    let mut report = Report::new("e2e-primitives.json");
    for case in list(&file["ed25519"]) {
        report.case();
        let (keys, message) = (pair(case), hex(&case["message"]));
        report.same("ed25519 public key", keys.public().0.to_vec(), hex(&case["public_key"]));
        report.same("ed25519 signature", keys.sign(&[&message]).to_vec(), hex(&case["signature"]));
        report.holds("ed25519 verify", verify(&keys.public(), &[&message], &bytes(&case["signature"])));
    }
    for (case, valid) in list(&file["shared_secret"])
        .iter()
        .map(|c| (c, true))
        .chain(list(&file["shared_secret_invalid"]).iter().map(|c| (c, false)))
    {
        report.case();
        let secret = key::shared_secret(&pair(case), &PublicKey(bytes(&case["public_key"])));
        report.same("shared secret", secret.map(|s| s.expose().to_vec()), valid.then(|| hex(&case["shared_secret"])));
    }
    for case in list(&file["encrypt_data"]) {
        report.case();
        let [secret, data, extra, padding] = ["secret", "data", "extra", "padding"].map(|name| hex(&case[name]));
        let (sealed, large) = encrypted(&secret, &data, &extra, &padding);
        report.same("encrypt_data", &sealed, &hex(&case["encrypted"]));
        report.same("encrypt_data id", &large, &hex(&case["large_msg_id"]));
        report.same("encrypt_data opened", decrypted(&secret, &sealed, &extra), Some((data, large)));
    }
    for case in list(&file["decrypt_invalid"]) {
        report.case();
        let opened = decrypted(&hex(&case["secret"]), &hex(&case["encrypted"]), &hex(&case["extra"]));
        report.same(text(&case["note"]), opened, None);
    }
    for case in list(&file["encrypt_header"]) {
        report.case();
        let one: [u8; 32] = bytes(&case["one_time_secret"]);
        let (sealed, _) = encrypted(&one, &hex(&case["message"]), &[], &hex(&case["padding"]));
        report.same("encrypt_header message", &sealed, &hex(&case["encrypted_message"]));
        let id = seal::message_id(&sealed).expect("a message");
        for recipient in list(&case["recipients"]) {
            let key = HeaderKey::new(&hex(&recipient["secret"]));
            report.same("encrypt_header", key.seal(&one, &id).to_vec(), hex(&recipient["header"]));
            report.same("decrypt_header", key.open(&bytes(&recipient["header"]), &id), one);
        }
    }
    for case in list(&file["verification_words"]) {
        report.case();
        let hash = bytes(&case["block_hash"]);
        report.same("words", words::words(&hash).to_vec(), list(&case["words"]).iter().map(text).collect());
        let indexes: Vec<i64> = words::indexes(&hash).iter().map(|index| *index as i64).collect();
        report.same("word indexes", indexes, list(&case["indexes"]).iter().map(int).collect());
    }
    for case in list(&file["emojis"]) {
        report.case();
        let hash = emoji_hash(list(&case["nonces"]).iter().map(bytes).collect(), &bytes(&case["block_hash"]));
        report.same("emoji hash", hash.to_vec(), hex(&case["emoji_hash"]));
        report.same("emoji", emoji_of(&hash).to_vec(), list(&case["emojis"]).iter().map(text).collect());
    }
    encrypt_limits(&mut report, &file["encrypt_limits"]);
    report.end();
}

fn encrypt_limits(report: &mut Report, cases: &Value) {
    let mut random = Random::from_seed(3);
    let keys = KeyPair::generate(&mut random);
    let genesis = tgcall::conference::genesis(UserId(1), &keys, &mut random).expect("a block");
    let mut call = Conference::create(Time::ZERO, UserId(1), keys, &server(&genesis), random).expect("a call");
    for case in list(cases) {
        report.case();
        let frame = vec![1; int(&case["data_len"]) as usize];
        let result = call.encrypt(Time::ZERO, int(&case["channel"]) as i32, &frame, int(&case["prefix_len"]) as usize);
        report.same(text(&case["note"]), code(&result), int(&case["error"]));
    }
}

#[test]
fn random_blocks_and_windows_are_decided_alike() {
    let Some(file) = load("e2e-random.json") else { return };
    let mut report = Report::new("e2e-random.json");
    let observer = &file["observer"];
    for (place, case) in list(&file["blocks"]).iter().enumerate() {
        report.case();
        let at = format!("block {place}");
        let id = user(&observer["user_id"]);
        let call = Conference::create(Time::ZERO, id, pair(observer), &hex(&case["previous"]), Random::from_seed(1));
        let mut call = match call {
            Ok(call) => call,
            Err(reject) => {
                report.holds(&format!("{at}: previous refused: {reject}"), false);
                continue;
            }
        };
        let result = call.apply_block(Time::ZERO, &hex(&case["block"]));
        report.same(&at, code(&result), int(&case["error"]));
        if result.is_ok() && !case["hash"].is_null() {
            report.same(&at, call.state().hash.to_vec(), hex(&case["hash"]));
        }
    }
    for (place, walk) in list(&file["replay_windows"]).iter().enumerate() {
        let mut window = Window::default();
        for (step, pair) in list(walk).iter().enumerate() {
            report.case();
            let accepted = window.accept(int(&pair[0]) as u32);
            report.same(&format!("window {place}, step {step}"), Some(accepted), pair[1].as_bool());
        }
    }
    report.end();
}
