//! From Telegram's objects to the kind of call they are about.

#[cfg(feature = "media")]
use super::group;
use super::private;
use crate::tl::{self, DecodeError, enums};

/// One update, by the kind of call it is about.
pub enum Update<'a> {
    Private(private::route::Update<'a>),
    #[cfg(feature = "media")]
    Group(group::route::Update<'a>),
    /// Not about calls.
    Other,
}

/// Telegram's news in whatever shape a host has it.
#[allow(clippy::large_enum_variant, reason = "a view on the stack, for as long as one update is read")]
pub enum Shape<'a> {
    /// An `Updates`.
    Batch(tl::Batch<'a>),
    /// One `Update`, one `phone.PhoneCall` or one `PhoneCall`.
    One(Update<'a>),
}

/// Tells the shapes apart by what they begin with. `keep_object`: the host's engine wants the bytes of a `phoneCall`.
pub fn shape(bytes: &[u8], keep_object: bool) -> Result<Shape<'_>, DecodeError> {
    match tl::decode_updates(bytes) {
        Err(error) if is_foreign(error) => {}
        batch => return batch.map(Shape::Batch),
    }
    match tl::decode_update(bytes) {
        Err(error) if is_foreign(error) => {}
        one => return one.map(|decoded| Shape::One(update(&decoded.value, keep_object))),
    }
    let phone_call = |object: &enums::PhoneCall<'_>| {
        let news = private::route::news(object, keep_object);
        Shape::One(Update::Private(private::route::Update::News(Box::new(news))))
    };
    match private::route::phone_call_answer(bytes) {
        Err(error) if is_foreign(error) => {}
        answer => return answer.map(|object| phone_call(&object)),
    }
    tl::decode_lenient::<enums::PhoneCall<'_>>(bytes).map(|object| phone_call(&object.value))
}

/// Whether the very first constructor is the one that does not fit.
fn is_foreign(error: DecodeError) -> bool {
    matches!(error, DecodeError::Unknown { offset: 0, .. } | DecodeError::Unexpected { offset: 0, .. })
}

/// What of an `Update` is about calls.
pub fn update<'a>(update: &enums::Update<'a>, keep_object: bool) -> Update<'a> {
    if let Some(update) = private::route::update(update, keep_object) {
        return Update::Private(update);
    }
    #[cfg(feature = "media")]
    if let Some(update) = group::route::update(update) {
        return Update::Group(update);
    }
    Update::Other
}
