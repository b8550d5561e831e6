//! What makes a group call a conference: a chain of blocks, whose keys seal what is said (`conference-flow.md` 1 and 7).
//!
//! The machine of the call leads: it makes a connection, asks to be let in, pauses and tries again. Here a way in has two steps, the
//! newest block and then the join with one of our own on it; whoever is overtaken by another takes them again with the same
//! connection. Each way in has a member of its own, with a key of its own. What the member says later, that it is not in the chain any
//! more or cannot follow it, is an input of the call's machine, which then looks for another way in. Where the call is neither in nor
//! going in there is no member, and without a member nothing is sealed or opened.
//!
//! `wishes` is what hosts ask for, `answers` what Telegram says.

mod answers;
mod invitations;
mod messages;
mod standing;
mod wishes;

use super::requests::{self, BlockAndKey};
use super::{Group, Peer, Purpose};
use crate::client::engine::group::GroupEngine;
use crate::client::event::EventKind;
use crate::client::{Client, LogLevel};
use crate::conference::Conference as Core;
use crate::conference::error::Reject;
use crate::conference::member::{self, Effect, End, MAIN, Member, Timing};
use crate::conference::message::Seen;
use crate::group::join::Offer;
use crate::group::refusal::{Cause, Method, Refusal};
use crate::group::state::{Input, Request};
use crate::outcome::{Action, EndReason};
use crate::time::{Duration, Time};
use crate::tl::enums::InputGroupCall;
use crate::tl::types;
use crate::transform::FrameTransform;
use crate::types::{CallId, Change, PeerId, RequestId, UserId};
use invitations::{Invited, Ringing};
use messages::Waiting;
use standing::Standing;
use std::collections::BTreeMap;

/// News of people may be lost: so often the list is loaded anew, and so soon after a block with somebody who is not in it.
const LOOK_EVERY: Duration = Duration::from_secs(10);
const LOOK_SOON: Duration = Duration::from_secs(2);

/// What only a conference has.
#[derive(Debug, Default)]
pub struct Conference {
    alias: Option<Alias>,
    /// The number under which Telegram is asked to make it; none: it is made.
    making: Option<i32>,
    /// The way in, or the place inside.
    member: Option<Box<Member>>,
    /// Of the call's machine: what is asked at one is no answer to another.
    attempt: u32,
    /// What we are going in with.
    offer: Option<Box<Offer>>,
    /// The host knows that the emoji are there.
    is_verified: bool,
    /// We are invited, and have not answered.
    ringing: Option<Ringing>,
    invited: Invited,
    /// Messages that were told, and those that wait for their key.
    seen: Seen,
    messages: i32,
    waiting: Waiting,
    /// Whom the host wants out, and by which number it knows.
    kicks: BTreeMap<UserId, RequestId>,
    /// When the list of people is to be loaded, to be compared with the chain; and whether it is being loaded for that.
    look_at: Option<Time>,
    is_looking: bool,
    /// How it stood when there was a member last.
    last: Option<Standing>,
}

/// How a conference is named by who does not know its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alias {
    /// Of a link.
    Slug(String),
    /// The message by which we were invited.
    Invitation(i32),
}

/// What was asked about the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The block to build on.
    Newest,
    /// What follows what is known.
    More,
    Broadcast,
    Remove {
        users: Vec<UserId>,
        kick: bool,
    },
}

impl Asked {
    pub fn method(&self) -> Method {
        match self {
            Asked::Newest | Asked::More => Method::GetGroupCallChainBlocks,
            Asked::Broadcast => Method::SendConferenceCallBroadcast,
            Asked::Remove { .. } => Method::DeleteConferenceCallParticipants,
        }
    }
}

impl Conference {
    fn of(alias: Alias) -> Conference {
        Conference { alias: Some(alias), ..Conference::default() }
    }

    pub fn alias(&self) -> Option<InputGroupCall<'_>> {
        Some(match self.alias.as_ref()? {
            Alias::Slug(slug) => InputGroupCall::Slug(types::InputGroupCallSlug { slug: slug.as_bytes() }),
            Alias::Invitation(msg_id) => {
                InputGroupCall::InviteMessage(types::InputGroupCallInviteMessage { msg_id: *msg_id })
            }
        })
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let rings = self.ringing.as_ref().map(Ringing::until);
        let member = self.member.as_ref().and_then(|member| member.next_timeout());
        [member, self.look_at, rings].into_iter().flatten().min()
    }

    /// What seals and opens, while we are inside.
    pub fn transform(&mut self) -> Option<&mut dyn FrameTransform> {
        let core = self.member.as_deref_mut()?.conference()?;
        Some(core)
    }

    /// The keys, while we are inside.
    pub fn core(&self) -> Option<&Core> {
        self.member.as_ref()?.core()
    }
}

impl Group {
    /// Telegram is asked to make it with us in it: there is nothing to be asked about it before.
    pub(super) fn is_to_be_made(&self) -> bool {
        self.conference.as_ref().is_some_and(|conference| conference.making.is_some())
    }

    pub fn emoji(&self) -> Option<[&'static str; 4]> {
        self.conference.as_ref()?.core()?.emoji()
    }
}

impl Client {
    /// A connection is made: the way into the conference begins.
    pub(super) fn join_chain(&mut self, now: Time, id: CallId, attempt: u32, offer: Box<Offer>) {
        let (me, random) = (self.me, self.random.fork());
        if me.0 == 0 {
            let why = "our own user id is not known: tgcall_config_set_user_id";
            return self.tell_group(now, id, no_entry(attempt, Action::Fix, why.into()));
        }
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let conference = group.conference.get_or_insert_default();
        let input = if conference.making.is_some() { member::Input::Create } else { member::Input::Join };
        conference.member = Some(Box::new(Member::new(me, Timing::default(), random)));
        (conference.attempt, conference.offer) = (attempt, Some(offer));
        self.step_chain(now, id, input);
    }

    /// We are neither in nor going in: the keys are wiped.
    pub(super) fn leave_chain(&mut self, id: CallId) {
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let Some(conference) = group.conference.as_deref_mut() else { return };
        if conference.member.is_none() {
            return;
        }
        conference.last = Standing::of(conference).or(conference.last.take());
        (conference.member, conference.offer) = (None, None);
        (conference.look_at, conference.is_looking) = (None, false);
        self.tell_verified(id, false);
    }

    /// The call is over.
    pub(super) fn finish_chain(&mut self, id: CallId) {
        self.stop_ringing(id);
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let Some(conference) = group.conference.as_deref_mut() else { return };
        let last = Standing::of(conference).or(conference.last.take());
        let kicks = core::mem::take(&mut conference.kicks);
        *conference = Conference { last, ..Conference::default() };
        for request in kicks.into_values() {
            self.push(id, format!("nobody waits for request {request} any more"), EventKind::Cancel { request });
        }
    }

    /// One input for the member, if there is one.
    pub(super) fn step_chain(&mut self, now: Time, id: CallId, input: member::Input) {
        let Some(member) = self.member_mut(id) else { return };
        // Only a wish can be wrong, and those of hosts come when we are inside.
        let effects = member.step(now, input).unwrap_or_default();
        for effect in effects {
            self.carry_out_chain(now, id, effect);
        }
        self.settle_kicks(id);
        self.ledger.reschedule(id);
    }

    fn member_mut(&mut self, id: CallId) -> Option<&mut Member> {
        self.conference_mut(id)?.member.as_deref_mut()
    }

    fn conference_mut(&mut self, id: CallId) -> Option<&mut Conference> {
        self.ledger.group_mut(id).ok()?.conference.as_deref_mut()
    }

    fn carry_out_chain(&mut self, now: Time, id: CallId, effect: Effect) {
        match effect {
            Effect::FetchNewest => {
                self.ask_chain(id, Asked::Newest, |group| Some(requests::chain(group.entrance()?, MAIN, -1, 1)))
            }
            Effect::Join { public_key, block, new_sources: _ } => {
                self.ask_entry(id, BlockAndKey { public_key: &public_key.0, block: &block });
            }
            Effect::Create { public_key, block } => {
                self.ask_entry(id, BlockAndKey { public_key: &public_key.0, block: &block });
            }
            Effect::Fetch { sub_chain, offset, limit } => {
                self.ask_chain(id, Asked::More, |group| Some(requests::chain(group.input()?, sub_chain, offset, limit)))
            }
            Effect::SendBroadcast(broadcast) => {
                self.ask_chain(id, Asked::Broadcast, |group| Some(requests::broadcast(group.name?, &broadcast)))
            }
            Effect::Remove { users, kick, block } => {
                let asked = Asked::Remove { users: users.clone(), kick };
                self.ask_chain(id, asked, |group| Some(requests::remove(group.name?, &users, kick, &block)));
            }
            // The machine of the call leaves, if it does not come back at once.
            Effect::Leave => {}
            Effect::Joined => {
                if let Some(conference) = self.conference_mut(id) {
                    conference.offer = None;
                }
                self.tell_block(now, id);
                let wanted = self.conference_mut(id).map(|conference| conference.kicks.keys().copied().collect());
                if let Some(users) = wanted.filter(|users: &Vec<UserId>| !users.is_empty()) {
                    self.step_chain(now, id, member::Input::Kick(users));
                }
            }
            Effect::NewBlock => self.tell_block(now, id),
            Effect::Verified => self.tell_verified(id, true),
            Effect::Lost(reject) => {
                let why = reject.map_or("not in the conference's chain any more".into(), |reject| {
                    format!("the conference's chain: {reject}")
                });
                self.tell_group(now, id, Input::Excluded(why));
            }
            Effect::Ended(end) => self.take_end(now, id, end),
        }
    }

    fn take_end(&mut self, now: Time, id: CallId, end: End) {
        match end {
            End::Replaced => self.tell_group(now, id, Input::Replaced),
            End::Closed(reject) => {
                let Some(attempt) = self.conference_mut(id).map(|conference| conference.attempt) else { return };
                self.tell_group(now, id, no_entry(attempt, Action::TellUser, closed(reject)));
            }
            // It is never told to leave, and of refusals that leave no way in it is not told.
            End::Left | End::NoEntry => {}
        }
    }

    /// `phone.joinGroupCall`, or the same with the making of the conference.
    fn ask_entry(&mut self, id: CallId, key: BlockAndKey<'_>) {
        let Ok(group) = self.ledger.group(id) else { return };
        let Some(conference) = group.conference.as_deref() else { return };
        let (Some(offer), attempt) = (conference.offer.as_deref(), conference.attempt) else { return };
        let (purpose, bytes) = match conference.making {
            Some(random_id) => {
                let bytes = requests::create_conference(random_id, Some((&key, group.switches(), offer)));
                (Purpose::Found { attempt }, bytes)
            }
            None => {
                let Some(call) = group.entrance() else { return };
                let bytes = requests::join(call, Peer::Myself, None, group.switches(), Some(key), offer);
                (Purpose::Step(Request::Join { attempt }), bytes)
            }
        };
        self.invoke_group(id, purpose, bytes);
    }

    fn ask_chain(&mut self, id: CallId, asked: Asked, bytes: impl FnOnce(&Group) -> Option<Vec<u8>>) {
        let Some(attempt) = self.conference_mut(id).map(|conference| conference.attempt) else { return };
        self.ask_group(id, Purpose::Chain { attempt, asked }, bytes);
    }

    /// There is a new block: other keys, and perhaps other people.
    fn tell_block(&mut self, now: Time, id: CallId) {
        self.tell_verified(id, false);
        let Some(conference) = self.conference_mut(id) else { return };
        let Some(core) = conference.core() else { return };
        let (height, people) = (core.state().height, core.state().group.participants.len());
        let soon = now + LOOK_SOON;
        conference.look_at = Some(conference.look_at.map_or(soon, |at| at.min(soon)));
        if let Ok(entry) = self.ledger.get_mut(id) {
            entry.engines.groups().for_each(GroupEngine::handle_new_epoch);
            self.drain_engines(now, id);
        }
        self.open_waiting(now, id);
        self.log(LogLevel::Debug, id, || format!("call {id}: block {height} of the conference, {people} people"));
    }

    fn tell_verified(&mut self, id: CallId, is_verified: bool) {
        let Some(conference) = self.conference_mut(id) else { return };
        if conference.is_verified == is_verified {
            return;
        }
        conference.is_verified = is_verified;
        let text = if is_verified { "the emoji are there" } else { "new keys, the emoji are gone" };
        self.push(id, format!("call {id}: {text}"), EventKind::GroupVerified { is_verified });
    }

    // ---- People ----

    /// News of somebody: who has left the call has no business in the chain.
    pub(super) fn tell_chain_of(&mut self, now: Time, id: CallId, peer: PeerId, change: Change) {
        if let (PeerId::User(user), Change::Left) = (peer, change) {
            self.step_chain(now, id, member::Input::UsersLeft(vec![UserId(user)]));
        }
    }

    /// News of people get lost. So the list is loaded anew from time to time, and soon if the chain has somebody who is not in it.
    fn look(&mut self, now: Time, id: CallId) {
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let Some(conference) = group.conference.as_deref_mut() else { return };
        conference.look_at = Some(now + LOOK_EVERY);
        if group.roster.is_loading() {
            // It may have been asked for before the newest block.
            conference.look_at = Some(now + LOOK_SOON);
            return;
        }
        conference.is_looking = true;
        group.roster.load(now);
        self.follow_roster(now, id);
    }

    /// The list is loaded as a whole: whoever is in the chain and not in it has left.
    pub(super) fn compare_chain(&mut self, now: Time, id: CallId) {
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let Some(conference) = group.conference.as_deref_mut() else { return };
        if !conference.is_looking || group.roster.is_loading() {
            return;
        }
        conference.is_looking = false;
        let people = group.roster.snapshot();
        let users = people.iter().filter_map(|one| match one.peer {
            PeerId::User(user) => Some(UserId(user)),
            PeerId::Chat(_) | PeerId::Channel(_) => None,
        });
        let users = users.collect();
        self.step_chain(now, id, member::Input::Roster(users));
    }

    pub(super) fn expire_chain(&mut self, now: Time, id: CallId) {
        self.expire_ringing(now, id);
        let is_due = |at: Option<Time>| at.is_some_and(|at| at <= now);
        let Some(conference) = self.conference_mut(id) else { return };
        let look = is_due(conference.look_at) && conference.core().is_some();
        if conference.member.as_ref().is_some_and(|member| is_due(member.next_timeout())) {
            self.step_chain(now, id, member::Input::Timeout);
        }
        if look {
            self.look(now, id);
        }
        self.ledger.reschedule(id);
    }
}

/// There is no way in, and not because Telegram says so.
fn no_entry(attempt: u32, action: Action, text: String) -> Input {
    let refusal = Refusal { cause: Cause::Final, reason: EndReason::Server, action, retry_after_s: 0, text };
    Input::Refused(Request::Join { attempt }, refusal)
}

fn closed(reject: Reject) -> String {
    format!("the conference lets nobody in: {reject}")
}
