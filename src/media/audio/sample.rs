//! The samples that hosts push and pull.

use crate::media::audio::resample::round;

/// A sample of the host's.
pub trait Sample: Copy {
    const SILENCE: Self;
    fn to_i16(self) -> i16;
    fn from_i16(sample: i16) -> Self;
}

impl Sample for i16 {
    const SILENCE: i16 = 0;

    fn to_i16(self) -> i16 {
        self
    }

    fn from_i16(sample: i16) -> i16 {
        sample
    }
}

/// From -1 to 1; what is beyond is clipped, and what is no number is silence.
impl Sample for f32 {
    const SILENCE: f32 = 0.0;

    fn to_i16(self) -> i16 {
        round(self * 32_768.0)
    }

    fn from_i16(sample: i16) -> f32 {
        f32::from(sample) / 32_768.0
    }
}
