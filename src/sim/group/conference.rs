//! Conferences as the server sees them (`test-server.md`, *Conferences*; `test-server-rules.md` 4).
//!
//! A group call without a chat: who has its link or an invitation may come, and its chain says who is let in. The chain judges
//! blocks and broadcasts ([`crate::sim::chain`]); here is who is told of them, and who may ask for them.

mod invitations;
pub mod request;

use super::objects::peer_object;
use super::request::{Named, Slug, Somebody};
use super::{Devices, GroupCall, Joining};
use crate::crypto::sign::{PublicKey, Verifier};
use crate::sim::chain::{Chain, Knobs as ChainKnobs, Taken, Told, Update, refusal};
use crate::sim::encoder::{Object, Value};
use crate::sim::server::{Answer, Failure, Server, fail};
use crate::time::Time;
use crate::types::{PeerId, UserId};
use invitations::Invitation;
use request::{Conference as Request, FirstJoin};
use std::collections::{BTreeMap, VecDeque};

/// Conferences that are up at the same time.
const UP: usize = 1000;
/// The longest sealed message.
const MESSAGE: usize = 64 << 10;
/// In the order of base64url.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What a conference has beside what every group call has.
struct Conference {
    chain: Chain,
    slug: Slug,
}

/// The conferences of a server.
#[derive(Default)]
pub struct Conferences {
    all: BTreeMap<i64, Conference>,
    slugs: BTreeMap<Slug, i64>,
    /// Oldest first.
    invitations: VecDeque<Invitation>,
}

impl Conferences {
    /// The chain of a conference.
    pub fn chain(&self, call: i64) -> Option<&Chain> {
        self.all.get(&call).map(|conference| &conference.chain)
    }

    /// So many are known, with those that are over.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    pub(super) fn is_one(&self, call: i64) -> bool {
        self.all.contains_key(&call)
    }

    /// The link of a conference.
    pub fn link(&self, call: i64) -> Option<String> {
        let conference = self.all.get(&call)?;
        Some(format!("https://t.me/call/{}", String::from_utf8_lossy(&conference.slug)))
    }

    fn by_slug(&self, slug: &Slug) -> Option<i64> {
        self.slugs.get(slug).copied()
    }

    /// Whether a slug is that of a conference.
    pub(in crate::sim) fn has_slug(&self, slug: &str) -> bool {
        Slug::try_from(slug.as_bytes()).is_ok_and(|slug| self.slugs.contains_key(&slug))
    }

    /// Nothing is known of it any more.
    pub(super) fn forget(&mut self, call: i64) {
        if let Some(gone) = self.all.remove(&call) {
            self.slugs.remove(&gone.slug);
        }
        self.invitations.retain(|one| one.call != call);
    }
}

/// A key and a block that were found good.
pub(super) struct Key {
    public: PublicKey,
    block: Vec<u8>,
}

fn chain_update(name: Object, update: Update) -> Object {
    let blocks: Vec<Value> = update.blocks.into_iter().map(Value::Bytes).collect();
    Object::new("updateGroupCallChainBlocks")
        .with("call", name)
        .with("sub_chain_id", update.sub_chain)
        .with("blocks", blocks)
        .with("next_offset", update.next_offset)
}

fn refused(name: &'static str) -> Failure {
    let code = if name == refusal::FORBIDDEN { 403 } else { 400 };
    Failure { code, name: name.into() }
}

impl Server {
    pub(super) fn conference_method(&mut self, now: Time, who: (i64, u32), request: &Request) -> Answer {
        let account = who.0;
        match request {
            Request::Create { muted, random_id, join } => {
                self.create_conference(now, who, *muted, *random_id, join.as_ref())
            }
            Request::Remove { call, only_left, kick, users, block } => {
                if only_left == kick {
                    return fail(400, refusal::BLOCK_INVALID);
                }
                self.remove_from_conference(now, account, *call, *kick, users, block)
            }
            Request::Broadcast { call, block } => self.broadcast_in_conference(now, account, *call, block),
            Request::Blocks { call, sub_chain, offset, limit } => {
                self.chain_blocks(now, account, *call, (*sub_chain, *offset, *limit))
            }
            Request::Invite { call, user, is_video } => self.invite_to_conference(now, who, *call, *user, *is_video),
            Request::Decline { message } => self.decline_invitation(now, who, *message),
            Request::SendMessage { call, message } => self.sealed_message(now, account, *call, message),
            Request::DeleteMessages { messages, is_for_both } => {
                self.delete_messages_of_account(now, who, messages, *is_for_both)
            }
        }
    }

    /// The conference of a link or an invitation, or whatever call has this id.
    pub(super) fn group_by_any_name(&self, account: i64, call: Named) -> Result<i64, Failure> {
        let conferences = &self.groups.conferences;
        let id = match call {
            Named::Id { .. } => return self.group_of(account, call),
            Named::Slug(slug) => conferences.by_slug(&slug),
            Named::Message(message) => conferences.invited_to(account, message),
            Named::Nothing => None,
        };
        match id.filter(|id| self.groups.calls.get(id).is_some_and(|call| !call.is_over)) {
            Some(id) => self.conference_for(account, id),
            None => fail(400, "GROUPCALL_INVALID"),
        }
    }

    /// Who has been thrown out of a conference never gets near it again.
    pub(super) fn conference_for(&self, account: i64, id: i64) -> Result<i64, Failure> {
        match self.groups.conferences.chain(id) {
            Some(chain) if !chain.is_banned(UserId(account)) => Ok(id),
            Some(_) => fail(403, "GROUPCALL_FORBIDDEN"),
            None => fail(400, "GROUPCALL_INVALID"),
        }
    }

    /// A conference that is named by its id.
    fn conference_of(&self, account: i64, call: Named) -> Result<i64, Failure> {
        let id = self.group_of(account, call)?;
        if self.groups.conferences.is_one(id) { Ok(id) } else { fail(400, "GROUPCALL_INVALID") }
    }

    fn chain_mut(&mut self, id: i64) -> Result<&mut Chain, Failure> {
        match self.groups.conferences.all.get_mut(&id) {
            Some(conference) => Ok(&mut conference.chain),
            None => fail(400, "GROUPCALL_INVALID"),
        }
    }

    fn new_slug(&mut self, id: i64) -> Slug {
        let slug = core::array::from_fn(|_| LETTERS[self.random.below(64) as usize]);
        self.groups.conferences.slugs.insert(slug, id);
        slug
    }

    /// The old link leads nowhere from now on.
    pub(super) fn reset_slug(&mut self, id: i64) {
        let slug = self.new_slug(id);
        if let Some(conference) = self.groups.conferences.all.get_mut(&id) {
            let old = core::mem::replace(&mut conference.slug, slug);
            self.groups.conferences.slugs.remove(&old);
        }
    }

    fn create_conference(
        &mut self,
        now: Time,
        (account, device): (i64, u32),
        muted: bool,
        random_id: i32,
        join: Option<&FirstJoin>,
    ) -> Answer {
        // The same request once more makes no second one.
        let known = self.groups.calls.values().find(|call| {
            call.random_id == random_id
                && call.creator == account
                && !call.is_over
                && self.groups.conferences.is_one(call.id)
        });
        let (id, is_new) = match known.map(|call| call.id) {
            Some(id) => (id, false),
            None => {
                let up = self.groups.calls.values().filter(|call| call.chat.is_none() && !call.is_over).count();
                if up >= UP {
                    return fail(420, "FLOOD_WAIT_60");
                }
                (self.new_conference(now, account, random_id), true)
            }
        };
        let Some(join) = join else {
            let update = self.call_update(account, id);
            return Ok(self.updates(now, account, vec![update]));
        };
        let joining = Joining {
            muted,
            join_as: Somebody::Myself,
            invite_hash: None,
            key: Some((join.key, join.block.as_slice())),
            params: &join.params,
        };
        let answer = self.join_group(now, (account, device), id, &joining);
        // What could not be joined was not made.
        if is_new && answer.is_err() {
            self.groups.calls.remove(&id);
            self.groups.conferences.forget(id);
        }
        answer
    }

    fn new_conference(&mut self, now: Time, account: i64, random_id: i32) -> i64 {
        let id = self.new_group_id();
        let chain = Chain::new(self.groups.knobs.chain.clone(), self.random.fork());
        let slug = self.new_slug(id);
        self.groups.conferences.all.insert(id, Conference { chain, slug });
        let call = GroupCall::new(id, None, account, self.date(now), random_id);
        self.groups.calls.insert(id, call);
        id
    }

    /// Whether a conference would let somebody in. Nothing has changed yet.
    pub(super) fn judge_join(
        &self,
        account: i64,
        id: i64,
        key: Option<([u8; 32], &[u8])>,
    ) -> Result<Option<Key>, Failure> {
        let Some(chain) = self.groups.conferences.chain(id) else { return Ok(None) };
        let Some((public, block)) = key else { return fail(400, "PUBLIC_KEY_INVALID") };
        let public = PublicKey(public);
        if Verifier::new(&public).is_none() {
            return fail(400, "PUBLIC_KEY_INVALID");
        }
        let is_in = chain.is_member(UserId(account));
        if !is_in && chain.members().count() >= self.groups.knobs.conference_size {
            return fail(400, "TEST_CONFERENCE_FULL");
        }
        chain.judge_join(UserId(account), public, block).map_err(refused)?;
        Ok(Some(Key { public, block: block.to_vec() }))
    }

    /// Somebody is in: the two sub-chains for his answer. All others are told.
    pub(super) fn enter_chain(&mut self, now: Time, account: i64, id: i64, key: &Key) -> Result<Vec<Object>, Failure> {
        let chain = self.chain_mut(id)?;
        let (Taken { main, broadcasts }, told) =
            chain.join(UserId(account), key.public, &key.block).map_err(refused)?;
        self.tell_chain(now, id, told, account);
        let name = self.group_name(account, id);
        Ok(vec![chain_update(name.clone(), main), chain_update(name, broadcasts)])
    }

    /// Somebody has left, or is not heard any more: the chain keeps him until somebody removes him.
    pub(super) fn leave_chain(&mut self, id: i64, peer: PeerId) {
        if let (Ok(chain), PeerId::User(user)) = (self.chain_mut(id), peer) {
            chain.leave(UserId(user));
        }
    }

    /// Tells those who are in. What the asker would be told is his answer.
    fn tell_chain(&mut self, now: Time, id: i64, told: Told, asked_by: i64) -> Vec<Object> {
        let devices: BTreeMap<i64, u32> = self.devices_in(id).into_iter().collect();
        let mut own = Vec::new();
        for (UserId(user), update) in told {
            let update = chain_update(self.group_name(user, id), update);
            if user == asked_by {
                own.push(update);
            } else if let Some(device) = devices.get(&user) {
                self.post(now, user, *device, vec![update]);
            }
        }
        own
    }

    fn remove_from_conference(
        &mut self,
        now: Time,
        account: i64,
        call: Named,
        kick: bool,
        users: &[i64],
        block: &[u8],
    ) -> Answer {
        let id = self.conference_of(account, call)?;
        let gone: Vec<UserId> = users.iter().copied().map(UserId).collect();
        let told = self.chain_mut(id)?.remove(UserId(account), &gone, kick, block).map_err(refused)?;
        let own = self.tell_chain(now, id, told, account);
        for user in users {
            if let Some(peer) = self.peer_in(*user, id) {
                self.throw_out(now, id, peer);
            }
        }
        Ok(self.updates(now, account, own))
    }

    fn broadcast_in_conference(&mut self, now: Time, account: i64, call: Named, block: &[u8]) -> Answer {
        let id = self.conference_of(account, call)?;
        let told = self.chain_mut(id)?.broadcast(UserId(account), block).map_err(refused)?;
        let own = self.tell_chain(now, id, told, account);
        Ok(self.updates(now, account, own))
    }

    fn chain_blocks(
        &mut self,
        now: Time,
        account: i64,
        call: Named,
        (sub_chain, offset, limit): (i32, i32, i32),
    ) -> Answer {
        let id = self.group_by_any_name(account, call)?;
        let update = self.chain_mut(id)?.read(UserId(account), sub_chain, offset, limit).map_err(refused)?;
        let update = chain_update(self.group_name(account, id), update);
        Ok(self.updates(now, account, vec![update]))
    }

    fn sealed_message(&mut self, now: Time, account: i64, call: Named, message: &[u8]) -> Answer {
        let id = self.conference_of(account, call)?;
        if self.peer_in(account, id).is_none() {
            return fail(400, "GROUPCALL_JOIN_MISSING");
        }
        let is_enabled = self.groups.calls.get(&id).is_some_and(|call| call.messages_enabled);
        if !is_enabled || message.is_empty() || message.len() > MESSAGE {
            return fail(400, "GROUPCALL_INVALID");
        }
        let devices: Devices = self.devices_in(id);
        self.tell(now, &devices, Some(account), |server, viewer| {
            let update = Object::new("updateGroupCallEncryptedMessage").with("call", server.group_name(viewer, id));
            vec![update.with("from_id", peer_object(PeerId::User(account))).with("encrypted_message", message)]
        });
        Ok(Value::Bool(true))
    }

    /// An element that nobody has asked to be there, in a sub-chain: a server that has gone mad. All who are in are told.
    pub fn inject_into_chain(&mut self, now: Time, id: i64, sub_chain: usize, element: Vec<u8>) {
        if let Ok(chain) = self.chain_mut(id) {
            let told = chain.inject(sub_chain, element);
            self.tell_chain(now, id, told, 0);
        }
    }

    /// How a chain is kept from now on.
    pub fn set_chain_knobs(&mut self, id: i64, knobs: ChainKnobs) {
        if let Ok(chain) = self.chain_mut(id) {
            chain.knobs = knobs;
        }
    }

    /// It is over: nobody gets in, its link leads nowhere, and its invitations say so.
    pub(super) fn end_conference(&mut self, now: Time, id: i64) {
        if let Some(conference) = self.groups.conferences.all.get_mut(&id) {
            conference.chain.discard();
            let slug = conference.slug;
            self.groups.conferences.slugs.remove(&slug);
            self.end_invitations(now, id);
        }
    }
}
