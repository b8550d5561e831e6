//! Inputs into the state machine of a call, effects out of it.

use super::dh::{Draw, Verdict};
use super::outbox::Outbox;
use super::{Private, Purpose, requests};
use crate::call::news::{News, Peer};
use crate::call::refusal::{Cause, Method, Refusal};
use crate::call::report::Summary;
use crate::call::state::{Effect, Input, Request, State, WrongState};
use crate::call::{callee, caller};
use crate::client::entry::{is_up, line};
use crate::client::event::{CallEnd, EventKind};
use crate::client::rpc::{Pending, Rpc};
use crate::client::{self, Client, LogLevel, Media};
use crate::error::Error;
use crate::outcome::{CallState, Outcome};
use crate::time::Time;
use crate::types::{CallId, RequestId};

/// Signaling packets of one call that may be in flight, and their bytes, before the oldest is forgotten: it could not be
/// sent once more, and what it said is said again by newer ones.
const PACKETS: usize = 256;
const PACKET_BYTES: usize = 1 << 20;

impl Client {
    /// One input for one call, with all that follows from it.
    pub(in crate::client) fn apply(&mut self, now: Time, id: CallId, input: Input) -> Result<(), Error> {
        let private = self.ledger.private_mut(id)?;
        let old = private.shown();
        // Per packet nothing is written, and nothing of it changes the state.
        let cause = match &input {
            Input::Signaling(_) | Input::SignalingOut(_) => String::new(),
            other => other.to_string(),
        };
        let effects = private
            .call
            .step(now, input)
            .map_err(|WrongState| Error::state(format!("call {id} is {old}: not the time for that")))?;
        let new = private.shown();
        self.ledger.up -= u32::from(is_up(old) && !is_up(new));
        self.tell_step(now, id, [old, new], cause);
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

    /// As [`Client::apply`] for what Telegram says, and the engine: the state machine takes it in every state, and a call that is
    /// forgotten does not mind.
    pub(in crate::client) fn tell(&mut self, now: Time, id: CallId, input: Input) {
        #[cfg(all(feature = "media", feature = "conference"))]
        if let Input::Told(news) = &input
            && self.follow(now, id, news)
        {
            return;
        }
        if let Err(error) = self.apply(now, id, input) {
            self.log(LogLevel::Warning, id, || error.text().to_owned());
        }
    }

    fn carry_out(&mut self, now: Time, id: CallId, old: CallState, effect: Effect, named: &mut Option<Peer>) {
        match effect {
            Effect::Draw => {
                let bytes = requests::get_dh_config(self.dh.version());
                self.ask(id, Purpose::Step(Method::GetDhConfig), bytes);
            }
            Effect::Agreed(emoji) => self.update_private(id, |private| private.emoji = Some(Box::new(emoji))),
            Effect::Named(peer) => {
                if let Ok(private) = self.ledger.private(id) {
                    self.names.name(id, private.callee.user, peer.id);
                }
                *named = Some(peer);
            }
            Effect::Invoke(Request::SendSignalingData { packet }) => self.send_packet(id, packet),
            Effect::Invoke(request) => self.ask_step(id, &request),
            Effect::StartMedia => self.start_media(now, id),
            Effect::StopMedia => {
                #[cfg(feature = "media")]
                self.stop_engines(now, id);
            }
            Effect::Signaling(packet) => self.receive_packet(now, id, packet),
            Effect::SendSignaling(packet) => {
                self.update_private(id, |private| private.signaling.sent += 1);
                let text = format!("call {id}: {} bytes of signaling to send", packet.len());
                self.push(id, text, EventKind::SignalingSend { bytes: packet });
            }
            Effect::End(outcome) => self.finish(id, old, outcome),
        }
    }

    #[cfg_attr(not(feature = "media"), allow(unused_variables))]
    fn start_media(&mut self, now: Time, id: CallId) {
        self.update_private(id, |private| {
            let summary = private.call.talk().map(|talk| Summary::new(talk.version, &talk.link));
            private.summary = summary.map(Box::new);
        });
        #[cfg(feature = "media")]
        self.start_engine(now, id);
    }

    #[cfg_attr(not(feature = "media"), allow(unused_variables))]
    fn receive_packet(&mut self, now: Time, id: CallId, packet: Vec<u8>) {
        self.update_private(id, |private| private.signaling.received += 1);
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
        let Ok(private) = self.ledger.private_mut(id) else { return };
        private.outbox = None;
        #[cfg(all(feature = "media", feature = "conference"))]
        self.forget_move(id);
        let Ok(private) = self.ledger.private(id) else { return };
        self.names.retire(id, private.callee.user, private.call.facts().peer);
        let mut requests = vec![];
        self.update(id, |entry| {
            requests = core::mem::take(&mut entry.requests);
            entry.outcome = Some(Box::new(outcome.clone()));
        });
        for request in requests {
            self.orphan(request);
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

    /// The call of a request is over.
    fn orphan(&mut self, request: RequestId) {
        let pending = self.rpc.get(request).map(|pending| &pending.purpose);
        let left = pending.and_then(|purpose| match purpose {
            client::Purpose::Private(purpose) => purpose.after_the_end(),
            #[cfg(feature = "media")]
            client::Purpose::Group(_) => None,
        });
        match left {
            Some(purpose) => self.rpc.disown(request, client::Purpose::Private(purpose)),
            None => self.rpc.forget(request),
        }
    }

    /// Telegram has named a call: what came too early is played back, and who we are is known now.
    fn play_back(&mut self, now: Time, id: CallId, peer: Peer) {
        if let Ok(private) = self.ledger.private(id)
            && private.is_outgoing
            && self.me.0 == 0
        {
            self.me = private.call.facts().admin;
        }
        for news in self.early.take(now, peer.id) {
            self.tell(now, id, Input::Told(news));
        }
    }

    // ---- Requests ----

    /// Hands a request of a call to the host; of none, if it is `CallId(0)`.
    pub(super) fn ask(&mut self, id: CallId, purpose: Purpose, bytes: Vec<u8>) {
        let (method, names_call) = (purpose.method().name(), purpose.names_call());
        let purpose = client::Purpose::Private(purpose);
        let _ = self.invoke(Pending { owner: id, method, names_call, purpose }, bytes);
    }

    fn ask_step(&mut self, id: CallId, request: &Request) {
        let Ok(private) = self.ledger.private(id) else { return };
        let peer = private.call.facts().peer.unwrap_or(Peer { id: 0, access_hash: 0 });
        let (method, bytes) = requests::step(request, peer, private.callee, &self.config.versions);
        self.ask(id, Purpose::Step(method), bytes);
    }

    /// Says something to Telegram about a call that is over, or never was one here.
    pub(in crate::client) fn farewell(&mut self, method: Method, bytes: Vec<u8>) {
        self.ask(CallId(0), Purpose::Farewell(method), bytes);
    }

    /// Tells Telegram that a call has moved into a conference.
    #[cfg(all(feature = "media", feature = "conference"))]
    pub(in crate::client) fn ask_moved(&mut self, id: CallId, bytes: Vec<u8>) {
        self.ask(id, Purpose::Moved, bytes);
    }

    // ---- Signaling ----

    /// A packet of the engine's for the other side, now or after the pause that Telegram wants.
    fn send_packet(&mut self, id: CallId, packet: Vec<u8>) {
        let Ok(private) = self.ledger.private_mut(id) else { return };
        if let Some(outbox) = &mut private.outbox {
            outbox.push(packet);
            return;
        }
        private.signaling.sent += 1;
        self.ask_packet(id, packet, false);
    }

    fn ask_packet(&mut self, id: CallId, packet: Vec<u8>, again: bool) {
        let Some(peer) = self.ledger.private(id).ok().and_then(|private| private.call.facts().peer) else { return };
        let Ok(entry) = self.ledger.get(id) else { return };
        // A host that answers nothing must not make us keep every packet of a long call.
        for surplus in surplus(&self.rpc, &entry.requests, packet.len()) {
            self.rpc.forget(surplus);
            self.update(id, |entry| entry.forget_request(surplus));
            self.update_private(id, |private| private.signaling.dropped += 1);
        }
        let bytes = requests::signaling(peer, &packet);
        self.ask(id, Purpose::Signaling { packet, again }, bytes);
    }

    /// Telegram refused a packet, or did not answer (sections 3.8 and 11).
    pub(super) fn packet_refused(&mut self, now: Time, id: CallId, packet: Vec<u8>, again: bool, refusal: Refusal) {
        match refusal.cause {
            Cause::NoAnswer if !again => self.ask_packet(id, packet, true),
            Cause::Flood => {
                let pause = Outbox::pause(now, refusal.retry_after_s);
                self.update_private(id, |private| {
                    match &mut private.outbox {
                        Some(outbox) => outbox.extend(pause),
                        None => private.outbox = Some(Box::new(pause)),
                    }
                    if let Some(outbox) = &mut private.outbox {
                        outbox.put_back(packet);
                    }
                    // It will be sent, and counted, again.
                    private.signaling.sent -= 1;
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
                self.update_private(id, |private| private.signaling.dropped += 1);
                self.tell(now, id, Input::Refused(Method::SendSignalingData, refusal));
            }
        }
    }

    // ---- Time ----

    /// A timer of a private call is due.
    pub(in crate::client) fn expire_private(&mut self, now: Time, id: CallId) {
        let Ok(private) = self.ledger.private_mut(id) else { return };
        if let Some(outbox) = private.outbox.take_if(|outbox| outbox.open_at <= now) {
            private.signaling.dropped += outbox.dropped;
            for packet in outbox.into_packets() {
                self.send_packet(id, packet);
            }
        }
        let is_due = |at: Time| at <= now;
        if self.ledger.private(id).is_ok_and(|private| private.call.state().deadline().is_some_and(is_due)) {
            self.tell(now, id, Input::Timeout);
        }
        #[cfg(all(feature = "media", feature = "conference"))]
        self.expire_move(now, id);
    }

    // ---- The group of the key exchange ----

    /// What the verdict on a group means for a call that waits for it.
    pub(in crate::client) fn draw(&mut self, now: Time, verdict: &Verdict, draw: &Draw) {
        let group = match verdict {
            Verdict::Ready(group) => group,
            Verdict::Unfit(why) => return self.tell(now, draw.call, Input::Unfit(why.clone())),
        };
        let Ok(private) = self.ledger.private(draw.call) else { return };
        let drawn = match private.call.state() {
            State::Caller(caller::State::Preparing { .. }) => {
                let offer = crate::call::exchange::Caller::new(group, &draw.random, &mut self.random);
                offer.map(|offer| {
                    let random_ids = [self.random.u32(), self.random.u32()].map(u32::cast_signed);
                    Input::Offered(offer, random_ids)
                })
            }
            State::Callee(callee::State::Fetching { commitment, .. }) => {
                commitment.answer(group, &draw.random, &mut self.random).map(Input::Answered)
            }
            State::Caller(_) | State::Callee(_) | State::Talk(_) | State::Closing(_) => return,
        };
        self.tell(now, draw.call, drawn.unwrap_or_else(|why| Input::Unfit(why.to_string())));
    }

    // ---- Helpers ----

    /// Changes a call that may be gone.
    pub(super) fn update_private(&mut self, id: CallId, change: impl FnOnce(&mut Private)) {
        if let Ok(private) = self.ledger.private_mut(id) {
            change(private);
        }
    }

    /// Looks for an early `phoneCallWaiting` of the call that we make to this user, whose answer came without content.
    pub(super) fn adopt_early(&mut self, now: Time, id: CallId) {
        let Ok(private) = self.ledger.private(id) else { return };
        let user = private.callee.user;
        self.names.expect(id, user);
        let is_ours = |news: &News| matches!(news, News::Waiting(waiting) if waiting.claims.participant == Some(user));
        if let Some(telegram_id) = self.early.find(is_ours) {
            for news in self.early.take(now, telegram_id) {
                self.tell(now, id, Input::Told(news));
            }
        }
    }
}

/// Those of a call's `requests` that must be forgotten before it sends a packet of so many bytes: the oldest packets.
fn surplus(rpc: &Rpc<client::Purpose>, requests: &[RequestId], bytes: usize) -> Vec<RequestId> {
    let size = |id: &RequestId| match &rpc.get(*id)?.purpose {
        client::Purpose::Private(Purpose::Signaling { packet, .. }) => Some((*id, packet.len())),
        _ => None,
    };
    let packets: Vec<(RequestId, usize)> = requests.iter().filter_map(size).collect();
    let (mut count, mut total) = (packets.len() + 1, bytes + packets.iter().map(|(_, size)| size).sum::<usize>());
    let mut surplus = Vec::new();
    for (id, size) in packets {
        if count <= PACKETS && total <= PACKET_BYTES {
            break;
        }
        (count, total) = (count - 1, total - size);
        surplus.push(id);
    }
    surplus
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(purpose: Purpose) -> Pending<client::Purpose> {
        let (method, names_call) = (purpose.method().name(), purpose.names_call());
        Pending { owner: CallId(1), method, names_call, purpose: client::Purpose::Private(purpose) }
    }

    #[test]
    fn packets_that_are_never_answered_give_way_and_steps_do_not() {
        let mut rpc = Rpc::default();
        let step = rpc.add(pending(Purpose::Step(Method::RequestCall)));
        for size in [10, 16 << 10] {
            let mut requests = vec![step];
            let mut forgotten = 0;
            for _ in 0..1000 {
                for id in surplus(&rpc, &requests, size) {
                    rpc.remove(id);
                    requests.retain(|known| *known != id);
                    forgotten += 1;
                }
                requests.push(rpc.add(pending(Purpose::Signaling { packet: vec![0; size], again: false })));
            }
            let most = PACKETS.min(PACKET_BYTES / size);
            assert_eq!((requests.len() - 1, forgotten), (most, 1000 - most));
            // The newest is known, and so is what is no packet.
            assert!(rpc.get(*requests.last().unwrap()).is_some() && rpc.get(step).is_some());
            requests.iter().skip(1).for_each(|id| drop(rpc.remove(*id)));
        }
        assert_eq!(rpc.len(), 1);
    }
}
