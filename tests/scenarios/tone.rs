//! Sound that is made, and what of it is heard.

use std::f64::consts::TAU;
use std::time::Duration;

/// How loud tones are made, of 1.
const AMPLITUDE: f64 = 0.4;
/// What is looked at to tell whether something is to be heard.
const PIECE_MS: usize = 20;

/// `frames` frames of a tone, from the frame `first` on.
pub fn tone(frequency: f64, rate: u32, channels: u32, first: u64, frames: usize) -> Vec<i16> {
    let sample = |frame: u64| (frame as f64 / f64::from(rate) * frequency * TAU).sin() * AMPLITUDE * 32_767.0;
    (0..frames as u64).flat_map(|i| vec![sample(first + i) as i16; channels as usize]).collect()
}

/// A stretch of what came out of one side, one channel.
pub struct Heard<'a> {
    pub rate: u32,
    pub samples: &'a [i16],
}

impl Heard<'_> {
    /// The strongest frequency within 12 Hz of `near`, to 1 Hz, over the whole stretch.
    pub fn frequency(&self, near: f64) -> f64 {
        let candidates = (-12..=12).map(|step| near + f64::from(step));
        candidates.max_by(|a, b| self.power(self.samples, *a).total_cmp(&self.power(self.samples, *b))).unwrap()
    }

    /// How loud it is, as a share of what was pushed.
    pub fn level(&self) -> f64 {
        (energy(self.samples) / self.samples.len() as f64).sqrt() / (AMPLITUDE * 32_767.0 / 2f64.sqrt())
    }

    /// How much of it is this tone, of 1.
    pub fn share(&self, frequency: f64) -> f64 {
        self.power(self.samples, frequency) / energy(self.samples)
    }

    /// How many of 1000 pieces of 20 ms are the tone: a quarter as loud as it was made, and most of what is there.
    pub fn audible(&self, frequency: f64) -> usize {
        let pieces = self.pieces(frequency);
        pieces.iter().filter(|is_tone| **is_tone).count() * 1000 / pieces.len()
    }

    /// The longest time without the tone.
    pub fn gap(&self, frequency: f64) -> Duration {
        let (mut longest, mut current) = (0, 0);
        for is_tone in self.pieces(frequency) {
            current = if is_tone { 0 } else { current + 1 };
            longest = longest.max(current);
        }
        Duration::from_millis((longest * PIECE_MS) as u64)
    }

    fn pieces(&self, frequency: f64) -> Vec<bool> {
        let loud = (AMPLITUDE * 32_767.0 / 4.0).powi(2) / 2.0;
        let is_tone = |piece: &[i16]| {
            let (tone, all) = (self.power(piece, frequency), energy(piece));
            all / piece.len() as f64 >= loud && tone * 2.0 >= all
        };
        self.samples.chunks_exact(self.rate as usize * PIECE_MS / 1000).map(is_tone).collect()
    }

    /// The energy of the tone in these samples.
    fn power(&self, samples: &[i16], frequency: f64) -> f64 {
        let (mut sine, mut cosine) = (0.0, 0.0);
        // A phasor that is turned by one sample at a time.
        let (step_sine, step_cosine) = (frequency * TAU / f64::from(self.rate)).sin_cos();
        let (mut s, mut c) = (0.0, 1.0);
        for sample in samples {
            sine += f64::from(*sample) * s;
            cosine += f64::from(*sample) * c;
            (s, c) = (s * step_cosine + c * step_sine, c * step_cosine - s * step_sine);
        }
        2.0 * (sine * sine + cosine * cosine) / samples.len() as f64
    }
}

fn energy(samples: &[i16]) -> f64 {
    samples.iter().map(|sample| f64::from(*sample).powi(2)).sum()
}
