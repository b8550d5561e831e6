//! Two of our transports over coturn, a TURN server we did not write, over UDP and over TCP. Says SKIPPED without it.
#![cfg(feature = "media")]
// Real sockets and a real server: here the clock is read.
#![allow(clippy::disallowed_methods)]

#[path = "interop/coturn.rs"]
mod coturn;

use coturn::Coturn;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::time::Instant;
use tgcall::media::{
    Codec, Extensions, Feedback, MediaKind, Output, RemoteSetup, Route, RouteKind, Server, State, Stream, Transport,
    TransportConfig,
};
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::types::{CallId, Protocol, Role, SocketId, Ssrc};

enum Socket {
    Udp(UdpSocket),
    Tcp(TcpStream),
}

struct End {
    transport: Transport,
    sockets: BTreeMap<SocketId, Socket>,
    candidates: Vec<String>,
    received: usize,
}

fn stream(ssrc: u32) -> Stream {
    let codec = Codec { payload_type: 111, clock_rate: 48_000, rtx: None, feedback: Feedback::default() };
    Stream {
        kind: MediaKind::Audio,
        ssrc: Ssrc(ssrc),
        rtx_ssrc: None,
        codecs: vec![codec],
        extensions: Extensions::default(),
    }
}

impl End {
    fn new(now: Time, role: Role, port: u16) -> End {
        let mut config = TransportConfig::new(CallId(1), role);
        config.servers = vec![Server::webrtc(1, "127.0.0.1", "", i32::from(port), "user", "secret", true, true)];
        config.p2p_allowed = false;
        config.interfaces = vec![IpAddr::from([127, 0, 0, 1])];
        let mut transport = Transport::new(now, Random::from_seed(role as u64), config);
        let (ours, theirs) = if role == Role::Caller { (1, 2) } else { (2, 1) };
        transport.set_send_streams(&[stream(ours)]).unwrap();
        transport.set_receive_streams(&[stream(theirs)]).unwrap();
        End { transport, sockets: BTreeMap::new(), candidates: Vec::new(), received: 0 }
    }

    /// `tcp`: UDP sockets are refused, as by a host without UDP.
    fn turn(&mut self, now: Time, tcp: bool) {
        let mut buffer = [0; 4096];
        let mut closed = Vec::new();
        for (id, socket) in &mut self.sockets {
            match socket {
                Socket::Udp(socket) => {
                    while let Ok((size, from)) = socket.recv_from(&mut buffer) {
                        self.transport.handle_datagram(now, *id, from, &buffer[..size]);
                    }
                }
                Socket::Tcp(stream) => loop {
                    match stream.read(&mut buffer) {
                        Ok(0) => {
                            closed.push(*id);
                            break;
                        }
                        Ok(size) => self.transport.handle_stream(now, *id, &buffer[..size]),
                        Err(_) => break,
                    }
                },
            }
        }
        for id in closed {
            self.sockets.remove(&id);
            self.transport.handle_closed(now, id);
        }
        self.transport.handle_timeout(now);
        while let Some(output) = self.transport.poll_output() {
            match output {
                Output::OpenSocket { socket, protocol: Protocol::Udp, local, .. } if !tcp => {
                    let bound = UdpSocket::bind(local).unwrap();
                    bound.set_nonblocking(true).unwrap();
                    let local = bound.local_addr().unwrap();
                    self.sockets.insert(socket, Socket::Udp(bound));
                    self.transport.handle_opened(now, socket, local);
                }
                Output::OpenSocket { socket, protocol: Protocol::Tcp, remote: Some(remote), .. } => {
                    let stream = TcpStream::connect::<SocketAddr>(remote).unwrap();
                    stream.set_nodelay(true).unwrap();
                    stream.set_nonblocking(true).unwrap();
                    let local = stream.local_addr().unwrap();
                    self.sockets.insert(socket, Socket::Tcp(stream));
                    self.transport.handle_opened(now, socket, local);
                }
                Output::OpenSocket { socket, .. } => self.transport.handle_closed(now, socket),
                Output::CloseSocket { socket } => drop(self.sockets.remove(&socket)),
                Output::Transmit { socket, remote, bytes } => match (self.sockets.get_mut(&socket), remote) {
                    (Some(Socket::Udp(socket)), Some(remote)) => drop(socket.send_to(&bytes, remote)),
                    (Some(Socket::Tcp(stream)), None) => drop(stream.write_all(&bytes)),
                    _ => {}
                },
                Output::LocalCandidate(text) => self.candidates.push(text),
                Output::Received(_) => self.received += 1,
                _ => {}
            }
        }
    }
}

fn talk_over(tcp: bool, port: u16) {
    let begun = Instant::now();
    let now = || Time::ZERO + Duration::from_secs(1) + begun.elapsed();
    let mut ends = [Role::Caller, Role::Callee].map(|role| End::new(now(), role, port));
    for side in 0..2 {
        let local = ends[1 - side].transport.local_setup();
        let setup = RemoteSetup {
            ufrag: local.ufrag,
            password: local.password,
            fingerprint: Some(local.fingerprint),
            setup: local.setup,
        };
        ends[side].transport.set_remote_setup(now(), &setup);
    }
    let (mut sent, mut connected_at) = (0_u32, None);
    while begun.elapsed().as_secs() < 20 && ends.iter().any(|end| end.received < 100) {
        for side in 0..2 {
            ends[side].turn(now(), tcp);
            for text in core::mem::take(&mut ends[side].candidates) {
                ends[1 - side].transport.add_remote_candidate(now(), &text);
            }
        }
        if ends.iter().all(|end| end.transport.state() == State::Connected) {
            let since = connected_at.get_or_insert_with(now);
            while now().since(*since) >= Duration::from_millis(20) * sent {
                for end in &mut ends {
                    end.transport.send_audio(now(), b"not opus, but it travels", sent * 960, sent == 0).unwrap();
                }
                sent += 1;
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    for end in &ends {
        let report = end.transport.report().to_text(true);
        assert!(end.received >= 100, "tcp {tcp}\n{report}");
        assert_eq!(end.transport.stats().route, Some(Route { kind: RouteKind::Turn, tcp }), "{report}");
    }
}

#[test]
fn two_transports_talk_over_coturn_by_udp_and_by_tcp() {
    let Some(coturn) = Coturn::start("127.0.0.1", &[]) else {
        let _ = writeln!(std::io::stderr().lock(), "SKIPPED: no coturn; install the package coturn");
        return;
    };
    talk_over(false, coturn.port);
    talk_over(true, coturn.port);
}
