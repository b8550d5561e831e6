//! A private call from the request to the rating, under everything Telegram may legally do on the way.

mod common;

use common::*;
use tgcall::client::{CallState, EndReason};

#[test]
fn a_call_goes_through_all_states_and_both_see_the_same_emoji() {
    let mut world = World::new(Seed::from_env(1));
    world.call(ALICE, BOB);
    world.until_state(ALICE, CallState::Ringing);
    world.until_state(BOB, CallState::Ringing);
    world.accept(BOB);
    world.until_state(ALICE, CallState::Active);
    world.until_state(BOB, CallState::Active);
    assert_eq!(world.history(ALICE).key, world.history(BOB).key);
    assert!(world.history(ALICE).emoji.is_some());
    assert_eq!(world.history(ALICE).emoji, world.history(BOB).emoji);
    world.signal(ALICE, b"from alice");
    world.signal(BOB, b"from bob");
    world.run_for(secs(5));
    assert_eq!(world.history(BOB).signaling, [b"from alice".to_vec()]);
    assert_eq!(world.history(ALICE).signaling, [b"from bob".to_vec()]);
    world.discard(ALICE);
    world.until_ended(&[ALICE, BOB]);
    assert_eq!((world.reason(ALICE), world.reason(BOB)), (EndReason::LocalHangup, EndReason::RemoteHangup));
    assert_eq!((world.end(ALICE).duration_s, world.end(BOB).duration_s), (5, 5));
    world.assert_all_over();
    use CallState::*;
    assert_eq!(world.history(ALICE).states, [Requesting, Waiting, Ringing, Confirming, Connecting, Active, Ending]);
    assert_eq!(world.history(BOB).states, [Ringing, Confirming, Connecting, Active]);
}
