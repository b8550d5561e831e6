//! The reference implementation's decisions about conferences, case by case.
//!
//! Reads `e2e-*.json` of the folder in `TGCALL_VECTORS`, by default the project's own copy, and prints how many cases of each
//! file it ran. Format: conference-e2e.md, section 14. What is deterministic is compared byte for byte, what is invalid error
//! for error; steps marked `quirk` are run but may differ.

#![cfg(feature = "conference")]

use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tgcall::conference::chain::block::{Block, Hashed, Participant, to_server_form};
use tgcall::conference::chain::state::State;
use tgcall::conference::chain::{build, key};
use tgcall::conference::error::Reject;
use tgcall::conference::seal::{self, HeaderKey};
use tgcall::conference::verify::{Broadcast, Kind, emoji_hash};
use tgcall::conference::window::Window;
use tgcall::conference::{Conference, emoji_of, self_add, words};
use tgcall::crypto::sign::{KeyPair, PublicKey, verify};
use tgcall::random::{Random, RandomSource};
use tgcall::secret::Secret;
use tgcall::time::{Duration, Time};
use tgcall::types::UserId;

fn load(name: &str) -> Option<Value> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let folder = std::env::var_os("TGCALL_VECTORS").map_or(own, PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        println!("{name}: not in {}, SKIPPED", folder.display());
        return None;
    }
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Some(serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
}

/// Collects what disagrees, so that one run shows all of it.
struct Report {
    file: &'static str,
    cases: usize,
    failures: Vec<String>,
}

impl Report {
    fn new(file: &'static str) -> Report {
        Report { file, cases: 0, failures: Vec::new() }
    }

    fn case(&mut self) {
        self.cases += 1;
    }

    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, ours: T, theirs: T) {
        if ours != theirs {
            self.failures.push(format!("{what}: ours {ours:?}, theirs {theirs:?}"));
        }
    }

    fn holds(&mut self, what: &str, holds: bool) {
        if !holds {
            self.failures.push(what.to_owned());
        }
    }

    fn end(self) {
        println!("{}: {} cases", self.file, self.cases);
        assert!(
            self.failures.is_empty(),
            "{}: {} differ\n{}",
            self.file,
            self.failures.len(),
            self.failures.join("\n")
        );
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn hex(value: &Value) -> Vec<u8> {
    let text = text(value);
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).expect("hex")).collect()
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    hex(value).try_into().unwrap_or_else(|bytes: Vec<u8>| panic!("{} bytes instead of {N}", bytes.len()))
}

fn int(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

fn user(value: &Value) -> UserId {
    UserId(int(value))
}

fn pair(value: &Value) -> KeyPair {
    KeyPair::from_seed(&Secret::take(&mut bytes(&value["private_key"])))
}

fn code<T>(result: &Result<T, Reject>) -> i64 {
    result.as_ref().err().map_or(0, |reject| i64::from(reject.code()))
}

fn server(plain: &[u8]) -> Vec<u8> {
    to_server_form(plain).expect("a plain block or broadcast")
}

/// Randomness that first gives what the reference drew.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<VecDeque<u8>>>);

impl Script {
    fn put(&self, bytes: &[u8]) {
        self.0.lock().unwrap().extend(bytes);
    }

    fn is_used_up(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }

    fn random(&self) -> Random {
        Random::new(Scripted { script: self.clone(), then: Random::from_seed(1) })
    }
}

struct Scripted {
    script: Script,
    then: Random,
}

impl RandomSource for Scripted {
    fn fill(&mut self, buffer: &mut [u8]) {
        self.then.fill(buffer);
        let mut script = self.script.0.lock().unwrap();
        let count = buffer.len().min(script.len());
        buffer.iter_mut().zip(script.drain(..count)).for_each(|(place, byte)| *place = byte);
    }
}

fn participants(state: &Value) -> Vec<Participant> {
    let participant = |value: &Value| Participant {
        user: user(&value["user_id"]),
        key: PublicKey(bytes(&value["public_key"])),
        flags: int(&value["flags"]) as u32,
        version: int(&value["version"]) as i32,
    };
    list(&state["participants"]).iter().map(participant).collect()
}

fn check_state(report: &mut Report, at: &str, ours: &State, theirs: &Value) {
    report.same(&format!("{at}: participants"), ours.group.participants.clone(), participants(theirs));
    report.same(&format!("{at}: external"), i64::from(ours.group.external), int(&theirs["external_permissions"]));
}

fn parse(plain: &[u8]) -> Hashed {
    Block::parse(plain).expect("a block of the reference").hashed()
}

// ---- chains

/// A device of the simulation: its conference, and the script of its randomness.
struct Device {
    call: Conference,
    script: Script,
}

struct Chain<'a> {
    name: &'a str,
    /// By public key.
    users: BTreeMap<PublicKey, (UserId, &'a Value)>,
    devices: BTreeMap<PublicKey, Device>,
    now: Time,
}

impl Chain<'_> {
    fn device(&mut self, user: UserId) -> Option<&mut Device> {
        self.devices.values_mut().find(|device| device.call.user() == user && device.call.failure().is_none())
    }

    /// Gives the block to everybody who follows the chain, and lets in those who are new.
    fn deliver(&mut self, report: &mut Report, at: &str, block: &Value, bytes: &[u8]) {
        let errors: BTreeMap<PublicKey, &Value> = list(&block["apply_errors"])
            .iter()
            .map(|error| (PublicKey(bytes_of(&error["public_key"])), error))
            .collect();
        let inside = participants(&block["state"]);
        for (key, device) in &mut self.devices {
            if device.call.failure().is_some() {
                continue;
            }
            let result = device.call.apply_block(self.now, &server(bytes));
            // An older device of a user who joined anew is out too; the file does not list it.
            let out = !inside.iter().any(|participant| participant.key == *key);
            let expected = errors.get(key).map_or(if out { 300 } else { 0 }, |error| int(&error["error"]));
            report.same(&format!("{at}: applied by {key:?}"), code(&result), expected);
            if errors.contains_key(key) {
                let again = device.call.apply_block(self.now, &server(bytes));
                report.same(&format!("{at}: applied again"), code(&again), int(&errors[key]["api_error"]));
            }
        }
        for participant in participants(&block["state"]) {
            let Some((user, value)) = self.users.get(&participant.key) else { continue };
            if self.devices.contains_key(&participant.key) {
                continue;
            }
            let script = Script::default();
            match Conference::create(self.now, *user, pair(value), &server(bytes), script.random()) {
                Ok(call) => drop(self.devices.insert(participant.key, Device { call, script })),
                Err(reject) => report.holds(&format!("{at}: create by {user}: {reject}"), false),
            }
        }
    }

    fn verify(&mut self, report: &mut Report, at: &str, block: &Value) {
        let verification = &block["verification"];
        let messages = list(&verification["commits"]).iter().chain(list(&verification["reveals"]));
        let messages: Vec<Vec<u8>> = messages.map(|message| server(&hex(&message["message"]))).collect();
        for (key, device) in self.devices.iter_mut().filter(|(_, device)| device.call.failure().is_none()) {
            for message in &messages {
                report.same(&format!("{at}: broadcast to {key:?}"), code(&device.call.receive_broadcast(message)), 0);
            }
            let hash = device.call.emoji_hash().map(|hash| hash.to_vec());
            let complete = verification["emoji_hash"].is_string();
            report.same(
                &format!("{at}: emoji hash of {key:?}"),
                hash,
                complete.then(|| hex(&verification["emoji_hash"])),
            );
            let emoji = list(&verification["emojis"]).iter().map(text).collect::<Vec<_>>();
            report.same(
                &format!("{at}: emoji"),
                device.call.emoji().map(|emoji| emoji.to_vec()),
                complete.then_some(emoji),
            );
        }
        for commit in list(&verification["commits"]) {
            let reveal = list(&verification["reveals"]).iter().find(|reveal| reveal["user_id"] == commit["user_id"]);
            let Some(reveal) = reveal else { continue };
            let nonce = hex(&reveal["nonce"]);
            report.same(
                &format!("{at}: nonce hash"),
                tgcall::crypto::hash::sha256(&[&nonce]).to_vec(),
                hex(&commit["nonce_hash"]),
            );
        }
    }

    fn packet(&mut self, report: &mut Report, packet: &Value) {
        let at = format!(
            "{}: packet {} of {} in channel {}",
            self.name, packet["seqno"], packet["sender"], packet["channel"]
        );
        report.case();
        let (now, sender) = (self.now, user(&packet["sender"]));
        let Some(device) = self.device(sender) else { return report.holds(&format!("{at}: nobody sends"), false) };
        device.script.put(&hex(&packet["one_time_key"]));
        device.script.put(&hex(&packet["padding"]));
        let prefix = int(&packet["prefix_len"]) as usize;
        let ours = device.call.encrypt(now, int(&packet["channel"]) as i32, &hex(&packet["plaintext"]), prefix);
        let heights: Vec<i64> = device.call.epochs().iter().map(|epoch| i64::from(epoch.height)).collect();
        report.same(&format!("{at}: epochs"), heights, list(&packet["epochs"]).iter().map(int).collect());
        report.holds(&format!("{at}: all randomness used"), device.script.is_used_up());
        report.same(&format!("{at}: bytes"), ours.ok(), Some(hex(&packet["packet"])));
        for receiver in list(&packet["recv"]) {
            let at = format!("{at} to {}", receiver["user_id"]);
            let id = user(&receiver["user_id"]);
            if receiver["ok"] == true {
                let Some(device) = self.device(id) else { return report.holds(&format!("{at}: nobody there"), false) };
                let opened = device.call.decrypt(now, sender, &hex(&packet["packet"]));
                report.same(&at, opened.map(|opened| opened.frame), Ok(hex(&packet["plaintext"])));
            } else {
                let failed = self
                    .devices
                    .values_mut()
                    .find(|device| device.call.user() == id && device.call.failure().is_some());
                let Some(device) = failed else { return report.holds(&format!("{at}: call alive"), false) };
                let result = device.call.decrypt(now, sender, &hex(&packet["packet"]));
                report.same(&at, code(&result), int(&receiver["api_error"]));
                let inner = device.call.failure().map_or(0, |reject| i64::from(reject.code()));
                report.same(&at, inner, int(&receiver["error"]));
            }
        }
    }
}

fn bytes_of(value: &Value) -> [u8; 32] {
    bytes(value)
}

/// Builds the block anew from the secrets of the reference.
fn rebuild(report: &mut Report, at: &str, state: &State, block: &Value, users: &BTreeMap<PublicKey, (UserId, &Value)>) {
    let secrets = &block["secrets"];
    if secrets["ephemeral_private_key"].is_null() {
        return;
    }
    let signer = parse(&hex(&block["block"])).block.signer.expect("the reference's builder always names the signer");
    let (id, value) = users.get(&signer).expect("a known signer");
    let (keys, script) = (pair(value), Script::default());
    for part in ["ephemeral_private_key", "raw_group_key", "one_time_secret", "padding"] {
        script.put(&hex(&secrets[part]));
    }
    let random = &mut script.random();
    let built = match text(&block["op"]) {
        "zero" => build::genesis(participants(&block["state"]), &keys, random),
        "self_add" => build::self_add(state, *id, &keys, random),
        _ => build::change(state, participants(&block["state"]), &keys, random),
    };
    report.case();
    report.same(&format!("{at}: rebuilt"), built.map(Hashed::into_bytes), Ok(hex(&block["block"])));
    report.holds(&format!("{at}: all randomness used"), script.is_used_up());
}

#[test]
fn chains_are_followed_and_rebuilt() {
    let Some(file) = load("e2e-chains.json") else { return };
    let mut report = Report::new("e2e-chains.json");
    for value in list(&file["chains"]) {
        let by_key = |value: &'_ Value| (pair(value).public(), user(&value["user_id"]));
        let users = value["users"].as_object().expect("users");
        let users = users.values().map(|value| (by_key(value).0, (by_key(value).1, value))).collect();
        let mut chain = Chain { name: text(&value["name"]), users, devices: BTreeMap::new(), now: Time::from_nanos(1) };
        let mut state = State::empty();
        for block in list(&value["blocks"]) {
            let at = format!("{}, height {}", chain.name, block["height"]);
            let plain = hex(&block["block"]);
            report.case();
            rebuild(&mut report, &at, &state, block, &chain.users);
            let parsed = parse(&plain);
            report.same(&format!("{at}: written again"), parsed.bytes(), &plain[..]);
            report.same(&format!("{at}: previous"), parsed.block.previous.to_vec(), hex(&block["prev_hash"]));
            // The generated codec is a second reader of the same bytes.
            let generated = tgcall::tl::decode::<tgcall::tl::e2e::types::ChainBlock<'_>>(&plain).ok();
            let read = generated.map(|block| (block.height, block.prev_block_hash.to_vec()));
            report.same(&format!("{at}: generated"), read, Some((parsed.block.height, parsed.block.previous.to_vec())));
            match state.apply(parsed) {
                Ok(next) => state = next,
                Err(reject) => report.holds(&format!("{at}: refused: {reject}"), false),
            }
            report.same(&format!("{at}: height"), i64::from(state.height), int(&block["height"]));
            report.same(&format!("{at}: hash"), state.hash.to_vec(), hex(&block["hash"]));
            check_state(&mut report, &at, &state, &block["state"]);
            let words: Vec<&str> = words::words(&state.hash).to_vec();
            report.same(&format!("{at}: words"), words, list(&block["words"]).iter().map(text).collect());
            for participant in &state.group.participants {
                let Some((id, value)) = chain.users.get(&participant.key) else { continue };
                let group_key = key::of_state(&state, *id, &pair(value)).map(|key| key.expose().to_vec());
                report.same(&format!("{at}: group key of {id}"), group_key, Ok(hex(&block["group_key"])));
            }
            chain.deliver(&mut report, &at, block, &plain);
            chain.verify(&mut report, &at, block);
            for step in list(&block["after"]) {
                if let Some(seconds) = step["wait_seconds"].as_f64() {
                    chain.now += Duration::from_secs_f64(seconds);
                } else {
                    chain.packet(&mut report, &value["packets"][int(&step["packet"]) as usize]);
                }
            }
        }
    }
    report.end();
}

// ---- invalid blocks

#[test]
fn invalid_blocks_are_refused_for_the_right_reason() {
    let Some(file) = load("e2e-invalid-blocks.json") else { return };
    let mut report = Report::new("e2e-invalid-blocks.json");
    let keys = |matches: &dyn Fn(&Value) -> bool| {
        pair(list(&file["users"]).iter().find(|user| matches(user)).expect("a user"))
    };
    for (name, base) in file["bases"].as_object().expect("bases") {
        let mut state = State::empty();
        for block in list(base) {
            report.case();
            state = state.apply(parse(&hex(&block["block"]))).expect("bases are valid");
            report.same(name, state.hash.to_vec(), hex(&block["hash"]));
            check_state(&mut report, name, &state, &block["state"]);
        }
    }
    for case in list(&file["cases"]) {
        report.case();
        let name = format!("{}: {}", text(&case["operation"]), text(&case["name"]));
        let block = hex(&case["block"]);
        let (result, failed) = match text(&case["operation"]) {
            "apply" => {
                let observer = keys(&|user| user["user_id"] == case["observer"]);
                let base = list(&file["bases"][text(&case["base"])]);
                let mut base = base.iter().skip(int(&case["create_height"]) as usize);
                let first = server(&hex(&base.next().expect("a block")["block"]));
                let id = user(&case["observer"]);
                let mut call =
                    Conference::create(Time::ZERO, id, observer, &first, Random::from_seed(1)).expect("the base");
                for block in base {
                    call.apply_block(Time::ZERO, &server(&hex(&block["block"]))).expect("the base");
                }
                (call.apply_block(Time::ZERO, &block), call.failure().is_some())
            }
            "create" => {
                let observer = keys(&|user| user["user_id"] == case["observer"]);
                let id = user(&case["user_id"]);
                (Conference::create(Time::ZERO, id, observer, &block, Random::from_seed(1)).map(drop), false)
            }
            "self_add" => {
                let own = keys(&|user| user["public_key"] == case["public_key"]);
                let id = user(&case["user_id"]);
                let added = self_add(&block, id, &own, &mut Random::from_seed(1));
                if let Ok(added) = &added {
                    let call = Conference::create(Time::ZERO, id, own, &server(added), Random::from_seed(2));
                    report.same(&format!("{name}: its own block"), call.map(drop), Ok(()));
                }
                (added.map(drop), false)
            }
            other => panic!("unknown operation {other}"),
        };
        if !case["quirk"].is_null() {
            continue;
        }
        report.same(&name, code(&result), int(&case["error"]));
        report.same(&format!("{name}, api"), if failed { 601 } else { code(&result) }, int(&case["api_error"]));
        if let Some(usable) = case["call_usable_after"].as_bool() {
            report.same(&format!("{name}, usable"), !failed, usable);
        }
    }
    report.end();
}

// ---- broadcasts

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

// ---- packets

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

// ---- primitives

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

// ---- random

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
