//! After the call: rating, debug data, log (section 12). All of it may follow the end of the call under the same id, and
//! nothing of it can fail for the host.

use super::entry::{Entry, Upload};
#[cfg(feature = "media")]
use super::figures::MediaReport;
use super::rpc::{self, Purpose};
use super::{Client, LogLevel, ReportFormat};
use crate::call::news::Peer;
use crate::call::report::{self, Report, Signaling, Story};
use crate::error::Error;
use crate::types::CallId;

/// Longest comment to a rating.
const COMMENT: usize = 16 << 10;

impl Client {
    /// The Telegram id of a call that is over and had a conversation, or at least a key.
    fn rateable(&self, call: CallId) -> Result<(&Entry, Peer), Error> {
        let entry = self.ledger.get(call)?;
        let Some(peer) = entry.call.facts().peer else {
            return Err(Error::state(format!("call {call} is not one of Telegram's, or never got that far")));
        };
        if entry.outcome.is_none() {
            return Err(Error::state(format!("call {call} is still up")));
        }
        if entry.emoji.is_none() {
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
        let bytes = rpc::rating(peer, was_asked, stars, comment);
        self.invoke(call, Purpose::Rating, bytes);
        Ok(())
    }

    pub(super) fn send_debug(&mut self, call: CallId) -> Result<(), Error> {
        let (entry, peer) = self.rateable(call)?;
        let media = entry.media_report();
        #[cfg(feature = "media")]
        let media = media.map(|report| MediaReport { interfaces_note: self.interfaces_note.clone(), ..report });
        let json = self.describe(call, entry, media.as_ref().map(|media| media as &dyn Story)).json(false);
        self.invoke(call, Purpose::Debug, rpc::debug(peer, &json));
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
        let Ok(entry) = self.ledger.get(call) else { return };
        if entry.upload.is_some() {
            return;
        }
        let media = entry.media_report();
        #[cfg(feature = "media")]
        let media = media.map(|report| MediaReport { interfaces_note: self.interfaces_note.clone(), ..report });
        let log = self.describe(call, entry, media.as_ref().map(|media| media as &dyn Story)).text(false);
        let file_id = self.random.u64().cast_signed();
        let parts = report::log_parts(&log);
        let count = i32::try_from(parts.len()).unwrap_or(i32::MAX);
        for (number, part) in (0..count).zip(parts) {
            let bytes = rpc::log_part(file_id, number, part);
            self.invoke(call, Purpose::LogPart, bytes);
        }
        self.update(call, |entry| entry.upload = Some(Upload { file_id, parts: count, missing: count }));
    }

    fn part_taken(&mut self, call: CallId) {
        let Ok(entry) = self.ledger.get_mut(call) else { return };
        let (Some(upload), Some(peer)) = (&mut entry.upload, entry.call.facts().peer) else { return };
        upload.missing -= 1;
        if upload.missing == 0 {
            let bytes = rpc::log(peer, upload.file_id, upload.parts);
            self.invoke(call, Purpose::Log, bytes);
        }
    }

    pub(super) fn write_report(&self, call: CallId, format: ReportFormat, addresses: bool) -> Result<String, Error> {
        let entry = self.ledger.get(call)?;
        let media = entry.media_report();
        #[cfg(feature = "media")]
        let media = media.map(|report| MediaReport { interfaces_note: self.interfaces_note.clone(), ..report });
        let report = self.describe(call, entry, media.as_ref().map(|media| media as &dyn Story));
        Ok(match format {
            ReportFormat::Text => report.text(addresses),
            ReportFormat::Json => report.json(addresses),
        })
    }

    fn describe<'a>(&'a self, call: CallId, entry: &'a Entry, media: Option<&'a dyn Story>) -> Report<'a> {
        let early = u64::from(entry.call.facts().early_dropped);
        Report {
            call,
            is_outgoing: entry.is_outgoing,
            is_video: entry.callee.is_video,
            is_attached: entry.is_attached,
            state: entry.shown(),
            offered: &self.config.versions,
            diary: &entry.diary,
            summary: entry.summary.as_deref(),
            signaling: Signaling { dropped: entry.signaling.dropped + early, ..entry.signaling },
            outcome: entry.outcome.as_deref(),
            media,
        }
    }
}
