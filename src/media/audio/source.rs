//! Somebody who is heard: packets to sound at 48 kHz, by a jitter buffer and a decoder, on the puller's thread; or sound as it comes.

use crate::error::Error;
use crate::media::audio::RATE;
use crate::media::audio::codec::Decoder;
use crate::media::audio::conceal::Concealer;
use crate::media::audio::flow::{Flow, Stretch};
use crate::media::audio::jitter::{Adjust, JitterBuffer, Next};
use crate::media::audio::level::Level;
use crate::media::audio::packet::{self, MAX_PACKET};
use crate::media::audio::ring::Ring;
use crate::media::audio::stretch::{MAX_CHANGE, lengthen, shorten};
use core::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, Ordering};
use rtrb::Consumer;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What usually waits to be taken: a pull and a packet of 20 ms, and what stretching adds. Longer ones, up to 60 and 120 ms, get more
/// room when they come.
const CAPACITY: usize = 960 + 960 + MAX_CHANGE;

/// One of those who are heard in a call. It stays the same when its packets get another SSRC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// All that are heard, on the puller's thread.
pub type Sources = BTreeMap<SourceId, Box<Source>>;

/// What both threads know of a source.
#[derive(Debug, Default)]
pub struct SourceShared {
    /// How loud it is made: its [`Volume`], exclusive or with `FULL`, so that a new one is as it came.
    volume: AtomicU16,
    /// Received packets did not fit: what waits is old.
    pub stale: AtomicBool,
    /// Packets that were too old when they were pulled for at last.
    pub unpulled: AtomicU64,
    /// Whose sound it is that comes decoded.
    pub key: AtomicU64,
    /// Samples that are received and not yet heard.
    pub delay: AtomicU32,
    pub level: AtomicU32,
    pub late: AtomicU64,
    pub cut: AtomicU64,
    pub concealed: AtomicU64,
    pub recovered: AtomicU64,
    pub stretched: AtomicU64,
}

impl SourceShared {
    /// How loud it is made from the next pull on.
    pub fn set_volume(&self, volume: Volume) {
        self.volume.store(volume.0 ^ Volume::FULL.0, Ordering::Relaxed);
    }

    fn volume(&self) -> Volume {
        Volume(self.volume.load(Ordering::Relaxed) ^ Volume::FULL.0)
    }
}

/// Where the packets of a source come out, or its sound.
#[derive(Debug)]
pub struct Arrivals {
    pub feed: Feed,
    pub shared: Arc<SourceShared>,
}

#[derive(Debug)]
pub enum Feed {
    Packets(Consumer<u8>),
    Sound(Arc<Ring>),
}

/// How loud a source is made, in parts of 10 000, as Telegram counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume(pub u16);

impl Volume {
    /// As it came.
    pub const FULL: Volume = Volume(10_000);

    fn of(self, sample: i16) -> i32 {
        i32::from(sample) * i32::from(self.0) / i32::from(Volume::FULL.0)
    }
}

/// Makes sound of one source's packets.
#[derive(Debug, Default)]
pub struct Source {
    /// `None`: nothing has come.
    shared: Option<Arc<SourceShared>>,
    /// `None`: its sound comes decoded, if any does.
    packets: Option<Consumer<u8>>,
    flow: Option<Box<Flow>>,
    /// Who it is, where somebody wants to know. 0: nobody in particular.
    key: u64,
    jitter: JitterBuffer,
    /// `None`: its sound is pulled as it came.
    voice: Option<Voice>,
}

/// The decoded sound of a source.
#[derive(Debug)]
struct Voice {
    decoder: Decoder,
    concealer: Concealer,
    /// Of what was taken, where there are others.
    level: Level,
    channels: usize,
    /// What was decoded and not taken, interleaved.
    samples: Vec<i16>,
    /// Frames at the front up to the last that is not mere silence.
    sounding: usize,
}

impl Source {
    fn volume(&self) -> Volume {
        self.shared.as_ref().map_or(Volume::FULL, |shared| shared.volume())
    }

    /// Its packets come here from now on, or its sound.
    pub fn arrive(&mut self, arrivals: Arrivals) {
        let Arrivals { feed, shared } = arrivals;
        if matches!(feed, Feed::Sound(_)) {
            // What waits there is his already.
            self.key = shared.key.load(Ordering::Acquire);
        }
        self.shared = Some(shared);
        (self.packets, self.flow) = match feed {
            Feed::Packets(packets) => (Some(packets), None),
            Feed::Sound(ring) => {
                self.jitter.reset();
                (None, Some(Box::new(Flow::new(ring))))
            }
        };
    }

    /// Who it is.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// Takes the packets that have come.
    pub fn gather(&mut self) {
        let Source { shared: Some(shared), packets, flow, jitter, key, .. } = self else { return };
        if let Some(flow) = flow {
            let other = shared.key.load(Ordering::Acquire);
            if core::mem::replace(key, other) != other {
                flow.forget();
            }
        }
        let Some(ring) = packets else { return };
        let is_stale = shared.stale.swap(false, Ordering::AcqRel);
        if ring.is_empty() && !is_stale {
            return;
        }
        let mut packet = [0; MAX_PACKET];
        if is_stale {
            // Nobody pulled for a long time: what waits is no longer worth hearing.
            jitter.reset();
            let mut dropped = 0;
            while let Some(header) = packet::read(ring, &mut packet) {
                match header.key() {
                    Some(other) => *key = other,
                    None => dropped += 1,
                }
            }
            shared.unpulled.fetch_add(dropped, Ordering::Relaxed);
        }
        while let Some(header) = packet::read(ring, &mut packet) {
            *key = header.key().unwrap_or(*key);
            let data = packet.get(..usize::from(header.size)).unwrap_or_default();
            jitter.add(header.sequence, header.timestamp, data);
        }
    }

    /// What waits is of no use to who pulls now.
    pub fn forget(&mut self) {
        self.jitter.reset();
        if let Some(flow) = &mut self.flow {
            flow.forget();
        }
    }

    /// The size of the packet that [`Self::take_packet`] would take.
    pub fn waiting(&self) -> Option<usize> {
        self.jitter.waiting()
    }

    /// The oldest packet, as it came: its size and its timestamp.
    pub fn take_packet(&mut self, buffer: &mut [u8]) -> Option<(usize, u32)> {
        let taken = self.jitter.take(buffer);
        self.publish();
        taken
    }

    /// Its sound is wanted in another format.
    pub fn close(&mut self) {
        self.voice = None;
    }

    /// Its sound is wanted.
    pub fn open(&mut self, channels: u32) -> Result<(), Error> {
        if self.voice.is_none() {
            self.voice = Some(Voice::new(channels)?);
        }
        Ok(())
    }

    /// So many frames are wanted. What has come since the last time is known.
    pub fn pull(&mut self, frames: u32) {
        self.jitter.pull(frames);
    }

    /// Sound that was decoded and not taken, in frames.
    pub fn queued(&self) -> usize {
        self.voice.as_ref().map_or(0, Voice::frames)
    }

    /// Whether any of that is more than silence.
    pub fn is_sounding(&self) -> bool {
        self.voice.as_ref().is_some_and(|voice| voice.sounding > 0)
    }

    /// Decodes the next piece, or makes one up. If there is nothing, it is `missing` frames of silence.
    pub fn produce(&mut self, missing: usize) {
        match (&mut self.voice, &mut self.flow) {
            (Some(voice), Some(flow)) => voice.flow(flow, missing),
            (Some(voice), None) => voice.produce(&mut self.jitter, missing),
            (None, _) => {}
        }
    }

    /// The front of what is queued, if it is that much and as loud as it came.
    pub fn front(&self, count: usize) -> Option<&[i16]> {
        let samples = self.voice.as_ref().and_then(|voice| voice.samples.get(..count));
        samples.filter(|_| self.volume() == Volume::FULL)
    }

    /// Adds what is queued, from this sample on, to `sums`.
    pub fn add_to(&self, sums: &mut [i32], from: usize) {
        let Some(voice) = &self.voice else { return };
        let samples = voice.samples.get(from..).unwrap_or_default();
        let volume = self.volume();
        if volume == Volume::FULL {
            sums.iter_mut().zip(samples).for_each(|(sum, sample)| *sum += i32::from(*sample));
        } else {
            sums.iter_mut().zip(samples).for_each(|(sum, sample)| *sum += volume.of(*sample));
        }
    }

    /// Measures how loud the frames are that are taken next.
    pub fn measure(&mut self, frames: usize) {
        if let Some(level) = self.voice.as_mut().and_then(|voice| voice.measure(frames)) {
            self.tell_level(level);
        }
    }

    /// So loud it is.
    pub fn tell_level(&self, level: u32) {
        if let Some(shared) = &self.shared {
            shared.level.store(level, Ordering::Relaxed);
        }
    }

    /// Takes frames away that have been mixed: up to where they were more than silence.
    pub fn take(&mut self, frames: usize) -> usize {
        self.voice.as_mut().map_or(0, |voice| voice.take(frames))
    }

    /// What was wanted is heard; `mixed` frames of those that were taken are still to be.
    pub fn played(&mut self, mixed: usize) {
        self.jitter.played();
        let waiting = self.flow.as_ref().map_or(0, |flow| flow.waiting() as u32);
        let delay = self.jitter.delay() + waiting + (self.queued() + mixed) as u32;
        if let Some(shared) = &self.shared {
            shared.delay.store(delay, Ordering::Relaxed);
        }
        self.publish();
    }

    /// The timestamp that is taken next, while something is heard.
    pub fn position(&self) -> Option<u32> {
        self.jitter.position().map(|next| next.wrapping_sub(self.queued() as i64) as u32)
    }

    fn publish(&self) {
        let Some(shared) = &self.shared else { return };
        let counted = self.jitter.counted();
        let pairs = [
            (&shared.late, counted.late),
            (&shared.cut, counted.cut),
            (&shared.concealed, counted.concealed),
            (&shared.recovered, counted.recovered),
            (&shared.stretched, counted.stretched),
        ];
        pairs.into_iter().for_each(|(to, value)| to.store(value, Ordering::Relaxed));
    }
}

impl Voice {
    fn new(channels: u32) -> Result<Voice, Error> {
        Ok(Voice {
            decoder: Decoder::new(channels)?,
            concealer: Concealer::new(channels),
            level: Level::new(RATE, channels),
            channels: channels as usize,
            samples: Vec::with_capacity(CAPACITY * channels as usize),
            sounding: 0,
        })
    }

    fn frames(&self) -> usize {
        self.samples.len() / self.channels
    }

    /// Adds the next piece to the queue.
    fn produce(&mut self, jitter: &mut JitterBuffer, missing: usize) {
        let Voice { decoder, concealer, channels, samples, .. } = self;
        let channels = *channels;
        match jitter.advance() {
            Next::Packet { packet, duration } => {
                let frames = duration as usize;
                let room = extend(samples, (frames + MAX_CHANGE) * channels);
                let piece = &mut room[..frames * channels];
                let mut change = 0;
                if decoder.decode(packet, piece) {
                    concealer.join(piece);
                    let adjust = jitter.adjust();
                    change = match adjust {
                        Adjust::Keep | Adjust::Cut => 0,
                        Adjust::Shorten { force } => -(shorten(piece, channels, force) as i64),
                        Adjust::Lengthen => lengthen(room, frames, channels, false) as i64,
                    };
                    jitter.adjusted(change);
                    concealer.hear(&room[..(frames as i64 + change) as usize * channels]);
                    if adjust == Adjust::Cut {
                        concealer.leap();
                    }
                } else {
                    concealer.go_on(piece);
                }
                samples.truncate(samples.len() - (MAX_CHANGE as i64 - change) as usize * channels);
            }
            Next::Lost { duration, successor } => {
                let piece = extend(samples, duration as usize * channels);
                match successor {
                    Some(packet) if packet::has_fec(packet) && decoder.recover(packet, piece) => {
                        concealer.join(piece);
                        concealer.hear(piece);
                        jitter.recovered(duration);
                    }
                    _ => concealer.go_on(piece),
                }
            }
            Next::Late { duration } => concealer.go_on(extend(samples, duration as usize * channels)),
            Next::Pause { duration } => return concealer.end(extend(samples, duration as usize * channels)),
            Next::Idle => return concealer.end(extend(samples, missing * channels)),
        }
        self.sounding = self.frames();
    }

    /// The same of sound that comes decoded.
    fn flow(&mut self, flow: &mut Flow, missing: usize) {
        let Voice { concealer, channels, samples, .. } = self;
        let channels = *channels;
        let Some((frames, stretch)) = flow.begin() else {
            return concealer.end(extend(samples, missing * channels));
        };
        let room = extend(samples, (frames + MAX_CHANGE) * channels);
        let piece = &mut room[..frames * channels];
        flow.read(piece, channels);
        concealer.join(piece);
        let change = match stretch {
            Stretch::Keep => 0,
            Stretch::Shorten => -(shorten(piece, channels, false) as i64),
            Stretch::Lengthen => lengthen(room, frames, channels, false) as i64,
        };
        if change != 0 {
            flow.stretched();
        }
        concealer.hear(&room[..(frames as i64 + change) as usize * channels]);
        samples.truncate(samples.len() - (MAX_CHANGE as i64 - change) as usize * channels);
        self.sounding = self.frames();
    }

    fn measure(&mut self, frames: usize) -> Option<u32> {
        let count = (frames * self.channels).min(self.samples.len());
        self.level.add(&self.samples[..count])
    }

    fn take(&mut self, frames: usize) -> usize {
        let count = (frames * self.channels).min(self.samples.len());
        self.samples.drain(..count);
        let sounding = self.sounding.min(frames);
        self.sounding -= sounding;
        sounding
    }
}

/// Adds samples of silence at the end, to be filled.
fn extend(samples: &mut Vec<i16>, count: usize) -> &mut [i16] {
    let at = samples.len();
    samples.resize(at + count, 0);
    &mut samples[at..]
}

#[cfg(all(test, feature = "opus"))]
impl Source {
    /// One whose sound is known.
    pub fn of(volume: Volume, channels: u32, samples: &[i16]) -> Source {
        let mut source = Source::default();
        let shared = Arc::new(SourceShared::default());
        shared.set_volume(volume);
        source.arrive(Arrivals { feed: Feed::Packets(rtrb::RingBuffer::new(1).1), shared });
        source.open(channels).unwrap();
        if let Some(voice) = &mut source.voice {
            voice.samples.extend_from_slice(samples);
            voice.sounding = voice.frames();
        }
        source
    }
    pub fn level(&self) -> u32 {
        self.shared.as_ref().map_or(0, |shared| shared.level.load(Ordering::Relaxed))
    }
}
