//! What RTP counts: of each stream, and of all together.

use crate::time::Duration;
use crate::types::{MediaKind, Ssrc};

/// Which way a stream goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Sent,
    Received,
}

/// The figures of one stream. Of one that we send, the peer's last report tells the loss and the jitter: `None` before there was
/// one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamStats {
    pub ssrc: Ssrc,
    pub kind: MediaKind,
    pub direction: Direction,
    pub packets: u64,
    /// Of payloads.
    pub bytes: u64,
    pub lost: Option<u64>,
    /// Of what we send: of 1000 packets between the peer's last two reports.
    pub loss_permille: Option<u16>,
    /// Of what we receive, `None` before the first packet.
    pub jitter: Option<Duration>,
    /// `None` for what the peer sends: only the sender can tell.
    pub round_trip: Option<Duration>,
}

/// Figures of all streams together, or of the audio where they are about one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RtpStats {
    pub packets_sent: u64,
    pub bytes_sent: u64,
    pub packets_received: u64,
    pub bytes_received: u64,
    /// Of the peer's streams, so far.
    pub packets_lost: u64,
    /// Those of them that were of sound.
    pub sound_lost: u64,
    /// Probes and other packets without a payload.
    pub padding_received: u64,
    /// Of streams nobody announced, of payload types nobody agreed on, repeats.
    pub packets_ignored: u64,
    /// RTCP that could not be read to its end.
    pub reports_malformed: u64,
    pub packets_resent: u64,
    pub nacks_sent: u64,
    pub transport_cc_sent: u64,
    /// Of the peer's sound; of several the largest.
    pub jitter: Duration,
    /// Of 1000 of our packets, as the peer last reported.
    pub remote_loss_permille: u16,
    pub remote_jitter: Duration,
    /// By RTCP.
    pub round_trip: Option<Duration>,
    /// By the peer's transport-cc feedback: our packets that arrived and that did not.
    pub feedback_arrived: u64,
    pub feedback_missing: u64,
    /// By the same: from the sending of a packet to the feedback that tells its arrival, which the peer holds back for up to a
    /// tenth of a second. Smoothed.
    pub feedback_round_trip: Option<Duration>,
    /// How fast our packets arrived lately, in bit/s, without what protection and the path add.
    pub feedback_bit_rate: Option<u64>,
    /// The last receiver estimate of the peer, in bit/s.
    pub remb: Option<u64>,
}

impl RtpStats {
    /// Adds what a stream has counted to the sums.
    pub fn add(&mut self, stream: &StreamStats) {
        match stream.direction {
            Direction::Sent => {
                self.packets_sent += stream.packets;
                self.bytes_sent += stream.bytes;
            }
            Direction::Received => {
                self.packets_received += stream.packets;
                self.bytes_received += stream.bytes;
                let lost = stream.lost.unwrap_or(0);
                self.packets_lost += lost;
                self.sound_lost += if stream.kind == MediaKind::Audio { lost } else { 0 };
            }
        }
    }
}
