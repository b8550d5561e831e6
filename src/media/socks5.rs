//! SOCKS version 5 (RFC 1928) with user name and password (RFC 1929): the client's side, without sockets.

use crate::types::{IpAddr, SocketAddr};
use zeroize::Zeroizing;

const VERSION: u8 = 5;
const METHOD_NONE: u8 = 0;
const METHOD_PASSWORD: u8 = 2;
const COMMAND_CONNECT: u8 = 1;
const COMMAND_UDP_ASSOCIATE: u8 = 3;
const ADDRESS_IPV4: u8 = 1;
const ADDRESS_NAME: u8 = 3;
const ADDRESS_IPV6: u8 = 4;
/// The longest answer: a reply that names its address by 255 bytes.
const MAX_ANSWER: usize = 4 + 1 + 255 + 2;

/// A proxy and who we are to it.
#[derive(Clone)]
pub struct Proxy {
    pub addr: SocketAddr,
    pub login: Option<Login>,
}

/// User name and password, 1 to 255 bytes each.
#[derive(Clone)]
pub struct Login {
    pub name: Zeroizing<Vec<u8>>,
    pub password: Zeroizing<Vec<u8>>,
}

impl core::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Proxy {{ login: {} }}", self.login.is_some())
    }
}

/// What the proxy is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// A stream to this address.
    Connect(SocketAddr),
    /// A relay for our datagrams, for as long as this stream is open.
    UdpAssociate,
}

/// What a handshake wants after it has seen some bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Progress {
    Wait,
    Send(Vec<u8>),
    /// The proxy agreed. `bound` is where it sends from or takes datagrams at; `rest` already belongs to the stream.
    Done {
        bound: SocketAddr,
        rest: Vec<u8>,
    },
    /// Close the stream; the text says why.
    Refused(&'static str),
    /// The same, because the proxy knows no such command: asking again is of no use.
    Unsupported(&'static str),
}

/// The opening dialogue on one stream.
#[derive(Debug)]
pub struct Handshake {
    proxy: Proxy,
    command: Command,
    step: Step,
    buffer: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Method,
    Login,
    Reply,
    Over,
}

impl Handshake {
    /// The dialogue and its first bytes.
    pub fn new(proxy: Proxy, command: Command) -> (Handshake, Vec<u8>) {
        let methods: &[u8] = if proxy.login.is_some() { &[METHOD_NONE, METHOD_PASSWORD] } else { &[METHOD_NONE] };
        let mut hello = vec![VERSION, methods.len() as u8];
        hello.extend_from_slice(methods);
        (Handshake { proxy, command, step: Step::Method, buffer: Vec::new() }, hello)
    }

    pub fn handle(&mut self, bytes: &[u8]) -> Progress {
        if self.buffer.len() + bytes.len() > MAX_ANSWER + crate::media::MAX_STREAM_READ {
            return self.refuse("the proxy says too much");
        }
        self.buffer.extend_from_slice(bytes);
        match self.step {
            Step::Method => self.on_method(),
            Step::Login => self.on_login(),
            Step::Reply => self.on_reply(),
            Step::Over => Progress::Wait,
        }
    }

    fn refuse(&mut self, why: &'static str) -> Progress {
        self.step = Step::Over;
        Progress::Refused(why)
    }

    fn on_method(&mut self) -> Progress {
        let &[version, method, ..] = &self.buffer[..] else { return Progress::Wait };
        self.buffer.drain(..2);
        match (version, method, &self.proxy.login) {
            (VERSION, METHOD_NONE, _) => self.request(),
            (VERSION, METHOD_PASSWORD, Some(Login { name, password })) => {
                let mut login = vec![1, name.len() as u8];
                login.extend_from_slice(name);
                login.push(password.len() as u8);
                login.extend_from_slice(password);
                self.step = Step::Login;
                Progress::Send(login)
            }
            (VERSION, ..) => self.refuse("the proxy wants another way to log in"),
            _ => self.refuse("not a SOCKS5 proxy"),
        }
    }

    fn on_login(&mut self) -> Progress {
        let &[_, status, ..] = &self.buffer[..] else { return Progress::Wait };
        self.buffer.drain(..2);
        if status == 0 { self.request() } else { self.refuse("the proxy refused name and password") }
    }

    fn request(&mut self) -> Progress {
        let (command, addr) = match self.command {
            Command::Connect(addr) => (COMMAND_CONNECT, addr),
            // The address we shall send from is not known yet: all zeros (RFC 1928 section 4).
            Command::UdpAssociate => (COMMAND_UDP_ASSOCIATE, SocketAddr::from(([0, 0, 0, 0], 0))),
        };
        let mut request = vec![VERSION, command, 0];
        push_addr(&mut request, addr);
        self.step = Step::Reply;
        Progress::Send(request)
    }

    fn on_reply(&mut self) -> Progress {
        let &[version, status, _, ..] = &self.buffer[..] else { return Progress::Wait };
        if version != VERSION {
            return self.refuse("not a SOCKS5 proxy");
        }
        match status {
            0 => {}
            1 => return self.refuse("the proxy failed"),
            2 => return self.refuse("the proxy's rules forbid it"),
            3 => return self.refuse("network unreachable from the proxy"),
            4 => return self.refuse("host unreachable from the proxy"),
            5 => return self.refuse("refused by the remote host"),
            6 => return self.refuse("no answer from the remote host"),
            7 => {
                self.step = Step::Over;
                return Progress::Unsupported("the proxy does not know this command");
            }
            8 => return self.refuse("the proxy does not know this kind of address"),
            _ => return self.refuse("the proxy refused"),
        }
        match take_addr(&self.buffer[3..]) {
            Taken::Short => Progress::Wait,
            Taken::Addr(mut bound, rest) => {
                // "Where you reached me": some proxies leave their own address out.
                if bound.ip().is_unspecified() {
                    bound.set_ip(self.proxy.addr.ip());
                }
                self.step = Step::Over;
                Progress::Done { bound, rest: rest.to_vec() }
            }
            // Nothing is resolved here. For a stream the address is of no use anyhow.
            Taken::Name(rest) if matches!(self.command, Command::Connect(_)) => {
                let rest = rest.to_vec();
                self.step = Step::Over;
                Progress::Done { bound: self.proxy.addr, rest }
            }
            Taken::Name(_) | Taken::Unknown => self.refuse("the proxy's relay has no usable address"),
        }
    }
}

/// A datagram for `remote`, as the proxy's relay takes it (RFC 1928 section 7).
pub fn wrap_datagram(remote: SocketAddr, data: &[u8]) -> Vec<u8> {
    let mut wrapped = Vec::with_capacity(22 + data.len());
    wrapped.extend_from_slice(&[0, 0, 0]);
    push_addr(&mut wrapped, remote);
    wrapped.extend_from_slice(data);
    wrapped
}

/// The sender and the content of a datagram from the relay. `None` for fragments, names, and what is not a wrapped datagram.
pub fn unwrap_datagram(wrapped: &[u8]) -> Option<(SocketAddr, &[u8])> {
    let [_, _, 0, rest @ ..] = wrapped else { return None };
    match take_addr(rest) {
        Taken::Addr(from, data) => Some((from, data)),
        Taken::Name(_) | Taken::Unknown | Taken::Short => None,
    }
}

fn push_addr(out: &mut Vec<u8>, addr: SocketAddr) {
    match addr.ip() {
        IpAddr::V4(ip) => {
            out.push(ADDRESS_IPV4);
            out.extend_from_slice(&ip.octets());
        }
        IpAddr::V6(ip) => {
            out.push(ADDRESS_IPV6);
            out.extend_from_slice(&ip.octets());
        }
    }
    out.extend_from_slice(&addr.port().to_be_bytes());
}

enum Taken<'a> {
    Addr(SocketAddr, &'a [u8]),
    Name(&'a [u8]),
    Unknown,
    Short,
}

fn take_addr(bytes: &[u8]) -> Taken<'_> {
    fn ip_and_port<const N: usize>(bytes: &[u8]) -> Option<([u8; N], u16, &[u8])> {
        let (ip, rest) = bytes.split_first_chunk::<N>()?;
        let (port, rest) = rest.split_first_chunk::<2>()?;
        Some((*ip, u16::from_be_bytes(*port), rest))
    }
    let Some((&kind, rest)) = bytes.split_first() else { return Taken::Short };
    let addr = match kind {
        ADDRESS_IPV4 => ip_and_port::<4>(rest).map(|(ip, port, rest)| (SocketAddr::from((ip, port)), rest)),
        ADDRESS_IPV6 => ip_and_port::<16>(rest).map(|(ip, port, rest)| (SocketAddr::from((ip, port)), rest)),
        ADDRESS_NAME => {
            let after = rest.split_first().and_then(|(&size, rest)| rest.get(usize::from(size) + 2..));
            return after.map_or(Taken::Short, Taken::Name);
        }
        _ => return Taken::Unknown,
    };
    addr.map_or(Taken::Short, |(addr, rest)| Taken::Addr(addr, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(login: bool) -> Proxy {
        let secret = |text: &[u8]| Zeroizing::new(text.to_vec());
        let login = login.then(|| Login { name: secret(b"alice"), password: secret(b"secret") });
        Proxy { addr: "10.0.0.1:1080".parse().unwrap(), login }
    }

    #[test]
    fn connect_without_a_login_follows_rfc_1928() {
        let (mut handshake, hello) = Handshake::new(proxy(false), Command::Connect("192.0.2.7:443".parse().unwrap()));
        assert_eq!(hello, [5, 1, 0]);
        assert_eq!(handshake.handle(&[5]), Progress::Wait);
        assert_eq!(handshake.handle(&[0]), Progress::Send(vec![5, 1, 0, 1, 192, 0, 2, 7, 1, 187]));
        assert_eq!(handshake.handle(&[5, 0, 0, 1, 10, 0, 0]), Progress::Wait);
        let done = Progress::Done { bound: "10.0.0.9:513".parse().unwrap(), rest: b"more".to_vec() };
        assert_eq!(handshake.handle(&[9, 2, 1, b'm', b'o', b'r', b'e']), done);
    }

    #[test]
    fn the_login_follows_rfc_1929_and_an_unspecified_relay_is_the_proxy_itself() {
        let (mut handshake, hello) = Handshake::new(proxy(true), Command::UdpAssociate);
        assert_eq!(hello, [5, 2, 0, 2]);
        assert_eq!(handshake.handle(&[5, 2]), Progress::Send(b"\x01\x05alice\x06secret".to_vec()));
        assert_eq!(handshake.handle(&[1, 0]), Progress::Send(vec![5, 3, 0, 1, 0, 0, 0, 0, 0, 0]));
        let done = Progress::Done { bound: "10.0.0.1:4096".parse().unwrap(), rest: vec![] };
        assert_eq!(handshake.handle(&[5, 0, 0, 1, 0, 0, 0, 0, 16, 0]), done);
    }

    #[test]
    fn every_refusal_has_a_reason_and_ends_it() {
        for answer in [&[4u8, 0][..], &[5, 0xff], &[5, 2]] {
            let (mut handshake, _) = Handshake::new(proxy(false), Command::UdpAssociate);
            assert!(matches!(handshake.handle(answer), Progress::Refused(_)));
            assert_eq!(handshake.handle(&[5, 0]), Progress::Wait);
        }
        for status in 1..=255 {
            let (mut handshake, _) = Handshake::new(proxy(false), Command::UdpAssociate);
            handshake.handle(&[5, 0]);
            let progress = handshake.handle(&[5, status, 0, 1, 0, 0, 0, 0, 0, 0]);
            assert!(matches!(progress, Progress::Refused(_)) != (status == 7), "{status}: {progress:?}");
            assert_eq!(matches!(progress, Progress::Unsupported(_)), status == 7, "{status}: {progress:?}");
        }
    }

    #[test]
    fn a_talkative_proxy_is_cut_off() {
        let (mut handshake, _) = Handshake::new(proxy(false), Command::UdpAssociate);
        handshake.handle(&[5, 0]);
        let mut answers = (0..).map(|_| handshake.handle(&[5, 0, 0, 3, 255]));
        assert!(answers.by_ref().take(100_000).any(|progress| matches!(progress, Progress::Refused(_))));
    }

    #[test]
    fn datagrams_are_wrapped_and_unwrapped() {
        for remote in ["192.0.2.1:599", "[2001:db8::1]:3478"] {
            let remote: SocketAddr = remote.parse().unwrap();
            let wrapped = wrap_datagram(remote, b"data");
            assert_eq!(unwrap_datagram(&wrapped), Some((remote, &b"data"[..])));
            for short in 0..wrapped.len() - 4 {
                assert_eq!(unwrap_datagram(&wrapped[..short]), None);
            }
        }
        assert_eq!(wrap_datagram("192.0.2.1:599".parse().unwrap(), b"x"), [0, 0, 0, 1, 192, 0, 2, 1, 2, 87, b'x']);
        assert_eq!(unwrap_datagram(&[0, 0, 1, 1, 192, 0, 2, 1, 2, 87, b'x']), None, "a fragment");
    }
}
