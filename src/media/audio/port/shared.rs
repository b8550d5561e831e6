//! What the host's threads and the network's share.

use crate::media::audio::ring::Ring;
use crate::media::audio::source::{Arrivals, SourceId};
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering, fence};
use rtrb::Consumer;
use std::collections::VecDeque;
use std::sync::Arc;

/// How what is received is handed over at our pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media::audio) struct Delivery {
    pub frame_ms: u32,
    pub rate: u32,
    pub channels: u32,
}

impl Delivery {
    pub fn frames(&self) -> usize {
        (self.rate * self.frame_ms / 1000) as usize
    }

    pub fn pack(self) -> u32 {
        self.channels | self.frame_ms << 8 | self.rate << 16
    }

    pub fn unpack(packed: u32) -> Option<Delivery> {
        let delivery = Delivery { channels: packed & 0xff, frame_ms: packed >> 8 & 0xff, rate: packed >> 16 };
        (packed != 0).then_some(delivery)
    }
}

/// What both threads read and write.
#[derive(Default)]
pub(in crate::media::audio) struct Shared {
    pub active: AtomicBool,
    /// Of each direction; 1: Opus.
    pub sent_coding: AtomicU8,
    pub received_coding: AtomicU8,
    /// What the host asked for of the encoder: bits per second, above them ms per packet and channels; 0: did not.
    pub encoding: AtomicU64,
    pub muted: AtomicBool,
    /// Each who is heard is pulled by himself.
    pub separate: AtomicBool,
    /// How what is received is handed over: channels, above them ms and Hz; 0: it is pulled.
    pub delivery: AtomicU32,
    pub queue_ms: AtomicU32,
    /// Samples at 48 kHz that were pushed, sent or thrown away, and up to where they are to be thrown away.
    pub written: AtomicU64,
    pub read: AtomicU64,
    pub cleared: AtomicU64,
    /// Encoded live sound did not fit: what waits is old.
    pub overflowed: AtomicBool,
    /// Samples that were thrown away: encoded sound that did not fit, and live sound while there was no path.
    pub unfit: AtomicU64,
    pub inactive: AtomicU64,
    /// Samples or packets that the engine waits for; 0: none.
    pub wanted: AtomicU64,
    /// Tell when encoded sound arrives.
    pub ready_wanted: AtomicBool,
    /// A ring of the host's waits in the handoff.
    pub ring_made: AtomicBool,
    /// Somebody is heard for the first time, and waits in the handoff.
    pub arriving: AtomicBool,
    /// Samples of silence that were given for want of sound, in an active call.
    pub silence: AtomicU64,
    pub sent_level: AtomicU32,
    pub received_level: AtomicU32,
    pub pulls: AtomicU64,
}

#[derive(Default)]
pub(in crate::media::audio) struct Handoff {
    /// Sound of the host, oldest first. One ring follows another when the queue's size changes.
    pub pcm: VecDeque<Arc<Ring>>,
    pub opus: VecDeque<Consumer<u8>>,
    /// Who is heard for the first time.
    pub received: VecDeque<(SourceId, Arrivals)>,
}

impl Shared {
    /// Samples that were pushed and are neither sent nor thrown away.
    pub fn queued(&self) -> u64 {
        let gone = self.read.load(Ordering::Acquire).max(self.cleared.load(Ordering::Acquire));
        self.written.load(Ordering::Acquire).saturating_sub(gone)
    }

    /// Asks to be woken when so many samples are there. Whoever asks looks at the rings once more: what was pushed just before
    /// wakes nobody. See [`AudioPort::count_written`].
    pub fn want(&self, samples: u64) {
        let read = self.read.load(Ordering::Relaxed);
        self.wanted.store(read + samples, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }
}
