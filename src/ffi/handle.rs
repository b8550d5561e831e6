//! The client's handle: null, lock, re-entrancy, panic and death, in one place.
//!
//! Two locks, never held together: *delivery* (who is inside an event callback; held across host code, so it is a mark and not
//! a lock) and *core* (the client itself; short, and never held while an event callback or `wake` runs). What a thread is inside
//! of is noted in [`marks`]: calls from the clock, the random source and the logger are refused, and a `free` from inside a
//! callback waits for that callback to return.

#[cfg(feature = "runtime")]
use super::callback::EventCallback;
use super::callback::{Clock, Logger, Lost, SocketHook, Wake};
#[cfg(feature = "runtime")]
use super::choice::tgcall_protocol;
use super::event::tgcall_event;
use super::process::Process;
use super::status::{self, tgcall_status, tgcall_status::*};
use crate::client::{Client, Handled};
use crate::error::Error;
#[cfg(feature = "media")]
use crate::media::audio::{AudioPort, AudioPorts};
#[cfg(feature = "runtime")]
use crate::runtime::Runtime;
use crate::time::{Duration, Time};
use crate::types::CallId;
use core::ffi::c_void;
pub use end::free;
use end::{finish, finish_freed};
pub use marks::is_under_lock;
use marks::{UnderLock, token};
#[cfg(feature = "runtime")]
use parking_lot::RwLock;
use parking_lot::{Condvar, Mutex, MutexGuard};
use sealed::{Core, Dead, panic_text};
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};

mod end;
mod marks;
mod sealed;

/// One Telegram account and all its calls.
pub struct tgcall_client {
    /// The process that made it: in a forked child it is a copy.
    process: Process,
    core: Mutex<Core>,
    /// A thread was ended by the host while it held the lock of `core`, which therefore never comes back.
    lost: Lost,
    delivery: Mutex<Delivery>,
    delivered: Condvar,
    userdata: Mutex<Userdata>,
    /// The host told us the machine's addresses, so our thread does not look for them any more.
    knows_interfaces: AtomicBool,
    wake: Option<Wake>,
    /// `wake` ran, and no drain has come since.
    woken: AtomicBool,
    /// The thread that drains or polls just now: its [`token`].
    turn_of: AtomicU64,
    /// Freed from inside a callback; done when the outermost frame of that thread is left.
    free_later: AtomicBool,
    /// The next of the clients that were freed under another's lock.
    next_freed: AtomicPtr<tgcall_client>,
    /// The polled event, lent until the next poll, drain or free.
    polled: Mutex<Option<Box<tgcall_event>>>,
    /// The sound of the calls, which is reached past the lock.
    #[cfg(feature = "media")]
    sound: Sound,
    /// Looks at sockets before they are used.
    #[cfg(feature = "runtime")]
    socket: Option<SocketHook>,
    /// Written only when the thread starts and stops, so that an audio device's callback finds it free.
    #[cfg(feature = "runtime")]
    runtime: RwLock<Option<Runtime>>,
    /// The [`token`] of our thread.
    #[cfg(feature = "runtime")]
    own_thread: AtomicU64,
    /// Sound could not wake it.
    #[cfg(feature = "runtime")]
    deaf: AtomicBool,
}

// What is reached by any thread, and past the lock of `core` at that.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<tgcall_client>();
    shared::<tgcall_event>();
    shared::<Mutex<Core>>();
    shared::<Wake>();
    #[cfg(feature = "media")]
    shared::<(Sound, AudioPorts, AudioPort)>();
    #[cfg(feature = "runtime")]
    shared::<(Runtime, super::started::Started)>();
};

/// What push and pull need to know of the client.
#[cfg(feature = "media")]
struct Sound {
    ports: Arc<AudioPorts>,
    dead: Arc<AtomicBool>,
}

/// Who runs the client, and who is inside an event callback.
#[derive(Default)]
struct Delivery {
    mode: Mode,
    /// The [`token`] of the thread that is.
    by: Option<u64>,
    /// No callback starts any more.
    closing: bool,
    /// Our thread has not ended yet.
    has_thread: bool,
    /// It never will: the host ended it inside a callback.
    #[cfg(feature = "runtime")]
    is_parked: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Undecided,
    Embedded,
    #[cfg_attr(not(feature = "runtime"), allow(dead_code))]
    Started,
}

/// What the host hung on its calls, until it has been told of their end. It has a lock of its own, because events ask for it and
/// never wait.
#[derive(Default)]
struct Userdata {
    of: BTreeMap<CallId, usize>,
    told: VecDeque<CallId>,
}

#[cfg(feature = "runtime")]
const DEAF: &str = "the client is dead: its thread cannot be woken";

/// How many ended calls are known not to take userdata any more; the client itself remembers fewer.
const ENDED_KEPT: usize = 32;

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
///
/// Not inlined: an exported function ends what would unwind out of it, and what is cleaned up here must not be part of that. A
/// host that calls `pthread_exit` in the callback of a drain leaves through here, on a thread of its own.
#[inline(never)]
pub fn with_handle(
    client: *const tgcall_client,
    run: impl FnOnce(&Arc<tgcall_client>) -> tgcall_status,
) -> tgcall_status {
    if client.is_null() {
        return status::fail(TGCALL_ERR_ARGUMENT, "client is NULL");
    }
    if is_under_lock() {
        return status::fail(
            TGCALL_ERR_STATE,
            "the clock, the random source and the logger must not call back: they run under the client's lock",
        );
    }
    match Frame::enter(client) {
        Ok(frame) => run(&frame.handle),
        Err(why) => status::fail(TGCALL_ERR_STATE, why),
    }
}

/// What is answered to those who use their copy of something.
pub const COPY: &str = "this process was forked from the one that made it: here it can only be freed";

/// This thread is inside a function of the client, which therefore stays.
struct Frame {
    handle: Arc<tgcall_client>,
}

impl Frame {
    fn enter(client: *const tgcall_client) -> Result<Frame, &'static str> {
        // SAFETY: the host promises a client that is alive; its pointer came from `Arc::into_raw`.
        let handle = unsafe {
            Arc::increment_strong_count(client);
            Arc::from_raw(client)
        };
        if !handle.process.is_current() {
            return Err(COPY);
        }
        if !marks::enter(client) {
            return Err("this thread is inside the callbacks of too many clients");
        }
        Ok(Frame { handle })
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        let client = Arc::as_ptr(&self.handle);
        // A callback may have forked, and this be the child: nothing is waited for here.
        if marks::leave(client) && self.handle.process.is_current() {
            if self.handle.free_later.swap(false, Ordering::AcqRel) {
                finish(client);
            }
            finish_freed();
        }
    }
}

/// Runs what may call the host's clock or random source, for handles that are no client; `Err` if it is called from inside
/// one of those, or panicked.
#[cfg_attr(not(feature = "conference"), allow(dead_code))]
pub fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, tgcall_status> {
    if is_under_lock() {
        return Err(status::fail(TGCALL_ERR_STATE, "called from inside the clock, the random source or the logger"));
    }
    let under = UnderLock::mark();
    let ran = catch_unwind(AssertUnwindSafe(run));
    drop(under);
    finish_freed();
    ran.map_err(|panic| status::fail(TGCALL_ERR_INTERNAL, panic_text(&*panic)))
}

/// Makes the handle whose pointer the host gets.
///
/// # Errors
/// The status of a client that could not be made, its story kept.
pub fn make(
    mut clock: Clock,
    logger: Logger,
    wake: Option<Wake>,
    #[cfg_attr(not(feature = "runtime"), allow(unused_variables))] socket: Option<SocketHook>,
    lost: Lost,
    new: impl FnOnce(Time) -> Result<Client, Error>,
) -> Result<*mut tgcall_client, tgcall_status> {
    let (client, clock) = guarded(move || (new(clock.now()), clock))?;
    let client = client.map_err(tgcall_status::from)?;
    #[cfg(feature = "media")]
    let sound = Sound { ports: client.audio(), dead: Arc::default() };
    let core = Core::new(
        client,
        clock,
        logger,
        #[cfg(feature = "media")]
        sound.dead.clone(),
    );
    let handle = Arc::new(tgcall_client {
        process: Process::current(),
        core: Mutex::new(core),
        lost,
        delivery: Mutex::default(),
        delivered: Condvar::new(),
        userdata: Mutex::default(),
        knows_interfaces: AtomicBool::new(false),
        wake,
        woken: AtomicBool::new(false),
        turn_of: AtomicU64::new(0),
        free_later: AtomicBool::new(false),
        next_freed: AtomicPtr::default(),
        polled: Mutex::default(),
        #[cfg(feature = "media")]
        sound,
        #[cfg(feature = "runtime")]
        socket,
        #[cfg(feature = "runtime")]
        runtime: RwLock::default(),
        #[cfg(feature = "runtime")]
        own_thread: AtomicU64::new(0),
        #[cfg(feature = "runtime")]
        deaf: AtomicBool::new(false),
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

impl tgcall_client {
    /// The lock, unless the thread that holds it was ended by the host and never gives it back.
    fn lock(&self) -> Result<MutexGuard<'_, Core>, Dead> {
        const LOOK_EVERY: Duration = Duration::from_millis(50);
        loop {
            if self.lost.is_set() {
                return Err(Dead(
                    "the client is dead: its clock, random source or logger ended the thread it ran on".into(),
                ));
            }
            if let Some(core) = self.core.try_lock_for(LOOK_EVERY) {
                return Ok(core);
            }
        }
    }

    /// Locks the client, runs `run` on it, and sees to it that what it left gets out.
    pub fn locked<T: Outcome>(&self, run: impl FnOnce(&mut Client, Time) -> Result<T, Error>) -> tgcall_status {
        let mut core = match self.lock() {
            Ok(core) => core,
            Err(dead) => return dead.into(),
        };
        let ran = core.run(|client, now| (run(client, now), client.has_events(), client.next_timeout()));
        let alarm = match &ran {
            Ok((_, has_events, next)) => *has_events || core.is_sooner(*next),
            Err(_) => core.has_untold_death(),
        };
        drop(core);
        if alarm {
            self.alarm();
        }
        match ran {
            Ok((Ok(done), ..)) => done.status(),
            Ok((Err(error), ..)) => error.into(),
            Err(dead) => dead.into(),
        }
    }

    /// The client cannot go on: it dies, and the host is told in time.
    #[cfg(any(feature = "media", feature = "runtime"))]
    fn kill(&self, story: impl Into<String>) {
        if let Ok(mut core) = self.lock()
            && !core.is_dead()
        {
            core.die(story.into());
        }
    }

    /// Makes whoever sleeps turn the loop. Called without the lock.
    fn alarm(&self) {
        #[cfg(feature = "runtime")]
        {
            let woken = self.runtime.read().as_ref().map(Runtime::wake);
            match woken {
                Some(Ok(())) => return,
                Some(Err(error)) => return self.kill(format!("{DEAF}: {error}")),
                None => {}
            }
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
            if runtime.wake().is_err() {
                self.deaf.store(true, Ordering::Relaxed);
            }
            return;
        }
        self.wake_host();
    }

    /// Calls `wake`: not from inside a drain, which looks again before it ends, and once for each drain.
    fn wake_host(&self) {
        if let Some(wake) = &self.wake
            && self.turn_of.load(Ordering::Relaxed) != token()
            && !self.woken.swap(true, Ordering::AcqRel)
        {
            wake.call();
        }
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

    /// Keeps what the host hangs on a call that is known.
    ///
    /// # Errors
    /// State: the host has been told that the call ended.
    pub fn set_userdata(&self, call: CallId, userdata: *mut c_void) -> Result<(), Error> {
        let mut kept = self.userdata.lock();
        if kept.told.contains(&call) {
            return Err(Error::state("the call has ended, and its userdata with it"));
        }
        kept.of.insert(call, userdata.expose_provenance());
        Ok(())
    }

    /// What the host hung on a call.
    pub fn userdata(&self, call: CallId) -> *mut c_void {
        if !self.process.is_current() {
            return core::ptr::null_mut();
        }
        let userdata = self.userdata.lock().of.get(&call).copied().unwrap_or(0);
        core::ptr::with_exposed_provenance_mut(userdata)
    }

    /// The host has been told: what it hung on a call that ended is its own again.
    fn told(&self, event: &tgcall_event) {
        let Some(call) = event.ended_call() else { return };
        let mut userdata = self.userdata.lock();
        userdata.of.remove(&call);
        userdata.told.push_back(call);
        if userdata.told.len() > ENDED_KEPT {
            userdata.told.pop_front();
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
        let ran = catch_unwind(AssertUnwindSafe(|| run(&port)));
        #[cfg(feature = "runtime")]
        if self.deaf.swap(false, Ordering::Relaxed) {
            self.kill(DEAF);
        }
        match ran {
            Ok(Ok(done)) => done.status(),
            Ok(Err(error)) => error.into(),
            Err(panic) => {
                let story = panic_text(&*panic);
                self.kill(story.as_str());
                self.alarm();
                Dead(story).into()
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
            delivery.has_thread = true;
        }
        match Runtime::start(Arc::new(super::started::Started { handle: self.clone(), on_event })) {
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
            self.0.turn_of.store(0, Ordering::Relaxed);
            self.0.delivery.lock().by = None;
            self.0.delivered.notify_all();
        }
    }
}

#[cfg(test)]
mod tests;
