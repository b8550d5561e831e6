//! Single bits of bitstream heads.

/// Reads bits from the highest down. Where `escaped`, the bytes are of a NAL unit: a 3 behind two zeros is not there.
pub struct BitReader<'a> {
    bytes: &'a [u8],
    escaped: bool,
    at: usize,
    /// Bits of the byte at `at` that were read.
    used: u32,
    zeros: u32,
}

impl<'a> BitReader<'a> {
    pub fn new(bytes: &'a [u8]) -> BitReader<'a> {
        BitReader { bytes, escaped: false, at: 0, used: 0, zeros: 0 }
    }

    pub fn of_nal(bytes: &'a [u8]) -> BitReader<'a> {
        BitReader { escaped: true, ..BitReader::new(bytes) }
    }

    pub fn bit(&mut self) -> Option<bool> {
        if self.escaped && self.used == 0 && self.zeros >= 2 && self.bytes.get(self.at) == Some(&3) {
            self.at += 1;
            self.zeros = 0;
        }
        let byte = *self.bytes.get(self.at)?;
        let bit = byte >> (7 - self.used) & 1;
        self.used += 1;
        if self.used == 8 {
            self.used = 0;
            self.at += 1;
            self.zeros = if byte == 0 { self.zeros + 1 } else { 0 };
        }
        Some(bit == 1)
    }

    /// At most 32.
    pub fn bits(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.bit()?);
        }
        Some(value)
    }

    pub fn skip(&mut self, count: u32) -> Option<()> {
        (0..count).try_for_each(|_| self.bit().map(drop))
    }

    /// `ue(v)` of H.264 and H.265.
    pub fn exp_golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1 << zeros) - 1 + self.bits(zeros)?)
    }

    /// `se(v)`.
    pub fn signed_exp_golomb(&mut self) -> Option<i32> {
        let value = self.exp_golomb()?;
        let half = (value / 2 + value % 2) as i32;
        Some(if value % 2 == 1 { half } else { -half })
    }
}

/// A number of the little-endian kind with 7 bits a byte, as AV1 has it: it, and what follows.
pub fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0u64;
    for (i, byte) in bytes.iter().take(8).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok().filter(|_| value <= u64::from(u32::MAX))?, &bytes[i + 1..]));
        }
    }
    None
}

/// How many bytes [`push_leb128`] takes.
pub fn leb128_size(value: usize) -> usize {
    (1..).find(|size| value >> (7 * size) == 0).unwrap_or(1)
}

pub fn push_leb128(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_exp_golomb_kind_are_those_of_the_standard() {
        // H.264, table 9-2: 1, 010, 011, 00100, 00101, 00110, 00111, 0001000.
        let mut reader = BitReader::new(&[0b1010_0110, 0b0100_0010, 0b1001_1000, 0b1110_0010, 0b0000_0000]);
        let read: Vec<u32> = (0..8).map(|_| reader.exp_golomb().unwrap()).collect();
        assert_eq!(read, [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(reader.exp_golomb(), None);
        // 1 → 1, 2 → -1, 3 → 2, 4 → -2.
        let mut reader = BitReader::new(&[0b0100_1100, 0b1000_0101]);
        assert_eq!([(); 4].map(|()| reader.signed_exp_golomb().unwrap()), [1, -1, 2, -2]);
        assert_eq!(BitReader::new(&[0; 9]).exp_golomb(), None);
        let most = [0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(BitReader::new(&most).exp_golomb(), Some(u32::MAX - 1));
    }

    #[test]
    fn the_byte_that_escapes_is_not_read() {
        let bytes = [0xff, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3];
        let all = |mut reader: BitReader<'_>| std::iter::from_fn(|| reader.bits(8)).collect::<Vec<u32>>();
        assert_eq!(all(BitReader::of_nal(&bytes)), [0xff, 0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(all(BitReader::new(&bytes)).len(), bytes.len());
    }

    #[test]
    fn numbers_of_seven_bits_a_byte_come_back() {
        for value in [0usize, 1, 127, 128, 300, 16_383, 16_384, u32::MAX as usize] {
            let mut bytes = Vec::new();
            push_leb128(&mut bytes, value);
            assert_eq!(bytes.len(), leb128_size(value));
            assert_eq!((1..bytes.len()).find_map(|cut| leb128(&bytes[..cut])), None);
            bytes.push(9);
            assert_eq!(leb128(&bytes), Some((value, &[9][..])));
        }
        // The standard's own example of a number that takes more bytes than it needs, and one beyond 32 bits.
        assert_eq!(leb128(&[0x85, 0x80, 0x00]), Some((5, &[][..])));
        assert_eq!(leb128(&[0xff, 0xff, 0xff, 0xff, 0x7f]), None);
        assert_eq!(leb128(&[0x80; 9]), None);
    }
}
