//! The replay window of call packets: `signaling-encryption.md` section 5.

/// How far behind the highest counter a packet may lie.
const SIZE: u32 = 64;

/// Remembers which of the last 64 counters were accepted.
#[derive(Clone, Debug, Default)]
pub struct ReplayWindow {
    highest: u32,
    /// Bit `i` stands for the counter `highest - i`.
    seen: u64,
}

impl ReplayWindow {
    /// Whether the counter is new, which it then no longer is.
    #[must_use]
    pub fn accept(&mut self, counter: u32) -> bool {
        if counter > self.highest {
            let ahead = counter - self.highest;
            self.seen = if ahead < SIZE { self.seen << ahead } else { 0 };
            self.seen |= 1;
            self.highest = counter;
            return true;
        }
        let behind = self.highest - counter;
        if behind >= SIZE || self.seen & (1 << behind) != 0 {
            return false;
        }
        self.seen |= 1 << behind;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use std::collections::BTreeSet;

    /// The list that the document describes.
    #[derive(Default)]
    struct List(BTreeSet<u32>);

    impl List {
        fn accept(&mut self, counter: u32) -> bool {
            let highest = self.0.last().copied().unwrap_or(0);
            if self.0.contains(&counter) || counter + 64 <= highest {
                return false;
            }
            self.0.retain(|entry| entry + 64 > counter);
            self.0.insert(counter)
        }
    }

    #[test]
    fn the_bitmap_does_what_the_list_does() {
        for seed in 0..50 {
            let (mut random, mut list, mut window) = (Random::from_seed(seed), List::default(), ReplayWindow::default());
            let mut base = 0;
            for _ in 0..500 {
                base += random.below(3) as u32 * random.below(40) as u32;
                let counter = base + random.below(100) as u32;
                assert_eq!(window.accept(counter), list.accept(counter), "seed {seed}, counter {counter}");
            }
        }
    }

    #[test]
    fn the_ends_of_the_range_do_not_overflow() {
        let mut window = ReplayWindow::default();
        assert!(window.accept(0));
        assert!(!window.accept(0));
        assert!(window.accept(u32::MAX));
        assert!(!window.accept(0));
        assert!(window.accept(u32::MAX - 63));
        assert!(!window.accept(u32::MAX - 64));
    }
}
