//! A started client: what its thread calls.

use super::callback::EventCallback;
use super::event::tgcall_event;
use super::handle::tgcall_client;
use crate::client::{Client, Event};
use crate::runtime::Host;
use crate::time::Time;
use std::sync::Arc;

pub(super) struct Started {
    pub handle: Arc<tgcall_client>,
    pub on_event: EventCallback,
}

impl Started {
    fn tell(&self, event: &tgcall_event) {
        self.handle.deliver(event, |client| self.on_event.call(client, event));
    }
}

impl Host for Started {
    fn enter(&self, work: &mut dyn FnMut(&mut Client, Time)) -> bool {
        match self.handle.enter(work) {
            Ok(alive) => alive,
            Err(story) => {
                self.tell(&tgcall_event::death(&self.handle, story));
                false
            }
        }
    }

    fn deliver(&self, event: Event) {
        self.tell(&tgcall_event::new(&self.handle, event));
    }

    fn wants_interfaces(&self) -> bool {
        !self.handle.knows_interfaces()
    }
}
