//! Lines for a developer's log.

use crate::types::CallId;

/// How much is logged. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum LogLevel {
    #[default]
    Off = 0,
    Error = 1,
    Warning = 2,
    Info = 3,
    Debug = 4,
    /// May name addresses and users; no level ever names keys.
    Trace = 5,
}

impl LogLevel {
    /// The level behind a number of the C API.
    pub fn from_number(number: u32) -> Option<LogLevel> {
        Some(match number {
            0 => LogLevel::Off,
            1 => LogLevel::Error,
            2 => LogLevel::Warning,
            3 => LogLevel::Info,
            4 => LogLevel::Debug,
            5 => LogLevel::Trace,
            _ => return None,
        })
    }
}

/// One line for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub level: LogLevel,
    /// `CallId(0)`: of none. The text does not repeat it.
    pub call: CallId,
    pub text: String,
}
