//! What is heard where sound is missing: the last period of its pitch goes on, for as long as it is likely to have gone on,
//! and then fades; what comes after is joined to it without a click.
//!
//! Opus can do the same by itself, and does it worse. With every tenth packet lost, so many pieces of 10 ms were more than 6 dB down
//! with it and with this: of a tone, a buzz and speech from espeak-ng 2.5, 7.8, 10.6 and 0, 0, 5.6 % in packets of 60 ms of CELT, 6.2,
//! 1.3, 4.7 and 0, 0, 4.1 % of SILK with FEC, 5.6, 0, 2.3 and 0, 0, 1.3 % in packets of 20 ms of SILK without. The spectrum of speech
//! was off by 11.4 and 6.9 dB in packets of 20 ms of CELT, by 16.2 and 13.7 in those of 60, and by 7.5 and 8.2 in 20 ms, 15.6 and 12.9
//! in 60 ms of SILK. (Told of the loss, SILK's decoder came back a little closer with speech and much later with a tone; CELT's faded.)

/// The periods that are looked at, in frames at 48 kHz: 2.5 to 16 ms, or 62 to 400 Hz. Of higher pitches several make one.
const SHORTEST: usize = 120;
const LONGEST: usize = 768;
/// What must be alike: 20 ms.
const WINDOW: usize = 960;
/// What is remembered.
const PAST: usize = WINDOW + LONGEST;
/// The coarse search looks at sums of so many frames.
const STEP: usize = 4;
/// Below, it is no pitch but noise, and would buzz if it were repeated.
const VOICED: f32 = 0.5;
/// Of noise so much goes on, there and back: 18 ms; at most as loud as its last 5 ms.
const NOISE: usize = PAST / 2;
const LATELY: usize = 240;
/// It goes on as loud as it was for 100 ms, and is gone after 170: who has stopped is not to be heard much longer.
const HOLD: usize = 4800;
const FADE: usize = 3400;
/// A joint: 10 ms, as the first of what CELT knows again is still weak.
const JOINT: usize = 480;

/// What was heard, and how it goes on.
#[derive(Debug)]
pub struct Concealer {
    channels: usize,
    /// The last that was heard, interleaved; where something goes on, up to its beginning.
    past: Vec<i16>,
    /// `None`: what is heard is known.
    going: Option<Going>,
}

/// What is heard instead of what is not known.
#[derive(Clone, Copy, Debug)]
enum Going {
    Sound(Sound),
    /// It has ended. What comes after it rises out of silence.
    Over,
}

/// Sound that goes on without being known: what of the past is repeated. It is made of the past where it is needed, and in memory
/// nowhere: most calls lose little.
#[derive(Clone, Copy, Debug)]
struct Sound {
    /// Frames so far.
    frames: usize,
    /// From the first repeated frame to what would have followed the last one heard, per channel; spread over the first frames.
    step: [f32; 2],
    repeated: Repeated,
}

#[derive(Clone, Copy, Debug)]
enum Repeated {
    /// The last period of so many frames, whose end becomes what lies before its beginning.
    Pitch(usize),
    /// The last of the noise, there and back, by so much softer. Backwards it sounds as it does forwards, and there and back has no
    /// joint.
    Noise(f32),
}

impl Repeated {
    fn sample(self, past: &[i16], channels: usize, at: usize, channel: usize) -> i16 {
        // So many frames before the end of the past.
        let before = |frames: usize| past[past.len() - frames * channels + channel];
        match self {
            Repeated::Pitch(lag) => {
                let (joint, left) = (lag / 4, lag - at % lag);
                if left > joint {
                    return before(left);
                }
                let part = ((joint - left) as f32 + 0.5) / joint as f32;
                round(f32::from(before(left)) * (1.0 - part) + f32::from(before(lag + left)) * part)
            }
            Repeated::Noise(level) => {
                let place = at % (2 * NOISE);
                let left = if place < NOISE { place + 1 } else { 2 * NOISE - place };
                round(f32::from(before(left)) * level)
            }
        }
    }
}

impl Sound {
    /// A sample of the frame that comes so many after the last one known.
    fn sample(&self, past: &[i16], channels: usize, at: usize, channel: usize) -> f32 {
        let faded = at.saturating_sub(HOLD).min(FADE);
        let gain = 1.0 - faded as f32 / FADE as f32;
        let left = 1.0 - at.min(SHORTEST) as f32 / SHORTEST as f32;
        let repeated = self.repeated.sample(past, channels, at, channel);
        (f32::from(repeated) + self.step[channel] * left) * gain
    }
}

impl Concealer {
    pub fn new(channels: u32) -> Concealer {
        let channels = channels as usize;
        Concealer { channels, past: vec![0; PAST * channels], going: None }
    }

    /// This is heard next, and known.
    pub fn hear(&mut self, samples: &[i16]) {
        let past = &mut self.past;
        let size = past.len();
        match samples.len().checked_sub(size) {
            Some(older) => past.copy_from_slice(&samples[older..]),
            None => {
                past.copy_within(samples.len().., 0);
                past[size - samples.len()..].copy_from_slice(samples);
            }
        }
    }

    /// Fills `samples` with what may have followed.
    pub fn go_on(&mut self, samples: &mut [i16]) {
        let going = self.going.unwrap_or_else(|| Going::Sound(self.begin()));
        for (index, sample) in samples.iter_mut().enumerate() {
            *sample = round(self.made_up(going, index / self.channels, index % self.channels));
        }
        self.going = Some(match going {
            Going::Sound(sound) => {
                Going::Sound(Sound { frames: sound.frames + samples.len() / self.channels, ..sound })
            }
            Going::Over => {
                self.hear(samples);
                going
            }
        });
    }

    /// What comes next does not follow what was heard: it is to be joined to what would have.
    pub fn leap(&mut self) {
        if self.going.is_none() {
            self.going = Some(Going::Sound(self.begin()));
        }
    }

    /// Lets what goes on end in `samples`, which are silent otherwise.
    pub fn end(&mut self, samples: &mut [i16]) {
        if let Some(going @ Going::Sound(_)) = self.going {
            self.cross(going, samples);
            self.settle(going);
            self.going = Some(Going::Over);
        }
        self.hear(samples);
    }

    /// Joins what is known again to what went on. Nothing is taken or put in to make it fit: that would work against the delay that
    /// jitter needs, and nobody hears a joint of 10 ms.
    pub fn join(&mut self, samples: &mut [i16]) {
        if let Some(going) = self.going.take() {
            self.cross(going, samples);
            self.settle(going);
        }
    }

    /// A sample of the frame that comes so many after those that have been made up.
    fn made_up(&self, going: Going, frame: usize, channel: usize) -> f32 {
        match going {
            Going::Sound(sound) => sound.sample(&self.past, self.channels, sound.frames + frame, channel),
            Going::Over => 0.0,
        }
    }

    /// Fades from what goes on to what is in `samples`.
    fn cross(&self, going: Going, samples: &mut [i16]) {
        let joint = JOINT.min(samples.len() / self.channels);
        for (index, sample) in samples[..joint * self.channels].iter_mut().enumerate() {
            let (frame, channel) = (index / self.channels, index % self.channels);
            let part = (frame as f32 + 0.5) / joint as f32;
            *sample = round(self.made_up(going, frame, channel) * (1.0 - part) + f32::from(*sample) * part);
        }
    }

    /// What was made up counts as heard, now that nothing more is made of what was before it.
    fn settle(&mut self, going: Going) {
        let Going::Sound(sound) = going else { return };
        let (channels, frames) = (self.channels, sound.frames.min(PAST));
        let mut heard = [0; 2 * PAST];
        let heard = &mut heard[..frames * channels];
        for (index, sample) in heard.iter_mut().enumerate() {
            let at = sound.frames - frames + index / channels;
            *sample = round(sound.sample(&self.past, channels, at, index % channels));
        }
        self.hear(heard);
    }

    /// Decides what is repeated.
    fn begin(&self) -> Sound {
        let (lag, likeness) = self.pitch();
        let (past, channels) = (&self.past[..], self.channels);
        let last = |before: usize, channel: usize| f32::from(past[past.len() - (1 + before) * channels + channel]);
        let mut step = [0.0; 2];
        let repeated = if likeness < VOICED {
            let newest = |frames: usize| power(&past[past.len() - frames * channels..]);
            // What has died away already, as a click, is not to come back.
            let level = (newest(LATELY) / newest(NOISE).max(1.0)).sqrt().min(1.0);
            (0..channels).for_each(|channel| step[channel] = last(0, channel) * (1.0 - level));
            Repeated::Noise(level)
        } else {
            (0..channels).for_each(|channel| step[channel] = last(0, channel) - last(lag, channel));
            Repeated::Pitch(lag)
        };
        Sound { frames: 0, step, repeated }
    }

    /// The period after which the last that was heard is most like itself, and how much it is.
    fn pitch(&self) -> (usize, f32) {
        let (mut fine, mut coarse) = ([0.0; PAST], [0.0; PAST / STEP]);
        for (sum, frame) in fine.iter_mut().zip(self.past.chunks_exact(self.channels)) {
            *sum = frame.iter().map(|sample| f32::from(*sample)).sum();
        }
        for (sum, frames) in coarse.iter_mut().zip(fine.chunks_exact(STEP)) {
            *sum = frames.iter().sum();
        }
        let (lag, _) = best(&coarse, WINDOW / STEP, SHORTEST / STEP..=LONGEST / STEP);
        let near = (lag * STEP).saturating_sub(STEP).max(SHORTEST)..=(lag * STEP + STEP).min(LONGEST);
        best(&fine, WINDOW, near)
    }
}

/// The lag at which the last `window` samples are most like those so much earlier, and how much they are: at most 1.
fn best(samples: &[f32], window: usize, lags: core::ops::RangeInclusive<usize>) -> (usize, f32) {
    let start = samples.len() - window;
    let now = &samples[start..];
    let own: f32 = now.iter().map(|sample| sample * sample).sum();
    let mut best = (*lags.start(), f32::MIN);
    for lag in lags {
        let then = &samples[start - lag..][..window];
        let (mut product, mut energy) = (0.0, 0.0);
        for (now, then) in now.iter().zip(then) {
            product += now * then;
            energy += then * then;
        }
        let likeness = product / (own * energy).sqrt().max(1.0);
        if likeness > best.1 {
            best = (lag, likeness);
        }
    }
    best
}

/// The mean square.
fn power(samples: &[i16]) -> f32 {
    samples.iter().map(|sample| f32::from(*sample) * f32::from(*sample)).sum::<f32>() / samples.len() as f32
}

fn round(value: f32) -> i16 {
    super::resample::round(value)
}
