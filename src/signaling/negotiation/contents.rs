//! Streams as they are offered and answered: what of an offer we receive, and what an answer leaves of ours.

use super::pictures::ORIENTATION;
use crate::signaling::message::{Content, Extension, Feedback, MediaKind, PayloadType};
use crate::types::{Ssrc, VideoCodec};
use std::collections::BTreeSet;

pub const ABS_SEND_TIME: &str = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
pub const TRANSPORT_CC: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// The payload type and the extension ids of the official clients' own audio.
const OPUS: u8 = 111;
pub const ABS_SEND_TIME_ID: u8 = 2;
pub const TRANSPORT_CC_ID: u8 = 3;

/// What we can receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receivable {
    /// The codecs of pictures that are decoded or passed on; none refuses all pictures.
    pub video_codecs: Vec<VideoCodec>,
    /// Header extensions, by URI.
    pub extensions: Vec<String>,
    /// Whether the sender hears from us what arrived when. Without, it must not count on it: it would stay at its lowest
    /// bit rate.
    pub transport_cc: bool,
}

impl Default for Receivable {
    /// Sound.
    fn default() -> Receivable {
        let extensions = vec![ABS_SEND_TIME.to_owned(), TRANSPORT_CC.to_owned()];
        Receivable { video_codecs: Vec::new(), extensions, transport_cc: true }
    }
}

impl Receivable {
    /// Sound, and pictures that are encoded with these.
    pub fn with_pictures(video_codecs: Vec<VideoCodec>) -> Receivable {
        Receivable { video_codecs, ..Receivable::default() }
    }

    /// The content with only those codecs and extensions that we can receive; ids, order and SSRCs stay.
    pub fn cut(&self, content: &Content) -> Option<Content> {
        let mut payload_types: Vec<PayloadType> = match content.kind {
            MediaKind::Audio => content.payload_types.iter().filter(|codec| is_opus(codec)).cloned().collect(),
            MediaKind::Video => self.cut_pictures(&content.payload_types),
        };
        if content.ssrc == Ssrc(0) || payload_types.iter().all(|codec| codec.is_named("rtx")) {
            return None;
        }
        for codec in &mut payload_types {
            codec.feedback.retain(|feedback| self.gives(feedback));
            // What is repeated to the peer may end up in its SDP.
            codec.parameters.retain(|(name, value)| is_plain(name) && is_plain(value));
        }
        let is_read = |uri: &str| self.reads(uri) || content.kind == MediaKind::Video && uri == ORIENTATION;
        let known = |extension: &&Extension| (1..=14).contains(&extension.id) && is_read(&extension.uri);
        Some(Content {
            kind: content.kind,
            ssrc: content.ssrc,
            ssrc_groups: content.ssrc_groups.clone(),
            payload_types,
            extensions: content.extensions.iter().filter(known).cloned().collect(),
        })
    }

    /// What is decoded, and its retransmissions. Neither RED nor FEC: without them an official client sends plain packets.
    fn cut_pictures(&self, offered: &[PayloadType]) -> Vec<PayloadType> {
        let decoded = |codec: &&PayloadType| codec.video_codec().is_some_and(|one| self.video_codecs.contains(&one));
        let kept: Vec<u8> = offered.iter().filter(decoded).map(|codec| codec.id).collect();
        let mut seen = BTreeSet::new();
        let wanted = |codec: &&PayloadType| (decoded(codec) || codec.repeats(&kept)) && seen.insert(codec.id);
        offered.iter().filter(wanted).cloned().collect()
    }

    fn gives(&self, feedback: &Feedback) -> bool {
        match (feedback.kind.as_str(), feedback.subtype.as_str()) {
            ("transport-cc", _) => self.transport_cc,
            ("goog-remb", _) => !self.transport_cc,
            ("nack", "" | "pli") | ("ccm", "fir") => true,
            _ => false,
        }
    }

    fn reads(&self, uri: &str) -> bool {
        (self.transport_cc || uri != TRANSPORT_CC) && self.extensions.iter().any(|known| known == uri)
    }
}

impl PayloadType {
    pub fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether this carries retransmissions of one of these.
    fn repeats(&self, kept: &[u8]) -> bool {
        let of = self.parameters.iter().find(|(name, _)| name == "apt").and_then(|(_, id)| id.parse().ok());
        self.is_named("rtx") && of.is_some_and(|id: u8| kept.contains(&id)) && !(64..96).contains(&self.id)
    }

    /// Whether the answer means what we offered; the level of H.264 may be another.
    fn is_same(&self, answered: &PayloadType) -> bool {
        self.is_named(&answered.name)
            && (!self.is_named("H264") || self.packetization_mode() == answered.packetization_mode())
    }
}

fn is_opus(codec: &PayloadType) -> bool {
    codec.is_named("opus") && codec.clock_rate == 48_000
}

/// Printable ASCII without spaces.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Our own sound, numbered as the official clients number theirs.
pub fn audio_content(ssrc: Ssrc) -> Content {
    let parameter = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let extension = |id, uri: &str| Extension { id, uri: uri.to_owned() };
    Content {
        kind: MediaKind::Audio,
        ssrc,
        ssrc_groups: Vec::new(),
        payload_types: vec![PayloadType {
            id: OPUS,
            name: "opus".into(),
            clock_rate: 48_000,
            channels: 2,
            feedback: vec![Feedback { kind: "transport-cc".into(), subtype: String::new() }],
            parameters: vec![parameter("minptime", "10"), parameter("useinbandfec", "1")],
        }],
        extensions: vec![extension(ABS_SEND_TIME_ID, ABS_SEND_TIME), extension(TRANSPORT_CC_ID, TRANSPORT_CC)],
    }
}

/// What the answers leave of an offered stream: an answer can only take away.
pub fn agreed(offered: &Content, answers: &[Content]) -> Option<Content> {
    let answer = answers.iter().find(|answer| answer.ssrc == offered.ssrc && answer.kind == offered.kind)?;
    let codec = |answered: &PayloadType| {
        let same = |codec: &&PayloadType| codec.id == answered.id && codec.is_same(answered);
        let offered = offered.payload_types.iter().find(same)?;
        let feedback = offered.feedback.iter().filter(|one| answered.feedback.contains(one)).cloned().collect();
        Some(PayloadType { feedback, parameters: answered.parameters.clone(), ..offered.clone() })
    };
    let payload_types: Vec<PayloadType> = answer.payload_types.iter().filter_map(codec).collect();
    let extensions = offered.extensions.iter().filter(|one| answer.extensions.contains(one)).cloned().collect();
    let ssrc_groups = offered.ssrc_groups.iter().filter(|one| answer.ssrc_groups.contains(one)).cloned().collect();
    let has_codec = payload_types.iter().any(|codec| !codec.is_named("rtx"));
    has_codec.then(|| Content { payload_types, extensions, ssrc_groups, ..offered.clone() })
}
