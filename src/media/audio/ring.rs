//! The host's PCM on its way to the network's thread: a ring whose writer is never refused.
//!
//! One thread writes and one reads, and neither waits. What does not fit takes the place of the oldest, which the reader
//! notices: live sound that nobody fetched is worth less than what was said last.
//!
//! # Why the reader never takes torn samples for sound
//! It is a sequence lock (Boehm, "Can seqlocks get along with programming language memory models?", 2012) over single
//! atomic samples. The writer claims positions before it writes them, with a release fence in between; the reader looks at
//! the claim after it has copied, behind an acquire fence. If one of the copied samples was a new one, the claim that it
//! was written under is seen as well, and what that claim covers is not used.

use core::sync::atomic::{AtomicI16, AtomicU64, Ordering, fence};

#[derive(Debug)]
pub struct Ring {
    channels: usize,
    samples: Box<[AtomicI16]>,
    /// Up to where the writer may have written: positions count all samples there ever were.
    claimed: AtomicU64,
    written: AtomicU64,
    read: AtomicU64,
}

impl Ring {
    /// Interleaved samples of so many channels; everything else counts frames.
    pub fn new(capacity: usize, channels: usize) -> Ring {
        let samples = (0..capacity.max(1) * channels).map(|_| AtomicI16::new(0)).collect();
        Ring { channels, samples, claimed: AtomicU64::new(0), written: AtomicU64::new(0), read: AtomicU64::new(0) }
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    pub fn capacity(&self) -> usize {
        self.samples.len() / self.channels
    }

    /// Frames that were written and not read, those included that are overwritten by now.
    pub fn waiting(&self) -> u64 {
        // In this order, so that a reader in between makes it more and never less than nothing.
        let read = self.read.load(Ordering::Acquire);
        self.written.load(Ordering::Acquire).saturating_sub(read) / self.channels as u64
    }

    /// What can be written before the oldest gives way.
    pub fn room(&self) -> usize {
        self.capacity().saturating_sub(self.waiting() as usize)
    }

    /// For the writer: whole frames.
    pub fn write(&self, mut samples: &[i16]) {
        while !samples.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(self.samples.len()));
            let at = self.written.load(Ordering::Relaxed);
            let end = at + now.len() as u64;
            self.claimed.store(end, Ordering::Release);
            fence(Ordering::Release);
            let (first, second) = self.places(at, now.len());
            let (to_first, to_second) = now.split_at(first.len());
            // Two plain loops: one over both parts takes several times as long for each sample.
            for (places, samples) in [(first, to_first), (second, to_second)] {
                places.iter().zip(samples).for_each(|(place, sample)| place.store(*sample, Ordering::Relaxed));
            }
            self.written.store(end, Ordering::Release);
            samples = later;
        }
    }

    /// For the reader: fills the beginning of `room`. How many frames that are, and how many before them were lost.
    pub fn read(&self, room: &mut [i16]) -> (usize, u64) {
        let mut lost = self.skip_lost();
        loop {
            let at = self.read.load(Ordering::Relaxed);
            let waiting = self.written.load(Ordering::Acquire).saturating_sub(at);
            let count = room.len().min(waiting as usize).min(self.samples.len());
            let (first, second) = self.places(at, count);
            let (from_first, from_second) = room[..count].split_at_mut(first.len());
            for (room, places) in [(from_first, first), (from_second, second)] {
                room.iter_mut().zip(places).for_each(|(sample, place)| *sample = place.load(Ordering::Relaxed));
            }
            fence(Ordering::Acquire);
            let torn = self.skip_lost();
            if torn == 0 {
                self.read.store(at + count as u64, Ordering::Release);
                return (count / self.channels, lost);
            }
            lost += torn;
        }
    }

    /// For the reader: up to `most` frames are not wanted. How many there were.
    pub fn skip(&self, most: u64) -> u64 {
        let count = self.waiting().min(most);
        self.read.fetch_add(count * self.channels as u64, Ordering::Release);
        count
    }

    /// For the reader: goes to the oldest frame that is still there. How many are not.
    pub fn skip_lost(&self) -> u64 {
        let read = self.read.load(Ordering::Relaxed);
        let oldest = self.claimed.load(Ordering::Acquire).saturating_sub(self.samples.len() as u64);
        if oldest > read {
            self.read.store(oldest, Ordering::Release);
        }
        oldest.saturating_sub(read) / self.channels as u64
    }

    /// Where samples from this position on lie. At most the whole ring.
    fn places(&self, at: u64, count: usize) -> (&[AtomicI16], &[AtomicI16]) {
        let start = (at % self.samples.len() as u64) as usize;
        let (front, back) = self.samples.split_at(start);
        let first = count.min(back.len());
        (&back[..first], &front[..count - first])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn samples_come_out_as_they_went_in_and_the_oldest_gives_way() {
        let ring = Ring::new(10, 1);
        let mut room = [0; 8];
        for round in 0..20i16 {
            ring.write(&[round, round + 1, round + 2]);
            assert_eq!((ring.waiting(), ring.room()), (3, 7));
            assert_eq!(ring.read(&mut room), (3, 0));
            assert_eq!(room[..3], [round, round + 1, round + 2]);
        }
        ring.write(&[1, 2, 3, 4, 5, 6, 7, 8]);
        ring.write(&[9, 10, 11, 12]);
        assert_eq!((ring.waiting(), ring.room()), (12, 0));
        assert_eq!(ring.read(&mut room), (8, 2), "the two oldest are lost");
        assert_eq!(room, [3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!((ring.skip(1), ring.skip(9), ring.skip(9)), (1, 1, 0));
        ring.write(&(0..25).collect::<Vec<_>>());
        assert_eq!(ring.read(&mut room), (8, 15));
        assert_eq!(room, [15, 16, 17, 18, 19, 20, 21, 22]);
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "two threads are what is tested")]
    fn a_reader_beside_a_writer_that_laps_it_sees_nothing_torn() {
        let ring = Arc::new(Ring::new(64, 1));
        let writer = ring.clone();
        let writing = std::thread::spawn(move || {
            // Each block is of one value.
            (0..20_000u32).for_each(|block| writer.write(&[block as i16; 16]));
        });
        let (mut position, mut room) = (0u64, [0; 40]);
        while position < 20_000 * 16 {
            let (count, lost) = ring.read(&mut room);
            position += lost;
            for sample in &room[..count] {
                assert_eq!(*sample, (position / 16) as i16, "at {position}");
                position += 1;
            }
        }
        writing.join().unwrap();
        assert_eq!(ring.waiting(), 0);
    }
}
