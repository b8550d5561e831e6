//! The simulated Telegram itself: every row of its table of methods, asked without the library.

use std::collections::BTreeMap;
use tgcall::sim::account::{Account, Privacy};
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::knobs::{AcceptAnswer, BusyAnswer, DebugAnswer, Knobs, RepeatedDiscard, Tamper, UserPolicy};
use tgcall::sim::schema::Schema;
use tgcall::sim::script::default_accounts;
use tgcall::sim::server::{AnswerId, Body, Server};
use tgcall::time::{Duration, Time};

const ALICE: i64 = 1001;
const BOB: i64 = 1002;

/// A server, and everything it has sent to each device.
struct Telegram {
    server: Server,
    schema: Schema,
    /// Of devices that are spoken to in another layer.
    schemas: BTreeMap<(i64, u32), Schema>,
    now: Time,
    updates: BTreeMap<(i64, u32), Vec<Object>>,
    answers: BTreeMap<AnswerId, Vec<Value>>,
}

fn error(answer: &Value) -> String {
    match answer {
        Value::Object(object) if object.name == "rpc_error" => {
            let text = String::from_utf8(object.bytes("error_message").unwrap().to_vec()).unwrap();
            format!("{} {text}", object.int("error_code").unwrap())
        }
        other => panic!("no error but {other:?}"),
    }
}

fn call_in(answer: &Value) -> Object {
    answer.object().and_then(|answer| answer.child("phone_call")).unwrap_or_else(|| panic!("{answer:?}")).clone()
}

impl Telegram {
    fn new(knobs: Knobs) -> Telegram {
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

    fn ask_from(&mut self, account: i64, device: u32, request: &Object) -> Value {
        let bytes = self.schema.encode(request).unwrap();
        self.send(account, device, &bytes)
    }

    fn ask(&mut self, account: i64, request: &Object) -> Value {
        self.ask_from(account, 1, request)
    }

    fn send(&mut self, account: i64, device: u32, bytes: &[u8]) -> Value {
        let id = self.server.handle(self.now, account, device, bytes);
        self.run(Duration::from_millis(200));
        match self.answers.get(&id).and_then(|answers| answers.last()) {
            Some(answer) => answer.clone(),
            None => panic!("no answer"),
        }
    }

    fn run(&mut self, time: Duration) {
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
    fn news(&mut self, account: i64, device: u32) -> Vec<Object> {
        self.updates.remove(&(account, device)).unwrap_or_default()
    }

    fn names(&mut self, account: i64, device: u32) -> Vec<String> {
        self.news(account, device)
            .iter()
            .map(|update| update.child("phone_call").map_or(update.name.clone(), |call| call.name.clone()))
            .collect()
    }

    fn request(&self, callee: i64) -> Object {
        let user =
            Object::new("inputUser").with("user_id", callee).with("access_hash", self.server.user_hash(ALICE, callee));
        Object::new("phone.requestCall")
            .with("user_id", user)
            .with("random_id", 5)
            .with("g_a_hash", &tgcall_sha256(&G_A)[..])
            .with("protocol", protocol(&["9.0.0", "8.0.0"]))
    }

    /// Alice calls Bob; returns the call as each of them names it.
    fn place(&mut self) -> (Object, Object) {
        let request = self.request(BOB);
        let call = call_in(&self.ask(ALICE, &request));
        let id = call.long("id").unwrap();
        (self.peer(ALICE, id), self.peer(BOB, id))
    }

    fn peer(&self, viewer: i64, id: i64) -> Object {
        Object::new("inputPhoneCall").with("id", id).with("access_hash", self.server.call_hash(viewer, id))
    }

    fn established(&mut self) -> (Object, Object) {
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

const G_A: [u8; 256] = [7; 256];

fn tgcall_sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

fn contents(container: &Object) -> Vec<Object> {
    match container.child("update") {
        Some(update) => vec![update.clone()],
        None if container.name == "updatesTooLong" => vec![container.clone()],
        None => container.list("updates").iter().filter_map(|update| update.object().cloned()).collect(),
    }
}

fn protocol(versions: &[&str]) -> Object {
    Object::new("phoneCallProtocol")
        .flag("udp_p2p", true)
        .flag("udp_reflector", true)
        .with("min_layer", 65)
        .with("max_layer", 92)
        .with("library_versions", versions.iter().map(|name| Value::text(name)).collect::<Vec<_>>())
}

fn accept(peer: &Object) -> Object {
    Object::new("phone.acceptCall")
        .with("peer", peer.clone())
        .with("g_b", &[9u8; 256][..])
        .with("protocol", protocol(&["8.0.0", "9.0.0"]))
}

fn confirm(peer: &Object, g_a: &[u8]) -> Object {
    Object::new("phone.confirmCall")
        .with("peer", peer.clone())
        .with("g_a", g_a)
        .with("key_fingerprint", -77i64)
        .with("protocol", protocol(&["9.0.0", "8.0.0"]))
}

fn discard(peer: &Object, duration: i32, reason: &str) -> Object {
    Object::new("phone.discardCall")
        .with("peer", peer.clone())
        .with("duration", duration)
        .with("reason", Object::new(&format!("phoneCallDiscardReason{reason}")))
        .with("connection_id", 0i64)
}

fn signal(peer: &Object, size: usize) -> Object {
    Object::new("phone.sendSignalingData").with("peer", peer.clone()).with("data", vec![3u8; size].as_slice())
}

#[test]
fn the_dh_config_is_given_once_and_random_bytes_always() {
    let mut telegram = Telegram::new(Knobs::default());
    let ask = |version: i32, length: i32| {
        Object::new("messages.getDhConfig").with("version", version).with("random_length", length)
    };
    let config = telegram.ask(ALICE, &ask(0, 256));
    let config = config.object().unwrap();
    assert_eq!((config.name.as_str(), config.int("g")), ("messages.dhConfig", Some(3)));
    assert_eq!(config.bytes("random").unwrap().len(), 256);
    let again = telegram.ask(ALICE, &ask(config.int("version").unwrap(), 0));
    let again = again.object().unwrap();
    assert_eq!(again.name, "messages.dhConfigNotModified");
    assert_eq!(again.bytes("random").unwrap().len(), 0);
    for length in [-1, 1025] {
        assert_eq!(error(&telegram.ask(ALICE, &ask(0, length))), "400 RANDOM_LENGTH_INVALID");
    }
}

#[test]
fn the_configuration_has_the_four_timers() {
    let mut knobs = Knobs::default();
    knobs.timers.ring_ms = 1234;
    let mut telegram = Telegram::new(knobs);
    let config = telegram.ask(ALICE, &Object::new("help.getConfig"));
    let config = config.object().unwrap();
    let timers = ["receive", "ring", "connect", "packet"].map(|name| config.int(&format!("call_{name}_timeout_ms")));
    assert_eq!(timers, [Some(20_000), Some(1234), Some(30_000), Some(10_000)]);
    assert!(telegram.ask(ALICE, &Object::new("phone.getCallConfig")).object().unwrap().bytes("data").is_some());
}

#[test]
fn who_cannot_be_called_is_refused_by_name() {
    let mut telegram = Telegram::new(Knobs::default());
    for (callee, expected) in [
        (9999, "400 USER_ID_INVALID"),
        (ALICE, "400 USER_ID_INVALID"),
        (1003, "403 USER_PRIVACY_RESTRICTED"),
        (1005, "400 INPUT_USER_DEACTIVATED"),
        (1006, "400 USER_ID_INVALID"),
        (1007, "403 USER_IS_BLOCKED"),
        (1008, "400 PARTICIPANT_VERSION_OUTDATED"),
    ] {
        let request = telegram.request(callee);
        assert_eq!(error(&telegram.ask(ALICE, &request)), expected, "{callee}");
    }
    telegram.server.account_mut(1003).unwrap().calls = Privacy::Only([ALICE].into());
    let request = telegram.request(1003);
    assert_eq!(call_in(&telegram.ask(ALICE, &request)).name, "phoneCallWaiting");
    // The hash of another viewer opens nothing.
    let stolen =
        Object::new("inputUser").with("user_id", BOB).with("access_hash", telegram.server.user_hash(1003, BOB));
    let request = telegram.request(BOB).with("user_id", stolen);
    assert_eq!(error(&telegram.ask(ALICE, &request)), "400 USER_ID_INVALID");
    let myself = telegram.request(BOB).with("user_id", Object::new("inputUserSelf"));
    assert_eq!(error(&telegram.ask(ALICE, &myself)), "400 USER_ID_INVALID");
}

#[test]
fn an_odd_offer_is_refused_by_name() {
    let mut telegram = Telegram::new(Knobs::default());
    let plain = protocol(&["9.0.0"]);
    let mut no_flags = plain.clone();
    no_flags.fields.retain(|(name, _)| !name.starts_with("udp"));
    for (protocol, expected) in [
        (no_flags, "400 CALL_PROTOCOL_FLAGS_INVALID"),
        (plain.clone().with("max_layer", 64), "400 CALL_PROTOCOL_LAYER_INVALID"),
        (protocol(&[]), "400 CALL_PROTOCOL_LAYER_INVALID"),
    ] {
        let request = telegram.request(BOB).with("protocol", protocol);
        assert_eq!(error(&telegram.ask(ALICE, &request)), expected);
    }
    let short = telegram.request(BOB).with("g_a_hash", &[1u8; 31][..]);
    assert_eq!(error(&telegram.ask(ALICE, &short)), "400 TEST_G_A_HASH_INVALID");
}

#[test]
fn a_random_id_makes_one_call() {
    let mut telegram = Telegram::new(Knobs::default());
    let request = telegram.request(BOB);
    let first = call_in(&telegram.ask(ALICE, &request));
    let again = call_in(&telegram.ask(ALICE, &request));
    assert_eq!(first.long("id"), again.long("id"));
    assert_eq!(telegram.names(BOB, 1), ["phoneCallRequested"]);
    let other = telegram.request(BOB).flag("video", true);
    assert_eq!(error(&telegram.ask(ALICE, &other)), "500 RANDOM_ID_DUPLICATE");
    let new = other.with("random_id", 6);
    assert_ne!(call_in(&telegram.ask(ALICE, &new)).long("id"), first.long("id"));
}

#[test]
fn a_call_goes_from_request_to_key_and_tells_each_device_what_it_must_know() {
    let mut telegram = Telegram::new(Knobs::default());
    let request = telegram.request(BOB);
    let answer = call_in(&telegram.ask(ALICE, &request));
    assert_eq!((answer.name.as_str(), answer.int("receive_date")), ("phoneCallWaiting", None));
    let id = answer.long("id").unwrap();
    for device in [1, 2] {
        let news = telegram.news(BOB, device);
        let call = news[0].child("phone_call").unwrap();
        assert_eq!((call.name.as_str(), call.long("admin_id")), ("phoneCallRequested", Some(ALICE)));
        assert_ne!(call.long("access_hash"), answer.long("access_hash"));
    }
    let (alice, bob) = (telegram.peer(ALICE, id), telegram.peer(BOB, id));

    assert_eq!(telegram.ask(BOB, &Object::new("phone.receivedCall").with("peer", bob.clone())), Value::Bool(true));
    let news = telegram.news(ALICE, 1);
    assert!(news[0].child("phone_call").unwrap().int("receive_date").is_some());
    telegram.ask_from(BOB, 2, &Object::new("phone.receivedCall").with("peer", bob.clone()));
    assert_eq!(telegram.names(ALICE, 1), Vec::<String>::new(), "only the first device is news");

    let answer = call_in(&telegram.ask(BOB, &accept(&bob)));
    assert_eq!(answer.name, "phoneCallWaiting");
    let news = telegram.news(ALICE, 1);
    let accepted = news[0].child("phone_call").unwrap();
    assert_eq!(accepted.name, "phoneCallAccepted");
    assert_eq!(accepted.bytes("g_b"), Some(&[9u8; 256][..]));
    assert_eq!(accepted.child("protocol").unwrap().list("library_versions"), [Value::text("9.0.0")]);
    let news = telegram.news(BOB, 2);
    let elsewhere = news[0].child("phone_call").unwrap();
    assert_eq!((elsewhere.name.as_str(), elsewhere.get("reason")), ("phoneCallDiscarded", None));
    assert_eq!(telegram.names(BOB, 1), Vec::<String>::new());
    assert_eq!(error(&telegram.ask_from(BOB, 2, &accept(&bob))), "400 CALL_ALREADY_ACCEPTED");

    assert_eq!(error(&telegram.ask_from(ALICE, 2, &confirm(&alice, &G_A))), "400 CALL_PEER_INVALID");
    assert_eq!(error(&telegram.ask(ALICE, &confirm(&alice, &[8; 256]))), "400 TEST_G_A_HASH_INVALID");
    assert_eq!(error(&telegram.ask(ALICE, &signal(&alice, 5))), "400 CALL_NOT_ACTIVE");
    let answer = call_in(&telegram.ask(ALICE, &confirm(&alice, &G_A)));
    assert_eq!((answer.name.as_str(), answer.bytes("g_a_or_b")), ("phoneCall", Some(&[9u8; 256][..])));
    let news = telegram.news(BOB, 1);
    let last = news[0].child("phone_call").unwrap();
    assert_eq!(last.bytes("g_a_or_b"), Some(&G_A[..]));
    assert_eq!((last.long("key_fingerprint"), last.list("connections").len()), (Some(-77), 4));
    assert_eq!(last.get("connections"), answer.get("connections"));
    assert!(last.get("p2p_allowed").is_some());
    assert_eq!(error(&telegram.ask(ALICE, &confirm(&alice, &G_A))), "400 CALL_ALREADY_ACCEPTED");
    assert_eq!(telegram.names(BOB, 2), Vec::<String>::new(), "the call is on the other device");
}

#[test]
fn signaling_goes_to_the_device_in_the_call_and_nowhere_else() {
    let mut telegram = Telegram::new(Knobs { signaling_limit: 100, ..Knobs::default() });
    let (alice, bob) = telegram.established();
    assert_eq!(telegram.ask(ALICE, &signal(&alice, 100)), Value::Bool(true));
    assert_eq!(telegram.names(BOB, 1), ["updatePhoneCallSignalingData"]);
    assert_eq!(telegram.names(BOB, 2), Vec::<String>::new());
    assert_eq!(error(&telegram.ask(ALICE, &signal(&alice, 101))), "400 TEST_SIGNALING_TOO_BIG");
    assert_eq!(error(&telegram.ask_from(BOB, 2, &signal(&bob, 1))), "400 CALL_PEER_INVALID");
    // Alice's hash is not Bob's.
    assert_eq!(error(&telegram.ask(BOB, &signal(&alice, 1))), "400 CALL_PEER_INVALID");
    telegram.ask(BOB, &discard(&bob, 3, "Hangup"));
    assert_eq!(error(&telegram.ask(ALICE, &signal(&alice, 1))), "400 CALL_NOT_ACTIVE");
}

#[test]
fn after_a_migration_signaling_passes_for_a_moment() {
    let mut telegram = Telegram::new(Knobs::default());
    let (alice, _) = telegram.established();
    let reason = Object::new("phoneCallDiscardReasonMigrateConferenceCall").with("slug", "abc");
    telegram.ask(ALICE, &discard(&alice, 3, "Hangup").with("reason", reason));
    let news = telegram.news(BOB, 1);
    let discarded = news[0].child("phone_call").unwrap();
    assert_eq!(discarded.child("reason").unwrap().bytes("slug"), Some(&b"abc"[..]));
    assert_eq!(telegram.ask(ALICE, &signal(&alice, 5)), Value::Bool(true));
    telegram.run(Duration::from_secs(6));
    assert_eq!(error(&telegram.ask(ALICE, &signal(&alice, 5))), "400 CALL_NOT_ACTIVE");
}

#[test]
fn a_hang_up_is_told_to_everybody_once_and_answered_again() {
    for repeated in [RepeatedDiscard::Same, RepeatedDiscard::Empty, RepeatedDiscard::Error] {
        let knobs = Knobs { repeated_discard: repeated, need_rating: true, ..Knobs::default() };
        let mut telegram = Telegram::new(knobs);
        let (alice, bob) = telegram.established();
        assert_eq!(error(&telegram.ask_from(BOB, 2, &discard(&bob, 0, "Busy"))), "400 CALL_ALREADY_ACCEPTED");
        let answer = telegram.ask(ALICE, &discard(&alice, 12, "Hangup"));
        let updates = contents(answer.object().unwrap());
        let end = updates[0].child("phone_call").unwrap();
        assert_eq!((end.name.as_str(), end.int("duration")), ("phoneCallDiscarded", Some(12)));
        assert!(end.get("need_rating").is_some() && end.get("need_debug").is_none());
        let action = updates[1].child("message").unwrap().child("action").unwrap();
        assert_eq!((action.name.as_str(), action.long("call_id")), ("messageActionPhoneCall", end.long("id")));
        for (account, device) in [(ALICE, 2), (BOB, 1), (BOB, 2)] {
            assert_eq!(telegram.names(account, device), ["phoneCallDiscarded", "updateNewMessage"]);
        }
        assert_eq!(telegram.names(ALICE, 1), Vec::<String>::new());
        let again = telegram.ask(ALICE, &discard(&alice, 12, "Hangup"));
        match repeated {
            RepeatedDiscard::Same => assert_eq!(contents(again.object().unwrap()).len(), 2),
            RepeatedDiscard::Empty => assert_eq!(contents(again.object().unwrap()).len(), 0),
            RepeatedDiscard::Error => assert_eq!(error(&again), "400 CALL_ALREADY_DECLINED"),
        }
        assert_eq!(error(&telegram.ask(BOB, &accept(&bob))), "400 CALL_ALREADY_DECLINED");
        assert_eq!(
            error(&telegram.ask(BOB, &Object::new("phone.receivedCall").with("peer", bob))),
            "400 CALL_ALREADY_DECLINED"
        );
    }
}

#[test]
fn a_callee_in_another_call_is_busy() {
    for busy_answer in [BusyAnswer::Answer, BusyAnswer::Update] {
        let mut telegram = Telegram::new(Knobs { busy_answer, ..Knobs::default() });
        telegram.established();
        let user =
            Object::new("inputUser").with("user_id", BOB).with("access_hash", telegram.server.user_hash(1003, BOB));
        let request = telegram.request(BOB).with("user_id", user);
        let answer = call_in(&telegram.ask(1003, &request));
        let end = match busy_answer {
            BusyAnswer::Answer => answer,
            BusyAnswer::Update => {
                assert_eq!(answer.name, "phoneCallWaiting");
                telegram.news(1003, 1)[0].child("phone_call").unwrap().clone()
            }
        };
        assert_eq!(end.child("reason").unwrap().name, "phoneCallDiscardReasonBusy");
        assert_eq!(telegram.names(BOB, 1), Vec::<String>::new(), "the callee hears nothing of it");
    }
}

#[test]
fn two_calls_that_ring_cannot_both_be_accepted() {
    let mut telegram = Telegram::new(Knobs::default());
    let (_, bob) = telegram.place();
    let user = Object::new("inputUser").with("user_id", BOB).with("access_hash", telegram.server.user_hash(1003, BOB));
    let request = telegram.request(BOB).with("user_id", user);
    let second = call_in(&telegram.ask(1003, &request)).long("id").unwrap();
    let second = telegram.peer(BOB, second);
    telegram.ask(BOB, &accept(&bob));
    assert_eq!(error(&telegram.ask(BOB, &accept(&second))), "500 CALL_OCCUPY_FAILED");
    let none = accept(&second).with("g_b", &[][..]);
    telegram.ask(BOB, &discard(&bob, 0, "Hangup"));
    assert_eq!(error(&telegram.ask(BOB, &none)), "400 TEST_G_B_INVALID");
    let strange = accept(&second).with("protocol", protocol(&["7.0.0"]));
    assert_eq!(error(&telegram.ask(BOB, &strange)), "406 CALL_PROTOCOL_COMPAT_LAYER_INVALID");
}

#[test]
fn the_answer_to_accept_call_is_a_knob() {
    let mut telegram = Telegram::new(Knobs { accept_answer: AcceptAnswer::Accepted, ..Knobs::default() });
    let (_, bob) = telegram.place();
    assert_eq!(call_in(&telegram.ask(BOB, &accept(&bob))).name, "phoneCallAccepted");
    assert!(Knobs::default().set("accept-answer", "phone-call").unwrap_err().contains("key"));
}

#[test]
fn stuck_calls_are_ended_by_the_server_five_seconds_after_its_clients() {
    // Nobody receives it; nobody answers; nobody confirms.
    for (steps, wait, reason) in [(0, 25, "Missed"), (1, 95, "Missed"), (2, 25, "Disconnect")] {
        let mut telegram = Telegram::new(Knobs::default());
        let (_, bob) = telegram.place();
        if steps > 0 {
            telegram.ask(BOB, &Object::new("phone.receivedCall").with("peer", bob.clone()));
        }
        if steps > 1 {
            telegram.ask(BOB, &accept(&bob));
        }
        telegram.news(ALICE, 1);
        telegram.run(Duration::from_secs(wait - 2));
        assert_eq!(telegram.names(ALICE, 1), Vec::<String>::new());
        telegram.run(Duration::from_secs(4));
        let news = telegram.news(ALICE, 1);
        let end = news[0].child("phone_call").unwrap();
        assert_eq!(end.child("reason").unwrap().name, format!("phoneCallDiscardReason{reason}"));
        assert!(telegram.names(BOB, 1).contains(&"phoneCallDiscarded".to_owned()));
    }
    let mut knobs = Knobs::default();
    knobs.timers.server_ends_calls = false;
    let mut telegram = Telegram::new(knobs);
    telegram.place();
    assert_eq!(telegram.server.next_timeout(), None);
}

#[test]
fn rating_debug_and_log_have_their_rules() {
    let mut telegram = Telegram::new(Knobs { debug_answer: DebugAnswer::WantsLog, ..Knobs::default() });
    let (alice, _) = telegram.established();
    let rate = |stars: i32| {
        Object::new("phone.setCallRating").with("peer", alice.clone()).with("rating", stars).with("comment", "")
    };
    let debug = |text: &str| {
        let debug = Object::new("dataJSON").with("data", text);
        Object::new("phone.saveCallDebug").with("peer", alice.clone()).with("debug", debug)
    };
    let log = |parts: i32, md5: &str| {
        let file = Object::new("inputFile")
            .with("id", 8i64)
            .with("parts", parts)
            .with("name", "log")
            .with("md5_checksum", md5);
        Object::new("phone.saveCallLog").with("peer", alice.clone()).with("file", file)
    };
    for request in [rate(5), debug("{}"), log(1, "")] {
        assert_eq!(error(&telegram.ask(ALICE, &request)), "400 CALL_PEER_INVALID", "the call is not over");
    }
    telegram.ask(ALICE, &discard(&alice, 2, "Hangup"));
    assert_eq!(error(&telegram.ask(ALICE, &rate(5))), "400 TEST_RATING_NOT_ASKED");
    assert_eq!(error(&telegram.ask(ALICE, &rate(6).flag("user_initiative", true))), "400 TEST_RATING_INVALID");
    assert_eq!(telegram.ask(ALICE, &rate(5).flag("user_initiative", true)).object().unwrap().name, "updates");
    assert_eq!(error(&telegram.ask(ALICE, &debug("{"))), "400 DATA_JSON_INVALID");
    assert_eq!(telegram.ask(ALICE, &debug("{\"a\": 1}")), Value::Bool(false));
    let part = |number: i32, bytes: &[u8]| {
        Object::new("upload.saveFilePart").with("file_id", 8i64).with("file_part", number).with("bytes", bytes)
    };
    assert_eq!(error(&telegram.ask(ALICE, &log(1, ""))), "400 FILE_PART_0_MISSING");
    assert_eq!(telegram.ask(ALICE, &part(0, b"ab")), Value::Bool(true));
    assert_eq!(error(&telegram.ask(ALICE, &log(2, ""))), "400 FILE_PART_1_MISSING");
    assert_eq!(telegram.ask(ALICE, &part(1, b"c")), Value::Bool(true));
    assert_eq!(error(&telegram.ask(ALICE, &log(2, "00000000000000000000000000000000"))), "400 MD5_CHECKSUM_INVALID");
    assert_eq!(telegram.ask(ALICE, &log(2, "900150983cd24fb0d6963f7d28e17f72")), Value::Bool(true));
    assert_eq!(error(&telegram.ask(ALICE, &part(2, b""))), "400 FILE_PART_SIZE_INVALID");
    assert_eq!(error(&telegram.ask(ALICE, &part(-1, b"a"))), "400 FILE_PART_INVALID");
}

#[test]
fn wrappers_are_taken_off_and_the_layer_is_kept() {
    let mut telegram = Telegram::new(Knobs::default());
    let config = Object::new("help.getConfig");
    let connection = Object::new("initConnection")
        .with("api_id", 4)
        .with("device_model", "test")
        .with("system_version", "1")
        .with("app_version", "1")
        .with("system_lang_code", "en")
        .with("lang_pack", "")
        .with("lang_code", "en")
        .with("query", config.clone());
    let wrapped = Object::new("invokeWithLayer").with("layer", 228).with("query", connection);
    let after = Object::new("invokeAfterMsg").with("msg_id", 4i64).with("query", wrapped);
    assert_eq!(telegram.ask(ALICE, &after).object().unwrap().name, "config");
    telegram.schema = Schema::of_layer(228);
    telegram.server.account_mut(BOB).unwrap().devices.clear();
    let request = telegram.request(BOB);
    let answer = telegram.ask(ALICE, &request);
    assert_eq!(answer.object().unwrap().list("users").len(), 2, "users of layer 228, which the schema of 228 reads");
    let mut endless = config;
    for _ in 0..20 {
        endless = Object::new("invokeAfterMsg").with("msg_id", 4i64).with("query", endless);
    }
    assert_eq!(error(&telegram.ask(ALICE, &endless)), "400 INPUT_FETCH_ERROR");
}

#[test]
fn a_device_is_answered_in_its_layer_from_the_login_on() {
    for (layer, last, message) in [
        (158, "967f7c67", "2b085862"),
        (195, "30535af5", "2b085862"),
        (198, "3ba5940c", "d3d28540"),
        (202, "30535af5", "d3d28540"),
        (230, "30535af5", "7a800e0a"),
    ] {
        let mut telegram = Telegram::new(Knobs { users: UserPolicy::Full, ..Knobs::default() });
        // Bob's first device has said so when it logged in, and has asked nothing yet. His second has said nothing.
        telegram.server.declare_layer(BOB, 1, layer);
        telegram.schemas.insert((BOB, 1), Schema::of_layer(layer));
        let (alice, bob) = telegram.place();
        telegram.ask(BOB, &accept(&bob));
        telegram.ask(ALICE, &confirm(&alice, &G_A));
        let id = |name: &str| format!("{:08x}", telegram.schemas[&(BOB, 1)].named(name).unwrap().id);
        assert_eq!((id("phoneCall"), id("messageService")), (last.into(), message.into()), "layer {layer}");
        assert_eq!(telegram.names(BOB, 1), ["phoneCallRequested", "phoneCall"], "layer {layer}");
        assert_eq!(telegram.names(BOB, 2), ["phoneCallRequested", "phoneCallDiscarded"]);
        telegram.ask(ALICE, &discard(&alice, 1, "Hangup"));
        assert_eq!(telegram.names(BOB, 1), ["phoneCallDiscarded", "updateNewMessage"], "layer {layer}");
        // Without a word about it the layer stays, also for answers.
        let answer = telegram.ask(BOB, &Object::new("updates.getState"));
        assert_eq!(answer.object().unwrap().name, "updates.state");
        assert_eq!(telegram.ask(BOB, &discard(&bob, 1, "Hangup")).object().unwrap().name, "updates");
        // What an older layer asks in its own words.
        let old = [0x2593_9651u32, 0, 100, 1, 0].iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
        let difference = telegram.send(BOB, 1, &old);
        assert_eq!(difference.object().unwrap().list("new_messages").len(), 1, "layer {layer}");
        let config = telegram.ask(BOB, &Object::new("help.getConfig"));
        assert_eq!(config.object().unwrap().int("call_ring_timeout_ms"), Some(90_000), "layer {layer}");
    }
}

/// A call that Alice makes and ends.
fn one_message(telegram: &mut Telegram) {
    let (alice, _) = telegram.place();
    telegram.ask(ALICE, &discard(&alice, 0, "Hangup"));
}

fn difference(pts: i32) -> Object {
    Object::new("updates.getDifference").with("pts", pts).with("date", 1_780_000_000).with("qts", 0)
}

#[test]
fn the_state_is_in_keeping_with_what_was_pushed() {
    let mut telegram = Telegram::new(Knobs::default());
    let state = |telegram: &mut Telegram| {
        let state = telegram.ask(BOB, &Object::new("updates.getState")).object().unwrap().clone();
        (state.int("pts").unwrap(), state.int("seq").unwrap(), state.int("date").unwrap())
    };
    let (pts, seq, date) = state(&mut telegram);
    assert_eq!(pts, seq);
    for count in 1..4 {
        one_message(&mut telegram);
        let pushed = telegram.news(BOB, 1);
        let message = pushed.iter().find(|update| update.name == "updateNewMessage").unwrap();
        assert_eq!((message.int("pts"), message.int("pts_count")), (Some(pts + count), Some(1)));
        assert_eq!(telegram.news(BOB, 2).iter().find_map(|update| update.int("pts")), Some(pts + count), "each device");
        let (now_pts, now_seq, now_date) = state(&mut telegram);
        assert_eq!((now_pts, now_seq), (pts + count, seq + count));
        assert!(now_date >= date);
        assert!((now_date - message.child("message").unwrap().int("date").unwrap()).abs() <= 1);
    }
    // Nobody else's messages count.
    let carol = telegram.ask(1003, &Object::new("updates.getState"));
    assert_eq!(carol.object().unwrap().int("pts"), Some(pts));
}

#[test]
fn a_device_that_was_away_catches_up_on_messages_and_not_on_calls() {
    let mut telegram = Telegram::new(Knobs::default());
    let before = telegram.ask(BOB, &Object::new("updates.getState")).object().unwrap().int("pts").unwrap();
    telegram.server.add_rule(Rule::at(Duration::from_millis(0), BOB, Do::Disconnect(Duration::from_secs(9))).device(1));
    telegram.run(Duration::from_millis(1));
    one_message(&mut telegram);
    one_message(&mut telegram);
    telegram.news(BOB, 2);
    telegram.run(Duration::from_secs(10));
    assert_eq!(telegram.names(BOB, 1), ["updatesTooLong"]);
    let caught_up = telegram.ask(BOB, &difference(before)).object().unwrap().clone();
    assert_eq!(caught_up.name, "updates.difference");
    let ids = |difference: &Object| {
        let messages = difference.list("new_messages").iter();
        messages.map(|message| message.object().unwrap().int("id").unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&caught_up).len(), 2);
    assert!(caught_up.list("other_updates").is_empty());
    let users = caught_up.list("users").iter().filter_map(|user| user.object()?.long("id")).collect::<Vec<_>>();
    assert_eq!(users, [ALICE], "whose message it is");
    let state = caught_up.child("state").unwrap();
    assert_eq!((state.int("pts"), state.int("seq")), (Some(before + 2), Some(before + 2)));
    // In slices, to the end, where there is nothing more.
    let first = telegram.ask(BOB, &difference(before).with("pts_limit", 1)).object().unwrap().clone();
    assert_eq!((first.name.as_str(), ids(&first).len()), ("updates.differenceSlice", 1));
    let at = first.child("intermediate_state").unwrap().int("pts").unwrap();
    assert_eq!(at, before + 1);
    let second = telegram.ask(BOB, &difference(at)).object().unwrap().clone();
    assert_eq!([ids(&first), ids(&second)].concat(), ids(&caught_up));
    assert_eq!(telegram.ask(BOB, &difference(before + 2)).object().unwrap().name, "updates.differenceEmpty");
    // Too much at once, too far back, and nonsense.
    let limited = telegram.ask(BOB, &difference(before).with("pts_total_limit", 1));
    assert_eq!(limited.object().unwrap().name, "updates.differenceTooLong");
    let long_ago = telegram.ask(BOB, &difference(before - 1));
    assert_eq!(
        (long_ago.object().unwrap().name.as_str(), long_ago.object().unwrap().int("pts")),
        ("updates.differenceTooLong", Some(before + 2))
    );
    assert_eq!(error(&telegram.ask(BOB, &difference(0))), "400 PERSISTENT_TIMESTAMP_EMPTY");
    for pts in [before + 3, -1, i32::MIN, i32::MAX] {
        assert_eq!(error(&telegram.ask(BOB, &difference(pts))), "400 PERSISTENT_TIMESTAMP_INVALID");
    }
    assert_eq!(error(&telegram.ask(BOB, &difference(before).with("date", 0))), "400 DATE_EMPTY");
}

#[test]
fn a_hang_up_that_is_repeated_names_the_message_of_its_own_call() {
    let mut telegram = Telegram::new(Knobs::default());
    let (alice, _) = telegram.place();
    let pts = |answer: &Value| contents(answer.object().unwrap()).iter().find_map(|update| update.int("pts")).unwrap();
    let hang_up = discard(&alice, 0, "Hangup");
    let first = pts(&telegram.ask(ALICE, &hang_up));
    one_message(&mut telegram);
    assert_eq!(pts(&telegram.ask(ALICE, &hang_up)), first);
}

#[test]
fn a_username_is_in_every_user() {
    let mut telegram = Telegram::new(Knobs::default());
    let request = telegram.request(BOB);
    let answer = telegram.ask(ALICE, &request);
    let users = answer
        .object()
        .unwrap()
        .list("users")
        .iter()
        .map(|user| user.object().unwrap().bytes("username").unwrap().to_vec());
    assert_eq!(users.collect::<Vec<_>>(), [b"alice_1001".to_vec(), b"bob_1002".to_vec()]);
}

#[test]
fn what_is_no_request_of_ours_is_refused() {
    let mut telegram = Telegram::new(Knobs::default());
    assert_eq!(error(&telegram.send(ALICE, 1, &0xdead_beefu32.to_le_bytes())), "400 INPUT_METHOD_INVALID");
    assert_eq!(error(&telegram.send(ALICE, 1, &[])), "400 INPUT_FETCH_ERROR");
    let bytes = telegram.schema.encode(&telegram.request(BOB)).unwrap();
    for end in 4..bytes.len() {
        assert_eq!(error(&telegram.send(ALICE, 1, &bytes[..end])), "400 INPUT_FETCH_ERROR", "{end}");
    }
    assert_eq!(error(&telegram.send(ALICE, 1, &[&bytes[..], &[0; 4]].concat())), "400 INPUT_FETCH_ERROR");
    assert_eq!(error(&telegram.send(ALICE, 9, &bytes)), "401 AUTH_KEY_UNREGISTERED");
    assert_eq!(error(&telegram.send(1006, 1, &bytes)), "400 BOT_METHOD_INVALID");
}

#[test]
fn every_user_policy_keeps_to_the_schema_or_leaves_it_on_purpose() {
    for (policy, expected) in [
        (UserPolicy::Minimal, Some(2)),
        (UserPolicy::Full, Some(2)),
        (UserPolicy::MinUsers, Some(2)),
        (UserPolicy::Empty, Some(0)),
        (UserPolicy::Many(1000), Some(1000)),
        (UserPolicy::NewerLayer, None),
        (UserPolicy::UnknownId, None),
    ] {
        let mut telegram = Telegram::new(Knobs { users: policy, ..Knobs::default() });
        let request = telegram.request(BOB);
        let bytes = telegram.schema.encode(&request).unwrap();
        let id = telegram.server.handle(telegram.now, ALICE, 1, &bytes);
        // Only Alice is served here: updates to others may not be readable.
        telegram.server.account_mut(BOB).unwrap().devices.clear();
        telegram.run(Duration::from_millis(200));
        let answer = &telegram.answers[&id][0];
        match expected {
            Some(count) => assert_eq!(answer.object().unwrap().list("users").len(), count, "{policy:?}"),
            None => assert!(matches!(answer, Value::Raw(_)), "{policy:?}: layer 223 cannot read it"),
        }
    }
}

#[test]
fn the_tampering_server_changes_what_it_says_and_nothing_else() {
    let mut telegram = Telegram::new(Knobs::default());
    telegram.server.account_mut(BOB).unwrap().tamper = Some(Tamper::GA);
    let (alice, bob) = telegram.place();
    telegram.ask(BOB, &accept(&bob));
    telegram.news(BOB, 1);
    let answer = call_in(&telegram.ask(ALICE, &confirm(&alice, &G_A)));
    assert_eq!(answer.bytes("g_a_or_b"), Some(&[9u8; 256][..]));
    let news = telegram.news(BOB, 1);
    let last = news[0].child("phone_call").unwrap();
    assert_ne!(last.bytes("g_a_or_b"), Some(&G_A[..]));
    assert_eq!(last.long("key_fingerprint"), Some(-77));
}

#[test]
fn a_device_without_a_connection_loses_updates_and_keeps_answers() {
    let mut telegram = Telegram::new(Knobs::default());
    telegram.server.add_rule(Rule::at(Duration::from_millis(0), BOB, Do::Disconnect(Duration::from_secs(3))).device(1));
    telegram.run(Duration::from_millis(1));
    telegram.place();
    assert_eq!(telegram.names(BOB, 2), ["phoneCallRequested"]);
    assert_eq!(telegram.names(BOB, 1), Vec::<String>::new());
    let bytes = telegram.schema.encode(&Object::new("help.getConfig")).unwrap();
    let id = telegram.server.handle(telegram.now, BOB, 1, &bytes);
    telegram.run(Duration::from_secs(2));
    assert!(!telegram.answers.contains_key(&id));
    telegram.run(Duration::from_secs(2));
    assert!(telegram.answers.contains_key(&id));
    assert_eq!(telegram.names(BOB, 1), ["updatesTooLong"]);
}

#[test]
fn dates_are_off_for_a_device_whose_clock_is_skewed() {
    let mut telegram = Telegram::new(Knobs::default());
    telegram.server.add_rule(Rule::at(Duration::from_millis(0), BOB, Do::ClockSkew(3600)).device(2));
    telegram.run(Duration::from_millis(1));
    telegram.place();
    let date = |telegram: &mut Telegram, device| {
        telegram.news(BOB, device)[0].child("phone_call").unwrap().int("date").unwrap()
    };
    assert_eq!(date(&mut telegram, 2) - date(&mut telegram, 1), 3600);
}

#[test]
fn every_fault_does_what_it_says() {
    // What Bob's first device gets of two updates, by name, and how often Alice is answered.
    let requested = "phoneCallRequested";
    let ended = ["phoneCallDiscarded", "updateNewMessage"];
    let run = |rule: Rule| {
        let mut telegram = Telegram::new(Knobs::default());
        telegram.server.add_rule(rule);
        let request = telegram.request(BOB);
        let bytes = telegram.schema.encode(&request).unwrap();
        let id = telegram.server.handle(telegram.now, ALICE, 1, &bytes);
        telegram.run(Duration::from_secs(2));
        let answers = telegram.answers.get(&id).map_or(0, Vec::len);
        telegram.run(Duration::from_secs(400));
        (answers, telegram.names(BOB, 1), telegram.server.calls().count())
    };
    let usual = [&[requested][..], &ended].concat();
    let twice = [&[requested][..], &[requested], &ended].concat();
    let ask = "phone.requestCall";
    assert_eq!(run(Rule::request("phone.acceptCall", Do::Lose)), (1, own(&usual), 1));
    assert_eq!(run(Rule::request(ask, Do::Lose)), (0, own(&[]), 0));
    assert_eq!(run(Rule::request(ask, Do::LoseAnswer)), (0, own(&usual), 1));
    assert_eq!(run(Rule::request(ask, Do::Twice)), (2, own(&usual), 1), "sent again, it is the same call");
    assert_eq!(run(Rule::request(ask, Do::Delay(Duration::from_secs(3)))), (0, own(&usual), 1));
    assert_eq!(run(Rule::request(ask, Do::Fail { code: 420, name: "FLOOD_WAIT_3".into() })), (1, own(&[]), 0));
    assert_eq!(run(Rule::answer(ask, Do::Drop)), (0, own(&usual), 1));
    assert_eq!(run(Rule::answer(ask, Do::Duplicate)), (2, own(&usual), 1));
    assert_eq!(run(Rule::update(requested, Do::Drop)), (1, own(&ended), 1));
    assert_eq!(run(Rule::update(requested, Do::Duplicate)).1, own(&twice));
    assert_eq!(run(Rule::update(requested, Do::OtherContainer)).1, own(&usual));
    let hold = Do::HoldUntil("phoneCallDiscarded".into());
    assert_eq!(run(Rule::update(requested, hold)).1, own(&usual), "let go when the other is on its way");
    assert_eq!(run(Rule::update(requested, Do::SwapWithNext)).1, own(&usual), "10 s late: there is no other in time");
    let replay = Do::StaleReplay(Duration::from_secs(180));
    assert_eq!(run(Rule::update(requested, replay)).1, own(&[&usual[..], &[requested]].concat()));
}

fn own(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn two_updates_change_places() {
    let mut telegram = Telegram::new(Knobs::default());
    let (alice, _) = telegram.established();
    telegram.server.add_rule(Rule::update("updatePhoneCallSignalingData", Do::SwapWithNext));
    telegram.ask(ALICE, &signal(&alice, 1));
    telegram.ask(ALICE, &signal(&alice, 2));
    let sizes: Vec<usize> = telegram.news(BOB, 1).iter().map(|update| update.bytes("data").unwrap().len()).collect();
    assert_eq!(sizes, [2, 1]);
}

#[test]
fn strict_mode_notes_what_looks_wrong() {
    let mut telegram = Telegram::new(Knobs { strict: true, ..Knobs::default() });
    let (_, bob) = telegram.place();
    telegram.ask(BOB, &accept(&bob));
    telegram.ask(BOB, &discard(&bob, 7, "Hangup").with("connection_id", 5i64));
    assert_eq!(telegram.server.doubts().len(), 3, "{:?}", telegram.server.doubts());
}

#[test]
fn one_seed_is_one_trace() {
    let run = |seed: u64| {
        let mut server = Server::new(seed, Knobs::default());
        server.add_account(Account::new(ALICE, "Alice"));
        server.add_account(Account::new(BOB, "Bob"));
        server.add_random_rules(12, &[ALICE, BOB]);
        let mut telegram = Telegram::new(Knobs::default());
        telegram.server = server;
        let request = telegram.request(BOB);
        let bytes = telegram.schema.encode(&request).unwrap();
        telegram.server.handle(telegram.now, ALICE, 1, &bytes);
        let end = telegram.now + Duration::from_secs(200);
        while let Some(next) = telegram.server.next_timeout().filter(|next| *next < end) {
            telegram.server.handle_timeout(next);
            while telegram.server.poll_output().is_some() {}
        }
        telegram.server.trace()
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}
