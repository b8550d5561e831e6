//! A private call from the request to the rating, under everything Telegram may legally do on the way.

mod common;

use common::*;
use tgcall::client::{CallState, EndReason, ReportFormat};
use tgcall::sim::account::Privacy;
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::knobs::{Connections, DebugAnswer, Knobs, Order, RepeatedDiscard, UserPolicy};
use tgcall::sim::request::{Account, Private, Reason, Request};
use tgcall::types::UserId;

/// One whole call: request, ringing, accept, key, signaling both ways, hang-up.
fn play(world: &mut World) {
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    world.until_state(ALICE, CallState::Ringing);
    world.accept(BOB);
    world.until_state(ALICE, CallState::Active);
    world.until_state(BOB, CallState::Active);
    assert!(world.history(ALICE).key.is_some() && world.history(ALICE).emoji.is_some());
    assert_eq!(world.history(ALICE).key, world.history(BOB).key);
    assert_eq!(world.history(ALICE).emoji, world.history(BOB).emoji);
    world.signal(ALICE, b"from alice");
    world.signal(BOB, b"from bob");
    world.run_for(secs(5));
    assert_eq!(world.history(BOB).signaling, [b"from alice".to_vec()]);
    assert_eq!(world.history(ALICE).signaling, [b"from bob".to_vec()]);
    world.discard(ALICE);
    world.until_ended(&[ALICE, BOB]);
    assert_eq!((world.reason(ALICE), world.reason(BOB)), (EndReason::LocalHangup, EndReason::RemoteHangup));
    world.assert_all_over();
}

#[test]
fn a_call_goes_through_all_states_and_both_see_the_same_emoji() {
    let mut world = World::new(Seed::from_env(1));
    play(&mut world);
    assert_eq!((world.end(ALICE).duration_s, world.end(BOB).duration_s), (5, 5));
    use CallState::*;
    assert_eq!(world.history(ALICE).states, [Requesting, Waiting, Ringing, Confirming, Connecting, Active, Ending]);
    assert_eq!(world.history(BOB).states, [Ringing, Confirming, Connecting, Active]);
    assert_eq!(
        world.peers[ALICE].invoked,
        [
            "messages.getDhConfig",
            "phone.requestCall",
            "phone.confirmCall",
            "phone.sendSignalingData",
            "phone.discardCall"
        ]
    );
    assert_eq!(
        world.peers[BOB].invoked,
        ["phone.receivedCall", "messages.getDhConfig", "phone.acceptCall", "phone.sendSignalingData"]
    );
}

#[test]
fn nothing_about_users_can_make_a_call_fail_in_any_layer() {
    for layer in [217, 223, 228, 230] {
        for users in [
            UserPolicy::Minimal,
            UserPolicy::Full,
            UserPolicy::MinUsers,
            UserPolicy::Empty,
            UserPolicy::Many(1000),
            UserPolicy::NewerLayer,
            UserPolicy::UnknownId,
        ] {
            println!("layer {layer}, {users:?}");
            let mut world = World::with_knobs(Seed::from_env(2), Knobs { layer, users, ..Knobs::default() });
            play(&mut world);
        }
    }
}

#[test]
fn updates_may_overtake_answers_and_access_hashes_may_be_negative() {
    for (seed, updates_first) in [(10, true), (11, true), (11, false)] {
        let mut world = World::with_knobs(Seed(seed), Knobs { updates_first, ..Knobs::default() });
        play(&mut world);
        assert_eq!(world.server.user_hash(ALICE_ID, BOB_ID) < 0, seed % 2 == 1);
    }
}

#[test]
fn a_call_leaves_nothing_for_a_strict_server_to_frown_at() {
    let mut world = World::with_knobs(Seed::from_env(3), Knobs { strict: true, ..Knobs::default() });
    play(&mut world);
    assert_eq!(world.server.doubts(), [] as [&str; 0]);
    assert!(world.server.received().iter().all(|one| one.error.is_empty()));
}

#[test]
fn a_second_call_does_not_ask_for_the_group_again() {
    let mut world = World::new(Seed::from_env(4));
    play(&mut world);
    for peer in &mut world.peers {
        peer.calls.clear();
    }
    let version = |world: &World| {
        let asked = world.server.received().iter().filter_map(|one| match one.request {
            Some(Request::Account(Account::GetDhConfig { version, random_length })) if one.account == ALICE_ID => {
                Some((version, random_length))
            }
            _ => None,
        });
        asked.collect::<Vec<_>>()
    };
    assert_eq!(version(&world), [(0, 256)]);
    play(&mut world);
    assert_eq!(version(&world), [(0, 256), (3, 256)], "the answer is NotModified, with fresh random bytes");
}

#[test]
fn what_both_have_is_agreed_in_any_order() {
    let versions = ["9.0.0", "8.0.0", "13.0.0"];
    for order in [Order::Caller, Order::Callee, Order::StringSorted, Order::Numeric] {
        for narrow in [true, false] {
            let mut world = World::empty(Seed::from_env(5), Knobs { order, narrow, ..Knobs::default() });
            for (account, list) in [(ALICE_ID, versions), (BOB_ID, ["13.0.0", "9.0.0", "7.0.0"])] {
                let mut config = config(account);
                config.set_versions(&list).unwrap();
                world.join_with(account, 1, config);
            }
            let call = world.establish(ALICE, BOB);
            let expected = match order {
                Order::Caller | Order::Numeric => "9.0.0",
                Order::Callee | Order::StringSorted => "13.0.0",
            };
            for (who, call) in [(ALICE, call), (BOB, world.peers[BOB].last_call)] {
                let report = world.peers[who].client.report(call, ReportFormat::Text, false).unwrap();
                assert!(report.contains(expected), "{order:?}: {report}");
            }
            assert_eq!(world.server_call().agreed.library_versions.len(), if narrow { 1 } else { 2 });
            world.discard(BOB);
            world.assert_all_over();
        }
    }
}

#[test]
fn every_version_alone_is_enough() {
    for version in ["7.0.0", "8.0.0", "9.0.0", "12.0.0", "13.0.0"] {
        let mut world = World::empty(Seed::from_env(6), Knobs::default());
        for account in [ALICE_ID, BOB_ID] {
            let mut config = config(account);
            config.set_versions(&[version]).unwrap();
            world.join_with(account, 1, config);
        }
        play(&mut world);
    }
}

#[test]
fn a_list_with_unknown_names_first_still_finds_ours() {
    for list in [&["99.0.0", "9.0.0"][..], &["2.4.4", "nonsense", "8.0.0", "9.0.0"]] {
        let versions = Some(list.iter().map(|name| (*name).to_owned()).collect());
        let mut world = World::with_knobs(Seed::from_env(7), Knobs { versions, ..Knobs::default() });
        play(&mut world);
    }
}

#[test]
fn a_list_without_one_of_ours_is_incompatible() {
    for list in [&["99.0.0"][..], &["2.4.4", "nonsense"]] {
        let versions = Some(list.iter().map(|name| (*name).to_owned()).collect());
        let mut world = World::with_knobs(Seed::from_env(8), Knobs { versions, ..Knobs::default() });
        world.peers[BOB].accepts = true;
        world.call(ALICE, BOB);
        world.until_ended(&[ALICE, BOB]);
        let reasons = [world.reason(ALICE), world.reason(BOB)];
        assert!(reasons.contains(&EndReason::Incompatible), "{list:?}: {reasons:?}");
        assert!(!world.history(ALICE).was(CallState::Active));
        world.assert_all_over();
    }
}

#[test]
fn an_empty_list_has_a_named_end_or_a_call() {
    let mut world = World::with_knobs(Seed::from_env(9), Knobs { versions: Some(vec![]), ..Knobs::default() });
    world.peers[BOB].accepts = true;
    world.call(ALICE, BOB);
    world.until_ended(&[ALICE, BOB]);
    assert!([world.reason(ALICE), world.reason(BOB)].contains(&EndReason::Incompatible), "it stands for 2.4.4");
    world.assert_all_over();
}

#[test]
fn nothing_in_common_is_refused_at_accept() {
    let mut world = World::empty(Seed::from_env(10), Knobs::default());
    for (account, version) in [(ALICE_ID, "8.0.0"), (BOB_ID, "13.0.0")] {
        let mut config = config(account);
        config.set_versions(&[version]).unwrap();
        world.join_with(account, 1, config);
    }
    world.peers[BOB].accepts = true;
    world.call(ALICE, BOB);
    world.until_ended(&[ALICE, BOB]);
    assert_eq!(world.reason(BOB), EndReason::Incompatible);
    assert_eq!(world.discards(BOB), [(Reason::Disconnect, 0)]);
    world.assert_all_over();
}

#[test]
fn what_the_final_object_says_of_servers_is_there_for_the_host() {
    for (connections, count) in [(Connections::default(), 4), (Connections::none(), 0)] {
        let knobs = Knobs {
            connections,
            custom_parameters: Some("{\"network_signaling_nosctp\":true}".into()),
            ..Knobs::default()
        };
        let mut world = World::with_knobs(Seed::from_env(11), knobs);
        world.server.account_mut(BOB_ID).unwrap().p2p = Privacy::Nobody;
        let call = world.establish(ALICE, BOB);
        for (who, call) in [(ALICE, call), (BOB, world.peers[BOB].last_call)] {
            let bytes = world.peers[who].client.phone_call(call).unwrap().to_vec();
            let value = tgcall::sim::schema::Schema::of_layer(223).decode(&bytes).unwrap();
            let last = value.object().unwrap();
            assert_eq!((last.name.as_str(), last.list("connections").len()), ("phoneCall", count));
            assert!(last.get("p2p_allowed").is_none(), "one of them allows it to nobody");
            let parameters = last.child("custom_parameters").unwrap();
            assert_eq!(parameters.bytes("data"), Some(&b"{\"network_signaling_nosctp\":true}"[..]));
        }
        world.discard(ALICE);
        world.assert_all_over();
    }
}

#[test]
fn custom_parameters_that_are_no_json_do_not_end_a_call() {
    for text in ["{", "[]", "{\"network_use_mtproto\": \"maybe\"}", ""] {
        let mut world =
            World::with_knobs(Seed::from_env(12), Knobs { custom_parameters: Some(text.into()), ..Knobs::default() });
        play(&mut world);
    }
}

// ---- After the call

#[test]
fn a_rating_is_asked_for_and_given() {
    let mut world =
        World::with_knobs(Seed::from_env(13), Knobs { need_rating: true, strict: true, ..Knobs::default() });
    play(&mut world);
    assert!(world.end(ALICE).wants_rating && world.end(BOB).wants_rating);
    assert!(!world.end(ALICE).wants_report);
    let (now, call) = (world.now, world.peers[ALICE].last_call);
    for stars in [0, 6] {
        assert!(world.peers[ALICE].client.rate(now, call, stars, "").is_err());
    }
    world.peers[ALICE].client.rate(now, call, 3, "there was #noise").unwrap();
    world.pump();
    world.settle();
    let rating = world.server.received().iter().find_map(|one| match &one.request {
        Some(Request::Private(Private::SetCallRating { rating, comment, user_initiative, .. })) => {
            Some((*rating, comment.clone(), *user_initiative))
        }
        _ => None,
    });
    assert_eq!(rating, Some((3, "there was #noise".to_owned(), false)));
    assert_eq!(world.history(ALICE).after_end, 0);
    assert!(world.server.received().iter().all(|one| one.error.is_empty()));
}

#[test]
fn a_rating_nobody_asked_for_says_that_the_user_wanted_it() {
    let mut world = World::new(Seed::from_env(14));
    play(&mut world);
    assert!(!world.end(BOB).wants_rating);
    let (now, call) = (world.now, world.peers[BOB].last_call);
    world.peers[BOB].client.rate(now, call, 5, "ignored with five stars").unwrap();
    world.pump();
    world.settle();
    assert!(world.server.received().iter().any(|one| matches!(
        &one.request,
        Some(Request::Private(Private::SetCallRating { rating: 5, user_initiative: true, comment, .. })) if comment.is_empty()
    )));
}

#[test]
fn the_report_goes_to_telegram_and_the_log_too_if_it_is_asked_for() {
    for debug_answer in [DebugAnswer::Enough, DebugAnswer::WantsLog] {
        let mut world =
            World::with_knobs(Seed::from_env(15), Knobs { need_debug: true, debug_answer, ..Knobs::default() });
        play(&mut world);
        assert!(world.end(ALICE).wants_report);
        let (now, call) = (world.now, world.peers[ALICE].last_call);
        world.peers[ALICE].client.send_report(now, call).unwrap();
        world.pump();
        world.settle();
        assert_eq!(world.count(ALICE, "phone.saveCallDebug"), 1);
        let is_wanted = debug_answer == DebugAnswer::WantsLog;
        assert_eq!(world.count(ALICE, "upload.saveFilePart") > 0, is_wanted);
        assert_eq!(world.count(ALICE, "phone.saveCallLog"), usize::from(is_wanted));
        assert!(world.server.received().iter().all(|one| one.error.is_empty()), "JSON, parts and MD5 are in order");
    }
}

#[test]
fn a_refused_rating_or_report_is_nobodys_problem() {
    let rule = |method: &str| Rule::request(method, Do::Fail { code: 400, name: "CALL_PEER_INVALID".into() }).always();
    let mut world = World::new(Seed::from_env(16));
    world.server.add_rule(rule("phone.setCallRating"));
    world.server.add_rule(rule("phone.saveCallDebug"));
    play(&mut world);
    world.try_rate(ALICE);
    world.try_report(ALICE);
    world.settle();
    assert_eq!((world.count(ALICE, "phone.setCallRating"), world.count(ALICE, "phone.saveCallDebug")), (1, 1));
    assert_eq!(world.history(ALICE).after_end, 0);
}

#[test]
fn a_call_that_was_never_answered_cannot_be_rated() {
    let mut world = World::new(Seed::from_env(17));
    let call = world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    let now = world.now;
    assert!(world.peers[ALICE].client.rate(now, call, 3, "").is_err(), "it is up");
    world.discard(BOB);
    world.assert_all_over();
    let now = world.now;
    assert!(world.peers[ALICE].client.rate(now, call, 3, "").is_err());
    assert!(world.peers[ALICE].client.send_report(now, call).is_err());
}

#[test]
fn only_the_last_ten_calls_are_kept() {
    let mut world = World::new(Seed::from_env(18));
    let mut calls = vec![];
    for _ in 0..12 {
        calls.push(world.call(ALICE, BOB));
        world.until_state(BOB, CallState::Ringing);
        world.discard(BOB);
        world.until_ended(&[ALICE, BOB]);
        world.settle();
    }
    let known = |call| world.peers[ALICE].client.state(call).is_ok();
    assert!(!known(calls[0]) && !known(calls[1]));
    assert!(calls[2..].iter().all(|call| known(*call)));
}

#[test]
fn a_discard_after_the_end_is_answered_in_any_way() {
    for repeated_discard in [RepeatedDiscard::Same, RepeatedDiscard::Empty, RepeatedDiscard::Error] {
        let mut world = World::with_knobs(Seed::from_env(19), Knobs { repeated_discard, ..Knobs::default() });
        world.establish(ALICE, BOB);
        // Both hang up at the same moment: each of the two requests comes second for somebody.
        world.discard(ALICE);
        world.discard(BOB);
        world.until_ended(&[ALICE, BOB]);
        assert_eq!(world.reason(ALICE), EndReason::LocalHangup);
        assert!(matches!(world.reason(BOB), EndReason::LocalHangup | EndReason::RemoteHangup));
        world.assert_all_over();
    }
}

#[test]
fn a_move_to_a_conference_tells_where() {
    let mut world = World::new(Seed::from_env(20));
    world.establish(ALICE, BOB);
    // Alice's other software moves the call: her library does not, it only follows.
    let mut call = world.server_call().clone();
    let end = tgcall::sim::call::End {
        reason: Some(Reason::Migrate { slug: "t7Kd".into() }),
        duration: Some(4),
        at: world.now,
        was_confirmed: true,
    };
    call.end = Some(end);
    world.inject(BOB, call.discarded());
    assert_eq!((world.reason(BOB), world.end(BOB).slug.as_str()), (EndReason::Migrated, "t7Kd"));
}

// ---- Several at once

#[test]
fn several_calls_of_several_accounts_do_not_mix() {
    let mut world = World::empty(Seed::from_env(21), Knobs { occupy: false, ..Knobs::default() });
    let mut hub = config(BOB_ID);
    hub.set_max_calls(5).unwrap();
    let bob = world.join_with(BOB_ID, 1, hub);
    world.peers[bob].accepts = true;
    let callers: Vec<usize> = (0..4).map(|index| world.join(3000 + index, 1)).collect();
    // A pair of their own, besides.
    let (dora, emil) = (world.join(3100, 1), world.join(3101, 1));
    world.peers[emil].accepts = true;
    for caller in &callers {
        world.call(*caller, bob);
    }
    world.call(dora, emil);
    for caller in callers.iter().chain([&dora]) {
        world.until_state(*caller, CallState::Active);
    }
    let mut keys: Vec<Vec<u8>> = world.peers[bob].calls.values().map(|call| call.key.clone().unwrap()).collect();
    assert_eq!(keys.len(), 4);
    for caller in &callers {
        assert!(keys.contains(world.history(*caller).key.as_ref().unwrap()));
    }
    keys.push(world.history(dora).key.clone().unwrap());
    assert_eq!(world.history(dora).key, world.history(emil).key);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 5, "five calls, five keys");
    for (index, caller) in callers.iter().enumerate() {
        world.signal(*caller, &[index as u8]);
    }
    world.run_for(secs(1));
    let heard: Vec<_> = world.peers[bob].calls.values().map(|call| call.signaling.clone()).collect();
    assert_eq!(heard, (0..4).map(|index: u8| vec![vec![index]]).collect::<Vec<_>>());
    world.discard(callers[1]);
    world.run_for(secs(1));
    assert_eq!(world.state(callers[0]), CallState::Active, "the others go on");
    for who in [callers[0], callers[2], callers[3], dora] {
        world.discard(who);
    }
    world.assert_all_over();
}

#[test]
fn one_call_more_than_allowed_is_answered_busy() {
    let mut world = World::empty(Seed::from_env(22), Knobs { occupy: false, ..Knobs::default() });
    let mut hub = config(BOB_ID);
    hub.set_max_calls(2).unwrap();
    let bob = world.join_with(BOB_ID, 1, hub);
    let callers: Vec<usize> = (0..3).map(|index| world.join(3000 + index, 1)).collect();
    for caller in &callers {
        world.call(*caller, bob);
        world.run_for(secs(1));
    }
    assert_eq!(world.peers[bob].calls.len(), 2);
    assert_eq!(world.count(bob, "phone.receivedCall"), 0, "Telegram would turn the next one away");
    assert_eq!(world.reason(callers[2]), EndReason::Busy);
    let now = world.now;
    let outgoing = world.peers[bob].client.request(now, UserId(ALICE_ID), 5, false);
    assert_eq!(outgoing.unwrap_err().kind(), tgcall::error::ErrorKind::Limit);
    world.settle();
    world.assert_all_over();
}
