//! Payloads in, answers out; and what is no packet of a member's.

use super::world::{ROOM, SFU, World, answer, ms, payload, secs};
use crate::media::{Setup, TransportSetup};
use crate::random::Random;
use crate::sim::machine::{Endpoint, Machine};
use crate::sim::sfu::{Desk, Face, LegKind, Refused};
use serde_json::{Value, json};

fn desk() -> Desk {
    let addresses = vec![SFU.parse().unwrap(), "[2001:db8::9]:32001".parse().unwrap()];
    Desk::new(Face { addresses, fingerprint: "AA".repeat(32) }, Random::from_seed(1))
}

/// What ntgcalls 3.0.5 sent: `captures/groups/join_payloads.json`.
const CAPTURED: &str = r#"{"ufrag":"8LbG","pwd":"gweHN6ebR6FnCps8Lqhp7WWL","fingerprints":[{"hash":"sha-256","setup":"passive",
    "fingerprint":"DE:90:61:F1:CC:5C:87:E4:C9:AD:ED:53:6E:AC:97:2F:64:D7:7F:18:44:89:86:62:F9:8E:21:41:A3:B2:CF:78"}],
    "ssrc":1753292842,"ssrc-groups":[{"sources":[1753292843,1753292845,1753292847],"semantics":"SIM"},
    {"sources":[1753292843,1753292844],"semantics":"FID"},{"sources":[1753292845,1753292846],"semantics":"FID"},
    {"sources":[1753292847,1753292848],"semantics":"FID"}]}"#;

fn captured() -> Value {
    serde_json::from_str(CAPTURED).unwrap()
}

#[test]
fn a_payload_of_ntgcalls_is_taken() {
    let mut desk = desk();
    let joined = desk.join(ROOM, LegKind::Main, CAPTURED).unwrap();
    assert_eq!(joined.sources, [842, 843, 845, 847, 844, 846, 848].map(|end| 1_753_292_000 + end));
    assert_eq!((joined.groups.len(), &*joined.groups[0].0), (4, "SIM"));
    assert_eq!(desk.owner(ROOM, 1_753_292_844), Some(joined.leg));
    let (TransportSetup { setup, .. }, candidates) = answer(&joined.params);
    assert_eq!((setup, candidates.len()), (Setup::Active, 2));
    let params: Value = serde_json::from_str(&joined.params).unwrap();
    assert_eq!(params["audio"]["payload-types"][0]["id"], 111);
    assert_eq!(params["video"]["endpoint"], joined.endpoint);
    assert_eq!(params["transport"]["candidates"][0]["port"], "32001", "strings, all of them");
}

#[test]
fn a_source_is_taken_once_in_a_room_until_its_owner_has_left() {
    let mut desk = desk();
    let first = desk.join(ROOM, LegKind::Main, CAPTURED).unwrap();
    assert_eq!(desk.join(ROOM, LegKind::Main, CAPTURED), Err(Refused::SourceTaken));
    desk.join(ROOM + 1, LegKind::Main, CAPTURED).unwrap();
    let mut other = captured();
    other["ssrc"] = json!(-5);
    assert_eq!(desk.join(ROOM, LegKind::Main, &other.to_string()), Err(Refused::SourceTaken), "those of its pictures");
    desk.leave(first.leg);
    assert_eq!(desk.join(ROOM, LegKind::Main, &other.to_string()).unwrap().sources[0], (-5i32).cast_unsigned());
    assert!(desk.sources(first.leg).is_empty());
}

#[test]
fn what_is_no_payload_is_refused_and_leaves_nothing_behind() {
    let mut desk = desk();
    let change = |act: &dyn Fn(&mut Value)| {
        let mut value = captured();
        act(&mut value);
        value.to_string()
    };
    let bad = [
        String::new(),
        "[]".into(),
        "{}".into(),
        CAPTURED[..100].into(),
        change(&|v| v["ssrc"] = json!("5")),
        change(&|v| v["ssrc"] = json!(1i64 << 40)),
        change(&|v| v["ufrag"] = json!("x")),
        change(&|v| v["pwd"] = json!(7)),
        change(&|v| v["fingerprints"] = json!([])),
        change(&|v| v["fingerprints"][0]["hash"] = json!("sha-1")),
        change(&|v| v["fingerprints"][0]["fingerprint"] = json!("AA:BB")),
        change(&|v| v["ssrc-groups"] = json!({})),
        change(&|v| v["ssrc-groups"][0]["sources"] = json!([])),
        change(&|v| v["ssrc-groups"][0]["sources"] = json!((1..100).collect::<Vec<_>>())),
        change(&|v| v["x"] = json!("y".repeat(100_000))),
    ];
    for text in &bad {
        assert_eq!(desk.join(ROOM, LegKind::Main, text), Err(Refused::Malformed), "{text:.80}");
    }
    assert_eq!(desk.join(ROOM, LegKind::Main, &change(&|v| v["ssrc"] = json!(0))), Err(Refused::SourceTaken));
    assert!(desk.poll_command().is_none());
    for (ssrc, setup, good) in [(Some(7), "active", 1), (None, "passive", 2)] {
        let mut value = captured();
        value["fingerprints"][0]["setup"] = json!(setup);
        value.as_object_mut().unwrap().remove("ssrc-groups");
        value.as_object_mut().unwrap().remove("ssrc");
        if let Some(ssrc) = ssrc {
            value["ssrc"] = json!(ssrc);
        }
        let joined = desk.join(ROOM, LegKind::Main, &value.to_string()).unwrap();
        assert_eq!((joined.sources.len(), joined.leg.0), (usize::from(ssrc.is_some()), good));
        assert_eq!(answer(&joined.params).0.setup, if setup == "active" { Setup::Passive } else { Setup::Active });
    }
}

#[test]
fn strangers_are_answered_by_nothing() {
    let mut world = World::new(1);
    let side = world.add();
    world.connect_all();
    let stranger = "192.0.2.66:4000".parse().unwrap();
    let to = SFU.parse().unwrap();
    let now = world.now;
    let mut random = Random::from_seed(5);
    let samples: [Vec<u8>; 5] =
        [vec![], vec![0; 20], vec![22; 60], vec![0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1], vec![0x80; 40]];
    for bytes in samples.into_iter().chain((0..2000).map(|_| {
        let mut bytes = vec![0; random.below(80) as usize];
        random.fill(&mut bytes);
        bytes
    })) {
        assert!(world.sfu().datagram(now, to, stranger, &bytes).is_empty());
    }
    assert!(world.sfu().stream(now, 1, b"x").is_empty());
    // Another password than the one it joined with.
    let leg = world.sides[side].leg;
    let before = world.sfu().stats(leg).unwrap();
    let other = world.add();
    let mut text = payload(&world.sides[other].transport.local_setup(), 99);
    text["ufrag"] = json!("other");
    text["ssrc"] = json!(4242);
    let joined = world.desk.join(ROOM, LegKind::Main, &text.to_string()).unwrap();
    let (setup, candidates) = answer(&joined.params);
    let transport = &mut world.sides[other].transport;
    transport.set_remote_setup(now, &setup);
    candidates.iter().for_each(|line| transport.add_remote_candidate(now, line));
    world.pump();
    let dropped = world.sfu().dropped.checks;
    world.run_for(secs(2));
    assert!(world.sfu().dropped.checks > dropped, "our name is not the one it was told");
    assert!(world.sfu().stats(joined.leg).is_some_and(|stats| stats.checks == 0));
    world.run_for(ms(500));
    assert!(world.sfu().stats(leg).unwrap().checks > before.checks);
}

#[test]
fn it_answers_where_it_was_asked_from() {
    let mut world = World::new(2);
    world.add();
    world.connect_all();
    let leg = world.sides[0].leg;
    let emits = {
        let now = world.now;
        world.sfu().say(now, leg, "{}")
    };
    let to: Vec<_> = emits
        .into_iter()
        .filter_map(|emit| match emit {
            crate::sim::machine::Emit::Client { to: Endpoint::Udp(to), .. } => Some(to.ip().to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(to, ["198.51.100.1"]);
}
