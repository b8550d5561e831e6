use super::*;
use crate::random::Random;

struct World {
    now: Time,
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
    let client = Dtls::new(now, clock, Role::Client, &ours, server_print).unwrap();
    let server = Dtls::new(now, clock, Role::Server, &theirs, client_print).unwrap();
    World { now, client, server }
}

/// Carries packets, `lossy` every third one not, until neither has anything to say for a second; the other events by side.
#[allow(clippy::needless_range_loop, reason = "the number is the side")]
fn run(world: &mut World, lossy: bool) -> [Vec<Event>; 2] {
    let mut seen = [Vec::new(), Vec::new()];
    let mut count = 0;
    for _ in 0..400 {
        loop {
            let mut quiet = true;
            for side in 0..2 {
                let (from, to) = if side == 0 {
                    (&mut world.client, &mut world.server)
                } else {
                    (&mut world.server, &mut world.client)
                };
                while let Some(event) = from.poll_event() {
                    quiet = false;
                    match event {
                        Event::Packet(packet) => {
                            count += 1;
                            if !(lossy && count % 3 == 0) {
                                to.handle_packet(world.now, &packet);
                            }
                        }
                        other => seen[side].push(other),
                    }
                }
            }
            if quiet {
                break;
            }
        }
        world.now += Duration::from_millis(50);
        world.client.handle_timeout(world.now);
        world.server.handle_timeout(world.now);
    }
    seen
}

#[test]
fn both_roles_connect_and_export_the_same_keys_even_with_loss() {
    for lossy in [false, true] {
        let mut world = world(None, None);
        let [client, server] = run(&mut world, lossy);
        assert!(client.contains(&Event::Connected) && server.contains(&Event::Connected), "{client:?} {server:?}");
        let keys = |events: &[Event]| {
            events.iter().find_map(|e| match e {
                Event::Keys { profile: Some(profile), material } => Some((*profile, material.clone())),
                _ => None,
            })
        };
        assert_eq!(keys(&client), keys(&server));
        assert!(keys(&client).is_some());
        world.client.send(b"to the server");
        world.server.send(b"to the client");
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
    world.client.send(b"one");
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
