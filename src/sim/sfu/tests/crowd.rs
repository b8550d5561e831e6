//! Members with all of their media on a virtual network, each saying a tone of its own; whose source is whose, is known at once or
//! after a while.

use super::world::{ROOM, SFU, answer, ms, payload};
use crate::media::audio::source::Volume;
use crate::media::audio::{AudioConfig, AudioPort, Coding};
use crate::media::group::{GroupConfig, GroupMedia, GroupOutput, Owner, ServerSide, SpeakerLevel};
use crate::media::video::Content;
use crate::media::wire::SocketNews;
use crate::media::{Output, State};
use crate::random::Random;
use crate::sim::machine::{Emit, Endpoint};
use crate::sim::network::{Arrival, HostId, Network, ServerId};
use crate::sim::sfu::{Desk, Joined, LegId, LegKind, Sfu};
use crate::time::{Duration, Time};
use crate::types::{Protocol, SocketId, Ssrc};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Samples at 48 kHz of 10 ms.
pub const PIECE: usize = 480;

pub struct Member {
    pub media: Box<GroupMedia>,
    pub port: Arc<AudioPort>,
    pub host: HostId,
    pub leg: LegId,
    /// What it says: Hz and how loud, for each channel. Empty: nothing.
    pub says: Vec<(f64, f64)>,
    pub channels: u32,
    /// Whether it listens at all.
    pub hears: bool,
    phase: u64,
    /// The last second that it heard, of the first channel and of the second.
    pub heard: [Vec<i16>; 2],
    pub levels: Vec<(Time, Vec<SpeakerLevel>)>,
    pub asked: Vec<Ssrc>,
    pub lost: usize,
    pub connected: usize,
    sockets: BTreeSet<SocketId>,
    /// Questions that wait for their answer.
    open: Vec<(Time, Ssrc)>,
}

pub struct Crowd {
    pub now: Time,
    pub network: Network,
    pub desk: Desk,
    pub members: Vec<Member>,
    pub server: ServerId,
    /// How long it takes to find out whose a source is.
    pub answer_after: Duration,
    /// Of those who are not as loud as they came.
    pub volumes: BTreeMap<u32, Volume>,
    random: Random,
}

/// How loud a tone is in some sound: the amplitude of its sine.
pub fn amplitude(samples: &[i16], hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (at, sample) in samples.iter().enumerate() {
        let angle = at as f64 * hz * core::f64::consts::TAU / 48_000.0;
        re += f64::from(*sample) * angle.cos();
        im += f64::from(*sample) * angle.sin();
    }
    2.0 * re.hypot(im) / samples.len().max(1) as f64
}

pub fn tone_of(member: usize) -> f64 {
    300.0 + 170.0 * member as f64
}

impl Crowd {
    pub fn new(seed: u64, members: usize) -> Crowd {
        let mut random = Random::from_seed(seed);
        let mut network = Network::new(random.fork());
        let address: SocketAddr = SFU.parse().unwrap();
        let sfu = Sfu::new(Time::ZERO, random.fork());
        let desk = Desk::new(sfu.face(&[address]), random.fork());
        let server = network.add_server(&[address], true, false, sfu);
        let mut crowd = Crowd {
            now: Time::ZERO,
            network,
            desk,
            members: Vec::new(),
            server,
            answer_after: Duration::ZERO,
            volumes: BTreeMap::new(),
            random,
        };
        (0..members).for_each(|_| _ = crowd.add());
        crowd
    }

    pub fn sfu(&mut self) -> &mut Sfu {
        self.network.machine_mut(self.server)
    }

    pub fn add(&mut self) -> usize {
        let number = self.members.len() as u32 + 1;
        let ip: IpAddr = format!("198.51.100.{number}").parse().unwrap();
        let host = self.network.add_host(&[ip]);
        let port = Arc::new(AudioPort::new(Arc::default()));
        let ssrc = 0x1000 * number;
        let config = GroupConfig {
            number,
            ssrc: Ssrc(ssrc),
            proxy: None,
            interfaces: &[SocketAddr::new(ip, 0)],
            port: &port,
            audio: AudioConfig::default(),
            pictures: None,
            content: Content::Plain,
            hears: true,
        };
        let mut media = GroupMedia::new(self.now, &mut self.random, &config);
        let text = payload(&media.local(), ssrc).to_string();
        let Joined { leg, params, .. } = self.desk.join(ROOM, LegKind::Main, &text).expect("a good payload");
        let (setup, candidates) = answer(&params);
        media.connect(self.now, &ServerSide { setup, candidates });
        self.members.push(Member {
            media,
            port,
            host,
            leg,
            says: vec![(tone_of(number as usize - 1), 3000.0)],
            channels: 1,
            hears: true,
            phase: 0,
            heard: [Vec::new(), Vec::new()],
            levels: Vec::new(),
            asked: Vec::new(),
            lost: 0,
            connected: 0,
            sockets: BTreeSet::new(),
            open: Vec::new(),
        });
        self.pump();
        self.members.len() - 1
    }

    pub fn carry_out(&mut self, emits: Vec<Emit>) {
        for emit in emits {
            if let Emit::Client { to: Endpoint::Udp(to), bytes } = emit {
                self.network.inject(self.now + ms(1), SFU.parse().unwrap(), to, bytes);
            }
        }
    }

    pub fn is_connected(&self, member: usize) -> bool {
        self.members[member].media.state() == State::Connected
    }

    /// Everybody says its tone and hears what comes, for so long; what was heard before is gone.
    pub fn talk(&mut self, time: Duration) {
        self.members.iter_mut().for_each(|member| member.heard = [Vec::new(), Vec::new()]);
        self.talk_on(time);
    }

    /// The same, and what was heard before is kept.
    pub fn talk_on(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            for member in &mut self.members {
                member.say();
                member.hear();
            }
            for member in 0..self.members.len() {
                let now = self.now;
                self.members[member].media.handle_host(now);
            }
            self.pump();
            self.run_for(ms(10));
        }
    }

    /// How loud each one's tone was to this one, in the last second.
    pub fn heard_by(&self, member: usize) -> Vec<f64> {
        let samples = &self.members[member].heard[0];
        let last = &samples[samples.len().saturating_sub(48_000)..];
        (0..self.members.len()).map(|other| amplitude(last, tone_of(other))).collect()
    }

    /// This one hears these, and nobody else, by 20 dB.
    #[track_caller]
    pub fn assert_hears(&self, member: usize, others: &[usize]) {
        let loud = self.heard_by(member);
        for (other, loud) in loud.iter().enumerate() {
            if others.contains(&other) {
                assert!(*loud > 1500.0, "{member} hears {other} at {loud:.0}");
            } else {
                assert!(*loud < 150.0, "{member} hears {other} at {loud:.0}, and should not");
            }
        }
    }

    pub fn connect_all(&mut self) {
        let end = self.now + ms(5000);
        while !(0..self.members.len()).all(|member| self.is_connected(member)) {
            let next = self.next().filter(|next| *next <= end).expect("all are connected in time");
            self.step_to(next);
        }
    }

    pub fn run_for(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(next) = self.next().filter(|next| *next <= end) {
            self.step_to(next);
        }
        self.step_to(end);
    }

    fn next(&self) -> Option<Time> {
        let members = self.members.iter().filter_map(|member| member.media.next_timeout());
        let open = self.members.iter().flat_map(|member| member.open.iter().map(|(at, _)| *at));
        members.chain(open).chain(self.network.next_timeout()).min()
    }

    fn step_to(&mut self, time: Time) {
        self.now = self.now.max(time);
        let now = self.now;
        while let Some((host, socket, arrival)) = self.network.poll(now) {
            let mut members = self.members.iter_mut();
            let Some(member) = members.find(|member| member.host == host && member.sockets.contains(&socket)) else {
                continue;
            };
            match arrival {
                Arrival::Opened(local) => member.media.handle_socket(now, socket, SocketNews::Opened(local)),
                Arrival::Closed => member.media.handle_socket(now, socket, SocketNews::Closed),
                Arrival::Datagram { from, bytes } => {
                    member.media.handle_socket(now, socket, SocketNews::Datagram(from, &bytes));
                }
                Arrival::Stream(bytes) => member.media.handle_socket(now, socket, SocketNews::Stream(&bytes)),
            }
            self.pump();
        }
        for member in &mut self.members {
            if member.media.next_timeout().is_some_and(|at| at <= now) {
                member.media.handle_timeout(now);
            }
        }
        self.pump();
    }

    pub fn pump(&mut self) {
        let now = self.now;
        while let Some(command) = self.desk.poll_command() {
            let server = self.server;
            let emits = self.network.machine_mut::<Sfu>(server).command(now, command);
            assert!(emits.is_empty(), "nobody is reached before it has called");
        }
        for member in &mut self.members {
            loop {
                while let Some(output) = member.media.poll_output() {
                    let open = member.take(now, &mut self.network, output);
                    member.open.extend(open.map(|ssrc| (now + self.answer_after, ssrc)));
                }
                let Some(at) = member.open.iter().position(|(at, _)| *at <= now) else { break };
                let (_, ssrc) = member.open.remove(at);
                let leg = self.desk.owner(ROOM, ssrc.0);
                let volume = self.volumes.get(&ssrc.0).copied().unwrap_or(Volume::FULL);
                member.media.set_speaker(now, ssrc, leg.map(|leg| Owner { key: leg.0, volume }));
            }
        }
    }
}

impl Member {
    fn say(&mut self) {
        if self.says.is_empty() || self.port.codings().0 == Coding::Opus {
            return;
        }
        let mut samples = Vec::with_capacity(PIECE * self.channels as usize);
        for at in self.phase..self.phase + PIECE as u64 {
            for channel in 0..self.channels as usize {
                let (hz, loud) = self.says[channel.min(self.says.len() - 1)];
                samples.push((loud * (at as f64 * hz * core::f64::consts::TAU / 48_000.0).sin()) as i16);
            }
        }
        self.phase += PIECE as u64;
        self.port.push(48_000, self.channels, &samples).unwrap();
    }

    fn hear(&mut self) {
        if !self.hears || self.port.codings().1 == Coding::Opus || self.port.is_separate() {
            return;
        }
        let mut samples = [0i16; 2 * PIECE];
        let samples = &mut samples[..PIECE * self.channels as usize];
        self.port.pull(48_000, self.channels, samples).unwrap();
        for frame in samples.chunks(self.channels as usize) {
            self.heard[0].push(frame[0]);
            self.heard[1].push(frame[frame.len() - 1]);
        }
    }

    /// Carries out what its media wants; a source that is asked for.
    fn take(&mut self, now: Time, network: &mut Network, output: GroupOutput) -> Option<Ssrc> {
        match output {
            GroupOutput::Socket(Output::OpenSocket { socket, protocol: Protocol::Udp, local, .. }) => {
                self.sockets.insert(socket);
                let news = network.open_udp(self.host, socket, local).map_or(SocketNews::Closed, SocketNews::Opened);
                self.media.handle_socket(now, socket, news);
            }
            GroupOutput::Socket(Output::CloseSocket { socket }) => network.close(self.host, socket),
            GroupOutput::Socket(Output::Transmit { socket, remote, bytes }) => {
                network.transmit(now, self.host, socket, remote, bytes);
            }
            GroupOutput::Socket(other) => panic!("no socket of this kind is of use: {other:?}"),
            GroupOutput::WhoIs(ssrc) => {
                self.asked.push(ssrc);
                return Some(ssrc);
            }
            GroupOutput::Levels(levels) => self.levels.push((now, levels)),
            GroupOutput::Connected => self.connected += 1,
            GroupOutput::Lost => self.lost += 1,
            GroupOutput::Failed(why) | GroupOutput::Insecure(why) => panic!("{why}"),
            GroupOutput::UnknownEpoch | GroupOutput::Route(..) | GroupOutput::Audio(_) | GroupOutput::Video(_) => {}
        }
        None
    }
}
