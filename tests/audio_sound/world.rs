//! Two engines of sound and the hosts at their ends. It has no network and no clients, and is a world of its own for that: a
//! packet is a number and a payload, and what is measured is what became of the samples.

use crate::flight::Flight;
use std::f64::consts::TAU;
use std::sync::Arc;
use tgcall::media::audio::{AudioConfig, AudioEngine, AudioPort, Encoded};
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::types::Ssrc;

pub fn us(micros: u64) -> Time {
    Time::ZERO + Duration::from_micros(micros)
}

/// Whose sound it is.
pub const PEER: Ssrc = Ssrc(1);

/// The network between the two, one way.
#[derive(Clone, Copy, Default)]
pub struct Link {
    /// Per mille.
    pub lost: u64,
    pub delay_us: u64,
    pub jitter_us: u64,
}

/// A host that pushes and one that pulls, each with a clock of its own.
#[derive(Clone, Copy)]
pub struct Hosts {
    pub push_rate: u32,
    pub push_ms: u32,
    /// How much faster the clock runs, in parts per million.
    pub push_ppm: i64,
    pub pull_rate: u32,
    pub pull_ms: u32,
    pub pull_ppm: i64,
    pub channels: u32,
}

pub const HOSTS: Hosts =
    Hosts { push_rate: 48_000, push_ms: 20, push_ppm: 0, pull_rate: 48_000, pull_ms: 10, pull_ppm: 0, channels: 1 };

pub struct World {
    pub now: u64,
    pub link: Link,
    pub hosts: Hosts,
    pub dice: Random,
    pub ports: [Arc<AudioPort>; 2],
    pub engines: [AudioEngine; 2],
    pub flying: Flight<(u16, Encoded)>,
    pub sequence: u16,
    pub pushed: u64,
    pub pulled: u64,
    pub sound: Vec<i16>,
    pub delays: Vec<u32>,
    /// The sound that is pushed, by sample.
    pub source: fn(f64) -> f64,
    pub pushing: bool,
    /// Pushes that come at once.
    pub burst: u64,
}

pub fn tone(at: f64) -> f64 {
    (at * 440.0 * TAU).sin() * 0.4
}

impl World {
    pub fn new(link: Link, hosts: Hosts, packet_ms: u32, seed: u64) -> World {
        let mut dice = Random::from_seed(seed);
        let ports = [0, 1].map(|_| Arc::new(AudioPort::new(Arc::default())));
        let config = AudioConfig { packet_ms, ..AudioConfig::default() };
        let mut engines = [0, 1].map(|side| AudioEngine::new(us(0), &ports[side], dice.fork(), config));
        for engine in &mut engines {
            engine.set_active(us(0), true);
        }
        World {
            now: 0,
            link,
            hosts,
            dice,
            ports,
            engines,
            flying: Flight::default(),
            sequence: 65_500,
            pushed: 0,
            pulled: 0,
            sound: Vec::new(),
            delays: Vec::new(),
            source: tone,
            pushing: true,
            burst: 1,
        }
    }

    /// When a host's clock has counted so many milliseconds.
    pub fn host_time(ms: u64, ppm: i64) -> u64 {
        let us = ms as i64 * 1000;
        (us - us * ppm / 1_000_000) as u64
    }

    pub fn run(&mut self, ms: u64) {
        let end = self.now + ms * 1000;
        while self.now < end {
            self.turn();
            self.now += 500;
        }
    }

    pub fn turn(&mut self) {
        let hosts = self.hosts;
        while Self::host_time(self.pushed / self.burst * self.burst * u64::from(hosts.push_ms), hosts.push_ppm)
            <= self.now
        {
            let frames = u64::from(hosts.push_rate * hosts.push_ms / 1000);
            let first = self.pushed * frames;
            let sample = |i: u64| (self.source)((first + i) as f64 / f64::from(hosts.push_rate)) as f32;
            let samples: Vec<f32> = (0..frames).flat_map(|i| vec![sample(i); hosts.channels as usize]).collect();
            if self.pushing {
                self.ports[0].push(hosts.push_rate, hosts.channels, &samples).unwrap();
            }
            self.pushed += 1;
        }
        let now = us(self.now);
        self.deliver();
        for engine in &mut self.engines {
            if engine.next_timeout().is_some_and(|at| at <= now) {
                engine.handle_timeout(now);
            }
        }
        while let Some(packet) = self.engines[0].poll_packet(now) {
            self.sequence = self.sequence.wrapping_add(1);
            if self.dice.below(1000) >= self.link.lost {
                let at = self.now + self.link.delay_us + self.dice.below(self.link.jitter_us + 1);
                self.flying.send(us(at), (self.sequence, packet));
            }
        }
        self.deliver();
        while Self::host_time(self.pulled * u64::from(hosts.pull_ms), hosts.pull_ppm) + 3000 <= self.now {
            let frames = (hosts.pull_rate * hosts.pull_ms / 1000) as usize;
            let mut samples = vec![1i16; frames * hosts.channels as usize];
            self.ports[1].pull(hosts.pull_rate, hosts.channels, &mut samples).unwrap();
            self.sound.extend(samples.iter().step_by(hosts.channels as usize));
            self.delays.push(self.engines[1].stats().received.delay_ms);
            self.pulled += 1;
        }
    }

    pub fn deliver(&mut self) {
        while let Some((at, (sequence, packet))) = self.flying.poll(us(self.now)) {
            self.engines[1].handle_packet(at, PEER, sequence, packet.timestamp, &packet.payload);
        }
    }

    /// Packets with sound that were sent and did not come, but for those on their way.
    pub fn missing(&self) -> u64 {
        let [sent, received] =
            [self.engines[0].stats().packets_sent, self.engines[1].stats().received.packets_received];
        sent - received - self.flying.waiting().len() as u64
    }

    pub fn last(&self, ms: u32) -> &[i16] {
        &self.sound[self.sound.len() - (self.hosts.pull_rate / 1000 * ms) as usize..]
    }
}

/// How much of the sound is the tone of this frequency, in dB against all the rest, in pieces of 100 ms so that a shift
/// of the phase does not count: the median.
pub fn snr(samples: &[i16], rate: u32, frequency: f64) -> f64 {
    let mut pieces: Vec<f64> = samples
        .chunks_exact(rate as usize / 10)
        .map(|piece| {
            let (mut sine, mut cosine, mut total) = (0.0, 0.0, 0.0);
            for (i, sample) in piece.iter().enumerate() {
                let (s, c) = (i as f64 / f64::from(rate) * frequency * TAU).sin_cos();
                sine += f64::from(*sample) * s;
                cosine += f64::from(*sample) * c;
                total += f64::from(*sample).powi(2);
            }
            let tone = 2.0 * (sine * sine + cosine * cosine) / piece.len() as f64;
            10.0 * ((tone + 1.0) / (total - tone).max(1.0)).log10()
        })
        .collect();
    pieces.sort_by(f64::total_cmp);
    pieces[pieces.len() / 2]
}

pub fn rms(samples: &[i16]) -> f64 {
    (samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
}

/// Stretches of 5 ms in which nothing is to be heard.
pub fn holes(samples: &[i16], rate: u32) -> usize {
    samples.chunks_exact(rate as usize / 200).filter(|piece| rms(piece) < 200.0).count()
}
