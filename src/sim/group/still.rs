//! The simplest H.264 there is: a grey picture whose samples stand in it as they are, and pictures that say "the same".

/// Square, its sides so many macroblocks of 16.
#[derive(Clone, Copy, Debug)]
pub struct Still(pub u32);

impl Still {
    /// Of a side, in samples.
    pub fn side(self) -> u16 {
        16 * self.0 as u16
    }

    /// Sequence and picture parameters, as `avcC` has them.
    pub fn parameters(self) -> [Vec<u8>; 2] {
        let mut sps = Bits::default();
        // Constrained baseline at level 3.
        [66, 0xc0, 30].into_iter().for_each(|byte| sps.put(byte, 8));
        // Id, size of the frame numbers, order of the pictures as they come, one reference.
        [0, 0, 2, 1].into_iter().for_each(|value| sps.number(value));
        sps.put(0, 1);
        [self.0 - 1, self.0 - 1].into_iter().for_each(|value| sps.number(value));
        // Frames only, direct inference; neither cropped nor described.
        sps.put(0b1100, 4);
        let mut pps = Bits::default();
        [0, 0].into_iter().for_each(|value| pps.number(value));
        pps.put(0b00, 2);
        [0, 0, 0].into_iter().for_each(|value| pps.number(value));
        pps.put(0b000, 3);
        [0, 0, 0].into_iter().for_each(|value| pps.number(value));
        // Slices say whether they are deblocked.
        pps.put(0b100, 3);
        [sps.unit(0x67), pps.unit(0x68)]
    }

    /// A key frame of this brightness, 16 to 235.
    pub fn key(self, luma: u8) -> Vec<u8> {
        let mut bits = Bits::default();
        // First macroblock, intra slice, parameters.
        [0, 7, 0].into_iter().for_each(|value| bits.number(value));
        bits.put(0, 4);
        bits.number(0);
        bits.put(0b00, 2);
        // As coarse as the parameters say, not deblocked.
        [0, 1].into_iter().for_each(|value| bits.number(value));
        for _ in 0..self.0 * self.0 {
            bits.number(25);
            bits.align();
            (0..256).for_each(|_| bits.put(luma.into(), 8));
            (0..128).for_each(|_| bits.put(128, 8));
        }
        bits.unit(0x65)
    }

    /// The same as the picture before, as the so-manieth since the key frame.
    pub fn same(self, number: u32) -> Vec<u8> {
        let mut bits = Bits::default();
        [0, 5, 0].into_iter().for_each(|value| bits.number(value));
        bits.put(number & 15, 4);
        // No other number of references, no other order, no marking.
        bits.put(0b000, 3);
        [0, 1].into_iter().for_each(|value| bits.number(value));
        bits.number(self.0 * self.0);
        bits.unit(0x41)
    }
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    /// Of the last byte.
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for bit in (0..count).rev() {
            if self.used == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> bit & 1) as u8) << (7 - self.used);
            }
            self.used = (self.used + 1) % 8;
        }
    }

    /// Exp-Golomb; 0 is the same signed and unsigned.
    fn number(&mut self, value: u32) {
        let bits = (value + 1).ilog2();
        self.put(0, bits);
        self.put(value + 1, bits + 1);
    }

    fn align(&mut self) {
        self.used = 0;
    }

    /// With its end, and what keeps it from looking like a start code.
    fn unit(mut self, head: u8) -> Vec<u8> {
        self.put(1, 1);
        let (mut unit, mut zeros) = (vec![head], 0);
        for byte in self.bytes {
            if zeros >= 2 && byte <= 3 {
                unit.push(3);
                zeros = 0;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            unit.push(byte);
        }
        unit
    }
}
