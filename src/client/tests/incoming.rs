//! Who may ring here, and who is turned away.

use super::*;

#[test]
fn a_second_call_is_answered_busy_and_not_shown() {
    let mut bob = bob();
    bob.rung(CALL);
    bob.update(&bytes(&update(&requested(78, &[7; 32]))));
    let events = bob.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].call, CallId(0));
    let EventKind::Invoke { request, bytes: busy, .. } = &events[0].kind else { panic!("{events:?}") };
    let discard: functions::PhoneDiscardCall<'_> = crate::tl::decode(busy).unwrap();
    assert_eq!((discard.peer.id, discard.reason), (78, enums::PhoneCallDiscardReason::Busy));
    bob.client.handle_error(bob.now, *request, 400, "CALL_PEER_INVALID").unwrap();
    assert!(bob.events().is_empty());
    assert_eq!(bob.client.stat(Stat::Calls), Some(1));
    // Replayed, it is still no call.
    bob.update(&bytes(&update(&requested(78, &[7; 32]))));
    assert!(bob.events().is_empty());
}

#[test]
fn with_several_lines_calls_ring_side_by_side_and_telegram_is_not_told() {
    let mut config = config(BOB);
    config.set_max_calls(2).unwrap();
    let mut bob = host(config);
    for id in [1, 2] {
        bob.update(&bytes(&update(&requested(id, &[7; 32]))));
        assert!(bob.all_asked().is_empty());
    }
    bob.update(&bytes(&update(&requested(3, &[7; 32]))));
    assert_eq!(bob.asked().method, "phone.discardCall");
    let limit = bob.client.request(bob.now, UserId(9), 0, false).unwrap_err();
    assert_eq!(limit.kind(), crate::error::ErrorKind::Limit);
}

#[test]
fn glare_is_answered_busy() {
    let mut alice = alice();
    let (_, request) = alice.requesting();
    alice.answer(&request, &bytes(&result(&waiting(ALICES, None))));
    let mut object = requested(500, &[7; 32]);
    if let enums::PhoneCall::Requested(call) = &mut object {
        (call.admin_id, call.participant_id) = (BOB, ALICE);
    }
    alice.update(&bytes(&update(&object)));
    let asked = alice.asked();
    assert_eq!(asked.read::<functions::PhoneDiscardCall<'_>>().reason, enums::PhoneCallDiscardReason::Busy);
}

#[test]
fn a_call_from_oneself_is_busy_and_one_for_another_account_is_ignored() {
    let mut alice = alice();
    let mut object = requested(500, &[7; 32]);
    alice.update(&bytes(&update(&object)));
    assert!(alice.events().is_empty(), "for Bob");
    assert_eq!(alice.dropped(), 1);
    if let enums::PhoneCall::Requested(call) = &mut object {
        call.participant_id = ALICE;
    }
    alice.update(&bytes(&update(&object)));
    assert_eq!(alice.asked().read::<functions::PhoneDiscardCall<'_>>().reason, enums::PhoneCallDiscardReason::Busy);
}

#[test]
fn a_g_a_hash_of_another_size_fails_the_call() {
    for size in [0, 31, 33] {
        let mut bob = bob();
        bob.update(&bytes(&update(&requested(CALL, &vec![7; size]))));
        let asked = bob.asked();
        let discard: functions::PhoneDiscardCall<'_> = asked.read();
        assert_eq!(discard.reason, enums::PhoneCallDiscardReason::Disconnect);
        assert_eq!(asked.call, CallId(0));
    }
}

#[test]
fn who_we_are_is_learnt_from_the_first_call() {
    let mut bob = host({
        let mut config = Config::new();
        config.set_media(Media::Host);
        config
    });
    bob.rung(CALL);
    assert_eq!(bob.client.me, UserId(BOB));
    let mut alice = host({
        let mut config = Config::new();
        config.set_media(Media::Host);
        config
    });
    let (_, request) = alice.requesting();
    alice.answer(&request, &bytes(&result(&waiting(ALICES, None))));
    assert_eq!(alice.client.me, UserId(ALICE));
}

#[test]
fn an_old_request_is_ignored_once_telegrams_clock_is_known() {
    for (server_now, rings) in [(DATE + 90, true), (DATE + 91, false), (DATE - 1000, true), (DATE + 3600, false)] {
        let mut bob = bob();
        bob.client.set_server_time(bob.now, i64::from(server_now)).unwrap();
        bob.update(&bytes(&update(&requested(CALL, &[7; 32]))));
        assert_eq!(!bob.events().is_empty(), rings, "{server_now}");
    }
    let mut bob = bob();
    bob.client.set_server_time(bob.now, i64::from(DATE)).unwrap();
    bob.sleep(Duration::from_secs(91));
    bob.update(&bytes(&update(&requested(CALL, &[7; 32]))));
    assert!(bob.events().is_empty(), "the clock goes on");
}

#[test]
fn a_finished_call_is_not_rung_again() {
    let mut bob = bob();
    bob.rung(CALL);
    bob.update(&bytes(&update(&discarded(false))));
    assert_eq!(bob.end().reason, EndReason::RemoteHangup);
    assert_eq!(bob.update(&bytes(&update(&requested(CALL, &[7; 32])))), Handled::Done);
    assert_eq!(bob.update(&bytes(&update(&discarded(false)))), Handled::Done);
    assert!(bob.events().is_empty());
    assert_eq!(bob.dropped(), 0);
}

#[test]
fn ten_thousand_calls_ring_in_little_memory_and_no_time() {
    let mut config = config(BOB);
    config.set_max_calls(20_000).unwrap();
    let mut bob = host(config);
    for id in 1..=10_000 {
        bob.now += Duration::from_millis(1);
        bob.update(&bytes(&update(&requested(id, &[7; 32]))));
    }
    assert_eq!(bob.client.stat(Stat::Calls), Some(10_000));
    bob.events();
    let size = size_of::<entry::Entry>() + size_of::<private::Private>();
    assert!(size <= 1024, "{size} bytes");
    bob.sleep(Duration::from_secs(200));
    assert_eq!(bob.all_asked().len(), 10_000, "each is discarded as missed");
    bob.sleep(Duration::from_secs(5));
    assert_eq!(bob.client.next_timeout(), None);
    assert_eq!(bob.client.requests_in_flight(), 0);
}
