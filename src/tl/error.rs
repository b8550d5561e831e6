//! Why bytes could not be read, or a value not be written.

use core::fmt;

/// Why bytes are not what they should be. `offset` counts from the start of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// The input ends inside a value.
    Truncated { offset: usize },
    /// A constructor that no table knows: most likely of a newer layer.
    Unknown { id: u32, offset: usize },
    /// A known constructor, but not of the type that is due here.
    Unexpected { id: u32, offset: usize },
    /// A string begins with 255, which is no length.
    Length { offset: usize },
    /// A vector announces more elements than the rest of the input can hold.
    Count { count: u32, offset: usize },
    /// A vector has more elements than we keep of its kind.
    TooMany { count: u32, offset: usize },
    /// Objects nest deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep { offset: usize },
    /// Bytes are left over behind the object.
    Trailing { offset: usize },
    /// The input is longer than [`MAX_INPUT`](super::MAX_INPUT).
    TooLong { length: usize },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use DecodeError::*;
        match *self {
            Truncated { offset } => write!(f, "the input ends inside a value that begins at byte {offset}"),
            Unknown { id, offset } => write!(f, "unknown constructor {id:08x} at byte {offset}"),
            Unexpected { id, offset } => write!(f, "constructor {id:08x} is of another type than due at byte {offset}"),
            Length { offset } => write!(f, "a string begins with 255 at byte {offset}"),
            Count { count, offset } => write!(f, "a vector at byte {offset} announces {count} elements"),
            TooMany { count, offset } => write!(f, "{count} elements at byte {offset} are more than the limit"),
            TooDeep { offset } => write!(f, "nested too deep at byte {offset}"),
            Trailing { offset } => write!(f, "bytes are left over from byte {offset} on"),
            TooLong { length } => write!(f, "an input of {length} bytes is too long"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why a value has no encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// A string of 2^24 bytes or more, or more than 2^31 elements in a vector: the length has no form on the wire.
    Length,
    /// The value was read from bytes of which a part was unreadable.
    Unread,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EncodeError::Length => "a length does not fit its field",
            EncodeError::Unread => "a part of the value was never readable",
        })
    }
}

impl std::error::Error for EncodeError {}
