//! What a host with a media engine of its own needs: the key, the servers, the way for its signaling.

use super::inlet::PACKET;
use crate::call::state::{Input, State};
use crate::client::{Client, Media};
use crate::error::Error;
use crate::outcome::CallState;
use crate::secret::Secret;
use crate::time::Time;
use crate::types::CallId;

impl Client {
    /// The key. Valid from [`CallState::Connecting`] until the end.
    ///
    /// # Errors
    /// State: there is none.
    pub fn key(&self, call: CallId) -> Result<&Secret<256>, Error> {
        match self.ledger.private(call)?.call.state() {
            State::Talk(talk) if talk.shown() != CallState::Attached => Ok(&talk.talk().key),
            State::Talk(_) | State::Caller(_) | State::Callee(_) | State::Closing(_) => {
                Err(Error::state(format!("call {call} has no key yet, or no longer")))
            }
        }
    }

    /// The final `phoneCall` with its servers, as TL bytes. Valid as [`Client::key`]; not for a call that came decoded.
    pub fn phone_call(&self, call: CallId) -> Result<&[u8], Error> {
        let talk = self.ledger.private(call)?.call.talk();
        match talk.map(|talk| talk.link.object.as_slice()) {
            None | Some([]) => Err(Error::state(format!("call {call} has no final phoneCall in bytes"))),
            Some(object) => Ok(object),
        }
    }

    /// Takes a packet of the host's engine to the other side.
    ///
    /// # Errors
    /// State: no key yet, or the call is over. Unsupported: the sound is ours. Argument, Limit: an empty or a huge packet.
    pub fn send_signaling(&mut self, now: Time, call: CallId, packet: &[u8]) -> Result<(), Error> {
        self.at(now);
        self.host_engine(call)?;
        if packet.is_empty() {
            return Err(Error::argument("a signaling packet is not empty"));
        }
        if packet.len() > PACKET {
            return Err(Error::limit(format!("a signaling packet has at most {PACKET} bytes")));
        }
        self.apply(now, call, Input::SignalingOut(packet.to_vec()))
    }

    /// Tells whether the host's engine is connected.
    ///
    /// # Errors
    /// State: no key yet, or the call is over. Unsupported: the sound is ours.
    pub fn set_connected(&mut self, now: Time, call: CallId, connected: bool) -> Result<(), Error> {
        self.at(now);
        self.host_engine(call)?;
        self.apply(now, call, if connected { Input::MediaConnected } else { Input::MediaLost })
    }

    fn host_engine(&self, call: CallId) -> Result<(), Error> {
        self.ledger.get(call)?;
        match self.config.media {
            Media::Host => Ok(()),
            Media::Library => Err(Error::unsupported("the sound is ours, not the host's")),
        }
    }
}
