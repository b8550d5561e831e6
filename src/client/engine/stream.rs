//! The engine of a group call that is watched as a live stream: its [schedule](crate::group::stream) and its
//! [player](crate::media::stream), in the coat that every engine wears. It has no sockets: the host fetches the parts.

use super::group::GroupNews;
use super::{Engine, EngineOutput};
use crate::client::config::P2p;
use crate::client::figures::{Figures, Ignored, MediaReport};
use crate::group::stream::{Effect, Input, Kind, Quality, Schedule, Watched, What};
use crate::media::audio::{AudioConfig, AudioPort};
use crate::media::container::Voices;
use crate::media::group::{self, Owner, colibri};
use crate::media::report::TransportReport;
use crate::media::socks5::Proxy;
use crate::media::stream::{Player, PlayerOutput, ProgramPart, read_program};
use crate::media::video::Origin;
use crate::media::wire::SocketNews;
use crate::signaling;
use crate::time::Time;
use crate::types::{SocketAddr, SocketId, Ssrc};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The most bytes of a part, and what is asked for: with less, good parts come cut.
pub const MAX_PART: usize = 1 << 20;

/// What a stream wants of Telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamNews {
    /// [`StreamEngine::handle_channels`].
    AskChannels { id: u64 },
    /// [`StreamEngine::handle_part`]. `video`: channel and quality.
    Ask { id: u64, time_ms: i64, scale: i32, video: Option<(i32, i32)> },
    /// Nobody waits for this one any more.
    Forget { id: u64 },
}

/// Why a part did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    NotYet,
    TooOld,
    NoChannel,
    Failed,
}

/// What a stream has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamFigures {
    /// How far what is heard is behind what is said, in ms. `None`: nothing is heard.
    pub delay_ms: Option<i64>,
    pub parts: u64,
    pub bytes: u64,
    /// Parts that could not be read.
    pub unreadable: u64,
    /// How often one was not there yet, and how often something else came instead.
    pub not_yet: u64,
    pub failed: u64,
    /// How often there was nothing left to be played.
    pub dry: u64,
    pub frames: u64,
    pub frames_dropped: u64,
    /// Packets of sound and pictures within good parts that could not be read.
    pub broken: u64,
}

/// A part that is here and not played.
#[derive(Debug)]
enum Stored {
    Voices(Box<Voices>),
    Program(Box<ProgramPart>),
    /// A second of nothing.
    Empty,
}

#[derive(Debug)]
pub struct StreamEngine {
    schedule: Schedule,
    player: Player,
    /// What each part that was asked for is of.
    asked: BTreeMap<u64, What>,
    stored: BTreeMap<u64, Stored>,
    /// Whose the pictures are that are wanted, by endpoint.
    watched: BTreeMap<String, Origin>,
    outputs: VecDeque<EngineOutput>,
    counted: StreamFigures,
    now: Time,
}

impl StreamEngine {
    #[inline(never)]
    pub fn new(now: Time, kind: Kind, port: &Arc<AudioPort>) -> Box<StreamEngine> {
        Box::new(StreamEngine {
            schedule: Schedule::new(kind),
            player: Player::new(now, port),
            asked: BTreeMap::new(),
            stored: BTreeMap::new(),
            watched: BTreeMap::new(),
            outputs: VecDeque::new(),
            counted: StreamFigures::default(),
            now,
        })
    }

    pub fn kind(&self) -> Kind {
        self.schedule.kind()
    }

    /// The call is watched from now on, or anew. Telegram's clock in ms, if it is known.
    pub fn begin(&mut self, now: Time, unix_ms: Option<i64>) {
        self.step(now, Input::Begin { unix_ms });
    }

    /// The last moment of the stream's first channel, and how long its parts are; 0: there is none.
    pub fn handle_channels(&mut self, now: Time, id: u64, last_ms: i64, scale: i32) {
        self.step(now, Input::Channels { id, last_ms, scale });
    }

    /// A part has come.
    pub fn handle_part(&mut self, now: Time, id: u64, bytes: &[u8]) {
        let Some(what) = self.asked.get(&id).filter(|_| bytes.len() <= MAX_PART) else {
            return self.handle_missing(now, id, Missing::Failed);
        };
        self.counted.parts += 1;
        self.counted.bytes += bytes.len() as u64;
        let mut pictures = Vec::new();
        let read = match what {
            _ if bytes.is_empty() => Ok(Stored::Empty),
            What::Voices => Voices::read(bytes).map(|voices| {
                self.player.announce(&voices);
                pictures.clone_from(&voices.tags.pictures);
                Stored::Voices(Box::new(voices))
            }),
            What::Program | What::Picture { .. } => read_program(bytes.to_vec())
                .map(|part| part.map_or(Stored::Empty, |part| Stored::Program(Box::new(part)))),
        };
        // One that cannot be read is a second without anything.
        let stored = read.unwrap_or_else(|_| {
            self.counted.unreadable += 1;
            Stored::Empty
        });
        self.stored.insert(id, stored);
        self.step(now, Input::Arrived { id, pictures });
    }

    /// It has not.
    pub fn handle_missing(&mut self, now: Time, id: u64, why: Missing) {
        let input = match why {
            Missing::NotYet => {
                self.counted.not_yet += 1;
                Input::NotYet { id }
            }
            Missing::TooOld => Input::TooOld { id },
            Missing::NoChannel => Input::NoChannel { id },
            Missing::Failed => Input::Failed { id },
        };
        self.counted.failed += u64::from(why != Missing::NotYet);
        self.step(now, input);
    }

    /// Whose a voice is.
    pub fn set_speaker(&mut self, source: Ssrc, owner: Option<Owner>) {
        self.player.set_speaker(source, owner);
    }

    /// The pictures of those who speak that are wanted from now on. Who has paused his shows nothing.
    pub fn set_watched(&mut self, now: Time, watched: Vec<group::Watched>) {
        if self.kind() != Kind::Voices {
            return;
        }
        let watched: Vec<group::Watched> =
            group::without_doubles(watched).into_iter().filter(|one| !one.is_paused).collect();
        self.watched = watched.iter().map(|one| (one.endpoint.clone(), one.origin)).collect();
        self.player.keep_pictures(|origin| watched.iter().any(|one| one.origin == origin));
        let quality = |quality| match quality {
            colibri::Quality::Thumbnail => Quality::Low,
            colibri::Quality::Medium => Quality::Medium,
            colibri::Quality::Full => Quality::Full,
        };
        let watched = watched.into_iter().map(|one| Watched { endpoint: one.endpoint, quality: quality(one.quality) });
        self.step(now, Input::Watch(watched.collect()));
    }

    fn step(&mut self, now: Time, input: Input) {
        self.now = now;
        for effect in self.schedule.step(now, input) {
            match effect {
                Effect::AskChannels { id } => self.tell(StreamNews::AskChannels { id }),
                Effect::Ask { id, time_ms, scale, what } => {
                    let video = what.video();
                    self.asked.insert(id, what);
                    self.tell(StreamNews::Ask { id, time_ms, scale, video });
                }
                Effect::Forget { id } => {
                    self.asked.remove(&id);
                    if self.stored.remove(&id).is_none() {
                        self.tell(StreamNews::Forget { id });
                    }
                }
                Effect::Play { time_ms, since, parts } => self.play(now, since, time_ms, parts),
                Effect::Dry => {
                    self.counted.dry += 1;
                    self.player.stop();
                }
            }
        }
        self.pump();
    }

    fn play(&mut self, now: Time, since: Time, time_ms: i64, parts: Vec<(u64, What)>) {
        self.player.set_moment(since, time_ms);
        for (id, what) in parts {
            self.asked.remove(&id);
            let stored = self.stored.remove(&id).unwrap_or(Stored::Empty);
            match (what, stored) {
                (What::Voices, Stored::Voices(voices)) => self.player.play_voices(now, since, Some(*voices)),
                (What::Voices, _) => self.player.play_voices(now, since, None),
                (What::Program, Stored::Program(part)) => {
                    self.player.play_program(now, since, time_ms, Some(*part));
                }
                (What::Program, _) => self.player.play_program(now, since, time_ms, None),
                (What::Picture { endpoint, .. }, Stored::Program(part)) => {
                    if let Some(origin) = self.watched.get(&endpoint) {
                        self.player.play_pictures(since, time_ms, *origin, &part);
                    }
                }
                (What::Picture { .. }, _) => {}
            }
        }
    }

    fn tell(&mut self, news: StreamNews) {
        self.outputs.push_back(EngineOutput::Stream(news));
    }

    /// Takes what the player says where it belongs.
    fn pump(&mut self) {
        while let Some(output) = self.player.poll_output() {
            self.outputs.push_back(match output {
                PlayerOutput::WhoIs(source) => EngineOutput::Group(GroupNews::WhoIs(source)),
                PlayerOutput::Levels(levels) => EngineOutput::Group(GroupNews::Levels(levels)),
                PlayerOutput::Audio(event) => EngineOutput::Audio(event),
                PlayerOutput::Video(event) => EngineOutput::Video(event),
                PlayerOutput::Exhausted => {
                    self.step(self.now, Input::Exhausted);
                    continue;
                }
            });
        }
    }

    fn counted(&self) -> StreamFigures {
        let player = self.player.counted();
        StreamFigures {
            delay_ms: self.schedule.delay_ms(self.now),
            frames: player.frames,
            frames_dropped: player.frames_dropped,
            broken: player.unreadable,
            ..self.counted
        }
    }
}

impl Engine for StreamEngine {
    fn handle_socket(&mut self, _now: Time, _socket: SocketId, _news: SocketNews<'_>) {}

    fn handle_timeout(&mut self, now: Time) {
        self.now = now;
        if self.schedule.deadline().is_some_and(|at| at <= now) {
            self.step(now, Input::Timeout);
        }
        while self.player.handle_timeout(now) {
            self.pump();
        }
        self.pump();
    }

    fn next_timeout(&self) -> Option<Time> {
        [self.schedule.deadline(), self.player.next_timeout()].into_iter().flatten().min()
    }

    fn poll_output(&mut self) -> Option<EngineOutput> {
        self.outputs.pop_front()
    }

    fn handle_host(&mut self, now: Time) {
        self.player.handle_host(now);
        self.pump();
    }

    /// What the host pushes waits for an engine that sends.
    fn shed_sound(&mut self) {}

    fn count_undelivered(&mut self, ms: u64) {
        self.player.count_undelivered(ms);
    }

    fn set_muted(&mut self, _now: Time, _muted: bool) {}

    fn set_audio(&mut self, _now: Time, _audio: AudioConfig) {}

    fn set_low_data(&mut self, _now: Time, _low_data: bool) {}

    fn set_interfaces(&mut self, _now: Time, _interfaces: &[SocketAddr]) {}

    fn set_proxy(&mut self, _now: Time, _number: u32, _proxy: Option<Proxy>) {}

    fn set_p2p(&mut self, _now: Time, _p2p: P2p) {}

    fn report(&self) -> MediaReport {
        MediaReport {
            transport: TransportReport::absent(),
            interfaces_note: None,
            proxy: None,
            signaling: signaling::Counters::default(),
            unsent: 0,
            ignored: Ignored::default(),
            negotiation_ignored: 0,
            audio: self.player.audio().stats(),
            sources: self.player.audio().sources().collect(),
            pictures: Vec::new(),
            stream: Some(self.counted()),
        }
    }

    fn figures(&self) -> Figures {
        self.report().figures()
    }

    fn close(&mut self, _now: Time) {
        self.outputs.clear();
        let asked: Vec<u64> = self.asked.keys().copied().filter(|id| !self.stored.contains_key(id)).collect();
        asked.into_iter().for_each(|id| self.tell(StreamNews::Forget { id }));
        self.player.stop();
    }

    fn as_private(&mut self) -> Option<&mut super::private::PrivateEngine> {
        None
    }

    fn as_group(&mut self) -> Option<&mut super::group::GroupEngine> {
        None
    }

    fn as_stream(&mut self) -> Option<&mut StreamEngine> {
        Some(self)
    }
}
