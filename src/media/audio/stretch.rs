//! Makes a piece of sound shorter or longer by one period of its pitch, so that nobody hears it: the way to follow a
//! clock that is not ours, and to change a delay.

/// The periods that are looked at, in frames at 48 kHz: 2.5 to 12.5 ms, or 80 to 400 Hz.
const SHORTEST: usize = 120;
const LONGEST: usize = 600;
/// The cross-fade: 5 ms.
const FADE: usize = 240;
/// How alike two periods must be; below, the joint could be heard.
const ALIKE: f32 = 0.6;
/// Mean square below which it does not matter where it is cut.
const QUIET: f32 = 300.0;

/// The most that one call of [`lengthen`] adds.
pub const MAX_CHANGE: usize = LONGEST;

/// So much of a piece is looked at.
const PIECE: usize = LONGEST + FADE;

/// Where to cut: the period after which the sound is most like itself, if it is enough.
fn period(samples: &[i16], channels: usize, force: bool) -> Option<(usize, usize)> {
    let frames = samples.len() / channels;
    let fade = FADE.min(frames / 2);
    let longest = LONGEST.min(frames.checked_sub(fade)?);
    if longest < SHORTEST {
        return None;
    }
    // The sound, and the energy of all before each place: that of a part is a difference. A sum for each lag took most of the time.
    let (mut sound, mut before) = ([0.0; PIECE], [0.0; PIECE + 1]);
    for (at, frame) in samples.chunks_exact(channels).take(longest + fade).enumerate() {
        sound[at] = f32::from(frame[0]);
        before[at + 1] = before[at] + f64::from(frame[0]) * f64::from(frame[0]);
    }
    let energy = |from: usize| (before[from + fade] - before[from]) as f32;
    let own = energy(0);
    let likeness = |lag: usize, step: usize| {
        let (now, then) = (&sound[..fade], &sound[lag..][..fade]);
        let product: f32 = (0..fade).step_by(step).map(|i| now[i] * then[i]).sum();
        product * step as f32 / (own * energy(lag)).sqrt().max(1.0)
    };
    if own < QUIET * fade as f32 && energy(longest) < QUIET * fade as f32 {
        return Some((longest, fade));
    }
    let better = |best: (usize, f32), lag: usize, step: usize| {
        let likeness = likeness(lag, step);
        if likeness > best.1 { (lag, likeness) } else { best }
    };
    let coarse = (SHORTEST..=longest).step_by(4).fold((SHORTEST, f32::MIN), |best, lag| better(best, lag, 4));
    let near = coarse.0.saturating_sub(4).max(SHORTEST)..=(coarse.0 + 4).min(longest);
    let best = near.fold((coarse.0, f32::MIN), |best, lag| better(best, lag, 1));
    (best.1 > ALIKE || force).then_some((best.0, fade))
}

fn mix(from: i16, to: i16, part: f32) -> i16 {
    (f32::from(from) * (1.0 - part) + f32::from(to) * part).round() as i16
}

/// Takes a period out of the beginning; the result lies at the front. The number of frames taken, 0 if the sound does
/// not allow it. `force` cuts all the same.
pub fn shorten(samples: &mut [i16], channels: usize, force: bool) -> usize {
    let Some((lag, fade)) = period(samples, channels, force) else { return 0 };
    for frame in 0..fade {
        let part = (frame as f32 + 0.5) / fade as f32;
        for channel in 0..channels {
            let (old, new) = (frame * channels + channel, (frame + lag) * channels + channel);
            samples[old] = mix(samples[old], samples[new], part);
        }
    }
    samples.copy_within((fade + lag) * channels.., fade * channels);
    lag
}

/// Puts a period in near the beginning. `samples` has [`MAX_CHANGE`] frames of room behind `frames`. The number of
/// frames added, 0 if the sound does not allow it.
pub fn lengthen(samples: &mut [i16], frames: usize, channels: usize, force: bool) -> usize {
    let Some((lag, fade)) = period(&samples[..frames * channels], channels, force) else { return 0 };
    if samples.len() < (frames + lag) * channels {
        return 0;
    }
    // The first period, the joint, and then all of it again from behind the joint.
    let mut joint = [0; FADE * 2];
    for (index, sample) in joint[..fade * channels].iter_mut().enumerate() {
        let part = ((index / channels) as f32 + 0.5) / fade as f32;
        *sample = mix(samples[lag * channels + index], samples[index], part);
    }
    samples.copy_within(fade * channels..frames * channels, (lag + fade) * channels);
    samples[lag * channels..(lag + fade) * channels].copy_from_slice(&joint[..fade * channels]);
    lag
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::f64::consts::TAU;

    fn tone(frequency: f64, frames: usize) -> Vec<i16> {
        (0..frames).map(|i| (12_000.0 * (i as f64 / 48_000.0 * frequency * TAU).sin()).round() as i16).collect()
    }

    /// The largest step between neighbours, against the one that the tone itself makes.
    fn smooth(samples: &[i16], frequency: f64) -> bool {
        let most = 12_000.0 * frequency * TAU / 48_000.0;
        samples.windows(2).all(|pair| f64::from(pair[1].abs_diff(pair[0])) < most * 1.3 + 2.0)
    }

    #[test]
    fn tones_get_shorter_and_longer_without_a_joint() {
        for frequency in [100.0, 163.0, 440.0, 1000.0, 3000.0] {
            for frames in [960, 1920, 2880] {
                let mut shorter = tone(frequency, frames);
                let taken = shorten(&mut shorter, 1, false);
                assert!((SHORTEST..=LONGEST).contains(&taken), "{frequency} Hz: {taken}");
                assert!(smooth(&shorter[..frames - taken], frequency), "{frequency} Hz, {frames} frames shorter");

                let mut longer = tone(frequency, frames);
                longer.resize(frames + MAX_CHANGE, 0);
                let added = lengthen(&mut longer, frames, 1, false);
                assert!((SHORTEST..=LONGEST).contains(&added));
                assert!(smooth(&longer[..frames + added], frequency), "{frequency} Hz, {frames} frames longer");
                assert_eq!(longer[frames + added - 1], tone(frequency, frames)[frames - 1], "it ends as it did");
            }
        }
    }

    #[test]
    fn both_channels_are_cut_at_the_same_place() {
        let mut stereo: Vec<i16> = tone(200.0, 960).into_iter().flat_map(|sample| [sample, -sample]).collect();
        let taken = shorten(&mut stereo, 2, false);
        assert!(taken > 0);
        assert!(stereo[..(960 - taken) * 2].chunks(2).all(|frame| frame[0] == -frame[1]));
    }

    #[test]
    fn noise_is_left_alone_unless_it_must_be_and_silence_is_cut_anywhere() {
        let mut random = crate::random::Random::from_seed(3);
        let noise: Vec<i16> = (0..960).map(|_| random.u32() as i16).collect();
        assert_eq!(shorten(&mut noise.clone(), 1, false), 0);
        assert!(shorten(&mut noise.clone(), 1, true) > 0);
        assert_eq!(shorten(&mut [0; 960], 1, false), LONGEST);
    }

    #[test]
    fn pieces_too_short_for_a_period_stay_as_they_are() {
        for frames in [0, 1, 119, 238] {
            let mut samples = vec![0; frames + MAX_CHANGE];
            assert_eq!(shorten(&mut samples[..frames], 1, true), 0);
            assert_eq!(lengthen(&mut samples, frames, 1, true), 0);
        }
    }
}
