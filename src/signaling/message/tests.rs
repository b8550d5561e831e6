use super::*;

fn parse(json: &str) -> Result<Message, Ignored> {
    Message::parse(json.as_bytes())
}

fn offer() -> NegotiateChannels {
    NegotiateChannels {
        exchange_id: 2_718_281_828,
        contents: vec![Content {
            kind: MediaKind::Video,
            ssrc: Ssrc(3_141_592_653),
            ssrc_groups: vec![SsrcGroup {
                semantics: "FID".into(),
                ssrcs: vec![Ssrc(3_141_592_653), Ssrc(2_653_589_793)],
            }],
            payload_types: vec![PayloadType {
                id: 96,
                name: "H264".into(),
                clock_rate: 90_000,
                channels: 0,
                feedback: vec![Feedback { kind: "nack".into(), subtype: String::new() }],
                parameters: vec![("packetization-mode".into(), "1".into())],
            }],
            extensions: vec![Extension { id: 13, uri: "urn:3gpp:video-orientation".into() }],
        }],
    }
}

#[test]
fn every_message_survives_its_own_writing() {
    let messages = [
        Message::InitialSetup(InitialSetup {
            ufrag: "Ab3d".into(),
            pwd: "kS8vQ2nLx0TgYwR4mZ7bHcJd".into(),
            renomination: false,
            fingerprints: vec![Fingerprint {
                hash: "sha-256".into(),
                fingerprint: "1E:6F".into(),
                setup: "actpass".into(),
            }],
        }),
        Message::NegotiateChannels(offer()),
        Message::Candidates(vec![Candidate("candidate:1 1 udp 1 192.0.2.1 5 typ host".into())]),
        Message::MediaState(MediaState {
            muted: true,
            low_battery: true,
            video: StreamState::Suspended,
            screencast: StreamState::Active,
            rotation: 270,
        }),
    ];
    for message in messages {
        assert_eq!(parse(&message.to_json()), Ok(message));
    }
}

#[test]
fn what_is_written_has_the_keys_that_other_parsers_need() {
    let media: Value = serde_json::from_str(&Message::MediaState(MediaState::default()).to_json()).unwrap();
    for key in ["muted", "lowBattery", "videoState", "videoRotation", "screencastState"] {
        assert!(media.get(key).is_some(), "{key}");
    }
    let offer: Value = serde_json::from_str(&Message::NegotiateChannels(offer()).to_json()).unwrap();
    assert_eq!(offer["exchangeId"], "2718281828");
    assert_eq!(offer["contents"][0]["ssrc"], "3141592653");
    assert_eq!(offer["contents"][0]["ssrcGroups"][0]["ssrcs"][1], "2653589793");
    assert_eq!(offer["contents"][0]["payloadTypes"][0]["parameters"]["packetization-mode"], "1");
    let candidates: Value = serde_json::from_str(&Message::Candidates(vec![Candidate("x".into())]).to_json()).unwrap();
    assert_eq!(candidates["candidates"][0]["sdpMLineIndex"], 0);
    assert!(candidates["candidates"][0].get("sdpMid").is_none());
}

#[test]
fn optional_lists_that_are_empty_are_left_out() {
    let mut offer = offer();
    let content = &mut offer.contents[0];
    content.ssrc_groups.clear();
    content.extensions.clear();
    content.payload_types[0].parameters.clear();
    content.payload_types[0].feedback.clear();
    let json: Value = serde_json::from_str(&Message::NegotiateChannels(offer).to_json()).unwrap();
    let content = &json["contents"][0];
    assert!(content.get("ssrcGroups").is_none());
    assert!(content["payloadTypes"][0].get("parameters").is_none(), "an empty array would break the message");
    assert!(content["payloadTypes"][0].get("feedbackTypes").is_none());
    assert_eq!(content["rtpExtensions"], json!([]));
}

#[test]
fn a_missing_requirement_takes_the_whole_message() {
    let rejected = [
        r#"{"@type":"InitialSetup","ufrag":"a","pwd":"b"}"#,
        r#"{"@type":"InitialSetup","ufrag":1,"pwd":"b","fingerprints":[]}"#,
        r#"{"@type":"InitialSetup","ufrag":"a","pwd":"b","fingerprints":[],"renomination":"yes"}"#,
        r#"{"@type":"InitialSetup","ufrag":"a","pwd":"b","fingerprints":[{"hash":"sha-256","setup":"active"}]}"#,
        r#"{"@type":"NegotiateChannels","contents":[]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"1"}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"","contents":[]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"4294967296","contents":[]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"-1","contents":[]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":1.5,"contents":[]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":true,"contents":[]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"1","contents":{}}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"1","contents":[{"type":"audio"}]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"1","contents":[{"type":"data","ssrc":"1"}]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"1","contents":[{"type":"audio","ssrc":"1","ssrcGroups":[{"semantics":"FID","ssrcs":["0"]}]}]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"1","contents":[{"type":"audio","ssrc":"1","payloadTypes":[{"id":111,"name":"opus"}]}]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"1","contents":[{"type":"audio","ssrc":"1","payloadTypes":[{"id":300,"name":"opus","clockrate":48000}]}]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"1","contents":[{"type":"audio","ssrc":"1","payloadTypes":[{"id":111,"name":"opus","clockrate":48000,"feedbackTypes":[{"type":"nack"}]}]}]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"1","contents":[{"type":"audio","ssrc":"1","payloadTypes":[{"id":111,"name":"opus","clockrate":48000,"parameters":{"minptime":10}}]}]}"#,
        r#"{"@type":"NegotiateChannels","exchangeId":"1","contents":[{"type":"audio","ssrc":"1","rtpExtensions":[{"id":2}]}]}"#,
        r#"{"@type":"Candidates"}"#,
        r#"{"@type":"Candidates","candidates":["candidate:1"]}"#,
        r#"{"@type":"Candidates","candidates":[{"sdp":"candidate:1"}]}"#,
        r#"{"@type":"MediaState","muted":1}"#,
        r#"{"@type":"MediaState","videoState":1}"#,
        r#"{"@type":"MediaState","videoRotation":"90"}"#,
        r#"{"@type":"MediaState","muted":null}"#,
        r#"{"@type":"MediaState"} x"#,
        "[]",
        "",
        "{",
    ];
    for json in rejected {
        assert_eq!(parse(json), Err(Ignored::Malformed), "{json}");
    }
}

#[test]
fn unknown_types_are_told_apart_from_broken_messages() {
    for json in [r#"{"@type":"Offer"}"#, r#"{"@type":5}"#, "{}"] {
        assert_eq!(parse(json), Err(Ignored::Unknown), "{json}");
    }
}

#[test]
fn an_unknown_state_is_the_default_and_odd_rotations_are_none() {
    let state = parse(r#"{"@type":"MediaState","videoState":"blinking","videoRotation":45,"x":{"y":[]}}"#);
    assert_eq!(state, Ok(Message::MediaState(MediaState::default())));
}

#[test]
fn a_candidate_may_carry_its_sdp_prefix() {
    let message = parse(r#"{"@type":"Candidates","candidates":[{"sdpString":"a=candidate:1 1\r\n"}]}"#);
    assert_eq!(message, Ok(Message::Candidates(vec![Candidate("candidate:1 1".into())])));
}

#[test]
fn a_candidate_that_is_too_long_is_skipped_and_of_too_many_the_newest_are_taken() {
    let long = "c".repeat(MAX_TEXT + 1);
    let message = json!({ "@type": "Candidates", "candidates": [{ "sdpString": long }, { "sdpString": "ok" }] });
    assert_eq!(parse(&message.to_string()), Ok(Message::Candidates(vec![Candidate("ok".into())])));
    let many: Vec<Value> = (0..MAX_CANDIDATES + 2).map(|n| json!({ "sdpString": format!("c{n}") })).collect();
    let message = json!({ "@type": "Candidates", "candidates": many });
    let Ok(Message::Candidates(taken)) = parse(&message.to_string()) else { panic!("it is refused") };
    assert_eq!(taken.len(), MAX_CANDIDATES);
    assert_eq!(taken.first(), Some(&Candidate("c2".into())));
    assert_eq!(taken.last(), Some(&Candidate(format!("c{}", MAX_CANDIDATES + 1))));
}

#[test]
fn texts_that_would_grow_in_memory_are_not_read() {
    let brackets = format!(r#"{{"@type":"MediaState","x":[{}0]}}"#, "0,".repeat(MAX_VALUES));
    assert_eq!(parse(&brackets), Err(Ignored::Malformed));
    let commas_in_a_string = format!(r#"{{"@type":"MediaState","x":"{}\""}}"#, ",".repeat(2 * MAX_VALUES));
    assert!(parse(&commas_in_a_string).is_ok());
    assert_eq!(parse(&"[".repeat(10_000)), Err(Ignored::Malformed));
}

#[test]
fn the_password_is_not_in_the_debug_text() {
    let setup = InitialSetup { ufrag: "u".into(), pwd: "hidden".into(), renomination: false, fingerprints: vec![] };
    assert!(!format!("{setup:?}").contains("hidden"));
}
