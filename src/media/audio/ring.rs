//! The host's PCM on its way to the network's thread: a ring whose writer is never refused.
//!
//! One thread writes and one reads, and neither waits. What does not fit takes the place of the oldest, which the reader
//! notices: live sound that nobody fetched is worth less than what was said last.
//!
//! # Why the reader never takes torn samples for sound
//! It is a sequence lock (Boehm, "Can seqlocks get along with programming language memory models?", 2012) over atomic words of
//! four samples. The writer claims positions before it writes them, with a release fence in between; the reader looks at
//! the claim after it has copied, behind an acquire fence. If one of the copied samples was a new one, the claim that it
//! was written under is seen as well, and what that claim covers is not used. In a word that is written in part the other
//! samples stay what they were, so it does not matter which of the two words the reader finds.

use core::sync::atomic::{AtomicU64, Ordering, fence};

/// Samples in a word: one after the other they would take three times as long.
const LANES: usize = 4;

#[derive(Debug)]
pub struct Ring {
    channels: usize,
    /// Samples there is room for.
    size: usize,
    words: Box<[AtomicU64]>,
    /// Up to where the writer may have written: positions count all samples there ever were.
    claimed: AtomicU64,
    written: AtomicU64,
    read: AtomicU64,
}

impl Ring {
    /// Interleaved samples of so many channels; everything else counts frames.
    pub fn new(capacity: usize, channels: usize) -> Ring {
        let size = capacity.max(1) * channels;
        let words = (0..size.div_ceil(LANES)).map(|_| AtomicU64::new(0)).collect();
        Ring { channels, size, words, claimed: AtomicU64::new(0), written: AtomicU64::new(0), read: AtomicU64::new(0) }
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    pub fn capacity(&self) -> usize {
        self.size / self.channels
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
            let (now, later) = samples.split_at(samples.len().min(self.size));
            let at = self.written.load(Ordering::Relaxed);
            let end = at + now.len() as u64;
            self.claimed.store(end, Ordering::Release);
            fence(Ordering::Release);
            let place = self.place(at);
            let (first, second) = now.split_at(now.len().min(self.size - place));
            self.put(place, first);
            self.put(0, second);
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
            let count = room.len().min(waiting as usize).min(self.size);
            let place = self.place(at);
            let (first, second) = room[..count].split_at_mut(count.min(self.size - place));
            self.get(place, first);
            self.get(0, second);
            fence(Ordering::Acquire);
            let torn = self.skip_lost();
            if torn == 0 {
                self.read.store(at + count as u64, Ordering::Release);
                return (count / self.channels, lost);
            }
            lost += torn;
        }
    }

    /// The same for frames of so many channels, whatever the ring has: mono on both sides, stereo as its mean.
    pub fn read_as(&self, room: &mut [i16], channels: usize) -> (usize, u64) {
        if self.channels == channels {
            return self.read(room);
        }
        let mut piece = [0i16; 256];
        let (mut taken, mut lost) = (0, 0);
        for slots in room.chunks_mut(piece.len() / 2 * channels) {
            let wanted = slots.len() / channels * self.channels;
            let (count, overwritten) = self.read(piece.get_mut(..wanted).unwrap_or_default());
            for (to, from) in slots.chunks_exact_mut(channels).zip(piece.chunks_exact(self.channels)).take(count) {
                let sum: i32 = from.iter().map(|sample| i32::from(*sample)).sum();
                to.fill((sum / from.len() as i32) as i16);
            }
            taken += count;
            lost += overwritten;
            if count * channels < slots.len() {
                break;
            }
        }
        (taken, lost)
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
        let oldest = self.claimed.load(Ordering::Acquire).saturating_sub(self.size as u64);
        if oldest > read {
            self.read.store(oldest, Ordering::Release);
        }
        oldest.saturating_sub(read) / self.channels as u64
    }

    /// Where the sample at this position lies.
    fn place(&self, at: u64) -> usize {
        (at % self.size as u64) as usize
    }

    /// Writes samples that lie one behind the other.
    fn put(&self, place: usize, samples: &[i16]) {
        let (head, samples) = samples.split_at(samples.len().min(lanes_before_a_word(place)));
        self.put_part(place, head);
        let (whole, tail) = samples.as_chunks::<LANES>();
        let first = place.div_ceil(LANES);
        self.words[first.min(self.words.len())..].iter().zip(whole).for_each(|(word, samples)| {
            word.store(pack(*samples), Ordering::Relaxed);
        });
        self.put_part((first + whole.len()) * LANES, tail);
    }

    /// Writes some samples of one word.
    fn put_part(&self, place: usize, samples: &[i16]) {
        if let (Some(word), false) = (self.words.get(place / LANES), samples.is_empty()) {
            // Nobody else writes.
            let mut lanes = unpack(word.load(Ordering::Relaxed));
            lanes.iter_mut().skip(place % LANES).zip(samples).for_each(|(lane, sample)| *lane = *sample);
            word.store(pack(lanes), Ordering::Relaxed);
        }
    }

    /// Reads samples that lie one behind the other.
    fn get(&self, place: usize, room: &mut [i16]) {
        let (head, room) = room.split_at_mut(room.len().min(lanes_before_a_word(place)));
        self.get_part(place, head);
        let (whole, tail) = room.as_chunks_mut::<LANES>();
        let first = place.div_ceil(LANES);
        self.words[first.min(self.words.len())..].iter().zip(whole.iter_mut()).for_each(|(word, samples)| {
            *samples = unpack(word.load(Ordering::Relaxed));
        });
        self.get_part((first + whole.len()) * LANES, tail);
    }

    /// Reads some samples of one word.
    fn get_part(&self, place: usize, room: &mut [i16]) {
        if let Some(word) = self.words.get(place / LANES) {
            let lanes = unpack(word.load(Ordering::Relaxed));
            room.iter_mut().zip(lanes.iter().skip(place % LANES)).for_each(|(sample, lane)| *sample = *lane);
        }
    }
}

fn lanes_before_a_word(place: usize) -> usize {
    place.next_multiple_of(LANES) - place
}

fn pack(samples: [i16; LANES]) -> u64 {
    let [a, b, c, d] = samples.map(|sample| u64::from(sample.cast_unsigned()));
    a | b << 16 | c << 32 | d << 48
}

fn unpack(word: u64) -> [i16; LANES] {
    [word as i16, (word >> 16) as i16, (word >> 32) as i16, (word >> 48) as i16]
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

    /// Pieces of every length, from every place on, in rings of every size.
    #[test]
    fn words_that_are_written_in_part_keep_the_rest() {
        for (capacity, channels) in [(1, 1), (5, 1), (8, 1), (13, 1), (7, 2), (16, 2)] {
            let ring = Ring::new(capacity, channels);
            let (mut said, mut heard) = (0i16, 0i16);
            for step in 0..500 {
                let frames = step % (capacity + 1);
                let samples: Vec<i16> = (0..frames * channels).map(|at| said + at as i16).collect();
                said += samples.len() as i16;
                ring.write(&samples);
                let mut room = vec![0; capacity * channels];
                // In two parts.
                let (one, other) = room.split_at_mut(step / 3 % (capacity + 1) * channels);
                let (first, _) = ring.read(one);
                let (second, lost) = ring.read(other);
                assert_eq!((first + second, lost), (frames, 0));
                let read = one[..first * channels].iter().chain(&other[..second * channels]);
                read.for_each(|sample| {
                    assert_eq!(*sample, heard);
                    heard += 1;
                });
            }
        }
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
