//! What two peers tell each other through Telegram.
//!
//! A [`Signaling`] turns [`message::Message`]s into the packets of `phone.sendSignalingData` and back, in the dialect of
//! the call's library version: `signaling-encryption.md`. [`negotiation::Negotiation`] decides what to say.
//!
//! ```text
//! JSON → gzip → counter → encryption → SCTP → Telegram      12.0.0, 13.0.0
//! JSON → acknowledged records → encryption → Telegram       8.0.0, 9.0.0 (old engines: as 12.0.0)
//! JSON → counter → encryption → Telegram                    7.0.0
//! ```

pub mod acked;
pub mod gzip;
pub mod message;
pub mod negotiation;
pub mod order;
pub mod sctp;
pub mod seal;
pub mod undecided;
pub mod version;

use crate::crypto::packet::{PacketCipher, Purpose};
use crate::error::Error;
use crate::random::Random;
use crate::secret::Secret;
use crate::time::Time;
use crate::types::Role;
use acked::{Acked, Unsendable};
use message::{Ignored, Message};
use order::Order;
use sctp::{Handled, Sctp};
use seal::{Refused, Sealer};
use std::collections::VecDeque;
use undecided::{Decided, Undecided};
use version::{CustomParameters, Dialect, Version};

/// Messages that wait to be polled. More than this at once is not a call but an attack.
const MAX_MESSAGES: usize = 1024;

/// Packets and messages, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub packets_sent: u64,
    pub packets_received: u64,
    pub messages_sent: u64,
    pub messages_received: u64,
    /// Not sealed by the other end with the key of the call.
    pub unsealed: u64,
    /// Arrived again, which is normal, or too late.
    pub replayed: u64,
    /// Not of the framing, the compression or the JSON that was agreed on.
    pub malformed: u64,
    /// Messages of a type that we do not know.
    pub unknown: u64,
    /// Messages that nobody fetched.
    pub overflowed: u64,
}

impl Counters {
    /// What arrived and was of no use, other than repeats.
    #[cfg(any(test, feature = "internals"))]
    pub fn dropped(&self) -> u64 {
        self.unsealed + self.malformed + self.overflowed
    }
}

/// The signaling of one call, from the moment its key is known.
#[derive(Debug)]
pub struct Signaling {
    dialect: Dialect,
    carrier: Carrier,
    messages: VecDeque<Message>,
    counters: Counters,
}

#[derive(Debug)]
enum Carrier {
    Direct(Sealer, Order, VecDeque<Vec<u8>>),
    Acked(Box<Acked>),
    Sctp(Sealer, Box<Sctp>),
    Undecided(Box<Undecided>),
}

impl Signaling {
    pub fn new(
        now: Time,
        random: Random,
        key: &Secret<256>,
        role: Role,
        version: Version,
        parameters: &CustomParameters,
    ) -> Signaling {
        let dialect = version.dialect(parameters);
        let cipher = PacketCipher::new(key, role, Purpose::Signaling);
        let carrier = match dialect {
            Dialect::Raw | Dialect::Compressed => {
                Carrier::Direct(Sealer::new(cipher), Order::default(), VecDeque::new())
            }
            Dialect::Acked if version.has_two_framings() => {
                Carrier::Undecided(Box::new(Undecided::new(cipher, random, parameters.clone())))
            }
            Dialect::Acked => Carrier::Acked(Box::new(Acked::new(cipher))),
            Dialect::Sctp => Carrier::Sctp(Sealer::new(cipher), Box::new(Sctp::new(now, random, parameters))),
        };
        Signaling { dialect, carrier, messages: VecDeque::new(), counters: Counters::default() }
    }

    /// How messages travel, as far as is known: at 9.0.0 the peer has a say in it.
    #[cfg(any(test, feature = "internals"))]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Sends a message. [`Limit`](crate::error::ErrorKind::Limit) if it is too long, or the peer has confirmed nothing
    /// for too long.
    pub fn send(&mut self, now: Time, message: &Message) -> Result<(), Error> {
        let too_long = || Error::limit("the message is too long for a signaling packet");
        let silent = || Error::limit("the other side confirms no signaling");
        let unsendable = |error| match error {
            Unsendable::TooLong => too_long(),
            Unsendable::Exhausted => silent(),
        };
        let json = message.to_json().into_bytes();
        match &mut self.carrier {
            Carrier::Direct(sealer, _, packets) => {
                let payload = if self.dialect == Dialect::Compressed { gzip::compress(&json) } else { json };
                packets.push_back(sealer.seal(&payload).ok_or_else(too_long)?);
            }
            Carrier::Acked(acked) => acked.send(now, &json).map_err(unsendable)?,
            Carrier::Sctp(sealer, sctp) => {
                let packet = sealer.seal(&gzip::compress(&json)).ok_or_else(too_long)?;
                sctp.send(now, packet).then_some(()).ok_or_else(silent)?;
            }
            Carrier::Undecided(undecided) => undecided.send(now, &json).map_err(unsendable)?,
        }
        self.counters.messages_sent += 1;
        Ok(())
    }

    /// Takes the `data` of an `updatePhoneCallSignalingData`.
    pub fn handle_packet(&mut self, now: Time, packet: &[u8]) {
        self.counters.packets_received += 1;
        match &mut self.carrier {
            Carrier::Direct(sealer, order, _) => match sealer.open(packet) {
                Ok((counter, payload)) => order.add(now, counter, payload),
                Err(refused) => self.count(refused),
            },
            Carrier::Acked(acked) => {
                if let Err(refused) = acked.handle_packet(now, packet) {
                    self.count(refused);
                }
            }
            Carrier::Sctp(sealer, sctp) => match sctp.handle_packet(now, packet) {
                Handled::Taken => {}
                Handled::Malformed => self.count(Refused::Malformed),
                Handled::Bare => match sealer.open(packet) {
                    Ok((_, payload)) => self.receive(&payload),
                    Err(refused) => self.count(refused),
                },
            },
            Carrier::Undecided(undecided) => {
                if let Err(refused) = undecided.handle_packet(now, packet) {
                    self.count(refused);
                }
            }
        }
        self.collect(now);
    }

    /// The next `data` for `phone.sendSignalingData`.
    pub fn poll_packet(&mut self) -> Option<Vec<u8>> {
        let packet = match &mut self.carrier {
            Carrier::Direct(_, _, packets) => packets.pop_front(),
            Carrier::Acked(acked) => acked.poll_packet(),
            Carrier::Sctp(_, sctp) => sctp.poll_packet(),
            Carrier::Undecided(undecided) => undecided.poll_packet(),
        };
        self.counters.packets_sent += u64::from(packet.is_some());
        packet
    }

    pub fn poll_message(&mut self) -> Option<Message> {
        self.messages.pop_front()
    }

    pub fn next_timeout(&self) -> Option<Time> {
        match &self.carrier {
            Carrier::Direct(_, order, _) => order.next_timeout(),
            Carrier::Acked(acked) => acked.next_timeout(),
            Carrier::Sctp(_, sctp) => sctp.next_timeout(),
            Carrier::Undecided(undecided) => undecided.next_timeout(),
        }
    }

    pub fn handle_timeout(&mut self, now: Time) {
        match &mut self.carrier {
            Carrier::Direct(..) => {}
            Carrier::Acked(acked) => acked.handle_timeout(now),
            Carrier::Sctp(_, sctp) => sctp.handle_timeout(now),
            Carrier::Undecided(undecided) => undecided.handle_timeout(now),
        }
        self.collect(now);
    }

    /// Takes what has come through the layer below.
    fn collect(&mut self, now: Time) {
        loop {
            self.settle();
            let payload = match &mut self.carrier {
                Carrier::Direct(_, order, _) => order.poll(now).map(Ok),
                Carrier::Acked(acked) => acked.poll_message().map(Ok),
                Carrier::Sctp(sealer, sctp) => {
                    sctp.poll_message().map(|packet| sealer.open(&packet).map(|(_, payload)| payload))
                }
                Carrier::Undecided(undecided) => undecided.poll_payload(),
            };
            match payload {
                Some(Ok(payload)) => self.receive(&payload),
                Some(Err(refused)) => self.count(refused),
                None => return,
            }
        }
    }

    /// Follows the peer to its framing.
    fn settle(&mut self) {
        let Carrier::Undecided(undecided) = &mut self.carrier else { return };
        if undecided.looks_like_sctp() {
            self.dialect = Dialect::Sctp;
        }
        if let Some(decided) = undecided.take_decision() {
            (self.dialect, self.carrier) = match decided {
                Decided::Acked(acked) => (Dialect::Acked, Carrier::Acked(acked)),
                Decided::Sctp(sealer, sctp) => (Dialect::Sctp, Carrier::Sctp(sealer, sctp)),
            };
        }
    }

    fn receive(&mut self, payload: &[u8]) {
        let Some(text) = gzip::expand(payload) else { return self.count(Refused::Malformed) };
        match Message::parse(&text) {
            Ok(_) if self.messages.len() >= MAX_MESSAGES => self.counters.overflowed += 1,
            Ok(message) => {
                self.counters.messages_received += 1;
                self.messages.push_back(message);
            }
            Err(Ignored::Unknown) => self.counters.unknown += 1,
            Err(Ignored::Malformed) => self.counters.malformed += 1,
        }
    }

    fn count(&mut self, refused: Refused) {
        match refused {
            Refused::Unsealed => self.counters.unsealed += 1,
            Refused::Replayed => self.counters.replayed += 1,
            Refused::Malformed => self.counters.malformed += 1,
        }
    }
}
