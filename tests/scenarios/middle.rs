//! Somebody between the two of a call who has the key: reads each message of theirs and passes it on, changed, held back or added to.

use crate::setting::{CALLEE, CALLER, other};
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::signaling::Signaling;
use tgcall::signaling::message::Message;
use tgcall::signaling::version::{CustomParameters, Version};
use tgcall::time::Time;
use tgcall::types::Role;

/// What becomes of a message of a side.
pub type Change = Box<dyn FnMut(usize, Message) -> Vec<Message>>;

pub struct Middle {
    /// Each speaks with the one of its number, as the other one.
    ends: [Signaling; 2],
    change: Change,
}

impl Middle {
    pub fn new(now: Time, random: &mut Random, key: &[u8], version: &str, parameters: &str, change: Change) -> Middle {
        let key = Secret::from_slice(key).unwrap();
        let (version, parameters) = (Version::from_name(version).unwrap(), CustomParameters::parse(parameters));
        let ends = [Role::Callee, Role::Caller]
            .map(|role| Signaling::new(now, random.fork(), &key, role, version, &parameters));
        Middle { ends, change }
    }

    /// A packet of a side.
    pub fn handle(&mut self, now: Time, from: usize, packet: &[u8]) {
        self.ends[from].handle_packet(now, packet);
        while let Some(message) = self.ends[from].poll_message() {
            for message in (self.change)(from, message) {
                self.ends[other(from)].send(now, &message).unwrap();
            }
        }
    }

    pub fn handle_timeout(&mut self, now: Time) {
        for end in self.ends.iter_mut().filter(|end| end.next_timeout().is_some_and(|due| due <= now)) {
            end.handle_timeout(now);
        }
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.ends.iter().filter_map(Signaling::next_timeout).min()
    }

    /// A packet for a side.
    pub fn poll_packet(&mut self) -> Option<(usize, Vec<u8>)> {
        [CALLER, CALLEE].into_iter().find_map(|to| Some((to, self.ends[to].poll_packet()?)))
    }
}
