//! The host's end of a call's pictures.
//!
//! Any thread may call anything. A source is pushed by one thread at a time, which waits for nobody: frames go to the network by
//! a ring, copied once, and the network gives their buffers back. What was received waits in a queue, whose lock either side
//! holds to put or take one frame.

mod receive;
mod send;

use super::{Codec, Frame};
use crate::media::lip_sync::{Heard, Timeline};
use crate::types::VideoSource;
use core::ffi::CStr;
pub use receive::Delivered;
use receive::ReceiveQueue;
use send::SendRing;
pub use send::{PushedFrame, Supply};
use std::sync::Arc;

/// Both directions of one call's pictures, as the host sees them. Whoever changes something the network must hear of rings for it.
#[derive(Debug)]
pub struct VideoPort {
    sends: [SendRing; VideoSource::ALL.len()],
    receives: [ReceiveQueue; VideoSource::ALL.len()],
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
    /// The port, and the network's end of what is pushed of each source.
    pub fn new() -> (VideoPort, [Supply; VideoSource::ALL.len()]) {
        let [(camera, cameras), (screen, screens)] = [SendRing::new(), SendRing::new()];
        (VideoPort { sends: [camera, screen], receives: Default::default() }, [cameras, screens])
    }

    pub(super) fn send(&self, source: VideoSource) -> &SendRing {
        &self.sends[index(source)]
    }

    pub(super) fn receive(&self, source: VideoSource) -> &ReceiveQueue {
        &self.receives[index(source)]
    }

    /// Pushes a frame to be sent. State: nothing of this source is asked for. Argument: not what is asked for. Full: the link is
    /// behind, or what it refers to was not taken; nothing was taken of it either.
    pub fn push(&self, source: VideoSource, frame: &Pushed<'_>) -> Result<(), crate::error::Error> {
        self.send(source).push(frame)
    }

    /// Whether that had something for the network to do, which then has to be rung for.
    pub fn has_news(&self, source: VideoSource) -> bool {
        self.send(source).has_news()
    }

    /// For who has a frame that came by no packets.
    pub fn deliver(&self, source: VideoSource, frame: PulledFrame) -> Delivered {
        self.receive(source).put(frame)
    }

    /// The oldest frame that was received.
    pub fn pull(&self, source: VideoSource) -> (Option<PulledFrame>, Ring) {
        self.receive(source).pull()
    }

    /// The decoder has lost it: nothing more before a key frame.
    pub fn want_key_frame(&self, source: VideoSource) -> Ring {
        self.receive(source).want_key_frame()
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
