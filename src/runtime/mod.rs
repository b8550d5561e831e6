//! The one place with a thread, sockets and the clock: runs a [`Client`] for hosts that want that.
//!
//! One thread for all calls of a client. It waits for sockets, for the client's next timeout and for [`Runtime::wake`]; it opens and
//! feeds the sockets the client asks for, and hands all other events to the host, one at a time.

#[allow(unsafe_code)]
mod os;
mod sockets;

use crate::client::{Client, Event, EventKind, Stat};
use crate::time::{Duration, Time};
use crate::types::{CallId, SocketAddr};
use polling::Poller;
use sockets::{News, Sockets};
use std::collections::VecDeque;
use std::io;
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

    /// Whether the runtime is to look for the machine's addresses itself.
    fn wants_interfaces(&self) -> bool;
}

/// The running thread.
pub struct Runtime {
    thread: Option<JoinHandle<()>>,
    poller: Arc<Poller>,
    stop: Arc<AtomicBool>,
}

impl Runtime {
    /// Starts the thread.
    ///
    /// # Errors
    /// The operating system has no poller or no thread for us.
    pub fn start(host: Arc<dyn Host>) -> io::Result<Runtime> {
        let sockets = Sockets::new()?;
        let poller = sockets.waker();
        let stop = Arc::new(AtomicBool::new(false));
        let driver =
            Driver { host, sockets, stop: stop.clone(), events: VecDeque::new(), interfaces: Interfaces::default() };
        let thread = std::thread::Builder::new().name("tgcall".into()).spawn(move || driver.run())?;
        Ok(Runtime { thread: Some(thread), poller, stop })
    }

    /// Makes the thread turn, as the client may have something to do. From any thread.
    pub fn wake(&self) {
        // The thread is awake already, or there is none left to wake.
        let _ = self.poller.notify();
    }

    /// Whether the caller is the runtime's thread, that is, inside [`Host::deliver`].
    pub fn is_current_thread(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| thread.thread().id() == std::thread::current().id())
    }

    /// Ends the thread and waits for it, unless called on it: then it ends when [`Host::deliver`] returns.
    pub fn stop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.wake();
        let is_current = self.is_current_thread();
        if let Some(thread) = self.thread.take().filter(|_| !is_current) {
            // The thread does not panic: `Host::enter` catches what the client does.
            let _ = thread.join();
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What the thread owns.
struct Driver {
    host: Arc<dyn Host>,
    sockets: Sockets,
    stop: Arc<AtomicBool>,
    events: VecDeque<Event>,
    interfaces: Interfaces,
}

/// What was last seen of the machine's addresses.
#[derive(Default)]
struct Interfaces {
    look_at: Time,
    known: Vec<SocketAddr>,
}

impl Driver {
    fn run(mut self) {
        os::block_signals();
        while let Some(timeout) = self.turn() {
            let Driver { host, sockets, .. } = &mut self;
            if sockets.wait(timeout, &mut |news| tell(&**host, news)).is_err() {
                break; // the poller itself is broken; nothing can be waited for any more
            }
        }
    }

    /// Runs what is due and hands over all events. How long to wait then; `None` is the end, `Some(None)` for ever.
    fn turn(&mut self) -> Option<Option<Duration>> {
        loop {
            let mut wait = None;
            let (events, interfaces) = (&mut self.events, &mut self.interfaces);
            let looks = self.host.wants_interfaces();
            let entered = self.host.enter(&mut |client, now| {
                let look_at = if looks { interfaces.look(client, now) } else { None };
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
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
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
        if !matches!(client.stat(CallId(0), Stat::Calls), Ok(Some(1..))) {
            return None;
        }
        if now >= self.look_at {
            self.look_at = now + LOOK_EVERY;
            let found = os::interfaces();
            if found != self.known && client.set_interfaces(now, &found).is_ok() {
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
