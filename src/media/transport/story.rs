//! What a transport says about itself.

use super::{Protection, Transport};
use crate::media::dtls::Dtls;
use crate::media::report::{PathReport, TransportReport, TransportStats};
use crate::media::rtp::StreamStats;
use crate::time::{Duration, Time};
use crate::types::Ssrc;

impl Transport {
    pub fn stats(&self) -> TransportStats {
        let rtp = self.rtp.stats();
        TransportStats {
            rtp,
            // ICE measures all the time, RTCP only while media flows.
            round_trip: self.agent.round_trip().or(rtp.round_trip),
            route: self.route.map(|(channel, _)| self.gather.route(channel)),
            route_changes: self.route_changes,
            connect_time: self.connected_after,
            lost_for: self.lost_for,
            dropped: self.dropped,
            bytes_sent: self.bytes_sent,
            bytes_received: self.bytes_received,
        }
    }

    /// The figures of each stream: first what we send.
    pub fn streams(&self) -> Vec<StreamStats> {
        self.rtp.streams().collect()
    }

    /// Of a stream of the peer's: a moment of its NTP clock, and the timestamp of it, as it reported last.
    pub fn sender_report(&self, ssrc: Ssrc) -> Option<(u64, u32)> {
        self.rtp.sender_report(ssrc)
    }

    /// How long nothing at all has come by the way the media takes; `None` without one.
    pub fn silence(&self, now: Time) -> Option<Duration> {
        self.agent.silence(now)
    }

    /// Everything about the way the media takes, for "Why is it silent?".
    pub fn report(&self) -> TransportReport {
        let dtls = match &self.protection {
            Protection::Mtproto(_) => "not used: MTProto transport",
            Protection::Handshake(Some(dtls)) | Protection::Srtp { dtls: Some(dtls), .. } => dtls.progress(),
            Protection::Srtp { dtls: None, .. } => "over",
            Protection::Handshake(None) if self.remote.is_none() => "waiting for the peer's setup",
            Protection::Handshake(None) if self.route.is_none() => "waiting for a path",
            Protection::Handshake(None) => "over",
        };
        TransportReport {
            state: self.state,
            remote_setup: self.remote.is_some(),
            controlling: self.agent.is_controlling(),
            local_candidates: self.listed.local(),
            remote_candidates: self.listed.remote(),
            left_out: self.gather.left_out().to_vec(),
            servers: self.gather.reports(),
            paths: self
                .agent
                .paths()
                .map(|path| PathReport {
                    route: self.gather.route(path.channel),
                    local: self.gather.local_address(path.channel),
                    path,
                })
                .collect(),
            dtls,
            dtls_role: self.protection.dtls().map(Dtls::role),
            dtls_error: self
                .broken
                .clone()
                .or_else(|| self.protection.dtls().filter(|dtls| !dtls.is_connected()).and_then(Dtls::trouble)),
            protection: self.protection.name(),
            data_channel: self.data.is_up(),
            streams: self.streams(),
            refused: self.refused.as_ref().map(|refused| format!("{}: {}", refused.ssrc, refused.error)),
            stats: self.stats(),
        }
    }
}
