//! The blocks that we write (conference-e2e.md, section 6.1), in the form of the reference.

use super::super::error::Reject;
use super::block::{Block, Change, GroupState, Hashed, MAX_BLOCK, Participant, StateProof, permission};
use super::key;
use super::state::State;
use crate::crypto::sign::KeyPair;
use crate::random::Random;
use crate::types::UserId;

/// What a participant takes in a block: 52 bytes in the group, 8 as receiver of the key, 36 for its header.
const PARTICIPANT_SIZE: usize = 96;

/// Somebody who takes part as all do: may add and remove, with the version that every official client announces.
pub fn member(user: UserId, keys: &KeyPair) -> Participant {
    Participant { user, key: keys.public(), flags: permission::CALL, version: 0 }
}

/// The first block of a chain; usually with oneself alone in it.
pub fn genesis(participants: Vec<Participant>, keys: &KeyPair, random: &mut Random) -> Result<Hashed, Reject> {
    change(&State::empty(), participants, keys, random)
}

/// A block that takes the user in, with its newest key. Older keys of the same user are dropped.
pub fn self_add(state: &State, user: UserId, keys: &KeyPair, random: &mut Random) -> Result<Hashed, Reject> {
    let others = state.group.participants.iter().filter(|participant| participant.user != user);
    let participants = others.copied().chain([member(user, keys)]).collect();
    let external = state.group.external;
    // In the first block of a chain everything is allowed to everybody; what it leaves to others is not.
    build(state, GroupState { participants, external }, keys, random)
}

/// A block that sets the list of participants: removes, adds, or changes what they may do.
pub fn change(
    state: &State,
    participants: Vec<Participant>,
    keys: &KeyPair,
    random: &mut Random,
) -> Result<Hashed, Reject> {
    let plain = |participant: Participant| Participant {
        flags: participant.flags & permission::CALL,
        version: 0,
        ..participant
    };
    let participants = participants.into_iter().map(plain).collect();
    build(state, GroupState { participants, external: permission::CALL }, keys, random)
}

fn build(state: &State, group: GroupState, keys: &KeyPair, random: &mut Random) -> Result<Hashed, Reject> {
    let height = state.height.checked_add(1).ok_or(Reject::ChainEnd)?;
    if group.participants.len() > MAX_BLOCK / PARTICIPANT_SIZE {
        return Err(Reject::TooLarge);
    }
    let signer = keys.public();
    // What everybody else would refuse is not sent. This comes before the key: it is cheap, the key is not. Only where both
    // fail is it the key that is told, as the reference does.
    let mut trial = State { shared_key: Default::default(), ..state.clone() };
    let trial = trial.change(&signer, Change::SetGroupState(group.clone()));
    if let Err(reject) = trial {
        return Err(if group.participants.iter().all(|participant| keys.agree(&participant.key).is_some()) {
            reject
        } else {
            Reject::KeyExchange
        });
    }
    let shared_key = key::create(&group.participants, random)?;
    let block = Block {
        signature: [0; 64],
        previous: state.hash,
        changes: vec![Change::SetGroupState(group), Change::SetSharedKey(shared_key)],
        height,
        proof: StateProof { kv_hash: state.kv_hash, group: None, shared_key: None },
        signer: Some(signer),
    };
    Ok(block.signed(keys))
}
