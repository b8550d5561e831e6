//! The data channel.

use super::world::{World, secs};

#[test]
fn texts_go_both_ways() {
    let mut world = World::new(1);
    let side = world.add();
    world.connect_all();
    let (now, leg) = (world.now, world.sides[side].leg);
    world.sides[side].transport.send_data(now, "{\"a\":1}").unwrap();
    world.serve(|sfu, now| sfu.say(now, leg, "{\"b\":2}"));
    world.pump();
    world.run_for(secs(1));
    assert_eq!(
        (world.sfu().texts(leg), &world.sides[side].texts[..]),
        (vec!["{\"a\":1}".into()], &["{\"b\":2}".into()][..])
    );
}

#[test]
fn a_channel_that_the_server_closes_is_opened_again() {
    for whole in [true, false] {
        let mut world = World::new(2);
        let side = world.add();
        world.connect_all();
        let leg = world.sides[side].leg;
        for round in 1..15 {
            world.serve(|sfu, now| sfu.close_channel(now, leg, whole));
            world.run_for(secs(8));
            assert_eq!(world.sides[side].opened, 1 + round, "whole: {whole}");
            let now = world.now;
            world.sides[side].transport.send_data(now, "still there").unwrap();
            world.pump();
            world.run_for(secs(1));
            assert_eq!(world.sfu().stats(leg).unwrap().texts, round as u64);
        }
        assert_eq!(world.sides[side].states.len(), 1, "the link has nothing to do with it");
    }
}
