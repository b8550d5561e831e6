//! Against grammers' decoder of layer 230 on the same bytes: what it takes for a whole answer, we can step over, and what both
//! can step over, both decode. Needs a second decoder, so it runs only under cargo-fuzz.

use grammers_tl_types::{Cursor, Deserializable, enums};
use tgcall::tl::{self, Decode, DecodeError, skip};

fn theirs<T: Deserializable>(data: &[u8]) -> bool {
    let mut cursor = Cursor::from_slice(data);
    T::deserialize(&mut cursor).is_ok() && cursor.pos() == data.len()
}

pub fn differential(data: &[u8]) {
    // 255 as a length is their known bug, and they reserve memory for whatever count they are told.
    if data.len() > 4096 || data.contains(&0xff) {
        return;
    }
    macro_rules! agree {
        ($ours:ty, $theirs:ty) => {
            match skip::walk(data, <$ours as Decode>::CODE) {
                Ok(length) if length == data.len() => {
                    assert!(tl::decode::<$ours>(data).is_ok() || !theirs::<$theirs>(data), "they decode it, we do not");
                }
                // What nests deep makes them overflow their stack; the rest of these is longer than it looks to them.
                Ok(_) | Err(DecodeError::TooDeep { .. }) | Err(DecodeError::Count { .. }) => {}
                Err(error) => assert!(!theirs::<$theirs>(data), "they decode what we cannot step over: {error}"),
            }
        };
    }
    agree!(tl::enums::User, enums::User);
    agree!(tl::enums::Chat, enums::Chat);
    agree!(tl::enums::Updates, enums::Updates);
    agree!(tl::types::PhonePhoneCall, enums::phone::PhoneCall);
    agree!(tl::types::PhoneGroupCall, enums::phone::GroupCall);
}
