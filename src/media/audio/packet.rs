//! How long an Opus packet sounds (RFC 6716 section 3.1), and how packets lie in a ring of bytes.

use rtrb::{Consumer, Producer};

/// The longest packet that RFC 6716 allows: 120 ms.
pub const MAX_DURATION: u32 = 5760;
/// The longest that is taken. A peer's fits into one datagram.
pub const MAX_PACKET: usize = 1275;

/// The samples at 48 kHz that a packet stands for; `None` if it is no Opus packet, or longer than those that come alone.
pub fn duration(packet: &[u8]) -> Option<u32> {
    span(packet).filter(|_| packet.len() <= MAX_PACKET)
}

/// The same of a packet of any length, also of one of several streams: in all of them it is the same time.
pub fn span(packet: &[u8]) -> Option<u32> {
    let first = *packet.first()?;
    let frame = match first >> 3 {
        config @ 0..=11 => [480, 960, 1920, 2880][usize::from(config & 3)],
        config @ 12..=15 => [480, 960][usize::from(config & 1)],
        config => [120, 240, 480, 960][usize::from(config & 3)],
    };
    let frames = match first & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(*packet.get(1)? & 63),
    };
    Some(frame * frames).filter(|samples| (1..=MAX_DURATION).contains(samples))
}

/// Whether a packet says again, more coarsely, what was in the one before it: SILK's LBRR (RFC 6716 section 4.2.4). CELT has
/// nothing of the kind.
pub fn has_fec(packet: &[u8]) -> bool {
    let Some(&first) = packet.first() else { return false };
    if first >> 3 >= 16 {
        return false;
    }
    // SILK's frames are of up to 20 ms, with a flag of their own each before the one that is looked for.
    let flags = match first >> 3 {
        config @ 0..=11 => [1, 1, 2, 3][usize::from(config & 3)],
        _ => 1,
    };
    // Mono says it for itself; in stereo the middle comes first and the sides after it.
    let middle = 0x80u8 >> flags;
    let wanted = if first & 4 == 0 { middle } else { middle | 0x80 >> (2 * flags + 1) };
    first_frame(packet).is_some_and(|frame| frame & wanted != 0)
}

/// The first byte of the first frame of a packet (RFC 6716 section 3.2).
fn first_frame(packet: &[u8]) -> Option<u8> {
    let (first, rest) = packet.split_first()?;
    let after_size = |at: usize| Some(at + if *rest.get(at)? >= 252 { 2 } else { 1 });
    let at = match first & 3 {
        0 | 1 => 0,
        2 => after_size(0)?,
        _ => {
            let count = *rest.first()?;
            let mut at = 1;
            if count & 0x40 != 0 {
                while *rest.get(at)? == 255 {
                    at += 1;
                }
                at += 1;
            }
            let sizes = if count & 0x80 != 0 { (count & 63).saturating_sub(1) } else { 0 };
            for _ in 0..sizes {
                at = after_size(at)?;
            }
            at
        }
    };
    rest.get(at).copied()
}

/// What stands before a packet in a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The sender's numbering, continued beyond 16 bits.
    pub sequence: u32,
    /// In samples at 48 kHz.
    pub timestamp: u32,
    pub size: u16,
}

impl Header {
    /// Of a packet without sound: whose those are that follow.
    pub fn key(&self) -> Option<u64> {
        (self.size == 0).then_some(u64::from(self.sequence) << 32 | u64::from(self.timestamp))
    }
}

const HEADER: usize = 10;

/// Puts a packet into a ring, whole or not at all.
#[must_use]
pub fn write(ring: &mut Producer<u8>, sequence: u32, timestamp: u32, packet: &[u8]) -> bool {
    let Ok(size) = u16::try_from(packet.len()) else { return false };
    let Ok(mut chunk) = ring.write_chunk(HEADER + packet.len()) else { return false };
    let mut header = [0; HEADER];
    header[..4].copy_from_slice(&sequence.to_be_bytes());
    header[4..8].copy_from_slice(&timestamp.to_be_bytes());
    header[8..].copy_from_slice(&size.to_be_bytes());
    let (first, second) = chunk.as_mut_slices();
    let (mut first, mut second) = (first, second);
    for bytes in [&header[..], packet] {
        let (now, later) = bytes.split_at(bytes.len().min(first.len()));
        put(&mut first, now);
        put(&mut second, later);
    }
    chunk.commit_all();
    true
}

/// Writes to the front of the room, of which the rest is left.
fn put(room: &mut &mut [u8], bytes: &[u8]) {
    let (front, rest) = core::mem::take(room).split_at_mut(bytes.len());
    front.copy_from_slice(bytes);
    *room = rest;
}

/// The header of the next packet, which stays.
pub fn peek(ring: &mut Consumer<u8>) -> Option<Header> {
    let chunk = ring.read_chunk(HEADER).ok()?;
    let (first, second) = chunk.as_slices();
    let mut bytes = [0; HEADER];
    bytes.iter_mut().zip(first.iter().chain(second)).for_each(|(to, from)| *to = *from);
    let [s0, s1, s2, s3, t0, t1, t2, t3, z0, z1] = bytes;
    Some(Header {
        sequence: u32::from_be_bytes([s0, s1, s2, s3]),
        timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
        size: u16::from_be_bytes([z0, z1]),
    })
}

/// Takes the next packet out; `None` if there is none. `packet` has room for [`MAX_PACKET`] bytes.
pub fn read(ring: &mut Consumer<u8>, packet: &mut [u8]) -> Option<Header> {
    let header = peek(ring)?;
    let size = HEADER + usize::from(header.size);
    let chunk = ring.read_chunk(size).ok()?;
    let (first, second) = chunk.as_slices();
    // The header may end in either.
    let body = [first.get(HEADER..), second.get(HEADER.saturating_sub(first.len())..)];
    let mut room = packet;
    for bytes in body.into_iter().flatten() {
        let (now, later) = room.split_at_mut(bytes.len().min(room.len()));
        now.copy_from_slice(&bytes[..now.len()]);
        room = later;
    }
    chunk.commit(size);
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtrb::RingBuffer;

    #[test]
    fn durations_follow_the_first_byte() {
        let of = |config: u8, code: u8| duration(&[config << 3 | code, 3, 0, 0]);
        assert_eq!(of(0, 0), Some(480));
        assert_eq!(of(3, 0), Some(2880));
        assert_eq!(of(3, 1), Some(5760));
        assert_eq!(of(13, 0), Some(960));
        assert_eq!(of(16, 0), Some(120));
        assert_eq!(of(31, 2), Some(1920));
        assert_eq!(of(31, 3), Some(2880));
        assert_eq!(of(3, 3), None, "3 times 60 ms is too long");
        assert_eq!(duration(&[]), None);
        assert_eq!(duration(&[0xff]), None);
        assert_eq!(duration(&[0xff, 0]), None);
        assert_eq!(duration(&[0; MAX_PACKET + 1]), None);
    }

    #[test]
    fn a_repetition_is_announced_behind_the_flags_of_speech() {
        // 20 ms of SILK: speech, then the repetition. 60 ms: three flags of speech before it. CELT has none.
        for (packet, expected) in [
            (&[9 << 3, 0b1000_0000][..], false),
            (&[9 << 3, 0b0100_0000], true),
            (&[11 << 3, 0b1110_0000], false),
            (&[11 << 3, 0b0001_0000], true),
            (&[15 << 3, 0b0100_0000], true),
            (&[31 << 3, 0xff], false),
            // In stereo the middle has its flags first, the sides follow with theirs.
            (&[9 << 3 | 4, 0b1010_0000], false),
            (&[9 << 3 | 4, 0b0001_0000], true),
            // Two frames of different sizes; three with padding and sizes.
            (&[9 << 3 | 2, 5, 0b0100_0000], true),
            (&[9 << 3 | 2, 252, 1, 0b0100_0000], true),
            (&[9 << 3 | 3, 0xc3, 255, 1, 7, 254, 2, 0b0100_0000], true),
            (&[9 << 3 | 3, 3, 0b1000_0000], false),
            (&[9 << 3 | 3, 0xff, 255, 255], false),
            (&[9 << 3], false),
            (&[], false),
        ] {
            assert_eq!(has_fec(packet), expected, "{packet:?}");
        }
    }

    #[test]
    fn packets_come_out_of_a_ring_as_they_went_in() {
        let (mut to, mut from) = RingBuffer::new(64);
        let mut packet = [0; MAX_PACKET];
        for round in 0..50u32 {
            let size = (round as usize * 7) % 40;
            assert!(write(&mut to, round, round * 960, &vec![round as u8; size]));
            let header = read(&mut from, &mut packet).unwrap();
            let expected = Header { sequence: round, timestamp: round * 960, size: size as u16 };
            assert_eq!((header, &packet[..size]), (expected, &vec![round as u8; size][..]));
        }
        assert!(!write(&mut to, 0, 0, &[0; 60]), "it does not fit, and nothing is taken");
        assert_eq!(read(&mut from, &mut packet), None);
    }
}
