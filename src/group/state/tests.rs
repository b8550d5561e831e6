//! Every rule of `group-calls.md` sections 4 and 6 and of `sfu.md` section 10, in virtual time.
//! Long: a scenario for each rule.

use super::*;
use crate::group::inside::{CHECK_AGAIN, CHECK_EVERY, CHECK_WITHOUT_PATH};
use crate::group::join::Sources;
use crate::group::join::tests::sample::{connection, transport};
use crate::group::participant::tests::{entry, somebody};
use crate::group::participant::{Entry, Participant};
use crate::random::Random;

fn stream() -> Option<Result<Answer, BadAnswer>> {
    Some(Ok(Answer::Stream(Stream { is_rtmp: false, rtmp: None })))
}

/// One call, its clock, and an engine that makes connections at once.
struct World {
    call: Call,
    now: Time,
    random: Random,
    effects: Vec<Effect>,
    /// The last way in that Telegram was asked for.
    attempt: u32,
    source: Ssrc,
}

impl World {
    fn of(call: Call) -> World {
        let random = Random::from_seed(7);
        World { call, now: Time::from_nanos(5), random, effects: vec![], attempt: 0, source: Ssrc(0) }
    }

    fn open() -> World {
        World::of(Call::open())
    }

    /// Connected by its first way in.
    fn inside() -> World {
        let mut world = World::open();
        world.join();
        world.joined(connection());
        world.tell(Input::MediaConnected);
        world.take();
        world
    }

    fn try_to(&mut self, input: Input) -> Result<(), WrongState> {
        let effects = self.call.step(self.now, input)?;
        for effect in effects {
            let prepares = effect == Effect::Prepare;
            if let Effect::Join { attempt, offer } = &effect {
                (self.attempt, self.source) = (*attempt, offer.sources.audio);
            }
            self.effects.push(effect);
            if prepares {
                let sources = Sources::draw(&mut self.random, 0);
                self.tell(Input::Offered(Box::new(Offer { transport: transport(), sources })));
            }
        }
        Ok(())
    }

    fn tell(&mut self, input: Input) {
        self.try_to(input.clone()).unwrap_or_else(|_| panic!("{input} in {:?}", self.call.state()));
    }

    fn join(&mut self) {
        self.tell(Input::Join { is_scheduled: Some(false) });
    }

    fn joined(&mut self, answer: Option<Result<Answer, BadAnswer>>) {
        self.tell(Input::Joined { attempt: self.attempt, answer });
    }

    fn refuse(&mut self, request: Request, code: i32, name: &str) {
        let method = match request {
            Request::Create => Method::CreateGroupCall,
            Request::Look => Method::GetGroupCall,
            Request::Join { .. } => Method::JoinGroupCall,
            Request::Leave => Method::LeaveGroupCall,
            Request::Check => Method::CheckGroupCall,
            Request::OfMember(method) => method,
        };
        self.tell(Input::Refused(request, Refusal::new(method, code, name)));
    }

    fn refuse_join(&mut self, code: i32, name: &str) {
        self.refuse(Request::Join { attempt: self.attempt }, code, name);
    }

    /// The clock goes on; timers fire when they are due.
    fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(at) = self.call.deadline().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.tell(Input::Timeout);
        }
        self.now = until;
    }

    fn wait_ms(&mut self, ms: u64) {
        self.wait(Duration::from_millis(ms));
    }

    fn take(&mut self) -> Vec<Effect> {
        core::mem::take(&mut self.effects)
    }

    /// What was done since, in short.
    fn done(&mut self) -> Vec<&'static str> {
        let name = |effect: &Effect| match effect {
            Effect::Named(_) => "named",
            Effect::Look => "look",
            Effect::Prepare => "prepare",
            Effect::Join { .. } => "join",
            Effect::Leave { is_farewell: false, .. } => "leave",
            Effect::Leave { is_farewell: true, .. } => "farewell",
            Effect::Check { .. } => "check",
            Effect::Connect(_) => "connect",
            Effect::Watch(_) => "watch",
            Effect::StopWatching => "stop watching",
            Effect::StopMedia => "stop media",
            Effect::Entered => "entered",
            Effect::ScreenGone => "screen gone",
            Effect::End(_) => "end",
        };
        self.take().iter().map(name).collect()
    }

    fn end(&self) -> &Outcome {
        match self.effects.last() {
            Some(Effect::End(outcome)) => outcome,
            other => panic!("no end, but {other:?}"),
        }
    }

    fn reason(&self) -> EndReason {
        self.end().reason
    }

    fn shown(&self) -> Shown {
        self.call.shown()
    }

    /// Answers a check with our source in it.
    fn checked(&mut self) {
        self.tell(Input::Checked(vec![self.source]));
    }

    fn myself(&mut self, version: i32, source: Ssrc, change: impl FnOnce(&mut Entry)) {
        let participant = Participant { source, is_self: true, ..somebody(1) };
        let mut entry = Entry { is_versioned: true, ..entry(participant) };
        change(&mut entry);
        self.tell(Input::Myself { entry: Box::new(entry), version });
    }
}

// ---- In ----

#[test]
fn a_call_that_telegram_makes_is_open_when_it_has_a_name() {
    let mut world = World::of(Call::create(Time::from_nanos(5)));
    assert_eq!(world.shown(), Shown::Creating);
    assert_eq!(world.try_to(Input::Join { is_scheduled: None }), Err(WrongState));
    let name = Name { id: 7, access_hash: 8 };
    world.tell(Input::Created(name));
    assert_eq!((world.take(), world.shown()), (vec![Effect::Named(name)], Shown::Open));
    world.tell(Input::Created(Name { id: 9, access_hash: 9 }));
    assert_eq!(world.take(), [], "it has its name");
}

#[test]
fn a_call_that_telegram_does_not_make_ends() {
    let mut world = World::of(Call::create(Time::from_nanos(5)));
    world.refuse(Request::Create, 400, "CHAT_ADMIN_REQUIRED");
    assert_eq!((world.reason(), world.end().action), (EndReason::Privacy, Action::TellUser));
    let mut world = World::of(Call::create(Time::from_nanos(5)));
    world.wait(ANSWER_LIMIT);
    assert_eq!(world.reason(), EndReason::Timeout);
}

#[test]
fn a_call_of_which_nothing_is_known_is_looked_at_first() {
    let mut world = World::open();
    world.tell(Input::Join { is_scheduled: None });
    assert_eq!((world.done(), world.shown()), (vec!["look"], Shown::Joining));
    world.tell(Input::Looked { is_scheduled: false });
    assert_eq!(world.done(), ["prepare", "join"]);
}

#[test]
fn what_cannot_be_looked_at_is_tried_all_the_same_if_there_is_hope() {
    for (code, name, is_tried) in [
        (0, "", true),
        (420, "FLOOD_WAIT_9", true),
        (500, "WHAT", true),
        (400, "GROUPCALL_INVALID", false),
        (403, "GROUPCALL_FORBIDDEN", false),
    ] {
        let mut world = World::open();
        world.tell(Input::Join { is_scheduled: None });
        world.take();
        world.refuse(Request::Look, code, name);
        let wanted = if is_tried { vec!["prepare", "join"] } else { vec!["stop media", "end"] };
        assert_eq!(world.done(), wanted, "{name}");
    }
    let mut world = World::open();
    world.tell(Input::Join { is_scheduled: None });
    world.take();
    world.wait(ANSWER_LIMIT);
    assert_eq!(world.done(), ["prepare", "join"], "nor is silence a reason");
}

#[test]
fn who_joins_a_scheduled_call_goes_in_when_it_starts() {
    for is_known in [true, false] {
        let mut world = World::open();
        world.tell(Input::Join { is_scheduled: is_known.then_some(true) });
        if !is_known {
            world.tell(Input::Looked { is_scheduled: true });
        }
        world.take();
        world.wait(Duration::from_secs(8 * 86_400));
        assert_eq!((world.done(), world.shown()), (vec![], Shown::Joining));
        world.tell(Input::Started { is_scheduled: true });
        assert_eq!(world.done(), [""; 0], "put off");
        world.tell(Input::Started { is_scheduled: false });
        assert_eq!(world.done(), ["prepare", "join"]);
    }
}

#[test]
fn the_answer_connects_and_a_path_makes_it_active() {
    let mut world = World::open();
    world.join();
    assert_eq!(world.done(), ["prepare", "join"]);
    world.joined(connection());
    assert_eq!((world.done(), world.shown()), (vec!["connect", "entered"], Shown::Connecting));
    world.tell(Input::MediaConnected);
    assert_eq!((world.done(), world.shown()), (vec![], Shown::Active));
    world.tell(Input::MediaLost);
    assert_eq!(world.shown(), Shown::Reconnecting);
    world.tell(Input::MediaConnected);
    assert_eq!(world.shown(), Shown::Active);
}

#[test]
fn sources_that_somebody_has_are_drawn_anew_at_once_but_not_for_ever() {
    let mut world = World::open();
    world.join();
    let mut seen = vec![world.source];
    for _ in 1..TRIES {
        world.take();
        world.refuse_join(400, "GROUPCALL_SSRC_DUPLICATE_MUCH");
        assert_eq!(world.done(), ["prepare", "join"]);
        assert!(!seen.contains(&world.source));
        seen.push(world.source);
    }
    world.refuse_join(400, "GROUPCALL_SSRC_DUPLICATE_MUCH");
    assert_eq!(world.reason(), EndReason::Server);
}

#[test]
fn a_join_that_fails_is_tried_five_times_more_and_more_slowly() {
    for (code, name) in [(0, ""), (-503, "Timeout"), (500, "GROUPCALL_ADD_PARTICIPANTS_FAILED"), (500, "WHAT")] {
        let mut world = World::open();
        world.join();
        for pause in [1, 2, 4, 8] {
            world.take();
            world.refuse_join(code, name);
            world.wait_ms(pause * 1000 - 1);
            assert_eq!((world.done(), world.shown()), (vec![], Shown::Joining), "{name}");
            world.wait_ms(1);
            assert_eq!(world.done(), ["prepare", "join"], "{name}");
        }
        world.refuse_join(code, name);
        assert!(world.end().text.contains("5 tries"), "{}", world.end().text);
    }
}

#[test]
fn a_join_without_an_answer_is_tried_again_and_a_late_answer_counts_no_more() {
    let mut world = World::open();
    world.join();
    let first = world.attempt;
    world.wait(ANSWER_LIMIT + FIRST_PAUSE);
    assert_ne!(world.attempt, first);
    world.take();
    world.tell(Input::Joined { attempt: first, answer: connection() });
    world.tell(Input::Refused(
        Request::Join { attempt: first },
        Refusal::new(Method::JoinGroupCall, 403, "GROUPCALL_FORBIDDEN"),
    ));
    assert_eq!((world.done(), world.shown()), (vec![], Shown::Joining));
    world.joined(connection());
    assert_eq!(world.done(), ["connect", "entered"]);
}

#[test]
fn an_answer_without_a_connection_or_with_a_bad_one_is_no_way_in() {
    for answer in [None, Some(Err(BadAnswer::NotJson)), Some(Err(BadAnswer::NoCandidate))] {
        let mut world = World::open();
        world.join();
        for _ in 1..TRIES {
            world.joined(answer.clone());
            world.wait(LONGEST_PAUSE);
        }
        world.take();
        world.joined(answer);
        assert_eq!((world.reason(), world.end().action), (EndReason::Server, Action::Retry));
    }
}

#[test]
fn a_pause_that_telegram_wants_is_kept_if_it_is_short() {
    let mut world = World::open();
    world.join();
    world.take();
    world.refuse_join(420, "FLOOD_WAIT_7");
    world.wait_ms(6_999);
    assert_eq!(world.done(), [""; 0]);
    world.wait_ms(1);
    assert_eq!(world.done(), ["prepare", "join"]);
    world.refuse_join(420, "FLOOD_WAIT_31");
    assert_eq!((world.reason(), world.end().retry_after_s), (EndReason::Flood, 31));
}

#[test]
fn a_join_that_may_not_be_ends_it() {
    for (name, reason) in [
        ("GROUPCALL_FORBIDDEN", EndReason::Privacy),
        ("GROUPCALL_INVALID", EndReason::RemoteHangup),
        ("JOIN_AS_PEER_INVALID", EndReason::Privacy),
        ("DATA_JSON_INVALID", EndReason::Server),
        ("SOMETHING_NEW", EndReason::Server),
    ] {
        let mut world = World::open();
        world.join();
        world.refuse_join(400, name);
        assert_eq!(world.reason(), reason, "{name}");
    }
}

// ---- Inside ----

#[test]
fn telegram_is_asked_every_ten_seconds_and_every_four_without_a_path() {
    let mut world = World::inside();
    world.wait_ms(9_999);
    assert_eq!(world.take(), []);
    world.wait_ms(1);
    assert_eq!(world.take(), [Effect::Check { sources: vec![world.source] }]);
    world.checked();
    world.wait(CHECK_EVERY);
    assert_eq!(world.done(), ["check"]);
    world.checked();
    world.tell(Input::MediaLost);
    for _ in 0..5 {
        world.wait(CHECK_WITHOUT_PATH - Duration::from_millis(1));
        assert_eq!(world.done(), [""; 0]);
        world.wait_ms(1);
        assert_eq!(world.done(), ["check"]);
        world.checked();
    }
    assert_eq!(world.shown(), Shown::Reconnecting, "nothing fails by itself, however long it takes");
    world.tell(Input::MediaConnected);
    world.wait_ms(9_999);
    assert_eq!(world.done(), [""; 0]);
}

#[test]
fn a_connection_that_never_comes_about_is_looked_after_too() {
    let mut world = World::open();
    world.join();
    world.joined(connection());
    world.take();
    for _ in 0..20 {
        world.wait(CHECK_WITHOUT_PATH);
        assert_eq!(world.done(), ["check"]);
        world.checked();
    }
    assert_eq!(world.shown(), Shown::Connecting);
}

#[test]
fn whoever_hears_others_need_not_ask() {
    let mut world = World::inside();
    for _ in 0..100 {
        world.wait_ms(9_000);
        world.tell(Input::Heard);
    }
    assert_eq!(world.done(), [""; 0]);
    world.wait(CHECK_EVERY);
    assert_eq!(world.done(), ["check"]);
    // What was on its way is no sign of a path.
    world.checked();
    world.tell(Input::MediaLost);
    world.wait_ms(3_000);
    world.tell(Input::Heard);
    world.wait_ms(1_000);
    assert_eq!(world.done(), ["check"]);
}

#[test]
fn who_is_missing_in_the_check_goes_in_again_with_other_sources() {
    for answer in [vec![], vec![Ssrc(1), Ssrc(2)]] {
        let mut world = World::inside();
        let before = world.source;
        world.wait(CHECK_EVERY);
        world.take();
        world.tell(Input::Checked(answer));
        assert_eq!((world.done(), world.shown()), (vec![], Shown::Reconnecting));
        world.wait(FIRST_PAUSE);
        assert_eq!((world.done(), world.shown()), (vec!["prepare", "join"], Shown::Reconnecting));
        assert_ne!(world.source, before);
        world.joined(connection());
        assert_eq!((world.done(), world.shown()), (vec!["connect", "entered"], Shown::Reconnecting));
        world.tell(Input::MediaConnected);
        assert_eq!(world.shown(), Shown::Active);
    }
}

#[test]
fn a_screen_that_is_missing_is_told_and_costs_nothing_else() {
    let mut world = World::inside();
    world.call.set_screen(Some(Ssrc(9)));
    world.wait(CHECK_EVERY);
    assert_eq!(world.take(), [Effect::Check { sources: vec![world.source, Ssrc(9)] }]);
    world.tell(Input::Checked(vec![Ssrc(9), world.source]));
    assert_eq!(world.done(), [""; 0]);
    world.wait(CHECK_EVERY);
    world.take();
    world.checked();
    assert_eq!((world.done(), world.shown()), (vec!["screen gone"], Shown::Active));
}

#[test]
fn who_is_not_in_any_more_goes_in_again_and_who_may_not_be_in_ends() {
    let requests = [
        Request::Check,
        Request::OfMember(Method::EditGroupCallParticipant),
        Request::OfMember(Method::GetGroupCallStreamChannels),
    ];
    for request in requests {
        let mut world = World::inside();
        world.refuse(request, 400, "GROUPCALL_JOIN_MISSING");
        world.wait(FIRST_PAUSE);
        assert_eq!(world.done(), ["prepare", "join"], "{request:?}");
        let mut world = World::inside();
        world.refuse(request, 400, "GROUPCALL_INVALID");
        assert_eq!(world.reason(), EndReason::RemoteHangup, "{request:?}");
    }
}

#[test]
fn forbidden_is_worth_one_try_until_all_is_well_again() {
    let mut world = World::inside();
    world.refuse(Request::Check, 403, "GROUPCALL_FORBIDDEN");
    world.wait(FIRST_PAUSE);
    assert_eq!(world.done(), ["prepare", "join"]);
    world.joined(connection());
    world.tell(Input::MediaConnected);
    // All is well, so the next one counts as the first.
    world.wait(CHECK_EVERY);
    world.checked();
    world.refuse(Request::OfMember(Method::EditGroupCallParticipant), 400, "GROUPCALL_FORBIDDEN");
    world.wait(FIRST_PAUSE);
    world.joined(connection());
    world.tell(Input::MediaConnected);
    world.refuse(Request::Check, 403, "GROUPCALL_FORBIDDEN");
    assert_eq!((world.reason(), world.end().action), (EndReason::Privacy, Action::TellUser));
}

#[test]
fn a_telegram_that_is_far_away_says_nothing_about_the_call() {
    let mut world = World::inside();
    world.wait(CHECK_EVERY);
    for _ in 0..50 {
        world.take();
        // No answer at all: given up after 10 s, asked again after another.
        world.wait(Duration::from_secs(10) + CHECK_AGAIN);
        assert_eq!(world.done(), ["check"]);
        world.refuse(Request::Check, 0, "");
        world.wait(CHECK_AGAIN);
        assert_eq!(world.done(), ["check"]);
    }
    assert_eq!(world.shown(), Shown::Active);
    world.refuse(Request::Check, 420, "FLOOD_WAIT_20");
    world.wait_ms(19_999);
    assert_eq!(world.done(), [""; 0]);
    world.wait_ms(1);
    assert_eq!(world.done(), ["check"]);
}

#[test]
fn a_refusal_that_nobody_understands_counts_when_it_comes_twice() {
    let mut world = World::inside();
    world.wait(CHECK_EVERY);
    world.refuse(Request::Check, 400, "SOMETHING_NEW");
    world.take();
    world.wait(CHECK_AGAIN);
    assert_eq!(world.done(), ["check"]);
    world.checked();
    world.wait(CHECK_EVERY);
    world.refuse(Request::Check, 400, "SOMETHING_NEW");
    world.wait(CHECK_AGAIN);
    world.take();
    world.refuse(Request::Check, 400, "SOMETHING_NEW");
    world.wait(FIRST_PAUSE);
    assert_eq!(world.done(), ["prepare", "join"]);
}

#[test]
fn a_doubt_makes_the_check_come_at_once() {
    let mut world = World::inside();
    world.tell(Input::Doubted);
    world.wait(Duration::ZERO);
    assert_eq!(world.done(), ["check"]);
    world.tell(Input::Doubted);
    world.wait_ms(100);
    assert_eq!(world.done(), [""; 0], "one at a time");
}

#[test]
fn other_refusals_say_nothing_about_the_membership() {
    let mut world = World::inside();
    for name in ["GROUPCALL_NOT_MODIFIED", "USER_VOLUME_INVALID", "FLOOD_WAIT_3", "NEW"] {
        world.refuse(Request::OfMember(Method::EditGroupCallParticipant), 400, name);
    }
    world.refuse(Request::Look, 400, "GROUPCALL_INVALID");
    assert_eq!((world.done(), world.shown()), (vec![], Shown::Active));
}

#[test]
fn an_engine_that_gives_up_is_replaced() {
    let mut world = World::inside();
    world.tell(Input::MediaFailed("the handshake failed".into()));
    world.wait(FIRST_PAUSE);
    assert_eq!(world.done(), ["prepare", "join"]);
    for pause in [2, 4, 8] {
        world.tell(Input::MediaFailed("the handshake failed".into()));
        world.wait(Duration::from_secs(pause));
        assert_eq!(world.done(), ["prepare", "join"]);
    }
    world.tell(Input::MediaFailed("the handshake failed".into()));
    assert_eq!(world.reason(), EndReason::NoPath);
}

/// A server that lets us in and throws us out again each time gets five tries, not a storm.
#[test]
fn ways_in_that_lead_out_again_are_counted() {
    let mut world = World::inside();
    let mut joins = 0;
    while world.shown() != Shown::Ended {
        world.tell(Input::Checked(vec![]));
        world.wait(LONGEST_PAUSE);
        joins += world.done().iter().filter(|effect| **effect == "join").count();
        if world.shown() != Shown::Ended {
            world.joined(connection());
            world.tell(Input::MediaConnected);
        }
        assert!(joins <= TRIES as usize);
    }
    assert_eq!(joins, TRIES as usize - 1, "the first way in counts, too");
    // All being well in between, it may go on for ever.
    let mut world = World::inside();
    for _ in 0..20 {
        world.wait(CHECK_EVERY);
        world.checked();
        world.tell(Input::Checked(vec![]));
        world.wait(FIRST_PAUSE);
        world.joined(connection());
        world.tell(Input::MediaConnected);
        assert_eq!(world.shown(), Shown::Active);
    }
}

// ---- Our own entry in the list ----

#[test]
fn who_is_thrown_out_tries_once_and_is_told() {
    let mut world = World::inside();
    let source = world.source;
    world.myself(5, source, |_| {});
    world.myself(6, source, |entry| entry.has_left = true);
    world.wait(FIRST_PAUSE);
    assert_eq!(world.done(), ["prepare", "join"]);
    world.refuse_join(403, "GROUPCALL_FORBIDDEN");
    assert_eq!(world.reason(), EndReason::Privacy);
}

#[test]
fn another_device_that_takes_over_ends_it_here() {
    let mut world = World::inside();
    let source = world.source;
    world.myself(5, source, |_| {});
    world.myself(6, Ssrc(99), |entry| entry.has_just_joined = true);
    assert_eq!((world.reason(), world.end().action), (EndReason::Elsewhere, Action::None));
    assert_eq!(world.done(), ["stop media", "end"], "there is nothing to leave: we are out");
}

#[test]
fn whoever_has_no_keys_any_more_goes_in_again_with_another_connection_and_not_for_ever() {
    let mut world = World::inside();
    let first = world.source;
    for tries in 1..TRIES {
        world.tell(Input::Excluded("the chain: so".into()));
        assert_eq!((world.shown(), world.done()), (Shown::Reconnecting, vec![]), "after {tries} tries");
        world.wait(LONGEST_PAUSE);
        assert_eq!(world.done(), ["prepare", "join"]);
        assert_ne!(world.source, first);
        world.joined(connection());
        world.tell(Input::MediaConnected);
        world.take();
    }
    world.tell(Input::Excluded("the chain: so".into()));
    assert_eq!(world.reason(), EndReason::Disconnected);
    assert!(world.end().text.contains("the chain: so"), "{}", world.end().text);
}

#[test]
fn whoever_is_well_for_a_while_has_all_his_tries_again() {
    let mut world = World::inside();
    for _ in 0..3 * TRIES {
        world.tell(Input::Excluded("so".into()));
        world.wait(LONGEST_PAUSE);
        world.joined(connection());
        world.tell(Input::MediaConnected);
        world.tell(Input::Heard);
    }
    assert_eq!(world.shown(), Shown::Active);
}

#[test]
fn whose_place_another_device_has_does_not_take_it_back() {
    let mut world = World::inside();
    world.tell(Input::Replaced);
    assert_eq!(world.reason(), EndReason::Elsewhere);
    assert_eq!(world.done(), ["stop media", "end"], "the place is the other one's, and so he is not thrown out");
}

#[test]
fn keys_say_nothing_where_we_are_not_in() {
    let mut world = World::open();
    let say = |world: &mut World| {
        world.tell(Input::Excluded("so".into()));
        world.tell(Input::Replaced);
    };
    say(&mut world);
    assert_eq!(world.shown(), Shown::Open);
    world.join();
    world.take();
    say(&mut world);
    world.refuse_join(400, "CONF_WRITE_CHAIN_INVALID_X");
    say(&mut world);
    assert_eq!((world.shown(), world.done()), (Shown::Joining, vec![]), "a way in that was overtaken is tried again");
    world.wait_ms(1000);
    assert_eq!(world.done(), ["prepare", "join"]);
    world.tell(Input::Leave);
    say(&mut world);
    assert_eq!(world.shown(), Shown::Ending);
}

#[test]
fn old_news_of_ourselves_end_nothing() {
    let mut world = World::inside();
    // Of the device that was in before us; our own entry has not come yet.
    world.myself(4, Ssrc(99), |entry| entry.has_just_joined = true);
    let source = world.source;
    world.myself(5, source, |_| {});
    world.myself(4, Ssrc(99), |_| {});
    world.myself(5, Ssrc(99), |entry| entry.has_left = true);
    world.myself(6, Ssrc(99), |entry| entry.is_versioned = false);
    assert_eq!((world.done(), world.shown()), (vec![], Shown::Active));
    // Of our own earlier source.
    world.tell(Input::Checked(vec![]));
    world.wait(FIRST_PAUSE);
    world.joined(connection());
    let next = world.source;
    world.take();
    world.myself(7, next, |_| {});
    world.myself(8, source, |entry| entry.has_just_joined = true);
    world.myself(9, source, |entry| entry.has_left = true);
    assert_eq!((world.done(), world.call.source()), (vec![], Some(next)));
}

// ---- Streams ----

#[test]
fn a_stream_is_active_without_a_connection() {
    let mut world = World::open();
    world.join();
    world.take();
    world.joined(stream());
    assert_eq!((world.done(), world.shown()), (vec!["stop media", "watch", "entered"], Shown::Active));
    world.tell(Input::MediaConnected);
    world.tell(Input::MediaLost);
    world.tell(Input::MediaFailed("of the connection that was offered".into()));
    assert_eq!((world.done(), world.shown()), (vec![], Shown::Active));
    world.wait(CHECK_EVERY);
    assert_eq!(world.done(), ["check"]);
    for _ in 0..10 {
        world.wait_ms(900);
        world.tell(Input::Heard);
    }
    world.checked();
    world.tell(Input::Leave);
    assert_eq!(world.done(), ["stop watching", "stop media", "leave"]);
}

#[test]
fn a_listener_who_speaks_goes_in_anew_and_watches_until_there_is_a_path() {
    let mut world = World::open();
    world.join();
    world.joined(stream());
    world.take();
    world.tell(Input::Speak);
    assert_eq!((world.done(), world.shown()), (vec!["prepare", "join"], Shown::Reconnecting));
    world.joined(connection());
    assert_eq!(world.done(), ["connect", "entered"]);
    world.tell(Input::MediaConnected);
    assert_eq!((world.done(), world.shown()), (vec!["stop watching"], Shown::Active));
    world.tell(Input::Speak);
    assert_eq!(world.done(), [""; 0], "he speaks already");
    // The server puts him back.
    world.tell(Input::Checked(vec![]));
    world.wait(FIRST_PAUSE);
    world.take();
    world.joined(stream());
    assert_eq!(world.done(), ["stop media", "watch", "entered"]);
}

// ---- Out ----

#[test]
fn leaving_waits_for_the_answer_and_not_for_ever() {
    for answer in ["answered", "refused", "silent"] {
        let mut world = World::inside();
        let source = world.source;
        world.wait_ms(3_500);
        world.tell(Input::Leave);
        assert_eq!(world.take(), [Effect::StopMedia, Effect::Leave { source, is_farewell: false }]);
        assert_eq!(world.shown(), Shown::Ending);
        assert_eq!(world.try_to(Input::Leave), Err(WrongState));
        match answer {
            "answered" => world.tell(Input::Left),
            "refused" => world.refuse(Request::Leave, 400, "GROUPCALL_INVALID"),
            _ => world.wait(LEAVE_LIMIT),
        }
        assert_eq!((world.reason(), world.end().duration_s), (EndReason::LocalHangup, 3), "{answer}");
        assert_eq!(world.try_to(Input::Join { is_scheduled: None }), Err(WrongState));
    }
}

#[test]
fn who_leaves_while_joining_leaves_what_he_has_joined() {
    let mut world = World::open();
    world.join();
    world.take();
    world.tell(Input::Leave);
    assert_eq!((world.done(), world.shown()), (vec!["stop media"], Shown::Ending));
    world.joined(connection());
    assert_eq!(world.take(), [Effect::Leave { source: world.source, is_farewell: false }]);
    world.tell(Input::Left);
    assert_eq!(world.reason(), EndReason::LocalHangup);

    let refused = |code, name| {
        let mut world = World::open();
        world.join();
        world.tell(Input::Leave);
        world.take();
        world.refuse_join(code, name);
        world.done()
    };
    assert_eq!(refused(403, "GROUPCALL_FORBIDDEN"), ["end"]);
    assert_eq!(refused(0, ""), ["farewell", "end"], "nobody knows whether we are in");

    let mut world = World::open();
    world.join();
    world.tell(Input::Leave);
    world.take();
    world.wait(LEAVE_LIMIT);
    assert_eq!(world.done(), ["farewell", "end"]);
}

#[test]
fn who_leaves_between_two_ways_in_says_so_all_the_same() {
    let mut world = World::inside();
    let source = world.source;
    world.tell(Input::Checked(vec![]));
    world.tell(Input::Leave);
    assert_eq!(world.take()[..2], [Effect::StopMedia, Effect::Leave { source, is_farewell: true }]);
    let mut world = World::open();
    world.tell(Input::Leave);
    assert_eq!(world.done(), ["end"], "nobody was told of us");
}

#[test]
fn a_call_that_is_over_for_all_ends_in_every_state() {
    let states: [fn() -> World; 8] = [
        || World::of(Call::create(Time::from_nanos(5))),
        World::open,
        || {
            let mut world = World::open();
            world.tell(Input::Join { is_scheduled: None });
            world
        },
        || {
            let mut world = World::open();
            world.tell(Input::Join { is_scheduled: Some(true) });
            world
        },
        || {
            let mut world = World::open();
            world.join();
            world
        },
        World::inside,
        || {
            let mut world = World::inside();
            world.tell(Input::Checked(vec![]));
            world
        },
        || {
            let mut world = World::inside();
            world.tell(Input::Leave);
            world
        },
    ];
    for (at, world) in states.into_iter().enumerate() {
        let mut world = world();
        world.tell(Input::Discarded);
        assert_eq!(world.shown(), Shown::Ended);
        let reason = if at == 7 { EndReason::LocalHangup } else { EndReason::RemoteHangup };
        assert_eq!(world.reason(), reason);
        world.take();
        world.tell(Input::Discarded);
        world.tell(Input::Timeout);
        assert_eq!((world.done(), world.call.deadline()), (vec![], None));
    }
}

// ---- All together ----

/// Whatever comes in whatever order: nothing breaks, what the host may not do changes nothing, the end is the end, and Telegram
/// is not asked more often than it has to be.
#[test]
fn any_order_of_anything_leads_somewhere() {
    const NAMES: [&str; 9] = [
        "GROUPCALL_SSRC_DUPLICATE_MUCH",
        "GROUPCALL_JOIN_MISSING",
        "GROUPCALL_FORBIDDEN",
        "GROUPCALL_INVALID",
        "GROUPCALL_NOT_MODIFIED",
        "GROUPCALL_ADD_PARTICIPANTS_FAILED",
        "FLOOD_WAIT_3",
        "FLOOD_WAIT_99",
        "NEW",
    ];
    let mut ends = 0;
    for seed in 0..3000 {
        let mut random = Random::from_seed(seed);
        let created = seed % 5 == 0;
        let mut world = if created { World::of(Call::create(Time::from_nanos(5))) } else { World::open() };
        let (mut joins, mut ended) = (0u32, false);
        for _ in 0..200 {
            let pick = |random: &mut Random, most: u64| random.below(most);
            let request = match pick(&mut random, 6) {
                0 => Request::Create,
                1 => Request::Look,
                2 => Request::Join { attempt: world.attempt.wrapping_sub(pick(&mut random, 2) as u32) },
                3 => Request::Leave,
                4 => Request::Check,
                _ => Request::OfMember(Method::EditGroupCallParticipant),
            };
            let any_source = |random: &mut Random, world: &World| match random.below(3) {
                0 => world.source,
                1 => Ssrc(99),
                _ => Ssrc(0),
            };
            let input = match pick(&mut random, 30) {
                0 => Input::Join { is_scheduled: [None, Some(false), Some(true)][pick(&mut random, 3) as usize] },
                1 if pick(&mut random, 8) == 0 => Input::Leave,
                2 => Input::Speak,
                3 => Input::Created(Name { id: 1, access_hash: 2 }),
                4 => Input::Looked { is_scheduled: pick(&mut random, 4) == 0 },
                5 => Input::Started { is_scheduled: pick(&mut random, 4) == 0 },
                6 if pick(&mut random, 30) == 0 => Input::Discarded,
                7..=10 => Input::Joined {
                    attempt: world.attempt,
                    answer: [connection(), stream(), None, Some(Err(BadAnswer::TooLong))]
                        [pick(&mut random, 4) as usize]
                        .clone(),
                },
                11 | 12 => {
                    let name = NAMES[pick(&mut random, 9) as usize];
                    Input::Refused(request, Refusal::new(Method::JoinGroupCall, 400, name))
                }
                13 => Input::Left,
                14 | 15 => Input::Checked(vec![any_source(&mut random, &world)]),
                16 => {
                    let participant = Participant { source: any_source(&mut random, &world), ..somebody(1) };
                    let mut one = entry(participant);
                    one.is_versioned = pick(&mut random, 2) == 0;
                    one.has_left = pick(&mut random, 4) == 0;
                    Input::Myself { entry: Box::new(one), version: pick(&mut random, 9) as i32 }
                }
                17 | 18 => Input::Heard,
                19 => Input::Doubted,
                20 | 21 => Input::MediaConnected,
                22 => Input::MediaLost,
                23 => Input::MediaFailed("so".into()),
                24 if pick(&mut random, 4) == 0 => Input::Excluded("so".into()),
                25 if pick(&mut random, 30) == 0 => Input::Replaced,
                _ => {
                    world.now += Duration::from_millis(pick(&mut random, 4000));
                    Input::Timeout
                }
            };
            let before = (world.shown(), world.call.deadline(), world.call.source());
            let is_hosts = matches!(input, Input::Join { .. } | Input::Leave | Input::Speak);
            let result = world.try_to(input);
            if result.is_err() {
                assert!(is_hosts, "seed {seed}: only the host can be wrong");
                assert_eq!((world.shown(), world.call.deadline(), world.call.source()), before, "seed {seed}");
            }
            let effects = world.take();
            assert!(!ended || effects.is_empty(), "seed {seed}: {effects:?} after the end");
            joins += effects.iter().filter(|effect| matches!(effect, Effect::Join { .. })).count() as u32;
            if let Some(at) = effects.iter().position(|effect| matches!(effect, Effect::End(_))) {
                assert_eq!(at, effects.len() - 1, "seed {seed}: the end is last");
                ended = true;
                ends += 1;
            }
            assert_eq!(ended, world.shown() == Shown::Ended, "seed {seed}");
        }
        let seconds = world.now.since(Time::ZERO).as_secs() as u32;
        assert!(joins <= TRIES * (2 + seconds), "seed {seed}: {joins} joins in {seconds} s");
    }
    assert!(ends > 1500, "{ends} of 3000 ended");
}

// ---- Attached ----

fn attached() -> World {
    let mut world = World::of(Call::attach());
    world.join();
    world
}

/// What the host's library does, nobody of ours does: no check, no leaving, and no time after which an answer is none.
#[test]
fn an_attached_call_says_nothing_to_telegram_but_what_it_offers() {
    let mut world = attached();
    assert!(matches!(world.take()[..], [Effect::Prepare, Effect::Join { .. }]), "what the host takes from us");
    assert_eq!(world.call.deadline(), None, "the host's library takes its time");
    world.joined(connection());
    world.tell(Input::MediaConnected);
    assert!(matches!(world.take()[..], [Effect::Connect(_), Effect::Entered]));
    assert_eq!((world.shown(), world.call.deadline()), (Shown::Active, None));
    world.tell(Input::MediaLost);
    world.tell(Input::Timeout);
    assert_eq!((world.shown(), world.call.deadline(), world.take()), (Shown::Reconnecting, None, vec![]));
    world.tell(Input::Leave);
    assert!(matches!(world.take()[..], [Effect::StopMedia, Effect::End(_)]));
}

#[test]
fn an_attached_call_is_left_in_every_state_without_a_word() {
    for joins in [false, true] {
        let mut world = attached();
        if joins {
            world.joined(stream());
        }
        world.take();
        world.tell(Input::Leave);
        assert!(!world.take().iter().any(|effect| matches!(effect, Effect::Leave { .. })));
        assert_eq!(world.shown(), Shown::Ended);
    }
}

#[test]
fn the_host_says_that_an_attached_call_has_to_be_joined_anew() {
    let mut world = attached();
    let first = world.source;
    // While its library still asks, and once we are in; more often than we would by ourselves.
    for _ in 0..2 * TRIES {
        world.join();
        world.joined(connection());
        world.tell(Input::MediaConnected);
        world.join();
    }
    assert_ne!(world.source, first);
    assert_eq!(world.shown(), Shown::Reconnecting);
    // An answer to an older offer is none to this one.
    world.take();
    world.tell(Input::Joined { attempt: world.attempt - 1, answer: connection() });
    assert_eq!(world.take(), []);
    world.joined(connection());
    assert!(matches!(world.take()[..], [Effect::Connect(_), Effect::Entered]));
}

#[test]
fn an_attached_call_whose_media_fails_offers_anew_after_a_pause() {
    let mut world = attached();
    world.joined(connection());
    world.tell(Input::MediaConnected);
    world.take();
    world.tell(Input::MediaFailed("no".into()));
    assert_eq!(world.take(), []);
    let due = world.call.deadline().expect("a pause");
    assert_eq!(due, world.now + FIRST_PAUSE);
    world.now = due;
    world.tell(Input::Timeout);
    assert!(matches!(world.take()[..], [Effect::Prepare, Effect::Join { .. }]));
}
