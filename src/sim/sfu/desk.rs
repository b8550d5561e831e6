//! Where members come in: join payloads, and what they are answered (`sfu.md` 1 and 2).

use super::{Command, LegId, LegKind, MAX_SAID, Said};
use crate::media::dtls::certificate::parse_fingerprint;
use crate::media::ice::Credentials;
use crate::media::{Setup, TransportSetup};
use crate::random::Random;
use crate::secret::SecretText;
use crate::sim::group::server::{self, Leg, Media, SourceGroup, Told};
use crate::time::Time;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

/// A longer payload is none.
const MAX_PAYLOAD: usize = 64 * 1024;
/// Sources of one leg; three layers with their repairs are seven with the sound.
const MAX_SOURCES: usize = 32;
/// Sizes of a picture.
const MAX_LAYERS: usize = 3;
/// Legs of a room, and of all rooms.
const MAX_LEGS: usize = 1000;
const MAX_ALL_LEGS: usize = 4000;

/// How the server is reached, and known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    pub addresses: Vec<SocketAddr>,
    pub fingerprint: String,
}

/// A leg, as the server is told of it.
#[derive(Clone, Debug)]
pub struct Opening {
    pub leg: LegId,
    pub room: u64,
    pub kind: LegKind,
    pub local: Credentials,
    pub remote: TransportSetup,
    /// What its sound comes as.
    pub audio: Option<u32>,
    /// What its pictures come as, with their repairs.
    pub video: Vec<u32>,
    /// What others ask for its pictures by.
    pub endpoint: String,
    /// Of its pictures, the smallest first: what each comes as, and its repairs.
    pub layers: Vec<(u32, Option<u32>)>,
}

/// What became of a join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    pub leg: LegId,
    /// The JSON of `updateGroupCallConnection`.
    pub params: String,
    /// What the member sends as; the sound first, if there is any.
    pub sources: Vec<u32>,
    /// Of its sound.
    pub audio: Option<u32>,
    /// Source groups as they came: what they mean, and the sources.
    pub groups: Vec<(String, Vec<u32>)>,
    /// What its pictures are asked for by.
    pub endpoint: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// `DATA_JSON_INVALID`.
    Malformed,
    /// `GROUPCALL_SSRC_DUPLICATE_MUCH`.
    SourceTaken,
    /// Too many.
    Full,
}

#[derive(Debug)]
struct Member {
    room: u64,
    sources: Vec<u32>,
}

/// The half of the server that is where Telegram is.
#[derive(Debug)]
pub struct Desk {
    face: Face,
    random: Random,
    legs: u64,
    members: BTreeMap<LegId, Member>,
    /// What of a room is taken.
    sources: BTreeMap<(u64, u32), LegId>,
    commands: VecDeque<Command>,
    /// When each was heard last, as the other half tells.
    heard: BTreeMap<LegId, Time>,
    /// What was said and shown in rooms that are listened to, as the other half tells.
    said: VecDeque<Said>,
}

impl Desk {
    pub fn new(face: Face, random: Random) -> Desk {
        Desk {
            face,
            random,
            legs: 0,
            members: BTreeMap::new(),
            sources: BTreeMap::new(),
            commands: VecDeque::new(),
            heard: BTreeMap::new(),
            said: VecDeque::new(),
        }
    }

    /// The legs there are.
    pub fn legs(&self) -> impl Iterator<Item = LegId> {
        self.members.keys().copied()
    }

    /// Something authentic has come of a leg.
    pub fn note_heard(&mut self, leg: LegId, at: Time) {
        if self.members.contains_key(&leg) {
            self.heard.insert(leg, at);
        }
    }

    /// Things were said and shown.
    pub fn note_said(&mut self, said: impl IntoIterator<Item = Said>) {
        let room = MAX_SAID.saturating_sub(self.said.len());
        self.said.extend(said.into_iter().take(room));
    }

    /// A member comes into a room, with this payload.
    pub fn join(&mut self, room: u64, kind: LegKind, payload: &str) -> Result<Joined, Refused> {
        let payload = Payload::parse(payload).ok_or(Refused::Malformed)?;
        let sources = payload.sources();
        let is_double = |(at, ssrc): (usize, &u32)| sources[..at].contains(ssrc) || *ssrc == 0;
        if sources.len() > MAX_SOURCES || payload.groups.iter().any(|(_, sources)| sources.is_empty()) {
            return Err(Refused::Malformed);
        }
        let is_taken = |ssrc: &u32| self.sources.contains_key(&(room, *ssrc));
        if sources.iter().enumerate().any(is_double) || sources.iter().any(is_taken) {
            return Err(Refused::SourceTaken);
        }
        let in_room = self.members.values().filter(|member| member.room == room).count();
        if in_room >= MAX_LEGS || self.members.len() >= MAX_ALL_LEGS {
            return Err(Refused::Full);
        }
        self.legs += 1;
        let leg = LegId(self.legs);
        // The number makes it one that no other has.
        let mut local = Credentials::generate(&mut self.random);
        local.ufrag = format!("{}{:x}", local.ufrag, self.legs);
        let endpoint = format!("{:08x}", self.random.u32());
        let params = self.params(&local, payload.remote.setup, &endpoint);
        self.sources.extend(sources.iter().map(|ssrc| ((room, *ssrc), leg)));
        self.members.insert(leg, Member { room, sources: sources.clone() });
        let video = sources.iter().copied().filter(|ssrc| Some(*ssrc) != payload.audio).collect();
        let audio = payload.audio;
        let layers = payload.layers();
        let opening = Opening {
            leg,
            room,
            kind,
            local,
            remote: payload.remote,
            audio,
            video,
            endpoint: endpoint.clone(),
            layers,
        };
        self.commands.push_back(Command::Open(Box::new(opening)));
        Ok(Joined { leg, params, sources, audio, groups: payload.groups, endpoint })
    }

    /// A member goes, or one of its legs.
    pub fn leave(&mut self, leg: LegId) {
        if self.members.remove(&leg).is_some() {
            self.sources.retain(|_, of| *of != leg);
            self.heard.remove(&leg);
            self.commands.push_back(Command::Close(leg));
        }
    }

    /// An admin mutes a member, or lets it speak.
    pub fn set_muted(&mut self, leg: LegId, is_muted: bool) {
        if self.members.contains_key(&leg) {
            self.commands.push_back(Command::Mute(leg, is_muted));
        }
    }

    /// Whose a source of a room is.
    pub fn owner(&self, room: u64, source: u32) -> Option<LegId> {
        self.sources.get(&(room, source)).copied()
    }

    /// What a leg sends as.
    pub fn sources(&self, leg: LegId) -> &[u32] {
        self.members.get(&leg).map_or(&[], |member| &member.sources)
    }

    /// What the server is to do next.
    pub fn poll_command(&mut self) -> Option<Command> {
        self.commands.pop_front()
    }

    fn params(&self, local: &Credentials, theirs: Setup, endpoint: &str) -> String {
        // The other half of what the payload says.
        let setup = if theirs == Setup::Active { Setup::Passive } else { Setup::Active };
        let candidate = |(at, address): (usize, &SocketAddr)| {
            json!({
                "generation": "0", "component": "1", "protocol": "udp", "port": address.port().to_string(),
                "ip": address.ip().to_string(), "foundation": (at + 1).to_string(), "id": format!("{at:x}"),
                "priority": (2_130_706_431 - at as u32).to_string(), "type": "host", "network": "0",
            })
        };
        let codec = |id: u8, name: &str, parameters: Value| {
            json!({
                "id": id, "name": name, "clockrate": 90_000, "channels": 1, "parameters": parameters,
                "rtcp-fbs": [
                    {"type": "goog-remb"}, {"type": "transport-cc"}, {"type": "ccm", "subtype": "fir"}, {"type": "nack"},
                    {"type": "nack", "subtype": "pli"},
                ],
            })
        };
        let rtx = |id: u8| json!({"id": id, "name": "rtx", "clockrate": 90_000, "parameters": {"apt": id - 1}});
        let extension = |id: u8, uri: &str| json!({"id": id, "uri": uri});
        let send_time = extension(2, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time");
        let transport_cc = extension(3, "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01");
        json!({
            "transport": {
                "xmlns": "urn:xmpp:jingle:transports:ice-udp:1", "rtcp-mux": true,
                "ufrag": local.ufrag, "pwd": local.password.expose(),
                "fingerprints": [{"hash": "sha-256", "setup": setup.name(), "fingerprint": self.face.fingerprint}],
                "candidates": self.face.addresses.iter().enumerate().map(candidate).collect::<Vec<_>>(),
            },
            "audio": {
                "payload-types": [
                    {
                        "id": 111, "name": "opus", "clockrate": 48_000, "channels": 2,
                        "parameters": {"minptime": "10", "useinbandfec": "1"}, "rtcp-fbs": [{"type": "transport-cc"}],
                    },
                    {"id": 126, "name": "telephone-event", "clockrate": 8000, "channels": 1},
                ],
                "rtp-hdrexts": [extension(1, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"), send_time, transport_cc],
            },
            "video": {
                "endpoint": endpoint, "server_sources": [],
                "payload-types": [
                    codec(100, "VP8", json!({})), rtx(101),
                    codec(102, "VP9", json!({"profile-id": "0"})), rtx(103),
                    codec(104, "H264", json!({"profile-level-id": "42e01f", "packetization-mode": "1"})), rtx(105),
                ],
                "rtp-hdrexts": [send_time, transport_cc, extension(13, "urn:3gpp:video-orientation")],
            },
        })
        .to_string()
    }
}

/// What the simulated Telegram asks of it.
impl Media for Desk {
    fn join(&mut self, _now: Time, room: i64, payload: &str) -> Result<server::Joined, server::Refused> {
        told(Desk::join(self, room.cast_unsigned(), LegKind::Main, payload))
    }

    fn join_presentation(
        &mut self,
        _now: Time,
        room: i64,
        main: Leg,
        payload: &str,
    ) -> Result<server::Joined, server::Refused> {
        told(Desk::join(self, room.cast_unsigned(), LegKind::Presentation(LegId(main.0)), payload))
    }

    fn leave(&mut self, leg: Leg) {
        Desk::leave(self, LegId(leg.0));
    }

    fn set_muted(&mut self, leg: Leg, muted: bool) {
        Desk::set_muted(self, LegId(leg.0), muted);
    }

    fn last_heard(&self, leg: Leg) -> Option<Time> {
        Some(self.heard.get(&LegId(leg.0)).copied().unwrap_or(Time::ZERO))
    }

    fn set_listened(&mut self, room: i64, listened: bool) {
        self.commands.push_back(Command::Listen(room.cast_unsigned(), listened));
    }

    fn take_told(&mut self, room: i64) -> Vec<Told> {
        let (taken, left) =
            core::mem::take(&mut self.said).into_iter().partition(|(of, _)| *of == room.cast_unsigned());
        self.said = left;
        let taken: VecDeque<Said> = taken;
        taken.into_iter().map(|(_, told)| told).collect()
    }
}

/// What became of a join, as Telegram takes it.
fn told(joined: Result<Joined, Refused>) -> Result<server::Joined, server::Refused> {
    let joined = joined.map_err(|refused| match refused {
        Refused::Malformed | Refused::Full => server::Refused::Malformed,
        Refused::SourceTaken => server::Refused::SourceTaken,
    })?;
    let Joined { leg, params, audio, groups, endpoint, .. } = joined;
    let signed = |sources: Vec<u32>| sources.into_iter().map(u32::cast_signed).collect();
    let group = |(semantics, sources)| SourceGroup { semantics, sources: signed(sources) };
    Ok(server::Joined {
        leg: Leg(leg.0),
        source: audio.unwrap_or(0).cast_signed(),
        groups: groups.into_iter().map(group).collect(),
        endpoint,
        params,
    })
}

/// A join payload, read.
#[derive(Debug)]
struct Payload {
    remote: TransportSetup,
    audio: Option<u32>,
    groups: Vec<(String, Vec<u32>)>,
}

impl Payload {
    fn parse(text: &str) -> Option<Payload> {
        if text.len() > MAX_PAYLOAD {
            return None;
        }
        let value: Value = serde_json::from_str(text).ok()?;
        let credentials = Credentials {
            ufrag: value.get("ufrag")?.as_str()?.to_owned(),
            password: SecretText::from(value.get("pwd")?.as_str()?.to_owned()),
        };
        let print = value.get("fingerprints")?.as_array()?.first()?;
        let fingerprint = print.get("fingerprint")?.as_str()?.to_owned();
        let is_good = print.get("hash")?.as_str()? == "sha-256"
            && parse_fingerprint(&fingerprint).is_some()
            && credentials.is_acceptable();
        let setup = Setup::parse(print.get("setup")?.as_str()?);
        let audio = match value.get("ssrc") {
            Some(ssrc) => Some(source(ssrc)?),
            None => None,
        };
        let groups = match value.get("ssrc-groups") {
            Some(groups) => groups.as_array()?.iter().map(group).collect::<Option<Vec<_>>>()?,
            None => Vec::new(),
        };
        let remote = TransportSetup { credentials, fingerprint: Some(fingerprint), setup };
        is_good.then_some(Payload { remote, audio, groups })
    }

    /// By the SIM group, or where there is one group only, by its first source (`sfu.md` 9).
    fn layers(&self) -> Vec<(u32, Option<u32>)> {
        let simulcast = self.groups.iter().find(|(semantics, _)| semantics == "SIM").map(|(_, sources)| &sources[..]);
        let primaries = match (simulcast, &self.groups[..]) {
            (Some(sources), _) => sources,
            (None, [(_, sources)]) => &sources[..1],
            (None, _) => &[],
        };
        let repair = |primary: u32| {
            let mut pairs = self.groups.iter().filter(|(semantics, _)| semantics == "FID").map(|(_, pair)| &pair[..]);
            pairs
                .find_map(|pair| if let [first, repair] = pair { (*first == primary).then_some(*repair) } else { None })
        };
        primaries.iter().take(MAX_LAYERS).map(|primary| (*primary, repair(*primary))).collect()
    }

    /// All, each once; groups share theirs.
    fn sources(&self) -> Vec<u32> {
        let mut video: Vec<u32> = Vec::new();
        for ssrc in self.groups.iter().flat_map(|(_, sources)| sources) {
            if !video.contains(ssrc) && video.len() <= MAX_SOURCES {
                video.push(*ssrc);
            }
        }
        self.audio.into_iter().chain(video).collect()
    }
}

/// The bits of a source are a signed number in JSON.
fn source(value: &Value) -> Option<u32> {
    i32::try_from(value.as_i64()?).ok().map(i32::cast_unsigned)
}

fn group(value: &Value) -> Option<(String, Vec<u32>)> {
    let sources = value.get("sources")?.as_array()?.iter().map(source).collect::<Option<Vec<_>>>()?;
    Some((value.get("semantics")?.as_str()?.to_owned(), sources))
}
