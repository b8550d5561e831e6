use super::pair::MAX_PAIRS;
use super::targets::{MAX_LEARNT, MAX_TARGETS};
use super::*;
use crate::media::stun::{Builder, Class, Message, Method, attribute};
use core::net::IpAddr;

mod room;

const CHANNEL: ChannelId = ChannelId(1);
/// A second way between the two, which some tests add.
const SPARE: ChannelId = ChannelId(2);

fn spare_address(side: usize) -> SocketAddr {
    ["[2001:db8::1]:1", "[2001:db8::2]:2"][side].parse().unwrap()
}

/// Two agents whose channels lead to each other.
struct World {
    now: Time,
    agents: [Agent; 2],
    addresses: [SocketAddr; 2],
    /// Whether packets of each side arrive.
    open: [bool; 2],
    is_spare_open: bool,
    events: [Vec<Event>; 2],
}

fn target(address: SocketAddr, kind: Kind) -> Candidate {
    Candidate { kind, target: Target::Address(address), priority: 1 << 20, related: None }
}

fn world(controlling: [bool; 2]) -> World {
    let now = Time::from_nanos(1_000_000_000_000);
    let addresses: [SocketAddr; 2] = ["192.0.2.1:1".parse().unwrap(), "192.0.2.2:2".parse().unwrap()];
    let mut agents = [0, 1].map(|i| Agent::new(controlling[i], Timing::default(), Random::from_seed(10 + i as u64)));
    for (i, agent) in agents.iter_mut().enumerate() {
        agent.add_channel(now, CHANNEL, Reach::Direct(addresses[i].ip()), 1 << 20);
    }
    let mut world =
        World { now, agents, addresses, open: [true; 2], is_spare_open: true, events: [Vec::new(), Vec::new()] };
    world.introduce(0);
    world.introduce(1);
    world
}

impl World {
    /// One side learns about the other.
    fn introduce(&mut self, side: usize) {
        let credentials = self.agents[1 - side].local_credentials().clone();
        self.agents[side].set_remote(self.now, credentials);
        self.agents[side].add_remote(self.now, target(self.addresses[1 - side], Kind::Host));
    }

    fn run(&mut self, millis: u64) {
        for _ in 0..millis / 5 {
            self.now += Duration::from_millis(5);
            let mut flying = Vec::new();
            for side in 0..2 {
                self.agents[side].handle_timeout(self.now);
                while let Some(check) = self.agents[side].poll_check() {
                    let spare = check.channel == SPARE;
                    let to = if spare { spare_address(1 - side) } else { self.addresses[1 - side] };
                    assert_eq!(check.target, Target::Address(to));
                    flying.push((side, check.channel, check.bytes));
                }
            }
            for (side, channel, bytes) in flying {
                if self.open[side] && (channel != SPARE || self.is_spare_open) {
                    let from = if channel == SPARE { spare_address(side) } else { self.addresses[side] };
                    self.agents[1 - side].handle(self.now, channel, Target::Address(from), &bytes);
                }
            }
            for side in 0..2 {
                while let Some(event) = self.agents[side].poll_event() {
                    self.events[side].push(event);
                }
            }
        }
    }

    fn both_selected(&self) -> bool {
        self.agents.iter().all(|a| a.selected().is_some())
    }
}

#[test]
fn a_conflict_of_roles_is_settled_and_both_select() {
    for controlling in [[true, false], [true, true], [false, false]] {
        let mut world = world(controlling);
        world.run(500);
        assert!(world.both_selected(), "{controlling:?}");
        assert_ne!(world.agents[0].is_controlling(), world.agents[1].is_controlling());
    }
}

#[test]
fn a_peer_that_restarts_is_followed_without_losing_the_route() {
    let mut world = world([true, false]);
    world.run(500);
    // A web peer after a failure: other credentials, nothing remembered.
    let mut agent = Agent::new(false, Timing::default(), Random::from_seed(77));
    agent.add_channel(world.now, CHANNEL, Reach::Direct(world.addresses[1].ip()), 1 << 20);
    world.agents[1] = agent;
    world.introduce(1);
    world.run(200);
    world.introduce(0);
    world.events = [Vec::new(), Vec::new()];
    world.run(6000);
    assert!(world.both_selected());
    assert_eq!(world.events[0], [], "the side that did not restart noticed nothing");
}

#[test]
fn silence_is_noticed_in_time_and_forgiven_when_it_ends() {
    let mut world = world([true, false]);
    world.run(3000);
    world.open = [false, false];
    world.events = [Vec::new(), Vec::new()];
    world.run(2990);
    assert_eq!(world.events, [[Event::Lost { why: RouteChange::Silent }], [Event::Lost { why: RouteChange::Silent }]]);
    world.open = [true, true];
    world.run(2500);
    assert!(world.both_selected());
}

#[test]
fn a_route_that_works_is_not_left_for_one_of_which_nobody_knows() {
    let mut world = world([true, false]);
    let spare = |priority| Candidate { priority, ..target(spare_address(1), Kind::Host) };
    for side in 0..2 {
        world.agents[side].add_channel(world.now, SPARE, Reach::Direct(spare_address(side).ip()), 1 << 30);
    }
    world.agents[0].add_remote(world.now, spare(1 << 10));
    world.run(4000);
    let route = world.agents[0].selected();
    assert_eq!(route, Some((CHANNEL, Target::Address(world.addresses[1]))));
    let works = |agent: &Agent| agent.paths().any(|path| path.channel == SPARE && path.state == PairState::Working);
    assert!(works(&world.agents[0]));
    // It has just died, and signaling says that the peer would rather be found there.
    world.is_spare_open = false;
    world.agents[0].add_remote(world.now, spare(1 << 30));
    world.events = [Vec::new(), Vec::new()];
    world.run(4000);
    assert!(works(&world.agents[0]), "nobody knows it yet");
    assert_eq!((world.agents[0].selected(), &world.events), (route, &[Vec::new(), Vec::new()]));
    world.is_spare_open = true;
    world.run(4000);
    assert_eq!(world.agents[0].selected(), Some((SPARE, Target::Address(spare_address(1)))), "when it answers");
}

#[test]
fn routes_that_die_together_are_left_together() {
    let mut world = world([true, false]);
    for side in 0..2 {
        world.agents[side].add_channel(world.now, SPARE, Reach::Direct(spare_address(side).ip()), 1 << 10);
        world.agents[side].add_remote(world.now, target(spare_address(1 - side), Kind::Host));
    }
    world.run(4000);
    assert!(
        world.agents.iter().all(|agent| agent.paths().filter(|path| path.state == PairState::Working).count() == 2)
    );
    world.open = [false, false];
    world.events = [Vec::new(), Vec::new()];
    world.run(2990);
    assert_eq!(world.events, [[Event::Lost { why: RouteChange::Silent }], [Event::Lost { why: RouteChange::Silent }]]);
    world.open = [true, true];
    world.run(2500);
    assert!(world.both_selected());
}

#[test]
fn a_route_on_which_only_the_peer_is_heard_is_left_too() {
    let mut world = world([true, false]);
    world.run(3000);
    world.open[0] = false;
    world.run(8000);
    // The other side hears nothing at all, and ours hears its checks but no answers.
    assert!(world.agents.iter().all(|a| a.selected().is_none()));
}

#[test]
fn only_what_can_reach_each_other_is_paired() {
    let now = Time::ZERO;
    let mut agent = Agent::new(true, Timing::default(), Random::from_seed(1));
    let reflector = |server| Reach::Reflector { server, port: 599, address: "192.0.2.9:599".parse().unwrap() };
    let loopback = IpAddr::from([127, 0, 0, 1]);
    let reaches = [
        Reach::Direct(IpAddr::from([192, 0, 2, 1])),
        Reach::Direct("2001:db8::1".parse().unwrap()),
        Reach::Direct(loopback),
        Reach::Turn { v6: false },
        reflector(1),
        reflector(2),
    ];
    for (i, reach) in reaches.into_iter().enumerate() {
        agent.add_channel(now, ChannelId(i as u16), reach, 1 << 20);
    }
    let address = |text: &str, kind| target(text.parse().unwrap(), kind);
    let tagged = |server, port| Candidate {
        kind: Kind::Relay,
        target: Target::Reflector { server, tag: 5, port },
        priority: 1,
        related: None,
    };
    for (candidate, expected) in [
        (address("198.51.100.1:5", Kind::Host), vec![0]),
        (address("198.51.100.2:5", Kind::ServerReflexive), vec![0]),
        (address("198.51.100.3:5", Kind::Relay), vec![3]),
        (address("[2001:db8::2]:5", Kind::Host), vec![1]),
        (address("[2001:db8::3]:5", Kind::Relay), vec![]),
        (address("127.0.0.1:5", Kind::Host), vec![2]),
        (tagged(1, 599), vec![4]),
        (tagged(2, 599), vec![5]),
        (tagged(2, 598), vec![]),
        (tagged(3, 599), vec![]),
    ] {
        assert!(agent.add_remote(now, candidate));
        let paired: Vec<u16> = agent.paths().filter(|p| p.target == candidate.target).map(|p| p.channel.0).collect();
        assert_eq!(paired, expected, "{}", candidate.target);
    }
}

#[test]
fn the_controlled_side_follows_the_last_nomination() {
    // A second way between the two, worse by its priority.
    let mut world = world([true, false]);
    world.run(1000);
    let now = world.now;
    let second: SocketAddr = "192.0.2.22:9".parse().unwrap();
    let third = ChannelId(3);
    world.agents[1].add_channel(now, third, Reach::Direct(second.ip()), 1 << 10);
    let ours = world.agents[0].local_credentials().clone();
    let theirs = world.agents[1].local_credentials().clone();
    let from = Target::Address(world.addresses[0]);
    let check = |transaction: u8, nominate: bool| {
        let message = Builder::new(Class::Request, Method::Binding, &[transaction; 12])
            .attribute(attribute::USERNAME, format!("{}:{}", theirs.ufrag, ours.ufrag).as_bytes())
            .attribute(attribute::PRIORITY, &9_u32.to_be_bytes())
            .attribute(attribute::ICE_CONTROLLING, &u64::MAX.to_be_bytes());
        let message = if nominate { message.attribute(attribute::USE_CANDIDATE, &[]) } else { message };
        message.integrity(theirs.password.expose().as_bytes()).fingerprint().finish()
    };
    let agent = &mut world.agents[1];
    // The worse way is nominated and proven: the peer may have lost the better one.
    assert_eq!(agent.handle(now, third, from, &check(1, true)), Verdict::Used);
    agent.handle_timeout(now);
    let mut answered = false;
    while let Some(sent) = agent.poll_check() {
        let message = Message::parse(&sent.bytes).unwrap();
        if sent.channel == third && message.class == Class::Request {
            let answer = Builder::new(Class::Success, Method::Binding, message.transaction)
                .address(attribute::XOR_MAPPED_ADDRESS, second)
                .integrity(ours.password.expose().as_bytes())
                .fingerprint()
                .finish();
            answered |= agent.handle(now, third, from, &answer) == Verdict::Used;
        }
    }
    assert!(answered);
    assert_eq!(agent.selected().unwrap().0, third, "whatever the priorities");
    assert_eq!(agent.handle(now, CHANNEL, from, &check(2, false)), Verdict::Used);
    agent.handle_timeout(now);
    assert_eq!(agent.selected().unwrap().0, third, "a check alone nominates nothing");
    assert_eq!(agent.handle(now, CHANNEL, from, &check(3, true)), Verdict::Used);
    assert_eq!(agent.selected().unwrap().0, CHANNEL, "back again");
}

#[test]
fn strangers_are_not_answered() {
    let mut world = world([true, false]);
    world.run(500);
    let now = world.now;
    let agent = &mut world.agents[0];
    let local = agent.local_credentials().clone();
    let check = |user: &str, password: &str| {
        Builder::new(Class::Request, Method::Binding, &[1; 12])
            .attribute(attribute::USERNAME, user.as_bytes())
            .attribute(attribute::PRIORITY, &9_u32.to_be_bytes())
            .integrity(password.as_bytes())
            .fingerprint()
            .finish()
    };
    let stranger = Target::Address("198.51.100.9:9".parse().unwrap());
    for bytes in [
        check(&format!("{}:x", local.ufrag), "not the password at all"),
        check("nobody:x", local.password.expose()),
        check("no colon", local.password.expose()),
    ] {
        assert_eq!(agent.handle(now, CHANNEL, stranger, &bytes), Verdict::Rejected);
    }
    assert!(agent.poll_check().is_none());
}

#[test]
fn checks_of_a_peer_whose_answers_stay_away_are_not_answered_by_as_many() {
    let mut world = world([true, false]);
    world.run(1000);
    let ours = world.agents[0].local_credentials().clone();
    let theirs = world.agents[1].local_credentials().clone();
    let from = Target::Address(world.addresses[0]);
    let check = |number: u16| {
        let [high, low] = number.to_be_bytes();
        Builder::new(Class::Request, Method::Binding, &[high, low, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            .attribute(attribute::USERNAME, format!("{}:{}", theirs.ufrag, ours.ufrag).as_bytes())
            .attribute(attribute::PRIORITY, &9_u32.to_be_bytes())
            .attribute(attribute::ICE_CONTROLLING, &u64::MAX.to_be_bytes())
            .integrity(theirs.password.expose().as_bytes())
            .fingerprint()
            .finish()
    };
    // An address of which nothing but checks comes: a hundred a second, for 10 s.
    let (agent, mut now) = (&mut world.agents[1], world.now);
    let second = ChannelId(3);
    agent.add_channel(now, second, Reach::Direct("192.0.2.22".parse().unwrap()), 1 << 10);
    let mut sent = 0;
    for number in 0..1000 {
        agent.handle(now, second, from, &check(number));
        agent.handle_timeout(now);
        while let Some(packet) = agent.poll_check() {
            let is_check = Message::parse(&packet.bytes).unwrap().class == Class::Request;
            sent += u32::from(is_check && packet.channel == second);
        }
        now += Duration::from_millis(10);
    }
    assert!((8..=30).contains(&sent), "{sent} checks");
}
