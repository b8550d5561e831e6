//! Which ways may be taken, when that changes in the middle of a call.

use super::Transport;
use crate::media::Ways;
use crate::media::candidate::{Candidate, Kind};
use crate::media::report::CandidateReport;
use crate::time::Time;

/// Candidates of the peer that are kept for the time when direct ways are allowed; the oldest give way.
const MAX_WITHHELD: usize = 64;
/// What the report says of these.
pub const RELAYS_ONLY: &str = "not used: relays only";

impl Transport {
    /// Which ways may be taken from now on. When no direct ones, the one in use is left at once, and neither our addresses nor the
    /// peer's matter any more; what was found of relays goes on. To a proxy and from it leads [`Self::reopen`] alone.
    pub fn set_ways(&mut self, now: Time, ways: Ways) {
        if self.is_over() || self.ways == ways {
            return;
        }
        self.gather.set_ways(now, ways);
        self.allow(now, ways);
        self.turn(now);
    }

    /// Closes all sockets: they go another way from [`Self::reopen`] on. Quietly: without a word to servers.
    pub fn leave_sockets(&mut self, now: Time, is_quiet: bool) {
        if !self.is_over() {
            self.gather.leave_all(now, is_quiet);
            self.turn(now);
        }
    }

    /// Opens sockets anew, through a proxy or not; their ids begin with this number.
    pub fn reopen(&mut self, now: Time, number: u32, ways: Ways) {
        if !self.is_over() {
            self.allow(now, ways);
            self.gather.reopen(now, number, ways);
            self.turn(now);
        }
    }

    /// What the peer has told of itself counts, or counts no more.
    fn allow(&mut self, now: Time, ways: Ways) {
        if core::mem::replace(&mut self.ways, ways).are_direct() == ways.are_direct() {
            return;
        }
        if ways.are_direct() {
            for candidate in core::mem::take(&mut self.withheld) {
                let note = if self.agent.add_remote(now, candidate) { "" } else { "not used: too many" };
                self.list_remote(candidate, note);
            }
        } else {
            for candidate in self.agent.remove_direct(now) {
                self.withhold(candidate);
                self.list_remote(candidate, RELAYS_ONLY);
            }
        }
    }

    /// Keeps a candidate that may not be used as long as only relays may.
    pub fn withhold(&mut self, candidate: Candidate) {
        self.withheld.retain(|known| known.target != candidate.target);
        if self.withheld.len() >= MAX_WITHHELD {
            self.withheld.pop_front();
        }
        if candidate.kind != Kind::Relay {
            self.withheld.push_back(candidate);
        }
    }

    fn list_remote(&mut self, candidate: Candidate, note: &'static str) {
        self.listed.add_remote(CandidateReport { kind: Some(candidate.kind), target: Some(candidate.target), note });
    }
}
