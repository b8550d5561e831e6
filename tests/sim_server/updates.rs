//! Layers, users, the state of an account, and what a device catches up on.

use crate::telegram::*;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::knobs::{Knobs, UserPolicy};
use tgcall::sim::schema::Schema;
use tgcall::time::Duration;

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
