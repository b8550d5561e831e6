//! What Telegram says of group calls.

use super::route::Update;
use super::{Group, Mode};
use crate::client::event::EventKind;
use crate::client::{Client, Handled};
use crate::group::info::{self, Info, Told};
use crate::group::state::Input;
use crate::group::wire::{self, CallNews};
use crate::time::Time;
use crate::tl::{enums, types};
use crate::types::CallId;
use std::sync::Arc;

/// The longest message that is told: Telegram has a limit of 128 characters by default.
const MESSAGE: usize = 16 << 10;
/// Of how many deleted messages it is told at once.
const DELETED: usize = 10_000;

const NOT_OPEN: &str = "about a group call that is not open here";

impl Client {
    pub(in crate::client) fn take_group(&mut self, now: Time, update: Update<'_>) -> Handled {
        match update {
            Update::Call(call) => {
                let (name, news) = wire::call(&call);
                let Some(id) = self.find_group(name.id) else { return Handled::Empty(NOT_OPEN.into()) };
                self.take_call_news(now, id, news);
            }
            Update::People(update) => {
                let Some(id) = self.named_group(&update.call) else { return Handled::Empty(NOT_OPEN.into()) };
                self.take_people(now, id, &update);
            }
            Update::Message(update) => {
                let Some(id) = self.named_group(&update.call) else { return Handled::Empty(NOT_OPEN.into()) };
                return self.take_message(now, id, &update.message);
            }
            Update::MessagesDeleted(update) => {
                let Some(id) = self.named_group(&update.call) else { return Handled::Empty(NOT_OPEN.into()) };
                let ids: Vec<i32> = update.messages.iter().map_while(Result::ok).take(DELETED).collect();
                let text = format!("call {id}: {} messages are deleted", ids.len());
                self.push(id, text, EventKind::GroupMessagesDeleted { ids });
            }
            #[cfg(feature = "conference")]
            Update::Invitation { invitation, is_new } => return self.take_invitation(now, invitation, is_new),
            #[cfg(feature = "conference")]
            Update::Deleted(update) => {
                return self.take_deleted(now, update.messages.iter().map_while(Result::ok).take(DELETED));
            }
            #[cfg(feature = "conference")]
            Update::Sealed(update) => {
                let Some(id) = self.named_group(&update.call) else { return Handled::Empty(NOT_OPEN.into()) };
                return self.take_sealed(now, id, &update);
            }
            #[cfg(feature = "conference")]
            Update::Chain(update) => {
                let Some(id) = self.named_group(&update.call) else { return Handled::Empty(NOT_OPEN.into()) };
                self.take_chain(now, id, &update);
            }
        }
        Handled::Done
    }

    fn find_group(&self, telegram_id: i64) -> Option<CallId> {
        self.group_names.get(&telegram_id).copied()
    }

    fn named_group(&self, call: &enums::InputGroupCall<'_>) -> Option<CallId> {
        wire::name(call).and_then(|name| self.find_group(name.id))
    }

    pub(super) fn take_call_news(&mut self, now: Time, id: CallId, news: CallNews) {
        match news {
            CallNews::Told(told) => {
                self.update_group(id, |group| group.roster.handle_call(now, told.info.version, told.info.people));
                if let Some(is_scheduled) = self.take_info(now, id, *told) {
                    self.tell_group(now, id, Input::Started { is_scheduled });
                }
                self.follow_roster(now, id);
                #[cfg(feature = "conference")]
                self.move_on(now, id);
            }
            CallNews::Discarded { .. } => self.tell_group(now, id, Input::Discarded),
        }
    }

    /// News of the call itself; whether it has not started yet, if that is known.
    pub(super) fn take_info(&mut self, now: Time, id: CallId, told: Told) -> Option<bool> {
        let group = self.ledger.group_mut(id).ok()?;
        let (was_recorded, mut known) = (group.is_recorded(), group.info.as_deref().cloned());
        let was_plain = !group.is_conference();
        let has_changed = info::take(&mut known, told);
        let is_scheduled = known.as_ref().map(Info::is_scheduled);
        if has_changed {
            group.roster.set_ascending(known.as_ref().is_some_and(|info| info.join_date_ascending));
            if known.as_ref().is_some_and(|info| info.is_rtmp) && group.mode == Mode::Stream {
                group.mode = Mode::Rtmp;
            }
            group.info = known.map(Arc::new);
            let recording = match (was_recorded, group.is_recorded()) {
                (false, true) => ", it is recorded",
                (true, false) => ", it is not recorded any more",
                (true, true) | (false, false) => "",
            };
            let is_sealed_now = was_plain && group.is_conference();
            self.push(id, format!("call {id}: news of the call{recording}"), EventKind::GroupChanged);
            // What we are in by is not sealed: in again, as into a conference.
            if is_sealed_now {
                self.tell_group(now, id, Input::Excluded("it is a conference".into()));
            }
        }
        is_scheduled
    }

    fn take_people(&mut self, now: Time, id: CallId, update: &types::UpdateGroupCallParticipants<'_>) {
        let news = wire::people(update);
        self.learn_clock(now, id, news.entries.iter().map(|entry| &entry.participant));
        let unix_s = self.unix_s(now, id);
        self.update_group(id, |group| group.roster.handle_news(now, unix_s, news));
        self.follow_roster(now, id);
    }

    /// Telegram's clock, from when people came and spoke.
    pub(super) fn learn_clock<'a>(
        &mut self,
        now: Time,
        id: CallId,
        people: impl Iterator<Item = &'a crate::group::participant::Participant>,
    ) {
        if let Some(latest) = people.map(|one| one.date.max(one.active_date)).max() {
            self.update_group(id, |group| group.learn_clock(now, latest));
        }
    }

    fn take_message(&mut self, now: Time, id: CallId, message: &types::GroupCallMessage<'_>) -> Handled {
        let words = message.message.text;
        if words.len() > MESSAGE {
            return self.dropped(format!("a message of {} bytes", words.len()));
        }
        self.update_group(id, |group| group.learn_clock(now, message.date));
        let kind = EventKind::GroupMessage {
            peer: wire::peer(&message.from_id),
            id: message.id,
            date_s: message.date,
            stars: message.paid_message_stars.unwrap_or(0),
            message: String::from_utf8_lossy(words).into_owned(),
        };
        self.push(id, format!("call {id}: a message"), kind);
        Handled::Done
    }
}

impl Group {
    fn is_recorded(&self) -> bool {
        self.info.as_ref().is_some_and(|info| info.record_start_date.is_some())
    }
}
