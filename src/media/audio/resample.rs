//! From one sample rate to another: a polyphase filter over a queue of samples.
//!
//! The filter is a windowed sinc whose stop band begins where the lower of the two rates ends, so nothing folds back.
//! Between standard rates every phase has its own row of the table; for odd ones the nearest two are mixed.

use once_cell::race::OnceBox;
use std::sync::Arc;

/// Zero crossings of the filter, at the lower rate. It delays by half of that: 4 ms at 8 kHz, 0.7 ms at 44.1 kHz.
const TAPS: usize = 64;
/// 22 050 or 11 025 Hz to 48 kHz needs 640 phases; more are interpolated.
const MAX_PHASES: u32 = 640;
/// Kaiser's beta for about 85 dB.
const BETA: f64 = 8.4;
/// The middle of the transition band, as a part of the lower rate: it ends at 0.5.
const CUTOFF: f64 = 0.455;

/// The filters of this process.
static FILTERS: Filters = Filters([const { OnceBox::new() }; 16]);

/// Samples that are handed out at a time.
const SLICE: usize = 128;

/// A queue of interleaved samples at one rate, read at another.
#[derive(Debug)]
pub struct Resampler {
    channels: usize,
    filter: Arc<Filter>,
    samples: Vec<i16>,
    /// Frames at the front that are behind the filter's window.
    start: usize,
    /// The position of the next output between two input frames, in parts of `filter.up`.
    phase: u32,
}

/// Filters that many calls share: each follows from its rates and from nothing else, so no sound depends on who came first.
///
/// Between multiples of 8 kHz a filter has 1 to 3 kB, between the families of 44.1 and 48 kHz 41 to 170, and a device's callback
/// waits while it is made. There is room for every usual rate in both directions; who comes later has a filter of its own.
struct Filters([OnceBox<Arc<Filter>>; 16]);

#[derive(Debug)]
struct Filter {
    /// Each output moves `down / up` input frames ahead.
    up: u32,
    down: u32,
    taps: usize,
    phases: u32,
    /// A row of taps per phase, and one more, which is the first shifted by a frame.
    table: Vec<f32>,
}

impl Resampler {
    /// `capacity`: the frames that are pushed before they are read. Nothing is allocated after this unless there are more.
    pub fn new(from: u32, to: u32, channels: usize, capacity: usize) -> Resampler {
        let filter = FILTERS.between(from, to);
        let samples = Vec::with_capacity((2 * filter.taps + capacity) * channels);
        let mut resampler = Resampler { channels, filter, samples, start: 0, phase: 0 };
        resampler.reset();
        resampler
    }

    /// Begins anew. The past of the first frame is silence, so that the first output is the first input.
    pub fn reset(&mut self) {
        (self.start, self.phase) = (0, 0);
        self.samples.clear();
        self.samples.resize((self.filter.taps / 2).saturating_sub(1) * self.channels, 0);
    }

    /// Lets the filter's delay pass in silence: from now on as much comes out as goes in, and that much later.
    pub fn delay(&mut self) {
        self.extend(self.filter.taps / 2);
    }

    /// There is no more input: what is in the filter can be read. Then [`Self::reset`].
    pub fn flush(&mut self) {
        self.extend(self.filter.taps / 2);
    }

    /// Frames that are in the queue and have not been read.
    pub fn queued(&self) -> usize {
        self.frames().saturating_sub(self.filter.taps / 2)
    }

    fn frames(&self) -> usize {
        self.samples.len() / self.channels - self.start
    }

    /// How many frames can be read when `more` have been pushed.
    pub fn ready_after(&self, more: usize) -> usize {
        let frames = self.frames() + more;
        let Some(room) = frames.checked_sub(self.filter.taps) else { return 0 };
        // The last output whose window still ends inside.
        let parts = (room as u64 + 1) * u64::from(self.filter.up) - u64::from(self.phase) - 1;
        (parts / u64::from(self.filter.down)) as usize + 1
    }

    pub fn ready(&self) -> usize {
        self.ready_after(0)
    }

    /// How many frames have to be pushed, at least, before so many can be read.
    pub fn wanted(&self, frames: usize) -> usize {
        let Some(before_last) = frames.checked_sub(1) else { return 0 };
        let parts = before_last as u64 * u64::from(self.filter.down) + u64::from(self.phase);
        // The last output begins so many frames ahead.
        let ahead = (parts / u64::from(self.filter.up)) as usize;
        (ahead + self.filter.taps).saturating_sub(self.frames())
    }

    /// Adds frames of silence at the end, for the caller to fill.
    pub fn extend(&mut self, frames: usize) -> &mut [i16] {
        if self.start > 0 {
            self.samples.drain(..self.start * self.channels);
            self.start = 0;
        }
        let at = self.samples.len();
        self.samples.resize(at + frames * self.channels, 0);
        &mut self.samples[at..]
    }

    /// Reads frames, as many as [`Self::ready`] allows, in slices; tells how many.
    pub fn read(&mut self, mut put: impl FnMut(&[i16]), most: usize) -> usize {
        let count = self.ready().min(most);
        let Resampler { channels, filter, samples, start, phase } = self;
        if filter.is_identity() {
            put(&samples[*start * *channels..(*start + count) * *channels]);
            *start += count;
            return count;
        }
        let mut slice = [0; SLICE];
        let mut left = count;
        while left > 0 {
            let frames = left.min(SLICE / *channels);
            for frame in slice.chunks_exact_mut(*channels).take(frames) {
                let window = &samples[*start * *channels..];
                for (channel, sample) in frame.iter_mut().enumerate() {
                    *sample = filter.apply(*phase, window, channel, *channels);
                }
                *phase += filter.down;
                *start += (*phase / filter.up) as usize;
                *phase %= filter.up;
            }
            put(&slice[..frames * *channels]);
            left -= frames;
        }
        count
    }
}

impl Filters {
    fn between(&self, from: u32, to: u32) -> Arc<Filter> {
        let divisor = gcd(from, to);
        let (up, down) = (to / divisor, from / divisor);
        if up == down {
            return Arc::new(Filter { up, down, taps: 1, phases: 1, table: vec![1.0, 1.0] });
        }
        // All threads go through the cells in one order, so no filter is there twice.
        for cell in &self.0 {
            let filter = cell.get_or_init(|| Box::new(Arc::new(Filter::new(up, down))));
            if (filter.up, filter.down) == (up, down) {
                return Arc::clone(filter);
            }
        }
        Arc::new(Filter::new(up, down))
    }
}

impl Filter {
    fn new(up: u32, down: u32) -> Filter {
        let phases = up.min(MAX_PHASES);
        // When the rate falls the filter gets longer, as it must cut deeper.
        let stretch = (f64::from(down) / f64::from(up)).max(1.0);
        let taps = ((TAPS as f64 * stretch).ceil() as usize).next_multiple_of(8);
        let mut table = vec![0.0; (phases as usize + 1) * taps];
        let window = Window::new();
        for phase in 0..=phases / 2 {
            let at = phase as usize * taps;
            let row = &mut table[at..at + taps];
            window.sinc(row, f64::from(phase) / f64::from(phases), stretch);
            // Each phase passes a constant unchanged.
            let sum: f32 = row.iter().sum();
            row.iter_mut().for_each(|tap| *tap /= sum);
            // The second half is the first, seen from behind.
            let (row, behind) = (at, (phases - phase) as usize * taps);
            (0..taps).for_each(|tap| table[behind + tap] = table[row + taps - 1 - tap]);
        }
        Filter { up, down, taps, phases, table }
    }

    fn is_identity(&self) -> bool {
        self.taps == 1
    }

    fn row(&self, phase: u32) -> &[f32] {
        let at = phase as usize * self.taps;
        &self.table[at..at + self.taps]
    }

    fn apply(&self, phase: u32, window: &[i16], channel: usize, channels: usize) -> i16 {
        let convolve = |row: &[f32]| -> f32 {
            if channels == 1 {
                return dot(row, window);
            }
            let samples = window.iter().skip(channel).step_by(channels);
            row.iter().zip(samples).map(|(tap, sample)| tap * f32::from(*sample)).sum()
        };
        if self.up == self.phases {
            return round(convolve(self.row(phase)));
        }
        let exact = phase as f32 * self.phases as f32 / self.up as f32;
        let row = (exact as u32).min(self.phases - 1);
        let part = exact - row as f32;
        round(convolve(self.row(row)) * (1.0 - part) + convolve(self.row(row + 1)) * part)
    }
}

/// In eight sums, which a processor adds at once. A row's length is a multiple of eight.
fn dot(row: &[f32], window: &[i16]) -> f32 {
    let mut sums = [0.0; 8];
    for (taps, samples) in row.chunks_exact(8).zip(window.chunks_exact(8)) {
        for ((sum, tap), sample) in sums.iter_mut().zip(taps).zip(samples) {
            *sum += tap * f32::from(*sample);
        }
    }
    sums.iter().sum()
}

/// To the nearest. `f32::round` would be a call on processors that are twenty years old, which is what we build for.
pub fn round(value: f32) -> i16 {
    // `as` saturates.
    (value + 0.5f32.copysign(value)) as i16
}

/// Kaiser's window, tabulated: a filter is made where a device's callback waits for it. 513 values take the place of 41 000, and
/// what is between them is off by less than a sample of 16 bits shows.
struct Window([f64; WINDOW + 1]);

const WINDOW: usize = 512;

impl Window {
    fn new() -> Window {
        Window(core::array::from_fn(|at| bessel(BETA * (at as f64 / WINDOW as f64).sqrt()) / bessel(BETA)))
    }

    /// Fills a row of taps with the windowed sinc, `offset` of a frame behind its middle.
    fn sinc(&self, row: &mut [f32], offset: f64, stretch: f64) {
        let half = row.len() as f64 / 2.0;
        let first = 1.0 - half - offset;
        let turn = core::f64::consts::TAU * CUTOFF / stretch;
        // The sine of each tap is that of the one before, turned on.
        let (step_sine, step_cosine) = turn.sin_cos();
        let (mut sine, mut cosine) = (turn * first).sin_cos();
        for (tap, to) in row.iter_mut().enumerate() {
            let x = first + tap as f64;
            let sinc = if x == 0.0 { 1.0 } else { sine / (turn * x) };
            // From 1 in the middle to 0 at the ends.
            let place = (1.0 - (x / half).powi(2)).max(0.0) * WINDOW as f64;
            let (at, part) = ((place as usize).min(WINDOW - 1), place.fract());
            let part = if place as usize == WINDOW { 1.0 } else { part };
            *to = (sinc * (self.0[at] * (1.0 - part) + self.0[at + 1] * part)) as f32;
            (sine, cosine) = (sine * step_cosine + cosine * step_sine, cosine * step_cosine - sine * step_sine);
        }
    }
}

/// The modified Bessel function of the first kind, order 0.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    while term > sum * 1e-12 {
        term *= (x / (2.0 * n)).powi(2);
        sum += term;
        n += 1.0;
    }
    sum
}

const fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::f64::consts::TAU;

    const RATES: [u32; 9] = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

    /// A tone in chunks of 10 ms through a resampler.
    fn convert(from: u32, to: u32, frequency: f64) -> Vec<i16> {
        let chunk = (from / 100) as usize;
        let mut resampler = Resampler::new(from, to, 1, chunk);
        let mut out = Vec::new();
        for index in 0..150 {
            for (i, sample) in resampler.extend(chunk).iter_mut().enumerate() {
                let at = (index * chunk + i) as f64 / f64::from(from);
                *sample = (16_000.0 * (at * frequency * TAU).sin()).round() as i16;
            }
            let ready = resampler.ready();
            assert_eq!(resampler.read(|samples| out.extend_from_slice(samples), usize::MAX), ready);
            assert_eq!(resampler.ready(), 0);
        }
        out
    }

    /// The tone against everything else, in dB.
    fn snr(samples: &[i16], rate: u32, frequency: f64) -> f64 {
        // A second holds whole periods and whole samples, also where the rate is odd.
        let samples = &samples[samples.len() - rate as usize..];
        let (mut sine, mut cosine, mut total) = (0.0, 0.0, 0.0);
        for (i, sample) in samples.iter().enumerate() {
            let (s, c) = (i as f64 / f64::from(rate) * frequency * TAU).sin_cos();
            let sample = f64::from(*sample);
            sine += sample * s;
            cosine += sample * c;
            total += sample * sample;
        }
        let count = samples.len() as f64;
        let tone = 2.0 * (sine * sine + cosine * cosine) / count;
        10.0 * (tone / (total - tone).max(1e-9)).log10()
    }

    #[test]
    fn tones_stay_clean_between_all_rates() {
        for rate in RATES.into_iter().chain([8001, 37_123, 47_999]) {
            for (from, to) in [(rate, 48_000), (48_000, rate)] {
                // Whole periods within a second, up to the edge of the pass band.
                for frequency in [440.0, 1000.0, (f64::from(rate) * 0.40 / 100.0).floor() * 100.0] {
                    let out = convert(from, to, frequency);
                    let snr = snr(&out, to, frequency);
                    assert!(snr > 68.0, "{from} to {to} Hz, {frequency} Hz: {snr:.1} dB");
                }
            }
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_gone() {
        for rate in [8000, 16_000, 24_000] {
            let out = convert(48_000, rate, f64::from(rate) * 0.62);
            let energy = out.iter().skip(200).map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / out.len() as f64;
            assert!(energy.sqrt() < 16_000.0 * 0.0005, "{rate} Hz: {}", energy.sqrt());
        }
    }

    #[test]
    fn the_number_of_frames_is_right_over_time_and_as_announced() {
        for rate in RATES.into_iter().chain([9999]) {
            let chunk = (rate / 50) as usize;
            let mut resampler = Resampler::new(rate, 48_000, 1, chunk);
            let mut total = 0;
            for _ in 0..500 {
                let announced = resampler.ready_after(chunk);
                assert!(resampler.wanted(announced) <= chunk && resampler.wanted(announced + 1) > chunk, "{rate}");
                resampler.extend(chunk);
                let read = resampler.read(|_| {}, usize::MAX);
                assert_eq!(read, announced);
                total += read;
            }
            let expected = 500.0 * chunk as f64 * 48_000.0 / f64::from(rate);
            assert!((total as f64 - expected).abs() < 400.0, "{rate}: {total} of {expected}");
        }
    }

    #[test]
    fn calls_at_the_same_rates_share_a_filter() {
        let filters = Filters([const { OnceBox::new() }; 16]);
        let usual = RATES.into_iter().filter(|rate| *rate != 48_000).flat_map(|rate| [(rate, 48_000), (48_000, rate)]);
        for (from, to) in usual.clone() {
            assert!(Arc::ptr_eq(&filters.between(from, to), &filters.between(from, to)), "{from} to {to} Hz");
        }
        let sizes = [(44_100, 48_000), (48_000, 44_100)].map(|(from, to)| filters.between(from, to).table.len() * 4);
        assert_eq!(sizes, [41_216, 42_624]);
        // The cells are full now. Who comes later has what it needs, for itself, and nobody else loses his.
        for rate in 9000..9020 {
            let (own, another) = (filters.between(rate, 48_000), filters.between(rate, 48_000));
            assert_eq!(own.up * rate, own.down * 48_000);
            assert!(!Arc::ptr_eq(&own, &another));
        }
        assert!(usual.clone().all(|(from, to)| Arc::strong_count(&filters.between(from, to)) == 2));
    }

    #[test]
    fn nothing_is_allocated_after_the_beginning() {
        let mut resampler = Resampler::new(44_100, 48_000, 2, 441);
        let capacity = resampler.samples.capacity();
        for _ in 0..1000 {
            resampler.extend(441);
            resampler.read(|_| {}, usize::MAX);
        }
        assert_eq!(resampler.samples.capacity(), capacity);
    }

    #[test]
    fn channels_do_not_mix_and_equal_rates_change_nothing() {
        let mut resampler = Resampler::new(48_000, 48_000, 2, 4);
        resampler.extend(3).copy_from_slice(&[1, -1, 2, -2, 3, -3]);
        let mut out = Vec::new();
        assert_eq!(resampler.read(|samples| out.extend_from_slice(samples), 2), 2);
        assert_eq!(out, [1, -1, 2, -2]);
        assert_eq!(resampler.queued(), 1);
        let mut resampler = Resampler::new(16_000, 48_000, 2, 800);
        resampler.extend(800).chunks_mut(2).for_each(|frame| frame[0] = 1000);
        let mut out = Vec::new();
        resampler.read(|samples| out.extend_from_slice(samples), usize::MAX);
        assert!(out.chunks(2).skip(600).all(|frame| frame[0] >= 999 && frame[1] == 0));
    }

    #[test]
    fn full_scale_does_not_wrap() {
        let mut resampler = Resampler::new(8000, 48_000, 1, 800);
        resampler.extend(800).iter_mut().enumerate().for_each(|(i, sample)| {
            *sample = if i / 7 % 2 == 0 { i16::MAX } else { i16::MIN };
        });
        let mut last = 0i32;
        resampler.read(
            |samples| {
                for sample in samples {
                    assert!((i32::from(*sample) - last).abs() < 40_000);
                    last = i32::from(*sample);
                }
            },
            usize::MAX,
        );
    }
}
