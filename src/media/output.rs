//! What a transport wants done, and what it has to tell.

use super::rtp::extension::ExtensionValues;
use crate::time::Time;
use crate::types::{Protocol, SocketAddr, SocketId, Ssrc};

/// One thing to do or to know, in order, from [`super::Transport::poll_output`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Open a socket, then `handle_opened` with the address it got, or `handle_closed` if it cannot be had.
    ///
    /// UDP: bind it to `local`, whose port is 0; `remote` is `None`. TCP: connect to `remote`, from `local` unless that is
    /// unspecified; no delay (Nagle off).
    OpenSocket {
        socket: SocketId,
        protocol: Protocol,
        local: SocketAddr,
        remote: Option<SocketAddr>,
    },
    /// Close it; do not answer.
    CloseSocket {
        socket: SocketId,
    },
    /// Send one datagram to `remote` (UDP), or these bytes of the stream (TCP, `remote` is `None`).
    ///
    /// TCP: `bytes` are whole frames. While earlier bytes wait in the send buffer, drop them all rather than queue them:
    /// they would come too late. Never send a part and drop the rest.
    Transmit {
        socket: SocketId,
        remote: Option<SocketAddr>,
        bytes: Vec<u8>,
    },
    /// Tell the peer (`Candidates` message).
    LocalCandidate(String),
    /// What was told by this text is gone: not to be told again.
    LocalCandidateGone(String),
    StateChanged {
        old: State,
        new: State,
    },
    /// Media takes this way from now on; `None`: there is none.
    RouteChanged {
        route: Option<Route>,
        why: RouteChange,
    },
    /// A text message of the peer on the data channel.
    DataMessage(String),
    /// The data channel can be written to.
    DataOpen,
    Received(Received),
    /// An authentic packet of a source that was not announced, the first with this payload type; it was dropped.
    UnknownSource {
        ssrc: Ssrc,
        payload_type: u8,
    },
    /// The peer cannot decode this stream of ours without a key frame (PLI or FIR, those of 300 ms are one), or we have dropped
    /// packets of it.
    KeyFrameWanted {
        ssrc: Ssrc,
    },
    /// Packets of this stream of the peer's were asked for again and again, and did not come: up to this one none is worth waiting for.
    GivenUp {
        ssrc: Ssrc,
        sequence: u16,
    },
    /// What all our pictures together may take from now on, in bit/s of payloads. Told when it has changed by so much that an
    /// encoder should act: down at once, up once in a second.
    VideoRate {
        /// 0: the link carries no picture.
        bits_per_s: u32,
    },
}

/// A packet of a stream that was announced, decrypted, once. Not in order: that is the jitter buffer's work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub ssrc: Ssrc,
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub marker: bool,
    pub arrived_at: Time,
    /// What its header extensions say, of those that were agreed on.
    pub extensions: ExtensionValues,
    /// Empty: nothing but padding, with which libwebrtc probes what a path carries.
    pub payload: Vec<u8>,
}

/// ```text
/// Connecting ──> Connected <──> Reconnecting
///     └──────────────┴───────────────┴──────> Failed
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No way to the peer yet, or the keys are being agreed on.
    Connecting,
    /// There is a way, and media can be encrypted and decrypted.
    Connected,
    /// There was a way, and it has fallen silent.
    Reconnecting,
    /// Over. Nothing more is sent.
    Failed(Failure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection for too long: its owner gave up.
    Timeout,
    /// The peer's certificate is not the one it announced: somebody is in between.
    Fingerprint,
    /// The handshake broke off: no common cipher, an alert, or the peer closed the association.
    Handshake,
}

/// Which way media takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub kind: RouteKind,
    /// Over TCP to the relay.
    pub tcp: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteKind {
    Direct,
    Turn,
    /// By its number, from 1.
    Reflector(u8),
}

impl Route {
    pub fn is_relayed(self) -> bool {
        self.kind != RouteKind::Direct
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteChange {
    /// The first one, a better one, or the one the peer chose.
    Selected,
    /// The one before fell silent.
    Silent,
    /// The socket, relay or interface of the one before is gone.
    Closed,
}

impl RouteChange {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            RouteChange::Selected => "better, or the other side chose it",
            RouteChange::Silent => "the one before fell silent",
            RouteChange::Closed => "the one before is closed",
        }
    }
}
