//! Inputs into the state machine of a group call, and what it, the list and the switch want.

use super::requests::{self, Edit};
use super::{Group, Mode, Peer, Purpose};
use crate::client::entry::{is_up, line};
use crate::client::event::{CallEnd, EventKind};
use crate::client::rpc::Pending;
use crate::client::{self, Client, LogLevel};
use crate::error::Error;
use crate::group::presentation::{self, Presentation};
use crate::group::refusal::Method;
use crate::group::roster::{Output as News, Roster};
use crate::group::showing::{Showing, Tell};
use crate::group::state::{Effect, Input, Request, WrongState};
use crate::group::voice::{self, Voice};
use crate::outcome::{CallState, Outcome};
use crate::time::Time;
use crate::types::{CallId, RequestId};

impl Client {
    /// One input for one call, with all that follows from it.
    pub(super) fn apply_group(&mut self, now: Time, id: CallId, input: Input) -> Result<(), Error> {
        let group = self.ledger.group_mut(id)?;
        let old = group.shown();
        // Ten times a second, and it changes nothing that is shown.
        let cause = if matches!(input, Input::Heard) { String::new() } else { input.to_string() };
        let effects = group
            .call
            .step(now, input)
            .map_err(|WrongState| Error::state(format!("call {id} is {old}: not the time for that")))?;
        let new = group.shown();
        self.ledger.groups_up -= u32::from(is_up(old) && !is_up(new));
        self.tell_step(now, id, [old, new], cause);
        for effect in effects {
            self.carry_out_group(now, id, old, effect);
        }
        // Neither in nor going in.
        #[cfg(feature = "conference")]
        if self.ledger.group(id).is_ok_and(|group| group.call.source().is_none()) {
            self.leave_chain(id);
        }
        self.follow_main(now, id);
        self.follow_roster(now, id);
        Ok(())
    }

    /// The same for what Telegram says, and the engine: the state machine takes it in every state, and a call that is forgotten does
    /// not mind.
    pub(in crate::client) fn tell_group(&mut self, now: Time, id: CallId, input: Input) {
        if let Err(error) = self.apply_group(now, id, input) {
            self.log(LogLevel::Debug, id, || error.text().to_owned());
        }
    }

    fn carry_out_group(&mut self, now: Time, id: CallId, old: CallState, effect: Effect) {
        match effect {
            Effect::Named(name) => {
                self.update_group(id, |group| group.name = Some(name));
                self.group_names.entry(name.id).or_insert(id);
            }
            Effect::Look => self.update_group(id, |group| group.roster.load(now)),
            Effect::Prepare => {
                self.update_group(id, |group| group.waiting.clear());
                self.prepare_engine(now, id);
            }
            Effect::Join { attempt, offer } if self.ledger.group(id).is_ok_and(|group| group.call.is_attached()) => {
                self.update_group(id, |group| group.waiting.set(attempt, offer));
                self.push(
                    id,
                    format!("call {id}: to be joined by the host's library"),
                    EventKind::GroupJoin { screen: None },
                );
            }
            #[cfg(feature = "conference")]
            Effect::Join { attempt, offer } if self.ledger.group(id).is_ok_and(Group::is_conference) => {
                self.join_chain(now, id, attempt, offer);
            }
            Effect::Join { attempt, offer } => self.ask_group(id, Purpose::Step(Request::Join { attempt }), |group| {
                let (hash, call) = (group.invite_hash.as_deref(), group.entrance()?);
                Some(requests::join(call, group.join_as, hash, group.switches(), None, &offer))
            }),
            Effect::Leave { source, is_farewell } => {
                let Some(name) = self.ledger.group(id).ok().and_then(Group::name) else { return };
                let bytes = requests::leave(name, source);
                match is_farewell {
                    true => self.say_farewell(Method::LeaveGroupCall, bytes),
                    false => self.ask_group(id, Purpose::Step(Request::Leave), |_| Some(bytes)),
                }
            }
            Effect::Check { sources } => {
                self.ask_group(id, Purpose::Step(Request::Check), |group| Some(requests::check(group.name?, &sources)))
            }
            Effect::Connect(server) => {
                self.update_group(id, |group| group.mode = Mode::Connected);
                self.connect_engine(now, id, &server);
            }
            Effect::Watch(stream) => self.watch(now, id, &stream),
            Effect::StopWatching => self.stop_watching(now, id),
            // What is watched goes on until it is said to stop.
            Effect::StopMedia => self.stop_engines_that(now, id, |engine| engine.as_stream().is_none()),
            Effect::Entered => {
                let outputs = self.ledger.group_mut(id).map(|group| {
                    if group.roster.version().is_none() {
                        group.roster.load(now);
                    }
                    group.showing.entered();
                    group.voice.entered()
                });
                self.follow_voice(now, id, outputs.unwrap_or_default());
            }
            Effect::ScreenGone => self.apply_screen(now, id, presentation::Input::Gone),
            Effect::End(outcome) => self.finish_group(id, old, outcome),
        }
    }

    /// The call is over: everything goes that an ended call has no use for.
    fn finish_group(&mut self, id: CallId, old: CallState, outcome: Outcome) {
        if let Some(name) = self.ledger.group(id).ok().and_then(Group::name)
            && self.group_names.get(&name.id) == Some(&id)
        {
            self.group_names.remove(&name.id);
        }
        // The people of a call that is over are of no use, and may be many.
        self.update_group(id, |group| {
            group.in_the_end = (group.roster.total(), group.roster.snapshot().len(), group.roster.dropped());
            group.roster = Roster::default();
            group.voice = Voice::new(true);
            group.showing = Showing::default();
            group.screen = Presentation::default();
            group.waiting.clear();
            group.watch.clear();
        });
        #[cfg(feature = "conference")]
        self.finish_chain(id);
        let mut requests = vec![];
        self.update(id, |entry| {
            requests = core::mem::take(&mut entry.requests);
            entry.outcome = Some(Box::new(outcome.clone()));
        });
        for request in requests {
            self.orphan_of_group(request);
        }
        self.tell_forgotten();
        let text = line(id, old, CallState::Ended, &outcome.text);
        self.log(LogLevel::Info, id, || text.clone());
        let Outcome { reason, action, retry_after_s, text: _, duration_s, wants_rating, wants_report, slug } = outcome;
        let end = CallEnd { old, reason, action, retry_after_s, duration_s, wants_rating, wants_report, slug };
        self.push(id, text, EventKind::CallEnded(end));
        self.audio.close(id);
        #[cfg(feature = "conference")]
        self.move_is_over(self.latest, id);
        for request in self.ledger.retire(id) {
            self.rpc.forget(request);
        }
        self.tell_forgotten();
    }

    /// The call of a request is over.
    fn orphan_of_group(&mut self, request: RequestId) {
        let left = self.rpc.get(request).and_then(|pending| match &pending.purpose {
            client::Purpose::Group(purpose) => purpose.after_the_end(),
            client::Purpose::Private(_) => None,
        });
        match left {
            Some(purpose) => self.rpc.disown(request, client::Purpose::Group(Box::new(purpose))),
            None => self.rpc.forget(request),
        }
    }

    // ---- Requests ----

    /// Hands a request of a call to the host. Of a call without a name, or that is gone, nothing can be asked.
    pub(super) fn ask_group(&mut self, id: CallId, purpose: Purpose, bytes: impl FnOnce(&Group) -> Option<Vec<u8>>) {
        let Some(bytes) = self.ledger.group(id).ok().and_then(bytes) else { return };
        self.invoke_group(id, purpose, bytes);
    }

    /// The same with bytes at hand; the number of the request.
    pub(super) fn invoke_group(&mut self, id: CallId, purpose: Purpose, bytes: Vec<u8>) -> RequestId {
        let method = purpose.method().name();
        self.invoke(
            Pending { owner: id, method, names_call: false, purpose: client::Purpose::Group(Box::new(purpose)) },
            bytes,
        )
    }

    /// Says something to Telegram about a call that is over for us.
    pub(super) fn say_farewell(&mut self, method: Method, bytes: Vec<u8>) {
        self.invoke_group(CallId(0), Purpose::Farewell(method), bytes);
    }

    // ---- The list, and the switch ----

    /// Carries out what the list of people has to say and wants.
    pub(super) fn follow_roster(&mut self, now: Time, id: CallId) {
        while let Some(news) = self.ledger.group_mut(id).ok().and_then(|group| group.roster.poll()) {
            match news {
                News::Changed(peer, change) => {
                    self.tell_engine_of(now, id, peer);
                    self.follow_pictures_of(now, id, peer, change);
                    #[cfg(feature = "conference")]
                    self.tell_chain_of(now, id, peer, change);
                    // No text: there may be thousands of these at once.
                    self.push(id, String::new(), EventKind::GroupParticipant { peer, change });
                }
                News::Myself { entry, version } => {
                    let participant = &entry.participant;
                    let (source, has_left) = (participant.source, entry.has_left);
                    let (is_muted, may_unmute) = (participant.is_muted, participant.can_self_unmute);
                    let is_ours = |client: &Client| {
                        client.ledger.group(id).is_ok_and(|group| group.call.source() == Some(source))
                    };
                    let was_ours = is_ours(self);
                    let own = participant.clone();
                    self.tell_group(now, id, Input::Myself { entry, version });
                    if was_ours && !has_left && is_ours(self) {
                        let outputs = self.ledger.group_mut(id).map(|group| group.voice.told(is_muted, may_unmute));
                        self.follow_voice(now, id, outputs.unwrap_or_default());
                        self.follow_showing(now, id, |showing| showing.told(&own));
                    }
                }
                News::Want(wanted) => {
                    let purpose = Purpose::Want(wanted.clone());
                    self.ask_group(id, purpose, |group| Some(requests::want(group.input()?, &wanted)));
                }
            }
        }
        self.ledger.reschedule(id);
    }

    /// Carries out what the switch of the microphone wants.
    pub(super) fn follow_voice(&mut self, now: Time, id: CallId, outputs: Vec<voice::Output>) {
        for output in outputs {
            match output {
                voice::Output::Microphone { is_on } => self.set_microphone(now, id, is_on),
                voice::Output::Tell { is_muted } => self.ask_group(id, Purpose::Voice, |group| {
                    Some(requests::edit(group.name?, group.join_as, Edit::Muted(is_muted)))
                }),
            }
        }
        self.update_group(id, |group| group.voice.watch(now));
        self.ledger.reschedule(id);
    }

    /// The switches of our pictures, and what Telegram is to be told of them.
    pub(super) fn follow_showing(&mut self, now: Time, id: CallId, input: impl FnOnce(&mut Showing) -> Option<Tell>) {
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let tell = input(&mut group.showing);
        group.showing.watch(now);
        self.ledger.reschedule(id);
        let Some(tell) = tell else { return };
        self.ask_group(id, Purpose::Showing, |group| {
            Some(requests::edit(group.name?, group.join_as, Edit::Pictures(tell)))
        });
    }

    // ---- Time ----

    /// A timer of a group call is due.
    pub(in crate::client) fn expire_group(&mut self, now: Time, id: CallId) {
        if self.ledger.group(id).is_ok_and(|group| group.call.deadline().is_some_and(|at| at <= now)) {
            self.tell_group(now, id, Input::Timeout);
        }
        if self.ledger.group(id).is_ok_and(|group| group.screen.deadline().is_some_and(|at| at <= now)) {
            self.apply_screen(now, id, presentation::Input::Timeout);
        }
        let outputs = self.ledger.group_mut(id).map(|group| group.voice.handle_timeout(now));
        self.follow_voice(now, id, outputs.unwrap_or_default());
        self.follow_showing(now, id, |showing| showing.handle_timeout(now));
        let unix_s = self.unix_s(now, id);
        self.update_group(id, |group| group.roster.handle_timeout(now, unix_s));
        self.follow_roster(now, id);
        #[cfg(feature = "conference")]
        self.expire_chain(now, id);
    }

    /// Telegram's clock, as well as it is known.
    pub(super) fn unix_s(&self, now: Time, id: CallId) -> i32 {
        if let Some((set_at, unix_s)) = self.server_time {
            let passed = i64::try_from(now.since(set_at).as_secs()).unwrap_or(i64::MAX);
            return i32::try_from(unix_s.saturating_add(passed)).unwrap_or(i32::MAX);
        }
        self.ledger.group(id).map_or(0, |group| group.learnt_unix_s(now))
    }

    // ---- Helpers ----

    /// Changes a call that may be gone.
    pub(super) fn update_group(&mut self, id: CallId, change: impl FnOnce(&mut Group)) {
        if let Ok(group) = self.ledger.group_mut(id) {
            change(group);
        }
    }

    /// Somebody in a call as its list names him: of ourselves, as whom we are in.
    pub(super) fn listed(&self, id: CallId, peer: Peer) -> Option<crate::types::PeerId> {
        peer.id().or_else(|| {
            let joined_as = self.ledger.group(id).ok()?.join_as.id();
            joined_as.or((self.me.0 != 0).then_some(crate::types::PeerId::User(self.me.0)))
        })
    }
}
