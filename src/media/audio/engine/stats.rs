//! What was counted of a call's sound, and what was thrown away of it.

use super::{AudioEngine, MS};
use crate::media::audio::incoming::SourceStats;
use crate::types::Ssrc;
use core::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AudioStats {
    pub packets_sent: u64,
    /// All that is heard, as one.
    pub received: SourceStats,
    /// What a pull got of silence for want of sound, in an active call.
    pub silence_ms: u64,
    /// What was to be delivered, and nobody took it for a second.
    pub undelivered_ms: u64,
    pub dropped: SoundDropped,
    /// Gaps in the timestamps of encoded sound that the host pushed.
    pub host_gaps: u64,
    pub sent_level: u32,
    /// Of what the host got, of all together.
    pub received_level: u32,
}

/// What the host pushed and we threw away, though nobody had asked for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoundDropped {
    /// More at once than the queue holds.
    pub overflow_ms: u64,
    /// Of a host whose clock is fast: more than what bursts explain.
    pub surplus_ms: u64,
    /// What waited for us, as this machine has more calls than it can serve.
    pub late_ms: u64,
    /// Live sound while there was no path.
    pub inactive_ms: u64,
    /// What the encoder did not take.
    pub unencoded_ms: u64,
}

impl SoundDropped {
    /// What was lost in a call that was up.
    pub fn while_active(&self) -> u64 {
        self.overflow_ms + self.surplus_ms + self.late_ms + self.unencoded_ms
    }
}

/// Samples that were thrown away, by reason; see [`SoundDropped`].
#[derive(Debug, Default)]
pub(super) struct Thrown {
    pub overflow: u64,
    pub surplus: u64,
    pub late: u64,
    pub inactive: u64,
    pub unencoded: u64,
}

impl AudioEngine {
    pub fn stats(&self) -> AudioStats {
        let shared = &self.port.shared;
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let ms = |samples: u64| samples / MS as u64;
        let (sent_level, received_level) = self.port.levels();
        AudioStats {
            packets_sent: self.packets_sent,
            received: self.incoming.stats(),
            silence_ms: ms(count(&shared.silence)),
            undelivered_ms: self.undelivered_ms,
            dropped: SoundDropped {
                overflow_ms: ms(self.dropped.overflow + count(&shared.unfit)),
                surplus_ms: ms(self.dropped.surplus),
                late_ms: ms(self.dropped.late),
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
