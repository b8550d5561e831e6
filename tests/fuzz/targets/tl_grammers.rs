//! Against grammers' decoder of layer 230 on the same bytes: what it takes for a whole answer, we do too.
//!
//! Not the other way round: it recurses, so inputs that nest are kept from it, and it does not know what layer 230 dropped.

#![no_main]

use grammers_tl_types::{Cursor, Deserializable, enums};
use tgcall::tl::{self, Decode, DecodeError, skip};

/// Deeper nesting makes grammers overflow its stack.
fn nests(data: &[u8]) -> bool {
    matches!(skip::walk(data, <tl::enums::Updates as Decode>::CODE), Err(DecodeError::TooDeep { .. }))
}

fn theirs<T: Deserializable>(data: &[u8]) -> bool {
    let mut cursor = Cursor::from_slice(data);
    T::deserialize(&mut cursor).is_ok() && cursor.pos() == data.len()
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // 255 as a length is their known bug; a count that is larger than the input makes them reserve memory for it.
    if data.len() > 4096 || data.contains(&0xff) || nests(data) {
        return;
    }
    if skip::walk(data, <tl::enums::User as Decode>::CODE) == Ok(data.len()) {
        let ours = tl::decode::<tl::enums::User>(data).is_ok();
        assert!(ours || !theirs::<enums::User>(data));
    }
    if skip::walk(data, <tl::types::PhonePhoneCall as Decode>::CODE).is_ok_and(|length| length == data.len()) {
        assert!(tl::decode::<tl::types::PhonePhoneCall>(data).is_ok() || !theirs::<enums::phone::PhoneCall>(data));
    } else {
        assert!(!theirs::<enums::phone::PhoneCall>(data), "grammers reads what we cannot step over");
    }
});
