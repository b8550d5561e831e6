//! Where the host's threads find the sound of a call, without the client's lock.

use crate::media::audio::port::{AudioPort, Bell};
use crate::types::CallId;
use core::sync::atomic::{AtomicUsize, Ordering};
use parking_lot::{Mutex, RwLock};
use std::collections::BTreeMap;
use std::sync::Arc;

type Ports = BTreeMap<CallId, Arc<AudioPort>>;

/// The ports of all calls of a client.
///
/// Whoever looks for one waits for nobody. There are two copies of the map, and a number that says which one is looked at. A
/// change is made to the other copy, then the number is turned, then the first copy follows. Only a copy that is not looked at
/// is ever locked for writing, however long that takes; who comes to it all the same, with the number of a moment ago, finds
/// that the number has changed.
#[derive(Debug, Default)]
pub struct AudioPorts {
    copies: [RwLock<Ports>; 2],
    current: AtomicUsize,
    /// Who changes them. Held only where a call begins or ends.
    changing: Mutex<()>,
    bell: Arc<Bell>,
}

impl AudioPorts {
    /// Rung when any of the calls has something to send.
    pub fn bell(&self) -> &Arc<Bell> {
        &self.bell
    }

    pub fn get(&self, call: CallId) -> Option<Arc<AudioPort>> {
        self.look(|ports| ports.get(&call).cloned())
    }

    /// The port of a call, new if it has none.
    pub fn open(&self, call: CallId) -> Arc<AudioPort> {
        let _changing = self.changing.lock();
        if let Some(port) = self.get(call) {
            return port;
        }
        self.bell.make_room(self.look(Ports::len) + 1);
        let port = Arc::new(AudioPort::of(call, self.bell.clone()));
        self.change(|ports| drop(ports.insert(call, port.clone())));
        port
    }

    /// Puts the calls whose hosts rang since the last time into `rung`.
    pub fn take_rung(&self, rung: &mut Vec<CallId>) {
        rung.clear();
        let anybody = self.bell.take(rung);
        if !anybody && rung.is_empty() {
            return;
        }
        self.look(|ports| {
            if anybody {
                rung.clear();
                rung.extend(ports.iter().filter(|(_, port)| port.take_ring()).map(|(call, _)| *call));
            } else {
                // Before they are looked at: what is pushed from now on rings again.
                rung.retain(|call| ports.get(call).is_some_and(|port| port.take_ring()));
            }
        });
    }

    /// The call is over. Who still holds the port pushes into nothing, and pulls silence.
    pub fn close(&self, call: CallId) {
        let _changing = self.changing.lock();
        self.change(|ports| drop(ports.remove(&call)));
    }

    fn look<T>(&self, look: impl FnOnce(&Ports) -> T) -> T {
        loop {
            let current = self.current.load(Ordering::Acquire);
            if let Some(ports) = self.copies.get(current).and_then(RwLock::try_read) {
                return look(&ports);
            }
            // It is being written, so the number is another by now.
            core::hint::spin_loop();
        }
    }

    /// By one thread at a time, which holds `changing`.
    fn change(&self, change: impl Fn(&mut Ports)) {
        for _ in 0..2 {
            let other = 1 - self.current.load(Ordering::Acquire);
            if let Some(copy) = self.copies.get(other) {
                change(&mut copy.write());
            }
            self.current.store(other, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_who_rang_are_named_and_each_once() {
        let ports = AudioPorts::default();
        let opened = [1, 2, 3].map(|call| ports.open(CallId(call)));
        let mut rung = vec![CallId(9)];
        ports.take_rung(&mut rung);
        assert_eq!(rung, []);
        for _ in 0..5 {
            opened[2].clear();
            opened[0].clear();
        }
        ports.take_rung(&mut rung);
        assert_eq!(rung, [CallId(3), CallId(1)]);
        ports.take_rung(&mut rung);
        assert_eq!(rung, []);
        opened[1].clear();
        ports.close(CallId(2));
        ports.take_rung(&mut rung);
        assert_eq!(rung, [], "it is over");
    }

    #[test]
    fn who_finds_no_room_on_the_list_is_heard_all_the_same() {
        let ports = AudioPorts::default();
        let bell = ports.bell().clone();
        let calls: Vec<_> =
            (1..=100).map(|call| (CallId(call), Arc::new(AudioPort::of(CallId(call), bell.clone())))).collect();
        ports.change(|ports| ports.extend(calls.iter().cloned()));
        calls.iter().for_each(|(_, port)| port.clear());
        let mut rung = Vec::new();
        ports.take_rung(&mut rung);
        assert_eq!(rung, calls.iter().map(|(call, _)| *call).collect::<Vec<_>>());
    }

    /// As it is between the two steps of a change, and while a slow reader is in the copy that is to follow.
    #[test]
    fn who_looks_for_a_port_waits_for_nobody_who_changes_them() {
        let ports = Arc::new(AudioPorts::default());
        ports.open(CallId(1));
        let current = ports.current.load(Ordering::Acquire);
        let _held_up = ports.copies[1 - current].write();
        assert!(ports.get(CallId(1)).is_some());
        let _reading = ports.copies[current].read();
        assert!(ports.get(CallId(1)).is_some());
        assert!(ports.get(CallId(2)).is_none());
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "two threads are what is tested")]
    fn calls_begin_and_end_while_others_are_looked_for() {
        let ports = Arc::new(AudioPorts::default());
        ports.open(CallId(1));
        let changing = ports.clone();
        let changes = std::thread::spawn(move || {
            for round in 2..3000 {
                changing.open(CallId(round));
                changing.close(CallId(round - 1));
                changing.open(CallId(1));
            }
        });
        while !changes.is_finished() {
            (0..100).for_each(|_| drop(ports.get(CallId(1))));
        }
        changes.join().unwrap();
        assert_eq!(ports.look(Ports::len), 2);
        assert!(ports.get(CallId(1)).is_some() && ports.get(CallId(2999)).is_some());
    }
}
