//! From packets to what is heard: jitter buffer, decoder, resampler, on the puller's thread.

use crate::error::Error;
use crate::media::audio::RATE;
use crate::media::audio::codec::Decoder;
use crate::media::audio::conceal::Concealer;
use crate::media::audio::jitter::{Adjust, JitterBuffer, Next};
use crate::media::audio::level::Level;
use crate::media::audio::packet;
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
    concealer: Concealer,
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
            concealer: Concealer::new(channels),
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
        let Playout { decoder, concealer, resampler, .. } = self;
        match jitter.advance() {
            Next::Packet { packet, duration } => {
                let frames = duration as usize;
                let room = resampler.extend(frames + MAX_CHANGE);
                let samples = &mut room[..frames * channels];
                let mut change = 0;
                if decoder.decode(packet, samples) {
                    concealer.join(samples);
                    change = match jitter.adjust() {
                        Adjust::Keep => 0,
                        Adjust::Shorten { force } => -(shorten(samples, channels, force) as i64),
                        Adjust::Lengthen => lengthen(room, frames, channels, false) as i64,
                    };
                    jitter.adjusted(change);
                    concealer.hear(&room[..(frames as i64 + change) as usize * channels]);
                } else {
                    concealer.go_on(samples);
                }
                resampler.truncate((MAX_CHANGE as i64 - change) as usize);
            }
            Next::Lost { duration, successor } => {
                let samples = resampler.extend(duration as usize);
                match successor {
                    Some(packet) if packet::has_fec(packet) && decoder.recover(packet, samples) => {
                        concealer.join(samples);
                        concealer.hear(samples);
                        jitter.recovered(duration);
                    }
                    _ => concealer.go_on(samples),
                }
            }
            Next::Late { duration } => concealer.go_on(resampler.extend(duration as usize)),
            Next::Pause { duration } => return concealer.end(resampler.extend(duration as usize)),
            Next::Idle => {
                let frames = (missing as u64 * u64::from(RATE)).div_ceil(u64::from(self.rate)) as usize;
                return concealer.end(resampler.extend(frames));
            }
        }
        self.sounding = self.resampler.queued();
    }
}
