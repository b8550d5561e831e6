//! What each method answers, and whom it tells.

use crate::telegram::*;
use tgcall::sim::account::Privacy;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::knobs::{AcceptAnswer, BusyAnswer, DebugAnswer, Knobs, RepeatedDiscard};
use tgcall::time::Duration;

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
