//! What crosses on the way: sections 6.4 and 6.5 of `one-to-one-signaling.md`.

mod common;

use common::*;
use tgcall::client::{CallState, EndReason, Stat};
use tgcall::sim::encoder::Object;
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::knobs::Knobs;
use tgcall::sim::request::Reason;

/// Alice with one device, Bob with two.
fn with_two_devices(rules: impl IntoIterator<Item = Rule>) -> (World, usize) {
    let mut world = World::with_rules(Seed::from_env(1), rules);
    let second = world.join(BOB_ID, 2);
    (world, second)
}

// ---- 6.4 Updates before the answer

#[test]
fn updates_of_a_call_whose_id_is_not_known_yet_are_kept_and_played_back() {
    // The answer to requestCall comes when the other side has already accepted.
    let mut world = World::with_rules(Seed::from_env(2), [Rule::answer("phone.requestCall", Do::Delay(secs(3)))]);
    world.peers[BOB].accepts = true;
    world.call(ALICE, BOB);
    world.run_for(secs(2));
    assert_eq!(world.state(ALICE), CallState::Requesting);
    world.until_state(ALICE, CallState::Active);
    assert_eq!(world.history(ALICE).key, world.history(BOB).key);
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn an_end_that_comes_before_the_answer_is_kept_too() {
    let mut world = World::with_rules(Seed::from_env(3), [Rule::answer("phone.requestCall", Do::Delay(secs(3)))]);
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    world.discard(BOB);
    world.until_ended(&[ALICE, BOB]);
    assert_eq!(world.reason(ALICE), EndReason::Busy);
    assert_eq!(world.discards(ALICE), []);
    world.assert_all_over();
}

#[test]
fn updates_of_ids_that_are_not_ours_are_dropped_and_counted() {
    let mut world = World::new(Seed::from_env(4));
    world.establish(ALICE, BOB);
    let mut other = world.server_call().clone();
    other.id += 1;
    let before = world.peers[ALICE].client.stat(Stat::UpdatesDropped).unwrap();
    world.inject(ALICE, other.waiting(5, ALICE_ID));
    world.inject(ALICE, other.accepted(5));
    world.inject(ALICE, Object::new("phoneCallEmpty").with("id", 77i64));
    let signaling = Object::new("updatePhoneCallSignalingData").with("phone_call_id", 77i64).with("data", &[1u8][..]);
    world.inject_update(ALICE, signaling);
    let after = world.peers[ALICE].client.stat(Stat::UpdatesDropped).unwrap();
    assert_eq!(after - before, 4);
    assert_eq!(world.state(ALICE), CallState::Active);
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn objects_of_another_call_do_not_touch_ours() {
    let mut world = World::new(Seed::from_env(5));
    world.establish(ALICE, BOB);
    let mut other = world.server_call().clone();
    other.id += 1;
    for object in [other.discarded(), other.confirmed(5, ALICE_ID), Object::new("phoneCallEmpty").with("id", other.id)]
    {
        world.inject(ALICE, object);
    }
    assert_eq!(world.state(ALICE), CallState::Active);
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn signaling_before_the_key_waits_for_it() {
    // The final object takes 2 s to the callee; what the caller's engine says at once comes first.
    let mut world = World::with_rules(Seed::from_env(6), [Rule::update("phoneCall", Do::Delay(secs(2)))]);
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    world.accept(BOB);
    world.until_state(ALICE, CallState::Connecting);
    for number in 0..70u8 {
        world.signal(ALICE, &[number]);
    }
    world.run_for(secs(1));
    assert_eq!(world.history(BOB).signaling.len(), 0);
    world.until_state(BOB, CallState::Active);
    let kept: Vec<u8> = world.history(BOB).signaling.iter().map(|packet| packet[0]).collect();
    assert_eq!(kept, (6..70).collect::<Vec<u8>>(), "64 packets are kept, the oldest give way");
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn signaling_at_the_moment_of_the_answer_reaches_the_caller() {
    let mut world = World::with_rules(Seed::from_env(7), [Rule::answer("phone.confirmCall", Do::Delay(secs(1)))]);
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    world.accept(BOB);
    world.until_state(BOB, CallState::Connecting);
    world.signal(BOB, b"early");
    world.until_state(ALICE, CallState::Active);
    assert_eq!(world.history(ALICE).signaling, [b"early".to_vec()]);
    world.discard(ALICE);
    world.assert_all_over();
}

// ---- 6.5 Races

#[test]
fn two_who_call_each_other_find_each_other_busy() {
    for knobs in [Knobs::default(), Knobs { updates_first: true, ..Knobs::default() }] {
        let mut world = World::with_knobs(Seed::from_env(8), knobs);
        world.call(ALICE, BOB);
        world.call(BOB, ALICE);
        world.until_ended(&[ALICE, BOB]);
        assert_eq!((world.reason(ALICE), world.reason(BOB)), (EndReason::Busy, EndReason::Busy));
        assert_eq!(world.server.calls().count(), 2);
        assert!(world.peers.iter().all(|peer| peer.calls.len() == 1), "nobody's phone rings");
        world.assert_all_over();
    }
}

#[test]
fn what_is_accepted_on_one_device_ends_on_the_other() {
    let (mut world, second) = with_two_devices([]);
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    world.until_state(second, CallState::Ringing);
    world.accept(second);
    world.until_state(ALICE, CallState::Active);
    world.until_ended(&[BOB]);
    assert_eq!(world.reason(BOB), EndReason::Elsewhere);
    assert_eq!(world.state(second), CallState::Active);
    assert_eq!(world.count(BOB, "phone.discardCall"), 0);
    world.discard(second);
    world.assert_all_over();
}

#[test]
fn what_is_declined_on_one_device_ends_on_the_other() {
    let (mut world, second) = with_two_devices([]);
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    world.until_state(second, CallState::Ringing);
    world.discard(second);
    world.until_ended(&[ALICE, BOB, second]);
    assert_eq!(world.reason(second), EndReason::Declined);
    assert_eq!(world.reason(BOB), EndReason::Elsewhere);
    assert_eq!(world.reason(ALICE), EndReason::Busy);
    world.assert_all_over();
}

#[test]
fn of_two_devices_that_accept_at_once_one_wins() {
    for delay in [None, Some(secs(2))] {
        // With the delay the loser learns it from the refusal, without from whatever comes first.
        let rule = delay.map(|time| Rule::update("phoneCallDiscarded", Do::Delay(time)));
        let (mut world, second) = with_two_devices(rule);
        world.call(ALICE, BOB);
        world.until_state(BOB, CallState::Ringing);
        world.until_state(second, CallState::Ringing);
        world.accept(BOB);
        world.accept(second);
        world.until_state(ALICE, CallState::Active);
        world.run_for(secs(5));
        let states = [world.state(BOB), world.state(second)];
        assert!(states.contains(&CallState::Active) && states.contains(&CallState::Ended), "{states:?}");
        let loser = if states[0] == CallState::Ended { BOB } else { second };
        assert_eq!(world.reason(loser), EndReason::Elsewhere);
        assert_eq!(world.discards(loser), [], "it must not end the call of the other");
        world.discard(ALICE);
        world.assert_all_over();
    }
}

#[test]
fn a_caller_who_hangs_up_while_the_accept_is_under_way_wins() {
    for hold in [false, true] {
        let mut world = World::with_rules(Seed::from_env(9), [Rule::request("phone.acceptCall", Do::Delay(secs(1)))]);
        if hold {
            world.server.add_rule(Rule::update("phoneCallDiscarded", Do::Delay(secs(3))).to(BOB_ID));
        }
        world.call(ALICE, BOB);
        world.until_state(ALICE, CallState::Ringing);
        world.until_state(BOB, CallState::Ringing);
        world.accept(BOB);
        world.discard(ALICE);
        world.until_ended(&[ALICE, BOB]);
        assert_eq!(world.reason(ALICE), EndReason::LocalHangup);
        assert!(matches!(world.reason(BOB), EndReason::Missed | EndReason::RemoteHangup), "{:?}", world.reason(BOB));
        assert_eq!(world.discards(BOB), []);
        world.assert_all_over();
    }
}

#[test]
fn an_end_that_meets_our_own_is_one_end() {
    let mut world = World::new(Seed::from_env(10));
    world.establish(ALICE, BOB);
    world.run_for(secs(3));
    world.discard(BOB);
    world.run_for(ms(25)); // Bob's is processed, and on its way to Alice.
    world.discard(ALICE);
    world.until_ended(&[ALICE, BOB]);
    world.run_for(secs(60));
    assert!(matches!(world.reason(ALICE), EndReason::LocalHangup | EndReason::RemoteHangup));
    assert_eq!(world.end(ALICE).duration_s, 3);
    world.assert_all_over();
}

#[test]
fn the_end_may_come_before_the_final_object() {
    let mut world = World::with_rules(Seed::from_env(11), [Rule::update("phoneCall", Do::Delay(secs(2)))]);
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    world.accept(BOB);
    world.until_state(ALICE, CallState::Connecting);
    world.discard(ALICE);
    world.until_ended(&[ALICE, BOB]);
    world.run_for(secs(60));
    assert!(!world.history(BOB).was(CallState::Connecting), "what is over is not begun");
    world.assert_all_over();
}

#[test]
fn an_end_that_comes_again_is_not_another_end() {
    let mut world = World::with_rules(
        Seed::from_env(12),
        [
            Rule::update("phoneCallDiscarded", Do::Duplicate),
            Rule::update("phoneCallDiscarded", Do::StaleReplay(secs(120))).nth(2),
        ],
    );
    world.establish(ALICE, BOB);
    world.discard(ALICE);
    world.until_ended(&[ALICE, BOB]);
    world.run_for(secs(300));
    world.assert_all_over();
}

#[test]
fn old_news_after_a_difference_ring_nobody() {
    let mut world = World::with_rules(
        Seed::from_env(13),
        [Rule::update("updatePhoneCall", Do::StaleReplay(secs(60))).to(BOB_ID).always()],
    );
    world.peers[BOB].accepts = true;
    world.call(ALICE, BOB);
    world.until_state(ALICE, CallState::Active);
    world.run_for(secs(90));
    assert_eq!((world.state(ALICE), world.state(BOB)), (CallState::Active, CallState::Active));
    world.discard(ALICE);
    world.until_ended(&[ALICE, BOB]);
    world.run_for(secs(200));
    assert_eq!(world.peers[BOB].calls.len(), 1);
    world.assert_all_over();
}

#[test]
fn a_device_that_was_away_relies_on_its_timers() {
    // Bob is away when the call is given up, and never hears of it.
    let mut world = World::new(Seed::from_env(14));
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    let away = world.now.since(tgcall::time::Time::ZERO) + ms(100);
    world.server.add_rule(Rule::at(away, BOB_ID, Do::Disconnect(secs(10))));
    world.run_for(secs(1));
    world.discard(ALICE);
    world.until_ended(&[ALICE]);
    world.run_for(secs(20));
    assert_eq!(world.state(BOB), CallState::Ringing);
    world.until_ended(&[BOB]);
    assert_eq!(world.reason(BOB), EndReason::Missed);
    world.assert_all_over();
}

#[test]
fn accepting_what_was_given_up_while_away_ends_quietly() {
    let mut world = World::new(Seed::from_env(15));
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    let away = world.now.since(tgcall::time::Time::ZERO) + ms(100);
    world.server.add_rule(Rule::at(away, BOB_ID, Do::Disconnect(secs(5))));
    world.run_for(secs(1));
    world.discard(ALICE);
    world.run_for(secs(1));
    world.accept(BOB);
    world.until_ended(&[ALICE, BOB]);
    assert!(!world.history(BOB).was(CallState::Connecting));
    world.assert_all_over();
}

#[test]
fn nobody_calls_himself() {
    let mut world = World::new(Seed::from_env(16));
    let (now, hash) = (world.now, world.server.user_hash(ALICE_ID, ALICE_ID));
    match world.peers[ALICE].client.request(now, tgcall::types::UserId(ALICE_ID), hash, false) {
        Err(error) => assert_eq!(error.kind(), tgcall::error::ErrorKind::Argument),
        Ok(call) => {
            world.peers[ALICE].last_call = call;
            world.pump();
            world.until_ended(&[ALICE]);
            assert_eq!(world.reason(ALICE), EndReason::NoUser);
        }
    }
}

#[test]
fn a_call_from_oneself_is_answered_busy() {
    let mut world = World::new(Seed::from_env(17));
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    world.discard(BOB);
    world.settle();
    let mut own = world.server_call().clone();
    (own.id, own.caller) = (own.id + 1, BOB_ID);
    let before = world.discards(BOB).len();
    world.inject(BOB, own.requested(5));
    world.settle();
    assert_eq!(world.peers[BOB].calls.len(), 1, "it does not ring");
    let said = world.discards(BOB);
    assert!(said[before..].iter().all(|(reason, _)| *reason == Reason::Busy));
}

#[test]
fn several_accounts_in_one_program_keep_their_calls_apart() {
    // The update for one account of a host is fed to another by mistake.
    let mut world = World::new(Seed::from_env(18));
    let carol = world.join(2003, 1);
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    let call = world.server_call();
    let requested = call.requested(world.server.call_hash(BOB_ID, call.id));
    world.inject(carol, requested);
    assert!(world.peers[carol].calls.is_empty());
    assert!(world.peers[carol].invoked.is_empty());
    world.discard(BOB);
    world.assert_all_over();
}
