//! A client that our own thread runs.

use super::super::callback::EventCallback;
use super::super::choice::tgcall_protocol;
use super::super::event::tgcall_event;
use super::super::started::Started;
use super::super::status::{self, tgcall_status, tgcall_status::*};
use super::marks::token;
use super::sealed::Dead;
use super::{Delivery, Frame, Mode, tgcall_client};
use crate::client::Client;
use crate::runtime::Runtime;
use crate::time::Time;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl tgcall_client {
    /// Gives the client its thread.
    pub fn start(self: &Arc<Self>, on_event: EventCallback) -> tgcall_status {
        // Held until the thread is kept: its first callback may want it already.
        let mut runtime = self.runtime.write();
        {
            let mut delivery = self.delivery.lock();
            if delivery.mode != Mode::Undecided {
                return status::fail(TGCALL_ERR_STATE, "the client is started, or has been drained or polled");
            }
            delivery.mode = Mode::Started;
            delivery.has_thread = true;
        }
        match Runtime::start(Arc::new(Started { handle: self.clone(), on_event })) {
            Ok(started) => {
                *runtime = Some(started);
                // Before the engines rely on being rung for, so that whoever rings finds the thread.
                drop(runtime);
                #[cfg(feature = "media")]
                self.sound.ports.bell().set_heard(true);
                // Who rang in the meantime did not.
                self.alarm();
                TGCALL_OK
            }
            Err(error) => {
                *self.delivery.lock() = Delivery::default();
                status::fail(TGCALL_ERR_IO, format!("no thread could be made: {error}"))
            }
        }
    }

    pub fn knows_interfaces(&self) -> bool {
        self.knows_interfaces.load(Ordering::Relaxed)
    }

    /// Our thread's way in. `Ok(false)`: the client goes away; `Err`: it is dead, and the host is to be told why.
    pub fn enter(self: &Arc<Self>, work: &mut dyn FnMut(&mut Client, Time)) -> Result<bool, Dead> {
        self.own_thread.store(token(), Ordering::Release);
        let Ok(frame) = Frame::enter(Arc::as_ptr(self)) else { return Ok(false) };
        if frame.handle.delivery.lock().closing {
            return Ok(false);
        }
        let mut core = self.lock()?;
        let entered = core.run(|client, now| {
            work(client, now);
            client.next_timeout()
        });
        match entered {
            Ok(next) => {
                core.sleeps_until = next;
                Ok(true)
            }
            Err(dead) if core.tell_death() => Err(dead),
            Err(_) => Ok(false),
        }
    }

    /// Our thread's way out: runs the host's callback, unless the client is being freed.
    pub fn deliver(self: &Arc<Self>, event: &tgcall_event, on_event: &EventCallback) {
        self.call_out(|| {
            on_event.call_on_our_thread(Arc::as_ptr(self).cast_mut(), event, || self.lose_thread());
            if self.process.is_current() {
                self.told(event);
            }
        });
    }

    /// Whether the host lets our thread have a socket.
    pub fn admits(self: &Arc<Self>, fd: isize, protocol: tgcall_protocol) -> bool {
        let Some(hook) = &self.socket else { return true };
        self.call_out(|| hook.admits(fd, protocol, || self.lose_thread())).unwrap_or(false)
    }

    /// Runs a function of the host's on our thread. `None`: not at all, as the client is being freed, or it forked and this is the
    /// child.
    fn call_out<R>(self: &Arc<Self>, call: impl FnOnce() -> R) -> Option<R> {
        let frame = Frame::enter(Arc::as_ptr(self)).ok()?;
        {
            let mut delivery = self.delivery.lock();
            if delivery.closing {
                return None;
            }
            delivery.by = Some(token());
        }
        let result = call();
        if !self.process.is_current() {
            return None;
        }
        self.delivery.lock().by = None;
        self.delivered.notify_all();
        drop(frame);
        Some(result)
    }

    /// Our thread cannot go on. The story, unless the host knows of a death already.
    pub fn fail(&self, story: String) -> Option<Dead> {
        self.kill(story.as_str());
        self.lock().is_ok_and(|mut core| core.tell_death()).then_some(Dead(story))
    }

    /// Whether this process made it.
    pub fn is_original(&self) -> bool {
        self.process.is_current()
    }

    /// Our thread calls no more.
    pub fn end_thread(&self) {
        if self.process.is_current() {
            self.delivery.lock().has_thread = false;
            self.delivered.notify_all();
        }
    }
}
