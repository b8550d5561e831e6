//! Pictures on a connection to a group's server: those of others that we want, and ours in layers.

use super::connection::{GroupMedia, GroupOutput};
use super::watching::{self, Watched};
use super::{CODECS, SEALED_CODECS, picture_codecs};
use crate::media::audio::AudioPort;
use crate::media::rtp::extension::Extension;
use crate::media::video::{
    Agreed, Budget, CAMERA_LAYERS, Codec, Content, Packed, PictureStats, SCREEN_LAYERS, Shown, VideoEngine,
};
use crate::media::{MediaKind, Stream, Transport};
use crate::random::Random;
use crate::time::Time;
use crate::types::{Ssrc, VideoSource};
use std::sync::Arc;

/// What the pictures of a connection are made of.
#[derive(Clone, Copy, Debug)]
pub struct GroupPictures<'a> {
    /// What the host decodes; of others nothing is handed to it.
    pub decoded: &'a [Codec],
    /// What it encodes with, preferred first.
    pub encoded: &'a [Codec],
    /// What we send, the smallest first. Whoever sends none has none.
    pub layers: &'a [Layer],
    /// What those are of.
    pub source: VideoSource,
    pub low_data: bool,
    /// Of all unfinished pictures of the client.
    pub budget: &'a Budget,
}

/// One size of our picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    pub ssrc: Ssrc,
    pub repair: Ssrc,
}

/// The pictures of a connection.
#[derive(Debug)]
pub struct Pictures {
    engine: VideoEngine,
    decoded: Vec<Codec>,
    watched: Vec<Watched>,
    /// What the transport was told that ours are worth.
    demand: u64,
    /// Streams that could not be carried.
    refused: u64,
}

impl Pictures {
    /// The pictures, and their streams of ours. `None`: the host neither encodes nor decodes any.
    pub fn new(
        now: Time,
        random: &mut Random,
        port: &AudioPort,
        config: &GroupPictures<'_>,
        content: Content,
    ) -> Option<(Box<Pictures>, Vec<Stream>)> {
        let GroupPictures { decoded, encoded, layers, source, low_data, budget } = *config;
        let can_be = |codec: &Codec| content == Content::Plain || SEALED_CODECS.contains(codec);
        let number = |codec: &Codec| CODECS.into_iter().find(|(_, known)| known == codec && can_be(codec));
        let chosen = match content {
            Content::Plain => encoded.iter().find_map(number),
            Content::Sealed => SEALED_CODECS.iter().filter(|codec| encoded.contains(codec)).find_map(number),
        };
        let decoded: Vec<Codec> = decoded.iter().copied().filter(|codec| number(codec).is_some()).collect();
        let is_decoded = !decoded.is_empty();
        if chosen.is_none() && !is_decoded {
            return None;
        }
        let room = match source {
            VideoSource::Camera => [CAMERA_LAYERS, 0],
            VideoSource::Screen => [0, SCREEN_LAYERS],
        };
        let heard = port.heard().clone();
        let (mut engine, video) = VideoEngine::of_many(random.fork(), heard, budget.clone(), content, room);
        match source {
            VideoSource::Camera => port.set_video(Arc::clone(&video)),
            VideoSource::Screen => port.set_screen(Some(Arc::clone(&video))),
        }
        engine.set_low_data(now, low_data);
        let mut streams = Vec::new();
        if let Some((payload_type, codec)) = chosen {
            let each = layers.iter().zip(0..);
            let agreed: Vec<Agreed> =
                each.map(|(one, layer)| Agreed { source, layer, ssrc: one.ssrc, codec, payload_type }).collect();
            engine.set_agreed(now, &agreed);
            streams.extend(layers.iter().map(|layer| {
                let (codecs, extensions) = picture_codecs();
                let rtx_ssrc = Some(layer.repair);
                Stream { kind: MediaKind::Video, ssrc: layer.ssrc, rtx_ssrc, codecs, extensions }
            }));
        }
        let pictures = Pictures { engine, decoded, watched: Vec::new(), demand: 0, refused: 0 };
        Some((Box::new(pictures), streams))
    }

    /// Streams that could not be carried.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    pub fn engine(&mut self) -> &mut VideoEngine {
        &mut self.engine
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.engine.next_timeout()
    }

    pub fn stats(&self) -> Vec<(Ssrc, PictureStats)> {
        self.engine.stats()
    }
}

/// `false`: it could not be sent after all.
pub(super) fn send(now: Time, transport: &mut Transport, packed: &Packed<'_>) -> bool {
    let Packed { ssrc, payload_type, timestamp, orientation, ref payloads } = *packed;
    let extensions = orientation.map(Extension::VideoOrientation);
    transport.send_picture(now, ssrc, payload_type, timestamp, extensions.as_slice(), payloads.clone()).is_ok()
}

impl GroupMedia {
    /// The pictures that we want from now on, and no others. Of what cannot be had beside the rest nothing comes.
    pub fn set_watched(&mut self, now: Time, watched: Vec<Watched>) {
        let Some(pictures) = &mut self.pictures else { return };
        let watched = watching::without_doubles(watched);
        if pictures.watched == watched {
            return;
        }
        let is_same = |old: &Watched, new: &Watched| (old.ssrc, old.repair) == (new.ssrc, new.repair);
        for old in &pictures.watched {
            if watched.iter().all(|new| !is_same(old, new)) {
                self.transport.remove_receive_stream(old.ssrc);
            }
        }
        for new in &watched {
            if pictures.watched.iter().all(|old| !is_same(old, new))
                && self.transport.add_receive_stream(new.stream()).is_err()
            {
                pictures.refused += 1;
            }
        }
        let announced: Vec<_> = watched.iter().map(|one| one.announced(&pictures.decoded)).collect();
        pictures.engine.set_announced(now, &announced);
        pictures.engine.keep(|origin| watched.iter().any(|one| one.origin == origin));
        let wanted = watching::wanted(&watched);
        pictures.watched = watched;
        self.set_wanted(now, wanted);
        self.pump(now);
    }

    /// What the host shows of what this connection sends; `None`: nothing any more.
    pub fn set_shown(&mut self, now: Time, source: VideoSource, shown: Option<Shown>) {
        if let Some(pictures) = &mut self.pictures {
            pictures.engine.set_shown(now, source, shown);
            self.pump(now);
        }
    }

    pub fn set_low_data(&mut self, now: Time, low_data: bool) {
        if let Some(pictures) = &mut self.pictures {
            pictures.engine.set_low_data(now, low_data);
            self.pump(now);
        }
    }

    /// What the host has pushed goes out, what has come goes to it, and what it is to do is told.
    pub(super) fn pump_pictures(&mut self, now: Time) -> bool {
        let GroupMedia { pictures: Some(pictures), transport, outputs, counted, .. } = self else { return false };
        let Pictures { engine, watched, demand: told, .. } = &mut **pictures;
        let mut moved = false;
        engine.handle_host(now);
        engine.set_delay(transport.picture_delay(now));
        let mut send = |packed: &Packed<'_>| counted.pictures += u64::from(!send(now, transport, packed));
        while engine.pack(now, &mut send) {
            moved = true;
        }
        while let Some(ssrc) = engine.poll_key_frame_request(now) {
            // Whoever has paused has none to give.
            if watched.iter().any(|one| one.ssrc == ssrc && !one.is_paused) {
                transport.request_key_frame(now, ssrc);
                moved = true;
            }
        }
        while let Some((ssrc, sequence)) = engine.poll_floor() {
            transport.set_floor(ssrc, sequence);
        }
        let demand = engine.demand(now);
        if core::mem::replace(told, demand) != demand {
            transport.set_picture_demand(now, u32::try_from(demand).unwrap_or(u32::MAX));
            moved = true;
        }
        while let Some(event) = engine.poll_event() {
            outputs.push_back(GroupOutput::Video(event));
        }
        moved
    }
}
