//! How the channels of Opus lie in its packets: `OpusHead` of OGG (RFC 7845) and `dOps` of MP4 say the same, in other orders of bytes.

use super::Fault;
use super::cursor::Cursor;

/// A part has no more.
pub const MAX_CHANNELS: usize = 8;
/// A channel of the mapping that nothing is in.
const SILENT: u8 = 255;

/// The streams of a packet, and where the channels are in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    channels: u8,
    streams: u8,
    /// So many of them, the first ones, are of two channels.
    coupled: u8,
    mapping: [u8; MAX_CHANNELS],
    /// Samples at 48 kHz at the begin that are not to be heard.
    pub pre_skip: u32,
    /// In 1/256 dB.
    pub gain: i16,
}

impl Layout {
    /// What follows `OpusHead`.
    pub fn of_ogg(bytes: &[u8]) -> Result<Layout, Fault> {
        let mut at = Cursor(bytes);
        // Other major versions are other formats.
        if at.u8()? > 15 {
            return Err(Fault::Codec);
        }
        let channels = at.u8()?;
        let pre_skip = at.le16()?;
        let _rate = at.le32()?;
        let gain = at.le16()?.cast_signed();
        Layout::mapped(at, channels, pre_skip, gain)
    }

    /// The body of `dOps`.
    pub fn of_mp4(bytes: &[u8]) -> Result<Layout, Fault> {
        let mut at = Cursor(bytes);
        if at.u8()? != 0 {
            return Err(Fault::Codec);
        }
        let channels = at.u8()?;
        let pre_skip = at.be16()?;
        let _rate = at.be32()?;
        let gain = at.be16()?.cast_signed();
        Layout::mapped(at, channels, pre_skip, gain)
    }

    fn mapped(mut at: Cursor<'_>, channels: u8, pre_skip: u16, gain: i16) -> Result<Layout, Fault> {
        let (family, count) = (at.u8()?, usize::from(channels));
        let mut mapping = [SILENT; MAX_CHANNELS];
        let (streams, coupled) = match family {
            0 if (1..=2).contains(&channels) => {
                mapping[..2].copy_from_slice(&[0, 1]);
                (1, channels - 1)
            }
            1 | 255 if (1..=MAX_CHANNELS).contains(&count) => {
                let (streams, coupled) = (at.u8()?, at.u8()?);
                mapping[..count].copy_from_slice(at.bytes(count)?);
                (streams, coupled)
            }
            0 | 1 | 255 => return Err(Fault::Channels),
            // Ambisonics and what may come.
            _ => return Err(Fault::Codec),
        };
        let inside = u16::from(streams) + u16::from(coupled);
        let is_inside = |index: &u8| *index == SILENT || u16::from(*index) < inside;
        // Streams that no channel is of are in nobody's interest.
        if streams == 0 || coupled > streams || usize::from(streams) > count || !mapping[..count].iter().all(is_inside)
        {
            return Err(Fault::Channels);
        }
        Ok(Layout { channels, streams, coupled, mapping, pre_skip: pre_skip.into(), gain })
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn channels(&self) -> usize {
        self.channels.into()
    }

    pub fn streams(&self) -> usize {
        self.streams.into()
    }

    /// How many channels a stream has.
    pub fn channels_of(&self, stream: usize) -> usize {
        if stream < usize::from(self.coupled) { 2 } else { 1 }
    }

    /// In which stream a channel is, and as which of its channels. `None`: it is silent.
    pub fn place(&self, channel: usize) -> Option<(usize, usize)> {
        let index = *self.mapping.get(channel)?;
        let (index, coupled) = ((index != SILENT).then_some(usize::from(index))?, usize::from(self.coupled));
        Some(if index < 2 * coupled { (index / 2, index % 2) } else { (index - coupled, 0) })
    }
}

/// The packets of the streams that a packet of several is made of (RFC 6716, appendix B), each as if it were alone.
pub fn split(packet: &[u8], streams: usize) -> Result<Vec<Vec<u8>>, Fault> {
    let mut at = Cursor(packet);
    let mut packets = Vec::with_capacity(streams.min(MAX_CHANNELS));
    for _ in 1..streams {
        packets.push(delimited(&mut at)?);
    }
    // The last is as any other packet.
    packets.push(at.0.to_vec());
    Ok(packets)
}

/// Lengths of frames, as they were written.
fn length(at: &mut Cursor<'_>) -> Result<(usize, usize), Fault> {
    let first = usize::from(at.u8()?);
    if first < 252 {
        return Ok((first, 1));
    }
    Ok((usize::from(at.u8()?) * 4 + first, 2))
}

/// A packet that says itself how long its last frame is, without that.
fn delimited(at: &mut Cursor<'_>) -> Result<Vec<u8>, Fault> {
    let toc = at.u8()?;
    let mut packet = vec![toc];
    let body = match toc & 3 {
        0 => length(at)?.0,
        1 => 2 * length(at)?.0,
        2 => {
            let before = at.0;
            let (first, used) = length(at)?;
            packet.extend_from_slice(&before[..used]);
            first + length(at)?.0
        }
        _ => {
            let count = at.u8()?;
            packet.push(count);
            let mut padding = 0;
            if count & 0x40 != 0 {
                loop {
                    let more = at.u8()?;
                    packet.push(more);
                    padding += usize::from(more) - usize::from(more == 255);
                    if more != 255 {
                        break;
                    }
                }
            }
            let frames = usize::from(count & 63);
            if frames == 0 {
                return Err(Fault::Foreign);
            }
            let mut body = 0;
            if count & 0x80 != 0 {
                for _ in 1..frames {
                    let before = at.0;
                    let (size, used) = length(at)?;
                    packet.extend_from_slice(&before[..used]);
                    body += size;
                }
                body += length(at)?.0;
            } else {
                body = frames * length(at)?.0;
            }
            body + padding
        }
    };
    packet.extend_from_slice(at.bytes(body)?);
    Ok(packet)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ogg(channels: u8, tail: &[u8]) -> Result<Layout, Fault> {
        let head = [&[1, channels, 0x38, 1, 0x80, 0xbb, 0, 0, 0, 1][..], tail].concat();
        let mp4 = [&[0, channels, 1, 0x38, 0, 0, 0xbb, 0x80, 1, 0][..], tail].concat();
        let layout = Layout::of_ogg(&head);
        assert_eq!(layout, Layout::of_mp4(&mp4), "both say the same");
        for short in 0..head.len() {
            assert_eq!(Layout::of_ogg(&head[..short]).and(layout).err(), Some(Fault::Cut).or(layout.err()));
        }
        layout
    }

    #[test]
    fn channels_are_found_where_the_head_says() {
        let layout = ogg(2, &[0]).unwrap();
        assert_eq!((layout.pre_skip, layout.gain, layout.streams(), layout.channels()), (312, 256, 1, 2));
        assert_eq!([0, 1, 2].map(|at| layout.place(at)), [Some((0, 0)), Some((0, 1)), None]);
        assert_eq!(ogg(1, &[0]).unwrap().channels_of(0), 1);
        // 5.1 as libopus packs it: two pairs and two alone.
        let layout = ogg(6, &[1, 4, 2, 0, 4, 1, 2, 3, 5]).unwrap();
        assert_eq!([0, 1, 2, 3].map(|at| layout.channels_of(at)), [2, 2, 1, 1]);
        let places = [(0, 0), (2, 0), (0, 1), (1, 0), (1, 1), (3, 0)];
        assert_eq!([0, 1, 2, 3, 4, 5].map(|at| layout.place(at)), places.map(Some));
        let layout = ogg(3, &[255, 3, 0, 2, 255, 0]).unwrap();
        assert_eq!([0, 1, 2].map(|at| layout.place(at)), [Some((2, 0)), None, Some((0, 0))]);
    }

    #[test]
    fn a_head_that_cannot_be_is_refused() {
        for (channels, tail, fault) in [
            (0, &[0][..], Fault::Channels),
            (3, &[0], Fault::Channels),
            (255, &[255, 255, 0], Fault::Channels),
            (9, &[1, 9, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], Fault::Channels),
            (2, &[255, 0, 0, 0, 1], Fault::Channels),
            (2, &[255, 1, 2, 0, 1], Fault::Channels),
            (2, &[255, 2, 0, 0, 2], Fault::Channels),
            (2, &[255, 200, 200, 0, 1], Fault::Channels),
            (4, &[2, 4, 0, 0, 1, 2, 3], Fault::Codec),
        ] {
            let head = [&[1, channels, 0, 0, 0, 0, 0, 0, 0, 0][..], tail].concat();
            assert_eq!(Layout::of_ogg(&head), Err(fault), "{channels} {tail:?}");
        }
        assert_eq!(Layout::of_ogg(&[16, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Err(Fault::Codec));
    }

    #[test]
    fn packets_of_several_streams_come_apart_in_every_code() {
        let last = [9 << 3, 7, 7, 7];
        for (joined, alone) in [
            (&[0x78, 2, 1, 2][..], &[0x78, 1, 2][..]),
            (&[0x79, 2, 1, 2, 3, 4], &[0x79, 1, 2, 3, 4]),
            (&[0x7a, 1, 2, 9, 8, 7], &[0x7a, 1, 9, 8, 7]),
            // Three of the same length; two of different ones with padding.
            (&[0x7b, 3, 1, 4, 5, 6], &[0x7b, 3, 4, 5, 6]),
            (&[0x7b, 0xc2, 2, 1, 2, 4, 5, 6, 0, 0], &[0x7b, 0xc2, 2, 1, 4, 5, 6, 0, 0]),
        ] {
            let whole = [joined, &last].concat();
            assert_eq!(split(&whole, 2).unwrap(), [alone.to_vec(), last.to_vec()], "{joined:?}");
            for short in 0..joined.len() {
                assert_eq!(split(&whole[..short], 2), Err(Fault::Cut), "{joined:?} {short}");
            }
        }
        let long = [&[0x78, 252, 12][..], &[5; 300], &last].concat();
        assert_eq!(split(&long, 2).unwrap()[0].len(), 301);
        let padded = [&[0x7b, 0x41, 255, 3, 1][..], &[5; 1 + 254 + 3], &last].concat();
        assert_eq!(split(&padded, 2).unwrap()[0].len(), 4 + 1 + 254 + 3);
        assert_eq!(split(&[0x7b, 0, 0], 2), Err(Fault::Foreign));
        assert_eq!(split(&last, 1).unwrap(), [last.to_vec()]);
    }
}
