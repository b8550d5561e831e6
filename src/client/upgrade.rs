//! A private call becomes a conference (`conference-flow.md` 2). Whoever wants it makes one and goes in while the private call goes on;
//! then Telegram is told that the private call has moved, and the other side follows. On both sides the private call is heard until
//! the other side is heard in the conference, or 10 s have passed.

use super::event::EventKind;
use super::look::Switches;
use super::peer::Peer;
use super::{Client, LogLevel, Media, private};
use crate::call::news::{Discarded, News, Reason};
use crate::call::refusal::{Cause, Refusal};
use crate::call::state::Input;
use crate::error::Error;
use crate::outcome::{CallState, DiscardReason};
use crate::time::{Duration, Time};
use crate::types::{CallId, PeerId, VideoSource};

/// How long the private call is kept at most.
const KEPT: Duration = Duration::from_secs(10);
/// More users are not invited with it.
const INVITED: usize = 200;
/// So often Telegram is told that the private call has moved, and so long it may take to answer; after a word that it has failed, the wait
/// is shorter. All of them come within the time that the private call is kept.
const TELLS: u32 = 5;
const ANSWER: Duration = Duration::from_millis(1900);
const FAILED: Duration = Duration::from_millis(500);

/// A private call on its way into a conference.
#[derive(Debug)]
pub struct Move {
    old: CallId,
    new: CallId,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// We make the conference, and then invite these. Nothing has happened to the private call.
    Making(Vec<Peer>),
    /// Telegram was told, or has told us; the private call is kept until then.
    Kept { slug: String, news: Option<Discarded>, until: Time, telling: Option<Telling> },
}

/// Telegram has not said yet that it knows, and without it nobody follows.
#[derive(Debug)]
struct Telling {
    again_at: Time,
    left: u32,
}

impl Stage {
    fn deadline(&self) -> Option<Time> {
        match self {
            Stage::Making(_) => None,
            Stage::Kept { until, telling, .. } => {
                Some(telling.as_ref().map_or(*until, |telling| telling.again_at.min(*until)))
            }
        }
    }
}

impl Client {
    /// Whether [`Client::upgrade`] is possible now.
    ///
    /// # Errors
    /// State: it is no private call.
    pub fn can_upgrade(&self, call: CallId) -> Result<bool, Error> {
        self.ledger.private(call)?;
        Ok(self.check_upgrade(call).is_ok())
    }

    fn check_upgrade(&self, call: CallId) -> Result<(), Error> {
        let private = self.ledger.private(call)?;
        let wrong = |why: &str| Err(Error::state(format!("call {call}: {why}")));
        if private.is_attached || self.config.media == Media::Host {
            return wrong("the host's own library carries it");
        }
        if !matches!(private.shown(), CallState::Active | CallState::Reconnecting) {
            return wrong("nobody talks in it");
        }
        if !private.call.talk().is_some_and(|talk| talk.link.conference_supported) {
            return wrong("the other side's app knows no conferences");
        }
        if self.moves.iter().any(|one| one.old == call) {
            return wrong("it is becoming a conference already");
        }
        if self.me.0 == 0 {
            return wrong("our own user id is not known");
        }
        Ok(())
    }

    /// Makes a conference of a private call, and invites others: the conference's own id, which goes in at once, muted as the private call
    /// and with its camera and screen. [`EventKind::CallMigrated`] tells that the other side was told, and [`EventKind::CallEnded`] of the private
    /// call follows, at most 10 s later. If the conference does not come about, it ends, and the private call is as it was.
    ///
    /// # Errors
    /// State: not possible now, as [`Client::can_upgrade`] tells. Argument: a user who is none. Limit: more than 200 users, or 16 group
    /// calls are up.
    pub fn upgrade(&mut self, now: Time, call: CallId, users: &[Peer]) -> Result<CallId, Error> {
        self.at(now);
        self.check_upgrade(call)?;
        if users.len() > INVITED {
            return Err(Error::limit(format!("{} users; at most {INVITED} are invited", users.len())));
        }
        if users.iter().any(|user| user.checked().is_err() || !matches!(user, Peer::User { .. })) {
            return Err(Error::argument("users are invited"));
        }
        let new = self.add_made(now)?;
        self.moves.push(Move { old: call, new, stage: Stage::Making(users.to_vec()) });
        self.take_over(now, call, new)?;
        Ok(new)
    }

    /// Goes into the conference as we are in the private call.
    fn take_over(&mut self, now: Time, old: CallId, new: CallId) -> Result<(), Error> {
        let is_muted = self.ledger.get(old)?.own.has(Switches::MUTED);
        let wishes = self.ledger.get(old)?.wishes.clone();
        if let Some(wishes) = wishes {
            self.wish(new, |of_new| of_new.codecs.clone_from(&wishes.codecs));
            for source in [VideoSource::Camera, VideoSource::Screen] {
                if let Some(shown) = wishes.shown(source) {
                    let shape = shown.shape;
                    // Where no codec of his is one of groups, there are no pictures.
                    let _ = self.start_video(now, new, source, shape.width, shape.height, shape.frames_per_s);
                }
            }
        }
        self.join_group(now, new, is_muted)
    }

    /// Somebody has been let into a group call: if it is the conference of a private call, that is told to have moved.
    pub(super) fn move_on(&mut self, now: Time, new: CallId) {
        let is_ours = |one: &Move| one.new == new && matches!(one.stage, Stage::Making(_));
        let Some(at) = self.moves.iter().position(is_ours) else { return };
        let Some(slug) = self.slug_of(new) else { return };
        let Some(one) = self.moves.get_mut(at) else { return };
        let old = one.old;
        let telling = Some(Telling { again_at: now + ANSWER, left: TELLS - 1 });
        let kept = Stage::Kept { slug: slug.clone(), news: None, until: now + KEPT, telling };
        let Stage::Making(users) = core::mem::replace(&mut one.stage, kept) else { return };
        let is_video = self.ledger.private(old).is_ok_and(|private| private.callee.is_video);
        for user in users {
            // What becomes of each is told by his answer. Before the other side is told: so do others (`corrections.md` 1.13).
            if let Err(error) = self.invite_user(now, new, user, is_video) {
                self.log(LogLevel::Warning, new, || error.text().to_owned());
            }
        }
        self.tell_moved(now, old, &slug);
        self.keep(old);
        self.push_migrated(old, new, slug);
    }

    fn push_migrated(&mut self, old: CallId, new: CallId, slug: String) {
        self.push(old, format!("call {old} goes on as call {new}"), EventKind::CallMigrated { new, slug });
    }

    /// The other side, or Telegram, says that a private call has moved. Whether it is kept for a while.
    pub(in crate::client) fn follow(&mut self, now: Time, old: CallId, news: &News) -> bool {
        let News::Discarded(discarded) = news else { return false };
        let Reason::Migrate { slug } = &discarded.reason else { return false };
        let at = self.moves.iter().position(|one| one.old == old);
        if let Some(one) = at.and_then(|at| self.moves.get_mut(at)) {
            if let Stage::Kept { news, telling, .. } = &mut one.stage {
                (*news, *telling) = (Some(discarded.clone()), None);
                self.keep(old);
                return true;
            }
            // They were faster: ours is not needed.
            let new = one.new;
            self.moves.retain(|one| one.new != new);
            let _ = self.discard(now, new, DiscardReason::Auto);
        }
        let talks = self.ledger.private(old).is_ok_and(|private| {
            matches!(private.shown(), CallState::Connecting | CallState::Active | CallState::Reconnecting)
        });
        if !self.config.auto_migrate || !talks {
            return false;
        }
        let new = match self.add_linked(now, slug) {
            Ok(new) => new,
            Err(error) => {
                self.log(LogLevel::Warning, old, || format!("call {old} is not followed: {}", error.text()));
                return false;
            }
        };
        let (slug, until) = (slug.clone(), now + KEPT);
        let stage = Stage::Kept { slug: slug.clone(), news: Some(discarded.clone()), until, telling: None };
        self.moves.push(Move { old, new, stage });
        self.keep(old);
        // Before the first news of the new one.
        self.push_migrated(old, new, slug);
        self.begin_group(now, new, CallState::Open, "follow a private call");
        if let Err(error) = self.take_over(now, old, new) {
            self.log(LogLevel::Warning, new, || error.text().to_owned());
            self.let_go(now, |one| one.new == new);
        }
        true
    }

    /// These are heard in a group call. If he is among them with whom we talked before, the private call has served, and he knows where to; a
    /// third is often in before he is, and until then he is heard there alone.
    pub(super) fn move_is_heard(&mut self, now: Time, new: CallId, heard: &[PeerId]) {
        let Some(old) = self.moves.iter().find(|one| one.new == new).map(|one| one.old) else { return };
        let is_told = |one: &Move| matches!(one.stage, Stage::Kept { telling: None, .. } | Stage::Making(_));
        if self.user(old).is_ok_and(|user| heard.contains(&PeerId::User(user.0))) {
            self.let_go(now, |one| one.old == old && is_told(one));
        }
    }

    /// A group call has ended, and with it what was to become of a private call.
    pub(super) fn move_is_over(&mut self, now: Time, new: CallId) {
        self.let_go(now, |one| one.new == new);
    }

    /// The time of a private call that was kept has come, or that of telling Telegram once more.
    pub(super) fn expire_move(&mut self, now: Time, old: CallId) {
        let is_due = |one: &Move| matches!(&one.stage, Stage::Kept { until, .. } if *until <= now);
        self.let_go(now, |one| one.old == old && is_due(one));
        let Some(Stage::Kept { slug, telling: Some(telling), .. }) = self.stage_mut(old) else { return };
        if telling.again_at > now {
            return;
        }
        let (left, slug) = (telling.left, slug.clone());
        telling.again_at = now + ANSWER;
        telling.left = left.saturating_sub(1);
        if left > 0 {
            self.tell_moved(now, old, &slug);
        } else {
            self.stop_telling(old);
            self.log(LogLevel::Warning, old, || format!("call {old}: Telegram does not take it that it has moved"));
        }
        self.keep(old);
    }

    /// A private call has ended: nothing more becomes of it.
    pub(in crate::client) fn forget_move(&mut self, old: CallId) {
        self.moves.retain(|one| one.old != old);
    }

    fn let_go(&mut self, now: Time, which: impl Fn(&Move) -> bool) {
        let Some(at) = self.moves.iter().position(which) else { return };
        let Move { old, stage, .. } = self.moves.remove(at);
        self.keep(old);
        if let Stage::Kept { slug, news, .. } = stage {
            let reason = Reason::Migrate { slug };
            let news = news.unwrap_or(Discarded { reason, need_rating: false, need_debug: false });
            // Past the place where it is held up.
            let _ = self.apply(now, old, Input::Told(News::Discarded(news)));
        }
    }

    /// Tells Telegram, and by it the other side, where the private call has gone.
    fn tell_moved(&mut self, now: Time, old: CallId, slug: &str) {
        let Ok(private) = self.ledger.private(old) else { return };
        let (is_video, duration_s) = (private.callee.is_video, private.call.duration_s(now));
        let Some(peer) = private.call.facts().peer else { return };
        self.ask_moved(old, private::moved(peer, slug, duration_s, is_video));
    }

    /// Telegram knows that a private call has moved, or is not going to.
    pub(in crate::client) fn stop_telling(&mut self, old: CallId) {
        if let Some(Stage::Kept { telling, .. }) = self.stage_mut(old) {
            *telling = None;
            self.keep(old);
        }
    }

    /// Telegram has not taken it that a private call has moved: it is told again, if that may help.
    pub(in crate::client) fn is_not_told(&mut self, now: Time, old: CallId, refusal: &Refusal) {
        let pause = match refusal.cause {
            Cause::NoAnswer | Cause::Unknown => FAILED,
            Cause::Flood => Duration::from_secs(refusal.retry_after_s.into()),
            // There is no such call any more; or it is said the same way the next time.
            Cause::AlreadyAccepted
            | Cause::AlreadyDeclined
            | Cause::Occupied
            | Cause::Gone
            | Cause::RandomId
            | Cause::Final => return self.stop_telling(old),
        };
        if let Some(Stage::Kept { telling: Some(telling), .. }) = self.stage_mut(old) {
            telling.again_at = now + pause;
            self.keep(old);
        }
    }

    fn stage_mut(&mut self, old: CallId) -> Option<&mut Stage> {
        self.moves.iter_mut().find(|one| one.old == old).map(|one| &mut one.stage)
    }

    /// The private call is kept as long as its move has it, and no longer.
    fn keep(&mut self, old: CallId) {
        let until = self.moves.iter().find(|one| one.old == old).and_then(|one| one.stage.deadline());
        if let Ok(private) = self.ledger.private_mut(old) {
            private.kept_until = until;
        }
        self.ledger.reschedule(old);
    }
}
