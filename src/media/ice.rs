//! The ICE agent (RFC 8445, full, trickling, one component) and the watch over a silent route.
//!
//! It knows no sockets: a *channel* is anything datagrams can leave by (a UDP socket, a TURN allocation, a reflector's
//! tag), a *target* is where they go. Pairs are made only of what can reach each other: relays with relays, a reflector's
//! tag with tags of the same server, one address family, loopback with loopback (`media-transport.md` 2.4, 4.4).
//!
//! ```text
//! Waiting ──check──> Checking ──response──> Working ──silence──> Broken
//!                                              ^────responses again─┘
//! ```
//!
//! While nothing works no pair is given up: those that do not answer are checked more and more rarely, so a path that comes
//! up late, or comes back, is found without a restart. Once there is a route, what has not answered for a minute goes for
//! good. Nomination may change at any time, in both roles (RFC 8445 section 8.1.1 is not frozen, as native peers move on).
//!
//! A long call crosses many networks, so both lists are bounded and what is worth least gives way: `targets`, `pair`.
//!
//! Ours rather than a crate's: what was at hand pairs everything within a family, drops the lowest pairs (the relays) above
//! a limit, leaves a dead path after 15 s, and can only give up a candidate, not a pair.

mod checks;
mod credentials;
mod pair;
mod reach;
mod targets;

pub use credentials::Credentials;
pub use pair::{PairState, PathReport};
pub use reach::{ChannelId, Reach};

use super::candidate::{Candidate, Kind, Target};
use super::output::RouteChange;
use super::stun::{Builder, Class, Message, Method, attribute};
use crate::random::Random;
use crate::time::{Duration, Time};
use checks::{DOUBT_CHECK, Pace};
use core::net::SocketAddr;
use pair::{Pair, RETRIES_MS, SPARE_CHECK, Sent, make_room};
use reach::Way;
use std::collections::{BTreeSet, VecDeque};
use targets::{Admission, Origin, Targets};

/// So many checks without an answer may each be called for by a check of the peer at once; then they keep the pace of the
/// retries. Else two ends whose answers take long would answer check with check for ever, and that would be why they take
/// long.
const PROMPT: u32 = 4;
/// How often the route is checked.
const ROUTE_CHECK: Duration = Duration::from_millis(600);
/// Without any answer for this long a route is broken even if the peer is heard: it does not hear us. The first limit is for
/// who has nowhere else to go.
const DEAF: Duration = Duration::from_millis(5000);
const DEAF_WITH_SPARE: Duration = Duration::from_millis(2500);
/// A spare pair that has not answered for this long does not work any more.
const SPARE_LIMIT: Duration = Duration::from_millis(9000);
/// When the route has died: so many checks of a spare without an answer, the first so long ago, and it has died with it.
const SPARE_DOUBTS: u32 = 3;
const SPARE_SILENCE: Duration = Duration::from_millis(1000);
/// While there is a route, a pair that has not answered for this long is given up for good.
const GIVE_UP: Duration = Duration::from_secs(60);
/// How often that is looked at.
const REVIEW: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
struct Channel {
    id: ChannelId,
    reach: Reach,
    /// Of the candidate it stands for.
    priority: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Send by this pair from now on.
    Selected { channel: ChannelId, target: Target, why: RouteChange },
    /// Nothing works any more.
    Lost { why: RouteChange },
    /// The peer is looked for there no more.
    Forgotten { target: Target },
}

/// A STUN packet to send.
#[derive(Clone, Debug)]
pub struct Check {
    pub channel: ChannelId,
    pub target: Target,
    pub bytes: Vec<u8>,
}

/// What became of a packet that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Used,
    /// Not authentic, not for us, or an answer to nothing.
    Rejected,
}

pub struct Agent {
    controlling: bool,
    tie_breaker: u64,
    local: Credentials,
    remote: Option<Credentials>,
    channels: Vec<Channel>,
    targets: Targets,
    pairs: Vec<Pair>,
    /// By channel and target, as pairs move in their list.
    selected: Option<(ChannelId, Target)>,
    selected_at: Time,
    /// Since when there has been a route, this one or another.
    routed_at: Time,
    review_at: Time,
    silence: Duration,
    pace: Pace,
    random: Random,
    out: VecDeque<Check>,
    events: VecDeque<Event>,
}

impl core::fmt::Debug for Agent {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Agent")
            .field("controlling", &self.controlling)
            .field("pairs", &self.pairs.len())
            .field("selected", &self.selected.is_some())
            .finish_non_exhaustive()
    }
}

impl Agent {
    pub fn new(controlling: bool, silence: Duration, mut random: Random) -> Agent {
        Agent {
            controlling,
            tie_breaker: random.u64(),
            local: Credentials::generate(&mut random),
            remote: None,
            channels: Vec::new(),
            targets: Targets::default(),
            pairs: Vec::new(),
            selected: None,
            selected_at: Time::ZERO,
            routed_at: Time::ZERO,
            review_at: Time::ZERO,
            silence,
            pace: Pace::default(),
            random,
            out: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    pub fn local_credentials(&self) -> &Credentials {
        &self.local
    }

    /// Other credentials of ours, as web peers take after a failure. We never do; for tests.
    #[cfg(any(test, feature = "internals"))]
    pub fn restart(&mut self) {
        self.local = Credentials::generate(&mut self.random);
    }

    pub fn is_controlling(&self) -> bool {
        self.controlling
    }

    /// The peer's credentials. Others than before are its ICE restart: what works goes on until the checks, which now use
    /// the new ones, say otherwise; what did not work is forgotten, as its candidates come anew.
    pub fn set_remote(&mut self, now: Time, credentials: Credentials) {
        if self.remote.as_ref() == Some(&credentials) {
            return;
        }
        if self.remote.is_some() {
            self.pairs.retain(Pair::works);
            self.forget(|pairs, target| pairs.iter().any(|p| p.remote.target == target));
        }
        self.remote = Some(credentials);
        for pair in &mut self.pairs {
            pair.nominated = false;
            pair.checks = [None; 6];
            pair.next_check = now;
            pair.unanswered = 0;
        }
    }

    pub fn add_channel(&mut self, now: Time, id: ChannelId, reach: Reach, priority: u32) {
        self.channels.push(Channel { id, reach: reach.to_canonical(), priority });
        for index in 0..self.targets.len() {
            self.pair(now, id, self.targets.nth(index));
        }
    }

    /// A channel is gone, and all its pairs with it.
    pub fn remove_channel(&mut self, now: Time, id: ChannelId) {
        self.channels.retain(|c| c.id != id);
        self.pairs.retain(|p| p.channel != id);
        if self.selected.is_some_and(|(channel, _)| channel == id) {
            self.reselect(now, RouteChange::Closed);
        }
    }

    /// A candidate of the peer. `false` if all that are known are worth more.
    pub fn add_remote(&mut self, now: Time, candidate: Candidate) -> bool {
        if !self.admit(now, candidate, Origin::Signalled) {
            return false;
        }
        for pair in self.pairs.iter_mut().filter(|p| p.remote.target == candidate.target) {
            pair.remote = candidate;
        }
        for index in 0..self.channels.len() {
            self.pair(now, self.channels[index].id, candidate);
        }
        true
    }

    /// Only relays of the peer may be used from now on. What is looked for no more.
    pub fn remove_direct(&mut self, now: Time) -> Vec<Candidate> {
        let removed = self.targets.remove(|candidate| candidate.kind != Kind::Relay);
        let is_removed = |target: Target| removed.iter().any(|candidate| candidate.target == target);
        self.pairs.retain(|pair| !is_removed(pair.remote.target));
        if self.selected.is_some_and(|(_, target)| is_removed(target)) {
            self.reselect(now, RouteChange::Closed);
        }
        removed
    }

    fn admit(&mut self, now: Time, remote: Candidate, origin: Origin) -> bool {
        let pairs = &self.pairs;
        let works = |target| pairs.iter().any(|pair| pair.remote.target == target && pair.works());
        match self.targets.admit(now, remote, origin, works) {
            Admission::Refused => return false,
            Admission::New { evicted: Some(target) } => {
                self.pairs.retain(|pair| pair.remote.target != target);
                self.events.push_back(Event::Forgotten { target });
            }
            Admission::New { evicted: None } | Admission::Known => {}
        }
        true
    }

    fn forget(&mut self, keep: impl Fn(&[Pair], Target) -> bool) {
        let forgotten = self.targets.retain(|target| keep(&self.pairs, target));
        self.events.extend(forgotten.into_iter().map(|target| Event::Forgotten { target }));
    }

    fn find(&self, channel: ChannelId, target: Target) -> Option<usize> {
        self.pairs.iter().position(|p| p.channel == channel && p.remote.target == target)
    }

    /// The pair of these two, made if need be and if they fit.
    fn pair(&mut self, now: Time, channel: ChannelId, remote: Candidate) -> Option<usize> {
        if let Some(index) = self.find(channel, remote.target) {
            return Some(index);
        }
        let channel = self.channels.iter().find(|c| c.id == channel)?;
        if !channel.reach.fits(&remote)
            || !make_room(&mut self.pairs, self.controlling, channel.priority, &remote)
        {
            return None;
        }
        self.pairs.push(Pair::new(now, channel.id, channel.priority, remote));
        Some(self.pairs.len() - 1)
    }

    /// Whether the peer has proven that it can be reached, or reaches us, by this pair.
    pub fn is_known(&self, channel: ChannelId, target: Target) -> bool {
        self.find(channel, target).is_some_and(|i| self.pairs[i].heard.is_some())
    }

    /// Something of the peer that only the peer can have made, and just now, has come by this pair. Where there is no route
    /// it is one at once: the check that is to prove it follows.
    pub fn note_heard(&mut self, now: Time, channel: ChannelId, target: Target) {
        let Some(index) = self.find(channel, target) else { return };
        let was_silent = self.hear(now, index);
        let pair = &mut self.pairs[index];
        if was_silent && !pair.works() {
            pair.triggered = true;
            pair.next_check = now;
        }
        if self.selected.is_none() && pair.is_restored_by_hearing(now) {
            pair.state = PairState::Working;
            pair.recovering_since = Some(now);
            self.reselect(now, RouteChange::Selected);
        }
    }

    /// Something authentic has come by this pair. `true` if it was silent before: then what was thought of it in the silence
    /// counts no more.
    fn hear(&mut self, now: Time, index: usize) -> bool {
        let pair = &mut self.pairs[index];
        let was_silent = pair.heard.is_none_or(|at| now.since(at) >= self.silence);
        pair.heard = Some(now);
        if was_silent && !pair.works() {
            pair.unanswered = 0;
        }
        was_silent
    }

    /// A STUN packet that is not a relay's.
    pub fn handle(&mut self, now: Time, channel: ChannelId, target: Target, bytes: &[u8]) -> Verdict {
        let Some(message) = Message::parse(bytes) else { return Verdict::Rejected };
        let used = match (message.method, message.class) {
            _ if message.fingerprint() == Some(false) => None,
            (Method::Binding, Class::Request) => self.handle_request(now, channel, target, &message),
            (Method::Binding, Class::Success) => self.handle_answer(now, channel, target, &message),
            (Method::Binding, Class::Error) => self.handle_refusal(now, channel, target, &message),
            _ => None,
        };
        if used.is_some() { Verdict::Used } else { Verdict::Rejected }
    }

    fn handle_request(&mut self, now: Time, channel: ChannelId, target: Target, message: &Message<'_>) -> Option<()> {
        let username = core::str::from_utf8(message.get(attribute::USERNAME)?).ok()?;
        let (ours, theirs) = username.split_once(':')?;
        let priority = message.get_u32(attribute::PRIORITY)?;
        if ours != self.local.ufrag || !message.is_authentic(self.local.password.expose().as_bytes()) {
            return None;
        }
        let reach = self.channels.iter().find(|c| c.id == channel)?.reach;
        if self.is_conflict(message) {
            let answer = Builder::new(Class::Error, Method::Binding, message.transaction).error(487, "Role Conflict");
            self.answer(channel, target, answer);
            return Some(());
        }
        let mapped = match (target, reach) {
            (Target::Address(address), _) => address,
            // Meaningless behind a reflector, but it has to be there.
            (Target::Reflector { .. }, Reach::Reflector { address, .. }) => address,
            (Target::Reflector { .. }, _) => return None,
        };
        let known = self.targets.get(target);
        let remote = known.unwrap_or(Candidate {
            // On a relay only what is behind a relay can arrive.
            kind: if matches!(reach, Reach::Direct(_)) { Kind::PeerReflexive } else { Kind::Relay },
            target,
            priority,
            related: None,
        });
        if !reach.fits(&remote) {
            return None;
        }
        // Whatever becomes of it here: it is answered.
        let answer = Builder::new(Class::Success, Method::Binding, message.transaction)
            .address(attribute::XOR_MAPPED_ADDRESS, mapped);
        self.answer(channel, target, answer);
        let is_new = self.targets.note_check(message.transaction);
        if known.is_none() && !(is_new && self.admit(now, remote, Origin::Learnt)) {
            return Some(());
        }
        let was_paired = self.find(channel, target).is_some();
        let Some(index) = self.pair(now, channel, remote) else { return Some(()) };
        self.hear(now, index);
        // A check by credentials that are not the peer's any more, or not yet, is answered and otherwise means nothing.
        if self.remote.as_ref().is_some_and(|r| r.ufrag != theirs) {
            return Some(());
        }
        self.trigger(now, index, !was_paired);
        let pair = &mut self.pairs[index];
        if !self.controlling {
            let nominated = message.get(attribute::USE_CANDIDATE).is_some();
            let newly = nominated && !pair.nominated;
            let moved_on = self.moved_on(index);
            let pair = &mut self.pairs[index];
            pair.nominated = nominated || pair.nominated && !moved_on;
            if newly {
                // The last one counts: by the one before the peer may not be reached any more.
                self.pairs.iter_mut().enumerate().for_each(|(i, pair)| pair.nominated &= i == index);
                self.reselect(now, RouteChange::Selected);
            }
        }
        Some(())
    }

    /// A check of the peer's calls for one of ours (RFC 8445 section 7.3.1.4), unless there were many in vain.
    fn trigger(&mut self, now: Time, index: usize, is_first: bool) {
        let pair = &mut self.pairs[index];
        if pair.works() {
            return;
        }
        let wait = match pair.unanswered.checked_sub(PROMPT) {
            None => Duration::ZERO,
            Some(more) => Duration::from_millis(RETRIES_MS[(more as usize).min(RETRIES_MS.len() - 1)]),
        };
        let mut due = pair.checks[0].map_or(now, |sent| sent.at + wait).max(now);
        if !self.targets.is_vouched_for(pair.remote.target) {
            due = due.max(self.pace.unproven(now));
        }
        pair.triggered = due <= now;
        pair.next_check = if is_first { due } else { pair.next_check.min(due) };
    }

    /// Whether the controlling peer, which just checked this pair without nominating it, has nominated another one since.
    fn moved_on(&self, index: usize) -> bool {
        self.pairs.iter().enumerate().any(|(i, p)| i != index && p.nominated && p.works())
    }

    /// RFC 8445 section 7.3.1.1. `true`: the peer has to give way; else we have, if there was a conflict at all.
    fn is_conflict(&mut self, message: &Message<'_>) -> bool {
        let theirs = if self.controlling { attribute::ICE_CONTROLLING } else { attribute::ICE_CONTROLLED };
        let Some(tie_breaker) = message.get_u64(theirs) else { return false };
        let we_control = self.tie_breaker >= tie_breaker;
        if we_control == self.controlling {
            return true;
        }
        self.switch_role(we_control);
        false
    }

    fn switch_role(&mut self, controlling: bool) {
        self.controlling = controlling;
        for pair in &mut self.pairs {
            pair.nominated = false;
        }
    }

    fn answer(&mut self, channel: ChannelId, target: Target, answer: Builder) {
        let bytes = answer.integrity(self.local.password.expose().as_bytes()).fingerprint().finish();
        self.out.push_back(Check { channel, target, bytes });
    }

    /// The pair that an answer belongs to, if it came the way the check went (RFC 8445 section 7.2.5.2.1), and the check.
    fn matching(&mut self, channel: ChannelId, target: Target, message: &Message<'_>) -> Option<(usize, Sent)> {
        let index = self.find(channel, target)?;
        let mut checks = self.pairs[index].checks.iter_mut();
        let check = checks.find(|check| check.is_some_and(|sent| sent.transaction == *message.transaction))?;
        if !message.is_authentic(self.remote.as_ref()?.password.expose().as_bytes()) {
            return None;
        }
        Some((index, check.take()?))
    }

    fn handle_answer(&mut self, now: Time, channel: ChannelId, target: Target, message: &Message<'_>) -> Option<()> {
        let (index, sent) = self.matching(channel, target, message)?;
        self.targets.note_answer(now, target);
        let round_trip = now.since(sent.at);
        let pair = &mut self.pairs[index];
        pair.answered = pair.answered.saturating_add(1);
        pair.unanswered = 0;
        pair.heard = Some(now);
        pair.last_answer = Some(now);
        pair.is_deaf = false;
        pair.round_trip = Some(pair.round_trip.map_or(round_trip, |old| (old * 7 + round_trip) / 8));
        if pair.state == PairState::Broken {
            pair.recovering_since = Some(now);
        }
        let newly = !pair.works();
        pair.state = PairState::Working;
        pair.next_check = now + SPARE_CHECK;
        if newly && self.controlling && self.selected.is_none() {
            // Nominate at once.
            self.pairs[index].triggered = true;
            self.pairs[index].next_check = now;
        }
        self.reselect(now, RouteChange::Selected);
        if self.selected == Some((channel, target)) && !self.pairs[index].triggered {
            self.pairs[index].next_check = now + ROUTE_CHECK;
        }
        Some(())
    }

    fn handle_refusal(&mut self, now: Time, channel: ChannelId, target: Target, message: &Message<'_>) -> Option<()> {
        let (index, sent) = self.matching(channel, target, message)?;
        self.hear(now, index);
        if message.error_code() == Some(487) {
            // RFC 8445 section 7.2.5.1: the other role than this check told of. What it was refused for may be over by now.
            if self.controlling == sent.controlling {
                self.switch_role(!sent.controlling);
            }
            self.trigger(now, index, false);
            // One that works is not urgent, but the peer has to be told.
            let pair = &mut self.pairs[index];
            pair.next_check = pair.next_check.min(now + DOUBT_CHECK);
        }
        Some(())
    }

    /// Chooses the pair to send by. `why` says what made this necessary.
    fn reselect(&mut self, now: Time, why: RouteChange) {
        let current = self.selected.and_then(|(channel, target)| self.find(channel, target));
        let current = current.filter(|&i| self.pairs[i].works());
        // What is trusted comes before what has just come back; what answered lately before what may be as dead.
        let rank = |index: usize| {
            let pair = &self.pairs[index];
            let wanted = !self.controlling && pair.nominated;
            (pair.is_trusted(now), wanted, pair.is_fresh(now), pair.priority(self.controlling))
        };
        let best = (0..self.pairs.len()).filter(|&i| self.pairs[i].works()).max_by_key(|&i| rank(i));
        let Some(best) = best else {
            if self.selected.take().is_some() {
                self.events.push_back(Event::Lost { why });
            }
            return;
        };
        if let Some(current) = current {
            let (new, old) = (&self.pairs[best], &self.pairs[current]);
            let better = match (self.controlling, new.nominated, old.nominated) {
                (true, ..) | (false, true, true) | (false, false, false) => {
                    new.priority(self.controlling) > old.priority(self.controlling)
                }
                (false, true, false) => true,
                (false, false, true) => false,
            };
            if best == current || !better || !new.is_trusted(now) && old.is_trusted(now) {
                return;
            }
        }
        let pair = &mut self.pairs[best];
        let (channel, target) = (pair.channel, pair.remote.target);
        pair.next_check = now;
        pair.triggered = true;
        pair.unanswered = 0;
        if self.selected.is_none() {
            self.routed_at = now;
        }
        self.selected = Some((channel, target));
        self.selected_at = now;
        self.events.push_back(Event::Selected { channel, target, why });
    }

    #[cfg(test)]
    pub fn selected(&self) -> Option<(ChannelId, Target)> {
        self.selected
    }

    /// The smoothed time a check on the route takes there and back.
    pub fn round_trip(&self) -> Option<Duration> {
        let (channel, target) = self.selected?;
        self.pairs[self.find(channel, target)?].round_trip
    }

    /// How long the route has been silent.
    pub fn silence(&self, now: Time) -> Option<Duration> {
        let (channel, target) = self.selected?;
        let heard = self.pairs[self.find(channel, target)?].heard.unwrap_or(self.selected_at);
        Some(now.since(heard.max(self.selected_at)))
    }

    /// Leaves a route that has fallen silent, and spares that do not answer.
    fn watch(&mut self, now: Time) {
        let selected = self.selected;
        let is_route = |pair: &Pair| selected == Some((pair.channel, pair.remote.target));
        let is_spare = |pair: &Pair| !is_route(pair) && pair.works() && pair.is_fresh(now);
        let deaf = if self.pairs.iter().any(is_spare) { DEAF_WITH_SPARE } else { DEAF };
        let mut silent = false;
        for pair in &mut self.pairs {
            let is_route = is_route(pair);
            let heard = pair.heard.unwrap_or(self.selected_at);
            let answered = pair.last_answer.unwrap_or(self.selected_at);
            let broken = if is_route {
                now.since(heard.max(self.selected_at)) >= self.silence
                    || now.since(answered.max(self.selected_at)) >= deaf && pair.unanswered >= 10
            } else {
                pair.works() && now.since(answered) >= SPARE_LIMIT
            };
            if broken {
                pair.set_broken(now, self.silence);
                silent |= is_route;
            }
        }
        if silent {
            // A spare that was asked meanwhile and kept silent too is as dead: to try each in turn would only hide it.
            for pair in self.pairs.iter_mut().filter(|pair| pair.works()) {
                if pair.unanswered >= SPARE_DOUBTS && now.since(pair.first_unanswered) >= SPARE_SILENCE {
                    pair.set_broken(now, self.silence);
                }
            }
            self.reselect(now, RouteChange::Silent);
            for pair in &mut self.pairs {
                pair.next_check = now;
                pair.unanswered = pair.unanswered.min(2);
            }
        } else if self.selected.is_some() {
            // A pair whose probation is over may be better.
            self.reselect(now, RouteChange::Selected);
        }
    }

    /// While there is a route, what has not answered for long is given up, and a target that no pair is left of with it.
    /// Of relays only where another pair of the same kind of way works: the last hope of a call is never given up.
    fn give_up(&mut self, now: Time) {
        if self.selected.is_none() || now < self.review_at {
            return;
        }
        self.review_at = now + REVIEW;
        let working: BTreeSet<Way> = self.pairs.iter().filter(|pair| pair.works()).map(Pair::way).collect();
        let routed_at = self.routed_at;
        let is_hopeless = |pair: &mut Pair| {
            let tried_since = pair.last_answer.unwrap_or(pair.made).max(routed_at);
            let way = pair.way();
            !pair.works() && now.since(tried_since) >= GIVE_UP && (!way.is_relayed() || working.contains(&way))
        };
        let hopeless: BTreeSet<Target> = self.pairs.extract_if(.., is_hopeless).map(|pair| pair.remote.target).collect();
        if !hopeless.is_empty() {
            self.forget(|pairs, target| !hopeless.contains(&target) || pairs.iter().any(|p| p.remote.target == target));
            self.pairs.shrink_to(2 * self.pairs.len());
        }
    }

    pub fn poll_check(&mut self) -> Option<Check> {
        self.out.pop_front()
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The targets on TURN servers that a TURN channel of this family has to be permitted to reach.
    pub fn turn_targets(&self, v6: bool) -> impl Iterator<Item = SocketAddr> {
        self.targets.iter().filter_map(move |t| match t.target {
            Target::Address(address) if t.kind == Kind::Relay && address.is_ipv6() == v6 => Some(address),
            _ => None,
        })
    }

    /// Where the peer is looked for.
    #[cfg(test)]
    pub fn targets(&self) -> impl Iterator<Item = &Candidate> {
        self.targets.iter()
    }

    pub fn paths(&self) -> impl Iterator<Item = PathReport> {
        self.pairs.iter().map(|pair| PathReport {
            channel: pair.channel,
            target: pair.remote.target,
            kind: pair.remote.kind,
            state: pair.state,
            selected: self.selected == Some((pair.channel, pair.remote.target)),
            checks_sent: pair.sent,
            answers: pair.answered,
            heard: pair.heard.is_some(),
            round_trip: pair.round_trip,
        })
    }
}

#[cfg(test)]
mod tests;
