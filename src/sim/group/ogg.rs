//! The sound of a stream's part as Telegram's servers pack it (`stream.md` 4): Opus of several channels, each a voice, in OGG.

use std::collections::BTreeMap;

/// Samples at 48 kHz that an encoder is ahead of what comes out of its decoder.
pub const PRE_SKIP: u16 = 312;
const BEGINS: u8 = 2;
const ENDS: u8 = 4;
/// Entries of a page's table, of which a packet takes one for each 255 bytes, and one.
const TABLE: usize = 255;

/// A whole file: for each channel its packets of 20 ms, one frame each; so many samples of them are to be heard. `comments`: KEY=value.
pub fn file(channels: &[Vec<Vec<u8>>], samples: u64, comments: &[String]) -> Vec<u8> {
    let count = channels.len() as u8;
    let mut head = b"OpusHead\x01".to_vec();
    head.push(count);
    head.extend_from_slice(&PRE_SKIP.to_le_bytes());
    head.extend_from_slice(&48_000u32.to_le_bytes());
    head.extend_from_slice(&[0, 0]);
    if count > 1 {
        // Family 255: each channel is a stream, and none is a loudspeaker's.
        head.extend_from_slice(&[255, count, 0]);
        head.extend(0..count);
    } else {
        head.push(0);
    }
    let mut tags = b"OpusTags".to_vec();
    let mut text = |text: &str| {
        tags.extend_from_slice(&(text.len() as u32).to_le_bytes());
        tags.extend_from_slice(text.as_bytes());
    };
    text("tgcall-sim");
    tags.extend_from_slice(&(comments.len() as u32).to_le_bytes());
    for comment in comments {
        tags.extend_from_slice(&(comment.len() as u32).to_le_bytes());
        tags.extend_from_slice(comment.as_bytes());
    }
    let frames = channels.iter().map(Vec::len).min().unwrap_or(0);
    let packets: Vec<Vec<u8>> = (0..frames).map(|at| joined(channels, at)).collect();
    let mut pages = Pages::default();
    pages.add(&[head], BEGINS, 0);
    pages.add(&[tags], 0, 0);
    let mut at = 0;
    while at < packets.len() {
        let mut room = TABLE;
        let fits = packets[at..].iter().take_while(|packet| {
            let entries = packet.len() / 255 + 1;
            let fits = entries <= room;
            room = room.saturating_sub(entries);
            fits
        });
        let page = &packets[at..at + fits.count().max(1)];
        at += page.len();
        let is_last = at == packets.len();
        let granule = if is_last { samples + u64::from(PRE_SKIP) } else { at as u64 * 960 };
        pages.add(page, if is_last { ENDS } else { 0 }, granule);
    }
    pages.bytes
}

/// One packet of all channels: of all but the last with its length in it (RFC 6716, appendix B).
fn joined(channels: &[Vec<Vec<u8>>], at: usize) -> Vec<u8> {
    let mut packet = Vec::new();
    for (channel, packets) in channels.iter().enumerate() {
        let (toc, frame) = packets[at].split_first().map_or((0, &[][..]), |(toc, frame)| (*toc, frame));
        packet.push(toc);
        if channel + 1 < channels.len() {
            let size = frame.len();
            if size < 252 {
                packet.push(size as u8);
            } else {
                let low = 252 + (size & 3);
                packet.extend_from_slice(&[low as u8, ((size - low) / 4) as u8]);
            }
        }
        packet.extend_from_slice(frame);
    }
    packet
}

#[derive(Default)]
struct Pages {
    bytes: Vec<u8>,
    number: u32,
}

impl Pages {
    fn add(&mut self, packets: &[Vec<u8>], flags: u8, granule: u64) {
        let mut lacing = Vec::new();
        for packet in packets {
            lacing.resize(lacing.len() + packet.len() / 255, 255);
            lacing.push((packet.len() % 255) as u8);
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(b"OggS\0");
        self.bytes.push(flags);
        self.bytes.extend_from_slice(&granule.to_le_bytes());
        self.bytes.extend_from_slice(&1u32.to_le_bytes());
        self.bytes.extend_from_slice(&self.number.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.push(lacing.len().min(255) as u8);
        self.bytes.extend_from_slice(&lacing);
        packets.iter().for_each(|packet| self.bytes.extend_from_slice(packet));
        let sum = crc(&self.bytes[start..]);
        self.bytes[start + 22..start + 26].copy_from_slice(&sum.to_le_bytes());
        self.number += 1;
    }
}

/// OGG's: not reflected, and begun with 0.
fn crc(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| {
        let step = |sum: u32, _| if sum & 0x8000_0000 != 0 { sum << 1 ^ 0x04c1_1db7 } else { sum << 1 };
        (0..8).fold(sum ^ u32::from(*byte) << 24, step)
    })
}

/// `TG_META`: whose voice each channel is, from the part's first frame on.
pub fn meta(sources: &BTreeMap<usize, i32>) -> String {
    let count = sources.len() as i32;
    let entries = sources.iter().flat_map(|(channel, source)| [0, *channel as i32, *source]);
    let bytes: Vec<u8> = [count, count].into_iter().chain(entries).flat_map(i32::to_le_bytes).collect();
    format!("TG_META={}", base64(&bytes))
}

/// `ACTIVE_MASK` and `ENDPOINTS`: the pictures that there are, by their channels.
pub fn pictures(endpoints: &BTreeMap<u32, String>) -> [String; 2] {
    let mask = endpoints.keys().fold(0u32, |mask, channel| mask | 1 << channel);
    let names: Vec<&str> = endpoints.values().map(String::as_str).collect();
    [format!("ACTIVE_MASK={mask}"), format!("ENDPOINTS={}", names.join(" "))]
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() { letter.into() } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_and_the_sum_are_those_of_others() {
        for (bytes, text) in
            [(&b""[..], ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes), text);
        }
        // CRC-32/MPEG-2 of the check string is 0x0376e6e7; begun with 0 and not with ones it is CRC-32/CKSUM's register, before it is
        // turned round.
        assert_eq!(crc(b"123456789"), 0x89a1_897f);
    }

    #[test]
    fn channels_are_packed_with_their_lengths_but_the_last() {
        let channels = [vec![vec![0x78, 1, 2]], vec![vec![0x78; 300]], vec![vec![0x78, 9]]];
        let packet = joined(&channels, 0);
        assert_eq!(&packet[..4], [0x78, 2, 1, 2]);
        // 299 is 255, and 11 times 4.
        assert_eq!(&packet[4..7], [0x78, 255, 11]);
        assert_eq!((packet.len(), &packet[packet.len() - 2..]), (4 + 3 + 299 + 2, &[0x78, 9][..]));
    }
}
