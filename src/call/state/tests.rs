//! The tables of sections 6.1 and 6.2 row by row, then what holds for every pair of state and input.

use super::super::outcome::{Action, EndReason};
use super::*;
use crate::call::exchange::{Callee, Caller, Commitment};
use crate::call::news::{Accepted, Confirmed, Discarded, Reason, Requested, Waiting};
use crate::call::protocol::Version;
use crate::call::refusal::{Cause, Method};
use crate::crypto::dh::{Group, Groups, Opening};
use crate::random::Random;
use std::sync::OnceLock;

const CALLER: UserId = UserId(11);
const CALLEE: UserId = UserId(22);
const PEER: Peer = Peer { id: 7, access_hash: 70 };

fn group() -> &'static Group {
    static GROUP: OnceLock<Group> = OnceLock::new();
    GROUP.get_or_init(|| {
        let json: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/vectors/dh_checks.json")).unwrap();
        let hex = json["p"].as_str().unwrap().as_bytes();
        let digits = |pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap();
        let p: Vec<u8> = hex.chunks(2).map(digits).collect();
        match Groups::new().open(&p, 3) {
            Ok(Opening::Ready(group)) => group,
            _ => panic!("the prime of the vectors is known"),
        }
    })
}

/// One exchange, always the same.
fn offer() -> Caller {
    Caller::new(group(), &[1; 256], &mut Random::from_seed(1)).unwrap()
}

fn answer() -> Callee {
    commitment().answer(group(), &[2; 256], &mut Random::from_seed(2)).unwrap()
}

fn commitment() -> Commitment {
    static COMMITMENT: OnceLock<Commitment> = OnceLock::new();
    *COMMITMENT.get_or_init(|| Commitment::new(offer().g_a_hash()).unwrap())
}

fn rules() -> Rules {
    Rules {
        receive: Duration::from_secs(20),
        ring: Duration::from_secs(90),
        auto_confirm: true,
        announce: true,
        host_media: false,
        versions: Version::DEFAULT.to_vec(),
    }
}

fn by_hand() -> Rules {
    Rules { auto_confirm: false, ..rules() }
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A call with its clock, and what its last input led to.
struct Side {
    call: Call,
    now: Time,
    effects: Vec<Effect>,
}

impl Side {
    fn state(&self) -> String {
        let text = format!("{:?}", self.call.state());
        let inner = text.split_once('(').map_or(&*text, |(_, inner)| inner);
        inner.chars().take_while(char::is_ascii_alphabetic).collect()
    }

    fn shown(&self) -> CallState {
        self.call.state().shown()
    }

    #[track_caller]
    fn feed(&mut self, input: Input) -> &mut Side {
        self.effects = self.call.step(self.now, input).expect("the input is valid in this state");
        self
    }

    #[track_caller]
    fn refuse(&mut self, input: Input) {
        let before = format!("{:?}", self.call.state());
        assert!(self.call.step(self.now, input).is_err(), "{before} takes it");
        assert_eq!(format!("{:?}", self.call.state()), before, "nothing moves");
    }

    fn sleep(&mut self, duration: Duration) -> &mut Side {
        self.now += duration;
        self.feed(Input::Timeout)
    }

    /// Nothing happens a moment before the limit; then `state` is reached.
    #[track_caller]
    fn expire(&mut self, limit: Duration, state: &str) -> &mut Side {
        assert_eq!(self.call.state().deadline(), Some(self.now + limit));
        let before = self.state();
        self.sleep(limit - Duration::from_nanos(1));
        assert_eq!((self.state(), self.effects.len()), (before, 0));
        self.sleep(Duration::from_nanos(1));
        assert_eq!(self.state(), state);
        self
    }

    fn requests(&self) -> Vec<&Request> {
        self.effects.iter().filter_map(|effect| if let Effect::Invoke(request) = effect { Some(request) } else { None }).collect()
    }

    /// The call was discarded with this reason and duration.
    #[track_caller]
    fn discards(&self, reason: DiscardReason, duration_s: u32) -> &Side {
        assert_eq!(self.requests(), [&Request::DiscardCall { reason, duration_s }]);
        assert_eq!((self.state(), self.shown()), ("Ending".into(), CallState::Ending));
        self
    }

    /// Answers the discard, and tells how it ended.
    #[track_caller]
    fn ends(&mut self) -> Outcome {
        self.feed(Input::Done(Method::DiscardCall));
        self.ended()
    }

    #[track_caller]
    fn ended(&self) -> Outcome {
        assert_eq!(self.call.state().deadline(), None, "no timer is left");
        assert_eq!(self.call.state().secrets(), 0, "no secret is left");
        assert_eq!(self.state(), "Ended");
        match self.effects.last() {
            Some(Effect::End(outcome)) => outcome.clone(),
            other => panic!("the last effect is {other:?}"),
        }
    }
}

// ---- Ways into each state

fn preparing_with(rules: Rules) -> Side {
    let (call, effects) = Call::request(Time::ZERO, Arc::new(rules), UserId(0), CALLEE);
    assert!(matches!(effects[..], [Effect::Draw]));
    Side { call, now: Time::ZERO, effects }
}

fn preparing() -> Side {
    preparing_with(rules())
}

fn requesting_with(rules: Rules) -> Side {
    let mut side = preparing_with(rules);
    side.feed(Input::Offered(offer(), [41, 42]));
    side
}

fn requesting() -> Side {
    requesting_with(rules())
}

fn claims() -> Claims {
    Claims { access_hash: Some(PEER.access_hash), admin: Some(CALLER), participant: Some(CALLEE) }
}

fn waiting_news(is_received: bool) -> Input {
    Input::Told(News::Waiting(Waiting { peer: PEER, claims: claims(), is_received }))
}

fn accepted_news() -> Input {
    Input::Told(News::Accepted(Accepted { claims: claims(), g_b: wire().g_b.clone() }))
}

fn link() -> Link {
    Link { versions: vec!["9.0.0".into()], ..Link::default() }
}

/// What goes over the wire in the exchange of [`offer`] and [`answer`].
struct Wire {
    g_a: [u8; 256],
    g_b: Vec<u8>,
    key_fingerprint: i64,
}

fn wire() -> &'static Wire {
    static WIRE: OnceLock<Wire> = OnceLock::new();
    WIRE.get_or_init(|| {
        let g_b = answer().g_b();
        let (g_a, key) = offer().agree(&g_b).unwrap();
        Wire { g_a, g_b, key_fingerprint: key.fingerprint() }
    })
}

/// `phoneCall` as the caller gets it.
fn confirmed(change: impl FnOnce(&mut Confirmed)) -> Input {
    let Wire { g_a: _, g_b, key_fingerprint } = wire();
    let mut confirmed = Confirmed {
        claims: claims(),
        g_a_or_b: g_b.clone(),
        key_fingerprint: *key_fingerprint,
        link: Some(link()),
    };
    change(&mut confirmed);
    Input::Told(News::Confirmed(Box::new(confirmed)))
}

/// `phoneCall` as the callee gets it.
fn revealed(change: impl FnOnce(&mut Confirmed)) -> Input {
    confirmed(|news| {
        news.g_a_or_b = wire().g_a.to_vec();
        change(news);
    })
}

fn waiting() -> Side {
    let mut side = requesting();
    side.feed(waiting_news(false));
    side
}

fn ringing_with(rules: Rules) -> Side {
    let mut side = requesting_with(rules);
    side.feed(waiting_news(false)).feed(waiting_news(true));
    side
}

fn ringing() -> Side {
    ringing_with(rules())
}

fn accepted() -> Side {
    let mut side = ringing_with(by_hand());
    side.feed(accepted_news());
    side
}

fn confirming() -> Side {
    let mut side = ringing();
    side.feed(accepted_news());
    side
}

fn connecting() -> Side {
    let mut side = confirming();
    side.feed(confirmed(|_| ()));
    side
}

fn keyed() -> Side {
    let mut side = confirming();
    side.feed(confirmed(|news| news.link = None));
    side
}

fn established() -> Side {
    let mut side = connecting();
    side.feed(Input::MediaConnected);
    side
}

fn reconnecting() -> Side {
    let mut side = established();
    side.feed(Input::MediaLost);
    side
}

fn attached() -> Side {
    let call = Call::attach(Arc::new(rules()), Secret::zeroed());
    Side { call, now: Time::ZERO, effects: vec![] }
}

fn incoming() -> Side {
        let (call, effects) = Call::incoming(Time::ZERO, Arc::new(rules()), PEER, CALLER, CALLEE, commitment());
    Side { call, now: Time::ZERO, effects }
}

fn fetching() -> Side {
    let mut side = incoming();
    side.feed(Input::Accept);
    side
}

fn accepting() -> Side {
    let mut side = fetching();
    side.feed(Input::Answered(answer()));
    side
}

fn waiting_key() -> Side {
    let mut side = accepting();
    side.feed(Input::Done(Method::AcceptCall));
    side
}

fn ending() -> Side {
    let mut side = ringing();
    side.feed(Input::HangUp(DiscardReason::Auto));
    side
}

fn aborting_request() -> Side {
    let mut side = requesting();
    side.feed(Input::HangUp(DiscardReason::Auto));
    side
}

fn aborting_accept() -> Side {
    let mut side = accepting();
    side.feed(Input::HangUp(DiscardReason::Auto));
    side
}

fn over() -> Side {
    let mut side = ending();
    side.feed(Input::Done(Method::DiscardCall));
    side
}

/// Every state, by a way that leads there.
const WAYS: [fn() -> Side; 19] = [
    preparing,
    requesting,
    waiting,
    ringing,
    accepted,
    confirming,
    keyed,
    connecting,
    established,
    reconnecting,
    attached,
    incoming,
    fetching,
    accepting,
    waiting_key,
    aborting_request,
    aborting_accept,
    ending,
    over,
];

fn every_state() -> Vec<Side> {
    WAYS.iter().map(|way| way()).collect()
}

fn discarded(reason: Reason) -> Input {
    Input::Told(News::Discarded(Discarded { reason, need_rating: true, need_debug: true }))
}

fn refused(method: Method, name: &str) -> Input {
    Input::Refused(method, Refusal::new(method, 400, name))
}

fn unanswered(method: Method) -> Input {
    Input::Refused(method, Refusal::new(method, 0, ""))
}

// ---- 6.1, the caller

#[test]
fn preparing_ready_sends_request_call_with_the_hash_of_g_a() {
    let side = requesting();
    let g_a_hash = *offer().g_a_hash();
    assert_eq!(side.requests(), [&Request::RequestCall { random_id: 41, g_a_hash }]);
    assert_eq!(side.call.state().deadline(), Some(Time::ZERO + secs(20)));
    assert_eq!(side.shown(), CallState::Requesting);
}

#[test]
fn preparing_hang_up_ends_without_a_word_to_telegram() {
    let mut side = preparing();
    side.feed(Input::HangUp(DiscardReason::Auto));
    assert!(side.requests().is_empty());
    assert_eq!(side.ended().reason, EndReason::LocalHangup);
}

#[test]
fn preparing_with_an_unsafe_group_ends_as_insecure() {
    let mut side = preparing();
    side.feed(Input::Unfit("the prime is not a safe prime".into()));
    let outcome = side.ended();
    assert_eq!((outcome.reason, outcome.action), (EndReason::Insecure, Action::TellUser));
    assert!(outcome.text.contains("safe prime"));
}

#[test]
fn preparing_asks_once_more_when_no_answer_came() {
    let mut side = preparing();
    side.feed(unanswered(Method::GetDhConfig));
    assert!(matches!(side.effects[..], [Effect::Draw]));
    side.feed(unanswered(Method::GetDhConfig));
    assert_eq!((side.ended().reason, side.ended().action), (EndReason::Timeout, Action::Retry));
}

#[test]
fn preparing_is_not_waited_for_longer_than_the_receive_timer() {
    assert_eq!(preparing().expire(secs(20), "Ended").ended().reason, EndReason::Timeout);
}

#[test]
fn requesting_result_waiting_stores_the_id_and_starts_the_receive_timer_anew() {
    let mut side = requesting();
    side.sleep(secs(5));
    side.feed(waiting_news(false));
    assert!(matches!(side.effects[..], [Effect::Named(PEER)]));
    assert_eq!(side.call.facts().peer, Some(PEER));
    assert_eq!(side.call.facts().admin, CALLER, "that is who we are");
    assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Waiting, Some(side.now + secs(20))));
}

#[test]
fn requesting_result_that_rings_already_goes_to_ringing() {
    let mut side = requesting();
    side.feed(waiting_news(true));
    assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Ringing, Some(side.now + secs(90))));
}

#[test]
fn requesting_result_about_another_user_fails_the_call() {
    let mut side = requesting();
    let claims = Claims { participant: Some(UserId(99)), ..claims() };
    side.feed(Input::Told(News::Waiting(Waiting { peer: PEER, claims, is_received: false })));
    side.discards(DiscardReason::Hangup, 0);
    assert_eq!(side.ends().reason, EndReason::Insecure);
}

#[test]
fn requesting_result_discarded_ends_as_the_update_would() {
    let mut side = requesting();
    side.feed(discarded(Reason::Busy));
    assert_eq!(side.ended().reason, EndReason::Busy);
}

#[test]
fn requesting_error_ends_with_what_it_means() {
    for (name, reason, action) in [
        ("USER_PRIVACY_RESTRICTED", EndReason::Privacy, Action::TellUser),
        ("PARTICIPANT_VERSION_OUTDATED", EndReason::Outdated, Action::TellUser),
        ("USER_ID_INVALID", EndReason::NoUser, Action::TellUser),
        ("CALL_PROTOCOL_FLAGS_INVALID", EndReason::Server, Action::Fix),
        ("SOMETHING_NEW", EndReason::Server, Action::Fix),
    ] {
        let mut side = requesting();
        side.feed(refused(Method::RequestCall, name));
        let outcome = side.ended();
        assert_eq!((outcome.reason, outcome.action), (reason, action), "{name}");
        assert!(outcome.text.contains(name) && side.requests().is_empty());
    }
    let mut side = requesting();
    side.feed(Input::Refused(Method::RequestCall, Refusal::new(Method::RequestCall, 420, "FLOOD_WAIT_300")));
    let Outcome { reason, action, retry_after_s, .. } = side.ended();
    assert_eq!((reason, action, retry_after_s), (EndReason::Flood, Action::RetryAfter, 300));
}

#[test]
fn requesting_with_a_duplicate_random_id_is_tried_once_with_another() {
    let mut side = requesting();
    side.feed(refused(Method::RequestCall, "RANDOM_ID_DUPLICATE"));
    assert!(matches!(side.requests()[..], [Request::RequestCall { random_id: 42, .. }]));
    side.feed(refused(Method::RequestCall, "RANDOM_ID_DUPLICATE"));
    assert_eq!((side.ended().reason, side.ended().action), (EndReason::Server, Action::Retry));
}

#[test]
fn requesting_without_an_answer_is_repeated_as_it_was() {
    let mut side = requesting();
    side.feed(unanswered(Method::RequestCall));
    assert!(matches!(side.requests()[..], [Request::RequestCall { random_id: 41, .. }]));
    // The first attempt got through after all: another random_id would make a second call.
    side.feed(refused(Method::RequestCall, "RANDOM_ID_DUPLICATE"));
    assert_eq!(side.ended().reason, EndReason::Server);
    let mut side = requesting();
    side.feed(unanswered(Method::RequestCall)).feed(unanswered(Method::RequestCall));
    assert_eq!((side.ended().reason, side.ended().action), (EndReason::Timeout, Action::Retry));
}

#[test]
fn requesting_hang_up_keeps_the_request_and_discards_when_the_id_is_known() {
    let mut side = aborting_request();
    assert_eq!((side.effects.len(), side.shown()), (0, CallState::Ending));
    side.refuse(Input::HangUp(DiscardReason::Auto));
    side.feed(waiting_news(false));
    assert!(matches!(side.effects[0], Effect::Named(PEER)));
    side.discards(DiscardReason::Missed, 0);
    assert_eq!(side.call.state().deadline(), Some(Time::ZERO + secs(5)), "5 s in all");
    assert_eq!(side.ends().reason, EndReason::LocalHangup);
}

#[test]
fn aborting_ends_when_the_request_was_refused_anyway() {
    let mut side = aborting_request();
    side.feed(refused(Method::RequestCall, "USER_PRIVACY_RESTRICTED"));
    assert_eq!(side.ended().reason, EndReason::LocalHangup);
    assert_eq!(aborting_request().expire(secs(5), "Ended").ended().reason, EndReason::LocalHangup);
}

#[test]
fn requesting_is_limited_as_tdlib_limits_it() {
    assert_eq!(requesting().expire(secs(20), "Aborting").expire(secs(5), "Ended").ended().reason, EndReason::Timeout);
    for (receive_ms, limit) in [(20_000, 20), (1, 10), (9_001, 10), (10_001, 11), (99_500, 100), (u64::MAX, 100)] {
        let rules = Rules { receive: Duration::from_millis(receive_ms), ..rules() };
        assert_eq!(rules.request_limit(), secs(limit), "{receive_ms} ms");
    }
}

#[test]
fn waiting_with_a_receive_date_rings() {
    let side = ringing();
    assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Ringing, Some(side.now + secs(90))));
}

#[test]
fn waiting_is_missed_when_no_device_shows_up() {
    let mut side = waiting();
    side.expire(secs(20), "Ending").discards(DiscardReason::Missed, 0);
    assert_eq!(side.ends().reason, EndReason::Missed);
}

#[test]
fn ringing_is_missed_when_nobody_answers() {
    let mut side = ringing();
    side.expire(secs(90), "Ending").discards(DiscardReason::Missed, 0);
    assert_eq!(side.ends().reason, EndReason::Missed);
}

#[test]
fn a_second_receive_date_does_not_prolong_the_ringing() {
    let mut side = ringing();
    side.sleep(secs(80)).feed(waiting_news(true));
    assert_eq!(side.call.state().deadline(), Some(Time::ZERO + secs(90)));
}

#[test]
fn accepted_is_confirmed_with_g_a_and_the_fingerprint() {
    for mut side in [waiting(), ringing()] {
        side.sleep(secs(3)).feed(accepted_news());
        let Wire { g_a, key_fingerprint, .. } = wire();
        let request = Request::ConfirmCall { g_a: Box::new(*g_a), key_fingerprint: *key_fingerprint };
        assert_eq!(side.requests(), [&request]);
        assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Confirming, Some(side.now + secs(20))));
    }
}

#[test]
fn accepted_with_a_bad_g_b_is_insecure_and_g_a_stays_secret() {
    let p_minus_1 = {
        let mut p = group().p();
        p[255] -= 1;
        p.to_vec()
    };
    for g_b in [vec![], vec![0; 256], vec![1], p_minus_1, vec![0x7f; 248], vec![1; 257]] {
        let mut side = ringing();
        side.feed(Input::Told(News::Accepted(Accepted { claims: claims(), g_b })));
        side.discards(DiscardReason::Hangup, 0);
        assert_eq!(side.ends().reason, EndReason::Insecure);
    }
}

#[test]
fn objects_of_our_id_that_name_others_fail_the_call() {
    let wrong = [
        Claims { access_hash: Some(71), ..claims() },
        Claims { admin: Some(CALLEE), ..claims() },
        Claims { participant: Some(CALLER), ..claims() },
    ];
    for claims in wrong {
        let mut side = ringing();
        side.feed(Input::Told(News::Accepted(Accepted { claims, g_b: wire().g_b.clone() })));
        side.discards(DiscardReason::Hangup, 0);
        let mut side = confirming();
        side.feed(confirmed(|news| news.claims = claims));
        side.discards(DiscardReason::Hangup, 0);
        let mut side = waiting_key();
        side.feed(revealed(|news| news.claims = claims));
        side.discards(DiscardReason::Hangup, 0);
        assert_eq!(side.ends().reason, EndReason::Insecure);
    }
}

#[test]
fn waiting_and_ringing_hang_up_is_missed() {
    for mut side in [waiting(), ringing()] {
        side.feed(Input::HangUp(DiscardReason::Auto));
        side.discards(DiscardReason::Missed, 0);
        assert_eq!(side.ends().reason, EndReason::LocalHangup);
    }
}

#[test]
fn the_host_may_choose_the_reason() {
    let mut side = ringing();
    side.feed(Input::HangUp(DiscardReason::Disconnect));
    side.discards(DiscardReason::Disconnect, 0);
}

#[test]
fn without_automatic_confirmation_the_host_confirms() {
    let mut side = accepted();
    assert_eq!((side.shown(), side.requests().len()), (CallState::Accepted, 0));
    side.feed(accepted_news());
    assert_eq!(side.shown(), CallState::Accepted, "a second phoneCallAccepted is ignored");
    side.sleep(secs(19)).feed(Input::Confirm);
    assert!(matches!(side.requests()[..], [Request::ConfirmCall { .. }]));
    assert_eq!(side.call.state().deadline(), Some(side.now + secs(20)));
    side.refuse(Input::Confirm);
    side.feed(confirmed(|_| ()));
    assert_eq!(side.shown(), CallState::Connecting);
}

#[test]
fn a_second_accepted_is_not_confirmed_again() {
    let mut side = confirming();
    side.feed(accepted_news());
    assert_eq!((side.shown(), side.effects.len()), (CallState::Confirming, 0));
}

#[test]
fn confirming_phone_call_starts_the_media() {
    let side = connecting();
    assert!(matches!(side.effects[..], [Effect::Agreed(_), Effect::StartMedia]));
    let talk = side.call.talk().unwrap();
    assert_eq!(talk.version, Some(Version::V9_0_0));
    assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Connecting, Some(side.now + secs(20))));
}

#[test]
fn confirming_with_another_fingerprint_is_insecure() {
    let mut side = confirming();
    side.feed(confirmed(|news| news.key_fingerprint ^= 1));
    side.discards(DiscardReason::Hangup, 0);
    assert_eq!((side.ends().reason, side.ended().action), (EndReason::Insecure, Action::TellUser));
}

#[test]
fn the_caller_does_not_trust_the_echo_of_g_b() {
    let mut side = confirming();
    side.feed(confirmed(|news| news.g_a_or_b = vec![0; 3]));
    assert_eq!(side.shown(), CallState::Connecting);
}

#[test]
fn confirming_errors() {
    for (name, reason) in
        [("CALL_ALREADY_DECLINED", EndReason::RemoteHangup), ("CALL_PEER_INVALID", EndReason::RemoteHangup)]
    {
        let mut side = confirming();
        side.feed(refused(Method::ConfirmCall, name));
        assert_eq!(side.ended().reason, reason, "{name}");
    }
    let mut side = confirming();
    side.feed(refused(Method::ConfirmCall, "SOMETHING_NEW"));
    side.discards(DiscardReason::Disconnect, 0);
    assert_eq!(side.ends().reason, EndReason::Server);
    let mut side = confirming();
    side.feed(refused(Method::ConfirmCall, "CALL_ALREADY_ACCEPTED"));
    assert_eq!(side.shown(), CallState::Confirming, "a duplicate: wait for phoneCall");
}

#[test]
fn confirming_without_an_answer_is_repeated_once_and_then_waited_for() {
    let mut side = confirming();
    let first: Vec<Request> = side.requests().into_iter().cloned().collect();
    side.feed(unanswered(Method::ConfirmCall));
    assert_eq!(side.requests(), first.iter().collect::<Vec<_>>());
    side.feed(unanswered(Method::ConfirmCall));
    assert_eq!((side.shown(), side.effects.len()), (CallState::Confirming, 0));
    side.feed(confirmed(|_| ()));
    assert_eq!(side.shown(), CallState::Connecting);
}

#[test]
fn the_key_exchange_is_limited_on_the_callers_side() {
    for mut side in [accepted(), confirming()] {
        side.expire(secs(20), "Ending").discards(DiscardReason::Disconnect, 0);
        assert_eq!((side.ends().reason, side.ended().action), (EndReason::Timeout, Action::Retry));
    }
}

#[test]
fn hang_up_during_the_key_exchange_is_hangup() {
    for mut side in [accepted(), confirming(), fetching(), waiting_key()] {
        side.feed(Input::HangUp(DiscardReason::Auto));
        side.discards(DiscardReason::Hangup, 0);
        assert_eq!(side.ends().reason, EndReason::LocalHangup);
    }
}

// ---- 6.1 and 6.2, once there is a key

#[test]
fn the_duration_counts_from_the_first_path_to_the_end() {
    let mut side = connecting();
    side.sleep(secs(7)).feed(Input::MediaConnected);
    assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Active, None));
    side.sleep(secs(60)).feed(Input::MediaLost);
    assert_eq!(side.shown(), CallState::Reconnecting);
    side.sleep(secs(5)).feed(Input::MediaConnected);
    assert_eq!(side.shown(), CallState::Active);
    side.sleep(Duration::from_millis(2_999)).feed(Input::HangUp(DiscardReason::Auto));
    assert!(matches!(side.effects[0], Effect::StopMedia));
    side.discards(DiscardReason::Hangup, 67);
    assert_eq!((side.ends().duration_s, side.ended().reason), (67, EndReason::LocalHangup));
}

#[test]
fn without_a_path_the_call_is_disconnected_after_20_seconds() {
    let mut side = connecting();
    side.expire(secs(20), "Ending").discards(DiscardReason::Disconnect, 0);
    assert!(matches!(side.effects[0], Effect::StopMedia));
    assert_eq!((side.ends().reason, side.ended().action), (EndReason::NoPath, Action::Retry));
}

#[test]
fn a_lost_path_is_looked_for_as_long_as_the_engine_needs() {
    let mut side = reconnecting();
    side.expire(secs(30), "Ending").discards(DiscardReason::Disconnect, 30);
    assert_eq!(side.ends().reason, EndReason::NoPath);
    let mut side = ringing_with(Rules { host_media: true, ..rules() });
    side.feed(accepted_news()).feed(confirmed(|_| ())).feed(Input::MediaConnected).feed(Input::MediaLost);
    side.expire(secs(20), "Ending").discards(DiscardReason::Disconnect, 20);
}

#[test]
fn an_engine_that_gives_up_ends_the_call() {
    for mut side in [connecting(), established(), reconnecting()] {
        side.feed(Input::MediaFailed("DTLS".into()));
        side.discards(DiscardReason::Disconnect, 0);
        let outcome = side.ends();
        assert_eq!((outcome.reason, &*outcome.text), (EndReason::NoPath, "DTLS"));
    }
    let mut side = connecting();
    side.feed(Input::MediaInsecure("fingerprint".into()));
    side.discards(DiscardReason::Hangup, 0);
    assert_eq!(side.ends().reason, EndReason::Insecure);
}

#[test]
fn signaling_goes_to_the_engine_and_from_it() {
    for mut side in [connecting(), established(), reconnecting()] {
        side.feed(Input::Signaling(vec![1]));
        assert!(matches!(&side.effects[..], [Effect::Signaling(packet)] if packet == &[1]));
        side.feed(Input::SignalingOut(vec![2]));
        assert_eq!(side.requests(), [&Request::SendSignalingData { packet: vec![2] }]);
    }
}

#[test]
fn signaling_before_the_key_waits_and_the_oldest_gives_way() {
    for mut side in [waiting(), ringing(), confirming(), incoming(), accepting(), waiting_key()] {
        for n in 0..70 {
            side.feed(Input::Signaling(vec![n]));
            assert!(side.effects.is_empty());
        }
        match side.state().as_str() {
            "Waiting" | "Ringing" => side.feed(accepted_news()).feed(confirmed(|_| ())),
            "Confirming" => side.feed(confirmed(|_| ())),
            "Incoming" => {
                side.feed(Input::Accept).feed(Input::Answered(answer())).feed(revealed(|_| ()))
            }
            _ => side.feed(revealed(|_| ())),
        };
        let packets: Vec<u8> = side
            .effects
            .iter()
            .filter_map(|effect| if let Effect::Signaling(packet) = effect { Some(packet[0]) } else { None })
            .collect();
        assert_eq!(packets, (6..70).collect::<Vec<u8>>());
        assert_eq!(side.call.facts().early_dropped, 6);
    }
}

#[test]
fn refused_signaling_ends_a_call_that_is_gone_and_one_that_cannot_repair_it() {
    let mut side = established();
    side.feed(refused(Method::SendSignalingData, "CALL_NOT_ACTIVE"));
    assert_eq!(side.ended().reason, EndReason::RemoteHangup);
    let mut side = established();
    side.feed(unanswered(Method::SendSignalingData));
    assert_eq!((side.shown(), side.effects.len()), (CallState::Active, 0), "the acknowledged dialects send it again");
    let mut side = ringing_with(Rules { versions: vec![Version::V7_0_0], ..rules() });
    side.feed(accepted_news());
    side.feed(confirmed(|news| news.link = Some(Link { versions: vec!["7.0.0".into()], ..Link::default() })));
    side.feed(unanswered(Method::SendSignalingData));
    side.discards(DiscardReason::Disconnect, 0);
}

#[test]
fn no_version_in_common_is_told_with_both_lists() {
    for mut side in [confirming(), waiting_key()] {
        let versions = vec!["2.4.4".to_owned(), "11.0.0".to_owned()];
        let link = Some(Link { versions, ..Link::default() });
        let news = if side.state() == "Confirming" {
            confirmed(|news| news.link = link)
        } else {
            revealed(|news| news.link = link)
        };
        side.feed(news);
        side.discards(DiscardReason::Disconnect, 0);
        let outcome = side.ends();
        assert_eq!((outcome.reason, outcome.action), (EndReason::Incompatible, Action::TellUser));
        assert!(outcome.text.contains("2.4.4, 11.0.0") && outcome.text.contains("9.0.0, 8.0.0, 13.0.0"));
    }
}

#[test]
fn decoded_news_wait_for_servers_and_version() {
    let mut side = keyed();
    assert!(matches!(side.effects[..], [Effect::Agreed(_)]));
    assert_eq!(side.shown(), CallState::Connecting);
    side.feed(Input::Signaling(vec![1]));
    assert!(side.effects.is_empty());
    side.sleep(secs(10)).feed(Input::Connect(Version::V13_0_0, Box::new(link())));
    assert!(matches!(&side.effects[..], [Effect::StartMedia, Effect::Signaling(_)]));
    assert_eq!(side.call.state().deadline(), Some(side.now + secs(20)), "nobody has looked for a path before");
    side.refuse(Input::Connect(Version::V13_0_0, Box::new(link())));
    assert_eq!(keyed().expire(secs(20), "Ending").ends().reason, EndReason::NoPath);
}

#[test]
fn a_hosts_engine_gets_signaling_as_soon_as_there_is_a_key() {
    let mut side = ringing_with(Rules { host_media: true, ..rules() });
    side.feed(Input::Signaling(vec![1])).feed(accepted_news()).feed(confirmed(|news| news.link = None));
    assert!(matches!(&side.effects[..], [Effect::Agreed(_), Effect::Signaling(_)]));
    side.feed(Input::Signaling(vec![2]));
    assert!(matches!(&side.effects[..], [Effect::Signaling(_)]));
    side.feed(Input::MediaConnected);
    assert_eq!(side.shown(), CallState::Active);
}

#[test]
fn attached_calls_never_ask_telegram() {
    let mut side = attached();
    assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Attached, None));
    side.feed(Input::Signaling(vec![1]));
    side.feed(Input::Connect(Version::V8_0_0, Box::new(link())));
    assert!(matches!(&side.effects[..], [Effect::StartMedia, Effect::Signaling(_)]));
    side.feed(Input::MediaConnected).feed(Input::SignalingOut(vec![3]));
    assert!(matches!(&side.effects[..], [Effect::SendSignaling(packet)] if packet == &[3]));
    side.sleep(secs(4)).feed(Input::HangUp(DiscardReason::Auto));
    assert!(side.requests().is_empty());
    assert_eq!((side.ended().reason, side.ended().duration_s), (EndReason::LocalHangup, 4));
    let mut side = attached();
    side.feed(Input::HangUp(DiscardReason::Auto));
    assert_eq!(side.ended().reason, EndReason::LocalHangup);
}

// ---- 6.2, the callee

#[test]
fn incoming_tells_telegram_that_it_rings_and_waits_for_the_user() {
    let side = incoming();
    assert_eq!(side.requests(), [&Request::ReceivedCall]);
    assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Ringing, Some(Time::ZERO + secs(90))));
}

#[test]
fn with_several_lines_telegram_is_not_told() {
    let rules = Rules { announce: false, ..rules() };
        let (_, effects) = Call::incoming(Time::ZERO, Arc::new(rules), PEER, CALLER, CALLEE, commitment());
    assert!(effects.is_empty());
}

#[test]
fn incoming_accept_draws_b_and_sends_g_b() {
    let mut side = incoming();
    side.sleep(secs(30)).feed(Input::Accept);
    assert!(matches!(side.effects[..], [Effect::Draw]));
    assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Confirming, Some(side.now + secs(20))));
    side.refuse(Input::Accept);
    side.sleep(secs(10)).feed(Input::Answered(answer()));
    assert_eq!(side.requests(), [&Request::AcceptCall { g_b: wire().g_b.clone() }]);
    assert_eq!(side.call.state().deadline(), Some(side.now + secs(20)), "restarted when acceptCall is sent");
}

#[test]
fn incoming_decline_is_busy() {
    let mut side = incoming();
    side.feed(Input::HangUp(DiscardReason::Auto));
    side.discards(DiscardReason::Busy, 0);
    assert_eq!(side.ends().reason, EndReason::Declined);
}

#[test]
fn incoming_ring_timer_is_missed() {
    let mut side = incoming();
    side.expire(secs(90), "Ending").discards(DiscardReason::Missed, 0);
    assert_eq!(side.ends().reason, EndReason::Missed);
}

#[test]
fn incoming_discarded_says_whether_another_device_took_it() {
    for (reason, end) in [
        (Reason::Absent, EndReason::Elsewhere),
        (Reason::Busy, EndReason::Elsewhere),
        (Reason::Missed, EndReason::Missed),
        (Reason::Hangup, EndReason::RemoteHangup),
        (Reason::Disconnect, EndReason::Disconnected),
    ] {
        for mut side in [incoming(), fetching(), accepting()] {
            side.feed(discarded(reason.clone()));
            let outcome = side.ended();
            assert_eq!(outcome.reason, end, "{reason:?}");
            assert!(outcome.wants_rating && outcome.wants_report);
        }
    }
}

#[test]
fn waiting_key_discarded_is_the_caller() {
    for (reason, end) in [
        (Reason::Absent, EndReason::RemoteHangup),
        (Reason::Busy, EndReason::RemoteHangup),
        (Reason::Missed, EndReason::Missed),
        (Reason::Hangup, EndReason::RemoteHangup),
        (Reason::Disconnect, EndReason::Disconnected),
    ] {
        let mut side = waiting_key();
        side.feed(discarded(reason));
        assert_eq!(side.ended().reason, end);
    }
}

#[test]
fn incoming_repeated_request_is_ignored() {
    let mut side = incoming();
    side.sleep(secs(10));
    let requested = Requested {
        peer: PEER,
        admin: CALLER,
        participant: Some(CALLEE),
        date_s: 0,
        is_video: false,
        g_a_hash: vec![0; 32],
    };
    side.feed(Input::Told(News::Requested(requested)));
    assert_eq!((side.effects.len(), side.call.state().deadline()), (0, Some(Time::ZERO + secs(90))));
}

#[test]
fn received_call_errors() {
    for name in ["CALL_ALREADY_DECLINED", "CALL_PEER_INVALID", "CALL_ALREADY_ACCEPTED"] {
        let mut side = incoming();
        side.feed(refused(Method::ReceivedCall, name));
        assert!(side.requests().is_empty());
        side.ended();
    }
    let mut side = incoming();
    side.feed(refused(Method::ReceivedCall, "SOMETHING_NEW"));
    side.discards(DiscardReason::Disconnect, 0);
    let mut side = incoming();
    side.feed(unanswered(Method::ReceivedCall));
    assert_eq!(side.requests(), [&Request::ReceivedCall]);
    side.feed(unanswered(Method::ReceivedCall));
    assert_eq!((side.shown(), side.effects.len()), (CallState::Ringing, 0), "the user can still answer");
    let mut side = accepting();
    side.feed(refused(Method::ReceivedCall, "CALL_PEER_INVALID"));
    assert_eq!(side.state(), "Accepting", "acceptCall decides");
}

#[test]
fn accepting_goes_on_with_whatever_the_result_is() {
    assert_eq!(waiting_key().state(), "WaitingKey");
    for news in [waiting_news(true), accepted_news()] {
        let mut side = accepting();
        side.feed(news);
        assert_eq!((side.state(), side.effects.len()), ("WaitingKey".into(), 0));
    }
}

#[test]
fn phone_call_may_come_before_the_result_of_accept_call() {
    let mut side = accepting();
    side.feed(revealed(|_| ()));
    assert_eq!(side.shown(), CallState::Connecting);
    side.feed(Input::Done(Method::AcceptCall));
    assert_eq!(side.shown(), CallState::Connecting);
}

#[test]
fn accepting_errors() {
    for (name, reason) in [
        ("CALL_ALREADY_ACCEPTED", EndReason::Elsewhere),
        ("CALL_ALREADY_DECLINED", EndReason::RemoteHangup),
        ("CALL_PEER_INVALID", EndReason::RemoteHangup),
    ] {
        let mut side = accepting();
        side.feed(refused(Method::AcceptCall, name));
        assert!(side.requests().is_empty());
        assert_eq!(side.ended().reason, reason, "{name}");
    }
    for (name, sent, reason) in [
        ("CALL_OCCUPY_FAILED", DiscardReason::Busy, EndReason::Declined),
        ("CALL_PROTOCOL_COMPAT_LAYER_INVALID", DiscardReason::Disconnect, EndReason::Incompatible),
        ("CALL_PROTOCOL_FLAGS_INVALID", DiscardReason::Disconnect, EndReason::Server),
        ("FLOOD_WAIT_9", DiscardReason::Disconnect, EndReason::Flood),
        ("SOMETHING_NEW", DiscardReason::Disconnect, EndReason::Server),
    ] {
        let mut side = accepting();
        side.feed(refused(Method::AcceptCall, name));
        side.discards(sent, 0);
        assert_eq!(side.ends().reason, reason, "{name}");
    }
}

#[test]
fn accepting_without_an_answer_is_repeated_once_and_already_accepted_is_then_us() {
    let mut side = accepting();
    side.feed(unanswered(Method::AcceptCall));
    assert!(matches!(side.requests()[..], [Request::AcceptCall { .. }]));
    side.feed(refused(Method::AcceptCall, "CALL_ALREADY_ACCEPTED"));
    assert_eq!(side.state(), "WaitingKey");
    let mut side = accepting();
    side.feed(unanswered(Method::AcceptCall)).feed(unanswered(Method::AcceptCall));
    assert_eq!((side.state(), side.effects.len()), ("Accepting".into(), 0));
    side.feed(revealed(|_| ()));
    assert_eq!(side.shown(), CallState::Connecting);
}

#[test]
fn accepting_hang_up_waits_for_the_result_and_discards_then() {
    let mut side = aborting_accept();
    assert_eq!((side.effects.len(), side.shown()), (0, CallState::Ending));
    side.sleep(secs(2)).feed(Input::Done(Method::AcceptCall));
    side.discards(DiscardReason::Hangup, 0);
    assert_eq!(side.call.state().deadline(), Some(Time::ZERO + secs(5)));
    assert_eq!(side.ends().reason, EndReason::LocalHangup);
    // phoneCall says as much as the result.
    let mut side = aborting_accept();
    side.feed(revealed(|_| ()));
    side.discards(DiscardReason::Hangup, 0);
    // Nobody says anything: told all the same.
    let mut side = aborting_accept();
    side.sleep(secs(5));
    assert_eq!(side.requests(), [&Request::DiscardCall { reason: DiscardReason::Hangup, duration_s: 0 }]);
    assert_eq!(side.ended().reason, EndReason::LocalHangup);
    // There is nothing to discard.
    for name in ["CALL_ALREADY_ACCEPTED", "CALL_ALREADY_DECLINED", "CALL_PEER_INVALID"] {
        let mut side = aborting_accept();
        side.feed(refused(Method::AcceptCall, name));
        assert!(side.requests().is_empty());
        assert_eq!(side.ended().reason, EndReason::LocalHangup);
    }
    let mut side = aborting_accept();
    side.feed(refused(Method::AcceptCall, "FLOOD_WAIT_3"));
    side.discards(DiscardReason::Hangup, 0);
}

#[test]
fn the_callee_refuses_a_g_a_that_was_not_promised_and_a_key_that_differs() {
    let flips: [fn(&mut Confirmed); 4] = [
        |news| news.g_a_or_b[0] ^= 1,
        |news| news.g_a_or_b.insert(0, 0),
        |news| news.g_a_or_b.clear(),
        |news| news.key_fingerprint ^= 1 << 63,
    ];
    for flip in flips {
        for mut side in [accepting(), waiting_key()] {
            side.feed(revealed(flip));
            side.discards(DiscardReason::Hangup, 0);
            assert_eq!(side.ends().reason, EndReason::Insecure);
        }
    }
}

#[test]
fn the_key_exchange_is_limited_on_the_callees_side() {
    for mut side in [fetching(), accepting(), waiting_key()] {
        side.expire(secs(20), "Ending").discards(DiscardReason::Disconnect, 0);
        assert_eq!(side.ends().reason, EndReason::Timeout);
    }
}

#[test]
fn the_callee_refuses_an_unsafe_group_and_asks_twice_for_it() {
    let mut side = fetching();
    side.feed(Input::Unfit("no".into()));
    side.discards(DiscardReason::Hangup, 0);
    assert_eq!(side.ends().reason, EndReason::Insecure);
    let mut side = fetching();
    side.feed(unanswered(Method::GetDhConfig));
    assert!(matches!(side.effects[..], [Effect::Draw]));
    side.feed(unanswered(Method::GetDhConfig));
    side.discards(DiscardReason::Disconnect, 0);
}

#[test]
fn both_sides_reach_the_same_key() {
    let caller = connecting();
    let mut callee = waiting_key();
    callee.feed(revealed(|_| ()));
    let (Some(ours), Some(theirs)) = (caller.call.talk(), callee.call.talk()) else { panic!("no key") };
    assert_eq!(ours.key, theirs.key);
}

// ---- The end

#[test]
fn ending_closes_after_five_seconds_whatever_telegram_says() {
    assert_eq!(ending().expire(secs(5), "Ended").ended().reason, EndReason::LocalHangup);
    for name in ["CALL_ALREADY_ACCEPTED", "CALL_PEER_INVALID", "CALL_OCCUPY_FAILED", "SOMETHING_NEW", "FLOOD_WAIT_5"] {
        let mut side = ending();
        side.feed(refused(Method::DiscardCall, name));
        assert_eq!(side.ended().reason, EndReason::LocalHangup, "{name}");
    }
}

#[test]
fn ending_without_an_answer_is_told_once_more() {
    let mut side = ending();
    side.feed(unanswered(Method::DiscardCall));
    side.discards(DiscardReason::Missed, 0);
    side.feed(unanswered(Method::DiscardCall));
    assert_eq!(side.ended().reason, EndReason::LocalHangup);
}

#[test]
fn discarded_while_the_discard_is_in_flight_finishes_and_keeps_our_reason() {
    let mut side = ending();
    side.feed(discarded(Reason::Busy));
    let outcome = side.ended();
    assert_eq!((outcome.reason, outcome.wants_rating, outcome.wants_report), (EndReason::LocalHangup, true, true));
    side.feed(refused(Method::DiscardCall, "CALL_PEER_INVALID"));
    assert!(side.effects.is_empty());
}

#[test]
fn a_received_reason_is_shown_to_the_caller_as_section_7_says() {
    for (reason, end) in [
        (Reason::Busy, EndReason::Busy),
        (Reason::Missed, EndReason::Missed),
        (Reason::Hangup, EndReason::RemoteHangup),
        (Reason::Disconnect, EndReason::Disconnected),
        (Reason::Absent, EndReason::RemoteHangup),
    ] {
        for mut side in [requesting(), waiting(), ringing(), accepted(), confirming()] {
            side.feed(discarded(reason.clone()));
            assert_eq!(side.ended().reason, end, "{reason:?}");
        }
    }
}

#[test]
fn a_talk_that_is_discarded_stops_the_engine_and_counts_its_seconds() {
    for mut side in [connecting(), established(), reconnecting()] {
        let talked = if side.state() == "Connecting" { 0 } else { 9 };
        side.now += secs(9);
        side.feed(discarded(Reason::Hangup));
        assert!(matches!(side.effects[0], Effect::StopMedia));
        assert_eq!((side.ended().reason, side.ended().duration_s), (EndReason::RemoteHangup, talked));
    }
    let mut side = established();
    side.feed(discarded(Reason::Migrate { slug: "abc".into() }));
    assert_eq!((side.ended().reason, side.ended().slug), (EndReason::Migrated, "abc".to_owned()));
}

#[test]
fn phone_call_empty_ends_every_call() {
    for mut side in every_state() {
        let state = side.state();
        if state == "Ended" {
            continue;
        }
        side.feed(Input::Told(News::Empty));
        let closing = state == "Ending" || state == "Aborting";
        let reason = if closing { EndReason::LocalHangup } else { EndReason::Server };
        assert_eq!(side.ended().reason, reason, "{state}");
    }
}

#[test]
fn phone_call_discarded_ends_every_call() {
    for mut side in every_state() {
        if side.state() != "Ended" {
            side.feed(discarded(Reason::Hangup)).ended();
        }
    }
}

// ---- Every pair of state and input

fn host_inputs() -> Vec<Input> {
    vec![
        Input::Accept,
        Input::Confirm,
        Input::HangUp(DiscardReason::Auto),
        Input::Connect(Version::V9_0_0, Box::new(link())),
        Input::MediaConnected,
        Input::MediaLost,
        Input::MediaFailed("why".into()),
        Input::MediaInsecure("why".into()),
        Input::SignalingOut(vec![1]),
    ]
}

fn telegrams_inputs() -> Vec<Input> {
    let requested = Requested {
        peer: PEER,
        admin: CALLER,
        participant: Some(CALLEE),
        date_s: 0,
        is_video: false,
        g_a_hash: vec![0; 32],
    };
    let mut inputs = vec![
        Input::Offered(offer(), [1, 2]),
        Input::Answered(answer()),
        Input::Unfit("why".into()),
        Input::Told(News::Empty),
        waiting_news(false),
        waiting_news(true),
        Input::Told(News::Requested(requested)),
        accepted_news(),
        confirmed(|_| ()),
        revealed(|_| ()),
        discarded(Reason::Absent),
        Input::Signaling(vec![1]),
        Input::Timeout,
    ];
    for method in Method::ALL {
        inputs.push(Input::Done(method));
        for name in [
            "CALL_ALREADY_ACCEPTED",
            "CALL_ALREADY_DECLINED",
            "CALL_OCCUPY_FAILED",
            "CALL_PEER_INVALID",
            "RANDOM_ID_DUPLICATE",
            "FLOOD_WAIT_1",
            "USER_IS_BLOCKED",
            "SOMETHING_NEW",
        ] {
            inputs.push(refused(method, name));
        }
        inputs.push(unanswered(method));
    }
    inputs
}

#[test]
fn telegram_and_the_clock_are_never_wrong() {
    for way in WAYS {
        for input in telegrams_inputs() {
            let mut side = way();
            let (before, text) = (side.state(), input.to_string());
            let effects = side.call.step(side.now, input);
            let effects = effects.unwrap_or_else(|WrongState| panic!("{before} refuses {text}"));
            let is_over = matches!(effects.last(), Some(Effect::End(_)));
            assert_eq!(is_over, side.state() == "Ended" && before != "Ended", "{before}: {text}");
            if before == "Ended" {
                assert!(effects.is_empty(), "{text}");
            }
        }
    }
}

#[test]
fn what_the_host_may_do_is_exactly_this() {
    let allowed = |state: &str| -> &[usize] {
        match state {
            "Preparing" | "Requesting" | "Waiting" | "Ringing" | "Confirming" => &[2],
            "Accepted" => &[1, 2],
            "Incoming" => &[0, 2],
            "Fetching" | "Accepting" | "WaitingKey" => &[2],
            "Attached" => &[2, 3],
            "Keyed" => &[2, 3, 4, 5, 6, 7, 8],
            "Connecting" | "Established" | "Reconnecting" => &[2, 4, 5, 6, 7, 8],
            "Aborting" | "Ending" | "Ended" => &[],
            other => panic!("{other}"),
        }
    };
    for way in WAYS {
        for (number, input) in host_inputs().into_iter().enumerate() {
            let mut side = way();
            let state = side.state();
            if allowed(&state).contains(&number) {
                side.feed(input);
            } else {
                side.refuse(input);
            }
        }
    }
}

#[test]
fn stale_objects_move_nothing() {
    for mut side in [connecting(), established(), reconnecting(), ending(), over(), confirming()] {
        for news in [waiting_news(false), waiting_news(true), accepted_news()] {
            let before = side.state();
            side.feed(news);
            assert_eq!((side.state(), side.effects.len()), (before, 0));
        }
    }
    for mut side in [incoming(), waiting(), ringing(), accepted()] {
        let before = side.state();
        side.feed(confirmed(|_| ()));
        assert_eq!((side.state(), side.effects.len()), (before, 0));
    }
}

#[test]
fn silence_leads_every_call_to_its_end() {
    for mut side in every_state() {
        let mut rounds = 0;
        while let Some(deadline) = side.call.state().deadline() {
            side.now = deadline;
            side.feed(Input::Timeout);
            rounds += 1;
            assert!(rounds < 4, "{} does not end", side.state());
        }
        let state = side.state();
        assert!(["Ended", "Established", "Attached"].contains(&state.as_str()), "{state}");
    }
}

#[test]
fn causes_are_read_as_the_tables_need_them() {
    assert_eq!(Refusal::new(Method::AcceptCall, 400, "CALL_OCCUPY_FAILED").cause, Cause::Occupied);
    assert_eq!(Refusal::new(Method::AcceptCall, 500, "CALL_OCCUPY_FAILED").cause, Cause::Occupied);
}
