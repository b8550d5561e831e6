//! Who sends what, and how the peers agree on it: `signaling-encryption.md` sections 8.5 and 8.6.
//!
//! Each side offers what it wants to send, and the other answers with the part that it can receive. The two directions
//! are negotiated apart; their payload types and extension ids have nothing to do with each other.
//!
//! ```text
//!  caller                              callee
//!    InitialSetup, offer 1  ──────────▶
//!                           ◀──────────  InitialSetup, answer 1, offer 2
//!    answer 2               ──────────▶
//! ```
//!
//! When offers cross, the caller's wins: the caller ignores the callee's for good, and the callee drops its own, answers,
//! and offers again. No order of messages is assumed, and none may stay unanswered: an official client makes no further
//! offer while one of its own is open.

mod contents;
mod pictures;
mod remembered;

pub use contents::{Receivable, audio_content};
use contents::{agreed, is_plain};
use pictures::video_content;
use pictures::{MAX_PICTURES, Pictures, freeze};
pub use pictures::{Wanted, chosen};

use crate::random::Random;
use crate::setup::TransportSetup;
use crate::signaling::message::{
    Candidate, Content, Fingerprint, InitialSetup, MAX_CANDIDATES, MediaState, Message, NegotiateChannels,
};
use crate::time::{Duration, Time};
use crate::types::{MediaKind, Role, Ssrc, VideoCodec, VideoSource};
use remembered::Remembered;
use std::collections::VecDeque;

/// A caller leaves the callee so long for its own first offer before it makes a second one; and a callee waits so long
/// for the first offer of a caller that makes none.
const FIRST_OFFER: Duration = Duration::from_secs(3);
/// Between two offers, so that changes are gathered.
const OFFER_GAP: Duration = Duration::from_secs(1);
/// Where nothing repairs a loss, what was not answered is said again.
const RESEND: Duration = Duration::from_secs(3);
const RESENDS: u32 = 8;
/// A callee's offer runs right behind its answer. When it gets there first, an official caller ignores it for good, as it
/// would an offer that crossed its own; so the first repeat is soon, and the next ones take twice as long each.
const FIRST_RESEND: Duration = Duration::from_millis(500);
/// Where nothing gets lost, messages can still overtake each other: SCTP hands on what is behind a hole. A caller that hears our
/// offer before our answer ignores it for good, so an offer of a callee's that is not answered for so long is made anew.
const ANEW: Duration = Duration::from_secs(6);
const ANEWS: u32 = 5;
/// The same of candidates, which nobody answers: all of them are told again, so often and so long after the last one, the later
/// repeats half as often. With a quarter of the messages lost one call in 16 000 still waits in vain.
const REPEAT: Duration = Duration::from_millis(1500);
const REPEATS: u32 = 6;
const LATER_REPEATS: u32 = 3;
/// A repeat that comes sooner was doubled on the way; one that comes later was sent again for want of an answer.
const DOUBLED: Duration = Duration::from_secs(1);
/// How often a peer gets a reply within a second. A call takes two, and one packet can hold hundreds of messages.
const REPLIES: u32 = 32;

/// How a call is negotiated.
#[derive(Clone)]
pub struct Config {
    pub role: Role,
    pub transport: TransportSetup,
    pub receivable: Receivable,
    /// What our pictures are encoded with, preferred first; none sends no pictures.
    pub encoded: Vec<VideoCodec>,
    /// The pictures of the first offer.
    pub wanted: Wanted,
    /// Whether what we say arrives, and in order: [`Dialect::is_reliable`](crate::signaling::version::Dialect).
    pub reliable: bool,
    /// Whether a fingerprint is needed, as it is unless media is sealed by the call key.
    pub dtls: bool,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    Send(Message),
    /// The peer's transport: at first, and whenever it changes (an ICE restart).
    RemoteTransport(TransportSetup),
    /// Comes after the transport.
    RemoteCandidate(Candidate),
    /// What the peer sends from now on, cut to what we receive. Its payload types and extension ids are the peer's.
    Incoming(Vec<Content>),
    /// What we may send from now on. Its payload types and extension ids are ours.
    Outgoing(Vec<Content>),
    /// What the peer lets be heard and seen.
    MediaState(MediaState),
}

/// One call's negotiation.
pub struct Negotiation {
    config: Config,
    random: Random,
    streams: Vec<Content>,
    pictures: Pictures,
    outgoing: Vec<Content>,
    incoming: Vec<Content>,
    remote: Option<TransportSetup>,
    early_candidates: VecDeque<Candidate>,
    /// Those that are good, the newest last.
    local_candidates: VecDeque<Candidate>,
    setup_sent: bool,

    pending: Option<NegotiateChannels>,
    need_offer: bool,
    /// No own offer before.
    offer_from: Time,
    /// Own exchanges that are over. An answer to one of them must not be taken for an offer.
    own: Remembered,
    /// Exchanges of the peer that were answered, or ignored for good.
    peers: Remembered,
    last_answer: Option<(Time, NegotiateChannels)>,
    peer_has_offered: bool,

    resend_at: Option<Time>,
    resends: u32,
    /// Offers that were made anew since the last answer.
    anews: u32,
    repeat_at: Option<Time>,
    repeats: u32,
    /// Since when replies are counted, and how many there were.
    replies: (Time, u32),
    outputs: VecDeque<Output>,
    ignored: u64,
}

impl Negotiation {
    /// Starts. A caller speaks at once, a callee when it is spoken to. `streams` is what we want to send.
    pub fn new(now: Time, random: Random, config: Config, streams: Vec<Content>) -> Negotiation {
        let caller = config.role == Role::Caller;
        let (codecs, wanted) = (config.encoded.clone(), config.wanted);
        let mut negotiation = Negotiation {
            config,
            random,
            need_offer: !streams.is_empty(),
            streams,
            pictures: Pictures { codecs, wanted, ..Pictures::default() },
            outgoing: Vec::new(),
            incoming: Vec::new(),
            remote: None,
            early_candidates: VecDeque::new(),
            local_candidates: VecDeque::new(),
            setup_sent: false,
            pending: None,
            offer_from: now,
            own: Remembered::default(),
            peers: Remembered::default(),
            last_answer: None,
            peer_has_offered: false,
            resend_at: None,
            resends: 0,
            anews: 0,
            repeat_at: None,
            repeats: 0,
            replies: (now, 0),
            outputs: VecDeque::new(),
            ignored: 0,
        };
        negotiation.streams = negotiation.shown_streams();
        if caller {
            negotiation.send_setup();
            negotiation.offer_if_due(now);
            negotiation.arm_resend(now);
        }
        negotiation
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Messages that were of no use, or against the rules.
    pub fn ignored(&self) -> u64 {
        self.ignored
    }

    /// What the peer sends, as accepted.
    pub fn incoming(&self) -> &[Content] {
        &self.incoming
    }

    /// What we may send, as accepted by the peer.
    #[cfg(any(test, feature = "internals"))]
    pub fn outgoing(&self) -> &[Content] {
        &self.outgoing
    }

    pub fn handle_message(&mut self, now: Time, message: Message) {
        match message {
            Message::InitialSetup(setup) => self.handle_setup(now, setup),
            Message::NegotiateChannels(channels) => self.handle_channels(now, channels),
            Message::Candidates(candidates) => candidates.into_iter().for_each(|one| self.handle_candidate(one)),
            Message::MediaState(state) => self.outputs.push_back(Output::MediaState(state)),
        }
    }

    /// Which pictures we want to send from now on. What is gone stops at once, what is new waits for the peer.
    pub fn set_pictures(&mut self, now: Time, wanted: Wanted) {
        self.pictures.wanted = wanted;
        let streams = self.shown_streams();
        self.set_streams(now, streams);
    }

    /// Offers a camera and a screen at once, as web clients do, whatever the peer has. For tests.
    #[cfg(feature = "internals")]
    pub fn show_two(&mut self, now: Time) {
        self.pictures.peer_has_two = true;
        self.set_pictures(now, self.pictures.wanted);
    }

    /// What a stream of ours shows, if it is a picture.
    pub fn source(&self, ssrc: Ssrc) -> Option<VideoSource> {
        self.pictures.source(ssrc)
    }

    /// Our streams with the pictures that are to be shown: each has one while it is shown, and another the next time.
    fn shown_streams(&mut self) -> Vec<Content> {
        let shown = self.pictures.shown();
        let mut streams: Vec<Content> =
            self.streams.iter().filter(|stream| self.source(stream.ssrc).is_none()).cloned().collect();
        let before = core::mem::take(&mut self.pictures.offered);
        for source in shown {
            let known = before.iter().find(|(known, _)| known == source).map(|(_, ssrc)| *ssrc);
            let known = known.and_then(|ssrc| self.streams.iter().find(|stream| stream.ssrc == ssrc)).cloned();
            let content = known.unwrap_or_else(|| {
                let [ssrc, rtx] = self.new_pair(&streams);
                video_content(ssrc, rtx, &self.pictures.codecs)
            });
            self.pictures.offered.push((*source, content.ssrc));
            streams.push(content);
        }
        streams
    }

    /// Changes what we want to send; a stream keeps its SSRC. What is gone stops at once, what is new waits for the peer.
    pub fn set_streams(&mut self, now: Time, streams: Vec<Content>) {
        if streams == self.streams {
            return;
        }
        self.streams = streams;
        // An empty offer would be ignored by web clients, and block the negotiation for good.
        self.need_offer = !self.streams.is_empty();
        let wanted = |content: &Content| self.streams.iter().any(|stream| stream.ssrc == content.ssrc);
        let remaining: Vec<Content> = self.outgoing.iter().filter(|content| wanted(content)).cloned().collect();
        self.set_outgoing(remaining);
        self.offer_if_due(now);
    }

    /// Other credentials, the candidates anew and an offer, as web peers do after a failure. We never do; for tests.
    #[cfg(any(test, feature = "internals"))]
    pub fn restart(&mut self, now: Time, transport: TransportSetup) {
        let [old, new] =
            [&self.config.transport, &transport].map(|transport| format!("ufrag {}", transport.credentials.ufrag));
        for Candidate(line) in &mut self.local_candidates {
            *line = line.replace(&old, &new);
        }
        self.config.transport = transport;
        self.setup_sent = false;
        self.send_setup();
        self.need_offer = !self.streams.is_empty();
        self.offer_if_due(now);
        self.arm_resend(now);
    }

    /// Tells the peer where we can be reached: one ICE candidate as a line of SDP. However many there were, it is told: what
    /// is forgotten, and not told again, is the oldest.
    pub fn add_candidate(&mut self, now: Time, candidate: Candidate) {
        self.remove_candidate(&candidate);
        if self.local_candidates.len() >= MAX_CANDIDATES {
            self.local_candidates.pop_front();
        }
        self.local_candidates.push_back(candidate.clone());
        if !self.config.reliable {
            (self.repeat_at, self.repeats) = (Some(now + REPEAT), REPEATS);
        }
        // Before it has our credentials the peer could do nothing with it.
        if self.setup_sent {
            self.send(Message::Candidates(vec![candidate]));
        }
    }

    /// We are not reached there any more. The peer cannot be told so; it is only not told again.
    pub fn remove_candidate(&mut self, candidate: &Candidate) {
        self.local_candidates.retain(|known| known != candidate);
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let offer = (self.wants_offer() && self.may_speak()).then_some(self.offer_from);
        [offer, self.resend_at, self.repeat_at].into_iter().flatten().min()
    }

    pub fn handle_timeout(&mut self, now: Time) {
        self.offer_if_due(now);
        if self.resend_at.is_some_and(|at| at <= now) {
            self.resend_at = None;
            self.resend(now);
        }
        if self.repeat_at.is_some_and(|at| at <= now) {
            self.repeats -= 1;
            let gap = if self.repeats <= LATER_REPEATS { 2 * REPEAT } else { REPEAT };
            self.repeat_at = (self.repeats > 0).then_some(now + gap);
            if self.setup_sent && !self.local_candidates.is_empty() {
                self.send(Message::Candidates(self.local_candidates.iter().cloned().collect()));
            }
        }
    }

    fn send(&mut self, message: Message) {
        self.outputs.push_back(Output::Send(message));
    }

    fn send_setup(&mut self) {
        self.send(Message::InitialSetup(InitialSetup::of(&self.config.transport)));
        if !core::mem::replace(&mut self.setup_sent, true) {
            for candidate in self.local_candidates.clone() {
                self.send(Message::Candidates(vec![candidate]));
            }
        } else if !self.config.reliable && !self.local_candidates.is_empty() {
            self.send(Message::Candidates(self.local_candidates.iter().cloned().collect()));
        }
    }

    /// Whether this moment still has a reply for the peer. What is refused here may come again later.
    fn may_reply(&mut self, now: Time) -> bool {
        if now.since(self.replies.0) >= Duration::from_secs(1) {
            self.replies = (now, 0);
        }
        self.replies.1 += 1;
        let may = self.replies.1 <= REPLIES;
        self.ignored += u64::from(!may);
        may
    }

    fn handle_setup(&mut self, now: Time, setup: InitialSetup) {
        if !is_usable(&setup, self.config.dtls) {
            self.ignored += 1;
            return;
        }
        if !self.may_reply(now) {
            return;
        }
        let first = self.remote.is_none();
        let transport = setup.transport();
        if self.remote.as_ref() != Some(&transport) {
            self.remote = Some(transport.clone());
            self.outputs.push_back(Output::RemoteTransport(transport));
            let early = core::mem::take(&mut self.early_candidates);
            self.outputs.extend(early.into_iter().map(Output::RemoteCandidate));
        }
        if self.config.role == Role::Callee {
            self.send_setup();
            if first && !self.peer_has_offered {
                self.offer_from = now + FIRST_OFFER;
            }
        }
        self.arm_resend(now);
    }

    fn handle_candidate(&mut self, candidate: Candidate) {
        if self.remote.is_some() {
            self.outputs.push_back(Output::RemoteCandidate(candidate));
        } else {
            if self.early_candidates.len() >= MAX_CANDIDATES {
                // The newest are what it is reached by.
                self.early_candidates.pop_front();
                self.ignored += 1;
            }
            self.early_candidates.push_back(candidate);
        }
    }

    fn handle_channels(&mut self, now: Time, channels: NegotiateChannels) {
        let id = channels.exchange_id;
        if self.pending.as_ref().is_some_and(|pending| pending.exchange_id == id) {
            self.handle_answer(now, &channels.contents);
        } else if self.own.has(id) || self.peers.has(id) {
            self.ignored += 1;
            self.answer_again(now, id);
        } else if self.pending.is_some() && self.config.role == Role::Caller {
            // Crossed offers: ours wins. Answered later, this one would be taken by the callee for an offer of ours.
            self.ignored += 1;
            self.peers.add(id);
        } else if self.may_reply(now) {
            self.handle_offer(now, channels);
        }
        self.offer_if_due(now);
        self.arm_resend(now);
    }

    fn handle_answer(&mut self, now: Time, answered: &[Content]) {
        let Some(pending) = self.pending.take() else { return };
        let first = self.own.len() == 0;
        self.anews = 0;
        self.own.add(pending.exchange_id);
        let wanted = |content: &&Content| self.streams.iter().any(|stream| stream.ssrc == content.ssrc);
        let outgoing = pending.contents.iter().filter(wanted).filter_map(|offered| agreed(offered, answered)).collect();
        self.set_outgoing(outgoing);
        if first && self.config.role == Role::Caller && !self.peer_has_offered {
            self.offer_from = self.offer_from.max(now + FIRST_OFFER);
        }
    }

    fn handle_offer(&mut self, now: Time, offer: NegotiateChannels) {
        self.peers.add(offer.exchange_id);
        if !core::mem::replace(&mut self.peer_has_offered, true) {
            // What was waited for is here.
            self.offer_from = self.offer_from.min(now);
        }
        self.drop_offer(now);
        let accepted = self.accept(&offer.contents);
        let mut answer = NegotiateChannels { exchange_id: offer.exchange_id, contents: accepted.clone() };
        if answer.contents.is_empty() {
            // Compat: an offer without an answer blocks official peers for good, and an answer without contents blocks
            // web peers. So something that nobody here listens to is accepted.
            answer.contents.extend(offer.contents.first().cloned());
        }
        if !answer.contents.is_empty() {
            self.send(Message::NegotiateChannels(answer.clone()));
            self.last_answer = Some((now, answer));
        }
        let incoming: Vec<Content> = accepted.into_iter().map(|content| freeze(&self.incoming, content)).collect();
        if incoming != self.incoming {
            self.incoming = incoming.clone();
            self.outputs.push_back(Output::Incoming(incoming));
        }
        let has_two = offer.contents.iter().filter(|content| content.kind == MediaKind::Video).count() > 1;
        if has_two && !core::mem::replace(&mut self.pictures.peer_has_two, true) {
            self.set_pictures(now, self.pictures.wanted);
        }
    }

    /// The caller ignores an offer that crossed its own, so it must come again.
    fn drop_offer(&mut self, now: Time) {
        if let Some(dropped) = self.pending.take() {
            self.own.add(dropped.exchange_id);
            self.need_offer = true;
            self.offer_from = now;
        }
    }

    /// Where messages get lost, an offer that comes again after a while tells that our answer did.
    fn answer_again(&mut self, now: Time, id: u32) {
        let Some((answered_at, answer)) = &mut self.last_answer else { return };
        if !self.config.reliable && answer.exchange_id == id && now.since(*answered_at) >= DOUBLED {
            *answered_at = now;
            let answer = answer.clone();
            self.send(Message::NegotiateChannels(answer));
            if self.config.role == Role::Callee {
                // Without our answer the caller has taken our own offer for one that crossed its own.
                self.drop_offer(now);
            }
        }
    }

    /// The part of an offer that we receive: one stream of sound, as official peers send, and two of pictures, as web peers do.
    ///
    /// Compat: of an official peer a picture may stay in its offers that it does not send any more.
    fn accept(&self, offered: &[Content]) -> Vec<Content> {
        let mut accepted: Vec<Content> = Vec::new();
        for content in offered {
            let own = self.streams.iter().any(|stream| stream.ssrc == content.ssrc);
            let is_second = |other: &Content| other.kind == content.kind && content.kind == MediaKind::Audio;
            let taken = accepted.iter().any(|other| is_second(other) || other.ssrc == content.ssrc);
            if !own && !taken {
                accepted.extend(self.config.receivable.cut(content));
            }
        }
        let pictures = accepted.iter().filter(|content| content.kind == MediaKind::Video).count();
        let mut old = pictures.saturating_sub(MAX_PICTURES);
        accepted.retain(|content| {
            let is_old = content.kind == MediaKind::Video && old > 0;
            old -= usize::from(is_old);
            !is_old
        });
        accepted
    }

    fn set_outgoing(&mut self, outgoing: Vec<Content>) {
        if outgoing != self.outgoing {
            self.outgoing = outgoing.clone();
            self.outputs.push_back(Output::Outgoing(outgoing));
        }
    }

    fn wants_offer(&self) -> bool {
        self.need_offer && self.pending.is_none() && !self.streams.is_empty()
    }

    /// A callee waits to be spoken to.
    fn may_speak(&self) -> bool {
        self.config.role == Role::Caller || self.remote.is_some() || self.peer_has_offered
    }

    fn offer_if_due(&mut self, now: Time) {
        if !self.wants_offer() || !self.may_speak() || now < self.offer_from {
            return;
        }
        let offer = NegotiateChannels { exchange_id: self.new_exchange_id(), contents: self.streams.clone() };
        self.need_offer = false;
        self.offer_from = now + OFFER_GAP;
        self.pending = Some(offer.clone());
        self.send(Message::NegotiateChannels(offer));
        (self.resends, self.resend_at) = (0, None);
        self.arm_resend(now);
    }

    fn new_exchange_id(&mut self) -> u32 {
        loop {
            let id = self.random.u32();
            if id != 0 && !self.own.has(id) && !self.peers.has(id) {
                return id;
            }
        }
    }

    /// Two that no stream has.
    fn new_pair(&mut self, new: &[Content]) -> [Ssrc; 2] {
        let has = |content: &Content, ssrc: &Ssrc| {
            content.ssrc == *ssrc || content.ssrc_groups.iter().any(|group| group.ssrcs.contains(ssrc))
        };
        loop {
            let pair = [Ssrc(self.random.u32()), Ssrc(self.random.u32())];
            let mut known = self.streams.iter().chain(&self.incoming).chain(new);
            let is_known = known.any(|content| pair.iter().any(|ssrc| has(content, ssrc)));
            if !is_known && pair[0] != pair[1] && !pair.contains(&Ssrc(0)) {
                return pair;
            }
        }
    }

    fn is_unanswered(&self) -> bool {
        self.pending.is_some() || (self.config.role == Role::Caller && self.remote.is_none())
    }

    fn arm_resend(&mut self, now: Time) {
        if self.config.reliable {
            let is_stuck = self.config.role == Role::Callee && self.pending.is_some() && self.anews < ANEWS;
            self.resend_at = is_stuck.then(|| self.resend_at.unwrap_or(now + ANEW));
        } else if !self.is_unanswered() || self.resends >= RESENDS {
            self.resend_at = None;
        } else if self.resend_at.is_none() {
            let pace = match self.config.role {
                Role::Caller => RESEND,
                Role::Callee => (FIRST_RESEND * (1 << self.resends)).min(RESEND),
            };
            self.resend_at = Some(now + pace);
        }
    }

    fn resend(&mut self, now: Time) {
        if self.config.reliable {
            self.anews += 1;
            self.drop_offer(now);
            return self.offer_if_due(now);
        }
        self.resends += 1;
        if self.config.role == Role::Caller && self.remote.is_none() {
            self.send_setup();
        }
        if let Some(offer) = self.pending.clone() {
            self.send(Message::NegotiateChannels(offer));
        }
        self.arm_resend(now);
    }
}

/// Whether ICE and DTLS can be run with it.
fn is_usable(setup: &InitialSetup, dtls: bool) -> bool {
    let sized = |text: &str, least: usize| (least..=256).contains(&text.len()) && is_plain(text);
    let fingerprint = |fingerprint: &Fingerprint| {
        let bytes: Vec<&str> = fingerprint.fingerprint.split(':').collect();
        fingerprint.hash.eq_ignore_ascii_case("sha-256")
            && bytes.len() == 32
            && bytes.iter().all(|byte| byte.len() == 2 && byte.bytes().all(|digit| digit.is_ascii_hexdigit()))
    };
    sized(&setup.ufrag, 4)
        && sized(setup.pwd.expose(), 22)
        && (!dtls || setup.fingerprints.first().is_some_and(fingerprint))
}

#[cfg(test)]
mod tests;
