//! How a conference stands, for the report.

use super::Conference;
use crate::call::report::Json;
use crate::client::group::Group;
use crate::conference::member::Counts;
use crate::types::UserId;
use core::fmt::Write;

/// Of at most so many it is said that they have not shown their number.
const NAMED: usize = 20;

impl Group {
    /// Now, or when we were in last.
    pub fn standing(&self) -> Option<Standing> {
        let conference = self.conference.as_deref()?;
        Standing::of(conference).or_else(|| conference.last.clone())
    }
}

#[derive(Clone, Debug)]
pub struct Standing {
    height: i32,
    people: usize,
    is_verified: bool,
    /// For whom the verification waits.
    missing: Vec<UserId>,
    counts: Counts,
    /// Packets and broadcasts that were refused.
    dropped: u64,
}

impl Standing {
    pub fn of(conference: &Conference) -> Option<Standing> {
        let (member, core) = (conference.member.as_ref()?, conference.core()?);
        Some(Standing {
            height: core.state().height,
            people: core.state().group.participants.len(),
            is_verified: core.emoji_hash().is_some(),
            missing: core.unverified(),
            counts: member.counts(),
            dropped: core.dropped().values().sum(),
        })
    }

    fn waits_for(&self) -> String {
        let mut text = self.missing.iter().take(NAMED).map(UserId::to_string).collect::<Vec<_>>().join(", ");
        if self.missing.len() > NAMED {
            let _ = write!(text, " and {} more", self.missing.len() - NAMED);
        }
        text
    }

    pub fn text(&self) -> String {
        let Standing { height, people, counts, dropped, .. } = self;
        let verified = match self.is_verified {
            true => "verified".to_owned(),
            false => format!("not verified: it waits for {}", self.waits_for()),
        };
        let mut text = format!("conference: block {height}, {people} people in its chain, {verified}\n");
        let Counts { repeated, gaps, strange, refused, races_lost, rejoins: _ } = *counts;
        let numbers = [
            (repeated, "known already"),
            (gaps, "behind a gap"),
            (strange, "strange"),
            (refused, "broadcasts refused"),
            (races_lost, "overtaken"),
            (*dropped, "packets and broadcasts not opened"),
        ];
        let told: Vec<String> =
            numbers.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if !told.is_empty() {
            let _ = writeln!(text, "  of blocks and broadcasts: {}", told.join(", "));
        }
        text
    }

    pub fn json(&self) -> String {
        let mut json = Json::default();
        json.open('{');
        json.field("block", &self.height.to_string());
        json.field("people", &self.people.to_string());
        json.field("verified", if self.is_verified { "true" } else { "false" });
        json.text("waits_for", &self.waits_for());
        json.field("gaps", &self.counts.gaps.to_string());
        json.field("overtaken", &self.counts.races_lost.to_string());
        json.field("not_opened", &self.dropped.to_string());
        json.close('}');
        json.out
    }
}
