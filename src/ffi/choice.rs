//! The choices that events and calls answer, and how the core's become them.

use crate::client::{Action, CallState, Change, EndReason, EventKind};
use crate::types::{Protocol, VideoSource};

/// What happened, or is to be done, and which getters have something to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_event_kind {
    #[default]
    TGCALL_EVENT_NONE = 0,
    /// Send this to Telegram, in the order of these events, and hand in the answer or the error. Has request, method, dc, bytes.
    TGCALL_EVENT_INVOKE = 1,
    /// Somebody calls; accept or discard. Has user, is_video.
    TGCALL_EVENT_CALL_INCOMING = 2,
    /// A call moved on. Has state, old_state.
    TGCALL_EVENT_CALL_STATE = 3,
    /// It is over. Has state, old_state, end, action, retry_after_s, duration_s, wants_rating, wants_report, slug.
    TGCALL_EVENT_CALL_ENDED = 4,
    /// The other side's switches, and how its device is turned. Has switches, rotation, is_muted, is_video.
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
    /// Embedded: send one datagram to remote, or (a remote of family 0) bytes of the stream. These are whole frames: while earlier
    /// ones wait to be written, drop the new frame whole, and never send a part of one; with TCP_NODELAY. Of more than 512 that
    /// a host leaves here the oldest of the call are dropped; a stream that lacks some is closed and opened anew. Has socket,
    /// remote, bytes.
    TGCALL_EVENT_TRANSMIT = 12,
    /// Our defect, and the last event; free the client.
    TGCALL_EVENT_CLIENT_DEAD = 13,
    /// The sound takes another way; `TGCALL_STAT_RELAYED` says which, the report why. Nothing is to be done.
    TGCALL_EVENT_CALL_ROUTE = 14,
    /// Nobody waits for the answer to this request any more: stop, if it is still on its way. But a `phone.discardCall` that is not
    /// sent yet must not be held back: send it all the same, or the other side goes on ringing. Has request.
    TGCALL_EVENT_CANCEL = 15,
    /// Sound, as `tgcall_audio_set_delivery` asked for it; in a group call that is separate, of this peer. Has bytes, rate_hz, channels, peer.
    TGCALL_EVENT_AUDIO_FRAME = 16,
    /// Encode this layer of a source like this from now on, the first time and after bits_per_s was 0 beginning with a key frame; bits_per_s 0:
    /// no more for now. Has source, layer, codec, width, height, frames_per_s, bits_per_s.
    TGCALL_EVENT_VIDEO_ENCODE = 17,
    /// The next frame of this layer must be a key frame. Has source, layer.
    TGCALL_EVENT_VIDEO_KEY_FRAME = 18,
    /// A frame waits; told once until a pull finds none. In a group call of this peer: `tgcall_group_pull_video`. Has source, peer.
    TGCALL_EVENT_VIDEO_READY = 19,
    /// The title, the settings, the number of people or the recording of a group call has changed: take a roster.
    TGCALL_EVENT_GROUP_CHANGED = 20,
    /// Somebody came into a group call, changed or left. Of several changes that a host has not taken yet, the last is told. Has peer, change.
    TGCALL_EVENT_GROUP_PARTICIPANT = 21,
    /// Who spoke in the last 100 ms, and how loud, while somebody does; nobody: silence has begun. `tgcall_event_get_level` tells who. Has level_count.
    TGCALL_EVENT_GROUP_LEVELS = 22,
    /// A message in a group call. In a conference, where messages are sealed, the ids are not Telegram's and count from 1, and the date is when
    /// it came. Has peer, message_id, date_unix_s, message, stars.
    TGCALL_EVENT_GROUP_MESSAGE = 23,
    /// Messages in a group call are gone: their ids, each an int32_t. Has bytes.
    TGCALL_EVENT_GROUP_MESSAGES_DELETED = 24,
    /// What became of a request that a function returned. `tgcall_event_get_peer_at` tells the peers. Has request, code, error, action, retry_after_s, link, key, stars, peer_count.
    TGCALL_EVENT_ANSWER = 25,
    /// An attached group call is to be joined by the host's library, for the first time or anew, or with the source SCREEN, a screen
    /// is to be shared in it: take `tgcall_group_get_payload`. Has source.
    TGCALL_EVENT_GROUP_JOIN = 26,
    /// An attached group call is a live stream, and wants a part of it: fetch it, and tell `tgcall_group_handle_part`. With the time 0
    /// it wants to know where the stream is: `tgcall_group_handle_channels`. Has request, time_ms, scale, channel, quality.
    TGCALL_EVENT_STREAM_PART = 27,
    /// The four emoji of a conference are there, for all who are in it to compare: `tgcall_call_get_emoji`. Or they are gone, as somebody
    /// came or went and there are new keys; they come again. Has is_verified.
    TGCALL_EVENT_GROUP_VERIFIED = 28,
    /// A screen that was shown in a group call is shown no more, as Telegram does not take it: `tgcall_video_start` tries again. Has source, end, action, retry_after_s.
    TGCALL_EVENT_VIDEO_STOPPED = 29,
    /// A private call goes on as a conference, which is another call: one that `tgcall_call_upgrade` has made, or where the other side has
    /// gone. Both are heard until the new one hears the other side, or for 10 s: push to both, and play both. Then `TGCALL_EVENT_CALL_ENDED` of the
    /// old one follows. The userdata is the new call's from here on, and the old one has none, unless the host gave it another. Has new_call, slug.
    TGCALL_EVENT_CALL_MIGRATED = 30,
    /// Somebody invites us to a conference, also while another call is up: `tgcall_group_join` accepts, `tgcall_discard` declines. It rings,
    /// in `TGCALL_CALL_STATE_OPEN`, until one of both or `TGCALL_EVENT_CALL_ENDED`; further invitations to it are the same call. Has user,
    /// message_id, is_video.
    TGCALL_EVENT_GROUP_INVITED = 31,
}

/// Where a call is.
///
/// ```text
/// Caller:  REQUESTING > WAITING > RINGING > [ACCEPTED >] CONFIRMING > CONNECTING > ACTIVE <> RECONNECTING
/// Callee:                         RINGING > CONFIRMING > CONNECTING > ACTIVE <> RECONNECTING
/// Attached:                                 ATTACHED   > CONNECTING > ACTIVE <> RECONNECTING
/// Group:   [REQUESTING >] OPEN > JOINING >               CONNECTING > ACTIVE <> RECONNECTING
/// From any of them: [ENDING >] ENDED.
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_call_state {
    #[default]
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
    /// A group call that has a name; `tgcall_group_join` is awaited.
    TGCALL_CALL_STATE_OPEN = 12,
    /// Going into a group call, or waiting for the start of one that is scheduled.
    TGCALL_CALL_STATE_JOINING = 13,
}

/// Why a call ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_end {
    #[default]
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
    /// They take no calls from us, or blocked us; of a group call: we may not be in it, or were removed.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_action {
    #[default]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_protocol {
    #[default]
    TGCALL_PROTOCOL_NONE = 0,
    TGCALL_PROTOCOL_UDP = 1,
    TGCALL_PROTOCOL_TCP = 2,
}

/// What happened to somebody in a group call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_change {
    #[default]
    TGCALL_CHANGE_NONE = 0,
    /// He came, or is told of for the first time.
    TGCALL_CHANGE_CAME = 1,
    TGCALL_CHANGE_CHANGED = 2,
    TGCALL_CHANGE_LEFT = 3,
}

/// What a picture shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_video_source {
    #[default]
    TGCALL_VIDEO_SOURCE_NONE = 0,
    TGCALL_VIDEO_SOURCE_CAMERA = 1,
    TGCALL_VIDEO_SOURCE_SCREEN = 2,
}

impl From<&EventKind> for tgcall_event_kind {
    fn from(kind: &EventKind) -> tgcall_event_kind {
        use tgcall_event_kind::*;
        match kind {
            EventKind::Invoke { .. } => TGCALL_EVENT_INVOKE,
            EventKind::CallIncoming { .. } => TGCALL_EVENT_CALL_INCOMING,
            EventKind::CallState { .. } => TGCALL_EVENT_CALL_STATE,
            EventKind::CallMigrated { .. } => TGCALL_EVENT_CALL_MIGRATED,
            EventKind::CallEnded(_) => TGCALL_EVENT_CALL_ENDED,
            EventKind::CallRoute { .. } => TGCALL_EVENT_CALL_ROUTE,
            EventKind::CallMedia { .. } => TGCALL_EVENT_CALL_MEDIA,
            EventKind::SignalingSend { .. } => TGCALL_EVENT_SIGNALING_SEND,
            EventKind::SignalingReceived { .. } => TGCALL_EVENT_SIGNALING_RECEIVED,
            EventKind::AudioReady => TGCALL_EVENT_AUDIO_READY,
            EventKind::AudioFrame { .. } => TGCALL_EVENT_AUDIO_FRAME,
            EventKind::AudioPlayed => TGCALL_EVENT_AUDIO_PLAYED,
            EventKind::SocketOpen { .. } => TGCALL_EVENT_SOCKET_OPEN,
            EventKind::SocketClose { .. } => TGCALL_EVENT_SOCKET_CLOSE,
            EventKind::Transmit { .. } => TGCALL_EVENT_TRANSMIT,
            EventKind::Cancel { .. } => TGCALL_EVENT_CANCEL,
            EventKind::VideoEncode { .. } => TGCALL_EVENT_VIDEO_ENCODE,
            EventKind::VideoKeyFrame { .. } => TGCALL_EVENT_VIDEO_KEY_FRAME,
            EventKind::VideoReady { .. } => TGCALL_EVENT_VIDEO_READY,
            EventKind::VideoStopped { .. } => TGCALL_EVENT_VIDEO_STOPPED,
            EventKind::GroupJoin { .. } => TGCALL_EVENT_GROUP_JOIN,
            EventKind::StreamPart { .. } => TGCALL_EVENT_STREAM_PART,
            EventKind::GroupChanged => TGCALL_EVENT_GROUP_CHANGED,
            EventKind::GroupParticipant { .. } => TGCALL_EVENT_GROUP_PARTICIPANT,
            EventKind::GroupLevels { .. } => TGCALL_EVENT_GROUP_LEVELS,
            EventKind::GroupMessage { .. } => TGCALL_EVENT_GROUP_MESSAGE,
            EventKind::GroupMessagesDeleted { .. } => TGCALL_EVENT_GROUP_MESSAGES_DELETED,
            EventKind::GroupVerified { .. } => TGCALL_EVENT_GROUP_VERIFIED,
            EventKind::GroupInvited { .. } => TGCALL_EVENT_GROUP_INVITED,
            EventKind::GroupAnswer(_) => TGCALL_EVENT_ANSWER,
        }
    }
}

/// The core's choices as those of C: a value without a row does not compile.
macro_rules! choices {
    ($($core:ident => $choice:ident { $($value:ident => $name:ident,)+ })+) => {
        $(
            impl From<$core> for $choice {
                fn from(value: $core) -> $choice {
                    match value {
                        $($core::$value => $choice::$name,)+
                    }
                }
            }
        )+
    };
}

choices! {
    CallState => tgcall_call_state {
        None => TGCALL_CALL_STATE_NONE,
        Requesting => TGCALL_CALL_STATE_REQUESTING,
        Waiting => TGCALL_CALL_STATE_WAITING,
        Ringing => TGCALL_CALL_STATE_RINGING,
        Accepted => TGCALL_CALL_STATE_ACCEPTED,
        Confirming => TGCALL_CALL_STATE_CONFIRMING,
        Attached => TGCALL_CALL_STATE_ATTACHED,
        Connecting => TGCALL_CALL_STATE_CONNECTING,
        Active => TGCALL_CALL_STATE_ACTIVE,
        Reconnecting => TGCALL_CALL_STATE_RECONNECTING,
        Ending => TGCALL_CALL_STATE_ENDING,
        Ended => TGCALL_CALL_STATE_ENDED,
        Open => TGCALL_CALL_STATE_OPEN,
        Joining => TGCALL_CALL_STATE_JOINING,
    }

    EndReason => tgcall_end {
        None => TGCALL_END_NONE,
        LocalHangup => TGCALL_END_LOCAL_HANGUP,
        RemoteHangup => TGCALL_END_REMOTE_HANGUP,
        Busy => TGCALL_END_BUSY,
        Missed => TGCALL_END_MISSED,
        Declined => TGCALL_END_DECLINED,
        Elsewhere => TGCALL_END_ELSEWHERE,
        Migrated => TGCALL_END_MIGRATED,
        Disconnected => TGCALL_END_DISCONNECTED,
        NoPath => TGCALL_END_NO_PATH,
        Timeout => TGCALL_END_TIMEOUT,
        Insecure => TGCALL_END_INSECURE,
        Incompatible => TGCALL_END_INCOMPATIBLE,
        Privacy => TGCALL_END_PRIVACY,
        Outdated => TGCALL_END_OUTDATED,
        NoUser => TGCALL_END_NO_USER,
        Flood => TGCALL_END_FLOOD,
        Server => TGCALL_END_SERVER,
    }

    Action => tgcall_action {
        None => TGCALL_ACTION_NONE,
        TellUser => TGCALL_ACTION_TELL_USER,
        Retry => TGCALL_ACTION_RETRY,
        RetryAfter => TGCALL_ACTION_RETRY_AFTER,
        Fix => TGCALL_ACTION_FIX,
        LogIn => TGCALL_ACTION_LOG_IN,
    }

    Change => tgcall_change {
        Came => TGCALL_CHANGE_CAME,
        Changed => TGCALL_CHANGE_CHANGED,
        Left => TGCALL_CHANGE_LEFT,
    }

    VideoSource => tgcall_video_source {
        Camera => TGCALL_VIDEO_SOURCE_CAMERA,
        Screen => TGCALL_VIDEO_SOURCE_SCREEN,
    }

    Protocol => tgcall_protocol {
        Udp => TGCALL_PROTOCOL_UDP,
        Tcp => TGCALL_PROTOCOL_TCP,
    }
}

const _: () = assert!(VideoSource::Screen as u32 == tgcall_video_source::TGCALL_VIDEO_SOURCE_SCREEN as u32);
