//! Buffers of packets that are used again, for whoever gives them back.

/// So many wait; more are let go.
const MAX_WAITING: usize = 64;
/// What is smaller or larger is of no use, or too much to keep.
const SIZES: core::ops::RangeInclusive<usize> = 256..=4096;

#[derive(Debug, Default)]
pub struct Buffers {
    waiting: Vec<Vec<u8>>,
}

impl Buffers {
    /// An empty one, which comes to be kept when it is given back.
    pub fn take(&mut self) -> Vec<u8> {
        self.waiting.pop().unwrap_or_else(|| Vec::with_capacity(*SIZES.start()))
    }

    pub fn give_back(&mut self, mut buffer: Vec<u8>) {
        if self.waiting.len() < MAX_WAITING && SIZES.contains(&buffer.capacity()) {
            buffer.clear();
            self.waiting.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_is_used_again_within_limits() {
        let mut buffers = Buffers::default();
        (0..100).for_each(|_| buffers.give_back(vec![7; 1200]));
        buffers.give_back(vec![7; 10]);
        buffers.give_back(vec![7; 100_000]);
        let taken: Vec<Vec<u8>> = (0..100).map(|_| buffers.take()).collect();
        assert_eq!(taken.iter().filter(|buffer| buffer.capacity() == 1200).count(), MAX_WAITING);
        assert!(taken.iter().all(Vec::is_empty));
    }
}
