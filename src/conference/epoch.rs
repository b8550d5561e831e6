//! Group keys over time (conference-e2e.md, section 8).

use super::chain::block::{Hash, Participant};
use super::seal::HeaderKey;
use crate::crypto::sign::PublicKey;
use crate::secret::Secret;
use crate::time::{Duration, Time};
use crate::types::UserId;
use std::collections::VecDeque;
use std::sync::Arc;

/// How long the key of a block is kept when the next one has come.
pub const LIFETIME: Duration = Duration::from_secs(10);
/// How many epochs a packet may list.
pub const MAX_EPOCHS: usize = 15;

/// Who takes part, by user.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Members(Vec<(UserId, PublicKey)>);

impl Members {
    pub fn new(participants: &[Participant]) -> Members {
        let mut members: Vec<_> = participants.iter().map(|participant| (participant.user, participant.key)).collect();
        members.sort_unstable();
        Members(members)
    }

    pub fn key(&self, user: UserId) -> Option<PublicKey> {
        let place = self.0.binary_search_by_key(&user, |member| member.0).ok()?;
        self.0.get(place).map(|member| member.1)
    }

    #[cfg(any(feature = "media", test, feature = "internals"))]
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        self.0.iter().map(|member| member.0)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[cfg_attr(not(feature = "internals"), allow(dead_code, reason = "goes with len"))]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The time from a block to ten seconds after the next one.
pub struct Epoch {
    #[cfg_attr(not(feature = "internals"), allow(dead_code, reason = "what vectors compare"))]
    pub height: i32,
    pub hash: Hash,
    pub key: HeaderKey,
    pub members: Arc<Members>,
    /// When it is forgotten; not known before the next block.
    leaves_at: Option<Time>,
}

/// The epochs alive, by ascending height.
#[derive(Default)]
pub struct Epochs(VecDeque<Epoch>);

impl Epochs {
    /// Begins an epoch and sets the end of the one before.
    pub fn begin(&mut self, now: Time, height: i32, hash: Hash, group_key: &Secret<32>, members: Arc<Members>) {
        self.forget(now);
        self.end_newest(now);
        self.0.push_back(Epoch { height, hash, key: HeaderKey::new(group_key.expose()), members, leaves_at: None });
    }

    /// Sets the end of the newest epoch: a block has come that it knows nothing of.
    pub fn end_newest(&mut self, now: Time) {
        if let Some(newest @ Epoch { leaves_at: None, .. }) = self.0.back_mut() {
            newest.leaves_at = Some(now + LIFETIME);
        }
    }

    /// Wipes the keys whose time has come, and while there are more than 15, the oldest even if early. True if any went.
    pub fn forget(&mut self, now: Time) -> bool {
        let before = self.0.len();
        while self
            .0
            .front()
            .is_some_and(|oldest| oldest.leaves_at.is_some_and(|at| at <= now || self.0.len() > MAX_EPOCHS))
        {
            self.0.pop_front();
        }
        self.0.len() != before
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.0.front()?.leaves_at
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Epoch> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn find(&self, hash: &Hash) -> Option<&Epoch> {
        self.0.iter().find(|epoch| epoch.hash == *hash)
    }

    /// Every key that can still send, in order.
    pub fn keys(&self) -> Vec<PublicKey> {
        let mut keys: Vec<PublicKey> =
            self.0.iter().flat_map(|epoch| epoch.members.0.iter().map(|member| member.1)).collect();
        keys.sort_unstable();
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(epochs: &mut Epochs, now: Time, height: i32) {
        epochs.begin(now, height, [height as u8; 32], &Secret::zeroed(), Arc::default());
    }

    fn heights(epochs: &Epochs) -> Vec<i32> {
        epochs.iter().map(|epoch| epoch.height).collect()
    }

    #[test]
    fn an_epoch_lives_ten_seconds_beyond_the_next_block() {
        let (mut epochs, start) = (Epochs::default(), Time::from_nanos(7));
        begin(&mut epochs, start, 0);
        assert_eq!(epochs.next_timeout(), None);
        assert!(!epochs.forget(start + Duration::from_secs(1000)));
        let next = start + Duration::from_secs(1000);
        begin(&mut epochs, next, 1);
        assert_eq!(epochs.next_timeout(), Some(next + LIFETIME));
        assert!(!epochs.forget(next + LIFETIME.saturating_sub(Duration::from_nanos(1))));
        assert_eq!(heights(&epochs), [0, 1]);
        assert!(epochs.forget(next + LIFETIME));
        assert_eq!(heights(&epochs), [1]);
    }

    #[test]
    fn the_sixteenth_epoch_is_there_until_the_next_operation() {
        let mut epochs = Epochs::default();
        for height in 0..20 {
            begin(&mut epochs, Time::ZERO, height);
            assert!(epochs.len() <= 16);
        }
        assert_eq!(epochs.len(), 16);
        epochs.forget(Time::ZERO);
        assert_eq!(heights(&epochs), (5..20).collect::<Vec<_>>());
    }
}
