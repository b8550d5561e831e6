//! A host that runs the client in its own loop: it drains or polls, one at a time, and asks how long it may sleep.

use super::super::event::tgcall_event;
use super::super::status::{self, tgcall_status, tgcall_status::*};
use super::marks::token;
use super::sealed::Dead;
use super::{COPY, Mode, tgcall_client};
use crate::time::Duration;
use std::sync::Arc;
use std::sync::atomic::Ordering;

enum Next {
    Event(tgcall_event),
    Nothing,
    /// It is dead, and the host has been told.
    Dead(Dead),
}

/// A drain or poll in progress, of which a client has one at a time.
struct Turn<'a>(&'a tgcall_client);

impl<'a> Turn<'a> {
    fn begin(handle: &'a tgcall_client) -> Result<Turn<'a>, tgcall_status> {
        let mut delivery = handle.delivery.lock();
        let refusal = match (delivery.mode, delivery.by) {
            (Mode::Started, _) => Some("the client is started: its own thread delivers the events"),
            (_, Some(_)) => Some("events are being delivered; a drain or poll inside another has nothing to do"),
            _ if delivery.closing => Some("the client is being freed"),
            _ => None,
        };
        if let Some(refusal) = refusal {
            return Err(status::fail(TGCALL_ERR_STATE, refusal));
        }
        delivery.mode = Mode::Embedded;
        delivery.by = Some(token());
        drop(delivery);
        handle.turn_of.store(token(), Ordering::Relaxed);
        if let Some(polled) = handle.polled.lock().take() {
            handle.told(&polled);
        }
        Ok(Turn(handle))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.0.process.is_current() {
            self.0.end_turn();
        }
    }
}

impl tgcall_client {
    fn end_turn(&self) {
        self.turn_of.store(0, Ordering::Relaxed);
        self.delivery.lock().by = None;
        self.delivered.notify_all();
    }

    /// A thread is gone: the turn is over if it was that one's.
    pub(super) fn end_turn_of(&self, thread: u64) {
        if self.turn_of.load(Ordering::Relaxed) == thread {
            self.end_turn();
        }
        self.delivered.notify_all();
    }

    /// Delivers every event, those included that the callback causes.
    pub fn drain(self: &Arc<Self>, mut on_event: impl FnMut(&tgcall_event)) -> tgcall_status {
        let turn = match Turn::begin(self) {
            Ok(turn) => turn,
            Err(refused) => return refused,
        };
        let mut status = TGCALL_EMPTY;
        // What comes in while we are at it is handed over too. Only once all seems done may somebody wake the loop again, and
        // one more look finds what came in between.
        self.woken.store(true, Ordering::Release);
        let mut is_last_look = false;
        while !self.delivery.lock().closing {
            let event = match self.next_event() {
                Next::Event(event) => event,
                Next::Nothing if is_last_look => break,
                Next::Nothing => {
                    is_last_look = true;
                    self.woken.store(false, Ordering::Release);
                    continue;
                }
                Next::Dead(dead) => {
                    status = dead.into();
                    break;
                }
            };
            status = TGCALL_OK;
            on_event(&event);
            if !self.process.is_current() {
                return status::fail(TGCALL_ERR_STATE, COPY); // it forked, and this is the child
            }
            self.told(&event);
        }
        drop(turn);
        status
    }

    /// Takes the next event, which the handle keeps until the next poll, drain or free.
    pub fn poll(self: &Arc<Self>) -> Result<Option<*const tgcall_event>, tgcall_status> {
        let _turn = Turn::begin(self)?;
        self.woken.store(false, Ordering::Release);
        let event = match self.next_event() {
            Next::Event(event) => event,
            Next::Nothing => return Ok(None),
            Next::Dead(dead) => return Err(dead.into()),
        };
        let mut polled = self.polled.lock();
        Ok(Some(core::ptr::from_ref(&**polled.insert(Box::new(event)))))
    }

    /// Runs the timers that are due and takes the next event.
    fn next_event(self: &Arc<Self>) -> Next {
        let mut core = match self.lock() {
            Ok(core) => core,
            Err(dead) => return Next::Dead(dead),
        };
        core.sleeps_until = None;
        let polled = core.run(|client, now| {
            if !client.has_events() {
                client.handle_timeout(now);
            }
            client.poll_event().map(|event| tgcall_event::new(self, event))
        });
        match polled {
            Ok(Some(event)) => Next::Event(event),
            Ok(None) => Next::Nothing,
            Err(Dead(story)) if core.tell_death() => Next::Event(tgcall_event::death(self, story)),
            Err(dead) => Next::Dead(dead),
        }
    }

    /// How long the loop may sleep; `None`: until something arrives.
    ///
    /// # Errors
    /// INTERNAL: the client is dead and has said so.
    pub fn next_timeout(&self) -> Result<Option<Duration>, tgcall_status> {
        let mut core = self.lock()?;
        if core.has_untold_death() {
            return Ok(Some(Duration::ZERO));
        }
        let (until, timeout) = core.run(|client, now| {
            let next = if client.has_events() { Some(now) } else { client.next_timeout() };
            (next, next.map(|next| next.since(now)))
        })?;
        core.sleeps_until = until;
        Ok(timeout)
    }
}
