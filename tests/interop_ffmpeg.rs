//! What we make of frames goes to ffmpeg as RTP, and it decodes the pictures that are in the frames.
//!
//! SKIPPED without ffmpeg; AV1 needs one that reads it from RTP (7.1).
#![cfg(all(feature = "media", target_os = "linux"))]
// Another process is waited for.
#![allow(clippy::disallowed_methods)]

use serde_json::Value;
use std::io::{Read, Write};
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tgcall::media::video::{Codec, Packetizer};
use tgcall::random::Random;

const TEST: &str = "what_we_pack_is_what_ffmpeg_shows";
/// The recordings have so many frames.
const FRAMES: usize = 8;
const PAYLOAD_TYPE: u8 = 96;

fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Name and frames of each recording; the delimiters that a file of AV1 needs are put back.
fn recordings() -> Vec<(String, Codec, Vec<Vec<u8>>)> {
    let texts = [include_str!("vectors/video_rtp.json"), include_str!("vectors/video_av1.json")];
    let files = texts.map(|text| serde_json::from_str::<Value>(text).unwrap());
    let cases = files.iter().flat_map(|file| file["cases"].as_array().unwrap());
    cases
        .map(|case| {
            let name = case["codec"].as_str().unwrap().to_owned();
            let codec = Codec::from_name(name.split('-').next().unwrap()).unwrap();
            let delimiter: &[u8] = if codec == Codec::Av1 { &[0x12, 0] } else { &[] };
            let frame = |hex: &Value| [delimiter, &unhex(hex.as_str().unwrap())].concat();
            (name, codec, case["frames"].as_array().unwrap().iter().map(frame).collect())
        })
        .collect()
}

/// The frames as a file that ffmpeg reads.
fn file(codec: Codec, frames: &[Vec<u8>]) -> (&'static str, Vec<u8>) {
    let four = match codec {
        Codec::H264 => return ("h264", frames.concat()),
        Codec::H265 => return ("hevc", frames.concat()),
        Codec::Vp8 => b"VP80",
        Codec::Vp9 => b"VP90",
        Codec::Av1 => b"AV01",
    };
    let mut out = b"DKIF\0\0\x20\0".to_vec();
    out.extend_from_slice(four);
    out.extend_from_slice(&[96, 0, 64, 0, 15, 0, 0, 0, 1, 0, 0, 0]);
    out.extend_from_slice(&(frames.len() as u64).to_le_bytes());
    for (i, frame) in frames.iter().enumerate() {
        out.extend_from_slice(&(frame.len() as u32).to_le_bytes());
        out.extend_from_slice(&(i as u64).to_le_bytes());
        out.extend_from_slice(frame);
    }
    ("ivf", out)
}

/// A running ffmpeg, which ends with it.
struct Ffmpeg(Child);

impl Ffmpeg {
    fn is_done(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Decodes this input; the checksums of the pictures are what it prints.
fn decode(input: &[&str]) -> Ffmpeg {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-threads", "1", "-flags", "low_delay"])
        .args(input);
    command.args(["-frames:v", &FRAMES.to_string(), "-fps_mode", "passthrough", "-f", "framemd5", "-"]);
    Ffmpeg(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

fn checksums(mut child: Ffmpeg, what: &str) -> Vec<String> {
    let (mut out, mut errors) = (String::new(), String::new());
    child.0.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    child.0.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    child.0.wait().unwrap();
    let lines = out.lines().filter(|line| !line.starts_with('#'));
    let sums: Vec<String> = lines.map(|line| line.rsplit(',').next().unwrap().trim().to_owned()).collect();
    assert_eq!(sums.len(), FRAMES, "{what}: {errors}");
    sums
}

/// Whether somebody has bound this port, as the kernel tells.
fn is_bound(port: u16) -> bool {
    let ports = std::fs::read_to_string("/proc/net/udp").unwrap();
    ports.lines().any(|line| line.split_whitespace().nth(1).is_some_and(|at| at.ends_with(&format!(":{port:04X}"))))
}

fn wait(what: &str, mut ready: impl FnMut() -> bool) {
    let start = Instant::now();
    while !ready() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A port whose neighbour is free too: ffmpeg takes that for RTCP.
fn free_port() -> u16 {
    loop {
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() & !1;
        if !is_bound(port) && !is_bound(port + 1) {
            return port;
        }
    }
}

fn play(folder: &Path, codec: Codec, name: &str, frames: &[Vec<u8>]) {
    let (extension, bytes) = file(codec, frames);
    let path = folder.join(format!("{name}.{extension}"));
    std::fs::write(&path, bytes).unwrap();
    let wanted = checksums(decode(&["-i", path.to_str().unwrap()]), name);

    let port = free_port();
    let sdp = format!(
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video {port} RTP/AVP {PAYLOAD_TYPE}\r\n\
         a=rtpmap:{PAYLOAD_TYPE} {}/90000\r\n",
        codec.name()
    );
    let path = folder.join(format!("{name}.sdp"));
    std::fs::write(&path, sdp).unwrap();
    let rules = ["-protocol_whitelist", "file,udp,rtp", "-analyzeduration", "100000", "-reorder_queue_size", "0"];
    let mut child = decode(&[&rules[..], &["-i", path.to_str().unwrap()]].concat());
    wait("ffmpeg takes its port", || is_bound(port));

    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut packetizer = Packetizer::new(codec, &mut Random::from_seed(9));
    let (mut sequence, mut timestamp) = (65_530u16, u32::MAX - 9000);
    // What it shows are the first of them; it wants more before it lets go of those.
    for i in (0..frames.len()).cycle().take(400) {
        if child.is_done() {
            break;
        }
        // Small ones, so that every kind of packet is among them.
        let payloads = packetizer.packetize(&frames[i], i % 6 == 0, 300).unwrap();
        let count = payloads.len();
        for (n, payload) in payloads.enumerate() {
            let marker = u8::from(n + 1 == count) << 7;
            let mut packet = vec![0x80, marker | PAYLOAD_TYPE];
            packet.extend_from_slice(&sequence.to_be_bytes());
            packet.extend_from_slice(&timestamp.to_be_bytes());
            packet.extend_from_slice(&[0, 0, 0, 7]);
            packet.extend_from_slice(payload);
            // It may be gone already.
            let _ = socket.send_to(&packet, ("127.0.0.1", port));
            sequence = sequence.wrapping_add(1);
        }
        timestamp = timestamp.wrapping_add(6000);
        std::thread::sleep(Duration::from_millis(5));
    }
    wait("ffmpeg has seen enough", || child.is_done());
    assert_eq!(checksums(child, name), wanted, "{name}");
}

/// Its version, if there is one.
fn ffmpeg() -> Option<(u32, u32)> {
    let output = Command::new("ffmpeg").arg("-version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split_whitespace().nth(2)?.trim_start_matches('n');
    let mut numbers = version.split(['.', '-']).map(|number| number.parse().unwrap_or(0));
    Some((numbers.next()?, numbers.next().unwrap_or(0)))
}

#[test]
fn what_we_pack_is_what_ffmpeg_shows() {
    let Some(version) = ffmpeg() else {
        return say(&format!("SKIPPED {TEST}: no ffmpeg; install the package ffmpeg"));
    };
    let folder = std::env::temp_dir().join(format!("tgcall-ffmpeg-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, codec, frames) in recordings() {
        if codec == Codec::Av1 && version < (7, 1) {
            say(&format!("SKIPPED {TEST} {name}: ffmpeg {}.{} has no AV1 over RTP; 7.1 has", version.0, version.1));
            continue;
        }
        play(&folder, codec, &name, &frames);
    }
    let _ = std::fs::remove_dir_all(folder);
}
