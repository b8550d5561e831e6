//! From packets to what is heard: jitter buffer, decoder, resampler, on the puller's thread.

use crate::error::Error;
use crate::media::audio::RATE;
use crate::media::audio::codec::Decoder;
use crate::media::audio::jitter::{Adjust, JitterBuffer, Next};
use crate::media::audio::level::Level;
use crate::media::audio::resample::Resampler;
use crate::media::audio::stretch::{MAX_CHANGE, lengthen, shorten};

/// What usually waits between decoder and resampler: a pull and a packet of 20 ms, and what stretching adds. Longer ones, up to
/// 60 and 120 ms, get more room when they come.
const CAPACITY: usize = 960 + 960 + MAX_CHANGE;
/// Pieces that one pull of 60 ms may take, if each has 2.5 ms and some are cut.
const MAX_PIECES: usize = 200;

/// Sound at a rate that the puller chose.
#[derive(Debug)]
pub struct Playout {
    rate: u32,
    channels: u32,
    decoder: Decoder,
    resampler: Resampler,
    level: Level,
    /// Frames at the front of the queue up to the last that is not mere silence.
    sounding: usize,
}

impl Playout {
    pub fn new(rate: u32, channels: u32) -> Result<Playout, Error> {
        Ok(Playout {
            rate,
            channels,
            decoder: Decoder::new(channels)?,
            resampler: Resampler::new(RATE, rate, channels as usize, CAPACITY),
            level: Level::new(rate, channels),
            sounding: 0,
        })
    }

    pub fn is_for(&self, rate: u32, channels: u32) -> bool {
        (self.rate, self.channels) == (rate, channels)
    }

    /// Sound that was decoded and not played, in samples at 48 kHz.
    pub fn queued(&self) -> usize {
        self.resampler.queued()
    }

    /// Gives up to `frames` frames, interleaved, in slices; whether any of it is sound. The new level, if there is one.
    pub fn pull(&mut self, jitter: &mut JitterBuffer, frames: usize, mut put: impl FnMut(&[i16])) -> (bool, Option<u32>) {
        let grain = (frames as u64 * u64::from(RATE)).div_ceil(u64::from(self.rate)) as u32;
        jitter.pull(grain);
        for _ in 0..MAX_PIECES {
            let missing = frames.saturating_sub(self.resampler.ready());
            if missing == 0 {
                break;
            }
            self.produce(jitter, missing);
        }
        let sound = self.sounding > 0;
        let before = self.resampler.queued();
        let Playout { resampler, level, .. } = self;
        let mut loudness = None;
        resampler.read(
            |samples| {
                loudness = level.add(samples).or(loudness);
                put(samples);
            },
            frames,
        );
        self.sounding = self.sounding.saturating_sub(before - self.resampler.queued());
        jitter.played();
        (sound, loudness)
    }

    /// Adds the next piece to the queue.
    fn produce(&mut self, jitter: &mut JitterBuffer, missing: usize) {
        let channels = self.channels as usize;
        match jitter.advance() {
            Next::Packet { packet, duration } => {
                let frames = duration as usize;
                let room = self.resampler.extend(frames + MAX_CHANGE);
                let samples = &mut room[..frames * channels];
                if !self.decoder.decode(packet, samples) {
                    self.decoder.conceal(samples);
                }
                let change = match jitter.adjust() {
                    Adjust::Keep => 0,
                    Adjust::Shorten { force } => -(shorten(samples, channels, force) as i64),
                    Adjust::Lengthen => lengthen(room, frames, channels, false) as i64,
                };
                jitter.adjusted(change);
                self.resampler.truncate((MAX_CHANGE as i64 - change) as usize);
                self.sounding = self.resampler.queued();
            }
            Next::Lost { duration, successor } => {
                let samples = self.resampler.extend(duration as usize);
                // SILK carries its own past; CELT does not.
                let known = successor.is_some_and(|packet| packet.first().is_some_and(|first| first >> 3 < 16));
                match successor {
                    Some(packet) if self.decoder.recover(packet, samples) => {}
                    _ => self.decoder.conceal(samples),
                }
                if known {
                    jitter.recovered(duration);
                }
                self.sounding = self.resampler.queued();
            }
            Next::Late { duration } => {
                self.decoder.conceal(self.resampler.extend(duration as usize));
                self.sounding = self.resampler.queued();
            }
            Next::Pause { duration } => {
                self.resampler.extend(duration as usize);
            }
            Next::Idle => {
                let frames = (missing as u64 * u64::from(RATE)).div_ceil(u64::from(self.rate)) as usize;
                self.resampler.extend(frames);
            }
        }
    }
}
