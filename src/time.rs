//! Time, as the embedder's clock tells it.

use core::ops::{Add, AddAssign};
pub use core::time::Duration;

/// Nanoseconds on the embedder's monotonic clock. Its zero means nothing; only differences do.
///
/// ```
/// use tgcall::time::{Duration, Time};
/// let start = Time::from_nanos(5);
/// assert_eq!((start + Duration::from_millis(1)).since(start), Duration::from_millis(1));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

impl Time {
    pub const ZERO: Time = Time(0);

    pub const fn from_nanos(nanos: u64) -> Time {
        Time(nanos)
    }

    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// How long ago `earlier` was; nothing if it lies ahead.
    pub const fn since(self, earlier: Time) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Time {
    type Output = Time;

    fn add(self, duration: Duration) -> Time {
        Time(self.0.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl AddAssign<Duration> for Time {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stops_at_its_ends_instead_of_wrapping() {
        assert_eq!(Time::from_nanos(3).since(Time::from_nanos(9)), Duration::ZERO);
        assert_eq!((Time::from_nanos(u64::MAX) + Duration::from_secs(1)).as_nanos(), u64::MAX);
        assert_eq!((Time::ZERO + Duration::MAX).as_nanos(), u64::MAX);
    }
}
