//! Pictures as they are offered and answered: `video.md` sections 1 to 3 and 8.
//!
//! Who sends a picture offers a stream for it, and whoever receives needs no picture of its own. An official client shows one
//! picture of its peer at a time, so the screen takes the place of the camera, as a stream of its own: such a client makes a new
//! decoder only for a new source, and reads payload types only then.

use super::contents::{ABS_SEND_TIME, ABS_SEND_TIME_ID, TRANSPORT_CC, TRANSPORT_CC_ID};
use crate::signaling::message::{Content, Extension, Feedback, MediaKind, PayloadType, SsrcGroup};
use crate::types::{Ssrc, VideoCodec, VideoSource};

pub const ORIENTATION: &str = "urn:3gpp:video-orientation";
const ORIENTATION_ID: u8 = 13;
/// Numbers that nobody has fixed begin here; each codec takes two.
const FIRST_PAYLOAD_TYPE: u8 = 96;
/// A camera and a screen. Nobody has more to send, and of more the last are the newest.
pub const MAX_PICTURES: usize = 2;

/// Which pictures we want to send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub camera: bool,
    pub screen: bool,
}

/// Our pictures: what they are encoded with, which are wanted, and the streams of those that are offered.
#[derive(Debug, Default)]
pub struct Pictures {
    pub codecs: Vec<VideoCodec>,
    pub wanted: Wanted,
    pub offered: Vec<(VideoSource, Ssrc)>,
    /// The peer has offered two itself, and so shows two.
    pub peer_has_two: bool,
}

impl Pictures {
    /// What is offered of what is wanted, in the order of the contents: of web clients' two the first is the camera.
    pub fn shown(&self) -> &'static [VideoSource] {
        use VideoSource::{Camera, Screen};
        let Wanted { camera, screen } = self.wanted;
        match (camera, screen) {
            _ if self.codecs.is_empty() => &[],
            (true, true) if self.peer_has_two => &[Camera, Screen],
            (_, true) => &[Screen],
            (true, false) => &[Camera],
            (false, false) => &[],
        }
    }

    /// What a stream of ours shows.
    pub fn source(&self, ssrc: Ssrc) -> Option<VideoSource> {
        self.offered.iter().find(|(_, offered)| *offered == ssrc).map(|(source, _)| *source)
    }
}

impl PayloadType {
    fn parameter(&self, name: &str) -> Option<&str> {
        let named = |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.parameters.iter().find(named).map(|(_, value)| value.as_str())
    }

    /// The codec of pictures that this is, in a form that its decoders are expected to know.
    pub fn video_codec(&self) -> Option<VideoCodec> {
        let codec = VideoCodec::from_name(&self.name)?;
        let is_known = match codec {
            // Interleaved NAL units nobody sends. Baseline, main and high, with eight bits and colours at half the size: what else
            // there is few decoders know. The level may be any, as it says what is decoded and not what is sent.
            VideoCodec::H264 => {
                let profile = self.parameter("profile-level-id").and_then(|id| id.get(..2));
                matches!(self.packetization_mode(), "0" | "1")
                    && matches!(profile, None | Some("42" | "4d" | "4D" | "64"))
            }
            // Likewise: the other profiles have more bits, or whole colours.
            VideoCodec::Vp9 => matches!(self.parameter("profile-id"), None | Some("0")),
            VideoCodec::Av1 => matches!(self.parameter("profile"), None | Some("0")),
            VideoCodec::Vp8 | VideoCodec::H265 => true,
        };
        // 64 to 95 would be taken for RTCP.
        let is_usable = self.clock_rate == VideoCodec::CLOCK_RATE && !(64..96).contains(&self.id);
        (is_known && is_usable).then_some(codec)
    }

    /// How H.264 is cut into packets.
    pub fn packetization_mode(&self) -> &str {
        self.parameter("packetization-mode").unwrap_or("0")
    }
}

/// A picture of ours: what we encode, each codec with its retransmissions, numbered in the order of preference. The same codecs
/// have the same numbers, so the numbers of a stream never change.
pub fn video_content(ssrc: Ssrc, rtx: Ssrc, codecs: &[VideoCodec]) -> Content {
    let numbers = (FIRST_PAYLOAD_TYPE..).step_by(2);
    let payload_types = codecs.iter().zip(numbers).flat_map(|(codec, id)| payload_types_of(*codec, id)).collect();
    let extension = |id, uri: &str| Extension { id, uri: uri.to_owned() };
    Content {
        kind: MediaKind::Video,
        ssrc,
        ssrc_groups: vec![SsrcGroup { semantics: "FID".into(), ssrcs: vec![ssrc, rtx] }],
        payload_types,
        extensions: vec![
            extension(ABS_SEND_TIME_ID, ABS_SEND_TIME),
            extension(TRANSPORT_CC_ID, TRANSPORT_CC),
            extension(ORIENTATION_ID, ORIENTATION),
        ],
    }
}

/// A codec and its retransmissions.
fn payload_types_of(codec: VideoCodec, id: u8) -> [PayloadType; 2] {
    let feedback = |(kind, subtype): (&str, &str)| Feedback { kind: kind.into(), subtype: subtype.into() };
    let parameters = |list: &[(&str, &str)]| list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let format: &[(&str, &str)] = match codec {
        VideoCodec::H264 => {
            &[("level-asymmetry-allowed", "1"), ("packetization-mode", "1"), ("profile-level-id", "42e01f")]
        }
        VideoCodec::Vp9 => &[("profile-id", "0")],
        VideoCodec::Vp8 | VideoCodec::H265 | VideoCodec::Av1 => &[],
    };
    let of = |id, name: &str, feedback, parameters| PayloadType {
        id,
        name: name.into(),
        clock_rate: VideoCodec::CLOCK_RATE,
        channels: 0,
        feedback,
        parameters,
    };
    let given = [("goog-remb", ""), ("transport-cc", ""), ("ccm", "fir"), ("nack", ""), ("nack", "pli")];
    [
        of(id, codec.name(), given.into_iter().map(feedback).collect(), parameters(format)),
        of(id + 1, "rtx", Vec::new(), parameters(&[("apt", &id.to_string())])),
    ]
}

/// What of an answered stream we send: the first codec of ours that the peer left, and its payload type.
pub fn chosen(codecs: &[VideoCodec], content: &Content) -> Option<(VideoCodec, u8)> {
    let id_of = |codec: VideoCodec| {
        content.payload_types.iter().find(|answered| answered.video_codec() == Some(codec)).map(|answered| answered.id)
    };
    codecs.iter().find_map(|codec| Some((*codec, id_of(*codec)?)))
}

/// A stream that is announced again, under other numbers perhaps: those of the first time hold, as its sender goes on with
/// them, and new ones are added to them.
pub fn freeze(before: &[Content], mut again: Content) -> Content {
    let same = |content: &&Content| content.kind == MediaKind::Video && content.ssrc == again.ssrc;
    let Some(first) = before.iter().find(same).filter(|_| again.kind == MediaKind::Video) else { return again };
    let is_new = |codec: &PayloadType| first.payload_types.iter().all(|known| known.id != codec.id);
    again.payload_types.retain(is_new);
    again.payload_types.splice(0..0, first.payload_types.iter().cloned());
    if !first.extensions.is_empty() {
        again.extensions.clone_from(&first.extensions);
    }
    if !first.ssrc_groups.is_empty() {
        again.ssrc_groups.clone_from(&first.ssrc_groups);
    }
    again
}
