//! The chain of a conference as a server keeps it: strict, with a knob to be lax, and others for what it delivers.
//!
//! Blocks are judged with the conference's own rules; that these are right, the vectors of bad blocks prove, which come from
//! another implementation.

use crate::conference::chain::block::{Block, COMMIT, REVEAL, to_server_form};
use crate::conference::chain::state::State;
use crate::conference::error::Reject;
use crate::conference::verify::{Broadcast, Kind};
use crate::crypto::hash::sha256;
use crate::crypto::sign::{PublicKey, verify};
use crate::random::Random;
use crate::types::UserId;
use std::collections::{BTreeMap, BTreeSet};

/// `getGroupCallChainBlocks` gives at most so many elements at once.
const PAGE: i32 = 100;

/// Names of errors, as an `rpc_error` has them.
pub mod refusal {
    pub const CHAIN_INVALID: &str = "CONF_WRITE_CHAIN_INVALID";
    pub const BLOCK_INVALID: &str = "BLOCK_INVALID";
    pub const FORBIDDEN: &str = "GROUPCALL_FORBIDDEN";
    pub const INVALID: &str = "GROUPCALL_INVALID";
    pub const SUB_CHAIN: &str = "TEST_SUB_CHAIN_INVALID";
}

/// How strict it is, and what it does to what it delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knobs {
    /// Takes any block that parses and is built on the newest one.
    pub lax: bool,
    /// Elements asked for at once, at most.
    pub page: i32,
    /// In percent of all updates sent by itself: with the same elements twice, with an element before them, with the first
    /// one missing, in reverse order, of sub-chain 2, with an impossible offset.
    pub twice: u64,
    pub overlap: u64,
    pub gap: u64,
    pub reversed: u64,
    pub sub_chain_2: u64,
    pub negative: u64,
}

impl Default for Knobs {
    fn default() -> Knobs {
        Knobs { lax: false, page: PAGE, twice: 0, overlap: 0, gap: 0, reversed: 0, sub_chain_2: 0, negative: 0 }
    }
}

impl Knobs {
    /// Turns one knob, by the words of a script line; `None`: there is none of this name here.
    pub fn set(&mut self, name: &str, value: &str) -> Option<Result<(), String>> {
        let percent = || match value.parse::<u64>() {
            Ok(percent @ 0..=100) => Ok(percent),
            _ => Err(format!("{name} takes 0 to 100, not {value}")),
        };
        Some(match name {
            "chain-lax" if matches!(value, "on" | "off") => {
                self.lax = value == "on";
                Ok(())
            }
            "chain-lax" => Err(format!("{name} is on or off, not {value}")),
            "chain-page" => match value.parse::<i32>() {
                Ok(page @ 1..=PAGE) => {
                    self.page = page;
                    Ok(())
                }
                _ => Err(format!("{name} takes 1 to {PAGE}, not {value}")),
            },
            "chain-twice" => percent().map(|percent| self.twice = percent),
            "chain-overlap" => percent().map(|percent| self.overlap = percent),
            "chain-gap" => percent().map(|percent| self.gap = percent),
            "chain-reversed" => percent().map(|percent| self.reversed = percent),
            "chain-sub-chain-2" => percent().map(|percent| self.sub_chain_2 = percent),
            "chain-negative" => percent().map(|percent| self.negative = percent),
            "chain-nasty" => {
                percent().map(|percent| *self = Knobs { lax: self.lax, page: self.page, ..Knobs::nasty(percent) })
            }
            _ => return None,
        })
    }

    /// Everything a server could do to updates, each to so many percent of them.
    pub fn nasty(percent: u64) -> Knobs {
        Knobs {
            twice: percent,
            overlap: percent,
            gap: percent,
            reversed: percent,
            sub_chain_2: percent,
            negative: percent,
            ..Knobs::default()
        }
    }
}

/// `updateGroupCallChainBlocks`, without the call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    pub sub_chain: i32,
    pub next_offset: i32,
    pub blocks: Vec<Vec<u8>>,
}

/// What a joiner is answered: both sub-chains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub main: Update,
    pub broadcasts: Update,
}

/// Who is told what by itself.
pub type Told = Vec<(UserId, Update)>;

/// The broadcasts of one block, as far as they are in.
#[derive(Default)]
struct Round {
    commits: BTreeMap<UserId, [u8; 32]>,
    reveals: BTreeSet<UserId>,
}

/// One conference.
pub struct Chain {
    pub knobs: Knobs,
    state: State,
    /// Elements in the form in which they are delivered.
    sub_chains: [Vec<Vec<u8>>; 2],
    /// The key each device inside joined with.
    members: BTreeMap<UserId, PublicKey>,
    banned: BTreeSet<UserId>,
    /// Were inside once; they are told so when they read on.
    removed: BTreeSet<UserId>,
    over: bool,
    round: Round,
    random: Random,
}

impl Chain {
    pub fn new(knobs: Knobs, random: Random) -> Chain {
        Chain {
            knobs,
            state: State::empty(),
            sub_chains: Default::default(),
            members: BTreeMap::new(),
            banned: BTreeSet::new(),
            removed: BTreeSet::new(),
            over: false,
            round: Round::default(),
            random,
        }
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn is_member(&self, user: UserId) -> bool {
        self.members.contains_key(&user)
    }

    pub fn members(&self) -> impl Iterator<Item = UserId> {
        self.members.keys().copied()
    }

    pub fn element(&self, sub_chain: usize, index: usize) -> Option<&[u8]> {
        self.sub_chains.get(sub_chain)?.get(index).map(Vec::as_slice)
    }

    pub fn len(&self, sub_chain: usize) -> usize {
        self.sub_chains.get(sub_chain).map_or(0, Vec::len)
    }

    pub fn is_empty(&self) -> bool {
        self.state.height < 0
    }

    /// `discardGroupCall`: nobody gets in any more.
    pub fn discard(&mut self) {
        self.over = true;
        self.members.clear();
    }

    /// Puts an element into a sub-chain as it is, whatever it is: a server that has gone mad.
    pub fn inject(&mut self, sub_chain: usize, element: Vec<u8>) -> Told {
        if let Some(chain) = self.sub_chains.get_mut(sub_chain) {
            chain.push(element);
        }
        self.tell(sub_chain as i32)
    }

    pub fn is_banned(&self, user: UserId) -> bool {
        self.banned.contains(&user)
    }

    /// What would be behind a join; nothing has changed yet.
    pub fn judge_join(&self, user: UserId, key: PublicKey, block: &[u8]) -> Result<State, &'static str> {
        if self.over {
            return Err(refusal::INVALID);
        }
        if self.is_banned(user) {
            return Err(refusal::FORBIDDEN);
        }
        self.judge(block, |before, next| joins_alone(before, next, user, &key))
    }

    /// `joinGroupCall`, and `createConferenceCall` with `join`.
    pub fn join(&mut self, user: UserId, key: PublicKey, block: &[u8]) -> Result<(Taken, Told), &'static str> {
        let next = self.judge_join(user, key, block)?;
        self.members.insert(user, key);
        self.removed.remove(&user);
        let told = self.store_block(block, next);
        // A joiner needs the block that let him in, and what has been broadcast for it: nothing yet.
        let broadcasts = self.sub_chains[1].len() as i32;
        let main = self.stretch(0, self.sub_chains[0].len() as i32 - 1, 1);
        Ok((Taken { main, broadcasts: Update { sub_chain: 1, next_offset: broadcasts, blocks: Vec::new() } }, told))
    }

    /// `deleteConferenceCallParticipants`, with `kick` or with `only_left`.
    pub fn remove(&mut self, user: UserId, users: &[UserId], kick: bool, block: &[u8]) -> Result<Told, &'static str> {
        if !self.is_member(user) {
            return Err(refusal::FORBIDDEN);
        }
        if users.contains(&user) || users.is_empty() || (!kick && users.iter().any(|user| self.is_member(*user))) {
            return Err(refusal::BLOCK_INVALID);
        }
        let next = self.judge(block, |before, next| removes_exactly(before, next, users))?;
        if kick {
            self.banned.extend(users);
        }
        for user in users {
            self.members.remove(user);
        }
        self.removed.extend(users);
        Ok(self.store_block(block, next))
    }

    /// `leaveGroupCall`: the chain keeps the user until somebody removes him.
    pub fn leave(&mut self, user: UserId) -> bool {
        self.members.remove(&user).is_some()
    }

    /// `getGroupCallChainBlocks`.
    pub fn read(&self, user: UserId, sub_chain: i32, offset: i32, limit: i32) -> Result<Update, &'static str> {
        let Some(chain) = usize::try_from(sub_chain).ok().and_then(|index| self.sub_chains.get(index)) else {
            return Err(refusal::SUB_CHAIN);
        };
        if self.over || (offset >= 0 && self.removed.contains(&user)) {
            return Err(refusal::FORBIDDEN);
        }
        // Outsiders only ever see the newest element.
        if offset < 0 || !self.is_member(user) {
            return Ok(self.stretch(sub_chain, (chain.len() as i32 - 1).max(0), 1));
        }
        Ok(self.stretch(sub_chain, offset, limit.clamp(0, self.knobs.page)))
    }

    /// `sendConferenceCallBroadcast`.
    pub fn broadcast(&mut self, user: UserId, bytes: &[u8]) -> Result<Told, &'static str> {
        if !self.is_member(user) {
            return Err(refusal::FORBIDDEN);
        }
        let marked = to_server_form(bytes).map_err(|_| refusal::BLOCK_INVALID)?;
        let broadcast = Broadcast::parse_from_server(&marked).map_err(|_| refusal::BLOCK_INVALID)?;
        if !self.knobs.lax && !self.round_takes(user, &broadcast, bytes) {
            return Err(refusal::BLOCK_INVALID);
        }
        match broadcast.kind {
            Kind::Commit => drop(self.round.commits.insert(user, broadcast.value)),
            Kind::Reveal => drop(self.round.reveals.insert(user)),
        }
        self.sub_chains[1].push(marked);
        Ok(self.tell(1))
    }

    /// Out of phase is refused, and so is everything that would make honest clients stop.
    fn round_takes(&self, user: UserId, broadcast: &Broadcast, bytes: &[u8]) -> bool {
        let participants = &self.state.group.participants;
        let Some(participant) = participants.iter().find(|participant| participant.user == user) else { return false };
        let signed: [&[u8]; 3] = [&bytes[..4], &[0; 64], &bytes[68..]];
        let all_committed = self.round.commits.len() == participants.len();
        broadcast.user == user
            && (broadcast.height, broadcast.block) == (self.state.height, self.state.hash)
            && verify(&participant.key, &signed, &broadcast.signature)
            && match broadcast.kind {
                Kind::Commit => !self.round.commits.contains_key(&user),
                Kind::Reveal => {
                    all_committed
                        && !self.round.reveals.contains(&user)
                        && self.round.commits.get(&user) == Some(&sha256(&[&broadcast.value]))
                }
            }
    }

    /// The state behind a block that is good enough.
    fn judge(&self, block: &[u8], fits: impl FnOnce(&State, &State) -> bool) -> Result<State, &'static str> {
        // A client's own form, and nothing that only the server may write.
        if !matches!(block.first_chunk().map(|id| u32::from_le_bytes(*id)), Some(id) if id != COMMIT && id != REVEAL) {
            return Err(refusal::BLOCK_INVALID);
        }
        let block = Block::parse(block).map_err(|_| refusal::BLOCK_INVALID)?.hashed();
        if self.knobs.lax {
            let newest = (self.state.height + 1, self.state.hash);
            if (block.block.height, block.block.previous) != newest {
                return Err(refusal::CHAIN_INVALID);
            }
            // What cannot be made sense of is passed on all the same; the chain then stands where it stood.
            let (height, hash) = (block.block.height, block.hash);
            return Ok(State::from_block(block).unwrap_or(State { height, hash, ..self.state.clone() }));
        }
        let next = self.state.apply(block).map_err(|reject| match reject {
            Reject::Height | Reject::PreviousHash => refusal::CHAIN_INVALID,
            _ => "CONF_WRITE_CHAIN_INVALID_RULES",
        })?;
        if fits(&self.state, &next) { Ok(next) } else { Err("CONF_WRITE_CHAIN_INVALID_CHANGE") }
    }

    fn store_block(&mut self, block: &[u8], next: State) -> Told {
        self.state = next;
        self.round = Round::default();
        if let Ok(marked) = to_server_form(block) {
            self.sub_chains[0].push(marked);
        }
        self.tell(0)
    }

    fn stretch(&self, sub_chain: i32, offset: i32, limit: i32) -> Update {
        let chain = self.sub_chains.get(sub_chain as usize).map_or(&[][..], Vec::as_slice);
        let blocks: Vec<_> = chain.iter().skip(offset.max(0) as usize).take(limit.max(0) as usize).cloned().collect();
        let behind = (offset.max(0) as usize).min(chain.len()) + blocks.len();
        Update { sub_chain, next_offset: behind as i32, blocks }
    }

    /// The newest element to everybody inside, the sender too, as the knobs have it.
    fn tell(&mut self, sub_chain: i32) -> Told {
        let count = self.sub_chains[sub_chain as usize].len() as i32;
        let members: Vec<UserId> = self.members().collect();
        let mut told = Vec::new();
        for member in members {
            let update = self.stretch(sub_chain, count - 1, 1);
            for update in self.distort(update) {
                told.push((member, update));
            }
        }
        told
    }

    fn chance(&mut self, percent: u64) -> bool {
        percent > 0 && self.random.below(100) < percent
    }

    fn distort(&mut self, update: Update) -> Vec<Update> {
        let knobs = self.knobs.clone();
        let first = update.next_offset - update.blocks.len() as i32;
        let mut updates = Vec::new();
        if self.chance(knobs.sub_chain_2) {
            updates.push(Update { sub_chain: 2, ..update.clone() });
        }
        if self.chance(knobs.negative) {
            updates.push(Update { next_offset: -1, ..update.clone() });
        }
        if self.chance(knobs.gap) {
            // It never arrives by itself: who polls will find it.
            return updates;
        }
        if self.chance(knobs.overlap) && first > 0 {
            updates.push(self.stretch(update.sub_chain, first - 1, 2));
        } else if self.chance(knobs.reversed) && first > 0 {
            updates.push(update.clone());
            updates.push(self.stretch(update.sub_chain, first - 1, 1));
        } else {
            updates.push(update.clone());
        }
        if self.chance(knobs.twice) {
            updates.push(update);
        }
        updates
    }
}

/// A newcomer adds himself, and nobody else changes; an older key of his goes.
fn joins_alone(before: &State, next: &State, user: UserId, key: &PublicKey) -> bool {
    let others = |state: &State| -> Vec<_> {
        let others = state.group.participants.iter().filter(|participant| participant.user != user);
        others.map(|participant| (participant.user, participant.key, participant.flags)).collect()
    };
    let own = next.group.participants.iter().find(|participant| participant.user == user);
    let before = if next.height == 0 { Vec::new() } else { others(before) };
    own.is_some_and(|own| own.key == *key) && others(next) == before
}

fn removes_exactly(before: &State, next: &State, users: &[UserId]) -> bool {
    let ids =
        |state: &State| state.group.participants.iter().map(|p| (p.user, p.key, p.flags)).collect::<BTreeSet<_>>();
    let (before, next) = (ids(before), ids(next));
    let gone: BTreeSet<UserId> = before.difference(&next).map(|entry| entry.0).collect();
    next.is_subset(&before) && gone == users.iter().copied().collect()
}
