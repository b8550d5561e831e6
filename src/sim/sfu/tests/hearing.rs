//! Who hears whom.

use super::world::{ROOM, World, ms, newcomers, secs};
use crate::media::rtp::extension::{Extension, ExtensionKind};
use crate::types::Ssrc;
use std::collections::BTreeSet;

#[test]
fn each_is_heard_by_the_others_of_the_room_and_by_nobody_else() {
    let mut world = World::new(1);
    let here = [world.add(), world.add(), world.add()];
    let elsewhere = world.add_with(ROOM + 1, &[], |_| {});
    world.connect_all();
    world.talk(&[0, 1, 2, 3], secs(2));
    world.run_for(ms(100));
    for side in here {
        let others: BTreeSet<u32> = here.iter().filter(|one| **one != side).map(|one| world.sides[*one].ssrc).collect();
        assert_eq!(world.sides[side].sources(), others);
        assert_eq!(world.sides[side].received.len(), 200, "from the first packet on, and each once");
    }
    assert!(world.sides[elsewhere].received.is_empty());
    let packet = &world.sides[0].received[50];
    assert!(
        matches!(packet.extensions.get(ExtensionKind::AudioLevel), Some(Extension::AudioLevel(level)) if level.below_full == 30)
    );
    // What they are told of each other, and what the server tells of what it gets.
    world.run_for(secs(2));
    let ssrc = Ssrc(world.sides[1].ssrc);
    assert!(world.sides[0].transport.sender_report(ssrc).is_some());
    let stats = world.sides[0].transport.stats().rtp;
    assert!(stats.feedback_arrived >= 100 && stats.feedback_missing == 0, "{stats:?}");
    assert_eq!(stats.remote_loss_permille, 0);
}

#[test]
fn who_is_muted_by_an_admin_or_tells_no_level_is_not_heard() {
    let mut world = World::new(2);
    let [one, two] = [world.add(), world.add()];
    world.connect_all();
    let leg = world.sides[one].leg;
    world.desk.set_muted(leg, true);
    world.pump();
    world.talk(&[one], secs(1));
    world.desk.set_muted(leg, false);
    world.pump();
    let (now, ssrc) = (world.now, Ssrc(world.sides[one].ssrc));
    world.sides[one].transport.send_rtp(now, ssrc, 111, 0, false, &[], b"sound").unwrap();
    world.pump();
    world.run_for(ms(100));
    assert!(world.sides[two].received.is_empty());
    assert_eq!((world.sfu().dropped.muted, world.sfu().dropped.unlevelled), (50, 1));
    world.talk(&[one], ms(200));
    world.run_for(ms(100));
    assert_eq!(world.sides[two].received.len(), 10);
}

#[test]
fn only_the_loudest_are_forwarded() {
    let mut world = World::new(3);
    let sides: Vec<usize> = (0..6).map(|_| world.add()).collect();
    world.sfu().knobs.speakers = 3;
    world.connect_all();
    for _ in 0..100 {
        for side in &sides[1..] {
            world.speak(*side, 20 + *side as u8 * 10);
        }
        world.run_for(ms(20));
    }
    world.run_for(ms(100));
    let count = |world: &World, side: usize| {
        let ssrc = world.sides[sides[side]].ssrc;
        world.sides[0].received.iter().filter(|packet| packet.ssrc.0 == ssrc).count()
    };
    assert_eq!((1..=3).map(|side| count(&world, side)).collect::<Vec<_>>(), [100; 3]);
    assert!((4..=5).all(|side| count(&world, side) <= 1), "the first packet is before anybody else spoke");
    // When the louder ones are done, the others are heard.
    let before = count(&world, 5);
    for _ in 0..100 {
        world.speak(sides[5], 70);
        world.run_for(ms(20));
    }
    assert!(count(&world, 5) >= before + 55);
}

#[test]
fn of_those_who_come_unannounced_so_many_have_a_stream() {
    let mut world = World::new(4);
    let listener = world.add_with(ROOM, &[], |config| config.newcomers = Some(newcomers(4)));
    let speakers: Vec<usize> = (0..7).map(|_| world.add()).collect();
    world.connect_all();
    for round in 0..3 {
        for speaker in &speakers {
            world.talk(&[*speaker], ms(200));
        }
        world.run_for(ms(100));
        let transport = &world.sides[listener].transport;
        // Our own, and those of the four who spoke last.
        assert_eq!(transport.streams().len(), 1 + 4);
        let (stats, expected) = (transport.stats().rtp, (round + 1) * 7 * 10);
        assert_eq!((stats.packets_received, stats.packets_lost), (expected, 0), "what is gone is counted on");
    }
    assert!(world.sides[listener].unknown.is_empty());
}

#[test]
fn a_server_that_invents_sources_costs_a_bounded_room() {
    let mut world = World::new(5);
    let [side, other] = [world.add(), world.add()];
    world.connect_all();
    let leg = world.sides[side].leg;
    for number in 0..20_000u32 {
        let mut packet = vec![0x80, if number % 3 == 0 { 100 } else { 111 }, 0, 1, 0, 0, 0, 0];
        packet.extend_from_slice(&(0x4000_0000 + number).to_be_bytes());
        packet.extend_from_slice(&[0xfc; 20]);
        world.serve(|sfu, now| sfu.forge(now, leg, &packet));
        if number % 100 == 0 {
            world.run_for(ms(5));
        }
    }
    world.run_for(ms(100));
    let transport = &world.sides[side].transport;
    assert_eq!(transport.streams().len(), 1 + 16);
    assert!(world.sides[side].received.len() > 10_000, "each was taken for somebody");
    // The room against replay is used up, and who was not named before cannot be told from a replay. Those who were go on.
    world.sides[side].received.clear();
    world.talk(&[other], ms(200));
    world.run_for(ms(100));
    assert!(world.is_connected(side));
    assert!(world.sides[side].transport.stats().dropped.rtp > 0);
}
