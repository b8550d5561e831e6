//! Those who speak: whose their sources are, how loud they are, and who of them is heard.
//!
//! A source is learnt by its packets. Who it belongs to is asked once, and what it said lately is kept until that is known. Of those
//! who are known so many are heard at a time as there are places; when more speak, the quietest give way. Who is not heard costs a
//! look at his packets and nothing else.

use crate::media::audio::source::Volume;
use crate::time::{Duration, Time};
use crate::transform::Level;
use crate::types::Ssrc;
use std::collections::VecDeque;

/// Sources that are known of; then the one that was silent longest and is not heard is forgotten.
const MAX_SOURCES: usize = 64;
/// What is kept of a source until its owner is known: of so long, and so many packets, and so many bytes of all of them.
const KEPT: Duration = Duration::from_millis(200);
const MAX_KEPT: usize = 32;
const MAX_KEPT_BYTES: usize = 64 * 1024;
/// A question that nobody could answer is asked again after this, if the source still speaks.
const ASK_AGAIN: Duration = Duration::from_secs(5);
/// Who said nothing for so long gives his place to whoever speaks.
const SILENT: Duration = Duration::from_millis(1000);
/// Who is heard for less than this does not give way to a louder one yet, and that one is louder by so many dB: else two would take
/// each other's place for each word.
const LEAST_STAY: Duration = Duration::from_millis(500);
const LOUDER: u8 = 6;
/// How loud somebody is, is the loudest of so many blocks, each so long.
const BLOCKS: usize = 4;
const BLOCK: Duration = Duration::from_millis(100);
/// Levels are told that often.
const TELL: Duration = Duration::from_millis(100);

/// What the roster says of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Whose it is: the same number for all that one participant has ever spoken by. Not 0.
    pub key: u64,
    /// How loud it is made; 0: it is not to be heard at all, and costs no place.
    pub volume: Volume,
}

impl Owner {
    fn is_wanted(&self) -> bool {
        self.volume.0 > 0
    }
}

/// A packet of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    pub arrived_at: Time,
    pub sequence: u16,
    pub timestamp: u32,
    pub payload: Vec<u8>,
}

/// What is to be done, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody has to find out whose this source is.
    Ask(Ssrc),
    /// It is no longer heard.
    GiveWay(Ssrc),
    /// It is heard from now on, whoever's it is.
    Enter(Ssrc, Owner),
    /// To be heard.
    Play(Ssrc, Sound),
    /// To be opened, and then handed to [`Speakers::handle`].
    Open(Ssrc, Sound),
    /// Nobody needs these bytes any more.
    GiveBack(Vec<u8>),
}

/// How loud somebody was in the last 100 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpeakerLevel {
    /// `None`: ourselves.
    pub source: Option<Ssrc>,
    pub level: Level,
}

/// What came and was not heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpeakersCounted {
    /// Packets of sources that nobody knew in time.
    pub unknown: u64,
    /// Of those who are not wanted.
    pub unwanted: u64,
    /// Of those for whom there was no place.
    pub surplus: u64,
    /// Of ourselves.
    pub echoes: u64,
    /// How often somebody was asked for.
    pub asked: u64,
}

/// The loudest of the last blocks, by the clock.
#[derive(Clone, Copy, Debug)]
struct Loudness {
    blocks: [u8; BLOCKS],
    at: u64,
}

const SILENCE: u8 = 127;

impl Loudness {
    fn new() -> Loudness {
        Loudness { blocks: [SILENCE; BLOCKS], at: 0 }
    }

    fn turn(&mut self, now: Time) {
        let at = now.as_nanos() / BLOCK.as_nanos() as u64;
        for gone in 1..=at.saturating_sub(self.at).min(BLOCKS as u64) {
            self.blocks[((self.at + gone) % BLOCKS as u64) as usize] = SILENCE;
        }
        self.at = self.at.max(at);
    }

    fn add(&mut self, now: Time, below_full: u8) {
        self.turn(now);
        let block = &mut self.blocks[(self.at % BLOCKS as u64) as usize];
        *block = (*block).min(below_full);
    }

    /// dB below full scale.
    fn get(&mut self, now: Time) -> u8 {
        self.turn(now);
        self.blocks.into_iter().min().unwrap_or(SILENCE)
    }
}

/// What is known of the owner of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// Asked for at this time.
    Not {
        asked_at: Time,
    },
    Owned(Owner),
}

#[derive(Debug)]
struct Source {
    ssrc: Ssrc,
    known: Known,
    heard_at: Time,
    kept: VecDeque<Sound>,
    loudness: Loudness,
    /// Since the levels were told.
    told: Option<Level>,
    /// Since when it has a place.
    since: Option<Time>,
}

#[derive(Debug)]
pub struct Speakers {
    own: Ssrc,
    places: usize,
    /// What is kept of those who are not known is sealed.
    is_sealed: bool,
    sources: Vec<Source>,
    own_level: Option<Level>,
    tells: bool,
    tell_at: Option<Time>,
    steps: VecDeque<Step>,
    counted: SpeakersCounted,
}

impl Speakers {
    /// So many are heard at a time; `own` is never.
    pub fn new(own: Ssrc, places: usize) -> Speakers {
        Speakers {
            own,
            places,
            is_sealed: false,
            sources: Vec::new(),
            own_level: None,
            tells: false,
            tell_at: None,
            steps: VecDeque::new(),
            counted: SpeakersCounted::default(),
        }
    }

    /// The same where all that comes is sealed.
    pub fn of_sealed(own: Ssrc, places: usize) -> Speakers {
        Speakers { is_sealed: true, ..Speakers::new(own, places) }
    }

    pub fn counted(&self) -> SpeakersCounted {
        self.counted
    }

    /// How many are heard at a time from now on.
    pub fn set_places(&mut self, now: Time, places: usize) {
        self.places = places;
        while self.heard().count() > places {
            let Some(at) = self.worst(now) else { return };
            self.leave(at);
        }
    }

    /// A packet of somebody's sound, authentic and for the first time, with the level that it tells.
    pub fn handle(&mut self, now: Time, ssrc: Ssrc, level: Option<Level>, sound: Sound) {
        if ssrc == self.own {
            self.counted.echoes += 1;
            return self.give_back(sound);
        }
        let at = self.source(now, ssrc);
        let source = &mut self.sources[at];
        // Without a level it is as loud as speech is.
        let level = level.unwrap_or(Level { speech: true, below_full: 30 });
        source.loudness.add(now, level.below_full);
        source.told = Some(louder(source.told, level));
        self.tell_soon(now);
        match self.sources[at].known {
            // Whose it was a moment ago is nobody's now.
            Known::Not { .. } if self.is_sealed => {
                self.counted.unknown += 1;
                self.give_back(sound);
            }
            Known::Not { asked_at } => self.wait(now, at, asked_at, sound),
            Known::Owned(owner) if !owner.is_wanted() => {
                self.counted.unwanted += 1;
                self.give_back(sound);
            }
            Known::Owned(owner) => {
                if self.sources[at].since.is_none() && !self.enter(now, at, owner) {
                    self.counted.surplus += 1;
                    return self.give_back(sound);
                }
                self.steps.push_back(Step::Play(ssrc, sound));
            }
        }
    }

    /// A sealed packet of somebody's sound: what it tells of its level is for the server, and not to be relied on.
    pub fn handle_sealed(&mut self, now: Time, ssrc: Ssrc, sound: Sound) {
        if ssrc == self.own {
            self.counted.echoes += 1;
            return self.give_back(sound);
        }
        let at = self.source(now, ssrc);
        match self.sources[at].known {
            Known::Not { asked_at } => self.wait(now, at, asked_at, sound),
            Known::Owned(owner) if !owner.is_wanted() => {
                self.counted.unwanted += 1;
                self.give_back(sound);
            }
            Known::Owned(_) => self.steps.push_back(Step::Open(ssrc, sound)),
        }
    }

    /// Whose a source is that has spoken.
    pub fn owner(&self, ssrc: Ssrc) -> Option<Owner> {
        match self.sources.iter().find(|source| source.ssrc == ssrc)?.known {
            Known::Owned(owner) => Some(owner),
            Known::Not { .. } => None,
        }
    }

    /// The place in the list of who speaks now.
    fn source(&mut self, now: Time, ssrc: Ssrc) -> usize {
        let known = self.sources.iter().position(|source| source.ssrc == ssrc);
        let at = known.unwrap_or_else(|| self.learn(now, ssrc));
        self.sources[at].heard_at = now;
        at
    }

    /// Keeps it until it is known whose it is.
    fn wait(&mut self, now: Time, at: usize, asked_at: Time, sound: Sound) {
        if now.since(asked_at) >= ASK_AGAIN {
            self.sources[at].known = Known::Not { asked_at: now };
            self.ask(self.sources[at].ssrc);
        }
        self.keep(now, at, sound);
    }

    /// The roster says whose a source is. `None`: nobody's, also who has left.
    pub fn set_owner(&mut self, now: Time, ssrc: Ssrc, owner: Option<Owner>) {
        let Some(at) = self.sources.iter().position(|source| source.ssrc == ssrc) else { return };
        let Some(owner) = owner else {
            self.leave(at);
            self.drop_kept(at);
            // Asked for again when it has spoken on for some time.
            self.sources[at].known = Known::Not { asked_at: now };
            return;
        };
        let before = core::mem::replace(&mut self.sources[at].known, Known::Owned(owner));
        let is_same = matches!(before, Known::Owned(before) if before.key == owner.key);
        if !is_same || !owner.is_wanted() {
            self.leave(at);
        }
        if !owner.is_wanted() {
            return self.drop_kept(at);
        }
        self.expire(now, at);
        if self.sources[at].kept.is_empty() {
            return;
        }
        if self.is_sealed {
            let kept = core::mem::take(&mut self.sources[at].kept);
            return self.steps.extend(kept.into_iter().map(|sound| Step::Open(ssrc, sound)));
        }
        if !self.enter(now, at, owner) {
            for sound in core::mem::take(&mut self.sources[at].kept) {
                self.counted.surplus += 1;
                self.give_back(sound);
            }
            return;
        }
        let kept = core::mem::take(&mut self.sources[at].kept);
        self.steps.extend(kept.into_iter().map(|sound| Step::Play(ssrc, sound)));
    }

    /// Whether anybody has asked for this source or spoken by it.
    #[cfg(test)]
    fn knows(&self, ssrc: Ssrc) -> bool {
        self.sources.iter().any(|source| source.ssrc == ssrc)
    }

    /// How loud we are ourselves.
    pub fn note_own(&mut self, now: Time, level: Level) {
        self.own_level = Some(louder(self.own_level, level));
        self.tell_soon(now);
    }

    /// Whether levels are told.
    pub fn set_levels(&mut self, tells: bool) {
        self.tells = tells;
        self.tell_at = self.tell_at.filter(|_| tells);
    }

    fn tell_soon(&mut self, now: Time) {
        if self.tells {
            self.tell_at.get_or_insert(now + TELL);
        }
    }

    pub fn poll_step(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    /// When [`Self::levels`] has something to tell.
    pub fn next_timeout(&self) -> Option<Time> {
        self.tell_at
    }

    /// How loud those were who spoke since the last time; none: all have fallen silent, which is told once.
    pub fn levels(&mut self, now: Time) -> Option<Vec<SpeakerLevel>> {
        self.tell_at.take_if(|at| *at <= now)?;
        let own = self.own_level.take().map(|level| SpeakerLevel { source: None, level });
        let others = self.sources.iter_mut().filter_map(|source| {
            let level = source.told.take()?;
            Some(SpeakerLevel { source: Some(source.ssrc), level })
        });
        let levels: Vec<SpeakerLevel> = own.into_iter().chain(others).collect();
        self.tell_at = Some(now + TELL).filter(|_| !levels.is_empty());
        Some(levels)
    }

    fn ask(&mut self, ssrc: Ssrc) {
        self.counted.asked += 1;
        self.steps.push_back(Step::Ask(ssrc));
    }

    /// A source that was not known; its place in the list.
    fn learn(&mut self, now: Time, ssrc: Ssrc) -> usize {
        if self.sources.len() >= MAX_SOURCES {
            let idle = self.sources.iter().enumerate().filter(|(_, source)| source.since.is_none());
            let oldest = idle.min_by_key(|(_, source)| source.heard_at).map(|(at, _)| at);
            // There are fewer places than sources.
            let at = oldest.unwrap_or(0);
            self.leave(at);
            self.drop_kept(at);
            self.sources.swap_remove(at);
        }
        self.sources.push(Source {
            ssrc,
            known: Known::Not { asked_at: now },
            heard_at: now,
            kept: VecDeque::new(),
            loudness: Loudness::new(),
            told: None,
            since: None,
        });
        self.ask(ssrc);
        self.sources.len() - 1
    }

    fn keep(&mut self, now: Time, at: usize, sound: Sound) {
        self.sources[at].kept.push_back(sound);
        self.expire(now, at);
        let mut bytes: usize =
            self.sources.iter().flat_map(|source| &source.kept).map(|sound| sound.payload.len()).sum();
        while bytes > MAX_KEPT_BYTES {
            let Some(sound) = self.sources[at].kept.pop_front() else { return };
            bytes -= sound.payload.len();
            self.counted.unknown += 1;
            self.give_back(sound);
        }
    }

    /// What was kept for too long is kept no longer.
    fn expire(&mut self, now: Time, at: usize) {
        loop {
            let kept = &mut self.sources[at].kept;
            let is_old = kept.len() > MAX_KEPT || kept.front().is_some_and(|sound| now.since(sound.arrived_at) > KEPT);
            if !is_old {
                return;
            }
            let Some(sound) = kept.pop_front() else { return };
            self.counted.unknown += 1;
            self.give_back(sound);
        }
    }

    fn drop_kept(&mut self, at: usize) {
        for sound in core::mem::take(&mut self.sources[at].kept) {
            self.counted.unknown += 1;
            self.give_back(sound);
        }
    }

    fn heard(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.since.is_some())
    }

    /// The one among those who are heard who is to give way first: who is silent, longest first; then the quietest.
    fn worst(&mut self, now: Time) -> Option<usize> {
        let heard = self.sources.iter_mut().enumerate().filter(|(_, source)| source.since.is_some());
        let rank = |source: &mut Source| {
            let silent = now.since(source.heard_at);
            let is_silent = silent >= SILENT;
            (is_silent, if is_silent { silent } else { Duration::ZERO }, source.loudness.get(now))
        };
        heard.map(|(at, source)| (rank(source), at)).max().map(|(_, at)| at)
    }

    /// Gives a source a place, if there is one for it.
    fn enter(&mut self, now: Time, at: usize, owner: Owner) -> bool {
        if self.heard().count() >= self.places {
            let own = self.sources[at].loudness.get(now);
            let Some(worst) = self.worst(now) else { return false };
            let other = &mut self.sources[worst];
            let is_silent = now.since(other.heard_at) >= SILENT;
            let stayed = other.since.map_or(Duration::ZERO, |since| now.since(since));
            let is_louder = own.saturating_add(LOUDER) <= other.loudness.get(now) && stayed >= LEAST_STAY;
            if !is_silent && !is_louder {
                return false;
            }
            self.leave(worst);
        }
        let source = &mut self.sources[at];
        source.since = Some(now);
        self.steps.push_back(Step::Enter(source.ssrc, owner));
        true
    }

    fn leave(&mut self, at: usize) {
        let source = &mut self.sources[at];
        if source.since.take().is_some() {
            self.steps.push_back(Step::GiveWay(source.ssrc));
        }
    }

    fn give_back(&mut self, sound: Sound) {
        self.steps.push_back(Step::GiveBack(sound.payload));
    }
}

/// The louder of two; speech if either is.
fn louder(one: Option<Level>, other: Level) -> Level {
    let Some(one) = one else { return other };
    Level { speech: one.speech || other.speech, below_full: one.below_full.min(other.below_full) }
}

/// For `tests/fuzz`: anything in any order, and what must hold of it.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    let mut random = crate::random::Random::from_seed(data.len() as u64);
    let is_sealed = data.first().is_some_and(|byte| byte & 1 == 1);
    let (mut speakers, mut now) = (Speakers { is_sealed, ..Speakers::new(Ssrc(1), 3) }, Time::ZERO);
    let mut heard = std::collections::BTreeSet::new();
    for piece in data.chunks(4) {
        let byte = |at: usize| piece.get(at).copied().unwrap_or(0);
        now += Duration::from_millis(u64::from(byte(3)));
        let ssrc = Ssrc(u32::from(byte(1)) + 1);
        let owner = Owner { key: u64::from(byte(2)), volume: Volume(u16::from(byte(2) % 5) * 1000) };
        match byte(0) % 8 {
            0 => speakers.set_owner(now, ssrc, None),
            1 | 2 => speakers.set_owner(now, ssrc, Some(owner)),
            3 => speakers.set_places(now, usize::from(byte(2) % 5)),
            4 => _ = speakers.levels(now),
            _ => {
                let level = Level { speech: byte(2) & 128 != 0, below_full: byte(2) & 127 };
                let payload = vec![7; random.below(1400) as usize];
                let sound = Sound { arrived_at: now, sequence: random.u32() as u16, timestamp: random.u32(), payload };
                match is_sealed {
                    true => speakers.handle_sealed(now, ssrc, sound),
                    false => speakers.handle(now, ssrc, Some(level).filter(|_| byte(2) % 3 != 0), sound),
                }
            }
        }
        while let Some(step) = speakers.poll_step() {
            match step {
                Step::Enter(ssrc, owner) => assert!(owner.is_wanted() && heard.insert(ssrc), "heard twice"),
                Step::GiveWay(ssrc) => assert!(heard.remove(&ssrc), "it was not heard"),
                Step::Play(ssrc, _) => assert!(heard.contains(&ssrc), "played, and not heard"),
                Step::Open(ssrc, sound) => {
                    assert!(is_sealed && speakers.owner(ssrc).is_some());
                    speakers.handle(now, ssrc, None, sound);
                }
                Step::Ask(ssrc) => assert_ne!(ssrc, Ssrc(1), "we know ourselves"),
                Step::GiveBack(_) => {}
            }
        }
        assert!(heard.len() <= speakers.places && speakers.sources.len() <= MAX_SOURCES);
        let kept: usize = speakers.sources.iter().flat_map(|source| &source.kept).map(|s| s.payload.len()).sum();
        assert!(kept <= MAX_KEPT_BYTES);
    }
}

#[cfg(test)]
mod tests;
