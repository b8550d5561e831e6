//! Routes that die in the middle of a call.

use crate::world::*;
use tgcall::client::{Action, CallState, EndReason, Stat};
use tgcall::time::Time;

const TURN_ONLY: Servers = Servers { turn: true, reflector_udp: false, reflector_tcp: false };
const REFLECTORS: Servers = Servers { turn: false, reflector_udp: true, reflector_tcp: true };
const ALL: Servers = Servers { turn: true, reflector_udp: true, reflector_tcp: true };

/// A route that dies under a call that has another one.
struct Row {
    name: &'static str,
    servers: Servers,
    p2p: bool,
    no_udp: [bool; 2],
    /// Caller and callee, each with two addresses.
    two_interfaces: bool,
    die: fn(&mut World),
    /// What is left of the route's name afterwards; one of these.
    then: &'static [&'static str],
}

const ROW: Row = Row {
    name: "",
    servers: TURN_ONLY,
    p2p: true,
    no_udp: [false, false],
    two_interfaces: false,
    die: |_| {},
    then: &["direct"],
};

fn cut(world: &mut World) {
    let [a, b] = [CALLER, CALLEE].map(|side| world.sides[side].host);
    world.network.set_cut(a, b, true);
}

/// The interface that the call is on dies.
fn kill_interface(world: &mut World, side: usize) {
    let report = world.report(side);
    let paths = report["media"]["transport"]["paths"].as_array().unwrap();
    let path = paths.iter().find(|path| path["selected"] == true).unwrap();
    let local = path["local"].as_str().unwrap().parse::<std::net::SocketAddr>().unwrap();
    world.network.set_down(world.sides[side].host, local.ip(), true);
}

/// The reflector that the call is on dies.
fn kill_reflector(world: &mut World) {
    // By ascending ids, number 1 is the second entry.
    let number = usize::from(world.route(CALLER).starts_with("reflector 1"));
    world.reflector(number).is_dead = true;
}

#[test]
fn a_dead_route_is_left_within_three_seconds_and_the_sound_goes_on() {
    let rows = [
        Row { name: "the direct way", die: cut, then: &["turn over udp"], ..ROW },
        Row { name: "the direct way", servers: REFLECTORS, die: cut, then: &["reflector"], ..ROW },
        Row { name: "the caller's interface", two_interfaces: true, die: |world| kill_interface(world, CALLER), ..ROW },
        Row { name: "the callee's interface", two_interfaces: true, die: |world| kill_interface(world, CALLEE), ..ROW },
        Row {
            name: "the reflector",
            servers: REFLECTORS,
            p2p: false,
            die: kill_reflector,
            then: &["reflector"],
            ..ROW
        },
        Row {
            name: "TURN",
            servers: ALL,
            p2p: false,
            die: |world| world.turn().is_dead = true,
            then: &["reflector"],
            ..ROW
        },
        Row {
            name: "the caller's TCP connection",
            servers: REFLECTORS,
            p2p: false,
            no_udp: [true, true],
            die: |world| {
                let (now, host) = (world.now, world.sides[CALLER].host);
                world.network.reset_connections(now, host);
            },
            then: &["reflector"],
            ..ROW
        },
    ];
    for Row { name, servers, p2p: p2p_allowed, no_udp, two_interfaces, die, then } in rows {
        let mut setting = Setting { servers, p2p_allowed, no_udp: no_udp.into(), ..Setting::default() };
        if two_interfaces {
            setting.hosts = [["198.51.100.1", "198.51.100.129"], ["203.0.113.1", "203.0.113.129"]]
                .map(|h| h.map(ip).to_vec())
                .into();
        }
        let mut world = World::new(setting);
        world.connect();
        world.run(secs(5));
        let before = world.each(|side| world.route(side));
        let died = world.now;
        die(&mut world);
        world.run(secs(4));
        for side in world.everyone() {
            let context = format!("{name} on {before:?}, side {side}");
            assert!(then.iter().any(|then| world.route(side).starts_with(then)), "{context}: {}", world.route(side));
            assert_eq!(world.state(side), CallState::Active, "{context}: {:?}", world.line(side).states);
            // The pieces that nothing was heard in: less than 3 s, and the jitter buffer's.
            let gap = world.heard(side, secs(4)).gap(tone_of(other(side)));
            assert!(gap <= ms(3200), "{context}: {gap:?} of silence");
            assert_told(&world, side, died, &context);
        }
        world.talk(secs(1));
    }
}

/// The host heard of the other route within 3 s.
#[track_caller]
fn assert_told(world: &World, side: usize, died: Time, context: &str) {
    let events = world.sides[side].events.iter();
    let told: Vec<_> =
        events.filter(|(when, ..)| *when > died).map(|(when, _, what)| (when.since(died), what)).collect();
    assert!(told.iter().any(|(after, what)| *after <= secs(3) && what.starts_with("CallRoute")), "{context}: {told:?}");
}

#[test]
fn a_reset_connection_without_another_server_is_opened_again() {
    for servers in [Servers { turn: true, ..Servers::default() }, Servers { reflector_tcp: true, ..Servers::default() }]
    {
        for side in [CALLER, CALLEE] {
            let setting = Setting { servers, p2p_allowed: false, no_udp: vec![true, true], ..Setting::default() };
            let mut world = World::new(setting);
            world.connect();
            world.run(secs(3));
            let (now, host) = (world.now, world.sides[side].host);
            world.network.reset_connections(now, host);
            world.run(secs(8));
            for other in world.everyone() {
                assert_eq!(world.state(other), CallState::Active, "{servers:?}: {:?}", world.line(other).states);
            }
            world.talk(secs(1));
        }
    }
}

/// Nothing reaches or leaves the callee.
fn set_down(world: &mut World, down: bool) {
    let host = world.sides[CALLEE].host;
    for ip in world.network.addresses(host).to_vec() {
        world.network.set_down(host, ip, down);
    }
}

#[test]
fn an_outage_is_told_and_survived_or_ends_the_call_after_half_a_minute() {
    use CallState::{Active, Connecting, Reconnecting};
    for servers in [Servers::default(), ALL] {
        for (gone_s, expected) in [
            (1, &[Connecting, Active][..]),
            (10, &[Connecting, Active, Reconnecting, Active]),
            (25, &[Connecting, Active, Reconnecting, Active]),
            (60, &[Connecting, Active, Reconnecting]),
        ] {
            let mut world = World::new(Setting { servers, ..Setting::default() });
            world.connect();
            world.run(secs(3));
            let down_at = world.now;
            set_down(&mut world, true);
            world.run(secs(gone_s));
            set_down(&mut world, false);
            world.run(secs(9));
            for side in world.everyone() {
                let (line, context) = (world.line(side), format!("{servers:?}, {gone_s} s, side {side}"));
                assert_eq!(line.path(), expected, "{context}: {:?}", line.states);
                let lost = line.states.iter().find(|(_, state)| *state == Reconnecting).map(|(when, _)| *when);
                let told_after = lost.map_or(Default::default(), |lost| lost.since(down_at));
                assert!(told_after <= secs(3), "{context}: told after {told_after:?}");
                if gone_s < 30 {
                    assert!(line.end.is_none(), "{context}");
                } else {
                    let (ended_at, end) = line.end.as_ref().expect("it is given up");
                    let took = ended_at.since(lost.unwrap());
                    assert_eq!((end.reason, end.action), (EndReason::NoPath, Action::Retry), "{context}");
                    assert!((secs(30)..secs(31)).contains(&took), "{context}: {took:?}");
                    assert!((30..40).contains(&end.duration_s), "{context}: {} s", end.duration_s);
                    assert!(world.network.sockets(side).is_empty(), "{context}");
                }
            }
            if gone_s < 30 {
                world.talk(secs(1));
            }
        }
    }
}

#[test]
fn without_any_way_the_call_ends_after_twenty_seconds() {
    for servers in [Servers::default(), TURN_ONLY] {
        let mut world = World::new(Setting { servers, ..Setting::default() });
        cut(&mut world);
        if world.turn.is_some() {
            world.turn().is_dead = true;
        }
        world.run(secs(25));
        for side in world.everyone() {
            let line = world.line(side);
            let (ended_at, end) = line.end.as_ref().expect("it is given up");
            assert_eq!((end.reason, end.action, end.duration_s), (EndReason::NoPath, Action::Retry, 0));
            assert!(ended_at.since(world.start) == secs(20), "{:?}", ended_at.since(world.start));
            assert_eq!((line.path(), world.stat(side, Stat::SignalBars)), (vec![CallState::Connecting], Some(0)));
            let paths = world.report(side)["media"]["transport"]["paths"].clone();
            assert!(paths.to_string().contains("checks not answered"), "{paths}");
        }
    }
}

#[test]
fn the_hosts_word_of_another_network_moves_the_call_there() {
    let hosts = [["198.51.100.1", "2001:db8::1"], ["203.0.113.1", "2001:db8::2"]].map(|host| host.map(ip).to_vec());
    for (moving, new) in [(CALLER, "198.51.100.200"), (CALLEE, "203.0.113.200"), (CALLER, "2001:db8::7")] {
        let mut world = World::new(Setting { hosts: hosts.to_vec(), ..Setting::default() });
        world.connect();
        world.talk(secs(1));
        let moved = world.now;
        let host = world.sides[moving].host;
        world.network.set_addresses(host, &[ip(new)]);
        let interfaces = [std::net::SocketAddr::new(ip(new), 0)];
        world.sides[moving].client.set_interfaces(moved, &interfaces).unwrap();
        world.run(secs(3));
        for side in world.everyone() {
            let line = world.line(side);
            assert_eq!(line.state(), CallState::Active, "{new}: {:?}", line.states);
            let gap = world.heard(side, secs(3)).gap(tone_of(other(side)));
            // Who controls and did not move has to notice the silence; who is controlled is told.
            let limit = if moving == CALLER { secs(1) } else { secs(3) };
            assert!(gap < limit, "{new}: {gap:?} of silence for {side}");
        }
        world.talk(secs(1));
        assert_eq!(world.network.sockets(moving).len(), 1, "those of the old network are closed");
    }
}

#[test]
fn a_relay_that_starts_anew_or_is_gone_for_a_while_is_used_again() {
    let reflector_udp = Servers { turn: false, reflector_udp: true, reflector_tcp: false };
    type Deed = fn(&mut World);
    let rows: [(&str, Servers, [bool; 2], Deed, Deed); 4] = [
        ("TURN without its allocations", TURN_ONLY, [false, false], |world| restart_turn(world), |_| {}),
        (
            "TURN gone for 8 s",
            TURN_ONLY,
            [false, false],
            |world| world.turn().is_dead = true,
            |world| world.turn().is_dead = false,
        ),
        (
            "both reflectors without their clients",
            reflector_udp,
            [false, false],
            |world| (0..2).for_each(|number| *world.reflector(number) = Default::default()),
            |_| {},
        ),
        (
            "both reflectors gone for 8 s",
            REFLECTORS,
            [true, true],
            |world| (0..2).for_each(|number| world.reflector(number).is_dead = true),
            |world| (0..2).for_each(|number| world.reflector(number).is_dead = false),
        ),
    ];
    for (name, servers, no_udp, die, live) in rows {
        let mut world =
            World::new(Setting { servers, no_udp: no_udp.into(), p2p_allowed: false, ..Setting::default() });
        world.connect();
        world.run(secs(3));
        die(&mut world);
        world.run(secs(8));
        live(&mut world);
        world.run(secs(12));
        for side in world.everyone() {
            assert_eq!(world.state(side), CallState::Active, "{name}: {:?}", world.line(side).states);
        }
        world.talk(secs(1));
    }
}

/// The machine is there, and knows of nobody.
fn restart_turn(world: &mut World) {
    let fresh =
        tgcall::sim::relay::TurnServer::new(at(TURN).ip(), "user", "secret", tgcall::random::Random::from_seed(99));
    *world.turn() = fresh;
}

#[test]
fn the_only_relay_gone_for_good_ends_the_call_after_half_a_minute() {
    let mut world = World::new(Setting { servers: TURN_ONLY, p2p_allowed: false, ..Setting::default() });
    world.connect();
    world.run(secs(3));
    let died = world.now;
    world.turn().is_dead = true;
    world.run(secs(35));
    for side in world.everyone() {
        let line = world.line(side);
        assert_eq!(line.path(), [CallState::Connecting, CallState::Active, CallState::Reconnecting]);
        let (ended_at, end) = line.end.as_ref().expect("it is given up");
        assert_eq!((end.reason, end.action), (EndReason::NoPath, Action::Retry));
        assert!((secs(32)..secs(34)).contains(&ended_at.since(died)), "{:?}", ended_at.since(died));
    }
}

#[test]
fn a_way_on_which_only_one_is_heard_is_left_too() {
    for (servers, deaf) in [(TURN_ONLY, CALLER), (TURN_ONLY, CALLEE), (REFLECTORS, CALLER), (REFLECTORS, CALLEE)] {
        let mut world = World::new(Setting { servers, ..Setting::default() });
        world.connect();
        world.run(secs(4));
        let hosts = world.each(|side| world.sides[side].host);
        world.network.cut_one_way(hosts[other(deaf)], hosts[deaf]);
        world.run(secs(6));
        for side in world.everyone() {
            assert_ne!(world.route(side), "direct", "{servers:?}, {deaf} is deaf, side {side}");
            assert_eq!(world.line(side).path(), [CallState::Connecting, CallState::Active], "{servers:?}");
        }
        // Who hears nothing knows at once; who is not heard learns it from the checks that are not answered.
        let gap = world.heard(deaf, secs(6)).gap(tone_of(other(deaf)));
        assert!(gap <= ms(3200), "{servers:?}, {deaf} is deaf: {gap:?} of silence");
        world.talk(secs(1));
    }
}

#[test]
fn a_network_that_is_not_there_at_first_is_waited_for() {
    for servers in [Servers::default(), TURN_ONLY, REFLECTORS] {
        let mut world = World::new(Setting { servers, ..Setting::default() });
        set_down(&mut world, true);
        world.run(secs(8));
        set_down(&mut world, false);
        let took = world.connect();
        assert!(took < secs(11), "{servers:?}: {took:?}");
        world.run(secs(2));
        world.talk(secs(1));
    }
}

#[test]
fn connections_that_are_forgotten_on_the_way_are_opened_anew() {
    let tcp = Servers { turn: false, reflector_udp: false, reflector_tcp: true };
    let proxied = [Some(ProxyKind::TcpOnly), Some(ProxyKind::TcpOnly)];
    for (servers, proxy) in [(TURN_ONLY, [None, None]), (tcp, [None, None]), (TURN_ONLY, proxied), (tcp, proxied)] {
        for side in [CALLER, CALLEE] {
            let context = format!("{servers:?}, {proxy:?}, {side}");
            let (proxy, no_udp) = (proxy.into(), vec![true, true]);
            let mut world = World::new(Setting { servers, proxy, no_udp, p2p_allowed: false, ..Setting::default() });
            world.connect();
            world.run(secs(3));
            let host = world.sides[side].host;
            world.network.forget_connections(host);
            world.run(secs(4));
            assert_eq!(world.each(|side| world.state(side)), [CallState::Reconnecting; 2], "{context}");
            world.until_heard(secs(8));
            world.talk(secs(1));
        }
    }
}

#[test]
fn streams_find_their_way_back_after_a_long_outage() {
    let tcp = Servers { turn: false, reflector_udp: false, reflector_tcp: true };
    for (servers, gone_s) in [(TURN_ONLY, 10), (TURN_ONLY, 26), (tcp, 10), (tcp, 26)] {
        let mut world =
            World::new(Setting { servers, no_udp: vec![true, true], p2p_allowed: false, ..Setting::default() });
        world.connect();
        world.run(secs(2));
        set_down(&mut world, true);
        world.run(secs(gone_s));
        set_down(&mut world, false);
        world.until_heard(secs(8));
        for side in world.everyone() {
            assert!(world.line(side).end.is_none(), "{servers:?}, {gone_s} s");
        }
        world.talk(secs(1));
    }
}

#[test]
fn another_network_is_found_from_behind_a_proxy_too() {
    let servers = Servers { turn: true, reflector_udp: true, reflector_tcp: true };
    for (kind, side) in
        [ProxyKind::Udp, ProxyKind::TcpOnly].into_iter().flat_map(|kind| [CALLER, CALLEE].map(|side| (kind, side)))
    {
        let mut proxy = vec![None; 2];
        proxy[side] = Some(kind);
        let mut world = World::new(Setting { servers, proxy, ..Setting::default() });
        world.connect();
        world.run(secs(3));
        let (now, host, new) = (world.now, world.sides[side].host, ip(["198.51.100.9", "203.0.113.9"][side]));
        world.network.set_addresses(host, &[new]);
        world.sides[side].client.set_interfaces(now, &[std::net::SocketAddr::new(new, 0)]).unwrap();
        world.run(secs(1));
        world.until_heard(secs(5));
        world.talk(secs(1));
        for other in world.everyone() {
            assert_eq!(world.state(other), CallState::Active, "{kind:?}, {side}");
        }
        let sent_to = &world.sides[side].sent_to;
        assert!(sent_to.iter().all(|(_, to)| to.ip() == proxy_of(side).ip()), "{sent_to:?}");
    }
}
