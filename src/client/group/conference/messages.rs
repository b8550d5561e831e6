//! Messages in a conference: sealed as all is, and passed on by Telegram unread (conference-e2e.md 11).

use super::Conference;
use crate::client::event::EventKind;
use crate::client::group::{Wish, requests};
use crate::client::{Client, Handled};
use crate::conference::error::Reject;
use crate::conference::message::{CHANNEL, Message};
use crate::error::Error;
use crate::group::wire;
use crate::time::{Duration, Time};
use crate::tl::types;
use crate::types::{CallId, PeerId, RequestId, UserId};
use std::collections::VecDeque;

/// Telegram's default for `group_call_message_length_limit`, in characters. It cannot see what is longer, but clients may drop it.
const CHARACTERS: usize = 128;
/// The largest packet that is opened; no message that keeps the limits is larger.
const PACKET: usize = 64 << 10;
/// Messages may be faster than the block that lets their senders in: so many wait for so long.
const WAITING: usize = 16;
const PATIENCE: Duration = Duration::from_secs(2);

/// What came sealed with a key that is not known yet.
#[derive(Debug, Default)]
pub struct Waiting(VecDeque<(Time, UserId, Vec<u8>)>);

impl Client {
    /// `updateGroupCallEncryptedMessage`.
    pub(in crate::client::group) fn take_sealed(
        &mut self,
        now: Time,
        id: CallId,
        update: &types::UpdateGroupCallEncryptedMessage<'_>,
    ) -> Handled {
        let PeerId::User(sender) = wire::peer(&update.from_id) else {
            return self.dropped("a sealed message of somebody who is no user");
        };
        if UserId(sender) == self.me {
            return Handled::Empty("a sealed message of our own".into());
        }
        if update.encrypted_message.len() > PACKET {
            return self.dropped(format!("a sealed message of {} bytes", update.encrypted_message.len()));
        }
        self.open_message(now, id, UserId(sender), update.encrypted_message)
    }

    fn open_message(&mut self, now: Time, id: CallId, sender: UserId, packet: &[u8]) -> Handled {
        let Some(conference) = self.conference_mut(id) else {
            return self.dropped("a sealed message, and no conference");
        };
        let core = conference.member.as_deref_mut().and_then(|member| member.conference());
        let Some(core) = core else { return self.dropped("a sealed message before we are in") };
        let message = core.decrypt(now, sender, packet).and_then(|opened| Message::from_json(&opened.frame));
        match message {
            Ok(message) if conference.seen.is_new(sender, message.random_id) => {
                self.tell_message(now, id, PeerId::User(sender.0), message.text);
                Handled::Done
            }
            Ok(_) => Handled::Empty("a message that has come before".into()),
            Err(Reject::NoKnownEpoch) => {
                let waiting = &mut conference.waiting.0;
                if waiting.len() == WAITING {
                    waiting.pop_front();
                }
                waiting.push_back((now, sender, packet.to_vec()));
                Handled::Done
            }
            Err(reject) => self.dropped(format!("a sealed message: {reject}")),
        }
    }

    /// There is a new key: perhaps the one.
    pub(super) fn open_waiting(&mut self, now: Time, id: CallId) {
        let waiting = self.conference_mut(id).map(|conference| core::mem::take(&mut conference.waiting.0));
        for (came_at, sender, packet) in waiting.unwrap_or_default() {
            if now.since(came_at) > PATIENCE {
                let _ = self.dropped("a sealed message whose key never came");
                continue;
            }
            if self.open_message(now, id, sender, &packet) == Handled::Done
                && let Some((at, ..)) = self.conference_mut(id).and_then(|conference| conference.waiting.0.back_mut())
                && *at == now
            {
                // It waits on, and not for longer.
                *at = came_at;
            }
        }
    }

    fn tell_message(&mut self, now: Time, id: CallId, peer: PeerId, message: String) {
        let date_s = self.unix_s(now, id);
        let Some(conference) = self.conference_mut(id) else { return };
        conference.messages = conference.messages.wrapping_add(1).max(1);
        let number = conference.messages;
        let kind = EventKind::GroupMessage { peer, id: number, date_s, stars: 0, message };
        self.push(id, format!("call {id}: a message"), kind);
    }

    /// Telegram has passed on one of ours, which does not come back.
    pub(in crate::client::group) fn tell_own_message(&mut self, now: Time, id: CallId, text: String) {
        self.tell_message(now, id, PeerId::User(self.me.0), text);
    }

    /// Whether messages of a call are sealed; then this sends one.
    pub(in crate::client::group) fn send_sealed(
        &mut self,
        now: Time,
        call: CallId,
        text: &str,
        paid_stars: i64,
    ) -> Option<Result<RequestId, Error>> {
        let group = self.ledger.group(call).ok()?;
        group.is_conference().then(|| self.seal_message(now, call, text, paid_stars))
    }

    fn seal_message(&mut self, now: Time, call: CallId, text: &str, paid_stars: i64) -> Result<RequestId, Error> {
        if paid_stars != 0 {
            return Err(Error::argument("messages in conferences cost nothing"));
        }
        if text.is_empty() {
            return Err(Error::argument("a message has a text"));
        }
        let length = text.chars().count();
        if length > CHARACTERS {
            return Err(Error::limit(format!("a message of {length} characters; {CHARACTERS} at most")));
        }
        let group = self.wishing(now, call)?;
        if group.info.as_ref().is_some_and(|info| !info.messages_enabled) {
            return Err(Error::state("messages are switched off in this conference"));
        }
        let random_id = (self.random.u64() | 1).cast_signed();
        let message = Message { random_id, text: text.to_owned(), entities: Vec::new() };
        let core = self.conference_mut(call).and_then(|conference: &mut Conference| {
            conference.member.as_deref_mut().and_then(|member| member.conference())
        });
        let core = core.ok_or_else(|| Error::state(format!("we are not in call {call}")))?;
        let sealed = message.to_json(CHARACTERS).and_then(|json| core.encrypt(now, CHANNEL, &json, 0));
        let sealed = sealed?;
        self.send_wish(call, Wish::of_message(text), |name| requests::sealed_message(name, &sealed))
    }
}
