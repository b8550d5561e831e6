//! How the bits of the link are divided among what is sent, and in which sizes it is.
//!
//! To one other side each source goes as one stream, which gets smaller or slower where there are few bits. To many it goes in
//! layers: the server chooses who sees which, and tells how large the largest is that anybody wants (`sfu.md` 7).

use super::ladder::{Shape, demand};
use crate::time::{Duration, Time};
use crate::types::VideoSource;

/// As official clients send them.
pub const CAMERA_LAYERS: usize = 3;
pub const SCREEN_LAYERS: usize = 2;
/// Whoever wants less may want more again soon: so long it stays as it was.
const LOWER_AFTER: Duration = Duration::from_secs(2);
/// Before the server has told, somebody wants all.
const FIRST_IDEAL: u32 = 720;

/// A layer as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub source: VideoSource,
    pub layer: usize,
    /// What the host captures, if it can be sent.
    pub capture: Option<Shape>,
    /// The host was asked for it.
    pub is_on: bool,
    /// It was asked for a while ago, and the host gives none.
    pub is_ignored: bool,
}

/// What is to become of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Not larger than this.
    pub shape: Shape,
    pub bits: u64,
    /// With few bits it gets smaller, or comes less often.
    pub may_shrink: bool,
}

#[derive(Debug)]
pub enum Plan {
    Alone,
    Layers { ideal: u32, lower: Option<(u32, Time)> },
}

impl Plan {
    pub fn layers() -> Plan {
        Plan::Layers { ideal: FIRST_IDEAL, lower: None }
    }

    pub fn has_layers(&self) -> bool {
        matches!(self, Plan::Layers { .. })
    }

    /// No picture is wanted higher than this. More is given at once, and less after a while.
    pub fn set_ideal(&mut self, now: Time, height: u32) {
        let Plan::Layers { ideal, lower } = self else { return };
        match lower {
            _ if height >= *ideal => (*ideal, *lower) = (height, None),
            Some((wanted, _)) => *wanted = height,
            None => *lower = Some((height, now + LOWER_AFTER)),
        }
    }

    pub fn next_timeout(&self) -> Option<Time> {
        match self {
            Plan::Alone => None,
            Plan::Layers { lower, .. } => lower.map(|(_, at)| at),
        }
    }

    pub fn handle_timeout(&mut self, now: Time) {
        if let Plan::Layers { ideal, lower } = self
            && let Some((height, _)) = lower.take_if(|(_, at)| *at <= now)
        {
            *ideal = height;
        }
    }

    /// How many bits a second all of it is worth.
    pub fn demand(&self, standings: &[Standing]) -> u64 {
        standings.iter().filter_map(|one| self.worth(one, standings)).map(|(_, [_, most])| most).sum()
    }

    /// What becomes of each with so many bits.
    pub fn divide(&self, rate: u64, standings: &[Standing]) -> Vec<Option<Goal>> {
        let all = self.demand(standings);
        let mut left = rate;
        let of = |standing: &Standing| {
            let (shape, [least, most]) = self.worth(standing, standings)?;
            let (bits, may_shrink) = match self {
                // Each gets its part, and none more than it is worth.
                Plan::Alone => {
                    let share = u128::from(rate) * u128::from(most) / u128::from(all.max(1));
                    (u64::try_from(share).unwrap_or(u64::MAX).min(most), true)
                }
                // The smallest first: all can see that one.
                Plan::Layers { .. } => {
                    let bits = left.min(most);
                    let needed = match (standing.layer, standing.is_on) {
                        (0, _) => 1,
                        (_, true) => least,
                        // Nobody goes to and fro for a few bits.
                        (_, false) => (least * 5 / 4).min(most),
                    };
                    if bits < needed {
                        return None;
                    }
                    left -= bits;
                    (bits, false)
                }
            };
            (bits > 0).then_some(Goal { shape, bits, may_shrink })
        };
        standings.iter().map(of).collect()
    }

    /// How large a layer is, and what it needs and can use. `None`: it is not sent.
    fn worth(&self, standing: &Standing, all: &[Standing]) -> Option<(Shape, [u64; 2])> {
        let Standing { source, layer, capture, is_on: _, is_ignored: _ } = *standing;
        let capture = capture?;
        match self {
            Plan::Alone => Some((capture, [0, demand(source, capture)])),
            Plan::Layers { ideal, .. } => {
                // Where the host gives no smaller one, this one is for all who look.
                let mut smaller = all.iter().filter(|one| one.source == source && one.layer < layer);
                if *ideal < if smaller.all(|one| one.is_ignored) { 1 } else { height_of(source, layer)? } {
                    return None;
                }
                let count = count(source, capture);
                let shape = scaled(capture, count.checked_sub(layer + 1)?);
                let [least, most] = limits(source, layer)?;
                // The largest that there is may be as good as it can, also of a small picture.
                let best = if layer + 1 == count { demand(source, shape).min(limits(source, LARGEST)?[1]) } else { 0 };
                Some((shape, [least, most.max(best)]))
            }
        }
    }
}

/// Of a camera; of a screen there are fewer.
const LARGEST: usize = 9;

/// A layer is for those who want pictures of this height at least.
fn height_of(source: VideoSource, layer: usize) -> Option<u32> {
    match source {
        VideoSource::Camera => [1, 360, 720].get(layer).copied(),
        VideoSource::Screen => Some(1),
    }
}

fn limits(source: VideoSource, layer: usize) -> Option<[u64; 2]> {
    const CAMERA: [[u64; 2]; CAMERA_LAYERS] = [[50_000, 60_000], [100_000, 110_000], [300_000, 900_000]];
    const SCREEN: [[u64; 2]; SCREEN_LAYERS] = [[50_000, 100_000], [200_000, 1_000_000]];
    let all: &[[u64; 2]] = match source {
        VideoSource::Camera => &CAMERA,
        VideoSource::Screen => &SCREEN,
    };
    all.get(layer.min(all.len() - 1)).copied()
}

/// A small picture has fewer layers, as libwebrtc has it.
fn count(source: VideoSource, capture: Shape) -> usize {
    let most = match source {
        VideoSource::Camera => CAMERA_LAYERS,
        VideoSource::Screen => SCREEN_LAYERS,
    };
    match u64::from(capture.width) * u64::from(capture.height) {
        0..129_600 => 1,
        129_600..518_400 => most.min(2),
        518_400.. => most,
    }
}

/// Halved so often; most encoders want an even size.
fn scaled(capture: Shape, halvings: usize) -> Shape {
    let scale = |length: u32| if halvings == 0 { length } else { ((length >> halvings) & !1).max(length.min(2)) };
    Shape { width: scale(capture.width), height: scale(capture.height), ..capture }
}

#[cfg(test)]
mod tests {
    use super::*;
    use VideoSource::{Camera, Screen};

    const HD: Shape = Shape { width: 1280, height: 720, frames_per_s: 30 };

    fn standings(source: VideoSource, capture: Shape, on: usize) -> Vec<Standing> {
        let of = |layer| Standing { source, layer, capture: Some(capture), is_on: layer < on, is_ignored: false };
        (0..if source == Camera { CAMERA_LAYERS } else { SCREEN_LAYERS }).map(of).collect()
    }

    fn divided(plan: &Plan, rate: u64, standings: &[Standing]) -> Vec<(u32, u64)> {
        let goals = plan.divide(rate, standings);
        goals.into_iter().map(|goal| goal.map_or((0, 0), |goal| (goal.shape.height, goal.bits))).collect()
    }

    #[test]
    fn the_smallest_layer_comes_first_and_each_has_its_limits() {
        let plan = Plan::layers();
        for (rate, on, expected) in [
            (5_000_000, 0, [(180, 60_000), (360, 110_000), (720, 900_000)]),
            (600_000, 0, [(180, 60_000), (360, 110_000), (720, 430_000)]),
            (500_000, 0, [(180, 60_000), (360, 110_000), (0, 0)]),
            (500_000, 3, [(180, 60_000), (360, 110_000), (720, 330_000)]),
            (400_000, 3, [(180, 60_000), (360, 110_000), (0, 0)]),
            (165_000, 1, [(180, 60_000), (0, 0), (0, 0)]),
            (165_000, 2, [(180, 60_000), (360, 105_000), (0, 0)]),
            (20_000, 3, [(180, 20_000), (0, 0), (0, 0)]),
            (0, 3, [(0, 0); 3]),
        ] {
            assert_eq!(divided(&plan, rate, &standings(Camera, HD, on)), expected, "{rate} {on}");
        }
        assert_eq!(divided(&plan, 5_000_000, &standings(Screen, HD, 0)), [(360, 100_000), (720, 1_000_000)]);
        assert_eq!(plan.demand(&standings(Camera, HD, 0)), 1_070_000);
    }

    #[test]
    fn a_small_picture_has_fewer_layers() {
        let of = |width, height| {
            let capture = Shape { width, height, frames_per_s: 30 };
            let heights = divided(&Plan::layers(), 9_000_000, &standings(Camera, capture, 0));
            heights.into_iter().map(|(height, _)| height).collect::<Vec<_>>()
        };
        assert_eq!(of(640, 360), [180, 360, 0]);
        assert_eq!(of(320, 240), [240, 0, 0]);
        assert_eq!(of(1, 1), [1, 0, 0]);
        assert_eq!(of(16_384, 16_384), [4096, 8192, 16_384]);
        assert_eq!(of(960, 541), [134, 270, 541]);
    }

    #[test]
    fn one_layer_alone_is_for_all_who_look() {
        let mut plan = Plan::layers();
        plan.set_ideal(Time::ZERO, 180);
        plan.handle_timeout(Time::ZERO + LOWER_AFTER);
        let mut all = standings(Camera, HD, 3);
        assert_eq!(divided(&plan, 5_000_000, &all), [(180, 60_000), (0, 0), (0, 0)]);
        all[0].is_ignored = true;
        assert_eq!(divided(&plan, 5_000_000, &all), [(180, 60_000), (360, 110_000), (0, 0)]);
        all[1].is_ignored = true;
        assert_eq!(divided(&plan, 5_000_000, &all), [(180, 60_000), (360, 110_000), (720, 900_000)]);
        all[0].is_ignored = false;
        assert_eq!(divided(&plan, 5_000_000, &all), [(180, 60_000), (0, 0), (0, 0)]);
        all[0].is_ignored = true;
        plan.set_ideal(Time::ZERO, 0);
        plan.handle_timeout(Time::ZERO + LOWER_AFTER);
        assert_eq!(divided(&plan, 5_000_000, &all), [(0, 0); 3]);
    }

    #[test]
    fn more_is_given_at_once_and_less_after_two_seconds() {
        let at = |ms| Time::ZERO + Duration::from_millis(ms);
        let mut plan = Plan::layers();
        let on =
            |plan: &Plan| divided(plan, 5_000_000, &standings(Camera, HD, 3)).iter().filter(|one| one.1 > 0).count();
        plan.set_ideal(at(0), 180);
        plan.handle_timeout(at(1999));
        assert_eq!((on(&plan), plan.next_timeout()), (3, Some(at(2000))));
        plan.set_ideal(at(1999), 360);
        plan.handle_timeout(at(2000));
        assert_eq!((on(&plan), plan.next_timeout()), (2, None), "by then something else is wanted");
        plan.set_ideal(at(2100), 0);
        plan.set_ideal(at(2200), 720);
        plan.handle_timeout(at(9000));
        assert_eq!(on(&plan), 3, "it was for a moment");
        plan.set_ideal(at(9000), 0);
        plan.handle_timeout(at(11_000));
        assert_eq!((on(&plan), plan.demand(&standings(Screen, HD, 0))), (0, 0), "nobody looks");
        plan.set_ideal(at(11_000), u32::MAX);
        assert_eq!(on(&plan), 3);
    }
}
