//! The sound of a part of a call: Opus of several channels in OGG, and in its tags whose voice each is (`stream.md` 4).

use super::Fault;
use super::cursor::Cursor;
use super::layout::{Layout, MAX_CHANNELS};
use super::ogg::{self, Packets};
use super::program::MAX_NAME;
use crate::media::audio::packet;

/// Packets of a part, at most: a second has 400 of the shortest.
pub const MAX_PACKETS: usize = 1000;
/// Entries of whose voice a channel is.
pub const MAX_ENTRIES: usize = 1024;
/// Tags that are looked at, and the bits of a mask.
const MAX_TAGS: usize = 64;
const MAX_ENDPOINTS: usize = 32;

/// From a frame of 10 ms on a channel is the voice of whoever speaks by this source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub frame: u32,
    pub channel: usize,
    pub source: u32,
}

/// What the tags of a part say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    pub entries: Vec<Entry>,
    /// The pictures that there are: each by its channel, which counts from 0, with the name of its endpoint.
    pub pictures: Vec<(u32, String)>,
}

/// A part, taken apart.
#[derive(Debug)]
pub struct Voices {
    pub layout: Layout,
    pub tags: Tags,
    packets: Packets,
    /// Samples at 48 kHz that are to be heard, as far as the file says.
    samples: Option<u64>,
}

impl Voices {
    pub fn read(file: &[u8]) -> Result<Voices, Fault> {
        if !ogg::begins(file) {
            return Err(Fault::Foreign);
        }
        let packets = Packets::read(file, MAX_PACKETS + 2)?;
        let head = packets.get(0).and_then(|packet| packet.strip_prefix(b"OpusHead")).ok_or(Fault::Codec)?;
        let layout = Layout::of_ogg(head)?;
        let tags = packets.get(1).and_then(|packet| packet.strip_prefix(b"OpusTags")).ok_or(Fault::Missing)?;
        let tags = Tags::read(tags)?;
        let samples = samples(&packets, &layout);
        Ok(Voices { layout, tags, packets, samples })
    }

    /// One packet of all streams.
    pub fn packet(&self, at: usize) -> Option<&[u8]> {
        self.packets.get(at + 2)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.packets.len().saturating_sub(2)
    }

    /// Samples at 48 kHz that are to be heard, without those at the begin that are not. `None`: all that there are.
    pub fn samples(&self) -> Option<u64> {
        self.samples
    }
}

/// The last page says where the sound ends, which may be before its packets do (RFC 7845, section 4).
fn samples(packets: &Packets, layout: &Layout) -> Option<u64> {
    let first_page = packets.page_of(2)?;
    let of_first_page = (2..packets.len()).take_while(|at| packets.page_of(*at) == Some(first_page));
    let sounding: u64 = of_first_page.filter_map(|at| packet::span(packets.get(at)?)).map(u64::from).sum();
    let first = packets.pages().get(first_page as usize)?;
    // Cut out of something longer it does not begin with 0. A page that is the last as well may end early.
    let start = if first.is_last { 0 } else { first.granule?.saturating_sub(sounding) };
    let last = packets.pages().iter().rev().find_map(|page| page.granule)?;
    Some(last.saturating_sub(start).saturating_sub(layout.pre_skip.into()))
}

impl Tags {
    fn read(bytes: &[u8]) -> Result<Tags, Fault> {
        let mut at = Cursor(bytes);
        let vendor = at.le32()?;
        at.bytes(vendor as usize)?;
        let count = at.le32()?;
        let (mut tags, mut mask, mut endpoints) = (Tags::default(), None, Vec::new());
        for _ in 0..count.min(MAX_TAGS as u32) {
            let size = at.le32()?;
            let tag = at.bytes(size as usize)?;
            let Some(split) = tag.iter().position(|byte| *byte == b'=') else { continue };
            let (key, value) = (&tag[..split], &tag[split + 1..]);
            if key.eq_ignore_ascii_case(b"TG_META") {
                tags.entries = entries(&base64(value));
            } else if key.eq_ignore_ascii_case(b"ACTIVE_MASK") {
                mask = core::str::from_utf8(value).ok().and_then(|text| text.trim().parse::<u32>().ok());
            } else if key.eq_ignore_ascii_case(b"ENDPOINTS") {
                endpoints = names(value);
            }
        }
        let bits: Vec<u32> = mask.map_or(Vec::new(), |mask| (0..32).filter(|bit| mask >> bit & 1 != 0).collect());
        // They are told apart by their order alone.
        if bits.len() == endpoints.len() {
            tags.pictures = bits.into_iter().zip(endpoints).collect();
        }
        Ok(tags)
    }
}

fn names(value: &[u8]) -> Vec<String> {
    let all = value.split(|byte| *byte == b' ').filter(|name| !name.is_empty()).take(MAX_ENDPOINTS + 1);
    all.map(|name| String::from_utf8_lossy(&name[..name.len().min(MAX_NAME)]).into_owned()).collect()
}

/// As many as there are, whatever they are said to be.
fn entries(bytes: &[u8]) -> Vec<Entry> {
    let mut at = Cursor(bytes);
    // The number of channels is the file's own affair.
    let (Ok(_channels), Ok(count)) = (at.le32(), at.le32()) else { return Vec::new() };
    let mut entries = Vec::new();
    for _ in 0..count.min(MAX_ENTRIES as u32) {
        let (Ok(frame), Ok(channel), Ok(source)) = (at.le32(), at.le32(), at.le32()) else { break };
        if let Ok(channel) = usize::try_from(channel)
            && channel < MAX_CHANNELS
        {
            entries.push(Entry { frame, channel, source });
        }
    }
    entries
}

/// Lenient: what is no letter of it is not looked at, and how it ends is of no matter.
fn base64(text: &[u8]) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(text.len() / 4 * 3), 0u32, 0);
    for letter in text {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &[&[u8]]) -> Vec<u8> {
        let mut bytes = vec![1, 0, 0, 0, b'x'];
        bytes.extend((tags.len() as u32).to_le_bytes());
        for tag in tags {
            bytes.extend((tag.len() as u32).to_le_bytes());
            bytes.extend_from_slice(tag);
        }
        bytes
    }

    #[test]
    fn tags_say_whose_voices_and_whose_pictures_there_are() {
        // Channels 2, entries 2: (0, 0, 5) and (50, 1, -2).
        let meta = b"tg_meta=AgAAAAIAAAAAAAAAAAAAAAUAAAAyAAAAAQAAAP7/\n//8";
        let read = Tags::read(&tags(&[b"A=b", meta, b"ACTIVE_MASK=5", b"ENDPOINTS=one two"])).unwrap();
        let entry = |frame, channel, source| Entry { frame, channel, source };
        assert_eq!(read.entries, [entry(0, 0, 5), entry(50, 1, 0xffff_fffe)]);
        assert_eq!(read.pictures, [(0, "one".to_owned()), (2, "two".to_owned())]);
        let other = Tags::read(&tags(&[b"ACTIVE_MASK=7", b"ENDPOINTS=one two", b"no sign"])).unwrap();
        assert_eq!(other, Tags::default(), "the numbers do not agree");
    }

    #[test]
    fn tags_that_lie_are_cut_short_and_give_no_more_than_they_have() {
        let whole = tags(&[b"TG_META=AgAAAP////8AAAAAAAAAAAUAAAA", b"ENDPOINTS="]);
        assert_eq!(Tags::read(&whole).unwrap().entries.len(), 1, "of 4294967295");
        for short in 0..whole.len() {
            assert_eq!(Tags::read(&whole[..short]), Err(Fault::Cut), "{short}");
        }
        let huge = [&[0xff; 4][..], &[0; 20]].concat();
        assert_eq!(Tags::read(&huge), Err(Fault::Cut));
        let far = Tags::read(&tags(&[b"TG_META=AgAAAAEAAAAAAAAACAAAAAUAAAA"])).unwrap();
        assert!(far.entries.is_empty(), "there is no ninth channel");
    }

    #[test]
    fn the_sound_ends_where_the_last_page_says() {
        let head = [&b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0"[..]].concat();
        let tags = [&b"OpusTags"[..], &tags(&[])].concat();
        let packet = [0x78, 1];
        let file = |granules: [u64; 2], flags: [u8; 2]| {
            let mut file = ogg::page(2, 0, 1, &[head.len() as u8], &head);
            file.extend(ogg::page(0, 0, 1, &[tags.len() as u8], &tags));
            file.extend(ogg::page(flags[0], granules[0], 1, &[2, 2], &packet.repeat(2)));
            file.extend(ogg::page(flags[1], granules[1], 1, &[2], &packet));
            Voices::read(&file).unwrap()
        };
        let voices = file([1920, 2500], [0, 4]);
        assert_eq!((voices.count(), voices.samples()), (3, Some(2500 - 312)));
        assert_eq!(voices.packet(2), Some(&packet[..]));
        assert_eq!(file([11_920, 12_880], [0, 4]).samples(), Some(2880 - 312), "cut out of something longer");
        assert_eq!(file([u64::MAX - 1, 0], [0, 4]).samples(), Some(0), "it lies");
        assert_eq!(Voices::read(b"OggS").err(), Some(Fault::Foreign));
        let other = ogg::page(2, 0, 1, &[5], b"Speex");
        assert_eq!(Voices::read(&other).err(), Some(Fault::Codec));
        let alone = ogg::page(2, 0, 1, &[head.len() as u8], &head);
        assert_eq!(Voices::read(&alone).err(), Some(Fault::Missing));
    }
}
