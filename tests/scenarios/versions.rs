//! Every version and every parameter of Telegram's, in both roles.

use crate::post::Faults;
use crate::world::*;

const VERSIONS: [&str; 5] = ["7.0.0", "8.0.0", "9.0.0", "12.0.0", "13.0.0"];
const TURN_ONLY: Servers = Servers { turn: true, reflector_udp: false, reflector_tcp: false };

#[test]
fn each_version_carries_a_call_directly_and_over_a_relay() {
    for version in VERSIONS {
        for p2p_allowed in [true, false] {
            let mut world = World::new(Setting { version, p2p_allowed, servers: TURN_ONLY, ..Setting::default() });
            let took = world.connect();
            assert!(took < ms(1500), "{version}: {took:?}");
            world.run(secs(1));
            world.talk(secs(2));
            for side in world.everyone() {
                let report = world.report(side);
                assert_eq!(report["version"], version);
                assert_eq!(world.route(side), if p2p_allowed { "direct" } else { "turn over udp" }, "{version}");
                let transport = &report["media"]["transport"];
                assert_eq!(transport["controlling"], side == CALLER, "{version}");
                assert_eq!((&transport["data_channel"], &transport["state"]), (&true.into(), &"connected".into()));
                let signaling = &report["media"]["signaling"];
                assert!(signaling["messages_received"].as_u64() >= Some(4), "{version}: {signaling}");
                assert_eq!((&signaling["unsealed"], &signaling["malformed"]), (&0.into(), &0.into()), "{version}");
            }
        }
    }
}

#[test]
fn the_servers_parameters_are_honoured_in_each_version() {
    let parameters = [
        r#"{"network_signaling_nosctp": true}"#,
        r#"{"network_kcp_experiment": true}"#,
        r#"{"network_kcp_experiment": true, "network_signaling_nosctp": true}"#,
        r#"{"network_use_mtproto": true}"#,
        r#"{"network_use_mtproto": true, "network_signaling_nosctp": true}"#,
        r#"{"network_sctp_t1_init_ms": 400, "network_sctp_t1_cookie_ms": 400, "network_sctp_max_backoff_ms": 750}"#,
        "{\"network_use_mtproto\": 1, \"unknown\": [",
    ];
    for version in VERSIONS {
        for parameters in parameters {
            let mut world = World::new(Setting { version, parameters, ..Setting::default() });
            let took = world.connect();
            assert!(took < ms(1500), "{version}, {parameters}: {took:?}");
            world.talk(secs(1));
            for side in world.everyone() {
                let report = world.report(side);
                let is_mtproto = parameters.contains("mtproto\": true");
                let expected = if is_mtproto { "MTProto" } else { "AEAD_AES_256_GCM" };
                assert_eq!(report["media"]["transport"]["protection"], expected, "{version}, {parameters}");
                assert_eq!(report["media"]["transport"]["data_channel"], true, "{version}, {parameters}");
            }
        }
    }
}

#[test]
fn standalone_reflectors_are_found_without_a_candidate() {
    let servers = Servers { turn: false, reflector_udp: true, reflector_tcp: true };
    for version in VERSIONS {
        let parameters = r#"{"network_standalone_reflectors": true}"#;
        let mut world = World::new(Setting { version, parameters, p2p_allowed: false, servers, ..Setting::default() });
        world.connect();
        world.talk(secs(1));
        for side in world.everyone() {
            assert!(world.route(side).starts_with("reflector"), "{version}: {}", world.route(side));
            let candidates = world.report(side)["media"]["transport"]["remote_candidates"].clone();
            assert_eq!(candidates.as_array().unwrap().len(), 0, "{version}: {candidates}");
        }
    }
}

/// Makes a side speak as the engines of May 2022 to the summer of 2023 did at 9.0.0: gzip in SCTP.
const OLD: &str = r#"{"network_kcp_experiment": true}"#;

#[test]
fn an_old_engine_that_speaks_sctp_at_9_is_followed_in_both_roles() {
    for old in [CALLER, CALLEE] {
        for late in [ms(0), ms(900)] {
            let odd_parameters = Some((old, OLD));
            let mut world = World::new(Setting { odd_parameters, callee_late: late, ..Setting::default() });
            let took = world.connect();
            assert!(took < late + ms(1500), "{old}: {took:?}");
            world.talk(secs(1));
            let signaling = |side: usize, key: &str| world.report(side)["media"]["signaling"][key].as_u64().unwrap();
            assert!(signaling(other(old), "messages_received") >= 4);
            for key in ["unsealed", "malformed", "messages_unsent"] {
                assert_eq!(signaling(other(old), key), 0, "{old}: {key}");
            }
            // The first packets of a caller are not SCTP. The old engine drops them, and misses nothing.
            assert_eq!(signaling(old, "malformed") > 0, old == CALLEE);
            assert_eq!(signaling(old, "replayed"), 0, "{old}");
            // And our mute gets through.
            world.mute(other(old), true);
            world.run(secs(1));
            assert!(world.line(old).muted.last().is_some_and(|(_, muted)| *muted), "{old}");
        }
    }
}

#[test]
fn an_old_engine_is_followed_through_lost_doubled_and_reordered_signaling() {
    for old in [CALLER, CALLEE] {
        for (lost_percent, seed) in [(0, 1), (5, 2), (10, 3), (20, 4), (20, 5), (30, 6), (30, 7), (30, 8)] {
            let post = Faults { lost_percent, doubled_percent: 20, jitter: ms(200), ..Faults::default() };
            let setting = Setting { seed, post, odd_parameters: Some((old, OLD)), ..Setting::default() };
            let mut world = World::new(setting);
            let took = world.connect();
            assert!(took < secs(20), "{old}, {lost_percent} %, seed {seed}: {took:?}");
            world.until_heard(secs(20));
            world.talk(ms(500));
        }
    }
}

#[test]
fn between_new_engines_9_is_8() {
    let calls = ["8.0.0", "9.0.0"].map(|version| {
        let post = Faults { lost_percent: 10, doubled_percent: 20, jitter: ms(200), ..Faults::default() };
        let mut world = World::new(Setting { version, post, ..Setting::default() });
        let took = world.connect();
        world.run(secs(5));
        (took, world.post.sent, world.each(|side| world.report(side)["media"]["signaling"].clone()))
    });
    assert_eq!(calls[0], calls[1]);
}
