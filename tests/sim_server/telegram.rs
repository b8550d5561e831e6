//! A server with devices logged in, and the words in which clients talk to it.

use std::collections::BTreeMap;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::knobs::Knobs;
use tgcall::sim::schema::Schema;
use tgcall::sim::script::default_accounts;
use tgcall::sim::server::{AnswerId, Body, Server};
use tgcall::time::{Duration, Time};

pub const ALICE: i64 = 1001;
pub const BOB: i64 = 1002;

/// A server, and everything it has sent to each device.
pub struct Telegram {
    pub server: Server,
    pub schema: Schema,
    /// Of devices that are spoken to in another layer.
    pub schemas: BTreeMap<(i64, u32), Schema>,
    pub now: Time,
    pub updates: BTreeMap<(i64, u32), Vec<Object>>,
    pub answers: BTreeMap<AnswerId, Vec<Value>>,
}

pub fn error(answer: &Value) -> String {
    match answer {
        Value::Object(object) if object.name == "rpc_error" => {
            let text = String::from_utf8(object.bytes("error_message").unwrap().to_vec()).unwrap();
            format!("{} {text}", object.int("error_code").unwrap())
        }
        other => panic!("no error but {other:?}"),
    }
}

pub fn call_in(answer: &Value) -> Object {
    answer.object().and_then(|answer| answer.child("phone_call")).unwrap_or_else(|| panic!("{answer:?}")).clone()
}

impl Telegram {
    pub fn new(knobs: Knobs) -> Telegram {
        let mut server = Server::new(4, knobs);
        server.is_talkative = true;
        for account in default_accounts() {
            server.add_account(account);
        }
        let schema = Schema::of_layer(223);
        Telegram {
            server,
            schema,
            schemas: BTreeMap::new(),
            now: Time::ZERO,
            updates: BTreeMap::new(),
            answers: BTreeMap::new(),
        }
    }

    pub fn ask_from(&mut self, account: i64, device: u32, request: &Object) -> Value {
        let bytes = self.schema.encode(request).unwrap();
        self.send(account, device, &bytes)
    }

    pub fn ask(&mut self, account: i64, request: &Object) -> Value {
        self.ask_from(account, 1, request)
    }

    pub fn send(&mut self, account: i64, device: u32, bytes: &[u8]) -> Value {
        let id = self.server.handle(self.now, account, device, bytes);
        self.run(Duration::from_millis(200));
        match self.answers.get(&id).and_then(|answers| answers.last()) {
            Some(answer) => answer.clone(),
            None => panic!("no answer"),
        }
    }

    pub fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(next) = self.server.next_timeout().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.server.handle_timeout(self.now);
            while let Some(output) = self.server.poll_output() {
                let schema = self.schemas.get(&(output.account, output.device)).unwrap_or(&self.schema);
                match output.body {
                    Body::Answer { id, bytes } => {
                        let answer = schema.decode(&bytes).unwrap_or(Value::Raw(bytes));
                        self.answers.entry(id).or_default().push(answer);
                    }
                    Body::Update { bytes } => {
                        let device = self.updates.entry((output.account, output.device)).or_default();
                        match schema.decode(&bytes) {
                            Ok(Value::Object(object)) => device.extend(contents(&object)),
                            other => panic!("{other:?}"),
                        }
                    }
                }
            }
        }
        self.now = end;
    }

    /// What a device has been sent since it was last asked.
    pub fn news(&mut self, account: i64, device: u32) -> Vec<Object> {
        self.updates.remove(&(account, device)).unwrap_or_default()
    }

    pub fn names(&mut self, account: i64, device: u32) -> Vec<String> {
        self.news(account, device)
            .iter()
            .map(|update| update.child("phone_call").map_or(update.name.clone(), |call| call.name.clone()))
            .collect()
    }

    pub fn request(&self, callee: i64) -> Object {
        let user =
            Object::new("inputUser").with("user_id", callee).with("access_hash", self.server.user_hash(ALICE, callee));
        Object::new("phone.requestCall")
            .with("user_id", user)
            .with("random_id", 5)
            .with("g_a_hash", &tgcall_sha256(&G_A)[..])
            .with("protocol", protocol(&["9.0.0", "8.0.0"]))
    }

    /// Alice calls Bob; returns the call as each of them names it.
    pub fn place(&mut self) -> (Object, Object) {
        let request = self.request(BOB);
        let call = call_in(&self.ask(ALICE, &request));
        let id = call.long("id").unwrap();
        (self.peer(ALICE, id), self.peer(BOB, id))
    }

    pub fn peer(&self, viewer: i64, id: i64) -> Object {
        Object::new("inputPhoneCall").with("id", id).with("access_hash", self.server.call_hash(viewer, id))
    }

    pub fn established(&mut self) -> (Object, Object) {
        let (alice, bob) = self.place();
        self.ask(BOB, &Object::new("phone.receivedCall").with("peer", bob.clone()));
        self.ask(BOB, &accept(&bob));
        self.ask(ALICE, &confirm(&alice, &G_A));
        for device in [1, 2] {
            self.news(ALICE, device);
            self.news(BOB, device);
        }
        (alice, bob)
    }
}

pub const G_A: [u8; 256] = [7; 256];

pub fn tgcall_sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

pub fn contents(container: &Object) -> Vec<Object> {
    match container.child("update") {
        Some(update) => vec![update.clone()],
        None if container.name == "updatesTooLong" => vec![container.clone()],
        None => container.list("updates").iter().filter_map(|update| update.object().cloned()).collect(),
    }
}

pub fn protocol(versions: &[&str]) -> Object {
    Object::new("phoneCallProtocol")
        .flag("udp_p2p", true)
        .flag("udp_reflector", true)
        .with("min_layer", 65)
        .with("max_layer", 92)
        .with("library_versions", versions.iter().map(|name| Value::text(name)).collect::<Vec<_>>())
}

pub fn accept(peer: &Object) -> Object {
    Object::new("phone.acceptCall")
        .with("peer", peer.clone())
        .with("g_b", &[9u8; 256][..])
        .with("protocol", protocol(&["8.0.0", "9.0.0"]))
}

pub fn confirm(peer: &Object, g_a: &[u8]) -> Object {
    Object::new("phone.confirmCall")
        .with("peer", peer.clone())
        .with("g_a", g_a)
        .with("key_fingerprint", -77i64)
        .with("protocol", protocol(&["9.0.0", "8.0.0"]))
}

pub fn discard(peer: &Object, duration: i32, reason: &str) -> Object {
    Object::new("phone.discardCall")
        .with("peer", peer.clone())
        .with("duration", duration)
        .with("reason", Object::new(&format!("phoneCallDiscardReason{reason}")))
        .with("connection_id", 0i64)
}

pub fn signal(peer: &Object, size: usize) -> Object {
    Object::new("phone.sendSignalingData").with("peer", peer.clone()).with("data", vec![3u8; size].as_slice())
}
