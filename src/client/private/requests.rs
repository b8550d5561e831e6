//! The bytes of a private call's requests.

use crate::call::news::Peer;
use crate::call::protocol::{MAX_LAYER, MIN_LAYER, Version};
use crate::call::refusal::Method;
use crate::call::state::Request;
use crate::outcome::DiscardReason;
use crate::tl::{self, Encode, Seq, enums, functions, types};
use crate::types::UserId;

/// How many random bytes Telegram is asked for, to be mixed into an exponent (section 8.2).
const RANDOM_LENGTH: i32 = 256;

/// The `library_versions` of a `phoneCallProtocol`.
pub type Offer<'a> = [&'a [u8]];

/// The `phoneCallProtocol` is the same in all three methods (section 9).
fn protocol<'a>(offer: &'a Offer<'a>) -> types::PhoneCallProtocol<'a> {
    types::PhoneCallProtocol {
        udp_p2p: true,
        udp_reflector: true,
        min_layer: MIN_LAYER,
        max_layer: MAX_LAYER,
        library_versions: Seq::of(offer),
    }
}

fn input(peer: Peer) -> types::InputPhoneCall {
    types::InputPhoneCall { id: peer.id, access_hash: peer.access_hash }
}

/// Nothing that we send comes near the lengths TL cannot hold: the inlets of the API see to that.
fn bytes(request: &impl Encode) -> Vec<u8> {
    tl::encode(request).expect("every field of a request is bounded when it is taken in")
}

/// `messages.getDhConfig`; `version` is that of the configuration we have, or 0.
pub fn get_dh_config(version: i32) -> Vec<u8> {
    bytes(&functions::MessagesGetDhConfig { version, random_length: RANDOM_LENGTH })
}

/// Whom and how to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Callee {
    pub user: UserId,
    pub access_hash: i64,
    pub is_video: bool,
}

/// The bytes of a request of the state machine. `peer` is not looked at before the call has an id.
pub fn step(request: &Request, peer: Peer, callee: Callee, versions: &[Version]) -> (Method, Vec<u8>) {
    let offer: Vec<&[u8]> = versions.iter().map(|version| version.name().as_bytes()).collect();
    let is_video = callee.is_video;
    match request {
        Request::RequestCall { random_id, g_a_hash } => {
            let user_id = types::InputUser { user_id: callee.user.0, access_hash: callee.access_hash };
            let request = functions::PhoneRequestCall {
                video: is_video,
                user_id: enums::InputUser::InputUser(user_id),
                random_id: *random_id,
                g_a_hash,
                protocol: protocol(&offer),
            };
            (Method::RequestCall, bytes(&request))
        }
        Request::ReceivedCall => (Method::ReceivedCall, bytes(&functions::PhoneReceivedCall { peer: input(peer) })),
        Request::AcceptCall { g_b } => {
            let request = functions::PhoneAcceptCall { peer: input(peer), g_b, protocol: protocol(&offer) };
            (Method::AcceptCall, bytes(&request))
        }
        Request::ConfirmCall { g_a, key_fingerprint } => {
            let request = functions::PhoneConfirmCall {
                peer: input(peer),
                g_a: g_a.as_slice(),
                key_fingerprint: *key_fingerprint,
                protocol: protocol(&offer),
            };
            (Method::ConfirmCall, bytes(&request))
        }
        Request::DiscardCall { reason, duration_s } => {
            (Method::DiscardCall, discard(peer, *reason, *duration_s, is_video))
        }
        Request::SendSignalingData { packet } => (Method::SendSignalingData, signaling(peer, packet)),
    }
}

/// `phone.discardCall`.
pub fn discard(peer: Peer, reason: DiscardReason, duration_s: u32, video: bool) -> Vec<u8> {
    let reason = match reason {
        DiscardReason::Missed => enums::PhoneCallDiscardReason::Missed,
        DiscardReason::Disconnect => enums::PhoneCallDiscardReason::Disconnect,
        DiscardReason::Auto | DiscardReason::Hangup => enums::PhoneCallDiscardReason::Hangup,
        DiscardReason::Busy => enums::PhoneCallDiscardReason::Busy,
    };
    let duration = i32::try_from(duration_s).unwrap_or(i32::MAX);
    // The relay preferred by the old library: always 0 (section 3.7).
    let connection_id = 0;
    bytes(&functions::PhoneDiscardCall { video, peer: input(peer), duration, reason, connection_id })
}

/// `phone.discardCall` of one that goes on as the conference of the slug.
#[cfg(all(feature = "media", feature = "conference"))]
pub fn moved(peer: Peer, slug: &str, duration_s: u32, video: bool) -> Vec<u8> {
    let reason = types::PhoneCallDiscardReasonMigrateConferenceCall { slug: slug.as_bytes() };
    bytes(&functions::PhoneDiscardCall {
        video,
        peer: input(peer),
        duration: i32::try_from(duration_s).unwrap_or(i32::MAX),
        reason: enums::PhoneCallDiscardReason::MigrateConferenceCall(reason),
        connection_id: 0,
    })
}

/// `phone.sendSignalingData`.
pub fn signaling(peer: Peer, packet: &[u8]) -> Vec<u8> {
    bytes(&functions::PhoneSendSignalingData { peer: input(peer), data: packet })
}

/// `phone.setCallRating`. Telegram did not ask for a rating: it is the user's own initiative.
pub fn rating(peer: Peer, was_asked: bool, stars: u32, comment: &str) -> Vec<u8> {
    // Only read below five stars (section 12).
    let comment = if stars == 5 { "" } else { comment };
    let rating = i32::try_from(stars).unwrap_or(i32::MAX);
    let request = functions::PhoneSetCallRating {
        user_initiative: !was_asked,
        peer: input(peer),
        rating,
        comment: comment.as_bytes(),
    };
    bytes(&request)
}

/// `phone.saveCallDebug`.
pub fn debug(peer: Peer, json: &str) -> Vec<u8> {
    let debug = types::DataJSON { data: json.as_bytes() };
    bytes(&functions::PhoneSaveCallDebug { peer: input(peer), debug })
}

/// `upload.saveFilePart`.
pub fn log_part(file_id: i64, part: i32, content: &[u8]) -> Vec<u8> {
    bytes(&functions::UploadSaveFilePart { file_id, file_part: part, bytes: content })
}

/// `phone.saveCallLog`. The checksum may stay empty.
pub fn log(peer: Peer, file_id: i64, parts: i32) -> Vec<u8> {
    let file = types::InputFile { id: file_id, parts, name: b"call.txt", md5_checksum: b"" };
    bytes(&functions::PhoneSaveCallLog { peer: input(peer), file: enums::InputFile::InputFile(file) })
}
