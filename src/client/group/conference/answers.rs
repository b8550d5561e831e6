//! What Telegram says of a conference's chain.

use super::{Asked, Conference};
use crate::client::group::Group;
use crate::client::{Client, Handled};
use crate::conference::member::{self, BROADCASTS, Elements, MAIN};
use crate::group::info::Name;
use crate::group::join::{Answer, BadAnswer};
use crate::group::refusal::{Cause, Refusal};
use crate::group::state::{Input, Request};
use crate::group::wire::{self, CallNews};
use crate::outcome::{Action, EndReason};
use crate::time::{Duration, Time};
use crate::tl::{self, Batch, enums, types};
use crate::types::CallId;

impl Client {
    /// `updateGroupCallChainBlocks`.
    pub(in super::super) fn take_chain(
        &mut self,
        now: Time,
        id: CallId,
        update: &types::UpdateGroupCallChainBlocks<'_>,
    ) {
        if let Some(elements) = elements(update) {
            self.step_chain(now, id, member::Input::Elements(elements));
        }
    }

    /// We are let in: the blocks first, then what was broadcast for them, whatever their order, and only then the connection.
    pub(in super::super) fn enter_chain(
        &mut self,
        now: Time,
        id: CallId,
        attempt: u32,
        batch: &Batch<'_>,
        connection: Option<Result<Answer, BadAnswer>>,
    ) -> Option<Result<Answer, BadAnswer>> {
        let is_ours = |conference: &mut Conference| conference.attempt == attempt && conference.member.is_some();
        if !self.conference_mut(id).is_some_and(is_ours) {
            // Let in without a key, where keys are.
            let is_sealed = self.ledger.group(id).is_ok_and(Group::is_conference);
            return if is_sealed { Some(Err(BadAnswer::NoEntry)) } else { connection };
        }
        if let Some(name) = named(batch) {
            self.learn_name(now, id, name);
        }
        match connection {
            Some(Ok(Answer::Connection(_))) => {}
            // What comes in parts is not sealed.
            Some(Ok(Answer::Stream(_))) => return Some(Err(BadAnswer::NoEntry)),
            Some(Err(_)) | None => return connection,
        }
        let main = chain_of(batch, MAIN).unwrap_or_default();
        let broadcasts = chain_of(batch, BROADCASTS).unwrap_or_default();
        self.step_chain(now, id, member::Input::Taken { main, broadcasts });
        let is_inside = self.conference_mut(id).is_some_and(|conference| conference.core().is_some());
        if is_inside { connection } else { Some(Err(BadAnswer::NoEntry)) }
    }

    /// A way into a group call is refused.
    pub(in super::super) fn refuse_entry(&mut self, now: Time, id: CallId, attempt: u32, refusal: Refusal) {
        let is_ours = |conference: &mut Conference| conference.attempt == attempt && conference.making.is_none();
        if refusal.cause == Cause::Overtaken && self.conference_mut(id).is_some_and(is_ours) {
            return self.step_chain(now, id, member::Input::Refused(member::Refusal::ChainInvalid));
        }
        self.tell_group(now, id, Input::Refused(Request::Join { attempt }, refusal));
    }

    /// Telegram names a call that we knew by a link or an invitation, or has another access hash for us since we are in. `false`: it is
    /// open already, and this one has ended.
    pub(in super::super) fn learn_name(&mut self, now: Time, id: CallId, name: Name) -> bool {
        let Ok(group) = self.ledger.group_mut(id) else { return false };
        match group.name {
            Some(known) if known.id == name.id && group.is_conference() => group.name = Some(name),
            Some(_) => {}
            None => {
                if let Some(other) = self.group_names.get(&name.id) {
                    let refusal = Refusal {
                        cause: Cause::Over,
                        reason: EndReason::Elsewhere,
                        action: Action::None,
                        retry_after_s: 0,
                        text: format!("it is open already, as call {other}"),
                    };
                    self.tell_group(now, id, Input::Refused(Request::Look, refusal));
                    return false;
                }
                group.name = Some(name);
                self.group_names.insert(name.id, id);
            }
        }
        if let Some(conference) = self.conference_mut(id) {
            conference.making = None;
        }
        true
    }

    pub(in super::super) fn answer_chain(
        &mut self,
        now: Time,
        id: CallId,
        attempt: u32,
        asked: &Asked,
        answer: &[u8],
    ) -> Handled {
        // News are news, whoever asked for them.
        let is_ours = self.conference_mut(id).is_some_and(|conference| conference.attempt == attempt);
        match asked {
            Asked::Newest if is_ours => {
                let batch = tl::decode_updates(answer);
                let newest = batch.as_ref().ok().and_then(|batch| chain_of(batch, MAIN));
                self.step_chain(
                    now,
                    id,
                    match newest {
                        Some(newest) => member::Input::Newest(newest.elements),
                        None => member::Input::Refused(member::Refusal::Other),
                    },
                );
                match batch {
                    Ok(_) => Handled::Done,
                    Err(error) => self.dropped(format!("unreadable answer: {error}")),
                }
            }
            Asked::Newest => Handled::Done,
            Asked::More => self.take_updates(now, answer),
            Asked::Broadcast => {
                let handled = self.take_updates(now, answer);
                if is_ours {
                    self.step_chain(now, id, member::Input::BroadcastAnswered(Ok(())));
                }
                handled
            }
            Asked::Remove { users, kick } => {
                // Before what it has changed: who waits for the answer knows by what the news are.
                if *kick {
                    self.answer_kicks(id, users);
                }
                let handled = self.take_updates(now, answer);
                if is_ours {
                    self.step_chain(now, id, member::Input::RemoveAnswered(Ok(())));
                }
                handled
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "an error, as it came and as it is understood")]
    pub(in super::super) fn refuse_chain(
        &mut self,
        now: Time,
        id: CallId,
        attempt: u32,
        asked: &Asked,
        code: i32,
        name: &str,
        refusal: &Refusal,
    ) {
        if self.conference_mut(id).is_none_or(|conference| conference.attempt != attempt) {
            return;
        }
        let why = match (asked, refusal.cause) {
            // What nobody understands is no verdict: without it the emoji of all others do not come.
            (Asked::Broadcast, Cause::Unknown) => member::Refusal::Other,
            _ => of_member(refusal),
        };
        if let (Asked::Remove { users, kick: true }, member::Refusal::BlockInvalid) = (asked, why) {
            self.refuse_kicks(id, users, code, name, refusal);
        }
        match (asked, refusal.cause) {
            (Asked::Newest, _) => self.tell_group(now, id, Input::Refused(Request::Join { attempt }, refusal.clone())),
            // Not inside any more, it says: the machine of the call knows what to do.
            (_, Cause::Forbidden | Cause::JoinMissing | Cause::Over) => {
                let request = Request::OfMember(asked.method());
                self.tell_group(now, id, Input::Refused(request, refusal.clone()));
            }
            (Asked::More, _) => self.step_chain(now, id, member::Input::FetchRefused(why)),
            (Asked::Broadcast, _) => self.step_chain(now, id, member::Input::BroadcastAnswered(Err(why))),
            (Asked::Remove { .. }, _) => self.step_chain(now, id, member::Input::RemoveAnswered(Err(why))),
        }
    }
}

/// What a refusal means to a member.
fn of_member(refusal: &Refusal) -> member::Refusal {
    match refusal.cause {
        Cause::Overtaken => member::Refusal::ChainInvalid,
        Cause::Forbidden | Cause::JoinMissing => member::Refusal::Forbidden,
        Cause::Over => member::Refusal::Gone,
        Cause::SourceTaken => member::Refusal::Sources,
        Cause::Flood => member::Refusal::Flood(Duration::from_secs(refusal.retry_after_s.into())),
        Cause::NoAnswer | Cause::Passing => member::Refusal::Other,
        Cause::Unknown if refusal.action == Action::Retry => member::Refusal::Other,
        // Asked once more it is refused once more.
        Cause::Unknown | Cause::Already | Cause::Final => member::Refusal::BlockInvalid,
    }
}

/// The call that an answer is about.
fn named(batch: &Batch<'_>) -> Option<Name> {
    batch.updates().filter_map(Result::ok).find_map(|update| match update {
        enums::Update::GroupCall(update) => match wire::call(&update.call) {
            (name, CallNews::Told(_)) => Some(name),
            (_, CallNews::Discarded { .. }) => None,
        },
        _ => None,
    })
}

/// What an answer has of a sub-chain.
fn chain_of(batch: &Batch<'_>, sub_chain: i32) -> Option<Elements> {
    batch.updates().filter_map(Result::ok).find_map(|update| match update {
        enums::Update::GroupCallChainBlocks(update) if update.sub_chain_id == sub_chain => elements(&update),
        _ => None,
    })
}

/// A stretch of a sub-chain; nothing if it cannot be read to its end, as then its numbers are not known.
fn elements(update: &types::UpdateGroupCallChainBlocks<'_>) -> Option<Elements> {
    let elements = update.blocks.iter().map(|block| block.map(<[u8]>::to_vec)).collect::<Result<_, _>>().ok()?;
    Some(Elements { sub_chain: update.sub_chain_id, next_offset: update.next_offset, elements })
}
