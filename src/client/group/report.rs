//! What can be told about a group call afterwards.

use crate::call::report::{Json, Story, story_json, story_text};
use crate::client::figures::MediaReport;
use crate::client::{Client, ReportFormat};
use crate::error::Error;
use crate::types::CallId;
use core::fmt::Write;

impl Client {
    pub(in crate::client) fn report_group(
        &self,
        call: CallId,
        format: ReportFormat,
        addresses: bool,
    ) -> Result<String, Error> {
        let (entry, group) = (self.ledger.get(call)?, self.ledger.group(call)?);
        let mode = match group.mode {
            super::Mode::None => "none yet",
            super::Mode::Connected => "a media server",
            super::Mode::Stream => "a stream",
            super::Mode::Rtmp => "a stream of one program",
        };
        let (people, known, dropped) = match entry.outcome {
            Some(_) => group.in_the_end,
            None => (group.roster.total(), group.roster.snapshot().len(), group.roster.dropped()),
        };
        let state = group.shown();
        let (diary, outcome, packets) = (&entry.diary, entry.outcome.as_deref(), entry.packets_dropped);
        let media = entry.media_report();
        let media = media.map(|report| MediaReport { interfaces_note: self.interfaces_note.clone(), ..report });
        if format == ReportFormat::Json {
            let mut json = Json::default();
            json.open('{');
            json.field("call", &call.0.to_string());
            json.text("kind", "group");
            json.text("state", &state.to_string());
            json.text("sound_from", mode);
            json.field("people", &people.to_string());
            json.field("people_known", &known.to_string());
            json.field("news_of_people_dropped", &dropped.to_string());
            json.field("packets_not_taken", &packets.to_string());
            #[cfg(feature = "conference")]
            if let Some(standing) = group.standing() {
                json.field("conference", &standing.json());
            }
            if let Some(media) = &media {
                json.field("media", &media.json(addresses));
            }
            story_json(&mut json, diary, outcome);
            json.close('}');
            return Ok(json.out);
        }
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = writeln!(out, "call {call}: group, {state}");
        let _ = writeln!(out, "sound from: {mode}");
        let _ = writeln!(out, "people: {people}, {known} of them known, {dropped} news dropped");
        #[cfg(feature = "conference")]
        if let Some(standing) = group.standing() {
            out.push_str(&standing.text());
        }
        if packets > 0 {
            let _ = writeln!(out, "packets that the host did not take in time: {packets}");
        }
        if let Some(media) = &media {
            out.push_str(&media.text(addresses));
        }
        let _ = story_text(&mut out, diary, outcome);
        Ok(out)
    }
}
