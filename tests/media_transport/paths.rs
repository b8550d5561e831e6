//! Which way is found, and what is told of it.

use crate::world::*;
use std::collections::BTreeSet;
use tgcall::media::{LinkConfig, Output, Route, RouteKind, Server, Setup, Transport, Ways};
use tgcall::random::Random;
use tgcall::sim::network::NatKind;
use tgcall::sim::relay::Reflector;
use tgcall::time::Time;
use tgcall::types::{Protocol, Role, Ssrc};

#[test]
fn two_hosts_on_the_open_internet_connect_at_once_over_ipv4_and_ipv6() {
    for hosts in [["198.51.100.1", "203.0.113.1"], ["2001:db8::1", "2001:db8::2"]] {
        let mut world = World::new(Setting { hosts: hosts.map(|h| vec![ip(h)]), ..Setting::default() });
        let took = world.connect();
        assert!(took < ms(600), "{took:?}");
        for side in [CALLER, CALLEE] {
            assert_eq!(world.route(side), Route { kind: RouteKind::Direct, tcp: false });
            assert!(world.peers[side].candidates[0].contains("typ host"));
        }
        world.talk_is_fine();
        let received = &world.peers[CALLEE].received;
        assert!(received.iter().all(|(_, r)| r.ssrc == Ssrc(100) && r.payload_type == 111));
        let received = &world.peers[CALLER].received;
        assert!(received.iter().all(|(_, r)| r.ssrc == Ssrc(200) && r.payload_type == 96));
        assert!(received[0].1.marker);
    }
}

#[test]
fn the_data_channel_carries_texts_both_ways() {
    for mtproto in [false, true] {
        let mut world = World::new(Setting { mtproto, ..Setting::default() });
        let now = world.now;
        world.peers[CALLER].transport.send_data(now, "kept until it is open").unwrap();
        world.connect();
        world.run(secs(2));
        let now = world.now;
        world.peers[CALLEE].transport.send_data(now, "{\"@type\": \"MediaState\"}").unwrap();
        world.run(secs(1));
        assert_eq!(world.peers[CALLEE].texts, ["kept until it is open"], "mtproto {mtproto}");
        assert_eq!(world.peers[CALLER].texts, ["{\"@type\": \"MediaState\"}"]);
    }
}

#[test]
fn network_use_mtproto_carries_media_without_dtls() {
    let mut world = World::new(Setting { mtproto: true, ..Setting::default() });
    world.connect();
    world.talk_is_fine();
    let report = world.peers[CALLER].transport.report();
    assert_eq!((report.protection, report.dtls_role), ("MTProto", None));
}

#[test]
fn the_setup_of_the_peer_decides_who_begins_the_handshake() {
    for setups in [[None, None], [None, Some(Setup::Active)], [Some(Setup::Active), Some(Setup::Passive)]] {
        let mut world = World::new(Setting { setups, ..Setting::default() });
        // Where the callee claims to be active the caller must be the server, and then the callee has to believe it too.
        if setups[1] == Some(Setup::Active) {
            world = World::new(Setting { setups: [Some(Setup::Passive), Some(Setup::Active)], ..Setting::default() });
        }
        world.connect();
        world.talk_is_fine();
        let roles = [CALLER, CALLEE].map(|side| world.peers[side].transport.report().dtls_role.unwrap());
        assert_ne!(roles[0], roles[1]);
        let caller_is_server = setups[1] == Some(Setup::Active);
        assert_eq!(format!("{:?}", roles[CALLER]) == "Server", caller_is_server);
    }
}

#[test]
fn nats_are_crossed_with_a_stun_server_and_symmetric_ones_by_a_relay() {
    use NatKind::*;
    let private = [vec![ip("10.0.0.2")], vec![ip("10.1.0.2")]];
    for (kinds, expected) in [
        ([FullCone, FullCone], RouteKind::Direct),
        ([AddressRestricted, PortRestricted], RouteKind::Direct),
        ([PortRestricted, PortRestricted], RouteKind::Direct),
        ([Symmetric, FullCone], RouteKind::Direct),
        ([Symmetric, Symmetric], RouteKind::Turn),
    ] {
        let mut world = World::new(Setting {
            servers: vec![turn_entry()],
            hosts: private.clone(),
            nat: kinds.map(Some),
            ..Setting::default()
        });
        add_turn(&mut world);
        world.connect();
        world.run(secs(3));
        assert_eq!(world.route(CALLER).kind, expected, "{kinds:?}");
        world.talk_is_fine();
        assert!(world.peers[CALLER].candidates.iter().any(|c| c.contains("typ srflx raddr 10.0.0.2")));
    }
}

#[test]
fn a_relayed_call_shows_no_address_and_takes_only_relays() {
    let mut world = World::new(Setting { p2p: false, servers: vec![turn_entry()], ..Setting::default() });
    let id = add_turn(&mut world);
    world.connect();
    world.talk_is_fine();
    for side in [CALLER, CALLEE] {
        assert_eq!(world.route(side), Route { kind: RouteKind::Turn, tcp: false });
        let candidates = &world.peers[side].candidates;
        assert!(
            candidates.iter().all(|c| c.contains("typ relay") && !c.contains("198.51.") && !c.contains("203.0.113."))
        );
    }
    let before = world.peers[CALLER].transport.report().paths.len();
    let now = world.now;
    let host = "candidate:1 1 udp 2113937151 203.0.113.77 5000 typ host generation 0";
    world.peers[CALLER].transport.add_remote_candidate(now, host);
    assert_eq!(world.peers[CALLER].transport.report().paths.len(), before);
    for side in [CALLER, CALLEE] {
        let now = world.now;
        world.peers[side].transport.close(now);
    }
    world.run(secs(1));
    let now = world.now;
    assert_eq!(turn(&mut world, id).allocations(now), 0, "allocations are given back");
    assert!([CALLER, CALLEE].iter().all(|side| world.network.sockets(*side).is_empty()));
    assert!(world.peers.iter().all(|p| p.transport.next_timeout().is_none()));
}

#[test]
fn a_turn_call_outlives_its_allocation_permissions_channels_and_nonces() {
    let mut world = World::new(Setting { p2p: false, servers: vec![turn_entry()], ..Setting::default() });
    let id = add_turn(&mut world);
    turn(&mut world, id).nonce_lifetime = secs(90);
    world.connect();
    for _ in 0..7 {
        world.run(secs(180));
        world.talk_is_fine();
    }
    let errors = turn(&mut world, id).errors.clone();
    assert_eq!(errors.get(&401), Some(&2), "once per client");
    assert!(errors.get(&438).is_some_and(|n| *n > 5), "{errors:?}");
    assert!(errors.keys().all(|code| [401, 438].contains(code)), "{errors:?}");
    assert!(world.peers.iter().all(|p| p.routes.len() == 1), "the route never changed");
}

#[test]
fn a_wrong_turn_password_is_told_in_the_report() {
    let mut world = World::new(Setting {
        servers: vec![Server::webrtc(1, "192.0.2.20", "", 3478, "user", "wrong", true, false)],
        ..Setting::default()
    });
    add_turn(&mut world);
    world.connect();
    world.run(secs(1));
    let text = world.peers[CALLER].transport.report().to_text(false);
    assert!(text.contains("turn over udp: refused with 401"), "{text}");
    assert!(!text.contains("192.0.2.20") && !text.contains("198.51.100.1"), "{text}");
    let text = world.peers[CALLER].transport.report().to_text(true);
    assert!(text.contains("192.0.2.20:3478") && text.contains("198.51.100.1"), "{text}");
}

#[test]
fn where_udp_is_blocked_turn_over_tcp_is_tried_after_three_seconds() {
    for p2p in [true, false] {
        let no_udp = [true, true];
        let mut world = World::new(Setting { p2p, no_udp, servers: vec![turn_entry()], ..Setting::default() });
        add_turn(&mut world);
        let took = world.connect();
        assert!((secs(3)..secs(5)).contains(&took), "{took:?}");
        assert_eq!(world.route(CALLER), Route { kind: RouteKind::Turn, tcp: true });
        world.talk_is_fine();
    }
}

#[test]
fn reflectors_carry_a_call_over_udp_over_tcp_and_mixed() {
    for blocked in [[false, false], [true, true], [true, false], [false, true]] {
        for standalone in [false, true] {
            let servers = [reflector_entries(false), reflector_entries(true)].concat();
            let setting = Setting { p2p: false, servers, standalone, no_udp: blocked, ..Setting::default() };
            let mut world = World::new(setting);
            let ids = add_reflectors(&mut world);
            world.connect();
            world.run(secs(1));
            for side in [CALLER, CALLEE] {
                let route = world.route(side);
                // By ascending ids, the one with -5 is number 1; both numbers are as good.
                assert!(matches!(route.kind, RouteKind::Reflector(1 | 2)), "{route:?}");
                // With fixed tags, UDP and TCP are one to the reflector: whichever said hello last.
                assert!(standalone || route.tcp == blocked[side], "{blocked:?}");
                let candidates = &world.peers[side].candidates;
                assert_eq!(candidates.is_empty(), standalone);
                assert!(candidates.iter().all(|c| c.contains(".reflector 599 typ relay generation")), "{candidates:?}");
            }
            world.talk_is_fine();
            assert!(ids.iter().map(|id| reflector(&mut world, *id).forwarded).sum::<u64>() > 100);
        }
    }
}

#[test]
fn many_reflectors_do_not_crowd_each_other_out() {
    let mut servers = Vec::new();
    for n in 1..=12_u8 {
        servers.push(Server::reflector(i64::from(n), &format!("192.0.2.{n}"), "", 599, b"0123456789abcdef", false));
    }
    let mut world = World::new(Setting { p2p: false, servers, ..Setting::default() });
    // Only the last of them is there.
    world.network.add_server(&[at("192.0.2.12:599")], true, false, Reflector::default());
    let took = world.connect();
    assert!(took < secs(2), "{took:?}");
    assert_eq!(world.route(CALLEE).kind, RouteKind::Reflector(12));
}

#[test]
fn a_call_connects_and_holds_through_loss_jitter_and_reordering() {
    for (loss, seed) in [(20, 1), (50, 2), (100, 3), (200, 4), (200, 5), (200, 6)] {
        let mut world = World::new(Setting { seed, ..Setting::default() });
        for side in [CALLER, CALLEE] {
            let host = world.peers[side].host;
            let link = world.network.link_mut(host);
            // Each datagram crosses two links.
            (link.loss_permille, link.jitter, link.reorder_permille, link.duplicate_permille) =
                (loss / 2, ms(15), 30, 20);
        }
        world.connect();
        let arrived = world.talk(secs(60));
        for share in arrived {
            assert!((1000 - u64::from(loss) - 40..1000 - u64::from(loss) + 40).contains(&share), "{loss}: {arrived:?}");
        }
        for peer in &world.peers {
            assert_eq!(peer.states.len(), 1, "{loss}, seed {seed}: {:?}", peer.states);
            let numbers: BTreeSet<u16> = peer.received.iter().map(|(_, r)| r.sequence).collect();
            assert_eq!(numbers.len(), peer.received.len(), "nothing is handed on twice");
            let stats = peer.transport.stats();
            let lost = stats.rtp.packets_lost * 1000 / (stats.rtp.packets_lost + stats.rtp.packets_received);
            assert!(lost.abs_diff(u64::from(loss)) < 40, "{lost} reported for {loss}");
            assert!(stats.rtp.jitter > ms(1) && stats.rtp.jitter < ms(30), "{:?}", stats.rtp.jitter);
            assert!(
                stats.round_trip.unwrap() > ms(35) && stats.round_trip.unwrap() < ms(200),
                "{:?}",
                stats.round_trip
            );
            assert!(stats.rtp.transport_cc_sent > 500, "every 50 to 100 ms");
            assert!(stats.rtp.feedback_arrived > 0 && stats.rtp.remote_loss_permille < 500);
            let feedback = stats.rtp.feedback_round_trip.unwrap();
            assert!(feedback > ms(35) && feedback < ms(400), "{feedback:?}");
            let rate = stats.rtp.feedback_bit_rate.unwrap();
            assert!((3000..20_000).contains(&rate), "28 bytes 50 times a second, less what is lost: {rate}");
        }
    }
}

#[test]
fn a_proxy_means_relays_only_and_tcp_as_soon_as_udp_is_refused() {
    let mut config = LinkConfig::to_peer(1, Role::Caller);
    config.gather.servers = vec![turn_entry()];
    config.gather.ways = Ways::Proxy;
    config.gather.interfaces = vec![ip("198.51.100.1")];
    let now = Time::from_nanos(1);
    let mut transport = Transport::new(now, Random::from_seed(1), config);
    let mut opened = Vec::new();
    while let Some(output) = transport.poll_output() {
        if let Output::OpenSocket { socket, protocol, local, .. } = output {
            assert!(local.ip().is_unspecified(), "the proxy chooses the interface");
            opened.push((socket, protocol));
        }
    }
    assert_eq!(opened.len(), 2, "one per family");
    transport.handle_closed(now, opened[0].0);
    let tcp = std::iter::from_fn(|| transport.poll_output())
        .filter(|o| matches!(o, Output::OpenSocket { protocol: Protocol::Tcp, remote: Some(_), .. }))
        .count();
    assert_eq!(tcp, 1);
}

#[test]
fn the_report_is_json_too_and_hides_addresses() {
    let mut world = World::new(Setting { servers: vec![turn_entry()], ..Setting::default() });
    add_turn(&mut world);
    world.connect();
    world.talk_is_fine();
    let report = world.peers[CALLER].transport.report();
    let json = report.to_json(false);
    assert_eq!(json["state"], "connected");
    assert!(json["paths"].as_array().unwrap().iter().any(|p| p["step"] == "in use" && p["remote"].is_null()));
    assert!(json["round_trip_ms"].as_f64().unwrap() > 30.0);
    assert!(!json.to_string().contains("198.51.100") && report.to_json(true).to_string().contains("198.51.100"));
}
