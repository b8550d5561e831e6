//! The replay window of one sender in one channel (conference-e2e.md, section 10).

/// How far behind the newest number a packet may lie, and how many numbers are remembered.
const SIZE: u64 = 1024;
/// Bits of the ring: the newest number and [`SIZE`] before it, in whole words.
const RING: u64 = 17 * 64;

/// The set of the numbers received. All lie between `min` and `min + 1024`, so a ring of bits holds them.
///
/// Compat: the reference keeps a set and adds in 32 bits; here nothing wraps near the end of the numbers.
#[derive(Clone, Debug, Default)]
pub struct Window {
    bits: [u64; 17],
    count: u32,
    min: u64,
    max: u64,
}

impl Window {
    /// The window of a sender of which no more is known than its highest number: only newer ones are taken.
    pub fn closed(highest: u32) -> Window {
        let highest = u64::from(highest);
        let mut window = Window { min: highest, max: highest, ..Window::default() };
        window.set(highest);
        window
    }

    /// The highest number received, 0 if there is none: numbers begin at 1.
    pub fn highest(&self) -> u32 {
        self.max as u32
    }

    /// Takes a number; false, with nothing changed, if it was there or is too old to tell. Numbers below the first one
    /// received are too old.
    #[must_use]
    pub fn accept(&mut self, number: u32) -> bool {
        let number = u64::from(number);
        if self.count != 0 && (number < self.min || number <= self.max && self.has(number)) {
            return false;
        }
        if self.count == 0 || self.max + SIZE < number {
            *self = Window { min: number, max: number, ..Window::default() };
        } else if number > self.max {
            while self.count > 0 && self.min + SIZE < number {
                self.remove_min();
            }
            self.max = number;
        }
        self.set(number);
        while u64::from(self.count) > SIZE {
            self.remove_min();
        }
        true
    }

    fn place(number: u64) -> (usize, u64) {
        let bit = number % RING;
        ((bit / 64) as usize, 1 << (bit % 64))
    }

    fn has(&self, number: u64) -> bool {
        let (word, bit) = Self::place(number);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn set(&mut self, number: u64) {
        let (word, bit) = Self::place(number);
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= bit;
        }
        self.count += 1;
    }

    /// Forgets the smallest number and finds the next; at most one round in all between two clean rings.
    fn remove_min(&mut self) {
        let (word, bit) = Self::place(self.min);
        if let Some(bits) = self.bits.get_mut(word) {
            *bits &= !bit;
        }
        self.count -= 1;
        while self.count > 0 && self.min < self.max {
            self.min += 1;
            if self.has(self.min) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use std::collections::BTreeSet;

    /// The set as section 10 describes it.
    #[derive(Default)]
    struct Model(BTreeSet<u64>);

    impl Model {
        fn accept(&mut self, number: u32) -> bool {
            let number = u64::from(number);
            if self.0.first().is_some_and(|min| number < *min || self.0.contains(&number)) {
                return false;
            }
            self.0.insert(number);
            while self.0.len() > 1024 || self.0.first().is_some_and(|min| min + 1024 < number) {
                self.0.pop_first();
            }
            true
        }
    }

    #[test]
    fn the_ring_decides_as_the_set_does() {
        for (seed, spread) in [(1, 3), (2, 40), (3, 1100), (4, 2100), (5, 100_000)] {
            for start in [0u32, 5, u32::MAX - 3000] {
                let (mut random, mut window, mut model) =
                    (Random::from_seed(seed), Window::default(), Model::default());
                let mut newest = start;
                for _ in 0..8000 {
                    let number = match random.below(3) {
                        0 => newest.saturating_add(random.below(spread) as u32),
                        1 => newest.saturating_sub(random.below(spread) as u32),
                        _ => newest.saturating_add(1),
                    };
                    newest = newest.max(number);
                    assert_eq!(window.accept(number), model.accept(number), "seed {seed}, {number} after {newest}");
                }
            }
        }
    }

    #[test]
    fn a_closed_window_takes_what_is_newer() {
        for highest in [1, 1500, u32::MAX - 1] {
            let mut window = Window::closed(highest);
            assert!(!window.accept(highest) && !window.accept(highest - 1) && !window.accept(0));
            assert!(window.accept(highest + 1) && !window.accept(highest + 1) && !window.accept(highest));
            assert_eq!(window.highest(), highest + 1);
        }
    }

    #[test]
    fn a_full_window_forgets_its_smallest_number() {
        let (mut window, mut model) = (Window::default(), Model::default());
        for number in (10..=1034).rev().skip(1).chain([10, 1034, 10, 11, 12]) {
            assert_eq!(window.accept(number), model.accept(number), "{number}");
        }
        for number in 10..=1034 {
            assert_eq!(window.accept(number), model.accept(number), "{number}");
        }
    }
}
