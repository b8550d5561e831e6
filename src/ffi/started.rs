//! A started client: what its thread calls.

use super::callback::EventCallback;
use super::event::tgcall_event;
use super::handle::tgcall_client;
use crate::client::{Client, Event};
use crate::runtime::Host;
use crate::time::Time;
use crate::types::Protocol;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

pub(super) struct Started {
    pub handle: Arc<tgcall_client>,
    pub on_event: EventCallback,
}

impl Host for Started {
    fn enter(&self, work: &mut dyn FnMut(&mut Client, Time)) -> bool {
        self.handle.enter(work).unwrap_or_else(|dead| {
            self.handle.deliver(&tgcall_event::death(&self.handle, dead.0), &self.on_event);
            false
        })
    }

    fn deliver(&self, event: Event) {
        match catch_unwind(AssertUnwindSafe(|| tgcall_event::new(&self.handle, event))) {
            Ok(event) => self.handle.deliver(&event, &self.on_event),
            Err(_) => self.fail("an event cannot be told".to_owned()),
        }
    }

    fn admits(&self, fd: isize, protocol: Protocol) -> bool {
        self.handle.admits(fd, protocol.into())
    }

    fn wants_interfaces(&self) -> bool {
        !self.handle.knows_interfaces()
    }

    fn fail(&self, story: String) {
        if let Some(dead) = self.handle.fail(format!("the client is dead: {story}")) {
            self.handle.deliver(&tgcall_event::death(&self.handle, dead.0), &self.on_event);
        }
    }

    fn is_original(&self) -> bool {
        self.handle.is_original()
    }

    fn end(&self) {
        self.handle.end_thread();
    }
}
