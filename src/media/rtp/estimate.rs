//! How much the link carries, by what the peer tells of our packets (transport-wide congestion control).
//!
//! In the manner of Google's congestion control (draft-ietf-rmcat-gcc): the rate grows until a queue stands in the path or packets
//! are lost, falls back below what arrived meanwhile, and grows slowly where it was stopped before. What differs: a queue is
//! known by its length rather than by its growth, and is drained at once by holding pictures back for a moment, of which their
//! encoder need not know.

use super::feedback::Told;
use super::queueing::Queueing;
use super::throughput::Throughput;
use crate::time::{Duration, Time};
use std::collections::VecDeque;

/// What protection, UDP and IP add to a packet, about.
pub const OVERHEAD: usize = 38;
/// What GCC begins with (`video.md` 4).
pub const START_RATE: f64 = 300_000.0;
const LEAST_RATE: f64 = 20_000.0;
/// Less is not worth a picture.
pub const LEAST_PICTURE: f64 = 50_000.0;
/// A queue this long, in us, is one that stands; more where packets come unevenly. To that comes the time that so many bits take by
/// themselves, or so few of who has little. So who has much of the link sees a queue before those who have less, and gives way first.
const STANDING_US: i64 = 12_000;
const MOST_STANDING_US: i64 = 100_000;
const OWN_BITS: f64 = 40_000.0;
const OWN_RATE: f64 = 800_000.0;
const PACKET_BITS: f64 = 10_000.0;
/// What waited less than this found the link idle.
const IDLE_US: i64 = 15_000;
/// Packets of the last so many units of 250 us are looked at together: one may be late by itself.
const LOOK: u64 = 200;
/// Over so many units is measured what arrives while the link is busy.
const LEAST_BUSY: i64 = 320;
const MOST_BUSY: i64 = 2000;
/// Of what the link carried when a queue stood.
const RETREAT: f64 = 0.88;
/// Growth in a second: where nothing is known of the link, near what it carried once (a part of the rate, and no more than so many
/// bit/s, less of a rate above).
const FAR: f64 = 0.08;
const NEAR: f64 = 0.1;
const NEAR_MOST: f64 = 120_000.0;
const NEAR_RATE: f64 = 600_000.0;
/// How much a queue that does not stand yet slows growth down.
const LEAN: f64 = 1.5;
/// Of 1: more loss keeps the rate, and much more lowers it.
const SOME_LOSS: f64 = 0.04;
const MUCH_LOSS: f64 = 0.1;
const LOSS_PACKETS: u32 = 20;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Growing,
    /// Less than the link carries leaves until `ends`, and what that brought is known at `settles`.
    Draining {
        ends: Time,
        settles: Time,
        pace: f64,
    },
}

#[derive(Debug)]
pub struct Estimate {
    /// All bits on the link in a second.
    target: f64,
    limit: f64,
    /// What the link carried when it was full last.
    capacity: Option<f64>,
    phase: Phase,
    queueing: Queueing,
    throughput: Throughput,
    /// The last arrivals, and how long they waited.
    recent: VecDeque<(i64, i64)>,
    standing_us: i64,
    /// How unevenly packets come while no queue stands.
    uneven_us: i64,
    /// When a packet came last that found the link idle.
    idle_at: i64,
    updated_at: Time,
    /// Packets that left before are not counted as lost: their loss has been answered.
    counted_from: Time,
    lost: u32,
    counted: u32,
    loss: f64,
    heard_at: Option<Time>,
}

impl Estimate {
    pub fn new(now: Time) -> Estimate {
        Estimate {
            target: START_RATE,
            limit: f64::INFINITY,
            capacity: None,
            phase: Phase::Growing,
            queueing: Queueing::default(),
            throughput: Throughput::default(),
            recent: VecDeque::new(),
            standing_us: 0,
            uneven_us: 0,
            idle_at: i64::MIN,
            updated_at: now,
            counted_from: now,
            lost: 0,
            counted: 0,
            loss: 0.0,
            heard_at: None,
        }
    }

    /// In bit/s, with what the path adds to each packet.
    pub fn target(&self) -> f64 {
        self.target
    }

    /// It need not be more.
    pub fn set_limit(&mut self, limit: f64) {
        self.limit = limit;
        self.target = self.target.min(limit);
    }

    /// How fast packets may leave while a queue is drained.
    pub fn drain(&self, now: Time) -> Option<f64> {
        match self.phase {
            Phase::Draining { ends, pace, .. } if now < ends => Some(pace),
            _ => None,
        }
    }

    /// Nothing speaks against that there is room.
    pub fn is_clear(&self) -> bool {
        self.phase == Phase::Growing && self.standing_us < IDLE_US && self.loss < SOME_LOSS
    }

    /// Whether it has been told of a limit of the link.
    pub fn has_met_capacity(&self) -> bool {
        self.capacity.is_some()
    }

    pub fn last_heard(&self) -> Option<Time> {
        self.heard_at
    }

    /// Packets take another way: what was known of delays is not true of it.
    pub fn reset_way(&mut self) {
        self.queueing.reset();
        self.recent.clear();
        self.standing_us = 0;
        self.capacity = None;
    }

    /// A probe has shown that so much passes.
    pub fn raise(&mut self, rate: f64) {
        // Where the link was full before, others may just have made room for a moment.
        let most = if self.capacity.is_some() { 1.25 * self.target } else { f64::INFINITY };
        if rate > self.target {
            self.target = rate.min(most).min(self.limit);
            self.capacity = self.capacity.filter(|capacity| self.target < *capacity);
        }
    }

    /// Of each packet that a feedback tells of, in the order of their leaving.
    pub fn note(&mut self, told: &Told) {
        if told.sent_at >= self.counted_from {
            self.counted += 1;
            self.lost += u32::from(told.arrived_at.is_none());
        }
        let Some(at) = told.arrived_at else { return };
        let waited = self.queueing.note(told.sent_at, at);
        self.throughput.note(at, u32::from(told.size) + OVERHEAD as u32);
        if waited < IDLE_US || at < self.idle_at {
            self.idle_at = at;
        }
        while self.recent.len() >= 256 || self.recent.front().is_some_and(|(first, _)| at.abs_diff(*first) > LOOK) {
            self.recent.pop_front();
        }
        self.recent.push_back((at, waited));
    }

    /// A feedback has been told to its end.
    pub fn update(&mut self, now: Time, round_trip: Duration) {
        let Ok(count) = i64::try_from(self.recent.len()) else { return };
        let Some(standing) = self.recent.iter().map(|(_, waited)| *waited).sum::<i64>().checked_div(count) else {
            return;
        };
        let seconds = now.since(self.updated_at).min(Duration::from_millis(300)).as_secs_f64();
        let differs = (standing - self.standing_us).abs();
        self.uneven_us += (differs - self.uneven_us) / 16;
        (self.updated_at, self.heard_at, self.standing_us) = (now, Some(now), standing);
        self.update_loss();
        let own = (OWN_BITS / self.target.max(OWN_RATE)).max(PACKET_BITS / self.target);
        let most = (STANDING_US + (own * 1e6) as i64 + self.uneven_us).min(MOST_STANDING_US);
        match self.phase {
            Phase::Draining { settles, .. } if now < settles => {
                // It was even less.
                let known = self.capacity.unwrap_or(self.target);
                if standing > most
                    && let Some(busy) = self.busy_rate()
                    && busy < 0.8 * known
                {
                    self.retreat(now, round_trip, busy);
                }
            }
            Phase::Draining { .. } | Phase::Growing => {
                self.phase = Phase::Growing;
                if standing > most {
                    let busy = self.busy_rate().or_else(|| self.delivered()).unwrap_or(self.target);
                    self.retreat(now, round_trip, busy);
                } else if self.loss > MUCH_LOSS && self.lost + self.counted == 0 {
                    self.target = (self.target * (1.0 - 0.5 * self.loss)).max(LEAST_RATE);
                    (self.counted_from, self.loss) = (now, SOME_LOSS);
                } else {
                    self.grow(seconds, most);
                }
            }
        }
    }

    /// Counted in portions, so that one loss of few packets is not much.
    fn update_loss(&mut self) {
        if self.counted >= LOSS_PACKETS {
            let lost = f64::from(self.lost) / f64::from(self.counted);
            self.loss = if lost > 3.0 * MUCH_LOSS { lost } else { self.loss + 0.3 * (lost - self.loss) };
            (self.lost, self.counted) = (0, 0);
        }
    }

    /// What arrives while packets wait is what the link carries.
    fn busy_rate(&self) -> Option<f64> {
        let newest = self.throughput.newest()?;
        (newest.saturating_sub(self.idle_at) >= LEAST_BUSY)
            .then(|| self.throughput.rate(self.idle_at.max(newest.saturating_sub(MOST_BUSY))))
            .flatten()
    }

    fn delivered(&self) -> Option<f64> {
        self.throughput.rate(self.throughput.newest()?.saturating_sub(MOST_BUSY))
    }

    fn retreat(&mut self, now: Time, round_trip: Duration, capacity: f64) {
        self.capacity = Some(capacity);
        self.target = (RETREAT * capacity).min(self.target).max(LEAST_RATE);
        // A longer queue is drained faster.
        let part = (self.standing_us as f64 / 300_000.0).clamp(0.2, 0.6);
        let takes = Duration::from_micros(self.standing_us.clamp(0, 400_000) as u64).div_f64(part);
        let ends = now + takes;
        self.phase = Phase::Draining { ends, settles: ends + round_trip, pace: capacity * (1.0 - part) };
        (self.counted_from, self.lost, self.counted) = (now, 0, 0);
    }

    fn grow(&mut self, seconds: f64, most: i64) {
        if self.loss > SOME_LOSS {
            return;
        }
        let is_near = self.capacity.is_some_and(|capacity| self.target > 0.8 * capacity);
        let step = if is_near {
            let most_step = NEAR_MOST * (NEAR_RATE / self.target).min(1.0);
            (NEAR * self.target).min(most_step) * (1.0 - LEAN * self.standing_us as f64 / most as f64)
        } else {
            FAR * self.target
        };
        // Who does not use what there is does not know whether there is more.
        let used = self.delivered().map_or(0.0, |delivered| 1.5 * delivered + 10_000.0).max(self.target);
        self.target = (self.target + step * seconds).min(used).min(self.limit).max(LEAST_RATE);
        self.capacity = self.capacity.filter(|capacity| self.target < 1.2 * capacity);
    }

    /// For a peer that tells nothing of single packets: how many of 256 it lost, `seconds` after the last report.
    pub fn note_report(&mut self, fraction_lost: u8, seconds: f64) {
        let lost = f64::from(fraction_lost) / 256.0;
        if lost > MUCH_LOSS {
            self.target *= 1.0 - 0.5 * lost;
        } else if lost < SOME_LOSS {
            self.target *= 1.0 + 0.08 * seconds.min(2.0);
        }
        self.target = self.target.max(LEAST_RATE).min(self.limit);
    }
}
