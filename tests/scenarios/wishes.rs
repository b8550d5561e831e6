//! What a user changes his mind about in the middle of a call: through what it goes, who may see him, what it may cost.

use crate::world::*;
use std::collections::BTreeSet;
use std::net::IpAddr;
use tgcall::client::{CallState, P2p, Stat};

const TURN_ONLY: Servers = Servers { turn: true, reflector_udp: false, reflector_tcp: false };
const REFLECTORS_UDP: Servers = Servers { turn: false, reflector_udp: true, reflector_tcp: false };
const ALL: Servers = Servers { turn: true, reflector_udp: true, reflector_tcp: true };

/// The hosts that a side sends to from now on, in the next `seconds`.
fn sends_to(world: &mut World, side: usize, seconds: u64) -> BTreeSet<IpAddr> {
    world.sides[side].sent_to.clear();
    world.run(secs(seconds));
    world.sides[side].sent_to.iter().map(|(_, to)| to.ip()).collect()
}

#[test]
fn a_proxy_that_is_switched_on_and_off_in_mid_call_is_another_network() {
    let cases = [
        (TURN_ONLY, ProxyKind::Udp, "turn over udp"),
        (TURN_ONLY, ProxyKind::TcpOnly, "turn over tcp"),
        (REFLECTORS_UDP, ProxyKind::Udp, "reflector 1 over udp"),
        (ALL, ProxyKind::Udp, ""),
    ];
    // Either side, in turn.
    for (number, (servers, kind, route)) in cases.into_iter().enumerate() {
        let side = [CALLER, CALLEE][number % 2];
        let context = format!("{side}, {servers:?}, {kind:?}");
        let mut proxy = vec![None; 2];
        proxy[side] = Some(kind);
        let mut world = World::new(Setting { servers, proxy, is_proxy_off: true, ..Setting::default() });
        world.connect();
        world.talk(secs(1));
        assert_eq!(world.route(side), "direct", "{context}");

        let (now, to) = (world.now, world.sides[side].proxy.clone());
        world.sides[side].client.set_proxy(now, to.clone()).unwrap();
        let sent_to = sends_to(&mut world, side, 8);
        assert_eq!(sent_to, BTreeSet::from([proxy_of(side).ip()]), "{context}: nothing goes past it");
        world.talk(secs(2));
        let is = world.route(side).replace("reflector 2", "reflector 1");
        assert!(is != "direct" && (route.is_empty() || is == route), "{context}: {is}");
        // The same again is no news.
        let now = world.now;
        world.sides[side].client.set_proxy(now, to).unwrap();
        world.talk(ms(500));

        let now = world.now;
        world.sides[side].client.set_proxy(now, None).unwrap();
        world.run(secs(1));
        let sent_to = sends_to(&mut world, side, 7);
        assert!(!sent_to.contains(&proxy_of(side).ip()), "{context}: {sent_to:?}");
        world.talk(secs(2));
        assert_eq!(world.route(side), "direct", "{context}: as before");
        assert_eq!(world.each(|side| world.state(side)), [CallState::Active; 2], "{context}");
    }
}

#[test]
fn past_a_proxy_that_is_set_while_it_connects_nothing_goes_either() {
    let proxy = vec![Some(ProxyKind::TcpOnly)];
    let mut world = World::new(Setting { servers: ALL, proxy, is_proxy_off: true, ..Setting::default() });
    let (now, to) = (world.now, world.sides[CALLER].proxy.clone());
    world.sides[CALLER].client.set_proxy(now, to).unwrap();
    let sent_to = sends_to(&mut world, CALLER, 8);
    assert_eq!(sent_to, BTreeSet::from([proxy_of(CALLER).ip()]));
    world.connect();
    world.talk(secs(2));
    assert!(world.route(CALLER).ends_with("over tcp"), "{}", world.route(CALLER));
}

#[test]
fn who_wants_no_p2p_in_mid_call_moves_to_a_relay_and_sends_nothing_direct_any_more() {
    for (hidden, servers) in [(CALLER, TURN_ONLY), (CALLEE, TURN_ONLY), (CALLER, REFLECTORS_UDP), (CALLEE, ALL)] {
        let context = format!("{hidden}, {servers:?}");
        let mut world = World::new(Setting { servers, ..Setting::default() });
        world.connect();
        world.talk(secs(2));
        assert_eq!(world.each(|side| world.route(side)), ["direct"; 2], "{context}");

        let now = world.now;
        world.sides[hidden].client.set_p2p(now, P2p::Never);
        let theirs = world.network.addresses(world.sides[other(hidden)].host)[0];
        let sent_to = sends_to(&mut world, hidden, 8);
        assert!(!sent_to.contains(&theirs) && !sent_to.is_empty(), "{context}: sent to {sent_to:?}");
        world.talk(secs(2));
        for side in world.everyone() {
            assert_ne!(world.route(side), "direct", "{context}");
            assert_eq!(world.stat(side, Stat::Relayed), Some(1), "{context}");
        }
        let own = world.network.addresses(world.sides[hidden].host)[0];
        let listed = world.report(hidden)["media"]["transport"]["local_candidates"].to_string();
        assert!(!listed.contains(&format!("\"{own}")), "{context}: {listed}");
        // Nor after a change of network: what is opened anew is no end of direct ways.
        let now = world.now;
        let interfaces = [std::net::SocketAddr::new(own, 0)];
        world.sides[hidden].client.set_interfaces(now, &interfaces).unwrap();
        assert!(!sends_to(&mut world, hidden, 3).contains(&theirs), "{context}");

        let now = world.now;
        world.sides[hidden].client.set_p2p(now, P2p::Follow);
        world.run(secs(8));
        world.talk(secs(2));
        assert_eq!(world.each(|side| world.route(side)), ["direct"; 2], "{context}: it may be seen again");
    }
}

#[test]
fn where_telegram_allows_no_p2p_a_wish_for_it_changes_nothing() {
    let mut world = World::new(Setting { servers: TURN_ONLY, p2p_allowed: false, ..Setting::default() });
    world.connect();
    let now = world.now;
    for p2p in [P2p::Never, P2p::Follow] {
        world.sides[CALLER].client.set_p2p(now, p2p);
    }
    assert_eq!(sends_to(&mut world, CALLER, 5), BTreeSet::from([at(TURN).ip()]));
    world.talk(secs(1));
}

#[test]
fn low_data_costs_less_at_once_and_is_heard_as_well() {
    let mut world = World::new(Setting::default());
    world.connect();
    world.talk(secs(1));
    let cost = |world: &mut World| {
        let before = [Stat::PacketsSent, Stat::BytesSent].map(|stat| world.stat(CALLER, stat).unwrap());
        world.run(secs(6));
        let after = [Stat::PacketsSent, Stat::BytesSent].map(|stat| world.stat(CALLER, stat).unwrap());
        [after[0] - before[0], after[1] - before[1]]
    };
    let [packets, bytes] = cost(&mut world);
    assert!((290..330).contains(&packets), "{packets}");
    let now = world.now;
    world.sides[CALLER].client.set_low_data(now, true);
    world.run(ms(500));
    let [low_packets, low_bytes] = cost(&mut world);
    assert!((95..125).contains(&low_packets), "{low_packets}");
    assert!(low_bytes * 10 < bytes * 7, "{low_bytes} of {bytes}");
    world.talk(secs(2));
    let now = world.now;
    world.sides[CALLER].client.set_low_data(now, false);
    world.run(ms(500));
    assert!((290..330).contains(&cost(&mut world)[0]), "as before");
    world.talk(secs(2));
}
