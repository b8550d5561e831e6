//! The media server behind a group call, as far as Telegram deals with it.

use crate::time::Time;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A connection to the media server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leg(pub u64);

/// Sources that belong together, as a payload lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceGroup {
    pub semantics: String,
    pub sources: Vec<i32>,
}

/// Somebody who has been let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    pub leg: Leg,
    /// Of his sound; 0 where there is none, as with a screen that is silent.
    pub source: i32,
    pub groups: Vec<SourceGroup>,
    /// Of his pictures.
    pub endpoint: String,
    /// `updateGroupCallConnection.params`.
    pub params: String,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// `DATA_JSON_INVALID`.
    Malformed,
    /// `GROUPCALL_SSRC_DUPLICATE_MUCH`.
    SourceTaken,
}

/// What somebody has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    pub at: Time,
    pub source: i32,
    pub timestamp: u32,
    /// Opus.
    pub packet: Vec<u8>,
}

/// A picture of somebody's has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub at: Time,
    pub endpoint: String,
    /// As the packets say it (`video.md` 5).
    pub orientation: u8,
}

/// What happens in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Spoken(Spoken),
    Shown(Shown),
}

/// What Telegram asks of the media server.
pub trait Media: Send {
    /// Somebody comes to the call `room` with a join payload.
    fn join(&mut self, now: Time, room: i64, payload: &str) -> Result<Joined, Refused>;

    /// Somebody who is in by the connection `main` shows a screen, by one of its own. Where no packets go it is one like others.
    fn join_presentation(&mut self, now: Time, room: i64, _main: Leg, payload: &str) -> Result<Joined, Refused> {
        self.join(now, room, payload)
    }

    fn leave(&mut self, leg: Leg);

    /// Muted by an admin: nothing he sends goes on to others.
    fn set_muted(&mut self, leg: Leg, muted: bool);

    /// When anything came from him last. `None`: this one does not listen.
    fn last_heard(&self, leg: Leg) -> Option<Time>;

    /// Whether what is said and shown in the call is to be told.
    fn set_listened(&mut self, _room: i64, _listened: bool) {}

    /// What was said and shown since the last time.
    fn take_told(&mut self, _room: i64) -> Vec<Told> {
        Vec::new()
    }
}

/// A media server that is on paper only: payloads are read, sources are counted, and nobody hears anything.
#[derive(Debug, Default)]
pub struct PaperOnly {
    legs: u64,
    sources: BTreeMap<Leg, (i64, BTreeSet<i32>)>,
}

impl Media for PaperOnly {
    fn join(&mut self, _now: Time, room: i64, payload: &str) -> Result<Joined, Refused> {
        let (source, groups) = read(payload).ok_or(Refused::Malformed)?;
        let all: BTreeSet<i32> = groups.iter().flat_map(|group| &group.sources).copied().chain([source]).collect();
        let is_taken = |(other, taken): &(i64, BTreeSet<i32>)| *other == room && !taken.is_disjoint(&all);
        if self.sources.values().any(is_taken) {
            return Err(Refused::SourceTaken);
        }
        self.legs += 1;
        let leg = Leg(self.legs);
        self.sources.insert(leg, (room, all));
        let endpoint = format!("{:08x}", self.legs);
        let params = json!({
            "transport": {
                "ufrag": format!("u{:03}", self.legs % 1000),
                "pwd": format!("{:024}", self.legs),
                "rtcp-mux": true,
                "xmlns": "urn:xmpp:jingle:transports:ice-udp:1",
                "fingerprints": [{ "hash": "sha-256", "setup": "active", "fingerprint": vec!["AB"; 32].join(":") }],
                "candidates": [{
                    "generation": "0", "component": "1", "protocol": "udp", "port": "32001", "ip": "203.0.113.7",
                    "foundation": "1", "id": "0", "priority": "2130706431", "type": "host", "network": "0",
                }],
            },
            "video": { "endpoint": endpoint, "server_sources": [1_000_000 + self.legs], "payload-types": [] },
        });
        Ok(Joined { leg, source, groups, endpoint, params: params.to_string() })
    }

    fn leave(&mut self, leg: Leg) {
        self.sources.remove(&leg);
    }

    fn set_muted(&mut self, _leg: Leg, _muted: bool) {}

    fn last_heard(&self, _leg: Leg) -> Option<Time> {
        None
    }
}

/// The sound and the groups of a payload, if it is one. Read with `serde_json` and by nothing of the library's.
pub fn read(payload: &str) -> Option<(i32, Vec<SourceGroup>)> {
    let json: Value = serde_json::from_str(payload).ok()?;
    let is_text = |key: &str| json[key].as_str().is_some_and(|text| !text.is_empty());
    let fingerprint = &json["fingerprints"][0];
    let has_fingerprint = fingerprint["hash"] == "sha-256" && fingerprint["fingerprint"].is_string();
    if !is_text("ufrag") || !is_text("pwd") || !has_fingerprint {
        return None;
    }
    let source = |value: &Value| value.as_i64().and_then(|source| i32::try_from(source).ok());
    let own = source(&json["ssrc"]).filter(|source| *source != 0)?;
    let mut groups = Vec::new();
    for group in json["ssrc-groups"].as_array().into_iter().flatten() {
        let sources = group["sources"].as_array()?.iter().map(source).collect::<Option<_>>()?;
        groups.push(SourceGroup { semantics: group["semantics"].as_str()?.into(), sources });
    }
    Some((own, groups))
}
