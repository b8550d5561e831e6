//! The other side of a call, as far as the message names it.

use super::seq::Seq;
use super::skip;
use super::{Decode, Raw, Reader, enums};

/// Who somebody is. A call never depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallPeer<'a> {
    pub id: i64,
    pub access_hash: Option<i64>,
    /// The user is this account.
    pub is_self: bool,
    /// The data are reduced; an access hash in them serves only for the place they came from.
    pub min: bool,
    /// UTF-8, unchecked.
    pub first_name: Option<&'a [u8]>,
    pub last_name: Option<&'a [u8]>,
}

impl<'a> CallPeer<'a> {
    /// `None` for an empty user, and for one of a layer whose beginning looks different.
    pub fn of(user: &enums::User<'a>) -> Option<CallPeer<'a>> {
        match user {
            enums::User::Empty(_) => None,
            enums::User::User(user) => Some(CallPeer {
                id: user.id,
                access_hash: user.access_hash,
                is_self: user.self_,
                min: user.min,
                first_name: user.first_name,
                last_name: user.last_name,
            }),
            enums::User::Other(raw) => Self::of_other_layer(raw),
        }
    }

    /// The fields we need have stood at the front of every `user` since 2023; a constructor where they do not is left alone.
    fn of_other_layer(raw: &Raw<'a>) -> Option<CallPeer<'a>> {
        if !skip::same_beginning(<enums::User<'a> as Decode<'a>>::CODE, raw.id, super::types::User::ID, 6) {
            return None;
        }
        let mut r = Reader::new(raw.bytes);
        r.u32().ok()?;
        let flags = r.u32().ok()?;
        r.u32().ok()?;
        let set = |bit: u32| flags >> bit & 1 == 1;
        Some(CallPeer {
            id: r.i64().ok()?,
            access_hash: if set(0) { Some(r.i64().ok()?) } else { None },
            is_self: set(10),
            min: set(20),
            first_name: if set(1) { Some(r.bytes().ok()?) } else { None },
            last_name: if set(2) { Some(r.bytes().ok()?) } else { None },
        })
    }
}

/// The user with this id, if the message has it in readable form.
pub fn find_peer<'a>(users: &Seq<'a, enums::User<'a>>, id: i64) -> Option<CallPeer<'a>> {
    users.iter().filter_map(Result::ok).filter_map(|user| CallPeer::of(&user)).find(|peer| peer.id == id)
}
