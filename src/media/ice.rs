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
//! Pairs are never given up: those that do not answer are checked more and more rarely, so a path that comes up late, or
//! comes back, is found without a restart. Nomination may change at any time, in both roles.
//!
//! Ours rather than a crate's: what was at hand pairs everything within a family, drops the lowest pairs (the relays) above
//! a limit, leaves a dead path after 15 s, and can only give up a candidate, not a pair.

use super::candidate::{Candidate, Kind, Target};
use super::output::RouteChange;
use super::stun::{Builder, Class, Message, Method, Transaction, attribute};
use crate::random::Random;
use crate::time::{Duration, Time};
use core::net::{IpAddr, SocketAddr};
use std::collections::VecDeque;
use zeroize::Zeroizing;

/// As many targets of the peer are kept, learnt or signalled; later ones are dropped.
const MAX_TARGETS: usize = 64;
const MAX_PAIRS: usize = 256;
/// Between two checks of ours that nobody asked for.
const PACE: Duration = Duration::from_millis(5);
/// The first waits for an answer; then the last one, until something works, and then [`IDLE_RETRY`].
const RETRIES_MS: [u64; 6] = [100, 150, 250, 400, 700, 1000];
const IDLE_RETRY: Duration = Duration::from_secs(10);
/// So many checks without an answer may each be called for by a check of the peer at once; then they keep the pace above. Else
/// two ends whose answers take long would answer check with check for ever, and that would be why they take long.
const PROMPT: u32 = 4;
/// How often the route is checked, and other pairs that work; the first also while an answer is overdue.
const ROUTE_CHECK: Duration = Duration::from_millis(600);
const DOUBT_CHECK: Duration = Duration::from_millis(150);
const SPARE_CHECK: Duration = Duration::from_millis(2000);
/// Without any answer for this long a route is broken even if the peer is heard: it does not hear us. The first limit is for
/// who has nowhere else to go.
const DEAF: Duration = Duration::from_millis(5000);
const DEAF_WITH_SPARE: Duration = Duration::from_millis(2500);
/// A spare pair that has not answered for this long does not work any more.
const SPARE_LIMIT: Duration = Duration::from_millis(9000);
/// When the route has died: so many checks of a spare without an answer, the first so long ago, and it has died with it.
const SPARE_DOUBTS: u32 = 3;
const SPARE_SILENCE: Duration = Duration::from_millis(1000);
/// A pair that broke must answer for this long before it is preferred again.
const PROBATION: Duration = Duration::from_millis(4000);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChannelId(pub u16);

/// What a channel can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A socket on this address, which is unspecified where it is not known.
    Direct(IpAddr),
    /// A TURN allocation with a relayed address of this family.
    Turn { v6: bool },
    /// A tag on this reflector, whose address the peer is told in responses, as it expects one.
    Reflector { server: u8, port: u16, address: SocketAddr },
}

impl Reach {
    fn fits(self, target: &Candidate) -> bool {
        match (self, target.target) {
            (Reach::Direct(local), Target::Address(remote)) => {
                target.kind != Kind::Relay
                    && local.is_ipv4() == remote.is_ipv4()
                    && (local.is_unspecified() || local.is_loopback() == remote.ip().is_loopback())
            }
            (Reach::Turn { v6 }, Target::Address(remote)) => target.kind == Kind::Relay && v6 == remote.is_ipv6(),
            (Reach::Reflector { server, port, .. }, Target::Reflector { server: theirs, port: their_port, .. }) => {
                server == theirs && port == their_port
            }
            _ => false,
        }
    }
}

#[derive(Clone, Debug)]
struct Channel {
    id: ChannelId,
    reach: Reach,
    /// Of the candidate it stands for.
    priority: u32,
}

/// A user name fragment and a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub ufrag: String,
    pub password: Zeroizing<String>,
}

impl Credentials {
    const ALPHABET: &'static [u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// 24 and 144 bits, as native clients.
    pub fn generate(random: &mut Random) -> Credentials {
        let mut text = |bytes: &mut [u8]| {
            random.fill(bytes);
            bytes.iter().map(|b| char::from(Self::ALPHABET[usize::from(b & 63)])).collect()
        };
        Credentials { ufrag: text(&mut [0; 4]), password: Zeroizing::new(text(&mut [0; 24])) }
    }

    /// RFC 8445: 4 to 256 and 22 to 256 characters; printable, since they travel in messages and texts.
    pub fn is_acceptable(&self) -> bool {
        let printable = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
        (4..=256).contains(&self.ufrag.len())
            && (22..=256).contains(&self.password.len())
            && printable(&self.ufrag)
            && printable(&self.password)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairState {
    Waiting,
    Checking,
    Working,
    Broken,
}

#[derive(Clone, Debug)]
struct Pair {
    channel: ChannelId,
    remote: Candidate,
    local_priority: u32,
    state: PairState,
    /// The latest checks, newest first; enough for an answer that takes a second.
    checks: [Option<(Transaction, Time)>; 6],
    next_check: Time,
    /// Answer the peer's check with one of ours, before all others.
    triggered: bool,
    /// Checks since the last answer.
    unanswered: u32,
    first_unanswered: Time,
    sent: u32,
    answered: u32,
    round_trip: Option<Duration>,
    heard: Option<Time>,
    last_answer: Option<Time>,
    /// Since when it has answered, after it broke.
    recovering_since: Option<Time>,
    /// The controlling peer wants this one.
    nominated: bool,
}

impl Pair {
    fn priority(&self, controlling: bool) -> u64 {
        let (ours, theirs) = (u64::from(self.local_priority), u64::from(self.remote.priority));
        let (g, d) = if controlling { (ours, theirs) } else { (theirs, ours) };
        (g.min(d) << 32) + 2 * g.max(d) + u64::from(g > d)
    }

    fn works(&self) -> bool {
        self.state == PairState::Working
    }

    /// Has answered lately.
    fn is_fresh(&self, now: Time) -> bool {
        self.last_answer.is_some_and(|at| now.since(at) <= SPARE_CHECK + Duration::from_millis(500))
    }

    /// Works, and not just again.
    fn is_trusted(&self, now: Time) -> bool {
        self.works() && self.recovering_since.is_none_or(|since| now.since(since) >= PROBATION)
    }
}

/// What a pair looked like, for the report.
#[derive(Clone, Debug)]
pub struct PathReport {
    pub channel: ChannelId,
    pub target: Target,
    pub kind: Kind,
    pub state: PairState,
    pub selected: bool,
    pub checks_sent: u32,
    pub answers: u32,
    /// Whether a packet of the peer ever came this way.
    pub heard: bool,
    pub round_trip: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Send by this pair from now on.
    Selected { channel: ChannelId, target: Target, why: RouteChange },
    /// Nothing works any more.
    Lost { why: RouteChange },
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
    targets: Vec<Candidate>,
    pairs: Vec<Pair>,
    /// By channel and target, as pairs move in their list.
    selected: Option<(ChannelId, Target)>,
    selected_at: Time,
    silence: Duration,
    next_pace: Time,
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
            targets: Vec::new(),
            pairs: Vec::new(),
            selected: None,
            selected_at: Time::ZERO,
            silence,
            next_pace: Time::ZERO,
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
            let pairs = &self.pairs;
            self.targets.retain(|t| pairs.iter().any(|p| p.remote.target == t.target));
        }
        self.remote = Some(credentials);
        for pair in &mut self.pairs {
            pair.nominated = false;
            pair.checks = [None; 6];
            pair.next_check = now;
            pair.unanswered = 0;
        }
    }

    pub fn has_remote(&self) -> bool {
        self.remote.is_some()
    }

    pub fn add_channel(&mut self, now: Time, id: ChannelId, reach: Reach, priority: u32) {
        self.channels.push(Channel { id, reach, priority });
        for index in 0..self.targets.len() {
            self.pair(now, id, self.targets[index]);
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

    /// A candidate of the peer. `false` if there is no room for it.
    pub fn add_remote(&mut self, now: Time, candidate: Candidate) -> bool {
        if let Some(known) = self.targets.iter_mut().find(|t| t.target == candidate.target) {
            // Learnt from a check before it was signalled: now its kind and priority are known.
            *known = candidate;
            for pair in self.pairs.iter_mut().filter(|p| p.remote.target == candidate.target) {
                pair.remote = candidate;
            }
        } else if self.targets.len() < MAX_TARGETS {
            self.targets.push(candidate);
        } else {
            return false;
        }
        for index in 0..self.channels.len() {
            self.pair(now, self.channels[index].id, candidate);
        }
        true
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
        if !channel.reach.fits(&remote) || self.pairs.len() >= MAX_PAIRS {
            return None;
        }
        self.pairs.push(Pair {
            channel: channel.id,
            remote,
            local_priority: channel.priority,
            state: PairState::Waiting,
            checks: [None; 6],
            next_check: now,
            triggered: false,
            unanswered: 0,
            first_unanswered: now,
            sent: 0,
            answered: 0,
            round_trip: None,
            heard: None,
            last_answer: None,
            recovering_since: None,
            nominated: false,
        });
        Some(self.pairs.len() - 1)
    }

    /// Whether the peer has proven that it can be reached, or reaches us, by this pair.
    pub fn is_known(&self, channel: ChannelId, target: Target) -> bool {
        self.find(channel, target).is_some_and(|i| self.pairs[i].heard.is_some())
    }

    /// Something of the peer that only the peer can have made has come by this pair.
    pub fn note_heard(&mut self, now: Time, channel: ChannelId, target: Target) {
        if let Some(index) = self.find(channel, target) {
            self.pairs[index].heard = Some(now);
        }
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
        if ours != self.local.ufrag || !message.is_authentic(self.local.password.as_bytes()) {
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
        let known = self.targets.iter().find(|t| t.target == target).copied();
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
        if known.is_none() {
            if self.targets.len() >= MAX_TARGETS {
                return None;
            }
            self.targets.push(remote);
        }
        let answer = Builder::new(Class::Success, Method::Binding, message.transaction)
            .address(attribute::XOR_MAPPED_ADDRESS, mapped);
        self.answer(channel, target, answer);
        let index = self.pair(now, channel, remote)?;
        let pair = &mut self.pairs[index];
        pair.heard = Some(now);
        // A check by credentials that are not the peer's any more, or not yet, is answered and otherwise means nothing.
        if self.remote.as_ref().is_some_and(|r| r.ufrag != theirs) {
            return Some(());
        }
        if !pair.works() {
            let wait = match pair.unanswered.checked_sub(PROMPT) {
                None => Duration::ZERO,
                Some(more) => Duration::from_millis(RETRIES_MS[(more as usize).min(RETRIES_MS.len() - 1)]),
            };
            let last = pair.checks[0].map_or(now, |(_, at)| at + wait);
            pair.triggered = last <= now;
            pair.next_check = pair.next_check.min(last.max(now));
        }
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
        let bytes = answer.integrity(self.local.password.as_bytes()).fingerprint().finish();
        self.out.push_back(Check { channel, target, bytes });
    }

    /// The pair that an answer belongs to, if it came the way the check went, and when that was.
    fn matching(&mut self, channel: ChannelId, target: Target, message: &Message<'_>) -> Option<(usize, Time)> {
        let index = self.find(channel, target)?;
        let check = self.pairs[index].checks.iter_mut().find(|c| c.is_some_and(|c| c.0 == *message.transaction))?;
        let sent_at = check.as_ref()?.1;
        if !message.is_authentic(self.remote.as_ref()?.password.as_bytes()) {
            return None;
        }
        *check = None;
        Some((index, sent_at))
    }

    fn handle_answer(&mut self, now: Time, channel: ChannelId, target: Target, message: &Message<'_>) -> Option<()> {
        let (index, sent_at) = self.matching(channel, target, message)?;
        let round_trip = now.since(sent_at);
        let pair = &mut self.pairs[index];
        pair.answered = pair.answered.saturating_add(1);
        pair.unanswered = 0;
        pair.heard = Some(now);
        pair.last_answer = Some(now);
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
        let (index, _) = self.matching(channel, target, message)?;
        if message.error_code() == Some(487) {
            self.switch_role(!self.controlling);
            self.pairs[index].triggered = true;
            self.pairs[index].next_check = now;
        }
        self.pairs[index].heard = Some(now);
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
        self.selected = Some((channel, target));
        self.selected_at = now;
        self.events.push_back(Event::Selected { channel, target, why });
    }

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

    pub fn handle_timeout(&mut self, now: Time) {
        self.watch(now);
        if self.remote.is_none() {
            return;
        }
        while now >= self.next_pace {
            let controlling = self.controlling;
            let due = (0..self.pairs.len())
                .filter(|&i| self.pairs[i].next_check <= now)
                .max_by_key(|&i| (self.pairs[i].triggered, self.pairs[i].priority(controlling)));
            let Some(index) = due else { break };
            // What answers a check of the peer, and the first of several, does not wait.
            if !self.pairs[index].triggered {
                self.next_pace = now + PACE;
            }
            self.check(now, index);
        }
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
                pair.state = PairState::Broken;
                pair.recovering_since = None;
                pair.nominated = false;
                silent |= is_route;
            }
        }
        if silent {
            // A spare that was asked meanwhile and kept silent too is as dead: to try each in turn would only hide it.
            for pair in self.pairs.iter_mut().filter(|pair| pair.works()) {
                if pair.unanswered >= SPARE_DOUBTS && now.since(pair.first_unanswered) >= SPARE_SILENCE {
                    pair.state = PairState::Broken;
                    pair.nominated = false;
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

    fn check(&mut self, now: Time, index: usize) {
        let Some(remote) = &self.remote else { return };
        let transaction: Transaction = self.random.bytes();
        let pair = &mut self.pairs[index];
        let is_route = self.selected == Some((pair.channel, pair.remote.target));
        let first = pair.unanswered == 0;
        if first {
            pair.first_unanswered = now;
        }
        pair.triggered = false;
        pair.unanswered = pair.unanswered.saturating_add(1);
        pair.sent = pair.sent.saturating_add(1);
        pair.checks.rotate_right(1);
        pair.checks[0] = Some((transaction, now));
        if pair.state == PairState::Waiting {
            pair.state = PairState::Checking;
        }
        let wait = if is_route {
            if first { overdue(pair.round_trip).max(DOUBT_CHECK) } else { DOUBT_CHECK }
        } else if pair.works() {
            if first { SPARE_CHECK } else { SPARE_CHECK / 4 }
        } else {
            let tries = pair.unanswered as usize - 1;
            let settled = self.selected.is_some() && tries >= RETRIES_MS.len();
            if settled { IDLE_RETRY } else { Duration::from_millis(RETRIES_MS[tries.min(RETRIES_MS.len() - 1)]) }
        };
        pair.next_check = now + wait;
        let username = format!("{}:{}", remote.ufrag, self.local.ufrag);
        // The priority that a peer-reflexive candidate of this channel would have.
        let priority = 110 << 24 | pair.local_priority & 0x00ff_ffff;
        let mut message = Builder::new(Class::Request, Method::Binding, &transaction)
            .attribute(attribute::USERNAME, username.as_bytes())
            .attribute(attribute::PRIORITY, &priority.to_be_bytes());
        let tie_breaker = self.tie_breaker.to_be_bytes();
        message = if self.controlling {
            let message = message.attribute(attribute::ICE_CONTROLLING, &tie_breaker);
            if is_route { message.attribute(attribute::USE_CANDIDATE, &[]) } else { message }
        } else {
            message.attribute(attribute::ICE_CONTROLLED, &tie_breaker)
        };
        let bytes = message.integrity(remote.password.as_bytes()).fingerprint().finish();
        let (channel, target) = (pair.channel, pair.remote.target);
        self.out.push_back(Check { channel, target, bytes });
        // When the route is in doubt, learn at once which spare would take over.
        if is_route && !first && now.since(self.pairs[index].first_unanswered) >= Duration::from_millis(450) {
            for spare in self.pairs.iter_mut().filter(|p| p.works()) {
                let asked = spare.checks[0].is_some_and(|(_, at)| now.since(at) < Duration::from_millis(700));
                if !asked {
                    spare.next_check = now;
                }
            }
        }
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let checks = self.remote.as_ref().and_then(|_| self.pairs.iter().map(|p| p.next_check).min());
        let checks = checks.map(|at| at.max(self.next_pace));
        let watch = self.selected.and_then(|(channel, target)| self.find(channel, target)).map(|index| {
            let pair = &self.pairs[index];
            pair.heard.unwrap_or(self.selected_at).max(self.selected_at) + self.silence
        });
        checks.into_iter().chain(watch).min()
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

    pub fn targets(&self) -> &[Candidate] {
        &self.targets
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

/// When an answer is late.
fn overdue(round_trip: Option<Duration>) -> Duration {
    round_trip.map_or(Duration::from_millis(300), |r| r * 2 + Duration::from_millis(100)).min(Duration::from_secs(1))
}

#[cfg(test)]
mod tests;
