//! Single faults: each row of the fault tables (`test-server.md` "Faults", `test-server-rules.md` 7) that concerns private calls.

mod common;

use common::*;
use tgcall::client::{CallState, EndReason, Stat};
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::knobs::Knobs;

/// The requests of a call, in their order.
const METHODS: &[&str] = &[
    "messages.getDhConfig",
    "phone.requestCall",
    "phone.receivedCall",
    "phone.acceptCall",
    "phone.confirmCall",
    "phone.sendSignalingData",
    "phone.discardCall",
];

/// The updates of a call.
const UPDATES: &[&str] = &[
    "phoneCallRequested",
    "phoneCallWaiting",
    "phoneCallAccepted",
    "phoneCall",
    "updatePhoneCallSignalingData",
    "phoneCallDiscarded",
];

/// A call in which Bob accepts at once, both say something, and Alice hangs up after 10 s of conversation, or both give up.
fn play(seed: u64, rules: &[Rule]) -> World {
    let mut world = World::with_rules(Seed(seed), rules.iter().cloned());
    world.server.is_talkative = false;
    world.peers[BOB].accepts = true;
    world.call(ALICE, BOB);
    world.run_for(secs(30));
    world.try_signal(ALICE, b"ping");
    world.try_signal(BOB, b"pong");
    world.run_for(secs(10));
    world.try_discard(ALICE);
    world.run_for(secs(300));
    world.try_discard(BOB);
    world.settle();
    for (who, peer) in world.peers.iter().enumerate() {
        for (call, history) in &peer.calls {
            assert!(
                history.end.is_some(),
                "call {call} of {who} is still {:?} after {rules:?}",
                peer.client.state(*call)
            );
            assert_eq!(history.after_end, 0, "{rules:?}");
        }
        assert_eq!(peer.client.next_timeout(), None, "a timer of {who} is left after {rules:?}");
        assert_eq!(peer.client.secrets(), 0, "secrets of {who} are left after {rules:?}");
    }
    let talked = |who: usize| world.peers[who].calls.values().any(|call| call.was(CallState::Active));
    assert_eq!(talked(ALICE), talked(BOB), "{rules:?}");
    if talked(ALICE) {
        assert_eq!(world.history(ALICE).emoji, world.history(BOB).emoji, "{rules:?}");
    }
    world
}

fn talked(world: &World) -> bool {
    world.history(ALICE).was(CallState::Active) && world.history(BOB).was(CallState::Active)
}

#[test]
fn a_delay_within_the_timers_changes_nothing() {
    for method in METHODS {
        for rule in [Rule::request(method, Do::Delay(secs(4))), Rule::answer(method, Do::Delay(secs(4)))] {
            let world = play(1, std::slice::from_ref(&rule));
            assert!(talked(&world), "{rule}: {:?} {:?}", world.end(ALICE), world.history(BOB).end);
        }
    }
    for update in UPDATES {
        let rule = Rule::update(update, Do::Delay(secs(4)));
        assert!(talked(&play(2, std::slice::from_ref(&rule))), "{rule}");
    }
}

#[test]
fn what_comes_twice_counts_once() {
    for method in METHODS {
        for rule in [Rule::request(method, Do::Twice), Rule::answer(method, Do::Duplicate)] {
            let world = play(3, &[rule.clone().always()]);
            assert!(talked(&world), "{rule}");
            assert_eq!((world.peers[ALICE].calls.len(), world.peers[BOB].calls.len()), (1, 1), "{rule}");
        }
    }
    for update in UPDATES {
        let rule = Rule::update(update, Do::Duplicate).always();
        let world = play(4, std::slice::from_ref(&rule));
        assert!(talked(&world), "{rule}");
        assert_eq!((world.peers[ALICE].calls.len(), world.peers[BOB].calls.len()), (1, 1), "{rule}");
    }
}

#[test]
fn a_stale_replay_minutes_later_changes_nothing() {
    for update in UPDATES {
        for later in [20, 45, 250] {
            let rule = Rule::update(update, Do::StaleReplay(secs(later))).always();
            let world = play(5, std::slice::from_ref(&rule));
            assert!(talked(&world), "{rule}");
            assert_eq!(world.peers[BOB].calls.len(), 1, "{rule}");
        }
    }
}

#[test]
fn other_containers_and_swapped_neighbours_change_nothing() {
    for update in UPDATES {
        assert!(talked(&play(6, &[Rule::update(update, Do::OtherContainer).always()])), "{update}");
    }
    // Two updates that follow each other at once: the ringing and the accept; two packets.
    for update in ["phoneCallWaiting", "updatePhoneCallSignalingData"] {
        assert!(talked(&play(7, &[Rule::update(update, Do::SwapWithNext)])), "{update}");
    }
}

#[test]
fn a_lost_update_ends_the_call_in_time_or_does_not_matter() {
    for update in UPDATES {
        let world = play(8, &[Rule::update(update, Do::Drop).always()]);
        let matters = matches!(*update, "phoneCallRequested" | "phoneCallAccepted" | "phoneCall");
        assert_eq!(talked(&world), !matters, "{update}");
    }
}

#[test]
fn a_lost_request_or_answer_ends_the_call_in_time_or_does_not_matter() {
    for method in METHODS {
        for action in [Do::Lose, Do::LoseAnswer] {
            let world = play(9, &[Rule::request(method, action.clone()).always()]);
            let matters = matches!(
                (*method, &action),
                ("messages.getDhConfig" | "phone.requestCall" | "phone.confirmCall", _)
                    | ("phone.acceptCall", Do::Lose)
            );
            // A receivedCall that nobody hears of leaves the caller waiting, which ends after 20 s, if nobody accepts first.
            assert_eq!(talked(&world), !matters, "{method} {action:?}");
        }
    }
}

#[test]
fn a_request_without_an_answer_is_made_once_more() {
    for method in ["messages.getDhConfig", "phone.requestCall", "phone.acceptCall", "phone.confirmCall"] {
        let rule = Rule::request(method, Do::Fail { code: -503, name: "Timeout".into() });
        assert!(talked(&play(10, std::slice::from_ref(&rule))), "{rule}");
    }
}

#[test]
fn an_error_on_any_request_ends_the_call_with_a_name_or_does_not_matter() {
    for method in METHODS {
        for (code, name) in [
            (303, "PHONE_MIGRATE_2"),
            (400, "INPUT_FETCH_ERROR"),
            (401, "AUTH_KEY_UNREGISTERED"),
            (401, "SESSION_REVOKED"),
            (403, "CHAT_FORBIDDEN"),
            (420, "FLOOD_WAIT_3"),
            (500, "INTERNAL"),
            (-503, "Timeout"),
            (0, ""),
        ] {
            let rule = Rule::request(method, Do::Fail { code, name: name.into() }).always();
            let world = play(11, std::slice::from_ref(&rule));
            if matches!(*method, "messages.getDhConfig" | "phone.requestCall") {
                assert!(!talked(&world), "{rule}");
                assert!(!matches!(world.reason(ALICE), EndReason::None | EndReason::LocalHangup), "{rule}");
            }
        }
    }
}

#[test]
fn flood_wait_on_a_signaling_packet_delays_it() {
    let mut world = World::new(Seed::from_env(12));
    world
        .server
        .add_rule(Rule::request("phone.sendSignalingData", Do::Fail { code: 420, name: "FLOOD_WAIT_3".into() }));
    world.establish(ALICE, BOB);
    for packet in [b"one", b"two"] {
        world.signal(ALICE, packet);
    }
    world.run_for(secs(2));
    assert!(world.history(BOB).signaling.len() < 2);
    world.run_for(secs(4));
    let mut heard = world.history(BOB).signaling.clone();
    heard.sort();
    assert_eq!(heard, [b"one".to_vec(), b"two".to_vec()], "late, and once");
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn a_refused_signaling_packet_ends_a_call_that_is_over_for_telegram() {
    for name in ["CALL_NOT_ACTIVE", "CALL_PEER_INVALID"] {
        let mut world = World::new(Seed::from_env(13));
        let rule = Rule::request("phone.sendSignalingData", Do::Fail { code: 400, name: name.into() }).to(ALICE_ID);
        world.server.add_rule(rule.always());
        world.establish(ALICE, BOB);
        world.signal(ALICE, b"is anybody there");
        world.until_ended(&[ALICE, BOB]);
        world.settle();
    }
}

#[test]
fn bytes_that_cannot_be_read_are_dropped_and_counted() {
    for update in UPDATES {
        for action in [Do::Truncate(9), Do::Append(5), Do::HugeVector, Do::Gzip] {
            let rule = Rule::update(update, action).always();
            let world = play(14, std::slice::from_ref(&rule));
            let dropped: i64 =
                (0..2).map(|who: usize| world.peers[who].client.stat(Stat::UpdatesDropped).unwrap_or(0)).sum();
            println!("{rule}: {dropped} dropped, talked {}", talked(&world));
        }
    }
    for method in METHODS {
        for action in [Do::Truncate(9), Do::Append(5), Do::HugeVector, Do::Gzip, Do::NewerLayer] {
            play(15, &[Rule::answer(method, action).always()]);
        }
    }
}

#[test]
fn a_newer_update_or_user_beside_the_call_does_not_end_it() {
    for method in ["phone.requestCall", "phone.acceptCall", "phone.confirmCall", "phone.discardCall"] {
        let world = play(16, &[Rule::answer(method, Do::NewerLayer).always()]);
        assert!(talked(&world), "{method}: {:?}", world.end(ALICE));
    }
    for update in UPDATES {
        // Before the call update stands one nobody knows: what comes behind cannot be found, and is not guessed.
        play(17, &[Rule::update(update, Do::NewerLayer).always()]);
    }
}

#[test]
fn every_flipped_bit_ends_in_a_call_or_in_none() {
    // Each message of a call, and bits all over it. Whoever takes the changed value for good must not end with another key.
    let mut ends = [0, 0];
    for bit in (0..1600).step_by(61) {
        for method in &METHODS[..5] {
            ends[usize::from(talked(&play(18, &[Rule::answer(method, Do::Flip(bit))])))] += 1;
        }
        for update in &UPDATES[..4] {
            ends[usize::from(talked(&play(19, &[Rule::update(update, Do::Flip(bit))])))] += 1;
        }
    }
    println!("{} calls failed, {} did not", ends[0], ends[1]);
    assert!(ends[0] > 20 && ends[1] > 20, "{ends:?}");
}

#[test]
fn every_truncation_ends_in_a_call_or_in_none() {
    for cut in (1..400).step_by(23) {
        for method in &METHODS[..5] {
            play(20, &[Rule::answer(method, Do::Truncate(cut))]);
        }
        for update in UPDATES {
            play(21, &[Rule::update(update, Do::Truncate(cut))]);
        }
    }
}

#[test]
fn a_short_loss_of_connection_at_any_moment_ends_in_a_call_or_in_none() {
    for moment in (0..600).step_by(25) {
        for account in [ALICE_ID, BOB_ID] {
            for time in [1, 6, 30] {
                play(22, &[Rule::at(ms(moment), account, Do::Disconnect(secs(time)))]);
            }
        }
    }
}

#[test]
fn a_clock_that_is_an_hour_off_does_not_break_a_call_that_rings() {
    for skew in [3600, -3600] {
        let world = play(23, &[Rule::at(ms(0), ALICE_ID, Do::ClockSkew(skew))]);
        assert!(talked(&world), "dates mean nothing to the caller");
        let world = play(24, &[Rule::at(ms(0), BOB_ID, Do::ClockSkew(skew))]);
        assert_eq!(talked(&world), skew > 0, "an hour old is too old to ring");
    }
}

#[test]
fn a_clock_that_jumps_makes_no_burst_and_no_stall() {
    let mut world = World::new(Seed::from_env(25));
    world.establish(ALICE, BOB);
    let invoked = world.peers[ALICE].invoked.len();
    // The machine sleeps for an hour: no timer ran meanwhile, and the path is gone when it wakes.
    world.now += secs(3600);
    world.has_media = false;
    world.pump();
    world.until_ended(&[ALICE, BOB]);
    assert!(world.peers[ALICE].invoked.len() - invoked <= 3);
    world.settle();
}

#[test]
fn a_call_that_moves_slowly_in_every_step_still_comes_about() {
    let mut world = World::with_knobs(Seed::from_env(26), Knobs { latency: secs(3), ..Knobs::default() });
    world.peers[BOB].accepts = true;
    world.call(ALICE, BOB);
    world.until_state(ALICE, CallState::Active);
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn lost_first_signaling_is_the_engines_business() {
    let mut world =
        World::with_rules(Seed::from_env(27), [Rule::update("updatePhoneCallSignalingData", Do::Drop).nth(1)]);
    world.establish(ALICE, BOB);
    world.signal(ALICE, b"lost");
    world.signal(ALICE, b"heard");
    world.run_for(secs(1));
    assert_eq!(world.history(BOB).signaling, [b"heard".to_vec()]);
    world.discard(ALICE);
    world.assert_all_over();
}

#[test]
fn signaling_comes_as_it_comes() {
    let mut world = World::with_rules(
        Seed::from_env(28),
        [
            Rule::update("updatePhoneCallSignalingData", Do::Delay(secs(5))).nth(1),
            Rule::update("updatePhoneCallSignalingData", Do::Duplicate).nth(2),
            Rule::update("updatePhoneCallSignalingData", Do::SwapWithNext).nth(3),
        ],
    );
    world.establish(ALICE, BOB);
    for packet in 0..4u8 {
        world.signal(ALICE, &[packet]);
        world.run_for(ms(100));
    }
    world.run_for(secs(10));
    assert_eq!(world.history(BOB).signaling, [vec![1], vec![1], vec![3], vec![2], vec![0]]);
    world.discard(ALICE);
    world.assert_all_over();
}
