//! How much of a sound is the tone that was sent, and whether it has gaps.

#![allow(dead_code, reason = "each test program uses its part")]

use std::f64::consts::TAU;

#[derive(Clone, Copy, Debug)]
pub struct Tone {
    pub seconds: f64,
    /// From one rise through zero to the next, the middle one of all.
    pub hz: f64,
    /// The tone of the frequency asked for beside all the rest, over pieces of 100 ms.
    pub snr_db: f64,
    /// The share of pieces of 10 ms that are at least half as loud as the middle one.
    pub audible: f64,
    /// The longest run of pieces that are not.
    pub silence_ms: usize,
}

impl Tone {
    pub fn measure(samples: &[i16], rate: usize, hz: f64) -> Tone {
        let (audible, silence_ms) = continuity(samples, rate);
        Tone {
            seconds: samples.len() as f64 / rate as f64,
            hz: frequency(samples, rate),
            snr_db: snr_db(samples, rate, hz),
            audible,
            silence_ms,
        }
    }
}

fn frequency(samples: &[i16], rate: usize) -> f64 {
    let pairs = samples.windows(2).enumerate();
    let rises: Vec<f64> = pairs
        .filter(|(_, pair)| pair[0] < 0 && pair[1] >= 0)
        .map(|(i, pair)| i as f64 + f64::from(-pair[0]) / (f64::from(pair[1]) - f64::from(pair[0])))
        .collect();
    let mut periods: Vec<f64> = rises.windows(2).map(|pair| pair[1] - pair[0]).collect();
    periods.sort_by(f64::total_cmp);
    periods.get(periods.len() / 2).map_or(0.0, |period| rate as f64 / period)
}

fn snr_db(samples: &[i16], rate: usize, hz: f64) -> f64 {
    let (mut tone, mut all) = (0.0, 0.0);
    for piece in samples.chunks_exact(rate / 10) {
        let (mut sine, mut cosine) = (0.0, 0.0);
        for (i, sample) in piece.iter().enumerate() {
            let (phase, value) = (TAU * hz * i as f64 / rate as f64, f64::from(*sample));
            sine += value * phase.sin();
            cosine += value * phase.cos();
            all += value * value;
        }
        tone += 2.0 * (sine * sine + cosine * cosine) / piece.len() as f64;
    }
    10.0 * (tone / (all - tone).max(1.0)).log10()
}

fn continuity(samples: &[i16], rate: usize) -> (f64, usize) {
    let power = |piece: &[i16]| piece.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / piece.len() as f64;
    let powers: Vec<f64> = samples.chunks_exact(rate / 100).map(power).collect();
    let mut sorted = powers.clone();
    sorted.sort_by(f64::total_cmp);
    let Some(middle) = sorted.get(sorted.len() / 2) else { return (0.0, 0) };
    // Half as loud is a quarter of the power; what is nearly nothing is never loud.
    let loud: Vec<bool> = powers.iter().map(|power| *power >= (middle / 4.0).max(10_000.0)).collect();
    let longest = loud.split(|loud| *loud).map(<[bool]>::len).max().unwrap_or(0);
    (loud.iter().filter(|loud| **loud).count() as f64 / loud.len() as f64, longest * 10)
}
