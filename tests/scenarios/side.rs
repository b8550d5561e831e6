//! A client with its host: sockets, microphone, loudspeaker, and what it was told.

use crate::hosts::Hosts;
use crate::pictures::Pictures;
use crate::setting::*;
use crate::telegram::Telegram;
use crate::tone::{Heard, tone};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use tgcall::client::{CallEnd, CallState, Client, Config, Proxy};
use tgcall::media::audio::{AudioPort, Coding};
use tgcall::random::Random;
use tgcall::sim::network::HostId;
use tgcall::sim::socks::SocksServer;
use tgcall::time::{Duration, Time};
use tgcall::types::{CallId, Protocol};

/// One end of one call, with what its host was told.
pub struct Line {
    /// Of the call in the world: its other end has the same.
    pub number: usize,
    /// The side at the other end.
    pub peer: usize,
    pub call: CallId,
    pub port: Arc<AudioPort>,
    pub states: Vec<(Time, CallState)>,
    pub end: Option<(Time, CallEnd)>,
    /// The other side's microphone, as it was told.
    pub muted: Vec<(Time, bool)>,
    pub frequency: f64,
    pub speaks: bool,
    pub pictures: Pictures,
    pushed: u64,
    heard: Vec<i16>,
}

/// A client with its host.
pub struct Side {
    /// Its place in the world.
    number: usize,
    pub client: Client,
    pub host: HostId,
    /// In front of it.
    pub proxy: Option<Proxy>,
    pub sound: Sound,
    pub lines: Vec<Line>,
    /// How many sockets were opened, ever.
    pub opened: u32,
    /// Everything it has sent to, or connected to.
    pub sent_to: BTreeSet<(Protocol, SocketAddr)>,
    /// Other events, by name.
    pub events: Vec<(Time, CallId, String)>,
    pub next_chunk: Time,
}

fn add_proxy(network: &mut Hosts, address: SocketAddr, kind: ProxyKind) -> Proxy {
    let login = (kind != ProxyKind::TcpOnly).then(|| ("name".to_owned(), "word".to_owned()));
    let mut server = SocksServer::new(address.ip(), kind == ProxyKind::Udp, login.clone());
    if kind == ProxyKind::WrongPassword {
        server.login = Some(("name".to_owned(), "other".to_owned()));
    }
    network.add_server(&[address], false, true, server);
    let (username, password) = login.unwrap_or_default();
    Proxy { addr: address, username, password: password.into() }
}

impl Side {
    pub fn new(setting: &Setting, side: usize, network: &mut Hosts, now: Time, random: Random) -> Side {
        let addresses = &setting.hosts[side];
        let public = setting.public.get(side).map_or([100, 64, 0, 1 + side as u8].into(), |public| ip(public));
        let nat = setting.nat.get(side).copied().flatten();
        let host = network.add(addresses, nat.map(|kind| (kind, public)));
        *network.link_mut(host) = setting.link;
        if setting.no_udp.get(side) == Some(&true) {
            network.block_udp(host);
        }
        let mut config = Config::new();
        let proxy = setting.proxy.get(side).copied().flatten();
        let proxy = proxy.map(|kind| add_proxy(network, proxy_of(side), kind));
        if !setting.is_proxy_off {
            config.set_proxy(proxy.clone()).unwrap();
        }
        let calls = setting.calls.iter().filter(|ends| ends.contains(&side)).count();
        config.set_max_calls(calls.max(1) as u32).unwrap();
        if setting.is_telegram {
            Telegram::configure(side, setting.version, &mut config);
        }
        (setting.configure)(side, &mut config);
        let mut client = Client::new(now, config, random).unwrap();
        let write = if setting.is_dual_stack { mapped } else { |address| address };
        let interfaces: Vec<SocketAddr> = addresses.iter().map(|ip| write(SocketAddr::new(*ip, 0))).collect();
        client.set_interfaces(now, &interfaces).unwrap();
        Side {
            number: side,
            client,
            host,
            proxy,
            sound: setting.sound.get(side).copied().unwrap_or_default(),
            lines: Vec::new(),
            opened: 0,
            sent_to: BTreeSet::new(),
            events: Vec::new(),
            // The hosts' clocks are not the same.
            next_chunk: now + ms(3 * side as u64),
        }
    }

    /// The world's call of this number, with this side, has begun.
    pub fn add_line(&mut self, number: usize, peer: usize, call: CallId) {
        let port = self.client.audio().get(call).expect("a call that is up has sound");
        // Each call has tones of its own.
        let frequency = tone_of(self.number) + 40.0 * self.lines.len() as f64;
        let (states, muted, heard) = (Vec::new(), Vec::new(), Vec::new());
        let (end, speaks, pushed) = (None, true, 0);
        let pictures = Pictures::default();
        let line = Line { number, peer, call, port, states, end, muted, frequency, speaks, pictures, pushed, heard };
        self.lines.push(line);
    }

    /// This side's end of the world's call of this number.
    pub fn end_of(&self, number: usize) -> Option<&Line> {
        self.lines.iter().find(|line| line.number == number)
    }

    /// The host's audio device: it takes and gives a chunk at a time, whatever the call is doing.
    pub fn turn_sound(&mut self, now: Time) {
        let Sound { rate, channels, chunk_ms } = self.sound;
        while self.next_chunk <= now {
            self.next_chunk += ms(u64::from(chunk_ms));
            let frames = (rate * chunk_ms / 1000) as usize;
            for line in self.lines.iter_mut().filter(|line| line.port.codings().0 == Coding::Pcm) {
                if line.speaks {
                    let samples = tone(line.frequency, rate, channels, line.pushed, frames);
                    line.port.push(rate, channels, &samples).unwrap();
                }
                line.pushed += frames as u64;
                let mut samples = vec![1i16; frames * channels as usize];
                line.port.pull(rate, channels, &mut samples).unwrap();
                line.heard.extend(samples.iter().step_by(channels as usize));
            }
        }
    }

    /// When its encoders have the next frame.
    pub fn next_frame(&self) -> Option<Time> {
        self.lines.iter().filter_map(|line| line.pictures.next_frame()).min()
    }

    /// The host's cameras and encoders, on a thread of their own.
    pub fn turn_pictures(&mut self, now: Time) {
        self.lines.iter_mut().for_each(|line| line.pictures.turn(now, &line.port));
    }

    /// How many samples its loudspeaker has got in a line, and which of them were sound.
    pub fn samples(&self, line: usize) -> &[i16] {
        &self.lines[line].heard
    }

    pub fn heard(&self, line: usize, duration: Duration) -> Heard<'_> {
        let samples = &self.lines[line].heard;
        let count = (u64::from(self.sound.rate) * duration.as_millis() as u64 / 1000) as usize;
        Heard { rate: self.sound.rate, samples: &samples[samples.len().saturating_sub(count)..] }
    }
}

impl Line {
    pub fn state(&self) -> CallState {
        match self.end {
            Some(_) => CallState::Ended,
            None => self.states.last().map_or(CallState::Attached, |(_, state)| *state),
        }
    }

    /// The states since the media started, without their times.
    pub fn path(&self) -> Vec<CallState> {
        self.states.iter().map(|(_, state)| *state).filter(|state| *state != CallState::Attached).collect()
    }
}
