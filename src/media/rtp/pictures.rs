//! The pictures we send: how much of them the link carries beside the sound, and when their packets leave.

use super::estimate::{Estimate, LEAST_PICTURE, OVERHEAD};
use super::feedback::Told;
use super::pacer::{PictureQueue, Waiting};
use super::probe::{Outcome, PADDING, Prober};
use crate::time::{Duration, Time};
use crate::types::Ssrc;

/// What is measured is measured over this.
const PERIOD: Duration = Duration::from_millis(500);
/// Pictures begin again when there is half as much room again as what they stopped at.
const RESUME: f64 = 1.5 * LEAST_PICTURE;
/// An encoder need not act on less…
const CHANGE: f64 = 0.08;
/// … nor go up more often.
const PAUSE: Duration = Duration::from_secs(1);
/// Pictures leave faster than they are made, so that a large one makes up for it.
const HASTE: f64 = 1.25;
/// After so long without a word of the peer, pictures are held back: the sound is told of by each feedback.
const SILENCE: Duration = Duration::from_secs(1);
/// The pace then.
const TRICKLE: f64 = 20_000.0;
/// Between bursts that look for room: at the start and while they find some, while pictures flow, and while there are none.
const AT_ONCE: Duration = Duration::from_millis(20);
const NOW_AND_THEN: Duration = Duration::from_secs(3);
const WHILE_STOPPED: Duration = Duration::from_millis(1500);
/// What waits behind a link that carries no picture waits for long.
const STOPPED_DELAY: Duration = Duration::from_secs(10);

/// What was sent of one kind, in bit/s.
#[derive(Debug, Default)]
struct Meter {
    bytes: usize,
    rate: f64,
    has_measured: bool,
}

impl Meter {
    fn turn(&mut self, seconds: f64) {
        let rate = core::mem::take(&mut self.bytes) as f64 * 8.0 / seconds;
        self.rate = if self.has_measured { 0.5 * (self.rate + rate) } else { rate };
        self.has_measured = true;
    }
}

#[derive(Debug)]
pub struct Pictures {
    pub queue: PictureQueue,
    estimate: Estimate,
    prober: Prober,
    demand: u32,
    /// What the encoders were told last, and when. `None`: nothing yet.
    told: Option<(u32, Time)>,
    news: Option<u32>,
    /// Whose packets were dropped when the link became too narrow for them: they need a key frame.
    broken: Vec<Ssrc>,
    /// What is no picture; what is sent again; payloads of pictures, and what they were with all their headers.
    others: Meter,
    repeats: Meter,
    payloads: usize,
    packets: usize,
    payload_part: f64,
    measured_at: Time,
    probe_at: Time,
    /// How fast the next burst shall be; 0: as it fits.
    next_probe: f64,
    reported_at: Time,
    /// The first packet that left after the last feedback.
    unheard_since: Option<Time>,
}

impl Pictures {
    pub fn new(now: Time) -> Pictures {
        Pictures {
            queue: PictureQueue::default(),
            estimate: Estimate::new(now),
            prober: Prober::default(),
            demand: 0,
            told: None,
            news: None,
            broken: Vec::new(),
            others: Meter::default(),
            repeats: Meter::default(),
            payloads: 0,
            packets: 0,
            payload_part: 0.95,
            measured_at: now,
            probe_at: now,
            next_probe: 0.0,
            reported_at: now,
            unheard_since: None,
        }
    }

    /// What the encoders would use. 0: there are none; what waits is dropped, and nothing is known when they come again.
    pub fn set_demand(&mut self, now: Time, demand: u32) {
        if demand == self.demand {
            return;
        }
        if demand == 0 {
            *self = Pictures { news: Some(0), ..Pictures::new(now) };
            return;
        }
        if self.demand == 0 {
            *self = Pictures { queue: core::mem::take(&mut self.queue), ..Pictures::new(now) };
            self.next_probe = 3.0 * self.estimate.target();
        }
        self.demand = demand;
        self.estimate.set_limit(self.limit());
        self.tell(now);
    }

    fn limit(&self) -> f64 {
        self.others.rate + self.repeats.rate + 1.1 * f64::from(self.demand) / self.payload_part
    }

    /// Whether what is handed in leaves by the clock.
    pub fn is_paced(&self) -> bool {
        self.demand > 0
    }

    /// Whether the link is too narrow for pictures.
    pub fn is_stopped(&self) -> bool {
        self.is_paced() && self.told.is_some_and(|(rate, _)| rate == 0)
    }

    /// A frame of this stream is not sent.
    pub fn note_dropped(&mut self, ssrc: Ssrc) {
        if !self.broken.contains(&ssrc) && self.broken.len() < super::streams::MAX_STREAMS {
            self.broken.push(ssrc);
        }
    }

    pub fn poll_rate(&mut self) -> Option<u32> {
        self.news.take()
    }

    /// A stream that goes on, and needs a key frame for that.
    pub fn poll_broken(&mut self) -> Option<Ssrc> {
        if self.is_stopped() { None } else { self.broken.pop() }
    }

    /// How fast what waits leaves, in bit/s with all that is added.
    fn pace(&self, now: Time) -> f64 {
        if self.estimate.last_heard().is_some() && self.unheard_since.is_some_and(|at| now.since(at) > SILENCE) {
            return TRICKLE;
        }
        let target = self.estimate.target();
        match self.estimate.drain(now) {
            Some(pace) => (pace - self.others.rate).max(0.05 * target),
            None => (HASTE * (target - self.others.rate)).max(TRICKLE),
        }
    }

    pub fn delay(&self, now: Time) -> Duration {
        if self.is_stopped() {
            return STOPPED_DELAY;
        }
        if self.is_paced() { self.queue.delay(now, self.pace(now)) } else { Duration::ZERO }
    }

    /// The next packet that may leave.
    pub fn poll(&mut self, now: Time) -> Option<Waiting> {
        let at = match self.prober.next_packet() {
            Some(at) => at,
            None if self.is_paced() => self.queue.next_at()?,
            None => now,
        };
        if at <= now { self.queue.pop() } else { None }
    }

    /// Whether a packet of padding shall leave now, as there is nothing else for a burst.
    pub fn wants_padding(&self, now: Time) -> bool {
        self.prober.next_packet().is_some_and(|at| at <= now)
    }

    /// There is nothing to pad with.
    pub fn give_up_probe(&mut self) {
        self.prober.stop();
    }

    /// A packet has left, the first time, again, or as padding (`payload` 0).
    pub fn note_picture_left(&mut self, now: Time, number: Option<u64>, size: usize, payload: usize, is_again: bool) {
        if is_again {
            self.repeats.bytes += size + OVERHEAD;
        } else if payload > 0 {
            self.payloads += payload;
            self.packets += size + OVERHEAD;
        }
        if self.is_paced() && payload > 0 {
            let pace = self.pace(now);
            self.queue.note_left(now, size + OVERHEAD, pace);
        }
        self.note_left(now, number, size);
    }

    /// Anything else has left.
    pub fn note_other_left(&mut self, now: Time, number: Option<u64>, size: usize) {
        self.others.bytes += size + OVERHEAD;
        self.note_left(now, number, size);
    }

    fn note_left(&mut self, now: Time, number: Option<u64>, size: usize) {
        if let Some(number) = number {
            self.unheard_since.get_or_insert(now);
            self.prober.note_left(now, number, size);
        }
    }

    /// Of each packet that a feedback tells of.
    pub fn note_told(&mut self, now: Time, told: &Told) {
        if !self.is_paced() {
            return;
        }
        self.estimate.note(told);
        if let Some(outcome) = self.prober.note(told) {
            self.learn(now, outcome);
        }
    }

    /// A feedback has been told to its end.
    pub fn update(&mut self, now: Time, round_trip: Duration) {
        self.unheard_since = None;
        if self.is_paced() {
            self.estimate.update(now, round_trip);
            self.tell(now);
        }
    }

    /// What a burst has found.
    fn learn(&mut self, now: Time, outcome: Outcome) {
        let target = self.estimate.target();
        if outcome.passes && outcome.received > target {
            self.estimate.raise(0.95 * outcome.received);
            self.next_probe = 2.0 * outcome.received;
            self.probe_at = now + AT_ONCE;
        } else {
            if !self.estimate.has_met_capacity() {
                self.estimate.raise(0.85 * outcome.received);
            }
            self.next_probe = 0.0;
            self.probe_at = now + self.patience();
        }
    }

    fn patience(&self) -> Duration {
        if self.is_stopped() { WHILE_STOPPED } else { NOW_AND_THEN }
    }

    /// Without transport-cc: the share of the pictures by what the reports say.
    pub fn note_report(&mut self, now: Time, fraction_lost: u8, remb: Option<u64>) {
        if !self.is_paced() || self.estimate.last_heard().is_some() {
            return;
        }
        let seconds = now.since(core::mem::replace(&mut self.reported_at, now)).as_secs_f64();
        let limit = self.limit().min(remb.map_or(f64::INFINITY, |remb| remb as f64));
        self.estimate.set_limit(limit);
        self.estimate.note_report(fraction_lost, seconds);
        self.tell(now);
    }

    pub fn reset_way(&mut self) {
        self.estimate.reset_way();
        self.prober.stop();
    }

    pub fn next_timeout(&self) -> Option<Time> {
        if !self.is_paced() {
            return None;
        }
        let packet = self.prober.next_packet().or_else(|| self.queue.next_at());
        [packet, Some(self.measured_at + PERIOD), Some(self.probe_at).filter(|_| !self.prober.is_under_way())]
            .into_iter()
            .flatten()
            .min()
    }

    pub fn handle_timeout(&mut self, now: Time) {
        if !self.is_paced() {
            return;
        }
        let passed = now.since(self.measured_at);
        if passed >= PERIOD {
            let seconds = passed.as_secs_f64();
            self.others.turn(seconds);
            self.repeats.turn(seconds);
            if self.payloads > 10_000 {
                self.payload_part = self.payloads as f64 / self.packets as f64;
                (self.payloads, self.packets) = (0, 0);
            }
            self.measured_at = now;
            self.estimate.set_limit(self.limit());
            self.tell(now);
        }
        self.prober.handle_timeout(now);
        if self.probe_at <= now && !self.prober.is_under_way() {
            self.probe(now);
        }
    }

    fn probe(&mut self, now: Time) {
        let (target, limit) = (self.estimate.target(), self.limit());
        let rate = if self.next_probe > 0.0 {
            self.next_probe
        } else if self.is_stopped() {
            (2.0 * target).max(self.others.rate + 2.0 * RESUME)
        } else {
            2.0 * target
        };
        self.probe_at = now + self.patience();
        let starts = self.estimate.last_heard().is_none();
        if target < 0.95 * limit && (starts || self.estimate.is_clear()) {
            self.prober.begin(now, rate.min(limit));
        }
        self.next_probe = 0.0;
    }

    /// The share of the pictures, in payloads.
    fn share(&self) -> f64 {
        let room = self.estimate.target() - self.others.rate;
        // A wave of losses is over soon.
        let room = room - self.repeats.rate.min(0.3 * room);
        (room * self.payload_part).min(f64::from(self.demand)).max(0.0)
    }

    fn tell(&mut self, now: Time) {
        let share = self.share();
        let least = LEAST_PICTURE.min(f64::from(self.demand));
        let rate = match self.told {
            Some((0, _)) if share < RESUME.min(f64::from(self.demand)) => 0,
            Some(_) if share < least => 0,
            _ => share as u32,
        };
        let is_news = match self.told {
            None => true,
            Some((told, at)) => {
                let change = f64::from(rate) - f64::from(told);
                let much = CHANGE * f64::from(told);
                if change < 0.0 { -change >= much || rate == 0 } else { change > much && now.since(at) >= PAUSE }
            }
        };
        if is_news {
            self.told = Some((rate, now));
            self.news = Some(rate);
            if rate == 0 {
                let broken: Vec<Ssrc> = self.queue.clear().collect();
                broken.into_iter().for_each(|ssrc| self.note_dropped(ssrc));
            }
        }
    }
}

/// A packet of nothing but padding, behind its header.
pub const PADDING_BYTES: [u8; PADDING] = {
    let mut bytes = [0; PADDING];
    bytes[PADDING - 1] = PADDING as u8;
    bytes
};
