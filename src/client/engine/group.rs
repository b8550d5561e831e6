//! The engine of a group call: [`GroupMedia`] in the coat that every engine wears.
//!
//! Each join makes a new one, as a server knows each by its own keys and sources.

use super::private::PrivateEngine;
use super::{Engine, EngineOutput};
use crate::client::config::P2p;
use crate::client::figures::{Figures, Ignored, MediaReport};
use crate::media::TransportSetup;
use crate::media::audio::AudioConfig;
use crate::media::group::{GroupConfig, GroupMedia, GroupOutput, Owner, ServerSide, SpeakerLevel, Watched};
use crate::media::socks5::Proxy;
use crate::media::video::Shown;
use crate::media::wire::SocketNews;
use crate::random::Random;
use crate::signaling;
use crate::time::Time;
use crate::transform::FrameTransform;
use crate::types::{SocketAddr, SocketId, Ssrc, VideoSource};

/// What only the engine of a group has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupNews {
    /// Somebody speaks by this source; [`GroupEngine::set_speaker`] wants to know who.
    WhoIs(Ssrc),
    /// How loud those were who spoke in the last 100 ms, also ourselves; nobody: silence has begun.
    Levels(Vec<SpeakerLevel>),
    /// Something has come of an epoch that is not known; [`GroupEngine::handle_new_epoch`] when the chain has moved.
    UnknownEpoch,
    /// The screen has a path.
    ScreenConnected,
    /// It has none for good, and why.
    ScreenFailed(String),
}

#[derive(Debug)]
pub struct GroupEngine {
    media: Box<GroupMedia>,
    interfaces: Vec<SocketAddr>,
    /// It is the second one, by which nothing but our screen goes.
    is_screen: bool,
}

impl GroupEngine {
    #[inline(never)]
    pub fn new(now: Time, random: &mut Random, config: &GroupConfig<'_>) -> Box<GroupEngine> {
        let media = GroupMedia::new(now, random, config);
        Box::new(GroupEngine { media, interfaces: config.interfaces.to_vec(), is_screen: !config.hears })
    }

    pub fn is_screen(&self) -> bool {
        self.is_screen
    }

    /// What a join is to say of us, beside our sources.
    pub fn local(&self) -> TransportSetup {
        self.media.local()
    }

    /// The join was answered.
    pub fn connect(&mut self, now: Time, server: &ServerSide) {
        self.media.connect(now, server);
    }

    /// Whose a source is; see [`GroupMedia::set_speaker`].
    pub fn set_speaker(&mut self, now: Time, source: Ssrc, owner: Option<Owner>) {
        self.media.set_speaker(now, source, owner);
    }

    /// What is said and shown goes through this, both ways; see [`GroupMedia::carry`].
    pub fn carry(&mut self, now: Time, transform: Option<&mut dyn FrameTransform>) {
        self.media.carry(now, transform);
    }

    /// The chain has moved.
    #[cfg(feature = "conference")]
    pub fn handle_new_epoch(&mut self) {
        self.media.handle_new_epoch();
    }

    pub fn set_levels(&mut self, tells: bool) {
        self.media.set_levels(tells);
    }

    /// The pictures that are wanted from now on, and no others.
    pub fn set_watched(&mut self, now: Time, watched: Vec<Watched>) {
        self.media.set_watched(now, watched);
    }

    /// What the host shows of a source from now on.
    pub fn set_shown(&mut self, now: Time, source: VideoSource, shown: Option<Shown>) {
        self.media.set_shown(now, source, shown);
    }
}

impl GroupEngine {
    /// What the second connection of a call has to say: the call stands on the first.
    fn poll_screen(&mut self) -> Option<EngineOutput> {
        loop {
            return Some(match self.media.poll_output()? {
                GroupOutput::Connected => EngineOutput::Group(GroupNews::ScreenConnected),
                GroupOutput::Failed(why) | GroupOutput::Insecure(why) => {
                    EngineOutput::Group(GroupNews::ScreenFailed(why))
                }
                GroupOutput::Video(event) => EngineOutput::Video(event),
                GroupOutput::Socket(output) => EngineOutput::Socket(output),
                // It is looked for without end; and nobody is heard by it.
                GroupOutput::Lost
                | GroupOutput::Route(..)
                | GroupOutput::WhoIs(_)
                | GroupOutput::UnknownEpoch
                | GroupOutput::Levels(_)
                | GroupOutput::Audio(_) => continue,
            });
        }
    }
}

impl Engine for GroupEngine {
    fn handle_socket(&mut self, now: Time, socket: SocketId, news: SocketNews<'_>) {
        self.media.handle_socket(now, socket, news);
    }

    fn handle_timeout(&mut self, now: Time) {
        self.media.handle_timeout(now);
    }

    fn next_timeout(&self) -> Option<Time> {
        self.media.next_timeout()
    }

    fn poll_output(&mut self) -> Option<EngineOutput> {
        if self.is_screen {
            return self.poll_screen();
        }
        Some(match self.media.poll_output()? {
            GroupOutput::Connected => EngineOutput::Connected,
            GroupOutput::Lost => EngineOutput::Lost,
            GroupOutput::Route(route, why) => EngineOutput::Route(route, why),
            GroupOutput::Failed(why) => EngineOutput::Failed(why),
            GroupOutput::Insecure(why) => EngineOutput::Insecure(why),
            GroupOutput::WhoIs(ssrc) => EngineOutput::Group(GroupNews::WhoIs(ssrc)),
            GroupOutput::UnknownEpoch => EngineOutput::Group(GroupNews::UnknownEpoch),
            GroupOutput::Levels(levels) => EngineOutput::Group(GroupNews::Levels(levels)),
            GroupOutput::Audio(event) => EngineOutput::Audio(event),
            GroupOutput::Video(event) => EngineOutput::Video(event),
            GroupOutput::Socket(output) => EngineOutput::Socket(output),
        })
    }

    fn handle_host(&mut self, now: Time) {
        self.media.handle_host(now);
    }

    fn shed_sound(&mut self) {
        self.media.shed_sound();
    }

    fn count_undelivered(&mut self, ms: u64) {
        self.media.count_undelivered(ms);
    }

    /// The port keeps back what is said; the server is told by Telegram.
    fn set_muted(&mut self, _now: Time, _muted: bool) {}

    fn set_audio(&mut self, now: Time, audio: AudioConfig) {
        self.media.set_audio(now, audio);
    }

    fn set_low_data(&mut self, now: Time, low_data: bool) {
        self.media.set_low_data(now, low_data);
    }

    fn set_interfaces(&mut self, now: Time, interfaces: &[SocketAddr]) {
        self.interfaces = interfaces.to_vec();
        self.media.set_interfaces(now, interfaces);
    }

    fn set_proxy(&mut self, now: Time, number: u32, proxy: Option<Proxy>) {
        self.media.set_proxy(now, number, proxy, &self.interfaces);
    }

    /// A server is no peer: it sees our address as Telegram does.
    fn set_p2p(&mut self, _now: Time, _p2p: P2p) {}

    fn report(&self) -> MediaReport {
        let (audio, counted) = (self.media.audio(), self.media.counted());
        MediaReport {
            transport: self.media.transport().report(),
            interfaces_note: None,
            proxy: self.media.proxy(),
            signaling: signaling::Counters::default(),
            unsent: 0,
            ignored: Ignored {
                sound: counted.sound + counted.sealed.unsealed,
                pictures: counted.pictures,
                streams: counted.streams,
                media: counted.media
                    + [counted.speakers.unknown, counted.speakers.surplus, counted.speakers.echoes].iter().sum::<u64>()
                    + [counted.sealed.refused, counted.sealed.expired].iter().sum::<u64>(),
                data: counted.colibri.malformed,
            },
            negotiation_ignored: 0,
            audio: audio.stats(),
            sources: audio.sources().collect(),
            pictures: self.media.pictures(),
            stream: None,
        }
    }

    fn figures(&self) -> Figures {
        let (transport, audio) = (self.media.transport(), self.media.audio());
        Figures {
            transport: transport.stats(),
            streams: transport.streams(),
            audio: audio.stats(),
            sources: audio.sources().collect(),
            pictures: self.media.pictures(),
            stream: None,
        }
    }

    fn close(&mut self, now: Time) {
        self.media.close(now);
    }

    fn as_private(&mut self) -> Option<&mut PrivateEngine> {
        None
    }

    fn as_group(&mut self) -> Option<&mut GroupEngine> {
        Some(self)
    }
}
