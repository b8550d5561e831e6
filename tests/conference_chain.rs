//! The client's side of the chain against a strict server, a lax one, and a bad network.

#![cfg(feature = "conference")]

#[path = "conference/world.rs"]
mod world;

use tgcall::conference::error::Reject;
use tgcall::conference::member::{Effect, Elements, End, Input, Member, Refusal, Timing};
use tgcall::random::Random;
use tgcall::sim::chain::Knobs;
use tgcall::time::{Duration, Time};
use tgcall::types::UserId;
use world::{Network, World, elements};

fn world() -> World {
    World::new(1, Knobs::default())
}

#[test]
fn those_who_join_one_by_one_see_the_same_emoji_and_hear_each_other() {
    let mut world = world();
    world.gather(4);
    world.until_agreed(10);
    world.everybody_hears_everybody();
    let call = world.devices[2].member.conference().unwrap();
    assert_eq!(call.state().group.participants.len(), 4);
    assert_eq!(call.emoji().unwrap().len(), 4);
}

#[test]
fn who_loses_the_race_fetches_the_newest_block_and_tries_again() {
    let mut world = world();
    world.gather(1);
    for user in 2..=12 {
        let device = world.add(user);
        world.input(device, Input::Join);
    }
    world.until_agreed(60);
    world.everybody_hears_everybody();
    let races: u64 = world.devices.iter().map(|device| device.member.counts().races_lost).sum();
    assert!(races >= 10, "{races}");
    assert_eq!(world.server.state().group.participants.len(), 12);
}

#[test]
fn an_invitation_may_come_before_the_first_block() {
    let mut world = world();
    for user in 1..=3 {
        let device = world.add(user);
        world.input(device, Input::Join);
    }
    world.until_agreed(30);
    assert_eq!(world.server.len(0), 3);
}

#[test]
fn blocks_that_come_twice_late_reversed_with_gaps_or_on_strange_sub_chains_do_no_harm() {
    let mut world = World::new(2, Knobs::nasty(30));
    world.gather(6);
    world.until_agreed(60);
    world.everybody_hears_everybody();
    let total = world
        .devices
        .iter()
        .map(|device| device.member.counts())
        .fold((0, 0, 0), |sum, counts| (sum.0 + counts.repeated, sum.1 + counts.gaps, sum.2 + counts.strange));
    assert!(total.0 > 0 && total.1 > 0 && total.2 > 0, "the knobs did nothing: {total:?}");
    assert!(world.devices.iter().all(|device| device.member.counts().rejoins == 0));
}

#[test]
fn what_updates_lose_polling_finds() {
    let mut world = world();
    world.network.lose_updates = 100;
    world.gather(3);
    world.until_agreed(30);
    assert!(world.devices[0].count(|effect| matches!(effect, Effect::Fetch { .. })) > 0);
}

#[test]
fn while_nothing_comes_both_sub_chains_are_polled_every_five_seconds_and_every_second_while_verifying() {
    let fetches = |world: &World| world.devices[0].count(|effect| matches!(effect, Effect::Fetch { .. }));
    let mut world = world();
    world.gather(1);
    world.until_agreed(10);
    world.run(10);
    let before = fetches(&world);
    world.run(60);
    let quiet = fetches(&world) - before;
    assert!((22..=26).contains(&quiet), "{quiet}");
    // A second one that says nothing leaves the verification open.
    let silent = world.add(2);
    world.input(silent, Input::Join);
    world.until(10, |world| world.server.len(0) == 2);
    world.devices[silent].frozen = true;
    world.run(10);
    let before = fetches(&world);
    world.run(60);
    let open = fetches(&world) - before;
    assert!((100..=122).contains(&open), "{open}");
}

#[test]
fn a_full_page_is_followed_by_the_next_at_once() {
    let mut world = world();
    world.timing.page = 3;
    world.gather(1);
    world.until_agreed(10);
    world.network.lose_updates = 100;
    world.devices[0].frozen = true;
    for user in 2..=11 {
        let device = world.add(user);
        world.input(device, Input::Join);
        world.until(60, |world| world.devices[device].member.is_joined());
    }
    world.devices[0].frozen = false;
    world.devices[0].effects.clear();
    let start = world.now;
    let height = world.server.state().height;
    let heard = |world: &mut World| world.devices[0].member.conference().is_some_and(|c| c.state().height == height);
    let end = start + Duration::from_secs(3);
    while !heard(&mut world) {
        assert!(world.turn(end));
    }
    let main = world.devices[0].count(|effect| matches!(effect, Effect::Fetch { sub_chain: 0, .. }));
    assert_eq!(main, 4, "ten blocks in pages of three");
}

#[test]
fn who_leaves_is_removed_once_whoever_else_tries() {
    let mut world = world();
    world.gather(6);
    world.until_agreed(30);
    let blocks = world.server.len(0);
    world.input(3, Input::Leave);
    assert_eq!(world.devices[3].ended(), Some(End::Left));
    assert_eq!(world.devices[3].member.next_timeout(), None);
    world.run(10);
    world.until_agreed(30);
    assert_eq!(world.server.len(0), blocks + 1, "one block removes him");
    assert_eq!(world.server.state().group.participants.len(), 5);
    world.everybody_hears_everybody();
}

#[test]
fn who_vanished_is_found_by_comparing_with_the_roster() {
    let mut world = world();
    world.gather(3);
    world.until_agreed(30);
    world.devices[2].frozen = true;
    world.server.leave(UserId(3));
    world.roster();
    world.until(30, |world| world.server.state().group.participants.len() == 2);
    world.until_agreed(30);
}

#[test]
fn a_kicked_user_is_out_for_good_and_reads_nothing_more() {
    let mut world = world();
    world.gather(4);
    world.until_agreed(30);
    // The kicked one goes on listening with what it has.
    world.devices[3].frozen = true;
    world.input(0, Input::Kick(vec![UserId(4)]));
    world.until(10, |world| world.server.state().group.participants.len() == 3);
    world.until_agreed(10);
    world.run(11);
    let now = world.now;
    let packet = world.devices[1].member.conference().unwrap().encrypt(now, 0, b"secret", 0).unwrap();
    let ghost = world.devices[3].member.conference().unwrap();
    assert_eq!(ghost.decrypt(now, UserId(2), &packet), Err(Reject::NoKnownEpoch));
    world.devices[3].frozen = false;
    world.until(60, |world| world.devices[3].member.has_ended());
    assert_eq!(world.devices[3].ended(), Some(End::NoEntry));
}

#[test]
fn nobody_kicks_himself_and_kicking_outside_is_a_misuse() {
    let mut world = world();
    world.gather(2);
    world.until_agreed(30);
    world.devices[0].effects.clear();
    world.input(0, Input::Kick(vec![UserId(1)]));
    world.run(5);
    assert_eq!(world.devices[0].count(|effect| matches!(effect, Effect::Remove { .. })), 0);
    let outsider = world.add(9);
    let now = world.now;
    assert!(world.devices[outsider].member.step(now, Input::Kick(vec![UserId(1)])).is_err());
}

#[test]
fn who_was_removed_by_mistake_comes_back_with_a_new_key() {
    let mut world = world();
    world.gather(3);
    world.until_agreed(30);
    let old = world.devices[2].member.conference().unwrap().public_key();
    // Its media was gone for a moment; the others pruned it.
    world.server.leave(UserId(3));
    for device in [0, 1] {
        world.input(device, Input::UsersLeft(vec![UserId(3)]));
    }
    world.until(10, |world| world.devices[2].member.counts().rejoins == 1);
    world.until_agreed(60);
    assert_eq!(world.server.state().group.participants.len(), 3);
    let new = world.devices[2].member.conference().unwrap().public_key();
    assert_ne!(old, new);
    world.everybody_hears_everybody();
}

#[test]
fn the_second_device_of_a_user_takes_the_place_of_the_first() {
    let mut world = world();
    world.gather(2);
    world.until_agreed(30);
    let second = world.add(2);
    world.input(second, Input::Join);
    world.until(30, |world| world.devices[second].member.is_joined() && world.devices[1].member.has_ended());
    assert_eq!(world.devices[1].ended(), Some(End::Replaced));
    world.until_agreed(30);
    assert_eq!(world.server.state().group.participants.len(), 2);
}

#[test]
fn a_conference_that_is_over_lets_nobody_back_in() {
    let mut world = world();
    world.gather(2);
    world.until_agreed(30);
    world.server.discard();
    world.until(60, |world| world.devices.iter().all(|device| device.member.has_ended()));
    assert_eq!(world.devices[0].ended(), Some(End::NoEntry));
}

#[test]
fn a_broken_block_of_a_lax_server_throws_everybody_out_and_back_in() {
    let mut world = World::new(4, Knobs { lax: true, ..Knobs::default() });
    world.gather(4);
    world.until_agreed(30);
    let newest = world.server.element(0, world.server.len(0) - 1).unwrap().to_vec();
    let joiner = tgcall::crypto::sign::KeyPair::generate(&mut Random::from_seed(99));
    let mut forged =
        tgcall::conference::self_add(&newest, UserId(66), &joiner, &mut Random::from_seed(98)).expect("a block");
    forged[10] ^= 1;
    let (_, told) = world.server.join(UserId(66), joiner.public(), &forged).expect("a lax server takes it");
    world.tell(told);
    world.server.leave(UserId(66));
    world.run(20);
    assert!(world.devices.iter().all(|device| device.member.counts().rejoins >= 1));
    world.roster();
    world.until_agreed(120);
    assert_eq!(world.server.state().group.participants.len(), 4);
}

#[test]
fn elements_without_the_servers_mark_are_not_taken() {
    let mut world = world();
    world.gather(2);
    world.until_agreed(30);
    let call = world.devices[0].member.conference().unwrap();
    let (height, mut block) = (call.state().height, call.change(call.state().group.participants.clone()).unwrap());
    let next = world.server.len(0) as i32 + 1;
    let plain = Elements { sub_chain: 0, next_offset: next, elements: vec![block.clone()] };
    world.input(0, Input::Elements(plain));
    assert_eq!(world.devices[0].member.conference().unwrap().state().height, height);
    // With the mark, but not from the server's chain: taken, for who else should say so? The signature is right.
    block[0] += 1;
    world.input(0, Input::Elements(Elements { sub_chain: 0, next_offset: next, elements: vec![block] }));
    assert_eq!(world.devices[0].member.conference().unwrap().state().height, height + 1);
}

#[test]
fn a_broadcast_that_fails_is_sent_again_the_same_and_one_that_is_wrong_is_not() {
    let is_broadcast: fn(&Effect) -> bool = |effect| matches!(effect, Effect::SendBroadcast(_));
    let sent = |world: &World| -> Vec<Vec<u8>> {
        let bytes =
            |effect: &Effect| if let Effect::SendBroadcast(bytes) = effect { Some(bytes.clone()) } else { None };
        world.devices[0].effects.iter().filter_map(bytes).collect()
    };
    let mut world = world();
    world.planned = vec![(is_broadcast, Some("INTERNAL")), (is_broadcast, Some("FLOOD_WAIT_4")), (is_broadcast, None)];
    world.gather(1);
    world.until_agreed(90);
    let all = sent(&world);
    assert_eq!(all.len(), 5, "the commit four times, the reveal once");
    assert!(all[..4].iter().all(|bytes| *bytes == all[0]) && all[4] != all[0]);

    let mut world = World::new(5, Knobs::default());
    world.planned = vec![(is_broadcast, Some("BLOCK_INVALID"))];
    world.gather(1);
    world.run(60);
    assert_eq!(sent(&world).len(), 1);
    // The next block starts a new round, and with it the verification works again.
    let other = world.add(2);
    world.input(other, Input::Join);
    world.until_agreed(30);
}

#[test]
fn a_lost_answer_to_the_join_is_waited_for_and_then_the_join_is_made_again() {
    let mut world = world();
    world.gather(1);
    world.until_agreed(10);
    world.planned = vec![(|effect| matches!(effect, Effect::Join { .. }), None)];
    let device = world.add(2);
    world.input(device, Input::Join);
    world.until(60, |world| world.devices[device].member.is_joined());
    assert!(world.now.since(Time::ZERO) > Duration::from_secs(30));
    world.until_agreed(30);
}

#[test]
fn a_join_whose_answer_was_lost_after_the_server_took_it_replaces_itself() {
    let mut world = world();
    world.gather(1);
    world.until_agreed(10);
    let device = world.add(2);
    world.network.lose_answers = 100;
    world.input(device, Input::Join);
    // The fetch is answered by hand; what the server answers to the join gets lost.
    world.run(1);
    let newest = world.server.read(UserId(2), 0, -1, 1).unwrap().blocks;
    world.input(device, Input::Newest(newest));
    world.until(5, |world| world.server.len(0) == 2);
    world.network.lose_answers = 0;
    world.until(90, |world| world.devices[device].member.is_joined());
    world.until_agreed(30);
    assert_eq!(world.server.len(0), 3);
    assert_eq!(world.server.state().group.participants.len(), 2);
}

#[test]
fn new_sources_are_asked_for_where_the_old_ones_were_taken() {
    let mut world = world();
    world.gather(1);
    world.planned = vec![(|effect| matches!(effect, Effect::Join { .. }), Some("GROUPCALL_SSRC_DUPLICATE_MUCH"))];
    let device = world.add(2);
    world.input(device, Input::Join);
    world.until(30, |world| world.devices[device].member.is_joined());
    let flags: Vec<bool> = world.devices[device]
        .effects
        .iter()
        .filter_map(|effect| if let Effect::Join { new_sources, .. } = effect { Some(*new_sources) } else { None })
        .collect();
    assert_eq!(flags, [false, true]);
}

#[test]
fn flood_waits_are_kept_and_a_closed_conference_is_told() {
    let mut world = world();
    world.gather(1);
    world.planned = vec![(|effect| matches!(effect, Effect::FetchNewest), Some("FLOOD_WAIT_7"))];
    let device = world.add(2);
    world.input(device, Input::Join);
    let start = world.now;
    world.until(30, |world| world.devices[device].member.is_joined());
    assert!(world.now.since(start) >= Duration::from_secs(7));
    assert_eq!(Refusal::of("CONF_WRITE_CHAIN_INVALID_4"), Refusal::ChainInvalid);
    assert_eq!(Refusal::of("SOMETHING_NEW"), Refusal::Other);
}

#[test]
fn after_leaving_nothing_that_comes_makes_it_say_anything() {
    let mut world = world();
    world.gather(2);
    world.until_agreed(30);
    let update = world.server.read(UserId(1), 0, 0, 100).unwrap();
    world.input(0, Input::Leave);
    world.devices[0].effects.clear();
    for input in every_input(elements(&update)) {
        if !matches!(input, Input::Join | Input::Create | Input::Kick(_)) {
            world.input(0, input);
        }
    }
    assert!(world.devices[0].effects.is_empty());
    assert_eq!(world.devices[0].member.next_timeout(), None);
}

fn every_input(some: Elements) -> Vec<Input> {
    vec![
        Input::Join,
        Input::Create,
        Input::Leave,
        Input::Kick(vec![UserId(5)]),
        Input::Newest(vec![]),
        Input::Newest(vec![vec![1, 2, 3]]),
        Input::Newest(some.elements.clone()),
        Input::Taken { main: some.clone(), broadcasts: Elements::default() },
        Input::Taken { main: Elements::default(), broadcasts: Elements::default() },
        Input::Refused(Refusal::Other),
        Input::Refused(Refusal::ChainInvalid),
        Input::Elements(some),
        Input::Elements(Elements { sub_chain: 7, next_offset: i32::MIN, elements: vec![vec![]] }),
        Input::Elements(Elements { sub_chain: 0, next_offset: i32::MAX, elements: vec![vec![9; 9]] }),
        Input::Elements(Elements { sub_chain: 1, next_offset: 1, elements: vec![vec![0; 200]] }),
        Input::FetchRefused(Refusal::Other),
        Input::FetchRefused(Refusal::Flood(Duration::MAX)),
        Input::BroadcastAnswered(Ok(())),
        Input::BroadcastAnswered(Err(Refusal::Other)),
        Input::RemoveAnswered(Ok(())),
        Input::RemoveAnswered(Err(Refusal::ChainInvalid)),
        Input::UsersLeft(vec![UserId(1), UserId(2)]),
        Input::Roster(vec![]),
        Input::Timeout,
    ]
}

/// Any three inputs, one after the other, from the start and from inside: no panic, and a timer or an end.
#[test]
fn every_input_is_understood_in_every_state() {
    let mut world = world();
    world.gather(2);
    world.until_agreed(30);
    let some = elements(&world.server.read(UserId(1), 0, 0, 100).unwrap());
    let inputs = every_input(some);
    for first in &inputs {
        for second in &inputs {
            for third in [Input::Timeout, inputs[5].clone(), inputs[7].clone(), inputs[11].clone()] {
                let mut member = Member::new(UserId(1), Timing::default(), Random::from_seed(1));
                let mut now = Time::ZERO;
                for input in [first, second, &third] {
                    let _ = member.step(now, input.clone());
                    now += Duration::from_secs(20);
                }
                assert!(
                    member.next_timeout().is_some() || member.has_ended() || format!("{member:?}").contains("Idle")
                );
            }
        }
    }
}

#[test]
fn a_bad_network_delays_agreement_and_does_not_prevent_it() {
    for seed in 10..14 {
        let mut world = World::new(seed, Knobs::nasty(10));
        world.network = Network::bad(15);
        world.gather(5);
        world.input(1, Input::Leave);
        world.run(15);
        world.network = Network::default();
        world.roster();
        world.run(5);
        world.until_agreed(120);
        assert_eq!(world.server.state().group.participants.len(), 4, "seed {seed}");
        world.everybody_hears_everybody();
    }
}

#[test]
fn a_seed_is_a_trace() {
    let trace = |seed| {
        let mut world = World::new(seed, Knobs::nasty(20));
        world.network = Network::bad(10);
        world.gather(4);
        world.run(30);
        let effects: Vec<String> = world.devices.iter().map(|device| format!("{:?}", device.effects)).collect();
        (effects, world.server.state().clone())
    };
    assert_eq!(trace(3), trace(3));
    assert_ne!(trace(3), trace(4));
}
