//! The pictures of a part, each at its time.

use super::program::Part;
use crate::media::container::{Avc, Sample};
use crate::media::video::{Codec, Frame, Rotation, inspect};
use crate::time::{Duration, Time};
use core::ffi::CStr;
use core::ops::Range;
use std::collections::VecDeque;
use std::ffi::CString;
use std::sync::Arc;

#[derive(Debug)]
pub struct Reel {
    bytes: Arc<Vec<u8>>,
    file: Range<usize>,
    avc: Avc,
    endpoint: Arc<CStr>,
    rotation: Rotation,
    since: Time,
    /// At 90 kHz, of the part's begin.
    timestamp: u32,
    /// In the order in which they are decoded, and when each has to be handed over, at 90 kHz.
    samples: VecDeque<(Sample, u32)>,
}

impl Reel {
    /// `None`: there are no pictures. The first is due at `since`, and timestamps are those of Telegram's clock.
    pub fn new(part: &Part, since: Time, time_ms: i64) -> Option<Reel> {
        let (avc, samples) = part.pictures.clone()?;
        // A decoder needs what others refer to before them, and the times of a part all count from its first picture.
        let mut earliest = u32::MAX;
        let mut due: Vec<u32> = samples
            .iter()
            .rev()
            .map(|sample| {
                earliest = earliest.min(sample.time);
                earliest
            })
            .collect();
        due.reverse();
        Some(Reel {
            bytes: part.bytes.clone(),
            file: part.file.clone(),
            avc,
            // Hosts take it up to a NUL.
            endpoint: CString::new(part.endpoint.replace('\0', "")).unwrap_or_default().into(),
            rotation: part.rotation,
            since,
            timestamp: time_ms.wrapping_mul(90) as u32,
            samples: samples.into_iter().zip(due).collect(),
        })
    }

    /// When the next picture is to be handed over. `None`: that was all.
    pub fn due(&self) -> Option<Time> {
        let (_, due) = self.samples.front()?;
        Some(self.since + Duration::from_micros(u64::from(*due) * 1000 / 90))
    }

    pub fn endpoint(&self) -> &Arc<CStr> {
        &self.endpoint
    }

    /// The next picture. `None`: it was none.
    pub fn take(&mut self) -> Option<Frame> {
        let (sample, _) = self.samples.pop_front()?;
        let file = self.bytes.get(self.file.clone())?;
        let data = self.avc.access_unit(file.get(sample.bytes)?, sample.is_key).ok()?;
        let size = inspect(Codec::H264, &data).size;
        let timestamp = self.timestamp.wrapping_add(sample.time);
        Some(Frame { codec: Codec::H264, timestamp, rotation: self.rotation, is_key: sample.is_key, size, data })
    }
}
