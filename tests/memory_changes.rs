//! What a call holds in bytes after a thousand networks is what it held after the first.
#![cfg(feature = "opus")]
#![allow(dead_code, reason = "the scenarios use the rest of their world")]

#[path = "tl/alloc.rs"]
mod alloc;
#[path = "common/flight.rs"]
mod flight;
#[path = "common/hosts.rs"]
mod hosts;
#[path = "scenarios/middle.rs"]
mod middle;
#[path = "scenarios/moves.rs"]
mod moves;
#[path = "scenarios/pictures.rs"]
mod pictures;
#[path = "scenarios/post.rs"]
mod post;
#[path = "common/requests.rs"]
mod requests;
#[path = "scenarios/setting.rs"]
mod setting;
#[path = "scenarios/side.rs"]
mod side;
#[path = "scenarios/telegram.rs"]
mod telegram;
#[path = "scenarios/tone.rs"]
mod tone;
#[path = "scenarios/world.rs"]
mod world;

use moves::{move_to, nth_network};
use tgcall::client::CallState;
use world::*;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// The bytes that each client of a call holds when it has settled after so many changes of each side's network.
fn held_after(changes: usize, servers: Servers) -> Vec<isize> {
    let mut world = World::new(Setting { servers, ..Setting::default() });
    world.connect();
    world.talk(secs(1));
    world.pause_sound();
    for number in 0..changes {
        for side in [CALLER, CALLEE] {
            move_to(&mut world, side, nth_network(side, number));
            world.run(secs(3));
        }
    }
    // What did not work is given up after a minute.
    world.run(secs(100));
    for side in world.everyone() {
        assert_eq!(world.state(side), CallState::Active, "{servers:?}: after {changes} changes, {side}");
    }
    // What is given back with a client is what it held. Its sound is shared with the host.
    let held = std::mem::take(&mut world.sides).into_iter().map(|Side { client, lines, .. }| {
        drop(lines);
        let before = alloc::held();
        drop(client);
        before - alloc::held()
    });
    held.collect()
}

fn assert_no_growth(changes: usize, servers: Servers) {
    let (first, last) = (held_after(1, servers), held_after(changes, servers));
    println!("{servers:?}: {first:?} bytes after one change, {last:?} after {changes}");
    for (first, last) in first.into_iter().zip(last) {
        assert!(first > 10_000, "a call is more than {first} bytes");
        assert!(last * 10 <= first * 11, "{servers:?}: {last} bytes after {changes} changes, {first} after one");
    }
}

/// 500 of each side.
#[test]
fn a_call_holds_after_a_thousand_changes_of_network_what_it_held_after_one() {
    assert_no_growth(500, Servers::default());
}

#[test]
fn a_call_with_servers_holds_after_a_thousand_changes_of_network_what_it_held_after_one() {
    assert_no_growth(500, Servers { turn: true, reflector_udp: true, reflector_tcp: true });
}
