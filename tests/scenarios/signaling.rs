//! Signaling that is lost, doubled, spoilt, late or early, in each dialect.

use crate::post::Faults;
use crate::world::*;
use tgcall::client::CallState;
use tgcall::signaling::message::Message;

/// Versions, parameters, and whether what is lost is sent again by the framing itself.
const DIALECTS: [(&str, &str, bool); 7] = [
    ("7.0.0", "", false),
    ("8.0.0", "", true),
    ("9.0.0", "", true),
    ("12.0.0", "", true),
    ("13.0.0", "", true),
    ("13.0.0", r#"{"network_signaling_nosctp": true}"#, false),
    ("9.0.0", r#"{"network_kcp_experiment": true}"#, true),
];

#[test]
fn calls_connect_through_lost_doubled_and_reordered_signaling() {
    for (version, parameters, _) in DIALECTS {
        for (lost_percent, seed) in [(5, 1), (10, 2), (20, 3), (20, 4), (30, 5), (30, 6), (30, 7)] {
            let post = Faults { lost_percent, doubled_percent: 20, jitter: ms(200), ..Faults::default() };
            let setting = Setting { seed, version, parameters, post, ..Setting::default() };
            let mut world = World::new(setting);
            let took = world.connect();
            assert!(took < secs(20), "{version}, {lost_percent} %, seed {seed}: {took:?}");
            // An offer or an answer that was lost is said again after 3 to 5 s.
            world.until_heard(secs(20));
            world.talk(ms(500));
            assert!(world.post.lost > 0 || lost_percent == 5, "{version}, {lost_percent} %, seed {seed}");
        }
    }
}

#[test]
fn signaling_that_takes_seconds_only_delays_the_call() {
    for (version, parameters, _) in DIALECTS {
        let post = Faults { delay: secs(2), jitter: secs(1), ..Faults::default() };
        let mut world = World::new(Setting { version, parameters, post, ..Setting::default() });
        let took = world.connect();
        assert!(took < secs(12), "{version}, {parameters}: {took:?}");
        world.until_heard(secs(12));
        world.talk(ms(500));
    }
}

#[test]
fn what_arrives_before_the_call_is_connected_here_is_kept() {
    for (version, parameters, _) in DIALECTS {
        let mut world = World::new(Setting { version, parameters, callee_late: ms(900), ..Setting::default() });
        let took = world.connect();
        // What was kept is read at once: a round trip of signaling and the handshakes are left.
        assert!(took < ms(900 + 600), "{version}, {parameters}: {took:?}");
        world.talk(secs(1));
    }
}

#[test]
fn spoilt_signaling_is_dropped_and_counted() {
    for (version, parameters, is_repaired) in DIALECTS {
        let spoilt_percent = if is_repaired { 30 } else { 20 };
        let post = Faults { spoilt_percent, ..Faults::default() };
        let mut world = World::new(Setting { seed: 12, version, parameters, post, ..Setting::default() });
        world.connect();
        world.until_heard(secs(20));
        let counted: u64 = world
            .everyone()
            .map(|side| {
                let signaling = &world.report(side)["media"]["signaling"];
                assert_eq!((&signaling["unknown"], &signaling["overflowed"]), (&0.into(), &0.into()), "{version}");
                signaling["unsealed"].as_u64().unwrap() + signaling["malformed"].as_u64().unwrap()
            })
            .sum();
        assert!(world.post.spoilt > 0, "{version}, {parameters}");
        assert_eq!(counted, world.post.spoilt, "{version}, {parameters}");
        world.talk(secs(1));
    }
}

#[test]
fn without_any_signaling_the_call_ends_after_twenty_seconds() {
    for (version, parameters, _) in DIALECTS {
        let post = Faults { lost_percent: 100, ..Faults::default() };
        let mut world = World::new(Setting { version, parameters, post, ..Setting::default() });
        world.run(secs(21));
        for side in world.everyone() {
            let (ended_at, end) = world.line(side).end.as_ref().expect("it is given up");
            assert_eq!(ended_at.since(world.start), secs(20), "{version}");
            assert_eq!(
                (end.reason, world.line(side).path()),
                (tgcall::client::EndReason::NoPath, vec![CallState::Connecting])
            );
            let text = world.report(side).to_string();
            assert!(text.contains("waiting for the peer's setup"), "{version}: {text}");
        }
        // Nobody floods Telegram in vain.
        assert!(world.post.sent < 100, "{version}, {parameters}: {} packets", world.post.sent);
    }
}

/// The official engine calls: while its own offer is open it ignores one of ours for good, as it would an offer that crossed
/// its own. So it does when our offer overtakes our answer, where nothing restores the order.
#[test]
fn an_official_caller_hears_us_within_a_second_though_our_offer_overtook_our_answer() {
    for (version, parameters) in [("7.0.0", ""), ("13.0.0", r#"{"network_signaling_nosctp": true}"#)] {
        let (mut open, mut answered, mut late) = (None, false, None);
        let change = move |from: usize, message: Message| {
            let Message::NegotiateChannels(channels) = &message else { return vec![message] };
            if from == CALLER {
                open.get_or_insert(channels.exchange_id);
            } else if open == Some(channels.exchange_id) && !answered {
                answered = true;
                late = Some(message);
                return vec![];
            } else if let Some(answer) = late.take() {
                // It is the offer, and only now the answer comes.
                assert_ne!(open, Some(channels.exchange_id));
                return vec![answer];
            }
            vec![message]
        };
        let setting = Setting { version, parameters, ..Setting::default() };
        let mut world = World::with_middle(setting, Box::new(change));
        world.run(ms(1300));
        let heard = world.heard(CALLER, ms(300));
        assert_eq!(heard.audible(tone_of(CALLEE)), 1000, "{version}: from 1 s on");
        world.talk(secs(1));
    }
}
