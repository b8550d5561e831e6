//! 6.1, the caller.

use crate::common::*;
use crate::worlds::*;
use tgcall::client::{Action, CallState, EndReason, Timers};
use tgcall::sim::encoder::Object;
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::knobs::{BusyAnswer, Knobs};
use tgcall::sim::request::Reason;
use tgcall::time::Duration;

#[test]
fn the_group_is_fetched_before_telegram_is_asked() {
    let mut world = world([]);
    world.call(ALICE, BOB);
    assert_eq!(world.state(ALICE), CallState::Requesting);
    world.run_for(secs(1));
    assert_eq!(&world.peers[ALICE].invoked[..2], ["messages.getDhConfig", "phone.requestCall"]);
}

#[test]
fn a_hang_up_while_preparing_tells_telegram_nothing() {
    let mut world = world([]);
    world.call(ALICE, BOB);
    world.discard(ALICE);
    assert_eq!(world.reason(ALICE), EndReason::LocalHangup);
    world.assert_all_over();
    assert_eq!(world.count(ALICE, "phone.requestCall") + world.count(ALICE, "phone.discardCall"), 0);
    assert!(world.peers[BOB].calls.is_empty());
}

#[test]
fn a_silent_server_while_preparing_ends_the_call() {
    let mut world = world([Rule::request("messages.getDhConfig", Do::Lose).to(ALICE_ID).always()]);
    world.call(ALICE, BOB);
    world.until_ended(&[ALICE]);
    assert_eq!(world.count(ALICE, "phone.requestCall"), 0);
    world.assert_all_over();
}

#[test]
fn the_answer_to_request_call_makes_it_wait() {
    let mut world = world([Rule::request("phone.receivedCall", Do::Lose).always()]);
    world.call(ALICE, BOB);
    world.until_state(ALICE, CallState::Waiting);
    assert!(!world.history(ALICE).was(CallState::Ringing));
    world.until_ended(&[ALICE, BOB]);
}

#[test]
fn a_busy_callee_is_told_by_answer_or_by_update() {
    for busy_answer in [BusyAnswer::Answer, BusyAnswer::Update] {
        let mut world = World::with_knobs(Seed::from_env(3), Knobs { busy_answer, ..Knobs::default() });
        let carol = world.join(2003, 1);
        world.establish(ALICE, BOB);
        world.call(carol, BOB);
        world.until_ended(&[carol]);
        assert_eq!(world.reason(carol), EndReason::Busy);
        assert_eq!(world.count(carol, "phone.discardCall"), 0, "the call is over already");
        assert_eq!(world.state(BOB), CallState::Active, "the call that is up does not notice");
        world.discard(ALICE);
        world.assert_all_over();
    }
}

#[test]
fn a_refusal_of_request_call_is_final_and_has_a_name() {
    for (code, name, reason, action) in [
        (403, "USER_PRIVACY_RESTRICTED", EndReason::Privacy, Action::TellUser),
        (403, "USER_IS_BLOCKED", EndReason::Privacy, Action::TellUser),
        (400, "USER_IS_BLOCKED", EndReason::Privacy, Action::TellUser),
        (400, "PARTICIPANT_VERSION_OUTDATED", EndReason::Outdated, Action::TellUser),
        (500, "PARTICIPANT_CALL_FAILED", EndReason::Server, Action::Retry),
        (400, "CALL_PROTOCOL_FLAGS_INVALID", EndReason::Server, Action::Fix),
        (400, "CALL_PROTOCOL_LAYER_INVALID", EndReason::Server, Action::Fix),
        (400, "USER_ID_INVALID", EndReason::NoUser, Action::TellUser),
        (400, "INPUT_USER_DEACTIVATED", EndReason::NoUser, Action::TellUser),
        (420, "FLOOD_WAIT_3", EndReason::Flood, Action::RetryAfter),
    ] {
        let mut world = world([Rule::request("phone.requestCall", fail(code, name)).always()]);
        world.call(ALICE, BOB);
        world.until_ended(&[ALICE]);
        let end = world.end(ALICE);
        assert_eq!((end.reason, end.action), (reason, action), "{name}");
        assert_eq!(end.retry_after_s, if action == Action::RetryAfter { 3 } else { 0 }, "{name}");
        assert_eq!(world.count(ALICE, "phone.discardCall"), 0, "{name}: there is no id to discard");
        world.assert_all_over();
    }
}

#[test]
fn a_random_id_that_was_used_is_drawn_again_once() {
    let mut world = world([Rule::request("phone.requestCall", fail(500, "RANDOM_ID_DUPLICATE"))]);
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    assert_eq!(world.count(ALICE, "phone.requestCall"), 2);
    world.discard(BOB);
    world.assert_all_over();
}

#[test]
fn an_unknown_refusal_keeps_its_text_and_ends_the_call() {
    let mut world = world([Rule::request("phone.requestCall", fail(400, "TEST_NO_SUCH_ERROR")).always()]);
    world.call(ALICE, BOB);
    world.until_ended(&[ALICE]);
    assert_eq!(world.reason(ALICE), EndReason::Server);
    world.assert_all_over();
}

#[test]
fn a_hang_up_while_requesting_is_told_as_soon_as_the_id_is_known() {
    let mut world = world([Rule::answer("phone.requestCall", Do::Delay(secs(2)))]);
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    assert_eq!(world.state(ALICE), CallState::Requesting);
    world.discard(ALICE);
    assert_eq!(world.discards(ALICE), [], "no id yet");
    world.until_ended(&[ALICE, BOB]);
    world.settle();
    assert_eq!(world.discards(ALICE), [(Reason::Missed, 0)]);
    assert_eq!(world.reason(ALICE), EndReason::LocalHangup);
    assert_eq!(world.reason(BOB), EndReason::Missed);
    world.assert_all_over();
}

#[test]
fn without_an_answer_to_request_call_it_ends_in_time() {
    let mut world = world([Rule::request("phone.requestCall", Do::Lose).always()]);
    world.call(ALICE, BOB);
    world.until_ended(&[ALICE]);
    assert!((20..=25).contains(&seconds_since(&world, tgcall::time::Time::ZERO)), "{:?}", world.now);
    world.assert_all_over();
}

#[test]
fn a_receive_date_means_that_it_rings_there() {
    let mut world = ringing([]);
    world.until_state(ALICE, CallState::Ringing);
    assert_eq!(world.history(ALICE).states, [CallState::Requesting, CallState::Waiting, CallState::Ringing]);
}

#[test]
fn a_decline_is_busy_for_the_caller() {
    let mut world = ringing([]);
    world.discard(BOB);
    world.until_ended(&[ALICE, BOB]);
    assert_eq!(world.discards(BOB), [(Reason::Busy, 0)]);
    assert_eq!((world.reason(ALICE), world.reason(BOB)), (EndReason::Busy, EndReason::Declined));
    assert_eq!(world.discards(ALICE), [], "nobody discards what is over");
    world.assert_all_over();
}

#[test]
fn nobody_shows_up_within_the_receive_timer() {
    let mut world = world([Rule::update("phoneCallRequested", Do::Drop).always()]);
    world.call(ALICE, BOB);
    world.until_state(ALICE, CallState::Waiting);
    let start = world.now;
    world.until_ended(&[ALICE]);
    assert_eq!(seconds_since(&world, start), 20);
    assert_eq!(world.discards(ALICE), [(Reason::Missed, 0)]);
    assert_eq!(world.reason(ALICE), EndReason::Missed);
    world.assert_all_over();
}

#[test]
fn nobody_answers_within_the_ring_timer() {
    // Bob's own timer is longer, or he would be first.
    let mut world = World::empty(Seed::from_env(2), Knobs::default());
    world.join(ALICE_ID, 1);
    let mut patient = config(BOB_ID);
    patient.set_timers(Timers { ring: secs(120), ..Timers::default() }).unwrap();
    world.join_with(BOB_ID, 1, patient);
    world.server.add_rule(Rule::update("phoneCallDiscarded", Do::Drop).to(BOB_ID).always());
    world.call(ALICE, BOB);
    world.until_state(ALICE, CallState::Ringing);
    let start = world.now;
    world.until_ended(&[ALICE]);
    assert_eq!(seconds_since(&world, start), 90);
    assert_eq!(world.discards(ALICE), [(Reason::Missed, 0)]);
    assert_eq!(world.reason(ALICE), EndReason::Missed);
    world.until_ended(&[BOB]);
    assert_eq!(world.reason(BOB), EndReason::Missed, "the callee's own ring timer");
    world.assert_all_over();
}

#[test]
fn a_caller_who_gives_up_says_missed() {
    for state in [CallState::Waiting, CallState::Ringing] {
        let mut world = world([Rule::request("phone.receivedCall", Do::Delay(ms(500)))]);
        world.call(ALICE, BOB);
        world.until_state(ALICE, state);
        world.discard(ALICE);
        world.until_ended(&[ALICE, BOB]);
        assert_eq!(world.discards(ALICE), [(Reason::Missed, 0)], "{state:?}");
        assert_eq!((world.reason(ALICE), world.reason(BOB)), (EndReason::LocalHangup, EndReason::Missed), "{state:?}");
        world.assert_all_over();
    }
}

#[test]
fn a_second_accepted_is_ignored() {
    let mut world = ringing([Rule::update("phoneCallAccepted", Do::Duplicate)]);
    world.accept(BOB);
    world.until_state(ALICE, CallState::Active);
    assert_eq!(world.count(ALICE, "phone.confirmCall"), 1);
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn an_accepted_before_the_ringing_is_taken() {
    let mut world = world([Rule::update("phoneCallWaiting", Do::Delay(secs(5)))]);
    world.peers[BOB].accepts = true;
    world.call(ALICE, BOB);
    world.until_state(ALICE, CallState::Active);
    assert!(!world.history(ALICE).was(CallState::Ringing));
    world.run_for(secs(10));
    assert_eq!(world.state(ALICE), CallState::Active, "the late waiting changes nothing");
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn the_key_exchange_has_twenty_seconds() {
    let mut world = confirming([Rule::answer("phone.confirmCall", Do::Drop).always()]);
    let start = world.now;
    world.until_ended(&[ALICE]);
    assert!((20..=25).contains(&seconds_since(&world, start)));
    assert_eq!(world.discards(ALICE), [(Reason::Disconnect, 0)]);
    assert_eq!(world.reason(ALICE), EndReason::Timeout);
    world.until_ended(&[BOB]);
    world.assert_all_over();
}

#[test]
fn a_hang_up_while_confirming_is_a_hang_up() {
    let mut world = confirming([Rule::answer("phone.confirmCall", Do::Drop).always()]);
    world.discard(ALICE);
    world.until_ended(&[ALICE, BOB]);
    assert_eq!(world.discards(ALICE), [(Reason::Hangup, 0)]);
    assert_eq!(world.reason(ALICE), EndReason::LocalHangup);
    world.assert_all_over();
}

#[test]
fn a_refused_confirm_ends_the_call() {
    for (code, name) in [(400, "CALL_ALREADY_DECLINED"), (400, "CALL_PEER_INVALID"), (400, "TEST_NO_SUCH_ERROR")] {
        let mut world = confirming([Rule::request("phone.confirmCall", fail(code, name)).always()]);
        world.until_ended(&[ALICE, BOB]);
        assert!(!world.history(ALICE).was(CallState::Connecting), "{name}");
        world.assert_all_over();
    }
}

#[test]
fn a_confirm_that_was_taken_before_waits_for_the_call() {
    // The first confirmCall is processed, its answer is lost, and a repeated one is refused.
    let mut world = confirming([Rule::answer("phone.confirmCall", Do::Drop)]);
    let id = world.server_call().id;
    world.run_for(secs(1));
    assert_eq!(world.state(ALICE), CallState::Confirming);
    let call = world.server_call().confirmed(world.server.call_hash(ALICE_ID, id), ALICE_ID);
    world.inject(ALICE, call);
    assert_eq!(world.state(ALICE), CallState::Active, "by update as well as by answer");
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn a_call_without_a_path_ends_after_twenty_seconds() {
    let mut world = world([]);
    world.has_media = false;
    world.peers[BOB].accepts = true;
    world.call(ALICE, BOB);
    world.until_state(ALICE, CallState::Connecting);
    let start = world.now;
    world.until_ended(&[ALICE, BOB]);
    assert_eq!(seconds_since(&world, start), 20);
    let reasons = (world.reason(ALICE), world.reason(BOB));
    assert!(matches!(reasons, (EndReason::NoPath, _) | (_, EndReason::NoPath)), "{reasons:?}");
    assert_eq!(world.discards(ALICE).first().or(world.discards(BOB).first()), Some(&(Reason::Disconnect, 0)));
    world.assert_all_over();
}

#[test]
fn a_call_that_loses_its_path_has_twenty_seconds_to_find_another() {
    let mut world = world([]);
    world.establish(ALICE, BOB);
    world.run_for(secs(7));
    world.has_media = false;
    world.pump();
    assert_eq!((world.state(ALICE), world.state(BOB)), (CallState::Reconnecting, CallState::Reconnecting));
    world.run_for(secs(19));
    assert_eq!(world.state(ALICE), CallState::Reconnecting);
    world.has_media = true;
    world.pump();
    assert_eq!((world.state(ALICE), world.state(BOB)), (CallState::Active, CallState::Active));
    world.has_media = false;
    world.pump();
    let start = world.now;
    world.until_ended(&[ALICE, BOB]);
    assert_eq!(seconds_since(&world, start), 20);
    assert_eq!(
        world.discards(ALICE).first().or(world.discards(BOB).first()).map(|one| &one.0),
        Some(&Reason::Disconnect)
    );
    assert!(world.end(ALICE).duration_s >= 26, "{:?}", world.end(ALICE));
    world.assert_all_over();
}

#[test]
fn a_hang_up_counts_the_conversation() {
    let mut world = world([]);
    world.establish(ALICE, BOB);
    world.run_for(Duration::from_millis(12_900));
    world.discard(BOB);
    world.until_ended(&[ALICE, BOB]);
    assert_eq!(world.discards(BOB), [(Reason::Hangup, 12)]);
    assert_eq!(world.end(BOB).duration_s, 12);
    assert_eq!((world.reason(ALICE), world.reason(BOB)), (EndReason::RemoteHangup, EndReason::LocalHangup));
    world.assert_all_over();
}

#[test]
fn an_empty_call_is_over_in_every_state() {
    let empty = |world: &World| Object::new("phoneCallEmpty").with("id", world.server_call().id);
    for state in [CallState::Waiting, CallState::Ringing, CallState::Confirming, CallState::Active] {
        let mut world = world([
            Rule::request("phone.receivedCall", Do::Delay(secs(1))),
            Rule::answer("phone.confirmCall", Do::Delay(secs(1))),
        ]);
        world.peers[BOB].accepts = state > CallState::Ringing;
        world.call(ALICE, BOB);
        world.until_state(ALICE, state);
        let empty = empty(&world);
        world.inject(ALICE, empty.clone());
        assert_eq!(world.state(ALICE), CallState::Ended, "{state:?}");
        assert_ne!(world.reason(ALICE), EndReason::LocalHangup);
        world.inject(BOB, empty);
        assert_eq!(world.state(BOB), CallState::Ended, "{state:?}");
        // The server was not asked: it said itself that there is no such call.
        assert_eq!(world.discards(ALICE).len() + world.discards(BOB).len(), 0);
        world.settle();
    }
}

#[test]
fn a_discard_that_nobody_answers_closes_after_five_seconds() {
    let mut world = world([
        Rule::request("phone.discardCall", Do::Lose).always(),
        Rule::update("phoneCallDiscarded", Do::Drop).always(),
    ]);
    world.establish(ALICE, BOB);
    world.discard(ALICE);
    assert_eq!(world.state(ALICE), CallState::Ending);
    let start = world.now;
    world.until_ended(&[ALICE]);
    assert_eq!(seconds_since(&world, start), 5);
    assert_eq!(world.reason(ALICE), EndReason::LocalHangup);
    world.until_ended(&[BOB]);
    assert!(matches!(world.reason(BOB), EndReason::NoPath | EndReason::Disconnected));
}

#[test]
fn without_automatic_confirmation_the_host_confirms() {
    let mut world = World::empty(Seed::from_env(4), Knobs::default());
    let mut by_hand = config(ALICE_ID);
    by_hand.set_auto_confirm(false);
    world.join_with(ALICE_ID, 1, by_hand);
    world.join(BOB_ID, 1);
    world.peers[BOB].accepts = true;
    let call = world.call(ALICE, BOB);
    world.until_state(ALICE, CallState::Accepted);
    world.run_for(secs(2));
    assert_eq!(world.count(ALICE, "phone.confirmCall"), 0);
    let now = world.now;
    world.peers[ALICE].client.confirm(now, call).unwrap();
    world.pump();
    world.until_state(ALICE, CallState::Active);
    assert!(world.peers[ALICE].client.confirm(world.now, call).is_err());
    world.discard(ALICE);
    world.assert_all_over();
}
