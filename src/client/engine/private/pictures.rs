//! The pictures of a private call: what was negotiated of them, brought to the engine that carries them and back.

use super::{PrivateConfig, PrivateEngine};
use crate::client::engine::EngineOutput;
use crate::client::video::Wishes;
use crate::media::rtp::extension::Extension;
use crate::media::video::{Agreed, Announced, Packed, PictureStats, Shown, VideoEngine};
use crate::random::Random;
use crate::signaling::message::{Content, MediaState, StreamState};
use crate::signaling::negotiation::{Wanted, chosen};
use crate::time::{Duration, Time};
use crate::types::{MediaKind, Ssrc, VideoSource};

/// The other side's clocks of sound and pictures are put together as often as it reports them.
const ALIGN: Duration = Duration::from_millis(500);

/// The engine of a call that has pictures, with what its host shows already.
#[inline(never)]
pub fn video_of(now: Time, random: &mut Random, config: &PrivateConfig<'_>) -> Option<Box<VideoEngine>> {
    let PrivateConfig { codecs, wishes, port, low_data, budget, .. } = *config;
    if codecs.encoded.is_empty() && codecs.decoded.is_empty() {
        return None;
    }
    let (mut engine, video) = VideoEngine::new(random.fork(), port.heard().clone(), budget.clone());
    port.set_video(video);
    engine.set_low_data(now, low_data);
    for source in VideoSource::ALL {
        engine.set_shown(now, source, wishes.shown(source));
    }
    Some(Box::new(engine))
}

/// Which streams its host wants to send.
pub fn wanted(wishes: &Wishes) -> Wanted {
    let is_shown = |source| wishes.shown(source).is_some();
    Wanted { camera: is_shown(VideoSource::Camera), screen: is_shown(VideoSource::Screen) }
}

impl PrivateEngine {
    /// What the host shows of a source from now on.
    pub fn set_shown(&mut self, now: Time, source: VideoSource, shown: Option<Shown>) {
        let Some(video) = &mut self.video else { return };
        video.set_shown(now, source, shown);
        let is_shown = |source| video.shown(source).is_some();
        let wanted = Wanted { camera: is_shown(VideoSource::Camera), screen: is_shown(VideoSource::Screen) };
        self.negotiation.set_pictures(now, wanted);
        self.pump(now);
        self.follow_own(now);
        self.pump(now);
    }

    pub fn set_low_battery(&mut self, now: Time, low_battery: bool) {
        self.change_state(now, |state| state.low_battery = low_battery);
        self.pump(now);
    }

    /// Changes what we tell of ourselves, and tells it if that is news.
    pub fn change_state(&mut self, now: Time, change: impl FnOnce(&mut MediaState)) {
        let before = self.local;
        change(&mut self.local);
        if self.local != before {
            self.tell_state(now);
        }
    }

    /// The other side has agreed to these streams of ours.
    pub fn follow_outgoing(&mut self, now: Time, contents: &[Content]) {
        let Some(video) = &mut self.video else { return };
        let agreed = contents.iter().filter_map(|content| {
            let source = self.negotiation.source(content.ssrc)?;
            let (codec, payload_type) = chosen(&self.encoded, content)?;
            // Compat: without a stream for retransmissions an official client sends nothing, as it knows no sources then.
            Some(Agreed { source, layer: 0, ssrc: content.ssrc, codec, payload_type })
        });
        video.set_agreed(now, &agreed.collect::<Vec<_>>());
        self.follow_own(now);
    }

    /// What our sources are now: what is shown counts once the other side has agreed to it (`video.md` 6).
    fn follow_own(&mut self, now: Time) {
        let Some(video) = &self.video else { return };
        let state_of = |source| match video.shown(source).filter(|_| video.is_agreed(source)) {
            None => StreamState::Inactive,
            Some(shown) if shown.is_paused => StreamState::Suspended,
            Some(_) => StreamState::Active,
        };
        let (camera, screen) = (state_of(VideoSource::Camera), state_of(VideoSource::Screen));
        let rotation = video.shown(VideoSource::Camera).map_or(0, |shown| shown.rotation.degrees());
        self.change_state(now, |state| {
            state.video = camera;
            state.screencast = screen;
            state.rotation = rotation;
        });
    }

    /// We have agreed to these streams of theirs.
    pub fn follow_incoming(&mut self, now: Time, contents: &[Content]) {
        let Some(video) = &mut self.video else { return };
        let announced = contents.iter().filter(|content| content.kind == MediaKind::Video).map(|content| Announced {
            ssrc: content.ssrc,
            origin: None,
            codecs: content.payload_types.iter().filter_map(|codec| Some((codec.id, codec.video_codec()?))).collect(),
        });
        video.set_announced(now, &announced.collect::<Vec<_>>());
        self.follow_sources(now);
    }

    /// What their streams show: a stream does not say it, their switches do. The screen counts before the camera; of two streams
    /// that are both on, the first is the camera, as web clients have it.
    pub fn follow_sources(&mut self, now: Time) {
        let Some(video) = &mut self.video else { return };
        let state = self.remote.current();
        let is_on = |state: Option<StreamState>| state.is_some_and(|state| state != StreamState::Inactive);
        let camera = is_on(state.map(|state| state.video));
        let screen = is_on(state.map(|state| state.screencast));
        let count = video.received_streams().count();
        video.set_sources(now, |at| match (camera, screen) {
            (false, true) => VideoSource::Screen,
            (true, false) => VideoSource::Camera,
            (true, true) if count == 1 => VideoSource::Screen,
            (true, true) | (false, false) if at > 0 => VideoSource::Screen,
            (true, true) | (false, false) => VideoSource::Camera,
        });
    }

    /// What the host has pushed goes out, what has come goes to it, and what it is to do is told.
    pub fn pump_video(&mut self, now: Time) -> bool {
        let PrivateEngine { video: Some(video), transport, outputs, ignored, .. } = self else { return false };
        let mut moved = false;
        video.set_delay(transport.picture_delay(now));
        let mut send = |packed: &Packed<'_>| {
            let Packed { ssrc, payload_type, timestamp, orientation, ref payloads } = *packed;
            let extensions = orientation.map(Extension::VideoOrientation);
            let sent =
                transport.send_picture(now, ssrc, payload_type, timestamp, extensions.as_slice(), payloads.clone());
            ignored.pictures += u64::from(sent.is_err());
        };
        while video.pack(now, &mut send) {
            moved = true;
        }
        while let Some(ssrc) = video.poll_key_frame_request(now) {
            transport.request_key_frame(now, ssrc);
            moved = true;
        }
        while let Some((ssrc, sequence)) = video.poll_floor() {
            transport.set_floor(ssrc, sequence);
        }
        let demand = video.demand(now);
        if core::mem::replace(&mut self.demand, demand) != demand {
            transport.set_picture_demand(now, u32::try_from(demand).unwrap_or(u32::MAX));
            moved = true;
        }
        while let Some(event) = video.poll_event() {
            outputs.push_back(EngineOutput::Video(event));
        }
        if now >= self.align_at {
            self.align_at = now + ALIGN;
            self.align(now);
        }
        moved
    }

    /// Brings the clocks of their sound and pictures together.
    fn align(&mut self, _now: Time) {
        let PrivateEngine { video: Some(video), transport, audio, negotiation, .. } = self else { return };
        let sound = negotiation.incoming().iter().find(|content| content.kind == MediaKind::Audio);
        match sound.and_then(|content| transport.sender_report(content.ssrc)) {
            Some((ntp, timestamp)) => audio.heard().timeline.set(ntp, timestamp),
            None => audio.heard().timeline.forget(),
        }
        let pictures: Vec<Ssrc> = video.received_streams().collect();
        for ssrc in pictures {
            if let (Some((ntp, timestamp)), Some(timeline)) = (transport.sender_report(ssrc), video.timeline(ssrc)) {
                timeline.set(ntp, timestamp);
            }
        }
    }

    /// What became of the pictures of each stream.
    pub fn pictures(&self) -> Vec<(Ssrc, PictureStats)> {
        self.video.as_ref().map_or_else(Vec::new, |video| video.stats())
    }
}
