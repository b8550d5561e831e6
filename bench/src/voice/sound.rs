//! The tone that calls carry, and what of it arrives.

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
