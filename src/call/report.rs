//! What can be told about a call afterwards: to a developer, and to Telegram as debug data and log (section 12). Never a key,
//! never signaling; addresses only where they are asked for.

use super::news::{Link, Server};
use super::protocol::Version;
use crate::outcome::{CallState, Outcome};
use crate::time::Time;
use crate::types::{CallId, IpAddr};
use core::fmt::Write;
use std::collections::VecDeque;

/// How many changes of a call are remembered. A call that loses its path every minute keeps the last ones.
const CHANGES: usize = 32;

/// When a call came into which state, and by what.
#[derive(Debug)]
pub struct Diary {
    pub started: Time,
    changes: VecDeque<(Time, CallState, String)>,
    forgotten: u32,
}

impl Diary {
    pub fn new(started: Time) -> Diary {
        Diary { started, changes: VecDeque::new(), forgotten: 0 }
    }

    pub fn note(&mut self, now: Time, state: CallState, cause: String) {
        if self.changes.len() == CHANGES {
            self.changes.pop_front();
            self.forgotten = self.forgotten.saturating_add(1);
        }
        self.changes.push_back((now, state, cause));
    }

    /// When a state was entered for the first time that is remembered.
    pub fn first(&self, wanted: CallState) -> Option<Time> {
        self.changes.iter().find(|(_, state, _)| *state == wanted).map(|(at, _, _)| *at)
    }
}

/// What was agreed on, without what is secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub version: Option<Version>,
    listed: Vec<String>,
    p2p_allowed: bool,
    custom_parameters: Option<String>,
    servers: Vec<ServerLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ServerLine {
    kind: &'static str,
    ip: Option<IpAddr>,
    ipv6: Option<IpAddr>,
    port: u16,
}

impl Summary {
    pub fn new(version: Option<Version>, link: &Link) -> Summary {
        Summary {
            version,
            listed: link.versions.clone(),
            p2p_allowed: link.p2p_allowed,
            custom_parameters: link.custom_parameters.clone(),
            servers: link.servers.iter().map(ServerLine::new).collect(),
        }
    }
}

impl ServerLine {
    fn new(server: &Server) -> ServerLine {
        match server {
            Server::Reflector { ip, ipv6, port, is_tcp, .. } => {
                let kind = if *is_tcp { "reflector over TCP" } else { "reflector over UDP" };
                ServerLine { kind, ip: *ip, ipv6: *ipv6, port: *port }
            }
            Server::Webrtc { ip, ipv6, port, is_turn, is_stun, .. } => {
                let kind = match (is_turn, is_stun) {
                    (true, true) => "TURN and STUN",
                    (true, false) => "TURN",
                    (false, true) => "STUN",
                    (false, false) => "WebRTC server of no use",
                };
                ServerLine { kind, ip: *ip, ipv6: *ipv6, port: *port }
            }
            Server::Unusable { .. } => ServerLine { kind: "unusable reflector", ip: None, ipv6: None, port: 0 },
        }
    }

    fn addresses(&self) -> Vec<String> {
        let port = self.port;
        self.ip.iter().chain(&self.ipv6).map(|ip| core::net::SocketAddr::new(*ip, port).to_string()).collect()
    }
}

/// Signaling packets of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signaling {
    pub sent: u64,
    pub received: u64,
    /// Refused by Telegram, or in no state to be read.
    pub dropped: u64,
}

/// Everything a report is made of.
pub struct Report<'a> {
    pub call: CallId,
    pub is_outgoing: bool,
    pub is_video: bool,
    pub is_attached: bool,
    pub state: CallState,
    pub offered: &'a [Version],
    pub diary: &'a Diary,
    pub summary: Option<&'a Summary>,
    pub signaling: Signaling,
    /// Packets for its sockets that the host did not take in time.
    pub packets_dropped: u64,
    pub outcome: Option<&'a Outcome>,
    /// What our own media engine has to say.
    pub media: Option<&'a dyn Story>,
}

/// A part of a report that somebody else writes.
pub trait Story {
    /// Whole lines.
    fn text(&self, addresses: bool) -> String;
    /// A JSON value.
    fn json(&self, addresses: bool) -> String;
}

impl Report<'_> {
    /// For people.
    pub fn text(&self, addresses: bool) -> String {
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = self.write_text(&mut out, addresses);
        out
    }

    fn write_text(&self, out: &mut String, addresses: bool) -> core::fmt::Result {
        let direction = if self.is_outgoing { "outgoing" } else { "incoming" };
        let kind = if self.is_video { "video" } else { "voice" };
        let origin = if self.is_attached { ", key from the host" } else { "" };
        writeln!(out, "call {}: {direction}, {kind}{origin}, {}", self.call, self.state)?;
        writeln!(out, "versions offered: {}", names(self.offered).join(", "))?;
        if let Some(summary) = self.summary {
            let version = summary.version.map_or("none", Version::name);
            writeln!(out, "version: {version}, of {}", summary.listed.join(", "))?;
            writeln!(out, "direct paths: {}", if summary.p2p_allowed { "allowed" } else { "not allowed" })?;
            if let Some(json) = &summary.custom_parameters {
                writeln!(out, "custom parameters: {json}")?;
            }
            for (number, server) in summary.servers.iter().enumerate() {
                let addresses = if addresses { server.addresses().join(" ") } else { String::new() };
                writeln!(out, "server {}: {} {addresses}", number + 1, server.kind)?;
            }
        }
        let Signaling { sent, received, dropped } = self.signaling;
        writeln!(out, "signaling packets: {sent} sent, {received} received, {dropped} dropped")?;
        if self.packets_dropped > 0 {
            writeln!(out, "packets that the host did not take in time: {}", self.packets_dropped)?;
        }
        if let Some(media) = self.media {
            out.push_str(&media.text(addresses));
        }
        story_text(out, self.diary, self.outcome)
    }

    /// For programs, and for `phone.saveCallDebug`.
    pub fn json(&self, addresses: bool) -> String {
        let mut json = Json::default();
        json.open('{');
        json.field("call", &self.call.0.to_string());
        json.field("outgoing", if self.is_outgoing { "true" } else { "false" });
        json.field("video", if self.is_video { "true" } else { "false" });
        json.field("attached", if self.is_attached { "true" } else { "false" });
        json.text("state", &self.state.to_string());
        json.list("offered", names(self.offered));
        if let Some(summary) = self.summary {
            json.text("version", summary.version.map_or("", Version::name));
            json.list("listed", summary.listed.iter().map(String::as_str));
            json.field("p2p_allowed", if summary.p2p_allowed { "true" } else { "false" });
            if let Some(parameters) = &summary.custom_parameters {
                json.text("custom_parameters", parameters);
            }
            json.key("servers");
            json.open('[');
            for server in &summary.servers {
                json.separate();
                json.open('{');
                json.text("kind", server.kind);
                if addresses {
                    json.list("addresses", server.addresses());
                }
                json.close('}');
            }
            json.close(']');
        }
        let Signaling { sent, received, dropped } = self.signaling;
        json.field("signaling_sent", &sent.to_string());
        json.field("signaling_received", &received.to_string());
        json.field("signaling_dropped", &dropped.to_string());
        json.field("packets_not_taken", &self.packets_dropped.to_string());
        if let Some(media) = self.media {
            json.field("media", &media.json(addresses));
        }
        story_json(&mut json, self.diary, self.outcome);
        json.close('}');
        json.out
    }
}

/// What happened to a call, and how it ended, for people.
pub fn story_text(out: &mut String, diary: &Diary, outcome: Option<&Outcome>) -> core::fmt::Result {
    if diary.forgotten > 0 {
        writeln!(out, "({} earlier changes are forgotten)", diary.forgotten)?;
    }
    for (at, state, cause) in &diary.changes {
        writeln!(out, "{:>9.3} s  {state}: {cause}", at.since(diary.started).as_secs_f64())?;
    }
    if let Some(outcome) = outcome {
        writeln!(out, "ended: {:?} after {} s of conversation: {}", outcome.reason, outcome.duration_s, outcome.text)?;
    }
    Ok(())
}

/// The same for programs, as fields of an object.
pub fn story_json(json: &mut Json, diary: &Diary, outcome: Option<&Outcome>) {
    json.key("changes");
    json.open('[');
    for (at, state, cause) in &diary.changes {
        json.separate();
        json.open('{');
        json.field("ms", &at.since(diary.started).as_millis().to_string());
        json.text("state", &state.to_string());
        json.text("cause", cause);
        json.close('}');
    }
    json.close(']');
    if let Some(outcome) = outcome {
        json.text("end", &format!("{:?}", outcome.reason));
        json.text("end_text", &outcome.text);
        json.field("duration_s", &outcome.duration_s.to_string());
    }
}

fn names(versions: &[Version]) -> Vec<&'static str> {
    versions.iter().map(|version| version.name()).collect()
}

/// Just enough of a JSON writer, so that the signalling-only library needs no other.
#[derive(Default)]
pub struct Json {
    pub out: String,
    /// Whether something stands in front that a comma has to separate.
    follows: bool,
}

impl Json {
    pub fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.follows = false;
    }

    pub fn close(&mut self, bracket: char) {
        self.out.push(bracket);
        self.follows = true;
    }

    fn separate(&mut self) {
        if self.follows {
            self.out.push(',');
        }
        self.follows = true;
    }

    fn key(&mut self, name: &str) {
        self.separate();
        self.string(name);
        self.out.push(':');
    }

    pub fn field(&mut self, name: &str, raw: &str) {
        self.key(name);
        self.out.push_str(raw);
    }

    pub fn text(&mut self, name: &str, value: &str) {
        self.key(name);
        self.string(value);
    }

    fn list(&mut self, name: &str, values: impl IntoIterator<Item = impl AsRef<str>>) {
        self.key(name);
        self.open('[');
        for value in values {
            self.separate();
            self.string(value.as_ref());
        }
        self.close(']');
    }

    fn string(&mut self, value: &str) {
        self.out.push('"');
        for c in value.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\u{0}'..='\u{1f}' => {
                    // Writing to a String does not fail.
                    let _ = write!(self.out, "\\u{:04x}", u32::from(c));
                }
                _ => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

/// Bytes of one `upload.saveFilePart`: the largest Telegram takes, all but the last of the same size.
const PART: usize = 512 << 10;
/// `upload.saveFilePart` is for files below 10 MB; of a longer log the end is what tells.
const LONGEST_LOG: usize = 10_000_000 - PART;

/// The parts a log is uploaded in, at least one.
pub fn log_parts(log: &str) -> Vec<&[u8]> {
    let bytes = log.as_bytes();
    let kept = &bytes[bytes.len().saturating_sub(LONGEST_LOG)..];
    if kept.is_empty() { vec![kept] } else { kept.chunks(PART).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Action, EndReason};

    struct Relayed;

    impl Story for Relayed {
        fn text(&self, _addresses: bool) -> String {
            "path: relay\n".into()
        }

        fn json(&self, _addresses: bool) -> String {
            r#"{"path":"relay"}"#.into()
        }
    }

    use crate::time::Duration;

    fn diary() -> Diary {
        let mut diary = Diary::new(Time::from_nanos(5));
        diary.note(Time::from_nanos(5), CallState::Requesting, "request".into());
        diary.note(Time::from_nanos(5) + Duration::from_millis(1500), CallState::Ringing, "a \"quote\"\n\u{1}".into());
        diary
    }

    fn link() -> Link {
        Link {
            versions: vec!["9.0.0".into(), "bad \\ name".into()],
            servers: vec![
                Server::Reflector {
                    id: 1,
                    ip: Some([91, 108, 1, 2].into()),
                    ipv6: None,
                    port: 598,
                    peer_tag: crate::secret::Secret::take(&mut b"secret peer tag!".to_owned()),
                    is_tcp: true,
                },
                Server::Webrtc {
                    id: 2,
                    ip: None,
                    ipv6: Some("2001:db8::1".parse().unwrap()),
                    port: 1400,
                    username: "secret name".into(),
                    password: "secret word".into(),
                    is_turn: true,
                    is_stun: false,
                },
            ],
            custom_parameters: Some("{\"network_use_mtproto\":true}".into()),
            ..Link::default()
        }
    }

    fn with_report<T>(check: impl Fn(&Report<'_>) -> T) -> T {
        let (diary, summary) = (diary(), Summary::new(Some(Version::V9_0_0), &link()));
        let outcome = Outcome::new(EndReason::NoPath, Action::Retry, "no path");
        check(&Report {
            call: CallId(3),
            is_outgoing: true,
            is_video: false,
            is_attached: false,
            state: CallState::Ended,
            offered: &Version::DEFAULT,
            diary: &diary,
            summary: Some(&summary),
            signaling: Signaling { sent: 1, received: 2, dropped: 3 },
            packets_dropped: 4,
            outcome: Some(&outcome),
            media: Some(&Relayed),
        })
    }

    #[test]
    fn the_json_report_is_json_with_everything_in_it() {
        for addresses in [false, true] {
            let json = with_report(|report| report.json(addresses));
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(json["version"], "9.0.0");
            assert_eq!(json["listed"][1], "bad \\ name");
            assert_eq!(json["changes"][1]["ms"], 1500);
            assert_eq!(json["changes"][1]["cause"], "a \"quote\"\n\u{1}");
            assert_eq!(json["media"]["path"], "relay");
            assert_eq!(json["packets_not_taken"], 4);
            assert_eq!(json["servers"][0].get("addresses").is_some(), addresses);
            assert_eq!(json["end"], "NoPath");
        }
    }

    #[test]
    fn addresses_are_named_only_when_asked_for_and_secrets_never() {
        for (addresses, format) in [(false, 0), (true, 0), (false, 1), (true, 1)] {
            let report =
                with_report(|report| if format == 0 { report.text(addresses) } else { report.json(addresses) });
            assert_eq!(report.contains("91.108.1.2:598"), addresses, "{report}");
            assert_eq!(report.contains("[2001:db8::1]:1400"), addresses, "{report}");
            assert!(!report.contains("secret"), "{report}");
            assert!(report.contains("reflector over TCP") && report.contains("ringing"), "{report}");
        }
    }

    #[test]
    fn the_diary_keeps_the_last_changes() {
        let mut diary = Diary::new(Time::ZERO);
        for n in 0..40 {
            diary.note(Time::from_nanos(n), CallState::Active, n.to_string());
        }
        assert_eq!((diary.changes.len(), diary.forgotten), (CHANGES, 8));
        assert_eq!(diary.first(CallState::Active), Some(Time::from_nanos(8)));
    }

    #[test]
    fn a_log_is_cut_into_parts_of_one_size_and_its_end_is_kept() {
        assert_eq!(log_parts("").len(), 1);
        assert_eq!(log_parts("abc"), [b"abc"]);
        let long = "x".repeat(PART + 1);
        assert_eq!(log_parts(&long).iter().map(|part| part.len()).collect::<Vec<_>>(), [PART, 1]);
        let longest = format!("{}end", "x".repeat(11_000_000));
        let parts = log_parts(&longest);
        assert!(parts.iter().map(|part| part.len()).sum::<usize>() < 10_000_000);
        assert!(parts.last().unwrap().ends_with(b"end"));
    }
}
