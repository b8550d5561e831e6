//! Telegram's binary language: what calls read and write of it, layer 223.
//!
//! The schema is ours ([`schema/`](https://core.telegram.org/mtproto/TL) explains the language), and so is the generator in
//! `tests/tlgen`; `cargo test --test fresh` compares its output, `generated`, and `TGCALL_BLESS=1` rewrites it.
//!
//! * [`types`]: a struct per constructor. [`enums`]: an enum per type that has several constructors; a type with one
//!   constructor is that struct. [`functions`]: a struct per method. [`e2e`] has the same three for conferences.
//! * Everything is a view over borrowed bytes and `Copy`. Strings and bytes are `&[u8]`; UTF-8 is looked at where text is
//!   shown, never to refuse a call. A vector is a [`Seq`], checked when the message is read, decoded as it is iterated. What is
//!   large and seldom needed, or contains itself, is a [`Lazy`].
//! * Fields that share a flag bit are one `Option` of a struct, so the half-set case cannot be written. Flags come only from
//!   `Option`s and `bool`s.
//!
//! # Writing a request
//!
//! ```
//! # use tgcall::tl;
//! use tl::{Seq, enums, functions, types};
//! let request = functions::PhoneRequestCall {
//!     video: false,
//!     user_id: enums::InputUser::InputUser(types::InputUser { user_id: 5123456789, access_hash: 77 }),
//!     random_id: 4,
//!     g_a_hash: &[7; 32],
//!     protocol: types::PhoneCallProtocol {
//!         udp_p2p: true,
//!         udp_reflector: true,
//!         min_layer: 65,
//!         max_layer: 92,
//!         library_versions: Seq::of(&[b"9.0.0", b"8.0.0"]),
//!     },
//! };
//! let bytes = tl::encode(&request).unwrap(); // tl::encode_secret gives a buffer that wipes itself
//! # let read: functions::PhoneRequestCall = tl::decode(&bytes).unwrap();
//! # assert_eq!(read, request);
//! ```
//!
//! # Reading what comes back, and what comes by itself
//!
//! Three inlets, for the three shapes in which hosts hold things: [`decode_result`], [`decode_update`], [`decode_updates`].
//! They are lenient as far as a call can be saved: an unknown user behind a phone call leaves the call readable and is
//! reported in [`Decoded::unread`]. They know the numbers that call objects have had since layer 151, and they ignore bytes behind
//! the object, which may be MTProto's padding. Prefer the last but one: a host that has split the containers and hands in only what is
//! about calls hardly ever meets a constructor that we do not know.
//!
//! ```
//! # use tgcall::tl;
//! use tl::{enums, functions};
//! # fn answer(bytes: &[u8]) -> Result<(), tl::DecodeError> {
//! let answer = tl::decode_result::<functions::PhoneRequestCall>(bytes)?;
//! if let enums::PhoneCall::Waiting(waiting) = answer.value.phone_call {
//!     println!("call {} waits for {}", waiting.id, waiting.participant_id);
//! }
//! let caller = tl::find_peer(&answer.value.users, 5123456789);
//! # Ok(()) }
//! # fn container(bytes: &[u8]) -> Result<(), tl::DecodeError> {
//! let batch = tl::decode_updates(bytes)?;
//! for update in batch.updates() {
//!     match update? {
//!         enums::Update::PhoneCall(update) => println!("{:?}", update.phone_call),
//!         enums::Update::PhoneCallSignalingData(update) => println!("{} bytes", update.data.len()),
//!         _ => {}
//!     }
//! }
//! if batch.unread.is_some() { /* the host should fetch the difference */ }
//! # Ok(()) }
//! ```
//!
//! The simulator reads requests with [`functions::Request`]; [`decode`] reads any type strictly.

#![allow(
    dead_code,
    unused_imports,
    reason = "made from the whole schema: a third of it is for groups, the simulator and the tests, which some builds leave out"
)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, unsafe_code)]

pub mod error;
mod generated;
mod inlet;
mod peer;
mod reader;
mod seq;
pub mod skip;
#[cfg(test)]
mod tests;
mod writer;

pub use error::{DecodeError, EncodeError};
#[cfg(feature = "conference")]
pub use generated::e2e;
pub use generated::phone::{LAYER, enums, functions, name, types};
pub use inlet::{Answer, Batch, Decoded, Unread, decode, decode_lenient, decode_result, decode_update, decode_updates};
pub use peer::{CallPeer, find_peer};
pub use reader::Reader;
pub use seq::{Lazy, Seq, SeqIter};
pub use writer::{Sink, encode, encode_secret, size};

/// Longest message an inlet takes: MTProto's are smaller.
pub const MAX_INPUT: usize = 16 << 20;
/// Deepest nesting of objects that are stepped over. The longest chain of what calls use is 7.
pub const MAX_DEPTH: usize = 32;

/// The id of a boxed vector, and the two of `Bool`.
pub const VECTOR_ID: u32 = 0x1cb5_c415;
pub const TRUE_ID: u32 = 0x9972_75b5;
pub const FALSE_ID: u32 = 0xbc79_9737;

/// The source of the generated code, for encoders that work from the text.
#[cfg(any(test, feature = "sim", feature = "internals"))]
pub mod schema {
    pub const PHONE: &str = include_str!("schema/phone.tl");
    pub const OLDER: &str = include_str!("schema/older.tl");
    pub const E2E: &str = include_str!("schema/e2e.tl");
    pub const SKIP: &str = include_str!("schema/skip.tl");
}

/// A value that can be read from the front of bytes.
pub trait Decode<'a>: Sized {
    /// How the skip pass steps over it.
    const CODE: skip::Code;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError>;
}

/// A value that can be written.
pub trait Encode {
    fn write<S: Sink>(&self, s: &mut S);
}

/// The fields of one constructor, without the id in front of them.
pub trait Constructor<'a>: Sized {
    const ID: u32;
    const NAME: &'static str;
    /// How the skip pass steps over the fields.
    const BARE: skip::Code;

    fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError>;
    fn write_body<S: Sink>(&self, s: &mut S);
}

/// A request, and what its answer is.
pub trait Method: Encode {
    const ID: u32;
    /// As Telegram spells it: `phone.requestCall`.
    const NAME: &'static str;
    type Answer<'a>: Decode<'a>;
}

/// An object of a type we read, but of a constructor we only step over: of another layer, or of no interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'a> {
    pub id: u32,
    /// The whole object, id included.
    pub bytes: &'a [u8],
}

/// The query inside a generic method: all that is left of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query<'a>(pub &'a [u8]);

/// An object without its id, as some vectors of the conference schema hold them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bare<T>(pub T);

impl<'a> Decode<'a> for i32 {
    const CODE: u32 = skip::FIXED | 4;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        r.i32()
    }
}

impl<'a> Decode<'a> for i64 {
    const CODE: u32 = skip::FIXED | 8;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        r.i64()
    }
}

impl<'a> Decode<'a> for bool {
    const CODE: u32 = skip::BOOL;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        r.bool()
    }
}

impl<'a> Decode<'a> for &'a [u8] {
    const CODE: u32 = skip::BYTES;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        r.bytes()
    }
}

impl<'a, const N: usize> Decode<'a> for &'a [u8; N] {
    const CODE: u32 = skip::FIXED | N as u32;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        r.array()
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Seq<'a, T> {
    const CODE: u32 = T::CODE | skip::VECTOR;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        r.seq()
    }
}

impl<'a> Decode<'a> for Query<'a> {
    /// A query is inside no object, so nothing steps over it.
    const CODE: u32 = 0;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        r.take(r.rest().len()).map(Query)
    }
}

impl<'a, T: Constructor<'a>> Decode<'a> for Bare<T> {
    const CODE: u32 = T::BARE;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        T::read_body(r).map(Bare)
    }
}

impl<'a, T: Constructor<'a>> Encode for Bare<T> {
    fn write<S: Sink>(&self, s: &mut S) {
        self.0.write_body(s);
    }
}

impl Encode for Raw<'_> {
    fn write<S: Sink>(&self, s: &mut S) {
        s.raw(self.bytes);
    }
}
