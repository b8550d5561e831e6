//! What every fallible function answers, and the story behind the last failure of a thread.

use super::bytes::tgcall_text;
use crate::error::{Error, ErrorKind};
use core::cell::Cell;

/// What a function answers: 0 is success, a positive number is success without a result, a negative one says what to do
/// about a failure. After a failure nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
#[repr(i32)]
pub enum tgcall_status {
    TGCALL_OK = 0,
    /// All well, nothing to report.
    TGCALL_EMPTY = 1,
    /// All well, but the queue is full and nothing was taken: push it again later.
    TGCALL_FULL = 2,
    /// Fix the program.
    TGCALL_ERR_ARGUMENT = -1,
    /// The call, stream, request or socket is gone; forget it.
    TGCALL_ERR_NOT_FOUND = -2,
    /// Not now.
    TGCALL_ERR_STATE = -3,
    /// Too many, or too much.
    TGCALL_ERR_LIMIT = -4,
    /// Not in this build, or not with this configuration.
    TGCALL_ERR_UNSUPPORTED = -5,
    /// The operating system refused.
    TGCALL_ERR_IO = -6,
    /// Our defect; the client is dead, free it and report the text.
    TGCALL_ERR_INTERNAL = -7,
    /// The buffer is too small: nothing was used up, and the size that was set says how large it has to be.
    TGCALL_ERR_BUFFER = -8,
}
pub use tgcall_status::*;

/// Longer stories lose their end.
const STORY_SIZE: usize = 512;

/// Why the last failure of a thread was one. In place, so that keeping it allocates nothing and it needs no destructor: an audio
/// device's callback may fail, and a thread that ends may ask why. See the module of the C API.
struct Story {
    /// With a NUL behind it.
    bytes: [Cell<u8>; STORY_SIZE],
    size: Cell<usize>,
}

thread_local! {
    static STORY: Story = const { Story { bytes: [const { Cell::new(0) }; STORY_SIZE], size: Cell::new(0) } };
}
const _: () = assert!(!core::mem::needs_drop::<Story>());

/// Keeps the story for `tgcall_status_get_text` on this thread.
pub fn set_error_text(text: impl AsRef<str>) {
    let text = text.as_ref();
    let size = (0..STORY_SIZE.min(text.len() + 1)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let _ = STORY.try_with(|story| {
        story.bytes.iter().zip(text[..size].bytes().chain([0])).for_each(|(to, byte)| to.set(byte));
        story.size.set(size);
    });
}

/// A failure: its status, with its story kept for this thread.
pub fn fail(status: tgcall_status, text: impl AsRef<str>) -> tgcall_status {
    set_error_text(text);
    status
}

impl From<Error> for tgcall_status {
    fn from(error: Error) -> tgcall_status {
        let status = match error.kind() {
            ErrorKind::Argument => TGCALL_ERR_ARGUMENT,
            ErrorKind::NotFound => TGCALL_ERR_NOT_FOUND,
            ErrorKind::State => TGCALL_ERR_STATE,
            ErrorKind::Limit => TGCALL_ERR_LIMIT,
            ErrorKind::Full => TGCALL_FULL,
            ErrorKind::Buffer => TGCALL_ERR_BUFFER,
            ErrorKind::Unsupported => TGCALL_ERR_UNSUPPORTED,
            ErrorKind::Io => TGCALL_ERR_IO,
        };
        fail(status, error.text())
    }
}

/// What a function that cannot panic, and needs no client, answers.
pub fn answer(result: Result<(), Error>) -> tgcall_status {
    result.map_or_else(tgcall_status::from, |()| TGCALL_OK)
}

/// The name of a status, such as "TGCALL_ERR_STATE"; empty for a number that is none. Lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn tgcall_status_get_name(status: i32) -> tgcall_text {
    tgcall_text::from_static(match status {
        0 => "TGCALL_OK\0",
        1 => "TGCALL_EMPTY\0",
        2 => "TGCALL_FULL\0",
        -1 => "TGCALL_ERR_ARGUMENT\0",
        -2 => "TGCALL_ERR_NOT_FOUND\0",
        -3 => "TGCALL_ERR_STATE\0",
        -4 => "TGCALL_ERR_LIMIT\0",
        -5 => "TGCALL_ERR_UNSUPPORTED\0",
        -6 => "TGCALL_ERR_IO\0",
        -7 => "TGCALL_ERR_INTERNAL\0",
        -8 => "TGCALL_ERR_BUFFER\0",
        _ => "\0",
    })
}

/// Why the last call of this thread that failed did so, or why the last `TGCALL_EMPTY` or `TGCALL_FULL` took nothing; for a
/// developer to read. Read it right after that call, on its thread. Empty if nothing failed yet. Lent until this thread calls
/// us again.
#[unsafe(no_mangle)]
pub extern "C" fn tgcall_status_get_text() -> tgcall_text {
    let lend = |story: &Story| tgcall_text { data: story.bytes.as_ptr().cast(), size: story.size.get() };
    STORY.try_with(lend).unwrap_or_else(|_| tgcall_text::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_name_and_no_other_number_has_one() {
        let named: Vec<i32> = (-20..20).filter(|&number| tgcall_status_get_name(number).size > 0).collect();
        assert_eq!(named, (-8..=2).collect::<Vec<_>>());
        // SAFETY: names live for ever.
        assert_eq!(unsafe { tgcall_status_get_name(TGCALL_ERR_LIMIT as i32).as_str() }, "TGCALL_ERR_LIMIT");
        assert_eq!(tgcall_status_get_name(i32::MIN).size, 0);
    }

    #[test]
    fn each_thread_keeps_its_own_story() {
        assert_eq!(tgcall_status::from(Error::state("not ringing")), TGCALL_ERR_STATE);
        let elsewhere = std::thread::scope(|scope| scope.spawn(|| tgcall_status_get_text().size).join());
        assert_eq!(elsewhere.unwrap(), 0);
        // SAFETY: this thread has not called anything since.
        assert_eq!(unsafe { tgcall_status_get_text().as_str() }, "not ringing");
    }

    #[test]
    fn a_long_story_loses_its_end_and_no_part_of_a_character() {
        for shift in 0..3 {
            let text = "a".repeat(shift) + &"\u{20ac}".repeat(400);
            set_error_text(&text);
            let lent = tgcall_status_get_text();
            // SAFETY: this thread has not called anything since, and a NUL follows.
            let (told, nul) = unsafe { (lent.as_str(), *lent.data.add(lent.size)) };
            assert!(text.starts_with(told) && lent.size > STORY_SIZE - 4, "{}", lent.size);
            assert_eq!(nul, 0);
        }
        set_error_text("short");
        // SAFETY: as above.
        assert_eq!(unsafe { core::ffi::CStr::from_ptr(tgcall_status_get_text().data) }, c"short");
    }
}
