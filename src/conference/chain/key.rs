//! The group key in a block: one secret for all, a header for each (conference-e2e.md, sections 6.1 and 6.2).

use super::super::error::Reject;
use super::super::seal::{self, HeaderKey};
use super::block::{Hash, Headers, Participant, SharedKey};
use super::state::State;
use crate::crypto::hash::{KeyedHmacSha512, hmac_sha512};
use crate::crypto::sign::{KeyPair, PublicKey};
use crate::random::Random;
use crate::secret::Secret;
use crate::types::UserId;
use zeroize::Zeroizing;

/// A new group key and the block's part that brings it to each participant.
///
/// From `random` come, in this order: the ephemeral key, the group key, the one-time secret, the padding.
pub fn create(participants: &[Participant], random: &mut Random) -> Result<SharedKey, Reject> {
    let ephemeral = KeyPair::generate(random);
    let raw = random.secret::<32>();
    let one = random.secret::<32>();
    let mut encrypted = Vec::new();
    seal::seal_data(&mut encrypted, one.expose(), &[raw.expose()], &[], random);
    let message_id = seal::message_id(&encrypted).ok_or(Reject::KeyEncryption)?;
    let keys: Vec<PublicKey> = participants.iter().map(|participant| participant.key).collect();
    let label = KeyedHmacSha512::new(SHARED_SECRET);
    let mut headers = Headers::with_capacity(participants.len());
    for common in ephemeral.agree_all(&keys) {
        let common = expand(&label, &common.ok_or(Reject::KeyExchange)?);
        headers.push(&HeaderKey::new(&*common).seal(one.expose(), &message_id));
    }
    let users = participants.iter().map(|participant| participant.user).collect();
    Ok(SharedKey { ephemeral: ephemeral.public().0, encrypted, users, headers })
}

/// Takes out the raw group key, with the own private key.
pub fn open(key: &SharedKey, user: UserId, keys: &KeyPair) -> Result<Secret<32>, Reject> {
    let place = key.users.iter().position(|receiver| *receiver == user).ok_or(Reject::KeyNotForUs)?;
    let header = key.headers.get(place).ok_or(Reject::KeyNotForUs)?;
    let common = shared_secret(keys, &PublicKey(key.ephemeral)).ok_or(Reject::KeyExchange)?;
    let header: &[u8; 32] = header.try_into().map_err(|_| Reject::KeyHeader)?;
    let message_id = seal::message_id(&key.encrypted).ok_or(Reject::KeyEncryption)?;
    let one = Zeroizing::new(HeaderKey::new(common.expose()).open(header, &message_id));
    let mut plain = Zeroizing::new(key.encrypted.clone());
    let (content, _) = seal::open_data(&mut plain, &*one, &[]).ok_or(Reject::KeyEncryption)?;
    Secret::from_slice(plain.get(content).unwrap_or_default()).ok_or(Reject::KeyLength)
}

/// The key that packets of the epoch `state` begins are encrypted with.
///
/// Compat: group version 0, which all official clients announce, uses the raw key as it is.
pub fn group_key(raw: &Secret<32>, version: u8, block: &Hash) -> Secret<32> {
    if version == 0 {
        return raw.clone();
    }
    let derived = Zeroizing::new(hmac_sha512(raw.expose(), &[block]));
    let mut key = Secret::zeroed();
    key.expose_mut().copy_from_slice(&derived[..32]);
    key
}

/// The group key of a state, for one of its participants.
pub fn of_state(state: &State, user: UserId, keys: &KeyPair) -> Result<Secret<32>, Reject> {
    let raw = open(&state.shared_key, user, keys)?;
    Ok(group_key(&raw, state.version(), &state.hash))
}

const SHARED_SECRET: &[u8] = b"tde2e_shared_secret";

/// What two keys have in common (section 4); `None` for a key of small order.
pub fn shared_secret(keys: &KeyPair, other: &PublicKey) -> Option<Secret<32>> {
    let mut expanded = expand(&KeyedHmacSha512::new(SHARED_SECRET), &keys.agree(other)?);
    Some(Secret::take(&mut expanded))
}

fn expand(label: &KeyedHmacSha512, product: &Secret<32>) -> Zeroizing<[u8; 32]> {
    let expanded = Zeroizing::new(label.mac(&[product.expose()]));
    let mut secret = Zeroizing::new([0; 32]);
    secret.copy_from_slice(&expanded[..32]);
    secret
}
