//! Whole calls between clients and a Telegram that is written down here, and what a client does with what it cannot use.

mod exchange;
mod host;
mod incoming;
mod inlets;
mod requests;

use super::*;
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
        self.client.stat(Stat::UpdatesDropped).unwrap()
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
    let json: serde_json::Value = serde_json::from_str(include_str!("../../../tests/vectors/dh_checks.json")).unwrap();
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
