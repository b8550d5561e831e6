//! A conference and those who are in it, as clients that know the methods and nothing more. Keys and blocks are the library's
//! core; that this is right, the vectors of another implementation prove.

use crate::telegram::*;
use tgcall::conference::{Conference, genesis, self_add};
use tgcall::crypto::sign::KeyPair;
use tgcall::random::Random;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::knobs::Knobs;
use tgcall::time::Time;
use tgcall::types::UserId;

pub const DAVE: i64 = 1004;
pub const HEIDI: i64 = 1008;

/// Somebody's device, with the core of a conference.
pub struct Person {
    pub account: i64,
    pub keys: KeyPair,
    pub core: Option<Conference>,
}

pub struct Room {
    pub telegram: Telegram,
    pub random: Random,
    pub call: i64,
    pub slug: String,
}

pub fn text(object: &Object, field: &str) -> String {
    String::from_utf8(object.bytes(field).unwrap().to_vec()).unwrap()
}

pub fn params(account: i64) -> Object {
    let json = format!(
        r#"{{"ssrc":{account},"ufrag":"abcd","pwd":"p","fingerprints":[{{"hash":"sha-256","setup":"passive","fingerprint":"AA"}}]}}"#
    );
    Object::new("dataJSON").with("data", json.as_str())
}

pub fn by_message(message: i32) -> Object {
    Object::new("inputGroupCallInviteMessage").with("msg_id", message)
}

/// The updates of an answer.
pub fn updates(answer: &Value) -> Vec<Object> {
    let answer = answer.object().unwrap_or_else(|| panic!("{answer:?}"));
    assert_ne!(answer.name, "rpc_error", "{answer:?}");
    contents(answer)
}

pub fn named<'a>(updates: &'a [Object], name: &str) -> Vec<&'a Object> {
    updates.iter().filter(|update| update.name == name).collect()
}

/// Sub-chain, offset behind, and elements of an update.
pub fn elements(update: &Object) -> (i32, i32, Vec<Vec<u8>>) {
    let bytes = |one: &Value| if let Value::Bytes(bytes) = one { bytes.clone() } else { panic!("{one:?}") };
    let blocks = update.list("blocks").iter().map(bytes).collect();
    (update.int("sub_chain_id").unwrap(), update.int("next_offset").unwrap(), blocks)
}

/// The message of an update, and what it says of an invitation.
pub fn invitation(update: &Object) -> (i32, Vec<&'static str>) {
    let message = update.child("message").unwrap();
    let action = message.child("action").unwrap();
    assert_eq!(action.name, "messageActionConferenceCall");
    let flags = ["missed", "active", "video", "duration", "other_participants"];
    (message.int("id").unwrap(), flags.into_iter().filter(|flag| action.get(flag).is_some()).collect())
}

impl Room {
    pub fn new() -> Room {
        Room {
            telegram: Telegram::new(Knobs { strict: true, ..Knobs::default() }),
            random: Random::from_seed(9),
            call: 0,
            slug: String::new(),
        }
    }

    /// Alice has made a conference, and is in it.
    pub fn of_alice() -> (Room, Person) {
        let mut room = Room::new();
        let mut alice = room.person(ALICE);
        let answer = room.create(&alice, 5);
        room.enter(&mut alice, &answer);
        room.quiet();
        (room, alice)
    }

    pub fn person(&mut self, account: i64) -> Person {
        Person { account, keys: KeyPair::generate(&mut self.random), core: None }
    }

    pub fn now(&self) -> Time {
        self.telegram.now
    }

    pub fn quiet(&mut self) {
        for account in 1001..=1008 {
            for device in 1..=2 {
                self.telegram.news(account, device);
            }
        }
    }

    pub fn create(&mut self, person: &Person, random_id: i32) -> Value {
        let block = genesis(UserId(person.account), &person.keys, &mut self.random).unwrap();
        let request = Object::new("phone.createConferenceCall")
            .flag("join", true)
            .with("random_id", random_id)
            .with("public_key", &person.keys.public().0[..])
            .with("block", &block[..])
            .with("params", params(person.account));
        self.telegram.ask(person.account, &request)
    }

    /// What a call update says of the conference.
    pub fn learn(&mut self, call: &Object) {
        self.call = call.long("id").unwrap();
        let link = text(call, "invite_link");
        self.slug = link.strip_prefix("https://t.me/call/").unwrap().to_owned();
    }

    /// The core begins with what the join was answered.
    pub fn enter(&mut self, person: &mut Person, answer: &Value) {
        let updates = updates(answer);
        self.learn(named(&updates, "updateGroupCall")[0].child("call").unwrap());
        let chains = named(&updates, "updateGroupCallChainBlocks");
        let (sub_chain, _, blocks) = elements(chains[0]);
        assert_eq!((sub_chain, blocks.len()), (0, 1));
        let keys = KeyPair::from_seed(person.keys.seed());
        let random = self.random.fork();
        person.core = Some(Conference::create(self.now(), UserId(person.account), keys, &blocks[0], random).unwrap());
    }

    pub fn name(&self, viewer: i64) -> Object {
        let hash = self.telegram.server.group_hash(viewer, self.call);
        Object::new("inputGroupCall").with("id", self.call).with("access_hash", hash)
    }

    pub fn by_slug(&self) -> Object {
        Object::new("inputGroupCallSlug").with("slug", self.slug.as_str())
    }

    pub fn user(&self, viewer: i64, user: i64) -> Object {
        let hash = self.telegram.server.user_hash(viewer, user);
        Object::new("inputUser").with("user_id", user).with("access_hash", hash)
    }

    pub fn ask(&mut self, account: i64, method: &str, build: impl FnOnce(Object) -> Object) -> Value {
        let request = build(Object::new(method).with("call", self.name(account)));
        self.telegram.ask(account, &request)
    }

    pub fn read(&mut self, account: i64, call: Object, sub_chain: i32, offset: i32, limit: i32) -> Value {
        let request = Object::new("phone.getGroupCallChainBlocks").with("call", call);
        let request = request.with("sub_chain_id", sub_chain).with("offset", offset).with("limit", limit);
        self.telegram.ask(account, &request)
    }

    /// The newest block, or none.
    pub fn newest(&mut self, account: i64, call: Object) -> Option<Vec<u8>> {
        let updates = updates(&self.read(account, call, 0, -1, 1));
        assert_eq!(updates.len(), 1);
        elements(&updates[0]).2.pop()
    }

    pub fn join_with(&mut self, person: &Person, call: Object, block: &[u8]) -> Value {
        let request = Object::new("phone.joinGroupCall")
            .with("call", call)
            .with("join_as", Object::new("inputPeerSelf"))
            .with("public_key", &person.keys.public().0[..])
            .with("block", block)
            .with("params", params(person.account));
        self.telegram.ask(person.account, &request)
    }

    pub fn join(&mut self, person: &mut Person, call: Object) {
        let block = match self.newest(person.account, call.clone()) {
            Some(newest) => self_add(&newest, UserId(person.account), &person.keys, &mut self.random).unwrap(),
            None => genesis(UserId(person.account), &person.keys, &mut self.random).unwrap(),
        };
        let answer = self.join_with(person, call, &block);
        self.enter(person, &answer);
    }

    /// Blocks and broadcasts that a device was told of; its core follows.
    pub fn follow(&mut self, person: &mut Person) -> Vec<i32> {
        let news = self.telegram.news(person.account, 1);
        let mut seen = Vec::new();
        for update in named(&news, "updateGroupCallChainBlocks") {
            let (sub_chain, _, blocks) = elements(update);
            for block in blocks {
                seen.push(sub_chain);
                let core = person.core.as_mut().unwrap();
                match sub_chain {
                    0 => core.apply_block(self.telegram.now, &block).unwrap(),
                    _ => core.receive_broadcast(&block).unwrap(),
                }
            }
        }
        seen
    }

    pub fn broadcast(&mut self, account: i64, bytes: &[u8]) -> Value {
        self.ask(account, "phone.sendConferenceCallBroadcast", |request| request.with("block", bytes))
    }

    pub fn remove(&mut self, account: i64, users: &[i64], flag: &str, block: &[u8]) -> Value {
        let ids: Vec<Value> = users.iter().map(|user| Value::Long(*user)).collect();
        self.ask(account, "phone.deleteConferenceCallParticipants", |request| {
            request.flag(flag, true).with("ids", ids).with("block", block)
        })
    }

    pub fn invite(&mut self, account: i64, user: i64) -> Value {
        let user = self.user(account, user);
        self.ask(account, "phone.inviteConferenceCallParticipant", |request| {
            request.flag("video", true).with("user_id", user)
        })
    }

    pub fn decline(&mut self, account: i64, message: i32) -> Value {
        self.telegram.ask(account, &Object::new("phone.declineConferenceCallInvite").with("msg_id", message))
    }

    /// Bob is rung by Alice: the number of the message for each of them.
    pub fn ring(&mut self) -> (i32, i32) {
        let out = updates(&self.invite(ALICE, BOB));
        let told = self.telegram.news(BOB, 1);
        (invitation(&out[0]).0, invitation(&told[0]).0)
    }

    /// All edits of invitations that a device was told of.
    pub fn edits(&mut self, account: i64, device: u32) -> Vec<(i32, Vec<&'static str>)> {
        let news = self.telegram.news(account, device);
        named(&news, "updateEditMessage").into_iter().map(invitation).collect()
    }
}
