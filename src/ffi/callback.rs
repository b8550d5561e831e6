//! The functions a host gives us, each with the userdata that belongs to it.

use super::bytes::{Text, tgcall_text};
#[cfg(feature = "runtime")]
use super::choice::tgcall_protocol;
use super::event::tgcall_event;
use super::handle::{tgcall_client, under_lock, watch};
use super::log::{tgcall_log_fn, tgcall_log_level};
use crate::client::{LogLevel, LogLine};
use crate::random::RandomSource;
use crate::time::{Duration, Time};
use core::ffi::{c_int, c_void};
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Nanoseconds since any moment. Time of a clock that is set back goes on from where it was. It runs under our lock and must not
/// call back.
pub type tgcall_clock_fn = Option<unsafe extern "C-unwind" fn(userdata: *mut c_void) -> u64>;

/// Fills the whole buffer; 0 is success. Anything else kills the client, for there is no call without entropy. It runs
/// under our lock and must not call back.
pub type tgcall_random_fn =
    Option<unsafe extern "C-unwind" fn(userdata: *mut c_void, buffer: *mut u8, size: usize) -> c_int>;

/// Makes a sleeping loop turn.
pub type tgcall_wake_fn = Option<unsafe extern "C-unwind" fn(userdata: *mut c_void)>;

/// Looks at a socket before it is used: a file descriptor, or a `SOCKET` of Windows. It runs on our thread, outside our lock.
/// 0 is yes; anything else refuses the socket.
/// @param protocol  One of `tgcall_protocol`.
pub type tgcall_socket_fn =
    Option<unsafe extern "C-unwind" fn(userdata: *mut c_void, fd: isize, protocol: u32) -> c_int>;

/// Takes one event, which is lent until the callback returns.
pub type tgcall_event_fn =
    Option<unsafe extern "C-unwind" fn(userdata: *mut c_void, client: *mut tgcall_client, event: *const tgcall_event)>;

/// The host's pointer, which we carry around and never touch.
#[derive(Clone, Copy, Debug)]
pub struct Userdata(pub *mut c_void);

// SAFETY: we never look behind it; the host lets any thread of ours carry it.
unsafe impl Send for Userdata {}
// SAFETY: as above.
unsafe impl Sync for Userdata {}

/// Set for good when the host ends a thread of its own or ours from inside a clock, random source or logger: the lock that was
/// held there is never given back.
#[derive(Clone, Debug, Default)]
pub struct Lost(Arc<AtomicBool>);

impl Lost {
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Calls the host under the lock.
    fn call<R>(&self, run: impl FnOnce() -> R) -> R {
        under_lock(&self.0, || call(|| self.set(), run))
    }
}

/// Calls the host where it must not unwind into us: `pthread_exit`, a cancellation, and what an interpreter does to threads that
/// come back to it while it shuts down are a forced unwind, which the nearest of our `catch_unwind` would end the process for.
/// So the thread stays here for ever, after `lost`. Where a thread ends without a word to us, [`watch`] sees to it and it goes. An
/// exception of C++ still ends the process, by name and in time.
fn call<R>(lost: impl FnOnce(), run: impl FnOnce() -> R) -> R {
    let (mut run, mut result) = (Some(run), None);
    let stay = Stay(Some(lost));
    watch();
    refuse_exceptions(&mut || result = run.take().map(|run| run()));
    core::mem::forget(stay);
    result.expect("it ran just now")
}

struct Stay<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for Stay<F> {
    fn drop(&mut self) {
        if let Some(lost) = self.0.take() {
            lost();
        }
        loop {
            std::thread::park();
        }
    }
}

fn refuse_exceptions(run: &mut dyn FnMut()) {
    /// An exception that comes here finds a function that nothing unwinds out of, and aborts; a forced unwind passes.
    #[allow(improper_ctypes_definitions, reason = "called from here alone")]
    extern "C" fn barrier(run: &mut dyn FnMut()) {
        run();
    }
    // SAFETY: the same convention, but for what the compiler thinks may come out of it: it must keep the clean-up of our callers.
    let barrier = unsafe {
        core::mem::transmute::<extern "C" fn(&mut dyn FnMut()), extern "C-unwind" fn(&mut dyn FnMut())>(barrier)
    };
    core::hint::black_box(barrier)(run);
}

/// The host's clock, or the operating system's, as a time that never runs backwards.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    /// What the source said last, and which time that was.
    last: u64,
    now: Time,
}

#[derive(Clone, Debug)]
enum Source {
    System { start: Instant },
    Host(unsafe extern "C-unwind" fn(*mut c_void) -> u64, Userdata, Lost),
}

impl Clock {
    pub fn new(host: tgcall_clock_fn, userdata: Userdata, lost: Lost) -> Clock {
        let source = match host {
            Some(clock) => Source::Host(clock, userdata, lost),
            None => Source::System { start: system_now() },
        };
        Clock { source, last: 0, now: Time::from_nanos(0) }
    }

    /// A clock that was set back goes on from here: waiting until it has caught up would be a standstill.
    pub fn now(&mut self) -> Time {
        let read = self.source.read();
        self.now += Duration::from_nanos(read.saturating_sub(self.last));
        self.last = read;
        self.now
    }
}

impl Source {
    fn read(&self) -> u64 {
        match self {
            Source::System { start } => {
                u64::try_from(system_now().duration_since(*start).as_nanos()).unwrap_or(u64::MAX)
            }
            // SAFETY: the host promises a function that takes this userdata.
            Source::Host(clock, userdata, lost) => lost.call(|| unsafe { clock(userdata.0) }),
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "here the clock is read, for everything below")]
fn system_now() -> Instant {
    Instant::now()
}

/// The host's generator.
pub struct HostRandom(pub unsafe extern "C-unwind" fn(*mut c_void, *mut u8, usize) -> c_int, pub Userdata, pub Lost);

impl RandomSource for HostRandom {
    fn fill(&mut self, buffer: &mut [u8]) {
        let HostRandom(fill, userdata, lost) = self;
        // SAFETY: the host promises a function that takes this userdata and fills this buffer, which is ours.
        let failure = lost.call(|| unsafe { fill(userdata.0, buffer.as_mut_ptr(), buffer.len()) });
        if failure != 0 {
            // Not `panic!`: it is no defect of ours, so nothing is to be printed; the client dies of it all the same.
            std::panic::resume_unwind(Box::new(format!("the host's random source failed ({failure})")));
        }
    }
}

/// The operating system's generator.
pub struct SystemSource(pub SystemRandom);

impl RandomSource for SystemSource {
    fn fill(&mut self, buffer: &mut [u8]) {
        if self.0.fill(buffer).is_err() {
            std::panic::resume_unwind(Box::new("the operating system has no randomness".to_owned()));
        }
    }
}

/// Where log lines go, if anywhere.
#[derive(Clone, Debug)]
pub struct Logger(pub tgcall_log_fn, pub Userdata, pub Lost);

impl Logger {
    pub fn log(&self, line: &LogLine) {
        let Logger(Some(logger), userdata, lost) = self else { return };
        let level = match line.level {
            LogLevel::Off => return,
            LogLevel::Error => tgcall_log_level::TGCALL_LOG_LEVEL_ERROR,
            LogLevel::Warning => tgcall_log_level::TGCALL_LOG_LEVEL_WARNING,
            LogLevel::Info => tgcall_log_level::TGCALL_LOG_LEVEL_INFO,
            LogLevel::Debug => tgcall_log_level::TGCALL_LOG_LEVEL_DEBUG,
            LogLevel::Trace => tgcall_log_level::TGCALL_LOG_LEVEL_TRACE,
        };
        let text = Text::new(line.text.as_str());
        let lent: tgcall_text = text.lend();
        // SAFETY: the host promises a function that takes this userdata; the text lives until it returns.
        lost.call(|| unsafe { logger(userdata.0, level, line.call.0, lent) });
    }
}

/// Makes the host's loop turn.
#[derive(Clone, Copy, Debug)]
pub struct Wake(pub unsafe extern "C-unwind" fn(*mut c_void), pub Userdata);

impl Wake {
    pub fn call(&self) {
        watch();
        // SAFETY: the host promises a function that takes this userdata.
        unsafe { (self.0)(self.1.0) }
    }
}

/// Looks at sockets.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "runtime"), allow(dead_code, reason = "nobody else opens sockets"))]
pub struct SocketHook(pub unsafe extern "C-unwind" fn(*mut c_void, isize, u32) -> c_int, pub Userdata);

#[cfg(feature = "runtime")]
impl SocketHook {
    /// Whether the host lets us have the socket. On our thread, which stays where it is if the host ends it, and `lost` runs before.
    pub fn admits(&self, fd: isize, protocol: tgcall_protocol, lost: impl FnOnce()) -> bool {
        // SAFETY: the host promises a function that takes this userdata.
        call(lost, || unsafe { (self.0)(self.1.0, fd, protocol as u32) }) == 0
    }
}

/// Takes events.
#[derive(Clone, Copy)]
pub struct EventCallback(unsafe extern "C-unwind" fn(*mut c_void, *mut tgcall_client, *const tgcall_event), Userdata);

impl EventCallback {
    pub fn new(on_event: tgcall_event_fn, userdata: *mut c_void) -> Option<EventCallback> {
        on_event.map(|on_event| EventCallback(on_event, Userdata(userdata)))
    }

    /// On a thread of the host's. It may end that thread: what it unwinds through cleans up after itself and catches nothing.
    pub fn call(&self, client: *mut tgcall_client, event: &tgcall_event) {
        watch();
        // SAFETY: the host promises a function that takes this userdata; client and event live until it returns.
        unsafe { (self.0)(self.1.0, client, event) }
    }

    /// On our thread, which is ended by nobody else: it stays where it is, and `lost` runs before.
    #[cfg(feature = "runtime")]
    pub fn call_on_our_thread(&self, client: *mut tgcall_client, event: &tgcall_event, lost: impl FnOnce()) {
        call(lost, || self.call(client, event));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    #[test]
    fn time_goes_on_from_where_it_was_when_the_clock_is_set_back() {
        unsafe extern "C-unwind" fn read(userdata: *mut c_void) -> u64 {
            // SAFETY: the cell below.
            unsafe { &*userdata.cast::<Cell<u64>>() }.get()
        }
        let wall = Cell::new(1_000);
        let mut clock = Clock::new(Some(read), Userdata((&raw const wall).cast_mut().cast()), Lost::default());
        let mut at = |nanos| {
            wall.set(nanos);
            clock.now().as_nanos()
        };
        assert_eq!([at(1_000), at(1_500)], [1_000, 1_500]);
        assert_eq!([at(200), at(200), at(300)], [1_500, 1_500, 1_600], "it was set back");
        assert_eq!([at(u64::MAX), at(0), at(7)], [u64::MAX; 3], "and nothing overflows");
    }
}
