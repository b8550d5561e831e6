//! The candidates of both sides, for the report: what is good now, and why the rest is of no use.

use crate::media::candidate::{Candidate, Target};
use crate::media::ice::ChannelId;
use crate::media::report::CandidateReport;
use std::collections::VecDeque;

/// Of each side in the report: the newest.
const MAX_LISTED: usize = 64;
/// As many of ours are told again when they have to be; beyond, the oldest are forgotten.
const MAX_LOCAL: usize = 256;

/// One of ours, with the text it was signalled by.
#[derive(Debug)]
struct Local {
    channel: ChannelId,
    text: String,
    report: CandidateReport,
}

#[derive(Debug, Default)]
pub struct Listed {
    local: Vec<Local>,
    remote: VecDeque<CandidateReport>,
}

impl Listed {
    /// One of ours is signalled.
    pub fn add_local(&mut self, channel: ChannelId, candidate: &Candidate, text: String) {
        let report = CandidateReport { kind: Some(candidate.kind), target: Some(candidate.target), note: "" };
        if self.local.len() >= MAX_LOCAL {
            self.local.remove(0);
        }
        self.local.push(Local { channel, text, report });
    }

    /// A channel is gone. The texts of what it stood behind.
    pub fn remove_local(&mut self, channel: ChannelId) -> Vec<String> {
        let gone = self.local.extract_if(.., |local| local.channel == channel).map(|local| local.text).collect();
        self.local.shrink_to(2 * self.local.len());
        gone
    }

    /// One of the peer's came. What is told again is listed once.
    pub fn add_remote(&mut self, report: CandidateReport) {
        if let Some(target) = report.target {
            self.remove_remote(target);
        }
        if self.remote.len() >= MAX_LISTED {
            self.remote.pop_front();
        }
        self.remote.push_back(report);
    }

    /// It is tried no more.
    pub fn remove_remote(&mut self, target: Target) {
        self.remote.retain(|known| known.target != Some(target));
        self.remote.shrink_to(2 * self.remote.len());
    }

    pub fn local(&self) -> Vec<CandidateReport> {
        let hidden = self.local.len().saturating_sub(MAX_LISTED);
        self.local[hidden..].iter().map(|local| local.report).collect()
    }

    pub fn remote(&self) -> Vec<CandidateReport> {
        self.remote.iter().copied().collect()
    }
}
