//! Where the host's threads find the sound of a call, without the client's lock.

use crate::media::audio::port::{AudioPort, Bell};
use crate::types::CallId;
use parking_lot::RwLock;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The ports of all calls of a client. Written only when a call begins or ends, so nobody who reads it waits.
#[derive(Debug, Default)]
pub struct AudioPorts {
    ports: RwLock<BTreeMap<CallId, Arc<AudioPort>>>,
    bell: Arc<Bell>,
}

impl AudioPorts {
    /// Rung when any of the calls has something to send.
    pub fn bell(&self) -> &Arc<Bell> {
        &self.bell
    }

    pub fn get(&self, call: CallId) -> Option<Arc<AudioPort>> {
        self.ports.read().get(&call).cloned()
    }

    /// The port of a call, new if it has none.
    pub fn open(&self, call: CallId) -> Arc<AudioPort> {
        if let Some(port) = self.get(call) {
            return port;
        }
        let mut ports = self.ports.write();
        self.bell.make_room(ports.len() + 1);
        ports.entry(call).or_insert_with(|| Arc::new(AudioPort::of(call, self.bell.clone()))).clone()
    }

    /// Puts the calls whose hosts rang since the last time into `rung`.
    pub fn take_rung(&self, rung: &mut Vec<CallId>) {
        rung.clear();
        let anybody = self.bell.take(rung);
        if !anybody && rung.is_empty() {
            return;
        }
        let ports = self.ports.read();
        if anybody {
            rung.clear();
            rung.extend(ports.iter().filter(|(_, port)| port.take_ring()).map(|(call, _)| *call));
        } else {
            // Before they are looked at: what is pushed from now on rings again.
            rung.retain(|call| ports.get(call).is_some_and(|port| port.take_ring()));
        }
    }

    /// The call is over. Who still holds the port pushes into nothing, and pulls silence.
    pub fn close(&self, call: CallId) {
        self.ports.write().remove(&call);
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
        let calls: Vec<_> = (1..=100).map(|call| (CallId(call), Arc::new(AudioPort::of(CallId(call), bell.clone())))).collect();
        ports.ports.write().extend(calls.iter().cloned());
        calls.iter().for_each(|(_, port)| port.clear());
        let mut rung = Vec::new();
        ports.take_rung(&mut rung);
        assert_eq!(rung, calls.iter().map(|(call, _)| *call).collect::<Vec<_>>());
    }
}
