//! Connectivity checks: which is next, when, and what it says (RFC 8445 sections 6.1.4.2 and 7.2.4).

use super::pair::{Pair, PairState, RETRIES_MS, SPARE_CHECK, Sent};
use super::reach::Way;
use super::{Agent, Check};
use crate::media::stun::{Builder, Class, Method, Transaction, attribute};
use crate::time::{Duration, Time};
use std::collections::BTreeMap;

/// Between two checks of ours that nobody asked for. RFC 8445 section 14.2 allows no less.
const PACE: Duration = Duration::from_millis(5);
/// Between two checks to where nobody but the sender of a check says that the peer is; so many may go at once. The senders
/// may be made up, and then it is others who get our checks.
const UNPROVEN_PACE: Duration = Duration::from_millis(50);
const UNPROVEN_BURST: u32 = 16;
/// The longest that such a check waits.
const UNPROVEN_WAIT: Duration = Duration::from_millis(1600);
/// After the quick retries, while there is a route.
const IDLE_RETRY: Duration = Duration::from_secs(10);
/// How often the route is checked while an answer is overdue.
pub const DOUBT_CHECK: Duration = Duration::from_millis(150);

/// When the next check may leave.
#[derive(Debug, Default)]
pub struct Pace {
    next: Time,
    /// When the last unproven place would be checked without a burst.
    unproven: Time,
    /// The last one was the first of its pair.
    was_first: bool,
}

impl Pace {
    /// When one more unproven place may be checked.
    pub fn unproven(&mut self, now: Time) -> Time {
        let at = self.unproven.max(now);
        let waiting = UNPROVEN_PACE * UNPROVEN_BURST;
        self.unproven = (at + UNPROVEN_PACE).min(now + UNPROVEN_WAIT + waiting);
        if at.since(now) <= waiting { now } else { now + (at.since(now) - waiting) }
    }
}

impl Agent {
    pub fn handle_timeout(&mut self, now: Time) {
        self.watch(now);
        self.give_up(now);
        if self.remote.is_none() {
            return;
        }
        while now >= self.pace.next {
            let Some(index) = self.next_due(now) else { break };
            // What answers a check of the peer, and the first of several, does not wait.
            if !self.pairs[index].triggered {
                self.pace.next = now + PACE;
                self.pace.was_first = self.pairs[index].sent == 0;
            }
            self.check(now, index);
        }
    }

    /// Of the checks that are due: what the peer asked for, then the route; then in turn a pair that never was checked, and
    /// the one that has waited longest. So neither do retries keep anything from its first check, nor the other way round.
    fn next_due(&self, now: Time) -> Option<usize> {
        let due = || self.pairs.iter().enumerate().filter(|(_, pair)| pair.next_check <= now);
        let priority = |pair: &Pair| pair.priority(self.controlling);
        let index = |(index, _): (usize, &Pair)| index;
        let urgent = due().filter(|(_, pair)| pair.triggered || pair.is(self.selected));
        if let Some(urgent) = urgent.max_by_key(|(_, pair)| (pair.triggered, priority(pair))) {
            return Some(urgent.0);
        }
        let again = || due().filter(|(_, pair)| pair.sent > 0).min_by_key(|(_, pair)| pair.next_check).map(index);
        if self.pace.was_first
            && let Some(again) = again()
        {
            return Some(again);
        }
        self.next_first(due().filter(|(_, pair)| pair.sent == 0)).or_else(again)
    }

    /// The best pair of the kind of way of which fewest were tried: ten interfaces more do not make the relays wait.
    fn next_first<'a>(&self, waiting: impl Iterator<Item = (usize, &'a Pair)>) -> Option<usize> {
        let mut waiting = waiting.peekable();
        waiting.peek()?;
        let mut tried: BTreeMap<Way, usize> = BTreeMap::new();
        self.pairs.iter().filter(|pair| pair.sent > 0).for_each(|pair| *tried.entry(pair.way()).or_default() += 1);
        let rank = |pair: &Pair| {
            let tried = tried.get(&pair.way()).copied().unwrap_or(0);
            (usize::MAX - tried, pair.priority(self.controlling))
        };
        waiting.max_by_key(|(_, pair)| rank(pair)).map(|(index, _)| index)
    }

    fn check(&mut self, now: Time, index: usize) {
        let Some(remote) = &self.remote else { return };
        let transaction: Transaction = self.random.bytes();
        let pair = &mut self.pairs[index];
        let is_route = pair.is(self.selected);
        let first = pair.unanswered == 0;
        if first {
            pair.first_unanswered = now;
        }
        pair.triggered = false;
        pair.unanswered = pair.unanswered.saturating_add(1);
        pair.sent = pair.sent.saturating_add(1);
        pair.checks.rotate_right(1);
        pair.checks[0] = Some(Sent { transaction, at: now, controlling: self.controlling });
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
        // The priority that a peer-reflexive candidate of this channel would have (RFC 8445 section 7.1.1).
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
        let bytes = message.integrity(remote.password.expose().as_bytes()).fingerprint().finish();
        let (channel, target) = (pair.channel, pair.remote.target);
        self.out.push_back(Check { channel, target, bytes });
        // When the route is in doubt, learn at once which spare would take over.
        if is_route && !first && now.since(self.pairs[index].first_unanswered) >= Duration::from_millis(450) {
            for spare in self.pairs.iter_mut().filter(|p| p.works()) {
                let asked = spare.checks[0].is_some_and(|sent| now.since(sent.at) < Duration::from_millis(700));
                if !asked {
                    spare.next_check = now;
                }
            }
        }
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let checks = self.remote.as_ref().and_then(|_| self.pairs.iter().map(|p| p.next_check).min());
        let checks = checks.map(|at| at.max(self.pace.next));
        let watch = self.selected.and_then(|(channel, target)| self.find(channel, target)).map(|index| {
            let pair = &self.pairs[index];
            pair.heard.unwrap_or(self.selected_at).max(self.selected_at) + self.silence
        });
        checks.into_iter().chain(watch).min()
    }
}

/// When an answer is late.
fn overdue(round_trip: Option<Duration>) -> Duration {
    round_trip.map_or(Duration::from_millis(300), |r| r * 2 + Duration::from_millis(100)).min(Duration::from_secs(1))
}
