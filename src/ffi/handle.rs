//! The client's handle: null, lock, re-entrancy, panic and death, in one place.
//!
//! Two locks, never taken in the other order: *delivery* (who is inside an event callback; held across host code, so it is
//! a mark and not a lock) and *core* (the client itself; short, and never held while an event callback or `wake` runs).
//! What a thread is inside of is noted in two thread-locals: [`UNDER_LOCK`] refuses calls from the clock, the random source
//! and the logger; [`INSIDE`] makes a `free` from inside a callback wait for that callback to return.

#[cfg(feature = "runtime")]
use super::callback::EventCallback;
use super::callback::{Clock, Logger, Wake};
use super::event::tgcall_event;
use super::status::{self, tgcall_status, tgcall_status::*};
use crate::client::{Client, Event, Handled, LogLevel, LogLine};
use crate::error::Error;
#[cfg(feature = "media")]
use crate::media::audio::{AudioPort, AudioPorts};
#[cfg(feature = "runtime")]
use crate::runtime::Runtime;
use crate::time::{Duration, Time};
use crate::types::CallId;
use core::cell::{Cell, RefCell};
use core::ffi::c_void;
#[cfg(feature = "runtime")]
use parking_lot::RwLock;
use parking_lot::{Condvar, Mutex};
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, ThreadId};

/// One Telegram account and all its calls.
pub struct tgcall_client {
    core: Mutex<Core>,
    delivery: Mutex<Delivery>,
    delivered: Condvar,
    userdata: Mutex<Userdata>,
    /// The host told us the machine's addresses, so our thread does not look for them any more.
    knows_interfaces: AtomicBool,
    wake: Option<Wake>,
    /// `wake` ran, and no drain has come since.
    woken: AtomicBool,
    /// The thread of the host's loop, the last that drained or polled: its [`token`].
    loop_thread: AtomicU64,
    /// Freed from inside a callback; done when the outermost frame of that thread is left.
    free_later: AtomicBool,
    /// The polled event, lent until the next poll, drain or free.
    polled: Mutex<Option<Box<tgcall_event>>>,
    /// The sound of the calls, which is reached past the lock.
    #[cfg(feature = "media")]
    sound: Sound,
    /// Written only when the thread starts and stops, so that an audio device's callback finds it free.
    #[cfg(feature = "runtime")]
    runtime: RwLock<Option<Runtime>>,
}

/// What push and pull need to know of the client.
#[cfg(feature = "media")]
struct Sound {
    ports: Arc<AudioPorts>,
    dead: Arc<AtomicBool>,
}

struct Core {
    /// `None`: dead.
    client: Option<Client>,
    /// The story of the death, and whether the host has been told by an event.
    death: Option<(String, bool)>,
    clock: Clock,
    logger: Logger,
    /// The latest time seen, because a host's clock may be wrong about never going backwards.
    now: Time,
    /// The time the host or our thread sleeps until.
    sleeps_until: Option<Time>,
    /// The same as `death`, for those that do not lock.
    #[cfg(feature = "media")]
    dead: Arc<AtomicBool>,
}

/// Who runs the client, and who is inside an event callback.
#[derive(Default)]
struct Delivery {
    mode: Mode,
    by: Option<ThreadId>,
    /// No callback starts any more.
    closing: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Undecided,
    Embedded,
    #[cfg_attr(not(feature = "runtime"), allow(dead_code))]
    Started,
}

/// What the host hung on its calls, which an ended call keeps for its last event and those that may follow. It has a lock of
/// its own, because events ask for it and never wait.
#[derive(Default)]
struct Userdata {
    of: BTreeMap<CallId, usize>,
    ended: VecDeque<CallId>,
}

/// How many ended calls keep their userdata after the host was told; the client itself remembers fewer.
const ENDED_KEPT: usize = 32;

// SAFETY: the client is not `Send` by itself only because the SCTP engine counts references without atomics; all of them
// stay inside the client, which moves as one under its lock. The rest is `Send`, or a pair of function and userdata that
// the host lets any thread use.
unsafe impl Send for tgcall_client {}
// SAFETY: as above, and all state is behind a lock.
unsafe impl Sync for tgcall_client {}

thread_local! {
    /// This thread holds the lock of a client, so host code that runs now must not call back.
    static UNDER_LOCK: Cell<bool> = const { Cell::new(false) };
    /// The clients whose functions this thread is inside of, outermost first.
    static INSIDE: RefCell<Vec<*const tgcall_client>> = const { RefCell::new(Vec::new()) };
    /// See [`token`].
    static TOKEN: Cell<u64> = const { Cell::new(0) };
}

/// A number of this thread's own, which fits an atomic. 0 is no thread.
fn token() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    if TOKEN.get() == 0 {
        TOKEN.set(NEXT.fetch_add(1, Ordering::Relaxed));
    }
    TOKEN.get()
}

/// What a forwarded function may answer.
pub trait Outcome {
    fn status(self) -> tgcall_status;
}

impl Outcome for () {
    fn status(self) -> tgcall_status {
        TGCALL_OK
    }
}

impl Outcome for tgcall_status {
    fn status(self) -> tgcall_status {
        self
    }
}

impl Outcome for Handled {
    fn status(self) -> tgcall_status {
        match self {
            Handled::Done => TGCALL_OK,
            Handled::Empty(why) => status::fail(TGCALL_EMPTY, why),
        }
    }
}

/// Runs `run` on the client: the one way from a client pointer to a reference. Checks for null, refuses host code that
/// runs under a lock, locks, reads the clock, and turns a panic into the client's death.
///
/// The contract of the module makes this safe to call with what C passed: `client` is null or alive.
pub fn with_client<T: Outcome>(
    client: *const tgcall_client,
    run: impl FnOnce(&mut Client, Time) -> Result<T, Error>,
) -> tgcall_status {
    with_handle(client, |handle| handle.locked(run))
}

/// As [`with_client`], for the few functions that concern the handle rather than the client in it.
pub fn with_handle(
    client: *const tgcall_client,
    run: impl FnOnce(&Arc<tgcall_client>) -> tgcall_status,
) -> tgcall_status {
    if client.is_null() {
        return status::fail(TGCALL_ERR_ARGUMENT, "client is NULL");
    }
    if UNDER_LOCK.get() {
        return status::fail(
            TGCALL_ERR_STATE,
            "the clock, the random source and the logger must not call back: they run under the client's lock",
        );
    }
    let frame = Frame::enter(client);
    run(&frame.handle)
}

/// This thread is inside a function of the client, which therefore stays.
struct Frame {
    handle: Arc<tgcall_client>,
}

impl Frame {
    fn enter(client: *const tgcall_client) -> Frame {
        // SAFETY: the host promises a client that is alive; its pointer came from `Arc::into_raw`.
        let handle = unsafe {
            Arc::increment_strong_count(client);
            Arc::from_raw(client)
        };
        INSIDE.with_borrow_mut(|inside| inside.push(client));
        Frame { handle }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        let client = Arc::as_ptr(&self.handle);
        let outermost = INSIDE.with_borrow_mut(|inside| {
            inside.pop();
            !inside.contains(&client)
        });
        if outermost && self.handle.free_later.swap(false, Ordering::AcqRel) {
            finish(client);
        }
    }
}

/// Notes that host code called from here runs under the lock.
struct UnderLock(bool);

impl UnderLock {
    fn mark() -> UnderLock {
        UnderLock(UNDER_LOCK.replace(true))
    }
}

impl Drop for UnderLock {
    fn drop(&mut self) {
        UNDER_LOCK.set(self.0);
    }
}

/// Runs what may call the host's clock or random source, for handles that are no client; `Err` if it is called from inside
/// one of those, or panicked.
#[cfg_attr(not(feature = "conference"), allow(dead_code))]
pub fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, tgcall_status> {
    if UNDER_LOCK.get() {
        return Err(status::fail(TGCALL_ERR_STATE, "called from inside the clock, the random source or the logger"));
    }
    let _under = UnderLock::mark();
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| status::fail(TGCALL_ERR_INTERNAL, panic_text(&*panic)))
}

/// Makes the handle whose pointer the host gets.
///
/// # Errors
/// The status of a client that could not be made, its story kept.
pub fn make(
    clock: Clock,
    logger: Logger,
    wake: Option<Wake>,
    new: impl FnOnce(Time) -> Result<Client, Error>,
) -> Result<*mut tgcall_client, tgcall_status> {
    if UNDER_LOCK.get() {
        return Err(status::fail(TGCALL_ERR_STATE, "called from inside the clock, the random source or the logger"));
    }
    let _under = UnderLock::mark();
    let now = clock.now();
    let client = match catch_unwind(AssertUnwindSafe(|| new(now))) {
        Ok(made) => made.map_err(tgcall_status::from)?,
        Err(panic) => return Err(status::fail(TGCALL_ERR_INTERNAL, panic_text(&*panic))),
    };
    #[cfg(feature = "media")]
    let sound = Sound { ports: client.audio(), dead: Arc::default() };
    let core = Core {
        client: Some(client),
        death: None,
        clock,
        logger,
        now,
        sleeps_until: None,
        #[cfg(feature = "media")]
        dead: sound.dead.clone(),
    };
    let handle = Arc::new(tgcall_client {
        core: Mutex::new(core),
        delivery: Mutex::default(),
        delivered: Condvar::new(),
        userdata: Mutex::default(),
        knows_interfaces: AtomicBool::new(false),
        wake,
        woken: AtomicBool::new(false),
        loop_thread: AtomicU64::new(0),
        free_later: AtomicBool::new(false),
        polled: Mutex::default(),
        #[cfg(feature = "media")]
        sound,
        #[cfg(feature = "runtime")]
        runtime: RwLock::default(),
    });
    #[cfg(feature = "media")]
    {
        let weak = Arc::downgrade(&handle);
        let bell = handle.sound.ports.bell();
        bell.set_wake(move || {
            if let Some(handle) = weak.upgrade() {
                handle.ring();
            }
        });
        bell.set_heard(handle.wake.is_some());
    }
    Ok(Arc::into_raw(handle).cast_mut())
}

/// `tgcall_client_free`: at once, or when the callback it is called from returns.
pub fn free(client: *mut tgcall_client) {
    if client.is_null() {
        return;
    }
    let inside = INSIDE.with_borrow(|inside| inside.contains(&client.cast_const()));
    if inside {
        // SAFETY: a frame of this thread keeps it alive.
        let handle = unsafe { &*client };
        handle.delivery.lock().closing = true;
        handle.free_later.store(true, Ordering::Release);
    } else {
        finish(client);
    }
}

/// Lets the last callback return, ends the thread, and gives back the host's reference.
fn finish(client: *const tgcall_client) {
    // SAFETY: the host's reference, which it gives up with `tgcall_client_free`.
    let handle = unsafe { Arc::from_raw(client) };
    handle.delivery.lock().closing = true;
    #[cfg(feature = "runtime")]
    if let Some(mut runtime) = { handle.runtime.write().take() } {
        runtime.stop();
    }
    let mut delivery = handle.delivery.lock();
    while delivery.by.is_some_and(|by| by != thread::current().id()) {
        handle.delivered.wait(&mut delivery);
    }
    drop(delivery);
    // Nothing is left that could be told; what the client holds is wiped now, even if a stray frame keeps the handle.
    let mut core = handle.core.lock();
    let _under = UnderLock::mark();
    if let Some(client) = core.client.take() {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(client)));
    }
}

impl tgcall_client {
    /// Locks the client, runs `run` on it, and sees to it that what it left gets out.
    pub fn locked<T: Outcome>(&self, run: impl FnOnce(&mut Client, Time) -> Result<T, Error>) -> tgcall_status {
        let mut core = self.core.lock();
        let result = core.run(run);
        let alarm = core.has_news();
        drop(core);
        if alarm {
            self.alarm();
        }
        match result {
            Ok(Ok(done)) => done.status(),
            Ok(Err(error)) => error.into(),
            Err(Dead(story)) => status::fail(TGCALL_ERR_INTERNAL, story),
        }
    }

    /// Makes whoever sleeps turn the loop. Called without the lock.
    fn alarm(&self) {
        #[cfg(feature = "runtime")]
        if let Some(runtime) = &*self.runtime.read() {
            return runtime.wake();
        }
        self.wake_host();
    }

    /// The same from an audio device's callback, which waits for nothing.
    #[cfg(feature = "media")]
    fn ring(&self) {
        #[cfg(feature = "runtime")]
        if let Some(runtime) = self.runtime.try_read()
            && let Some(runtime) = &*runtime
        {
            return runtime.wake();
        }
        self.wake_host();
    }

    /// Calls `wake`: not on the thread of the loop, which is awake, and once for each drain.
    fn wake_host(&self) {
        if let Some(wake) = &self.wake
            && self.loop_thread.load(Ordering::Relaxed) != token()
            && !self.woken.swap(true, Ordering::AcqRel)
        {
            wake.call();
        }
    }

    /// Delivers every event, those included that the callback causes.
    pub fn drain(&self, mut on_event: impl FnMut(&tgcall_event)) -> tgcall_status {
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
                Next::Event(event) => tgcall_event::new(self, event),
                Next::Death(story) => tgcall_event::death(self, story),
                Next::Nothing if is_last_look => break,
                Next::Nothing => {
                    is_last_look = true;
                    self.woken.store(false, Ordering::Release);
                    continue;
                }
                Next::Dead(story) => {
                    status = status::fail(TGCALL_ERR_INTERNAL, story);
                    break;
                }
            };
            status = TGCALL_OK;
            self.note(&event);
            on_event(&event);
        }
        drop(turn);
        status
    }

    /// Takes the next event, which the handle keeps until the next poll, drain or free.
    pub fn poll(&self) -> Result<Option<*const tgcall_event>, tgcall_status> {
        let _turn = Turn::begin(self)?;
        self.woken.store(false, Ordering::Release);
        let event = match self.next_event() {
            Next::Event(event) => tgcall_event::new(self, event),
            Next::Death(story) => tgcall_event::death(self, story),
            Next::Nothing => return Ok(None),
            Next::Dead(story) => return Err(status::fail(TGCALL_ERR_INTERNAL, story)),
        };
        self.note(&event);
        let mut polled = self.polled.lock();
        Ok(Some(core::ptr::from_ref(&**polled.insert(Box::new(event)))))
    }

    /// Runs the timers that are due and takes the next event.
    fn next_event(&self) -> Next {
        let mut core = self.core.lock();
        core.sleeps_until = None;
        let polled = core.run(|client, now| {
            if !client.has_events() {
                client.handle_timeout(now);
            }
            client.poll_event()
        });
        match polled {
            Ok(Some(event)) => Next::Event(event),
            Ok(None) => Next::Nothing,
            Err(Dead(story)) if core.tell_death() => Next::Death(story),
            Err(Dead(story)) => Next::Dead(story),
        }
    }

    /// How long the loop may sleep; `None`: until something arrives.
    ///
    /// # Errors
    /// The story of a client that is dead and has said so.
    pub fn next_timeout(&self) -> Result<Option<Duration>, String> {
        let mut core = self.core.lock();
        if matches!(core.death, Some((_, false))) {
            return Ok(Some(Duration::ZERO));
        }
        let next = core.run(|client, now| {
            let next = if client.has_events() { Some(now) } else { client.next_timeout() };
            (next, next.map(|next| next.since(now)))
        });
        match next {
            Ok((until, timeout)) => {
                core.sleeps_until = until;
                Ok(timeout)
            }
            Err(Dead(story)) => Err(story),
        }
    }

    /// Keeps what the host hangs on a call that is known.
    pub fn set_userdata(&self, call: CallId, userdata: *mut c_void) {
        self.userdata.lock().of.insert(call, userdata.expose_provenance());
    }

    /// What the host hung on a call.
    pub fn userdata(&self, call: CallId) -> *mut c_void {
        let userdata = self.userdata.lock().of.get(&call).copied().unwrap_or(0);
        core::ptr::with_exposed_provenance_mut(userdata)
    }

    /// The host is about to hear of an end: forgets the userdata of the call that ended longest ago.
    fn note(&self, event: &tgcall_event) {
        let Some(call) = event.ended_call() else { return };
        let mut userdata = self.userdata.lock();
        userdata.ended.push_back(call);
        if userdata.ended.len() > ENDED_KEPT
            && let Some(oldest) = userdata.ended.pop_front()
        {
            userdata.of.remove(&oldest);
        }
    }

    pub fn set_knows_interfaces(&self) {
        self.knows_interfaces.store(true, Ordering::Relaxed);
    }
}

#[cfg(feature = "media")]
impl tgcall_client {
    /// Runs `run` on the sound of a call, past the client's lock.
    pub fn with_port<T: Outcome>(
        &self,
        call: CallId,
        run: impl FnOnce(&AudioPort) -> Result<T, Error>,
    ) -> tgcall_status {
        if self.sound.dead.load(Ordering::Acquire) {
            return status::fail(TGCALL_ERR_INTERNAL, "the client is dead");
        }
        let Some(port) = self.sound.ports.get(call) else {
            return status::fail(TGCALL_ERR_NOT_FOUND, "no such call, or its sound is not ours");
        };
        match catch_unwind(AssertUnwindSafe(|| run(&port))) {
            Ok(Ok(done)) => done.status(),
            Ok(Err(error)) => error.into(),
            Err(panic) => {
                let Dead(story) = self.core.lock().die(panic_text(&*panic));
                self.alarm();
                status::fail(TGCALL_ERR_INTERNAL, story)
            }
        }
    }
}

#[cfg(feature = "runtime")]
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
        }
        match Runtime::start(Arc::new(super::started::Started { handle: self.clone(), on_event })) {
            Ok(started) => {
                *runtime = Some(started);
                #[cfg(feature = "media")]
                self.sound.ports.bell().set_heard(true);
                TGCALL_OK
            }
            Err(error) => {
                self.delivery.lock().mode = Mode::Undecided;
                status::fail(TGCALL_ERR_IO, format!("no thread could be made: {error}"))
            }
        }
    }

    pub fn knows_interfaces(&self) -> bool {
        self.knows_interfaces.load(Ordering::Relaxed)
    }

    /// Our thread's way in. `Ok(false)`: the client goes away; `Err`: it is dead, and the host is to be told why.
    pub fn enter(&self, work: &mut dyn FnMut(&mut Client, Time)) -> Result<bool, String> {
        if self.delivery.lock().closing {
            return Ok(false);
        }
        let mut core = self.core.lock();
        let entered = core.run(|client, now| {
            work(client, now);
            client.next_timeout()
        });
        match entered {
            Ok(next) => {
                core.sleeps_until = next;
                Ok(true)
            }
            Err(Dead(story)) if core.tell_death() => Err(story),
            Err(Dead(_)) => Ok(false),
        }
    }

    /// Our thread's way out: runs the host's callback, unless the client is being freed.
    pub fn deliver(self: &Arc<Self>, event: &tgcall_event, callback: impl FnOnce(*mut tgcall_client)) {
        let frame = Frame::enter(Arc::as_ptr(self));
        {
            let mut delivery = self.delivery.lock();
            if delivery.closing {
                return;
            }
            delivery.by = Some(thread::current().id());
        }
        self.note(event);
        callback(Arc::as_ptr(self).cast_mut());
        self.delivery.lock().by = None;
        self.delivered.notify_all();
        drop(frame);
    }
}

enum Next {
    Event(Event),
    /// The client has died; the one event about it.
    Death(String),
    Nothing,
    /// It is dead, and the host has been told.
    Dead(String),
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
        let me = thread::current().id();
        delivery.mode = Mode::Embedded;
        delivery.by = Some(me);
        drop(delivery);
        handle.loop_thread.store(token(), Ordering::Relaxed);
        *handle.polled.lock() = None;
        Ok(Turn(handle))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.delivery.lock().by = None;
        self.0.delivered.notify_all();
    }
}

/// The client is dead, and why.
struct Dead(String);

impl Core {
    /// Runs `run` on the client while host code is kept from calling back. A panic is the client's death.
    fn run<T>(&mut self, run: impl FnOnce(&mut Client, Time) -> T) -> Result<T, Dead> {
        let _under = UnderLock::mark();
        if let Some((story, _)) = &self.death {
            return Err(Dead(story.clone()));
        }
        let Some(client) = &mut self.client else { return Err(Dead("the client was freed".to_owned())) };
        self.now = self.now.max(self.clock.now());
        match catch_unwind(AssertUnwindSafe(|| run(client, self.now))) {
            Ok(result) => {
                while let Some(line) = client.poll_log() {
                    self.logger.log(&line);
                }
                Ok(result)
            }
            Err(panic) => Err(self.die(panic_text(&*panic))),
        }
    }

    /// The client is not to be trusted any more: it goes, with its keys, and only its story stays.
    fn die(&mut self, story: String) -> Dead {
        let _under = UnderLock::mark();
        self.logger.log(&LogLine { level: LogLevel::Error, call: CallId(0), text: story.clone() });
        if let Some(client) = self.client.take() {
            // A client that is half way through something may well panic again.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(client)));
        }
        #[cfg(feature = "media")]
        self.dead.store(true, Ordering::Release);
        self.death = Some((story.clone(), false));
        Dead(story)
    }

    /// Whether the host is still to be told of the death; once.
    fn tell_death(&mut self) -> bool {
        self.death.as_mut().is_some_and(|(_, told)| !core::mem::replace(told, true))
    }

    /// Whether a sleeping loop has to turn: there are events, or a timer sooner than the one it sleeps until.
    fn has_news(&self) -> bool {
        match (&self.client, &self.death) {
            (Some(client), _) => {
                client.has_events()
                    || match (client.next_timeout(), self.sleeps_until) {
                        (Some(next), Some(until)) => next < until,
                        (next, None) => next.is_some(),
                        (None, Some(_)) => false,
                    }
            }
            (None, Some((_, told))) => !told,
            (None, None) => false,
        }
    }
}

fn panic_text(panic: &(dyn core::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the client is dead by a defect of ours: {}", text.unwrap_or("a panic without words"))
}

#[cfg(test)]
mod tests;
