//! Values a server in between could send: each is refused, and no call with them ever counts as ready.

mod common;

use common::*;
use tgcall::client::{CallState, EndReason};
use tgcall::sim::knobs::{Knobs, Tamper};
use tgcall::sim::request::Reason;

fn play(tamper: Tamper) -> World {
    let mut world = World::with_knobs(Seed::from_env(1), Knobs { tamper: Some(tamper), ..Knobs::default() });
    world.peers[BOB].accepts = true;
    world.call(ALICE, BOB);
    world.run_for(secs(120));
    world
}

/// Neither side took the call for one; the one who noticed says why.
fn assert_refused(mut world: World, by: usize, what: Tamper) {
    for who in [ALICE, BOB] {
        assert!(!world.history(who).was(CallState::Active), "{what:?}: active at {who}");
    }
    assert!(!world.history(by).was(CallState::Connecting), "{what:?}: {by} is fooled");
    assert_eq!(world.reason(by), EndReason::Insecure, "{what:?}");
    assert!(
        world.discards(by).iter().all(|(reason, duration)| *reason == Reason::Hangup && *duration == 0),
        "{what:?}"
    );
    world.assert_all_over();
}

#[test]
fn another_g_a_than_was_promised_is_refused_by_the_callee() {
    assert_refused(play(Tamper::GA), BOB, Tamper::GA);
}

#[test]
fn another_fingerprint_is_refused_by_the_one_who_gets_it() {
    assert_refused(play(Tamper::CalleeFingerprint), BOB, Tamper::CalleeFingerprint);
    assert_refused(play(Tamper::CallerFingerprint), ALICE, Tamper::CallerFingerprint);
}

#[test]
fn a_g_b_out_of_range_is_refused_before_g_a_is_shown() {
    for tamper in [Tamper::GbZero, Tamper::GbOne, Tamper::GbPrimeMinusOne, Tamper::GbShort, Tamper::GbLong] {
        let world = play(tamper);
        assert_eq!(world.count(ALICE, "phone.confirmCall"), 0, "{tamper:?}");
        assert_refused(world, ALICE, tamper);
    }
}

#[test]
fn another_g_b_in_range_is_noticed_by_the_callee() {
    assert_refused(play(Tamper::GbOther), BOB, Tamper::GbOther);
}

#[test]
fn zeros_in_front_of_g_b_change_nothing_or_end_the_call() {
    let mut world = play(Tamper::GbLeadingZeros);
    if world.history(ALICE).was(CallState::Active) {
        assert_eq!(world.history(ALICE).key, world.history(BOB).key);
        assert_eq!(world.history(ALICE).emoji, world.history(BOB).emoji);
        world.discard(ALICE);
    } else {
        assert_eq!(world.reason(ALICE), EndReason::Insecure);
    }
    world.assert_all_over();
}

#[test]
fn a_weak_group_is_refused_before_anything_is_drawn_from_it() {
    for tamper in [Tamper::CompositePrime, Tamper::ShortPrime, Tamper::Generator(2), Tamper::Generator(5)] {
        let world = play(tamper);
        assert_eq!(world.count(ALICE, "phone.requestCall"), 0, "{tamper:?}");
        assert_refused(world, ALICE, tamper);
    }
    for good in [4, 7] {
        let mut world = play(Tamper::Generator(good));
        assert!(world.history(ALICE).was(CallState::Active), "{good} generates the right subgroup");
        world.discard(ALICE);
        world.assert_all_over();
    }
}

#[test]
fn a_weak_group_is_refused_by_the_callee_too() {
    for tamper in [Tamper::CompositePrime, Tamper::Generator(2)] {
        let mut world = World::new(Seed::from_env(2));
        world.call(ALICE, BOB);
        world.until_state(BOB, CallState::Ringing);
        world.server.knobs.tamper = Some(tamper);
        world.accept(BOB);
        world.until_ended(&[ALICE, BOB]);
        assert_eq!(world.count(BOB, "phone.acceptCall"), 0, "{tamper:?}");
        assert_refused(world, BOB, tamper);
    }
}

#[test]
fn other_parties_or_another_access_hash_end_the_call() {
    for tamper in [Tamper::SwappedAdmin, Tamper::OtherAccessHash] {
        let mut world = play(tamper);
        for who in [ALICE, BOB] {
            assert!(!world.history(who).was(CallState::Active), "{tamper:?}");
        }
        assert_eq!(world.count(ALICE, "phone.confirmCall"), 0, "{tamper:?}: g_a is not shown");
        world.assert_all_over();
    }
}

#[test]
fn no_log_and_no_report_has_a_key_in_it() {
    let mut world = World::new(Seed::from_env(3));
    let call = world.establish(ALICE, BOB);
    let key = world.history(ALICE).key.clone().unwrap();
    let hex: String = key[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    for (who, call) in [(ALICE, call), (BOB, world.peers[BOB].last_call)] {
        for format in [tgcall::client::ReportFormat::Text, tgcall::client::ReportFormat::Json] {
            let report = world.peers[who].client.report(call, format, true).unwrap();
            assert!(!report.to_lowercase().contains(&hex));
        }
    }
    world.discard(ALICE);
    world.assert_all_over();
}
