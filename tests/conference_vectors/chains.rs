//! Blocks: chains that are followed and rebuilt, and those that are refused.

use crate::cases::*;
use serde_json::Value;
use std::collections::BTreeMap;
use tgcall::conference::chain::block::Hashed;
use tgcall::conference::chain::state::State;
use tgcall::conference::chain::{build, key};
use tgcall::conference::{Conference, self_add, words};
use tgcall::crypto::sign::PublicKey;
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::types::UserId;

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
