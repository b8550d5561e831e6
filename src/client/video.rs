//! Pictures of a call, as its host wishes: remembered from when there is a call, and brought to its engine when that runs.

use super::Client;
use super::engine::private::PrivateEngine;
use super::entry::Entry;
use super::look::Switches;
use crate::error::Error;
use crate::media::group::knows;
use crate::media::video::{Rotation, Shape, Shown};
use crate::time::Time;
use crate::types::{CallId, VideoCodec, VideoSource};

/// The largest picture, and how often one comes at most.
const MAX_SIDE: u32 = 16_384;
const MAX_RATE: u32 = 240;

/// What a host wishes of the pictures of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// `None`: those of the configuration.
    pub codecs: Option<VideoCodecs>,
    shown: [Option<Shown>; VideoSource::ALL.len()],
    pub low_battery: bool,
}

impl Wishes {
    pub fn shown(&self, source: VideoSource) -> Option<Shown> {
        self.shown[source as usize - 1]
    }

    fn shown_mut(&mut self, source: VideoSource) -> &mut Option<Shown> {
        &mut self.shown[source as usize - 1]
    }
}

pub use super::config::VideoCodecs;

impl Client {
    /// What the host can encode and decode in this call, preferred first, instead of what the configuration says.
    ///
    /// # Errors
    /// Argument: a codec comes twice. State: the call has agreed on its media, or is over. Unsupported: the host carries the media.
    pub fn set_video_codecs(
        &mut self,
        now: Time,
        call: CallId,
        encoded: &[VideoCodec],
        decoded: &[VideoCodec],
    ) -> Result<(), Error> {
        let codecs = VideoCodecs::new(encoded, decoded)?;
        self.check_media(now, call)?;
        if !self.ledger.get(call)?.engines.running().is_empty() {
            return Err(Error::state(format!("call {call} has agreed on its media")));
        }
        self.wish(call, |wishes| wishes.codecs = Some(codecs));
        Ok(())
    }

    /// Shows a source, or changes the size of one that is shown.
    ///
    /// # Errors
    /// Argument: no size, or an impossible one. State: nothing is encoded here, or the call is over. Unsupported: the host carries the
    /// media, or its library has joined the group call whose screen it would be.
    pub fn start_video(
        &mut self,
        now: Time,
        call: CallId,
        source: VideoSource,
        width: u32,
        height: u32,
        frames_per_s: u32,
    ) -> Result<(), Error> {
        let shape = Shape { width, height, frames_per_s };
        let is_possible = |side| (1..=MAX_SIDE).contains(&side);
        if !is_possible(width) || !is_possible(height) || !(1..=MAX_RATE).contains(&frames_per_s) {
            return Err(Error::argument("a picture has 1 to 16384 pixels each way, and comes 1 to 240 times a second"));
        }
        self.check_media(now, call)?;
        let encoded = &self.video_codecs(call)?.encoded;
        if encoded.is_empty() {
            return Err(Error::state("no codec is set that the host encodes with"));
        }
        if self.ledger.group(call).is_ok() && !encoded.iter().any(|codec| knows(*codec)) {
            return Err(Error::state("no codec is set that group calls have: VP8, VP9 or H.264"));
        }
        let before = self.wished(call, source);
        let (is_paused, rotation) = before.map_or((false, Rotation::None), |shown| (shown.is_paused, shown.rotation));
        self.show(now, call, source, Some(Shown { shape, is_paused, rotation }));
        Ok(())
    }

    /// Shows a source no more. One that is not shown stays so.
    ///
    /// # Errors
    /// State: the call is over. Unsupported: the host carries the media.
    pub fn stop_video(&mut self, now: Time, call: CallId, source: VideoSource) -> Result<(), Error> {
        self.check_media(now, call)?;
        self.show(now, call, source, None);
        Ok(())
    }

    /// Pauses a source that is shown, or goes on with it.
    ///
    /// # Errors
    /// State: it is not shown, or the call is over. Unsupported: the host carries the media.
    pub fn set_video_paused(
        &mut self,
        now: Time,
        call: CallId,
        source: VideoSource,
        paused: bool,
    ) -> Result<(), Error> {
        self.change(now, call, source, |shown| shown.is_paused = paused)
    }

    /// How the other side is to turn the picture, clockwise.
    ///
    /// # Errors
    /// Argument: neither 0, 90, 180 nor 270 degrees. State: it is not shown, or the call is over. Unsupported: the host carries the
    /// media.
    pub fn set_video_rotation(
        &mut self,
        now: Time,
        call: CallId,
        source: VideoSource,
        degrees: u32,
    ) -> Result<(), Error> {
        let rotation = Rotation::from_degrees(degrees)
            .ok_or_else(|| Error::argument("a picture is turned by 0, 90, 180 or 270 degrees"))?;
        self.change(now, call, source, |shown| shown.rotation = rotation)
    }

    /// Tells the other side whether our battery is low.
    ///
    /// # Errors
    /// State: the call is over. Unsupported: the host carries the media, or it is a group call.
    pub fn set_low_battery(&mut self, now: Time, call: CallId, low_battery: bool) -> Result<(), Error> {
        self.check_media(now, call)?;
        if self.ledger.group(call).is_ok() {
            return Err(Error::unsupported("in a group call nobody is told of batteries"));
        }
        self.wish(call, |wishes| wishes.low_battery = low_battery);
        self.update(call, |entry| entry.own = entry.own.with(Switches::LOW_BATTERY, low_battery));
        self.drive_private(now, call, |engine| engine.set_low_battery(now, low_battery));
        Ok(())
    }

    /// What the host encodes and decodes in this call.
    pub(super) fn video_codecs(&self, call: CallId) -> Result<&VideoCodecs, Error> {
        let wishes = self.ledger.get(call)?.wishes.as_ref();
        Ok(wishes.and_then(|wishes| wishes.codecs.as_ref()).unwrap_or(&self.config.video_codecs))
    }

    /// The call's pictures are ours to carry, and it is not over.
    fn check_media(&mut self, now: Time, call: CallId) -> Result<(), Error> {
        self.at(now);
        self.ledger.get(call)?;
        if self.has_hosts_sound() {
            return Err(Error::unsupported("the host's engine carries the pictures"));
        }
        self.audio.get(call).map(drop).ok_or_else(|| Error::state(format!("call {call} is over")))
    }

    fn wished(&self, call: CallId, source: VideoSource) -> Option<Shown> {
        self.ledger.get(call).ok()?.wishes.as_ref()?.shown(source)
    }

    pub(super) fn wish(&mut self, call: CallId, change: impl FnOnce(&mut Wishes)) {
        self.update(call, |entry| change(entry.wishes.get_or_insert_default()));
    }

    fn change(
        &mut self,
        now: Time,
        call: CallId,
        source: VideoSource,
        change: impl FnOnce(&mut Shown),
    ) -> Result<(), Error> {
        self.check_media(now, call)?;
        let mut shown = self.wished(call, source).ok_or_else(|| Error::state("this source is not shown"))?;
        change(&mut shown);
        self.show(now, call, source, Some(shown));
        Ok(())
    }

    /// It is shown no more, whatever the host wished for.
    pub(super) fn forget_shown(&mut self, call: CallId, source: VideoSource) {
        self.wish(call, |wishes| *wishes.shown_mut(source) = None);
        self.update(call, |entry| entry.note_shown(source, None));
    }

    fn show(&mut self, now: Time, call: CallId, source: VideoSource, shown: Option<Shown>) {
        self.wish(call, |wishes| *wishes.shown_mut(source) = shown);
        self.update(call, |entry| entry.note_shown(source, shown));
        match self.ledger.group(call) {
            Ok(_) => self.show_to_group(now, call, source, shown),
            Err(_) => self.drive_private(now, call, |engine: &mut PrivateEngine| engine.set_shown(now, source, shown)),
        }
    }
}

impl Entry {
    /// Our switches of one source.
    fn note_shown(&mut self, source: VideoSource, shown: Option<Shown>) {
        let (on, paused) = match source {
            VideoSource::Camera => (Switches::CAMERA, Switches::CAMERA_PAUSED),
            VideoSource::Screen => (Switches::SCREEN, Switches::SCREEN_PAUSED),
        };
        let is_paused = shown.is_some_and(|shown| shown.is_paused);
        self.own = self.own.with(on, shown.is_some()).with(paused, is_paused);
    }
}
