//! How large a picture is, and how often one comes, for so many bits: as libwebrtc's clients do it, a camera keeps its rate and
//! gets smaller, a screen keeps its size and comes less often (`video.md` 4).

use crate::types::VideoSource;

/// Width and height in pixels, and pictures per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub width: u32,
    pub height: u32,
    pub frames_per_s: u32,
}

/// Official clients give a camera no more.
const CAMERA: u64 = 1000 * 1024;
/// What the largest picture is worth, and the smallest.
const MOST: u64 = 5_000_000;
const LEAST: u64 = 60_000;

/// A picture is made so much smaller, and comes so much less often.
#[derive(Clone, Copy, Debug)]
struct Step {
    quarters: u32,
    rate_divisor: u32,
}

const fn step(quarters: u32, rate_divisor: u32) -> Step {
    Step { quarters, rate_divisor }
}

const CAMERA_STEPS: &[Step] = &[step(4, 1), step(3, 1), step(2, 1), step(1, 1), step(1, 2)];
const SCREEN_STEPS: &[Step] = &[step(4, 1), step(4, 2), step(4, 4)];

/// Bits per second that a picture is worth: 2.5 Mbit/s of 1280x720 and 0.7 of 640x360, 30 times a second.
fn worth(shape: Shape) -> u64 {
    let Shape { width, height, frames_per_s } = shape;
    let pixels = u64::from(width) * u64::from(height);
    // Half as many pictures differ more from each other.
    (pixels * 27 / 10 * (u64::from(frames_per_s.min(60)) + 30) / 60).clamp(LEAST, MOST)
}

/// What is asked of the link for a picture.
pub fn demand(source: VideoSource, shape: Shape) -> u64 {
    match source {
        VideoSource::Camera => worth(shape).min(CAMERA),
        VideoSource::Screen => worth(shape),
    }
}

/// The rung of the ladder for so many bits, coming from another. One goes up later than one would have gone down.
pub fn rung(source: VideoSource, shape: Shape, bits: u64, from: Option<usize>) -> usize {
    let steps = steps(source);
    let is_enough = |at: usize| {
        let part = if from.is_some_and(|from| from <= at) { 30 } else { 40 };
        bits >= worth(at_step(shape, steps[at])) * part / 100
    };
    (0..steps.len()).find(|at| is_enough(*at)).unwrap_or(steps.len() - 1)
}

/// The shape of a rung.
pub fn at_rung(source: VideoSource, shape: Shape, rung: usize) -> Shape {
    let steps = steps(source);
    at_step(shape, steps[rung.min(steps.len() - 1)])
}

fn steps(source: VideoSource) -> &'static [Step] {
    match source {
        VideoSource::Camera => CAMERA_STEPS,
        VideoSource::Screen => SCREEN_STEPS,
    }
}

fn at_step(shape: Shape, step: Step) -> Shape {
    if step.quarters == 4 && step.rate_divisor == 1 {
        return shape;
    }
    // Most encoders want an even size, and some at least 16 pixels.
    let scale = |length: u32| match step.quarters {
        4 => length,
        quarters => ((length * quarters / 4) & !1).max(length.min(16)),
    };
    let frames_per_s = (shape.frames_per_s / step.rate_divisor).max(shape.frames_per_s.min(5));
    Shape { width: scale(shape.width), height: scale(shape.height), frames_per_s }
}

#[cfg(test)]
mod tests {
    use super::*;
    use VideoSource::{Camera, Screen};

    const HD: Shape = Shape { width: 1280, height: 720, frames_per_s: 30 };

    fn chosen(source: VideoSource, bits: u64, from: Option<usize>) -> (u32, u32, u32) {
        let Shape { width, height, frames_per_s } = at_rung(source, HD, rung(source, HD, bits, from));
        (width, height, frames_per_s)
    }

    #[test]
    fn a_camera_gets_smaller_and_a_screen_slower() {
        assert_eq!(demand(Camera, HD), 1_024_000);
        assert_eq!(demand(Screen, HD), 2_488_320);
        for (bits, camera, screen) in [
            (2_500_000, (1280, 720, 30), (1280, 720, 30)),
            (1_024_000, (1280, 720, 30), (1280, 720, 30)),
            (600_000, (960, 540, 30), (1280, 720, 7)),
            (300_000, (640, 360, 30), (1280, 720, 7)),
            (80_000, (320, 180, 30), (1280, 720, 7)),
            (30_000, (320, 180, 15), (1280, 720, 7)),
        ] {
            assert_eq!((chosen(Camera, bits, None), chosen(Screen, bits, None)), (camera, screen), "{bits}");
        }
    }

    #[test]
    fn one_does_not_go_to_and_fro_for_a_few_bits() {
        let down = |bits| chosen(Camera, bits, Some(0)).0;
        assert_eq!((down(900_000), down(750_000), down(740_000)), (1280, 1280, 960));
        let up = |bits| chosen(Camera, bits, Some(1)).0;
        assert_eq!((up(900_000), up(994_000), up(996_000)), (960, 960, 1280));
    }

    #[test]
    fn shapes_of_all_sizes_have_rungs() {
        for (width, height, frames_per_s) in [(1, 1, 1), (2, 9000, 240), (16_384, 16_384, 240), (15, 17, 4)] {
            let shape = Shape { width, height, frames_per_s };
            for source in VideoSource::ALL {
                for bits in [0, 1, 60_000, 300_000, u64::MAX] {
                    let chosen = at_rung(source, shape, rung(source, shape, bits, None));
                    assert!(chosen.width >= 1 && chosen.height >= 1 && chosen.frames_per_s >= 1, "{chosen:?}");
                    assert!(chosen.width <= width && chosen.height <= height && chosen.frames_per_s <= frames_per_s);
                }
                assert!((LEAST..=MOST).contains(&demand(source, shape)));
            }
        }
    }
}
