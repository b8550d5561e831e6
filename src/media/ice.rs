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
mod messages;
mod pair;
mod reach;
mod route;
mod targets;

pub use credentials::Credentials;
pub use pair::{PairState, PathReport};
pub use reach::{ChannelId, Reach};

use super::candidate::{Candidate, Kind, Target};
use super::config::Timing;
use super::output::RouteChange;
use crate::random::Random;
use crate::time::{Duration, Time};
use checks::Pace;
use core::net::SocketAddr;
use pair::{Pair, make_room};
use std::collections::VecDeque;
use targets::{Admission, Origin, Targets};

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
    deafness: Duration,
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
    pub fn new(controlling: bool, timing: Timing, mut random: Random) -> Agent {
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
            silence: timing.silence,
            deafness: timing.deafness,
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
        self.pairs.shrink_to(2 * self.pairs.len());
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
        if !channel.reach.fits(&remote) || !make_room(&mut self.pairs, self.controlling, channel.priority, &remote) {
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
    /// it is one at once: the check that is to prove it follows. `true`: that is no news, and nothing is to be done about it.
    pub fn note_heard(&mut self, now: Time, channel: ChannelId, target: Target) -> bool {
        let Some(index) = self.find(channel, target) else { return false };
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
            return false;
        }
        !was_silent
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
