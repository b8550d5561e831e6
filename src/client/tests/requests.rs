//! Requests in flight: answered late, twice, with an error, or never.

use super::*;

#[test]
fn a_call_that_ended_before_its_answer_does_not_ring_on() {
    let mut alice = alice();
    let (call, request) = alice.requesting();
    alice.client.discard(alice.now, call, DiscardReason::Auto).unwrap();
    alice.sleep(Duration::from_secs(5));
    assert_eq!(alice.end().reason, EndReason::LocalHangup);
    assert_eq!(alice.client.next_timeout(), None);
    alice.answer(&request, &bytes(&result(&waiting(ALICES, None))));
    let asked = alice.asked();
    let discard: functions::PhoneDiscardCall<'_> = asked.read();
    assert_eq!((asked.call, discard.peer), (CallId(0), ALICES));
    assert_eq!(discard.reason, enums::PhoneCallDiscardReason::Missed);
    alice.answer(&asked, &container(&[update(&discarded(false))]));
    assert!(alice.events().is_empty());
    assert_eq!(alice.client.requests_in_flight(), 0);
}

#[test]
fn a_request_is_answered_once() {
    let mut alice = alice();
    let (_, request) = alice.requesting();
    alice.answer(&request, &bytes(&result(&waiting(ALICES, None))));
    let again = alice.client.handle_answer(alice.now, request.id, &[]).unwrap_err();
    let error = alice.client.handle_error(alice.now, request.id, 400, "X").unwrap_err();
    for error in [again, error] {
        assert_eq!(error.kind(), crate::error::ErrorKind::NotFound);
    }
}

#[test]
fn requests_of_a_call_are_forgotten_with_it() {
    let mut bob = bob();
    let (_, received) = bob.rung(CALL);
    bob.update(&bytes(&update(&discarded(false))));
    let late = bob.client.handle_answer(bob.now, received.id, &bytes(&true)).unwrap_err();
    assert_eq!(late.kind(), crate::error::ErrorKind::NotFound);
}

#[test]
fn signaling_reaches_the_other_sides_engine_unchanged() {
    let (mut alice, ours, mut bob, theirs) = connected();
    alice.events();
    bob.events();
    alice.client.send_signaling(alice.now, ours, b"offer").unwrap();
    let asked = alice.asked();
    let sent: functions::PhoneSendSignalingData<'_> = asked.read();
    assert_eq!((sent.peer, sent.data), (ALICES, &b"offer"[..]));
    let packet = types::UpdatePhoneCallSignalingData { phone_call_id: CALL, data: sent.data };
    bob.update(&bytes(&enums::Update::PhoneCallSignalingData(packet)));
    let event = bob.events().pop().unwrap();
    assert_eq!((event.call, event.kind), (theirs, EventKind::SignalingReceived { bytes: b"offer".to_vec() }));
    alice.answer(&asked, &bytes(&true));
    assert_eq!(alice.client.requests_in_flight(), 0);
}

#[test]
fn a_flood_wait_pauses_signaling_and_keeps_its_order() {
    let (mut alice, call, _, _) = connected();
    alice.events();
    for n in 1..=2 {
        alice.client.send_signaling(alice.now, call, &[n]).unwrap();
    }
    for asked in alice.all_asked() {
        alice.client.handle_error(alice.now, asked.id, 420, "FLOOD_WAIT_3").unwrap();
    }
    alice.client.send_signaling(alice.now, call, &[3]).unwrap();
    assert!(alice.events().is_empty());
    alice.sleep(Duration::from_secs(3));
    let packets: Vec<Vec<u8>> = alice
        .all_asked()
        .iter()
        .map(|asked| asked.read::<functions::PhoneSendSignalingData<'_>>().data.to_vec())
        .collect();
    assert_eq!(packets, [[1], [2], [3]]);
}

#[test]
fn signaling_without_an_answer_is_sent_once_more() {
    let (mut alice, call, _, _) = connected();
    alice.events();
    alice.client.send_signaling(alice.now, call, &[1]).unwrap();
    let first = alice.asked();
    alice.client.handle_error(alice.now, first.id, 0, "").unwrap();
    let second = alice.asked();
    assert_eq!(first.bytes, second.bytes);
    alice.client.handle_error(alice.now, second.id, -503, "Timeout").unwrap();
    assert!(alice.events().is_empty(), "the dialect of 9.0.0 repairs it");
    assert_eq!(alice.client.state(call).unwrap(), CallState::Connecting);
}

#[test]
fn a_host_that_answers_no_signaling_does_not_fill_the_memory() {
    let (mut alice, call, _, _) = connected();
    alice.events();
    for n in 0..1000u32 {
        alice.client.send_signaling(alice.now, call, &n.to_le_bytes()).unwrap();
    }
    assert_eq!(alice.client.requests_in_flight(), 256);
    let asked = alice.all_asked();
    assert_eq!(asked.len(), 1000, "every packet was sent");
    // What is forgotten is unknown, and what is not is sent once more.
    let forgotten = alice.client.handle_error(alice.now, asked[0].id, 0, "");
    assert_eq!(forgotten.unwrap_err().kind(), crate::error::ErrorKind::NotFound);
    alice.client.handle_error(alice.now, asked[999].id, 0, "").unwrap();
    assert_eq!(alice.asked().bytes, asked[999].bytes);
    let report = alice.client.report(call, ReportFormat::Json, false).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["signaling_dropped"], 744);
}

#[test]
fn rating_debug_and_log_follow_the_end() {
    let (mut alice, call, _, _) = connected();
    alice.client.set_connected(alice.now, call, true).unwrap();
    alice.sleep(Duration::from_millis(3_700));
    alice.events();
    alice.client.discard(alice.now, call, DiscardReason::Auto).unwrap();
    let asked = alice.asked();
    let sent: functions::PhoneDiscardCall<'_> = asked.read();
    assert_eq!((sent.duration, sent.reason), (3, enums::PhoneCallDiscardReason::Hangup));
    alice.answer(&asked, &container(&[update(&discarded(true))]));
    let end = alice.end();
    assert_eq!((end.reason, end.duration_s), (EndReason::LocalHangup, 3));
    assert!(end.wants_rating && end.wants_report);
    assert_eq!(alice.client.secrets(), 0);
    assert_eq!(alice.client.key(call).unwrap_err().kind(), crate::error::ErrorKind::State);
    assert!(alice.client.emoji(call).is_ok(), "no secret, and still of interest");

    assert_eq!(alice.client.rate(alice.now, call, 0, "").unwrap_err().kind(), crate::error::ErrorKind::Argument);
    assert_eq!(alice.client.rate(alice.now, call, 6, "").unwrap_err().kind(), crate::error::ErrorKind::Argument);
    alice.client.rate(alice.now, call, 4, "crackles #noise").unwrap();
    let asked = alice.asked();
    let rating: functions::PhoneSetCallRating<'_> = asked.read();
    assert_eq!((rating.peer, rating.rating, rating.comment), (ALICES, 4, &b"crackles #noise"[..]));
    assert!(!rating.user_initiative);
    alice.client.handle_error(alice.now, asked.id, 400, "CALL_PEER_INVALID").unwrap();

    alice.client.send_report(alice.now, call).unwrap();
    let asked = alice.asked();
    let debug: functions::PhoneSaveCallDebug<'_> = asked.read();
    let json: serde_json::Value = serde_json::from_slice(debug.debug.data).unwrap();
    assert_eq!(json["version"], "9.0.0");
    alice.answer(&asked, &bytes(&false));
    let asked = alice.asked();
    let part: functions::UploadSaveFilePart<'_> = asked.read();
    assert!(part.file_part == 0 && !part.bytes.is_empty());
    alice.answer(&asked, &bytes(&true));
    let asked = alice.asked();
    let log: functions::PhoneSaveCallLog<'_> = asked.read();
    let enums::InputFile::InputFile(file) = log.file else { panic!("{log:?}") };
    assert_eq!((log.peer, file.id, file.parts), (ALICES, part.file_id, 1));
    alice.answer(&asked, &bytes(&true));
    assert!(alice.events().is_empty());
    assert_eq!(alice.client.requests_in_flight(), 0);
}

#[test]
fn debug_that_is_welcome_is_all() {
    let (mut alice, call, _, _) = connected();
    alice.update(&bytes(&update(&discarded(true))));
    alice.events();
    alice.client.send_report(alice.now, call).unwrap();
    let asked = alice.asked();
    alice.answer(&asked, &bytes(&true));
    assert!(alice.events().is_empty());
}

#[test]
fn a_call_that_was_never_answered_is_not_rated() {
    let mut bob = bob();
    let (call, _) = bob.rung(CALL);
    bob.update(&bytes(&update(&discarded(true))));
    bob.events();
    assert_eq!(bob.client.rate(bob.now, call, 5, "").unwrap_err().kind(), crate::error::ErrorKind::State);
}

#[test]
fn the_last_ten_ended_calls_are_kept() {
    let mut bob = bob();
    let mut calls = vec![];
    for id in 1..=12 {
        let (call, _) = bob.rung(id);
        bob.client.handle_discarded(bob.now, call, DiscardReason::Missed, false, false).unwrap();
        bob.events();
        calls.push(call);
    }
    let known = calls.iter().map(|call| bob.client.state(*call).is_ok()).collect::<Vec<_>>();
    assert_eq!(known, [vec![false; 2], vec![true; 10]].concat());
    assert_eq!(bob.client.state(calls[11]).unwrap(), CallState::Ended);
    assert_eq!(
        bob.client.discard(bob.now, calls[11], DiscardReason::Auto).unwrap_err().kind(),
        crate::error::ErrorKind::State
    );
}
