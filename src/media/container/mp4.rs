//! MP4 (ISO 14496-12), as far as parts have it: whole and not in fragments, one track of H.264 and one of Opus (`stream.md` 5.1).

mod tables;

use super::Fault;
use super::avc::Avc;
use super::cursor::Cursor;
use super::layout::Layout;
use tables::Tables;

/// Samples of a track: a second of pictures has 60, and of sound 400 at the most.
pub const MAX_SAMPLES: usize = 1000;
const MAX_TRACKS: usize = 8;
/// Of a visual and of an audio sample entry, before the boxes in it.
const VISUAL: usize = 78;
const AUDIO: usize = 28;

/// What a track is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Pictures(Avc),
    Sound(Layout),
}

/// A picture, or a packet of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Where it lies in the file.
    pub bytes: core::ops::Range<usize>,
    /// When it is shown, at 90 kHz, after the track's first.
    pub time: u32,
    /// Nothing before it is needed.
    pub is_key: bool,
}

/// In the order in which they are decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    pub kind: Kind,
    pub samples: Vec<Sample>,
}

/// The first track of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movie {
    pub pictures: Option<(Avc, Vec<Sample>)>,
    pub sound: Option<(Layout, Vec<Sample>)>,
}

impl Movie {
    pub fn read(file: &[u8]) -> Result<Movie, Fault> {
        let moov = find(file, b"moov")?.ok_or(Fault::Missing)?;
        let (mut movie, mut fault) = (Movie::default(), Fault::Missing);
        let is_other = |found: &Found<'_>| found.is_ok_and(|(name, _)| name != b"trak");
        for found in Boxes(moov).filter(|found| !is_other(found)).take(MAX_TRACKS) {
            let (_, trak) = found?;
            match Track::read(trak, file) {
                Ok(Track { kind: Kind::Pictures(avc), samples }) => _ = movie.pictures.get_or_insert((avc, samples)),
                Ok(Track { kind: Kind::Sound(layout), samples }) => _ = movie.sound.get_or_insert((layout, samples)),
                // Text and what else there may be.
                Err(Fault::Codec) => fault = Fault::Codec,
                Err(fault) => return Err(fault),
            }
        }
        if movie.pictures.is_none() && movie.sound.is_none() { Err(fault) } else { Ok(movie) }
    }
}

impl Track {
    fn read(trak: &[u8], file: &[u8]) -> Result<Track, Fault> {
        let mdia = find(trak, b"mdia")?.ok_or(Fault::Missing)?;
        let stbl = find(find(mdia, b"minf")?.ok_or(Fault::Missing)?, b"stbl")?.ok_or(Fault::Missing)?;
        let mut hdlr = Cursor(find(mdia, b"hdlr")?.ok_or(Fault::Missing)?);
        hdlr.bytes(8)?;
        let entry = find(stbl, b"stsd")?.ok_or(Fault::Missing)?;
        let kind = match hdlr.bytes(4)? {
            b"vide" => Kind::Pictures(Avc::read(description(entry, b"avc1", VISUAL, b"avcC")?)?),
            b"soun" => Kind::Sound(Layout::of_mp4(description(entry, b"Opus", AUDIO, b"dOps")?)?),
            _ => return Err(Fault::Codec),
        };
        let tables = Tables::read(stbl, scale(mdia)?)?;
        Ok(Track { kind, samples: tables.samples(file.len())? })
    }
}

/// Ticks a second.
fn scale(mdia: &[u8]) -> Result<u32, Fault> {
    let mut mdhd = Cursor(find(mdia, b"mdhd")?.ok_or(Fault::Missing)?);
    let times = if mdhd.u8()? == 1 { 16 } else { 8 };
    mdhd.bytes(3 + times)?;
    Some(mdhd.be32()?).filter(|scale| *scale != 0).ok_or(Fault::Foreign)
}

/// What the first sample entry says of its codec.
fn description<'a>(stsd: &'a [u8], codec: &[u8; 4], head: usize, name: &[u8; 4]) -> Result<&'a [u8], Fault> {
    let entries = stsd.get(8..).ok_or(Fault::Cut)?;
    let (found, entry) = Boxes(entries).next().ok_or(Fault::Missing)??;
    if found != codec {
        return Err(Fault::Codec);
    }
    find(entry.get(head..).ok_or(Fault::Cut)?, name)?.ok_or(Fault::Missing)
}

/// A box's name and its body.
type Found<'a> = Result<(&'a [u8; 4], &'a [u8]), Fault>;

/// The boxes that lie one behind the other.
struct Boxes<'a>(&'a [u8]);

impl<'a> Boxes<'a> {
    fn read(&mut self) -> Found<'a> {
        let mut at = Cursor(self.0);
        let small = at.be32()?;
        let name = at.bytes(4)?.first_chunk().ok_or(Fault::Cut)?;
        let size = match small {
            0 => self.0.len(),
            1 => usize::try_from(at.be64()?).map_err(|_| Fault::Cut)?,
            small => small as usize,
        };
        let head = self.0.len() - at.0.len();
        let body = self.0.get(head..size).ok_or(Fault::Cut)?;
        self.0 = &self.0[size..];
        Ok((name, body))
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = Found<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let found = self.read();
        if found.is_err() {
            // Nothing can be found behind it.
            self.0 = &[];
        }
        Some(found)
    }
}

/// The first box of this name.
fn find<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Result<Option<&'a [u8]>, Fault> {
    for found in Boxes(bytes) {
        let (found, body) = found?;
        if found == name {
            return Ok(Some(body));
        }
    }
    Ok(None)
}

#[cfg(any(test, feature = "internals"))]
pub mod write;

#[cfg(test)]
mod tests;
