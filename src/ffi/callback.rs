//! The functions a host gives us, each with the userdata that belongs to it.

use super::bytes::{Text, tgcall_text};
use super::event::tgcall_event;
use super::handle::tgcall_client;
use super::log::{tgcall_log_fn, tgcall_log_level};
use crate::client::{LogLevel, LogLine};
use crate::random::RandomSource;
use crate::time::Time;
use core::ffi::{c_int, c_void};
use ring::rand::{SecureRandom, SystemRandom};
use std::time::Instant;

/// Nanoseconds since any moment, never backwards. It runs under our lock and must not call back.
pub type tgcall_clock_fn = Option<unsafe extern "C" fn(userdata: *mut c_void) -> u64>;

/// Fills the whole buffer; 0 is success. Anything else kills the client, for there is no call without entropy. It runs
/// under our lock and must not call back.
pub type tgcall_random_fn = Option<unsafe extern "C" fn(userdata: *mut c_void, buffer: *mut u8, size: usize) -> c_int>;

/// Makes a sleeping loop turn.
pub type tgcall_wake_fn = Option<unsafe extern "C" fn(userdata: *mut c_void)>;

/// Takes one event, which is lent until the callback returns.
pub type tgcall_event_fn =
    Option<unsafe extern "C" fn(userdata: *mut c_void, client: *mut tgcall_client, event: *const tgcall_event)>;

/// The host's pointer, which we carry around and never touch.
#[derive(Clone, Copy, Debug)]
pub struct Userdata(pub *mut c_void);

// SAFETY: we never look behind it; the host lets any thread of ours carry it.
unsafe impl Send for Userdata {}
// SAFETY: as above.
unsafe impl Sync for Userdata {}

/// The host's clock, or the operating system's.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    System { start: Instant },
    Host(unsafe extern "C" fn(*mut c_void) -> u64, Userdata),
}

impl Clock {
    pub fn new(host: tgcall_clock_fn, userdata: Userdata) -> Clock {
        match host {
            Some(clock) => Clock::Host(clock, userdata),
            None => Clock::System { start: system_now() },
        }
    }

    pub fn now(&self) -> Time {
        match self {
            Clock::System { start } => {
                Time::from_nanos(u64::try_from(system_now().duration_since(*start).as_nanos()).unwrap_or(u64::MAX))
            }
            // SAFETY: the host promises a function that takes this userdata and returns.
            Clock::Host(clock, userdata) => Time::from_nanos(unsafe { clock(userdata.0) }),
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "here the clock is read, for everything below")]
fn system_now() -> Instant {
    Instant::now()
}

/// The host's generator.
pub struct HostRandom(pub unsafe extern "C" fn(*mut c_void, *mut u8, usize) -> c_int, pub Userdata);

impl RandomSource for HostRandom {
    fn fill(&mut self, buffer: &mut [u8]) {
        // SAFETY: the host promises a function that takes this userdata and fills this buffer, which is ours.
        let failure = unsafe { (self.0)(self.1.0, buffer.as_mut_ptr(), buffer.len()) };
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
#[derive(Clone, Copy, Debug)]
pub struct Logger(pub tgcall_log_fn, pub Userdata);

impl Logger {
    pub fn log(&self, line: &LogLine) {
        let Some(logger) = self.0 else { return };
        let level = match line.level {
            LogLevel::Off => return,
            LogLevel::Error => tgcall_log_level::TGCALL_LOG_ERROR,
            LogLevel::Warning => tgcall_log_level::TGCALL_LOG_WARNING,
            LogLevel::Info => tgcall_log_level::TGCALL_LOG_INFO,
            LogLevel::Debug => tgcall_log_level::TGCALL_LOG_DEBUG,
            LogLevel::Trace => tgcall_log_level::TGCALL_LOG_TRACE,
        };
        let text = if line.call.0 == 0 { line.text.clone() } else { format!("call {}: {}", line.call, line.text) };
        let text = Text::new(text);
        let lent: tgcall_text = text.lend();
        // SAFETY: the host promises a function that takes this userdata; the text lives until it returns.
        unsafe { logger(self.1.0, level, lent) }
    }
}

/// Makes the host's loop turn.
#[derive(Clone, Copy, Debug)]
pub struct Wake(pub unsafe extern "C" fn(*mut c_void), pub Userdata);

impl Wake {
    pub fn call(&self) {
        // SAFETY: the host promises a function that takes this userdata.
        unsafe { (self.0)(self.1.0) }
    }
}

/// Takes events.
#[derive(Clone, Copy)]
pub struct EventCallback(unsafe extern "C" fn(*mut c_void, *mut tgcall_client, *const tgcall_event), Userdata);

impl EventCallback {
    pub fn new(on_event: tgcall_event_fn, userdata: *mut c_void) -> Option<EventCallback> {
        on_event.map(|on_event| EventCallback(on_event, Userdata(userdata)))
    }

    pub fn call(&self, client: *mut tgcall_client, event: &tgcall_event) {
        // SAFETY: the host promises a function that takes this userdata; client and event live until it returns.
        unsafe { (self.0)(self.1.0, client, event) }
    }
}
