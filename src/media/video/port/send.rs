//! What a host pushes of one layer of a source: whole frames, to be packed by the network.

use super::Pushed;
use crate::error::Error;
use crate::media::video::{Codec, MAX_FRAME};
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use parking_lot::Mutex;
use rtrb::{Consumer, Producer, RingBuffer};

/// Frames between two turns of the network: half a second of them.
const FRAMES: usize = 16;
/// Buffers that are larger are not kept for the next frames.
const MAX_SPARE: usize = 256 << 10;

/// A frame on its way to the network.
#[derive(Debug)]
pub struct PushedFrame {
    pub timestamp: u32,
    pub is_key: bool,
    pub data: Vec<u8>,
}

/// The host's end.
#[derive(Debug)]
pub struct SendRing {
    push: Mutex<Push>,
    /// The number of the codec that is asked for; 0: nothing is.
    asked: AtomicU8,
    /// How often it was asked for anew.
    starts: AtomicU32,
    /// What is sent waits too long for its turn.
    is_behind: AtomicBool,
    /// A frame was pushed that is of no use without a key frame before it.
    wants_key: AtomicBool,
    has_news: AtomicBool,
}

#[derive(Debug)]
struct Push {
    frames: Producer<PushedFrame>,
    /// Buffers that the network has done with.
    spare: Consumer<Vec<u8>>,
    /// Of the last frame.
    starts: u32,
    missed: Missed,
}

/// What a frame that refers to others may stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missed {
    Nothing,
    /// All but the frame with this timestamp, which may still come.
    One(u32),
    /// Only a key frame can follow.
    Chain,
}

/// The network's end.
#[derive(Debug)]
pub struct Supply {
    frames: Consumer<PushedFrame>,
    spare: Producer<Vec<u8>>,
}

impl Supply {
    pub fn take(&mut self) -> Option<PushedFrame> {
        self.frames.pop().ok()
    }

    /// Its buffer is used again.
    pub fn give_back(&mut self, frame: PushedFrame) {
        if frame.data.capacity() <= MAX_SPARE {
            // Without room for it, it goes.
            let _ = self.spare.push(frame.data);
        }
    }
}

impl SendRing {
    pub fn new() -> (SendRing, Supply) {
        let (frames, taken) = RingBuffer::new(FRAMES);
        let (given_back, spare) = RingBuffer::new(FRAMES);
        let push = Push { frames, spare, starts: 0, missed: Missed::Chain };
        let ring = SendRing {
            push: Mutex::new(push),
            asked: AtomicU8::new(0),
            starts: AtomicU32::new(0),
            is_behind: AtomicBool::new(false),
            wants_key: AtomicBool::new(false),
            has_news: AtomicBool::new(false),
        };
        (ring, Supply { frames: taken, spare: given_back })
    }

    /// For the network: asks for frames of a codec, the first a key frame; `None`: for none any more.
    pub fn ask(&self, codec: Option<Codec>) {
        self.starts.fetch_add(1, Ordering::Relaxed);
        self.wants_key.store(false, Ordering::Relaxed);
        self.asked.store(codec.map_or(0, |codec| codec as u8), Ordering::Release);
    }

    /// For the network: what was pushed last could not be sent, so that only a key frame can follow.
    pub fn break_chain(&self) {
        self.starts.fetch_add(1, Ordering::Relaxed);
    }

    /// For the network: whether what is sent waits too long.
    pub fn set_behind(&self, is_behind: bool) {
        self.is_behind.store(is_behind, Ordering::Relaxed);
    }

    /// For the network: whether the host has to be told that only a key frame helps.
    pub fn take_key_wish(&self) -> bool {
        !self.is_behind.load(Ordering::Relaxed) && self.wants_key.swap(false, Ordering::AcqRel)
    }

    pub fn has_news(&self) -> bool {
        self.has_news.swap(false, Ordering::AcqRel)
    }

    pub fn push(&self, frame: &Pushed<'_>) -> Result<(), Error> {
        let Pushed { layer: _, codec, timestamp, is_key, data } = *frame;
        if data.is_empty() || data.len() > MAX_FRAME {
            return Err(Error::argument("a frame has 1 byte to 4 MiB"));
        }
        match self.asked.load(Ordering::Acquire) {
            0 => return Err(Error::state("nothing is to be encoded of this source now")),
            asked if asked != codec as u8 => return Err(Error::argument("another codec was agreed on")),
            _ => {}
        }
        let mut push = self.push.try_lock().ok_or_else(|| Error::state("another thread pushes this source"))?;
        let starts = self.starts.load(Ordering::Relaxed);
        if core::mem::replace(&mut push.starts, starts) != starts {
            push.missed = Missed::Chain;
        }
        if !is_key && !push.missed.may_be_followed_by(timestamp) {
            push.missed = Missed::Chain;
            self.wants_key.store(true, Ordering::Release);
            self.has_news.store(true, Ordering::Release);
            return Err(Error::full("a frame before this one was not taken: a key frame is needed"));
        }
        if self.is_behind.load(Ordering::Relaxed) || push.frames.is_full() {
            push.missed = push.missed.and(timestamp);
            return Err(Error::full("the link is behind"));
        }
        let mut copy = push.spare.pop().unwrap_or_default();
        copy.clear();
        copy.extend_from_slice(data);
        // There is room: nobody else fills it.
        let _ = push.frames.push(PushedFrame { timestamp, is_key, data: copy });
        push.missed = Missed::Nothing;
        self.has_news.store(true, Ordering::Release);
        Ok(())
    }
}

impl Missed {
    fn may_be_followed_by(self, timestamp: u32) -> bool {
        match self {
            Missed::Nothing => true,
            Missed::One(missed) => missed == timestamp,
            Missed::Chain => false,
        }
    }

    /// This one was not taken either.
    fn and(self, timestamp: u32) -> Missed {
        match self {
            Missed::Nothing => Missed::One(timestamp),
            Missed::One(missed) if missed == timestamp => self,
            Missed::One(_) | Missed::Chain => Missed::Chain,
        }
    }
}
