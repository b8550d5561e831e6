//! A SOCKS5 proxy (RFC 1928, RFC 1929) for scenarios: streams to relays, and a relay for datagrams if it has one. Sans-IO, and
//! written from the protocol's side like [`super::relay`].

use super::machine::{Emit, Endpoint, Machine};
use crate::time::Time;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What the proxy does about bytes of a connection.
enum Said {
    Bytes(Vec<u8>),
    Connect(SocketAddr),
}

#[derive(Debug, Default)]
struct Dialogue {
    buffer: Vec<u8>,
    step: Step,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Method,
    Login,
    Request,
    /// A datagram relay at this port, for as long as the connection is open; or nothing more is said.
    Over(Option<u16>),
}

#[derive(Debug)]
pub struct SocksServer {
    /// Where datagrams are relayed.
    pub ip: IpAddr,
    /// Whether it relays datagrams at all.
    pub udp: bool,
    /// Name and password, if it wants them.
    pub login: Option<(String, String)>,
    dialogues: BTreeMap<u64, Dialogue>,
    /// The clients of the relays: whoever sends first.
    relays: BTreeMap<u16, Option<SocketAddr>>,
    next_port: u16,
    /// Streams and datagrams that went through.
    pub streams: u64,
    pub datagrams: u64,
}

impl Machine for SocksServer {
    fn datagram(&mut self, _: Time, to: SocketAddr, from: SocketAddr, bytes: &[u8]) -> Vec<Emit> {
        let passed = self.pass_on(to, from, bytes);
        passed.into_iter().map(|(on, bytes)| Emit::Relayed { from: to, to: on, bytes }).collect()
    }

    fn stream(&mut self, _: Time, connection: u64, bytes: &[u8]) -> Vec<Emit> {
        let mut dialogue = self.dialogues.remove(&connection).unwrap_or_default();
        dialogue.buffer.extend_from_slice(bytes);
        let mut emits = Vec::new();
        while let Some(said) = self.advance(&mut dialogue) {
            emits.push(match said {
                Said::Bytes(bytes) => Emit::Client { to: Endpoint::Tcp(connection), bytes },
                Said::Connect(to) => Emit::Connect { connection, to },
            });
        }
        self.dialogues.insert(connection, dialogue);
        emits
    }

    fn closed(&mut self, connection: u64) {
        if let Some(Dialogue { step: Step::Over(Some(port)), .. }) = self.dialogues.remove(&connection) {
            self.relays.remove(&port);
        }
    }

    fn connected(&mut self, connection: u64, is_there: bool) -> Vec<Emit> {
        self.dialogues.remove(&connection);
        self.streams += u64::from(is_there);
        let bytes = reply(if is_there { 0 } else { 5 }, SocketAddr::new(self.ip, 0));
        vec![Emit::Client { to: Endpoint::Tcp(connection), bytes }]
    }

    fn lends(&self, address: SocketAddr) -> bool {
        address.ip() == self.ip && self.relays.contains_key(&address.port())
    }
}

impl SocksServer {
    pub fn new(ip: IpAddr, udp: bool, login: Option<(String, String)>) -> SocksServer {
        let (dialogues, relays) = (BTreeMap::new(), BTreeMap::new());
        SocksServer { ip, udp, login, dialogues, relays, next_port: 30_000, streams: 0, datagrams: 0 }
    }

    fn advance(&mut self, dialogue: &mut Dialogue) -> Option<Said> {
        let buffer = &mut dialogue.buffer;
        match dialogue.step {
            Step::Method => {
                let count = usize::from(*buffer.get(1)?);
                let methods = buffer.get(2..2 + count)?;
                let wanted = if self.login.is_some() { 2 } else { 0 };
                let is_offered = buffer[0] == 5 && methods.contains(&wanted);
                buffer.drain(..2 + count);
                dialogue.step = match (is_offered, wanted) {
                    (true, 0) => Step::Request,
                    (true, _) => Step::Login,
                    (false, _) => Step::Over(None),
                };
                Some(Said::Bytes(vec![5, if is_offered { wanted } else { 0xff }]))
            }
            Step::Login => {
                let name_end = 2 + usize::from(*buffer.get(1)?);
                let end = name_end + 1 + usize::from(*buffer.get(name_end)?);
                let (name, password) = (buffer.get(2..name_end)?, buffer.get(name_end + 1..end)?);
                let is_right =
                    self.login.as_ref().is_some_and(|(n, p)| n.as_bytes() == name && p.as_bytes() == password);
                buffer.drain(..end);
                dialogue.step = if is_right { Step::Request } else { Step::Over(None) };
                Some(Said::Bytes(vec![1, u8::from(!is_right)]))
            }
            Step::Request => {
                let (target, end) = address(buffer.get(3..)?)?;
                let command = buffer[1];
                buffer.drain(..3 + end);
                dialogue.step = Step::Over(None);
                Some(match command {
                    1 => Said::Connect(target),
                    3 if self.udp => {
                        self.next_port += 1;
                        self.relays.insert(self.next_port, None);
                        dialogue.step = Step::Over(Some(self.next_port));
                        Said::Bytes(reply(0, SocketAddr::new(self.ip, self.next_port)))
                    }
                    _ => Said::Bytes(reply(7, SocketAddr::new(self.ip, 0))),
                })
            }
            Step::Over(_) => None,
        }
    }

    /// A datagram that has come to one of our addresses: where it goes on to, from the same address.
    fn pass_on(&mut self, at: SocketAddr, from: SocketAddr, bytes: &[u8]) -> Option<(SocketAddr, Vec<u8>)> {
        let client = self.relays.get_mut(&at.port())?;
        self.datagrams += 1;
        if *client.get_or_insert(from) == from {
            let rest = bytes.strip_prefix(&[0, 0, 0])?;
            let (to, end) = address(rest)?;
            return Some((to, rest[end..].to_vec()));
        }
        let mut wrapped = vec![0, 0, 0];
        push_address(&mut wrapped, from);
        wrapped.extend_from_slice(bytes);
        Some(((*client)?, wrapped))
    }
}

fn reply(code: u8, bound: SocketAddr) -> Vec<u8> {
    let mut reply = vec![5, code, 0];
    push_address(&mut reply, bound);
    reply
}

fn push_address(out: &mut Vec<u8>, address: SocketAddr) {
    match address.ip() {
        IpAddr::V4(ip) => {
            out.push(1);
            out.extend_from_slice(&ip.octets());
        }
        IpAddr::V6(ip) => {
            out.push(4);
            out.extend_from_slice(&ip.octets());
        }
    }
    out.extend_from_slice(&address.port().to_be_bytes());
}

/// An address, and where it ends.
fn address(bytes: &[u8]) -> Option<(SocketAddr, usize)> {
    let (ip, end) = match bytes.first()? {
        1 => (IpAddr::from(Ipv4Addr::from(*bytes.get(1..5)?.first_chunk::<4>()?)), 5),
        4 => (IpAddr::from(Ipv6Addr::from(*bytes.get(1..17)?.first_chunk::<16>()?)), 17),
        _ => return None,
    };
    let port = bytes.get(end..end + 2)?;
    Some((SocketAddr::new(ip, u16::from_be_bytes([port[0], port[1]])), end + 2))
}
