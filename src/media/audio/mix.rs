//! From sources to what is heard: their sum at 48 kHz, and at another rate one resampler behind it, on the puller's thread.

use crate::media::audio::RATE;
use crate::media::audio::level::Level;
use crate::media::audio::resample::Resampler;
use crate::media::audio::source::Sources;

/// What usually waits in the resampler beside its window: a pull of 20 ms. Longer ones get more room when they come.
const CAPACITY: usize = 960;
/// Pieces of one source that a pull of 60 ms may take, if each has 2.5 ms and some are cut.
const MAX_PIECES: usize = 200;
/// Samples that are summed at a time.
const SLICE: usize = 128;

/// Sound at a rate that the puller chose.
#[derive(Debug)]
pub struct Mix {
    rate: u32,
    channels: u32,
    /// `None`: it is wanted at 48 kHz.
    resampler: Option<Resampler>,
    level: Level,
    /// Frames at the front of the resampler up to the last that is not mere silence.
    sounding: usize,
}

impl Mix {
    pub fn new(rate: u32, channels: u32) -> Mix {
        let resampler = (rate != RATE).then(|| Resampler::new(RATE, rate, channels as usize, CAPACITY));
        Mix { rate, channels, resampler, level: Level::new(rate, channels), sounding: 0 }
    }

    pub fn is_for(&self, rate: u32, channels: u32) -> bool {
        (self.rate, self.channels) == (rate, channels)
    }

    /// Gives `frames` frames, interleaved, in slices; whether any of it is sound. The new level, if there is one. The sources are open.
    pub fn pull(&mut self, sources: &mut Sources, frames: usize, mut put: impl FnMut(&[i16])) -> (bool, Option<u32>) {
        for source in sources.values_mut() {
            source.pull(self.at_48_khz(frames) as u32);
            for _ in 0..MAX_PIECES {
                let missing = frames.saturating_sub(self.ready_after(source.queued()));
                if missing == 0 {
                    break;
                }
                source.produce(self.at_48_khz(missing));
            }
        }
        let is_sound = self.sounding > 0 || sources.values().any(|source| source.is_sounding());
        let Mix { resampler, level, channels, .. } = self;
        let mut loudness = None;
        let mut hand_over = |samples: &[i16]| {
            loudness = level.add(samples).or(loudness);
            put(samples);
        };
        // How many frames are taken of each source, how many wait in the resampler with them, and how many still do after it.
        let (wanted, before, after) = match resampler {
            None => {
                add_up(sources, frames * *channels as usize, hand_over);
                (frames, frames, 0)
            }
            Some(resampler) => {
                let wanted = resampler.wanted(frames);
                let mut room = resampler.extend(wanted);
                add_up(sources, room.len(), |samples| {
                    let (now, later) = core::mem::take(&mut room).split_at_mut(samples.len());
                    now.copy_from_slice(samples);
                    room = later;
                });
                let before = resampler.queued();
                resampler.read(&mut hand_over, frames);
                (wanted, before, resampler.queued())
            }
        };
        // What one alone says is what is heard.
        let is_alone = sources.len() == 1;
        for source in sources.values_mut() {
            if !is_alone {
                source.measure(wanted);
            }
            let sounding = source.take(wanted);
            if sounding > 0 {
                self.sounding = self.sounding.max(before.saturating_sub(wanted - sounding));
            }
            source.played(after);
            if let (true, Some(level)) = (is_alone, loudness) {
                source.tell_level(level);
            }
        }
        self.sounding = self.sounding.saturating_sub(before - after);
        (is_sound, loudness)
    }

    /// How many frames can be given when so many more of the sources have been taken.
    fn ready_after(&self, more: usize) -> usize {
        self.resampler.as_ref().map_or(more, |resampler| resampler.ready_after(more))
    }

    /// How long so many frames of ours are there.
    fn at_48_khz(&self, frames: usize) -> usize {
        (frames as u64 * u64::from(RATE)).div_ceil(u64::from(self.rate)) as usize
    }
}

/// Puts so many samples from the front of all queues, one upon the other, in slices. What is too loud is clipped. Of one alone it is
/// what it says itself, at a twentieth of what a sum costs.
fn add_up(sources: &Sources, count: usize, mut put: impl FnMut(&[i16])) {
    if sources.len() == 1
        && let Some(samples) = sources.values().find_map(|source| source.front(count))
    {
        return put(samples);
    }
    for from in (0..count).step_by(SLICE) {
        let (mut sums, mut slots) = ([0; SLICE], [0; SLICE]);
        sources.values().for_each(|source| source.add_to(&mut sums, from));
        slots.iter_mut().zip(&sums).for_each(|(slot, sum)| {
            *slot = (*sum).clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        });
        put(&slots[..SLICE.min(count - from)]);
    }
}

#[cfg(all(test, feature = "opus"))]
mod tests {
    use super::*;
    use crate::media::audio::source::{Source, SourceId, Volume};

    fn noise(seed: u64, samples: usize) -> Vec<i16> {
        let mut random = crate::random::Random::from_seed(seed);
        (0..samples).map(|_| random.u32() as i16).collect()
    }

    fn sources(all: &[(Volume, u32, &[i16])]) -> Sources {
        let of = |(at, (volume, channels, samples)): (usize, &(_, _, &[i16]))| {
            (SourceId(at as u32), Box::new(Source::of(*volume, *channels, samples)))
        };
        all.iter().enumerate().map(of).collect()
    }

    /// 100 ms in pulls of 10.
    fn pull(mix: &mut Mix, sources: &mut Sources) -> Vec<i16> {
        let mut out = Vec::new();
        for _ in 0..10 {
            let frames = mix.rate as usize / 100;
            assert!(mix.pull(sources, frames, |samples| out.extend_from_slice(samples)).0);
        }
        out
    }

    #[test]
    fn one_source_is_untouched() {
        for channels in [1, 2] {
            let sound = noise(1, 4800 * channels as usize);
            let mut mix = Mix::new(48_000, channels);
            assert!(pull(&mut mix, &mut sources(&[(Volume::FULL, channels, &sound)])) == sound);
            for rate in [8000, 44_100] {
                // A second is there, as the filter wants more than is heard.
                let sound = noise(2, 48_000 * channels as usize);
                let mut alone = Resampler::new(RATE, rate, channels as usize, 48_000);
                alone.extend(48_000).copy_from_slice(&sound);
                let mut expected = Vec::new();
                alone.read(|samples| expected.extend_from_slice(samples), rate as usize / 10);
                let mut mix = Mix::new(rate, channels);
                assert!(pull(&mut mix, &mut sources(&[(Volume::FULL, channels, &sound)])) == expected, "{rate} Hz");
            }
        }
    }

    #[test]
    fn several_are_their_saturated_sum() {
        let [one, two, three] = [1, 2, 3].map(|seed| noise(seed, 4800));
        let sum = |samples: [&[i16]; 3]| -> Vec<i16> {
            let at = |i: usize| samples.iter().map(|samples| i32::from(samples[i])).sum::<i32>();
            (0..4800).map(|i| at(i).clamp(-32_768, 32_767) as i16).collect()
        };
        let mut both = sources(&[(Volume::FULL, 1, &one), (Volume::FULL, 1, &two)]);
        let heard = pull(&mut Mix::new(48_000, 1), &mut both);
        assert!(heard == sum([&one, &two, &[0; 4800]]));
        assert!(heard.contains(&i16::MAX) && heard.contains(&i16::MIN), "some of it is too loud");
        let all = [&one, &two, &three].map(|samples| (Volume::FULL, 1, &samples[..]));
        assert!(
            pull(&mut Mix::new(48_000, 1), &mut sources(&all)) == sum([&one, &two, &three]),
            "clipped once, at the end"
        );
    }

    #[test]
    fn each_has_its_volume_and_its_level() {
        let [one, two] = [[6000; 4800], [-8000; 4800]];
        let mut both = sources(&[(Volume(15_000), 1, &one), (Volume(5000), 1, &two)]);
        assert_eq!(pull(&mut Mix::new(48_000, 1), &mut both), [5000; 4800]);
        assert_eq!(both.values().map(|source| source.level()).collect::<Vec<_>>(), [6000, 8000], "as they came");
        let mut silenced = sources(&[(Volume(0), 1, &one)]);
        assert_eq!(pull(&mut Mix::new(48_000, 1), &mut silenced), [0; 4800]);
    }

    #[test]
    fn who_has_nothing_to_say_adds_nothing_and_sound_ends_with_the_last() {
        let sound = noise(1, 960);
        let mut both = sources(&[(Volume::FULL, 1, &sound), (Volume::FULL, 1, &[])]);
        let (mut mix, mut out) = (Mix::new(48_000, 1), Vec::new());
        let heard: Vec<bool> =
            (0..4).map(|_| mix.pull(&mut both, 480, |samples| out.extend_from_slice(samples)).0).collect();
        assert_eq!(heard, [true, true, false, false]);
        assert!(out[..960] == sound && out[960..] == [0; 960]);
        let (is_sound, level) =
            mix.pull(&mut Sources::new(), 480, |samples| assert!(samples.iter().all(|sample| *sample == 0)));
        assert!(!is_sound && level.is_some(), "nobody is there");
    }
}
