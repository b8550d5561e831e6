//! The media transport of one call: ICE, relays, DTLS-SRTP, RTP and the data channel, joined.

use super::{LocalSetup, Output, RemoteSetup, State, Stream, TransportConfig};
use crate::error::Error;
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::{IpAddr, SocketAddr, SocketId, Ssrc};

/// The media of one private call. See [`crate::media`].
///
/// What the network hands in is never an error: it is used, or dropped and counted.
#[derive(Debug)]
pub struct Transport {
    config: TransportConfig,
    state: State,
}

impl Transport {
    /// Begins to gather candidates at once.
    pub fn new(_now: Time, _random: Random, config: TransportConfig) -> Transport {
        Transport { config, state: State::Connecting }
    }

    /// For our InitialSetup; the same for the whole call.
    pub fn local_setup(&self) -> LocalSetup {
        unimplemented!()
    }

    /// The peer's InitialSetup, each time one comes. Other credentials than before are an ICE restart of the peer; the
    /// fingerprint and the setup of the first one count for the whole call.
    pub fn set_remote_setup(&mut self, _now: Time, _setup: &RemoteSetup) {}

    /// A candidate of the peer, before or after its InitialSetup. One that cannot be used is counted.
    pub fn add_remote_candidate(&mut self, _now: Time, _candidate: &str) {}

    /// All streams we may send, as the peer answered; replaces those of before. A stream that stays keeps its counters.
    pub fn set_send_streams(&mut self, _streams: &[Stream]) -> Result<(), Error> {
        Ok(())
    }

    /// All streams the peer may send, as we answered; replaces those of before.
    pub fn set_receive_streams(&mut self, _streams: &[Stream]) -> Result<(), Error> {
        Ok(())
    }

    /// Sends one encoded audio packet on our audio stream; dropped and counted unless [`State::Connected`].
    pub fn send_audio(&mut self, _now: Time, _payload: &[u8], _timestamp: u32, _marker: bool) -> Result<(), Error> {
        Ok(())
    }

    /// Sends one packet of any stream of ours.
    #[allow(clippy::too_many_arguments)]
    pub fn send_rtp(
        &mut self,
        _now: Time,
        _ssrc: Ssrc,
        _payload_type: u8,
        _timestamp: u32,
        _marker: bool,
        _orientation: Option<u8>,
        _payload: &[u8],
    ) -> Result<(), Error> {
        Ok(())
    }

    /// Asks the peer for a key frame of this stream of its.
    pub fn request_key_frame(&mut self, _now: Time, _ssrc: Ssrc) {}

    /// Sends a text message on the data channel; it is kept until the channel is open.
    pub fn send_data(&mut self, _now: Time, _text: &str) -> Result<(), Error> {
        Ok(())
    }

    /// The local interfaces have changed.
    pub fn set_interfaces(&mut self, _now: Time, _interfaces: &[IpAddr]) {}

    /// A socket of [`Output::OpenSocket`] is bound or connected at `local`. One we do not know is ignored.
    pub fn handle_opened(&mut self, _now: Time, _socket: SocketId, _local: SocketAddr) {}

    /// It could not be opened, or it broke.
    pub fn handle_closed(&mut self, _now: Time, _socket: SocketId) {}

    pub fn handle_datagram(&mut self, _now: Time, _socket: SocketId, _from: SocketAddr, _bytes: &[u8]) {}

    /// The next bytes of a TCP stream, cut anywhere.
    pub fn handle_stream(&mut self, _now: Time, _socket: SocketId, _bytes: &[u8]) {}

    pub fn handle_timeout(&mut self, _now: Time) {}

    /// When [`Self::handle_timeout`] is wanted, at the latest. `None` only after a failure.
    pub fn next_timeout(&self) -> Option<Time> {
        None
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        None
    }

    /// Closes everything: DTLS says good-bye, TURN gives its allocations back, the sockets close. Poll once more.
    pub fn close(&mut self, _now: Time) {}

    pub fn state(&self) -> State {
        self.state
    }

    /// How long ago the transport connected for the first time, since it was made. `None`: not yet.
    pub fn connect_time(&self) -> Option<Duration> {
        let _ = &self.config;
        None
    }
}
