//! What a transport is told when it is made, and what is negotiated while it runs.

use super::rtp::extension::Extensions;
use super::srtp;
use crate::crypto::packet::MediaCipher;
use crate::server::Server;
use crate::setup::Setup;
use crate::types::{IpAddr, MediaKind, Role, Ssrc};
use core::time::Duration;

/// Everything a [`super::Transport`] has to know about the link it makes. Who owns it knows what kind of call it is for.
#[derive(Debug)]
pub struct LinkConfig {
    /// Names the sockets: their ids are `number << 16 | n`, so the owner of many engines finds that of a socket in its id.
    pub number: u32,
    pub ice: IceRole,
    /// What our fingerprint is announced with: who begins the DTLS handshake.
    pub setup: Setup,
    /// Whether the data channel is ours to open.
    pub opens_channel: bool,
    /// Whether a data channel that breaks is made anew for as long as there is a link; else a few times in a row.
    pub keeps_channel: bool,
    /// Streams that nobody announces, of a server that speaks for many. `None`: they are only told of.
    pub newcomers: Option<Newcomers>,
    pub seal: Seal,
    pub gather: GatherPolicy,
    pub timing: Timing,
}

impl LinkConfig {
    /// The link of two peers, peer to peer, without servers, on no known interface. Who called controls ICE, lets the other choose
    /// who begins the handshake, and opens the data channel.
    pub fn to_peer(number: u32, role: Role) -> LinkConfig {
        let is_caller = role == Role::Caller;
        LinkConfig {
            number,
            ice: if is_caller { IceRole::Controlling } else { IceRole::Controlled },
            setup: if is_caller { Setup::Actpass } else { Setup::Passive },
            opens_channel: is_caller,
            keeps_channel: false,
            newcomers: None,
            seal: Seal::Dtls { profiles: &srtp::Profile::ALL },
            gather: GatherPolicy { servers: Vec::new(), ways: Ways::All, interfaces: Vec::new(), tags: None },
            timing: Timing::default(),
        }
    }

    /// The link to a server of a group call, on no known interface. It is an ICE-lite one, which answers checks and makes none, so
    /// that it hears of us without candidates; it begins the handshake if its `setup` says so, and the channel is ours to open
    /// (`sfu.md` 3 and 8). We are controlled, as native clients: a server takes us by either role.
    pub fn to_server(number: u32, newcomers: Newcomers) -> LinkConfig {
        LinkConfig {
            number,
            ice: IceRole::Controlled,
            setup: Setup::Passive,
            opens_channel: true,
            keeps_channel: true,
            newcomers: Some(newcomers),
            seal: Seal::Dtls { profiles: &srtp::Profile::ALL },
            gather: GatherPolicy { servers: Vec::new(), ways: Ways::All, interfaces: Vec::new(), tags: None },
            // It hears others by it all the time, and is not heard itself.
            timing: Timing { deafness: Duration::from_millis(2500), ..Timing::default() },
        }
    }
}

/// What streams are made of that are learnt by their packets: each authentic one with one of these payload types, of a source that
/// was not announced, begins one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomers {
    pub kind: MediaKind,
    pub codecs: Vec<Codec>,
    pub extensions: Extensions,
    /// So many at a time; then the one that was heard longest ago gives way.
    pub most: usize,
}

/// Who chooses among the ways that work, and so nominates. When both are the same, ICE finds out who is what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IceRole {
    /// We choose, and nominate our route with every check on it, so that it may change at any time.
    Controlling,
    /// We take what the other nominates; until it has, or when that is dead, the best that works.
    Controlled,
}

/// What encrypts media.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one of a call")]
pub enum Seal {
    /// SRTP with keys that DTLS agrees on. The peer is known by the fingerprint of its certificate.
    Dtls {
        /// With which media may be protected. The handshake offers all that it knows, for `dimpl` has no choice of them, and takes
        /// the strongest that both have; if it is none of these, the link fails.
        profiles: &'static [srtp::Profile],
    },
    /// `network_use_mtproto` of `custom_parameters`: all is sealed by this, no DTLS and no SRTP.
    Mtproto(MediaCipher),
}

/// By what ways the peer is looked for.
#[derive(Clone, Debug)]
pub struct GatherPolicy {
    /// `phoneCall.connections`, all of them: those we cannot use still count for the numbers of the reflectors.
    pub servers: Vec<Server>,
    pub ways: Ways,
    /// The addresses of the local interfaces; empty: one socket per family, bound to the unspecified address.
    pub interfaces: Vec<IpAddr>,
    /// `network_standalone_reflectors` of `custom_parameters`: these, and reflector candidates are not signalled.
    pub tags: Option<FixedTags>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// Also straight from our addresses to the peer's.
    All,
    /// Relays only, so that the peer does not see our address.
    Relays,
    /// Everything leaves through a proxy: relays only, one socket per family, and TCP relays as soon as a UDP socket comes
    /// back closed. The proxy's own protocol is the business of who opens the sockets.
    Proxy,
}

impl Ways {
    pub fn are_direct(self) -> bool {
        self == Ways::All
    }
}

/// The tags of both ends at every reflector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedTags {
    pub ours: u32,
    pub theirs: u32,
}

impl FixedTags {
    /// As two peers have them (`media-transport.md` 4.4).
    pub fn of(role: Role) -> FixedTags {
        match role {
            Role::Caller => FixedTags { ours: 1, theirs: 2 },
            Role::Callee => FixedTags { ours: 2, theirs: 1 },
        }
    }
}

/// How long a transport waits (`media-transport.md` section 9, decision 20).
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Relays over TCP are tried when there is no route after this.
    pub tcp_after: Duration,
    /// A route on which nothing arrives for this long is left.
    pub silence: Duration,
    /// One on which no check is answered for this long is left even if the peer is heard: it does not hear us. For who has
    /// nowhere else to go.
    pub deafness: Duration,
}

impl Default for Timing {
    fn default() -> Timing {
        Timing {
            tcp_after: Duration::from_secs(3),
            silence: Duration::from_millis(2500),
            deafness: Duration::from_millis(5000),
        }
    }
}

/// One stream of one direction, with the numbers of the offer that announced it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    pub kind: MediaKind,
    pub ssrc: Ssrc,
    /// The second of the FID group: where retransmissions and probes come from.
    pub rtx_ssrc: Option<Ssrc>,
    /// In the order of preference; the first is sent. Without the `rtx` entries, which are at their codec.
    pub codecs: Vec<Codec>,
    pub extensions: Extensions,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codec {
    pub payload_type: u8,
    /// RTP timestamp units per second.
    pub clock_rate: u32,
    /// The payload type whose `apt` is this one.
    pub rtx: Option<u8>,
    pub feedback: Feedback,
}

/// The feedback types of a codec that were agreed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Feedback {
    pub transport_cc: bool,
    pub nack: bool,
    pub pli: bool,
    pub fir: bool,
    pub remb: bool,
}
