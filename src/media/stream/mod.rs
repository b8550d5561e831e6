//! Plays the parts of a live stream: sound by the port of its call as that of any call, pictures by their times (`stream.md` 3 to 5).
//!
//! ```text
//! part of voices  ─▶ voices: a decoder a stream ─▶ 20 ms for each who speaks ─┐
//! part of a program ┬▶ program: one decoder for all parts ─▶ 20 ms ───────────┴▶ audio: port
//!                   ├▶ reel: access units, each at its time ─▶ video: port
//! part of pictures ─┘
//! ```
//!
//! Which part is next, and when, is told from outside. Nothing here asks for anything but whose a voice is.

mod program;
mod reel;
mod voices;

pub use program::Part as ProgramPart;

use crate::media::audio::source::Volume;
use crate::media::audio::voice::VoiceDetector;
use crate::media::audio::{AudioEngine, AudioEvent, AudioPort};
use crate::media::container::{Fault, Program, Voices};
use crate::media::group::{Owner, SpeakerLevel};
use crate::media::lip_sync::{Heard, Timeline};
use crate::media::video::{Origin, PulledFrame, VideoEvent, VideoPort};
use crate::time::{Duration, Time};
use crate::transform::Level;
use crate::types::{Ssrc, VideoSource};
use reel::Reel;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// So much sound is made at a time.
const STEP: Duration = Duration::from_millis(20);
/// Frames at 48 kHz of it, and of a frame of the tags.
const FRAMES: usize = 960;
const TAG_FRAMES: usize = 480;
/// A pause of the machine that is made up for; what is older is not.
const BEHIND: Duration = Duration::from_millis(500);
/// Voices that are heard at a time, some of them of the second before.
const PLACES: usize = 16;
/// Voices of one part that are told apart.
const MAX_SOURCES: usize = 32;
/// Levels are told that often.
const TELL: Duration = Duration::from_millis(100);
/// Parts that are here and not played, at most.
const AHEAD: u64 = 8;
/// What the sound of a program is told by.
pub const PROGRAM: Ssrc = Ssrc(1);

/// What a player has to say.
#[derive(Debug)]
pub enum PlayerOutput {
    /// Whose voice is this? [`Player::set_speaker`].
    WhoIs(Ssrc),
    /// How loud those were who spoke in the last 100 ms; nobody: silence has begun.
    Levels(Vec<SpeakerLevel>),
    /// What is played has no more to play.
    Exhausted,
    Audio(AudioEvent),
    Video(VideoEvent),
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlayerCounted {
    pub frames: u64,
    pub frames_dropped: u64,
    /// Packets and pictures that are none.
    pub unreadable: u64,
}

/// Somebody who speaks.
#[derive(Debug, Default)]
struct Speaker {
    /// `None`: it is not known whose the voice is, and it is heard all the same.
    owner: Option<Owner>,
    is_heard: bool,
    /// The last part that he was announced by.
    announced: u64,
    detector: VoiceDetector,
}

/// Plays one stream.
#[derive(Debug)]
pub struct Player {
    audio: AudioEngine,
    video: Arc<VideoPort>,
    /// When the next piece of sound is due; none while nothing is played.
    step_at: Option<Time>,
    voices: Option<voices::Playing>,
    program: program::Sound,
    reels: BTreeMap<Origin, Reel>,
    speakers: BTreeMap<Ssrc, Speaker>,
    /// How many parts were announced.
    announced: u64,
    told: BTreeMap<Ssrc, Level>,
    tell_at: Option<Time>,
    was_exhausted: bool,
    /// The clock of the pictures, and what is heard by the same: Telegram's.
    timeline: Arc<Timeline>,
    heard: Arc<Heard>,
    /// The part that is played: when its first moment is due, and which it is in ms.
    moment: Option<(Time, i64)>,
    outputs: VecDeque<PlayerOutput>,
    counted: PlayerCounted,
}

impl Player {
    pub fn new(now: Time, port: &Arc<AudioPort>) -> Player {
        Player {
            audio: AudioEngine::listener(now, port, PLACES),
            video: port.program().clone(),
            step_at: None,
            voices: None,
            program: program::Sound::default(),
            reels: BTreeMap::new(),
            speakers: BTreeMap::new(),
            announced: 0,
            told: BTreeMap::new(),
            tell_at: None,
            was_exhausted: true,
            timeline: Arc::default(),
            heard: Arc::default(),
            moment: None,
            outputs: VecDeque::new(),
            counted: PlayerCounted::default(),
        }
    }

    pub fn audio(&self) -> &AudioEngine {
        &self.audio
    }

    pub fn counted(&self) -> PlayerCounted {
        self.counted
    }

    // ---- What is played

    /// A part of voices is here, and will be played: whose they are is asked for in time.
    pub fn announce(&mut self, voices: &Voices) {
        self.announced += 1;
        for source in voices::sources_of(voices) {
            let speaker = self.speakers.entry(source).or_insert_with(|| {
                self.outputs.push_back(PlayerOutput::WhoIs(source));
                Speaker::default()
            });
            speaker.announced = self.announced;
        }
    }

    /// The part that is played from now on begins with this moment of Telegram's clock, in ms, which is due then.
    pub fn set_moment(&mut self, since: Time, time_ms: i64) {
        self.moment = Some((since, time_ms));
        self.timeline.set_ms(time_ms, (time_ms as u32).wrapping_mul(90));
        self.heard.timeline.set_ms(time_ms, (time_ms as u32).wrapping_mul(48));
    }

    /// Plays voices, the first moment of which is due then; nothing: a second of silence.
    pub fn play_voices(&mut self, now: Time, since: Time, voices: Option<Voices>) {
        self.flush_reels();
        let playing = voices.and_then(voices::Playing::new);
        let mapped: Vec<Ssrc> = playing.iter().flat_map(voices::Playing::sources).collect();
        // Who is not in it has fallen silent, and is forgotten if nothing that may come is of him.
        let oldest = self.announced.saturating_sub(AHEAD);
        for (source, speaker) in &mut self.speakers {
            if !mapped.contains(source) && core::mem::take(&mut speaker.is_heard) {
                self.audio.leave(*source);
            }
        }
        self.speakers.retain(|source, speaker| mapped.contains(source) || speaker.announced > oldest);
        self.was_exhausted = playing.is_none();
        self.voices = playing;
        self.start(now, since);
    }

    /// Plays a part of a program; nothing: what there still is of the one before.
    pub fn play_program(&mut self, now: Time, since: Time, time_ms: i64, part: Option<ProgramPart>) {
        self.flush_reels();
        self.was_exhausted = part.as_ref().is_none_or(|part| part.sound.is_none());
        match part {
            Some(part) => {
                self.reels.extend(Reel::new(&part, since, time_ms).map(|reel| (VideoSource::Camera.into(), reel)));
                self.counted.unreadable += self.program.play(part);
            }
            None => self.counted.unreadable += self.program.rest(),
        }
        self.start(now, since);
    }

    /// Plays what somebody shows beside the voices of the same second, which come first.
    pub fn play_pictures(&mut self, since: Time, time_ms: i64, origin: Origin, part: &ProgramPart) {
        self.reels.extend(Reel::new(part, since, time_ms).map(|reel| (origin, reel)));
    }

    /// What waits of other pictures than these is of no use any more.
    pub fn keep_pictures(&mut self, is_wanted: impl Fn(Origin) -> bool) {
        self.reels.retain(|origin, _| is_wanted(*origin));
        self.video.keep(is_wanted);
    }

    fn start(&mut self, now: Time, since: Time) {
        let earliest = Time::from_nanos(now.as_nanos().saturating_sub(BEHIND.as_nanos() as u64));
        self.step_at.get_or_insert(since.min(now).max(earliest));
    }

    /// Nothing is left to be played.
    pub fn stop(&mut self) {
        self.step_at = None;
        self.moment = None;
        self.heard.set_position(None);
        self.voices = None;
        self.reels.clear();
        self.program.clear();
        self.audio.leave_all();
        self.speakers.values_mut().for_each(|speaker| speaker.is_heard = false);
    }

    /// Whose a voice is. `None`: nobody's who is known; it is heard all the same.
    pub fn set_speaker(&mut self, source: Ssrc, owner: Option<Owner>) {
        let Some(speaker) = self.speakers.get_mut(&source) else { return };
        let before = core::mem::replace(&mut speaker.owner, owner);
        if !speaker.is_heard {
            return;
        }
        match (before, owner) {
            (Some(before), Some(owner)) if before.key == owner.key => self.audio.set_volume(source, owner.volume),
            _ => speaker.is_heard = false,
        }
    }

    // ---- Time

    pub fn next_timeout(&self) -> Option<Time> {
        let picture = self.reels.values().filter_map(Reel::due).min();
        [self.step_at, self.tell_at, picture, self.audio.next_timeout()].into_iter().flatten().min()
    }

    pub fn poll_output(&mut self) -> Option<PlayerOutput> {
        if self.outputs.is_empty() {
            let event = self.audio.poll_event()?;
            return Some(PlayerOutput::Audio(event));
        }
        self.outputs.pop_front()
    }

    /// The host has changed what becomes of the sound.
    pub fn handle_host(&mut self, now: Time) {
        self.audio.look(now);
    }

    pub fn count_undelivered(&mut self, ms: u64) {
        self.audio.count_undelivered(ms);
    }

    /// Does a piece of what is due: whether there may be more. What it says has to be looked at after each.
    pub fn handle_timeout(&mut self, now: Time) -> bool {
        if self.audio.next_timeout().is_some_and(|at| at <= now) {
            self.audio.handle_timeout(now);
        }
        self.show(now);
        if self.tell_at.is_some_and(|at| at <= now) {
            let levels: Vec<_> = core::mem::take(&mut self.told)
                .into_iter()
                .map(|(source, level)| SpeakerLevel { source: Some(source), level })
                .collect();
            self.tell_at = Some(now + TELL).filter(|_| !levels.is_empty());
            self.outputs.push_back(PlayerOutput::Levels(levels));
        }
        let Some(at) = self.step_at.filter(|at| *at <= now) else { return false };
        let at = if now.since(at) > BEHIND { now } else { at };
        if !self.was_exhausted && !self.has_sound() {
            // Perhaps something follows at once.
            self.was_exhausted = true;
            self.outputs.push_back(PlayerOutput::Exhausted);
            return true;
        }
        self.step_at = Some(at + STEP);
        let has_sound = self.has_sound();
        self.step_voices(now);
        self.step_program(now);
        self.note_heard(now, at + STEP, has_sound);
        true
    }

    /// What was due until then is handed over: how far it is heard by now.
    fn note_heard(&mut self, now: Time, until: Time, has_sound: bool) {
        let is_heard = has_sound && self.audio.is_pulled(now);
        let position = self.moment.filter(|_| is_heard).map(|(since, time_ms)| {
            let handed_over = time_ms + until.since(since).as_millis() as i64;
            let waiting = i64::from(self.audio.stats().received.delay_ms);
            ((handed_over - waiting) as u32).wrapping_mul(48)
        });
        self.heard.set_position(position);
    }

    /// Whether there is enough for another piece.
    fn has_sound(&self) -> bool {
        self.voices.as_ref().is_some_and(|voices| !voices.is_over()) || self.program.has(FRAMES)
    }

    fn step_voices(&mut self, now: Time) {
        let Some(mut playing) = self.voices.take() else { return };
        for _ in 0..FRAMES / TAG_FRAMES {
            let Some(unreadable) = playing.prepare() else { break };
            self.counted.unreadable += unreadable;
            for (source, samples) in playing.frame() {
                self.say(now, source, samples);
            }
        }
        self.voices = Some(playing);
    }

    /// Somebody says something.
    fn say(&mut self, now: Time, source: Ssrc, samples: &[i16]) {
        let Some(speaker) = self.speakers.get_mut(&source) else { return };
        let level = speaker.detector.hear(samples, 10);
        let told = self.told.entry(source).or_insert(level);
        *told = Level { speech: told.speech || level.speech, below_full: told.below_full.min(level.below_full) };
        self.tell_at.get_or_insert(now + TELL);
        if speaker.owner.is_some_and(|owner| owner.volume.0 == 0) {
            return;
        }
        if !core::mem::replace(&mut speaker.is_heard, true) {
            let (key, volume) = speaker.owner.map_or((0, Volume::FULL), |owner| (owner.key, owner.volume));
            self.audio.enter(source, key, volume);
        }
        self.audio.handle_sound(now, source, 1, samples);
    }

    fn step_program(&mut self, now: Time) {
        let Some((channels, unreadable)) = self.program.prepare(FRAMES) else { return };
        self.counted.unreadable += unreadable;
        let samples = self.program.take(FRAMES);
        if !samples.is_empty() {
            self.audio.handle_sound(now, PROGRAM, channels, &samples);
        }
    }

    // ---- Pictures

    /// Hands over the pictures that are due.
    fn show(&mut self, now: Time) {
        self.put_while(|reel| reel.due().is_some_and(|at| at <= now));
        self.reels.retain(|_, reel| reel.due().is_some());
    }

    /// What is left of a part comes before the first of the next: a decoder needs all of them.
    fn flush_reels(&mut self) {
        self.put_while(|reel| reel.due().is_some());
        self.reels.clear();
    }

    fn put_while(&mut self, is_due: impl Fn(&Reel) -> bool) {
        for (origin, reel) in &mut self.reels {
            while is_due(reel) {
                let Some(frame) = reel.take() else {
                    self.counted.unreadable += 1;
                    continue;
                };
                self.counted.frames += 1;
                let heard = self.heard.clone();
                let endpoint = Some(reel.endpoint().clone());
                let frame = PulledFrame { frame, timeline: self.timeline.clone(), heard, endpoint };
                let delivered = self.video.deliver(*origin, frame);
                self.counted.frames_dropped += delivered.dropped;
                if delivered.tell {
                    self.outputs.push_back(PlayerOutput::Video(VideoEvent::Ready(*origin)));
                }
            }
        }
    }
}

/// Takes a part of a program apart.
pub fn read_program(part: Vec<u8>) -> Result<Option<ProgramPart>, Fault> {
    let program = Program::read(&part)?;
    // Other events are other pictures; those who wrote the players know of one.
    let Some(shot) = program.shots.into_iter().next() else { return Ok(None) };
    if program.container != b"mp4" {
        return Err(Fault::Codec);
    }
    program::Part::read(part, shot.file, shot.endpoint, shot.rotation).map(Some)
}
