//! One go at the handshake, and the association that comes of it: an engine, and what it has to say.

use super::certificate::{self, Certificate, fingerprint};
use super::{Event, Role, provider};
use crate::media::clock::Clock;
use crate::media::srtp::Profile;
use crate::time::{Duration, Time};
use dimpl::{CertificateError, Config, Dtls as Engine, DtlsCertificate, Error, Output};
use std::collections::VecDeque;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A flight is repeated after this, then after twice that, and so on, up to the last. RFC 6347 section 4.2.4.1 lets it grow to 60 s: a path
/// that was away for ten would be back for ten before anybody noticed.
const FIRST_REPEAT: Duration = Duration::from_millis(100);
const LAST_REPEAT: Duration = Duration::from_millis(1600);
const REPEATS: usize = 24;
/// Of the engine's clock, which is put forward. The transport gives up before.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(1 << 24);
/// Room for one record; more is asked for when it does not suffice.
const BUFFER: usize = 2048;
const MAX_BUFFER: usize = 1 << 17;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Handshake,
    /// The certificate was the right one.
    Trusted,
    Connected,
    Over,
}

/// What every attempt of an association begins with.
pub struct Start<'a> {
    pub role: Role,
    pub certificate: &'a Certificate,
    pub expected: [u8; 32],
    /// The same seed and the same time make the same ClientHello.
    pub seed: u64,
    pub began: Time,
}

pub struct Attempt {
    engine: Engine,
    clock: Clock,
    expected: [u8; 32],
    state: State,
    /// The engine's clock is ahead of ours by so much: its pauses between repetitions have no bound, ours have.
    ahead: Duration,
    /// When it wants to be woken, by its clock…
    due: Time,
    /// … and by ours.
    timeout: Option<Time>,
    /// The random of the ClientHello that it answers, as server.
    pub hello: Option<[u8; 32]>,
    /// When the peer was first heard.
    pub heard_at: Option<Time>,
    /// The peer has sent authenticated data: it is past its handshake too.
    pub is_confirmed: bool,
    /// Keys that came before the certificate was checked; the engine's order is not ours to rely on.
    keys: Option<Event>,
    /// Of the peer's certificate, if we cannot check signatures of its kind.
    unknown_key: Option<&'static str>,
    pub events: VecDeque<Event>,
}

impl Attempt {
    pub fn new(now: Time, clock: Clock, start: &Start<'_>) -> Option<Attempt> {
        let config = Config::builder()
            .with_crypto_provider(provider::provider())
            .flight_start_rto(FIRST_REPEAT)
            .flight_retries(REPEATS)
            .handshake_timeout(HANDSHAKE_LIMIT)
            // A HelloVerifyRequest would cost a round trip. It is there against forged sender addresses (RFC 6347 section
            // 4.2.1): a server is not to compute, nor to send a larger flight, for an address that nobody has shown to be the
            // client's. Here ICE has shown it: nothing gets this far that did not come from an address whose check carried
            // the password that only signaling knows.
            .use_server_cookie(false)
            .dangerously_set_rng_seed(start.seed)
            .build()
            .ok()?;
        // The engine drops its copy of the key unwiped, and `ring` does the same with what it makes of it: neither lets us do
        // better. Ours is wiped.
        let Certificate { der, private_key } = start.certificate;
        let certificate = DtlsCertificate { certificate: der.clone(), private_key: private_key.to_vec() };
        let mut engine = Engine::new_12(Arc::new(config), certificate, clock.instant(start.began));
        engine.set_active(start.role == Role::Client);
        let mut attempt = Attempt {
            engine,
            clock,
            expected: start.expected,
            state: State::Handshake,
            ahead: Duration::ZERO,
            due: now,
            timeout: None,
            hello: None,
            heard_at: None,
            is_confirmed: false,
            keys: None,
            unknown_key: None,
            events: VecDeque::new(),
        };
        // The hello carries the time; only what is after it is of now.
        attempt.engine.handle_timeout(clock.instant(start.began)).ok()?;
        attempt.handle_timeout(now).ok()?;
        Some(attempt)
    }

    pub fn state(&self) -> State {
        self.state
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.timeout
    }

    /// `Err`: it broke off, for this reason.
    pub fn handle_packet(&mut self, now: Time, packet: &[u8]) -> Result<(), String> {
        self.heard_at.get_or_insert(now);
        let result = self.engine.handle_timeout(self.clock.instant(now + self.ahead));
        let result = result.and_then(|()| self.engine.handle_packet(packet));
        self.settle(now, result)
    }

    pub fn handle_timeout(&mut self, now: Time) -> Result<(), String> {
        if self.is_under_way() && self.timeout.is_some_and(|at| at <= now) {
            self.ahead = self.ahead.max(self.due.since(now));
            self.timeout = Some(now + LAST_REPEAT); // unless it says another
        }
        let result = self.engine.handle_timeout(self.clock.instant(now + self.ahead));
        self.settle(now, result)
    }

    fn is_under_way(&self) -> bool {
        matches!(self.state, State::Handshake | State::Trusted)
    }

    pub fn send(&mut self, now: Time, data: &[u8]) -> Result<(), String> {
        let result = self.engine.send_application_data(data).map(|_| ());
        self.settle(now, result)
    }

    pub fn close(&mut self, now: Time) {
        let result = self.engine.close();
        // It is over either way.
        let _ = self.settle(now, result);
    }

    fn settle(&mut self, now: Time, result: Result<(), Error>) -> Result<(), String> {
        let before = self.due;
        self.drain();
        if self.due != before || !self.is_under_way() {
            let at = Time::ZERO + self.due.since(Time::ZERO + self.ahead);
            // Where nothing is to be repeated it is the end that is waited for.
            let repeats = self.is_under_way() && at.since(now) < HANDSHAKE_LIMIT / 2;
            self.timeout = Some(if repeats { at.min(now + LAST_REPEAT) } else { at });
        }
        match result {
            Err(error) if self.state != State::Over => Err(self.explain(&error)),
            _ => Ok(()),
        }
    }

    /// The engine's words, or better ones.
    fn explain(&self, error: &Error) -> String {
        match (self.unknown_key, error) {
            (Some(kind), _) => {
                format!("the peer's certificate has {kind}; only ECDSA with P-256 or P-384 is understood")
            }
            (None, Error::CertificateError(CertificateError::NoClientCertificateReceived)) => {
                "the peer showed no certificate: it has none with an ECDSA key, or none at all".into()
            }
            _ => error.to_string(),
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
                    self.due = self.clock.time(at);
                    break;
                }
                Output::PeerCert(certificate) => {
                    if !bool::from(fingerprint(certificate).ct_eq(&self.expected)) {
                        return self.distrust();
                    }
                    self.unknown_key = certificate::unknown_key(certificate);
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
                    self.is_confirmed = true;
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
