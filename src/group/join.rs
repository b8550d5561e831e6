//! The join payload, and what the server answers: `sfu.md` sections 1 and 2, `group-calls.md` sections 7 and 8.
//!
//! Written as the official clients write it. Read liberally: numbers may be text and text numbers, SSRCs signed or unsigned,
//! unknown keys are skipped, and a candidate that is none costs only itself.

use crate::random::Random;
use crate::secret::SecretText;
use crate::setup::{Credentials, Setup, TransportSetup};
use crate::types::{SocketAddr, Ssrc};
use core::fmt;
use serde_json::{Map, Value, json};

/// Real answers have some 3 kB.
pub const MAX_ANSWER: usize = 256 << 10;
/// No text of an answer that we keep is longer. A password of ICE has up to 256 bytes.
const MAX_TEXT: usize = 256;
/// The servers seen had four, of both families.
pub const MAX_CANDIDATES: usize = 32;
/// The entries of any other list.
const MAX_ENTRIES: usize = 64;
/// A camera of three layers has four groups of up to three sources.
pub const MAX_GROUP: usize = 16;

/// What sources have to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Semantics {
    /// Layers of one picture, the smallest first.
    Simulcast,
    /// A stream and its retransmissions.
    Repair,
}

impl Semantics {
    pub fn name(self) -> &'static str {
        match self {
            Semantics::Simulcast => "SIM",
            Semantics::Repair => "FID",
        }
    }

    pub fn parse(name: &[u8]) -> Option<Semantics> {
        [Semantics::Simulcast, Semantics::Repair].into_iter().find(|known| known.name().as_bytes() == name)
    }
}

/// One entry of `ssrc-groups`, or of a participant's `source_groups`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceGroup {
    pub semantics: Semantics,
    pub sources: Vec<Ssrc>,
}

/// Groups as the host of an attached call has them, in JSON: `sources` with or without a sign; TDLib calls them `source_ids`. What is no
/// group costs only itself; `None`: it is no list.
pub fn source_groups(json: &[u8]) -> Option<Vec<SourceGroup>> {
    if json.len() > MAX_ANSWER {
        return None;
    }
    let Ok(Value::Array(groups)) = serde_json::from_slice(json) else { return None };
    let group = |group: &Value| {
        let sources = group.get("sources").or_else(|| group.get("source_ids"));
        let semantics = Semantics::parse(group.get("semantics")?.as_str()?.as_bytes())?;
        let sources = entries(sources).filter_map(source).take(MAX_GROUP).collect();
        Some(SourceGroup { semantics, sources })
    };
    Some(groups.iter().filter_map(group).take(MAX_GROUP).collect())
}

/// What one connection sends with. Each join has new ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// Never 0, and its top bit is clear.
    pub audio: Ssrc,
    /// The smallest picture first; none sends no pictures.
    pub layers: Vec<Layer>,
}

/// One size of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    pub primary: Ssrc,
    pub repair: Ssrc,
}

impl Sources {
    /// Draws sources, with so many layers of pictures, of which there are at most three.
    pub fn draw(random: &mut Random, layers: u32) -> Sources {
        debug_assert!(layers <= 3);
        let audio = loop {
            let drawn = random.u32() >> 1;
            if drawn != 0 {
                break drawn;
            }
        };
        let layer = |at: u32| Layer { primary: Ssrc(audio + 1 + 2 * at), repair: Ssrc(audio + 2 + 2 * at) };
        Sources { audio: Ssrc(audio), layers: (0..layers).map(layer).collect() }
    }

    /// The layers as Telegram wants them told: how they belong together, if there are several, then each with its repair.
    pub fn groups(&self) -> Vec<SourceGroup> {
        let primaries: Vec<Ssrc> = self.layers.iter().map(|layer| layer.primary).collect();
        let together = SourceGroup { semantics: Semantics::Simulcast, sources: primaries };
        let each = self
            .layers
            .iter()
            .map(|layer| SourceGroup { semantics: Semantics::Repair, sources: vec![layer.primary, layer.repair] });
        (self.layers.len() > 1).then_some(together).into_iter().chain(each).collect()
    }
}

/// `params` of `phone.joinGroupCall`: what the server has to know of our end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub transport: TransportSetup,
    pub sources: Sources,
}

impl Offer {
    /// The JSON, with keys in alphabetical order. It holds the password of our end.
    pub fn to_json(&self) -> String {
        let Offer { transport: TransportSetup { credentials, fingerprint, setup }, sources } = self;
        let mut offer = Map::new();
        let fingerprints: Vec<Value> = fingerprint
            .iter()
            .map(|fingerprint| json!({ "hash": "sha-256", "fingerprint": fingerprint, "setup": setup.name() }))
            .collect();
        offer.insert("fingerprints".into(), fingerprints.into());
        offer.insert("pwd".into(), credentials.password.expose().into());
        offer.insert("ssrc".into(), signed(sources.audio).into());
        let groups: Vec<Value> = sources
            .groups()
            .iter()
            .map(|group| {
                let sources: Vec<i32> = group.sources.iter().copied().map(signed).collect();
                json!({ "semantics": group.semantics.name(), "sources": sources })
            })
            .collect();
        // Who sends no pictures has no such key.
        if !groups.is_empty() {
            offer.insert("ssrc-groups".into(), groups.into());
        }
        offer.insert("ufrag".into(), credentials.ufrag.as_str().into());
        Value::Object(offer).to_string()
    }
}

/// A source as TL and JSON have it: the same bits, read with a sign.
pub fn signed(ssrc: Ssrc) -> i32 {
    ssrc.0.cast_signed()
}

/// The other way round.
pub fn unsigned(source: i32) -> Ssrc {
    Ssrc(source.cast_unsigned())
}

/// `updateGroupCallConnection.params`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// There is no connection: the call is watched in parts.
    Stream(Stream),
    Connection(Box<ServerSide>),
}

/// How the call is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// One program of a broadcaster's, instead of voices.
    pub is_rtmp: bool,
    /// Where to send that program, for the owner.
    pub rtmp: Option<Rtmp>,
}

/// Where a broadcaster's program goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rtmp {
    pub url: String,
    pub key: SecretText,
}

/// The server's end of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSide {
    /// Its fingerprint is always there.
    pub transport: TransportSetup,
    /// At least one.
    pub candidates: Vec<Candidate>,
    /// How many candidates were none, or too many.
    pub left_out: usize,
    pub audio: Option<Description>,
    pub video: Option<Video>,
}

/// Where the server is reached, by UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub address: SocketAddr,
    pub priority: u32,
}

/// As SDP spells it (`candidate-attribute` of RFC 8839).
impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Candidate { address, priority } = self;
        write!(f, "candidate:1 1 udp {priority} {} {} typ host", address.ip(), address.port())
    }
}

/// How a kind of media is carried. What the official clients do not read of it is not binding (`sfu.md` section 6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    pub payload_types: Vec<PayloadType>,
    pub extensions: Vec<Extension>,
}

/// An encoding, and its number on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadType {
    pub id: u8,
    pub name: String,
    /// 0: not told.
    pub clock_rate: u32,
    /// Of sound; 1 if not told.
    pub channels: u8,
    pub parameters: Vec<(String, String)>,
    /// As `nack`, or `nack pli`.
    pub feedback: Vec<String>,
}

/// A header extension of RTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub id: u8,
    pub uri: String,
}

/// How pictures are carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Video {
    /// Our own name among the pictures of the call.
    pub endpoint: String,
    /// What the server measures the link with.
    pub probe: Option<Ssrc>,
    pub description: Description,
}

/// Why an answer is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadAnswer {
    TooLong,
    NotJson,
    /// Credentials or fingerprint are missing.
    NoTransport,
    /// No candidate is one we can reach.
    NoCandidate,
    /// Of a conference: its blocks do not let us in.
    #[cfg_attr(not(feature = "conference"), allow(dead_code, reason = "said of conferences alone"))]
    NoEntry,
}

impl fmt::Display for BadAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadAnswer::TooLong => "the answer is too long",
            BadAnswer::NotJson => "the answer is no JSON object",
            BadAnswer::NoTransport => "the answer lacks credentials or a fingerprint",
            BadAnswer::NoEntry => "the blocks of the conference do not let us in",
            BadAnswer::NoCandidate => "the answer has no address that can be reached",
        })
    }
}

impl Answer {
    pub fn parse(json: &[u8]) -> Result<Answer, BadAnswer> {
        if json.len() > MAX_ANSWER {
            return Err(BadAnswer::TooLong);
        }
        let Ok(Value::Object(object)) = serde_json::from_slice(json) else { return Err(BadAnswer::NotJson) };
        if object.get("stream") == Some(&Value::Bool(true)) {
            return Ok(Answer::Stream(stream(&object)));
        }
        let transport = object.get("transport").and_then(Value::as_object).ok_or(BadAnswer::NoTransport)?;
        let (candidates, left_out) = candidates(transport);
        let side = ServerSide {
            transport: transport_setup(transport).ok_or(BadAnswer::NoTransport)?,
            candidates,
            left_out,
            audio: object.get("audio").and_then(Value::as_object).map(description),
            video: object.get("video").and_then(Value::as_object).and_then(video),
        };
        if side.candidates.is_empty() {
            return Err(BadAnswer::NoCandidate);
        }
        Ok(Answer::Connection(Box::new(side)))
    }
}

fn stream(object: &Map<String, Value>) -> Stream {
    let url = object.get("rtmp_stream_url").and_then(text);
    let key = object.get("rtmp_stream_key").and_then(text);
    Stream {
        is_rtmp: object.get("rtmp") == Some(&Value::Bool(true)),
        rtmp: url.zip(key).map(|(url, key)| Rtmp { url, key: key.into() }),
    }
}

fn transport_setup(transport: &Map<String, Value>) -> Option<TransportSetup> {
    let filled = |key| transport.get(key).and_then(text).filter(|text| !text.is_empty());
    let credentials = Credentials { ufrag: filled("ufrag")?, password: filled("pwd")?.into() };
    let fingerprints = entries(transport.get("fingerprints"));
    let is_ours = |one: &&Map<String, Value>| {
        one.get("hash").and_then(Value::as_str).is_some_and(|hash| hash.eq_ignore_ascii_case("sha-256"))
    };
    let first = fingerprints.filter_map(Value::as_object).find(is_ours)?;
    let setup = Setup::parse(first.get("setup").and_then(Value::as_str).unwrap_or_default());
    Some(TransportSetup { credentials, fingerprint: Some(first.get("fingerprint").and_then(text)?), setup })
}

/// Those that can be used, and how many cannot.
fn candidates(transport: &Map<String, Value>) -> (Vec<Candidate>, usize) {
    let listed = transport.get("candidates").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let good: Vec<Candidate> = listed.iter().filter_map(candidate).take(MAX_CANDIDATES).collect();
    let left_out = listed.len() - good.len();
    (good, left_out)
}

fn candidate(value: &Value) -> Option<Candidate> {
    let object = value.as_object()?;
    // `local` is what libwebrtc calls a host.
    let is_plain = |key, allowed: &[&str]| {
        let value = object.get(key).and_then(Value::as_str);
        value.is_none_or(|value| allowed.iter().any(|one| value.eq_ignore_ascii_case(one)))
    };
    if !is_plain("protocol", &["udp"]) || !is_plain("type", &["host", "local"]) || object.contains_key("tcptype") {
        return None;
    }
    let port: u16 = object.get("port").and_then(number).and_then(|port| port.try_into().ok())?;
    let ip = object.get("ip").and_then(Value::as_str).filter(|ip| ip.len() <= MAX_TEXT)?.parse().ok()?;
    let priority = object.get("priority").and_then(number).and_then(|priority| priority.try_into().ok());
    (port != 0).then_some(Candidate { address: SocketAddr::new(ip, port), priority: priority.unwrap_or(1) })
}

fn video(object: &Map<String, Value>) -> Option<Video> {
    let probes = entries(object.get("server_sources")).filter_map(source);
    Some(Video {
        endpoint: object.get("endpoint").and_then(text)?,
        probe: probes.last(),
        description: description(object),
    })
}

fn description(object: &Map<String, Value>) -> Description {
    Description {
        payload_types: entries(object.get("payload-types")).filter_map(payload_type).collect(),
        extensions: entries(object.get("rtp-hdrexts")).filter_map(extension).collect(),
    }
}

fn payload_type(value: &Value) -> Option<PayloadType> {
    let object = value.as_object()?;
    let small = |key| object.get(key).and_then(number).and_then(|number| u8::try_from(number).ok());
    let parameters = object.get("parameters").and_then(Value::as_object);
    let parameters = parameters.into_iter().flatten().take(MAX_ENTRIES);
    Some(PayloadType {
        id: small("id").filter(|id| *id < 128)?,
        name: object.get("name").and_then(text)?,
        clock_rate: object.get("clockrate").and_then(number).and_then(|rate| rate.try_into().ok()).unwrap_or(0),
        channels: small("channels").unwrap_or(1),
        parameters: parameters
            .filter(|(key, _)| key.len() <= MAX_TEXT)
            .filter_map(|(key, value)| Some((key.clone(), text(value)?)))
            .collect(),
        feedback: entries(object.get("rtcp-fbs")).filter_map(feedback).collect(),
    })
}

/// `type` may hold both words, separated by a blank.
fn feedback(value: &Value) -> Option<String> {
    let object = value.as_object()?;
    let kind = object.get("type").and_then(text)?;
    Some(match object.get("subtype").and_then(text) {
        Some(subtype) if !subtype.is_empty() => format!("{kind} {subtype}"),
        Some(_) | None => kind,
    })
}

fn extension(value: &Value) -> Option<Extension> {
    let object = value.as_object()?;
    let id = object.get("id").and_then(number).and_then(|id| u8::try_from(id).ok())?;
    Some(Extension { id, uri: object.get("uri").and_then(text)? })
}

/// As many of a list as are looked at; nothing if it is no list.
fn entries(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten().take(MAX_ENTRIES)
}

/// Text, or a number that stands for it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.len() <= MAX_TEXT => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A whole number, or its digits.
fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(digits) => digits.parse().ok(),
        _ => value.as_i64(),
    }
}

/// A source, with or without a sign.
fn source(value: &Value) -> Option<Ssrc> {
    let number = number(value)?;
    i32::try_from(number).map(unsigned).ok().or_else(|| u32::try_from(number).map(Ssrc).ok())
}

#[cfg(test)]
pub mod tests;
