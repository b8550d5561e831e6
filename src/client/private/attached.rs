//! A private call whose key the host made, or whose servers it adds one by one.

use super::route::{CUSTOM_PARAMETERS, SERVERS};
use super::{Callee, Private};
use crate::call::news::{Link, Server};
use crate::call::protocol::Version;
use crate::call::state::{Call, Input, State};
use crate::client::{Client, Handled, Media};
use crate::error::Error;
use crate::outcome::CallState;
use crate::secret::Secret;
use crate::time::Time;
use crate::types::{CallId, UserId};

/// `phoneConnection`, field by field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Reflector<'a> {
    pub id: i64,
    pub ip: &'a str,
    pub ipv6: &'a str,
    pub port: u16,
    pub peer_tag: &'a [u8],
    pub is_tcp: bool,
}

/// Without the tag.
impl core::fmt::Debug for Reflector<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Reflector { id, ip, ipv6, port, peer_tag: _, is_tcp } = self;
        write!(f, "Reflector {{ id: {id}, ip: {ip:?}, ipv6: {ipv6:?}, port: {port}, is_tcp: {is_tcp} }}")
    }
}

/// `phoneConnectionWebrtc`, field by field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Webrtc<'a> {
    pub id: i64,
    pub ip: &'a str,
    pub ipv6: &'a str,
    pub port: u16,
    pub username: &'a str,
    pub password: &'a str,
    pub is_turn: bool,
    pub is_stun: bool,
}

/// Without name and password.
impl core::fmt::Debug for Webrtc<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Webrtc { id, ip, ipv6, port, username: _, password: _, is_turn, is_stun } = self;
        write!(f, "Webrtc {{ id: {id}, ip: {ip:?}, ipv6: {ipv6:?}, port: {port}, ")?;
        write!(f, "is_turn: {is_turn}, is_stun: {is_stun} }}")
    }
}

impl Client {
    /// Takes over a call for which the host's Telegram library agreed on the key: attach, add each server, connect.
    ///
    /// # Errors
    /// Argument: the key has not 256 bytes. Limit: as many calls are up as the configuration allows. Unsupported: the
    /// sound is the host's.
    pub fn attach(&mut self, now: Time, outgoing: bool, key: &[u8]) -> Result<CallId, Error> {
        self.at(now);
        if self.config.media == Media::Host {
            return Err(Error::unsupported("the sound is the host's: there is nothing to attach"));
        }
        let key = Secret::from_slice(key).ok_or_else(|| Error::argument("a key has 256 bytes"))?;
        self.check_room()?;
        let call = Call::attach(self.rules.clone(), key);
        let callee = Callee { user: UserId(0), access_hash: 0, is_video: false };
        let id = self.ledger.add(Private::entry(now, call, callee, outgoing, true));
        self.ledger.up += 1;
        self.begin(now, id, CallState::Attached, "attach", vec![]);
        Ok(id)
    }

    /// Adds a relay, until [`Client::connect`]. One that cannot be used is taken all the same: both sides number them.
    ///
    /// # Errors
    /// State: the servers of this call are known already, or not yet asked for. Limit: more than 64 servers.
    pub fn add_reflector(&mut self, call: CallId, reflector: &Reflector<'_>) -> Result<(), Error> {
        let (ip, ipv6) = (reflector.ip.parse().ok(), reflector.ipv6.parse().ok());
        let Reflector { id, ip: _, ipv6: _, port, peer_tag, is_tcp } = *reflector;
        // Useless ones count when both sides number them.
        let server = match Secret::from_slice(peer_tag) {
            Some(peer_tag) => Server::Reflector { id, ip, ipv6, port, peer_tag, is_tcp },
            None => Server::Unusable { id },
        };
        self.add_server(call, server)
    }

    /// Adds a STUN or TURN server, until [`Client::connect`]. Errors as [`Client::add_reflector`].
    pub fn add_webrtc(&mut self, call: CallId, webrtc: &Webrtc<'_>) -> Result<(), Error> {
        let (ip, ipv6) = (webrtc.ip.parse().ok(), webrtc.ipv6.parse().ok());
        let Webrtc { id, ip: _, ipv6: _, port, username, password, is_turn, is_stun } = *webrtc;
        let (username, password) = (username.to_owned(), password.into());
        self.add_server(call, Server::Webrtc { id, ip, ipv6, port, username, password, is_turn, is_stun })
    }

    /// Starts the media of an attached call, or after [`Client::handle_confirmed`].
    ///
    /// # Errors
    /// State: not [`CallState::Attached`], or [`CallState::Connecting`] without media. Unsupported: we do not speak the
    /// version; the call has to be discarded.
    pub fn connect(
        &mut self,
        now: Time,
        call: CallId,
        version: &str,
        p2p_allowed: bool,
        custom_parameters: &str,
    ) -> Result<(), Error> {
        self.at(now);
        self.open_call(call)?;
        let version = Version::from_name(version)
            .ok_or_else(|| Error::unsupported(format!("we do not speak library version {version:?}")))?;
        if custom_parameters.len() > CUSTOM_PARAMETERS {
            return Err(Error::limit("custom_parameters are too long"));
        }
        let link = Link {
            versions: vec![version.name().to_owned()],
            p2p_allowed,
            custom_parameters: (!custom_parameters.is_empty()).then(|| custom_parameters.to_owned()),
            ..Link::default()
        };
        self.apply(now, call, Input::Connect(version, Box::new(link)))
    }

    /// A signaling packet from the other side. [`Handled::Empty`] for one that is dropped, which is counted.
    pub fn handle_signaling(&mut self, now: Time, call: CallId, packet: &[u8]) -> Result<Handled, Error> {
        self.at(now);
        self.ledger.private(call)?;
        Ok(self.take_packet(now, call, packet))
    }

    /// A call whose servers and version are still to come.
    fn open_call(&mut self, call: CallId) -> Result<&mut Private, Error> {
        let private = self.ledger.private_mut(call)?;
        let is_open = matches!(private.call.state(), State::Talk(talk) if talk.is_open());
        if is_open {
            Ok(private)
        } else {
            Err(Error::state(format!("call {call} is {}: not the time for that", private.shown())))
        }
    }

    fn add_server(&mut self, call: CallId, server: Server) -> Result<(), Error> {
        let private = self.open_call(call)?;
        let Some(talk) = private.call.talk_mut() else { return Ok(()) };
        if talk.link.servers.len() >= SERVERS {
            return Err(Error::limit(format!("a call has at most {SERVERS} servers")));
        }
        talk.link.servers.push(server);
        Ok(())
    }
}
