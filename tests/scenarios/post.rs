//! The way of signaling packets between the sides, through a Telegram that loses, doubles and delays them.

use crate::flight::Flight;
use tgcall::random::Random;
use tgcall::time::{Duration, Time};

/// What happens to packets on their way.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    pub lost_percent: u64,
    pub doubled_percent: u64,
    /// One bit is the other way round.
    pub spoilt_percent: u64,
    pub delay: Duration,
    /// Up to this much more, so that later ones may come first.
    pub jitter: Duration,
}

impl Default for Faults {
    fn default() -> Faults {
        let (delay, jitter) = (Duration::from_millis(80), Duration::ZERO);
        Faults { lost_percent: 0, doubled_percent: 0, spoilt_percent: 0, delay, jitter }
    }
}

/// A packet on its way.
#[derive(Debug)]
pub struct Packet {
    pub to: usize,
    /// The number of the call in the world.
    pub call: usize,
    pub bytes: Vec<u8>,
}

/// What is between the sides.
pub struct Post {
    pub faults: Faults,
    random: Random,
    flying: Flight<Packet>,
    pub sent: u64,
    pub lost: u64,
    pub spoilt: u64,
}

impl Post {
    pub fn new(faults: Faults, random: Random) -> Post {
        Post { faults, random, flying: Flight::default(), sent: 0, lost: 0, spoilt: 0 }
    }

    pub fn send(&mut self, now: Time, to: usize, call: usize, mut bytes: Vec<u8>) {
        self.sent += 1;
        if self.chance(self.faults.lost_percent) {
            self.lost += 1;
            return;
        }
        if self.chance(self.faults.spoilt_percent) {
            self.spoilt += 1;
            let bit = self.random.below(bytes.len() as u64 * 8) as usize;
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        if self.chance(self.faults.doubled_percent) {
            self.launch(now, Packet { to, call, bytes: bytes.clone() });
        }
        self.launch(now, Packet { to, call, bytes });
    }

    fn launch(&mut self, now: Time, packet: Packet) {
        let jitter = Duration::from_micros(self.random.below(self.faults.jitter.as_micros() as u64 + 1));
        self.flying.send(now + self.faults.delay + jitter, packet);
    }

    fn chance(&mut self, percent: u64) -> bool {
        percent > 0 && self.random.below(100) < percent
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.flying.next_timeout()
    }

    pub fn poll(&mut self, now: Time) -> Option<Packet> {
        self.flying.poll(now).map(|(_, packet)| packet)
    }
}
