//! What devices ask, decoded and owned.

use super::negotiate::Protocol;
use crate::tl::{self, Decode, enums, functions, types};

/// `inputPhoneCall`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    pub id: i64,
    pub access_hash: i64,
}

/// Why a call is discarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    Missed,
    Disconnect,
    Hangup,
    Busy,
    Migrate { slug: String },
}

/// Whom a `requestCall` is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    User {
        id: i64,
        access_hash: i64,
    },
    Myself,
    /// Empty, or by way of a message.
    Other,
}

/// A method with its arguments, without its wrappers: by what it is about, so that who serves one kind does not see the others.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    Account(Account),
    Private(Private),
    #[cfg(feature = "media")]
    Group(super::group::request::Group),
}

/// About the account and its files.
#[derive(Clone, Debug, PartialEq)]
pub enum Account {
    GetDhConfig { version: i32, random_length: i32 },
    GetConfig,
    GetCallConfig,
    GetState,
    GetDifference { pts: i32, pts_limit: Option<i32>, pts_total_limit: Option<i32>, date: i32 },
    SaveFilePart { file: i64, part: i32, bytes: Vec<u8> },
}

/// About a call between two.
#[derive(Clone, Debug, PartialEq)]
pub enum Private {
    RequestCall { is_video: bool, callee: Callee, random_id: i32, g_a_hash: Vec<u8>, protocol: Protocol },
    ReceivedCall { peer: Peer },
    AcceptCall { peer: Peer, g_b: Vec<u8>, protocol: Protocol },
    ConfirmCall { peer: Peer, g_a: Vec<u8>, key_fingerprint: i64, protocol: Protocol },
    SendSignalingData { peer: Peer, data: Vec<u8> },
    DiscardCall { is_video: bool, peer: Peer, duration: i32, reason: Reason, connection_id: i64 },
    SetCallRating { user_initiative: bool, peer: Peer, rating: i32, comment: String },
    SaveCallDebug { peer: Peer, debug: Vec<u8> },
    SaveCallLog { peer: Peer, file: i64, parts: i32, md5: String },
}

impl Request {
    /// The method's name in the schema.
    pub fn method(&self) -> &'static str {
        match self {
            Request::Account(request) => request.method(),
            Request::Private(request) => request.method(),
            #[cfg(feature = "media")]
            Request::Group(request) => request.method(),
        }
    }
}

impl Account {
    fn method(&self) -> &'static str {
        match self {
            Account::GetDhConfig { .. } => "messages.getDhConfig",
            Account::GetConfig => "help.getConfig",
            Account::GetCallConfig => "phone.getCallConfig",
            Account::GetState => "updates.getState",
            Account::GetDifference { .. } => "updates.getDifference",
            Account::SaveFilePart { .. } => "upload.saveFilePart",
        }
    }
}

impl Private {
    fn method(&self) -> &'static str {
        match self {
            Private::RequestCall { .. } => "phone.requestCall",
            Private::ReceivedCall { .. } => "phone.receivedCall",
            Private::AcceptCall { .. } => "phone.acceptCall",
            Private::ConfirmCall { .. } => "phone.confirmCall",
            Private::SendSignalingData { .. } => "phone.sendSignalingData",
            Private::DiscardCall { .. } => "phone.discardCall",
            Private::SetCallRating { .. } => "phone.setCallRating",
            Private::SaveCallDebug { .. } => "phone.saveCallDebug",
            Private::SaveCallLog { .. } => "phone.saveCallLog",
        }
    }
}

/// A request with what its wrappers said.
#[derive(Clone, Debug, PartialEq)]
pub struct Unwrapped {
    /// From `invokeWithLayer`.
    pub layer: Option<u32>,
    pub request: Request,
}

/// Why bytes are no request of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// `INPUT_METHOD_INVALID`.
    UnknownMethod(u32),
    /// `INPUT_FETCH_ERROR`.
    Malformed,
}

/// `updates.getDifference` as clients up to layer 159 ask for it.
const GET_DIFFERENCE_UNTIL_159: u32 = 0x2593_9651;
/// Most wrappers around a request.
const WRAPPERS: usize = 8;

/// Reads a request with the library's own codec; what is answered is written by [`super::encoder`].
pub fn decode(bytes: &[u8]) -> Result<Unwrapped, Unreadable> {
    let (mut bytes, mut layer) = (bytes, None);
    for _ in 0..WRAPPERS {
        let id = bytes.first_chunk().map(|id| u32::from_le_bytes(*id)).ok_or(Unreadable::Malformed)?;
        bytes = match id {
            functions::InvokeWithLayer::ID => {
                let wrapper: functions::InvokeWithLayer<'_> = read(bytes)?;
                layer = u32::try_from(wrapper.layer).ok();
                wrapper.query.0
            }
            functions::InitConnection::ID => read::<functions::InitConnection<'_>>(bytes)?.query.0,
            functions::InvokeAfterMsg::ID => read::<functions::InvokeAfterMsg<'_>>(bytes)?.query.0,
            functions::InvokeAfterMsgs::ID => read::<functions::InvokeAfterMsgs<'_>>(bytes)?.query.0,
            _ => return Ok(Unwrapped { layer, request: method(id, bytes)? }),
        };
    }
    Err(Unreadable::Malformed)
}

fn method(id: u32, bytes: &[u8]) -> Result<Request, Unreadable> {
    if let Some(request) = account(id, bytes)? {
        return Ok(Request::Account(request));
    }
    #[cfg(feature = "media")]
    if let Some(request) = super::group::request::decode(id, bytes)? {
        return Ok(Request::Group(request));
    }
    let request = private(id, bytes)?.ok_or(Unreadable::UnknownMethod(id))?;
    Ok(Request::Private(request))
}

fn account(id: u32, bytes: &[u8]) -> Result<Option<Account>, Unreadable> {
    Ok(Some(match id {
        functions::MessagesGetDhConfig::ID => {
            let request: functions::MessagesGetDhConfig = read(bytes)?;
            Account::GetDhConfig { version: request.version, random_length: request.random_length }
        }
        functions::HelpGetConfig::ID => {
            read::<functions::HelpGetConfig>(bytes)?;
            Account::GetConfig
        }
        functions::PhoneGetCallConfig::ID => {
            read::<functions::PhoneGetCallConfig>(bytes)?;
            Account::GetCallConfig
        }
        functions::UpdatesGetState::ID => {
            read::<functions::UpdatesGetState>(bytes)?;
            Account::GetState
        }
        functions::UpdatesGetDifference::ID | GET_DIFFERENCE_UNTIL_159 => {
            let request: functions::UpdatesGetDifference = read(bytes)?;
            let functions::UpdatesGetDifference { pts, pts_limit, pts_total_limit, date, .. } = request;
            Account::GetDifference { pts, pts_limit, pts_total_limit, date }
        }
        functions::UploadSaveFilePart::ID => {
            let request: functions::UploadSaveFilePart<'_> = read(bytes)?;
            Account::SaveFilePart { file: request.file_id, part: request.file_part, bytes: request.bytes.to_vec() }
        }
        _ => return Ok(None),
    }))
}

fn private(id: u32, bytes: &[u8]) -> Result<Option<Private>, Unreadable> {
    Ok(Some(match id {
        functions::PhoneRequestCall::ID => {
            let request: functions::PhoneRequestCall<'_> = read(bytes)?;
            Private::RequestCall {
                is_video: request.video,
                callee: match request.user_id {
                    enums::InputUser::InputUser(user) => {
                        Callee::User { id: user.user_id, access_hash: user.access_hash }
                    }
                    enums::InputUser::Self_ => Callee::Myself,
                    _ => Callee::Other,
                },
                random_id: request.random_id,
                g_a_hash: request.g_a_hash.to_vec(),
                protocol: protocol(&request.protocol)?,
            }
        }
        functions::PhoneReceivedCall::ID => {
            Private::ReceivedCall { peer: peer(read::<functions::PhoneReceivedCall>(bytes)?.peer) }
        }
        functions::PhoneAcceptCall::ID => {
            let request: functions::PhoneAcceptCall<'_> = read(bytes)?;
            Private::AcceptCall {
                peer: peer(request.peer),
                g_b: request.g_b.to_vec(),
                protocol: protocol(&request.protocol)?,
            }
        }
        functions::PhoneConfirmCall::ID => {
            let request: functions::PhoneConfirmCall<'_> = read(bytes)?;
            Private::ConfirmCall {
                peer: peer(request.peer),
                g_a: request.g_a.to_vec(),
                key_fingerprint: request.key_fingerprint,
                protocol: protocol(&request.protocol)?,
            }
        }
        functions::PhoneSendSignalingData::ID => {
            let request: functions::PhoneSendSignalingData<'_> = read(bytes)?;
            Private::SendSignalingData { peer: peer(request.peer), data: request.data.to_vec() }
        }
        functions::PhoneDiscardCall::ID => {
            let request: functions::PhoneDiscardCall<'_> = read(bytes)?;
            Private::DiscardCall {
                is_video: request.video,
                peer: peer(request.peer),
                duration: request.duration,
                reason: reason(&request.reason)?,
                connection_id: request.connection_id,
            }
        }
        _ => return after_the_call(id, bytes),
    }))
}

fn after_the_call(id: u32, bytes: &[u8]) -> Result<Option<Private>, Unreadable> {
    Ok(Some(match id {
        functions::PhoneSetCallRating::ID => {
            let request: functions::PhoneSetCallRating<'_> = read(bytes)?;
            Private::SetCallRating {
                user_initiative: request.user_initiative,
                peer: peer(request.peer),
                rating: request.rating,
                comment: text(request.comment),
            }
        }
        functions::PhoneSaveCallDebug::ID => {
            let request: functions::PhoneSaveCallDebug<'_> = read(bytes)?;
            Private::SaveCallDebug { peer: peer(request.peer), debug: request.debug.data.to_vec() }
        }
        functions::PhoneSaveCallLog::ID => {
            let request: functions::PhoneSaveCallLog<'_> = read(bytes)?;
            let (file, parts, md5) = match request.file {
                enums::InputFile::InputFile(file) => (file.id, file.parts, text(file.md5_checksum)),
                enums::InputFile::Big(file) => (file.id, file.parts, String::new()),
                _ => return Err(Unreadable::Malformed),
            };
            Private::SaveCallLog { peer: peer(request.peer), file, parts, md5 }
        }
        _ => return Ok(None),
    }))
}

pub(super) fn read<'a, T: Decode<'a>>(bytes: &'a [u8]) -> Result<T, Unreadable> {
    tl::decode(bytes).map_err(|_| Unreadable::Malformed)
}

fn peer(peer: types::InputPhoneCall) -> Peer {
    Peer { id: peer.id, access_hash: peer.access_hash }
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn protocol(protocol: &types::PhoneCallProtocol<'_>) -> Result<Protocol, Unreadable> {
    let versions =
        protocol.library_versions.iter().take(64).map(|name| Ok(text(name.map_err(|_| Unreadable::Malformed)?)));
    Ok(Protocol {
        udp_p2p: protocol.udp_p2p,
        udp_reflector: protocol.udp_reflector,
        min_layer: protocol.min_layer,
        max_layer: protocol.max_layer,
        library_versions: versions.collect::<Result<_, Unreadable>>()?,
    })
}

fn reason(reason: &enums::PhoneCallDiscardReason<'_>) -> Result<Reason, Unreadable> {
    Ok(match reason {
        enums::PhoneCallDiscardReason::Missed => Reason::Missed,
        enums::PhoneCallDiscardReason::Disconnect => Reason::Disconnect,
        enums::PhoneCallDiscardReason::Hangup => Reason::Hangup,
        enums::PhoneCallDiscardReason::Busy => Reason::Busy,
        enums::PhoneCallDiscardReason::AllowGroupCall(_) => return Err(Unreadable::Malformed),
        enums::PhoneCallDiscardReason::MigrateConferenceCall(migrate) => Reason::Migrate { slug: text(migrate.slug) },
    })
}
