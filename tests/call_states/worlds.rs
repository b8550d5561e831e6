//! Calls that have come so far, and what the server is told to do to them.

use crate::common::*;
use tgcall::client::CallState;
use tgcall::sim::fault::{Do, Rule};

pub fn fail(code: i32, name: &str) -> Do {
    Do::Fail { code, name: name.into() }
}

pub fn hold() -> Do {
    Do::HoldUntil("forever".into())
}

pub fn world(rules: impl IntoIterator<Item = Rule>) -> World {
    World::with_rules(Seed::from_env(2), rules)
}

/// Until Bob's phone rings.
pub fn ringing(rules: impl IntoIterator<Item = Rule>) -> World {
    let mut world = world(rules);
    world.call(ALICE, BOB);
    world.until_state(BOB, CallState::Ringing);
    world
}

/// Until Alice sends her half of the key, which nobody answers.
pub fn confirming(rules: impl IntoIterator<Item = Rule>) -> World {
    let mut world = ringing(rules);
    world.until_state(ALICE, CallState::Ringing);
    world.accept(BOB);
    world.until_state(ALICE, CallState::Confirming);
    world
}

pub fn seconds_since(world: &World, start: tgcall::time::Time) -> u64 {
    world.now.since(start).as_secs()
}
