//! What carries the media of a call, whatever its kind, and the engines of one call.

pub mod group;
pub mod private;
pub mod stream;

use super::Switches;
use super::config::P2p;
use super::figures::{Figures, MediaReport};
use crate::media::audio::{AudioConfig, AudioEvent};
use crate::media::socks5::Proxy;
use crate::media::video::VideoEvent;
use crate::media::wire::SocketNews;
use crate::media::{Output, Route, RouteChange};
use crate::time::Time;
use crate::types::{SocketAddr, SocketId};
use group::{GroupEngine, GroupNews};
use private::PrivateEngine;
use stream::{StreamEngine, StreamNews};

/// Carries media between the host, the network and whoever is at the other end.
///
/// A call may have several: each has sockets of its own. Whatever is handed in, the outputs are polled until there are none.
pub trait Engine: core::fmt::Debug {
    fn handle_socket(&mut self, now: Time, socket: SocketId, news: SocketNews<'_>);

    fn handle_timeout(&mut self, now: Time);

    fn next_timeout(&self) -> Option<Time>;

    fn poll_output(&mut self) -> Option<EngineOutput>;

    /// The host has pushed sound or a picture, or changed what becomes of it.
    fn handle_host(&mut self, now: Time);

    /// We are behind with our work: live sound that has waited for us goes, but the newest packet.
    fn shed_sound(&mut self);

    /// Sound that was handed over is not taken: so much of it.
    fn count_undelivered(&mut self, ms: u64);

    /// Mutes what we send, and tells the other side.
    fn set_muted(&mut self, now: Time, muted: bool);

    /// How our sound is encoded from now on.
    fn set_audio(&mut self, now: Time, audio: AudioConfig);

    /// Whether pictures are sent with few bits from now on.
    fn set_low_data(&mut self, now: Time, low_data: bool);

    /// The addresses of this machine have changed.
    fn set_interfaces(&mut self, now: Time, interfaces: &[SocketAddr]);

    /// Everything goes through this proxy from now on, or through none. The ids of the sockets begin with another number too, as
    /// the old ones may still be heard of.
    fn set_proxy(&mut self, now: Time, number: u32, proxy: Option<Proxy>);

    /// Whether the user allows direct ways from now on.
    fn set_p2p(&mut self, now: Time, p2p: P2p);

    /// Everything there is to say about the media.
    fn report(&self) -> MediaReport;

    /// What is counted.
    fn figures(&self) -> Figures;

    /// Says good-bye and closes the sockets.
    fn close(&mut self, now: Time);

    /// Itself, if it is that of a private call: alone that one talks with the other side through Telegram.
    fn as_private(&mut self) -> Option<&mut PrivateEngine>;

    /// Itself, if it is that of a group call: alone that one hears many.
    fn as_group(&mut self) -> Option<&mut GroupEngine>;

    /// Itself, if it is that of a group call that is watched: alone that one has parts fetched.
    fn as_stream(&mut self) -> Option<&mut StreamEngine> {
        None
    }
}

/// What an engine wants done, in order.
#[derive(Debug)]
pub enum EngineOutput {
    /// For the other side, through Telegram or the host's library.
    Signaling(Vec<u8>),
    /// There is a path.
    Connected,
    /// The path is gone; another is looked for.
    Lost,
    /// The sound takes another way than before, and why.
    Route(Route, RouteChange),
    /// The engine gave up.
    Failed(String),
    /// The other side is not who it should be.
    Insecure(String),
    /// The other side's switches, and by how many degrees it has turned its camera.
    Peer(Switches, u32),
    /// What only the engine of a group says.
    Group(GroupNews),
    /// What only the engine of a stream says.
    Stream(StreamNews),
    /// News of the sound.
    Audio(AudioEvent),
    /// News of the pictures.
    Video(VideoEvent),
    /// Sockets to open, to close and to send on; nothing else.
    Socket(Output),
}

/// An engine that runs.
#[derive(Debug)]
pub struct Running {
    /// What the ids of its sockets begin with.
    pub number: u32,
    pub engine: Box<dyn Engine>,
}

/// The engines of one call. The first is the one it stands on: what that counts and tells counts for the call.
///
/// Two words long: a call that rings has none, and there may be many of those.
#[derive(Debug)]
pub enum CallEngines {
    /// In the order in which they were started; none before the call has media.
    Running(Box<[Running]>),
    /// What the first had to say in the end.
    Over(Box<MediaReport>),
}

impl Default for CallEngines {
    fn default() -> CallEngines {
        CallEngines::Running(Box::default())
    }
}

impl CallEngines {
    /// One more, unless the call's media is over.
    pub fn add(&mut self, number: u32, engine: Box<dyn Engine>) {
        if let CallEngines::Running(running) = self {
            let mut engines = core::mem::take(running).into_vec();
            engines.push(Running { number, engine });
            *running = engines.into_boxed_slice();
        }
    }

    /// One more, also if the call's media was over: a group call that is joined anew begins anew.
    pub fn restart(&mut self, number: u32, engine: Box<dyn Engine>) {
        if let CallEngines::Over(_) = self {
            *self = CallEngines::default();
        }
        self.add(number, engine);
    }

    /// Takes out those of which `which` is true, to be closed. What the first has to say stays when none is left: what was in use tells
    /// more than that it is over.
    pub fn stop(&mut self, mut which: impl FnMut(&mut dyn Engine) -> bool) -> Vec<Running> {
        let CallEngines::Running(running) = self else { return Vec::new() };
        let (mut stopped, mut left) = (Vec::new(), Vec::new());
        for mut one in core::mem::take(running).into_vec() {
            if which(&mut *one.engine) { stopped.push(one) } else { left.push(one) }
        }
        *self = match stopped.first() {
            Some(first) if left.is_empty() => CallEngines::Over(Box::new(first.engine.report())),
            _ => CallEngines::Running(left.into_boxed_slice()),
        };
        stopped
    }

    pub fn running(&self) -> &[Running] {
        match self {
            CallEngines::Running(running) => running,
            CallEngines::Over(_) => &[],
        }
    }

    pub fn running_mut(&mut self) -> &mut [Running] {
        match self {
            CallEngines::Running(running) => running,
            CallEngines::Over(_) => &mut [],
        }
    }

    /// The engine whose sockets' ids begin with this number.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut dyn Engine> {
        let running = self.running_mut().iter_mut().find(|running| running.number == number)?;
        Some(&mut *running.engine)
    }

    pub fn private(&mut self) -> Option<&mut PrivateEngine> {
        self.running_mut().iter_mut().find_map(|running| running.engine.as_private())
    }

    /// The one that a group call stands on.
    pub fn group(&mut self) -> Option<&mut GroupEngine> {
        self.groups().find(|engine| !engine.is_screen())
    }

    /// The one by which our screen goes.
    pub fn screen(&mut self) -> Option<&mut GroupEngine> {
        self.groups().find(|engine| engine.is_screen())
    }

    pub fn groups(&mut self) -> impl Iterator<Item = &mut GroupEngine> {
        self.running_mut().iter_mut().filter_map(|running| running.engine.as_group())
    }

    pub fn stream(&mut self) -> Option<&mut StreamEngine> {
        self.running_mut().iter_mut().find_map(|running| running.engine.as_stream())
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.running().iter().filter_map(|running| running.engine.next_timeout()).min()
    }

    pub fn poll_output(&mut self) -> Option<EngineOutput> {
        self.running_mut().iter_mut().find_map(|running| running.engine.poll_output())
    }

    /// What the call's media has to say, or had.
    pub fn report(&self) -> Option<MediaReport> {
        match self {
            CallEngines::Running(running) => running.first().map(|running| running.engine.report()),
            CallEngines::Over(report) => Some((**report).clone()),
        }
    }

    /// What it has counted, or had.
    pub fn figures(&self) -> Option<Figures> {
        match self {
            CallEngines::Running(running) => {
                let (first, others) = running.split_first()?;
                let mut figures = first.engine.figures();
                // Of those beside it what they send is told of each by itself.
                for other in others {
                    let Figures { streams, pictures, .. } = other.engine.figures();
                    figures.streams.extend(streams);
                    figures.pictures.extend(pictures);
                }
                Some(figures)
            }
            CallEngines::Over(report) => Some(report.figures()),
        }
    }
}

#[cfg(test)]
mod tests;
