//! Reading and writing TL against grammers-generated code on the same bytes.

use crate::machine::{allocations, race};
use crate::{Deserializable, Serializable, Target, enums as rival};
use std::hint::black_box;
use tgcall::tl::{self, Seq, enums, functions, types};

pub fn run() -> Vec<Target> {
    println!("TL, layer 223, against code that grammers generates from the same schema: ns (allocations)");
    let versions: [&[u8]; 4] = [b"9.0.0", b"8.0.0", b"13.0.0", b"12.0.0"];
    let connections = connections();
    let call = enums::PhoneCall::PhoneCall(phone_call(&versions, &connections));

    let update = enums::Update::PhoneCall(types::UpdatePhoneCall { phone_call: call });
    let bytes = tl::encode(&update).expect("a small update");
    let theirs = rival::Update::from_bytes(&bytes).expect("grammers reads it");
    assert_eq!(theirs.to_bytes(), bytes, "the same bytes");
    head("updatePhoneCall", bytes.len());
    compare(
        "decode",
        || tl::decode_update(black_box(&bytes)).map(|read| read.value),
        || rival::Update::from_bytes(black_box(&bytes)),
    );
    compare("encode", || tl::encode(black_box(&update)), || black_box(&theirs).to_bytes());

    let mut targets = Vec::new();
    for count in [1, 1000] {
        let names: Vec<[String; 4]> = (0..count).map(names).collect();
        let users: Vec<enums::User<'_>> = (0i64..).zip(&names).map(|(i, names)| user(i, names)).collect();
        let answer = types::PhonePhoneCall { phone_call: call, users: Seq::of(&users) };
        let bytes = tl::encode(&answer).expect("a small answer");
        let theirs = rival::phone::PhoneCall::from_bytes(&bytes).expect("grammers reads it");
        assert_eq!(theirs.to_bytes(), bytes, "the same bytes");
        head(&format!("phone.phoneCall, {count} user{}", if count == 1 { "" } else { "s" }), bytes.len());
        let read = |bytes| tl::decode_result::<functions::PhoneRequestCall>(bytes).expect("our own bytes").value;
        let others = || rival::phone::PhoneCall::from_bytes(black_box(&bytes));
        let ratio = compare("decode", || read(black_box(&bytes)), others);
        compare("decode, and look at every user", || read(black_box(&bytes)).users.iter().map(id).sum::<i64>(), others);
        compare("encode", || tl::encode(black_box(&answer)), || black_box(&theirs).to_bytes());
        if count == 1000 {
            targets.push(Target::at_least("TL decode, times faster than grammers, 1 000 users", 5.0, ratio));
        }
    }
    targets
}

fn head(what: &str, size: usize) {
    println!("  {what}, {size} bytes");
}

/// Prints a row and returns how many times faster we are.
fn compare<A, B>(what: &str, mut ours: impl FnMut() -> A, mut theirs: impl FnMut() -> B) -> f64 {
    let allocated = (allocations(&mut ours), allocations(&mut theirs));
    let (one, other) = race(ours, theirs);
    let ratio = other / one;
    println!(
        "    {what:<30} tgcall {one:>9.0} ({:>2})   grammers {other:>9.0} ({:>5})   {ratio:>6.1} times faster",
        allocated.0, allocated.1
    );
    ratio
}

fn id(user: Result<enums::User<'_>, tl::DecodeError>) -> i64 {
    match user.expect("our own bytes") {
        enums::User::User(user) => user.id,
        enums::User::Empty(user) => user.id,
        enums::User::Other(_) => 0,
    }
}

fn connections() -> Vec<enums::PhoneConnection<'static>> {
    let reflector = |id| {
        enums::PhoneConnection::PhoneConnection(types::PhoneConnection {
            tcp: false,
            id,
            ip: b"91.108.13.3",
            ipv6: b"2001:67c:4e8:f102:6:0:285:0",
            port: 1400,
            peer_tag: &[0x5a; 16],
        })
    };
    let webrtc = |id| {
        enums::PhoneConnection::Webrtc(types::PhoneConnectionWebrtc {
            turn: true,
            stun: true,
            id,
            ip: b"91.108.9.34",
            ipv6: b"",
            port: 1400,
            username: b"2d0e6f3c87f2c9b1",
            password: b"c7d1b0a3f64f9e58",
        })
    };
    vec![reflector(1), reflector(2), reflector(3), webrtc(4), webrtc(5)]
}

fn phone_call<'a>(versions: &'a [&'a [u8]], connections: &'a [enums::PhoneConnection<'a>]) -> types::PhoneCall<'a> {
    types::PhoneCall {
        p2p_allowed: true,
        video: false,
        conference_supported: true,
        id: 0x1234_5678_9abc,
        access_hash: -0x1122_3344_5566,
        date: 1_763_721_000,
        admin_id: 5_123_456_789,
        participant_id: 5_987_654_321,
        g_a_or_b: &[0xc7; 256],
        key_fingerprint: -610_248_560_494_139_975,
        protocol: types::PhoneCallProtocol {
            udp_p2p: true,
            udp_reflector: true,
            min_layer: 65,
            max_layer: 92,
            library_versions: Seq::of(versions),
        },
        connections: Seq::of(connections),
        start_date: 1_763_721_007,
        custom_parameters: Some(types::DataJSON {
            data: br#"{"enable_vp8_encoder":true,"network_use_mtproto":false}"#,
        }),
    }
}

fn names(i: i64) -> [String; 4] {
    [format!("Ferdinand{i}"), format!("Magellan{i}"), format!("magellan_{i}"), format!("4915{:08}", i * 7919)]
}

/// A user as Telegram describes a contact with a photo.
fn user(i: i64, names: &[String; 4]) -> enums::User<'_> {
    let [first, last, username, phone] = names.each_ref().map(|name| name.as_bytes());
    enums::User::User(types::User {
        contact: true,
        mutual_contact: true,
        id: 5_000_000_000 + i,
        access_hash: Some(i.wrapping_mul(0x5851_f42d_4c95_7f2d)),
        first_name: Some(first),
        last_name: Some(last),
        username: Some(username),
        phone: Some(phone),
        photo: Some(enums::UserProfilePhoto::UserProfilePhoto(types::UserProfilePhoto {
            has_video: false,
            personal: false,
            photo_id: 1_234_567 * i,
            stripped_thumb: Some(&[0x3c; 120]),
            dc_id: 2,
        })),
        status: Some(enums::UserStatus::Online(types::UserStatusOnline { expires: 1_763_721_300 })),
        ..nobody()
    })
}

/// A user without anything, to start from.
fn nobody() -> types::User<'static> {
    static BYTES: [u8; 20] = {
        let mut bytes = [0; 20];
        let id = types::User::ID.to_le_bytes();
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (id[0], id[1], id[2], id[3]);
        bytes
    };
    match tl::decode(&BYTES) {
        Ok(enums::User::User(user)) => user,
        other => panic!("{other:?}"),
    }
}
