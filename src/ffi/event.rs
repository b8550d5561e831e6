//! What a client tells its host.

use super::addr::tgcall_addr;
use super::bytes::{Text, tgcall_bytes, tgcall_text};
use super::handle::tgcall_client;
use crate::client::{Action, CallEnd, CallState, EndReason, Event, EventKind};
use crate::types::{CallId, Protocol};
use core::ffi::c_void;
use std::sync::{Arc, Weak};

/// What happened, or is to be done, and which getters have something to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_event_kind {
    TGCALL_EVENT_NONE = 0,
    /// Send this to Telegram, in this order. Has request, method, bytes.
    TGCALL_EVENT_INVOKE = 1,
    /// Somebody calls; accept or discard. Has user, is_video.
    TGCALL_EVENT_CALL_INCOMING = 2,
    /// A call moved on. Has state, old_state.
    TGCALL_EVENT_CALL_STATE = 3,
    /// It is over. Has old_state, end, action, retry_after_s, duration_s, wants_rating, wants_report, slug.
    TGCALL_EVENT_CALL_ENDED = 4,
    /// The other side's switches. Has is_muted, is_video.
    TGCALL_EVENT_CALL_MEDIA = 5,
    /// Attached call: take this to the other side. Has bytes.
    TGCALL_EVENT_SIGNALING_SEND = 6,
    /// `TGCALL_MEDIA_HOST`: for the host's engine. Has bytes.
    TGCALL_EVENT_SIGNALING_RECEIVED = 7,
    /// Opus waits; told once until a pull finds none.
    TGCALL_EVENT_AUDIO_READY = 8,
    /// The queue of sound has run out, and nothing followed for a packet's time.
    TGCALL_EVENT_AUDIO_PLAYED = 9,
    /// Embedded: open one, then handle_opened. Has socket, protocol, local, remote.
    TGCALL_EVENT_SOCKET_OPEN = 10,
    /// Embedded: close it; do not answer. Has socket.
    TGCALL_EVENT_SOCKET_CLOSE = 11,
    /// Embedded: send one datagram, or stream bytes. Has socket, remote, bytes.
    TGCALL_EVENT_TRANSMIT = 12,
    /// Our defect, and the last event; free the client.
    TGCALL_EVENT_CLIENT_DEAD = 13,
    /// The sound takes another way; `TGCALL_STAT_RELAYED` says which, the report why. Nothing is to be done.
    TGCALL_EVENT_CALL_ROUTE = 14,
}
use tgcall_event_kind::*;

/// Where a call is.
///
/// ```text
/// Caller:  REQUESTING > WAITING > RINGING > [ACCEPTED >] CONFIRMING > CONNECTING > ACTIVE <> RECONNECTING
/// Callee:                         RINGING > CONFIRMING > CONNECTING > ACTIVE <> RECONNECTING
/// Attached:                                 ATTACHED   > CONNECTING > ACTIVE <> RECONNECTING
/// From any of them: [ENDING >] ENDED.
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_call_state {
    TGCALL_CALL_STATE_NONE = 0,
    /// Telegram is asked.
    TGCALL_CALL_STATE_REQUESTING = 1,
    /// Telegram knows, no device of theirs has shown up.
    TGCALL_CALL_STATE_WAITING = 2,
    /// There, or here.
    TGCALL_CALL_STATE_RINGING = 3,
    /// They took it; `tgcall_confirm` is awaited. Only without auto_confirm.
    TGCALL_CALL_STATE_ACCEPTED = 4,
    /// The key is being agreed on.
    TGCALL_CALL_STATE_CONFIRMING = 5,
    /// The host brought the key; `tgcall_connect` is awaited.
    TGCALL_CALL_STATE_ATTACHED = 6,
    /// Key agreed, emoji known; looking for a path.
    TGCALL_CALL_STATE_CONNECTING = 7,
    /// Sound flows both ways.
    TGCALL_CALL_STATE_ACTIVE = 8,
    /// Nothing heard for a while; looking for another path.
    TGCALL_CALL_STATE_RECONNECTING = 9,
    /// Telegram is being told.
    TGCALL_CALL_STATE_ENDING = 10,
    /// Kept for `tgcall_rate` and the report, the last 10 of a client.
    TGCALL_CALL_STATE_ENDED = 11,
}

/// Why a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_end {
    TGCALL_END_NONE = 0,
    TGCALL_END_LOCAL_HANGUP = 1,
    TGCALL_END_REMOTE_HANGUP = 2,
    /// They declined, or are in another call.
    TGCALL_END_BUSY = 3,
    /// Nobody answered.
    TGCALL_END_MISSED = 4,
    /// We declined, or were in another call.
    TGCALL_END_DECLINED = 5,
    /// Answered or declined on another device of this account.
    TGCALL_END_ELSEWHERE = 6,
    /// Goes on as the conference of `slug`.
    TGCALL_END_MIGRATED = 7,
    /// They lost the connection.
    TGCALL_END_DISCONNECTED = 8,
    /// No path to them in 20 s, or none for 30 s after there was one; the report says what was tried.
    TGCALL_END_NO_PATH = 9,
    /// Telegram or they fell silent while the key was agreed on.
    TGCALL_END_TIMEOUT = 10,
    /// Key, commitment or fingerprint did not match; somebody may be in between.
    TGCALL_END_INSECURE = 11,
    /// No version in common; the text has both lists.
    TGCALL_END_INCOMPATIBLE = 12,
    /// They take no calls from us, or blocked us.
    TGCALL_END_PRIVACY = 13,
    /// Their app is too old.
    TGCALL_END_OUTDATED = 14,
    /// No such user, or deleted.
    TGCALL_END_NO_USER = 15,
    /// Too many calls; see retry_after_s.
    TGCALL_END_FLOOD = 16,
    /// Another server error; the text has its name.
    TGCALL_END_SERVER = 17,
}

/// What is left for the host to do about the end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_action {
    TGCALL_ACTION_NONE = 0,
    /// Another try will end the same way.
    TGCALL_ACTION_TELL_USER = 1,
    /// One more try may work.
    TGCALL_ACTION_RETRY = 2,
    /// Not before retry_after_s.
    TGCALL_ACTION_RETRY_AFTER = 3,
    /// Telegram finds fault with the request: configuration, or our defect.
    TGCALL_ACTION_FIX = 4,
    /// The account is not, or no longer, signed in.
    TGCALL_ACTION_LOG_IN = 5,
}

/// How a socket carries bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_protocol {
    TGCALL_PROTOCOL_NONE = 0,
    TGCALL_PROTOCOL_UDP = 1,
    TGCALL_PROTOCOL_TCP = 2,
}

/// Something that happened; lent, never kept.
pub struct tgcall_event {
    client: Weak<tgcall_client>,
    call: CallId,
    text: Text,
    /// `None`: the client is dead.
    kind: Option<EventKind>,
    method: Text,
    slug: Text,
}

impl tgcall_event {
    pub fn new(client: &Arc<tgcall_client>, event: Event) -> tgcall_event {
        let Event { call, text, kind } = event;
        let (method, slug) = match &kind {
            EventKind::Invoke { method, .. } => (Text::new(*method), Text::default()),
            EventKind::CallEnded(CallEnd { slug, .. }) => (Text::default(), Text::new(slug.as_str())),
            _ => (Text::default(), Text::default()),
        };
        let client = Arc::downgrade(client);
        tgcall_event { client, call, text: Text::new(text), kind: Some(kind), method, slug }
    }

    /// The call that ended, if that is what happened.
    pub fn ended_call(&self) -> Option<CallId> {
        matches!(self.kind, Some(EventKind::CallEnded(_))).then_some(self.call)
    }

    /// The last event of a client that died.
    pub fn death(client: &Arc<tgcall_client>, story: String) -> tgcall_event {
        let (method, slug) = (Text::default(), Text::default());
        let client = Arc::downgrade(client);
        tgcall_event { client, call: CallId(0), text: Text::new(story), kind: None, method, slug }
    }
}

impl From<CallState> for tgcall_call_state {
    fn from(state: CallState) -> tgcall_call_state {
        use tgcall_call_state::*;
        match state {
            CallState::None => TGCALL_CALL_STATE_NONE,
            CallState::Requesting => TGCALL_CALL_STATE_REQUESTING,
            CallState::Waiting => TGCALL_CALL_STATE_WAITING,
            CallState::Ringing => TGCALL_CALL_STATE_RINGING,
            CallState::Accepted => TGCALL_CALL_STATE_ACCEPTED,
            CallState::Confirming => TGCALL_CALL_STATE_CONFIRMING,
            CallState::Attached => TGCALL_CALL_STATE_ATTACHED,
            CallState::Connecting => TGCALL_CALL_STATE_CONNECTING,
            CallState::Active => TGCALL_CALL_STATE_ACTIVE,
            CallState::Reconnecting => TGCALL_CALL_STATE_RECONNECTING,
            CallState::Ending => TGCALL_CALL_STATE_ENDING,
            CallState::Ended => TGCALL_CALL_STATE_ENDED,
        }
    }
}

impl From<EndReason> for tgcall_end {
    fn from(reason: EndReason) -> tgcall_end {
        use tgcall_end::*;
        match reason {
            EndReason::None => TGCALL_END_NONE,
            EndReason::LocalHangup => TGCALL_END_LOCAL_HANGUP,
            EndReason::RemoteHangup => TGCALL_END_REMOTE_HANGUP,
            EndReason::Busy => TGCALL_END_BUSY,
            EndReason::Missed => TGCALL_END_MISSED,
            EndReason::Declined => TGCALL_END_DECLINED,
            EndReason::Elsewhere => TGCALL_END_ELSEWHERE,
            EndReason::Migrated => TGCALL_END_MIGRATED,
            EndReason::Disconnected => TGCALL_END_DISCONNECTED,
            EndReason::NoPath => TGCALL_END_NO_PATH,
            EndReason::Timeout => TGCALL_END_TIMEOUT,
            EndReason::Insecure => TGCALL_END_INSECURE,
            EndReason::Incompatible => TGCALL_END_INCOMPATIBLE,
            EndReason::Privacy => TGCALL_END_PRIVACY,
            EndReason::Outdated => TGCALL_END_OUTDATED,
            EndReason::NoUser => TGCALL_END_NO_USER,
            EndReason::Flood => TGCALL_END_FLOOD,
            EndReason::Server => TGCALL_END_SERVER,
        }
    }
}

impl From<Action> for tgcall_action {
    fn from(action: Action) -> tgcall_action {
        use tgcall_action::*;
        match action {
            Action::None => TGCALL_ACTION_NONE,
            Action::TellUser => TGCALL_ACTION_TELL_USER,
            Action::Retry => TGCALL_ACTION_RETRY,
            Action::RetryAfter => TGCALL_ACTION_RETRY_AFTER,
            Action::Fix => TGCALL_ACTION_FIX,
            Action::LogIn => TGCALL_ACTION_LOG_IN,
        }
    }
}

impl From<Protocol> for tgcall_protocol {
    fn from(protocol: Protocol) -> tgcall_protocol {
        match protocol {
            Protocol::Udp => tgcall_protocol::TGCALL_PROTOCOL_UDP,
            Protocol::Tcp => tgcall_protocol::TGCALL_PROTOCOL_TCP,
        }
    }
}

/// The event, unless the pointer is null.
///
/// # Safety
/// `event` is null or lent to the host just now.
unsafe fn look<'a>(event: *const tgcall_event) -> Option<&'a tgcall_event> {
    // SAFETY: as the caller promises.
    unsafe { event.as_ref() }
}

/// What the event carries, unless the pointer is null or the client is dead.
///
/// # Safety
/// As [`look`].
unsafe fn kind<'a>(event: *const tgcall_event) -> Option<&'a EventKind> {
    // SAFETY: as the caller promises.
    unsafe { look(event) }.and_then(|event| event.kind.as_ref())
}

/// How the call ended, if that is what happened.
///
/// # Safety
/// As [`look`].
unsafe fn end<'a>(event: *const tgcall_event) -> Option<&'a CallEnd> {
    // SAFETY: as the caller promises.
    match unsafe { kind(event) } {
        Some(EventKind::CallEnded(end)) => Some(end),
        _ => None,
    }
}

/// What kind of event it is. Newer libraries know more kinds: have a default for them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_kind(event: *const tgcall_event) -> tgcall_event_kind {
    // SAFETY: see the contract of the module.
    let Some(event) = (unsafe { look(event) }) else { return TGCALL_EVENT_NONE };
    match event.kind {
        None => TGCALL_EVENT_CLIENT_DEAD,
        Some(EventKind::Invoke { .. }) => TGCALL_EVENT_INVOKE,
        Some(EventKind::CallIncoming { .. }) => TGCALL_EVENT_CALL_INCOMING,
        Some(EventKind::CallState { .. }) => TGCALL_EVENT_CALL_STATE,
        Some(EventKind::CallEnded(_)) => TGCALL_EVENT_CALL_ENDED,
        Some(EventKind::CallRoute { .. }) => TGCALL_EVENT_CALL_ROUTE,
        Some(EventKind::CallMedia { .. }) => TGCALL_EVENT_CALL_MEDIA,
        Some(EventKind::SignalingSend { .. }) => TGCALL_EVENT_SIGNALING_SEND,
        Some(EventKind::SignalingReceived { .. }) => TGCALL_EVENT_SIGNALING_RECEIVED,
        Some(EventKind::AudioReady) => TGCALL_EVENT_AUDIO_READY,
        Some(EventKind::AudioPlayed) => TGCALL_EVENT_AUDIO_PLAYED,
        Some(EventKind::SocketOpen { .. }) => TGCALL_EVENT_SOCKET_OPEN,
        Some(EventKind::SocketClose { .. }) => TGCALL_EVENT_SOCKET_CLOSE,
        Some(EventKind::Transmit { .. }) => TGCALL_EVENT_TRANSMIT,
    }
}

/// The call it is about; 0: of none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_call(event: *const tgcall_event) -> u64 {
    // SAFETY: see the contract of the module.
    unsafe { look(event) }.map_or(0, |event| event.call.0)
}

/// The call's userdata, as it is when this is asked. NULL once `TGCALL_EVENT_CALL_ENDED` was delivered: what follows for the same
/// call has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_call_userdata(event: *const tgcall_event) -> *mut c_void {
    // SAFETY: see the contract of the module.
    let client = unsafe { look(event) }.and_then(|event| event.client.upgrade().map(|client| (client, event.call)));
    client.map_or(core::ptr::null_mut(), |(client, call)| client.userdata(call))
}

/// One line for a log; the wording may change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_text(event: *const tgcall_event) -> tgcall_text {
    // SAFETY: see the contract of the module.
    unsafe { look(event) }.map_or(tgcall_text::empty(), |event| event.text.lend())
}

/// The request to send to Telegram as boxed TL, the signaling packet, or what is to be transmitted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_bytes(event: *const tgcall_event) -> tgcall_bytes {
    // SAFETY: see the contract of the module.
    match unsafe { kind(event) } {
        Some(
            EventKind::Invoke { bytes, .. }
            | EventKind::SignalingSend { bytes }
            | EventKind::SignalingReceived { bytes }
            | EventKind::Transmit { bytes, .. },
        ) => tgcall_bytes::lend(bytes),
        _ => tgcall_bytes::EMPTY,
    }
}

/// The request, for `tgcall_client_handle_answer` or `tgcall_client_handle_error`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_request(event: *const tgcall_event) -> u64 {
    // SAFETY: see the contract of the module.
    match unsafe { kind(event) } {
        Some(EventKind::Invoke { request, .. }) => request.0,
        _ => 0,
    }
}

/// The name of the request's method, such as "phone.requestCall".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_method(event: *const tgcall_event) -> tgcall_text {
    // SAFETY: see the contract of the module.
    unsafe { look(event) }.map_or(tgcall_text::empty(), |event| event.method.lend())
}

/// Who calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_user(event: *const tgcall_event) -> i64 {
    // SAFETY: see the contract of the module.
    match unsafe { kind(event) } {
        Some(EventKind::CallIncoming { user, .. }) => user.0,
        _ => 0,
    }
}

/// Whether it is a video call, or whether the other side's camera is on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_is_video(event: *const tgcall_event) -> bool {
    // SAFETY: see the contract of the module.
    match unsafe { kind(event) } {
        Some(EventKind::CallIncoming { is_video, .. } | EventKind::CallMedia { is_video, .. }) => *is_video,
        _ => false,
    }
}

/// Whether the other side's microphone is off.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_is_muted(event: *const tgcall_event) -> bool {
    // SAFETY: see the contract of the module.
    matches!(unsafe { kind(event) }, Some(EventKind::CallMedia { is_muted: true, .. }))
}

/// Where the call is now: as of this event, not of this moment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_state(event: *const tgcall_event) -> tgcall_call_state {
    // SAFETY: see the contract of the module.
    match unsafe { kind(event) } {
        Some(EventKind::CallState { new, .. }) => (*new).into(),
        Some(EventKind::CallEnded(_)) => tgcall_call_state::TGCALL_CALL_STATE_ENDED,
        _ => tgcall_call_state::TGCALL_CALL_STATE_NONE,
    }
}

/// Where the call was before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_old_state(event: *const tgcall_event) -> tgcall_call_state {
    // SAFETY: see the contract of the module.
    match unsafe { kind(event) } {
        Some(EventKind::CallState { old, .. } | EventKind::CallEnded(CallEnd { old, .. })) => (*old).into(),
        _ => tgcall_call_state::TGCALL_CALL_STATE_NONE,
    }
}

/// Why the call ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_end(event: *const tgcall_event) -> tgcall_end {
    // SAFETY: see the contract of the module.
    unsafe { end(event) }.map_or(tgcall_end::TGCALL_END_NONE, |end| end.reason.into())
}

/// What is left for the host to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_action(event: *const tgcall_event) -> tgcall_action {
    // SAFETY: see the contract of the module.
    unsafe { end(event) }.map_or(tgcall_action::TGCALL_ACTION_NONE, |end| end.action.into())
}

/// How long Telegram wants us to wait, with `TGCALL_ACTION_RETRY_AFTER`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_retry_after_s(event: *const tgcall_event) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe { end(event) }.map_or(0, |end| end.retry_after_s)
}

/// The length of the conversation; 0 if there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_duration_s(event: *const tgcall_event) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe { end(event) }.map_or(0, |end| end.duration_s)
}

/// Whether Telegram would like a `tgcall_rate`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_wants_rating(event: *const tgcall_event) -> bool {
    // SAFETY: see the contract of the module.
    unsafe { end(event) }.is_some_and(|end| end.wants_rating)
}

/// Whether Telegram would like a `tgcall_call_send_report`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_wants_report(event: *const tgcall_event) -> bool {
    // SAFETY: see the contract of the module.
    unsafe { end(event) }.is_some_and(|end| end.wants_report)
}

/// The conference a migrated call goes on in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_slug(event: *const tgcall_event) -> tgcall_text {
    // SAFETY: see the contract of the module.
    unsafe { look(event) }.map_or(tgcall_text::empty(), |event| event.slug.lend())
}

/// The socket it is about, for `tgcall_client_handle_opened` and the like.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_socket(event: *const tgcall_event) -> u64 {
    // SAFETY: see the contract of the module.
    match unsafe { kind(event) } {
        Some(
            EventKind::SocketOpen { socket, .. }
            | EventKind::SocketClose { socket }
            | EventKind::Transmit { socket, .. },
        ) => socket.0,
        _ => 0,
    }
}

/// What the socket is to speak.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_protocol(event: *const tgcall_event) -> tgcall_protocol {
    // SAFETY: see the contract of the module.
    match unsafe { kind(event) } {
        Some(EventKind::SocketOpen { protocol, .. }) => (*protocol).into(),
        _ => tgcall_protocol::TGCALL_PROTOCOL_NONE,
    }
}

/// Where to bind the socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_local(event: *const tgcall_event) -> tgcall_addr {
    // SAFETY: see the contract of the module.
    match unsafe { kind(event) } {
        Some(EventKind::SocketOpen { local, .. }) => (*local).into(),
        _ => tgcall_addr::default(),
    }
}

/// Where to send, or to connect the socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_remote(event: *const tgcall_event) -> tgcall_addr {
    // SAFETY: see the contract of the module.
    match unsafe { kind(event) } {
        Some(EventKind::SocketOpen { remote: Some(remote), .. } | EventKind::Transmit { remote: Some(remote), .. }) => {
            (*remote).into()
        }
        _ => tgcall_addr::default(),
    }
}
