//! What one part of a private call says, in the words of another.

use super::PrivateConfig;
use crate::client::Switches;
use crate::client::config::P2p;
use crate::crypto::packet::MediaCipher;
use crate::media::wire::addresses;
use crate::media::{self, FixedTags, GatherPolicy, LinkConfig, Seal, Stream, Ways};
use crate::signaling::message::{Content, MediaState, StreamState};
use crate::signaling::version::CustomParameters;

/// Sound on, no picture.
pub fn silent_state() -> MediaState {
    MediaState {
        muted: false,
        low_battery: false,
        video: StreamState::Inactive,
        screencast: StreamState::Inactive,
        rotation: 0,
    }
}

pub fn switches(state: &MediaState) -> Switches {
    let MediaState { muted, low_battery, video, screencast, rotation: _ } = *state;
    Switches::default()
        .and(Switches::MUTED, muted)
        .and(Switches::CAMERA, video != StreamState::Inactive)
        .and(Switches::CAMERA_PAUSED, video == StreamState::Suspended)
        .and(Switches::SCREEN, screencast != StreamState::Inactive)
        .and(Switches::SCREEN_PAUSED, screencast == StreamState::Suspended)
        .and(Switches::LOW_BATTERY, low_battery)
}

pub fn link_config(config: &PrivateConfig<'_>, parameters: &CustomParameters) -> LinkConfig {
    let gather = GatherPolicy {
        servers: config.link.servers.clone(),
        ways: ways(config.link.p2p_allowed, config.p2p, config.proxy.is_some()),
        interfaces: addresses(config.interfaces),
        tags: parameters.standalone_reflectors.then(|| FixedTags::of(config.role)),
    };
    let mut link = LinkConfig { gather, ..LinkConfig::to_peer(config.number, config.role) };
    if parameters.use_mtproto {
        link.seal = Seal::Mtproto(MediaCipher::new(config.key, config.role));
    }
    link
}

/// Which ways Telegram and the user allow.
pub fn ways(p2p_allowed: bool, p2p: P2p, is_proxied: bool) -> Ways {
    match p2p {
        _ if is_proxied => Ways::Proxy,
        P2p::Follow if p2p_allowed => Ways::All,
        P2p::Follow | P2p::Never => Ways::Relays,
    }
}

pub fn streams(contents: &[Content]) -> Vec<Stream> {
    contents.iter().map(stream).collect()
}

/// A negotiated content as the transport wants it: `rtx` entries go to their codec, extensions by name.
fn stream(content: &Content) -> Stream {
    let rtx_of = |id: u8| {
        let repeats = |(name, value): &(String, String)| name == "apt" && value.parse() == Ok(id);
        let rtx = content.payload_types.iter().find(|rtx| rtx.is_named("rtx") && rtx.parameters.iter().any(repeats));
        rtx.map(|rtx| rtx.id)
    };
    let has = |codec: &crate::signaling::message::PayloadType, kind: &str, subtype: &str| {
        codec.feedback.iter().any(|feedback| feedback.kind == kind && feedback.subtype == subtype)
    };
    let codecs = content.payload_types.iter().filter(|codec| !codec.is_named("rtx")).map(|codec| media::Codec {
        payload_type: codec.id,
        clock_rate: codec.clock_rate,
        rtx: rtx_of(codec.id),
        feedback: media::Feedback {
            transport_cc: has(codec, "transport-cc", ""),
            nack: has(codec, "nack", ""),
            pli: has(codec, "nack", "pli"),
            fir: has(codec, "ccm", "fir"),
            remb: has(codec, "goog-remb", ""),
        },
    });
    let group = content.ssrc_groups.iter().find(|group| group.semantics == "FID" && group.ssrcs.len() == 2);
    let mut extensions = media::Extensions::default();
    for extension in &content.extensions {
        extensions.set(&extension.uri, extension.id);
    }
    Stream {
        kind: content.kind,
        ssrc: content.ssrc,
        rtx_ssrc: group.map(|group| group.ssrcs[1]),
        codecs: codecs.collect(),
        extensions,
    }
}
