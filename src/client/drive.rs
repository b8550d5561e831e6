//! Inputs into the state machine of a call, effects out of it.

use super::entry::{is_up, line};
use super::event::{CallEnd, Event, EventKind};
use super::groups::{Verdict, Waiting};
use super::outbox::Outbox;
use super::rpc::{self, Purpose};
use super::{Client, LogLevel, Media};
use crate::call::news::{News, Peer};
use crate::call::outcome::{CallState, Outcome};
use crate::call::refusal::{Cause, Method, Refusal};
use crate::call::report::Summary;
use crate::call::state::{Effect, Input, Request, State, WrongState};
use crate::call::{callee, caller};
use crate::error::Error;
use crate::time::Time;
use crate::types::{CallId, RequestId};

/// The data centre of the account itself, where all calls are.
const OWN_DC: u32 = 0;

impl Client {
    /// One input for one call, with all that follows from it.
    pub(super) fn apply(&mut self, now: Time, id: CallId, input: Input) -> Result<(), Error> {
        let entry = self.ledger.get_mut(id)?;
        let old = entry.shown();
        // Per packet nothing is written, and nothing of it changes the state.
        let cause = match &input {
            Input::Signaling(_) | Input::SignalingOut(_) => String::new(),
            other => other.to_string(),
        };
        let effects = entry
            .call
            .step(now, input)
            .map_err(|WrongState| Error::state(format!("call {id} is {old}: not the time for that")))?;
        let new = entry.shown();
        if new != old {
            entry.diary.note(now, new, cause.clone());
            self.ledger.up -= u32::from(is_up(old) && !is_up(new));
        }
        if new != old && new != CallState::Ended {
            let text = line(id, old, new, &cause);
            self.log(LogLevel::Info, id, || text.clone());
            self.push(id, text, EventKind::CallState { old, new });
        } else if !cause.is_empty() {
            self.log(LogLevel::Debug, id, || format!("call {id}: {old}: {cause}"));
        }
        self.run(now, id, old, effects);
        Ok(())
    }

    /// Carries out the effects of a step. `old` is the state before it.
    pub(super) fn run(&mut self, now: Time, id: CallId, old: CallState, effects: Vec<Effect>) {
        let mut named = None;
        for effect in effects {
            self.carry_out(now, id, old, effect, &mut named);
        }
        self.ledger.reschedule(id);
        if let Some(peer) = named {
            self.play_back(now, id, peer);
        }
    }

    /// As [`Client::apply`] for what Telegram says: the state machine takes it in every state, and a call that is forgotten
    /// does not mind.
    pub(super) fn tell(&mut self, now: Time, id: CallId, input: Input) {
        if let Err(error) = self.apply(now, id, input) {
            self.log(LogLevel::Warning, id, || error.text().to_owned());
        }
    }

    fn carry_out(&mut self, now: Time, id: CallId, old: CallState, effect: Effect, named: &mut Option<Peer>) {
        match effect {
            Effect::Draw => {
                let bytes = rpc::get_dh_config(self.dh.version());
                self.invoke(id, Purpose::Step(Method::GetDhConfig), bytes);
            }
            Effect::Agreed(emoji) => self.update(id, |entry| entry.emoji = Some(emoji)),
            Effect::Named(peer) => {
                self.ledger.name(id, peer.id);
                *named = Some(peer);
            }
            Effect::Invoke(Request::SendSignalingData { packet }) => self.send_packet(id, packet),
            Effect::Invoke(request) => self.invoke_step(id, &request),
            Effect::StartMedia => self.start_media(now, id),
            Effect::StopMedia => {
                #[cfg(feature = "media")]
                self.stop_engine(now, id);
            }
            Effect::Signaling(packet) => self.receive_packet(now, id, packet),
            Effect::SendSignaling(packet) => {
                self.update(id, |entry| entry.signaling.sent += 1);
                let text = format!("call {id}: {} bytes of signaling to send", packet.len());
                self.push(id, text, EventKind::SignalingSend { bytes: packet });
            }
            Effect::End(outcome) => self.finish(id, old, outcome),
        }
    }

    #[cfg_attr(not(feature = "media"), allow(unused_variables))]
    fn start_media(&mut self, now: Time, id: CallId) {
        self.update(id, |entry| {
            let summary = entry.call.talk().map(|talk| Summary::new(talk.version, &talk.link));
            entry.summary = summary.map(Box::new);
        });
        #[cfg(feature = "media")]
        self.start_engine(now, id);
    }

    #[cfg_attr(not(feature = "media"), allow(unused_variables))]
    fn receive_packet(&mut self, now: Time, id: CallId, packet: Vec<u8>) {
        self.update(id, |entry| entry.signaling.received += 1);
        match self.config.media {
            Media::Host => {
                let text = format!("call {id}: {} bytes of signaling received", packet.len());
                self.push(id, text, EventKind::SignalingReceived { bytes: packet });
            }
            Media::Library => {
                #[cfg(feature = "media")]
                self.feed_signaling(now, id, &packet);
            }
        }
    }

    /// The call is over: its secrets went with its state, now everything else goes that an ended call has no use for.
    fn finish(&mut self, id: CallId, old: CallState, outcome: Outcome) {
        let Ok(entry) = self.ledger.get_mut(id) else { return };
        entry.outbox = None;
        let requests = core::mem::take(&mut entry.requests);
        entry.outcome = Some(Box::new(outcome.clone()));
        for request in requests {
            self.rpc.orphan(request);
        }
        self.tell_forgotten();
        self.dh.forget(id);
        let text = line(id, old, CallState::Ended, &outcome.text);
        self.log(LogLevel::Info, id, || text.clone());
        let Outcome { reason, action, retry_after_s, text: _, duration_s, wants_rating, wants_report, slug } = outcome;
        let end = CallEnd { old, reason, action, retry_after_s, duration_s, wants_rating, wants_report, slug };
        self.push(id, text, EventKind::CallEnded(end));
        #[cfg(feature = "media")]
        self.audio.close(id);
        for request in self.ledger.retire(id) {
            self.rpc.forget(request);
        }
        self.tell_forgotten();
    }

    /// Telegram has named a call: what came too early is played back, and who we are is known now.
    fn play_back(&mut self, now: Time, id: CallId, peer: Peer) {
        if let Ok(entry) = self.ledger.get(id)
            && entry.is_outgoing
            && self.me.0 == 0
        {
            self.me = entry.call.facts().admin;
        }
        for news in self.early.take(now, peer.id) {
            self.tell(now, id, Input::Told(news));
        }
    }

    // ---- Requests ----

    /// Hands a request to the host.
    pub(super) fn invoke(&mut self, id: CallId, purpose: Purpose, bytes: Vec<u8>) -> RequestId {
        let method = purpose.method().name();
        let request = self.rpc.add(id, purpose);
        self.update(id, |entry| entry.requests.push(request));
        let text =
            if id == CallId(0) { format!("request {request}: {method}") } else { format!("call {id}: {method}") };
        self.log(LogLevel::Debug, id, || format!("{text} is request {request}"));
        self.push(id, text, EventKind::Invoke { request, method, dc: OWN_DC, bytes });
        self.tell_forgotten();
        request
    }

    fn invoke_step(&mut self, id: CallId, request: &Request) {
        let Ok(entry) = self.ledger.get(id) else { return };
        let peer = entry.call.facts().peer.unwrap_or(Peer { id: 0, access_hash: 0 });
        let (method, bytes) = rpc::step(request, peer, entry.callee, &self.config.versions);
        self.invoke(id, Purpose::Step(method), bytes);
    }

    /// The host need not wait either.
    fn tell_forgotten(&mut self) {
        for (request, call) in self.rpc.take_forgotten() {
            let text = format!("nobody waits for request {request} any more");
            self.log(LogLevel::Debug, call, || text.clone());
            self.push(call, text, EventKind::Cancel { request });
        }
    }

    /// Says something to Telegram about a call that is over, or never was one here.
    pub(super) fn farewell(&mut self, method: Method, bytes: Vec<u8>) {
        self.invoke(CallId(0), Purpose::Farewell(method), bytes);
    }

    // ---- Signaling ----

    /// A packet of the engine's for the other side, now or after the pause that Telegram wants.
    fn send_packet(&mut self, id: CallId, packet: Vec<u8>) {
        let Ok(entry) = self.ledger.get_mut(id) else { return };
        if let Some(outbox) = &mut entry.outbox {
            outbox.push(packet);
            return;
        }
        entry.signaling.sent += 1;
        self.invoke_packet(id, packet, false);
    }

    fn invoke_packet(&mut self, id: CallId, packet: Vec<u8>, again: bool) {
        let Ok(entry) = self.ledger.get(id) else { return };
        let Some(peer) = entry.call.facts().peer else { return };
        let bytes = rpc::signaling(peer, &packet);
        // A host that answers nothing must not make us keep every packet of a long call.
        for surplus in self.rpc.surplus(&entry.requests, packet.len()) {
            self.rpc.forget(surplus);
            self.update(id, |entry| {
                entry.forget_request(surplus);
                entry.signaling.dropped += 1;
            });
        }
        self.invoke(id, Purpose::Signaling { packet, again }, bytes);
    }

    /// Telegram refused a packet, or did not answer (sections 3.8 and 11).
    pub(super) fn packet_refused(&mut self, now: Time, id: CallId, packet: Vec<u8>, again: bool, refusal: Refusal) {
        match refusal.cause {
            Cause::NoAnswer if !again => self.invoke_packet(id, packet, true),
            Cause::Flood => {
                let pause = Outbox::pause(now, refusal.retry_after_s);
                self.update(id, |entry| {
                    match &mut entry.outbox {
                        Some(outbox) => outbox.extend(pause),
                        None => entry.outbox = Some(Box::new(pause)),
                    }
                    if let Some(outbox) = &mut entry.outbox {
                        outbox.put_back(packet);
                    }
                    // It will be sent, and counted, again.
                    entry.signaling.sent -= 1;
                });
                self.ledger.reschedule(id);
            }
            Cause::NoAnswer
            | Cause::AlreadyAccepted
            | Cause::AlreadyDeclined
            | Cause::Occupied
            | Cause::Gone
            | Cause::RandomId
            | Cause::Final
            | Cause::Unknown => {
                self.update(id, |entry| entry.signaling.dropped += 1);
                self.tell(now, id, Input::Refused(Method::SendSignalingData, refusal));
            }
        }
    }

    // ---- Time ----

    /// A timer of this call is due.
    pub(super) fn ring(&mut self, now: Time, id: CallId) {
        let Ok(entry) = self.ledger.get_mut(id) else { return };
        if let Some(outbox) = entry.outbox.take_if(|outbox| outbox.open_at <= now) {
            entry.signaling.dropped += outbox.dropped;
            for packet in outbox.into_packets() {
                self.send_packet(id, packet);
            }
        }
        let is_due = |at: Time| at <= now;
        if self.ledger.get(id).is_ok_and(|entry| entry.call.state().deadline().is_some_and(is_due)) {
            self.tell(now, id, Input::Timeout);
        }
        #[cfg(feature = "media")]
        self.ring_engine(now, id);
        self.ledger.reschedule(id);
    }

    // ---- The group ----

    /// What the verdict on a group means for a call that waits for it.
    pub(super) fn draw(&mut self, now: Time, verdict: &Verdict, waiting: &Waiting) {
        let group = match verdict {
            Verdict::Ready(group) => group,
            Verdict::Unfit(why) => return self.tell(now, waiting.call, Input::Unfit(why.clone())),
        };
        let Ok(entry) = self.ledger.get(waiting.call) else { return };
        let drawn = match entry.call.state() {
            State::Caller(caller::State::Preparing { .. }) => {
                let offer = crate::call::exchange::Caller::new(group, &waiting.random, &mut self.random);
                offer.map(|offer| {
                    let random_ids = [self.random.u32(), self.random.u32()].map(u32::cast_signed);
                    Input::Offered(offer, random_ids)
                })
            }
            State::Callee(callee::State::Fetching { commitment, .. }) => {
                commitment.answer(group, &waiting.random, &mut self.random).map(Input::Answered)
            }
            State::Caller(_) | State::Callee(_) | State::Talk(_) | State::Closing(_) => return,
        };
        self.tell(now, waiting.call, drawn.unwrap_or_else(|why| Input::Unfit(why.to_string())));
    }

    // ---- Helpers ----

    pub(super) fn push(&mut self, call: CallId, text: String, kind: EventKind) {
        self.events.push_back(Event { call, text, kind });
    }

    /// Changes a call that may be gone.
    pub(super) fn update(&mut self, id: CallId, change: impl FnOnce(&mut super::entry::Entry)) {
        if let Ok(entry) = self.ledger.get_mut(id) {
            change(entry);
        }
    }

    /// Looks for an early `phoneCallWaiting` of the call that we make to this user, whose answer came without content.
    pub(super) fn adopt_early(&mut self, now: Time, id: CallId) {
        let Ok(entry) = self.ledger.get(id) else { return };
        let user = entry.callee.user;
        self.ledger.expect_name(user, id);
        let is_ours = |news: &News| matches!(news, News::Waiting(waiting) if waiting.claims.participant == Some(user));
        if let Some(telegram_id) = self.early.find(is_ours) {
            for news in self.early.take(now, telegram_id) {
                self.tell(now, id, Input::Told(news));
            }
        }
    }
}
