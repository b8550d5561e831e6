//! Calls whose hosts have pushed, served in rounds, some calls a turn.
//!
//! A host that serves a hundred calls pushes for all of them in one go. Were all encoded in one go too, each would wait for the last,
//! and what comes from the network with them. What a round takes also tells whether this machine keeps up.

use crate::media::audio::AudioPorts;
use crate::time::{Duration, Time};
use crate::types::CallId;

/// Calls of a turn: some milliseconds of work at most.
const CALLS_PER_TURN: usize = 8;
/// Who takes longer for a round is behind: sound that waited for it is no use to anybody, and encoding it makes the next round longer.
const BEHIND: Duration = Duration::from_millis(60);

#[derive(Debug, Default)]
pub struct Rounds {
    /// Who is still to be served, the first at the end.
    waiting: Vec<CallId>,
    from: Time,
    end: Time,
    /// How long the round before this one took, if this one followed it.
    last: Duration,
}

impl Rounds {
    /// Whether nobody waits.
    pub fn is_over(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Who is served in this turn, and whether we are behind.
    pub fn turn(&mut self, now: Time, ports: &AudioPorts, mut serve: impl FnMut(CallId, bool)) {
        if self.is_over() {
            ports.take_rung(&mut self.waiting);
            if self.is_over() {
                return;
            }
            self.waiting.reverse();
            let follows = now.since(self.end) <= BEHIND;
            self.last = if follows { self.end.since(self.from) } else { Duration::ZERO };
            self.from = now;
        }
        let is_behind = self.last.max(now.since(self.from)) > BEHIND;
        let rest = self.waiting.len().saturating_sub(CALLS_PER_TURN);
        self.waiting.drain(rest..).rev().for_each(|call| serve(call, is_behind));
        if self.is_over() {
            self.end = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Time {
        Time::ZERO + Duration::from_millis(ms)
    }

    /// All push at once; then turns that take so long each. Who was served when, and whether we were behind.
    fn round(rounds: &mut Rounds, ports: &AudioPorts, calls: u64, mut now: u64, turn: u64) -> Vec<(u64, u64, bool)> {
        (0..calls).for_each(|call| ports.open(CallId(call)).clear());
        let mut served = Vec::new();
        loop {
            rounds.turn(ms(now), ports, |call, is_behind| served.push((call.0, now, is_behind)));
            if rounds.is_over() {
                return served;
            }
            now += turn;
        }
    }

    #[test]
    fn each_is_served_in_turn_and_some_at_a_time() {
        let (mut rounds, ports) = (Rounds::default(), AudioPorts::default());
        let served = round(&mut rounds, &ports, 20, 5, 1);
        assert_eq!(served.iter().map(|(call, ..)| *call).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
        assert!(served.iter().all(|(call, at, is_behind)| *at == 5 + call / 8 && !is_behind));
    }

    #[test]
    fn who_takes_long_for_a_round_is_behind_until_one_goes_fast() {
        let (mut rounds, ports) = (Rounds::default(), AudioPorts::default());
        let behind = |served: &[(u64, u64, bool)]| served.iter().filter(|(.., is_behind)| *is_behind).count();
        // 5 turns of 20 ms: the last of them is past 60 ms.
        assert_eq!(behind(&round(&mut rounds, &ports, 40, 0, 20)), 8);
        // The next one follows at once, and all of it has waited.
        assert_eq!(behind(&round(&mut rounds, &ports, 40, 100, 5)), 40);
        assert_eq!(behind(&round(&mut rounds, &ports, 40, 120, 5)), 0);
        // After a pause, what is pushed is new.
        assert_eq!(behind(&round(&mut rounds, &ports, 40, 200, 20)), 8);
        assert_eq!(behind(&round(&mut rounds, &ports, 40, 500, 1)), 0);
        // A few calls are never behind, whenever they come.
        assert_eq!((0..100).map(|n| behind(&round(&mut rounds, &ports, 8, 1000 + n * 70, 70))).sum::<usize>(), 0);
    }
}
