//! Whole calls between clients and a Telegram that is written down here, and what a client does with what it cannot use.

use super::*;
use crate::call::exchange::Commitment;
use crate::time::Duration;
use crate::tl::{Decode, Encode, Seq, enums, functions, types};

const ALICE: i64 = 1001;
const BOB: i64 = 1002;
const CALL: i64 = 77;
/// What each side names the call by.
const ALICES: types::InputPhoneCall = types::InputPhoneCall { id: CALL, access_hash: -5 };
const BOBS: types::InputPhoneCall = types::InputPhoneCall { id: CALL, access_hash: 6 };
const DATE: i32 = 1_800_000_000;
const RANDOM: [u8; 256] = [9; 256];

/// A client with its clock.
struct Host {
    client: Client,
    now: Time,
}

/// A request the client made.
struct Asked {
    call: CallId,
    id: RequestId,
    method: &'static str,
    bytes: Vec<u8>,
}

impl Asked {
    fn read<'a, M: Decode<'a>>(&'a self) -> M {
        crate::tl::decode(&self.bytes).unwrap()
    }
}

fn config(user: i64) -> Config {
    let mut config = Config::new();
    config.set_user_id(UserId(user)).unwrap();
    config.set_media(Media::Host);
    config
}

fn host(config: Config) -> Host {
    Host { client: Client::new(Time::ZERO, config, Random::from_seed(5)).unwrap(), now: Time::ZERO }
}

fn alice() -> Host {
    host(config(ALICE))
}

fn bob() -> Host {
    host(config(BOB))
}

fn bytes(value: &impl Encode) -> Vec<u8> {
    crate::tl::encode(value).unwrap()
}

impl Host {
    fn events(&mut self) -> Vec<Event> {
        core::iter::from_fn(|| self.client.poll_event()).collect()
    }

    /// The one request among the events, and the states that were told.
    #[track_caller]
    fn asked(&mut self) -> Asked {
        let mut asked: Vec<Asked> = self.all_asked();
        assert_eq!(asked.len(), 1, "{:?}", asked.iter().map(|asked| asked.method).collect::<Vec<_>>());
        asked.remove(0)
    }

    fn all_asked(&mut self) -> Vec<Asked> {
        let request = |event: Event| match event.kind {
            EventKind::Invoke { request, method, bytes, .. } => {
                Some(Asked { call: event.call, id: request, method, bytes })
            }
            _ => None,
        };
        self.events().into_iter().filter_map(request).collect()
    }

    #[track_caller]
    fn end(&mut self) -> CallEnd {
        let ends = self.events().into_iter().filter_map(|event| match event.kind {
            EventKind::CallEnded(end) => Some(end),
            _ => None,
        });
        let mut ends: Vec<CallEnd> = ends.collect();
        assert_eq!(ends.len(), 1);
        ends.remove(0)
    }

    #[track_caller]
    fn answer(&mut self, asked: &Asked, answer: &[u8]) -> Handled {
        self.client.handle_answer(self.now, asked.id, answer).unwrap()
    }

    #[track_caller]
    fn update(&mut self, update: &[u8]) -> Handled {
        self.client.handle_update(self.now, update).unwrap()
    }

    fn sleep(&mut self, duration: Duration) {
        self.now += duration;
        self.client.handle_timeout(self.now);
    }

    fn dropped(&self) -> i64 {
        self.client.stat(CallId(0), Stat::UpdatesDropped).unwrap().unwrap()
    }

    /// Calls Bob, up to the request that waits for its answer.
    fn requesting(&mut self) -> (CallId, Asked) {
        let call = self.client.request(self.now, UserId(BOB), 33, false).unwrap();
        let asked = self.asked();
        self.answer(&asked, &bytes(&dh_config(&prime())));
        (call, self.asked())
    }

    /// Lets somebody call, up to the ringing.
    #[track_caller]
    fn rung(&mut self, id: i64) -> (CallId, Asked) {
        self.update(&bytes(&update(&requested(id, &[7; 32]))));
        let asked = self.asked();
        (asked.call, asked)
    }
}

fn prime() -> Vec<u8> {
    let json: serde_json::Value = serde_json::from_str(include_str!("../../tests/vectors/dh_checks.json")).unwrap();
    let hex = json["p"].as_str().unwrap().as_bytes();
    hex.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn dh_config(p: &[u8]) -> enums::MessagesDhConfig<'_> {
    enums::MessagesDhConfig::MessagesDhConfig(types::MessagesDhConfig { g: 3, p, version: 4, random: &RANDOM })
}

const VERSIONS: [&[u8]; 2] = [b"9.0.0", b"13.0.0"];

fn protocol() -> types::PhoneCallProtocol<'static> {
    types::PhoneCallProtocol {
        udp_p2p: true,
        udp_reflector: true,
        min_layer: 65,
        max_layer: 92,
        library_versions: Seq::of(&VERSIONS),
    }
}

fn waiting(peer: types::InputPhoneCall, receive_date: Option<i32>) -> enums::PhoneCall<'static> {
    enums::PhoneCall::Waiting(types::PhoneCallWaiting {
        video: false,
        id: peer.id,
        access_hash: peer.access_hash,
        date: DATE,
        admin_id: ALICE,
        participant_id: BOB,
        protocol: protocol(),
        receive_date,
    })
}

fn requested(id: i64, g_a_hash: &[u8]) -> enums::PhoneCall<'_> {
    enums::PhoneCall::Requested(types::PhoneCallRequested {
        video: false,
        id,
        access_hash: BOBS.access_hash,
        date: DATE,
        admin_id: ALICE,
        participant_id: BOB,
        g_a_hash,
        protocol: protocol(),
    })
}

fn accepted(g_b: &[u8]) -> enums::PhoneCall<'_> {
    enums::PhoneCall::Accepted(types::PhoneCallAccepted {
        video: false,
        id: CALL,
        access_hash: ALICES.access_hash,
        date: DATE,
        admin_id: ALICE,
        participant_id: BOB,
        g_b,
        protocol: protocol(),
    })
}

fn final_call(access_hash: i64, g_a_or_b: &[u8], key_fingerprint: i64) -> enums::PhoneCall<'_> {
    enums::PhoneCall::PhoneCall(types::PhoneCall {
        p2p_allowed: true,
        video: false,
        conference_supported: false,
        id: CALL,
        access_hash,
        date: DATE,
        admin_id: ALICE,
        participant_id: BOB,
        g_a_or_b,
        key_fingerprint,
        protocol: protocol(),
        connections: Seq::empty(),
        start_date: DATE,
        custom_parameters: Some(types::DataJSON { data: br#"{"network_use_mtproto":false}"# }),
    })
}

fn discarded(need: bool) -> enums::PhoneCall<'static> {
    enums::PhoneCall::Discarded(types::PhoneCallDiscarded {
        need_rating: need,
        need_debug: need,
        video: false,
        id: CALL,
        reason: Some(enums::PhoneCallDiscardReason::Hangup),
        duration: Some(3),
    })
}

fn update<'a>(phone_call: &enums::PhoneCall<'a>) -> enums::Update<'a> {
    enums::Update::PhoneCall(types::UpdatePhoneCall { phone_call: *phone_call })
}

fn result<'a>(phone_call: &enums::PhoneCall<'a>) -> types::PhonePhoneCall<'a> {
    types::PhonePhoneCall { phone_call: *phone_call, users: Seq::empty() }
}

/// An `Updates` with these updates.
fn container(updates: &[enums::Update<'_>]) -> Vec<u8> {
    bytes(&enums::Updates::Updates(types::Updates {
        updates: Seq::of(updates),
        users: Seq::empty(),
        chats: Seq::empty(),
        date: DATE,
        seq: 0,
    }))
}

/// Two clients on both ends of one call, and the two ids they have for it.
fn connected() -> (Host, CallId, Host, CallId) {
    let (mut alice, mut bob) = (alice(), bob());
    let (ours, request) = alice.requesting();
    let request: functions::PhoneRequestCall<'_> = request.read();
    bob.update(&container(&[update(&requested(CALL, request.g_a_hash))]));
    let received = bob.asked();
    assert_eq!(received.method, "phone.receivedCall");
    bob.answer(&received, &bytes(&true));
    let theirs = received.call;
    bob.client.accept(bob.now, theirs).unwrap();
    let asked = bob.asked();
    bob.answer(&asked, &bytes(&dh_config(&prime())));
    let accept = bob.asked();
    bob.answer(&accept, &bytes(&result(&waiting(BOBS, None))));
    // Alice: everything up to her confirmation.
    let asked = RequestId(2);
    alice.client.handle_answer(alice.now, asked, &bytes(&result(&waiting(ALICES, None)))).unwrap();
    alice.update(&bytes(&update(&waiting(ALICES, Some(DATE)))));
    let accept: functions::PhoneAcceptCall<'_> = accept.read();
    alice.update(&bytes(&update(&accepted(accept.g_b))));
    let confirm = alice.asked();
    let confirmed: functions::PhoneConfirmCall<'_> = confirm.read();
    let (g_a, fingerprint) = (confirmed.g_a, confirmed.key_fingerprint);
    alice.answer(&confirm, &bytes(&result(&final_call(ALICES.access_hash, accept.g_b, fingerprint))));
    bob.update(&bytes(&update(&final_call(BOBS.access_hash, g_a, fingerprint))));
    (alice, ours, bob, theirs)
}

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
    assert_eq!(alice.client.stat(ours, Stat::ConnectMs).unwrap(), Some(0));
}

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
    assert_eq!(bob.client.stat(CallId(0), Stat::Calls).unwrap(), Some(1));
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
fn misuse_changes_nothing() {
    use crate::error::ErrorKind;
    let (mut alice, call, _, _) = connected();
    alice.events();
    let now = alice.now;
    let kinds = [
        alice.client.accept(now, call).unwrap_err().kind(),
        alice.client.confirm(now, call).unwrap_err().kind(),
        alice.client.rate(now, call, 5, "").unwrap_err().kind(),
        alice.client.send_report(now, call).unwrap_err().kind(),
        alice.client.connect(now, call, "9.0.0", true, "").unwrap_err().kind(),
    ];
    assert_eq!(kinds, [ErrorKind::State; 5]);
    assert_eq!(alice.client.send_signaling(now, call, &[]).unwrap_err().kind(), ErrorKind::Argument);
    assert_eq!(alice.client.send_signaling(now, call, &[0; 70_000]).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(alice.client.request(now, UserId(0), 0, false).unwrap_err().kind(), ErrorKind::Argument);
    assert_eq!(alice.client.request(now, UserId(ALICE), 0, false).unwrap_err().kind(), ErrorKind::Argument);
    assert_eq!(alice.client.request(now, UserId(BOB), 0, false).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(alice.client.set_server_time(now, -1).unwrap_err().kind(), ErrorKind::Argument);
    let unknown = [
        alice.client.accept(now, CallId(99)).unwrap_err().kind(),
        alice.client.state(CallId(0)).unwrap_err().kind(),
        alice.client.emoji(CallId(99)).unwrap_err().kind(),
        alice.client.stat(CallId(99), Stat::Calls).unwrap_err().kind(),
        alice.client.handle_signaling(now, CallId(99), &[1]).unwrap_err().kind(),
    ];
    assert_eq!(unknown, [ErrorKind::NotFound; 5]);
    assert_eq!(alice.client.state(call).unwrap(), CallState::Connecting);
    assert!(alice.events().is_empty());
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
fn the_log_is_bounded_and_silent_unless_asked() {
    let mut bob = bob();
    bob.rung(CALL);
    assert_eq!(bob.client.poll_log(), None);
    let mut config = config(BOB);
    config.set_log_level(LogLevel::Trace);
    let mut bob = host(config);
    for _ in 0..1000 {
        bob.update(&[1]);
    }
    assert_eq!(core::iter::from_fn(|| bob.client.poll_log()).count(), LINES);
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
    assert_eq!(bob.client.stat(CallId(0), Stat::Calls).unwrap(), Some(10_000));
    bob.events();
    assert!(size_of::<Entry>() <= 1024, "{} bytes", size_of::<Entry>());
    bob.sleep(Duration::from_secs(200));
    assert_eq!(bob.all_asked().len(), 10_000, "each is discarded as missed");
    bob.sleep(Duration::from_secs(5));
    assert_eq!(bob.client.next_timeout(), None);
    assert_eq!(bob.client.requests_in_flight(), 0);
}

#[test]
fn ids_of_calls_begin_with_the_number_of_their_client_and_fit_into_a_double() {
    for number in [0, 1, Config::MAX_NUMBER] {
        let mut config = config(ALICE);
        config.set_number(number).unwrap();
        let mut alice = host(config);
        let (first, _) = alice.requesting();
        assert_eq!(first.0, u64::from(number) << 32 | 1);
        assert!(first.0 < 1 << 53);
        assert_eq!(alice.client.state(CallId(1)).is_ok(), number == 0, "of another client");
        alice.client.discard(alice.now, first, DiscardReason::Auto).unwrap();
    }
    assert!(Config::new().set_number(Config::MAX_NUMBER + 1).is_err());
}

#[test]
fn a_screen_can_be_built_from_what_a_call_says_of_itself() {
    use crate::error::ErrorKind;
    let kind = |error: Error| error.kind();
    let mut alice = alice();
    assert_eq!(alice.client.calls(), []);
    let (call, asked) = alice.requesting();
    assert_eq!(alice.client.calls(), [call]);
    assert_eq!(alice.client.kind(call), Ok(CallKind::Private));
    assert_eq!(alice.client.user(call), Ok(UserId(BOB)));
    assert_eq!(alice.client.direction(call), Ok(Direction::Outgoing));
    assert_eq!(alice.client.telegram_id(call).map_err(kind), Err(ErrorKind::State), "Telegram has not said");
    assert_eq!(alice.client.duration_s(alice.now, call), Ok(0));
    assert_eq!(alice.client.end(call).map_err(kind), Err(ErrorKind::State));
    alice.client.discard(alice.now, call, DiscardReason::Auto).unwrap();
    assert_eq!(alice.client.calls(), [], "it is ending");
    alice.sleep(Duration::from_secs(10));
    assert_eq!(alice.client.end(call), Ok(EndReason::LocalHangup));
    assert_eq!(alice.client.user(call), Ok(UserId(BOB)), "also of an ended one");
    drop(asked);

    let mut bob = bob();
    let (rung, _) = bob.rung(CALL);
    assert_eq!(bob.client.calls(), [rung]);
    assert_eq!(bob.client.user(rung), Ok(UserId(ALICE)));
    assert_eq!(bob.client.direction(rung), Ok(Direction::Incoming));
    assert_eq!(bob.client.telegram_id(rung), Ok((CALL, BOBS.access_hash)));
    assert_eq!(bob.client.switches(rung), Ok(Default::default()));
    let nobody = CallId(99);
    assert_eq!(bob.client.kind(nobody).map_err(kind), Err(ErrorKind::NotFound));
}

#[cfg(feature = "media")]
#[test]
fn an_attached_call_asks_telegram_for_nothing() {
    use crate::error::ErrorKind;
    let mut alice = host({
        let mut config = config(ALICE);
        config.set_media(Media::Library);
        config
    });
    let now = alice.now;
    assert_eq!(alice.client.attach(now, true, &[1; 255]).unwrap_err().kind(), ErrorKind::Argument);
    let call = alice.client.attach(now, true, &[1; 256]).unwrap();
    assert_eq!(alice.client.state(call).unwrap(), CallState::Attached);
    assert_eq!(alice.client.connect(now, call, "1.0.0", true, "").unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(alice.client.handle_accepted(now, call, &[1]).unwrap_err().kind(), ErrorKind::State);
    assert_eq!(alice.client.emoji(call).unwrap_err().kind(), ErrorKind::State);
    alice.client.discard(now, call, DiscardReason::Auto).unwrap();
    assert!(alice.all_asked().is_empty());
    assert_eq!(alice.client.state(call).unwrap(), CallState::Ended);
    assert_eq!(alice.client.rate(now, call, 5, "").unwrap_err().kind(), ErrorKind::State);
    assert_eq!(alice.client.secrets(), 0);
}
