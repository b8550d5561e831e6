//! The caller's side: the table of section 6.1 row by row.

use super::*;

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
