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
/// Messages may be faster than the block that lets their senders in, or than the answer that lets us in: so many wait, of so many bytes
/// together, and once we are in for so long.
const WAITING: usize = 16;
const WAITING_BYTES: usize = 256 << 10;
const PATIENCE: Duration = Duration::from_secs(2);

/// What came sealed with a key that is not known yet.
#[derive(Debug, Default)]
pub struct Waiting(VecDeque<Sealed>);

#[derive(Debug)]
struct Sealed {
    /// `None`: before we were in.
    came_at: Option<Time>,
    sender: UserId,
    packet: Vec<u8>,
}

impl Waiting {
    /// Without room the oldest goes of whoever has most here. So many had to.
    fn keep(&mut self, sealed: Sealed) -> usize {
        self.0.push_back(sealed);
        let mut gone = 0;
        while self.0.len() > WAITING || self.0.iter().map(|one| one.packet.len()).sum::<usize>() > WAITING_BYTES {
            let bytes = |of: UserId| -> usize {
                self.0.iter().filter(|one| one.sender == of).map(|one| one.packet.len() + 1).sum()
            };
            let most = self.0.iter().enumerate().max_by_key(|(at, one)| (bytes(one.sender), self.0.len() - at));
            let Some(at) = most.map(|(at, _)| at) else { break };
            self.0.remove(at);
            gone += 1;
        }
        gone
    }
}

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
        self.open_message(now, id, UserId(sender), update.encrypted_message, None)
    }

    /// `came_at`: since when it waits, if it does.
    fn open_message(&mut self, now: Time, id: CallId, sender: UserId, packet: &[u8], came_at: Option<Time>) -> Handled {
        let Some(conference) = self.conference_mut(id) else {
            return self.dropped("a sealed message, and no conference");
        };
        let Some(member) = conference.member.as_deref_mut() else {
            return self.dropped("a sealed message, and we do not go in");
        };
        let Some(core) = member.conference() else { return self.keep_message(id, None, sender, packet) };
        let message = core.decrypt(now, sender, packet).and_then(|opened| Message::from_json(&opened.frame));
        match message {
            Ok(message) if conference.seen.is_new(sender, message.random_id) => {
                self.tell_message(now, id, PeerId::User(sender.0), message.text);
                Handled::Done
            }
            Ok(_) => Handled::Empty("a message that has come before".into()),
            Err(Reject::NoKnownEpoch) => self.keep_message(id, Some(came_at.unwrap_or(now)), sender, packet),
            Err(reject) => self.dropped(format!("a sealed message: {reject}")),
        }
    }

    fn keep_message(&mut self, id: CallId, came_at: Option<Time>, sender: UserId, packet: &[u8]) -> Handled {
        let Some(conference) = self.conference_mut(id) else { return Handled::Done };
        for _ in 0..conference.waiting.keep(Sealed { came_at, sender, packet: packet.to_vec() }) {
            let _ = self.dropped("a sealed message: too many wait for their key");
        }
        Handled::Done
    }

    /// There is a new key: perhaps the one.
    pub(super) fn open_waiting(&mut self, now: Time, id: CallId) {
        let waiting = self.conference_mut(id).map(|conference| core::mem::take(&mut conference.waiting.0));
        for Sealed { came_at, sender, packet } in waiting.unwrap_or_default() {
            if came_at.is_some_and(|at| now.since(at) > PATIENCE) {
                let _ = self.dropped("a sealed message whose key never came");
                continue;
            }
            let _ = self.open_message(now, id, sender, &packet, came_at);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_bounded_and_who_sends_much_crowds_out_nobody() {
        let mut waiting = Waiting::default();
        let sealed = |sender, size| Sealed { came_at: None, sender: UserId(sender), packet: vec![0; size] };
        assert_eq!(waiting.keep(sealed(1, 100)), 0);
        let gone: usize = (0..100).map(|_| waiting.keep(sealed(2, 300))).sum();
        assert_eq!((gone, waiting.0.len()), (101 - WAITING, WAITING));
        let gone: usize = (0..100).map(|_| waiting.keep(sealed(3, PACKET))).sum();
        assert!(gone > 90 && waiting.0.iter().map(|one| one.packet.len()).sum::<usize>() <= WAITING_BYTES);
        assert_eq!(waiting.0.front().map(|one| one.sender), Some(UserId(1)));
    }
}
