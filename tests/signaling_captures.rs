//! Every packet of every recorded call, decrypted and compared with what its recorder read from it.
//!
//! The recordings are those of `tests/captures/`, or of the folder that `TGCALL_CAPTURES` names: calls between two ends
//! of ntgcalls 3.0.5, with their keys.

use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use tgcall::crypto::packet::{PacketCipher, Purpose};
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::signaling::acked::Acked;
use tgcall::signaling::message::Message;
use tgcall::signaling::sctp::crc32c;
use tgcall::signaling::seal::Sealer;
use tgcall::signaling::version::{CustomParameters, Dialect, Version};
use tgcall::signaling::{Signaling, gzip};
use tgcall::time::{Duration, Time};
use tgcall::types::Role;

struct Capture {
    name: String,
    key: Secret<256>,
    version: Version,
    packets: Vec<Packet>,
}

struct Packet {
    at: Time,
    sender: Role,
    raw: Vec<u8>,
    /// It never reached the other end.
    dropped: bool,
    /// What the recorder read from it.
    record: Value,
}

impl Packet {
    /// The JSON texts that the recorder saw here for the first time.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let decrypted = self.record["decrypted"].as_array().into_iter().flatten();
        decrypted.filter_map(|entry| entry["text"].as_str())
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn hex(value: &Value, key: &str) -> Vec<u8> {
    unhex(value[key].as_str().unwrap_or_else(|| panic!("{key} is missing")))
}

fn captures() -> Vec<Capture> {
    let folder = std::env::var_os("TGCALL_CAPTURES").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/captures"));
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no recordings", folder.display());
    files.iter().map(read).collect()
}

fn read(path: &PathBuf) -> Capture {
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let packets = file["packets"].as_array().unwrap().iter().map(|packet| Packet {
        at: Time::ZERO + Duration::from_micros((packet["t_ms"].as_f64().unwrap() * 1000.0) as u64),
        sender: match packet["dir"].as_str().unwrap() {
            "caller->callee" => Role::Caller,
            "callee->caller" => Role::Callee,
            other => panic!("{other}"),
        },
        raw: hex(packet, "raw_hex"),
        dropped: packet["dropped"].as_bool().unwrap_or(false),
        record: packet.clone(),
    });
    Capture {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        key: Secret::from_slice(&hex(&file["dh"], "key_hex")).unwrap(),
        version: Version::parse(file["protocol_version"].as_str().unwrap()).unwrap(),
        packets: packets.collect(),
    }
}

impl Capture {
    fn cipher(&self, role: Role) -> PacketCipher {
        PacketCipher::new(&self.key, role, Purpose::Signaling)
    }

    fn dialect(&self) -> Dialect {
        self.version.dialect(&CustomParameters::default())
    }
}

/// The chunks of an SCTP packet: kind, flags, value.
fn chunks(packet: &[u8]) -> Vec<(u8, u8, &[u8])> {
    assert_eq!(crc32c(&[&packet[..8], &[0; 4], &packet[12..]]).to_le_bytes(), packet[8..12]);
    let (mut rest, mut chunks) = (&packet[12..], Vec::new());
    while rest.len() >= 4 {
        let size = usize::from(u16::from_be_bytes([rest[2], rest[3]]));
        chunks.push((rest[0], rest[1], &rest[4..size]));
        rest = &rest[size.next_multiple_of(4).min(rest.len())..];
    }
    chunks
}

/// Checks one decrypted message of the SCTP dialect against what was recorded.
fn check_sctp_message(capture: &Capture, sender: Role, encrypted: &[u8], entry: &Value) {
    assert_eq!(encrypted, hex(entry, "encrypted_hex"));
    let plaintext = capture.cipher(sender.other()).open(encrypted).expect("the packet opens");
    assert_eq!(plaintext, hex(entry, "plain_hex"));
    let (counter, payload) = Sealer::new(capture.cipher(sender.other())).open(encrypted).unwrap();
    assert_eq!(Some(u64::from(counter)), entry["counter"].as_u64());
    let text = gzip::expand(&payload).unwrap();
    assert_eq!(text.as_ref(), entry["text"].as_str().unwrap().as_bytes());
    check_message(&text);
}

fn check_message(text: &[u8]) {
    let message = Message::parse(text).expect("a recorded message is a message");
    assert_eq!(Message::parse(message.to_json().as_bytes()), Ok(message));
}

#[test]
fn every_recorded_packet_opens_to_its_recorded_plaintext() {
    let (mut files, mut opened, mut carried, mut messages) = (0, 0, 0, 0);
    for capture in captures() {
        files += 1;
        let mut fragments: [Vec<u8>; 2] = Default::default();
        for packet in &capture.packets {
            messages += packet.texts().count();
            if capture.dialect() == Dialect::Acked {
                let plaintext = capture.cipher(packet.sender.other()).open(&packet.raw).expect("the packet opens");
                assert_eq!(plaintext, hex(&packet.record, "plain_hex"), "{}", capture.name);
                assert_eq!(capture.cipher(packet.sender).seal(&plaintext), packet.raw);
                packet.texts().for_each(|text| check_message(text.as_bytes()));
                opened += 1;
                continue;
            }
            // SCTP's own packets carry nothing to decrypt; a message may come in fragments.
            carried += 1;
            let mut expected = packet.record["decrypted"].as_array().into_iter().flatten();
            for (kind, flags, value) in chunks(&packet.raw) {
                if kind != 0 {
                    continue;
                }
                let message = &mut fragments[usize::from(packet.sender == Role::Caller)];
                if flags & 2 != 0 {
                    message.clear();
                }
                message.extend_from_slice(&value[12..]);
                if flags & 1 != 0
                    && let Some(entry) = expected.next()
                {
                    check_sctp_message(&capture, packet.sender, message, entry);
                    opened += 1;
                }
            }
            assert!(expected.next().is_none(), "{}: a message was not found", capture.name);
        }
    }
    assert!(opened > 0 && messages > 0);
    // Not `println!`: the harness hides what a passing test prints, and this number is asked for.
    let line = format!(
        "signaling_captures: {files} calls, {opened} encrypted packets opened to their recorded plaintext \
         ({carried} SCTP packets read for them), {messages} messages\n"
    );
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

/// Both ends of the calls that acknowledge: what arrived is handed in as it arrived, and every message comes out once.
#[test]
fn our_receiver_delivers_what_the_recorded_ends_sent() {
    for capture in captures().iter().filter(|capture| capture.dialect() == Dialect::Acked) {
        for role in [Role::Caller, Role::Callee] {
            let parameters = CustomParameters::default();
            let random = Random::from_seed(1);
            let mut end = Signaling::new(Time::ZERO, random, &capture.key, role, capture.version, &parameters);
            for packet in capture.packets.iter().filter(|packet| packet.sender != role && !packet.dropped) {
                end.handle_packet(packet.at, &packet.raw);
                end.handle_packet(packet.at, &packet.raw);
            }
            let sent: Vec<Message> = capture
                .packets
                .iter()
                .filter(|packet| packet.sender != role)
                .flat_map(Packet::texts)
                .map(|text| Message::parse(text.as_bytes()).unwrap())
                .collect();
            let received: Vec<Message> = std::iter::from_fn(|| end.poll_message()).collect();
            assert_eq!(received, sent, "{}, {role:?}", capture.name);
            assert_eq!(end.counters().dropped(), 0);
        }
    }
}

/// Our sender in the place of a recorded one, given the same messages and the same packets of the other end, makes the
/// same packets, byte for byte. The recorder saw packets arrive before the end turned to them, so how many of those that
/// wait are taken in before a packet leaves is found by trying. The recorded ends also send packets with nothing in them,
/// whose counters ours never spends: there the comparison ends.
#[test]
fn our_sender_makes_the_recorded_packets() {
    let mut same = 0;
    // Where packets were held back, the recording does not say when they arrived.
    let in_order = |capture: &&Capture| capture.packets.iter().all(|packet| packet.record.get("held").is_none());
    for capture in captures().iter().filter(|capture| capture.dialect() == Dialect::Acked).filter(in_order) {
        for role in [Role::Caller, Role::Callee] {
            same += replay(capture, role);
        }
    }
    assert!(same > 0, "only {same} packets were compared");
}

fn replay(capture: &Capture, role: Role) -> usize {
    let mut end = Acked::new(capture.cipher(role));
    let mut arrived: Vec<&Packet> = Vec::new();
    let mut same = 0;
    for packet in &capture.packets {
        if packet.sender != role {
            arrived.extend((!packet.dropped).then_some(packet));
            continue;
        }
        if packet.record["plain_hex"].as_str().unwrap().len() == 2 * 5 {
            break;
        }
        let (taken, next) = (0..=arrived.len())
            .find_map(|count| Some((count, attempt(&end, &arrived[..count], packet)?)))
            .unwrap_or_else(|| panic!("{}, {role:?}, packet {}", capture.name, packet.record["n"]));
        arrived.drain(..taken);
        end = next;
        same += 1;
    }
    same
}

/// The end after it has taken in what arrived and made this packet, if it does make it.
fn attempt(end: &Acked, arrived: &[&Packet], packet: &Packet) -> Option<Acked> {
    let mut end = end.clone();
    for arrived in arrived {
        // A packet that the recorder let arrive twice is a replay.
        let _ = end.handle_packet(packet.at, &arrived.raw);
    }
    if end.next_timeout().is_some_and(|at| at <= packet.at) {
        end.handle_timeout(packet.at);
    }
    for text in packet.texts() {
        end.send(packet.at, text.as_bytes()).unwrap();
    }
    (end.poll_packet().as_ref() == Some(&packet.raw)).then_some(end)
}
