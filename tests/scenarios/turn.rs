//! TURN servers that forget, refuse and are forgotten: what is believed of an allocation is asked for.

use crate::world::*;
use std::net::SocketAddr;
use tgcall::client::CallState;
use tgcall::sim::network::NatKind;

const TURN_ONLY: Servers = Servers { turn: true, reflector_udp: false, reflector_tcp: false };

/// A call over TURN alone, both sides behind a NAT.
fn relayed() -> World {
    let hosts = vec![vec![ip("10.0.0.2")], vec![ip("10.1.0.2")]];
    let nat = vec![Some(NatKind::PortRestricted); 2];
    let mut world = World::new(Setting { servers: TURN_ONLY, p2p_allowed: false, hosts, nat, ..Setting::default() });
    world.connect();
    world.run(secs(3));
    assert_eq!(world.each(|side| world.route(side)), ["turn over udp"; 2]);
    world
}

/// Both hear each other again within so many seconds, and afterwards without a break.
#[track_caller]
fn assert_back(world: &mut World, seconds: u64, context: &str) {
    let from = world.now;
    // Until then what was on its way is heard.
    world.run(ms(700));
    // 300 ms of unbroken sound are what ends the waiting.
    world.until_heard(secs(seconds) - ms(400));
    println!("{context}: back after {:?}", world.now.since(from) - ms(300));
    for side in world.everyone() {
        assert_eq!(world.state(side), CallState::Active, "{context}: {:?}", world.line(side).states);
    }
    world.talk(secs(1));
}

#[test]
fn a_nat_that_gives_other_ports_costs_a_relayed_call_five_seconds_at_most() {
    for side in [CALLER, CALLEE] {
        let mut world = relayed();
        // Again and again: a call may outlive many of them.
        for time in 0..4 {
            let host = world.sides[side].host;
            world.network.rebind(host);
            assert_back(&mut world, 5, &format!("side {side}, time {time}"));
            assert!(world.network.sockets(side).len() <= 3, "{:?}", world.network.sockets(side));
        }
    }
}

#[test]
fn a_turn_server_that_starts_anew_costs_five_seconds_at_most() {
    let mut world = relayed();
    for time in 0..4 {
        world.turn().restart();
        assert_back(&mut world, 5, &format!("time {time}"));
        for side in world.everyone() {
            assert!(world.network.sockets(side).len() <= 3, "{:?}", world.network.sockets(side));
        }
    }
}

#[test]
fn a_stale_nonce_is_no_wrong_password_though_it_is_called_one() {
    let mut world = relayed();
    world.turn().stale_code = 401;
    world.turn().nonce_lifetime = secs(40);
    for line in world.sides.iter_mut().flat_map(|side| &mut side.lines) {
        line.speaks = false;
    }
    // What each side has is renewed every 240 s, with a nonce that is stale by then; the rest is in the tests of one allocation.
    world.run(secs(490));
    let stale = world.turn().errors.get(&401).copied().unwrap_or(0);
    assert!(stale >= 2 + 2, "{:?}", world.turn().errors);
    for side in world.everyone() {
        assert_eq!(world.line(side).path(), [CallState::Connecting, CallState::Active]);
    }
    assert_eq!(world.turn().allocated, 2, "none had to be made anew");
}

/// From one network to the next, the old one being there for a moment longer.
fn change_network(world: &mut World, side: usize, number: u8) {
    let (now, host) = (world.now, world.sides[side].host);
    let old = world.network.addresses(host)[0];
    let new = format!("198.51.{}.{}", 100 + side, number).parse().unwrap();
    world.network.set_addresses(host, &[old, new]);
    world.sides[side].client.set_interfaces(now, &[SocketAddr::new(new, 0)]).unwrap();
    world.run(ms(700));
    world.network.set_addresses(host, &[new]);
}

#[test]
fn a_hundred_networks_leave_no_allocation_and_no_socket_behind() {
    let mut world = World::new(Setting { servers: TURN_ONLY, p2p_allowed: false, ..Setting::default() });
    world.connect();
    // Every good-bye but the first meets a stale nonce.
    world.turn().nonce_lifetime = secs(1);
    for number in 1..=100 {
        change_network(&mut world, CALLER, number);
        world.run(ms(700));
        let now = world.now;
        assert_eq!(world.turn().allocations(now), 2, "after {number} networks");
        assert_eq!(world.network.sockets(CALLER).len(), 1, "after {number} networks");
        assert_eq!(world.state(CALLER), CallState::Active, "after {number} networks");
    }
    assert!(world.turn().allocated > 100, "each network had one");
    world.until_heard(secs(5));
    world.talk(secs(1));
}

#[test]
fn an_outage_of_the_only_network_is_no_other_network() {
    let mut world = World::new(Setting { servers: TURN_ONLY, ..Setting::default() });
    world.connect();
    world.run(secs(3));
    let opened = world.sides[CALLER].opened;
    let candidates = world.report(CALLER)["media"]["transport"]["local_candidates"].as_array().unwrap().len();
    let (host, address) = (world.sides[CALLER].host, at("198.51.100.1:0"));
    for _ in 0..10 {
        // The machine has nothing but itself for a moment, and says so.
        world.network.set_down(host, address.ip(), true);
        let now = world.now;
        world.sides[CALLER].client.set_interfaces(now, &[at("127.0.0.1:0"), at("[::1]:0")]).unwrap();
        world.run(secs(2));
        world.network.set_down(host, address.ip(), false);
        let now = world.now;
        world.sides[CALLER].client.set_interfaces(now, &[address]).unwrap();
        world.until_heard(secs(5));
    }
    assert_eq!(world.sides[CALLER].opened, opened, "the sockets are those of before");
    let report = world.report(CALLER);
    let listed = report["media"]["transport"]["local_candidates"].as_array().unwrap();
    assert_eq!(listed.len(), candidates, "{listed:?}");
    assert!(!report.to_string().contains("127.0.0.1"), "{report}");
    world.talk(secs(1));
}
