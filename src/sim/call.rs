//! A private call as the server sees it.

use super::encoder::{Object, Value};
use super::knobs::{Connections, Tamper};
use super::negotiate::Protocol;
use super::request::Reason;
use crate::time::Time;

/// How far a call has come. `Requested → Received → Accepted → Confirmed → Discarded`, the last from anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Requested,
    /// A device of the callee has it (`receivedCall`).
    Received,
    Accepted,
    Confirmed,
    Discarded,
}

/// How a call ended, as both sides are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub reason: Option<Reason>,
    /// Of the conversation, as the side that hung up said; none if the call was never confirmed.
    pub duration: Option<i32>,
    pub at: Time,
    /// Whether both sides had been confirmed: whether there was a call.
    pub was_confirmed: bool,
}

#[derive(Clone, Debug)]
pub struct Call {
    pub id: i64,
    pub caller: i64,
    pub caller_device: u32,
    pub callee: i64,
    /// The device that accepted.
    pub callee_device: Option<u32>,
    pub state: State,
    pub is_video: bool,
    pub random_id: i32,
    /// The request that made it, to know it when it is sent again.
    pub request: Vec<u8>,
    pub g_a_hash: Vec<u8>,
    pub g_a: Vec<u8>,
    pub g_b: Vec<u8>,
    pub key_fingerprint: i64,
    pub caller_protocol: Protocol,
    pub callee_protocol: Protocol,
    pub agreed: Protocol,
    pub date: i32,
    pub receive_date: Option<i32>,
    pub start_date: i32,
    /// When the server gives up on it.
    pub deadline: Option<Time>,
    pub end: Option<End>,
    pub tamper: Option<Tamper>,
    /// The message about it in each side's chat, once it has ended.
    pub message_id: i32,
    pub connections: Vec<Value>,
    pub p2p_allowed: bool,
    pub conference_supported: bool,
    pub custom_parameters: Option<String>,
    pub need_rating: bool,
    pub need_debug: bool,
}

impl Call {
    pub fn is_over(&self) -> bool {
        self.state == State::Discarded
    }

    /// The other member.
    pub fn peer_of(&self, account: i64) -> i64 {
        if account == self.caller { self.callee } else { self.caller }
    }

    /// The device of `account` that holds the call, once one does.
    pub fn device_of(&self, account: i64) -> Option<u32> {
        if account == self.caller { Some(self.caller_device) } else { self.callee_device }
    }

    fn head(&self, name: &str, access_hash: i64, is_swapped: bool) -> Object {
        let (admin, participant) = if is_swapped { (self.callee, self.caller) } else { (self.caller, self.callee) };
        Object::new(name)
            .flag("video", self.is_video)
            .with("id", self.id)
            .with("access_hash", access_hash)
            .with("date", self.date)
            .with("admin_id", admin)
            .with("participant_id", participant)
    }

    /// `phoneCallWaiting`, to the caller or to the callee that has accepted.
    pub fn waiting(&self, access_hash: i64, viewer: i64) -> Object {
        let protocol = match (self.state >= State::Accepted, viewer == self.caller) {
            (true, _) => &self.agreed,
            (false, true) => &self.caller_protocol,
            (false, false) => &self.callee_protocol,
        };
        self.head("phoneCallWaiting", access_hash, false)
            .with("protocol", protocol_object(protocol))
            .with_some("receive_date", self.receive_date)
    }

    pub fn requested(&self, access_hash: i64) -> Object {
        let hash = match self.tamper {
            Some(Tamper::ShortHash) => self.g_a_hash.get(1..).unwrap_or_default(),
            _ => &self.g_a_hash,
        };
        self.head("phoneCallRequested", access_hash, false)
            .with("g_a_hash", hash)
            .with("protocol", protocol_object(&self.caller_protocol))
    }

    pub fn accepted(&self, access_hash: i64) -> Object {
        self.head("phoneCallAccepted", self.tampered_hash(access_hash), self.tamper == Some(Tamper::SwappedAdmin))
            .with("g_b", self.tampered_g_b().as_slice())
            .with("protocol", protocol_object(&self.agreed))
    }

    /// The final object, with the other side's half of the key.
    pub fn confirmed(&self, access_hash: i64, viewer: i64) -> Object {
        let is_caller = viewer == self.caller;
        let half = match (is_caller, self.tamper) {
            (true, _) => self.tampered_g_b(),
            (false, Some(Tamper::GA)) => flipped(&self.g_a),
            (false, _) => self.g_a.clone(),
        };
        let fingerprint = match (is_caller, self.tamper) {
            (true, Some(Tamper::CallerFingerprint)) | (false, Some(Tamper::CalleeFingerprint)) => {
                self.key_fingerprint ^ 0x0100
            }
            _ => self.key_fingerprint,
        };
        self.head("phoneCall", self.tampered_hash(access_hash), self.tamper == Some(Tamper::SwappedAdmin))
            .flag("p2p_allowed", self.p2p_allowed)
            .flag("conference_supported", self.conference_supported)
            .with("g_a_or_b", half.as_slice())
            .with("key_fingerprint", fingerprint)
            .with("protocol", protocol_object(&self.agreed))
            .with("connections", self.connections.clone())
            .with("start_date", self.start_date)
            .with_some("custom_parameters", self.custom_parameters.as_deref().map(data_json))
    }

    /// `phoneCallDiscarded`, which names no user and opens nothing.
    pub fn discarded(&self) -> Object {
        let end = self.end.as_ref();
        let was_confirmed = end.is_some_and(|end| end.was_confirmed);
        Object::new("phoneCallDiscarded")
            .flag("need_rating", was_confirmed && self.need_rating)
            .flag("need_debug", was_confirmed && self.need_debug)
            .flag("video", self.is_video)
            .with("id", self.id)
            .with_some("reason", end.and_then(|end| end.reason.as_ref()).map(reason_object))
            .with_some("duration", end.and_then(|end| end.duration))
    }

    /// To a device of the callee when another one has accepted: the call is over there, and nothing is said of why.
    pub fn answered_elsewhere(&self) -> Object {
        Object::new("phoneCallDiscarded").flag("video", self.is_video).with("id", self.id)
    }

    /// `messageService` about the call, in the chat of `viewer` with the other side.
    pub fn message(&self, viewer: i64, date: i32) -> Object {
        let peer = |id: i64| Object::new("peerUser").with("user_id", id);
        let end = self.end.as_ref();
        Object::new("messageService")
            .flag("out", viewer == self.caller)
            .with("id", self.message_id)
            .with("from_id", peer(self.caller))
            .with("peer_id", peer(self.peer_of(viewer)))
            .with("date", date)
            .with(
                "action",
                Object::new("messageActionPhoneCall")
                    .flag("video", self.is_video)
                    .with("call_id", self.id)
                    .with_some("reason", end.and_then(|end| end.reason.as_ref()).map(reason_object))
                    .with_some("duration", end.and_then(|end| end.duration)),
            )
    }

    fn tampered_hash(&self, access_hash: i64) -> i64 {
        if self.tamper == Some(Tamper::OtherAccessHash) { access_hash ^ 1 } else { access_hash }
    }

    fn tampered_g_b(&self) -> Vec<u8> {
        match self.tamper {
            Some(Tamper::GbZero) => vec![0],
            Some(Tamper::GbOne) => vec![1],
            Some(Tamper::GbPrimeMinusOne) => {
                let mut number = super::dh::PRIME.to_vec();
                number[255] -= 1;
                number
            }
            Some(Tamper::GbShort) => self.g_b.get(9..).unwrap_or_default().to_vec(),
            Some(Tamper::GbLong) => [&[1], self.g_b.as_slice()].concat(),
            Some(Tamper::GbLeadingZeros) => [&[0, 0], self.g_b.as_slice()].concat(),
            Some(Tamper::GbOther) => flipped(&self.g_b),
            _ => self.g_b.clone(),
        }
    }
}

/// Another number of the same size.
fn flipped(number: &[u8]) -> Vec<u8> {
    let mut number = number.to_vec();
    if let Some(last) = number.last_mut() {
        *last ^= 1;
    }
    number
}

pub fn protocol_object(protocol: &Protocol) -> Object {
    Object::new("phoneCallProtocol")
        .flag("udp_p2p", protocol.udp_p2p)
        .flag("udp_reflector", protocol.udp_reflector)
        .with("min_layer", protocol.min_layer)
        .with("max_layer", protocol.max_layer)
        .with("library_versions", protocol.library_versions.iter().map(|name| Value::text(name)).collect::<Vec<_>>())
}

pub fn reason_object(reason: &Reason) -> Object {
    match reason {
        Reason::Missed => Object::new("phoneCallDiscardReasonMissed"),
        Reason::Disconnect => Object::new("phoneCallDiscardReasonDisconnect"),
        Reason::Hangup => Object::new("phoneCallDiscardReasonHangup"),
        Reason::Busy => Object::new("phoneCallDiscardReasonBusy"),
        Reason::Migrate { slug } => {
            Object::new("phoneCallDiscardReasonMigrateConferenceCall").with("slug", slug.as_str())
        }
    }
}

pub fn data_json(text: &str) -> Object {
    Object::new("dataJSON").with("data", text)
}

/// The servers of one call; `session` names it to the reflectors.
pub fn connection_objects(knob: &Connections, session: [u8; 12]) -> Vec<Value> {
    let mut tag = [0; 16];
    tag[..12].copy_from_slice(&session);
    let reflector = |id: i64, is_tcp: bool| {
        Object::new("phoneConnection")
            .flag("tcp", is_tcp)
            .with("id", id)
            .with("ip", knob.ip.as_str())
            .with("ipv6", knob.ipv6.as_str())
            .with("port", i32::from(knob.reflector_port))
            .with("peer_tag", &tag[..])
    };
    let webrtc = |id: i64, turn: bool, stun: bool| {
        Object::new("phoneConnectionWebrtc")
            .flag("turn", turn)
            .flag("stun", stun)
            .with("id", id)
            .with("ip", knob.ip.as_str())
            .with("ipv6", knob.ipv6.as_str())
            .with("port", i32::from(knob.turn_port))
            .with("username", if turn { "user" } else { "" })
            .with("password", if turn { "secret" } else { "" })
    };
    let mut list = Vec::new();
    if knob.reflector_udp {
        list.push(reflector(1, false).into());
    }
    if knob.reflector_tcp {
        list.push(reflector(2, true).into());
    }
    if knob.stun {
        list.push(webrtc(3, false, true).into());
    }
    if knob.turn {
        list.push(webrtc(4, true, false).into());
    }
    list
}
