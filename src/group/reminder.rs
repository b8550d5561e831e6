//! What Telegram is being told of ourselves, and could not be: it is told again.

use super::refusal::Refusal;
use super::state::ANSWER_LIMIT;
use crate::time::{Duration, Time};

/// How long after a refusal Telegram is told again, if it wants no longer pause.
pub const AGAIN: Duration = Duration::from_secs(5);

/// When to look again whether Telegram knows.
#[derive(Debug)]
pub struct Reminder<T> {
    /// The pause that Telegram wants.
    pause: Duration,
    /// What it was being told, if anything, when that was last looked at, and when to look again.
    watched: Option<(Option<T>, Time)>,
}

impl<T> Default for Reminder<T> {
    fn default() -> Reminder<T> {
        Reminder { pause: Duration::ZERO, watched: None }
    }
}

impl<T: Copy + PartialEq> Reminder<T> {
    pub fn next_timeout(&self) -> Option<Time> {
        self.watched.map(|(_, at)| at)
    }

    /// Telegram wants to be left alone.
    pub fn set_pause(&mut self, refusal: &Refusal) {
        self.pause = Duration::from_secs(refusal.retry_after_s.into());
    }

    /// After whatever has happened: what it is being told, and whether there is more that it does not know.
    pub fn watch(&mut self, now: Time, telling: Option<T>, is_untold: bool) {
        let wait = match telling {
            Some(_) => ANSWER_LIMIT,
            None if is_untold => AGAIN.max(self.pause),
            None => {
                self.watched = None;
                return;
            }
        };
        // What comes meanwhile does not put it off.
        if self.watched.is_none_or(|(what, _)| what != telling) {
            self.watched = Some((telling, now + wait));
        }
    }

    /// Whether what was told was lost, or the pause is over; once.
    pub fn is_due(&mut self, now: Time) -> bool {
        let is_due = self.watched.take_if(|(_, at)| *at <= now).is_some();
        if is_due {
            self.pause = Duration::ZERO;
        }
        is_due
    }
}
