//! What was counted of a call's sound, and what was thrown away of it.

use super::{AudioEngine, MS};
use crate::media::audio::incoming::SourceStats;
use crate::types::Ssrc;
use core::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AudioStats {
    pub packets_sent: u64,
    pub packets_received: u64,
    pub packets_lost: u64,
    /// Of the last two seconds.
    pub loss_permille: u32,
    /// RFC 3550, section 6.4.1.
    pub jitter_ms: u32,
    /// What is received and not yet heard.
    pub delay_ms: u32,
    /// Packets that came too late or twice.
    pub late: u64,
    /// Packets that were skipped to bring the delay down, as the sound began anew, or that nobody pulled.
    pub skipped: u64,
    pub concealed_ms: u64,
    pub recovered_ms: u64,
    pub stretched_ms: u64,
    /// What a pull got of silence for want of sound, in an active call.
    pub silence_ms: u64,
    /// What was to be delivered, and nobody took it for a second.
    pub undelivered_ms: u64,
    /// Packets of others that no Opus packet can be.
    pub oversized: u64,
    pub dropped: SoundDropped,
    /// Gaps in the timestamps of encoded sound that the host pushed.
    pub host_gaps: u64,
    pub sent_level: u32,
    pub received_level: u32,
}

/// What the host pushed and we threw away, though nobody had asked for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoundDropped {
    /// More at once than the queue holds.
    pub overflow_ms: u64,
    /// Of a host whose clock is fast: more than what bursts explain.
    pub surplus_ms: u64,
    /// Live sound while there was no path.
    pub inactive_ms: u64,
    /// What the encoder did not take.
    pub unencoded_ms: u64,
}

impl SoundDropped {
    /// What was lost in a call that was up.
    pub fn while_active(&self) -> u64 {
        self.overflow_ms + self.surplus_ms + self.unencoded_ms
    }
}

/// Samples that were thrown away, by reason; see [`SoundDropped`].
#[derive(Debug, Default)]
pub(super) struct Thrown {
    pub overflow: u64,
    pub surplus: u64,
    pub inactive: u64,
    pub unencoded: u64,
}

impl AudioEngine {
    pub fn stats(&self) -> AudioStats {
        let shared = &self.port.shared;
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let ms = |samples: u64| samples / MS as u64;
        let (sent_level, received_level) = self.port.levels();
        let received = self.incoming.stats();
        AudioStats {
            packets_sent: self.packets_sent,
            packets_received: received.packets_received,
            packets_lost: received.packets_lost,
            loss_permille: received.loss_permille,
            jitter_ms: received.jitter_ms,
            delay_ms: received.delay_ms,
            late: received.late,
            skipped: received.skipped,
            concealed_ms: received.concealed_ms,
            recovered_ms: received.recovered_ms,
            stretched_ms: received.stretched_ms,
            silence_ms: ms(count(&shared.silence)),
            undelivered_ms: self.undelivered_ms,
            oversized: received.oversized,
            dropped: SoundDropped {
                overflow_ms: ms(self.dropped.overflow + count(&shared.unfit)),
                surplus_ms: ms(self.dropped.surplus),
                inactive_ms: ms(self.dropped.inactive + count(&shared.inactive)),
                unencoded_ms: ms(self.dropped.unencoded),
            },
            host_gaps: self.host_gaps,
            sent_level,
            received_level,
        }
    }

    /// What was counted of each of whom something has come.
    pub fn sources(&self) -> impl Iterator<Item = (Ssrc, SourceStats)> {
        self.incoming.each()
    }
}
