//! What the server does wrong when it is told to.

use crate::telegram::*;
use tgcall::sim::account::Account;
use tgcall::sim::encoder::Object;
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::knobs::{Knobs, Tamper};
use tgcall::sim::server::Server;
use tgcall::time::Duration;

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
