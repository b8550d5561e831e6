//! Parts of a call by RTMP (`stream.md` 5): a second of a grey picture and of a tone in MP4, behind Telegram's header.

use super::still::{self, SIDE};
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

/// The brightness of a second.
pub fn luma(second: i64) -> u8 {
    60 + 20 * second.rem_euclid(6) as u8
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

    pub fn part(&mut self, second: i64) -> Vec<u8> {
        let sine = |at: usize| {
            let angle = (second.rem_euclid(1000) as f64 + at as f64 / 48_000.0) * HZ * core::f64::consts::TAU;
            (AMPLITUDE * angle.sin()) as i16
        };
        let packet = |at: usize| {
            let samples: Vec<i16> = (at * FRAME..(at + 1) * FRAME).map(sine).collect();
            self.encoder.encode(&samples).unwrap_or_default()
        };
        let sound: Vec<Vec<u8>> = (0..PACKETS).map(packet).collect();
        let picture = |number: u32| {
            let unit = if number == 0 { still::key(luma(second)) } else { still::same(number) };
            [&(unit.len() as u32).to_be_bytes()[..], &unit].concat()
        };
        let pictures: Vec<Vec<u8>> = (0..RATE).map(picture).collect();
        let mut bytes = header();
        bytes.extend(mp4(&pictures, &sound));
        bytes
    }
}

/// One event, at the file's begin.
fn header() -> Vec<u8> {
    let mut bytes = 0xa12e_810d_u32.to_le_bytes().to_vec();
    bytes.extend_from_slice(b"\x03mp4");
    for word in [1u32, 1, 0] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.extend_from_slice(b"\x011\0\0");
    bytes.extend_from_slice(&[0; 8]);
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
fn mp4(pictures: &[Vec<u8>], sound: &[Vec<u8>]) -> Vec<u8> {
    let ftyp = boxed(b"ftyp", &[b"isom", &words(&[0x200]), b"isomavc1mp41"]);
    let mdat = boxed(b"mdat", &[&pictures.concat(), &sound.concat()]);
    let first = ftyp.len() as u32 + 8;
    let second = first + pictures.iter().map(Vec::len).sum::<usize>() as u32;
    let [sps, pps] = still::parameters();
    let size = |bytes: &[u8]| (bytes.len() as u16).to_be_bytes();
    let avcc = boxed(b"avcC", &[&[1, 66, 0xc0, 30, 0xff, 0xe1], &size(&sps), &sps, &[1], &size(&pps), &pps]);
    let side = SIDE.to_be_bytes();
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
    let dops = boxed(b"dOps", &[&[0, 1], &312u16.to_be_bytes(), &words(&[48_000]), &[0, 0, 0]]);
    let opus = boxed(
        b"Opus",
        &[&[0, 0, 0, 0, 0, 0, 0, 1], &[0; 8], &[0, 1, 0, 16, 0, 0, 0, 0], &words(&[48_000 << 16]), &dops],
    );
    let video = Track {
        number: 1,
        scale: 90_000,
        step: 90_000 / RATE,
        handler: b"vide",
        media: boxed(b"vmhd", &[&words(&[1, 0, 0])]),
        entry: avc1,
        has_keys: true,
        samples: pictures,
        at: first,
    };
    let audio = Track {
        number: 2,
        scale: 48_000,
        step: FRAME as u32,
        handler: b"soun",
        media: boxed(b"smhd", &[&words(&[0, 0])]),
        entry: opus,
        has_keys: false,
        samples: sound,
        at: second,
    };
    let mvhd = boxed(
        b"mvhd",
        &[&words(&[0, 0, 0, 1000, 1000, 0x1_0000]), &[1, 0], &[0; 10], &words(&MATRIX), &[0; 24], &words(&[3])],
    );
    let moov = boxed(b"moov", &[&mvhd, &video.to_bytes(), &audio.to_bytes()]);
    [ftyp, mdat, moov].concat()
}

struct Track<'a> {
    number: u32,
    scale: u32,
    /// Between one sample and the next.
    step: u32,
    handler: &'a [u8; 4],
    media: Vec<u8>,
    entry: Vec<u8>,
    /// The first sample alone is one to begin with.
    has_keys: bool,
    samples: &'a [Vec<u8>],
    at: u32,
}

impl Track<'_> {
    fn to_bytes(&self) -> Vec<u8> {
        let count = self.samples.len() as u32;
        let (side, volume) = if self.has_keys { (u32::from(SIDE) << 16, 0) } else { (0, 0x100_0000) };
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
        let stss = if self.has_keys { boxed(b"stss", &[&words(&[0, 1, 1])]) } else { Vec::new() };
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
