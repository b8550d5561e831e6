//! DTLS 1.2 in either role: handshake, the check of the peer's fingerprint, exported keys, application data.
//!
//! `dimpl` does the protocol. Nothing of a peer whose certificate is not the announced one gets past this file: no key, no
//! data, no word that it is connected.

pub mod certificate;
mod provider;

use super::clock::Clock;
use super::srtp::Profile;
use crate::time::{Duration, Time};
use certificate::{Certificate, fingerprint};
use dimpl::{Config, Dtls as Engine, DtlsCertificate, Output};
use std::collections::VecDeque;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A flight is repeated after this, then after twice that, and so on.
const FIRST_REPEAT: Duration = Duration::from_millis(100);
const REPEATS: usize = 9;
/// The transport gives up before.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(60);
/// Room for one record; more is asked for when it does not suffice.
const BUFFER: usize = 2048;
const MAX_BUFFER: usize = 1 << 17;

/// Who begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Client,
    Server,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// To the peer, on the route.
    Packet(Vec<u8>),
    /// What SRTP keys are made of; the peer is who it said.
    Keys { profile: Option<Profile>, material: Zeroizing<Vec<u8>> },
    Connected,
    Data(Vec<u8>),
    /// The peer has closed the association.
    Closed,
    /// The peer's certificate is not the announced one, or there was none.
    WrongFingerprint,
    /// The handshake or the association broke off, for this reason.
    Broken(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Handshake,
    /// The certificate was the right one.
    Trusted,
    Connected,
    Over,
}

pub struct Dtls {
    engine: Engine,
    clock: Clock,
    expected: [u8; 32],
    role: Role,
    state: State,
    timeout: Option<Time>,
    /// Keys that came before the certificate was checked; the engine's order is not ours to rely on.
    keys: Option<Event>,
    events: VecDeque<Event>,
}

impl core::fmt::Debug for Dtls {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Dtls").field("role", &self.role).field("state", &self.state).finish_non_exhaustive()
    }
}

impl Dtls {
    /// Begins the handshake, if it is ours to begin, with a peer whose certificate has this SHA-256 fingerprint.
    pub fn new(now: Time, clock: Clock, role: Role, certificate: &Certificate, expected: [u8; 32]) -> Option<Dtls> {
        let config = Config::builder()
            .with_crypto_provider(provider::provider())
            .flight_start_rto(FIRST_REPEAT)
            .flight_retries(REPEATS)
            .handshake_timeout(HANDSHAKE_LIMIT)
            .build()
            .ok()?;
        let certificate =
            DtlsCertificate { certificate: certificate.der.clone(), private_key: certificate.private_key.to_vec() };
        let mut engine = Engine::new_12(Arc::new(config), certificate, clock.instant(now));
        engine.set_active(role == Role::Client);
        let events = VecDeque::new();
        let mut dtls =
            Dtls { engine, clock, expected, role, state: State::Handshake, timeout: None, keys: None, events };
        dtls.handle_timeout(now);
        Some(dtls)
    }

    pub fn role(&self) -> Role {
        self.role
    }

    pub fn is_connected(&self) -> bool {
        self.state == State::Connected
    }

    /// In words, for the report.
    pub fn progress(&self) -> &'static str {
        match self.state {
            State::Handshake => "handshake",
            State::Trusted => "certificate checked",
            State::Connected => "connected",
            State::Over => "over",
        }
    }

    pub fn handle_packet(&mut self, now: Time, packet: &[u8]) {
        if self.state == State::Over {
            return;
        }
        let result = self.engine.handle_timeout(self.clock.instant(now));
        let result = result.and_then(|()| self.engine.handle_packet(packet));
        self.settle(result);
    }

    pub fn handle_timeout(&mut self, now: Time) {
        if self.state == State::Over {
            return;
        }
        let result = self.engine.handle_timeout(self.clock.instant(now));
        self.settle(result);
    }

    /// Sends application data; lost unless connected.
    pub fn send(&mut self, data: &[u8]) {
        if self.state == State::Connected {
            let result = self.engine.send_application_data(data).map(|_| ());
            self.settle(result);
        }
    }

    /// Tells the peer that this is the end.
    pub fn close(&mut self) {
        if self.state == State::Connected {
            let result = self.engine.close();
            self.settle(result);
        }
        self.state = State::Over;
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.timeout.filter(|_| self.state != State::Over)
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn settle(&mut self, result: Result<(), dimpl::Error>) {
        self.drain();
        if let Err(error) = result
            && self.state != State::Over
        {
            self.state = State::Over;
            self.events.push_back(Event::Broken(error.to_string()));
        }
    }

    /// Takes out everything the engine has to say.
    fn drain(&mut self) {
        let mut buffer = vec![0; BUFFER];
        loop {
            match self.engine.poll_output(&mut buffer) {
                Output::Packet(packet) => self.events.push_back(Event::Packet(packet.to_vec())),
                Output::BufferTooSmall { needed } if needed <= MAX_BUFFER => buffer.resize(needed, 0),
                Output::BufferTooSmall { .. } => break,
                Output::Timeout(at) => {
                    self.timeout = Some(self.clock.time(at));
                    break;
                }
                Output::PeerCert(certificate) => {
                    if !bool::from(fingerprint(certificate).ct_eq(&self.expected)) {
                        return self.distrust();
                    }
                    self.state = State::Trusted;
                    self.events.extend(self.keys.take());
                }
                Output::KeyingMaterial(material, profile) => {
                    let profile = match profile {
                        dimpl::SrtpProfile::AES128_CM_SHA1_80 => Some(Profile::Aes128CmSha1_80),
                        dimpl::SrtpProfile::AEAD_AES_128_GCM => Some(Profile::AeadAes128Gcm),
                        dimpl::SrtpProfile::AEAD_AES_256_GCM => Some(Profile::AeadAes256Gcm),
                        _ => None,
                    };
                    let keys = Event::Keys { profile, material: Zeroizing::new(material.to_vec()) };
                    match self.state {
                        State::Handshake => self.keys = Some(keys),
                        _ => self.events.push_back(keys),
                    }
                }
                // A peer that showed no certificate is nobody.
                Output::Connected if self.state == State::Handshake => return self.distrust(),
                Output::Connected => {
                    self.state = State::Connected;
                    self.events.push_back(Event::Connected);
                }
                Output::ApplicationData(data) if self.state == State::Connected => {
                    self.events.push_back(Event::Data(data.to_vec()));
                }
                Output::CloseNotify if self.state == State::Connected => self.events.push_back(Event::Closed),
                _ => {}
            }
        }
    }

    fn distrust(&mut self) {
        self.state = State::Over;
        self.keys = None;
        self.events.clear();
        self.events.push_back(Event::WrongFingerprint);
    }
}

#[cfg(test)]
mod tests;
