//! The callee's side: the table of section 6.2 row by row.

use super::*;

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
