//! A whole client in a conference, fed with whatever Telegram could say of chains, messages and invitations.

use std::cell::RefCell;
use tgcall::client::{CallState, Client, Config, DiscardReason, EventKind};
use tgcall::conference::chain::block::to_server_form;
use tgcall::conference::self_add;
use tgcall::crypto::sign::KeyPair;
use tgcall::random::Random;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::schema::Schema;
use tgcall::time::{Duration, Time};
use tgcall::tl::{self, functions};
use tgcall::types::{CallId, RequestId, UserId};

const ME: i64 = 1;
const CONFERENCE: i64 = 70;
/// The answer to a join, as far as media goes.
const PARAMS: &[u8] = br#"{"transport":{"ufrag":"1ab2","pwd":"0123456789abcdefghijklmn","fingerprints":[{"hash":"sha-256",
    "setup":"active","fingerprint":"AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB"}],
    "candidates":[{"component":"1","protocol":"udp","port":"32001","ip":"203.0.113.5","foundation":"1","priority":"1","type":"host"}]}}"#;

fn encode(object: &Object) -> Vec<u8> {
    Schema::of_layer(223).encode(object).unwrap()
}

fn alone(update: Object) -> Vec<u8> {
    encode(&Object::new("updateShort").with("update", update).with("date", 1))
}

fn about(name: &str) -> Object {
    let call = Object::new("inputGroupCall").with("id", CONFERENCE).with("access_hash", 5i64);
    Object::new(name).with("call", call)
}

fn chain(sub_chain: i32, blocks: &[&[u8]], next_offset: i32) -> Object {
    let blocks: Vec<Value> = blocks.iter().map(|block| Value::Bytes(block.to_vec())).collect();
    let update = about("updateGroupCallChainBlocks").with("sub_chain_id", sub_chain).with("blocks", blocks);
    update.with("next_offset", next_offset)
}

/// What `groupCall` says of a conference.
fn told(conference: i64) -> Object {
    Object::new("groupCall")
        .flag("conference", true)
        .flag("creator", true)
        .flag("messages_enabled", true)
        .with("id", conference)
        .with("access_hash", 5i64)
        .with("participants_count", 1)
        .with("unmuted_video_limit", 30)
        .with("version", 2)
}

/// The answer to a join.
fn let_in(conference: i64, block: &[u8]) -> Vec<u8> {
    let params = Object::new("dataJSON").with("data", PARAMS);
    let updates: Vec<Value> = vec![
        Object::new("updateGroupCallConnection").with("params", params).into(),
        chain(0, &[block], 1).into(),
        chain(1, &[], 0).into(),
        Object::new("updateGroupCall").with("call", told(conference)).into(),
    ];
    let none = Vec::<Value>::new;
    let answer = Object::new("updates").with("updates", updates).with("users", none()).with("chats", none());
    encode(&answer.with("date", 1).with("seq", 0))
}

/// The answer to `phone.getGroupCall`, after which the way into a conference that has rung goes on.
fn looked_at(conference: i64) -> Vec<u8> {
    let none = Vec::<Value>::new;
    let answer = Object::new("phone.groupCall").with("call", told(conference)).with("participants", none());
    let answer = answer.with("participants_next_offset", "").with("chats", none()).with("users", none());
    encode(&answer)
}

fn user(id: i64) -> Object {
    Object::new("peerUser").with("user_id", id)
}

/// A client that has made a conference, and is in it.
struct Inside {
    client: Client,
    now: Time,
    call: CallId,
    /// In the form in which they are told.
    first_block: Vec<u8>,
    asked: Vec<RequestId>,
    rung: Vec<CallId>,
}

impl Inside {
    fn new() -> Inside {
        let now = Time::from_nanos(0);
        let mut config = Config::new();
        config.set_user_id(UserId(ME)).unwrap();
        let mut client = Client::new(now, config, Random::from_seed(1)).unwrap();
        let call = client.create_conference(now, true, false).unwrap();
        let mut inside = Inside { client, now, call, first_block: vec![], asked: vec![], rung: vec![] };
        for _ in 0..50 {
            if let Some((request, bytes)) = inside.turn() {
                inside.let_in(request, &bytes);
                break;
            }
            inside.wait();
        }
        assert!(!inside.first_block.is_empty(), "it asks to be let in");
        inside.turn();
        assert!(inside.client.words(call).is_ok(), "it is in");
        inside.asked.clear();
        inside
    }

    /// Carries out what the client wants; the request that makes a conference comes back.
    fn turn(&mut self) -> Option<(RequestId, Vec<u8>)> {
        let mut making = None;
        let mut count = 0;
        while let Some(event) = self.client.poll_event() {
            count += 1;
            assert!(count < 2000, "one word from Telegram has no end of consequences");
            match event.kind {
                EventKind::Invoke { request, method: "phone.createConferenceCall", bytes, .. } => {
                    making = Some((request, bytes));
                }
                EventKind::Invoke { request, .. } => self.asked.push(request),
                EventKind::SocketOpen { socket, local, .. } => {
                    self.client.handle_opened(self.now, socket, local).unwrap()
                }
                EventKind::GroupInvited { .. } => self.rung.push(event.call),
                _ => {}
            }
        }
        making
    }

    fn wait(&mut self) {
        if let Some(next) = self.client.next_timeout() {
            self.now = self.now.max(next.min(self.now + Duration::from_secs(1)));
            self.client.handle_timeout(self.now);
        }
    }

    fn let_in(&mut self, request: RequestId, bytes: &[u8]) {
        let asked: functions::PhoneCreateConferenceCall<'_> = tl::decode(bytes).unwrap();
        self.first_block = to_server_form(asked.join.unwrap().block).unwrap();
        let answer = let_in(CONFERENCE, &self.first_block);
        self.client.handle_answer(self.now, request, &answer).unwrap();
    }

    fn hear(&mut self, data: &[u8]) {
        const NO_MISUSE: &str = "garbage from the network is no misuse";
        self.client.handle_update(self.now, data).expect(NO_MISUSE);
        for round in 0..3 {
            self.turn();
            // What was asked before, too; the oldest first, and not all at once.
            let answered = self.asked.len().min(4);
            for request in self.asked.drain(..answered).collect::<Vec<_>>() {
                self.client.handle_answer(self.now, request, data).ok();
            }
            for call in core::mem::take(&mut self.rung) {
                match round {
                    0 if data.len().is_multiple_of(2) => drop(self.client.join_group(self.now, call, true)),
                    _ => drop(self.client.discard(self.now, call, DiscardReason::Auto)),
                }
            }
            self.wait();
        }
        self.turn();
    }

    fn is_good(&self) -> bool {
        let state = self.client.state(self.call).unwrap_or(CallState::Ended);
        self.asked.len() < 1000 && state != CallState::Ended && self.client.words(self.call).is_ok()
    }
}

thread_local! {
    static INSIDE: RefCell<Option<Inside>> = const { RefCell::new(None) };
}

/// The bytes as an update, and as the answer to whatever is asked. Whoever falls out of the conference is replaced by somebody new.
pub fn meeting(data: &[u8]) {
    INSIDE.with_borrow_mut(|inside| {
        let mut one = inside.take().filter(Inside::is_good).unwrap_or_else(Inside::new);
        one.hear(data);
        *inside = Some(one);
    });
}

fn invitation(message: i32, conference: i64, out: bool, flag: &str) -> Vec<Vec<u8>> {
    let others: Vec<Value> = vec![user(3).into()];
    let action = Object::new("messageActionConferenceCall").flag("video", true).with("call_id", conference);
    let action = if flag.is_empty() { action } else { action.flag(flag, true) }.with("other_participants", others);
    let message = Object::new("messageService").flag("out", out).with("id", message).with("from_id", user(2));
    let message = message.with("peer_id", user(2)).with("date", 1).with("action", action);
    let update =
        |name: &str| alone(Object::new(name).with("message", message.clone()).with("pts", 1).with("pts_count", 1));
    vec![update("updateNewMessage"), update("updateEditMessage")]
}

/// Invitations in all shapes, what is answered on the way in, and what is said of the chain: the next block, the same, none, broadcasts, a
/// message.
pub fn corpus() -> Vec<Vec<u8>> {
    let mut corpus = vec![];
    for (message, conference) in [(7, 80), (8, 80), (9, 81), (10, CONFERENCE)] {
        for out in [false, true] {
            for flag in ["", "missed", "active"] {
                corpus.extend(invitation(message, conference, out, flag));
            }
        }
    }
    let gone = vec![Value::Int(7), Value::Int(8), Value::Int(9)];
    corpus.push(alone(Object::new("updateDeleteMessages").with("messages", gone).with("pts", 3).with("pts_count", 3)));
    let first = Inside::new().first_block;
    let mut random = Random::from_seed(2);
    let keys = KeyPair::generate(&mut random);
    let next = to_server_form(&self_add(&first, UserId(2), &keys, &mut random).unwrap()).unwrap();
    for update in [chain(0, &[&next], 2), chain(0, &[&first, &next], 2), chain(0, &[], 5), chain(1, &[&[0; 132]], 1)] {
        corpus.push(alone(update));
    }
    corpus.extend([80, 81, CONFERENCE].map(looked_at));
    corpus.extend([let_in(80, &next), let_in(CONFERENCE, &first)]);
    let mut packet = vec![1, 0, 0, 0];
    packet.extend([7; 192]);
    packet.extend([0; 4]);
    let sealed = about("updateGroupCallEncryptedMessage").with("from_id", user(2));
    corpus.push(alone(sealed.with("encrypted_message", &packet[..])));
    corpus
}
