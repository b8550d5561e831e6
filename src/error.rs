//! How misuse of the API is reported.

use core::fmt;
use std::borrow::Cow;

/// What the caller can do about an error; the C API has one status for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Fix the program.
    Argument,
    /// The call, request or socket is gone; forget it.
    NotFound,
    /// Not now.
    State,
    /// Too many, or too much.
    Limit,
    /// The queue is full and nothing was taken: no fault, try again later.
    Full,
    /// The buffer is too small for what there is, which stays.
    Buffer,
    /// Not in this build, or not spoken by this library.
    Unsupported,
    /// The operating system refused.
    Io,
}

/// Misuse of the API: nothing has changed. What goes wrong on the network is never an error but an event or a figure in the
/// statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    text: Cow<'static, str>,
}

impl Error {
    pub fn new(kind: ErrorKind, text: impl Into<Cow<'static, str>>) -> Error {
        Error { kind, text: text.into() }
    }

    pub fn argument(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Argument, text)
    }

    pub fn not_found(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::NotFound, text)
    }

    pub fn state(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::State, text)
    }

    pub fn limit(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Limit, text)
    }

    pub fn full(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Full, text)
    }

    pub fn buffer(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Buffer, text)
    }

    pub fn unsupported(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Unsupported, text)
    }

    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The story, for a developer to read.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}
