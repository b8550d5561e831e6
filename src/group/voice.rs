//! Our own microphone: what the host wishes, what Telegram knows of it, and what an admin allows (`group-calls.md` section 5.4).
//!
//! One request at a time. News from before its answer do not flip the switch back; and what somebody else has switched off stays off
//! until the host wishes otherwise. What Telegram could not be told, or does not answer, it is told again.

use super::refusal::{Cause, Refusal};
use super::reminder::Reminder;
use crate::time::Time;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Nothing more, or sound again, goes to the server. It is off until it is on for the first time.
    Microphone { is_on: bool },
    /// `phone.editGroupCallParticipant` of ourselves, answered by [`Voice::answered`] or [`Voice::refused`].
    Tell { is_muted: bool },
}

/// An admin has muted us: only he can change that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MutedByAdmin;

/// The switch.
#[derive(Debug)]
pub struct Voice {
    /// The host's wish.
    wish: bool,
    by_admin: bool,
    /// As Telegram has told it last; `None`: we are not in, or have not been told yet.
    known: Option<bool>,
    /// What it is being told.
    telling: Option<bool>,
    /// We are in, and what it says next is what it made of our wish.
    is_new: bool,
    is_on: bool,
    reminder: Reminder<bool>,
}

impl Voice {
    pub fn new(is_muted: bool) -> Voice {
        Voice {
            wish: is_muted,
            by_admin: false,
            known: None,
            telling: None,
            is_new: false,
            is_on: false,
            reminder: Reminder::default(),
        }
    }

    /// What the next way in asks for.
    pub fn is_muted(&self) -> bool {
        self.wish || self.by_admin
    }

    /// The host: speak, or be silent.
    pub fn set_muted(&mut self, is_muted: bool) -> Result<Vec<Output>, MutedByAdmin> {
        if !is_muted && self.by_admin {
            return Err(MutedByAdmin);
        }
        self.wish = is_muted;
        Ok(self.settle())
    }

    /// We are in, by a new source.
    pub fn entered(&mut self) -> Vec<Output> {
        (self.known, self.telling, self.is_new) = (None, None, true);
        self.microphone().into_iter().collect()
    }

    /// Telegram: our own entry.
    pub fn told(&mut self, is_muted: bool, can_self_unmute: bool) -> Vec<Output> {
        self.by_admin = is_muted && !can_self_unmute;
        let is_answer = core::mem::take(&mut self.is_new);
        // What is on its way is newer.
        let is_news = self.telling.is_none() && !is_answer;
        if self.by_admin || (is_news && is_muted) {
            self.wish = true;
        }
        self.known = Some(is_muted);
        self.settle()
    }

    /// Telegram has been told.
    pub fn answered(&mut self) -> Vec<Output> {
        self.known = self.telling.take().or(self.known);
        self.settle()
    }

    /// Telegram does not take it.
    pub fn refused(&mut self, refusal: &Refusal) -> Vec<Output> {
        match refusal.cause {
            Cause::Already => return self.answered(),
            Cause::NoAnswer | Cause::Flood | Cause::Passing => {
                self.reminder.set_pause(refusal);
                self.telling = None;
            }
            // Who is out is told by the next way in.
            Cause::JoinMissing | Cause::Forbidden | Cause::Over => (self.telling, self.known) = (None, None),
            Cause::SourceTaken | Cause::Overtaken | Cause::Final | Cause::Unknown => {
                // Whoever is not allowed to speak is silent.
                if self.telling.take() == Some(false) {
                    self.wish = true;
                }
            }
        }
        self.microphone().into_iter().collect()
    }

    /// Telegram can be reached: what it does not know yet is told.
    pub fn remind(&mut self) -> Vec<Output> {
        self.settle()
    }

    /// When [`Voice::handle_timeout`] has something to do.
    pub fn next_timeout(&self) -> Option<Time> {
        self.reminder.next_timeout()
    }

    /// After whatever has happened: what is under way, or could not be told, is looked after.
    pub fn watch(&mut self, now: Time) {
        self.reminder.watch(now, self.telling, self.is_untold());
    }

    pub fn handle_timeout(&mut self, now: Time) -> Vec<Output> {
        if !self.reminder.is_due(now) {
            return vec![];
        }
        self.telling = None;
        self.settle()
    }

    fn is_untold(&self) -> bool {
        self.known.is_some_and(|known| known != self.wish) && !self.by_admin
    }

    fn settle(&mut self) -> Vec<Output> {
        let mut outputs: Vec<Output> = self.microphone().into_iter().collect();
        let is_muted = self.wish;
        if self.telling.is_none() && self.is_untold() {
            self.telling = Some(is_muted);
            outputs.push(Output::Tell { is_muted });
        }
        outputs
    }

    fn microphone(&mut self) -> Option<Output> {
        let is_on = !self.is_muted();
        let has_changed = self.is_on != is_on;
        self.is_on = is_on;
        has_changed.then_some(Output::Microphone { is_on })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::refusal::Method;
    use crate::group::reminder::AGAIN;
    use crate::group::state::ANSWER_LIMIT;
    use crate::time::Duration;
    use Output::{Microphone, Tell};

    const ON: Output = Microphone { is_on: true };
    const OFF: Output = Microphone { is_on: false };

    /// Who speaks, and is known to.
    fn speaking() -> Voice {
        let mut voice = Voice::new(false);
        assert_eq!(voice.entered(), [ON]);
        assert_eq!(voice.told(false, true), []);
        voice
    }

    fn refusal(name: &str) -> Refusal {
        Refusal::new(Method::EditGroupCallParticipant, 400, name)
    }

    #[test]
    fn the_switch_is_thrown_at_once_and_telegram_is_told() {
        let mut voice = speaking();
        assert_eq!(voice.set_muted(true), Ok(vec![OFF, Tell { is_muted: true }]));
        assert_eq!(voice.answered(), []);
        assert_eq!(voice.set_muted(true), Ok(vec![]), "it knows");
        assert_eq!(voice.set_muted(false), Ok(vec![ON, Tell { is_muted: false }]));
    }

    #[test]
    fn of_many_wishes_one_is_told_at_a_time_and_the_last_one_counts() {
        let mut voice = speaking();
        assert_eq!(voice.set_muted(true), Ok(vec![OFF, Tell { is_muted: true }]));
        assert_eq!(voice.set_muted(false), Ok(vec![ON]));
        assert_eq!(voice.set_muted(true), Ok(vec![OFF]));
        assert_eq!(voice.set_muted(false), Ok(vec![ON]));
        // News from before.
        assert_eq!(voice.told(true, true), []);
        assert_eq!(voice.answered(), [Tell { is_muted: false }]);
        assert_eq!(voice.answered(), []);
    }

    #[test]
    fn a_join_that_was_muted_all_the_same_is_put_right_once() {
        let mut voice = Voice::new(false);
        voice.entered();
        assert_eq!(voice.told(true, true), [Tell { is_muted: false }]);
        assert_eq!(voice.answered(), []);
        // Later it was somebody else's doing.
        assert_eq!(voice.told(true, true), [OFF]);
        assert!(voice.is_muted());
    }

    #[test]
    fn what_an_admin_switches_off_only_he_can_allow_and_only_the_host_switches_on() {
        let mut voice = speaking();
        assert_eq!(voice.told(true, false), [OFF]);
        assert_eq!(voice.set_muted(false), Err(MutedByAdmin));
        assert_eq!(voice.told(true, true), [], "nobody opens our microphone for us");
        assert_eq!(voice.set_muted(false), Ok(vec![ON, Tell { is_muted: false }]));
        let mut voice = Voice::new(false);
        voice.entered();
        assert_eq!(voice.told(true, false), [OFF], "newcomers are muted here");
    }

    #[test]
    fn who_is_not_allowed_to_speak_is_silent() {
        let mut voice = speaking();
        voice.told(true, true);
        assert_eq!(voice.set_muted(false), Ok(vec![ON, Tell { is_muted: false }]));
        assert_eq!(voice.refused(&refusal("SOMETHING_NEW")), [OFF]);
        assert_eq!(voice.set_muted(false), Ok(vec![ON, Tell { is_muted: false }]));
        assert_eq!(voice.refused(&refusal("GROUPCALL_NOT_MODIFIED")), [], "it is so already");
    }

    #[test]
    fn what_did_not_get_through_is_told_again() {
        let mut voice = speaking();
        voice.set_muted(true).unwrap();
        let silence = Refusal::new(Method::EditGroupCallParticipant, 0, "");
        assert_eq!(voice.refused(&silence), []);
        assert_eq!(voice.remind(), [Tell { is_muted: true }]);
        assert_eq!(voice.remind(), []);
        voice.answered();
        assert_eq!(voice.remind(), []);
    }

    #[test]
    fn what_is_not_answered_or_was_refused_is_told_again_in_time() {
        let (mut voice, start) = (speaking(), Time::ZERO);
        voice.watch(start);
        assert_eq!(voice.next_timeout(), None);
        voice.set_muted(true).unwrap();
        voice.watch(start);
        // What comes meanwhile does not put it off.
        voice.watch(start + AGAIN);
        let lost = start + ANSWER_LIMIT;
        assert_eq!((voice.next_timeout(), voice.handle_timeout(start + AGAIN)), (Some(lost), vec![]));
        assert_eq!(voice.handle_timeout(lost), [Tell { is_muted: true }]);
        voice.watch(lost);
        // Telegram wants to be left alone.
        assert_eq!(voice.refused(&refusal("FLOOD_WAIT_7")), []);
        voice.watch(lost);
        let again = lost + Duration::from_secs(7);
        assert_eq!(voice.next_timeout(), Some(again));
        assert_eq!(voice.handle_timeout(again), [Tell { is_muted: true }]);
        voice.answered();
        voice.watch(again);
        assert_eq!(voice.next_timeout(), None);
        // Who is not in tells it by the next way in.
        voice.set_muted(false).unwrap();
        voice.refused(&refusal("GROUPCALL_JOIN_MISSING"));
        voice.watch(again);
        assert_eq!(voice.next_timeout(), None);
    }

    #[test]
    fn every_way_in_asks_for_the_present_wish() {
        let mut voice = speaking();
        voice.set_muted(true).unwrap();
        assert!(voice.is_muted());
        assert_eq!(voice.entered(), []);
        assert_eq!(voice.told(true, true), [], "it was part of the join");
        assert_eq!(voice.answered(), [], "of the membership before");
    }
}
