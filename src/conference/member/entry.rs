//! The way in, and back in: a block of our own on the newest one, until the server takes it or there is no entry.

use super::super::Conference;
use super::super::error::Reject;
use super::{Attempt, Effect, Effects, Elements, End, Feed, Joined, Member, Refusal, Removal, Sending, State};
use crate::crypto::sign::KeyPair;
use crate::time::{Duration, Time};
use std::collections::{BTreeSet, VecDeque};

impl Member {
    pub(super) fn attempt(&mut self, now: Time, failures: u32) -> Attempt {
        let keys = KeyPair::generate(&mut self.random);
        Attempt { keys, failures, answer_by: now + self.timing.answer, new_sources: false, creating: false }
    }

    pub(super) fn send_genesis(&mut self, now: Time, attempt: Attempt) -> (State, Effects) {
        match super::super::genesis(self.user, &attempt.keys, &mut self.random) {
            Ok(block) => {
                let effect = Effect::Create { public_key: attempt.keys.public(), block };
                (State::Joining(Attempt { answer_by: now + self.timing.answer, ..attempt }), vec![effect])
            }
            Err(reject) => (State::Ended, vec![Effect::Ended(End::Closed(reject))]),
        }
    }

    pub(super) fn send_join(&mut self, now: Time, mut attempt: Attempt, blocks: Vec<Vec<u8>>) -> (State, Effects) {
        // An invitation may arrive before the first block exists: then we write it.
        let made = match blocks.last() {
            Some(newest) => super::super::self_add(newest, self.user, &attempt.keys, &mut self.random),
            None => super::super::genesis(self.user, &attempt.keys, &mut self.random),
        };
        match made {
            Ok(block) => {
                let new_sources = core::mem::take(&mut attempt.new_sources);
                let effect = Effect::Join { public_key: attempt.keys.public(), block, new_sources };
                (State::Joining(Attempt { answer_by: now + self.timing.answer, ..attempt }), vec![effect])
            }
            Err(reject) if reject.code() == Reject::MayNotAdd.code() => {
                (State::Ended, vec![Effect::Ended(End::Closed(reject))])
            }
            Err(_) => self.retry(now, attempt, None),
        }
    }

    pub(super) fn enter(
        &mut self,
        now: Time,
        attempt: Attempt,
        main: Elements,
        broadcasts: Elements,
    ) -> (State, Effects) {
        let failures = attempt.failures;
        let mut blocks = main.elements.iter();
        let own = attempt.keys.public();
        let random = self.random.fork();
        let made = match blocks.next() {
            Some(first) => Conference::create(now, self.user, attempt.keys, first, random),
            None => Err(Reject::NotParticipant),
        };
        let made = made.and_then(|mut call| blocks.try_for_each(|block| call.apply_block(now, block)).map(|()| call));
        let mut call = match made {
            Ok(call) => call,
            // The server says that we are in, and its chain that we are not: out, and again with another key.
            Err(reject) => {
                let fresh = self.attempt(now, failures);
                let (state, effects) = self.retry(now, fresh, None);
                return (state, [Effect::Leave, Effect::Lost(Some(reject))].into_iter().chain(effects).collect());
            }
        };
        debug_assert_eq!(call.public_key(), own);
        for broadcast in &broadcasts.elements {
            self.counts.refused += u64::from(call.receive_broadcast(broadcast).is_err());
        }
        let feed = |next_offset: i32| Feed {
            next: next_offset.max(0),
            poll_at: now + self.timing.poll_verifying,
            polled_at: now,
        };
        let mut joined = Box::new(Joined {
            call,
            since: now,
            failures,
            feeds: [feed(main.next_offset), feed(broadcasts.next_offset)],
            broadcasts: VecDeque::new(),
            sending: Sending::No,
            unsent: 0,
            leavers: BTreeSet::new(),
            kicks: BTreeSet::new(),
            removal: Removal::No,
        });
        let mut effects = vec![Effect::Joined];
        if joined.call.emoji_hash().is_some() {
            effects.push(Effect::Verified);
        }
        effects.extend(self.work(now, &mut joined));
        (State::Joined(joined), effects)
    }

    pub(super) fn refused(&mut self, now: Time, mut attempt: Attempt, refusal: Refusal) -> (State, Effects) {
        match refusal {
            Refusal::Forbidden | Refusal::Gone => (State::Ended, vec![Effect::Ended(End::NoEntry)]),
            Refusal::ChainInvalid => {
                self.counts.races_lost += 1;
                self.retry(now, attempt, None)
            }
            Refusal::Sources => {
                attempt.new_sources = true;
                self.retry(now, attempt, None)
            }
            Refusal::Flood(wait) => self.retry(now, attempt, Some(wait)),
            Refusal::BlockInvalid | Refusal::Other => self.retry(now, attempt, None),
        }
    }

    pub(super) fn retry(&mut self, now: Time, mut attempt: Attempt, at_least: Option<Duration>) -> (State, Effects) {
        let pause = self.pause(attempt.failures, Refusal::Other).max(at_least.unwrap_or_default());
        attempt.failures = attempt.failures.saturating_add(1);
        (State::Waiting { attempt, until: now + pause }, vec![])
    }

    /// Every retry needs the newest block, so those who lost a race must not run it again in step.
    pub(super) fn pause(&mut self, failures: u32, refusal: Refusal) -> Duration {
        let longest = self.timing.retry * 2u32.pow(failures.min(4));
        let span = u64::try_from(longest.as_nanos()).unwrap_or(u64::MAX).max(1);
        let pause = Duration::from_nanos(self.random.below(span));
        if let Refusal::Flood(wait) = refusal { wait + pause } else { pause }
    }

    /// The place is lost: forget everything, and look for a new one with a new key.
    pub(super) fn rejoin(&mut self, now: Time, joined: Joined, reject: Option<Reject>) -> (State, Effects) {
        self.counts.rejoins += 1;
        // Thrown out as soon as we came in: slower the next time.
        let short = now.since(joined.since) < self.timing.answer;
        let attempt = self.attempt(now, if short { joined.failures.saturating_add(1) } else { 0 });
        let (state, effects) = self.retry(now, attempt, None);
        (state, [Effect::Lost(reject)].into_iter().chain(effects).collect())
    }
}
