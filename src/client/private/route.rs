//! From Telegram's objects to news about a private call.

use crate::call::news::{Accepted, Claims, Confirmed, Discarded, Link, News, Peer, Reason, Requested, Server, Waiting};
use crate::secret::Secret;
use crate::tl::{self, DecodeError, enums, functions, types};
use crate::types::{IpAddr, UserId};

/// Servers and versions of one call that are kept; more are no call of Telegram's.
pub const SERVERS: usize = 64;
const VERSIONS: usize = 64;
/// A version's name is `13.0.0` and the like.
const VERSION_NAME: usize = 32;
/// Longest `custom_parameters` that are kept.
pub const CUSTOM_PARAMETERS: usize = 64 << 10;
/// Longest name or password of a server (RFC 5389 has 513 bytes for a name).
const CREDENTIAL: usize = 513;
/// Longest slug of a conference.
const SLUG: usize = 256;

/// News and the Telegram id of the call they are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    pub id: i64,
    /// `None` in objects that end a call, which have no access hash.
    pub peer: Option<Peer>,
    pub claims: Claims,
    pub news: News,
}

/// An update about a private call.
pub enum Update<'a> {
    News(Box<Routed>),
    Signaling { id: i64, packet: &'a [u8] },
}

/// What of an `Update` is about private calls.
pub fn update<'a>(update: &enums::Update<'a>, keep_object: bool) -> Option<Update<'a>> {
    match update {
        enums::Update::PhoneCall(update) => Some(Update::News(Box::new(news(&update.phone_call, keep_object)))),
        enums::Update::PhoneCallSignalingData(update) => {
            Some(Update::Signaling { id: update.phone_call_id, packet: update.data })
        }
        _ => None,
    }
}

/// The object in a `phone.PhoneCall`, which `requestCall`, `acceptCall` and `confirmCall` answer with. Users behind it may
/// stay unreadable.
pub fn phone_call_answer(bytes: &[u8]) -> Result<enums::PhoneCall<'_>, DecodeError> {
    tl::decode_result::<functions::PhoneRequestCall<'_>>(bytes).map(|answer| answer.value.phone_call)
}

/// A `PhoneCall` object as news. `keep_object`: the host's engine wants the bytes of a `phoneCall`.
pub fn news(object: &enums::PhoneCall<'_>, keep_object: bool) -> Routed {
    let claims = |access_hash, admin_id, participant_id| Claims {
        access_hash: Some(access_hash),
        admin: Some(UserId(admin_id)),
        participant: Some(UserId(participant_id)),
    };
    let peer = |id, access_hash| Peer { id, access_hash };
    match object {
        enums::PhoneCall::Empty(call) => {
            Routed { id: call.id, peer: None, claims: Claims::default(), news: News::Empty }
        }
        enums::PhoneCall::Waiting(call) => {
            let (peer, claims) =
                (peer(call.id, call.access_hash), claims(call.access_hash, call.admin_id, call.participant_id));
            let news = News::Waiting(Waiting { peer, claims, is_received: call.receive_date.is_some() });
            Routed { id: call.id, peer: Some(peer), claims, news }
        }
        enums::PhoneCall::Requested(call) => {
            let (peer, claims) =
                (peer(call.id, call.access_hash), claims(call.access_hash, call.admin_id, call.participant_id));
            Routed { id: call.id, peer: Some(peer), claims, news: News::Requested(requested(call)) }
        }
        enums::PhoneCall::Accepted(call) => {
            let (peer, claims) =
                (peer(call.id, call.access_hash), claims(call.access_hash, call.admin_id, call.participant_id));
            let news = News::Accepted(Accepted { claims, g_b: call.g_b.to_vec() });
            Routed { id: call.id, peer: Some(peer), claims, news }
        }
        enums::PhoneCall::PhoneCall(call) => {
            let (peer, claims) =
                (peer(call.id, call.access_hash), claims(call.access_hash, call.admin_id, call.participant_id));
            let news = News::Confirmed(Box::new(Confirmed {
                claims,
                g_a_or_b: call.g_a_or_b.to_vec(),
                key_fingerprint: call.key_fingerprint,
                link: Some(Link {
                    object: if keep_object { tl::encode(object).unwrap_or_default() } else { vec![] }.into(),
                    ..link(call)
                }),
            }));
            Routed { id: call.id, peer: Some(peer), claims, news }
        }
        enums::PhoneCall::Discarded(call) => {
            let news = News::Discarded(discarded(call));
            Routed { id: call.id, peer: None, claims: Claims::default(), news }
        }
    }
}

fn requested(call: &types::PhoneCallRequested<'_>) -> Requested {
    Requested {
        peer: Peer { id: call.id, access_hash: call.access_hash },
        admin: UserId(call.admin_id),
        participant: Some(UserId(call.participant_id)),
        date_s: call.date,
        is_video: call.video,
        g_a_hash: call.g_a_hash.to_vec(),
    }
}

fn discarded(call: &types::PhoneCallDiscarded<'_>) -> Discarded {
    let reason = match &call.reason {
        None => Reason::Absent,
        Some(enums::PhoneCallDiscardReason::Missed) => Reason::Missed,
        Some(enums::PhoneCallDiscardReason::Disconnect) => Reason::Disconnect,
        Some(enums::PhoneCallDiscardReason::Hangup) => Reason::Hangup,
        Some(enums::PhoneCallDiscardReason::Busy) => Reason::Busy,
        // Of layers that nobody speaks any more: the call became a group call, of which this names no slug.
        Some(enums::PhoneCallDiscardReason::AllowGroupCall(_)) => Reason::Absent,
        Some(enums::PhoneCallDiscardReason::MigrateConferenceCall(call)) => {
            Reason::Migrate { slug: text(call.slug, SLUG).unwrap_or_default() }
        }
    };
    Discarded { reason, need_rating: call.need_rating, need_debug: call.need_debug }
}

fn link(call: &types::PhoneCall<'_>) -> Link {
    let versions = call.protocol.library_versions.iter().map_while(Result::ok).take(VERSIONS);
    Link {
        versions: versions.filter_map(|name| text(name, VERSION_NAME)).collect(),
        p2p_allowed: call.p2p_allowed,
        conference_supported: call.conference_supported,
        // Those before an unreadable one count: everything the key needs stands in front of them.
        servers: call
            .connections
            .iter()
            .map_while(Result::ok)
            .take(SERVERS)
            .filter_map(|entry| server(&entry))
            .collect(),
        custom_parameters: call.custom_parameters.and_then(|json| text(json.data, CUSTOM_PARAMETERS)),
        object: vec![].into(),
    }
}

/// Text that is not longer than `longest` bytes, as readable as it is.
fn text(bytes: &[u8], longest: usize) -> Option<String> {
    (bytes.len() <= longest).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// `None` for a STUN or TURN server that nobody could use; reflectors are numbered, so they are never left out.
fn server(entry: &enums::PhoneConnection<'_>) -> Option<Server> {
    match entry {
        enums::PhoneConnection::PhoneConnection(entry) => {
            let types::PhoneConnection { tcp: is_tcp, id, ip: v4, ipv6: v6, port, peer_tag } = *entry;
            Some(match (u16::try_from(port), Secret::from_slice(peer_tag)) {
                (Ok(port), Some(peer_tag)) => {
                    Server::Reflector { id, ip: ip(v4), ipv6: ip(v6), port, peer_tag, is_tcp }
                }
                (Ok(_) | Err(_), Some(_) | None) => Server::Unusable { id },
            })
        }
        enums::PhoneConnection::Webrtc(entry) => Some(Server::Webrtc {
            id: entry.id,
            ip: ip(entry.ip),
            ipv6: ip(entry.ipv6),
            port: u16::try_from(entry.port).ok()?,
            username: text(entry.username, CREDENTIAL)?,
            password: text(entry.password, CREDENTIAL)?.into(),
            is_turn: entry.turn,
            is_stun: entry.stun,
        }),
    }
}

fn ip(text: &[u8]) -> Option<IpAddr> {
    core::str::from_utf8(text).ok()?.parse().ok()
}
