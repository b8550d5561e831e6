//! Streams as they are offered and answered: what of an offer we receive, and what an answer leaves of ours.

use crate::signaling::message::{Content, Extension, Feedback, MediaKind, PayloadType};
use crate::types::Ssrc;

const ABS_SEND_TIME: &str = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
const TRANSPORT_CC: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// The payload type and the extension ids of the official clients' own audio.
const OPUS: u8 = 111;
pub const ABS_SEND_TIME_ID: u8 = 2;
const TRANSPORT_CC_ID: u8 = 3;

/// What we can receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receivable {
    /// Names of the video codecs that are decoded or passed on; none refuses video.
    pub video_codecs: Vec<String>,
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
    /// The content with only those codecs and extensions that we can receive; ids, order and SSRCs stay.
    pub fn cut(&self, content: &Content) -> Option<Content> {
        let mut payload_types: Vec<PayloadType> = match content.kind {
            MediaKind::Audio => content.payload_types.iter().filter(|codec| is_opus(codec)).cloned().collect(),
            MediaKind::Video => {
                let decoded = |codec: &&PayloadType| self.video_codecs.iter().any(|name| codec.is_named(name));
                let kept: Vec<u8> = content.payload_types.iter().filter(decoded).map(|codec| codec.id).collect();
                let wanted = |codec: &&PayloadType| kept.contains(&codec.id) || codec.repeats(&kept);
                content.payload_types.iter().filter(wanted).cloned().collect()
            }
        };
        if content.ssrc == Ssrc(0) || payload_types.iter().all(|codec| codec.is_named("rtx")) {
            return None;
        }
        for codec in &mut payload_types {
            codec.feedback.retain(|feedback| self.gives(feedback));
            // What is repeated to the peer may end up in its SDP.
            codec.parameters.retain(|(name, value)| is_plain(name) && is_plain(value));
        }
        let known = |extension: &&Extension| (1..=14).contains(&extension.id) && self.reads(&extension.uri);
        Some(Content {
            kind: content.kind,
            ssrc: content.ssrc,
            ssrc_groups: content.ssrc_groups.clone(),
            payload_types,
            extensions: content.extensions.iter().filter(known).cloned().collect(),
        })
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
        self.is_named("rtx") && of.is_some_and(|id: u8| kept.contains(&id))
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
        let same = |codec: &&PayloadType| codec.id == answered.id && codec.is_named(&answered.name);
        let offered = offered.payload_types.iter().find(same)?;
        let feedback = offered.feedback.iter().filter(|one| answered.feedback.contains(one)).cloned().collect();
        Some(PayloadType { feedback, parameters: answered.parameters.clone(), ..offered.clone() })
    };
    let payload_types: Vec<PayloadType> = answer.payload_types.iter().filter_map(codec).collect();
    let extensions = offered.extensions.iter().filter(|one| answer.extensions.contains(one)).cloned().collect();
    (!payload_types.is_empty()).then(|| Content { payload_types, extensions, ..offered.clone() })
}
