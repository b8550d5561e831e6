//! What Telegram knows of our pictures: it tells the others that there are any, and by what they are asked for (`group-calls.md`
//! section 5.4).
//!
//! One request at a time, as with the [microphone](super::voice). What is refused is not asked again before the host wishes for
//! something else; what is not answered is.

use super::participant::Participant;
use super::refusal::{Cause, Refusal};
use super::reminder::Reminder;
use crate::time::Time;

/// Our pictures, as others are told of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shows {
    pub camera: bool,
    pub camera_paused: bool,
    /// Of a screen that is shared.
    pub screen_paused: bool,
}

/// `phone.editGroupCallParticipant` of ourselves, answered by [`Showing::answered`] or [`Showing::refused`]: what changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tell {
    pub video_stopped: Option<bool>,
    pub video_paused: Option<bool>,
    pub presentation_paused: Option<bool>,
}

/// The switches of our pictures.
#[derive(Debug, Default)]
pub struct Showing {
    wish: Shows,
    /// As Telegram has told it last; `None`: we are not in, or have not been told yet.
    known: Option<Shows>,
    /// What it is being told.
    telling: Option<Shows>,
    refused: Option<Shows>,
    /// A screen is shared: only then it can be paused.
    has_screen: bool,
    reminder: Reminder<Shows>,
}

impl Showing {
    /// What the next way in asks for.
    pub fn shows_camera(&self) -> bool {
        self.wish.camera
    }

    /// The host: show this. What Telegram is to be told.
    pub fn set(&mut self, wish: Shows) -> Option<Tell> {
        if core::mem::replace(&mut self.wish, wish) != wish {
            self.refused = None;
        }
        self.settle()
    }

    /// We are in, by a new source.
    pub fn entered(&mut self) {
        (self.known, self.telling, self.refused) = (None, None, None);
    }

    /// Telegram: our own entry.
    pub fn told(&mut self, own: &Participant) -> Option<Tell> {
        self.has_screen = own.screen.is_some();
        self.known = Some(Shows {
            camera: own.camera.is_some(),
            camera_paused: own.camera.as_ref().is_some_and(|camera| camera.is_paused),
            screen_paused: own.screen.as_ref().is_some_and(|screen| screen.is_paused),
        });
        self.settle()
    }

    /// Telegram has been told.
    pub fn answered(&mut self) -> Option<Tell> {
        self.known = self.telling.take().or(self.known);
        self.settle()
    }

    /// Telegram does not take it.
    pub fn refused(&mut self, refusal: &Refusal) -> Option<Tell> {
        match refusal.cause {
            Cause::Already => return self.answered(),
            Cause::NoAnswer | Cause::Flood | Cause::Passing => {
                self.reminder.set_pause(refusal);
                self.telling = None;
            }
            // Who is out is told by the next way in.
            Cause::JoinMissing | Cause::Over => (self.telling, self.known) = (None, None),
            Cause::Forbidden | Cause::SourceTaken | Cause::Overtaken | Cause::Final | Cause::Unknown => {
                self.refused = self.telling.take();
            }
        }
        None
    }

    /// Telegram can be reached: what it does not know yet is told.
    pub fn remind(&mut self) -> Option<Tell> {
        self.settle()
    }

    /// When [`Showing::handle_timeout`] has something to do.
    pub fn next_timeout(&self) -> Option<Time> {
        self.reminder.next_timeout()
    }

    /// After whatever has happened: what is under way, or could not be told, is looked after.
    pub fn watch(&mut self, now: Time) {
        self.reminder.watch(now, self.telling, self.untold().is_some());
    }

    pub fn handle_timeout(&mut self, now: Time) -> Option<Tell> {
        if !self.reminder.is_due(now) {
            return None;
        }
        self.telling = None;
        self.settle()
    }

    fn wanted(&self) -> Shows {
        let Shows { camera, camera_paused, screen_paused } = self.wish;
        Shows {
            camera,
            // What is not shown is not paused.
            camera_paused: camera && camera_paused,
            screen_paused: self.has_screen && screen_paused,
        }
    }

    /// What Telegram knows, if that is something else than is wanted.
    fn untold(&self) -> Option<Shows> {
        let wanted = self.wanted();
        self.known.filter(|known| *known != wanted && self.refused != Some(wanted))
    }

    fn settle(&mut self) -> Option<Tell> {
        let (known, wanted) = (self.untold()?, self.wanted());
        if self.telling.is_some() {
            return None;
        }
        self.telling = Some(wanted);
        let changed = |is: bool, was: bool| (is != was).then_some(is);
        Some(Tell {
            video_stopped: changed(!wanted.camera, !known.camera),
            video_paused: changed(wanted.camera_paused, known.camera_paused).filter(|_| wanted.camera),
            presentation_paused: changed(wanted.screen_paused, known.screen_paused),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::participant::{Pictures, tests::somebody};
    use crate::group::refusal::Method;
    use crate::group::state::ANSWER_LIMIT;
    use crate::time::Duration;

    const OFF: Shows = Shows { camera: false, camera_paused: false, screen_paused: false };
    const ON: Shows = Shows { camera: true, ..OFF };
    const PAUSED: Shows = Shows { camera_paused: true, ..ON };

    const NOTHING: Tell = Tell { video_stopped: None, video_paused: None, presentation_paused: None };
    const STARTS: Tell = Tell { video_stopped: Some(false), ..NOTHING };
    const STOPS: Tell = Tell { video_stopped: Some(true), ..NOTHING };
    const PAUSES: Tell = Tell { video_paused: Some(true), ..NOTHING };

    fn own(shows: Shows) -> Participant {
        let pictures =
            |is_paused| Box::new(Pictures { is_paused, endpoint: "e".into(), groups: Vec::new(), audio: None });
        Participant { camera: shows.camera.then(|| pictures(shows.camera_paused)), ..somebody(1) }
    }

    fn refusal(name: &str) -> Refusal {
        Refusal::new(Method::EditGroupCallParticipant, 400, name)
    }

    #[test]
    fn telegram_is_told_once_it_has_told_of_us_and_of_many_wishes_the_last_one() {
        let mut showing = Showing::default();
        assert_eq!((showing.set(ON), showing.shows_camera()), (None, true), "we are not in");
        showing.entered();
        assert_eq!(showing.told(&own(OFF)), Some(STARTS));
        assert_eq!((showing.set(OFF), showing.set(PAUSED)), (None, None), "one at a time");
        assert_eq!(showing.told(&own(ON)), None);
        assert_eq!(showing.answered(), Some(PAUSES));
        assert_eq!((showing.answered(), showing.told(&own(PAUSED))), (None, None));
        assert_eq!(showing.set(OFF), Some(STOPS));
        assert_eq!((showing.answered(), showing.set(Shows { camera_paused: true, ..OFF })), (None, None));
        // Another way in begins anew.
        showing.set(ON);
        showing.entered();
        assert_eq!(showing.told(&own(ON)), None);
    }

    #[test]
    fn what_is_refused_for_good_is_not_asked_again_and_what_was_not_answered_is() {
        let mut showing = Showing::default();
        assert_eq!((showing.told(&own(OFF)), showing.set(ON)), (None, Some(STARTS)));
        assert_eq!((showing.refused(&refusal("CREATE_CALL_FAILED")), showing.remind()), (None, Some(STARTS)));
        assert_eq!((showing.refused(&refusal("GROUPCALL_FORBIDDEN")), showing.remind()), (None, None));
        assert_eq!((showing.told(&own(OFF)), showing.set(ON)), (None, None));
        assert_eq!((showing.set(OFF), showing.set(ON)), (None, Some(STARTS)), "the host tries again");
    }

    #[test]
    fn what_is_not_answered_or_was_refused_in_passing_is_told_again_in_time() {
        let (mut showing, start) = (Showing::default(), Time::ZERO);
        assert_eq!((showing.told(&own(OFF)), showing.set(ON)), (None, Some(STARTS)));
        showing.watch(start);
        let lost = showing.next_timeout().unwrap();
        assert_eq!((lost, showing.handle_timeout(start)), (start + ANSWER_LIMIT, None));
        assert_eq!(showing.handle_timeout(lost), Some(STARTS));
        showing.watch(lost);
        assert_eq!(showing.refused(&refusal("FLOOD_WAIT_7")), None);
        showing.watch(lost);
        let again = lost + Duration::from_secs(7);
        assert_eq!((showing.next_timeout(), showing.handle_timeout(again)), (Some(again), Some(STARTS)));
        showing.answered();
        showing.watch(again);
        assert_eq!(showing.next_timeout(), None);
        // Who is not in tells it by the next way in; what is not allowed is not told again.
        for name in ["GROUPCALL_JOIN_MISSING", "SOMETHING_NEW"] {
            let mut showing = Showing::default();
            assert_eq!((showing.told(&own(OFF)), showing.set(ON)), (None, Some(STARTS)));
            showing.refused(&refusal(name));
            showing.watch(start);
            assert_eq!(showing.next_timeout(), None, "{name}");
        }
    }

    #[test]
    fn a_screen_is_paused_once_it_is_shared() {
        let mut showing = Showing::default();
        let wish = Shows { screen_paused: true, ..OFF };
        assert_eq!((showing.told(&own(OFF)), showing.set(wish)), (None, None));
        let shares = Participant { screen: own(ON).camera, ..own(OFF) };
        assert_eq!(showing.told(&shares), Some(Tell { presentation_paused: Some(true), ..NOTHING }));
    }
}
