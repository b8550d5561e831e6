//! Numbers that wrap around on the wire: continued beyond their bits, and taken once each.

/// The number nearest to `near` that ends with these 16 bits. `None`: it would lie before 0.
///
/// Half the range to either side is near; what is as far ahead as behind is taken to be behind.
pub fn extend(near: u64, low: u16) -> Option<u64> {
    near.checked_add_signed(i64::from(low.wrapping_sub(near as u16) as i16))
}

/// Likewise for timestamps, which end with 32 bits and may go below 0.
pub fn extend_timestamp(near: i64, low: u32) -> i64 {
    near.saturating_add(i64::from(low.wrapping_sub(near as u32) as i32))
}

/// Which of the last numbers were accepted: the highest, and `SIZE` counted from it downwards, at most 128.
///
/// What lies further back is refused, since nobody can tell whether it was there.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReplayWindow<const SIZE: u64> {
    highest: u64,
    /// Bit `i` stands for `highest - i`. 0: nothing was accepted yet.
    seen: u128,
}

impl<const SIZE: u64> ReplayWindow<SIZE> {
    /// A window of which no more is known than its highest number: only newer ones are taken.
    pub fn closed(highest: u64) -> ReplayWindow<SIZE> {
        ReplayWindow { highest, seen: u128::MAX }
    }

    /// `None` before the first.
    pub fn highest(&self) -> Option<u64> {
        (self.seen != 0).then_some(self.highest)
    }

    /// Whether the number would be accepted.
    pub fn is_fresh(&self, number: u64) -> bool {
        const { assert!(SIZE <= u128::BITS as u64) };
        if self.seen == 0 || number > self.highest {
            return true;
        }
        let behind = self.highest - number;
        behind < SIZE && self.seen >> behind & 1 == 0
    }

    /// Takes a number that is new, which it then no longer is.
    #[must_use]
    pub fn accept(&mut self, number: u64) -> bool {
        if !self.is_fresh(number) {
            return false;
        }
        if self.seen == 0 || number > self.highest {
            // Nothing that was seen is moved from a window without numbers.
            let ahead = u32::try_from(number.saturating_sub(self.highest)).unwrap_or(u32::MAX);
            self.seen = self.seen.checked_shl(ahead).unwrap_or(0) | 1;
            self.highest = number;
        } else {
            self.seen |= 1 << (self.highest - number);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use std::collections::BTreeSet;

    #[test]
    fn a_number_is_continued_the_shorter_way_round() {
        let near: u64 = (5 << 16) + 10;
        for distance in [-32_768_i64, -32_767, -11, -10, -1, 0, 1, 32_767] {
            let number = near.checked_add_signed(distance).unwrap();
            assert_eq!(extend(near, number as u16), Some(number), "{distance}");
        }
        assert_eq!(extend(near, (near + 32_768) as u16), Some(near - 32_768));
        assert_eq!((extend(3, 3), extend(3, 0), extend(3, 65_535)), (Some(3), Some(0), None));
        assert_eq!((extend(u64::MAX, 65_535), extend(u64::MAX, 0)), (Some(u64::MAX), None));
        for near in [-5_i64, 0, 7, 1 << 33, -(1 << 40)] {
            for distance in [-(1_i64 << 31), -1, 0, 1, (1 << 31) - 1] {
                assert_eq!(extend_timestamp(near, (near + distance) as u32), near + distance, "{near} {distance}");
            }
        }
        assert_eq!(extend_timestamp(i64::MAX, 5), i64::MAX);
    }

    /// Every number that was accepted, and the rule.
    #[derive(Default)]
    struct Model(BTreeSet<u64>);

    impl Model {
        fn accept(&mut self, number: u64, size: u64) -> bool {
            let too_old = self.0.last().is_some_and(|highest| number + size <= *highest);
            !too_old && self.0.insert(number)
        }
    }

    fn compare<const SIZE: u64>(seed: u64) {
        let (mut random, mut model, mut window) =
            (Random::from_seed(seed), Model::default(), ReplayWindow::<SIZE>::default());
        let mut base = 0;
        for _ in 0..500 {
            base += random.below(3) * random.below(SIZE);
            let number = base + random.below(2 * SIZE);
            let wanted = model.accept(number, SIZE);
            assert_eq!(window.is_fresh(number), wanted, "seed {seed}, size {SIZE}, {number}");
            assert_eq!(window.accept(number), wanted, "seed {seed}, size {SIZE}, {number}");
            assert_eq!(window.highest(), model.0.last().copied());
        }
    }

    #[test]
    fn the_bits_decide_as_the_list_of_all_numbers_does() {
        for seed in 0..50 {
            compare::<1>(seed);
            compare::<64>(seed);
            compare::<128>(seed);
        }
    }

    #[test]
    fn the_ends_of_the_range_do_not_overflow() {
        let mut window = ReplayWindow::<128>::default();
        assert_eq!(window.highest(), None);
        assert!(window.accept(0) && !window.accept(0));
        assert!(window.accept(u64::MAX) && !window.accept(u64::MAX) && !window.accept(0));
        assert!(window.accept(u64::MAX - 127) && !window.accept(u64::MAX - 127) && !window.accept(u64::MAX - 128));
    }

    #[test]
    fn a_closed_window_takes_what_is_newer() {
        let mut window = ReplayWindow::<64>::closed(1000);
        assert_eq!(window.highest(), Some(1000));
        assert!((0..=1000).all(|number| !window.is_fresh(number)));
        assert!(window.accept(1002) && window.accept(1001) && !window.accept(1001) && !window.accept(1000));
    }
}
