//! 6.2, the callee.

use crate::common::*;
use crate::worlds::*;
use tgcall::client::{CallState, DiscardReason, EndReason};
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::knobs::{AcceptAnswer, Knobs};
use tgcall::sim::request::Reason;

#[test]
fn an_incoming_call_is_received_before_the_user_does_anything() {
    let mut world = ringing([]);
    world.run_for(secs(1));
    assert_eq!(world.peers[BOB].invoked, ["phone.receivedCall"]);
    assert!(world.history(BOB).is_incoming && !world.history(BOB).is_video);
    assert_eq!(world.history(BOB).user, ALICE_ID);
}

#[test]
fn a_video_call_says_so() {
    let mut world = world([]);
    world.call_user(ALICE, BOB_ID, true);
    world.until_state(BOB, CallState::Ringing);
    assert!(world.history(BOB).is_video);
}

#[test]
fn a_call_for_somebody_else_is_not_for_us() {
    let mut world = ringing([]);
    let call = world.server_call().clone();
    let mut other = call.clone();
    (other.id, other.callee) = (call.id + 1, 4711);
    world.inject(BOB, other.requested(5));
    assert_eq!(world.peers[BOB].calls.len(), 1);
}

#[test]
fn an_old_incoming_call_does_not_ring() {
    let mut world = world([]);
    world.run_for(secs(200));
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    let mut old = world.server_call().clone();
    world.discard(BOB);
    world.settle();
    let invoked = world.peers[BOB].invoked.len();
    (old.id, old.date) = (old.id + 1, old.date - 120);
    world.inject(BOB, old.requested(5));
    assert_eq!(world.peers[BOB].calls.len(), 1);
    assert_eq!(world.peers[BOB].invoked.len(), invoked, "and is not answered at all");
}

#[test]
fn a_commitment_of_another_size_never_rings() {
    let knobs = Knobs { tamper: Some(tgcall::sim::knobs::Tamper::ShortHash), ..Knobs::default() };
    let mut world = World::with_knobs(Seed::from_env(5), knobs);
    world.call(ALICE, BOB);
    world.run_for(secs(5));
    assert!(world.peers[BOB].calls.values().all(|call| !call.was(CallState::Confirming)));
    world.until_ended(&[ALICE]);
    world.settle();
}

#[test]
fn a_second_call_is_answered_busy_and_never_rings() {
    // The server does not know that Bob is in a call: he calls out himself.
    let mut world = world([]);
    let carol = world.join(2003, 1);
    world.call(BOB, ALICE);
    world.until_state(ALICE, CallState::Ringing);
    world.call(carol, BOB);
    world.until_ended(&[carol]);
    assert_eq!(world.reason(carol), EndReason::Busy);
    assert_eq!(world.discards(BOB), [(Reason::Busy, 0)]);
    assert_eq!(world.count(BOB, "phone.receivedCall"), 0);
    assert_eq!(world.peers[BOB].calls.len(), 1, "the user does not hear of it");
    assert_eq!(world.state(BOB), CallState::Ringing);
    world.discard(BOB);
    world.assert_all_over();
}

#[test]
fn the_callee_stops_ringing_after_ninety_seconds_by_itself() {
    let mut knobs = Knobs::default();
    knobs.timers.server_ends_calls = false;
    let mut world = World::with_knobs(Seed::from_env(6), knobs);
    world.server.add_rule(Rule::update("phoneCallDiscarded", Do::Drop).to(BOB_ID).always());
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    let start = world.now;
    world.until_ended(&[BOB]);
    assert!((88..=91).contains(&seconds_since(&world, start)));
    assert_eq!(world.reason(BOB), EndReason::Missed);
    world.assert_all_over();
}

#[test]
fn a_call_given_up_while_it_rings_was_missed() {
    let mut world = ringing([]);
    world.until_state(ALICE, CallState::Ringing);
    world.discard(ALICE);
    world.until_ended(&[BOB]);
    assert_eq!(world.reason(BOB), EndReason::Missed);
    assert_eq!(world.discards(BOB), []);
    world.assert_all_over();
}

#[test]
fn a_request_that_comes_twice_rings_once() {
    let mut world = ringing([Rule::update("phoneCallRequested", Do::Duplicate)]);
    world.run_for(secs(1));
    assert_eq!(world.peers[BOB].calls.len(), 1);
    assert_eq!(world.count(BOB, "phone.receivedCall"), 1);
    world.accept(BOB);
    world.until_state(BOB, CallState::Active);
    world.discard(BOB);
    world.assert_all_over();
}

#[test]
fn a_request_replayed_after_the_end_does_not_ring_again() {
    let replay = Do::StaleReplay(secs(30));
    let mut world = ringing([Rule::update("phoneCallRequested", replay)]);
    world.discard(BOB);
    world.until_ended(&[ALICE, BOB]);
    world.run_for(secs(60));
    assert_eq!(world.peers[BOB].calls.len(), 1);
    world.assert_all_over();
}

#[test]
fn either_answer_to_accept_call_is_taken() {
    for accept_answer in [AcceptAnswer::Waiting, AcceptAnswer::Accepted] {
        let mut world = World::with_knobs(Seed::from_env(7), Knobs { accept_answer, ..Knobs::default() });
        world.establish(ALICE, BOB);
        world.discard(BOB);
        world.assert_all_over();
    }
}

#[test]
fn the_final_object_may_be_the_answer_to_accept_call() {
    let mut world = ringing([Rule::answer("phone.acceptCall", Do::Drop), Rule::update("phoneCall", Do::Drop)]);
    world.accept(BOB);
    world.until_state(ALICE, CallState::Connecting);
    // What no server we know does: the update is lost, and an answer brings it.
    let call = world.server_call();
    let last = call.confirmed(world.server.call_hash(BOB_ID, call.id), BOB_ID);
    world.inject(BOB, last);
    assert_eq!(world.state(BOB), CallState::Active);
    world.discard(BOB);
    world.assert_all_over();
}

#[test]
fn the_final_object_may_come_before_the_answer_to_accept_call() {
    let mut world = ringing([Rule::answer("phone.acceptCall", Do::Delay(secs(3)))]);
    world.accept(BOB);
    world.until_state(BOB, CallState::Active);
    world.run_for(secs(5));
    assert_eq!(world.state(BOB), CallState::Active);
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn refusals_of_accept_call_end_it_each_in_its_way() {
    for (code, name, reason, discard) in [
        (400, "CALL_ALREADY_ACCEPTED", EndReason::Elsewhere, None),
        (400, "CALL_ALREADY_DECLINED", EndReason::RemoteHangup, None),
        (400, "CALL_PEER_INVALID", EndReason::RemoteHangup, None),
        (500, "CALL_OCCUPY_FAILED", EndReason::Declined, Some(Reason::Busy)),
        (406, "CALL_PROTOCOL_COMPAT_LAYER_INVALID", EndReason::Incompatible, Some(Reason::Disconnect)),
        (400, "CALL_PROTOCOL_FLAGS_INVALID", EndReason::Server, Some(Reason::Disconnect)),
        (400, "TEST_NO_SUCH_ERROR", EndReason::Server, Some(Reason::Disconnect)),
    ] {
        let mut world = ringing([Rule::request("phone.acceptCall", fail(code, name)).always()]);
        world.accept(BOB);
        world.until_ended(&[BOB]);
        let said: Vec<Reason> = world.discards(BOB).into_iter().map(|one| one.0).collect();
        assert_eq!(said, discard.into_iter().collect::<Vec<_>>(), "{name}");
        assert_eq!(world.reason(BOB), reason, "{name}");
        world.until_ended(&[ALICE]);
        world.assert_all_over();
    }
}

#[test]
fn a_hang_up_while_accepting_is_made_good_when_the_answer_comes() {
    let mut world = ringing([Rule::request("phone.acceptCall", Do::Delay(secs(1)))]);
    world.accept(BOB);
    world.run_for(ms(200));
    assert_eq!(world.count(BOB, "phone.acceptCall"), 0);
    world.discard(BOB);
    world.until_ended(&[ALICE, BOB]);
    assert_eq!(world.reason(BOB), EndReason::LocalHangup);
    assert_eq!(world.discards(BOB).len(), 1);
    assert!(!world.history(ALICE).was(CallState::Active));
    world.assert_all_over();
}

#[test]
fn a_callee_without_the_final_object_gives_up_after_twenty_seconds() {
    let mut world = ringing([Rule::update("phoneCall", hold())]);
    world.accept(BOB);
    let start = world.now;
    world.until_ended(&[BOB]);
    assert!((20..=25).contains(&seconds_since(&world, start)));
    assert_eq!(world.reason(BOB), EndReason::Timeout);
    assert_eq!(world.discards(BOB), [(Reason::Disconnect, 0)]);
    world.until_ended(&[ALICE]);
    assert_eq!(world.reason(ALICE), EndReason::Disconnected);
    world.assert_all_over();
}

#[test]
fn a_failed_received_call_ends_it_at_the_callee() {
    for name in ["CALL_ALREADY_DECLINED", "CALL_PEER_INVALID"] {
        let mut world = world([Rule::request("phone.receivedCall", fail(400, name)).always()]);
        world.call(ALICE, BOB);
        world.run_until(secs(5), "the end at the callee", |world| world.history(BOB).end.is_some());
        assert_eq!(world.discards(BOB), [], "{name}: it is gone");
        world.until_ended(&[ALICE]);
        world.assert_all_over();
    }
}

#[test]
fn the_host_may_choose_the_reason() {
    for (reason, expected) in [
        (DiscardReason::Missed, Reason::Missed),
        (DiscardReason::Disconnect, Reason::Disconnect),
        (DiscardReason::Hangup, Reason::Hangup),
        (DiscardReason::Busy, Reason::Busy),
    ] {
        let mut world = world([]);
        world.establish(ALICE, BOB);
        world.discard_for(ALICE, reason);
        world.until_ended(&[ALICE, BOB]);
        assert_eq!(world.discards(ALICE), [(expected, 0)]);
        world.assert_all_over();
    }
}
