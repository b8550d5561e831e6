//! ICE candidates as text (`signaling-encryption.md` 8.3, `media-transport.md` 2.4 and 4.4): a lenient parser and a writer.
//!
//! Addresses only. Host names are never resolved: `.reflector` is a number and a tag, every other name is not for us.

use core::fmt;
use core::net::{IpAddr, SocketAddr};

/// No candidate is longer; what is, is not read.
const MAX_TEXT: usize = 1024;

/// How an address came about. In the order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Relay,
    ServerReflexive,
    PeerReflexive,
    Host,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Host => "host",
            Kind::ServerReflexive => "srflx",
            Kind::PeerReflexive => "prflx",
            Kind::Relay => "relay",
        }
    }
}

/// Where a peer is reached. Behind a reflector that is a tag: all tags of a server share its IP address and port, so these
/// are no identity (`media-transport.md` 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Address(SocketAddr),
    Reflector { server: u8, tag: u32, port: u16 },
}

impl Target {
    pub fn to_canonical(self) -> Target {
        match self {
            Target::Address(address) => Target::Address(canonical(address)),
            Target::Reflector { .. } => self,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Address(address) => address.fmt(f),
            Target::Reflector { server, tag, port } => write!(f, "reflector-{server}-{tag}.reflector:{port}"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub kind: Kind,
    pub target: Target,
    pub priority: u32,
    /// The address behind it, for server-reflexive and TURN candidates.
    pub related: Option<SocketAddr>,
}

/// Why a candidate of the peer is of no use. None of these is an error of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    Malformed,
    /// Not UDP.
    Protocol,
    /// A host name; these are not resolved.
    Name,
    /// No address a datagram can be sent to.
    Address,
}

impl Candidate {
    /// Reads `candidate:…`, with or without `a=` in front. The component is taken for 1 whatever it says, and unknown keys
    /// are skipped.
    pub fn parse(text: &str) -> Result<Candidate, Unusable> {
        if text.len() > MAX_TEXT {
            return Err(Unusable::Malformed);
        }
        let text = text.trim();
        let text = text.strip_prefix("a=").unwrap_or(text);
        let text = text.strip_prefix("candidate:").ok_or(Unusable::Malformed)?;
        let mut words = text.split_ascii_whitespace();
        let mut word = || words.next().ok_or(Unusable::Malformed);
        let (_foundation, _component, protocol, priority) = (word()?, word()?, word()?, word()?);
        let (host, port, typ, kind) = (word()?, word()?, word()?, word()?);
        let priority = priority.parse().map_err(|_| Unusable::Malformed)?;
        let port: u16 = port.parse().map_err(|_| Unusable::Malformed)?;
        if typ != "typ" {
            return Err(Unusable::Malformed);
        }
        let kind = match kind {
            "host" => Kind::Host,
            "srflx" => Kind::ServerReflexive,
            "prflx" => Kind::PeerReflexive,
            "relay" => Kind::Relay,
            _ => return Err(Unusable::Malformed),
        };
        if !protocol.eq_ignore_ascii_case("udp") {
            return Err(Unusable::Protocol);
        }
        let mut related = (None, None);
        while let (Some(key), Some(value)) = (words.next(), words.next()) {
            match key {
                "tcptype" => return Err(Unusable::Protocol),
                "raddr" => related.0 = value.parse::<IpAddr>().ok(),
                "rport" => related.1 = value.parse::<u16>().ok(),
                _ => {}
            }
        }
        let related = related.0.zip(related.1).map(|(ip, port)| canonical(SocketAddr::new(ip, port)));
        Ok(Candidate { kind, target: target(host, port)?, priority, related })
    }

    /// The text to signal. `network` counts our interfaces from 1.
    pub fn write(&self, ufrag: &str, network: u16) -> String {
        let (foundation, component) = (self.foundation(), 1);
        let (priority, kind) = (self.priority, self.kind.name());
        let (host, port) = match self.target {
            Target::Address(address) => (address.ip().to_string(), address.port()),
            Target::Reflector { server, tag, port } => (format!("reflector-{server}-{tag}.reflector"), port),
        };
        let related = match self.related {
            Some(related) => format!(" raddr {} rport {}", related.ip(), related.port()),
            None => String::new(),
        };
        format!(
            "candidate:{foundation} {component} udp {priority} {host} {port} typ {kind}{related} generation 0 ufrag {ufrag} \
             network-id {network} network-cost 10"
        )
    }

    /// The same for candidates of one kind, base and server; nobody compares it across the two sides.
    fn foundation(&self) -> u32 {
        let base = match self.target {
            Target::Address(address) => match self.related.unwrap_or(address).ip() {
                IpAddr::V4(ip) => u32::from(ip),
                IpAddr::V6(ip) => u128::from(ip).to_be_bytes().chunks_exact(4).fold(6, |sum: u32, word| {
                    sum.rotate_left(7) ^ u32::from_be_bytes(word.try_into().expect("chunks of four"))
                }),
            },
            Target::Reflector { server, .. } => u32::from(server),
        };
        base.wrapping_mul(0x9e37_79b1).wrapping_add(self.kind as u32) % 1_000_000_000 + 1
    }
}

/// The priority of RFC 8445 section 5.1.2.1 for component 1. `preference` is the type's: 126 host, 110 peer-reflexive, 100
/// server-reflexive, 2 a relay over UDP, 1 over TCP.
pub fn priority(preference: u8, local_preference: u16) -> u32 {
    u32::from(preference) << 24 | u32::from(local_preference) << 8 | 255
}

fn target(host: &str, port: u16) -> Result<Target, Unusable> {
    if let Some(name) = host.strip_suffix(".reflector") {
        let (server, tag) = name.strip_prefix("reflector-").and_then(|n| n.split_once('-')).ok_or(Unusable::Name)?;
        let server: u8 = number(server).ok_or(Unusable::Name)?;
        let tag: u32 = number(tag).ok_or(Unusable::Name)?;
        return match (server, tag, port) {
            (0, _, _) | (_, 0, _) | (_, _, 0) => Err(Unusable::Address),
            (server, tag, port) => Ok(Target::Reflector { server, tag, port }),
        };
    }
    let ip: IpAddr = host.trim_start_matches('[').trim_end_matches(']').parse().map_err(|_| Unusable::Name)?;
    let address = canonical(SocketAddr::new(ip, port));
    if is_reachable(address) { Ok(Target::Address(address)) } else { Err(Unusable::Address) }
}

/// Digits only: `parse` alone would take a sign.
fn number<T: core::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A socket of both families writes an IPv4 address as an IPv6 one. They are the same address, and are compared as such: an
/// address that enters a call becomes this.
pub fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Whether a datagram to one host can be sent there. Link-local IPv6 is out: it means nothing without a scope.
pub fn is_reachable(address: SocketAddr) -> bool {
    let ip_ok = match address.ip() {
        IpAddr::V4(ip) => !ip.is_unspecified() && !ip.is_multicast() && !ip.is_broadcast(),
        IpAddr::V6(ip) => !ip.is_unspecified() && !ip.is_multicast() && !ip.is_unicast_link_local(),
    };
    ip_ok && address.port() != 0
}

/// For `tests/fuzz`: whatever parses can be written, and reads back the same.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if let Ok(candidate) = Candidate::parse(text) {
        assert_eq!(Candidate::parse(&candidate.write("ufrag", 1)), Ok(candidate));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reflector_candidate_is_a_server_number_and_a_tag() {
        let text = "candidate:2 1 udp 41885439 reflector-1-305419896.reflector 599 typ relay generation 0 ufrag Ab3d \
                    network-id 1 network-cost 10";
        let target = Target::Reflector { server: 1, tag: 305_419_896, port: 599 };
        let candidate = Candidate { kind: Kind::Relay, target, priority: 41_885_439, related: None };
        assert_eq!(Candidate::parse(text), Ok(candidate));
        let foundation = candidate.foundation();
        assert_eq!(candidate.write("Ab3d", 1), text.replacen("candidate:2", &format!("candidate:{foundation}"), 1));
    }

    #[test]
    fn the_parser_is_lenient_where_peers_differ() {
        for text in [
            "candidate:1 1 udp 7 192.0.2.1 5 typ host",
            "a=candidate:1 0 UDP 7 192.0.2.1 5 typ host generation 0 network-id",
            "  candidate:/+x 2 udp 7  ::ffff:192.0.2.1 5 typ host foo bar ufrag x\r\n",
        ] {
            let candidate = Candidate::parse(text).unwrap_or_else(|why| panic!("{text}: {why:?}"));
            assert_eq!(candidate.target, Target::Address("192.0.2.1:5".parse().unwrap()));
        }
        let text = "candidate:1 1 udp 7 2001:db8::1 5 typ srflx raddr fd00::1 rport 9 generation 0";
        let candidate = Candidate::parse(text).unwrap();
        assert_eq!((candidate.kind, candidate.related), (Kind::ServerReflexive, "[fd00::1]:9".parse().ok()));
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        for (text, why) in [
            ("", Unusable::Malformed),
            ("candidate:1 1 udp 7 192.0.2.1 5 typ", Unusable::Malformed),
            ("candidate:1 1 udp 7 192.0.2.1 5 typ guest", Unusable::Malformed),
            ("candidate:1 1 udp 99999999999 192.0.2.1 5 typ host", Unusable::Malformed),
            ("candidate:1 1 udp 7 192.0.2.1 65536 typ host", Unusable::Malformed),
            ("candidate:1 1 tcp 7 192.0.2.1 9 typ host tcptype active", Unusable::Protocol),
            ("candidate:1 1 udp 7 192.0.2.1 9 typ host tcptype passive", Unusable::Protocol),
            ("candidate:1 1 udp 7 abc.local 5 typ host", Unusable::Name),
            ("candidate:1 1 udp 7 evil.example 5 typ host", Unusable::Name),
            ("candidate:1 1 udp 7 reflector-300-5.reflector 5 typ relay", Unusable::Name),
            ("candidate:1 1 udp 7 reflector-1-+5.reflector 5 typ relay", Unusable::Name),
            ("candidate:1 1 udp 7 reflector-0-5.reflector 5 typ relay", Unusable::Address),
            ("candidate:1 1 udp 7 reflector-1-0.reflector 5 typ relay", Unusable::Address),
            ("candidate:1 1 udp 7 0.0.0.0 5 typ host", Unusable::Address),
            ("candidate:1 1 udp 7 192.0.2.1 0 typ host", Unusable::Address),
            ("candidate:1 1 udp 7 ff02::1 5 typ host", Unusable::Address),
            ("candidate:1 1 udp 7 fe80::1 5 typ host", Unusable::Address),
        ] {
            assert_eq!(Candidate::parse(text), Err(why), "{text}");
        }
        assert_eq!(Candidate::parse(&format!("candidate:1 {}", "1 ".repeat(600))), Err(Unusable::Malformed));
    }

    #[test]
    fn what_is_written_reads_back() {
        let candidate = Candidate {
            kind: Kind::ServerReflexive,
            target: Target::Address("[2001:db8::1]:50000".parse().unwrap()),
            priority: priority(100, 40_000),
            related: "10.0.0.1:7".parse().ok(),
        };
        assert_eq!(Candidate::parse(&candidate.write("Ab3d", 2)), Ok(candidate));
    }
}
