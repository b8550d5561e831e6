//! Pictures through two whole transports: what a packet of them allocates, and that what was sent comes out.
#![cfg(feature = "media")]

#[path = "tl/alloc.rs"]
mod alloc;

use std::collections::VecDeque;
use tgcall::media::{
    Codec, Extension, ExtensionKind, Extensions, Feedback, LinkConfig, MediaKind, Output, State, Stream, Transport,
};
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::types::{Role, SocketAddr, SocketId, Ssrc};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

const SOUND: Ssrc = Ssrc(5);
const CAMERA: Ssrc = Ssrc(7);
const FRAME: [u8; 1100] = [7; 1100];
const PACKETS: usize = 15;

fn streams() -> [Stream; 2] {
    let feedback = Feedback { transport_cc: true, nack: true, pli: true, fir: false, remb: false };
    let extensions = Extensions::of(&[
        (ExtensionKind::AbsSendTime, 2),
        (ExtensionKind::TransportCc, 3),
        (ExtensionKind::VideoOrientation, 13),
    ]);
    let codec = |payload_type, clock_rate, rtx| vec![Codec { payload_type, clock_rate, rtx, feedback }];
    let sound =
        Stream { kind: MediaKind::Audio, ssrc: SOUND, rtx_ssrc: None, codecs: codec(111, 48_000, None), extensions };
    let camera = Stream {
        kind: MediaKind::Video,
        ssrc: CAMERA,
        rtx_ssrc: Some(Ssrc(8)),
        codecs: codec(96, 90_000, Some(97)),
        extensions,
    };
    [sound, camera]
}

/// A datagram on its way: to whom, to which of its sockets, from where.
type OnItsWay = (Time, usize, SocketId, SocketAddr, Vec<u8>);

/// Two transports, and 10 ms between them.
struct Pair {
    now: Time,
    transports: [Transport; 2],
    sockets: [Vec<(SocketId, SocketAddr)>; 2],
    network: VecDeque<OnItsWay>,
    is_connected: bool,
    received: u64,
    rate: u32,
    frames: u32,
}

impl Pair {
    fn new() -> Pair {
        let now = Time::ZERO + Duration::from_secs(1);
        let transports = [Role::Caller, Role::Callee].map(|role| {
            let number = 1 + u32::from(role == Role::Callee);
            let mut config = LinkConfig::to_peer(number, role);
            config.gather.interfaces = vec![format!("192.0.2.{number}").parse().unwrap()];
            let mut transport = Transport::new(now, Random::from_seed(u64::from(number)), config);
            assert!(transport.set_send_streams(&streams()).is_empty());
            assert!(transport.set_receive_streams(&streams()).is_empty());
            transport
        });
        let mut pair = Pair {
            now,
            transports,
            sockets: Default::default(),
            network: VecDeque::with_capacity(1024),
            is_connected: false,
            received: 0,
            rate: 0,
            frames: 0,
        };
        for side in 0..2 {
            let setup = pair.transports[1 - side].local_setup();
            pair.transports[side].set_remote_setup(now, &setup);
        }
        for _ in 0..5000 {
            pair.step();
        }
        assert!(pair.is_connected);
        pair
    }

    fn flush(&mut self, side: usize) {
        while let Some(output) = self.transports[side].poll_output() {
            match output {
                Output::OpenSocket { socket, local, .. } => {
                    let local = SocketAddr::new(local.ip(), 4000 + self.sockets[side].len() as u16);
                    self.sockets[side].push((socket, local));
                    self.transports[side].handle_opened(self.now, socket, local);
                }
                Output::Transmit { socket, remote, bytes } => {
                    let from = self.sockets[side].iter().find(|(own, _)| *own == socket).map(|(_, local)| *local);
                    let to = self.sockets[1 - side].iter().find(|(_, local)| Some(*local) == remote);
                    if let (Some(from), Some((to, _))) = (from, to) {
                        self.network.push_back((self.now + Duration::from_millis(10), 1 - side, *to, from, bytes));
                    }
                }
                Output::LocalCandidate(text) => self.transports[1 - side].add_remote_candidate(self.now, &text),
                Output::StateChanged { new, .. } => self.is_connected = new == State::Connected,
                Output::VideoRate { bits_per_s } => self.rate = bits_per_s,
                Output::Received(received) => {
                    if received.ssrc == CAMERA && !received.payload.is_empty() {
                        assert_eq!(received.payload, FRAME);
                        self.received += 1;
                    }
                    self.transports[side].give_back(received.payload);
                }
                _ => {}
            }
        }
    }

    /// A millisecond.
    fn step(&mut self) {
        self.now += Duration::from_millis(1);
        while self.network.front().is_some_and(|(at, ..)| *at <= self.now) {
            let (_, side, socket, from, bytes) = self.network.pop_front().unwrap();
            self.transports[side].handle_datagram(self.now, socket, from, &bytes);
            self.transports[1 - side].give_back(bytes);
            self.flush(side);
        }
        for side in 0..2 {
            if self.transports[side].next_timeout().is_some_and(|at| at <= self.now) {
                self.transports[side].handle_timeout(self.now);
            }
            self.flush(side);
        }
    }

    /// 4 Mbit/s of pictures, and sound.
    fn talk(&mut self, seconds: u64) {
        for ms in 0..1000 * seconds {
            if ms % 33 == 0 {
                let turned = [Extension::VideoOrientation(1)];
                let frame = (0..PACKETS).map(|_| &FRAME[..]);
                let transport = &mut self.transports[0];
                transport.send_picture(self.now, CAMERA, 96, self.frames * 2970, &turned, frame).unwrap();
                self.frames += 1;
            }
            if ms % 20 == 0 {
                self.transports[0].send_audio(self.now, &[1; 80], ms as u32 * 48, false).unwrap();
            }
            self.step();
        }
    }
}

#[test]
fn pictures_flow_without_an_allocation_for_each_packet() {
    let mut pair = Pair::new();
    pair.transports[0].set_picture_demand(pair.now, 4_100_000);
    pair.talk(20);
    assert!(pair.rate > 4_000_000, "on a link without a limit: {}", pair.rate);
    let before = pair.received;
    let ((), _, allocations) = alloc::measure(|| pair.talk(10));
    let packets = pair.received - before;
    let per_packet = allocations as f64 / packets as f64;
    println!("{packets} packets of pictures, {allocations} allocations: {per_packet:.3} for each, feedback and all");
    assert!(packets >= 10 * 30 * PACKETS as u64 - 100);
    // Feedback each 90 ms, reports each second, checks of ICE.
    assert!(per_packet < 0.1, "{per_packet}");
}
