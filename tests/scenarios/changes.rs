//! Long calls: through a thousand networks, past who repeats what he overhears, on machines with hundreds of addresses. What a
//! call holds and what it sends stays what it was, and the next change is followed as the first was.

use crate::moves::*;
use crate::world::*;
use std::net::{IpAddr, SocketAddr};
use tgcall::client::CallState;

const TURN_ONLY: Servers = Servers { turn: true, reflector_udp: false, reflector_tcp: false };
const ALL: Servers = Servers { turn: true, reflector_udp: true, reflector_tcp: true };
const REFLECTORS_UDP: Servers = Servers { turn: false, reflector_udp: true, reflector_tcp: false };

/// What a call holds, and what it sends.
#[derive(Debug)]
struct Held {
    paths: Vec<usize>,
    local: Vec<usize>,
    remote: Vec<usize>,
    sockets: Vec<usize>,
    allocations: usize,
    /// Datagrams without sound, in 20 s.
    sent: u64,
}

fn hold(world: &mut World) -> Held {
    let before = world.network.sent;
    world.run(secs(20));
    let sent = world.network.sent - before;
    let now = world.now;
    let count =
        |list: &str| world.each(|side| world.report(side)["media"]["transport"][list].as_array().unwrap().len());
    Held {
        paths: count("paths"),
        local: count("local_candidates"),
        remote: count("remote_candidates"),
        sockets: world.each(|side| world.network.sockets(side).len()),
        allocations: if world.turn.is_some() { world.turn().allocations(now) } else { 0 },
        sent,
    }
}

impl Held {
    #[track_caller]
    fn assert_no_more_than(&self, first: &Held, context: &str) {
        let lists = |held: &Held| [&held.paths, &held.local, &held.remote, &held.sockets].map(Vec::clone).concat();
        let numbers = |held: &Held| [lists(held), vec![held.allocations, held.sent as usize]].concat();
        let grows = numbers(self).iter().zip(numbers(first)).any(|(one, other)| one * 10 > other * 11);
        assert!(!grows, "{context}: {self:?} after {first:?}");
    }
}

fn change_a_thousand_times(servers: Servers) {
    let context = format!("{servers:?}");
    let mut world = World::new(Setting { servers, ..Setting::default() });
    world.connect();
    world.talk(secs(1));
    world.pause_sound();
    move_to(&mut world, CALLER, nth_network(CALLER, 0));
    move_to(&mut world, CALLEE, nth_network(CALLEE, 0));
    world.run(secs(100));
    let first = hold(&mut world);
    for number in 1..=1000 {
        let side = number % 2;
        move_to(&mut world, side, nth_network(side, number));
        world.run(secs(3));
        for side in world.everyone() {
            assert_eq!(world.state(side), CallState::Active, "{context}: after {number} changes, {side}");
        }
    }
    // In the middle of it, too, there is a bound.
    let busy = hold(&mut world);
    assert!(busy.paths.iter().all(|paths| *paths <= 256) && busy.sent < 20 * first.sent, "{context}: {busy:?}");
    world.run(secs(100));
    hold(&mut world).assert_no_more_than(&first, &context);
    world.resume_sound();
    world.run(secs(2));
    world.talk(secs(1));
    // And one without a good-bye.
    be_thrown_to(&mut world, CALLER, ip("198.51.100.200"));
    world.run(secs(5));
    world.talk(secs(1));
}

#[test]
fn a_thousand_changes_of_network_leave_a_call_as_one_did() {
    change_a_thousand_times(Servers::default());
}

#[test]
fn a_thousand_changes_of_network_leave_a_call_with_servers_as_one_did() {
    change_a_thousand_times(TURN_ONLY);
}

#[test]
fn a_call_that_changes_networks_as_in_a_train_is_heard_after_each() {
    for servers in [Servers::default(), ALL] {
        let mut world = World::new(Setting { servers, ..Setting::default() });
        world.connect();
        for number in 1..=40 {
            let side = number % 2;
            be_thrown_to(&mut world, side, nth_network(side, number));
            world.run(secs(4));
            for side in world.everyone() {
                let heard = world.heard(side, secs(1)).audible(tone_of(other(side)));
                assert!(heard >= 950, "{servers:?}: {heard} of 1000 after {number} changes, {side}");
            }
        }
        world.talk(secs(1));
    }
}

#[test]
fn checks_that_are_repeated_from_ten_thousand_ports_keep_nobody_out() {
    let mut world = World::new(Setting::default());
    world.listens = true;
    world.connect();
    world.talk(secs(1));
    // Somebody on the way has written down what the caller asked the callee, and says it again from everywhere.
    let host = world.sides[CALLEE].host;
    let (now, callee) = (world.now, world.network.addresses(host)[0]);
    let overheard = std::mem::take(&mut world.overheard);
    let checks: Vec<_> = overheard.into_iter().filter(|(to, _)| to.ip() == callee).collect();
    assert!(checks.len() >= 3, "{} checks", checks.len());
    let before = world.network.sent;
    for number in 0..10_000 {
        let (to, bytes) = &checks[number % checks.len()];
        let from = SocketAddr::from(([198, 51, 100, 77], 10_000 + number as u16));
        world.network.inject(now + ms(number as u64 / 10), from, *to, bytes.clone());
    }
    world.run(secs(2));
    // Each is answered, as it is authentic; and that is nearly all.
    let sent = world.network.sent - before;
    assert!((10_000..11_000).contains(&sent), "{sent} datagrams");
    let paths = world.report(CALLEE)["media"]["transport"]["paths"].as_array().unwrap().len();
    assert!(paths <= 1 + 32, "{paths} paths");
    // And then a real candidate still gets in.
    be_thrown_to(&mut world, CALLER, ip("198.51.100.200"));
    world.run(secs(2));
    world.talk(secs(1));
    be_thrown_to(&mut world, CALLEE, ip("203.0.113.200"));
    world.run(secs(4));
    world.talk(secs(1));
    assert_eq!(world.each(|side| world.state(side)), [CallState::Active; 2]);
}

#[test]
fn machines_with_two_hundred_addresses_find_each_other() {
    // The way out is the first; the others are bridges of containers that lead nowhere.
    let hosts = [(10, "198.51.100.1"), (11, "203.0.113.1")].map(|(net, way_out)| {
        let bridges = (0..199_u8).map(|number| IpAddr::from([net, number, 0, 1]));
        std::iter::once(ip(way_out)).chain(bridges).collect::<Vec<_>>()
    });
    for (servers, is_cut, route) in [(Servers::default(), false, "direct"), (TURN_ONLY, true, "turn over udp")] {
        let mut world = World::new(Setting { servers, hosts: hosts.to_vec(), ..Setting::default() });
        let [a, b] = [CALLER, CALLEE].map(|side| world.sides[side].host);
        for side in world.everyone() {
            for bridge in &hosts[side][1..] {
                world.network.set_down(world.sides[side].host, *bridge, true);
            }
        }
        world.network.set_cut(a, b, is_cut);
        let took = world.connect();
        assert!(took < secs(3), "{servers:?}: {took:?}");
        world.talk(secs(1));
        assert_eq!(world.each(|side| world.route(side)), [route; 2]);
        for side in world.everyone() {
            let paths = world.report(side)["media"]["transport"]["paths"].as_array().unwrap().len();
            assert!(paths <= 256 && world.network.sockets(side).len() <= 64, "{paths} paths");
        }
        // What leads nowhere is given up after a minute.
        world.pause_sound();
        world.run(secs(70));
        let held = hold(&mut world);
        assert!(held.paths.iter().all(|paths| *paths <= 4) && held.sent < 1000, "{servers:?}: {held:?}");
        world.resume_sound();
        world.run(secs(2));
        world.talk(secs(1));
    }
}

#[test]
fn fifteen_addresses_that_lead_nowhere_at_both_ends_do_not_keep_the_relay_out() {
    let hosts = [10, 11].map(|net| (0..15_u8).map(|number| IpAddr::from([net, number, 0, 1])).collect::<Vec<_>>());
    let mut world = World::new(Setting { servers: TURN_ONLY, hosts: hosts.into(), ..Setting::default() });
    let [a, b] = [CALLER, CALLEE].map(|side| world.sides[side].host);
    world.network.set_cut(a, b, true);
    let took = world.connect();
    assert!(took < secs(3), "{took:?}");
    world.talk(secs(1));
    assert_eq!(world.each(|side| world.route(side)), ["turn over udp"; 2]);
}

#[test]
fn after_a_blackout_both_are_heard_again_at_once() {
    for mute in [None, Some(CALLER), Some(CALLEE)] {
        for start_ms in [0, 170, 390, 610, 880] {
            let setting = Setting { servers: REFLECTORS_UDP, p2p_allowed: false, ..Setting::default() };
            let mut world = World::new(setting);
            world.connect();
            world.run(secs(3) + ms(start_ms));
            if let Some(side) = mute {
                world.sides[side].lines[0].speaks = false;
            }
            (0..2).for_each(|number| world.reflector(number).is_dead = true);
            world.run(secs(7));
            (0..2).for_each(|number| world.reflector(number).is_dead = false);
            let over = world.now;
            let mut heard = [None; 2];
            while world.now.since(over) < secs(3) {
                world.run(ms(20));
                for side in world.everyone() {
                    let is_heard = world.heard(side, ms(60)).audible(tone_of(other(side))) >= 600;
                    heard[side] = heard[side].or(is_heard.then(|| world.now.since(over)));
                }
            }
            let context = format!("{mute:?} is silent, {start_ms} ms: {heard:?}");
            let times: Vec<_> =
                world.everyone().filter(|side| mute != Some(other(*side))).map(|side| heard[side]).collect();
            assert!(times.iter().all(|time| time.is_some_and(|time| time <= ms(1700))), "{context}");
            if let [Some(one), Some(other)] = times[..] {
                assert!(one.abs_diff(other) <= ms(200), "{context}");
            }
            world.sides.iter_mut().for_each(|side| side.lines[0].speaks = true);
            world.run(secs(1));
            world.talk(secs(1));
        }
    }
}

#[test]
fn a_host_with_sockets_of_both_families_writes_ipv4_as_ipv6_and_is_connected() {
    for servers in [Servers::default(), TURN_ONLY, REFLECTORS_UDP] {
        let p2p_allowed = servers == Servers::default();
        let mut world = World::new(Setting { servers, p2p_allowed, is_dual_stack: true, ..Setting::default() });
        let took = world.connect();
        assert!(took < secs(1), "{servers:?}: {took:?}");
        world.talk(secs(1));
        let relayed = ["direct", "turn over udp", "reflector"];
        assert!(world.everyone().all(|side| relayed.iter().any(|route| world.route(side).starts_with(route))));
    }
}
