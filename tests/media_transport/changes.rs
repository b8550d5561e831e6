//! Ways that die, heal, come and go.

use crate::world::*;
use std::net::IpAddr;
use tgcall::media::{Failure, RouteChange, RouteKind, State};

/// Two interfaces each, of which the first ones are preferred.
fn two_interfaces() -> [Vec<IpAddr>; 2] {
    [vec![ip("198.51.100.1"), ip("198.51.100.129")], vec![ip("203.0.113.1")]]
}

#[test]
fn a_dead_interface_is_left_within_three_seconds_and_the_host_told() {
    for (side, talking) in [(CALLER, true), (CALLER, false), (CALLEE, true)] {
        let mut hosts = two_interfaces();
        if side == CALLEE {
            hosts.swap(0, 1);
        }
        let dying = hosts[side][0];
        let mut world = World::new(Setting { hosts, ..Setting::default() });
        world.connect();
        world.talking = talking;
        world.next_frame = world.now;
        world.run(secs(20));
        let host = world.peers[side].host;
        let died = world.now;
        // Whichever the call is on.
        let local = world.peers[side].transport.report().paths.iter().find(|p| p.path.selected).unwrap().local.unwrap();
        world.network.set_down(host, local.ip(), true);
        world.run(secs(4));
        for peer in &world.peers {
            let (when, route, why) = *peer.routes.last().unwrap();
            assert!(when > died && when.since(died) <= secs(3), "left after {:?}", when.since(died));
            assert!(route.is_some(), "{:?}", peer.routes);
            assert!(matches!(why, RouteChange::Silent | RouteChange::Selected));
            assert_eq!(peer.transport.state(), State::Connected);
        }
        world.talking = false;
        world.talk_is_fine();
        let _ = dying;
    }
}

#[test]
fn a_broken_direct_way_is_left_for_a_relay_and_taken_again_when_it_heals() {
    for servers in [vec![turn_entry()], reflector_entries(false)] {
        let mut world = World::new(Setting { servers, ..Setting::default() });
        add_turn(&mut world);
        add_reflectors(&mut world);
        world.connect();
        world.talking = true;
        world.next_frame = world.now;
        world.run(secs(10));
        assert_eq!(world.route(CALLER).kind, RouteKind::Direct);
        let (a, b) = (world.peers[CALLER].host, world.peers[CALLEE].host);
        let broke = world.now;
        world.network.set_cut(a, b, true);
        world.run(secs(5));
        for side in [CALLER, CALLEE] {
            assert!(world.route(side).is_relayed(), "{:?}", world.peers[side].routes);
            let left = world.peers[side].routes.iter().find(|(when, ..)| *when > broke).unwrap();
            // Who is controlled may hear of the other way before it has noticed the silence itself.
            let is_right = left.2 == RouteChange::Silent || side == CALLEE && left.2 == RouteChange::Selected;
            assert!(left.0.since(broke) <= secs(3) && is_right, "{left:?}");
            assert_eq!(world.peers[side].states.len(), 1, "never lost the connection");
        }
        world.network.set_cut(a, b, false);
        world.run(secs(40));
        assert_eq!([CALLER, CALLEE].map(|side| world.route(side).kind), [RouteKind::Direct; 2]);
        world.talking = false;
        world.talk_is_fine();
    }
}

#[test]
fn a_network_that_is_gone_for_a_while_means_reconnecting_and_one_gone_for_long_the_end() {
    for (gone, survives) in [(1, true), (10, true), (25, true), (60, false)] {
        let mut world = World::new(Setting { servers: vec![turn_entry()], ..Setting::default() });
        add_turn(&mut world);
        world.connect();
        world.talking = true;
        world.next_frame = world.now;
        world.run(secs(5));
        let host = world.peers[CALLEE].host;
        let down_at = world.now;
        world.network.set_down(host, ip("203.0.113.1"), true);
        world.run(secs(gone));
        world.network.set_down(host, ip("203.0.113.1"), false);
        world.run(secs(12));
        for peer in &world.peers {
            let states: Vec<State> = peer.states.iter().map(|s| s.1).collect();
            match (gone, survives) {
                (1, _) => assert_eq!(states, [State::Connected]),
                (_, true) => assert_eq!(states, [State::Connected, State::Reconnecting, State::Connected], "{gone} s"),
                (_, false) => {
                    let failed = State::Failed(Failure::Timeout);
                    assert_eq!(states, [State::Connected, State::Reconnecting, failed]);
                    let took = peer.states[2].0.since(down_at);
                    assert!((secs(30)..secs(38)).contains(&took), "{took:?}");
                    assert_eq!(peer.transport.next_timeout(), None);
                }
            }
        }
        world.talking = false;
        if survives {
            world.talk_is_fine();
        }
    }
}

#[test]
fn without_any_way_the_call_has_failed_after_twenty_seconds() {
    let mut world = World::new(Setting { cut: true, ..Setting::default() });
    let start = world.start;
    world.run(secs(30));
    for (side, peer) in world.peers.iter_mut().enumerate() {
        assert_eq!(peer.states, [(start + secs(20), State::Failed(Failure::Timeout))]);
        assert!(world.network.sockets(side).is_empty(), "everything is closed");
        let text = peer.transport.report().to_text(false);
        assert!(text.contains("direct to host: checks not answered"), "{text}");
        let now = start + secs(60);
        peer.transport.handle_timeout(now);
        peer.transport.set_interfaces(now, &[ip("192.0.2.200")]);
        peer.transport.send_audio(now, b"x", 0, false).unwrap();
        assert_eq!(peer.transport.poll_output(), None, "nothing after the end");
    }
}

#[test]
fn interfaces_come_and_go_and_the_call_stays() {
    let mut world = World::new(Setting::default());
    world.connect();
    world.talk_is_fine();
    let (host, new) = (world.peers[CALLER].host, ip("198.51.100.200"));
    world.network.set_addresses(host, &[new]);
    let now = world.now;
    world.peers[CALLER].transport.set_interfaces(now, &[new]);
    world.run(secs(4));
    assert_eq!(world.peers[CALLER].transport.state(), State::Connected);
    assert!(world.peers[CALLER].states.iter().any(|s| s.1 == State::Reconnecting));
    assert!(world.peers[CALLER].candidates.last().unwrap().contains("198.51.100.200"));
    world.talk_is_fine();
    assert_eq!(world.network.sockets(CALLER).len(), 1);
}
