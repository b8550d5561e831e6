//! The rules of the chain, in their order (conference-e2e.md, sections 7.1 and 7.2).

use super::super::error::Reject;
use super::block::{Change, GroupState, Hashed, Participant, SharedKey, permission};
use super::{proof, state::State};
use crate::crypto::sign::PublicKey;

impl State {
    /// The state behind `block`. This one stays as it is.
    pub fn apply(&self, block: Hashed) -> Result<State, Reject> {
        if self.height == i32::MAX || block.block.height != self.height + 1 {
            return Err(Reject::Height);
        }
        if block.block.previous != self.hash {
            return Err(Reject::PreviousHash);
        }
        let mut next = if block.block.height == 0 { State::empty() } else { self.clone() };
        let first = self.group.participants.first().map(|participant| participant.key);
        let signer = block.block.signer.or(first).ok_or(Reject::NoSigner)?;
        if !block.is_signed_by(&signer) {
            return Err(Reject::Signature);
        }
        let Hashed { block, hash, .. } = block;
        let touched = proof::Touched::of(&block.changes);
        for change in block.changes {
            next.change(&signer, change)?;
        }
        next.height = block.height;
        next.hash = hash;
        next.kv_hash = block.proof.kv_hash;
        proof::check(&next, &block.proof, touched)?;
        Ok(next)
    }

    /// Takes one change by the owner of `signer`, whose permissions are those of now.
    pub fn change(&mut self, signer: &PublicKey, change: Change) -> Result<(), Reject> {
        match change {
            Change::Noop { .. } => Ok(()),
            // Who may set values, and whether the trie is right, a client does not check.
            Change::SetValue { key, .. } => check_value_key(&key),
            Change::SetGroupState(group) => self.set_group(signer, group),
            Change::SetSharedKey(key) => self.set_shared_key(signer, key),
        }
    }

    fn set_group(&mut self, signer: &PublicKey, new: GroupState) -> Result<(), Reject> {
        check_group(&new)?;
        if new.external & !self.group.external != 0 {
            return Err(Reject::ExternalRaised);
        }
        check_difference(&self.group, &new, self.permissions(signer))?;
        self.group = new;
        if !self.may_sign(signer) {
            return Err(Reject::SignerOut);
        }
        self.shared_key = SharedKey::default();
        Ok(())
    }

    fn set_shared_key(&mut self, signer: &PublicKey, key: SharedKey) -> Result<(), Reject> {
        if !self.shared_key.is_empty() {
            return Err(Reject::KeyAlreadySet);
        }
        if !self.may_sign(signer) {
            return Err(Reject::MayNotSetKey);
        }
        check_shared_key(&key, &self.group)?;
        self.shared_key = key;
        Ok(())
    }

    /// A participant who may add or remove.
    fn may_sign(&self, key: &PublicKey) -> bool {
        self.participant(key).is_some_and(|participant| participant.flags & permission::CALL != 0)
    }
}

/// Compat: the reference aborts the process on such keys.
pub fn check_value_key(key: &[u8]) -> Result<(), Reject> {
    if key.len() == 32 && key.iter().any(|byte| *byte != 0) { Ok(()) } else { Err(Reject::ValueKey) }
}

/// What holds of a group state by itself.
pub fn check_group(group: &GroupState) -> Result<(), Reject> {
    let unknown = |flags: u32| flags & !permission::ALL != 0;
    if group.participants.iter().any(|participant| unknown(participant.flags)) {
        return Err(Reject::ParticipantFlags);
    }
    if unknown(group.external) {
        return Err(Reject::ExternalFlags);
    }
    if has_duplicates(group.participants.iter().map(|participant| participant.user)) {
        return Err(Reject::DuplicateUser);
    }
    if has_duplicates(group.participants.iter().map(|participant| participant.key)) {
        return Err(Reject::DuplicateKey);
    }
    Ok(())
}

/// What holds between a shared key and its group.
pub fn check_shared_key(key: &SharedKey, group: &GroupState) -> Result<(), Reject> {
    if key.is_empty() {
        return Ok(());
    }
    if key.users.len() != group.participants.len() || key.headers.len() != group.participants.len() {
        return Err(Reject::KeyCount);
    }
    // As many, all different and each of the group: then nobody of the group is missing.
    if has_duplicates(key.users.iter().copied()) {
        return Err(Reject::KeyDuplicateUser);
    }
    let users = sorted(group.participants.iter().map(|participant| participant.user));
    let known = |user| users.binary_search(user).is_ok();
    if key.users.iter().all(known) { Ok(()) } else { Err(Reject::KeyStranger) }
}

/// Whether somebody with these permissions may turn one group into the other.
fn check_difference(old: &GroupState, new: &GroupState, permissions: u32) -> Result<(), Reject> {
    let may = |bits: u32| permissions & bits == bits;
    let by_identity = |group: &GroupState| {
        sorted(group.participants.iter().map(|&Participant { user, key, flags, .. }| ((user, key), flags)))
    };
    let (before, after) = (by_identity(old), by_identity(new));
    let flags_in = |list: &[((_, PublicKey), u32)], identity: &(_, PublicKey)| {
        let place = list.binary_search_by(|entry| entry.0.cmp(identity)).ok()?;
        list.get(place).map(|entry| entry.1)
    };
    if before.iter().any(|(identity, _)| flags_in(&after, identity).is_none()) && !may(permission::REMOVE) {
        return Err(Reject::MayNotRemove);
    }
    let mut granted = 0;
    for (identity, flags) in &after {
        match flags_in(&before, identity) {
            None if !may(permission::ADD) => return Err(Reject::MayNotAdd),
            None => granted |= flags,
            Some(kept) if kept != *flags && !may(permission::CALL) => return Err(Reject::MayNotChange),
            Some(kept) => granted |= flags & !kept,
        }
    }
    if may(granted) { Ok(()) } else { Err(Reject::GrantsTooMuch) }
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items
}

fn has_duplicates<T: Ord>(items: impl Iterator<Item = T>) -> bool {
    sorted(items).windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}
