//! Verification: everybody commits to a number, then shows it; all numbers and the block become four emoji that people
//! compare (conference-e2e.md, section 9).
//!
//! ```text
//! block ──► Commit ── all have committed ──► Reveal ── all have revealed ──► End
//!   ▲                                                                        │
//!   └──────────────────────── the next block starts again ──────────────────┘
//! ```

use super::chain::block::{COMMIT, Hash, REVEAL, from_server, signed_parts};
use super::chain::bytes::Cursor;
use super::epoch::Members;
use super::error::Reject;
use crate::crypto::hash::{hmac_sha512, sha256};
use crate::crypto::sign::{KeyPair, PublicKey, Signature};
use crate::random::Random;
use crate::secret::Secret;
use crate::types::UserId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All broadcasts have this size.
const SIZE: usize = 144;
/// How far ahead of its block a broadcast is kept. The server orders both sub-chains, so a few blocks are plenty.
const MAX_AHEAD: i32 = 64;
/// So many are kept whose sender is known: the commits and reveals of 2048 users.
const MAX_PROVEN: usize = 4096;
/// So many are kept of those that anybody may have written, and so many in the name of one user.
const MAX_UNPROVEN: usize = 1024;
const MAX_NAMESAKES: usize = 4;

/// Whether a key has signed the parts; the owner of the round keeps prepared keys.
pub type Verify<'a> = &'a mut dyn FnMut(&PublicKey, &[&[u8]], &Signature) -> bool;

/// What sub-chain 1 carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broadcast {
    pub kind: Kind,
    pub signature: Signature,
    pub user: UserId,
    pub height: i32,
    /// Of the block at that height.
    pub block: Hash,
    /// The nonce of a reveal; its SHA-256 in a commit.
    pub value: [u8; 32],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Commit,
    Reveal,
}

impl Broadcast {
    /// Parses the form in which the server delivers it.
    pub fn parse_from_server(bytes: &[u8]) -> Result<Broadcast, Reject> {
        let (id, rest) = from_server(bytes)?;
        let kind = match id {
            COMMIT => Kind::Commit,
            REVEAL => Kind::Reveal,
            _ => return Err(Reject::WrongType),
        };
        let mut cursor = Cursor::new(rest);
        let broadcast = Broadcast {
            kind,
            signature: *cursor.array()?,
            user: UserId(cursor.i64()?),
            height: cursor.i32()?,
            block: *cursor.array()?,
            value: *cursor.array()?,
        };
        cursor.finish()?;
        Ok(broadcast)
    }

    /// The plain form: what is sent, and what is signed.
    pub fn to_bytes(&self) -> [u8; SIZE] {
        let id = match self.kind {
            Kind::Commit => COMMIT,
            Kind::Reveal => REVEAL,
        };
        let parts: [&[u8]; 6] = [
            &id.to_le_bytes(),
            &self.signature,
            &self.user.0.to_le_bytes(),
            &self.height.to_le_bytes(),
            &self.block,
            &self.value,
        ];
        let mut bytes = [0; SIZE];
        bytes.iter_mut().zip(parts.into_iter().flatten()).for_each(|(place, byte)| *place = *byte);
        bytes
    }

    fn signed(mut self, keys: &KeyPair) -> Broadcast {
        self.signature = keys.sign(&signed_parts(&self.to_bytes()));
        self
    }

    pub fn is_signed_by(&self, key: &PublicKey, verify: Verify) -> bool {
        verify(key, &signed_parts(&self.to_bytes()), &self.signature)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Commit,
    Reveal,
    End,
}

/// The verification of one block.
pub struct Round {
    user: UserId,
    height: i32,
    block: Hash,
    members: Arc<Members>,
    phase: Phase,
    nonce: Secret<32>,
    revealed: bool,
    commits: BTreeMap<UserId, [u8; 32]>,
    reveals: BTreeMap<UserId, [u8; 32]>,
    emoji_hash: Option<[u8; 64]>,
}

impl Round {
    /// A new round, and the commit to send.
    pub fn start(
        user: UserId,
        keys: &KeyPair,
        height: i32,
        block: Hash,
        members: Arc<Members>,
        random: &mut Random,
    ) -> (Round, Broadcast) {
        let nonce = random.secret::<32>();
        let round = Round {
            user,
            height,
            block,
            members,
            phase: Phase::Commit,
            nonce,
            revealed: false,
            commits: BTreeMap::new(),
            reveals: BTreeMap::new(),
            emoji_hash: None,
        };
        let commit = round.own(Kind::Commit, sha256(&[round.nonce.expose()]), keys);
        (round, commit)
    }

    fn own(&self, kind: Kind, value: [u8; 32], keys: &KeyPair) -> Broadcast {
        let unsigned =
            Broadcast { kind, signature: [0; 64], user: self.user, height: self.height, block: self.block, value };
        unsigned.signed(keys)
    }

    /// Takes a broadcast of this very height. Our own count only when they come back.
    pub fn receive(&mut self, broadcast: &Broadcast, verify: Verify) -> Result<(), Reject> {
        if broadcast.block != self.block {
            return Err(Reject::OtherBlock);
        }
        match (broadcast.kind, self.phase) {
            (Kind::Commit, Phase::Commit) => self.receive_commit(broadcast, verify),
            (Kind::Reveal, Phase::Reveal) => self.receive_reveal(broadcast, verify),
            (Kind::Commit, Phase::Reveal | Phase::End) => Err(Reject::NotCommitting),
            (Kind::Reveal, Phase::Commit | Phase::End) => Err(Reject::NotRevealing),
        }
    }

    fn check_sender(&self, broadcast: &Broadcast, verify: Verify) -> Result<(), Reject> {
        let key = self.members.key(broadcast.user).ok_or(Reject::UnknownUser)?;
        if broadcast.is_signed_by(&key, verify) { Ok(()) } else { Err(Reject::Signature) }
    }

    fn receive_commit(&mut self, broadcast: &Broadcast, verify: Verify) -> Result<(), Reject> {
        self.check_sender(broadcast, verify)?;
        if self.commits.contains_key(&broadcast.user) {
            return Err(Reject::Repeated);
        }
        self.commits.insert(broadcast.user, broadcast.value);
        if self.commits.len() == self.members.len() {
            self.phase = Phase::Reveal;
        }
        Ok(())
    }

    fn receive_reveal(&mut self, broadcast: &Broadcast, verify: Verify) -> Result<(), Reject> {
        self.check_sender(broadcast, verify)?;
        if self.reveals.contains_key(&broadcast.user) {
            return Err(Reject::Repeated);
        }
        if self.commits.get(&broadcast.user) != Some(&sha256(&[&broadcast.value])) {
            return Err(Reject::RevealDiffers);
        }
        self.reveals.insert(broadcast.user, broadcast.value);
        if self.reveals.len() == self.members.len() {
            self.phase = Phase::End;
            self.emoji_hash = Some(emoji_hash(self.reveals.values().copied().collect(), &self.block));
        }
        Ok(())
    }

    /// The own reveal, once, when it is time.
    pub fn reveal(&mut self, keys: &KeyPair) -> Option<Broadcast> {
        if self.phase != Phase::Reveal || self.revealed {
            return None;
        }
        self.revealed = true;
        Some(self.own(Kind::Reveal, *self.nonce.expose(), keys))
    }

    /// Who has not done what is due in this phase.
    #[cfg(any(feature = "media", test, feature = "internals"))]
    pub fn missing(&self) -> Vec<UserId> {
        let done = match self.phase {
            Phase::Commit => &self.commits,
            Phase::Reveal | Phase::End => &self.reveals,
        };
        self.members.users().filter(|user| !done.contains_key(user)).collect()
    }

    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// There once everybody has revealed.
    pub fn emoji_hash(&self) -> Option<&[u8; 64]> {
        self.emoji_hash.as_ref()
    }
}

/// What all nonces and the block become, whatever the order they came in.
pub fn emoji_hash(mut nonces: Vec<[u8; 32]>, block: &Hash) -> [u8; 64] {
    nonces.sort_unstable();
    hmac_sha512(nonces.as_flattened(), &[block])
}

/// Broadcasts that came before their block.
///
/// Each user has one place per height and kind for what its key of now has signed; the first stays, as it does in a round.
/// What has no such proof, as its user is new by then or has a new key, or as it is forged, has a small room of its own. When
/// there is no room the farthest block's give way: the nearest is the likeliest to come.
#[derive(Default)]
pub struct Early {
    heights: BTreeMap<i32, Vec<Kept>>,
}

struct Kept {
    broadcast: Broadcast,
    is_proven: bool,
}

impl Early {
    /// Keeps a broadcast for its block. How many were dropped, this one or others.
    #[must_use]
    pub fn keep(&mut self, current: i32, broadcast: Broadcast, is_proven: bool) -> u64 {
        if broadcast.height.saturating_sub(current) > MAX_AHEAD {
            return 1;
        }
        let (user, kind, height) = (broadcast.user, broadcast.kind, broadcast.height);
        let same =
            self.heights.get(&height).into_iter().flatten().filter(|kept| {
                kept.is_proven == is_proven && kept.broadcast.user == user && kept.broadcast.kind == kind
            });
        let (mut namesakes, mut is_there) = (0, false);
        for kept in same {
            namesakes += 1;
            is_there |= kept.broadcast == broadcast;
        }
        if is_there || namesakes >= if is_proven { 1 } else { MAX_NAMESAKES } {
            return 1;
        }
        let mut dropped = 0;
        if self.count(is_proven) >= if is_proven { MAX_PROVEN } else { MAX_UNPROVEN } {
            dropped = self.make_room(height, is_proven);
            if dropped == 0 {
                return 1;
            }
        }
        self.heights.entry(height).or_default().push(Kept { broadcast, is_proven });
        dropped
    }

    /// Drops what is of its sort at the farthest height, if that is farther than `height`.
    fn make_room(&mut self, height: i32, is_proven: bool) -> u64 {
        let beyond = self.heights.range_mut(height.saturating_add(1)..).rev();
        for (_, kept) in beyond {
            let before = kept.len();
            kept.retain(|kept| kept.is_proven != is_proven);
            if kept.len() < before {
                return (before - kept.len()) as u64;
            }
        }
        0
    }

    /// Those for a block, in the order they came. Older ones are forgotten.
    pub fn take(&mut self, height: i32) -> Vec<Broadcast> {
        let mut later = self.heights.split_off(&height);
        let due = later.remove(&height).unwrap_or_default();
        self.heights = later;
        due.into_iter().map(|kept| kept.broadcast).collect()
    }

    fn count(&self, is_proven: bool) -> usize {
        self.heights.values().flatten().filter(|kept| kept.is_proven == is_proven).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broadcast(height: i32) -> Broadcast {
        Broadcast { kind: Kind::Commit, signature: [0; 64], user: UserId(1), height, block: [0; 32], value: [0; 32] }
    }

    fn by(user: i64, height: i32, value: u32) -> Broadcast {
        let mut broadcast = Broadcast { user: UserId(user), ..broadcast(height) };
        broadcast.value[..4].copy_from_slice(&value.to_le_bytes());
        broadcast
    }

    #[test]
    fn what_is_forged_takes_no_place_of_what_is_proven() {
        let mut early = Early::default();
        assert_eq!(early.keep(0, by(1, i32::MAX, 0), true), 1);
        let forged = (0..5000).map(|i| early.keep(0, by(i64::from(i) % 300, 1, i as u32), false)).sum::<u64>();
        assert_eq!((forged, early.count(false)), (5000 - MAX_UNPROVEN as u64, MAX_UNPROVEN));
        // What is genuine still gets in: of each user, of both kinds, the first of each.
        for user in 0..300 {
            assert_eq!(early.keep(0, by(user, 1, 9), true), 0);
            assert_eq!(early.keep(0, by(user, 1, 10), true), 1);
            assert_eq!(early.keep(0, Broadcast { kind: Kind::Reveal, ..by(user, 1, 9) }, true), 0);
        }
        let taken = early.take(1);
        assert_eq!(taken.len(), MAX_UNPROVEN + 600);
        assert!((0..300).all(|user| taken.contains(&by(user, 1, 9))));
        assert_eq!(early.count(true), 0);
    }

    #[test]
    fn the_nearest_heights_stay_and_all_that_goes_is_counted() {
        for (is_proven, most) in [(true, MAX_PROVEN), (false, MAX_UNPROVEN)] {
            let mut early = Early::default();
            for user in 0..most as i64 {
                assert_eq!(early.keep(0, by(user, 9, 0), is_proven), 0);
            }
            assert_eq!(early.keep(0, by(-1, 9, 0), is_proven), 1);
            assert_eq!(early.keep(0, by(-1, 10, 0), is_proven), 1);
            assert_eq!(early.keep(0, by(-1, 8, 0), is_proven), most as u64);
            assert_eq!(early.count(is_proven), 1);
            assert_eq!(early.keep(0, by(-1, 8, 0), is_proven), 1, "the same again");
            assert_eq!(early.take(8).len(), 1);
            assert_eq!(early.keep(-1, by(1, 3, 0), is_proven), 0);
            assert!(early.take(9).is_empty());
            assert_eq!(early.count(is_proven), 0);
        }
    }

    #[test]
    fn the_written_form_parses_in_its_server_form_only() {
        let bytes = broadcast(5).to_bytes();
        assert_eq!(Broadcast::parse_from_server(&bytes), Err(Reject::LocalForm));
        let marked = super::super::chain::block::to_server_form(&bytes).unwrap();
        assert_eq!(Broadcast::parse_from_server(&marked), Ok(broadcast(5)));
        assert_eq!(Broadcast::parse_from_server(&marked[..143]), Err(Reject::Truncated));
    }
}
