//! How calls end.

use super::*;

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
