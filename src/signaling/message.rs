//! The JSON messages of the peers: `signaling-encryption.md` section 8.
//!
//! The parser is as strict as the official one: a message that misses a requirement is ignored as a whole, and unknown
//! keys are skipped. The traps of other parsers are avoided when writing: 32-bit numbers are decimal strings, optional
//! keys that some peer requires are always there, and `parameters` is an object.

use crate::secret::SecretText;
use crate::setup::{Credentials, Setup, TransportSetup};
pub use crate::types::MediaKind;
use crate::types::Ssrc;
use core::fmt;
use serde_json::{Map, Value, json};

/// A text with more values than this is not a message of a call, but would cost many times its size to read.
const MAX_VALUES: usize = 65_536;
/// The longest text of one field; an SDP candidate has about 150 bytes.
const MAX_TEXT: usize = 1024;
pub const MAX_CANDIDATES: usize = 256;
const MAX_FINGERPRINTS: usize = 16;
const MAX_CONTENTS: usize = 32;
/// The entries of each list inside a content.
const MAX_ENTRIES: usize = 128;

/// Something that one peer tells the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    InitialSetup(InitialSetup),
    NegotiateChannels(NegotiateChannels),
    Candidates(Vec<Candidate>),
    MediaState(MediaState),
}

/// The transport parameters of the sender.
#[derive(Clone, PartialEq, Eq)]
pub struct InitialSetup {
    pub ufrag: String,
    pub pwd: SecretText,
    /// Whether the sender nominates, and follows nominations, by a counter of libwebrtc's.
    pub renomination: bool,
    /// Only the first is used. May be empty in calls without DTLS.
    pub fingerprints: Vec<Fingerprint>,
}

/// Whoever reads the log must not be able to take over the connection.
impl fmt::Debug for InitialSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let InitialSetup { ufrag, pwd: _, renomination, fingerprints } = self;
        f.debug_struct("InitialSetup")
            .field("ufrag", ufrag)
            .field("renomination", renomination)
            .field("fingerprints", fingerprints)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// `sha-256`.
    pub hash: String,
    /// Upper-case hexadecimal bytes, joined by colons.
    pub fingerprint: String,
    /// `actpass`, `active` or `passive`.
    pub setup: String,
}

/// An offer of what its sender wants to send, or the answer to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NegotiateChannels {
    pub exchange_id: u32,
    pub contents: Vec<Content>,
}

/// One stream in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub kind: MediaKind,
    pub ssrc: Ssrc,
    pub ssrc_groups: Vec<SsrcGroup>,
    /// In order of preference.
    pub payload_types: Vec<PayloadType>,
    pub extensions: Vec<Extension>,
}

/// Streams that belong together; `FID` is a stream and its retransmissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsrcGroup {
    pub semantics: String,
    pub ssrcs: Vec<Ssrc>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadType {
    pub id: u8,
    pub name: String,
    pub clock_rate: u32,
    pub channels: u32,
    pub feedback: Vec<Feedback>,
    /// Format parameters, sorted by name.
    pub parameters: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    pub kind: String,
    /// May be empty.
    pub subtype: String,
}

/// An RTP header extension and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub id: u8,
    pub uri: String,
}

/// An ICE candidate as a line of SDP, without `a=`. Whether it makes sense is for its user to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate(pub String);

/// What its sender lets be heard and seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MediaState {
    pub muted: bool,
    pub low_battery: bool,
    pub video: StreamState,
    pub screencast: StreamState,
    /// Clockwise degrees: 0, 90, 180 or 270.
    pub rotation: u16,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StreamState {
    #[default]
    Inactive,
    Suspended,
    Active,
}

/// Why a text is not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// It is a JSON object of no type that we know.
    Unknown,
    /// It is no JSON object, or misses a requirement of its type.
    Malformed,
}

impl Message {
    /// Reads one message.
    pub fn parse(text: &[u8]) -> Result<Message, Ignored> {
        if !has_few_values(text) {
            return Err(Ignored::Malformed);
        }
        let Ok(Value::Object(object)) = serde_json::from_slice(text) else { return Err(Ignored::Malformed) };
        let object = Object(&object);
        let Some(Value::String(kind)) = object.0.get("@type") else { return Err(Ignored::Unknown) };
        let message = match kind.as_str() {
            "InitialSetup" => InitialSetup::read(object).map(Message::InitialSetup),
            "NegotiateChannels" => NegotiateChannels::read(object).map(Message::NegotiateChannels),
            "Candidates" => object.list("candidates", MAX_VALUES, Candidate::read).map(|read| {
                // One that is too long is no candidate; the others are. Of too many the last are the newest.
                let mut candidates: Vec<Candidate> = read.into_iter().flatten().collect();
                candidates.drain(..candidates.len().saturating_sub(MAX_CANDIDATES));
                Message::Candidates(candidates)
            }),
            "MediaState" => MediaState::read(object).map(Message::MediaState),
            _ => return Err(Ignored::Unknown),
        };
        message.ok_or(Ignored::Malformed)
    }

    pub fn to_json(&self) -> String {
        match self {
            Message::InitialSetup(setup) => setup.to_json(),
            Message::NegotiateChannels(channels) => channels.to_json(),
            Message::Candidates(candidates) => {
                let candidates: Vec<Value> = candidates.iter().map(Candidate::to_json).collect();
                json!({ "@type": "Candidates", "candidates": candidates })
            }
            Message::MediaState(state) => state.to_json(),
        }
        .to_string()
    }
}

/// Counts what may begin a value, so that a text of two million brackets is never read into memory.
fn has_few_values(text: &[u8]) -> bool {
    let (mut count, mut in_string, mut escaped) = (0usize, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => count += 1,
            _ => {}
        }
    }
    count <= MAX_VALUES
}

/// Typed access to the keys of an object. Of the nested options, the outer says whether the message is acceptable.
#[derive(Clone, Copy)]
struct Object<'a>(&'a Map<String, Value>);

impl<'a> Object<'a> {
    fn of(value: &'a Value) -> Option<Object<'a>> {
        value.as_object().map(Object)
    }

    fn text(self, key: &str) -> Option<String> {
        text(self.0.get(key)?)
    }

    /// A missing flag is off; one of another type is an error.
    fn flag(self, key: &str) -> Option<bool> {
        self.0.get(key).map_or(Some(false), Value::as_bool)
    }

    fn list<T>(self, key: &str, most: usize, read: impl Fn(&'a Value) -> Option<T>) -> Option<Vec<T>> {
        let list = self.0.get(key)?.as_array()?;
        if list.len() > most {
            return None;
        }
        list.iter().map(read).collect()
    }

    fn optional_list<T>(self, key: &str, read: impl Fn(&'a Value) -> Option<T>) -> Option<Vec<T>> {
        if self.0.contains_key(key) { self.list(key, MAX_ENTRIES, read) } else { Some(Vec::new()) }
    }

    fn integer(self, key: &str) -> Option<u64> {
        integer(self.0.get(key)?)
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| text.len() <= MAX_TEXT).map(str::to_owned)
}

/// A whole number, however it is written.
fn integer(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && (0.0..=9e15).contains(&float)).then_some(float as u64)
    })
}

/// A 32-bit number, as decimal text or as a number.
fn number32(value: &Value) -> Option<u32> {
    match value {
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        Value::Number(_) => integer(value).and_then(|number| u32::try_from(number).ok()),
        _ => None,
    }
}

fn ssrc(value: &Value) -> Option<Ssrc> {
    number32(value).map(Ssrc)
}

impl InitialSetup {
    /// What says this of our end.
    pub fn of(transport: &TransportSetup) -> InitialSetup {
        let TransportSetup { credentials, fingerprint, setup } = transport.clone();
        let (hash, setup) = ("sha-256".into(), setup.name().into());
        InitialSetup {
            ufrag: credentials.ufrag,
            pwd: credentials.password,
            // With a counter on both sides libwebrtc nominates by an attribute that our agent does not read.
            renomination: false,
            fingerprints: fingerprint.map(|fingerprint| Fingerprint { hash, fingerprint, setup }).into_iter().collect(),
        }
    }

    /// What it says of the sender's end.
    pub fn transport(&self) -> TransportSetup {
        let first = self.fingerprints.first();
        TransportSetup {
            credentials: Credentials { ufrag: self.ufrag.clone(), password: self.pwd.clone() },
            fingerprint: first.map(|first| first.fingerprint.clone()),
            setup: first.map_or(Setup::Actpass, |first| Setup::parse(&first.setup)),
        }
    }

    fn read(object: Object<'_>) -> Option<InitialSetup> {
        Some(InitialSetup {
            ufrag: object.text("ufrag")?,
            pwd: object.text("pwd")?.into(),
            renomination: object.flag("renomination")?,
            fingerprints: object.list("fingerprints", MAX_FINGERPRINTS, Fingerprint::read)?,
        })
    }

    fn to_json(&self) -> Value {
        let fingerprints: Vec<Value> = self.fingerprints.iter().map(Fingerprint::to_json).collect();
        json!({
            "@type": "InitialSetup",
            "ufrag": self.ufrag,
            "pwd": self.pwd.expose(),
            // Compat: ntgcalls requires the key.
            "renomination": self.renomination,
            "fingerprints": fingerprints,
        })
    }
}

impl Fingerprint {
    fn read(value: &Value) -> Option<Fingerprint> {
        let object = Object::of(value)?;
        Some(Fingerprint {
            hash: object.text("hash")?,
            fingerprint: object.text("fingerprint")?,
            setup: object.text("setup")?,
        })
    }

    fn to_json(&self) -> Value {
        json!({ "hash": self.hash, "fingerprint": self.fingerprint, "setup": self.setup })
    }
}

impl NegotiateChannels {
    fn read(object: Object<'_>) -> Option<NegotiateChannels> {
        Some(NegotiateChannels {
            exchange_id: number32(object.0.get("exchangeId")?)?,
            contents: object.list("contents", MAX_CONTENTS, Content::read)?,
        })
    }

    fn to_json(&self) -> Value {
        let contents: Vec<Value> = self.contents.iter().map(Content::to_json).collect();
        json!({
            "@type": "NegotiateChannels",
            "exchangeId": self.exchange_id.to_string(),
            "contents": contents,
        })
    }
}

impl Content {
    fn read(value: &Value) -> Option<Content> {
        let object = Object::of(value)?;
        Some(Content {
            kind: match object.0.get("type")?.as_str()? {
                "audio" => MediaKind::Audio,
                "video" => MediaKind::Video,
                _ => return None,
            },
            ssrc: ssrc(object.0.get("ssrc")?)?,
            ssrc_groups: object.optional_list("ssrcGroups", SsrcGroup::read)?,
            payload_types: object.optional_list("payloadTypes", PayloadType::read)?,
            extensions: object.optional_list("rtpExtensions", Extension::read)?,
        })
    }

    fn to_json(&self) -> Value {
        let list = |values: Vec<Value>| (!values.is_empty()).then_some(Value::Array(values));
        let mut object = Map::new();
        let kind = match self.kind {
            MediaKind::Audio => "audio",
            MediaKind::Video => "video",
        };
        object.insert("type".into(), kind.into());
        object.insert("ssrc".into(), self.ssrc.to_string().into());
        if let Some(groups) = list(self.ssrc_groups.iter().map(SsrcGroup::to_json).collect()) {
            object.insert("ssrcGroups".into(), groups);
        }
        if let Some(types) = list(self.payload_types.iter().map(PayloadType::to_json).collect()) {
            object.insert("payloadTypes".into(), types);
        }
        // Compat: native always writes this key, empty or not.
        object.insert("rtpExtensions".into(), self.extensions.iter().map(Extension::to_json).collect());
        Value::Object(object)
    }
}

impl SsrcGroup {
    fn read(value: &Value) -> Option<SsrcGroup> {
        let object = Object::of(value)?;
        let member = |value| ssrc(value).filter(|ssrc| value.is_number() || ssrc.0 != 0);
        Some(SsrcGroup { semantics: object.text("semantics")?, ssrcs: object.list("ssrcs", MAX_ENTRIES, member)? })
    }

    fn to_json(&self) -> Value {
        let ssrcs: Vec<String> = self.ssrcs.iter().map(Ssrc::to_string).collect();
        json!({ "semantics": self.semantics, "ssrcs": ssrcs })
    }
}

impl PayloadType {
    fn read(value: &Value) -> Option<PayloadType> {
        let object = Object::of(value)?;
        let channels = if object.0.contains_key("channels") { object.integer("channels")? } else { 0 };
        Some(PayloadType {
            id: u8::try_from(object.integer("id")?).ok().filter(|id| *id < 128)?,
            name: object.text("name")?,
            clock_rate: u32::try_from(object.integer("clockrate")?).ok()?,
            channels: u32::try_from(channels).ok()?,
            feedback: object.optional_list("feedbackTypes", Feedback::read)?,
            parameters: Self::read_parameters(object)?,
        })
    }

    /// Compat: the official parser takes an array here for a broken message.
    fn read_parameters(object: Object<'_>) -> Option<Vec<(String, String)>> {
        let Some(parameters) = object.0.get("parameters") else { return Some(Vec::new()) };
        let parameters = parameters.as_object().filter(|parameters| parameters.len() <= MAX_ENTRIES)?;
        let short =
            |(key, value): (&String, &Value)| Some((key.len() <= MAX_TEXT).then_some(key.clone())?).zip(text(value));
        parameters.iter().map(short).collect()
    }

    fn to_json(&self) -> Value {
        let feedback: Vec<Value> = self.feedback.iter().map(Feedback::to_json).collect();
        let mut object = Map::new();
        object.insert("id".into(), self.id.into());
        object.insert("name".into(), self.name.as_str().into());
        object.insert("clockrate".into(), self.clock_rate.into());
        object.insert("channels".into(), self.channels.into());
        if !feedback.is_empty() {
            object.insert("feedbackTypes".into(), feedback.into());
        }
        if !self.parameters.is_empty() {
            let pair = |(key, value): &(String, String)| (key.clone(), Value::from(value.as_str()));
            let mut parameters = Map::new();
            parameters.extend(self.parameters.iter().map(pair));
            object.insert("parameters".into(), Value::Object(parameters));
        }
        Value::Object(object)
    }
}

impl Feedback {
    fn read(value: &Value) -> Option<Feedback> {
        let object = Object::of(value)?;
        Some(Feedback { kind: object.text("type")?, subtype: object.text("subtype")? })
    }

    fn to_json(&self) -> Value {
        json!({ "type": self.kind, "subtype": self.subtype })
    }
}

impl Extension {
    fn read(value: &Value) -> Option<Extension> {
        let object = Object::of(value)?;
        Some(Extension { id: u8::try_from(object.integer("id")?).ok()?, uri: object.text("uri")? })
    }

    fn to_json(&self) -> Value {
        json!({ "id": self.id, "uri": self.uri })
    }
}

impl Candidate {
    /// The inner option is empty for a line that is too long to be one.
    fn read(value: &Value) -> Option<Option<Candidate>> {
        let line = Object::of(value)?.0.get("sdpString")?.as_str()?;
        let line = line.strip_prefix("a=").unwrap_or(line).trim_end_matches(['\r', '\n']);
        Some((line.len() <= MAX_TEXT).then(|| Candidate(line.to_owned())))
    }

    fn to_json(&self) -> Value {
        // Compat: web clients lose candidates without a line index in calls with video; native ignores it.
        json!({ "sdpString": self.0, "sdpMLineIndex": 0 })
    }
}

impl MediaState {
    fn read(object: Object<'_>) -> Option<MediaState> {
        let state = |key: &str| match object.0.get(key) {
            None => Some(StreamState::Inactive),
            Some(Value::String(state)) => Some(StreamState::named(state)),
            Some(_) => None,
        };
        let rotation = match object.0.get("videoRotation") {
            None => 0,
            Some(Value::Number(degrees)) => match degrees.as_f64() {
                Some(90.0) => 90,
                Some(180.0) => 180,
                Some(270.0) => 270,
                _ => 0,
            },
            Some(_) => return None,
        };
        Some(MediaState {
            muted: object.flag("muted")?,
            low_battery: object.flag("lowBattery")?,
            video: state("videoState")?,
            screencast: state("screencastState")?,
            rotation,
        })
    }

    /// Compat: all five keys, always. ntgcalls requires them, and the official parser reads the rotation from the
    /// element of `videoState`, whether that is there or not.
    fn to_json(self) -> Value {
        json!({
            "@type": "MediaState",
            "muted": self.muted,
            "lowBattery": self.low_battery,
            "videoState": self.video.name(),
            "videoRotation": self.rotation,
            "screencastState": self.screencast.name(),
        })
    }
}

impl StreamState {
    /// A state that we do not know is the default one.
    fn named(name: &str) -> StreamState {
        match name {
            "active" => StreamState::Active,
            "suspended" => StreamState::Suspended,
            _ => StreamState::Inactive,
        }
    }

    fn name(self) -> &'static str {
        match self {
            StreamState::Inactive => "inactive",
            StreamState::Suspended => "suspended",
            StreamState::Active => "active",
        }
    }
}

#[cfg(test)]
mod tests;
