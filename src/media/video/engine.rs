//! The network's end of a call's pictures: what the host is asked to encode, its frames to payloads, and payloads to frames.
//!
//! What is shown and what was agreed on, the rate that the link allows and who asks for a key frame come in; what is to be encoded
//! comes out as [`VideoEvent`]. Nothing is asked of the host more often than it can act on.

mod ladder;
mod layers;
mod receiving;
mod sealed;
mod sending;

use super::port::{Origin, VideoPort};
use super::{Budget, Codec, Content, Payloads, Rotation};
use crate::media::lip_sync::{Heard, Timeline};
use crate::media::output::Received;
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::transform::{self, Unopened};
use crate::types::{Ssrc, VideoSource};
pub use ladder::Shape;
pub use layers::{CAMERA_LAYERS, SCREEN_LAYERS};
use layers::{Plan, Standing};
use receiving::Receiving;
use sealed::SealedFrames;
use sending::Sending;
use std::collections::VecDeque;
use std::sync::Arc;

/// Before the link has told what it carries (`video.md` 4).
const START_RATE: u64 = 300_000;
/// What is sent where every byte costs.
const LOW_DATA_RATE: u64 = 300_000;
/// A frame that waits longer for its turn than this comes too late.
const MAX_DELAY: Duration = Duration::from_millis(500);

/// A picture that the host shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    pub shape: Shape,
    pub is_paused: bool,
    pub rotation: Rotation,
}

/// A stream of ours that the peer has agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    pub source: VideoSource,
    /// 0 where there is only one; else the smallest.
    pub layer: usize,
    pub ssrc: Ssrc,
    pub codec: Codec,
    pub payload_type: u8,
}

/// A stream of the peer's that we have agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    pub ssrc: Ssrc,
    /// Where several show something: who this one is of, and what it shows.
    pub origin: Option<Origin>,
    /// What each payload type means.
    pub codecs: Vec<(u8, Codec)>,
}

/// What the host is to encode from now on. Without bits: nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encode {
    pub source: VideoSource,
    pub layer: usize,
    pub codec: Codec,
    pub shape: Shape,
    pub bits_per_s: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoEvent {
    Encode(Encode),
    /// The next frame of this layer has to be a key frame.
    KeyFrame(VideoSource, usize),
    /// A frame waits to be pulled. Told once until a pull finds none.
    Ready(Origin),
}

/// A frame as it is sent, in the payloads of one timestamp.
#[derive(Debug)]
pub struct Packed<'a> {
    pub ssrc: Ssrc,
    pub payload_type: u8,
    pub timestamp: u32,
    /// Of the last packet.
    pub orientation: Option<u8>,
    pub payloads: Payloads<'a>,
}

/// Seals a frame; `None`: it is not to be sent.
pub type Seal<'a> = dyn FnMut(transform::Codec, &[u8]) -> Option<Vec<u8>> + 'a;
/// Opens a frame of somebody's.
pub type Open<'a> = dyn FnMut(Origin, transform::Codec, &[u8]) -> Result<Vec<u8>, Unopened> + 'a;

/// What became of the pictures of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PictureStats {
    /// Sent, or handed to the host's queue.
    pub frames: u64,
    /// Of the host's: what could not be packed. Of the peer's: what nobody took in time, or needed what was lost.
    pub frames_dropped: u64,
    /// Asked for, by the peer or of the peer.
    pub key_frames_asked: u64,
    /// Packets and frames that cannot be read.
    pub unreadable: u64,
}

/// Pictures of one call, on the network's side.
#[derive(Debug)]
pub struct VideoEngine {
    port: Arc<VideoPort>,
    heard: Arc<Heard>,
    random: Random,
    budget: Budget,
    /// By source, and of each the smallest layer first.
    sendings: Vec<Sending>,
    plan: Plan,
    receivings: Vec<Receiving>,
    /// Of all streams, both ways.
    content: Content,
    /// What the link carries of pictures.
    rate: u64,
    is_low_data: bool,
    is_active: bool,
    events: VecDeque<VideoEvent>,
}

impl VideoEngine {
    /// The engine, and the port that it belongs to: for one who sees what we send, as one stream of each source.
    pub fn new(random: Random, heard: Arc<Heard>, budget: Budget) -> (VideoEngine, Arc<VideoPort>) {
        VideoEngine::with(random, heard, budget, Content::Plain, Plan::Alone, [1, 1])
    }

    /// The same for many who see what we send, in so many layers of each source: the server chooses who sees which.
    pub fn of_many(
        random: Random,
        heard: Arc<Heard>,
        budget: Budget,
        content: Content,
        layers: [usize; VideoSource::ALL.len()],
    ) -> (VideoEngine, Arc<VideoPort>) {
        VideoEngine::with(random, heard, budget, content, Plan::layers(), layers)
    }

    fn with(
        random: Random,
        heard: Arc<Heard>,
        budget: Budget,
        content: Content,
        plan: Plan,
        layers: [usize; VideoSource::ALL.len()],
    ) -> (VideoEngine, Arc<VideoPort>) {
        let (port, supplies) = VideoPort::new(layers);
        let port = Arc::new(port);
        let of = |(source, supplies): (VideoSource, Vec<_>)| {
            supplies.into_iter().enumerate().map(move |(layer, supply)| Sending::new(source, layer, supply))
        };
        let engine = VideoEngine {
            port: port.clone(),
            heard,
            random,
            budget,
            sendings: VideoSource::ALL.into_iter().zip(supplies).flat_map(of).collect(),
            plan,
            receivings: Vec::new(),
            content,
            rate: START_RATE,
            is_low_data: false,
            is_active: false,
            events: VecDeque::new(),
        };
        (engine, port)
    }

    // ---- Sending

    /// What the host shows of a source from now on; `None`: nothing any more.
    pub fn set_shown(&mut self, now: Time, source: VideoSource, shown: Option<Shown>) {
        self.sendings.iter_mut().filter(|sending| sending.source == source).for_each(|sending| sending.shown = shown);
        self.ask(now);
    }

    pub fn shown(&self, source: VideoSource) -> Option<Shown> {
        self.sendings.iter().find(|sending| sending.source == source).and_then(|sending| sending.shown)
    }

    /// All streams of ours that the peer agrees to.
    pub fn set_agreed(&mut self, now: Time, agreed: &[Agreed]) {
        for sending in &mut self.sendings {
            let is_it = |agreed: &&Agreed| (agreed.source, agreed.layer) == (sending.source, sending.layer);
            let stream = agreed.iter().find(is_it);
            sending.set_stream(stream.copied(), &mut self.random);
        }
        self.ask(now);
    }

    pub fn is_agreed(&self, source: VideoSource) -> bool {
        self.sendings.iter().any(|sending| sending.source == source && sending.stream.is_some())
    }

    /// Whether there is a way to the peer.
    pub fn set_active(&mut self, now: Time, is_active: bool) {
        self.is_active = is_active;
        self.ask(now);
    }

    /// What the link carries of pictures, in bit/s. 0: none for now.
    pub fn set_rate(&mut self, now: Time, bits_per_s: u64) {
        self.rate = bits_per_s;
        self.ask(now);
    }

    pub fn set_low_data(&mut self, now: Time, is_low_data: bool) {
        self.is_low_data = is_low_data;
        self.ask(now);
    }

    /// How many bits a second our pictures are worth now.
    pub fn demand(&self, now: Time) -> u64 {
        let cap = if self.is_low_data { LOW_DATA_RATE } else { u64::MAX };
        self.plan.demand(&self.standings(now)).min(cap)
    }

    fn standings(&self, now: Time) -> Vec<Standing> {
        self.sendings.iter().map(|sending| sending.standing(now, self.is_active)).collect()
    }

    /// No picture of ours is wanted higher than this, of a server that tells so.
    pub fn set_ideal(&mut self, now: Time, height: u32) {
        self.plan.set_ideal(now, height);
        self.ask(now);
    }

    /// How long what is sent waits for its turn.
    pub fn set_delay(&mut self, delay: Duration) {
        for sending in &self.sendings {
            self.port.send(sending.source, sending.layer).set_behind(delay > MAX_DELAY);
        }
    }

    /// The peer cannot decode this stream of ours without a key frame.
    pub fn handle_key_frame_wanted(&mut self, now: Time, ssrc: Ssrc) {
        let is_it = |sending: &&mut Sending| sending.stream.as_ref().is_some_and(|stream| stream.agreed.ssrc == ssrc);
        if let Some(sending) = self.sendings.iter_mut().find(is_it) {
            sending.stats.key_frames_asked += 1;
            self.events.extend(sending.want_key_frame(now));
        }
    }

    /// Packs the next frame that the host has pushed; `false`: there is none, or it would have to be sealed.
    pub fn pack(&mut self, now: Time, send: impl FnOnce(&Packed<'_>)) -> bool {
        self.content == Content::Plain && self.pack_as(now, None, send)
    }

    /// The same, sealed.
    pub fn pack_sealed(&mut self, now: Time, seal: &mut Seal<'_>, send: impl FnOnce(&Packed<'_>)) -> bool {
        self.pack_as(now, Some(seal), send)
    }

    fn pack_as(&mut self, now: Time, seal: Option<&mut Seal<'_>>, send: impl FnOnce(&Packed<'_>)) -> bool {
        let VideoEngine { sendings, port, .. } = self;
        let mut pushed = sendings.iter_mut().filter_map(|sending| Some((sending.supply.take()?, sending)));
        let Some((frame, sending)) = pushed.next() else { return false };
        sending.pack(now, frame, port, seal, send);
        true
    }

    /// Brings what the host is asked for up to date.
    fn ask(&mut self, now: Time) {
        let rate = if self.is_low_data { self.rate.min(LOW_DATA_RATE) } else { self.rate };
        let goals = self.plan.divide(rate, &self.standings(now));
        for (sending, goal) in self.sendings.iter_mut().zip(goals) {
            self.events.extend(sending.ask(now, goal, &self.port));
        }
    }

    // ---- Receiving

    /// All streams of the peer's that we agree to. A stream that stays goes on.
    pub fn set_announced(&mut self, now: Time, announced: &[Announced]) {
        self.receivings.retain(|receiving| announced.iter().any(|stream| stream.ssrc == receiving.ssrc()));
        for stream in announced {
            match self.receivings.iter_mut().find(|receiving| receiving.ssrc() == stream.ssrc) {
                Some(receiving) => {
                    receiving.announced.clone_from(stream);
                    if let Some(origin) = stream.origin {
                        receiving.set_origin(now, origin, &self.port);
                    }
                }
                None => {
                    let receiving = Receiving::new(now, stream.clone(), self.content, &self.budget, &self.port);
                    self.receivings.push(receiving);
                }
            }
        }
    }

    /// What waits of all others than these is thrown away.
    pub fn keep(&self, is_wanted: impl Fn(Origin) -> bool) {
        self.port.keep(is_wanted);
    }

    /// What each of these streams shows, in their order.
    pub fn set_sources(&mut self, now: Time, source_of: impl Fn(usize) -> VideoSource) {
        for (at, receiving) in self.receivings.iter_mut().enumerate() {
            receiving.set_origin(now, source_of(at).into(), &self.port);
        }
    }

    pub fn received_streams(&self) -> impl Iterator<Item = Ssrc> {
        self.receivings.iter().map(Receiving::ssrc)
    }

    /// The sender's clock of a stream.
    pub fn timeline(&self, ssrc: Ssrc) -> Option<&Timeline> {
        self.receivings.iter().find(|receiving| receiving.ssrc() == ssrc).map(|receiving| &*receiving.timeline)
    }

    /// A packet of the peer's; `false`: it is of none of these streams.
    pub fn handle_packet(&mut self, now: Time, packet: &Received) -> bool {
        let VideoEngine { receivings, heard, events, .. } = self;
        let Some(receiving) = receivings.iter_mut().find(|receiving| receiving.ssrc() == packet.ssrc) else {
            return false;
        };
        let is_ours = receiving.handle_packet(now, packet);
        receiving.deliver(now, heard, events);
        is_ours
    }

    /// Opens what came sealed; whether something of it is of an epoch that is not known.
    pub fn open(&mut self, now: Time, open: &mut Open<'_>) -> bool {
        let VideoEngine { receivings, heard, events, .. } = self;
        let is_unknown = receivings.iter_mut().map(|receiving| receiving.open(now, open, heard, events));
        is_unknown.fold(false, |any, one| any | one)
    }

    /// There may be an epoch that there was not: what waits for it is tried again.
    pub fn handle_new_epoch(&mut self) {
        self.receivings.iter_mut().filter_map(|one| one.sealed.as_mut()).for_each(SealedFrames::handle_new_epoch);
    }

    /// What is missing of this stream of the peer's up to this number will not come.
    pub fn handle_given_up(&mut self, now: Time, ssrc: Ssrc, sequence: u16) {
        let VideoEngine { receivings, heard, events, .. } = self;
        if let Some(receiving) = receivings.iter_mut().find(|receiving| receiving.ssrc() == ssrc) {
            receiving.give_up(sequence);
            receiving.deliver(now, heard, events);
        }
    }

    /// A stream of the peer's, and the number below which nothing of it is needed any more.
    pub fn poll_floor(&mut self) -> Option<(Ssrc, u16)> {
        self.receivings.iter_mut().find_map(|one| Some((one.ssrc(), one.take_floor()?)))
    }

    /// The next of the peer's streams that a key frame has to be asked of.
    pub fn poll_key_frame_request(&mut self, now: Time) -> Option<Ssrc> {
        let mut receivings = self.receivings.iter_mut();
        receivings.find_map(|one| one.assembler.poll_key_frame_request(now).then(|| one.ssrc()))
    }

    // ---- Both

    /// The host may have pushed, pulled or wished for something.
    pub fn handle_host(&mut self, now: Time) {
        for sending in &mut self.sendings {
            self.events.extend(sending.heed_host(now, &self.port));
        }
        let wishes: Vec<Origin> = self.receivings.iter().filter_map(Receiving::take_key_wish).collect();
        // Two streams may show one thing after the other.
        let concerned = self.receivings.iter_mut().filter(|receiving| wishes.contains(&receiving.origin()));
        concerned.for_each(|receiving| receiving.assembler.require_key_frame(now));
    }

    pub fn poll_event(&mut self) -> Option<VideoEvent> {
        self.events.pop_front()
    }

    pub fn handle_timeout(&mut self, now: Time) {
        self.plan.handle_timeout(now);
        self.ask(now);
        self.handle_host(now);
        let VideoEngine { receivings, heard, events, .. } = self;
        receivings.iter_mut().for_each(|receiving| receiving.deliver(now, heard, events));
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let sendings = self.sendings.iter().filter_map(Sending::next_timeout);
        let receivings = self.receivings.iter().filter_map(Receiving::next_timeout);
        let layers = self.sendings.iter().filter_map(Sending::next_ignored).filter(|_| self.plan.has_layers());
        sendings.chain(receivings).chain(self.plan.next_timeout()).chain(layers).min()
    }

    /// Of each stream that is there, by what it is sent as.
    pub fn stats(&self) -> Vec<(Ssrc, PictureStats)> {
        let sent =
            self.sendings.iter().filter_map(|sending| Some((sending.stream.as_ref()?.agreed.ssrc, sending.stats)));
        sent.chain(self.receivings.iter().map(|receiving| (receiving.ssrc(), receiving.stats()))).collect()
    }
}

impl Drop for VideoEngine {
    fn drop(&mut self) {
        self.sendings.iter().for_each(|sending| self.port.send(sending.source, sending.layer).ask(None));
    }
}

#[cfg(test)]
mod tests;
