//! UDP and TCP sockets, and waiting for them.

use super::os::{self, Watched};
use crate::types::{Protocol, SocketAddr, SocketId};
use polling::{Event, Events, Poller};
use socket2::{Domain, Socket, Type};
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

/// The largest datagram or piece of a stream handed on at once.
const READ_SIZE: usize = 64 * 1024;
/// How many reads one socket gets before the others have their turn.
const READS_PER_TURN: usize = 64;
/// So many errors in a row are no ICMP answers any more: the socket is broken, as those that a phone took back while it slept.
const ERRORS: usize = 16;
/// Stream bytes that may wait for the connection. On an open stream nothing may wait: media that comes late is worth nothing, so
/// a whole message is dropped when the one before is still on its way.
const STREAM_QUEUE: usize = 64 * 1024;

/// What a socket has to tell.
#[derive(Debug, PartialEq, Eq)]
pub enum News<'a> {
    Opened(SocketId, SocketAddr),
    Closed(SocketId),
    Datagram(SocketId, SocketAddr, &'a [u8]),
    Stream(SocketId, &'a [u8]),
}

pub struct Sockets {
    poller: Arc<Poller>,
    events: Events,
    /// Each at the place that is its key at the poller. Ids of sockets are longer than keys on some systems.
    open: Vec<Option<(SocketId, Open)>>,
    places: BTreeMap<SocketId, usize>,
    buffer: Vec<u8>,
    gate: Gate,
}

/// Whether a socket may be used: a descriptor, and what it speaks.
pub type Gate = Box<dyn Fn(isize, Protocol) -> bool + Send>;

enum Open {
    Udp(Watched<UdpSocket>),
    Tcp(Tcp),
}

struct Tcp {
    stream: Watched<TcpStream>,
    connected: bool,
    queue: VecDeque<u8>,
}

impl Sockets {
    pub fn new(gate: Gate) -> io::Result<Sockets> {
        Ok(Sockets {
            poller: Arc::new(Poller::new()?),
            events: Events::new(),
            open: Vec::new(),
            places: BTreeMap::new(),
            buffer: vec![0; READ_SIZE],
            gate,
        })
    }

    /// Ends a `wait` from another thread.
    pub fn waker(&self) -> Arc<Poller> {
        self.poller.clone()
    }

    /// Opens a socket bound to `local`, a TCP one towards `remote`. What came of it is told as news: at once through `tell`,
    /// or by a later [`Sockets::wait`].
    pub fn open(
        &mut self,
        id: SocketId,
        protocol: Protocol,
        local: SocketAddr,
        remote: Option<SocketAddr>,
        tell: &mut dyn FnMut(News),
    ) {
        let opened = match (protocol, remote) {
            (Protocol::Udp, _) => self.open_udp(id, local).map(Some),
            (Protocol::Tcp, Some(remote)) => self.open_tcp(id, local, remote).map(|()| None),
            (Protocol::Tcp, None) => Err(ErrorKind::AddrNotAvailable.into()),
        };
        match opened {
            Ok(Some(bound)) => tell(News::Opened(id, bound)),
            Ok(None) => {} // told when it is connected
            Err(_) => tell(News::Closed(id)),
        }
    }

    /// Goes without closing anything, as the descriptors are another's by now.
    pub fn abandon(self) {
        let Sockets { poller, open, .. } = self;
        open.into_iter().for_each(core::mem::forget);
        core::mem::forget(poller);
    }

    pub fn close(&mut self, id: SocketId) {
        if let Some(place) = self.places.remove(&id) {
            self.open[place] = None;
        }
    }

    /// Where the next socket goes: the lowest place that is free.
    fn free_place(&self) -> usize {
        self.open.iter().position(Option::is_none).unwrap_or(self.open.len())
    }

    fn keep(&mut self, id: SocketId, place: usize, open: Open) {
        // The host of the id knows of one socket.
        self.close(id);
        if place == self.open.len() {
            self.open.push(None);
        }
        self.open[place] = Some((id, open));
        self.places.insert(id, place);
    }

    /// Sends a datagram, or appends to a stream. What the network does not take is lost, as on the wire; a broken stream is told
    /// by a later [`Sockets::wait`].
    pub fn transmit(&mut self, id: SocketId, remote: Option<SocketAddr>, bytes: &[u8]) {
        let Some(&place) = self.places.get(&id) else { return };
        match (&mut self.open[place], remote) {
            (Some((_, Open::Udp(socket))), Some(remote)) => {
                let _ = socket.get().send_to(bytes, remote);
            }
            (Some((_, Open::Tcp(tcp))), _) => tcp.send(place, bytes),
            (Some((_, Open::Udp(_))), None) | (None, _) => {}
        }
    }

    /// Waits for news at most so long; `None` is for ever.
    pub fn wait(&mut self, timeout: Option<Duration>, tell: &mut dyn FnMut(News)) -> io::Result<()> {
        self.events.clear();
        match self.poller.wait(&mut self.events, timeout) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            waited => waited?,
        };
        for event in self.events.iter() {
            let Some(Some((id, open))) = self.open.get_mut(event.key) else { continue };
            let id = *id;
            let alive = match open {
                Open::Udp(socket) => read_datagrams(id, socket.get(), &mut self.buffer, tell),
                Open::Tcp(tcp) => tcp.turn(id, event, &mut self.buffer, tell),
            };
            if !alive {
                self.open[event.key] = None;
                self.places.remove(&id);
                tell(News::Closed(id));
            }
        }
        Ok(())
    }

    /// A socket that the host has seen and lets us have.
    fn admitted(&self, domain: Domain, protocol: Protocol) -> io::Result<Socket> {
        let kind = match protocol {
            Protocol::Udp => Type::DGRAM,
            Protocol::Tcp => Type::STREAM,
        };
        let socket = Socket::new(domain, kind, None)?;
        socket.set_nonblocking(true)?;
        if (self.gate)(os::raw(&socket), protocol) { Ok(socket) } else { Err(ErrorKind::PermissionDenied.into()) }
    }

    fn open_udp(&mut self, id: SocketId, local: SocketAddr) -> io::Result<SocketAddr> {
        let socket = self.admitted(Domain::for_address(local), Protocol::Udp)?;
        socket.bind(&local.into())?;
        let socket = UdpSocket::from(socket);
        let bound = socket.local_addr()?;
        let place = self.free_place();
        let watched = Watched::new(self.poller.clone(), socket, Event::readable(place))?;
        self.keep(id, place, Open::Udp(watched));
        Ok(bound)
    }

    fn open_tcp(&mut self, id: SocketId, local: SocketAddr, remote: SocketAddr) -> io::Result<()> {
        let socket = self.admitted(Domain::for_address(remote), Protocol::Tcp)?;
        socket.set_tcp_nodelay(true)?;
        if !local.ip().is_unspecified() {
            socket.bind(&local.into())?;
        }
        match socket.connect(&remote.into()) {
            Err(error) if !in_progress(&error) => return Err(error),
            _ => {}
        }
        let place = self.free_place();
        let stream = Watched::new(self.poller.clone(), TcpStream::from(socket), Event::all(place))?;
        self.keep(id, place, Open::Tcp(Tcp { stream, connected: false, queue: VecDeque::new() }));
        Ok(())
    }
}

fn in_progress(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::EINPROGRESS) {
        return true;
    }
    error.kind() == ErrorKind::WouldBlock
}

/// `false` if the socket is broken.
fn read_datagrams(id: SocketId, socket: &UdpSocket, buffer: &mut [u8], tell: &mut dyn FnMut(News)) -> bool {
    let mut errors = 0;
    for _ in 0..READS_PER_TURN {
        match socket.recv_from(buffer) {
            Ok((size, from)) => {
                errors = 0;
                tell(News::Datagram(id, from, &buffer[..size]));
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
            // An ICMP answer to something we sent, or an interrupted read: the socket itself is well.
            Err(_) if errors < ERRORS => errors += 1,
            Err(_) => return false,
        }
    }
    true
}

impl Tcp {
    /// Handles an event; `false` if the stream is over.
    fn turn(&mut self, id: SocketId, event: Event, buffer: &mut [u8], tell: &mut dyn FnMut(News)) -> bool {
        if !self.connected {
            match self.stream.get().take_error() {
                Ok(None) => {}
                Ok(Some(_)) | Err(_) => return false,
            }
            match (self.stream.get().peer_addr(), self.stream.get().local_addr()) {
                (Ok(_), Ok(local)) => {
                    self.connected = true;
                    tell(News::Opened(id, local));
                }
                _ => return true, // not yet
            }
        }
        if event.writable && !self.flush(event.key) {
            return false;
        }
        !event.readable || self.read(id, buffer, tell)
    }

    fn read(&mut self, id: SocketId, buffer: &mut [u8], tell: &mut dyn FnMut(News)) -> bool {
        for _ in 0..READS_PER_TURN {
            match self.stream.get().read(buffer) {
                Ok(0) => return false,
                Ok(size) => tell(News::Stream(id, &buffer[..size])),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        true
    }

    fn send(&mut self, key: usize, bytes: &[u8]) {
        let room = if self.connected { 0 } else { STREAM_QUEUE.saturating_sub(bytes.len()) };
        if self.queue.len() > room {
            return;
        }
        self.queue.extend(bytes);
        if self.connected && !self.flush(key) {
            // Told as closed by the next wait, as the stream is readable with an end or an error.
            let _ = self.stream.get().shutdown(std::net::Shutdown::Both);
        }
    }

    fn flush(&mut self, key: usize) -> bool {
        while !self.queue.is_empty() {
            match self.stream.get().write(self.queue.as_slices().0) {
                Ok(0) => return false,
                Ok(size) => drop(self.queue.drain(..size)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        let interest = if self.queue.is_empty() { Event::readable(key) } else { Event::all(key) };
        self.stream.set_interest(interest).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    const A: SocketId = SocketId(1);
    const B: SocketId = SocketId(2);

    fn local() -> SocketAddr {
        "127.0.0.1:0".parse().unwrap()
    }

    fn open_to_all() -> Sockets {
        Sockets::new(Box::new(|_, _| true)).unwrap()
    }

    #[test]
    fn a_socket_that_the_host_refuses_counts_as_not_opened_and_is_shown_before_it_is_bound() {
        let mut sockets = Sockets::new(Box::new(|fd, protocol| {
            assert!(fd >= 0);
            protocol == Protocol::Udp
        }))
        .unwrap();
        let listener = TcpListener::bind(local()).unwrap();
        let mut seen = Vec::new();
        sockets.open(A, Protocol::Tcp, local(), Some(listener.local_addr().unwrap()), &mut |n| {
            seen.push(format!("{n:?}"))
        });
        assert_eq!(seen, [format!("{:?}", News::Closed(A))]);
        let mut opened = false;
        sockets.open(B, Protocol::Udp, local(), None, &mut |news| opened = matches!(news, News::Opened(B, _)));
        assert!(opened);
    }

    /// Turns until `count` pieces of news came, as owned text; a minute is a hang.
    fn news(sockets: &mut Sockets, count: usize) -> Vec<String> {
        let mut seen = Vec::new();
        for _ in 0..60 {
            if seen.len() >= count {
                break;
            }
            sockets.wait(Some(Duration::from_secs(1)), &mut |news| seen.push(format!("{news:?}"))).unwrap();
        }
        seen
    }

    #[test]
    fn a_datagram_arrives_with_its_sender() {
        let mut sockets = open_to_all();
        let mut bound = Vec::new();
        for id in [A, B] {
            sockets.open(id, Protocol::Udp, local(), None, &mut |news| match news {
                News::Opened(_, addr) => bound.push(addr),
                other => panic!("{other:?}"),
            });
        }
        sockets.transmit(A, Some(bound[1]), b"hi");
        assert_eq!(news(&mut sockets, 1), [format!("{:?}", News::Datagram(B, bound[0], b"hi"))]);
    }

    #[test]
    fn ids_are_longer_than_the_keys_of_some_systems_and_places_are_used_again() {
        let mut sockets = open_to_all();
        let long = |number: u64| SocketId(1 << 52 | number << 32 | 1);
        let mut bound = Vec::new();
        for number in 0..3 {
            sockets.open(long(number), Protocol::Udp, local(), None, &mut |news| match news {
                News::Opened(_, addr) => bound.push(addr),
                other => panic!("{other:?}"),
            });
        }
        sockets.close(long(1));
        // Each is told of what is its own.
        sockets.transmit(long(0), Some(bound[2]), b"hi");
        assert_eq!(news(&mut sockets, 1), [format!("{:?}", News::Datagram(long(2), bound[0], b"hi"))]);
        for number in 3..100 {
            sockets.open(long(number), Protocol::Udp, local(), None, &mut |_| {});
            sockets.close(long(number));
        }
        assert_eq!((sockets.open.len(), sockets.places.len()), (3, 2));
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_that_only_fails_is_broken_and_one_with_nothing_to_read_is_not() {
        let well = UdpSocket::bind(local()).unwrap();
        well.set_nonblocking(true).unwrap();
        assert!(read_datagrams(A, &well, &mut [0; 64], &mut |news| panic!("{news:?}")));
        // Reading from a listening TCP socket fails every time, and not because nothing is there.
        let broken = UdpSocket::from(std::os::fd::OwnedFd::from(TcpListener::bind(local()).unwrap()));
        assert!(!read_datagrams(A, &broken, &mut [0; 64], &mut |news| panic!("{news:?}")));
    }

    #[test]
    fn a_stream_opens_carries_both_ways_and_tells_its_end() {
        let listener = TcpListener::bind(local()).unwrap();
        let mut sockets = open_to_all();
        let remote = listener.local_addr().unwrap();
        sockets.open(A, Protocol::Tcp, local(), Some(remote), &mut |news| panic!("too early: {news:?}"));
        sockets.transmit(A, None, b"before it is open");
        let opened = news(&mut sockets, 1);
        assert!(opened[0].starts_with("Opened"), "{opened:?}");
        let (mut peer, _) = listener.accept().unwrap();
        sockets.transmit(A, None, b", after");
        let mut read = [0; 24];
        peer.read_exact(&mut read).unwrap();
        assert_eq!(&read, b"before it is open, after");
        peer.write_all(b"answer").unwrap();
        assert_eq!(news(&mut sockets, 1), [format!("{:?}", News::Stream(A, b"answer"))]);
        drop(peer);
        assert_eq!(news(&mut sockets, 1), [format!("{:?}", News::Closed(A))]);
    }

    #[test]
    fn what_cannot_be_opened_is_told_as_closed() {
        let mut sockets = open_to_all();
        let refused = TcpListener::bind(local()).unwrap().local_addr().unwrap();
        let mut seen = Vec::new();
        sockets.open(A, Protocol::Tcp, local(), Some(refused), &mut |news| seen.push(format!("{news:?}")));
        seen.extend(if seen.is_empty() { news(&mut sockets, 1) } else { vec![] });
        assert_eq!(seen, [format!("{:?}", News::Closed(A))]);
        let mut seen = Vec::new();
        sockets.open(B, Protocol::Udp, "203.0.113.1:0".parse().unwrap(), None, &mut |n| seen.push(format!("{n:?}")));
        assert_eq!(seen, [format!("{:?}", News::Closed(B))]);
        sockets.transmit(B, Some(refused), b"nobody");
    }

    #[test]
    fn a_full_stream_drops_whole_messages() {
        let listener = TcpListener::bind(local()).unwrap();
        let mut sockets = open_to_all();
        sockets.open(A, Protocol::Tcp, local(), Some(listener.local_addr().unwrap()), &mut |_| {});
        let message = [7; 1000];
        for _ in 0..100 {
            sockets.transmit(A, None, &message);
        }
        let Some((A, Open::Tcp(tcp))) = &sockets.open[0] else { panic!() };
        assert_eq!(tcp.queue.len(), STREAM_QUEUE / message.len() * message.len());
    }
}
