//! Calls from the ring to the hang-up, through Telegram.

use crate::setting::*;
use crate::world::World;
use tgcall::client::{CallState, DiscardReason, EndReason, Stat};
use tgcall::sim::fault::{Do, Rule};

const VERSIONS: [&str; 5] = ["7.0.0", "8.0.0", "9.0.0", "12.0.0", "13.0.0"];
const ALL: Servers = Servers { turn: true, reflector_udp: true, reflector_tcp: true };
const PACKET: &str = "updatePhoneCallSignalingData";

#[test]
fn a_call_rings_is_taken_is_heard_and_hung_up_in_each_version() {
    for (version, p2p_allowed) in VERSIONS.into_iter().flat_map(|version| [(version, true), (version, false)]) {
        for hangs_up in [CALLER, CALLEE] {
            let setting = Setting { version, p2p_allowed, servers: ALL, ..Setting::default() };
            let mut world = World::through_telegram(setting, vec![]);
            world.connect();
            let emoji = world.each(|side| world.sides[side].client.emoji(world.line(side).call).unwrap());
            assert_eq!(emoji[0], emoji[1], "{version}");
            world.run(secs(1));
            world.talk(secs(1));
            for side in world.everyone() {
                assert_eq!(world.route(side) == "direct", p2p_allowed, "{version}: {}", world.route(side));
                assert_eq!(world.report(side)["version"], version);
                assert!(world.stat(side, Stat::ConnectMs).unwrap() < 1500, "{version}");
            }
            let (now, call) = (world.now, world.line(hangs_up).call);
            world.sides[hangs_up].client.discard(now, call, DiscardReason::Hangup).unwrap();
            world.run(secs(6));
            for side in world.everyone() {
                let (_, end) = world.line(side).end.as_ref().unwrap_or_else(|| world.panic("the call goes on"));
                let expected = if side == hangs_up { EndReason::LocalHangup } else { EndReason::RemoteHangup };
                assert_eq!((end.reason, end.duration_s), (expected, 2), "{version}, side {side}");
                assert!(world.network.sockets(side).is_empty(), "{version}");
                assert_eq!(world.sides[side].client.secrets(), 0, "{version}");
                assert_eq!(world.sides[side].client.next_timeout(), None, "{version}");
            }
            assert!(world.telegram().server.is_idle(), "{version}");
        }
    }
}

#[test]
fn signaling_that_telegram_loses_doubles_swaps_and_delays_is_made_good() {
    let each = |action: Do| (1..=4).map(|nth| Rule::update(PACKET, action.clone()).nth(2 * nth)).collect();
    let faults: [(&str, Vec<Rule>); 6] = [
        ("the first is lost", vec![Rule::update(PACKET, Do::Drop)]),
        ("every second is lost", each(Do::Drop)),
        ("every second comes twice", each(Do::Duplicate)),
        ("every second is overtaken", each(Do::SwapWithNext)),
        ("every second comes late", each(Do::Delay(secs(2)))),
        ("every second comes again later", each(Do::StaleReplay(secs(1)))),
    ];
    for version in VERSIONS {
        for (name, rules) in &faults {
            let setting = Setting { version, servers: ALL, ..Setting::default() };
            let mut world = World::through_telegram(setting, rules.clone());
            let took = world.connect();
            assert!(took < secs(15), "{version}, {name}: {took:?}");
            world.until_heard(secs(15));
            world.talk(ms(500));
        }
    }
}

#[test]
fn a_pause_that_telegram_asks_for_only_delays_the_call() {
    for version in ["8.0.0", "9.0.0", "12.0.0", "13.0.0"] {
        let flood = Do::Fail { code: 420, name: "FLOOD_WAIT_2".into() };
        let rules = (1..=3).map(|nth| Rule::request("phone.sendSignalingData", flood.clone()).nth(nth)).collect();
        let mut world = World::through_telegram(Setting { version, ..Setting::default() }, rules);
        let took = world.connect();
        assert!((secs(2)..secs(12)).contains(&took), "{version}: {took:?}");
        world.until_heard(secs(15));
        world.talk(ms(500));
    }
}

#[test]
fn telegram_may_be_gone_during_a_call() {
    for version in VERSIONS {
        let mut world = World::through_telegram(Setting { version, ..Setting::default() }, vec![]);
        world.connect();
        world.run(secs(1));
        // Everything it should carry is lost from now on, and so is the network of the callee for a while.
        world.telegram().server.add_rule(Rule::request("phone.sendSignalingData", Do::Lose).always());
        let host = world.sides[CALLEE].host;
        let address = world.network.addresses(host)[0];
        world.network.set_down(host, address, true);
        world.run(secs(8));
        assert_eq!(world.each(|side| world.state(side)), [CallState::Reconnecting; 2], "{version}");
        world.network.set_down(host, address, false);
        world.run(secs(3));
        world.talk(secs(1));
    }
}
