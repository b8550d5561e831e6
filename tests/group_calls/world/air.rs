//! Sound in earnest: each side has the media of a member, on a virtual network, and the simulated server forwards what they say.

#[path = "../../common/hosts.rs"]
mod hosts;

use super::{Side, World, ms};
use hosts::{Hosts, Opening};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use tgcall::group::join::ServerSide;
use tgcall::group::roster::Roster;
use tgcall::group::state::{Call, Input};
use tgcall::group::voice::Voice;
use tgcall::media::audio::source::Volume;
use tgcall::media::audio::{AudioConfig, AudioPort};
use tgcall::media::group::{self, GroupConfig, GroupMedia, GroupOutput, Owner};
use tgcall::media::wire::SocketNews;
use tgcall::media::{Output, TransportSetup};
use tgcall::random::Random;
use tgcall::sim::group::server::{Joined, Leg, Media, Refused};
use tgcall::sim::network::{Arrival, ServerId};
use tgcall::sim::sfu::{Desk, Sfu};
use tgcall::time::{Duration, Time};
use tgcall::types::{PeerId, Ssrc};

const SERVER: &str = "203.0.113.9:32001";
/// Samples at 48 kHz of 10 ms.
const PIECE: usize = 480;

/// The half of the media server that Telegram asks, also in the hands of the world.
#[derive(Clone)]
struct Shared(Arc<Mutex<Desk>>);

impl Media for Shared {
    fn join(&mut self, now: Time, room: i64, payload: &str) -> Result<Joined, Refused> {
        Media::join(&mut *self.0.lock().unwrap(), now, room, payload)
    }

    fn leave(&mut self, leg: Leg) {
        Media::leave(&mut *self.0.lock().unwrap(), leg);
    }

    fn set_muted(&mut self, leg: Leg, muted: bool) {
        Media::set_muted(&mut *self.0.lock().unwrap(), leg, muted);
    }

    fn last_heard(&self, leg: Leg) -> Option<Time> {
        self.0.lock().unwrap().last_heard(leg)
    }
}

/// The network, and the server on it.
pub struct Air {
    pub hosts: Hosts,
    pub server: ServerId,
    desk: Shared,
    random: Random,
    engines: u32,
}

/// A side's end of the sound.
pub struct Sound {
    pub port: Arc<AudioPort>,
    pub media: Option<Box<GroupMedia>>,
    /// The last that was heard.
    pub heard: Vec<i16>,
    /// Whose sources are which, for those who leave.
    sources: BTreeMap<PeerId, BTreeSet<Ssrc>>,
    /// Asked for, and not known.
    strangers: BTreeSet<Ssrc>,
    phase: u64,
    pub lost: usize,
    pub connected: usize,
}

fn address(side: usize) -> IpAddr {
    format!("198.51.100.{}", side + 1).parse().unwrap()
}

/// What a side says all the time.
pub fn tone(side: usize) -> f64 {
    300.0 + 170.0 * side as f64
}

/// The amplitude of a sine in some sound.
pub fn amplitude(samples: &[i16], hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (at, sample) in samples.iter().enumerate() {
        let angle = at as f64 * hz * std::f64::consts::TAU / 48_000.0;
        re += f64::from(*sample) * angle.cos();
        im += f64::from(*sample) * angle.sin();
    }
    2.0 * f64::hypot(re, im) / samples.len().max(1) as f64
}

impl World {
    /// Accounts 1 to `people`, a side each, all with sound; nobody is in.
    pub fn with_sound(seed: u64, people: i64) -> World {
        let mut world = World::of(seed, people);
        let mut random = Random::from_seed(seed ^ 0x61_6972);
        let mut hosts = Hosts::new(random.fork());
        let sfu = Sfu::new(world.now, random.fork());
        let addresses: [SocketAddr; 1] = [SERVER.parse().unwrap()];
        let desk = Shared(Arc::new(Mutex::new(Desk::new(sfu.face(&addresses), random.fork()))));
        let server = hosts.add_server(&addresses, true, false, sfu);
        world.server.groups.set_media(Box::new(desk.clone()));
        for account in 1..=people {
            let side = world.side(account, 1);
            hosts.add(&[address(side)], None);
            world.sides[side].sound = Some(Sound {
                port: Arc::new(AudioPort::new(Arc::default())),
                media: None,
                heard: Vec::new(),
                sources: BTreeMap::new(),
                strangers: BTreeSet::new(),
                phase: 0,
                lost: 0,
                connected: 0,
            });
        }
        world.air = Some(Air { hosts, server, desk, random, engines: 0 });
        world
    }

    pub fn sfu(&mut self) -> &mut Sfu {
        let air = self.air.as_mut().unwrap();
        let server = air.server;
        air.hosts.machine_mut(server)
    }

    /// A side for whom the call is over opens it anew.
    pub fn reopen(&mut self, side: usize) {
        let one = &mut self.sides[side];
        (one.call, one.roster, one.voice) = (Call::open(), Roster::default(), Voice::new(true));
        (one.info, one.end) = (None, None);
    }

    /// Nothing leaves a side and nothing arrives there.
    pub fn set_cut_off(&mut self, side: usize, is_cut_off: bool) {
        let air = self.air.as_mut().unwrap();
        let host = air.hosts.of(side);
        air.hosts.set_down(host, address(side), is_cut_off);
    }

    /// Everybody says his tone and hears what comes. What was heard before is gone.
    pub fn talk_aloud(&mut self, time: Duration) {
        let end = self.now + time;
        self.sides.iter_mut().filter_map(|side| side.sound.as_mut()).for_each(|sound| sound.heard.clear());
        while self.now < end {
            for side in 0..self.sides.len() {
                let now = self.now;
                let Some(sound) = &mut self.sides[side].sound else { continue };
                sound.say_and_hear(tone(side));
                if let Some(media) = &mut sound.media {
                    media.handle_host(now);
                }
            }
            self.turn_air();
            self.run(ms(10));
        }
    }

    /// How loud each side's tone was to this one, in the last second.
    pub fn loudness(&self, side: usize) -> Vec<f64> {
        let heard = &self.sides[side].sound.as_ref().unwrap().heard;
        let last = &heard[heard.len().saturating_sub(48_000)..];
        (0..self.sides.len()).map(|other| amplitude(last, tone(other))).collect()
    }

    /// It hears these, and nobody else.
    #[track_caller]
    pub fn assert_hears(&self, side: usize, others: &[usize]) {
        let loud = self.loudness(side);
        for (other, amplitude) in loud.iter().enumerate() {
            let is_heard = others.contains(&other);
            assert!(
                if is_heard { *amplitude > 1500.0 } else { *amplitude < 150.0 },
                "{side} hears {other}: {loud:.0?}"
            );
        }
    }

    pub(super) fn prepare_sound(&mut self, side: usize, ssrc: Ssrc) -> Option<TransportSetup> {
        self.stop_sound(side);
        let (now, air) = (self.now, self.air.as_mut()?);
        let sound = self.sides[side].sound.as_mut()?;
        air.engines += 1;
        let config = GroupConfig {
            number: air.engines,
            ssrc,
            proxy: None,
            interfaces: &[SocketAddr::new(address(side), 0)],
            port: &sound.port,
            audio: AudioConfig::default(),
        };
        let media = GroupMedia::new(now, &mut air.random, &config);
        let local = media.local();
        sound.media = Some(media);
        sound.strangers.clear();
        Some(local)
    }

    pub(super) fn connect_sound(&mut self, side: usize, server: &ServerSide) {
        let candidates = server.candidates.iter().map(ToString::to_string).collect();
        let server = group::ServerSide { setup: server.transport.clone(), candidates };
        let now = self.now;
        if let Some(media) = self.sides[side].media() {
            media.connect(now, &server);
        }
        self.turn_air();
    }

    pub(super) fn stop_sound(&mut self, side: usize) {
        let now = self.now;
        if let Some(media) = self.sides[side].media() {
            media.close(now);
            self.drain(side);
            if let Some(sound) = &mut self.sides[side].sound {
                sound.media = None;
            }
        }
    }

    /// The list has changed: whose a source is, and how loud it is to be.
    pub(super) fn tell_sound(&mut self, side: usize, peer: PeerId) {
        let now = self.now;
        let Side { roster, sound: Some(sound), .. } = &mut self.sides[side] else { return };
        let entry = roster.get(peer);
        let owner = entry.map(|entry| owner_of(peer, entry.loudness()));
        let sources: BTreeSet<Ssrc> = entry.map(|entry| entry.sounds().collect()).unwrap_or_default();
        let before = sound.sources.insert(peer, sources.clone()).unwrap_or_default();
        let Some(media) = &mut sound.media else { return };
        before.difference(&sources).for_each(|gone| media.set_speaker(now, *gone, None));
        for source in sources {
            sound.strangers.remove(&source);
            media.set_speaker(now, source, owner);
        }
    }

    pub(super) fn next_sound(&self) -> Option<Time> {
        let network = self.air.as_ref().and_then(|air| air.hosts.next_timeout());
        let sides = self.sides.iter().filter_map(|side| side.sound.as_ref()?.media.as_ref()?.next_timeout());
        sides.chain(network).min()
    }

    /// Everything of the sound that is due.
    pub(super) fn turn_air(&mut self) {
        let now = self.now;
        loop {
            let Some(air) = &mut self.air else { return };
            let server = air.server;
            let mut desk = air.desk.0.lock().unwrap();
            while let Some(command) = desk.poll_command() {
                // A good-bye that nobody waits for is lost.
                let _ = air.hosts.machine_mut::<Sfu>(server).command(now, command);
            }
            let legs: Vec<_> = desk.legs().collect();
            for leg in legs {
                if let Some(at) = air.hosts.machine_mut::<Sfu>(server).heard_at(leg) {
                    desk.note_heard(leg, at);
                }
            }
            drop(desk);
            let Some((side, socket, arrival)) = air.hosts.receive(now) else { break };
            if let Some(media) = self.sides[side].media() {
                match arrival {
                    Arrival::Opened(local) => media.handle_socket(now, socket, SocketNews::Opened(local)),
                    Arrival::Closed => media.handle_socket(now, socket, SocketNews::Closed),
                    Arrival::Datagram { from, bytes } => {
                        media.handle_socket(now, socket, SocketNews::Datagram(from, &bytes));
                    }
                    Arrival::Stream(bytes) => media.handle_socket(now, socket, SocketNews::Stream(&bytes)),
                }
            }
            self.drain(side);
        }
        for side in 0..self.sides.len() {
            if let Some(media) = self.sides[side].media()
                && media.next_timeout().is_some_and(|at| at <= now)
            {
                media.handle_timeout(now);
            }
            self.drain(side);
        }
    }

    /// What a side's media wants.
    fn drain(&mut self, side: usize) {
        let now = self.now;
        while let Some(output) = self.sides[side].media().and_then(GroupMedia::poll_output) {
            match output {
                GroupOutput::Socket(Output::OpenSocket { socket, protocol, local, remote }) => {
                    let hosts = &mut self.air.as_mut().unwrap().hosts;
                    let opening = hosts.open(now, side, socket, protocol, local, remote);
                    let media = self.sides[side].media().unwrap();
                    match opening {
                        Opening::Bound(bound) => media.handle_socket(now, socket, SocketNews::Opened(bound)),
                        Opening::Refused => media.handle_socket(now, socket, SocketNews::Closed),
                        Opening::Pending => {}
                    }
                }
                GroupOutput::Socket(Output::CloseSocket { socket }) => {
                    self.air.as_mut().unwrap().hosts.close(side, socket);
                }
                GroupOutput::Socket(Output::Transmit { socket, remote, bytes }) => {
                    self.air.as_mut().unwrap().hosts.send(now, side, socket, remote, bytes);
                }
                GroupOutput::Socket(other) => panic!("it is for no socket: {other:?}"),
                GroupOutput::Connected => {
                    self.sides[side].sound.as_mut().unwrap().connected += 1;
                    self.input(side, Input::MediaConnected);
                }
                GroupOutput::Lost => {
                    self.sides[side].sound.as_mut().unwrap().lost += 1;
                    self.input(side, Input::MediaLost);
                }
                GroupOutput::Failed(why) | GroupOutput::Insecure(why) => self.input(side, Input::MediaFailed(why)),
                GroupOutput::WhoIs(source) => self.who_is(side, source),
                GroupOutput::Route(..)
                | GroupOutput::Levels(_)
                | GroupOutput::IdealHeight(_)
                | GroupOutput::Audio(_) => {}
            }
        }
    }

    /// Somebody speaks: the list knows who, or asks.
    fn who_is(&mut self, side: usize, source: Ssrc) {
        let now = self.now;
        let Side { roster, sound: Some(sound), .. } = &mut self.sides[side] else { return };
        match roster.owner(source).and_then(|peer| Some((peer, roster.get(peer)?.loudness()))) {
            Some((peer, loudness)) => {
                if let Some(media) = &mut sound.media {
                    media.set_speaker(now, source, Some(owner_of(peer, loudness)));
                }
            }
            None => {
                sound.strangers.insert(source);
                roster.handle_stranger(now, source);
                self.roster_outputs(side);
            }
        }
    }
}

fn owner_of(peer: PeerId, loudness: u32) -> Owner {
    let (PeerId::User(key) | PeerId::Chat(key) | PeerId::Channel(key)) = peer;
    Owner { key: key.cast_unsigned(), volume: Volume(loudness as u16) }
}

impl Side {
    fn media(&mut self) -> Option<&mut GroupMedia> {
        self.sound.as_mut()?.media.as_deref_mut()
    }
}

impl Sound {
    fn say_and_hear(&mut self, hz: f64) {
        let sine = |at: u64| (3000.0 * (at as f64 * hz * std::f64::consts::TAU / 48_000.0).sin()) as i16;
        let samples: Vec<i16> = (self.phase..self.phase + PIECE as u64).map(sine).collect();
        self.phase += PIECE as u64;
        self.port.push(48_000, 1, &samples).unwrap();
        let mut samples = [0i16; PIECE];
        self.port.pull(48_000, 1, &mut samples).unwrap();
        self.heard.extend(samples);
    }
}
