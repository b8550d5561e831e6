//! The three shapes in which a host hands in what Telegram said, and the strict way to read any type.

use super::error::DecodeError;
use super::seq::{Seq, SeqIter};
use super::skip::Code;
use super::{Decode, MAX_INPUT, Method, Reader, enums};

/// The first place of a message that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The constructor that no table knows; `None` if objects were nested too deep.
    pub id: Option<u32>,
    /// Where, counted from the start of the message.
    pub offset: usize,
}

/// A message, and what of it stayed unreadable. Vectors behind that place are empty and not
/// [whole](Seq::is_whole); optional fields are absent, numbers (`date`, `seq`, `version`) are 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decoded<T> {
    pub value: T,
    pub unread: Option<Unread>,
}

/// What [`decode_result`] gives for the method `M`.
pub type Answer<'a, M> = Decoded<<M as Method>::Answer<'a>>;

/// Reads exactly one object, strictly: an unknown constructor anywhere is an error.
pub fn decode<'a, T: Decode<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    let mut r = Reader::new(bytes);
    let value = T::read(&mut r)?;
    r.finish()?;
    Ok(value)
}

/// Reads the answer to the method `M`: the body of an `rpc_result`. Errors (`rpc_error`) come another way.
///
/// What follows the object, here and at the other two inlets, is not looked at: several client libraries hand out an answer
/// with MTProto's padding behind it, 12 to 1 024 bytes of anything.
pub fn decode_result<M: Method>(bytes: &[u8]) -> Result<Answer<'_, M>, DecodeError> {
    decode_lenient(bytes)
}

/// Reads one `Update`.
pub fn decode_update(bytes: &[u8]) -> Result<Decoded<enums::Update<'_>>, DecodeError> {
    decode_lenient(bytes)
}

/// Reads an `Updates` container of any of the seven kinds.
pub fn decode_updates(bytes: &[u8]) -> Result<Batch<'_>, DecodeError> {
    decode_lenient::<Batch<'_>>(bytes).map(|decoded| decoded.value)
}

/// Reads the object in front as the inlets do.
pub fn decode_lenient<'a, T: Decode<'a>>(bytes: &'a [u8]) -> Result<Decoded<T>, DecodeError> {
    if bytes.len() > MAX_INPUT {
        return Err(DecodeError::TooLong { length: bytes.len() });
    }
    let mut r = Reader::lenient(bytes);
    let value = T::read(&mut r)?;
    Ok(Decoded { value, unread: r.unread() })
}

/// What an `Updates` container brought, of whichever kind it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Batch<'a> {
    updates: Content<'a>,
    pub users: Seq<'a, enums::User<'a>>,
    pub chats: Seq<'a, enums::Chat<'a>>,
    /// Unix time; absent from `updatesTooLong`, and behind an unreadable place.
    pub date: Option<i32>,
    /// The first and the last sequence number, in the kinds that have them; absent behind an unreadable place.
    pub seq: Option<(i32, i32)>,
    /// `updatesTooLong`: the host must fetch the difference.
    pub too_long: bool,
    /// Something could not be read: updates from there on are missing, and the host should fetch the difference.
    pub unread: Option<Unread>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Content<'a> {
    None,
    One(enums::Update<'a>),
    Many(Seq<'a, enums::Update<'a>>),
}

impl<'a> Batch<'a> {
    /// The updates, in order, as far as they are readable.
    pub fn updates(&self) -> impl Iterator<Item = Result<enums::Update<'a>, DecodeError>> + 'a {
        let (one, many): (_, SeqIter<'a, _>) = match self.updates {
            Content::None => (None, Seq::empty().iter()),
            Content::One(update) => (Some(Ok(update)), Seq::empty().iter()),
            Content::Many(seq) => (None, seq.iter()),
        };
        one.into_iter().chain(many)
    }

    fn none(date: Option<i32>, unread: Option<Unread>) -> Self {
        Batch {
            updates: Content::None,
            users: Seq::empty(),
            chats: Seq::empty(),
            date,
            seq: None,
            too_long: false,
            unread,
        }
    }
}

/// One that cannot be read at all, but is of a known kind, is an empty batch that says so.
fn batch<'a>(r: &mut Reader<'a>) -> Result<Batch<'a>, DecodeError> {
    use enums::Updates::{Combined, TooLong};
    let mut inner = *r;
    let read = match enums::Updates::read(&mut inner) {
        Ok(TooLong) => Batch { too_long: true, ..Batch::none(None, None) },
        Ok(enums::Updates::UpdateShort(short)) => {
            Batch { updates: Content::One(short.update), ..Batch::none(Some(short.date), None) }
        }
        Ok(enums::Updates::UpdateShortMessage(short)) => Batch::none(Some(short.date), None),
        Ok(enums::Updates::UpdateShortChatMessage(short)) => Batch::none(Some(short.date), None),
        Ok(enums::Updates::UpdateShortSentMessage(short)) => Batch::none(Some(short.date), None),
        Ok(Combined(all)) => Batch {
            updates: Content::Many(all.updates),
            users: all.users,
            chats: all.chats,
            seq: Some((all.seq_start, all.seq)),
            ..Batch::none(Some(all.date), None)
        },
        Ok(enums::Updates::Updates(all)) => Batch {
            updates: Content::Many(all.updates),
            users: all.users,
            chats: all.chats,
            seq: Some((all.seq, all.seq)),
            ..Batch::none(Some(all.date), None)
        },
        Err(error) => {
            let start = r.offset();
            if matches!(error, DecodeError::Unknown { offset, .. } if offset == start) {
                return Err(error);
            }
            r.give_up(error)?;
            return Ok(Batch::none(None, r.unread()));
        }
    };
    *r = inner;
    // Numbers behind what could not be read are no numbers.
    let (date, seq) = if r.is_lost() { (None, None) } else { (read.date, read.seq) };
    Ok(Batch { date, seq, unread: r.unread(), ..read })
}

impl<'a> Decode<'a> for Batch<'a> {
    const CODE: Code = <enums::Updates<'a> as Decode<'a>>::CODE;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        batch(r)
    }
}
