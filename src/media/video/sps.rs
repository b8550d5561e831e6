//! What a sequence parameter set of H.264 says of how many pictures wait for their turn.
//!
//! A native receiver rewrites a set in which pictures may come out of order, or wait longer than they must, before it opens the frame;
//! and what was sealed is then another (`conference-flow.md` 4.3). So in conferences the set is sent as that receiver wants it.

use super::bits::BitReader;

/// What stands where nothing restricts it: what the standard infers, as the native library writes it.
const UNRESTRICTED: [u32; 4] = [2, 1, 16, 16];
/// Of what else the usability information says, one says of each whether it is there.
const USABILITY_FLAGS: u32 = 8;
/// Profiles whose sets tell of colours (7.3.2.1.1).
const WITH_CHROMA_FORMAT: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
/// An aspect ratio that is spelled out.
const EXTENDED_RATIO: u32 = 255;

/// The set, such that nobody has to rewrite it. `None`: it is so already, or cannot be read.
pub fn settled(nal: &[u8]) -> Option<Vec<u8>> {
    let (header, body) = nal.split_first()?;
    let mut set = Copy { reader: BitReader::of_nal(body), bits: Vec::with_capacity(8 * nal.len() + 64) };
    let references = set.until_usability()?;
    let is_there = set.reader.bit()?;
    set.push(true);
    let mut is_restricted = false;
    if is_there {
        set.until_restriction()?;
        is_restricted = set.reader.bit()?;
    } else {
        set.push_bits(0, USABILITY_FLAGS);
    }
    set.push(true);
    let mut buffered = references;
    if is_restricted {
        set.copy(1)?;
        set.exp_golombs(UNRESTRICTED.len())?;
        let [reordered, waiting] = [set.reader.exp_golomb()?, set.reader.exp_golomb()?];
        if reordered == 0 && waiting <= references {
            return None;
        }
        buffered = waiting.min(references);
    } else {
        set.push(true);
        UNRESTRICTED.into_iter().for_each(|value| set.push_exp_golomb(value));
    }
    set.push_exp_golomb(0);
    set.push_exp_golomb(buffered);
    Some(set.finish(*header))
}

/// Reads a set and writes what it has read.
struct Copy<'a> {
    reader: BitReader<'a>,
    bits: Vec<bool>,
}

impl Copy<'_> {
    fn push(&mut self, bit: bool) {
        self.bits.push(bit);
    }

    fn push_bits(&mut self, value: u64, count: u32) {
        (0..count).rev().for_each(|at| self.bits.push(value >> at & 1 == 1));
    }

    fn push_exp_golomb(&mut self, value: u32) {
        let more = u64::from(value) + 1;
        let size = 64 - more.leading_zeros();
        self.push_bits(more, 2 * size - 1);
    }

    fn flag(&mut self) -> Option<bool> {
        let bit = self.reader.bit()?;
        self.push(bit);
        Some(bit)
    }

    fn copy(&mut self, count: u32) -> Option<u32> {
        let value = self.reader.bits(count)?;
        self.push_bits(value.into(), count);
        Some(value)
    }

    fn exp_golomb(&mut self) -> Option<u32> {
        let value = self.reader.exp_golomb()?;
        self.push_exp_golomb(value);
        Some(value)
    }

    /// Numbers with a sign are coded no other way.
    fn exp_golombs(&mut self, count: usize) -> Option<()> {
        (0..count).try_for_each(|_| self.exp_golomb().map(drop))
    }

    /// Up to the flag of the usability information; how many pictures are referred to.
    fn until_usability(&mut self) -> Option<u32> {
        let profile = self.copy(8)?;
        self.copy(16)?;
        self.exp_golomb()?;
        if WITH_CHROMA_FORMAT.contains(&profile) {
            let chroma = self.exp_golomb()?;
            if chroma == 3 {
                self.flag()?;
            }
            self.exp_golombs(2)?;
            self.flag()?;
            if self.flag()? {
                for list in 0..if chroma == 3 { 12 } else { 8 } {
                    if self.flag()? {
                        self.scaling_list(if list < 6 { 16 } else { 64 })?;
                    }
                }
            }
        }
        self.exp_golomb()?;
        match self.exp_golomb()? {
            0 => self.exp_golombs(1)?,
            1 => {
                self.flag()?;
                self.exp_golombs(2)?;
                let count = self.exp_golomb().filter(|count| *count < 256)?;
                self.exp_golombs(count as usize)?;
            }
            _ => {}
        }
        let references = self.exp_golomb()?;
        self.flag()?;
        self.exp_golombs(2)?;
        if !self.flag()? {
            self.flag()?;
        }
        self.flag()?;
        if self.flag()? {
            self.exp_golombs(4)?;
        }
        Some(references)
    }

    fn scaling_list(&mut self, size: usize) -> Option<()> {
        let (mut last, mut next) = (8i32, 8i32);
        for _ in 0..size {
            if next != 0 {
                let value = self.exp_golomb()?;
                let half = (value / 2 + value % 2).cast_signed();
                next = last.wrapping_add(if value % 2 == 1 { half } else { -half }).wrapping_add(256) & 0xff;
            }
            last = if next == 0 { last } else { next };
        }
        Some(())
    }

    /// Up to the flag of what the stream restricts itself to (E.1.1).
    fn until_restriction(&mut self) -> Option<()> {
        if self.flag()? && self.copy(8)? == EXTENDED_RATIO {
            self.copy(32)?;
        }
        if self.flag()? {
            self.flag()?;
        }
        if self.flag()? {
            self.copy(4)?;
            if self.flag()? {
                self.copy(24)?;
            }
        }
        if self.flag()? {
            self.exp_golombs(2)?;
        }
        if self.flag()? {
            self.copy(32)?;
            self.copy(32)?;
            self.flag()?;
        }
        let mut is_modelled = false;
        for _ in 0..2 {
            if self.flag()? {
                is_modelled = true;
                self.decoder_model()?;
            }
        }
        if is_modelled {
            self.flag()?;
        }
        self.flag().map(drop)
    }

    /// E.1.2.
    fn decoder_model(&mut self) -> Option<()> {
        let count = self.exp_golomb().filter(|count| *count < 32)?;
        self.copy(8)?;
        for _ in 0..=count {
            self.exp_golombs(2)?;
            self.flag()?;
        }
        self.copy(20).map(drop)
    }

    /// The unit that was written, its end marked and its bytes escaped.
    fn finish(mut self, header: u8) -> Vec<u8> {
        self.push(true);
        let mut nal = vec![header];
        let mut zeros = 0;
        for byte in self.bits.chunks(8) {
            let byte = byte.iter().zip(0..).fold(0, |byte, (bit, at)| byte | u8::from(*bit) << (7 - at));
            if zeros >= 2 && byte <= 3 {
                nal.push(3);
                zeros = 0;
            }
            nal.push(byte);
            zeros = if byte == 0 { zeros + 1 } else { 0 };
        }
        nal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::video::h264;

    /// What is read back of a set: how many pictures come out of order, how many wait, how many are referred to.
    fn read(nal: &[u8]) -> (u32, u32, u32) {
        let mut set = Copy { reader: BitReader::of_nal(&nal[1..]), bits: Vec::new() };
        let references = set.until_usability().unwrap();
        assert!(set.reader.bit().unwrap(), "usability information");
        set.until_restriction().unwrap();
        assert!(set.reader.bit().unwrap(), "what it restricts itself to");
        set.copy(1).unwrap();
        set.exp_golombs(4).unwrap();
        (set.exp_golomb().unwrap(), set.exp_golomb().unwrap(), references)
    }

    /// Sets that x264 made, read by ffmpeg: with B frames, of which 2 come out of order, 4 wait and 4 are referred to; the same with a
    /// model of the decoder, colours and a ratio spelled out; and for talks, 0, 1 and 1.
    const LATE: [u8; 25] = [
        0x67, 0x64, 0x00, 0x0d, 0xac, 0xd9, 0x41, 0x60, 0x96, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00, 0x00,
        0x03, 0x00, 0xc8, 0x3c, 0x50, 0xa6, 0x58,
    ];
    const MODELLED: [u8; 42] = [
        0x67, 0x64, 0x00, 0x15, 0xac, 0xd9, 0x41, 0x61, 0x2d, 0xff, 0x80, 0x20, 0x00, 0x16, 0xb5, 0x01, 0x01, 0x01,
        0x40, 0x00, 0x00, 0x03, 0x00, 0x40, 0x00, 0x00, 0x0c, 0xb8, 0x08, 0x00, 0x7a, 0x10, 0x00, 0x1e, 0x84, 0xe4,
        0xc3, 0x00, 0xf8, 0xa1, 0x4c, 0xb0,
    ];
    const PROMPT: [u8; 23] = [
        0x67, 0x42, 0xc0, 0x0d, 0xda, 0x05, 0x82, 0x5b, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03,
        0x03, 0x28, 0xf1, 0x42, 0xaa,
    ];

    /// The same set without a word on how it is to be used.
    fn mute(nal: &[u8]) -> Vec<u8> {
        let mut set = Copy { reader: BitReader::of_nal(&nal[1..]), bits: Vec::new() };
        set.until_usability().unwrap();
        set.push(false);
        set.finish(nal[0])
    }

    #[test]
    fn a_set_by_which_pictures_wait_is_made_one_by_which_they_do_not() {
        assert_eq!((read(&LATE), read(&MODELLED), read(&PROMPT)), ((2, 4, 4), (2, 4, 4), (0, 1, 1)));
        for nal in [&LATE[..], &MODELLED] {
            let settled = settled(nal).unwrap();
            assert_eq!(read(&settled), (0, 4, 4));
            assert_eq!(settled[..nal.len() - 3], nal[..nal.len() - 3], "the rest stays");
            assert_eq!(h264::size(&settled), h264::size(nal));
            assert_eq!(super::settled(&settled), None, "once");
        }
        // 011 00101 1 is 1 00101 1 now.
        assert_eq!(settled(&LATE).unwrap()[22..], [0x50, 0xa9, 0x60]);
    }

    #[test]
    fn a_set_that_is_so_already_stays() {
        assert_eq!(settled(&PROMPT), None);
    }

    #[test]
    fn a_set_that_says_nothing_of_it_says_it() {
        for nal in [&LATE[..], &MODELLED, &PROMPT] {
            let mute = mute(nal);
            let (settled, (.., references)) = (settled(&mute).unwrap(), read(nal));
            assert_eq!(read(&settled), (0, references, references));
            assert_eq!(h264::size(&settled), h264::size(nal));
            assert_eq!(super::settled(&settled), None);
        }
    }

    #[test]
    fn zeros_are_escaped_and_what_cannot_be_read_is_left_alone() {
        for nal in [&LATE[..], &MODELLED] {
            let settled = settled(nal).unwrap();
            assert!(settled.windows(3).all(|three| three[..2] != [0, 0] || three[2] > 2));
            for cut in 0..nal.len() - 3 {
                assert_eq!(super::settled(&nal[..cut]), None, "{cut}");
            }
        }
        assert_eq!(settled(&[]), None);
    }
}
