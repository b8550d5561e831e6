//! Sound that comes decoded and at its pace, as that of a stream does: from a ring to who pulls, on the puller's thread.
//!
//! There is no network in between, only two clocks, and the grain of the host's pulls. So much is waited for before the first sample
//! that neither is heard; what the clocks make of it in the long run is stretched away.

use super::ring::Ring;
use std::sync::Arc;

/// Frames at 48 kHz in a millisecond.
const MS: u64 = 48;
/// What is taken at a time, and what is taken to be stretched.
const PIECE: u64 = 10 * MS;
const LONG_PIECE: u64 = 20 * MS;
/// What is waited for before the first sample.
const START: u64 = 40 * MS;
/// The least that has waited in so long a time should be between these. A stretch makes 4 ms of it, so clocks may differ by 4 thousandths.
const SPAN: u64 = 1000 * MS;
const FEW: u64 = 5 * MS;
const MANY: u64 = 60 * MS;
/// When more waits nobody has pulled for long: what is old goes.
const MOST: u64 = 250 * MS;
/// So much there is room for.
pub const CAPACITY: usize = 400 * MS as usize;

/// What becomes of the next piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    Keep,
    Shorten,
    Lengthen,
}

#[derive(Debug)]
pub struct Flow {
    ring: Arc<Ring>,
    is_playing: bool,
    /// The least that has waited, in so many frames that were played.
    least: u64,
    span: u64,
    stretch: Stretch,
}

impl Flow {
    pub fn new(ring: Arc<Ring>) -> Flow {
        Flow { ring, is_playing: false, least: u64::MAX, span: 0, stretch: Stretch::Keep }
    }

    pub fn waiting(&self) -> u64 {
        self.ring.waiting()
    }

    /// What waits is of no use to who pulls now.
    pub fn forget(&mut self) {
        self.ring.skip(u64::MAX);
        self.is_playing = false;
    }

    /// The frames of the next piece, and what is to be done with it. `None`: nothing is there.
    pub fn begin(&mut self) -> Option<(usize, Stretch)> {
        self.ring.skip_lost();
        let mut waiting = self.waiting();
        if waiting > MOST {
            self.ring.skip(waiting - START);
            waiting = START;
        }
        if !self.is_playing && waiting < START {
            return None;
        }
        self.is_playing = waiting >= PIECE;
        if !self.is_playing {
            (self.least, self.span) = (u64::MAX, 0);
            return None;
        }
        let stretch = if waiting >= LONG_PIECE { self.stretch } else { Stretch::Keep };
        Some((if stretch == Stretch::Keep { PIECE } else { LONG_PIECE } as usize, stretch))
    }

    /// Fills the room for a piece that [`Self::begin`] has told of, with so many channels.
    pub fn read(&mut self, room: &mut [i16], channels: usize) {
        let (count, _) = self.ring.read_as(room, channels);
        room[count * channels..].fill(0);
        self.least = self.least.min(self.waiting());
        self.span += count as u64;
        if self.span >= SPAN {
            self.stretch = match self.least {
                0..FEW => Stretch::Lengthen,
                FEW..=MANY => Stretch::Keep,
                _ => Stretch::Shorten,
            };
            (self.least, self.span) = (u64::MAX, 0);
        }
    }

    /// It was done.
    pub fn stretched(&mut self) {
        self.stretch = Stretch::Keep;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pull(flow: &mut Flow) -> Option<(Vec<i16>, Stretch)> {
        let (frames, stretch) = flow.begin()?;
        let mut piece = vec![0; frames];
        flow.read(&mut piece, 1);
        Some((piece, stretch))
    }

    #[test]
    fn it_begins_when_some_waits_and_stops_when_nothing_does() {
        let ring = Arc::new(Ring::new(CAPACITY, 1));
        let mut flow = Flow::new(ring.clone());
        ring.write(&[1; 960]);
        assert_eq!(pull(&mut flow), None);
        ring.write(&[2; 960]);
        for expected in [1, 1, 2, 2] {
            assert_eq!(pull(&mut flow), Some((vec![expected; 480], Stretch::Keep)));
        }
        assert_eq!(pull(&mut flow), None);
        ring.write(&[3; 960]);
        assert_eq!(pull(&mut flow), None, "it begins anew");
    }

    #[test]
    fn what_nobody_pulls_grows_old_and_goes() {
        let ring = Arc::new(Ring::new(CAPACITY, 1));
        let mut flow = Flow::new(ring.clone());
        (0..100).for_each(|at| ring.write(&[at; 960]));
        assert_eq!(pull(&mut flow).unwrap().0, [98; 480], "the last 40 ms are there");
        flow.forget();
        assert_eq!((pull(&mut flow), flow.waiting()), (None, 0));
    }

    #[test]
    fn two_clocks_are_brought_together() {
        // One that is fast by three thousandths, and one that is slow: no clock of a computer is so wrong.
        for (written, wanted) in [(963, Stretch::Shorten), (957, Stretch::Lengthen)] {
            let ring = Arc::new(Ring::new(CAPACITY, 1));
            let mut flow = Flow::new(ring.clone());
            ring.write(&[1; 1920]);
            let mut seen = Vec::new();
            for _ in 0..2000 {
                ring.write(&vec![1; written]);
                for _ in 0..2 {
                    let (piece, stretch) = pull(&mut flow).expect("it never runs dry");
                    if stretch != Stretch::Keep {
                        seen.push(stretch);
                        flow.stretched();
                        // What is gained of it: 4 ms.
                        let gained = vec![1; 192];
                        if stretch == Stretch::Lengthen {
                            ring.write(&gained)
                        } else {
                            _ = ring.skip(192)
                        }
                        assert_eq!(piece.len(), 960);
                        // It was two of them.
                        break;
                    }
                }
            }
            assert!(seen.len() > 5 && seen.iter().all(|stretch| *stretch == wanted), "{written}: {seen:?}");
        }
    }
}
