//! The host's end of a call's pictures.
//!
//! Any thread may call anything. A source is pushed by one thread at a time, which waits for nobody: frames go to the network by
//! a ring for each layer, copied once, and the network gives their buffers back. What was received waits in a queue, whose lock either
//! side holds to put or take one frame; in a group call everybody has a queue of his own.

mod receive;
mod send;

use super::{Codec, Frame};
use crate::error::Error;
use crate::media::lip_sync::{Heard, Timeline};
use crate::types::VideoSource;
use core::ffi::CStr;
use receive::ReceiveQueues;
pub use receive::{Delivered, ReceiveQueue};
use send::SendRing;
pub use send::{PushedFrame, Supply};
use std::sync::Arc;

/// Both directions of one call's pictures, as the host sees them. Whoever changes something the network must hear of rings for it.
#[derive(Debug)]
pub struct VideoPort {
    /// Of each source one for each layer.
    sends: [Vec<SendRing>; VideoSource::ALL.len()],
    receives: ReceiveQueues,
}

/// Whose pictures, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// `None`: of the one other side that there is.
    pub whose: Option<u64>,
    pub source: VideoSource,
}

impl From<VideoSource> for Origin {
    fn from(source: VideoSource) -> Origin {
        Origin { whose: None, source }
    }
}

/// A frame the host gives.
#[derive(Clone, Copy, Debug)]
pub struct Pushed<'a> {
    /// 0 where there are no layers.
    pub layer: u32,
    pub codec: Codec,
    pub timestamp: u32,
    pub is_key: bool,
    pub data: &'a [u8],
}

/// A frame that was received, for the host to keep.
#[derive(Clone, Debug)]
pub struct PulledFrame {
    pub frame: Frame,
    /// The clocks of its stream and of the sound of its call.
    pub timeline: Arc<Timeline>,
    pub heard: Arc<Heard>,
    /// What Telegram calls where it comes from, in streams.
    pub endpoint: Option<Arc<CStr>>,
}

impl PulledFrame {
    /// How far it is behind the sound that is heard now; less than nothing: ahead of it. `None`: not known.
    pub fn delay_ms(&self) -> Option<i32> {
        self.heard.delay_ms(&self.timeline, self.frame.timestamp)
    }
}

impl VideoPort {
    /// The port, with so many layers of each source, and the network's end of what is pushed of each.
    pub fn new(layers: [usize; VideoSource::ALL.len()]) -> (VideoPort, [Vec<Supply>; VideoSource::ALL.len()]) {
        let [(camera, cameras), (screen, screens)] =
            layers.map(|layers| (0..layers).map(|_| SendRing::new()).unzip::<_, _, Vec<_>, Vec<_>>());
        (VideoPort { sends: [camera, screen], receives: ReceiveQueues::default() }, [cameras, screens])
    }

    /// Of a layer that there is.
    pub(super) fn send(&self, source: VideoSource, layer: usize) -> &SendRing {
        &self.sends[index(source)][layer]
    }

    /// Where to put what is received; made if there is none yet.
    pub(super) fn open(&self, origin: Origin) -> Arc<ReceiveQueue> {
        self.receives.open(origin)
    }

    /// What waits of all others than these is of no use any more.
    pub fn keep(&self, is_wanted: impl Fn(Origin) -> bool) {
        self.receives.keep(is_wanted);
    }

    /// Pushes a frame to be sent. State: nothing of this source is asked for. Argument: not what is asked for. Full: the link is
    /// behind, or what it refers to was not taken; nothing was taken of it either.
    pub fn push(&self, source: VideoSource, frame: &Pushed<'_>) -> Result<(), Error> {
        self.ring(source, frame.layer)?.push(frame)
    }

    /// Whether that had something for the network to do, which then has to be rung for.
    pub fn has_news(&self, source: VideoSource, layer: u32) -> bool {
        self.ring(source, layer).is_ok_and(SendRing::has_news)
    }

    fn ring(&self, source: VideoSource, layer: u32) -> Result<&SendRing, Error> {
        let rings = &self.sends[index(source)];
        if rings.is_empty() {
            return Err(Error::state("nothing is to be encoded of this source now"));
        }
        let found = usize::try_from(layer).ok().and_then(|layer| rings.get(layer));
        found.ok_or_else(|| Error::argument(format!("there is no layer {layer}")))
    }

    /// For who has a frame that came by no packets.
    pub fn deliver(&self, origin: Origin, frame: PulledFrame) -> Delivered {
        self.open(origin).put(frame)
    }

    /// The oldest frame that was received.
    pub fn pull(&self, origin: impl Into<Origin>) -> (Option<PulledFrame>, Ring) {
        self.receives.get(origin.into()).map_or((None, Ring::No), |queue| queue.pull())
    }

    /// The decoder has lost it: nothing more before a key frame.
    pub fn want_key_frame(&self, origin: impl Into<Origin>) -> Ring {
        self.receives.get(origin.into()).map_or(Ring::No, |queue| queue.want_key_frame())
    }
}

/// Whether the network has something to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Ring {
    Yes,
    No,
}

pub(super) fn index(source: VideoSource) -> usize {
    source as usize - 1
}

#[cfg(test)]
mod tests;
