//! A pair of a channel and a target, and the room for pairs.

use super::reach::{ChannelId, Way};
use crate::media::candidate::{Candidate, Kind, Target};
use crate::media::stun::Transaction;
use crate::time::{Duration, Time};
use std::collections::BTreeMap;

pub const MAX_PAIRS: usize = 256;
/// The first waits for an answer; then the last one, until something works.
pub const RETRIES_MS: [u64; 6] = [100, 150, 250, 400, 700, 1000];
/// A pair that broke must answer for this long before it is preferred again.
const PROBATION: Duration = Duration::from_millis(4000);
/// How often a pair that works and is not the route is checked.
pub const SPARE_CHECK: Duration = Duration::from_millis(2000);
/// Who has answered within this time agrees to be sent to (RFC 7675 section 5.1).
const CONSENT: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairState {
    Waiting,
    Checking,
    Working,
    Broken,
}

/// A check that is not answered yet.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    pub transaction: Transaction,
    pub at: Time,
    /// The role it told of.
    pub controlling: bool,
}

#[derive(Clone, Debug)]
pub struct Pair {
    pub channel: ChannelId,
    pub remote: Candidate,
    pub local_priority: u32,
    pub state: PairState,
    pub made: Time,
    /// The latest checks, newest first; enough for an answer that takes a second.
    pub checks: [Option<Sent>; 6],
    pub next_check: Time,
    /// Answer the peer's check with one of ours, before all others.
    pub triggered: bool,
    /// Checks since the last answer.
    pub unanswered: u32,
    pub first_unanswered: Time,
    pub sent: u32,
    pub answered: u32,
    pub round_trip: Option<Duration>,
    pub heard: Option<Time>,
    pub last_answer: Option<Time>,
    /// Since when it has answered, after it broke.
    pub recovering_since: Option<Time>,
    /// It broke though the peer was heard: only an answer mends it.
    pub is_deaf: bool,
    /// The controlling peer wants this one.
    pub nominated: bool,
}

impl Pair {
    pub fn new(now: Time, channel: ChannelId, local_priority: u32, remote: Candidate) -> Pair {
        Pair {
            channel,
            remote,
            local_priority,
            state: PairState::Waiting,
            made: now,
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
            is_deaf: false,
            nominated: false,
        }
    }

    /// RFC 8445 section 6.1.2.3.
    pub fn priority(&self, controlling: bool) -> u64 {
        priority(controlling, self.local_priority, self.remote.priority)
    }

    pub fn is(&self, selected: Option<(ChannelId, Target)>) -> bool {
        selected == Some((self.channel, self.remote.target))
    }

    pub fn way(&self) -> Way {
        Way::to(&self.remote)
    }

    pub fn works(&self) -> bool {
        self.state == PairState::Working
    }

    /// Has answered lately.
    pub fn is_fresh(&self, now: Time) -> bool {
        self.last_answer.is_some_and(|at| now.since(at) <= SPARE_CHECK + Duration::from_millis(500))
    }

    /// Works, and not just again.
    pub fn is_trusted(&self, now: Time) -> bool {
        self.works() && self.recovering_since.is_none_or(|since| now.since(since) >= PROBATION)
    }

    /// Checked as often as a pair is at first, without an answer.
    fn is_in_vain(&self) -> bool {
        self.unanswered as usize >= RETRIES_MS.len()
    }

    /// Whether it is as good as it was, now that the peer is heard by it again: nothing was wrong with it but the silence.
    pub fn is_restored_by_hearing(&self, now: Time) -> bool {
        self.state == PairState::Broken && !self.is_deaf && self.last_answer.is_some_and(|at| now.since(at) <= CONSENT)
    }

    /// What was thought to be so is not: it does not work any more.
    pub fn set_broken(&mut self, now: Time, silence: Duration) {
        self.state = PairState::Broken;
        self.recovering_since = None;
        self.nominated = false;
        self.is_deaf = self.heard.is_some_and(|at| now.since(at) < silence);
    }
}

fn priority(controlling: bool, ours: u32, theirs: u32) -> u64 {
    let (ours, theirs) = (u64::from(ours), u64::from(theirs));
    let (g, d) = if controlling { (ours, theirs) } else { (theirs, ours) };
    (g.min(d) << 32) + 2 * g.max(d) + u64::from(g > d)
}

/// Makes room for a pair (RFC 8445 section 6.1.2.5). `false`: all that are there are worth more.
///
/// Of the kinds of way that which has most pairs gives one up: first what was checked in vain, then by priority; never what
/// works.
pub fn make_room(pairs: &mut Vec<Pair>, controlling: bool, local_priority: u32, remote: &Candidate) -> bool {
    if pairs.len() < MAX_PAIRS {
        return true;
    }
    let new = Way::to(remote);
    let mut crowds: BTreeMap<Way, usize> = BTreeMap::from([(new, 1)]);
    pairs.iter().for_each(|pair| *crowds.entry(pair.way()).or_default() += 1);
    let rank = |pair: &Pair| {
        (crowds[&pair.way()], pair.way() == new, pair.is_in_vain(), u64::MAX - pair.priority(controlling))
    };
    let victim = pairs.iter().enumerate().filter(|(_, pair)| !pair.works()).max_by_key(|(_, pair)| rank(pair));
    let Some((index, victim)) = victim else { return false };
    let is_better = victim.is_in_vain()
        || victim.way() != new && crowds[&victim.way()] > crowds[&new]
        || victim.way() == new && priority(controlling, local_priority, remote.priority) > victim.priority(controlling);
    if is_better {
        pairs.swap_remove(index);
    }
    is_better
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
