//! Where log lines go.

use super::bytes::tgcall_text;
use core::ffi::c_void;

/// How much is logged. No level ever names keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_log_level {
    TGCALL_LOG_LEVEL_OFF = 0,
    TGCALL_LOG_LEVEL_ERROR = 1,
    TGCALL_LOG_LEVEL_WARNING = 2,
    TGCALL_LOG_LEVEL_INFO = 3,
    TGCALL_LOG_LEVEL_DEBUG = 4,
    /// May name addresses and users.
    TGCALL_LOG_LEVEL_TRACE = 5,
}

/// Takes one line, and the call it is about, or 0. It runs under our lock and must not call back; see the top of this file.
pub type tgcall_log_fn = Option<
    unsafe extern "C-unwind" fn(userdata: *mut c_void, level: tgcall_log_level, call_id: u64, line: tgcall_text),
>;
