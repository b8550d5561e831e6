use super::*;
use crate::random::Random;

struct World {
    now: Time,
    certificates: [Certificate; 2],
    client: Dtls,
    server: Dtls,
}

fn certificates() -> [Certificate; 2] {
    [1, 2].map(|seed| Certificate::generate(&mut Random::from_seed(seed)).unwrap())
}

fn world(client_expects: Option<[u8; 32]>, server_expects: Option<[u8; 32]>) -> World {
    let now = Time::from_nanos(5_000_000_000);
    let clock = Clock::new(now);
    let [ours, theirs] = certificates();
    let server_print = client_expects.unwrap_or(theirs.fingerprint());
    let client_print = server_expects.unwrap_or(ours.fingerprint());
    let client = Dtls::new(now, clock, Role::Client, &ours, server_print, 1);
    let server = Dtls::new(now, clock, Role::Server, &theirs, client_print, 2);
    World { now, certificates: [ours, theirs], client, server }
}

/// What the network does now with the packet of this number, which `side` has sent: to each side, what arrives there.
type Network<'a> = &'a mut dyn FnMut(Time, usize, usize, Vec<u8>) -> [Vec<Vec<u8>>; 2];

/// Carries packets, `lossy` every third one not, for twenty seconds; the other events by side.
fn run(world: &mut World, lossy: bool) -> [Vec<Event>; 2] {
    run_over(world, &mut |_, number, side, packet| {
        let mut arriving = [Vec::new(), Vec::new()];
        if !(lossy && number % 3 == 2) {
            arriving[1 - side].push(packet);
        }
        arriving
    })
}

fn run_over(world: &mut World, network: Network<'_>) -> [Vec<Event>; 2] {
    run_for(world, Duration::from_secs(20), network)
}

fn run_for(world: &mut World, time: Duration, network: Network<'_>) -> [Vec<Event>; 2] {
    let mut seen = [Vec::new(), Vec::new()];
    let (mut number, end) = (0, world.now + time);
    while world.now < end {
        loop {
            let mut arriving = [Vec::new(), Vec::new()];
            for (side, seen) in seen.iter_mut().enumerate() {
                let from = if side == 0 { &mut world.client } else { &mut world.server };
                while let Some(event) = from.poll_event() {
                    match event {
                        Event::Packet(packet) => {
                            let [client, server] = network(world.now, number, side, packet);
                            arriving[0].extend(client);
                            arriving[1].extend(server);
                            number += 1;
                        }
                        other => seen.push(other),
                    }
                }
            }
            if arriving.iter().all(Vec::is_empty) {
                break;
            }
            let [client, server] = arriving;
            client.iter().for_each(|packet| world.client.handle_packet(world.now, packet));
            server.iter().for_each(|packet| world.server.handle_packet(world.now, packet));
        }
        world.now += Duration::from_millis(50);
        for side in [&mut world.client, &mut world.server] {
            if side.next_timeout().is_some_and(|at| at <= world.now) {
                side.handle_timeout(world.now);
            }
        }
    }
    seen
}

fn last_keys(events: &[Event]) -> Option<(Profile, Zeroizing<Vec<u8>>)> {
    events.iter().rev().find_map(|e| match e {
        Event::Keys { profile: Some(profile), material } => Some((*profile, material.clone())),
        _ => None,
    })
}

/// Both sides are connected with the same keys, and data passes both ways.
fn assert_connected(world: &mut World, seen: &[Vec<Event>; 2], what: &str) {
    let trouble = [world.client.trouble(), world.server.trouble()];
    assert!(world.client.is_connected() && world.server.is_connected(), "{what}: {trouble:?} {seen:?}");
    assert!(seen.iter().flatten().all(|event| !matches!(event, Event::Broken(_) | Event::WrongFingerprint)), "{what}");
    assert_eq!(last_keys(&seen[0]), last_keys(&seen[1]), "{what}");
    assert!(last_keys(&seen[0]).is_some(), "{what}");
    world.client.send(world.now, b"to the server");
    world.server.send(world.now, b"to the client");
    let [client, server] = run(world, false);
    assert_eq!(client, [Event::Data(b"to the client".to_vec())], "{what}");
    assert_eq!(server, [Event::Data(b"to the server".to_vec())], "{what}");
}

/// A record as anybody can write it.
fn forged(kind: u8, epoch: u8, number: u16, body: &[u8]) -> Vec<u8> {
    let mut record = vec![kind, 254, 253, 0, epoch, 0, 0, 0, 0];
    record.extend(number.to_be_bytes());
    record.extend((body.len() as u16).to_be_bytes());
    record.extend_from_slice(body);
    record
}

/// A fragment of ten bytes of a message of a hundred.
fn fragment(kind: u8, message: u8, offset: u8) -> Vec<u8> {
    forged(22, 0, 99, &[&[kind, 0, 0, 100, 0, message, 0, 0, offset, 0, 0, 10], &[7; 10][..]].concat())
}

#[test]
fn a_handshake_that_is_spoilt_at_any_moment_is_made_anew() {
    type Forgery = fn(usize, &[u8]) -> Vec<Vec<u8>>;
    let forgeries: [(&str, Forgery); 6] = [
        ("an alert", |_, _| vec![forged(21, 0, 3, &[2, 40]), forged(21, 0, 4, &[2, 0])]),
        ("fragments of what comes later", |_, _| (0..40).map(|i| fragment(20, 9, i)).collect()),
        ("a false next message", |_, _| (0..12).map(|i| fragment([2, 16][usize::from(i % 2)], i, 0)).collect()),
        ("the packet changed, a false ClientHello if it is one", |_, packet| {
            let mut forged = packet.to_vec();
            forged.iter_mut().skip(27).take(32).for_each(|byte| *byte ^= 1);
            vec![forged]
        }),
        ("keys and garbage", |_, _| {
            vec![forged(20, 0, 80, &[1]), forged(22, 1, 5, &[9; 60]), forged(23, 1, 6, &[9; 60])]
        }),
        ("the packet again, changed", |i, packet| {
            let mut forged = packet.to_vec();
            let place = 20 + i * 7 % (forged.len() - 20);
            forged[place] ^= 1;
            vec![forged]
        }),
    ];
    for (what, forge) in forgeries {
        for moment in 0..10 {
            for victim in 0..2 {
                let mut world = world(None, None);
                let seen = run_over(&mut world, &mut |_, number, side, packet| {
                    let mut arriving = [Vec::new(), Vec::new()];
                    if number == moment {
                        arriving[victim].extend(forge(number, &packet));
                    }
                    arriving[1 - side].push(packet);
                    arriving
                });
                // A false certificate is final, and so it is to be.
                let is_certificate = |event: &Event| *event == Event::WrongFingerprint;
                if what.contains("changed") && seen.iter().flatten().any(is_certificate) {
                    continue;
                }
                assert_connected(&mut world, &seen, &format!("{what} at packet {moment} to {victim}"));
            }
        }
    }
}

#[test]
fn own_packets_sent_back_at_any_moment_harm_nothing() {
    for seed in 0..40 {
        let (mut world, mut random) = (world(None, None), Random::from_seed(seed));
        let mut sent: [Vec<Vec<u8>>; 2] = Default::default();
        let mut took = 0;
        let seen = run_over(&mut world, &mut |_, number, side, packet| {
            let mut arriving = [Vec::new(), Vec::new()];
            sent[side].push(packet.clone());
            for (side, sent) in sent.iter().enumerate() {
                while random.below(3) == 0 && !sent.is_empty() {
                    arriving[side].push(sent[random.below(sent.len() as u64) as usize].clone());
                }
            }
            arriving[1 - side].push(packet);
            took = number;
            arriving
        });
        assert!(took < 20, "seed {seed}: {took} packets");
        assert_connected(&mut world, &seen, &format!("seed {seed}"));
    }
}

#[test]
fn a_server_answers_at_once_and_a_client_that_begins_again_is_taken_in() {
    let mut world = world(None, None);
    let mut packets = Vec::new();
    let seen = run_over(&mut world, &mut |_, _, side, packet| {
        packets.push((side, packet.clone()));
        let mut arriving = [Vec::new(), Vec::new()];
        arriving[1 - side].push(packet);
        arriving
    });
    assert!(packets.iter().all(|(_, packet)| packet[13] != 3), "a HelloVerifyRequest");
    assert_eq!(packets.iter().filter(|(_, packet)| packet[0] == 22 && packet[13] == 1).count(), 1);
    assert_eq!(seen[0].iter().filter(|event| **event == Event::Connected).count(), 1);
    // Before it has said anything, the client is replaced by one that knows nothing.
    let clock = Clock::new(world.now);
    let [ours, theirs] = world.certificates.clone();
    world.client = Dtls::new(world.now, clock, Role::Client, &ours, theirs.fingerprint(), 77);
    let seen = run(&mut world, false);
    assert_connected(&mut world, &seen, "begun again");
    // Once it has, a hello changes nothing.
    let hello = packets[0].1.clone();
    world.server.handle_packet(world.now, &hello);
    assert_eq!(world.server.poll_event(), None);
    // Nor does one by somebody with another certificate, at whatever time.
    let stranger = Certificate::generate(&mut Random::from_seed(9)).unwrap();
    let mut stranger = Dtls::new(world.now, clock, Role::Client, &stranger, theirs.fingerprint(), 3);
    core::mem::swap(&mut world.client, &mut stranger);
    assert_eq!(run(&mut world, false), [[], []]);
    core::mem::swap(&mut world.client, &mut stranger);
    assert_connected(&mut world, &seen, "beside a stranger");
}

#[test]
fn a_stranger_does_not_take_the_place_of_a_client_that_has_not_spoken_yet() {
    let mut world = world(None, None);
    let seen = run(&mut world, false);
    let clock = Clock::new(world.now);
    let stranger = Certificate::generate(&mut Random::from_seed(9)).unwrap();
    let mut stranger = Dtls::new(world.now, clock, Role::Client, &stranger, world.certificates[1].fingerprint(), 3);
    core::mem::swap(&mut world.client, &mut stranger);
    run(&mut world, false);
    assert!(!world.client.is_connected());
    core::mem::swap(&mut world.client, &mut stranger);
    assert_connected(&mut world, &seen, "beside a stranger");
}

#[test]
fn what_comes_late_and_slow_is_waited_for() {
    // Everything behind the first flight is lost for four seconds. A peer of another make may not begin again.
    let mut world = world(None, None);
    let start = world.now;
    let mut hellos = 0;
    let seen = run_over(&mut world, &mut |now, number, side, packet| {
        hellos += usize::from(packet[0] == 22 && packet[13] == 1);
        let mut arriving = [Vec::new(), Vec::new()];
        if number < 2 || now >= start + Duration::from_secs(4) {
            arriving[1 - side].push(packet);
        }
        arriving
    });
    assert_eq!(hellos, 1);
    assert_connected(&mut world, &seen, "late");
}

#[test]
fn a_path_that_comes_back_is_used_within_two_seconds() {
    // Away from this packet on, until then.
    for (from, back_ms) in [(0, 3000), (0, 7000), (0, 13_000), (1, 5000), (2, 7000), (3, 2500), (3, 7500), (4, 13_000)]
    {
        let mut world = world(None, None);
        let back = world.now + Duration::from_millis(back_ms);
        run_for(&mut world, Duration::from_millis(back_ms + 2000), &mut |now, number, side, packet| {
            let mut arriving = [Vec::new(), Vec::new()];
            if number < from || now >= back {
                arriving[1 - side].push(packet);
            }
            arriving
        });
        let trouble = [world.client.trouble(), world.server.trouble()];
        let connected = [world.client.is_connected(), world.server.is_connected()];
        assert_eq!(connected, [true; 2], "away from packet {from} for {back_ms} ms: {trouble:?}");
    }
}

#[test]
fn both_roles_connect_and_export_the_same_keys_even_with_loss() {
    for lossy in [false, true] {
        let mut world = world(None, None);
        let [client, server] = run(&mut world, lossy);
        assert!(client.contains(&Event::Connected) && server.contains(&Event::Connected), "{client:?} {server:?}");
        assert_eq!(last_keys(&client), last_keys(&server));
        assert!(last_keys(&client).is_some());
        world.client.send(world.now, b"to the server");
        world.server.send(world.now, b"to the client");
        let [client, server] = run(&mut world, false);
        assert_eq!(client, [Event::Data(b"to the client".to_vec())]);
        assert_eq!(server, [Event::Data(b"to the server".to_vec())]);
    }
}

#[test]
fn a_wrong_fingerprint_gives_no_key_on_the_side_that_notices() {
    let wrong = Some([9; 32]);
    let [client, _] = run(&mut world(wrong, None), false);
    assert_eq!(client, [Event::WrongFingerprint]);
    let [_, server] = run(&mut world(None, wrong), false);
    assert_eq!(server, [Event::WrongFingerprint]);
}

#[test]
fn garbage_and_repeats_do_not_disturb_a_connection() {
    let mut world = world(None, None);
    run(&mut world, false);
    world.client.send(world.now, b"one");
    let Some(Event::Packet(packet)) = world.client.poll_event() else { panic!("no packet") };
    let now = world.now;
    for i in 0..packet.len() {
        let mut forged = packet.clone();
        forged[i] ^= 0x10;
        world.server.handle_packet(now, &forged);
        world.server.handle_packet(now, &packet[..i]);
    }
    world.server.handle_packet(now, &packet);
    world.server.handle_packet(now, &packet);
    world.server.handle_packet(now, &[21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 2, 40]);
    let [_, server] = run(&mut world, false);
    assert_eq!(server, [Event::Data(b"one".to_vec())]);
}
