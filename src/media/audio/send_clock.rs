//! When sound leaves, and what its timestamps are.

use super::RATE;
use crate::time::{Duration, Time};

/// Samples in a millisecond.
const MS: u32 = RATE / 1000;
/// Live sound may run so far ahead of our clock, and as much faster, before it is held back.
pub const BURST: Duration = Duration::from_millis(100);
pub const FASTER_PERCENT: u32 = 5;
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
            // Whole packets of silence. Timestamps wrap after a day of it, and so does this.
            let pause = now.since(expected).as_millis() * u128::from(MS) / u128::from(duration.max(1));
            self.timestamp = self.timestamp.wrapping_add((pause as u32).wrapping_mul(duration));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> SendClock {
        SendClock {
            timestamp: u32::MAX - 100,
            expected_at: None,
            marker: true,
            allowed_from: Time::ZERO,
            play_at: None,
            host: None,
        }
    }

    /// Timestamps at 48 kHz wrap after 24.8 hours.
    #[test]
    fn a_day_and_an_hour_of_silence_shows_in_the_timestamps() {
        let mut clock = clock();
        let first = clock.stamp(Time::ZERO, 960);
        let hours = Duration::from_secs(25 * 3600);
        let later = clock.stamp(Time::ZERO + hours, 960);
        assert_eq!((first, later.1), ((u32::MAX - 100, true), true));
        let passed = 25u64 * 3600 * 48_000;
        assert_eq!(later.0.wrapping_sub(first.0), passed as u32);
        assert_eq!(clock.stamp(Time::ZERO + hours, 960).0, later.0.wrapping_add(960));
    }

    /// And by the host's own timestamps, where a pause that long is a new beginning.
    #[test]
    fn a_host_that_was_silent_for_a_day_begins_anew() {
        let mut clock = clock();
        let first = clock.stamp_host(Time::ZERO, 7, 960);
        let later = clock.stamp_host(Time::ZERO + Duration::from_secs(25 * 3600), 3_000_000_000, 960);
        assert!(later.1 && later.0 != first.0);
    }
}
