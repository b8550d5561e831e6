//! Where the targets begin: the bytes of the public vectors.

use serde_json::Value;

/// Longer inputs make slow rounds and no new paths.
const LONGEST: usize = 4096;

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// The files of `tests/vectors` whose names begin so.
fn files(prefix: &str) -> Vec<Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.retain(|file| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.starts_with(prefix) && name.ends_with(".json")
    });
    files.iter().map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()).collect()
}

/// Every string of hex in the files whose names begin so; only those under `key` if there is one.
pub fn hex_strings(prefix: &str, key: Option<&str>) -> Vec<Vec<u8>> {
    fn collect(value: &Value, wanted: bool, key: Option<&str>, out: &mut Vec<Vec<u8>>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, wanted, key, out)),
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| collect(value, key.is_none_or(|key| key == name), key, out));
            }
            Value::String(text) if wanted && text.len() % 2 == 0 && text.len() <= 2 * LONGEST => {
                out.extend(unhex(text))
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    files(prefix).iter().for_each(|file| collect(file, false, key, &mut out));
    out.sort();
    out.dedup();
    out
}

pub fn tl() -> Vec<Vec<u8>> {
    hex_strings("tl-", Some("hex"))
}

/// Blocks and broadcasts: whatever in the conference vectors begins with the id of one.
pub fn tl_chain() -> Vec<Vec<u8>> {
    use tgcall::tl::e2e::types::{ChainBlock, ChainGroupBroadcastNonceCommit, ChainGroupBroadcastNonceReveal};
    const IDS: [u32; 3] = [ChainBlock::ID, ChainGroupBroadcastNonceCommit::ID, ChainGroupBroadcastNonceReveal::ID];
    let is_object = |input: &Vec<u8>| input.first_chunk().is_some_and(|id| IDS.contains(&u32::from_le_bytes(*id)));
    let mut all = hex_strings("e2e-", None);
    all.retain(is_object);
    all.truncate(400);
    all
}

/// What is said about group calls: lists, and every update of the vectors that is about them, alone and together.
#[cfg(feature = "media")]
pub fn group_news() -> Vec<Vec<u8>> {
    use tgcall::tl::{self, Seq, enums, types};
    const LISTS: [u32; 2] = [types::PhoneGroupCall::ID, types::PhoneGroupParticipants::ID];
    let all = tl();
    let is_list = |input: &&Vec<u8>| input.first_chunk().is_some_and(|id| LISTS.contains(&u32::from_le_bytes(*id)));
    let mut out: Vec<Vec<u8>> = all.iter().filter(is_list).cloned().collect();
    let is_ours = |update: &enums::Update<'_>| {
        matches!(
            update,
            enums::Update::GroupCall(_)
                | enums::Update::GroupCallParticipants(_)
                | enums::Update::GroupCallConnection(_)
        )
    };
    let updates: Vec<enums::Update<'_>> =
        all.iter().filter_map(|input| tl::decode::<enums::Update<'_>>(input).ok()).filter(is_ours).collect();
    out.extend(updates.iter().map(|update| tl::encode(&types::UpdateShort { update: *update, date: 1 }).unwrap()));
    let data = types::DataJSON { data: &join_answers()[0].clone() };
    let connection =
        enums::Update::GroupCallConnection(types::UpdateGroupCallConnection { presentation: false, params: data });
    for some in updates.chunks(3) {
        let together: Vec<enums::Update<'_>> = core::iter::once(connection).chain(some.iter().copied()).collect();
        let (users, chats) = (Seq::empty(), Seq::empty());
        let container = types::Updates { updates: Seq::of(&together), users, chats, date: 1, seq: 0 };
        out.push(tl::encode(&container).unwrap());
    }
    out.retain(|input| input.len() <= LONGEST);
    out
}

/// `params` of joins that were answered by a connection and by streams.
#[cfg(feature = "media")]
pub fn join_answers() -> Vec<Vec<u8>> {
    let connection = r#"{"transport":{"ufrag":"1ab2","pwd":"0123456789abcdefghijklmn","fingerprints":[{"hash":"sha-256",
        "setup":"active","fingerprint":"0A:1B"}],"candidates":[{"component":"1","protocol":"udp","port":"32001",
        "ip":"203.0.113.5","foundation":"1","priority":"2130706431","type":"host"},{"ip":"2001:db8::1","port":7}]},
        "video":{"endpoint":"1a2b","server_sources":[-7],"payload-types":[{"id":100,"name":"VP8","clockrate":90000,
        "parameters":{"apt":100},"rtcp-fbs":[{"type":"ccm","subtype":"fir"}]}],"rtp-hdrexts":[{"id":2,"uri":"x"}]}}"#;
    let stream = r#"{"stream":true,"rtmp":true,"rtmp_stream_url":"rtmps://x","rtmp_stream_key":"k"}"#;
    let groups = r#"[{"semantics":"SIM","source_ids":[-1,2]},{"semantics":"FID","sources":[2,"3"]},7]"#;
    [connection, stream, groups].map(|json| json.as_bytes().to_vec()).to_vec()
}

/// Every JSON text of the signaling vectors.
pub fn signaling_messages() -> Vec<Vec<u8>> {
    let cases =
        files("signaling_json").into_iter().flat_map(|file| file["cases"].as_array().cloned().unwrap_or_default());
    cases.filter_map(|case| case["json"].as_str().map(|text| text.as_bytes().to_vec())).collect()
}

pub fn signaling_plaintexts() -> Vec<Vec<u8>> {
    let mut all = hex_strings("signaling_", Some("plaintext"));
    all.extend(hex_strings("gzip", None).into_iter().map(|packed| [&[0, 0, 0, 1], &packed[..]].concat()));
    all
}

pub fn signaling_sctp() -> Vec<Vec<u8>> {
    hex_strings("signaling_sctp", Some("hex"))
}

/// A talk of packets of 20 ms, one of them late and one far away.
pub fn jitter() -> Vec<Vec<u8>> {
    let times = [0u32, 960, 2880, 1920, 3840, 4800, 900_000, 900_960];
    let packet =
        |(n, time): (usize, &u32)| [&(n as u16).to_be_bytes()[..], &time.to_be_bytes(), &[3, 8, 1, 2]].concat();
    vec![times.iter().enumerate().flat_map(packet).collect()]
}

/// Recordings of a codec: their timestamps, markers and payloads.
fn video_packets(codec: &str) -> Vec<(u64, u8, Vec<u8>)> {
    let cases = files("video_").into_iter().flat_map(|file| file["cases"].as_array().cloned().unwrap_or_default());
    let cases = cases.filter(|case| case["codec"].as_str().is_some_and(|name| name.starts_with(codec)));
    let packets = cases.flat_map(|case| case["packets"].as_array().cloned().unwrap_or_default());
    packets
        .filter_map(|packet| {
            Some((packet[0].as_u64()?, packet[1].as_u64()? as u8, unhex(packet[2].as_str()?).unwrap_or_default()))
        })
        .collect()
}

/// The payloads of each frame behind their sizes, and the frame itself.
pub fn video(codec: &str) -> Vec<Vec<u8>> {
    let packets = video_packets(codec);
    let frames = packets.chunk_by(|one, next| one.0 == next.0);
    let sized = |frame: &[(u64, u8, Vec<u8>)]| {
        frame.iter().flat_map(|(_, _, payload)| sized(&[], payload)).collect::<Vec<u8>>()
    };
    let mut all: Vec<Vec<u8>> = frames.map(sized).collect();
    let cases = files("video_").into_iter().flat_map(|file| file["cases"].as_array().cloned().unwrap_or_default());
    let cases = cases.filter(|case| case["codec"].as_str().is_some_and(|name| name.starts_with(codec)));
    for case in cases {
        all.extend(case["frames"].as_array().unwrap().iter().filter_map(|frame| unhex(frame.as_str()?)));
    }
    // Temporal and spatial layers, as RFC 7741 and RFC 9628 show them.
    if codec == "vp8" {
        all.push(sized_all(&[&[0x90, 0xf0, 0x80, 0x11, 5, 0x60, 0x10, 0, 0, 0x9d, 1, 0x2a, 64, 0, 48, 0]]));
    } else if codec == "vp9" {
        all.push(sized_all(&[&[
            0xba, 0x80, 1, 0, 0x38, 0, 64, 0, 48, 0, 128, 0, 96, 1, 0x54, 1, 0x82, 0x49, 0x83, 0x42,
        ]]));
        all.push(sized_all(&[
            &[0xfc, 0x80, 2, 0x02, 0x03, 0x04, 0x86, 0, 1, 2],
            &[0xfc, 0x80, 2, 0x12, 0x02, 0x87, 0],
        ]));
    }
    all.retain(|input| input.len() <= LONGEST);
    all
}

/// The fuzz target reads sizes in fours.
fn sized(head: &[u8], payload: &[u8]) -> Vec<u8> {
    let size = (head.len() + payload.len()).div_ceil(4);
    let mut out = vec![size as u8];
    out.extend_from_slice(head);
    out.extend_from_slice(payload);
    out.resize(1 + 4 * size, 0);
    out
}

fn sized_all(payloads: &[&[u8]]) -> Vec<u8> {
    payloads.iter().flat_map(|payload| sized(&[], payload)).collect()
}

/// The beginning of each recording, packet by packet: codec, step of the number, timestamp, flags.
pub fn video_streams() -> Vec<Vec<u8>> {
    let codecs = ["vp8", "vp9", "h264", "h265", "av1"];
    let streams = codecs.iter().enumerate().map(|(i, codec)| {
        let packets = video_packets(codec);
        let first = packets[0].0;
        let packet = |(timestamp, marker, payload): &(u64, u8, Vec<u8>)| {
            let time = (timestamp.wrapping_sub(first) / 6000) as u8;
            sized(&[i as u8, 9, time, 8 | marker], payload)
        };
        packets.iter().take(14).flat_map(packet).collect()
    });
    streams.collect()
}
