//! The client's handle: null, lock, re-entrancy, panic and death, in one place.
//!
//! Two locks, never held together: *delivery* (who is inside an event callback; held across host code, so it is a mark and not
//! a lock) and *core* (the client itself; short, and never held while an event callback or `wake` runs). What a thread is inside
//! of is noted in [`marks`]: calls from the clock, the random source and the logger are refused, and a `free` from inside a
//! callback waits for that callback to return.

use super::callback::{Clock, Logger, Lost, SocketHook, Wake};
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
use end::{finish, finish_freed};
pub use end::{free, release, retain};
pub use ended::{under_lock, watch};
pub use marks::is_under_lock;
use marks::{UnderLock, token};
#[cfg(feature = "runtime")]
use parking_lot::RwLock;
use parking_lot::{Condvar, Mutex, MutexGuard};
use sealed::{Core, Dead, panic_text};
#[cfg(feature = "media")]
use sound::Sound;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Ordering};
use userdata::Userdata;

mod end;
mod ended;
mod marks;
#[cfg(feature = "runtime")]
mod own_thread;
mod sealed;
#[cfg(feature = "media")]
mod sound;
mod turn;
mod userdata;

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
    /// How far its end has come: a [`Stage`].
    stage: AtomicU8,
    /// How many threads are inside `wake` just now.
    waking: AtomicU32,
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
    #[cfg(all(feature = "media", feature = "runtime"))]
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

/// How far the end of a client has come. A host that retains it may call while it is freed, and after.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Stage {
    Alive,
    /// `wake` does not begin any more. Callbacks that still run may call every function.
    Ending,
    /// Nobody is let in any more.
    Freed,
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
    #[cfg_attr(not(feature = "runtime"), allow(dead_code, reason = "nothing is started"))]
    Started,
}

#[cfg(feature = "runtime")]
const DEAF: &str = "the client is dead: its thread cannot be woken";

/// What a forwarded function may answer.
pub trait Outcome {
    fn told(self) -> Told;
}

/// It in the one form that becomes a status outside the lock.
pub enum Told {
    Status(tgcall_status),
    Empty(Cow<'static, str>),
}

impl From<Told> for tgcall_status {
    fn from(told: Told) -> tgcall_status {
        match told {
            Told::Status(status) => status,
            Told::Empty(why) => status::fail(TGCALL_EMPTY, why),
        }
    }
}

impl Outcome for () {
    fn told(self) -> Told {
        Told::Status(TGCALL_OK)
    }
}

impl Outcome for tgcall_status {
    fn told(self) -> Told {
        Told::Status(self)
    }
}

impl Outcome for Handled {
    fn told(self) -> Told {
        match self {
            Handled::Done => Told::Status(TGCALL_OK),
            Handled::Empty(why) => Told::Empty(why),
        }
    }
}

/// Runs `run` on the client: the one way from a client pointer to a reference. Checks for null, refuses host code that
/// runs under a lock, locks, reads the clock, and turns a panic into the client's death.
///
/// The contract of the module makes this safe to call with what C passed: `client` is null or alive. Not inlined, as [`with_handle`].
#[inline(never)]
pub fn with_client<T: Outcome>(
    client: *const tgcall_client,
    run: impl FnOnce(&mut Client, Time) -> Result<T, Error>,
) -> tgcall_status {
    let mut run = Some(run);
    on_client(client, &mut |client, now| Some(run.take()?(client, now).map(Outcome::told)))
}

/// What a function does under the lock, once.
type Locked<'a> = &'a mut dyn FnMut(&mut Client, Time) -> Option<Result<Told, Error>>;

#[inline(never)]
fn on_client(client: *const tgcall_client, run: Locked<'_>) -> tgcall_status {
    inside(client, &mut |handle| handle.answer_of(run))
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
    let mut run = Some(run);
    inside(client, &mut |handle| run.take().map_or(TGCALL_ERR_INTERNAL, |run| run(handle)))
}

/// What all functions of the handle have in common, which is there once.
#[inline(never)]
fn inside(client: *const tgcall_client, run: &mut dyn FnMut(&Arc<tgcall_client>) -> tgcall_status) -> tgcall_status {
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

const FREED: &str = "the client was freed";

/// This thread is inside a function of the client, which therefore stays.
struct Frame {
    handle: Arc<tgcall_client>,
}

impl Frame {
    fn enter(client: *const tgcall_client) -> Result<Frame, &'static str> {
        // SAFETY: the host promises a client that is alive or retained; its pointer came from `Arc::into_raw`.
        let handle = unsafe {
            Arc::increment_strong_count(client);
            Arc::from_raw(client)
        };
        if !handle.process.is_current() {
            return Err(COPY);
        }
        if handle.stage.load(Ordering::Acquire) == Stage::Freed as u8 {
            return Err(FREED);
        }
        let is_first = !marks::is_inside(client);
        if !marks::enter(client) {
            return Err("this thread is inside the callbacks of too many clients");
        }
        if !ended::UNWINDS && is_first && marks::is_inside(client) {
            // The mark has a reference of its own, as no frame may be left when the thread ends.
            core::mem::forget(handle.clone());
        }
        Ok(Frame { handle })
    }
}

/// This thread is about to call `wake`, for whose return an end waits. A guard, as the host may end its thread inside of it.
struct Waking<'a>(&'a tgcall_client);

impl<'a> Waking<'a> {
    fn begin(handle: &'a tgcall_client) -> Waking<'a> {
        handle.waking.fetch_add(1, Ordering::SeqCst);
        marks::count_wake(handle, true);
        Waking(handle)
    }
}

impl Drop for Waking<'_> {
    fn drop(&mut self) {
        marks::count_wake(self.0, false);
        self.0.waking.fetch_sub(1, Ordering::SeqCst);
        if self.0.stage.load(Ordering::SeqCst) != Stage::Alive as u8 && self.0.process.is_current() {
            self.0.delivered.notify_all();
        }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        let client = Arc::as_ptr(&self.handle);
        let is_marked = marks::is_inside(client);
        let is_last = marks::leave(client);
        if !ended::UNWINDS && is_marked && is_last {
            // SAFETY: the reference of the mark, which is not the last: ours is still there.
            unsafe { Arc::decrement_strong_count(client) };
        }
        // A callback may have forked, and this be the child: nothing is waited for here.
        if is_last && self.handle.process.is_current() {
            if self.handle.free_later.swap(false, Ordering::AcqRel) {
                finish(client);
            }
            finish_freed();
        }
    }
}

/// Runs what may call the host's clock or random source, for handles that are no client; `Err` if it is called from inside
/// one of those, or panicked.
#[cfg_attr(not(feature = "conference"), allow(dead_code, reason = "no other handle has a clock"))]
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
    let sound = Sound { ports: client.audio(), is_hosts: client.has_hosts_sound(), dead: Arc::default() };
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
        stage: AtomicU8::new(Stage::Alive as u8),
        waking: AtomicU32::new(0),
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
        #[cfg(all(feature = "media", feature = "runtime"))]
        deaf: AtomicBool::new(false),
    });
    #[cfg(feature = "media")]
    handle.sound.ports.bell().set_heard(handle.wake.is_some());
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
        let mut run = Some(run);
        self.answer_of(&mut |client, now| Some(run.take()?(client, now).map(Outcome::told)))
    }

    #[inline(never)]
    fn answer_of(&self, run: Locked<'_>) -> tgcall_status {
        let mut answer = None;
        let ran = self.run_locked(&mut |client, now| answer = run(client, now));
        // Only now, as the text of a failure is that of this function and not of one that the host's wake has called.
        match (ran, answer) {
            (Ok(()), Some(Ok(done))) => done.into(),
            (Ok(()), Some(Err(error))) => error.into(),
            (Err(_), _) if self.stage.load(Ordering::Acquire) == Stage::Freed as u8 => {
                status::fail(TGCALL_ERR_STATE, FREED)
            }
            (Err(dead), _) => dead.into(),
            (Ok(()), None) => TGCALL_ERR_INTERNAL,
        }
    }

    #[inline(never)]
    fn run_locked(&self, run: &mut dyn FnMut(&mut Client, Time)) -> Result<(), Dead> {
        let mut core = self.lock()?;
        let ran = core.run(|client, now| {
            run(client, now);
            (client.has_events(), client.next_timeout())
        });
        let alarm = match &ran {
            Ok((has_events, next)) => *has_events || core.is_sooner(*next),
            Err(_) => core.has_untold_death(),
        };
        drop(core);
        #[cfg(feature = "media")]
        let alarm = self.sound.ports.bell().take_alarm() || alarm;
        if alarm {
            self.alarm();
        }
        ran.map(|_| ())
    }

    /// The client cannot go on: it dies, and the host is told in time.
    #[cfg(any(feature = "media", feature = "runtime"))]
    fn kill(&self, story: impl Into<String>) {
        if let Ok(mut core) = self.lock()
            && !core.is_dead()
            && core.client.is_some()
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

    /// Calls `wake`: not from inside a drain, which looks again before it ends, and once for each drain.
    fn wake_host(&self) {
        if let Some(wake) = &self.wake
            && self.turn_of.load(Ordering::Relaxed) != token()
            && !self.woken.swap(true, Ordering::AcqRel)
        {
            let waking = Waking::begin(self);
            // In this order, and the other way round in `finish`: one of the two sees the other.
            if self.stage.load(Ordering::SeqCst) == Stage::Alive as u8 {
                wake.call();
            }
            drop(waking);
        }
    }

    pub fn set_knows_interfaces(&self) {
        self.knows_interfaces.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod defects;
#[cfg(test)]
mod tests;
