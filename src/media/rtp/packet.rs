//! RTP packets (RFC 3550) and their header extensions (RFC 8285).

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

    /// The data of a header extension.
    pub fn extension(&self, wanted: u8) -> Option<&'a [u8]> {
        let mut rest = self.extensions;
        let two_bytes = match self.profile {
            ONE_BYTE => false,
            profile if profile & 0xfff0 == TWO_BYTES => true,
            _ => return None,
        };
        while let Some((&head, after)) = rest.split_first() {
            if head == 0 {
                rest = after;
                continue;
            }
            let (id, size, after) = if two_bytes {
                let (&size, after) = after.split_first()?;
                (head, usize::from(size), after)
            } else if head >> 4 == 15 {
                return None;
            } else {
                (head >> 4, usize::from(head & 15) + 1, after)
            };
            let data = after.get(..size)?;
            if id == wanted {
                return Some(data);
            }
            rest = &after[size..];
        }
        None
    }

    pub fn extension_u16(&self, wanted: u8) -> Option<u16> {
        Some(u16::from_be_bytes(self.extension(wanted)?.get(..2)?.try_into().ok()?))
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

/// Up to three one-byte extensions: id and data.
pub type Extension = Option<(u8, [u8; 3], usize)>;

impl Header {
    /// The packet, with `room` more bytes reserved for what protection adds.
    pub fn write(&self, extensions: &[Extension], parts: &[&[u8]], room: usize) -> Vec<u8> {
        let size: usize = extensions.iter().flatten().map(|(_, _, size)| 1 + size).sum();
        let words = size.div_ceil(4);
        let payload: usize = parts.iter().map(|part| part.len()).sum();
        let mut packet = Vec::with_capacity(16 + 4 * words + payload + room);
        packet.push(0x80 | if size > 0 { 0x10 } else { 0 });
        packet.push(u8::from(self.marker) << 7 | self.payload_type);
        packet.extend_from_slice(&self.sequence.to_be_bytes());
        packet.extend_from_slice(&self.timestamp.to_be_bytes());
        packet.extend_from_slice(&self.ssrc.to_be_bytes());
        if size > 0 {
            packet.extend_from_slice(&ONE_BYTE.to_be_bytes());
            packet.extend_from_slice(&(words as u16).to_be_bytes());
            for (id, data, size) in extensions.iter().flatten() {
                packet.push(id << 4 | (*size as u8 - 1));
                packet.extend_from_slice(&data[..*size]);
            }
            packet.resize(16 + 4 * words, 0);
        }
        parts.iter().for_each(|part| packet.extend_from_slice(part));
        packet
    }
}

/// For `tests/fuzz`: every extension is asked for.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    if let Some(packet) = Packet::parse(data) {
        assert!(packet.payload.len() <= data.len() - 12);
        (0..=255).for_each(|id| assert!(packet.extension(id).is_none_or(|e| e.len() < data.len())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header =
        Header { marker: true, payload_type: 111, sequence: 7, timestamp: 0x0102_0304, ssrc: 0xdead_beef };

    #[test]
    fn what_is_written_is_what_is_read() {
        let extensions = [Some((2, [1, 2, 3], 3)), None, Some((13, [9, 0, 0], 1))];
        let bytes = HEADER.write(&extensions, &[b"so", b"und"], 10);
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!((packet.marker, packet.payload_type, packet.sequence), (true, 111, 7));
        assert_eq!((packet.timestamp, packet.ssrc, packet.payload), (0x0102_0304, 0xdead_beef, &b"sound"[..]));
        assert_eq!(packet.extension(2), Some(&[1, 2, 3][..]));
        assert_eq!(packet.extension(13), Some(&[9][..]));
        assert_eq!(packet.extension(3), None);
        let plain = HEADER.write(&[None], &[b"x"], 0);
        assert_eq!((plain.len(), Packet::parse(&plain).unwrap().extension(2)), (13, None));
    }

    #[test]
    fn two_byte_extensions_are_read_too() {
        let mut bytes = vec![0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0x10, 0x00, 0, 2];
        bytes.extend_from_slice(&[0, 3, 2, 0xab, 0xcd, 9, 0, 0, 5]);
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!((packet.extension_u16(3), packet.extension(9)), (Some(0xabcd), Some(&[][..])));
        assert_eq!(packet.payload, [5]);
    }

    #[test]
    fn padding_is_taken_off_and_must_fit() {
        let mut bytes = HEADER.write(&[], &[b"ab", &[0, 0, 3]], 0);
        bytes[0] |= 0x20;
        assert_eq!(Packet::parse(&bytes).unwrap().payload, b"ab");
        for (wrong, ok) in [(0, false), (5, true), (6, false), (255, false)] {
            *bytes.last_mut().unwrap() = wrong;
            assert_eq!(Packet::parse(&bytes).is_some(), ok, "{wrong}");
        }
        let mut empty = HEADER.write(&[], &[], 0);
        empty[0] |= 0x20;
        assert_eq!(Packet::parse(&empty), None);
    }

    #[test]
    fn short_and_strange_packets_are_no_packets() {
        let whole = HEADER.write(&[Some((2, [1, 2, 3], 3))], &[b"x"], 0);
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
