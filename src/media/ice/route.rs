//! The pair to send by, and the watch over it.

use super::pair::Pair;
use super::reach::Way;
use super::{Agent, Event};
use crate::media::candidate::Target;
use crate::media::output::RouteChange;
use crate::time::{Duration, Time};

/// Without any answer for this long a route is broken even if the peer is heard, where there is another.
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

impl Agent {
    /// Chooses the pair to send by. `why` says what made this necessary.
    pub fn reselect(&mut self, now: Time, why: RouteChange) {
        let current = self.selected.and_then(|(channel, target)| self.find(channel, target));
        let current = current.filter(|&i| self.pairs[i].works());
        // What is trusted comes before what has just come back; what answered lately before what may be as dead.
        let rank = |index: usize| {
            let pair = &self.pairs[index];
            let wanted = !self.controlling && pair.nominated;
            (pair.is_trusted(now), wanted, pair.is_fresh(now), pair.priority(self.controlling))
        };
        // A route that works is left only for what has proven at this moment to work too: of a spare that was asked two
        // seconds ago nobody knows.
        let is_proven = |index: usize| current.is_none_or(|i| i == index) || self.pairs[index].heard == Some(now);
        let eligible = (0..self.pairs.len()).filter(|&i| self.pairs[i].works() && is_proven(i));
        let best = eligible.max_by_key(|&i| rank(i));
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
    pub fn selected(&self) -> Option<(super::ChannelId, Target)> {
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
    pub fn watch(&mut self, now: Time) {
        let selected = self.selected;
        let is_route = |pair: &Pair| selected == Some((pair.channel, pair.remote.target));
        let is_spare = |pair: &Pair| !is_route(pair) && pair.works() && pair.is_fresh(now);
        let deaf = if self.pairs.iter().any(is_spare) { DEAF_WITH_SPARE } else { self.deafness };
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
    pub fn give_up(&mut self, now: Time) {
        if self.selected.is_none() || now < self.review_at {
            return;
        }
        self.review_at = now + REVIEW;
        let mut working: Vec<Way> = Vec::new();
        for way in self.pairs.iter().filter(|pair| pair.works()).map(Pair::way) {
            if !working.contains(&way) {
                working.push(way);
            }
        }
        let routed_at = self.routed_at;
        let is_hopeless = |pair: &mut Pair| {
            let tried_since = pair.last_answer.unwrap_or(pair.made).max(routed_at);
            let way = pair.way();
            !pair.works() && now.since(tried_since) >= GIVE_UP && (!way.is_relayed() || working.contains(&way))
        };
        let hopeless: Vec<Target> = self.pairs.extract_if(.., is_hopeless).map(|pair| pair.remote.target).collect();
        if !hopeless.is_empty() {
            self.forget(|pairs, target| !hopeless.contains(&target) || pairs.iter().any(|p| p.remote.target == target));
            self.pairs.shrink_to(2 * self.pairs.len());
        }
    }
}
