//! The servers that Telegram names for a call.

use crate::secret::{Secret, SecretText};
use crate::types::IpAddr;
use core::fmt;

/// One entry of `phoneCall.connections`: a relay or a STUN server.
#[derive(Clone, PartialEq, Eq)]
pub enum Server {
    /// `phoneConnection`.
    Reflector { id: i64, ip: Option<IpAddr>, ipv6: Option<IpAddr>, port: u16, peer_tag: Secret<16>, is_tcp: bool },
    /// `phoneConnectionWebrtc`: a STUN or TURN server, or both.
    Webrtc {
        id: i64,
        ip: Option<IpAddr>,
        ipv6: Option<IpAddr>,
        port: u16,
        username: String,
        password: SecretText,
        is_turn: bool,
        is_stun: bool,
    },
    /// A `phoneConnection` that cannot be used, as its port or its tag is none. It keeps its id: reflectors are numbered by
    /// the ids of all of them.
    Unusable { id: i64 },
}

/// Without names, passwords and tags.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Server::Reflector { id, ip, ipv6, port, peer_tag: _, is_tcp } => {
                write!(f, "Reflector {{ id: {id}, ip: {ip:?}, ipv6: {ipv6:?}, port: {port}, is_tcp: {is_tcp} }}")
            }
            Server::Webrtc { id, ip, ipv6, port, username: _, password: _, is_turn, is_stun } => {
                write!(f, "Webrtc {{ id: {id}, ip: {ip:?}, ipv6: {ipv6:?}, port: {port}, ")?;
                write!(f, "is_turn: {is_turn}, is_stun: {is_stun} }}")
            }
            Server::Unusable { id } => write!(f, "Unusable {{ id: {id} }}"),
        }
    }
}

#[cfg(feature = "media")]
impl Server {
    /// Where the server is, as far as the entry says so of the right family.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        let (ip, ipv6) = match self {
            Server::Reflector { ip, ipv6, .. } | Server::Webrtc { ip, ipv6, .. } => (*ip, *ipv6),
            Server::Unusable { .. } => (None, None),
        };
        ip.filter(IpAddr::is_ipv4).into_iter().chain(ipv6.filter(IpAddr::is_ipv6))
    }

    /// From the fields as Telegram writes them. Addresses that are no literals are left out.
    #[cfg(any(test, feature = "internals"))]
    pub fn reflector(id: i64, ip: &str, ipv6: &str, port: u16, peer_tag: &[u8], is_tcp: bool) -> Server {
        let (ip, ipv6) = (ip.parse().ok(), ipv6.parse().ok());
        match Secret::from_slice(peer_tag) {
            Some(peer_tag) => Server::Reflector { id, ip, ipv6, port, peer_tag, is_tcp },
            None => Server::Unusable { id },
        }
    }

    /// Likewise.
    #[cfg(any(test, feature = "internals"))]
    #[allow(clippy::too_many_arguments)]
    pub fn webrtc(
        id: i64,
        ip: &str,
        ipv6: &str,
        port: u16,
        username: &str,
        password: &str,
        is_turn: bool,
        is_stun: bool,
    ) -> Server {
        let (ip, ipv6) = (ip.parse().ok(), ipv6.parse().ok());
        let (username, password) = (username.to_owned(), password.into());
        Server::Webrtc { id, ip, ipv6, port, username, password, is_turn, is_stun }
    }
}
