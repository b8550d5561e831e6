//! A server that says what a test wants it to, against one allocation.

use super::*;
use crate::crypto::hash::md5;
use crate::media::stun::Message;
use crate::types::Ipv4Addr;

const SERVER: &str = "server";

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn peer(number: u32, port: u16) -> SocketAddr {
    SocketAddr::new(Ipv4Addr::from(0x0a00_0000 + number).into(), port)
}

/// The other end of an allocation.
struct Server {
    now: Time,
    turn: Turn,
    nonce: Vec<u8>,
    /// What it was asked, and whether the nonce was right.
    asked: Vec<(Method, bool)>,
    /// The lifetimes of the refreshes among that.
    lifetimes: Vec<u32>,
    /// Answers with this instead.
    refuses: Option<u16>,
    is_silent: bool,
    /// What a stale nonce is called.
    stale: u16,
}

impl Server {
    fn new() -> Server {
        let now = Time::from_nanos(1_000_000_000_000);
        let turn = Turn::new(now, false, "user", "password", Random::from_seed(1), false);
        let (asked, lifetimes) = (Vec::new(), Vec::new());
        let (nonce, refuses, is_silent, stale) = (b"first".to_vec(), None, false, 438);
        let mut server = Server { now, turn, nonce, asked, lifetimes, refuses, is_silent, stale };
        server.turn_over();
        assert!(server.turn.is_allocated());
        server
    }

    fn answer(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let message = Message::parse(bytes)?;
        if message.class != Class::Request {
            return None;
        }
        let is_current = message.get(attribute::NONCE) == Some(&self.nonce[..]);
        self.asked.push((message.method, is_current));
        if message.method == Method::Refresh {
            self.lifetimes.push(message.get_u32(attribute::LIFETIME)?);
        }
        if self.is_silent {
            return None;
        }
        let stale = if message.get(attribute::NONCE).is_none() { 401 } else { self.stale };
        if let Some(code) = self.refuses.or((!is_current).then_some(stale)) {
            let answer = Builder::new(Class::Error, message.method, message.transaction).error(code, "");
            let answer = answer.attribute(attribute::REALM, SERVER.as_bytes());
            return Some(answer.attribute(attribute::NONCE, &self.nonce).finish());
        }
        let key = md5(&[b"user:", SERVER.as_bytes(), b":password"]);
        let mut answer = Builder::new(Class::Success, message.method, message.transaction);
        if message.method == Method::Allocate {
            answer = answer.address(attribute::XOR_RELAYED_ADDRESS, "192.0.2.1:49152".parse().unwrap());
        }
        Some(answer.integrity(&key).finish())
    }

    /// Until neither has anything to say.
    fn turn_over(&mut self) {
        while let Some(bytes) = self.turn.poll_transmit() {
            if let Some(answer) = self.answer(&bytes) {
                // `None`: it is over, and nothing that was asked counts any more.
                assert!(matches!(self.turn.open(self.now, &answer), Some(Opened::Control) | None));
            }
        }
    }

    fn run(&mut self, duration: Duration) {
        let until = self.now + duration;
        loop {
            self.turn_over();
            match self.turn.next_timeout().filter(|at| *at <= until) {
                Some(at) => self.now = self.now.max(at),
                None => break,
            }
            self.turn.handle_timeout(self.now);
        }
        self.now = until;
    }

    fn count(&self, method: Method) -> usize {
        self.asked.iter().filter(|(asked, _)| *asked == method).count()
    }
}

#[test]
fn whatever_is_answered_with_a_mismatch_the_allocation_is_gone() {
    let deeds: [fn(&mut Turn, Time); 3] = [
        |turn, now| turn.permit(now, peer(1, 1).ip()),
        |turn, now| drop(turn.seal(now, peer(1, 1), b"x", true)),
        |turn, now| turn.probe(now),
    ];
    for deed in deeds {
        let mut server = Server::new();
        server.refuses = Some(MISMATCH);
        deed(&mut server.turn, server.now);
        server.turn_over();
        assert_eq!(server.turn.state(), State::Failed(Failure::Refused(MISMATCH)));
        assert!(!server.turn.may_hold());
        assert_eq!(server.turn.next_timeout(), None);
    }
    // Another refusal of a permission is that permission's business.
    let mut server = Server::new();
    server.refuses = Some(403);
    server.turn.permit(server.now, peer(1, 1).ip());
    server.turn_over();
    assert!(server.turn.is_allocated());
}

#[test]
fn a_probe_is_answered_at_once_or_given_up_within_ten_seconds() {
    let mut server = Server::new();
    server.run(secs(10));
    server.asked.clear();
    server.turn.probe(server.now);
    server.turn_over();
    assert_eq!(server.asked, [(Method::Refresh, true)]);
    server.is_silent = true;
    let began = server.now;
    server.turn.probe(server.now);
    // A second one repeats what is asked, and asks nothing more.
    server.run(secs(2));
    server.turn.probe(server.now);
    server.run(secs(8));
    assert!(server.turn.is_allocated(), "the outage may be short");
    server.run(secs(2));
    assert_eq!(server.turn.state(), State::Failed(Failure::NoAnswer));
    assert!(server.turn.may_hold(), "the server may still have it");
    assert!(server.count(Method::Refresh) <= 1 + 4 + 7, "{} in {:?}", server.asked.len(), server.now.since(began));
}

#[test]
fn nonces_grow_stale_for_two_hours_whatever_that_is_called() {
    for stale in [438, 401] {
        let mut server = Server::new();
        server.stale = stale;
        for minute in 0..120 {
            server.nonce = format!("nonce {minute}").into_bytes();
            server.turn.permit(server.now, peer(1, 9).ip());
            // As often as it takes to count as used.
            for _ in 0..2 {
                assert!(server.turn.seal(server.now, peer(1, 9), b"sound", true).is_some());
                server.run(secs(30));
            }
        }
        assert!(server.turn.is_allocated() && server.turn.permissions() == (1, 1), "{stale}");
        for method in [Method::Refresh, Method::CreatePermission, Method::ChannelBind] {
            let of = |is_current| server.asked.iter().filter(|asked| **asked == (method, is_current)).count();
            assert!(of(false) >= 10 && of(true) >= 10, "{stale}, {method:?}: {} and {}", of(false), of(true));
        }
        // The nonce that is right, and yet refused: the password is wrong.
        server.refuses = Some(401);
        server.turn.probe(server.now);
        server.turn_over();
        server.turn_over();
        assert_eq!(server.turn.state(), State::Failed(Failure::Refused(401)), "{stale}");
    }
}

#[test]
fn a_good_bye_with_a_stale_nonce_is_said_again_with_another() {
    let mut server = Server::new();
    server.nonce = b"second".to_vec();
    server.asked.clear();
    server.turn.release(server.now);
    assert_eq!(server.turn.state(), State::Leaving);
    server.turn_over();
    assert_eq!(server.asked, [(Method::Refresh, false), (Method::Refresh, true)]);
    assert_eq!(server.lifetimes, [0, 0]);
    assert_eq!((server.turn.state(), server.turn.next_timeout()), (State::Gone, None));
}

#[test]
fn a_good_bye_that_nobody_answers_has_an_end() {
    let mut server = Server::new();
    server.is_silent = true;
    server.asked.clear();
    server.turn.release(server.now);
    server.turn.release(server.now);
    server.run(secs(8));
    assert_eq!((server.turn.state(), server.asked.len()), (State::Gone, 5));
}

#[test]
fn an_allocation_that_is_made_after_the_good_bye_is_given_back() {
    let now = Time::from_nanos(5);
    let mut turn = Turn::new(now, false, "user", "password", Random::from_seed(1), false);
    // Nobody knows us yet: there is nothing to give back.
    assert!(!turn.may_hold());
    let mut server = Server::new();
    core::mem::swap(&mut server.turn, &mut turn);
    let first = server.turn.poll_transmit().unwrap();
    let challenge = server.answer(&first).unwrap();
    server.turn.open(now, &challenge);
    let allocate = server.turn.poll_transmit().unwrap();
    server.turn.release(now);
    let made = server.answer(&allocate).unwrap();
    server.lifetimes.clear();
    server.turn.open(now, &made);
    server.turn_over();
    assert_eq!(server.turn.state(), State::Gone);
    assert_eq!(server.lifetimes, [0, 0], "one went out behind the request, and one when it was answered");
}

#[test]
fn a_thousand_addresses_are_let_through_one_after_the_other_and_who_is_heard_stays() {
    let mut server = Server::new();
    let genuine = peer(0, 9);
    server.turn.permit(server.now, genuine.ip());
    server.turn_over();
    for number in 1..=1000 {
        server.run(secs(1));
        let from = Builder::new(Class::Indication, Method::Data, &[0; 12])
            .address(attribute::XOR_PEER_ADDRESS, genuine)
            .attribute(attribute::DATA, b"sound")
            .finish();
        let opened = server.turn.open(server.now, &from);
        assert_eq!(opened, Some(Opened::Data { peer: genuine, payload: b"sound" }), "after {number}");
        server.turn.permit(server.now, peer(number, 9).ip());
        server.turn_over();
        assert!(server.turn.permissions.len() <= MAX_PERMISSIONS && server.turn.requests.is_empty());
        let new = server.turn.permissions.iter().find(|p| p.ip == peer(number, 9).ip());
        assert!(new.is_some_and(|permission| permission.granted), "{number} gets in");
    }
    // What is used no more is renewed no more.
    let before = server.count(Method::CreatePermission);
    server.run(secs(3600));
    assert!(server.turn.permissions.is_empty());
    assert!(server.count(Method::CreatePermission) - before <= MAX_PERMISSIONS);
}

#[test]
fn ten_thousand_ports_of_the_peer_find_a_way_and_channels_come_back() {
    let mut server = Server::new();
    for port in 1..=10_000 {
        let sealed = server.turn.seal(server.now, peer(1, port), b"sound", true).expect("with a channel or without");
        assert!(sealed.ends_with(b"sound\0\0\0") || sealed.ends_with(b"sound"));
        server.turn_over();
        server.run(secs(1));
        assert!(server.turn.channels.len() <= MAX_CHANNELS);
        let numbers = server.turn.channels.iter().map(|c| c.number).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(numbers.len(), server.turn.channels.len());
    }
    // As long as some port is the last one it has a channel again.
    for _ in 0..1500 {
        server.turn.seal(server.now, peer(1, 10_001), b"sound", true);
        server.run(secs(1));
    }
    let sealed = server.turn.seal(server.now, peer(1, 10_001), b"sound", true).unwrap();
    assert_eq!(sealed.len(), 4 + 5);
    assert_eq!(server.turn.channels.len(), 1, "the others are forgotten");
}

#[test]
fn what_comes_through_an_allocation_shows_that_it_is_there() {
    let mut server = Server::new();
    let genuine = peer(1, 9);
    server.turn.permit(server.now, genuine.ip());
    server.turn_over();
    let sound = Builder::new(Class::Indication, Method::Data, &[0; 12])
        .address(attribute::XOR_PEER_ADDRESS, genuine)
        .attribute(attribute::DATA, b"sound")
        .finish();
    // The network is away for nearly as long as it takes to give the allocation up.
    server.is_silent = true;
    server.turn.probe(server.now);
    server.run(Duration::from_millis(9500));
    server.is_silent = false;
    assert!(server.turn.is_allocated());
    assert!(server.turn.open(server.now, &sound).is_some());
    server.run(secs(60));
    assert!(server.turn.is_allocated() && server.turn.requests.is_empty(), "{:?}", server.turn.state());

    // What anybody can send under the server's name puts it off, but not for ever.
    server.is_silent = true;
    server.turn.probe(server.now);
    for _ in 0..100 {
        let _ = server.turn.open(server.now, &sound);
        server.run(Duration::from_millis(300));
    }
    assert_eq!(server.turn.state(), State::Failed(Failure::NoAnswer));
}
