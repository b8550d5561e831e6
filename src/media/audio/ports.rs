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
        ports.entry(call).or_insert_with(|| Arc::new(AudioPort::new(self.bell.clone()))).clone()
    }

    /// The call is over. Who still holds the port pushes into nothing, and pulls silence.
    pub fn close(&self, call: CallId) {
        self.ports.write().remove(&call);
    }
}
