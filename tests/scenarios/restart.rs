//! The other side restarts ICE, as web peers do; offers cross; streams are renewed in the middle of a call.

use crate::world::*;
use tgcall::client::{CallState, Stat};
use tgcall::sim::network::NatKind;
use tgcall::types::Ssrc;

const VERSIONS: [&str; 5] = ["7.0.0", "8.0.0", "9.0.0", "12.0.0", "13.0.0"];

fn restart(world: &mut World, side: usize) {
    let (now, call) = (world.now, world.line(side).call);
    world.sides[side].client.restart_ice(now, call);
}

#[test]
fn a_peer_that_restarts_ice_is_followed_in_both_roles_and_each_version() {
    for version in VERSIONS {
        for web in [CALLER, CALLEE] {
            let mut world = World::new(Setting { version, ..Setting::default() });
            world.connect();
            world.run(secs(2));
            let before = world.report(other(web))["media"]["signaling"]["messages_received"].as_u64().unwrap();
            restart(&mut world, web);
            world.talk(secs(4));
            for side in world.everyone() {
                let context = format!("{version}, {web} restarts, side {side}: {:?}", world.line(side).states);
                assert_eq!(world.line(side).path(), [CallState::Connecting, CallState::Active], "{context}");
                assert_eq!(world.route(side), "direct", "{context}");
                assert!(world.stat(side, Stat::PacketsLost).unwrap() <= 1, "{context}");
            }
            // A setup, at least one candidate, an offer.
            let after = world.report(other(web))["media"]["signaling"]["messages_received"].as_u64().unwrap();
            assert!(after >= before + 3, "{version}: {before} and {after} messages");
        }
    }
}

#[test]
fn a_peer_that_restarts_ice_on_another_network_is_found_there() {
    for (web, version) in [(CALLER, "13.0.0"), (CALLEE, "13.0.0"), (CALLER, "9.0.0"), (CALLEE, "7.0.0")] {
        for nat in [None, Some(NatKind::PortRestricted)] {
            let servers = Servers { turn: true, ..Servers::default() };
            let mut setting = Setting { version, servers, ..Setting::default() };
            if nat.is_some() {
                (setting.nat, setting.hosts) = (vec![nat; 2], vec![vec![ip("10.0.0.2")], vec![ip("10.1.0.2")]]);
            }
            let mut world = World::new(setting);
            world.connect();
            world.run(secs(5));
            let (new, host) = (ip(["198.51.100.77", "203.0.113.77"][web]), world.sides[web].host);
            let new = if nat.is_some() { ip(["10.0.0.77", "10.1.0.77"][web]) } else { new };
            // The network is gone; the browser notices after 5 s, and its page restarts ICE.
            world.network.set_addresses(host, &[]);
            world.run(secs(5));
            assert_eq!(world.state(other(web)), CallState::Reconnecting);
            world.network.set_addresses(host, &[new]);
            let now = world.now;
            let interfaces = [std::net::SocketAddr::new(new, 0)];
            world.sides[web].client.set_interfaces(now, &interfaces).unwrap();
            restart(&mut world, web);
            world.run(secs(3));
            for side in world.everyone() {
                let states = &world.line(side).states;
                assert_eq!(world.state(side), CallState::Active, "{web} {version} {nat:?}: {states:?}");
            }
            world.talk(secs(2));
        }
    }
}

/// What each side has agreed to: the offers and answers of both are over, and nothing is left open.
#[track_caller]
fn assert_settled(world: &mut World, context: &str) {
    world.run(secs(2));
    let before = world.post.sent;
    // Longer than it takes until something is said again.
    world.run(secs(6));
    // Acknowledgements and no more.
    assert!(world.post.sent - before <= 4, "{context}: {} packets in 6 s", world.post.sent - before);
}

#[test]
fn crossed_offers_are_settled_for_the_caller_and_the_callee_alike() {
    for version in VERSIONS {
        // Both at once; and either one while the other's offer is on its way.
        for (caller_after, callee_after) in [(0, 0), (0, 40), (40, 0), (0, 79), (79, 0)] {
            let context = format!("{version}, after {caller_after} and {callee_after} ms");
            let mut world = World::new(Setting { version, ..Setting::default() });
            world.connect();
            world.run(secs(2));
            for at in [0, 40, 79] {
                for (side, after) in [(CALLER, caller_after), (CALLEE, callee_after)] {
                    if after == at {
                        let (now, call) = (world.now, world.line(side).call);
                        world.sides[side].client.renew_stream(now, call, Ssrc(0x1000_0000 + side as u32));
                    }
                }
                world.run(ms(if at == 40 { 39 } else { 40 }));
            }
            assert_settled(&mut world, &context);
            world.talk(secs(1));
            for side in world.everyone() {
                assert_eq!(world.line(side).path(), [CallState::Connecting, CallState::Active], "{context}");
            }
        }
    }
}

#[test]
fn a_stream_that_is_renewed_in_the_middle_of_a_call_is_heard_at_once() {
    for version in VERSIONS {
        for side in [CALLER, CALLEE] {
            let mut world = World::new(Setting { version, ..Setting::default() });
            world.connect();
            world.run(secs(2));
            for round in 0..3 {
                let (now, call) = (world.now, world.line(side).call);
                world.sides[side].client.renew_stream(now, call, Ssrc(77 + round));
                world.run(secs(3));
                let gap = world.heard(other(side), secs(3)).gap(tone_of(side));
                // The offer and its answer take 160 ms, and new sound fills the jitter buffer first.
                assert!(gap <= ms(400), "{version}, {side}, round {round}: {gap:?} without sound");
            }
            world.talk(secs(1));
        }
    }
}

#[test]
fn both_restart_at_once() {
    for version in VERSIONS {
        let mut world = World::new(Setting { version, ..Setting::default() });
        world.connect();
        world.run(secs(3));
        restart(&mut world, CALLER);
        restart(&mut world, CALLEE);
        assert_settled(&mut world, version);
        world.talk(secs(1));
        for side in world.everyone() {
            assert_eq!(world.line(side).path(), [CallState::Connecting, CallState::Active], "{version}");
        }
    }
}

#[test]
fn sixty_four_streams_one_after_the_other_leave_the_last() {
    // As those of a camera that is switched: each has an SSRC of its own.
    for version in ["9.0.0", "13.0.0"] {
        let mut world = World::new(Setting { version, ..Setting::default() });
        world.connect();
        world.run(secs(2));
        for round in 0..64 {
            for side in world.everyone() {
                let (now, call) = (world.now, world.line(side).call);
                world.sides[side].client.renew_stream(now, call, Ssrc(1000 * (1 + side as u32) + round));
            }
            world.run(ms(2500));
        }
        world.talk(secs(1));
        for side in world.everyone() {
            let streams = world.report(side)["media"]["transport"]["streams"].as_array().expect("a list").clone();
            assert_eq!(streams.len(), 2, "{version}, {side}: {streams:?}");
            assert_eq!(world.line(side).path(), [CallState::Connecting, CallState::Active], "{version}");
        }
    }
}
