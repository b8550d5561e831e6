//! What a client tells its host.

use super::addr::tgcall_addr;
use super::bytes::{Text, tgcall_bytes, tgcall_text};
use super::callback::Userdata;
use super::choice::{tgcall_action, tgcall_call_state, tgcall_end, tgcall_event_kind, tgcall_protocol};
use super::handle::tgcall_client;
use super::status;
use crate::client::{CallEnd, CallState, Event, EventKind};
use crate::types::CallId;
use core::ffi::c_void;
use std::sync::{Arc, Weak};

/// Something that happened; lent, or a copy to keep.
pub struct tgcall_event {
    owner: Owner,
    call: CallId,
    text: Text,
    /// `None`: the client is dead.
    kind: Option<EventKind>,
    /// The method of a request, or the slug of a call that migrated.
    word: Text,
}

/// Whose an event is.
enum Owner {
    /// Ours, and lent: the client knows the userdata.
    Client(Weak<tgcall_client>),
    /// The host's, a copy.
    Host(Userdata),
}

impl tgcall_event {
    pub fn new(client: &Arc<tgcall_client>, event: Event) -> tgcall_event {
        let Event { call, text, kind } = event;
        let word = match &kind {
            EventKind::Invoke { method, .. } => Text::new(*method),
            EventKind::CallEnded(CallEnd { slug, .. }) => Text::new(slug.as_str()),
            _ => Text::default(),
        };
        tgcall_event {
            owner: Owner::Client(Arc::downgrade(client)),
            call,
            text: Text::new(text),
            kind: Some(kind),
            word,
        }
    }

    /// The call that ended, if that is what happened.
    pub fn ended_call(&self) -> Option<CallId> {
        matches!(self.kind, Some(EventKind::CallEnded(_))).then_some(self.call)
    }

    /// The last event of a client that died.
    pub fn death(client: &Arc<tgcall_client>, story: String) -> tgcall_event {
        let (owner, text) = (Owner::Client(Arc::downgrade(client)), Text::new(story));
        tgcall_event { owner, call: CallId(0), text, kind: None, word: Text::default() }
    }

    fn copy(&self) -> tgcall_event {
        let tgcall_event { owner: _, call, text, kind, word } = self;
        let owner = Owner::Host(Userdata(self.userdata()));
        tgcall_event { owner, call: *call, text: text.clone(), kind: kind.clone(), word: word.clone() }
    }

    fn userdata(&self) -> *mut c_void {
        match &self.owner {
            Owner::Client(client) => {
                client.upgrade().map_or(core::ptr::null_mut(), |client| client.userdata(self.call))
            }
            Owner::Host(userdata) => userdata.0,
        }
    }

    fn kind(&self) -> tgcall_event_kind {
        self.kind.as_ref().map_or(tgcall_event_kind::TGCALL_EVENT_CLIENT_DEAD, tgcall_event_kind::from)
    }
}

/// The event, unless the pointer is null.
///
/// # Safety
/// `event` is null, or lent to the host just now, or its own copy.
unsafe fn look<'a>(event: *const tgcall_event) -> Option<&'a tgcall_event> {
    // SAFETY: as the caller promises.
    unsafe { event.as_ref() }
}

/// What a getter tells: nothing if the event is of a kind that does not have it, which a debug build says in the error text.
///
/// # Safety
/// As [`look`].
unsafe fn field<'a, T: Default>(
    event: *const tgcall_event,
    name: &str,
    pick: impl FnOnce(&'a EventKind) -> Option<T>,
) -> T {
    // SAFETY: as the caller promises.
    let Some(event) = (unsafe { look(event) }) else { return T::default() };
    event.kind.as_ref().and_then(pick).unwrap_or_else(|| {
        if cfg!(debug_assertions) {
            status::set_error_text(format!("{:?} has no {name}", event.kind()));
        }
        T::default()
    })
}

/// The same of the end of a call.
///
/// # Safety
/// As [`look`].
unsafe fn end<T: Default>(event: *const tgcall_event, name: &str, pick: impl FnOnce(&CallEnd) -> T) -> T {
    let pick = |kind: &EventKind| if let EventKind::CallEnded(end) = kind { Some(pick(end)) } else { None };
    // SAFETY: as the caller promises.
    unsafe { field(event, name, pick) }
}

/// A copy to keep: the host's until `tgcall_event_free`, on any thread, also after the client. It carries the call's userdata as
/// of now. NULL of NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_copy(event: *const tgcall_event) -> *mut tgcall_event {
    // SAFETY: see the contract of the module.
    unsafe { look(event) }.map_or(core::ptr::null_mut(), |event| Box::into_raw(Box::new(event.copy())))
}

/// Frees a copy. NULL does nothing, nor does an event that is lent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_free(event: *mut tgcall_event) {
    // SAFETY: see the contract of the module.
    match unsafe { look(event) }.map(|event| &event.owner) {
        None => {}
        Some(Owner::Client(_)) => status::set_error_text("only a copy is freed: this event is lent"),
        // SAFETY: from `tgcall_event_copy`, and the host gives it up.
        Some(Owner::Host(_)) => drop(unsafe { Box::from_raw(event) }),
    }
}

/// What kind of event it is. Newer libraries know more kinds: have a default for them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_kind(event: *const tgcall_event) -> tgcall_event_kind {
    // SAFETY: see the contract of the module.
    unsafe { look(event) }.map_or_else(tgcall_event_kind::default, tgcall_event::kind)
}

/// The call it is about; 0: of none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_call(event: *const tgcall_event) -> u64 {
    // SAFETY: see the contract of the module.
    unsafe { look(event) }.map_or(0, |event| event.call.0)
}

/// The call's userdata, as it is when this is asked; of a copy, as it was when that was made. NULL once
/// `TGCALL_EVENT_CALL_ENDED` was delivered: what follows for the same call has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_call_userdata(event: *const tgcall_event) -> *mut c_void {
    // SAFETY: see the contract of the module.
    unsafe { look(event) }.map_or(core::ptr::null_mut(), tgcall_event::userdata)
}

/// One line for a log; the wording may change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_text(event: *const tgcall_event) -> tgcall_text {
    // SAFETY: see the contract of the module.
    unsafe { look(event) }.map_or(tgcall_text::empty(), |event| event.text.lend())
}

/// The request to send to Telegram as boxed TL, the signaling packet, what is to be transmitted, or sound: interleaved `int16_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_bytes(event: *const tgcall_event) -> tgcall_bytes {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "bytes", |kind| match kind {
            EventKind::Invoke { bytes, .. }
            | EventKind::SignalingSend { bytes }
            | EventKind::SignalingReceived { bytes }
            | EventKind::Transmit { bytes, .. } => Some(tgcall_bytes::lend(bytes)),
            EventKind::AudioFrame { samples, .. } => {
                // Every byte of a sample is a u8, and the samples live as long as the event.
                let bytes = core::slice::from_raw_parts(samples.as_ptr().cast::<u8>(), size_of_val(&**samples));
                Some(tgcall_bytes::lend(bytes))
            }
            _ => None,
        })
    }
}

/// The sound's samples per second and channel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_rate(event: *const tgcall_event) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "rate", |kind| match kind {
            EventKind::AudioFrame { rate, .. } => Some(*rate),
            _ => None,
        })
    }
}

/// The sound's channels.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_channels(event: *const tgcall_event) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "channels", |kind| match kind {
            EventKind::AudioFrame { channels, .. } => Some(*channels),
            _ => None,
        })
    }
}

/// The request, for `tgcall_client_handle_answer` or `tgcall_client_handle_error`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_request(event: *const tgcall_event) -> u64 {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "request", |kind| match kind {
            EventKind::Invoke { request, .. } | EventKind::Cancel { request } => Some(request.0),
            _ => None,
        })
    }
}

/// The name of the request's method, such as "phone.requestCall".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_method(event: *const tgcall_event) -> tgcall_text {
    // SAFETY: see the contract of the module.
    unsafe {
        let word = look(event).map(|event| event.word.lend()).unwrap_or_default();
        field(event, "method", |kind| matches!(kind, EventKind::Invoke { .. }).then_some(word))
    }
}

/// The number of the data centre that the request must go to; 0: that of the account, as for all that is about calls today.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_dc(event: *const tgcall_event) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "dc", |kind| match kind {
            EventKind::Invoke { dc, .. } => Some(*dc),
            _ => None,
        })
    }
}

/// Who calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_user(event: *const tgcall_event) -> i64 {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "user", |kind| match kind {
            EventKind::CallIncoming { user, .. } => Some(user.0),
            _ => None,
        })
    }
}

/// Whether it is a video call, or whether the other side's camera is on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_is_video(event: *const tgcall_event) -> bool {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "is_video", |kind| match kind {
            EventKind::CallIncoming { is_video, .. } | EventKind::CallMedia { is_video, .. } => Some(*is_video),
            _ => None,
        })
    }
}

/// Whether the other side's microphone is off.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_is_muted(event: *const tgcall_event) -> bool {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "is_muted", |kind| match kind {
            EventKind::CallMedia { is_muted, .. } => Some(*is_muted),
            _ => None,
        })
    }
}

/// Where the call is now: as of this event, not of this moment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_state(event: *const tgcall_event) -> tgcall_call_state {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "state", |kind| match kind {
            EventKind::CallState { new, .. } => Some((*new).into()),
            EventKind::CallEnded(_) => Some(CallState::Ended.into()),
            _ => None,
        })
    }
}

/// Where the call was before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_old_state(event: *const tgcall_event) -> tgcall_call_state {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "old_state", |kind| match kind {
            EventKind::CallState { old, .. } | EventKind::CallEnded(CallEnd { old, .. }) => Some((*old).into()),
            _ => None,
        })
    }
}

/// Why the call ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_end(event: *const tgcall_event) -> tgcall_end {
    // SAFETY: see the contract of the module.
    unsafe { end(event, "end", |end| end.reason.into()) }
}

/// What is left for the host to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_action(event: *const tgcall_event) -> tgcall_action {
    // SAFETY: see the contract of the module.
    unsafe { end(event, "action", |end| end.action.into()) }
}

/// How long Telegram wants us to wait, with `TGCALL_ACTION_RETRY_AFTER`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_retry_after_s(event: *const tgcall_event) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe { end(event, "retry_after_s", |end| end.retry_after_s) }
}

/// The length of the conversation; 0 if there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_duration_s(event: *const tgcall_event) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe { end(event, "duration_s", |end| end.duration_s) }
}

/// Whether Telegram would like a `tgcall_rate`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_wants_rating(event: *const tgcall_event) -> bool {
    // SAFETY: see the contract of the module.
    unsafe { end(event, "wants_rating", |end| end.wants_rating) }
}

/// Whether Telegram would like a `tgcall_call_send_report`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_wants_report(event: *const tgcall_event) -> bool {
    // SAFETY: see the contract of the module.
    unsafe { end(event, "wants_report", |end| end.wants_report) }
}

/// The conference a migrated call goes on in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_slug(event: *const tgcall_event) -> tgcall_text {
    // SAFETY: see the contract of the module.
    unsafe {
        let word = look(event).map(|event| event.word.lend()).unwrap_or_default();
        end(event, "slug", |_| word)
    }
}

/// The socket it is about, for `tgcall_client_handle_opened` and the like.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_socket(event: *const tgcall_event) -> u64 {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "socket", |kind| match kind {
            EventKind::SocketOpen { socket, .. }
            | EventKind::SocketClose { socket }
            | EventKind::Transmit { socket, .. } => Some(socket.0),
            _ => None,
        })
    }
}

/// What the socket is to speak.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_protocol(event: *const tgcall_event) -> tgcall_protocol {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "protocol", |kind| match kind {
            EventKind::SocketOpen { protocol, .. } => Some((*protocol).into()),
            _ => None,
        })
    }
}

/// Where to bind the socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_local(event: *const tgcall_event) -> tgcall_addr {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "local", |kind| match kind {
            EventKind::SocketOpen { local, .. } => Some((*local).into()),
            _ => None,
        })
    }
}

/// Where to send, or to connect the socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_remote(event: *const tgcall_event) -> tgcall_addr {
    // SAFETY: see the contract of the module.
    unsafe {
        field(event, "remote", |kind| match kind {
            EventKind::SocketOpen { remote, .. } | EventKind::Transmit { remote, .. } => {
                Some(remote.map_or(tgcall_addr::default(), tgcall_addr::from))
            }
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::status::tgcall_status_get_text;
    use super::*;
    use crate::types::RequestId;

    fn event(kind: Option<EventKind>) -> tgcall_event {
        let owner = Owner::Host(Userdata(core::ptr::null_mut()));
        tgcall_event { owner, call: CallId(1), text: Text::default(), kind, word: Text::default() }
    }

    /// Read by the one and freed by the other.
    #[test]
    fn a_copy_goes_to_any_thread() {
        fn goes<T: Send + Sync>() {}
        goes::<tgcall_event>();
    }

    #[test]
    fn a_getter_tells_nothing_of_another_kind_and_a_debug_build_says_so() {
        status::set_error_text("before");
        let cancel = event(Some(EventKind::Cancel { request: RequestId(7) }));
        // SAFETY: the event is alive, and so is the text until the next call.
        unsafe {
            assert_eq!(tgcall_event_get_request(&raw const cancel), 7);
            assert_eq!(tgcall_status_get_text().as_str(), "before");
            assert_eq!(tgcall_event_get_method(&raw const cancel).size, 0);
            let said = if cfg!(debug_assertions) { "TGCALL_EVENT_CANCEL has no method" } else { "before" };
            assert_eq!(tgcall_status_get_text().as_str(), said);
            let dead = event(None);
            assert_eq!(tgcall_event_get_end(&raw const dead), tgcall_end::TGCALL_END_NONE);
            let said = if cfg!(debug_assertions) { "TGCALL_EVENT_CLIENT_DEAD has no end" } else { "before" };
            assert_eq!(tgcall_status_get_text().as_str(), said);
        }
    }
}
