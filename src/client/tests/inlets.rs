//! What Telegram says, in every shape, in any order, readable or not.

use super::*;

#[test]
fn padding_behind_an_answer_or_update_changes_nothing() {
    let padded = |bytes: Vec<u8>, size: usize| [bytes, vec![0xa5; size]].concat();
    for size in [12, 13, 500, 1024] {
        let mut alice = alice();
        let call = alice.client.request(alice.now, UserId(BOB), 33, false).unwrap();
        let asked = alice.asked();
        assert_eq!(alice.answer(&asked, &padded(bytes(&dh_config(&prime())), size)), Handled::Done);
        let asked = alice.asked();
        assert_eq!(alice.answer(&asked, &padded(bytes(&result(&waiting(ALICES, None))), size)), Handled::Done);
        // The four shapes of an update, and then a Bool that is false behind all its padding.
        assert_eq!(alice.update(&padded(container(&[update(&waiting(ALICES, None))]), size)), Handled::Done);
        assert_eq!(alice.update(&padded(bytes(&update(&waiting(ALICES, None))), size)), Handled::Done);
        assert_eq!(alice.update(&padded(bytes(&result(&waiting(ALICES, None))), size)), Handled::Done);
        assert_eq!(alice.update(&padded(bytes(&waiting(ALICES, Some(DATE))), size)), Handled::Done);
        assert_eq!(alice.client.state(call).unwrap(), CallState::Ringing);
        let mut bob = bob();
        bob.update(&padded(bytes(&update(&requested(CALL, &[1; 32]))), size));
        let received = bob.asked();
        assert_eq!(bob.answer(&received, &padded(bytes(&false), size)), Handled::Done);
        assert!(
            bob.events().iter().any(|event| matches!(event.kind, EventKind::CallEnded { .. })),
            "boolFalse is read"
        );
        assert_eq!((alice.dropped(), bob.dropped()), (0, 0), "{size} bytes");
    }
}

#[test]
fn updates_before_the_answer_are_played_back() {
    let mut alice = alice();
    let (call, request) = alice.requesting();
    assert_eq!(alice.update(&bytes(&update(&waiting(ALICES, Some(DATE))))), Handled::Done);
    alice.update(&bytes(&update(&enums::PhoneCall::Empty(types::PhoneCallEmpty { id: 999 }))));
    assert_eq!(alice.client.state(call).unwrap(), CallState::Requesting);
    alice.answer(&request, &bytes(&result(&waiting(ALICES, None))));
    assert_eq!(alice.client.state(call).unwrap(), CallState::Ringing);
    assert_eq!(alice.dropped(), 1, "what was kept for the other id");
}

#[test]
fn a_call_discarded_before_its_answer_ends_with_it() {
    let mut alice = alice();
    let (_, request) = alice.requesting();
    alice.update(&container(&[update(&discarded(false))]));
    alice.answer(&request, &bytes(&result(&waiting(ALICES, None))));
    assert_eq!(alice.end().reason, EndReason::RemoteHangup);
}

#[test]
fn news_of_unknown_calls_are_dropped_and_counted() {
    let mut alice = alice();
    for object in [waiting(ALICES, None), discarded(false), accepted(&[1]), final_call(1, &[1], 0)] {
        assert!(matches!(alice.update(&bytes(&update(&object))), Handled::Empty(_)));
    }
    let packet = types::UpdatePhoneCallSignalingData { phone_call_id: 3, data: &[1] };
    assert!(matches!(alice.update(&bytes(&enums::Update::PhoneCallSignalingData(packet))), Handled::Empty(_)));
    assert_eq!(alice.dropped(), 5);
    assert!(alice.events().is_empty());
}

#[test]
fn garbage_is_dropped_and_counted_in_every_inlet() {
    let mut alice = alice();
    let good = container(&[update(&requested(CALL, &[7; 32]))]);
    for garbage in [&[][..], &[1], &[0xff; 8], &good[..good.len() - 4], &[good.as_slice(), &[0; 4]].concat()] {
        assert!(matches!(alice.update(garbage), Handled::Empty(_)), "{garbage:?}");
    }
    assert_eq!(alice.dropped(), 5);
    let (_, request) = alice.requesting();
    assert!(matches!(alice.answer(&request, &[1, 2, 3]), Handled::Empty(_)));
    let end = alice.end();
    assert_eq!((end.reason, end.action), (EndReason::Server, Action::Retry));
    assert_eq!(alice.client.requests_in_flight(), 0);
}

#[test]
fn an_unreadable_answer_to_accept_and_confirm_leaves_the_call_alive() {
    let mut bob = bob();
    let (call, _) = bob.rung(CALL);
    bob.client.accept(bob.now, call).unwrap();
    let asked = bob.asked();
    bob.answer(&asked, &bytes(&dh_config(&prime())));
    let accept = bob.asked();
    assert!(matches!(bob.answer(&accept, &[0xff; 5]), Handled::Empty(_)));
    assert_eq!(bob.client.state(call).unwrap(), CallState::Confirming);
    bob.client.discard(bob.now, call, DiscardReason::Auto).unwrap();
    assert_eq!(bob.asked().method, "phone.discardCall", "acceptCall is through");
}

#[test]
fn all_three_shapes_ring() {
    let object = requested(CALL, &[7; 32]);
    let short = enums::Updates::UpdateShort(types::UpdateShort { update: update(&object), date: DATE });
    for news in
        [container(&[update(&object)]), bytes(&short), bytes(&update(&object)), bytes(&result(&object)), bytes(&object)]
    {
        let mut bob = bob();
        assert_eq!(bob.update(&news), Handled::Done);
        let kinds: Vec<EventKind> = bob.events().into_iter().map(|event| event.kind).collect();
        assert_eq!(kinds[0], EventKind::CallIncoming { user: UserId(ALICE), is_video: false });
        assert_eq!(kinds[1], EventKind::CallState { old: CallState::None, new: CallState::Ringing });
        assert!(matches!(kinds[2], EventKind::Invoke { method: "phone.receivedCall", .. }));
    }
}

#[test]
fn an_answer_whose_content_comes_as_an_update_names_the_call() {
    for update_first in [false, true] {
        let mut alice = alice();
        let (call, request) = alice.requesting();
        let object = bytes(&result(&waiting(ALICES, None)));
        if update_first {
            alice.update(&object);
            alice.answer(&request, &[]);
        } else {
            alice.answer(&request, &[]);
            alice.update(&object);
        }
        assert_eq!(alice.client.state(call).unwrap(), CallState::Waiting, "{update_first}");
        assert_eq!(alice.dropped(), 0);
    }
}

#[test]
fn several_accounts_do_not_know_of_each_other() {
    let (mut alice, _, mut bob, theirs) = connected();
    bob.events();
    alice.update(&bytes(&update(&discarded(false))));
    assert_eq!(bob.client.state(theirs).unwrap(), CallState::Connecting);
    assert!(bob.events().is_empty());
}

#[test]
fn a_container_with_foreign_updates_is_read_as_far_as_it_goes() {
    let mut bob = bob();
    let foreign = enums::Update::Config;
    assert!(matches!(bob.update(&container(&[foreign])), Handled::Empty(_)));
    assert_eq!(bob.dropped(), 0, "not about calls is no loss");
    assert_eq!(bob.update(&container(&[foreign, update(&requested(CALL, &[7; 32])), foreign])), Handled::Done);
    assert_eq!(bob.asked().method, "phone.receivedCall");
}

#[test]
fn a_call_of_decoded_news_needs_no_bytes() {
    let (mut alice, mut bob) = (alice(), bob());
    let now = Time::ZERO;
    let ours = alice.client.request(now, UserId(BOB), 33, false).unwrap();
    let asked = alice.asked();
    let wrong = alice.client.handle_dh_config(now, RequestId(9), 3, &prime(), 4, &RANDOM).unwrap_err();
    assert_eq!(wrong.kind(), crate::error::ErrorKind::NotFound);
    alice.answer(&asked, &[]);
    alice.client.handle_dh_config(now, asked.id, 3, &prime(), 4, &RANDOM).unwrap();
    let request = alice.asked();
    alice.answer(&request, &[]);
    let request: functions::PhoneRequestCall<'_> = request.read();
    alice.client.handle_waiting(now, ours, CALL, ALICES.access_hash, 0).unwrap();
    alice.client.handle_waiting(now, ours, CALL, ALICES.access_hash, DATE).unwrap();
    assert_eq!(alice.client.state(ours).unwrap(), CallState::Ringing);
    let stale = alice.client.handle_waiting(now, ours, CALL + 1, 5, DATE).unwrap();
    assert!(matches!(stale, Handled::Empty(_)));

    let requested = Requested {
        telegram_id: CALL,
        access_hash: BOBS.access_hash,
        admin_id: ALICE,
        date_s: DATE,
        is_video: false,
        g_a_hash: request.g_a_hash,
    };
    let theirs = bob.client.handle_requested(now, &requested).unwrap().unwrap();
    assert_eq!(bob.client.handle_requested(now, &requested).unwrap(), None);
    let received = bob.asked();
    bob.answer(&received, &[]);
    bob.client.accept(now, theirs).unwrap();
    let asked = bob.asked();
    bob.client.handle_dh_config(now, asked.id, 3, &prime(), 4, &RANDOM).unwrap();
    let accept = bob.asked();
    bob.answer(&accept, &[]);
    let accept: functions::PhoneAcceptCall<'_> = accept.read();
    alice.client.handle_accepted(now, ours, accept.g_b).unwrap();
    let confirm = alice.asked();
    let confirm: functions::PhoneConfirmCall<'_> = confirm.read();
    for (host, call, value) in [(&mut alice, ours, accept.g_b), (&mut bob, theirs, confirm.g_a)] {
        host.client.handle_confirmed(now, call, value, confirm.key_fingerprint).unwrap();
        let reflector = Reflector { id: 1, ip: "91.108.1.1", ipv6: "", port: 598, peer_tag: &[1; 16], is_tcp: false };
        host.client.add_reflector(call, &reflector).unwrap();
        host.client.add_reflector(call, &Reflector { peer_tag: &[], ip: "no", ..reflector }).unwrap();
        let webrtc = Webrtc {
            id: 2,
            ip: "91.108.1.1",
            ipv6: "2001:db8::1",
            port: 3478,
            username: "u",
            password: "p",
            is_turn: true,
            is_stun: true,
        };
        host.client.add_webrtc(call, &webrtc).unwrap();
        let unknown = host.client.connect(now, call, "10.0.0", true, "").unwrap_err();
        assert_eq!(unknown.kind(), crate::error::ErrorKind::Unsupported);
        host.client.connect(now, call, "9.0.0", true, "{}").unwrap();
        assert_eq!(host.client.add_webrtc(call, &webrtc).unwrap_err().kind(), crate::error::ErrorKind::State);
        assert_eq!(host.client.report(call, ReportFormat::Text, false).unwrap().matches("server ").count(), 3);
        host.client.set_connected(now, call, true).unwrap();
    }
    assert_eq!(alice.client.key(ours).unwrap(), bob.client.key(theirs).unwrap());
    bob.events();
    bob.client.handle_discarded(now, theirs, DiscardReason::Hangup, true, false).unwrap();
    let end = bob.end();
    assert_eq!((end.reason, end.wants_rating, end.wants_report), (EndReason::RemoteHangup, true, false));
}
