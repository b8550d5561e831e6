//! A film whose pictures are known: what is sent, and how close to it is what was shown. ffmpeg encodes and decodes.
//!
//! A picture is a smooth background in colour below a strip of sixteen cells, one of which is bright: it tells which picture this is,
//! also when it was squeezed on the way.

#![allow(dead_code, clippy::disallowed_methods, reason = "each test program uses its part, and drives real processes")]

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use tgcall::types::VideoCodec;

/// Different pictures; then the film begins anew.
pub const PICTURES: usize = 16;
/// The strip is so many times as wide as high.
const STRIP: usize = 10;

/// One picture in I420.
pub fn picture(width: usize, height: usize, number: usize) -> Vec<u8> {
    let (strip, cell) = (height / STRIP, width / PICTURES);
    let turn = |at: usize, of: usize| std::f64::consts::TAU * at as f64 / of as f64;
    let mut out = Vec::with_capacity(width * height * 3 / 2);
    for y in 0..height {
        for x in 0..width {
            out.push(match y < strip {
                true if x / cell == number => 210,
                true => 40,
                false => (120.0 + 60.0 * turn(x, width).sin() * turn(y, height).cos()) as u8,
            });
        }
    }
    let plane = |value: fn(f64, f64) -> f64| {
        let places = (0..height / 2).flat_map(|y| (0..width / 2).map(move |x| (x, y)));
        places.map(move |(x, y)| value(x as f64 / width as f64, y as f64 / height as f64) as u8)
    };
    out.extend(plane(|x, _| 90.0 + 120.0 * x));
    out.extend(plane(|_, y| 170.0 - 120.0 * y));
    out
}

/// The film in I420, each picture held for so many frames.
pub fn film(width: usize, height: usize, hold: usize) -> Vec<u8> {
    (0..PICTURES * hold).flat_map(|frame| picture(width, height, frame / hold)).collect()
}

/// How bright a picture of the other film is.
pub fn level(number: usize) -> f64 {
    (50 + 10 * number) as f64
}

/// A film that is known by how bright its pictures are on the whole, for who sees no more of them: each of one shade below a grain
/// that gives an encoder something to do.
pub fn shades(width: usize, height: usize, hold: usize) -> Vec<u8> {
    let mut state = 1u32;
    let grain: Vec<i16> = (0..width * height / 2)
        .flat_map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (state >> 24) as i16 % 8;
            [grain, -grain]
        })
        .collect();
    let shade = |number: usize| {
        let luma = grain.iter().map(move |grain| (level(number) as i16 + grain) as u8);
        luma.chain(std::iter::repeat_n(128, width * height / 2))
    };
    (0..PICTURES * hold).flat_map(|frame| shade(frame / hold)).collect()
}

/// Whether each number follows the one before it in a film that goes round: itself, or one of the next few.
pub fn is_in_order(numbers: &[usize], skipped: usize) -> bool {
    numbers.windows(2).all(|pair| (pair[1] + PICTURES - pair[0]) % PICTURES <= 1 + skipped)
}

/// Which picture this is, by its brightest cell, and its distance from that picture in dB.
pub fn judge(width: usize, height: usize, shown: &[u8]) -> (usize, f64) {
    let (strip, cell) = (height / STRIP, width / PICTURES);
    let brightness = |number: usize| -> u64 {
        let rows = (strip / 4..strip * 3 / 4).map(|y| y * width + number * cell);
        rows.flat_map(|at| &shown[at + cell / 4..at + cell * 3 / 4]).map(|luma| u64::from(*luma)).sum()
    };
    let number = (0..PICTURES).max_by_key(|number| brightness(*number)).unwrap_or(0);
    let wanted = picture(width, height, number);
    let errors = wanted.iter().zip(shown).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2));
    let mean = errors.sum::<f64>() / wanted.len() as f64;
    (number, 10.0 * (255.0 * 255.0 / mean.max(1e-6)).log10())
}

/// The version of the ffmpeg there is, if there is one.
pub fn ffmpeg() -> Option<(u32, u32)> {
    let output = Command::new("ffmpeg").arg("-version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split_whitespace().nth(2)?.trim_start_matches('n');
    let mut numbers = version.split(['.', '-']).map(|number| number.parse().unwrap_or(0));
    Some((numbers.next()?, numbers.next().unwrap_or(0)))
}

/// Frames as a file that ffmpeg reads, and what such files are called.
pub fn file<'a>(codec: VideoCodec, frames: impl IntoIterator<Item = &'a [u8]>) -> (&'static str, Vec<u8>) {
    let frames: Vec<&[u8]> = frames.into_iter().collect();
    let four = match codec {
        VideoCodec::H264 => return ("h264", frames.concat()),
        VideoCodec::H265 => return ("hevc", frames.concat()),
        VideoCodec::Vp8 => b"VP80",
        VideoCodec::Vp9 => b"VP90",
        VideoCodec::Av1 => b"AV01",
    };
    // A file of AV1 has delimiters, which no frame of ours has.
    let delimiter: &[u8] = if codec == VideoCodec::Av1 { &[0x12, 0] } else { &[] };
    let mut out = b"DKIF\0\0\x20\0".to_vec();
    out.extend_from_slice(four);
    out.extend_from_slice(&[96, 0, 64, 0, 15, 0, 0, 0, 1, 0, 0, 0]);
    out.extend_from_slice(&(frames.len() as u64).to_le_bytes());
    for (at, frame) in frames.iter().enumerate() {
        out.extend_from_slice(&((delimiter.len() + frame.len()) as u32).to_le_bytes());
        out.extend_from_slice(&(at as u64).to_le_bytes());
        out.extend_from_slice(delimiter);
        out.extend_from_slice(frame);
    }
    ("ivf", out)
}

/// The pictures of an encoded file as ffmpeg shows them, in I420 of this size.
pub fn decode(path: &Path, width: usize, height: usize) -> Vec<Vec<u8>> {
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-loglevel", "error", "-nostdin", "-threads", "1", "-flags", "low_delay", "-i"]);
    command.arg(path).args(["-fps_mode", "passthrough", "-pix_fmt", "yuv420p", "-s", &format!("{width}x{height}")]);
    command.args(["-f", "rawvideo", "-"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let output = command.output().expect("ffmpeg was there");
    let size = width * height * 3 / 2;
    assert_eq!(output.stdout.len() % size, 0, "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout.chunks(size).map(<[u8]>::to_vec).collect()
}

/// Encodes raw pictures with these options of ffmpeg; the frames of the stream, and which of them are key frames.
pub fn encode(
    codec: VideoCodec,
    raw: &[u8],
    width: usize,
    height: usize,
    rate: usize,
    options: &[&str],
) -> Vec<(bool, Vec<u8>)> {
    let (encoder, format) = match codec {
        VideoCodec::Vp8 => ("libvpx", "ivf"),
        VideoCodec::Vp9 => ("libvpx-vp9", "ivf"),
        VideoCodec::H264 => ("libx264", "h264"),
        VideoCodec::H265 => ("libx265", "hevc"),
        VideoCodec::Av1 => ("libaom-av1", "ivf"),
    };
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p"]);
    command.args(["-s", &format!("{width}x{height}"), "-r", &rate.to_string(), "-i", "-", "-c:v", encoder]);
    command.args(options).args(["-f", format, "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("ffmpeg was there");
    let (mut input, raw) = (child.stdin.take().expect("it was piped"), raw.to_vec());
    let writer = std::thread::spawn(move || input.write_all(&raw));
    let mut out = Vec::new();
    child.stdout.take().expect("it was piped").read_to_end(&mut out).expect("ffmpeg writes");
    writer.join().expect("no panic").expect("ffmpeg reads");
    assert!(child.wait().expect("it is our child").success());
    let frames = if format == "ivf" { ivf_frames(&out) } else { access_units(&out) };
    let head = |frame: &[u8]| tgcall::media::video::inspect(codec, frame).is_key;
    frames.into_iter().map(|frame| (head(&frame), frame)).collect()
}

fn ivf_frames(file: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = &file[32..];
    let mut frames = Vec::new();
    while let Some((head, body)) = rest.split_first_chunk::<12>() {
        let (frame, more) = body.split_at(u32::from_le_bytes(*head.first_chunk().expect("twelve bytes")) as usize);
        frames.push(frame.to_vec());
        rest = more;
    }
    frames
}

/// H.264 that was made with a delimiter before each access unit.
fn access_units(file: &[u8]) -> Vec<Vec<u8>> {
    let starts: Vec<usize> =
        (0..file.len().saturating_sub(4)).filter(|at| file[*at..].starts_with(&[0, 0, 0, 1, 9])).collect();
    let ends = starts.iter().skip(1).copied().chain([file.len()]);
    starts.iter().zip(ends).map(|(start, end)| file[*start..end].to_vec()).collect()
}
