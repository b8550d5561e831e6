//! What is different when the other end is a group's server: it speaks for many, whom it does not name.
//!
//! ```text
//! packets ─▶ Transport ─▶ Speakers ─▶ AudioEngine     who is heard of those who speak
//!                     ◀─▶ VideoEngine ◀─ watching     whose pictures come, and in which layers ours go
//!   texts ◀─▶ Transport ◀─▶ colibri                   what pictures are wanted, and how large
//! ```
//!
//! In a conference all sound and pictures go through what [`GroupMedia::carry`] is lent, and without it nowhere.

pub mod colibri;
mod connection;
mod pictures;
mod sealed;
pub mod speakers;
mod watching;

pub use connection::{GroupConfig, GroupMedia, GroupOutput, ServerSide};
pub use pictures::{GroupPictures, Layer};
pub use speakers::{Owner, SpeakerLevel};
pub use watching::{MOST_WATCHED, Watched, without_doubles};

use super::rtp::extension::{ExtensionKind, Extensions};
use super::{Codec, Feedback, MediaKind, Newcomers, Stream};
use crate::types::{Ssrc, VideoCodec};

/// The payload type of all sound (`sfu.md` 5).
pub const OPUS: u8 = 111;
/// So many streams of others are followed. A server sends those of the loudest, about ten.
const MOST_STREAMS: usize = 24;

/// How sound is encoded.
fn codec() -> Codec {
    let feedback = Feedback { transport_cc: true, ..Feedback::default() };
    Codec { payload_type: OPUS, clock_rate: 48_000, rtx: None, feedback }
}

/// The numbers of the extensions of sound, which are the same for all (`sfu.md` 2 and 4).
fn extensions() -> Extensions {
    let mut extensions = Extensions::default();
    let kinds = [(ExtensionKind::AudioLevel, 1), (ExtensionKind::AbsSendTime, 2), (ExtensionKind::TransportCc, 3)];
    for (kind, id) in kinds {
        extensions.set(kind.uri(), id);
    }
    extensions
}

/// How pictures are encoded: the number of each, the same for all and whatever a server lists, and that of its repairs is the next
/// (`sfu.md` 6).
const CODECS: [(u8, VideoCodec); 3] = [(100, VideoCodec::Vp8), (102, VideoCodec::Vp9), (104, VideoCodec::H264)];

/// Whether pictures of groups are encoded so.
pub fn knows(codec: VideoCodec) -> bool {
    CODECS.into_iter().any(|(_, known)| known == codec)
}

/// In conferences, preferred first: no other can be sealed (`conference-flow.md` 4.1).
const SEALED_CODECS: [VideoCodec; 2] = [VideoCodec::Vp8, VideoCodec::H264];

/// How pictures are carried.
fn picture_codecs() -> (Vec<Codec>, Extensions) {
    let feedback = Feedback { transport_cc: true, nack: true, pli: true, fir: true, remb: true };
    let codec = |(payload_type, _)| Codec {
        payload_type,
        clock_rate: VideoCodec::CLOCK_RATE,
        rtx: Some(payload_type + 1),
        feedback,
    };
    let mut extensions = Extensions::default();
    let kinds =
        [(ExtensionKind::AbsSendTime, 2), (ExtensionKind::TransportCc, 3), (ExtensionKind::VideoOrientation, 13)];
    for (kind, id) in kinds {
        extensions.set(kind.uri(), id);
    }
    (CODECS.map(codec).to_vec(), extensions)
}

/// The sound of others, of whom nobody tells by what sources they speak.
pub fn newcomers() -> Newcomers {
    Newcomers { kind: MediaKind::Audio, codecs: vec![codec()], extensions: extensions(), most: MOST_STREAMS }
}

/// Our own sound.
pub fn sound(ssrc: Ssrc) -> Stream {
    Stream { kind: MediaKind::Audio, ssrc, rtx_ssrc: None, codecs: vec![codec()], extensions: extensions() }
}
