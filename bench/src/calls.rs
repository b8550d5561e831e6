//! 10 000 calls that ring at once in one client: what each keeps in memory, and how many events a second there are.

use crate::Target;
use crate::machine::{grouped, live_bytes, processor_time};
use tgcall::client::{CallState, Client, Config, Event, EventKind, Handled, Media};
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::tl::{self, Seq, enums, types};
use tgcall::types::{CallId, RequestId, UserId};

const CALLS: usize = 10_000;
const VERSIONS: [&[u8]; 3] = [b"9.0.0", b"8.0.0", b"13.0.0"];
const ME: i64 = 777_000_111;

pub fn run() -> Vec<Target> {
    println!("{} calls that ring at once in one client", grouped(CALLS));
    let (incoming, rate) = incoming();
    let outgoing = outgoing();
    println!("  events and inputs per second of one core: {}", grouped(rate as usize));
    vec![
        Target::at_most("bytes of memory per ringing incoming call", 4096.0, incoming),
        Target::at_most("bytes of memory per ringing outgoing call", 4096.0, outgoing),
    ]
}

fn client() -> Client {
    let mut config = Config::new();
    config.set_user_id(UserId(ME)).expect("a good id");
    config.set_max_calls(CALLS as u32).expect("a good number");
    config.set_media(Media::Host);
    Client::new(Time::ZERO, config, Random::from_seed(1)).expect("a good configuration")
}

/// Somebody calls, our device says that it rings, and in the end they give up. No keys: what the state machine takes.
fn incoming() -> (f64, f64) {
    let (start, before) = (processor_time(), live_bytes());
    let mut client = client();
    let (mut now, mut handled, mut ringing) = (Time::ZERO, 0, Vec::with_capacity(CALLS));
    let list = ringing.capacity() * size_of::<CallId>();
    for i in 0..CALLS as i64 {
        now += Duration::from_micros(50);
        let update = update(enums::PhoneCall::Requested(types::PhoneCallRequested {
            video: false,
            id: 1_000_000 + i,
            access_hash: i,
            date: 1_763_721_000,
            admin_id: 5_000_000_000 + i,
            participant_id: ME,
            g_a_hash: &[7; 32],
            protocol: protocol(),
        }));
        assert_eq!(client.handle_update(now, &update), Ok(Handled::Done));
        handled += 1;
        while let Some(Event { call, kind, .. }) = client.poll_event() {
            handled += 1;
            match kind {
                EventKind::CallIncoming { .. } => ringing.push(call),
                EventKind::Invoke { request, .. } => {
                    client.handle_answer(now, request, &[]).expect("the request is ours");
                    handled += 1;
                }
                _ => {}
            }
        }
    }
    assert_eq!(ringing.len(), CALLS);
    assert!(ringing.iter().all(|call| client.state(*call) == Ok(CallState::Ringing)), "all ring");
    let each = (live_bytes() - before - list) as f64 / CALLS as f64;
    for i in 0..CALLS as i64 {
        let discarded = types::PhoneCallDiscarded {
            need_rating: false,
            need_debug: false,
            video: false,
            id: 1_000_000 + i,
            reason: Some(enums::PhoneCallDiscardReason::Missed),
            duration: None,
        };
        client.handle_update(now, &update(enums::PhoneCall::Discarded(discarded))).expect("an update is taken");
        handled += 1;
        while client.poll_event().is_some() {
            handled += 1;
        }
    }
    assert!(client.next_timeout().is_none(), "no timer is left");
    let seconds = (processor_time() - start).as_secs_f64();
    (each, f64::from(handled) / seconds)
}

/// We call: each call has drawn its exponent.
fn outgoing() -> f64 {
    let before = live_bytes();
    let mut client = client();
    let (mut now, mut calls) = (Time::ZERO, Vec::with_capacity(CALLS));
    let list = calls.capacity() * size_of::<CallId>();
    for i in 0..CALLS as i64 {
        now += Duration::from_micros(50);
        let call = client.request(now, UserId(5_000_000_000 + i), i, false).expect("there is room");
        calls.push(call);
        while let Some(event) = client.poll_event() {
            if let EventKind::Invoke { request, method, .. } = event.kind {
                answer(&mut client, now, request, method, i);
            }
        }
        assert_eq!(client.state(call), Ok(CallState::Ringing), "it rings");
    }
    // The group and its tables are made once for all calls, and are a part of what they take.
    (live_bytes() - before - list) as f64 / CALLS as f64
}

fn answer(client: &mut Client, now: Time, request: RequestId, method: &str, i: i64) {
    let bytes = match method {
        "messages.getDhConfig" => {
            let p = crate::exchange::prime();
            let config = types::MessagesDhConfig { g: 3, p: &p, version: 3, random: &[0x33; 256] };
            tl::encode(&enums::MessagesDhConfig::MessagesDhConfig(config))
        }
        "phone.requestCall" => {
            let waiting = types::PhoneCallWaiting {
                video: false,
                id: 1_000_000 + i,
                access_hash: i,
                date: 1_763_721_000,
                admin_id: ME,
                participant_id: 5_000_000_000 + i,
                protocol: protocol(),
                receive_date: Some(1_763_721_001),
            };
            let phone_call = enums::PhoneCall::Waiting(waiting);
            tl::encode(&types::PhonePhoneCall { phone_call, users: Seq::empty() })
        }
        other => panic!("{other} was not expected"),
    };
    client.handle_answer(now, request, &bytes.expect("a small answer")).expect("the request is ours");
}

fn update(phone_call: enums::PhoneCall<'_>) -> Vec<u8> {
    tl::encode(&enums::Update::PhoneCall(types::UpdatePhoneCall { phone_call })).expect("a small update")
}

fn protocol() -> types::PhoneCallProtocol<'static> {
    types::PhoneCallProtocol {
        udp_p2p: true,
        udp_reflector: true,
        min_layer: 65,
        max_layer: 92,
        library_versions: Seq::of(&VERSIONS),
    }
}
