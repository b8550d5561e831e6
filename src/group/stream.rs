//! Which parts of a live stream to ask for, and when each is played (`stream.md` 2 and 3).
//!
//! ```text
//!  Paused ──time──► Finding  where a program is: phone.getGroupCallStreamChannels
//!    ▲ ▲               │ last moment
//!    │ └─none, failed──┤
//!    │                 ▼
//!    └──resync──── Asking    for the next second, while less than three are here or on their way
//!
//!  a second: asked for ──► here, in order ──► ready ──three of them──► playing ── 1 s ──► gone
//! ```
//!
//! Of voices nobody has to be asked where they are: it is what Telegram's clock shows. What plays goes on whatever becomes of the
//! asking, until it runs dry. Bytes are none of this module's business: a part is a number.

mod pictures;

use crate::backoff::Backoff;
use crate::time::{Duration, Time};
use pictures::Swap;
pub use pictures::{Quality, Watched};
use std::collections::VecDeque;

/// How much a part of the scale 0 holds, in ms; each step up halves it.
pub const SECOND: i64 = 1000;
/// Parts of an eighth of a second to those of four.
const SCALES: core::ops::RangeInclusive<i32> = -2..=3;
/// The last moment of Telegram's clock in ms that is believed: what is reckoned from it does not overflow.
const LAST_MOMENT: i64 = 1 << 53;
/// While no more than this is here or asked for, in ms, the next part is asked for: two parts, if they are longer. One more has to be here
/// before anything is played, at the begin and when it has run dry. So far behind Telegram's clock a stream begins.
const BUFFER: i64 = 2000;
/// A part that is not there yet is asked for again after this.
const NOT_YET: Duration = Duration::from_millis(100);
/// One that is not there for so long never will be: it is looked for anew where the stream is.
const STUCK: Duration = Duration::from_secs(10);
/// When nobody streams, it is asked again after this.
const NOBODY: Duration = Duration::from_secs(1);
/// An answer that takes longer is none.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// Between two resynchronisations, longer from one to the next until a part comes.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How far a clock is moved that is behind Telegram's, in ms.
const FIRST_SHIFT: i64 = 2000;
const LONGEST_SHIFT: i64 = 64_000;

/// What is streamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What is said in a call, and its pictures apart.
    Voices,
    /// What a broadcaster sends, with its picture.
    Program,
}

/// What a part is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Voices,
    /// `channel` counts from 0.
    Picture {
        endpoint: String,
        channel: u32,
        quality: Quality,
    },
    Program,
}

impl What {
    /// `video_channel` and `video_quality`.
    pub fn video(&self) -> Option<(i32, i32)> {
        match self {
            What::Voices => None,
            What::Picture { channel, quality, .. } => Some((*channel as i32 + 1, *quality as i32)),
            What::Program => Some((1, Quality::Full as i32)),
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The call is watched, or watched anew: Telegram's clock in ms, if it is known.
    Begin { unix_ms: Option<i64> },
    /// The channels of the stream: the last moment of the first of them, and how long its parts are; 0: nobody streams.
    Channels { id: u64, last_ms: i64, scale: i32 },
    /// A part is here. Of voices: the pictures there are, each by its channel.
    Arrived { id: u64, pictures: Vec<(u32, String)> },
    /// It is not there yet, or Telegram wants a pause.
    NotYet { id: u64 },
    /// It is too old.
    TooOld { id: u64 },
    /// It has no such picture.
    NoChannel { id: u64 },
    /// It cannot be had, and nobody knows why.
    Failed { id: u64 },
    /// The pictures that are wanted from now on.
    Watch(Vec<Watched>),
    /// What is played has no more to play.
    Exhausted,
    /// The clock.
    Timeout,
}

/// What is to be done about it, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `phone.getGroupCallStreamChannels`: [`Input::Channels`].
    AskChannels { id: u64 },
    /// `upload.getFile`: [`Input::Arrived`], or why not.
    Ask { id: u64, time_ms: i64, scale: i32, what: What },
    /// Nobody needs this one any more, whether it has come or not.
    Forget { id: u64 },
    /// These parts of a second are played, of which the first moment is, or was, due at `since`. Then nobody asks for them again.
    Play { time_ms: i64, since: Time, parts: Vec<(u64, What)> },
    /// Nothing is left to be played.
    Dry,
}

/// How the next second is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nobody has begun yet.
    New,
    /// Until then nothing is asked for.
    Paused {
        until: Time,
    },
    /// The channels are asked for.
    Finding {
        id: u64,
        give_up_at: Time,
    },
    Asking {
        next: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Asked { give_up_at: Time },
    Waiting { again_at: Time },
    Here,
}

#[derive(Clone, Debug)]
struct Part {
    id: u64,
    what: What,
    stage: Stage,
    /// Since when it is said not to be there.
    missing_since: Option<Time>,
}

#[derive(Clone, Debug)]
struct Segment {
    time: i64,
    scale: i32,
    parts: Vec<Part>,
    /// As its voices tell.
    pictures: Option<Vec<(u32, String)>>,
}

impl Segment {
    fn is_here(&self) -> bool {
        self.parts.iter().all(|part| part.stage == Stage::Here)
    }
}

/// The part that is played.
#[derive(Clone, Copy, Debug)]
struct Playing {
    time: i64,
    ms: i64,
    since: Time,
}

impl Playing {
    /// When the next one is due.
    fn end(&self) -> Time {
        self.since + length(self.ms)
    }
}

/// A stream that is watched.
#[derive(Debug)]
pub struct Schedule {
    kind: Kind,
    state: State,
    /// Telegram's clock in ms at a moment of ours; of a program, its last moment.
    clock: Option<(Time, i64)>,
    /// Of what is asked for next.
    scale: i32,
    /// Our idea of that clock is behind by so much.
    shift: i64,
    last_id: u64,
    watched: Vec<Watched>,
    /// The pictures of the last second that became ready.
    pictures: Vec<(u32, String)>,
    pending: VecDeque<Segment>,
    ready: VecDeque<Segment>,
    swaps: Vec<Swap>,
    playing: Option<Playing>,
    /// The end of the last part that became ready.
    latest: i64,
    backoff: Backoff,
}

impl Schedule {
    pub fn new(kind: Kind) -> Schedule {
        Schedule {
            kind,
            state: State::New,
            clock: None,
            scale: 0,
            shift: 0,
            last_id: 0,
            watched: Vec::new(),
            pictures: Vec::new(),
            pending: VecDeque::new(),
            ready: VecDeque::new(),
            swaps: Vec::new(),
            playing: None,
            latest: 0,
            backoff: Backoff::new(FIRST_PAUSE, LONGEST_PAUSE),
        }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How far what is played is behind what happens, in ms. `None`: nothing is played, or nobody knows.
    pub fn delay_ms(&self, now: Time) -> Option<i64> {
        let playing = self.playing?;
        let (at, ms) = self.clock?;
        let passed = |since: Time| now.since(since).as_millis() as i64;
        Some((ms + self.shift + passed(at)) - (playing.time + passed(playing.since).min(playing.ms)))
    }

    /// When [`Input::Timeout`] is due.
    pub fn deadline(&self) -> Option<Time> {
        let state = match self.state {
            State::New | State::Asking { .. } => None,
            State::Paused { until } => Some(until),
            State::Finding { give_up_at, .. } => Some(give_up_at),
        };
        let end = self.playing.map(|playing| playing.end());
        let stages = self.pending.iter().take(1).flat_map(|segment| &segment.parts);
        let again = stages.filter_map(|part| match part.stage {
            Stage::Waiting { again_at } => Some(again_at),
            Stage::Asked { give_up_at } => Some(give_up_at),
            Stage::Here => None,
        });
        [state, end].into_iter().flatten().chain(again).min()
    }

    pub fn step(&mut self, now: Time, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Begin { unix_ms } => self.begin(now, unix_ms, &mut effects),
            Input::Channels { id, last_ms, scale } => self.found(now, id, last_ms, scale),
            Input::Arrived { id, pictures } => self.arrived(id, pictures, &mut effects),
            Input::NotYet { id } => self.not_yet(now, id, &mut effects),
            Input::TooOld { id } => {
                if self.is_awaited(id) {
                    // Nothing has come since the last time: the clock is at fault.
                    self.shift = match self.backoff.failures() {
                        0 => 0,
                        _ => (self.shift * 2).clamp(FIRST_SHIFT, LONGEST_SHIFT),
                    };
                }
                self.failed(now, id, &mut effects);
            }
            Input::NoChannel { id } => self.no_channel(now, id, &mut effects),
            Input::Failed { id } => self.failed(now, id, &mut effects),
            Input::Watch(watched) => self.watch(now, watched, &mut effects),
            Input::Exhausted => {
                if let Some(playing) = self.playing
                    && !self.ready.is_empty()
                {
                    // The next one's first moment is due when it always was.
                    self.play_next(playing.end(), &mut effects);
                }
            }
            Input::Timeout => {}
        }
        self.expire(now, &mut effects);
        self.turn(now, &mut effects);
        effects
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Telegram's clock in ms.
    fn unix_ms(&self, now: Time) -> Option<i64> {
        self.clock.map(|(at, ms)| ms + self.shift + now.since(at).as_millis() as i64)
    }

    // ---- Where the stream is

    fn begin(&mut self, now: Time, unix_ms: Option<i64>, effects: &mut Vec<Effect>) {
        self.drop_pending(effects);
        if self.kind == Kind::Voices {
            self.clock = unix_ms.map(|ms| (now, ms)).or(self.clock);
            self.shift = 0;
        }
        self.look(now, true, effects);
    }

    /// How long a part is that is asked for next, in ms.
    fn part_ms(&self) -> i64 {
        part_ms(self.scale)
    }

    fn buffer(&self) -> i64 {
        BUFFER.max(2 * self.part_ms())
    }

    fn floor(&self, ms: i64) -> i64 {
        ms.div_euclid(self.part_ms()) * self.part_ms()
    }

    /// Goes where the stream is now, or asks where that is.
    fn look(&mut self, now: Time, stands_back: bool, effects: &mut Vec<Effect>) {
        match self.unix_ms(now).filter(|_| self.kind == Kind::Voices) {
            Some(ms) => self.go_to(self.floor(ms) - if stands_back { self.buffer() } else { 0 }),
            None => {
                let id = self.next_id();
                self.state = State::Finding { id, give_up_at: now + ANSWER_LIMIT };
                effects.push(Effect::AskChannels { id });
            }
        }
    }

    /// What was played or waits for it is not played again, unless the stream has gone far back.
    fn go_to(&mut self, next: i64) {
        let after = self.latest;
        let is_old = self.latest != 0 && (0..LONGEST_SHIFT).contains(&(after - next));
        let has_more = self.playing.is_some() || !self.ready.is_empty();
        self.state = State::Asking {
            next: if is_old || (has_more && self.kind == Kind::Voices) { next.max(after) } else { next },
        };
    }

    fn found(&mut self, now: Time, id: u64, last_ms: i64, scale: i32) {
        if !matches!(self.state, State::Finding { id: asked, .. } if asked == id) {
            return;
        }
        // No stream is at a moment beyond all sense.
        if !(1..=LAST_MOMENT).contains(&last_ms) {
            self.state = State::Paused { until: now + NOBODY };
            return;
        }
        self.clock = Some((now, last_ms));
        self.shift = 0;
        self.scale = if SCALES.contains(&scale) { scale } else { 0 };
        self.go_to(self.floor(last_ms) - self.buffer());
    }

    /// All that is asked for is dropped, and the stream is looked for after a moment.
    fn resync(&mut self, now: Time, effects: &mut Vec<Effect>) {
        self.drop_pending(effects);
        self.state = State::Paused { until: now + self.backoff.fail() };
    }

    fn drop_pending(&mut self, effects: &mut Vec<Effect>) {
        let parts = self.pending.drain(..).flat_map(|segment| segment.parts);
        effects.extend(parts.map(|part| Effect::Forget { id: part.id }));
        if let State::Finding { id, .. } = self.state {
            effects.push(Effect::Forget { id });
        }
    }

    // ---- Answers

    fn is_awaited(&self, id: u64) -> bool {
        let mut parts = self.pending.iter().flat_map(|segment| &segment.parts);
        parts.any(|part| part.id == id && part.stage != Stage::Here)
    }

    fn part_mut(&mut self, id: u64) -> Option<(&mut Segment, usize)> {
        self.pending.iter_mut().find_map(|segment| {
            let at = segment.parts.iter().position(|part| part.id == id && part.stage != Stage::Here)?;
            Some((segment, at))
        })
    }

    fn arrived(&mut self, id: u64, pictures: Vec<(u32, String)>, effects: &mut Vec<Effect>) {
        if let Some(at) = self.swaps.iter().position(|swap| swap.id == id) {
            let Swap { old, .. } = self.swaps.swap_remove(at);
            let mut parts = self.ready.iter_mut().flat_map(|segment| &mut segment.parts);
            let forgotten = match parts.find(|part| part.id == old) {
                Some(part) => core::mem::replace(&mut part.id, id),
                // It is played already.
                None => id,
            };
            effects.push(Effect::Forget { id: forgotten });
            return;
        }
        let Some((segment, at)) = self.part_mut(id) else {
            effects.push(Effect::Forget { id });
            return;
        };
        segment.parts[at].stage = Stage::Here;
        if segment.parts[at].what == What::Voices {
            segment.pictures = Some(pictures);
        }
        self.backoff.reset();
    }

    fn not_yet(&mut self, now: Time, id: u64, effects: &mut Vec<Effect>) {
        self.swaps.retain(|swap| swap.id != id);
        let is_stuck = |since: Time| now.since(since) >= STUCK;
        let Some((segment, at)) = self.part_mut(id) else { return };
        let part = &mut segment.parts[at];
        let since = *part.missing_since.get_or_insert(now);
        if is_stuck(since) {
            self.shift = 0;
            return self.resync(now, effects);
        }
        part.stage = Stage::Waiting { again_at: now + NOT_YET };
    }

    fn no_channel(&mut self, now: Time, id: u64, effects: &mut Vec<Effect>) {
        self.swaps.retain(|swap| swap.id != id);
        match self.part_mut(id) {
            // The camera went off: this second is without it.
            Some((segment, at)) if matches!(segment.parts[at].what, What::Picture { .. }) => {
                segment.parts.remove(at);
            }
            Some(_) => self.resync(now, effects),
            None => {}
        }
    }

    fn failed(&mut self, now: Time, id: u64, effects: &mut Vec<Effect>) {
        if matches!(self.state, State::Finding { id: asked, .. } if asked == id) {
            self.state = State::Paused { until: now + NOBODY };
        }
        // What waits to be played stays as it is.
        self.swaps.retain(|swap| swap.id != id);
        if self.is_awaited(id) {
            self.resync(now, effects);
        }
    }

    // ---- Time

    fn expire(&mut self, now: Time, effects: &mut Vec<Effect>) {
        match self.state {
            State::Paused { until } if until <= now => {
                // Compat: tgcalls begins anew without standing back.
                self.look(now, self.playing.is_none() && self.ready.is_empty(), effects);
            }
            State::Finding { id, give_up_at } if give_up_at <= now => {
                effects.push(Effect::Forget { id });
                self.state = State::Paused { until: now + NOBODY };
            }
            State::New | State::Paused { .. } | State::Finding { .. } | State::Asking { .. } => {}
        }
        let first = self.pending.front();
        let is_lost = |part: &Part| matches!(part.stage, Stage::Asked { give_up_at } if give_up_at <= now);
        if first.is_some_and(|segment| segment.parts.iter().any(is_lost)) {
            self.resync(now, effects);
        }
    }

    /// Asks for what is next, and plays what is due.
    fn turn(&mut self, now: Time, effects: &mut Vec<Effect>) {
        loop {
            while self.pending.front().is_some_and(Segment::is_here) {
                let Some(segment) = self.pending.pop_front() else { break };
                self.latest = segment.time + part_ms(segment.scale);
                if let Some(pictures) = &segment.pictures {
                    self.pictures.clone_from(pictures);
                }
                self.ready.push_back(segment);
            }
            let is_over = self.playing.is_some_and(|playing| playing.end() <= now);
            match self.playing {
                Some(playing) if is_over && !self.ready.is_empty() => {
                    // After a pause of the machine it goes on from here.
                    let due = playing.end();
                    self.play_next(if now.since(due) < length(playing.ms) { due } else { now }, effects);
                }
                Some(_) if is_over => {
                    self.playing = None;
                    effects.push(Effect::Dry);
                }
                None if self.ready_ms() >= self.buffer() + self.part_ms() => self.play_next(now, effects),
                Some(_) | None => break,
            }
        }
        self.ask_again(now, effects);
        while let State::Asking { next } = self.state
            && self.held(now) <= length(self.buffer())
        {
            self.state = State::Asking { next: next + self.part_ms() };
            self.ask_for(now, next, effects);
        }
    }

    /// What is here and what is asked for.
    fn held(&self, now: Time) -> Duration {
        let playing = self.playing.map_or(Duration::ZERO, |one| one.end().since(now).min(length(one.ms)));
        let pending: i64 = self.pending.iter().map(|segment| part_ms(segment.scale)).sum();
        playing + length(self.ready_ms() + pending)
    }

    fn ready_ms(&self) -> i64 {
        self.ready.iter().map(|segment| part_ms(segment.scale)).sum()
    }

    fn play_next(&mut self, since: Time, effects: &mut Vec<Effect>) {
        let Some(segment) = self.ready.pop_front() else { return };
        self.playing = Some(Playing { time: segment.time, ms: part_ms(segment.scale), since });
        segment.parts.iter().for_each(|part| self.drop_swaps(part.id, effects));
        let parts = segment.parts.into_iter().map(|part| (part.id, part.what)).collect();
        effects.push(Effect::Play { time_ms: segment.time, since, parts });
    }

    fn ask_for(&mut self, now: Time, time: i64, effects: &mut Vec<Effect>) {
        let mut all = vec![match self.kind {
            Kind::Voices => What::Voices,
            Kind::Program => What::Program,
        }];
        for Watched { endpoint, quality } in &self.watched {
            if let Some((channel, _)) = self.pictures.iter().find(|(_, name)| name == endpoint) {
                all.push(What::Picture { endpoint: endpoint.clone(), channel: *channel, quality: *quality });
            }
        }
        // What comes later is not there before what comes earlier is.
        let is_early = self.pending.iter().any(|segment| segment.parts.iter().any(|part| part.missing_since.is_some()));
        let (mut parts, scale) = (Vec::new(), self.scale);
        for what in all {
            let id = self.next_id();
            let stage = if is_early {
                Stage::Waiting { again_at: now }
            } else {
                effects.push(Effect::Ask { id, time_ms: time, scale, what: what.clone() });
                Stage::Asked { give_up_at: now + ANSWER_LIMIT }
            };
            parts.push(Part { id, what, stage, missing_since: None });
        }
        self.pending.push_back(Segment { time, scale, parts, pictures: None });
    }

    /// What was not there is asked for again, the first second alone: the others come after it.
    fn ask_again(&mut self, now: Time, effects: &mut Vec<Effect>) {
        let Some(segment) = self.pending.front_mut() else { return };
        for part in &mut segment.parts {
            if matches!(part.stage, Stage::Waiting { again_at } if again_at <= now) {
                part.stage = Stage::Asked { give_up_at: now + ANSWER_LIMIT };
                let (time_ms, scale) = (segment.time, segment.scale);
                effects.push(Effect::Ask { id: part.id, time_ms, scale, what: part.what.clone() });
            }
        }
    }
}

/// How much a part of this scale holds, in ms.
fn part_ms(scale: i32) -> i64 {
    if scale < 0 { SECOND << -scale } else { SECOND >> scale }
}

fn length(ms: i64) -> Duration {
    Duration::from_millis(ms.unsigned_abs())
}

#[cfg(test)]
mod tests;
