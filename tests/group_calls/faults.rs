//! What is lost, late, doubled or refused.

use crate::world::*;
use tgcall::group::state::Shown;
use tgcall::outcome::EndReason;
use tgcall::random::Random;
use tgcall::sim::encoder::Value;
use tgcall::sim::fault::{Do, Rule};

fn fail(code: i32, name: &str) -> Do {
    Do::Fail { code, name: name.into() }
}

/// One newcomer to a call of two, after these rules for him.
fn newcomer(rules: Vec<Rule>) -> World {
    let mut world = World::of(21, 3);
    for account in 1..=2 {
        let side = world.side(account, 1);
        world.join(side, false);
    }
    world.run(secs(2));
    for rule in rules {
        world.server.add_rule(rule.to(3));
    }
    let side = world.side(3, 1);
    world.join(side, false);
    world
}

#[test]
fn a_join_that_fails_in_passing_is_made_again() {
    let rules = [
        Rule::request("phone.joinGroupCall", fail(400, "GROUPCALL_SSRC_DUPLICATE_MUCH")),
        Rule::request("phone.joinGroupCall", fail(420, "FLOOD_WAIT_3")),
        Rule::request("phone.joinGroupCall", fail(500, "GROUPCALL_ADD_PARTICIPANTS_FAILED")),
        Rule::request("phone.joinGroupCall", fail(-503, "Timeout")),
        Rule::request("phone.joinGroupCall", Do::Lose),
        Rule::answer("phone.joinGroupCall", Do::Lose),
        Rule::request("phone.joinGroupCall", Do::Twice),
        Rule::answer("phone.joinGroupCall", Do::Delay(secs(40))),
        Rule::request("phone.getGroupCall", fail(500, "INTERNAL")),
        Rule::request("phone.getGroupCall", Do::Lose),
        Rule::request("phone.getGroupParticipants", fail(420, "FLOOD_WAIT_5")),
    ];
    for rule in rules {
        let what = rule.to_string();
        let mut world = newcomer(vec![rule]);
        world.run(secs(75));
        assert_eq!(world.shown(2), Shown::Active, "{what}");
        assert!(world.sides[2].joins <= 2, "{what}: {} joins", world.sides[2].joins);
        assert_eq!(world.server_call().members.len(), 3, "{what}");
        world.stir();
        world.all_agree();
    }
}

#[test]
fn an_answer_that_is_none_is_asked_for_again() {
    for connections in [0, 2] {
        let mut world = newcomer(vec![]);
        world.server.groups.knobs.connections = connections;
        world.server.groups.knobs.shuffle = true;
        world.run(secs(5));
        world.server.groups.knobs.connections = 1;
        world.run(secs(20));
        assert_eq!(world.shown(2), Shown::Active, "{connections}");
        world.all_agree();
    }
}

#[test]
fn a_join_that_is_never_answered_ends_it() {
    let mut world = newcomer(vec![Rule::request("phone.joinGroupCall", Do::Lose).always()]);
    world.run(secs(300));
    let end = world.sides[2].end.clone().unwrap();
    assert_eq!((end.reason, world.sides[2].joins), (EndReason::Timeout, 5));
}

#[test]
fn news_that_are_lost_are_made_good_within_seconds() {
    for nth in 1..=4 {
        let mut world = World::talk(22, 4);
        world.server.add_rule(Rule::update("updateGroupCallParticipants", Do::Drop).nth(nth).to(1));
        for account in [2, 3, 4] {
            world.edit(0, account, |request| request.with("muted", Value::Bool(true)));
            world.run(ms(200));
        }
        world.leave(3);
        world.run(ms(200));
        world.stir();
        world.all_agree();
    }
}

#[test]
fn news_that_change_places_apply_in_their_order() {
    let mut world = World::talk(23, 6);
    world.server.add_rule(Rule::update("updateGroupCallParticipants", Do::SwapWithNext).to(1));
    let before = world.server.count(1, "phone.getGroupCall");
    for side in [5, 4, 3] {
        world.leave(side);
        world.run(ms(50));
    }
    world.run(secs(3));
    world.all_agree();
    assert_eq!(world.server.count(1, "phone.getGroupCall"), before, "there was no hole to mend");
}

#[test]
fn a_check_that_is_refused_means_what_it_says() {
    let check = |name: &str| Rule::request("phone.checkGroupCall", fail(400, name)).to(2);
    for (name, ways) in [("GROUPCALL_JOIN_MISSING", 2), ("GROUPCALL_FORBIDDEN", 2), ("FLOOD_WAIT_4", 1), ("NEW", 1)] {
        let mut world = World::talk(24, 2);
        world.server.add_rule(check(name));
        world.run(secs(25));
        assert_eq!((world.shown(1), world.sides[1].joins), (Shown::Active, ways), "{name}");
        world.all_agree();
    }
    let mut world = World::talk(24, 2);
    world.server.add_rule(check("GROUPCALL_INVALID"));
    world.run(secs(25));
    assert_eq!(world.sides[1].end.as_ref().unwrap().reason, EndReason::RemoteHangup);
}

#[test]
fn a_switch_that_is_not_told_is_told_again() {
    let mut world = World::talk(25, 2);
    world.server.add_rule(Rule::request("phone.editGroupCallParticipant", fail(420, "FLOOD_WAIT_2")).to(2));
    world.set_muted(1, true).unwrap();
    world.run(secs(1));
    assert!(!world.sides[1].is_on && !world.entry(0, 2).unwrap().is_muted);
    world.run(secs(15));
    assert!(world.entry(0, 2).unwrap().is_muted);
}

#[test]
fn a_device_that_was_away_catches_up() {
    let mut world = World::talk(26, 5);
    let moment = world.now.since(tgcall::time::Time::ZERO) + secs(1);
    world.server.add_rule(Rule::at(moment, 1, Do::Disconnect(secs(20))));
    world.run(secs(2));
    for side in [4, 3] {
        world.leave(side);
        world.run(secs(1));
    }
    world.run(secs(40));
    assert_eq!(world.shown(0), Shown::Active);
    // What was missed is noticed by what comes next.
    world.leave(2);
    world.run(secs(10));
    world.all_agree();
}

/// People come, go, speak, are silenced and thrown out while the network does what it likes. Then it is calm, and one more change is
/// seen by all: the lists agree, and whoever is in is in by one way only.
#[test]
fn two_hundred_stories_end_well() {
    let actions = |random: &mut Random| match random.below(6) {
        0 => Do::Drop,
        1 => Do::Duplicate,
        2 => Do::Delay(ms(random.below(3000))),
        3 => Do::SwapWithNext,
        4 => Do::StaleReplay(ms(random.below(8000))),
        _ => Do::OtherContainer,
    };
    let errors = ["GROUPCALL_JOIN_MISSING", "GROUPCALL_SSRC_DUPLICATE_MUCH", "FLOOD_WAIT_2", "NEW_ERROR"];
    let methods = ["phone.joinGroupCall", "phone.checkGroupCall", "phone.getGroupCall", "phone.getGroupParticipants"];
    let seed = std::env::var("TGCALL_SEED").ok().and_then(|seed| seed.parse().ok());
    for seed in seed.map_or(0..200, |seed| seed..seed + 1) {
        let mut random = Random::from_seed(seed);
        let people = 2 + random.below(7) as i64;
        let mut world = World::of(seed, people);
        world.server.groups.knobs.min_news = random.below(3) == 0;
        world.server.groups.knobs.shuffle = random.below(3) == 0;
        for account in 1..=people {
            world.side(account, 1);
        }
        for _ in 0..random.below(8) {
            let account = 1 + random.below(people as u64) as i64;
            let nth = 1 + random.below(6) as u32;
            let rule = match random.below(3) {
                0 => {
                    let error = errors[random.below(4) as usize];
                    let method = methods[random.below(4) as usize];
                    Rule::request(method, fail(400, error))
                }
                1 => Rule::answer(methods[random.below(4) as usize], Do::Delay(ms(random.below(4000)))),
                _ => Rule::update("updateGroupCallParticipants", actions(&mut random)),
            };
            world.server.add_rule(rule.nth(nth).to(account));
        }
        for _ in 0..60 {
            let side = random.below(people as u64) as usize;
            match random.below(12) {
                0..=3 if world.shown(side) == Shown::Open => world.join(side, random.below(2) == 0),
                4 if side != 0 && random.below(3) == 0 => world.leave(side),
                5 | 6 => drop(world.set_muted(side, random.below(2) == 0)),
                7 => world.edit(0, side as i64 + 1, |request| request.with("muted", Value::Bool(true))),
                8 => world.edit(0, side as i64 + 1, |request| request.with("muted", Value::Bool(false))),
                9 if side != 0 && random.below(4) == 0 => world.kick(side as i64 + 1, random.below(2) == 0),
                _ => {}
            }
            world.run(ms(random.below(1500)));
        }
        // Calm, and one more change.
        world.run(secs(60));
        let last = world.side(1, 2);
        world.sides[last].account = 1;
        world.join(last, false);
        world.run(secs(20));
        // A rule may have waited for that very change; each acts once.
        for _ in 0..8 {
            let is_settled = |at: usize| world.shown(at) != Shown::Active || world.agrees(at).is_ok();
            if (0..world.sides.len()).all(is_settled) {
                break;
            }
            let is_muted = world.entry(last, 1).is_some_and(|one| one.is_muted);
            world.edit(last, 1, |request| request.with("video_stopped", Value::Bool(is_muted)));
            world.set_muted(last, !is_muted).unwrap();
            world.run(secs(20));
        }
        for (at, side) in world.sides.iter().enumerate() {
            let is_in = world
                .server_call()
                .members
                .values()
                .any(|one| Some(one.source) == side.call.source().map(|s| s.0 as i32));
            match side.call.shown() {
                Shown::Active => {
                    assert!(is_in, "seed {seed}: side {at} believes that it is in");
                    world.agrees(at).unwrap_or_else(|why| panic!("seed {seed}: side {at}: {why}"));
                }
                Shown::Open | Shown::Ended => assert!(!is_in, "seed {seed}: side {at} is in and does not know"),
                shown => panic!("seed {seed}: side {at} is {shown:?}"),
            }
        }
    }
}
