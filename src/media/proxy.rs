//! Takes the sockets of a transport through a SOCKS5 proxy, whoever opens them.
//!
//! Sits between a [`super::Transport`] and the sockets, and speaks the proxy's protocol on the way. A UDP socket becomes two: the
//! stream that asks the proxy for a relay and keeps it, and the socket that talks to that relay. Where the proxy has no relay, the
//! transport is told so, and turns to TCP. The sockets outside have numbers of their own, next to which those of the transport are
//! names of tunnels.

use super::Output;
use super::socks5::{Command, Handshake, Progress, Proxy, unwrap_datagram, wrap_datagram};
use crate::types::{Ipv4Addr, Ipv6Addr, Protocol, SocketAddr, SocketId};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

/// What the transport is to be told.
#[derive(Debug, PartialEq, Eq)]
pub enum Inward<'a> {
    Opened(SocketId, SocketAddr),
    Closed(SocketId),
    /// Closed, and not to be had from this proxy.
    Unsupported(SocketId),
    Datagram(SocketId, SocketAddr, &'a [u8]),
    Stream(SocketId, Vec<u8>),
}

#[derive(Debug)]
pub struct ProxySockets {
    proxy: Proxy,
    /// By the transport's socket.
    tunnels: BTreeMap<SocketId, Tunnel>,
    /// The tunnel of each socket outside.
    outside: BTreeMap<SocketId, SocketId>,
    last: u16,
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

/// A socket of the transport.
#[derive(Debug)]
struct Tunnel {
    protocol: Protocol,
    /// Outside: to the proxy, and over TCP through it.
    stream: SocketId,
    /// Outside, over UDP: to the relay, once there is one.
    datagrams: Option<SocketId>,
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
        let (tunnels, outside) = (BTreeMap::new(), BTreeMap::new());
        ProxySockets { proxy, tunnels, outside, last: 0, outputs: VecDeque::new(), told: ProxyReport::NEW }
    }

    /// What works now, else what went wrong last.
    pub fn report(&self) -> ProxyReport {
        let mut report = self.told;
        for protocol in [Protocol::Udp, Protocol::Tcp] {
            let is_open = |tunnel: &Tunnel| tunnel.protocol == protocol && matches!(tunnel.stage, Stage::Open { .. });
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
            Output::CloseSocket { socket } => drop(self.take_down(socket, None)),
            Output::Transmit { socket, remote, bytes } => self.transmit(socket, remote, bytes),
            other => self.outputs.push_back(other),
        }
    }

    /// A socket outside for a tunnel: its number is of the same call, and no other socket has it.
    fn new_socket(&mut self, tunnel: SocketId) -> SocketId {
        loop {
            self.last = self.last.checked_add(1).unwrap_or(1);
            let id = SocketId(tunnel.0 & !0xffff | u64::from(self.last));
            if let Entry::Vacant(free) = self.outside.entry(id) {
                free.insert(tunnel);
                return id;
            }
        }
    }

    fn open(&mut self, tunnel: SocketId, protocol: Protocol, local: SocketAddr, remote: Option<SocketAddr>) {
        let command = match (protocol, remote) {
            (Protocol::Tcp, Some(remote)) => Command::Connect(remote),
            (Protocol::Tcp | Protocol::Udp, _) => Command::UdpAssociate,
        };
        self.take_down(tunnel, None);
        let (handshake, hello) = Handshake::new(self.proxy.clone(), command);
        let stream = self.new_socket(tunnel);
        let stage = Stage::Asking { handshake, hello, local };
        self.tunnels.insert(tunnel, Tunnel { protocol, stream, datagrams: None, stage });
        if *self.told.of(protocol) == "not asked" {
            *self.told.of(protocol) = "no answer yet";
        }
        let any = if self.proxy.addr.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        self.outputs.push_back(Output::OpenSocket {
            socket: stream,
            protocol: Protocol::Tcp,
            local: SocketAddr::new(any, 0),
            remote: Some(self.proxy.addr),
        });
    }

    /// Takes a tunnel down, and closes what it has open outside but for `broken`.
    fn take_down(&mut self, tunnel: SocketId, broken: Option<SocketId>) -> Option<Tunnel> {
        let taken = self.tunnels.remove(&tunnel)?;
        for socket in [Some(taken.stream), taken.datagrams].into_iter().flatten() {
            self.outside.remove(&socket);
            if Some(socket) != broken {
                self.outputs.push_back(Output::CloseSocket { socket });
            }
        }
        Some(taken)
    }

    fn transmit(&mut self, tunnel: SocketId, remote: Option<SocketAddr>, bytes: Vec<u8>) {
        let Some(Tunnel { stream, datagrams, stage: Stage::Open { relay }, .. }) = self.tunnels.get(&tunnel) else {
            return;
        };
        let output = match (*datagrams, remote) {
            (Some(socket), Some(remote)) => {
                Output::Transmit { socket, remote: Some(*relay), bytes: wrap_datagram(remote, &bytes) }
            }
            (Some(_), None) => return,
            (None, _) => Output::Transmit { socket: *stream, remote: None, bytes },
        };
        self.outputs.push_back(output);
    }

    /// A socket outside is open. The transport hears of it when the proxy has agreed.
    pub fn handle_opened(&mut self, socket: SocketId, local: SocketAddr) -> Option<Inward<'static>> {
        let id = *self.outside.get(&socket)?;
        let tunnel = self.tunnels.get_mut(&id)?;
        match &mut tunnel.stage {
            Stage::Asking { hello, .. } if socket == tunnel.stream => {
                let bytes = core::mem::take(hello);
                self.outputs.push_back(Output::Transmit { socket, remote: None, bytes });
                None
            }
            Stage::Binding { relay, local: asked } if Some(socket) == tunnel.datagrams => {
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
        let id = *self.outside.get(&socket)?;
        let tunnel = self.take_down(id, Some(socket))?;
        *self.told.of(tunnel.protocol) = match tunnel.stage {
            Stage::Asking { ref hello, .. } if !hello.is_empty() => "no connection to the proxy",
            Stage::Asking { .. } => "the proxy hung up when asked",
            Stage::Binding { .. } | Stage::Open { .. } => "the proxy hung up",
        };
        Some(Inward::Closed(id))
    }

    /// A datagram; only the relay's count.
    pub fn handle_datagram<'a>(&self, socket: SocketId, from: SocketAddr, data: &'a [u8]) -> Option<Inward<'a>> {
        let id = *self.outside.get(&socket)?;
        match self.tunnels.get(&id)? {
            Tunnel { datagrams, stage: Stage::Open { relay }, .. } if *relay == from && *datagrams == Some(socket) => {
                unwrap_datagram(data).map(|(from, data)| Inward::Datagram(id, from, data))
            }
            _ => None,
        }
    }

    /// Bytes of a stream: the proxy's answers first, then the transport's own. Up to two things follow for the transport.
    pub fn handle_stream(&mut self, socket: SocketId, bytes: &[u8]) -> Vec<Inward<'static>> {
        let Some(&id) = self.outside.get(&socket) else { return vec![] };
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
                self.take_down(id, None);
                vec![Inward::Closed(id)]
            }
            Progress::Unsupported(why) => {
                *self.told.of(tunnel.protocol) = why;
                self.take_down(id, None);
                vec![Inward::Unsupported(id)]
            }
            Progress::Done { bound, .. } if tunnel.protocol == Protocol::Udp => {
                tunnel.stage = Stage::Binding { relay: bound, local };
                let socket = self.new_socket(id);
                self.tunnels.entry(id).and_modify(|tunnel| tunnel.datagrams = Some(socket));
                let local = same_family(local, bound);
                self.outputs.push_back(Output::OpenSocket { socket, protocol: Protocol::Udp, local, remote: None });
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

    /// The transport's.
    const UDP: SocketId = SocketId(0x1_0001);
    const TCP: SocketId = SocketId(0x1_0002);
    /// Outside, in the order in which they are opened.
    const FIRST: SocketId = SocketId(0x1_0001);
    const SECOND: SocketId = SocketId(0x1_0002);
    const THIRD: SocketId = SocketId(0x1_0003);

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
        let expected = Output::OpenSocket { socket: FIRST, protocol: Protocol::Tcp, local, remote };
        assert_eq!(outputs(sockets), [expected]);
        assert_eq!(sockets.handle_opened(FIRST, addr("10.0.0.7:4000")), None);
        assert_eq!(outputs(sockets).len(), 1, "the hello");
        assert_eq!(sockets.handle_stream(FIRST, &[5, 0]), []);
        assert_eq!(outputs(sockets).len(), 1, "the request");
    }

    #[test]
    fn datagrams_take_the_way_over_the_relay() {
        let mut sockets = sockets();
        open_udp(&mut sockets);
        assert_eq!(sockets.handle_stream(FIRST, &[5, 0, 0, 1, 10, 0, 0, 1, 16, 0]), []);
        assert!(matches!(outputs(&mut sockets)[..], [Output::OpenSocket { socket: SECOND, .. }]));
        let local = addr("10.0.0.7:5000");
        assert_eq!(sockets.handle_opened(SECOND, local), Some(Inward::Opened(UDP, local)));
        let (relay, remote) = (addr("10.0.0.1:4096"), addr("192.0.2.9:599"));
        let sent = Output::Transmit { socket: UDP, remote: Some(remote), bytes: b"hello".to_vec() };
        sockets.handle_output(sent);
        let bytes = wrap_datagram(remote, b"hello");
        let relayed = Output::Transmit { socket: SECOND, remote: Some(relay), bytes: bytes.clone() };
        assert_eq!(outputs(&mut sockets), [relayed]);
        assert_eq!(sockets.handle_datagram(SECOND, relay, &bytes), Some(Inward::Datagram(UDP, remote, b"hello")));
        assert_eq!(sockets.handle_datagram(SECOND, remote, &bytes), None, "not from the relay");
        assert_eq!(sockets.handle_datagram(FIRST, relay, &bytes), None, "not on its socket");
        assert_eq!(sockets.handle_closed(FIRST), Some(Inward::Closed(UDP)));
        assert_eq!(outputs(&mut sockets), [Output::CloseSocket { socket: SECOND }]);
        assert_eq!(sockets.handle_closed(SECOND), None);
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
        assert_eq!(sockets.handle_closed(SECOND), Some(Inward::Closed(TCP)));
        assert_eq!(report(&sockets), ("no answer yet", "no connection to the proxy"));
        sockets.handle_opened(FIRST, addr("10.0.0.7:4000"));
        sockets.handle_stream(FIRST, &[5, 0]);
        sockets.handle_stream(FIRST, &[5, 0, 0, 1, 10, 0, 0, 1, 16, 0]);
        // An IPv6 socket of the transport stays one, though the relay is reached over IPv4.
        let opened = sockets.handle_opened(THIRD, addr("10.0.0.7:5000"));
        assert_eq!(opened, Some(Inward::Opened(UDP, addr("[::]:5000"))));
        assert_eq!(report(&sockets).0, "open");
        sockets.handle_closed(FIRST);
        assert_eq!(report(&sockets).0, "the proxy hung up");
        outputs(&mut sockets);
        sockets.handle_output(Output::OpenSocket { socket: TCP, protocol: Protocol::Tcp, local, remote });
        let opened = outputs(&mut sockets);
        let [Output::OpenSocket { socket, .. }] = opened[..] else { panic!("{opened:?}") };
        sockets.handle_opened(socket, addr("10.0.0.7:4001"));
        sockets.handle_stream(socket, &[5, 0xff]);
        assert_eq!(report(&sockets).1, "the proxy wants another way to log in");
    }

    #[test]
    fn a_proxy_without_a_relay_closes_the_udp_socket_for_good() {
        let mut sockets = sockets();
        open_udp(&mut sockets);
        let refused = sockets.handle_stream(FIRST, &[5, 7, 0, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(refused, [Inward::Unsupported(UDP)]);
        assert_eq!(outputs(&mut sockets), [Output::CloseSocket { socket: FIRST }]);
    }

    #[test]
    fn streams_go_straight_through_once_the_proxy_agreed() {
        let mut sockets = sockets();
        let (local, remote) = (addr("0.0.0.0:0"), Some(addr("192.0.2.9:443")));
        sockets.handle_output(Output::OpenSocket { socket: TCP, protocol: Protocol::Tcp, local, remote });
        sockets.handle_output(Output::Transmit { socket: TCP, remote: None, bytes: b"too early".to_vec() });
        assert_eq!(outputs(&mut sockets).len(), 1);
        sockets.handle_opened(FIRST, addr("10.0.0.7:4000"));
        sockets.handle_stream(FIRST, &[5, 0]);
        let done = sockets.handle_stream(FIRST, &[5, 0, 0, 1, 1, 2, 3, 4, 0, 5, b'x']);
        assert_eq!(done, [Inward::Opened(TCP, local), Inward::Stream(TCP, b"x".to_vec())]);
        assert_eq!(sockets.handle_stream(FIRST, b"y"), [Inward::Stream(TCP, b"y".to_vec())]);
        outputs(&mut sockets);
        sockets.handle_output(Output::Transmit { socket: TCP, remote: None, bytes: b"z".to_vec() });
        let sent = Output::Transmit { socket: FIRST, remote: None, bytes: b"z".to_vec() };
        assert_eq!(outputs(&mut sockets), [sent]);
        sockets.handle_output(Output::CloseSocket { socket: TCP });
        assert_eq!(outputs(&mut sockets), [Output::CloseSocket { socket: FIRST }]);
        assert_eq!(sockets.handle_stream(FIRST, b"late"), []);
    }

    #[test]
    fn however_many_sockets_a_call_has_had_none_gets_anothers_bytes() {
        let mut sockets = sockets();
        let (local, remote) = (addr("0.0.0.0:0"), Some(addr("192.0.2.9:443")));
        let open = |sockets: &mut ProxySockets, socket| {
            sockets.handle_output(Output::OpenSocket { socket, protocol: Protocol::Tcp, local, remote });
            match outputs(sockets)[..] {
                [Output::OpenSocket { socket, .. }] => socket,
                ref other => panic!("{other:?}"),
            }
        };
        // One that stays, through the numbers of all others; the transport counts round as well.
        let stays = open(&mut sockets, TCP);
        sockets.handle_opened(stays, addr("10.0.0.7:4000"));
        sockets.handle_stream(stays, &[5, 0]);
        sockets.handle_stream(stays, &[5, 0, 0, 1, 1, 2, 3, 4, 0, 5]);
        outputs(&mut sockets);
        for number in 0..70_000_u64 {
            let socket = SocketId(0x1_0000 | (number % 0xffff + 1));
            if socket == TCP {
                continue;
            }
            let outside = open(&mut sockets, socket);
            assert!(outside != stays && outside.0 >> 16 == 1, "{outside}, number {number}");
            assert_eq!(sockets.handle_closed(outside), Some(Inward::Closed(socket)));
        }
        assert_eq!(sockets.handle_stream(stays, b"y"), [Inward::Stream(TCP, b"y".to_vec())]);
        assert_eq!((sockets.tunnels.len(), sockets.outside.len()), (1, 1));
    }
}
