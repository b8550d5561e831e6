//! Members of a conference with all of their media, a media server between them on a virtual network, and the chain of their blocks.
//!
//! Below clients: who speaks is known at once, and a block reaches each when the test says so. What a member's media are lent writes
//! down what was sent and what came, so that a test can look for one in the other.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tgcall::conference::chain::block::to_server_form;
use tgcall::conference::{Conference, genesis, self_add};
use tgcall::crypto::sign::KeyPair;
use tgcall::group::join::{Answer, Offer, Sources};
use tgcall::media::audio::source::Volume;
use tgcall::media::audio::{AudioConfig, AudioPort};
use tgcall::media::group::colibri::Quality;
use tgcall::media::group::{
    GroupConfig, GroupMedia, GroupOutput, GroupPictures, Layer, Owner, ServerSide, SpeakerLevel, Watched,
};
use tgcall::media::video::{Budget, Content, Encode, Origin, Pushed, Rotation, Shape, Shown, VideoEvent};
use tgcall::media::wire::SocketNews;
use tgcall::media::{Output, State};
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::sim::machine::{Emit, Endpoint};
use tgcall::sim::network::{Arrival, HostId, Network, ServerId};
use tgcall::sim::sfu::{Desk, Joined, LegKind, Sfu};
use tgcall::time::{Duration, Time};
use tgcall::transform::{Codec, FrameTransform, Level, Unopened};
use tgcall::types::{PeerId, Protocol, SocketId, Ssrc, UserId, VideoCodec, VideoSource};

const SFU: &str = "203.0.113.9:32001";
const ROOM: u64 = 7;
/// Samples at 48 kHz of 10 ms.
const PIECE: usize = 480;
/// Pictures come every so many turns of 10 ms.
const PICTURE: u64 = 4;

pub fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub fn tone_of(member: usize) -> f64 {
    300.0 + 170.0 * member as f64
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

/// What a member's media are lent: its conference, and what went through it.
#[derive(Default)]
pub struct Tap {
    pub conference: Option<Conference>,
    pub plain: Vec<Vec<u8>>,
    pub sealed: Vec<(Codec, Vec<u8>)>,
    /// What came, as the server carried it.
    pub carried: Vec<(Codec, Vec<u8>)>,
    pub opened: usize,
    pub refused: usize,
    pub unknown: usize,
}

impl FrameTransform for Tap {
    fn seal(&mut self, now: Time, channel: i32, codec: Codec, frame: &[u8], level: Level) -> Option<Vec<u8>> {
        self.plain.push(frame.to_vec());
        let sealed = self.conference.as_mut()?.seal(now, channel, codec, frame, level)?;
        self.sealed.push((codec, sealed.clone()));
        Some(sealed)
    }

    fn open(
        &mut self,
        now: Time,
        sender: UserId,
        codec: Codec,
        packet: &[u8],
    ) -> Result<(Vec<u8>, Option<Level>), Unopened> {
        self.carried.push((codec, packet.to_vec()));
        let conference = self.conference.as_mut().ok_or(Unopened::UnknownEpoch)?;
        let opened = conference.open(now, sender, codec, packet);
        match opened {
            Ok(_) => self.opened += 1,
            Err(Unopened::UnknownEpoch) => self.unknown += 1,
            Err(Unopened::Refused) => self.refused += 1,
        }
        opened
    }
}

/// A frame that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub at: Time,
    pub is_key: bool,
    pub data: Vec<u8>,
}

pub struct Member {
    pub media: Box<GroupMedia>,
    pub port: Arc<AudioPort>,
    pub host: HostId,
    pub user: UserId,
    pub tap: Tap,
    /// Whether its media are lent anything at all.
    pub is_lent: bool,
    pub says: bool,
    /// The last second that it heard.
    pub heard: Vec<i16>,
    pub levels: Vec<SpeakerLevel>,
    pub unknown_epochs: Vec<Time>,
    sources: Sources,
    endpoint: String,
    codec: VideoCodec,
    /// What its host was asked for, by layer, and whether that has to begin with a key frame.
    asked: BTreeMap<usize, (Encode, bool)>,
    /// When key frames were asked for, by layer.
    pub key_frames: Vec<(Time, usize)>,
    /// What it has pushed, by layer.
    pub pushed: Vec<(usize, Vec<u8>)>,
    pub seen: BTreeMap<UserId, Vec<Seen>>,
    watches: Vec<usize>,
    phase: u64,
    sockets: BTreeSet<SocketId>,
    keys: u8,
}

pub struct World {
    pub now: Time,
    pub network: Network,
    pub members: Vec<Member>,
    /// As the server tells it.
    pub blocks: Vec<Vec<u8>>,
    /// Makes what a host shows.
    pub picture: fn(member: usize, layer: usize, number: u64, is_key: bool) -> Vec<u8>,
    /// Whose the server says that the sound of a member is, where it lies.
    pub claims: BTreeMap<usize, UserId>,
    desk: Desk,
    server: ServerId,
    random: Random,
    turns: u64,
}

fn keys(seed: u8) -> KeyPair {
    KeyPair::from_seed(&Secret::take(&mut [seed; 32]))
}

/// A frame of VP8, as far as it is read: its head, and what makes it this one.
pub fn vp8(member: usize, layer: usize, number: u64, is_key: bool) -> Vec<u8> {
    let height = 180u16 << layer;
    let [high, low] = height.to_le_bytes();
    let mut frame = vec![u8::from(!is_key), 0, 0, 0x9d, 0x01, 0x2a, 128, 2, high, low, member as u8, layer as u8];
    frame.extend(number.to_be_bytes());
    let size = if is_key { 4000 } else { 900 } * (layer + 1);
    frame.extend((0..size).map(|at| (at as u64 * 31 + number * 7) as u8));
    frame
}

impl World {
    pub fn new(seed: u64) -> World {
        let mut random = Random::from_seed(seed);
        let mut network = Network::new(random.fork());
        let address: SocketAddr = SFU.parse().unwrap();
        let sfu = Sfu::new(Time::ZERO, random.fork());
        let desk = Desk::new(sfu.face(&[address]), random.fork());
        let server = network.add_server(&[address], true, false, sfu);
        World {
            now: Time::ZERO,
            network,
            members: Vec::new(),
            blocks: Vec::new(),
            picture: vp8,
            claims: BTreeMap::new(),
            desk,
            server,
            random,
            turns: 0,
        }
    }

    /// One more who sends pictures of these codecs, preferred first. He is in no conference yet.
    pub fn add(&mut self, content: Content, encoded: &[VideoCodec]) -> usize {
        let number = self.members.len() as u32 + 1;
        let ip: IpAddr = format!("198.51.100.{number}").parse().unwrap();
        let host = self.network.add_host(&[ip]);
        let port = Arc::new(AudioPort::new(Arc::default()));
        let sources = Sources::draw(&mut self.random, 3);
        let layers: Vec<_> = sources.layers.iter().map(|one| Layer { ssrc: one.primary, repair: one.repair }).collect();
        let config = GroupConfig {
            number,
            ssrc: sources.audio,
            proxy: None,
            interfaces: &[SocketAddr::new(ip, 0)],
            port: &port,
            audio: AudioConfig::default(),
            pictures: Some(GroupPictures {
                decoded: &[VideoCodec::Vp8, VideoCodec::H264],
                encoded,
                layers: &layers,
                source: VideoSource::Camera,
                low_data: false,
                budget: &Budget::default(),
            }),
            content,
            hears: true,
        };
        let mut media = GroupMedia::new(self.now, &mut self.random, &config);
        media.set_levels(true);
        let offer = Offer { transport: media.local(), sources: sources.clone() }.to_json();
        let Joined { params, endpoint, .. } = self.desk.join(ROOM, LegKind::Main, &offer).expect("a good payload");
        let Ok(Answer::Connection(server)) = Answer::parse(params.as_bytes()) else { panic!("{params}") };
        let candidates = server.candidates.iter().map(ToString::to_string).collect();
        media.connect(self.now, &ServerSide { setup: server.transport.clone(), candidates });
        self.members.push(Member {
            media,
            port,
            host,
            user: UserId(i64::from(number)),
            tap: Tap::default(),
            is_lent: true,
            says: true,
            heard: Vec::new(),
            levels: Vec::new(),
            unknown_epochs: Vec::new(),
            sources,
            endpoint,
            codec: encoded.first().copied().unwrap_or(VideoCodec::Vp8),
            asked: BTreeMap::new(),
            key_frames: Vec::new(),
            pushed: Vec::new(),
            seen: BTreeMap::new(),
            watches: Vec::new(),
            phase: 0,
            sockets: BTreeSet::new(),
            keys: number as u8,
        });
        self.pump();
        self.members.len() - 1
    }

    // ---- The chain

    /// A member joins with a new key: the block goes to the chain and to him.
    pub fn join(&mut self, member: usize) {
        let user = self.members[member].user;
        self.members[member].keys = self.members[member].keys.wrapping_add(100);
        let keys_of = || keys(self.members[member].keys);
        let block = match self.blocks.last() {
            None => genesis(user, &keys_of(), &mut self.random).unwrap(),
            Some(newest) => self_add(newest, user, &keys_of(), &mut self.random).unwrap(),
        };
        let block = to_server_form(&block).unwrap();
        let conference = Conference::create(self.now, user, keys_of(), &block, self.random.fork()).unwrap();
        self.members[member].tap.conference = Some(conference);
        self.blocks.push(block);
    }

    /// One member removes others; the block goes to the chain and to him.
    pub fn remove(&mut self, by: usize, who: usize) {
        let user = self.members[who].user;
        let conference = self.members[by].tap.conference.as_mut().unwrap();
        let block = to_server_form(&conference.remove(&[user]).unwrap()).unwrap();
        conference.apply_block(self.now, &block).unwrap();
        self.blocks.push(block);
    }

    /// The newest block reaches a member.
    pub fn tell(&mut self, member: usize) {
        let (now, block) = (self.now, self.blocks.last().unwrap().clone());
        let member = &mut self.members[member];
        let told = member.tap.conference.as_mut().unwrap().apply_block(now, &block);
        // Who is removed learns that by the block, and can read nothing any more.
        if told.is_err() {
            member.tap.conference = None;
        }
        member.media.handle_new_epoch();
        self.pump();
    }

    /// All are in one conference.
    pub fn meet(&mut self, members: &[usize]) {
        for (at, member) in members.iter().enumerate() {
            self.join(*member);
            members[..at].iter().for_each(|other| self.tell(*other));
        }
    }

    // ---- Pictures

    /// What a member shows from now on.
    pub fn show(&mut self, member: usize) {
        let shape = Shape { width: 1280, height: 720, frames_per_s: 25 };
        let shown = Shown { shape, is_paused: false, rotation: Rotation::None };
        self.members[member].media.set_shown(self.now, VideoSource::Camera, Some(shown));
        self.pump();
    }

    pub fn watch(&mut self, member: usize, others: &[usize]) {
        self.members[member].watches = others.to_vec();
        let watched: Vec<Watched> = others.iter().map(|other| self.watched(*other)).collect();
        self.members[member].media.set_watched(self.now, watched);
        self.pump();
    }

    fn watched(&self, other: usize) -> Watched {
        let other = &self.members[other];
        let layer = other.sources.layers[0];
        Watched {
            origin: origin(other.user),
            endpoint: other.endpoint.clone(),
            ssrc: layer.primary,
            repair: Some(layer.repair),
            quality: Quality::Full,
            is_paused: false,
        }
    }

    // ---- Time

    pub fn connect_all(&mut self) {
        let end = self.now + ms(5000);
        while !self.members.iter().all(|member| member.media.state() == State::Connected) {
            let next = self.next().filter(|next| *next <= end).expect("all are connected in time");
            self.step_to(next);
        }
    }

    /// Everybody says its tone, shows what it is asked for and hears what comes; what was heard before is gone.
    pub fn talk(&mut self, time: Duration) {
        self.members.iter_mut().for_each(|member| member.heard.clear());
        let end = self.now + time;
        while self.now < end {
            let (now, turns, picture) = (self.now, self.turns, self.picture);
            for (at, member) in self.members.iter_mut().enumerate() {
                member.say(at);
                member.hear();
                if turns.is_multiple_of(PICTURE) {
                    member.shoot(now, at, turns / PICTURE, picture);
                }
                member.media.handle_host(now);
                member.see(now);
            }
            self.turns += 1;
            self.pump();
            self.run_for(ms(10));
        }
    }

    /// This one hears these, and nobody else, by 20 dB, in the last second.
    #[track_caller]
    pub fn assert_hears(&self, member: usize, others: &[usize]) {
        let samples = &self.members[member].heard;
        let last = &samples[samples.len().saturating_sub(48_000)..];
        for other in 0..self.members.len() {
            let loud = amplitude(last, tone_of(other));
            if others.contains(&other) {
                assert!(loud > 1500.0, "{member} hears {other} at {loud:.0}");
            } else {
                assert!(loud < 150.0, "{member} hears {other} at {loud:.0}, and should not");
            }
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
        members.chain(self.network.next_timeout()).min()
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

    fn pump(&mut self) {
        let now = self.now;
        while let Some(command) = self.desk.poll_command() {
            for emit in self.network.machine_mut::<Sfu>(self.server).command(now, command) {
                if let Emit::Client { to: Endpoint::Udp(to), bytes } = emit {
                    self.network.inject(now + ms(1), SFU.parse().unwrap(), to, bytes);
                }
            }
        }
        let claimed = |at: usize, user: UserId| self.claims.get(&at).copied().unwrap_or(user);
        let members = self.members.iter().enumerate();
        let owners: Vec<(Ssrc, UserId)> =
            members.map(|(at, member)| (member.sources.audio, claimed(at, member.user))).collect();
        for member in &mut self.members {
            member.carry(now);
            while let Some(output) = member.media.poll_output() {
                member.take(now, &mut self.network, &owners, output);
            }
        }
    }
}

fn origin(user: UserId) -> Origin {
    Origin { whose: Some(PeerId::User(user.0).key()), source: VideoSource::Camera }
}

impl Member {
    fn carry(&mut self, now: Time) {
        let tap = &mut self.tap;
        self.media.carry(now, self.is_lent.then_some(tap as &mut dyn FrameTransform));
    }

    fn say(&mut self, at: usize) {
        if self.says {
            let hz = tone_of(at);
            let sine = |at: u64| (3000.0 * (at as f64 * hz * core::f64::consts::TAU / 48_000.0).sin()) as i16;
            let samples: Vec<i16> = (self.phase..self.phase + PIECE as u64).map(sine).collect();
            self.port.push(48_000, 1, &samples).unwrap();
        }
        self.phase += PIECE as u64;
    }

    fn hear(&mut self) {
        let mut samples = [0i16; PIECE];
        self.port.pull(48_000, 1, &mut samples).unwrap();
        self.heard.extend(samples);
    }

    fn shoot(&mut self, now: Time, at: usize, number: u64, picture: fn(usize, usize, u64, bool) -> Vec<u8>) {
        for (layer, (_, needs_key)) in &mut self.asked {
            let data = picture(at, *layer, number, *needs_key);
            let timestamp = (now.as_nanos() * 9 / 100_000) as u32;
            let frame = Pushed { layer: *layer as u32, codec: self.codec, timestamp, is_key: *needs_key, data: &data };
            *needs_key = match self.port.push_frame(VideoSource::Camera, &frame) {
                Ok(()) => {
                    self.pushed.push((*layer, data));
                    false
                }
                Err(_) => true,
            };
        }
    }

    fn see(&mut self, now: Time) {
        for other in &self.watches {
            let user = UserId(*other as i64 + 1);
            while let Some(pulled) = self.port.pull_frame(origin(user)) {
                let seen = Seen { at: now, is_key: pulled.frame.is_key, data: pulled.frame.data.clone() };
                self.seen.entry(user).or_default().push(seen);
            }
        }
    }

    fn take(&mut self, now: Time, network: &mut Network, owners: &[(Ssrc, UserId)], output: GroupOutput) {
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
                let owner = owners.iter().find(|(source, _)| *source == ssrc);
                let owner = owner.map(|(_, user)| Owner { key: PeerId::User(user.0).key(), volume: Volume::FULL });
                self.media.set_speaker(now, ssrc, owner);
                self.carry(now);
            }
            GroupOutput::Levels(levels) => self.levels.extend(levels),
            GroupOutput::UnknownEpoch => self.unknown_epochs.push(now),
            GroupOutput::Video(VideoEvent::Encode(encode)) if encode.bits_per_s == 0 => {
                self.asked.remove(&encode.layer);
            }
            GroupOutput::Video(VideoEvent::Encode(encode)) => {
                self.codec = encode.codec;
                self.asked.entry(encode.layer).or_insert((encode, true)).0 = encode;
            }
            GroupOutput::Video(VideoEvent::KeyFrame(_, layer)) => {
                self.key_frames.push((now, layer));
                if let Some((_, needs_key)) = self.asked.get_mut(&layer) {
                    *needs_key = true;
                }
            }
            GroupOutput::Failed(why) | GroupOutput::Insecure(why) => panic!("{why}"),
            GroupOutput::Connected
            | GroupOutput::Lost
            | GroupOutput::Route(..)
            | GroupOutput::Audio(_)
            | GroupOutput::Video(VideoEvent::Ready(_)) => {}
        }
    }
}
