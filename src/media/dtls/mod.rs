//! DTLS 1.2 in either role: handshake, the check of the peer's fingerprint, exported keys, application data.
//!
//! `dimpl` does the protocol. Nothing of a peer whose certificate is not the announced one gets past this file: no key, no
//! data, no word that it is connected.
//!
//! Until its end a handshake is not authenticated: whoever can send from an address of the peer's can spoil it. A spoilt one is
//! made anew, for as long as the transport waits, and only the wrong certificate is final:
//!
//! * The client repeats the very same ClientHello. A server that is still in the middle takes it for a repetition and goes on
//!   with its old answer; one that has lost its place begins anew.
//! * The server answers the newest ClientHello. One that comes after its own end, while nothing has shown that the client got
//!   that far, is answered beside what there is, which is replaced only by a handshake that was completed.

mod attempt;
pub mod certificate;
mod gate;
mod provider;

use super::clock::Clock;
use super::srtp::Profile;
use crate::time::{Duration, Time};
use attempt::{Attempt, Start, State};
use certificate::Certificate;
use gate::Gate;
use std::collections::VecDeque;
use zeroize::Zeroizing;

/// A handshake that has begun and does not end is spoilt. Long enough for slow paths, and for a flight to be repeated six times.
const STALLED: Duration = Duration::from_secs(8);
/// The pause before the next attempt, doubled each time, up to the second.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_millis(1600);

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
    Keys {
        profile: Option<Profile>,
        material: Zeroizing<Vec<u8>>,
    },
    Connected,
    Data(Vec<u8>),
    /// The peer has closed the association.
    Closed,
    /// The peer's certificate is not the announced one, or there was none.
    WrongFingerprint,
    /// The handshake or the association broke off, for this reason.
    Broken(String),
}

/// An association with the peer, through as many attempts as it takes.
pub struct Dtls {
    clock: Clock,
    role: Role,
    certificate: Certificate,
    expected: [u8; 32],
    seed: u64,
    began: Time,
    /// None: as server, before a ClientHello; as client, until `pause_until`. In boxes, as one has 3.5 kB and most calls have one.
    current: Option<Box<Attempt>>,
    /// As server: the handshake of a client that has begun again after our end.
    successor: Option<Box<Attempt>>,
    gate: Gate,
    attempts: u32,
    pause_until: Time,
    trouble: Option<String>,
    is_over: bool,
    events: VecDeque<Event>,
}

impl core::fmt::Debug for Dtls {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Dtls").field("role", &self.role).field("progress", &self.progress()).finish_non_exhaustive()
    }
}

impl Dtls {
    /// Begins the handshake, if it is ours to begin, with a peer whose certificate has this SHA-256 fingerprint.
    pub fn new(now: Time, clock: Clock, role: Role, certificate: &Certificate, expected: [u8; 32], seed: u64) -> Dtls {
        let mut dtls = Dtls {
            clock,
            role,
            certificate: certificate.clone(),
            expected,
            seed,
            began: now,
            current: None,
            successor: None,
            gate: Gate::new(role),
            attempts: 0,
            pause_until: now,
            trouble: None,
            is_over: false,
            events: VecDeque::new(),
        };
        dtls.handle_timeout(now);
        dtls
    }

    pub fn role(&self) -> Role {
        self.role
    }

    pub fn is_connected(&self) -> bool {
        self.current.as_ref().is_some_and(|attempt| attempt.state() == State::Connected)
    }

    /// In words, for the report.
    pub fn progress(&self) -> &'static str {
        match self.current.as_deref().map(Attempt::state) {
            _ if self.is_over => "over",
            None if self.role == Role::Client => "about to begin again",
            None | Some(State::Handshake) => "handshake",
            Some(State::Trusted) => "certificate checked",
            Some(State::Connected) => "connected",
            Some(State::Over) => "over",
        }
    }

    /// What has kept the handshake from its end so far, if anything has.
    pub fn trouble(&self) -> Option<String> {
        // A peer whose key is RSA or Ed25519 has nothing to choose from what we offer, and says no more than this.
        let alert = self.gate.alert.map(|alert| match alert {
            40 => "the peer has refused the handshake (alert 40): perhaps its certificate has no ECDSA key, the only kind we \
                   understand"
                .into(),
            _ => format!("the peer has refused the handshake (alert {alert})"),
        });
        self.trouble.clone().or(alert)
    }

    pub fn handle_packet(&mut self, now: Time, packet: &[u8]) {
        if self.is_over {
            return;
        }
        let hello = if self.role == Role::Server { gate::client_hello(packet) } else { None };
        if self.is_connected() {
            if hello.is_some() {
                self.answer_late_hello(now, hello);
            }
            self.feed(now, packet);
        } else if let Some(packet) = self.gate.admit(packet) {
            if hello.is_some() {
                self.answer_hello(now, hello);
            }
            self.feed(now, &packet);
        }
        self.collect(now);
    }

    /// A client begins, or begins again.
    fn answer_hello(&mut self, now: Time, hello: Option<[u8; 32]>) {
        if self.current.as_ref().is_some_and(|attempt| attempt.hello == hello) || now < self.pause_until {
            return;
        }
        self.current = self.begin(now);
        self.set_pause(now);
        if let Some(attempt) = &mut self.current {
            attempt.hello = hello;
        }
    }

    /// A client begins though we are at the end.
    fn answer_late_hello(&mut self, now: Time, hello: Option<[u8; 32]>) {
        let is_confirmed = self.current.as_ref().is_some_and(|attempt| attempt.is_confirmed);
        let is_known = self.successor.as_ref().is_some_and(|attempt| attempt.hello == hello);
        if is_confirmed || is_known || now < self.pause_until {
            return;
        }
        self.successor = self.begin(now);
        self.set_pause(now);
        if let Some(attempt) = &mut self.successor {
            attempt.hello = hello;
        }
    }

    fn begin(&mut self, now: Time) -> Option<Box<Attempt>> {
        // Two answers of a server must not be taken for one.
        let seed = if self.role == Role::Client { self.seed } else { self.seed.wrapping_add(u64::from(self.attempts)) };
        self.attempts += 1;
        self.gate.restart();
        let start =
            Start { role: self.role, certificate: &self.certificate, expected: self.expected, seed, began: self.began };
        Attempt::new(now, self.clock, &start).map(Box::new)
    }

    /// Whoever spoils one attempt after the other does not make us compute without end.
    fn set_pause(&mut self, now: Time) {
        let doubled = FIRST_PAUSE * (1 << self.attempts.min(5)) / 2;
        self.pause_until = now + doubled.min(LAST_PAUSE);
    }

    fn feed(&mut self, now: Time, packet: &[u8]) {
        if let Some(attempt) = &mut self.successor
            && attempt.handle_packet(now, packet).is_err()
        {
            self.successor = None;
        }
        // A handshake goes on in one place: the answer of the other would spoil it.
        let is_elsewhere = self.successor.is_some() && gate::begins_plain(packet);
        if let Some(attempt) = &mut self.current
            && !is_elsewhere
            && let Err(why) = attempt.handle_packet(now, packet)
        {
            self.break_off(now, why);
        }
    }

    pub fn handle_timeout(&mut self, now: Time) {
        if self.is_over {
            return;
        }
        if self.current.as_deref().and_then(stalled_at).is_some_and(|at| at <= now) {
            self.break_off(now, "the handshake does not go on".into());
        }
        if self.current.is_none() && self.role == Role::Client && self.pause_until <= now {
            self.current = self.begin(now);
            self.set_pause(now);
        }
        if let Some(attempt) = &mut self.successor
            && (stalled_at(attempt).is_some_and(|at| at <= now) || attempt.handle_timeout(now).is_err())
        {
            self.successor = None;
        }
        if let Some(attempt) = &mut self.current
            && let Err(why) = attempt.handle_timeout(now)
        {
            self.break_off(now, why);
        }
        self.collect(now);
    }

    /// The current attempt is lost: a handshake begins anew, an association is over.
    fn break_off(&mut self, now: Time, why: String) {
        if self.is_connected() {
            self.is_over = true;
            self.collect(now);
            self.events.push_back(Event::Broken(why));
            return;
        }
        // What it had to say before it broke, a refusal, is still said.
        self.collect(now);
        self.current = None;
        self.trouble = Some(why);
    }

    /// Sends application data; lost unless connected.
    pub fn send(&mut self, now: Time, data: &[u8]) {
        if !self.is_over && self.is_connected() {
            if let Some(Err(why)) = self.current.as_mut().map(|attempt| attempt.send(now, data)) {
                self.break_off(now, why);
            }
            self.collect(now);
        }
    }

    /// Tells the peer that this is the end.
    pub fn close(&mut self, now: Time) {
        if !self.is_over && self.is_connected() {
            self.successor = None;
            if let Some(attempt) = &mut self.current {
                attempt.close(now);
            }
            self.collect(now);
        }
        self.is_over = true;
    }

    pub fn next_timeout(&self) -> Option<Time> {
        if self.is_over {
            return None;
        }
        let again = (self.current.is_none() && self.role == Role::Client).then_some(self.pause_until);
        let attempts = self.current.iter().chain(&self.successor);
        let timeouts = attempts.flat_map(|attempt| [attempt.next_timeout(), stalled_at(attempt)]);
        timeouts.chain([again]).flatten().min()
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Passes on what the attempts have said.
    fn collect(&mut self, now: Time) {
        if let Some(attempt) = &mut self.successor {
            match attempt.state() {
                State::Connected => {
                    self.current = self.successor.take();
                    self.pause_until = now + LAST_PAUSE;
                }
                // What there is stands.
                State::Over => self.successor = None,
                State::Handshake | State::Trusted => {
                    let (packets, rest) = attempt.events.drain(..).partition(|event| matches!(event, Event::Packet(_)));
                    attempt.events = rest;
                    let packets: VecDeque<Event> = packets;
                    self.events.extend(packets);
                }
            }
        }
        let Some(attempt) = &mut self.current else { return };
        if attempt.is_confirmed {
            self.successor = None;
        }
        let is_handshake = attempt.state() != State::Connected;
        for event in attempt.events.drain(..) {
            match &event {
                Event::Packet(packet) if is_handshake => self.gate.note_sent(packet),
                Event::Connected => self.gate.forget(),
                Event::WrongFingerprint => self.is_over = true,
                _ => {}
            }
            self.events.push_back(event);
        }
    }
}

/// When a handshake is given up for not getting on.
fn stalled_at(attempt: &Attempt) -> Option<Time> {
    let heard_at = attempt.heard_at.filter(|_| attempt.state() != State::Connected)?;
    Some(heard_at + STALLED)
}

#[cfg(test)]
mod tests;
