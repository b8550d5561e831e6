//! Sound and pictures on one clock: which moment of their sender a timestamp stands for.
//!
//! Each stream counts its timestamps from somewhere else. The sender's reports say for each which moment of the one clock of
//! its sender a timestamp was (RFC 3550, section 6.4.1). Moments are milliseconds that wrap around: only how far two are
//! apart is ever asked.

use core::sync::atomic::{AtomicU64, Ordering};

/// What is further apart is no delay: somebody pulls no sound any more, or the reports are wrong.
const MAX_DELAY_MS: i32 = 5000;
const KNOWN: u64 = 1 << 63;

/// The timestamps of one stream, on the clock of its sender. Written by the network, read by any thread.
#[derive(Debug, Default)]
pub struct Timeline {
    /// Milliseconds, 31 bits, above a timestamp; [`KNOWN`], or 0.
    report: AtomicU64,
}

impl Timeline {
    /// A sender report: at this time of its NTP clock the stream is at this timestamp.
    pub fn set(&self, ntp: u64, timestamp: u32) {
        // From units of 2^-32 s, modulo 2^31 ms.
        let ms = (ntp >> 32).wrapping_mul(1000).wrapping_add(((ntp & 0xffff_ffff) * 1000) >> 32) & 0x7fff_ffff;
        self.report.store(KNOWN | ms << 32 | u64::from(timestamp), Ordering::Release);
    }

    /// The same of a clock in ms.
    pub fn set_ms(&self, ms: i64, timestamp: u32) {
        let (seconds, rest) = (ms.div_euclid(1000) as u64, ms.rem_euclid(1000) as u64);
        // Rounded up, so that it is the same millisecond again.
        self.set(seconds << 32 | ((rest << 32).div_ceil(1000)), timestamp);
    }

    /// Another stream follows.
    pub fn forget(&self) {
        self.report.store(0, Ordering::Release);
    }

    /// The moment of a timestamp, modulo 2^31 ms.
    fn moment(&self, timestamp: u32, clock_rate: u32) -> Option<u32> {
        let report = self.report.load(Ordering::Acquire);
        let later = i64::from(timestamp.wrapping_sub(report as u32) as i32) * 1000 / i64::from(clock_rate.max(1));
        let ms = (report >> 32) as u32 & 0x7fff_ffff;
        (report & KNOWN != 0).then_some(ms.wrapping_add(later as u32))
    }
}

/// What is heard now of the sound of a call.
#[derive(Debug, Default)]
pub struct Heard {
    pub timeline: Timeline,
    /// The timestamp that the next pull begins with; [`KNOWN`], or 0.
    position: AtomicU64,
}

impl Heard {
    /// What is pulled next has this timestamp; `None`: nothing is heard.
    pub fn set_position(&self, timestamp: Option<u32>) {
        self.position.store(timestamp.map_or(0, |timestamp| KNOWN | u64::from(timestamp)), Ordering::Relaxed);
    }

    /// How far a picture is behind the sound that is heard, in ms; less than nothing: the sound is not there yet. `None`: not
    /// known.
    pub fn delay_ms(&self, pictures: &Timeline, timestamp: u32) -> Option<i32> {
        let position = self.position.load(Ordering::Relaxed);
        let heard = self.timeline.moment(position as u32, 48_000).filter(|_| position & KNOWN != 0)?;
        let shown = pictures.moment(timestamp, 90_000)?;
        // Both modulo 2^31.
        let delay = (heard.wrapping_sub(shown) << 1).cast_signed() >> 1;
        (-MAX_DELAY_MS..=MAX_DELAY_MS).contains(&delay).then_some(delay)
    }
}

/// The NTP time of a moment of ours, whose clock begins anywhere.
#[cfg(test)]
fn ntp(now: crate::time::Time) -> u64 {
    ((u128::from(now.as_nanos()) << 32) / 1_000_000_000) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Duration, Time};

    fn at(ms: u64) -> Time {
        Time::ZERO + Duration::from_millis(ms)
    }

    #[test]
    fn a_picture_is_as_late_as_the_sound_of_its_moment_is_past() {
        for start in [0, 4_294_960_000, (1 << 31) - 2, u64::from(u32::MAX)] {
            let (heard, pictures) = (Heard::default(), Timeline::default());
            assert_eq!(heard.delay_ms(&pictures, 7), None);
            heard.timeline.set(ntp(at(start)), u32::MAX - 100);
            pictures.set(ntp(at(start + 500)), 90);
            assert_eq!(heard.delay_ms(&pictures, 7), None, "no sound is heard");
            // A second after the report of the sound.
            heard.set_position(Some((u32::MAX - 100).wrapping_add(48_000)));
            for (timestamp, delay) in [(90, 500), (90 + 45_000, 0), (90 + 54_000, -100), (0, 501)] {
                let told = heard.delay_ms(&pictures, timestamp).unwrap();
                assert!((told - delay).abs() <= 1, "{start}: {told}, not {delay}");
            }
            heard.set_position(None);
            assert_eq!(heard.delay_ms(&pictures, 90), None);
        }
    }

    #[test]
    fn a_clock_of_milliseconds_is_told_as_it_is() {
        let (heard, pictures) = (Heard::default(), Timeline::default());
        for ms in [0, 1, 999, 1000, 1_780_000_000_333, 1 << 53] {
            heard.timeline.set_ms(ms, (ms as u32).wrapping_mul(48));
            pictures.set_ms(ms, (ms as u32).wrapping_mul(90));
            heard.set_position(Some((ms as u32).wrapping_add(40).wrapping_mul(48)));
            assert_eq!(heard.delay_ms(&pictures, (ms as u32).wrapping_mul(90)), Some(40), "{ms}");
        }
    }

    #[test]
    fn what_is_too_far_apart_is_not_known() {
        let (heard, pictures) = (Heard::default(), Timeline::default());
        heard.timeline.set(ntp(at(100_000)), 0);
        heard.set_position(Some(0));
        for (ms, is_known) in [(94_900, false), (95_100, true), (104_900, true), (105_100, false)] {
            pictures.set(ntp(at(ms)), 0);
            assert_eq!(heard.delay_ms(&pictures, 0).is_some(), is_known, "{ms}");
        }
        pictures.set(ntp(at(100_000)), 0);
        assert_eq!(heard.delay_ms(&pictures, 0), Some(0));
        pictures.forget();
        assert_eq!(heard.delay_ms(&pictures, 0), None);
    }
}
