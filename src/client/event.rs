//! What a client tells its host.

use super::answer::Answer;
use super::look::Switches;
pub use crate::outcome::{Action, CallState, DiscardReason, EndReason};
pub use crate::types::Change;
use crate::types::{CallId, PeerId, Protocol, RequestId, SocketAddr, SocketId, UserId, VideoCodec, VideoSource};

/// Something that happened, or that the host is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The call it is about; `CallId(0)`: of none.
    pub call: CallId,
    /// One line for a log; the wording may change.
    pub text: String,
    pub kind: EventKind,
}

/// The kinds of events, each with what it carries.
#[derive(Clone, PartialEq, Eq)]
pub enum EventKind {
    /// Send this request to Telegram, in this order, to the data centre `dc` (0: the account's own); hand its answer to [`Client::handle_answer`] or
    /// [`Client::handle_error`].
    ///
    /// [`Client::handle_answer`]: super::Client::handle_answer
    /// [`Client::handle_error`]: super::Client::handle_error
    Invoke { request: RequestId, method: &'static str, dc: u32, bytes: Vec<u8> },
    /// Nobody waits for the answer to this request any more, as its call is over or newer ones have taken its place.
    Cancel { request: RequestId },
    /// Somebody calls; accept or discard.
    CallIncoming { user: UserId, is_video: bool },
    /// Somebody invites us to a conference: join or discard. It rings until one of both, or until it ends.
    GroupInvited { user: UserId, message_id: i32, is_video: bool },
    /// A call moved on. Every change but the last, which is [`EventKind::CallEnded`].
    CallState { old: CallState, new: CallState },
    /// A private call goes on as a conference, which is another call. Its [`EventKind::CallEnded`] follows, at most 10 s later.
    CallMigrated { new: CallId, slug: String },
    /// A call is over.
    CallEnded(CallEnd),
    /// The sound takes another way from now on; not told of the first.
    CallRoute { is_relayed: bool },
    /// The other side's switches, and by how many degrees its device has turned its camera.
    CallMedia { switches: Switches, rotation: u32 },
    /// Attached call: take this to the other side.
    SignalingSend { bytes: Vec<u8> },
    /// [`Media::Host`](super::Media::Host): a packet for the host's engine.
    SignalingReceived { bytes: Vec<u8> },
    /// Opus waits; told once until a pull finds none.
    AudioReady,
    /// What is to be heard now, as interleaved samples, at the pace that was asked for; of one participant, where each is heard by
    /// himself.
    AudioFrame { peer: Option<PeerId>, samples: Vec<i16>, rate: u32, channels: u32 },
    /// The queue of sound has run out, and nothing followed for a packet's time.
    AudioPlayed,
    /// Encode like this from now on, beginning with a key frame where nothing was encoded before; `bits_per_s` 0: no more.
    VideoEncode {
        source: VideoSource,
        layer: u32,
        codec: VideoCodec,
        width: u32,
        height: u32,
        bits_per_s: u32,
        frames_per_s: u32,
    },
    /// The next frame has to be a key frame.
    VideoKeyFrame { source: VideoSource, layer: u32 },
    /// A frame waits; told once until a pull finds none. In a group call of somebody.
    VideoReady { peer: Option<PeerId>, source: VideoSource },
    /// What the host showed is shown no more, as it could not be: it may start it again.
    VideoStopped { source: VideoSource, reason: EndReason, action: Action, retry_after_s: u32 },
    /// An attached group call is to be joined by the host's library, for the first time or anew: take
    /// [`Client::group_payload`](super::Client::group_payload). Or a screen is to be shared in it: `screen` is that.
    GroupJoin { screen: Option<VideoSource> },
    /// An attached group call is a live stream, and wants a part of it, of `1000 >> scale` ms: tell
    /// [`Client::handle_part`](super::Client::handle_part). `video`: channel and quality; `None`: its sound. Time 0: it wants to know
    /// where the stream is, by [`Client::handle_channels`](super::Client::handle_channels).
    StreamPart { request: RequestId, time_ms: i64, scale: u32, video: Option<(i32, i32)> },
    /// News of a group call itself: take its roster.
    GroupChanged,
    /// Somebody came into a group call, changed or left. Of several changes that wait for the host the last is told.
    GroupParticipant { peer: PeerId, change: Change },
    /// How loud those were who spoke in the last 100 ms; nobody: silence has begun. Only the newest waits for the host.
    GroupLevels { levels: Vec<Loudness> },
    /// A message in a group call. `stars`: what it has cost.
    GroupMessage { peer: PeerId, id: i32, date_s: i32, stars: i64, message: String },
    /// Messages in a group call are gone.
    GroupMessagesDeleted { ids: Vec<i32> },
    /// The emoji of a conference are there, for all who are in it now to compare; or gone again, as somebody came or went.
    GroupVerified { is_verified: bool },
    /// What became of a request of the host's.
    GroupAnswer(Box<Answer>),
    /// Open a socket, then [`Client::handle_opened`](super::Client::handle_opened). TCP: connect it to `remote`.
    SocketOpen { socket: SocketId, protocol: Protocol, local: SocketAddr, remote: Option<SocketAddr> },
    /// Close a socket; do not answer.
    SocketClose { socket: SocketId },
    /// Send one datagram to `remote`, or (`None`) these bytes of the stream: all of them or, while earlier ones wait, none. Of a call
    /// whose host polls nothing for seconds the oldest of these give way, and no other event does.
    Transmit { socket: SocketId, remote: Option<SocketAddr>, bytes: Vec<u8> },
}

/// How loud somebody was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loudness {
    /// `None`: ourselves.
    pub peer: Option<PeerId>,
    /// 0 to 32767.
    pub level: u32,
    /// It is a voice.
    pub speaks: bool,
}

/// How a call ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallEnd {
    /// The state before.
    pub old: CallState,
    pub reason: EndReason,
    /// What is left for the host to do.
    pub action: Action,
    /// With [`Action::RetryAfter`].
    pub retry_after_s: u32,
    /// Of the conversation; 0 if there was none.
    pub duration_s: u32,
    /// Telegram would like a [`Client::rate`](super::Client::rate).
    pub wants_rating: bool,
    /// Telegram would like a [`Client::send_report`](super::Client::send_report).
    pub wants_report: bool,
    /// The conference a migrated call goes on in; else empty.
    pub slug: String,
}

/// Names what happened and how much of it; requests, signaling and packets are never printed.
impl core::fmt::Debug for EventKind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            EventKind::Invoke { request, method, dc, bytes } => {
                write!(f, "Invoke {{ {request} {method} dc {dc} {} bytes }}", bytes.len())
            }
            EventKind::Cancel { request } => write!(f, "Cancel {{ {request} }}"),
            EventKind::CallIncoming { is_video, .. } => write!(f, "CallIncoming {{ video {is_video} }}"),
            EventKind::GroupInvited { is_video, .. } => write!(f, "GroupInvited {{ video {is_video} }}"),
            EventKind::CallState { old, new } => write!(f, "CallState {{ {old:?} > {new:?} }}"),
            EventKind::CallMigrated { new, .. } => write!(f, "CallMigrated {{ {new} }}"),
            EventKind::CallEnded(end) => end.fmt(f),
            EventKind::CallRoute { is_relayed } => write!(f, "CallRoute {{ relayed {is_relayed} }}"),
            EventKind::CallMedia { switches, rotation } => {
                write!(f, "CallMedia {{ switches {} rotation {rotation} }}", switches.0)
            }
            EventKind::SignalingSend { bytes } => write!(f, "SignalingSend {{ {} bytes }}", bytes.len()),
            EventKind::SignalingReceived { bytes } => write!(f, "SignalingReceived {{ {} bytes }}", bytes.len()),
            EventKind::AudioReady => f.write_str("AudioReady"),
            EventKind::AudioFrame { peer: _, samples, rate, channels } => {
                write!(f, "AudioFrame {{ {} samples, {rate} Hz, {channels} channels }}", samples.len())
            }
            EventKind::AudioPlayed => f.write_str("AudioPlayed"),
            EventKind::VideoEncode { source, codec, width, height, bits_per_s, frames_per_s, layer: _ } => {
                write!(f, "VideoEncode {{ {source:?} {codec:?} {width}x{height} {frames_per_s}/s {bits_per_s} bit/s }}")
            }
            EventKind::VideoKeyFrame { source, .. } => write!(f, "VideoKeyFrame {{ {source:?} }}"),
            EventKind::VideoReady { source, .. } => write!(f, "VideoReady {{ {source:?} }}"),
            EventKind::VideoStopped { source, reason, .. } => write!(f, "VideoStopped {{ {source:?} {reason:?} }}"),
            EventKind::GroupJoin { screen } => write!(f, "GroupJoin {{ {screen:?} }}"),
            EventKind::StreamPart { request, time_ms, video, scale: _ } => {
                write!(f, "StreamPart {{ {request} {time_ms} {video:?} }}")
            }
            EventKind::GroupChanged => f.write_str("GroupChanged"),
            EventKind::GroupParticipant { peer: _, change } => write!(f, "GroupParticipant {{ {change:?} }}"),
            EventKind::GroupLevels { levels } => write!(f, "GroupLevels {{ {} }}", levels.len()),
            EventKind::GroupMessage { id, message, .. } => {
                write!(f, "GroupMessage {{ {id}, {} bytes }}", message.len())
            }
            EventKind::GroupMessagesDeleted { ids } => write!(f, "GroupMessagesDeleted {{ {ids:?} }}"),
            EventKind::GroupVerified { is_verified } => write!(f, "GroupVerified {{ {is_verified} }}"),
            EventKind::GroupAnswer(answer) => write!(f, "GroupAnswer {{ {} {} }}", answer.request, answer.code),
            EventKind::SocketOpen { socket, protocol, .. } => write!(f, "SocketOpen {{ {socket} {protocol:?} }}"),
            EventKind::SocketClose { socket } => write!(f, "SocketClose {{ {socket} }}"),
            EventKind::Transmit { socket, bytes, .. } => write!(f, "Transmit {{ {socket} {} bytes }}", bytes.len()),
        }
    }
}
