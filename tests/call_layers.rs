//! Hosts on connections of other layers than the library's, and hosts that hand out MTProto's padding.

mod common;

use common::*;
use tgcall::client::{CallState, EndReason, Stat};
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::knobs::{Knobs, UserPolicy};

/// One whole call, of which nothing was unreadable to anybody.
fn play(mut world: World, what: &str) {
    println!("{what}");
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    world.until_state(ALICE, CallState::Ringing);
    world.accept(BOB);
    world.until_state(ALICE, CallState::Active);
    world.until_state(BOB, CallState::Active);
    assert!(world.history(ALICE).emoji.is_some(), "{what}");
    assert_eq!(world.history(ALICE).emoji, world.history(BOB).emoji, "{what}");
    world.signal(ALICE, b"from alice");
    world.signal(BOB, b"from bob");
    world.run_for(secs(2));
    assert_eq!(world.history(BOB).signaling, [b"from alice".to_vec()], "{what}");
    assert_eq!(world.history(ALICE).signaling, [b"from bob".to_vec()], "{what}");
    world.discard(ALICE);
    world.until_ended(&[ALICE, BOB]);
    assert_eq!((world.reason(ALICE), world.reason(BOB)), (EndReason::LocalHangup, EndReason::RemoteHangup), "{what}");
    world.assert_all_over();
    for peer in &world.peers {
        assert_eq!(peer.client.stat(Stat::UpdatesDropped), Some(0), "{what}: {}", peer.account);
    }
}

#[test]
fn a_call_goes_through_on_every_layer_since_151() {
    for layer in
        [151, 158, 160, 166, 167, 169, 176, 177, 188, 195, 196, 198, 201, 202, 204, 211, 217, 223, 224, 228, 230]
    {
        for users in [UserPolicy::Minimal, UserPolicy::Full] {
            let knobs = Knobs { layer, users, ..Knobs::default() };
            play(World::with_knobs(Seed::from_env(60), knobs), &format!("layer {layer}, {users:?}"));
        }
    }
}

#[test]
fn each_side_may_be_on_a_layer_of_its_own() {
    for (alice, bob) in [(158, 223), (198, 176), (230, 201), (195, 196)] {
        let mut world = World::new(Seed::from_env(61));
        world.server.declare_layer(ALICE_ID, 1, alice);
        world.server.declare_layer(BOB_ID, 1, bob);
        play(world, &format!("layers {alice} and {bob}"));
    }
}

#[test]
fn padding_behind_every_answer_and_update_is_ignored() {
    for layer in [176, 198, 223] {
        for size in [12, 13, 16, 127, 1023, 1024] {
            let mut world =
                World::with_knobs(Seed::from_env(62), Knobs { layer, users: UserPolicy::Full, ..Knobs::default() });
            world.server.add_rule(Rule::update("*", Do::Append(size)).always());
            world.server.add_rule(Rule::answer("*", Do::Append(size)).always());
            play(world, &format!("layer {layer}, {size} bytes of padding"));
        }
    }
}
