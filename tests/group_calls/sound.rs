//! Who hears whom, from the join to the loudspeaker: the library's cores and its media, the simulated Telegram and its media server.

use super::world::{World, ms, secs};
use tgcall::group::state::Shown;
use tgcall::sim::encoder::Value;

/// All are in and speak.
fn crowd(seed: u64, people: i64) -> World {
    let mut world = World::with_sound(seed, people);
    (0..people as usize).for_each(|side| world.join(side, false));
    world.run(secs(3));
    for side in 0..people as usize {
        assert_eq!(world.shown(side), Shown::Active, "side {side}");
    }
    world
}

#[test]
fn three_sides_hear_each_others_tones_and_nobody_his_own() {
    let mut world = crowd(1, 3);
    world.talk_aloud(secs(3));
    world.assert_hears(0, &[1, 2]);
    world.assert_hears(1, &[0, 2]);
    world.assert_hears(2, &[0, 1]);
    world.all_agree();
    assert!(world.sides.iter().all(|side| side.joins == 1));
    let dropped = world.sfu().dropped;
    assert_eq!((dropped.unlevelled, dropped.sources, dropped.packets), (0, 0, 0), "each packet tells its level");
}

#[test]
fn who_is_muted_by_himself_or_by_an_admin_is_heard_by_nobody() {
    let mut world = crowd(2, 3);
    world.set_muted(1, true).unwrap();
    world.talk_aloud(secs(2));
    world.assert_hears(0, &[2]);
    world.assert_hears(1, &[0, 2]);
    world.set_muted(1, false).unwrap();
    // By an admin: the server drops what comes all the same.
    world.edit(0, 3, |request| request.with("muted", Value::Bool(true)));
    world.talk_aloud(secs(3));
    world.assert_hears(0, &[1]);
    world.assert_hears(1, &[0]);
    world.assert_hears(2, &[0, 1]);
}

#[test]
fn who_leaves_is_gone_and_who_comes_again_is_heard_by_another_source() {
    let mut world = crowd(3, 3);
    world.talk_aloud(secs(1));
    let before = world.sides[2].call.source();
    world.leave(2);
    world.talk_aloud(secs(2));
    world.assert_hears(0, &[1]);
    world.assert_hears(1, &[0]);
    world.reopen(2);
    world.join(2, false);
    world.run(secs(2));
    world.talk_aloud(secs(3));
    assert_ne!(world.sides[2].call.source(), before);
    world.assert_hears(0, &[1, 2]);
    world.assert_hears(1, &[0, 2]);
    world.assert_hears(2, &[0, 1]);
}

#[test]
fn one_who_is_cut_off_is_told_so_in_three_seconds_and_comes_back_with_his_sound() {
    for (outage, joins) in [(10, 1), (60, 3)] {
        let mut world = crowd(4, 3);
        world.talk_aloud(secs(2));
        world.set_cut_off(1, true);
        world.talk_aloud(ms(3000));
        assert_eq!(world.shown(1), Shown::Reconnecting);
        assert_eq!(world.shown(0), Shown::Active, "nobody else is concerned");
        world.run(secs(outage));
        world.talk_aloud(secs(2));
        world.assert_hears(0, &[2]);
        world.set_cut_off(1, false);
        world.run(secs(15));
        world.talk_aloud(secs(3));
        assert_eq!(world.shown(1), Shown::Active, "{outage} s");
        world.assert_hears(0, &[1, 2]);
        world.assert_hears(1, &[0, 2]);
        // Every 30 s of silence the server takes him for gone, and he joins anew.
        assert_eq!(world.sides[1].joins, joins, "{outage} s");
    }
}

#[test]
fn on_networks_that_lose_packets_they_hear_each_other_all_the_same() {
    for seed in 0..8 {
        let mut world = World::with_sound(100 + seed, 3);
        for side in 0..3 {
            let hosts = &mut world.air.as_mut().unwrap().hosts;
            let host = hosts.of(side);
            let link = hosts.link_mut(host);
            (link.loss_permille, link.jitter, link.reorder_permille) = (25, ms(20), 30);
        }
        (0..3).for_each(|side| world.join(side, false));
        world.run(secs(4));
        world.talk_aloud(secs(4));
        for side in 0..3 {
            let loud = world.loudness(side);
            let others = (0..3).filter(|other| *other != side);
            others
                .for_each(|other| assert!(loud[other] > 10.0 * loud[side].max(1.0), "seed {seed}, {side}: {loud:.0?}"));
        }
    }
}
