//! When sound leaves, and what its timestamps are.

use super::RATE;
use crate::time::{Duration, Time};

/// Samples in a millisecond.
const MS: u32 = RATE / 1000;
/// Live sound may run so far ahead of our clock, and as much faster, before it is held back.
const BURST: Duration = Duration::from_millis(100);
const FASTER_PERCENT: u32 = 5;
/// Silence longer than this shows in the timestamps.
const PAUSE: Duration = Duration::from_millis(200);

/// When packets leave, and what their timestamps are.
#[derive(Debug)]
pub struct SendClock {
    pub timestamp: u32,
    /// When the packet with this timestamp is expected.
    pub expected_at: Option<Time>,
    pub marker: bool,
    /// Live sound leaves no earlier.
    pub allowed_from: Time,
    /// A playlist's next packet leaves then.
    pub play_at: Option<Time>,
    /// The host's last timestamp and its length.
    pub host: Option<(u32, u32)>,
}

impl SendClock {
    /// Whether live sound is not faster than it can be, in which case this much of it counts as sent.
    pub fn is_allowed(&mut self, now: Time, duration: u32) -> bool {
        if now < self.allowed_from {
            return false;
        }
        let earliest = Time::from_nanos(now.as_nanos().saturating_sub(BURST.as_nanos() as u64));
        let from = self.allowed_from.max(earliest);
        self.allowed_from = from + samples(duration) * (100 - FASTER_PERCENT) / 100;
        true
    }

    /// The timestamp of a packet that leaves now, and whether silence came before it.
    pub fn stamp(&mut self, now: Time, duration: u32) -> (u32, bool) {
        if let Some(expected) = self.expected_at
            && now.since(expected) > PAUSE
        {
            let pause = now.since(expected).as_millis() as u32 * MS;
            self.timestamp = self.timestamp.wrapping_add(pause / duration.max(1) * duration);
            self.marker = true;
        }
        let stamped = (self.timestamp, core::mem::replace(&mut self.marker, false));
        self.timestamp = self.timestamp.wrapping_add(duration);
        self.expected_at = Some(now + samples(duration));
        stamped
    }

    /// As [`Self::stamp`], following the host's own timestamps.
    pub fn stamp_host(&mut self, now: Time, timestamp: u32, duration: u32) -> (u32, bool) {
        let pause = self.host.replace((timestamp, duration)).and_then(|host| pause_after(host, timestamp));
        if let Some(pause) = pause {
            // The host knows better than the clock how long it was silent.
            self.expected_at = None;
            self.timestamp = self.timestamp.wrapping_add(pause);
            self.marker |= pause > 0;
        }
        self.stamp(now, duration)
    }
}

/// The pause between a packet, its timestamp and length, and the next; `None` if that one begins anew.
pub fn pause_after((timestamp, duration): (u32, u32), next: u32) -> Option<u32> {
    let pause = next.wrapping_sub(timestamp.wrapping_add(duration));
    (pause < RATE * 60).then_some(pause)
}

pub fn samples(samples: u32) -> Duration {
    Duration::from_nanos(u64::from(samples) * 1_000_000_000 / u64::from(RATE))
}
