//! After the call: rating, debug data, log (section 12). All of it may follow the end of the call under the same id, and
//! nothing of it can fail for the host.

use super::{Purpose, Upload, requests};
use crate::call::news::Peer;
use crate::call::report::{self, Report, Signaling, Story};
use crate::client::entry::Entry;
#[cfg(feature = "media")]
use crate::client::figures::MediaReport;
use crate::client::{Client, LogLevel, ReportFormat};
use crate::error::Error;
use crate::types::CallId;

/// Longest comment to a rating.
const COMMENT: usize = 16 << 10;

impl Client {
    /// The Telegram id of a call that is over and had a conversation, or at least a key.
    fn rateable(&self, call: CallId) -> Result<(&Entry, Peer), Error> {
        let (entry, private) = (self.ledger.get(call)?, self.ledger.private(call)?);
        let Some(peer) = private.call.facts().peer else {
            return Err(Error::state(format!("call {call} is not one of Telegram's, or never got that far")));
        };
        if entry.outcome.is_none() {
            return Err(Error::state(format!("call {call} is still up")));
        }
        if private.emoji.is_none() {
            return Err(Error::state(format!("call {call} was never answered")));
        }
        Ok((entry, peer))
    }

    pub(super) fn send_rating(&mut self, call: CallId, stars: u32, comment: &str) -> Result<(), Error> {
        let (entry, peer) = self.rateable(call)?;
        if !(1..=5).contains(&stars) {
            return Err(Error::argument("a rating has 1 to 5 stars"));
        }
        if comment.len() > COMMENT {
            return Err(Error::limit(format!("a comment has at most {COMMENT} bytes")));
        }
        let was_asked = entry.outcome.as_ref().is_some_and(|outcome| outcome.wants_rating);
        let bytes = requests::rating(peer, was_asked, stars, comment);
        self.ask(call, Purpose::Rating, bytes);
        Ok(())
    }

    pub(super) fn send_debug(&mut self, call: CallId) -> Result<(), Error> {
        let (_, peer) = self.rateable(call)?;
        let json = self.report_private(call, ReportFormat::Json, false)?;
        self.ask(call, Purpose::Debug, requests::debug(peer, &json));
        Ok(())
    }

    /// A step of the report is answered; `false` to the debug data asks for the log.
    pub(super) fn report_taken(&mut self, call: CallId, purpose: &Purpose, is_true: bool) {
        match purpose {
            Purpose::Debug if !is_true => self.upload_log(call),
            Purpose::LogPart => self.part_taken(call),
            _ => {
                self.log(LogLevel::Debug, call, || format!("call {call}: {} is through", purpose.method()));
            }
        }
    }

    fn upload_log(&mut self, call: CallId) {
        if !self.ledger.private(call).is_ok_and(|private| private.upload.is_none()) {
            return;
        }
        let Ok(log) = self.report_private(call, ReportFormat::Text, false) else { return };
        let file_id = self.random.u64().cast_signed();
        let parts = report::log_parts(&log);
        let count = i32::try_from(parts.len()).unwrap_or(i32::MAX);
        for (number, part) in (0..count).zip(parts) {
            let bytes = requests::log_part(file_id, number, part);
            self.ask(call, Purpose::LogPart, bytes);
        }
        let upload = Upload { file_id, parts: count, missing: count };
        self.update_private(call, |private| private.upload = Some(Box::new(upload)));
    }

    fn part_taken(&mut self, call: CallId) {
        let Ok(private) = self.ledger.private_mut(call) else { return };
        let (Some(upload), Some(peer)) = (&mut private.upload, private.call.facts().peer) else { return };
        upload.missing -= 1;
        if upload.missing == 0 {
            let bytes = requests::log(peer, upload.file_id, upload.parts);
            self.ask(call, Purpose::Log, bytes);
        }
    }

    pub(in crate::client) fn report_private(
        &self,
        call: CallId,
        format: ReportFormat,
        addresses: bool,
    ) -> Result<String, Error> {
        let (entry, private) = (self.ledger.get(call)?, self.ledger.private(call)?);
        let media = entry.media_report();
        #[cfg(feature = "media")]
        let media = media.map(|report| MediaReport { interfaces_note: self.interfaces_note.clone(), ..report });
        let early = u64::from(private.call.facts().early_dropped);
        let report = Report {
            call,
            is_outgoing: private.is_outgoing,
            is_video: private.callee.is_video,
            is_attached: private.is_attached,
            state: private.shown(),
            offered: &self.config.versions,
            diary: &entry.diary,
            summary: private.summary.as_deref(),
            signaling: Signaling { dropped: private.signaling.dropped + early, ..private.signaling },
            packets_dropped: entry.packets_dropped,
            outcome: entry.outcome.as_deref(),
            media: media.as_ref().map(|media| media as &dyn Story),
        };
        Ok(match format {
            ReportFormat::Text => report.text(addresses),
            ReportFormat::Json => report.json(addresses),
        })
    }
}
