//! Coming, speaking, going.

use crate::world::*;
use tgcall::group::state::Shown;
use tgcall::outcome::{Action, EndReason};
use tgcall::sim::encoder::{Object, Value};

#[test]
fn eight_people_come_and_each_knows_all_the_others() {
    let world = World::talk(1, 8);
    world.all_agree();
    for side in &world.sides {
        assert_eq!((side.roster.total(), side.joins, side.is_on), (8, 1, true));
        for other in &world.sides {
            let source = other.call.source().unwrap();
            assert_eq!(
                side.roster.owner(source).map(|peer| format!("{peer:?}")),
                Some(format!("User({})", other.account))
            );
        }
    }
}

#[test]
fn who_goes_is_gone_for_all() {
    let mut world = World::talk(2, 4);
    world.leave(2);
    world.run(secs(1));
    let end = world.sides[2].end.clone().unwrap();
    assert_eq!((end.reason, end.action), (EndReason::LocalHangup, Action::None));
    assert!(!world.server_call().members.keys().any(|peer| format!("{peer:?}") == "User(3)"));
    world.all_agree();
    world.run(secs(60));
    assert_eq!(world.server.count(3, "phone.checkGroupCall"), 0, "nothing is asked any more");
}

#[test]
fn a_quiet_call_is_checked_and_a_loud_one_is_not() {
    let mut world = World::talk(3, 2);
    world.run(secs(60));
    let checks = world.server.count(1, "phone.checkGroupCall");
    assert!((5..=6).contains(&checks), "{checks} in a minute");
    world.is_loud = true;
    for at in 0..60 {
        world.set_muted(at % 2, at % 4 < 2).unwrap();
        world.run(secs(1));
    }
    assert_eq!(world.server.count(1, "phone.checkGroupCall"), checks);
}

#[test]
fn a_call_starts_for_those_who_wait() {
    let mut world = World::of(4, 3);
    world.create(Some(3600));
    let (early, late) = (world.side(2, 1), world.side(3, 1));
    world.join(early, false);
    world.run(secs(30));
    assert_eq!((world.shown(early), world.sides[early].joins), (Shown::Joining, 0));
    let admin = world.side(1, 1);
    world.wish(admin, "phone.startScheduledGroupCall", |request| request);
    world.run(secs(2));
    assert_eq!((world.shown(early), world.sides[early].joins), (Shown::Active, 1));
    world.join(late, true);
    world.run(secs(2));
    assert_eq!((world.shown(late), world.sides[late].is_on), (Shown::Active, false));
    world.agrees(early).unwrap();
}

#[test]
fn the_microphone_is_what_its_owner_wishes_and_an_admin_allows() {
    let mut world = World::talk(5, 3);
    world.set_muted(1, true).unwrap();
    world.run(secs(1));
    assert!(world.entry(0, 2).unwrap().is_muted && !world.sides[1].is_on);
    world.set_muted(1, false).unwrap();
    world.run(secs(1));
    assert!(!world.entry(0, 2).unwrap().is_muted && world.sides[1].is_on);
    // The admin silences him; then he may again, and is not made to.
    world.edit(0, 2, |request| request.with("muted", Value::Bool(true)));
    world.run(secs(1));
    assert!(!world.sides[1].is_on && world.set_muted(1, false).is_err());
    assert!(world.entry(2, 2).unwrap().is_muted_by_admin());
    world.edit(0, 2, |request| request.with("muted", Value::Bool(false)));
    world.run(secs(1));
    assert!(!world.sides[1].is_on);
    world.set_muted(1, false).unwrap();
    world.run(secs(1));
    assert!(world.sides[1].is_on && !world.entry(2, 2).unwrap().is_muted);
    world.all_agree();
}

#[test]
fn newcomers_are_silent_where_that_is_the_rule() {
    let mut world = World::talk(6, 1);
    world.wish(0, "phone.toggleGroupCallSettings", |request| request.with("join_muted", Value::Bool(true)));
    world.run(secs(1));
    assert!(world.sides[0].info.as_ref().unwrap().join_muted);
    let mut world = World::of(6, 2);
    let (admin, guest) = (world.side(1, 1), world.side(2, 1));
    world.join(admin, false);
    world.run(secs(1));
    world.wish(admin, "phone.toggleGroupCallSettings", |request| request.with("join_muted", Value::Bool(true)));
    world.run(secs(1));
    world.join(guest, false);
    world.run(secs(1));
    assert_eq!((world.shown(guest), world.sides[guest].is_on), (Shown::Active, false));
    assert!(world.entry(guest, 2).unwrap().is_muted_by_admin());
}

#[test]
fn volumes_are_ones_own_or_an_admins() {
    let mut world = World::talk(7, 3);
    world.edit(1, 3, |request| request.with("volume", 5_000));
    world.run(secs(1));
    assert_eq!((world.entry(1, 3).unwrap().loudness(), world.entry(0, 3).unwrap().loudness()), (5_000, 10_000));
    world.edit(0, 3, |request| request.with("volume", 2_000));
    world.run(secs(1));
    assert_eq!((world.entry(1, 3).unwrap().loudness(), world.entry(0, 3).unwrap().loudness()), (5_000, 2_000));
    // Reduced news leave the own one where it is.
    world.server.groups.knobs.min_news = true;
    world.set_muted(2, true).unwrap();
    world.run(secs(1));
    let seen = world.entry(1, 3).unwrap();
    assert!(seen.is_muted && seen.loudness() == 5_000);
}

/// `group-calls.md` 5.4, where it is about others.
#[test]
fn what_is_done_to_somebody_depends_on_who_he_is_and_who_does_it() {
    let mut world = World::of_admins(17, 3, &[1, 2]);
    for account in 1..=3 {
        let side = world.side(account, 1);
        world.join(side, false);
    }
    world.run(secs(3));
    let muted = |is_muted| move |request: Object| request.with("muted", Value::Bool(is_muted));
    // An admin who is muted by another is muted as if by himself.
    world.edit(0, 2, muted(true));
    world.run(secs(1));
    let seen = world.entry(2, 2).unwrap();
    assert!(seen.is_muted && !seen.is_muted_by_admin() && !world.sides[1].is_on);
    world.set_muted(1, false).unwrap();
    world.run(secs(1));
    assert!(world.sides[1].is_on && !world.entry(2, 2).unwrap().is_muted);
    // Who is no admin mutes for himself alone.
    world.edit(2, 2, muted(true));
    world.run(secs(1));
    assert!(world.entry(2, 2).unwrap().is_muted_for_me && world.entry(2, 2).unwrap().loudness() == 0);
    assert!(!world.entry(0, 2).unwrap().is_muted_for_me && world.sides[1].is_on);
    world.edit(2, 2, muted(false));
    world.run(secs(1));
    assert!(!world.entry(2, 2).unwrap().is_muted_for_me);
    // No such volume.
    for volume in [0, 20_001] {
        world.edit(2, 2, |request| request.with("volume", volume));
        world.run(secs(1));
        assert_eq!(world.sides[2].answers.last().unwrap(), "USER_VOLUME_INVALID");
    }
    world.all_agree();
}

#[test]
fn a_hand_is_up_until_its_owner_or_an_admin_lowers_it_or_he_may_speak() {
    let mut world = World::talk(18, 2);
    let hand = |is_up| move |request: Object| request.with("raise_hand", Value::Bool(is_up));
    let muted = |is_muted| move |request: Object| request.with("muted", Value::Bool(is_muted));
    let is_up = |world: &World| world.entry(0, 2).unwrap().hand != 0;
    world.edit(1, 2, hand(true));
    world.run(secs(1));
    assert_eq!(world.sides[1].answers.last().unwrap(), "RAISE_HAND_FORBIDDEN", "he may speak");
    world.edit(0, 2, muted(true));
    world.run(secs(1));
    for (who, lower) in [(1, hand(false)), (0, hand(false))] {
        world.edit(1, 2, hand(true));
        world.run(secs(1));
        assert!(is_up(&world));
        world.edit(who, 2, lower);
        world.run(secs(1));
        assert!(!is_up(&world), "{who}");
    }
    world.edit(1, 2, hand(true));
    world.run(secs(1));
    world.edit(0, 2, muted(false));
    world.run(secs(1));
    assert!(!is_up(&world));
    world.all_agree();
}

#[test]
fn hands_are_seen_in_order_by_who_may_call_somebody_up() {
    let mut world = World::of(8, 4);
    for account in 1..=4 {
        let side = world.side(account, 1);
        world.join(side, account != 1);
    }
    world.run(secs(2));
    for (at, account) in [(1, 2), (2, 3), (3, 4)] {
        world.edit(0, account, |request| request.with("muted", Value::Bool(true)));
        world.run(secs(1));
        world.edit(at, account, |request| request.with("raise_hand", Value::Bool(true)));
        world.run(secs(1));
    }
    let order: Vec<String> = world.sides[0].roster.snapshot().iter().map(|one| format!("{:?}", one.peer)).collect();
    assert_eq!(order, ["User(1)", "User(2)", "User(3)", "User(4)"], "who raised it first comes first");
    world.all_agree();
}

#[test]
fn another_device_takes_over_and_the_first_one_ends() {
    let mut world = World::talk(9, 2);
    let second = world.side(1, 2);
    world.join(second, false);
    world.run(secs(3));
    assert_eq!(world.sides[0].end.as_ref().unwrap().reason, EndReason::Elsewhere);
    assert_eq!((world.shown(second), world.sides[0].joins), (Shown::Active, 1));
    assert_eq!(world.server_call().members.len(), 2);
    world.run(secs(60));
    assert_eq!(world.sides[second].joins, 1, "the two do not fight");
    world.agrees(1).unwrap();
}

#[test]
fn who_is_thrown_out_comes_back_if_he_may_and_ends_if_he_may_not() {
    let mut world = World::talk(10, 3);
    world.kick(2, false);
    world.run(secs(4));
    assert_eq!((world.shown(1), world.sides[1].joins), (Shown::Active, 2));
    world.kick(3, true);
    world.run(secs(4));
    let end = world.sides[2].end.clone().unwrap();
    assert_eq!((end.reason, end.action, world.sides[2].joins), (EndReason::Privacy, Action::TellUser, 2));
    world.all_agree();
}

#[test]
fn a_call_that_ends_ends_for_all() {
    let mut world = World::talk(11, 3);
    world.wish(0, "phone.discardGroupCall", |request| request);
    world.run(secs(1));
    for side in &world.sides {
        assert_eq!(side.end.as_ref().unwrap().reason, EndReason::RemoteHangup);
    }
    assert!(world.server.is_idle());
}

#[test]
fn a_media_server_that_is_silent_for_a_minute_costs_one_way_in() {
    let mut world = World::talk(12, 3);
    world.set_deaf(true);
    world.run(secs(2));
    for side in 0..3 {
        assert_eq!(world.shown(side), Shown::Reconnecting);
    }
    world.run(secs(58));
    assert!(world.sides.iter().all(|side| side.end.is_none()), "nothing ends by itself");
    world.set_deaf(false);
    world.run(secs(30));
    for side in 0..3 {
        assert_eq!(world.shown(side), Shown::Active);
        assert!((2..=4).contains(&world.sides[side].joins), "{} joins", world.sides[side].joins);
    }
    world.all_agree();
}

#[test]
fn a_media_server_that_is_gone_for_good_ends_it_with_a_reason() {
    let mut world = World::talk(13, 2);
    world.set_deaf(true);
    world.run(secs(600));
    for side in &world.sides {
        let end = side.end.as_ref().unwrap();
        assert!(end.text.contains("5 tries"), "{}", end.text);
        assert!(side.joins <= 6, "{} joins", side.joins);
    }
}

#[test]
fn listeners_watch_and_speakers_are_connected() {
    let mut world = World::of(14, 3);
    world.server.groups.knobs.stream_from = 1;
    let (speaker, listener) = (world.side(1, 1), world.side(2, 1));
    world.join(speaker, false);
    world.run(secs(1));
    world.join(listener, true);
    world.run(secs(1));
    assert!(world.sides[listener].is_watching && world.shown(listener) == Shown::Active);
    world.set_muted(listener, false).unwrap();
    world.run(ms(50));
    assert!(world.sides[listener].is_watching, "until there is a path");
    world.run(secs(2));
    assert!(!world.sides[listener].is_watching && world.shown(listener) == Shown::Active);
    assert!(!world.entry(speaker, 2).unwrap().is_muted);
    assert_eq!((world.sides[listener].joins, world.sides[listener].end.is_none()), (2, true));
    world.all_agree();
}

#[test]
fn a_list_of_several_pages_is_loaded_whole() {
    let mut world = World::talk(15, 20);
    let late = world.side(1, 2);
    world.sides[late].account = 20;
    world.leave(19);
    world.run(secs(1));
    world.join(late, false);
    world.run(secs(4));
    assert!(world.server.count(20, "phone.getGroupParticipants") >= 6, "pages of three");
    world.agrees(late).unwrap();
}
