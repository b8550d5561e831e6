//! Members of a group call with the library's own media, each with sockets of its own, in one thread.

#![allow(dead_code, clippy::disallowed_methods, reason = "each test program uses its part; sockets have real time")]

use crate::guest::Guest;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Instant;
use tgcall::group::join::{Answer, Offer, Sources};
use tgcall::media::audio::source::Volume;
use tgcall::media::audio::{AudioConfig, AudioPort};
use tgcall::media::group::{GroupConfig, GroupMedia, GroupOutput, Owner, ServerSide};
use tgcall::media::video::Content;
use tgcall::media::wire::SocketNews;
use tgcall::media::{Output, TransportSetup};
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::types::{SocketId, Ssrc};

/// Samples at 48 kHz of 10 ms.
const PIECE: usize = 480;
/// A pause of the machine.
const STALL: Duration = Duration::from_millis(150);
/// No longer one is made up for: between two runs much may have been done.
const STALLED: Duration = Duration::from_secs(2);

/// The media of a member, with sockets of its own.
pub struct Voice {
    pub media: Box<GroupMedia>,
    pub ssrc: Ssrc,
    port: Arc<AudioPort>,
    pub hz: f64,
    phase: u64,
    pub heard: Vec<i16>,
    sockets: BTreeMap<SocketId, UdpSocket>,
    pub is_connected: bool,
    pub lost: usize,
    /// Whom it hears, by source.
    pub asked: Vec<Ssrc>,
}

impl Voice {
    /// A member that says a tone, and its join payload.
    pub fn new(now: Time, ip: IpAddr, number: u32, hz: f64) -> (Voice, String) {
        let mut random = Random::from_seed(u64::from(number) ^ u64::from(std::process::id()) << 8);
        let sources = Sources::draw(&mut random, 0);
        let ssrc = sources.audio;
        let port = Arc::new(AudioPort::new(Arc::default()));
        let config = GroupConfig {
            number,
            ssrc,
            proxy: None,
            interfaces: &[SocketAddr::new(ip, 0)],
            port: &port,
            audio: AudioConfig::default(),
            pictures: None,
            content: Content::Plain,
            hears: true,
        };
        let media = GroupMedia::new(now, &mut random, &config);
        let transport: TransportSetup = media.local();
        let voice = Voice {
            media,
            ssrc,
            port,
            hz,
            phase: 0,
            heard: Vec::new(),
            sockets: BTreeMap::new(),
            is_connected: false,
            lost: 0,
            asked: Vec::new(),
        };
        (voice, Offer { transport, sources }.to_json())
    }

    pub fn connect(&mut self, now: Time, params: &serde_json::Value) {
        let Ok(Answer::Connection(server)) = Answer::parse(params.to_string().as_bytes()) else { panic!("{params}") };
        let candidates = server.candidates.iter().map(ToString::to_string).collect();
        self.media.connect(now, &ServerSide { setup: server.transport.clone(), candidates });
    }

    fn say_and_hear(&mut self) {
        let sine = |at: u64| (3000.0 * (at as f64 * self.hz * std::f64::consts::TAU / 48_000.0).sin()) as i16;
        let samples: Vec<i16> = (self.phase..self.phase + PIECE as u64).map(sine).collect();
        self.phase += PIECE as u64;
        self.port.push(48_000, 1, &samples).unwrap();
        let mut samples = [0i16; PIECE];
        self.port.pull(48_000, 1, &mut samples).unwrap();
        self.heard.extend(samples);
    }

    /// Everything that has come and is due.
    fn turn(&mut self, now: Time) {
        let mut buffer = [0; 2048];
        for (id, socket) in &self.sockets {
            while let Ok((size, from)) = socket.recv_from(&mut buffer) {
                self.media.handle_socket(now, *id, SocketNews::Datagram(from, &buffer[..size]));
            }
        }
        if self.media.next_timeout().is_some_and(|at| at <= now) {
            self.media.handle_timeout(now);
        }
        self.media.handle_host(now);
        while let Some(output) = self.media.poll_output() {
            match output {
                GroupOutput::Socket(Output::OpenSocket { socket, local, .. }) => {
                    let news = match UdpSocket::bind(local).and_then(|one| one.set_nonblocking(true).map(|()| one)) {
                        Ok(bound) => {
                            let local = bound.local_addr().unwrap();
                            self.sockets.insert(socket, bound);
                            SocketNews::Opened(local)
                        }
                        Err(_) => SocketNews::Closed,
                    };
                    self.media.handle_socket(now, socket, news);
                }
                GroupOutput::Socket(Output::CloseSocket { socket }) => {
                    self.sockets.remove(&socket);
                }
                GroupOutput::Socket(Output::Transmit { socket, remote, bytes }) => {
                    if let (Some(socket), Some(remote)) = (self.sockets.get(&socket), remote) {
                        let _ = socket.send_to(&bytes, remote);
                    }
                }
                GroupOutput::Connected => self.is_connected = true,
                GroupOutput::Lost => {
                    self.is_connected = false;
                    self.lost += 1;
                }
                GroupOutput::WhoIs(source) => {
                    self.asked.push(source);
                    let key = u64::from(source.0);
                    self.media.set_speaker(now, source, Some(Owner { key, volume: Volume::FULL }));
                }
                GroupOutput::Failed(why) | GroupOutput::Insecure(why) => panic!("{why}"),
                _ => {}
            }
        }
    }

    /// How loud a tone was in the last second.
    pub fn loudness(&self, hz: f64) -> f64 {
        amplitude(&self.heard[self.heard.len().saturating_sub(48_000)..], hz)
    }
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

/// A clock, and members that run by it.
pub struct Room {
    pub ip: IpAddr,
    start: Instant,
    /// When the last piece was said.
    said: Instant,
    pub voices: Vec<Voice>,
}

impl Room {
    pub fn new(ip: impl Into<IpAddr>) -> Room {
        Room { ip: ip.into(), start: Instant::now(), said: Instant::now(), voices: Vec::new() }
    }

    pub fn now(&self) -> Time {
        Time::from_nanos(1) + self.start.elapsed()
    }

    pub fn enter(&mut self, guest: &mut Guest, hz: f64) {
        let (mut voice, payload) = Voice::new(self.now(), self.ip, self.voices.len() as u32 + 1, hz);
        voice.turn(self.now());
        let params = guest.join(false, &payload).unwrap();
        voice.connect(self.now(), &params);
        self.voices.push(voice);
    }

    pub fn run(&mut self, time: Duration) {
        let mut end = Instant::now() + time;
        while Instant::now() < end {
            // What a busy machine takes away is no time of the room's: all at once nothing can be said.
            if self.said.elapsed() > STALL {
                end += self.said.elapsed().min(STALLED);
                self.said = Instant::now();
            }
            while self.said.elapsed() >= Duration::from_millis(10) {
                self.said += Duration::from_millis(10);
                self.voices.iter_mut().for_each(Voice::say_and_hear);
            }
            let now = self.now();
            self.voices.iter_mut().for_each(|voice| voice.turn(now));
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Each hears these and nobody else.
    #[track_caller]
    pub fn assert_hears(&self, member: usize, others: &[usize]) {
        let loud: Vec<f64> = self.voices.iter().map(|other| self.voices[member].loudness(other.hz)).collect();
        for (other, loudness) in loud.iter().enumerate() {
            let is_heard = others.contains(&other);
            assert!(if is_heard { *loudness > 1500.0 } else { *loudness < 150.0 }, "{member} hears {loud:.0?}");
        }
    }
}
