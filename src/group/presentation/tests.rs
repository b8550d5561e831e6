use super::*;
use crate::group::join::tests::sample::{connection, transport};
use crate::group::join::{Sources, Stream};
use crate::group::refusal::Method;
use crate::random::Random;

/// A screen, its clock, and an engine that makes connections at once.
struct World {
    screen: Presentation,
    now: Time,
    random: Random,
    attempt: u32,
    source: Ssrc,
}

impl World {
    fn new() -> World {
        let screen = Presentation::default();
        World { screen, now: Time::from_nanos(5), random: Random::from_seed(3), attempt: 0, source: Ssrc(0) }
    }

    /// Shared, by who is in by source 1.
    fn shared() -> World {
        let mut world = World::new();
        world.tell(Input::Entered(Ssrc(1)));
        world.tell(Input::Start);
        assert_eq!(world.joined(connection()), ["connect"]);
        world
    }

    fn tell(&mut self, input: Input) -> Vec<&'static str> {
        let mut done = vec![];
        for effect in self.screen.step(self.now, input) {
            done.push(match &effect {
                Effect::Prepare => "prepare",
                Effect::Join { attempt, offer } => {
                    (self.attempt, self.source) = (*attempt, offer.sources.audio);
                    "join"
                }
                Effect::Connect(_) => "connect",
                Effect::Leave => "leave",
                Effect::StopMedia => "stop media",
                Effect::Failed(_) => "failed",
            });
            if effect == Effect::Prepare {
                let sources = Sources::draw(&mut self.random, 2);
                done.extend(self.tell(Input::Offered(Box::new(Offer { transport: transport(), sources }))));
            }
        }
        done
    }

    fn joined(&mut self, answer: Option<Result<Answer, BadAnswer>>) -> Vec<&'static str> {
        self.tell(Input::Joined { attempt: self.attempt, answer })
    }

    fn refuse(&mut self, code: i32, name: &str) -> Vec<&'static str> {
        let refusal = Refusal::new(Method::JoinGroupCallPresentation, code, name);
        self.tell(Input::Refused { attempt: self.attempt, refusal })
    }

    fn wait(&mut self, time: Duration) -> Vec<&'static str> {
        self.now += time;
        self.tell(Input::Timeout)
    }
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_screen_waits_until_we_are_in() {
    let mut world = World::new();
    assert_eq!(world.tell(Input::Start), NOTHING);
    assert!(world.screen.is_wanted());
    assert_eq!(world.tell(Input::Start), NOTHING);
    assert_eq!(world.tell(Input::Entered(Ssrc(1))), ["prepare", "join"]);
    assert_eq!(world.screen.source(), None);
    assert_eq!(world.joined(connection()), ["connect"]);
    assert_eq!(world.screen.source(), Some(world.source));
}

#[test]
fn a_screen_that_is_no_more_shared_is_left_once() {
    let mut world = World::shared();
    assert_eq!(world.tell(Input::Stop), ["stop media", "leave"]);
    assert_eq!(world.tell(Input::Stop), NOTHING);
    assert!(!world.screen.is_wanted());
    // While it is asked for, too, and the answer finds nobody.
    assert_eq!(world.tell(Input::Start), ["prepare", "join"]);
    assert_eq!(world.tell(Input::Stop), ["stop media", "leave"]);
    assert_eq!(world.joined(connection()), NOTHING);
    // Who has asked for nothing has nothing to leave.
    let mut world = World::new();
    world.tell(Input::Start);
    assert_eq!(world.tell(Input::Stop), ["stop media"]);
}

#[test]
fn a_screen_follows_whoever_goes_in_anew() {
    let mut world = World::shared();
    let before = world.source;
    assert_eq!(world.tell(Input::Entered(Ssrc(1))), NOTHING);
    assert_eq!(world.tell(Input::Out), ["stop media"]);
    assert_eq!((world.screen.source(), world.screen.is_wanted()), (None, true));
    assert_eq!(world.tell(Input::Entered(Ssrc(2))), ["prepare", "join"]);
    assert_ne!(world.source, before);
    assert_eq!(world.joined(connection()), ["connect"]);
    assert_eq!(world.tell(Input::Entered(Ssrc(3))), ["prepare", "join"], "also if nobody said that we were out");
}

#[test]
fn not_being_in_counts_only_for_who_is_in_as_before() {
    for name in ["PARTICIPANT_JOIN_MISSING", "GROUPCALL_JOIN_MISSING", "GROUPCALL_FORBIDDEN"] {
        let mut world = World::new();
        world.tell(Input::Entered(Ssrc(1)));
        world.tell(Input::Start);
        assert_eq!(world.refuse(403, name), ["stop media", "failed"], "{name}");
        let mut world = World::new();
        world.tell(Input::Entered(Ssrc(1)));
        world.tell(Input::Start);
        let late = world.attempt;
        world.screen.main = Some(Ssrc(2));
        world.attempt = late;
        assert_eq!(world.refuse(403, name), ["prepare", "join"], "{name}");
    }
}

#[test]
fn taken_sources_are_drawn_anew_and_other_failures_wait_longer_each_time() {
    let mut world = World::new();
    world.tell(Input::Entered(Ssrc(1)));
    world.tell(Input::Start);
    for _ in 1..TRIES {
        assert_eq!(world.refuse(400, "GROUPCALL_SSRC_DUPLICATE_MUCH"), ["prepare", "join"]);
    }
    assert_eq!(world.refuse(400, "GROUPCALL_SSRC_DUPLICATE_MUCH"), ["stop media", "failed"]);

    let mut world = World::new();
    world.tell(Input::Entered(Ssrc(1)));
    world.tell(Input::Start);
    let stream = || Some(Ok(Answer::Stream(Stream { is_rtmp: false, rtmp: None })));
    assert_eq!(world.refuse(500, "WHAT"), NOTHING);
    assert_eq!(world.wait(Duration::from_secs(1)), ["prepare", "join"]);
    assert_eq!(world.joined(None), NOTHING);
    assert_eq!(world.wait(Duration::from_millis(1999)), NOTHING);
    assert_eq!(world.wait(Duration::from_millis(1)), ["prepare", "join"]);
    assert_eq!(world.joined(stream()), NOTHING);
    assert_eq!(world.wait(Duration::from_secs(4)), ["prepare", "join"]);
    assert_eq!(world.refuse(420, "FLOOD_WAIT_20"), NOTHING);
    assert_eq!(world.wait(Duration::from_secs(19)), NOTHING);
    assert_eq!(world.wait(Duration::from_secs(1)), ["prepare", "join"]);
    assert_eq!(world.wait(ANSWER_LIMIT), ["stop media", "failed"], "five tries, and the last was not answered");
}

#[test]
fn a_screen_that_the_server_forgets_is_joined_again() {
    let mut world = World::shared();
    for _ in 0..20 {
        world.tell(Input::MediaConnected);
        assert_eq!(world.tell(Input::Gone), NOTHING);
        assert_eq!(world.wait(FIRST_PAUSE), ["prepare", "join"]);
        assert_eq!(world.joined(connection()), ["connect"]);
    }
    assert_eq!(world.tell(Input::MediaFailed("so".into())), NOTHING);
    assert_eq!(world.wait(FIRST_PAUSE * 2), ["prepare", "join"]);
}

#[test]
fn any_order_of_anything_leads_somewhere() {
    for seed in 0..2000 {
        let mut random = Random::from_seed(seed);
        let mut world = World::new();
        let mut joins = 0;
        for _ in 0..150 {
            let names = ["GROUPCALL_SSRC_DUPLICATE_MUCH", "GROUPCALL_FORBIDDEN", "FLOOD_WAIT_3", "NEW"];
            let input = match random.below(14) {
                0 => Input::Start,
                1 => Input::Stop,
                2 | 3 => Input::Entered(Ssrc(random.below(3) as u32)),
                4 => Input::Out,
                5 | 6 => Input::Joined { attempt: world.attempt, answer: connection() },
                7 => Input::Joined { attempt: world.attempt, answer: None },
                8 => {
                    let refusal = Refusal::new(Method::JoinGroupCallPresentation, 400, names[random.below(4) as usize]);
                    Input::Refused { attempt: world.attempt, refusal }
                }
                9 => Input::Gone,
                10 => Input::MediaConnected,
                11 => Input::MediaFailed("so".into()),
                _ => {
                    world.now += Duration::from_millis(random.below(3000));
                    Input::Timeout
                }
            };
            let done = world.tell(input);
            joins += done.iter().filter(|effect| **effect == "join").count();
            // What is shared is shared by somebody who is in.
            assert!(world.screen.source().is_none() || world.screen.main.is_some(), "seed {seed}");
            assert!(!done.contains(&"failed") || !world.screen.is_wanted(), "seed {seed}");
        }
        assert!(joins <= 120, "seed {seed}: {joins} joins");
    }
}
