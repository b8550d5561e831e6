//! The one place with a thread, sockets and the clock: runs a [`Client`] for hosts that want that.
//!
//! One thread for all calls of a client. It waits for sockets, for the client's next timeout and for [`Runtime::wake`]; it opens and
//! feeds the sockets the client asks for, and hands all other events to the host, one at a time.

#[allow(unsafe_code)]
mod os;
mod sockets;

use crate::client::{Client, Event, EventKind, Stat};
use crate::time::{Duration, Time};
use crate::types::Protocol;
use polling::Poller;
use sockets::{News, Sockets};
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// How often the machine's addresses are looked at while calls are up.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// Events taken out of the client at once, so that nobody waits long for its lock.
const EVENTS_PER_TURN: usize = 64;

/// Who owns the client and wants its events.
pub trait Host: Send + Sync + 'static {
    /// Runs `work` with the client locked and the clock read. `false`: the client is dead or going away, and so is the thread.
    fn enter(&self, work: &mut dyn FnMut(&mut Client, Time)) -> bool;

    /// Takes an event that is not about sockets. Runs on the runtime's thread, outside every lock.
    fn deliver(&self, event: Event);

    /// Whether a socket may be used; asked before it is bound or connected, on the runtime's thread, outside every lock.
    fn admits(&self, fd: isize, protocol: Protocol) -> bool;

    /// Whether the runtime is to look for the machine's addresses itself; asked inside [`Host::enter`].
    fn wants_interfaces(&self) -> bool;

    /// The thread cannot go on, and why. It ends after this.
    fn fail(&self, story: String);

    /// `false` in a process that was forked from inside [`Host::deliver`]: the sockets are its parent's.
    fn is_original(&self) -> bool;

    /// The last that the thread says.
    fn end(&self);
}

/// The running thread, which goes on alone if this is dropped.
pub struct Runtime {
    thread: JoinHandle<()>,
    poller: Arc<Poller>,
    stop: Arc<AtomicBool>,
    /// The thread has been woken and has not yet begun to look what for.
    woken: Arc<AtomicBool>,
    witness: os::Witness,
}

impl Runtime {
    /// Starts the thread.
    ///
    /// # Errors
    /// The operating system has no poller or no thread for us.
    pub fn start(host: Arc<dyn Host>) -> io::Result<Runtime> {
        let gate = host.clone();
        let sockets = Sockets::new(Box::new(move |fd, protocol| gate.admits(fd, protocol)))?;
        let poller = sockets.waker();
        let witness = os::Witness::of(&poller)?;
        let (stop, woken) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (events, interfaces) = (VecDeque::new(), Interfaces::default());
        let driver = Driver { host, sockets, stop: stop.clone(), woken: woken.clone(), events, interfaces };
        let thread = std::thread::Builder::new().name("tgcall".into()).spawn(move || driver.run())?;
        Ok(Runtime { thread, poller, stop, woken, witness })
    }

    /// Makes the thread turn, as the client may have something to do. From any thread.
    ///
    /// # Errors
    /// The thread cannot be reached, as after a host that closed all descriptors.
    pub fn wake(&self) -> io::Result<()> {
        if self.woken.swap(true, Ordering::AcqRel) {
            // It is awake, or about to be: unless its descriptors went after it was told, and with them the telling.
            return self.witness.check(&self.poller);
        }
        let reached = self.witness.check(&self.poller).and_then(|()| self.poller.notify());
        if reached.is_err() {
            self.woken.store(false, Ordering::Release);
        }
        reached
    }

    /// Asks the thread to end, which it does at its next turn: [`Host::end`] tells when.
    ///
    /// # Errors
    /// As [`Runtime::wake`].
    pub fn stop(&self) -> io::Result<()> {
        self.stop.store(true, Ordering::Release);
        self.wake()
    }

    /// Waits for a thread that has said [`Host::end`].
    pub fn join(self) {
        // It does not panic: what may is caught.
        let _ = self.thread.join();
    }
}

/// What the thread owns.
struct Driver {
    host: Arc<dyn Host>,
    sockets: Sockets,
    stop: Arc<AtomicBool>,
    woken: Arc<AtomicBool>,
    events: VecDeque<Event>,
    interfaces: Interfaces,
}

/// What was last seen of the machine's addresses.
#[derive(Default)]
struct Interfaces {
    look_at: Time,
    known: os::Found,
}

impl Driver {
    fn run(mut self) {
        os::block_signals();
        let host = self.host.clone();
        let worked = catch_unwind(AssertUnwindSafe(|| self.work()));
        // Sockets that are another's by now are not closed: a poller that is broken says that the host closed our descriptors. Who never
        // waited has not seen it yet.
        let is_broken = match worked {
            Ok(Ok(())) => self.sockets.wait(Some(Duration::ZERO), &mut |_| {}).is_err(),
            Ok(Err(_)) => true,
            Err(_) => false,
        };
        if !host.is_original() || is_broken {
            self.sockets.abandon();
        } else {
            drop(self.sockets);
        }
        match worked {
            Ok(Ok(())) => {}
            Ok(Err(error)) => host.fail(format!("its thread cannot wait for sockets: {error}")),
            Err(_) => host.fail("its thread broke off by a defect of ours".to_owned()),
        }
        host.end();
    }

    /// Until the end; `Err` if the poller is broken, and nothing can be waited for any more.
    fn work(&mut self) -> io::Result<()> {
        while let Some(timeout) = self.turn() {
            let Driver { host, sockets, .. } = self;
            sockets.wait(timeout, &mut |news| tell(&**host, news))?;
        }
        Ok(())
    }

    /// Runs what is due and hands over all events. How long to wait then; `None` is the end, `Some(None)` for ever.
    fn turn(&mut self) -> Option<Option<Duration>> {
        loop {
            // Before the look at the client: what wakes from here on is for the next one.
            self.woken.swap(false, Ordering::AcqRel);
            let mut wait = None;
            let (events, interfaces, host) = (&mut self.events, &mut self.interfaces, &self.host);
            let entered = host.enter(&mut |client, now| {
                // Asked where nobody can tell the client meanwhile, or what we see would take the place of what the host has told.
                let look_at = if host.wants_interfaces() { interfaces.look(client, now) } else { None };
                client.handle_timeout(now);
                events.extend(std::iter::from_fn(|| client.poll_event()).take(EVENTS_PER_TURN));
                wait = client.next_timeout().into_iter().chain(look_at).min().map(|at| at.since(now));
            });
            if !entered || self.is_stopped() {
                return None;
            }
            if self.events.is_empty() {
                return Some(wait);
            }
            while let Some(event) = self.events.pop_front() {
                self.handle(event);
                if self.is_stopped() {
                    return None;
                }
            }
            // Where there is much to do, what has come meanwhile is read before it goes on.
            if wait == Some(Duration::ZERO) {
                return Some(wait);
            }
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire) || !self.host.is_original()
    }

    fn handle(&mut self, event: Event) {
        let host = &*self.host;
        match event.kind {
            EventKind::SocketOpen { socket, protocol, local, remote } => {
                self.sockets.open(socket, protocol, local, remote, &mut |news| tell(host, news));
            }
            EventKind::SocketClose { socket } => self.sockets.close(socket),
            EventKind::Transmit { socket, remote, bytes } => self.sockets.transmit(socket, remote, &bytes),
            _ => {
                host.deliver(event);
                // The host may have taken its time. What came meanwhile is read before a timer takes it for silence. A broken
                // poller is noticed by the next wait.
                let _ = self.sockets.wait(Some(Duration::ZERO), &mut |news| tell(host, news));
            }
        }
    }
}

impl Interfaces {
    /// Looks while calls are up, now and then, and tells the client what has changed. When to look next.
    fn look(&mut self, client: &mut Client, now: Time) -> Option<Time> {
        if client.stat(Stat::Calls) == Some(0) {
            return None;
        }
        if now >= self.look_at {
            self.look_at = now + LOOK_EVERY;
            let found = os::interfaces();
            if found != self.known && client.set_interfaces(now, &found.addresses).is_ok() {
                client.note_interfaces(found.note.clone());
                self.known = found;
            }
        }
        Some(self.look_at)
    }
}

/// Hands news to the client. What it does not know any more (a socket closed meanwhile) concerns nobody.
fn tell(host: &dyn Host, news: News) {
    host.enter(&mut |client, now| {
        let _ = match news {
            News::Opened(socket, local) => client.handle_opened(now, socket, local),
            News::Closed(socket) => client.handle_closed(now, socket),
            News::Datagram(socket, from, data) => client.handle_datagram(now, socket, from, data),
            News::Stream(socket, data) => client.handle_stream(now, socket, data),
        };
    });
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use super::*;

    /// What wakes the thread is lost where the host closes all descriptors before it has come to run.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "a thread is woken here")]
    fn who_was_woken_before_the_host_closed_all_descriptors_is_not_taken_for_awake() {
        let poller = Arc::new(Poller::new().unwrap());
        for (witness, is_reached) in [(os::Witness::of(&poller).unwrap(), true), (os::Witness::of_another(), false)] {
            let thread = std::thread::spawn(|| {});
            let runtime =
                Runtime { thread, poller: poller.clone(), stop: Arc::default(), woken: Arc::default(), witness };
            assert_eq!([runtime.wake().is_ok(), runtime.wake().is_ok()], [is_reached; 2]);
            runtime.woken.store(true, Ordering::Release);
            assert_eq!([runtime.wake().is_ok(), runtime.stop().is_ok()], [is_reached; 2]);
            runtime.join();
        }
    }
}
