//! What hosts do with a group call: open it, make it, go in.

use super::requests;
use super::{Group, MOST_CALLS, Mode, Peer, Purpose, View};
use crate::client::entry::{Entry, line};
use crate::client::event::EventKind;
use crate::client::{Client, LogLevel, Media};
use crate::error::Error;
use crate::group::info::{Info, Name};
use crate::group::state::{Call, Input, Request};
use crate::outcome::CallState;
use crate::time::Time;
use crate::types::CallId;

/// The longest hash of an invitation, and the longest title that is sent.
const HASH: usize = 1024;
const TITLE: usize = 1024;

pub(super) fn hosts_sound() -> Error {
    Error::unsupported("the host's engine carries the sound, and knows no groups")
}

impl Client {
    /// Names a group call; nothing is sent. `id` and `access_hash` are Telegram's, from the full chat or an update.
    ///
    /// # Errors
    /// Argument: the id is 0. State: it is open already. Limit: 16 group calls are up. Unsupported: the host carries the sound.
    pub fn open_group(&mut self, now: Time, id: i64, access_hash: i64) -> Result<CallId, Error> {
        self.at(now);
        if id == 0 {
            return Err(Error::argument("0 is no id of a group call"));
        }
        if let Some(call) = self.group_names.get(&id) {
            return Err(Error::state(format!("it is open already, as call {call}")));
        }
        let name = Name { id, access_hash };
        let call = self.add_group(Group::entry(now, Call::open(), Some(name)))?;
        self.group_names.insert(id, call);
        self.begin_group(now, call, CallState::Open, "open");
        Ok(call)
    }

    /// Has Telegram make a group call in a chat: [`CallState::Open`] tells that it has. A chat has one at most; a new one ends the old.
    /// `schedule_unix_s`: when it is announced to start; 0: at once. `is_rtmp`: a broadcaster sends one program.
    ///
    /// # Errors
    /// Argument: neither a basic group nor a channel, or an impossible date. Limit: 16 group calls are up, or a title of more than 1024
    /// bytes. Unsupported: the host carries the sound.
    pub fn create_group(
        &mut self,
        now: Time,
        chat: Peer,
        title: &str,
        schedule_unix_s: i64,
        is_rtmp: bool,
    ) -> Result<CallId, Error> {
        self.at(now);
        let chat = chat.checked_chat()?;
        if title.len() > TITLE {
            return Err(Error::limit(format!("a title has at most {TITLE} bytes")));
        }
        let schedule_date = i32::try_from(schedule_unix_s)
            .ok()
            .filter(|date| *date >= 0)
            .ok_or_else(|| Error::argument("Telegram knows no such date"))?;
        let call = self.add_group(Group::entry(now, Call::create(now), None))?;
        self.begin_group(now, call, CallState::Requesting, "create");
        let random_id = self.random.u32().cast_signed();
        let schedule_date = (schedule_date != 0).then_some(schedule_date);
        let bytes = requests::create(chat, random_id, title, schedule_date, is_rtmp);
        self.invoke_group(call, Purpose::Step(Request::Create), bytes);
        Ok(call)
    }

    pub(super) fn add_group(&mut self, entry: Entry) -> Result<CallId, Error> {
        if self.config.media == Media::Host {
            return Err(hosts_sound());
        }
        self.check_group_room()?;
        Ok(self.add_group_beyond(entry))
    }

    /// The same where it does not matter how many there are.
    pub(super) fn add_group_beyond(&mut self, entry: Entry) -> CallId {
        self.ledger.groups_up += 1;
        self.ledger.add(entry)
    }

    /// Whether there may be one more. What only rings takes no place: anybody may make it ring.
    fn check_group_room(&self) -> Result<(), Error> {
        #[cfg(feature = "conference")]
        let rings = u32::try_from(self.ringing.len()).unwrap_or(u32::MAX);
        #[cfg(not(feature = "conference"))]
        let rings = 0;
        if self.ledger.groups_up.saturating_sub(rings) >= MOST_CALLS {
            return Err(Error::limit(format!("{MOST_CALLS} group calls are up, and no more may be")));
        }
        Ok(())
    }

    /// The first state of a call. Nothing of ours is heard before we are in.
    pub(in crate::client) fn begin_group(&mut self, now: Time, call: CallId, state: CallState, cause: &str) {
        let text = line(call, CallState::None, state, cause);
        self.update(call, |entry| entry.diary.note(now, state, cause.to_owned()));
        self.log(LogLevel::Info, call, || text.clone());
        self.push(call, text, EventKind::CallState { old: CallState::None, new: state });
        self.open_audio(call);
        self.open_screen(call);
        self.set_microphone(now, call, false);
        self.ledger.reschedule(call);
    }

    /// As whom we join, and join anew: ourselves, if nothing is said.
    ///
    /// # Errors
    /// Argument: an id that is none. State: we have joined, or it is over.
    pub fn set_join_as(&mut self, now: Time, call: CallId, peer: Peer) -> Result<(), Error> {
        let peer = peer.checked()?;
        self.before_joining(now, call)?.join_as = peer;
        Ok(())
    }

    /// The hash of a link by which we were invited: whoever joins by it may speak. Empty: none.
    ///
    /// # Errors
    /// State: we have joined, or it is over. Limit: more than 1024 bytes.
    pub fn set_invite_hash(&mut self, now: Time, call: CallId, hash: &str) -> Result<(), Error> {
        if hash.len() > HASH {
            return Err(Error::limit(format!("a hash has at most {HASH} bytes")));
        }
        self.before_joining(now, call)?.invite_hash = (!hash.is_empty()).then(|| hash.to_owned());
        Ok(())
    }

    fn before_joining(&mut self, now: Time, call: CallId) -> Result<&mut Group, Error> {
        self.at(now);
        let group = self.ledger.group_mut(call)?;
        let shown = group.shown();
        if matches!(shown, CallState::Requesting | CallState::Open) {
            return Ok(group);
        }
        Err(Error::state(format!("call {call} is {shown}: not the time for that")))
    }

    /// Goes in: from here on staying in is our business. A call that is scheduled is waited for. An attached call is offered anew, because
    /// the host's library is not in it any more.
    ///
    /// # Errors
    /// State: not [`CallState::Open`], and not attached. Limit: it rings, and 16 others are up.
    pub fn join_group(&mut self, now: Time, call: CallId, muted: bool) -> Result<(), Error> {
        self.at(now);
        let group = self.ledger.group_mut(call)?;
        if group.shown() != CallState::Open && !group.call.is_attached() {
            return Err(Error::state(format!("call {call} is {}: not the time for that", group.shown())));
        }
        #[cfg(feature = "conference")]
        if self.ringing.contains(&call) {
            self.check_group_room()?;
        }
        let group = self.ledger.group_mut(call)?;
        #[cfg(feature = "conference")]
        let is_to_be_made = group.is_to_be_made();
        #[cfg(not(feature = "conference"))]
        let is_to_be_made = false;
        // When an attached call starts, the host's library knows.
        let is_scheduled = match group.call.is_attached() || is_to_be_made {
            true => Some(false),
            false => group.info.as_deref().map(Info::is_scheduled),
        };
        // By an admin nobody is muted before he is in.
        let outputs = group.voice.set_muted(muted).unwrap_or_default();
        self.follow_voice(now, call, outputs);
        #[cfg(feature = "conference")]
        self.stop_ringing(call);
        self.apply_group(now, call, Input::Join { is_scheduled })
    }

    pub(in crate::client) fn leave_group(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        #[cfg(feature = "conference")]
        if self.decline_all(now, call) {
            return Ok(());
        }
        self.apply_group(now, call, Input::Leave)
    }

    /// Whether [`EventKind::GroupLevels`] are told. Default no.
    ///
    /// # Errors
    /// State: it is no group call.
    pub fn set_group_levels(&mut self, now: Time, call: CallId, on: bool) -> Result<(), Error> {
        self.at(now);
        self.ledger.group_mut(call)?.tells_levels = on;
        Ok(())
    }

    /// Whether each who is heard is pulled, and handed over, by himself, and not all of them as one, which is the default.
    ///
    /// # Errors
    /// State: it is no group call, or is over.
    pub fn set_separate(&mut self, now: Time, call: CallId, separate: bool) -> Result<(), Error> {
        self.at(now);
        self.ledger.group(call)?;
        let port = self.audio.get(call).ok_or_else(|| Error::state(format!("call {call} is over")))?;
        port.set_separate(separate);
        Ok(())
    }

    /// The call and who is in it, as of now. It is loaded from when we are in.
    ///
    /// # Errors
    /// State: it is no group call.
    pub fn roster(&self, call: CallId) -> Result<View, Error> {
        let group = self.ledger.group(call)?;
        Ok(View { info: group.info.clone(), people: group.roster.snapshot() })
    }

    /// How the sound of a group call comes.
    ///
    /// # Errors
    /// State: it is no group call.
    pub fn group_mode(&self, call: CallId) -> Result<Mode, Error> {
        Ok(self.ledger.group(call)?.mode)
    }
}
