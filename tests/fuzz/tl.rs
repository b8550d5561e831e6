//! The TL decoder: whatever comes in, a value or an error, and always the same view of it.

use std::fmt::{Debug, Write};

use tgcall::tl::{self, Decode, DecodeError, e2e, enums, functions, types};

/// Writes nowhere: formatting a view into it looks at all of it, lazy parts included.
struct Nowhere;

impl Write for Nowhere {
    fn write_str(&mut self, _: &str) -> std::fmt::Result {
        Ok(())
    }
}

fn look_at(value: &impl Debug) {
    write!(Nowhere, "{value:?}").unwrap();
}

fn result<M: tl::Method>(data: &[u8])
where
    for<'a> M::Answer<'a>: Debug,
{
    if let Ok(answer) = tl::decode_result::<M>(data) {
        look_at(&answer.value);
        assert!(answer.unread.is_none_or(|unread| unread.offset <= data.len()));
    }
}

/// What a host hands in.
pub fn inlets(data: &[u8]) {
    if let Ok(batch) = tl::decode_updates(data) {
        look_at(&batch);
        batch.updates().for_each(|update| assert!(update.is_ok(), "what was counted as readable is"));
        assert!(batch.users.iter().all(|user| user.is_ok()) && batch.chats.iter().all(|chat| chat.is_ok()));
        look_at(&tl::find_peer(&batch.users, 1));
    }
    if let Ok(update) = tl::decode_update(data) {
        look_at(&update);
    }
    result::<functions::PhoneRequestCall>(data);
    result::<functions::PhoneDiscardCall>(data);
    result::<functions::PhoneReceivedCall>(data);
    result::<functions::PhoneGetGroupCall>(data);
    result::<functions::PhoneGetGroupParticipants>(data);
    result::<functions::PhoneGetGroupCallJoinAs>(data);
    result::<functions::PhoneGetGroupCallStars>(data);
    result::<functions::PhoneCheckGroupCall>(data);
    result::<functions::PhoneGetCallConfig>(data);
    result::<functions::MessagesGetDhConfig>(data);
    result::<functions::HelpGetConfig>(data);
    result::<functions::UploadGetFile>(data);
}

/// What was decoded encodes, and what comes of that decodes to the same.
macro_rules! same_again {
    ($data:expr, $($ty:ty),* $(,)?) => { $(
        if let Ok(value) = tl::decode::<$ty>($data) {
            look_at(&value);
            // Unknown flag bits and odd paddings go here; nothing else may change.
            let bytes = tl::encode(&value).expect("what was read can be written");
            assert!(bytes.len() <= $data.len(), "our form is the shortest");
            let again = tl::decode::<$ty>(&bytes).expect("what was written can be read");
            assert_eq!(tl::encode(&again).as_deref(), Ok(&bytes[..]));
        }
    )* };
}

/// decode ∘ encode is the identity on all that decodes.
pub fn round_trip(data: &[u8]) {
    same_again!(
        data,
        enums::Updates,
        enums::Update,
        enums::PhoneCall,
        enums::GroupCall,
        enums::User,
        enums::Chat,
        enums::Message,
        enums::JSONValue,
        enums::InputPeer,
        types::PhonePhoneCall,
        types::PhoneGroupCall,
        types::PhoneGroupParticipants,
        types::PhoneJoinAsPeers,
        types::PhoneGroupCallStars,
        types::Config,
        enums::MessagesDhConfig,
        enums::UploadFile,
        types::RpcError,
        functions::Request,
        tl::Seq<'_, i32>,
    );
}

/// The skip pass and the decoder agree on what is an object and where it ends.
macro_rules! agree {
    ($data:expr, $($ty:ty),* $(,)?) => { $(
        let walked = tl::skip::walk($data, <$ty as Decode>::CODE);
        match (tl::decode::<$ty>($data), walked) {
            (Ok(_), Ok(length)) => assert_eq!(length, $data.len()),
            (Err(DecodeError::Trailing { offset }), Ok(length)) => assert_eq!(offset, length),
            // Limits that only one of them has.
            (Ok(_), Err(DecodeError::TooDeep { .. })) | (Err(DecodeError::TooMany { .. }), _) => {}
            (Ok(_), Err(error)) => panic!("decoded, but not walked over: {error}"),
            (Err(error), Ok(_)) => panic!("walked over, but not decoded: {error}"),
            (Err(_), Err(_)) => {}
        }
    )* };
}

pub fn skip(data: &[u8]) {
    agree!(
        data,
        enums::Updates,
        enums::Update,
        enums::PhoneCall,
        enums::PhoneConnection,
        enums::User,
        enums::Chat,
        enums::Message,
        enums::MessageReplyHeader,
        enums::InputPeer,
        enums::JSONValue,
        types::PhonePhoneCall,
        types::PhoneGroupCall,
        types::PhoneGroupParticipants,
        types::Config,
        types::GroupCallParticipant,
        types::TextWithEntities,
        tl::Seq<'_, i32>,
    );
}

/// Blocks and broadcasts of a conference.
pub fn chain(data: &[u8]) {
    use e2e::{enums::ChainGroupBroadcast, types::ChainBlock};
    same_again!(data, ChainBlock, ChainGroupBroadcast, e2e::types::PersonalData);
    agree!(data, ChainBlock, ChainGroupBroadcast);
}
