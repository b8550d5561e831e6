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
/// How far ahead of its block a broadcast is kept, and how many are. The server orders both sub-chains, so a few blocks
/// of a call of 200 are plenty.
const MAX_AHEAD: i32 = 64;
const MAX_EARLY: usize = 2048;

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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    fn is_signed_by(&self, key: &PublicKey, verify: Verify) -> bool {
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

    pub fn height(&self) -> i32 {
        self.height
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

/// Broadcasts that came before their block: bounded in number and in height; the farthest are dropped first.
#[derive(Default)]
pub struct Early(BTreeMap<i32, Vec<Broadcast>>);

impl Early {
    /// Keeps a broadcast for its block. False if it was dropped.
    pub fn keep(&mut self, current: i32, broadcast: Broadcast) -> bool {
        if broadcast.height.saturating_sub(current) > MAX_AHEAD {
            return false;
        }
        if self.len() >= MAX_EARLY {
            // The nearest block is the likeliest to come: room is made at the far end.
            match self.0.last_entry() {
                Some(farthest) if *farthest.key() > broadcast.height => drop(farthest.remove()),
                Some(_) | None => return false,
            }
        }
        self.0.entry(broadcast.height).or_default().push(broadcast);
        true
    }

    /// Those for a block, in the order they came. Older ones are forgotten.
    pub fn take(&mut self, height: i32) -> Vec<Broadcast> {
        let mut later = self.0.split_off(&height);
        let due = later.remove(&height).unwrap_or_default();
        self.0 = later;
        due
    }

    fn len(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broadcast(height: i32) -> Broadcast {
        Broadcast { kind: Kind::Commit, signature: [0; 64], user: UserId(1), height, block: [0; 32], value: [0; 32] }
    }

    #[test]
    fn early_broadcasts_are_bounded_and_the_nearest_stay() {
        let mut early = Early::default();
        assert!(!early.keep(0, broadcast(i32::MAX)));
        for _ in 0..MAX_EARLY {
            assert!(early.keep(0, broadcast(9)));
        }
        assert!(!early.keep(0, broadcast(9)) && !early.keep(0, broadcast(10)));
        assert!(early.keep(0, broadcast(8)));
        assert_eq!(early.len(), 1);
        assert_eq!(early.take(8).len(), 1);
        assert!(early.keep(-1, broadcast(3)));
        assert!(early.take(9).is_empty());
        assert_eq!(early.len(), 0);
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
