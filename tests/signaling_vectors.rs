//! Signaling against known answers: `tests/vectors/signaling_*.json`, `gzip.json` and `media_mtproto_transport.json`,
//! or the files of these names in the folder that `TGCALL_VECTORS` names. They were made by another program and checked
//! with the official code.

use serde_json::Value;
use std::path::PathBuf;
use tgcall::crypto::kdf::{self, Offset};
use tgcall::crypto::packet::CounterWindow;
use tgcall::crypto::packet::{MediaCipher, PacketCipher, Purpose};
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::signaling::acked::Acked;
use tgcall::signaling::gzip;
use tgcall::signaling::message::{Ignored, Message};
use tgcall::signaling::sctp::{Sctp, crc32c};
use tgcall::signaling::seal::{Refused, Sealer};
use tgcall::signaling::version::CustomParameters;
use tgcall::time::{Duration, Time};
use tgcall::types::Role;

fn vectors(name: &str) -> Value {
    let folder = std::env::var_os("TGCALL_VECTORS").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors"));
    let path = folder.join(name);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("{key} is missing"))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is missing"))
}

fn hex(value: &Value, key: &str) -> Vec<u8> {
    unhex(text(value, key))
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn key(value: &Value, name: &str) -> Secret<256> {
    Secret::from_slice(&hex(value, name)).unwrap()
}

fn role(name: &str) -> Role {
    match name {
        "caller" => Role::Caller,
        "callee" => Role::Callee,
        _ => panic!("{name} is no role"),
    }
}

fn offset(x: u64) -> Offset {
    match x {
        0 => Offset::MEDIA_CALLER,
        8 => Offset::MEDIA_CALLEE,
        128 => Offset::SIGNALING_CALLER,
        136 => Offset::SIGNALING_CALLEE,
        _ => panic!("{x} is no offset"),
    }
}

/// Every intermediate value of one packet, then the packet itself in both directions.
fn check_cipher(case: &Value, key: &Secret<256>, purpose: Purpose) {
    let (plaintext, packet) = (hex(case, "plaintext"), hex(case, "packet"));
    let sender = role(text(case, "sender"));
    let offset = offset(case["x"].as_u64().unwrap());
    let message_key = kdf::message_key(key.expose(), offset, &plaintext);
    assert_eq!(message_key[..], hex(case, "msg_key"));
    let cipher = kdf::cipher_key(key.expose(), offset, &message_key);
    assert_eq!(cipher.key[..], hex(case, "aes_key"));
    assert_eq!(cipher.iv[..], hex(case, "aes_iv"));
    assert_eq!(PacketCipher::new(key, sender, purpose).seal(&plaintext), packet);
    assert_eq!(PacketCipher::new(key, sender.other(), purpose).open(&packet).as_ref(), Some(&plaintext));
    assert_eq!(PacketCipher::new(key, sender, purpose).open(&packet), None);
}

#[test]
fn raw_packets_are_those_of_the_official_code() {
    let vectors = vectors("signaling_raw.json");
    for case in list(&vectors, "cases") {
        let key = key(&vectors["keys"], text(case, "key_name"));
        check_cipher(case, &key, Purpose::Signaling);
        let sender = role(text(case, "sender"));
        let cipher = |role| PacketCipher::new(&key, role, Purpose::Signaling);
        let (mut ours, mut theirs) = (Sealer::new(cipher(sender)), Sealer::new(cipher(sender.other())));
        for _ in 1..case["counter"].as_u64().unwrap() {
            ours.seal(b"{}").unwrap();
        }
        let packet = ours.seal(&hex(case, "payload")).unwrap();
        assert_eq!(packet, hex(case, "packet"), "{}", case["name"]);
        assert_eq!(theirs.open(&packet).map(|(_, payload)| payload), Ok(hex(case, "payload")));
        assert_eq!(theirs.open(&packet), Err(Refused::Replayed));
        let plain = case.get("payload_text").or(case.get("inflated_text"));
        if let Some(plain) = plain {
            let payload = hex(case, "payload");
            assert_eq!(gzip::expand(&payload).unwrap().as_ref(), plain.as_str().unwrap().as_bytes());
        }
    }
    for case in list(&vectors, "reject") {
        let key = key(&vectors["keys"], text(case, "key_name"));
        let cipher = PacketCipher::new(&key, role(text(case, "receiver")), Purpose::Signaling);
        assert_eq!(Sealer::new(cipher).open(&hex(case, "packet")), Err(Refused::Unsealed), "{}", case["name"]);
    }
}

/// Both ends are ours and act as the notes of the steps say; every packet must be the recorded one.
#[test]
fn acked_packets_are_those_of_the_official_code() {
    let vectors = vectors("signaling_acked.json");
    let key = key(&vectors, "key");
    let step = |number: usize| &list(&vectors, "steps")[number - 1];
    let message = |name: &str| text(&vectors["messages"], name).as_bytes();
    for step in list(&vectors, "steps") {
        check_cipher(step, &key, Purpose::Signaling);
    }
    let end = |role| Acked::new(PacketCipher::new(&key, role, Purpose::Signaling));
    let (mut caller, mut callee) = (end(Role::Caller), end(Role::Callee));
    let at = |millis| Time::ZERO + Duration::from_millis(millis);

    caller.send(at(0), message("m1")).unwrap();
    caller.send(at(1), message("m2")).unwrap();
    for number in [1, 2] {
        assert_eq!(caller.poll_packet(), Some(hex(step(number), "packet")), "step {number}");
    }
    for (number, answer) in [(1, 3), (2, 4)] {
        callee.handle_packet(at(10), &hex(step(number), "packet")).unwrap();
        assert_eq!(callee.poll_packet(), Some(hex(step(answer), "packet")), "step {answer}");
        caller.handle_packet(at(20), &hex(step(answer), "packet")).unwrap();
    }
    callee.send(at(30), message("m3")).unwrap();
    assert_eq!(callee.poll_packet(), Some(hex(step(5), "packet")));
    caller.handle_packet(at(40), &hex(step(5), "packet")).unwrap();
    assert_eq!(caller.poll_message().as_deref(), Some(message("m3")));
    caller.send(at(40), message("m4")).unwrap();
    assert_eq!(caller.poll_packet(), Some(hex(step(6), "packet")));
    callee.handle_packet(at(50), &hex(step(6), "packet")).unwrap();

    let delivered: Vec<_> = std::iter::from_fn(|| callee.poll_message()).collect();
    assert_eq!(delivered, ["m1", "m2", "m4"].map(message));
    assert_eq!(list(&vectors["expected_delivery"], "callee").len(), 3);
    assert_eq!(list(&vectors["expected_delivery"], "caller").len(), 1);
    assert!(caller.poll_message().is_none());
}

#[test]
fn the_replay_window_takes_and_refuses_the_same_counters() {
    let vectors = vectors("signaling_acked.json");
    let mut window = CounterWindow::default();
    for (index, entry) in list(&vectors["replay_window"], "sequence").iter().enumerate() {
        let counter = entry[0].as_u64().unwrap();
        assert_eq!(Some(window.accept(counter)), entry[1].as_bool(), "entry {index}: {counter}");
    }
}

#[test]
fn compressed_messages_of_both_kinds_expand() {
    let vectors = vectors("gzip.json");
    let plain = text(&vectors, "text").as_bytes();
    for form in ["gzip", "zlib_789c"] {
        assert_eq!(gzip::expand(&hex(&vectors, form)).unwrap().as_ref(), plain, "{form}");
    }
    assert_eq!(gzip::expand(plain).unwrap().as_ref(), plain);
    assert_eq!(gzip::expand(&gzip::compress(plain)).unwrap().as_ref(), plain);
}

#[test]
fn messages_are_taken_and_refused_as_the_official_parser_does() {
    let vectors = vectors("signaling_json.json");
    for case in list(&vectors, "cases") {
        let result = Message::parse(text(case, "json").as_bytes());
        match text(case, "result") {
            "accept" => {
                let message = result.unwrap_or_else(|why| panic!("{}: {why:?}", case["name"]));
                assert_eq!(Message::parse(message.to_json().as_bytes()), Ok(message), "{}", case["name"]);
            }
            "never_send" => {
                let json: Value = serde_json::from_str(&result.unwrap().to_json()).unwrap();
                assert!(json.get("videoRotation").is_none() || json.get("videoState").is_some());
            }
            "reject" => assert_eq!(result, Err(Ignored::Malformed), "{}", case["name"]),
            "ignore" => assert_eq!(result, Err(Ignored::Unknown), "{}", case["name"]),
            other => panic!("unknown result {other}"),
        }
    }
}

#[test]
fn media_packets_without_dtls_are_those_of_the_official_code() {
    let vectors = vectors("media_mtproto_transport.json");
    let key = key(&vectors, "key");
    for case in list(&vectors, "cases") {
        check_cipher(case, &key, Purpose::Media);
        let sender = role(text(case, "sender"));
        let mut ours = MediaCipher::new(&key, sender);
        for _ in 1..case["counter"].as_u64().unwrap() {
            ours.seal(b"\x80").unwrap();
        }
        let packet = ours.seal(&hex(case, "body")).unwrap();
        assert_eq!(packet, hex(case, "packet"), "{}", case["name"]);
        let mut theirs = MediaCipher::new(&key, sender.other());
        assert_eq!(theirs.open(&packet), Some(hex(case, "body")));
    }
}

#[test]
fn the_checksum_of_sctp_is_the_one_of_the_packets() {
    let vectors = vectors("signaling_sctp.json");
    let check = &vectors["crc32c_check"];
    let expected = u32::from_str_radix(text(check, "crc32c"), 16).unwrap();
    assert_eq!(crc32c(&[text(check, "input").as_bytes()]), expected);
    for case in list(&vectors, "packets") {
        let packet = hex(case, "hex");
        let checksum = crc32c(&[&packet[..8], &[0; 4], &packet[12..]]);
        assert_eq!(checksum.to_le_bytes(), packet[8..12], "{}", case["kind"]);
    }
}

/// The hand-made packets of the caller, with the tag that our callee chose, bring it the recorded messages.
#[test]
fn the_hand_made_sctp_peer_is_understood() {
    let vectors = vectors("signaling_sctp.json");
    let mut callee = Sctp::new(Time::ZERO, Random::from_seed(1), &CustomParameters::default());
    let packet = |kind: &str| {
        let case = list(&vectors, "packets").iter().find(|case| text(case, "kind").starts_with(kind));
        hex(case.unwrap(), "hex")
    };
    let own_init = callee.poll_packet().unwrap();
    assert_eq!(own_init[12], 1);
    assert_eq!(own_init[20..24], unhex("00500000"), "the receive window");
    assert_eq!(own_init[24..28], unhex("ffffffff"), "the streams");
    assert_eq!(own_init[32..], packet("INIT")[32..], "the extensions");

    callee.handle_packet(Time::ZERO, &packet("INIT"));
    let answer = callee.poll_packet().unwrap();
    assert_eq!((answer[12], &answer[4..8]), (2, &hex(&vectors, "caller_tag")[..]));
    let tag = &answer[16..20];
    assert_eq!(tag, &own_init[16..20], "both ends start at once: the tag stays the same (RFC 9260, 5.2.1)");

    // The cookie is ours to choose, and comes back unchanged.
    let cookie = parameter(&answer[32..], 7);
    let echo = [&[10, 0], &(4 + cookie.len() as u16).to_be_bytes()[..], cookie].concat();
    callee.handle_packet(Time::ZERO, &sctp(tag, &echo));
    let acknowledged = callee.poll_packet().unwrap();
    assert_eq!(acknowledged[12], 11);

    for kind in ["DATA (unfragmented", "DATA first", "DATA last"] {
        callee.handle_packet(Time::ZERO, &sctp(tag, &packet(kind)[12..]));
    }
    let received: Vec<_> = std::iter::from_fn(|| callee.poll_message()).collect();
    let expected = list(&vectors, "reassembled_messages").iter().map(|message| unhex(message.as_str().unwrap()));
    assert_eq!(received, expected.collect::<Vec<_>>());
    let sack = std::iter::from_fn(|| callee.poll_packet()).last().unwrap();
    assert_eq!((sack[12], &sack[16..20]), (3, &1002u32.to_be_bytes()[..]), "everything is acknowledged");
}

/// The value of an SCTP parameter.
fn parameter(mut parameters: &[u8], wanted: u16) -> &[u8] {
    loop {
        let kind = u16::from_be_bytes([parameters[0], parameters[1]]);
        let size = usize::from(u16::from_be_bytes([parameters[2], parameters[3]]));
        if kind == wanted {
            return &parameters[4..size];
        }
        parameters = &parameters[size.next_multiple_of(4)..];
    }
}

/// A packet of the hand-made peer with another tag.
fn sctp(tag: &[u8], chunks: &[u8]) -> Vec<u8> {
    let header = [&[0x13, 0x88, 0x13, 0x88], tag].concat();
    let padding = vec![0; chunks.len().next_multiple_of(4) - chunks.len()];
    let checksum = crc32c(&[&header, &[0; 4], chunks, &padding]).to_le_bytes();
    [&header[..], &checksum, chunks, &padding].concat()
}
