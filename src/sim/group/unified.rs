//! Parts with pictures (`stream.md` 5), in MP4 behind Telegram's header: of a call by RTMP a second of a grey picture and of a tone; of who
//! shows something in a call a second of a grey picture that is his. Nothing is encoded anew here.

use super::still::Still;
use crate::media::audio::codec::Encoder;

/// What the pictures and the sound are: a second has another brightness than the one before, and all of them this tone.
pub const HZ: f64 = 440.0;
const AMPLITUDE: f64 = 8000.0;
/// Pictures a second.
const RATE: u32 = 10;
/// Samples of a packet of 20 ms, and packets a second.
const FRAME: usize = 960;
const PACKETS: usize = 50;
const BIT_RATE: u32 = 64_000;
const PROGRAM: Still = Still(8);
/// By quality.
const SHOWN: [Still; 3] = [Still(4), Still(8), Still(12)];

/// The brightness of a part, by its number.
fn luma(number: i64) -> u8 {
    60 + 20 * number.rem_euclid(6) as u8
}

/// The brightness of what somebody shows in a second: everybody's changes, and no two are alike whose endpoints end differently.
fn luma_of(endpoint: &str, second: i64) -> u8 {
    let last = endpoint.bytes().last().map_or(0, |last| (last as char).to_digit(16).unwrap_or(0));
    40 + 12 * last as u8 + 3 * second.rem_euclid(4) as u8
}

/// What somebody shows in a second, turned by so many degrees. `None`: there is no such quality.
pub fn shown(endpoint: &str, quality: i32, degrees: u32, second: i64) -> Option<Vec<u8>> {
    let still = *SHOWN.get(usize::try_from(quality).ok()?)?;
    let mut bytes = header(endpoint, degrees);
    bytes.extend(mp4(still, &film(still, luma_of(endpoint, second), RATE), None));
    Some(bytes)
}

/// So many pictures, as MP4 has them.
fn film(still: Still, luma: u8, count: u32) -> Vec<Vec<u8>> {
    let picture = |number: u32| {
        let unit = if number == 0 { still.key(luma) } else { still.same(number) };
        [&(unit.len() as u32).to_be_bytes()[..], &unit].concat()
    };
    (0..count).map(picture).collect()
}

/// Who sends. Its sound goes on from one part to the next, as players have one decoder for all of them.
#[derive(Debug)]
pub struct Ingest {
    encoder: Encoder,
}

impl Ingest {
    /// `None`: there is no codec.
    pub fn new() -> Option<Ingest> {
        Some(Ingest { encoder: Encoder::new(BIT_RATE, 1).ok()? })
    }

    /// What comes from this moment on, for so many ms.
    pub fn part(&mut self, time: i64, ms: i64) -> Vec<u8> {
        let (packets, pictures) = (PACKETS as i64 * ms / 1000, i64::from(RATE) * ms / 1000);
        let begin = time.rem_euclid(1_000_000) as f64 / 1000.0;
        let sine = |at: usize| {
            let angle = (begin + at as f64 / 48_000.0) * HZ * core::f64::consts::TAU;
            (AMPLITUDE * angle.sin()) as i16
        };
        let packet = |at: usize| {
            let samples: Vec<i16> = (at * FRAME..(at + 1) * FRAME).map(sine).collect();
            self.encoder.encode(&samples).unwrap_or_default()
        };
        let sound: Vec<Vec<u8>> = (0..packets as usize).map(packet).collect();
        let mut bytes = header("1", 0);
        bytes.extend(mp4(PROGRAM, &film(PROGRAM, luma(time / ms), pictures as u32), Some(&sound)));
        bytes
    }
}

/// One event, at the file's begin. An endpoint's name is short.
fn header(endpoint: &str, degrees: u32) -> Vec<u8> {
    let mut bytes = 0xa12e_810d_u32.to_le_bytes().to_vec();
    bytes.extend_from_slice(b"\x03mp4");
    for word in [1u32, 1, 0] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    let start = bytes.len();
    bytes.push(endpoint.len() as u8);
    bytes.extend_from_slice(endpoint.as_bytes());
    bytes.resize(start + (bytes.len() - start).next_multiple_of(4), 0);
    bytes.extend_from_slice(&degrees.to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    bytes
}

fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&(body.len() as u32 + 8).to_be_bytes()[..], name, &body].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// Ftyp, mdat and moov, whose offsets count from the begin of the file.
fn mp4(still: Still, pictures: &[Vec<u8>], sound: Option<&[Vec<u8>]>) -> Vec<u8> {
    let ftyp = boxed(b"ftyp", &[b"isom", &words(&[0x200]), b"isomavc1mp41"]);
    let mdat = boxed(b"mdat", &[&pictures.concat(), &sound.unwrap_or_default().concat()]);
    let first = ftyp.len() as u32 + 8;
    let second = first + pictures.iter().map(Vec::len).sum::<usize>() as u32;
    let [sps, pps] = still.parameters();
    let size = |bytes: &[u8]| (bytes.len() as u16).to_be_bytes();
    let avcc = boxed(b"avcC", &[&[1, 66, 0xc0, 30, 0xff, 0xe1], &size(&sps), &sps, &[1], &size(&pps), &pps]);
    let side = still.side().to_be_bytes();
    let avc1 = boxed(
        b"avc1",
        &[
            &[0, 0, 0, 0, 0, 0, 0, 1],
            &[0; 16],
            &side,
            &side,
            &words(&[0x48_0000, 0x48_0000, 0]),
            &[0, 1],
            &[0; 32],
            &[0, 24, 0xff, 0xff],
            &avcc,
        ],
    );
    let video = Track {
        number: 1,
        scale: 90_000,
        step: 90_000 / RATE,
        handler: b"vide",
        media: boxed(b"vmhd", &[&words(&[1, 0, 0])]),
        entry: avc1,
        shown: Some(still),
        samples: pictures,
        at: first,
    };
    let audio = sound.map(|sound| track_of_sound(sound, second).to_bytes());
    let mvhd = boxed(
        b"mvhd",
        &[&words(&[0, 0, 0, 1000, 1000, 0x1_0000]), &[1, 0], &[0; 10], &words(&MATRIX), &[0; 24], &words(&[3])],
    );
    let moov = boxed(b"moov", &[&mvhd, &video.to_bytes(), &audio.unwrap_or_default()]);
    [ftyp, mdat, moov].concat()
}

fn track_of_sound(sound: &[Vec<u8>], at: u32) -> Track<'_> {
    let dops = boxed(b"dOps", &[&[0, 1], &312u16.to_be_bytes(), &words(&[48_000]), &[0, 0, 0]]);
    let opus = boxed(
        b"Opus",
        &[&[0, 0, 0, 0, 0, 0, 0, 1], &[0; 8], &[0, 1, 0, 16, 0, 0, 0, 0], &words(&[48_000 << 16]), &dops],
    );
    Track {
        number: 2,
        scale: 48_000,
        step: FRAME as u32,
        handler: b"soun",
        media: boxed(b"smhd", &[&words(&[0, 0])]),
        entry: opus,
        shown: None,
        samples: sound,
        at,
    }
}

struct Track<'a> {
    number: u32,
    scale: u32,
    /// Between one sample and the next.
    step: u32,
    handler: &'a [u8; 4],
    media: Vec<u8>,
    entry: Vec<u8>,
    /// Of pictures, of which the first alone is one to begin with.
    shown: Option<Still>,
    samples: &'a [Vec<u8>],
    at: u32,
}

impl Track<'_> {
    fn to_bytes(&self) -> Vec<u8> {
        let count = self.samples.len() as u32;
        let (side, volume) = self.shown.map_or((0, 0x100_0000), |still| (u32::from(still.side()) << 16, 0));
        let tkhd = boxed(
            b"tkhd",
            &[&words(&[3, 0, 0, self.number, 0, 1000, 0, 0, 0, volume]), &words(&MATRIX), &words(&[side, side])],
        );
        let mdhd = boxed(b"mdhd", &[&words(&[0, 0, 0, self.scale, count * self.step, 0x55c4_0000])]);
        let hdlr = boxed(b"hdlr", &[&[0; 8], self.handler, &[0; 12], b"sim\0"]);
        let url = boxed(b"url ", &[&words(&[1])]);
        let dref = boxed(b"dref", &[&words(&[0, 1]), &url]);
        let stsd = boxed(b"stsd", &[&words(&[0, 1]), &self.entry]);
        let stts = boxed(b"stts", &[&words(&[0, 1, count, self.step])]);
        let stss = if self.shown.is_some() { boxed(b"stss", &[&words(&[0, 1, 1])]) } else { Vec::new() };
        let stsc = boxed(b"stsc", &[&words(&[0, 1, 1, count, 1])]);
        let sizes: Vec<u32> = self.samples.iter().map(|sample| sample.len() as u32).collect();
        let stsz = boxed(b"stsz", &[&words(&[0, 0, count]), &words(&sizes)]);
        let stco = boxed(b"stco", &[&words(&[0, 1, self.at])]);
        let stbl = boxed(b"stbl", &[&stsd, &stts, &stss, &stsc, &stsz, &stco]);
        let minf = boxed(b"minf", &[&self.media, &boxed(b"dinf", &[&dref]), &stbl]);
        let mdia = boxed(b"mdia", &[&mdhd, &hdlr, &minf]);
        boxed(b"trak", &[&tkhd, &mdia])
    }
}
