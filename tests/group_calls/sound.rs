//! Who hears whom, from the join to the loudspeaker: whole clients, the simulated Telegram and its media server.

use super::clients::{Clients, PIECE, amplitude, tone};
use super::world::{ms, secs};
use std::collections::BTreeMap;
use tgcall::client::CallState;
use tgcall::types::PeerId;

#[test]
fn three_sides_hear_each_others_tones_and_nobody_his_own() {
    let mut clients = Clients::crowd(1, 3);
    clients.talk_aloud(secs(3));
    clients.assert_hears(0, &[1, 2]);
    clients.assert_hears(1, &[0, 2]);
    clients.assert_hears(2, &[0, 1]);
    clients.all_agree();
    assert!((0..3).all(|side| clients.joins(side) == 1));
    let wanted = [CallState::Open, CallState::Joining, CallState::Connecting, CallState::Active];
    assert_eq!(clients.sides[1].states, wanted);
    let dropped = clients.sfu().dropped;
    assert_eq!((dropped.unlevelled, dropped.sources, dropped.packets), (0, 0, 0), "each packet tells its level");
}

#[test]
fn who_is_muted_by_himself_or_by_an_admin_is_heard_by_nobody() {
    let mut clients = Clients::crowd(2, 3);
    clients.set_muted(1, true);
    clients.talk_aloud(secs(2));
    clients.assert_hears(0, &[2]);
    clients.assert_hears(1, &[0, 2]);
    clients.set_muted(1, false);
    let third = clients.peer(0, 2);
    assert_eq!(clients.wish(0, |client, now, call| client.mute_participant(now, call, third, true)).code, 0);
    clients.talk_aloud(secs(3));
    clients.assert_hears(0, &[1]);
    clients.assert_hears(1, &[0]);
    clients.assert_hears(2, &[0, 1]);
    // Only who has muted him can let him speak.
    let (now, side) = (clients.now, &mut clients.sides[2]);
    let refused = side.client.set_muted(now, side.call, false).unwrap_err();
    assert_eq!(refused.kind(), tgcall::error::ErrorKind::State);
    assert_eq!(clients.wish(0, |client, now, call| client.mute_participant(now, call, third, false)).code, 0);
    clients.set_muted(2, false);
    clients.talk_aloud(secs(3));
    clients.assert_hears(0, &[1, 2]);
}

#[test]
fn who_leaves_is_gone_and_who_comes_again_is_heard_by_another_source() {
    let mut clients = Clients::crowd(3, 3);
    clients.talk_aloud(secs(1));
    let (first, source) = (clients.sides[2].call, clients.source(2));
    clients.leave(2);
    clients.talk_aloud(secs(2));
    assert_eq!((clients.state(2), clients.sockets(2)), (CallState::Ended, 0));
    clients.assert_hears(0, &[1]);
    clients.assert_hears(1, &[0]);
    clients.open(2);
    assert_ne!(clients.sides[2].call, first);
    clients.join(2, false);
    clients.run(secs(2));
    clients.talk_aloud(secs(3));
    assert_ne!(clients.source(2), source);
    clients.assert_hears(0, &[1, 2]);
    clients.assert_hears(1, &[0, 2]);
    clients.assert_hears(2, &[0, 1]);
}

#[test]
fn one_who_is_cut_off_is_told_so_in_three_seconds_and_comes_back_with_his_sound() {
    for (outage, joins) in [(10, 1), (60, 3)] {
        let mut clients = Clients::crowd(4, 3);
        clients.talk_aloud(secs(2));
        clients.set_cut_off(1, true);
        clients.talk_aloud(ms(3000));
        assert_eq!(clients.state(1), CallState::Reconnecting);
        assert_eq!(clients.state(0), CallState::Active, "nobody else is concerned");
        clients.run(secs(outage));
        clients.talk_aloud(secs(2));
        clients.assert_hears(0, &[2]);
        clients.set_cut_off(1, false);
        clients.run(secs(15));
        clients.talk_aloud(secs(3));
        assert_eq!(clients.state(1), CallState::Active, "{outage} s");
        clients.assert_hears(0, &[1, 2]);
        clients.assert_hears(1, &[0, 2]);
        // Every 30 s of silence the server takes him for gone, and he joins anew.
        assert_eq!(clients.joins(1), joins, "{outage} s");
    }
}

#[test]
fn on_networks_that_lose_packets_they_hear_each_other_all_the_same() {
    for seed in 0..8 {
        let mut clients = Clients::new(100 + seed, 3);
        for side in 0..3 {
            let host = clients.host(side);
            let link = clients.hosts().link_mut(host);
            (link.loss_permille, link.jitter, link.reorder_permille) = (25, ms(20), 30);
        }
        clients.create(0);
        (1..3).for_each(|side| clients.open(side));
        (0..3).for_each(|side| clients.join(side, false));
        clients.run(secs(4));
        clients.talk_aloud(secs(4));
        for side in 0..3 {
            let loud = clients.loudness(side);
            let others = (0..3).filter(|other| *other != side);
            others
                .for_each(|other| assert!(loud[other] > 10.0 * loud[side].max(1.0), "seed {seed}, {side}: {loud:.0?}"));
        }
    }
}

/// What a side has of each, a second of it.
fn each_of(clients: &mut Clients, listener: usize) -> BTreeMap<usize, Vec<i16>> {
    let (account, people) = (clients.sides[listener].account, clients.sides.len());
    let mut heard: BTreeMap<usize, Vec<i16>> = BTreeMap::new();
    clients.talk(secs(2), |side| {
        if side.account != account {
            return;
        }
        let port = side.port.as_ref().unwrap();
        for other in 0..people {
            let mut samples = [0i16; PIECE];
            port.pull_of(PeerId::User(other as i64 + 1).key(), 48_000, 1, &mut samples).unwrap();
            heard.entry(other).or_default().extend(samples);
        }
    });
    heard
}

#[test]
fn each_voice_is_taken_by_itself_and_is_nowhere_else() {
    let mut clients = Clients::crowd(5, 4);
    let (now, side) = (clients.now, &mut clients.sides[0]);
    side.client.set_separate(now, side.call, true).unwrap();
    assert!(side.port.as_ref().unwrap().pull(48_000, 1, &mut [0i16; 480]).is_err(), "not all as one at the same time");
    let heard = each_of(&mut clients, 0);
    for (whose, samples) in heard {
        let last = &samples[samples.len() - 48_000..];
        for other in 0..4 {
            let loud = amplitude(last, tone(other));
            let is_his = whose == other && whose != 0;
            assert!(if is_his { loud > 1500.0 } else { loud < 75.0 }, "{other} in what {whose} says: {loud:.0}");
        }
    }
}

#[test]
fn a_volume_is_heard_at_once_and_who_is_muted_for_me_not_at_all() {
    let mut clients = Clients::crowd(6, 3);
    clients.talk_aloud(secs(2));
    let before = clients.loudness(1);
    // No admin: it holds for this side alone.
    let (first, third) = (clients.peer(1, 0), clients.peer(1, 2));
    let side = &mut clients.sides[1];
    side.client.set_participant_volume(clients.now, side.call, first, 5000).unwrap();
    clients.talk_aloud(secs(2));
    let after = clients.loudness(1);
    assert!((0.4..0.6).contains(&(after[0] / before[0])), "{before:.0?} {after:.0?}");
    assert!((0.9..1.1).contains(&(after[2] / before[2])), "{before:.0?} {after:.0?}");
    assert_eq!(clients.wish(1, |client, now, call| client.mute_participant(now, call, third, true)).code, 0);
    clients.talk_aloud(secs(2));
    let (silenced, other) = (clients.loudness(1), clients.loudness(0));
    assert!(silenced[2] < 75.0 && other[2] > 1500.0, "{silenced:.0?} {other:.0?}");
    // What Telegram does not take is undone.
    let refused = clients.wish(1, |client, now, call| {
        client.set_participant_volume(now, call, tgcall::client::Peer::User { id: 99, access_hash: 5 }, 5000)
    });
    assert_ne!(refused.code, 0);
}
