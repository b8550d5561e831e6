//! What there is room for, what gives way, and that what is genuine still gets in.

use super::*;
use crate::media::stun::Transaction;

/// An agent that has the credentials of a peer, who is played by the test.
struct Played {
    now: Time,
    agent: Agent,
    theirs: Credentials,
    next: u32,
}

fn played(controlling: bool) -> Played {
    let now = Time::from_nanos(1_000_000_000_000);
    let mut agent = Agent::new(controlling, Timing::default(), Random::from_seed(5));
    let theirs = Credentials::generate(&mut Random::from_seed(6));
    agent.set_remote(now, theirs.clone());
    Played { now, agent, theirs, next: 0 }
}

fn address(text: &str) -> Target {
    Target::Address(text.parse().unwrap())
}

fn port(port: u16) -> Target {
    Target::Address(SocketAddr::from(([198, 51, 100, 9], port)))
}

fn named(text: &str, kind: Kind, priority: u32) -> Candidate {
    Candidate { kind, target: address(text), priority, related: None }
}

fn numbered(number: usize, kind: Kind) -> Candidate {
    named(&format!("10.1.{}.{}:7", number / 250, number % 250 + 1), kind, 1 << 20)
}

impl Played {
    /// A check of the peer, never the same twice.
    fn check(&mut self) -> Vec<u8> {
        self.next += 1;
        let mut transaction: Transaction = [0; 12];
        transaction[..4].copy_from_slice(&self.next.to_be_bytes());
        let user = format!("{}:{}", self.agent.local_credentials().ufrag, self.theirs.ufrag);
        let role = if self.agent.is_controlling() { attribute::ICE_CONTROLLED } else { attribute::ICE_CONTROLLING };
        Builder::new(Class::Request, Method::Binding, &transaction)
            .attribute(attribute::USERNAME, user.as_bytes())
            .attribute(attribute::PRIORITY, &9_u32.to_be_bytes())
            .attribute(role, &1_u64.to_be_bytes())
            .integrity(self.agent.local_credentials().password.expose().as_bytes())
            .fingerprint()
            .finish()
    }

    /// What the agent sends until `millis` from now: checks and answers.
    fn run(&mut self, millis: u64) -> Vec<(Time, Check)> {
        let mut sent = Vec::new();
        for _ in 0..millis {
            self.agent.handle_timeout(self.now);
            while let Some(check) = self.agent.poll_check() {
                sent.push((self.now, check));
            }
            self.now += Duration::from_millis(1);
        }
        sent
    }

    /// The peer answers what is asked of it, or refuses it.
    fn answer(&mut self, check: &Check, error: Option<u16>) -> Verdict {
        let message = Message::parse(&check.bytes).unwrap();
        let answer = match error {
            None => Builder::new(Class::Success, Method::Binding, message.transaction)
                .address(attribute::XOR_MAPPED_ADDRESS, "192.0.2.1:1".parse().unwrap()),
            Some(code) => Builder::new(Class::Error, Method::Binding, message.transaction).error(code, "no"),
        };
        let bytes = answer.integrity(self.theirs.password.expose().as_bytes()).fingerprint().finish();
        self.agent.handle(self.now, check.channel, check.target, &bytes)
    }

    /// Runs, and the peer answers by these targets and no other.
    fn run_answering(&mut self, millis: u64, alive: &[Target]) -> Vec<(Time, Check)> {
        let mut all = Vec::new();
        for _ in 0..millis / 10 {
            let sent = self.run(10);
            for (_, check) in sent.iter().filter(|(_, check)| is_request(check) && alive.contains(&check.target)) {
                self.answer(check, None);
            }
            all.extend(sent);
        }
        all
    }

    fn forgotten(&mut self) -> Vec<Target> {
        let events = core::iter::from_fn(|| self.agent.poll_event());
        events.filter_map(|event| if let Event::Forgotten { target } = event { Some(target) } else { None }).collect()
    }

    fn add_direct(&mut self, channel: ChannelId) {
        self.agent.add_channel(self.now, channel, Reach::Direct(IpAddr::from([192, 0, 2, 1])), 1 << 20);
    }

    fn knows(&self, target: Target) -> bool {
        self.agent.targets().any(|known| known.target == target)
    }
}

fn is_request(check: &Check) -> bool {
    Message::parse(&check.bytes).unwrap().class == Class::Request
}

#[test]
fn copies_of_a_check_from_ten_thousand_ports_are_answered_and_keep_nothing_genuine_out() {
    let mut world = played(true);
    world.add_direct(CHANNEL);
    let genuine = address("203.0.113.1:9");
    let copied = world.check();
    assert_eq!(world.agent.handle(world.now, CHANNEL, genuine, &copied), Verdict::Used);
    for number in 1..=10_000 {
        assert_eq!(world.agent.handle(world.now, CHANNEL, port(number), &copied), Verdict::Used);
    }
    let sent = world.run(1000);
    let (checks, answers): (Vec<_>, Vec<_>) = sent.into_iter().partition(|(_, check)| is_request(check));
    assert_eq!(answers.len(), 10_001, "all are authentic");
    assert!(checks.iter().all(|(_, check)| check.target == genuine), "but one is where it came from");
    assert_eq!(world.agent.targets().count(), 1);
    // And then what is genuine still gets in: by a check of its own, and by signaling.
    let check = world.check();
    world.agent.handle(world.now, CHANNEL, port(5), &check);
    assert!(world.agent.add_remote(world.now, numbered(1, Kind::Host)));
    for target in [port(5), numbered(1, Kind::Host).target] {
        world.run_answering(1500, &[target]);
        let working = world.agent.paths().filter(|path| path.state == PairState::Working).map(|path| path.target);
        assert!(working.collect::<Vec<_>>().contains(&target));
    }
}

#[test]
fn ten_thousand_ports_of_a_nat_leave_half_the_room_to_what_was_signalled_and_the_checks_flat() {
    let mut world = played(true);
    world.add_direct(CHANNEL);
    for number in 0..MAX_TARGETS - MAX_LEARNT {
        assert!(world.agent.add_remote(world.now, numbered(number, Kind::Host)));
    }
    let route = numbered(0, Kind::Host).target;
    world.run_answering(5000, &[route]);
    let mut busiest = 0;
    for second in 0..20 {
        let mut checks = 0;
        for number in 0..500 {
            let check = world.check();
            assert_eq!(world.agent.handle(world.now, CHANNEL, port(1 + second * 500 + number), &check), Verdict::Used);
            if number % 10 == 9 {
                let sent = world.run_answering(20, &[route]);
                checks += sent.iter().filter(|(_, check)| is_request(check)).count();
            }
        }
        busiest = busiest.max(checks);
        let learnt = world.agent.targets().filter(|known| known.kind == Kind::PeerReflexive).count();
        assert!(learnt <= MAX_LEARNT, "{learnt} were learnt");
    }
    // 20 a second to who may be nobody, and those to the route.
    assert!(busiest <= 50, "{busiest} checks in a second");
    assert!((0..MAX_TARGETS - MAX_LEARNT).all(|number| world.knows(numbered(number, Kind::Host).target)));
    assert_eq!(world.agent.selected().map(|(_, target)| target), Some(route));
    // And then what is genuine still gets in, either way.
    let check = world.check();
    world.agent.handle(world.now, CHANNEL, port(20_000), &check);
    assert!(world.agent.add_remote(world.now, numbered(77, Kind::Host)));
    let alive = [route, port(20_000), numbered(77, Kind::Host).target];
    world.run_answering(3000, &alive);
    let working: Vec<Target> =
        world.agent.paths().filter(|path| path.state == PairState::Working).map(|path| path.target).collect();
    assert!(alive.iter().all(|target| working.contains(target)), "{working:?}");
    // A minute later nothing is left of the others.
    world.run_answering(70_000, &alive);
    assert_eq!((world.agent.targets().count(), world.agent.paths().count()), (3, 3));
}

#[test]
fn what_works_never_gives_way_and_the_newest_of_the_rest_stay() {
    let mut world = played(true);
    world.add_direct(CHANNEL);
    let alive = [numbered(0, Kind::Host).target, numbered(1, Kind::Host).target];
    for number in 0..2 {
        world.agent.add_remote(world.now, numbered(number, Kind::Host));
    }
    world.run_answering(1000, &alive);
    for number in 2..500 {
        assert!(world.agent.add_remote(world.now, numbered(number, Kind::Host)), "{number}");
        world.run(3);
    }
    assert_eq!(world.agent.targets().count(), MAX_TARGETS);
    assert!(alive.into_iter().all(|target| world.knows(target)));
    assert!((500 - MAX_TARGETS + 2..500).all(|number| world.knows(numbered(number, Kind::Host).target)));
    assert_eq!(world.forgotten().len(), 500 - MAX_TARGETS);
}

#[test]
fn a_crowd_of_one_kind_takes_no_room_from_the_others() {
    let mut world = played(true);
    world.add_direct(CHANNEL);
    let v6 = Reach::Direct("2001:db8::1".parse().unwrap());
    let reflector = Reach::Reflector { server: 1, port: 599, address: "192.0.2.9:599".parse().unwrap() };
    for (number, reach) in [(2, v6), (3, Reach::Turn { v6: false }), (4, reflector)] {
        world.agent.add_channel(world.now, ChannelId(number), reach, 1 << 10);
    }
    let tag = Target::Reflector { server: 1, tag: 5, port: 599 };
    let few = [
        named("[2001:db8::2]:5", Kind::Host, 1),
        named("192.0.2.7:5", Kind::Relay, 1),
        Candidate { kind: Kind::Relay, target: tag, priority: 1, related: None },
    ];
    for candidate in few {
        assert!(world.agent.add_remote(world.now, candidate));
    }
    for number in 0..300 {
        world.agent.add_remote(world.now, numbered(number, Kind::Host));
    }
    for candidate in few {
        assert!(world.agent.paths().any(|path| path.target == candidate.target), "{}", candidate.target);
    }
}

#[test]
fn fifteen_addresses_at_both_ends_do_not_make_the_relays_wait() {
    let mut world = played(true);
    for channel in 0..15 {
        let reach = Reach::Direct(IpAddr::from([10, 0, channel as u8, 1]));
        world.agent.add_channel(world.now, ChannelId(channel), reach, 2 << 20);
    }
    for number in 0..15 {
        world.agent.add_remote(world.now, numbered(number, Kind::Host));
    }
    // Nothing of that works; the retries are under way when the relays come up, one for each address.
    world.run(1500);
    for number in 0..15 {
        world.agent.add_channel(world.now, ChannelId(100 + number), Reach::Turn { v6: false }, 1 << 10);
        world.agent.add_remote(world.now, named(&format!("192.0.2.7:{}", 1000 + number), Kind::Relay, 1 << 10));
    }
    let came_up = world.now;
    let relay = |check: &Check| check.channel.0 >= 100;
    let sent = world.run(3000);
    let first = sent.iter().find(|(_, check)| relay(check)).expect("they are checked").0;
    assert!(first.since(came_up) <= Duration::from_millis(50), "after {:?}", first.since(came_up));
    let relayed = sent.iter().filter(|(at, check)| relay(check) && at.since(came_up) <= Duration::from_secs(1)).count();
    assert!(relayed >= 60, "{relayed} in the first second");
    // Nor do they starve the retries.
    let others = sent.iter().filter(|(at, check)| !relay(check) && at.since(came_up) <= Duration::from_secs(1)).count();
    assert!(others >= 60, "{others} in the first second");
    assert!(world.agent.paths().count() <= MAX_PAIRS);
}

#[test]
fn what_has_not_answered_for_a_minute_is_given_up_unless_it_is_the_last_relay() {
    let mut world = played(true);
    world.add_direct(CHANNEL);
    world.agent.add_channel(world.now, SPARE, Reach::Turn { v6: false }, 1 << 10);
    let (alive, dead) = (numbered(0, Kind::Host), numbered(1, Kind::Host));
    let relays = [named("192.0.2.7:5", Kind::Relay, 1), named("192.0.2.7:6", Kind::Relay, 1)];
    for candidate in [alive, dead, relays[0], relays[1]] {
        world.agent.add_remote(world.now, candidate);
    }
    // Without a route nothing is given up.
    world.run(65_000);
    assert_eq!(world.agent.paths().count(), 4);
    world.run_answering(58_000, &[alive.target]);
    assert_eq!(world.agent.paths().count(), 4);
    world.run_answering(5_000, &[alive.target]);
    assert_eq!(world.forgotten(), [dead.target]);
    assert_eq!(world.agent.targets().count(), 3, "a relay is the last hope");
    let rate = |world: &mut Played, alive: &[Target]| {
        world.run_answering(60_000, alive).iter().filter(|(_, check)| is_request(check)).count()
    };
    assert!(rate(&mut world, &[alive.target]) <= 120);
    // Where one relay works another that does not is no hope.
    world.run_answering(70_000, &[alive.target, relays[0].target]);
    assert_eq!(world.forgotten(), [relays[1].target]);
    // What comes back makes itself known.
    let check = world.check();
    world.agent.handle(world.now, CHANNEL, dead.target, &check);
    world.run_answering(500, &[alive.target, relays[0].target, dead.target]);
    assert_eq!(world.agent.paths().filter(|path| path.state == PairState::Working).count(), 3);
}

#[test]
fn two_refusals_for_the_role_change_it_once() {
    for controlling in [true, false] {
        let mut world = played(controlling);
        world.add_direct(CHANNEL);
        world.agent.add_remote(world.now, numbered(0, Kind::Host));
        world.agent.add_remote(world.now, numbered(1, Kind::Host));
        let sent = world.run(20);
        assert_eq!(sent.len(), 2, "both are under way");
        for (_, check) in &sent {
            assert_eq!(world.answer(check, Some(487)), Verdict::Used);
        }
        assert_eq!(world.agent.is_controlling(), !controlling);
        let again = world.run(20);
        let role = if controlling { attribute::ICE_CONTROLLED } else { attribute::ICE_CONTROLLING };
        assert_eq!(again.len(), 2, "at once, in the new role");
        assert!(again.iter().all(|(_, check)| Message::parse(&check.bytes).unwrap().get(role).is_some()));
    }
}

#[test]
fn what_is_heard_after_a_long_silence_is_followed_at_once() {
    for media in [false, true] {
        let mut world = played(true);
        world.add_direct(CHANNEL);
        let peer = numbered(0, Kind::Host).target;
        world.agent.add_remote(world.now, numbered(0, Kind::Host));
        world.run_answering(3000, &[peer]);
        assert!(world.agent.selected().is_some());
        world.run(7000);
        assert!(world.agent.selected().is_none(), "a blackout");
        let heard = world.now;
        if media {
            world.agent.note_heard(heard, CHANNEL, peer);
            assert!(world.agent.selected().is_some(), "nobody can have repeated it");
        } else {
            let check = world.check();
            world.agent.handle(heard, CHANNEL, peer, &check);
            assert!(world.agent.selected().is_none(), "anybody can have repeated it");
        }
        let sent = world.run(10);
        let check = sent.iter().find(|(_, check)| is_request(check)).expect("at once");
        world.answer(&check.1, None);
        assert!(world.agent.selected().is_some());
    }
}

#[test]
fn a_peer_that_is_heard_and_does_not_hear_us_is_no_route_however_often_it_is_heard() {
    let mut world = played(true);
    world.add_direct(CHANNEL);
    let peer = numbered(0, Kind::Host).target;
    world.agent.add_remote(world.now, numbered(0, Kind::Host));
    world.run_answering(3000, &[peer]);
    let mut lost = 0;
    // With breaks that are long enough to pass for a silence.
    for _ in 0..20 {
        for _ in 0..60 {
            world.agent.note_heard(world.now, CHANNEL, peer);
            world.run(100);
        }
        world.run(3000);
        lost += core::iter::from_fn(|| world.agent.poll_event())
            .filter(|event| matches!(event, Event::Lost { .. }))
            .count();
    }
    assert_eq!(lost, 1);
}

#[test]
fn an_ipv4_address_that_is_written_as_an_ipv6_one_is_paired_as_what_it_is() {
    let mut world = played(true);
    let reach = Reach::Direct("::ffff:192.0.2.1".parse().unwrap());
    world.agent.add_channel(world.now, CHANNEL, reach, 1 << 20);
    world.agent.add_remote(world.now, numbered(0, Kind::Host));
    assert_eq!(world.agent.paths().count(), 1);
}
