//! What hosts do with a private call: call, answer, end, rate.

use super::{Callee, Private};
use crate::call::state::{Call, Effect, Input};
use crate::client::entry;
use crate::client::event::EventKind;
use crate::client::{Client, LogLevel};
use crate::error::Error;
use crate::outcome::{CallState, DiscardReason};
use crate::time::Time;
use crate::types::{CallId, UserId};

impl Client {
    /// Calls a user. Telegram is asked through [`EventKind::Invoke`].
    ///
    /// # Errors
    /// Limit: as many calls are up as the configuration allows. Argument: no user id, or our own.
    pub fn request(&mut self, now: Time, user: UserId, access_hash: i64, video: bool) -> Result<CallId, Error> {
        self.at(now);
        if user.0 <= 0 {
            return Err(Error::argument("a user id is positive"));
        }
        if user == self.me {
            return Err(Error::argument("that is our own user id"));
        }
        self.check_room()?;
        let (call, effects) = Call::outgoing(now, self.rules.clone(), self.me, user);
        let callee = Callee { user, access_hash, is_video: video };
        let id = self.ledger.add(Private::entry(now, call, callee, true, false));
        self.ledger.up += 1;
        self.begin(now, id, CallState::Requesting, "request", effects);
        Ok(id)
    }

    /// Answers an incoming call.
    ///
    /// # Errors
    /// State: it is not ringing here.
    pub fn accept(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        self.at(now);
        self.apply(now, call, Input::Accept)
    }

    /// Sends our half of the key.
    ///
    /// # Errors
    /// State: not in [`CallState::Accepted`], which only comes without automatic confirmation.
    pub fn confirm(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        self.at(now);
        self.apply(now, call, Input::Confirm)
    }

    /// Ends a call: cancels, declines or hangs up. [`EventKind::CallEnded`] follows when Telegram has been told, after 5 s
    /// at the latest; at once if attached. A group call is left, whatever the reason.
    ///
    /// # Errors
    /// State: it is ending or has ended.
    pub fn discard(&mut self, now: Time, call: CallId, reason: DiscardReason) -> Result<(), Error> {
        self.at(now);
        #[cfg(feature = "media")]
        if let crate::client::entry::Kind::Group(_) = &self.ledger.get(call)?.kind {
            return self.leave_group(now, call);
        }
        self.apply(now, call, Input::HangUp(reason))?;
        self.tidy();
        Ok(())
    }

    /// Rates an ended call with 1 to 5 stars and the user's words.
    ///
    /// # Errors
    /// Argument: stars. State: the call is up, was never answered, or was attached.
    pub fn rate(&mut self, now: Time, call: CallId, stars: u32, comment: &str) -> Result<(), Error> {
        self.at(now);
        self.send_rating(call, stars, comment)
    }

    /// Gives Telegram the report of an ended call, without addresses, and the log if it asks for it.
    ///
    /// # Errors
    /// State: the call is up, was never answered, or was attached.
    pub fn send_report(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        self.at(now);
        self.send_debug(call)
    }

    /// The first state of a call, and its first effects.
    pub(super) fn begin(&mut self, now: Time, call: CallId, state: CallState, cause: &str, effects: Vec<Effect>) {
        let text = entry::line(call, CallState::None, state, cause);
        self.update(call, |entry| entry.diary.note(now, state, cause.to_owned()));
        self.log(LogLevel::Info, call, || text.clone());
        self.push(call, text, EventKind::CallState { old: CallState::None, new: state });
        #[cfg(feature = "media")]
        self.open_audio(call);
        self.run(now, call, state, effects);
    }
}
