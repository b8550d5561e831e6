//! What is different when the other end is a group's server: it speaks for many, whom it does not name.
//!
//! ```text
//! packets ─▶ Transport ─▶ Speakers ─▶ AudioEngine     who is heard of those who speak
//!   texts ◀─▶ Transport ◀─▶ colibri                   what pictures are wanted, and how large
//! ```

pub mod colibri;
mod connection;
pub mod speakers;

pub use connection::{GroupConfig, GroupMedia, GroupOutput, ServerSide};
pub use speakers::{Owner, SpeakerLevel};

use super::rtp::extension::{ExtensionKind, Extensions};
use super::{Codec, Feedback, MediaKind, Newcomers, Stream};
use crate::types::Ssrc;

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

/// The sound of others, of whom nobody tells by what sources they speak.
pub fn newcomers() -> Newcomers {
    Newcomers { kind: MediaKind::Audio, codecs: vec![codec()], extensions: extensions(), most: MOST_STREAMS }
}

/// Our own sound.
pub fn sound(ssrc: Ssrc) -> Stream {
    Stream { kind: MediaKind::Audio, ssrc, rtx_ssrc: None, codecs: vec![codec()], extensions: extensions() }
}
