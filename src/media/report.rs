//! What a transport can say about itself: figures, and the story of each path it tried.

use super::candidate::{Kind, Target};
use super::dtls;
use super::gather::ServerReport;
use super::ice::{self, PairState};
use super::output::{Route, RouteKind, State};
use super::rtp::{Direction, RtpStats, StreamStats};
use crate::time::Duration;
use crate::types::{IpAddr, MediaKind, Protocol, SocketAddr};
use core::fmt::Write;
use std::collections::BTreeMap;

/// Packets that were not used, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Of nobody we know.
    pub foreign: u64,
    /// Too long, or nothing that is spoken here.
    pub malformed: u64,
    /// Checks and answers that are not authentic.
    pub stun: u64,
    pub dtls: u64,
    /// Media before there were keys for it.
    pub too_early: u64,
    /// Forged, repeated or too old.
    pub rtp: u64,
    pub rtcp: u64,
    pub mtproto: u64,
    /// Setups and candidates of the peer that could not be used.
    pub setups: u64,
    pub candidates: u64,
    /// Of ours, for want of a way or of keys.
    pub unsent: u64,
}

impl Dropped {
    /// Each reason and its count.
    pub fn reasons(&self) -> [(&'static str, u64); 11] {
        let Dropped { foreign, malformed, stun, dtls, too_early, rtp, rtcp, mtproto, setups, candidates, unsent } =
            *self;
        [
            ("foreign", foreign),
            ("malformed", malformed),
            ("stun", stun),
            ("dtls", dtls),
            ("too_early", too_early),
            ("rtp", rtp),
            ("rtcp", rtcp),
            ("mtproto", mtproto),
            ("setups", setups),
            ("candidates", candidates),
            ("unsent", unsent),
        ]
    }

    /// Of what arrived.
    pub fn received(&self) -> u64 {
        let Dropped { foreign, malformed, stun, dtls, too_early, rtp, rtcp, mtproto, .. } = *self;
        foreign + malformed + stun + dtls + too_early + rtp + rtcp + mtproto
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub struct TransportStats {
    pub rtp: RtpStats,
    pub round_trip: Option<Duration>,
    pub route: Option<Route>,
    pub route_changes: u32,
    pub connect_time: Option<Duration>,
    /// How long there was no connection, after the first one.
    pub lost_for: Duration,
    pub dropped: Dropped,
    /// Of DTLS, media and data, without the relays' and IP headers.
    pub bytes_sent: u64,
    pub bytes_received: u64,
}

#[derive(Clone, Copy, Debug)]
pub struct CandidateReport {
    /// `None`: it could not be read.
    pub kind: Option<Kind>,
    pub target: Option<Target>,
    /// Why it is of no use; empty if it is.
    pub note: &'static str,
}

#[derive(Clone, Debug)]
pub struct PathReport {
    pub route: Route,
    pub local: Option<SocketAddr>,
    pub path: ice::PathReport,
}

impl PathReport {
    /// The step that failed, or how far it got.
    pub fn step(&self) -> &'static str {
        let path = &self.path;
        match (path.state, path.selected) {
            (PairState::Working, true) => "in use",
            (PairState::Working, false) => "works",
            (PairState::Broken, _) => "worked, then fell silent",
            (PairState::Waiting, _) if path.checks_sent == 0 => "not checked yet",
            _ if path.heard => "the peer's checks arrive, ours are not answered",
            _ => "checks not answered",
        }
    }
}

/// The story of a transport. No keys in it.
#[derive(Clone, Debug)]
pub struct TransportReport {
    pub state: State,
    /// Whether the peer's InitialSetup came.
    pub remote_setup: bool,
    pub controlling: bool,
    pub local_candidates: Vec<CandidateReport>,
    pub remote_candidates: Vec<CandidateReport>,
    /// Addresses of ours that there is no room for.
    pub left_out: Vec<IpAddr>,
    pub servers: Vec<ServerReport>,
    pub paths: Vec<PathReport>,
    pub dtls: &'static str,
    pub dtls_role: Option<dtls::Role>,
    pub dtls_error: Option<String>,
    /// The SRTP profile, `MTProto`, or `none`.
    pub protection: &'static str,
    pub data_channel: bool,
    /// First what we send.
    pub streams: Vec<StreamStats>,
    /// The last stream that could not be carried, and why.
    pub refused: Option<String>,
    pub stats: TransportStats,
}

/// A route in words: `direct`, `turn over tcp`, `reflector 2 over udp`.
pub fn route_name(route: Route) -> String {
    let over = if route.tcp { "tcp" } else { "udp" };
    match route.kind {
        RouteKind::Direct => "direct".into(),
        RouteKind::Turn => format!("turn over {over}"),
        RouteKind::Reflector(number) => format!("reflector {number} over {over}"),
    }
}

/// A state in one word.
pub fn state_name(state: State) -> &'static str {
    match state {
        State::Connecting => "connecting",
        State::Connected => "connected",
        State::Reconnecting => "reconnecting",
        State::Failed(super::Failure::Timeout) => "failed: no connection in time",
        State::Failed(super::Failure::Fingerprint) => "failed: wrong certificate",
        State::Failed(super::Failure::Handshake) => "failed: the handshake broke off",
    }
}

fn kind_name(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Audio => "audio",
        MediaKind::Video => "video",
    }
}

fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Sent => "sent",
        Direction::Received => "received",
    }
}

fn hidden<T: core::fmt::Display>(addresses: bool, value: Option<T>) -> String {
    match value {
        Some(value) if addresses => format!(" {value}"),
        _ => String::new(),
    }
}

fn millis(duration: Option<Duration>) -> String {
    duration.map_or_else(|| "-".into(), |d| format!("{}.{} ms", d.as_millis(), d.as_micros() / 100 % 10))
}

impl TransportReport {
    /// Of media that have none.
    pub fn absent() -> TransportReport {
        TransportReport {
            state: State::Connecting,
            remote_setup: false,
            controlling: false,
            local_candidates: Vec::new(),
            remote_candidates: Vec::new(),
            left_out: Vec::new(),
            servers: Vec::new(),
            paths: Vec::new(),
            dtls: "none",
            dtls_role: None,
            dtls_error: None,
            protection: "none",
            data_channel: false,
            streams: Vec::new(),
            refused: None,
            stats: TransportStats::default(),
        }
    }

    /// As text for a developer; addresses only if asked for.
    pub fn to_text(&self, addresses: bool) -> String {
        let mut text = String::new();
        self.write(&mut text, addresses).expect("a String takes everything");
        text
    }

    fn write(&self, text: &mut String, addresses: bool) -> core::fmt::Result {
        let (stats, rtp) = (&self.stats, &self.stats.rtp);
        writeln!(text, "transport: {}", state_name(self.state))?;
        let route = stats.route.map_or_else(|| "none".into(), route_name);
        writeln!(text, "  route: {route}, {} changes, round trip {}", stats.route_changes, millis(stats.round_trip))?;
        writeln!(text, "  connected after {}, lost for {}", millis(stats.connect_time), millis(Some(stats.lost_for)))?;
        let role = if self.controlling { "controlling" } else { "controlled" };
        let setup = if self.remote_setup { "received" } else { "missing" };
        writeln!(text, "  ice: {role}, the peer's setup {setup}")?;
        for (side, list) in [("local", &self.local_candidates), ("remote", &self.remote_candidates)] {
            writeln!(text, "  {side} candidates: {}", list.len())?;
            for candidate in list {
                let kind = candidate.kind.map_or("unreadable", Kind::name);
                let target = hidden(addresses, candidate.target);
                let note = if candidate.note.is_empty() { String::new() } else { format!(" ({})", candidate.note) };
                writeln!(text, "    {kind}{target}{note}")?;
            }
        }
        if !self.left_out.is_empty() {
            write!(text, "  local addresses left out, as there are too many: {}", self.left_out.len())?;
            for ip in self.left_out.iter().filter(|_| addresses) {
                write!(text, " {ip}")?;
            }
            writeln!(text)?;
        }
        writeln!(text, "  servers: {}", self.servers.len())?;
        for server in &self.servers {
            let protocol = if server.protocol == Protocol::Tcp { "tcp" } else { "udp" };
            let address = hidden(addresses, Some(server.address));
            writeln!(text, "    {} over {protocol}{address}: {}", server.kind, server.outcome)?;
        }
        writeln!(text, "  paths: {}", self.paths.len())?;
        for path in &self.paths {
            let ice::PathReport { checks_sent, answers, round_trip, kind, target, .. } = path.path;
            let (local, remote) = (hidden(addresses, path.local), hidden(addresses, Some(target)));
            writeln!(
                text,
                "    {}{local} to {}{remote}: {}; {answers} of {checks_sent} checks answered, round trip {}",
                route_name(path.route),
                kind.name(),
                path.step(),
                millis(round_trip)
            )?;
        }
        let role =
            self.dtls_role.map_or("", |role| if role == dtls::Role::Client { " as client" } else { " as server" });
        let error = self.dtls_error.as_deref().map_or_else(String::new, |error| format!(" ({error})"));
        writeln!(text, "  dtls: {}{role}{error}; protection: {}", self.dtls, self.protection)?;
        writeln!(text, "  data channel: {}", if self.data_channel { "up" } else { "down" })?;
        writeln!(
            text,
            "  sent: {} packets, {} bytes; the peer misses {} of 1000",
            rtp.packets_sent, rtp.bytes_sent, rtp.remote_loss_permille
        )?;
        writeln!(
            text,
            "  received: {} packets, {} bytes; lost {}, jitter {}",
            rtp.packets_received,
            rtp.bytes_received,
            rtp.packets_lost,
            millis(Some(rtp.jitter))
        )?;
        if rtp.feedback_arrived > 0 {
            let bit_rate = rtp.feedback_bit_rate.map_or_else(|| "-".into(), |rate| rate.to_string());
            writeln!(
                text,
                "  of packets sent {} arrived and {} did not; feedback takes {}, {bit_rate} bit/s arrived lately",
                rtp.feedback_arrived,
                rtp.feedback_missing,
                millis(rtp.feedback_round_trip)
            )?;
        }
        writeln!(text, "  streams: {}", self.streams.len())?;
        if let Some(refused) = &self.refused {
            writeln!(text, "    refused {refused}")?;
        }
        for stream in &self.streams {
            let StreamStats { ssrc, packets, bytes, lost, jitter, round_trip, .. } = *stream;
            writeln!(
                text,
                "    {} {} {ssrc}: {packets} packets, {bytes} bytes; lost {}, jitter {}, round trip {}",
                kind_name(stream.kind),
                direction_name(stream.direction),
                lost.map_or_else(|| "-".into(), |lost| lost.to_string()),
                millis(jitter),
                millis(round_trip)
            )?;
        }
        write!(text, "  dropped:")?;
        for (reason, count) in stats.dropped.reasons().into_iter().filter(|(_, count)| *count > 0) {
            write!(text, " {count} {},", reason.replace('_', " "))?;
        }
        writeln!(text, " {} ignored", rtp.packets_ignored)
    }

    /// As JSON; addresses only if asked for.
    pub fn to_json(&self, addresses: bool) -> serde_json::Value {
        use serde_json::json;
        let (stats, rtp) = (&self.stats, &self.stats.rtp);
        let ms = |duration: Option<Duration>| duration.map(|d| d.as_micros() as f64 / 1000.0);
        let address = |text: Option<String>| text.filter(|_| addresses);
        let candidates = |list: &[CandidateReport]| -> Vec<serde_json::Value> {
            list.iter()
                .map(|c| {
                    let target = address(c.target.map(|t| t.to_string()));
                    json!({ "kind": c.kind.map(Kind::name), "address": target, "note": c.note })
                })
                .collect()
        };
        let servers: Vec<_> = self
            .servers
            .iter()
            .map(|s| {
                json!({
                    "kind": s.kind,
                    "protocol": if s.protocol == Protocol::Tcp { "tcp" } else { "udp" },
                    "address": address(Some(s.address.to_string())),
                    "outcome": s.outcome,
                })
            })
            .collect();
        let paths: Vec<_> = self
            .paths
            .iter()
            .map(|p| {
                json!({
                    "route": route_name(p.route),
                    "local": address(p.local.map(|l| l.to_string())),
                    "remote": address(Some(p.path.target.to_string())),
                    "remote_kind": p.path.kind.name(),
                    "step": p.step(),
                    "selected": p.path.selected,
                    "checks_sent": p.path.checks_sent,
                    "answers": p.path.answers,
                    "round_trip_ms": ms(p.path.round_trip),
                })
            })
            .collect();
        let streams: Vec<_> = self
            .streams
            .iter()
            .map(|s| {
                json!({
                    "ssrc": s.ssrc.0,
                    "kind": kind_name(s.kind),
                    "direction": direction_name(s.direction),
                    "packets": s.packets,
                    "bytes": s.bytes,
                    "lost": s.lost,
                    "jitter_ms": ms(s.jitter),
                    "round_trip_ms": ms(s.round_trip),
                })
            })
            .collect();
        let dropped: BTreeMap<_, _> = stats.dropped.reasons().into_iter().collect();
        json!({
            "state": state_name(self.state),
            "route": stats.route.map(route_name),
            "route_changes": stats.route_changes,
            "round_trip_ms": ms(stats.round_trip),
            "connect_ms": ms(stats.connect_time),
            "lost_for_ms": ms(Some(stats.lost_for)),
            "controlling": self.controlling,
            "remote_setup": self.remote_setup,
            "local_candidates": candidates(&self.local_candidates),
            "remote_candidates": candidates(&self.remote_candidates),
            "left_out": self.left_out.iter().map(|ip| address(Some(ip.to_string()))).collect::<Vec<_>>(),
            "servers": servers,
            "paths": paths,
            "dtls": self.dtls,
            "dtls_error": self.dtls_error,
            "protection": self.protection,
            "data_channel": self.data_channel,
            "packets_sent": rtp.packets_sent,
            "packets_received": rtp.packets_received,
            "packets_lost": rtp.packets_lost,
            "bytes_sent": rtp.bytes_sent,
            "bytes_received": rtp.bytes_received,
            "jitter_ms": ms(Some(rtp.jitter)),
            "remote_loss_permille": rtp.remote_loss_permille,
            "feedback_arrived": rtp.feedback_arrived,
            "feedback_missing": rtp.feedback_missing,
            "feedback_round_trip_ms": ms(rtp.feedback_round_trip),
            "feedback_bits_per_s": rtp.feedback_bit_rate,
            "streams": streams,
            "stream_refused": self.refused,
            "ignored": rtp.packets_ignored,
            "dropped": dropped,
        })
    }
}
