//! One layer of a source of ours: what the host is asked for, and its frames to payloads.

use super::ladder::{at_rung, rung};
use super::layers::{Goal, Standing};
use super::sealed::sealed_codec;
use super::{Agreed, Encode, Packed, PictureStats, Seal, Shown, VideoEvent};
use crate::media::video::port::{PushedFrame, Supply, VideoPort};
use crate::media::video::{Codec, Packetizer, SentRotation, h264};
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::VideoSource;
use std::borrow::Cow;

/// Requests for a key frame within this count as one.
const KEY_FRAME_PAUSE: Duration = Duration::from_millis(300);
/// How long an encoder is left alone before it is told of less, and of more.
const LESS_PAUSE: Duration = Duration::from_millis(200);
const MORE_PAUSE: Duration = Duration::from_secs(1);
/// A layer of which the host gives nothing for so long is not given.
const GIVEN: Duration = Duration::from_secs(3);
/// A change of fewer bits, in a hundred, is not told.
const NEWS_PERCENT: u64 = 8;
/// The largest payload: a packet of 1200 bytes with its header, the extensions of 16 bytes, and the two of a retransmission
/// (`video.md` 5).
const MAX_PAYLOAD: usize = 1200 - 12 - 16 - 2;

#[derive(Debug)]
pub struct Sending {
    pub source: VideoSource,
    pub layer: usize,
    pub supply: Supply,
    pub shown: Option<Shown>,
    pub stream: Option<SentStream>,
    pub stats: PictureStats,
    /// What the host was told last, if that was to encode.
    told: Option<Told>,
    /// What it would be told, if it could be told of anything at any time.
    next: Option<(Encode, usize)>,
    key_told_at: Option<Time>,
    /// When the host was asked for it, and when it gave a frame of it last.
    asked_at: Option<Time>,
    given_at: Option<Time>,
    is_ignored: bool,
}

#[derive(Clone, Copy, Debug)]
struct Told {
    encode: Encode,
    rung: usize,
    at: Time,
}

#[derive(Debug)]
pub struct SentStream {
    pub agreed: Agreed,
    packetizer: Packetizer,
    rotation: SentRotation,
}

impl Sending {
    pub fn new(source: VideoSource, layer: usize, supply: Supply) -> Sending {
        Sending {
            source,
            layer,
            supply,
            shown: None,
            stream: None,
            stats: PictureStats::default(),
            told: None,
            next: None,
            key_told_at: None,
            asked_at: None,
            given_at: None,
            is_ignored: false,
        }
    }

    /// The stream that the peer agrees to, which may be the one there was.
    pub fn set_stream(&mut self, agreed: Option<Agreed>, random: &mut Random) {
        if agreed == self.stream.as_ref().map(|stream| stream.agreed) {
            return;
        }
        self.stats = PictureStats::default();
        self.stream = agreed.map(|agreed| SentStream {
            agreed,
            packetizer: Packetizer::new(agreed.codec, random),
            rotation: SentRotation::default(),
        });
        // What is told next is another beginning.
        if let Some(told) = &mut self.told {
            told.encode.bits_per_s = 0;
        }
    }

    /// What of it could be sent now, if there is a way.
    pub fn standing(&self, now: Time, is_active: bool) -> Standing {
        let shown = self.shown.filter(|shown| !shown.is_paused && is_active && self.stream.is_some());
        let is_on = self.told.is_some_and(|told| told.encode.bits_per_s > 0);
        let is_ignored = is_on && self.ignored_at().is_some_and(|at| at <= now);
        Standing { source: self.source, layer: self.layer, capture: shown.map(|shown| shown.shape), is_on, is_ignored }
    }

    /// When it is ignored if the host gives nothing until then.
    fn ignored_at(&self) -> Option<Time> {
        self.asked_at.max(self.given_at).map(|at| at + GIVEN)
    }

    /// When that is news.
    pub fn next_ignored(&self) -> Option<Time> {
        let is_on = self.told.is_some_and(|told| told.encode.bits_per_s > 0);
        self.ignored_at().filter(|_| is_on && !self.is_ignored)
    }

    /// Tells the host what to encode, if that is news for it.
    pub fn ask(&mut self, now: Time, goal: Option<Goal>, port: &VideoPort) -> Option<VideoEvent> {
        let Sending { source, layer, .. } = *self;
        self.is_ignored = self.ignored_at().is_some_and(|at| at <= now);
        let agreed = self.stream.as_ref().map(|stream| stream.agreed);
        let target = goal.zip(agreed).filter(|(goal, _)| goal.bits > 0).map(|(goal, agreed)| {
            let Goal { shape, bits, may_shrink } = goal;
            let from = self.told.filter(|told| told.encode.bits_per_s > 0).map(|told| told.rung);
            let rung = if may_shrink { rung(source, shape, bits, from) } else { 0 };
            let bits_per_s = u32::try_from(bits).unwrap_or(u32::MAX);
            (Encode { source, layer, codec: agreed.codec, shape: at_rung(source, shape, rung), bits_per_s }, rung)
        });
        self.next = target;
        let is_due = match (self.told, target) {
            (None, None) => false,
            (Some(_), None) => true,
            (None, Some(_)) => true,
            (Some(told), Some(_)) => told.encode.bits_per_s == 0 || self.due_at().is_some_and(|at| at <= now),
        };
        if !is_due {
            return None;
        }
        let is_start = self.told.is_none_or(|told| told.encode.bits_per_s == 0);
        match target {
            Some((encode, rung)) => {
                if is_start {
                    port.send(self.source, self.layer).ask(Some(encode.codec));
                    self.key_told_at = Some(now);
                    self.asked_at = Some(now);
                }
                self.told = Some(Told { encode, rung, at: now });
                Some(VideoEvent::Encode(encode))
            }
            None => {
                port.send(self.source, self.layer).ask(None);
                let stopped = self.told.take().map(|told| Encode { bits_per_s: 0, ..told.encode });
                stopped.map(VideoEvent::Encode)
            }
        }
    }

    /// When the host is to be told of a change, if there is one worth telling.
    fn due_at(&self) -> Option<Time> {
        let (told, (next, rung)) = (self.told?, self.next?);
        let [old, new] = [told.encode, next].map(|encode| u64::from(encode.bits_per_s));
        let is_news = old.abs_diff(new) * 100 >= old * NEWS_PERCENT;
        let is_less = new < old || rung > told.rung;
        // The host itself has changed it, and waits to hear what becomes of that.
        if told.encode.codec != next.codec || (told.rung == rung && told.encode.shape != next.shape) {
            return Some(told.at);
        }
        (is_news || rung != told.rung).then(|| told.at + if is_less { LESS_PAUSE } else { MORE_PAUSE })
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.due_at()
    }

    /// Tells the host that the next frame has to be a key frame, unless it was told just now.
    pub fn want_key_frame(&mut self, now: Time) -> Option<VideoEvent> {
        let is_told = self.key_told_at.is_some_and(|at| now.since(at) < KEY_FRAME_PAUSE);
        if is_told || self.told.is_none_or(|told| told.encode.bits_per_s == 0) {
            return None;
        }
        self.key_told_at = Some(now);
        Some(VideoEvent::KeyFrame(self.source, self.layer))
    }

    /// The host has pushed what is of no use without a key frame.
    pub fn heed_host(&mut self, now: Time, port: &VideoPort) -> Option<VideoEvent> {
        if port.send(self.source, self.layer).take_key_wish() { self.want_key_frame(now) } else { None }
    }

    /// One frame of the host's, to payloads; through `seal`, where there is one.
    pub fn pack(
        &mut self,
        now: Time,
        frame: PushedFrame,
        port: &VideoPort,
        seal: Option<&mut Seal<'_>>,
        send: impl FnOnce(&Packed<'_>),
    ) {
        self.given_at = Some(now);
        self.is_ignored = false;
        let is_asked = self.told.is_some_and(|told| told.encode.bits_per_s > 0);
        if let (Some(stream), Some(shown), true) = (&mut self.stream, self.shown, is_asked) {
            let SentStream { agreed, packetizer, rotation } = stream;
            let data = match seal {
                Some(seal) => sealed(agreed.codec, &frame, seal).map(Cow::Owned),
                None => Some(Cow::Borrowed(&frame.data[..])),
            };
            match data.as_ref().map(|data| packetizer.packetize(data, frame.is_key, MAX_PAYLOAD)) {
                Some(Ok(payloads)) => {
                    let orientation = rotation.next(shown.rotation, frame.is_key);
                    let Agreed { ssrc, payload_type, .. } = *agreed;
                    send(&Packed { ssrc, payload_type, timestamp: frame.timestamp, orientation, payloads });
                    self.stats.frames += 1;
                }
                unsent => {
                    self.stats.unreadable += u64::from(unsent.is_some());
                    self.stats.frames_dropped += 1;
                    // What follows refers to it.
                    port.send(self.source, self.layer).break_chain();
                }
            }
        }
        self.supply.give_back(frame);
    }
}

/// Seals a frame of the host's.
fn sealed(codec: Codec, frame: &PushedFrame, seal: &mut Seal<'_>) -> Option<Vec<u8>> {
    let of = sealed_codec(codec)?;
    match codec {
        Codec::H264 => seal(of, &h264::settled(&frame.data, frame.is_key)?),
        _ => seal(of, &frame.data),
    }
}
