//! The jitter buffer: packets as they come in, sound as it is wanted.
//!
//! It has no clock but the samples that were asked for. How early a packet was (its slack) is counted in samples played
//! between its arrival and its use, less than nothing if it was too late; the smallest slack of the last seconds is how much less delay would have done. When
//! that is more than needed the sound is shortened by a period of its pitch, when it is nothing it is lengthened by one,
//! before anything is missing. So the delay follows the jitter of the network, the grain of the host's pulls, and the
//! difference of the clocks, and it cannot grow without bound.
//!
//! A packet that is missing when the next one is there is made up for from that one (FEC), or from the past. When nothing is
//! there, time stands still: what comes late is played later, and the delay has grown by itself.

use crate::media::audio::packet::{self, MAX_DURATION};
use crate::sequence::extend_timestamp;

/// Samples at 48 kHz in a millisecond.
const MS: u64 = 48;
/// What is waited for before the first sample, at least.
const START: u64 = 10 * MS;
/// The slack is the smallest of so many blocks, each so long.
const BLOCKS: usize = 12;
const BLOCK: u64 = 250 * MS;
/// Beyond what is needed so much may stay, or the sound would be stretched to and fro.
const SPARE: u64 = 10 * MS;
/// Between two stretches.
const SHORTEN_GAP: u64 = 60 * MS;
const LENGTHEN_GAP: u64 = 120 * MS;
/// More slack than this is not stretched away but cut.
const EXCESS: u64 = 250 * MS;
/// Without a packet for so long, the next one begins anew.
const PATIENCE: u32 = 200 * MS as u32;
/// A jump of the timestamps beyond this is no loss.
const JUMP: i64 = 500 * MS as i64;
/// What is made up at a time: while nothing is there, and of what is known to be lost.
const WAIT: u32 = 10 * MS as u32;
const STEP: u32 = 20 * MS as u32;
/// With 1.5 % of the last packets lost, packets wait for their successors, if these carry what is lost.
const LOSSY: u32 = 65_536 * 3 / 200;
/// The loss is an average over so many packets.
const MEMORY: u32 = 128;
/// Behind more sound than this the oldest gives way to what comes.
const MOST: u32 = 1000 * MS as u32;

const MAX_PACKETS: usize = 128;
const ARENA: usize = 16 * 1024;
/// What most calls need of the two; there is more for those that need it.
const USUAL_PACKETS: usize = 15;
const USUAL_ARENA: usize = 2 * 1024;

/// What is to be played next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// Decode this.
    Packet { packet: &'a [u8], duration: u32 },
    /// Nothing was received for this time; the packet after it is here, and may tell what it was.
    Lost { duration: u32, successor: Option<&'a [u8]> },
    /// Nothing is here. Make something up.
    Late { duration: u32 },
    /// The sender was silent for this time.
    Pause { duration: u32 },
    /// Nothing to play, and nothing to make up.
    Idle,
}

/// How the piece that was just decoded is to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjust {
    Keep,
    /// `force`: also if it may be heard.
    Shorten {
        force: bool,
    },
    Lengthen,
    /// As it is, but what follows is not what followed: packets after it were thrown away.
    Cut,
}

/// What the buffer has counted, in packets and in samples at 48 kHz.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Packets that came after their time, or twice, or that nobody can read.
    pub late: u64,
    /// Packets that were thrown away to bring the delay down, or as the sound began anew.
    pub cut: u64,
    /// Samples made up.
    pub concealed: u64,
    /// Samples of those that FEC knew.
    pub recovered: u64,
    /// Samples that stretching added or took.
    pub stretched: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    sequence: u32,
    /// Unwrapped.
    timestamp: i64,
    duration: u32,
    arrived: u64,
    at: usize,
    size: usize,
}

#[derive(Debug)]
pub struct JitterBuffer {
    /// Sorted by timestamp.
    entries: Vec<Entry>,
    arena: Vec<u8>,
    /// The timestamp that is played next, while something is.
    next: Option<i64>,
    /// The last packet that was played: its number and its duration.
    last: Option<(u32, u32)>,
    /// It said again what was in the one before it.
    has_fec: bool,
    /// The last timestamp that was unwrapped.
    unwrapped: Option<i64>,
    /// Samples that were made up while time stood still.
    waited: u32,
    /// Samples that were played: the only clock.
    clock: u64,
    /// Samples of the last pull.
    grain: u64,
    slack: Slack,
    stretched_at: u64,
    /// The moving average of what is lost, in 1/65536.
    loss: u32,
    counted: Counted,
}

impl Default for JitterBuffer {
    fn default() -> JitterBuffer {
        JitterBuffer {
            entries: Vec::with_capacity(USUAL_PACKETS + 1),
            arena: Vec::with_capacity(USUAL_ARENA),
            next: None,
            last: None,
            has_fec: false,
            unwrapped: None,
            waited: 0,
            clock: 0,
            grain: START,
            slack: Slack::default(),
            stretched_at: 0,
            loss: 0,
            counted: Counted::default(),
        }
    }
}

/// The smallest slack of each of the last blocks.
#[derive(Debug, Default)]
struct Slack {
    blocks: [Option<i64>; BLOCKS],
    now: usize,
    until: u64,
}

impl Slack {
    fn add(&mut self, clock: u64, slack: i64) {
        if clock >= self.until {
            self.until = clock + BLOCK;
            self.now = (self.now + 1) % BLOCKS;
            self.blocks[self.now] = None;
        }
        let block = &mut self.blocks[self.now];
        *block = Some(block.map_or(slack, |least| least.min(slack)));
    }

    /// The smallest of all blocks, once there were so many.
    fn least(&self, blocks: usize) -> Option<i64> {
        let known = self.blocks.iter().flatten();
        (known.clone().count() >= blocks).then(|| known.min().copied()).flatten()
    }

    /// The smallest of this block and the one before.
    fn recent(&self) -> Option<i64> {
        let before = self.blocks[(self.now + BLOCKS - 1) % BLOCKS]?;
        self.blocks[self.now].map(|now| now.min(before))
    }

    /// The delay has changed, and with it what the slack would have been.
    fn shift(&mut self, samples: i64) {
        for block in self.blocks.iter_mut().flatten() {
            *block = block.saturating_add(samples);
        }
    }
}

impl JitterBuffer {
    pub fn counted(&self) -> &Counted {
        &self.counted
    }

    /// The sound that waits here, in samples.
    pub fn delay(&self) -> u32 {
        self.entries.iter().map(|entry| entry.duration).sum()
    }

    /// The timestamp that is played next, unwrapped, while something is.
    pub fn position(&self) -> Option<i64> {
        self.next
    }

    /// Samples have been asked for; packets that are added now have arrived since the last time.
    pub fn pull(&mut self, samples: u32) {
        self.grain = u64::from(samples);
    }

    /// They have been played.
    pub fn played(&mut self) {
        self.clock += self.grain;
    }

    /// Adds a packet. What it says is not believed before it is checked. An empty one stands between two sources.
    pub fn add(&mut self, sequence: u32, timestamp: u32, data: &[u8]) {
        if data.is_empty() {
            return self.reset();
        }
        let Some(duration) = packet::duration(data) else {
            self.counted.late += 1;
            return;
        };
        let timestamp = self.unwrap(timestamp);
        let index = self.entries.partition_point(|entry| entry.timestamp < timestamp);
        let double = self.entries.get(index).is_some_and(|entry| entry.timestamp == timestamp);
        let passed = self.next.is_some_and(|next| timestamp < next);
        // Far behind it is not late: the sender has begun anew.
        let restart = self.next.is_some_and(|next| timestamp + 10 * JUMP < next);
        if restart {
            self.reset();
            self.unwrapped = Some(timestamp);
            return self.add(sequence, timestamp as u32, data);
        }
        if double || passed {
            self.counted.late += 1;
            if let Some(next) = self.next.filter(|_| passed) {
                // So much more delay it would have taken.
                self.slack.add(self.clock, (timestamp - next).max(-JUMP));
            }
            return;
        }
        if self.entries.is_empty() {
            self.arena.clear();
        }
        self.make_room(data.len());
        let index = self.entries.partition_point(|entry| entry.timestamp < timestamp);
        let at = self.arena.len();
        self.arena.extend_from_slice(data);
        let entry = Entry { sequence, timestamp, duration, arrived: self.clock, at, size: data.len() };
        self.entries.insert(index, entry);
    }

    fn unwrap(&mut self, timestamp: u32) -> i64 {
        let unwrapped = match self.unwrapped {
            // Far from the end of the numbers in both directions.
            None => i64::from(timestamp),
            Some(last) => extend_timestamp(last, timestamp),
        };
        self.unwrapped = Some(unwrapped);
        unwrapped
    }

    /// Keeps what is inside its bounds: the oldest gives way. Who was away for so long begins anew: to make up for what gave way would
    /// take as long as the next packets take to push out as much again, for ever.
    fn make_room(&mut self, size: usize) {
        let fits = |buffer: &Self| {
            buffer.arena.len() + size <= ARENA && buffer.entries.len() < MAX_PACKETS && buffer.delay() <= MOST
        };
        if fits(self) && self.arena.len() + size <= self.arena.capacity() {
            return;
        }
        self.compact();
        while !fits(self) && !self.entries.is_empty() {
            self.entries.remove(0);
            self.counted.cut += 1;
            self.next = None;
            self.compact();
        }
    }

    /// Moves the packets together. They lie in order of arrival, which is nearly the order in which they are used.
    fn compact(&mut self) {
        let mut used = 0;
        let mut last = 0;
        for _ in 0..self.entries.len() {
            let Some(entry) = self.entries.iter_mut().filter(|entry| entry.at >= last).min_by_key(|entry| entry.at)
            else {
                break;
            };
            last = entry.at + 1;
            self.arena.copy_within(entry.at..entry.at + entry.size, used);
            entry.at = used;
            used += entry.size;
        }
        self.arena.truncate(used);
    }

    /// What to play now.
    pub fn advance(&mut self) -> Next<'_> {
        let Some(next) = self.next else { return self.start() };
        let Some(first) = self.entries.first().copied() else { return self.wait() };
        let mut gap = first.timestamp - next;
        if gap > 0 && self.waited > 0 {
            // What was made up while waiting stood for what is now known to be missing.
            let covered = gap.min(i64::from(self.waited));
            gap -= covered;
            self.waited -= covered as u32;
            self.next = Some(first.timestamp - gap);
            if !self.follows(&first) {
                self.count_loss();
            }
        }
        if gap <= 0 {
            if self.waited > 0 {
                // It came after its time; had it been lost, there would be no telling.
                self.slack.add(self.clock, 0);
            }
            return self.play(first);
        }
        if gap > JUMP {
            self.next = None;
            return self.start();
        }
        let pause = self.follows(&first);
        self.skip(gap, first, pause)
    }

    /// Whether nothing was sent between the last packet and this one.
    fn follows(&self, entry: &Entry) -> bool {
        self.last.is_some_and(|(sequence, _)| entry.sequence == sequence.wrapping_add(1))
    }

    fn count_loss(&mut self) {
        self.loss += (65_536 - self.loss) / MEMORY;
    }

    fn start(&mut self) -> Next<'_> {
        let Some(first) = self.entries.first().copied() else { return Next::Idle };
        let wanted = START.max(self.grain.min(EXCESS));
        let span = self.delay();
        if self.clock - first.arrived < wanted && u64::from(span) < wanted + u64::from(MAX_DURATION) {
            return Next::Idle;
        }
        self.next = Some(first.timestamp);
        self.waited = 0;
        self.last = None;
        self.slack = Slack::default();
        self.stretched_at = self.clock;
        // After a while without pulls the old is not worth a delay.
        while u64::from(self.delay()) > EXCESS && self.entries.len() > 1 {
            self.cut_first();
        }
        match self.entries.first().copied() {
            Some(first) => self.play(first),
            None => Next::Idle,
        }
    }

    fn cut_first(&mut self) {
        if !self.entries.is_empty() {
            self.entries.remove(0);
            self.counted.cut += 1;
            self.next = self.entries.first().map(|entry| entry.timestamp);
        }
    }

    fn wait(&mut self) -> Next<'_> {
        if self.waited >= PATIENCE {
            self.next = None;
            return Next::Idle;
        }
        let duration = self.last.map_or(WAIT, |(_, duration)| duration).min(WAIT);
        self.waited += duration;
        self.counted.concealed += u64::from(duration);
        Next::Late { duration }
    }

    fn skip(&mut self, gap: i64, first: Entry, pause: bool) -> Next<'_> {
        let gap = u32::try_from(gap).unwrap_or(STEP);
        if pause {
            let duration = gap.min(STEP);
            self.next = self.next.map(|next| next + i64::from(duration));
            return Next::Pause { duration };
        }
        // The successor knows the piece right before it, as long as itself. The codec's grain is 2.5 ms.
        let known = gap <= first.duration;
        let duration = if known { gap } else { (gap - first.duration).min(STEP) } / 120 * 120;
        if duration == 0 {
            return self.play(first);
        }
        self.count_loss();
        self.next = self.next.map(|next| next + i64::from(duration));
        self.counted.concealed += u64::from(duration);
        let successor = if known { self.arena.get(first.at..first.at + first.size) } else { None };
        Next::Lost { duration, successor }
    }

    fn play(&mut self, first: Entry) -> Next<'_> {
        self.entries.remove(0);
        self.slack.add(self.clock, (self.clock - first.arrived) as i64);
        self.loss -= self.loss / MEMORY;
        self.waited = 0;
        self.last = Some((first.sequence, first.duration));
        self.next = Some(first.timestamp + i64::from(first.duration));
        let packet = self.arena.get(first.at..first.at + first.size).unwrap_or_default();
        self.has_fec = packet::has_fec(packet);
        Next::Packet { packet, duration: first.duration }
    }

    /// Whether the piece that was just decoded is to be stretched.
    pub fn adjust(&mut self) -> Adjust {
        let since = self.clock - self.stretched_at;
        // With losses a packet waits for its successor if that can help, but a long one is not waited for.
        let duration = self.last.map_or(0, |(_, duration)| u64::from(duration));
        let needed = if self.loss >= LOSSY && self.has_fec { duration.min(60 * MS) } else { 0 };
        if self.cut_excess((needed + self.grain + EXCESS) as i64) {
            return Adjust::Cut;
        }
        let enough = (needed + self.grain + SPARE) as i64;
        if since >= SHORTEN_GAP && self.slack.least(BLOCKS).is_some_and(|slack| slack > enough) {
            let force = self.slack.least(BLOCKS).is_some_and(|slack| slack > enough + 40 * MS as i64);
            return Adjust::Shorten { force };
        }
        if since >= LENGTHEN_GAP && self.slack.recent().is_some_and(|slack| slack < needed.max(1) as i64) {
            return Adjust::Lengthen;
        }
        Adjust::Keep
    }

    /// Throws away what more than this slack is, all of it in one place: every place is heard.
    fn cut_excess(&mut self, most: i64) -> bool {
        let kept = self.entries.len();
        while self.slack.recent().is_some_and(|slack| slack > most) {
            let Some(first) = self.entries.first() else {
                // It is not here: that was another delay.
                self.slack = Slack::default();
                break;
            };
            let cut = i64::from(first.duration);
            self.cut_first();
            self.slack.shift(-cut);
        }
        self.entries.len() < kept
    }

    /// The piece has become so much longer, or shorter.
    pub fn adjusted(&mut self, samples: i64) {
        if samples != 0 {
            self.stretched_at = self.clock;
            self.counted.stretched += samples.unsigned_abs();
            self.slack.shift(samples);
        }
    }

    /// FEC knew so many of the samples that were lost.
    pub fn recovered(&mut self, samples: u32) {
        self.counted.recovered += u64::from(samples);
    }

    /// The oldest packet, whenever it was due, for hosts that decode themselves: in order, without delay.
    pub fn take(&mut self, packet: &mut [u8]) -> Option<(usize, u32)> {
        let first = self.entries.first().copied()?;
        let data = self.arena.get(first.at..first.at + first.size)?;
        packet.get_mut(..first.size)?.copy_from_slice(data);
        self.entries.remove(0);
        self.next = Some(first.timestamp + i64::from(first.duration));
        self.last = Some((first.sequence, first.duration));
        Some((first.size, first.timestamp as u32))
    }

    /// The size of the packet that [`Self::take`] would take.
    pub fn waiting(&self) -> Option<usize> {
        self.entries.first().map(|entry| entry.size)
    }

    /// Forgets everything but what was counted.
    pub fn reset(&mut self) {
        self.counted.cut += self.entries.len() as u64;
        self.entries.clear();
        self.arena.clear();
        self.next = None;
        self.last = None;
        self.unwrapped = None;
        self.waited = 0;
        self.slack = Slack::default();
    }
}
