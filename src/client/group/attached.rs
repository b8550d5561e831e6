//! Attached group calls: the host's own Telegram library joins, checks and leaves, as TDLib wants to. It takes from us what to join with,
//! and hands in what it was answered and who is there; no request of ours goes out.

use super::{Group, Peer};
use crate::client::Client;
use crate::error::Error;
use crate::group::join::{Answer, Offer, signed, source_groups, unsigned};
use crate::group::participant::{MAX_VOLUME, Participant, Pictures};
use crate::group::presentation;
use crate::group::roster::{MOST, Roster};
use crate::group::state::{Call, Input};
use crate::group::wire::ENDPOINT;
use crate::outcome::CallState;
use crate::secret::SecretText;
use crate::time::Time;
use crate::types::{CallId, PeerId, VideoSource};

/// What the host's library is to join with.
#[derive(Debug)]
pub struct Payload {
    /// It holds the password of our end.
    pub json: SecretText,
    pub source: i32,
}

/// What an attached call has besides: the offers that wait to be answered, each with its attempt. That of the screen is made when the
/// call's own is answered, and goes with it.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    main: Option<(u32, Box<Offer>)>,
    screen: Option<(u32, Box<Offer>)>,
}

/// What the host knows of somebody's picture.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    pub endpoint: &'a str,
    /// JSON: an array of objects with `semantics` and `sources`, or `source_ids`, as TDLib has it.
    pub source_groups: &'a str,
    /// Of the sound that goes with a screen; 0: none.
    pub audio_source: i32,
    pub is_paused: bool,
}

impl Client {
    /// Begins a call that the host's library joins. [`Client::group_payload`] says with what, at once and after each
    /// [`EventKind::GroupJoin`](crate::client::event::EventKind::GroupJoin).
    ///
    /// # Errors
    /// As [`Client::open_group`], but that no name is given.
    pub fn attach_group(&mut self, now: Time, muted: bool) -> Result<CallId, Error> {
        self.at(now);
        let call = self.add_group(Group::entry(now, Call::attach(), None))?;
        self.update_group(call, |group| group.roster = Roster::attached());
        self.begin_group(now, call, CallState::Open, "attach");
        self.join_group(now, call, muted)?;
        Ok(call)
    }

    /// The offer that the host's library is to take to Telegram.
    ///
    /// # Errors
    /// State: the call is not attached, or no offer waits.
    pub fn group_payload(&self, call: CallId) -> Result<Payload, Error> {
        let group = self.attached(call)?;
        let (_, offer) = group.waiting.main.as_ref().or(group.screen_offer()).ok_or_else(|| nothing_waits(call))?;
        Ok(Payload { json: offer.to_json().into(), source: signed(offer.sources.audio) })
    }

    /// What the host's library was answered: the text of `updateGroupCallConnection`. The offer is used up. `source` says which one.
    ///
    /// # Errors
    /// State: as [`Client::group_payload`], or it is an older offer's. Argument: it is no answer; the offer still waits.
    pub fn connect_group(&mut self, now: Time, call: CallId, source: i32, params: &str) -> Result<(), Error> {
        self.at(now);
        let is_of = |(_, offer): &&(u32, Box<Offer>)| signed(offer.sources.audio) == source;
        let group = self.attached(call)?;
        let screen = group.screen_offer().filter(is_of).map(|(attempt, _)| *attempt);
        if screen.is_none() {
            group.waiting.main.as_ref().filter(is_of).ok_or_else(|| nothing_waits(call))?;
        }
        let answer = Answer::parse(params.as_bytes()).map_err(|why| Error::argument(format!("params: {why}")))?;
        if let Some(attempt) = screen {
            if matches!(answer, Answer::Stream(_)) {
                return Err(Error::argument("params: nobody shares a screen in a stream"));
            }
            let input = presentation::Input::Joined { attempt, answer: Some(Ok(answer)) };
            self.apply_screen(now, call, input);
            return Ok(());
        }
        let Some((attempt, _)) = self.ledger.group_mut(call)?.waiting.main.take() else {
            return Err(nothing_waits(call));
        };
        self.apply_group(now, call, Input::Joined { attempt, answer: Some(Ok(answer)) })?;
        self.begin_watching(now, call, None);
        Ok(())
    }

    /// The host's library says that somebody is there, or has changed. His pictures stay as they are.
    ///
    /// # Errors
    /// State: the call is not attached. Argument: ourselves, an impossible id or volume. Limit: more people than are kept.
    pub fn handle_participant(
        &mut self,
        now: Time,
        call: CallId,
        peer: Peer,
        source: i32,
        volume: u32,
    ) -> Result<(), Error> {
        self.at(now);
        if volume > MAX_VOLUME {
            return Err(Error::argument("a volume is 0 to 20000, where 10000 is 100 %"));
        }
        let peer = somebody(peer)?;
        self.attached(call)?;
        let unix_s = self.unix_s(now, call);
        let group = self.ledger.group_mut(call)?;
        let known = group.roster.get(peer).map(|known| (**known).clone());
        let (source, is_muted_for_me, volume) = (unsigned(source), volume == 0, (volume != 0).then_some(volume));
        let next = match known {
            Some(known) => Participant { source, is_muted_for_me, volume, ..known },
            None => Participant { is_muted_for_me, volume, ..Participant::new(peer, source, unix_s) },
        };
        if !group.roster.tell(now, unix_s, next) {
            return Err(Error::limit(format!("{MOST} people are kept")));
        }
        self.follow_roster(now, call);
        Ok(())
    }

    /// He is not there any more. Of somebody unknown it says nothing.
    ///
    /// # Errors
    /// As [`Client::handle_participant`].
    pub fn remove_participant(&mut self, now: Time, call: CallId, peer: Peer) -> Result<(), Error> {
        self.at(now);
        let peer = somebody(peer)?;
        self.attached(call)?;
        self.ledger.group_mut(call)?.roster.tell_left(peer);
        self.follow_roster(now, call);
        Ok(())
    }

    /// What somebody shows; `None`: nothing any more.
    ///
    /// # Errors
    /// State: the call is not attached, or he is not known in it. Argument: as [`Client::handle_participant`], or what is said of the
    /// picture is unreadable.
    pub fn handle_participant_video(
        &mut self,
        now: Time,
        call: CallId,
        peer: Peer,
        video: VideoSource,
        shown: Option<Shown<'_>>,
    ) -> Result<(), Error> {
        self.at(now);
        let peer = somebody(peer)?;
        let pictures = shown.map(pictures).transpose()?;
        self.attached(call)?;
        let unix_s = self.unix_s(now, call);
        let group = self.ledger.group_mut(call)?;
        let known = group.roster.get(peer).ok_or_else(|| Error::state("he is not known in the call"))?;
        let mut next = (**known).clone();
        match video {
            VideoSource::Camera => next.camera = pictures,
            VideoSource::Screen => next.screen = pictures,
        }
        // He is known, so there is room for him.
        let _ = group.roster.tell(now, unix_s, next);
        self.follow_roster(now, call);
        Ok(())
    }

    /// An attached call that is not over.
    pub(super) fn attached(&self, call: CallId) -> Result<&Group, Error> {
        let group = self.ledger.group(call)?;
        if !group.call.is_attached() {
            return Err(Error::state(format!("call {call} is not attached: Telegram says what happens in it")));
        }
        if group.shown() == CallState::Ended {
            return Err(Error::state(format!("call {call} is over")));
        }
        Ok(group)
    }
}

impl Group {
    /// The screen's offer, while it waits.
    fn screen_offer(&self) -> Option<&(u32, Box<Offer>)> {
        self.waiting.screen.as_ref().filter(|(attempt, _)| self.screen.asks() == Some(*attempt))
    }
}

impl Waiting {
    pub(super) fn set(&mut self, attempt: u32, offer: Box<Offer>) {
        self.main = Some((attempt, offer));
    }

    pub(super) fn set_screen(&mut self, attempt: u32, offer: Box<Offer>) {
        self.screen = Some((attempt, offer));
    }

    pub(super) fn clear(&mut self) {
        *self = Waiting::default();
    }
}

fn nothing_waits(call: CallId) -> Error {
    Error::state(format!("no such offer of call {call} waits for an answer"))
}

fn somebody(peer: Peer) -> Result<PeerId, Error> {
    peer.checked()?.id().ok_or(Error::argument("others are told of, not ourselves"))
}

fn pictures(shown: Shown<'_>) -> Result<Box<Pictures>, Error> {
    let Shown { endpoint, source_groups: groups, audio_source, is_paused } = shown;
    if endpoint.is_empty() || endpoint.len() > ENDPOINT {
        return Err(Error::argument(format!("an endpoint has 1 to {ENDPOINT} bytes")));
    }
    let groups = source_groups(groups.as_bytes()).ok_or(Error::argument("source_groups is no array of groups"))?;
    let audio = (audio_source != 0).then_some(unsigned(audio_source));
    Ok(Box::new(Pictures { is_paused, endpoint: endpoint.into(), groups, audio }))
}
