//! How a world is made.

use crate::post::Faults;
use std::net::{IpAddr, SocketAddr};
use tgcall::client::Config;
use tgcall::sim::network::{Link, NatKind};
use tgcall::time::Duration;
use tgcall::types::VideoSource;

/// The two of a private call. In worlds of more sides the others come behind them.
pub const CALLER: usize = 0;
pub const CALLEE: usize = 1;
pub const TURN: &str = "192.0.2.20:3478";
pub const REFLECTORS: [&str; 2] = ["192.0.2.10:599", "192.0.2.11:599"];

/// The other one of the two of a private call.
pub fn other(side: usize) -> usize {
    CALLER + CALLEE - side
}

/// The tone a side sends in its first call.
pub fn tone_of(side: usize) -> f64 {
    440.0 + 180.0 * side as f64
}

/// Where the proxy of a side is, if it has one.
pub fn proxy_of(side: usize) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 30 + side as u8], 1080))
}

pub fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// An address as a socket of both families writes it.
pub fn mapped(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) => SocketAddr::new(ip.to_ipv6_mapped().into(), address.port()),
        IpAddr::V6(_) => address,
    }
}

/// And what it means.
pub fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

pub fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The servers of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Servers {
    pub turn: bool,
    pub reflector_udp: bool,
    pub reflector_tcp: bool,
}

/// A SOCKS5 proxy in front of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyKind {
    /// It relays datagrams, and wants a name and a password.
    Udp,
    TcpOnly,
    /// It does not know the name.
    WrongPassword,
}

/// How a host handles sound.
#[derive(Clone, Copy, Debug)]
pub struct Sound {
    pub rate: u32,
    pub channels: u32,
    /// Pushed and pulled at a time.
    pub chunk_ms: u32,
}

impl Default for Sound {
    fn default() -> Sound {
        Sound { rate: 16_000, channels: 1, chunk_ms: 20 }
    }
}

/// How a world is made. It has as many sides as `hosts`; of the other lists of sides what is absent is as usual.
#[derive(Clone, Debug)]
pub struct Setting {
    pub seed: u64,
    pub version: &'static str,
    pub parameters: &'static str,
    /// A side for which Telegram's parameters are others.
    pub odd_parameters: Option<(usize, &'static str)>,
    pub p2p_allowed: bool,
    pub servers: Servers,
    /// The addresses of each side.
    pub hosts: Vec<Vec<IpAddr>>,
    pub nat: Vec<Option<NatKind>>,
    /// The addresses of those NATs outside.
    pub public: Vec<&'static str>,
    pub no_udp: Vec<bool>,
    pub link: Link,
    pub post: Faults,
    pub proxy: Vec<Option<ProxyKind>>,
    /// The proxies are there, and not used yet.
    pub is_proxy_off: bool,
    /// Who calls whom, each caller and callee; all at once.
    pub calls: Vec<[usize; 2]>,
    pub sound: Vec<Sound>,
    /// All that happens is hashed, for [`trace`](crate::world::World::trace) and [`shape`](crate::world::World::shape).
    pub is_traced: bool,
    /// The call goes through Telegram, and is not attached.
    pub is_telegram: bool,
    pub configure: fn(usize, &mut Config),
    /// What the sides of attached calls show from the first offer on.
    pub shows: Vec<(usize, VideoSource)>,
    /// The hosts' sockets are of both families: they write IPv4 addresses as IPv6 ones, and so are the servers'.
    pub is_dual_stack: bool,
    /// How often the hosts' loops turn; zero: whenever there is something to do.
    pub lag: Duration,
    /// The callee's host starts its media so much later than the caller's.
    pub callee_late: Duration,
}

impl Default for Setting {
    fn default() -> Setting {
        Setting {
            seed: 7,
            version: "9.0.0",
            parameters: "",
            odd_parameters: None,
            p2p_allowed: true,
            servers: Servers::default(),
            hosts: vec![vec![ip("198.51.100.1")], vec![ip("203.0.113.1")]],
            nat: Vec::new(),
            public: Vec::new(),
            no_udp: Vec::new(),
            link: Link::default(),
            post: Faults::default(),
            proxy: Vec::new(),
            is_proxy_off: false,
            calls: vec![[CALLER, CALLEE]],
            sound: Vec::new(),
            is_traced: false,
            is_telegram: false,
            configure: |_, _| {},
            shows: Vec::new(),
            is_dual_stack: false,
            lag: Duration::ZERO,
            callee_late: Duration::ZERO,
        }
    }
}
