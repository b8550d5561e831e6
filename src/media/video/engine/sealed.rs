//! Frames of a stream that is sealed end to end, until they are opened: in order, and none that needs one which was not.

use crate::media::video::access_unit::Parameters;
use crate::media::video::budget::Account;
use crate::media::video::{Budget, Codec, Content, Frame, Head, inspect};
use crate::time::{Duration, Time};
use crate::transform::{self, Unopened};
use std::collections::VecDeque;

/// So long a frame of an epoch that is not known waits for it.
const KEPT: Duration = Duration::from_secs(1);
/// Two seconds of pictures.
const MAX_KEPT: usize = 64;
/// So long after a frame that did not open a key frame is asked for, and after each more twice as long (`conference-flow.md` 4.5).
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(10);

/// What came of a look at what waits.
#[derive(Debug)]
pub enum Step {
    Opened(Frame),
    /// Nothing opens any more before a key frame, which is to be asked for after so long.
    Lost(Duration),
    /// A frame waits for an epoch that is not known.
    UnknownEpoch,
}

#[derive(Debug)]
pub struct SealedFrames {
    frames: VecDeque<(Time, Frame)>,
    bytes: usize,
    account: Account,
    /// The first one waits for its epoch.
    waits: bool,
    /// One is lost that all before the next key frame need.
    needs_key: bool,
    /// And there is none.
    is_lost: bool,
    pause: Duration,
    parameters: Parameters,
    counts: SealedCounts,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SealedCounts {
    pub opened: u64,
    /// What did not open, or came to nothing opened.
    pub refused: u64,
    /// What waited too long, found no room, or needed one of the others.
    pub dropped: u64,
}

/// What encryption calls a codec; `None`: it knows nothing of it.
pub fn sealed_codec(codec: Codec) -> Option<transform::Codec> {
    match codec {
        Codec::Vp8 => Some(transform::Codec::Vp8),
        Codec::H264 => Some(transform::Codec::H264),
        Codec::Vp9 | Codec::H265 | Codec::Av1 => None,
    }
}

impl SealedFrames {
    pub fn new(budget: &Budget) -> SealedFrames {
        SealedFrames {
            frames: VecDeque::new(),
            bytes: 0,
            account: budget.open(),
            waits: false,
            needs_key: false,
            is_lost: false,
            pause: FIRST_PAUSE,
            parameters: Parameters::default(),
            counts: SealedCounts::default(),
        }
    }

    pub fn counts(&self) -> SealedCounts {
        self.counts
    }

    /// When what waits has waited long enough.
    pub fn next_timeout(&self) -> Option<Time> {
        self.frames.front().map(|(at, _)| *at + KEPT)
    }

    /// The next frame, in order. Without room the oldest go.
    pub fn push(&mut self, now: Time, frame: Frame) {
        self.bytes += frame.data.len();
        self.frames.push_back((now, frame));
        while !self.account.hold(self.bytes) || self.frames.len() > MAX_KEPT {
            self.counts.dropped += 1;
            self.lose_first();
            if self.frames.is_empty() {
                break;
            }
        }
    }

    /// They are another's now.
    pub fn clear(&mut self) {
        self.counts.dropped += self.frames.len() as u64;
        self.frames.clear();
        (self.waits, self.needs_key, self.is_lost) = (false, false, false);
        (self.bytes, self.parameters, self.pause) = (0, Parameters::default(), FIRST_PAUSE);
        self.account.hold(0);
    }

    /// There may be an epoch that there was not.
    pub fn handle_new_epoch(&mut self) {
        self.waits = false;
    }

    /// Opens the next one that opens now.
    pub fn next(
        &mut self,
        now: Time,
        mut open: impl FnMut(transform::Codec, &[u8]) -> Result<Vec<u8>, Unopened>,
    ) -> Option<Step> {
        while self.next_timeout().is_some_and(|at| at <= now) {
            self.counts.dropped += 1;
            self.lose_first();
        }
        loop {
            if core::mem::take(&mut self.is_lost) {
                let pause = self.pause;
                self.pause = (pause * 2).min(LAST_PAUSE);
                return Some(Step::Lost(pause));
            }
            let (_, front) = self.frames.front().filter(|_| !self.waits)?;
            if self.needs_key && !front.is_key {
                self.counts.dropped += 1;
                self.take_first();
                continue;
            }
            let opened = sealed_codec(front.codec).map_or(Err(Unopened::Refused), |codec| open(codec, &front.data));
            match opened {
                Ok(data) => {
                    let sealed = self.take_first()?;
                    match self.finish(Frame { data, ..sealed }) {
                        Ok(Some(frame)) => return Some(Step::Opened(frame)),
                        Ok(None) => {}
                        Err(()) => {
                            self.counts.refused += 1;
                            self.lose();
                        }
                    }
                }
                Err(Unopened::UnknownEpoch) => {
                    self.waits = true;
                    return Some(Step::UnknownEpoch);
                }
                Err(Unopened::Refused) => {
                    self.counts.refused += 1;
                    self.lose_first();
                }
            }
        }
    }

    /// What was read of it sealed is read again. `None`: it belongs to the next one.
    fn finish(&mut self, mut frame: Frame) -> Result<Option<Frame>, ()> {
        let head = match frame.codec {
            Codec::H264 => match self.parameters.complete(frame.codec, Content::Plain, &mut frame.data) {
                Ok(Some(head)) => head,
                Ok(None) => return Ok(None),
                Err(_) => return Err(()),
            },
            codec => inspect(codec, &frame.data),
        };
        let Head { is_key, size } = head;
        if self.needs_key && !is_key {
            return Err(());
        }
        self.needs_key = false;
        self.pause = FIRST_PAUSE;
        self.counts.opened += 1;
        Ok(Some(Frame { is_key, size, ..frame }))
    }

    fn take_first(&mut self) -> Option<Frame> {
        let (_, frame) = self.frames.pop_front()?;
        self.bytes -= frame.data.len();
        self.account.hold(self.bytes);
        Some(frame)
    }

    fn lose_first(&mut self) {
        self.take_first();
        self.lose();
    }

    /// All that need what is gone go too.
    fn lose(&mut self) {
        (self.waits, self.needs_key) = (false, true);
        while self.frames.front().is_some_and(|(_, frame)| !frame.is_key) {
            self.counts.dropped += 1;
            self.take_first();
        }
        self.is_lost = self.frames.is_empty();
    }
}

#[cfg(test)]
mod tests;
