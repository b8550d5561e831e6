//! Who is not the peer, and a peer that does what it should not.

use crate::world::*;
use tgcall::media::srtp::Profile;
use tgcall::media::{Failure, MediaKind, State};
use tgcall::random::Random;
use tgcall::types::Ssrc;

#[test]
fn a_source_that_was_not_announced_is_told_if_it_is_the_peers() {
    for mtproto in [false, true] {
        let mut world = World::new(Setting { mtproto, ..Setting::default() });
        world.connect();
        let mut announced = stream(CALLER, MediaKind::Audio);
        announced.ssrc = Ssrc(9000);
        let own = [MediaKind::Audio, MediaKind::Video].map(|kind| stream(CALLER, kind));
        let (now, transport) = (world.now, &mut world.peers[CALLER].transport);
        assert!(transport.set_send_streams(&[own[0].clone(), own[1].clone(), announced.clone()]).is_empty());
        for i in 0..5 {
            transport.send_rtp(now, Ssrc(9000), 111, i * 960, false, &[], b"x").unwrap();
        }
        world.run(ms(300));
        let callee = &world.peers[CALLEE];
        assert_eq!((&callee.unknown[..], callee.received.len()), (&[(Ssrc(9000), 111)][..], 0));
        assert_eq!(callee.transport.stats().rtp.packets_ignored, 5);
        // From the moment it is announced it is heard, from the next packet on.
        let mut theirs = own.to_vec();
        theirs.push(announced);
        let now = world.now;
        assert!(world.peers[CALLEE].transport.set_receive_streams(&theirs).is_empty());
        world.peers[CALLER].transport.send_rtp(now, Ssrc(9000), 111, 4800, false, &[], b"x").unwrap();
        world.run(ms(300));
        assert_eq!((world.peers[CALLEE].unknown.len(), world.peers[CALLEE].received.len()), (1, 1));
    }
}

#[test]
fn a_wrong_fingerprint_ends_it_before_any_key_is_used() {
    for victim in [CALLER, CALLEE] {
        let mut world = World::new(Setting { wrong_fingerprint: Some(victim), ..Setting::default() });
        world.talking = true;
        world.run(secs(5));
        let states: Vec<State> = world.peers[victim].states.iter().map(|s| s.1).collect();
        assert_eq!(states, [State::Failed(Failure::Fingerprint)]);
        assert!(world.peers[victim].received.is_empty());
        assert_eq!(world.peers[victim].transport.report().protection, "none");
        assert_eq!(world.peers[victim].transport.stats().rtp.packets_sent, 0);
    }
}

#[test]
fn a_link_takes_no_protection_that_it_does_not_want() {
    let wants = |profiles| World::new(Setting { profiles, ..Setting::default() });
    let mut world = wants(&[Profile::AeadAes128Gcm, Profile::AeadAes256Gcm]);
    world.connect();
    assert_eq!(world.peers[CALLEE].transport.report().protection, "AEAD_AES_256_GCM");
    world.talk_is_fine();
    let mut world = wants(&[Profile::Aes128CmSha1_80]);
    world.talking = true;
    world.run(secs(5));
    let Peer { states, received, transport, .. } = &world.peers[CALLEE];
    assert_eq!(states.iter().map(|state| state.1).collect::<Vec<_>>(), [State::Failed(Failure::Handshake)]);
    assert!(received.is_empty());
    assert_eq!((transport.report().protection, transport.stats().rtp.packets_sent), ("none", 0));
    let why = transport.report().dtls_error.unwrap();
    assert!(why.contains("AEAD_AES_256_GCM"), "{why}");
}

#[test]
fn what_others_send_is_counted_and_changes_nothing() {
    let mut world = World::new(Setting { servers: vec![turn_entry()], ..Setting::default() });
    add_turn(&mut world);
    world.connect();
    world.talk_is_fine();
    let socket = *world.network.sockets(CALLER).first().unwrap();
    let route = world.route(CALLER);
    let mut random = Random::from_seed(11);
    for i in 0..4000_u32 {
        let mut bytes = vec![0; random.below(200) as usize];
        random.fill(&mut bytes);
        if let Some(first) = bytes.first_mut() {
            *first = [0, 1, 22, 23, 64, 128, 144, 255][i as usize % 8];
        }
        if i % 3 == 0 && bytes.len() >= 8 {
            bytes[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
        }
        // From a stranger, from the peer's own address, from the server's.
        let from = [at("192.0.2.66:6"), at("203.0.113.1:40001"), at("192.0.2.20:3478")][i as usize % 3];
        let now = world.now;
        world.peers[CALLER].transport.handle_datagram(now, socket, from, &bytes);
        world.peers[CALLER].transport.handle_stream(now, socket, &bytes);
        world.flush(CALLER);
    }
    let stats = world.peers[CALLER].transport.stats();
    assert!(stats.dropped.received() + stats.rtp.packets_ignored >= 3500, "{:?}", stats.dropped);
    assert_eq!((world.route(CALLER), stats.route_changes), (route, 1));
    world.run(secs(1));
    assert_eq!(world.peers[CALLER].transport.state(), State::Connected);
    world.talk_is_fine();
}

#[test]
fn replayed_datagrams_are_dropped_and_counted() {
    for mtproto in [false, true] {
        let mut world = World::new(Setting { mtproto, ..Setting::default() });
        for side in [CALLER, CALLEE] {
            let host = world.peers[side].host;
            world.network.link_mut(host).duplicate_permille = 1000;
        }
        world.connect();
        world.talk_is_fine();
        let dropped = world.peers[CALLER].transport.stats().dropped;
        assert!(dropped.rtp + dropped.mtproto >= 100, "{dropped:?}");
    }
}

#[test]
fn candidates_of_the_peer_are_bounded_and_the_useless_counted() {
    let mut world = World::new(Setting::default());
    world.connect();
    let now = world.now;
    let transport = &mut world.peers[CALLER].transport;
    for i in 0..2000_u32 {
        transport
            .add_remote_candidate(now, &format!("candidate:1 1 udp 1 10.9.{}.{} 5 typ host", i / 250, i % 250 + 1));
        transport.add_remote_candidate(now, "candidate:1 1 udp 1 some.name 5 typ host");
    }
    let report = transport.report();
    assert!(report.paths.len() <= 256 && report.remote_candidates.len() <= 64);
    assert_eq!(transport.stats().dropped.candidates, 2000);
    world.flush(CALLER);
    world.talk_is_fine();
}

#[test]
fn nobody_on_the_way_can_end_a_call_by_spoiling_its_handshake() {
    for seed in 0..12 {
        let mut world = World::new(Setting { seed, ..Setting::default() });
        world.attacker = Some((Random::from_seed(seed), Default::default()));
        let took = world.connect();
        assert!(took < secs(20), "seed {seed}: {took:?}");
        assert_eq!(world.talk(secs(3)), [1000, 1000], "seed {seed}");
    }
}
