//! Two of our transports.

use super::{End, PACKET, Profile};
use std::net::SocketAddr;
use std::time::Duration;
use tgcall::media::srtp;
use tgcall::media::{
    Codec, ExtensionKind, Extensions, Feedback, LinkConfig, MediaKind, Output, State, Stream, Transport,
};
use tgcall::random::Random;
use tgcall::time::Time;
use tgcall::types::{Role, SocketId, Ssrc};

const SSRC: Ssrc = Ssrc(0x1234_5678);
const PAYLOAD_TYPE: u8 = 96;

pub struct Ours {
    transport: Transport,
    address: SocketAddr,
    peer: SocketAddr,
    socket: SocketId,
    candidates: Vec<String>,
    allowed: usize,
}

fn time(now: Duration) -> Time {
    Time::from_nanos(1_000_000_000_000 + now.as_nanos() as u64)
}

/// A camera, as private calls agree on it.
fn camera() -> Stream {
    let feedback = Feedback { transport_cc: true, nack: true, pli: true, fir: true, remb: true };
    Stream {
        kind: MediaKind::Video,
        ssrc: SSRC,
        rtx_ssrc: Some(Ssrc(0x1234_5679)),
        codecs: vec![Codec { payload_type: PAYLOAD_TYPE, clock_rate: 90_000, rtx: Some(97), feedback }],
        extensions: Extensions::of(&[
            (ExtensionKind::AbsSendTime, 2),
            (ExtensionKind::TransportCc, 3),
            (ExtensionKind::VideoOrientation, 13),
        ]),
    }
}

impl Ours {
    fn new(random: &mut Random, side: usize) -> Ours {
        let address: SocketAddr = ["192.0.2.1:1000", "192.0.2.2:2000"][side].parse().expect("an address");
        let peer: SocketAddr = ["192.0.2.2:2000", "192.0.2.1:1000"][side].parse().expect("an address");
        let mut config = LinkConfig::to_peer(side as u32 + 1, [Role::Caller, Role::Callee][side]);
        config.gather.interfaces = vec![address.ip()];
        let transport = Transport::new(time(Duration::ZERO), random.fork(), config);
        Ours { transport, address, peer, socket: SocketId(0), candidates: vec![], allowed: super::PACKETS }
    }
}

/// Both ends, the sender first, with the keys of this profile; and the time.
pub fn connect(profile: Profile) -> ([Ours; 2], Duration) {
    let mut random = Random::from_seed(5);
    let mut ends = [0, 1].map(|side| Ours::new(&mut random, side));
    let mut now = Duration::ZERO;
    for side in [0, 1] {
        let setup = ends[1 - side].transport.local_setup();
        ends[side].transport.set_remote_setup(time(now), &setup);
    }
    let mut datagrams: [Vec<Vec<u8>>; 2] = [vec![], vec![]];
    while !ends.iter().all(|end| end.transport.state() == State::Connected && end.transport.is_data_open()) {
        assert!(now < Duration::from_secs(20), "the two find each other");
        now += Duration::from_millis(5);
        for side in [0, 1] {
            for datagram in std::mem::take(&mut datagrams[1 - side]) {
                ends[side].receive(now, &datagram);
            }
            for candidate in std::mem::take(&mut ends[1 - side].candidates) {
                ends[side].transport.add_remote_candidate(time(now), &candidate);
            }
            super::run(&mut ends[side], now, now, &mut datagrams[side]);
            ends[side].drain(&mut datagrams[side]);
        }
    }
    let profile = match profile {
        Profile::CounterMode => srtp::Profile::Aes128CmSha1_80,
        Profile::Gcm => srtp::Profile::AeadAes128Gcm,
    };
    let [sender, receiver] = &mut ends;
    assert!(sender.transport.set_send_streams(&[camera()]).is_empty());
    assert!(receiver.transport.set_receive_streams(&[camera()]).is_empty());
    sender.transport.set_picture_demand(time(now), 5_000_000);
    for end in &mut ends {
        end.transport.set_keys(time(now), profile, &[7; 92]);
    }
    (ends, now)
}

impl End for Ours {
    fn send(&mut self, now: Duration, timestamp: u32, payloads: &[Vec<u8>]) {
        let payloads = payloads.iter().map(Vec::as_slice);
        let sent = self.transport.send_picture(time(now), SSRC, PAYLOAD_TYPE, timestamp, &[], payloads);
        sent.expect("the stream is there");
    }

    fn receive(&mut self, now: Duration, datagram: &[u8]) {
        self.transport.handle_datagram(time(now), self.socket, self.peer, datagram);
    }

    fn next_timeout(&mut self) -> Option<Duration> {
        self.transport.next_timeout().map(|at| at.since(time(Duration::ZERO)))
    }

    fn handle_timeout(&mut self, now: Duration) {
        self.transport.handle_timeout(time(now));
    }

    fn drain(&mut self, datagrams: &mut Vec<Vec<u8>>) -> usize {
        let mut received = 0;
        while let Some(output) = self.transport.poll_output() {
            match output {
                Output::Transmit { bytes, .. } => datagrams.push(bytes),
                Output::Received(packet) => {
                    received += usize::from(packet.payload.len() == PACKET);
                    self.transport.give_back(packet.payload);
                }
                Output::VideoRate { bits_per_s } => self.allowed = bits_per_s as usize / (30 * 8 * PACKET),
                Output::OpenSocket { socket, .. } => {
                    self.socket = socket;
                    self.transport.handle_opened(time(Duration::ZERO), socket, self.address);
                }
                Output::LocalCandidate(text) => self.candidates.push(text),
                _ => {}
            }
        }
        received
    }

    fn give_back(&mut self, datagram: Vec<u8>) {
        self.transport.give_back(datagram);
    }

    fn allowed(&self) -> usize {
        self.allowed
    }
}
