//! The sound of a program: one decoder for all parts, as what is sent goes on from one to the next.

use crate::media::audio::codec::Decoder;
use crate::media::audio::packet::{self, MAX_DURATION};
use crate::media::container::{Avc, Fault, Layout, Movie, Sample, split};
use crate::media::video::Rotation;
use core::ops::Range;
use std::collections::VecDeque;
use std::sync::Arc;

/// Frames at 48 kHz that may be left of a part when the next one begins: what is more is left out. A part has a packet more or less.
const LEFT: usize = 4800;
/// Left and right.
const SIDES: usize = 2;

/// A part, taken apart.
#[derive(Debug)]
pub struct Part {
    pub bytes: Arc<Vec<u8>>,
    /// Where the file is that its samples count from.
    pub file: Range<usize>,
    pub endpoint: String,
    pub rotation: Rotation,
    pub pictures: Option<(Avc, Vec<Sample>)>,
    pub sound: Option<(Layout, Vec<Sample>)>,
}

impl Part {
    pub fn read(bytes: Vec<u8>, file: Range<usize>, endpoint: String, rotation: Rotation) -> Result<Part, Fault> {
        let Movie { pictures, sound } = Movie::read(bytes.get(file.clone()).ok_or(Fault::Beyond)?)?;
        Ok(Part { bytes: Arc::new(bytes), file, endpoint, rotation, pictures, sound })
    }
}

/// What is played of it.
#[derive(Debug, Default)]
pub struct Sound {
    layout: Option<Layout>,
    /// Of each side, and in which stream it is. One alone is both.
    sides: Vec<Side>,
    bytes: Arc<Vec<u8>>,
    /// Where the packets are that are not decoded.
    packets: VecDeque<Range<usize>>,
    /// Frames at the begin of all that are to be left out.
    skip: usize,
}

#[derive(Debug)]
struct Side {
    stream: usize,
    /// The channels that are taken of it: both of a stream are one side.
    channels: usize,
    place: usize,
    taken: usize,
    decoder: Decoder,
    /// Interleaved, as many channels as are taken.
    samples: Vec<i16>,
}

impl Sound {
    /// What follows comes from this part; what is still there of the one before goes first. How much of that was unreadable.
    pub fn play(&mut self, part: Part) -> u64 {
        let unreadable = self.rest();
        let Some((layout, samples)) = part.sound else { return unreadable };
        if self.layout != Some(layout) {
            self.clear();
            self.sides = sides(&layout);
            self.skip = layout.pre_skip as usize;
            self.layout = Some(layout);
        }
        let start = part.file.start;
        self.packets = samples.into_iter().map(|one| start + one.bytes.start..start + one.bytes.end).collect();
        self.bytes = part.bytes;
        unreadable
    }

    /// Decodes all that is there, of which some is kept.
    pub fn rest(&mut self) -> u64 {
        let mut unreadable = 0;
        while self.ready() < LEFT
            && let Some(read) = self.decode()
        {
            unreadable += read;
        }
        self.packets.clear();
        self.bytes = Arc::default();
        unreadable
    }

    pub fn clear(&mut self) {
        *self = Sound::default();
    }

    fn ready(&self) -> usize {
        self.sides.iter().map(|side| side.samples.len() / side.taken).min().unwrap_or(0)
    }

    /// Whether there are so many frames, or packets to make some of.
    pub fn has(&self, frames: usize) -> bool {
        !self.packets.is_empty() || self.ready() >= frames
    }

    /// How many channels there are, and how much was unreadable of what had to be decoded for so many frames. `None`: nothing is played.
    pub fn prepare(&mut self, frames: usize) -> Option<(usize, u64)> {
        let mut unreadable = 0;
        while self.ready() < frames
            && let Some(read) = self.decode()
        {
            unreadable += read;
        }
        let channels: usize = self.sides.iter().map(|side| side.taken).sum();
        (channels > 0).then_some((channels, unreadable))
    }

    /// At most so many frames, interleaved.
    pub fn take(&mut self, frames: usize) -> Vec<i16> {
        let frames = frames.min(self.ready());
        let mut pieces: Vec<(usize, std::vec::Drain<'_, i16>)> =
            self.sides.iter_mut().map(|side| (side.taken, side.samples.drain(..frames * side.taken))).collect();
        let mut out = Vec::with_capacity(frames * SIDES);
        for _ in 0..frames {
            pieces.iter_mut().for_each(|(taken, samples)| out.extend(samples.take(*taken)));
        }
        out
    }

    /// The next packet, if there is one: 1 if it was unreadable.
    fn decode(&mut self) -> Option<u64> {
        let range = self.packets.pop_front()?;
        let streams = self.layout?.streams();
        let packet = self.bytes.get(range).unwrap_or_default();
        let span = packet::span(packet).filter(|span| *span <= MAX_DURATION);
        let (Some(span), Ok(alone)) = (span, split(packet, streams)) else { return Some(1) };
        let mut unreadable = 0;
        for side in &mut self.sides {
            let mut samples = vec![0; span as usize * side.channels];
            let packet = alone.get(side.stream).map_or(&[][..], Vec::as_slice);
            if packet::span(packet) != Some(span) || !side.decoder.decode(packet, &mut samples) {
                samples.fill(0);
                unreadable = 1;
            }
            let frames = samples.chunks_exact(side.channels);
            side.samples.extend(frames.flat_map(|frame| &frame[side.place..side.place + side.taken]));
        }
        let skipped = self.skip.min(self.ready());
        self.skip -= skipped;
        self.sides.iter_mut().for_each(|side| drop(side.samples.drain(..skipped * side.taken)));
        Some(unreadable)
    }
}

/// The first two channels: one stream that has both, or two.
fn sides(layout: &Layout) -> Vec<Side> {
    let places: Vec<(usize, usize)> = (0..SIDES).filter_map(|channel| layout.place(channel)).collect();
    let side = |stream: usize, place: usize, taken: usize| {
        let channels = layout.channels_of(stream);
        let decoder = Decoder::with_gain(channels as u32, layout.gain).ok()?;
        Some(Side { stream, channels, place, taken, decoder, samples: Vec::new() })
    };
    match places[..] {
        [(one, 0), (other, 1)] if one == other => side(one, 0, SIDES).into_iter().collect(),
        _ => places.iter().filter_map(|(stream, place)| side(*stream, *place, 1)).collect(),
    }
}
