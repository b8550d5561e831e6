//! RTP packets (RFC 3550) and their header extensions (RFC 8285).

use super::extension::{ExtensionKind, ExtensionValues, Extensions};

/// One byte per element head.
const ONE_BYTE: u16 = 0xbede;
const TWO_BYTES: u16 = 0x1000;

/// A view of one packet, lengths checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    pub marker: bool,
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    profile: u16,
    extensions: &'a [u8],
    /// Without the padding; empty for a probe.
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    pub fn parse(bytes: &'a [u8]) -> Option<Packet<'a>> {
        let header = crate::media::srtp::header_size(bytes)?;
        let sources = 12 + 4 * usize::from(bytes[0] & 15);
        let (profile, extensions) = if bytes[0] & 0x10 != 0 {
            (u16::from_be_bytes([bytes[sources], bytes[sources + 1]]), &bytes[sources + 4..header])
        } else {
            (0, &[][..])
        };
        let mut payload = &bytes[header..];
        if bytes[0] & 0x20 != 0 {
            let padding = usize::from(*payload.last()?);
            if padding == 0 {
                return None;
            }
            payload = payload.get(..payload.len().checked_sub(padding)?)?;
        }
        Some(Packet {
            marker: bytes[1] & 0x80 != 0,
            payload_type: bytes[1] & 0x7f,
            sequence: u16::from_be_bytes([bytes[2], bytes[3]]),
            timestamp: u32::from_be_bytes(bytes[4..8].try_into().ok()?),
            ssrc: u32::from_be_bytes(bytes[8..12].try_into().ok()?),
            profile,
            extensions,
            payload,
        })
    }

    /// The ids and data of the header extensions, as far as they can be read.
    pub fn extensions(&self) -> impl Iterator<Item = (u8, &'a [u8])> {
        let two_bytes = self.profile & 0xfff0 == TWO_BYTES;
        let mut rest = if two_bytes || self.profile == ONE_BYTE { self.extensions } else { &[] };
        core::iter::from_fn(move || {
            while let Some((0, after)) = rest.split_first() {
                rest = after;
            }
            let (&head, after) = rest.split_first()?;
            let (id, size, after) = if two_bytes {
                let (&size, after) = after.split_first()?;
                (head, usize::from(size), after)
            } else if head >> 4 == 15 {
                return None;
            } else {
                (head >> 4, usize::from(head & 15) + 1, after)
            };
            let data;
            (data, rest) = after.split_at_checked(size)?;
            Some((id, data))
        })
    }
}

/// What stands in front of a payload.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    pub marker: bool,
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
}

impl Header {
    /// The packet, as tests want it.
    #[cfg(test)]
    pub fn write(&self, ids: &Extensions, values: &ExtensionValues, parts: &[&[u8]], room: usize) -> Vec<u8> {
        let mut packet = Vec::new();
        self.write_to(&mut packet, ids, values, parts, room);
        packet
    }

    /// Writes a packet into a buffer that may have been used before, with `room` more bytes reserved for what protection adds.
    /// Extensions without an id are left out.
    pub fn write_to(
        &self,
        packet: &mut Vec<u8>,
        ids: &Extensions,
        values: &ExtensionValues,
        parts: &[&[u8]],
        room: usize,
    ) {
        // Four bytes at most of each extension, behind two words: written whole, and cut where the next one begins.
        let mut head = [0; 16 + 4 * ExtensionKind::ALL.len()];
        let mut end = 16;
        for (id, [first, second, third], size) in values.encoded(ids) {
            head[end..end + 4].copy_from_slice(&[id << 4 | (size as u8 - 1), first, second, third]);
            end += 1 + size;
        }
        let words = (end - 16).div_ceil(4);
        head[end..].fill(0);
        head[0] = 0x80 | if words > 0 { 0x10 } else { 0 };
        head[1] = u8::from(self.marker) << 7 | self.payload_type;
        head[2..4].copy_from_slice(&self.sequence.to_be_bytes());
        head[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        head[8..12].copy_from_slice(&self.ssrc.to_be_bytes());
        head[12..14].copy_from_slice(&ONE_BYTE.to_be_bytes());
        head[14..16].copy_from_slice(&(words as u16).to_be_bytes());
        let head = if words > 0 { &head[..16 + 4 * words] } else { &head[..12] };
        let payload: usize = parts.iter().map(|part| part.len()).sum();
        packet.clear();
        packet.reserve(head.len() + payload + room);
        packet.extend_from_slice(head);
        parts.iter().for_each(|part| packet.extend_from_slice(part));
    }
}

/// For `tests/fuzz`: every extension is asked for.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    if let Some(packet) = Packet::parse(data) {
        assert!(packet.payload.len() <= data.len() - 12);
        packet.extensions().for_each(|(_, extension)| assert!(extension.len() < data.len()));
        assert!(packet.extensions().count() < data.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::rtp::extension::{Extension, ExtensionKind};
    use crate::transform::Level;

    const HEADER: Header =
        Header { marker: true, payload_type: 111, sequence: 7, timestamp: 0x0102_0304, ssrc: 0xdead_beef };

    fn ids() -> Extensions {
        Extensions::of(&[(ExtensionKind::AbsSendTime, 2), (ExtensionKind::VideoOrientation, 13)])
    }

    fn values(list: &[Extension]) -> ExtensionValues {
        list.iter().copied().collect()
    }

    fn plain(parts: &[&[u8]]) -> Vec<u8> {
        HEADER.write(&Extensions::default(), &ExtensionValues::default(), parts, 0)
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let said = [Extension::AbsSendTime(0x0001_0203), Extension::VideoOrientation(9)];
        // Nobody has agreed on the number.
        let written = values(&[said[0], Extension::TransportCc(7), said[1]]);
        let bytes = HEADER.write(&ids(), &written, &[b"so", b"und"], 10);
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!((packet.marker, packet.payload_type, packet.sequence), (true, 111, 7));
        assert_eq!((packet.timestamp, packet.ssrc, packet.payload), (0x0102_0304, 0xdead_beef, &b"sound"[..]));
        assert_eq!(packet.extensions().collect::<Vec<_>>(), [(2, &[1, 2, 3][..]), (13, &[9])]);
        assert_eq!(ExtensionValues::read(&packet, &ids()), values(&said));
        let bytes = plain(&[b"x"]);
        assert_eq!((bytes.len(), Packet::parse(&bytes).unwrap().extensions().count()), (13, 0));
    }

    #[test]
    fn two_byte_extensions_are_read_too() {
        let mut bytes = vec![0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0x10, 0x00, 0, 2];
        bytes.extend_from_slice(&[0, 3, 2, 0xab, 0xcd, 9, 0, 0, 5]);
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!(packet.extensions().collect::<Vec<_>>(), [(3, &[0xab, 0xcd][..]), (9, &[])]);
        // One is whole, the other has no byte of its data.
        let ids = Extensions::of(&[(ExtensionKind::TransportCc, 3), (ExtensionKind::AudioLevel, 9)]);
        assert_eq!(ExtensionValues::read(&packet, &ids), values(&[Extension::TransportCc(0xabcd)]));
        assert_eq!(packet.payload, [5]);
    }

    #[test]
    fn the_sound_level_is_read_when_it_was_agreed_on() {
        // As libwebrtc writes it: id 1, one byte, speech at 23 dB below full scale.
        let mut bytes = vec![0x90, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xbe, 0xde, 0, 1, 0x10, 0x80 | 23, 0, 0, 5];
        let ids = Extensions::of(&[(ExtensionKind::AudioLevel, 1)]);
        fn level(bytes: &[u8], ids: &Extensions) -> Option<Extension> {
            ExtensionValues::read(&Packet::parse(bytes).unwrap(), ids).get(ExtensionKind::AudioLevel)
        }
        let loud = Extension::AudioLevel(Level { speech: true, below_full: 23 });
        assert_eq!(level(&bytes, &ids), Some(loud));
        assert_eq!(level(&bytes, &Extensions::default()), None);
        assert_eq!(level(&HEADER.write(&ids, &values(&[loud]), &[b"x"], 0), &ids), Some(loud));
        // Twice: the first counts.
        bytes[18..20].copy_from_slice(&[0x10, 99]);
        assert_eq!(level(&bytes, &ids), Some(loud));
    }

    #[test]
    fn only_known_extensions_with_an_id_of_the_short_form_are_taken() {
        let mut ids = Extensions::default();
        for kind in ExtensionKind::ALL {
            assert!(!ids.set(kind.uri(), 0) && !ids.set(kind.uri(), 15) && ids.id(kind).is_none());
            let id = 14 - kind as u8;
            assert!(ids.set(kind.uri(), id) && ids.id(kind) == Some(id));
            // One id means one thing.
            assert!(ExtensionKind::ALL.into_iter().all(|other| !ids.set(other.uri(), id)));
        }
        assert!(!ids.set("urn:ietf:params:rtp-hdrext:toffset", 3));
    }

    #[test]
    fn padding_is_taken_off_and_must_fit() {
        let mut bytes = plain(&[b"ab", &[0, 0, 3]]);
        bytes[0] |= 0x20;
        assert_eq!(Packet::parse(&bytes).unwrap().payload, b"ab");
        for (wrong, ok) in [(0, false), (5, true), (6, false), (255, false)] {
            *bytes.last_mut().unwrap() = wrong;
            assert_eq!(Packet::parse(&bytes).is_some(), ok, "{wrong}");
        }
        let mut empty = plain(&[]);
        empty[0] |= 0x20;
        assert_eq!(Packet::parse(&empty), None);
    }

    #[test]
    fn short_and_strange_packets_are_no_packets() {
        let whole = HEADER.write(&ids(), &values(&[Extension::AbsSendTime(5)]), &[b"x"], 0);
        for size in 0..20 {
            assert_eq!(Packet::parse(&whole[..size]), None, "cut to {size}");
        }
        let mut sources = whole.clone();
        sources[0] |= 15;
        assert_eq!(Packet::parse(&sources), None);
        let mut version = whole.clone();
        version[0] &= 0x3f;
        assert_eq!(Packet::parse(&version), None);
    }
}
