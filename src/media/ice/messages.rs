//! Checks of the peer, and its answers to ours.

use super::checks::DOUBT_CHECK;
use super::pair::{PairState, RETRIES_MS, SPARE_CHECK, Sent};
use super::targets::Origin;
use super::{Agent, ChannelId, Check, Reach, Verdict};
use crate::media::candidate::{Candidate, Kind, Target};
use crate::media::output::RouteChange;
use crate::media::stun::{Builder, Class, Message, Method, attribute};
use crate::time::{Duration, Time};

/// So many checks without an answer may each be called for by a check of the peer at once; then they keep the pace of the
/// retries. Else two ends whose answers take long would answer check with check for ever, and that would be why they take
/// long.
const PROMPT: u32 = 4;
/// How often the route is checked.
const ROUTE_CHECK: Duration = Duration::from_millis(600);

impl Agent {
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
}
