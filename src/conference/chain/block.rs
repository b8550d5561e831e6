//! Blocks as bytes: parse, write, hash, sign (conference-e2e.md, section 5).
//!
//! Blocks are hashed and signed as the reference *writes* them, which is not always how they came: unknown flag bits of the
//! block and of the proof vanish, those of participants stay. That, and bare vectors, is why this codec is written by hand;
//! `tests/conference_vectors` runs the generated one beside it.

use super::super::error::Reject;
use super::bytes::{Cursor, put_bytes};
use crate::crypto::hash::sha256;
use crate::crypto::sign::{KeyPair, PublicKey, Signature, Verifier};
use crate::types::UserId;

pub const BLOCK: u32 = 0x639a_3db6;
pub const COMMIT: u32 = 0xd151_2ae7;
pub const REVEAL: u32 = 0x83f4_f9d8;
const STATE_PROOF: u32 = 0xd6b6_79e6;
const GROUP_STATE: u32 = 0x1ddc_7584;
const PARTICIPANT: u32 = 0x18f3_971f;
const SHARED_KEY: u32 = 0x8a84_7e7f;
const NOOP: u32 = 0xdeb4_a41b;
const SET_VALUE: u32 = 0xfe01_39cc;
const SET_GROUP_STATE: u32 = 0x2cf1_7146;
const SET_SHARED_KEY: u32 = 0x987a_2158;

/// No honest block is larger: 1024 participants with full proofs take 230 KB, and Telegram allows 200
/// (`conference_call_size_limit`). Nothing in a block is limited by its number: whoever refuses what a server and all others
/// have taken is out of the call.
pub const MAX_BLOCK: usize = 256 * 1024;

pub type Hash = [u8; 32];

/// Permission bits of a participant.
pub mod permission {
    pub const ADD: u32 = 1;
    pub const REMOVE: u32 = 2;
    #[allow(dead_code, reason = "a bit of the wire that nothing in a call asks for")]
    pub const SET_VALUE: u32 = 4;
    /// All that exist on the wire.
    pub const ALL: u32 = 7;
    /// What the participants of calls have.
    pub const CALL: u32 = ADD | REMOVE;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participant {
    pub user: UserId,
    pub key: PublicKey,
    /// [`permission`] bits; others only in blocks that are refused.
    pub flags: u32,
    pub version: i32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupState {
    /// The order matters: the first one signs blocks that name no signer.
    pub participants: Vec<Participant>,
    /// [`permission`] bits of everybody else.
    pub external: u32,
}

/// The group key, encrypted once, with a header for each receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedKey {
    pub ephemeral: [u8; 32],
    pub encrypted: Vec<u8>,
    pub users: Vec<UserId>,
    pub headers: Headers,
}

impl SharedKey {
    /// All zero: no key.
    pub fn is_empty(&self) -> bool {
        *self == SharedKey::default()
    }
}

/// A list of short byte strings in one piece of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Headers {
    pub fn with_capacity(count: usize) -> Headers {
        Headers { bytes: Vec::with_capacity(count * 32), ends: Vec::with_capacity(count) }
    }

    pub fn push(&mut self, header: &[u8]) {
        self.bytes.extend_from_slice(header);
        self.ends.push(self.bytes.len() as u32);
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    #[cfg_attr(not(feature = "internals"), allow(dead_code, reason = "goes with len"))]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn get(&self, index: usize) -> Option<&[u8]> {
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.bytes.get(start as usize..*self.ends.get(index)? as usize)
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Noop { nonce: [u8; 32] },
    SetValue { key: Vec<u8>, value: Vec<u8> },
    SetGroupState(GroupState),
    SetSharedKey(SharedKey),
}

/// What a block says about the state behind it, as far as its changes do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateProof {
    /// Root of a key-value trie that calls do not use; a client cannot check it.
    pub kv_hash: Hash,
    pub group: Option<GroupState>,
    pub shared_key: Option<SharedKey>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub signature: Signature,
    pub previous: Hash,
    pub changes: Vec<Change>,
    pub height: i32,
    pub proof: StateProof,
    /// Absent: the first participant of the state before.
    pub signer: Option<PublicKey>,
}

/// A block with its hash: what its bytes would be had the reference written them.
#[derive(Clone, Debug)]
pub struct Hashed {
    pub block: Block,
    pub hash: Hash,
    bytes: Vec<u8>,
}

impl Block {
    /// Parses the plain form. Nothing is checked but the layout and the limits.
    #[cfg_attr(not(feature = "sim"), allow(dead_code, reason = "servers see the plain form: the simulator and tests"))]
    pub fn parse(plain: &[u8]) -> Result<Block, Reject> {
        if plain.len() > MAX_BLOCK {
            return Err(Reject::TooLarge);
        }
        let mut cursor = Cursor::new(plain);
        cursor.expect(BLOCK)?;
        let block = read_block(&mut cursor)?;
        cursor.finish()?;
        Ok(block)
    }

    /// The plain form.
    pub fn to_bytes(&self) -> Vec<u8> {
        // The size of what calls contain; a proof with everything in it makes the vector grow.
        let participants = self.changes.iter().map(|change| match change {
            Change::SetGroupState(group) => group.participants.len(),
            _ => 0,
        });
        let mut out = Vec::with_capacity(384 + 96 * participants.sum::<usize>());
        write_block(&mut out, self);
        out
    }

    pub fn hashed(self) -> Hashed {
        let bytes = self.to_bytes();
        Hashed { hash: sha256(&[&bytes]), block: self, bytes }
    }

    /// Signs and hashes.
    pub fn signed(mut self, keys: &KeyPair) -> Hashed {
        let mut bytes = self.to_bytes();
        self.signature = keys.sign(&signed_parts(&bytes));
        if let Some(place) = bytes.get_mut(4..68) {
            place.copy_from_slice(&self.signature);
        }
        Hashed { hash: sha256(&[&bytes]), block: self, bytes }
    }
}

impl Hashed {
    #[cfg_attr(not(feature = "sim"), allow(dead_code, reason = "servers see the plain form: the simulator and tests"))]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Whether `key` has signed it.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        Verifier::new(key).is_some_and(|key| key.verify(&signed_parts(&self.bytes), &self.block.signature))
    }
}

/// What is signed of an object that begins with id and signature: itself, with zeros for the signature.
pub fn signed_parts(bytes: &[u8]) -> [&[u8]; 3] {
    let (id, rest) = bytes.split_at(bytes.len().min(4));
    [id, &[0; 64], rest.get(64..).unwrap_or_default()]
}

/// Takes off the mark of the server, which adds one to the top id of what it delivers (section 5). A plain id is refused:
/// that keeps own data that was never sent from being taken for accepted.
pub fn from_server(bytes: &[u8]) -> Result<(u32, &[u8]), Reject> {
    let (id, rest) = bytes.split_first_chunk::<4>().ok_or(Reject::NoId)?;
    match u32::from_le_bytes(*id) {
        BLOCK | COMMIT | REVEAL => Err(Reject::LocalForm),
        id => Ok((id.wrapping_sub(1), rest)),
    }
}

/// The form in which a server delivers what a client has sent.
pub fn to_server_form(plain: &[u8]) -> Result<Vec<u8>, Reject> {
    let (id, rest) = plain.split_first_chunk::<4>().ok_or(Reject::NoId)?;
    let id = match u32::from_le_bytes(*id) {
        id @ (BLOCK | COMMIT | REVEAL) => id + 1,
        _ => return Err(Reject::MarkUnchanged),
    };
    Ok([&id.to_le_bytes(), rest].concat())
}

/// Parses a block as the server delivers it.
pub fn parse_from_server(bytes: &[u8]) -> Result<Block, Reject> {
    let (id, rest) = from_server(bytes)?;
    if bytes.len() > MAX_BLOCK {
        return Err(Reject::TooLarge);
    }
    if id != BLOCK {
        return Err(Reject::WrongType);
    }
    let mut cursor = Cursor::new(rest);
    let block = read_block(&mut cursor)?;
    cursor.finish()?;
    Ok(block)
}

fn read_block(cursor: &mut Cursor) -> Result<Block, Reject> {
    let signature = *cursor.array()?;
    let flags = cursor.flags()?;
    let previous = *cursor.array()?;
    // The smallest change is an empty value under an empty key.
    let count = cursor.count(12)?;
    let changes = (0..count).map(|_| read_change(cursor)).collect::<Result<_, _>>()?;
    let height = cursor.i32()?;
    let proof = read_proof(cursor)?;
    let signer = if flags & 1 != 0 { Some(PublicKey(*cursor.array()?)) } else { None };
    Ok(Block { signature, previous, changes, height, proof, signer })
}

fn read_change(cursor: &mut Cursor) -> Result<Change, Reject> {
    Ok(match cursor.u32()? {
        NOOP => Change::Noop { nonce: *cursor.array()? },
        SET_VALUE => Change::SetValue { key: cursor.bytes()?.to_vec(), value: cursor.bytes()?.to_vec() },
        SET_GROUP_STATE => Change::SetGroupState(read_group(cursor)?),
        SET_SHARED_KEY => Change::SetSharedKey(read_shared_key(cursor)?),
        _ => return Err(Reject::WrongType),
    })
}

fn read_proof(cursor: &mut Cursor) -> Result<StateProof, Reject> {
    cursor.expect(STATE_PROOF)?;
    let flags = cursor.flags()?;
    let kv_hash = *cursor.array()?;
    let group = if flags & 1 != 0 { Some(read_group(cursor)?) } else { None };
    let shared_key = if flags & 2 != 0 { Some(read_shared_key(cursor)?) } else { None };
    Ok(StateProof { kv_hash, group, shared_key })
}

fn read_group(cursor: &mut Cursor) -> Result<GroupState, Reject> {
    cursor.expect(GROUP_STATE)?;
    let count = cursor.count(52)?;
    let participants = (0..count).map(|_| read_participant(cursor)).collect::<Result<_, _>>()?;
    Ok(GroupState { participants, external: cursor.u32()? })
}

fn read_participant(cursor: &mut Cursor) -> Result<Participant, Reject> {
    cursor.expect(PARTICIPANT)?;
    let user = UserId(cursor.i64()?);
    let key = PublicKey(*cursor.array()?);
    Ok(Participant { user, key, flags: cursor.flags()?, version: cursor.i32()? })
}

fn read_shared_key(cursor: &mut Cursor) -> Result<SharedKey, Reject> {
    cursor.expect(SHARED_KEY)?;
    let ephemeral = *cursor.array()?;
    let encrypted = cursor.bytes()?.to_vec();
    let count = cursor.count(8)?;
    let users: Vec<UserId> = (0..count).map(|_| cursor.i64().map(UserId)).collect::<Result<_, _>>()?;
    let count = cursor.count(4)?;
    // Each has 32 bytes, unless somebody wants us to ask for much memory.
    let mut headers = Headers::with_capacity(count.min(users.len()));
    for _ in 0..count {
        headers.push(cursor.bytes()?);
    }
    Ok(SharedKey { ephemeral, encrypted, users, headers })
}

fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn write_block(out: &mut Vec<u8>, block: &Block) {
    put_u32(out, BLOCK);
    out.extend_from_slice(&block.signature);
    put_u32(out, u32::from(block.signer.is_some()));
    out.extend_from_slice(&block.previous);
    put_u32(out, block.changes.len() as u32);
    for change in &block.changes {
        write_change(out, change);
    }
    put_u32(out, block.height as u32);
    put_u32(out, STATE_PROOF);
    put_u32(out, u32::from(block.proof.group.is_some()) | u32::from(block.proof.shared_key.is_some()) << 1);
    out.extend_from_slice(&block.proof.kv_hash);
    if let Some(group) = &block.proof.group {
        write_group(out, group);
    }
    if let Some(key) = &block.proof.shared_key {
        write_shared_key(out, key);
    }
    if let Some(signer) = &block.signer {
        out.extend_from_slice(&signer.0);
    }
}

fn write_change(out: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Noop { nonce } => {
            put_u32(out, NOOP);
            out.extend_from_slice(nonce);
        }
        Change::SetValue { key, value } => {
            put_u32(out, SET_VALUE);
            put_bytes(out, key);
            put_bytes(out, value);
        }
        Change::SetGroupState(group) => {
            put_u32(out, SET_GROUP_STATE);
            write_group(out, group);
        }
        Change::SetSharedKey(key) => {
            put_u32(out, SET_SHARED_KEY);
            write_shared_key(out, key);
        }
    }
}

fn write_group(out: &mut Vec<u8>, group: &GroupState) {
    put_u32(out, GROUP_STATE);
    put_u32(out, group.participants.len() as u32);
    for participant in &group.participants {
        put_u32(out, PARTICIPANT);
        out.extend_from_slice(&participant.user.0.to_le_bytes());
        out.extend_from_slice(&participant.key.0);
        put_u32(out, participant.flags);
        put_u32(out, participant.version as u32);
    }
    put_u32(out, group.external);
}

fn write_shared_key(out: &mut Vec<u8>, key: &SharedKey) {
    put_u32(out, SHARED_KEY);
    out.extend_from_slice(&key.ephemeral);
    put_bytes(out, &key.encrypted);
    put_u32(out, key.users.len() as u32);
    for user in &key.users {
        out.extend_from_slice(&user.0.to_le_bytes());
    }
    put_u32(out, key.headers.len() as u32);
    for header in key.headers.iter() {
        put_bytes(out, header);
    }
}
