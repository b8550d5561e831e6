//! RTP header extensions (RFC 8285): which there are, their numbers in one direction, and what they say.

use super::packet::Packet;
use crate::transform::Level;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtensionKind {
    AbsSendTime,
    TransportCc,
    VideoOrientation,
    AudioLevel,
}

impl ExtensionKind {
    /// In the order in which they are written.
    pub const ALL: [ExtensionKind; 4] = [
        ExtensionKind::AbsSendTime,
        ExtensionKind::TransportCc,
        ExtensionKind::VideoOrientation,
        ExtensionKind::AudioLevel,
    ];

    pub fn uri(self) -> &'static str {
        match self {
            ExtensionKind::AbsSendTime => "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            ExtensionKind::TransportCc => "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
            ExtensionKind::VideoOrientation => "urn:3gpp:video-orientation",
            ExtensionKind::AudioLevel => "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        }
    }
}

/// The ids of the header extensions that were agreed on, 1 to 14.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    ids: [Option<u8>; ExtensionKind::ALL.len()],
}

impl Extensions {
    /// Takes the extension with this URI, if we know it and the id is one that no other has.
    pub fn set(&mut self, uri: &str, id: u8) -> bool {
        match ExtensionKind::ALL.into_iter().find(|kind| kind.uri() == uri) {
            Some(kind) if (1..=14).contains(&id) && !self.ids.contains(&Some(id)) => {
                self.ids[kind as usize] = Some(id);
                true
            }
            _ => false,
        }
    }

    /// These kinds with these ids.
    #[cfg(any(test, feature = "internals"))]
    pub fn of(list: &[(ExtensionKind, u8)]) -> Extensions {
        let mut extensions = Extensions::default();
        list.iter().for_each(|(kind, id)| assert!(extensions.set(kind.uri(), *id)));
        extensions
    }

    pub fn id(&self, kind: ExtensionKind) -> Option<u8> {
        self.ids[kind as usize]
    }
}

/// What one extension says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// 24 bits in units of 1/2^18 s, of the sender's clock.
    AbsSendTime(u32),
    /// The packet's number among all of the sender.
    TransportCc(u16),
    /// The rotation byte of 3GPP TS 26.114.
    VideoOrientation(u8),
    /// RFC 6464.
    AudioLevel(Level),
}

impl Extension {
    pub fn kind(self) -> ExtensionKind {
        match self {
            Extension::AbsSendTime(_) => ExtensionKind::AbsSendTime,
            Extension::TransportCc(_) => ExtensionKind::TransportCc,
            Extension::VideoOrientation(_) => ExtensionKind::VideoOrientation,
            Extension::AudioLevel(_) => ExtensionKind::AudioLevel,
        }
    }

    /// The data, and how many bytes of it count.
    fn encode(self) -> ([u8; 3], usize) {
        match self {
            Extension::AbsSendTime(time) => ([(time >> 16) as u8, (time >> 8) as u8, time as u8], 3),
            Extension::TransportCc(number) => ([(number >> 8) as u8, number as u8, 0], 2),
            Extension::VideoOrientation(rotation) => ([rotation, 0, 0], 1),
            Extension::AudioLevel(Level { speech, below_full }) => {
                ([u8::from(speech) << 7 | below_full.min(127), 0, 0], 1)
            }
        }
    }

    /// `None`: too short.
    fn decode(kind: ExtensionKind, data: &[u8]) -> Option<Extension> {
        let first = *data.first()?;
        Some(match kind {
            ExtensionKind::AbsSendTime => {
                Extension::AbsSendTime(u32::from_be_bytes([0, first, *data.get(1)?, *data.get(2)?]))
            }
            ExtensionKind::TransportCc => Extension::TransportCc(u16::from_be_bytes([first, *data.get(1)?])),
            ExtensionKind::VideoOrientation => Extension::VideoOrientation(first),
            ExtensionKind::AudioLevel => {
                Extension::AudioLevel(Level { speech: first & 0x80 != 0, below_full: first & 0x7f })
            }
        })
    }
}

/// What the extensions of one packet say, at most one of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExtensionValues {
    values: [Option<Extension>; ExtensionKind::ALL.len()],
}

impl ExtensionValues {
    /// What a packet carries of those that were agreed on. Of two of a kind the first counts.
    pub fn read(packet: &Packet<'_>, ids: &Extensions) -> ExtensionValues {
        let mut found = ExtensionValues::default();
        for (id, data) in packet.extensions() {
            for kind in ExtensionKind::ALL.into_iter().filter(|kind| ids.id(*kind) == Some(id)) {
                let slot = &mut found.values[kind as usize];
                *slot = slot.or_else(|| Extension::decode(kind, data));
            }
        }
        found
    }

    pub fn set(&mut self, value: Extension) {
        self.values[value.kind() as usize] = Some(value);
    }

    pub fn get(&self, kind: ExtensionKind) -> Option<Extension> {
        self.values[kind as usize]
    }

    pub fn transport_cc(&self) -> Option<u16> {
        match self.get(ExtensionKind::TransportCc) {
            Some(Extension::TransportCc(number)) => Some(number),
            _ => None,
        }
    }

    /// Of those that were agreed on: the id, the data, and how many bytes of it count.
    pub fn encoded(&self, ids: &Extensions) -> impl Iterator<Item = (u8, [u8; 3], usize)> {
        self.values.iter().flatten().filter_map(|value| {
            let (data, size) = value.encode();
            Some((ids.id(value.kind())?, data, size))
        })
    }
}

impl FromIterator<Extension> for ExtensionValues {
    fn from_iter<I: IntoIterator<Item = Extension>>(list: I) -> ExtensionValues {
        let mut values = ExtensionValues::default();
        list.into_iter().for_each(|value| values.set(value));
        values
    }
}
