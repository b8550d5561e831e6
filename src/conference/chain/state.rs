//! What the chain says at a height (conference-e2e.md, section 6).

use super::super::error::Reject;
use super::block::{Change, GroupState, Hash, Hashed, Participant, SharedKey, permission};
use super::{apply, proof};
use crate::crypto::sign::PublicKey;
use crate::types::UserId;

/// SHA-256 of four zero bytes: the root of the empty trie.
pub const EMPTY_KV_HASH: Hash = [
    0xdf, 0x3f, 0x61, 0x98, 0x04, 0xa9, 0x2f, 0xdb, 0x40, 0x57, 0x19, 0x2d, 0xc4, 0x3d, 0xd7, 0x48, 0xea, 0x77, 0x8a,
    0xdc, 0x52, 0xbc, 0x49, 0x8c, 0xe8, 0x05, 0x24, 0xc0, 0x14, 0xb8, 0x11, 0x19,
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// -1 before the first block.
    pub height: i32,
    /// The hash of the block at that height; zero before the first one.
    pub hash: Hash,
    pub group: GroupState,
    pub shared_key: SharedKey,
    pub kv_hash: Hash,
}

impl State {
    /// Before the first block, which anybody may write.
    pub fn empty() -> State {
        State {
            height: -1,
            hash: [0; 32],
            group: GroupState { participants: Vec::new(), external: permission::ALL },
            shared_key: SharedKey::default(),
            kv_hash: EMPTY_KV_HASH,
        }
    }

    /// What a block alone tells, for those who do not know the chain before it: a joiner, or somebody about to join
    /// (section 7.5). Neither its signature nor what it is built on can be checked.
    pub fn from_block(block: Hashed) -> Result<State, Reject> {
        let Hashed { block, hash, .. } = block;
        if block.height < 0 {
            return Err(Reject::NegativeHeight);
        }
        let touched = proof::Touched::of(&block.changes);
        let mut group = (block.height == 0).then(|| State::empty().group);
        let mut shared_key = None;
        for change in block.changes {
            match change {
                Change::Noop { .. } => {}
                Change::SetValue { key, .. } => apply::check_value_key(&key)?,
                Change::SetGroupState(new) => {
                    group = Some(new);
                    shared_key = Some(SharedKey::default());
                }
                Change::SetSharedKey(new) => shared_key = Some(new),
            }
        }
        let group = block.proof.group.clone().or(group).ok_or(Reject::GroupStateUnknown)?;
        let shared_key = block.proof.shared_key.clone().or(shared_key).ok_or(Reject::SharedKeyUnknown)?;
        let state = State { height: block.height, hash, group, shared_key, kv_hash: block.proof.kv_hash };
        proof::check(&state, &block.proof, touched)?;
        Ok(state)
    }

    pub fn participant(&self, key: &PublicKey) -> Option<&Participant> {
        self.group.participants.iter().find(|participant| participant.key == *key)
    }

    /// What the owner of a key may do.
    pub fn permissions(&self, key: &PublicKey) -> u32 {
        self.participant(key).map_or(self.group.external, |participant| participant.flags)
    }

    /// The smallest version of the participants, from 0 to 255: how the group key is derived (section 6.2).
    pub fn version(&self) -> u8 {
        let smallest = self.group.participants.iter().map(|participant| participant.version).min();
        smallest.unwrap_or(0).clamp(0, 255) as u8
    }

    /// Whether the user takes part with this very key (section 7.4).
    pub fn check_member(&self, user: UserId, key: &PublicKey) -> Result<(), Reject> {
        match self.participant(key) {
            None => Err(Reject::NotParticipant),
            Some(participant) if participant.user != user => Err(Reject::OtherUser),
            Some(_) => Ok(()),
        }
    }
}
