//! Our own end of a call with pictures, on the library's inner parts and a UDP socket of this machine: signaling, negotiation and
//! transport. It keeps the packets of the other side's pictures as they come, decrypted, which no program outside can see.

#![allow(dead_code, clippy::disallowed_methods, reason = "each test program uses its part, and drives real processes")]

use std::collections::BTreeMap;
use std::net::{IpAddr, UdpSocket};
use std::time::Instant;
use tgcall::media::{self, LinkConfig, Output, Received, Stream, Transport};
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::signaling::Signaling;
use tgcall::signaling::message::{Candidate, Content, MediaState, Message, StreamState};
use tgcall::signaling::negotiation::{self, Config, Negotiation, Receivable, Wanted, audio_content};
use tgcall::signaling::version::{CustomParameters, Version};
use tgcall::time::Time;
use tgcall::types::{Protocol, Role, SocketId, Ssrc, VideoCodec};

pub struct Camera {
    begun: Instant,
    signaling: Signaling,
    negotiation: Negotiation,
    transport: Transport,
    sockets: BTreeMap<SocketId, UdpSocket>,
    /// The streams of pictures that the other side sends.
    incoming: Vec<Content>,
    /// Their packets, each once, in the order in which they came.
    pub packets: Vec<Received>,
    /// For the other side.
    pub outbox: Vec<Vec<u8>>,
}

impl Camera {
    /// Who sees pictures of these codecs and shows none.
    pub fn new(version: &str, role: Role, key: &[u8; 256], interface: IpAddr, decoded: &[VideoCodec]) -> Camera {
        let (now, mut random, parameters) = (Time::ZERO, Random::from_seed(11), CustomParameters::parse(""));
        let key = Secret::take(&mut key.clone());
        let version = Version::from_name(version).unwrap();
        let mut config = LinkConfig::to_peer(1, role);
        config.gather.interfaces = vec![interface];
        let transport = Transport::new(now, random.fork(), config);
        let mut receivable = Receivable { video_codecs: decoded.to_vec(), ..Receivable::default() };
        receivable.extensions.push("urn:3gpp:video-orientation".into());
        let negotiated = Config {
            role,
            transport: transport.local_setup(),
            receivable,
            encoded: Vec::new(),
            wanted: Wanted::default(),
            reliable: version.dialect(&parameters).is_reliable(),
            dtls: true,
        };
        Camera {
            begun: Instant::now(),
            signaling: Signaling::new(now, random.fork(), &key, role, version, &parameters),
            negotiation: Negotiation::new(now, random.fork(), negotiated, vec![audio_content(Ssrc(77))]),
            transport,
            sockets: BTreeMap::new(),
            incoming: Vec::new(),
            packets: Vec::new(),
            outbox: Vec::new(),
        }
    }

    fn now(&self) -> Time {
        Time::ZERO + self.begun.elapsed()
    }

    pub fn handle_signaling(&mut self, packet: &[u8]) {
        let now = self.now();
        self.signaling.handle_packet(now, packet);
        self.pump(now);
    }

    /// Asks for a key frame of each picture.
    pub fn request_key_frames(&mut self) {
        let now = self.now();
        for ssrc in self.pictures().map(|content| content.ssrc).collect::<Vec<_>>() {
            self.transport.request_key_frame(now, ssrc);
        }
        self.pump(now);
    }

    /// What has come by now, and what is due.
    pub fn turn(&mut self) {
        let mut datagrams = Vec::new();
        let mut buffer = [0; 2048];
        for (socket, udp) in &self.sockets {
            while let Ok((size, from)) = udp.recv_from(&mut buffer) {
                datagrams.push((*socket, from, buffer[..size].to_vec()));
            }
        }
        let now = self.now();
        for (socket, from, bytes) in datagrams {
            self.transport.handle_datagram(now, socket, from, &bytes);
            self.pump(now);
        }
        if self.signaling.next_timeout().is_some_and(|at| at <= now) {
            self.signaling.handle_timeout(now);
        }
        if self.negotiation.next_timeout().is_some_and(|at| at <= now) {
            self.negotiation.handle_timeout(now);
        }
        if self.transport.next_timeout().is_some_and(|at| at <= now) {
            self.transport.handle_timeout(now);
        }
        self.pump(now);
    }

    fn pictures(&self) -> impl Iterator<Item = &Content> {
        self.incoming.iter().filter(|content| content.kind == media::MediaKind::Video)
    }

    /// What a packet's payload type means.
    pub fn codec(&self, packet: &Received) -> Option<VideoCodec> {
        let content = self.pictures().find(|content| content.ssrc == packet.ssrc)?;
        content.payload_types.iter().find(|codec| codec.id == packet.payload_type)?.video_codec()
    }

    fn pump(&mut self, now: Time) {
        while let Some(message) = self.signaling.poll_message() {
            self.negotiation.handle_message(now, message);
        }
        while let Some(output) = self.negotiation.poll_output() {
            match output {
                negotiation::Output::Send(message) => self.signaling.send(now, &message).unwrap(),
                negotiation::Output::RemoteTransport(setup) => {
                    self.transport.set_remote_setup(now, &setup);
                }
                negotiation::Output::RemoteCandidate(Candidate(line)) => {
                    self.transport.add_remote_candidate(now, &line);
                }
                negotiation::Output::Incoming(contents) => {
                    let streams: Vec<Stream> = contents.iter().map(stream).collect();
                    assert!(self.transport.set_receive_streams(&streams).is_empty());
                    self.incoming = contents;
                }
                negotiation::Output::Outgoing(contents) => {
                    let streams: Vec<Stream> = contents.iter().map(stream).collect();
                    assert!(self.transport.set_send_streams(&streams).is_empty());
                }
                negotiation::Output::MediaState(_) => {}
            }
        }
        while let Some(output) = self.transport.poll_output() {
            match output {
                Output::OpenSocket { socket, protocol: Protocol::Udp, local, .. } => {
                    let udp = UdpSocket::bind(local).unwrap();
                    udp.set_nonblocking(true).unwrap();
                    let bound = udp.local_addr().unwrap();
                    self.sockets.insert(socket, udp);
                    self.transport.handle_opened(now, socket, bound);
                }
                Output::OpenSocket { socket, .. } => self.transport.handle_closed(now, socket),
                Output::CloseSocket { socket } => drop(self.sockets.remove(&socket)),
                Output::Transmit { socket, remote: Some(remote), bytes } => {
                    let _ = self.sockets[&socket].send_to(&bytes, remote);
                }
                Output::LocalCandidate(line) => self.negotiation.add_candidate(now, Candidate(line)),
                Output::DataOpen => {
                    let (video, screencast) = (StreamState::Inactive, StreamState::Inactive);
                    let state = MediaState { muted: true, low_battery: false, video, screencast, rotation: 0 };
                    self.transport.send_data(now, &Message::MediaState(state).to_json()).unwrap();
                }
                Output::Received(packet) if self.codec(&packet).is_some() => self.packets.push(packet),
                _ => {}
            }
        }
        while let Some(packet) = self.signaling.poll_packet() {
            self.outbox.push(packet);
        }
    }
}

/// As the transport wants it.
fn stream(content: &Content) -> Stream {
    let types = &content.payload_types;
    let is_rtx_of = |rtx: &&tgcall::signaling::message::PayloadType, id: u8| {
        rtx.name.eq_ignore_ascii_case("rtx") && rtx.parameters.iter().any(|(k, v)| k == "apt" && *v == id.to_string())
    };
    let codecs = types.iter().filter(|codec| !codec.name.eq_ignore_ascii_case("rtx")).map(|codec| media::Codec {
        payload_type: codec.id,
        clock_rate: codec.clock_rate,
        rtx: types.iter().find(|rtx| is_rtx_of(rtx, codec.id)).map(|rtx| rtx.id),
        feedback: media::Feedback { transport_cc: true, nack: true, pli: true, fir: false, remb: false },
    });
    let mut extensions = media::Extensions::default();
    for extension in &content.extensions {
        extensions.set(&extension.uri, extension.id);
    }
    Stream {
        kind: content.kind,
        ssrc: content.ssrc,
        rtx_ssrc: content.ssrc_groups.first().map(|group| group.ssrcs[1]),
        codecs: codecs.collect(),
        extensions,
    }
}
