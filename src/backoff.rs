//! Waiting longer after each failure, until something succeeds.

use crate::time::Duration;

/// How long to wait before the next attempt: twice as long each time, up to a limit.
///
/// Success is not that an attempt could be made, but that the other end was heard: whoever keeps one of these says so with
/// [`Backoff::reset`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    most: Duration,
    failures: u32,
}

impl Backoff {
    pub const fn new(first: Duration, most: Duration) -> Backoff {
        Backoff { first, most, failures: 0 }
    }

    /// One more attempt has failed, or may have: how long to wait for it, or before the next one.
    pub fn fail(&mut self) -> Duration {
        // Beyond 2^20 any sensible limit is reached.
        let wait = self.first.saturating_mul(1 << self.failures.min(20)).min(self.most);
        self.failures = self.failures.saturating_add(1);
        wait
    }

    /// The other end was heard.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// Since the last success.
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_its_limit_and_begins_anew_after_a_success() {
        let mut backoff = Backoff::new(Duration::from_secs(2), Duration::from_secs(32));
        let waits =
            |backoff: &mut Backoff, count| -> Vec<u64> { (0..count).map(|_| backoff.fail().as_secs()).collect() };
        assert_eq!(waits(&mut backoff, 7), [2, 4, 8, 16, 32, 32, 32]);
        assert_eq!(backoff.failures(), 7);
        backoff.reset();
        assert_eq!(waits(&mut backoff, 2), [2, 4]);
        // However long it goes on.
        backoff.failures = u32::MAX;
        assert_eq!(backoff.fail(), Duration::from_secs(32));
        assert_eq!(Backoff::new(Duration::MAX, Duration::MAX).fail(), Duration::MAX);
    }
}
