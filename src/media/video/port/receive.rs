//! What was received of one source, until the host takes it.

use super::{Origin, PulledFrame, Ring};
use parking_lot::Mutex;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// What may wait: two seconds of pictures, and no more than this.
const MAX_FRAMES: usize = 64;
const MAX_BYTES: usize = 8 << 20;

/// The queues there are. Whoever pulls holds their lock for as long as it takes to find one.
#[derive(Debug, Default)]
pub struct ReceiveQueues(Mutex<BTreeMap<Origin, Arc<ReceiveQueue>>>);

impl ReceiveQueues {
    pub fn get(&self, origin: Origin) -> Option<Arc<ReceiveQueue>> {
        self.0.lock().get(&origin).cloned()
    }

    pub fn open(&self, origin: Origin) -> Arc<ReceiveQueue> {
        self.0.lock().entry(origin).or_default().clone()
    }

    pub fn keep(&self, is_wanted: impl Fn(Origin) -> bool) {
        self.0.lock().retain(|origin, _| is_wanted(*origin));
    }
}

#[derive(Debug, Default)]
pub struct ReceiveQueue {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    frames: VecDeque<PulledFrame>,
    bytes: usize,
    /// What waited was thrown away: nothing is put in before a key frame.
    needs_key: bool,
    /// Somebody pulls, or the decoder has lost it: the other side is to be asked for one.
    asks_for_key: bool,
    /// It was told that something waits.
    is_told: bool,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The host is to be told that something waits.
    pub tell: bool,
    /// Frames that gave way, or found no room.
    pub dropped: u64,
}

impl ReceiveQueue {
    /// For the network. When it runs over, whole frames up to the next key frame go, the oldest first.
    pub fn put(&self, frame: PulledFrame) -> Delivered {
        let mut waiting = self.waiting.lock();
        if waiting.needs_key && !frame.frame.is_key {
            return Delivered { tell: false, dropped: 1 };
        }
        waiting.needs_key = false;
        waiting.asks_for_key = false;
        waiting.bytes += frame.frame.data.len();
        waiting.frames.push_back(frame);
        let mut dropped = 0;
        while waiting.frames.len() > MAX_FRAMES || waiting.bytes > MAX_BYTES {
            dropped += waiting.drop_group();
        }
        waiting.needs_key = waiting.frames.is_empty();
        let tell = !waiting.frames.is_empty() && !core::mem::replace(&mut waiting.is_told, true);
        Delivered { tell, dropped }
    }

    /// For the network: whether the other side is to be asked for a key frame, by the host's wish.
    pub fn take_key_wish(&self) -> bool {
        core::mem::take(&mut self.waiting.lock().asks_for_key)
    }

    pub fn pull(&self) -> (Option<PulledFrame>, Ring) {
        let mut waiting = self.waiting.lock();
        let frame = waiting.frames.pop_front();
        match &frame {
            Some(frame) => waiting.bytes -= frame.frame.data.len(),
            None => waiting.is_told = false,
        }
        // Who had not pulled for long begins again where there is something to begin with.
        let ring = waiting.needs_key && frame.is_none() && !waiting.asks_for_key;
        waiting.asks_for_key |= ring;
        (frame, if ring { Ring::Yes } else { Ring::No })
    }

    pub fn want_key_frame(&self) -> Ring {
        let mut waiting = self.waiting.lock();
        while waiting.frames.front().is_some_and(|frame| !frame.frame.is_key) {
            waiting.drop_first();
        }
        if !waiting.frames.is_empty() {
            // It is here already.
            return Ring::No;
        }
        waiting.needs_key = true;
        waiting.asks_for_key = true;
        waiting.is_told = false;
        Ring::Yes
    }
}

impl Waiting {
    fn drop_first(&mut self) {
        if let Some(frame) = self.frames.pop_front() {
            self.bytes -= frame.frame.data.len();
        }
    }

    /// The oldest frame goes, and all that need it.
    fn drop_group(&mut self) -> u64 {
        let before = self.frames.len();
        self.drop_first();
        while self.frames.front().is_some_and(|frame| !frame.frame.is_key) {
            self.drop_first();
        }
        (before - self.frames.len()) as u64
    }
}
