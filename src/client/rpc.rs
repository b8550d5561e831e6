//! Requests: their bytes, and what is expected in return.

use crate::call::news::Peer;
use crate::call::outcome::DiscardReason;
use crate::call::protocol::{MAX_LAYER, MIN_LAYER, Version};
use crate::call::refusal::Method;
use crate::call::state::Request;
use crate::tl::{self, Encode, Seq, enums, functions, types};
use crate::types::{CallId, RequestId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// How many random bytes Telegram is asked for, to be mixed into an exponent (section 8.2).
const RANDOM_LENGTH: i32 = 256;

/// What a request in flight is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A step of the call; its answer is an input of the state machine.
    Step(Method),
    /// A signaling packet, kept to be sent once more.
    Signaling { packet: Vec<u8>, again: bool },
    /// Something said to Telegram about a call that is over, or never was one here. The answer changes nothing.
    Farewell(Method),
    /// `phone.requestCall` of a call that has ended meanwhile: as soon as it has an id it is discarded.
    Orphan,
    /// `phone.setCallRating`.
    Rating,
    /// `phone.saveCallDebug`.
    Debug,
    /// `upload.saveFilePart` of the log.
    LogPart,
    /// `phone.saveCallLog`.
    Log,
}

impl Purpose {
    pub fn method(&self) -> Method {
        match self {
            Purpose::Step(method) | Purpose::Farewell(method) => *method,
            Purpose::Signaling { .. } => Method::SendSignalingData,
            Purpose::Orphan => Method::RequestCall,
            Purpose::Rating => Method::SetCallRating,
            Purpose::Debug => Method::SaveCallDebug,
            Purpose::LogPart => Method::SaveFilePart,
            Purpose::Log => Method::SaveCallLog,
        }
    }
}

/// A request in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// `CallId(0)`: of none.
    pub call: CallId,
    pub purpose: Purpose,
}

/// Requests of no call that may be in flight before the oldest is forgotten. Their answers change nothing.
const LOOSE: usize = 256;

/// Signaling packets of one call that may be in flight, and their bytes, before the oldest is forgotten: it could not be
/// sent once more, and what it said is said again by newer ones.
const PACKETS: usize = 256;
const PACKET_BYTES: usize = 1 << 20;

/// Every request in flight.
#[derive(Debug, Default)]
pub struct Rpc {
    last: u64,
    pending: BTreeMap<RequestId, Pending>,
    /// Those of no call.
    loose: BTreeSet<RequestId>,
    /// How many `phone.requestCall` of living calls are among them.
    requesting: usize,
    /// Those that were forgotten without an answer, each with its call, and nobody was told yet.
    forgotten: Vec<(RequestId, CallId)>,
}

impl Rpc {
    /// Registers a request.
    pub fn add(&mut self, call: CallId, purpose: Purpose) -> RequestId {
        self.last += 1;
        let id = RequestId(self.last);
        self.requesting += usize::from(purpose == Purpose::Step(Method::RequestCall));
        self.pending.insert(id, Pending { call, purpose });
        if call == CallId(0) {
            self.loosen(id);
        }
        id
    }

    pub fn get(&self, id: RequestId) -> Option<&Pending> {
        self.pending.get(&id)
    }

    pub fn remove(&mut self, id: RequestId) -> Option<Pending> {
        self.loose.remove(&id);
        let pending = self.pending.remove(&id)?;
        self.requesting -= usize::from(pending.purpose == Purpose::Step(Method::RequestCall));
        Some(pending)
    }

    /// Nobody waits for this one any more, though it has no answer yet.
    pub fn forget(&mut self, id: RequestId) {
        if let Some(pending) = self.remove(id) {
            self.forgotten.push((id, pending.call));
        }
    }

    /// Those that were forgotten since this was asked last.
    pub fn take_forgotten(&mut self) -> Vec<(RequestId, CallId)> {
        core::mem::take(&mut self.forgotten)
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn len(&self) -> usize {
        self.pending.len()
    }

    /// Whether a call may get its id any moment.
    pub fn is_requesting(&self) -> bool {
        self.requesting > 0
    }

    /// Those of a call's `requests` that must be forgotten before it sends a packet of so many bytes: the oldest packets.
    pub fn surplus(&self, requests: &[RequestId], bytes: usize) -> Vec<RequestId> {
        let size = |id: &RequestId| match &self.pending.get(id)?.purpose {
            Purpose::Signaling { packet, .. } => Some((*id, packet.len())),
            _ => None,
        };
        let packets: Vec<(RequestId, usize)> = requests.iter().filter_map(size).collect();
        let (mut count, mut total) = (packets.len() + 1, bytes + packets.iter().map(|(_, size)| size).sum::<usize>());
        let mut surplus = Vec::new();
        for (id, size) in packets {
            if count <= PACKETS && total <= PACKET_BYTES {
                break;
            }
            (count, total) = (count - 1, total - size);
            surplus.push(id);
        }
        surplus
    }

    /// The call of a request is over. What may have reached Telegram under no id yet is remembered, the rest forgotten.
    pub fn orphan(&mut self, id: RequestId) {
        match self.pending.get_mut(&id) {
            Some(pending) if pending.purpose == Purpose::Step(Method::RequestCall) => {
                *pending = Pending { call: CallId(0), purpose: Purpose::Orphan };
                self.requesting -= 1;
                self.loosen(id);
            }
            Some(_) | None => self.forget(id),
        }
    }

    fn loosen(&mut self, id: RequestId) {
        self.loose.insert(id);
        if self.loose.len() > LOOSE
            && let Some(oldest) = self.loose.first().copied()
        {
            self.forget(oldest);
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_until_it_is_answered() {
        let mut rpc = Rpc::default();
        let id = rpc.add(CallId(1), Purpose::Rating);
        assert_eq!(rpc.remove(id).map(|pending| pending.purpose), Some(Purpose::Rating));
        assert_eq!(rpc.remove(id), None);
        assert_ne!(rpc.add(CallId(1), Purpose::Rating), id);
    }

    #[test]
    fn only_a_call_that_may_yet_get_an_id_outlives_its_end() {
        let mut rpc = Rpc::default();
        let request = rpc.add(CallId(1), Purpose::Step(Method::RequestCall));
        let accept = rpc.add(CallId(1), Purpose::Step(Method::AcceptCall));
        rpc.orphan(request);
        rpc.orphan(accept);
        assert_eq!(rpc.get(request), Some(&Pending { call: CallId(0), purpose: Purpose::Orphan }));
        assert_eq!(rpc.get(accept), None);
        assert_eq!(rpc.take_forgotten(), [(accept, CallId(1))], "who waits for it is told once");
        assert_eq!(rpc.take_forgotten(), []);
    }

    #[test]
    fn packets_that_are_never_answered_give_way_and_steps_do_not() {
        let mut rpc = Rpc::default();
        let step = rpc.add(CallId(1), Purpose::Step(Method::RequestCall));
        for size in [10, 16 << 10] {
            let mut requests = vec![step];
            let mut forgotten = 0;
            for _ in 0..1000 {
                for id in rpc.surplus(&requests, size) {
                    rpc.remove(id);
                    requests.retain(|known| *known != id);
                    forgotten += 1;
                }
                requests.push(rpc.add(CallId(1), Purpose::Signaling { packet: vec![0; size], again: false }));
            }
            let most = PACKETS.min(PACKET_BYTES / size);
            assert_eq!((requests.len() - 1, forgotten), (most, 1000 - most));
            // The newest is known, and so is what is no packet.
            assert!(rpc.get(*requests.last().unwrap()).is_some() && rpc.get(step).is_some());
            requests.iter().skip(1).for_each(|id| drop(rpc.remove(*id)));
        }
        assert_eq!(rpc.len(), 1);
    }

    #[test]
    fn farewells_that_are_never_answered_do_not_pile_up() {
        let mut rpc = Rpc::default();
        let first = rpc.add(CallId(0), Purpose::Farewell(Method::DiscardCall));
        for _ in 0..LOOSE {
            rpc.add(CallId(0), Purpose::Farewell(Method::DiscardCall));
        }
        assert_eq!(rpc.get(first), None);
        assert_eq!(rpc.take_forgotten(), [(first, CallId(0))]);
        assert_eq!(rpc.pending.len(), LOOSE);
    }
}
