//! Reading the cases, scripted randomness, and what is told of those that were run.

use serde_json::Value;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tgcall::conference::chain::block::{Block, Hashed, Participant, to_server_form};
use tgcall::conference::chain::state::State;
use tgcall::conference::error::Reject;
use tgcall::crypto::sign::{KeyPair, PublicKey};
use tgcall::random::{Random, RandomSource};
use tgcall::secret::Secret;
use tgcall::types::UserId;

pub fn load(name: &str) -> Option<Value> {
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
pub struct Report {
    pub file: &'static str,
    pub cases: usize,
    pub failures: Vec<String>,
}

impl Report {
    pub fn new(file: &'static str) -> Report {
        Report { file, cases: 0, failures: Vec::new() }
    }

    pub fn case(&mut self) {
        self.cases += 1;
    }

    pub fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, ours: T, theirs: T) {
        if ours != theirs {
            self.failures.push(format!("{what}: ours {ours:?}, theirs {theirs:?}"));
        }
    }

    pub fn holds(&mut self, what: &str, holds: bool) {
        if !holds {
            self.failures.push(what.to_owned());
        }
    }

    pub fn end(self) {
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

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub fn hex(value: &Value) -> Vec<u8> {
    let text = text(value);
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).expect("hex")).collect()
}

pub fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    hex(value).try_into().unwrap_or_else(|bytes: Vec<u8>| panic!("{} bytes instead of {N}", bytes.len()))
}

pub fn int(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

pub fn user(value: &Value) -> UserId {
    UserId(int(value))
}

pub fn pair(value: &Value) -> KeyPair {
    KeyPair::from_seed(&Secret::take(&mut bytes(&value["private_key"])))
}

pub fn code<T>(result: &Result<T, Reject>) -> i64 {
    result.as_ref().err().map_or(0, |reject| i64::from(reject.code()))
}

pub fn server(plain: &[u8]) -> Vec<u8> {
    to_server_form(plain).expect("a plain block or broadcast")
}

/// Randomness that first gives what the reference drew.
#[derive(Clone, Default)]
pub struct Script(pub Arc<Mutex<VecDeque<u8>>>);

impl Script {
    pub fn put(&self, bytes: &[u8]) {
        self.0.lock().unwrap().extend(bytes);
    }

    pub fn is_used_up(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }

    pub fn random(&self) -> Random {
        Random::new(Scripted { script: self.clone(), then: Random::from_seed(1) })
    }
}

pub struct Scripted {
    pub script: Script,
    pub then: Random,
}

impl RandomSource for Scripted {
    fn fill(&mut self, buffer: &mut [u8]) {
        self.then.fill(buffer);
        let mut script = self.script.0.lock().unwrap();
        let count = buffer.len().min(script.len());
        buffer.iter_mut().zip(script.drain(..count)).for_each(|(place, byte)| *place = byte);
    }
}

pub fn participants(state: &Value) -> Vec<Participant> {
    let participant = |value: &Value| Participant {
        user: user(&value["user_id"]),
        key: PublicKey(bytes(&value["public_key"])),
        flags: int(&value["flags"]) as u32,
        version: int(&value["version"]) as i32,
    };
    list(&state["participants"]).iter().map(participant).collect()
}

pub fn check_state(report: &mut Report, at: &str, ours: &State, theirs: &Value) {
    report.same(&format!("{at}: participants"), ours.group.participants.clone(), participants(theirs));
    report.same(&format!("{at}: external"), i64::from(ours.group.external), int(&theirs["external_permissions"]));
}

pub fn parse(plain: &[u8]) -> Hashed {
    Block::parse(plain).expect("a block of the reference").hashed()
}
