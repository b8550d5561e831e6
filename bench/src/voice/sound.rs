//! What calls carry, and what of it arrives.

use std::f64::consts::TAU;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

const RATE: usize = 48_000;
/// 10 ms: what is looked at on its own.
const PIECE: usize = RATE / 100;
const PIECE_BYTES: usize = PIECE * 2;
const AMPLITUDE: f64 = 8192.0;
/// Whole periods fit into a piece.
pub const TONES: [usize; 2] = [600, 1000];

/// A file of `seconds` of a tone, 48 kHz mono.
pub fn write_tone(path: &Path, hertz: usize, seconds: usize) {
    let sample = |i: usize| (AMPLITUDE * ((i * hertz % RATE) as f64 * TAU / RATE as f64).sin()) as i16;
    let second: Vec<u8> = (0..RATE).flat_map(|i| sample(i).to_le_bytes()).collect();
    std::fs::write(path, second.repeat(seconds)).expect("there is room for a tone");
}

/// A file that an endpoint writes what it hears to.
pub struct Heard {
    path: PathBuf,
    hertz: usize,
    window: (u64, u64),
}

impl Heard {
    pub fn new(path: PathBuf, hertz: usize) -> Heard {
        Heard { path, hertz, window: (0, 0) }
    }

    fn size(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |data| data.len())
    }

    /// What comes from now on is looked at.
    pub fn begin(&mut self) {
        self.window.0 = self.size() / PIECE_BYTES as u64 * PIECE_BYTES as u64;
    }

    /// Nothing of what comes from now on is.
    pub fn end(&mut self) {
        self.window.1 = self.size();
    }

    /// How many pieces of the tone came in between. All that was heard so far is given back to the system.
    pub fn count(&self) -> usize {
        let Ok(file) = File::options().read(true).write(true).open(&self.path) else { return 0 };
        let (from, to) = self.window;
        let mut bytes = vec![0; to.saturating_sub(from) as usize / PIECE_BYTES * PIECE_BYTES];
        if file.read_exact_at(&mut bytes, from).is_err() {
            return 0;
        }
        let mode = libc::FALLOC_FL_PUNCH_HOLE | libc::FALLOC_FL_KEEP_SIZE;
        // SAFETY: the file is open. Where holes are not possible, it stays as it is.
        unsafe { libc::fallocate(file.as_raw_fd(), mode, 0, to.cast_signed()) };
        bytes.chunks_exact(PIECE_BYTES).filter(|piece| is_tone(piece, self.hertz)).count()
    }
}

/// Whether 10 ms are the tone, about as loud as it was sent and with at most a quarter as much of anything else.
fn is_tone(piece: &[u8], hertz: usize) -> bool {
    let samples = piece.chunks_exact(2).map(|two| f64::from(i16::from_le_bytes([two[0], two[1]])));
    let (mut re, mut im, mut power) = (0.0, 0.0, 0.0);
    for (i, sample) in samples.enumerate() {
        let angle = (i * hertz % RATE) as f64 * TAU / RATE as f64;
        re += sample * angle.cos();
        im += sample * angle.sin();
        power += sample * sample;
    }
    let amplitude = 2.0 * (re * re + im * im).sqrt() / PIECE as f64;
    let tone = amplitude * amplitude * PIECE as f64 / 2.0;
    (AMPLITUDE / 2.0..AMPLITUDE * 2.0).contains(&amplitude) && power - tone <= tone / 4.0
}

/// A tone that fits no piece, of so many seconds.
pub fn tone(seconds: usize) -> Vec<i16> {
    (0..seconds * RATE).map(|i| (AMPLITUDE * (i as f64 * 440.0 / RATE as f64 * TAU).sin()) as i16).collect()
}

/// A buzz of 150 Hz with 20 overtones, in phases that make it equally loud at all times.
pub fn buzz(seconds: usize) -> Vec<i16> {
    let sample = |i: usize| {
        let phase = (i * 150 % RATE) as f64 / RATE as f64;
        let overtone = |k: f64| ((k * phase + k * k / 40.0) * TAU).cos() / k.sqrt();
        (AMPLITUDE / 2.0 * (1..=20).map(|k| overtone(f64::from(k))).sum::<f64>()) as i16
    };
    (0..seconds * RATE).map(sample).collect()
}

/// What a WAVE file of 16 bits and one channel has, again and again until it is so many seconds.
pub fn from_wave(wave: &[u8], seconds: usize) -> Option<Vec<i16>> {
    let rate = u32::from_le_bytes(wave.get(24..28)?.try_into().ok()?) as f64;
    let data = wave.windows(4).position(|four| four == b"data")? + 8;
    let samples: Vec<f64> =
        wave[data..].chunks_exact(2).map(|two| f64::from(i16::from_le_bytes([two[0], two[1]]))).collect();
    let count = (samples.len() as f64 * RATE as f64 / rate) as usize;
    let resampled: Vec<i16> = (0..count).map(|i| between(&samples, i as f64 * rate / RATE as f64) as i16).collect();
    (count > RATE).then(|| resampled.into_iter().cycle().take(seconds * RATE).collect())
}

/// The value between samples, by a windowed sinc.
fn between(samples: &[f64], at: f64) -> f64 {
    const HALF: usize = 16;
    let middle = at as usize;
    let near = middle.saturating_sub(HALF)..(middle + HALF).min(samples.len());
    near.map(|i| {
        let x = (at - i as f64) * TAU / 2.0;
        let sinc = if x == 0.0 { 1.0 } else { x.sin() / x };
        samples[i] * sinc * (0.5 + 0.5 * (x / (HALF + 1) as f64).cos())
    })
    .sum()
}

pub fn write(path: &Path, samples: &[i16]) {
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    std::fs::write(path, bytes).expect("there is room for sound");
}

/// The last that was heard.
pub fn read_last(path: &Path, time: std::time::Duration) -> Vec<i16> {
    let bytes = std::fs::read(path).unwrap_or_default();
    let wanted = time.as_millis() as usize * RATE / 1000 * 2;
    let from = bytes.len().saturating_sub(wanted) / PIECE_BYTES * PIECE_BYTES;
    bytes[from..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect()
}

/// The power of each piece, in dB; what is hardly there counts as silence.
fn loudness(samples: &[i16]) -> Vec<f64> {
    let power = |piece: &[i16]| piece.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / PIECE as f64;
    samples.chunks_exact(PIECE).map(|piece| 10.0 * power(piece).max(100.0).log10()).collect()
}

/// More is not as loud as it should be.
const DOWN_DB: f64 = 6.0;
/// Pauses in speech are so much softer than its loudest sounds.
const PAUSE_DB: f64 = 30.0;
/// Speech is looked for where it was said, and so many pieces before and after: the delay changes.
const SHIFT: usize = 40;
const BLOCK: usize = 100;

/// The share of the pieces of an even sound that are down.
pub fn down(heard: &[i16]) -> f64 {
    let loudness = loudness(heard);
    let mut sorted = loudness.clone();
    sorted.sort_by(f64::total_cmp);
    let Some(middle) = sorted.get(sorted.len() / 2) else { return 1.0 };
    loudness.iter().filter(|piece| **piece < middle - DOWN_DB).count() as f64 / loudness.len() as f64
}

/// The share of the pieces of what was said, but for its pauses, that are down.
pub fn down_beside(sent: &[i16], heard: &[i16]) -> f64 {
    let (sent, heard) = (loudness(sent), loudness(heard));
    let off = |sent: &[f64], heard: &[f64]| sent.iter().zip(heard).map(|(s, h)| (s - h).abs()).sum::<f64>();
    let least = |starts: std::ops::Range<usize>, off: &dyn Fn(usize) -> f64| {
        starts.min_by(|one, other| off(*one).total_cmp(&off(*other))).unwrap_or(0)
    };
    let Some(last) = sent.len().checked_sub(heard.len()) else { return 1.0 };
    let start = least(0..last, &|start| off(&sent[start..], &heard));
    let loudest = sent.iter().copied().fold(f64::MIN, f64::max);
    let (mut all, mut down) = (0, 0);
    let mut at = SHIFT;
    while at + BLOCK + SHIFT < heard.len() {
        let said = &sent[start + at..start + at + BLOCK];
        let shift = least(0..2 * SHIFT, &|shift| off(said, &heard[at + shift - SHIFT..]));
        for (i, piece) in said.iter().enumerate().filter(|(_, piece)| **piece > loudest - PAUSE_DB) {
            let here = at + i + shift - SHIFT;
            let best = heard[here.saturating_sub(1)..here + 2].iter().copied().fold(f64::MIN, f64::max);
            all += 1;
            down += usize::from(best < piece - DOWN_DB);
        }
        at += BLOCK;
    }
    f64::from(down as u32) / f64::from(all.max(1))
}
