//! Every packet of every recorded call, decrypted and compared with what its recorder read from it.
//!
//! The recordings are those of `tests/captures/`, or of the folder that `TGCALL_CAPTURES` names: calls between two ends of
//! ntgcalls 3.0.5, and between two of the engine of the official apps (tgcalls of November 2025), with their keys.

use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use tgcall::crypto::packet::{PacketCipher, Purpose};
use tgcall::media::rtp::packet::Packet as RtpPacket;
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::setup::{Credentials, Setup, TransportSetup};
use tgcall::signaling::acked::Acked;
use tgcall::signaling::message::{Content, MediaKind, Message, NegotiateChannels};
use tgcall::signaling::negotiation::{Config, Negotiation, Output, Receivable, Wanted, audio_content, chosen};
use tgcall::signaling::sctp::crc32c;
use tgcall::signaling::seal::Sealer;
use tgcall::signaling::version::{CustomParameters, Dialect, Version};
use tgcall::signaling::{Signaling, gzip};
use tgcall::time::{Duration, Time};
use tgcall::types::{Role, Ssrc, VideoCodec};

struct Capture {
    name: String,
    key: Secret<256>,
    version: Version,
    parameters: CustomParameters,
    /// The engine of the official apps.
    is_official: bool,
    packets: Vec<Packet>,
    /// What was seen of the media: headers that can be read, and the rest encrypted.
    wire: Vec<Value>,
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
        version: Version::from_name(file["protocol_version"].as_str().unwrap()).unwrap(),
        parameters: CustomParameters::parse(&file["custom_parameters"].to_string()),
        is_official: file["implementation"].as_str().is_some_and(|name| name.starts_with("tgcalls")),
        packets: packets.collect(),
        wire: file["wire"].as_array().cloned().unwrap_or_default(),
    }
}

impl Capture {
    fn cipher(&self, role: Role) -> PacketCipher {
        PacketCipher::new(&self.key, role, Purpose::Signaling)
    }

    fn dialect(&self) -> Dialect {
        self.version.dialect(&self.parameters)
    }

    /// What one end said, each message once.
    fn said(&self, sender: Role) -> impl Iterator<Item = (Time, Message)> {
        let packets = self.packets.iter().filter(move |packet| packet.sender == sender);
        packets.flat_map(|packet| packet.texts().map(|text| (packet.at, Message::parse(text.as_bytes()).unwrap())))
    }

    /// The offers of an end, and when they were made: whoever names an exchange first has begun it.
    fn offers_at(&self, sender: Role) -> Vec<(Time, NegotiateChannels)> {
        let mut begun: Vec<(Role, Time, NegotiateChannels)> = Vec::new();
        for packet in &self.packets {
            for text in packet.texts() {
                if let Ok(Message::NegotiateChannels(channels)) = Message::parse(text.as_bytes())
                    && begun.iter().all(|(.., offer)| offer.exchange_id != channels.exchange_id)
                {
                    begun.push((packet.sender, packet.at, channels));
                }
            }
        }
        begun.into_iter().filter(|(role, ..)| *role == sender).map(|(_, at, offer)| (at, offer)).collect()
    }

    fn offers(&self, sender: Role) -> Vec<NegotiateChannels> {
        self.offers_at(sender).into_iter().map(|(_, offer)| offer).collect()
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
    if entry.get("encrypted_hex").is_some() {
        assert_eq!(encrypted, hex(entry, "encrypted_hex"));
    }
    let plaintext = capture.cipher(sender.other()).open(encrypted).expect("the packet opens");
    assert_eq!(plaintext, hex(entry, "plain_hex"));
    let (counter, payload) = Sealer::new(capture.cipher(sender.other())).open(encrypted).unwrap();
    assert_eq!(Some(u64::from(counter)), entry["counter"].as_u64());
    let text = gzip::expand(&payload).unwrap();
    assert_eq!(text.as_ref(), entry["text"].as_str().unwrap().as_bytes());
    check_message(&text);
}

/// The one message of a packet without a framing of its own.
fn check_plain_message(capture: &Capture, packet: &Packet) {
    let entry = &packet.record["decrypted"][0];
    let (counter, payload) = Sealer::new(capture.cipher(packet.sender.other())).open(&packet.raw).unwrap();
    assert_eq!(Some(u64::from(counter)), entry["counter"].as_u64());
    assert_eq!(gzip::expand(&payload).unwrap().as_ref(), entry["text"].as_str().unwrap().as_bytes());
    let is_gzip = capture.dialect() == Dialect::Compressed;
    assert_eq!((Some(is_gzip), payload[0] == b'{'), (entry["gzip"].as_bool(), !is_gzip), "{}", capture.name);
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
            if capture.dialect() != Dialect::Sctp {
                let plaintext = capture.cipher(packet.sender.other()).open(&packet.raw).expect("the packet opens");
                assert_eq!(plaintext, hex(&packet.record, "plain_hex"), "{}", capture.name);
                assert_eq!(capture.cipher(packet.sender).seal(&plaintext), packet.raw);
                packet.texts().for_each(|text| check_message(text.as_bytes()));
                if capture.dialect() != Dialect::Acked {
                    check_plain_message(&capture, packet);
                }
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

/// Both ends of the calls without an association: what arrived is handed in as it arrived, and every message comes out once.
#[test]
fn our_receiver_delivers_what_the_recorded_ends_sent() {
    for capture in captures().iter().filter(|capture| capture.dialect() != Dialect::Sctp) {
        for role in [Role::Caller, Role::Callee] {
            let random = Random::from_seed(1);
            let mut end = Signaling::new(Time::ZERO, random, &capture.key, role, capture.version, &capture.parameters);
            for packet in capture.packets.iter().filter(|packet| packet.sender != role && !packet.dropped) {
                end.handle_packet(packet.at, &packet.raw);
                end.handle_packet(packet.at, &packet.raw);
            }
            let sent: Vec<Message> = capture.said(role.other()).map(|(_, message)| message).collect();
            let received: Vec<Message> = std::iter::from_fn(|| end.poll_message()).collect();
            assert_eq!(received, sent, "{}, {role:?}", capture.name);
            assert_eq!(end.counters().dropped(), 0);
        }
    }
}

/// An end of ours in the place of a recorded one, with the same source of sound.
fn stand_in(
    capture: &Capture,
    role: Role,
    sound: Ssrc,
    encoded: &[VideoCodec],
    decoded: &[VideoCodec],
    wanted: Wanted,
) -> Negotiation {
    let transport = TransportSetup {
        credentials: Credentials { ufrag: "ours".into(), password: "kS8vQ2nLx0TgYwR4mZ7bHcJd".into() },
        fingerprint: Some(vec!["AB"; 32].join(":")),
        setup: if role == Role::Caller { Setup::Actpass } else { Setup::Passive },
    };
    let config = Config {
        role,
        transport,
        receivable: Receivable::with_pictures(decoded.to_vec()),
        encoded: encoded.to_vec(),
        wanted,
        reliable: capture.dialect().is_reliable(),
        dtls: true,
    };
    Negotiation::new(Time::ZERO, Random::from_seed(1), config, vec![audio_content(sound)])
}

/// Our negotiation in the place of each recorded end: it agrees on sound with what the other one said, whatever the order,
/// and answers every offer with the sound in it.
#[test]
fn our_negotiation_agrees_with_the_recorded_ends() {
    let mut videos = 0;
    for capture in captures() {
        for role in [Role::Caller, Role::Callee] {
            let context = format!("{}, {role:?}", capture.name);
            let own = &capture.offers(role)[0];
            let audio = own.contents.iter().find(|content| content.kind == MediaKind::Audio).unwrap();
            // Where the answers mean it, our offer has the number that we gave it.
            let mut end = stand_in(&capture, role, audio.ssrc, &[], &[], Wanted::default());
            let (mut outputs, mut our_offer) = (Vec::new(), None);
            for (at, mut message) in capture.said(role.other()) {
                outputs.extend(std::iter::from_fn(|| end.poll_output()));
                let peers = capture.offers(role.other());
                our_offer = our_offer.or_else(|| {
                    outputs.iter().find_map(|output| match output {
                        Output::Send(Message::NegotiateChannels(channels))
                            if peers.iter().all(|offer| offer.exchange_id != channels.exchange_id) =>
                        {
                            Some(channels.exchange_id)
                        }
                        _ => None,
                    })
                });
                if let Message::NegotiateChannels(channels) = &mut message
                    && peers.iter().all(|offer| offer.exchange_id != channels.exchange_id)
                {
                    if channels.exchange_id != own.exchange_id {
                        // An answer to an offer that we do not make: the recorded end began with video.
                        continue;
                    }
                    channels.exchange_id = our_offer.expect("nobody answers what was not said");
                }
                end.handle_message(at, message);
            }
            outputs.extend(std::iter::from_fn(|| end.poll_output()));
            for offer in capture.offers(role.other()) {
                let answer = outputs.iter().find_map(|output| match output {
                    Output::Send(Message::NegotiateChannels(answer)) if answer.exchange_id == offer.exchange_id => {
                        Some(answer)
                    }
                    _ => None,
                });
                let Some(answer) = answer else { panic!("{context}: offer {} is not answered", offer.exchange_id) };
                let [sound] = &answer.contents[..] else { panic!("{context}: {answer:?}") };
                let offered = offer.contents.iter().find(|content| content.kind == MediaKind::Audio).unwrap();
                assert_eq!((sound.kind, sound.ssrc), (MediaKind::Audio, offered.ssrc), "{context}");
                let ids: Vec<u8> = sound.payload_types.iter().map(|codec| codec.id).collect();
                assert_eq!(ids, [111], "{context}");
                assert!(sound.extensions.iter().all(|extension| offered.extensions.contains(extension)));
                videos += offer.contents.len() - 1;
            }
            assert!(outputs.iter().any(|output| matches!(output, Output::RemoteTransport(_))), "{context}");
            let reached = outputs.iter().filter(|output| matches!(output, Output::RemoteCandidate(_))).count();
            assert!(reached >= 1, "{context}");
            let (outgoing, incoming) = (end.outgoing(), end.incoming());
            assert_eq!((outgoing.len(), incoming.len()), (1, 1), "{context}");
            assert_eq!((outgoing[0].ssrc, outgoing[0].payload_types[0].id), (audio.ssrc, 111), "{context}");
        }
    }
    assert!(videos > 0, "a recorded end offers video");
}

fn picture(contents: &[Content]) -> Option<&Content> {
    contents.iter().find(|content| content.kind == MediaKind::Video)
}

/// The same with pictures: shown when the recorded end shows its own, with codecs that both engines offer under our numbers,
/// so that their recorded answers answer ours, once these name our sources.
#[test]
fn our_negotiation_agrees_on_the_recorded_pictures() {
    let (encoded, decoded) = ([VideoCodec::Vp8, VideoCodec::Vp9], [VideoCodec::H264, VideoCodec::Vp8]);
    let (mut shown, mut seen, mut stopped) = (0, 0, 0);
    for capture in captures() {
        for role in [Role::Caller, Role::Callee] {
            let context = format!("{}, {role:?}", capture.name);
            let own = capture.offers_at(role);
            let sound = own[0].1.contents.iter().find(|content| content.kind == MediaKind::Audio).unwrap().ssrc;
            let wanted =
                |offer: &NegotiateChannels| Wanted { camera: picture(&offer.contents).is_some(), screen: false };
            let mut end = stand_in(&capture, role, sound, &encoded, &decoded, wanted(&own[0].1));
            let (mut switches, mut offers) = (own[1..].iter().peekable(), Vec::<NegotiateChannels>::new());
            for (at, mut message) in capture.said(role.other()) {
                while let Some((when, offer)) = switches.next_if(|(when, _)| *when <= at) {
                    end.set_pictures(*when, wanted(offer));
                }
                if end.next_timeout().is_some_and(|due| due <= at) {
                    end.handle_timeout(at);
                }
                let peers = capture.offers(role.other());
                let is_answer = |id| peers.iter().all(|offer| offer.exchange_id != id);
                while let Some(output) = end.poll_output() {
                    if let Output::Send(Message::NegotiateChannels(channels)) = output
                        && is_answer(channels.exchange_id)
                        && offers.iter().all(|offer| offer.exchange_id != channels.exchange_id)
                    {
                        offers.push(channels);
                    }
                }
                let offered = match &mut message {
                    Message::NegotiateChannels(answer) if is_answer(answer.exchange_id) => {
                        let number = own.iter().position(|(_, offer)| offer.exchange_id == answer.exchange_id);
                        let ours = &offers[number.unwrap()];
                        answer.exchange_id = ours.exchange_id;
                        if let Some(theirs) = answer.contents.iter_mut().find(|one| one.kind == MediaKind::Video) {
                            let ours = picture(&ours.contents).expect(&context);
                            (theirs.ssrc, theirs.ssrc_groups) = (ours.ssrc, ours.ssrc_groups.clone());
                        }
                        None
                    }
                    Message::NegotiateChannels(offer) => Some(offer.clone()),
                    _ => None,
                };
                let was_shown = picture(end.incoming()).is_some();
                end.handle_message(at, message);
                let Some(offered) = offered else {
                    shown += usize::from(picture(end.outgoing()).is_some());
                    continue;
                };
                let answers: Vec<NegotiateChannels> = std::iter::from_fn(|| end.poll_output())
                    .filter_map(|output| match output {
                        Output::Send(Message::NegotiateChannels(channels)) => Some(channels),
                        _ => None,
                    })
                    .collect();
                let answer = answers.iter().find(|answer| answer.exchange_id == offered.exchange_id).expect(&context);
                offers.extend(answers.iter().filter(|answer| is_answer(answer.exchange_id)).cloned());
                let received = picture(end.incoming());
                assert_eq!(picture(&answer.contents), received, "{context}");
                stopped += usize::from(was_shown && received.is_none());
                let (Some(theirs), Some(received)) = (picture(&offered.contents), received) else {
                    assert_eq!(picture(&offered.contents), received, "{context}");
                    continue;
                };
                seen += 1;
                assert_eq!((theirs.ssrc, &theirs.ssrc_groups), (received.ssrc, &received.ssrc_groups), "{context}");
                let names: Vec<&str> = received.payload_types.iter().map(|codec| codec.name.as_str()).collect();
                assert!(["VP8", "H264", "rtx"].iter().all(|name| names.contains(name)), "{context}: {names:?}");
                assert_eq!(names.iter().filter(|name| **name == "rtx").count() * 2, names.len(), "{context}");
                assert!(names.iter().all(|name| ["VP8", "H264", "rtx"].contains(name)), "{context}: {names:?}");
                let ids: Vec<u8> = received.extensions.iter().map(|extension| extension.id).collect();
                assert_eq!(ids, [2, 3, 13], "{context}");
            }
            // Where the recorded end shows a picture to the end of the call, so does ours, and it is the one that was answered.
            let wanted = own.last().is_some_and(|(_, offer)| picture(&offer.contents).is_some());
            let agreed = picture(end.outgoing()).and_then(|content| chosen(&encoded, content));
            assert_eq!(agreed, wanted.then_some((VideoCodec::Vp8, 96)), "{context}");
        }
    }
    assert!(shown > 0 && seen > 0 && stopped > 0, "{shown} shown, {seen} seen, {stopped} stopped");
}

/// The headers of every recorded packet of media say what their recorder read, and fit what signaling had agreed on: sources, payload
/// types, extensions, one counter of transport-cc for all of an end, the rotation of a picture in its last packet.
#[test]
fn the_recorded_media_is_what_was_agreed_on() {
    let (mut pictures, mut repairs, mut turned) = (0, 0, 0);
    for capture in captures() {
        for role in [Role::Caller, Role::Callee] {
            let context = format!("{}, {role:?}", capture.name);
            let arrow = if role == Role::Caller { "caller->callee" } else { "callee->caller" };
            let offered: Vec<Content> = capture.offers(role).into_iter().flat_map(|offer| offer.contents).collect();
            let mut last_number = None;
            for record in capture.wire.iter().filter(|one| one["dir"] == arrow && one["kind"] == "srtp") {
                let (mut bytes, read) = (hex(record, "hex"), &record["rtp"]);
                let packet = RtpPacket::parse(&bytes).map(|packet| packet.payload.len());
                assert!(packet.is_none_or(|size| size < bytes.len()), "{context}");
                // How much padding there is, is encrypted.
                bytes[0] &= !0x20;
                let packet = RtpPacket::parse(&bytes).expect(&context);
                let number = |field: &str| read[field].as_u64().unwrap();
                assert_eq!(u64::from(packet.ssrc), number("ssrc"), "{context}");
                assert_eq!(u64::from(packet.payload_type), number("pt"), "{context}");
                assert_eq!(u64::from(packet.sequence), number("seq"), "{context}");
                assert_eq!(u64::from(packet.timestamp), number("timestamp"), "{context}");
                assert_eq!(packet.marker, read["marker"], "{context}");
                let ids: Vec<u8> = packet.extensions().map(|(id, _)| id).collect();
                let recorded = read["extension_ids"].as_array().unwrap();
                assert_eq!(json!(ids), recorded.iter().map(|pair| pair[0].clone()).collect::<Value>(), "{context}");

                let source = Ssrc(packet.ssrc);
                let is_repair = |content: &Content| content.ssrc_groups.iter().any(|group| group.ssrcs[1] == source);
                let content = offered.iter().find(|content| content.ssrc == source || is_repair(content));
                let content = content.unwrap_or_else(|| panic!("{context}: {source:?} was never offered"));
                let codec = content.payload_types.iter().find(|codec| codec.id == packet.payload_type).expect(&context);
                assert_eq!(codec.name == "rtx", is_repair(content), "{context}");
                assert!(ids.iter().all(|id| content.extensions.iter().any(|one| one.id == *id)), "{context}: {ids:?}");
                let [high, low] = packet.extensions().find(|(id, _)| *id == 3).expect(&context).1 else {
                    panic!("{context}")
                };
                let number = u16::from_be_bytes([*high, *low]);
                assert!(last_number.replace(number).map_or(number == 1, |last| number > last), "{context}: {number}");
                assert!(!ids.contains(&13) || packet.marker, "{context}: the rotation is in the last packet");
                turned += usize::from(ids.contains(&13));
                pictures += usize::from(content.kind == MediaKind::Video && !is_repair(content));
                repairs += usize::from(is_repair(content));
            }
        }
    }
    assert!(
        pictures > 0 && repairs > 0 && turned > 0,
        "{pictures} packets of pictures, {repairs} repairs, {turned} turned"
    );
}

/// What the engine of the official apps says, and in which order: what our tests model it by.
#[test]
fn the_official_engine_speaks_as_we_think_it_does() {
    let mut videos = 0;
    for capture in captures().iter().filter(|capture| capture.is_official) {
        for role in [Role::Caller, Role::Callee] {
            let context = format!("{}, {role:?}", capture.name);
            let said: Vec<Message> = capture.said(role).map(|(_, message)| message).collect();
            let position = |wanted: &dyn Fn(&Message) -> bool| said.iter().position(wanted).expect(&context);
            let setup = position(&|message| matches!(message, Message::InitialSetup(_)));
            let is_offer = |message: &Message| {
                let Message::NegotiateChannels(channels) = message else { return false };
                capture.offers(role).iter().any(|offer| offer.exchange_id == channels.exchange_id)
            };
            let offer = position(&is_offer);
            let answer = position(&|message| matches!(message, Message::NegotiateChannels(_)) && !is_offer(message));
            let candidates = said[..setup].iter().filter(|message| matches!(message, Message::Candidates(_))).count();
            match role {
                Role::Caller => assert!(offer == 0 && offer < setup && setup < answer, "{context}"),
                Role::Callee => assert!(answer < offer && offer < setup && candidates == 2, "{context}"),
            }
            assert!(said.iter().all(|message| !matches!(message, Message::MediaState(_))), "{context}");
            let Message::InitialSetup(setup) = &said[setup] else { unreachable!() };
            assert!(setup.renomination && setup.fingerprints.len() == 1, "{context}");
            let expected = if role == Role::Caller { "actpass" } else { "passive" };
            assert_eq!(setup.fingerprints[0].setup, expected, "{context}");
            for content in capture.offers(role).iter().flat_map(|offer| &offer.contents) {
                let names: Vec<(u8, &str)> =
                    content.payload_types.iter().map(|codec| (codec.id, codec.name.as_str())).collect();
                if content.kind == MediaKind::Audio {
                    assert_eq!(names, [(111, "opus")], "{context}");
                    continue;
                }
                videos += 1;
                assert!([(96, "VP8"), (98, "VP9"), (102, "H264"), (39, "H264")].iter().all(|one| names.contains(one)));
                let known = ["VP8", "VP9", "H264", "rtx", "red", "ulpfec"];
                assert!(names.iter().all(|(_, name)| known.contains(name)), "{context}: {names:?}");
            }
        }
    }
    assert!(videos > 0);
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
