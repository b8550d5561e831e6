//! A way to the server, and keys.

use super::world::{ROOM, World, ms, secs};
use crate::media::dtls;
use crate::media::srtp::Profile;
use crate::media::{IceRole, Setup, State};
use crate::sim::nat::NatKind;
use crate::time::Time;

#[test]
fn a_link_comes_up_in_the_roles_that_servers_expect() {
    let mut world = World::new(1);
    let side = world.add();
    world.connect_all();
    let (connected, _) = world.sides[side].states[0];
    assert!(connected <= Time::ZERO + ms(150), "a check, and a handshake of two round trips: {connected:?}");
    let report = world.sides[side].transport.report();
    assert!(!report.controlling, "the server never nominates, and needs not to");
    assert_eq!((report.dtls_role, report.protection), (Some(dtls::Role::Server), "AEAD_AES_256_GCM"));
    assert!(report.data_channel);
    let leg = world.sides[side].leg;
    let stats = world.sfu().stats(leg).unwrap();
    assert!(stats.is_secure && stats.channels == 1 && stats.controlled_checks > 0, "{stats:?}");
}

#[test]
fn either_role_of_ice_and_of_the_handshake_will_do() {
    for ice in [IceRole::Controlled, IceRole::Controlling] {
        for (setup, role) in [(Setup::Passive, dtls::Role::Server), (Setup::Active, dtls::Role::Client)] {
            let mut world = World::new(2);
            let side = world.add_with(ROOM, &[], |config| (config.ice, config.setup) = (ice, setup));
            world.connect_all();
            let report = world.sides[side].transport.report();
            assert_eq!(report.dtls_role, Some(role));
            assert_eq!(report.controlling, ice == IceRole::Controlling);
        }
    }
}

#[test]
fn who_is_told_of_a_conflict_takes_the_other_role() {
    let mut world = World::new(3);
    world.sfu().knobs.conflicts = 3;
    let side = world.add();
    world.connect_all();
    assert!(world.sides[side].transport.report().controlling);
    world.run_for(secs(30));
    assert_eq!(world.sides[side].states.len(), 1, "{:?}", world.sides[side].states);
}

#[test]
fn a_server_that_takes_its_time_is_waited_for() {
    for wait in [20, 60, 400] {
        let mut world = World::new(4);
        world.sfu().knobs.answer_after = ms(wait);
        world.add();
        world.connect_all();
        world.run_for(secs(20));
        assert_eq!(world.sides[0].states.len(), 1, "{wait} ms");
    }
}

#[test]
fn behind_a_nat_and_on_the_other_family_it_is_the_same() {
    let mut world = World::new(5);
    for (number, kind) in [NatKind::FullCone, NatKind::Symmetric].into_iter().enumerate() {
        let address = [format!("10.0.{number}.2").parse().unwrap()];
        let public = format!("198.51.100.{}", 100 + number).parse().unwrap();
        let host = world.network.add_host_behind(&address, kind, public);
        world.add_on(ROOM, host, &address, |_| {});
    }
    world.add_with(ROOM, &["2001:db8::77".parse().unwrap()], |_| {});
    world.connect_all();
    world.talk(&[0, 1, 2], secs(1));
    for side in 0..3 {
        assert_eq!(world.sides[side].sources().len(), 2, "{side}");
    }
}

#[test]
fn media_flows_under_each_profile() {
    for profile in Profile::ALL {
        let mut world = World::new(6);
        let (one, two) = (world.add(), world.add());
        world.connect_all();
        for side in [one, two] {
            let (now, leg, material) = (world.now, world.sides[side].leg, [side as u8 + 1; 92]);
            world.sides[side].transport.set_keys(now, profile, &material);
            world.sfu().set_keys(leg, profile, &material);
        }
        world.talk(&[one], secs(1));
        world.run_for(ms(100));
        assert_eq!(world.sides[two].received.len(), 50, "{}", profile.name());
    }
}

/// `corrections.md` 1.1: no time-out of 20 s. What it means that there is no link, those above know.
#[test]
fn a_lost_link_is_told_within_three_seconds_and_looked_for_without_end() {
    for speaks in [false, true] {
        let mut world = World::new(7);
        let (one, two) = (world.add(), world.add());
        world.connect_all();
        world.talk(&[one, two], secs(2));
        let (host, address) = (world.sides[one].host, world.network.addresses(world.sides[one].host)[0]);
        for outage in [4, 25, 600] {
            world.network.set_down(host, address, true);
            let lost = world.now;
            if speaks {
                world.talk(&[one, two], secs(4));
            }
            world.run_for(secs(outage));
            let &(told, state) = world.sides[one].states.last().unwrap();
            assert_eq!(state, State::Reconnecting);
            assert!(told.since(lost) <= secs(3), "told after {:?}", told.since(lost));
            world.network.set_down(host, address, false);
            let back = world.now;
            world.run_until(secs(12), "connected again", |world| world.is_connected(one));
            assert!(world.now.since(back) <= secs(3), "{outage} s: {:?}", world.now.since(back));
            let heard = world.sides[two].received.len();
            world.talk(&[one], secs(1));
            world.run_for(ms(100));
            assert_eq!(world.sides[two].received.len(), heard + 50, "the same keys are good");
        }
    }
}

/// What the server sends goes on coming.
#[test]
fn a_link_that_is_broken_in_one_direction_is_lost_as_well() {
    let mut world = World::new(10);
    let (one, two) = (world.add(), world.add());
    world.connect_all();
    let address = world.network.addresses(world.sides[one].host)[0];
    world.talk(&[two], secs(2));
    world.sfu().knobs.deaf_to = Some(address);
    let broken = world.now;
    world.talk(&[two], secs(6));
    let states = &world.sides[one].states;
    let (told, state) = states[1];
    assert_eq!(state, State::Reconnecting);
    assert!(told.since(broken) <= secs(3), "told after {:?}", told.since(broken));
    assert_eq!(states.len(), 2, "hearing alone is no link: {states:?}");
    world.sfu().knobs.deaf_to = None;
    world.talk(&[two], secs(3));
    assert!(world.is_connected(one));
}

#[test]
fn a_link_on_a_lossy_network_comes_up_all_the_same() {
    for seed in 0..30 {
        let mut world = World::new(100 + seed);
        let (one, two) = (world.add(), world.add());
        for side in [one, two] {
            let host = world.sides[side].host;
            let link = world.network.link_mut(host);
            (link.loss_permille, link.jitter, link.reorder_permille, link.duplicate_permille) = (100, ms(30), 50, 50);
        }
        world.run_until(secs(12), "all connected", |world| {
            (0..2).all(|side| world.is_connected(side) && world.sides[side].opened > 0)
        });
        world.talk(&[one, two], secs(4));
        for side in [one, two] {
            let heard = world.sides[side].received.len();
            assert!((130..=200).contains(&heard), "seed {seed}: {heard} of 200, with 10 % lost on each of two ways");
        }
    }
}

#[test]
fn another_network_leads_to_the_same_server() {
    let mut world = World::new(8);
    let (one, two) = (world.add(), world.add());
    world.connect_all();
    let host = world.sides[one].host;
    let elsewhere = ["192.0.2.50".parse().unwrap()];
    world.network.set_addresses(host, &elsewhere);
    let now = world.now;
    world.sides[one].transport.set_interfaces(now, &elsewhere);
    world.pump();
    world.run_for(secs(2));
    assert!(world.is_connected(one));
    world.talk(&[one, two], secs(1));
    world.run_for(ms(100));
    assert_eq!((world.sides[one].received.len(), world.sides[two].received.len()), (50, 50));
}

#[test]
fn who_leaves_is_gone_and_others_go_on() {
    let mut world = World::new(9);
    let sides = [world.add(), world.add(), world.add()];
    world.connect_all();
    let leg = world.sides[sides[0]].leg;
    world.desk.leave(leg);
    world.pump();
    world.talk(&sides, secs(1));
    world.run_for(secs(3));
    assert_eq!(world.sides[sides[1]].sources(), [world.sides[sides[2]].ssrc].into());
    assert!(world.sfu().stats(leg).is_none());
    assert_eq!(world.sides[sides[0]].transport.state(), State::Reconnecting, "nobody answers it any more");
}
