use super::*;

const ANSWER: &str = r#"{"transport":{"ufrag":"1ab2","pwd":"0123456789abcdefghijklmn","rtcp-mux":true,
    "xmlns":"urn:xmpp:jingle:transports:ice-udp:1",
    "fingerprints":[{"hash":"sha-256","setup":"active","fingerprint":"0A:1B"}],
    "candidates":[{"generation":"0","component":"1","protocol":"udp","port":"32001","ip":"203.0.113.5",
        "foundation":"1","id":"abc","priority":"2130706431","type":"host","network":"0"},
      {"generation":0,"component":1,"protocol":"udp","port":32003,"ip":"2001:db8::5","priority":99,"type":"host"}]},
  "audio":{"payload-types":[{"id":111,"name":"opus","clockrate":48000,"channels":2,
        "parameters":{"minptime":"10","useinbandfec":1},"rtcp-fbs":[{"type":"transport-cc"}]}],
    "rtp-hdrexts":[{"id":1,"uri":"urn:ietf:params:rtp-hdrext:ssrc-audio-level"}]},
  "video":{"endpoint":"1a2b3c4d","server_sources":[7,-123456],
    "payload-types":[{"id":100,"name":"VP8","clockrate":90000,"channels":1,
        "rtcp-fbs":[{"type":"goog-remb"},{"type":"ccm","subtype":"fir"},{"type":"nack pli"}]},
      {"id":101,"name":"rtx","clockrate":90000,"parameters":{"apt":100}}],
    "rtp-hdrexts":[{"id":2,"uri":"http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"}]}}"#;

fn setup() -> TransportSetup {
    TransportSetup {
        credentials: Credentials { ufrag: "abcd".into(), password: "0123456789abcdefghijklmn".into() },
        fingerprint: Some("AA:BB".into()),
        setup: Setup::Passive,
    }
}

fn connection(json: &str) -> ServerSide {
    match Answer::parse(json.as_bytes()) {
        Ok(Answer::Connection(side)) => *side,
        other => panic!("{other:?}"),
    }
}

/// The same answer, with one value of its transport changed.
fn changed(key: &str, value: Value) -> String {
    let mut json: Value = serde_json::from_str(ANSWER).unwrap();
    json["transport"][key] = value;
    json.to_string()
}

#[test]
fn a_listener_offers_its_sound_and_no_groups() {
    let offer = Offer { transport: setup(), sources: Sources { audio: Ssrc(7), layers: vec![] } };
    let wanted = r#"{"fingerprints":[{"fingerprint":"AA:BB","hash":"sha-256","setup":"passive"}],"#.to_owned()
        + r#""pwd":"0123456789abcdefghijklmn","ssrc":7,"ufrag":"abcd"}"#;
    assert_eq!(offer.to_json(), wanted);
}

/// The numbers are those of a payload that ntgcalls 3.0.5 has sent (`captures/groups/join_payloads.json`).
#[test]
fn a_camera_of_three_layers_is_grouped_as_others_group_it() {
    let layer = |at: u32| Layer { primary: Ssrc(1_753_292_843 + 2 * at), repair: Ssrc(1_753_292_844 + 2 * at) };
    let sources = Sources { audio: Ssrc(1_753_292_842), layers: (0..3).map(layer).collect() };
    let json: Value = serde_json::from_str(&Offer { transport: setup(), sources }.to_json()).unwrap();
    let wanted = json!([
        { "semantics": "SIM", "sources": [1753292843, 1753292845, 1753292847] },
        { "semantics": "FID", "sources": [1753292843, 1753292844] },
        { "semantics": "FID", "sources": [1753292845, 1753292846] },
        { "semantics": "FID", "sources": [1753292847, 1753292848] },
    ]);
    assert_eq!(json["ssrc-groups"], wanted);
}

/// What the header promises of `tgcall_group_get_payload`.
#[test]
fn the_longest_offer_fits_into_1024_bytes() {
    let layer = |at: u32| Layer { primary: Ssrc(i32::MIN as u32 + at), repair: Ssrc(i32::MIN as u32 + 8 + at) };
    let sources = Sources { audio: Ssrc(i32::MAX as u32), layers: (0..3).map(layer).collect() };
    let transport = TransportSetup { fingerprint: Some(["AA"; 32].join(":")), ..setup() };
    assert!(Offer { transport, sources }.to_json().len() <= 1024);
}

#[test]
fn one_layer_needs_no_group_of_layers_and_two_do() {
    let mut random = Random::from_seed(1);
    let semantics =
        |sources: &Sources| -> Vec<&str> { sources.groups().iter().map(|group| group.semantics.name()).collect() };
    assert_eq!(semantics(&Sources::draw(&mut random, 0)), [""; 0]);
    assert_eq!(semantics(&Sources::draw(&mut random, 1)), ["FID"]);
    assert_eq!(semantics(&Sources::draw(&mut random, 2)), ["SIM", "FID", "FID"]);
}

#[test]
fn drawn_sources_are_positive_for_telegram_and_differ() {
    let mut random = Random::from_seed(2);
    for _ in 0..1000 {
        let sources = Sources::draw(&mut random, 3);
        assert!(signed(sources.audio) > 0);
        let mut all = vec![sources.audio];
        all.extend(sources.layers.iter().flat_map(|layer| [layer.primary, layer.repair]));
        all.dedup();
        assert_eq!(all.len(), 7);
    }
}

#[test]
fn a_source_beyond_the_sign_is_written_and_read_with_it() {
    let offer = Offer { transport: setup(), sources: Sources { audio: Ssrc(u32::MAX - 1), layers: vec![] } };
    let json: Value = serde_json::from_str(&offer.to_json()).unwrap();
    assert_eq!(json["ssrc"], -2);
    assert_eq!(unsigned(signed(Ssrc(u32::MAX - 1))), Ssrc(u32::MAX - 1));
    for (written, ssrc) in [
        (json!(-2), Some(u32::MAX - 1)),
        (json!(4_294_967_294_u32), Some(u32::MAX - 1)),
        (json!("-2"), Some(u32::MAX - 1)),
        (json!(1i64 << 32), None),
        (json!(1.5), None),
    ] {
        assert_eq!(source(&written), ssrc.map(Ssrc), "{written}");
    }
}

#[test]
fn an_answer_is_read_whole() {
    let side = connection(ANSWER);
    assert_eq!(side.transport.credentials.ufrag, "1ab2");
    assert_eq!(side.transport.credentials.password.expose(), "0123456789abcdefghijklmn");
    assert_eq!((side.transport.fingerprint.as_deref(), side.transport.setup), (Some("0A:1B"), Setup::Active));
    let lines: Vec<String> = side.candidates.iter().map(Candidate::to_string).collect();
    assert_eq!(
        lines,
        ["candidate:1 1 udp 2130706431 203.0.113.5 32001 typ host", "candidate:1 1 udp 99 2001:db8::5 32003 typ host"]
    );
    assert_eq!(side.left_out, 0);
    let audio = side.audio.unwrap();
    let opus = &audio.payload_types[0];
    assert_eq!((opus.id, opus.name.as_str(), opus.clock_rate, opus.channels), (111, "opus", 48000, 2));
    let parameters = [("minptime", "10"), ("useinbandfec", "1")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(opus.parameters, parameters);
    assert_eq!(audio.extensions[0].id, 1);
    let video = side.video.unwrap();
    assert_eq!((video.endpoint.as_str(), video.probe), ("1a2b3c4d", Some(unsigned(-123456))));
    assert_eq!(video.description.payload_types[0].feedback, ["goog-remb", "ccm fir", "nack pli"]);
    assert_eq!(video.description.payload_types[1].parameters, [("apt".to_owned(), "100".to_owned())]);
}

#[test]
fn a_candidate_that_is_none_costs_only_itself() {
    let good = json!({ "ip": "203.0.113.5", "port": "32001", "priority": "7", "protocol": "udp", "type": "host" });
    let mut bad = vec![json!(null), json!("candidate"), json!({})];
    for (key, value) in [
        ("ip", json!("sfu.example")),
        ("ip", json!(7)),
        ("ip", json!("203.0.113.5 typ host\r\n")),
        ("port", json!("70000")),
        ("port", json!("0")),
        ("port", json!([1])),
        ("protocol", json!("tcp")),
        ("tcptype", json!("passive")),
        ("type", json!("relay")),
    ] {
        let mut one = good.clone();
        one[key] = value;
        bad.push(one);
    }
    for bad in bad {
        let side = connection(&changed("candidates", json!([bad, good])));
        assert_eq!((side.candidates.len(), side.left_out), (1, 1), "{bad}");
        let none = changed("candidates", json!([bad]));
        assert_eq!(Answer::parse(none.as_bytes()), Err(BadAnswer::NoCandidate));
    }
}

#[test]
fn ten_thousand_candidates_are_a_few() {
    let one = json!({ "ip": "203.0.113.5", "port": 1 });
    let many = changed("candidates", Value::Array(vec![one; 8000]));
    let side = connection(&many);
    assert_eq!((side.candidates.len(), side.left_out), (MAX_CANDIDATES, 8000 - MAX_CANDIDATES));
}

#[test]
fn an_answer_that_lacks_what_it_needs_says_what() {
    let refused = |json: &str| Answer::parse(json.as_bytes()).unwrap_err();
    for (key, value) in [
        ("ufrag", json!(null)),
        ("ufrag", json!("")),
        ("pwd", json!([])),
        ("pwd", json!("x".repeat(MAX_TEXT + 1))),
        ("fingerprints", json!([])),
        ("fingerprints", json!([{ "hash": "sha-1", "fingerprint": "AA" }])),
        ("fingerprints", json!([{ "hash": "sha-256" }])),
    ] {
        assert_eq!(refused(&changed(key, value)), BadAnswer::NoTransport, "{key}");
    }
    assert_eq!(refused(&changed("candidates", json!({}))), BadAnswer::NoCandidate);
    for json in ["", "[]", "7", "{", "{\"transport\":", &"[".repeat(100_000)] {
        assert_eq!(refused(json), BadAnswer::NotJson);
    }
    assert_eq!(refused("{}"), BadAnswer::NoTransport);
    assert_eq!(refused(&" ".repeat(MAX_ANSWER + 1)), BadAnswer::TooLong);
}

/// A server may list what it likes best first, and we understand one kind.
#[test]
fn the_first_fingerprint_that_we_understand_counts() {
    let list = json!([{ "hash": "sha-1", "fingerprint": "00" }, { "hash": "SHA-256", "fingerprint": "11" },
        { "hash": "sha-256", "fingerprint": "22", "setup": "active" }]);
    let side = connection(&changed("fingerprints", list));
    assert_eq!((side.transport.fingerprint.as_deref(), side.transport.setup), (Some("11"), Setup::Actpass));
}

#[test]
fn sound_and_pictures_may_be_missing_or_nonsense() {
    let mut json: Value = serde_json::from_str(ANSWER).unwrap();
    json["audio"] = json!(7);
    json["video"] = json!({ "server_sources": [1] });
    let side = connection(&json.to_string());
    assert_eq!((side.audio, side.video), (None, None));
    let wrong =
        json!([null, {}, { "id": 128, "name": "x" }, { "id": -1, "name": "x" }, { "id": "100", "name": "VP8" }]);
    json["video"] = json!({ "endpoint": 7, "payload-types": wrong, "rtp-hdrexts": [{ "id": 256, "uri": "x" }, {}] });
    let video = connection(&json.to_string()).video.unwrap();
    assert_eq!((video.endpoint.as_str(), video.probe), ("7", None));
    assert_eq!(video.description.payload_types.len(), 1);
    assert_eq!(video.description.extensions, []);
}

#[test]
fn a_stream_is_told_from_a_connection() {
    let parse = |json: &str| Answer::parse(json.as_bytes());
    let stream = |is_rtmp, rtmp| Ok(Answer::Stream(Stream { is_rtmp, rtmp }));
    assert_eq!(parse(r#"{"stream":true}"#), stream(false, None));
    assert_eq!(parse(r#"{"stream":true,"rtmp":true}"#), stream(true, None));
    assert_eq!(parse(r#"{"stream":true,"rtmp":false,"transport":{}}"#), stream(false, None));
    assert_eq!(parse(r#"{"stream":false}"#), Err(BadAnswer::NoTransport));
    let owner = r#"{"stream":true,"rtmp":true,"rtmp_stream_url":"rtmps://x","rtmp_stream_key":"k"}"#;
    assert_eq!(parse(owner), stream(true, Some(Rtmp { url: "rtmps://x".into(), key: "k".into() })));
}

#[test]
fn the_password_is_in_no_log() {
    let offer = Offer { transport: setup(), sources: Sources { audio: Ssrc(7), layers: vec![] } };
    let shown = format!("{offer:?} {:?}", connection(ANSWER));
    assert!(!shown.contains("0123456789abcdefghijklmn"), "{shown}");
}

/// Whatever an answer is cut to, or has in place of a byte, it is read or refused.
#[test]
fn broken_answers_are_refused_and_break_nothing() {
    let mut random = Random::from_seed(3);
    for length in 0..ANSWER.len() {
        assert!(Answer::parse(&ANSWER.as_bytes()[..length]).is_err());
    }
    for _ in 0..20_000 {
        let mut bytes = ANSWER.as_bytes().to_vec();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len() as u64) as usize;
            bytes[at] = random.u32() as u8;
        }
        let _ = Answer::parse(&bytes);
    }
}

/// For the tests of those who join.
pub mod sample {
    use super::*;
    use crate::types::{IpAddr, Ipv4Addr};

    pub fn transport() -> TransportSetup {
        let credentials = Credentials { ufrag: "abcd".into(), password: "p".into() };
        TransportSetup { credentials, fingerprint: Some("AA".into()), setup: Setup::Passive }
    }

    /// A server that can be reached.
    pub fn connection() -> Option<Result<Answer, BadAnswer>> {
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 5)), 32001);
        let candidates = vec![Candidate { address, priority: 1 }];
        let side = ServerSide { transport: transport(), candidates, left_out: 0, audio: None, video: None };
        Some(Ok(Answer::Connection(Box::new(side))))
    }
}
