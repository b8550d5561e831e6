//! Every kind of path.

use crate::world::*;
use std::collections::BTreeSet;
use std::net::IpAddr;
use tgcall::client::{EndReason, P2p, Stat};
use tgcall::sim::network::NatKind::{self, *};
use tgcall::types::Protocol;

const TURN_ONLY: Servers = Servers { turn: true, reflector_udp: false, reflector_tcp: false };
const REFLECTORS_UDP: Servers = Servers { turn: false, reflector_udp: true, reflector_tcp: false };
const REFLECTORS_TCP: Servers = Servers { turn: false, reflector_udp: false, reflector_tcp: true };
const REFLECTORS_BOTH: Servers = Servers { turn: false, reflector_udp: true, reflector_tcp: true };
const ALL: Servers = Servers { turn: true, reflector_udp: true, reflector_tcp: true };

#[test]
fn two_hosts_on_the_open_internet_hear_each_other_over_ipv4_and_ipv6() {
    for hosts in [["198.51.100.1", "203.0.113.1"], ["2001:db8::1", "2001:db8::2"]] {
        let mut world = World::new(Setting { hosts: hosts.map(|host| vec![ip(host)]).into(), ..Setting::default() });
        let took = world.connect();
        assert!(took < ms(800), "{took:?}");
        world.talk(secs(2));
        for side in world.everyone() {
            assert_eq!(world.route(side), "direct");
            assert_eq!(world.stat(side, Stat::Relayed), Some(0));
            assert_eq!(world.stat(side, Stat::SignalBars), Some(4));
            assert_eq!(world.network.sockets(side).len(), 1);
        }
    }
}

/// A filter by port and a mapping by target do not meet: whoever is symmetric sends from a port that the other did not write to.
fn permits(a: NatKind, b: NatKind) -> bool {
    let is_hopeless = |a, b| a == Symmetric && matches!(b, Symmetric | PortRestricted);
    !is_hopeless(a, b) && !is_hopeless(b, a)
}

#[test]
fn each_pair_of_nats_is_crossed_where_it_can_be_and_relayed_where_not() {
    let kinds = [FullCone, AddressRestricted, PortRestricted, Symmetric];
    for nat in kinds.into_iter().flat_map(|a| kinds.map(|b| [a, b])) {
        let mut world = World::new(Setting {
            servers: TURN_ONLY,
            hosts: vec![vec![ip("10.0.0.2")], vec![ip("10.1.0.2")]],
            nat: nat.map(Some).into(),
            ..Setting::default()
        });
        let took = world.connect();
        assert!(took < secs(1), "{nat:?}: {took:?}");
        world.run(secs(3));
        world.talk(secs(1));
        let expected = if permits(nat[0], nat[1]) { "direct" } else { "turn over udp" };
        assert_eq!(world.each(|side| world.route(side)), [expected; 2], "{nat:?}");
    }
}

/// A call over relays.
struct Row {
    servers: Servers,
    p2p: bool,
    no_udp: [bool; 2],
    routes: [&'static str; 2],
    /// TCP waits until UDP has had its 3 s, unless there is nothing over UDP.
    within_ms: u64,
}

#[test]
fn each_relay_carries_the_call_whatever_the_firewalls_let_through() {
    let (turn_udp, turn_tcp) = ("turn over udp", "turn over tcp");
    // By ascending ids, the one with -5 is number 1.
    let (udp, tcp) = ("reflector 1 over udp", "reflector 1 over tcp");
    let rows = [
        Row { servers: TURN_ONLY, p2p: false, no_udp: [false, false], routes: [turn_udp; 2], within_ms: 1000 },
        Row { servers: TURN_ONLY, p2p: false, no_udp: [true, true], routes: [turn_tcp; 2], within_ms: 5000 },
        Row { servers: TURN_ONLY, p2p: true, no_udp: [true, true], routes: [turn_tcp; 2], within_ms: 5000 },
        Row { servers: TURN_ONLY, p2p: true, no_udp: [true, false], routes: [turn_tcp, turn_udp], within_ms: 5000 },
        Row { servers: TURN_ONLY, p2p: true, no_udp: [false, true], routes: [turn_udp, turn_tcp], within_ms: 5000 },
        Row { servers: REFLECTORS_UDP, p2p: false, no_udp: [false, false], routes: [udp; 2], within_ms: 1000 },
        Row { servers: REFLECTORS_TCP, p2p: false, no_udp: [false, false], routes: [tcp; 2], within_ms: 1000 },
        Row { servers: REFLECTORS_TCP, p2p: true, no_udp: [true, true], routes: [tcp; 2], within_ms: 5000 },
        Row { servers: REFLECTORS_BOTH, p2p: true, no_udp: [true, false], routes: [tcp, udp], within_ms: 5000 },
        Row { servers: REFLECTORS_BOTH, p2p: true, no_udp: [false, true], routes: [udp, tcp], within_ms: 5000 },
        Row { servers: REFLECTORS_BOTH, p2p: false, no_udp: [false, false], routes: [udp; 2], within_ms: 1000 },
        Row { servers: ALL, p2p: false, no_udp: [false, false], routes: [turn_udp; 2], within_ms: 1000 },
        Row { servers: ALL, p2p: true, no_udp: [false, false], routes: ["direct"; 2], within_ms: 1000 },
    ];
    for Row { servers, p2p: p2p_allowed, no_udp, routes, within_ms } in rows {
        let context = format!("{servers:?}, p2p {p2p_allowed}, no UDP {no_udp:?}");
        let mut world = World::new(Setting { servers, p2p_allowed, no_udp: no_udp.into(), ..Setting::default() });
        let took = world.connect();
        assert!(took < ms(within_ms), "{context}: {took:?}");
        world.run(secs(1));
        world.talk(secs(1));
        for side in world.everyone() {
            // Two reflectors are as good as each other: either number will do.
            assert_eq!(world.route(side).replace("reflector 2", "reflector 1"), routes[side], "{context}");
            assert_eq!(world.stat(side, Stat::Relayed), Some(i64::from(routes[side] != "direct")), "{context}");
        }
    }
}

/// The kinds of candidates in a list of the report.
fn kinds(report: &serde_json::Value, list: &str) -> BTreeSet<String> {
    let candidates = report["media"]["transport"][list].as_array().unwrap();
    candidates.iter().map(|candidate| candidate["kind"].as_str().unwrap().to_owned()).collect()
}

/// Nobody's own address is known to the other, or sent to.
fn assert_hidden(world: &World, context: &str) {
    let own: Vec<IpAddr> =
        world.everyone().flat_map(|side| world.network.addresses(world.sides[side].host)).copied().collect();
    for side in world.everyone() {
        let report = world.report(side);
        for list in ["local_candidates", "remote_candidates"] {
            assert_eq!(kinds(&report, list), BTreeSet::from(["relay".to_owned()]), "{context}: {list} of {side}");
            let text = report["media"]["transport"][list].to_string();
            assert!(own.iter().all(|ip| !text.contains(&ip.to_string())), "{context}: {text}");
        }
        let sent_to = &world.sides[side].sent_to;
        assert!(sent_to.iter().all(|(_, to)| !own.contains(&to.ip())), "{context}: {side} sent to {sent_to:?}");
    }
}

#[test]
fn where_p2p_is_not_allowed_no_address_of_either_is_told_or_used() {
    for servers in [TURN_ONLY, REFLECTORS_UDP, REFLECTORS_TCP, ALL] {
        let mut world = World::new(Setting { p2p_allowed: false, servers, ..Setting::default() });
        world.connect();
        world.talk(secs(4));
        assert_hidden(&world, &format!("{servers:?}"));
    }
}

#[test]
fn who_never_wants_p2p_is_not_seen_whatever_telegram_allows() {
    for hidden in [CALLER, CALLEE] {
        let configure: fn(usize, &mut tgcall::client::Config) = match hidden {
            CALLER => |side, config| {
                if side == CALLER {
                    config.set_p2p(P2p::Never)
                }
            },
            _ => |side, config| {
                if side == CALLEE {
                    config.set_p2p(P2p::Never)
                }
            },
        };
        let mut world = World::new(Setting { servers: TURN_ONLY, configure, ..Setting::default() });
        world.connect();
        world.talk(secs(3));
        assert_eq!(world.each(|side| world.route(side)), ["turn over udp"; 2]);
        let own = world.network.addresses(world.sides[hidden].host)[0];
        assert!(world.sides[other(hidden)].sent_to.iter().all(|(_, to)| to.ip() != own), "the other side never saw it");
        assert!(!world.report(other(hidden)).to_string().contains(&own.to_string()));
        let theirs = world.network.addresses(world.sides[other(hidden)].host)[0];
        assert!(world.sides[hidden].sent_to.iter().all(|(_, to)| to.ip() != theirs), "nor did it show itself");
    }
}

#[test]
fn behind_a_proxy_everything_goes_through_it() {
    let cases = [
        (TURN_ONLY, [Some(ProxyKind::Udp), None], ["turn over udp"; 2]),
        (TURN_ONLY, [None, Some(ProxyKind::Udp)], ["turn over udp"; 2]),
        (TURN_ONLY, [Some(ProxyKind::TcpOnly), None], ["turn over tcp", "turn over udp"]),
        (TURN_ONLY, [Some(ProxyKind::Udp), Some(ProxyKind::TcpOnly)], ["turn over udp", "turn over tcp"]),
        (REFLECTORS_UDP, [Some(ProxyKind::Udp), None], ["reflector 1 over udp"; 2]),
        (REFLECTORS_TCP, [Some(ProxyKind::TcpOnly), Some(ProxyKind::TcpOnly)], ["reflector 1 over tcp"; 2]),
        (REFLECTORS_BOTH, [None, Some(ProxyKind::TcpOnly)], ["reflector 1 over udp", "reflector 1 over tcp"]),
    ];
    for (servers, proxy, routes) in cases {
        let context = format!("{servers:?}, {proxy:?}");
        let mut world = World::new(Setting { servers, proxy: proxy.into(), ..Setting::default() });
        let took = world.connect();
        assert!(took < secs(2), "{context}: {took:?}");
        world.talk(secs(2));
        for side in world.everyone() {
            assert_eq!(world.route(side).replace("reflector 2", "reflector 1"), routes[side], "{context}");
            let sent_to = &world.sides[side].sent_to;
            let is_proxy = |to: &(Protocol, std::net::SocketAddr)| to.1.ip() == proxy_of(side).ip();
            assert!(proxy[side].is_none() || sent_to.iter().all(is_proxy), "{context}: {side} sent to {sent_to:?}");
        }
    }
}

#[test]
fn what_a_call_had_open_is_closed_when_it_is_over() {
    for servers in [Servers::default(), TURN_ONLY, REFLECTORS_BOTH, ALL] {
        let mut world = World::new(Setting { servers, ..Setting::default() });
        world.connect();
        world.run(secs(5));
        for side in world.everyone() {
            let (now, call) = (world.now, world.line(side).call);
            world.sides[side].client.discard(now, call, Default::default()).unwrap();
        }
        world.run(secs(1));
        for (side, sockets) in world.sides.iter().zip(world.each(|side| world.network.sockets(side))) {
            assert!(side.lines[0].end.is_some() && sockets.is_empty(), "{servers:?}: {sockets:?}");
            assert_eq!((side.client.next_timeout(), side.client.secrets()), (None, 0));
        }
        let now = world.now;
        assert!(world.turn.is_none() || world.turn().allocations(now) == 0, "allocations are given back");
    }
}

#[test]
fn past_a_proxy_that_refuses_nothing_goes() {
    for side in [CALLER, CALLEE] {
        let mut proxy = vec![None; 2];
        proxy[side] = Some(ProxyKind::WrongPassword);
        let servers = Servers { turn: true, reflector_udp: true, reflector_tcp: true };
        let mut world = World::new(Setting { servers, proxy, ..Setting::default() });
        world.run(secs(21));
        for side in world.everyone() {
            let (_, end) = world.line(side).end.as_ref().expect("it is given up");
            assert_eq!(end.reason, EndReason::NoPath);
        }
        let sent_to = &world.sides[side].sent_to;
        assert_eq!(sent_to.iter().map(|(_, to)| *to).collect::<Vec<_>>(), [proxy_of(side)]);
        // Nor is it asked without end.
        assert!(world.sides[side].opened < 60, "{} sockets were opened in 20 s", world.sides[side].opened);
    }
}

#[test]
fn one_family_in_common_is_enough_and_so_is_one_roof() {
    type Addresses = [&'static [&'static str]; 2];
    let rows: [(Addresses, Option<NatKind>, [&str; 2]); 3] = [
        ([&["198.51.100.1", "2001:db8::1"], &["2001:db8::2"]], None, ["100.64.0.1", "100.64.0.2"]),
        ([&["198.51.100.1"], &["2001:db8::2", "203.0.113.1"]], None, ["100.64.0.1", "100.64.0.2"]),
        // Two hosts in one local network, behind one symmetric NAT that does not lead back in.
        ([&["192.168.1.2"], &["192.168.1.3"]], Some(Symmetric), ["100.64.0.1", "100.64.0.1"]),
    ];
    for (hosts, nat, public) in rows {
        let hosts = hosts.map(|host| host.iter().map(|text| ip(text)).collect());
        let mut world =
            World::new(Setting { hosts: hosts.into(), nat: vec![nat; 2], public: public.into(), ..Setting::default() });
        let took = world.connect();
        assert!(took < ms(800), "{public:?}: {took:?}");
        world.talk(secs(1));
        assert_eq!(world.each(|side| world.route(side)), ["direct"; 2]);
    }
}
