//! What a client tells its host. Long: a row for each field of an event, and what is tested of them.

use super::addr::tgcall_addr;
use super::bytes::{Text, out, tgcall_bytes, tgcall_text};
use super::callback::Userdata;
use super::choice::{
    tgcall_action, tgcall_call_state, tgcall_change, tgcall_end, tgcall_event_kind, tgcall_protocol,
    tgcall_video_source,
};
use super::config::tgcall_video_codec;
use super::handle::tgcall_client;
use super::peer::tgcall_peer;
use super::status::{self, tgcall_status};
use crate::client::{CallEnd, Content, Event, EventKind, Peer, Switches};
use crate::error::Error;
use crate::secret::SecretText;
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
    /// The method of a request, the slug of a call that migrated, a message, or of an answer the error or the link.
    word: Text,
    /// The key of an RTMP stream, with a NUL behind it.
    key: Option<SecretText>,
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
        if let EventKind::CallMigrated { new, .. } = event.kind {
            client.hand_over_userdata(event.call, new);
        }
        tgcall_event::of(Arc::downgrade(client), event)
    }

    fn of(client: Weak<tgcall_client>, event: Event) -> tgcall_event {
        let Event { call, text, kind } = event;
        let word = match &kind {
            EventKind::Invoke { method, .. } => Text::new(*method),
            EventKind::CallEnded(CallEnd { slug, .. }) | EventKind::CallMigrated { slug, .. } => {
                Text::new(slug.as_str())
            }
            EventKind::GroupMessage { message, .. } => Text::new(message.as_str()),
            EventKind::GroupAnswer(answer) => Text::new(match &answer.content {
                Content::Link(link) | Content::Rtmp { url: link, .. } => link.as_str(),
                Content::Nothing | Content::Peers(_) | Content::Stars { .. } => answer.error.as_str(),
            }),
            _ => Text::default(),
        };
        let key = match &kind {
            EventKind::GroupAnswer(answer) => match &answer.content {
                Content::Rtmp { key, .. } => Some(SecretText::from(format!("{}\0", key.expose()))),
                _ => None,
            },
            _ => None,
        };
        tgcall_event { owner: Owner::Client(client), call, text: Text::new(text), kind: Some(kind), word, key }
    }

    /// The call that ended, if that is what happened.
    pub fn ended_call(&self) -> Option<CallId> {
        matches!(self.kind, Some(EventKind::CallEnded(_))).then_some(self.call)
    }

    /// The last event of a client that died.
    pub fn death(client: &Arc<tgcall_client>, story: String) -> tgcall_event {
        let (owner, text) = (Owner::Client(Arc::downgrade(client)), Text::new(story));
        tgcall_event { owner, call: CallId(0), text, kind: None, word: Text::default(), key: None }
    }

    fn copy(&self) -> tgcall_event {
        let tgcall_event { owner: _, call, text, kind, word, key } = self;
        let owner = Owner::Host(Userdata(self.userdata()));
        tgcall_event {
            owner,
            call: *call,
            text: text.clone(),
            kind: kind.clone(),
            word: word.clone(),
            key: key.clone(),
        }
    }

    fn userdata(&self) -> *mut c_void {
        match &self.owner {
            Owner::Client(client) => {
                // That of a call that has migrated has gone with it.
                let whose = match self.kind {
                    Some(EventKind::CallMigrated { new, .. }) => new,
                    _ => self.call,
                };
                client.upgrade().map_or(core::ptr::null_mut(), |client| client.userdata(whose))
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
    pick: impl FnOnce(&'a tgcall_event, &'a EventKind) -> Option<T>,
) -> T {
    // SAFETY: as the caller promises.
    let Some(event) = (unsafe { look(event) }) else { return T::default() };
    event.kind.as_ref().and_then(|kind| pick(event, kind)).unwrap_or_else(|| {
        if cfg!(debug_assertions) {
            status::set_error_text(format!("{:?} has no {name}", event.kind()));
        }
        T::default()
    })
}

/// The fields of events, a row each: its getter and type, its name as the docs of [`tgcall_event_kind`] list it, and where the kinds
/// that have it keep it. `tests/fresh/ffi.rs` reads the rows for the header, as cbindgen does not look into macros.
macro_rules! fields {
    ($(
        $(#[$doc:meta])*
        fn $getter:ident($event:ident) -> $type:ty = $name:literal { $($kinds:pat => $value:expr),+ $(,)? }
    )*) => {
        $(
            $(#[$doc])*
            #[unsafe(no_mangle)]
            #[allow(unused_variables, reason = "few rows need more than the kind")]
            pub unsafe extern "C" fn $getter(event: *const tgcall_event) -> $type {
                use EventKind::*;
                let pick = |$event: &tgcall_event, kind: &EventKind| match kind {
                    $($kinds => Some($value),)+
                    _ => None,
                };
                // SAFETY: see the contract of the module.
                unsafe { field(event, $name, pick) }
            }
        )*

        /// The names of the fields that events of this kind have.
        #[cfg(test)]
        #[allow(unused_variables, reason = "the patterns are those of the getters")]
        fn fields_of(kind: &EventKind) -> Vec<&'static str> {
            use EventKind::*;
            let mut names = Vec::new();
            $(if $(matches!(kind, $kinds))||+ { names.push($name); })*
            names
        }
    };
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

fields! {
    /// The request to send to Telegram as boxed TL, the signaling packet, what is to be transmitted, sound: interleaved `int16_t`, or
    /// the ids of messages: `int32_t`.
    fn tgcall_event_get_bytes(event) -> tgcall_bytes = "bytes" {
        Invoke { bytes, .. } | SignalingSend { bytes } | SignalingReceived { bytes } | Transmit { bytes, .. } => {
            tgcall_bytes::lend(bytes)
        },
        AudioFrame { samples, .. } => tgcall_bytes::lend(bytes_of(samples)),
        GroupMessagesDeleted { ids } => tgcall_bytes::lend(bytes_of(ids)),
    }

    /// The sound's samples of each channel per second.
    fn tgcall_event_get_rate_hz(event) -> u32 = "rate_hz" { AudioFrame { rate, .. } => *rate }

    /// The sound's channels.
    fn tgcall_event_get_channels(event) -> u32 = "channels" { AudioFrame { channels, .. } => *channels }

    /// The request, for `tgcall_client_handle_answer` or `tgcall_client_handle_error`; the one that is answered.
    fn tgcall_event_get_request(event) -> u64 = "request" {
        Invoke { request, .. } | Cancel { request } | StreamPart { request, .. } => request.0,
        GroupAnswer(answer) => answer.request.0,
    }

    /// The name of the request's method, such as "phone.requestCall".
    fn tgcall_event_get_method(event) -> tgcall_text = "method" { Invoke { .. } => event.word.lend() }

    /// The number of the data centre that the request must go to; 0: that of the account, as for all that is about calls today.
    fn tgcall_event_get_dc(event) -> u32 = "dc" { Invoke { dc, .. } => *dc }

    /// The begin of the part, in ms of Telegram's clock (TDLib: time_offset); 0: it is asked where the stream is.
    fn tgcall_event_get_time_ms(event) -> i64 = "time_ms" { StreamPart { time_ms, .. } => *time_ms }

    /// How long the part is: 1000 >> scale ms.
    fn tgcall_event_get_scale(event) -> u32 = "scale" { StreamPart { scale, .. } => *scale }

    /// The channel of its picture, from 1 on (TDLib: channel_id); 0: its sound.
    fn tgcall_event_get_channel(event) -> u32 = "channel" {
        StreamPart { video, .. } => video.map_or(0, |(channel, _)| channel.unsigned_abs()),
    }

    /// How good the picture is to be, in Telegram's numbers: 0 to 2 (TDLib: thumbnail, medium, full).
    fn tgcall_event_get_quality(event) -> u32 = "quality" {
        StreamPart { video, .. } => video.map_or(0, |(_, quality)| quality.unsigned_abs()),
    }

    /// Who calls, or invites us.
    fn tgcall_event_get_user(event) -> i64 = "user" {
        CallIncoming { user, .. } | GroupInvited { user, .. } => user.0,
    }

    /// Whether it is a video call, or one to which who invites us shows himself; or whether the other side shows its camera or its screen.
    fn tgcall_event_is_video(event) -> bool = "is_video" {
        CallIncoming { is_video, .. } | GroupInvited { is_video, .. } => *is_video,
        CallMedia { switches, .. } => switches.has(Switches(Switches::CAMERA.0 | Switches::SCREEN.0)),
    }

    /// Whether the other side's microphone is off.
    fn tgcall_event_is_muted(event) -> bool = "is_muted" {
        CallMedia { switches, .. } => switches.has(Switches::MUTED),
    }

    /// Whether the emoji are there.
    fn tgcall_event_is_verified(event) -> bool = "is_verified" { GroupVerified { is_verified } => *is_verified }

    /// What the other side has switched on or off: bits of `tgcall_switches`.
    fn tgcall_event_get_switches(event) -> u32 = "switches" { CallMedia { switches, .. } => switches.0 }

    /// By how many degrees the other side's device is turned: 0, 90, 180 or 270. Each frame has its own rotation, which is the one to
    /// show it by.
    fn tgcall_event_get_rotation(event) -> u32 = "rotation" { CallMedia { rotation, .. } => *rotation }

    /// Whether it is about the camera or about the screen; NONE: about the call itself.
    fn tgcall_event_get_source(event) -> tgcall_video_source = "source" {
        GroupJoin { screen } => screen.map_or(tgcall_video_source::TGCALL_VIDEO_SOURCE_NONE, Into::into),
        VideoEncode { source, .. } | VideoKeyFrame { source, .. } | VideoReady { source, .. } => (*source).into(),
        VideoStopped { source, .. } => (*source).into(),
    }

    /// The layer of a picture that is sent in several; 0 in a private call.
    fn tgcall_event_get_layer(event) -> u32 = "layer" {
        VideoEncode { layer, .. } | VideoKeyFrame { layer, .. } => *layer,
    }

    /// What to encode with.
    fn tgcall_event_get_codec(event) -> tgcall_video_codec = "codec" { VideoEncode { codec, .. } => (*codec).into() }

    /// The size to encode, in pixels: that of `tgcall_video_start`, or a smaller one where the link is thin.
    fn tgcall_event_get_width(event) -> u32 = "width" { VideoEncode { width, .. } => *width }

    /// As `tgcall_event_get_width`.
    fn tgcall_event_get_height(event) -> u32 = "height" { VideoEncode { height, .. } => *height }

    /// How many frames a second, at most.
    fn tgcall_event_get_frames_per_s(event) -> u32 = "frames_per_s" {
        VideoEncode { frames_per_s, .. } => *frames_per_s,
    }

    /// The encoder's target; 0: stop.
    fn tgcall_event_get_bits_per_s(event) -> u32 = "bits_per_s" { VideoEncode { bits_per_s, .. } => *bits_per_s }

    /// Where the call is now: as of this event, not of this moment.
    fn tgcall_event_get_state(event) -> tgcall_call_state = "state" {
        CallState { new, .. } => (*new).into(),
        CallEnded(_) => tgcall_call_state::TGCALL_CALL_STATE_ENDED,
    }

    /// Where the call was before.
    fn tgcall_event_get_old_state(event) -> tgcall_call_state = "old_state" {
        CallState { old, .. } | CallEnded(CallEnd { old, .. }) => (*old).into(),
    }

    /// Why the call ended, or why what was shown is shown no more.
    fn tgcall_event_get_end(event) -> tgcall_end = "end" {
        CallEnded(end) => end.reason.into(),
        VideoStopped { reason, .. } => (*reason).into(),
    }

    /// What is left for the host to do.
    fn tgcall_event_get_action(event) -> tgcall_action = "action" {
        CallEnded(end) => end.action.into(),
        GroupAnswer(answer) => answer.action.into(),
        VideoStopped { action, .. } => (*action).into(),
    }

    /// How long Telegram wants us to wait, with `TGCALL_ACTION_RETRY_AFTER`.
    fn tgcall_event_get_retry_after_s(event) -> u32 = "retry_after_s" {
        CallEnded(end) => end.retry_after_s,
        GroupAnswer(answer) => answer.retry_after_s,
        VideoStopped { retry_after_s, .. } => *retry_after_s,
    }

    /// The length of the conversation; 0 if there was none.
    fn tgcall_event_get_duration_s(event) -> u32 = "duration_s" { CallEnded(end) => end.duration_s }

    /// Whether Telegram would like a `tgcall_rate`.
    fn tgcall_event_wants_rating(event) -> bool = "wants_rating" { CallEnded(end) => end.wants_rating }

    /// Whether Telegram would like a `tgcall_call_send_report`.
    fn tgcall_event_wants_report(event) -> bool = "wants_report" { CallEnded(end) => end.wants_report }

    /// The conference a migrated call goes on in.
    fn tgcall_event_get_slug(event) -> tgcall_text = "slug" { CallEnded(_) | CallMigrated { .. } => event.word.lend() }

    /// The call that a migrated one goes on as.
    fn tgcall_event_get_new_call(event) -> u64 = "new_call" { CallMigrated { new, .. } => new.0 }

    /// Whom in a group call it is about. Of sound that is all of them as one, and in a private call: kind NONE.
    fn tgcall_event_get_peer(event) -> tgcall_peer = "peer" {
        GroupParticipant { peer, .. } | GroupMessage { peer, .. } => (*peer).into(),
        AudioFrame { peer, .. } | VideoReady { peer, .. } => peer.map_or(tgcall_peer::default(), tgcall_peer::from),
    }

    /// What happened to him.
    fn tgcall_event_get_change(event) -> tgcall_change = "change" {
        GroupParticipant { change, .. } => (*change).into(),
    }

    /// How many spoke.
    fn tgcall_event_get_level_count(event) -> u32 = "level_count" {
        GroupLevels { levels } => u32::try_from(levels.len()).unwrap_or(u32::MAX),
    }

    /// Telegram's id of the message.
    fn tgcall_event_get_message_id(event) -> i32 = "message_id" {
        GroupMessage { id, .. } => *id,
        GroupInvited { message_id, .. } => *message_id,
    }

    /// When the message was sent, in seconds since 1970.
    fn tgcall_event_get_date_unix_s(event) -> i64 = "date_unix_s" { GroupMessage { date_s, .. } => i64::from(*date_s) }

    /// What the message says.
    fn tgcall_event_get_message(event) -> tgcall_text = "message" { GroupMessage { .. } => event.word.lend() }

    /// The stars that the message has cost, or that were given in all.
    fn tgcall_event_get_stars(event) -> i64 = "stars" {
        GroupMessage { stars, .. } => *stars,
        GroupAnswer(answer) => match &answer.content {
            Content::Stars { total, .. } => *total,
            _ => 0,
        },
    }

    /// 0: it is done, or was so already. Else Telegram's error code, or -1 if there was no answer that could be read.
    fn tgcall_event_get_code(event) -> i32 = "code" { GroupAnswer(answer) => answer.code }

    /// Telegram's name of the error, such as "CHAT_ADMIN_REQUIRED".
    fn tgcall_event_get_error(event) -> tgcall_text = "error" {
        GroupAnswer(answer) => if answer.code == 0 { tgcall_text::empty() } else { event.word.lend() },
    }

    /// The link that was asked for, or where the program of an RTMP stream goes.
    fn tgcall_event_get_link(event) -> tgcall_text = "link" {
        GroupAnswer(answer) => if answer.code == 0 { event.word.lend() } else { tgcall_text::empty() },
    }

    /// The secret key of an RTMP stream.
    fn tgcall_event_get_key(event) -> tgcall_text = "key" {
        GroupAnswer(_) => event.key.as_ref().map_or(tgcall_text::empty(), tgcall_text::from_secret),
    }

    /// How many peers an answer has: as whom one may join, or who gave stars.
    fn tgcall_event_get_peer_count(event) -> u32 = "peer_count" {
        GroupAnswer(answer) => u32::try_from(answer.content.peers()).unwrap_or(u32::MAX),
    }

    /// The socket it is about, for `tgcall_client_handle_opened` and the like.
    fn tgcall_event_get_socket(event) -> u64 = "socket" {
        SocketOpen { socket, .. } | SocketClose { socket } | Transmit { socket, .. } => socket.0,
    }

    /// What the socket is to speak.
    fn tgcall_event_get_protocol(event) -> tgcall_protocol = "protocol" {
        SocketOpen { protocol, .. } => (*protocol).into(),
    }

    /// Where to bind the socket.
    fn tgcall_event_get_local(event) -> tgcall_addr = "local" { SocketOpen { local, .. } => (*local).into() }

    /// Where to send, or to connect the socket.
    fn tgcall_event_get_remote(event) -> tgcall_addr = "remote" {
        SocketOpen { remote, .. } | Transmit { remote, .. } => remote.map_or(tgcall_addr::default(), tgcall_addr::from),
    }
}

/// Numbers as the bytes that they are here.
fn bytes_of<T: Number>(numbers: &[T]) -> &[u8] {
    // SAFETY: every byte of a number is a u8, and they live as long.
    unsafe { core::slice::from_raw_parts(numbers.as_ptr().cast::<u8>(), size_of_val(numbers)) }
}

/// All of whose bytes are there.
trait Number {}
impl Number for i16 {}
impl Number for i32 {}

/// Who spoke, by number from 0 on, of `TGCALL_EVENT_GROUP_LEVELS`. `TGCALL_EMPTY` behind the last one.
/// @param peer_out    `TGCALL_PEER_KIND_SELF`: ourselves.
/// @param level_out   The loudest of the last 100 ms: 0 to 32767.
/// @param speaks_out  Whether it is a voice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_level(
    event: *const tgcall_event,
    index: usize,
    peer_out: *mut tgcall_peer,
    level_out: *mut u32,
    speaks_out: *mut bool,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    let told = unsafe { (out(peer_out, "peer_out"), out(level_out, "level_out"), out(speaks_out, "speaks_out")) };
    // SAFETY: as above.
    let found = unsafe {
        field(event, "level", |_, kind| match kind {
            EventKind::GroupLevels { levels } => Some(levels.get(index).copied()),
            _ => None,
        })
    };
    let tell = || -> Result<bool, Error> {
        let (peer_out, level_out, speaks_out) = (told.0?, told.1?, told.2?);
        peer_out.set(found.map_or(tgcall_peer::default(), |found| found.peer.into()));
        level_out.set(found.map_or(0, |found| found.level));
        speaks_out.set(found.is_some_and(|found| found.speaks));
        Ok(found.is_some())
    };
    some_or_empty(tell())
}

/// A peer of an answer, by number from 0 on, of `TGCALL_EVENT_ANSWER`: as whom one may join, with the access hash that came with the
/// answer, or 0; or who gave stars. `TGCALL_EMPTY` behind the last one.
/// @param peer_out   Who gave stars without his name has kind NONE.
/// @param stars_out  What he gave; 0 where it is not about stars.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_event_get_peer_at(
    event: *const tgcall_event,
    index: usize,
    peer_out: *mut tgcall_peer,
    stars_out: *mut i64,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    let told = unsafe { (out(peer_out, "peer_out"), out(stars_out, "stars_out")) };
    // SAFETY: as above.
    let found = unsafe {
        field(event, "peer_at", |_, kind| match kind {
            EventKind::GroupAnswer(answer) => Some(peer_at(&answer.content, index)),
            _ => None,
        })
    };
    let tell = || -> Result<bool, Error> {
        let (peer_out, stars_out) = (told.0?, told.1?);
        let (peer, stars) = found.unwrap_or_default();
        peer_out.set(peer);
        stars_out.set(stars);
        Ok(found.is_some())
    };
    some_or_empty(tell())
}

fn peer_at(content: &Content, index: usize) -> Option<(tgcall_peer, i64)> {
    match content {
        Content::Peers(peers) => peers.get(index).map(|peer| (tgcall_peer::from(*peer), 0)),
        Content::Stars { donors, .. } => donors.get(index).map(|donor| {
            let named = donor.peer.map_or(tgcall_peer::default(), tgcall_peer::from);
            (if donor.is_self { Peer::Myself.into() } else { named }, donor.stars)
        }),
        Content::Nothing | Content::Link(_) | Content::Rtmp { .. } => None,
    }
}

fn some_or_empty(told: Result<bool, Error>) -> tgcall_status {
    match told {
        Ok(true) => tgcall_status::TGCALL_OK,
        Ok(false) => status::fail(tgcall_status::TGCALL_EMPTY, "there are no more"),
        Err(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::status::tgcall_status_get_text;
    use super::*;
    use crate::client::{Action, Answer, CallState, Change, Donor, EndReason, Loudness};
    use crate::types::{PeerId, Protocol, RequestId, SocketId, UserId, VideoCodec, VideoSource};
    use std::collections::BTreeMap;

    fn event(kind: Option<EventKind>) -> tgcall_event {
        let owner = Owner::Host(Userdata(core::ptr::null_mut()));
        tgcall_event { owner, call: CallId(1), text: Text::default(), kind, word: Text::default(), key: None }
    }

    /// Read by the one and freed by the other.
    #[test]
    fn a_copy_goes_to_any_thread() {
        fn goes<T: Send + Sync>() {}
        goes::<tgcall_event>();
    }

    /// One event of each kind but the last of a client that died.
    fn of_each_kind() -> Vec<EventKind> {
        let address = "192.0.2.1:7".parse().unwrap();
        let (request, socket) = (RequestId(7), SocketId(8));
        vec![
            EventKind::Invoke { request, method: "phone.requestCall", dc: 0, bytes: vec![1] },
            EventKind::CallIncoming { user: UserId(1), is_video: true },
            EventKind::GroupInvited { user: UserId(1), message_id: 2, is_video: true },
            EventKind::GroupVerified { is_verified: true },
            EventKind::CallMigrated { new: CallId(9), slug: "slug".into() },
            EventKind::CallState { old: CallState::None, new: CallState::Ringing },
            EventKind::CallEnded(CallEnd::default()),
            EventKind::CallMedia { switches: Switches::MUTED, rotation: 90 },
            EventKind::SignalingSend { bytes: vec![1] },
            EventKind::SignalingReceived { bytes: vec![1] },
            EventKind::AudioReady,
            EventKind::AudioPlayed,
            EventKind::SocketOpen { socket, protocol: Protocol::Udp, local: address, remote: None },
            EventKind::SocketClose { socket },
            EventKind::Transmit { socket, remote: None, bytes: vec![1] },
            EventKind::CallRoute { is_relayed: true },
            EventKind::Cancel { request },
            EventKind::AudioFrame { peer: None, samples: vec![1], rate: 48_000, channels: 1 },
            EventKind::VideoEncode {
                source: VideoSource::Camera,
                layer: 0,
                codec: VideoCodec::Vp8,
                width: 640,
                height: 360,
                bits_per_s: 300_000,
                frames_per_s: 30,
            },
            EventKind::VideoKeyFrame { source: VideoSource::Camera, layer: 0 },
            EventKind::VideoReady { peer: None, source: VideoSource::Screen },
            EventKind::VideoStopped {
                source: VideoSource::Screen,
                reason: EndReason::Server,
                action: Action::Retry,
                retry_after_s: 0,
            },
            EventKind::GroupJoin { screen: Some(VideoSource::Screen) },
            EventKind::StreamPart { request, time_ms: 5000, scale: 0, video: Some((1, 2)) },
            EventKind::GroupChanged,
            EventKind::GroupParticipant { peer: PeerId::User(1), change: Change::Came },
            EventKind::GroupLevels { levels: vec![Loudness { peer: None, level: 5, speaks: true }] },
            EventKind::GroupMessage { peer: PeerId::User(1), id: 2, date_s: 3, stars: 4, message: "word".into() },
            EventKind::GroupMessagesDeleted { ids: vec![1] },
            answer(0, Content::Nothing),
        ]
    }

    fn answer(code: i32, content: Content) -> EventKind {
        let (request, error) = (RequestId(7), if code == 0 { String::new() } else { "CHAT_ADMIN_REQUIRED".into() });
        EventKind::GroupAnswer(Box::new(Answer {
            request,
            code,
            error,
            action: Action::None,
            retry_after_s: 0,
            content,
        }))
    }

    /// What an event says that came from a client.
    fn told(kind: EventKind) -> tgcall_event {
        let event = Event { call: CallId(1), text: String::new(), kind };
        tgcall_event::of(Weak::new(), event)
    }

    #[test]
    fn an_answer_tells_what_it_brought_and_nothing_else() {
        let rtmp = told(answer(0, Content::Rtmp { url: "rtmps://x".into(), key: "secret".into() }));
        let refused = told(answer(400, Content::Nothing));
        let peers = told(answer(0, Content::Peers(vec![Peer::Myself, Peer::Chat(5)])));
        let donor = Donor { peer: None, stars: 9, is_self: false };
        let stars = told(answer(0, Content::Stars { total: 12, donors: vec![donor] }));
        let levels = told(EventKind::GroupLevels { levels: vec![Loudness { peer: None, level: 5, speaks: true }] });
        let (mut peer, mut number, mut level, mut speaks) = (tgcall_peer::default(), 7i64, 7u32, false);
        // SAFETY: the events are alive, and so are the places.
        unsafe {
            assert_eq!(tgcall_event_get_link(&raw const rtmp).as_str(), "rtmps://x");
            assert_eq!(tgcall_event_get_key(&raw const rtmp).as_str(), "secret");
            assert_eq!(tgcall_event_get_error(&raw const rtmp).size, 0);
            assert_eq!(tgcall_event_get_error(&raw const refused).as_str(), "CHAT_ADMIN_REQUIRED");
            assert_eq!(
                tgcall_event_get_link(&raw const refused).size + tgcall_event_get_key(&raw const refused).size,
                0
            );
            assert_eq!(tgcall_event_get_peer_count(&raw const peers), 2);
            let at = |event: &tgcall_event, index, peer: &mut tgcall_peer, stars: &mut i64| {
                tgcall_event_get_peer_at(event, index, peer, stars)
            };
            assert_eq!(at(&peers, 1, &mut peer, &mut number), tgcall_status::TGCALL_OK);
            assert_eq!((peer, number), (Peer::Chat(5).into(), 0));
            assert_eq!(at(&peers, 2, &mut peer, &mut number), tgcall_status::TGCALL_EMPTY);
            assert_eq!((tgcall_event_get_stars(&raw const stars), peer.kind), (12, 0));
            assert_eq!(at(&stars, 0, &mut peer, &mut number), tgcall_status::TGCALL_OK);
            assert_eq!((peer.kind, number), (0, 9));
            assert_eq!(at(&levels, 0, &mut peer, &mut number), tgcall_status::TGCALL_EMPTY);
            let status = tgcall_event_get_level(&raw const levels, 0, &mut peer, &mut level, &mut speaks);
            assert_eq!((status, peer, level, speaks), (tgcall_status::TGCALL_OK, Peer::Myself.into(), 5, true));
            let status = tgcall_event_get_level(&raw const levels, 1, &mut peer, &mut level, &mut speaks);
            assert_eq!((status, peer.kind, level, speaks), (tgcall_status::TGCALL_EMPTY, 0, 0, false));
            let status = tgcall_event_get_level(&raw const levels, 0, core::ptr::null_mut(), &mut level, &mut speaks);
            assert_eq!(status, tgcall_status::TGCALL_ERR_ARGUMENT);
        }
    }

    /// "Has a, b." in the docs of a kind, for the header, and the rows of the table.
    #[test]
    fn the_docs_of_each_kind_list_the_fields_that_it_has() {
        let (mut listed, mut doc) = (BTreeMap::new(), String::new());
        for line in include_str!("choice.rs").lines().map(str::trim) {
            if let Some(text) = line.strip_prefix("/// ") {
                doc = doc + text + " ";
            } else if let Some((name, _)) = line.split_once(" = ").filter(|(name, _)| name.starts_with("TGCALL_EVENT_"))
            {
                let fields = doc.rsplit_once("Has ").map_or("", |(_, fields)| fields.trim().trim_end_matches('.'));
                let mut fields: Vec<String> = fields.split(", ").filter(|f| !f.is_empty()).map(str::to_owned).collect();
                fields.sort();
                listed.insert(name.to_owned(), fields);
                doc.clear();
            } else {
                doc.clear();
            }
        }
        assert_eq!(listed.remove("TGCALL_EVENT_NONE"), Some(vec![]));
        assert_eq!(listed.remove("TGCALL_EVENT_CLIENT_DEAD"), Some(vec![]));
        for kind in of_each_kind() {
            let mut fields = fields_of(&kind);
            fields.sort_unstable();
            let name = format!("{:?}", tgcall_event_kind::from(&kind));
            assert_eq!(listed.remove(&name).unwrap_or_default(), fields, "{name}");
        }
        assert!(listed.is_empty(), "kinds without an event here: {listed:?}");
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
