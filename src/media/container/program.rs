//! A part with pictures: Telegram's header, and behind it a file for each endpoint (`stream.md` 5).

use super::Fault;
use super::cursor::Cursor;
use crate::media::video::Rotation;
use core::ops::Range;

const SIGNATURE: u32 = 0xa12e_810d;
/// Pictures of a part.
pub const MAX_EVENTS: usize = 16;
/// Of an endpoint. Those seen have four bytes, or some twenty.
pub const MAX_NAME: usize = 256;

/// A file of its own within the part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shot {
    pub endpoint: String,
    pub rotation: Rotation,
    /// Where in the part it lies.
    pub file: Range<usize>,
}

/// What a part has, by its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program<'a> {
    /// "mp4"; nothing else is known.
    pub container: &'a [u8],
    /// None: it is a part without media.
    pub shots: Vec<Shot>,
}

impl<'a> Program<'a> {
    pub fn read(part: &'a [u8]) -> Result<Program<'a>, Fault> {
        let mut at = Cursor(part);
        if at.le32()? != SIGNATURE {
            return Err(Fault::Foreign);
        }
        let container = text(&mut at)?;
        let _mask = at.le32()?;
        let count = at.le32()?;
        if count > MAX_EVENTS as u32 {
            return Err(Fault::TooMany);
        }
        let mut events = Vec::new();
        for _ in 0..count {
            let offset = at.le32()?;
            let endpoint = text(&mut at)?;
            let degrees = at.le32()?;
            let _extra = at.le32()?;
            if endpoint.len() > MAX_NAME {
                return Err(Fault::TooMany);
            }
            let rotation = Rotation::from_degrees(degrees).unwrap_or_default();
            events.push((offset as usize, String::from_utf8_lossy(endpoint).into_owned(), rotation));
        }
        // All offsets count from behind the last event. Each goes up to the next.
        let (start, size) = (part.len() - at.0.len(), at.0.len());
        let ends: Vec<usize> = events.iter().skip(1).map(|(offset, ..)| *offset).chain([size]).collect();
        let shots = events.into_iter().zip(ends).filter_map(|((offset, endpoint, rotation), end)| {
            let is_inside = offset <= end && end <= size;
            is_inside.then(|| Shot { endpoint, rotation, file: start + offset..start + end })
        });
        Ok(Program { container, shots: shots.collect() })
    }
}

/// A string as TL has it, whose padding may lie behind the end of nothing.
fn text<'a>(at: &mut Cursor<'a>) -> Result<&'a [u8], Fault> {
    let first = usize::from(at.u8()?);
    let (size, before) = match first {
        0..=253 => (first, 1),
        254 => {
            let bytes = at.bytes(3)?;
            (usize::from(bytes[0]) | usize::from(bytes[1]) << 8 | usize::from(bytes[2]) << 16, 4)
        }
        _ => return Err(Fault::Foreign),
    };
    let text = at.bytes(size)?;
    at.bytes((before + size).next_multiple_of(4) - before - size)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(events: &[(u32, &[u8], u32)]) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_le_bytes().to_vec();
        bytes.extend_from_slice(b"\x03mp4\x05\0\0\0");
        bytes.extend((events.len() as u32).to_le_bytes());
        for (offset, endpoint, rotation) in events {
            bytes.extend(offset.to_le_bytes());
            bytes.push(endpoint.len() as u8);
            bytes.extend_from_slice(endpoint);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            bytes.extend(rotation.to_le_bytes());
            bytes.extend([0; 4]);
        }
        bytes
    }

    #[test]
    fn the_header_of_a_broadcaster_has_32_bytes() {
        let mut part = header(&[(0, b"1", 90)]);
        assert_eq!(part.len(), 32);
        part.extend_from_slice(b"file");
        let program = Program::read(&part).unwrap();
        assert_eq!(program.container, b"mp4");
        let [shot] = &program.shots[..] else { panic!("{program:?}") };
        assert_eq!((&*shot.endpoint, shot.rotation, shot.file.clone()), ("1", Rotation::Quarter, 32..36));
        for short in 0..32 {
            assert_eq!(Program::read(&part[..short]).err(), Some(Fault::Cut), "{short}");
        }
    }

    #[test]
    fn several_events_share_the_file_and_those_that_lie_have_none() {
        let whole = |events: &[(u32, &[u8], u32)]| {
            let part = [header(events), b"onetwo".to_vec()].concat();
            let program = Program::read(&part).unwrap();
            program.shots.into_iter().map(|shot| (shot.endpoint, part[shot.file].to_vec())).collect::<Vec<_>>()
        };
        let shot = |name: &str, file: &[u8]| (name.to_owned(), file.to_vec());
        assert_eq!(whole(&[(0, b"a", 0), (3, b"bcdefg", 7)]), [shot("a", b"one"), shot("bcdefg", b"two")]);
        assert_eq!(whole(&[(4, b"a", 0), (3, b"b", 0)]), [shot("b", b"two")], "it goes back");
        assert_eq!(whole(&[(0, b"a", 0), (7, b"b", 0)]), [], "beyond the file");
        assert_eq!(whole(&[(u32::MAX, b"a", 0), (6, b"b", 0)]), [shot("b", b"")]);
        assert_eq!(whole(&[]), []);
    }

    #[test]
    fn numbers_that_nobody_means_are_refused() {
        let mut many = header(&[(0, b"a", 0)]);
        many[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(Program::read(&many).err(), Some(Fault::TooMany));
        assert_eq!(Program::read(&[0; 32]).err(), Some(Fault::Foreign));
        let long = [&SIGNATURE.to_le_bytes()[..], &[254, 255, 255, 255], &[0; 100]].concat();
        assert_eq!(Program::read(&long).err(), Some(Fault::Cut));
        let odd = [&SIGNATURE.to_le_bytes()[..], &[255; 100]].concat();
        assert_eq!(Program::read(&odd).err(), Some(Fault::Foreign));
    }
}
