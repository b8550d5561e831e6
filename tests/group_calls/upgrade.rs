//! Private calls that become conferences, of whole clients.

use super::clients::{Clients, PIECE, amplitude, tone};
use super::world::{ms, secs};
use tgcall::client::{CallEnd, CallState, Client, Config, EndReason, Quality, Switches};
use tgcall::random::Random;
use tgcall::sim::fault::{Do, Rule};
use tgcall::types::VideoSource::{Camera, Screen};
use tgcall::types::{CallId, UserId, VideoCodec};

/// What is heard in so much sound is heard at that time.
const WINDOW: usize = 2400;

impl Clients {
    /// The first two in a private call.
    fn private(seed: u64, people: i64, config: &Config) -> Clients {
        let mut clients = Clients::with(seed, people, config);
        clients.server.knobs.conference_supported = true;
        let hash = clients.server.user_hash(1, 2);
        let call = clients.sides[0].client.request(clients.now, UserId(2), hash, false).unwrap();
        clients.begin(0, call);
        clients.run(ms(500));
        let (now, one) = (clients.now, &mut clients.sides[1]);
        one.client.accept(now, one.call).unwrap();
        clients.run(secs(4));
        for side in 0..2 {
            assert_eq!(clients.state(side), CallState::Active, "{}", clients.report(side));
        }
        clients
    }

    fn upgrade(&mut self, side: usize) -> CallId {
        let (now, one) = (self.now, &mut self.sides[side]);
        assert!(one.client.can_upgrade(one.call).unwrap());
        let new = one.client.upgrade(now, one.call, &[]).unwrap();
        self.run(ms(1));
        new
    }

    /// Both talk, and each hears all that he has: the longest time that he does not hear the other.
    fn longest_gaps(&mut self, time: tgcall::time::Duration) -> [usize; 2] {
        let mut heard = [vec![], vec![]];
        self.talk(time, |side| {
            let at = side.account as usize - 1;
            if at > 1 {
                return;
            }
            let mut sum = [0i16; PIECE];
            for port in side.port.iter().chain(side.old.as_ref().map(|(_, port)| port)) {
                let mut samples = [0i16; PIECE];
                port.pull(48_000, 1, &mut samples).unwrap();
                sum.iter_mut().zip(samples).for_each(|(sum, sample)| *sum = sum.saturating_add(sample));
            }
            heard[at].extend(sum);
        });
        [0, 1].map(|side| {
            let is_silent = |window: &[i16]| amplitude(window, tone(1 - side)) < 500.0;
            let windows = heard[side].chunks(WINDOW).map(is_silent);
            let mut longest = (0, 0);
            for silent in windows {
                longest.0 = if silent { longest.0 + 50 } else { 0 };
                longest.1 = longest.1.max(longest.0);
            }
            longest.1
        })
    }

    /// How often Telegram was told that the first one's private call is over.
    fn told_moved(&self) -> usize {
        self.sides[0].methods.iter().filter(|method| **method == "phone.discardCall").count()
    }

    fn learn_conference(&mut self, side: usize) {
        let one = &self.sides[side];
        self.conference = Some(one.client.telegram_id(one.call).unwrap().0);
    }
}

fn migrated(end: &Option<CallEnd>) -> String {
    let end = end.as_ref().expect("the private call has ended");
    assert_eq!(end.reason, EndReason::Migrated, "{end:?}");
    end.slug.clone()
}

#[test]
fn a_private_call_goes_on_as_a_conference_and_nobody_notices_a_gap() {
    for first in 0..2 {
        let mut clients = Clients::private(1 + first as u64, 3, &Config::new());
        let gaps = clients.longest_gaps(secs(2));
        assert!(gaps.iter().all(|gap| *gap <= 300), "{gaps:?} before");
        let new = clients.upgrade(first);
        assert_ne!(new, clients.sides[first].call, "the private call is the one that is heard");
        let gaps = clients.longest_gaps(secs(12));
        assert!(gaps.iter().all(|gap| *gap <= 300), "{gaps:?}");
        clients.learn_conference(first);
        let slugs = [0, 1].map(|side| migrated(&clients.sides[side].old_end));
        assert!(slugs[0] == slugs[1] && clients.link().ends_with(&slugs[0]), "{slugs:?}");
        clients.assert_agreed(&[0, 1]);
        clients.come(2);
        clients.run(secs(3));
        clients.assert_agreed(&[0, 1, 2]);
        clients.talk_aloud(secs(2));
        clients.assert_hears(2, &[0, 1]);
    }
}

#[test]
fn who_was_muted_still_is() {
    for first in 0..2 {
        let mut clients = Clients::private(3, 2, &Config::new());
        clients.set_muted(1, true);
        clients.upgrade(first);
        clients.run(secs(12));
        clients.learn_conference(first);
        clients.assert_agreed(&[0, 1]);
        clients.talk_aloud(secs(2));
        clients.assert_hears(0, &[]);
        clients.assert_hears(1, &[0]);
        // And may speak again.
        clients.set_muted(1, false);
        clients.run(secs(1));
        clients.talk_aloud(secs(2));
        clients.assert_hears(0, &[1]);
    }
}

#[test]
fn what_was_shown_still_is_by_whoever_began_and_by_who_followed() {
    for first in 0..2 {
        let mut config = Config::new();
        config.set_video_codecs(&[VideoCodec::Vp8], &[VideoCodec::Vp8]).unwrap();
        let mut clients = Clients::private(40 + first as u64, 2, &config);
        clients.start(0, Camera);
        clients.start(1, Camera);
        clients.run(secs(1));
        clients.upgrade(first);
        clients.run(secs(12));
        clients.learn_conference(first);
        clients.assert_agreed(&[0, 1]);
        for (side, other) in [(0, 1), (1, 0)] {
            assert!(clients.sides[side].old.is_none(), "the private call is over");
            let one = &clients.sides[side];
            assert!(one.client.switches(one.call).unwrap().0.has(Switches::CAMERA));
            assert_eq!(clients.switches(side, other), (true, false));
            clients.want(side, other, Camera, Some(Quality::Full));
        }
        clients.film(secs(8));
        clients.film(secs(4));
        for (side, other) in [(0, 1), (1, 0)] {
            let (frames, _) = clients.sees(side, other, Camera);
            assert!(frames >= 60, "{frames}: {}", clients.report(side));
        }
    }
}

#[test]
fn a_screen_is_taken_along_too() {
    let mut config = Config::new();
    config.set_video_codecs(&[VideoCodec::Vp8], &[VideoCodec::Vp8]).unwrap();
    let mut clients = Clients::private(45, 2, &config);
    clients.start(1, Screen);
    clients.run(secs(1));
    clients.upgrade(0);
    clients.run(secs(12));
    clients.learn_conference(0);
    clients.assert_agreed(&[0, 1]);
    clients.want(0, 1, Screen, Some(Quality::Full));
    clients.film(secs(8));
    let (frames, _) = clients.sees(0, 1, Screen);
    assert!(frames >= 60, "{frames}: {}", clients.report(0));
}

#[test]
fn who_is_told_in_vain_where_the_call_has_gone_is_told_again_and_not_for_ever() {
    let flood = Do::Fail { code: 420, name: "FLOOD_WAIT_2".into() };
    for fate in [Do::Lose, Do::Fail { code: 500, name: "INTERNAL".into() }, flood] {
        let mut clients = Clients::private(46, 2, &Config::new());
        for nth in 1..3 {
            clients.server.add_rule(Rule::request("phone.discardCall", fate.clone()).nth(nth).to(1));
        }
        clients.upgrade(0);
        let gaps = clients.longest_gaps(secs(14));
        assert!(gaps.iter().all(|gap| *gap <= 300), "{gaps:?} after {fate:?}");
        clients.learn_conference(0);
        clients.assert_agreed(&[0, 1]);
        let slugs = [0, 1].map(|side| migrated(&clients.sides[side].old_end));
        assert_eq!(slugs[0], slugs[1]);
        assert_eq!(clients.told_moved(), 3);
    }
    let mut clients = Clients::private(47, 2, &Config::new());
    clients.server.add_rule(Rule::request("phone.discardCall", Do::Lose).always().to(1));
    clients.upgrade(0);
    clients.run(secs(11));
    migrated(&clients.sides[0].old_end);
    assert_eq!(clients.told_moved(), 5);
    clients.run(secs(60));
    assert_eq!(clients.told_moved(), 5);
}

#[test]
fn both_may_want_it_at_once() {
    let mut clients = Clients::private(4, 2, &Config::new());
    for side in 0..2 {
        let (now, one) = (clients.now, &mut clients.sides[side]);
        one.client.upgrade(now, one.call, &[]).unwrap();
    }
    clients.sides.iter_mut().for_each(|side| side.is_lenient = true);
    clients.run(secs(15));
    let seen: Vec<_> = (0..2).map(|side| (clients.state(side), clients.emoji(side))).collect();
    assert!(seen.iter().all(|one| one.0 == CallState::Active && one.1.is_some()), "{seen:?}");
}

#[test]
fn a_third_who_is_in_first_ends_no_private_call() {
    let mut clients = Clients::private(8, 3, &Config::new());
    // Who follows takes his time.
    clients.server.add_rule(Rule::answer("phone.joinGroupCall", Do::Delay(secs(4))).to(2));
    clients.upgrade(0);
    let before = clients.longest_gaps(secs(1));
    clients.learn_conference(0);
    clients.come(2);
    let after = clients.longest_gaps(secs(12));
    assert!(before.iter().chain(&after).all(|gap| *gap <= 300), "{before:?} {after:?}");
    assert!((0..2).all(|side| clients.sides[side].old_end.is_some()));
    clients.assert_agreed(&[0, 1, 2]);
}

#[test]
fn a_conference_that_does_not_come_about_leaves_the_private_call_as_it_was() {
    let mut clients = Clients::private(5, 2, &Config::new());
    for nth in 1..8 {
        let fail = Do::Fail { code: 403, name: "GROUPCALL_FORBIDDEN".into() };
        clients.server.add_rule(Rule::request("phone.createConferenceCall", fail).nth(nth).to(1));
    }
    clients.sides[0].is_lenient = true;
    let new = clients.upgrade(0);
    clients.run(secs(5));
    assert_eq!(clients.sides[0].client.state(new).unwrap(), CallState::Ended);
    let gaps = clients.longest_gaps(secs(3));
    assert!(gaps.iter().all(|gap| *gap <= 300), "{gaps:?}");
    assert!(clients.sides[0].client.can_upgrade(clients.sides[0].call).unwrap());
}

#[test]
fn who_does_not_follow_is_told_where_it_went() {
    let mut config = Config::new();
    config.set_auto_migrate(false);
    let mut clients = Clients::private(6, 2, &config);
    clients.upgrade(0);
    clients.run(secs(12));
    let end = clients.sides[1].end.clone().unwrap();
    assert_eq!(end.reason, EndReason::Migrated);
    let slug = migrated(&clients.sides[0].old_end);
    assert_eq!(end.slug, slug);
    let call = clients.sides[1].client.open_link(clients.now, &slug).unwrap();
    clients.begin(1, call);
    clients.join(1, false);
    clients.run(secs(3));
    clients.learn_conference(0);
    clients.assert_agreed(&[0, 1]);
}

#[test]
fn where_it_is_not_possible_a_getter_says_so_and_nothing_happens() {
    let mut clients = Clients::with(7, 2, &Config::new());
    clients.server.knobs.conference_supported = false;
    let hash = clients.server.user_hash(1, 2);
    let call = clients.sides[0].client.request(clients.now, UserId(2), hash, false).unwrap();
    clients.begin(0, call);
    let can = |client: &Client| client.can_upgrade(call).unwrap();
    assert!(!can(&clients.sides[0].client), "it rings");
    clients.run(ms(500));
    let (now, one) = (clients.now, &mut clients.sides[1]);
    one.client.accept(now, one.call).unwrap();
    clients.run(secs(4));
    assert_eq!(clients.state(0), CallState::Active);
    assert!(!can(&clients.sides[0].client), "their app does not know conferences");
    let now = clients.now;
    let error = clients.sides[0].client.upgrade(now, call, &[]).unwrap_err();
    assert_eq!(error.kind(), tgcall::error::ErrorKind::State);
    assert_eq!(clients.state(0), CallState::Active);

    let mut config = Config::new();
    config.set_user_id(UserId(5)).unwrap();
    let mut host = Client::new(now, config, Random::from_seed(1)).unwrap();
    let attached = host.attach(now, true, &[7; 256]).unwrap();
    assert!(!host.can_upgrade(attached).unwrap(), "the host's library carries it");
    assert_eq!(host.upgrade(now, attached, &[]).unwrap_err().kind(), tgcall::error::ErrorKind::State);
}

#[test]
fn who_is_named_in_it_is_rung_before_the_other_side_is_told_and_comes() {
    let mut clients = Clients::private(9, 3, &Config::new());
    let third = clients.peer(0, 2);
    let (now, one) = (clients.now, &mut clients.sides[0]);
    let new = one.client.upgrade(now, one.call, &[third]).unwrap();
    clients.run(secs(2));
    clients.conference = Some(clients.sides[0].client.telegram_id(new).unwrap().0);
    let place = |method: &str| clients.sides[0].methods.iter().position(|one| *one == method).unwrap();
    assert!(place("phone.inviteConferenceCallParticipant") < place("phone.discardCall"));
    let call = clients.sides[2].rings[0].call;
    clients.begin(2, call);
    clients.join(2, false);
    clients.run(secs(5));
    clients.assert_agreed(&[0, 1, 2]);
}
