//! A host's encoders and its decoders: frames that tell which they are, so that each that is shown can be checked to stand on the one
//! before.

use std::collections::{BTreeMap, BTreeSet};
use tgcall::client::EventKind;
use tgcall::error::ErrorKind;
use tgcall::media::audio::AudioPort;
use tgcall::media::video::{Origin, Pushed};
use tgcall::time::Time;
use tgcall::types::{PeerId, VideoCodec, VideoSource};

/// So many pictures a second.
pub const RATE: u32 = 20;

/// A layer that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub height: u32,
    pub bits_per_s: u32,
}

/// A frame that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The account that shot it.
    pub of: i64,
    pub layer: u8,
    pub number: u32,
    pub is_key: bool,
}

#[derive(Default)]
pub struct Film {
    pub asked: BTreeMap<(VideoSource, u32), Asked>,
    /// All that was ever asked for: source, layer, bits.
    pub told: Vec<(VideoSource, u32, u32)>,
    pub key_frames_wanted: usize,
    /// The host encodes no other layer.
    pub only: Option<u32>,
    needs_key: BTreeSet<(VideoSource, u32)>,
    numbers: BTreeMap<(VideoSource, u32), u32>,
    /// Of whom frames wait.
    ready: BTreeSet<(PeerId, VideoSource)>,
    pub seen: BTreeMap<(PeerId, VideoSource), Vec<Seen>>,
    /// Also when those are forgotten.
    last: BTreeMap<(PeerId, VideoSource), Seen>,
    pub full: usize,
}

/// A frame of VP8, as far as it is read.
fn frame(account: i64, layer: u32, number: u32, is_key: bool, height: u32, size: usize) -> Vec<u8> {
    let [low, high] = (height as u16).to_le_bytes();
    let mut frame = vec![u8::from(!is_key), 0, 0, 0x9d, 0x01, 0x2a, low, high, low, high];
    frame.extend([account as u8, layer as u8]);
    frame.extend(number.to_be_bytes());
    let filling = (frame.len()..size.max(16)).map(|at| (number as usize * 31 + at) as u8);
    frame.extend(filling.collect::<Vec<_>>());
    frame
}

impl Film {
    pub fn handle(&mut self, event: &EventKind) {
        match *event {
            EventKind::VideoEncode { source, layer, codec, height, bits_per_s, .. } => {
                assert_eq!(codec, VideoCodec::Vp8);
                self.told.push((source, layer, bits_per_s));
                if bits_per_s == 0 {
                    assert!(self.asked.remove(&(source, layer)).is_some(), "what is stopped was asked for");
                } else if self.asked.insert((source, layer), Asked { height, bits_per_s }).is_none() {
                    self.needs_key.insert((source, layer));
                }
            }
            EventKind::VideoKeyFrame { source, layer } => {
                self.key_frames_wanted += 1;
                self.needs_key.insert((source, layer));
            }
            EventKind::VideoReady { peer, source } => {
                // A program is nobody's.
                self.ready.extend(peer.map(|peer| (peer, source)));
            }
            _ => {}
        }
    }

    /// Shoots one picture of each layer that is asked for, and looks at what waits.
    pub fn turn(&mut self, now: Time, account: i64, port: &AudioPort) {
        for ((source, layer), asked) in &self.asked {
            if self.only.is_some_and(|only| only != *layer) {
                continue;
            }
            let number = self.numbers.entry((*source, *layer)).or_default();
            let is_key = self.needs_key.contains(&(*source, *layer));
            let mean = (asked.bits_per_s / 8 / RATE) as usize;
            let size = if is_key { mean * 3 } else { mean };
            let data = frame(account, *layer, *number, is_key, asked.height, size);
            let timestamp = ((u128::from(now.as_nanos()) * 9 / 100_000) as u32).wrapping_add(*layer * 70_000);
            let pushed = Pushed { layer: *layer, codec: VideoCodec::Vp8, timestamp, is_key, data: &data };
            match port.push_frame(*source, &pushed) {
                Ok(()) => _ = self.needs_key.remove(&(*source, *layer)),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Full, "{error}");
                    self.full += 1;
                    self.needs_key.insert((*source, *layer));
                }
            }
            *number += 1;
        }
        for (peer, source) in core::mem::take(&mut self.ready) {
            while let Some(pulled) = port.pull_frame(Origin { whose: Some(peer.key()), source }) {
                self.see(peer, source, pulled.frame.is_key, &pulled.frame.data);
            }
        }
    }

    fn see(&mut self, peer: PeerId, source: VideoSource, is_key: bool, data: &[u8]) {
        let number = u32::from_be_bytes(data[12..16].try_into().unwrap());
        let (of, layer) = (i64::from(data[10]), data[11]);
        let height = u32::from(u16::from_le_bytes([data[6], data[7]]));
        assert_eq!(data, frame(of, layer.into(), number, is_key, height, data.len()), "a frame is whole");
        let seen = Seen { of, layer, number, is_key };
        let last = self.last.insert((peer, source), seen);
        let stands = last.is_some_and(|last| (last.of, last.layer, last.number + 1) == (of, layer, number));
        assert!(is_key || stands, "{seen:?} is shown after {last:?}");
        self.seen.entry((peer, source)).or_default().push(seen);
    }

    pub fn layers(&self, source: VideoSource) -> Vec<u32> {
        self.asked.keys().filter(|(one, _)| *one == source).map(|(_, layer)| *layer).collect()
    }
}
