//! The key exchange over bytes, and the group it is made with.

use super::*;
use crate::call::exchange::Commitment;

#[test]
fn two_clients_agree_on_a_key_over_bytes() {
    let (mut alice, ours, mut bob, theirs) = connected();
    assert_eq!(alice.client.key(ours).unwrap(), bob.client.key(theirs).unwrap());
    assert_eq!(alice.client.emoji(ours).unwrap(), bob.client.emoji(theirs).unwrap());
    assert!(alice.client.emoji(ours).unwrap().iter().all(|emoji| !emoji.is_empty()));
    let object: enums::PhoneCall<'_> = crate::tl::decode(alice.client.phone_call(ours).unwrap()).unwrap();
    assert!(matches!(object, enums::PhoneCall::PhoneCall(call) if call.access_hash == ALICES.access_hash));
    let last = alice.events().pop().unwrap();
    assert_eq!(last.kind, EventKind::CallState { old: CallState::Confirming, new: CallState::Connecting });
    assert!(last.text.contains("phoneCall"), "{}", last.text);
    bob.events();
    for (host, call) in [(&mut alice, ours), (&mut bob, theirs)] {
        host.client.set_connected(host.now, call, true).unwrap();
        assert_eq!(host.client.state(call).unwrap(), CallState::Active);
    }
    assert_eq!(alice.client.call_stats(ours, StreamId::CALL).unwrap().get(Stat::ConnectMs), Some(0));
}

#[test]
fn requests_carry_what_section_3_asks_for() {
    let mut alice = alice();
    let call = alice.client.request(alice.now, UserId(BOB), 33, true).unwrap();
    let asked = alice.asked();
    let first: functions::MessagesGetDhConfig = asked.read();
    assert_eq!((asked.call, first.version, first.random_length), (call, 0, 256));
    alice.answer(&asked, &bytes(&dh_config(&prime())));
    let asked = alice.asked();
    let request: functions::PhoneRequestCall<'_> = asked.read();
    assert!(request.video);
    assert_eq!(request.user_id, enums::InputUser::InputUser(types::InputUser { user_id: BOB, access_hash: 33 }));
    let types::PhoneCallProtocol { udp_p2p, udp_reflector, min_layer, max_layer, library_versions } = request.protocol;
    assert!(udp_p2p && udp_reflector);
    assert_eq!((min_layer, max_layer), (65, 92));
    let versions: Vec<&[u8]> = library_versions.iter().map(Result::unwrap).collect();
    assert_eq!(versions, [&b"9.0.0"[..], b"8.0.0", b"13.0.0"]);
    assert!(Commitment::new(request.g_a_hash).is_ok());
    alice.answer(&asked, &bytes(&result(&waiting(ALICES, None))));
    alice.client.discard(alice.now, call, DiscardReason::Auto).unwrap();
    let asked = alice.asked();
    let discard: functions::PhoneDiscardCall<'_> = asked.read();
    assert_eq!((discard.peer, discard.duration, discard.connection_id), (ALICES, 0, 0));
    assert_eq!(discard.reason, enums::PhoneCallDiscardReason::Missed);
}

#[test]
fn the_configuration_of_the_group_is_fetched_once_and_then_confirmed() {
    let mut alice = alice();
    alice.requesting();
    alice.client.config.max_calls = 2;
    alice.client.request(alice.now, UserId(5), 0, false).unwrap();
    let asked = alice.asked();
    assert_eq!(asked.read::<functions::MessagesGetDhConfig>().version, 4);
    let unchanged = types::MessagesDhConfigNotModified { random: &RANDOM };
    alice.answer(&asked, &bytes(&enums::MessagesDhConfig::NotModified(unchanged)));
    assert_eq!(alice.asked().method, "phone.requestCall");
}

#[test]
fn not_modified_without_a_configuration_ends_the_call() {
    let mut alice = alice();
    alice.client.request(alice.now, UserId(BOB), 33, false).unwrap();
    let asked = alice.asked();
    let unchanged = types::MessagesDhConfigNotModified { random: &RANDOM };
    alice.answer(&asked, &bytes(&enums::MessagesDhConfig::NotModified(unchanged)));
    assert_eq!(alice.end().reason, EndReason::Insecure);
}

#[test]
fn an_unknown_prime_is_checked_between_events_and_a_bad_one_ends_the_call() {
    let mut alice = alice();
    alice.client.request(alice.now, UserId(BOB), 33, false).unwrap();
    let asked = alice.asked();
    alice.answer(&asked, &bytes(&dh_config(&[0xff; 256])));
    assert!(alice.events().is_empty());
    assert_eq!((alice.client.next_timeout(), alice.client.secrets()), (Some(alice.now), 1), "a slice is due at once");
    alice.sleep(Duration::ZERO);
    assert_eq!(alice.end().reason, EndReason::Insecure);
    assert_eq!((alice.client.next_timeout(), alice.client.secrets()), (None, 0));
    for p in [&prime()[1..], &[0x7f; 256], &[0xff; 257]] {
        alice.client.request(alice.now, UserId(BOB), 33, false).unwrap();
        let asked = alice.asked();
        alice.answer(&asked, &bytes(&dh_config(p)));
        assert_eq!(alice.end().reason, EndReason::Insecure);
    }
}

#[test]
fn a_hang_up_while_the_prime_is_checked_stops_the_check() {
    let mut alice = alice();
    let call = alice.client.request(alice.now, UserId(BOB), 33, false).unwrap();
    let asked = alice.asked();
    alice.answer(&asked, &bytes(&dh_config(&[0xff; 256])));
    alice.client.discard(alice.now, call, DiscardReason::Auto).unwrap();
    assert_eq!((alice.client.next_timeout(), alice.client.secrets()), (None, 0));
}
