//! A member of a group call that is a program of a host's: the whole library, from Python, with a camera.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test program uses its part; a real process has a real clock"
)]

use crate::film;
use crate::interop::toolchain::{library, root, scratch};
use crate::lines::Lines;
use crate::process::Process;
use serde_json::{Value as Json, json};
use std::path::Path;
use std::process::Command;
use tgcall::types::VideoCodec;

/// Full size, and how often it is halved: the layers of a camera.
pub const SIZE: (usize, usize) = (640, 360);
const LAYERS: [usize; 3] = [4, 2, 1];
const RATE: usize = 15;

pub struct OurMember {
    lines: Lines,
}

impl OurMember {
    /// Joins the call of this chat, or the conference of this link, and says a tone. With a brightness: and shows pictures of it.
    pub fn start(sim: &Process, account: i64, chat: &str, hz: f64, luma: Option<u8>) -> Result<OurMember, String> {
        if film::ffmpeg().is_none() {
            return Err("no ffmpeg".into());
        }
        let folder = scratch(&format!("our-member-{account}"));
        let layers = luma.map(|luma| {
            LAYERS.map(|scale| {
                let (width, height) = (SIZE.0 / scale, SIZE.1 / scale);
                let picture = [vec![luma; width * height], vec![128; width * height / 2]].concat();
                let options =
                    ["-b:v", "100k", "-deadline", "realtime", "-cpu-used", "8", "-g", "10", "-auto-alt-ref", "0"];
                let frames = film::encode(VideoCodec::Vp8, &picture.repeat(2 * RATE), width, height, RATE, &options);
                let (_, file) = film::file(VideoCodec::Vp8, frames.iter().map(|(_, frame)| &frame[..]));
                let path = folder.join(format!("layer-{height}.ivf"));
                std::fs::write(&path, file).unwrap();
                path
            })
        });
        let mut command = Command::new("python3");
        command
            .arg(root().join("tests/interop/our_member.py"))
            .args([sim.ip.to_string(), sim.port.to_string(), account.to_string(), chat.to_owned()])
            .arg(&folder)
            .arg(hz.to_string())
            .args(layers.into_iter().flatten())
            .env("PYTHONPATH", root().join("bindings/python/src"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("LIBTGCALL_LIBRARY", library());
        let mut lines = Lines::start("our member", &mut command)?;
        lines.wait(|event| event["ev"] == "in");
        Ok(OurMember { lines })
    }

    /// Of a conference; empty while they are not there.
    pub fn emoji(&mut self) -> String {
        self.lines.send(&"emoji");
        self.lines.wait(|event| event["ev"] == "emoji")["emoji"].as_str().unwrap().to_owned()
    }

    /// How much of what it heard in the last second is this tone.
    pub fn hears(&mut self, hz: f64) -> f64 {
        self.lines.send(&format!("hear {hz}"));
        self.lines.wait(|event| event["ev"] == "heard")["share"].as_f64().unwrap()
    }

    /// Removes somebody from a conference.
    pub fn remove(&mut self, account: i64) {
        self.lines.send(&format!("remove {account}"));
        self.lines.wait(|event| event["ev"] == "removed");
    }

    /// Leaves, and says what it sent and saw.
    pub fn stop(mut self) -> Seen {
        self.lines.send(&"stop");
        let told = self.lines.wait(|event| event["ev"] == "out");
        assert_eq!(told["failed"], json!([]));
        Seen(told)
    }
}

pub struct Seen(Json);

impl Seen {
    /// How bright each picture of one is that it saw: all of them can be decoded.
    pub fn brightness(&self, of: i64, source: &str) -> Vec<f64> {
        let film = &self.0["seen"][format!("{of} {source}")];
        let shown = film::decode(Path::new(film["file"].as_str().unwrap()), SIZE.0, SIZE.1);
        assert_eq!(film["frames"], shown.len(), "{film}");
        let pixels = SIZE.0 * SIZE.1;
        let mean =
            |picture: &Vec<u8>| picture[..pixels].iter().map(|luma| f64::from(*luma)).sum::<f64>() / pixels as f64;
        shown.iter().map(mean).collect()
    }
}
