//! Takes the sockets of a transport through a SOCKS5 proxy, whoever opens them.
//!
//! Sits between a [`super::Transport`] and the sockets, and speaks the proxy's protocol on the way. A UDP socket becomes two: the
//! stream that asks the proxy for a relay and keeps it, and the socket that talks to that relay. Where the proxy has no relay, the
//! transport is told that the socket is closed, and turns to TCP.

use super::Output;
use super::socks5::{Command, Handshake, Progress, Proxy, unwrap_datagram, wrap_datagram};
use crate::types::{Ipv4Addr, Ipv6Addr, Protocol, SocketAddr, SocketId};
use std::collections::{BTreeMap, VecDeque};

/// Set in the id of the stream that keeps the relay of a UDP socket. Transports count their sockets from 0 up and never get there.
const CONTROL: u64 = 0x8000;

/// What the transport is to be told.
#[derive(Debug, PartialEq, Eq)]
pub enum Inward<'a> {
    Opened(SocketId, SocketAddr),
    Closed(SocketId),
    Datagram(SocketId, SocketAddr, &'a [u8]),
    Stream(SocketId, Vec<u8>),
}

#[derive(Debug)]
pub struct ProxySockets {
    proxy: Proxy,
    tunnels: BTreeMap<SocketId, Tunnel>,
    outputs: VecDeque<Output>,
    told: ProxyReport,
}

/// How far the proxy let us get, in words: with relays for datagrams, and with streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyReport {
    pub datagrams: &'static str,
    pub streams: &'static str,
}

impl ProxyReport {
    const NEW: ProxyReport = ProxyReport { datagrams: "not asked", streams: "not asked" };

    fn of(&mut self, protocol: Protocol) -> &mut &'static str {
        match protocol {
            Protocol::Udp => &mut self.datagrams,
            Protocol::Tcp => &mut self.streams,
        }
    }
}

/// A socket of the transport, by its id.
#[derive(Debug)]
struct Tunnel {
    protocol: Protocol,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The stream to the proxy is being opened, or the dialogue is going on. `local`: what the transport asked for.
    Asking { handshake: Handshake, hello: Vec<u8>, local: SocketAddr },
    /// UDP: the proxy relays at this address; our own socket is being opened. `local`: what the transport asked for.
    Binding { relay: SocketAddr, local: SocketAddr },
    /// Datagrams go to the relay; streams go straight through.
    Open { relay: SocketAddr },
}

impl ProxySockets {
    pub fn new(proxy: Proxy) -> ProxySockets {
        ProxySockets { proxy, tunnels: BTreeMap::new(), outputs: VecDeque::new(), told: ProxyReport::NEW }
    }

    /// What works now, else what went wrong last.
    pub fn report(&self) -> ProxyReport {
        let mut report = self.told;
        for protocol in [Protocol::Udp, Protocol::Tcp] {
            let is_open =
                |tunnel: &Tunnel| tunnel.protocol == protocol && matches!(tunnel.stage, Stage::Open { .. });
            if self.tunnels.values().any(is_open) {
                *report.of(protocol) = "open";
            }
        }
        report
    }

    /// What is to be done outside, in order.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Takes an output of the transport; sockets go through the proxy, all else passes.
    pub fn handle_output(&mut self, output: Output) {
        match output {
            Output::OpenSocket { socket, protocol, local, remote } => self.open(socket, protocol, local, remote),
            Output::CloseSocket { socket } => self.close(socket),
            Output::Transmit { socket, remote, bytes } => self.transmit(socket, remote, bytes),
            other => self.outputs.push_back(other),
        }
    }

    fn open(&mut self, socket: SocketId, protocol: Protocol, local: SocketAddr, remote: Option<SocketAddr>) {
        let command = match (protocol, remote) {
            (Protocol::Tcp, Some(remote)) => Command::Connect(remote),
            (Protocol::Tcp | Protocol::Udp, _) => Command::UdpAssociate,
        };
        let (handshake, hello) = Handshake::new(self.proxy.clone(), command);
        self.tunnels.insert(socket, Tunnel { protocol, stage: Stage::Asking { handshake, hello, local } });
        if *self.told.of(protocol) == "not asked" {
            *self.told.of(protocol) = "no answer yet";
        }
        let any = if self.proxy.addr.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        self.outputs.push_back(Output::OpenSocket {
            socket: stream_of(socket, protocol),
            protocol: Protocol::Tcp,
            local: SocketAddr::new(any, 0),
            remote: Some(self.proxy.addr),
        });
    }

    /// Closes what the tunnel has open.
    fn close(&mut self, socket: SocketId) {
        let Some(tunnel) = self.tunnels.remove(&socket) else { return };
        self.outputs.push_back(Output::CloseSocket { socket: stream_of(socket, tunnel.protocol) });
        if tunnel.protocol == Protocol::Udp && !matches!(tunnel.stage, Stage::Asking { .. }) {
            self.outputs.push_back(Output::CloseSocket { socket });
        }
    }

    fn transmit(&mut self, socket: SocketId, remote: Option<SocketAddr>, bytes: Vec<u8>) {
        let Some(Tunnel { protocol, stage: Stage::Open { relay } }) = self.tunnels.get(&socket) else { return };
        match (protocol, remote) {
            (Protocol::Udp, Some(remote)) => {
                let bytes = wrap_datagram(remote, &bytes);
                self.outputs.push_back(Output::Transmit { socket, remote: Some(*relay), bytes });
            }
            (Protocol::Tcp, _) => self.outputs.push_back(Output::Transmit { socket, remote: None, bytes }),
            (Protocol::Udp, None) => {}
        }
    }

    /// A socket outside is open. The transport hears of it when the proxy has agreed.
    pub fn handle_opened(&mut self, socket: SocketId, local: SocketAddr) -> Option<Inward<'static>> {
        let id = tunnel_of(socket);
        let tunnel = self.tunnels.get_mut(&id)?;
        match &mut tunnel.stage {
            Stage::Asking { hello, .. } if socket == stream_of(id, tunnel.protocol) => {
                let bytes = core::mem::take(hello);
                self.outputs.push_back(Output::Transmit { socket, remote: None, bytes });
                None
            }
            Stage::Binding { relay, local: asked } if socket == id => {
                // Of the family the transport asked for: the proxy reaches both, whichever way we reach the proxy.
                let same = asked.is_ipv4() == local.is_ipv4();
                let local = if same { local } else { SocketAddr::new(asked.ip(), local.port()) };
                tunnel.stage = Stage::Open { relay: *relay };
                Some(Inward::Opened(id, local))
            }
            Stage::Asking { .. } | Stage::Binding { .. } | Stage::Open { .. } => None,
        }
    }

    /// A socket outside broke: with either of its two a UDP tunnel is over.
    pub fn handle_closed(&mut self, socket: SocketId) -> Option<Inward<'static>> {
        let id = tunnel_of(socket);
        let tunnel = self.tunnels.remove(&id)?;
        *self.told.of(tunnel.protocol) = match tunnel.stage {
            Stage::Asking { ref hello, .. } if !hello.is_empty() => "no connection to the proxy",
            Stage::Asking { .. } => "the proxy hung up when asked",
            Stage::Binding { .. } | Stage::Open { .. } => "the proxy hung up",
        };
        let other = if socket == id { stream_of(id, Protocol::Udp) } else { id };
        if tunnel.protocol == Protocol::Udp && (socket == id || !matches!(tunnel.stage, Stage::Asking { .. })) {
            self.outputs.push_back(Output::CloseSocket { socket: other });
        }
        Some(Inward::Closed(id))
    }

    /// A datagram; only the relay's count.
    pub fn handle_datagram<'a>(&self, socket: SocketId, from: SocketAddr, data: &'a [u8]) -> Option<Inward<'a>> {
        match self.tunnels.get(&socket)?.stage {
            Stage::Open { relay } if relay == from => {
                unwrap_datagram(data).map(|(from, data)| Inward::Datagram(socket, from, data))
            }
            _ => None,
        }
    }

    /// Bytes of a stream: the proxy's answers first, then the transport's own. Up to two things follow for the transport.
    pub fn handle_stream(&mut self, socket: SocketId, bytes: &[u8]) -> Vec<Inward<'static>> {
        let id = tunnel_of(socket);
        let Some(tunnel) = self.tunnels.get_mut(&id) else { return vec![] };
        let (handshake, local) = match &mut tunnel.stage {
            Stage::Asking { handshake, local, .. } => (handshake, *local),
            Stage::Open { .. } if tunnel.protocol == Protocol::Tcp => return vec![Inward::Stream(id, bytes.to_vec())],
            Stage::Open { .. } | Stage::Binding { .. } => return vec![],
        };
        match handshake.handle(bytes) {
            Progress::Wait => vec![],
            Progress::Send(bytes) => {
                self.outputs.push_back(Output::Transmit { socket, remote: None, bytes });
                vec![]
            }
            Progress::Refused(why) => {
                *self.told.of(tunnel.protocol) = why;
                self.close(id);
                vec![Inward::Closed(id)]
            }
            Progress::Done { bound, .. } if tunnel.protocol == Protocol::Udp => {
                tunnel.stage = Stage::Binding { relay: bound, local };
                self.outputs.push_back(Output::OpenSocket {
                    socket: id,
                    protocol: Protocol::Udp,
                    local: same_family(local, bound),
                    remote: None,
                });
                vec![]
            }
            Progress::Done { bound, rest } => {
                tunnel.stage = Stage::Open { relay: bound };
                let opened = Inward::Opened(id, local);
                if rest.is_empty() { vec![opened] } else { vec![opened, Inward::Stream(id, rest)] }
            }
        }
    }
}

/// The stream of a tunnel: of a TCP socket the socket itself, of a UDP socket a second one.
fn stream_of(socket: SocketId, protocol: Protocol) -> SocketId {
    match protocol {
        Protocol::Tcp => socket,
        Protocol::Udp => SocketId(socket.0 | CONTROL),
    }
}

fn tunnel_of(socket: SocketId) -> SocketId {
    SocketId(socket.0 & !CONTROL)
}

/// `local`, unless the relay can only be reached from the other family.
fn same_family(local: SocketAddr, relay: SocketAddr) -> SocketAddr {
    match (local, relay) {
        (SocketAddr::V4(_), SocketAddr::V4(_)) | (SocketAddr::V6(_), SocketAddr::V6(_)) => local,
        (_, SocketAddr::V4(_)) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        (_, SocketAddr::V6(_)) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UDP: SocketId = SocketId(0x1_0001);
    const TCP: SocketId = SocketId(0x1_0002);
    const CONTROL_OF_UDP: SocketId = SocketId(0x1_8001);

    fn addr(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn sockets() -> ProxySockets {
        ProxySockets::new(Proxy { addr: addr("10.0.0.1:1080"), login: None })
    }

    fn outputs(sockets: &mut ProxySockets) -> Vec<Output> {
        std::iter::from_fn(|| sockets.poll_output()).collect()
    }

    fn open_udp(sockets: &mut ProxySockets) {
        let open = Output::OpenSocket { socket: UDP, protocol: Protocol::Udp, local: addr("0.0.0.0:0"), remote: None };
        sockets.handle_output(open);
        let remote = Some(addr("10.0.0.1:1080"));
        let local = addr("0.0.0.0:0");
        let expected = Output::OpenSocket { socket: CONTROL_OF_UDP, protocol: Protocol::Tcp, local, remote };
        assert_eq!(outputs(sockets), [expected]);
        assert_eq!(sockets.handle_opened(CONTROL_OF_UDP, addr("10.0.0.7:4000")), None);
        assert_eq!(outputs(sockets).len(), 1, "the hello");
        assert_eq!(sockets.handle_stream(CONTROL_OF_UDP, &[5, 0]), []);
        assert_eq!(outputs(sockets).len(), 1, "the request");
    }

    #[test]
    fn datagrams_take_the_way_over_the_relay() {
        let mut sockets = sockets();
        open_udp(&mut sockets);
        assert_eq!(sockets.handle_stream(CONTROL_OF_UDP, &[5, 0, 0, 1, 10, 0, 0, 1, 16, 0]), []);
        assert!(matches!(outputs(&mut sockets)[..], [Output::OpenSocket { socket: UDP, .. }]));
        let local = addr("10.0.0.7:5000");
        assert_eq!(sockets.handle_opened(UDP, local), Some(Inward::Opened(UDP, local)));
        let (relay, remote) = (addr("10.0.0.1:4096"), addr("192.0.2.9:599"));
        let sent = Output::Transmit { socket: UDP, remote: Some(remote), bytes: b"hello".to_vec() };
        sockets.handle_output(sent);
        let bytes = wrap_datagram(remote, b"hello");
        let relayed = Output::Transmit { socket: UDP, remote: Some(relay), bytes: bytes.clone() };
        assert_eq!(outputs(&mut sockets), [relayed]);
        assert_eq!(sockets.handle_datagram(UDP, relay, &bytes), Some(Inward::Datagram(UDP, remote, b"hello")));
        assert_eq!(sockets.handle_datagram(UDP, remote, &bytes), None, "not from the relay");
        assert_eq!(sockets.handle_closed(CONTROL_OF_UDP), Some(Inward::Closed(UDP)));
        assert_eq!(outputs(&mut sockets), [Output::CloseSocket { socket: UDP }]);
        assert_eq!(sockets.handle_closed(UDP), None);
    }

    #[test]
    fn the_report_says_what_works_and_else_what_went_wrong_last() {
        let mut sockets = sockets();
        let report = |sockets: &ProxySockets| (sockets.report().datagrams, sockets.report().streams);
        assert_eq!(report(&sockets), ("not asked", "not asked"));
        let (local, remote) = (addr("[::]:0"), Some(addr("192.0.2.9:443")));
        sockets.handle_output(Output::OpenSocket { socket: UDP, protocol: Protocol::Udp, local, remote: None });
        sockets.handle_output(Output::OpenSocket { socket: TCP, protocol: Protocol::Tcp, local, remote });
        assert_eq!(report(&sockets), ("no answer yet", "no answer yet"));
        sockets.handle_closed(TCP);
        assert_eq!(report(&sockets), ("no answer yet", "no connection to the proxy"));
        sockets.handle_opened(CONTROL_OF_UDP, addr("10.0.0.7:4000"));
        sockets.handle_stream(CONTROL_OF_UDP, &[5, 0]);
        sockets.handle_stream(CONTROL_OF_UDP, &[5, 0, 0, 1, 10, 0, 0, 1, 16, 0]);
        // An IPv6 socket of the transport stays one, though the relay is reached over IPv4.
        let opened = sockets.handle_opened(UDP, addr("10.0.0.7:5000"));
        assert_eq!(opened, Some(Inward::Opened(UDP, addr("[::]:5000"))));
        assert_eq!(report(&sockets).0, "open");
        sockets.handle_closed(CONTROL_OF_UDP);
        assert_eq!(report(&sockets).0, "the proxy hung up");
        sockets.handle_output(Output::OpenSocket { socket: TCP, protocol: Protocol::Tcp, local, remote });
        sockets.handle_opened(TCP, addr("10.0.0.7:4001"));
        sockets.handle_stream(TCP, &[5, 0xff]);
        assert_eq!(report(&sockets).1, "the proxy wants another way to log in");
    }

    #[test]
    fn a_proxy_without_a_relay_closes_the_udp_socket() {
        let mut sockets = sockets();
        open_udp(&mut sockets);
        let refused = sockets.handle_stream(CONTROL_OF_UDP, &[5, 7, 0, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(refused, [Inward::Closed(UDP)]);
        assert_eq!(outputs(&mut sockets), [Output::CloseSocket { socket: CONTROL_OF_UDP }]);
    }

    #[test]
    fn streams_go_straight_through_once_the_proxy_agreed() {
        let mut sockets = sockets();
        let (local, remote) = (addr("0.0.0.0:0"), Some(addr("192.0.2.9:443")));
        sockets.handle_output(Output::OpenSocket { socket: TCP, protocol: Protocol::Tcp, local, remote });
        sockets.handle_output(Output::Transmit { socket: TCP, remote: None, bytes: b"too early".to_vec() });
        assert_eq!(outputs(&mut sockets).len(), 1);
        sockets.handle_opened(TCP, addr("10.0.0.7:4000"));
        sockets.handle_stream(TCP, &[5, 0]);
        let done = sockets.handle_stream(TCP, &[5, 0, 0, 1, 1, 2, 3, 4, 0, 5, b'x']);
        assert_eq!(done, [Inward::Opened(TCP, local), Inward::Stream(TCP, b"x".to_vec())]);
        assert_eq!(sockets.handle_stream(TCP, b"y"), [Inward::Stream(TCP, b"y".to_vec())]);
        outputs(&mut sockets);
        sockets.handle_output(Output::Transmit { socket: TCP, remote: None, bytes: b"z".to_vec() });
        assert_eq!(outputs(&mut sockets), [Output::Transmit { socket: TCP, remote: None, bytes: b"z".to_vec() }]);
        sockets.handle_output(Output::CloseSocket { socket: TCP });
        assert_eq!(outputs(&mut sockets), [Output::CloseSocket { socket: TCP }]);
        assert_eq!(sockets.handle_stream(TCP, b"late"), []);
    }
}
