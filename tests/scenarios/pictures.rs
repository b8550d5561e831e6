//! A host's camera and screen, its encoder, and its decoder: frames that tell which they are, so that each that is shown can be
//! checked to stand on the one before.

use std::collections::BTreeMap;
use tgcall::client::{Client, EventKind, Switches};
use tgcall::error::ErrorKind;
use tgcall::media::audio::AudioPort;
use tgcall::media::video::Pushed;
use tgcall::time::{Duration, Time};
use tgcall::types::{CallId, VideoCodec, VideoSource};

/// What the host was asked to encode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub codec: VideoCodec,
    pub width: u32,
    pub height: u32,
    pub bits_per_s: u32,
    pub frames_per_s: u32,
}

/// An encoder of one source.
#[derive(Debug)]
struct Encoder {
    asked: Asked,
    next_at: Time,
    /// Of the next frame.
    number: u32,
    needs_key: bool,
}

/// A frame that was shown.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub at: Time,
    pub source: VideoSource,
    pub number: u32,
    pub rotation: u16,
    pub delay_ms: Option<i32>,
}

/// The pictures of one end of a call.
#[derive(Default)]
pub struct Pictures {
    encoders: BTreeMap<VideoSource, Encoder>,
    /// All that was ever asked for.
    pub asked: Vec<(Time, VideoSource, Asked)>,
    pub key_frames_wanted: u32,
    /// When each frame was pushed, by source and number.
    pub pushed: BTreeMap<(VideoSource, u32), Time>,
    pub full: u32,
    pub seen: Vec<Seen>,
    /// The host does not pull.
    pub looks_away: bool,
    /// The host's encoder is broken: what it pushes is no picture.
    pub is_broken: bool,
    /// Numbers go on from one encoder to the next.
    number: u32,
    pub theirs: Vec<(Time, Switches, u32)>,
}

/// A frame of VP8, as far as it is read, with its number.
fn frame(number: u32, is_key: bool, size: usize) -> Vec<u8> {
    let mut frame = vec![u8::from(!is_key), 0, 0, 0x9d, 0x01, 0x2a, 128, 2, 104, 1];
    frame.extend(number.to_be_bytes());
    let filling = (frame.len()..size.max(14)).map(|at| (number as usize * 31 + at) as u8);
    frame.extend(filling.collect::<Vec<_>>());
    frame
}

impl Pictures {
    /// What an encoder would do next.
    pub fn next_frame(&self) -> Option<Time> {
        self.encoders.values().map(|encoder| encoder.next_at).min()
    }

    pub fn asked_now(&self, source: VideoSource) -> Option<Asked> {
        self.encoders.get(&source).map(|encoder| encoder.asked)
    }

    /// Whether the event was about pictures.
    pub fn handle(&mut self, now: Time, event: &EventKind, port: &AudioPort) -> bool {
        match *event {
            EventKind::VideoEncode { source, layer, codec, width, height, bits_per_s, frames_per_s } => {
                assert_eq!(layer, 0);
                let asked = Asked { codec, width, height, bits_per_s, frames_per_s };
                self.asked.push((now, source, asked));
                if bits_per_s == 0 {
                    self.encoders.remove(&source);
                } else if let Some(encoder) = self.encoders.get_mut(&source) {
                    encoder.asked = asked;
                } else {
                    let encoder = Encoder { asked, next_at: now, number: self.number, needs_key: true };
                    self.encoders.insert(source, encoder);
                }
            }
            EventKind::VideoKeyFrame { source, .. } => {
                self.key_frames_wanted += 1;
                if let Some(encoder) = self.encoders.get_mut(&source) {
                    encoder.needs_key = true;
                }
            }
            EventKind::VideoReady { source, .. } => {
                if !self.looks_away {
                    self.look(now, source, port);
                }
            }
            EventKind::CallMedia { switches, rotation } => {
                self.theirs.push((now, switches, rotation));
                return false;
            }
            _ => return false,
        }
        true
    }

    /// Pulls all that waits.
    pub fn look(&mut self, now: Time, source: VideoSource, port: &AudioPort) {
        while let Some(pulled) = port.pull_frame(source) {
            let delay_ms = pulled.delay_ms();
            let shown = pulled.frame;
            let number = u32::from_be_bytes(shown.data[10..14].try_into().unwrap());
            assert_eq!(shown.data, frame(number, shown.is_key, shown.data.len()), "a frame is whole");
            let before = self.seen.iter().rev().find(|seen| seen.source == source).map(|seen| seen.number);
            let stands = shown.is_key || before.is_some_and(|before| before + 1 == number);
            assert!(stands, "frame {number} of {source:?} is shown after {before:?}");
            let rotation = shown.rotation.degrees();
            self.seen.push(Seen { at: now, source, number, rotation, delay_ms });
        }
    }

    /// Encoders make what is due.
    pub fn turn(&mut self, now: Time, port: &AudioPort) {
        for (source, encoder) in &mut self.encoders {
            while encoder.next_at <= now {
                let Asked { codec, bits_per_s, frames_per_s, .. } = encoder.asked;
                encoder.next_at += Duration::from_secs(1) / frames_per_s;
                let mean = (bits_per_s / 8 / frames_per_s) as usize;
                let is_key = encoder.needs_key;
                let size = if is_key { mean * 4 } else { mean };
                let data = if self.is_broken {
                    (0..size).map(|at| (at * 7919 + encoder.number as usize) as u8).collect()
                } else {
                    frame(encoder.number, is_key, size)
                };
                let timestamp = ((u128::from(now.as_nanos()) * 9 / 100_000) as u32).wrapping_add(77);
                match port.push_frame(*source, &Pushed { layer: 0, codec, timestamp, is_key, data: &data }) {
                    Ok(()) => encoder.needs_key = false,
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Full, "{error}");
                        self.full += 1;
                        encoder.needs_key = true;
                    }
                }
                self.pushed.insert((*source, encoder.number), now);
                encoder.number += 1;
                self.number = self.number.max(encoder.number);
            }
        }
    }

    pub fn count(&self, source: VideoSource) -> usize {
        self.seen.iter().filter(|seen| seen.source == source).count()
    }
}

pub fn show(client: &mut Client, now: Time, call: CallId, source: VideoSource) {
    client.start_video(now, call, source, 640, 360, 30).unwrap();
}
