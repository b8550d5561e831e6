//! Peers that are not ours: other roles, other orders, other offers, and somebody in between.

use crate::middle::Change;
use crate::world::*;
use std::collections::VecDeque;
use tgcall::client::{Action, CallState, EndReason, Stat};
use tgcall::signaling::message::{Candidate, Content, InitialSetup, MediaKind, Message, PayloadType};
use tgcall::types::Ssrc;

const VERSIONS: [&str; 5] = ["7.0.0", "8.0.0", "9.0.0", "12.0.0", "13.0.0"];

/// Changes the setups, and passes everything else on.
fn setups(mut change: impl FnMut(usize, &mut InitialSetup) + 'static) -> Change {
    Box::new(move |from, mut message| {
        if let Message::InitialSetup(setup) = &mut message {
            change(from, setup);
        }
        vec![message]
    })
}

#[test]
fn another_fingerprint_than_the_announced_one_ends_the_call_as_insecure() {
    for version in VERSIONS {
        for victim in [CALLER, CALLEE] {
            let change = setups(move |from, setup| {
                if from != victim {
                    let fingerprint = &mut setup.fingerprints[0].fingerprint;
                    *fingerprint = fingerprint.replace(['0', '1', '2', '3'], "4");
                }
            });
            let mut world = World::with_middle(Setting { version, ..Setting::default() }, change);
            world.run(secs(5));
            let line = world.line(victim);
            let (ended_at, end) = line.end.as_ref().unwrap_or_else(|| world.panic("the victim goes on"));
            assert_eq!((end.reason, end.action), (EndReason::Insecure, Action::TellUser), "{version}, {victim}");
            assert!(ended_at.since(world.start) < secs(1), "{version}: {ended_at:?}");
            assert_eq!(line.path(), [CallState::Connecting], "never active");
            assert_eq!(world.heard(victim, secs(5)).level(), 0.0, "{version}: nothing was heard");
            assert_eq!(world.stat(victim, Stat::PacketsSent), Some(0), "{version}: nothing was said");
            assert_eq!(world.report(victim)["media"]["transport"]["protection"], "none");
        }
    }
}

#[test]
fn whoever_begins_the_handshake_sound_flows() {
    // What each side is told of the other: a web callee is active, and so may be a caller.
    for (told, roles) in [
        (["active", "passive"], ["server", "client"]),
        (["passive", "active"], ["client", "server"]),
        (["passive", "actpass"], ["client", "server"]),
        (["holdconn", "holdconn"], ["client", "server"]),
    ] {
        let change = setups(move |from, setup| setup.fingerprints[0].setup = told[other(from)].into());
        let mut world = World::with_middle(Setting::default(), change);
        world.connect();
        world.talk(secs(1));
        for side in world.everyone() {
            let dtls = world.report(side)["media"]["transport"]["dtls"].to_string();
            let text = world.text(side);
            assert!(text.contains(&format!("as {}", roles[side])), "{told:?}, side {side}: {dtls}");
        }
    }
}

#[test]
fn no_order_of_the_first_messages_is_assumed() {
    for version in VERSIONS {
        for late in [CALLER, CALLEE] {
            // The setup comes after everything else that was said within the first moments, as from ntgcalls.
            let mut held: VecDeque<Message> = VecDeque::new();
            let mut said = 0;
            let change = move |from: usize, message: Message| {
                if from != late || said >= 3 {
                    return vec![message];
                }
                said += 1;
                let is_setup = matches!(message, Message::InitialSetup(_));
                if is_setup {
                    held.push_back(message)
                } else {
                    held.push_front(message)
                }
                if said == 3 { held.drain(..).collect() } else { vec![] }
            };
            let mut world = World::with_middle(Setting { version, ..Setting::default() }, Box::new(change));
            world.connect();
            world.until_heard(secs(8));
            world.talk(ms(500));
        }
    }
}

/// A video stream as ntgcalls announces it in every call.
fn video(ssrc: u32) -> Content {
    let codec = |id, name: &str, parameters: &[(&str, &str)]| PayloadType {
        id,
        name: name.into(),
        clock_rate: 90_000,
        channels: 0,
        feedback: vec![],
        parameters: parameters.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
    };
    let payload_types = vec![codec(96, "VP8", &[]), codec(97, "rtx", &[("apt", "96")])];
    Content { kind: MediaKind::Video, ssrc: Ssrc(ssrc), ssrc_groups: vec![], payload_types, extensions: vec![] }
}

#[test]
fn codecs_and_streams_that_nobody_here_decodes_are_refused_and_the_sound_is_heard() {
    for (version, side) in VERSIONS.into_iter().flat_map(|version| [CALLER, CALLEE].map(|side| (version, side))) {
        let mut offer = None;
        let change = move |from: usize, mut message: Message| {
            if let Message::NegotiateChannels(channels) = &mut message {
                if from == side && offer.is_none() {
                    offer = Some(channels.exchange_id);
                    let pcmu = PayloadType {
                        id: 0,
                        name: "PCMU".into(),
                        clock_rate: 8000,
                        channels: 1,
                        feedback: vec![],
                        parameters: vec![],
                    };
                    channels.contents[0].payload_types.insert(0, pcmu);
                    channels.contents.insert(0, video(5));
                } else if from != side && offer == Some(channels.exchange_id) {
                    let kinds: Vec<MediaKind> = channels.contents.iter().map(|content| content.kind).collect();
                    assert_eq!(kinds, [MediaKind::Audio], "{version}");
                    assert!(channels.contents[0].payload_types.iter().all(|codec| codec.name == "opus"), "{version}");
                }
            }
            vec![message]
        };
        let mut world = World::with_middle(Setting { version, ..Setting::default() }, Box::new(change));
        world.connect();
        world.talk(secs(1));
    }
}

#[test]
fn addresses_that_a_relayed_call_is_told_of_are_not_used() {
    let servers = Servers { turn: true, ..Servers::default() };
    for victim in [CALLER, CALLEE] {
        let change = move |from: usize, message: Message| {
            let line = |ip: &str, kind: &str| {
                Candidate(format!("candidate:1 1 udp 2113937151 {ip} 5000 typ {kind} generation 0"))
            };
            let lured = Message::Candidates(vec![line("203.0.113.77", "host"), line("203.0.113.78", "srflx")]);
            match message {
                Message::Candidates(_) if from != victim => vec![lured, message],
                other => vec![other],
            }
        };
        let setting = Setting { servers, p2p_allowed: false, ..Setting::default() };
        let mut world = World::with_middle(setting, Box::new(change));
        world.connect();
        world.talk(secs(3));
        let sent_to = &world.sides[victim].sent_to;
        assert!(sent_to.iter().all(|(_, to)| to.ip() == at(TURN).ip()), "{sent_to:?}");
    }
}

#[test]
fn garbage_on_the_sockets_of_a_call_is_dropped_and_counted() {
    let mut world = World::new(Setting { servers: Servers { turn: true, ..Servers::default() }, ..Setting::default() });
    world.connect();
    world.run(secs(1));
    let mut random = tgcall::random::Random::from_seed(11);
    for round in 0..150_usize {
        world.run(ms(20));
        for side in world.everyone() {
            let sockets = world.network.sockets(side).clone();
            for socket in sockets {
                let mut bytes = vec![0; random.below(200) as usize + 1];
                random.fill(&mut bytes);
                bytes[0] = [0, 1, 22, 23, 64, 128, 144, 255][round % 8];
                // From a stranger, from the other side's own address, from the server's.
                let from =
                    [at("192.0.2.66:6"), at(["203.0.113.1:40001", "198.51.100.1:40001"][side]), at(TURN)][round % 3];
                let now = world.now;
                world.sides[side].client.handle_datagram(now, socket, from, &bytes).unwrap();
                world.sides[side].client.handle_stream(now, socket, &bytes).unwrap();
                let call = world.line(side).call;
                world.sides[side].client.handle_signaling(now, call, &bytes).unwrap();
            }
        }
    }
    for side in world.everyone() {
        assert_eq!(world.line(side).path(), [CallState::Connecting, CallState::Active]);
        assert!(world.stat(side, Stat::PacketsDropped).unwrap() >= 100, "{:?}", world.stat(side, Stat::PacketsDropped));
        let signaling = &world.report(side)["media"]["signaling"];
        let dropped = signaling["unsealed"].as_u64().unwrap() + signaling["malformed"].as_u64().unwrap();
        assert!(dropped >= 150, "{signaling}");
        assert_eq!(world.route(side), "direct");
        // It was there all the time.
        assert!(world.heard(side, secs(3)).audible(tone_of(other(side))) >= 990);
    }
}
