//! Two ends of ours over a link that loses, doubles and reorders, in every dialect, in virtual time. A seed is a trace;
//! a failure names it.
//!
//! The two know no client, no network and no sound, and their world is one link: here a dialect is seen by itself, packet by
//! packet. In whole calls `tests/scenarios` runs each.

#[path = "common/flight.rs"]
mod flight;

use flight::Flight;
use tgcall::random::Random;
use tgcall::setup::{Credentials, Setup, TransportSetup};
use tgcall::signaling::message::{Candidate, MediaState, Message};
use tgcall::signaling::negotiation::{Config, Negotiation, Output, Receivable, Wanted, audio_content};
use tgcall::signaling::sctp::crc32c;
use tgcall::signaling::version::{CustomParameters, Dialect, Version};
use tgcall::signaling::{Counters, Signaling};
use tgcall::time::{Duration, Time};
use tgcall::types::{Role, Ssrc, VideoCodec};

/// What the link does to packets, in percent, and milliseconds one way.
#[derive(Clone, Copy)]
struct Link {
    lost: u64,
    doubled: u64,
    delay: u64,
    jitter: u64,
}

struct World {
    now: u64,
    link: Link,
    dice: Random,
    ends: [Signaling; 2],
    flying: Flight<(usize, Vec<u8>)>,
    sent: u64,
    /// Nothing passes before this time.
    cut_until: u64,
}

const ROLES: [Role; 2] = [Role::Caller, Role::Callee];

fn at(millis: u64) -> Time {
    Time::ZERO + Duration::from_millis(millis)
}

impl World {
    fn new(version: Version, parameters: &str, link: Link, seed: u64) -> World {
        let mut dice = Random::from_seed(seed);
        let key = dice.secret::<256>();
        let parameters = CustomParameters::parse(parameters);
        let ends = ROLES.map(|role| Signaling::new(at(0), dice.fork(), &key, role, version, &parameters));
        World { now: 0, link, dice, ends, flying: Flight::default(), sent: 0, cut_until: 0 }
    }

    fn turn(&mut self) {
        let now = self.now;
        while let Some((_, (to, packet))) = self.flying.poll(at(now)) {
            self.ends[to].handle_packet(at(now), &packet);
        }
        for index in 0..2 {
            if self.ends[index].next_timeout().is_some_and(|due| due <= at(now)) {
                self.ends[index].handle_timeout(at(now));
            }
            while let Some(packet) = self.ends[index].poll_packet() {
                let copies = 1 + u64::from(self.dice.below(100) < self.link.doubled);
                for _ in 0..copies {
                    if self.dice.below(100) >= self.link.lost && now >= self.cut_until {
                        let when = now + self.link.delay + self.dice.below(self.link.jitter + 1);
                        self.flying.send(at(when), (1 - index, packet.clone()));
                    }
                    self.sent += 1;
                }
            }
        }
        self.now += 10;
    }

    fn counters(&self) -> [Counters; 2] {
        [*self.ends[0].counters(), *self.ends[1].counters()]
    }
}

const DIALECTS: [(Version, &str); 8] = [
    (Version::V7_0_0, ""),
    (Version::V8_0_0, ""),
    (Version::V9_0_0, ""),
    (Version::V12_0_0, ""),
    (Version::V13_0_0, ""),
    (Version::V13_0_0, r#"{"network_signaling_nosctp": true}"#),
    (Version::V9_0_0, r#"{"network_kcp_experiment": true}"#),
    (Version::V12_0_0, r#"{"network_sctp_t1_init_ms": 1000, "network_sctp_max_backoff_ms": 750}"#),
];

fn message(number: u64) -> Message {
    // Some are longer than a packet of SCTP.
    let line = format!("candidate:{number} {}", "x".repeat((number as usize * 97) % 900));
    Message::Candidates(vec![Candidate(line); 1 + (number as usize % 3)])
}

/// Sends messages from both ends at odd times; returns what each end received.
fn exchange(world: &mut World, count: u64, gap: u64, patience: u64) -> [Vec<Message>; 2] {
    let mut received = [Vec::new(), Vec::new()];
    let end = world.now + count * gap + patience;
    let (start, mut sent) = (world.now, 0);
    while world.now < end {
        while sent < count && world.now >= start + sent * gap {
            for index in 0..2 {
                world.ends[index].send(at(world.now), &message(2 * sent + index as u64)).unwrap();
            }
            sent += 1;
        }
        world.turn();
        for (index, end) in world.ends.iter_mut().enumerate() {
            received[index].extend(std::iter::from_fn(|| end.poll_message()));
        }
        let all = received.iter().all(|received| received.len() as u64 == count);
        if all && sent == count && world.flying.next_timeout().is_none() {
            break;
        }
    }
    received
}

fn expected(count: u64, from: u64) -> Vec<Message> {
    (0..count).map(|number| message(2 * number + from)).collect()
}

#[test]
fn reliable_dialects_bring_every_message_over_once_and_in_order() {
    for (version, parameters) in DIALECTS {
        if !version.dialect(&CustomParameters::parse(parameters)).is_reliable() {
            continue;
        }
        for seed in 0..12 {
            let link = Link { lost: 5 * (seed % 5), doubled: 10, delay: 60, jitter: 40 * (seed % 4) };
            let mut world = World::new(version, parameters, link, seed);
            let received = exchange(&mut world, 25, 130, 120_000);
            let context = format!("{version:?} {parameters} seed {seed}: {:?}", world.counters());
            assert_eq!(received[0], expected(25, 1), "{context}");
            assert_eq!(received[1], expected(25, 0), "{context}");
            assert!(world.counters().iter().all(|counters| counters.dropped() == 0), "{context}");
        }
    }
}

#[test]
fn plain_dialects_bring_over_once_and_in_order_what_is_not_lost() {
    for (version, parameters) in DIALECTS {
        if version.dialect(&CustomParameters::parse(parameters)).is_reliable() {
            continue;
        }
        for seed in 0..12 {
            let lost = 10 * (seed % 3);
            let link = Link { lost, doubled: 30, delay: 60, jitter: 150 };
            let mut world = World::new(version, parameters, link, seed);
            let received = exchange(&mut world, 40, 50, 2000);
            for (index, received) in received.iter().enumerate() {
                let mut expected = expected(40, 1 - index as u64).into_iter();
                assert!(received.iter().all(|one| expected.any(|sent| sent == *one)), "{version:?} seed {seed}");
                let least = if lost == 0 { 40 } else { 20 };
                assert!(received.len() >= least, "{version:?} seed {seed}: {}", received.len());
            }
        }
    }
}

#[test]
fn a_cut_of_a_minute_loses_nothing_where_the_dialect_is_reliable() {
    for (version, parameters) in DIALECTS {
        if !version.dialect(&CustomParameters::parse(parameters)).is_reliable() {
            continue;
        }
        let link = Link { lost: 0, doubled: 0, delay: 50, jitter: 0 };
        let mut world = World::new(version, parameters, link, 3);
        let before = exchange(&mut world, 3, 100, 20_000);
        assert_eq!(before[0].len(), 3);
        world.cut_until = world.now + 60_000;
        let (start, sent) = (world.now, world.sent);
        let received = exchange(&mut world, 10, 1000, 120_000);
        assert_eq!((received[0].len(), received[1].len()), (10, 10), "{version:?} {parameters}");
        assert!(world.now - start < 80_000, "{version:?} recovers soon: {} ms", world.now - start);
        assert!(world.sent - sent < 400, "{version:?} does not flood Telegram: {} packets", world.sent - sent);
    }
}

#[test]
fn a_seed_is_a_trace() {
    for (version, parameters) in DIALECTS {
        let link = Link { lost: 20, doubled: 10, delay: 30, jitter: 200 };
        let run = || {
            let mut world = World::new(version, parameters, link, 7);
            let received = exchange(&mut world, 10, 100, 30_000);
            (received, world.now, world.sent, world.counters())
        };
        assert!(run() == run(), "{version:?} {parameters}");
    }
}

#[test]
fn packets_of_strangers_and_echoes_are_dropped_and_counted() {
    for (version, parameters) in DIALECTS {
        let link = Link { lost: 0, doubled: 0, delay: 10, jitter: 0 };
        let mut world = World::new(version, parameters, link, 1);
        let mut other = World::new(version, parameters, link, 2);
        exchange(&mut world, 2, 50, 5000);
        for end in &mut other.ends {
            end.send(at(0), &Message::MediaState(MediaState::default())).unwrap();
        }
        let before = world.counters()[0].dropped();
        for junk in [&[][..], &[0; 20], &[0; 21], &[0x13, 0x88, 0x13, 0x88], &[0xff; 2000], &vec![1; 200_000]] {
            world.ends[0].handle_packet(at(world.now), junk);
        }
        while let Some(packet) = other.ends[0].poll_packet() {
            world.ends[0].handle_packet(at(world.now), &packet);
        }
        assert!(world.counters()[0].dropped() >= before + 6, "{version:?} {parameters}");
        assert!(world.ends[0].poll_message().is_none());
        let received = exchange(&mut world, 2, 50, 20_000);
        assert_eq!((received[0].len(), received[1].len()), (2, 2), "{version:?} {parameters}: the call goes on");
    }
}

/// The official client sends an ABORT when it hangs up, and nobody is there any more.
#[test]
fn after_an_abort_only_what_is_unconfirmed_asks_for_a_new_association() {
    for is_unconfirmed in [false, true] {
        let link = Link { lost: 0, doubled: 0, delay: 10, jitter: 0 };
        let mut world = World::new(Version::V13_0_0, "", link, 5);
        world.ends[0].send(at(0), &message(1)).unwrap();
        // The tag is in every packet to the end that accepts it.
        let mut tag = [0; 4];
        while world.now < 1000 {
            world.turn();
            for (to, packet) in world.flying.waiting() {
                if *to == 0 {
                    tag.copy_from_slice(&packet[4..8]);
                }
            }
        }
        assert_eq!(world.ends[1].poll_message(), Some(message(1)));
        let mut abort = [&[0x13, 0x88, 0x13, 0x88][..], &tag, &[0; 4], &[6, 0, 0, 4]].concat();
        let checksum = crc32c(&[&abort]).to_le_bytes();
        abort[8..12].copy_from_slice(&checksum);
        world.cut_until = u64::MAX;
        if is_unconfirmed {
            world.ends[0].send(at(1000), &message(2)).unwrap();
        }
        while world.ends[0].poll_packet().is_some() {}
        world.ends[0].handle_packet(at(1000), &abort);
        let (mut inits, mut others) = (0, 0);
        for now in (1000..31_000).step_by(10) {
            if world.ends[0].next_timeout().is_some_and(|due| due <= at(now)) {
                world.ends[0].handle_timeout(at(now));
            }
            while let Some(packet) = world.ends[0].poll_packet() {
                *(if packet[12] == 1 { &mut inits } else { &mut others }) += 1;
            }
        }
        assert_eq!((inits > 3, inits == 0, others), (is_unconfirmed, !is_unconfirmed, 0), "{inits}");
        assert_eq!(world.ends[0].next_timeout().is_none(), !is_unconfirmed);
    }
}

/// A web peer drops the SCTP around its packets whenever it likes.
#[test]
fn bare_packets_are_taken_where_sctp_is_expected() {
    let link = Link { lost: 0, doubled: 0, delay: 10, jitter: 0 };
    let mut native = World::new(Version::V13_0_0, "", link, 5);
    let mut bare = World::new(Version::V13_0_0, r#"{"network_signaling_nosctp": true}"#, link, 5);
    bare.ends[1].send(at(0), &message(4)).unwrap();
    let packet = bare.ends[1].poll_packet().unwrap();
    native.ends[0].handle_packet(at(0), &packet);
    assert_eq!(native.ends[0].poll_message(), Some(message(4)));
}

fn negotiation(role: Role, dialect: Dialect, dice: &mut Random) -> Negotiation {
    let transport = TransportSetup {
        credentials: Credentials { ufrag: format!("{role:?}"), password: "kS8vQ2nLx0TgYwR4mZ7bHcJd".into() },
        fingerprint: Some(vec!["AB"; 32].join(":")),
        setup: if role == Role::Caller { Setup::Actpass } else { Setup::Passive },
    };
    let config = Config {
        role,
        transport,
        receivable: Receivable::with_pictures(vec![VideoCodec::H264, VideoCodec::Vp8]),
        encoded: vec![VideoCodec::Vp8],
        wanted: Wanted::default(),
        reliable: dialect.is_reliable(),
        dtls: true,
    };
    let ssrc = Ssrc(dice.u32() | 1);
    Negotiation::new(at(0), dice.fork(), config, vec![audio_content(ssrc)])
}

/// The two of a call with their negotiations.
struct Call {
    world: World,
    sides: [Negotiation; 2],
    transports: [bool; 2],
    candidates: [u32; 2],
}

impl Call {
    fn new(version: Version, parameters: &str, link: Link, seed: u64) -> Call {
        let mut world = World::new(version, parameters, link, seed);
        let dialect = world.ends[0].dialect();
        let sides = ROLES.map(|role| negotiation(role, dialect, &mut world.dice));
        Call { world, sides, transports: [false; 2], candidates: [0; 2] }
    }

    fn turn(&mut self) {
        let Call { world, sides, transports, candidates } = self;
        for (index, side) in sides.iter_mut().enumerate() {
            if world.now.is_multiple_of(100) && world.now < 500 {
                side.add_candidate(at(world.now), Candidate(format!("candidate:{} 1 udp", world.now)));
            }
            if side.next_timeout().is_some_and(|due| due <= at(world.now)) {
                side.handle_timeout(at(world.now));
            }
            while let Some(message) = world.ends[index].poll_message() {
                side.handle_message(at(world.now), message);
            }
            while let Some(output) = side.poll_output() {
                match output {
                    Output::Send(message) => world.ends[index].send(at(world.now), &message).unwrap(),
                    Output::RemoteTransport(_) => transports[index] = true,
                    Output::RemoteCandidate(_) => {
                        assert!(transports[index]);
                        candidates[index] += 1;
                    }
                    Output::Incoming(_) | Output::Outgoing(_) | Output::MediaState(_) => {}
                }
            }
        }
        world.turn();
    }

    /// Whether each side may send so many streams, and the other knows of all of them.
    fn agrees(&self, streams: [usize; 2]) -> bool {
        (0..2).all(|index| {
            let outgoing = self.sides[index].outgoing();
            outgoing.len() == streams[index] && outgoing == self.sides[1 - index].incoming()
        })
    }

    /// Turns until it agrees; how long it took.
    fn until_agreed(&mut self, streams: [usize; 2], patience: u64) -> Option<u64> {
        let start = self.world.now;
        while self.world.now < start + patience {
            self.turn();
            if self.agrees(streams) {
                return Some(self.world.now - start);
            }
        }
        None
    }
}

/// Runs a call's whole negotiation; what both ends agreed on, and when.
fn negotiate(version: Version, parameters: &str, link: Link, seed: u64) -> Option<u64> {
    let mut call = Call::new(version, parameters, link, seed);
    while call.world.now < 30_000 {
        call.turn();
        let is_reached = call.transports == [true; 2] && call.candidates.iter().all(|count| *count >= 1);
        if is_reached && call.agrees([1, 1]) {
            return Some(call.world.now);
        }
    }
    None
}

/// Pictures go on and off from one side, from the other and from both at once, in every dialect.
#[test]
fn every_dialect_agrees_on_pictures_that_go_on_and_off() {
    const PATIENCE: u64 = 30_000;
    let wanted = |camera, screen| Wanted { camera, screen };
    for (version, parameters) in DIALECTS {
        let reliable = version.dialect(&CustomParameters::parse(parameters)).is_reliable();
        let mut failed = 0;
        for seed in 0..10 {
            let link = Link { lost: 3 * (seed % 4), doubled: 10, delay: 40, jitter: 100 };
            let mut call = Call::new(version, parameters, link, seed);
            let mut agreed = call.until_agreed([1, 1], PATIENCE).is_some();
            for [ours, theirs] in [
                [wanted(true, false), wanted(false, false)],
                [wanted(true, true), wanted(true, false)],
                [wanted(false, true), wanted(true, false)],
                [wanted(true, false), wanted(false, true)],
                [wanted(false, false), wanted(false, false)],
            ] {
                let now = at(call.world.now);
                call.sides[0].set_pictures(now, ours);
                call.sides[1].set_pictures(now, theirs);
                let streams = [ours, theirs].map(|wanted| 1 + usize::from(wanted.camera || wanted.screen));
                let took = call.until_agreed(streams, PATIENCE);
                agreed &= took.is_some();
                if link.lost == 0 && reliable {
                    assert!(took.is_some_and(|took| took <= 3000), "{version:?} {parameters} seed {seed}: {took:?}");
                }
            }
            failed += u32::from(!agreed);
        }
        let most = if reliable { 0 } else { 1 };
        assert!(failed <= most, "{version:?} {parameters}: {failed}");
    }
}

#[test]
fn every_dialect_agrees_on_sound_over_a_good_link_in_no_time() {
    for (version, parameters) in DIALECTS {
        let link = Link { lost: 0, doubled: 5, delay: 50, jitter: 0 };
        let took = negotiate(version, parameters, link, 1).unwrap();
        assert!(took <= 600, "{version:?} {parameters}: {took} ms");
    }
}

#[test]
fn every_dialect_agrees_on_sound_in_spite_of_loss_and_disorder() {
    for (version, parameters) in DIALECTS {
        let reliable = version.dialect(&CustomParameters::parse(parameters)).is_reliable();
        let failed: Vec<u64> = (0..40)
            .filter(|seed| {
                let link = Link { lost: 4 * (seed % 6), doubled: 10, delay: 40, jitter: 150 };
                negotiate(version, parameters, link, *seed).is_none()
            })
            .collect();
        // Nothing repairs the plain dialects but our own repeats.
        let most = if reliable { 0 } else { 2 };
        assert!(failed.len() <= most, "{version:?} {parameters}: seeds {failed:?}");
    }
}
