//! Inside: both sub-chains are read, broadcasts and removals are sent one by one, and a place that is lost is noticed.

use super::super::chain::block::{self, permission};
use super::super::error::Reject;
use super::{BROADCASTS, Effect, Effects, Elements, End, Joined, MAIN, Member, Refusal, Removal, Sending, State};
use crate::time::{Duration, Time};
use crate::types::UserId;

impl Member {
    pub(super) fn take(&mut self, now: Time, mut joined: Box<Joined>, update: Elements) -> (State, Effects) {
        let Some(index) = usize::try_from(update.sub_chain).ok().filter(|index| *index < joined.feeds.len()) else {
            self.counts.strange += 1;
            return (State::Joined(joined), vec![]);
        };
        let count = update.elements.len() as i64;
        let first = i64::from(update.next_offset) - count;
        if first < 0 {
            self.counts.strange += 1;
            return (State::Joined(joined), vec![]);
        }
        let (height, verified) = (joined.call.state().height, joined.call.emoji_hash().is_some());
        let (mut gap, mut progress) = (false, false);
        for (number, element) in (first..).zip(&update.elements) {
            let due = i64::from(joined.feeds[index].next);
            if number < due {
                self.counts.repeated += 1;
                continue;
            }
            if number > due {
                self.counts.gaps += 1;
                gap = true;
                break;
            }
            if update.sub_chain == BROADCASTS {
                self.counts.refused += u64::from(joined.call.receive_broadcast(element).is_err());
            } else if block::from_server(element).is_err() {
                // Not a block at all: the right one may be had by asking again.
                self.counts.strange += 1;
                gap = true;
                break;
            } else if joined.call.apply_block(now, element).is_err() {
                return self.out(now, joined);
            }
            joined.feeds[index].next = joined.feeds[index].next.saturating_add(1);
            progress = true;
        }
        // Elements beyond the last one of this stretch are missing too, if there is no element in it at all.
        gap |= count == 0 && i64::from(update.next_offset) > i64::from(joined.feeds[index].next);
        let full_page = progress && count == i64::from(self.timing.page);
        joined.feeds[index].poll_at = if gap {
            joined.feeds[index].poll_at.min(now + self.timing.gap)
        } else if full_page {
            now
        } else {
            now + self.poll_period(&joined)
        };
        let mut effects = Vec::new();
        if joined.call.state().height != height {
            effects.push(Effect::NewBlock);
            self.prune_later(now, &mut joined);
        }
        if joined.call.emoji_hash().is_some() && (!verified || joined.call.state().height != height) {
            effects.push(Effect::Verified);
        }
        effects.extend(self.work(now, &mut joined));
        (State::Joined(joined), effects)
    }

    /// A block that does not let us stay.
    fn out(&mut self, now: Time, joined: Box<Joined>) -> (State, Effects) {
        let reject = joined.call.failure();
        let replaced = reject == Some(Reject::NotParticipant)
            && joined.call.state().group.participants.iter().any(|participant| participant.user == self.user);
        if replaced {
            return (State::Ended, vec![Effect::Ended(End::Replaced)]);
        }
        let (state, effects) = self.rejoin(now, *joined, reject);
        // Where the chain broke, the server still counts us in.
        let leave = (reject != Some(Reject::NotParticipant)).then_some(Effect::Leave);
        (state, leave.into_iter().chain(effects).collect())
    }

    fn poll_period(&self, joined: &Joined) -> Duration {
        if joined.call.emoji_hash().is_some() { self.timing.poll } else { self.timing.poll_verifying }
    }

    pub(super) fn tick(&mut self, now: Time, mut joined: Box<Joined>) -> (State, Effects) {
        joined.call.handle_timeout(now);
        let mut effects = Vec::new();
        for sub_chain in [MAIN, BROADCASTS] {
            let feed = &mut joined.feeds[sub_chain as usize];
            if now >= feed.poll_at {
                // An answer sets the next poll; without one it is asked again.
                (feed.poll_at, feed.polled_at) = (now + self.timing.again, now);
                effects.push(Effect::Fetch { sub_chain, offset: feed.next, limit: self.timing.page });
            }
        }
        match joined.sending {
            Sending::UnderWay { until: at } | Sending::Again { at } if now >= at => joined.sending = Sending::No,
            Sending::No | Sending::UnderWay { .. } | Sending::Again { .. } => {}
        }
        if let Removal::UnderWay { until, .. } = joined.removal
            && now >= until
        {
            joined.removal = Removal::Due { at: now };
        }
        effects.extend(self.work(now, &mut joined));
        (State::Joined(joined), effects)
    }

    /// Sends what there is to send: broadcasts one by one, removals one by one.
    pub(super) fn work(&mut self, now: Time, joined: &mut Joined) -> Effects {
        let mut effects = Vec::new();
        let height = joined.call.state().height;
        // Of a round that is over nothing is sent any more.
        if matches!(joined.sending, Sending::No | Sending::Again { .. }) {
            let before = joined.broadcasts.len();
            joined.broadcasts.retain(|(of, _)| *of == height);
            if joined.broadcasts.len() != before {
                joined.unsent = 0;
            }
        }
        while let Some(broadcast) = joined.call.poll_outbound() {
            joined.broadcasts.push_back((height, broadcast));
        }
        if matches!(joined.sending, Sending::No)
            && let Some((_, broadcast)) = joined.broadcasts.front()
        {
            effects.push(Effect::SendBroadcast(broadcast.clone()));
            joined.sending = Sending::UnderWay { until: now + self.timing.again };
        }
        if let Removal::Due { at } = joined.removal
            && now >= at
        {
            effects.extend(self.remove(now, joined));
        }
        effects
    }

    pub(super) fn broadcast_answered(
        &mut self,
        now: Time,
        mut joined: Box<Joined>,
        answer: Result<(), Refusal>,
    ) -> (State, Effects) {
        match (answer, joined.sending) {
            // Nothing is under way: an answer that was given up.
            (_, Sending::No | Sending::Again { .. }) => return (State::Joined(joined), vec![]),
            // Taken, or wrong for ever: the next one.
            (Ok(()) | Err(Refusal::BlockInvalid | Refusal::ChainInvalid), Sending::UnderWay { .. }) => {
                joined.broadcasts.pop_front();
                (joined.sending, joined.unsent) = (Sending::No, 0);
            }
            // The same bytes again until they are taken, or the round is over.
            (Err(refusal), Sending::UnderWay { .. }) => {
                joined.unsent = joined.unsent.saturating_add(1);
                joined.sending = Sending::Again { at: now + self.timing.retry + self.pause(joined.unsent, refusal) };
            }
        }
        let effects = self.work(now, &mut joined);
        (State::Joined(joined), effects)
    }

    pub(super) fn prune_later(&mut self, now: Time, joined: &mut Joined) {
        let participants = &joined.call.state().group.participants;
        joined.leavers.retain(|user| participants.iter().any(|participant| participant.user == *user));
        joined.leavers.remove(&self.user);
        if !joined.leavers.is_empty() && matches!(joined.removal, Removal::No) {
            // All who may remove will try: the jitter lets one of them win before the others begin.
            joined.removal.schedule(now + self.timing.prune + self.pause(2, Refusal::Other));
        }
    }

    fn remove(&mut self, now: Time, joined: &mut Joined) -> Option<Effect> {
        let state = joined.call.state();
        let inside = |user: &UserId| state.group.participants.iter().any(|participant| participant.user == *user);
        joined.kicks.retain(inside);
        joined.leavers.retain(|user| inside(user) && *user != self.user);
        joined.removal = Removal::No;
        let kick = !joined.kicks.is_empty();
        let users: Vec<UserId> = if kick { &joined.kicks } else { &joined.leavers }.iter().copied().collect();
        if users.is_empty() || joined.call.state().permissions(&joined.call.public_key()) & permission::REMOVE == 0 {
            return None;
        }
        let block = joined.call.remove(&users).ok()?;
        joined.removal = Removal::UnderWay { until: now + self.timing.again, is_kick: kick };
        Some(Effect::Remove { users, kick, block })
    }

    pub(super) fn remove_answered(
        &mut self,
        now: Time,
        mut joined: Box<Joined>,
        answer: Result<(), Refusal>,
    ) -> (State, Effects) {
        if let Removal::UnderWay { is_kick, .. } = joined.removal {
            joined.removal = match answer {
                // Whoever was named meanwhile is next, when the block is here.
                Ok(()) => Removal::Due { at: now + self.timing.gap },
                // It will not be allowed by asking again. Who has left is looked for anew when something changes.
                Err(Refusal::BlockInvalid) => {
                    if is_kick { &mut joined.kicks } else { &mut joined.leavers }.clear();
                    Removal::Due { at: now + self.timing.gap }
                }
                // Somebody was faster, perhaps with the same wish: look again when his block is here.
                Err(refusal) => {
                    self.counts.races_lost += u64::from(refusal == Refusal::ChainInvalid);
                    let main = &mut joined.feeds[MAIN as usize];
                    main.poll_at = main.poll_at.min(now + self.timing.gap);
                    Removal::Due { at: now + self.timing.gap + self.pause(2, refusal) }
                }
            };
        }
        (State::Joined(joined), vec![])
    }
}

impl Removal {
    pub(super) fn schedule(&mut self, at: Time) {
        *self = match *self {
            Removal::No => Removal::Due { at },
            Removal::Due { at: before } => Removal::Due { at: before.min(at) },
            under_way @ Removal::UnderWay { .. } => under_way,
        };
    }
}
