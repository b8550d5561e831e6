//! Where the peer may be reached: a list that is bounded, as the peer and whoever repeats its checks can name any number of
//! places, and from which what is worth least gives way, as a long call through many networks needs room for the next one.

use super::reach::Way;
use crate::media::candidate::{Candidate, Target};
use crate::media::stun::Transaction;
use crate::time::Time;
use std::collections::{BTreeMap, VecDeque};

pub const MAX_TARGETS: usize = 64;
/// So many of them may be known from the peer's checks alone (peer-reflexive, RFC 8445 section 7.3.1.3). The other half is
/// for what signaling named.
pub const MAX_LEARNT: usize = 32;
/// Checks of the peer that are remembered.
const MAX_SEEN: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Signalled,
    /// A check came from there.
    Learnt,
}

#[derive(Clone, Debug)]
struct Known {
    remote: Candidate,
    origin: Origin,
    /// When it was named or learnt, or answered last.
    good_at: Time,
    has_answered: bool,
}

/// What became of a target that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Known,
    /// For want of room another one gave way.
    New {
        evicted: Option<Target>,
    },
    /// All that are there are worth more.
    Refused,
}

#[derive(Debug, Default)]
pub struct Targets {
    known: Vec<Known>,
    /// Newest last.
    seen: VecDeque<Transaction>,
}

impl Targets {
    pub fn len(&self) -> usize {
        self.known.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Candidate> {
        self.known.iter().map(|known| &known.remote)
    }

    pub fn nth(&self, index: usize) -> Candidate {
        self.known[index].remote
    }

    pub fn get(&self, target: Target) -> Option<Candidate> {
        self.find(target).map(|known| known.remote)
    }

    fn find(&self, target: Target) -> Option<&Known> {
        self.known.iter().find(|known| known.remote.target == target)
    }

    /// Whether anybody but who sends from there says that this is the peer's.
    pub fn is_vouched_for(&self, target: Target) -> bool {
        self.find(target).is_some_and(|known| known.origin == Origin::Signalled || known.has_answered)
    }

    /// An authentic check has come. `false` if it has come before: a copy says nothing about where the peer is, as anybody
    /// on the way can send one, from anywhere.
    pub fn note_check(&mut self, transaction: &Transaction) -> bool {
        if self.seen.contains(transaction) {
            return false;
        }
        if self.seen.len() >= MAX_SEEN {
            self.seen.pop_front();
        }
        self.seen.push_back(*transaction);
        true
    }

    pub fn note_answer(&mut self, now: Time, target: Target) {
        if let Some(known) = self.known.iter_mut().find(|known| known.remote.target == target) {
            known.good_at = now;
            known.has_answered = true;
        }
    }

    /// Takes a target in; `works` says to which there is a way that works.
    pub fn admit(&mut self, now: Time, remote: Candidate, origin: Origin, works: impl Fn(Target) -> bool) -> Admission {
        if let Some(known) = self.known.iter_mut().find(|known| known.remote.target == remote.target) {
            if origin == Origin::Signalled {
                // Learnt from a check before it was signalled: now its kind and priority are known.
                (known.remote, known.origin, known.good_at) = (remote, origin, now);
            }
            return Admission::Known;
        }
        let learnt = self.known.iter().filter(|known| known.origin == Origin::Learnt).count();
        let victim = if origin == Origin::Learnt && learnt >= MAX_LEARNT {
            self.worst(|known| known.origin == Origin::Learnt && !works(known.remote.target), |_| 0)
        } else if self.known.len() >= MAX_TARGETS {
            let unproven = |known: &Known| known.origin == Origin::Learnt && !known.has_answered;
            let mut crowds: BTreeMap<Way, usize> = BTreeMap::from([(Way::to(&remote), 1)]);
            self.iter().for_each(|known| *crowds.entry(Way::to(known)).or_default() += 1);
            self.worst(|known| unproven(known) && !works(known.remote.target), |_| 0)
                .or_else(|| self.worst(|known| !works(known.remote.target), |known| crowds[&Way::to(&known.remote)]))
        } else {
            self.add(now, remote, origin);
            return Admission::New { evicted: None };
        };
        let Some(victim) = victim else { return Admission::Refused };
        let evicted = Some(self.known.remove(victim).remote.target);
        self.add(now, remote, origin);
        Admission::New { evicted }
    }

    fn add(&mut self, now: Time, remote: Candidate, origin: Origin) {
        self.known.push(Known { remote, origin, good_at: now, has_answered: false });
    }

    /// Of those that may go: from the greatest crowd, one that never answered before one that did, the oldest.
    fn worst(&self, may_go: impl Fn(&Known) -> bool, crowd: impl Fn(&Known) -> usize) -> Option<usize> {
        let candidates = self.known.iter().enumerate().filter(|(_, known)| may_go(known));
        let rank = |known: &Known| {
            let is_proven = known.origin == Origin::Signalled || known.has_answered;
            (usize::MAX - crowd(known), is_proven, known.good_at)
        };
        candidates.min_by_key(|(_, known)| rank(known)).map(|(index, _)| index)
    }

    /// Removes these, and returns them.
    pub fn remove(&mut self, is_gone: impl Fn(&Candidate) -> bool) -> Vec<Candidate> {
        self.known.extract_if(.., |known| is_gone(&known.remote)).map(|known| known.remote).collect()
    }

    /// Keeps these only; returns the others.
    pub fn retain(&mut self, keep: impl Fn(Target) -> bool) -> Vec<Target> {
        let gone =
            self.known.extract_if(.., |known| !keep(known.remote.target)).map(|known| known.remote.target).collect();
        self.known.shrink_to(2 * self.known.len());
        gone
    }
}
